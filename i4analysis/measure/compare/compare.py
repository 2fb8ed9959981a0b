"""Two movements side by side, or one before and after a date: each difference with its interval.

Both sides are looked at for as many days, and a post for as many hours: a movement watched for a
year has more of everything than one watched for a week. What still sets two archives apart (other
platform, other road of collection, other loss) is found in the archives themselves and stands
beside the numbers it touches; where something does, the difference is not called one of the
movements.

Intervals: accounts, not posts, are drawn with replacement (cluster bootstrap; Davison and Hinkley
1997, §3.8); the two sides' intervals are joined by their own distances (MOVER; Zou and Donner
2008), with the correlation of the draws where both sides hold the same accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc
from scipy.special import ndtri

from i4analysis import clock, tables
from i4analysis.errors import MeasureError
from i4analysis.measure.accounts.identity import accounts, taken
from i4analysis.measure.accounts.marks import holds_hashtag
from i4analysis.measure.members.adoption import adoption
from i4analysis.measure.numbers import clustered
from i4analysis.measure.numbers.clustered import Estimate
from i4analysis.measure.numbers.statistics import wilson
from i4analysis.measure.relays.cascade_arrays import Cascades, cascades
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared

__all__ = ["Comparison", "compare"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: An archive, or an archive with its movement.
Side: TypeAlias = Archive | tuple[Archive, Movement]

#: Hours after a post within which its reshares count, the same for every post.
WITHIN_H = 24.0
#: Observations, and accounts or ways in that they come from, below which nothing is said.
LEAST = 20
#: The shares of reshares held may differ by so much before the loss is called another one.
LOSS = 0.1
#: Years between two movements after which the platform itself was another one.
YEARS = 2.0
DAY_S, HOUR_S = 86_400.0, 3_600.0

MIDDLE = "middle"  # instead of a day: that by which half of the movement's posts were made

COMPARED, APART = declared(__file__).values()

_RESHARED = ("reshares_a_post", "share_relayed", "minutes_to_relay", "top_tenth_share", "gini")
_ALL = ("supporters", "new_accounts_a_day", "half_joined_days", *_RESHARED)
#: Reason → the measures that it touches.
TOUCHES: dict[str, tuple[str, ...]] = {
    "platform": _ALL,
    "road": _ALL,
    "loss": _RESHARED,
    "loss_unknown": _RESHARED,
    "no_reshares": _RESHARED,
    "clock": ("minutes_to_relay", "half_joined_days"),
    "years": _ALL,
}


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """Two movements side by side, or one before and after a date.

    `n_used` counts the posts of both sides, reshares left aside.

    Attributes
    ----------
    table
        Columns `COMPARED`.
    names
        Of the two sides; "before" and "after" for one movement.
    days
        Days of each side that were looked at; 0 when a side has none.
    before
        The day that parts the two; None for two movements, and where no post has a day.
    apart
        Columns `APART`: what makes the two incomparable.
    """

    names: tuple[str, str] = ("a", "b")
    days: float = 0.0
    before: date | None = None
    apart: pd.DataFrame = field(default_factory=APART.of)


def compare(
    a: Side,
    b: Side | None = None,
    *,
    before: str | date | None = None,
    days: float | None = None,
    draws: int = 400,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Set two movements side by side, or one before and after a date.

    Definition
        Of each side the first `days` days (before and after a date: the last and the first), own
        posts alone, with the movement's hashtags where a movement is given. A post's reshares are
        those of others within 24 hours; posts younger than that at the archive's end are left out.

        - `supporters`: accounts that show the hashtag in their bio on the last of these days
          (`members.adoption`); two movements alone.
        - `new_accounts_a_day`: accounts that post or reshare for the first time, a day.
        - `half_joined_days`: days until half of these had come; two movements alone.
        - `reshares_a_post`: reshares of a post that is none itself, in the mean.
        - `share_relayed`: posts reshared at least once.
        - `minutes_to_relay`: until the first reshare, the median of the posts that have one.
        - `top_tenth_share`, `gini`: how few authors receive how many of the reshares.

    Parameters
    ----------
    a, b
        `archive` or `(archive, movement)` each.
    before
        A day of the movement's zone, instead of `b`: the day before it belongs to the first side.
        "middle" is the day by which half of the movement's posts were made.
    days
        Of each side; by default as many as the shorter one has.
    draws, level, seed
        Bootstrap draws, level of each interval, seed.

    Returns
    -------
    Comparison
        A row under 20 observations or 20 clusters has no number. Whether a row `differs` is
        asked at 1 − (1 − level)/rows (Bonferroni), for eight intervals are eight chances to err.

    Raises
    ------
    MeasureError
        For neither or both of `b` and `before`, or more days than the shorter side has.

    Notes
    -----
    Accounts come in by the post that they wrote or reshared first: their number is a compound
    Poisson count over these posts, Var(N) = Σ x² with x accounts a post. It says how much chance
    there is in which posts caught on, and stands in the interval of `supporters` beside what the
    sightings of bios leave open; that a press item or a holiday moved the whole is not in it.

    Measured on three times 300 made-up pairs with known truth (the worlds of
    `tests/measure/test_compare.py`; 60 to 400 authors, equal and different laws), intervals of .95
    held it in .93–.96 of the pairs, those of `top_tenth_share` and `gini` in .91–.96; of pairs
    that are alike 1 in 100 rows was said to differ.

    References
    ----------
    Davison and Hinkley (1997), §3.8; Zou and Donner (2008), Stat. Med. 27.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> hours = pd.date_range("2015-09-26T08:00Z", periods=200, freq="2h")
    >>> rows = [{"platform": "twitter", "post_id": str(n), "kind": "post", "posted_at": hour,
    ...          "author_id": str(n % 40)} for n, hour in enumerate(hours)]
    >>> archive = i4.Archive(i4.tables.build(i4.tables.POSTS, rows))
    >>> found = i4.compare(archive, before="2015-10-04")
    >>> found.table.set_index("measure").loc["share_relayed", ["n_a", "n_b", "verdict"]].tolist()
    [92, 93, 'apart']
    """
    paired = b is None
    first = _Ground.of(a, "a")
    if (b is None) == (before is None):
        raise MeasureError(
            f"A comparison was asked with {'both' if before is not None else 'neither'} a second"
            " movement and a day, expected one of the two; write i4.compare((archive, movement),"
            ' (other, its_movement)) or i4.compare((archive, movement), before="2015-10-15").'
        )
    day = None if before is None else _middle(first) if before == MIDDLE else _day(before)
    if b is not None:
        grounds = (first, _Ground.of(b, "b"))
        length = _length([one.end - one.begin for one in grounds], days)
        windows = [_Window(one, one.begin, one.begin + length, length) for one in grounds]
        names = _named(grounds)
    else:
        cut = first.begin if day is None else clock.start_of(day, _zone(first)).timestamp()
        length = _length([cut - first.begin, first.end - cut], days)
        windows = [
            _Window(first, cut - length, cut, length, closed=False),
            _Window(first, cut, cut + length, length),
        ]
        names = ("before", "after")
    apart = _apart(windows)
    rows = []
    for measure in _MEASURES:
        if not (paired and measure.two_movements):
            rows.append(_row(measure, windows, paired, draws, level, seed))
    table = _judged([row for row in rows if row is not None], apart, level)
    return Comparison(
        table,
        parameters={
            "days": round(length / DAY_S, 2), "within_h": WITHIN_H, "draws": draws,
            "level": level, "seed": seed,
        },
        n_used=sum(len(one.posted) for one in windows),
        excluded={"posts not followed for a day": sum(one.young for one in windows)},
        names=names,
        days=length / DAY_S,
        before=day,
        apart=apart,
    )  # fmt: skip


