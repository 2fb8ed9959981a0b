"""The parts of a store: for each input file, its rows under the hash of its bytes.

`<sha>.posts.parquet`, `<sha>.profiles.parquet`, `<sha>.follows.parquet`, `<sha>.rejects.jsonl` and
`<sha>.json`, the account, which is written last: a part without it does not exist. A long file is
read in stretches (`stretches`): from its second on, their names begin `<sha>.<number>`. Small
files are kept together in a pack, one account and one file of rows a table for thousands of them:
`<hash of their hashes>.pack.posts.parquet` and so on, `….pack.json` last. All is
written whole to a temporary name, flushed to the disk and renamed, so a killed read leaves a
whole part or none, workers never share a file, and reading twice changes nothing.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import astuple

from i4analysis import tables
from i4analysis.errors import ArchiveError, StoreError, refused, unusable

Found = TypeVar("Found")

VERSION = 1
ROW_GROUP = 32_000
TEMPORARY = ".unfinished-"
PARQUET = ("posts", "profiles", "follows")
PACK = ".pack"
_ENDINGS = dict.fromkeys(PARQUET, ".parquet") | {"rejects": ".jsonl"}


class Account(msgspec.Struct, frozen=True):
    """What `<sha>.json` holds: the file's row of the files table, and how it was read."""

    file: dict[str, Any]
    remarks: dict[str, int] = {}
    hashtags: list[str] = []
    version: int = VERSION
    stretches: int = 1
    columns: dict[str, str] = {}
    extra: bool = False

    @property
    def sha(self) -> str:
        return str(self.file["sha256"])

    def paths(self, folder: Path, name: str) -> list[Path]:
        """Return where the rows of a table are, one path a stretch; some may not exist."""
        numbers = ["", *(f".{number}" for number in range(1, self.stretches))]
        return [folder / f"{self.sha}{number}.{name}{_ENDINGS[name]}" for number in numbers]

    @property
    def understood(self) -> int:
        """How many records of the file are posts, accounts or notices."""
        return sum(int(self.file[name]) for name in ("posts_in", "profiles_only", "notices"))

    def rows(self, name: str) -> int:
        """Return how many rows the file gave to a table."""
        return int(self.file.get(name) or 0)


class Packed(Account, frozen=True):
    """The account of a small file, whose rows stand with those of others.

    Attributes
    ----------
    pack
        The stem of the files that hold them.
    before
        Table → rows in it before those of this file.
    """

    pack: str = ""
    before: dict[str, int] = {}

    def paths(self, folder: Path, name: str) -> list[Path]:
        """Return where the rows of a table are, with those of others; it may not exist."""
        return [folder / f"{self.pack}.{name}{_ENDINGS[name]}"]

    def place(self, name: str) -> tuple[int, int]:
        """Return the first of its rows in its pack's, and the one after the last."""
        first = self.before[name]
        return first, first + self.rows(name)


class Pack(msgspec.Struct, frozen=True):
    """What `<sha>.pack.json` holds: the accounts of its files, in the order of their rows.

    Attributes
    ----------
    turn
        One more than that of any pack that held one of them before: the last turn counts.
    """

    pack: list[Account]
    turn: int = 0
    version: int = VERSION

    @property
    def stem(self) -> str:
        """Return the name of a pack of these files."""
        return _stem(one.sha for one in self.pack)

    def members(self) -> Iterator[Packed]:
        """Yield the accounts, each with the place of its rows."""
        before, stem = dict.fromkeys(_ENDINGS, 0), self.stem
        for one in self.pack:
            yield Packed(*astuple(one), stem, dict(before))  # type: ignore[call-arg]
            for name in _ENDINGS:
                before[name] += one.rows(name)


def _stem(shas: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(shas).encode()).hexdigest() + PACK


