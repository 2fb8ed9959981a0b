"""Media: which articles and broadcasts were followed by more posts than the movement's own rhythm.

Reshares are known to be relays, so "organic" is a plain count: reshares per original. What an
article adds is tested on the originals alone, by two methods that must agree.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from i4analysis import clock, tables
from i4analysis.measure.accounts.identity import PROFILE, accounts, columns_of, everybody
from i4analysis.measure.accounts.marks import holds_mark
from i4analysis.measure.accounts.sightings import usable_rows
from i4analysis.measure.numbers.statistics import benjamini_hochberg
from i4analysis.measure.push.hawkes import Fit, Floats, Process, Series, one_sided
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared

LABELS = ("push", "followed", "no sign", "cannot tell")
MERGE_H = 24.0
KNOWN_TAU_H, DAY_TAU_H = 12.0, 24.0
# A broadcast is answered within the hour, an article over a day: where the hour is known both
# lengths are tested, as one family.
SHORT_TAU_H = 2.0
TAUS_H = (SHORT_TAU_H, 6.0, 12.0, 24.0)
# Twice the log-likelihood by which the short length must do better to be the one published.
CLEARLY = 2.0
MIN_POSTS = 100
# Beyond so many posts the process is fitted on their counts a minute, at a tenth of the time.
MANY, MINUTE_H = 20_000, 1 / 60
# What an item brings after a night's sleep, or in bios alone, the test of posts within hours
# misses; and where that test would miss a push of so many posts more often than not, finding
# nothing says nothing. A sample of a tenth shows a tenth of a push: half of an ordinary day of
# the archive is a push too.
LATE_H, PUSH_POSTS, PUSH_DAYS, LEAST_POWER = 48.0, 25.0, 0.5, 0.5
FEWEST_ORIGINALS = 20  # for an interval of their mean
LEAST_NAMED = 0.99  # of the reshares, those that say which post they pass on
_USED = ["post_id", "kind", "reshared_id", *columns_of("author")]
_CALENDAR = ["press_id", "date", "precision", "outlet", "medium", "mentions", "url"]
(EFFECTS,) = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class MediaEffects(Result):
    """Effects of the press, with the plain organic figure.

    Attributes
    ----------
    table
        One row an item, or a group of items less than a day apart (columns `EFFECTS`).
    calendar
        Every item of press.csv, dated or not: `press_id`, `date`, `precision`, `outlet`,
        `medium`, `mentions`, `url`.
    daily
        Local day → `originals`, `reshares`, `new_accounts`.
    originals, reshares
        Posts collected for themselves, dated or not: original ones, and reshares.
    reshares_per_original, reshares_per_original_lo, reshares_per_original_hi
        Mean reshares in the archive of an original in the archive; 95 % bootstrap over originals,
        null under `FEWEST_ORIGINALS` of them or where none was reshared: nothing varies there.
    rhythm_p
        p of the check that the day rhythm is explained by the fit; null when nothing was fitted.
    """

    calendar: pd.DataFrame = field(default_factory=pd.DataFrame)
    daily: pd.DataFrame = field(default_factory=pd.DataFrame)
    originals: int = 0
    reshares: int = 0
    reshares_per_original: float | None = None
    reshares_per_original_lo: float | None = None
    reshares_per_original_hi: float | None = None
    rhythm_p: float | None = None


def media_effects(
    archive: Archive,
    movement: Movement,
    *,
    rhythm: bool = True,
    level: float = 0.95,
    draws: int = 999,
    seed: int = 0,
) -> MediaEffects:
    """Test, for each item of press.csv, whether it was followed by extra original posts.

    Definition
        Extra posts γ of an item: see `measure.hawkes`; p_lr tests γ = 0 (likelihood ratio), where
        the hour is known at τ = 2 and 12 h (Simes 1986). γ is that of 12 h unless 2 h fits better
        by 2 AIC.
        p_shift: rank of the jump in the season-adjusted rate (12 h after against 12 h before)
        among placebo moments at least a day from any item. p_pretrend: the same for the window
        24 to 12 h before the item. Items less than 24 h apart count as one. When only the day is
        known, the day's local start is used with τ = 24 h.
    Labels
        followed: the rise began before (p_pretrend < .05). push: p_lr < .01, or both tests under
        .05. no sign: p_lr ≥ .05, where a push of 25 posts (of half an ordinary day's, where that
        is fewer: samples and small movements) would have been seen more often than not and
        neither posts nor bios jump over 48 hours. cannot tell: the rest, and what cannot be
        tested.
    Errors
        Of made-up movements, those of the last proof (`push.items`); of worlds of another hand,
        those of `proof.foreign` (`press.found`, `press.false`). A push of 25 posts over 12 hours
        hides at 16 posts an hour.

    Parameters
    ----------
    rhythm
        Whether the hour of the day is modelled; False only shows what forgetting it does, and
        warns.
    level, draws, seed
        Level of the intervals; placebo moments and bootstrap draws; their seed.

    Returns
    -------
    MediaEffects
        `n_used` is the number of original posts in the period.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.push.media_effects(archive, movement, rhythm=False, draws=19)
    >>> set(found.table["item_id"]) <= {*movement.press["press_id"], *movement.relays["relay_id"]}
    True
    """
    every = archive.posts[_USED][tables.own(archive.posts)]
    posts = every[every["posted_at"].notna()].sort_values(["posted_at", "post_id"])
    daily = _daily(posts, movement)
    organic = _organic(every, level, draws, seed)
    items, excluded = _items(movement)
    parameters = {"rhythm": rhythm, "level": level, "draws": draws, "seed": seed}
    originals = posts[~tables.reshares(posts)]
    series, start = to_series(originals, movement)
    testable = _testable(items, series, start)
    bios = Series(_first_bios(archive, movement, start, series.length), series.length)
    rows, rhythm_p, notes = _test(testable, series, bios, rhythm, level, draws, seed)
    table = EFFECTS.of(rows)
    return MediaEffects(
        table=table,
        parameters=parameters,
        n_used=len(series.times),
        excluded=excluded,
        notes=tuple(notes),
        calendar=movement.press[_CALENDAR].sort_values("date", ignore_index=True),
        daily=daily,
        originals=int((~tables.reshares(every)).sum()),
        reshares=int(tables.reshares(every).sum()),
        rhythm_p=rhythm_p,
        **organic,
    )


def to_series(posts: pd.DataFrame, movement: Movement) -> tuple[Series, pd.Timestamp]:
    """Return posts as hours since the local midnight before the first of them (or the start)."""
    times = posts["posted_at"].dropna()
    if movement.started_at is not None:
        times = times[times >= movement.started_at]
    if times.empty:
        return Series(np.zeros(0), 24.0), movement.started_at or pd.Timestamp(0, tz="UTC")
    day = times.iloc[0].tz_convert(movement.zone).date()
    start = clock.start_of(day, movement.zone)
    hours = (tables.seconds(times) - start.timestamp()) / 3600
    length = float(np.ceil((hours.max() + 1e-6) / 24) * 24)
    hours = np.sort(hours)
    # Equal times have no order: spread them by less than a second.
    hours = np.clip(hours + np.arange(len(hours)) * 1e-9, 1e-9, length - 1e-9)
    return Series(hours, length), start


# ------------------------------------------------------------------------------------- counting


def _daily(posts: pd.DataFrame, movement: Movement) -> pd.DataFrame:
    columns = ["day", "originals", "reshares", "new_accounts"]
    if posts.empty:
        return pd.DataFrame({name: [] for name in columns})
    day = clock.days(posts["posted_at"], movement.zone)
    who = accounts(posts, ["author"]).codes["author"]
    first = pd.Series(~pd.Series(who).duplicated().to_numpy() & (who >= 0))
    is_reshare = tables.reshares(posts)
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(day.to_numpy()),
            "originals": ~is_reshare,
            "reshares": is_reshare,
            "new_accounts": first.to_numpy(),
        }
    )
    sums = table.groupby("day").sum()
    moments = clock.instants(posts["posted_at"]).dropna().astype("int64")
    known = clock.day_ends(movement.zone, int(moments.min()), int(moments.max()))["day"]
    sums = sums.reindex(pd.DatetimeIndex(pd.to_datetime(known), name="day"))
    return sums.fillna(0).astype("int64").reset_index()


def _organic(
    posts: pd.DataFrame, level: float, draws: int, seed: int
) -> Mapping[str, float | None]:
    """Return reshares per original among originals of the archive, with a bootstrap interval.

    Nothing where reshares do not say which post they pass on: each could be of any original.
    """
    originals = posts.loc[~tables.reshares(posts), "post_id"]
    keys = ("reshares_per_original", "reshares_per_original_lo", "reshares_per_original_hi")
    named = posts.loc[tables.reshares(posts), "reshared_id"]
    if originals.empty or (len(named) and named.notna().mean() < LEAST_NAMED):
        return dict.fromkeys(keys)
    counts = named.value_counts()
    per = originals.map(counts).fillna(0).to_numpy(dtype=float)
    if len(per) < FEWEST_ORIGINALS or not per.any():
        return dict(zip(keys, (float(per.mean()), None, None), strict=True))
    rng = np.random.default_rng(seed)
    values, sizes = np.unique(per, return_counts=True)
    means = rng.multinomial(len(per), sizes / len(per), size=draws) @ values / len(per)
    lo, hi = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return dict(zip(keys, (float(per.mean()), float(lo), float(hi)), strict=True))


# ------------------------------------------------------------------------------------- the items


def _items(movement: Movement) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dated items in time order and, by reason, how many others there are."""
    press = movement.press
    fine = press["precision"].isna() | press["precision"].isin(["minute", "hour", "day"])
    known = press["published_at"].notna() & fine  # no hour of a day that is not held known
    by_day = ~known & press["date"].notna() & fine
    excluded = {
        "undated": int((~known & press["date"].isna()).sum()),
        "coarse_date": int((~known & press["date"].notna() & ~by_day).sum()),
    }
    items = press[known | by_day].copy()
    at = items["published_at"]
    at = at.fillna(clock.starts_of(items["date"], movement.zone).astype(at.dtype))
    items = items.assign(at=at, hour_known=known[items.index])
    return items.sort_values(["at", "press_id"], ignore_index=True), excluded


