"""Charts of appeals: time to the first relay, how unequal help was, what the template is worth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import terms
from i4analysis.publish.words.wording import Text

LORENZ_NOTE = 0.46  # of the width of its axis that the note on half of the requests takes
#: Model → its colour and mark; their words, and those of the elements, are in the catalogue.
MODELS = {
    "fixed effects": (style.BLUE, "o"),
    "author means": (style.ORANGE, "s"),
    "matched": (style.GREEN, "D"),
}


@style.chart
def plot_first_relay(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the share of requests relayed as hours pass, with its interval.

    Parameters
    ----------
    table
        `Service.survival`: hours, relayed, lo, hi.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> service = i4.appeals.service(archive, movement, classified, resamples=50)
    >>> ax = i4.charts.plot_first_relay(service.survival)
    """
    ax = style.axes(ax, height=3.4)
    hours = np.concatenate([[0.0], table["hours"].to_numpy(float)])
    place = np.log2(1 + hours)  # hours after the first matter less and less
    relayed = np.concatenate([[0.0], table["relayed"].to_numpy(float)])
    low = np.concatenate([[0.0], table["lo"].to_numpy(float)])
    high = np.concatenate([[0.0], table["hi"].to_numpy(float)])
    ax.fill_between(place, low, high, color=style.BLUE, alpha=0.15, linewidth=0)
    ax.plot(place, relayed, color=style.BLUE, marker="o", markersize=5, clip_on=False)
    ax.set_xticks(place)
    ax.set_xlim(-0.15, place[-1] * 1.1)
    ax.set_xticklabels([_span(hour, lang) for hour in hours])
    ax.set_ylim(0, 1)
    style.percent_axis(ax, lang)
    ax.set_xlabel(terms("appeals", "chart")["after"][lang])
    said = wording.percent(relayed[-1], lang)
    style.end_labels(ax, [(place[-1], relayed[-1], said, style.BLUE)])
    return ax


def _span(hours: float, lang: str) -> str:
    if hours == 0:
        return "0"
    if hours < 48:
        return f"{wording.number(hours, lang)}{wording.HARD}h"
    return f"{wording.number(hours / 24, lang)}{wording.HARD}{'j' if lang == 'fr' else 'd'}"


