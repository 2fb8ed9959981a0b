"""Rows spread over buckets by what they have in common, so that one bucket fits in memory.

Rows with equal keys meet in the same bucket, in the order in which they came. One bucket stays in
memory; several are kept in a folder on disk, compressed, and read back one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from i4analysis import tables

HELD = 50_000  # rows in memory, over all buckets, before they are written
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / the golden ratio: spreads what is added to it
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


class Buckets:
    """Takes tables of one schema, and gives their rows back bucket by bucket.

    Parameters
    ----------
    folder
        Where the rows wait; it must be empty and is left to the caller to remove.
    count
        Number of buckets; with one, nothing is written.
    keys
        Columns whose values decide on the bucket; nulls are equal.
    """

    def __init__(self, folder: Path, count: int, *keys: str) -> None:
        self._folder = folder
        self._keys = keys
        self._held: list[list[pa.Table]] = [[] for _ in range(count)]
        self._rows = 0
        self._schema: pa.Schema | None = None

    def put(self, table: pa.Table) -> None:
        """Take the rows of a table."""
        self._schema = table.schema
        if len(self._held) == 1:
            self._held[0].append(table)
            return
        self.put_in(
            (_hashes(table, self._keys) % np.uint64(len(self._held))).astype(np.int64), table
        )

    def put_in(self, code: npt.NDArray[np.int64], table: pa.Table) -> None:
        """Take the rows of a table, each into the bucket that `code` names."""
        self._schema = table.schema
        ordered = table.take(pa.array(np.argsort(code, kind="stable")))
        at = 0
        for bucket, rows in enumerate(np.bincount(code, minlength=len(self._held)).tolist()):
            if rows:
                self._held[bucket].append(ordered.slice(at, rows))
                at += rows
        self._rows += len(table)
        if self._rows >= HELD:
            self._write()

    def _write(self) -> None:
        """Write what is held; each bucket is a file of Arrow streams, one after the other."""
        self._folder.mkdir(exist_ok=True)
        for bucket, held in enumerate(self._held):
            if held:
                with (
                    self._path(bucket).open("ab") as handle,
                    pa.ipc.new_stream(handle, self._schema, options=_OPTIONS) as stream,
                ):
                    stream.write_table(pa.concat_tables(held).combine_chunks())
                held.clear()
        self._rows = 0

    def _path(self, bucket: int) -> Path:
        return self._folder / str(bucket)

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield every bucket in turn, once; none when nothing was put."""
        if self._schema is None:
            return
        for bucket, held in enumerate(self._held):
            found = [self._schema.empty_table(), *self._written(bucket), *held]
            held.clear()
            yield pa.concat_tables(found)

    def _written(self, bucket: int) -> Iterator[pa.Table]:
        path = self._path(bucket)
        if not path.exists():
            return
        size = path.stat().st_size
        with path.open("rb") as handle:
            while handle.tell() < size:
                yield pa.ipc.open_stream(handle).read_all()
        path.unlink()


def _hashes(table: pa.Table, keys: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    found = np.zeros(len(table), dtype=np.uint64)
    for key in keys:
        column = table[key]
        if column.type == tables.TIME:
            column = column.cast(pa.int64()).fill_null(0)
        plain = column.to_numpy()
        found = found * _MIX + pd.util.hash_array(plain, categorize=False)
    return found
