"""Where readers put what they read: rows by the batch, and the account of every record.

Posts with the sightings of their authors (`rows.SIGHTED`) become Arrow in two steps. Python's
texts and numbers leave the processor's cache within a few hundred rows, so they are put into
Arrow arrays early (`pack`), in as few calls as there are types. What costs by the call and not by
the row is done for thousands of rows at once (`batches`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from msgspec.structs import astuple

from i4analysis import tables
from i4analysis.archive.rows import ids, kinds, values
from i4analysis.archive.rows.columns import Row, constant, counted, filed, to_array, to_batch
from i4analysis.archive.rows.rows import (
    EMBEDDED,
    LIVE,
    NO_POST,
    NO_PROFILE,
    RESHARE,
    SIGHTED,
    SIGHTED_EXTRA,
    SIGHTED_LISTS,
    SIGHTED_NUMBERS,
    SIGHTED_TEXTS,
    TYPED,
    Follow,
    Post,
    Profile,
    derived_kind,
)
from i4analysis.archive.rows.values import printable
from i4analysis.errors import shown

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
    extra
        Whether a reader whose speed matters gives `rows.SIGHTED_EXTRA` too.

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
        extra: bool = False,
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
        self.extra = extra
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
        if post.media_kinds is not None and len(post.media_kinds) != post.media_count:
            post.media_kinds = None
        if post.media_count is None:  # taken back: it may be another's
            post.media_urls = None
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
        closed = self.posts_in + self.profiles_only + self.rejected
        return closed + self.notices.total() if self.notices else closed

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
        self._packs.append(pack(self._sighted))
        self._sighted.clear()

    def _unpacked(self) -> dict[str, pa.RecordBatch]:
        if self._sighted:
            self._pack()
        if not self._packs:
            return {}
        made = batches(self._packs, self._row_file, lambda code, _: self.remark(code))
        self._packs.clear()
        for moment in span(made["posts"]):
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
        self.sinks.clear()  # they hold this in turn: nobody looks for such rings while reading

    def _pack(self) -> None:
        self._packs.append(pack(self._rows["sighted"]))
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
        made = batches(
            self._packs,
            self._files("sighted"),
            lambda code, at: self.sinks[owner[at]].remark(code),
        )
        for file, moments in spans(made["posts"], self._owners(made["posts"])):
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
    return _NOTICES(dict(sorted(notices.items()))) if notices else "{}"


_NOTICES = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes one a call


def _in_order(batches: Sequence[pa.RecordBatch]) -> Sequence[pa.RecordBatch]:
    """Return batches of one table as they are, or as one in the order of their lines."""
    if len(batches) < 2:
        return batches
    both = pa.Table.from_batches(batches).combine_chunks()
    order = np.argsort(both["line"].to_numpy(), kind="stable")
    return list(both.take(pa.array(order)).to_batches())


Flags = npt.NDArray[np.bool_]
Roles = npt.NDArray[np.int64]
Columns = dict[str, pa.Array]
Remark = Callable[[str, int], None]  # a code of `doctor`, the number of the row
_NUMBERS = len(SIGHTED_TEXTS)
_LISTS = _NUMBERS + len(SIGHTED_NUMBERS)
_FLAGS = _LISTS + len(SIGHTED_LISTS)
_TIMES = ("posted_at", "reshared_at", "collected_at", "seen_at")
_KINDS = pa.array(["post", "reply", "quote", "reshare"])
_ORIGINAL = {
    "reshared_id": "post_id",
    "reshared_author_id": "account_id",
    "reshared_author": "handle",
    "reshared_at": "posted_at",
}


def pack(rows: Sequence[Row]) -> list[pa.Array]:
    """Return the columns of rows as arrays, in the order of `rows.SIGHTED` (and its extra)."""
    columns = list(zip(*rows, strict=True))
    return [
        *_cut(to_array(_joined(columns[:_NUMBERS]), tables.TEXT), len(rows)),
        *_cut(to_array(_joined(columns[_NUMBERS:_LISTS]), tables.COUNT), len(rows)),
        *_lists(columns[_LISTS:_FLAGS]),
        to_array(columns[_FLAGS], tables.FLAG),
        *(_extra(columns[len(SIGHTED) :]) if len(columns) > len(SIGHTED) else ()),
    ]


def _extra(columns: Sequence[Sequence[Any]]) -> list[pa.Array]:
    """Return the columns of `rows.SIGHTED_EXTRA`: two of texts, two of lists."""
    texts = to_array(_joined(columns[:2]), tables.TEXT)
    return [*_cut(texts, len(columns[0])), *_lists(columns[2:])]


def _joined(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the values of all columns, one column after the other."""
    values: list[Any] = []
    for column in columns:
        values += column
    return values


