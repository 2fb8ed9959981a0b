"""The named errors of i4analysis.

Every message is one sentence with four parts: what is wrong, where (file, line, column), what was
found against what was expected, and what to do next. The command line prints it and exits
with `exit_code`.
"""

from __future__ import annotations

import errno
import os
import stat
import traceback
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

__all__ = [
    "ArchiveError",
    "ArgumentError",
    "CollectError",
    "I4Error",
    "MeasureError",
    "MovementError",
    "RefreshBusy",
    "RefreshError",
    "RefreshRefused",
    "StoreError",
    "TableError",
    "UnknownFormatError",
    "closest",
    "nearest",
    "no_file",
]


def __dir__() -> list[str]:
    return sorted(__all__)


class I4Error(ValueError):
    """Base of every error that i4analysis raises on purpose."""

    exit_code: int = 2


class ArchiveError(I4Error):
    """A file of posts cannot be read at all: empty, not an archive, truncated, unreadable."""


class UnknownFormatError(ArchiveError):
    """A file is readable but holds no posts in any format that i4analysis knows."""


class StoreError(ArchiveError):
    """A store cannot be written: the disk is full, read-only or at its quota."""


class MovementError(I4Error):
    """A movement folder, its movement.toml or a ledger is missing, malformed or contradictory."""


class TableError(I4Error):
    """A frame is not canonical: a missing column, a wrong type, a forbidden value."""


class MeasureError(I4Error):
    """A measure was asked for what its data cannot give."""


class ArgumentError(I4Error, TypeError):
    """A function was handed what it does not take."""


class CollectError(I4Error):
    """A collection from a live platform cannot start or go on."""


class RefreshError(I4Error):
    """A refresh failed; the last good release is untouched."""

    exit_code = 1


class RefreshRefused(RefreshError):
    """A guard stopped a refresh: counts shrank or jumped, or an input changed during the copy."""

    exit_code = 3


class RefreshBusy(RefreshError):
    """Another refresh holds the lock."""

    exit_code = 75


UNWRITABLE: Mapping[int, str] = {
    errno.ENOSPC: "has no room left",
    errno.EDQUOT: "has no room left for you (its quota is used up)",
    errno.EROFS: "is read-only",
    errno.EFBIG: "takes no file so large",
}


def unusable(error: OSError, where: str | os.PathLike[str] | None = None) -> str:
    """Return one sentence for what the system refuses: a disk that is full, a file not ours."""
    if error.errno in UNWRITABLE:
        place = os.fspath(where or error.filename or ".")
        return (
            f"The disk of {place} {UNWRITABLE[error.errno or 0]}, expected room to write; what was"
            " finished is kept, make room or name another place, and run the same again to go on."
        )
    place = os.fspath(error.filename or where or ".")
    return (
        f"The file {place} cannot be used ({error.strerror or error}), expected one that may be"
        " read and written here; see who owns it, and run the same again."
    )


DEBUG = "I4_DEBUG"  # set by `i4 --debug`, and passed on to the processes that it starts


_KINDS = (
    (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"), (stat.S_ISDIR, "a folder"),
)  # fmt: skip


def no_file(path: str | os.PathLike[str]) -> str:
    """Return what stands where a file is expected: a pipe, a socket, a device, a folder; or "".

    Raises
    ------
    OSError
        If nothing stands there, or a link that leads nowhere.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.errors.no_file("/dev/null"), i4.errors.no_file(i4.__file__)
    ('a device', '')
    """
    mode = Path(path).stat().st_mode
    return next((kind for is_one, kind in _KINDS if is_one(mode)), "")


def fault(error: BaseException) -> str:
    """Return one sentence for an exception that nobody foresaw: what, where, how to report it.

    Under `--debug` (or `I4_DEBUG=1`) it is raised instead, with its traceback.
    """
    if os.environ.get(DEBUG):
        raise error
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "i4analysis" in Path(frame.filename).parts] or frames
    where = f", {Path(own[-1].filename).name} line {own[-1].lineno}" if own else ""
    said = " ".join(str(error).encode("utf-8", "backslashreplace").decode().split())[:200]
    what = type(error).__name__ + (f": {said}" if said else "") + where
    return (
        f"a fault of i4analysis itself ({what}),"
        " expected a result or a plain reason; run the same with --debug and report what it"
        f" prints at {REPORT}"
    )


REPORT = "https://github.com/i4analysis/i4analysis/issues"


def nearest(word: object, known: Iterable[str], *, least: float = 0.6) -> str:
    """Return "; did you mean 'x'?" for the known word that is most like this one, else nothing.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.errors.nearest("reshare", ["reshares", "quotes"])
    "; did you mean 'reshares'?"
    >>> i4.errors.nearest("x", ["reshares", "quotes"])
    ''
    """
    close = closest(word, known, least=least)
    return f"; did you mean {close!r}?" if close else ""


def closest(word: object, known: Iterable[str], *, least: float = 0.6) -> str | None:
    """Return the known word that is most like this one, without regard to case.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.errors.closest("foundrs", ["founders", "figures"])
    'founders'
    """
    plain = {str(one).casefold(): str(one) for one in known}
    found = get_close_matches(str(word).casefold(), plain, n=1, cutoff=least)
    return plain[found[0]] if found else None