# ------------------------------------------------------------------------- what is looked at


@dataclass(frozen=True, eq=False)
class _Ground:
    """One archive: its own posts that are no reshares, what became of them, who came in when."""

    name: str
    archive: Archive
    movement: Movement | None
    author: Ints
    posted: Floats
    reshares: Floats
    first_h: Floats
    joined: Floats
    way_in: Ints
    begin: float
    end: float
    found: Cascades

    @classmethod
    def of(cls, side: Side, name: str) -> _Ground:
        archive, movement = _given(side)
        posts, found = archive.posts, cascades(archive)
        times = tables.seconds(posts["posted_at"])
        author = accounts(posts).codes["author"]
        asked = tables.own(posts) & ~np.isnan(times) & (author >= 0)
        if movement is not None:
            asked &= holds_hashtag(posts["hashtags"], movement.hashtags)
            if movement.started_at is not None:
                asked &= times >= movement.started_at.timestamp()
        kept = np.flatnonzero(asked)
        rows = np.flatnonzero(asked & ~tables.reshares(posts))
        place = _places(posts, rows, found)
        count, first = _followed(found)
        joined, way_in = _joined(posts, kept, times, author)
        return cls(
            movement.name if movement is not None else name,
            archive,
            movement,
            author[rows],
            times[rows],
            np.where(place >= 0, np.append(count, 0.0)[place], 0.0),
            np.where(place >= 0, np.append(first, np.nan)[place], np.nan),
            joined,
            way_in,
            float(times[kept].min()) if len(kept) else 0.0,
            float(times[kept].max()) if len(kept) else 0.0,
            found,
        )


