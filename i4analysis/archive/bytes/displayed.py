r"""Records as a page, a letter or a terminal displays them, turned back into JSON lines or CSV.

A browser saves an answer of an API inside a page and writes `&quot;` for its quotes; a mail
program quotes lines and cuts them; a terminal colours them.
The shells of SQLite, MySQL and PostgreSQL show a record a line a column (`.mode line`, `\G` and
`\x`), or a table whose columns are aligned with blanks. Lines keep their numbers, but for those
inside a text.
"""

from __future__ import annotations

import csv
import html
import io
import json
import quopri
import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote_to_bytes

from i4analysis.archive.bytes import framing, markup
from i4analysis.archive.bytes.framing import TooLong
from i4analysis.archive.bytes.opening import Damaged

Undo = Callable[[Iterator[bytes]], Iterator[bytes]]
LOOKED_AT = 1 << 14
SAMPLE = 40  # lines
MOST_LINES = 5_000  # of a record
FEW = 8  # lines of a prompt
FEWEST = 3  # columns
_QUOTE = rb"&(?:amp;)*(?:quot|apos|#0?3[49]|#x2[27]);"
_ESCAPED = re.compile(rb"\s*[\[{\s]*" + _QUOTE + rb"\s*[\w$.]+\s*" + _QUOTE + rb"\s*[:,;]")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*[mK]")
_PERCENT = re.compile(rb"\s*(?:%5B|%7B|%0A|%20){1,9}(?:%22|%7B)", re.IGNORECASE)
_IN_CELLS = re.compile(
    rb'^(?:\xef\xbb\xbf)?"(\{"".*\})"[,;\t]*\r?$', re.MULTILINE
)  # lines of JSON
_LETTERS = re.compile(rb"=[C-F][0-9A-F](?:=\r?\n)?=[89AB][0-9A-F]")
_CONFLICT = re.compile(rb"^(?:<{7} .*|={7}|>{7} .*|\|{7} .*)\r?\n", re.MULTILINE)
_FENCE = re.compile(rb"^```[ \t]*(?:csv|json\w*|ndjson|te?xt|tsv)?[ \t]*\r?\n", re.MULTILINE)
_FENCE_ENDS = re.compile(rb"^```[ \t]*\r?$", re.MULTILINE)
_PRE = re.compile(
    rb"<(?:pre|code|textarea)\b[^>]*>\s*(?=[\[{\w\"&])"
    rb"|<(?:div|body)\b[^>]*>\s*(?=\[?\s*\{\s*(?:\"|&quot;))",
    re.IGNORECASE,
)
_PRE_ENDS = re.compile(rb"</(?:pre|textarea|div|body)>", re.IGNORECASE)
_STYLED = re.compile(rb"</?(?:a|b|br|code|font|i|span)\b[^>]*>", re.IGNORECASE)
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?<(?:!doctype html|html|head|body|pre|div|meta)", re.I)
_BREAK = re.compile(r"\*{5,} \d+\. row \*{5,}\s*|-\[ RECORD \d+ \][-+]*\s*")
_LINE = re.compile(r"([-=*_])\1{4,}\s*")
_FIELD = re.compile(r"( *)([^\W\d][\w.() #-]{0,40}?)( *?)( = |=|: | \|(?: |$))(.*)", re.DOTALL)
_COUNTED = re.compile(
    r"\(?\d+ (?:rows?|lignes?|Zeilen?|filas?)(?: in set.*| selected\.?| affected)?\)?"
)
_PROMPT = re.compile(
    r"(?:mysql|sqlite|MariaDB \[\S*\])> .*|\w+=[#>] .*|(?:mysql|sqlite)> ?|\w+=[#>]"
)
_RULER = re.compile(r"\s*[-=]{2,}(?: +[-=]+){2,}\s*")
_HEADER = re.compile(r"[^,;\t|\"{}<>:=]+")
_NAMED = re.compile(r"[^\W\d][\w.()#-]*")
_MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:UTC|Z|[+-]\d\d:?\d\d)(?!\S))?"
_TIMES = frozenset({"time", "hour", "heure", "uhrzeit", "hora", "ora", "saat"})
_TEXTS = frozenset({"text", "tweet", "full_text", "content", "message", "body", "texte"})


