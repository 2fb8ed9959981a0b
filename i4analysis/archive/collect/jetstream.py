"""Bluesky as it happens: posts with a hashtag, their reshares with `via`, their deletions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import msgspec

from i4analysis.archive.collect.patience import CONNECT_S, Patience, TryAgain, unanswered
from i4analysis.archive.collect.raw import RawRun
from i4analysis.hashtags import normalize_hashtag

JETSTREAM = "wss://jetstream2.us-east.bsky.network"
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
NOTE_EVERY = 5.0  # seconds between two notes of the cursor when nothing is kept


class _Feature(msgspec.Struct):
    tag: str | None = None


class _Facet(msgspec.Struct):
    features: list[_Feature] = []


class _Address(msgspec.Struct):
    uri: str = ""


class _Record(msgspec.Struct):
    facets: list[_Facet] | None = None
    tags: list[str] | None = None
    subject: _Address | str | None = None


class _Commit(msgspec.Struct):
    operation: str
    collection: str
    rkey: str
    record: _Record | None = None


class _Account(msgspec.Struct):
    active: bool = True
    status: str | None = None


class Event(msgspec.Struct):
    """What is read of an event; it is kept as received."""

    did: str
    time_us: int
    commit: _Commit | None = None
    account: _Account | None = None

    @property
    def uri(self) -> str:
        return (
            f"at://{self.did}/{self.commit.collection}/{self.commit.rkey}" if self.commit else ""
        )


_EVENT = msgspec.json.Decoder(Event)


@dataclass
class Filter:
    """Which events belong to the movement, and what they say is gone.

    Attributes
    ----------
    hashtag
        As written or normalised.
    held
        Addresses of the posts held: a repost of one is kept, its deletion is told.
    authors
        Accounts of those posts.
    """

    hashtag: str
    held: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)

    def remember(self, raw: bytes) -> None:
        """Take note of a post held from an earlier run."""
        try:
            event = _EVENT.decode(raw)
        except msgspec.DecodeError:
            return
        self.keeps(event)

    def keeps(self, event: Event) -> bool:
        """Return whether the event is one of ours, remembering a post that is."""
        commit = event.commit
        if commit is None or commit.operation == "delete" or commit.record is None:
            return False
        if commit.collection == REPOST:
            subject = commit.record.subject
            return isinstance(subject, _Address) and subject.uri in self.held
        wanted = normalize_hashtag(self.hashtag)
        if commit.collection != POST or wanted not in _tags(commit.record):
            return False
        self.held.add(event.uri)
        self.authors.add(event.did)
        return True

    def erases(self, event: Event) -> dict[str, str] | None:
        """Return the row for erase.csv if the event deletes a post or an account held."""
        gone = event.account is not None and event.account.status == "deleted"
        if gone and event.did in self.authors:
            return {"platform": "bluesky", "account_id": event.did}
        if event.commit and event.commit.operation == "delete" and event.uri in self.held:
            return {"platform": "bluesky", "account_id": event.did, "post_id": event.uri}
        return None


def _tags(record: _Record) -> set[str]:
    tags = list(record.tags or [])
    for facet in record.facets or []:
        tags += [feature.tag for feature in facet.features if feature.tag]
    return {normalize_hashtag(tag) for tag in tags}


def listen(
    run: RawRun,
    wanted: Filter,
    *,
    address: str = JETSTREAM,
    seconds: float | None = None,
    patience: Patience | None = None,
    erase: Callable[[dict[str, str]], Any] = lambda row: None,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Listen until `seconds` have passed or `stopped` says so; return the events kept.

    The cursor noted is the time of the last event whose every companion of the same microsecond
    has been treated, so that going on after it can neither lose an event nor keep it twice.
    """
    patience = patience or Patience()
    end = None if seconds is None else time.monotonic() + seconds
    before = run.lines

    def over() -> bool:
        return stopped() or (end is not None and time.monotonic() >= end)

    def once() -> None:
        reached = batch.moment
        try:
            for raw, event in _events(address, run.cursor, over):
                batch.take(raw, event)
        except TryAgain as error:
            error.progress = batch.moment > reached
            raise

    batch = _Batch(run, wanted, erase)
    patience.call(once, f"The stream {address}", timed=False)
    batch.close()
    return run.lines - before


@dataclass
class _Batch:
    """Events of one microsecond, written together when the next one comes."""

    run: RawRun
    wanted: Filter
    erase: Callable[[dict[str, str]], Any]
    kept: list[bytes] = field(default_factory=list)
    moment: int = 0
    noted: float = 0.0

    def take(self, raw: bytes, event: Event | None) -> None:
        if event is None:
            self.kept += [] if raw in self.kept else [raw]
            return
        if event.time_us <= int(self.run.cursor or 0):
            return  # replayed after a reconnection
        if event.time_us > self.moment:
            self.close()
            self.moment = event.time_us
        if raw in self.kept:
            return
        if self.wanted.keeps(event):
            self.kept.append(raw)
        row = self.wanted.erases(event)
        if row is not None:
            self.erase(row)

    def close(self) -> None:
        """Write what is kept, or from time to time only the cursor."""
        now = time.monotonic()
        if self.moment and (self.kept or now - self.noted > NOTE_EVERY):
            self.run.add(self.kept, self.moment)
            self.kept, self.noted = [], now


def _events(
    address: str, cursor: int | None, over: Callable[[], bool]
) -> Iterator[tuple[bytes, Event | None]]:
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    asked: list[tuple[str, str]] = [("wantedCollections", POST), ("wantedCollections", REPOST)]
    if cursor:
        asked.append(("cursor", str(cursor)))
    try:
        url = f"{address}/subscribe?{urlencode(asked)}"
        with connect(url, max_size=2**22, open_timeout=CONNECT_S) as stream:
            while not over():
                try:
                    message = stream.recv(timeout=0.5)
                except TimeoutError:
                    continue
                raw = message.encode() if isinstance(message, str) else message
                try:
                    yield raw, _EVENT.decode(raw)
                except msgspec.DecodeError:
                    yield raw, None  # damaged: kept as received, the reader says what is wrong
    except (OSError, ValueError, ImportError, WebSocketException) as error:
        raise unanswered(f"The stream {address}", error) from None
