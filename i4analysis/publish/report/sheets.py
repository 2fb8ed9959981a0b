"""The report's tables as one workbook: a read-me, a dictionary, one sheet a figure or table.

Every text is written as a string, so nothing in it can run; dates and order are fixed, so the same
report gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from i4analysis.publish.chapter import grid
from i4analysis.publish.report.boilerplate import DEFINITIONS, LIMITS, RIGHTS, TOPICS, WORDS
from i4analysis.publish.report.model import Report
from i4analysis.publish.words.wording import LANGUAGES, Text, clean, date

SHEET_NAME = 31  # Excel's limit
CELL_TEXT = 32_000  # Excel's limit is 32,767 characters a cell
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001  # a workbook's dates have no zone


def render(report: Report) -> bytes:
    """Return the workbook of a report."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        name = Text.of(report.movement.title, report.movement.name)["en"]
        fictive = f" ({WORDS['made_up']['en']})" if report.made_up else ""
        book.set_properties({"title": name + fictive, "author": "i4analysis", "created": FIXED})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _read_me(report, book.add_worksheet("Lisez-moi Read me"), bold, wrapped)
        names = sheet_names(report)
        _dictionary(report, book.add_worksheet("Dictionnaire Dictionary"), names, bold)
        for _, item in report.tabled():
            sheet = book.add_worksheet(names[item["stem"]])
            _table(sheet, item, bold)
            if report.made_up:
                sheet.set_tab_color("#D55E00")
                sheet.set_header(f"&C{WORDS['made_up']['fr']} / {WORDS['made_up']['en']}")
    return stream.getvalue()


def sheet_names(report: Report) -> dict[str, str]:
    """Return stem → sheet name: the stem, cut to Excel's length and kept unique."""
    names: dict[str, str] = {}
    for _, item in report.tabled():
        base = f"{report.prefix.upper()}{item['stem']}"
        name, k = base[:SHEET_NAME], 2
        while name.lower() in (taken.lower() for taken in names.values()):
            name, k = f"{base[: SHEET_NAME - 1 - len(str(k))]}~{k}", k + 1
        names[item["stem"]] = name
    return names


def _read_me(report: Report, sheet: Worksheet, bold: Any, wrapped: Any) -> None:
    row = 0
    for lang in LANGUAGES:
        words = {name: text[lang] for name, text in WORDS.items()}
        as_of = words["no_date"] if report.as_of is None else date(report.as_of, lang)
        lines = [
            Text.of(report.movement.title, report.movement.name)[lang],
            *([f"{words['made_up']} – {words['made_up_text']}"] if report.made_up else []),
            f"{words['report']} – {words['as_of']} {as_of}",
            f"{words['version']} {report.version}",
            f"{words['contact']} – {clean(report.movement.contact) or words['no_contact']}",
            *(text[lang] for text in (*DEFINITIONS, *LIMITS, *RIGHTS)),
        ]
        for place, line in enumerate(lines):
            sheet.write_string(row, 0, grid.defuse(line), bold if place == 0 else wrapped)
            row += 1
        row += 1
    sheet.set_column(0, 0, 110)


def _dictionary(report: Report, sheet: Worksheet, names: Mapping[str, str], bold: Any) -> None:
    heads = ("feuille / sheet", "chapitre / chapter", "colonne / column", "type",
             "sens (français)", "meaning (English)", "titre", "title", "source (fr)",
             "source (en)")  # fmt: skip
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    row = 1
    for key, item in report.tabled():
        topic = TOPICS.get(key, Text.same(key))
        source = item.get("source") or {}
        for column in item["columns"]:
            cells = (names[item["stem"]], f"{topic['fr']} / {topic['en']}", column["name"],
                     column["type"], *(column["header"][lang] for lang in LANGUAGES),
                     *(item["title"][lang] for lang in LANGUAGES),
                     *(source.get(lang, "") for lang in LANGUAGES))  # fmt: skip
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, grid.defuse(str(cell))[:CELL_TEXT])
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 3, 22)
    sheet.set_column(4, len(heads) - 1, 42)


def _table(sheet: Worksheet, item: Mapping[str, Any], bold: Any) -> None:
    for place, column in enumerate(item["columns"]):
        sheet.write_string(0, place, grid.defuse(column["name"]), bold)
    for row, cells in enumerate(item["rows"], start=1):
        for place, cell in enumerate(cells):
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                sheet.write_number(row, place, cell)
            elif cell is not None:
                sheet.write_string(row, place, grid.plain(cell)[:CELL_TEXT])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(item["columns"]) - 1), 18)
