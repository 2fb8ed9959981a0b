"""The report's tables as a workbook in one language: words, real dates, links, filters.

The first sheets are those that a desk works with: what happened, who says what, figures, press,
people. Every text is written as a string, so nothing in it can run; dates and order are fixed, so
the same report gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from i4analysis.publish.chapter import grid
from i4analysis.publish.report.boilerplate import (
    AROUND,
    DICTIONARY,
    RIGHTS,
    SHEETS,
    TOPICS,
    WORDS,
)
from i4analysis.publish.report.model import Report
from i4analysis.publish.words.wording import Text, date

SHEET_NAME = 31  # Excel's limit
KEPT = {"history", "historique"}  # names that Excel keeps for itself
LONGEST_URL, MOST_URLS = 2_000, 60_000  # Excel's limits, less a margin
NARROWEST, WIDEST = 9, 60  # characters of a column
FIXED = datetime(2000, 1, 1)  # noqa: DTZ001  # a workbook's dates have no zone
NAMES = {"fr": "tables.xlsx", "en": "tables.en.xlsx"}
# How a date shows that is known no finer: it stays a date, and sorts as one.
# The months are those of the sheet's language, whatever that of the reader's program.
_MONTHS = {"fr": "[$-40C]", "en": "[$-809]"}
DAY = {lang: f"{months}d mmmm yyyy" for lang, months in _MONTHS.items()}
SHOWN: dict[str, Mapping[str, str]] = {
    "week": {"fr": f'{_MONTHS["fr"]}"vers le "d mmmm yyyy',
             "en": f'{_MONTHS["en"]}"around "d mmmm yyyy'},
    "month": {lang: f"{months}mmmm yyyy" for lang, months in _MONTHS.items()},
    "year": {"fr": "yyyy", "en": "yyyy"},
}  # fmt: skip
DATE_WIDTH, WEEK_WIDTH = 18, 28  # characters; a date that does not fit is printed as ###


def render(report: Report, lang: str) -> bytes:
    """Return the workbook of a report in one language."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        name = Text.of(report.movement.title, report.movement.name)[lang]
        fictive = f" ({WORDS['made_up'][lang]})" if report.made_up else ""
        book.set_properties({"title": name + fictive, "author": "i4analysis", "created": FIXED})
        looks = _Looks(book, lang)
        names = sheet_names(report, lang)
        items = {item["stem"]: (key, item) for key, item in report.tabled()}
        order = [
            *(stem for stem in SHEETS if stem in items),
            *(s for s in items if s not in SHEETS),
        ]
        front = book.add_worksheet(AROUND["first"][lang])
        _read_me(report, front, [(names[stem], items[stem][1]) for stem in order], looks)
        for stem in order:
            sheet = book.add_worksheet(names[stem])
            _table(sheet, items[stem][1], looks)
            if report.made_up:
                sheet.set_tab_color("#D55E00")
                sheet.set_header(f"&C{WORDS['made_up'][lang]}")
        codes = book.add_worksheet(AROUND["last"][lang])
        _dictionary([(names[stem], *items[stem]) for stem in order], codes, looks)
    return stream.getvalue()


