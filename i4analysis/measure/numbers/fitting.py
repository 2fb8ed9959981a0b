"""Optima that do not depend on the processor; scipy's optimisers, loaded on the first fit.

Two processors differ in the last digit of a sum or an exponential. A search that stops at a
tolerance makes of it a difference in the fifth digit of what is fitted: each step is built from
differences of gradients, so each multiplies the one before. Two cures, each at the model's edge:
`optimum` goes on to the last digit, where no step is remembered, and `search` hands the search
numbers without their last digits. What is published is `significant` digits of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
Bounds = Sequence[tuple[float, float]]

KEPT = 8  # decimals of a value and a gradient a `search` sees: a million times their noise
_STEP = 1e-5  # of the gradient's differences
_LEAST_CURVATURE = 1e-6
_LONGEST = 0.5  # step, of the parameter: Newton's may fly off where the curvature is small
_CURVED = 1e-3  # a longer step asks for the curvature anew
_ARRIVED = 1e-10
_NOISE = 1e-12
_ROUNDS = 40


def minimize(*arguments: Any, **options: Any) -> Any:
    """Minimise a function, as `scipy.optimize.minimize` does."""
    from scipy import optimize

    return optimize.minimize(*arguments, **options)


def nnls(*arguments: Any, **options: Any) -> Any:
    """Solve least squares without negative coefficients, as `scipy.optimize.nnls` does."""
    from scipy import optimize

    return optimize.nnls(*arguments, **options)


def significant(value: float, digits: int = 7) -> float:
    """Return a fitted number without the digits that only its solver decides.

    Examples
    --------
    >>> significant(0.123456789), significant(1234567890.0), significant(-0.5)
    (0.1234568, 1234568000.0, -0.5)
    """
    return float(f"{value:.{digits}g}")


def search(objective: Objective, start: Floats, bounds: Bounds, **options: Any) -> Any:
    """Minimise by L-BFGS-B to the tolerance in `options`, the same way on any processor.

    The objective should be of the order of one. Value and gradient are rounded to `KEPT` decimals
    before the search sees them, and so is the place it ends at.
    """

    def seen(x: Floats) -> tuple[float, Floats]:
        value, gradient = objective(x)
        return round(value, KEPT), np.round(gradient, KEPT)

    best = minimize(seen, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    best.x = np.round(best.x, KEPT)
    return best


def optimum(objective: Objective, near: Floats, bounds: Bounds) -> tuple[Floats, float]:
    """Return the place and the value of a smooth objective's minimum, to the last digits.

    Newton's steps from a place near it, with the gradient's differences as curvature. A parameter
    that a step takes to its bound stays there while the gradient holds it.
    """
    low, high = np.asarray(bounds, dtype=float).T
    x = np.clip(near, low, high)
    value, gradient = objective(x)
    inverse, free, moved = np.zeros((0, 0)), np.zeros(len(x), bool), np.inf
    for _ in range(_ROUNDS):
        held = (x <= low) & (gradient >= 0) | (x >= high) & (gradient <= 0) | (low >= high)
        if moved > _CURVED or (held == free).any():
            free = ~held
            inverse = _inverse(objective, x, gradient, np.flatnonzero(free))
        step = np.zeros(len(x))
        step[free] = inverse @ gradient[free]
        longest = _LONGEST * np.maximum(np.abs(x), 1.0)
        step = np.clip(step, -longest, longest)
        for shorter in (1.0, 0.5, 0.25, 0.125):
            after = np.clip(x - shorter * step, low, high)
            reached, slope = objective(after)
            if reached <= value + _NOISE * max(abs(value), 1.0):
                break
        else:  # no way down: Newton has nothing to add
            break
        moved = float(np.abs(after - x).max(initial=0.0))
        x, value, gradient = after, reached, slope
        if moved < _ARRIVED:
            break
    return x, value


def _inverse(
    objective: Objective, x: Floats, gradient: Floats, free: npt.NDArray[np.int64]
) -> Floats:
    """Return the inverse of the curvature in the free parameters, made positive if it is not."""
    curvature = np.empty((len(free), len(free)))
    for j, place in enumerate(free):
        beside = x.copy()
        beside[place] += _STEP
        curvature[:, j] = (objective(beside)[1] - gradient)[free] / _STEP
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    inverse: Floats = vectors / np.maximum(np.abs(values), _LEAST_CURVATURE) @ vectors.T
    return inverse