def _given(side: Side) -> tuple[Archive, Movement | None]:
    if isinstance(side, Archive):
        return side, None
    if (
        isinstance(side, tuple)
        and len(side) == 2
        and isinstance(side[0], Archive)
        and isinstance(side[1], Movement)
    ):
        return side
    raise MeasureError(
        f"A side of a comparison is {type(side).__name__!r}, expected an archive or the pair"
        " (archive, movement); load one with i4.load and i4.Movement.load."
    )


def _places(posts: pd.DataFrame, rows: Ints, found: Cascades) -> Ints:
    """Return the cascade of each post, -1 where it has none."""
    names = taken(found.posts["cascade_id"], found.start[:-1])
    place = pc.index_in(taken(posts["post_id"], rows), value_set=names)
    return np.asarray(pc.fill_null(place, -1), np.int64)


def _followed(found: Cascades) -> tuple[Floats, Floats]:
    """Return for each cascade its reshares within `WITHIN_H` and the hours to the first."""
    after = (found.hours - found.hours[found.original]) if len(found.hours) else found.hours
    soon = np.flatnonzero(~found.is_original & (after <= WITHIN_H))
    size = len(found.start) - 1
    count = np.bincount(found.cascade[soon], minlength=size).astype(np.float64)
    first = np.full(size, np.inf)
    np.minimum.at(first, found.cascade[soon], after[soon])
    return count, np.where(np.isinf(first), np.nan, first)


def _joined(posts: pd.DataFrame, kept: Ints, times: Floats, author: Ints) -> tuple[Floats, Ints]:
    """Return when each account was first there, and the number of the post it came in by."""
    order = kept[np.lexsort((kept, times[kept]))]
    _, first = np.unique(author[order], return_index=True)
    rows = np.sort(order[first])
    own = taken(posts["post_id"], rows)
    by = pc.coalesce(taken(posts["reshared_id"], rows), own)
    return times[rows], np.asarray(by.dictionary_encode().indices, np.int64)


@dataclass(frozen=True, eq=False)
class _Window:
    """The days of a side that are looked at, in seconds since 1970."""

    ground: _Ground
    begin: float
    end: float
    length: float
    closed: bool = True  # what falls on the last instant is inside

    def inside(self, at: Floats) -> npt.NDArray[np.bool_]:
        return (at >= self.begin) & ((at <= self.end) if self.closed else (at < self.end))

    @property
    def posted(self) -> Floats:
        return self.ground.posted[self.inside(self.ground.posted)]

    @property
    def _old_enough(self) -> npt.NDArray[np.bool_]:
        return self.ground.posted <= self.ground.end - WITHIN_H * HOUR_S

    @property
    def young(self) -> int:
        return int((self.inside(self.ground.posted) & ~self._old_enough).sum())

    @property
    def posts(self) -> tuple[Ints, Floats, Floats]:
        """Author, reshares and hours to the first of the posts followed long enough."""
        one = self.ground
        rows = self.inside(one.posted) & self._old_enough
        return one.author[rows], one.reshares[rows], one.first_h[rows]

    @property
    def newcomers(self) -> tuple[Ints, Floats]:
        """Way in and days since the window's begin of the accounts first seen in it."""
        rows = self.inside(self.ground.joined)
        return self.ground.way_in[rows], (self.ground.joined[rows] - self.begin) / DAY_S


