"""The ledgers of a movement: tables kept by hand as CSV, one source a row.

`ledgers.toml` is the one place where a ledger's column is defined; `read_ledger` reads a file into
its canonical frame and names the first fault by file, line and column.
"""

from __future__ import annotations

import calendar
import codecs
import csv
import io
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.errors import MovementError, nearest, no_file
from i4analysis.tables import COUNT, DAY, FLAG, NUMBER, TIME, Column, Table

LEDGERS = tables.declared(__file__)

#: Columns that older ledgers may still hold: read past, never kept.
RETIRED: dict[str, tuple[str, ...]] = {
    "claims": (
        *(f"likelihood_if_{case}_{end}" for case in ("true", "false") for end in ("lo", "hi")),
        "likelihood_reviewed_by",
    )
}

_TRUE, _FALSE = {"true", "yes", "1", "vrai", "oui"}, {"false", "no", "0", "faux", "non"}


_DAY_FIRST = re.compile(r"(\d\d?)([/.-])(\d\d?)\2(\d{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?$")  # as pandas and LibreOffice end a day
_APART = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")  # between thousands
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # 600.000: thousands, or thousandths
_BARE = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/\S*|www\.\S+", re.IGNORECASE)  # without its https://
_PROFILE = re.compile(
    r"(?:https?://)?((?:[\w-]+\.)+[a-z]+)/(?:#!/|profile/|users/|web/)?"
    r"(@?[\w.-]+(?:@[\w.-]+)?)/?(?:[?#].*)?",
    re.IGNORECASE,
)
_ONE_HOST = re.compile(r"(?:.*\.)?(?:twitter\.com|x\.com|bsky\.app)", re.IGNORECASE)
_MOST = 10**12  # of anything that a movement counts
_SEPARATOR = "sep="  # how Excel is told which, in a line before the header
COMMENT = "#"
YEARS = range(1000, 3000)
WEEK_DAYS = 7  # of a date known to the week, before and after it
_SOUGHT = (None, "goal", "step")  # roles of what can be obtained, or not
LARGEST = 1 << 26  # bytes
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WORDS: dict[pa.DataType, str] = {
    DAY: "a day",
    TIME: "a moment with its offset",
    FLAG: "yes or no",
    COUNT: "a whole number",
    NUMBER: "a number in digits, with a decimal point and nothing between thousands",
}
_EXAMPLES: dict[pa.DataType, str] = {
    DAY: "2015-09-26",
    TIME: "2015-09-26T18:30:00+02:00",
    FLAG: "yes",
    COUNT: "300",
    NUMBER: "0.5",
}


def example_row(name: str) -> list[str]:
    """Return a row that a ledger would take: what is required, dates, links and closed words.

    Examples
    --------
    >>> dict(zip(LEDGERS["founders"].names, example_row("founders"), strict=True))["platform"]
    'twitter'
    """
    cells = []
    for column in LEDGERS[name].columns:
        if column.values:
            cell = column.values[0]
        elif column.name == "url":
            cell = "https://example.org/page"
        elif column.name == "platform":
            cell = "twitter"
        elif column.name == "handle":
            cell = "ana_example"
        elif column.type in _EXAMPLES:
            cell = _EXAMPLES[column.type]
        else:
            cell = "example" if column.required else ""
        cells.append(cell)
    return cells


