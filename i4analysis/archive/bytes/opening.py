"""Opening what is received: compression and containers told from the first bytes, not the name.

Every way of decompressing gives chunks of bounded size, and gives what could be read before a cut
or a bomb stops it.
"""

from __future__ import annotations

import bz2
import codecs
import contextlib
import errno
import hashlib
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol

import zstandard
from isal import isal_zlib

from i4analysis.errors import ArchiveError, shown

CHUNK = 1 << 18  # larger blocks fall out of the processor's cache
BOMB_BYTES = 1 << 28
BOMB_RATIO = 300
ZST_STEP = 1 << 13
XZ_MEMORY = 1 << 28  # xz -9 takes a quarter of it
MAX_DEPTH = 3
ISAL_ERROR: Any = isal_zlib.error  # its type stub takes the class for an instance

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)


class Damaged(Exception):
    """The rest of a file cannot be read; the message says why in a clause."""


def packing(head: bytes) -> str:
    """Return gz, bz2, zst, xz, zip, tar or "" (plain) from a file's first 512 bytes."""
    for magic, name in _MAGIC:
        if head.startswith(magic) and (
            name != "bz2" or head[4:10] in (b"1AY&SY", b"\x17rE8P\x90")
        ):
            return name
    if head[1:4] == b"\x2a\x4d\x18" and head[:1] and head[0] & 0xF0 == 0x50:
        return "zst"  # a frame to be passed over, as `pzstd` writes it first
    return "tar" if head[257:262] == b"ustar" else ""


class Source:
    """One file of records: its name and a way to read its plain bytes, as often as needed.

    Attributes
    ----------
    name
        As written into the tables: the path as given, and !member inside a container.
    plain
        Its bytes, where they are in memory and are to be read as they stand.

    Parameters
    ----------
    packed
        Bytes that it takes in the container it comes from, where that is less than what `opener`
        gives.
    """

    def __init__(
        self, name: str, opener: Callable[[], IO[bytes]], packed: int | None = None
    ) -> None:
        self.name = shown(name)
        self._opener = opener
        self._packed = packed
        self.plain: bytes | None = None
        self._digest: tuple[str, int] | None = None
        self._hashing = False

    @classmethod
    def of(cls, name: str, data: bytes, packed: int | None) -> Source:
        """Return bytes that are in memory as a source."""
        source = cls(name, lambda: io.BytesIO(data), packed)
        source._digest = hashlib.sha256(data).hexdigest(), len(data)
        if len(data) <= CHUNK and _is_plain(data):
            source.plain = data
        return source

    def raw(self) -> IO[bytes]:
        """Open the bytes as received."""
        try:
            return self._opener()
        except OSError as error:
            raise unopened(self.name, error) from error

    def hash_while_reading(self) -> None:
        """Let the next pass over the chunks work out the digest as well, unless it is known."""
        self._hashing = self._digest is None

    def held(self) -> Source:
        """Return the same with its bytes in memory, if they are not many and can all be read."""
        try:
            with self.raw() as handle:
                data = handle.read(CHUNK + 1)
        except (OSError, EOFError, Damaged, zipfile.BadZipFile):
            return self
        return self if len(data) > CHUNK else Source.of(self.name, data, self._packed)

    def digest(self) -> tuple[str, int]:
        """Return the SHA-256 and the size of the bytes as received.

        Of a member that is broken: of those before the damage, and of a word that says so.
        """
        if self._digest is None:
            with self.raw() as handle:
                counted = _Hashed(handle)
                counted.drain()
            self._digest = counted.digest()
        return self._digest

    def chunks(self) -> Iterator[bytes]:
        """Yield the plain bytes, decompressed and as UTF-8, in chunks of at most a few MB.

        Raises
        ------
        Damaged
            After the last bytes that could be read, if the file is cut, broken or a bomb.
        """
        if self.plain is not None:
            if self.plain:
                yield self.plain
            return
        with self.raw() as handle:
            if not self._hashing:
                yield from _utf8(_plain(handle, self._packed))
                return
            self._hashing = False
            counted = _Hashed(handle)
            try:
                yield from _utf8(_plain(counted, self._packed))
            except Damaged:
                self._finish(counted)
                raise
            self._finish(counted)

    def _finish(self, counted: _Hashed) -> None:
        try:
            counted.drain()
        except (OSError, EOFError):
            return
        self._digest = counted.digest()


