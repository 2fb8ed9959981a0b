"""Charts of followers: summed day by day with the band of people, and how concentrated."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from i4analysis.publish.charts import limits, style
from i4analysis.publish.charts.members import claims, middles
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import tell
from i4analysis.tables import true


@style.chart
def plot_followers_summed(
    table: pd.DataFrame,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    figures: pd.DataFrame | None = None,
    zone: str = "UTC",
    band: bool = True,
) -> Axes:
    """Draw followers added up day by day, and the band in which the number of people lies.

    Parameters
    ----------
    table
        Of `reach.followers_summed`; with `band` false only `day` and `followers_sum` are needed.
    figures
        Published sums, as hollow diamonds.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> reach = i4.reach.followers_summed(archive, movement)
    >>> ax = i4.charts.plot_followers_summed(reach.table, zone=movement.timezone)
    """
    words = style.words("reach", lang)
    ax = style.axes(ax, height=3.6)
    table = limits.by_day(table)
    x = middles(table["day"])
    total = table["followers_sum"].to_numpy(dtype=float, na_value=np.nan)
    ends = [(x[-1] + 0.5, float(total[-1]), wording.number(total[-1], lang), style.ORANGE)]
    if band:
        lo, hi = (
            table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("reach_lo", "reach_hi")
        )
        ax.fill_between(x, lo, hi, step="mid", color=style.ORANGE, alpha=0.15, linewidth=0)
        if has_floor(table):  # else the sum hides it
            style.curve(ax, x, lo, colour=style.GREY, width=1.3, step=True)
            listed = "largest" in table and true(table["reach_lo"] > table["largest"]).any()
            style.note("lists" if listed else "floor")
            ends.append((x[-1] + 0.5, float(lo[-1]), wording.number(lo[-1], lang), style.GREY))
        estimate = table["reach_est"].to_numpy(dtype=float, na_value=np.nan)
        if np.isfinite(estimate[-1]) and lo[-1] < hi[-1]:
            _estimate(ax, x[-1], table.iloc[-1], lang)
    style.curve(ax, x, total, colour=style.ORANGE, step=True)
    style.note("followers")
    if not band:
        ax.fill_between(x, total, step="mid", color=style.ORANGE, alpha=0.12, linewidth=0)
    ax.set_xlim(x[0] - 0.6, x[-1] + 0.6)
    if figures is not None:
        claims(ax, figures, lang, within=(x[0] - 0.6, x[-1] + 0.6))
    ax.set_ylim(0, max(ax.get_ylim()[1], 1))
    k = int(0.72 * (len(x) - 1))
    # of a band that a published sum makes thin, its three lines would cover the axis
    if band and total[k] > 4 * lo[k] > 0 and total[k] - lo[k] > 0.25 * ax.get_ylim()[1]:
        style.label(
            ax, x[k], (total[k] + lo[k]) / 2, words["people"], colour=style.ORANGE,
            fontsize=9.5, ha="center",
        )  # fmt: skip
    style.end_labels(ax, ends)
    style.number_axis(ax, lang)
    style.date_axis(ax, lang, ticks=style.day_ticks(len(x)))
    return ax


def has_floor(table: pd.DataFrame) -> bool:
    """Tell whether the least number of people lies below the sum on some day."""
    return bool((table["reach_lo"] < table["followers_sum"]).fillna(value=False).any())


def _estimate(ax: Axes, x: float, row: pd.Series, lang: str) -> None:
    ax.plot([x, x], [row["lo"], row["hi"]], color=style.BLUE, linewidth=2)
    ax.plot([x], [row["reach_est"]], "o", color=style.BLUE, markersize=7, zorder=6)
    style.label(
        ax, x, row["reach_est"], f"{style.words('reach', lang)['estimate']}  ", colour=style.BLUE,
        fontsize=9.5, ha="right",
    )  # fmt: skip


@style.chart
def plot_concentration(
    table: pd.DataFrame, *, n_half: int, ax: Axes | None = None, lang: str = "en"
) -> Axes:
    """Draw the followers of each account from the most followed; those that hold half stand out.

    Parameters
    ----------
    table
        Of `reach.concentration`: `rank`, `followers`; all ranks, or as `limits.by_rank` thins
        them.
    n_half
        Accounts that hold half of the sum.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> concentration = i4.reach.concentration(archive, movement)
    >>> ax = i4.charts.plot_concentration(concentration.table, n_half=concentration.n_half)
    """
    words = style.words("reach", lang)
    ax = style.axes(ax, height=3.4)
    followers = table["followers"].to_numpy(dtype=float)
    rank = table["rank"].to_numpy(dtype=int)
    n = int(rank[-1])
    edges = np.append(rank, n + 1) - 0.5
    half_of = int((rank <= n_half).sum())
    ax.stairs(followers, edges, fill=True, color="#C9CDD4")
    ax.stairs(followers[:half_of], edges[: half_of + 1], fill=True, color=style.ORANGE)
    ax.set_xlim(0.5, n + 0.5)
    top = max(followers.max(), 1.0)
    narrow = style.narrow()
    half = style.wrap(
        tell("reach", "chart-half", n=n_half)[lang], 12, 170 if narrow else 330, "bold"
    )
    lines = len(half) + narrow  # a phone has no room for both beside each other
    ax.set_ylim(0, top * (1.1 + 0.18 * lines))  # above the bars, whatever these are
    style.label(ax, 0.5, (1.07 + 0.18 * lines) * top, "\n".join(half), colour="#B44A00", va="top",
                fontweight="bold", fontsize=12)  # fmt: skip
    if n > n_half:
        others = tell("reach", "chart-others", n=n - n_half)[lang]
        style.label(ax, n + 0.5, 1.16 * top, others, colour=style.GREY, ha="right")
    style.number_axis(ax, lang)
    ax.set_ylabel(words["followers"])
    apart = int(np.diff(rank).max(initial=1))
    thinned = f"\n({tell('reach', 'chart-thinned', step=apart)[lang]})" if apart > 1 else ""
    ax.set_xlabel(words["rank"] + thinned)
    ticks = [tick for tick in ax.get_xticks() if 1 <= tick <= n and tick == int(tick)]
    if apart > 1:  # among thousands, those that hold half would be a line
        ax.set_xscale("log")
        ax.minorticks_off()
        ticks = [10**power for power in range(int(np.log10(n)) + 1)]
    ax.set_xticks(sorted({1, *ticks}) if n > 1 else [1])
    ax.set_xticklabels([wording.number(tick, lang) for tick in ax.get_xticks()])
    return ax
