"""The look of every chart: sizes, colours, fonts, axes in two languages, the frame of a picture.

A chart is a function `plot_x(table, *, ax=None, lang="en") -> Axes` under the decorator `chart`:
it draws the data and its direct labels only. `frame` adds what makes the picture stand alone
(finding, subtitle, source, made-up mark); `Chapter` calls it when it saves.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date as Date
from datetime import datetime, time, timedelta
from functools import lru_cache, wraps
from html import escape
from typing import Any, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import patheffects
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text as Label
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from i4analysis.publish.charts import fonts, limits
from i4analysis.publish.words import wording
from i4analysis.publish.words.sentence import tell, terms
from i4analysis.publish.words.sentence import topic as catalogue

BLUE, ORANGE, PLUM, GREEN = "#0072B2", "#D55E00", "#7A2A5E", "#009E73"
INK, GREY, RULE, PAPER = "#1B1F24", "#5B6470", "#DDE1E6", "#FFFFFF"
COLOURS = (BLUE, ORANGE, PLUM, GREEN, INK)
ROLES = {"founder": ORANGE, "supporter": BLUE, "seeker": PLUM, "relay": GREEN, "outsider": GREY}

WIDTH = 6.8  # inches: the report's text column
# Of the drawing for a phone: its 9.5-point labels are 12 pixels of a screen of 390.
PHONE_WIDTH, PHONE_TICKS = 3.72, 3
LONGEST = 240  # characters that could ever fit a line: longer ones are not measured
FRAME = "frame-"  # identifier of what `frame` writes, in SVG
FAMILIES = "'DejaVu Sans', Verdana, 'Noto Sans', sans-serif"  # Verdana is as wide
EDGED = "edged-"  # and of labels with a white edge

# Typed Any: matplotlib declares each of its 300 keys as a literal.
RC: Any = {
    "font.family": fonts.FONT,
    "font.size": 11,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": GREY,
    "axes.labelsize": 10.5,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": False,
    "axes.prop_cycle": cycler(color=COLOURS),
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "i4analysis",
    "svg.fonttype": "none",  # text that an art desk can edit, and a reader search
    "path.simplify": True,
}

_DATES: Any = mdates  # its converters have no types
_width: ContextVar[float] = ContextVar("i4_picture_width", default=WIDTH)
_noted: ContextVar[set[str] | None] = ContextVar("i4_kinds_drawn", default=None)
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def look() -> Iterator[None]:
    """Draw in this style within; what a notebook's backend sets on its first use stays set.

    The backend of notebooks is loaded by the first figure and then turns on that figures are
    shown: undone with the style, no later chart of the notebook would be.
    """
    lively = mpl.is_interactive()
    try:
        with mpl.rc_context(RC):
            try:
                yield
            finally:
                lively = mpl.is_interactive()
    finally:
        mpl.interactive(lively)


def chart(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a plotting function so that it draws in this style, whatever the caller's own."""

    @wraps(function)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with look():
            return function(*args, **kwargs)

    return drawn


@contextmanager
def for_phone() -> Iterator[None]:
    """Draw what follows at the width of a phone: charts ask `narrow()` and choose their layout."""
    token = _width.set(PHONE_WIDTH)
    try:
        yield
    finally:
        _width.reset(token)


def narrow() -> bool:
    """Tell whether a picture is being drawn for a phone."""
    return _width.get() < WIDTH


def note(kind: str) -> None:
    """Say that a mark of a kind is drawn: the words of a picture name those, and no other."""
    if (kinds := _noted.get()) is not None:
        kinds.add(kind)


def drawn(draw: Callable[[str], Axes | Figure], lang: str) -> Figure:
    """Return the figure that a chart makes in a language, in this style."""
    with look():
        made = draw(lang)
    return made if isinstance(made, Figure) else cast("Figure", made.figure)


def kinds_drawn(draw: Callable[[str], Axes | Figure]) -> set[str]:
    """Return the kinds of marks that a drawing for a page notes."""
    kinds: set[str] = set()
    token = _noted.set(kinds)
    try:
        plt.close(drawn(draw, wording.LANGUAGES[0]))
    finally:
        _noted.reset(token)
    return kinds


def words(topic: str, lang: str) -> dict[str, str]:
    """Return the words on the charts of a topic, as `words/<topic>.toml` has them."""
    told = catalogue(topic)["chart"]["words"]
    return {code: said[lang] for code, said in told.items()}