def unopened(name: str, error: OSError) -> ArchiveError:
    """Return what to say of a file or folder that the system does not open."""
    return ArchiveError(
        f"The file {shown(name)} cannot be opened ({error.strerror or error}); check that it"
        " exists and that you may read it."
    )


class _Hashed:
    """A file whose bytes are counted and hashed as they are read."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self._sha = hashlib.sha256()
        self._size = 0

    def read(self, size: int) -> bytes:
        try:
            chunk = self._handle.read(size)
        except Damaged:
            self._sha.update(b"\0broken")
            raise
        self._sha.update(chunk)
        self._size += len(chunk)
        return chunk

    def drain(self) -> None:
        with contextlib.suppress(Damaged):
            while self.read(CHUNK):
                pass

    def digest(self) -> tuple[str, int]:
        return self._sha.hexdigest(), self._size


class _Readable(Protocol):
    def read(self, size: int) -> bytes: ...


def file_opener(path: str | os.PathLike[str]) -> Callable[[], IO[bytes]]:
    """Return what opens a file on disk for a `Source`."""

    def opened() -> IO[bytes]:
        return unwaiting(path)

    return opened


def unwaiting(path: str | os.PathLike[str], buffering: int = -1) -> IO[bytes]:
    """Open a file to read it; one that has become a pipe since it was listed is not waited for.

    Raises
    ------
    OSError
        If it cannot be opened, or is a pipe.
    """
    handle = open(path, "rb", buffering, opener=_at_once)  # noqa: SIM115 - handed on
    if stat.S_ISFIFO(os.fstat(handle.fileno()).st_mode):
        handle.close()
        raise OSError(errno.ESPIPE, "it has become a pipe, expected the file that was listed")
    return handle


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _plain(handle: _Readable, packed: int | None) -> Iterator[bytes]:
    received = _Received(handle, packed)
    chunks: Iterator[bytes] = _read(received)
    for _ in range(MAX_DEPTH):
        chunks, head = _peek(chunks)
        kind = packing(head)
        if kind not in _UNPACK:
            return (yield from chunks)
        chunks = _guarded(_UNPACK[kind](chunks), received)
    yield from chunks


class _Received:
    """A file as received, whose bytes are counted as they are read.

    Attributes
    ----------
    size
        Bytes so far, or those that it takes in its container.
    """

    def __init__(self, handle: _Readable, packed: int | None) -> None:
        self._handle, self._fixed = handle, packed is not None
        self.size = packed or 0

    def read(self, size: int) -> bytes:
        chunk = self._handle.read(size)
        if not self._fixed:
            self.size += len(chunk)
        return chunk


def _read(handle: _Readable) -> Iterator[bytes]:
    try:
        while chunk := handle.read(CHUNK):
            yield chunk
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise Damaged(f"its bytes cannot be read to the end ({error})") from error


def _peek(chunks: Iterator[bytes]) -> tuple[Iterator[bytes], bytes]:
    head = b""
    taken: list[bytes] = []
    for chunk in chunks:
        taken.append(chunk)
        head += chunk
        if len(head) >= 512:
            break

    def again() -> Iterator[bytes]:
        yield from taken
        yield from chunks

    return again(), head[:512]


# ------------------------------------------------------------------------------ decompression


def _guarded(chunks: Iterator[bytes], received: _Received) -> Iterator[bytes]:
    """Stop at a bomb: over 256 MiB out of less than a 300th of it, in however many layers."""
    given = 0
    for chunk in chunks:
        given += len(chunk)
        check_bomb(received.size, given)
        yield chunk


def check_bomb(taken: int, given: int) -> None:
    """Raise `Damaged` if what was given is out of all proportion to what was taken."""
    if given > BOMB_BYTES and given > BOMB_RATIO * max(taken, 1):
        raise Damaged(
            f"it opens to more than {given // max(taken, 1)} times its size, which no archive of"
            " posts does"
        )


def _gz(chunks: Iterator[bytes]) -> Iterator[bytes]:
    unpacker, empty = isal_zlib.decompressobj(wbits=31), True
    for chunk in chunks:
        while chunk:
            if unpacker.eof:
                unpacker, empty = isal_zlib.decompressobj(wbits=31), True
            try:
                plain = unpacker.decompress(chunk, CHUNK)
            except ISAL_ERROR as error:
                if empty and not chunk.strip(b"\0"):
                    return
                raise Damaged(f"its gzip data is broken ({error})") from error
            empty = False
            if plain:
                yield plain
            if unpacker.eof:
                chunk = unpacker.unused_data
                empty = True
            else:
                chunk = unpacker.unconsumed_tail
    if not unpacker.eof and not empty:
        rest = unpacker.flush()
        if rest:
            yield rest
        raise Damaged("its gzip data ends before its end: the file was cut")


def _stepwise(new: Callable[[], Any], name: str) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    """Return an unpacker for bz2 and xz, whose decompressors share one interface."""

    def unpack(chunks: Iterator[bytes]) -> Iterator[bytes]:
        unpacker, started = new(), False
        for chunk in chunks:
            data = chunk
            while data or (started and not unpacker.needs_input and not unpacker.eof):
                if unpacker.eof:
                    unpacker, started = new(), False
                    data = data.lstrip(b"\0")  # xz may put zeros between two streams
                    if not data:
                        break
                try:
                    plain = unpacker.decompress(data, CHUNK)
                except (OSError, EOFError, lzma.LZMAError) as fault:
                    raise Damaged(f"its {name} data is broken ({fault})") from fault
                started, data = True, b""
                if plain:
                    yield plain
                if unpacker.eof:
                    data = unpacker.unused_data
        if started and not unpacker.eof:
            raise Damaged(f"its {name} data ends before its end: the file was cut")

    return unpack


class ChunkFile(io.RawIOBase):
    """An iterator of chunks as a readable file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _zst(chunks: Iterator[bytes]) -> Iterator[bytes]:
    factory = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    unpacker, started = factory.decompressobj(), False
    for chunk in chunks:
        # A frame may open to 30,000 times its size: small steps keep the memory bounded.
        for at in range(0, len(chunk), ZST_STEP):
            data = chunk[at : at + ZST_STEP]
            while data:
                try:
                    plain = unpacker.decompress(data)
                except zstandard.ZstdError as error:
                    raise Damaged(f"its zstd data is broken ({error})") from error
                started, data = True, b""
                if plain:
                    yield plain
                if unpacker.eof:
                    data = unpacker.unused_data
                    unpacker, started = factory.decompressobj(), False
    if started:
        raise Damaged("its zstd data ends before its end: the file was cut")