def _length(found: list[float], days: float | None) -> float:
    """Return the seconds of each side that are looked at."""
    most = max(min(found), 0.0)
    if days is None:
        return most
    if not 0 < days * DAY_S <= most:
        raise MeasureError(
            f"{days} days of each side were asked for, expected more than 0 and at most"
            f" {most / DAY_S:.1f}, what the shorter side has; leave days out or ask for fewer."
        )
    return days * DAY_S


def _day(written: str | date) -> date:
    try:
        return (
            date.fromisoformat(written)
            if isinstance(written, str)
            else pd.Timestamp(written).date()
        )
    except (TypeError, ValueError) as error:
        raise MeasureError(
            f"The day before which to compare is {written!r}, expected a date as 2015-10-15; give"
            ' before="2015-10-15".'
        ) from error


def _middle(ground: _Ground) -> date | None:
    """Return the day on which half of the movement's posts were made, as near as days go."""
    if not ground.end:
        return None
    return _day_at(ground, float(np.median(ground.posted)) if len(ground.posted) else ground.begin)


def _zone(ground: _Ground) -> str:
    return "UTC" if ground.movement is None else ground.movement.timezone


def _day_at(ground: _Ground, moment: float) -> date:
    """Return the day of a moment (seconds) in the movement's own zone."""
    day = clock.day_of(pd.Timestamp(moment, unit="s", tz="UTC"), _zone(ground))
    assert day is not None
    return day


def _named(grounds: tuple[_Ground, _Ground]) -> tuple[str, str]:
    first, second = (one.name for one in grounds)
    return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


# ------------------------------------------------------------------------- the measures


@dataclass(frozen=True, eq=False)
class _Sample:
    """What a measure rests on: `value(weights)` with one weight a cluster and a row a draw."""

    n: int
    clusters: Ints
    value: Callable[[Ints, Floats], Floats]


@dataclass(frozen=True)
class _Measure:
    """A measure of a window: its scale, the shape of its interval, how it is sampled."""

    name: str
    scale: str
    kind: str
    sample: Callable[[_Window], _Sample]
    two_movements: bool = False


def _mean_reshares(window: _Window) -> _Sample:
    author, reshares, _ = window.posts
    return _Sample(
        len(author), author, lambda own, w: clustered.weighted_mean(reshares, w[:, own])
    )


def _share_relayed(window: _Window) -> _Sample:
    author, reshares, _ = window.posts
    relayed = (reshares > 0).astype(np.float64)
    return _Sample(len(author), author, lambda own, w: clustered.weighted_mean(relayed, w[:, own]))


def _minutes(window: _Window) -> _Sample:
    author, _, first_h = window.posts
    some = ~np.isnan(first_h)
    minutes = np.round(first_h[some] * 60, 6)  # hours are microseconds divided
    return _Sample(
        len(minutes),
        author[some],
        lambda own, w: clustered.weighted_quantile(minutes, 0.5, w[:, own]),
    )


def _held(of: Callable[[Floats, Floats], Floats]) -> Callable[[_Window], _Sample]:
    """Sample authors with what they receive: how unequal it is."""

    def sample(window: _Window) -> _Sample:
        author, reshares, _ = window.posts
        codes, own = np.unique(author, return_inverse=True)
        received = np.bincount(own, reshares, minlength=len(codes)).astype(np.float64)
        # as many reshares as there are: a tenth of three is nobody's share
        return _Sample(
            min(int(received.sum()), len(codes)),
            codes.astype(np.int64),
            lambda mine, w: of(received, w[:, mine]),
        )

    return sample


def _half_joined(window: _Window) -> _Sample:
    way_in, days = window.newcomers
    return _Sample(
        len(days), way_in, lambda own, w: clustered.weighted_quantile(days, 0.5, w[:, own])
    )


def _new_accounts(window: _Window) -> _Sample:
    way_in, days = window.newcomers
    a_day = np.full(len(days), DAY_S / window.length if window.length else np.nan)
    return _Sample(len(days), way_in, lambda own, w: w[:, own] @ a_day)


