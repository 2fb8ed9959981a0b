"""From one file to rows: recognise its format by its content, frame it, read every record."""

from __future__ import annotations

import itertools
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from i4analysis.archive.bytes import displayed, framing, opening, printed
from i4analysis.archive.bytes.csvrows import PREAMBLE, Broken, CsvRows, Header, Row
from i4analysis.archive.bytes.opening import Damaged, Source
from i4analysis.archive.formats.flat_tables import proposal, undoubted
from i4analysis.archive.formats.registry import CSV_READERS, FRAMES_READERS
from i4analysis.archive.reading import declared, dialects, records, roads
from i4analysis.archive.rows import cells, ids, refusal, values
from i4analysis.archive.rows.names import mapping_of
from i4analysis.archive.rows.reader import CsvReader, JsonReader, folded
from i4analysis.archive.rows.refusal import Look
from i4analysis.archive.rows.sink import EXCERPT, Sink
from i4analysis.errors import ArchiveError, UnknownFormatError

HEAD = 1 << 18
SAMPLED = 60
FEW_BYTES = 64
MOST_BYTES = 1 << 29  # of a packed object, which is held whole
FEW_NULS = 50  # a text may hold a NUL byte in so many
FEW_CONTROLS = 20  # and a character that no text has in so many; what is packed, in ten
# Hive puts \1 between cells, and other programs \x1f
_NO_LETTERS = bytes({*range(1, 32)} - {*b"\1\t\n\v\f\r\x1b\x1f"})
LOOKED_AT = 300  # rows of a table, to see whether its ids are rounded
ROWS = 5


class Sample(msgspec.Struct):
    """What the beginning of a file looks like.

    Attributes
    ----------
    layout
        lines (a JSON value a line), values (a JSON array, or values over several lines), rows
        (lists of cells, in a list or one after the other), table,
        frames (a packed object that holds lists of records).
    values
        The first decoded JSON values; of a table that no reader knows, its first rows.
    chunks
        All the file's bytes, from its beginning: what was looked at is not read twice.
    script
        What stands before the values where they are assigned in a script.
    marked
        False if no JSON name or text in it begins with $, as a database's own ways do.
    items
        Every value, or every line, as received, where all of the file was looked at and each of
        them is an object.
    """

    chunks: Iterator[bytes]
    layout: str
    values: list[Any] = []
    header: list[str] = []
    script: str = ""
    marked: bool = True
    items: list[bytes] = []


def _small(data: bytes) -> Sample | None:
    """Return what all of a small file looks like, as `sample` says; None to have it look.

    Of many small files most are a few JSON objects, one a line or in an array, with nothing amiss.
    """
    listed = framing.objects(data) if data[:1] == b"[" else None
    lines = data.split(b"\n", SAMPLED) if data[:1] == b"{" else []
    if lines and not lines[-1]:
        lines.pop()  # there is nothing after the last line's end
    try:
        values = [_decoded(one) for one in listed or lines[:SAMPLED] if one]
    except (ValueError, RecursionError):
        return None
    if not values or not all(isinstance(value, dict) for value in values):
        return None
    layout, marked = "values" if listed else "lines", b"$" in data and b'"$' in data  # in haste
    items = listed or (lines if len(lines) == len(values) else [])
    return Sample(iter((data,)), layout, values[:SAMPLED], marked=marked, items=items)


_decoded = msgspec.json.Decoder().decode


def sample(source: Source) -> Sample:
    """Look at the beginning of a file, as far as it takes to see its layout.

    Raises
    ------
    ArchiveError
        If it is empty or not text.
    """
    begun = _Beginning(source)
    seen = None
    begun.extend(FEW_BYTES)
    if any(one.matches(begun.head[:FEW_BYTES]) for one in FRAMES_READERS):
        return Sample(begun.chunks(), "frames", [begun.head[:FEW_BYTES]])
    with records.without_collecting():
        for size in (HEAD, 16 * HEAD, framing.MAX_RECORD):
            begun.extend(size)
            seen = _layout(begun.head, begun)
            if seen is not None and (seen.values or seen.layout == "table"):
                return seen
            if begun.ended:
                break
    if seen is not None and (seen.layout == "table" or not begun.damage):
        return seen
    found = f"cannot be read: {begun.damage}" if begun.damage else _nothing(begun)
    raise ArchiveError(
        f"The file {source.name} {found}, expected an archive of posts; fetch it again or leave"
        " it out."
    )


