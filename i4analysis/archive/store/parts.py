"""The parts of a store: for each input file, its rows under the hash of its bytes.

`<sha>.posts.parquet`, `<sha>.profiles.parquet`, `<sha>.follows.parquet`, `<sha>.rejects.jsonl` and
`<sha>.json`, the account, which is written last: a part without it does not exist. A long file is
read in stretches (`stretches`): from its second on, their names begin `<sha>.<number>`. All is
written whole to a temporary name, flushed to the disk and renamed, so a killed read leaves a
whole part or none, workers never share a file, and reading twice changes nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from i4analysis import tables
from i4analysis.errors import StoreError, unusable

VERSION = 1
ROW_GROUP = 32_000
TEMPORARY = ".unfinished-"
PARQUET = ("posts", "profiles", "follows")
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

    def rows(self, name: str) -> int:
        """Return how many rows the file gave to a table."""
        return int(self.file.get(name) or 0)


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
            for left in self._folder.glob(f"{TEMPORARY}{self._stem}*"):
                left.unlink()

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


def account(folder: Path, sha: str) -> Account | None:
    """Return the account of the part with this hash, if the store holds it whole."""
    try:
        found = _decode((folder / f"{sha}.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.version == VERSION and found.file.get("sha256") == sha else None


def accounts(folder: Path) -> list[Account]:
    """Return the accounts of the parts that a store holds, in the order of their hashes."""
    found = (account(folder, path.stem) for path in sorted(folder.glob("*.json")))
    return [one for one in found if one is not None]


def read_table(folder: Path, name: str, found: list[Account]) -> pa.Table:
    """Return one table of the parts of `found`, one after the other."""
    schema = tables.TABLES[name].schema
    if name == "rejects":
        rows = [row for account in found for row in rejects(folder, account)]
        return pa.Table.from_pylist(rows, schema=schema)
    paths = [path for account in found for path in account.paths(folder, name)]
    pieces = [pq.read_table(path, memory_map=True) for path in paths if path.exists()]
    pieces = [_fitted(piece, schema) for piece in pieces]
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def rejects(folder: Path, account: Account) -> Iterator[dict[str, Any]]:
    """Yield the rows of the rejects table of one part."""
    for path in filter(Path.exists, account.paths(folder, "rejects")):
        with path.open(encoding="utf-8") as handle:
            yield from map(json.loads, handle)


def batches(
    folder: Path, name: str, found: Sequence[Account], columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield a Parquet table of the parts of `found` piece by piece, or some columns of it."""
    schema = tables.TABLES[name].schema
    if columns is not None:
        schema = pa.schema([schema.field(column) for column in columns])
    for path in (path for account in found for path in account.paths(folder, name)):
        if path.exists():
            with pq.ParquetFile(path) as part:
                for batch in part.iter_batches(ROW_GROUP, columns=schema.names):
                    yield _fitted(pa.Table.from_batches([batch]), schema)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with the columns of a schema; those that an older part lacks are null."""
    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table.select(schema.names).cast(schema)
