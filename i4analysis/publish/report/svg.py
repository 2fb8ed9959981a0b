"""Pictures for pages: the middle of a saved SVG, without what only a separate file needs."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from PIL import Image

from i4analysis.publish.charts.style import FRAME

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
PNG_WIDTH = 1360  # pixels
NEAR_WHITE = 253
_LONG = re.compile(r"-?\d+\.\d{3,}")

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


def inner(svg: bytes, crop: Sequence[float]) -> bytes:
    """Return a saved figure without its frame (title, source), cut to the drawing.

    The page prints title, subtitle and source as text; a picture of them would be read twice.
    Metadata goes, and coordinates are rounded to a hundredth of a point: a third of the bytes.
    """
    header, footer = crop
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("id", "").startswith(FRAME) or child.tag == f"{{{_SVG}}}metadata":
                parent.remove(child)
    for element in root.iter():
        element.text = (element.text or "").strip() or None
        element.tail = None
        for name in ("d", "x", "y", "points"):
            if name in element.attrib:
                element.set(name, _shorter(element.attrib[name]))
    _, _, width, height = (float(part) for part in root.get("viewBox", "").split())
    drawn = height - header - footer
    root.set("viewBox", f"0 {header:g} {width:g} {drawn:g}")
    root.set("width", f"{width:g}pt")
    root.set("height", f"{drawn:g}pt")
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _shorter(numbers: str) -> str:
    rounded = _LONG.sub(lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), numbers)
    return re.sub(r"\s+", " ", rounded).strip()


def size(svg: bytes) -> tuple[float, float]:
    """Return width and height in points."""
    _, _, width, height = ElementTree.fromstring(svg).get("viewBox", "").split()
    return float(width), float(height)


def cut_png(png: bytes, crop: Sequence[float], total: float) -> bytes:
    """Return a saved PNG without its frame, at most `PNG_WIDTH` wide, with a palette.

    `crop` (header, footer) and `total` are heights in points, as in the SVG.
    """
    header, footer = crop
    with Image.open(io.BytesIO(png)) as image:
        scale = image.height / total
        box = (0, round(header * scale), image.width, round((total - footer) * scale))
        whole = image.convert("RGB").crop(box)
        if whole.width > PNG_WIDTH:
            height = round(whole.height * PNG_WIDTH / whole.width)
            whole = whole.resize((PNG_WIDTH, height), Image.Resampling.LANCZOS)
    return paletted(whole)


def paletted(image: Image.Image) -> bytes:
    """Return a picture as PNG of at most 256 colours: a third of the bytes.

    An octree's colours are within 15 of 255 of the picture's own and take a tenth of the time of
    median cut; near white is made white, so that no edge shows on a page.
    """
    drawn = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    drawn.putpalette([255 if part >= NEAR_WHITE else part for part in drawn.getpalette() or []])
    stream = io.BytesIO()
    drawn.save(stream, format="PNG", compress_level=7)
    return stream.getvalue()
