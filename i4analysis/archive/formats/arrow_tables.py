"""Tables of Parquet, Feather, Arrow and ORC: their rows, as the records that they were made from.

What pandas, Spark, polars, DuckDB, R's arrow and the hubs of data sets write. A column may hold
objects and lists, as the API nests them; what a row gives is a record or the row of a table, for
the readers of those. A long id kept as a float has been rounded by whoever saved it, and stays so
(`rows.ids`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, ClassVar

from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.rows.reader import FramesReader
from i4analysis.errors import ArchiveError

PARQUET, FILE, FIRST, ORC, STREAM = b"PAR1", b"ARROW1", b"FEA1", b"ORC", b"\xff\xff\xff\xff"
MAGIC = (PARQUET, FILE, FIRST, ORC, STREAM)
_KINDS = {
    PARQUET: "a Parquet",
    FILE: "an Arrow",
    FIRST: "a Feather",
    ORC: "an ORC",
    STREAM: "an Arrow",
}
TOGETHER = 4_096  # rows
MOST_ROWS = 500  # a byte: one value, said to come again and again, may stand for any number


class ArrowTables(FramesReader):
    """Reads the rows of such a table, some thousand at a time."""

    name = "arrow"
    title: ClassVar[str] = "Parquet, Feather, Arrow and ORC tables of what these read"

    def matches(self, head: bytes) -> bool:
        """Return True for the first bytes of one of the four."""
        return head.startswith(MAGIC) and len(head) > 8

    def frames(self, data: bytes, name: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows, as objects by the names of their columns."""
        import pyarrow

        given = 0
        try:
            for batch in _batches(data):
                batch.validate(full=True)
                given += batch.num_rows
                if given > MOST_ROWS * len(data):
                    raise ValueError(f"more than {MOST_ROWS} rows a byte")
                yield [
                    {key: _value(part) for key, part in row.items()} for row in batch.to_pylist()
                ]
        except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
            if given:
                raise Damaged(f"its table breaks off after {given:,} rows") from error
            kind = _KINDS[next(magic for magic in MAGIC if data.startswith(magic))]
            raise ArchiveError(
                f"The file {name} begins as {kind} table and cannot be read as one, expected a"
                " whole one: it was cut or damaged; fetch it again, or write its table as CSV or"
                " JSON lines and read that."
            ) from error


def _batches(data: bytes) -> Iterator[Any]:
    import pyarrow

    whole = pyarrow.BufferReader(data)
    if data.startswith(PARQUET):
        from pyarrow.parquet import ParquetFile

        yield from ParquetFile(whole).iter_batches(TOGETHER)
    elif data.startswith(ORC):
        from pyarrow.orc import ORCFile

        found = ORCFile(whole)
        for at in range(found.nstripes):
            yield from _pieces(found.read_stripe(at))
    elif data.startswith(FIRST):
        from pyarrow.feather import read_table

        yield from read_table(whole, memory_map=False).to_batches(TOGETHER)
    elif data.startswith(FILE):
        with pyarrow.ipc.open_file(whole) as held:
            for at in range(held.num_record_batches):
                yield from _pieces(held.get_batch(at))
    else:
        with pyarrow.ipc.open_stream(whole) as stream:
            for batch in stream:
                yield from _pieces(batch)


def _pieces(batch: Any) -> Iterator[Any]:
    for at in range(0, batch.num_rows, TOGETHER):
        yield batch.slice(at, TOGETHER)


def _value(value: Any) -> Any:
    """Return a cell as JSON holds it.

    Examples
    --------
    >>> _value({"at": date(2015, 9, 26), "n": 3.0, "none": float("nan"), "raw": b"a"})
    {'at': '2015-09-26', 'n': 3, 'none': None, 'raw': 'a'}
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict):
        return {str(key): _value(part) for key, part in value.items()}
    if isinstance(value, list):
        pairs = value and all(isinstance(one, tuple) and len(one) == 2 for one in value)
        return _value(dict(value)) if pairs else [_value(part) for part in value]
    if isinstance(value, date | time):  # a moment, too; none at all does not equal itself
        return value.isoformat() if value == value else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if value is None or isinstance(value, str | int) else str(value)
