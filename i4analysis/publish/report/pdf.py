"""The report on paper: Typst, compiled as PDF/UA-1, which refuses an inaccessible page.

Paper is for a desk and a phone call: page 1, then a chapter's answer, its leading figure and first
sentences, then limits, rights and how to cite. The other figures and every long table are on the
page and in the workbook, and each chapter says how many.
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
from i4analysis.publish.words.wording import number

# The verdicts come first: a table can begin on a page that has no room for the figure.
LEADING = {"outcomes": ("outcome-verdicts", "outcome-chains")}  # elsewhere the first figure
PRINTED_SENTENCES = {"outcomes": 6, "archive": 6}  # elsewhere three
WIDEST, HIGHEST = 100.0, 125.0  # of a figure, mm: its sentences stand beside it
PRINTED_COLUMNS = 6
PRINTED_ROWS = 14  # of a table; the page shows more and the file has all
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
            _shorten(section, lang)
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


def _shorten(section: dict[str, Any], lang: str) -> None:
    """Keep of a chapter what paper has room for, and say how much more the page shows."""
    blocks = section.get("blocks", [])
    tabled = [block for block in blocks if "stem" in block]
    wanted = LEADING.get(section["id"], ())
    whole = [block for block in tabled if block["kind"] == "figure" or not _cut(block["table"])]
    kept = sorted(
        (block for block in tabled if block["stem"] in wanted),
        key=lambda block: wanted.index(block["stem"]),
    )
    kept = kept or [block for block in whole if block["kind"] == "figure"][:1] or whole[:1]
    more = len(tabled) - len(kept)
    section["blocks"] = kept
    section["sentences"] = _first(blocks, PRINTED_SENTENCES.get(section["id"], 3))
    words = WORDS["more_one" if more == 1 else "more_many"][lang]
    section["more"] = f"{number(more, lang)} {words}" if more else ""


def _first(blocks: list[dict[str, Any]], most: int) -> list[str]:
    """Return the first sentences; of a later part, as one case each, all of them or none."""
    parts: list[list[str]] = [[]]
    for block in blocks:
        if block["kind"] == "heading":
            parts.append([])
        elif block["kind"] == "sentence":
            parts[-1].append(block["text"])
    said: list[str] = []
    for part in parts:
        said += part if len(said) + len(part) <= most else [] if said else part[:most]
    return said


def _cut(table: dict[str, Any]) -> bool:
    return bool(table["caption"])  # it says how many rows and columns are printed


def _prepare(report: Report, block: dict[str, Any], lang: str, scratch: Path) -> None:
    if block["kind"] == "figure":
        folder = report.folders[block["chapter"]]
        drawn = (folder / f"{block['stem']}.{lang}.svg").read_bytes()
        block["picture"] = f"{block['stem']}.svg"
        inside = svg.inner(drawn, block["crop"])
        (scratch / block["picture"]).write_bytes(inside)
        width, height = svg.size(inside)
        block["width"] = round(min(WIDEST, HIGHEST * width / height), 2)


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
