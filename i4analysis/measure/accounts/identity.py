"""Who is who: one key an account, the identifier where it is known, else the handle.

The same account may appear with its identifier in one record and with its handle alone in another
(a typed "RT @name", a mention). Handles are compared without regard to case, and a handle seen
beside an identifier anywhere in the tables stands for that identifier everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int64]
PLATFORMS = ("twitter", "bluesky", "mastodon", "other")
AUTHORS = ("author", "reshared_author", "quoted_author", "replied_author")


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts of a posts table, numbered.

    Attributes
    ----------
    keys
        Account key by code: identifier where known, else handle in lower case; with the platform
        before it (`platform:key`) when the table mixes platforms.
    handles
        Handle by code as last written; null where no record gives one.
    codes
        Column stem ("author", "reshared_author", …) → code of each row of posts, -1 where the
        record names nobody.
    by_handle
        Handle in lower case → code (with the platform before it when platforms are mixed).
    mixed
        True when the table mixes platforms.
    """

    keys: pa.Array
    handles: pa.Array
    codes: Mapping[str, Codes]
    by_handle: pd.Series
    mixed: bool = False

    def __len__(self) -> int:
        return len(self.keys)

    def of_handles(self, handles: pa.Array, platforms: pa.Array | None = None) -> Codes:
        """Return the code of each handle, -1 where no account of the tables has it."""
        lowered = pc.utf8_lower(handles)
        if self.mixed and platforms is not None:
            lowered = pc.binary_join_element_wise(platforms, lowered, ":")
        return _find(lowered, self.by_handle)

    def of_keys(self, keys: pa.Array, platforms: pa.Array | None = None) -> Codes:
        """Return the code of each account key, -1 where unknown."""
        if self.mixed and platforms is not None:
            keys = pc.binary_join_element_wise(platforms, keys, ":")
        found = pc.index_in(keys, value_set=self.keys)
        return _integers(pc.fill_null(found, -1))


def accounts(posts: pd.DataFrame, stems: Sequence[str] = AUTHORS) -> Accounts:
    """Give each account of a posts table a number.

    Parameters
    ----------
    posts
        Canonical posts.
    stems
        Which authors to number: of `author`, `reshared_author`, `quoted_author`,
        `replied_author`; each stands for its pair of columns (`author_id` and `author`, …).

    Returns
    -------
    Accounts
    """
    platform = text(posts["platform"])
    mixed = len(pc.unique(platform)) > 1
    pairs = [(text(posts[f"{stem}_id"]), text(posts[stem])) for stem in stems]
    if mixed:
        pairs = [
            (
                pc.binary_join_element_wise(platform, ids, ":"),
                pc.binary_join_element_wise(platform, handles, ":"),
            )
            for ids, handles in pairs
        ]
    lowered = [pc.utf8_lower(handles) for _, handles in pairs]
    known = _handle_to_id([ids for ids, _ in pairs], lowered)
    keys = [_key(ids, handles, known) for (ids, _), handles in zip(pairs, lowered, strict=True)]
    encoded = pa.chunked_array(keys, type=pa.string()).dictionary_encode()
    dictionary = encoded.chunk(0).dictionary if len(posts) else pa.array([], pa.string())
    codes = {
        stem: _integers(pc.fill_null(chunk.indices, -1))
        for stem, chunk in zip(stems, encoded.chunks, strict=False)
    } or {stem: np.empty(0, np.int64) for stem in stems}
    written = [text(posts[stem]) for stem in stems]
    return Accounts(
        keys=dictionary,
        handles=_last_written(written, list(codes.values()), len(dictionary)),
        codes=codes,
        by_handle=_handle_codes(lowered, list(codes.values())),
        mixed=mixed,
    )


def bare(key: str) -> str:
    """Return an account key without the platform that archives of several platforms put first.

    Examples
    --------
    >>> bare("twitter:12"), bare("did:plc:ab")
    ('12', 'did:plc:ab')
    """
    platform, _, rest = key.partition(":")
    return rest if platform in PLATFORMS else key


def text(values: pd.Series) -> pa.Array:
    """Return a text column as one Arrow array."""
    array = pa.array(values, type=pa.string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _integers(array: pa.Array) -> Codes:
    numbers: Codes = array.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def _handle_to_id(ids: list[pa.Array], handles: list[pa.Array]) -> pd.Series:
    """Map each handle seen beside an identifier to the identifier it was last seen beside."""
    if not any(column.null_count for column in ids):
        return pd.Series([], dtype=object)
    frames = []
    for identifier, handle in zip(ids, handles, strict=True):
        both = pc.and_(pc.is_valid(identifier), pc.is_valid(handle))
        if pc.any(both).as_py():
            table = pa.table({"id": identifier, "handle": handle}).filter(both)
            frames.append(table.group_by("handle", use_threads=False).aggregate([("id", "last")]))
    if not frames:
        return pd.Series([], dtype=object)
    joined = pa.concat_tables(frames).to_pandas().drop_duplicates("handle", keep="first")
    return pd.Series(joined["id_last"].to_numpy(), index=pd.Index(joined["handle"]))


def _key(ids: pa.Array, handles: pa.Array, known: pd.Series) -> pa.Array:
    if not ids.null_count or handles.null_count == len(handles):
        return ids
    resolved = handles
    if len(known):
        place = pc.index_in(handles, value_set=pa.array(known.index, pa.string()))
        resolved = pc.coalesce(pc.take(pa.array(known.to_numpy(), pa.string()), place), handles)
    return pc.coalesce(ids, resolved)


def _last_written(written: list[pa.Array], codes: list[Codes], count: int) -> pa.Array:
    """Return for each account the handle of the last row that writes one."""
    last = np.full(count, -1, np.int64)
    offset = 0
    for handles, rows in zip(written, codes, strict=True):
        if handles.null_count < len(handles):
            usable = np.flatnonzero((rows >= 0) & _valid(handles))
            last[rows[usable]] = usable + offset
        offset += len(handles)
    if not written or count == 0 or (last < 0).all():
        return pa.nulls(count, pa.string())
    together = pa.chunked_array(written, type=pa.string())
    places = pa.array(last, mask=last < 0)
    return together.take(places).combine_chunks()


def _handle_codes(lowered: list[pa.Array], codes: list[Codes]) -> pd.Series:
    parts = []
    for handles, rows in zip(lowered, codes, strict=True):
        if handles.null_count == len(handles):
            continue
        encoded = handles.dictionary_encode()
        usable = np.flatnonzero(_valid(handles) & (rows >= 0))
        code = np.full(len(encoded.dictionary), -1, np.int64)
        code[_integers(pc.fill_null(encoded.indices, 0))[usable]] = rows[usable]
        parts.append(pd.Series(code, index=encoded.dictionary.to_pandas()))
    if not parts:
        return pd.Series([], dtype="int64")
    joined = pd.concat(parts)
    unique: pd.Series = joined[~joined.index.duplicated(keep="first")]
    return unique


def _valid(array: pa.Array) -> npt.NDArray[np.bool_]:
    valid: npt.NDArray[np.bool_] = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return valid


def _find(values: pa.Array, codes: pd.Series) -> Codes:
    if not len(codes):
        return np.full(len(values), -1, np.int64)
    place = pc.index_in(values, value_set=pa.array(codes.index, pa.string()))
    table = np.append(codes.to_numpy(), -1)
    return np.asarray(table[_integers(pc.fill_null(place, len(codes)))], np.int64)
