"""From one file to rows: recognise its format by its content, frame it, read every record."""

from __future__ import annotations

from typing import Any

import msgspec

from i4analysis.archive import framing, opening, records, refusal, values
from i4analysis.archive.csvrows import PREAMBLE, Broken, CsvRows
from i4analysis.archive.formats import CSV_READERS, JSON_READERS
from i4analysis.archive.opening import Damaged, Source
from i4analysis.archive.reader import CsvReader, JsonReader
from i4analysis.archive.sink import Sink
from i4analysis.errors import ArchiveError, UnknownFormatError

HEAD = 1 << 20
SAMPLED = 200


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
            values.append(records.decoded(raw))
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
        value = records.decoded(line)
        if isinstance(value, dict):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, dict))
    return found


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
        if seen.layout == "lines":
            records.read_lines(source.chunks(), reader, sink)
        else:
            records.read_values(source.chunks(), reader, sink)
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
        except records.FAULTS as fault:
            sink.rollback(before)
            sink.reject(records.sentence(fault), ",".join(row.cells))
        sink.batch()
    if table.damage:
        records.lost(sink, Damaged(table.damage))