class _Looks:
    """The formats of a workbook, one of each."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self._book, self.lang = book, lang
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.add_format(
            {"text_wrap": True, "valign": "top", "font_color": "#00629B", "underline": 1}
        )
        self.number = book.add_format({"num_format": "#,##0.###", "valign": "top"})
        self.share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self._dates: dict[str, Any] = {}

    def date(self, precision: str) -> Any:
        """Return the format of a date that is known to a precision."""
        shown = SHOWN.get(precision, DAY)[self.lang]
        if shown not in self._dates:
            self._dates[shown] = self._book.add_format(
                {"num_format": shown, "align": "left", "valign": "top"}
            )
        return self._dates[shown]


def sheet_names(report: Report, lang: str) -> dict[str, str]:
    """Return stem → sheet name: words for the first ones, else the stem, cut and kept unique."""
    names: dict[str, str] = {}
    taken = {*KEPT, *(text[lang].lower() for text in AROUND.values())}
    for _, item in report.tabled():
        stem = item["stem"]
        base = f"{report.prefix.upper()}{SHEETS[stem][lang] if stem in SHEETS else stem}"
        name, k = base[:SHEET_NAME], 2
        while name.lower() in taken:
            name, k = f"{base[: SHEET_NAME - 1 - len(str(k))]}~{k}", k + 1
        names[stem] = name
        taken.add(name.lower())
    return names


def _read_me(
    report: Report, sheet: Worksheet, listed: list[tuple[str, Mapping[str, Any]]], looks: _Looks
) -> None:
    lang = looks.lang
    words = {name: text[lang] for name, text in WORDS.items()}
    lines = [
        report.headline[lang],
        Text.of(report.movement.title, report.movement.name)[lang],
        *([f"{words['made_up']} – {words['made_up_text']}"] if report.made_up else []),
        report.dated(lang) or words["no_date"],
        f"{words['version']} {report.version}",
        *([f"{words['contact']} – {report.movement.contact}"] if report.movement.contact else []),
    ]
    row = 0
    for place, line in enumerate(lines):
        sheet.write_string(row, 0, Text.same(line)[lang], looks.bold if not place else looks.text)
        row += 1
    row += 1
    for name, item in listed:
        sheet.write_url(row, 0, f"internal:'{name}'!A1", looks.link, string=name)
        sheet.write_string(row, 1, item["title"][lang], looks.text)
        row += 1
    row += 1
    for text in (*report.readings, *RIGHTS):
        sheet.write_string(row, 0, text[lang], looks.text)
        row += 1
    sheet.set_column(0, 0, 90)
    sheet.set_column(1, 1, 70)


def _dictionary(
    listed: list[tuple[str, str, Mapping[str, Any]]], sheet: Worksheet, looks: _Looks
) -> None:
    """Say what every column of every sheet is, and which words stand for which code of the CSV."""
    heads = [text[looks.lang] for text in DICTIONARY.values()]
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, looks.bold)
    row = 1
    for name, key, item in listed:
        topic = TOPICS.get(key, Text.same(key))[looks.lang]
        for column in item["columns"]:
            codes = "; ".join(
                f"{code} = {words[looks.lang]}" for code, words in column.get("words", {}).items()
            )
            cells = (name, topic, column["header"][looks.lang], column["name"], codes)
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, place, _safe(str(cell)), looks.text)
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, row - 1), len(heads) - 1)
    sheet.set_column(0, 3, 24)
    sheet.set_column(4, 4, 60)


def _columns(item: Mapping[str, Any], lang: str) -> list[int]:
    """Return the columns of a sheet: of words in both languages one; addresses are on words."""
    names = [column["name"] for column in item["columns"]]
    other = {"fr": "_en", "en": "_fr"}[lang]
    shown = []
    for place, name in enumerate(names):
        twin = name.endswith(other) and f"{name[: -len(other)]}_{lang}" in names
        if not twin and name != "precision":
            shown.append(place)
    return shown


def _table(sheet: Worksheet, item: Mapping[str, Any], looks: _Looks) -> None:
    columns, rows = item["columns"], item["rows"]
    places = {column["name"]: place for place, column in enumerate(columns)}
    shown = _columns(item, looks.lang)
    urls = 0
    for at, place in enumerate(shown):
        column = columns[place]
        sheet.write_string(0, at, _safe(column["header"][looks.lang]), looks.bold)
        link = places.get(column.get("link", "url" if column["name"] == "url" else ""))
        widths = [len(column["header"][looks.lang]) // 2]
        for number, row in enumerate(rows, start=1):
            address = str(row[link] or "") if link is not None else ""
            usable = address.startswith("http") and len(address) < LONGEST_URL
            if usable and row[place] is not None and urls < MOST_URLS:
                urls += 1
                shown_text = grid.fitting(_safe(_words(row[place], column, looks.lang)))
                sheet.write_url(number, at, address, looks.link, string=shown_text)
                widths.append(min(len(shown_text), 40))
                continue
            widths.append(_write(sheet, (number, at), row, place, item, looks))
        ordered = sorted(widths)
        share = 1.0 if column["type"] == "date" else 0.9
        usual = ordered[int(share * (len(ordered) - 1))]
        sheet.set_column(at, at, min(WIDEST, max(NARROWEST, usual + 2)))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(shown) - 1)


def _write(
    sheet: Worksheet, at: tuple[int, int], row: list[Any], place: int, item: Mapping[str, Any],
    looks: _Looks,
) -> int:  # fmt: skip
    """Write one cell as what it is; return how many characters it takes."""
    cell, column = row[place], item["columns"][place]
    if cell is None:
        return 0
    if column["type"] == "date":
        precision = next(
            (row[k] for k, c in enumerate(item["columns"]) if c["name"] == "precision"), None
        )
        if column["name"] != "date":  # how well the date is known is not how well others are
            precision = "day"
        moment, known = datetime.fromisoformat(cell), str(precision or "day")
        if moment < grid.FIRST_DAY:
            sheet.write_string(*at, date(moment.date(), looks.lang, known), looks.text)
        else:
            sheet.write_datetime(*at, moment, looks.date(known))
        return WEEK_WIDTH if precision == "week" else DATE_WIDTH
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        sheet.write_number(*at, cell, looks.share if column["type"] == "share" else looks.number)
        return 12
    text = grid.fitting(_safe(_words(cell, column, looks.lang)))
    if text:
        sheet.write_string(*at, text, looks.text)
    return len(text)


def _words(cell: Any, column: Mapping[str, Any], lang: str) -> str:
    """Return a cell in words: a code's words, yes and no, a handle with its @."""
    if isinstance(cell, bool) or str(cell) in column.get("words", {}):
        return grid.shown(cell, column, lang)
    text = str(cell)
    return f"@{text}" if column["name"] == "handle" and not text.startswith("@") else text


def _safe(text: str) -> str:
    """Return text that stays text even when its cell is edited; a handle keeps its @."""
    return text if re.fullmatch(r"@\w{1,40}", text) else grid.defuse(text)
