"""Made-up posts, profiles and movements for the tests of appeals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from i4analysis import tables
from i4analysis.movement import Movement

START = pd.Timestamp("2015-10-05T08:00", tz="UTC")
LABELLED = Path(__file__).with_name("appeals_labelled.csv")


def movement(**changes: Any) -> Movement:
    values: dict[str, Any] = {
        "name": "toy",
        "title": {"fr": "Essai", "en": "Trial"},
        "hashtags": ("i4emploi", "i4jobs"),
        "supporter_marks": ("i4emploi",),
        "seeker_marks": ("i4emploir",),
        "timezone": "Europe/Paris",
        "made_up": True,
    }
    return Movement(**(values | changes))


def posts(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return posts; hashtags, mentions and links are read off the text, the rest defaulted."""
    full = []
    for i, row in enumerate(rows):
        text = row.get("text", "")
        full.append(
            {
                "platform": "twitter",
                "post_id": str(i),
                "kind": "post",
                "author_id": f"a{i}",
                "author": f"Author{i}",
                "posted_at": START + pd.Timedelta(hours=i),
                "hashtags": [tag.casefold() for tag in re.findall(r"#(\w+)", text)],
                "mentions": [name.casefold() for name in re.findall(r"@(\w+)", text)],
                "urls": re.findall(r"https?://\S+", text),
                "media_count": 0,
            }
            | row
        )
    return tables.build(tables.POSTS, full)


def reshare(of: str, author_of: str, by: str, hours: float, **more: Any) -> dict[str, Any]:
    return {
        "post_id": f"rt-{of}-{by}-{hours}",
        "kind": "reshare",
        "author_id": by,
        "author": by,
        "posted_at": START + pd.Timedelta(hours=hours),
        "text": "",
        "reshared_id": of,
        "reshared_author_id": author_of,
        "reshared_author": author_of,
    } | more


def profiles(rows: list[dict[str, Any]]) -> pd.DataFrame:
    base = {"platform": "twitter", "seen_at": START - pd.Timedelta(days=1), "seen_basis": "live"}
    return tables.build(
        tables.PROFILES, [base | {"account_id": row["handle"]} | row for row in rows]
    )


def labelled(split: str | None = None) -> pd.DataFrame:
    frame = pd.read_csv(LABELLED, dtype=str)
    return frame if split is None else frame[frame["split"] == split].reset_index(drop=True)
