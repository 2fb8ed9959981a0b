"""Curves of supporters day by day, and the columns of the tables they come in."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.accounts.followers import Events, summed
from i4analysis.measure.accounts.sightings import Flags, Floats, Ints, to_times
from i4analysis.measure.members.delay import MANY, REFITS, delay_band, expected
from i4analysis.measure.members.intervals import (
    HOUR,
    Calendar,
    Intervals,
    Sightings,
    chao1,
    delay_of,
    find_intervals,
    thinned,
)
from i4analysis.tables import declared

Columns: TypeAlias = dict[str, npt.NDArray[Any] | pd.Series]

#: Times that the band is checked on half of the sessions; accounts that such a check needs; a
#: band that would have to be widened more than this is not shown.
CHECKS, LEAST_CHECKED, WIDEST = 2, 20, 4.0


CURVE, INTERVALS, UNSEEN, COMPOSITION = declared(__file__).values()


def calendar(days: pd.DataFrame) -> Columns:
    """Return the columns `day` and `as_of_utc` of `clock.day_ends`."""
    ends = days["until"].to_numpy(dtype=np.int64) + 1  # the moment after the last of the day
    return {"day": days["day"], "as_of_utc": to_times(ends)}


def curve(
    seen: Sightings,
    found: Intervals,
    days: pd.DataFrame,
    counts: Events,
    when: Calendar | None = None,
    *,
    draws: int,
    level: float,
    seed: int,
) -> Columns:
    """Return the columns of `CURVE` that bios give, at the end of each day."""
    until = days["until"].to_numpy(dtype=np.int64)
    n_hi = np.searchsorted(np.sort(found.left), until, side="left")
    estimate, lo, hi = _band(seen, found, until, when, draws=draws, level=level, seed=seed)
    n_lo = np.searchsorted(np.sort(found.right), until, side="right")
    free = (n_lo < n_hi) & ~np.isnan(lo)
    if free.any() and (lo >= hi)[free].all():
        # everybody showed the mark when first seen: nothing tells when anybody joined
        estimate = np.where(free, np.nan, estimate)
        lo = hi = np.full(len(until), np.nan)
    sessions = [
        np.searchsorted(np.sort(found.sessions_at[:, k]), until, side="right") for k in range(3)
    ]
    whole, _, _ = chao1(sessions[0], sessions[0] - sessions[1], sessions[1] - sessions[2])
    n_accounts = len(seen.accounts.table)
    one = np.ones(len(found.code))
    sums = [
        summed(counts, Events.sort(found.code, start, one), until, n_accounts, backfill=late)
        for start, late in ((found.right, False), (found.left + 1, True))
    ]
    return {
        **calendar(days),
        **_shown(seen, until),
        "n_lo": n_lo,
        "n_hi": n_hi,
        "n_first_seen": n_lo,
        "n_est": estimate,
        "lo": np.where(np.isnan(lo), np.nan, np.maximum(lo, n_lo)),
        "hi": np.where(np.isnan(hi), np.nan, np.minimum(hi, n_hi)),
        "level": np.full(len(until), level),
        "n_unseen_lo": whole - sessions[0],
        "followers_sum_lo": sums[0]["total"],
        "followers_sum_hi": sums[1]["total"],
    }


def _band(
    seen: Sightings,
    found: Intervals,
    until: Ints,
    when: Calendar | None,
    *,
    draws: int,
    level: float,
    seed: int,
) -> tuple[Floats, Floats, Floats]:
    """Return the estimate and its band, widened as its own check asks; no band where that fails.

    The check: half of the sessions are thrown away, the band is made anew and held against the
    estimate that all of them give for the same accounts. A model that puts adoptions too early or
    too late in the gaps does so twice as far in gaps of twice the length, and misses it. Where
    half of the sessions hold fewer than `LEAST_CHECKED` accounts nothing is checked.
    """
    hours = (until - seen.birth) / HOUR
    delay = delay_of(found, seen, when)
    estimate, lo, hi = delay_band(delay, hours, draws=draws, level=level, seed=seed)
    if not len(found.code) or not len(until):
        return estimate, lo, hi
    misses = []
    for number in range(CHECKS if len(found.code) <= MANY else 1):
        less = thinned(seen, np.random.default_rng([seed, number]))
        fewer = find_intervals(less)
        if len(fewer.code) < LEAST_CHECKED:
            continue
        own = delay_of(fewer, less, when)
        middle, low, high = delay_band(own, hours, draws=REFITS // 2, level=level, seed=seed)
        whole = expected(delay, hours, np.isin(found.code, fewer.code), seed=seed)
        misses.append(np.abs(middle - whole) / np.maximum((high - low) / 2, 1.0))
    # too few accounts to check a band on: none is shown
    factor = np.inf
    if misses:
        factor = max(float(np.quantile(np.concatenate(misses), level)), 1.0)
    # before the first sighting of anybody nothing tells when people joined
    shown = until >= seen.begin if factor <= WIDEST else np.zeros(len(until), dtype=bool)
    widened = factor if np.isfinite(factor) else 1.0
    lo, hi = estimate - widened * (estimate - lo), estimate + widened * (hi - estimate)
    return estimate, np.where(shown, lo, np.nan), np.where(shown, hi, np.nan)


def _shown(seen: Sightings, until: Ints) -> Columns:
    """Count the accounts that show the mark now: last state carried on, bounds by the next."""
    size = len(until)
    start = np.searchsorted(until, seen.time, side="left")
    first = seen.first
    last = np.r_[first[1:], True][: len(first)]
    stop = np.where(last, size, np.r_[start[1:], size][: len(start)])
    after = np.r_[seen.holds[1:], False][: len(first)] & ~last

    def days(flags: Flags) -> Ints:
        change = np.bincount(start[flags], minlength=size + 1) - np.bincount(
            stop[flags], minlength=size + 1
        )
        return np.cumsum(change)[:size].astype(np.int64)

    # Before its first sighting an account may already have shown what it shows there.
    early = np.bincount(start[first & seen.holds], minlength=size + 1)
    return {
        "n_now": days(seen.holds),
        "n_now_lo": days(seen.holds & after),
        "n_now_hi": days(seen.holds | after) + early.sum() - np.cumsum(early)[:size],
    }
