"""Charts of supporters: the curve with its band, the published figures, one square an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from i4analysis.ledgers import possible_days
from i4analysis.publish.charts import limits, style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import tell
from i4analysis.tables import true

ACROSS = 15  # squares in a row


def middles(days: pd.Series) -> np.ndarray:
    """Return days as numbers of the date axis, at noon: a count of a day lies over it."""
    return style.day_numbers(days) + 0.5


def claims(ax: Axes, figures: pd.DataFrame, lang: str, *, within: tuple[float, float]) -> None:
    """Draw published figures as hollow diamonds, never joined, with their roughness in words.

    Figures outside `within` (date axis) are left out.
    """
    drawn: list[tuple[float, float, str]] = []
    for row in figures.to_dict("records"):
        span = possible_days(row["date"], row["precision"])
        if span is None:
            continue
        x, *ends = style.day_numbers([row["date"], *span]) + 0.5
        if not within[0] <= x <= within[1]:
            continue
        ax.plot(ends, [row["value"]] * 2, color=style.INK, linewidth=1)
        ax.plot(
            [x], [row["value"]], "D", markersize=8, markerfacecolor=style.PAPER,
            markeredgecolor=style.INK, markeredgewidth=1.6, zorder=6, clip_on=False,
        )  # fmt: skip
        drawn.append((x, row["value"], wording.roughly(row["value"], row["roughness"], lang)))
        style.note("figures")
    _name_claims(ax, drawn, within)


def _name_claims(
    ax: Axes, drawn: Sequence[tuple[float, float, str]], within: tuple[float, float]
) -> None:
    """Write published figures beside their marks, one above the other where they would meet."""
    size = cast("Figure", ax.figure).get_size_inches() * 72
    wide, high = size * (ax.get_position().width, ax.get_position().height)
    low, top = ax.get_ylim()
    taken: list[tuple[float, float, float]] = []
    for x, y, text in sorted(drawn, key=lambda one: one[1]):
        # Growing curves leave room above and to the left of a point, save at the very start.
        part = (x - within[0]) / (within[1] - within[0])
        early = part < 0.25
        width = style.text_width(text, 9.5)
        left = part * wide + (10 if early else -8 - width)
        at = place = (y - low) / (top - low) * high + (0 if early else 9)
        for first, last, height in taken:
            if first < left + width and left < last and abs(height - at) < 12:
                at = height + 12
        taken.append((left, left + width, at))
        made = ax.annotate(
            text,
            (x, y),
            xytext=(10 if early else -8, at - place + (0 if early else 3)),
            textcoords="offset points",
            fontsize=9.5,
            color=style.INK,
            va="center" if early else "bottom",
            ha="left" if early else "right",
            annotation_clip=False,
        )
        made.set_path_effects([patheffects.withStroke(linewidth=3, foreground=style.PAPER)])


def press_ticks(ax: Axes, press: pd.DataFrame, zone: str) -> None:
    """Mark press items whose day is known as small ticks at the top of a panel."""
    low, high = ax.get_xlim()
    known = press[press["date"].notna() & press["precision"].isin(["minute", "hour", "day"])]
    at = middles(known["date"])
    exact = true(known["published_at"].notna())
    if exact.any():
        at[exact] = style.day_numbers(known["published_at"][exact], zone)
    at = at[(at >= low) & (at <= high)]
    if not len(at):  # a line without a point would take the figure's corner for its place
        return
    ax.plot(
        at, np.full(len(at), 1.0), "v", color=style.GREY, markersize=6,
        transform=ax.get_xaxis_transform(), clip_on=False,
    )  # fmt: skip
    style.note("press")


@style.chart
def plot_adoption(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    figures: pd.DataFrame | None = None,
    founders: int = 0,
    zone: str = "UTC",
) -> Axes:
    """Draw supporters day by day: certain bounds, first-seen step, estimate with its band.

    Parameters
    ----------
    table
        Curve of `members.adoption`.
    figures
        Published figures to show as hollow diamonds.
    founders
        Founders named in the ledger, marked on the first day; 0 for none.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement)
    >>> ax = i4.charts.plot_adoption(adopted.table, founders=10, zone=movement.timezone)
    """
    ax = style.axes(ax, height=3.8)
    table = limits.by_day(table)
    x = middles(table["day"])
    columns = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("n_lo", "n_hi", "n_first_seen", "n_est", "lo", "hi")
    }
    ax.fill_between(x, columns["n_lo"], columns["n_hi"], step="mid", color="#E4E7EB", linewidth=0)
    if (columns["n_lo"] < columns["n_hi"]).any():
        style.note("bounds")
    ax.fill_between(x, columns["lo"], columns["hi"], color=style.BLUE, alpha=0.28, linewidth=0)
    style.curve(ax, x, columns["n_first_seen"], colour=style.INK, width=1.3, step=True)
    style.curve(ax, x, columns["n_est"], colour=style.BLUE, width=2.4)
    if (columns["lo"] < columns["hi"]).any():
        style.note("banded")
    elif np.isfinite(columns["n_est"]).any():
        style.note("estimate")
    ax.set_xlim(x[0] - 0.6, x[-1] + 0.6)
    if figures is not None:
        claims(ax, figures, lang, within=(x[0] - 0.6, x[-1] + 0.6))
    if founders:
        ax.plot([x[0] - 0.6, x[0] + 0.6], [founders] * 2, color=style.ORANGE, linewidth=4)
        style.note("founders")
    ax.set_ylim(0, None)
    _name_lines(ax, x, columns, lang)
    style.number_axis(ax, lang)
    style.date_axis(ax, lang, ticks=style.day_ticks(len(x)))
    return ax


def _name_lines(ax: Axes, x: np.ndarray, columns: Mapping[str, np.ndarray], lang: str) -> None:
    """Name estimate, step and bounds where each is farthest from its neighbours."""
    words = style.words("members", lang)
    top = ax.get_ylim()[1]
    inner = np.arange(len(x)) >= max(1, len(x) // 8)
    inner &= np.arange(len(x)) <= len(x) * 0.7

    def widest(upper: str, lower: str) -> int:
        gap = np.where(inner, columns[upper] - columns[lower], -np.inf)
        return int(np.argmax(np.nan_to_num(gap, nan=-np.inf)))

    # without a band the bounds lie above the estimate
    k = widest("n_hi", "hi")
    if columns["n_hi"][k] - columns["hi"][k] > 0.1 * top and not style.narrow():
        style.label(
            ax, x[k], (columns["n_hi"][k] + columns["hi"][k]) / 2, words["bounds"],
            colour=style.GREY, fontsize=9.5, ha="center",
        )  # fmt: skip
    last = len(x) - 1
    ends = columns["n_est"][last]
    if np.isnan(ends):  # too few for an estimate
        ends = columns["n_first_seen"][last]
        if np.isfinite(ends):  # else bios could not be used: there is no curve to name
            name = f"{wording.number(ends, lang)}\n{words['seen']}"
            style.end_labels(ax, [(x[last] + 0.5, ends, name, style.INK)])
        return
    name = f"{wording.number(round(ends), lang)}\n{words['estimate']}"
    style.end_labels(ax, [(x[last] + 0.5, ends, name, style.BLUE)])
    k = widest("n_est", "n_first_seen")
    style.label(
        ax, x[k] + 0.02 * (x[-1] - x[0] + 1), columns["n_first_seen"][k] - 0.05 * top,
        words["seen"], fontsize=9.5, ha="left",
    )  # fmt: skip


@style.chart
def plot_first_posts(
    table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en", zone: str = "UTC"
) -> Axes:
    """Draw accounts by their first post with the hashtag, reshares included and not.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement)
    >>> ax = i4.charts.plot_first_posts(adopted.table, zone=movement.timezone)
    """
    words = style.words("members", lang)
    ax = style.axes(ax, height=3.4)
    table = limits.by_day(table)
    x = middles(table["day"])
    ends = []
    drawn = [("n_first_post", "posts", style.BLUE), ("n_first_own_post", "own", style.ORANGE)]
    if (table["n_first_post"] == table["n_first_own_post"]).all():  # one would hide the other
        drawn = drawn[1:]
    for column, name, colour in drawn:
        counts = table[column].to_numpy(dtype=float, na_value=np.nan)
        style.curve(ax, x, counts, colour=colour, step=True)
        ends.append(
            (x[-1] + 0.5, float(counts[-1]), f"{wording.number(counts[-1], lang)} {words[name]}",
             colour)
        )  # fmt: skip
    ax.set_xlim(x[0] - 0.6, x[-1] + 0.6)
    ax.set_ylim(0, None)
    style.end_labels(ax, ends, gap=2.3, fontsize=10)
    style.number_axis(ax, lang)
    style.date_axis(ax, lang, ticks=style.day_ticks(len(x)))
    return ax


def accounts_a_square(table: pd.DataFrame) -> int:
    """Return how many accounts one square of `plot_accounts` stands for."""
    most = table.groupby("day")["n"].sum().max()
    return max(1, int(np.ceil(float(most) / limits.most("squares"))))


@style.chart
def plot_accounts(table: pd.DataFrame, *, lang: str = "en", zone: str = "UTC") -> Figure:
    """Draw one square an account, by role, at up to four days.

    More accounts than 600 make one square worth several, as labelled.

    Parameters
    ----------
    table
        `day`, `role` (founder | supporter | seeker), `n` (null: too few to show).

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> table = pd.DataFrame(
    ...     {
    ...         "day": pd.to_datetime(["2021-01-16", "2021-01-29", "2021-01-29", "2021-01-29"]),
    ...         "role": ["founder", "founder", "supporter", "seeker"],
    ...         "n": [10, 10, 105, 10],
    ...     }
    ... )
    >>> figure = i4.charts.plot_accounts(table)
    """
    days = sorted(set(table["day"]))
    wide = table.pivot_table(index="day", columns="role", values="n", aggfunc="sum").fillna(0)
    totals = wide.sum(axis=1).astype(int)
    worth = accounts_a_square(table)
    roles = [
        role for role in ("founder", "supporter", "seeker") if role in wide and wide[role].any()
    ]
    squares = {day: [round(int(wide.loc[day, role]) / worth) for role in roles] for day in days}
    rows = max(1, int(np.ceil(max(sum(counts) for counts in squares.values()) / ACROSS)))
    if style.narrow():  # a phone has room for two: the first day and the last
        days = list(dict.fromkeys((days[0], days[-1])))
    figure, panels = style.panels(1, columns=len(days), height=1.05 + 0.108 * rows, sharex=False)
    for ax, day in zip(panels, days, strict=True):
        place = 0
        for role, count in zip(roles, squares[day], strict=True):
            drawn = [
                Rectangle((k % ACROSS, k // ACROSS), 0.84, 0.84)
                for k in range(place, place + count)
            ]
            # one collection a role: hundreds of patches take ten times as long to draw
            ax.add_collection(
                PatchCollection(drawn, facecolor=style.ROLES[role], linewidth=0), autolim=False
            )
            place += count
        ax.set_xlim(-0.2, ACROSS + 0.4)
        ax.set_ylim(rows + 0.2, -0.3)
        ax.set_aspect("equal", anchor="N")
        ax.axis("off")
        when = f"{wording.date(day, lang, short=True)} {pd.Timestamp(day).year}"
        ax.set_title(f"{when}\n{wording.number(totals[day], lang)}", fontsize=11)
    _role_names(figure, roles, worth, lang)
    return figure


def _role_names(figure: Figure, roles: list[str], worth: int, lang: str) -> None:
    below = 0.4 / figure.get_figheight()
    cast("Any", figure.get_layout_engine()).set(rect=(0, below, 1, 1 - below))
    handles = [Rectangle((0, 0), 1, 1, color=style.ROLES[role]) for role in roles]
    names = [style.words("members", lang)[role] for role in roles]
    narrow = style.narrow()
    figure.legend(
        cast("Any", handles), names, loc="lower left", bbox_to_anchor=(0, 0),
        bbox_transform=figure.transFigure, ncols=len(roles), handlelength=1, handleheight=1,
        fontsize=9.5 if narrow else 10.5, columnspacing=0.7 if narrow else 1.6,
        handletextpad=0.35 if narrow else 0.8, borderaxespad=0.2 if narrow else 0.5,
    )  # fmt: skip
    if worth > 1:
        words = tell("members", "chart-square", worth=worth)[lang]
        figure.text(0.99, 0.01, words, ha="right", fontsize=9.5, color=style.GREY)


@style.chart
def plot_growth(
    table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en", zone: str = "UTC"
) -> Axes:
    """Draw the counted supporters and the curves fitted to them (`members.growth(...).curves`).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement)
    >>> ax = i4.charts.plot_growth(i4.members.growth(adopted).curves, zone=movement.timezone)
    """
    words = style.words("members", lang)
    ax = style.axes(ax, height=3.2)
    table = limits.by_day(table)
    x = middles(table["day"])
    values = {name: table[name].to_numpy(dtype=float) for name in ("observed", "logistic", "bass")}
    ax.plot(x, values["observed"], "o", color=style.INK, markersize=3.5)
    ax.plot(x, values["logistic"], color=style.BLUE)
    ax.plot(x, values["bass"], color=style.ORANGE, linestyle=(0, (5, 2)))
    ax.set_xlim(x[0] - 0.6, x[-1] + 0.6)
    ax.set_ylim(0, None)
    style.end_labels(
        ax,
        [
            (x[-1] + 0.5, float(known[-1]), words[name], colour)
            for name, colour in (("logistic", style.BLUE), ("bass", style.ORANGE))
            if len(known := values[name][np.isfinite(values[name])])
        ],
    )
    style.number_axis(ax, lang)
    style.date_axis(ax, lang, ticks=style.day_ticks(len(x)))
    return ax


@style.chart
def plot_exposure(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the share that joined after exactly k accounts they follow had (`EXPOSURE`).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> exposure = i4.members.exposure(archive, movement)
    >>> ax = i4.charts.plot_exposure(exposure.table)
    """
    ax = style.axes(ax, height=3.2)
    k = table["k"].to_numpy(dtype=float)
    values = {name: table[name].to_numpy(dtype=float) for name in ("p", "lo", "hi")}
    ax.fill_between(k, values["lo"], values["hi"], color=style.BLUE, alpha=0.2, linewidth=0)
    ax.plot(k, values["p"], color=style.BLUE, marker="o", markersize=5)
    ax.set_xticks(k)
    ax.set_xticklabels([wording.number(one, lang) for one in k])
    ax.set_ylim(0, None)
    style.percent_axis(ax, lang, decimals=1 if values["hi"].max() < 0.1 else 0)
    ax.set_xlabel(style.words("members", lang)["followed"])
    return ax


def days_to_show(days: pd.Series) -> list[Date]:
    """Choose at most four days of a period, first and last included, evenly apart."""
    known = list(dict.fromkeys(days))
    places = np.unique(np.round(np.linspace(0, len(known) - 1, 4)).astype(int))
    return [known[place] for place in places] if known else []
