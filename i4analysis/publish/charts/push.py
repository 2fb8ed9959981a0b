"""Charts of the press: posts a day with what was published, and the extra posts of each item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import limits, style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import tell, terms
from i4analysis.publish.words.wording import Text
from i4analysis.tables import true

PALE = "#8CD1BC"  # green on paper, opaque: grid lines must not show through
COLOURS = {
    "push": style.ORANGE,
    "followed": style.PLUM,
    "no sign": style.GREY,
    "cannot tell": style.INK,
}


@style.chart
def plot_posts_and_press(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    items: pd.DataFrame | None = None,
    zone: Any = "UTC",
    step: str = "day",
) -> Axes:
    """Draw original posts and reshares a day, with a tick for each item of the press.

    Parameters
    ----------
    table
        `MediaEffects.daily`: `day`, `originals`, `reshares`.
    items
        `MediaEffects.table`: `published_at`, `hour_known` (else the tick stands at noon),
        `label` (colour of the tick; null where it was not tested).
    step
        What a row counts from its day on: a day, a week or a month (`clock.gathered`).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> effects = i4.push.media_effects(archive, movement, draws=19)
    >>> ax = i4.charts.plot_posts_and_press(effects.daily, items=effects.table, zone=movement.zone)
    """
    ax = style.axes(ax, height=3.6)
    day = style.day_numbers(pd.to_datetime(table["day"]))
    originals = table["originals"].to_numpy(dtype=float)
    reshares = table["reshares"].to_numpy(dtype=float)
    style.bars(ax, day, originals, step, color=style.BLUE)
    style.bars(ax, day, reshares, step, bottom=originals, color=PALE)
    top = float((originals + reshares).max(initial=1.0))
    ax.set_ylim(0, 1.28 * top)
    ax.set_xlim(*_ends(day, step))
    words = terms("push", "chart")
    style.key(
        ax,
        [
            (f"■ {words[name][lang]}", colour)
            for name, colour, values in (
                ("originals", style.BLUE, originals), ("reshares", style.GREEN, reshares)
            )
            if values.any()
        ],
    )  # fmt: skip
    if items is not None and len(items):
        _ticks(ax, items[drawn(table, items, zone, step)], top, lang, zone)
    style.number_axis(ax, lang)
    style.date_axis(ax, lang)
    return ax


def _ends(day: Any, step: str) -> tuple[float, float]:
    span = {"day": 1, "week": 7, "month": 30}[step]
    return day.min() - 0.3 * span, day.max() + 1.3 * span


def drawn(
    table: pd.DataFrame, items: pd.DataFrame, zone: Any = "UTC", step: str = "day"
) -> npt.NDArray[np.bool_]:
    """Return which items of the press fall on the days drawn: the others have no tick.

    Parameters as for `plot_posts_and_press`.
    """
    low, high = _ends(style.day_numbers(pd.to_datetime(table["day"])), step)
    if not len(items):
        return np.zeros(0, bool)
    at = _moments(items, zone)
    return np.asarray((low <= at) & (at <= high))


def _moments(items: pd.DataFrame, zone: Any) -> npt.NDArray[np.float64]:
    """Return where items stand on the date axis: at noon of the day where it is all that is known.

    They are held at the first instant of their day, which is no more theirs than any other.
    """
    at = style.day_numbers(items["published_at"], zone)
    return np.where(true(items["hour_known"]), at, np.floor(at + 0.01) + 0.5)


def _ticks(ax: Axes, items: pd.DataFrame, top: float, lang: str, zone: Any) -> None:
    shown: dict[str, str] = {}
    labels = terms("push", "cells.label")
    for x, label in zip(_moments(items, zone), items["label"], strict=True):
        words, colour = terms("push", "chart")["item"], style.GREY
        if not pd.isna(label):
            words, colour = labels[str(label)], COLOURS[str(label)]
        ax.plot([x, x], [1.04 * top, 1.16 * top], color=colour, linewidth=3)
        style.note("item")
        shown[words[lang]] = colour
    key = [(f"▎{text}", colour) for text, colour in shown.items()]
    style.key(ax, key, height=0.94, size=9.5)


@style.chart
def plot_extra_posts(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    names: Mapping[str, Text] | None = None,
) -> Axes:
    """Draw the extra original posts after each item, with their interval and label.

    Parameters
    ----------
    table
        Tested rows of `MediaEffects.table`: `item_id`, `extra_posts`, `lo`, `hi`, `label`.
    names
        Item → outlet and day, at the left.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "item_id": ["radio-1", "press-2", "tv-3"],
    ...         "extra_posts": [34.0, 6.0, 11.0],
    ...         "lo": [18.0, -4.0, 2.0],
    ...         "hi": [52.0, 17.0, 25.0],
    ...         "label": ["push", "no sign", "followed"],
    ...     }
    ... )
    >>> ax = i4.charts.plot_extra_posts(table)
    """
    narrow, tested = style.narrow(), len(table)
    table = limits.of_most_effect(table, "extra_posts")
    ax = style.axes(ax, height=1.0 + (0.74 if narrow else 0.52) * len(table))
    most = float(np.nanmax(table["hi"].to_numpy(dtype=float), initial=5.0))
    rows = zip(
        table["item_id"], table["extra_posts"], table["lo"], table["hi"], table["label"],
        strict=True,
    )  # fmt: skip
    labels = terms("push", "cells.label")
    for row, (name, extra, low, high, label) in enumerate(rows):
        words, colour = labels[str(label)], COLOURS[str(label)]
        ax.plot([low, high], [row, row], color=colour, linewidth=3, alpha=0.45)
        ax.plot([extra], [row], "o", color=colour, markersize=8, clip_on=False)
        said = (names or {}).get(str(name), Text.same(name))[lang]
        if narrow:  # above its bar: beside it there is no room
            told = style.wrap(f"{words[lang]} – {said}", 9.5, 245, most=2)
            style.label(ax, 0, row - 0.2, "\n".join(told), colour=colour, fontsize=9.5,
                        va="bottom")  # fmt: skip
            continue
        lines = style.wrap(said, 9.5, 160)
        ax.annotate("\n".join(lines[:3]), (0, row), xytext=(-8, 0), ha="right", va="center",
                    textcoords="offset points", fontsize=9.5, annotation_clip=False)  # fmt: skip
        style.label(ax, 1.02 * most, row, words[lang], colour=colour, fontsize=9.5, ha="left")
    ax.set_xlim(0, most)
    ax.set_ylim(len(table) - 0.5, -0.75 if narrow else -0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    style.number_axis(ax, lang, which="x", whole=False)
    some = ""
    if len(table) < tested:
        some = f"\n{tell('push', 'chart-most', shown=len(table), tested=tested)[lang]}"
    ax.set_xlabel(terms("push", "chart")["extra"][lang] + some)
    return ax


def item_name(outlet: str, local: pd.Timestamp, hour_known: bool) -> Text:
    """Return an item's outlet and local moment as a label, no finer than it is known."""
    precision = ("minute" if local.minute else "hour") if hour_known else "day"
    return Text.both(lambda lang: f"{outlet}, {wording.date(local, lang, precision)}")
