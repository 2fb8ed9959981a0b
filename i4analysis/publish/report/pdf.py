"""The report on paper: Typst, compiled as PDF/UA-1, which refuses an inaccessible page.

Paper is for a desk and a phone call: the page in its order, without its folded tables, then the
list of its sources with their addresses.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from i4analysis.errors import RefreshError
from i4analysis.publish.charts import fonts
from i4analysis.publish.report import pages, svg
from i4analysis.publish.report.html import TEMPLATES
from i4analysis.publish.report.model import Report
from i4analysis.publish.words.sentence import tell

PRINTED_COLUMNS = 5
PRINTED_ROWS = 60  # of an open table; folded ones are on the page and in the workbook
WIDEST, HIGHEST, LEAST = 108.0, 66.0, 98.0  # of a figure, mm: less wide has letters under 6 pt
PAGE = 240.0  # mm: the height of a sheet that a figure may take
LEADING, NARROW, TALL = "story", 86.0, 172.0  # the picture of the first sheet, mm
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def render(report: Report, lang: str) -> bytes:
    """Return the PDF of one language; the same bytes for the same report.

    Raises
    ------
    RefreshError
        If Typst refuses the page, with its first words.
    """
    page = pages.page(report, lang, most_rows=PRINTED_ROWS, most_columns=PRINTED_COLUMNS)
    with tempfile.TemporaryDirectory() as name:
        scratch, printed = Path(name), _Printed()
        page["sections"] = [_on_paper(section) for section in page["sections"]]
        leading = [s for s in page["sections"] if s["id"] == LEADING]
        page["sections"] = [s for s in page["sections"] if s["id"] != LEADING]
        for section in page["sections"]:
            for block in section["blocks"]:
                _prepare(report, block, lang, scratch, printed)
        # the first sheet is the first screen: the text, and beside it the picture drawn narrow
        page["leading"] = [block for section in leading for block in section["blocks"]]
        for block in page["leading"]:
            _prepare(report, block, lang, scratch, printed, narrow=True)
        content = printed.of(page)
        rare = sorted(name.removeprefix(fonts.OURS) for name in printed.families)
        said = tell("common", "unprinted", n=len(printed.lost))[lang] if printed.lost else ""
        content |= {"fonts": [fonts.FONT, *rare], "unprinted": said, "widest": WIDEST}
        (scratch / "page.json").write_text(json.dumps(content), encoding="utf-8")
        shutil.copyfile(TEMPLATES / "report.typ", scratch / "report.typ")
        try:
            made = typst.compile(
                str(scratch / "report.typ"),
                root=str(scratch),
                # the page and the charts share their fonts, on any machine
                font_paths=[
                    str(fonts.FOLDER),
                    *(str(fonts.extra()[name].parent) for name in rare),
                ],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=int(_moment(report).timestamp()),
            )
        except (typst.TypstError, RuntimeError) as error:
            raise RefreshError(
                f"The PDF ({lang}) of {report.movement.name} was refused by Typst ({error}),"
                " expected a page that PDF/UA-1 allows; correct the chapter it names."
            ) from error
    return bytes(made)


def _moment(report: Report) -> datetime:
    """Return the PDF's date: that of the data, so that it never holds the clock."""
    return EPOCH if report.as_of is None else datetime.combine(report.as_of, time(), UTC)


def _on_paper(section: dict[str, Any]) -> dict[str, Any]:
    """Keep of a section what paper has room for: what is folded stays on the page."""
    kept = [block for block in section["blocks"] if block["kind"] != "table" or block["first"]]
    for block in kept:
        if block["kind"] == "table":
            block["table"]["rows"] = block["table"]["rows"][: block["first"]]
    return section | {"blocks": kept}


def _prepare(
    report: Report, block: dict[str, Any], lang: str, scratch: Path, printed: _Printed, *,
    narrow: bool = False,
) -> None:  # fmt: skip
    if block["kind"] == "figure":
        folder = report.folders[block["chapter"]]
        name = ".phone" if narrow and ".phone" in block["crop"] else ""
        drawn = printed.text((folder / f"{block['stem']}.{lang}{name}.svg").read_text("utf-8"))
        block["picture"] = f"{block['stem']}.svg"
        inside = svg.inner(drawn.encode(), block["crop"][name])
        (scratch / block["picture"]).write_bytes(inside)
        block["width"] = _width(*svg.size(inside), narrow=narrow)


def _width(width: float, height: float, *, narrow: bool = False) -> float:
    """Return how wide a drawing is printed, mm: low, while its letters can be read."""
    shape = width / height
    fit = min(NARROW, TALL * shape) if narrow else max(LEAST, HIGHEST * shape)
    return round(fit if narrow else min(WIDEST, PAGE * shape, fit), 2)


class _Printed:
    """Puts � for each sign that no font of ours has, and counts them: PDF/UA refuses one."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self.families: set[str] = set()

    def text(self, value: str) -> str:
        """Return a text whose every sign some font has."""
        self.lost |= fonts.lost(value)
        self.families |= set(fonts.families(value)[1:])
        return fonts.printable(value)

    def of(self, value: Any) -> Any:
        """Return a page whose every sign some font has."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.of(part) for part in value]
        if isinstance(value, dict):
            return {name: self.of(part) for name, part in value.items()}
        return value
