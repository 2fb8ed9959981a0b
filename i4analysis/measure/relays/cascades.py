"""One cascade, exactly: expectations over every tree the reshares could form.

Each reshare j of a cascade in time order draws its parent among the earlier posts on its own, post
i with a probability proportional to weight_i · kernel(t_j − t_i). There are (n − 1)! trees; the
quantities here are exact expectations over all of them, without drawing any.

With an exponential kernel every expectation needs one or two passes over the posts. A power law is
a sum of exponentials to within a fraction of a percent (`power_law_as_exponentials`), and the
passes carry one running sum for each. All sums are kept relative to the post before, so that each
factor lies in [0, 1]: nothing overflows or divides by zero, whatever the length of the cascade.

References
----------
Rizoiu, Graham, Zhang, Zhang, Ackland, Xie 2018, #DebateNight (the parent law).
Goel, Anderson, Hofman, Watts 2016, The structural virality of online diffusion.
Hardiman, Bercot, Bouchaud 2013 (power laws as sums of exponentials).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from i4analysis.errors import MeasureError
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.fitting import nnls

Floats = npt.NDArray[np.float64]
LARGEST_EXACT_VIRALITY = 5_000


def expected_descendants(
    times_s: npt.ArrayLike, weights: npt.ArrayLike, rate_per_s: float
) -> Floats:
    """Return 1 + the expected number of descendants of each post of a cascade, exactly.

    Parameters
    ----------
    times_s
        Seconds (any origin) of the posts of one cascade, in time order, the original first. Order
        decides among equal times.
    weights
        Weight of each post as a parent, such as followers + 1; finite and not negative. Where
        every earlier post weighs 0 the parent is the original.
    rate_per_s
        Rate of the exponential kernel; P(parent of j = i) ∝ weight_i · exp(−rate · (t_j − t_i)).

    Returns
    -------
    numpy.ndarray
        φ_i = 1 + Σ_j P(j descends from i); φ of the original is the number of posts.

    Notes
    -----
    The child's own time cancels in P, so posts join like balls of a Pólya urn: the share of post i
    among the weights at i is also the expected share of all later posts that descend from it, and

        φ_i = 1 + (n − 1 − i) · w_i / Σ_{k ≤ i} w_k exp(−rate · (t_i − t_k)).

    One pass, O(n) in time and memory, exact to rounding on cascades of any length. The dense
    definition inverts a matrix of n × n.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.relays.expected_descendants([0, 60, 120], [1, 1, 1], 0.0).tolist()
    [3.0, 1.5, 1.0]
    """
    times, weight = _checked(times_s, weights, rate_per_s)
    return _descendants(times, weight, float(rate_per_s))


def _checked(
    times_s: npt.ArrayLike, weights: npt.ArrayLike, rate_per_s: float
) -> tuple[Floats, Floats]:
    times = np.ascontiguousarray(times_s, np.float64)
    weight = np.ascontiguousarray(weights, np.float64)
    if times.ndim != 1 or times.shape != weight.shape:
        raise MeasureError(
            f"A cascade has {times.size} times and {weight.size} weights, expected one weight a"
            " post; give two lists of the same length."
        )
    if not np.isfinite(times).all() or (times.size and np.diff(times).min(initial=0) < 0):
        raise MeasureError(
            "The times of a cascade go back or are not numbers, expected seconds in time order;"
            " sort the posts by time and drop those without one."
        )
    if not np.isfinite(weight).all() or weight.min(initial=0) < 0:
        raise MeasureError(
            "A weight of a cascade is negative or not a number, expected finite weights of at"
            " least 0; replace unknown follower counts first."
        )
    if not (np.isfinite(rate_per_s) and rate_per_s >= 0):
        raise MeasureError(
            f"The rate is {rate_per_s} per second, expected a finite number of at least 0; casIn's"
            " is 6.8e-5."
        )
    return times, weight


@compiled
def _descendants(times: Floats, weight: Floats, rate: float) -> Floats:
    n = len(times)
    found = np.ones(n)
    if n == 0:
        return found
    found[0] = n
    total = weight[0]
    for i in range(1, n):
        total = total * np.exp(-rate * (times[i] - times[i - 1])) + weight[i]
        if total > 0:
            found[i] = 1.0 + (n - 1 - i) * weight[i] / total
    return found


def expected_depth(times_s: npt.ArrayLike, weights: npt.ArrayLike, rate_per_s: float) -> Floats:
    """Return the expected number of steps from each post up to the original, O(n).

    Parameters as for `expected_descendants`.

    Examples
    --------
    >>> expected_depth([0, 60, 120], [1, 1, 1], 0.0).tolist()
    [0.0, 1.0, 1.5]
    """
    times, weight = _checked(times_s, weights, rate_per_s)
    return _depth(times, weight, float(rate_per_s))


@compiled
def _depth(times: Floats, weight: Floats, rate: float) -> Floats:
    n = len(times)
    depth = np.zeros(n)
    total, weighted = 0.0, 0.0
    for j in range(1, n):
        decay = np.exp(-rate * (times[j] - times[j - 1]))
        total = (total + weight[j - 1]) * decay
        weighted = (weighted + weight[j - 1] * depth[j - 1]) * decay
        depth[j] = 1.0
        if total > 0:
            depth[j] += weighted / total
    return depth


def expected_generations(
    times_s: npt.ArrayLike, weights: npt.ArrayLike, rate_per_s: float, generations: int = 32
) -> Floats:
    """Return the expected number of posts in each generation; the largest is the breadth.

    Generation 0 is the original. The last entry also holds all later generations.
    O(n · generations). Parameters as for `expected_descendants`.

    Examples
    --------
    >>> expected_generations([0, 60, 120], [1, 1, 1], 0.0, generations=3).tolist()
    [1.0, 1.5, 0.5]
    """
    times, weight = _checked(times_s, weights, rate_per_s)
    if generations < 2:
        raise MeasureError(
            f"{generations} generations were asked for, expected at least 2 (the original and its"
            " reshares)."
        )
    return _generations(times, weight, float(rate_per_s), int(generations))


@compiled
def _generations(times: Floats, weight: Floats, rate: float, most: int) -> Floats:
    n = len(times)
    expected = np.zeros(most)
    total = 0.0
    summed = np.zeros(most)
    current = np.zeros(most)
    for j in range(n):
        if j == 0:
            current[0] = 1.0
        else:
            decay = np.exp(-rate * (times[j] - times[j - 1]))
            total = (total + weight[j - 1]) * decay
            for d in range(most):
                summed[d] = (summed[d] + weight[j - 1] * current[d]) * decay
            if total > 0:
                last = (summed[most - 1] + summed[most - 2]) / total
                for d in range(most - 1, 0, -1):
                    current[d] = summed[d - 1] / total
                current[most - 1] = last
                current[0] = 0.0
            else:
                current[:] = 0.0
                current[1] = 1.0
        for d in range(most):
            expected[d] += current[d]
    return expected


def expected_virality(times_s: npt.ArrayLike, weights: npt.ArrayLike, rate_per_s: float) -> float:
    """Return the expected structural virality: the mean distance between two posts of the tree.

    Exact, O(n²) in time and memory: D(i, j) = 1 + Σ_k P(parent of j = k) D(i, k) for i < j, the
    sum carried from one j to the next. Up to 5,000 posts; draw trees beyond
    (`trees.sampled_shapes`). Parameters as for `expected_descendants`.

    Returns
    -------
    float
        Steps; NaN for fewer than two posts. 2 · (n − 1) / n for a star.
    """
    times, weight = _checked(times_s, weights, rate_per_s)
    if len(times) < 2:
        return float("nan")
    if len(times) > LARGEST_EXACT_VIRALITY:
        raise MeasureError(
            f"The exact structural virality was asked of {len(times):,} posts, expected at most"
            f" {LARGEST_EXACT_VIRALITY:,} (it needs a distance a pair); draw trees instead with"
            " i4analysis.measure.relays.trees.sampled_shapes."
        )
    return float(_virality(times, weight, float(rate_per_s)))


@compiled
def _virality(times: Floats, weight: Floats, rate: float) -> float:
    n = len(times)
    distance = np.zeros((n, n))
    summed = np.zeros(n)
    total, pairs = 0.0, 0.0
    for j in range(1, n):
        decay = np.exp(-rate * (times[j] - times[j - 1]))
        total = (total + weight[j - 1]) * decay
        for i in range(j):
            summed[i] = (summed[i] + weight[j - 1] * distance[j - 1, i]) * decay
            if total > 0:
                distance[j, i] = 1.0 + summed[i] / total
            else:
                distance[j, i] = 1.0 + distance[i, 0]
            pairs += distance[j, i]
        new = 0.0
        remaining = 1.0
        for k in range(j - 1, -1, -1):
            remaining *= np.exp(-rate * (times[k + 1] - times[k]))
            new += weight[k] * remaining * distance[j, k]
        for i in range(j):
            distance[i, j] = distance[j, i]
        summed[j] = new
    return pairs / (n * (n - 1) / 2)


def power_law_as_exponentials(
    scale_s: float,
    exponent: float,
    terms: int = 12,
    shortest_s: float = 1.0,
    longest_s: float = 30 * 86_400.0,
) -> tuple[Floats, Floats, float]:
    """Write the kernel (1 + Δ / scale) ** −(1 + exponent) as a sum of exponentials.

    Non-negative least squares on the relative error over a logarithmic grid of delays.

    Parameters
    ----------
    scale_s, exponent
        The power law: its scale in seconds and its tail exponent.
    terms
        Number of exponentials; 12 reach 0.5 % from a second to a month.
    shortest_s, longest_s
        Range of delays, in seconds, over which the fit holds.

    Returns
    -------
    coefficients, rates_per_s
        kernel(Δ) ≈ Σ_k coefficients_k · exp(−rates_k · Δ).
    largest_error
        Largest relative error on the grid.
    """
    if min(scale_s, exponent, shortest_s) <= 0 or longest_s <= shortest_s or terms < 2:
        raise MeasureError(
            f"A power law of scale {scale_s} s and exponent {exponent} over {shortest_s} to"
            f" {longest_s} s in {terms} terms was asked for, expected positive numbers, a range"
            " that grows and at least 2 terms."
        )
    delays = np.geomspace(shortest_s, longest_s, 600)
    kernel = (1 + delays / scale_s) ** (-1 - exponent)
    rates = 1 / np.geomspace(min(0.3 * scale_s, longest_s / 10), 0.8 * longest_s, terms)
    relative = np.exp(-np.outer(delays, rates)) / kernel[:, None]
    coefficients, _ = nnls(relative, np.ones(len(delays)), maxiter=20_000)
    error = float(np.abs(relative @ coefficients - 1).max())
    return np.asarray(coefficients), rates, error


def expected_descendants_mixture(
    times_s: npt.ArrayLike,
    weights: npt.ArrayLike,
    coefficients: npt.ArrayLike,
    rates_per_s: npt.ArrayLike,
) -> Floats:
    """Return 1 + the expected descendants of each post under a sum of exponentials, O(n · terms).

    P(parent of j = i) ∝ weight_i · Σ_k coefficients_k · exp(−rates_k · (t_j − t_i)); times and
    weights as for `expected_descendants`, kernel as `power_law_as_exponentials` gives it.

    Examples
    --------
    >>> expected_descendants_mixture([0, 60, 120], [1, 1, 1], [0.5, 0.5], [0, 0]).tolist()
    [3.0, 1.5, 1.0]
    """
    rate = np.ascontiguousarray(rates_per_s, np.float64)
    share = np.ascontiguousarray(coefficients, np.float64)
    times, weight = _checked(times_s, weights, float(rate.max(initial=0)))
    if rate.shape != share.shape or rate.min(initial=0) < 0 or share.min(initial=0) < 0:
        raise MeasureError(
            f"The kernel has {share.size} coefficients and {rate.size} rates, expected as many of"
            " each, none negative; use those of power_law_as_exponentials."
        )
    return _descendants_mixture(times, weight, share, rate)


@compiled
def _descendants_mixture(times: Floats, weight: Floats, share: Floats, rate: Floats) -> Floats:
    n, terms = len(times), len(rate)
    normal = np.zeros(n)
    running = np.zeros(terms)
    for j in range(1, n):
        for k in range(terms):
            running[k] = (running[k] + weight[j - 1]) * np.exp(
                -rate[k] * (times[j] - times[j - 1])
            )
            normal[j] += share[k] * running[k]
    found = np.ones(n)
    running[:] = 0.0
    orphans = 0.0
    for i in range(n - 2, -1, -1):
        gap = times[i + 1] - times[i]
        if normal[i + 1] > 0:
            added = found[i + 1] / normal[i + 1]
        else:
            added = 0.0
            orphans += found[i + 1]
        for k in range(terms):
            running[k] = (running[k] + added) * np.exp(-rate[k] * gap)
            found[i] += weight[i] * share[k] * running[k]
    if n:
        found[0] += orphans
    return found
