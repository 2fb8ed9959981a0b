"""Columns by declaration: what the owner of a table says its columns are.

`i4 read FILE --columns id=…,author=…,date=…,text=…[,zone=…]`, `[columns]` of movement.toml (a
pattern of file names → the same), and `read_archive(columns=)` come here.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from i4analysis.archive.formats.flat_tables import FlatTable, declared, proposal
from i4analysis.archive.rows import ids, moments, values
from i4analysis.archive.rows.names import DECLARED
from i4analysis.archive.rows.reader import folded
from i4analysis.errors import ArchiveError

Columns = Mapping[str, str]
EXAMPLE = 'id="Tweet Id",author=Username,date=Datetime,text=Text,zone=Europe/Paris'
# what is missing → what can then not be measured
IMPOSSIBLE = (
    (("id", "url"), "without ids no reshare is joined to its original and copies count twice"),
    (
        ("author", "author_id", "url"),
        "without authors nobody is counted and no graph is drawn; author=@NAME says that one"
        " account wrote all",
    ),
    (("date", "id", "url"), "without dates there is no curve and no order"),
    (("text",), "without texts there are no hashtags"),
)


class Declaration(msgspec.Struct, frozen=True):
    """What the columns of the files of a pattern are."""

    pattern: str
    columns: tuple[tuple[str, str], ...]

    def fits(self, name: str) -> bool:
        """Return True for a file of the pattern: its whole name, its last part or its end."""
        last = name.rsplit("!", 1)[-1].rsplit("/", 1)[-1]
        whole = name.split("!", 1)[0].rsplit("/", 1)[-1]
        return any(fnmatch(one, self.pattern) for one in (name, last, whole)) or fnmatch(
            name, f"*/{self.pattern}"
        )


def written(texts: Iterable[str]) -> dict[str, str]:
    """Return the declaration that a command line writes.

    Raises
    ------
    ArchiveError
        If it is not written so.

    Examples
    --------
    >>> written(["id=Tweet Id,author=Username", 'text="Text, whole"'])
    {'id': 'Tweet Id', 'author': 'Username', 'text': 'Text, whole'}
    """
    found: dict[str, str] = {}
    for text in texts:
        splitter = shlex.shlex(text, posix=True)
        splitter.whitespace, splitter.whitespace_split, splitter.commenters = ",", True, ""
        splitter.quotes = '"'
        try:
            parts = list(splitter)
        except ValueError as error:
            raise ArchiveError(
                f"--columns {text[:60]!r} opens a quote and does not close it, expected what a"
                f" column is and its name, as in {EXAMPLE}; close it."
            ) from error
        for part in parts:
            role, mark, name = part.partition("=")
            if not mark or not name.strip():
                raise ArchiveError(
                    f"--columns holds {part[:40]!r}, expected what a column is and its name, as in"
                    f" {EXAMPLE}; correct it."
                )
            found[role.strip()] = name.strip()
    return found


def declarations(
    columns: Columns | None, by_pattern: Mapping[str, Columns] | None = None
) -> tuple[Declaration, ...]:
    """Return declarations, checked; the one for all files first.

    Raises
    ------
    ArchiveError
        If one says of a column what no column is, names an unknown zone, or declares no post.
    """
    found = [("*", columns)] if columns else []
    found += list((by_pattern or {}).items())
    for pattern, said in found:
        _check(pattern, said)
    return tuple(Declaration(pattern, tuple(sorted(said.items()))) for pattern, said in found)


def _check(pattern: str, said: Columns) -> None:
    where = "The columns declared" + (f" for {pattern!r}" if pattern != "*" else "")
    for role in said:
        if role not in (*DECLARED, "zone"):
            near = difflib.get_close_matches(role, DECLARED, 1)
            raise ArchiveError(
                f"{where} hold {role!r}, expected some of {', '.join((*DECLARED, 'zone'))};"
                f" {f'did you mean {near[0]!r}?' if near else 'correct it.'}"
            )
    if "zone" in said:
        try:
            ZoneInfo(said["zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ArchiveError(
                f"{where} give the time zone {said['zone']!r}, expected an IANA name such as"
                " Europe/Paris; correct it."
            ) from error
    if not {"id", "url", "text"} & set(said):
        raise ArchiveError(
            f"{where} name neither an id nor a url nor a text, expected the columns of posts, as"
            f" in {EXAMPLE}; add them."
        )


def of(name: str, declared_: Sequence[Declaration]) -> dict[str, str]:
    """Return what is declared of a file, {} if nothing is; the last that fits."""
    return next((dict(one.columns) for one in reversed(declared_) if one.fits(name)), {})


def reader(name: str, columns: Columns, header: Sequence[str]) -> FlatTable:
    """Return the reader of a file whose columns are declared.

    Raises
    ------
    ArchiveError
        If it has no such column.
    """
    by_fold = {folded(one) for one in header}
    for role, column in columns.items():
        fixed = role == "zone" or (role == "author" and column.startswith("@"))
        if not fixed and column not in header and folded(column) not in by_fold:
            near = difflib.get_close_matches(column, header, 1, 0.5)
            raise ArchiveError(
                f"The file {name} has no column {column!r}, declared as {role}, found"
                f" {shown(header)}; {f'did you mean {near[0]!r}?' if near else 'correct it.'}"
            )
    return declared(columns, header)


def _quoted(name: str) -> str:
    """Return a name as `written` reads it back: between quotes where a comma or a quote is in it.

    Examples
    --------
    >>> _quoted("Tweet Id"), _quoted("id, number")
    ('Tweet Id', '"id, number"')
    """
    if set(name).isdisjoint(',"\\'):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def numbered(cells: Sequence[object]) -> list[str]:
    """Return the names of columns without names: their places, as a declaration writes them.

    Examples
    --------
    >>> numbered(["647743716317124231", "un texte"])
    ['#1', '#2']
    """
    return [f"#{place}" for place in range(1, len(cells) + 1)]


def by_place(columns: Columns) -> bool:
    """Return True for a declaration that names columns by their places."""
    return any(re.fullmatch(r"#[0-9]{1,4}", name) for name in columns.values())


def is_whole(columns: Columns) -> bool:
    """Return True for a declaration that says all of a post: which, whose, when, what."""
    return all(not set(columns).isdisjoint(roles) for roles, _ in IMPOSSIBLE)


def is_row(cells: Sequence[str]) -> bool:
    """Return True for a first line that is no header: it holds what no column is called.

    An id, an address, a moment, a whole sentence, a hashtag; or several numbers.
    """
    if sum(cell.isdecimal() for cell in cells) > 1:
        return True
    return any(
        (len(cell) >= ids.LONG and ids.ID.fullmatch(cell))
        or ids.in_address(cell)
        or (not cell.isdecimal() and len(cell) > 7 and moments.read(cell))
        or len(cell.split()) > 7
        or re.search(r"(?:^|\s)[#@]\w{2}|https?://", cell)
        for cell in cells
    )


def shown(header: Sequence[str]) -> str:
    """Return the names of columns for a sentence, the first eight of them."""
    named = [name[:30] for name in header if name]
    return values.printable(", ".join(named[:8])) + (" …" if len(named) > 8 else "")


def advice(name: str, header: Sequence[str], rows: Sequence[Mapping[str, str]] = ()) -> str:
    """Return how to declare the columns of a table, and what it cannot tell; "" if it is none.

    Examples
    --------
    >>> advice("t.csv", ["n°", "Texte", "Date"]).rpartition(": ")[2].partition(" (")[0]
    'i4 read t.csv --columns date=Date,text=Texte'
    """
    guess = proposal([column for column in header if column.isprintable()], rows)
    if "text" not in guess or len(guess) < 2:
        return ""
    pairs = ",".join(f"{role}={_quoted(column)}" for role, column in guess.items())
    lacks = [effect for roles, effect in IMPOSSIBLE if set(roles).isdisjoint(guess)]
    path = shlex.quote(values.printable(name.split("!", 1)[0]))
    return (
        f"if it holds posts of Twitter, declare its columns: i4 read {path} --columns"
        f" {shlex.quote(pairs)}" + (f" ({'; '.join(lacks)})" if lacks else "")
    )