def blank(name: str) -> str:
    """Return a ledger to fill in: its header, and an example as a remark."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(LEDGERS[name].names)
    first, *rest = example_row(name)
    writer.writerow([f"{COMMENT} an example, not read: {first or 'empty'}", *rest])
    return stream.getvalue()


def read_ledger(path: Path, name: str) -> pd.DataFrame:
    """Read one ledger into its canonical frame; empty when the file is absent.

    A ledger is CSV, UTF-8, with a header of known columns in any order; a row that begins with #
    is a remark. As a spreadsheet saves it, it is read too: tabs, UTF-16, empty columns at the end;
    set to French: semicolons, Windows-1252, days as 26/09/2015 and decimal commas.

    Raises
    ------
    MovementError
        With the file, line and column of the first value that is not what the column holds.
    """
    return read_lines(path, name).reset_index(drop=True)


def read_lines(path: Path, name: str) -> pd.DataFrame:
    """Read one ledger as `read_ledger` does, each row under its line in the file."""
    rows = _rows(path, name)
    return tables.build(LEDGERS[name], rows.values()).set_axis(pd.Index(rows, dtype=int))


def _rows(path: Path, name: str) -> dict[int, dict[str, Any]]:
    """Return the rows of a ledger, each under its line in the file."""
    table = LEDGERS[name]
    if not os.path.lexists(path):
        return {}
    rows: dict[int, dict[str, Any]] = {}
    keys: dict[tuple[Any, ...], int] = {}
    line = 1
    try:
        reader, header = opened(text_of(path, "ledger"))
        continental = reader.dialect.delimiter == ";"
        _check_header(header, table, path)
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                break
            if not any(cell.strip() for cell in cells) or cells[0].startswith(COMMENT):
                continue
            if not any(cell.strip() for cell in cells[len(header) :]):
                cells = cells[: len(header)]
            if len(cells) != len(header):
                raise MovementError(
                    f"The ledger {path}, line {line}, has {len(cells)} cells, expected"
                    f" {len(header)}; quote cells that hold a comma."
                )
            row = {
                column: _cell(table[column], cell, path, line, continental)
                for column, cell in zip(header, cells, strict=True)
                if column not in RETIRED.get(name, ())
            }
            if row.get("date") and "precision" in table.names:
                row["precision"] = row.get("precision") or "day"  # as the date itself is written
                if row["precision"] == "unknown":
                    row["date"] = None
            missing = [
                column.name
                for column in table.columns
                if column.required and row.get(column.name) is None
            ]
            if missing:
                raise MovementError(
                    f"The ledger {path}, line {line}, leaves {missing[0]} empty, expected "
                    f"{table[missing[0]].meaning}; fill it in."
                )
            key = tuple(row.get(column) for column in table.key)
            if table.key and key in keys:
                raise MovementError(
                    f"The ledger {path}, line {line}, repeats {' '.join(map(str, key)):.80} of"
                    f" line {keys[key]}, expected each {' and '.join(table.key)} once; rename"
                    " or merge them."
                )
            keys[key] = line
            rows[line] = row
    except csv.Error as error:
        raise MovementError(
            f"The ledger {path}, line {line}, is not valid CSV ({error}), expected cells with"
            " commas between and every quote closed; look from there for a quote that is not."
        ) from error
    named = {key[0]: rows[line] for key, line in keys.items() if key}
    check = {"outcomes": _check_outcome, "claims": _check_copy}.get(name)
    for line, row in rows.items():
        if check is not None:
            check(row, f"The ledger {path}, line {line}, column", named)
    return rows


def opened(text: str) -> tuple[Any, list[str]]:
    r"""Return a reader of the rows of a ledger and its header: what stands first and is no remark.

    Examples
    --------
    >>> reader, header = opened("sep=;\n\nHandle;Note;\nana;x, y;")
    >>> reader.dialect.delimiter, header, list(reader)
    (';', ['handle', 'note'], [['ana', 'x, y', '']])
    """
    before = (COMMENT, _SEPARATOR)
    lines = (line for line in text.splitlines() if line.strip(' ,;\t"'))
    first = next((line for line in lines if not line.startswith(before)), "")
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=max(",;\t", key=first.count)
    )
    header: list[str] = []
    for cells in reader:
        header = [cell.strip().casefold() for cell in cells]
        if any(header) and not header[0].startswith(before):
            break
    while header and not header[-1]:
        header.pop()
    return reader, header


def possible_days(day: date | None, precision: str | None) -> tuple[date, date] | None:
    """Return the first and last day that a ledger's date can be; None when unknown.

    A week is the day give or take seven days, a month and a year are those of the calendar.

    Examples
    --------
    >>> first, last = possible_days(date(2016, 2, 10), "month")
    >>> str(first), str(last)
    ('2016-02-01', '2016-02-29')
    """
    if day is None or pd.isna(day) or precision == "unknown":
        return None
    if precision == "week":
        return day - timedelta(days=WEEK_DAYS), day + timedelta(days=WEEK_DAYS)
    first, last = day, day
    if precision in ("month", "year"):
        begins, ends = (day.month, day.month) if precision == "month" else (1, 12)
        first = date(day.year, begins, 1)
        last = date(day.year, ends, calendar.monthrange(day.year, ends)[1])
    return first, last


def said_ahead(claims: pd.DataFrame, outcomes: pd.DataFrame) -> list[bool]:
    """Return for each claim whether it was made before its outcome can have been."""
    begun = {
        row["outcome_id"]: days[0]
        for row in outcomes.to_dict("records")
        if (days := possible_days(row["date"], row["precision"])) is not None
    }
    rows = claims.to_dict("records")
    said = [possible_days(row["date"], row["precision"]) for row in rows]
    return [
        days is not None and row["outcome_id"] in begun and days[1] < begun[row["outcome_id"]]
        for row, days in zip(rows, said, strict=True)
    ]


def _check_outcome(row: dict[str, Any], where: str, named: dict[Any, dict[str, Any]]) -> None:
    """Refuse an outcome whose cells contradict one another, or the row that it names."""
    limit, undone, role = (row.get(name) for name in ("not_after", "undone_by", "role"))
    days = possible_days(row.get("date"), row.get("precision"))
    if days and limit and limit < days[0]:
        raise MovementError(
            f"{where} not_after, holds {limit}, a day before the date {row['date']}, expected the"
            " last day on which it can have happened; correct one of them."
        )
    if row.get("result") in ("partly_obtained", "not_obtained") and role not in _SOUGHT:
        raise MovementError(
            f"{where} result, holds {row['result']!r} in a row of role {role!r}, expected it of"
            " what was sought, a goal or a step; correct one of them."
        )
    if not undone:
        return
    if undone not in named or named[undone] is row:
        others = [one for one in named if one != undone]
        raise MovementError(
            f"{where} undone_by, holds {undone!r:.80}, expected the outcome_id of another row"
            f"{nearest(undone, others)}; add that row or correct it."
        )
    end = possible_days(named[undone].get("date"), named[undone].get("precision"))
    if days and end and end[1] < days[0]:
        raise MovementError(
            f"{where} undone_by, names {undone!r:.80} of {named[undone]['date']}, before the date"
            f" {row['date']}, expected what came after it; correct one of them."
        )


def _check_copy(row: dict[str, Any], where: str, named: dict[Any, dict[str, Any]]) -> None:
    """Refuse a claim that copies itself, were it through others: nobody would have said it."""
    met, one = set(), row.get("copied_from")
    while one in named and one not in met:
        if one == row["claim_id"]:
            raise MovementError(
                f"{where} copied_from, holds {row['copied_from']!r:.80}, which is or copies the"
                " row itself, expected the claim that this one repeats; leave the first of them"
                " empty."
            )
        met.add(one)
        one = named[one].get("copied_from")


def text_of(path: Path, what: str, largest: int = LARGEST) -> str:
    """Return the text of a file that is kept by hand.

    Raises
    ------
    MovementError
        If it is no file, cannot be opened, or holds what no text does; with its line.
    """
    try:
        kind, data = no_file(path), b""
        if not kind:
            with path.open("rb") as handle:
                data = handle.read(largest + 1)
        text = _decoded(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MovementError(
            f"The {what} {path}, line {line}, is not UTF-8 ({error.reason} at byte"
            f" {error.start}); save it as UTF-8."
        ) from error
    except OSError as error:
        raise MovementError(
            f"The {what} {path} cannot be opened ({error.strerror}), expected a file that may be"
            " read here; check its permissions, and where it leads if it is a link."
        ) from error
    if kind or len(data) > largest:
        raise MovementError(
            f"The {what} {path} is {kind or f'larger than {largest >> 20} MB'}, expected a file"
            " kept by hand; put that in its place."
        )
    if (found := NO_TEXT.search(text)) is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise MovementError(
            f"The {what} {path}, line {line}, holds the character U+{ord(found[0]):04X}, which no"
            " text has; write that line anew."
        )
    return text


def _decoded(content: bytes) -> str:
    """Return the text of a ledger: UTF-8, else what Excel and Notepad write under Windows."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError:
            raise error from None