def undo(head: bytes) -> Undo | None:
    r"""Return what takes off the way in which the beginning of a file is displayed, if it is.

    Examples
    --------
    >>> shown = b"  id = 1\n text = un\n\n  id = 2\n text = deux\n"
    >>> undo(shown), undo(b'{"id": 1}'), undo(b"id,text\n1,un\n")
    (None, None, None)
    >>> shown = b"  id = 1\n  at = 9\ntext = un\n\n  id = 2\n  at = 9\ntext = deux\n"
    >>> b"".join(undo(shown)(iter([shown]))).split(b"\n")[0]
    b'{"id": "1", "at": "9", "text": "un"}'
    """
    begun = head[:LOOKED_AT]
    if b"\x1b[" in begun and _COLOUR.search(begun):
        return _each(lambda block: _COLOUR.sub(b"", block))
    if _ESCAPED.match(begun):
        return _each(_plain)
    if begun.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and (found := markup.undo(head)):
        return found
    if _PAGE.match(begun):
        return _within(_PRE, _PRE_ENDS, _unstyled) if _PRE.search(begun) else None
    if _PERCENT.match(begun):
        return _each(unquote_to_bytes)
    if _is_printable_only(begun):
        return _each(quopri.decodestring)
    if begun.removeprefix(b"\xef\xbb\xbf").startswith(b'"{""'):
        return _each(lambda block: _IN_CELLS.sub(lambda one: one[1].replace(b'""', b'"'), block))
    if begun.lstrip()[:1] in (b"{", b"["):
        return _broken(begun)
    if begun.lstrip()[:1] == b"<" or b"\0" in begun:
        return None
    if _FENCE.search(begun):
        return _within(_FENCE, _FENCE_ENDS, bytes)
    if len(quoted := begun.split(b"\n")[:-1]) >= FEWEST and all(
        line.startswith(b"> ") for line in quoted
    ):
        return _each(lambda block: re.sub(rb"(?m)^> ", b"", block))
    lines = begun.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    lines = lines[: max(1, len(lines) - (len(head) > LOOKED_AT))]
    return _down(lines) or _aligned(lines) or _apart(lines)


# ------------------------------------------------------------------------------ pages and letters


def _each(undone: Callable[[bytes], bytes]) -> Undo:
    """Return what changes whole lines, some at a time."""

    def chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
        for block in framing.blocks(chunks):
            yield block if isinstance(block, TooLong) else undone(block)

    return chunks


def _plain(block: bytes) -> bytes:
    """Return lines with the characters that HTML escapes as they are, once."""
    return html.unescape(block.decode("utf-8", "replace")).encode() if b"&" in block else block


def _unstyled(block: bytes) -> bytes:
    """Return lines of a page without what gives words a colour or a link."""
    return _plain(_STYLED.sub(b"", block))


def _is_printable_only(begun: bytes) -> bool:
    """Return True for text as letters carry it: lines cut behind a =, letters as =C3=A9."""
    lines = begun.split(b"\n")[:-1]
    cut = sum(line.rstrip(b"\r").endswith(b"=") for line in lines)
    if len(lines) >= FEWEST and 3 * cut > 2 * len(lines):
        return True
    return begun.isascii() and len(_LETTERS.findall(begun)) >= FEWEST


def _broken(begun: bytes) -> Undo | None:
    """Return what mends JSON that a program which does not know it has been at."""
    if b"\n<<<<<<< " in b"\n" + begun:
        return _each(lambda block: _CONFLICT.sub(b"", block))
    if b"}\0{" in begun and b"\n" not in begun.rstrip():
        return _each(lambda block: block.replace(b"}\0", b"}\n"))
    return None


