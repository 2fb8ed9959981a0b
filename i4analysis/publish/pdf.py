"""The report on paper: Typst, compiled as PDF/UA-1, which refuses an inaccessible page."""

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
from i4analysis.publish import pages, svg
from i4analysis.publish.html import TEMPLATES
from i4analysis.publish.model import Report

PRINTED_COLUMNS = 7
PRINTED_ROWS = 8  # of a table; the page shows more and the file has all
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
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
        for section in page["sections"]:
            for block in section.get("blocks", []):
                _prepare(report, block, lang, scratch)
        (scratch / "page.json").write_text(json.dumps(_printable(page)), encoding="utf-8")
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


def _moment(report: Report) -> datetime:
    """Return the PDF's date: that of the data, so that it never holds the clock."""
    return EPOCH if report.as_of is None else datetime.combine(report.as_of, time(), UTC)


def _prepare(report: Report, block: dict[str, Any], lang: str, scratch: Path) -> None:
    if block["kind"] == "figure":
        folder = report.folders[block["chapter"]]
        drawn = (folder / f"{block['stem']}.{lang}.svg").read_bytes()
        block["picture"] = f"{block['stem']}.svg"
        (scratch / block["picture"]).write_bytes(svg.inner(drawn, block["crop"]))


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that every weight of the page's font can draw."""
    names = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf")
    maps = [set(FT2Font(str(FONTS / name)).get_charmap()) for name in names]
    return frozenset(set.intersection(*maps))


def _printable(value: Any) -> Any:
    """Return a page whose every character the font has: PDF/UA refuses a missing one."""
    if isinstance(value, str):
        return "".join(sign if ord(sign) in _drawn() else "\ufffd" for sign in value)
    if isinstance(value, list):
        return [_printable(part) for part in value]
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    return value
