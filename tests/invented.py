"""What tests make up: a movement of one hashtag, posts and reshares, an archive of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement

Row = dict[str, Any]


def movement(tag: str = "m", **given: Any) -> Movement:
    """Return the movement of a hashtag; `given`: its fields, and ledgers (rows) by their names."""
    ledgers = {
        name: rows if isinstance(rows, pd.DataFrame) else tables.build(LEDGERS[name], rows)
        for name in LEDGERS
        if (rows := given.pop(name, None)) is not None
    }
    usual = {
        "name": tag,
        "title": {"fr": f"#{tag}", "en": f"#{tag}"},
        "hashtags": (tag,),
        "supporter_marks": (tag,),
        "ledgers": ledgers,
    }
    return Movement(**(usual | given))


def post(name: str, who: str | None, at: datetime | None, **more: Any) -> Row:
    """Return a post of an account, known by one name as its id and its handle."""
    return {
        "platform": "twitter",
        "post_id": name,
        "kind": "post",
        "author_id": who,
        "author": who,
        "posted_at": at,
    } | more


def reshare(
    name: str, who: str | None, at: datetime | None, of: str, by: str | None, **more: Any
) -> Row:
    """Return a reshare of the post `of` by another."""
    original = {"reshared_id": of, "reshared_author_id": by, "reshared_author": by}
    return post(name, who, at, **({"kind": "reshare"} | original | more))


def follows(pairs: Iterable[tuple[str, str]], **more: Any) -> pd.DataFrame:
    """Return who follows whom, of pairs of ids."""
    rows = [
        {"platform": "twitter", "follower_id": who, "followee_id": whom} for who, whom in pairs
    ]
    return tables.build(tables.FOLLOWS, [row | more for row in rows])


def archive(
    posts: Iterable[Row] | Mapping[str, Any] = (), profiles: Iterable[Row] = (),
    following: Iterable[tuple[str, str]] = (),
) -> tables.Archive:  # fmt: skip
    """Return an archive of rows of posts and profiles, and of who follows whom."""
    made = (tables.build(tables.POSTS, posts), tables.build(tables.PROFILES, profiles))
    return tables.Archive(*made, follows=follows(following))
