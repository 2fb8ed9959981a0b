"""The sentences on the roads of a movement, day by day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from i4analysis.publish.charts.relays import LANE_NAMES
from i4analysis.publish.words.wording import Text, number, plural


def lanes_title(table: pd.DataFrame) -> Text:
    """Return the finding on the roads."""
    if not len(table):
        return Text(fr="Les voies jour par jour", en="The channels day by day")
    roads = table[table["lane"] != "outcome"]
    if not len(roads):
        return Text(fr="Les issues, jour par jour", en="The outcomes, day by day")
    summed = roads.groupby("lane")["mentions"].sum()
    lane, most, total = str(summed.idxmax()), int(summed.max()), int(summed.sum())
    return Text(
        fr=(
            f"{LANE_NAMES[lane].fr.capitalize()} : {number(most, 'fr')} publications datées sur"
            f" {number(total, 'fr')}"
        ),
        en=(
            f"{LANE_NAMES[lane].en.capitalize()}: {number(most, 'en')} of {number(total, 'en')}"
            " dated publications"
        ),
    )


def lane_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Return the sums that the title and the alternative of the roads print."""
    roads = table[table["lane"] != "outcome"]
    summed = roads.groupby("lane")["mentions"].sum()
    return {
        "mentions": int(table["mentions"].sum()),
        "on_roads": int(roads["mentions"].sum()),
        "largest_road": int(summed.max()) if len(summed) else 0,
        "lanes": int(table["lane"].nunique()),
    }


def lanes_alt(table: pd.DataFrame) -> Text:
    """Return the text alternative of the roads."""
    lanes = int(table["lane"].nunique())
    heading = lanes_title(table)
    return Text(
        fr=(
            f"Frise de {plural(lanes, 'ligne', 'lignes', 'fr')}, un disque par jour dont la"
            " surface compte les publications, des"
            f" losanges pour les issues. {heading.fr}."
        ),
        en=(
            f"Timeline of {plural(lanes, 'row', 'rows', 'en')}, a disc a day whose area counts"
            " the publications, diamonds for"
            f" the outcomes. {heading.en}."
        ),
    )
