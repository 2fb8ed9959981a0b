"""The chart of a comparison: how many times as much, measure by measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from i4analysis.publish.charts import style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import terms
from i4analysis.publish.words.wording import Text

COLOURS = {"differs": style.ORANGE, "no_sign": style.GREY, "apart": style.PLUM}
_MARKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def measures() -> dict[str, Text]:
    """Return the measures in words, by name."""
    return terms("compare", "cells.measure")


@style.chart
def plot_changes(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the ratios of a comparison with their intervals, on a scale of ratios.

    Parameters
    ----------
    table
        Rows of `Comparison.table` whose scale is ratio: `measure`, `change`, `lo`, `hi`,
        `verdict`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "measure": ["reshares_a_post", "minutes_to_relay"],
    ...         "change": [0.55, 1.2],
    ...         "lo": [0.38, 0.8],
    ...         "hi": [0.79, 1.9],
    ...         "verdict": ["differs", "no_sign"],
    ...     }
    ... )
    >>> ax = i4.charts.plot_changes(table)
    """
    narrow = style.narrow()
    ax = style.axes(ax, height=1.1 + (0.7 if narrow else 0.55) * len(table))
    names, verdicts = measures(), terms("compare", "cells.verdict")
    low = float(np.nanmin([*table["lo"].astype(float), 0.8]))
    high = float(np.nanmax([*table["hi"].astype(float), 1.25]))
    ax.set_xscale("log")
    ax.set_xlim(low / 1.1, high * 1.1)
    ax.axvline(1.0, color=style.INK, linewidth=1)
    rows = zip(
        table["measure"], table["change"], table["lo"], table["hi"], table["verdict"], strict=True
    )
    for row, (name, change, lo, hi, verdict) in enumerate(rows):
        colour = COLOURS.get(str(verdict), style.GREY)
        ax.plot([lo, hi], [row, row], color=colour, linewidth=3, alpha=0.45)
        ax.plot([change], [row], "o", color=colour, markersize=8, clip_on=False)
        said = names[str(name)][lang]
        if narrow:  # above its bar: beside it there is no room
            told = style.wrap(f"{said} – {verdicts[str(verdict)][lang]}", 9.5, 300, most=1)
            ax.annotate(told[0], (0, row - 0.36), xycoords=("axes fraction", "data"),
                        fontsize=9.5, color=colour, va="center",
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
            continue
        lines = style.wrap(said, 9.5, 170)
        ax.annotate("\n".join(lines[:3]), (0, row), xycoords=("axes fraction", "data"),
                    xytext=(-8, 0), ha="right", va="center", textcoords="offset points",
                    fontsize=9.5, annotation_clip=False)  # fmt: skip
        ax.annotate(verdicts[str(verdict)][lang], (1, row), xycoords=("axes fraction", "data"),
                    xytext=(6, 0), va="center", textcoords="offset points", fontsize=9.5,
                    color=colour, annotation_clip=False)  # fmt: skip
    ax.set_ylim(len(table) - 0.5, -0.75 if narrow else -0.6)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(
        FixedLocator([one for one in _MARKS if low / 1.1 <= one <= high * 1.1])
    )
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"× {wording.number(float(value), lang)}")
    )
    ax.set_xlabel(terms("compare", "chart")["ratio"][lang])
    return ax
