"""Charts of the proof: promises kept and broken, and what losses do to a method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import style
from i4analysis.publish.charts.style import BLUE, COLOURS, GREY, INK, ORANGE
from i4analysis.publish.words import wording
from i4analysis.publish.words.wording import Text

MOST_A_ROW = 26


@style.chart
def plot_promises(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    labels: Mapping[str, Text] | None = None,
) -> Axes:
    """Draw one dot a promise, a row a measure: blue kept, orange not kept, hollow on the line.

    Parameters
    ----------
    table
        Columns measure, met, met_narrowly, missed_narrowly, missed (counts).
    labels
        Measure → words.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "measure": ["members", "relays"],
    ...         "met": [12, 9],
    ...         "met_narrowly": [2, 3],
    ...         "missed_narrowly": [0, 1],
    ...         "missed": [0, 1],
    ...         "bounds": [14, 14],
    ...     }
    ... )
    >>> ax = i4.charts.plot_promises(table)
    """
    words = style.words("trust", lang)
    rows = int(np.ceil(table["bounds"] / MOST_A_ROW).sum()) if len(table) else 1
    above = style.narrow()  # a name stands over its dots where there is no room beside them
    ax = style.axes(ax, height=0.7 + 0.3 * max(rows + above * (len(table) + 1), 2))
    y, ticks, names = 0.0, [], []
    for row in table.to_dict("records"):
        name = (labels or {}).get(row["measure"], Text.same(row["measure"]))[lang]
        if above:
            ax.text(-0.5, y, name, fontsize=10.5, color=INK, va="center")
            y -= 1
        dots = [("met", BLUE, True), ("met_narrowly", BLUE, False)]
        dots += [("missed_narrowly", ORANGE, False), ("missed", ORANGE, True)]
        marks = [(colour, full) for name, colour, full in dots for _ in range(int(row[name]))]
        lines = -(-len(marks) // MOST_A_ROW)
        for place, (colour, full) in enumerate(marks):
            ax.plot(
                place % MOST_A_ROW,
                y - place // MOST_A_ROW,
                "o",
                markersize=7 if above else 9,
                markerfacecolor=colour if full else style.PAPER,
                markeredgecolor=colour,
                markeredgewidth=1.4 if above else 1.8,
            )
        if not above:
            ticks.append(y - (lines - 1) / 2)
            names.append(name)
        y -= lines
    ax.set_yticks(ticks, labels=names, fontsize=10.5, color=INK)
    ax.tick_params(axis="y", length=0)
    ax.set_xticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xlim(-0.7, MOST_A_ROW - 0.3)
    ax.set_ylim(y - 0.4 - above, 0.7)  # the key takes two lines there
    kinds = {
        ("met", BLUE, "● "): ["met", "met_narrowly"],
        ("missed", ORANGE, "● "): ["missed", "missed_narrowly"],
        ("narrow", GREY, ""): ["met_narrowly", "missed_narrowly"],
    }
    keys = [
        (f"{mark}{words[name]}", colour)
        for (name, colour, mark), columns in kinds.items()
        if table[columns].to_numpy().any()
    ]
    style.key(ax, keys, height=0)
    return ax


@style.chart
def plot_losses(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    labels: Mapping[str, Text] | None = None,
) -> Axes:
    """Draw how shares fall (or hold) as posts are lost: a line a quantity, ± two errors.

    Parameters
    ----------
    table
        Columns what, loss, mean, error.
    labels
        Quantity → words, at the end of its line.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "what": ["ranking of relays"] * 3 + ["number of supporters"] * 3,
    ...         "loss": [0.0, 0.25, 0.5] * 2,
    ...         "mean": [0.92, 0.85, 0.71, 0.97, 0.95, 0.9],
    ...         "error": [0.01, 0.02, 0.03] * 2,
    ...     }
    ... )
    >>> ax = i4.charts.plot_losses(table)
    """
    ax = style.axes(ax, height=4.4)
    ends = []
    for colour, (what, part) in zip(COLOURS, table.groupby("what", sort=False), strict=False):
        part = part.sort_values("loss")
        loss, mean = part["loss"].to_numpy(float), part["mean"].to_numpy(float)
        error = part["error"].fillna(0).to_numpy(float)
        ax.fill_between(
            loss, mean - 2 * error, mean + 2 * error, color=colour, alpha=0.15, linewidth=0
        )
        ax.plot(loss, mean, marker="o", color=colour, clip_on=False)
        said = (labels or {}).get(str(what), Text.same(str(what)))[lang]
        words = "\n".join(style.wrap(said, 10, 170))
        ends.append((loss[-1], float(mean[-1]), words, colour))
    top = float((table["mean"] + 2 * table["error"].fillna(0)).max())
    ax.set_ylim(0, max(1.0, top) * 1.02)
    ax.set_xlim(-0.01, float(table["loss"].max()) * 1.75)
    ax.set_xticks(sorted(table["loss"].unique()))
    style.percent_axis(ax, lang)
    ax.set_xticks(sorted(table["loss"].unique()))
    ax.set_xticklabels([wording.percent(x, lang) for x in sorted(table["loss"].unique())])
    ax.set_xlabel(style.words("trust", lang)["loss"], loc="left")
    style.end_labels(ax, ends, gap=2.2, fontsize=10, fontweight="normal")
    return ax
