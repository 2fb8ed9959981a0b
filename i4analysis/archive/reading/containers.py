"""What a path holds: a file, the members of a .zip or .tar, or the files of a folder.

A `Unit` is one piece of work: small enough to hand to another process, with all it takes to open
it there. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from i4analysis.archive.bytes import opening, zips
from i4analysis.archive.bytes.opening import ChunkFile, Damaged, Source, shown
from i4analysis.archive.formats.registry import BUNDLE_READERS
from i4analysis.archive.rows.reader import BundleReader
from i4analysis.errors import ArchiveError

MEMBERS = 200_000

Faults = Callable[[str, ArchiveError], None]


@dataclass(frozen=True)
class Unit:
    """One piece of work.

    Attributes
    ----------
    path
        The file (or, for a bundle, the file or folder) on disk, as given.
    kind
        file, zip (one member), tar (one member at an offset), tars (a compressed tar, read in one
        go), bundle (files that belong together), stretch (lines of a long file, at an offset).
    size
        Bytes as received, for the progress and to share the work.
    walked
        True when found in a folder, not named.
    number, line, reader
        Of a stretch: which one it is, the lines before it, the name of its reader.
    """

    path: str
    kind: str = "file"
    member: str = ""
    offset: int = 0
    size: int = 0
    walked: bool = False
    number: int = 0
    line: int = 0
    reader: str = ""

    @property
    def name(self) -> str:
        return shown(f"{self.path}!{self.member}" if self.member else self.path)

    def source(self) -> Source:
        """Return the file or member as a source."""
        if self.kind == "zip":
            opener = partial(zips.member, self.path, self.member, self.offset)
            return Source(self.name, opener, self.size)
        if self.kind in ("tar", "stretch"):
            return Source(self.name, lambda: _slice(self.path, self.offset, self.size))
        return Source(self.name, opening.file_opener(self.path))

    def members(self) -> Iterator[Source]:
        """Yield the members of a compressed tar, one after the other."""
        try:
            stream = _tar_stream(self.source())
            with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as tar:
                found, name = 0, _Numbered()
                for count, entry in enumerate(tar, 1):
                    _check_count(self.path, count)
                    zips.check_name(self.path, entry.name)
                    if entry.isfile() and not _is_litter(entry.name):
                        found += 1
                        yield _held(self.path, tar, entry, name(entry.name))
            if not found:
                raise _nothing_in(self.path, "tar")
        except ArchiveError:
            raise
        except UNREADABLE as error:
            raise ArchiveError(
                f"The file {shown(self.path)} cannot be read to its end ({error}), expected a"
                " whole .tar; what stood before was read, fetch the file again for the rest."
            ) from error

    def bundle(self) -> FileBundle:
        """Return the files that belong together."""
        return FileBundle(self.path, self.member)


class FileBundle:
    """Files of a .zip or a folder that belong together; see `reader.Bundle`.

    Parameters
    ----------
    root
        The folder inside that they share.

    Attributes
    ----------
    name
        As written into the tables.
    path, root
        The file or folder on disk, and the folder inside.
    names
        The files.
    reader
        What reads them.
    """

    def __init__(self, path: str, root: str) -> None:
        self.name = shown(f"{path}!{root}" if root else path)
        self.path, self.root = path, root
        self._listing = _Listing(path)
        for reader in BUNDLE_READERS:
            groups = reader.groups(self._listing.names)
            if root in groups:
                self.names: Sequence[str] = groups[root]
                self.reader: BundleReader = reader
                return
        raise ArchiveError(
            f"The files of {self.name} changed while they were read; read them again."
        )

    def source(self, name: str) -> Source:
        """Return one of the files."""
        return self._listing.source(name)


class _Listing:
    """The files that a .zip or a folder holds.

    Attributes
    ----------
    names
        Relative to it, litter left out.
    closed
        Why folders in it could not be looked into.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self.closed: list[OSError] = []
        self._folder = Path(path) if Path(path).is_dir() else None
        if self._folder is not None:
            places = os.walk(path, onerror=self.closed.append)
            found = (Path(place, name) for place, _, names in places for name in names)
            files = sorted(item for item in found if item.is_file())
            names = [item.relative_to(self._folder).as_posix() for item in files]
        else:
            names = list(dict.fromkeys(entry.filename for entry in zips.entries(path)))
        self.names: Sequence[str] = [name for name in names if not _is_litter(name)]

    def source(self, name: str) -> Source:
        """Return one of its files."""
        if self._folder is not None:
            return Source(f"{self.name}!{name}", opening.file_opener(self._folder / name))
        return Source(f"{self.name}!{name}", lambda: zips.member(self.name, name))


