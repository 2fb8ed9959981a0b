"""Tables as plain values: packed for JSON, written as CSV, shown in two languages.

A cell that a spreadsheet would run as a formula is written with a leading apostrophe; whatever a
cell holds, it comes out as text.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date as Date
from datetime import datetime
from typing import Any

import pandas as pd

from i4analysis.errors import I4Error
from i4analysis.publish.charts import limits
from i4analysis.publish.words.wording import HARD, Text, clean, date, number, percent

MOST_ROWS = limits.most("published")
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\r", "＝", "＋", "－", "＠")
# What a workbook holds: no day before this one of which every program is of one mind (Excel has
# a 29 February 1900), and no text of more units of UTF-16.
FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001  # its dates have no zone
LONGEST_CELL = 32_767

Words = Mapping[str, Mapping[str, Text]]


def pack(
    table: pd.DataFrame,
    headers: Mapping[str, Text],
    cells: Words | None = None,
    shares: Collection[str] = (),
) -> dict[str, Any]:
    """Return a frame as {"columns": [{name, type, header}], "rows": [[…]]} of JSON values.

    `cells` gives, for a column of codes, the words a reader sees for each code.

    Types: number | share | date | time | flag | text. A column of floats in 0–1 with `share`
    as a word of its name, or starting with `p_`, is a share, printed as a percentage, and so is
    one named in `shares`. Of more days than a published table holds, those that repeat the day
    before are left out: one post dated 1970 makes decades of them.
    """
    if len(table) > MOST_ROWS and "day" in table:
        said = table.drop(columns="day").astype("string").fillna("")
        changed = (said != said.shift()).any(axis=1).to_numpy(dtype=bool)
        changed[[0, -1]] = True
        table = table[changed]
    if len(table) > MOST_ROWS:
        raise I4Error(
            f"A published table has {len(table):,} rows, expected at most {MOST_ROWS:,}; draw and"
            " publish an aggregate."
        )
    private = [str(name) for name in table.columns if str(name).startswith("private_")]
    if private:
        raise I4Error(
            f"A published table has the column {private[0]!r}, which names people for the"
            " analyst's screen only; publish counts of five and more instead."
        )
    columns: list[dict[str, Any]] = []
    values: list[list[Any]] = []
    for name, series in table.items():
        kind = "share" if str(name) in shares else _type(str(name), series)
        header = headers.get(str(name)) or Text.same(str(name).replace("_", " "))
        column = {"name": str(name), "type": kind, "header": header.as_dict()}
        if str(name) in (cells or {}):
            words = (cells or {})[str(name)]
            column["words"] = {str(code): text.as_dict() for code, text in words.items()}
        columns.append(column)
        values.append([_cell(value, kind) for value in series])
    return {"columns": columns, "rows": [list(row) for row in zip(*values, strict=True)]}


def _type(name: str, values: pd.Series[Any]) -> str:
    kinds = {type(value) for value in values if not _null(value)}
    if kinds and kinds <= {bool}:
        return "flag"
    if pd.api.types.is_bool_dtype(values):
        return "flag"
    if pd.api.types.is_numeric_dtype(values):
        return _numeric(name, values)
    if kinds and all(issubclass(kind, datetime) for kind in kinds):
        whole = all((v.hour, v.minute, v.second) == (0, 0, 0) for v in values if not _null(v))
        return "date" if whole else "time"
    if kinds and all(issubclass(kind, Date) for kind in kinds):
        return "date"
    if kinds and all(issubclass(kind, (int, float)) for kind in kinds):
        return _numeric(name, values)
    return "text"


def steady(value: float, digits: int = 9) -> int | float:
    """Return a number as it is published, the same whatever processor computed it.

    The last digits of a sum or of a fit depend on the processor: `digits` significant ones are
    kept. Whole numbers are kept whole, and a number that becomes whole is an integer.

    Examples
    --------
    >>> steady(1.0000000000002), steady(0.1 + 0.2), steady(123456789.75)
    (1, 0.3, 123456790)
    """
    if not float(value).is_integer():
        value = float(f"{value:.{digits}g}")
    return int(value) if float(value).is_integer() else float(value)


def _numeric(name: str, values: pd.Series[Any]) -> str:
    words = name.split("_")
    named = "share" in words or "shares" in words or words[0] == "p"
    known = [steady(float(value)) for value in values if not _null(value)]
    return "share" if named and all(-1 <= value <= 1 for value in known) else "number"


def _null(value: Any) -> bool:
    return value is None or (not isinstance(value, (list, tuple, dict)) and bool(pd.isna(value)))


def _cell(value: Any, kind: str) -> Any:
    if _null(value):
        return None
    if kind in ("number", "share"):
        value = float(value)
        if not math.isfinite(value):
            return None
        return steady(value)
    if kind == "flag":
        return bool(value)
    if kind == "date":
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if kind == "time":
        return str(pd.Timestamp(value).isoformat(timespec="seconds"))
    return clean(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value)


def defuse(text: str) -> str:
    """Return text that no spreadsheet runs: a leading formula sign gets an apostrophe before it.

    Examples
    --------
    >>> defuse("=1+1"), defuse("plain")
    ("'=1+1", 'plain')
    """
    return "'" + text if text.startswith(_FORMULA) else text


def fitting(text: str) -> str:
    """Return as much of a text as a cell of a workbook takes: Excel repairs what holds more.

    Examples
    --------
    >>> len(fitting("x" * 40_000)), len(fitting("🏭" * 40_000))
    (32767, 16383)
    """
    if len(text) <= LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_CELL]
    return units.decode("utf-16-le", "ignore")


def csv_bytes(item: Mapping[str, Any], lang: str | None = None) -> bytes:
    """Return a packed table as CSV: UTF-8 with BOM, comma, decimal point, ISO dates, LF, codes.

    With `lang`, as a spreadsheet set to French opens it: semicolon, decimal comma, and words in
    place of codes and of the columns' names.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", delimiter=";" if lang else ",")
    columns = item["columns"]
    writer.writerow([defuse(c["header"][lang] if lang else c["name"]) for c in columns])
    for row in item["rows"]:
        if lang:
            pairs = zip(row, columns, strict=True)
            writer.writerow([_in_words(cell, column, lang) for cell, column in pairs])
        else:
            writer.writerow([plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def _in_words(cell: Any, column: Mapping[str, Any], lang: str) -> str:
    if cell is not None and str(cell) in column.get("words", {}):
        return defuse(str(column["words"][str(cell)][lang]))
    if isinstance(cell, bool):
        return shown(cell, {"type": "flag"}, lang)
    if isinstance(cell, float):
        return plain(cell).replace(".", ",")
    return plain(cell)


def plain(cell: Any) -> str:
    """Return a packed cell as CSV and XLSX write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return defuse(cell) if isinstance(cell, str) else repr(cell)


def shown(cell: Any, column: Mapping[str, Any], lang: str) -> str:
    """Return a packed cell as a reader of `lang` sees it; a null is an en dash.

    Examples
    --------
    >>> shown(0.54, {"type": "share"}, "en"), shown(None, {"type": "number"}, "fr")
    ('54%', '–')
    """
    kind = column["type"]
    if cell is None:
        return "–"
    if str(cell) in column.get("words", {}):
        return str(column["words"][str(cell)][lang])
    if kind == "share":
        return percent(cell, lang, 0 if abs(cell) >= 0.1 or cell == 0 else 1)
    if kind == "number":
        return number(cell, lang)
    if kind == "flag":
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[lang][bool(cell)]
    if kind == "date":
        return date(Date.fromisoformat(cell), lang).replace(" ", HARD)  # never cut in a cell
    if kind == "time":
        return date(datetime.fromisoformat(cell), lang, "minute")
    return Text.same(cell)[lang]


def strings(value: Any) -> Iterator[str]:
    """Return every text inside nested plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)
