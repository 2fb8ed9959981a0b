"""Who is who: THE key of an account, the identifier where it is known, else the handle.

The same account may appear with its identifier in one record and with its handle alone in another
(a typed "RT @name", a mention). Handles are compared without regard to case, and a handle seen
beside an identifier anywhere in the tables stands for that identifier everywhere: for the one it
was seen beside last, as handles change hands. Where tables mix platforms, the platform stands
before the key (`twitter:12`). No other module makes keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import kept
from i4analysis.errors import MeasureError
from i4analysis.tables import TIME, Archive

Codes = npt.NDArray[np.int64]
PLATFORMS = ("twitter", "bluesky", "mastodon", "other")
AUTHORS = ("author", "reshared_author", "quoted_author", "replied_author")
PROFILE = "profile"
# The moment at which a record's handle was its account's, as far as the record says.
_MOMENTS = {"reshared_author": "reshared_at", PROFILE: "seen_at"}
_TEXT = pd.ArrowDtype(pa.string())


@dataclass(frozen=True, eq=False)
class Accounts:
    """The accounts of some tables, numbered.

    Attributes
    ----------
    keys
        Account key by code: identifier where known, else handle in lower case; with the platform
        before it (`platform:key`) unless it is `platform`.
    handles
        Handle by code as last written; null where no record gives one.
    codes
        Column stem ("author", "reshared_author", …; "profile" for the rows of profiles) → code
        of each row, -1 where the record names nobody.
    by_handle
        Every handle ever seen, in lower case (with the platform as in `keys`) → code of the
        account that bore it last.
    platform
        The platform whose accounts bear no prefix; None when all do.
    borne
        `code`, `handle`: every handle that each account ever bore, as in `by_handle`; only from
        `everybody`.
    """

    keys: pa.Array
    handles: pa.Array
    codes: Mapping[str, Codes]
    by_handle: pd.Series
    platform: str | None = None
    borne: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def table(self) -> pd.DataFrame:
        """`account_id` (the key) and `handle` (as last written) of each account, by code."""
        return pd.DataFrame(
            {"account_id": pd.Series(self.keys, dtype=_TEXT),
             "handle": pd.Series(self.handles, dtype=_TEXT)}
        )  # fmt: skip

    def named(self, codes: Codes) -> pd.Series:
        """Return the key of each code, null for -1."""
        taken = self.keys.take(pa.array(codes, mask=codes < 0))
        return pd.Series(taken, dtype=_TEXT)

    def of_handles(self, handles: pa.Array, platforms: pa.Array | None = None) -> Codes:
        """Return the code of each handle, -1 where no account of the tables has it."""
        return _find(self._key(pc.utf8_lower(handles), platforms), self.by_handle)

    def of_keys(self, identifiers: pa.Array, platforms: pa.Array | None = None) -> Codes:
        """Return the code of each identifier, -1 where unknown."""
        found = pc.index_in(self._key(identifiers, platforms), value_set=self.keys)
        return _integers(pc.fill_null(found, -1))

    def key_of(self, identifiers: pd.Series, platforms: pd.Series) -> pd.Series:
        """Return the key that each identifier is or would be, seen in the tables or not."""
        keys = self._key(text(identifiers), text(platforms))
        return pd.Series(keys, index=identifiers.index, dtype=_TEXT).astype(object)

    def find(self, keys: pd.Series) -> Codes:
        """Return the code of each key as another table of the same archive gives it, else -1.

        A table that never saw the identifier of an account has its handle for a key.
        """
        array = text(keys)
        found = _integers(pc.fill_null(pc.index_in(array, value_set=self.keys), -1))
        return np.where(found >= 0, found, _find(array, self.by_handle))

    def listed(self, ledger: pd.DataFrame, *, alone: bool = False) -> Codes:
        """Return the codes of the accounts that a ledger names, by handle or by identifier.

        On the platform that its row gives, else on any; `alone`: of a handle that accounts of
        several platforms bear, then on none, for nobody knows which of them is meant.
        """
        anywhere = [None] * len(ledger)
        places = ledger["platform"].to_list() if "platform" in ledger else anywhere
        names, ids = set(), set()
        for place, handle, one in zip(
            places, ledger["handle"], ledger.get("account_id", anywhere), strict=True
        ):
            on = place if isinstance(place, str) else None
            if isinstance(handle, str):
                names.add((on, handle.strip().lstrip("@").lower()))
            if isinstance(one, str):
                ids.add((on, one))

        if alone:
            names = {one for one in names if one[0] or len(self._forms({one}, here=True)) < 2}
        bearing = self.by_handle.index.get_indexer(pd.Index(self._forms(names), dtype=object))
        wanted = pa.array(self._forms(ids), pa.string())
        known = np.flatnonzero(pc.is_in(self.keys, value_set=wanted))
        codes = self.by_handle.to_numpy(np.int64)[bearing[bearing >= 0]]
        return np.unique(np.concatenate([codes, known]).astype(np.int64))

    def exactly(self, keys: pd.Series) -> Codes:
        """Return the code of each key as `keys` has it, -1 where it is not one of them."""
        return _integers(pc.fill_null(pc.index_in(text(keys), value_set=self.keys), -1))

    def _forms(self, wanted: set[tuple[str | None, str]], *, here: bool = False) -> list[str]:
        """Return the keys that names on a platform, or on any, may have here, or do have."""
        forms: set[str] = set()
        for on, name in wanted:
            forms |= {f"{platform}:{name}" for platform in ([on] if on else PLATFORMS)}
            bare = name.partition(":")[0] not in PLATFORMS
            if bare and (on is None or on == self.platform):
                forms.add(name)
        return sorted(form for form in forms if not here or form in self.by_handle.index)

    def _key(self, values: pa.Array, platforms: pa.Array | None) -> pa.Array:
        return values if platforms is None else _prefixed(values, platforms, self.platform)


# Column of account keys → the column of handles beside it.
BESIDE = {
    "account": "handle", "account_id": "handle", "child_account": "child_handle",
    "parent_account": "parent_handle", "author": "author_handle",
    "resharer": "resharer_handle", "source": "source_handle", "target": "target_handle",
    "user_a": "handle_a", "user_b": "handle_b",
}  # fmt: skip


def with_handles(table: pd.DataFrame, archive: Archive) -> pd.DataFrame:
    """Return a table of a measure with a handle beside each column of account keys.

    Parameters
    ----------
    table
        With columns named account, account_id, child_account, parent_account, author, resharer,
        source, target, user_a or user_b; a handle that it already has is left.
    archive
        The archive that it was made from.

    Returns
    -------
    pandas.DataFrame
        Null where the archive names no handle, and where the key is no account's.

    Raises
    ------
    MeasureError
        If the table has none of these columns.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> from i4analysis import tables
    >>> posts = tables.build(tables.POSTS, [
    ...     {"platform": "twitter", "post_id": "1", "kind": "post", "author_id": "7",
    ...      "author": "Ana"}])
    >>> ranked = pd.DataFrame({"account": ["7", "8"], "reshared": [3, 1]})
    >>> i4.members.with_handles(ranked, i4.Archive(posts))["handle"].tolist()
    ['Ana', <NA>]
    """
    if not any(str(name) in BESIDE for name in table.columns):
        raise MeasureError(
            f"The table of {', '.join(map(str, table.columns)) or 'no column'} names no account,"
            f" expected one of the columns {', '.join(BESIDE)}; hand a table of a measure."
        )
    found = table.copy()
    known = everybody(archive)
    for place, name in reversed(list(enumerate(table.columns))):
        beside = BESIDE.get(str(name))
        if beside is None or beside in table or table[name].dtype.kind not in "OU":
            continue
        codes = known.find(table[name])
        handles = known.handles.take(pa.array(codes, mask=codes < 0))
        found.insert(place + 1, beside, pd.Series(handles, dtype=_TEXT).set_axis(table.index))
    return found


def main_platform(table: pd.DataFrame) -> str | None:
    """Return the platform of a table, None where it mixes platforms or is empty."""
    found = pc.unique(text(table["platform"])).drop_null()
    return found[0].as_py() if len(found) == 1 else None


def accounts(
    posts: pd.DataFrame, stems: Sequence[str] = AUTHORS, *, whole: pd.DataFrame | None = None
) -> Accounts:
    """Give each account of a posts table a number, in the order in which they appear.

    Parameters
    ----------
    posts
        Canonical posts.
    stems
        Which authors to number: of `author`, `reshared_author`, `quoted_author`,
        `replied_author`; each stands for its pair of columns (`author_id` and `author`, …).
    whole
        The table that `posts` is a part of: it says whether keys bear their platform, and whose
        a handle is that stands without an identifier.

    Returns
    -------
    Accounts
    """
    platform = main_platform(posts if whole is None else whole)
    bare = platform is not None  # a part of a table of one platform is of that platform
    sides = [_Side.of(posts, stem, platform, bare=bare) for stem in stems]
    unknown = any(side.only_named for side in sides)
    if unknown and whole is not None and len(whole):  # the rest may say who bears a handle
        rest = [_Side.of(whole, stem, platform, bare=bare) for stem in AUTHORS[:2]]
        known = _bearers(_seen([*sides, *rest]))
    else:
        known = _bearers(_seen(sides)) if unknown else pd.Series([], dtype=object)
    keys = [chunk for side in sides for chunk in side.keys(known).chunks]
    dictionary, together = encoded(pa.chunked_array(keys, pa.string()))
    rows = np.split(together, len(sides)) if sides else []
    codes = dict(zip(stems, rows, strict=True))
    return Accounts(
        keys=dictionary,
        handles=_last_written([side.written for side in sides], rows, len(dictionary)),
        codes=codes,
        by_handle=_handle_codes([side.names for side in sides], rows),
        platform=platform,
    )


def columns_of(*stems: str) -> list[str]:
    """Return the columns of posts that say who these authors are: the rest need not be copied."""
    pairs = [name for stem in stems for name in (f"{stem}_id", stem)]
    return ["platform", "posted_at", "reshared_at", *pairs]


def everybody(archive: Archive) -> Accounts:
    """Give each account seen as author, as reshared author or in a profile a number.

    In the order of their keys; `handles` as last seen, by the moment of the record. Worked out
    once an archive.
    """

    def made() -> Accounts:
        return kept.on_shelf(archive, "everybody", (), (Accounts,), lambda: _everybody(archive))

    return kept.in_memory(archive, "everybody", made)


def _everybody(archive: Archive) -> Accounts:
    posts, profiles = archive.posts, archive.profiles
    platform = main_platform(posts if len(posts) else profiles)
    bare = platform is not None
    sides = {
        PROFILE: _Side.of(profiles, PROFILE, platform),
        **{stem: _Side.of(posts, stem, platform, bare=bare) for stem in AUTHORS[:2]},
    }
    seen = _seen(list(sides.values()))
    known = _bearers(seen)
    seen["bearer"] = seen["name"].map(known.to_dict()).astype(object).fillna(seen["name"])
    seen["key"] = seen["id"].fillna(seen["bearer"])
    keys = pd.Index(sorted(set(seen["key"])), dtype=object)
    index = pa.array(keys, pa.string())
    seen["code"] = keys.get_indexer(pd.Index(seen["key"], dtype=object)).astype(np.int64)
    named = seen[seen["name"].notna()]
    written = named.drop_duplicates("code", keep="last").set_index("code")["written"]
    borne_by = keys.get_indexer(pd.Index(named["bearer"], dtype=object)).astype(np.int64)
    by_handle = pd.Series(borne_by, index=pd.Index(named["name"], dtype=object))
    return Accounts(
        keys=index,
        handles=pa.array(written.reindex(range(len(keys))), pa.string(), from_pandas=True),
        codes={
            stem: _integers(pc.fill_null(pc.index_in(side.keys(known), value_set=index), -1))
            for stem, side in sides.items()
        },
        by_handle=by_handle[~by_handle.index.duplicated()],
        platform=platform,
        borne=named[["code", "name"]].drop_duplicates().rename(columns={"name": "handle"}),
    )


def text(values: pd.Series) -> pa.Array:
    """Return a text column as one Arrow array, a copy of it where it lies in several."""
    return chunked(values).combine_chunks()


def chunked(values: pd.Series, type_: pa.DataType | None = None) -> pa.ChunkedArray:
    """Return a column, of text unless said, in the pieces that it lies in: none is copied."""
    array = pa.array(values, type=type_ or pa.string(), from_pandas=True)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def taken(values: pd.Series | pa.ChunkedArray, rows: Codes) -> pa.Array:
    """Return some rows of a text column, null for -1.

    Piece by piece: Arrow itself would copy the whole column first.
    """
    column = chunked(values) if isinstance(values, pd.Series) else values
    ends = np.cumsum([0, *(len(piece) for piece in column.chunks)])
    of = np.searchsorted(ends, rows, side="right") - 1  # nothing is in piece -1
    order = np.argsort(of, kind="stable")
    cuts = np.searchsorted(of[order], np.arange(column.num_chunks + 1))
    parts = [pa.nulls(int(cuts[0]), column.type)]
    for piece, begin, first, last in zip(column.chunks, ends, cuts, cuts[1:], strict=False):
        parts.append(piece.take(pa.array(rows[order[first:last]] - begin)))
    found = pa.concat_arrays(parts)
    if (of[1:] >= of[:-1]).all():
        return found
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return found.take(pa.array(back))


def rows_of(table: pd.DataFrame, rows: Codes) -> pd.DataFrame:
    """Return some rows of a table with Arrow columns, numbered anew."""
    columns = {}
    for name, dtype in table.dtypes.items():
        column = chunked(table[name], dtype.pyarrow_dtype)
        columns[name] = pd.Series(taken(column, rows), dtype=dtype)
    return pd.DataFrame(columns, index=range(len(rows)))


def encoded(column: pa.ChunkedArray) -> tuple[pa.Array, Codes]:
    """Return the distinct texts of a column as first met, and the number of each row, -1: null."""
    coded = column.dictionary_encode().chunks
    codes = [_integers(pc.fill_null(chunk.indices, -1)) for chunk in coded]
    names = coded[-1].dictionary if coded else pa.array([], column.type)
    return names, np.concatenate([np.empty(0, np.int64), *codes])


def exploded(lists: pd.Series, rows: Codes | None = None) -> tuple[Codes, pa.Array]:
    """Return the row and the text of every element of a column of lists, of some rows or all."""
    column = chunked(lists, pa.list_(pa.string()))
    column = column if rows is None else pa.chunked_array([taken(column, rows)])
    places, items, begin = [np.empty(0, np.int64)], [], 0
    for piece in column.chunks:
        places.append(np.asarray(pc.list_parent_indices(piece), np.int64) + begin)
        items.append(pc.list_flatten(piece))
        begin += len(piece)
    place = np.concatenate(places)
    told = pa.chunked_array(items, pa.string()).combine_chunks()
    return place if rows is None else rows[place], told


@dataclass(frozen=True, eq=False)
class _Side:
    """One pair of columns that names an account: identifiers, handles for keys and as written."""

    ids: pa.ChunkedArray
    names: pa.ChunkedArray
    written: pa.ChunkedArray
    at: pd.Series

    @classmethod
    def of(
        cls, table: pd.DataFrame, stem: str, platform: str | None, *, bare: bool = False
    ) -> _Side:
        """Return the columns of a stem of a posts table, or of a profiles table.

        `bare` says that all its rows are of the platform whose accounts bear no prefix.
        """
        pair = ("account_id", "handle") if stem == PROFILE else (f"{stem}_id", stem)
        ids, written = (chunked(table[name]) for name in pair)
        names = pc.utf8_lower(written)
        if not bare:
            platforms = chunked(table["platform"])
            ids = _prefixed(ids, platforms, platform)
            names = _prefixed(names, platforms, platform)
        return cls(ids, names, written, table[_MOMENTS.get(stem, "posted_at")])

    @property
    def only_named(self) -> bool:
        """Whether some row gives a handle and no identifier."""
        if not self.ids.null_count:
            return False
        return bool(pc.any(pc.and_(pc.is_null(self.ids), pc.is_valid(self.names))).as_py())

    def keys(self, known: pd.Series) -> pa.ChunkedArray:
        """Return the key of each row's account."""
        if not self.ids.null_count or self.names.null_count == len(self.names):
            return self.ids
        resolved = self.names
        if len(known):
            place = pc.index_in(self.names, value_set=pa.array(known.index, pa.string()))
            ids = pc.take(pa.array(known.to_numpy(), pa.string()), place)
            resolved = pc.coalesce(ids, self.names)
        return pc.coalesce(self.ids, resolved)