_MEASURES = (
    _Measure("supporters", "ratio", "adoption", _new_accounts, two_movements=True),
    _Measure("new_accounts_a_day", "ratio", "counted", _new_accounts),
    _Measure("half_joined_days", "ratio", "positive", _half_joined, two_movements=True),
    _Measure("reshares_a_post", "ratio", "positive", _mean_reshares),
    _Measure("share_relayed", "difference", "share", _share_relayed),
    _Measure("minutes_to_relay", "ratio", "positive", _minutes),
    _Measure(
        "top_tenth_share",
        "difference",
        "share",
        _held(lambda x, w: clustered.top_share(x, 0.1, w)),
    ),
    _Measure("gini", "difference", "share", _held(clustered.gini)),
)


@dataclass(frozen=True)
class _Row:
    """One measure of both sides before it is judged: intervals of any level, on demand."""

    measure: _Measure
    n: tuple[int, int]
    clusters: tuple[int, int]
    at: Callable[[float], tuple[Estimate, Estimate]]
    correlation: float

    def change(self, level: float) -> Estimate:
        """Return the second against the first: each side's own distance, joined (MOVER)."""
        a, b = self.at(level)
        ratio = self.measure.scale == "ratio"
        ends = np.array([[one.value, one.lo, one.hi] for one in (a, b)])
        if np.isnan(ends).any() or (ratio and (ends <= 0).any()):
            return Estimate(np.nan, np.nan, np.nan)
        (va, la, ua), (vb, lb, ub) = np.log(ends) if ratio else ends
        r = self.correlation
        down = (vb - lb) ** 2 + (ua - va) ** 2 - 2 * r * (vb - lb) * (ua - va)
        up = (ub - vb) ** 2 + (va - la) ** 2 - 2 * r * (ub - vb) * (va - la)
        found = vb - va + np.array([0.0, -np.sqrt(max(down, 0.0)), np.sqrt(max(up, 0.0))])
        return Estimate(*(float(one) for one in (np.exp(found) if ratio else found)))


def _row(
    measure: _Measure, windows: list[_Window], paired: bool, draws: int, level: float, seed: int
) -> _Row | None:
    if measure.kind == "adoption":
        return _supporters(measure, windows, draws, level, seed)
    samples = [measure.sample(window) for window in windows]
    groups = [np.unique(one.clusters) for one in samples]
    n = (samples[0].n, samples[1].n)
    clusters = (len(groups[0]), len(groups[1]))
    if min(*n, *clusters) < LEAST:
        return _Row(measure, n, clusters, lambda level: (_NONE, _NONE), 0.0)
    if measure.kind == "counted":
        return _Row(measure, n, clusters, lambda level: _counted(samples, level), 0.0)
    among = [np.union1d(*groups)] * 2 if paired else groups
    mine = [np.searchsorted(all_, one.clusters) for all_, one in zip(among, samples, strict=True)]
    values, drawn = [], []
    for one, own, all_ in zip(samples, mine, among, strict=True):
        values.append(float(one.value(own, np.ones((1, len(all_))))[0]))
    for one, own, weights in zip(
        samples, mine, _weights(among, samples, paired, draws, seed), strict=True
    ):
        drawn.append(np.concatenate([one.value(own, part) for part in weights]))

    def at(level: float) -> tuple[Estimate, Estimate]:
        a, b = (
            _interval(value, found, level, measure.kind, count, groups_)
            for value, found, count, groups_ in zip(values, drawn, n, clusters, strict=True)
        )
        return a, b

    return _Row(measure, n, clusters, at, _correlation(drawn, measure) if paired else 0.0)


_NONE = Estimate(np.nan, np.nan, np.nan)


def _weights(
    among: list[Ints], samples: list[_Sample], paired: bool, draws: int, seed: int
) -> list[Iterator[Floats]]:
    """Return for each side draws × clusters, a few draws at a time; if paired the same."""

    def drawn(number: int) -> Iterator[Floats]:
        rng = np.random.default_rng([seed, 0 if paired else number])
        size = len(among[number])
        most = max(size, *(len(one.clusters) for one in samples))
        for part in clustered.chunks(draws, most):
            yield rng.multinomial(size, np.full(size, 1.0 / size), size=part).astype(np.float64)

    return [drawn(number) for number in range(2)]