def _cut(array: pa.Array, size: int) -> list[pa.Array]:
    return [array.slice(at, size) for at in range(0, len(array), size)]


def _lists(columns: Sequence[Sequence[Any]]) -> list[pa.Array]:
    """Return columns of lists of texts as arrays: the texts of all of them at once, then cut."""
    lists = _joined(columns)
    ends = np.zeros(len(lists) + 1, np.int32)
    try:
        np.cumsum(np.fromiter(map(len, lists), np.int32, len(lists)), out=ends[1:])
    except TypeError:  # a list that is unknown
        return [to_array(column, tables.TEXTS) for column in columns]
    texts = to_array(_joined(lists), tables.TEXT)
    whole = pa.ListArray.from_arrays(pa.array(ends), texts)
    return _cut(whole, len(columns[0]))


def batches(
    packs: Sequence[list[pa.Array]], file: str | pa.Array, remark: Remark
) -> dict[str, pa.RecordBatch]:
    """Return what was packed as a batch of posts and a batch of profiles.

    A sighting has the moment and the id of its record's own post, and a reshare knows its
    original from the row after it. `file` is that of all rows, or one a row.
    """
    found: Columns = {
        name: pa.concat_arrays(pieces)
        for name, pieces in zip((*SIGHTED, *SIGHTED_EXTRA), zip(*packs, strict=True), strict=False)
    }
    answers, quotes = _known(found["replied_id"]), _known(found["quoted_id"])
    roles = _sound(found, remark, {"replied_id": answers, "quoted_id": quotes})
    count = len(roles)
    own = pa.array(np.maximum.accumulate(np.where(roles & EMBEDDED, 0, np.arange(count))))
    live = roles & LIVE != 0
    found |= {
        "platform": constant("twitter", count),
        "file": filed(file, count),
        "embedded": pa.array(roles & EMBEDDED != 0),
        "seen_at": found["posted_at"].take(own),
        "seen_basis": pc.if_else(pa.array(live), "live", "after"),
        "author_id": found["account_id"],
        "author": found["handle"],
    }
    found |= _of_originals(found, roles, answers, quotes)
    found["collected_at"] = _where(live, found["seen_at"])
    found |= {name: found[name].cast(tables.TIME) for name in _TIMES}
    found |= {
        name: pa.nulls(count, tables.POSTS[name].type)
        for name in tables.POSTS
        if name not in found  # what v1.1 does not say, or was not asked for
    }
    posts = _batch(tables.POSTS, found, roles & NO_POST == 0)
    found["post_id"] = found["post_id"].take(own)
    return {"posts": posts, "profiles": _batch(tables.PROFILES, found, roles & NO_PROFILE == 0)}


_IDS = (
    "post_id",
    "account_id",
    "quoted_id",
    "quoted_author_id",
    "replied_id",
    "replied_author_id",
)


def _all_digits(column: pa.StringArray) -> bool:
    """Return True if texts are digits and nothing else, looking at all their bytes at once."""
    _, ends, data = column.buffers()
    if data is None:
        return True
    bounds = np.frombuffer(ends, np.int32, len(column) + 1, 4 * column.offset)
    letters = np.frombuffer(data, np.uint8, int(bounds[-1] - bounds[0]), int(bounds[0]))
    return bool((letters - np.uint8(ord("0")) < 10).all())


