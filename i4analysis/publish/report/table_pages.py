"""A table as a page prints it: fewer rows, estimates with their bounds in one cell, no constant.

The whole table, column by column, is in its files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any
from urllib.parse import urlsplit

from i4analysis.publish.chapter import grid
from i4analysis.publish.words.wording import HARD, Text, date, number, period

ROOM_LEFT = 70  # characters other columns may take on paper before all must share its width
SHORT_CELL = 16  # characters that a cell never breaks
LONG_CELL = 40
PAPER = 106  # characters of a table's line on paper
WIDE = 6  # columns from which a table is set smaller and may pass the text's edge
FOLDED, WIDEST = 14, 7  # rows and columns above which a page shows a table on demand
MANY = 6  # columns above which a constant one is left to the file
BOUNDS = {"fr": "bornes", "en": "bounds"}
DAYS = Text(fr="Jour, ou jours possibles", en="Day, or possible days")


@dataclass(frozen=True)
class Shown:
    """One printed column: the places of its value and of what is printed with it.

    `lo` and `hi` bound an estimate; `last` ends a span of days; `precision` says how finely a
    date is known, so that a month is never printed as its first day.
    """

    place: int
    lo: int | None = None
    hi: int | None = None
    last: int | None = None
    precision: int | None = None

    @property
    def beside(self) -> tuple[int | None, ...]:
        return (self.lo, self.hi, self.last, self.precision)


def table(
    item: Mapping[str, Any], lang: str, most: int, *, most_columns: int | None = None
) -> dict[str, Any]:
    """Return headers, cells and caption of a packed table as printed in one language.

    At most `most` rows: of a series the evenly spaced ones and the last, else the first; and the
    first `most_columns` columns, where paper has no room for more.
    """
    columns, rows = item["columns"], item["rows"]
    every = _columns(columns, rows, lang, item.get("always", ()))
    limits = [limit for limit in (most_columns, item.get("printed")) if limit is not None]
    shown = every[: min(limits, default=None)]
    kept = _thinned(columns, rows, most)
    headers = [_header(columns, column, lang) for column in shown]
    cells = [[_cell(columns, column, row, lang) for column in shown] for row in kept]
    leads = [_lead(columns, column) for column in shown]
    return {
        "headers": headers,
        "rows": [
            [
                {"text": text, "href": _address(row, lead)}
                for text, lead in zip(written, leads, strict=True)
            ]
            for row, written in zip(kept, cells, strict=True)
        ],
        "caption": ""
        if item.get("first")
        else _caption((len(kept), len(rows)), (len(shown), len(every)), lang),
        "widest": _widest(headers, cells),
        "weights": _weights(headers, cells),
        "wide": len(headers) >= WIDE,
        "folded": len(kept) > FOLDED or len(headers) > WIDEST,
    }


def _lead(columns: list[dict[str, Any]], column: Shown) -> int | None:
    """Return the place of the column of addresses that a column's words lead to."""
    link = columns[column.place].get("link")
    if columns[column.place]["name"] == "url":
        return column.place
    return next((k for k, other in enumerate(columns) if other["name"] == link), None)


def _address(row: list[Any], place: int | None) -> str:
    """Return an address that a page may link to, or nothing."""
    url = str(row[place] or "") if place is not None else ""
    return url if re.fullmatch(r"https?://[^\s<>\"]+", url) else ""


def _columns(
    columns: list[dict[str, Any]],
    rows: list[list[Any]],
    lang: str = "en",
    always: Collection[str] = (),
) -> list[Shown]:
    """Join each estimate with its bounds; leave out constants where columns are many.

    But for those that are `always` printed, as what a figure draws.

    Of words kept in both languages the reader's are shown; addresses that words lead to are not.
    """
    places = {column["name"]: place for place, column in enumerate(columns)}
    other_lang = {"fr": "_en", "en": "_fr"}[lang]
    hidden = {column["link"] for column in columns if column.get("link")}
    hidden |= {
        name
        for name in places
        if name.endswith(other_lang) and f"{name[: -len(other_lang)]}_{lang}" in places
    }
    shown: list[Shown] = []
    for place, column in enumerate(columns):
        name = column["name"]
        if name in hidden or any(place in other.beside for other in shown):
            continue
        if column["type"] == "date":
            last = places.get("last") if name == "first" else None
            precision = places.get("precision") if name == "date" else None
            if name == "not_after" and all(row[place] is None for row in rows):
                continue
            shown.append(Shown(place, last=last, precision=precision))
            continue
        lo, hi = places.get(f"{name}_lo"), places.get(f"{name}_hi")
        if lo is None or hi is None:
            after = [other["name"] for other in columns[place + 1 : place + 3]]
            lo, hi = (place + 1, place + 2) if after == ["lo", "hi"] else (None, None)
        numeric = column["type"] in ("number", "share")
        shown.append(Shown(place, lo, hi) if numeric and lo is not None else Shown(place))
    if len(shown) > MANY:
        return [
            s
            for s in shown
            if columns[s.place]["name"] in always
            or not _idle(columns[s.place], [row[s.place] for row in rows])
        ]
    return shown


