"""A table as somebody else's tools would save it, and what is read of a file."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
from story import GOLDEN, Rows

from i4analysis.archive.bytes import csvrows

Table = list[list[str]]
# what tells rows and files apart, not posts
OWN = ("file", "line", "excerpt")
MADE = re.compile(r"(?:made|ruined)-\w+")


def rows_of(data: bytes) -> dict[str, Any]:
    """Return what a file gives, made ids alike: they are of a row as it is written."""
    read = Rows(Path("t"), data)
    found = {
        name: [{key: part for key, part in row.items() if key not in OWN} for row in table]
        for name, table in read.tables.items()
    }
    return json.loads(MADE.sub("made", json.dumps(found)))


def cells(name: str) -> tuple[Table, str]:
    """Return the rows of a golden table and what stands between their cells."""
    table = csvrows.CsvRows([(GOLDEN / name).read_bytes()])
    rows = [row.cells for row in table.rows() if isinstance(row, csvrows.Row)]
    return [table.header, *rows], table.preamble


def written(rows: Table, delimiter: str = ",", **how: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n", **how).writerows(rows)
    return out.getvalue()


def packed(rows: Table, write: Callable[..., Any]) -> bytes:
    """Return a table as Arrow's libraries pack it."""
    out = io.BytesIO()
    columns = (pa.array(column) for column in zip(*rows[1:], strict=True))
    write(pa.table(dict(zip(rows[0], columns, strict=True))), out)
    return out.getvalue()


def database(tables: dict[str, Table], *more: str) -> bytes:
    """Return a SQLite database of tables, the kinds of whose columns nobody says."""
    with closing(sqlite3.connect(":memory:")) as made:
        for name, rows in tables.items():
            made.execute(f'CREATE TABLE "{name}" ({", ".join(map(sqlite_name, rows[0]))})')
            marks = ", ".join("?" for _ in rows[0])
            made.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows[1:])
        made.executescript(";".join(more))
        made.commit()
        return made.serialize()


def sqlite_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