def _nothing(begun: _Beginning) -> str:
    """Say of what kind the nothing is that a file holds, or begins with."""
    if not begun.head:
        return "is empty"
    what = "blanks" if begun.head.strip(b"\0") else "zeros, as a copy that broke off leaves them"
    size = f"{len(begun.head):,} bytes"
    return f"holds nothing but {what} ({size})" if begun.ended else f"begins with {size} of {what}"


class _Beginning:
    """The first bytes of a file, which can be taken further, and then the whole of it.

    Attributes
    ----------
    head
        The first bytes.
    damage
        Why they broke off, if they did.
    ended
        True when there is no more.
    """

    def __init__(self, source: Source) -> None:
        source.hash_while_reading()
        self.name = source.name
        self.head = b""
        self.damage: Damaged | None = None
        self.ended = False
        self._stream = source.chunks()
        self._taken: deque[bytes] = deque()

    def extend(self, size: int) -> None:
        """Take the head to at least `size` bytes, or to the end."""
        length = len(self.head)
        new = [self.head]
        try:
            while length < size and not self.ended:
                chunk = next(self._stream, None)
                if chunk is None:
                    self.ended = True
                else:
                    self._taken.append(chunk)
                    new.append(chunk)
                    length += len(chunk)
        except Damaged as error:
            self.damage, self.ended = error, True
        self.head = b"".join(new)

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes from the first one; what was taken is not read again."""
        self.head = b""
        while self._taken:
            yield self._taken.popleft()
        if self.damage is not None:
            raise self.damage
        yield from self._stream


class _Undone(_Beginning):
    """The same of a file as it was before it was displayed."""

    def __init__(self, begun: _Beginning, undo: displayed.Undo) -> None:
        self.name, self.damage, self.ended = begun.name, begun.damage, begun.ended
        self._begun, self._undo = begun, undo

    def chunks(self) -> Iterator[bytes]:
        """Yield all bytes from the first one."""
        return self._undo(self._begun.chunks())


def _layout(head: bytes, begun: _Beginning) -> Sample | None:
    """Return what a head looks like, None if there is nothing in it."""
    body = head.lstrip(b" \t\r\n\0")
    if not body:
        return None
    if undo := displayed.undo(head):
        return _undone(head, begun, undo)
    script = framing.SCRIPT.match(body[:200])
    found = [] if script or body[:1] == b"[" else _json_lines(head)
    marked = b'"$' in head
    if found:
        return Sample(begun.chunks(), "lines", found, marked=marked)
    listed = _values(head, begun.ended, lists=True) if _CELLS.match(body) else []
    if listed:
        return Sample(begun.chunks(), "rows", listed)
    if printed.is_printed(body) and (seen := _printed(head, begun)).values:
        return seen
    if script is None and printed.is_behind(body):
        found = _json_lines(printed.behind(head))
        if found:
            return Sample(printed.uncovered(begun.chunks()), "lines", found, marked=marked)
    if script is None and body[:1] not in (b"{", b"["):
        return _table(head, begun)
    values = _values(head, begun.ended)
    before = script[0].decode("ascii", "replace") if script else ""
    return Sample(begun.chunks(), "values", values, script=before, marked=marked)


def _undone(head: bytes, begun: _Beginning, undo: displayed.Undo) -> Sample | None:
    """Return what a head looks like once it is as it was before it was displayed."""
    whole = head if begun.ended else head[: head.rfind(b"\n") + 1] or head
    shown: list[bytes] = []
    with suppress(Damaged):  # it is told when it is read
        shown.extend(undo(iter([whole])))
    return _layout(b"".join(shown), _Undone(begun, undo))


def _printed(head: bytes, begun: _Beginning) -> Sample:
    """Return what a head looks like once its words are written as JSON writes them."""
    whole = head if begun.ended else head[: head.rfind(b"\n") + 1] or head
    found, chunks = printed.to_json(whole), printed.translated(begun.chunks())
    first = found.lstrip().split(b"\n", 1)[0]
    one_a_line = first[:1] != b"[" and records.decoded(first) is not None
    lines = _json_lines(found) if one_a_line else []
    if lines:
        return Sample(chunks, "lines", lines)
    return Sample(chunks, "values", _values(found, begun.ended))


_CELL = rb"""(?:"(?:[^"\\]|\\.)*"|[-+.\deE]+|null|true|false)\s*"""
_CELLS = re.compile(
    rb"\[\s*\[\s*" + _CELL + rb"[,\]]|\[\s*" + _CELL + rb",[^\n]*\]\s*\n\s*\[\s*" + _CELL + rb","
)


