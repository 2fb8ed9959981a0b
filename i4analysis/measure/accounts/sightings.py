"""Sightings of accounts: who was seen when, what the bio showed, and whether the day is known.

A bio is seen only when its account is in a record. Everything the members and reach measures say
about time rests on these rows, so this module decides which of them carry a true date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.measure.accounts.identity import chunked, encoded, taken
from i4analysis.movement import Movement
from i4analysis.tables import TEXT, TIME, Archive, microseconds, true

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: A bio fetched more than this long after its post shows another day than the post's.
LATE_H = 24.0
#: A file with a larger share of such bios cannot date anything (methods, §1.1).
LATE_SHARE = 0.05


def to_times(values: Ints) -> pd.Series:
    """Return microseconds since 1970 as UTC instants; the extreme integers become null."""
    limits = np.iinfo(np.int64)
    none = (values == limits.min) | (values == limits.max)
    array = pa.array(values, mask=none, type=pa.int64()).cast(TIME)
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


def objects(values: pd.Series) -> npt.NDArray[np.object_]:
    """Return texts as Python objects, None for null, to be used as labels of an index."""
    array: npt.NDArray[np.object_] = _chunk(values, TEXT).to_numpy(zero_copy_only=False)
    return array


def text_column(values: Sequence[Any] | npt.NDArray[Any]) -> pd.Series:
    """Return texts (None and NaN for null) as a column of Arrow type."""
    array = pa.array(np.asarray(values, dtype=object), type=TEXT, from_pandas=True)
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


def late_rows(archive: Archive, *, late_h: float = LATE_H) -> Flags:
    """Say for each profile whether its bio was seen after the fact.

    True when the moment is unknown (`seen_basis` after or null, `seen_at` null), or when the
    collector's own clock says that it fetched the post more than `late_h` hours after it was
    made. A dated look-up of the profile alone (no `post_id`) is never late: it is true on its
    day. Originals seen inside a reshare do not count as late: their profile is the reshare's.
    """
    profiles = archive.profiles
    basis = profiles["seen_basis"]
    undated = ~basis.isin(["live", "retrieved"]) | profiles["seen_at"].isna()
    late: Flags = true(undated).copy()
    asked = true(basis == "retrieved") & true(profiles["post_id"].notna())
    if asked.any():
        own = np.flatnonzero(tables.own(archive.posts))
        rows = np.flatnonzero(asked)
        place = pc.index_in(
            taken(profiles["post_id"], rows), value_set=taken(archive.posts["post_id"], own)
        )
        place = np.asarray(pc.fill_null(place, -1), np.int64)
        posted = microseconds(archive.posts["posted_at"])[own].astype(float)
        made = np.append(posted, np.nan)[place]
        lag_h = (microseconds(profiles["seen_at"])[rows] - made) / 3.6e9
        late[rows[lag_h > late_h]] = True
    return late


def usable_rows(
    archive: Archive, *, late_h: float = LATE_H, late_share: float = LATE_SHARE
) -> Flags:
    """Say for each profile whether its bio may date an adoption.

    A collection is judged whole, file by file: when more than `late_share` of a file's bios were
    seen after the fact, none of them is used, because the accounts it holds were chosen by their
    posts and their bios belong to another day.
    """
    profiles = archive.profiles
    seen = true(profiles["bio"].notna())
    late = late_rows(archive, late_h=late_h)
    names, files = encoded(chunked(profiles["file"]))
    files = np.where(files < 0, len(names), files)
    size = len(names) + 1 if len(files) else 0
    bios = np.bincount(files[seen], minlength=size)
    spoiled = np.bincount(files[seen & late], minlength=size) > late_share * bios
    flags: Flags = seen & ~late & ~spoiled[files] if size else seen
    return flags


def birth_of(movement: Movement, *times: Ints) -> int:
    """Return the first instant in microseconds: `started_on`, or the first row if all precede."""
    rows = np.concatenate(times)
    rows = rows[rows > np.iinfo(np.int64).min]
    first = int(rows.min()) if len(rows) else 0
    if movement.started_at is None:
        return first
    start = int(movement.started_at.value // 1_000)
    return first if len(rows) and rows.max() < start else start


def _chunk(values: pd.Series, type_: pa.DataType) -> pa.Array:
    array = pa.array(values, type=type_, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array
