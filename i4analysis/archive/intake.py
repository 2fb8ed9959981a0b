"""From one file to rows: recognise its format by its content, frame it, read every record."""

from __future__ import annotations

from typing import Any

import msgspec

from i4analysis.archive import framing, opening, refusal
from i4analysis.archive.csvrows import PREAMBLE, Broken, CsvRows
from i4analysis.archive.formats import CSV_READERS, JSON_READERS
from i4analysis.archive.framing import Ahead, TooLong
from i4analysis.archive.opening import Damaged, Source
from i4analysis.archive.reader import CsvReader, JsonReader, RecordError
from i4analysis.archive.sink import Sink
from i4analysis.errors import ArchiveError, UnknownFormatError

HEAD = opening.CHUNK
SAMPLED = 200
JOINED = 2
FAULTS = (msgspec.DecodeError, RecordError, ValueError, RecursionError)


class Sample(msgspec.Struct):
    """What the beginning of a file looks like.

    Attributes
    ----------
    layout
        lines (a JSON value a line), values (a JSON array, or values over several lines), table.
    values
        The first decoded JSON values.
    """

    head: bytes
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
    head, damage = _head(source)
    body = head.lstrip(b" \t\r\n\0")
    if not body:
        raise ArchiveError(
            f"The file {source.name} "
            + (f"cannot be read: {damage}" if damage else f"is empty ({len(head)} bytes)")
            + ", expected an archive of posts; fetch it again or leave it out."
        )
    script = framing.SCRIPT.match(body[:200])
    if script is None and body[:1] not in (b"{", b"["):
        found = _json_lines(head)
        return Sample(head, "lines", found) if found else _table(source, head)
    found = [] if script or body[:1] == b"[" else _json_lines(head)
    if found:
        return Sample(head, "lines", found)
    values = []
    try:
        for _, raw in framing.elements(iter([head])):
            values.append(_decoded(raw))
            if len(values) >= SAMPLED:
                break
    except Damaged:
        pass
    return Sample(head, "values", [value for value in values if value is not None])


def _head(source: Source) -> tuple[bytes, str]:
    """Return the first bytes: 1 MB, or as much as one value that begins there needs."""
    head, damage = b"", ""
    try:
        for chunk in source.chunks():
            head += chunk
            start = head[:200].lstrip()[:1]
            whole = start not in (b"{", b"[") or b"\n" in head.strip()
            if len(head) >= HEAD and (whole or len(head) > framing.MAX_RECORD):
                break
    except Damaged as error:
        damage = str(error)
    return head, damage


def _json_lines(head: bytes) -> list[Any]:
    found = []
    for line in head.split(b"\n")[:SAMPLED]:
        value = _decoded(line)
        if isinstance(value, dict):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, dict))
    return found


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        parts = framing.mended(raw[: 4 * HEAD])
        return msgspec.json.decode(parts[0]) if len(parts) == 1 else None


def _table(source: Source, head: bytes) -> Sample:
    look = refusal.of_bytes(head)
    if look is not None:
        raise UnknownFormatError(
            f"The file {source.name} is {look.what}, expected an archive of posts (JSON, CSV or"
            f" such files packed); {look.next_step}."
        )
    if b"\0" in head[:4096] or opening.packing(head[:512]):
        raise UnknownFormatError(
            f"The file {source.name} is not text (it begins with the bytes"
            f" {head[:8].hex(' ')}), expected JSON, CSV or an archive of such files; leave it out."
        )
    return Sample(head, "table", [], CsvRows([head]).header)


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
    source.hash_while_reading()
    if seen.layout == "table":
        tabular = csv_reader(seen)
        if tabular is None:
            raise _unknown(source, "columns", seen.header)
        _read_table(source, tabular, sink)
        name = tabular.name
    else:
        reader = json_reader(seen)
        if reader is None:
            keys = next((list(value) for value in seen.values if isinstance(value, dict)), [])
            raise _unknown(source, "keys", keys)
        _read_json(source, seen, reader, sink)
        name = reader.name
    sink.settle()
    return sink.variant or name


