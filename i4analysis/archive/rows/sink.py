"""Where readers put what they read: rows by the batch, and the account of every record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import astuple

from i4analysis.archive.bytes.opening import shown
from i4analysis.archive.rows import ids, kinds, sightings
from i4analysis.archive.rows.columns import Row, to_batch
from i4analysis.archive.rows.rows import SIGHTED, Follow, Post, Profile, derived_kind
from i4analysis.archive.rows.values import printable

BATCH = 1_000
PACK = 400  # rows that are still in the processor's cache
PACKS = 40
HELD = 1 << 26  # bytes of records whose rows are held
EXCERPT = 200
PEAKS = frozenset({"limit_track"})  # remarks that are the largest value seen, not a count
OTHER_HASHTAG = "other hashtag"
UNKNOWN_HASHTAG = "unknown hashtag"

_HASHTAGS = SIGHTED.index("hashtags")

Flush = Callable[[str, pa.RecordBatch], None]
_TABLES = ("posts", "profiles", "follows", "rejects")


class Overflow(Exception):
    """A file holds more than is kept of a small one; it is to be read by itself."""


class Sink:
    """Takes the records of one file and hands on Arrow batches.

    Each record found in the file is closed by exactly one of `post`, `account`, `notice` and
    `reject`; `settle` checks that the account is exact.

    Parameters
    ----------
    file
        Name written into the rows.
    flush
        Called with a table's name and a batch of its rows; or what takes the rows of many small
        files.
    hashtags
        Normalised hashtags to keep; a post without any of them is counted as a notice. Empty:
        keep all.
    strict
        Whether lines may be skipped unparsed only when no escape can hide a hashtag.

    Attributes
    ----------
    tagged
        For a reader of reposts that name no hashtag: posts kept so far, and their hashtags.
    retrieved_at
        Set by a reader while it reads an answer of which it knows when it was fetched: posts,
        profiles and follow edges are then true as of that moment.
    zeros
        The zeros in which the ids of a table end where something has rounded them; else "".
    sound_id
        The id of the post being read, once it has passed the gate (`ids.of_row`).
    """

    def __init__(
        self,
        file: str,
        flush: Flush | Together,
        hashtags: Iterable[str] = (),
        strict: bool = True,
    ) -> None:
        self.file = shown(file)
        self.variant: str | None = None
        self.line = 1
        self.whole = False
        self.records = 0
        self.posts_in = 0
        self.profiles_only = 0
        self.rejected = 0
        self.rows: Counter[str] = Counter()
        self.notices: Counter[str] = Counter()
        self.retrieved_at: int | None = None
        self.remarks: Counter[str] = Counter()
        self.first_posted_at: int | None = None
        self.last_posted_at: int | None = None
        self.hashtags = frozenset(hashtags)
        self.strict = strict
        self.tagged: dict[str, list[str]] = {}
        self.zeros = ""
        self.sound_id = ""
        self._row_file = self.file
        self._flush = flush
        self._held: dict[str, list[Row]] = {
            name: [] for name in ("posts", "profiles", "follows", "rejects", "sighted")
        }
        self._posts, self._profiles, self._follows, self._rejects, self._sighted = (
            self._held.values()
        )
        self._packs: list[list[pa.Array]] = []
        self._size = 0

    # ------------------------------------------------------------------------ finding records

    def found(self, count: int = 1) -> None:
        """Count records found; the framing of lines and rows calls it, readers seldom do."""
        self.records += count

    def contains(self, count: int) -> None:
        """Say that the value being read holds `count` records, not one (a page of posts)."""
        self.records += count - 1

    def enter(self, member: str) -> None:
        """Say that the rows that follow come from a member of the bundle being read."""
        self.drain()
        self._row_file = f"{self.file}!{shown(member)}"
        self.line = 1

    def position(self, number: int) -> None:
        """Set the record's place inside its value: its line number if the file is one value."""
        if self.whole:
            self.line = number

    # ----------------------------------------------------------------------- closing a record

    def post(
        self,
        post: Post,
        embedded: Sequence[Post] = (),
        profiles: Sequence[Profile] = (),
        follows: Sequence[Follow] = (),
    ) -> None:
        """Close a record that is a post, with the posts and accounts it embeds."""
        if not post.post_id:
            raise ValueError("the post's id is empty")
        if post.platform == "twitter":
            embedded, profiles, follows = ids.settle(post, embedded, profiles, follows, self)
        if self.hashtags and self.hashtags.isdisjoint(post.hashtags or ()):
            self.notice(UNKNOWN_HASHTAG if post.hashtags is None else OTHER_HASHTAG)
            return
        self.posts_in += 1
        self._add_post(post)
        if post.posted_at is not None:
            self.span(post.posted_at)
        for other in embedded:
            other.embedded = True
            self._add_post(other)
        self._add_accounts(profiles, follows)

    def sighted(self, rows: list[Row]) -> None:
        """Close a record that is a post, given as rows of `rows.SIGHTED`, its own first.

        For a reader whose speed matters.
        """
        post = rows[0]
        if self.hashtags and self.hashtags.isdisjoint(post[_HASHTAGS] or ()):
            self.notice(OTHER_HASHTAG)
            return
        self.posts_in += 1
        self._sighted += rows

    def span(self, moment: int) -> None:
        """Widen the first and the last moment of the file's posts to hold one more."""
        if self.first_posted_at is None or self.last_posted_at is None:
            self.first_posted_at = self.last_posted_at = moment
        elif moment < self.first_posted_at:
            self.first_posted_at = moment
        elif moment > self.last_posted_at:
            self.last_posted_at = moment

    def account(self, profiles: Iterable[Profile] = (), follows: Iterable[Follow] = ()) -> None:
        """Close a record that gives an account or follow edges, but no post."""
        self.profiles_only += 1
        self._add_accounts(ids.settled_accounts(profiles, self), follows)

    def notice(self, kind: str, count: int = 1) -> None:
        """Close `count` records that are notices: deletes, limits, counts, empty pages."""
        self.notices[kind] += count

    def reject(self, reason: str, excerpt: str | bytes | None = None) -> None:
        """Close a record that cannot be read, with one sentence saying why."""
        self.rejected += 1
        if isinstance(excerpt, bytes):
            excerpt = excerpt[: 4 * EXCERPT].decode("utf-8", "replace")
        if excerpt is not None:
            excerpt = excerpt[:EXCERPT].encode("utf-8", "replace").decode()
        self._rejects.append((self.line, printable(kinds.in_words(reason)), excerpt))

    def remark(self, code: str, count: int = 1) -> None:
        """Count something the doctor should know that no column holds (a code of `doctor`)."""
        self.remarks[code] += count

    def peak(self, code: str, value: int) -> None:
        """Keep the largest value seen of a running counter (of `PEAKS`) in the record."""
        self.remarks[code] = max(self.remarks[code], value)

    # -------------------------------------------------------------------------------- inside

    def _add_post(self, post: Post) -> None:
        post.line = self.line
        if self.retrieved_at is not None:
            post.collected_at = self.retrieved_at
        if not post.kind:
            post.kind = derived_kind(post)
        self._posts.append(astuple(post))

    def _add_accounts(self, profiles: Iterable[Profile], follows: Iterable[Follow]) -> None:
        for profile in profiles:
            profile.line = self.line
            if self.retrieved_at is not None:
                profile.seen_at, profile.seen_basis = self.retrieved_at, "retrieved"
            self._profiles.append(astuple(profile))
        for follow in follows:
            follow.line = self.line
            if self.retrieved_at is not None:
                follow.seen_at = self.retrieved_at
            self._follows.append(astuple(follow))

    @property
    def closed(self) -> int:
        """Records closed so far."""
        return self.posts_in + self.profiles_only + self.rejected + self.notices.total()

    def mark(self) -> tuple[Any, ...]:
        """Return the present state, for `rollback` when a record fails half way."""
        return (
            (self.records, self.posts_in, self.profiles_only, self.rejected),
            (self.first_posted_at, self.last_posted_at, self.line),
            (dict(self.notices), dict(self.remarks)),
            [len(rows) for rows in self._held.values()],
        )

    def rollback(self, mark: tuple[Any, ...]) -> None:
        """Forget everything since `mark` (no batch may have been handed on in between)."""
        self.records, self.posts_in, self.profiles_only, self.rejected = mark[0]
        self.first_posted_at, self.last_posted_at, self.line = mark[1]
        self.notices, self.remarks = map(Counter, mark[2])
        for rows, length in zip(self._held.values(), mark[3], strict=True):
            del rows[length:]

    # ------------------------------------------------------------------------ handing batches on

    def batch(self, size: int = 0) -> None:
        """Hand full batches on; the framing calls it between records.

        `size` is what was read since the last call, in bytes: rows may be few and very long.
        """
        self._size += size
        if len(self._sighted) >= PACK:
            self._pack()
        full = len(self._packs) >= PACKS or self._size >= HELD
        if full or any(len(rows) >= BATCH for rows in self._held.values()):
            self.drain()

    def drain(self) -> None:
        """Hand every row on."""
        if isinstance(self._flush, Together):
            raise Overflow(self.file)
        self._size = 0
        made = self._unpacked()
        for name in _TABLES:
            batches = [made[name]] if name in made else []
            if rows := self._held[name]:
                batches.append(to_batch(name, rows, self._row_file))
                rows.clear()
            for batch in filter(len, _in_order(batches)):
                self.rows[name] += len(batch)
                self._flush(name, batch)

    def _pack(self) -> None:
        if isinstance(self._flush, Together):
            raise Overflow(self.file)
        self._packs.append(sightings.pack(self._sighted))
        self._sighted.clear()

    def _unpacked(self) -> dict[str, pa.RecordBatch]:
        if self._sighted:
            self._pack()
        if not self._packs:
            return {}
        made = sightings.batches(self._packs, self._row_file, lambda code, _: self.remark(code))
        self._packs.clear()
        for moment in sightings.span(made["posts"]):
            self.span(moment)
        return made

    def settle(self) -> None:
        """Drain, and check that every record found was closed once."""
        if not isinstance(self._flush, Together):
            self.drain()
        if self.closed != self.records:
            raise AssertionError(
                f"{self.file}: {self.records} records found, {self.closed} accounted for"
            )
        if isinstance(self._flush, Together):
            self._flush.take(self, self._held)

    def account_row(self) -> dict[str, Any]:
        """Return the file's row of the files table as far as the sink knows it."""
        return {
            "file": self.file,
            "records": self.records,
            "posts_in": self.posts_in,
            "profiles_only": self.profiles_only,
            "notices": self.notices.total(),
            "rejects": self.rejected,
            "notice_kinds": kinds_text(self.notices),
            "posts": self.rows["posts"],
            "profiles": self.rows["profiles"],
            "follows": self.rows["follows"],
            "first_posted_at": self.first_posted_at,
            "last_posted_at": self.last_posted_at,
        }


