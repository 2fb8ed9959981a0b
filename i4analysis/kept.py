"""What was once worked out of an archive, kept for whoever asks again.

Two questions of one refresh ask for the same numbers: who is who, who relayed to whom. They are
worked out once: in memory for as long as the archive lives, and, where the archive came from a
store, on a shelf beside the store's joined rows (`archive.store.shelf`), where the next process
finds them. An archive is known by the columns that its tables consist of, each the very one that
was looked at: a table changed in place, filtered or replaced is another archive, and has nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

TABLES = ("posts", "profiles", "follows")
Value = TypeVar("Value")


class Shelf(Protocol):
    """Where results lie between processes."""

    def get(self, name: str, asked: Sequence[Any], kinds: Sequence[type]) -> Any:
        """Return what was put, None where nothing was, or where code or versions changed."""

    def put(self, name: str, asked: Sequence[Any], kinds: Sequence[type], value: Any) -> None:
        """Put a value, or leave it where it cannot be written."""


@dataclass(eq=False)
class _Held:
    columns: list[Any]
    shelf: Shelf | None = None
    memory: dict[Any, Any] = field(default_factory=dict)


_HELD: WeakKeyDictionary[Any, _Held] = WeakKeyDictionary()


def lay(archive: Any, shelf: Shelf) -> None:
    """Say where the results of a freshly loaded archive lie."""
    columns = _all_columns(archive)
    if columns is not None:
        _HELD[archive] = _Held(columns, shelf)


def in_memory(archive: Any, name: str, make: Callable[[], Value]) -> Value:
    """Return a result of the whole archive, made on the first call."""
    held = _of(archive)
    if held is None:
        return make()
    if name not in held.memory:
        held.memory[name] = make()
    found: Value = held.memory[name]
    return found


def on_shelf(
    archive: Any, name: str, asked: Sequence[Any], kinds: Sequence[type], make: Callable[[], Value]
) -> Value:
    """Return a result of the whole archive from its shelf, or make it and put it there.

    Parameters
    ----------
    archive
        Canonical tables.
    name, asked
        What is asked for: the measure, and all of its parameters that decide on the result.
    kinds
        The classes that the result is made of, besides numbers, texts and tables.
    make
        Works it out.
    """
    held = _of(archive)
    if held is None or held.shelf is None:
        return make()
    found: Value | None = held.shelf.get(name, asked, kinds)
    if found is not None:
        return found
    made = make()
    held.shelf.put(name, asked, kinds, made)
    found = held.shelf.get(name, asked, kinds)  # as it lies there it takes no memory
    return made if found is None else found


def whose(posts: Any, profiles: Any) -> Any:
    """Return the archive whose posts and profiles two tables are, column by column, or None."""
    columns = [*(_columns("posts", posts) or ()), *(_columns("profiles", profiles) or ())]
    for archive, held in list(_HELD.items()) if columns else ():
        beside = len(held.columns) - len(columns)
        if beside == 2 * len(archive.follows.columns) and _same(held.columns[:-beside], columns):
            return archive
    return None


def _of(archive: Any) -> _Held | None:
    columns = _all_columns(archive)
    if columns is None:
        return None
    held = _HELD.get(archive)
    if held is None or not _same(held.columns, columns):
        held = _HELD[archive] = _Held(columns)
    return held


def _same(before: list[Any], now: list[Any]) -> bool:
    return len(before) == len(now) and all(
        one is other or (isinstance(one, str) and one == other)
        for one, other in zip(before, now, strict=True)
    )


def _all_columns(archive: Any) -> list[Any] | None:
    tables = [_columns(table, getattr(archive, table)) for table in TABLES]
    if any(table is None for table in tables):
        return None
    return [one for table in tables for one in table or ()]


def _columns(table: str, frame: Any) -> list[Any] | None:
    """Return names and columns of a table; None where one is no Arrow column, as ours are."""
    found: list[Any] = []
    for name in frame.columns:
        column = getattr(frame[name].array, "_pa_array", None)
        if column is None:
            return None
        found += [f"{table}.{name}", column]
    return found
