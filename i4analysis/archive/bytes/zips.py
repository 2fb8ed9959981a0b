"""Zip files: each opened once, refused when it is a bomb, its members read in chunks."""

from __future__ import annotations

import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO

from isal import isal_zlib

from i4analysis.archive.bytes import opening
from i4analysis.archive.bytes.opening import ChunkFile
from i4analysis.errors import ArchiveError, shown

DIRECTORY = 16 << 20  # bytes: about 150,000 members, each of which takes a KB of memory
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 1 << 17
# What zipfile and the ways of packing raise for a member that is broken, enciphered or unknown.
_BROKEN = (
    RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError, EOFError, ValueError,
    struct.error, zlib.error, lzma.LZMAError,
)  # fmt: skip


def entries(path: str) -> list[zipfile.ZipInfo]:
    """Return the files in a .zip in the order of their names.

    Raises
    ------
    ArchiveError
        If there are none, too many, any that points out of the .zip, or together more bytes than
        so small a file can honestly hold.
    zipfile.BadZipFile
        If it is not a .zip.
    """
    size = Path(path).stat().st_size
    _check_directory(path, size)
    try:
        every = _opened(path)[0].infolist()  # a name may be empty, where `is_dir` fails
        found = [entry for entry in every if not entry.filename.endswith("/")]
    except UnicodeDecodeError as error:
        raise ArchiveError(
            f"The file {shown(path)} lists a member whose name is marked as UTF-8 and is not"
            f" ({error.object[:40]!r}), expected names that can be read; unpack it and read the"
            " folder."
        ) from error
    except _BROKEN as error:  # a version to come, a size of no file: it says so in many ways
        if isinstance(error, zipfile.BadZipFile | OSError):
            raise
        raise zipfile.BadZipFile(str(error)) from error
    for entry in found:
        check_name(path, entry.filename)
    total = sum(entry.file_size for entry in found)
    if total > max(opening.BOMB_BYTES, opening.BOMB_RATIO * size):
        raise ArchiveError(
            f"The file {shown(path)} opens to {total / 1e9:,.1f} GB, {total // size:,} times its"
            " size, which no archive of posts does; it was not read."
        )
    return sorted(found, key=lambda entry: entry.filename)


def _check_directory(path: str, size: int) -> None:
    """Refuse a .zip whose list of members would fill the memory, before it is read."""
    with opening.unwaiting(path) as handle:
        handle.seek(max(0, size - _TAIL))
        tail = handle.read()
    length = 0
    at = tail.rfind(_END)
    if 0 <= at <= len(tail) - 22:
        (length,) = struct.unpack_from("<L", tail, at + 12)
    large = tail.rfind(_END_64, 0, max(at, 0))
    if 0 <= large <= len(tail) - 56:
        length = max(length % 0xFFFFFFFF, *struct.unpack_from("<Q", tail, large + 40))
    if length > DIRECTORY:
        raise ArchiveError(
            f"The file {shown(path)} lists its members in {length >> 20} MB, expected at most"
            f" {DIRECTORY >> 20} (some 150,000 members); unpack it and read the folder."
        )


def check_name(path: str, name: str) -> None:
    """Raise `ArchiveError` for a member whose name points out of its archive."""
    first, *inner = name.replace("\\", "/").split("/")  # pathlib takes ten times as long
    if (not first and inner) or first == ".." or ".." in inner:
        raise ArchiveError(
            f"The file {shown(path)} holds a member named {name[:80]!r} that points out of it,"
            " which no honest archive does; it was not read any further."
        )


def _opened(path: str) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
    """Return the .zip open, and its members by place: its list is read once in a process."""
    status = os.stat(path)  # noqa: PTH116 - a third of the time, for each of many members
    return _open(path, os.getpid(), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _open(
    path: str, process: int, changed_ns: int, size: int
) -> tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]:
    packed = zipfile.ZipFile(opening.unwaiting(path))
    return packed, {entry.header_offset: entry for entry in packed.infolist()}


def forget() -> None:
    """Close what is kept open, so that the memory of a file in memory is given back."""
    _open.cache_clear()


def member(path: str, name: str, at: int | None = None) -> IO[bytes]:
    """Open a member; `at`, where its header stands, tells members of one name apart.

    Raises
    ------
    ArchiveError
        If it is enciphered, or packed in a way unknown.
    """
    try:
        packed, found = _opened(path)
        entry = packed.getinfo(name) if at is None else found[at]
        handle = packed.open(entry)
    except (*_BROKEN, LookupError) as error:
        raise ArchiveError(
            f"The member {shown(name)} of {shown(path)} cannot be opened ({error}), expected one"
            " that opens; unpack it yourself and read the files."
        ) from error
    stream = ChunkFile(_measured(handle, entry.compress_size))
    return io.BufferedReader(stream, min(opening.CHUNK, entry.file_size + 1))


_HEADER = struct.Struct("<4s2xHH16xHH")  # of a member: mark, flags, way, lengths of name and extra
_CLOSER = 0x1 | 0x20 | 0x40  # enciphered, a patch, strongly enciphered
_UTF8 = 0x800


Listed = dict[str, tuple[zipfile.ZipFile, dict[int, zipfile.ZipInfo]]]


def small(path: str, at: int, listed: Listed) -> bytes | None:
    """Return the bytes of a small member that is all that its .zip says; None to open it.

    Opening it takes ten times as long, and says what is wrong. `listed` holds the .zip files of
    the members asked for together: whether they changed is looked at once.
    """
    try:
        if path not in listed:
            listed[path] = _opened(path)
        packed, found = listed[path]
        entry = found[at]
        size = entry.compress_size
        if entry.file_size > opening.CHUNK or size > opening.CHUNK or packed.fp is None:
            return None
        head = os.pread(packed.fp.fileno(), size + _HEADER.size + _AROUND, at)
        mark, flags, way, name, extra = _HEADER.unpack_from(head)
        begin = _HEADER.size + name + extra
        said = head[_HEADER.size : _HEADER.size + name]
        called = said.decode("utf-8" if flags & _UTF8 else "cp437")
        end = getattr(entry, "_end_offset", None)  # Python's own check of what overlaps
        if (
            (mark, way, called) != (b"PK\x03\x04", entry.compress_type, entry.orig_filename)
            or flags & _CLOSER
            or (end is not None and at + begin + size > end)
        ):
            return None
        data = head[begin : begin + size]
        if way == zipfile.ZIP_DEFLATED:
            data = isal_zlib.decompress(data, -15, entry.file_size)
        elif way != zipfile.ZIP_STORED:
            return None
    except (*_BROKEN, LookupError, opening.ISAL_ERROR):
        return None
    whole = len(data) == entry.file_size and isal_zlib.crc32(data) == entry.CRC
    return data if whole else None


_AROUND = 1 << 10  # bytes of a member's name and of what goes with it


def _measured(handle: IO[bytes], packed_size: int) -> Iterator[bytes]:
    given = 0
    with handle:
        while chunk := _next(handle):
            given += len(chunk)
            opening.check_bomb(packed_size, given)
            yield chunk


def _next(handle: IO[bytes]) -> bytes:
    """Return the next bytes of a member; whatever a way of packing says of broken data is one."""
    try:
        return handle.read(opening.CHUNK)
    except (*_BROKEN, LookupError, TypeError, ArithmeticError) as error:
        raise opening.Damaged(f"its bytes cannot be read to the end ({error})") from error