@chart
def axes(ax: Axes | None = None, *, height: float = 3.4, width: float = WIDTH) -> Axes:
    """Return `ax`, or the axes of a new figure of the report's width (inches) if there is none."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=(min(width, _width.get()), height))[1]


@chart
def panels(
    rows: int,
    *,
    columns: int = 1,
    height: float = 4.6,
    ratios: Sequence[float] | None = None,
    sharex: bool = True,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """Return a new figure and its panels, row by row: two measures never share one panel."""
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(_width.get(), height),
        sharex=sharex,
        sharey=sharey,
        squeeze=False,
        gridspec_kw={"height_ratios": ratios} if ratios else None,
    )
    return figure, list(grid.ravel())


# --------------------------------------------------------------------------------------- axes


def number_axis(ax: Axes, lang: str, *, which: str = "y", whole: bool = True) -> None:
    """Write an axis in numbers of the language, from few round ticks, with light grid lines."""
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_locator(MaxNLocator(5, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: wording.number(value, lang)))
    _quiet(ax, which)


def percent_axis(ax: Axes, lang: str, *, which: str = "y", decimals: int = 0) -> None:
    """Write an axis of shares (0–1) as percentages of the language."""
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: wording.percent(round(value, 6), lang, decimals))
    )
    _quiet(ax, which)


def _quiet(ax: Axes, which: str) -> None:
    ax.grid(True, axis=cast("Any", which))
    ax.tick_params(axis=cast("Any", which), length=0)
    ax.spines["left" if which == "y" else "bottom"].set_visible(False)


def date_axis(ax: Axes, lang: str, *, zone: ZoneInfo | str = "UTC", ticks: int = 6) -> None:
    """Write the x axis in days (hours under three days), in words of the language.

    Call it after drawing: it places at most `ticks` labels inside the axis's present limits. What
    `day_numbers` placed already is on the wall's clock; `zone` is for an axis of UTC instants.
    """
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    ticks = min(ticks, PHONE_TICKS) if narrow() else ticks
    low, high = (cast("datetime", _DATES.num2date(x, tz=place)) for x in ax.get_xlim())
    days = (high - low).total_seconds() / 86400
    inside = [moment for moment in _moments(low, high, days, ticks) if low <= moment <= high]
    ax.set_xticks([_DATES.date2num(moment) for moment in inside])
    pairs = zip([None, *inside], inside, strict=False)
    ax.set_xticklabels([_tick(moment, before, lang, days) for before, moment in pairs])
    ax.tick_params(axis="x", length=4)


def day_ticks(days: int) -> int:
    """Return how many ticks an axis of so many days bears: none within a day."""
    return 6 if days > 4 else max(days, 2)


def _moments(low: datetime, high: datetime, days: float, ticks: int) -> list[datetime]:
    midnight = datetime.combine(low.date(), time(), low.tzinfo)
    if days < 3:
        step = next((h for h in (1, 2, 3, 6, 12) if days * 24 / h <= ticks), 24)
        return [midnight + timedelta(hours=k) for k in range(0, 24 * 4 + 1, step)]
    if days > 330:
        step = next((s for s in (1, 2, 3, 6) if days / 30.4 / s <= ticks), 12)
        step *= max(1, round(days / 30.4 / step / ticks))
        start = -(-(low.month - 1) // step) * step  # a year's first tick is its January
        months = range(start, low.month + int(days / 30.4) + 2, step)
        return [midnight.replace(year=low.year + m // 12, month=m % 12 + 1, day=1) for m in months]
    step = next((s for s in (1, 2, 3, 4, 5, 7, 10, 14, 21, 28) if days / s <= ticks), 60)
    first = midnight if midnight >= low else midnight + timedelta(days=1)
    return [first + timedelta(days=k) for k in range(0, int(days) + 2, step)]


def _tick(moment: datetime, before: datetime | None, lang: str, days: float) -> str:
    """Return a tick's words; the year is said at the first, and where it changes."""
    year = f"\n{moment.year}" if before is None or before.year != moment.year else ""
    if days > 330:
        return wording.SHORT_MONTHS[lang][moment.month - 1] + year
    day = wording.date(moment, lang, short=True)
    if days >= 3 or moment.hour == 0:
        return day + year
    hour = f"{moment.hour}{wording.HARD}h" if lang == "fr" else f"{moment.hour}:00"
    return f"{hour}\n{day} {moment.year}" if before is None else hour