def _sound(found: Columns, remark: Remark, known: dict[str, Flags]) -> Roles:
    """Make ids that were rounded null, or a post's own unlike any other; return the roles.

    A reference that is a word for nothing ("NA") is none: it leaves `known`, one that is rounded
    does not. What `ids.settle` does to a post; here, for thousands at once, of which few are ever
    concerned. A quoted or reshared post whose id is ruined goes.
    """
    roles: Roles = found["role"].to_numpy()
    for name in _IDS:
        column = found[name]
        if _all_digits(column):
            continue
        texts = [text and values.text_id(text) for text in column.to_pylist()]
        if name in known:
            known[name] &= np.fromiter(map(bool, texts), np.bool_, len(texts))
        ruined = [at for at, text in enumerate(texts) if text and ids.is_ruined(text)]
        for at in ruined:
            texts[at] = None
            if name != "post_id" or roles[at] & EMBEDDED:
                remark(ids.REFERENCE, at)
            else:
                remark(ids.OWN, at)
                texts[at] = ids.made(repr([found[name][at] for name in SIGHTED]))
        if name == "post_id" and ruined:
            roles = roles.copy()
            roles[[at for at in ruined if texts[at] is None]] |= NO_POST
        found[name] = pa.array(texts, tables.TEXT)
    return roles


def span(posts: pa.RecordBatch) -> list[int]:
    """Return the first and the last moment of posts that are not embedded; none if none."""
    moments = posts["posted_at"].cast(tables.COUNT).filter(pc.invert(posts["embedded"]))
    return [moment for moment in pc.min_max(moments).as_py().values() if moment is not None]


def spans(
    posts: pa.RecordBatch, owners: npt.NDArray[np.int64]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the file and the span of its posts, for each file that has one.

    `owners` says which file each row comes from; the rows of a file stand together.
    """
    moments = posts["posted_at"].cast(tables.COUNT)
    kept = moments.is_valid().to_numpy(zero_copy_only=False)
    kept &= ~posts["embedded"].to_numpy(zero_copy_only=False)
    if not kept.any():
        return
    known, owner = moments.filter(pa.array(kept)).to_numpy(), owners[kept]
    begins = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    first = np.minimum.reduceat(known, begins).tolist()
    last = np.maximum.reduceat(known, begins).tolist()
    yield from zip(owner[begins].tolist(), zip(first, last, strict=True), strict=True)


def _of_originals(
    found: Columns, roles: npt.NDArray[np.int64], answers: Flags, quotes: Flags
) -> Columns:
    """Return what reshares say of their originals, each of which is the row after; and kinds."""
    reshares, typed = roles & RESHARE != 0, pa.array(roles & TYPED != 0)
    after = pa.array(np.arange(1, len(reshares) + 1), mask=~reshares)
    columns = {name: found[source].take(after) for name, source in _ORIGINAL.items()}
    kinds = np.where(answers, 1, 0)
    kinds[quotes] = 2
    kinds[reshares] = 3
    return columns | {
        "reshare_basis": _where(reshares, pc.if_else(typed, "text", "platform")),
        "kind": _KINDS.take(pa.array(kinds)),
    }


def _known(values: pa.Array) -> Flags:
    known: Flags = values.is_valid().to_numpy(zero_copy_only=False)
    return known.copy()


def _where(which: Flags, values: pa.Array) -> pa.Array:
    """Return values, null where `which` is False."""
    return pc.if_else(pa.array(which), values, pa.scalar(None, values.type))


def _batch(table: tables.Table, found: Columns, kept: Flags) -> pa.RecordBatch:
    arrays = [
        counted(found[field.name]) if field.type == tables.COUNT else found[field.name]
        for field in table.schema
    ]
    batch = pa.RecordBatch.from_arrays(arrays, schema=table.schema)
    return batch if kept.all() else batch.filter(pa.array(kept))