def _testable(items: pd.DataFrame, series: Series, start: pd.Timestamp) -> pd.DataFrame:
    """Merge items less than a day apart and say which of them fall inside the observed period."""
    if items.empty:
        return items.assign(hours=np.zeros(0), merged=np.zeros(0, int), reason="")
    hours = (tables.seconds(items["at"]) - start.timestamp()) / 3600
    new = np.ones(len(items), dtype=bool)
    opened = hours[0]
    for k in range(1, len(items)):
        new[k] = hours[k] - opened >= MERGE_H
        opened = hours[k] if new[k] else opened
    items = items.assign(hours=hours, group=np.cumsum(new))
    first = items.drop_duplicates("group").set_index("group")
    sizes = items.groupby("group").size()
    joined = items.groupby("group")["outlet"].agg(
        lambda outlets: ", ".join(dict.fromkeys(outlets))
    )
    first = first.assign(merged=sizes, outlet=joined)
    inside = (first["hours"] >= 12) & (first["hours"] <= series.length - 12)
    reason = np.where(inside, "", "outside_period")
    if len(series.times) < MIN_POSTS:
        reason = np.where(inside, "few_posts", reason)
    return first.assign(reason=reason).reset_index(drop=True)


def _test(
    items: pd.DataFrame,
    series: Series,
    bios: Series,
    rhythm: bool,
    level: float,
    draws: int,
    seed: int,
) -> tuple[list[dict[str, object]], float | None, list[str]]:
    said = items.assign(item_id=items["press_id"], published_at=items["at"], label="cannot tell")
    said = said[[name for name in EFFECTS if name in said.columns]]
    rows = [{str(k): value for k, value in row.items()} for row in said.to_dict("records")]
    usable = np.flatnonzero((items["reason"] == "").to_numpy(dtype=bool))
    notes: list[str] = []
    if len(series.times) < MIN_POSTS:
        return rows, None, ["few_posts"]
    at = items["hours"].to_numpy(dtype=float)[usable]
    known = items["hour_known"].to_numpy(dtype=bool)[usable]
    process, fit, p_ratio, ratio = _ratios(series, at, known, rhythm)
    family = benjamini_hochberg(pd.Series(p_ratio)).to_numpy(dtype=float)
    rhythm_p = _check_rhythm(process, fit)
    if rhythm_p < 0.01:
        notes.append("rhythm_left")
    if not known.all():
        notes.append("hour_unknown")
    windows = np.where(known, KNOWN_TAU_H, DAY_TAU_H)
    shift = event_study(series, at, windows, draws=draws, seed=seed)
    near = np.concatenate([at, at - 24])
    day = np.full(len(at), 12.0)
    before = event_study(series, at - 24, day, near, draws=draws, seed=seed + 1)
    two_days = np.full(len(at), LATE_H)
    late = event_study(series, at, two_days, draws=draws, seed=seed + 2)
    none = np.ones(len(at))
    shown = event_study(bios, at, two_days, draws=draws, seed=seed + 3)
    shown = shown if len(bios.times) else none
    push = min(PUSH_POSTS, PUSH_DAYS * 24.0 * len(series.times) / series.length)
    for k, row in enumerate(usable):
        lo, hi = process.interval(k, fit, level)
        p_lr = float(p_ratio[k])
        rows[row] |= {
            "tau_h": float(process.tau[k]),
            "extra_posts": float(fit.extra[k]),
            "lo": lo,
            "hi": hi,
            "p_lr": p_lr,
            "p_family": float(family[k]),
            "p_lr_min": float(np.nanmin(ratio[:, k])),
            "p_lr_max": float(np.nanmax(ratio[:, k])),
            "p_shift": float(shift[k]),
            "p_pretrend": float(before[k]),
            "p_late": float(late[k]),
            "p_bios": float(shown[k]),
            "power": power(float(fit.extra[k]), hi, level, push),
            "label": label(p_lr, float(shift[k]), float(before[k])),
        }
        if rows[row]["label"] == "no sign":
            reason = _why_unsure(rows[row])
            rows[row] |= {"label": "cannot tell", "reason": reason} if reason else {}
    return rows, rhythm_p, notes


