"""Did it serve the people looking for work? Relays of requests, equally or not, by whom.

Every table of `Service` may be published: cells under five are pooled or absent. The rows behind
them (`appeal_rows.appeal_rows`) may not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.accounts.identity import PROFILE, everybody
from i4analysis.measure.accounts.marks import seeks_work
from i4analysis.measure.appeals.rows import DAY_H, WEEK_H, appeal_rows, member_since, relays_of
from i4analysis.measure.numbers.clustered import (
    Array,
    Estimate,
    gini,
    interval,
    kaplan_meier,
    resampled,
    top_share,
    weighted_mean,
    weighted_quantile,
)
from i4analysis.measure.numbers.suppression import (
    LIMIT,
    POOLED,
    SHARES_FROM,
    in_steps,
    pooled_groups,
    rounded,
)
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared, true

METHOD = "accounts drawn with replacement"
DIMENSIONS = ("sector", "region", "weekday", "template", "size")
GRID_H = (1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 168.0, 336.0, 672.0)
_SHARES = {"relayed_24h": DAY_H, "relayed_7d": WEEK_H}
_UNITS = {"first_relay_median_h": 10, "gini_7d": 100, "top10_share_7d": 100}  # a unit's parts
SUMMARY, GROUPS = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class Service(Result):
    """How requests were relayed; `table` is the summary, one row a measure.

    Attributes
    ----------
    survival
        hours, relayed (share relayed by then), lo, hi: the survival curve turned over. A time is
        kept only if five more requests got their first relay since the time kept before.
    by_group
        One row a group of a dimension (sector, region, weekday, template, size): requests, share
        relayed in 7 days and relays in 7 days, with intervals; small groups pooled.
    lorenz
        requests (share of requests, fewest relays first) and relays (share of relays they got).
    load
        n_relays band → number of members who relayed that many requests; bands under five pooled.
    against_offers
        request and offer: share relayed by a member in 7 days, members' relays in 7 days.
    n_requests, n_seekers, n_offers
        Requests, accounts that made them, offers; None when under five. As every count here of
        posts of people looking for work, rounded down to a multiple of five
        (`numbers.suppression.rounded`).
    looked_for
        Whether people looking for work are part of the movement: a seekers' mark is declared, or
        at least five accounts say in their bio that they look for work. Without, the rules find
        "requests" in any archive.
    ended_at
        The archive's end, where requests not yet relayed are censored; None without posts.
    """

    survival: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_group: pd.DataFrame = field(default_factory=pd.DataFrame)
    lorenz: pd.DataFrame = field(default_factory=pd.DataFrame)
    load: pd.DataFrame = field(default_factory=pd.DataFrame)
    against_offers: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_requests: int | None = None
    n_seekers: int | None = None
    n_offers: int | None = None
    looked_for: bool = True
    ended_at: pd.Timestamp | None = None

    def number(self, measure: str) -> Estimate:
        """Return one measure of the summary; nan when it cannot be said.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
        >>> found = i4.appeals.service(archive, movement, classified, resamples=50)
        >>> 0 < found.number("relayed_24h").value < 1
        True
        """
        row = self.table[self.table["measure"] == measure]
        if row.empty:
            return Estimate(np.nan, np.nan, np.nan)
        return Estimate(*(float(row[name].iloc[0]) for name in ("value", "lo", "hi")))


def service(
    archive: Archive,
    movement: Movement | None,
    classified: pd.DataFrame,
    *,
    level: float = 0.95,
    resamples: int = 400,
    seed: int = 0,
) -> Service:
    """Measure how the movement relayed the requests of people looking for work.

    Parameters
    ----------
    archive, movement
        The archive and its movement (for who is a member).
    classified
        As returned by `appeals.classify`.
    level, resamples, seed
        Of the intervals: accounts are drawn with replacement `resamples` times.

    Returns
    -------
    Service
        `table` has one row a measure: `relayed_24h`, `relayed_7d` (share of requests relayed by
        then; Kaplan–Meier, censored at the archive's end; not said where fewer than five requests
        were followed that long, nor of an archive without a dated reshare of a known post),
        `first_relay_median_h`, `relays_24h_mean`, `relays_7d_mean`, `relays_7d_p25`, `_median`,
        `_p75` (requests followed that long), `gini_7d`, `top10_share_7d` (share of relays that
        went to the tenth of requests most relayed), and of members `members_relaying`,
        `member_relays_mean`,
        `member_gini`, `member_top10_share`. A relay is another account's first reshare of the
        request, seen in the archive: a lower bound when relays are missing.

    References
    ----------
    Kaplan & Meier 1958; Gini 1912; Lorenz 1905; Davison & Hinkley 1997, §3.8.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> found = i4.appeals.service(archive, movement, classified, resamples=50)
    >>> found.table["measure"].head(3).tolist()
    ['relayed_24h', 'relayed_7d', 'first_relay_median_h']
    """
    rows = appeal_rows(archive, movement, classified)
    asked = rows[rows["label"] == "request"].reset_index(drop=True)
    offers = rows[rows["label"] == "offer"].reset_index(drop=True)
    rng = np.random.default_rng(seed)
    moments = archive.posts["posted_at"].dropna()
    ended_at = moments.max() if len(moments) else None
    parameters = {"level": level, "resamples": resamples, "seed": seed, "limit": LIMIT}
    looked_for = _looked_for(archive, movement)
    enough = len(asked) >= LIMIT and asked["private_account"].nunique() >= LIMIT
    if not (enough and len(relays_of(archive))):
        # where no reshare is held that names its original and its time, none relayed is not known
        counts: dict[str, Any] = {
            "n_used": int(rounded(len(asked))),
            "n_requests": int(rounded(len(asked))),
            "n_seekers": int(rounded(asked["private_account"].nunique())),
        }
        return Service(
            table=pd.DataFrame(columns=SUMMARY.names),
            parameters=parameters,
            notes=("no_reshares",) if enough else ("too_few_requests",),
            survival=pd.DataFrame(columns=["hours", "relayed", "lo", "hi"]),
            by_group=pd.DataFrame(columns=GROUPS.names),
            lorenz=pd.DataFrame(columns=["requests", "relays"]),
            load=pd.DataFrame(columns=["band", "members"]),
            against_offers=pd.DataFrame(columns=_AGAINST),
            n_offers=_shown(len(offers)),
            looked_for=looked_for,
            ended_at=ended_at,
            **(counts if enough else {}),
        )
    summary, survival = summarise(asked, level, resamples, rng)
    member_rows, load = _members(archive, movement, asked, level, resamples, rng)
    return Service(
        table=_told(pd.DataFrame(summary + member_rows, columns=SUMMARY.names)),
        parameters=parameters,
        n_used=int(rounded(len(asked))),
        survival=_stepped(survival, ("relayed", "lo", "hi"), rounded(len(asked)), 1.0),
        by_group=_groups(asked, level, resamples, rng),
        lorenz=_lorenz(asked),
        load=load,
        against_offers=_against(asked, offers, level, resamples, rng),
        n_requests=int(rounded(len(asked))),
        n_seekers=int(rounded(asked["private_account"].nunique())),
        n_offers=_shown(len(offers)),
        looked_for=looked_for,
        ended_at=ended_at,
    )


def _looked_for(archive: Archive, movement: Movement | None) -> bool:
    """Tell whether people looking for work are part of the movement."""
    if movement is None or movement.seeker_marks:
        return True
    known = everybody(archive)
    said = known.codes[PROFILE][seeks_work(archive.profiles["bio"])]
    return len(np.unique(said[said >= 0])) >= LIMIT


def _told(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the summary as it may be published: no number of it gives back how many asked.

    Shares and means over requests go in steps of five, a wait in tenths of an hour, and what is
    no share of requests in hundredths; intervals grow to whole steps.
    """
    table = summary.copy()
    names = ["value", "lo", "hi"]
    for place, row in summary.iterrows():
        measure, ends = str(row["measure"]), [float(row[name]) for name in names]
        told: tuple[float, float, float]
        if measure in _SHARES or measure in ("relays_24h_mean", "relays_7d_mean"):
            highest = 1.0 if measure in _SHARES else np.inf
            told = in_steps(ends[0], ends[1], ends[2], float(row["n_used"]), highest)
        elif measure in _UNITS:
            unit = _UNITS[measure]
            low, high = np.floor(ends[1] * unit) / unit, np.ceil(ends[2] * unit) / unit
            told = (float(np.round(ends[0] * unit) / unit), float(low), float(high))
        else:  # reshares that a request got, or members
            continue
        table.loc[place, names] = told
    return table


