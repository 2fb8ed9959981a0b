from __future__ import annotations

import numpy as np
import pytest

from i4analysis.measure.numbers import fitting

CENTRE = np.array([1.25, -2.5, 0.0])


def bowl(x):
    """Least at `CENTRE`, steep in one direction and shallow in another."""
    away = x - CENTRE
    value = float(100 * away[0] ** 2 + away[1] ** 2 + 0.01 * away[2] ** 4 + 0.01 * away[2] ** 2)
    slope = np.array([200 * away[0], 2 * away[1], 0.04 * away[2] ** 3 + 0.02 * away[2]])
    return value, slope


def noisy(objective, seed):
    """The objective as another processor computes it: other last digits."""
    rng = np.random.default_rng(seed)

    def seen(x):
        value, slope = objective(x)
        return value * (1 + 2e-16 * rng.integers(-1, 2)), slope * (
            1 + 2e-16 * rng.integers(-1, 2, len(slope))
        )

    return seen


def test_the_optimum_is_reached_to_the_last_digits() -> None:
    x, value = fitting.optimum(bowl, np.array([1.2, -2.0, 0.5]), [(-9, 9)] * 3)
    np.testing.assert_allclose(x, CENTRE, atol=1e-9)
    assert value == pytest.approx(0, abs=1e-15)


def test_a_bound_holds_what_would_pass_it_and_frees_what_would_not() -> None:
    x, _ = fitting.optimum(bowl, np.array([1.0, 1.0, 0.5]), [(-9, 1), (-1, 1), (0.1, 9)])
    np.testing.assert_allclose(x, [1, -1, 0.1], atol=1e-12)
    x, _ = fitting.optimum(bowl, np.array([-9.0, -9.0, -9.0]), [(-9, 9)] * 3)
    np.testing.assert_allclose(x, CENTRE, atol=1e-9)


def test_a_fixed_parameter_stays() -> None:
    x, _ = fitting.optimum(bowl, np.array([0.5, 0.0, 0.0]), [(0.5, 0.5), (-9, 9), (-9, 9)])
    np.testing.assert_allclose(x, [0.5, -2.5, 0.0], atol=1e-9)


def test_a_search_ends_at_the_same_bits_whatever_the_last_digits() -> None:
    def valley(x):  # Rosenbrock's: many steps, each built on the ones before
        value = 0.01 * (1 - x[0]) ** 2 + (x[1] - x[0] ** 2) ** 2
        slope = [-0.02 * (1 - x[0]) - 4 * x[0] * (x[1] - x[0] ** 2), 2 * (x[1] - x[0] ** 2)]
        return float(value), np.array(slope)

    start, bounds = np.array([-1.2, 1.0]), [(-5.0, 5.0)] * 2
    ends = [
        fitting.search(noisy(valley, seed), start, bounds, maxiter=80, ftol=1e-6).x
        for seed in range(5)
    ]
    assert all((end == ends[0]).all() for end in ends)
