"""How long an adoption goes unseen: the sighting-delay estimator of the number of supporters.

After adoption an account is seen in sessions at rate η ~ Gamma(a, b) an hour. Given the m further
sessions of the τ hours after its first sighting with the mark, the delay R − T has the density of
a Lomax(a + m, b + τ), cut at R − L (empirical Bayes; the reporting-delay idea of Lawless 1994).
When a movement grows, more accounts join late in an interval than early in it; so the density is
weighted by the rhythm of joining, itself estimated from the accounts and smoothed over a day
(Silverman et al. 1990). Without the weight the number runs high while the movement grows and low
while it slows down: on made-up worlds whose first-seen line is 12 accounts late the band covered
56 % of the days without the weight and 90 % with it. Some accounts announce that they join: up to
a quarter are supposed to, which costs little where nobody does and saves the band where half do.

References
----------
Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of occurred but not
reported events. Canadian Journal of Statistics 22.
Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley.
Silverman, B. W., Jones, M. C., Wilson, J. D., Nychka, D. W. (1990). A smoothed EM approach to
indirect estimation problems. Journal of the Royal Statistical Society B 52.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from i4analysis.measure.accounts.sightings import Floats, Ints
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.fitting import minimize

STEP_H = 6.0
SMOOTH_H = 24.0
ROUNDS = 3
MOST_STEPS = 1_000
REFITS = 20
ANNOUNCED = 0.25
_MOST_REFITTED = 5_000
_CHUNK = 2_048


@dataclass(frozen=True, eq=False)
class Delay:
    """Where the adoption of each account lies, as a density on steps of a few hours.

    Attributes
    ----------
    left_h, right_h
        Interval of each account, hours since the movement's birth.
    later, end_h
        Sessions in which each account was seen after `right_h`; end of the sightings.
    rate
        a and b of the Gamma law of the rate of being seen.
    edges_h, rhythm
        Edges of the steps and the estimated share of adopters that joined in each.
    """

    left_h: Floats
    right_h: Floats
    later: Floats
    end_h: float
    rate: tuple[float, float]
    edges_h: Floats
    rhythm: Floats

    def chunks(self) -> Iterator[tuple[slice, Floats]]:
        """Yield some accounts and, for each, the cumulated probability over the steps."""
        for start in range(0, len(self.right_h), _CHUNK):
            part = slice(start, start + _CHUNK)
            yield part, np.cumsum(_posterior(self, part), axis=1)

    def middle_h(self) -> Floats:
        """Return the median adoption moment of each account, hours since the birth."""
        middle = np.empty(len(self.right_h))
        for part, cumulated in self.chunks():
            half = np.full((len(cumulated), 1), 0.5)
            middle[part] = _invert(
                cumulated, self.edges_h, self.left_h[part], self.right_h[part], half
            )[:, 0]
        return middle


def fit_delay(left_h: Floats, right_h: Floats, later: Ints, end_h: float) -> Delay:
    """Fit the delay model to intervals and to the sessions seen after them.

    Parameters
    ----------
    left_h, right_h
        Interval of each account, hours since the movement's birth.
    later
        Sessions in which each account was seen after `right_h`.
    end_h
        Last moment at which anybody could be seen.
    """
    last = max(float(right_h.max(initial=0.0)), end_h, STEP_H)
    edges = np.arange(0.0, last + STEP_H, max(STEP_H, last / MOST_STEPS))
    start = Delay(
        left_h, right_h, later.astype(float), end_h, (1.0, 20.0), edges, np.ones(len(edges) - 1)
    )
    return _refit(start, np.arange(len(right_h)))


def _refit(delay: Delay, chosen: Ints) -> Delay:
    """Fit the rate and the rhythm to some of the accounts, repeated as often as chosen."""
    if not len(chosen):
        return delay
    m = delay.later[chosen]
    tau = np.maximum(delay.end_h - delay.right_h[chosen], 1e-6)

    def cost(log_ab: Floats) -> float:
        a, b = np.exp(log_ab)
        fit = (
            gammaln(a + m)
            - gammaln(a)
            + a * np.log(b)
            - (a + m) * np.log(b + tau)
            + m * np.log(tau)
        )
        return -float(fit.sum())

    from scipy.ndimage import gaussian_filter1d  # slow to import, and most accounts need no fit

    bounds = [(-5.0, 6.0), (-3.0, 12.0)]
    best = minimize(cost, np.log(delay.rate), method="Nelder-Mead", bounds=bounds).x
    fitted = replace(delay, rate=(float(np.exp(best[0])), float(np.exp(best[1]))))
    step = float(delay.edges_h[1] - delay.edges_h[0])
    times = np.bincount(chosen, minlength=len(delay.right_h))
    for _ in range(ROUNDS):
        mass = np.zeros(len(delay.rhythm))
        for start in range(0, len(times), _CHUNK):
            part = slice(start, start + _CHUNK)
            mass += times[part] @ _posterior(fitted, part)
        rhythm = gaussian_filter1d(mass / len(m), SMOOTH_H / step, mode="nearest") + 1e-9
        fitted = replace(fitted, rhythm=rhythm)
    return fitted


def delay_band(
    delay: Delay, until_h: Floats, *, draws: int = 400, level: float = 0.95, seed: int = 0
) -> tuple[Floats, Floats, Floats]:
    """Return estimate, lower and upper bound of the number of adopters at each instant.

    The estimate is the mean over `draws` imputations of every adoption moment, the band their
    quantiles. The imputations come in `REFITS` parts. Each part supposes another share, from
    none to `ANNOUNCED`, of accounts that announce their joining at once (their delay is nothing):
    who joins may say so, and nothing in the archive tells how many do. Up to 5,000 accounts each
    part also comes from a fit to resampled accounts, so that the band holds what is not known of
    the rate and the rhythm (Rubin 1987); above, that is negligible.
    """
    rng = np.random.default_rng(seed)
    n = len(delay.right_h)
    parts = np.array_split(np.arange(draws), min(REFITS, draws))
    counts = []
    for k, part in enumerate(parts):
        refit = _refit(delay, rng.integers(0, n, n)) if 0 < n <= _MOST_REFITTED else delay
        share = ANNOUNCED * (k + 0.5) / len(parts)
        counts.append(_imputed(refit, until_h, len(part), share, rng))
    adopters = np.concatenate(counts)
    if not len(until_h):
        return adopters[0], adopters[0], adopters[0]
    tail = 50 * (1 - level)
    lo, hi = np.percentile(adopters, [tail, 100 - tail], axis=0)
    return adopters.mean(axis=0), lo, hi


def _imputed(
    delay: Delay, until_h: Floats, draws: int, share: float, rng: np.random.Generator
) -> Floats:
    """Return the number of adopters at each instant, one row an imputation."""
    counts = np.zeros((draws, len(until_h) + 1))
    for part, cumulated in delay.chunks():
        moments = _invert(
            cumulated,
            delay.edges_h,
            delay.left_h[part],
            delay.right_h[part],
            rng.random((len(cumulated), draws)),
        )
        at_once = rng.random(moments.shape) < share
        moments = np.where(at_once, delay.right_h[part, None], moments)
        day = np.searchsorted(until_h, moments, side="left")
        place = day + (len(until_h) + 1) * np.arange(draws)
        counts += np.bincount(place.ravel(), minlength=counts.size).reshape(counts.shape)
    adopters: Floats = np.cumsum(counts, axis=1)[:, :-1]
    return adopters


def _posterior(delay: Delay, part: slice) -> Floats:
    """Return for each account the probability that it joined in each step."""
    left, right = delay.left_h[part, None], delay.right_h[part, None]
    a, b = delay.rate
    shape = a + delay.later[part, None]
    scale = b + np.maximum(delay.end_h - right, 1e-6)
    ago = np.clip(right - delay.edges_h, 0.0, right - left)
    below = -np.expm1(-shape * np.log1p(ago / scale))
    mass = np.maximum(below[:, :-1] - below[:, 1:], 0.0) * delay.rhythm
    whole = mass.sum(axis=1, keepdims=True)
    posterior: Floats = mass / np.where(whole > 0, whole, 1.0)
    return posterior


@compiled
def _invert(
    cumulated: Floats, edges: Floats, left: Floats, right: Floats, uniform: Floats
) -> Floats:
    """Turn uniform numbers into moments, along each account's cumulated probability."""
    moments = np.empty(uniform.shape)
    for i in range(uniform.shape[0]):
        row = cumulated[i]
        for k in range(uniform.shape[1]):
            if right[i] <= left[i] or row[-1] <= 0.0:
                moments[i, k] = right[i]
                continue
            goal = uniform[i, k] * row[-1]
            j, high = 0, len(row)
            while j < high:  # a search that numba compiles at once
                middle = (j + high) // 2
                if row[middle] <= goal:
                    j = middle + 1
                else:
                    high = middle
            j = min(j, len(row) - 1)
            before = row[j - 1] if j > 0 else 0.0
            lo, hi = max(edges[j], left[i]), min(edges[j + 1], right[i])
            moments[i, k] = lo + (hi - lo) * (goal - before) / max(row[j] - before, 1e-300)
    return moments