# ----------------------------------------------------------------------------------- expanding


def units(paths: Sequence[str | os.PathLike[str]], fault: Faults) -> Iterator[Unit]:
    """Yield the work that paths hold; what cannot be opened at all goes to `fault`.

    A folder is walked in the order of its names; files whose name begins with a dot, and what
    macOS and Windows leave behind, are passed over.
    """
    for path in paths:
        try:
            plain = Path(path)
            if plain.is_dir():
                yield from _folder(plain, fault)
            else:
                yield from _file(os.fspath(path), walked=False)
        except ArchiveError as error:
            fault(os.fspath(path), error)
        except OSError as error:
            fault(os.fspath(path), opening.unopened(os.fspath(path), error))


def _folder(folder: Path, fault: Faults) -> Iterator[Unit]:
    listing = _Listing(os.fspath(folder))
    for closed in listing.closed:
        fault(str(closed.filename), opening.unopened(str(closed.filename), closed))
    if not listing.names and not listing.closed:
        raise ArchiveError(
            f"The folder {shown(folder)} holds no file, expected archives of posts; name another."
        )
    groups = _groups(listing.names)
    for root, names in sorted(groups.items()):
        size = sum((folder / name).stat().st_size for name in names)
        yield Unit(os.fspath(folder / root), "bundle", size=size)
    together = {name for names in groups.values() for name in names}
    for name in listing.names:
        if name in together:
            continue
        try:
            yield from _file(os.fspath(folder / name), walked=True)
        except ArchiveError as error:
            fault(os.fspath(folder / name), error)
        except OSError as error:  # it went while the folder was read
            fault(os.fspath(folder / name), opening.unopened(os.fspath(folder / name), error))


def _groups(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the files that belong together, by the folder they share."""
    found: dict[str, list[str]] = {}
    for reader in BUNDLE_READERS:
        found |= reader.groups(names)
    return found


def _file(path: str, walked: bool) -> Iterator[Unit]:
    _check_kind(path)
    source = Source(path, opening.file_opener(path))
    with source.raw() as handle:
        head = handle.read(512)
        size = handle.seek(0, io.SEEK_END)
    kind = opening.packing(head)
    try:
        if kind == "zip":
            yield from _zip(path, walked)
        elif kind == "tar":
            yield from _tar(path, walked)
        elif kind and _is_packed_tar(source):
            yield Unit(path, "tars", size=size, walked=walked)
        else:
            yield Unit(path, size=size, walked=walked)
    except ArchiveError:
        raise
    except UNREADABLE as error:
        raise ArchiveError(
            f"The file {shown(path)} is not a whole .{kind} ({error}), expected an archive that"
            " opens; fetch it again."
        ) from error


# What zipfile and tarfile raise, one time or another, for a container that is damaged.
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, Damaged, EOFError, OSError, ValueError, LookupError,
    TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip
_KINDS = (
    (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)  # fmt: skip


def _check_kind(path: str) -> None:
    """Raise `ArchiveError` for a name that has no end, or can be read only once."""
    mode = Path(path).stat().st_mode
    kind = next((kind for is_one, kind in _KINDS if is_one(mode)), None)
    if kind is not None:
        raise ArchiveError(
            f"The file {shown(path)} is {kind}, expected a file or a folder; write what comes out"
            " of it to a file and read that."
        )


class _Numbered:
    """Numbers the names that come again: `a.json`, then `a.json (2)`."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        self._seen[name] += 1
        times = self._seen[name]
        return name if times == 1 else f"{name} ({times})"


def _zip(path: str, walked: bool) -> Iterator[Unit]:
    found = [entry for entry in zips.entries(path) if not _is_litter(entry.filename)]
    if not found:
        raise _nothing_in(path, "zip")
    sizes = {entry.filename: entry.compress_size for entry in found}
    groups = _groups(list(sizes))
    for root, names in sorted(groups.items()):
        size = sum(sizes[name] for name in names)
        yield Unit(path, "bundle", root, size=size, walked=walked)
    together = {name for names in groups.values() for name in names}
    numbered = _Numbered()
    for entry in found:
        name = numbered(entry.filename)
        if name != entry.filename or name not in together:
            yield Unit(
                path, "zip", name, entry.header_offset, entry.compress_size,
                walked or bool(groups),
            )  # fmt: skip


class _Entry(tarfile.TarInfo):
    """A member of a .tar; what `tarfile` takes for the end, or on trust, is said to be damage."""

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> _Entry:
        """Return the next member."""
        at = tar.offset
        try:
            return super().fromtarfile(tar)
        except tarfile.HeaderError as error:
            if not at or type(error).__name__ not in _BROKEN:
                raise
            raise tarfile.ReadError(f"{error} at byte {at:,}") from error

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        names_next = self.type not in tarfile.SUPPORTED_TYPES or self.type in _NAMING
        if self.size < 0 or (names_next and self.size > LONGEST_NAME):
            raise tarfile.ReadError(
                f"the header at byte {self.offset:,} gives {self.size:,} bytes, which none has"
            )
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return]


