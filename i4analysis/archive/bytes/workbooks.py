"""Workbooks of Excel and LibreOffice: each sheet as the CSV that saving it would give.

python-calamine reads .xlsx, .xlsb, .xls and .ods alike, with nothing else to install (MIT, Rust, a
wheel of 1 MB); openpyxl reads the first of them only. What a workbook holds is given as it is: a
long id kept as a number has been rounded by whoever saved it, and stays so (`archive.rows.ids`).
A sheet is held in memory whole, so its size is bounded.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from i4analysis.archive.bytes import opening, zips
from i4analysis.archive.bytes.opening import ChunkFile
from i4analysis.errors import ArchiveError

OLE = b"\xd0\xcf\x11\xe0"  # .xls, and old Word files
MOST = 300 << 20  # bytes of a workbook, unpacked
MOST_CELLS = 50_000_000  # of a sheet, up to its last: each takes 32 bytes, empty ones too
_TOGETHER = 500  # rows
EXACT = 2**53


def is_workbook(names: Sequence[str]) -> bool:
    """Return True for the names of the members of an .xlsx, an .xlsb or an .ods.

    Examples
    --------
    >>> is_workbook(["[Content_Types].xml", "xl/workbook.xml"]), is_workbook(["data/tweets.js"])
    (True, False)
    """
    known = set(names)
    return (
        bool(known & {"xl/workbook.xml", "xl/workbook.bin"})
        or {"mimetype", "content.xml"} <= known
    )


def sheets(path: str) -> list[str]:
    """Return the names of the sheets of a workbook that hold a table: two rows or more.

    Raises
    ------
    ArchiveError
        If it cannot be opened as a workbook, or is too large.
    """
    book = _opened(path)
    _check_extent(path)
    found = [name for name in book.sheet_names if book.get_sheet_by_name(name).height > 1]
    if not found:
        raise ArchiveError(
            f"The Excel workbook {path} holds no sheet with a header and a row, expected a table"
            " of posts; name another."
        )
    return found


def sheet(path: str, name: str) -> IO[bytes]:
    """Open a sheet as a CSV file in UTF-8."""
    return io.BufferedReader(ChunkFile(_csv(path, name)))


def _csv(path: str, name: str) -> Iterator[bytes]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(_opened(path).get_sheet_by_name(name).iter_rows(), 1):
        writer.writerow([_text(cell) for cell in row])
        if number % _TOGETHER == 0:
            yield out.getvalue().encode("utf-8", "replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", "replace")


def _text(cell: Any) -> str:
    """Return a cell as a CSV holds it.

    Examples
    --------
    >>> _text(1000.0), _text(6.477437163171242e17), _text(datetime(2015, 9, 26, 12, 5, 11))
    ('1000', '6.477437163171242e+17', '2015-09-26 12:05:11')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int | timedelta) else ""


def _check_extent(path: str) -> None:
    """Refuse a sheet with a value far from its table: all cells up to it would be held.

    The library takes room for each cell of the square and ends the process where there is none.
    """
    if not zipfile.is_zipfile(path):
        return  # .xls has 65,536 rows and 256 columns
    for entry in zips.entries(path):
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
            continue
        rows, across, rest = 0, b"", b""
        with zips.member(path, entry.filename) as handle:
            while chunk := handle.read(1 << 20):
                for letters, number in set(_PLACE.findall(rest + chunk)):
                    rows = max(rows, int(number))
                    across = max(across, letters, key=lambda name: (len(name), name))
                rest = chunk[-_LONGEST_PLACE:]
        columns = 0
        for letter in across:
            columns = 26 * columns + letter - ord("A") + 1
        if rows * columns > MOST_CELLS:
            raise ArchiveError(
                f"The Excel workbook {path} has a sheet of {rows:,} rows and {columns:,} columns,"
                f" expected at most {MOST_CELLS:,} cells; empty the cells that lie far from the"
                " table, or save it as CSV UTF-8, with the columns of ids formatted as text."
            )


_PLACE = re.compile(rb"""\br=["']([A-Z]{0,3})(\d{1,7})["']""")
_LONGEST_PLACE = 16


def _opened(path: str) -> Any:
    import python_calamine

    size = Path(path).stat().st_size
    with opening.unwaiting(path) as handle:
        if handle.read(2) == b"PK":
            size = sum(entry.file_size for entry in zips.entries(path))
    if size > MOST:
        raise ArchiveError(
            f"The Excel workbook {path} holds {size >> 20} MB, expected at most {MOST >> 20}; save"
            " its sheet as CSV UTF-8, with the columns of ids formatted as text, and read that."
        )
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ArchiveError(
            f"The file {path} cannot be opened as an Excel workbook ({error}), expected one with a"
            " table of posts; save its sheet as CSV UTF-8, with the columns of ids formatted as"
            " text, and read that."
        ) from error
