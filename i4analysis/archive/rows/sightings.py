"""Posts with the sightings of their authors (`rows.SIGHTED`) turned into Arrow, in two steps.

Python's texts and numbers leave the processor's cache within a few hundred rows, so they are put
into Arrow arrays early (`pack`), in as few calls as there are types. What costs by the call and
not by the row is done for thousands of rows at once (`batches`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows import ids, values
from i4analysis.archive.rows.columns import Row, constant, filed, to_array
from i4analysis.archive.rows.rows import (
    EMBEDDED,
    LIVE,
    NO_POST,
    NO_PROFILE,
    RESHARE,
    SIGHTED,
    SIGHTED_LISTS,
    SIGHTED_NUMBERS,
    SIGHTED_TEXTS,
    TYPED,
)

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
    """Return the columns of rows as arrays, in the order of `rows.SIGHTED`."""
    columns = list(zip(*rows, strict=True))
    return [
        *_cut(to_array(_joined(columns[:_NUMBERS]), tables.TEXT), len(rows)),
        *_cut(to_array(_joined(columns[_NUMBERS:_LISTS]), tables.COUNT), len(rows)),
        *_lists(columns[_LISTS:_FLAGS]),
        to_array(columns[_FLAGS], tables.FLAG),
    ]


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
        for name, pieces in zip(SIGHTED, zip(*packs, strict=True), strict=True)
    }
    answers, quotes = _known(found["replied_id"]), _known(found["quoted_id"])
    roles = _sound(found, remark)
    count = len(roles)
    own = pa.array(np.maximum.accumulate(np.where(roles & EMBEDDED, 0, np.arange(count))))
    live = roles & LIVE != 0
    found |= {
        "platform": constant("twitter", count),
        "file": filed(file, count),
        "embedded": pa.array(roles & EMBEDDED != 0),
        "seen_at": found["posted_at"].take(own),
        "seen_basis": pc.if_else(pa.array(live), "live", "after"),
        "via_id": pa.nulls(count, tables.TEXT),
        "author_id": found["account_id"],
        "author": found["handle"],
    }
    found |= _of_originals(found, roles, answers, quotes)
    found["collected_at"] = _where(live, found["seen_at"])
    found |= {name: found[name].cast(tables.TIME) for name in _TIMES}
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


def _sound(found: Columns, remark: Remark) -> Roles:
    """Make ids that were rounded null, or a post's own unlike any other; return the roles.

    What `ids.settle` does to a post; here, for thousands at once, of which few are ever concerned.
    A quoted or reshared post whose id is ruined goes.
    """
    roles: Roles = found["role"].to_numpy()
    for name in _IDS:
        column = found[name]
        if _all_digits(column):
            continue
        texts = [text and values.text_id(text) for text in column.to_pylist()]
        ruined = [at for at, text in enumerate(texts) if text and ids.is_ruined(text)]
        for at in ruined:
            texts[at] = None
            if name != "post_id" or roles[at] & EMBEDDED:
                remark(ids.REFERENCE, at)
            else:
                remark(ids.OWN, at)
                texts[at] = ids.made(repr([column[at] for column in found.values()]))
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
    return known


def _where(which: Flags, values: pa.Array) -> pa.Array:
    """Return values, null where `which` is False."""
    return pc.if_else(pa.array(which), values, pa.scalar(None, values.type))


def _batch(table: tables.Table, found: Columns, kept: Flags) -> pa.RecordBatch:
    batch = pa.RecordBatch.from_arrays([found[name] for name in table.names], schema=table.schema)
    return batch if kept.all() else batch.filter(pa.array(kept))
