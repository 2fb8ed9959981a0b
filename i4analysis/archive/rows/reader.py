"""What a reader is: it recognises a format by its content and turns records into rows.

Four kinds: a `JsonReader` is given one JSON value after the other (a line, an element of an array,
or a whole document), a `CsvReader` one row of cells after the other, a `FramesReader` a packed
file that holds lists of records, a `BundleReader` a whole .zip, .tar or folder whose files belong
together. Readers never open files and never import each other; `formats.registry` lists them.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import msgspec

from i4analysis.archive.bytes.csvrows import Repair, spill_repair
from i4analysis.archive.rows import ids, values
from i4analysis.archive.rows.rows import Follow, Post, Profile
from i4analysis.archive.rows.sink import Sink

if TYPE_CHECKING:
    from i4analysis.archive.bytes.opening import Source

__all__ = [
    "BundleReader",
    "Cell",
    "CsvReader",
    "Follow",
    "FramesReader",
    "JsonReader",
    "Post",
    "PostTable",
    "Profile",
    "RecordError",
    "Sink",
    "TableReader",
    "cell",
    "folded",
]


def folded(name: str) -> str:
    """Return a column's name without case, accents, blanks and punctuation.

    Examples
    --------
    >>> folded("Tweet ID"), folded("Date de création"), folded("user.id_str")
    ('tweetid', 'datedecreation', 'useridstr')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


class RecordError(ValueError):
    """A record cannot be read; the message is one clause saying what was found and expected."""