def _interval(
    value: float, drawn: Floats, level: float, kind: str, n: int, clusters: int
) -> Estimate:
    if kind == "share" and value in (0.0, 1.0):  # every draw is the same: accounts tell how sure
        return Estimate(value, *wilson(round(value * clusters), clusters, level))
    return clustered.interval(value, drawn, level, kind, n)


def _counted(samples: list[_Sample], level: float) -> tuple[Estimate, Estimate]:
    """Return compound Poisson counts with their intervals, on a logarithm."""
    z = float(ndtri(0.5 + level / 2))
    found = []
    for one in samples:
        _, own, size = np.unique(one.clusters, return_inverse=True, return_counts=True)
        value = float(one.value(own, np.ones((1, len(size))))[0])
        wide = np.exp(z * np.sqrt(float((size.astype(np.float64) ** 2).sum())) / one.n)
        found.append(Estimate(value, value / wide, value * wide))
    return found[0], found[1]


def _correlation(drawn: list[Floats], measure: _Measure) -> float:
    """Return how the two sides' draws go together; 0 where they do not vary."""
    a, b = (np.log(one) if measure.scale == "ratio" else one for one in map(_positive, drawn))
    good = np.isfinite(a) & np.isfinite(b)
    if good.sum() < LEAST or a[good].std() == 0 or b[good].std() == 0:
        return 0.0
    return float(np.corrcoef(a[good], b[good])[0, 1])


def _positive(drawn: Floats) -> Floats:
    return np.where(drawn > 0, drawn, np.nan)


def _supporters(
    measure: _Measure, windows: list[_Window], draws: int, level: float, seed: int
) -> _Row | None:
    """Return the supporters by bio at the windows' ends, where both archives tell them."""
    found, n = [], []
    for window in windows:
        movement = window.ground.movement
        if movement is None:
            return None
        adopted = adoption(window.ground.archive, movement, draws=draws, level=level, seed=seed)
        if adopted.basis != "bio":
            return None
        table = adopted.table
        reached = np.flatnonzero(tables.seconds(table["as_of_utc"]) <= window.end + DAY_S)
        if not len(reached):
            return None
        row = table.iloc[reached[-1]]
        value, lo, hi = (float(row[name]) if pd.notna(row[name]) else np.nan
                         for name in ("n_est", "lo", "hi"))  # fmt: skip
        found.append(Estimate(value, lo, hi) if value >= LEAST else _NONE)
        n.append(int(row["n_lo"]))

    spread = [_dispersion(window) for window in windows]

    def at(asked: float) -> tuple[Estimate, Estimate]:
        """Join what the sightings leave open, and chance as in the number of new accounts."""
        z, told = float(ndtri(0.5 + asked / 2)), float(ndtri(0.5 + level / 2))
        a, b = (
            Estimate(
                one.value,
                one.value * np.exp(-np.hypot(z / told * np.log(one.value / one.lo), z * chance)),
                one.value * np.exp(np.hypot(z / told * np.log(one.hi / one.value), z * chance)),
            )
            for one, chance in zip(
                found,
                [wide / np.sqrt(one.value) for one, wide in zip(found, spread, strict=True)],
                strict=True,
            )
        )
        return a, b

    return _Row(measure, (n[0], n[1]), (n[0], n[1]), at, 0.0)


def _dispersion(window: _Window) -> float:
    """Return how much wider than Poisson's the number of accounts is: those of a post come as one.

    The root of Σ x² / N over the posts by which N accounts came in; 1 where none is known.
    """
    _, sizes = np.unique(window.newcomers[0], return_counts=True)
    return float(np.sqrt((sizes.astype(np.float64) ** 2).sum() / sizes.sum())) if len(sizes) else 1


# ------------------------------------------------------------------------- judging


