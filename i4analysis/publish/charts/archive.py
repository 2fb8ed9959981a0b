"""Charts of what an archive holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import style
from i4analysis.publish.charts.style import BLUE, GREY
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import terms

PALE = "#B9BEC5"  # GREY on paper, opaque: grid lines must not show through


@style.chart
def plot_posts_per_day(
    table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en", step: str = "day"
) -> Axes:
    """Draw the posts of each day as stacked bars: reshares below, posts written above.

    Parameters
    ----------
    table
        Columns day, posts, reshares, one row a day without holes.
    step
        What a row counts from its day on: a day, a week or a month (`clock.gathered`).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> overview = i4.archive.overview(archive, movement.zone)
    >>> ax = i4.charts.plot_posts_per_day(overview.days)
    """
    ax = style.axes(ax, height=3.3)
    days = style.day_numbers(table["day"])
    reshares = table["reshares"].to_numpy(dtype=float)
    own = table["posts"].to_numpy(dtype=float) - reshares
    days -= 0.5 * (step == "day")  # the label of a day stands under its bar
    style.bars(ax, days, reshares, step, color=PALE)
    style.bars(ax, days, own, step, bottom=reshares, color=BLUE)
    top = float(np.nanmax(reshares + own, initial=1.0))
    ax.set_ylim(0, top * 1.04)
    span = {"day": 1, "week": 7, "month": 30}[step]
    ax.set_xlim(days.min() - 0.2 * span, days.max() + 1.2 * span)
    words = terms("archive", "chart")
    parts = (("own", BLUE, own), ("reshares", GREY, reshares))
    style.key(ax, [(words[name][lang], colour) for name, colour, n in parts if n.any()],
              weight="bold")  # fmt: skip
    style.number_axis(ax, lang)
    style.date_axis(ax, lang, ticks=style.day_ticks(len(days)))
    return ax


@style.chart
def plot_bases(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how many sightings of profiles each way of seeing them gave.

    Parameters
    ----------
    table
        Columns label_fr, label_en, sightings.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "label_fr": ["vus en direct", "vus après coup"],
    ...         "label_en": ["seen live", "seen afterwards"],
    ...         "sightings": [810, 240],
    ...     }
    ... )
    >>> ax = i4.charts.plot_bases(table)
    """
    ax = style.axes(ax, height=0.6 + 0.62 * len(table))
    values = table["sightings"].to_numpy(dtype=float)
    places = np.arange(len(table))[::-1]
    ax.barh(places, values, height=0.55, color=BLUE)
    for place, value, text in zip(places, values, table[f"label_{lang}"], strict=True):
        style.label(ax, 0, place + 0.42, str(text), ha="left", va="center", fontsize=10.5)
        shown = wording.number(int(value), lang)
        ax.annotate(shown, (value, place), xytext=(5, 0), textcoords="offset points", va="center")
    ax.set_ylim(-0.5, len(table) - 0.25)
    ax.set_xlim(0, float(values.max(initial=1.0)) * 1.14)
    ax.set_yticks([])
    ax.set_xticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax
