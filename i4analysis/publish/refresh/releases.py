"""The store of releases: named by content, published by one rename, swept after a kill.

Layout under the output folder::

    <movement> -> .refresh/releases/<movement>/<hash>   what readers open; switched by one rename
    .refresh/refresh.lock                               held by the running refresh
    .refresh/work/<run>/                               scratch of one run; swept by the next one
    .refresh/releases/<movement>/<hash>/                finished, never changed; named by content
    .refresh/runs/<run>.json                            one record a run
    .refresh/asked/<movement>.json                      who is to be forgotten, keyed; private
    .refresh/failed/<run>/                              the half-run notebook of the last failures
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from i4analysis.errors import RefreshBusy, RefreshError, no_file, shown
from i4analysis.processes import only_one

Step = Callable[[str], None]
MANIFEST = "manifest.json"


def dumps(content: Any) -> str:
    """Return JSON with one form for one content: sorted keys, a line a key, a last newline."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def tree_hashes(folder: Path) -> dict[str, str]:
    """Return path inside `folder` → SHA-256 of every file but byte code and hidden ones."""
    hashes = {}
    for path in tree_files(folder):
        name = path.relative_to(folder)
        if path.is_file() and not any(map(_ignored, name.parts)):
            hashes[shown(name.as_posix())] = file_hash(path)
    return hashes


def tree_files(folder: Path) -> list[Path]:
    """Return what is no folder in a tree, in order; a folder that is closed is an error.

    (`rglob` takes it for empty.)
    """

    def closed(error: OSError) -> NoReturn:
        raise error

    tree = os.walk(folder, onerror=closed)
    return sorted(Path(root, name) for root, _, names in tree for name in names)


def _ignored(part: str) -> bool:
    return part == "__pycache__" or part.startswith(".")


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old one or the new one, whole, even after a kill."""
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)  # mkstemp makes it private; a web server may have to read it
        temporary.replace(path)
    except OSError:  # the disk is full
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Ask the disk to keep a folder's entries."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Ask the disk to keep every file of a tree and its folders."""
    for root, _, files in os.walk(folder):
        for name in files:
            handle = os.open(Path(root) / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        flush_folder(Path(root))


def verify(release: Path) -> dict[str, Any] | None:
    """Return a release's manifest if every file it lists is there and unchanged, else None."""
    manifest = read_record(release / MANIFEST)
    files = manifest.get("files")
    if not isinstance(files, dict):
        return None
    try:
        for name, value in files.items():
            if no_file(release / name) or file_hash(release / name) != value:
                return None
    except (OSError, ValueError):
        return None
    return manifest


def discard(path: Path) -> None:
    """Remove whatever stands at a path: a folder with all it holds, a file, a link, a pipe."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class Releases:
    """The releases of one output folder."""

    def __init__(self, out: Path, *, keep: int = 5, step: Step = lambda name: None) -> None:
        self.out = out
        self.root = out / ".refresh"
        self.keep = max(keep, 2)  # the live release and one to go back to
        self.step = step

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def failed(self) -> Path:
        return self.root / "failed"

    def folder(self, movement: str) -> Path:
        """Return the folder of a movement's releases."""
        return self.root / "releases" / movement

    def live(self, movement: str) -> Path | None:
        """Return the release that readers are given, resolved; None before the first."""
        link = self.out / movement
        if not link.is_symlink():
            return None
        target = (self.out / link.readlink()).absolute()
        return target if target.is_dir() else None

    @contextmanager
    def lock(self) -> Iterator[dict[str, int]]:
        """Hold the only lock, sweep what a dead run left, and give the counts of what was swept.

        Raises
        ------
        RefreshBusy
            If another refresh of this output folder is running.
        """
        for folder in (self.work, self.runs, self.failed, self.root / "releases"):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.work, self.failed):  # copies of a store, notebooks half run
            folder.chmod(0o700)
        for folder in (self.out, self.root, self.root / "releases"):
            folder.chmod(folder.stat().st_mode | 0o555)
        with only_one(self.root / "refresh.lock") as free:
            if not free:
                raise RefreshBusy(
                    f"Another refresh is writing {self.out}: found its lock held, expected it"
                    " free; wait for it to end, the next scheduled run catches up."
                )
            self.step("locked")
            swept = self._sweep()
            self.step("swept")
            yield swept

    def _sweep(self) -> dict[str, int]:
        swept = {"work": 0, "links": 0, "records": 0, "killed": 0}
        for path in (self.root / "code").rglob("*.pyc.*"):  # byte code half written by a kernel
            discard(path)
        for path in self.work.iterdir():
            with suppress(OSError):  # what somebody else has made there
                discard(path)
            swept["work"] += 1
        for path in self.out.glob(".link-*"):
            discard(path)
            swept["links"] += 1
        for path in self.runs.glob(".tmp-*"):
            discard(path)
            swept["records"] += 1
        for path in sorted(self.runs.glob("*.json"))[-20:]:
            record = read_record(path)
            if record.get("state") == "started":
                write_whole(path, dumps(record | {"state": "killed"}))
                swept["killed"] += 1
        return swept

    def publish(self, staged: Path, movement: str, run: str) -> Path:
        """Give a finished folder its name among the releases; `switch` makes it the live one.

        `staged` must hold its manifest. The name is the hash of the manifest, which holds the hash
        of every file: the same content has the same name, whoever made it and whenever.
        """
        name = file_hash(staged / MANIFEST)[:16]
        home = self.folder(movement)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        for path in (staged, *staged.rglob("*")):  # whatever the umask: a web server reads it
            path.chmod(0o755 if path.is_dir() else 0o644)
        flush_tree(staged)
        self.step("synced")
        release = home / name
        if release.exists() and verify(release) is None:
            # a damaged copy of the same content: it can only be replaced
            release.rename(self.work / run / f"damaged-{name}")
        if not release.exists():
            staged.rename(release)
            flush_folder(home)
        self.step("renamed")
        return release

    def ready(self, movement: str) -> None:
        """Raise `RefreshError` if something that is no such link stands where readers look."""
        link = self.out / movement
        if link.exists() and not link.is_symlink():
            raise RefreshError(
                f"The path {link} is a folder, expected nothing or the link of an earlier refresh;"
                " move it away and run again."
            )

    def switch(self, release: Path, movement: str, run: str) -> None:
        """Make `release` the one readers are given, by renaming a new link over the old one."""
        self.ready(movement)
        link = self.out / movement
        fresh = self.out / f".link-{movement}-{run}"
        fresh.symlink_to(release.relative_to(self.out), target_is_directory=True)
        self.step("linked")
        fresh.replace(link)
        flush_folder(self.out)
        self.step("switched")

    def prune(self, movement: str, run: str) -> None:
        """Drop the oldest releases and records beyond `keep`, never the live one."""
        live = self.live(movement)
        others = [
            path
            for path in self.folder(movement).iterdir()
            if live is None or path.name != live.name
        ]
        others.sort(key=made_at, reverse=True)
        for path in others[self.keep - 1 :]:
            doomed = self.work / f"prune-{run}-{path.name}"
            path.rename(doomed)
            self.step("pruned")
            discard(doomed)
        for path in sorted(self.runs.glob("*.json"))[:-500]:
            discard(path)
        for path in sorted(self.failed.iterdir())[:-3]:
            discard(path)


def made_at(path: Path) -> float:
    """Return when a file or folder was last changed; a link by itself, wherever it leads."""
    return path.lstat().st_mtime


def read_record(path: Path) -> dict[str, Any]:
    """Return a run's record or a release's manifest, empty when it cannot be read."""
    try:
        content = {} if no_file(path) else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
