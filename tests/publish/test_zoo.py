"""Every notebook over a zoo of small movements: none falls, and no sentence is false of one."""

from __future__ import annotations

import pytest
import zoo

FAST, MANY = 26, 300


def told(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{len(met)} × {met[0]}" for met in faults.values())


def test_the_corners_of_bug_reports_are_told_truly() -> None:
    faults = zoo.read(zoo.exhibits())
    assert not faults, told(faults)


def test_animals_drawn_at_random_are_told_truly() -> None:
    faults = zoo.read(zoo.animal(seed) for seed in range(FAST))
    assert not faults, told(faults)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FAST, MANY, 50))
def test_many_animals_are_told_truly(first: int) -> None:
    faults = zoo.read(zoo.animal(seed) for seed in range(first, min(first + 50, MANY)))
    assert not faults, told(faults)


def test_the_rules_see_what_they_are_for() -> None:
    """The zoo must be able to fail: a page that lies is struck."""
    said = {"fr": "La somme est nulle : 1 comptes.", "en": "The sum is zero: 1 accounts."}
    saved = {"key": "lie", "key_figures": [], "items": [], "answer": said}
    kinds = {fault.split(": ")[1] for fault in zoo.wrong(saved, zoo.Animal())}
    assert kinds >= {"a plural after one", "the sum of what is unknown"}
