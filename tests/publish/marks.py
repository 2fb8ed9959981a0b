"""The words of a figure against what is drawn: neither names what the other lacks.

A word of the subtitle, the note or the alternative text that means a kind of mark (`hollow`,
`triangle`, `grey` …) must find such an artist in the drawing; a mark that nobody understands by
itself (a triangle, hatching, a hollow one beside full ones …) must be named; a legend's swatch
must have the colour of something drawn; a date axis says its year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, LineCollection, PathCollection, PolyCollection
from matplotlib.colors import rgb_to_hsv, to_rgb, to_rgba
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch, Rectangle, StepPatch
from matplotlib.text import Text as Label

from i4analysis.publish.charts import style
from i4analysis.publish.words.wording import SHORT_MONTHS

SWATCHES = "■▎●◆○"


@dataclass
class Drawn:
    """What a figure shows, its words apart: kinds of marks, their colours, stacks."""

    kinds: set[str] = field(default_factory=set)
    colours: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, kinds: str, *colours: Any) -> None:
        """Note a mark of some kinds in some colours, those that are seen on white."""
        self.kinds |= {*kinds.split()}
        for colour in colours:
            *shade, alpha = to_rgba(colour)
            if alpha:  # as it looks on paper
                red, green, blue = (alpha * part + 1 - alpha for part in shade)
                self.colours.append((red, green, blue))

    def has_hue(self, name: str) -> bool:
        """Tell whether something is drawn in a colour of that name."""
        return any(HUES[name](*rgb_to_hsv(colour)) for colour in self.colours)


HUES: dict[str, Callable[[float, float, float], bool]] = {
    "black": lambda h, s, v: v < 0.25,
    "grey": lambda h, s, v: s < 0.3 and 0.25 <= v < 0.97,
    "blue": lambda h, s, v: 0.5 < h < 0.66 and s >= 0.1 and v > 0.25,
    "orange": lambda h, s, v: 0.03 < h < 0.12 and s >= 0.1,
    "green": lambda h, s, v: 0.38 < h < 0.48 and s >= 0.1,
}
MARKERS = {"o": "dot", ".": "dot", "s": "square", "^": "triangle", "v": "triangle",
           "<": "triangle", ">": "triangle", "D": "diamond", "d": "diamond"}  # fmt: skip


def drawn_on(figure: Figure) -> Drawn:
    """Return the marks of a figure that have an extent and lie within their axes."""
    found = Drawn()
    for ax in figure.axes:
        for line in ax.lines:
            _line(found, ax, line)
        stacked = [_bars(found, one) for one in ax.containers if isinstance(one, BarContainer)]
        for one in ax.collections:
            _collection(found, one)
        areas = [one for one in ax.collections if isinstance(one, PolyCollection) and _area(one)]
        curves = [one for one in ax.lines if np.ptp(one.get_xdata(orig=False))]  # no ticks
        if sum(stacked) > 1 or (len(areas) > 1 and not curves):
            found.kinds.add("stack")
        bars = {id(bar) for one in ax.containers if isinstance(one, BarContainer) for bar in one}
        for patch in ax.patches:
            if id(patch) not in bars:
                _patch(found, patch)
    return found


def _line(found: Drawn, ax: Any, line: Line2D) -> None:
    x, y = (np.asarray(data, dtype=float) for data in line.get_data(orig=False))
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any() or not line.get_visible() or line.get_gid() == "key":
        return
    x, y = x[known], y[known]
    colour = line.get_color()
    marker = line.get_marker()
    if marker not in ("None", None, "", " "):
        face = to_rgb(line.get_markerfacecolor())
        hollow = min(face) > 0.99
        # an edge that is set apart, a face filled with another colour
        shape, fill = MARKERS[str(marker)], "hollow" if hollow else "full"
        found.add(f"{shape} {fill} {fill}-{shape}",
                  line.get_markeredgecolor(), *([] if hollow else [face]))  # fmt: skip
    if line.get_linestyle() in ("None", " ", "") or (np.ptp(x) == 0 and np.ptp(y) == 0):
        return
    thick = line.get_linewidth() >= 6
    upright = np.ptp(x) == 0 and line.get_transform() == ax.transData
    found.add("band" if thick else "line tick" if upright else "line", _shade(line, colour))


def _shade(artist: Any, colour: Any) -> Any:
    alpha = artist.get_alpha()
    return to_rgba(colour, alpha) if alpha is not None else colour


def _bars(found: Drawn, bars: BarContainer) -> bool:
    seen = [bar for bar in bars if bar.get_height() and bar.get_width()]
    for bar in seen[:1]:
        found.add("bar", bar.get_facecolor())
    return bool(seen)


def _area(one: Collection) -> bool:
    """Tell whether a filled shape has any height."""
    for path in one.get_paths():
        x, y = path.vertices.T
        ok = np.isfinite(x) & np.isfinite(y)
        x, y = x[ok], y[ok]
        area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
        if area > 1e-6 * max(np.ptp(x), 1e-9) * max(np.ptp(y), 1e-9):
            return True
    return False


def _collection(found: Drawn, one: Collection) -> None:
    if isinstance(one, LineCollection):
        long = [path for path in one.get_paths() if np.ptp(path.vertices, axis=0).any()]
        if long:
            found.add("band" if max(one.get_linewidths()) >= 6 else "line", *one.get_colors()[:1])
    elif isinstance(one, PathCollection):
        if len(one.get_offsets()):
            square = any(len(path.vertices) == 5 for path in one.get_paths())
            found.add(f"{'square' if square else 'dot'} full", *one.get_facecolors()[:1])
    elif isinstance(one, PolyCollection):
        if _area(one):
            found.add("band bar", *one.get_facecolors()[:1])
    elif one.get_paths():  # a collection of patches: squares
        found.add("square", *one.get_facecolors()[:1])


def _patch(found: Drawn, patch: Patch) -> None:
    if isinstance(patch, StepPatch):
        found.add("bar", patch.get_facecolor())
    elif patch.get_hatch():
        found.add("hatching", patch.get_edgecolor())
    elif isinstance(patch, PathPatch | Rectangle):
        found.add("square", patch.get_facecolor())


# ------------------------------------------------------------------------------- the words

#: Kind of mark → what names it in each language.
NAMED = {
    "en": {
        "hollow": r"\bhollow\b|\boutline\b|○",
        "full": r"\bfull(?: \w+)?:|\bsolid\b",
        "square": r"\bsquares?\b",
        "hatching": r"\bhatch",
        "triangle": r"\btriangles?\b",
        "diamond": r"\bdiamonds?\b|◆",
        "dot": r"\b(?:dots?|discs?|circles?|points)\b",
        "bar": r"\bbars?\b(?! covers)",
        "band": r"\bband\b|\bpale bar\b",
        "tick": r"\btick",
        "line": r"\b(?:lines?|curves?|steps?)\b(?! is an outcome)(?<!one line)",
        "stack": r"\bstacked\b",
    },
    "fr": {
        "hollow": r"\b(?:creu(?:x|ses?)|(?<!laissée )vides?|contour)\b|○",
        "full": r"\b[Pp]leins?(?: \w+)? :",
        "square": r"\b[Cc]arrés?\b",
        "hatching": r"\bhachur",
        "triangle": r"\b[Tt]riangles?\b",
        "diamond": r"\b[Ll]osanges?\b|◆",
        "dot": r"\b(?:points?|disques?|ronds?|cercles?)\b(?! de vue)",
        "bar": r"\b[Bb]arres?\b(?! pâle)",
        "band": r"\bbande\b|\bbarre pâle\b",
        "tick": r"\btraits? (?:par|marque)",
        "line": r"\b(?:[Ll]ignes?|courbes?|traits?)\b(?! est un résultat| par | marque)"
        r"(?<!une ligne)(?!.*colonne)(?<!, de la ligne)",
        "stack": r"\bempilées?\b",
    },
}
COLOURS = {
    "en": {"black": r"\bblack\b", "grey": r"\bgrey\b", "blue": r"\bblue\b",
           "orange": r"\borange\b", "green": r"\bgreen\b"},
    "fr": {"black": r"\bnoire?s?\b", "grey": r"\bgrise?s?\b", "blue": r"\bbleue?s?\b",
           "orange": r"\borange\b", "green": r"\bverte?s?\b"},
}  # fmt: skip
#: What nobody understands without a word: a kind of mark, and in which figures.
UNSAID: dict[str, Callable[[Drawn, Figure], bool]] = {
    "hatching": lambda found, figure: True,
    "triangle": lambda found, figure: True,
    "diamond": lambda found, figure: not any(ax.get_legend() for ax in figure.axes),
    "hollow": lambda found, figure: any(  # where some of one shape are full
        {f"hollow-{shape}", f"full-{shape}"} <= found.kinds for shape in MARKERS.values()
    ),
}


def misnamed(item: Mapping[str, Any], figure: Figure, lang: str) -> Iterator[str]:
    """Yield the words of a figure that nothing drawn bears out, and the marks without a word."""
    found = drawn_on(figure)
    own = [label.get_text() for label in _labels(figure)]
    beside = [item[name][lang] for name in ("subtitle", "note") if item.get(name)]
    spoken = [*beside, item["alt"][lang]]
    said = [*spoken, *(text for text in own if text[0] in SWATCHES)]
    for kind, pattern in NAMED[lang].items():
        told = next((text for text in said if re.search(pattern, text)), None)
        if told is not None and kind not in found.kinds:
            yield f"names a {kind}, and none is drawn: {told}"
        named = any(re.search(pattern, text) for text in (*beside, *own))
        if not named and kind in UNSAID and kind in found.kinds and UNSAID[kind](found, figure):
            yield f"draws a {kind} that no word explains"
    for hue, pattern in COLOURS[lang].items():
        told = next((text for text in spoken if re.search(pattern, text)), None)
        if told is not None and not found.has_hue(hue):
            yield f"names {hue}, and nothing is: {told}"
    yield from _swatches(found, figure)
    short = "|".join(re.escape(one) for one in SHORT_MONTHS[lang])
    days = any(re.search(rf"\d\s?(?:{short})(?!\w)|^(?:{short})\b", text) for text in own)
    if days and not any(re.search(r"\b\d{4}\b", text) for text in own):
        yield "says days without a year"


def _swatches(found: Drawn, figure: Figure) -> Iterator[str]:
    """Yield what a legend of coloured words names though nothing has its colour."""
    for label in _labels(figure):
        text = label.get_text()
        hue = rgb_to_hsv(to_rgb(label.get_color()))
        if text[:1] in SWATCHES and not (text[0] in "●○" and hue[1] < 0.3):  # grey: of any colour
            near = (rgb_to_hsv(colour) for colour in found.colours)
            if not any(_alike(hue, other) for other in near):
                yield f"a legend without its mark: {text}"


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two colours have one hue, or are both greys of ours."""
    grey = [shade[1] < 0.3 for shade in (one, other)]
    if all(grey):
        return abs(one[2] - other[2]) < 0.45
    return not any(grey) and abs(one[0] - other[0]) < 0.03