class Together:
    """Takes the rows of many small files, and turns them into one Arrow batch a table.

    What costs by the call and not by the row is then paid once for all of them. The rows of a
    file stay together, in the order of the files.

    Attributes
    ----------
    sinks
        Of the files taken, in their order.
    size
        Rows taken.
    """

    def __init__(self) -> None:
        self.sinks: list[Sink] = []
        self.size = 0
        self._rows: dict[str, list[Row]] = {name: [] for name in (*_TABLES, "sighted")}
        self._counts: dict[str, list[int]] = {name: [] for name in self._rows}
        self._packs: list[list[pa.Array]] = []

    def take(self, sink: Sink, rows: Mapping[str, list[Row]]) -> None:
        """Take the rows of a file."""
        self.sinks.append(sink)
        for name, some in rows.items():
            self._counts[name].append(len(some))
            if some:
                self._rows[name] += some
                self.size += len(some)
        if len(self._rows["sighted"]) >= PACK:
            self._pack()

    def hand_on(self, flush: Flush) -> None:
        """Hand every row on, and tell each file's sink how many rows it gave."""
        sighted = self._sighted()
        for name in _TABLES:
            batches = [sighted[name]] if name in sighted else []
            if rows := self._rows[name]:
                batches.append(to_batch(name, rows, self._files(name)))
            batches = [batch for batch in batches if len(batch)]
            if not batches:
                continue
            owners = [self._owners(batch) for batch in batches]
            counts = np.bincount(np.concatenate(owners), minlength=len(self.sinks))
            for at in np.flatnonzero(counts).tolist():
                self.sinks[at].rows[name] = int(counts[at])
            flush(name, _by_file(batches, owners))

    def _pack(self) -> None:
        self._packs.append(sightings.pack(self._rows["sighted"]))
        self._rows["sighted"].clear()

    def _files(self, name: str) -> pa.Array:
        names = pa.array([sink.file for sink in self.sinks], pa.string())
        return names.take(pa.array(self._owner(name)))

    def _owner(self, name: str) -> npt.NDArray[np.int64]:
        """Return which file each row of a table came from, as it was taken."""
        return np.repeat(np.arange(len(self.sinks)), self._counts[name])

    def _owners(self, batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
        names = pa.array([sink.file for sink in self.sinks], pa.string())
        found: npt.NDArray[np.int64] = pc.index_in(batch["file"], names).to_numpy()
        return found

    def _sighted(self) -> dict[str, pa.RecordBatch]:
        if self._rows["sighted"]:
            self._pack()
        if not self._packs:
            return {}
        owner = self._owner("sighted")
        made = sightings.batches(
            self._packs,
            self._files("sighted"),
            lambda code, at: self.sinks[owner[at]].remark(code),
        )
        for file, moments in sightings.spans(made["posts"], self._owners(made["posts"])):
            for moment in moments:
                self.sinks[file].span(moment)
        return made


def _by_file(
    batches: Sequence[pa.RecordBatch], owners: Sequence[npt.NDArray[np.int64]]
) -> pa.RecordBatch:
    """Return batches of one table as one: file by file, as `_in_order` leaves each of them."""
    if len(batches) < 2:
        return batches[0]
    both = pa.Table.from_batches(batches).combine_chunks()
    owner = np.concatenate(owners)
    mixed = np.isin(owner, np.intersect1d(owners[0], owners[1]))
    line = np.where(mixed, both["line"].to_numpy(), 0)
    return both.take(pa.array(np.lexsort((line, owner)))).to_batches()[0]


def kinds_text(notices: Mapping[str, int]) -> str:
    """Return kinds of notices and their counts as the files table holds them."""
    return json.dumps(dict(sorted(notices.items())), ensure_ascii=False)


def _in_order(batches: Sequence[pa.RecordBatch]) -> Sequence[pa.RecordBatch]:
    """Return batches of one table as they are, or as one in the order of their lines."""
    if len(batches) < 2:
        return batches
    both = pa.Table.from_batches(batches).combine_chunks()
    order = np.argsort(both["line"].to_numpy(), kind="stable")
    return list(both.take(pa.array(order)).to_batches())