def _values(head: bytes, ended: bool, lists: bool = False) -> list[Any]:
    """Return the first values of an array, or of documents one after the other."""
    values = []
    try:
        for _, raw in framing.elements(_cut(head, ended), lists=lists):
            values.append(records.decoded(raw))
            if len(values) >= SAMPLED:
                break
    except Damaged:
        pass
    return [value for value in values if value is not None]


def _cut(head: bytes, ended: bool) -> Iterator[bytes]:
    """Yield a head; unless the file ends with it, its last value is unfinished, not broken."""
    yield head
    if not ended:
        raise Damaged("there is more")


def _json_lines(head: bytes) -> list[Any]:
    found: list[Any] = []
    for line in head.split(b"\n")[:SAMPLED]:
        value = records.decoded(line) if line else None
        if isinstance(value, dict):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, dict))
        elif isinstance(value, str) and isinstance(dialects.unquoted(value), dict | list):
            found.append(value)
    return found


def _table(head: bytes, begun: _Beginning) -> Sample:
    look = refusal.of_bytes(head)
    if look is not None:
        raise UnknownFormatError(
            f"The file {begun.name} is {look.what}, expected an archive of posts (JSON, CSV or"
            f" such files packed); {look.next_step}.",
            look.may_hold_posts,
        )
    begin = head[:4096]
    foreign = begin.count(b"\0") * FEW_NULS > len(begin) or (
        len(begin.translate(None, _NO_LETTERS)) * FEW_CONTROLS < len(begin) * (FEW_CONTROLS - 1)
    )
    if foreign or opening.packing(head[:512]):
        raise UnknownFormatError(
            f"The file {begun.name} is not text (it begins with the bytes"
            f" {head[:8].hex(' ')}), expected JSON, CSV or an archive of such files; leave it out."
        )
    table = CsvRows([head])
    header = _apart(table.header)
    if len(header) > roads.MOST_COLUMNS:
        raise UnknownFormatError(
            f"The file {begun.name} is a table of {len(header):,} columns, expected at most"
            f" {roads.MOST_COLUMNS:,}, as no table of posts has more; leave it out."
        )
    own = itertools.takewhile(lambda row: not isinstance(row, Header), table.rows())
    whole = (row for row in own if isinstance(row, Row))
    rows = [dict(zip(header, row.cells, strict=True)) for row in islice(whole, ROWS)]
    return Sample(begun.chunks(), "table", rows, header)


# ------------------------------------------------------------------------------------ choosing


def json_reader(seen: Sample) -> JsonReader | None:
    """Return the reader that knows the most of the sampled values; the first of equals."""
    if seen.layout == "rows":
        return roads.listed_reader(seen.values)
    return roads.json_reader(seen.values, seen.marked)


