"""Textbook statistics, by scipy where it has them; its part is slow to import, so when asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.numbers.compiled import compiled

Floats = npt.NDArray[np.float64]


def wilson(successes: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a proportion (Wilson 1927); (nan, nan) without trials.

    Examples
    --------
    >>> tuple(round(x, 3) for x in wilson(9, 10))
    (0.596, 0.982)
    """
    from scipy.stats import binomtest

    if not total:
        return (np.nan, np.nan)
    found = binomtest(int(successes), int(total)).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def benjamini_hochberg(p: pd.Series) -> pd.Series:
    """Return p-values adjusted for the number of tests (false discovery rate); null stays null.

    Examples
    --------
    >>> benjamini_hochberg(pd.Series([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    from scipy.stats import false_discovery_control

    adjusted = p.to_numpy(dtype=float, na_value=np.nan).copy()
    known = ~np.isnan(adjusted)
    if known.any():
        adjusted[known] = false_discovery_control(adjusted[known], method="bh")
    return pd.Series(adjusted, index=p.index)


def spearman(a: Floats, b: Floats) -> Floats:
    """Return Spearman's rank correlation along the last axis.

    NaN under three pairs, or where all of one are equal. Ranks and their mean are halves of whole
    numbers, so that every sum is exact and one of many draws is what it is alone.

    Examples
    --------
    >>> float(spearman(np.array([1.0, 2.0, 9.0]), np.array([3.0, 1.0, 0.0])))
    -1.0
    """
    from scipy.stats import rankdata

    n = a.shape[-1]
    if n < 3:
        return np.full(a.shape[:-1], np.nan)
    x, y = (rankdata(one, axis=-1) - (n + 1) / 2 for one in (a, b))
    pairs = ((x, y), (x, x), (y, y))
    both, of_x, of_y = ((one * other).sum(axis=-1) * (1 / (n - 1)) for one, other in pairs)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.clip(both / np.sqrt(of_y) / np.sqrt(of_x), -1, 1))


def poisson_binomial(p: Sequence[float] | Floats) -> Floats:
    """Return the distribution of a number of successes of independent unequal chances, exactly.

    O(n²); the mass at k is P(k successes).

    Examples
    --------
    >>> poisson_binomial([0.5, 0.5]).tolist()
    [0.25, 0.5, 0.25]
    """
    mass: Floats = _poisson_binomial(np.asarray(p, dtype=np.float64))
    return mass


@compiled
def _poisson_binomial(p: Any) -> Any:  # pragma: no cover - compiled
    mass = np.zeros(len(p) + 1)
    mass[0] = 1.0
    for i in range(len(p)):
        for k in range(i + 1, 0, -1):
            mass[k] = mass[k] * (1 - p[i]) + mass[k - 1] * p[i]
        mass[0] *= 1 - p[i]
    return mass
