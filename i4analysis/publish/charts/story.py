"""Pictures of the story that ledgers tell, each drawn for a page and for a phone.

The movement beside the calendar of what it asked for, the jobs, and who credits whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date as Date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as MarkPath

from i4analysis.publish.charts import limits, style
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import Rough, tell, terms
from i4analysis.publish.words.wording import HARD, Text

ACROSS, PHONE_ACROSS = 12, 60  # squares in a row
LINE, GAP, HEAD, MARGIN = 0.19, 0.09, 0.34, 0.3  # inches: a line, between events, a title, sides
BORN = 0.22  # and for the words of the birth, where no panel has room for them
LEFT, ROOM = 0.46, style.PHONE_WIDTH - 0.62  # inches of a phone: where words begin, their width
PALE = "#C9DDEC"
#: Kind of event → the colours of its mark and of its face.
EVENTS = {"proven": (style.BLUE, style.BLUE), "claimed": (style.BLUE, "white"),
          "other": (style.INK, style.INK), "all": (style.INK, style.INK)}  # fmt: skip
SIDE, ROOM_ABOVE = 0.05, 0.55  # inches: a square, and the words over the highest
MOST_SQUARES = limits.most("story")


def counted(value: float, roughness: str, lang: str) -> str:
    """Return a published number with its caution: `au moins 300`."""
    return wording.roughly(value, roughness, lang)


def short_day(row: Mapping[Any, Any], lang: str) -> str:
    """Return an event's date as its source knows it, short: `22 sept.`, `vers le 17 oct.`."""
    day, precision = row["date"], row["precision"]
    if day is None or pd.isna(day):
        last = row.get("not_after")
        if last is None or pd.isna(last):
            return ""
        return tell("story", "by-day", day=wording.date(last, lang, short=True))[lang]
    if precision in ("month", "year"):
        return wording.date(day, lang, precision, short=True)
    written = wording.date(day, lang, short=True)
    last = row.get("not_after")
    if precision == "week" and last is not None and not pd.isna(last):
        return tell("story", "by-day", day=wording.date(last, lang, short=True))[lang]
    return tell("story", "around-day", day=written)[lang] if precision == "week" else written


# --------------------------------------------------------------------------------------- story


@style.chart
def plot_story(
    counts: pd.DataFrame,
    sums: pd.DataFrame,
    events: pd.DataFrame,
    *,
    window: tuple[Date, Date],
    start: Date,
    start_label: str,
    lang: str = "en",
) -> Figure:
    """Draw the movement over the calendar of what it asked for (`outcomes.story`).

    A square is an account, a hatched row says `at least`; a bar runs from the fewest to the most
    people that a sum of followers can stand for; an event is a mark with its words. Blue: a source
    credits the movement with it; hollow: so it is claimed, not proven. Nothing joins the accounts
    to the events.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> story = i4.outcomes.story(found, movement, archive)
    >>> from i4analysis.publish.words.wording import Text
    >>> events = story.events[story.events["role"].isin(["crisis", "step", "goal"])]
    >>> titles = zip(events["title_fr"], events["title_en"])
    >>> words = [Text(fr=fr, en=en) for fr, en in titles]
    >>> credited = events["n_credits"] > 0
    >>> events = events.assign(words=words, publisher="", credited=credited)
    >>> events = events.assign(proven=False, open=False)
    >>> counts = story.counts.rename(columns={"metric": "what"})
    >>> born = movement.started_on
    >>> figure = i4.charts.plot_story(
    ...     counts, story.sums, events, window=story.window, start=born, start_label="first post"
    ... )
    """
    credited = events["credited"].astype(bool)
    kinds = np.where(events["proven"].astype(bool), "proven", "claimed")
    events = events.assign(kind=np.where(credited, kinds, "other" if credited.any() else "all"))
    draw = _story_down if style.narrow() else _story_across
    return draw(counts, sums, events, window, start, start_label, lang)


def worth_of(counts: pd.DataFrame) -> int:
    """Return how many accounts a square of a picture stands for."""
    return squares_worth(float(counts["value"].max())) if len(counts) else 1


def squares_worth(most: float) -> int:
    """Return how many accounts a square stands for, so that `most` of them can be drawn."""
    return 1 if most <= MOST_SQUARES else 10 ** int(np.ceil(np.log10(most / MOST_SQUARES)))


