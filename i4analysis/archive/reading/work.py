"""One unit of work: read what it holds, and write its parts; every worker runs `read_unit`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from i4analysis.archive.bytes.opening import Source, file_opener
from i4analysis.archive.reading import declared
from i4analysis.archive.reading.containers import FileBundle, Hand, Unit
from i4analysis.archive.reading.declared import Declaration
from i4analysis.archive.reading.recognise import read_source
from i4analysis.archive.reading.records import without_collecting
from i4analysis.archive.rows.sink import Flush, Overflow, Sink, Together
from i4analysis.archive.store import parts
from i4analysis.archive.store.parts import Account, PartWriter
from i4analysis.errors import ArchiveError, StoreError, UnknownFormatError, met, shown

PACK = parts.ROW_GROUP, 2_000, 1 << 25  # rows, files, bytes as received


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
        True when a refused file is merely no archive, and was not named but found in a folder or
        in an archive of others.
    may_hold_posts
        True when a refused file may hold posts all the same.
    """

    name: str
    outcome: str
    account: Account | None = None
    sentence: str = ""
    harmless: bool = False
    may_hold_posts: bool = True

    @classmethod
    def refused(cls, name: str, error: ArchiveError, walked: bool, packed: bool = False) -> Done:
        """Return what became of a file that could not be read at all."""
        unknown = isinstance(error, UnknownFormatError)
        holds = not isinstance(error, UnknownFormatError) or error.may_hold_posts
        harmless = unknown and (walked or (packed and not holds))
        return cls(name, "refused", None, str(error), harmless, holds)


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
        return self.sunk(flush, kept)()

    def sunk(self, flush: Flush | Together, kept: Filter) -> Callable[[], Account]:
        """Read every record; return what gives the account of them once the rows are handed on.

        Raises
        ------
        ArchiveError
            If no record can be read at all.
        Overflow
            If it is read together with others and is too large for that.
        """
        sink = Sink(self.name, flush, kept.hashtags, kept.strict, kept.extra)
        columns = kept.columns(self.name)
        if isinstance(self._origin, Source):
            found = read_source(self._origin, sink, columns)
        else:
            self._origin.reader.read(self._origin, sink)
            sink.settle()
            found = sink.variant or self._origin.reader.name
        sha, size = self.digest()

        def account() -> Account:
            row = {"format": found, "sha256": sha, "bytes": size} | sink.account_row()
            remarks = dict(sorted(sink.remarks.items()))
            return Account(row, remarks, list(kept.hashtags), columns=columns, extra=kept.extra)

        return account


def pieces(unit: Unit, hand: Hand | None = None) -> Iterator[Piece]:
    """Yield what a unit holds; a hand takes a small file into memory, to be read there."""
    if unit.kind == "bundle":
        yield Piece(unit.bundle())
    elif unit.kind in ("tars", "within-zip", "within-tar"):
        yield from map(Piece, unit.members())
    else:
        yield Piece(unit.source() if hand is None else hand.source(unit))


def each(unit: Unit, do: Callable[[Piece], Done], hand: Hand | None = None) -> Iterator[Done]:
    """Apply `do` to every piece of a unit; a piece or unit that is refused becomes a `Done`."""
    found = pieces(unit, hand)
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
            yield Done.refused(name, error, unit.walked, name != shown(unit.path))
        except Exception as error:  # one file must not keep the others from being read
            yield Done(name, "refused", sentence=_met(name, error))


def _met(name: str, error: Exception) -> str:
    return str(error) if isinstance(error, ArchiveError) else met(f"The file {name}", error)


def read_unit(unit: Unit, folder: str, kept: Filter, fresh: bool = False) -> list[Done]:
    """Read a unit into the store at `folder`; what a file holds never raises.

    Parameters
    ----------
    fresh
        True when the store was empty: no file can be there already, so its hash is worked out
        while it is read instead of before.
    """
    store = Path(folder)
    held = None if fresh else parts.Index.of(store)
    return list(each(unit, lambda piece: _stored(piece, store, kept, held)))


def _stored(piece: Piece, store: Path, kept: Filter, held: parts.Index | None) -> Done:
    if held is not None:
        present = held.account(piece.digest()[0])
        if present is not None and kept.read_so(present, piece.name):
            return Done(piece.name, "known", present)
    with PartWriter(store) as writer:
        account = piece.read(writer, kept)
        writer.commit(account)
    return Done(piece.name, "read", account)


def read_batch(batch: Unit, folder: str, kept: Filter, fresh: bool = False) -> list[Done]:
    """Read small files, or the members of a compressed tar, into packs of the store at `folder`.

    What they hold never raises. Each has its own account, as if it were read by itself; one that
    holds too much to be kept with the others is read by itself.
    """
    store = Path(folder)
    held = None if fresh else parts.Index.of(store)
    done: list[Done] = []

    def put(together: Together, accounts: Callable[[], list[Account]]) -> None:
        with PartWriter(store) as writer:
            together.hand_on(writer)
            writer.commit_pack(accounts(), held)

    packing = Packing(kept, put, lambda piece: _stored(piece, store, kept, None))

    def read(piece: Piece) -> Done:
        present = held.account(piece.digest()[0]) if held is not None else None
        if present is not None and kept.read_so(present, piece.name):
            return Done(piece.name, "known", present)
        return packing.take(piece)

    with without_collecting(), Hand() as hand:
        for unit in batch.units or (batch,):
            for one in each(unit, read, hand if batch.units else None):
                done.append(one)
                if packing.full:
                    packing.commit()
        packing.commit()
    return done


class Packing:
    """Small files that were read together, and whose rows are still to be handed on.

    Parameters
    ----------
    kept
        What to keep.
    put
        Hands the rows on, and then asks for the accounts of the files that gave them.
    alone
        Reads a file by itself, where its rows do not go with those of others.
    """

    def __init__(
        self,
        kept: Filter,
        put: Callable[[Together, Callable[[], list[Account]]], None],
        alone: Callable[[Piece], Done],
    ) -> None:
        self._kept, self._put, self._alone = kept, put, alone
        self._together = Together()
        self._read: list[tuple[Piece, Done, Callable[[], Account]]] = []
        self._bytes = 0
        self._shas: set[str] = set()

    @property
    def full(self) -> bool:
        """True when there are as many rows, files or bytes as a pack takes."""
        rows, files, size = PACK
        read = self._read
        return self._together.size >= rows or len(read) >= files or self._bytes >= size

    def take(self, piece: Piece) -> Done:
        """Read a file, unless one of the same bytes was taken; what it gave is told later."""
        sha, size = piece.digest()
        if sha in self._shas:
            return Done(piece.name, "known")
        try:
            account = piece.sunk(self._together, self._kept)
        except Overflow:
            return self._alone(piece)
        done = Done(piece.name, "read")
        self._read.append((piece, done, account))
        self._shas.add(sha)
        self._bytes += size
        return done

    def commit(self) -> None:
        """Hand the rows on, and tell each file what it gave."""
        read, together = self._read, self._together
        self._read, self._together, self._bytes = [], Together(), 0

        def accounts() -> list[Account]:
            for _, done, account in read:
                done.account = account()
            return [done.account for _, done, _ in read if done.account]

        try:
            if read:
                self._put(together, accounts)
        except StoreError:
            raise
        except Exception:  # one file must not keep the others from being read
            for piece, done, _ in read:
                self._read_alone(piece, done)

    def _read_alone(self, piece: Piece, done: Done) -> None:
        done.account = None
        try:
            done.account = self._alone(piece).account
        except StoreError:
            raise
        except Exception as error:
            done.outcome, done.sentence = "refused", _met(piece.name, error)
