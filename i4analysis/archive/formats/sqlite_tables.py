"""SQLite databases: the rows of their tables, as the records that they were made from.

Twint's `-db`, twitter-to-sqlite and many a script keep posts so. A database takes records apart:
the account stands in a table of its own and the row of a post refers to it. What a row refers to
is put back in its place, so that a row is a record or the row of a table again, for the readers of
those. A table that none of them knows is left out, where another one is known; one without a
word of its own (who liked what, which post has which hashtag) is left as it is, for with the post
in it the row would be taken for that post.

Nothing in the file is run or trusted: no view, no trigger, no index but that of a key; what it
claims to hold is bounded by its size. A program that writes to it meanwhile is not in the way.

References
----------
SQLite, "Database File Format" 1.3 (bytes 18 and 19: 2 for a write-ahead log) and "Defense Against
The Dark Arts".
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import msgspec

from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.rows.reader import FramesReader
from i4analysis.errors import ArchiveError, UnknownFormatError

MAGIC = b"SQLite format 3\0"
LOGGED = b"\x02\x02"  # in the place of the versions: the newest rows may be in a log beside it
TOGETHER = 2_000  # rows
LETTERS = 1 << 22  # of rows that are given together
LEAST_ROW = 4  # bytes that a row takes at least
DEPTH = 2  # a post, the one that it quotes, the author of that
KEPT = 20_000  # rows referred to, of a table
MOST_TABLES = 500
LOOKED_AT = 50
_WORDS = re.compile(
    r"(?:[^\W\d]{2,}\W+){2}[^\W\d]{2}"
)  # a date has two: its day's and its month's


class _Reference(NamedTuple):
    """A column that holds the key of a row of another table."""

    column: str
    table: str
    key: str

    @property
    def place(self) -> str:
        """What the row is called where it is put: user for user_id."""
        return self.column.removesuffix("_id") or self.column


class SqliteTables(FramesReader):
    """Reads the tables of a database, each row with the rows that it refers to."""

    name = "sqlite"
    title: ClassVar[str] = "SQLite databases (.db, .sqlite): Twint's, twitter-to-sqlite's, others"

    def matches(self, head: bytes) -> bool:
        """Return True for the first bytes of a database that holds more than its name."""
        return head.startswith(MAGIC) and len(head) > len(MAGIC)

    def frames(self, data: bytes, name: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of each table, as objects by the names of their columns."""
        given = 0
        try:
            with _Database(data) as database:
                tables = database.tables()
                for table in tables:
                    for rows in database.rows(table):
                        given += len(rows)
                        yield rows
        except (sqlite3.Error, ValueError, OverflowError) as error:
            if given:
                raise Damaged(f"its database breaks off after {given:,} rows") from error
            raise ArchiveError(
                f"The file {name} begins as a SQLite database and cannot be read as one, expected"
                " a whole one: it was cut, damaged or encrypted; fetch it again, or have sqlite3"
                " FILE .recover save what is left and read that."
            ) from error
        if not given:
            empty = "tables without rows" if tables else "no table"
            raise UnknownFormatError(
                f"The file {name} is a SQLite database that holds {empty}, expected one of posts;"
                " if a program still writes to it, end that first, or leave the file out."
            )
        if data[18:20] == LOGGED and _has_log(name):
            raise Damaged(
                "its newest rows are in the file -wal beside it; end the program that writes to"
                " it and read it again"
            )


def _has_log(name: str) -> bool:
    try:
        return Path(f"{name}-wal").stat().st_size > 0
    except (OSError, ValueError):
        return False