class JsonReader:
    """Reads a format whose records are JSON.

    Attributes
    ----------
    name
        Name of the format in the files table; `read` may refine it with `sink.variant`.
    title, seen
        What it reads, for the list in README; whether it was tried on a real file.
    one_record_a_line
        True when a line is always one record, so that a line without the hashtag may be skipped
        unparsed.
    reads_together
        True for a reader whose speed matters: it has `decode_lines` and `give` besides `read`,
        and raises only before it has given anything of a record to the sink, so that nothing need
        be taken back when one fails. A long file of its lines is read in stretches.
    """

    name: ClassVar[str]
    title: ClassVar[str] = ""
    seen: ClassVar[bool] = False
    one_record_a_line: ClassVar[bool] = False
    reads_together: ClassVar[bool] = False

    def matches(self, value: Any) -> bool:
        """Return True if a decoded JSON value is a record (or a page) of this format."""
        raise NotImplementedError

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one JSON value, as received, and close each record it holds in the sink.

        Raises
        ------
        RecordError, msgspec.DecodeError
            When the value cannot be read; whatever it had given is then taken back, the value is
            repaired if it can be, and otherwise rejected with the error's message.
        """
        raise NotImplementedError

    def of_row(self, record: dict[str, Any], columns: Collection[str]) -> dict[str, Any]:
        """Return a record that was made from the row of a table, with what it lacks for that.

        A table without a column for what is reshared tells it by the text alone.
        """
        return record

    def finish(self, sink: Sink) -> None:
        """Close the records that are held, at the end of the file."""

    def decode_lines(self, lines: memoryview) -> list[Any]:
        """Return the values of whole lines; raise as `read` does if any cannot be decoded."""
        raise NotImplementedError

    def give(self, value: Any, sink: Sink) -> None:
        """Close the record of one of these values; raise `RecordError` to have it read alone."""
        raise NotImplementedError


class CsvReader:
    """Reads a format whose records are rows of a table with a header.

    Attributes
    ----------
    required
        Columns that tell the format.
    columns
        Names of the columns of a format that has no header: its first line is a record, and
        `matches` is given that line.
    may_be_unquoted
        True for a format known to be written without quotes.
    fallback
        True for a reader that is asked when no other knows the header.
    blanks
        Words for nothing that it reads itself, telling them from an empty cell.
    joins
        What stands between the items of a list in a cell; None where lists are printed.
    spill, checks
        Columns whose texts may hold unquoted delimiters, and what the cells of other columns look
        like: rows with too many cells are put right by them (`csvrows.spill_repair`).
    """

    name: ClassVar[str]
    title: ClassVar[str] = ""
    seen: ClassVar[bool] = False
    required: ClassVar[frozenset[str]] = frozenset()
    columns: ClassVar[tuple[str, ...]] = ()
    may_be_unquoted: ClassVar[bool] = False
    fallback: ClassVar[bool] = False
    blanks: ClassVar[frozenset[str]] = frozenset()
    joins: ClassVar[str | None] = None
    spill: ClassVar[tuple[str, ...]] = ()
    checks: ClassVar[Mapping[str, re.Pattern[str]]] = {}

    def repair(self, header: Sequence[str]) -> Repair | None:
        """Return what puts rows of the wrong width right, if anything does."""
        return spill_repair(header, self.spill, self.checks)

    def matches(self, header: Sequence[str]) -> bool:
        """Return True if a header (cells as written, stripped) is this format's."""
        return self.required <= set(header)

    def knows(self, rows: Sequence[Mapping[str, str]]) -> bool:
        """Return True if the first rows tell by what they hold what their header does not."""
        return False

    def names(self) -> frozenset[str]:
        """Return the names of the columns that it knows."""
        return self.required

    def id_cells(self, row: Mapping[str, str]) -> list[str | None]:
        """Return the ids of posts that a row holds, as written, to see if they are rounded."""
        return []

    def begin(self, header: Sequence[str], first: Sequence[Mapping[str, str]]) -> CsvReader:
        """Return the reader of one file, of which the header and the first rows are known.

        Another one where rows are held until others come, or the file decides how it is read.
        """
        return self

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Read one row, column → cell as written, and close its record in the sink."""
        raise NotImplementedError

    def finish(self, sink: Sink) -> None:
        """Close the records of the rows that are held, at the end of the file."""


class FramesReader:
    """Reads a file that is one packed object: the lists of records that it holds."""

    name: ClassVar[str]
    title: ClassVar[str] = ""
    seen: ClassVar[bool] = False

    def matches(self, head: bytes) -> bool:
        """Return True if a file begins as one of this format does."""
        raise NotImplementedError

    def frames(self, data: bytes, name: str) -> Iterator[list[dict[str, Any]]]:
        """Yield each list of records of a whole file; they are read by whoever knows them.

        Raises
        ------
        ArchiveError
            If the file cannot be read, in a sentence that names it and what to do.
        """
        raise NotImplementedError


class Bundle(Protocol):
    """A .zip, .tar or folder: the names of its files, and each file as a source."""

    name: str
    names: Sequence[str]

    def source(self, name: str) -> Source:
        """Return one of its files."""


class BundleReader:
    """Reads an archive whose files belong together, such as a member's own X archive."""

    name: ClassVar[str]
    title: ClassVar[str] = ""
    seen: ClassVar[bool] = False

    def groups(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return the files that belong together, by the folder they share ("" for none).

        What lies beside them is in no group.
        """
        raise NotImplementedError

    def wants(self, name: str) -> bool:
        """Return True for a file that `read` opens: of a stream, only these are kept."""
        return False

    def hints(self, name: str) -> bool:
        """Return True for a name by which such an archive is told before all are known."""
        return self.wants(name)

    def holds(self, names: Sequence[str], source: Callable[[str], Source] | None) -> bool:
        """Return True if files of such names are such an archive; `source` opens them, if any."""
        return True

    def beside(self, name: str, names: Sequence[str]) -> list[str]:
        """Return the files of the same folder without which one of it is not understood."""
        return []

    def read(self, bundle: Bundle, sink: Sink) -> None:
        """Read every file of the bundle; `sink.enter(name)` says which one rows come from."""
        raise NotImplementedError


Reader = JsonReader | CsvReader | BundleReader | FramesReader

# --------------------------------------------------------------------- tables of columns as data

Convert = Callable[[str], Any]


class Cell(msgspec.Struct, frozen=True):
    """Where a canonical column is found in a table, and how its cell is read."""

    columns: tuple[str, ...]
    convert: Convert

    def of(self, row: Mapping[str, str]) -> Any:
        """Return the value of the first of the columns that holds something, else None."""
        for name in self.columns:
            text = row.get(name)
            if text:
                value = self.convert(text)
                if value is not None:
                    return value
        return None


def cell(*columns: str, convert: Convert = str) -> Cell:
    """Return a `Cell`: the first of `columns` that is not blank, through `convert`.

    Examples
    --------
    >>> from i4analysis.archive.rows import values
    >>> cell("followers_count", convert=values.count).of({"followers_count": "12.0"})
    12
    """
    return Cell(columns, convert)


_POST_IDS = ("post_id", "reshared_id", "quoted_id", "replied_id")


class TableReader(CsvReader):
    """A `CsvReader` declared as data: canonical column → `cell`.

    Ids pass the gate of `ids`. `adjust` is the place for what a declaration cannot say (a typed
    "RT @name"); it may change the rows, or raise `RecordError`.

    Attributes
    ----------
    addresses
        Columns that hold the address of the row's own post, believed before its id.
    """

    platform: ClassVar[str] = "twitter"
    addresses: ClassVar[Sequence[str]] = ()
    posts: ClassVar[Mapping[str, Cell]] = {}
    profiles: ClassVar[Mapping[str, Cell]] = {}
    seen_basis: ClassVar[str] = "after"

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Make the post and the profile that the row declares, adjust them, hand them over."""
        given = {column: found.of(row) for column, found in self.posts.items()}
        post = None
        if self.posts:
            given["post_id"] = self._own_id(given.get("post_id"), row, given.get("author"), sink)
            post = Post(platform=self.platform, **given)
        profile = None
        if self.profiles:
            profile = Profile(
                platform=self.platform,
                seen_basis=self.seen_basis,
                **{column: found.of(row) for column, found in self.profiles.items()},
            )
            if profile.account_id is None and profile.handle is None:
                profile = None
        if post is not None and profile is not None:
            profile.post_id = post.post_id
            profile.seen_at = post.posted_at if profile.seen_at is None else profile.seen_at
        embedded, profiles, follows = self.adjust(row, post, profile, sink)
        if post is not None:
            sink.post(post, embedded, profiles, follows)
        else:
            sink.account(profiles, follows)

    def _own_id(
        self, written: str | None, row: Mapping[str, str], author: str | None, sink: Sink
    ) -> str:
        """Return the id of the row's post, through the gate of `ids` where it is Twitter's."""
        found = written
        if self.platform == "twitter":
            found = ids.of_row(written, row, self.addresses, author, sink)
            sink.sound_id = found or ""
        if not found:
            columns = " or ".join(self.posts["post_id"].columns)
            holds = f"{written[:30]!r}, expected a post's id" if written else "no post id"
            raise RecordError(f"the column {columns} holds {holds}")
        return found

    def names(self) -> frozenset[str]:
        """Return the names of the columns that it declares."""
        cells = (*self.posts.values(), *self.profiles.values())
        declared = (name for found in cells for name in found.columns)
        return self.required | frozenset(declared) | frozenset(self.addresses)

    def id_cells(self, row: Mapping[str, str]) -> list[str | None]:
        """Return the ids of posts that a row holds, as written."""
        return [
            found.convert(row[name])
            for column, found in self.posts.items()
            if column in _POST_IDS
            for name in found.columns
            if row.get(name)
        ]

    def adjust(
        self, row: Mapping[str, str], post: Post | None, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile], list[Follow]]:
        """Return (embedded posts, profiles, follows) of the row; `post` may be changed here."""
        return [], [] if profile is None else [profile], []


