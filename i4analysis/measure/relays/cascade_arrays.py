"""Every cascade of an archive as flat arrays: the original first, then its reshares in time order.

This is the form in which relays are worked out: one position a post, cascade after cascade, each
parent before its children.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.measure.accounts import identity
from i4analysis.tables import reshares

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NO_VIA, VIA_UNSEEN = -1, -2
_UNKNOWN = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Cascades:
    """The cascades of an archive.

    Attributes
    ----------
    posts
        One row a position: `post_id`, `cascade_id` (the original's post_id), `account` (key),
        `handle`, `posted_at`, `is_original`, `in_archive` (false for an original known only from
        its reshares).
    start
        First position of each cascade, and the number of positions at the end.
    cascade
        Number of the cascade of each position.
    hours
        Hours since midnight UTC of the first day, so that `hours % 24` is the hour of day.
    account
        Account of each position, as numbered by `people`.
    followers
        Followers of that account as last seen; NaN when never seen.
    held
        Reshares of each cascade that the archive holds, with those left out here.
    reported
        Reshares of each cascade as the platform counted them; NaN when not said.
    via
        Position of the reshare each reshare came through, where the platform says so; -1 where it
        says nothing, -2 where that reshare is not in the archive.
    people
        The accounts.
    excluded
        Reason → reshares left out.
    notes
        Codes of what is unsure.
    """

    posts: pd.DataFrame
    start: Integers
    cascade: Integers
    hours: Floats
    account: Integers
    followers: Floats
    held: Floats
    reported: Floats
    via: Integers
    people: identity.Accounts
    excluded: Mapping[str, int]
    notes: tuple[str, ...]

    @property
    def is_original(self) -> Flags:
        flags = np.zeros(len(self.hours), bool)
        flags[self.start[:-1]] = True
        return flags

    @property
    def original(self) -> Integers:
        """Position of the original of each position's cascade."""
        return np.asarray(self.start[:-1][self.cascade], np.int64)

    @property
    def lost(self) -> Floats:
        """Reshares that the platform counted and the archive lacks; NaN when not reported."""
        return np.asarray(np.maximum(self.reported - self.held, 0), np.float64)

    @property
    def seen_share(self) -> Floats:
        """Reshares in the archive over reshares reported, by cascade; 1 when not reported."""
        lost = np.nan_to_num(self.lost)
        return np.asarray(self.held / np.maximum(self.held + lost, 1), np.float64)


def cascades(archive: tables.Archive) -> Cascades:
    """Arrange the reshares of an archive by original post.

    Parameters
    ----------
    archive
        Canonical tables. Originals missing from the archive are placed from what their reshares
        say of them.

    Returns
    -------
    Cascades
        Left out, with counts: reshares without the original's identifier, without a time, whose
        author or original author is unknown, and self-reshares.
    """
    posts = archive.posts
    people = identity.accounts(posts)
    rows, excluded = _usable(posts, people)
    names = identity.taken(posts["reshared_id"], rows).dictionary_encode()
    group = np.asarray(names.indices, np.int64)
    held = _held(posts, names.dictionary)
    known, place = _originals(posts, names.dictionary)
    times = _seconds(posts["posted_at"])
    begun, guessed = _begun(posts, times, rows, group, known, place)
    first = _first_row(group, len(names.dictionary))
    author = people.codes["reshared_author"][rows][first]
    order, cascade, is_original = _arrange(posts, times, rows, group, names.dictionary, begun)
    count = len(names.dictionary)
    source = np.append(rows, np.where(known, place, -1))[order]
    seconds = np.append(times[rows], begun)[order]
    account = np.append(people.codes["author"][rows], author)[order]
    start = np.append(np.flatnonzero(is_original), len(order)).astype(np.int64)
    frame = _frame(posts, people, source, seconds, account, is_original, cascade, names, order)
    seen = _followers(archive.profiles, people)
    ordered = _cascade_order(group, order, count)
    reported = _reported(posts, rows, group, known, place)[ordered]
    notes = ("original_time_unknown",) * bool(guessed) + ("reshare_count_unknown",) * bool(
        len(reported) and np.isnan(reported).all()
    )
    return Cascades(
        posts=frame,
        start=start,
        cascade=cascade,
        hours=_hours(seconds),
        account=account,
        followers=seen[account] if len(account) else np.empty(0),
        held=held[ordered],
        reported=reported,
        via=_via(posts, frame, source, is_original, cascade),
        people=people,
        excluded={reason: number for reason, number in excluded.items() if number},
        notes=notes,
    )


def _usable(posts: pd.DataFrame, people: identity.Accounts) -> tuple[Integers, dict[str, int]]:
    left = reshares(posts)
    excluded: dict[str, int] = {}
    author, original = people.codes["author"], people.codes["reshared_author"]
    for reason, wrong in (
        ("reshares whose original is not identified", posts["reshared_id"].isna().to_numpy()),
        ("reshares without a time", posts["posted_at"].isna().to_numpy()),
        ("reshares whose author or original author is unknown", (author < 0) | (original < 0)),
        ("self-reshares", author == original),
    ):
        excluded[reason] = int((left & wrong).sum())
        left &= ~wrong
    return np.flatnonzero(left).astype(np.int64), excluded


def _seconds(moments: pd.Series) -> Floats:
    array = pa.array(moments, type=tables.TIME, from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    numbers = pc.fill_null(array.cast(pa.int64()), _UNKNOWN).to_numpy(zero_copy_only=False)
    return np.where(numbers == _UNKNOWN, np.nan, numbers / 1e6)


def _originals(posts: pd.DataFrame, names: pa.Array) -> tuple[Flags, Integers]:
    """Return whether each original is in the posts table, and its row there."""
    authored = np.flatnonzero(~reshares(posts))
    identifiers = identity.taken(posts["post_id"], authored)
    place = pc.index_in(names, value_set=identifiers)
    known = np.asarray(pc.is_valid(place).to_numpy(zero_copy_only=False), bool)
    row = np.asarray(pc.fill_null(place, 0).to_numpy(zero_copy_only=False), np.int64)
    return known, authored[row] if len(authored) else row


def _begun(
    posts: pd.DataFrame,
    times: Floats,
    rows: Integers,
    group: Integers,
    known: Flags,
    place: Integers,
) -> tuple[Floats, int]:
    """Return when each original was posted: as its row, else as its reshares say, else guessed."""
    count = len(known)
    said, earliest = np.full(count, np.inf), np.full(count, np.inf)
    told = _seconds(posts["reshared_at"])[rows]
    np.minimum.at(said, group, np.where(np.isnan(told), np.inf, told))
    np.minimum.at(earliest, group, times[rows])
    begun = np.where(np.isfinite(said), said, np.nan)
    own = times[place] if len(times) else np.empty(0)
    begun = np.where(known & ~np.isnan(own), own, begun)
    guessed = np.isnan(begun)
    begun = np.where(guessed, earliest, np.minimum(begun, earliest))
    return begun, int(guessed.sum())


def _first_row(group: Integers, count: int) -> Integers:
    first = np.zeros(count, np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return first


def _arrange(
    posts: pd.DataFrame,
    times: Floats,
    rows: Integers,
    group: Integers,
    names: pa.Array,
    begun: Floats,
) -> tuple[Integers, Integers, Flags]:
    """Return the order of (reshares, then originals), the cascade of each, which are originals.

    Cascades follow one another by the time of their original; equal times by identifier.
    """
    count = len(names)
    by_name = _ranks(names)
    rank = np.empty(count, np.int64)
    rank[np.lexsort((by_name, begun))] = np.arange(count)
    reshare_rank = _ranks(identity.taken(posts["post_id"], rows))
    together = np.append(rank[group], rank) if count else np.empty(0, np.int64)
    moment = np.append(times[rows], np.full(count, -np.inf))
    order = np.lexsort((np.append(reshare_rank, np.zeros(count, np.int64)), moment, together))
    is_original = (order >= len(rows)) if count else np.empty(0, bool)
    return order.astype(np.int64), together[order].astype(np.int64), np.asarray(is_original, bool)


def _ranks(names: pa.Array) -> Integers:
    rank = np.empty(len(names), np.int64)
    rank[np.asarray(pc.array_sort_indices(names), np.int64)] = np.arange(len(names))
    return rank


def _cascade_order(group: Integers, order: Integers, count: int) -> Integers:
    return order[order >= len(group)] - len(group) if count else np.empty(0, np.int64)


def _frame(
    posts: pd.DataFrame,
    people: identity.Accounts,
    source: Integers,
    seconds: Floats,
    account: Integers,
    is_original: Flags,
    cascade: Integers,
    names: pa.DictionaryArray,
    order: Integers,
) -> pd.DataFrame:
    own = identity.taken(posts["post_id"], source)
    reshares = len(names.indices)
    cascade_names = names.dictionary.take(pa.array(order[is_original] - reshares))
    cascade_id = cascade_names.take(pa.array(cascade))
    moments = pa.array(np.round(seconds * 1e6).astype(np.int64), pa.int64()).cast(tables.TIME)
    columns: dict[str, Any] = {
        "post_id": pc.if_else(pa.array(is_original), cascade_id, own),
        "cascade_id": cascade_id,
        "account": people.keys.take(pa.array(account)),
        "handle": people.handles.take(pa.array(account)),
        "posted_at": moments,
        "is_original": pa.array(is_original),
        "in_archive": pa.array(source >= 0),
    }
    return tables.from_arrow(pa.table(columns))


def _hours(seconds: Floats) -> Floats:
    if not len(seconds):
        return np.empty(0)
    midnight = np.floor(seconds.min() / 86_400) * 86_400
    return np.asarray((seconds - midnight) / 3600, np.float64)


def _followers(profiles: pd.DataFrame, people: identity.Accounts) -> Floats:
    """Return the followers of each account at its latest sighting that gives them."""
    found = np.full(len(people), np.nan)
    usable = profiles[profiles["followers"].notna().to_numpy()]
    if not len(usable) or not len(people):
        return found
    usable = usable.sort_values("seen_at", na_position="first", kind="stable")
    platform = identity.text(usable["platform"])
    code = people.of_keys(identity.text(usable["account_id"]), platform)
    by_handle = people.of_handles(identity.text(usable["handle"]), platform)
    code = np.where(code >= 0, code, by_handle)
    seen = code >= 0
    found[code[seen]] = usable["followers"].to_numpy(np.float64)[seen]
    return found


def _held(posts: pd.DataFrame, names: pa.Array) -> Floats:
    """Count the reshares of each original: the platform counts undated ones and one's own too."""
    of = identity.taken(posts["reshared_id"], np.flatnonzero(reshares(posts)))
    place = pc.index_in(of, value_set=names).drop_null()
    return np.bincount(np.asarray(place, np.int64), minlength=len(names)).astype(np.float64)


def _reported(
    posts: pd.DataFrame, rows: Integers, group: Integers, known: Flags, place: Integers
) -> Floats:
    """Return the largest reshare count that any record gives of each original.

    A count of 0 is contradicted by the reshare at hand: servers that do not see others' boosts
    write it, and records made before the first reshare. It is unknown.
    """
    counts = posts["reshare_count"].to_numpy(np.float64, na_value=np.nan)
    most = np.full(len(known), -1.0)
    np.maximum.at(most, group, np.where(np.isnan(counts[rows]), -1, counts[rows]))
    if len(counts):
        most = np.fmax(most, np.where(known, counts[place], np.nan))
    return np.where(most < 1, np.nan, most)


def _via(
    posts: pd.DataFrame,
    frame: pd.DataFrame,
    source: Integers,
    is_original: Flags,
    cascade: Integers,
) -> Integers:
    via = np.full(len(source), NO_VIA, np.int64)
    named = identity.text(posts["via_id"])
    if named.null_count == len(named):
        return via
    own = named.take(pa.array(source, mask=(source < 0) | is_original))
    said = np.asarray(pc.is_valid(own).to_numpy(zero_copy_only=False), bool)
    place = pc.index_in(own, value_set=identity.text(frame["post_id"]))
    position = np.asarray(pc.fill_null(place, VIA_UNSEEN), np.int64)
    earlier = (position >= 0) & (position < np.arange(len(via)))
    same = earlier & (cascade[np.maximum(position, 0)] == cascade)
    via[said] = np.where(same, position, VIA_UNSEEN)[said]
    return via
