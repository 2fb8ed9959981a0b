"""Posts in time as a self-exciting process with a trend, a day rhythm and dated outside pushes.

λ(t) = exp(trend(t) + rhythm(hour of t)) + Σ_k γ_k/τ e^{-(t-m_k)/τ} + Σ_{t_i<t} n β e^{-β(t-t_i)}

The four parts are fitted together, by maximum likelihood with an exact gradient, O(posts) a step.
γ_k is the number of extra posts of item k. References: Hawkes (1971), Ogata (1988); Rizoiu et al.
(2017) for the outside input; Filimonov and Sornette (2015) for what a forgotten rhythm does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, gammaincinv

from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.fitting import minimize, optimum, significant

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEP_H = 0.5
_NEAR = {"maxiter": 1000, "ftol": 1e-9}
RIDGE = 0.25  # keeps an hour of the day that holds few posts near the others


@dataclass(frozen=True, eq=False)
class Series:
    """Posts on a clock of hours.

    Attributes
    ----------
    times
        Hours since the start, ascending, inside (0, length).
    length
        Length of the period in hours.
    first_hour
        Local hour of the day at time 0; days are taken as 24 hours long.
    weights
        Posts at each time; None: one each. Posts of one time excite each other as if they came
        at random within `width` hours.
    width
        Hours within which posts were counted together.
    """

    times: Floats
    length: float
    first_hour: float = 0.0
    weights: Floats | None = None
    width: float = 0.0

    @property
    def posts(self) -> float:
        """Number of posts."""
        return float(len(self.times)) if self.weights is None else float(self.weights.sum())

    def binned(self, width_h: float) -> Series:
        """Return the series with posts counted by stretches of `width_h`, at their middles."""
        bins = np.floor(self.times / width_h)
        places, first, inverse = np.unique(bins, return_index=True, return_inverse=True)
        given = np.ones(len(self.times)) if self.weights is None else self.weights
        weights = np.bincount(inverse, given, len(places)).astype(float)
        # a post alone in its stretch keeps its moment
        times = np.where(weights > 1, (places + 0.5) * width_h, self.times[first])
        times = np.minimum(times, self.length - 1e-9)
        return Series(times, self.length, self.first_hour, weights, width_h)

    def hours(self, times: Floats) -> Ints:
        """Return the hour of the day, 0–23, of each time."""
        return ((times + self.first_hour) % 24).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted process: its parameters and its log-likelihood.

    Attributes
    ----------
    branching, decay
        n (expected posts that one post excites) and β (per hour). n is no measure of organic
        share: missing posts and long delays pull it down, a forgotten rhythm pushes it up.
    extra
        γ_k, extra posts of each item, in the order of the items; 0 for items held out.
    loglik
        Penalised log-likelihood at the optimum.
    x
        The parameters as the optimiser sees them, from which a neighbour fit starts.
    """

    branching: float
    decay: float
    extra: Floats
    loglik: float
    x: Floats