def _within(
    begins: re.Pattern[bytes], ends: re.Pattern[bytes], plain: Callable[[bytes], bytes]
) -> Undo:
    """Return what takes out what stands between two marks."""

    def chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
        begun = False
        for block in framing.blocks(chunks):
            if isinstance(block, TooLong):
                yield block
                continue
            if not begun:
                start = begins.search(block)
                if start is None:
                    yield b"\n" * block.count(b"\n")
                    continue
                begun = True
                yield b"\n" * block.count(b"\n", 0, start.end())
                block = block[start.end() :]
            end = ends.search(block)
            yield plain(block[: end.start()] if end else block)
            if end:
                return

    return chunks


# --------------------------------------------------------------------------------- a line a column


def _down(lines: Sequence[str]) -> Undo | None:
    """Return what reads records that are displayed a line a column, where a file begins so."""
    names: dict[str, int] = {}
    sign, repeated = "", False
    above = next((at for at, line in enumerate(lines[:FEW]) if _BREAK.fullmatch(line)), 0)
    lines = [line for line in lines[above:] if not _PROMPT.fullmatch(line)]
    begins = next((line for line in lines if line.strip()), "")
    rule = begins if _LINE.fullmatch(begins) else None
    for line in lines:
        field = _FIELD.fullmatch(line)
        if _BREAK.fullmatch(line) or line == rule:
            continue
        if field is None:
            if not names and line.strip():
                return None
            continue
        sign = sign or field[4].strip()
        if field[4].strip() == sign and field[2] in names:
            repeated = field[2] == next(iter(names))
            break
        names[field[2]] = field.start(4)
    if len(names) < FEWEST:
        return None
    first = next(iter(names))
    aligned = [*names.values()].count(names[first])  # others are of a text over several lines
    alone = sign == "=" and aligned == len(names) and begins.startswith(" ")
    if not (repeated or alone or _BREAK.fullmatch(begins)):
        return None
    at = names[first] if aligned >= FEWEST and 2 * aligned > len(names) else None
    ends = _BREAK if _BREAK.fullmatch(begins) else None
    ends = re.compile(re.escape(rule)) if rule else ends
    return lambda chunks: _records(chunks, _Shown(first, sign, at, ends))


class _Shown:
    """How records are displayed: their first column, the sign behind names, and where it stands.

    Parameters
    ----------
    ends
        What a line looks like that stands between two records, if one does.
    """

    def __init__(
        self, first: str, sign: str, at: int | None, ends: re.Pattern[str] | None
    ) -> None:
        self.first, self.sign, self.at, self.ends = first, sign, at, ends

    def field(self, line: str, held: dict[str, str]) -> tuple[str, str] | None:
        """Return the name and the value of a line, None if it goes on with the one before."""
        found = _FIELD.fullmatch(line)
        if found is None or found[4].strip() != self.sign:
            return None
        if self.at is not None and found.start(4) != self.at:
            return None
        known = found[2] in held and (self.ends or found[2] != self.first)
        return None if known else (found[2], found[5])


def _records(chunks: Iterator[bytes], shown: _Shown) -> Iterator[bytes]:
    held: dict[str, str] = {}
    last, taken = "", 0
    for line in _lines(chunks):
        ends = shown.ends is not None and shown.ends.fullmatch(line) is not None
        found = None if ends else shown.field(line, held)
        ends = ends or (found is not None and not shown.ends and found[0] == shown.first)
        if held and (ends or taken > MOST_LINES):
            yield _object(held, taken)
            held, last, taken = {}, "", 0
        taken += 1
        if found is not None:
            last = found[0]
            held[last] = found[1]
        elif last and not ends:
            held[last] = _going_on(held[last], line, shown.sign)
    if held:
        yield _object(held, taken)


def _going_on(value: str, line: str, sign: str) -> str:
    """Return a value and the line that goes on with it; psql ends each line of several with +."""
    if sign == "|":
        value = re.sub(r" *\+\s*$", "", value)
        line = line.lstrip().removeprefix("|").removeprefix(" ")
    return f"{value}\n{line}"


