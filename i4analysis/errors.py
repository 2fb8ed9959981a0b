"""The named errors of i4analysis.

Every message is one sentence with four parts: what is wrong, where (file, line, column), what was
found against what was expected, and what to do next. The command line prints it and exits
with `exit_code`.
"""

from __future__ import annotations

import errno
import os
import re
import shlex
import shutil
import stat
import sys
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
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
    """A file is readable but holds no posts in any format that i4analysis knows.

    Attributes
    ----------
    may_hold_posts
        True where they may be in it all the same: packed, in another program's own format, or
        under names that have to be declared.
    """

    may_hold_posts = False

    def __init__(self, sentence: str, may_hold_posts: bool = False) -> None:
        super().__init__(sentence)
        self.may_hold_posts = may_hold_posts


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

_TOO_MANY = {
    errno.EMFILE: "opens no more files for this command (`ulimit -n`)",
    errno.ENFILE: "opens no more files for anybody",
    errno.EAGAIN: "starts no more processes or threads for you (`ulimit -u`)",
}

_MEMORY = (
    "The memory of this machine is full, expected room for what was asked; close other programs,"
    " use fewer --workers, or keep only one hashtag with --hashtag."
)
# What the parts that we load say for want of memory or of threads, each in its own words.
_NO_MEMORY = re.compile(r"failed to map segment|cannot allocate memory|unable to allocate", re.I)
_NO_THREAD = re.compile(r"can't start new thread|failed to launch worker thread", re.I)


def refused(error: BaseException, where: str | os.PathLike[str] | None = None) -> str:
    """Return one sentence where it is the system that refused; "" where it was not.

    Parameters
    ----------
    error
        Whatever ended a piece of work.
    where
        What was being written to, for an error that names nothing.
    """
    text, cause = str(error), error.__cause__ or error.__context__
    while cause is not None:  # numba and others say it in their own words, of what was said
        text, cause = f"{text} {cause}", cause.__cause__ or cause.__context__
    if isinstance(error, MemoryError) or _NO_MEMORY.search(text):
        return _MEMORY
    if _NO_THREAD.search(text):
        return unusable(OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)))
    if isinstance(error, RuntimeError) and (loop := re.search("Symlink loop from '(.*)'", text)):
        return unusable(OSError(errno.ELOOP, os.strerror(errno.ELOOP), loop[1]))
    if isinstance(error, shutil.Error):  # of a tree that was copied: the first that was not
        found = re.search(r"\[Errno (\d+)\] ([^:']*)(?:: '([^']*)')?", text)
        if found:
            return unusable(OSError(int(found[1]), found[2], found[3]), where)
    if isinstance(error, UnicodeEncodeError) and os.path.lexists(error.object):
        return (
            f"The name {shown(error.object)} is not UTF-8, expected one that is, for not every"
            " part of this program takes it; rename that file or folder, and run the same again."
        )
    if not isinstance(error, OSError):
        return ""
    known = {*UNWRITABLE, *_TOO_MANY, errno.ENOMEM, errno.ENOENT}
    return unusable(error, where) if error.errno in known or error.filename is not None else ""