class PartWriter:
    """Takes the batches of one file and writes its part.

    Use it as a context: leaving it without `commit` removes what was written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stem = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._held: dict[str, list[pa.RecordBatch]] = {name: [] for name in PARQUET}
        self._rejects: list[dict[str, Any]] = []
        self._reject_file: Any = None

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, *failure: object) -> None:
        # a full disk does not take the ends of the files either, and they are removed
        for held in (*self._writers.values(), self._reject_file):
            if held is not None:
                with contextlib.suppress(OSError):
                    held.close()
        with written_to(self._folder):
            for name in (*_ENDINGS, "json"):
                self._path(name).unlink(missing_ok=True)

    def __call__(self, name: str, batch: pa.RecordBatch) -> None:
        """Take a batch of a table."""
        if name == "rejects":
            with written_to(self._folder):
                self._write_rejects(batch)
            return
        held = self._held[name]
        held.append(batch)
        if sum(len(one) for one in held) >= ROW_GROUP:
            with written_to(self._folder):
                self._write(name)

    def commit(self, account: Account) -> None:
        """Put the part in its place, the account last."""
        self.set_aside(self._stem)
        join(self._folder, [self._stem], account)

    def commit_pack(self, found: Sequence[Account], held: Index | None) -> None:
        """Put the rows of small files in their place as one pack, the account of it last.

        `held` knows what the store holds already; None: nothing.
        """
        self.set_aside(self._stem)
        with written_to(self._folder):
            _join_pack(self._folder, self._stem, found, held)

    def set_aside(self, stem: str) -> None:
        """Finish what was written, under a temporary name that `join` takes up."""
        with written_to(self._folder):
            self._set_aside(stem)

    def _set_aside(self, stem: str) -> None:
        for name in PARQUET:
            if self._held[name]:
                self._write(name)
            if (writer := self._writers.pop(name, None)) is not None:
                writer.close()
        if self._reject_file is not None:
            self._reject_file.close()
        for name in _ENDINGS:
            written, target = self._path(name), _aside(self._folder, stem, name)
            if not written.exists():
                target.unlink(missing_ok=True)
            elif written != target:
                written.replace(target)

    def _path(self, name: str) -> Path:
        return _aside(self._folder, self._stem, name)

    def _write(self, name: str) -> None:
        schema = tables.TABLES[name].schema
        writer = self._writers.get(name)
        if writer is None:
            writer = pq.ParquetWriter(
                self._path(name), schema, compression="zstd", store_schema=True
            )
            self._writers[name] = writer
        writer.write_table(pa.Table.from_batches(self._held[name], schema), ROW_GROUP * 2)
        self._held[name].clear()

    def _write_rejects(self, batch: pa.RecordBatch) -> None:
        if self._reject_file is None:
            self._reject_file = self._path("rejects").open("w", encoding="utf-8")
        for row in batch.to_pylist():
            self._reject_file.write(json.dumps(row, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def written_to(folder: Path) -> Iterator[None]:
    """Say which store takes no writing: its disk is full, read-only or at its quota.

    Raises
    ------
    StoreError
        Instead of what the system says.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(unusable(error, folder)) from error


def join(folder: Path, stems: Sequence[str], account: Account) -> None:
    """Put what was set aside under `stems` in its place as one part, the account last."""
    with written_to(folder):
        _join(folder, stems, account)


def _join(folder: Path, stems: Sequence[str], account: Account) -> None:
    stored = folder / f"{account.sha}.json"
    stored.unlink(missing_ok=True)
    for name in _ENDINGS:
        for stem, target in zip(stems, account.paths(folder, name), strict=True):
            aside = _aside(folder, stem, name)
            if aside.exists():
                _place(aside, target)
            else:
                target.unlink(missing_ok=True)
    text = json.dumps(msgspec.to_builtins(account), ensure_ascii=False, indent=1)
    written = _aside(folder, stems[0], "json")
    written.write_text(text + "\n", encoding="utf-8")
    _place(written, stored)
    sync_folder(folder)


def _join_pack(folder: Path, stem: str, found: Sequence[Account], held: Index | None) -> None:
    shas = [one.sha for one in found] if held is not None else []
    turns = [held.turn(sha) for sha in shas] if held is not None else []
    earlier = [turn for turn in turns if turn is not None]
    whole = Pack(list(found), max(earlier) + 1 if earlier else 0)
    pack = whole.stem
    stored = folder / f"{pack}.json"
    stored.unlink(missing_ok=True)
    alone = [one for one in (_alone(folder, sha) for sha in shas) if one is not None]
    for one in alone:
        (folder / f"{one.sha}.json").unlink(missing_ok=True)
    for name in _ENDINGS:
        aside, target = _aside(folder, stem, name), folder / f"{pack}.{name}{_ENDINGS[name]}"
        if aside.exists():
            _place(aside, target)
        else:
            target.unlink(missing_ok=True)
    written = _aside(folder, stem, "json")
    written.write_bytes(msgspec.json.encode(whole) + b"\n")
    _place(written, stored)
    sync_folder(folder)
    for path in (path for one in alone for name in _ENDINGS for path in one.paths(folder, name)):
        path.unlink(missing_ok=True)


def _aside(folder: Path, stem: str, name: str) -> Path:
    return folder / f"{TEMPORARY}{stem}.{name}"


