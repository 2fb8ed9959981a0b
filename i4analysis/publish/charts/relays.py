"""Charts of relays: who reshares whom by role, arrivals by generation, roads by day, influence."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from i4analysis import clock
from i4analysis.publish.charts import limits, style
from i4analysis.publish.words.sentence import tell, terms
from i4analysis.publish.words.wording import HARD, number
from i4analysis.tables import true

_BLUES = LinearSegmentedColormap.from_list("blues", ["#EAF3FA", "#4C9BCF", "#004B85"])
_DOT_COLOURS = {"founder": style.ORANGE, "supporter": style.BLUE, "rest": style.GREY}
_DOT_MARKS = {"founder": "s", "supporter": "o", "rest": "."}


@style.chart
def plot_role_matrix(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw reshares by role: the row reshares the column.

    Parameters
    ----------
    table
        `resharer_role`, `author_role`, `reshares`, as `relays.role_matrix` gives them.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> roles = i4.members.roles(archive, movement)
    >>> ax = i4.charts.plot_role_matrix(i4.relays.role_matrix(archive.posts, roles).table)
    """
    order = list(dict.fromkeys(table["resharer_role"]))
    grid = table.pivot_table(
        index="resharer_role", columns="author_role", values="reshares", aggfunc="sum"
    ).reindex(index=order, columns=order, fill_value=0)
    values = grid.to_numpy(dtype=float)
    ax = style.axes(ax, height=1.3 + 0.62 * len(order))
    top = max(values.max(), 1)
    for y in range(len(order)):
        for x in range(len(order)):
            share = values[y, x] / top
            colour = _BLUES(0.04 + 0.96 * share**0.5)
            ax.add_patch(mpl.patches.Rectangle((x + 0.02, y + 0.03), 0.96, 0.94, color=colour))
            # between the two, neither white nor our ink is legible: black is
            ink = style.PAPER if style.contrast(np.array(colour[:3])) >= 4.5 else "black"
            ax.text(x + 0.5, y + 0.5, number(values[y, x], lang), ha="center", va="center",
                    color=ink, fontsize=12)  # fmt: skip
    roles, words = terms("relays", "cells.role"), terms("relays", "chart")
    names = [roles[role][lang] for role in order]
    room = 0.7 * 72 * style.WIDTH / len(order)  # the rows' names take the rest of the width
    heads = ["\n".join(style.wrap(name, 10, room)) for name in names]
    ax.set_xticks(np.arange(len(order)) + 0.5, heads)
    ax.set_xlabel(words["of_posts"][lang])
    ax.xaxis.set_label_position("top")
    does = f"{words['reshare'][lang]}{HARD}→"
    rows = ["\n".join(style.wrap(f"{name} {does}", 10, 125)) for name in names]
    ax.set_yticks(np.arange(len(order)) + 0.5, rows)
    ax.set_xlim(0, len(order))
    ax.set_ylim(len(order), 0)
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelsize=10)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


