"""Relays by road and day: posts, press, radio, institutions … beside the outcomes.

Counts only: what stands on the same day is not thereby connected.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from i4analysis import clock, tables
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import declared, own, reshares, true

LANES = (
    "twitter", "bluesky", "mastodon", "other", "post", "linkedin", "press", "radio", "tv",
    "institution", "private", "event", "outcome",
)  # fmt: skip
_DAILY = ("minute", "hour", "day")
_OF_MEDIUM = {"web": "press", "blog": "press"}
_OF_KIND = {"reshare": "post"}
(MENTIONS,) = declared(__file__).values()


def lanes(archive: tables.Archive, movement: Movement) -> Result:
    """Count what each road carried, by day of the movement's time zone.

    Parameters
    ----------
    archive
        Its own posts (reshares and posts seen only inside others left out) by platform.
    movement
        Its ledgers press, relays and outcomes (main ones), where the day is known.

    Returns
    -------
    Result
        `table`: `lane` (a platform; post: a post known only from a source; linkedin, press,
        radio, tv, institution, private, event; outcome), `day`, `mentions` (posts, items or
        outcomes). A relay that the press ledger also has (same address) is counted once.
        Left out with counts: rows whose day is not known.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.relays.lanes(archive, movement).table["lane"].unique().tolist()
    ['twitter', 'post', 'linkedin', 'press', 'radio', 'institution', 'private', 'outcome']
    """
    parts = [_posts(archive, movement)]
    excluded: dict[str, int] = {}
    press = _dated(movement.press, "press items", excluded)
    relays = movement.relays[~movement.relays["url"].isin(movement.press["url"].dropna())]
    relays = _dated(relays, "relays of the ledger", excluded)
    outcomes = movement.outcomes
    main = true(outcomes["main"].fillna(value=True))
    main &= ~true(outcomes["result"] == "not_obtained")
    dated = _dated(outcomes[main], "outcomes", excluded)
    medium = press["medium"].fillna("press").replace(_OF_MEDIUM)
    parts.append(pd.DataFrame({"lane": medium.astype(object), "day": press["date"]}))
    kind = relays["kind"].replace(_OF_KIND)
    parts.append(pd.DataFrame({"lane": kind.astype(object), "day": relays["date"]}))
    parts.append(pd.DataFrame({"lane": "outcome", "day": dated["date"]}))
    together = pd.concat(
        [part.astype({"lane": object, "day": object}) for part in parts], ignore_index=True
    )
    together["lane"] = together["lane"].where(together["lane"].isin(LANES), "other")
    counted = together.groupby(["lane", "day"]).size().reset_index(name="mentions")
    counted["rank"] = [LANES.index(name) for name in counted["lane"]]
    counted = counted.sort_values(["rank", "day"], ignore_index=True)
    table = pa.table(
        {
            "lane": pa.array(counted["lane"], pa.string()),
            "day": pa.array(counted["day"].tolist(), pa.date32()),
            "mentions": pa.array(counted["mentions"].tolist(), pa.int64()),
        },
        schema=MENTIONS.schema,
    )
    return Result(
        table=tables.from_arrow(table),
        n_used=len(together),
        excluded={reason: count for reason, count in excluded.items() if count},
    )


def _posts(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    posts = archive.posts
    kept = posts[~reshares(posts) & own(posts) & true(posts["posted_at"].notna())]
    return pd.DataFrame(
        {
            "lane": kept["platform"].astype(object).to_numpy(),
            "day": clock.days(kept["posted_at"], movement.zone).to_numpy(dtype=object),
        }
    )


def _dated(frame: pd.DataFrame, name: str, excluded: dict[str, int]) -> pd.DataFrame:
    known = frame["date"].notna() & frame["precision"].isin(_DAILY)
    excluded[f"{name} whose day is not known"] = int((~known).sum())
    return frame[known]
