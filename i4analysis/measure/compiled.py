"""Compiled recursions: numba's `njit` with its cache on, typed for the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return `function` compiled on its first call and cached beside its module.

    Only for recursions that numpy cannot express: each step needs the result of the one before.
    """
    return cast(Function, njit(cache=True)(function))
