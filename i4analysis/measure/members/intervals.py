"""Between which two sightings an account took up a mark, and how many accounts were never seen.

References
----------
Chao, A. (1987). Estimating the population size for capture-recapture data with unequal
catchability. Biometrics 43.
Chapman, D. G. (1951). Some properties of the hypergeometric distribution with applications to
zoological sample censuses. University of California Publications in Statistics 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtri

from i4analysis.measure.accounts.identity import PROFILE, Accounts, everybody
from i4analysis.measure.accounts.marks import holds_hashtag, holds_mark
from i4analysis.measure.accounts.sightings import (
    Flags,
    Floats,
    Ints,
    birth_of,
    text_column,
    to_times,
    usable_rows,
)
from i4analysis.measure.members.delay import LEAST_H, Delay, Looks, fit_delay
from i4analysis.movement import Movement
from i4analysis.tables import Archive, microseconds, true

HOUR = 3_600_000_000
NEVER = int(np.iinfo(np.int64).max)
SESSION_H = 6.0


@dataclass(frozen=True, eq=False)
class Sightings:
    """Usable sightings of the accounts seen with a mark, sorted by account and time.

    Attributes
    ----------
    accounts
        Every account of the archive; `code` is a position in its table.
    code, time, holds, live, listed
        Account; instant (microseconds); whether the bio shows the mark; whether the record was
        streamed; whether it is a dated look-up of the profile alone.
    birth, begin, end
        First instant of the movement, first and last usable sighting of anybody.
    excluded
        Reason → profile rows left out.
    """

    accounts: Accounts
    code: Ints
    time: Ints
    holds: Flags
    live: Flags
    listed: Flags
    birth: int
    begin: int
    end: int
    excluded: Mapping[str, int]

    @property
    def first(self) -> Flags:
        """True on the first row of each account."""
        change: Flags = np.r_[True, self.code[1:] != self.code[:-1]][: len(self.code)]
        return change


def sightings(
    archive: Archive,
    movement: Movement,
    marks: Collection[str],
    *,
    known: Accounts | None = None,
    usable: Flags | None = None,
) -> Sightings:
    """Return the usable sightings of every account that one of them shows with a mark."""
    known = everybody(archive) if known is None else known
    usable = usable_rows(archive) if usable is None else usable
    profiles = archive.profiles
    seen = true(profiles["bio"].notna())
    named = known.codes[PROFILE] >= 0
    holds = holds_mark(profiles["bio"], marks)
    at = microseconds(profiles["seen_at"])
    kept = usable & named
    marked = np.zeros(len(known), dtype=bool)
    marked[known.codes[PROFILE][kept & holds]] = True
    rows = np.flatnonzero(kept)
    rows = rows[marked[known.codes[PROFILE][rows]]]
    rows = rows[np.lexsort((at[rows], known.codes[PROFILE][rows]))]
    own = holds_hashtag(archive.posts["hashtags"], movement.hashtags)
    birth = birth_of(movement, microseconds(archive.posts["posted_at"])[own], at[kept & holds])
    return Sightings(
        known,
        known.codes[PROFILE][rows],
        at[rows],
        holds[rows],
        true(profiles["seen_basis"] == "live")[rows],
        true(profiles["post_id"].isna())[rows],
        birth,
        int(at[kept].min()) if kept.any() else birth,
        int(at[kept].max()) if kept.any() else birth,
        {
            "bio not seen": int((~seen).sum()),
            "seen after the fact": int((seen & ~usable).sum()),
            "account not named": int((usable & ~named).sum()),
        },
    )


@dataclass(frozen=True, eq=False)
class Calendar:
    """What the ledgers say of when people join: press items (microseconds), founders (codes)."""

    press: Ints
    founders: Ints


@dataclass(frozen=True, eq=False)
class Intervals:
    """For each account: the interval (left, right] of its adoption, and its sessions after it.

    Attributes
    ----------
    code
        Account, a position in `Sightings.accounts.table`.
    left, right
        Last sighting without the mark before the first with it (or the movement's birth), and
        that first sighting; microseconds.
    drop_left, drop_right
        Last sighting with the mark and the first without it after `right`; NEVER when none.
    later
        Sessions in which the account was seen after the one of `right`, with the mark or not.
    gaps, owner, early
        Gaps between sessions one after the other (microseconds), the position of their account,
        and whether they end at `left` or before; that from `left` to `right` is not among them.
        The last of an account, from its last sighting to that of anybody, is `open`.
    sessions
        Sessions in which it was seen with the mark.
    sessions_at
        Instants of the first, second and third of those (NEVER when there was none), one row an
        account.
    """

    code: Ints
    left: Ints
    right: Ints
    drop_left: Ints
    drop_right: Ints
    later: Ints
    sessions: Ints
    sessions_at: Ints
    live: Flags
    gaps: Ints
    owner: Ints
    early: Flags
    open: Flags


def find_intervals(seen: Sightings, *, session_h: float = SESSION_H) -> Intervals:
    """Find the adoption interval of every account; sorted sightings in, one pass, no loop.

    Sightings are collapsed to sessions, bins of `session_h` hours: an account that writes ten
    posts in an hour was looked at once, not ten times.
    """
    n = len(seen.code)
    starts = np.flatnonzero(seen.first)
    if n == 0:
        none = np.zeros(0, dtype=np.int64)
        three = np.zeros((0, 3), dtype=np.int64)
        off = np.zeros(0, dtype=bool)
        return Intervals(
            none, none, none, none, none, none, none, three, off, none, none, off, off
        )  # fmt: skip
    row = np.arange(n)
    group = np.cumsum(seen.first) - 1
    yes = np.minimum.reduceat(np.where(seen.holds, row, n), starts)
    left = np.where(yes > starts, seen.time[np.maximum(yes - 1, 0)], seen.birth)
    gone = np.minimum.reduceat(np.where(~seen.holds & (row > yes[group]), row, n), starts)
    dropped = gone < n
    bins = (seen.time - seen.birth) // int(session_h * HOUR)
    new_bin = seen.first | np.r_[True, bins[1:] != bins[:-1]]
    sessions_at = np.full((len(starts), 3), NEVER, dtype=np.int64)
    # A session with the mark starts at the first row of its bin that shows it.
    marked = np.flatnonzero(seen.holds)
    fresh = np.r_[True, (group[marked][1:] != group[marked][:-1]) | (np.diff(bins[marked]) != 0)]
    marked = marked[fresh]
    sessions = np.bincount(group[marked], minlength=len(starts))
    rank = np.arange(len(marked)) - np.repeat(np.cumsum(sessions) - sessions, sessions)
    for k in range(3):
        at_rank = marked[rank == k]
        sessions_at[group[at_rank], k] = seen.time[at_rank]
    return Intervals(
        seen.code[starts],
        np.maximum(left, seen.birth),
        np.maximum(seen.time[yes], seen.birth),
        np.where(dropped, seen.time[np.minimum(gone, n) - 1], NEVER),
        np.where(dropped, seen.time[np.minimum(gone, n - 1)], NEVER),
        np.bincount(group[new_bin & (row > yes[group])], minlength=len(starts)),
        sessions,
        sessions_at,
        seen.live[yes],
        *_gaps(seen, group, new_bin, yes),
    )


def _gaps(
    seen: Sightings, group: Ints, new_bin: Flags, yes: Ints
) -> tuple[Ints, Ints, Flags, Flags]:
    """Return the gaps between sessions, their account, whether early, whether still open."""
    row = np.arange(len(seen.code))
    # the sighting at which an account joined starts a session of its own
    at = np.flatnonzero(new_bin | (row == yes[group]))
    own, early = group[at], at < yes[group[at]]
    same = (own[1:] == own[:-1]) & (early[1:] == early[:-1])
    last = np.flatnonzero(np.r_[own[1:] != own[:-1], True][: len(own)])
    still = np.flatnonzero(seen.time[at[last]] < seen.end)
    gaps = np.r_[np.diff(seen.time[at])[same], seen.end - seen.time[at[last]][still]]
    owner = np.r_[own[1:][same], own[last][still]]
    return (
        gaps,
        owner,
        np.r_[early[1:][same], np.zeros(len(still), dtype=bool)],
        np.r_[np.zeros(int(same.sum()), dtype=bool), np.ones(len(still), dtype=bool)],
    )


def thinned(
    seen: Sightings, rng: np.random.Generator, *, session_h: float = SESSION_H
) -> Sightings:
    """Return the sightings of half of the sessions, of the accounts still seen with the mark."""
    bins = (seen.time - seen.birth) // int(session_h * HOUR)
    session = np.cumsum(seen.first | np.r_[True, bins[1:] != bins[:-1]][: len(bins)]) - 1
    kept = rng.random(int(session[-1]) + 1 if len(session) else 0)[session] < 0.5
    marked = np.zeros(len(seen.accounts.table), dtype=bool)
    marked[seen.code[kept & seen.holds]] = True
    kept &= marked[seen.code]
    return replace(
        seen,
        **{
            name: getattr(seen, name)[kept] for name in ("code", "time", "holds", "live", "listed")
        },
    )


def intervals_table(
    seen: Sightings, found: Intervals, estimated: Floats | None = None
) -> pd.DataFrame:
    """Return the intervals as a table, one row an account; see `members.intervals`."""
    rows = seen.accounts.table.iloc[found.code].reset_index(drop=True)
    at = found.right if estimated is None else estimated.astype(np.int64)
    return rows.assign(
        left_utc=to_times(found.left),
        right_utc=to_times(found.right),
        estimated_utc=to_times(at),
        dropped_left_utc=to_times(found.drop_left),
        dropped_right_utc=to_times(found.drop_right),
        n_sessions_with_tag=found.sessions,
        bio_source=text_column(np.where(found.live, "live", "retrieved").astype(object)),
        usable=np.ones(len(rows), dtype=bool),
    )


def looks_of(found: Intervals, seen: Sightings, founders: Ints | None = None) -> Looks:
    """Return what `delay` needs of intervals, in hours since the birth."""
    left, right, begin, end = (
        (np.asarray(times) - seen.birth) / HOUR
        for times in (found.left, found.right, seen.begin, seen.end)
    )
    first = np.maximum(seen.time[np.flatnonzero(seen.first)], seen.birth)
    return Looks(
        left_h=left,
        right_h=right,
        seen_before=first < found.right,
        gaps_h=np.maximum(found.gaps / HOUR, LEAST_H),
        owner=found.owner,
        early=found.early,
        closed=~found.open,
        founder=np.isin(found.code, founders if founders is not None else []),
        begin_h=max(float(begin), 0.0),
        end_h=float(end),
    )


def delay_of(found: Intervals, seen: Sightings, when: Calendar | None = None) -> Delay:
    """Fit the sighting-delay model to intervals; see `delay`."""
    if when is None:
        return fit_delay(looks_of(found, seen))
    return fit_delay(looks_of(found, seen, when.founders), (when.press - seen.birth) / HOUR)


def chao1(
    seen: Ints | Floats, once: Ints | Floats, twice: Ints | Floats, *, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Lower bound of a population from those seen once and twice, with log-normal interval.

    Definition
        N ≥ S + f1² / (2 f2); S + f1 (f1 − 1) / 2 when nobody was seen twice (Chao 1987).

    Examples
    --------
    >>> [float(x[0].round(1)) for x in chao1(np.array([100]), np.array([20]), np.array([10]))]
    [120.0, 106.8, 158.5]
    """
    s, f1, f2 = (np.asarray(values, dtype=float) for values in (seen, once, twice))
    ratio = f1 / np.maximum(f2, 1)
    some = f2 > 0
    unseen = np.where(some, f1**2 / (2 * np.maximum(f2, 1)), f1 * (f1 - 1) / 2)
    variance = np.where(
        some,
        f2 * (ratio**4 / 4 + ratio**3 + ratio**2 / 2),
        f1 * (f1 - 1) / 2 + f1 * (2 * f1 - 1) ** 2 / 4 - f1**4 / 4 / np.maximum(s + unseen, 1),
    )
    return _log_normal(s, unseen, np.maximum(variance, 1e-9), level)


def chapman(
    first: int, second: int, both: int, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Size of a population from two lists and their overlap, with log-normal interval.

    Definition
        N = (n1 + 1)(n2 + 1) / (m + 1) − 1 (Chapman 1951); unbiased when being on one list says
        nothing about being on the other, too low when the same accounts are easy to find twice.

    Examples
    --------
    >>> round(chapman(200, 150, 100)[0])
    300
    """
    n1, n2, m = float(first), float(second), float(both)
    size = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
    listed = np.array([n1 + n2 - m])
    estimate, lo, hi = _log_normal(
        listed, np.array([size]) - listed, np.array([max(variance, 1e-9)]), level
    )
    return float(estimate[0]), float(lo[0]), float(hi[0])


def _log_normal(
    seen: Floats, unseen: Floats, variance: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    # The interval is laid on the log of the unseen, so it never falls below those seen.
    missing = np.maximum(unseen, 0)
    spread = np.exp(
        ndtri(0.5 + level / 2) * np.sqrt(np.log1p(variance / np.maximum(missing, 1e-9) ** 2))
    )
    none = missing <= 0
    lo = np.where(none, seen, seen + missing / spread)
    hi = np.where(none, seen, seen + missing * spread)
    return seen + missing, lo, hi
