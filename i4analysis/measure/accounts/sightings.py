"""Sightings of accounts: who was seen when, what the bio showed, and whether the day is known.

A bio is seen only when its account is in a record. Everything the members and reach measures say
about time rests on these rows, so this module decides which of them carry a true date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from i4analysis.movement import Movement
from i4analysis.tables import TEXT, TIME, Archive

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: A bio fetched more than this long after its post shows another day than the post's.
LATE_H = 24.0
#: A file with a larger share of such bios cannot date anything (methods, §1.1).
LATE_SHARE = 0.05

_SOURCES = (
    ("author_id", "author", "posted_at"),
    ("reshared_author_id", "reshared_author", "reshared_at"),
)


def microseconds(times: pd.Series) -> Ints:
    """Return instants as microseconds since 1970; a null is the smallest integer."""
    chunk = _chunk(times, TIME).cast(pa.int64()).fill_null(np.iinfo(np.int64).min)
    return np.asarray(chunk, dtype=np.int64)


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


@dataclass(frozen=True, eq=False)
class Accounts:
    """Every account of an archive, once.

    Attributes
    ----------
    table
        `account_id` (the platform's, or ``@handle`` where only a handle is known), `handle` as
        last seen; in order of account_id, the position being the code that other functions use.
    profile_codes, post_codes
        For each row of the archive's profiles and posts, the position of its account (the
        author's) in `table`; -1 where the record names nobody.
    """

    table: pd.DataFrame
    profile_codes: Ints
    post_codes: Ints


def accounts(archive: Archive) -> Accounts:
    """List the accounts seen as authors, as authors of reshared posts or in a profile.

    A record that gives a handle and no identifier (TAGS sheets, X account archives) is joined to
    the identifier the same handle has elsewhere in the archive.
    """
    posts, profiles = archive.posts, archive.profiles
    parts = [
        pd.DataFrame(
            {"id": frame[identifier], "handle": frame[handle], "at": frame[at]},
        )
        for frame, (identifier, handle, at) in [
            (profiles, ("account_id", "handle", "seen_at")),
            *((posts, source) for source in _SOURCES),
        ]
    ]
    known = pd.concat([_latest(part) for part in parts], ignore_index=True)
    known = known[known["id"].notna() | known["handle"].notna()]
    folded = known["handle"].str.lower()
    named = known["id"].notna() & folded.notna()
    by_handle = pd.Series(
        known.loc[named, "id"].to_numpy(dtype=object), index=folded[named].to_numpy(dtype=object)
    )
    by_handle = by_handle[~by_handle.index.duplicated(keep="last")]
    known = known.assign(key=_keys(known["id"], known["handle"], by_handle))
    last = known.sort_values("at", kind="stable", na_position="first")
    handles = last[last["handle"].notna()].drop_duplicates("key", keep="last")
    keys = pd.Index(sorted(set(known["key"])), dtype=object)
    table = pd.DataFrame(
        {
            "account_id": text_column(keys.to_numpy()),
            "handle": text_column(
                handles.set_index("key")["handle"].astype(object).reindex(keys).to_numpy()
            ),
        }
    )
    return Accounts(
        table,
        _codes(profiles["account_id"], profiles["handle"], by_handle, keys),
        _codes(posts["author_id"], posts["author"], by_handle, keys),
    )


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
    late: Flags = undated.to_numpy(dtype=bool).copy()
    asked = (basis == "retrieved").fillna(False).to_numpy(dtype=bool) & profiles[
        "post_id"
    ].notna().to_numpy(dtype=bool)
    if asked.any():
        own = archive.posts[~archive.posts["embedded"].fillna(False).astype(bool)]
        posted = pd.Series(microseconds(own["posted_at"]), index=own["post_id"].astype(object))
        posted = posted[~posted.index.duplicated()]
        made = posted.reindex(profiles.loc[asked, "post_id"].astype(object)).to_numpy()
        lag_h = (microseconds(profiles.loc[asked, "seen_at"]) - made) / 3.6e9
        late[np.flatnonzero(asked)[lag_h > late_h]] = True
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
    seen = profiles["bio"].notna().to_numpy(dtype=bool)
    late = late_rows(archive, late_h=late_h)
    files, _ = pd.factorize(profiles["file"].astype(object), use_na_sentinel=False)
    size = files.max() + 1 if len(files) else 0
    bios = np.bincount(files[seen], minlength=size)
    spoiled = np.bincount(files[seen & late], minlength=size) > late_share * bios
    flags: Flags = seen & ~late & ~spoiled[files] if size else seen
    return flags


def birth_of(movement: Movement, *times: Ints) -> int:
    """Return the movement's first instant in microseconds: `started_on`, else the first row."""
    if movement.started_at is not None:
        return int(movement.started_at.value // 1_000)
    floor = np.iinfo(np.int64).min
    firsts = [int(values[values > floor].min()) for values in times if (values > floor).any()]
    return min(firsts, default=0)


def day_ends(movement: Movement, first: int, last: int) -> pd.DataFrame:
    """Return the days of the movement's zone from `first` to `last` (microseconds).

    Returns
    -------
    pandas.DataFrame
        `day` (date) and `until` (the instant it ends, in microseconds); a count "on a day" is
        the count at that instant.
    """
    if last < first:
        none = np.zeros(0, dtype=np.int64)
        return pd.DataFrame({"day": none.astype(object), "until": none})
    zone = movement.timezone
    start, stop = (
        pd.Timestamp(value, unit="us", tz="UTC").tz_convert(zone).tz_localize(None).normalize()
        for value in (first, last)
    )
    days = pd.date_range(start, stop, freq="D")
    ends = (days + pd.Timedelta(days=1)).tz_localize(
        zone, ambiguous=np.ones(len(days), dtype=bool), nonexistent="shift_forward"
    )
    return pd.DataFrame(
        {"day": days.date, "until": ends.tz_convert("UTC").as_unit("us").asi8.astype(np.int64)}
    )


def _chunk(values: pd.Series, type_: pa.DataType) -> pa.Array:
    array = pa.array(values, type=type_, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array


def _latest(part: pd.DataFrame) -> pd.DataFrame:
    ordered = part.sort_values("at", kind="stable", na_position="first")
    return ordered.drop_duplicates(["id", "handle"], keep="last")


def _keys(
    identifiers: pd.Series, handles: pd.Series, by_handle: pd.Series
) -> npt.NDArray[np.object_]:
    keys = objects(identifiers).copy()
    absent = identifiers.isna().to_numpy(dtype=bool) & handles.notna().to_numpy(dtype=bool)
    if absent.any():
        folded = handles[absent].str.lower().to_numpy(dtype=object)
        found = by_handle.reindex(folded).to_numpy(dtype=object)
        keys[absent] = [
            known if isinstance(known, str) else f"@{handle}"
            for known, handle in zip(found, folded, strict=True)
        ]
    return keys


def _codes(
    identifiers: pd.Series, handles: pd.Series, by_handle: pd.Series, keys: pd.Index
) -> Ints:
    wanted = _keys(identifiers, handles, by_handle)
    found: Ints = keys.get_indexer(pd.Index(wanted, dtype=object)).astype(np.int64)
    return found
