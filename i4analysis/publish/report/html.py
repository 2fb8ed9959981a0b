"""The report as one HTML page: self-contained, without script, offline, printable."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from i4analysis.publish.chapter import grid
from i4analysis.publish.report import pages, svg
from i4analysis.publish.report.model import Report

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
# A picture of many marks or labels is a third of the bytes as PNG of twice the column's pixels;
# the SVG of each figure lies in figures/.
HEAVIEST_SVG = 30_000
# Words written from right to left, as a hashtag is: the marks beside them would be drawn on the
# wrong side. Only what stands between tags, and neither in the head nor in a style; not in a
# quotation that finds its own direction, which would not look into an element that does too.
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_WORD = rf"[#@]?[^\W{_RIGHT_TO_LEFT}]*+[{_RIGHT_TO_LEFT}][\w{_RIGHT_TO_LEFT}]*+"
_WORDS = re.compile(rf"{_WORD}(?: {_WORD})*")
# A name that stands alone takes its numbers and brackets with it; in a sentence they may be ours.
_NAME = re.compile(rf"\s*({_WORD}(?: (?:{_WORD}|\d[\d.,/%-]*+|\([^()]*\)))*)\s*")
_BETWEEN = re.compile(r"<(head|style|bdi|q(?=[^>]* dir=))\b.*?</\1>|<[^>]*>", re.DOTALL)


def render(report: Report, lang: str) -> str:
    """Return the page of one language.

    Every text is escaped by the template; pictures and CSV files are inside as data: addresses,
    and the page's own policy forbids the rest. Links lead to sources and to the files beside it.
    """
    return _written(report, pages.page(report, lang), "report.html", lang)


def render_proof(report: Report, lang: str) -> str:
    """Return the page of the method in one language."""
    return _written(report, pages.proof_page(report, lang), "proof.html", lang)


def _written(report: Report, page: dict[str, Any], template: str, lang: str) -> str:
    items = {item["stem"]: item for _, item in report.tabled()}
    for section in page["sections"]:
        for block in section["blocks"]:
            if "stem" not in block:
                continue
            item, french = items[block["stem"]], "fr" if lang == "fr" else None
            block["data"] = data("text/csv;charset=utf-8", grid.csv_bytes(item, french))
            if block["kind"] == "figure":
                block["picture"] = picture(report, block, lang, "")
                narrow = ".phone" in block["crop"]
                block["phone"] = picture(report, block, lang, ".phone") if narrow else None
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    # The style is ours and holds no text of the data.
    return isolated(environment.get_template(template).render(style=Markup(style), **page))


def isolated(page: str) -> str:
    """Return a page whose words from right to left stand in an element of their own.

    Examples
    --------
    >>> isolated('<p title="#عمل">#عمل : 3</p>')
    '<p title="#عمل"><bdi>#عمل</bdi> : 3</p>'
    >>> isolated("<td>עיתון 24 (IL)</td>")
    '<td><bdi>עיתון 24 (IL)</bdi></td>'
    """
    parts, end = [], 0
    for tag in _BETWEEN.finditer(page):
        parts += [_isolated(page[end : tag.start()]), tag[0]]
        end = tag.end()
    return "".join([*parts, _isolated(page[end:])])


def _isolated(text: str) -> str:
    if name := _NAME.fullmatch(text):
        return text.replace(name[1], f"<bdi>{name[1]}</bdi>")
    return _WORDS.sub(r"<bdi>\g<0></bdi>", text)


def picture(report: Report, block: dict[str, Any], lang: str, name: str) -> dict[str, Any]:
    """Return address, width and height (CSS pixels) of a drawing: "" or ".phone"."""
    folder, crop = report.folders[block["chapter"]], block["crop"][name]
    stem = f"{block['stem']}.{lang}{name}"
    drawn = svg.inner((folder / f"{stem}.svg").read_bytes(), crop)
    width, height = svg.size(drawn)
    kind, content = "image/svg+xml", drawn
    if len(drawn) > HEAVIEST_SVG:
        png = (folder / f"{stem}.png").read_bytes()
        cut = svg.cut_png(png, crop, height + sum(crop))
        if len(cut) < len(drawn):
            kind, content = "image/png", cut
    size = {"width": round(width * 4 / 3), "height": round(height * 4 / 3)}
    return {"src": data(kind, content), **size}


def data(kind: str, content: bytes) -> str:
    """Return content as a data: address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