def _stepped(
    table: pd.DataFrame, names: tuple[str, str, str], n: npt.ArrayLike, highest: float
) -> pd.DataFrame:
    """Return a table with a number and its interval in steps of five of `n`, one of it a row."""
    counts = np.broadcast_to(np.asarray(n, dtype=float), len(table))
    rows = zip(*(table[name].astype(float) for name in names), counts, strict=True)
    told = [in_steps(value, lo, hi, of, highest) for value, lo, hi, of in rows]
    columns = zip(*told, strict=True) if told else ((), (), ())
    return table.assign(**dict(zip(names, map(list, columns), strict=True)))


def _ends(name: str) -> tuple[str, str, str]:
    return name, f"{name}_lo", f"{name}_hi"


def _shown(count: int) -> int | None:
    return int(rounded(count)) if count == 0 or count >= LIMIT else None


def _clusters(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64] = pd.factorize(rows["private_account"])[0].astype(np.int64)
    return codes


def _times(rows: pd.DataFrame) -> tuple[Array, npt.NDArray[np.bool_]]:
    first = rows["first_relay_h"].to_numpy(float, na_value=np.nan)
    seen = np.isfinite(first)
    return np.where(seen, first, rows["followed_h"].to_numpy(float)), seen


def _row(
    measure: str, found: Estimate, level: float, method: str, n: float
) -> tuple[str, float, float, float, float, str, float]:
    return (measure, found.value, found.lo, found.hi, level, method, n)


