"""Cutting delimited text (CSV and its relatives) into rows under a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from i4analysis.archive.framing import MAX_RECORD
from i4analysis.archive.opening import ChunkFile

DELIMITERS = ",;\t|"


def dialect_of(head: str) -> tuple[str, list[str]]:
    r"""Return (delimiter, header) of delimited text from its beginning.

    The delimiter is the one that gives the header the most cells.

    Examples
    --------
    >>> dialect_of("id;text;date\n1;a,b;c\n")
    (';', ['id', 'text', 'date'])
    """
    best: tuple[str, list[str]] = (",", [])
    for delimiter in DELIMITERS:
        cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        cells = [cell.strip().lstrip("\ufeff") for cell in cells]
        if len(cells) > len(best[1]):
            best = (delimiter, cells)
    return best


def rows(
    chunks: Iterator[bytes], delimiter: str, encoding: str = "utf-8"
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line the row starts on, cells), the header included; blank rows are left out."""
    csv.field_size_limit(MAX_RECORD)
    text = io.TextIOWrapper(
        io.BufferedReader(ChunkFile(chunks), 1 << 20), encoding, "replace", newline=""
    )
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            return
        if any(cells):
            yield line, cells
