"""Compiled recursions: numba's `njit` with its cache on, typed for the checker."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


class _Compiled:
    """A function that numba compiles on its first call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.made: Callable[..., Any] | None = None
        update_wrapper(self, function)

    def make(self) -> Callable[..., Any]:
        if self.made is None:
            from numba import njit

            names = self.function.__globals__
            for name in self.function.__code__.co_names:
                if isinstance(names.get(name), _Compiled):  # numba must see what it calls compiled
                    names[name] = names[name].make()
            self.made = njit(cache=True)(self.function)
        return self.made

    def __call__(self, *arguments: Any) -> Any:
        return self.make()(*arguments)


def compiled(function: Function) -> Function:
    """Return `function` compiled on its first call and cached beside its module.

    Only for recursions that numpy cannot express: each step needs the result of the one before.
    numba itself is loaded on that call too, so a measure that runs no recursion does not wait for
    it.
    """
    return cast(Function, _Compiled(function))