def _prefixed(values: pa.Array, platforms: pa.Array, platform: str | None) -> pa.Array:
    """Put the platform before the accounts of any platform but one."""
    other = pc.invert(pc.equal(platforms, platform)) if platform else pa.scalar(True)
    if platform and not pc.any(other).as_py():
        return values
    return pc.if_else(other, pc.binary_join_element_wise(platforms, values, ":"), values)


def _seen(sides: list[_Side]) -> pd.DataFrame:
    """Return each pair of identifier and handle seen, in the order of when it was seen last."""
    parts = []
    for side in sides:
        moments = pa.array(side.at, type=TIME, from_pandas=True)
        table = pa.table(
            {"id": side.ids, "name": side.names, "written": side.written, "at": moments}
        )
        grouped = table.group_by(["id", "name", "written"], use_threads=False)
        parts.append(grouped.aggregate([("at", "max")]))
    seen: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    seen = seen.astype(dict.fromkeys(("id", "name", "written"), object))
    seen = seen[seen["id"].notna() | seen["name"].notna()]
    return seen.sort_values("at_max", kind="stable", na_position="first", ignore_index=True)


def _bearers(seen: pd.DataFrame) -> pd.Series:
    """Map each handle seen beside an identifier to the identifier it was last seen beside."""
    both = seen[seen["id"].notna() & seen["name"].notna()].drop_duplicates("name", keep="last")
    return pd.Series(both["id"].to_numpy(dtype=object), index=pd.Index(both["name"]))


