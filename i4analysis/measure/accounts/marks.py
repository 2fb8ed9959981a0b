"""Marks in a bio: which hashtags a profile shows, and what an account's profile was at a moment.

A mark counts when it stands as a hashtag of its own: #i4emploiR does not show #i4emploi.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.hashtags import hashtags_in
from i4analysis.measure.accounts.identity import PROFILE, Accounts, everybody, text
from i4analysis.tables import Archive, true

Flags = npt.NDArray[np.bool_]


def holds_mark(texts: pd.Series, marks: Collection[str]) -> Flags:
    """Say for each text whether one of its hashtags is one of `marks` (normalised, without #).

    Whole hashtags only, as `hashtags.hashtags_in` finds them. A null text holds nothing.

    Examples
    --------
    >>> holds_mark(pd.Series(["RH #I4Emploi!", "#i4emploiR", "i4emploi", None]), {"i4emploi"})
    array([ True, False, False, False])
    """
    wanted = frozenset(marks)
    column = text(texts)
    flags: Flags = np.zeros(len(column), dtype=bool)
    rows = np.flatnonzero(pc.fill_null(pc.match_substring_regex(column, "[#＃]"), False))
    if wanted and len(rows):
        coded = column.take(pa.array(rows)).dictionary_encode()
        holds = [not wanted.isdisjoint(hashtags_in(one)) for one in coded.dictionary.to_pylist()]
        flags[rows] = np.array(holds)[coded.indices.to_numpy()]
    return flags


def holds_hashtag(hashtags: pd.Series, wanted: Collection[str]) -> Flags:
    """Say for each list of hashtags (already normalised) whether it holds one of `wanted`."""
    lists = pa.array(hashtags, type=pa.list_(pa.string()), from_pandas=True)
    lists = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    lengths = np.asarray(pc.list_value_length(lists).fill_null(0), dtype=np.int64)
    hit = np.asarray(pc.is_in(lists.flatten(), value_set=pa.array(sorted(wanted), pa.string())))
    flags: Flags = np.zeros(len(lists), dtype=bool)
    flags[np.repeat(np.arange(len(lists)), lengths)[hit.astype(bool)]] = True
    return flags


@dataclass(frozen=True, eq=False)
class Bios:
    """The profiles of an archive, each row with its account, to be asked what was seen when.

    Attributes
    ----------
    profiles
        Canonical profiles.
    known
        The accounts of the archive (`identity.everybody`).
    """

    profiles: pd.DataFrame
    known: Accounts

    @classmethod
    def of(cls, posts: pd.DataFrame, profiles: pd.DataFrame) -> Bios:
        """Take the profiles of posts' accounts; accounts are numbered over both tables."""
        return cls(profiles, everybody(Archive(posts=posts, profiles=profiles)))

    @property
    def keys(self) -> pd.Series:
        """The account key of each row of profiles."""
        return self.known.named(self.known.codes[PROFILE])

    def at(self, accounts: pd.Series, moments: pd.Series) -> pd.DataFrame:
        """Return each account's profile as last seen at a moment, else as first seen after it.

        Parameters
        ----------
        accounts, moments
            Account key and moment, row by row.

        Returns
        -------
        pandas.DataFrame
            handle, bio, location, followers, seen_at with the index of `accounts`; null where
            the account was never seen.
        """
        wanted = ["handle", "bio", "location", "followers", "seen_at"]
        seen = self.profiles[wanted].assign(key=self.keys.to_numpy(dtype=object))
        seen = seen[seen["key"].notna() & seen["bio"].notna() & seen["seen_at"].notna()]
        seen = seen.assign(key=seen["key"].astype("object"), at=_moments(seen["seen_at"]))
        seen = seen.sort_values("at", kind="stable")
        asked = pd.DataFrame(
            {
                "key": accounts.to_numpy(dtype=object),
                "at": _moments(moments).array,
                "row": np.arange(len(accounts)),
            }
        )
        asked = asked.dropna(subset=["key", "at"]).astype({"key": "object"})
        asked = asked.sort_values("at", kind="stable")
        found = pd.merge_asof(asked, seen, on="at", by="key", direction="backward")
        late = pd.merge_asof(asked, seen, on="at", by="key", direction="forward")
        before = true(found["seen_at"].notna())
        merged = pd.DataFrame(
            {name: found[name].where(before, late[name]).to_numpy() for name in wanted}
        )
        merged = merged.set_index(found["row"].to_numpy()).reindex(np.arange(len(accounts)))
        merged.index = accounts.index
        return merged.astype({name: self.profiles[name].dtype for name in wanted})

    def shown(self, marks: Collection[str], accounts: pd.Series, moments: pd.Series) -> pd.Series:
        """Return whether each account's bio, as last seen by then, shows a mark; null: unseen."""
        # Positions, not labels: an exploded table repeats its index.
        found = self.at(accounts.reset_index(drop=True), moments.reset_index(drop=True))
        shown = pd.array(holds_mark(found["bio"], marks), dtype="boolean")
        shown[true(found["bio"].isna())] = pd.NA
        return pd.Series(shown, index=accounts.index)

    def first_shown(self, marks: Collection[str]) -> pd.Series:
        """Return account key → first moment its bio was seen with a mark."""
        dated = true(self.profiles["seen_at"].notna())
        rows = holds_mark(self.profiles["bio"], marks) & dated
        shown = _moments(self.profiles.loc[rows, "seen_at"])
        return shown.groupby(self.keys.to_numpy(dtype=object)[rows]).min()


def _moments(values: pd.Series) -> pd.Series:
    return values.astype("datetime64[us, UTC]")
