"""The canonical tables: every column, its type, its unit, its meaning and the moment it was true.

`tables.toml` is the one place where a column name is defined. Readers build these tables, measures
take them, and `data/README.md` is generated from them. Frames are pandas DataFrames with Arrow
types.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import clock
from i4analysis.arguments import answer
from i4analysis.errors import TableError, nearest
from i4analysis.hashtags import normalize_hashtag

__all__ = [
    "COUNT",
    "DAY",
    "FILES",
    "FLAG",
    "FOLLOWS",
    "KINDS",
    "NUMBER",
    "POSTS",
    "PROFILES",
    "REJECTS",
    "SEEN_BASES",
    "TABLES",
    "TEXT",
    "TEXTS",
    "TIME",
    "Archive",
    "Column",
    "Table",
    "build",
    "check",
    "empty",
    "from_arrow",
    "to_arrow",
]

TEXT = pa.string()
TEXTS = pa.list_(pa.string())
COUNT = pa.int64()
NUMBER = pa.float64()
FLAG = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")
DAY = clock.DAY

NEVER = -(2**63)  # microseconds: before every instant, of no instant


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, meaning, unit and the moment its value was true."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    true_when: str = ""
    required: bool = False
    values: tuple[str, ...] = ()

    @property
    def dtype(self) -> pd.ArrowDtype:
        return pd.ArrowDtype(self.type)


@dataclass(frozen=True)
class Table:
    """One canonical table: its columns in order and the columns that identify a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """Walk over the names of the columns."""
        return (column.name for column in self.columns)

    @property
    def names(self) -> list[str]:
        return list(self)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    def of(self, rows: Any = ()) -> pd.DataFrame:
        """Return rows, or the columns of a frame, as this table: in its order, with its types.

        What the table has no column for is left out; a column that is not given is null.

        Examples
        --------
        >>> import i4analysis as i4
        >>> row = {"platform": "twitter", "follower_id": "1", "followee_id": "2"}
        >>> i4.tables.FOLLOWS.of([row]).shape
        (1, 7)
        """
        if not isinstance(rows, Mapping | pd.DataFrame):
            rows = {name: [row.get(name) for row in rows] for name in self}
        return build(self, {name: rows[name] for name in self if name in rows})

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


TYPES = {
    "text": TEXT, "texts": TEXTS, "count": COUNT, "number": NUMBER, "flag": FLAG, "time": TIME,
    "day": DAY,
}  # fmt: skip


def declared(module: str) -> dict[str, Table]:
    """Return the tables that the TOML beside a module declares, by name and in its order.

    Parameters
    ----------
    module
        The `__file__` of a module. The TOML of the same name has a section a table: `meaning`,
        `key`, and `columns`, one a line, each with its type before its meaning. `"+name" =
        "words"` puts in the columns of `[shared.name]`, whose `{what}` are these words.

    Examples
    --------
    >>> import i4analysis as i4
    >>> declared(i4.tables.__file__)["follows"].key
    ('platform', 'follower_id', 'followee_id')
    """
    told = tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))
    shared = told.pop("shared", {})
    return {
        name: Table(
            name,
            said["meaning"],
            tuple(_columns(said["columns"], shared)),
            tuple(said.get("key", ())),
        )
        for name, said in told.items()
    }


def _columns(said: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Column]:
    for name, told in said.items():
        if name.startswith("+"):
            for column in _columns(shared[name[1:]], shared):
                yield replace(column, meaning=column.meaning.replace("{what}", told))
        else:
            kind = next(iter(told))
            rest: dict[str, Any] = {
                k: tuple(v) if k == "values" else v for k, v in told.items() if k != kind
            }
            yield Column(name, TYPES[kind], told[kind], **rest)


TABLES = declared(__file__)
POSTS, PROFILES, FOLLOWS, REJECTS, FILES = TABLES.values()
KINDS = POSTS["kind"].values
SEEN_BASES = PROFILES["seen_basis"].values

# ------------------------------------------------------------------------- building, checking


def empty(table: Table) -> pd.DataFrame:
    """Return the table with its columns, its types and no row.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.tables.empty(i4.tables.FOLLOWS).columns[:3].tolist()
    ['platform', 'follower_id', 'followee_id']
    """
    return build(table, {})