def _check_rhythm(process: Process, fit: Fit) -> float:
    """Return p of the day rhythm left unexplained, and warn when it is small."""
    _, p = process.rhythm_residual(fit)
    if p < 0.01:
        warnings.warn(
            f"The hour of the day is left in the residuals (p = {p:.2g}, expected over 0.01):"
            " pushes and branching are not to be read; fit with rhythm=True.",
            RuntimeWarning,
            stacklevel=4,
        )
    return p


def _ratios(
    series: Series, at: Floats, known: npt.NDArray[np.bool_], rhythm: bool
) -> tuple[Process, Fit, Floats, Floats]:
    """Fit at each τ; return the process to publish, each item's p, and those at each τ."""
    stated = np.where(known, KNOWN_TAU_H, DAY_TAU_H)
    if len(series.times) > MANY:
        series = series.binned(MINUTE_H)
    process = Process(series, at, tau=stated, rhythm=rhythm)
    fit = process.fit()
    drops = np.full((len(TAUS_H), len(at)), np.nan)
    for t, tau in enumerate(TAUS_H):
        # the start of a day is no hour: nothing is answered two hours after it
        tested = known if tau == SHORT_TAU_H else np.ones(len(at), dtype=bool)
        if not tested.any():
            continue
        mixed = np.where(tested, tau, stated)
        other = Process(series, at, tau=mixed, rhythm=rhythm)
        full = fit if (mixed == stated).all() else other.fit(start=fit)
        for k in np.flatnonzero(tested).tolist():
            same = stated[k] == tau
            drops[t, k] = process.deviance(k, fit) if same else other.deviance(k, full)
    slow = drops[[TAUS_H.index(tau) for tau in stated], np.arange(len(at))]
    short = np.where(known, drops[TAUS_H.index(SHORT_TAU_H)], slow)
    better = known & (short > slow + CLEARLY)
    if better.any():
        process = Process(series, at, tau=np.where(better, SHORT_TAU_H, stated), rhythm=rhythm)
        fit = process.fit(start=fit)
    p = one_sided(drops)
    return process, fit, simes(one_sided(slow), one_sided(short)), p


