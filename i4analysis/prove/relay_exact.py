"""Exact quantities of cascades against their definitions: every tree, and the dense matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

from i4analysis.measure.relays import cascades, trees

Floats = npt.NDArray[np.float64]
RATE = 6.8e-5
_SMALL, _LARGE = 6, 300
_DAY = 86_400.0


def exact(seed: int) -> dict[str, float]:
    """Compare the exact quantities of drawn cascades with their definitions.

    Returns
    -------
    dict
        Largest relative differences: `trees` (descendants, depth, generations and virality of
        cascades of six posts, with both the O(n) passes and the passes over pairs, against the
        sum over every tree), `mixture` (descendants under a power law written as exponentials,
        against every tree), `dense` and `dense_400_days` (descendants of 300 posts over three
        days and over 400 days, against the inverse of the dense matrix).
    """
    rng = np.random.default_rng(seed)
    share, rates, _ = cascades.power_law_as_exponentials(1080.0, 0.6)

    def power_law(gap: Floats) -> Floats:
        return np.asarray(np.exp(-np.outer(gap, rates)) @ share)

    gaps: dict[str, list[float]] = {"trees": [], "mixture": []}
    for _ in range(3):
        times, weights = _cascade(rng, _SMALL, 3.0)
        parents = _parents(times, weights, _exponential)
        truth = _every_tree(parents)
        for found in (_passes(times, weights), _over_pairs(parents)):
            gaps["trees"] += [_gap(found[name], truth[name]) for name in found]
        mixed = cascades.expected_descendants_mixture(times, weights, share, rates)
        slow = _every_tree(_parents(times, weights, power_law))["descendants"]
        gaps["mixture"].append(_gap(mixed, slow))
    return {
        **{name: max(values) for name, values in gaps.items()},
        "dense": _dense_gap(rng, 3.0),
        "dense_400_days": _dense_gap(rng, 400.0),
    }


def _exponential(gap: Floats) -> Floats:
    return np.asarray(np.exp(-RATE * gap))


def _cascade(rng: np.random.Generator, posts: int, days: float) -> tuple[Floats, Floats]:
    times = np.sort(rng.exponential(days * _DAY / 6, posts))
    return times - times[0], np.maximum(1, np.round(rng.pareto(1.1, posts) * 50))


def _gap(found: Floats | float, truth: Floats | float) -> float:
    """Return the largest relative difference; infinite where a value is not finite."""
    found, truth = np.atleast_1d(found), np.atleast_1d(truth)
    if not np.isfinite(found).all():
        return float("inf")
    return float((np.abs(found - truth) / np.maximum(np.abs(truth), 1e-300)).max())


def _passes(times: Floats, weights: Floats) -> dict[str, Floats | float]:
    return {
        "descendants": cascades.expected_descendants(times, weights, RATE),
        "depth": cascades.expected_depth(times, weights, RATE)[1:],
        "generations": cascades.expected_generations(times, weights, RATE, len(times)),
        "virality": cascades.expected_virality(times, weights, RATE),
    }


def _over_pairs(parents: Floats) -> dict[str, Floats | float]:
    child, parent = np.nonzero(parents.T)
    pairs = trees.Pairs(
        child.astype(np.int64),
        parent.astype(np.int64),
        parents.T[child, parent],
        np.ones(len(child), np.int64),
        len(parents),
    )
    return {
        "descendants": trees.expected_descendants(pairs),
        "depth": trees.expected_depth(pairs)[1:],
        "virality": trees.expected_virality(pairs),
    }


def _parents(times: Floats, weights: Floats, kernel: Callable[[Floats], Floats]) -> Floats:
    """Return P[i, j] = P(parent of j = i), from the definition."""
    found = np.zeros((len(times), len(times)))
    for j in range(1, len(times)):
        pull = weights[:j] * kernel(times[j] - times[:j])
        found[:j, j] = pull / pull.sum()
    return found


def _trees(parents: Floats) -> Iterator[tuple[float, tuple[int, ...]]]:
    n = len(parents)
    for chosen in product(*[range(j) for j in range(1, n)]):
        yield float(np.prod([parents[i, j + 1] for j, i in enumerate(chosen)])), (-1, *chosen)


def _every_tree(parents: Floats) -> dict[str, Floats | float]:
    """Sum over every tree that the reshares could form."""
    n = len(parents)
    descendants, depth, generations, virality = np.zeros(n), np.zeros(n), np.zeros(n), 0.0
    for p, tree in _trees(parents):
        own = np.zeros(n, np.int64)
        road = np.eye(n, dtype=bool)  # row j: j and its ancestors
        for j in range(1, n):
            own[j] = own[tree[j]] + 1
            road[j] |= road[tree[j]]
        descendants += p * road.sum(axis=0)
        depth += p * own
        generations += p * np.bincount(own, minlength=n)
        apart = (road[:, None] ^ road[None, :]).sum(axis=2)
        virality += p * float(apart[np.triu_indices(n, 1)].mean())
    return {
        "descendants": descendants,
        "depth": depth[1:],
        "generations": generations,
        "virality": virality,
    }


def _dense_gap(rng: np.random.Generator, days: float) -> float:
    """Compare with (I − P)⁻¹ summed by row, P held in logarithms: the weights would overflow."""
    times, weights = _cascade(rng, _LARGE, days)
    log = np.log(weights) + RATE * times
    parents = np.zeros((_LARGE, _LARGE))
    for j in range(1, _LARGE):
        parents[:j, j] = np.exp(log[:j] - np.logaddexp.reduce(log[:j]))
    dense = np.linalg.inv(np.eye(_LARGE) - parents).sum(axis=1)
    return _gap(cascades.expected_descendants(times, weights, RATE), np.asarray(dense))
