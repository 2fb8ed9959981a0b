"""Followers of a set of accounts at a date: the snapshot nearest to the date and not after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from i4analysis.measure.accounts.identity import PROFILE, Accounts
from i4analysis.measure.accounts.sightings import Flags, Floats, Ints
from i4analysis.tables import Archive, microseconds, true


@dataclass(frozen=True, eq=False)
class Events:
    """Values of accounts that change in time: from `time` on, account `code` has `value`.

    Sorted by time; of several values at one instant the last holds.
    """

    code: Ints
    time: Ints
    value: Floats

    @classmethod
    def sort(cls, code: Ints, time: Ints, value: Floats) -> Events:
        """Return the events in order of time, earlier rows first at equal times."""
        order = np.argsort(time, kind="stable")
        return cls(code[order], time[order], np.asarray(value, dtype=float)[order])


def snapshots(archive: Archive, known: Accounts) -> Events:
    """Return every known follower count with its moment; unknown counts are left out, never 0."""
    return _seen(archive, known, archive.profiles["followers"])


def unplaced(archive: Archive, known: Accounts) -> Events:
    """Tell of each of the `snapshots`, in their order, whether (1) nobody knows its own moment.

    It stands at that of the post beside which it was collected, perhaps long after.
    """
    placed = archive.profiles["seen_basis"].isin(["live", "retrieved"])
    return _seen(archive, known, ~placed)


def _seen(archive: Archive, known: Accounts, values: pd.Series) -> Events:
    profiles = archive.profiles
    rows = np.flatnonzero(
        true(profiles["followers"].notna())
        & true(profiles["seen_at"].notna())
        & (known.codes[PROFILE] >= 0)
    )
    moments = microseconds(profiles["seen_at"].iloc[rows])
    return Events.sort(
        known.codes[PROFILE][rows], moments, values.iloc[rows].to_numpy(dtype=np.int64)
    )


def current(events: Events, at: int, n_accounts: int, *, backfill: bool = False) -> Floats:
    """Return each account's value at an instant, NaN where nothing is known yet.

    With `backfill`, an account without an earlier value has its first later one.
    """
    values = np.full(n_accounts, np.nan)
    if backfill:
        values[events.code[::-1]] = events.value[::-1]
    stop = int(np.searchsorted(events.time, at, side="right"))
    values[events.code[:stop]] = events.value[:stop]
    return values


def summed(
    counts: Events, member: Events, until: Ints, n_accounts: int, *, backfill: bool = False
) -> pd.DataFrame:
    """Sum the followers of the accounts that are members at each instant.

    Parameters
    ----------
    counts, member
        Follower counts; membership (1 from a moment on, 0 from a later one).
    until
        Instants in increasing order, microseconds.
    n_accounts
        Number of accounts that codes refer to.
    backfill
        Give an account without an earlier count its first later one (for an upper bound).

    Returns
    -------
    pandas.DataFrame
        `n` members, `n_known` of them with a follower count, `total`, `largest` (floats: 0 where
        there is no member, not a number where no member's count is known).
    """
    # Only the accounts that are ever members are carried through the days.
    ever = np.unique(member.code[member.value > 0])
    place = np.full(n_accounts, -1, dtype=np.int64)
    place[ever] = np.arange(len(ever))
    counts, member = _only(counts, place), _only(member, place)
    followers = np.full(len(ever), np.nan)
    if backfill:
        followers[counts.code[::-1]] = counts.value[::-1]
    inside: Flags = np.zeros(len(ever), dtype=bool)
    stops = [np.searchsorted(events.time, until, side="right") for events in (counts, member)]
    rows = np.zeros((len(until), 4))
    for day in range(len(until)):
        now, then = (slice(stop[day - 1] if day else 0, stop[day]) for stop in stops)
        followers[counts.code[now]] = counts.value[now]
        inside[member.code[then]] = member.value[then] > 0
        known = followers[inside]
        known = known[~np.isnan(known)]
        rows[day] = (inside.sum(), len(known), known.sum(), known.max(initial=0))
    frame = pd.DataFrame(rows, columns=["n", "n_known", "total", "largest"])
    unknown = (frame["n"] > 0) & (frame["n_known"] == 0)
    frame.loc[unknown, ["total", "largest"]] = np.nan
    return frame.astype({"n": np.int64, "n_known": np.int64})


def _only(events: Events, place: Ints) -> Events:
    kept = place[events.code] >= 0
    return Events(place[events.code[kept]], events.time[kept], events.value[kept])
