"""Where readers put what they read: rows by the batch, and the account of every record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pyarrow as pa
from msgspec.structs import astuple

from i4analysis import tables
from i4analysis.archive.rows import Follow, Post, Profile, Reject, derived_kind
from i4analysis.archive.values import printable

BATCH = 1_000  # rows are turned into Arrow while they are still in the processor's cache
EXCERPT = 200
OTHER_HASHTAG = "other hashtag"

_FIELDS = {
    name: struct.__struct_fields__
    for name, struct in (
        ("posts", Post),
        ("profiles", Profile),
        ("follows", Follow),
        ("rejects", Reject),
    )
}
_HASHTAGS = _FIELDS["posts"].index("hashtags")
_POSTED_AT = _FIELDS["posts"].index("posted_at")

Flush = Callable[[str, pa.RecordBatch], None]


class Sink:
    """Takes the records of one file and hands on Arrow batches.

    Each record found in the file is closed by exactly one of `post`, `account`, `notice` and
    `reject`; `settle` checks that the account is exact.

    Parameters
    ----------
    file
        Name written into the rows.
    flush
        Called with a table's name and a batch of its rows.
    hashtags
        Normalised hashtags to keep; a post without any of them is counted as a notice. Empty:
        keep all.
    strict
        Whether lines may be skipped unparsed only when no escape can hide a hashtag.

    Attributes
    ----------
    retrieved_at
        Set by a reader while it reads an answer of which it knows when it was fetched: posts,
        profiles and follow edges are then true as of that moment.
    """

    def __init__(
        self, file: str, flush: Flush, hashtags: Iterable[str] = (), strict: bool = True
    ) -> None:
        self.file = file
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
        self._row_file = file
        self._flush = flush
        self._posts: list[tuple[Any, ...]] = []
        self._profiles: list[tuple[Any, ...]] = []
        self._follows: list[tuple[Any, ...]] = []
        self._rejects: list[tuple[Any, ...]] = []

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
        self._row_file = f"{self.file}!{member}"
        self.line = 1

    def position(self, number: int) -> None:
        """Set the record's place inside its value: its line number if the file is one value."""
        if self.whole:
            self.line = number

    # ----------------------------------------------------------------------- closing a record

    def post(
        self,
        post: Post,
        embedded: Iterable[Post] = (),
        profiles: Iterable[Profile] = (),
        follows: Iterable[Follow] = (),
    ) -> None:
        """Close a record that is a post, with the posts and accounts it embeds."""
        if not post.post_id:
            raise ValueError("the post's id is empty")
        if self.hashtags and self.hashtags.isdisjoint(post.hashtags or ()):
            self.notice(OTHER_HASHTAG)
            return
        self.posts_in += 1
        self._add_post(post)
        if post.posted_at is not None:
            self._span(post.posted_at)
        for other in embedded:
            other.embedded = True
            self._add_post(other)
        self._add_accounts(profiles, follows)

    def rows_of_post(self, posts: list[tuple[Any, ...]], profiles: list[tuple[Any, ...]]) -> None:
        """Close a record that is a post, given as rows: the values of `Post` and `Profile`.

        For a reader whose speed matters; the first row is the post, `line` is filled in.
        """
        post = posts[0]
        if self.hashtags and self.hashtags.isdisjoint(post[_HASHTAGS] or ()):
            self.notice(OTHER_HASHTAG)
            return
        self.posts_in += 1
        self._posts += posts
        self._profiles += profiles
        moment = post[_POSTED_AT]
        if moment is not None:
            self._span(moment)

    def _span(self, moment: int) -> None:
        if self.first_posted_at is None or self.last_posted_at is None:
            self.first_posted_at = self.last_posted_at = moment
        elif moment < self.first_posted_at:
            self.first_posted_at = moment
        elif moment > self.last_posted_at:
            self.last_posted_at = moment

    def account(self, profiles: Iterable[Profile] = (), follows: Iterable[Follow] = ()) -> None:
        """Close a record that gives an account or follow edges, but no post."""
        self.profiles_only += 1
        self._add_accounts(profiles, follows)

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
        self._rejects.append((self.line, printable(reason), excerpt))

    def remark(self, code: str, count: int = 1) -> None:
        """Count something the doctor should know that no column holds (a code of `doctor`)."""
        self.remarks[code] += count

    def peak(self, code: str, value: int) -> None:
        """Keep the largest value seen of a running counter that the collector wrote down."""
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

    def _held(self) -> tuple[list[Any], ...]:
        return self._posts, self._profiles, self._follows, self._rejects

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
            (len(self._posts), len(self._profiles), len(self._follows), len(self._rejects)),
        )

    def rollback(self, mark: tuple[Any, ...]) -> None:
        """Forget everything since `mark` (no batch may have been handed on in between)."""
        self.records, self.posts_in, self.profiles_only, self.rejected = mark[0]
        self.first_posted_at, self.last_posted_at, self.line = mark[1]
        self.notices, self.remarks = map(Counter, mark[2])
        for rows, length in zip(self._held(), mark[3], strict=True):
            del rows[length:]

    # ------------------------------------------------------------------------ handing batches on

    def batch(self) -> None:
        """Hand full batches on; the framing calls it between records."""
        if (
            len(self._posts) >= BATCH
            or len(self._profiles) >= BATCH
            or len(self._follows) >= BATCH
            or len(self._rejects) >= BATCH
        ):
            self.drain()

    def drain(self) -> None:
        """Hand every row on."""
        for name, rows in (
            ("posts", self._posts),
            ("profiles", self._profiles),
            ("follows", self._follows),
            ("rejects", self._rejects),
        ):
            if rows:
                self.rows[name] += len(rows)
                self._flush(name, to_batch(tables.TABLES[name], rows, self._row_file))
                rows.clear()

    def settle(self) -> None:
        """Drain, and check that every record found was closed once."""
        self.drain()
        if self.closed != self.records:
            raise AssertionError(
                f"{self.file}: {self.records} records found, {self.closed} accounted for"
            )

    def account_row(self) -> dict[str, Any]:
        """Return the file's row of the files table as far as the sink knows it."""
        return {
            "file": self.file,
            "records": self.records,
            "posts_in": self.posts_in,
            "profiles_only": self.profiles_only,
            "notices": self.notices.total(),
            "rejects": self.rejected,
            "notice_kinds": json.dumps(dict(sorted(self.notices.items())), ensure_ascii=False),
            "posts": self.rows["posts"],
            "profiles": self.rows["profiles"],
            "follows": self.rows["follows"],
            "first_posted_at": self.first_posted_at,
            "last_posted_at": self.last_posted_at,
        }


def to_batch(table: tables.Table, rows: list[tuple[Any, ...]], file: str) -> pa.RecordBatch:
    """Return rows, in the order of the fields of their struct, as a batch of their table."""
    values = dict(zip(_FIELDS[table.name], zip(*rows, strict=True), strict=True))
    arrays = []
    for column in table.columns:
        if column.name == "file":
            arrays.append(pa.repeat(pa.scalar(file, pa.string()), len(rows)))
        elif column.type == tables.TIME:
            arrays.append(_array(values[column.name], pa.int64()).cast(column.type))
        else:
            arrays.append(_array(values[column.name], column.type))
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)


def _array(found: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return values as an Arrow array; what no such array can hold becomes null, or is mended.

    A count beyond 64 bits is no count; half of a surrogate pair is no letter.
    """
    try:
        return pa.array(found, kind)
    except (OverflowError, UnicodeEncodeError, pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([_held(value, kind) for value in found], kind)


def _held(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return [_held(part, kind.value_type) for part in value] if value is not None else None
    if pa.types.is_string(kind):
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None
    if pa.types.is_integer(kind):
        return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None
    return value if isinstance(value, bool) else None