def day_numbers(days: Iterable[Any], zone: ZoneInfo | str = "UTC") -> np.ndarray:
    """Return days, or moments as the clocks of `zone` show them, as numbers of a date axis."""
    plain = [day if isinstance(day, Date) else pd.Timestamp(day) for day in days]
    shown = [
        one.tz_convert(zone).tz_localize(None)
        if isinstance(one, pd.Timestamp) and one.tzinfo
        else one
        for one in plain
    ]
    return np.asarray(_DATES.date2num(shown), dtype=float)


def curve(
    ax: Axes, x: np.ndarray, y: np.ndarray, *, colour: str, width: float = 2.2, step: bool = False
) -> None:
    """Draw a line; a value that stands alone, as of a series of one day, is a dot."""
    if step:
        ax.step(x, y, where="mid", color=colour, linewidth=width)
    else:
        ax.plot(x, y, color=colour, linewidth=width)
    known = np.concatenate([[False], np.isfinite(y), [False]])
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    if alone.any():
        ax.plot(x[alone], y[alone], "o", color=colour, markersize=6, clip_on=False)


def bars(
    ax: Axes, first: np.ndarray, values: np.ndarray, step: str, *, fill: float = 0.82, **more: Any
) -> None:
    """Draw a bar a day, a week or a month, over the days that it counts.

    More than `limits` allows are an area under the same steps.
    """
    ends = np.append(first[1:], first[-1] + {"day": 1, "week": 7, "month": 30}[step])
    if len(first) > limits.most("bars"):
        base = np.zeros(len(first)) + more.pop("bottom", 0.0)
        ax.fill_between((first + ends) / 2, base, base + values, step="mid", linewidth=0, **more)
        return
    ax.bar((first + ends) / 2, values, width=fill * (ends - first), **more)


# --------------------------------------------------------------------------------------- labels


@chart
def label(ax: Axes, x: Any, y: Any, text: str, *, colour: str = INK, **kwargs: Any) -> Label:
    """Write a direct label with a white edge, so that it stays readable over lines."""
    options: dict[str, Any] = {"fontsize": 11, "color": colour, "va": "center", "clip_on": False}
    made = ax.text(x, y, text, **(options | kwargs))
    made.set_path_effects([patheffects.withStroke(linewidth=3, foreground=PAPER)])
    return made


@chart
def end_labels(
    ax: Axes, ends: Sequence[tuple[Any, float, str, str]], *, gap: float = 1.25, **kwargs: Any
) -> None:
    """Write (x, y, text, colour) labels right of the ends of lines, pushed apart where they meet.

    `gap` is the least distance between two of them, in lines of text.
    """
    low, high = sorted(ax.get_ylim())
    height = ax.get_position().height * cast("Figure", ax.figure).get_figheight()
    least = gap * 11 / 72 / max(height, 0.1) * (high - low)
    floor = -np.inf
    for x, y, text, colour in sorted(ends, key=lambda end: end[1]):
        below = text.count("\n") * 11 / 72 / max(height, 0.1) * (high - low)  # of two lines, over
        at = max(float(y), floor + least, low + below * 0.6)  # the axis: its days stand there
        floor = at
        offset = ax.annotate(
            text,
            (x, at),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=kwargs.get("fontsize", 11),
            fontweight=kwargs.get("fontweight", "bold"),
            annotation_clip=False,
        )
        offset.set_path_effects([patheffects.withStroke(linewidth=3, foreground=PAPER)])


def key(
    ax: Axes, names: Sequence[tuple[str, str]], *, height: float = 1.02, size: float = 10,
    weight: str = "normal",
) -> None:  # fmt: skip
    """Name the marks that are drawn, (words, colour) each, in a row that stands at a height.

    A name that does not fit the width begins a new row above it.
    """
    width = 72 * cast("Figure", ax.figure).get_figwidth() * 0.9
    x, y = 0.0, 0.0
    for text, colour in names:
        room = text_width(text, size, weight)
        if x and x + room > width:
            x, y = 0.0, y + 1.3 * size
        ax.annotate(
            text, (0, height), xytext=(x, y), xycoords="axes fraction", fontsize=size,
            textcoords="offset points", color=colour, fontweight=weight, va="bottom",
        )  # fmt: skip
        x += room + 16


