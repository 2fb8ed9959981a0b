"""What a path holds: a file, the members of a .zip or .tar, or the files of a folder.

A `Unit` is one piece of work: small enough to hand to another process, with all it takes to open
it there. Nothing is ever unpacked to disk, but for an archive inside another where the system has
no files in memory.
"""

from __future__ import annotations

import io
import os
import re
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import IO, Any

import msgspec

from i4analysis.archive.bytes import opening, workbooks, zips
from i4analysis.archive.bytes.opening import ChunkFile, Damaged, Source
from i4analysis.archive.formats.registry import BUNDLE_READERS
from i4analysis.archive.rows import refusal
from i4analysis.archive.rows.reader import BundleReader
from i4analysis.errors import ArchiveError, UnknownFormatError, no_file, shown
from i4analysis.ledgers import LEDGERS

MEMBERS = 200_000
PROBED = 8 << 20
SMALL = 1 << 16  # bytes as received of a file that is read together with others

Faults = Callable[[str, ArchiveError, bool], None]
_TOGETHER = 2_000, 8 << 20  # files and bytes of a batch
_FEW = 50  # small files that are read one by one all the same

Group = tuple[BundleReader, str, Sequence[str]]


class Unit(msgspec.Struct, frozen=True):
    """One piece of work.

    Attributes
    ----------
    path
        The file (or, for a bundle, the file or folder) on disk, as given.
    kind
        file, zip (one member), tar (one member at an offset), tars (a compressed tar, read in one
        go), bundle (files that belong together), stretch (lines of a long file, at an offset),
        sheet (of a workbook, as CSV); batch (small files or members, read together); within-zip
        and within-tar (a member that is an archive or a workbook itself, read in one go).
    size
        Bytes as received, for the progress and to share the work.
    walked
        True when found in a folder, not named.
    number, line
        Of a stretch: which one it is, the lines before it.
    reader
        Of a stretch or a bundle: the name of its reader.
    units
        Of a batch: what is in it.
    names
        Of a bundle: those of its files that are read, all if none are named.
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
    sheet: str = ""
    units: tuple[Unit, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def small(self) -> bool:
        """True for a file or member that is read together with others like it."""
        return self.size <= SMALL and self.kind in ("file", "zip", "tar")

    @property
    def name(self) -> str:
        if self.units:
            return self.units[0].name
        return shown(f"{self.path}!{self.member}" if self.member else self.path)

    def source(self) -> Source:
        """Return the file or member as a source."""
        if self.kind in ("zip", "within-zip"):
            opener = partial(zips.member, self.path, self.member, self.offset)
            return Source(self.name, opener, self.size)
        if self.kind == "sheet":
            return Source(self.name, lambda: workbooks.sheet(self.path, self.sheet))
        if self.kind in ("tar", "within-tar", "stretch"):
            return Source(self.name, lambda: _slice(self.path, self.offset, self.size))
        return Source(self.name, opening.file_opener(self.path))

    def members(self) -> Iterator[Source | FileBundle]:
        """Yield what a compressed tar, or an archive inside another, holds."""
        if self.kind != "tars":
            return _within(self.source(), self.walked)
        return self._streamed()

    def _streamed(self) -> Iterator[Source | FileBundle]:
        """Yield the members of a compressed tar in turn, those that belong together last."""
        try:
            groups = self._grouped()
            together = {name for _, _, names in groups for name in names}
            kept, found, numbered = _Kept(self.path), 0, _Numbered()
            packed = Path(self.path).stat().st_size
            for tar, entry in self._entries():
                found += 1
                name = numbered(entry.name)
                if name not in together:
                    held = _held(self.path, tar, entry, name, packed)
                    yield from _within(held, self.walked) if _is_packed(name) else (held,)
                elif any(reader.wants(name) for reader, _, _ in groups):
                    kept.add(name, _held(self.path, tar, entry, name, packed), entry.size)
            if not found:
                raise _nothing_in(self.path, "tar")
            yield from kept.bundles(groups)
        except ArchiveError:
            raise
        except UNREADABLE as error:
            raise ArchiveError(
                f"The file {shown(self.path)} cannot be read to its end ({error}), expected a"
                " whole .tar; what stood before was read, fetch the file again for the rest."
            ) from error

    def _entries(self) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
        """Yield the files of a compressed tar, to be read before the next one is asked for."""
        stream = _tar_stream(self.source())
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as tar:
            for count, entry in enumerate(tar, 1):
                _check_count(self.path, count)
                zips.check_name(self.path, entry.name)
                if entry.isfile() and not _is_litter(entry.name):
                    yield tar, entry

    def _grouped(self) -> list[Group]:
        """Return what belongs together in a compressed tar.

        Its names are nowhere listed. All of it is unpacked for them only if the first of them, in
        the first megabytes, are those of an account's archive.
        """
        hinted = False
        names: list[str] = []
        try:
            for _, entry in self._entries():
                names.append(entry.name)
                hinted = hinted or any(reader.hints(entry.name) for reader in BUNDLE_READERS)
                if not hinted and entry.offset_data + entry.size > PROBED:
                    return []
        except UNREADABLE:  # an ArchiveError too: it is said when its members are read
            pass
        return _groups(names) if hinted else []

    def bundle(self) -> FileBundle:
        """Return the files that belong together."""
        listing = _Listing(self.path, deep=not self.names)
        groups = _groups(listing.names, listing.source)
        for group in groups:
            reader, root, names = group
            if root == self.member and reader.name == self.reader:
                some = [name for name in names if name in self.names] if self.names else names
                shared = bool(self.names) or _shared(root, groups)
                return FileBundle(self.path, (reader, root, some), listing.source, shared)
        raise ArchiveError(
            f"The files of {self.name} changed while they were read; read them again."
        )


class Hand:
    """Takes small files and members into memory, and opens once what many of them are in."""

    def __init__(self) -> None:
        self._zips: zips.Listed = {}
        self._tar: tuple[str, IO[bytes]] | None = None

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._tar is not None:
            self._tar[1].close()

    def source(self, unit: Unit) -> Source:
        """Return a file or member with its bytes in memory, if they can all be read."""
        data = None
        if unit.kind == "zip":
            data = zips.small(unit.path, unit.offset, self._zips)
        elif unit.kind == "tar":
            with suppress(OSError):
                data = os.pread(self._opened(unit.path).fileno(), unit.size, unit.offset)
        if data is None:
            return unit.source().held()
        return Source.of(unit.name, data, unit.size if unit.kind == "zip" else None)

    def _opened(self, path: str) -> IO[bytes]:
        if self._tar is None or self._tar[0] != path:
            self.__exit__()
            self._tar = None
            self._tar = path, opening.unwaiting(path, buffering=0)
        return self._tar[1]


class FileBundle:
    """Files of a .zip, a .tar or a folder that belong together; see `reader.Bundle`.

    Parameters
    ----------
    group
        Who reads it, the folder inside that its files share, and the files.
    opened
        Returns a file by its name.
    shared
        True when another bundle lies in the same folder.

    Attributes
    ----------
    name
        As written into the tables.
    path, root
        The file or folder on disk, and the folder inside.
    reader, names
        What reads them, and the files.
    """

    def __init__(
        self,
        path: str,
        group: Group,
        opened: Callable[[str], Source],
        shared: bool = False,
    ) -> None:
        self.reader, self.root, self.names = group
        self.name = shown(f"{path}!{self.root}" if self.root else path)
        self.path, self.shared = path, shared
        self._opened = opened

    def source(self, name: str) -> Source:
        """Return one of the files."""
        return self._opened(name)

    def called(self, name: Callable[[str], str]) -> FileBundle:
        """Return the same with `name` of its name, and of its files' names."""
        group: Group = self.reader, self.root, self.names

        def opened(file: str) -> Source:
            source = self._opened(file)
            source.name = name(source.name)
            return source

        found = FileBundle(self.path, group, opened, self.shared)
        found.name = name(self.name)
        return found