# what a column is called that lists some of what a text holds, and one that tells a reshare
_LISTS = {
    "hashtags": re.compile(r"hashtag|^tags|entities(?:str)?$"),
    "mentions": re.compile(r"mention|entities(?:str)?$"),
}
_TELLS = re.compile(
    r"(?:re?tweeted|retweet|reweet|reshar|repost|referenced|sourcetweet)(?!s?count|s$)"
)


class PostTable(TableReader):
    """A `TableReader` whose every row is a post; `refine` is its `adjust`.

    Attributes
    ----------
    lacks
        What no column of the file lists: its text tells.
    silent
        Columns that would tell reshares and have said nothing so far, where texts begin "RT @".
    """

    lacks: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def begin(self, header: Sequence[str], first: Sequence[Mapping[str, str]]) -> PostTable:
        """Return the reader of one file, which knows which of its columns carry nothing."""
        names = {name: folded(name) for name in header}
        telling = tuple(name for name, fold in names.items() if _TELLS.search(fold))
        told = any(row.get(name) for row in first for name in telling)
        reader = copy.copy(self)
        if "text" in self.posts:
            texts = (self.posts["text"].of(row) for row in first)
            typed = self.platform == "twitter" and any(map(values.typed_reshare, texts))
            reader.silent = telling if typed and not told else ()
            reader.lacks = tuple(
                what
                for what, marks in _LISTS.items()
                if not any(map(marks.search, names.values()))
            )
        return reader

    def adjust(
        self, row: Mapping[str, str], post: Post | None, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile], list[Follow]]:
        """Return what `refine` says of the row."""
        if post is None:
            raise RecordError(f"a row of {self.name} without a post")
        embedded, profiles = self.refine(row, post, profile, sink)
        if self.lacks or self.silent:
            self._from_text(row, post, embedded)
        return embedded, profiles, []

    def _from_text(self, row: Mapping[str, str], post: Post, embedded: Sequence[Post]) -> None:
        """Fill what no column of the file carries from the text: lists, and "RT @name"."""
        from i4analysis.archive.rows import cells  # which is written with this module

        text = self.posts["text"].of(row) or ""
        typed = values.typed_reshare(text)
        words = (typed[1] if typed else text) if post.kind == "reshare" else post.text
        for one, said in ((post, words), *((other, other.text) for other in embedded)):
            whole = cells.uncut(said or "")
            if "hashtags" in self.lacks:
                one.hashtags = one.hashtags or values.hashtags_in(whole)
            if "mentions" in self.lacks and self.platform == "twitter":
                one.mentions = one.mentions or values.mentions_in(whole)
        if any(row.get(name) for name in self.silent):
            self.silent = ()
        elif self.silent and post.kind != "reshare":
            cells.typed_reshare(post)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Return (embedded posts, profiles) of the row; `post` may be changed here."""
        return [], [] if profile is None else [profile]
