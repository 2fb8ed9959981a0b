"""The twenty questions of notebook 00: five lines each, and an answer on any archive."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.movement import Movement

BOOK = Path(__file__).resolve().parents[1] / "notebooks" / "00-ask-your-own-question.ipynb"
CELLS = {
    cell["id"]: "".join(cell["source"])
    for cell in json.loads(BOOK.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
}
QUESTIONS = {name: text for name, text in CELLS.items() if text.startswith("# ")}


def answers(archive: tables.Archive, movement: Movement) -> dict[str, object]:
    """Run the cells; return what the last line of each question gives."""
    space: dict[str, object] = {}
    found: dict[str, object] = {}
    with (
        mock.patch.object(Movement, "load", lambda *_: movement),
        mock.patch.dict(vars(i4), {"load": lambda *_: archive}),
        mpl.rc_context(),
    ):
        for name, text in CELLS.items():
            tree = ast.parse(text)
            last = tree.body[-1]
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(tree.body[:-1], []), name, "exec"), space)
                found[name] = eval(compile(ast.Expression(last.value), name, "eval"), space)
                repr(found[name])
            else:
                exec(compile(tree, name, "exec"), space)
    return found


def about(*tags: str) -> Movement:
    return Movement(name="asked", title={}, hashtags=tags, supporter_marks=tags)


def test_there_are_twenty_each_in_five_lines() -> None:
    assert len(QUESTIONS) == 20
    for number, text in enumerate(QUESTIONS.values(), 1):
        first, *rest = text.splitlines()
        assert first.startswith(f"# {number}. ")
        statements = ast.parse(text).body
        assert len(statements) <= 5, text
        assert len(rest) <= 6, text


def test_an_archive_of_nothing_has_an_answer_to_each() -> None:
    answers(tables.Archive(), about("x"))


def test_a_small_made_up_movement_has_an_answer_to_each() -> None:
    from zoo import Animal, archive_of, movement_of

    of = Animal(posts=80, follows=True, bios="all", founders="one", seed=3)
    found = answers(archive_of(of), movement_of(of))
    assert len(found["hours-by-role"]) > 0
    assert found["without-founders"][1] > 0.5
    assert found["newcomers"].sum() > 10
    assert len(found["pseudonyms"]) == 5
    assert found["speed"]["count"] > 0


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "tag", "answered"),
    [
        ("twitter_v1/thankcsiro", "thankcsiroforthat", ["hours-by-role", "newcomers", "hashtags"]),
        ("rtweet/rtweet_user2018.csv.gz", "user2018", ["hours-by-role", "places", "hashtags"]),
        ("bluesky/bluesky-posts.json", "bluesky", ["hours-by-role", "languages"]),
    ],
)
def test_a_real_archive_has_an_answer_to_each(real, file, tag, answered) -> None:
    found = answers(i4.read_archive([real / file]), about(tag))
    for name in answered:
        assert len(found[name]) > 0, name


def test_what_names_people_is_for_the_screen(monkeypatch, tmp_path) -> None:
    from zoo import Animal, archive_of, movement_of

    monkeypatch.setenv("I4_OUT", str(tmp_path))
    of = Animal(posts=30)
    archive = archive_of(of)
    handles = {f"account{number}" for number in range(40)}
    shown = " ".join(
        one.to_string() if isinstance(one, (pd.DataFrame, pd.Series)) else repr(one)
        for one in answers(archive, movement_of(of)).values()
    )
    assert not handles & set(shown.split())


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 60, 6))
def test_every_notebook_draws_over_small_movements(start) -> None:
    from matplotlib import pyplot as plt
    from zoo import animal, page_of

    for seed in range(start, start + 6):
        for book, fault in page_of(animal(seed), drawn=True).falls.items():
            # a check that a notebook makes of its own numbers is the zoo's to report
            if not isinstance(fault, AssertionError):
                raise AssertionError(f"{book} fell on {animal(seed)}") from fault
        plt.close("all")
