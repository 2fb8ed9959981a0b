"""A movement's store as frames: joined once, then mapped into memory.

The first load of a store joins its parts (one row a post), looks at them as the doctor does, and
keeps the result beside them (`store.merged`); later loads map it and read only what is touched. A
store that fits into memory is joined there; a larger one bucket by bucket, on disk, with the same
rows in the same order.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import forgetting, kept, tables
from i4analysis.archive import frames
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor.examination import examine_store
from i4analysis.archive.store import merged, parts
from i4analysis.archive.store.buckets import Buckets
from i4analysis.archive.store.forget import Forgotten
from i4analysis.archive.store.merge import (
    merge_follows,
    merge_posts,
    merge_profiles,
    ordered_posts,
)
from i4analysis.archive.store.parts import Account
from i4analysis.archive.store.shelf import Shelf
from i4analysis.errors import ArchiveError
from i4analysis.ledgers import LEDGERS, read_ledger
from i4analysis.movement import Movement, locate
from i4analysis.tables import Archive

PathLike = str | os.PathLike[str]
Columns = Mapping[str, Sequence[str]]
# Rows of posts or profiles that are joined in memory: their peak is some 1.3 KB a row.
IN_MEMORY = 1_500_000
BUCKET = 400_000
IN_PROCESS = 100_000  # rows that `join` joins without a process of its own
SCHEMAS = {name: tables.TABLES[name].schema for name in (*frames.ROWS, "files")} | {
    "findings": doctor.COLUMNS.schema
}


def load(
    movement: Movement | PathLike | None = None, columns: Columns | Sequence[str] | None = None
) -> Archive:
    """Load the archive of a movement from its store: one row a post, checked.

    Parameters
    ----------
    movement
        A movement, its folder, or None for the default one.
    columns
        Columns of posts to load, or table → columns; a table that is not named comes whole. Only
        what is used is read from the disk, so this is for those who look at `memory_usage`.

    Returns
    -------
    Archive
        Empty when nothing was read yet. `erase.csv` is honoured; copies of a post are one row
        by the rule of `i4analysis.archive.store.merge`; `findings` says what the doctor found.

    Raises
    ------
    ArchiveError
        If a part of the store is damaged, or a column does not exist.
    TableError
        If a table of it is not canonical.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = i4.movement.create(folder, ["thanks"])
    >>> i4.load(folder)
    Archive(rows: posts 0, profiles 0, follows 0, rejects 0, files 0)
    """
    wanted = _wanted(columns)
    folder = movement.path if isinstance(movement, Movement) else locate(movement)
    if folder is None:
        return frames.nothing()
    bare = not (folder / "movement.toml").is_file()
    if bare and (folder.is_file() or not parts.accounts(folder / "archive")):
        Movement.load(folder)  # says what is wrong: a misspelt name, a folder of raw files
    erase = read_ledger(folder / "erase.csv", "erase")
    return load_store(folder / "archive", erase, wanted)


def _wanted(columns: Columns | Sequence[str] | None) -> Columns:
    named: Columns = columns if isinstance(columns, Mapping) else {}
    if columns is not None and not isinstance(columns, Mapping):
        named = {"posts": [columns] if isinstance(columns, str) else list(columns)}
    for name, some in named.items():
        if name not in SCHEMAS:
            raise ArchiveError(
                f"An archive has no table {name!r}, expected one of {', '.join(SCHEMAS)}; correct"
                " columns=."
            )
        unknown = sorted(set(some) - set(SCHEMAS[name].names))
        if unknown:
            raise ArchiveError(
                f"The table {name} has no column {unknown[0]!r}, expected some of"
                f" {', '.join(SCHEMAS[name].names)}; correct columns=."
            )
    return named


def load_store(
    store: Path, erase: pd.DataFrame | None = None, columns: Columns | None = None
) -> Archive:
    """Load the parts that a store holds; see `load`."""
    found = parts.accounts(store)
    if not found:
        return frames.nothing()
    erase = tables.empty(LEDGERS["erase"]) if erase is None else erase
    state = merged.state(store, found, erase)
    held = merged.read(store, state, columns)
    if held is None:
        whole = _join(store, found, erase, state)
        held = merged.read(store, state, columns)
        if held is None:  # the store cannot be written to
            return _narrowed(whole or _in_memory(store, found, erase), columns)
    archive = Archive(**{name: tables.from_arrow(held[name]) for name in SCHEMAS})
    if not columns:
        kept.lay(archive, Shelf(merged.home(store, state)))
    return archive


def join(movement: PathLike) -> None:
    """Join the store of a movement now, if it is not joined, so that later loads only map it.

    A store of many rows is joined by a process of its own, whose memory ends with it. A store that
    cannot be joined is left to `load`, which says why.
    """
    folder = Path(movement)
    store = folder / "archive"
    found = parts.accounts(store)
    if not found:
        return
    erase = read_ledger(folder / "erase.csv", "erase")
    if merged.read(store, merged.state(store, found, erase), {}) is not None:
        return
    if sum(one.rows(name) for one in found for name in ("posts", "profiles")) <= IN_PROCESS:
        load_store(store, erase)
        return
    script = "import sys; from i4analysis.archive import load; load(sys.argv[1])"
    home = str(Path(tables.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    subprocess.run(
        [sys.executable, "-c", script, str(folder.resolve())],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        check=False,
    )


def joined_posts(movement: PathLike) -> int:
    """Return how many posts the store of a movement holds, each once; 0 if it is not joined."""
    folder = Path(movement)
    store = folder / "archive"
    found = parts.accounts(store)
    if not found:
        return 0
    erase = read_ledger(folder / "erase.csv", "erase")
    held = merged.read(store, merged.state(store, found, erase), {})
    return held["posts"].num_rows if held else 0


def _narrowed(archive: Archive, columns: Columns | None) -> Archive:
    some = columns or {}
    frame = {name: getattr(archive, name) for name in SCHEMAS}
    return Archive(
        **{name: one[list(some[name])] if name in some else one for name, one in frame.items()}
    )


def _join(store: Path, found: list[Account], erase: pd.DataFrame, state: str) -> Archive | None:
    """Keep the joined rows beside the parts; return them where they were in memory anyway."""
    rows = sum(one.rows(name) for one in found for name in ("posts", "profiles"))
    whole = _in_memory(store, found, erase) if rows <= IN_MEMORY and _fits(rows) else None
    try:
        with merged.Writer(store, state) as writer:
            if whole is None:
                _on_disk(store, found, erase, writer)
            else:
                for name, schema in SCHEMAS.items():
                    frame = getattr(whole, name)
                    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
                    writer.write(name, schema, [table])
            if len(erase):  # the ledgers and the guard of a report ask for these words
                batches = partial(parts.batches, store, found=found)
                words = Forgotten.of(erase, found, lambda name, some: batches(name, columns=some))
                writer.note(forgetting.NOTE, words.words.as_json())
            writer.commit()
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return whole  # a store that only others may write to is joined at each load
        if whole is None:
            raise parts.damaged(store, error) from error
    return whole


def _in_memory(store: Path, found: list[Account], erase: pd.DataFrame) -> Archive:
    _check_room(store, found)
    try:
        rows = {name: parts.read_table(store, name, found) for name in frames.ROWS}
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise parts.damaged(store, error) from error
    return frames.to_archive(rows, found, erase)


def _fits(rows: int) -> bool:
    """Return whether rows of posts and profiles can be joined in the memory that is free."""
    free = free_memory()
    return free is None or rows * frames.ROW_BYTES <= free


def _check_room(store: Path, found: Sequence[Account]) -> None:
    """Raise `ArchiveError` if the rows of a store cannot fit into the memory that is free."""
    posts, profiles = (sum(one.rows(name) for one in found) for name in ("posts", "profiles"))
    if not _fits(posts + profiles):
        need = (posts + profiles) * frames.ROW_BYTES / 1e9
        raise ArchiveError(
            f"The store {store} cannot be written to, and its {posts:,} rows of posts and"
            f" {profiles:,} of profiles take about {need:.1f} GB of memory to join, expected the"
            f" {(free_memory() or 0) / 1e9:.1f} GB that are free; make the folder writable, so"
            " that they are joined on disk, or read the files again with --hashtag."
        )


def free_memory() -> int | None:
    """Return the bytes of memory that programs may still take; None if the system does not say."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as lines:
            sizes = dict(line.split(":") for line in lines)
        return int(sizes["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


# ------------------------------------------------------------------------ beyond memory


def _on_disk(
    store: Path, found: list[Account], erase: pd.DataFrame, writer: merged.Writer
) -> None:
    """Write the joined rows of a store with memory for one bucket of them.

    Copies meet in a bucket by their key and become one row there; what remains is spread over
    stretches of time, and each stretch is put in order by itself.
    """
    seen = examine_store(store, erase)
    scratch = Path(tempfile.mkdtemp(prefix=parts.TEMPORARY, dir=store))
    try:
        spread = _Spread(store, found, erase, scratch)
        for name, pieces in (
            ("posts", spread.posts()),
            ("profiles", spread.profiles()),
            ("follows", spread.follows()),
        ):
            writer.write(name, SCHEMAS[name], pieces)
        forgotten = spread.forgotten
        rejects = forgotten.rejects(parts.read_table(store, "rejects", found))
        writer.write("rejects", SCHEMAS["rejects"], [rejects])
        for name, frame in (("files", seen.files), ("findings", seen.findings)):
            table = pa.Table.from_pandas(frame, schema=SCHEMAS[name], preserve_index=False)
            writer.write(name, SCHEMAS[name], [table])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Spread:
    """The rows of a store by key, then by time."""

    def __init__(
        self, store: Path, found: list[Account], erase: pd.DataFrame, scratch: Path
    ) -> None:
        self._store, self._found, self._scratch = store, found, scratch
        self.forgotten = Forgotten.of(erase, found, self._batches)

    def _batches(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        return parts.batches(self._store, name, self._found, columns)

    def posts(self) -> Iterator[pa.Table]:
        met = self._met("posts", ("post_id",), self.forgotten.posts)
        joined = (merge_posts(copies).posts for copies in met)
        return self._in_time("posts", joined, "posted_at", ordered_posts)

    def profiles(self) -> Iterator[pa.Table]:
        met = self._met("profiles", ("account_id", "handle", "seen_at"), self.forgotten.profiles)
        joined = (merge_profiles(repeats) for repeats in met)
        return self._in_time("profiles", joined, "seen_at", merge_profiles)

    def follows(self) -> Iterator[pa.Table]:
        met = self._met("follows", tables.FOLLOWS.key, self.forgotten.follows)
        joined = (merge_follows(repeats) for repeats in met)
        return self._in_time("follows", joined, "seen_at", merge_follows, descending=True)

    def _met(
        self, name: str, keys: Sequence[str], kept: Callable[[pa.Table], pa.Table]
    ) -> Iterator[pa.Table]:
        """Yield the rows of a table so that those of one key come together."""
        buckets = Buckets(self._scratch / f"{name}-met", self._count(name), *keys)
        for batch in self._batches(name):
            buckets.put(kept(batch))
        return iter(buckets)

    def _count(self, name: str) -> int:
        return -(-sum(one.rows(name) for one in self._found) // BUCKET) or 1

    def _in_time(
        self,
        name: str,
        pieces: Iterator[pa.Table],
        moment: str,
        ordered: Callable[[pa.Table], pa.Table],
        descending: bool = False,
    ) -> Iterator[pa.Table]:
        """Yield rows in the order of their moment, a stretch of time after the other."""
        cuts = self._cuts(name, moment)
        stretches = Buckets(self._scratch / f"{name}-in-time", len(cuts) + 1)
        for piece in pieces:
            micros = piece[moment].cast(pa.int64())
            known = micros.fill_null(0).to_numpy()
            stretch = np.searchsorted(cuts, known, side="right")
            if descending:
                stretch = len(cuts) - stretch
            # unknown moments stand last, as in Arrow's order, whichever its direction
            unknown = pc.is_null(micros).to_numpy(zero_copy_only=False)
            stretches.put_in(np.where(unknown, len(cuts), stretch).astype(np.int64), piece)
        for rows in stretches:
            yield ordered(rows)

    def _cuts(self, name: str, moment: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return moments that cut the rows of a table into stretches of about a bucket."""
        held = [
            batch[moment].drop_null().cast(pa.int64()).to_numpy()
            for batch in self._batches(name, [moment])
        ]
        known = np.sort(np.concatenate([np.zeros(0, np.int64), *held]))
        count = self._count(name)
        if not len(known) or count == 1:
            return np.zeros(0, np.int64)
        at = np.linspace(0, len(known), count, endpoint=False)[1:].astype(np.int64)
        return np.unique(known[at])