def _place(temporary: Path, target: Path) -> None:
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    temporary.replace(target)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clean(folder: Path) -> None:
    """Remove what killed reads have left behind."""
    with written_to(folder):
        for left in folder.glob(f"{TEMPORARY}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


_decode = msgspec.json.Decoder(Account).decode
_decode_pack = msgspec.json.Decoder(Pack).decode


def account(folder: Path, sha: str) -> Account | None:
    """Return the account of the file with this hash, if the store holds its rows whole."""
    return Index.of(folder).account(sha)


def listed(folder: Path, pattern: str = "*") -> list[Path]:
    """Return what of a store is called so, in order; nothing where no store was written yet.

    Raises
    ------
    StoreError
        If something stands there that cannot be listed: a disk that is not there, a folder that
        is closed. It is not empty for that.
    """
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not os.path.lexists(folder):
            return []
        raise StoreError(unusable(error, folder)) from error
    return [path for path in found if fnmatch.fnmatchcase(path.name, pattern)]


def _alone(folder: Path, sha: str) -> Account | None:
    found = _read(folder / f"{sha}.json", _decode)
    if found is None or found.version != VERSION or found.file.get("sha256") != sha:
        return None
    return found


def _pack(path: Path) -> Pack | None:
    found = _read(path, _decode_pack)
    if found is None or found.version != VERSION or f"{found.stem}.json" != path.name:
        return None
    return found


def _read(path: Path, decode: Callable[[bytes], Found]) -> Found | None:
    """Return what a file says; None where it is gone, or is no file of ours or of this version."""
    try:
        return decode(path.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    except OSError as error:
        raise StoreError(unusable(error)) from error


class Index:
    """Which file of a store is where; what others add is seen when `of` is called again."""

    _known: ClassVar[dict[Path, Index]] = {}

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packs: dict[str, tuple[tuple[int, int], int]] = {}  # name → state of it, turn
        self._holder: dict[str, str] = {}  # sha → name
        self._open = lru_cache(maxsize=4)(self._members)

    @classmethod
    def of(cls, folder: Path) -> Index:
        """Return the index of a store as it is now."""
        index = cls._known.get(folder)
        if index is None:
            cls._known.clear()  # one store at a time
            index = cls._known[folder] = cls(folder)
        index._follow()
        return index

    def _follow(self) -> None:
        there = {}
        for path in listed(self._folder, f"*{PACK}.json"):
            if not path.name.startswith(TEMPORARY) and path.is_file():
                status = path.stat()
                there[path.name] = status.st_mtime_ns, status.st_size
        if any(there.get(name) != state for name, (state, _) in self._packs.items()):
            self._packs.clear()
            self._holder.clear()
        for name in sorted(there.keys() - self._packs.keys()):
            found = _pack(self._folder / name)
            turn = -1 if found is None else found.turn
            self._packs[name] = there[name], turn
            for one in found.pack if found is not None else ():
                before = self._holder.get(one.sha)
                if before is None or (turn, name) > (self._packs[before][1], before):
                    self._holder[one.sha] = name

    def turn(self, sha: str) -> int | None:
        """Return the turn of the pack that holds a file; None if none does."""
        name = self._holder.get(sha)
        return None if name is None else self._packs[name][1]

    def account(self, sha: str) -> Account | None:
        """Return the account of the file with this hash, if the store holds its rows whole."""
        found = _alone(self._folder, sha)
        name = self._holder.get(sha)
        if found is None and name is not None:
            found = self._open(name, self._packs[name][0]).get(sha)
        whole = found is not None and all(
            any(path.exists() for path in found.paths(self._folder, name))
            for name in _ENDINGS
            if found.rows(name)
        )
        return found if whole else None

    def _members(self, name: str, state: tuple[int, int]) -> dict[str, Packed]:
        found = _pack(self._folder / name)
        return {} if found is None else {one.sha: one for one in found.members()}


def accounts(folder: Path) -> list[Account]:
    """Return the accounts of the files that a store holds, in the order of their names.

    A file may stand in several packs, since it was read again for other hashtags: the last one
    counts, and what stands by itself counts before any.
    """
    packs, alone = [], []
    for path in filter(Path.is_file, listed(folder, "*.json")):
        if path.stem.endswith(PACK):
            if (pack := _pack(path)) is not None:
                packs.append(pack)
        elif (one := _alone(folder, path.stem)) is not None:
            alone.append(one)
    packs.sort(key=lambda pack: (pack.turn, pack.stem))
    found: dict[str, Account] = {one.sha: one for pack in packs for one in pack.members()}
    found |= {one.sha: one for one in alone}
    return sorted(found.values(), key=lambda one: (one.file["file"], one.sha))


def damaged(folder: Path, error: Exception) -> ArchiveError:
    """Return what to raise when a part cannot be read, or there is no room to read it."""
    said = "" if isinstance(error, FileNotFoundError) else refused(error, folder)
    if said:
        return StoreError(said)
    return ArchiveError(
        f"A part of the store {folder} cannot be read ({error}), expected what `i4 read` wrote;"
        " delete the part and run `i4 read` again."
    )


def tidy(folder: Path) -> None:
    """Remove the packs of which no file counts any more."""
    live = {one.pack for one in accounts(folder) if isinstance(one, Packed)}
    with written_to(folder):
        for path in listed(folder, f"*{PACK}.json"):
            if path.stem not in live:
                path.unlink(missing_ok=True)
                for name, ending in _ENDINGS.items():
                    (folder / f"{path.stem}.{name}{ending}").unlink(missing_ok=True)


def pieces(
    folder: Path, name: str, found: Sequence[Account]
) -> Iterator[tuple[Path, list[tuple[int, int]] | None]]:
    """Yield the files that hold rows of a table, each once, and which rows of it to take.

    None: all. The rows of a pack follow each other in its own order.
    """
    packs: dict[str, list[tuple[int, int]]] = {}
    some = [account for account in found if account.rows(name)]
    for account in some:
        if isinstance(account, Packed):
            packs.setdefault(account.pack, []).append(account.place(name))
    for account in some:
        if not isinstance(account, Packed):
            yield from ((path, None) for path in _there(account.paths(folder, name)))
        elif (places := packs.pop(account.pack, None)) is not None:
            yield account.paths(folder, name)[0], _joined(sorted(places))


def _there(paths: list[Path]) -> list[Path]:
    """Return the files that are there; where none is, the first, so that opening it says so."""
    return [path for path in paths if path.exists()] or paths[:1]


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges as few as they can be; they come in order and do not overlap."""
    found = places[:1]
    for first, end in places[1:]:
        if first == found[-1][1]:
            found[-1] = found[-1][0], end
        else:
            found.append((first, end))
    return found


def _taken(table: pa.Table, places: list[tuple[int, int]] | None, before: int = 0) -> pa.Table:
    """Return the rows of a table that are wanted; `before` are those that came before it."""
    if places is None or (places[0][0] <= before and places[0][1] >= before + len(table)):
        return table
    cut = [
        table.slice(max(first - before, 0), min(end, before + len(table)) - max(first, before))
        for first, end in places
        if first < before + len(table) and end > before
    ]
    return pa.concat_tables(cut) if cut else table.slice(0, 0)


def read_table(folder: Path, name: str, found: list[Account]) -> pa.Table:
    """Return one table of the parts of `found`, one after the other."""
    schema = tables.TABLES[name].schema
    if name == "rejects":
        rows = [row for _, one in every_reject(folder, found) for row in one]
        return pa.Table.from_pylist(rows, schema=schema)
    read = [
        _fitted(_taken(pq.read_table(path, memory_map=True), places), schema)
        for path, places in pieces(folder, name, found)
    ]
    return pa.concat_tables(read) if read else schema.empty_table()


def every_reject(
    folder: Path, found: Sequence[Account]
) -> Iterator[tuple[Account, list[dict[str, Any]]]]:
    """Yield the accounts of files that have rejects, in their order, with the rows of each."""
    held: dict[Path, list[dict[str, Any]]] = {}
    for account in found:
        if not account.rows("rejects"):
            continue
        paths = account.paths(folder, "rejects")
        if isinstance(account, Packed):
            if paths[0] not in held:
                held[paths[0]] = list(_lines(paths[0]))
            rows = held[paths[0]][slice(*account.place("rejects"))]
        else:
            rows = [row for path in _there(paths) for row in _lines(path)]
        yield account, rows


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as handle:
        yield from map(json.loads, handle)


def batches(
    folder: Path, name: str, found: Sequence[Account], columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield a Parquet table of the parts of `found` piece by piece, or some columns of it."""
    schema = tables.TABLES[name].schema
    if columns is not None:
        schema = pa.schema([schema.field(column) for column in columns])
    for path, places in pieces(folder, name, found):
        with pq.ParquetFile(path) as part:
            before = 0
            for batch in part.iter_batches(ROW_GROUP, columns=schema.names):
                read = _taken(pa.Table.from_batches([batch]), places, before)
                before += len(batch)
                if len(read):
                    yield _fitted(read, schema)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with the columns of a schema; those that an older part lacks are null."""
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table.select(schema.names).cast(schema)
