"""Followers of a movement's supporters: summed, banded, concentrated, published.

A sum of followers is not a number of people: who follows two supporters is in it twice. Nothing
here is an audience, let alone readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from i4analysis.errors import MeasureError
from i4analysis.measure.accounts.followers import Events, current, snapshots, summed
from i4analysis.measure.accounts.identity import Accounts, everybody
from i4analysis.measure.accounts.sightings import Flags, Floats, Ints, to_times
from i4analysis.measure.members.adoption import membership
from i4analysis.measure.members.curves import typed, typed_frame
from i4analysis.measure.members.published import MEANS, implied_means, published
from i4analysis.measure.reach.audience import (
    Lists,
    covered,
    extrapolate_band,
    follower_lists,
    sketch,
    sketched_union,
)
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import COUNT, DAY, FLAG, NUMBER, TEXT, TIME, Archive, Column, Table

__all__ = [
    "Concentration",
    "Reach",
    "concentration",
    "followers_summed",
    "implied_means",
    "sketch",
    "sketched_union",
]

REACH = Table(
    "followers_summed",
    "one row a day: followers of the supporters added up, and the band of different people",
    (
        Column("day", DAY, "day of the movement's zone"),
        Column("as_of_utc", TIME, "the instant that day ends", "UTC"),
        Column("n_supporters", COUNT, "accounts counted", "accounts"),
        Column("n_known", COUNT, "of these, with a known follower count", "accounts"),
        Column(
            "followers_sum",
            COUNT,
            "followers added up; null where no count is known",
            "followers, with duplicates",
        ),
        Column("largest", COUNT, "followers of the most followed", "followers"),
        Column("reach_lo", COUNT, "different people, at least; null where unknown", "people"),
        Column("reach_hi", COUNT, "different people, at most; null where unknown", "people"),
        Column("reach_est", NUMBER, "estimate from complete lists; between the two", "people"),
        Column("lo", NUMBER, "lower end of the estimate", "people"),
        Column("hi", NUMBER, "upper end of the estimate", "people"),
        Column("level", NUMBER, "share of the truth that lo and hi are to hold"),
        Column("n_lists", COUNT, "accounts whose whole list of followers is held", "lists"),
        Column("lists_complete", FLAG, "every account that has followers has such a list"),
    ),
    key=("day",),
)
WANTED = Table(
    "lists_wanted",
    "one row a supporter whose list of followers is to be asked for next, by followers",
    (
        Column("account_id", TEXT, "account key"),
        Column("handle", TEXT, "handle as last seen, without @"),
        Column("followers", COUNT, "last count", "followers"),
        Column("share", NUMBER, "of the sum of followers"),
        Column("share_after", NUMBER, "of the sum listed once this and those before are known"),
    ),
)
CONCENTRATION = Table(
    "concentration",
    "one row a supporter, the most followed first: how few hold how much of the sum",
    (
        Column("rank", COUNT, "place, from 1"),
        Column("account_id", TEXT, "account key"),
        Column("handle", TEXT, "handle as last seen, without @"),
        Column("followers", COUNT, "count of that day", "followers"),
        Column("share_accounts", NUMBER, "of the accounts, this one and those before"),
        Column("share_followers", NUMBER, "of the sum, theirs; null where the sum is 0"),
    ),
)


#: Complete lists from which an estimate is made: one says nothing of how lists overlap.
FEWEST_LISTS = 2


@dataclass(frozen=True, eq=False)
class Reach(Result):
    """Followers of the supporters, day by day.

    `n_used` counts the follower snapshots of accounts that were ever counted.

    Attributes
    ----------
    table
        One row a day (columns `REACH`): supporters that show the mark then (basis bio) or
        accounts that have posted with the hashtag (basis posts), their followers added up, and
        the band `reach_lo` ≤ different people ≤ `reach_hi`. Without follower lists the band is
        the largest account and the sum, and nothing tighter is honest. All are null on a day
        when no follower count is known. `reach_est` with `lo`, `hi`, between the two, only on
        the last day, from complete lists of `FEWEST_LISTS` accounts or of all.
    basis
        bio | posts | none, as in `members.adoption`.
    wanted
        Supporters of the last day without a complete list, by followers: whose list to ask for
        next; `share` of the sum, and `share_after`: share of the sum listed once it and all
        before it are known.
    n_unknown
        Supporters of the last day whose followers are unknown; they are not in the sum.
    figures, means
        Published sums of followers, and what they imply a member (`implied_means`).
    """

    basis: str = "none"
    wanted: pd.DataFrame = field(default_factory=lambda: typed({}, WANTED))
    n_unknown: int = 0
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    means: pd.DataFrame = field(default_factory=lambda: typed({}, MEANS))


@dataclass(frozen=True, eq=False)
class Concentration(Result):
    """How unequally the followers are spread over the supporters of one day.

    Attributes
    ----------
    table
        One row an account, from the most followed: cumulated shares of accounts and followers
        (the Lorenz curve, from its top).
    day
        The day; None when there is none.
    total, n_accounts, n_unknown
        Followers added up, accounts with known followers, accounts without.
    n_half
        Fewest accounts that together hold half of the sum; 0 when the sum is 0.
    gini
        0: all have as many; near 1: one has all. None when the sum is 0.
    """

    day: date | None = None
    total: int = 0
    n_accounts: int = 0
    n_unknown: int = 0
    n_half: int = 0
    gini: float | None = None


@dataclass(frozen=True, eq=False)
class _Ground:
    """What both measures start from."""

    basis: str
    known: Accounts
    counts: Events
    member: Events
    days: pd.DataFrame

    @property
    def until(self) -> Ints:
        return self.days["until"].to_numpy(dtype=np.int64)

    @property
    def size(self) -> int:
        return len(self.known)

    def at_end(self, row: int = -1) -> tuple[Ints, Floats]:
        """Return the members at the end of a day and their followers (NaN when unknown)."""
        instant = int(self.until[row])
        inside = np.flatnonzero(np.nan_to_num(current(self.member, instant, self.size)) > 0)
        return inside, current(self.counts, instant, self.size)[inside]


def followers_summed(
    archive: Archive,
    movement: Movement,
    *,
    platform_audience: int | None = None,
    draws: int = 100,
    level: float = 0.95,
    seed: int = 0,
) -> Reach:
    """Add up the followers of the supporters at the end of each day, with its band.

    Definition
        S = Σ f_i over the supporters of the day, f_i the follower count of the account's last
        sighting not after the day. Band: max(f_i, people on the known lists) ≤ people ≤
        min(S, people on the complete lists + followers of the others, platform). Where some
        lists are complete: incidence extrapolation weighted by followers
        (`audience.extrapolate`), on the last day.

    Parameters
    ----------
    platform_audience
        Accounts the platform had in all, if a source gives it: no more people than that.
    draws, level, seed
        Bootstrap over lists.
    """
    ground = _ground(archive, movement)
    claims = {
        "figures": published(movement, "followers_summed"),
        "means": implied_means(movement),
    }
    if ground.days.empty:
        return Reach(
            typed({}, REACH), basis=ground.basis, figures=claims["figures"], means=claims["means"]
        )
    sums = summed(ground.counts, ground.member, ground.until, ground.size)
    members, followers = ground.at_end()
    lists = follower_lists(archive, ground.known)
    table = _band(ground, lists, sums, platform_audience)
    certain = tuple(float(table[name].iloc[-1]) for name in ("reach_lo", "reach_hi"))
    estimate = _estimate(lists, members, followers, certain, draws=draws, level=level, seed=seed)
    for name, value in zip(("reach_est", "lo", "hi"), estimate, strict=True):
        ends = np.full(len(table), np.nan)
        ends[-1] = value
        table[name] = ends
    table["level"] = np.where(np.isnan(table["reach_est"]), np.nan, level)
    unknown = int(np.isnan(followers).sum())
    return Reach(
        typed_frame(table, REACH),
        parameters={"platform_audience": platform_audience, "draws": draws, "level": level},
        n_used=int(np.isin(ground.counts.code, ground.member.code).sum()),
        excluded={"followers unknown": unknown},
        basis=ground.basis,
        wanted=_wanted(ground, lists, members, followers),
        n_unknown=unknown,
        figures=claims["figures"],
        means=claims["means"],
    )


def concentration(
    archive: Archive, movement: Movement, *, on: date | None = None
) -> Concentration:
    """Say how few supporters hold half of the followers at the end of a day.

    Definition
        n_half: the least k such that the k most followed hold at least half of the sum.
        Gini = 2 Σ i·f_i / (n Σ f_i) − (n + 1)/n, f_i in increasing order.

    Parameters
    ----------
    on
        The day; the last one by default.

    Raises
    ------
    MeasureError
        If the archive does not reach that day.
    """
    ground = _ground(archive, movement)
    if ground.days.empty:
        return Concentration(typed({}, CONCENTRATION))
    row = _row(ground.days, on)
    members, followers = ground.at_end(row)
    known = ~np.isnan(followers)
    order = np.argsort(-followers[known], kind="stable")
    counts = followers[known][order]
    total, n = float(counts.sum()), len(counts)
    gathered = np.cumsum(counts)
    rank = np.arange(1, n + 1)
    rows = ground.known.table.iloc[members[known][order]]
    gini = (n + 1 - 2 * float((rank * counts).sum()) / total) / n if total else None
    return Concentration(
        typed(
            {
                "rank": rank,
                "account_id": rows["account_id"],
                "handle": rows["handle"],
                "followers": counts.astype(np.int64),
                "share_accounts": rank / max(n, 1),
                "share_followers": gathered / total if total else np.full(n, np.nan),
            },
            CONCENTRATION,
        ),
        n_used=n,
        excluded={"followers unknown": int((~known).sum())},
        day=ground.days["day"].iloc[row],
        total=int(total),
        n_accounts=n,
        n_unknown=int((~known).sum()),
        n_half=int(np.searchsorted(gathered, total / 2) + 1) if total else 0,
        gini=gini,
    )


def _ground(archive: Archive, movement: Movement) -> _Ground:
    known = everybody(archive)
    basis, member, days = membership(archive, movement, known)
    return _Ground(basis, known, snapshots(archive, known), member, days)


def _row(days: pd.DataFrame, on: date | None) -> int:
    if on is None:
        return len(days) - 1
    found = np.flatnonzero(days["day"].to_numpy() == on)
    if not len(found):
        raise MeasureError(
            f"The archive has nothing on {on}, expected a day from {days['day'].iloc[0]} to"
            f" {days['day'].iloc[-1]}; ask for one of those."
        )
    return int(found[0])


def _band(
    ground: _Ground, lists: Lists, sums: pd.DataFrame, platform_audience: int | None
) -> pd.DataFrame:
    """Return the sum and its band on each day: what lists show is below, what they save above.

    On a day of which neither a count nor a list is known the band is unknown, not 0.
    """
    n_days = len(ground.days)
    spells = _spells(ground)
    whole = spells[lists.complete[spells["code"]]]
    known = _among(ground, lists.complete)
    last = current(ground.counts, int(ground.until[-1]), ground.size)
    nobody = _among(ground, (last == 0) & ~lists.complete)["n"].to_numpy()
    n_lists = known["n"].to_numpy()
    total = sums["total"].to_numpy()
    seen = covered(lists, spells, n_days).astype(float)
    lo = np.fmax(sums["largest"].to_numpy(), np.where(seen > 0, seen, np.nan))
    # An account with a list and no count is in the sum of lists alone.
    others = np.nan_to_num(total) - np.nan_to_num(known["total"].to_numpy())
    hi = covered(lists, whole, n_days) + others
    hi = np.where(known["n_known"] == n_lists, np.fmin(hi, total), hi)
    hi = np.where(np.isnan(total) & (n_lists == 0), np.nan, hi)
    if platform_audience is not None:
        hi = np.minimum(hi, platform_audience)
    hi = np.maximum(hi, lo)
    return pd.DataFrame(
        {
            "day": ground.days["day"],
            "as_of_utc": to_times(ground.until),
            "n_supporters": sums["n"],
            "n_known": sums["n_known"],
            "followers_sum": total,
            "largest": sums["largest"],
            "reach_lo": lo,
            "reach_hi": hi,
            "n_lists": n_lists,
            "lists_complete": (n_lists == sums["n"] - nobody) & (n_lists > 0),
        }
    )


def _among(ground: _Ground, chosen: Flags) -> pd.DataFrame:
    """Sum the followers of the members that are among some accounts, at the end of each day."""
    member = ground.member
    inside = chosen[member.code]
    kept = Events(member.code[inside], member.time[inside], member.value[inside])
    return summed(ground.counts, kept, ground.until, ground.size)


def _spells(ground: _Ground) -> pd.DataFrame:
    """Return the days on which each account counts: from `start` on and before `stop`."""
    n_days = len(ground.days)
    rows = pd.DataFrame(
        {
            "code": ground.member.code,
            "start": np.searchsorted(ground.until, ground.member.time, side="left"),
            "inside": ground.member.value > 0,
        }
    ).sort_values("code", kind="stable")
    # Of several states on one day the last holds at its end.
    rows = rows.drop_duplicates(["code", "start"], keep="last")
    following = rows.groupby("code")["start"].shift(-1, fill_value=n_days)
    return rows.assign(stop=following)[rows["inside"] & (rows["start"] < n_days)].drop(
        columns="inside"
    )


def _estimate(
    lists: Lists,
    members: Ints,
    followers: Floats,
    certain: tuple[float, ...],
    *,
    draws: int,
    level: float,
    seed: int,
) -> tuple[float, float, float]:
    """Extrapolate from the complete lists of the members of the last day; NaN without evidence.

    One list says nothing of how lists overlap; an estimate outside the certain bounds (from lists
    of small accounts beside one large account, say) is none.
    """
    nothing = (np.nan, np.nan, np.nan)
    with_list = members[lists.complete[members]]
    if not len(with_list):
        return nothing
    place = np.full(len(lists.complete), -1, dtype=np.int64)
    place[with_list] = np.arange(len(with_list))
    kept = place[lists.code] >= 0
    listed = place[lists.code[kept]]
    _, person = np.unique(lists.person[kept], return_inverse=True)
    sizes = np.bincount(listed, minlength=len(with_list)).astype(float)
    others = followers[~lists.complete[members]]
    total = float(sizes.sum() + np.nansum(others))
    if len(with_list) < FEWEST_LISTS and (others != 0).any():
        return nothing
    estimate, lo, hi = extrapolate_band(
        person, listed, sizes, total, draws=draws, level=level, seed=seed
    )
    floor, ceiling = certain
    if not floor <= estimate <= ceiling or not lo <= hi:
        return nothing
    return estimate, max(lo, floor), min(hi, ceiling)


def _wanted(ground: _Ground, lists: Lists, members: Ints, followers: Floats) -> pd.DataFrame:
    open_: Flags = ~lists.complete[members] & (followers > 0)
    order = np.argsort(-followers[open_], kind="stable")
    codes, counts = members[open_][order], followers[open_][order]
    total = max(float(np.nansum(followers)), 1.0)
    have = float(np.nansum(followers[lists.complete[members]]))
    rows = ground.known.table.iloc[codes]
    return typed(
        {
            "account_id": rows["account_id"],
            "handle": rows["handle"],
            "followers": counts.astype(np.int64),
            "share": counts / total,
            "share_after": (have + np.cumsum(counts)) / total,
        },
        WANTED,
    )