@compiled
def _evaluate(  # pragma: no cover - compiled
    c: Any,
    hours: Any,
    n: float,
    decay: float,
    extra: Any,
    times: Any,
    weights: Any,
    width: float,
    length: float,
    at_times: Any,
    at_grid: Any,
    kernel: Any,
) -> Any:
    """Return the log-likelihood but for the pushes' mass, and its gradient by part.

    S_i = Σ_{j<i} w_j exp(-β (t_i - t_j)) and its derivative in β run along by recursion; posts
    counted together excite each other by the mean of exp(-β gap) over two moments drawn within the
    width. The integral of the baseline is its sum over the grid.
    """
    knots, count = len(c), len(extra)
    gradient = np.zeros(knots + len(hours))
    pushes = np.zeros(count)
    left, part, hour = at_times
    value = excited = bent = done = rest = 0.0
    s = r = 0.0
    together, bends = 1.0, 0.0
    z = decay * width
    if z > 1e-4:
        together = 2 * (z - 1 + np.exp(-z)) / z**2
        bends = (2 * (1 - np.exp(-z)) / z**2 - 2 * together / z) * width
    for i in range(len(times)):
        w = weights[i]
        if i > 0:
            gap = times[i] - times[i - 1]
            kept = np.exp(-decay * gap)
            s = (s + weights[i - 1]) * kept
            r = r * kept - gap * s
        seen = s + (w - 1.0) / 2 * together
        log = c[left[i]] * (1 - part[i]) + c[left[i] + 1] * part[i]
        if len(hours):
            log += hours[hour[i]]
        level = np.exp(min(log, 20.0))
        pushed = 0.0
        for k in range(count):
            pushed += kernel[i, k] * extra[k]
        rate = level + pushed + n * decay * seen + 1e-12
        value += w * np.log(rate)
        inverse = w / rate
        gradient[left[i]] += inverse * level * (1 - part[i])
        gradient[left[i] + 1] += inverse * level * part[i]
        if len(hours):
            gradient[knots + hour[i]] += inverse * level
        excited += seen * inverse
        bent += (r + (w - 1.0) / 2 * bends) * inverse
        for k in range(count):
            pushes[k] += kernel[i, k] * inverse
        remains = length - times[i]
        gone = np.exp(-decay * remains)
        done += w * (1 - gone)
        rest += w * remains * gone
    left, part, hour = at_grid
    for g in range(len(left)):
        log = c[left[g]] * (1 - part[g]) + c[left[g] + 1] * part[g]
        if len(hours):
            log += hours[hour[g]]
        area = np.exp(min(log, 20.0)) * STEP_H
        value -= area
        gradient[left[g]] -= area * (1 - part[g])
        gradient[left[g] + 1] -= area * part[g]
        if len(hours):
            gradient[knots + hour[g]] -= area
    return value, gradient, pushes, excited, bent, done, rest


@compiled
def _excitation_at(  # pragma: no cover - compiled
    grid: Any, times: Any, weights: Any, decay: float
) -> Any:
    out = np.zeros(len(grid))
    level, last, i = 0.0, 0.0, 0
    for g in range(len(grid)):
        while i < len(times) and times[i] < grid[g]:
            level = level * np.exp(-decay * (times[i] - last)) + weights[i]
            last = times[i]
            i += 1
        out[g] = level * np.exp(-decay * (grid[g] - last))
    return out


class _Baseline:
    """exp(trend + rhythm): hat functions at equal knots, one level an hour of the day."""

    def __init__(self, series: Series, knots: int, rhythm: bool) -> None:
        self.knots, self.rhythm = knots, rhythm
        self.size = knots + (24 if rhythm else 0)
        self.series = series
        self.grid = np.arange(STEP_H / 2, series.length, STEP_H)
        self.at_times = self._place(series.times)
        self.at_grid = self._place(self.grid)

    def _place(self, times: Floats) -> tuple[Ints, Floats, Ints]:
        along = np.clip(times / self.series.length, 0, 1 - 1e-12) * (self.knots - 1)
        left = along.astype(np.int64)
        return left, along - left, self.series.hours(times)

    def log(self, c: Floats, place: tuple[Ints, Floats, Ints]) -> Floats:
        left, part, hour = place
        value = c[left] * (1 - part) + c[left + 1] * part
        if self.rhythm:
            value = value + c[self.knots + hour]
        return np.asarray(np.minimum(value, 20.0))