class _Kept:
    """Members of a compressed tar that are kept until the others that belong to them have come."""

    def __init__(self, path: str) -> None:
        self._path, self._size = path, 0
        self._sources: dict[str, Source] = {}

    def add(self, name: str, source: Source, size: int) -> None:
        self._size += size
        if self._size > opening.BOMB_BYTES:
            raise ArchiveError(
                f"The file {shown(self._path)} holds an account's archive of more than"
                f" {opening.BOMB_BYTES >> 20} MB in a compressed .tar; unpack it and read the"
                " folder."
            )
        self._sources[name] = source

    def bundles(self, groups: Sequence[Group]) -> Iterator[FileBundle]:
        """Yield what belongs together, as far as it came and is read."""
        for reader, root, names in groups:
            came = [name for name in names if name in self._sources]
            group: Group = reader, root, came
            shared = _shared(root, groups)
            yield FileBundle(self._path, group, self._sources.__getitem__, shared)


class _Listing:
    """The files that a folder, a .zip or a plain .tar holds.

    Attributes
    ----------
    names
        Relative to it, litter left out.
    closed
        Why folders in it could not be looked into.

    Parameters
    ----------
    deep
        False for the files of a folder without those of the folders in it.
    """

    def __init__(self, path: str, deep: bool = True) -> None:
        self.name = path
        self.closed: list[OSError] = []
        self._folder = Path(path) if Path(path).is_dir() else None
        self._tar: dict[str, tuple[int, int]] = {}
        self._zip: dict[str, int] = {}
        if self._folder is not None:
            places: Iterable[Any] = os.walk(path, onerror=self.closed.append)
            places = places if deep else islice(places, 1)
            found = (Path(place, name) for place, _, names in places for name in names)
            try:
                files = sorted(x for x in found if not _is_own(x) and self._is_file(x))
            except RecursionError as error:  # of os.walk
                raise ArchiveError(
                    f"The folder {shown(path)} holds folders within folders, about a thousand"
                    " deep, expected an archive of posts; see what made them, and name a folder"
                    " further down."
                ) from error
            names = [item.relative_to(self._folder).as_posix() for item in files]
        elif _packing(path) == "tar":
            try:
                for unit in _tar_files(path, walked=False):
                    self._tar[unit.member] = unit.offset, unit.size
            except UNREADABLE:
                pass  # it was said when its members were listed
            names = list(self._tar)
        else:
            for entry in zips.entries(path):  # of two members of one name, the first
                self._zip.setdefault(entry.filename, entry.header_offset)
            names = list(self._zip)
        self.names: Sequence[str] = [name for name in names if not _is_litter(name)]

    def _is_file(self, item: Path) -> bool:
        try:
            return item.is_file()
        except OSError as error:  # its path is longer than the system takes
            self.closed.append(error)
            return False

    def source(self, name: str) -> Source:
        """Return one of its files."""
        if self._folder is not None:
            return Source(f"{self.name}!{name}", opening.file_opener(self._folder / name))
        if self._tar:
            return Source(f"{self.name}!{name}", lambda: _slice(self.name, *self._tar[name]))
        at = self._zip[name]
        return Source(f"{self.name}!{name}", lambda: zips.member(self.name, name, at))


