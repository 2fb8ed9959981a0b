"""Rows, a batch at a time, turned into Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows.rows import Follow, Post, Profile, Reject

Row = tuple[Any, ...]
_FIELDS = {
    name: struct.__struct_fields__
    for name, struct in (
        ("posts", Post),
        ("profiles", Profile),
        ("follows", Follow),
        ("rejects", Reject),
    )
}
_SCHEMAS = {name: tables.TABLES[name].schema for name in _FIELDS}
_TEXT = pa.string()
UNREACHED = 10**10  # more followers, likes or reshares than there are people


def to_batch(name: str, rows: Sequence[Row], file: str | pa.Array) -> pa.RecordBatch:
    """Return rows, in the order of the fields of their struct, as a batch of a table.

    `file` is that of all rows, or one a row.
    """
    values = dict(zip(_FIELDS[name], zip(*rows, strict=True), strict=True))
    schema = _SCHEMAS[name]
    arrays = [
        filed(file, len(rows)) if field.name == "file" else _column(values[field.name], field)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def constant(text: str, count: int) -> pa.Array:
    """Return a text, `count` times."""
    return pa.repeat(pa.scalar(text, _TEXT), count)


def filed(file: str | pa.Array, count: int) -> pa.Array:
    """Return the column of the names of files, of one file or of many."""
    return constant(file, count) if isinstance(file, str) else file


def _column(found: Sequence[Any], field: pa.Field) -> pa.Array:
    if field.type == tables.TEXTS:
        return _texts(found)
    if field.type == tables.TIME:
        return to_array(found, pa.int64()).cast(field.type)
    array = to_array(found, field.type)
    return counted(array) if field.type == tables.COUNT else array


def counted(counts: pa.Array) -> pa.Array:
    """Return counts; what cannot be one is unknown.

    A service that hides a count, or R and pandas, write -1; a number that no count of people
    reaches is a code for unknown (2^63 − 1), and added up it would pass 64 bits.

    Examples
    --------
    >>> counted(pa.array([3, -1, 2**63 - 1, None])).to_pylist()
    [3, None, None, None]
    """
    ends = pc.min_max(counts).as_py()
    if ends["min"] is None or (ends["min"] >= 0 and ends["max"] < UNREACHED):
        return counts
    possible = pc.and_(pc.greater_equal(counts, 0), pc.less(counts, UNREACHED))
    return pc.if_else(possible, counts, pa.scalar(None, counts.type))


def _texts(found: Sequence[Any]) -> pa.Array:
    """Return lists of texts as an Arrow array: the texts of all of them at once, then cut."""
    try:
        ends = np.fromiter(map(len, found), np.int32, len(found)).cumsum(dtype=np.int32)
    except TypeError:  # a list that is unknown
        return to_array(found, tables.TEXTS)
    texts = to_array(list(chain.from_iterable(found)), _TEXT)
    return pa.ListArray.from_arrays(pa.array(np.concatenate(([np.int32(0)], ends))), texts)


def to_array(found: Sequence[Any], kind: pa.DataType) -> pa.Array:
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