_BROKEN = ("InvalidHeaderError", "TruncatedHeaderError")  # the others are an end in order
_NAMING = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
LONGEST_NAME = 1 << 20


def _tar(path: str, walked: bool) -> Iterator[Unit]:
    entries: list[tarfile.TarInfo] = []
    fault: Exception | None = None
    with tarfile.open(path, "r:", tarinfo=_Entry) as tar:
        try:
            for entry in tar:
                zips.check_name(path, entry.name)
                entries.append(entry)
                _check_count(path, len(entries))
        except ArchiveError:
            raise
        except UNREADABLE as error:
            fault = error  # what stands before is read
    files = [entry for entry in entries if entry.isfile() and not _is_litter(entry.name)]
    sparse = next((entry.name for entry in files if entry.issparse()), None)
    if sparse is not None:
        raise ArchiveError(
            f"The file {shown(path)} holds {sparse[:80]!r} as a sparse file, expected plain ones;"
            " unpack it and read the folder."
        )
    numbered = _Numbered()
    for entry in files:
        yield Unit(path, "tar", numbered(entry.name), entry.offset_data, entry.size, walked)
    if fault is not None:
        raise fault
    if not files:
        raise _nothing_in(path, "tar")


def _check_count(path: str, count: int) -> None:
    if count > MEMBERS:
        raise ArchiveError(
            f"The file {shown(path)} holds more than {MEMBERS:,} members, which takes too much"
            " memory to list; unpack it and read the folder."
        )


def _nothing_in(path: str, kind: str) -> ArchiveError:
    return ArchiveError(
        f"The .{kind} file {shown(path)} holds no file (folders, links and devices are passed"
        " over), expected archives of posts; name another."
    )


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or (
        parts[-1:] in (("Thumbs.db",), ("desktop.ini",))
    )


# ------------------------------------------------------------------------------------- opening


def _slice(path: str, offset: int, size: int) -> IO[bytes]:
    """Open a stretch of a file as a file of its own."""

    def chunks() -> Iterator[bytes]:
        left = size
        with Path(path).open("rb") as whole:
            whole.seek(offset)
            while left and (chunk := whole.read(min(opening.CHUNK, left))):
                left -= len(chunk)
                yield chunk

    return io.BufferedReader(ChunkFile(chunks()), opening.CHUNK)


def _is_packed_tar(source: Source) -> bool:
    head = b""
    try:
        for chunk in source.chunks():
            head += chunk
            if len(head) >= 512:
                break
    except Damaged:
        pass
    return opening.packing(head[:512]) == "tar"


def _tar_stream(source: Source) -> IO[bytes]:
    return io.BufferedReader(ChunkFile(source.chunks()), opening.CHUNK)


def _held(path: str, tar: tarfile.TarFile, entry: tarfile.TarInfo, name: str) -> Source:
    """Return a member of a stream as a source; it is held in memory, up to a bound."""
    name = shown(f"{path}!{name}")
    if entry.size > opening.BOMB_BYTES // 2:
        raise ArchiveError(
            f"The member {name} of a compressed .tar holds {entry.size >> 20} MB, expected at most"
            f" {opening.BOMB_BYTES >> 21}; unpack the .tar and read its files."
        )
    handle = tar.extractfile(entry)
    data = b"" if handle is None else handle.read()
    return Source(name, lambda: io.BytesIO(data), packed=Path(path).stat().st_size)