def mark_date(ax: Axes, x: Any, text: str) -> None:
    """Draw a dated event as a thin dotted line with its name beside its top."""
    with mpl.rc_context(RC):
        ax.axvline(x, color=GREY, linewidth=1, linestyle=(0, (2, 2)), zorder=1)
        made = ax.annotate(
            text,
            (x, 0.995),
            xycoords=ax.get_xaxis_transform(),
            xytext=(4, 0),
            textcoords="offset points",
            ha="left",
            va="top",
            fontsize=9.5,
            color=GREY,
        )
        made.set_path_effects([patheffects.withStroke(linewidth=3, foreground=PAPER)])


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a text in points, as drawn."""
    if not text.strip():
        return 0.3 * size * len(text)
    font = _font(weight, *fonts.families(text)[1:])
    font.set_size(size, 72)
    font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64


@lru_cache(maxsize=8)
def _font(weight: str, *rare: str) -> FT2Font:
    names = (fonts.FONT, *rare)
    paths = [findfont(FontProperties(family=name, weight=weight)) for name in names]
    return get_font(paths) if rare else FT2Font(paths[0])


def readable(colour: Any, least: float = 4.5) -> Any:
    """Return a colour dark enough for words on white: contrast of `least` (WCAG 2.2, 1.4.3).

    A colour that is nearly white is meant for a dark ground, and stays.

    Examples
    --------
    >>> readable("#1B1F24"), readable(ORANGE), readable("#FFFFFF")
    ('#1B1F24', '#c15500', '#FFFFFF')
    """
    shade = np.array(to_rgb(colour))
    if not 1.3 < contrast(shade) < least:
        return colour
    while contrast(shade) < least:
        shade = 0.98 * shade
    red, green, blue = (float(part) for part in shade)
    return to_hex((red, green, blue))


def contrast(shade: Any) -> float:
    """Return the contrast of a colour with white."""
    linear = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (linear @ np.array([0.2126, 0.7152, 0.0722]) + 0.05))


def wrap(
    text: str, size: float, width: float, weight: str = "normal", *, most: int = 8
) -> list[str]:
    """Return the lines of a text that fit `width` points, at most `most`.

    A word too long for a line is cut, never spilt; what does not fit is an ellipsis.
    """
    lines: list[str] = []
    for whole in re.split(r"[ \n]+", text):
        word = whole
        trial = f"{lines[-1]} {word}" if lines else word
        if lines and len(trial) < LONGEST and text_width(trial, size, weight) <= width:
            lines[-1] = trial
            continue
        while len(lines) <= most and not _fits(word, size, width, weight):
            start = word[:LONGEST]
            fits = max(1, int(len(start) * width / text_width(start, size, weight)) - 1)
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
        if len(lines) > most:
            return [*lines[: most - 1], lines[most - 1].rstrip(" ,;:.") + "…"]
    return lines


def balanced(
    text: str, size: float, width: float, weight: str = "normal", *, most: int = 8
) -> list[str]:
    """Wrap in as few lines as needed, of much the same length: no last line of one word."""
    best = wrap(text, size, width, weight, most=most)
    for share in (0.9, 0.8, 0.7, 0.6):
        narrower = wrap(text, size, share * width, weight, most=most)
        if len(narrower) > len(best) or " ".join(narrower) != " ".join(best):  # more is cut
            break
        best = narrower
    return best


def _fits(word: str, size: float, width: float, weight: str) -> bool:
    return len(word) < 2 or (len(word) < LONGEST and text_width(word, size, weight) <= width)


# --------------------------------------------------------------------------------------- pictures


_Line = tuple[str, float, str, str]


def _set_typography(figure: Figure, lang: str) -> None:
    """Give every label the spaces and apostrophes of its language, names in data included."""

    def right(text: str) -> str:
        return "\n".join(wording.Text.same(line)[lang] for line in text.split("\n"))

    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, FixedFormatter):
                formatter.seq = [right(str(text)) for text in formatter.seq]
            elif isinstance(formatter, StrCategoryFormatter):
                ticks = axis.get_majorticklocs()
                axis.set_ticks(
                    ticks, labels=[right(t) for t in cast("Any", formatter).format_ticks(ticks)]
                )
    for label_ in figure.findobj(Label):
        text = label_.get_text()
        if text.strip():
            label_.set_text(right(text))
            label_.set_color(readable(label_.get_color()))
            label_.set_fontfamily(fonts.families(text))


def _wrap_axis_names(figure: Figure) -> bool:
    """Break the names of horizontal axes that are wider than the picture; tell if any was."""
    width, broken = figure.get_figwidth(), False
    for ax in figure.axes:
        name, place = ax.get_xlabel(), ax.get_position()
        middle = width * (place.x0 + place.x1) / 2
        room = 144 * min(middle, width - middle) - 8  # it is centred under its panel
        size = float(ax.xaxis.label.get_fontsize())
        if name.strip() and "\n" not in name and text_width(name, size) > room > 0:
            ax.set_xlabel("\n".join(wrap(name, size, room, most=2)))
            broken = True
    return broken


def _thin_ticks(figure: Figure) -> None:
    """Leave out the words of a tick that would run into those before it."""
    for ax in figure.axes:
        places, ticks = ax.get_xticks(), ax.get_xticklabels()
        fixed = isinstance(ax.xaxis.get_major_locator(), FixedLocator)
        if not (ax.axison and fixed and len(places) == len(ticks)):
            continue
        end, low, high = -np.inf, *sorted(ax.get_xlim())
        kept = []
        for place, tick in zip(places, ticks, strict=True):
            box = tick.get_window_extent()
            fits = tick.get_rotation() > 0 or not low <= place <= high or box.x0 > end + 4
            kept.append(tick.get_text() if fits else "")
            end = box.x1 if fits and tick.get_text() else end
        ax.set_xticklabels(kept)


def _keep_inside(figure: Figure) -> None:
    """Shrink the panels until no label is cut by the picture's edge."""
    margin = 0.03  # inches
    for _ in range(3):
        width, height = figure.get_size_inches()
        box = figure.get_tightbbox()
        spills = np.maximum(
            [margin - box.x0, margin - box.y0, box.x1 - width + margin, box.y1 - height + margin],
            0,
        )
        if box.width == 0 or spills.max() < 0.01:
            return
        left, low, right, top = spills / np.array([width, height, width, height])
        for ax in figure.axes:
            place = ax.get_position()
            ax.set_position(
                (
                    left + place.x0 * (1 - left - right),
                    low + place.y0 * (1 - low - top),
                    place.width * (1 - left - right),
                    place.height * (1 - low - top),
                )
            )
        figure.draw_without_rendering()