class Process:
    """The likelihood of a series with dated items, ready to be fitted several times.

    Parameters
    ----------
    series
        The posts.
    items
        Hours at which the items came out.
    tau
        Mean length of a push in hours, one number or one an item.
    knots, rhythm
        Knots of the trend; whether the hour of the day is modelled.
    """

    def __init__(
        self,
        series: Series,
        items: Sequence[float] | Floats = (),
        *,
        tau: float | Sequence[float] | Floats = 12.0,
        knots: int = 5,
        rhythm: bool = True,
    ) -> None:
        self.series = series
        given = series.weights
        self.weights = np.ones(len(series.times)) if given is None else given
        self.items = np.asarray(items, dtype=float)
        self.tau = np.broadcast_to(np.asarray(tau, dtype=float), self.items.shape)
        self.base = _Baseline(series, knots, rhythm)
        since = series.times[:, None] - self.items[None, :]
        self.kernel = np.where(since > 0, np.exp(-np.maximum(since, 0) / self.tau) / self.tau, 0.0)
        self.mass = np.where(
            self.items < series.length,
            -np.expm1(-np.maximum(series.length - self.items, 0) / self.tau),
            0.0,
        )

    def _start(self) -> tuple[Floats, list[tuple[float, float]]]:
        size, count = self.base.size, len(self.items)
        rate = max(self.series.posts, 1) / self.series.length * 0.6
        x = np.concatenate(
            [
                np.full(self.base.knots, np.log(rate)),
                np.zeros(size - self.base.knots),
                [-0.3, np.log(0.5)],
                np.full(count, np.log(3.0)),
            ]
        )
        bounds = [(-12.0, 12.0)] * self.base.knots + [(-4.0, 4.0)] * (size - self.base.knots)
        bounds += [(-6.0, 6.0), (np.log(0.1), np.log(60.0))] + [(-6.0, 12.0)] * count
        return x, bounds

    def value(self, x: Floats, free: npt.NDArray[np.bool_]) -> tuple[float, Floats]:
        """Return minus the penalised log-likelihood and its gradient; absent if not free."""
        size, knots = self.base.size, self.base.knots
        n, decay = float(1 / (1 + np.exp(-x[size]))), float(np.exp(x[size + 1]))
        extra = np.where(free, np.exp(x[size + 2 :]), 0.0)
        hours = x[knots:size]
        value, base, pushes, excited, bent, done, rest = _evaluate(
            x[:knots], hours, n, decay, extra, self.series.times, self.weights,
            self.series.width, self.series.length, self.base.at_times, self.base.at_grid,
            self.kernel,
        )  # fmt: skip
        value -= (self.mass * extra).sum() + n * done
        gradient = np.empty_like(x)
        gradient[:size] = base
        gradient[knots:size] -= 2 * RIDGE * hours
        gradient[size] = (decay * excited - done) * n * (1 - n)
        gradient[size + 1] = (n * excited + n * decay * bent - n * rest) * decay
        gradient[size + 2 :] = (pushes - self.mass) * extra
        return -float(value - RIDGE * (hours**2).sum()), -gradient

    def fit(
        self,
        *,
        without: Sequence[int] = (),
        held: dict[int, float] | None = None,
        start: Fit | None = None,
    ) -> Fit:
        """Maximise the likelihood.

        Parameters
        ----------
        without
            Items left out (γ = 0).
        held
            Item → γ at which it is held, for a profile.
        start
            A neighbour fit to start from; several starts are tried when None.
        """
        free = np.ones(len(self.items), dtype=bool)
        free[list(without)] = False
        cold, bounds = self._start()
        size = self.base.size
        for item, extra in (held or {}).items():
            at = float(np.log(max(extra, 1e-9)))
            bounds[size + 2 + item] = (at, at)
        starts = []
        for branching in (-0.3, -3.0, 1.0) if start is None else (None,):
            x = cold.copy() if start is None else start.x.copy()
            if branching is not None:
                x[size] = branching
            low, high = np.array(bounds).T
            starts.append(np.clip(x, low, high))
        found = (self._optimum(x, free, bounds) for x in starts)
        # of starts that lead to one optimum the first is taken, whatever the last digits say
        x, cost = min(found, key=lambda one: round(one[1], 6))
        pushes = [significant(float(np.exp(log))) for log in x[size + 2 :]]
        return Fit(
            branching=significant(float(1 / (1 + np.exp(-x[size])))),
            decay=significant(float(np.exp(x[size + 1]))),
            extra=np.where(free, pushes, 0.0),
            loglik=-round(cost, 6),
            x=x,
        )

    def _optimum(
        self, start: Floats, free: npt.NDArray[np.bool_], bounds: list[tuple[float, float]]
    ) -> tuple[Floats, float]:
        """Search by logarithms, which takes any start; end on γ itself, never flat in it."""
        near = minimize(
            self.value, start, (free,), "L-BFGS-B", jac=True, bounds=bounds, options=_NEAR
        ).x
        items = self.base.size + 2

        def by_extra(z: Floats) -> tuple[float, Floats]:
            cost, gradient = self.value(np.append(z[:items], np.log(z[items:])), free)
            gradient[items:] /= z[items:]
            return cost, gradient

        limits = bounds[:items] + [(np.exp(low), np.exp(high)) for low, high in bounds[items:]]
        z, cost = optimum(by_extra, np.append(near[:items], np.exp(near[items:])), limits)
        return np.append(z[:items], np.log(z[items:])), cost

    def deviance(self, item: int, full: Fit) -> float:
        """Return twice the log-likelihood that γ_item = 0 costs, at least 0."""
        return max(2 * (full.loglik - self.fit(without=[item], start=full).loglik), 0.0)

    def likelihood_ratio(self, item: int, full: Fit) -> float:
        """Return the p-value of γ_item = 0; see `one_sided`."""
        return float(one_sided(np.array(self.deviance(item, full))))

    def interval(self, item: int, full: Fit, level: float = 0.95) -> tuple[float, float]:
        """Return the profile-likelihood interval of γ_item, from 0."""
        best = float(full.extra[item])
        target = float(np.sqrt(2 * gammaincinv(0.5, level)))  # of χ²₁

        def root(extra: float) -> float:
            held = self.fit(held={item: extra}, start=full)
            return float(np.sqrt(max(2 * (full.loglik - held.loglik), 0.0)))

        lo = 0.0
        at_zero = root(1e-6)
        if at_zero > target:
            lo = _reach(root, best, target, best * (1 - target / at_zero))
        return lo, _reach(root, best, target, best + 2 * np.sqrt(best + 4.0))

    def rhythm_residual(self, fit: Fit) -> tuple[float, float]:
        """Return χ² (23 degrees of freedom) and p of posts by hour of the day against the fit.

        A small p says that the day rhythm is not explained: what looks like posts exciting posts
        may be people waking up together.
        """
        grid = self.base.grid
        rate = np.exp(self.base.log(fit.x, self.base.at_grid))
        rate += (
            fit.branching
            * fit.decay
            * _excitation_at(grid, self.series.times, self.weights, fit.decay)
        )
        since = grid[:, None] - self.items[None, :]
        pushes = np.exp(-np.maximum(since, 0) / self.tau) / self.tau
        rate += _times(np.where(since > 0, pushes, 0.0), fit.extra)
        share = np.bincount(self.series.hours(grid), rate / rate.sum(), 24)
        expected = share * self.series.posts
        hours = self.series.hours(self.series.times)
        seen = np.bincount(hours, self.weights, minlength=24)
        statistic = float(((seen - expected) ** 2 / np.maximum(expected, 1e-9)).sum())
        return statistic, float(chdtrc(23, statistic))


def one_sided(deviance: Floats) -> Floats:
    """Return the p-value of a deviance whose null is half a χ²₁, half a point mass at 0.

    Examples
    --------
    >>> one_sided(np.array([0.0, 2.705543])).round(3).tolist()
    [1.0, 0.05]
    """
    return np.asarray(np.where(deviance > 0, 0.5 * chdtrc(1, deviance), 1.0))


def _times(matrix: Floats, vector: Floats) -> Floats:
    """Return matrix · vector without the threads of BLAS, which cost more than they bring here."""
    return np.asarray(np.einsum("ij,j->i", matrix, vector))


def _reach(root: Callable[[float], float], best: float, target: float, guess: float) -> float:
    """Return where the signed root of the deviance reaches `target`; it is nearly straight."""
    for _ in range(6):
        value = root(guess)
        if abs(value - target) < 0.02:
            break
        step = min(max(target / max(value, 1e-3), 0.25), 4.0)
        guess = max(best + (guess - best) * step, 0.0)
    return guess
