"""Raw answers on disk: as received, compressed, one file a run, resumable to the byte.

A run appends gzip members to a hidden part file and, after each, notes in a state file how long
the file is and where the platform was left (the cursor). After a kill, the part is cut back to the
noted length and the run goes on from the noted cursor: nothing is lost and nothing is twice.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pandas as pd

from i4analysis.errors import CollectError, no_file, unusable
from i4analysis.ledgers import LEDGERS, opened, read_ledger, text_of
from i4analysis.processes import only_one

LEDGER_S = 10.0  # how long another process may take to add its rows


@dataclass(frozen=True)
class Collected:
    """What a collection brought: files written, records, posts the platform says are gone."""

    files: tuple[Path, ...]
    records: int
    deleted: tuple[str, ...] = ()


class RawRun:
    """One run of one collection: `add` as answers come, `finish` at the end.

    Who makes one holds the collection (`alone`).

    Parameters
    ----------
    folder, name
        Where its files are kept, and how their names begin.
    query
        What is asked for: a state of another query is not gone on with.
    cursor
        The type of the cursor: one of another type in the state is refused.

    Attributes
    ----------
    cursor
        Where the collection was left by the last noted answer; None at the very first start.
    """

    def __init__(
        self, folder: Path, name: str, query: Mapping[str, Any], cursor: Any = Any
    ) -> None:
        self.folder = folder
        self.name = name
        self._state_path = folder / f".{name}.state.json"
        _made(folder)
        self._state = self._read_state(cursor)
        held = self._state.get("query", dict(query))
        if held != dict(query):
            raise CollectError(
                f"The collection {self._state_path} was begun with another query ({held}),"
                f" expected {dict(query)}; give the same arguments, or another folder."
            )
        self._state["query"] = dict(query)
        self.cursor: Any = self._state.get("cursor")
        self._resume()

    def _read_state(self, cursor: Any) -> dict[str, Any]:
        try:
            found = msgspec.json.decode(_content(self._state_path), type=dict[str, Any])
            for name, kind in {**_STATE, "cursor": cursor | None}.items():
                msgspec.convert(found.get(name), kind | None)
            if "part" in found and not _is_part(found["part"], self.name):
                raise ValueError("it names a file of something else")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise CollectError(
                f"The collection's state {self._state_path} cannot be read ({error}), expected"
                " what was noted there; move it away to collect anew, duplicates are dropped when"
                " read."
            ) from error
        return found

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
        for _, line in self._held():
            yield line

    def answers(self, decoder: msgspec.json.Decoder[Answer]) -> Iterator[Answer]:
        """Yield every answer this collection holds.

        Raises
        ------
        CollectError
            For a line that holds something else.
        """
        for path, line in self._held():
            try:
                yield decoder.decode(_ENVELOPE.decode(line).answer)
            except (msgspec.MsgspecError, RecursionError) as error:
                raise _damaged(path, error) from error

    def _held(self) -> Iterator[tuple[Path, bytes]]:
        paths = sorted(self.folder.glob(f"{escape(self.name)}-*.jsonl.gz"))
        if "part" in self._state:
            paths.append(self.folder / self._state["part"])
        for path in paths:
            try:
                if no_file(path) or not path.stat().st_size:
                    continue
                with gzip.open(path, "rb") as handle:
                    for line in handle:
                        yield path, line.rstrip(b"\n")
            except (OSError, EOFError, zlib.error) as error:
                raise _damaged(path, error) from error


Answer = TypeVar("Answer")
_STATE = {"query": dict[str, Any], "part": str, "length": int, "lines": int, "started": str}


def _damaged(path: Path, error: Exception) -> CollectError:
    return CollectError(
        f"The file {path} of this collection cannot be read ({error}), expected what was collected"
        " before; restore it, or move it to another folder under raw."
    )


def _content(path: Path) -> bytes:
    if kind := no_file(path):
        raise OSError(f"it is {kind}")
    return path.read_bytes()


def _is_part(name: str, of: str) -> bool:
    """Return whether a state names a part of its own collection: that file is cut and renamed."""
    return (
        name.startswith(f".{of}-") and name.endswith(".jsonl.gz.part") and Path(name).name == name
    )


def _made(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # posts of people


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Hold a collection while it is gone on with.

    Raises
    ------
    CollectError
        When another process that lives holds it, or the folder cannot be written to.
    """
    with ExitStack() as held:
        try:
            _made(folder)
            free = held.enter_context(only_one(folder / f".{name}.lock"))
        except OSError as error:
            raise CollectError(unusable(error, folder)) from error
        if not free:
            raise CollectError(
                f"Another run of the collection {folder / name} is at work, expected one at a"
                " time; wait until it has ended, or end it."
            )
        yield


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


_ENVELOPE = msgspec.json.Decoder(Envelope)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _write_whole(path: Path, content: Mapping[str, Any]) -> None:
    _replace(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True))


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name.removeprefix('.')}.tmp")
    temporary.unlink(missing_ok=True)  # whatever stands there is not written into
    with temporary.open("x", encoding="utf-8", newline="") as handle:
        if path.exists():
            shutil.copymode(path, temporary)  # a ledger may be for its owner alone
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def append_erased(ledger: Path, rows: Iterable[Mapping[str, str]]) -> int:
    """Add rows to a movement's erase.csv, each once; return how many were new.

    What somebody wrote there stays as it is; the file is replaced whole, by one process at a time.

    Raises
    ------
    MovementError, CollectError
        If the ledger cannot be read or written: nothing is added.
    """
    rows = list(rows)
    if not rows:
        return 0
    ledger = ledger.resolve()
    deadline = time.monotonic() + LEDGER_S
    try:
        while True:
            with only_one(ledger.with_name(f".{ledger.name}.lock")) as free:
                if free:
                    return _appended(ledger, rows)
            if time.monotonic() > deadline:
                raise CollectError(
                    f"The ledger {ledger} is being written by another process, expected it to be"
                    " free within a moment; run the same again when that has ended."
                )
            time.sleep(0.05)
    except OSError as error:
        raise CollectError(unusable(error, ledger)) from error


def _appended(ledger: Path, rows: Iterable[Mapping[str, str]]) -> int:
    text = text_of(ledger, "ledger") if os.path.lexists(ledger) else ""
    held = read_ledger(ledger, "erase") if text.strip() else pd.DataFrame()
    known = {_identity(row) for _, row in held.iterrows()}
    fresh = {_identity(row): row for row in rows if _identity(row) not in known}
    if not fresh:
        return 0
    reader, header = opened(text)
    shape = csv.excel()
    shape.delimiter = reader.dialect.delimiter
    shape.lineterminator = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    had, lines = len(header), list(reader)
    for name in _ASKED if header else LEDGERS["erase"].names:
        header += [name] if name not in header else []
    out = io.StringIO(newline="")
    writer = csv.writer(out, shape)
    writer.writerow(header)
    wider = [""] * (len(header) - had)
    writer.writerows([*line[:had], *wider] if line else line for line in lines)
    writer.writerows([row.get(name, "") for name in header] for row in fresh.values())
    _replace(ledger, out.getvalue())
    return len(fresh)


_ASKED = ("platform", "account_id", "post_id")  # what a platform's deletions give


def _identity(row: Mapping[str, Any] | pd.Series) -> tuple[str, ...]:
    told = (row.get(name) for name in ("platform", "account_id", "handle", "post_id"))
    return tuple("" if pd.isna(one) else str(one) for one in told)