def _top_tenth(values: Array, weights: Array | None = None) -> Array:
    return top_share(values, 0.1, weights)


_STATISTICS = {
    "relays_24h_mean": ("relays_24h", DAY_H, weighted_mean, "positive"),
    "relays_7d_mean": ("relays_7d", WEEK_H, weighted_mean, "positive"),
    "relays_7d_p25": (
        "relays_7d", WEEK_H, lambda x, w=None: weighted_quantile(x, 0.25, w), "quantile",
    ),
    "relays_7d_median": (
        "relays_7d", WEEK_H, lambda x, w=None: weighted_quantile(x, 0.5, w), "quantile",
    ),
    "relays_7d_p75": (
        "relays_7d", WEEK_H, lambda x, w=None: weighted_quantile(x, 0.75, w), "quantile",
    ),
    "gini_7d": ("relays_7d", WEEK_H, gini, "share"),
    "top10_share_7d": ("relays_7d", WEEK_H, _top_tenth, "share"),
}  # fmt: skip


def summarise(
    asked: pd.DataFrame, level: float, resamples: int, rng: np.random.Generator
) -> tuple[list[tuple[str, float, float, float, float, str, float]], pd.DataFrame]:
    """Return the summary's rows and the survival curve of requests as `appeal_rows` gives them."""
    hours, seen = _times(asked)
    grid = np.array(_kept_times(hours, seen))
    ask = np.array([*_SHARES.values(), *grid])
    fine = np.unique(np.concatenate([hours[seen], [0.0]]))
    values = 1 - kaplan_meier(hours, seen, ask)[0]
    median = _km_median(kaplan_meier(hours, seen, fine), fine)[0]
    replicates, medians = resampled(
        _clusters(asked), resamples, rng,
        lambda drawn: 1 - kaplan_meier(hours, seen, ask, drawn),
        lambda drawn: _km_median(kaplan_meier(hours, seen, fine, drawn), fine),
    )  # fmt: skip
    found = [interval(float(values[i]), replicates[:, i], level, "share") for i in range(len(ask))]
    method = f"Kaplan–Meier; {METHOD}"
    n = float(rounded(len(asked)))
    followed = asked["followed_h"].to_numpy(float)
    summary = [
        _row(name, found[i], level, method, n)
        for i, (name, after) in enumerate(_SHARES.items())
        if (followed >= after).sum() >= LIMIT
    ]
    at = interval(float(median), medians, level, "quantile")
    summary.append(_row("first_relay_median_h", at, level, method, n))
    curve = pd.DataFrame(
        [(hour, e.value, e.lo, e.hi) for hour, e in zip(grid, found[2:], strict=True)],
        columns=["hours", "relayed", "lo", "hi"],
    )
    for name, (column, after, function, kind) in _STATISTICS.items():
        kept = asked[followed >= after]
        x = kept[column].to_numpy(float)
        # how reshares are shared out is a share of them
        if len(kept) < LIMIT or (kind == "share" and x.sum() < SHARES_FROM):
            continue
        [draws] = resampled(_clusters(kept), resamples, rng, partial(function, x))
        estimate = interval(float(function(x)[0]), draws, level, kind, len(kept))
        summary.append(_row(name, estimate, level, METHOD, float(rounded(len(kept)))))
    return summary, curve


