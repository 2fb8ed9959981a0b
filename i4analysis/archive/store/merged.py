"""The store joined once: its rows without copies, kept as Arrow files that memory maps.

`.merged-<state>/` lies in the store beside the parts and holds `<table>.arrow` for each table, and
`state.json`, written last. The state is a hash of the parts' accounts, of the ledger of what is to
be forgotten and of the code that joins: when any of them changes, the folder no longer counts and
is made anew. It is written whole under a temporary name and renamed, so a kill leaves none or all;
nothing in it cannot be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pandas as pd
import pyarrow as pa

from i4analysis import forgetting, tables
from i4analysis.archive.store.parts import PARQUET, TEMPORARY, Account, pieces, sync_folder

PREFIX = ".merged-"
ROWS = 250_000  # of a batch in the files
_ARCHIVE = Path(__file__).resolve().parents[1]


def state(folder: Path, found: Sequence[Account], erase: pd.DataFrame) -> str:
    """Return a hash of all that decides on the joined rows."""
    whole = hashlib.sha256(_code().encode())
    for account in found:
        whole.update(msgspec.json.encode(account))
    for name in PARQUET:
        sizes = [path.stat().st_size for path, _ in pieces(folder, name, found) if path.exists()]
        whole.update(json.dumps(sizes).encode())
    for row in erase.astype(str).to_numpy().tolist():
        whole.update(json.dumps(row).encode())
    return whole.hexdigest()[:24]


@cache
def _code() -> str:
    """Return a hash of the code that joins, forgets and examines."""
    whole = hashlib.sha256()
    table = Path(tables.__file__)
    ground = [table, table.with_suffix(".toml"), Path(forgetting.__file__)]
    code = sorted(path for path in _ARCHIVE.rglob("*") if path.suffix in {".py", ".toml"})
    for path in [*code, *ground]:
        whole.update(path.read_bytes())
    return whole.hexdigest()


def home(folder: Path, state: str) -> Path:
    """Return where the joined rows of a state of a store are."""
    return folder / f"{PREFIX}{state}"


def read(
    folder: Path, state: str, columns: Mapping[str, Sequence[str]] | None = None
) -> dict[str, pa.Table] | None:
    """Return the joined tables of a state, mapped into memory; None where there are none.

    Parameters
    ----------
    folder
        The store.
    state
        As `state` returns it.
    columns
        Table → columns to take; a table that is not named comes whole.
    """
    place = home(folder, state)
    try:
        sizes: dict[str, int] = json.loads((place / "state.json").read_bytes())
        if any((place / name).stat().st_size != size for name, size in sizes.items()):
            return None
        found = {}
        for name in sizes:
            with pa.memory_map(str(place / name)) as source:
                table = pa.ipc.open_file(source).read_all()
            stem = Path(name).stem
            found[stem] = table.select(list((columns or {}).get(stem, table.column_names)))
        return found
    except (OSError, ValueError):
        return None


class Writer:
    """Takes the joined rows table by table and puts them in their place at the end.

    Use it as a context: leaving it without `commit` removes what was written.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._folder, self._state = folder, state
        self.home = folder / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(6)}"
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> Writer:
        self.home.mkdir(mode=0o700)
        return self

    def __exit__(self, *failure: object) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    def write(self, name: str, schema: pa.Schema, pieces: Iterable[pa.Table]) -> None:
        """Write a table from its pieces, in their order."""
        path = self.home / f"{name}.arrow"
        path.touch(mode=0o600)
        with path.open("wb") as handle:
            with pa.ipc.new_file(handle, schema) as stream:
                for piece in pieces:
                    stream.write_table(piece, max_chunksize=ROWS)
            handle.flush()
            os.fsync(handle.fileno())
        self._sizes[path.name] = path.stat().st_size

    def note(self, name: str, text: str) -> None:
        """Write a text beside the tables, for those who look into the store and not into them."""
        (self.home / name).touch(mode=0o600)
        (self.home / name).write_text(text, encoding="utf-8")

    def commit(self) -> None:
        """Put the folder in its place and remove those of other states."""
        self.note("state.json", json.dumps(self._sizes, sort_keys=True))
        target = home(self._folder, self._state)
        for old in self._folder.glob(f"{PREFIX}*"):
            # an older state, or a damaged folder of this one; who has it mapped keeps it
            if old != target or not _whole(old):
                shutil.rmtree(old, ignore_errors=True)
        if not target.exists():  # else another process was quicker, with the same rows
            self.home.rename(target)
            sync_folder(self._folder)


def _whole(place: Path) -> bool:
    return read(place.parent, place.name.removeprefix(PREFIX)) is not None
