"""How many marks each drawing, table and file bears, and what it does beyond: one list of all.

A chart of a million marks is a black square that takes a minute to draw, and a table of a million
rows opens nowhere. Beyond its limit a drawing aggregates, thins or keeps the first, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Limit:
    """A limit: what is counted, how many of them, and what happens beyond."""

    of: str
    most: int
    marks: str
    beyond: str


LIMITS = {
    "bars": Limit(
        "posts a day", 120, "days, weeks or months as bars", "an area under the same steps"
    ),
    "days": Limit(
        "curves by day", 1_500, "days", "every second, third … day, the first and the last kept"
    ),
    "rows": Limit(
        "charts of one row an item", 40, "items",
        "those of most effect, in their order; the drawing says how many of how many",
    ),
    "ranks": Limit(
        "followers by rank", 2_000, "accounts",
        "all of the first thousand, then every second, third … account, on a logarithmic axis that"
        " says so",
    ),
    "arrivals": Limit("arrivals", 2_500, "accounts as dots", "a bubble for the accounts of a day"),
    "squares": Limit(
        "supporters as squares", 600, "squares", "a square stands for several accounts, as said"
    ),
    "story": Limit("the story", 1_200, "squares", "a square stands for ten accounts, as said"),
    "network": Limit(
        "a network drawn in a notebook", 500, "accounts", "not drawn: for Gephi, i4 export"
    ),
    "widget": Limit(
        "the network as a widget", 1_500, "accounts", "those with most reshares made and received"
    ),
    "gexf": Limit(
        "networks as files", 50_000, "accounts",
        "those with most made and received, as the description in the file says; csv holds all",
    ),
    "sheet": Limit("exported tables", 100_000, "rows", "CSV alone, without a spreadsheet"),
    "published": Limit(
        "published tables", 20_000, "rows",
        "days that repeat the day before are left out; else refused: an aggregate is published",
    ),
    "text": Limit("tables in the text", 200, "rows", "cut; the workbook and the CSV hold all"),
}  # fmt: skip


def most(name: str) -> int:
    """Return how many marks a kind of drawing bears."""
    return LIMITS[name].most


def table() -> pd.DataFrame:
    """Return all limits: what is limited, to how many of what, and what it does beyond.

    Examples
    --------
    >>> table().columns.tolist()
    ['of', 'most', 'marks', 'beyond']
    """
    return pd.DataFrame([vars(one) for one in LIMITS.values()], index=list(LIMITS))


def evenly(rows: int, most: int, keep: Sequence[int] = ()) -> npt.NDArray[np.int64]:
    """Return the places of about `most` of so many rows, evenly apart, the ends among them.

    Parameters
    ----------
    rows, most
        How many there are, and how many may be drawn.
    keep
        Places that are kept whatever happens.

    Examples
    --------
    >>> evenly(7, 4).tolist(), evenly(3, 4).tolist()
    ([0, 2, 4, 6], [0, 1, 2])
    """
    if rows <= most:
        return np.arange(rows)
    step = -(-(rows - 1) // max(most - 1, 1))
    places = [*range(0, rows, step), rows - 1, *(one for one in keep if 0 <= one < rows)]
    return np.unique(np.array(places, np.int64))


def by_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of days as it is drawn as a curve: thinned evenly where it is very long."""
    return frame.iloc[evenly(len(frame), most("days"))]


def by_rank(frame: pd.DataFrame, keep: Sequence[int] = ()) -> tuple[pd.DataFrame, int]:
    """Return a ranking as it is drawn, and how many of the later rows one stands for.

    The first thousand stay; of those after, every second, third … is drawn.
    """
    first = most("ranks") // 2
    if len(frame) <= most("ranks"):
        return frame, 1
    rest = len(frame) - first
    places = evenly(rest, first, [one - first for one in keep])
    return frame.iloc[np.append(np.arange(first), first + places)], int(places[1])


def of_most_effect(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows of largest `column`, in the order in which they stood."""
    if len(frame) <= most("rows"):
        return frame
    order = np.argsort(-frame[column].to_numpy(float, na_value=-np.inf), kind="stable")
    return frame.iloc[np.sort(order[: most("rows")])]