def _idle(column: dict[str, Any], cells: list[Any]) -> bool:
    """Tell whether a column says the same everywhere, and is no name and no day."""
    if len({str(cell) for cell in cells}) > 1:
        return False
    if len(cells) == 1:  # of one row nothing is known to be always the same
        return cells[0] in ("", None)
    if column["type"] in ("text", "date"):
        return not cells[0] or (column["type"] == "text" and len(str(cells[0])) > LONG_CELL)
    return True


def _header(columns: list[dict[str, Any]], column: Shown, lang: str) -> dict[str, Any]:
    source = columns[column.place]
    words = str(source["header"][lang])
    if words[1:2] not in ("", " ", ","):  # p, the probability, stays small
        words = words[:1].upper() + words[1:]
    if column.last is not None:
        words = DAYS[lang]
    if column.lo is not None:
        words += f" ({BOUNDS[lang]})"
    return {
        "text": words,
        "numeric": source["type"] in ("number", "share"),
        "name": source["name"],
    }


def _cell(columns: list[dict[str, Any]], column: Shown, row: list[Any], lang: str) -> str:
    text = grid.shown(row[column.place], columns[column.place], lang)
    if row[column.place] is not None and (column.last is not None or column.precision is not None):
        text = _days(column, row, lang)
    if column.lo is not None and column.hi is not None and row[column.lo] is not None:
        kind = {"type": columns[column.place]["type"]}
        low, high = (grid.shown(row[place], kind, lang) for place in (column.lo, column.hi))
        text += f" ({low} {'à' if lang == 'fr' else 'to'} {high})"
    if text.startswith(("https://", "http://")) and len(text) > LONG_CELL:
        text = (urlsplit(text).hostname or "").removeprefix("www.") + "/…"
    return text.replace(" ", HARD) if len(text) <= SHORT_CELL else text


def _days(column: Shown, row: list[Any], lang: str) -> str:
    """Return a date no finer than it is known, or the span of days in which something fell."""
    day = Date.fromisoformat(row[column.place])
    last = None if column.last is None else row[column.last]
    if last is not None and last != row[column.place]:
        return period(day, Date.fromisoformat(last), lang)
    if column.precision is not None and row[column.precision] is not None:
        precision = row[column.precision]
        written = date(day, lang, precision)
        return written.replace(" ", HARD) if precision == "day" else written
    return date(day, lang).replace(" ", HARD)


def _caption(rows: tuple[int, int], columns: tuple[int, int], lang: str) -> str:
    """Say how many rows and columns of how many are printed; nothing when all are."""
    said = [
        Text(
            fr=f"{number(kept, 'fr')} {fr} sur {number(total, 'fr')}",
            en=f"{number(kept, 'en')} of {number(total, 'en')} {en}",
        )[lang]
        for (kept, total), fr, en in ((rows, "lignes", "rows"), (columns, "colonnes", "columns"))
        if kept < total
    ]
    if not said:
        return ""
    return Text(
        fr=f"{', '.join(said)} ; le fichier a tout.", en=f"{', '.join(said)}; the file has all."
    )[lang]


def _weights(headers: list[dict[str, Any]], rows: list[list[str]]) -> list[int]:
    """Return the width on paper of each column, in characters: its longest word, then its share.

    What the words leave free goes to the columns whose text is longer than a line.
    """
    words, texts = [], []
    for place, header in enumerate(headers):
        bold = [-(-8 * len(word) // 7) for word in header["text"].split(" ")]
        plain = [len(word) for row in rows for word in row[place].split(" ")]
        words.append(max(5, *bold, len(header["text"]) // 2, *plain) + 2)
        texts.append(max(words[-1], min(64, max((len(row[place]) for row in rows), default=0))))
    spare = max(0, PAPER - sum(words))
    asked = max(1, sum(texts) - sum(words))
    return [word + spare * (text - word) // asked for word, text in zip(words, texts, strict=True)]


def _thinned(columns: list[dict[str, Any]], rows: list[list[Any]], most: int) -> list[list[Any]]:
    if len(rows) <= most:
        return rows
    series = all(column["type"] in ("number", "share") for column in columns[1:])
    if columns and columns[0]["type"] in ("date", "time") and series:
        step = -(-len(rows) // most)
        return rows[::-1][::step][::-1]
    return rows[:most]


def _widest(headers: list[dict[str, Any]], rows: list[list[str]]) -> int | None:
    """Return the column of words that takes the room left on paper; None when there is none."""
    longest = [
        max(len(header["text"]), *(len(row[place]) for row in rows), 0)
        for place, header in enumerate(headers)
    ]
    words = [place for place, header in enumerate(headers) if not header["numeric"]]
    if not words:
        return None
    widest = max(words, key=lambda place: longest[place])
    return widest if sum(longest) - longest[widest] <= ROOM_LEFT else None