def build(
    table: Table, columns: Mapping[str, Sequence[Any]] | Iterable[Mapping[str, Any]]
) -> pd.DataFrame:
    """Build a canonical frame from columns or from rows; columns not given are null.

    Parameters
    ----------
    table
        One of the tables of this module.
    columns
        A mapping column → values (all of one length), or an iterable of row mappings.

    Returns
    -------
    pandas.DataFrame
        Every column of `table`, in order, with its Arrow type.

    Raises
    ------
    TableError
        If a column is unknown or a value does not fit its type.

    Examples
    --------
    >>> import i4analysis as i4
    >>> row = {"platform": "twitter", "follower_id": "1", "followee_id": "2"}
    >>> i4.tables.build(i4.tables.FOLLOWS, [row]).shape
    (1, 7)
    """
    if not isinstance(columns, Mapping):
        rows = list(columns)
        seen = {name for row in rows for name in row}
        columns = {
            name: [row.get(name) for row in rows] for name in table.names if name in seen
        } | {name: [] for name in seen - set(table.names)}
    unknown = sorted(set(columns) - set(table.names))
    if unknown:
        raise TableError(
            f"The table {table.name} has no column {unknown[0]!r}: found {', '.join(unknown)},"
            f" expected only {', '.join(table.names)}; rename or drop it."
        )
    length = max((len(values) for values in columns.values()), default=0)
    arrays: dict[str, pa.Array] = {}
    for column in table.columns:
        values = columns.get(column.name)
        if values is None:
            arrays[column.name] = pa.nulls(length, column.type)
            continue
        try:
            arrays[column.name] = pa.array(values, type=column.type, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError) as error:
            raise TableError(
                f"The column {table.name}.{column.name} holds a value that is not {column.type}"
                f" ({error}); expected {column.meaning}; correct the value or leave it null."
            ) from error
    return from_arrow(pa.table(arrays, schema=table.schema))