def _integers(array: pa.Array) -> Codes:
    numbers: Codes = array.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def _last_written(written: list[pa.ChunkedArray], codes: list[Codes], count: int) -> pa.Array:
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
    chunks = [chunk for handles in written for chunk in handles.chunks]
    return taken(pa.chunked_array(chunks, pa.string()), last)


def _handle_codes(lowered: list[pa.ChunkedArray], codes: list[Codes]) -> pd.Series:
    parts = []
    for handles, rows in zip(lowered, codes, strict=True):
        if handles.null_count == len(handles):
            continue
        names, place = encoded(handles)
        usable = np.flatnonzero((place >= 0) & (rows >= 0))
        code = np.full(len(names), -1, np.int64)
        code[place[usable]] = rows[usable]
        parts.append(pd.Series(code, index=names.to_pandas()))
    if not parts:
        return pd.Series([], dtype="int64")
    joined = pd.concat(parts)
    unique: pd.Series = joined[~joined.index.duplicated(keep="first")]
    return unique


def _valid(array: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    valid: npt.NDArray[np.bool_] = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return valid


def _find(values: pa.Array, codes: pd.Series) -> Codes:
    if not len(codes):
        return np.full(len(values), -1, np.int64)
    place = pc.index_in(values, value_set=pa.array(codes.index, pa.string()))
    table = np.append(codes.to_numpy(), -1)
    return np.asarray(table[_integers(pc.fill_null(place, len(codes)))], np.int64)
