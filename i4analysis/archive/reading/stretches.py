"""A long file of lines cut into stretches, so that several processes can read it at once.

Where a file is cut depends on its bytes alone, and each stretch becomes a part of its own: one
process writes the same bytes as many. A stretch begins at a line that is a JSON object by itself,
which no broken record before it can take in; so its records, their line numbers and its rejects
are what reading the file in one go gives.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from i4analysis.archive.bytes import framing, opening
from i4analysis.archive.bytes.opening import CHUNK
from i4analysis.archive.formats.registry import JSON_READERS
from i4analysis.archive.reading import recognise as intake
from i4analysis.archive.reading import records
from i4analysis.archive.reading.containers import Unit
from i4analysis.archive.reading.records import NEWLINE
from i4analysis.archive.reading.work import Done, Filter
from i4analysis.archive.rows.sink import PEAKS, Sink, kinds_text
from i4analysis.archive.store import parts
from i4analysis.archive.store.parts import Account, PartWriter
from i4analysis.errors import ArchiveError

STRETCH = 64 << 20
_SUMS = (
    "records", "posts_in", "profiles_only", "notices", "rejects", "posts", "profiles", "follows",
)  # fmt: skip
_decode = msgspec.json.Decoder().decode


class Cut(NamedTuple):
    """Where a stretch lies in its file: its bytes, and the lines before it.

    `digest` is the hash and the size of the file, known when its last stretch is cut.
    """

    begin: int
    end: int
    lines: int
    digest: tuple[str, int] | None


class Stretches:
    """Cuts the units of a read that are long files, and joins what their stretches gave.

    Parameters
    ----------
    folder, kept
        The store, and what to keep; a file that the store holds is not cut.
    fresh
        True when the store was empty and holds no file: a stretch is then given as soon as it is
        cut, while the rest of its file is still to be hashed.
    """

    def __init__(self, folder: str, kept: Filter, fresh: bool = False) -> None:
        self._store, self._kept, self._fresh = Path(folder), kept, fresh
        self._cut: dict[str, list[Unit]] = {}
        self._done: dict[str, dict[int, Done]] = {}
        self._digests: dict[str, tuple[str, int]] = {}

    def of(self, unit: Unit) -> Iterator[Unit]:
        """Yield a unit as it is, or the stretches of a long file of lines."""
        if unit.path in self._cut and unit.kind == "file":
            return  # named twice
        try:
            reader = None if self._kept.columns(unit.name) else _reader(unit)
            cuts = _cuts(unit.path)
            if reader is not None and not self._fresh:
                cuts = iter(found := list(cuts))
                reader = None if self._holds(found[-1].digest) else reader
            if reader is not None:
                yield from self._stretches(replace(unit, kind="stretch", reader=reader), cuts)
                return
        except (OSError, ArchiveError):  # it is said when the file is read as it is
            self._cut.pop(unit.path, None)
        yield unit

    def _holds(self, digest: tuple[str, int] | None) -> bool:
        present = parts.account(self._store, digest[0]) if digest is not None else None
        return present is not None and self._kept.holds(present)

    def _stretches(self, unit: Unit, cuts: Iterator[Cut]) -> Iterator[Unit]:
        self._cut[unit.path], self._done[unit.path] = [], {}
        for number, (begin, end, lines, digest) in enumerate(cuts):
            stretch = replace(unit, offset=begin, size=end - begin, number=number, line=lines)
            self._cut[unit.path].append(stretch)
            if digest is not None:
                self._digests[unit.path] = digest
            yield stretch

    def joined(self, unit: Unit, done: list[Done]) -> list[Done]:
        """Return what became of a unit; of a stretch nothing, until the last of its file."""
        if unit.kind != "stretch":
            return done
        self._done[unit.path][unit.number] = done[0]
        finished = self._done[unit.path]
        all_cut = unit.path in self._digests and unit.path in self._cut
        if not all_cut or len(finished) < len(self._cut[unit.path]):
            return []
        pieces = [finished[k] for k in range(len(finished))]
        failed = [one for one in pieces if one.outcome == "refused"]
        if failed:
            return failed[:1]
        account = self._account(unit, [one.account for one in pieces if one.account is not None])
        parts.join(self._store, [_stem(one) for one in self._cut[unit.path]], account)
        return [Done(unit.name, "read", account)]

    def _account(self, unit: Unit, found: list[Account]) -> Account:
        rows = [account.file for account in found]
        sha, size = self._digests[unit.path]
        kind = next((row["format"] for row in rows if row["format"]), unit.reader)
        row: dict[str, Any] = {"format": kind, "sha256": sha, "bytes": size}
        row |= {name: value for name, value in rows[0].items() if name != "format"}
        row |= {name: sum(one[name] for one in rows) for name in _SUMS}
        kinds = [msgspec.json.decode(one["notice_kinds"]) for one in rows]
        row["notice_kinds"] = kinds_text(_summed(kinds))
        moments = [one[name] for one in rows for name in ("first_posted_at", "last_posted_at")]
        known = [moment for moment in moments if moment is not None]
        row["first_posted_at"], row["last_posted_at"] = (
            (min(known), max(known)) if known else (None, None)
        )
        remarks = _summed([account.remarks for account in found])
        for code in PEAKS & remarks.keys():
            remarks[code] = max(account.remarks.get(code, 0) for account in found)
        return Account(
            row,
            dict(sorted(remarks.items())),
            list(self._kept.hashtags),
            stretches=len(found),
            extra=self._kept.extra,
        )


def _summed(counts: list[dict[str, int]]) -> dict[str, int]:
    names = {name for one in counts for name in one}
    return {name: sum(one.get(name, 0) for one in counts) for name in names}


def read_stretch(unit: Unit, folder: str, kept: Filter) -> Done:
    """Read a stretch into parts that are put in their place when all of the file is read."""
    reader = next(reader for reader in JSON_READERS if reader.name == unit.reader)
    with PartWriter(Path(folder)) as writer:
        sink = Sink(unit.name, writer, kept.hashtags, kept.strict, kept.extra)
        records.read_lines(unit.source().chunks(), reader, sink, unit.line)
        sink.settle()
        writer.set_aside(_stem(unit))
    row = {"format": sink.variant} | sink.account_row()
    return Done(unit.name, "stretch", Account(row, dict(sink.remarks), list(kept.hashtags)))


def _stem(unit: Unit) -> str:
    name = hashlib.sha256(os.fsencode(unit.path)).hexdigest()[:16]
    return f"{name}.{unit.number}"


def _reader(unit: Unit) -> str | None:
    """Return the name of the reader of a long plain file of lines, None for anything else."""
    if unit.kind != "file" or unit.size < 2 * STRETCH:
        return None
    with opening.unwaiting(unit.path) as handle:
        if handle.read(1) != b"{":
            return None
    seen = intake.sample(unit.source())
    reader = intake.json_reader(seen) if seen.layout == "lines" else None
    if reader is None or not (reader.one_record_a_line and reader.reads_together):
        return None
    return reader.name


def _cuts(path: str) -> Iterator[Cut]:
    """Yield the stretches of a file, each as soon as the next begins."""
    sha, size, lines = hashlib.sha256(), 0, 0
    begin, before, rest = 0, 0, b""
    with opening.unwaiting(path) as handle:
        while chunk := handle.read(CHUNK):
            sha.update(chunk)
            size += len(chunk)
            data, rest = rest + chunk, b""
            if size >= begin + STRETCH:
                at = _sound_line(data)
                if at is not None:
                    end = size - len(data) + at
                    yield Cut(begin, end, before, None)
                    begin, before = end, lines + data.count(b"\n", 0, at)
                else:
                    whole = max(data.rfind(b"\n"), 0)
                    data, rest = data[:whole], data[whole:]
                    if len(rest) > framing.MAX_RECORD:
                        rest = b""  # a line without an end, which is no place to cut
            lines += int(np.count_nonzero(np.frombuffer(data, np.uint8) == NEWLINE))
    yield Cut(begin, size, before, (sha.hexdigest(), size))


def _sound_line(data: bytes) -> int | None:
    """Return where the first whole line after a line end begins that is a JSON object."""
    at = data.find(b"\n") + 1
    while at and (end := data.find(b"\n", at)) >= 0:
        try:
            if data[at : at + 1] == b"{" and isinstance(_decode(data[at:end]), dict):
                return at
        except (msgspec.DecodeError, RecursionError):
            pass
        at = end + 1
    return None
