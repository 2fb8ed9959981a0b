"""What the chapter of the press counts is what was published, and what it says could be tried."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import invented
import numpy as np
import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.coordination.coordination import Coordination
from i4analysis.publish.chapter import grid

T0 = pd.Timestamp("2015-09-26T08:00Z")


def at(hour: float) -> pd.Timestamp:
    return T0 + pd.Timedelta(hours=hour)


def posts(*bursts: float) -> tables.Archive:
    """Return two weeks of posts, with many more after each burst."""
    chance = np.random.default_rng(1)
    hours = [chance.uniform(0, 24 * 14, 500)]
    hours += [burst + chance.exponential(6, 150) for burst in bursts]
    return invented.archive(
        [invented.post(f"p{n}", f"a{n % 40}", at(hour))
         for n, hour in enumerate(sorted(np.concatenate(hours)))]
    )  # fmt: skip


def press(*hours: float | None) -> pd.DataFrame:
    """Return items of the press at some hours; None: on the first day, at no known hour."""
    rows = [
        {"press_id": f"i{n}", "outlet": f"Outlet {n}", "medium": "press", "mentions": "yes",
         "date": at(hour or 0).date(), "precision": "day" if hour is None else "hour",
         "published_at": None if hour is None else at(hour), "url": f"https://example.org/{n}"}
        for n, hour in enumerate(hours)
    ]  # fmt: skip
    return tables.build(LEDGERS["press"], rows)


def chapter(
    data: tables.Archive,
    *hours: float | None,
    items: pd.DataFrame | None = None,
    zone: str = "Europe/Paris",
    **changed: Any,
) -> dict[str, Any]:
    ledger = press(*hours) if items is None else items
    movement = invented.movement("thanks", press=ledger, timezone=zone)
    found = i4.push.media_effects(data, movement, draws=99)
    found = replace(found, table=found.table.assign(**changed))
    together = i4.coordination.pairs(data, movement, shuffles=99)
    made = i4.chapters.push(found, movement, together=together)
    assert made.problems() == []
    return made.as_dict()


def test_items_of_one_effect_are_each_counted() -> None:
    made = chapter(posts(100), 100, 103, 106)
    assert made["title"]["en"].startswith("Of 3 items tested, 3 are visibly followed")
    figure = next(i for i in made["items"] if i.get("stem") == "push-effects")
    assert len(figure["rows"]) == 1
    assert figure["alt"]["en"].startswith("1 dot with its interval, for 3 items tested; 3 are")
    assert "within a day of an item" in figure["note"]["en"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Australia/Sydney", "Asia/Kolkata"])
@pytest.mark.parametrize("minutes", [0, 30, 45])
def test_an_item_tells_the_minute_of_the_movement_s_clock(zone: str, minutes: int) -> None:
    """It was named by its hour alone, 7:00 for 7:30, and its cell told the hour of UTC."""
    made = chapter(posts(100), 100 + minutes / 60, zone=zone)
    local = at(100 + minutes / 60).astimezone(ZoneInfo(zone))
    said = f"{local.day} {local:%B %Y} at {local.hour}:{local.minute:02d}"
    figure = next(i for i in made["items"] if i.get("stem") == "push-effects")
    for cell, column in zip(figure["rows"][0][:2], figure["columns"][:2], strict=True):
        assert grid.shown(cell, column, "en").replace("\u00a0", " ").endswith(said)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Australia/Sydney", "America/New_York"])
def test_an_item_of_a_day_alone_tells_no_hour(zone: str) -> None:
    """Its cell told the first moment of the day by UTC: in Paris and Sydney the day before."""
    row = {"press_id": "i0", "outlet": "Outlet", "medium": "press", "mentions": "yes",
           "date": at(100).date(), "precision": "day", "url": "https://example.org"}  # fmt: skip
    made = chapter(posts(100), items=tables.build(LEDGERS["press"], [row]), zone=zone)
    figure = next(i for i in made["items"] if i.get("stem") == "push-effects")
    for cell, column in zip(figure["rows"][0][:2], figure["columns"][:2], strict=True):
        shown = grid.shown(cell, column, "en").replace("\u00a0", " ")
        assert shown.endswith(f"{at(100):%-d %B %Y}")


def test_an_item_that_followed_keeps_no_surplus() -> None:
    """Which surpluses stand among all tests is asked of those told as one."""
    made = chapter(posts(100, 170), 100, 170, label=["push", "followed"])
    said = " ".join(item["text"]["en"] for item in made["items"] if "text" in item)
    assert re.search(r"\(2 tests, 5% false discoveries\), 1 surplus stands", said)


def test_an_item_of_the_first_hours_came_out_though_it_is_not_tried() -> None:
    made = chapter(posts(), None)
    assert "enough posts before and after it" in made["answer"]["en"]


@pytest.mark.parametrize("unnamed", [0, 3])
def test_reshares_an_original_are_told_where_reshares_name_theirs(unnamed: int) -> None:
    rows = [invented.post(f"p{n}", f"a{n}", at(n)) for n in range(10)]
    rows += [
        invented.reshare(f"r{n}", f"b{n}", at(11), f"p{n % 10}", f"a{n % 10}")
        | ({"reshared_id": None} if n < unnamed else {})
        for n in range(20)
    ]
    made = chapter(invented.archive(rows))
    labels = [figure["label"]["en"] for figure in made["key_figures"]]
    assert ("reshares per original post" in labels) == (not unnamed)
    assert made["answer"]["en"] == "The press ledger is empty: there is no item to test."


def test_dated_reshares_of_unknown_posts_are_not_called_undated() -> None:
    rows = [
        invented.reshare(f"r{n}", f"b{n}", at(n), "p", "a") | {"reshared_id": None}
        for n in range(9)
    ]
    made = chapter(invented.archive(rows))
    said = [one["text"]["en"] for one in made["cannot_show"]]
    assert any("account, time and original are known" in text for text in said)
    assert not any("Without dated reshares" in text for text in said)


@pytest.mark.parametrize("named", [0, 3])
def test_items_of_which_nobody_noted_whether_they_name_the_hashtag(named: int) -> None:
    items = press(*[None] * 5)
    items["mentions"] = ["yes"] * named + [None] * (5 - named)
    said = chapter(tables.Archive(), items=items)["answer"]["en"].replace("\u00a0", " ")
    assert "none names" not in said
    assert ("of which at least 3 name the hashtag" in said) == (named == 3)


def test_the_dots_of_many_items_are_as_many_as_are_drawn() -> None:
    movement = invented.movement("thanks", press=press(100))
    found = i4.push.media_effects(posts(100), movement, draws=99)
    rows = [found.table.assign(item_id=f"i{n}") for n in range(50)]
    made = i4.chapters.push(replace(found, table=pd.concat(rows, ignore_index=True)), movement)
    figure = next(i for i in made.as_dict()["items"] if i.get("stem") == "push-effects")
    assert figure["alt"]["en"].startswith("40 dots with their intervals, for 50 items")


@pytest.mark.parametrize("within_h", [0.9, 9.0])
def test_pairs_that_are_tested_at_an_hour_are_not_told_as_too_few(within_h: float) -> None:
    chance, rows = np.random.default_rng(0), []
    for n in range(40):
        rows.append(invented.post(f"o{n}", f"author{n % 7}", at(10 * n)))
        rows += [
            invented.reshare(f"r{n}.{k}", f"c{k}", at(10 * n + chance.uniform(0, within_h)),
                             f"o{n}", f"author{n % 7}")
            for k in range(4)
        ]  # fmt: skip
    said = [item["text"]["en"] for item in chapter(invented.archive(rows))["items"]
            if item["kind"] == "sentence"]  # fmt: skip
    assert any("is flagged as acting together" in text for text in said) == (within_h < 1)
    assert any("reshared enough of the same posts" in text for text in said) == (within_h > 1)


def test_pairs_are_told_by_the_roles_that_were_counted() -> None:
    """An institution that shows the hashtag is no supporter: it was said to show none."""
    movement = invented.movement("thanks")
    some = Coordination(
        table=pd.DataFrame(), flagged=2, reshares=9, looked_at=2, expected_false=0.02
    )
    made = i4.chapters.push(i4.push.media_effects(posts(), movement), movement, together=some)
    said = [item["text"]["en"] for item in made.as_dict()["items"] if item["kind"] == "sentence"]
    assert any("none is between founders, supporters or people" in text for text in said)
