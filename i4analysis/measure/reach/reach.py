"""Followers of a movement's supporters: summed, banded, concentrated, published.

A sum of followers is not a number of people: who follows two supporters is in it twice. Nothing
here is an audience, let alone readers. Where lists of followers are there, different people are
counted by their union, and extrapolated from it.

References
----------
Colwell, R. K. et al. (2012). Models and estimators linking individual-based and sample-based
rarefaction, extrapolation and comparison of assemblages. Journal of Plant Ecology 5.
Flajolet, P. et al. (2007). HyperLogLog: the analysis of a near-optimal cardinality estimation
algorithm. AofA 2007.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from i4analysis.errors import MeasureError
from i4analysis.measure.accounts.followers import (
    Events,
    current,
    snapshots,
    summed,
    unplaced,
)
from i4analysis.measure.accounts.identity import Accounts, everybody, text
from i4analysis.measure.accounts.roles import roles
from i4analysis.measure.accounts.sightings import Flags, Floats, Ints, objects, to_times
from i4analysis.measure.members.adoption import membership
from i4analysis.measure.members.published import MEANS, implied_means, published
from i4analysis.measure.numbers.suppression import all_seek
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared, true

__all__ = [
    "Concentration",
    "Reach",
    "concentration",
    "followers_summed",
    "implied_means",
]

REACH, WANTED, CONCENTRATION = declared(__file__).values()


#: Complete lists from which an estimate is made: one says nothing of how lists overlap.
FEWEST_LISTS = 2
#: Share of the followers counted that a whole list holds at least: some are suspended or hidden.
WHOLE = 0.9


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
    n_later, later_sum, later_seen
        Those of them whose followers were seen after that day alone, the first such counts added
        up, and the first and last day on which they were seen (None where there are none, or
        where it is not known of each).
    n_unplaced
        Supporters of the last day whose last count was collected nobody knows when: it stands at
        the moment of a post.
    looked
        Whether there was an archive to look at: one that shows nothing is not none.
    figures, means
        Published sums of followers, and what they imply a member (`implied_means`).
    """

    basis: str = "none"
    wanted: pd.DataFrame = field(default_factory=WANTED.of)
    n_unknown: int = 0
    n_later: int = 0
    later_sum: int = 0
    later_seen: tuple[date, date] | None = None
    n_unplaced: int = 0
    looked: bool = False
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    means: pd.DataFrame = field(default_factory=MEANS.of)


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
    unplaced: Events
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

    def later(self, codes: Ints) -> tuple[Floats, Ints, bool]:
        """Return the first counts seen after the last day of accounts, their moments, if known."""
        after = np.flatnonzero(self.counts.time > self.until[-1])
        after = after[np.isin(self.counts.code[after], codes)]
        at = pd.DataFrame({"code": self.counts.code[after], "time": self.counts.time[after]})
        at = at.drop_duplicates(keep="last").drop_duplicates("code")  # of one instant, the last
        first = after[at.index]
        placed = not self.unplaced.value[first].any()
        return self.counts.value[first], self.counts.time[first], placed


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
        sighting not after the day. Band of the people behind S: max(f_i, people on the known
        lists) ≤ people ≤ min(S − those whom complete lists show once more, platform). Where
        some lists are complete: incidence extrapolation weighted by followers
        (`extrapolate`), on the last day.

    Parameters
    ----------
    platform_audience
        Accounts the platform had in all, if a source gives it: no more people than that.
    draws, level, seed
        Bootstrap over lists.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.reach.followers_summed(archive, movement, draws=20)
    >>> found.table[["largest", "followers_sum"]].iloc[-1].tolist()
    [12088, 200862]
    """
    ground = _ground(archive, movement)
    claims = {"figures": published(movement, "followers_summed"), "means": implied_means(movement)}
    if ground.days.empty:
        return Reach(
            REACH.of(),
            basis=ground.basis,
            looked=bool(len(archive.posts) or len(archive.profiles)),
            figures=claims["figures"],
            means=claims["means"],
        )
    sums = summed(ground.counts, ground.member, ground.until, ground.size)
    members, followers = ground.at_end()
    lists = _as_counted(follower_lists(archive, ground.known), ground)
    table = _band(ground, lists, sums, platform_audience)
    certain = tuple(float(table[name].iloc[-1]) for name in ("reach_lo", "reach_hi"))
    estimate = _estimate(lists, members, followers, certain, draws=draws, level=level, seed=seed)
    for name, value in zip(("reach_est", "lo", "hi"), estimate, strict=True):
        ends = np.full(len(table), np.nan)
        ends[-1] = value
        table[name] = ends
    table["level"] = np.where(np.isnan(table["reach_est"]), np.nan, level)
    unknown = int(np.isnan(followers).sum())
    afterwards, moments, placed = ground.later(members[np.isnan(followers)])
    last = current(ground.unplaced, int(ground.until[-1]), ground.size)[members]
    days = to_times(moments).dt.tz_convert(movement.timezone).dt.date
    role = roles(archive, movement, known=ground.known)["role"].to_numpy(dtype=object)
    return Reach(
        REACH.of(table),
        parameters={"platform_audience": platform_audience, "draws": draws, "level": level},
        n_used=int(np.isin(ground.counts.code, ground.member.code).sum()),
        excluded={"followers unknown": unknown},
        notes=("members_seek",) * all_seek(role[np.unique(ground.member.code)]),
        basis=ground.basis,
        wanted=_wanted(ground, lists, members, followers),
        n_unknown=unknown,
        n_later=len(afterwards),
        later_sum=int(afterwards.sum()),
        later_seen=(days.min(), days.max()) if len(days) and placed else None,
        n_unplaced=int(np.nansum(last)),
        looked=bool(len(archive.posts) or len(archive.profiles)),
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

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.reach.concentration(archive, movement)
    >>> found.n_half, len(found.table)
    (14, 111)
    """
    ground = _ground(archive, movement)
    if ground.days.empty:
        return Concentration(CONCENTRATION.of())
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
        CONCENTRATION.of(
            {
                "rank": rank,
                "account_id": rows["account_id"],
                "handle": rows["handle"],
                "followers": counts.astype(np.int64),
                "share_accounts": rank / max(n, 1),
                "share_followers": gathered / total if total else np.full(n, np.nan),
            }
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
    return _Ground(basis, known, snapshots(archive, known), unplaced(archive, known), member, days)


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


def _as_counted(lists: Lists, ground: _Ground) -> Lists:
    """Keep the lists of what is summed; take for cut what lacks more than a tenth of the count.

    A list that shows more by a tenth than was ever counted is of another day than the sum, and of
    an account without a count nothing is in the sum.
    """
    least, most = np.full(ground.size, np.inf), np.zeros(ground.size)
    np.minimum.at(least, ground.counts.code, ground.counts.value)
    np.maximum.at(most, ground.counts.code, ground.counts.value)
    held = np.bincount(lists.code, minlength=ground.size)
    summed_up = WHOLE * held <= most
    kept = summed_up[lists.code]
    complete = lists.complete & summed_up & (held >= WHOLE * least)
    return Lists(lists.person[kept], lists.code[kept], complete)


def _band(
    ground: _Ground, lists: Lists, sums: pd.DataFrame, platform_audience: int | None
) -> pd.DataFrame:
    """Return the sum and its band on each day: whom lists show is below, whom twice above.

    On a day of which no count is known the band is unknown, not 0.
    """
    n_days = len(ground.days)
    spells = _spells(ground)
    inside = lists.complete[lists.code]
    whole = replace(lists, person=lists.person[inside], code=lists.code[inside])
    apart = replace(whole, person=np.arange(len(whole.person)))  # as if nobody were on two
    twice = covered(apart, spells, n_days) - covered(whole, spells, n_days)
    n_lists = _among(ground, lists.complete)["n"].to_numpy()
    last = current(ground.counts, int(ground.until[-1]), ground.size)
    nobody = _among(ground, (last == 0) & ~lists.complete)["n"].to_numpy()
    total = sums["total"].to_numpy()
    lo = np.minimum(np.maximum(sums["largest"].to_numpy(), covered(lists, spells, n_days)), total)
    hi = total - twice
    if platform_audience is not None:
        hi = np.minimum(hi, platform_audience)
    # lists of another day than the counts may show more people than the counts leave room for
    lo, hi = np.maximum(np.minimum(lo, hi), sums["largest"].to_numpy()), np.maximum(lo, hi)
    return pd.DataFrame(
        {
            "day": ground.days["day"],
            "as_of_utc": to_times(ground.until + 1),
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
    return WANTED.of(
        {
            "account_id": rows["account_id"],
            "handle": rows["handle"],
            "followers": counts.astype(np.int64),
            "share": counts / total,
            "share_after": (have + np.cumsum(counts)) / total,
        }
    )


@dataclass(frozen=True, eq=False)
class Lists:
    """Follower lists as pairs (person, account followed), each pair once.

    Attributes
    ----------
    person, code
        Follower, numbered from 0; account followed, a code of `Accounts`.
    complete
        For each account, whether its list is known whole. No record holds an empty list, so an
        account seen with no follower is none of these: it says nothing of how lists overlap.
    """

    person: Ints
    code: Ints
    complete: Flags


def follower_lists(archive: Archive, known: Accounts) -> Lists:
    """Gather the follower lists of an archive."""
    follows = archive.follows
    code = known.of_keys(text(follows["followee_id"]), text(follows["platform"]))
    kept = code >= 0
    whole = true(follows["list_complete"])
    complete: Flags = np.zeros(len(known), dtype=bool)
    complete[code[kept]] = True
    complete[code[kept & ~whole]] = False
    person, _ = pd.factorize(objects(follows["follower_id"])[kept])
    pairs = pd.DataFrame({"person": person.astype(np.int64), "code": code[kept]})
    pairs = pairs.drop_duplicates()
    return Lists(pairs["person"].to_numpy(), pairs["code"].to_numpy(), complete)


def covered(lists: Lists, spells: pd.DataFrame, n_days: int) -> Ints:
    """Count on each day the people on the list of at least one account that is a member then.

    Parameters
    ----------
    spells
        `code`, `start`, `stop`: the account is a member on days start ≤ day < stop.
    """
    pairs = pd.DataFrame({"person": lists.person, "code": lists.code}).merge(spells, on="code")
    pairs = pairs.sort_values(["person", "start"], kind="stable")
    person, start = pairs["person"].to_numpy(), pairs["start"].to_numpy()
    if not len(person):
        return np.zeros(n_days, dtype=np.int64)
    # Merge each person's overlapping spells: a running latest stop, kept apart by person.
    width = n_days + 1
    latest = np.maximum.accumulate(person * width + pairs["stop"].to_numpy())
    opens = np.r_[True, (person[1:] * width + start[1:]) > latest[:-1]]
    closes = np.r_[opens[1:], True]
    change = np.bincount(start[opens], minlength=width) - np.bincount(
        latest[closes] % width, minlength=width
    )
    days: Ints = np.cumsum(change)[:n_days].astype(np.int64)
    return days


def extrapolate(
    person: Ints, listed: Ints, sizes: Floats, total: float, weights: Floats | None = None
) -> float:
    """Estimate the people behind all accounts from the lists of some of them.

    Definition
        S_k people on k lists with s_k entries, Q1 and Q2 of them on exactly one and two;
        f0 = (k − 1)/k · Q1²/(2 Q2); reach = S_k + f0 [1 − (1 − Q1/(k f0 + Q1))^m*], with
        m* = k (S − s_k)/s_k: the lists still to come are measured in followers, not in heads
        (Chao2; Colwell et al. 2012).

    Parameters
    ----------
    person, listed
        One entry a pair: follower, and number of the list it is on (0 … k − 1).
    sizes
        Entries of each list.
    total
        S, followers of all accounts added up.
    weights
        Times each list is counted (bootstrap); once by default.

    Examples
    --------
    Two lists of three that share one person, of accounts with 12 followers in all:

    >>> import numpy as np
    >>> person, listed = np.array([0, 1, 2, 2, 3, 4]), np.array([0, 0, 0, 1, 1, 1])
    >>> round(extrapolate(person, listed, np.array([3.0, 3.0]), 12.0), 2)
    7.22
    """
    weights = np.ones(len(sizes)) if weights is None else weights
    k, entries = float(weights.sum()), float((weights * sizes).sum())
    times = np.bincount(person, weights=weights[listed]) if len(person) else np.zeros(0)
    people = float((times > 0).sum())
    once, twice = float((times == 1).sum()), float((times == 2).sum())
    if not once or entries <= 0 or k < 1:
        return people
    unseen = (k - 1) / k * once**2 / (2 * max(twice, 1.0))
    more = k * max(total - entries, 0.0) / entries
    return people + unseen * float(1 - (1 - once / (k * unseen + once)) ** more)


def extrapolate_band(
    person: Ints,
    listed: Ints,
    sizes: Floats,
    total: float,
    *,
    draws: int = 100,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return `extrapolate` with a band from a bootstrap over lists.

    A list drawn twice hides people on one list only, so the draws run low as a whole: their
    spread is used, in proportion, around the estimate itself. Never below the people listed nor
    above the sum.
    """
    estimate = extrapolate(person, listed, sizes, total)
    k = len(sizes)
    people = float(len(np.unique(person)))
    if k < 2 or total <= sizes.sum():
        return estimate, people, min(estimate, max(total, people))
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(k, np.full(k, 1 / k), size=draws).astype(float)
    values = np.array([extrapolate(person, listed, sizes, total, row) for row in counts])
    tail = 50 * (1 - level)
    lo, hi = np.percentile(values / values.mean(), [tail, 100 - tail])
    return estimate, max(estimate * lo, people), min(estimate * hi, total)