def _unknown(source: Source, what: str, names: list[str]) -> UnknownFormatError:
    shown = ", ".join(name[:30] for name in names[:8]) + (" …" if len(names) > 8 else "")
    look = refusal.of_names(names)
    looks = f"looks like {look.what}" if look else "is in no format that i4analysis knows"
    return UnknownFormatError(
        f"The file {source.name} {looks}: found"
        f" {f'the {what} {shown}' if shown else f'no {what}'}, expected posts as Twitter, X,"
        " Bluesky, Mastodon or their collectors write them;"
        f" {look.next_step if look else 'leave it out or convert it'}."
    )


# ------------------------------------------------------------------------------------- reading


def _read_json(source: Source, seen: Sample, reader: JsonReader, sink: Sink) -> None:
    cut = framing.lines if seen.layout == "lines" else framing.elements
    framed = Ahead(cut(source.chunks()))
    for number, raw in framed:
        sink.line = number
        sink.whole = number == 1 and not framed.peek(1)
        sink.found()
        before = sink.mark()
        try:
            reader.read(raw, sink)
        except FAULTS as fault:
            sink.rollback(before)
            framed.skip(_mend(reader, raw, framed.peek(JOINED), fault, sink))
        sink.batch()
    if framed.damage is not None:
        _rest(sink, framed.damage, framed.damage.piece)


def _mend(
    reader: JsonReader, raw: bytes, following: list[bytes], fault: Exception, sink: Sink
) -> int:
    """Read a record that failed as it stands, or reject it; return how many lines more it took.

    A record cut by stray line ends is joined with the lines after it that are no records.
    """
    before = sink.mark()
    if isinstance(raw, TooLong):
        size = framing.MAX_RECORD >> 20
        sink.reject(f"the record is longer than {size} MB, which no post is", raw)
        return 0
    if framing.depth_of(raw):
        sink.reject(f"brackets nest deeper than {framing.MAX_DEPTH}, which no post does", raw)
        return 0
    whole = raw
    for joined, piece in enumerate((b"", *following)):
        if joined:
            if isinstance(_decoded(piece), dict | list):
                break
            whole = framing.rejoined(whole, piece)
        parts = framing.mended(whole)
        if not parts or (joined and len(parts) > 1):
            continue
        try:
            sink.found(len(parts) - 1)
            for part in parts:
                _read_any(reader, part, sink)
            sink.remark("repaired", len(parts))
            return joined
        except FAULTS as error:
            fault = fault if joined else error
            sink.rollback(before)
    sink.reject(_sentence(fault), raw)
    return 0


def _read_any(reader: JsonReader, raw: bytes, sink: Sink) -> None:
    """Read a value with the file's reader, or with the one that knows it."""
    before = sink.mark()
    try:
        reader.read(raw, sink)
    except FAULTS:
        sink.rollback(before)
        value = msgspec.json.decode(raw)
        other = next(
            (one for one in JSON_READERS if one is not reader and one.matches(value)), None
        )
        if other is None:
            raise
        other.read(raw, sink)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, RecursionError):
        return "brackets nest too deep"
    return str(fault) or type(fault).__name__


def _rest(sink: Sink, damage: Damaged, piece: bytes = b"") -> None:
    sink.line += 1
    sink.found()
    sink.reject(f"the rest of the file is lost: {damage}", piece)


def _read_table(source: Source, reader: CsvReader, sink: Sink) -> None:
    table = CsvRows(source.chunks())
    above = [table.preamble] if table.preamble else []
    header = [*table.header, *[PREAMBLE for _ in above]]
    for row in table.rows(reader.repair(table.header), reader.may_be_unquoted):
        sink.line = row.line
        sink.found()
        if isinstance(row, Broken):
            sink.reject(row.reason, row.excerpt)
            continue
        before = sink.mark()
        try:
            reader.read(dict(zip(header, (*row.cells, *above), strict=True)), sink)
        except FAULTS as fault:
            sink.rollback(before)
            sink.reject(_sentence(fault), ",".join(row.cells))
        sink.batch()
    if table.damage:
        _rest(sink, Damaged(table.damage))
