"""A hashtag on Bluesky by its search, with authors' profiles and, on demand, follower lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlencode

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

BLUESKY = "bluesky"
SERVICE = "https://bsky.social"
PAGE = 100  # the most that search and follower lists give at once
PROFILES = 25  # the most that getProfiles takes
OVERLAP = timedelta(days=1)  # search finds some posts late: look again a day back


class _Author(msgspec.Struct):
    did: str


class _Post(msgspec.Struct):
    uri: str
    author: _Author
    indexedAt: str = ""


class _Found(msgspec.Struct):
    posts: list[msgspec.Raw]
    cursor: str | None = None


class _Cursor(msgspec.Struct):
    cursor: str | None = None


class _Posts(msgspec.Struct):
    posts: list[_Post] = []


class _Sweep(TypedDict):
    """Where a search was left: newest moment held before it, newest of it, the page to ask."""

    since: str | None
    newest: str | None
    page: str | None


class _Done(TypedDict, total=False):
    """Accounts asked about, and the page to ask of the next."""

    done: list[str]
    page: str | None


_FOUND = msgspec.json.Decoder(_Found)
_POST = msgspec.json.Decoder(_Post)
_POSTS = msgspec.json.Decoder(_Posts)
_CURSOR = msgspec.json.Decoder(_Cursor)


@dataclass(frozen=True, repr=False)
class Login:
    """An account and its app password; never shown, never written."""

    handle: str
    password: str


class Service:
    """A Bluesky service, asked through the atproto SDK, whose answers are kept as received."""

    def __init__(self, address: str, login: Login | None, patience: Patience) -> None:
        import httpx
        from atproto import Client
        from atproto_client.request import Request

        kept = self

        class Keeping(Request):
            """Keep the bytes of the last answer: the SDK gives only what it understood."""

            def _send_request(self, method: str, url: str, **options: Any) -> Any:
                # A request may carry the account's password: it goes where it was sent, no further
                self._client.follow_redirects = False
                self._client.event_hooks = {"response": [bounded]}
                answer = super()._send_request(method, url, **options)
                kept.body = answer.content
                return answer

        def bounded(answer: Any) -> None:
            if answer.has_redirect_location:
                raise sent_on(kept.what, str(answer.url), answer.headers["location"])
            body = Bounded(kept.what)
            for piece in answer.iter_bytes():
                body.take(piece)
            kept.body = answer._content = body.whole()

        self.body = b""
        self.address = address
        self.what = f"The service {address}"
        self.patience = patience
        self._login = login
        try:
            asking = Keeping(timeout=httpx.Timeout(READ_S, connect=CONNECT_S))
        except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
            raise unanswered(self.what, error) from None  # may hold the password of a proxy
        self._client = Client(base_url=address, request=asking)
        self._signed_in = False

    def ask(self, method: str, parameters: Mapping[str, Any]) -> bytes:
        """Return one answer as received.

        Raises
        ------
        CollectError
            When the service refuses for good or stays silent.
        """
        return self.patience.call(lambda: self._once(method, parameters), self.what)

    def _once(self, method: str, parameters: Mapping[str, Any]) -> bytes:
        import httpx
        from atproto_client import exceptions

        self.body = b""
        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            self._sign_in()
            self._client.invoke_query(f"{method}?{urlencode(given, doseq=True)}")
            msgspec.json.decode(self.body)
        except CollectError:
            raise
        except exceptions.RequestErrorBase as error:
            raise self._meaning(error) from None  # the SDK's error holds the request's headers
        except (httpx.TransportError, httpx.InvalidURL, exceptions.AtProtocolError) as error:
            raise web_page(self.what, self.body) or unanswered(self.what, error) from None
        except (ValueError, RecursionError):
            page = web_page(self.what, self.body)
            raise page or TryAgain("an answer that is not JSON") from None
        except (httpx.HTTPError, httpx.StreamError, TypeError, LookupError, AttributeError) as odd:
            # the SDK takes what is JSON for what it asked for
            raise TryAgain(f"an answer of another kind ({type(odd).__name__})") from None
        return self.body

    def _sign_in(self) -> None:
        if self._login is not None and not self._signed_in:
            self._client.login(self._login.handle, self._login.password, fetch_bsky_profile=False)
            self._signed_in = True

    def _meaning(self, error: Any) -> Exception:
        """Return what to do about an error of the SDK: try again, sign in again, or stop."""
        answer = getattr(error, "response", None)
        status = getattr(answer, "status_code", None)
        content = getattr(answer, "content", None)
        name = str(getattr(content, "error", "") or "")
        if name in {"ExpiredToken", "InvalidToken"} and self._login is not None:
            self._signed_in = False
            return TryAgain("the session expired")
        if status == 429:
            headers = getattr(answer, "headers", None) or {}
            return TryAgain("too many requests", asked_wait(headers, 60.0))
        if status in {401, 403}:
            return CollectError(
                f"The service {self.address} refused the sign-in ({name or status}), expected an"
                " account and its app password; put them into the environment as"
                " I4_BLUESKY_HANDLE and I4_BLUESKY_APP_PASSWORD."
            )
        if status is not None and 400 <= status < 500:
            return CollectError(
                f"The service {self.address} refused the question ({status} {name}), expected an"
                " answer; check the hashtag and the service's address."
            )
        if status is None:
            return unanswered(self.what, error)
        return TryAgain(f"{type(error).__name__} {status}")


def collect(
    folder: Path,
    *,
    hashtag: str,
    login: Login | None,
    service: str = SERVICE,
    check_days: float = 7.0,
    patience: Patience | None = None,
) -> Collected:
    """Collect what the search finds of a hashtag since the last run, with authors' profiles.

    Returns
    -------
    Collected
        Files written and posts gone, by address (at-uri).
    """
    server = Service(service, login, patience or Patience())
    with _posts_expected(server):
        return _collect(folder, server, hashtag, service, check_days)


@contextmanager
def _posts_expected(server: Service) -> Iterator[None]:
    try:
        yield
    except msgspec.ValidationError as error:
        raise CollectError(
            f"{server.what} answers with something else than was asked for ({error}), expected"
            " what Bluesky gives; what was received before is kept, check its address."
        ) from error


def _collect(
    folder: Path, server: Service, hashtag: str, service: str, check_days: float
) -> Collected:
    query, name = (
        {"platform": BLUESKY, "service": service, "hashtag": hashtag},
        f"bluesky-{hashtag}",
    )
    with alone(folder, name):
        run = RawRun(folder, name, query, _Sweep)
        deleted = _gone(run, server, check_days)
        records = sum(_search(run, server, hashtag))
        people = RawRun(folder, f"{name}-profiles", query | {"part": "profiles"}, _Done)
        records += sum(_profiles(run, people, server))
        files = tuple(path for path in (run.finish(), people.finish()) if path is not None)
    return Collected(files, records, tuple(deleted))


def _search(run: RawRun, server: Service, hashtag: str) -> Iterator[int]:
    """Go back page by page to what is held; note page and goal, so that a kill goes on there.

    The page is the platform's own cursor; None at a sweep's start.
    """
    state = dict(run.cursor or {"since": None, "newest": None, "page": None})
    seen = _seen(run, state["since"])
    while True:
        asked = {"q": f"#{hashtag}", "tag": [hashtag], "sort": "latest", "limit": PAGE}
        asked |= {"since": _back(state["since"]), "cursor": state["page"]}
        answer = _FOUND.decode(server.ask("app.bsky.feed.searchPosts", asked))
        fresh = []
        for raw in answer.posts:
            post = _POST.decode(raw)
            state["newest"] = max(state["newest"] or "", post.indexedAt)
            if post.uri not in seen:
                seen.add(post.uri)
                fresh.append(bytes(raw))
        repeated = answer.cursor is not None and answer.cursor == state["page"]
        ended = not answer.posts or answer.cursor is None or repeated
        newest = max(state["newest"] or "", state["since"] or "") or None
        if ended:
            state = {"since": newest, "newest": None, "page": None}
        else:
            state["page"] = answer.cursor
        body = b'{"posts":[' + b",".join(fresh) + b"]}"
        run.add([envelope(BLUESKY, body, datetime.now(UTC))] if fresh else [], state)
        yield len(fresh)
        if ended:
            return


def _back(moment: str | None) -> str | None:
    if not moment:
        return None
    earlier = datetime.fromisoformat(moment) - OVERLAP
    return earlier.strftime("%Y-%m-%dT%H:%M:%SZ")


def _seen(run: RawRun, since: str | None) -> set[str]:
    """Return the addresses held that the search may give again."""
    back = _back(since) or ""
    return {post.uri for post in _held(run) if post.indexedAt >= back}


def _held(run: RawRun) -> Iterator[_Post]:
    for page in run.answers(_POSTS):
        yield from page.posts


def _profiles(run: RawRun, people: RawRun, server: Service) -> Iterator[int]:
    """Fetch the profile of each author once a run: a bio is only true when it is read."""
    skip = set((people.cursor or {}).get("done", [])) if people.lines else set()
    wanted = sorted({post.author.did for post in _held(run)} - skip)
    done = sorted(skip)
    for start in range(0, len(wanted), PROFILES):
        batch = wanted[start : start + PROFILES]
        answer = server.ask("app.bsky.actor.getProfiles", {"actors": batch})
        done += batch
        people.add([envelope(BLUESKY, answer, datetime.now(UTC))], {"done": done})
        yield len(batch)


def follows(
    folder: Path,
    *,
    accounts: list[str],
    name: str,
    login: Login | None,
    service: str = SERVICE,
    patience: Patience | None = None,
) -> Collected:
    """Collect the follower lists of some accounts, page by page, for true overlap."""
    server = Service(service, login, patience or Patience())
    with _posts_expected(server):
        return _follows(folder, server, accounts, name, service)


def _follows(
    folder: Path, server: Service, accounts: list[str], name: str, service: str
) -> Collected:
    query = {"platform": BLUESKY, "service": service, "part": "follows", "name": name}
    with alone(folder, f"bluesky-{name}-follows"):
        run = RawRun(folder, f"bluesky-{name}-follows", query, _Done)
        records = sum(_followers(run, server, accounts))
        written = run.finish()
    return Collected((written,) if written else (), records)


def _followers(run: RawRun, server: Service, accounts: list[str]) -> Iterator[int]:
    state = dict(run.cursor or {"done": [], "page": None}) if run.lines else {}
    done, page = list(state.get("done", [])), state.get("page")
    for account in sorted(set(accounts) - set(done)):
        while True:
            asked = {"actor": account, "limit": PAGE, "cursor": page}
            answer = server.ask("app.bsky.graph.getFollowers", asked)
            page = _CURSOR.decode(answer).cursor
            if page is None:
                done.append(account)
            line = envelope(BLUESKY, answer, datetime.now(UTC))
            yield run.add([line], {"done": done, "page": page})
            if page is None:
                break


def _gone(run: RawRun, server: Service, days: float) -> Iterator[str]:
    """Yield held posts that the platform does not know any more."""
    oldest = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S")
    young = sorted({post.uri for post in _held(run) if post.indexedAt >= oldest})
    for start in range(0, len(young), PROFILES):
        batch = young[start : start + PROFILES]
        answer = server.ask("app.bsky.feed.getPosts", {"uris": batch})
        known = {post.uri for post in _POSTS.decode(answer).posts}
        yield from (uri for uri in batch if uri not in known)
