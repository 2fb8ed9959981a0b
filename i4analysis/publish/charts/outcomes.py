"""Charts of outcomes: what happened around each one, and who names which way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import style
from i4analysis.publish.words.sentence import terms
from i4analysis.publish.words.wording import Text
from i4analysis.tables import true

_COLOURS = {"movement": style.BLUE, "post": style.BLUE, "linkedin": style.BLUE,
            "press": style.GREEN, "radio": style.GREEN, "institution": style.GREEN,
            "state": style.ORANGE, "president": style.PLUM, "mayor": style.INK,
            "local": style.INK, "private": "#8A6D00"}  # fmt: skip
#: Ways that claims name: word, colour. Grey is for what is left.
WAYS = {
    way: (words, _COLOURS.get(way, style.GREY))
    for way, words in terms("outcomes", "chart.ways").items()
}
LINKS = terms("outcomes", "chart.links")
FULL, HOLLOW, BARE = (LINKS.pop(of) for of in ("full", "hollow", "bare"))
_MARKS = {"relay": ("o", style.BLUE), "fact": ("D", style.GREY), "post": ("o", style.GREEN)}
POSTS = ("original", "passed", "reaction")
SPAN = 1.5  # days that an event may have been on, above which they are drawn


@style.chart
def plot_chains(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    titles: Mapping[str, Text] | None = None,
    zone: Any = "UTC",
    start: Any = None,
    start_label: Text | None = None,
) -> Axes:
    """Draw each outcome as a dated chain: full marks are documented, hollow ones reported.

    Parameters
    ----------
    table
        Dated rows of `Dossiers.chain`: `outcome_id`, `kind`, `first`, `last`, `documented`.
    titles
        Outcome → its words at the left; their order is that of the rows, from the top.
    zone, start, start_label
        Time zone of the axis; the movement's start, drawn as a line, and its words.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> dated = found.chain.dropna(subset=["first", "last"])
    >>> ax = i4.charts.plot_chains(dated, zone=movement.zone)
    """
    names = list(titles or dict.fromkeys(table["outcome_id"]))
    words = {
        name: style.wrap((titles or {}).get(name, Text.same(name))[lang], 9.5, 160, most=3)
        for name in names
    }
    lines = max((len(said) for said in words.values()), default=1)
    ax = style.axes(ax, height=1.25 + (0.15 + 0.14 * lines) * len(names))
    low, high = (
        style.day_numbers([x], zone)[0] for x in (table["first"].min(), table["last"].max())
    )
    pad = max(0.03 * (high - low), 2 - (high - low) / 2)  # four days at least: ticks are days
    ax.set_xlim(low - pad, high + 2 * pad)
    ax.set_ylim(len(names) - 0.4, -0.95)
    for row, name in enumerate(names):
        mine = table[true(table["outcome_id"] == name)]
        _chain(ax, mine, row, zone)
        ax.annotate(
            "\n".join(words[name]),
            (0, row),
            xycoords=("axes fraction", "data"),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=9.5,
            linespacing=1.1,
            annotation_clip=False,
        )
    if start is not None and low - pad <= style.day_numbers([start], zone)[0] <= high:
        label = start_label[lang] if start_label else ""
        style.mark_date(ax, style.day_numbers([start], zone)[0], label)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(True, axis="x")
    style.date_axis(ax, lang, ticks=6)
    _key(ax, table, lang)
    return ax


def _chain(ax: Axes, links: pd.DataFrame, row: int, zone: Any) -> None:
    dated = links[true(links["last"].notna())]
    if dated.empty:
        return
    first = style.day_numbers(dated["first"], zone)
    last = style.day_numbers(dated["last"], zone)
    middle = np.clip(style.day_numbers(dated["at"], zone), first, last)
    ax.plot([middle.min(), middle.max()], [row, row], color=style.RULE, linewidth=2.4, zorder=1)
    rows = zip(dated["kind"], dated["documented"], first, last, middle, strict=True)
    for kind, documented, begin, end, at in sorted(rows, key=lambda one: one[0] == "outcome"):
        shape, colour = _mark(str(kind))
        if end - begin > SPAN:
            ax.plot([begin, end], [row, row], color=colour, linewidth=7, alpha=0.22, zorder=2,
                    solid_capstyle="butt")  # fmt: skip
            style.note("span")
        ax.plot(
            [at],
            [row],
            shape,
            markersize=11 if kind == "outcome" else 7,
            color=colour,
            markerfacecolor=colour if documented else style.PAPER,
            markeredgewidth=2,
            zorder=4 if kind == "outcome" else 3,
            clip_on=False,
        )


def _mark(kind: str) -> tuple[str, str]:
    if kind == "outcome":
        return "o", style.ORANGE
    return _MARKS["post" if kind in POSTS else kind]


def _key(ax: Axes, table: pd.DataFrame, lang: str) -> None:
    """Write below the axis what each mark means, the ones drawn only."""
    kinds = ["post" if kind in POSTS else str(kind) for kind in table["kind"]]
    shown = [kind for kind in LINKS if kind in kinds]
    y, size, x = -42.0, 9.0, 0.0
    for kind in shown:
        shape, colour = ("o", style.ORANGE) if kind == "outcome" else _MARKS[kind]
        words = LINKS[kind][lang]
        if x and x + 14 + style.text_width(words, size) > 72 * style.WIDTH - 12:
            x, y = 0.0, y - 14.5
        _at(ax, x, y, "●" if shape == "o" else "◆", colour, size + 2)
        _at(ax, x + 14, y, words, style.INK, size)
        x += 26 + style.text_width(words, size)
    # a post is its own witness, and always full: the two lines are of what sources say
    told = table[~table["kind"].isin(POSTS).to_numpy(dtype=bool)]
    documented = told["documented"].astype(bool)
    hollow = HOLLOW if true(documented).any() else BARE  # than what, where nothing is full?
    for said, rows in ((f"● {FULL[lang]}", documented), (f"○ {hollow[lang]}", ~documented)):
        if true(rows).any():
            y -= 14.5
            _at(ax, 0, y, said, style.GREY, size)


def _at(ax: Axes, x: float, y: float, text: str, colour: str, size: float) -> None:
    ax.annotate(
        text,
        (0, 0),
        xycoords="axes fraction",
        xytext=(x - 150, y),
        textcoords="offset points",
        fontsize=size,
        color=colour,
        va="center",
        annotation_clip=False,
    )


def dated(table: pd.DataFrame) -> pd.DataFrame:
    """Return the links of a chain whose day is known, however roughly."""
    return table[np.asarray(table["last"].notna(), dtype=bool)]