def from_arrow(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a frame with Arrow types (no copy where Arrow allows it).

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pyarrow as pa
    >>> i4.tables.from_arrow(pa.table({"handle": ["ana"]})).dtypes.astype(str).tolist()
    ['string[pyarrow]']
    """
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, split_blocks=True)
    return frame


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Return a checked frame as an Arrow table with the declared schema.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.tables.to_arrow(i4.tables.POSTS, archive.posts).num_rows == len(archive.posts)
    True
    """
    return pa.Table.from_pandas(check(table, frame), schema=table.schema, preserve_index=False)


def check(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` unchanged if it is the canonical table, or raise `TableError`.

    Checks: all columns present; types as declared; required columns without nulls; closed
    vocabularies respected. The error names the first fault. Extra columns are allowed: measures
    add their own.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.tables.check(i4.tables.POSTS, archive.posts) is archive.posts
    True
    """
    for column in table.columns:
        if column.name not in frame.columns:
            raise TableError(
                f"The table {table.name} lacks the column {column.name!r} ({column.meaning}):"
                f" found {', '.join(map(str, frame.columns))}; build it with"
                " i4analysis.tables.build."
            )
        values = frame[column.name]
        if values.dtype != column.dtype:
            raise TableError(
                f"The column {table.name}.{column.name} has type {values.dtype}, expected"
                f" {column.dtype}; build it with i4analysis.tables.build."
            )
        if column.required and values.isna().any():
            row = int(values.isna().to_numpy().argmax())
            raise TableError(
                f"The column {table.name}.{column.name} is null in row {row}, expected"
                f" {column.meaning}; give it a value or move the record to the rejects."
            )
        if column.values:
            wrong = [value for value in values.dropna().unique() if value not in column.values]
            if wrong:
                raise TableError(
                    f"The column {table.name}.{column.name} holds {wrong[0]!r}, expected one"
                    f" of {', '.join(column.values)}; correct it."
                )
    return frame


# ------------------------------------------------------------------------- asking the columns


def true(mask: pd.Series) -> npt.NDArray[np.bool_]:
    """Return where a mask is true, as plain booleans: null is not true.

    Examples
    --------
    >>> true(pd.Series([True, None, False], dtype="boolean")).tolist()
    [True, False, False]
    """
    if mask.dtype == bool:
        plain: npt.NDArray[np.bool_] = mask.to_numpy()
        return plain
    held: npt.NDArray[np.bool_] = mask.fillna(False).to_numpy(dtype=bool)
    return held


def reshares(posts: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which posts are reshares."""
    return true(posts["kind"] == "reshare")


def own(posts: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which posts were collected themselves, not only seen inside another record."""
    return ~true(posts["embedded"])


def seconds(moments: pd.Series) -> npt.NDArray[np.float64]:
    """Return UTC instants as seconds since 1970, NaN where unknown; exact to the microsecond.

    Examples
    --------
    >>> seconds(pd.Series(pd.to_datetime(["1970-01-01T00:00:01.5Z"]))).tolist()
    [1.5]
    """
    stamps = moments.astype(pd.ArrowDtype(TIME)).astype("int64[pyarrow]")
    plain: npt.NDArray[np.float64] = stamps.to_numpy(dtype=float, na_value=np.nan) / 1e6
    return plain


def microseconds(moments: pd.Series, unknown: int = NEVER) -> npt.NDArray[np.int64]:
    """Return UTC instants as microseconds since 1970; `unknown` where there is none."""
    array = pa.array(moments, type=TIME, from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return np.asarray(array.cast(pa.int64()).fill_null(unknown), dtype=np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class Archive:
    """The archive of a movement as canonical tables.

    Attributes
    ----------
    posts, profiles, follows, rejects, files
        Canonical frames; see `TABLES`.
    findings
        What the archive doctor found, one row a finding; empty when not asked.
    """

    posts: pd.DataFrame = field(default_factory=lambda: empty(POSTS))
    profiles: pd.DataFrame = field(default_factory=lambda: empty(PROFILES))
    follows: pd.DataFrame = field(default_factory=lambda: empty(FOLLOWS))
    rejects: pd.DataFrame = field(default_factory=lambda: empty(REJECTS))
    files: pd.DataFrame = field(default_factory=lambda: empty(FILES))
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def is_empty(self) -> bool:
        """True when there is no post and no profile: the movement has no archive yet."""
        return self.posts.empty and self.profiles.empty

    def check(self) -> Archive:
        """Return self if every table is canonical, or raise `TableError`.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> archive.check() is archive
        True
        """
        for name in ("posts", "profiles", "follows", "rejects", "files"):
            check(TABLES[name], getattr(self, name))
        return self

    @property
    def own(self) -> Archive:
        """The archive with the posts that are rows of their own alone.

        A post seen only inside another record (the original in a retweet) may be a year older
        than anything collected: counted with the others it puts the first hour of a movement
        where the archive saw nothing.
        """
        mine = own(self.posts)
        posts = self.posts if mine.all() else self.posts[mine]  # a mask copies, texts and all
        return replace(self, posts=posts.reset_index(drop=True))

    def where(
        self,
        *,
        days: Days | tuple[Days | None, Days | None] | None = None,
        accounts: str | Iterable[str] = (),
        hashtags: str | Iterable[str] = (),
        languages: str | Iterable[str] = (),
        zone: str | ZoneInfo = "UTC",
    ) -> Archive:
        """Return a part of the archive, which every measure takes as it takes the whole.

        Parameters
        ----------
        days
            One day, or the first and the last, both within; None for an open end. Days, or text
            as 2015-09-26, of `zone`.
        accounts
            Authors, by handle (with or without @) or identifier.
        hashtags
            Posts with one of these at least, with or without #.
        languages
            Of the posts, as `posts.lang` has them; fr takes fr-CA too.
        zone
            Of the days: give `movement.zone`.

        Returns
        -------
        Archive
            The posts that pass everything asked, the profiles of the accounts that wrote them or
            are reshared in them (on those days, if days are asked), and follows between these
            accounts. Files, rejects and findings are those of the whole.

        Raises
        ------
        TableError
            For an account, a hashtag or a language that no post has: with the nearest that one
            has. An archive without posts has no part but itself.

        Examples
        --------
        >>> import i4analysis as i4
        >>> import pandas as pd
        >>> posts = i4.tables.build(i4.tables.POSTS, [
        ...     {"platform": "twitter", "post_id": "1", "kind": "post", "author": "Ana",
        ...      "posted_at": pd.Timestamp("2015-09-26T22:30Z")}])
        >>> archive = i4.Archive(posts)
        >>> len(archive.where(days="2015-09-27", zone="Europe/Paris", accounts="@ana").posts)
        1
        """
        if self.posts.empty:
            return self
        keep = pd.Series(True, index=self.posts.index)
        for given, part in ((accounts, _by), (hashtags, _with_hashtag), (languages, _in_language)):
            wanted = [given] if isinstance(given, str) else list(given)
            if wanted:
                keep &= part(self, wanted)
        seen = pd.Series(True, index=self.profiles.index)
        if days is not None:
            keep &= _within(self.posts["posted_at"], days, zone)
            seen &= _within(self.profiles["seen_at"], days, zone)
        posts = self.posts[keep]
        known = _names(posts, ("author", "reshared_author"))
        seen &= _any_of(self.profiles, ("account_id", "handle"), known)
        ends = [self.follows[end].isin(known) for end in ("follower_id", "followee_id")]
        return replace(
            self,
            posts=posts.reset_index(drop=True),
            profiles=self.profiles[seen].reset_index(drop=True),
            follows=self.follows[ends[0] & ends[1]].reset_index(drop=True),
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {count:,}" for name, count in self._counts().items())
        return f"Archive(rows: {counts})"  # never the rows: they name people

    def _counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in TABLES}

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th>{name}</th><td>{count:,}</td></tr>" for name, count in self._counts().items()
        )
        return f"<table><caption>Archive: rows a table</caption>{cells}</table>"


# ------------------------------------------------------------------------- a part of an archive

Days = str | date


def _within(moments: pd.Series, days: Any, zone: str | ZoneInfo) -> pd.Series:
    first, last = days if isinstance(days, tuple) else (days, days)
    on = clock.days(moments, zone)
    keep = on.notna()
    if first is not None:
        keep &= (on >= _day(first)).fillna(False)
    if last is not None:
        keep &= (on <= _day(last)).fillna(False)
    return keep.astype(bool)


def _day(written: Any) -> date:
    try:
        return (
            date.fromisoformat(written)
            if isinstance(written, str)
            else pd.Timestamp(written).date()
        )
    except (TypeError, ValueError) as error:
        raise TableError(
            f"A day of a part of an archive is {written!r}, expected a date as 2015-09-26; give"
            " days=(first, last), None for an open end."
        ) from error


def _by(archive: Archive, wanted: list[str]) -> pd.Series:
    """Return which posts are by these accounts, whatever handle each bore at the time."""
    named = {one.strip().lstrip("@").lower() for one in wanted}
    asked = _any_of(archive.posts, ("author_id", "author"), named)
    seen = _any_of(archive.profiles, ("account_id", "handle"), named)
    ids = {
        *archive.posts.loc[asked, "author_id"].dropna(),
        *archive.profiles.loc[seen, "account_id"].dropna(),
    }
    found = asked | archive.posts["author_id"].isin(ids).astype(bool)
    known = _names(archive.posts[found], ("author",)) | _names(archive.profiles[seen], ("",))
    for one in sorted(named - {name.lower() for name in known}):
        everybody = archive.posts["author"].dropna().unique()
        raise TableError(
            f"No post of the archive is by the account {one!r}, expected a handle or identifier"
            f" of one of its authors{nearest(one, everybody)}; look in archive.posts.author."
        )
    return found


def _with_hashtag(archive: Archive, wanted: list[str]) -> pd.Series:
    lists = pa.array(archive.posts["hashtags"], type=TEXTS, from_pandas=True)
    lists = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    items, rows = pc.list_flatten(lists), pc.list_parent_indices(lists)
    tags = {normalize_hashtag(one): one for one in wanted}
    held = set(pc.unique(items).to_pylist())
    for tag, one in tags.items():
        if tag not in held:
            raise TableError(
                f"No post of the archive holds the hashtag {one!r}, expected one that a post"
                f" holds{nearest(tag, held - {None})}; look in archive.posts.hashtags."
            )
    inside = pc.is_in(items, value_set=pa.array(list(tags), TEXT))
    places = archive.posts.index[rows.filter(inside).to_numpy()]
    return pd.Series(archive.posts.index.isin(places), index=archive.posts.index)


def _in_language(archive: Archive, wanted: list[str]) -> pd.Series:
    spoken = archive.posts["lang"].str.lower()
    held = set(spoken.dropna().unique())
    keep = pd.Series(False, index=archive.posts.index)
    for one in wanted:
        asked = one.lower()
        named = {name for name in held if name == asked or name.startswith(f"{asked}-")}
        if not named:
            raise TableError(
                f"No post of the archive is in the language {one!r}, expected one of"
                f" {', '.join(sorted(held)) or 'none: its format gives no language'}"
                f"{nearest(asked, held)}; look in archive.posts.lang."
            )
        keep |= spoken.isin(named).fillna(False).astype(bool)
    return keep


def _names(frame: pd.DataFrame, stems: tuple[str, ...]) -> set[str]:
    """Return the identifiers and the handles in lower case of these columns."""
    pairs = [(f"{stem}_id", stem) if stem else ("account_id", "handle") for stem in stems]
    ids = {str(one) for pair in pairs for one in frame[pair[0]].dropna().unique()}
    return ids | {str(one).lower() for pair in pairs for one in frame[pair[1]].dropna().unique()}


def _any_of(frame: pd.DataFrame, pair: tuple[str, str], names: set[str]) -> pd.Series:
    by_id, by_handle = frame[pair[0]], frame[pair[1]].str.lower()
    return (by_id.isin(names) | by_handle.isin(names)).fillna(False).astype(bool)


answer(__name__)