def _judged(rows: list[_Row], apart: pd.DataFrame, level: float) -> pd.DataFrame:
    told = [row for row in rows if np.isfinite(row.change(level).lo)]
    strict = 1 - (1 - level) / max(len(told), 1)
    reasons = apart["reason"].tolist()
    columns = []
    for row in rows:
        change, (a, b) = row.change(level), row.at(level)
        name, none = row.measure.name, 1.0 if row.measure.scale == "ratio" else 0.0
        touching = [reason for reason in reasons if name in TOUCHES[reason]]
        wide = row.change(strict)
        verdict = "no_sign" if wide.lo <= none <= wide.hi else "differs"
        verdict = "cannot_tell" if row not in told else "apart" if touching else verdict
        columns.append(
            {
                "measure": name, "scale": row.measure.scale,
                "a": a.value, "a_lo": a.lo, "a_hi": a.hi, "n_a": row.n[0],
                "clusters_a": row.clusters[0],
                "b": b.value, "b_lo": b.lo, "b_hi": b.hi, "n_b": row.n[1],
                "clusters_b": row.clusters[1],
                "change": change.value, "lo": change.lo, "hi": change.hi,
                "level": level if row in told else np.nan,
                "verdict": verdict, "apart": " ".join(touching),
            }
        )  # fmt: skip
    return tables.build(COMPARED, columns)


def _apart(windows: list[_Window]) -> pd.DataFrame:
    """Find in the two archives what sets them apart whatever the movements did."""
    found: list[tuple[str, str | None, str | None]] = []
    grounds = [window.ground for window in windows]
    asked = (
        ("platform", [_platforms(one) for one in windows]),
        ("road", [_road(one) for one in windows]),
        ("clock", [_clock(one) for one in windows]),
    )
    for reason, (a, b) in asked:
        if a != b:
            found.append((reason, a, b))
    counts = [int(window.posts[1].sum()) for window in windows]
    if min(counts) == 0:
        found.append(("no_reshares", str(counts[0]), str(counts[1])))
    else:
        shares = [_seen_share(one) for one in windows]
        a, b = ("" if np.isnan(one) else f"{one:.2f}" for one in shares)
        known = ~np.isnan(shares)
        if not known.all() and (known.any() or grounds[0] is not grounds[1]):
            found.append(("loss_unknown", a, b))
        elif known.all() and abs(shares[0] - shares[1]) > LOSS:
            found.append(("loss", a, b))
    years = abs(windows[0].begin - windows[1].begin) / DAY_S / 365.25
    if grounds[0] is not grounds[1] and years > YEARS and min(len(one.posted) for one in windows):
        starts = [str(_day_at(one, w.begin)) for one, w in zip(grounds, windows, strict=True)]
        found.append(("years", starts[0], starts[1]))
    return tables.build(
        APART, [dict(zip(("reason", "a", "b"), one, strict=True)) for one in found]
    )


def _rows(window: _Window) -> pd.DataFrame:
    """Return the rows of the archive of these days."""
    posts = window.ground.archive.posts
    at = tables.seconds(posts["posted_at"])
    found: pd.DataFrame = posts[window.inside(at) & tables.own(posts)]
    return found


def _platforms(window: _Window) -> str:
    return ", ".join(sorted(_rows(window)["platform"].dropna().unique()))


def _road(window: _Window) -> str:
    """Name the formats of the files that the rows came from, and how their profiles were seen."""
    archive = window.ground.archive
    files = _rows(window)["file"].dropna().unique()
    formats = archive.files.loc[archive.files["file"].isin(files), "format"].dropna().unique()
    bases = archive.profiles.loc[archive.profiles["file"].isin(files), "seen_basis"]
    most = bases.dropna().mode()
    return ", ".join([*sorted(formats), *most.astype(str)[:1]])


def _clock(window: _Window) -> str:
    """Name the step of the clock: a second, a minute or a day for nine posts in ten."""
    at = np.floor(window.posted)
    for step, seconds in (("day", DAY_S), ("minute", 60.0)):
        if len(at) and (at % seconds == 0).mean() > 0.9:
            return step
    return "second"


def _seen_share(window: _Window) -> float:
    """Return the share of reshares held, of those that the platform counted; NaN if unknown."""
    found = window.ground.found
    if not len(found.hours):
        return np.nan
    begun = tables.seconds(found.posts["posted_at"])[found.start[:-1]]
    inside = window.inside(begun) & ~np.isnan(found.reported)
    held, lost = found.held[inside].sum(), found.lost[inside].sum()
    return float(held / (held + lost)) if inside.sum() >= LEAST else np.nan
