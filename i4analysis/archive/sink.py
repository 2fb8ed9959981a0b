"""Where readers put what they read: rows by the batch, and the account of every record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pyarrow as pa

from i4analysis import tables
from i4analysis.archive.rows import Follow, Post, Profile, Reject, derived_kind

BATCH = 4_000
EXCERPT = 200
OTHER_HASHTAG = "other hashtag"

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
        self.notices: dict[str, int] = {}
        self.remarks: dict[str, int] = {}
        self.first_posted_at: int | None = None
        self.last_posted_at: int | None = None
        self.hashtags = frozenset(hashtags)
        self.strict = strict
        self._row_file = file
        self._flush = flush
        self._posts: list[Post] = []
        self._profiles: list[Profile] = []
        self._follows: list[Follow] = []
        self._rejects: list[Reject] = []

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
        if self.hashtags and self.hashtags.isdisjoint(post.hashtags or ()):
            self.notice(OTHER_HASHTAG)
            return
        self.posts_in += 1
        self._add_post(post)
        moment = post.posted_at
        if moment is not None:
            if self.first_posted_at is None or moment < self.first_posted_at:
                self.first_posted_at = moment
            if self.last_posted_at is None or moment > self.last_posted_at:
                self.last_posted_at = moment
        for other in embedded:
            other.embedded = True
            self._add_post(other)
        self._add_accounts(profiles, follows)

    def account(self, profiles: Iterable[Profile] = (), follows: Iterable[Follow] = ()) -> None:
        """Close a record that gives an account or follow edges, but no post."""
        self.profiles_only += 1
        self._add_accounts(profiles, follows)

    def notice(self, kind: str, count: int = 1) -> None:
        """Close `count` records that are notices: deletes, limits, counts, empty pages."""
        self.notices[kind] = self.notices.get(kind, 0) + count

    def reject(self, reason: str, excerpt: str | bytes | None = None) -> None:
        """Close a record that cannot be read, with one sentence saying why."""
        self.rejected += 1
        if isinstance(excerpt, bytes):
            excerpt = excerpt[: 4 * EXCERPT].decode("utf-8", "replace")
        if excerpt is not None:
            excerpt = excerpt[:EXCERPT].encode("utf-8", "replace").decode()
        self._rejects.append(Reject(self.line, reason, excerpt))

    def remark(self, code: str, count: int = 1) -> None:
        """Count something the doctor should know that no column holds (a code of `doctor`)."""
        self.remarks[code] = self.remarks.get(code, 0) + count

    def peak(self, code: str, value: int) -> None:
        """Keep the largest value seen of a running counter that the collector wrote down."""
        self.remarks[code] = max(self.remarks.get(code, 0), value)

    # -------------------------------------------------------------------------------- inside

    def _add_post(self, post: Post) -> None:
        post.line = self.line
        if not post.kind:
            post.kind = derived_kind(post)
        self._posts.append(post)

    def _add_accounts(self, profiles: Iterable[Profile], follows: Iterable[Follow]) -> None:
        for profile in profiles:
            profile.line = self.line
            self._profiles.append(profile)
        for follow in follows:
            follow.line = self.line
            self._follows.append(follow)

    def _held(self) -> tuple[list[Any], ...]:
        return self._posts, self._profiles, self._follows, self._rejects

    @property
    def closed(self) -> int:
        """Records closed so far."""
        return self.posts_in + self.profiles_only + self.rejected + sum(self.notices.values())

    def mark(self) -> tuple[Any, ...]:
        """Return the present state, for `rollback` when a record fails half way."""
        return (
            (self.records, self.posts_in, self.profiles_only, self.rejected),
            (self.first_posted_at, self.last_posted_at, self.line),
            (self.notices.copy(), self.remarks.copy()),
            (len(self._posts), len(self._profiles), len(self._follows), len(self._rejects)),
        )

    def rollback(self, mark: tuple[Any, ...]) -> None:
        """Forget everything since `mark` (no batch may have been handed on in between)."""
        self.records, self.posts_in, self.profiles_only, self.rejected = mark[0]
        self.first_posted_at, self.last_posted_at, self.line = mark[1]
        self.notices, self.remarks = mark[2]
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
            "notices": sum(self.notices.values()),
            "rejects": self.rejected,
            "notice_kinds": json.dumps(dict(sorted(self.notices.items())), ensure_ascii=False),
            "posts": self.rows["posts"],
            "profiles": self.rows["profiles"],
            "follows": self.rows["follows"],
            "first_posted_at": self.first_posted_at,
            "last_posted_at": self.last_posted_at,
        }


def to_batch(table: tables.Table, rows: list[Any], file: str) -> pa.RecordBatch:
    """Return structs of one kind as a batch of their canonical table."""
    names = type(rows[0]).__struct_fields__
    columns = dict(zip(names, zip(*map(msgspec.structs.astuple, rows), strict=True), strict=True))
    arrays = []
    for column in table.columns:
        if column.name == "file":
            arrays.append(pa.repeat(pa.scalar(file, pa.string()), len(rows)))
        elif column.type == tables.TIME:
            arrays.append(pa.array(columns[column.name], pa.int64()).cast(column.type))
        else:
            arrays.append(pa.array(columns[column.name], column.type))
    return pa.RecordBatch.from_arrays(arrays, schema=table.schema)
