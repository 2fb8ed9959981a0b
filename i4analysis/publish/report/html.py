"""The report as one HTML page: self-contained, without script, offline, printable."""

from __future__ import annotations

import base64
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


def render(report: Report, lang: str) -> str:
    """Return the page of one language.

    Every text is escaped by the template; pictures and CSV files are inside as data: addresses,
    and the page's own policy forbids the rest.
    """
    page = pages.page(report, lang)
    items = {item["stem"]: item for _, item in report.tabled()}
    for section in page["sections"]:
        for block in section.get("blocks", []):
            if "stem" not in block:
                continue
            block["data"] = data("text/csv;charset=utf-8", grid.csv_bytes(items[block["stem"]]))
            if block["kind"] == "figure":
                block |= picture(report, block, lang)
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
    return environment.get_template("report.html").render(style=Markup(style), **page)


def picture(report: Report, block: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return address, width and height (CSS pixels) of a figure's drawing."""
    folder = report.folders[block["chapter"]]
    drawn = svg.inner((folder / f"{block['stem']}.{lang}.svg").read_bytes(), block["crop"])
    width, height = svg.size(drawn)
    kind, content = "image/svg+xml", drawn
    if len(drawn) > HEAVIEST_SVG:
        png = (folder / f"{block['stem']}.{lang}.png").read_bytes()
        total = height + sum(block["crop"])
        cut = svg.cut_png(png, block["crop"], total)
        if len(cut) < len(drawn):
            kind, content = "image/png", cut
    size = {"width": round(width * 4 / 3), "height": round(height * 4 / 3)}
    return {"picture": data(kind, content), **size}


def data(kind: str, content: bytes) -> str:
    """Return content as a data: address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