@style.chart
def plot_generations(
    table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en", zone: ZoneInfo | str = "UTC"
) -> Axes:
    """Draw accounts by day of arrival and generation, each linked to the first it reshared.

    Up to 2,500 accounts each is a dot; beyond, a bubble is the accounts of a day.

    Parameters
    ----------
    table
        `account`, `role`, `arrived_at`, `generation`, `through`, as `relays.generations` gives
        them.
    zone
        Time zone of the days.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> roles = i4.members.roles(archive, movement)
    >>> arrivals = i4.relays.generations(archive.posts, roles)
    >>> ax = i4.charts.plot_generations(arrivals.table, zone=movement.zone)
    """
    rows = table.assign(level=table["generation"].clip(upper=4).astype("int64"))
    levels = int(rows["level"].max()) + 1 if len(rows) else 1
    ax = style.axes(ax, height=1.0 + 0.72 * max(levels, 2))
    if len(rows) > limits.most("arrivals"):
        _bubbles(ax, rows, zone)
    else:
        _dots(ax, rows, zone)
    counts = rows["level"].value_counts()
    ax.set_yticks(
        range(levels),
        [_generation(level, int(counts.get(level, 0)), lang) for level in range(levels)],
    )
    ax.set_ylim(levels - 0.5, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    days, ticks = np.floor(style.day_numbers(rows["arrived_at"], zone)), 6
    if len(days) and np.ptp(days) < 4:  # whole days: hours would be read as those of a count
        first, count = days.min(), np.ptp(days) + 1
        ax.set_xlim(first - 0.04 * count, first + 1.04 * count)
        ticks = int(count) + 1
    style.date_axis(ax, lang, ticks=ticks)
    return ax


def _generation(level: int, count: int, lang: str) -> str:
    name = ("own", "first", "second", "third", "later")[level]
    said = tell("relays", f"chart-generation.{name}", level=level)[lang]
    return f"{said} ({number(count, lang)})"


def _dots(ax: Axes, rows: pd.DataFrame, zone: ZoneInfo | str) -> None:
    spread = _spread(len(rows))
    x = style.day_numbers(rows["arrived_at"], zone)
    y = rows["level"].to_numpy(float) + spread
    place = {account: number for number, account in enumerate(rows["account"])}
    links = [
        [(x[place[above]], y[place[above]]), (x[number], y[number])]
        for number, above in enumerate(rows["through"])
        if isinstance(above, str) and above in place
    ]
    if links:
        style.note("link")
    ax.add_collection(
        mpl.collections.LineCollection(
            links, colors="#C9CFD6", linewidths=0.5, alpha=0.7, zorder=1, rasterized=False
        )
    )
    shown = rows["role"].where(rows["role"].isin(["founder", "supporter"]), "rest")
    for role in ("rest", "supporter", "founder"):
        chosen = true(shown == role)
        ax.scatter(
            x[chosen], y[chosen], s=22 if role != "rest" else 26, marker=_DOT_MARKS[role],
            color=_DOT_COLOURS[role], edgecolors=style.PAPER, linewidths=0.4, zorder=2,
        )  # fmt: skip
        if chosen.any():
            style.note(role)
    ax.margins(x=0.03)


def _spread(count: int) -> np.ndarray:
    """Return offsets that keep dots apart: a low-discrepancy sequence, the same at every run."""
    golden = 0.6180339887498949
    return np.asarray(0.56 * ((np.arange(count) * golden) % 1 - 0.5))


def _bubbles(ax: Axes, rows: pd.DataFrame, zone: ZoneInfo | str) -> None:
    day = clock.days(rows["arrived_at"], zone)
    counts = rows.assign(day=day).groupby(["day", "level"]).size().reset_index(name="accounts")
    size = counts["accounts"].to_numpy(float)
    ax.scatter(
        style.day_numbers(counts["day"]) + 0.5,  # a day's count lies over the day
        counts["level"].to_numpy(float),
        s=8 + 700 * size / max(size.max(), 1),
        color=style.BLUE,
        alpha=0.75,
        edgecolors=style.PAPER,
    )
    ax.margins(x=0.05)


@style.chart
def plot_influence(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw what probably came through each relay: a dot, its interval, the range behind it.

    Parameters
    ----------
    table
        `name`, `descendants`, `lo`, `hi`, `range_lo`, `range_hi`; largest first.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> influence = i4.relays.relay_influence(parents, draws=50).table.head(8)
    >>> ax = i4.charts.plot_influence(influence.rename(columns={"handle": "name"}))
    """
    ax = style.axes(ax, height=1.0 + 0.34 * max(len(table), 3))
    y = np.arange(len(table))
    for kind, before, colour, width in (("band", "range_", "#CFE3F1", 9),
                                        ("line", "", style.BLUE, 1.8)):  # fmt: skip
        lo, hi = (table[f"{before}{end}"].to_numpy(float) for end in ("lo", "hi"))
        ax.hlines(y, lo, hi, color=colour, linewidth=width, zorder=1 if before else 2)
        if (lo < hi).any():
            style.note(kind)
    ax.scatter(table["descendants"].to_numpy(float), y, s=34, color=style.BLUE, zorder=3)
    ax.set_yticks(y, list(table["name"]))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    style.number_axis(ax, lang, which="x")
    ax.set_xlabel(terms("relays", "chart")["came_through"][lang])
    return ax
