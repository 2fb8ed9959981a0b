"""Random numbers that depend only on what they are for.

A draw for an edge of a cascade is a hash of (seed, cascade, from, to): running the movement again
without one account meets the same draws everywhere else, so the difference is that account's
effect and nothing else. Mixing function: splitmix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, vectorize

Array = np.ndarray[Any, Any]


@njit(cache=True)
def mix(z):  # type: ignore[no-untyped-def]  # numba infers its types
    """Return 64 well-mixed bits of a 64-bit key."""
    z = np.uint64(z) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def bits(a, b, c, d):  # type: ignore[no-untyped-def]  # numba infers its types
    """Return 64 bits that depend on four integer keys only."""
    z = mix(np.uint64(a) * np.uint64(1000003) + np.uint64(b))
    z = mix(z ^ (np.uint64(c) * np.uint64(0x100000001B3)))
    return mix(z ^ (np.uint64(d) * np.uint64(0xC2B2AE3D27D4EB4F)))


@njit(cache=True)
def uniform(a, b, c, d):  # type: ignore[no-untyped-def]  # numba infers its types
    """Return a number of (0, 1) that depends on four integer keys only."""
    return (np.float64(bits(a, b, c, d) >> np.uint64(11)) + 0.5) / 9007199254740992.0


def _uniform(a, b, c, d):  # type: ignore[no-untyped-def]  # numba infers its types
    return uniform(a, b, c, d)


def _bits(a, b, c, d):  # type: ignore[no-untyped-def]  # numba infers its types
    return bits(a, b, c, d)


def _ufunc(signature: str, function: Any) -> Any:
    make: Any = vectorize
    return make([signature], cache=True)(function)


# `uniform` and `bits` of each row of keys
uniforms = _ufunc("float64(int64,int64,int64,int64)", _uniform)
hashes = _ufunc("uint64(int64,int64,int64,int64)", _bits)


def steady(values: Array) -> Array:
    """Round to 2^-20, so that exp and log give the same numbers on every machine.

    The last bit of exp, log and power differs between processors and libraries; every such result
    is rounded before anything depends on it.
    """
    rounded: Array = np.round(values * 1048576.0) / 1048576.0
    return rounded


def log_normal(rng: np.random.Generator, mean: float, sd: float, n: int) -> Array:
    """Draw n log-normal numbers, the same on every machine."""
    return steady(np.exp(steady(rng.normal(mean, sd, n))))