def csv_reader(seen: Sample) -> CsvReader | None:
    """Return the first reader that knows the header, as it stands or spelt otherwise.

    Then the one that knows what is printed in the cells; then one for want of a better.
    """
    for header in (seen.header, None):
        for reader in CSV_READERS:
            if not reader.fallback and reader.matches(header or spelt(reader, seen.header)):
                return reader
    fallback = (one for one in CSV_READERS if one.fallback)
    return roads.table_reader(seen.values) or next(
        (one for one in fallback if one.matches(seen.header) or one.knows(seen.values)), None
    )


def spelt(reader: CsvReader, header: Sequence[str]) -> list[str]:
    """Return a header in the spelling that a reader knows: "Tweet ID" for tweet_id.

    Names keep their own spelling where it is known, where the reader knows none like it, or where
    two would become one.
    """
    by_fold = _spellings(reader)
    if not by_fold or reader.matches(header):
        return list(header)
    known = {name for names in by_fold.values() for name in names}
    found = [name if name in known else _spelling(name, by_fold) for name in header]
    doubled = {name for name, count in Counter(found).items() if count > 1}
    return [old if new in doubled else new for old, new in zip(header, found, strict=True)]


def _spelling(name: str, by_fold: Mapping[str, Sequence[str]]) -> str:
    """Return how a reader spells a name; of two that fold alike, the one of its own marks.

    Examples
    --------
    >>> [_spelling(name, {"aid": ("a.id", "a_id")}) for name in ("A Id", "A.Id", "aId", "b")]
    ['a_id', 'a.id', 'a.id', 'b']
    """
    known = by_fold.get(folded(name), ())
    plain = name.casefold().replace(" ", "_")
    return next((one for one in known if one.casefold() == plain), (*known, name)[0])


