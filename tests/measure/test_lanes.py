from __future__ import annotations

from datetime import date

import invented
import pandas as pd

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.relays.lanes import MENTIONS, lanes
from i4analysis.movement import Movement


def made(**ledgers: pd.DataFrame) -> Movement:
    return invented.movement("x", supporter_marks=(), timezone="Europe/Paris", **ledgers)


def test_each_road_is_counted_by_the_movements_own_days() -> None:
    posts = tables.build(
        tables.POSTS,
        [
            {"platform": "twitter", "post_id": "1", "kind": "post",
             "posted_at": pd.Timestamp("2015-09-30T23:30:00Z")},
            {"platform": "twitter", "post_id": "2", "kind": "reply",
             "posted_at": pd.Timestamp("2015-10-01T10:00:00Z")},
            {"platform": "twitter", "post_id": "3", "kind": "reshare",
             "posted_at": pd.Timestamp("2015-10-01T10:00:00Z")},
            {"platform": "twitter", "post_id": "4", "kind": "post", "embedded": True,
             "posted_at": pd.Timestamp("2015-10-01T10:00:00Z")},
        ],
    )  # fmt: skip
    press = tables.build(
        LEDGERS["press"],
        [
            {"press_id": "a", "outlet": "o", "medium": "web", "date": date(2015, 10, 2),
             "precision": "day", "url": "https://a"},
            {"press_id": "b", "outlet": "o", "medium": "radio", "date": date(2015, 10, 15),
             "precision": "month", "url": "https://b"},
        ],
    )  # fmt: skip
    relays = tables.build(
        LEDGERS["relays"],
        [
            {"relay_id": "r", "kind": "press", "actor": "o", "date": date(2015, 10, 2),
             "precision": "day", "url": "https://a"},
            {"relay_id": "s", "kind": "linkedin", "actor": "o", "date": date(2015, 10, 3),
             "precision": "day", "url": "https://c"},
        ],
    )  # fmt: skip
    outcomes = tables.build(
        LEDGERS["outcomes"],
        [
            {"outcome_id": "k", "kind": "visit", "title_fr": "t", "title_en": "t", "main": True,
             "date": date(2015, 10, 4), "precision": "day"},
            {"outcome_id": "l", "kind": "visit", "title_fr": "t", "title_en": "t", "main": False,
             "date": date(2015, 10, 4), "precision": "day"},
        ],
    )  # fmt: skip
    found = lanes(tables.Archive(posts=posts), made(press=press, relays=relays, outcomes=outcomes))
    assert found.table.values.tolist() == [
        ["twitter", date(2015, 10, 1), 2],
        ["linkedin", date(2015, 10, 3), 1],
        ["press", date(2015, 10, 2), 1],
        ["outcome", date(2015, 10, 4), 1],
    ]
    assert dict(found.excluded) == {"press items whose day is not known": 1}


def test_nothing_gives_an_empty_table() -> None:
    found = lanes(tables.Archive(), made())
    assert found.table.empty
    assert list(found.table.columns) == MENTIONS.names