def _object(held: dict[str, str], lines: int) -> bytes:
    """Return a record as JSON, and as many lines as it took."""
    found = {}
    for name, value in held.items():
        above, line_end, end = value.rstrip("\n").rpartition("\n")
        while line_end and (_COUNTED.fullmatch(end.strip()) or _PROMPT.fullmatch(end)):
            value = above
            above, line_end, end = value.rstrip("\n").rpartition("\n")
        found[name] = value.rstrip("\n")
    return json.dumps(found, ensure_ascii=False).encode() + b"\n" * lines


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    for block in framing.blocks(chunks):
        if isinstance(block, TooLong):
            raise Damaged(f"a line is longer than {framing.MAX_RECORD >> 20} MB, which no post is")
        text = block.decode("utf-8", "replace").removeprefix("\ufeff")
        yield from (line.removesuffix("\r") for line in text.removesuffix("\n").split("\n"))


# ----------------------------------------------------------------------------------- side by side


def _aligned(lines: Sequence[str]) -> Undo | None:
    """Return what reads a table whose columns are aligned with blanks, if they all begin so."""
    above = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    header, *rows = lines[above:] or [""]
    ruler = rows[0] if rows and _RULER.fullmatch(rows[0]) else None
    if not _HEADER.fullmatch(header):
        return None
    columns = re.finditer(r"[-=]+", ruler) if ruler else re.finditer(r"\S+(?: \S+)*", header)
    starts = [column.start() for column in columns]
    rows = [row for row in rows[ruler is not None :][:SAMPLE] if row.strip()]
    rows = [row for row in rows if not _COUNTED.fullmatch(row.strip())]
    if len(starts) < FEWEST or not rows:
        return None
    starts[0] = 0
    if not all(_fits(row, starts) for row in (header, *rows)):
        return None
    return lambda chunks: _cut(chunks, starts)


def _fits(row: str, starts: Sequence[int]) -> bool:
    """Return True if a row is blank before each column but the first."""
    return all(row[at - 1 : at] in ("", " ") for at in starts[1:]) and len(row) > starts[1]


def _cut(chunks: Iterator[bytes], starts: Sequence[int]) -> Iterator[bytes]:
    ends = [*starts[1:], None]

    def cells(line: str) -> list[str]:
        return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]

    return _written(chunks, cells)


def _apart(lines: Sequence[str]) -> Undo | None:
    """Return what reads columns with one blank between, where the last one holds the texts."""
    names = lines[0].split(" ") if lines else []
    if len(names) < FEWEST or not all(map(_NAMED.fullmatch, names)):
        return None
    if names[-1].casefold() not in _TEXTS or len({*names}) < len(names):
        return None
    cell = r"\S+" if _TIMES & {name.casefold() for name in names} else rf"{_MOMENT}|\S+"
    row = re.compile("(" + ") +(".join([cell] * (len(names) - 1)) + ") +(.*)")
    rows = [line for line in lines[1:SAMPLE] if line.strip()]
    if not rows or any('"' in line for line in rows) or not all(map(row.fullmatch, rows)):
        return _quoted(rows, len(names))

    def cells(line: str) -> list[str]:
        found = row.fullmatch(line)
        return list(found.groups()) if found else line.split(" ", len(names) - 1)

    return lambda chunks: _written(chunks, cells)


def _quoted(rows: Sequence[str], width: int) -> Undo | None:
    """Return what reads columns with one blank between, those that hold blanks in quotes."""

    def cells(line: str) -> list[str]:
        return next(csv.reader([line], delimiter=" ", skipinitialspace=True), [])

    if not rows or any(len(cells(row)) != width for row in rows):
        return None
    return lambda chunks: _written(chunks, cells)


def _written(chunks: Iterator[bytes], cells: Callable[[str], list[str]]) -> Iterator[bytes]:
    """Yield the lines of a table as CSV."""
    for line in _lines(chunks):
        if not line.strip() or _RULER.fullmatch(line) or _COUNTED.fullmatch(line.strip()):
            yield b"\n"
            continue
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow(cells(line))
        yield row.getvalue().encode()
