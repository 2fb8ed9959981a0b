"""Processes that end with the one that started them, and locks that end with their owner.

A killed command leaves nothing that runs on and nothing that keeps the next command out.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import multiprocessing
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import connection
from pathlib import Path

from i4analysis.errors import no_file

PATIENCE_S = 3.0  # how long what a dead owner has left behind may take to end
_PR_SET_PDEATHSIG = 1


def ends_with_this_process() -> Callable[[], None]:
    """Return what a process about to start must call (`preexec_fn`) to die when this one dies."""
    return functools.partial(_die_with, os.getpid())


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies; if it is dead already, end now."""
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def end_with_parent() -> None:
    """Have this worker of a pool end, within a moment, when the process it works for dies.

    Linux kills it at once; elsewhere, and where a fork server stands between the two, a thread
    waits for the end of the parent.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if os.getppid() == parent.pid:
        _die_with(parent.pid)

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


# ----------------------------------------------------------------------------------------- locks


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Let what is written here, and by processes started here, be read by this user alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Hold the lock at `path`; give False when a process that lives holds it.

    The system lets a lock go with its owner. Where it is still held although the owner is dead (by
    something that it started), it is taken over.
    """
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        yield True
        return
    deadline = time.monotonic() + PATIENCE_S
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if no_file(path):  # a pipe takes a lock, and not its owner's name
            os.close(lock)
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lives = _lives(os.pread(lock, 500, 0).decode("utf-8", "replace").split())
            if not lives and time.monotonic() > deadline and _is_at(lock, path):
                path.unlink(missing_ok=True)
            os.close(lock)
            if lives:
                yield False
                return
            time.sleep(0.05)
            continue
        if _is_at(lock, path):
            break
        os.close(lock)  # somebody took the lock over in between
    _held.add(lock)
    try:
        os.truncate(lock, 0)
        os.pwrite(lock, " ".join(_identity()).encode() + b"\n", 0)
        yield True
    finally:
        if lock in _held:
            _held.discard(lock)
            os.close(lock)


_held: set[int] = set()


def _let_go() -> None:
    """Keep a forked child from holding the locks of its parent beyond the parent's end."""
    for lock in _held:
        with contextlib.suppress(OSError):
            os.close(lock)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _is_at(lock: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock), path.stat())
    except OSError:
        return False


def _identity() -> list[str]:
    """Return what a lock says of its owner: number, birth, and where that number counts."""
    return [str(os.getpid()), _born(os.getpid()), _place()]


def _place() -> str:
    """Return the machine and its space of process numbers: two containers share neither."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        space = "?"
    return f"{platform.node()}/{space}".replace(" ", "-")


def _lives(owner: list[str]) -> bool:
    """Return whether the owner that a lock names lives, as far as can be told from here."""
    if len(owner) != 3 or not owner[0].isdigit() or owner[2] != _place():
        return True  # it has not yet written who it is, or it is elsewhere
    try:
        os.kill(int(owner[0]), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return _born(int(owner[0])) == owner[1]


def _born(number: int) -> str:
    """Return when a process was started, as Linux counts it; "dead" of one that only waits to go.

    With it, another process that was later given the same number is told from the owner.
    """
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "?"
    fields = text.rpartition(")")[2].split()
    return "dead" if fields[0] in "ZX" else fields[19]