@lru_cache(maxsize=64)
def _spellings(reader: CsvReader) -> Mapping[str, Sequence[str]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(reader.names()):
        found[folded(name)] = (*found.get(folded(name), ()), name)
    return found


def read_source(source: Source, sink: Sink, columns: declared.Columns | None = None) -> str:
    """Read one file into the sink and return its format's name.

    Parameters
    ----------
    columns
        What its columns are, where that is declared.

    Raises
    ------
    ArchiveError
        If no record of it can be read: empty, not text, of no known format, without the columns
        that are declared.
    """
    seen = _small(source.plain) if source.plain and not columns else None
    seen = seen or sample(source)
    if seen.layout == "frames":
        name = _read_frames(source, seen, columns, sink)
    elif seen.layout == "table":
        said = _said(source, seen, columns) if columns else None
        tabular = said or csv_reader(seen)
        if tabular is None and (guess := _undoubted(seen)):
            tabular = _said(source, seen, guess)
        tabular = tabular or undoubted(seen.header, seen.values)
        if tabular is None:
            raise _unknown(source, "columns", seen, seen.header)
        _read_table(seen, tabular, sink)
        name = tabular.name
    else:
        reader = roads.declared_reader(seen.values, source.name, columns) if columns else None
        reader = reader or json_reader(seen)
        if reader is None and (guess := _undoubted(seen)):
            reader = roads.declared_reader(seen.values, source.name, guess)
        if reader is None:
            raise _unknown(source, "keys", seen, roads.names(seen.values))
        if seen.layout == "lines" and seen.items and reader.reads_together and not sink.hashtags:
            records.read_few(next(seen.chunks), len(seen.items), reader, sink)
        elif seen.layout == "lines":
            records.read_lines(seen.chunks, reader, sink)
        else:
            rows = seen.layout == "rows"
            framed: Iterator[tuple[int, bytes]] = enumerate(seen.items, 1)
            if not seen.items:
                framed = framing.elements(seen.chunks, sink.remarks, rows)
            records.read_values(framed, reader, sink)
        reader.finish(sink)
        name = reader.name
    sink.settle()
    return sink.variant or name


def _said(source: Source, seen: Sample, columns: declared.Columns) -> CsvReader:
    """Return the reader of a table whose columns are declared, by their names or their places."""
    if not declared.by_place(columns) or not set(columns.values()).isdisjoint(seen.header):
        return declared.reader(source.name, columns, seen.header)
    names = declared.numbered(seen.header)
    reader = declared.reader(source.name, columns, names)
    reader.columns = tuple(names)  # type: ignore[misc]  # of this file alone
    return reader


def _undoubted(seen: Sample) -> declared.Columns | None:
    """Return what the columns of rows without names are, where their cells leave no doubt.

    The posts have the second inside their id for a date, or Twitter's addresses.
    """
    lists = _nameless(seen)
    names = declared.numbered(max(lists, key=len, default=[]))
    rows = [roads.texts(dialects.named(names, row)) for row in lists]
    names = list({name: 0 for row in rows for name in row})
    guess = proposal(names, rows)
    if not declared.is_whole(guess) or "author_id" in guess:  # any number may look like one
        return None
    return guess if declared.reader("", guess, names).knows(rows) else None


def _nameless(seen: Sample) -> list[list[Any]]:
    """Return the first rows of a table or of lists that no line of names precedes; or none."""
    if seen.layout == "table" and declared.is_row(seen.header):
        return [seen.header, *[list(row.values()) for row in seen.values]]
    lists = [row for row in seen.values if isinstance(row, list)] if seen.layout == "rows" else []
    return [] if dialects.header_of(lists) else lists


def _unknown(source: Source, what: str, seen: Sample, names: list[str]) -> UnknownFormatError:
    outer = list(dict.fromkeys(name.split(".")[0] for name in names))
    look = refusal.of_names(names) or refusal.of_names(outer) or refusal.of_script(seen.script)
    texts = [row for row in seen.values if isinstance(row, str)]
    widest = max((len(one) for one in seen.values if isinstance(one, dict)), default=0)
    if widest > roads.MOST_COLUMNS:
        look = look or Look(f"an object of {widest:,} names", "leave it out")
    numbers = [str(row) for row in seen.values if type(row) is int]
    if not names and numbers:
        look = refusal.of_names(numbers[:1])
    if not names and texts:
        only_ids = all(refusal.of_names([text]) for text in texts)
        look = refusal.of_names(texts[:1]) if only_ids else refusal.NAMELESS
    advice = ""
    rows = seen.values if seen.layout == "table" else roads.rows(seen.values)
    look = look or refusal.of_addresses(rows)
    lists = [row for row in seen.values if isinstance(row, list)]
    header = dialects.header_of(lists)
    if look is None and seen.layout == "table" and declared.is_row(names):
        lists, look = _nameless(seen), refusal.HEADLESS
    if header and not names:
        names, rows = header, [dialects.named(header, row) for row in lists[1:]]
    elif lists and (look is refusal.HEADLESS or not names):
        look = look or refusal.NAMELESS
        names = declared.numbered(max(lists, key=len))
        rows = [dialects.named(names, row) for row in lists]
    if (
        look is None
        or look in (refusal.HEADLESS, refusal.NAMELESS)
        or (look.next_step == refusal.DECLARE)
    ):
        known = list(map(roads.texts, rows))
        advice = values.printable(declared.advice(source.name, names, known))
    if not advice and look in (None, refusal.HEADLESS):
        look = _without_posts(seen, names, rows) or look
    looks = f"looks like {look.what}" if look else "is in no format that i4analysis knows"
    found = f"the {what} {declared.shown(names)}" if names else f"no {what}"
    next_step = advice or (look.next_step if look else "leave it out or convert it")
    if look in (refusal.HEADLESS, refusal.NAMELESS):
        found = f"{len(names) or 'no'} columns without names"
        next_step = f"{look.next_step}, or {advice}" if look and advice else next_step
    return UnknownFormatError(
        f"The file {source.name} {looks}: found {found}, expected posts as Twitter, X, Bluesky,"
        f" Mastodon or their collectors write them; {next_step}.",
        bool(advice) or bool(look and look.may_hold_posts),
    )


def _without_posts(seen: Sample, names: list[str], rows: list[dict[str, str]]) -> Look | None:
    """Return what a file looks like that lacks what makes a post: its words, or all else."""
    if not names and not seen.values and _WORD.search(begun := next(seen.chunks, b"")[:HEAD]):
        return refusal.of_bytes(begun) or refusal.NO_JSON
    if not names:
        return refusal.EMPTY if not any(seen.values) else None
    if seen.layout != "table" and set(names) <= ERRORS:
        return refusal.ERROR
    shown = proposal(names, rows)
    if "text" in shown:
        alone = len(names) == 1 and "text" not in mapping_of(names).columns  # of any kind
        return refusal.TEXTS if len(shown) == 1 and not alone else None
    if {"followers", "bio"} & set(shown) and not {"id", "url"} & set(shown):
        return refusal.ACCOUNTS
    return refusal.IDS if {"id", "url"} & set(shown) else None


_WORD = re.compile(rb"\w{3}")
ERRORS = frozenset({"code", "detail", "error", "errors", "message", "status", "title", "type"})


LIKELY = 4


def _likeness(rows: list[Any]) -> int:
    """Return how much of a post the rows of a table hold; 0 without words."""
    guess = proposal(roads.names(rows), roads.rows(rows))
    return len(guess) if "text" in guess else 0


def _read_frames(
    source: Source, seen: Sample, columns: declared.Columns | None, sink: Sink
) -> str:
    """Read each list of records of a packed object with whoever knows its records."""
    packed = next(one for one in FRAMES_READERS if one.matches(seen.values[0]))
    data = bytearray()
    try:
        for chunk in seen.chunks:
            data += chunk
            if len(data) > MOST_BYTES:
                raise ArchiveError(
                    f"The file {source.name} opens to more than {MOST_BYTES >> 20} MB of packed"
                    " objects, which are held whole; save its posts in several files."
                )
    except Damaged as damage:
        raise ArchiveError(
            f"The file {source.name} cannot be read: {damage}, expected whole packed objects;"
            " fetch it again."
        ) from damage
    readers: dict[tuple[str, ...], JsonReader | None] = {}
    unknown: list[list[Any]] = []
    wrong: list[tuple[int, ArchiveError]] = []
    declares = False
    before = 0
    try:
        for found in packed.frames(bytes(data), source.name):
            names = tuple(found[0]) if found else ()
            if names not in readers:
                reader = None
                try:
                    if columns:
                        reader = roads.declared_reader(found[:SAMPLED], source.name, columns)
                        declares = True
                except ArchiveError as error:  # another of its tables may have the columns
                    wrong.append((_likeness(found[:SAMPLED]), error))
                readers[names] = reader or roads.json_reader(found[:SAMPLED])
                if readers[names] is None:
                    unknown.append(found[:SAMPLED])
            reader = readers[names]
            if reader is not None:
                lines = b"\n".join(map(roads.encoded, found)) + b"\n"
                records.read_lines(iter([lines]), reader, sink, before)
            before += len(found)
    except Damaged as damage:
        records.lost(sink, damage)
    if wrong and not declares:
        raise max(wrong, key=lambda one: one[0])[1]
    read = [reader for reader in readers.values() if reader is not None]
    for reader in read:
        reader.finish(sink)
    if len(read) > 1:
        sink.variant = None  # it is of the first of its tables
    likely = sorted(unknown, key=_likeness, reverse=True)
    if not read and unknown:
        raise _unknown(
            source, "columns", Sample(iter(()), "frames", likely[0]), roads.names(likely[0])
        )
    for rows in likely:
        if _likeness(rows) >= LIKELY:
            advice = declared.advice(source.name, roads.names(rows), roads.rows(rows))
            sink.line += 1
            sink.found()
            sink.reject(f"a table of it is not read: {advice}", roads.encoded(rows[0]))
    return packed.name


# ------------------------------------------------------------------------------ reading tables


class Spelt(dict[str, str]):
    """A row of a table whose header spells its names otherwise: they are found all the same."""

    def __init__(self, cells: Iterable[tuple[str, str]], by_fold: Mapping[str, str]) -> None:
        super().__init__(cells)
        self._by_fold = by_fold

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or _fold(str(name)) in self._by_fold

    def __missing__(self, name: str) -> str:
        return super().__getitem__(self._by_fold[_fold(name)])

    def get(self, name: str, default: Any = None) -> Any:
        """Return a cell, however its column is spelt."""
        try:
            return self[name]
        except KeyError:
            return default


def _apart(names: Sequence[str]) -> list[str]:
    """Return names of which no two are alike: of two columns the first keeps it, as in pandas.

    Examples
    --------
    >>> _apart(["id", "text", "", "text", ""])
    ['id', 'text', '', 'text.1', '']
    """
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append(f"{name}.{seen[name]}" if name and seen[name] else name)
        seen[name] += 1
    return found


_fold = lru_cache(maxsize=2_000)(folded)


def _first(rows: Iterator[Row | Broken | Header]) -> tuple[list[Row | Broken], Header | None]:
    """Return the first rows, fewer where they are long, and the header at which they end."""
    found: list[Row | Broken] = []
    size = 0
    while len(found) < LOOKED_AT and size < HEAD and (row := next(rows, None)) is not None:
        if isinstance(row, Header):
            return found, row
        found.append(row)
        size += sum(map(len, row.cells)) if isinstance(row, Row) else EXCERPT
    return found, None


def _read_table(seen: Sample, reader: CsvReader, sink: Sink) -> None:
    table = CsvRows(seen.chunks, reader.columns)
    header = list(table.header)
    names = reader.columns or spelt(reader, _apart(header))
    rows = table.rows(reader.repair(names), reader.may_be_unquoted)
    first, end = _first(rows)
    while True:
        rest = rows if end is None else iter(())
        end = _read_rows(table, header, reader, first, rest, sink) or end
        if end is None:
            break
        header = _apart(end.cells)
        first, end = _first(rows)
        known = [
            dict(zip(header, row.cells, strict=True)) for row in first if isinstance(row, Row)
        ]
        reader = csv_reader(Sample(iter(()), "table", known[:ROWS], header)) or reader
    sink.remarks.update(table.noted)
    if table.damage:
        records.lost(sink, Damaged(table.damage))


def _read_rows(
    table: CsvRows,
    written: list[str],
    reader: CsvReader,
    first: list[Row | Broken],
    rest: Iterator[Row | Broken | Header],
    sink: Sink,
) -> Header | None:
    """Read rows under a header as written; return the next one, if other columns follow."""
    names = reader.columns or spelt(reader, _apart(written))
    above = [table.preamble] if table.preamble else []
    header = [*names, *[PREAMBLE for _ in above]]
    by_fold = {} if names == written else {folded(name): name for name in names}

    def as_row(texts: list[str]) -> dict[str, str]:
        if blanks:
            texts = ["" if text in blanks else text for text in texts]
        row = zip(header, texts + above if above else texts, strict=True)
        return Spelt(row, by_fold) if by_fold else dict(row)

    whole = (row.cells for row in first if not isinstance(row, Broken))
    blanks = cells.blank_words(whole) - reader.blanks
    known = [as_row(row.cells) for row in first if not isinstance(row, Broken)]
    sink.zeros = ids.rounded(text for row in known for text in reader.id_cells(row))
    reader = reader.begin(names, known)
    del known
    end = None
    for row in itertools.chain(first, rest):
        if isinstance(row, Header):
            end = row
            break
        sink.line = row.line
        sink.found()
        if isinstance(row, Broken):
            sink.reject(row.reason, row.excerpt)
            sink.batch(EXCERPT)
            continue
        before = sink.mark()
        try:
            reader.read(as_row(row.cells), sink)
        except records.FAULTS as fault:
            sink.rollback(before)
            sink.reject(records.sentence(fault), ",".join(row.cells))
        sink.batch(sum(map(len, row.cells)))
    reader.finish(sink)
    return end