# ------------------------------------------------------------------------------- the room


def crowded(figure: Figure) -> Iterator[str]:
    """Yield the labels of a framed figure that are cut, or run into another."""
    figure.draw_without_rendering()
    width, height = (float(x) for x in figure.get_size_inches() * figure.dpi)
    boxes = [(label.get_text(), label.get_window_extent()) for label in _labels(figure)]
    for text, box in boxes:
        if box.x0 < -1 or box.x1 > width + 1 or box.y0 < -1 or box.y1 > height + 1:
            yield f"a label is cut: {text}"
    level = [label.get_rotation() == 0 for label in _labels(figure)]
    boxes = [box for box, flat in zip(boxes, level, strict=True) if flat]  # a slant has no box
    for (one, a), (other, b) in combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 1 and high > 2.5:
            yield f"two labels overlap: {one} / {other}"


def faint(figure: Figure) -> Iterator[str]:
    """Yield the labels of a framed figure whose contrast with what they stand on is too small.

    One with a white edge, or on a white box, stands on white.
    """
    labels = _labels(figure)
    bare = [one for one in labels if not one.get_path_effects() and one.get_bbox_patch() is None]
    boxes = [one.get_window_extent() for one in bare]
    for label in labels:
        label.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255
    for label, box in zip(bare, boxes, strict=True):
        x0, y0, x1, y1 = (max(0, round(end)) for end in box.extents)
        under = picture[y0:y1, x0:x1].reshape(-1, 3)
        if len(under):
            light = sorted(map(_light, (np.median(under, axis=0), to_rgb(label.get_color()))))
            if (light[1] + 0.05) / (light[0] + 0.05) < 4.5:
                yield f"a label of too little contrast: {label.get_text()}"
    for label in labels:
        label.set_visible(True)


def _light(colour: Any) -> float:
    return float(1.05 / style.contrast(np.asarray(colour)) - 0.05)


def _labels(figure: Figure) -> list[Label]:
    """Return the words of a drawing that are seen; its frame, and ticks outside, are none."""
    unseen: set[int] = set()
    for ax in figure.axes:
        for axis, along in ((ax.xaxis, 0), (ax.yaxis, 1)):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                for label in (tick.label1, tick.label2):
                    place = label.get_position()[along]
                    if not (ax.axison and low - 1e-9 <= place <= high + 1e-9):
                        unseen.add(id(label))
    return [
        label
        for label in figure.findobj(Label)
        if label.get_text().strip()
        and label.get_visible()
        and id(label) not in unseen
        and not str(label.get_gid()).startswith(style.FRAME)
    ]