_UNPACK: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gz": _gz,
    "bz2": _stepwise(bz2.BZ2Decompressor, "bz2"),
    "xz": _stepwise(lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY), "xz"),
    "zst": _zst,
}

# ---------------------------------------------------------------------------------- encodings

_BOMS = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before that of UTF-16, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BOM = tuple(mark for mark, _ in _BOMS)
_WIDE = (("utf-16-le", 2, 0), ("utf-16-be", 2, 1), ("utf-32-le", 4, 0), ("utf-32-be", 4, 3))
_ENOUGH = 16  # letters


def _is_plain(data: bytes) -> bool:
    head = data[:512]
    return not packing(head) and not data.startswith(_BOM) and not _unmarked(head)


_MARKS = re.compile(rb"\A(?:\xef\xbb\xbf)+")  # more than one where files were pasted together


def _utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Drop a byte-order mark; turn UTF-16 (what PowerShell's `>` writes) and 32 into UTF-8."""
    chunks, head = _peek(chunks)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    encoding = _unmarked(head) if marked is None else marked
    if encoding:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")
    else:
        first = True
        for chunk in chunks:
            yield _MARKS.sub(b"", chunk, count=1) if first else chunk
            first = False


def _unmarked(head: bytes) -> str:
    r"""Return the wide encoding of a text without a mark; "" if it is none.

    Names and numbers are written with ASCII: of nine units in ten only one byte is not zero, and
    it prints.

    Examples
    --------
    >>> _unmarked("id;text\n1;un mot".encode("utf-16-le")), _unmarked(b"id;text\n1;un mot")
    ('utf-16-le', '')
    """
    if not head.count(b"\0"):
        return ""
    for name, width, place in _WIDE:
        units = [head[at : at + width] for at in range(0, len(head) - width + 1, width)]
        plain = sum(
            one.count(b"\0") == width - 1 and (one[place] >= 32 or one[place] in b"\t\r\n")
            for one in units
        )
        if len(units) >= _ENOUGH and 10 * plain >= 9 * len(units):
            return name
    return ""