def _lines(figure: Figure, lines: Sequence[_Line], top: float, spacing: float) -> None:
    width, height = figure.get_size_inches()
    for number, (line, size, weight, colour) in enumerate(lines):
        # parse_math: a dollar sign in a text is a dollar sign. The gid lets a page drop the frame.
        figure.text(
            6 / 72 / width,
            top / 72 / height,
            line,
            fontsize=size,
            weight=weight,
            color=colour,
            va="top",
            fontfamily=fonts.families(line),
            parse_math=False,
            gid=f"{FRAME}{round(top)}-{number}",
        )
        top -= spacing * size


@chart
def frame(
    figure: Figure, *, title: str, subtitle: str, source: str, made_up: bool, lang: str
) -> tuple[Bbox, float, float]:
    """Write finding, subtitle, source and made-up mark around a figure.

    Returns the box to save (inches) and the heights of the header and the footer (points), so
    that a page, which prints them as text, can show the middle alone.
    """
    _set_typography(figure, lang)
    figure.draw_without_rendering()
    if _wrap_axis_names(figure):
        figure.draw_without_rendering()
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        figure.set_layout_engine(None)  # placed once; an engine, even idle, redraws at each save
    _keep_inside(figure)
    _thin_ticks(figure)
    width, height = figure.get_size_inches()
    room = 72 * width - 12
    heads = [(line, 14.0, "bold", INK) for line in balanced(title, 14, room, "bold")]
    heads += [(line, 10.5, "normal", GREY) for line in wrap(subtitle, 10.5, room)]
    around = {name: text[lang] for name, text in terms("report", "words").items()}
    foot = re.sub(r"[\s.]+$", "", f"{around['source']} : {source}") + " · i4analysis · CC BY 4.0"
    foots = [
        (line, 8.5, "normal", GREY) for line in wrap(wording.Text.same(foot)[lang], 8.5, room)
    ]
    words = (label_.get_text() for label_ in figure.findobj(Label))
    gone = fonts.lost("".join((*words, title, subtitle, foot)))
    if gone:
        said = tell("common", "unprinted", n=len(gone))[lang]
        foots += [(line, 8.5, "normal", INK) for line in wrap(said, 8.5, room)]
    if made_up:
        foots.insert(0, (around["made_up"], 9.5, "bold", "#8A4B00"))
    header = 20 + sum(1.35 * size for _, size, _, _ in heads)
    footer = 12 + sum(1.4 * size for _, size, _, _ in foots)
    _lines(figure, heads, 72 * height + header - 8, 1.35)
    _lines(figure, foots, -6.0, 1.4)
    box = Bbox([[0, -footer / 72], [width, height + header / 72]])
    return box, header, footer