@style.chart
def plot_relay_lorenz(table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the share of all relays that went to each share of requests, fewest first.

    Parameters
    ----------
    table
        `Service.lorenz`: requests, relays.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> service = i4.appeals.service(archive, movement, classified, resamples=50)
    >>> ax = i4.charts.plot_relay_lorenz(service.lorenz)
    """
    ax = style.axes(ax, height=4.2, width=5.4)
    x, y = table["requests"].to_numpy(float), table["relays"].to_numpy(float)
    ax.plot([0, 1], [0, 1], color=style.GREY, linewidth=1, linestyle=(0, (4, 3)))
    ax.fill_between(x, y, x, color=style.PLUM, alpha=0.12, linewidth=0)
    ax.plot(x, y, color=style.PLUM, marker="o", markersize=4.5, clip_on=False)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    style.percent_axis(ax, lang, which="x")
    style.percent_axis(ax, lang)
    ax.set_xticks([0.2, 0.4, 0.6, 0.8, 1.0])  # the corner's 0 % stands on the other axis
    words = {name: text[lang] for name, text in terms("appeals", "chart").items()}
    ax.set_xlabel(words["least"])
    ax.set_ylabel(words["share"])
    style.label(ax, 0.5, 0.56, words["equal"], colour=style.GREY, ha="right")
    half = float(np.interp(0.5, x, y))
    note = f"{words['half']}\n{wording.percent(half, lang)} {words['of_reshares']}"
    ax.plot([0.5], [half], marker="o", markersize=8, color=style.PLUM)
    # where the curve sags there is room beneath the diagonal, else under the curve
    heights = np.linspace(0.12, 0.5, 39)
    rooms = np.interp(heights, y, x) - heights
    best = int(rooms.argmax())
    wide, at = float(rooms[best]), float(heights[best])
    place = (at + wide / 2, at, "center") if wide > LORENZ_NOTE else (0.98, 0.09, "right")
    style.label(ax, *place[:2], note, colour=style.PLUM, ha=place[2], fontsize=10)
    return ax


@style.chart
def plot_template_effects(
    table: pd.DataFrame, *, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw what each element multiplies reshares by, one mark a model, with intervals.

    Parameters
    ----------
    table
        `TemplateEffects.table`: feature, model, ratio, lo, hi. Hollow marks carry a warning.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> effects = i4.appeals.template_effects(archive, movement, classified)
    >>> ax = i4.charts.plot_template_effects(effects.table)
    """
    elements, names = (terms("appeals", f"cells.{name}") for name in ("feature", "model"))
    features = [name for name in elements if name in set(table["feature"])]
    models = [name for name in MODELS if name in set(table["model"])]
    ax = style.axes(ax, height=1.35 + 0.52 * len(features))
    step = 0.22
    for row, feature in enumerate(features):
        for place, model in enumerate(models):
            mine = table[(table["feature"] == feature) & (table["model"] == model)]
            if mine.empty:
                continue
            at = row + (place - (len(models) - 1) / 2) * step
            _interval(ax, mine.iloc[0], at, model)
    ax.axvline(1, color=style.INK, linewidth=1, zorder=1)
    ax.set_xscale("log")
    ax.set_ylim(len(features) - 0.45, -0.55)
    shown = [0.1, 0.2, 0.5, 1, 2, 5, 10]
    low, high = float(table["lo"].min()), float(table["hi"].max())
    ax.set_xlim(max(min(low, 0.8) * 0.95, 0.1), min(max(high, 1.25) * 1.05, 10))
    inside = [tick for tick in shown if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
    ax.set_xticks(inside)
    ax.set_xticklabels(["×" + wording.number(tick, lang) for tick in inside])
    ax.minorticks_off()
    ax.grid(True, axis="x")
    ax.set_yticks(range(len(features)))
    ax.set_yticklabels(["\n".join(style.wrap(elements[f][lang], 11, 170)) for f in features])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    for model in models:
        colour, marker = MODELS[model]
        ax.plot([], [], marker=marker, color=colour, linewidth=1.6, label=names[model][lang])
    ax.legend(
        loc="upper left", bbox_to_anchor=(-0.35, -0.12 - 0.25 / len(features)), ncols=3,
        frameon=False, fontsize=10, handletextpad=0.4, columnspacing=1.2,
    )  # fmt: skip
    return ax


def _interval(ax: Axes, row: pd.Series, at: float, model: str) -> None:
    colour, marker = MODELS[model]
    # hollow: it carries a warning beside the choice of model
    hollow = bool(str(row.get("warning", "") or "").replace("chosen", "").strip())
    if hollow:
        style.note("hollow")
    ax.plot([row["lo"], row["hi"]], [at, at], color=colour, linewidth=1.6, clip_on=True)
    ax.plot(
        [row["ratio"]],
        [at],
        marker=marker,
        markersize=7,
        color=colour,
        markerfacecolor=style.PAPER if hollow else colour,
        markeredgewidth=1.5,
    )


@style.chart
def plot_service_groups(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    labels: Mapping[str, Text] | None = None,
) -> Axes:
    """Draw the share of requests relayed within seven days, group by group, with intervals.

    Parameters
    ----------
    table
        Rows of one dimension of `Service.by_group` whose share is known.
    labels
        Group → words.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> service = i4.appeals.service(archive, movement, classified, resamples=50)
    >>> groups = service.by_group[service.by_group["dimension"] == "weekday"]
    >>> ax = i4.charts.plot_service_groups(groups)
    """
    rows = table.dropna(subset=["relayed_7d"]).sort_values("relayed_7d", ascending=False)
    ax = style.axes(ax, height=1.1 + 0.42 * len(rows))
    for place, row in enumerate(rows.to_dict("records")):
        grey = row["group"] in ("pooled", "unknown")
        colour = style.GREY if grey else style.BLUE
        ax.plot([row["relayed_7d_lo"], row["relayed_7d_hi"]], [place, place], color=colour)
        ax.plot([row["relayed_7d"]], [place], marker="o", markersize=7, color=colour)
    names = [(labels or {}).get(str(g), Text.same(str(g)))[lang] for g in rows["group"]]
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels(["\n".join(style.wrap(name, 10, 190)) for name in names], fontsize=10)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    style.percent_axis(ax, lang, which="x")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return ax
