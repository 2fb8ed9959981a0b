"""The report on paper: Typst, compiled as PDF/UA-1, which refuses an inaccessible page.

Paper is for a desk and a phone call: the page in its order, without its folded tables, then the
list of its sources with their addresses.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

from i4analysis.errors import RefreshError
from i4analysis.publish.report import pages, svg
from i4analysis.publish.report.boilerplate import WORDS
from i4analysis.publish.report.html import TEMPLATES
from i4analysis.publish.report.model import Report
from i4analysis.publish.words.wording import Text, number

PRINTED_COLUMNS = 5
PRINTED_ROWS = 60  # of an open table; folded ones are on the page and in the workbook
WIDEST, HIGHEST = 120.0, 64.0  # of a figure, mm
LEADING, NARROW, TALL = "story", 86.0, 172.0  # the picture of the first sheet, mm
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
FAMILIES = ("DejaVu Sans",)
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
        scratch = Path(name)
        page["sections"] = [_on_paper(section) for section in page["sections"]]
        leading = [s for s in page["sections"] if s["id"] == LEADING]
        page["sections"] = [s for s in page["sections"] if s["id"] != LEADING]
        for section in page["sections"]:
            for block in section["blocks"]:
                _prepare(report, block, lang, scratch)
        # the first sheet is the first screen: the text, and beside it the picture drawn narrow
        page["leading"] = [block for section in leading for block in section["blocks"]]
        for block in page["leading"]:
            _prepare(report, block, lang, scratch, narrow=True)
        printed = _Printed()
        content = printed.of(page)
        content |= {"fonts": list(FAMILIES), "unprinted": _unprinted(len(printed.lost), lang)}
        (scratch / "page.json").write_text(json.dumps(content), encoding="utf-8")
        shutil.copyfile(TEMPLATES / "report.typ", scratch / "report.typ")
        try:
            made = typst.compile(
                str(scratch / "report.typ"),
                root=str(scratch),
                # matplotlib ships DejaVu Sans, so the page and the charts share one font anywhere.
                font_paths=[str(FONTS)],
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


def _unprinted(count: int, lang: str) -> str:
    """Say how many signs the font of the paper lacks, and where they can be read."""
    if not count:
        return ""
    words = WORDS["unprinted_one" if count == 1 else "unprinted"][lang]
    return Text.same(f"{number(count, lang)} {words}")[lang]


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
    report: Report, block: dict[str, Any], lang: str, scratch: Path, *, narrow: bool = False
) -> None:
    if block["kind"] == "figure":
        folder = report.folders[block["chapter"]]
        name = ".phone" if narrow and ".phone" in block["crop"] else ""
        drawn = (folder / f"{block['stem']}.{lang}{name}.svg").read_bytes()
        block["picture"] = f"{block['stem']}.svg"
        inside = svg.inner(drawn, block["crop"][name])
        (scratch / block["picture"]).write_bytes(inside)
        width, height = svg.size(inside)
        widest, highest = (NARROW, TALL) if narrow else (WIDEST, HIGHEST)
        block["width"] = round(min(widest, highest * width / height), 2)


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that both weights of the page's font can draw.

    Latin, Greek, Cyrillic, Arabic and more, but not Chinese, Japanese or Korean.
    """
    maps = [
        set(FT2Font(str(FONTS / name)).get_charmap())
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    ]
    return frozenset(set.intersection(*maps))


class _Printed:
    """Puts a sign in place of each character that the font lacks, and counts them.

    PDF/UA refuses a missing one.
    """

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def of(self, value: Any) -> Any:
        """Return a page whose every character the font has."""
        if isinstance(value, str):
            lacking = {sign for sign in value if ord(sign) not in _drawn()}
            self.lost |= lacking
            return "".join("\ufffd" if sign in lacking else sign for sign in value)
        if isinstance(value, list):
            return [self.of(part) for part in value]
        if isinstance(value, dict):
            return {name: self.of(part) for name, part in value.items()}
        return value
