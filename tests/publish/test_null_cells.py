"""Every optional cell of every result may be null alone: no chapter falls, and none prints it.

What is counted is always known (`COUNTED`); everything else that a measure gives may be unknown by
itself: an estimate without its band, a band without its estimate, a ratio, a day's sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import zoo

from i4analysis.movement import Movement
from i4analysis.publish import chapters
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import registered

Spot = tuple[str, int | str, tuple[str, ...], tuple[str, int] | None]

# Counts of rows, and what a ledger must give: a measure knows them or has no row.
COUNTED = {
    "n_lo", "n_now", "n_first_post", "n_first_own_post", "n_known", "generation", "reshared",
    "n_traces", "n_credits", "n_doubts", "n_rival_credits", "value", "observed", "rank",
}  # fmt: skip


@cache
def built() -> dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]]:
    """Return how each chapter of a rich animal was asked for: key → builder and arguments."""
    asked: dict[str, Any] = {}

    def heard(key: str, build: Any) -> Any:
        def builder(*args: Any, **more: Any) -> Chapter:
            asked[key] = (build, args, more)
            return build(*args, **more)  # type: ignore[no-any-return]

        return builder

    of = zoo.Animal(posts=80, ledgers="some", follows=True, requests=True, bios="some",
                    seeker_mark=True, span="month")  # fmt: skip
    instead = {key: heard(key, getattr(chapters, key)) for key in registered()}
    with mock.patch.dict(vars(chapters), instead):
        page = zoo.page_of(of, whole=False)
    assert not page.falls
    return asked


def spots(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield where a result holds a number that may be unknown: its path, column and row."""
    if isinstance(value, pd.DataFrame):
        for name in value.columns:
            kind = value[name].dtype
            optional = pd.api.types.is_float_dtype(kind) or isinstance(kind, pd.ArrowDtype)
            number = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
            if len(value) and optional and number and name not in COUNTED:
                for row in sorted({0, len(value) - 1}):
                    yield path, (name, row)
    elif is_dataclass(value):
        for field in fields(value):
            inner = getattr(value, field.name)
            if isinstance(inner, float):
                yield (*path, field.name), None
            elif field.name != "parameters":
                yield from spots(inner, (*path, field.name))


def without(value: Any, path: tuple[str, ...], cell: tuple[str, int] | None) -> Any:
    """Return a result whose one cell is unknown."""
    if not path:
        assert cell is not None
        name, row = cell
        shown = value.copy()
        nothing = pd.NA if isinstance(shown[name].dtype, pd.ArrowDtype) else np.nan
        shown.iloc[row, shown.columns.get_loc(name)] = nothing
        return shown
    if cell is None and len(path) == 1:
        return replace(value, **{path[0]: None})
    return replace(value, **{path[0]: without(getattr(value, path[0]), path[1:], cell)})


def every_spot() -> list[Spot]:
    found: list[Spot] = []
    for key, (_, args, more) in built().items():
        if key == "trust":  # its proof is a file that it reads whole
            continue
        for at, value in [*enumerate(args), *more.items()]:
            if is_dataclass(value) and not isinstance(value, Movement):
                found += [(key, at, path, cell) for path, cell in spots(value)]
    return found


def chapter_without(spot: Spot) -> Chapter:
    key, at, path, cell = spot
    build, args, more = built()[key]
    given, named = list(args), dict(more)
    place: Any = given if isinstance(at, int) else named
    place[at] = without(place[at], path, cell)
    return build(*given, **named)  # type: ignore[no-any-return]


def faults(chosen: list[Spot], *, drawn: bool) -> list[str]:
    found = []
    for number, spot in enumerate(chosen):
        try:
            made = chapter_without(spot)
            said = made.as_dict()
            told = [*zoo.wrong(said, zoo.Animal(ledgers="some")), *made.problems()]
            told += zoo.undrawn(made, zoo.LANGS[number % 2]) if drawn else []
        except Exception as fall:  # each is a finding
            told = [f"{type(fall).__name__}: {fall}"]
        for lang in zoo.LANGS:
            unknown = {"fr": "inconnu ", "en": "unknown "}[lang]
            told += [text for _, text in zoo.texts(said, lang) if f" {unknown}des" in text]
        found += [f"{spot}: {one}" for one in told]
    return found


def test_an_optional_cell_may_be_unknown_alone() -> None:
    chosen = every_spot()
    assert len(chosen) > 200
    wrong = faults(chosen[::5], drawn=False)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_optional_cell_may_be_unknown_alone_and_its_figures_are_drawn() -> None:
    wrong = faults(every_spot(), drawn=True)
    assert not wrong, "\n".join(wrong)