def _check_header(header: list[str], table: Table, path: Path) -> None:
    old = RETIRED.get(table.name, ())
    wrong = [column for column in header if column not in (*table.names, *old)]
    absent = [
        column.name for column in table.columns if column.required and column.name not in header
    ]
    if not header or absent:
        raise MovementError(
            f"The ledger {path}, line 1, lacks the column"
            f" {absent[0] if absent else table.names[0]!r}, expected {', '.join(table.names)};"
            " add it."
        )
    if wrong or len(set(header)) != len(header):
        doubled = [column for at, column in enumerate(header) if column in header[:at]]
        raise MovementError(
            f"The ledger {path}, line 1, has the unexpected column {(wrong or doubled)[0]!r:.80},"
            f" expected {', '.join(table.names)}, each once; rename or remove it."
        )


def _cell(column: Column, cell: str, path: Path, line: int, continental: bool) -> Any:
    text = cell.strip()
    if text == "":
        return None
    if column.values and (word := "_".join(text.casefold().split())) in column.values:
        return word
    if column.values:
        raise MovementError(
            f"The ledger {path}, line {line}, column {column.name}, holds {text!r:.80}, expected"
            f" one of {', '.join(column.values)}{nearest(text, column.values)}; correct it."
        )
    try:
        if column.type == tables.DAY:
            told = _DAY_FIRST.fullmatch(text) if continental else None
            day_given = (
                date(int(told[4]), int(told[3]), int(told[1]))
                if told
                else date.fromisoformat(_MIDNIGHT.sub("", text))
            )
            if day_given.year not in YEARS:  # 9999-12-31 is a database's word for unknown
                raise ValueError("no day of a movement")
            return day_given
        if column.type == tables.TIME:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return moment.astimezone(UTC)
        if column.type == tables.NUMBER:
            digits = _APART.sub("", text)
            if _EITHER.fullmatch(digits):
                raise ValueError("one number or a thousand times it")
            number = float(digits.replace(",", ".") if continental else digits)
            if not 0 <= number < _MOST:
                raise ValueError("no number of anything")
            return number
        if column.type == tables.COUNT:
            return int(_APART.sub("", text))
        if column.type == tables.FLAG:
            if text.casefold() not in _TRUE | _FALSE:
                raise ValueError("neither yes nor no")
            return text.casefold() in _TRUE
    except (ValueError, OverflowError) as error:
        raise MovementError(
            f"The ledger {path}, line {line}, column {column.name}, holds {text!r:.80}, expected"
            f" {_WORDS[column.type]} ({column.meaning}), as {_EXAMPLES[column.type]}; correct it."
        ) from error
    if column.name in ("handle", "linked_accounts"):
        return "|".join(handle_of(one) for one in text.split("|"))
    return f"https://{text}" if column.name == "url" and _BARE.fullmatch(text) else text


def handle_of(told: str) -> str:
    """Return the handle in the address of a profile; anything else as it is.

    Examples
    --------
    >>> handle_of("https://twitter.com/#!/ana_example"), handle_of("x.com/ana?lang=fr")
    ('ana_example', 'ana')
    >>> handle_of("https://a.example/@ana"), handle_of("https://bsky.app/profile/ana.example")
    ('ana@a.example', 'ana.example')
    >>> handle_of("@ana@a.example"), handle_of("https://a.example/about")
    ('@ana@a.example', 'https://a.example/about')
    """
    found = _PROFILE.fullmatch(told.strip())
    if found is None:
        return told
    host, name = found[1].lower(), found[2]
    plain = name.removeprefix("@")
    if _ONE_HOST.fullmatch(host):
        return plain
    if name == plain and "/users/" not in told:
        return told
    return plain if "@" in plain else f"{plain}@{host}"
