"""A hashtag's public timeline on one Mastodon server, with the accounts that boosted each post."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from i4analysis.archive.collect.patience import (
    CONNECT_S,
    READ_S,
    Bounded,
    Patience,
    TryAgain,
    asked_wait,
    sent_on,
    unanswered,
    web_page,
)
from i4analysis.archive.collect.raw import Collected, RawRun, alone, envelope
from i4analysis.errors import CollectError

PAGE = 40  # the most a Mastodon server gives at once
MASTODON = "mastodon"


class _Status(msgspec.Struct):
    id: str
    uri: str
    created_at: str = ""
    reblogs_count: int = 0


class Server:
    """One Mastodon server, asked through Mastodon.py, whose answers are kept as received."""

    def __init__(self, instance: str, token: str | None, patience: Patience) -> None:
        self.body = b""
        self.headers: dict[str, str] = {}
        self.name = instance
        self.what = f"The server {instance}"
        self.patience = patience
        self._token = token

    @cached_property
    def _api(self) -> Any:
        import requests
        import urllib3
        from mastodon import Mastodon

        # a clock that is wrong is told in our own words, where it does harm
        warnings.filterwarnings("ignore", category=urllib3.exceptions.SystemTimeWarning)
        kept = self

        class Keeping(requests.Session):
            """Keep the bytes and headers of the last answer: the library gives neither."""

            def send(self, request: Any, **options: Any) -> Any:
                options |= {"stream": True, "allow_redirects": False}
                options["timeout"] = CONNECT_S, READ_S
                with super().send(request, **options) as answer:
                    if answer.is_redirect:
                        raise sent_on(kept.what, request.url, answer.headers["location"])
                    body = Bounded(kept.what)
                    while piece := answer.raw.read1(1 << 16, decode_content=True):
                        body.take(piece)
                kept.body, kept.headers = body.whole(), dict(answer.headers)
                answer.raw = io.BytesIO(kept.body)
                return answer

        # the library asks the server who it is as soon as it is made
        return Mastodon(
            api_base_url=self.name if "://" in self.name else f"https://{self.name}",
            access_token=self._token,
            ratelimit_method="throw",
            version_check_mode="none",
            session=Keeping(),
            user_agent="i4analysis",
        )

    def ask(self, method: str, *arguments: Any, **options: Any) -> list[msgspec.Raw]:
        """Return the records of one answer, each as received.

        Raises
        ------
        CollectError
            When the server refuses for good or stays silent.
        """
        return self.patience.call(lambda: self._once(method, *arguments, **options), self.what)

    def _once(self, method: str, *arguments: Any, **options: Any) -> list[msgspec.Raw]:
        from mastodon import errors

        self.body = b""
        try:
            getattr(self._api, method)(*arguments, **options)
            records = _records(self.body)
        except errors.MastodonRatelimitError as error:
            raise TryAgain("too many requests", asked_wait(self.headers, 60.0)) from error
        except errors.MastodonServerError as error:
            raise TryAgain(f"{type(error).__name__}", self._asked()) from error
        except errors.MastodonNetworkError as error:
            raise unanswered(self.what, error) from None
        except errors.MastodonNotFoundError:
            raise
        except errors.MastodonUnauthorizedError as error:
            raise CollectError(
                f"The server {self.name} does not show this timeline without an account, expected"
                " a public one; put an access token into the environment as I4_MASTODON_TOKEN."
            ) from error
        except (errors.MastodonAPIError, ValueError, RecursionError) as error:
            if (page := web_page(self.what, self.body)) is not None:
                raise page from error
            raise TryAgain(f"an answer that is not JSON ({type(error).__name__})") from error
        self._pace()
        return records

    def _asked(self) -> float | None:
        low = {name.lower() for name in self.headers}
        return asked_wait(self.headers) if "retry-after" in low else None

    def _pace(self) -> None:
        """Wait when this answer was the last that the server allows for now."""
        low = {name.lower(): value for name, value in self.headers.items()}
        if low.get("x-ratelimit-remaining") == "0":
            self.patience.sleep(min(asked_wait(low, 60.0) or 0.0, self.patience.longest_asked))


def _records(body: bytes) -> list[msgspec.Raw]:
    """Cut an answer, checked to be JSON, into its records as received."""
    if body.lstrip()[:1] == b"[":
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    msgspec.json.decode(body)
    return [msgspec.Raw(body)]


def collect(
    folder: Path,
    *,
    hashtag: str,
    instance: str,
    token: str | None = None,
    boosts: bool = True,
    check_days: float = 7.0,
    patience: Patience | None = None,
) -> Collected:
    """Collect what a server shows of a hashtag since the last run, oldest first.

    Parameters
    ----------
    folder
        Where raw answers are kept.
    hashtag, instance
        The tag, and the server's host name.
    token
        Access token; most servers need none for public timelines.
    boosts
        Also ask who boosted each new post (the platform does not say when).
    check_days
        Ask again for held posts this young, and return those the server says are gone.

    Returns
    -------
    Collected
        Files written and posts gone, by `uri`.
    """
    server = Server(instance, token, patience or Patience())
    try:
        return _collect(folder, server, hashtag, instance, boosts, check_days)
    except msgspec.ValidationError as error:
        raise CollectError(
            f"The server {instance} answers with something else than posts ({error}), expected"
            " what a Mastodon server gives; what was received before is kept, check its name."
        ) from error


def _collect(
    folder: Path, server: Server, hashtag: str, instance: str, boosts: bool, check_days: float
) -> Collected:
    host = instance.split("://")[-1].strip("/").replace("/", "_").replace(":", "_")
    query = {"platform": MASTODON, "instance": host, "hashtag": hashtag}
    name = f"mastodon-{host}-{hashtag}"
    with alone(folder, name):
        run = RawRun(folder, name, query, str)
        deleted = _gone(run, server, check_days)
        records = sum(_timeline(run, server, hashtag))
        files = [run.finish()]
        if boosts:
            marks = RawRun(folder, f"{name}-boosts", query | {"part": "boosts"}, str)
            records += sum(_boosts(run, marks, server))
            files.append(marks.finish())
    written = tuple(path for path in files if path is not None)
    return Collected(written, records, tuple(deleted))


def _order(identifier: str) -> tuple[int, str]:
    """Mastodon's ids grow; as text they compare by length first."""
    return len(identifier), identifier