def unusable(error: OSError, where: str | os.PathLike[str] | None = None) -> str:
    """Return one sentence for what the system refuses: a disk that is full, a file not ours."""
    if error.errno == errno.ENOMEM:
        return _MEMORY
    if error.errno in _TOO_MANY:
        return (
            f"This system {_TOO_MANY[error.errno]}, expected a few hundred to be free; allow"
            " more, end what is not needed, or use fewer --workers, and run the same again."
        )
    # of a file that is put in its place under its name, the place is what stands in the way
    taken = error.errno in (errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
    names = (where, (taken and error.filename2) or error.filename)
    named = [one for one in names if isinstance(one, str | bytes | os.PathLike)]
    if error.errno in UNWRITABLE:
        place = shown(os.fsdecode(named[0])) if named else "this folder"
        return (
            f"The disk of {place} {UNWRITABLE[error.errno or 0]}, expected room to write; what was"
            " finished is kept, make room or name another place, and run the same again to go on."
        )
    if error.errno == errno.ENOENT and (not named or _gone()):
        return (
            "The folder in which this command works is gone, expected one that exists; change to"
            " another (`cd`), and run the same again."
        )
    return _standing(Path(os.fsdecode(named[-1])) if named else Path(), error)


def _gone() -> bool:
    """Say whether the folder in which this process works is there no more."""
    try:
        return not Path.cwd()
    except OSError:
        return True


def _standing(path: Path, error: OSError) -> str:
    """Say of a path that cannot be used what stands in its way."""
    at, link, found = _blocking(path), "", ""
    name, why = shown(at), error.strerror or str(error)
    with suppress(OSError):
        link = f"a link to {shown(at.readlink())}"
    with suppress(OSError):
        found = no_file(at) or "a file"
    if error.errno == errno.ENAMETOOLONG:
        return (
            f"The path …{shown(path)[-80:]} is longer than this disk takes, expected names of at"
            " most 255 bytes and paths of 4,096; name a place with a shorter one."
        )
    if error.errno == errno.ELOOP or (link and not found):
        return (
            f"The path {name} is {link or 'a link'} that leads to nothing, expected a file or a"
            " folder at its end; correct or remove the link, and run the same again."
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.ENOTEMPTY, errno.EISDIR):
        file = found == "a folder" or error.errno == errno.EISDIR
        wanted = "a file" if file else "a folder"
        return (
            f"The path {name} is {found or 'taken'}, expected {wanted} or nothing there; move it"
            " away or name another place, and run the same again."
        )
    if error.errno == errno.ENOENT:
        return (
            f"The file {shown(path)} is not there, expected it to be found, and to stay while it"
            " is used; see who moves or removes it, and run the same again."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"The {found.removeprefix('a ') or 'file'} {name} cannot be used ({why}), expected"
            " one that may be read and written here; see who owns it, and run the same again."
        )
    return (
        f"The file {name} cannot be used ({why}), expected one that may be read and written here;"
        " look at it and at its disk, and run the same again."
    )


def _blocking(path: Path) -> Path:
    """Return the first part of a path that keeps one from going on to the next, or the path."""
    for part in reversed(path.parents):
        try:
            if not stat.S_ISDIR(part.stat().st_mode) or not os.access(part, os.X_OK):
                return part
        except OSError:
            return part if os.path.lexists(part) else path
    return path


_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(name: str | os.PathLike[str]) -> str:
    r"""Return a name fit for tables and sentences: what is no text, or would end a line, escaped.

    Linux and the .tar of old take any bytes for a name; Python hands on those that are not UTF-8
    as halves of surrogate pairs, which no table takes.

    Examples
    --------
    >>> shown("caf\udce9\n.json")
    'caf\\xe9\\x0a.json'
    """
    return _UNFIT.sub(_escape, os.fspath(name))


def typed(folder: str | os.PathLike[str]) -> str:
    """Return a path as it is typed into a shell, where it is one word and no option.

    Examples
    --------
    >>> typed("mon été"), typed("-dash"), typed("data/demo")
    ("'mon été'", './-dash', 'data/demo')
    """
    path = os.fspath(folder)
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as os.fsdecode hands it on
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


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


def met(what: str, error: BaseException, where: str | os.PathLike[str] | None = None) -> str:
    """Return one sentence for whatever ended a piece of work: the system refused, or a fault."""
    return refused(error, where) or f"{what} met {fault(error)}."


def fault(error: BaseException) -> str:
    """Return one sentence for an exception that nobody foresaw: what, where, how to report it.

    Under `--debug` (or `I4_DEBUG=1`) it is raised instead, with its traceback.
    """
    if os.environ.get(DEBUG):
        raise error
    if theirs := _shadowing():
        return (
            f"another file in place of Python's own: found {theirs}, expected the one that came"
            " with Python; rename that file, or take its folder out of PYTHONPATH"
        )
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


def _shadowing() -> str:
    """Return a file that Python took for a module of its own, as a random.py of somebody's; ""."""
    own = (Path(os.__file__).resolve().parent, Path(sys.base_prefix).resolve())
    for name in sorted(sys.stdlib_module_names & sys.modules.keys()):
        file = getattr(sys.modules[name], "__file__", None)
        if file and not any(Path(file).resolve().is_relative_to(one) for one in own):
            return shown(file)
    return ""


REPORT = "https://github.com/i4analysis/i4analysis/issues"


def nearest(word: object, known: Iterable[str], *, least: float = 0.6) -> str:
    """Return " (did you mean 'x'?)" for the known word that is most like this one, else nothing.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.errors.nearest("reshare", ["reshares", "quotes"])
    " (did you mean 'reshares'?)"
    >>> i4.errors.nearest("x", ["reshares", "quotes"])
    ''
    """
    close = closest(word, known, least=least)
    return f" (did you mean {close!r}?)" if close else ""


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
