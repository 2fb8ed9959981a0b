"""Rows, a batch at a time, turned into Arrow columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows import (
    EMBEDDED,
    LIVE,
    NO_POST,
    NO_PROFILE,
    RESHARE,
    SIGHTED,
    Follow,
    Post,
    Profile,
    Reject,
)

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


def to_batch(name: str, rows: Sequence[Row], file: str) -> pa.RecordBatch:
    """Return rows, in the order of the fields of their struct, as a batch of a table."""
    values = dict(zip(_FIELDS[name], zip(*rows, strict=True), strict=True))
    schema = _SCHEMAS[name]
    arrays = [
        _constant(file, len(rows)) if field.name == "file" else _column(values[field.name], field)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def sighted_batches(rows: Sequence[Row], file: str) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Return rows of `rows.SIGHTED` as a batch of posts and a batch of profiles.

    What the rows of one record share is worked out here for all of them at once: a sighting has
    the moment and the id of its record's own post, and a reshare knows its original from the row
    after it.
    """
    values = dict(zip(SIGHTED, zip(*rows, strict=True), strict=True))
    count = len(rows)
    roles = np.array(values["role"], np.int64)
    place = np.arange(count)
    own = np.maximum.accumulate(np.where(roles & EMBEDDED, 0, place))
    found = {
        field.name: _column(values[field.name], field)
        for schema in (_SCHEMAS["posts"], _SCHEMAS["profiles"])
        for field in schema
        if field.name in values
    }
    posted = found["posted_at"]
    live = roles & LIVE != 0
    nothing = pa.nulls(count, _TEXT)
    found |= {
        "platform": _constant("twitter", count),
        "embedded": pa.array(roles & EMBEDDED != 0),
        "file": _constant(file, count),
        "seen_at": posted.take(pa.array(own)),
        "seen_basis": _either(live, "live", "after"),
        "via_id": nothing,
        "author_id": found["account_id"],
        "author": found["handle"],
    }
    found["collected_at"] = _where(live, found["seen_at"])
    found |= _of_originals(found, roles & RESHARE != 0)
    posts = _batch("posts", found, roles & NO_POST == 0)
    found["post_id"] = found["post_id"].take(pa.array(own))
    return posts, _batch("profiles", found, roles & NO_PROFILE == 0)


_ORIGINAL = {
    "reshared_id": "post_id",
    "reshared_author_id": "account_id",
    "reshared_author": "handle",
    "reshared_at": "posted_at",
}


def _of_originals(found: dict[str, pa.Array], reshares: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return what reshares say of their originals, each of which is the row after."""
    after = pa.array(np.arange(1, len(reshares) + 1), mask=~reshares)
    columns = {name: found[source].take(after) for name, source in _ORIGINAL.items()}
    return columns | {"reshare_basis": _where(reshares, _constant("platform", len(reshares)))}


def _batch(name: str, found: dict[str, pa.Array], kept: npt.NDArray[np.bool_]) -> pa.RecordBatch:
    schema = _SCHEMAS[name]
    batch = pa.RecordBatch.from_arrays([found[column] for column in schema.names], schema=schema)
    return batch if kept.all() else batch.filter(pa.array(kept))


def _constant(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, _TEXT), count)


def _either(which: npt.NDArray[np.bool_], yes: str, no: str) -> pa.Array:
    if which.all():
        return _constant(yes, len(which))
    if not which.any():
        return _constant(no, len(which))
    return pc.if_else(pa.array(which), yes, no)


def _where(which: npt.NDArray[np.bool_], values: pa.Array) -> pa.Array:
    """Return values, null where `which` is False."""
    if which.all():
        return values
    if not which.any():
        return pa.nulls(len(values), values.type)
    return pc.if_else(pa.array(which), values, pa.scalar(None, values.type))


def _column(found: Sequence[Any], field: pa.Field) -> pa.Array:
    if field.type == tables.TEXTS:
        return _texts(found)
    if field.type == tables.TIME:
        return _array(found, pa.int64()).cast(field.type)
    return _array(found, field.type)


def _texts(found: Sequence[Any]) -> pa.Array:
    """Return lists of texts as an Arrow array: the texts of all of them at once, then cut."""
    try:
        ends = np.fromiter(map(len, found), np.int32, len(found)).cumsum(dtype=np.int32)
    except TypeError:  # a list that is unknown
        return _array(found, tables.TEXTS)
    texts = _array(list(chain.from_iterable(found)), _TEXT)
    return pa.ListArray.from_arrays(pa.array(np.concatenate(([np.int32(0)], ends))), texts)


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