def _timeline(run: RawRun, server: Server, hashtag: str) -> Iterator[int]:
    """Go forward from the newest post held: a kill can only cost the page under way."""
    while True:
        cursor = run.cursor or "0"
        page = server.ask("timeline_hashtag", hashtag, min_id=cursor, limit=PAGE)
        found = [(_STATUS.decode(raw), bytes(raw)) for raw in page]
        fresh = {s.id: raw for s, raw in found if _order(s.id) > _order(cursor)}
        if not fresh:  # the end, or a page repeated
            return
        ordered = sorted(fresh, key=_order)
        answer = b"[" + b",".join(fresh[identifier] for identifier in ordered) + b"]"
        run.add([envelope(MASTODON, answer, datetime.now(UTC))], ordered[-1])
        yield len(ordered)


_STATUS = msgspec.json.Decoder(_Status)
_PAGE = msgspec.json.Decoder(list[_Status])


def _held(run: RawRun) -> Iterator[_Status]:
    for page in run.answers(_PAGE):
        yield from page


def _boosts(run: RawRun, marks: RawRun, server: Server) -> Iterator[int]:
    """Write, for each boosted post not asked about yet, the accounts that boosted it."""
    from mastodon.errors import MastodonNotFoundError

    since = _order(marks.cursor or "0")
    for status in _held(run):
        if _order(status.id) <= since or not status.reblogs_count:
            continue
        try:
            accounts = server.ask("status_reblogged_by", status.id)
        except MastodonNotFoundError:  # deleted since: the next run's check says so
            accounts = []
        answer = b"[" + b",".join(map(bytes, accounts)) + b"]"
        line = envelope(MASTODON, answer, datetime.now(UTC), status=status.uri)
        marks.add([line] if accounts else [], status.id)
        yield len(accounts)


def _gone(run: RawRun, server: Server, days: float) -> Iterator[str]:
    """Yield the `uri` of held posts that the server says do not exist any more."""
    from mastodon.errors import MastodonNotFoundError

    oldest = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    for status in _held(run):
        if status.created_at < oldest:
            continue
        try:
            server.ask("status", status.id)
        except MastodonNotFoundError:
            yield status.uri