# ----------------------------------------------------------------------------------- expanding


def units(paths: Sequence[str | os.PathLike[str]], fault: Faults) -> Iterator[Unit]:
    """Yield the work that paths hold; what cannot be opened at all goes to `fault`.

    That is its name, why, and whether it was found in a folder, not named.
    A folder is walked in the order of its names; files whose name begins with a dot, what macOS
    and Windows leave behind and what a movement keeps of itself are passed over.
    """
    together = list(_beside(paths))
    yield from together
    read = {Path(unit.path) / name for unit in together for name in unit.names}
    for path in paths:
        try:
            plain = Path(path)
            if plain.is_dir():
                yield from _folder(plain, fault)
            elif _is_own(plain):
                own = f"The file {shown(path)} is a movement's own, expected an archive of posts."
                fault(os.fspath(path), UnknownFormatError(own), True)
            elif plain not in read:
                yield from _file(os.fspath(path), walked=False)
        except ArchiveError as error:
            fault(os.fspath(path), error, False)
        except OSError as error:
            fault(os.fspath(path), opening.unopened(os.fspath(path), error), False)


def _beside(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Unit]:
    """Yield the named files that are not understood without others beside them, with those."""
    folders: dict[Path, list[str]] = {}
    for path in map(Path, paths):
        if any(reader.wants(path.name) for reader in BUNDLE_READERS) and path.is_file():
            folders.setdefault(path.parent, []).append(path.name)
    for folder, asked in folders.items():
        listing = _Listing(os.fspath(folder), deep=False)
        for reader, _, files in _groups(listing.names, listing.source):
            named = [name for name in asked if name in files]
            others = {other for name in named for other in reader.beside(name, files)}
            if others:
                names = tuple(sorted({*named, *others}))
                size = sum((folder / name).stat().st_size for name in names)
                home = os.fspath(folder)
                yield Unit(home, "bundle", size=size, reader=reader.name, names=names)