def picture(
    figure: Figure, kind: str, box: Bbox | None = None, *, dpi: int = 200, title: str = "",
    description: str = "", lang: str = "en",
) -> bytes:  # fmt: skip
    """Return a figure as "svg" or "png" bytes that depend on nothing but what it shows.

    An SVG holds its words as text, its `title`, its `description` and the language of all.
    """
    stream = io.BytesIO()
    metadata: dict[str, Any] = {"Date": None, "Creator": "i4analysis"} if kind == "svg" else {}
    if kind == "png":
        metadata = {"Software": None}
    # savefig gives a figure without a layout engine that of the settings back
    settings = RC | {"figure.constrained_layout.use": False}
    fit = _plain_text if kind == "svg" else _printable_text
    with mpl.rc_context(settings), fit(figure):
        figure.savefig(stream, format=kind, bbox_inches=box, dpi=dpi, metadata=metadata)
    if kind == "png":
        return stream.getvalue()
    return _described(stream.getvalue(), title, description, lang)


@contextmanager
def _printable_text(figure: Figure) -> Iterator[None]:
    """Put � for the signs that our fonts lack; an SVG keeps them, its reader may have the font."""
    whole = [(label, label.get_text()) for label in figure.findobj(Label)]
    changed = [(label, text) for label, text in whole if fonts.lost(text)]
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)] if changed else []
    named = [(axis, axis.get_major_formatter()) for axis in axes]
    for axis, _ in named:  # a tick takes its words from here each time it is drawn
        words = [label.get_text() for label in axis.get_ticklabels()]
        axis.set_major_formatter(FuncFormatter(_from_list(list(map(fonts.printable, words)))))
    for label, text in changed:
        label.set_text(fonts.printable(text))
    try:
        yield
    finally:
        for label, text in changed:
            label.set_text(text)
        for axis, formatter in named:
            axis.set_major_formatter(formatter)


def _from_list(words: Sequence[str]) -> Callable[[float, int | None], str]:
    """Return a formatter that gives each tick the words at its place."""
    return lambda _, place: words[place] if place is not None and place < len(words) else ""


@contextmanager
def _plain_text(figure: Figure) -> Iterator[None]:
    """Take the white edges off the labels while an SVG is written: they would make them outlines.

    The gid lets `_described` give them back as strokes.
    """
    edged = [label for label in figure.findobj(Label) if label.get_path_effects()]
    effects = [(label, label.get_path_effects(), label.get_gid()) for label in edged]
    for place, label in enumerate(edged):
        label.set_path_effects([])
        label.set_gid(label.get_gid() or f"{EDGED}{place}")
    try:
        with warnings.catch_warnings():  # what ours lack stays: the reader's font may have it
            warnings.filterwarnings("ignore", message=".*missing from font")
            yield
    finally:
        for label, effect, gid in effects:
            label.set_path_effects(effect)
            label.set_gid(gid)


def _described(svg: bytes, title: str, description: str, lang: str) -> bytes:
    """Return an SVG with its title and description, and white edges round its labels."""
    text = svg.decode("utf-8")
    text = re.sub(
        rf'(<g id="{EDGED}\d+">\s*(?:<!--.*?-->\s*)?(?:<g [^>]*>\s*)?<text )',
        r'\1paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" ',
        text,
    )
    text = text.replace("'DejaVu Sans'", FAMILIES).replace(f"'{fonts.OURS}", "'")
    if title:
        words = f"<title>{escape(title)}</title>"
        words += f"<desc>{escape(description)}</desc>" if description else ""
        said = f' role="img" lang="{lang}">{words}'
        text = re.sub(r"(<svg\b[^>]*)>", lambda m: m.group(1) + said, text, count=1)
    return text.encode("utf-8")
