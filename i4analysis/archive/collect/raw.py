"""Raw answers on disk: as received, compressed, one file a run, resumable to the byte.

A run appends gzip members to a hidden part file and, after each, notes in a state file how long
the file is and where the platform was left (the cursor). After a kill, the part is cut back to the
noted length and the run goes on from the noted cursor: nothing is lost and nothing is twice.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from i4analysis.errors import CollectError, unusable


@dataclass(frozen=True)
class Collected:
    """What a collection brought: files written, records, posts the platform says are gone."""

    files: tuple[Path, ...]
    records: int
    deleted: tuple[str, ...] = ()


class RawRun:
    """One run of one collection: `add` as answers come, `finish` at the end.

    Attributes
    ----------
    cursor
        Where the collection was left by the last noted answer; None at the very first start.
    """

    def __init__(self, folder: Path, name: str, query: Mapping[str, Any]) -> None:
        self.folder = folder
        self.name = name
        self._state_path = folder / f".{name}.state.json"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # posts of people
        self._state = self._read_state()
        held = self._state.get("query", dict(query))
        if held != dict(query):
            raise CollectError(
                f"The collection {self._state_path} was begun with another query ({held}),"
                f" expected {dict(query)}; give the same arguments, or another folder."
            )
        self._state["query"] = dict(query)
        self.cursor: Any = self._state.get("cursor")
        self._resume()

    def _read_state(self) -> dict[str, Any]:
        try:
            state = json.loads(self._state_path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise CollectError(
                f"The collection's state {self._state_path} cannot be read ({error}), expected"
                " JSON; move it away to collect anew, duplicates are dropped when read."
            ) from error
        return dict(state)

    def _resume(self) -> None:
        """Cut the part of a dead run back to what its state has noted."""
        if "part" not in self._state:
            return
        part = self.folder / self._state["part"]
        final = self._final(part)
        if not part.exists() and final.exists():  # killed between renaming and noting it
            self._note_finished(final)
        elif part.exists() and part.stat().st_size >= self._state["length"]:
            with part.open("r+b") as handle:
                handle.truncate(self._state["length"])
        else:
            raise CollectError(
                f"The unfinished file {part} is shorter than its state notes, expected at least"
                f" {self._state['length']} bytes; restore it, or remove {self._state_path} to"
                " collect anew."
            )

    @property
    def lines(self) -> int:
        """Lines of the run so far."""
        return int(self._state.get("lines", 0))

    def add(self, lines: Iterable[bytes], cursor: Any) -> int:
        """Append records, one a line as received, and note the cursor; return how many.

        Line breaks inside a record stand between JSON tokens, where a space means the same.
        """
        clean = [line.replace(b"\r", b" ").replace(b"\n", b" ") for line in lines]
        if clean:
            member = gzip.compress(b"\n".join(clean) + b"\n", mtime=0)
            with self._writing():
                part = self._part()
                with part.open("ab") as handle:
                    handle.write(member)
                    handle.flush()
                    os.fsync(handle.fileno())
                    length = handle.tell()
            self._state |= {"length": length, "lines": self.lines + len(clean)}
        self.cursor = cursor
        with self._writing():
            self._note(cursor=cursor)
        return len(clean)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Say which disk is full; what the state has noted is whole, and the rest is cut off."""
        try:
            yield
        except OSError as error:
            raise CollectError(unusable(error, self.folder)) from error

    def _part(self) -> Path:
        if "part" not in self._state:
            started = datetime.now(UTC)
            stem = f"{self.name}-{started:%Y%m%dT%H%M%S%fZ}"
            self._note(part=f".{stem}.jsonl.gz.part", length=0, lines=0, started=_text(started))
            (self.folder / self._state["part"]).touch()
        return self.folder / str(self._state["part"])

    def _note(self, **fields: Any) -> None:
        self._state |= fields
        _write_whole(self._state_path, self._state)

    def finish(self) -> Path | None:
        """Give the run's file its name and its sidecar; None when nothing was received."""
        if "part" not in self._state:
            return None
        part = self.folder / self._state["part"]
        final = self._final(part)
        with self._writing():
            part.rename(final)
            self._note_finished(final)
        return final

    @staticmethod
    def _final(part: Path) -> Path:
        return part.with_name(part.name.removeprefix(".").removesuffix(".part"))

    def _note_finished(self, final: Path) -> None:
        with final.open("rb") as handle:
            checksum = hashlib.file_digest(handle, "sha256").hexdigest()
        sidecar = {
            "file": final.name,
            "sha256": checksum,
            "lines": self.lines,
            "query": self._state["query"],
            "collected_by": f"i4analysis {version('i4analysis')}",
            "started": self._state.get("started"),
            "ended": _text(datetime.now(UTC)),
            "cursor": self.cursor,
        }
        _write_whole(final.with_name(f".{final.name}.meta.json"), sidecar)
        for name in ("part", "length", "lines", "started"):
            self._state.pop(name, None)
        self._note()

    def held(self) -> Iterator[bytes]:
        """Yield every line this collection holds, finished runs first."""
        for path in sorted(self.folder.glob(f"{self.name}-*.jsonl.gz")):
            yield from _lines(path)
        if "part" in self._state:
            yield from _lines(self.folder / self._state["part"])


def envelope(platform: str, answer: bytes, at: datetime, **about: Any) -> bytes:
    """Return an answer as received in an envelope that says when, as one line of JSON.

    The ordinary readers open it: what is inside is true as retrieved at that moment.
    """
    head = json.dumps({"collected_at": _text(at), "platform": platform, **about})
    return head[:-1].encode() + b',"answer":' + answer + b"}"


class Envelope(msgspec.Struct):
    """A line that `envelope` wrote."""

    platform: str
    collected_at: str
    answer: msgspec.Raw
    status: str = ""


def _lines(path: Path) -> Iterator[bytes]:
    if path.stat().st_size == 0:
        return
    with gzip.open(path, "rb") as handle:
        for line in handle:
            yield line.rstrip(b"\n")


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _write_whole(path: Path, content: Mapping[str, Any]) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        json.dump(content, handle, ensure_ascii=False, indent=1, sort_keys=True)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def append_erased(ledger: Path, rows: Iterable[Mapping[str, str]]) -> int:
    """Add rows to a movement's erase.csv, each once; return how many were new."""
    import csv

    from i4analysis.ledgers import LEDGERS

    header = names = LEDGERS["erase"].names
    known: set[tuple[str, ...]] = set()
    if ledger.exists():
        with ledger.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            header = [name for name in reader.fieldnames or header if name in names]
            known = {_identity(row) for row in reader}
    fresh = {}
    for row in rows:
        if _identity(row) not in known:
            fresh[_identity(row)] = row
    if fresh:
        new = not ledger.exists() or ledger.stat().st_size == 0
        with ledger.open("a", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, header or names, extrasaction="ignore")
            if new:
                writer.writeheader()
            writer.writerows(fresh.values())
    return len(fresh)


def _identity(row: Mapping[str, str | None]) -> tuple[str, ...]:
    return tuple(row.get(name) or "" for name in ("platform", "account_id", "handle", "post_id"))
