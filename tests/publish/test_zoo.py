"""Every notebook over a zoo of small movements: none falls, and no sentence is false of one.

In `make test` every fortieth corner of the bug reports has its page built whole, with all the
cells and every figure drawn; the others, and the animals drawn at random, have one chapter in so
many, in turn. `make test-all` builds 3,000 pages whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import completions
import numpy as np
import pandas as pd
import pytest
import zoo
from matplotlib.axes import Axes

from i4analysis import clock, ledgers
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import style
from i4analysis.publish.words.facts import contradictions
from i4analysis.publish.words.wording import Text

FAST, MANY, BLOCK = 100, 3000, 50


def told(faults: zoo.Faults) -> str:
    return "\n".join(f"{len(met)} × {met[0]}" for met in faults.values())


def test_the_corners_of_bug_reports_are_told_truly() -> None:
    faults = zoo.read(zoo.exhibits(), every=40, parts=10)
    assert not faults, told(faults)


def test_animals_drawn_at_random_are_told_truly() -> None:
    faults = zoo.read(map(zoo.animal, range(1, FAST + 1)), every=FAST + 1, parts=10)
    assert not faults, told(faults)


def test_the_ledgers_of_an_animal_could_be_kept(tmp_path: Path) -> None:
    for seed in range(1, 61):
        for name, rows in zoo.movement_of(zoo.animal(seed)).ledgers.items():
            table = rows.dropna(axis="columns", how="all")
            flags = table.select_dtypes("boolean").columns
            words = table.assign(**{flag: table[flag].map({True: "yes", False: "no"})
                                    for flag in flags})  # fmt: skip
            words.to_csv(tmp_path / f"{name}.csv", index=False)
            if len(rows):
                assert len(ledgers.read_ledger(tmp_path / f"{name}.csv", name)) == len(rows)


@pytest.mark.slow
def test_the_corners_are_told_truly_from_end_to_end() -> None:
    faults = zoo.read(zoo.exhibits())
    assert not faults, told(faults)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FAST, MANY, BLOCK))
def test_many_animals_are_told_truly(first: int) -> None:
    block = range(first, min(first + BLOCK, MANY))
    faults = zoo.read(map(zoo.animal, block), every=25)
    assert not faults, told(faults)


# -- What an archive lacks may be anything: what is told of it is true of all of that.


@pytest.mark.parametrize(
    ("missing", "of", "books"),
    [
        ("authors", completions.dense(115), "04"),
        ("origins", completions.dense(115), "01 04"),
        ("origins", zoo.Animal(posts=80, missed=True), "01 04"),
        ("moments", completions.dense(112), "03 04"),
        ("followers", completions.dense(112), "03"),
        ("bios", completions.dense(113), "02"),
        ("days", zoo.Animal(seed=12, ledgers="some", ways=True), "05 07"),
    ],
)
def test_what_is_told_is_true_whatever_is_missing(
    missing: str, of: zoo.Animal, books: str
) -> None:
    assert not [*completions.faults(of, missing, books=books)]


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 40, 10))
@pytest.mark.parametrize("missing", completions.MISSING)
def test_what_is_told_of_many_is_true_whatever_is_missing(missing: str, first: int) -> None:
    animals = map(completions.dense, range(first, first + 10))
    told = [fault for of in animals for fault in completions.faults(of, missing)]
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    ("told", "anew", "words", "refuted"),
    [
        ("17", "25", "17 accounts posted.", True),
        ("at least 17", "25", "At least 17 accounts posted.", False),
        ("17", "25", "The archive names at least 17 accounts.", False),
        ("at least 17", "16", "At least 17 accounts posted.", True),
        ("100%", "54%", "100% of the reshares went to one author.", True),
        ("3 October 2015", "1 October 2015", "The busiest day is 3 October 2015.", True),
        ("3 October 2015", "4 October 2015", "17 accounts by 3 October 2015.", False),
    ],
)
def test_a_number_that_more_knowledge_changes_is_refuted(
    told: str, anew: str, words: str, refuted: bool
) -> None:
    assert completions._refuted(told, anew, words) == refuted


@pytest.mark.parametrize(
    ("french", "english", "struck"),
    [
        ("La somme est nulle : 1 comptes.", "The sum is zero: 1 accounts.",
         {"a plural after one", "the sum of what is unknown"}),
        ("Au moins 1 bio avec le hashtag. Leurs abonnés cumulés : 30.",
         "At least 1 bio with the hashtag. Their followers in sum: 30.", {"the followers of one"}),
        ("Rapport incomplet : Presque tous les comptes cherchent un emploi.",
         "Incomplete report. Nearly all the accounts look for work.",
         {"a capital after a colon"}),
        ("Au moins 1 bio avec le hashtag. Ses abonnés cumulés : 30.",
         "At least 12 bios with the hashtag. Their followers in sum: 30.", set()),
    ],
)  # fmt: skip
def test_the_rules_see_what_they_are_for(french: str, english: str, struck: set[str]) -> None:
    """The zoo must be able to fail: a page that lies is struck, and no other."""
    saved = {"key": "lie", "key_figures": [], "items": [], "answer": {"fr": french, "en": english}}
    kinds = {fault.split(": ")[1] for fault in zoo.wrong(saved, zoo.Animal())}
    assert kinds >= struck
    assert struck or not kinds


# -- The zoo can fail: each rule strikes a page that breaks it.


def page(*chapters: Chapter, **measured: object) -> zoo.Page:
    archive = zoo.archive_of(zoo.Animal())
    return zoo.Page({"book": list(chapters)}, {}, {"archive": archive, **measured})


def chapter(
    table: pd.DataFrame, draw: Callable[[Axes], object], stem: str = "stem", **words: str
) -> Chapter:
    made = Chapter("archive", 1, zoo.movement_of(zoo.Animal()), question=Text.same("?"))

    def drawn(lang: str) -> Axes:
        ax = style.axes(None, height=3)
        draw(ax)
        return ax

    names = ("title", "subtitle", "alt", "source")
    said = {name: Text.same(words.get(name, "x")) for name in names}
    made.figure(stem, table, drawn, **said)
    return made


DRAWINGS = {
    "an empty drawing": lambda ax: None,
    "a line of one day without a mark": lambda ax: ax.step([1], [5]),
    "a bar that the table does not hold": lambda ax: ax.bar([1, 2], [5, 9]),
    "a step that the table does not hold": lambda ax: ax.step([1, 2], [5, 7]),
}
SOUND = {
    "bars of the table": lambda ax: ax.bar([1, 2], [5, 6]),
    "a stack whose parts are in the table": lambda ax: ax.bar([1], [3], bottom=[2]),
    "one day with its mark": lambda ax: style.curve(ax, np.array([1.0]), np.array([5.0]),
                                                    colour="k", step=True),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_figure_draws_what_its_table_holds(name: str) -> None:
    table = pd.DataFrame({"day": ["a", "b"], "posts": [5, 6], "reshares": [2, 0]})
    assert list(zoo.undrawn(chapter(table, DRAWINGS[name]), "fr"))


@pytest.mark.parametrize(("columns", "printed"), [(5, True), (6, False)])
def test_what_a_figure_draws_is_printed_beside_it(monkeypatch, columns, printed) -> None:
    """A page leaves out of a wide table what is the same in every row, drawn or not."""
    others = {f"n{k}": [10**k, 2 * 10**k] for k in range(2, 2 + columns)}
    table = pd.DataFrame({"posts": [5, 5]} | others)
    monkeypatch.setattr(zoo.order, "on_a_page", lambda *_: True)
    wide = chapter(table, lambda ax: ax.bar([1, 2], [5, 5]))
    struck = [fault for fault in zoo.undrawn(wide, "en") if "does not print" in fault]
    assert bool(struck) != printed


def test_no_words_stand_in_a_band_that_a_published_sum_makes_thin() -> None:
    of = zoo.Animal(posts=80, span="month", ledgers="some")
    book = [book for book in zoo.BOOKS if book.stem.startswith("03")]
    (followers,) = zoo.page_of(of, whole=False, books=book)
    assert not list(zoo.undrawn(followers, "en"))


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_figure_is_not_struck(name: str) -> None:
    table = pd.DataFrame({"day": ["a", "b"], "posts": [5, 6], "reshares": [2, 0]})
    assert not list(zoo.undrawn(chapter(table, SOUND[name]), "fr"))


# -- What its words name is what is drawn.

#: Words that a figure may not bear: in which language, what is said, what is drawn.
UNTRUE = {
    "a line where none is drawn": ("en", "a line: they differ", lambda ax: ax.bar([1], [5])),
    "a trait where none is drawn": ("fr", "trait : elles diffèrent", lambda ax: ax.bar([1], [5])),
    "a colour of nothing": ("en", "blue: an estimate", lambda ax: ax.plot([1, 2], [5, 6], "k")),
    "hollow marks": ("fr", "vide : cite", lambda ax: ax.plot([1, 2], [5, 6], "ko")),
    "full marks": ("en", "full: credits", lambda ax: ax.plot([1, 2], [5, 6], "ko", mfc="white")),
    "triangles": ("en", "triangle: latest date", lambda ax: ax.plot([1, 2], [5, 6], "ko")),
    "a stack of one": ("fr", "Barres empilées", lambda ax: ax.bar([1], [5], bottom=[0])),
    "a band without a width": ("en", "inside a band", lambda ax: ax.fill_between([1, 2], 5, 5)),
    "a swatch of nothing": ("en", "x", lambda ax: (ax.bar([1], [5], color="#0072B2"),
                                                   ax.text(1, 2, "■ reshares", color="#009E73"))),
    "a mark without its word": ("en", "x", lambda ax: ax.plot([1, 2], [5, 6], "kv")),
    "hollow beside full, unsaid": ("fr", "x", lambda ax: (ax.plot([1], [5], "ko"),
                                                          ax.plot([2], [6], "ko", mfc="white"))),
    "days without a year": ("en", "x", lambda ax: (ax.bar([1], [5]),
                                                   ax.set_xticks([1], ["26\xa0Sep"]))),
    "labels that overlap": ("en", "x", lambda ax: (ax.bar([1], [5]), ax.text(1, 2, "one label"),
                                                   ax.text(1, 2, "another"))),
    "words too faint": ("fr", "x", lambda ax: (ax.bar([1], [5], color="#4C9BCF"),
                                               ax.text(1, 2, "5", color="white"))),
}  # fmt: skip
TRUE = {
    "a line that is drawn": ("en", "black line: x", lambda ax: ax.plot([1, 2], [5, 6], "k")),
    "hollow beside full": ("fr", "plein : crédite ; vide : cite",
                           lambda ax: (ax.plot([1], [5], "ko"),
                                       ax.plot([2], [6], "ko", mfc="white"))),
    "a stack of two": ("en", "Bars stacked", lambda ax: (ax.bar([1], [5]),
                                                         ax.bar([1], [6], bottom=[5]))),
    "days of a year": ("fr", "x", lambda ax: (ax.bar([1], [5]),
                                              ax.set_xticks([1], ["26\xa0sept.\n2015"]))),
}  # fmt: skip
DRAWN = pd.DataFrame({"day": ["a", "b"], "posts": [5, 6]})


@pytest.mark.parametrize("name", UNTRUE)
def test_words_that_name_what_is_not_drawn_are_struck(name: str) -> None:
    lang, said, draw = UNTRUE[name]
    place = "alt" if "stack" in name else "subtitle"
    assert list(zoo.undrawn(chapter(DRAWN, draw, **{place: said}), lang))
    if said != "x":  # it is the words that are struck, not the drawing
        assert not list(zoo.undrawn(chapter(DRAWN, draw), lang))


@pytest.mark.parametrize("name", TRUE)
def test_words_that_name_what_is_drawn_are_not_struck(name: str) -> None:
    lang, said, draw = TRUE[name]
    assert not list(zoo.undrawn(chapter(DRAWN, draw, subtitle=said), lang))


def test_posts_lost_between_days_and_weeks_are_found() -> None:
    table = pd.DataFrame({"day": ["a", "b"], "posts": [5, 6], "reshares": [2, 0]})
    lost = chapter(table, SOUND["bars of the table"], "archive-days")
    assert any("posts in its table" in fault for fault in zoo.unsound(page(lost)))


@pytest.mark.parametrize(
    ("days", "step"),
    [(1, "day"), (370, "day"), (371, "week"), (1830, "week"), (1831, "month"), (3650, "month")],
)
def test_a_long_movement_is_drawn_by_weeks_or_months(days: int, step: str) -> None:
    first = pd.Timestamp("2011-03-30")
    table = pd.DataFrame(
        {"day": [(first + pd.Timedelta(days=k)).date() for k in range(days)],
         "posts": [k % 7 for k in range(days)]}
    )  # fmt: skip
    shown, found = clock.gathered(table)
    assert found == step
    assert shown["posts"].sum() == table["posts"].sum()
    assert len(shown) <= 400
    assert shown["day"].iloc[0] == table["day"].iloc[0]
    assert shown["day"].is_monotonic_increasing


def test_an_estimate_outside_its_certain_bounds_is_found() -> None:
    of = zoo.Animal(follows=True)
    reach = zoo.page_of(of, books=[b for b in zoo.BOOKS if b.stem.startswith("03")])
    found = reach.measured["reach"]
    wrong = found.table.assign(reach_est=found.table["reach_hi"].astype(float) + 5)
    faults = list(zoo.unsound(page(reach=replace(found, table=wrong))))
    assert faults == ["followers: reach_est lies outside the certain bounds"]


def test_a_page_with_two_values_of_a_fact_is_found() -> None:
    made = chapter(pd.DataFrame({"a": [1]}), SOUND["bars of the table"])
    made.sentence("holds-none", posts=12, by=made.told("by.all", authors=3))
    made.sentence("not.people", authors=4)
    faults = list(contradictions([made.as_dict()]))
    assert len(faults) == 1
    assert "accounts that posted" in faults[0]


@pytest.mark.parametrize(
    ("of", "known"),
    [
        (zoo.Animal(bios="none"), "17"),
        (zoo.Animal(bios="none", signed="half"), "at least 12"),
        (zoo.Animal(bios="some", signed="half"), "at least 12"),
    ],
)
def test_accounts_are_at_least_as_many_wherever_posts_name_nobody(
    of: zoo.Animal, known: str
) -> None:
    saved = [one.as_dict() for one in zoo.page_of(of)]
    assert not [*contradictions(saved)]
    floor = f"at least {known.removeprefix('at least ')}"  # whom no collection has seen
    told = [({*one["facts"][fact]}, as_told) for one in saved for fact, as_told in (
        ("accounts that posted", known), ("accounts that used the hashtag", floor),
    ) if fact in one["facts"]]  # fmt: skip
    assert len(told) >= 2
    assert all(values == {as_told} for values, as_told in told), told


@pytest.mark.parametrize("book", zoo.BOOKS, ids=lambda path: path.stem)
def test_the_cells_that_a_chapter_needs_give_it_whole(book: Path) -> None:
    of = zoo.Animal(ledgers="some", posts=30)
    whole, alone = (zoo.page_of(of, whole=w, books=[book]) for w in (True, False))
    assert not whole.falls and not alone.falls
    assert [one.as_dict() for one in whole] == [one.as_dict() for one in alone]
