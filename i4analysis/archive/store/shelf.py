"""Results beside the joined rows that they were worked out from (`i4analysis.kept`).

`.merged-<state>/kept-<key>/` holds `value.json` and a file for each array or table in it. The key
is a hash of what was asked, of the code of the package that measures, and of the versions that can
change a number; the state, which covers parts and erasures, is the folder's. A result is written
whole under a temporary name and renamed; it goes when the folder does, when the code changes and
something new is put, or when there are too many.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.archive.store.parts import TEMPORARY

PREFIX = "kept-"
MOST, MOST_BYTES = 12, 12_000_000_000  # ten million posts take some 4 GB
_PACKAGE = Path(tables.__file__).resolve().parent
_DECIDE = (".py", ".toml", ".tsv", ".csv")
_VERSIONED = ("numpy", "scipy", "pandas", "pyarrow", "numba")


class Shelf:
    """The results beside one state of a store.

    Parameters
    ----------
    home
        Folder of the joined rows.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def get(self, name: str, asked: Sequence[Any], kinds: Sequence[type]) -> Any:
        """Return what was put; None where nothing was, or where it cannot be read."""
        folder = self._home / _key(name, asked)
        try:
            told = json.loads((folder / "value.json").read_text(encoding="utf-8"))
            found = _unpack(told, folder, {kind.__name__: kind for kind in kinds})
            os.utime(folder)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
            return None
        return found

    def put(self, name: str, asked: Sequence[Any], kinds: Sequence[type], value: Any) -> None:
        """Put a value; a store that cannot be written to, or is gone, takes none."""
        target = self._home / _key(name, asked)
        scratch = self._home / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(6)}"
        try:
            scratch.mkdir(mode=0o700)
            told = _pack(value, scratch, {kind.__name__: kind for kind in kinds})
            text = json.dumps(told, ensure_ascii=False)
            (scratch / "value.json").write_text(text, encoding="utf-8")
            scratch.rename(target)
            self._clear()
        except OSError:  # no room, no right, or another process was quicker with the same
            pass
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _clear(self) -> None:
        """Remove the results used least lately, beyond a number and a size."""
        seen, held = 0, []
        with contextlib.suppress(OSError):
            held = sorted(
                self._home.glob(f"{PREFIX}*"), key=lambda one: one.stat().st_mtime, reverse=True
            )
            for number, folder in enumerate(held):
                seen += sum(file.stat().st_size for file in folder.iterdir())
                if number and (number >= MOST or seen > MOST_BYTES):
                    shutil.rmtree(folder, ignore_errors=True)


def _key(name: str, asked: Sequence[Any]) -> str:
    told = json.dumps([name, list(asked), _code()], sort_keys=True)
    return f"{PREFIX}{hashlib.sha256(told.encode()).hexdigest()[:24]}"


@cache
def _code() -> str:
    """Return a hash of the code that measures, and of what else decides on a number."""
    whole = hashlib.sha256()
    for path in sorted(
        path
        for pattern in ("measure/**/*", "*")
        for path in _PACKAGE.glob(pattern)
        if path.suffix in _DECIDE
    ):
        whole.update(path.read_bytes())
    versions = [importlib.metadata.version(name) for name in _VERSIONED]
    whole.update(json.dumps([*versions, platform.python_version(), platform.machine()]).encode())
    return whole.hexdigest()


# ------------------------------------------------------------------- a value as files, and back


def _pack(value: Any, folder: Path, kinds: Mapping[str, type]) -> Any:
    """Return a value as JSON, its arrays and tables written to files of the folder."""
    if value is None or isinstance(value, bool | int | str | float):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return {"array": _numbers(value, folder)}
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return {"column": _columns(pa.table({"one": value}), folder)}
    if isinstance(value, pd.DataFrame):
        return {"table": _columns(pa.Table.from_pandas(value, preserve_index=False), folder)}
    if isinstance(value, pd.Series):
        # of no row, the index of a series is numbered, whatever it would be
        index = pa.array(value.index if len(value) else [], pa.string())
        return {"series": [_columns(pa.table({"one": index}), folder),
                           _numbers(value.to_numpy(), folder)]}  # fmt: skip
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_pack(one, folder, kinds) for one in value]}
    if isinstance(value, Mapping):
        return {"map": [[key, _pack(one, folder, kinds)] for key, one in value.items()]}
    if is_dataclass(value) and type(value) is kinds.get(type(value).__name__):
        told = {one.name: _pack(getattr(value, one.name), folder, kinds) for one in fields(value)}
        return {"of": type(value).__name__, "fields": told}
    raise TypeError(f"no way to keep a {type(value).__name__}")


def _numbers(values: Any, folder: Path) -> str:
    name = f"{len(list(folder.iterdir()))}.npy"
    np.save(folder / name, values, allow_pickle=False)
    return name


def _columns(table: pa.Table, folder: Path) -> str:
    name = f"{len(list(folder.iterdir()))}.arrow"
    with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table)
    return name


def _unpack(told: Any, folder: Path, kinds: Mapping[str, type]) -> Any:
    if not isinstance(told, dict):
        return told
    for name, held in told.items():
        match name:
            case "array":
                return _array(folder / held)
            case "column":
                return _table(folder / held)["one"].combine_chunks()
            case "table":
                return tables.from_arrow(_table(folder / held))
            case "series":
                index = pd.Index(_table(folder / held[0])["one"].to_pandas(), dtype=object)
                return pd.Series(_array(folder / held[1]), index=index)
            case "tuple" | "list":
                items = [_unpack(one, folder, kinds) for one in held]
                return tuple(items) if name == "tuple" else items
            case "map":
                return {key: _unpack(one, folder, kinds) for key, one in held}
            case "of":
                values = told["fields"].items()
                return kinds[held](**{key: _unpack(one, folder, kinds) for key, one in values})
    raise ValueError("an empty mapping tells nothing")


def _array(path: Path) -> Any:
    # mapped, so that only what is looked at is read; what a measure writes to stays its own
    held = np.load(path, mmap_mode="c", allow_pickle=False)
    return np.asarray(held)


def _table(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
