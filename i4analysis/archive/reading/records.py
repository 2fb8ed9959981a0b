"""Reading JSON records one after the other: lines, or the values of an array or a document."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import numpy as np

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.framing import Ahead, Lines, TooLong
from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.bytes.scan import Scan, places
from i4analysis.archive.formats.registry import JSON_READERS
from i4analysis.archive.reading import roads
from i4analysis.archive.rows import kinds
from i4analysis.archive.rows.reader import JsonReader, RecordError
from i4analysis.archive.rows.sink import OTHER_HASHTAG, Sink

SLIPS = (TypeError, AttributeError, LookupError)  # a reader met a kind of value it did not expect
FAULTS = (msgspec.DecodeError, RecordError, ValueError, RecursionError, *SLIPS)
WRONG_KIND = "a value is not of the kind expected"
JOINED = 2
AHEAD = 6
MENDED = 4 << 20
DELETE = b'{"delete"'
OFTEN = 64  # records
NEWLINE = 10
BRACE = ord("{")
STRETCH = 1 << 16  # bytes decoded together: what they give stays in the processor's cache
SPACE = 32
_FIRST = np.zeros(1, np.intp)
NO_RECORD = "line that is no record"
LONGEST_NOTE = 2_000  # bytes
_OF_RECORDS = re.compile(r"[\"{}<>\\]")
_NOTE = re.compile(r"\w")
BLANKS = re.compile(rb"[ \t\r\n]+")


def read_lines(
    chunks: Iterator[bytes], reader: JsonReader, sink: Sink, lines_before: int = 0
) -> None:
    """Read a JSON value a line; blank lines are no records.

    With hashtags asked for and a reader of one record a line, a line without their letters is
    counted and not parsed. `lines_before` is the number of lines before the chunks in their file.
    """
    scan = Scan.of(sink.hashtags, sink.strict) if reader.one_record_a_line else None
    lines = Lines(chunks, lines_before)
    with without_collecting():
        while lines.advance():
            if lines.number == 0:
                few = lines.following(AHEAD + 1)
                sink.whole = len(few) <= AHEAD and sum(1 for one in few if one.strip()) == 1
            if isinstance(lines.block, TooLong):
                lines.number += 1
                sink.line = lines.number
                sink.found()
                _mend(reader, lines.block, [], RecordError(""), sink)
            else:
                _read_block(lines, reader, scan, sink)
            sink.batch(len(lines.block))
        if lines.damage is not None:
            sink.line = lines.number
            lost(sink, lines.damage, lines.damage.piece)


def read_few(data: bytes, count: int, reader: JsonReader, sink: Sink) -> None:
    """Do what `read_lines` does for a small file of so many lines, each of them an object.

    The reader reads together, and no hashtags are asked for.
    """
    lines = Lines(iter(()))
    lines.block, sink.whole = data, count == 1
    _read_together(lines, len(data), reader, sink)
    if lines.at < len(data):
        _read_block(lines, reader, None, sink)
    sink.batch(len(data))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no unreachable objects: rows and decoded records make no cycles.

    A third of the time of ordinary records is saved, and nine tenths of that of an endless list.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read_block(lines: Lines, reader: JsonReader, scan: Scan | None, sink: Sink) -> None:
    """Read the lines at hand; with a scan, only those that may hold a hashtag."""
    done = False
    while not done:
        wanted = scan.lines(lines.block, lines.at) if scan is not None else [(lines.at, None)]
        for start, end in wanted:
            if start > lines.at:
                lines.number += _skip(lines.block[lines.at : start], sink)
                lines.at = start
            if not _read_run(lines, len(lines.block) if end is None else end, reader, sink):
                break  # a broken line may have taken the next block in: look again
        else:
            lines.number += _skip(lines.block[lines.at :], sink)
            done = True


def _read_run(lines: Lines, stop: int, reader: JsonReader, sink: Sink) -> bool:
    """Read the lines up to `stop`; return False after one that had to be mended or rejected."""
    while lines.at < stop:
        end = stop
        if reader.reads_together:
            end = lines.block.rfind(b"\n", lines.at, min(lines.at + STRETCH, stop)) + 1
            end = end or lines.block.find(b"\n", lines.at, stop) + 1 or stop
            _read_together(lines, end, reader, sink)
            sink.batch()
        if not _read_each(lines, end, reader, sink):
            return False
    return True


def _read_together(lines: Lines, end: int, reader: JsonReader, sink: Sink) -> None:
    """Read the lines up to `end`, decoded in one call, as far as they are plain."""
    block, find, give = lines.block, lines.block.find, reader.give
    try:
        values = reader.decode_lines(memoryview(block)[lines.at : end])
    except FAULTS:
        return
    starts, at = [], lines.at
    for _ in values:
        starts.append(at)
        at = find(b"\n", at) + 1 or len(block)
    begins = [block[start] for start in starts if start < end]
    if at != end or begins.count(BRACE) < len(values):
        return  # a blank line, or one with several values
    number = lines.number
    try:
        for value in values:
            sink.line = number = number + 1
            give(value, sink)
    except FAULTS:
        number -= 1
        end = starts[number - lines.number]
    sink.records += number - lines.number
    lines.at, lines.number = end, number


def _read_each(lines: Lines, stop: int, reader: JsonReader, sink: Sink) -> bool:
    """Do what `_read_run` does, line by line."""
    block, at, number = lines.block, lines.at, lines.number
    find, read = block.find, reader.read
    while at < stop:
        start, end = at, find(b"\n", at)
        at = end + 1 if end >= 0 else len(block)
        number += 1
        raw = block[start : at - 1 if end >= 0 else at]
        if block[start] <= SPACE and not raw.strip():
            start, at = at, _after_blanks(block, at, stop)
            number += block.count(b"\n", start, at)
            continue
        sink.line = number
        sink.records += 1
        before = None if reader.reads_together else sink.mark()
        try:
            read(raw, sink)
        except FAULTS as fault:
            lines.at, lines.number = at, number
            if before is not None:
                sink.rollback(before)
            _mend_line(lines, raw, reader, fault, sink)
            return False
        if number % OFTEN == 0:
            sink.batch()
    lines.at, lines.number = at, number
    return True


def _after_blanks(block: bytes, at: int, stop: int) -> int:
    """Return where the first line begins that is not blank: there may be millions of them."""
    match = BLANKS.match(block, at, stop)
    end = match.end() if match else at
    return end if end == stop else max(at, block.rfind(b"\n", at, end) + 1)


def _mend_line(lines: Lines, raw: bytes, reader: JsonReader, fault: Exception, sink: Sink) -> None:
    """Mend or reject a line, and pass over the lines after it that it takes."""
    ahead = lines.following(AHEAD)
    following = [line for line in ahead if line.strip()][:JOINED]
    used = _mend(reader, raw, following, fault, sink)
    for line in ahead:
        if not used:
            break
        used -= bool(line.strip())
        lines.at += len(line) + 1
        lines.number += 1


def _skip(block: bytes, sink: Sink) -> int:
    """Count the lines of a block that holds none of the hashtags; return how many there are."""
    if not block:
        return 0
    data = np.frombuffer(block, np.uint8)
    starts = np.concatenate((_FIRST, places(data == NEWLINE) + 1))
    if starts[-1] == len(data):
        starts = starts[:-1]
    records = len(starts)
    if (data[starts] <= SPACE).any():
        records = sum(1 for line in block.split(b"\n") if line.strip())
    maybe = starts[data[np.minimum(starts + 2, len(data) - 1)] == ord("d")]
    deletes = sum(1 for start in maybe.tolist() if block.startswith(DELETE, start))
    sink.found(records)
    if deletes:
        sink.notice("delete", deletes)
    if records > deletes:
        sink.notice(OTHER_HASHTAG, records - deletes)
    return len(starts)


def read_values(values: Iterator[tuple[int, bytes]], reader: JsonReader, sink: Sink) -> None:
    """Read the values of a JSON array, or JSON documents one after the other, by number."""
    with without_collecting():
        framed = Ahead(values)
        for number, raw in framed:
            sink.line = number
            sink.whole = number == 1 and not framed.peek(1)
            sink.found()
            before = sink.mark()
            try:
                reader.read(raw, sink)
            except FAULTS as fault:
                sink.rollback(before)
                _mend(reader, raw, [], fault, sink)
            sink.batch(len(raw))
        if framed.damage is not None:
            lost(sink, framed.damage, framed.damage.piece)


def _mend(
    reader: JsonReader, raw: bytes, following: list[bytes], fault: Exception, sink: Sink
) -> int:
    """Read a record that failed as it stands, or reject it; return how many lines more it took.

    A record cut by stray line ends is joined with the lines after it that are no records.
    """
    before = sink.mark()
    if is_no_record(raw):
        sink.notice(NO_RECORD)
        return 0
    if isinstance(raw, TooLong):
        size = framing.MAX_RECORD >> 20
        sink.reject(f"the record is longer than {size} MB, which no post is", raw)
        return 0
    if framing.depth_of(raw):
        sink.reject(f"brackets nest deeper than {framing.MAX_DEPTH}, which no post does", raw)
        return 0
    if _mend_kinds(reader, raw, fault, sink):
        return 0
    whole = raw
    for joined, piece in enumerate((b"", *following)):
        if joined:
            if isinstance(decoded(piece), dict | list):
                break
            whole = framing.rejoined(whole, piece)
        parts = framing.mended(whole)
        if not parts or (joined and len(parts) > 1):
            continue
        try:
            sink.found(len(parts) - 1)
            for part in parts:
                _read_any(reader, part, sink)
            sink.remark("repaired" if joined or _is_utf8(raw) else "other_encoding", len(parts))
            return joined
        except FAULTS as error:
            fault = fault if joined else error
            sink.rollback(before)
    sink.reject(sentence(fault), raw)
    return 0


def _mend_kinds(reader: JsonReader, raw: bytes, fault: Exception, sink: Sink) -> bool:
    """Read a record in which values are of another kind than expected (`kinds`); True if read."""
    if not isinstance(fault, msgspec.ValidationError):
        return False
    before = sink.mark()

    def read(value: bytes) -> None:
        sink.rollback(before)
        reader.read(value, sink)

    try:
        kinds.decoded(read, raw)
    except FAULTS:
        sink.rollback(before)
        return False
    return True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_no_record(raw: bytes) -> bool:
    """Return True for what a tool writes between records: a log's line, a length, a count.

    Damage never looks like it: what is left of a record shows a quote, a brace or a byte that is
    no letter.

    Examples
    --------
    >>> is_no_record(b"2021-04-24 15:24:00,670 INFO archived 64774371"), is_no_record(b"1089")
    (True, True)
    >>> is_no_record(b'"text": "cut in two'), is_no_record(b"<html>")
    (False, False)
    """
    if isinstance(raw, TooLong) or len(raw) > LONGEST_NOTE:
        return False
    try:
        text = raw.decode().strip()
    except UnicodeDecodeError:
        return False
    return text.isprintable() and not _OF_RECORDS.search(text) and bool(_NOTE.search(text))


def _read_any(reader: JsonReader, raw: bytes, sink: Sink) -> None:
    """Read a value with the file's reader, or with the one that knows it."""
    before = sink.mark()
    try:
        reader.read(raw, sink)
    except FAULTS as fault:
        sink.rollback(before)
        if _mend_kinds(reader, raw, fault, sink):
            return
        value = msgspec.json.decode(raw)
        other = next(
            (one for one in JSON_READERS if one is not reader and one.matches(value)), None
        )
        if other is None:  # an answer or an export among what is not in one
            other = roads.json_reader([value]) if isinstance(value, dict | list) else None
        if other is None:
            raise
        other.read(raw, sink)
        other.finish(sink)


def sentence(fault: Exception) -> str:
    """Return why a record was refused."""
    if isinstance(fault, RecursionError):
        return "brackets nest too deep"
    if isinstance(fault, SLIPS):
        return WRONG_KIND
    return str(fault) or type(fault).__name__


def lost(sink: Sink, damage: Damaged, piece: bytes = b"") -> None:
    """Reject what stands after the place where a file breaks off, as one record."""
    sink.line += 1
    sink.found()
    sink.reject(f"the rest of the file is lost: {damage}", piece)


def decoded(raw: bytes) -> Any:
    """Return a JSON value, mended if need be, or None."""
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        parts = framing.mended(raw[:MENDED])
        return msgspec.json.decode(parts[0]) if len(parts) == 1 else None
