"""The rows of a CSV file, damaged or not, each with the line on which it starts.

The standard library's parser does the splitting. This module feeds it line by line, so that line
numbers stay right when cells hold line ends, and repairs what spreadsheets, R and pandas are known
to do to posts: a lone carriage return inside a text, a text cut in two by one, a text written
without quotes, a stray quote that would swallow the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from i4analysis.archive.bytes.framing import codec_of, letters
from i4analysis.archive.bytes.opening import Damaged

LONE_CR = "\ufdd0"  # a noncharacter: stands for a carriage return while the csv module looks
MARK = "\ufeff"  # with which a file of Windows' begins
TOO_LONG = "\ufdd1"  # likewise, for what was left out of a line beyond all measure
PREAMBLE = "#"  # key under which rows carry the lines above the header, where there are any
MOST_PREAMBLE = 8
MOST_LINES = 2_000  # a record longer than this is a stray quote
MOST_CHARACTERS = 4_000_000
MOST_PIECES = 40
MOST_HEADERS = 200  # of joined tables
FEWEST = 3  # names that a header has again where tables were joined
SAMPLE = 400
MOST_ROWS, LONGEST = 10**9, 10
DELIMITERS = ",;\t|"
SELDOM = "\x01\x1f^~¦§│"  # Hive's and people's, where none of the others is
_RULE = re.compile(
    r"\s*(?=.*(?:--|──|══))[-+|:=\s\u2500-\u257f]+"
)  # under or above the names, as psql and Markdown draw
_ESCAPED = re.compile(r'(?<!\\)\\"')  # a quote, as Spark, MySQL and Snowflake write it in a cell
_BLANK_BETWEEN = re.compile(r'"[^"]*"(?: "[^"]*")+\s*')  # R's write.table
_COUNTING = ("", "id", "n", "no", "nr", "num", "row", "index", "rownum", "x", "unnamed: 0")
_LONG_ID = re.compile(r"[0-9]{8,20}|[0-9][.,][0-9]+E\+?[0-9]{1,2}", re.ASCII | re.IGNORECASE)
ROW = "row"  # the name of a column that R wrote without one

Repair = Callable[[list[str], str], list[str] | None]  # cells, and what stands between them


class Row(NamedTuple):
    """One record: the line it starts on and its cells, as many as the header has."""

    line: int
    cells: list[str]


class Header(NamedTuple):
    """The names of other columns, where tables were joined: the line, and its cells."""

    line: int
    cells: list[str]


class Broken(NamedTuple):
    """A record that is no row: the line it starts on, why, and how it begins."""

    line: int
    reason: str
    excerpt: str


class _RunawayError(Exception):
    """A quoted cell went on for too long."""


# ------------------------------------------------------------------------------------ lines


def text_lines(chunks: Iterable[bytes], noted: Counter[str] | None = None) -> Iterator[str]:
    """Yield the lines of a file as text: UTF-8, or what `codec_of` finds for a line that is not.

    What is changed on the way is counted in `noted` (codes of the doctor's).

    A carriage return that ends no line becomes `LONE_CR`, unless the file's first chunk has no
    other line end. A line longer than `MOST_CHARACTERS` keeps its beginning, marked `TOO_LONG`.
    """
    noted = Counter() if noted is None else noted
    rest, old_mac = b"", None
    chunk, codecs_ = b"", list[str]()  # the first line that needs it tells it for the whole file
    skipping = False
    for chunk in chunks:
        if old_mac is None:
            old_mac = b"\n" not in chunk and b"\r" in chunk.rstrip(b"\r")
            chunk = chunk.removeprefix(codecs.BOM_UTF8)
        if old_mac:
            chunk = chunk.replace(b"\r", b"\n")
        *whole, rest = (rest + chunk).split(b"\n")
        if whole and skipping:
            whole, skipping = whole[1:], False
        for line in whole:
            yield _text(line, noted, codecs_, chunk) + "\n"
        if len(rest) > MOST_CHARACTERS:
            if not skipping:
                yield _text(rest[:1_000], noted, codecs_, chunk) + TOO_LONG + "\n"
            rest, skipping = b"", True
    if rest and not skipping:
        yield _text(rest, noted, codecs_, chunk)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text(line: bytes, noted: Counter[str], codecs_: list[str], chunk: bytes) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        if not codecs_:
            other = [one for one in (line, *chunk.split(b"\n")) if not _is_utf8(one)]
            codecs_.append(codec_of(b"\n".join(other)))
        text = letters(line, codecs_[0])
        noted["other_encoding"] += 1
    if "\0" in text:
        noted["nul_bytes"] += text.count("\0")
        text = text.replace("\0", "")
    if "\r" not in text:
        return text
    body = text.removesuffix("\r")
    return body.replace("\r", LONE_CR) + text[len(body) :]


# ----------------------------------------------------------------------------------- header


def sniff_header(line: str) -> tuple[list[str], str]:
    """Return the column names of a header line and the delimiter that splits it best.

    Examples
    --------
    >>> sniff_header("id_str;from_user;text"), sniff_header('"id_str" "text"')
    ((['id_str', 'from_user', 'text'], ';'), (['id_str', 'text'], ' '))
    """
    best: tuple[list[str], str] = ([], ",")
    for delimiter in " " if _BLANK_BETWEEN.fullmatch(line) else DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(cells) > len(best[0]):
            best = (cells, delimiter)
    if len(best[0]) == 1:
        other = max(SELDOM, key=line.count)
        best = (line.split(other), other) if line.count(other) > 1 else best
    names = [name.replace(LONE_CR, "").strip().strip("\"'").strip() for name in best[0]]
    while names and not names[-1]:
        names.pop()
    return names, best[1]


def _unwrapped(line: str) -> str:
    r"""Return a line that is one cell in quotes as the row that it was before.

    So a spreadsheet saves a table that it took for one column.

    Examples
    --------
    >>> _unwrapped('"1,""un mot, deux"",3"'), _unwrapped('1,"un mot, deux",3')
    ('1,"un mot, deux",3\n', '1,"un mot, deux",3')
    """
    cells = next(csv.reader([line]), []) if line[:1] == '"' else []
    return cells[0].rstrip("\r\n") + "\n" if len(cells) == 1 else line


def is_over(headings: Sequence[str], names: Sequence[str]) -> bool:
    """Return True if cells stand over the names of columns, as a heading over several of them.

    So NodeXL writes its sheets, people their spreadsheets and pandas what it has grouped. Fewer
    are told apart than there are columns, and below stand names: short, of letters, each once.

    Examples
    --------
    >>> is_over(["Post", "", "", "Author", ""], ["id", "date", "text", "name", "followers"])
    True
    >>> is_over(["", "V1", "V2"], ["1", "id", "text"]), is_over(["0", "1"], ["id", "text"])
    (True, True)
    >>> is_over(["id", "text", "text", "n"], ["1", "a text", "another", "3"])
    False
    """
    found = [name.casefold() for name in names]
    if sum(map(bool, headings)) > 1 and all(map(_PLACE.fullmatch, headings)):
        own = [name for name, over in zip(names, headings, strict=False) if over]
        return len(headings) == len(names) == len({*found}) and all(map(_NAME.fullmatch, own))
    some = {one for one in headings if one}
    below = found if found and found[0] else found[1:]  # of pandas' index
    return (
        0 < 3 * len(some) <= 2 * len(below)
        and len(below) > 2
        and len(headings) <= len(names)
        and len(set(below)) == len(below)
        and all(_NAME.fullmatch(one) for one in below)
        and not some & set(names)
    )


# by its place, as spreadsheets, R and pandas call a column whose name they did not see
_PLACE = re.compile(
    r"(?:(?:columna?|coluna|colonn[ae]|spalte|kolom|field|unnamed:|col|var|v|x)[ _.]?)?\d{1,3}|",
    re.IGNORECASE,
)
_CURLY = re.compile(r"[“„«].*[”“»]")
# of a column: short, with a letter, and nothing that an id, a moment, an account or an address has
_NAME = re.compile(r"(?=.*[^\W\d])(?!.*(?:[0-9]{5}|[0-9]:[0-9]|//|[@#]\w))[^\n\r]{1,39}")


def _is_count_again(numbers: Sequence[int], cells: Sequence[str], named: Sequence[str]) -> bool:
    """Return True if cells count the rows as `numbers` before them do, and their name does not.

    So it is where R has written the names of rows before a count that was there already.
    """
    counted = [int(cell) if cell.isdecimal() and len(cell) < LONGEST else -1 for cell in cells]
    return (
        len(counted) > 1
        and min(counted) >= 0
        and not {name.strip().lower() for name in named} & {*_COUNTING}
        and len({one - other for one, other in zip(numbers, counted, strict=True)}) == 1
    )


# -------------------------------------------------------------------------- texts that spill over


def spill_repair(
    header: Sequence[str], spill: Sequence[str], checks: Mapping[str, re.Pattern[str]]
) -> Repair | None:
    """Return a repair for rows whose texts hold delimiters and no quotes.

    The surplus cells are given back to the `spill` columns, every way that leaves all `checks`
    satisfied being tried, the first column taking as much as it can.

    Examples
    --------
    >>> repair = spill_repair(["text", "id"], ["text"], {"id": re.compile(r"[0-9]+")})
    >>> repair(["one", " two", "3"], ",")
    ['one, two', '3']
    """
    where = {name: number for number, name in enumerate(header)}
    takers = sorted(where[name] for name in spill if name in where)
    tests = [(where[name], check) for name, check in checks.items() if name in where]
    if not takers or not tests:
        return None

    def fits(cells: list[str]) -> bool:
        return all(check.fullmatch(cells[number]) for number, check in tests)

    def repair(cells: list[str], between: str) -> list[str] | None:
        surplus = len(cells) - len(header)
        if not 0 <= surplus <= MOST_PIECES:
            return None
        for shares in _shares(surplus, len(takers)):
            whole, start = [], 0
            for number in range(len(header)):
                share = shares[takers.index(number)] if number in takers else 0
                whole.append(between.join(cells[start : start + share + 1]))
                start += share + 1
            if fits(whole):
                return whole
        return None

    return repair


def _shares(total: int, takers: int) -> Iterator[tuple[int, ...]]:
    if takers == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        yield from ((first, *rest) for rest in _shares(total - first, takers - 1))


# ------------------------------------------------------------------------------------- rows


@dataclass
class CsvRows:
    """Iterates over the rows of a CSV file: `Row` or `Broken`, in order.

    Parameters
    ----------
    chunks
        The file's bytes.
    columns
        Names of the columns of a file without a header, whose first line is a record; such
        files may be delimited by blanks.

    Attributes
    ----------
    header
        Names of the columns; empty for an empty file.
    preamble
        The lines above the header, in one.
    damage
        Why the bytes broke off, once `rows` has ended; "" if they did not.
    noted
        What was changed in the bytes to make text of them, by the doctor's codes.
    """

    chunks: Iterable[bytes]
    columns: Sequence[str] = ()
    header: list[str] = field(init=False)
    delimiter: str = field(init=False)
    quoted_header: bool = field(init=False)
    damage: str = field(init=False, default="")
    preamble: str = field(init=False, default="")
    noted: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._source = self._lines()
        self._pushed: deque[str] = deque()
        self._ahead: deque[tuple[int, list[str], list[str]]] = deque()
        self._number = 0  # lines taken so far
        self._taken: list[str] = []
        self._characters = 0
        self._headers = 0  # met among the rows
        self._ended = self._escaped = self._wrapped = False
        self._curly: re.Pattern[str] | None = None
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
        first = self._first_line() if self.columns else self._header_line()
        self.header, self.delimiter = sniff_header(first)
        if len(self.header) == 1 and len(sniff_header(_unwrapped(first))[0]) > 2:
            self._wrapped, first = True, _unwrapped(first)
            self.header, self.delimiter = sniff_header(first)
        if len(self.header) > 1 and all(map(_CURLY.fullmatch, self.header)):
            between = re.escape(self.delimiter)
            self._curly = re.compile(rf"(?<![^{between}])[“„«]|[”“»](?=\r?\n?$|{between})")
            first = self._straight(first)
            self.header = sniff_header(first)[0]
        self.quoted_header = '"' in first
        self._names = next(csv.reader([first], delimiter=self.delimiter), [])
        self._known = frozenset(filter(None, self.header))
        if self.columns:
            self.delimiter = self.delimiter if len(self.header) > 1 else " "
            self.header, self._names, self._known = list(self.columns), [], frozenset()
        else:
            line = self._line()
            if line is not None and not _RULE.fullmatch(line):
                self._give_back(self._number, [line])
        self._escaped = self._is_escaped()
        self._restart()
        if not self.columns and self.header and self._has_row_names():
            self.header.insert(0, ROW if ROW not in self.header else "")

    def rows(
        self, repair: Repair | None = None, may_be_unquoted: bool = False
    ) -> Iterator[Row | Broken | Header]:
        """Yield every record after the header, and other headers: what follows has their columns.

        Parameters
        ----------
        repair
            Called with the cells of a record of the wrong width; returns the right ones or None.
        may_be_unquoted
            The format is known to be written without quotes: look, and believe no quote then.
        """
        if may_be_unquoted and not self.quoted_header and self._is_unquoted():
            self._quoting = csv.QUOTE_NONE
        self._restart()
        while (record := self._record()) is not None:
            line, cells, lines = record
            if cells and cells[0].startswith(MARK):  # where files were joined
                cells[0] = cells[0].lstrip(MARK).strip('"')
            if not any(cells) or cells == self._names:
                continue  # a blank line, or the header again
            if self._is_header(cells):
                self._headers += 1
                self.header = self._names = [name.strip() for name in cells]
                self._known = frozenset(filter(None, self._names))
                repair = None
                yield Header(line, self.header)
                continue
            fitted = self._fit(cells, repair)
            if fitted is None and len(cells) < len(self.header):
                fitted = self._join(cells, repair)
            fault = self._fault(lines)
            if fitted is not None and not fault:
                if LONE_CR in "".join(fitted):  # seldom: looking is quicker than replacing
                    fitted = [cell.replace(LONE_CR, "\r") for cell in fitted]
                yield Row(line, fitted)
                continue
            if len(lines) > 1:
                self._resume_after_first(line, lines)
            yield self._broken(line, cells, lines, fault)

    def _first_line(self) -> str:
        """Return the first line that is not blank, left to be read as a record."""
        while (line := self._line()) is not None:
            if line.strip():
                self._give_back(self._number, [line])
                return line
        return ""

    def _header_line(self) -> str:
        """Return the header: the first line, or the one after a few lines that are no table.

        Exports begin with `sep=;`, or with a title and a date above the header: such lines hold
        one cell where the header holds three or more. Or they begin with pairs of a name and a
        value, and a blank line before a header of five or more.
        """
        taken: list[str] = []
        above: list[int] = []  # places in `taken` of lines that are no header
        pairs = gap = False
        while len(above) <= MOST_PREAMBLE + 4 * pairs and (line := self._line()) is not None:
            taken.append(line)
            if _RULE.fullmatch(line) or self._is_over_names(line):
                above.append(len(taken) - 1)
                continue
            width = len([name for name in sniff_header(line)[0] if name])
            if not width or re.fullmatch(r"sep=.\s*", line, re.IGNORECASE):
                gap = gap or bool(above)
                continue
            if not above and width < 3 and self._is_narrow(line):
                return line
            pairs = pairs or (width == 2 and not above)
            if width >= (5 if pairs else 3):
                if pairs and not gap:
                    break
                self.preamble = " ".join(taken[at].strip() for at in above)
                return line
            if pairs and (gap or width > 2):
                break
            above.append(len(taken) - 1)
        if not above:
            return ""
        after = above[0] + 1
        self._give_back(self._number - len(taken) + after + 1, taken[after:])
        return taken[above[0]]

    def _is_over_names(self, line: str) -> bool:
        """Return True for a line of headings, each over several names that the next line holds."""
        below = self._line()
        if below is None:
            return False
        self._give_back(self._number, [below])
        (headings, delimiter), (names, other) = sniff_header(line), sniff_header(below)
        return delimiter == other and is_over(headings, names)

    def _is_narrow(self, first: str) -> bool:
        """Return True if a line of one or two names heads a table that is as narrow throughout."""
        taken: list[str] = []
        while len(taken) < SAMPLE and (line := self._line()) is not None:
            taken.append(line)
        self._give_back(self._number - len(taken) + 1, taken)
        delimiter = sniff_header(first)[1]
        lines = (_ESCAPED.sub('""', line) for line in (first, *taken))
        try:
            rows = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
        except csv.Error:
            return False
        rows = rows[:-1] if len(taken) == SAMPLE else rows  # the last may be cut
        narrow = len(rows) > 1 and len(rows[0]) < 3  # a title may be filled up with blanks
        return narrow and all(len(cells) == len(rows[0]) for cells in rows)

    # --------------------------------------------------------------------------- line by line

    def _lines(self) -> Iterator[str]:
        try:
            yield from text_lines(self.chunks, self.noted)
        except Damaged as damage:
            self.damage = str(damage)

    def _line(self) -> str | None:
        line = self._pushed.popleft() if self._pushed else next(self._source, None)
        if line is not None:
            self._number += 1
            if self._escaped and '\\"' in line:
                line = _ESCAPED.sub('""', line)
            if self._wrapped:
                line = _unwrapped(line)
            if self._curly:
                line = self._straight(line)
        return line

    def _straight(self, line: str) -> str:
        """Return a line whose cells stand between a word processor's quotes between plain ones."""
        if self._curly is None or not self._curly.search(line):  # as it was given back
            return line
        return self._curly.sub('"', line.replace('"', '""'))

    def _feed(self) -> Iterator[str]:
        while (line := self._line()) is not None:
            self._taken.append(line)
            self._characters += len(line)
            if len(self._taken) > MOST_LINES or self._characters > MOST_CHARACTERS:
                raise _RunawayError
            yield line
        self._ended = True

    def _restart(self) -> None:
        if csv.field_size_limit() < 2 * MOST_CHARACTERS:
            csv.field_size_limit(2 * MOST_CHARACTERS)
        self._taken.clear()
        self._characters = 0
        self._reader = csv.reader(
            self._feed(), delimiter=self.delimiter, quoting=self._quoting, strict=False
        )

    def _record(self) -> tuple[int, list[str], list[str]] | None:
        """Return the next record as the csv module sees it: its line, its cells, its lines."""
        if self._ahead:
            return self._ahead.popleft()
        self._taken.clear()
        self._characters = 0
        start = self._number + 1
        try:
            cells = next(self._reader, None)
        except (_RunawayError, csv.Error):
            lines = self._taken.copy()
            self._give_back(start + 1, lines[1:])
            self._restart()
            return start, [lines[0]], lines[:1]
        return None if cells is None else (start, cells, self._taken.copy())

    def _give_back(self, number: int, lines: Sequence[str]) -> None:
        self._pushed.extendleft(reversed(lines))
        self._number = number - 1

    def _resume_after_first(self, line: int, lines: list[str]) -> None:
        """Give back all but the first line of a record over several lines that makes no row."""
        back = lines[1:]
        for _, _, more in self._ahead:
            back += more
        self._ahead.clear()
        self._give_back(line + 1, back)
        self._restart()

    def _fault(self, lines: list[str]) -> str:
        """Return what strict parsing holds against a record, where leniency would be wrong.

        That is: a record over several lines, which may be two rows that a stray quote glued
        together, and the last record of the file, which may be cut.
        """
        if any(TOO_LONG in line for line in lines):
            return "the row is longer than 4 MB, which no post is"
        last = self._ended and not self._pushed and not self._ahead
        if self._quoting == csv.QUOTE_NONE or not (last or len(lines) > 1):
            return ""
        try:
            list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                return "the row ends inside a quoted cell: the file is cut here"
            if len(lines) > 1:
                return "a quote opens in this row and closes in another"
        return ""

    # ------------------------------------------------------------------------------ repairing

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Return True for names of columns of which some are the header's."""
        known = self._known
        if (
            len(cells) == len(self.header) and cells[0] not in known and cells[-1] not in known
        ) or self._headers >= MOST_HEADERS:
            return False
        again = known.intersection(cells)
        return (
            len(again) >= max(FEWEST, 1 + min(len(cells), len(known)) // 2)
            and len(set(cells)) == len(cells)
            and all(_NAME.fullmatch(name) for name in cells if name)
        )

    def _fit(self, cells: list[str], repair: Repair | None) -> list[str] | None:
        width = len(self.header)
        if len(cells) == width:
            return cells
        if len(cells) > width and not any(cells[width:]):
            return cells[:width]
        return repair(cells, self.delimiter) if repair else None

    def _join(self, cells: list[str], repair: Repair | None) -> list[str] | None:
        """Join a record that is too short with the pieces that follow it, if they fit exactly."""
        pieces: list[tuple[int, list[str], list[str]]] = []
        joined = list(cells)
        fitted = None
        while len(pieces) < MOST_PIECES and (piece := self._record()) is not None:
            pieces.append(piece)
            more = piece[1] or [""]
            if len(more) >= len(self.header) and self._quoting != csv.QUOTE_NONE:
                break  # a row of its own
            joined = [*joined[:-1], joined[-1] + "\n" + more[0], *more[1:]]
            if len(joined) >= len(self.header):
                fitted = self._fit(joined, repair)
                break
        if fitted is None:
            self._ahead.extendleft(reversed(pieces))
        return fitted

    def _has_row_names(self) -> bool:
        """Return True if the first rows begin with a cell more, which counts them.

        R's `write.table` writes the names of rows and no name above them.
        """
        taken: list[str] = []

        def lines() -> Iterator[str]:
            while len(taken) < SAMPLE and (line := self._line()) is not None:
                taken.append(line)
                yield line

        rows: list[list[str]] = []
        try:
            for cells in csv.reader(lines(), delimiter=self.delimiter):
                if any(cells):
                    if len(cells) != len(self._names) + 1 and len(taken) < SAMPLE:
                        return False
                    rows.append(cells)
        except csv.Error:
            return False
        finally:
            self._give_back(self._number - len(taken) + 1, taken)
        if not rows:
            return False
        numbers = [
            int(cells[0]) if cells[0].isdecimal() and len(cells[0]) < LONGEST else -1
            for cells in rows
        ]
        # where the last cell is always blank, a delimiter may end each row, and a count begin it
        full = any(cells[-1] for cells in rows)
        first = self._names[0].strip().lower()
        full = full or (first == "id" and all(_LONG_ID.fullmatch(cells[1]) for cells in rows))
        full = full or _is_count_again(numbers, [cells[1] for cells in rows], self._names[1:2])
        return (
            (full or first not in _COUNTING)
            and 0 <= numbers[0] <= numbers[-1] < MOST_ROWS
            and all(one < other for one, other in itertools.pairwise(numbers))
        )

    def _is_escaped(self) -> bool:
        """Return True if quotes in cells stand behind a backslash, and not twice.

        The first lines are no table otherwise, and one of the header's width so.
        """
        lines: list[str] = []
        while len(lines) < SAMPLE and (line := self._line()) is not None:
            lines.append(line)
        self._give_back(self._number - len(lines) + 1, lines)
        if not any('\\"' in line for line in lines):
            return False

        def is_sound(lines: Iterable[str]) -> bool:
            try:
                rows = [*csv.reader(lines, delimiter=self.delimiter, strict=True)]
            except csv.Error:
                return False
            return all(len(row) in (0, len(self.header)) for row in rows)

        return not is_sound(lines) and is_sound(_ESCAPED.sub('""', line) for line in lines)

    def _is_unquoted(self) -> bool:
        """Return True if, in the first lines, texts spill over and no quotes hold them."""
        lines: list[str] = []
        while len(lines) < SAMPLE and (line := self._line()) is not None:
            lines.append(line)
        self._give_back(self._number - len(lines) + 1, lines)
        spilled = 0
        try:
            for cells in csv.reader(lines, delimiter=self.delimiter):
                spilled += len(cells) > len(self.header) and any(cells[len(self.header) :])
        except csv.Error:
            return True
        return spilled > 0

    def _broken(self, line: int, cells: list[str], lines: list[str], fault: str) -> Broken:
        excerpt = (lines[0] if lines else self.delimiter.join(cells)).rstrip("\r\n")
        return Broken(
            line,
            fault
            or f"the row has {len(cells)} cells, the header has {len(self.header)}: a quote or a"
            " delimiter is missing",
            excerpt[:200].replace(LONE_CR, "\r"),
        )
