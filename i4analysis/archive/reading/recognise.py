"""From one file to rows: recognise its format by its content, frame it, read every record."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import msgspec

from i4analysis.archive.bytes import framing, opening
from i4analysis.archive.bytes.csvrows import PREAMBLE, Broken, CsvRows
from i4analysis.archive.bytes.opening import Damaged, Source
from i4analysis.archive.formats.registry import CSV_READERS, JSON_READERS
from i4analysis.archive.reading import records
from i4analysis.archive.rows import refusal, values
from i4analysis.archive.rows.reader import CsvReader, JsonReader
from i4analysis.archive.rows.sink import EXCERPT, Sink
from i4analysis.errors import ArchiveError, UnknownFormatError

HEAD = 1 << 18
SAMPLED = 60


class Sample(msgspec.Struct):
    """What the beginning of a file looks like.

    Attributes
    ----------
    layout
        lines (a JSON value a line), values (a JSON array, or values over several lines), table.
    values
        The first decoded JSON values.
    chunks
        All the file's bytes, from its beginning: what was looked at is not read twice.
    """

    chunks: Iterator[bytes]
    layout: str
    values: list[Any] = []
    header: list[str] = []


def sample(source: Source) -> Sample:
    """Look at the beginning of a file, as far as it takes to see its layout.

    Raises
    ------
    ArchiveError
        If it is empty or not text.
    """
    begun = _Beginning(source)
    seen = None
    with records.without_collecting():
        for size in (HEAD, 16 * HEAD, framing.MAX_RECORD):
            begun.extend(size)
            seen = _layout(begun.head, begun)
            if seen is not None and (seen.values or seen.layout == "table"):
                return seen
            if begun.ended:
                break
    if seen is not None:
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


def _layout(head: bytes, begun: _Beginning) -> Sample | None:
    """Return what a head looks like, None if there is nothing in it."""
    body = head.lstrip(b" \t\r\n\0")
    if not body:
        return None
    script = framing.SCRIPT.match(body[:200])
    if script is None and body[:1] not in (b"{", b"["):
        found = _json_lines(head)
        return Sample(begun.chunks(), "lines", found) if found else _table(head, begun)
    found = [] if script or body[:1] == b"[" else _json_lines(head)
    if found:
        return Sample(begun.chunks(), "lines", found)
    values = []
    try:
        for _, raw in framing.elements(_cut(head, begun.ended)):
            values.append(records.decoded(raw))
            if len(values) >= SAMPLED:
                break
    except Damaged:
        pass
    return Sample(begun.chunks(), "values", [value for value in values if value is not None])


def _cut(head: bytes, ended: bool) -> Iterator[bytes]:
    """Yield a head; unless the file ends with it, its last value is unfinished, not broken."""
    yield head
    if not ended:
        raise Damaged("there is more")


def _json_lines(head: bytes) -> list[Any]:
    found = []
    for line in head.split(b"\n")[:SAMPLED]:
        value = records.decoded(line)
        if isinstance(value, dict):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, dict))
    return found


def _table(head: bytes, begun: _Beginning) -> Sample:
    look = refusal.of_bytes(head)
    if look is not None:
        raise UnknownFormatError(
            f"The file {begun.name} is {look.what}, expected an archive of posts (JSON, CSV or"
            f" such files packed); {look.next_step}."
        )
    if b"\0" in head[:4096] or opening.packing(head[:512]):
        raise UnknownFormatError(
            f"The file {begun.name} is not text (it begins with the bytes"
            f" {head[:8].hex(' ')}), expected JSON, CSV or an archive of such files; leave it out."
        )
    return Sample(begun.chunks(), "table", [], CsvRows([head]).header)


# ------------------------------------------------------------------------------------ choosing


def json_reader(seen: Sample) -> JsonReader | None:
    """Return the reader that knows the most of the sampled values; the first of equals."""
    best, most = None, 0
    for reader in JSON_READERS:
        known = sum(1 for value in seen.values if reader.matches(value))
        if known > most:
            best, most = reader, known
    return best


def csv_reader(seen: Sample) -> CsvReader | None:
    """Return the first reader that knows the header."""
    return next((reader for reader in CSV_READERS if reader.matches(seen.header)), None)


def read_source(source: Source, sink: Sink) -> str:
    """Read one file into the sink and return its format's name.

    Raises
    ------
    ArchiveError
        If no record of it can be read: empty, not text, of no known format.
    """
    seen = sample(source)
    if seen.layout == "table":
        tabular = csv_reader(seen)
        if tabular is None:
            raise _unknown(source, "columns", seen.header)
        _read_table(seen, tabular, sink)
        name = tabular.name
    else:
        reader = json_reader(seen)
        if reader is None:
            keys = next((list(value) for value in seen.values if isinstance(value, dict)), [])
            raise _unknown(source, "keys", keys)
        if seen.layout == "lines":
            records.read_lines(seen.chunks, reader, sink)
        else:
            records.read_values(seen.chunks, reader, sink)
        name = reader.name
    sink.settle()
    return sink.variant or name


def _unknown(source: Source, what: str, names: list[str]) -> UnknownFormatError:
    shown = values.printable(", ".join(name[:30] for name in names[:8]))
    shown += " …" if len(names) > 8 else ""
    look = refusal.of_names(names)
    looks = f"looks like {look.what}" if look else "is in no format that i4analysis knows"
    return UnknownFormatError(
        f"The file {source.name} {looks}: found"
        f" {f'the {what} {shown}' if shown else f'no {what}'}, expected posts as Twitter, X,"
        " Bluesky, Mastodon or their collectors write them;"
        f" {look.next_step if look else 'leave it out or convert it'}."
    )


# ------------------------------------------------------------------------------ reading tables


def _read_table(seen: Sample, reader: CsvReader, sink: Sink) -> None:
    reader = reader.begin()
    table = CsvRows(seen.chunks, reader.columns)
    above = [table.preamble] if table.preamble else []
    header = [*table.header, *[PREAMBLE for _ in above]]
    for row in table.rows(reader.repair(table.header), reader.may_be_unquoted):
        sink.line = row.line
        sink.found()
        if isinstance(row, Broken):
            sink.reject(row.reason, row.excerpt)
            sink.batch(EXCERPT)
            continue
        before = sink.mark()
        try:
            reader.read(dict(zip(header, (*row.cells, *above), strict=True)), sink)
        except records.FAULTS as fault:
            sink.rollback(before)
            sink.reject(records.sentence(fault), ",".join(row.cells))
        sink.batch(sum(map(len, row.cells)))
    reader.finish(sink)
    if table.damage:
        records.lost(sink, Damaged(table.damage))