def batched(found: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Return the units to be read one by one, and batches of the small ones if there are many.

    Batches follow the names, so that they do not depend on the order in which files are named.
    """
    small = sorted((unit for unit in found if unit.small), key=lambda unit: unit.name)
    if len(small) < _FEW:
        return list(found), []
    batches: list[Unit] = []
    held, size = list[Unit](), 0
    for unit in small:
        if len(held) >= _TOGETHER[0] or size + unit.size > _TOGETHER[1]:
            batches.append(_batch(held))
            held, size = [], 0
        held.append(unit)
        size += unit.size
    return [unit for unit in found if not unit.small], [*batches, _batch(held)]


def _batch(held: Sequence[Unit]) -> Unit:
    size = sum(unit.size for unit in held)
    return Unit(held[0].path, "batch", size=size, units=tuple(held))


def _folder(folder: Path, fault: Faults) -> Iterator[Unit]:
    listing = _Listing(os.fspath(folder))
    for closed in listing.closed:
        fault(str(closed.filename), opening.unopened(str(closed.filename), closed), True)
    if not listing.names and not listing.closed:
        beside = " but a movement's own" if any(map(_is_own, folder.iterdir())) else ""
        raise ArchiveError(
            f"The folder {shown(folder)} holds no file{beside}, expected archives of posts; name"
            " another."
        )
    groups = _groups(listing.names, listing.source)
    for reader, root, names in groups:
        size = sum((folder / name).stat().st_size for name in names)
        yield Unit(os.fspath(folder / root), "bundle", size=size, reader=reader.name)
    together = {name for _, _, names in groups for name in names}
    for name in listing.names:
        if name in together:
            continue
        try:
            yield from _file(os.fspath(folder / name), walked=True)
        except ArchiveError as error:
            fault(os.fspath(folder / name), error, True)
        except OSError as error:  # it went while the folder was read
            fault(
                os.fspath(folder / name), opening.unopened(os.fspath(folder / name), error), True
            )


def _shared(root: str, groups: Sequence[Group]) -> bool:
    return sum(1 for group in groups if group[1] == root) > 1


def _groups(names: Sequence[str], source: Callable[[str], Source] | None = None) -> list[Group]:
    """Return what belongs together: who reads it, the folder it shares, its files."""
    found: list[Group] = [
        (reader, root, files)
        for reader in BUNDLE_READERS
        for root, files in reader.groups(names).items()
        if reader.holds(files, source)
    ]
    return sorted(found, key=lambda group: group[1])


def _packing(path: str) -> str:
    with Source(path, opening.file_opener(path)).raw() as handle:
        return opening.packing(handle.read(512))


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
        elif head.startswith(workbooks.OLE):
            yield from _workbook(path, size, walked)
        elif kind and _is_packed_tar(source):
            yield Unit(path, "tars", size=size, walked=walked)
        else:
            yield Unit(path, size=size, walked=walked)
    except ArchiveError:
        raise
    except UNREADABLE as error:
        raise ArchiveError(
            f"The file {shown(path)} is not a whole .{kind} ({error}), expected an archive that"
            f" opens; {_JOIN if _PART.search(path) else 'fetch it again'}."
        ) from error


_PART = re.compile(r"\.(?:z?\d{2,3}|part\d+)(?:\.\w{3})?$", re.ASCII | re.IGNORECASE)
_JOIN = (
    "it is one part of several: join them in their order (cat PART1 PART2 > WHOLE) and read that"
)


# What zipfile and tarfile raise, one time or another, for a container that is damaged.
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, Damaged, EOFError, OSError, ValueError, LookupError,
    TypeError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip


def _check_kind(path: str) -> None:
    """Raise `ArchiveError` for a name that has no end, or can be read only once."""
    if kind := no_file(path):
        raise ArchiveError(
            f"The file {shown(path)} is {kind}, expected a file or a folder; write what comes out"
            " of it to a file and read that."
        )


class _Numbered:
    """Numbers the names that come again: `a.json`, then `a.json (2)`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        times = self._seen[name] = self._seen.get(name, 0) + 1
        return name if times == 1 else f"{name} ({times})"


def _zip(path: str, walked: bool) -> Iterator[Unit]:
    found = [entry for entry in zips.entries(path) if not _is_litter(entry.filename)]
    if not found:
        raise _nothing_in(path, "zip")
    sizes = {entry.filename: entry.compress_size for entry in found}
    if workbooks.is_workbook(list(sizes)):
        yield from _workbook(path, sum(sizes.values()), walked)
        return
    look = refusal.of_members(list(sizes))
    if look is not None:
        raise UnknownFormatError(
            f"The file {shown(path)} is {look.what}, expected an archive of posts;"
            f" {look.next_step}.",
            look.may_hold_posts,
        )
    groups = _groups(list(sizes), lambda name: _Listing(path).source(name))
    for reader, root, names in groups:
        size = sum(sizes[name] for name in names)
        yield Unit(path, "bundle", root, size=size, walked=walked, reader=reader.name)
    together = {name for _, _, names in groups for name in names}
    numbered = _Numbered()
    for entry in found:
        name = numbered(entry.filename)
        if name not in together:
            yield Unit(
                path, "within-zip" if _is_packed(name) else "zip", name, entry.header_offset,
                entry.compress_size, walked or bool(groups),
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

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Entry:
        """Return the member that a header tells of: a plain file in a third of the time."""
        plain = _PLAIN.fullmatch(buf)
        if plain is None or sum(buf) - sum(buf[148:156]) + 8 * 32 != int(plain[3], 8):
            return super().frombuf(buf, encoding, errors)
        entry = cls(plain[1].decode(encoding, errors))
        entry.size = int(plain[2], 8)
        return entry

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        names_next = self.type not in tarfile.SUPPORTED_TYPES or self.type in _NAMING
        if self.size < 0 or (names_next and self.size > LONGEST_NAME):
            raise tarfile.ReadError(
                f"the header at byte {self.offset:,} gives {self.size:,} bytes, which none has"
            )
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return]


# Of a plain file: name, then mode and owners, size, date, sum, kind, devices, no more of the name.
_OCTAL = rb"(?:[0-7]{7}\0|[0-7]{6} \0|\0{8})"
_PLAIN = re.compile(
    rb"(?=([^\0]{1,100})).{100}" + 3 * _OCTAL + rb"([0-7]{11})[ \0][0-7]{11}[ \0]([0-7]{6})\0 0"
    rb".{172}" + 2 * _OCTAL + rb"\0.{166}", re.DOTALL
)  # fmt: skip
_BROKEN = ("InvalidHeaderError", "TruncatedHeaderError")  # the others are an end in order
_NAMING = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip
LONGEST_NAME = 1 << 20


def _workbook(path: str, size: int, walked: bool) -> Iterator[Unit]:
    """Yield the sheets; of several, those that are no archive of posts are passed over."""
    names = workbooks.sheets(path)
    for name in names:
        member = name if len(names) > 1 else ""
        yield Unit(path, "sheet", member, 0, size, walked or len(names) > 1, sheet=name)


def _tar(path: str, walked: bool) -> Iterator[Unit]:
    files: list[Unit] = []
    fault: Exception | None = None
    try:
        for file in _tar_files(path, walked):
            files.append(file)
    except ArchiveError:
        raise
    except UNREADABLE as error:
        fault = error  # what stands before is read
    places = {file.member: file for file in files}
    groups = _groups(list(places), lambda name: places[name].source())
    sizes = {file.member: file.size for file in files}
    for reader, root, names in groups:
        size = sum(sizes[name] for name in names)
        yield Unit(path, "bundle", root, size=size, walked=walked, reader=reader.name)
    together = {name for _, _, names in groups for name in names}
    yield from (file for file in files if file.member not in together)
    if fault is not None:
        raise fault
    if not files:
        raise _nothing_in(path, "tar")


def _tar_files(path: str, walked: bool) -> Iterator[Unit]:
    """Yield the members of a plain tar; raise one of `UNREADABLE` where it breaks off."""
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
        name = numbered(entry.name)
        kind = "within-tar" if _is_packed(name) else "tar"
        yield Unit(path, kind, name, entry.offset_data, entry.size, walked)
    if fault is not None:
        raise fault


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
    if "." not in name and "_" not in name:
        return False
    parts = [part for part in name.split("/") if part != "."]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or (
        bool(parts) and (parts[-1] in _LITTER or parts[-1].startswith("~$"))
    )


# what Windows and Spark leave beside files
_LITTER = ("Thumbs.db", "desktop.ini", "_SUCCESS")


# What a movement keeps of itself: its ledgers, what was read into its store, its made-up truth.
_OWN = re.compile(
    rf"(/.*/|/)(?:(?:movement|simulate)\.toml|CHECKLIST\.md|(?:{'|'.join(LEDGERS)})\.csv"
    r"|archive/[0-9a-f]{64}\..+|(?:truth|notebooks)/[^/]+)"
)


def _is_own(path: Path) -> bool:
    found = _OWN.fullmatch(path.absolute().as_posix())
    return found is not None and Path(found[1], "movement.toml").is_file()


# ------------------------------------------------------------------- archives inside archives

_PACKED = (
    ".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst",
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".docx", ".pptx", ".numbers", ".pages",
)  # fmt: skip
DEEPEST = 3  # archives inside each other


def _is_packed(name: str) -> bool:
    """Return True for the name of a file that is told by being opened from disk."""
    return name.partition(" (")[0].lower().endswith(_PACKED)


def _within(packed: Source, walked: bool, depth: int = 1) -> Iterator[Source | FileBundle]:
    """Yield what an archive or a workbook inside an archive holds; what it is not, as it is.

    What is wrong with it is said when it is read, so that what stands beside it is read too.
    """
    name, path = packed.name, packed.name

    def called(text: str) -> str:
        return text.replace(path, name)

    try:
        with _as_file(packed) as path:
            for unit in _file(path, walked):
                if unit.kind == "file":
                    yield packed
                    continue
                try:
                    yield from _inside(unit, called, depth)
                except ArchiveError as error:
                    yield _refused(called(unit.name), _retold(error, called))
    except ArchiveError as error:
        yield _refused(name, _retold(error, called))
    finally:
        zips.forget()


def _inside(unit: Unit, called: Callable[[str], str], depth: int) -> Iterator[Source | FileBundle]:
    """Yield what a unit of an archive inside another holds, by the names that they are called."""
    if unit.kind == "bundle":
        yield unit.bundle().called(called)
    elif unit.kind == "tars":
        for member in unit.members():
            if isinstance(member, FileBundle):
                yield member.called(called)
            else:
                member.name = called(member.name)
                yield member
    else:
        source = unit.source()
        source.name = called(source.name)
        if not unit.kind.startswith("within"):
            yield source
        elif depth < DEEPEST:
            yield from _within(source, unit.walked, depth + 1)
        else:
            sentence = (
                f"The file {source.name} is the {depth + 1}th archive inside another, expected at"
                f" most {DEEPEST}; unpack the outer ones and read what they hold."
            )
            yield _refused(source.name, ArchiveError(sentence))


@contextmanager
def _as_file(packed: Source) -> Iterator[str]:
    """Give the bytes of a member as a file: in memory, where the system has such files.

    Raises
    ------
    ArchiveError
        If they cannot be read, or take too much memory.
    """
    if hasattr(os, "memfd_create"):
        handle = os.fdopen(os.memfd_create("member"), "w+b")
        path = f"/proc/self/fd/{handle.fileno()}"
    else:
        handle = tempfile.NamedTemporaryFile()  # type: ignore[assignment]  # noqa: SIM115
        path = handle.name
    with handle:
        size = 0
        with packed.raw() as raw:
            while chunk := _piece_of(raw, packed.name):
                size += len(chunk)
                if size > opening.BOMB_BYTES:
                    raise ArchiveError(
                        f"The file {packed.name} is an archive of more than"
                        f" {opening.BOMB_BYTES >> 20} MB inside another; unpack the outer one and"
                        " read what it holds."
                    )
                handle.write(chunk)
        handle.flush()
        yield path


def _piece_of(raw: IO[bytes], name: str) -> bytes:
    try:
        return raw.read(opening.CHUNK)
    except UNREADABLE as error:
        raise ArchiveError(
            f"The file {name} cannot be read to its end ({error}), expected a whole archive;"
            " fetch it again."
        ) from error


def _retold(error: ArchiveError, called: Callable[[str], str]) -> ArchiveError:
    """Return an error that calls a file inside an archive by the name that it has there."""
    found = type(error)(called(str(error)))
    found.__dict__.update(error.__dict__)
    return found


def _refused(name: str, why: ArchiveError) -> Source:
    """Return a source that says why it cannot be read, when it is."""

    def opened() -> IO[bytes]:
        raise why

    return Source(name, opened)


# ------------------------------------------------------------------------------------- opening


def _slice(path: str, offset: int, size: int) -> IO[bytes]:
    """Open a stretch of a file as a file of its own."""

    def chunks() -> Iterator[bytes]:
        left = size
        with opening.unwaiting(path) as whole:
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
    return io.BufferedReader(ChunkFile(_ending(source.chunks())), opening.CHUNK)


def _ending(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunks, and end: `tarfile` skips what a header promises, at the end of all too."""
    yield from chunks
    yield from repeat(b"", 100)  # a whole .tar is asked for its end a few times
    raise Damaged("unexpected end of data")


def _held(
    path: str, tar: tarfile.TarFile, entry: tarfile.TarInfo, name: str, packed: int
) -> Source:
    """Return a member of a stream as a source; it is held in memory, up to a bound."""
    name = shown(f"{path}!{name}")
    if entry.size > opening.BOMB_BYTES // 2:
        raise ArchiveError(
            f"The member {name} of a compressed .tar holds {entry.size >> 20} MB, expected at most"
            f" {opening.BOMB_BYTES >> 21}; unpack the .tar and read its files."
        )
    handle = tar.extractfile(entry)
    data = b"" if handle is None else handle.read()
    return Source.of(name, data, packed)
