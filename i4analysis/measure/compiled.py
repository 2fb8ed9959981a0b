"""Compiled recursions: numba's `njit` with its cache on, typed for the checker."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return `function` compiled on its first call and cached beside its module.

    Only for recursions that numpy cannot express: each step needs the result of the one before.
    numba itself is loaded on that call too, so a measure that runs no recursion does not wait for
    it. A compiled function must not call another.
    """
    made: list[Callable[..., Any]] = []

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not made:
            from numba import njit

            made.append(njit(cache=True)(function))
        return made[0](*arguments)

    return cast(Function, call)
