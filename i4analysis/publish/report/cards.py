"""Social cards: one picture that says the finding, its numbers and how far it can be trusted."""

from __future__ import annotations

import io
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from i4analysis.publish.charts import style
from i4analysis.publish.report import svg
from i4analysis.publish.report.model import Report
from i4analysis.publish.report.pages import page as page_of

SIZES = ((1200, 675), (1080, 1080))  # pixels
DPI = 100
BAND = ((0.40, "#0072B2"), (0.25, "#D55E00"), (0.20, "#7A2A5E"), (0.15, "#009E73"))
MARGIN = 56.0
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
    picture = _lead_picture(report, page)
    if picture is not None and not square:
        column = 0.46 * width - MARGIN
    y = _write(ax, f"{page['name']}", MARGIN, 58, 15, column, colour=style.GREY, most=1)
    title = _cut(page["title"])
    size = 27 if len(title) < 60 else 23 if len(title) < 110 else 19
    y = _write(ax, title, MARGIN, y + 6, size, column, weight="bold", most=6)
    if page["made_up"]:
        words = page["words"]["made_up"]
        y = _write(ax, words, MARGIN, y + 6, 16, column, weight="bold", colour="#8A4B00")
    figures = page["key_figures"]
    if picture is not None and square:
        y = max(y, _paste(ax, picture, MARGIN, y + 16, column, height - y - 270))
    elif picture is not None:
        _paste(ax, picture, 0.49 * width, 84, 0.51 * width - MARGIN, height - 190)
    across = len(figures) if square or picture is None else min(2, len(figures))
    rows = -(-len(figures) // across) if across else 0
    top = max(y + 18, height - 74 - rows * (150 if square else 138))
    for place, figure in enumerate(figures):
        cell = column / across
        x, at = MARGIN + (place % across) * cell, top + (place // across) * 138
        if at < height - 120:
            _key_figure(ax, figure, x, at, cell - 22)
    foot = " · ".join((page["dateline"], "i4analysis", "CC BY 4.0"))
    _write(ax, foot, MARGIN, height - 52, 12, width - 2 * MARGIN, colour=style.GREY, most=1)


def _key_figure(ax: Axes, figure: dict[str, Any], x: float, y: float, width: float) -> None:
    ax.plot([x, x + width], [y, y], color=style.BLUE, linewidth=2.5)
    y = _write(ax, figure["caution"] or " ", x, y + 8, 11, width, colour=style.GREY, most=1)
    value, size = figure["value"][:40], 26.0
    while size > 12 and style.text_width(value, size, "bold") * DPI / 72 > width:
        size -= 1
    y = _write(ax, value, x, y, size, width, weight="bold", colour="#00629B", most=1)
    _write(ax, figure["label"], x, y, 11.5, width, most=2)


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
    for line in style.wrap(text, size, width * 72 / DPI, weight, most=most):
        ax.text(x, y, line, fontsize=size, fontweight=weight, color=colour, va="top")
        y += 1.32 * size * DPI / 72
    return y


def _cut(title: str) -> str:
    if len(title) <= MOST_TITLE:
        return title
    return title[:MOST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _lead_picture(report: Report, page: dict[str, Any]) -> Image.Image | None:
    """Return the first figure of the chapter that gave the title, without its frame."""
    for section in page["sections"]:
        if section["id"] != report.title_key:
            continue
        for block in section.get("blocks", []):
            if block["kind"] == "figure":
                folder = report.folders[block["chapter"]]
                name = f"{block['stem']}.{page['lang']}"
                total = svg.size((folder / f"{name}.svg").read_bytes())[1]
                cut = svg.cut_png((folder / f"{name}.png").read_bytes(), block["crop"], total)
                return Image.open(io.BytesIO(cut)).convert("RGB")
    return None


def _paste(
    ax: Axes, picture: Image.Image, x: float, y: float, width: float, height: float
) -> float:
    """Place a picture in a box, whole and unstretched; return its lower edge."""
    scale = min(width / picture.width, max(height, 60) / picture.height)
    wide, high = round(picture.width * scale), round(picture.height * scale)
    x += (width - wide) / 2
    small = picture.resize((wide, high), Image.Resampling.LANCZOS)
    ax.imshow(np.asarray(small), extent=(x, x + wide, y + high, y), aspect="auto", zorder=0)
    width_px, height_px = (edge * DPI for edge in cast("Figure", ax.figure).get_size_inches())
    ax.set_xlim(0, width_px)
    ax.set_ylim(height_px, 0)
    return y + high


def names(report: Report) -> dict[str, tuple[str, tuple[int, int]]]:
    """Return file name → (language, size) of every card."""
    return {
        f"{report.prefix}card.{lang}.{width}x{height}.png": (lang, (width, height))
        for lang in ("fr", "en")
        for width, height in SIZES
    }