def _kept_times(hours: Array, seen: npt.NDArray[np.bool_]) -> list[float]:
    kept: list[float] = []
    for time in GRID_H:
        since = kept[-1] if kept else 0.0
        events = int((seen & (hours > since if kept else hours >= 0) & (hours <= time)).sum())
        if events >= LIMIT and int((hours > time).sum()) >= LIMIT:
            kept.append(time)
    return kept


def _km_median(curves: Array, times: Array) -> Array:
    reached = curves <= 0.5
    first = reached.argmax(axis=1)
    return np.where(reached.any(axis=1), times[first], np.nan)


def _groups(
    asked: pd.DataFrame, level: float, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    for dimension in DIMENSIONS:
        groups = pooled_groups(asked[dimension], asked["private_account"])
        names = sorted(set(groups.dropna()), key=lambda name: (name == POOLED, str(name)))
        for name in names:
            chosen = asked[groups == name].reset_index(drop=True)
            rows.append((dimension, name, *_group(chosen, level, resamples, rng)))
    found = pd.DataFrame(rows, columns=GROUPS.names)
    found = _stepped(found, _ends("relayed_7d"), found["n_requests"], 1.0)
    return _stepped(found, _ends("relays_7d"), found["n_requests"], np.inf)


def _group(
    chosen: pd.DataFrame, level: float, resamples: int, rng: np.random.Generator
) -> tuple[object, ...]:
    """Return the numbers of one group; a share whose counts could be worked back is absent."""
    hours, seen = _times(chosen)
    early = int((seen & (hours <= WEEK_H)).sum())
    nothing = Estimate(np.nan, np.nan, np.nan)
    share = mean = nothing
    at = np.array([WEEK_H])
    followed = true(chosen["followed_h"] >= WEEK_H)
    x = chosen["relays_7d"].to_numpy(float)[followed]
    shares, means = resampled(
        _clusters(chosen), resamples, rng,
        lambda drawn: 1 - kaplan_meier(hours, seen, at, drawn)[:, 0],
        lambda drawn: weighted_mean(x, drawn[:, followed]),
    )  # fmt: skip
    if min(early, len(chosen) - early, followed.sum()) >= LIMIT:
        value = float(1 - kaplan_meier(hours, seen, at)[0, 0])
        share = interval(value, shares, level, "share", len(chosen))
    if followed.sum() >= LIMIT and x.sum() >= LIMIT and min(early, len(x)) >= LIMIT:
        mean = interval(float(x.mean()), means, level, "positive")
    numbers = (share.value, share.lo, share.hi, mean.value, mean.lo, mean.hi)
    return (int(rounded(len(chosen))), *numbers, level, METHOD)


def _lorenz(asked: pd.DataFrame) -> pd.DataFrame:
    followed = asked[asked["followed_h"] >= WEEK_H]
    x = np.sort(followed["relays_7d"].to_numpy(float))
    steps = 10 if len(x) >= 10 * LIMIT else 4 if len(x) >= 5 * LIMIT else 0  # half is one
    if not steps or x.sum() < SHARES_FROM:
        return pd.DataFrame({"requests": [], "relays": []}, dtype=float)
    heaped = np.concatenate([[0.0], np.cumsum(x)]) / x.sum()
    shares = np.linspace(0, 1, steps + 1)
    part = np.interp(shares * len(x), np.arange(len(x) + 1), heaped)
    return pd.DataFrame({"requests": shares, "relays": part})


_BANDS = ((1, "1"), (4, "2-4"), (9, "5-9"), (19, "10-19"), (np.inf, "20+"))


def _members(
    archive: Archive,
    movement: Movement | None,
    asked: pd.DataFrame,
    level: float,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[list[tuple[str, float, float, float, float, str, float]], pd.DataFrame]:
    """Return the load of members: how many relayed, how unequal, by bands."""
    nothing = pd.DataFrame({"band": [], "members": []})
    known = everybody(archive)
    since = member_since(archive, movement, known=known)
    if since.empty:
        return [], nothing
    relays = relays_of(archive, asked["private_post_id"], known=known)
    first = relays["private_account"].astype("object").map(since)
    relays = relays[(first <= relays["relayed_at"]).fillna(False).astype(bool)]
    counts = relays.groupby("private_account").size()
    if len(counts) < LIMIT:
        return [], nothing
    x = np.asarray(counts, dtype=np.float64)
    method = "members drawn with replacement"
    everyone = np.concatenate([x, np.zeros(max(0, len(since) - len(x)))])
    rows = [
        _row("members", Estimate(len(since), np.nan, np.nan), level, "count", len(since)),
        _row("members_relaying", Estimate(len(x), np.nan, np.nan), level, "count", len(x)),
    ]
    statistics = (
        ("member_relays_mean", weighted_mean, "positive"),
        ("member_gini", gini, "share"),
        ("member_top10_share", _top_tenth, "share"),
    )
    each = np.arange(len(x), dtype=np.int64)
    draws = resampled(each, resamples, rng, *(partial(one[1], x) for one in statistics))
    for (name, function, kind), drawn in zip(statistics, draws, strict=True):
        estimate = interval(float(function(x)[0]), drawn, level, kind)
        rows.append(_row(name, estimate, level, method, len(everyone)))
    labels = [name for _, name in _BANDS]
    bands = pd.cut(x, [0.0, *[float(top) for top, _ in _BANDS]], labels=labels)
    pooled = pooled_groups(pd.Series(bands.astype("object")), pd.Series(np.arange(len(x))))
    table = pooled.value_counts().reindex([*labels, POOLED]).dropna().astype("int64")
    load = table.rename_axis("band").rename("members").reset_index()
    return rows, load


_AGAINST = [
    "label", "n_posts", "by_member_7d", "by_member_7d_lo", "by_member_7d_hi",
    "member_relays_7d", "member_relays_7d_lo", "member_relays_7d_hi", "level", "method",
]  # fmt: skip


def _against(
    asked: pd.DataFrame,
    offers: pd.DataFrame,
    level: float,
    resamples: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    rows = []
    for label, frame in (("request", asked), ("offer", offers)):
        followed = frame[frame["followed_h"] >= WEEK_H].reset_index(drop=True)
        if len(followed) < LIMIT:
            continue
        x = followed["member_relays_7d"].to_numpy(float)
        helped = int((x > 0).sum())
        if min(helped, len(x) - helped) < LIMIT:
            continue
        some = (x > 0).astype(float)
        shares, means = resampled(
            _clusters(followed), resamples, rng,
            partial(weighted_mean, some), partial(weighted_mean, x),
        )  # fmt: skip
        share = interval(float(some.mean()), shares, level, "share", len(x))
        mean = interval(float(x.mean()), means, level, "positive")
        numbers = (share.value, share.lo, share.hi, mean.value, mean.lo, mean.hi)
        rows.append((label, float(rounded(len(x))), *numbers, level, METHOD))
    found = pd.DataFrame(rows, columns=_AGAINST)
    found = _stepped(found, _ends("by_member_7d"), found["n_posts"], 1.0)
    return _stepped(found, _ends("member_relays_7d"), found["n_posts"], np.inf)