def simes(p: Floats, q: Floats) -> Floats:
    """Return the p-value of two tests of one thing, whichever is the smaller (Simes 1986).

    Examples
    --------
    >>> simes(np.array([0.01, 0.2]), np.array([0.5, 0.2])).tolist()
    [0.02, 0.2]
    """
    return np.asarray(np.minimum(2 * np.minimum(p, q), np.maximum(p, q)))


def _why_unsure(row: Mapping[str, object]) -> str:
    """Return why no sign in the posts of the first hours is not no effect; empty if it is."""
    if not float(str(row["power"])) >= LEAST_POWER:
        return "low_power"
    if float(str(row["p_late"])) < 0.05:
        return "later"
    return "bios" if float(str(row["p_bios"])) < 0.05 else ""


def power(extra: float, hi: float, level: float = 0.95, posts: float = PUSH_POSTS) -> float:
    """Return the chance that a push of so many posts would have had p_lr < .01.

    Definition
        Φ(posts/σ − 2.33), with σ from the upper end of the interval of extra posts: what other
        posts at that time leave uncertain.

    Examples
    --------
    >>> round(power(0.0, 10.0), 3), round(power(2.0, 60.0), 2)
    (0.995, 0.07)
    """
    spread = (hi - extra) / float(ndtri(0.5 + level / 2))
    if not np.isfinite(spread):
        return 0.0
    return float(ndtr(posts / max(spread, 1e-9) - float(ndtri(0.99))))


