"""One unit of work: read what it holds, and write its parts; every worker runs `read_unit`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from i4analysis.archive.bytes.opening import Source, file_opener
from i4analysis.archive.reading import declared
from i4analysis.archive.reading.containers import FileBundle, Unit
from i4analysis.archive.reading.declared import Declaration
from i4analysis.archive.reading.recognise import read_source
from i4analysis.archive.rows.sink import Flush, Sink
from i4analysis.archive.store import parts
from i4analysis.archive.store.parts import Account, PartWriter
from i4analysis.errors import ArchiveError, StoreError, UnknownFormatError, fault


class Filter(msgspec.Struct, frozen=True):
    """What to keep.

    Attributes
    ----------
    hashtags
        Normalised; empty keeps everything.
    strict
        Look through JSON escapes of plain letters when skipping lines unparsed.
    declared
        What the columns of files are, where their owner says so.
    extra
        Whether posts of v1.1 keep their program, place and media too (`rows.SIGHTED_EXTRA`).
    """

    hashtags: tuple[str, ...] = ()
    strict: bool = True
    declared: tuple[Declaration, ...] = ()
    extra: bool = False

    def read_so(self, account: Account, name: str) -> bool:
        """Return True if a file was read as it would be now."""
        return account.columns == self.columns(name) and self.holds(account)

    def holds(self, account: Account) -> bool:
        """Return True if what was read of a file is what is asked for, its columns aside."""
        return account.hashtags == list(self.hashtags) and account.extra >= self.extra

    def columns(self, name: str) -> dict[str, str]:
        """Return what the columns of a file are declared to be; {} if nothing is."""
        return declared.of(name, self.declared) if self.declared else {}


class Done(msgspec.Struct):
    """What became of one file.

    Attributes
    ----------
    outcome
        read, known (its part was there already) or refused.
    sentence
        Why it was refused.
    harmless
        True when a refused file is merely no archive, and was not named but found in a folder.
    """

    name: str
    outcome: str
    account: Account | None = None
    sentence: str = ""
    harmless: bool = False


class Piece:
    """One file of records, or one bundle of files that belong together."""

    def __init__(self, origin: Source | FileBundle) -> None:
        self.name = origin.name
        self._origin = origin

    def digest(self) -> tuple[str, int]:
        """Return the hash and the size of its bytes as received."""
        if isinstance(self._origin, Source):
            return self._origin.digest()
        origin = self._origin
        if not origin.root and not origin.shared and Path(origin.path).is_file():
            return Source(self.name, file_opener(origin.path)).digest()
        sha, size = hashlib.sha256(), 0
        for name in self._origin.names:
            digest, length = self._origin.source(name).digest()
            sha.update(f"{name}\0{digest}\n".encode("utf-8", "surrogatepass"))
            size += length
        return sha.hexdigest(), size

    def read(self, flush: Flush, kept: Filter) -> Account:
        """Read every record and return the account of them.

        Raises
        ------
        ArchiveError
            If no record can be read at all.
        """
        sink = Sink(self.name, flush, kept.hashtags, kept.strict, kept.extra)
        if isinstance(self._origin, Source):
            found = read_source(self._origin, sink, kept.columns(self.name))
        else:
            self._origin.reader.read(self._origin, sink)
            sink.settle()
            found = sink.variant or self._origin.reader.name
        sha, size = self.digest()
        row = {"format": found, "sha256": sha, "bytes": size} | sink.account_row()
        remarks = dict(sorted(sink.remarks.items()))
        columns = kept.columns(self.name)
        return Account(row, remarks, list(kept.hashtags), columns=columns, extra=kept.extra)


def pieces(unit: Unit) -> Iterator[Piece]:
    """Yield what a unit holds."""
    if unit.kind == "bundle":
        yield Piece(unit.bundle())
    elif unit.kind in ("tars", "within-zip", "within-tar"):
        yield from map(Piece, unit.members())
    else:
        yield Piece(unit.source())


def each(unit: Unit, do: Callable[[Piece], Done]) -> Iterator[Done]:
    """Apply `do` to every piece of a unit; a piece or unit that is refused becomes a `Done`."""
    found = pieces(unit)
    name = unit.name
    while True:
        try:
            piece = next(found)
            name = piece.name
            yield do(piece)
        except StopIteration:
            return
        except StoreError:
            raise
        except ArchiveError as error:
            harmless = unit.walked and isinstance(error, UnknownFormatError)
            yield Done(name, "refused", sentence=str(error), harmless=harmless)
        except Exception as error:  # one file must not keep the others from being read
            yield Done(name, "refused", sentence=f"The file {name} met {fault(error)}.")


def read_unit(unit: Unit, folder: str, kept: Filter, fresh: bool = False) -> list[Done]:
    """Read a unit into the store at `folder`; what a file holds never raises.

    Parameters
    ----------
    fresh
        True when the store was empty: no file can be there already, so its hash is worked out
        while it is read instead of before.
    """
    store = Path(folder)
    return list(each(unit, lambda piece: _stored(piece, store, kept, fresh)))


def _stored(piece: Piece, store: Path, kept: Filter, fresh: bool) -> Done:
    if not fresh:
        present = parts.account(store, piece.digest()[0])
        if present is not None and kept.read_so(present, piece.name):
            return Done(piece.name, "known", present)
    with PartWriter(store) as writer:
        account = piece.read(writer, kept)
        writer.commit(account)
    return Done(piece.name, "read", account)