def _squares_of(value: float, worth: int) -> int:
    """Return how many squares stand for a count: never none, however few it is beside others."""
    return max(1, round(value / worth))


def below_top(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts without those of members that stand higher than the squares' panel.

    A million members over ten squares would be drawn far outside of the picture.
    """
    bios = counts[(counts["what"] != "members").to_numpy(dtype=bool)]
    most = float(bios["value"].max()) + ROOM_ABOVE / SIDE * worth_of(bios) * ACROSS
    above = (counts["what"] == "members") & (counts["value"] > most)
    return counts[~above.to_numpy(dtype=bool)]


def _story_across(
    counts: pd.DataFrame,
    sums: pd.DataFrame,
    events: pd.DataFrame,
    window: tuple[Date, Date],
    start: Date,
    start_label: str,
    lang: str,
) -> Figure:
    low, high = style.day_numbers(window)
    width = style.WIDTH
    per_day = (width - 2 * MARGIN) / (high - low)  # inches
    bios = counts[(counts["what"] != "members").to_numpy(dtype=bool)]
    members = counts[(counts["what"] == "members").to_numpy(dtype=bool)]
    worth = worth_of(bios)
    side = SIDE
    rows = int(np.ceil(bios["value"].max() / worth / ACROSS)) if len(bios) else 0
    written = _event_lines(events, low, high, per_day, lang)
    heights = [
        rows * side + ROOM_ABOVE if rows else 0.0,
        1.15 if len(sums) else 0.0,
        sum(LINE * len(lines) + GAP for lines, _ in written) + 0.1 if written else 0.0,
    ]
    born = style.day_numbers([start])[0]
    # the words of the birth stand where they fit, else where there is more room, on two lines
    rooms = [72 * (days * per_day + MARGIN - 0.2) for days in (high - born, born - low)]
    right = style.text_width(start_label, 10, "bold") <= rooms[0] or rooms[0] >= rooms[1]
    told = style.balanced(start_label, 10, rooms[0] if right else rooms[1], "bold", most=2)
    # they stand over squares, else in a room of their own above the first panel
    headroom = 0.0 if rows else BORN + LINE * (len(told) - 1)
    heights[1 if heights[1] else 2] += headroom
    titles = ("accounts", "sums", "calendar")
    total = sum(height + HEAD for height in heights if height) + 0.35
    figure = plt.figure(figsize=(width, total), layout="none")
    panels: list[Axes] = []
    top = total
    for place, height in enumerate(heights):
        if not height:
            continue
        top -= HEAD + height
        box = (MARGIN / width, top / total, (width - 2 * MARGIN) / width, height / total)
        ax = figure.add_axes(box)
        ax.set_xlim(low, high)
        ax.axis("off")
        alone = "" if panels or place < 2 else "-alone"  # meanwhile of nothing
        title = terms("story", "chart")[f"{titles[place]}{alone}"][lang]
        style.label(ax, 0, 1 + 0.12 / height, title, fontsize=10.5, fontweight="bold",
                    transform=ax.transAxes)  # fmt: skip
        panels.append(ax)
        crossed: list[tuple[float, float]] = []
        if place == 0:
            _squares(ax, bios, members, worth, side, per_day, height, lang)
        elif place == 1:
            _sums(ax, sums, high, per_day, lang, height / (height - headroom))
        else:
            above = 0.0 if panels[:-1] else headroom
            _calendar(ax, events, written, height, per_day, above)
            crossed = _crossed(events, written, born, per_day, above)
        ends = [1.0, *(1 - y / height for pair in crossed for y in pair), 0.0]
        for above, below in zip(ends[::2], ends[1::2], strict=True):
            if above > below:
                ax.plot([born] * 2, [below, above], color=style.ORANGE, linewidth=1.6, zorder=1,
                        clip_on=False, transform=ax.get_xaxis_transform())  # fmt: skip
    style.label(
        panels[0], born + (0.08 if right else -0.08) / per_day, 1.0, "\n".join(told),
        colour=style.ORANGE, va="top", ha="left" if right else "right",
        transform=panels[0].get_xaxis_transform(), fontsize=10, fontweight="bold",
    )  # fmt: skip
    last = panels[-1]
    last.axis("on")
    last.set_yticks([])
    for name, spine in last.spines.items():
        spine.set_visible(name == "bottom")
    last.patch.set_visible(False)
    style.date_axis(last, lang, ticks=7)
    return figure


def draw_squares(
    ax: Axes, count: int, corner: tuple[float, float], step: tuple[float, float], across: int,
    *, hatched: bool,
) -> float:  # fmt: skip
    """Draw squares row by row from a corner; return where the next row would be.

    They are one path: hundreds of patches make a picture of a megabyte.
    """
    (x, y), (wide, high) = corner, step
    unit = np.array([(0, 0), (0.8 * wide, 0), (0.8 * wide, 0.8 * high), (0, 0.8 * high)])
    places = [((k % across) * wide + x, (k // across) * high + y) for k in range(count)]
    squares = MarkPath.make_compound_path_from_polys(
        np.array([[*(unit + place), unit[0] + place] for place in places])
    )
    ax.add_patch(PathPatch(squares, facecolor=style.BLUE, linewidth=0))
    end = y + -(-count // across) * high
    if hatched:
        box = (min(count, across) - 0.2) * wide, 1.6 * high
        ax.add_patch(Rectangle((x, end), *box, facecolor="white", edgecolor=style.BLUE,
                               hatch="//////", linewidth=0.8))  # fmt: skip
        style.note("hatched")
        end += 2 * high
    return float(end)


def _squares(
    ax: Axes, bios: pd.DataFrame, members: pd.DataFrame, worth: int, side: float, per_day: float,
    height: float, lang: str,
) -> None:  # fmt: skip
    wide = side / per_day
    ax.set_ylim(0, height / side)
    tops: list[tuple[float, float, float]] = []
    for row in bios.to_dict("records"):
        x = style.day_numbers([row["date"]])[0]
        first = row["what"] == "founders"
        left = x + 0.06 / per_day if first else x - ACROSS / 2 * wide
        top = draw_squares(ax, _squares_of(row["value"], worth), (left, 0.0), (wide, 1.0), ACROSS,
                     hatched=row["roughness"] == "at_least")  # fmt: skip
        tops.append((left + ACROSS / 2 * wide, top + 0.6, row["value"]))
    rough = dict(zip(bios["value"], bios["roughness"], strict=True))
    spots: list[tuple[float, float, float]] = []
    for row in members.to_dict("records"):
        x, y = style.day_numbers([row["date"]])[0], row["value"] / worth / ACROSS
        _diamond(ax, x, y)
        spots.append((x, y, row["value"]))
    for x, y, words in _joined(tops, 0.45 / per_day, 0.22 / side, lang, rough):
        half = style.text_width(words, 12, "bold") / 72 / per_day / 2
        inside = [
            spot for spot, up, _ in spots
            if abs(spot - x) < half + 0.1 / per_day and -0.05 < (up - y) * side < 0.27
        ]  # fmt: skip
        end = min([x + half, *(spot - 0.12 / per_day for spot in inside)])  # clear of a diamond
        style.label(ax, end - half, y, words, ha="center", va="bottom", fontsize=12,
                    fontweight="bold", colour=style.BLUE)  # fmt: skip
    for x, y, words in _joined(spots, 0.4 / per_day, 0.17 / side, lang, {}):
        style.label(ax, x + 0.08 / per_day, y, words, fontsize=10, colour=style.GREY)


def _diamond(ax: Axes, x: float, y: float) -> None:
    """Mark a count of members, which sources speak of."""
    ax.plot([x], [y], marker="D", markersize=6, markerfacecolor="white", zorder=3,
            markeredgecolor=style.GREY, markeredgewidth=1.5)  # fmt: skip
    style.note("members")


def _joined(
    spots: list[tuple[float, float, float]], across: float, up: float, lang: str,
    rough: Mapping[float, str],
) -> Iterator[tuple[float, float, str]]:  # fmt: skip
    """Yield where each count is written; counts that stand in one spot are written together.

    Of more than two the least and the most are. `rough`: how roughly a value is known.
    """
    told: list[tuple[float, float, list[float]]] = []
    for x, y, value in sorted(spots):
        values = [value]
        # what is written together already is as much wider
        if told and x - told[-1][0] < across * len(told[-1][2][:2]) and abs(y - told[-1][1]) < up:
            _, above, before = told.pop()
            values, y = [*dict.fromkeys([*before, *values])], max(y, above)
        told.append((x, y, values))
    for x, y, values in told:
        ends, between = (values, " · ") if len(values) < 3 else ([min(values), max(values)], "–")
        yield x, y, between.join(counted(one, rough.get(one, "exact"), lang) for one in ends)


def _sums(
    ax: Axes, sums: pd.DataFrame, high: float, per_day: float, lang: str, taller: float
) -> None:
    most = float(sums["value"].max())
    ax.set_ylim(0, 1.3 * most * taller)
    spots: list[tuple[float, float, float]] = []
    for row in sums.to_dict("records"):
        x = style.day_numbers([row["date"]])[0]
        if not pd.isna(row["people_lo"]):
            ax.plot([x, x], [row["people_lo"], row["value"]], color=PALE, linewidth=9,
                    solid_capstyle="butt", zorder=2)  # fmt: skip
        ax.plot([x], [row["value"]], "o", color=style.PLUM, markersize=8, zorder=4, clip_on=False)
        spots.append((x, row["value"], row["value"]))
    rough = dict(zip(sums["value"], sums["roughness"], strict=True))
    for x, y, words in _joined(spots, 0.8 / per_day, 0.12 * most, lang, rough):
        right = style.text_width(words, 11, "bold") <= 72 * ((high - x) * per_day + MARGIN - 0.2)
        style.label(  # over the points where no room is right of them
            ax, x + (0.1 / per_day if right else 0), y + (0 if right else 0.09 * most), words,
            fontsize=11, fontweight="bold", colour=style.PLUM, ha="left" if right else "right",
            va="center" if right else "bottom",
        )  # fmt: skip
    known = [row for row in sums.to_dict("records") if not pd.isna(row["people_lo"])]
    starts = [style.day_numbers([row["date"]])[0] for row in known]
    rooms = [end - x for x, end in zip(starts, [*starts[1:], high], strict=False)]
    if known:  # what the pale bar means is written where there is most room for it
        place = int(np.argmax(rooms))
        row = known[place]
        words = tell("story", "chart-people", lo=row["people_lo"]).text[lang]
        lines = style.balanced(words, 10, 72 * (rooms[place] * per_day - 0.3), most=3)
        style.label(ax, starts[place] + 0.1 / per_day, 0.28 * most, "\n".join(lines), fontsize=10,
                    colour=style.GREY)  # fmt: skip


def _event_lines(
    events: pd.DataFrame, low: float, high: float, per_day: float, lang: str
) -> list[tuple[list[str], bool]]:
    """Return the lines of each event and whether they stand right of its mark."""
    written = []
    for row in events.to_dict("records"):
        x = _mark(row)
        rooms = [72 * (inches - 0.12) for inches in ((high - x) * per_day, (x - low) * per_day)]
        text = f"{short_day(row, lang)}{HARD}: {row['words'][lang]}"
        right = style.text_width(text, 10) <= rooms[0] or rooms[0] >= rooms[1]
        room = rooms[0] if right else rooms[1]
        written.append((style.balanced(text, 10, room, most=3), right))
    return written


def _mark(row: Mapping[Any, Any]) -> float:
    return float(style.day_numbers([_day_of(row)])[0])


def _calendar(
    ax: Axes,
    events: pd.DataFrame,
    written: Sequence[tuple[list[str], bool]],
    height: float,
    per_day: float,
    above: float,
) -> None:
    ax.set_ylim(height, 0)
    y = 0.03 + above
    for row, (lines, right) in zip(events.to_dict("records"), written, strict=True):
        x = _mark(row)
        _event_mark(ax, row, x, y + LINE / 2)
        for k, line in enumerate(lines):
            style.label(
                ax, x + (0.12 if right else -0.12) / per_day, y + LINE * (k + 0.5), line,
                fontsize=10, ha="left" if right else "right",
            )  # fmt: skip
        y += LINE * len(lines) + GAP


def _crossed(
    events: pd.DataFrame,
    written: Sequence[tuple[list[str], bool]],
    born: float,
    per_day: float,
    above: float,
) -> list[tuple[float, float]]:
    """Return from where to where words stand on the line of birth, in inches from the top.

    The line stops for them with their margins: a stub between two rows would strike both.
    """
    crossed = []
    y = 0.03 + above
    for row, (lines, right) in zip(events.to_dict("records"), written, strict=True):
        tall = LINE * len(lines) + GAP
        reach = 0.18 + max(style.text_width(line, 10) for line in lines) / 72
        past = (born - _mark(row)) * per_day * (1 if right else -1)
        if 0 < past < reach:
            crossed.append((y - GAP / 2, y - GAP / 2 + tall))
        y += tall
    return crossed


def _event_mark(ax: Axes, row: Mapping[Any, Any], x: float, y: float) -> None:
    colour, face = EVENTS[row["kind"]]
    ax.plot([x], [y], "<" if row["open"] else "o", color=colour, markersize=9,
            markerfacecolor=face, markeredgewidth=2, zorder=5, clip_on=False)  # fmt: skip
    style.note(row["kind"])
    if row["open"]:
        style.note("open")
    elif row["precision"] in ("month", "year"):
        style.note("vague")


# ------------------------------------------------------------------------------- story, a phone


Row = tuple[float, Callable[[Axes, float], None]]  # how tall, and what draws it from a height on


def _story_down(
    counts: pd.DataFrame,
    sums: pd.DataFrame,
    events: pd.DataFrame,
    window: tuple[Date, Date],
    start: Date,
    start_label: str,
    lang: str,
) -> Figure:
    """Draw the same with time running down: one row a fact, a count or a sum."""
    of_members = (counts["what"] == "members").to_numpy(dtype=bool)
    bios, members = (counts[of].to_dict("records") for of in (~of_members, of_members))
    worth = worth_of(counts[~of_members])
    # a phone has room for one sum: that beside the largest count, else the last
    chosen = sums[sums["date"].isin({row["date"] for row in bios}).to_numpy(dtype=bool)]
    sums = (chosen if len(chosen) else sums).tail(1)
    most = float(sums["value"].max()) if len(sums) else 1.0
    placed: list[tuple[Date, int, Row]] = []
    placed += [(row["date"], 1, _count_down(row, worth, start, lang)) for row in bios]
    placed += [(row["date"], 2, _sum_down(row, most, lang)) for row in sums.to_dict("records")]
    for row in events.to_dict("records"):
        day = _day_of(row)
        placed.append((day, 3 if day >= start else 0, _event_down(row, start, lang)))
    placed += [(row["date"], 2, _members_down(row, start, lang)) for row in members]
    placed.append((start, 0, _start_down(start_label)))
    rows = [row for *_, row in sorted(placed, key=lambda one: one[:2])]
    height = sum(tall for tall, _ in rows) + 0.1
    figure, ax = plt.subplots(figsize=(style.PHONE_WIDTH, height))
    ax.set_xlim(0, style.PHONE_WIDTH)
    ax.set_ylim(height, 0)
    ax.axis("off")
    ax.plot([0.2, 0.2], [0.1, height - 0.1], color=style.RULE, linewidth=2, zorder=0)
    y = 0.05
    for tall, draw in rows:
        draw(ax, y)
        y += tall
    return figure


def _day_of(row: Mapping[Any, Any]) -> Date:
    """Return the day at which a row stands.

    The last that it may be of where that is all known; of a month or a year the first.
    """
    if row.get("open") or pd.isna(row["date"]):
        last: Date = row["last"]
        return last
    day: Date = row["first"] if row["precision"] in ("month", "year") else row["date"]
    return day


def _dated(row: Mapping[Any, Any], start: Date, lang: str) -> str:
    """Return the day of a row, with its year where it is not that of the birth, and a colon."""
    year = _day_of(row).year
    written = "" if year == start.year or row["precision"] == "year" else f" {year}"
    return f"{short_day(row, lang)}{written}{HARD}:"


def _event_down(row: Mapping[Any, Any], start: Date, lang: str) -> Row:
    lines = style.balanced(f"{_dated(row, start, lang)} {row['words'][lang]}", 10.5, 72 * ROOM)

    def draw(ax: Axes, y: float) -> None:
        _event_mark(ax, row, 0.2, y + 0.12)
        for k, line in enumerate(lines):
            style.label(ax, LEFT, y + 0.12 + 0.19 * k, line, fontsize=10.5)

    return 0.19 * len(lines) + 0.1, draw


def _members_down(row: Mapping[Any, Any], start: Date, lang: str) -> Row:
    number = "noun" if wording.singular(row["value"], lang) else "nouns"
    noun = terms("story", f"cells.{number}")["members"][lang]
    words = f"{_dated(row, start, lang)} {counted(row['value'], row['roughness'], lang)} {noun}"

    def draw(ax: Axes, y: float) -> None:
        _diamond(ax, 0.2, y + 0.1)
        style.label(ax, LEFT, y + 0.1, words, fontsize=10.5, colour=style.GREY)

    return 0.25, draw


def _start_down(label: str) -> Row:
    lines = style.balanced(label, 11, 72 * ROOM, "bold")
    tall = 0.21 * len(lines) + 0.16

    def draw(ax: Axes, y: float) -> None:
        ax.plot([0, style.PHONE_WIDTH], [y + tall - 0.06] * 2, color=style.ORANGE, linewidth=1.8)
        for k, line in enumerate(lines):
            style.label(ax, LEFT, y + 0.11 + 0.21 * k, line, fontsize=11, fontweight="bold",
                        colour=style.ORANGE)  # fmt: skip

    return tall, draw


def _count_down(row: Mapping[Any, Any], worth: int, start: Date, lang: str) -> Row:
    words = f"{_dated(row, start, lang)} {counted(row['value'], row['roughness'], lang)}"
    side, count = ROOM / PHONE_ACROSS, _squares_of(row["value"], worth)
    hatched = row["roughness"] == "at_least"

    def draw(ax: Axes, y: float) -> None:
        style.label(ax, LEFT, y + 0.11, words, fontsize=11, fontweight="bold", colour=style.BLUE)
        draw_squares(ax, count, (LEFT, y + 0.25), (side, side), PHONE_ACROSS, hatched=hatched)

    return 0.25 + -(-count // PHONE_ACROSS) * side + (2 * side if hatched else 0) + 0.1, draw


def _sum_down(row: Mapping[Any, Any], most: float, lang: str) -> Row:
    words = tell("story", "chart-sum", n=Rough(row["value"], row["roughness"]))[lang]
    right = LEFT + ROOM * float(row["value"]) / most

    def draw(ax: Axes, y: float) -> None:
        style.label(ax, LEFT, y + 0.11, words, fontsize=11, fontweight="bold", colour=style.PLUM)
        if not pd.isna(row["people_lo"]):
            left = LEFT + ROOM * float(row["people_lo"]) / most
            ax.plot([left, right], [y + 0.29] * 2, color=PALE, linewidth=8, solid_capstyle="butt")
            people = tell("story", "chart-people", lo=row["people_lo"]).text[lang]
            style.label(ax, LEFT, y + 0.46, people, fontsize=10, colour=style.GREY)
        ax.plot([right], [y + 0.29], "o", color=style.PLUM, markersize=8, zorder=4)

    return 0.62, draw


# --------------------------------------------------------------------------------------- jobs


@style.chart
def plot_jobs(
    jobs: pd.DataFrame, aims: pd.DataFrame, *, lang: str = "en", aim_label: str = ""
) -> Axes:
    """Draw jobs by stage, in order: a bar, its number, and a span from least to most said.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> jobs = pd.DataFrame(
    ...     {
    ...         "label_fr": ["à sauver", "repris"],
    ...         "label_en": ["to be saved", "kept by the buyer"],
    ...         "value": [33.0, 20.0],
    ...         "lo": [33.0, 15.0],
    ...         "hi": [33.0, 20.0],
    ...         "roughness": ["exact", "about"],
    ...         "stage": [0, 1],
    ...     }
    ... )
    >>> aims = pd.DataFrame({"value": [50.0]})
    >>> ax = i4.charts.plot_jobs(jobs, aims, aim_label="aimed at: 50")
    """
    names = [str(name) for name in jobs[f"label_{lang}"]]
    narrow = style.narrow()
    row_high = 0.5 if narrow else 0.42
    ax = style.axes(height=row_high * len(jobs) + 0.55)
    most = max(float(jobs["hi"].max()), float(aims["value"].max()) if len(aims) else 0.0)
    for y, row in enumerate(jobs.to_dict("records")):
        value = float(row["value"])
        colour = style.BLUE if row["stage"] else style.GREY
        ax.barh([y], [value], height=0.3 if narrow else 0.56, color=colour, zorder=2)
        if row["hi"] > row["lo"]:
            ends, tall = [row["lo"], row["hi"]], 0.2 if narrow else 0.36
            for edge, colour in ((4.8, style.PAPER), (2.2, style.INK)):
                ax.hlines(y, *ends, color=colour, linewidth=edge, zorder=4)
                ax.vlines(ends, y - tall, y + tall, color=colour, linewidth=edge, zorder=4)
            style.note("differ")
        at = max(value, float(row["hi"])) + 0.015 * most
        words = counted(value, row["roughness"], lang)
        style.label(ax, at, y, words, fontweight="bold", colour=style.INK, fontsize=11)
        if narrow:
            style.label(ax, 0, y - 0.42, names[y], fontsize=10, colour=style.INK)
    if len(aims):
        aim = float(aims["value"].iloc[0])
        ax.axvline(aim, color=style.ORANGE, linewidth=1.6, linestyle=(0, (3, 2)), zorder=1)
        style.label(ax, aim - 0.01 * most, len(jobs) - 0.36, aim_label, ha="right", va="center",
                    colour=style.ORANGE, fontsize=10, fontweight="bold")  # fmt: skip
    ax.set_xlim(0, 1.1 * most)
    ax.set_ylim(len(jobs) - 0.1 if len(aims) else len(jobs) - 0.5, -0.66 if narrow else -0.5)
    ax.set_yticks([] if narrow else range(len(jobs)), labels=[] if narrow else names)
    ax.tick_params(axis="y", length=0, labelsize=10.5, labelcolor=style.INK)
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    return ax


# --------------------------------------------------------------------------------------- credit


@style.chart
def plot_credits(
    credits: pd.DataFrame,
    *,
    parties: Mapping[str, Text],
    claimants: Mapping[str, Text],
    lang: str = "en",
) -> Axes:
    """Draw who credits whom: full for credit, hollow for a mention, grey for one's own side.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> story = i4.outcomes.story(found, movement, archive)
    >>> from i4analysis.publish.words.wording import Text
    >>> names = {one: Text.same(one) for one in story.credits["claimant"].unique()}
    >>> parties = {one: Text.same(one) for one in story.credits["party"].unique()}
    >>> ax = i4.charts.plot_credits(story.credits, parties=parties, claimants=names)
    """
    order = list(parties)
    rows = list(claimants)
    narrow = style.narrow()
    size = 10 if narrow else 10.5
    room = 118 if narrow else 190
    names = [style.wrap(claimants[name][lang], size, room, most=2) for name in rows]
    ax = style.axes(height=0.27 * sum(max(1, 0.75 * len(n)) for n in names) + 0.12 * len(rows)
                    + 1.25)  # fmt: skip
    for row in credits.to_dict("records"):
        x, y = order.index(row["party"]), rows.index(row["claimant"])
        full = row["says"] == "credits"
        colour = "#8B95A1" if row["itself"] else style.BLUE
        ax.plot([x], [y], "o", markersize=13 if not narrow else 11, color=colour,
                markerfacecolor=colour if full else "white", markeredgewidth=1.8,
                zorder=3)  # fmt: skip
        style.note("full" if full else "hollow")
        if row["itself"]:
            style.note("grey")
    for y in range(len(rows)):
        ax.axhline(y + 0.5, color=style.RULE, linewidth=0.8, zorder=0)
    ax.set_xlim(-0.6, len(order) - 0.4)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks(range(len(rows)), labels=["\n".join(lines) for lines in names])
    ax.set_xticks(range(len(order)), labels=[parties[name][lang] for name in order])
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", length=0, labelrotation=60 if narrow else 35, labelsize=size,
                   labelcolor=style.INK, pad=2)  # fmt: skip
    for tick in ax.get_xticklabels():
        tick.set_horizontalalignment("left")
        tick.set_rotation_mode("anchor")
    ax.tick_params(axis="y", length=0, labelsize=size, labelcolor=style.INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