def _first_bios(
    archive: Archive, movement: Movement, start: pd.Timestamp, length: float
) -> Floats:
    """Return when each account was first seen with a supporter mark, hours since the start."""
    profiles = archive.profiles
    rows = usable_rows(archive) & holds_mark(profiles["bio"], movement.supporter_marks)
    who = everybody(archive).codes[PROFILE]
    rows &= who >= 0
    seen = pd.Series(tables.microseconds(profiles["seen_at"])[rows]).groupby(who[rows]).min()
    hours = np.sort((seen.to_numpy(dtype=float) / 1e6 - start.timestamp()) / 3600)
    inside: Floats = hours[(hours > 0) & (hours < length)]
    return inside


def label(p_lr: float, p_shift: float, p_pretrend: float) -> str:
    """Return the published label of an item from its three tests.

    Examples
    --------
    >>> label(0.001, 0.2, 0.6), label(0.03, 0.2, 0.6), label(0.4, 0.3, 0.6)
    ('push', 'cannot tell', 'no sign')
    >>> label(0.001, 0.01, 0.02)
    'followed'
    """
    if p_lr >= 0.05:
        return "no sign"
    if p_pretrend < 0.05:
        return "followed"
    return "push" if p_lr < 0.01 or p_shift < 0.05 else "cannot tell"


# --------------------------------------------------------------------------------- event study


def event_study(
    series: Series,
    moments: Floats,
    windows: Floats,
    avoid: Floats | None = None,
    *,
    draws: int = 999,
    seed: int = 0,
    guard_h: float = 24.0,
) -> Floats:
    """Return the rank p of the jump of the season-adjusted rate at each moment.

    The jump is log rate in [m, m + w) against [m - w, m); placebo moments are uniform over the
    period, at least `guard_h` from any of `avoid` (the items; `moments` when None). A moment
    without a whole window on both sides gets 1. Few assumptions, less power than the likelihood
    ratio: measured false positives .05, power .31.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import numpy as np
    >>> from i4analysis.measure.push.push import Series
    >>> hours = np.concatenate([np.arange(0, 200, 2.0), np.arange(100, 110, 0.2)])
    >>> series = Series(np.sort(hours), 200.0)
    >>> i4.push.event_study(series, np.array([100.0]), np.array([12.0]), draws=99)
    array([0.01])
    """
    items = moments if avoid is None else avoid
    rng = np.random.default_rng(seed)
    found = np.ones(len(moments))
    expected = _season(series)
    for w in np.unique(windows):
        pool = rng.uniform(w, max(series.length - w, w + 1e-9), draws * 5)
        if len(items):
            pool = pool[np.abs(pool[:, None] - items[None, :]).min(axis=1) > guard_h]
        placebo = _jump(series, pool[:draws], float(w), expected)
        for k in np.flatnonzero(windows == w):
            if not w <= moments[k] <= series.length - w or not len(placebo):
                continue
            jump = _jump(series, moments[k : k + 1], float(w), expected)[0]
            found[k] = (1 + int((placebo >= jump).sum())) / (1 + len(placebo))
    return found


def _season(series: Series) -> Floats:
    """Cumulated share of posts by hour of the day, smoothed, over the whole period."""
    seen = np.bincount(series.hours(series.times), minlength=24) + 1.0
    smooth = np.convolve(np.concatenate([seen[-1:], seen, seen[:1]]), [0.25, 0.5, 0.25], "valid")
    smooth /= smooth.mean()
    steps = np.arange(int(np.ceil(series.length)) + 1)
    levels = smooth[series.hours(steps.astype(float))]
    return np.concatenate([[0.0], np.cumsum(levels)])


def _jump(series: Series, moments: Floats, w: float, cumulated: Floats) -> Floats:
    def expected(low: Floats, high: Floats) -> Floats:
        grid = np.arange(len(cumulated))
        return np.asarray(np.interp(high, grid, cumulated) - np.interp(low, grid, cumulated))

    def seen(low: Floats, high: Floats) -> Floats:
        return np.asarray(np.searchsorted(series.times, high) - np.searchsorted(series.times, low))

    after = (seen(moments, moments + w) + 0.5) / expected(moments, moments + w)
    before = (seen(moments - w, moments) + 0.5) / expected(moments - w, moments)
    # rounded, or moments with the same counts would be ranked by a logarithm's last digit
    return np.asarray(np.round(np.log(after) - np.log(before), 9))
