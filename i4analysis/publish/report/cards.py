"""Social cards: the headline, one number with its caution, and a square for each account."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

from i4analysis.publish.charts import fonts, style
from i4analysis.publish.charts.story import draw_squares, squares_worth
from i4analysis.publish.report import svg
from i4analysis.publish.report.model import Report
from i4analysis.publish.report.pages import figure_of
from i4analysis.publish.report.pages import page as page_of
from i4analysis.publish.words.sentence import tell
from i4analysis.publish.words.wording import number as in_words

SIZES = ((1200, 675), (1080, 1080))  # pixels
DPI = 100
BAND = ((0.40, "#0072B2"), (0.25, "#D55E00"), (0.20, "#7A2A5E"), (0.15, "#009E73"))
MARGIN = 56.0
KEY = 32.0  # pixels: the line under squares that stand for many
MOST_TITLE = 170  # characters; a longer finding is cut at a word


def render(report: Report, lang: str, size: tuple[int, int]) -> bytes:
    """Return the card of one language and size (pixels) as PNG."""
    width, height = size
    page = page_of(report, lang, most_rows=1)
    with mpl.rc_context(style.RC):
        figure = plt.figure(figsize=(width / DPI, height / DPI), dpi=DPI, layout="none")
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        ax.set_xlim(0, width)
        ax.set_ylim(height, 0)
        _draw(ax, report, page, float(width), float(height))
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    plt.close(figure)
    with Image.open(io.BytesIO(stream.getvalue())) as image:
        return svg.paletted(image.convert("RGB"))


def _draw(ax: Axes, report: Report, page: dict[str, Any], width: float, height: float) -> None:
    left = 0.0
    for share, colour in BAND:
        ax.add_patch(Rectangle((left, 0), share * width, 12, color=colour, linewidth=0))
        left += share * width
    square = width <= height
    column = width - 2 * MARGIN
    y = _write(ax, page["kicker"], MARGIN, 52, 15, column, colour=style.GREY, most=1)
    title = _cut(page["title"])
    size = (30 if len(title) < 60 else 26) if square else (28 if len(title) < 80 else 24)
    y = _write(ax, title, MARGIN, y + 8, size, column, weight="bold", most=5)
    if page["made_up"]:
        words = page["words"]["made_up"]
        y = _write(ax, words, MARGIN, y + 6, 16, column, weight="bold", colour="#8A4B00")
    number = report.number
    if number is not None:
        _number(ax, number, page["lang"], (MARGIN, y + 26, column, height - y - 120), square)
    foot = " · ".join((page["name"], page["dateline"], "CC BY 4.0"))
    gone = fonts.lost(page["kicker"] + title + foot)
    if gone:
        said = tell("common", "unprinted", n=len(gone))[page["lang"]]
        _write(ax, said, MARGIN, height - 72, 12, column, colour=style.INK, most=1)
    _write(ax, foot, MARGIN, height - 48, 12, width - 2 * MARGIN, colour=style.GREY, most=1)


def _number(
    ax: Axes,
    number: Mapping[str, Any],
    lang: str,
    box: tuple[float, float, float, float],
    square: bool,
) -> None:
    """Draw the report's one number with its caution, and as many squares as it counts."""
    x, y, width, height = box
    beside = 0.46 * width
    figure = figure_of(number, lang)
    ax.plot([x, x + (width if square else beside)], [y, y], color=style.BLUE, linewidth=3)
    top = y + 14
    room = width if square else beside
    if figure["caution"]:
        top = _write(ax, figure["caution"], x, top, 15, room, colour=style.GREY, most=1)
    top = _write(ax, figure["value"][:40], x, top, 46, room, weight="bold", colour="#00629B",
                 most=1)  # fmt: skip
    top = _write(ax, figure["label"], x, top, 15, room, weight="bold", most=3)
    top = _write(ax, figure["definition"], x, top + 4, 13, room, colour=style.GREY, most=3)
    if square:
        _squares(ax, number, lang, (x, top + 16, width, y + height - top - 16))
    else:
        _squares(ax, number, lang, (x + beside + 36, y, width - beside - 36, height))


def _squares(
    ax: Axes, number: Mapping[str, Any], lang: str, box: tuple[float, float, float, float]
) -> None:
    """Fill a box with one square an account; where there are many, with what a square is worth."""
    x, y, width, height = box
    worth = squares_worth(number["value"])
    count = round(number["value"] / worth)
    if count < 1 or height < 60 or number["share"]:
        return
    if worth > 1:
        height -= KEY
    hatched = number["roughness"] == "at_least"
    step = next(
        s for s in (*range(40, 5, -1), 5)
        if -(-count // int(width // s)) * s + 2 * s * hatched <= height or s == 5
    )  # fmt: skip
    rows = -(-count // int(width // step))
    across = -(-count // rows)  # no square alone in the last row
    end = draw_squares(ax, count, (x, y), (step, step), across, hatched=hatched)
    if worth > 1:
        key = f"■ = {in_words(worth, lang)}"
        _write(ax, key, x, end + 6, 13, width, colour=style.GREY, most=1)


def _write(
    ax: Axes,
    text: str,
    x: float,
    y: float,
    size: float,
    width: float,
    *,
    weight: str = "normal",
    colour: str = style.INK,
    most: int = 4,
) -> float:
    """Write wrapped lines from the top `y` (pixels); return where the next line starts."""
    for line in style.wrap(fonts.printable(text), size, width * 72 / DPI, weight, most=most):
        ax.text(x, y, line, fontsize=size, fontweight=weight, color=colour, va="top",
                fontfamily=fonts.families(line))  # fmt: skip
        y += 1.32 * size * DPI / 72
    return y


def _cut(title: str) -> str:
    if len(title) <= MOST_TITLE:
        return title
    return title[:MOST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def names(report: Report) -> dict[str, tuple[str, tuple[int, int]]]:
    """Return file name → (language, size) of every card."""
    return {
        f"{report.prefix}card.{lang}.{width}x{height}.png": (lang, (width, height))
        for lang in ("fr", "en")
        for width, height in SIZES
    }
