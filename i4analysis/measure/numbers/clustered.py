"""Estimates on posts that come in clusters (several by one account), with bootstrap intervals.

Accounts, not posts, are drawn with replacement (cluster bootstrap; Davison & Hinkley 1997, §3.8).
The survival curve is Kaplan & Meier's (1958), with the posts not yet relayed at the archive's end
censored there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Array = npt.NDArray[np.float64]
_CHUNK = 1_000_000  # weights at a time; of each there are some ten numbers


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; all nan when there is too little to say."""

    value: float
    lo: float
    hi: float


def kaplan_meier(
    hours: Array, seen: npt.NDArray[np.bool_], at: Array, weights: Array | None = None
) -> Array:
    """Return P(not yet relayed) at each time of `at`, for each row of weights.

    Parameters
    ----------
    hours
        Time to the first relay, or to the archive's end where `seen` is false.
    seen
        True where the first relay was seen.
    at
        Times asked for, in hours.
    weights
        Replicates × posts; one row of ones by default.

    Returns
    -------
    numpy.ndarray
        Replicates × times.

    Examples
    --------
    >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]), np.array([1.0, 3]))
    array([[0.66666667, 0.        ]])
    """
    order = np.lexsort((~seen, hours))
    weights = np.ones((1, len(hours))) if weights is None else weights
    ordered = weights[:, order]
    at_risk = np.cumsum(ordered[:, ::-1], axis=1)[:, ::-1]
    died = ordered * seen[order]
    # Deaths are taken one by one inside a tie: the product over a tie is the usual factor.
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(at_risk > 0, 1.0 - died / at_risk, 1.0)
    curve = np.cumprod(np.clip(factor, 0.0, 1.0), axis=1)
    position = np.searchsorted(hours[order], at, side="right")
    padded = np.concatenate([np.ones((len(ordered), 1)), curve], axis=1)
    return padded[:, position]


def gini(values: Array, weights: Array | None = None) -> Array:
    """Return the Gini coefficient for each row of weights; nan where the sum is zero.

    G = Σ_i Σ_j w_i w_j |x_i − x_j| / (2 W Σ_i w_i x_i); 0 when all are equal, near 1 when one
    post has everything.

    Examples
    --------
    >>> gini(np.array([0.0, 0.0, 4.0, 4.0])).round(3).tolist()
    [0.5]
    """
    order = np.argsort(values, kind="stable")
    x = values[order]
    w = np.ones((1, len(x))) if weights is None else weights[:, order]
    total, mass = (w * x).sum(axis=1), w.sum(axis=1)
    before = np.cumsum(w, axis=1) - w / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 2 * (w * x * before).sum(axis=1) / (mass * total) - 1
    return np.where(total > 0, value, np.nan)


def weighted_mean(values: Array, weights: Array | None = None) -> Array:
    """Return the mean for each row of weights; nan where the weights are zero."""
    w = np.ones((1, len(values))) if weights is None else weights
    mass = w.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(mass > 0, (w @ values) / mass, np.nan)


def weighted_quantile(values: Array, share: float, weights: Array | None = None) -> Array:
    """Return the smallest value with at least `share` of the weight at or under it."""
    order = np.argsort(values, kind="stable")
    w = np.ones((1, len(values))) if weights is None else weights[:, order]
    heaped = np.cumsum(w, axis=1)
    position = (heaped < share * heaped[:, -1:] - 1e-9).sum(axis=1)
    found: Array = values[order][np.minimum(position, len(values) - 1)]
    return found


def top_share(values: Array, share: float, weights: Array | None = None) -> Array:
    """Return the part of the total held by the top `share` of the posts, for each row of weights.

    Examples
    --------
    >>> top_share(np.array([6.0, 2.0, 1.0, 1.0]), 0.25).tolist()
    [0.6]
    """
    order = np.argsort(-values, kind="stable")
    w = np.ones((1, len(values))) if weights is None else weights[:, order]
    x = values[order]
    heaped = np.cumsum(w, axis=1)
    before = heaped - w
    inside = np.clip((share * heaped[:, -1:] - before), 0.0, w)
    total = w @ x
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (inside * x).sum(axis=1) / total
    return np.where(total > 0, part, np.nan)


def cluster_weights(
    clusters: npt.NDArray[np.int64], resamples: int, rng: np.random.Generator
) -> Array:
    """Return replicates × posts: how often each post's cluster was drawn with replacement."""
    n = int(clusters.max()) + 1 if len(clusters) else 0
    if n == 0:
        return np.zeros((resamples, 0))
    drawn = rng.multinomial(n, np.full(n, 1.0 / n), size=resamples)
    weights: Array = drawn[:, clusters].astype(np.float64)
    return weights


def chunks(resamples: int, posts: int) -> list[int]:
    """Return how many replicates to draw at a time, so that memory stays small."""
    size = max(1, min(resamples, _CHUNK // max(posts, 1)))
    return [min(size, resamples - start) for start in range(0, resamples, size)]


def resampled(
    clusters: npt.NDArray[np.int64],
    resamples: int,
    rng: np.random.Generator,
    *statistics: Callable[[Array], Array],
) -> list[Array]:
    """Return each statistic of posts drawn by cluster, with memory for some replicates at a time.

    Parameters
    ----------
    clusters
        Cluster of each post, from 0.
    statistics
        Weights, replicates × posts (`cluster_weights`) → one row a replicate.
    """
    found: list[list[Array]] = [[] for _ in statistics]
    for size in chunks(resamples, len(clusters)):
        weights = cluster_weights(clusters, size, rng)
        for held, statistic in zip(found, statistics, strict=True):
            held.append(statistic(weights))
    return [np.concatenate(held) for held in found]


def interval(
    value: float, replicates: Array, level: float, kind: str = "real", posts: int = 1000
) -> Estimate:
    """Return the bootstrap interval of `value`, centred and widened on a fitting scale.

    The replicates' standard error is taken on the scale where the number is nearly normal
    (`share`: logit; `positive`: logarithm; `real`: as is) and the interval is built around the
    estimate there with normal limits. Replicates of a share are kept half a post away from 0 and
    1 (`posts` in all); a share that is 0 or 1 itself keeps the replicates' own bounds.
    """
    good = replicates[np.isfinite(replicates)]
    if not np.isfinite(value) or len(good) < 20:
        return Estimate(value, np.nan, np.nan)
    z = float(ndtri(0.5 + level / 2))
    if kind == "share" and 0 < value < 1:
        eps = 0.5 / max(posts, 1)
        clipped = np.clip(good, eps, 1 - eps)
        spread = np.std(np.log(clipped / (1 - clipped)), ddof=1)
        middle = np.log(value / (1 - value))
        bounds = 1 / (1 + np.exp(-(middle + np.array([-z, z]) * spread)))
    elif kind == "positive" and value > 0 and (good > 0).all():
        bounds = value * np.exp(np.array([-z, z]) * np.std(np.log(good), ddof=1))
    elif kind == "real":
        bounds = value + np.array([-z, z]) * np.std(good, ddof=1)
    else:
        bounds = np.quantile(good, [0.5 - level / 2, 0.5 + level / 2])
    return Estimate(value, float(bounds[0]), float(bounds[1]))