class _Database:
    """A database in memory, that may be anybody's."""

    def __init__(self, data: bytes) -> None:
        self._left = len(data)
        self._open = sqlite3.connect(":memory:")
        self._open.text_factory = lambda raw: raw.decode("utf-8", "replace")
        if data[18:20] == LOGGED:  # one in memory has no log
            data = data[:18] + b"\x01\x01" + data[20:]
        self._open.deserialize(data)
        self._open.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(data), 1 << 16))
        for said in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
            self._open.execute(f"PRAGMA {said}")
        self._rows_left = len(data) // LEAST_ROW
        self._references: dict[str, list[_Reference]] = {}

    def __enter__(self) -> _Database:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def tables(self) -> list[str]:
        """Return the names of the tables, without those that an index of words keeps."""
        found = self._open.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            f" AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid LIMIT {MOST_TABLES}"
        ).fetchall()
        found = [(name, str(sql)) for name, sql in found if isinstance(name, str)]
        words = [name for name, sql in found if sql[:20].upper().startswith("CREATE VIRTUAL")]
        names = [name for name, _ in found if name not in words]
        names = [one for one in names if not any(one.startswith(f"{word}_") for word in words)]
        self._references = {
            name: list(self._refers(name, names)) if self._is_worded(name) else []
            for name in names
        }
        return names

    def _is_worded(self, table: str) -> bool:
        """Return True if words stand in the first rows of a table."""
        first = self._open.execute(f"SELECT * FROM {_named(table)} NOT INDEXED LIMIT {LOOKED_AT}")
        return any(_WORDS.search(cell) for row in first for cell in row if isinstance(cell, str))

    def rows(self, table: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table, some at a time.

        Raises
        ------
        ValueError
            If it says that it holds more than the file has room for.
        """
        found: list[dict[str, Any]] = []
        size = 0
        row_of = lru_cache(maxsize=KEPT)(self._row)
        asked = self._open.execute(f"SELECT * FROM {_named(table)} NOT INDEXED")
        names = [one[0] for one in asked.description]
        for cells in asked:
            letters = sum(len(cell) for cell in cells if isinstance(cell, str | bytes))
            self._rows_left -= 1
            self._left -= letters
            if self._rows_left < 0 or self._left < 0:
                raise ValueError("more rows or letters than bytes")
            row = dict(zip(names, map(_value, cells), strict=True))
            found.append(self._whole(row, table, row_of, DEPTH))
            size += letters
            if len(found) == TOGETHER or size > LETTERS:
                yield found
                found, size = [], 0
        if found:
            yield found

    def _whole(self, row: dict[str, Any], table: str, row_of: Any, depth: int) -> dict[str, Any]:
        """Return a row with the rows that it refers to in their places."""
        whole, printed = dict(row), False
        for one in self._references.get(table, ()) if depth else ():
            at = row.get(one.column)
            part = None if at is None else row_of(one.table, one.key, at)
            if part is None:
                continue
            if one.place == one.column or one.place not in row:
                named = part.keys() <= {one.key, "name", "url"} and part.get("name")
                whole[one.place] = named or self._whole(part, one.table, row_of, depth - 1)
                printed = True
        if printed:  # a record was taken apart: its lists are printed in cells
            whole = {name: _unprinted(cell) for name, cell in whole.items()}
        return whole

    def _row(self, table: str, key: str, at: Any) -> dict[str, Any] | None:
        asked = self._open.execute(f"SELECT * FROM {_named(table)} WHERE {_named(key)} = ?", (at,))
        cells = asked.fetchone()
        names = [one[0] for one in asked.description]
        return None if cells is None else dict(zip(names, map(_value, cells), strict=True))

    def _refers(self, table: str, names: list[str]) -> Iterator[_Reference]:
        """Yield the references of a table: those declared, and user_id where there are users."""
        keys = {name: self._key(name) for name in names}
        by_fold = {name.casefold(): name for name in names}
        declared = set()
        for _, _, to, column, key, *_ in self._open.execute(
            f"PRAGMA foreign_key_list({_named(table)})"
        ).fetchall():
            to = by_fold.get(str(to).casefold(), "")
            if keys.get(to) in (key, *([] if key else [keys.get(to)])) and keys.get(to):
                declared.add(column)
                yield _Reference(column, to, keys[to])
        for _, column, *_ in self._columns(table):
            stem = column.removesuffix("_id").casefold()
            to = by_fold.get(f"{stem}s") or by_fold.get(stem) or ""
            told = column.endswith("_id") and column not in declared and to != table
            if told and keys.get(to) in ("id", column):
                yield _Reference(column, to, keys[to])

    def _key(self, table: str) -> str:
        """Return the column that is the key of a table; "" if it has none, or several."""
        keys = [name for _, name, _, _, _, place in self._columns(table) if place]
        return keys[0] if len(keys) == 1 else ""

    def _columns(self, table: str) -> list[Any]:
        return self._open.execute(f"PRAGMA table_info({_named(table)})").fetchall()


def _named(name: str) -> str:
    """Return a name as a query writes it.

    Examples
    --------
    >>> len(_named('my "posts"'))
    14
    """
    return '"' + name.replace('"', '""') + '"'


def _value(cell: Any) -> Any:
    """Return a cell as JSON holds it.

    Examples
    --------
    >>> [_value(cell) for cell in (b"a", 3.0, 0.5, float("inf"))]
    ['a', 3, 0.5, None]
    """
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    return cell


def _unprinted(cell: Any) -> Any:
    """Return the list or object that a cell holds as JSON, or the cell.

    Examples
    --------
    >>> [_unprinted(cell) for cell in ('["x"]', "[1] of 2", None)]
    [['x'], '[1] of 2', None]
    """
    if not isinstance(cell, str) or cell[:1] not in ("{", "[") or cell[-1:] not in ("}", "]"):
        return cell
    try:
        return msgspec.json.decode(cell)
    except (ValueError, RecursionError):
        return cell
