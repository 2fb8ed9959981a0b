"""The road from what a tool made of posts back to the posts, for a reader that knows them.

A tool that keeps posts puts things around them: a page, a map by id, a database's way of writing
numbers, JSON inside a text, a table turned into an object. What lies underneath is still a post
of the API or a row of a table that a reader knows. A `Road` takes off what is around it. It is
chosen from a sample; a file that a reader knows as it stands never meets one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from i4analysis.archive.bytes import printed
from i4analysis.archive.formats.flat_tables import undoubted
from i4analysis.archive.formats.registry import CSV_READERS, JSON_READERS
from i4analysis.archive.reading import declared, dialects
from i4analysis.archive.reading.dialects import FEW, LOOKED_AT, WRAPPERS
from i4analysis.archive.rows import cells, ids, kinds, values
from i4analysis.archive.rows.fediverse import account_of
from i4analysis.archive.rows.names import mapping_of
from i4analysis.archive.rows.reader import CsvReader, JsonReader, RecordError, Sink

Known = Callable[[Any], bool]
DEPTH = 8  # four names, each with a list
MOST_OBJECTS = 300
MOST_NAMES = 1_000  # of an object that is no map
MOST_COLUMNS = 5_000
_POST_IDS = ("id_str", "id", "in_reply_to_status_id_str", "in_reply_to_status_id",
             "quoted_status_id_str", "quoted_status_id")  # fmt: skip
_WORDS = frozenset({"text", "full_text", "fulltext", "rawcontent", "body", "tweet_text"})
_DATES = frozenset({"created_at", "createdat", "date", "datetime", "timestamp", "published"})
_IDS = frozenset({"id", "id_str", "tweet_id", "status_id", "uri", "url", "tweetid", "tweet id"})


class Road(JsonReader):
    """Reads with another reader what a tool has put something around.

    Parameters
    ----------
    main
        The reader of the posts underneath.
    wrapped
        True when they are inside the values, not the values themselves.
    """

    def __init__(self, main: JsonReader, wrapped: bool) -> None:
        self._main, self._wrapped = main, wrapped
        self._is_table = isinstance(main, Flat)

    def _known(self, value: Any) -> bool:
        value = dialects.unquoted(value)
        return self._main.matches(value if self._is_table else nested(value))

    @property
    def name(self) -> str:  # type: ignore[override]  # a class knows it, here it is the reader's
        return self._main.name

    def matches(self, value: Any) -> bool:
        """Return True for a value with posts underneath."""
        return self._known(value) or bool(_inside(dialects.unquoted(value), self._known))

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read every post underneath a value; one that cannot be read costs only itself."""
        value = dialects.opened(msgspec.json.decode(raw), b'"$' in raw or b'\\"$' in raw)
        value = _signed(value)
        if dialects.is_aside(value):
            sink.notice("delete" if value.get("event") == "delete" else "dump")
            return
        if not self._wrapped or (self._known(value) and not dialects.is_frame(value)):
            self._main.read(encoded(value if self._is_table else nested(value)), sink)
            return
        items = _inside(value, self._known)
        if items is None:
            items = _inside(value, _is_known)
        if items is None and dialects.is_answer(value):
            sink.notice("another answer")
            return
        if items is None:
            self._main.read(encoded(value), sink)  # it says best what is missing
            return
        sink.contains(max(1, len(items)))
        if not items:
            sink.notice("empty page")
        for number, item in enumerate(items, 1):
            sink.position(number)
            before = sink.mark()
            try:
                self._item(item, before, sink)
            except (msgspec.DecodeError, RecordError, ValueError) as error:
                sink.rollback(before)
                sink.position(number)
                sink.reject(str(error), encoded(item))
            sink.batch()

    def _item(self, item: Any, before: tuple[Any, ...], sink: Sink) -> None:
        if item is None or dialects.is_answer(item) or dialects.is_aside(item):
            sink.notice("unavailable" if item is None else "another answer")
            return
        row, item = isinstance(item, dialects.Frame), dialects.unquoted(item)
        item = item if self._is_table else nested(item)
        reader = self._main
        if not reader.matches(item):
            reader = next((one for one in JSON_READERS if one.matches(item)), reader)
        if row:
            item = reader.of_row(dict(item), item.keys())

        def read(raw: bytes) -> None:
            sink.rollback(before)
            reader.read(raw, sink)

        kinds.decoded(read, encoded(item))

    def finish(self, sink: Sink) -> None:
        """Close the records that are held at the end of the file."""
        self._main.finish(sink)


class Flat(JsonReader):
    """Reads objects that are rows of a table, with the reader of that table.

    Parameters
    ----------
    table
        The reader.
    rows
        The first rows: their columns are those of the file.
    """

    def __init__(self, table: CsvReader, rows: Sequence[Mapping[str, Any]]) -> None:
        self._known = table
        rows = [spread(row) for row in rows] if table.fallback else rows
        self._header = list({name: 0 for row in rows for name in row})
        self._blanks: frozenset[str] = frozenset()
        read = [list(self._row(row).values()) for row in rows]
        self._blanks = cells.blank_words(read) - table.blanks
        first = [self._row(row) for row in rows]
        self._zeros = ids.rounded(text for row in first for text in table.id_cells(row))
        self._table = table.begin(self._header, first)

    @property
    def name(self) -> str:  # type: ignore[override]  # as above
        return self._table.name

    def _row(self, value: Mapping[str, Any]) -> dict[str, str]:
        """Return a row with all columns: its writer may have left out those that are blank."""
        blank = _Row.fromkeys(self._header, "")
        joins = self._known.joins
        value = spread(value) if self._known.fallback else value
        blank.update((name, _cell(part, joins)) for name, part in value.items())
        if self._blanks:
            blank.update((name, "") for name, cell in blank.items() if cell in self._blanks)
        return blank

    def matches(self, value: Any) -> bool:
        """Return True for an object with the columns of the table."""
        return _is_row(value, self._known)

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one row."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        sink.zeros = sink.zeros or self._zeros
        self._table.read(self._row(value), sink)

    def finish(self, sink: Sink) -> None:
        """Close the records of rows that are held."""
        self._table.finish(sink)


def _is_row(value: Any, table: CsvReader) -> bool:
    """Return True for an object with the columns of a table."""
    if not isinstance(value, dict) or dialects.is_frame(value):
        return False
    row = spread(value) if table.fallback else value
    # a table like others is told by names that an API may use for objects
    printed = table.fallback and any(map(_is_object_printed, row.values()))
    return not printed and table.matches(list(row))


class Listed(JsonReader):
    """Reads lists that are rows of a table.

    Parameters
    ----------
    names
        Those of the columns, which the first list holds; None where none does and a declaration
        names them by their places.
    """

    def __init__(self, main: Flat, names: Sequence[str] | None = None) -> None:
        self._main, self._names = main, names

    @property
    def name(self) -> str:  # type: ignore[override]  # as above
        return self._main.name

    def matches(self, value: Any) -> bool:
        """Return True for a list of cells."""
        return isinstance(value, list)

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one row."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, list):
            raise RecordError(f"found a {type(value).__name__}, expected a list of cells")
        if value == self._names:
            sink.records -= 1  # the header
        else:
            self._main.read(encoded(dialects.named(self._names, value)), sink)

    def finish(self, sink: Sink) -> None:
        """Close the records of rows that are held."""
        self._main.finish(sink)


def listed_reader(lists: Sequence[Any]) -> JsonReader | None:
    """Return the reader of lists whose first names the columns of a table that is known."""
    header = dialects.header_of(lists)
    table = header and _flat(
        [dialects.named(header, row) for row in lists[1:] if isinstance(row, list)]
    )
    return Listed(table, header) if table else None


class _Row(dict[str, str]):
    """A row whose writer left out the columns that are blank."""

    def __missing__(self, name: str) -> str:
        return ""


class Unflattened(CsvReader):
    """Reads tables of posts of an API: objects printed in cells, or columns named a.b.c."""

    def __init__(self, main: JsonReader, known: frozenset[str] = frozenset()) -> None:
        self._main = main
        self._seen = known
        self._columns: frozenset[str] = frozenset()

    @property
    def name(self) -> str:  # type: ignore[override]  # as above
        return self._main.name

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for names of the rows that it was chosen by."""
        return not self._seen.isdisjoint(header)

    def id_cells(self, row: Mapping[str, str]) -> list[str | None]:
        """Return the ids of posts that a row holds, as written."""
        row = _fetched(row)
        return [values.text_id(row[name]) for name in _POST_IDS if row.get(name)]

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Read one row as the record that it was made from."""
        if (found := _fetched(row)) is not row and row["object_type"] not in _FETCHED:
            sink.notice("row without a post")  # what was asked for, or what is left of an answer
            return
        row = found
        if not self._columns:
            self._columns = frozenset(re.split("[./]", name)[0] for name in row)
        if sink.zeros:
            ruined = (name for name in _POST_IDS if ids.is_ruined(row.get(name, ""), sink.zeros))
            row = {**row, **dict.fromkeys(ruined, "#####")}  # as a spreadsheet shows such an id
        self._main.read(encoded(self._main.of_row(_record(row), self._columns)), sink)

    def finish(self, sink: Sink) -> None:
        """Close the records that are held at the end of the file."""
        self._main.finish(sink)


# ------------------------------------------------------------------------------------ choosing


def json_reader(sampled: Sequence[Any], marked: bool = True) -> JsonReader | None:
    """Return the reader that knows the most of some values, and the road to it where it is long.

    The first of equals; None if none knows any. With `marked` False, the values were seen to hold
    no name that begins with $, so no database has written them in its own way.
    """
    try:
        if not marked and all(map(_is_ordinary, sampled)) and (best := _best(sampled)):
            return best
        foreign = any(
            isinstance(value, str)
            or (marked and dialects.is_extended(value))
            or dialects.is_boxed(value)
            or dialects.is_typed(value)
            or dialects.is_answer(value)
            or dialects.is_aside(value)
            or dialects.is_held(value)
            for value in sampled
        )
        seen = [dialects.opened(value) for value in sampled] if foreign else sampled
        return _road(seen, foreign)
    except RecursionError:
        return None


_NOTICES = frozenset({
    "delete", "detail", "disconnect", "error", "errors", "info", "limit", "message", "scrub_geo",
    "status", "status_withheld", "title", "type", "user_withheld", "warning",
})  # fmt: skip


def _is_ordinary(value: Any) -> bool:
    """Return True for an object with which no road begins: what `_road` asks, in one look."""
    return (
        isinstance(value, dict)
        and not _OF_TABLES & value.keys()
        and any(type(part) in _SINGLE for part in value.values())
        and "." not in "".join(value)
        and not _is_notice(value)
    )


_OF_TABLES = frozenset({"columns", "data", "schema"})
_SINGLE = frozenset({str, int, float, bool})


def _is_notice(value: Any) -> bool:
    """Return True for what a service says between posts; it tells nothing of their format."""
    if dialects.is_aside(value):
        return True
    return value is None or (isinstance(value, dict) and value.keys() <= _NOTICES)


def _road(seen: Sequence[Any], foreign: bool) -> JsonReader | None:
    seen = [_signed(value) for value in seen if not _is_notice(value)] or seen
    few = seen[:FEW]
    rows = [row for value in few for row in dialects.rows_of(value) or ()][:LOOKED_AT]
    mapped = [one for value in few if isinstance(value, dict) for one in _parts(value)]
    if any(map(_is_dotted, (*(rows or few), *mapped))):
        table = _flat(few, loose=False)
        if table is not None:
            return Road(table, wrapped=True)
        seen, foreign = [nested(value) for value in seen], True
    best = None if rows else _best(seen)
    if best is not None:
        return Road(best, wrapped=False) if foreign else best
    found = [one for value in few for one in islice(_objects(value), MOST_OBJECTS)]
    if any(map(_is_dotted, found)) and (table := _flat(few, loose=False)):
        return Road(table, wrapped=True)
    best = _best([nested(one) for one in found])
    if best is not None:
        return Road(best, wrapped=True)
    table = _flat(few)
    return table and Road(table, wrapped=True)


def declared_reader(sampled: Sequence[Any], name: str, columns: declared.Columns) -> JsonReader:
    """Return the reader of objects whose names are declared, as a table's columns are.

    Raises
    ------
    ArchiveError
        If none of them has such names.
    """
    lists = [row for row in sampled if isinstance(row, list)]
    header = dialects.header_of(lists)
    if declared.by_place(columns) or header:
        widest = max(lists, key=len, default=[])
        header = None if declared.by_place(columns) else header
        held = [dialects.named(header, row) for row in lists]
        inside = {one: 0 for row in held for one in spread(row)}  # of the objects in its cells
        table = declared.reader(name, columns, [*(header or declared.numbered(widest)), *inside])
        return Listed(Flat(table, held), header)
    table = declared.reader(name, columns, names(sampled))
    opened = [dialects.opened(value) for value in sampled[:FEW]]
    found = [one for value in opened for one in islice(_objects(value), MOST_OBJECTS)]
    rows = [one for one in found if _is_row(one, table)][:LOOKED_AT]
    return Road(Flat(table, rows or [one for one in found if _is_wide(one)]), wrapped=True)


def names(sampled: Sequence[Any]) -> list[str]:
    """Return the names in the objects that values are, or hold as rows."""
    return list({name: None for value in _outer(sampled) for name in spread(value)})


def rows(sampled: Sequence[Any]) -> list[dict[str, str]]:
    """Return the objects that values are, or hold as rows, as the rows of a table."""
    return [texts(one) for one in _outer(sampled)[:LOOKED_AT]]


def _outer(sampled: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the objects among some values that are wide as rows are, not those inside them."""
    opened = [dialects.opened(value) for value in sampled[:FEW]]
    few = [one for value in opened for one in islice(_objects(value), MOST_OBJECTS)]
    found: list[dict[str, Any]] = []
    inside: set[int] = set()
    for one in few:
        if _is_wide(one) and id(one) not in inside:
            found.append(one)
            inside |= set(map(id, _within(one)))
    return found or few


def _within(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in value.values():
        if isinstance(part, dict):
            yield part
            yield from _within(part)


def texts(value: Mapping[str, Any]) -> dict[str, str]:
    """Return an object as the row of a table."""
    return {name: _cell(part) for name, part in spread(value).items()}


def _is_wide(value: dict[str, Any]) -> bool:
    """Return True for an object with several values of its own or in its objects: a row."""
    parts = value.values()
    if any(map(dialects.is_lists, parts)):
        return False
    if sum(1 for part in parts if not isinstance(part, dict | list)) > 1:
        return True
    if any(isinstance(part, list) and part and isinstance(part[0], dict) for part in parts):
        return False
    single = any(not isinstance(part, dict | list) for part in parts)
    flat = spread(value).values() if single else ()
    return sum(1 for part in flat if not isinstance(part, dict | list)) > 2


def table_reader(rows: Sequence[Mapping[str, str]]) -> CsvReader | None:
    """Return the reader of a table of which no reader knows the header; None if there is none."""
    records = [_record(_fetched(row)) for row in rows]
    best: JsonReader | None = _best(records)
    if best is None:  # a column that holds the record itself
        inside = [one for record in records for one in islice(_objects(record), MOST_OBJECTS)]
        best = _best(inside)
        best = None if best is None else Road(best, wrapped=True)
    names = frozenset(name for row in rows for name in row)
    return None if best is None else Unflattened(best, names)


def _best(sampled: Sequence[Any]) -> JsonReader | None:
    best, most = None, 0
    for reader in JSON_READERS:
        known = sum(1 for value in sampled if reader.matches(value))
        if known > most:
            best, most = reader, known
            if most == len(sampled):  # none knows more
                break
    return best


def _is_known(value: Any) -> bool:
    value = nested(dialects.unquoted(value))
    return isinstance(value, dict) and any(reader.matches(value) for reader in JSON_READERS)


def _flat(sampled: Sequence[Any], loose: bool = True) -> Flat | None:
    """Return the reader of a table whose rows the values are, or hold.

    Not `loose`, only one that no other table resembles.
    """
    tables = [table for table in CSV_READERS if not table.columns]  # others have no names
    tables = tables if loose else [table for table in tables if not table.fallback]
    found = [one for value in sampled for one in islice(_objects(value), MOST_OBJECTS)]
    for table in sorted(tables, key=lambda one: one.fallback):
        rows = [one for one in found if _is_row(one, table)]
        if rows:
            return Flat(table, rows[:LOOKED_AT])
    if not loose:
        return None
    for table in (one for one in tables if one.fallback):
        whole = [one for one in found if not any(map(_is_object_printed, one.values()))]
        rows = [one for one in whole if table.knows([texts(one)])]
        if rows:
            return _Alike(table, rows[:LOOKED_AT])
    rows = [one for one in _outer(sampled) if not any(map(_is_object_printed, one.values()))]
    cells_of = [texts(one) for one in rows[:LOOKED_AT]]
    alike = undoubted(list({name: 0 for row in cells_of for name in row}), cells_of)
    if alike is not None:
        return _Alike(alike, rows[:LOOKED_AT])
    rows = [value for value in sampled if isinstance(value, dict)]
    names = list({name: 0 for row in rows for name in row})
    matching = (one for one in tables if not one.fallback and one.matches(names))
    known = next((_Loose(one, rows) for one in matching), None)
    if known is not None:
        return known
    rows = [
        one
        for one in found
        if any(map(_is_object_printed, one.values())) and not all(map(str.isdecimal, one))
    ]
    printed = table_reader([{name: _cell(part) for name, part in row.items()} for row in rows])
    return None if printed is None else Flat(printed, rows[:LOOKED_AT])


def _is_object_printed(value: Any) -> bool:
    return isinstance(value, str) and value[:2] in ("{'", '{"', "[{")


class _Loose(Flat):
    """The same for rows of which none has all the columns, as where blanks were left out."""

    def matches(self, value: Any) -> bool:
        """Return True for any object."""
        return isinstance(value, dict)


class _Alike(Flat):
    """The same for rows that tell by what they hold what they are, not by their names."""

    def matches(self, value: Any) -> bool:
        """Return True for an object with most of the columns."""
        if not isinstance(value, dict) or dialects.is_frame(value):
            return False
        return 2 * len(spread(value).keys() & set(self._header)) > len(self._header)


# ------------------------------------------------------------------------- what lies underneath


def encoded(value: Any) -> bytes:
    """Return a value as JSON."""
    return msgspec.json.encode(value)


def _inside(value: Any, known: Known, depth: int = DEPTH) -> list[Any] | None:
    """Return the records inside a value, None if there are none that are known.

    They are the items of a list, or the values of a map, of which one is known; an object under a
    name that tools use; the rows of a table that pandas wrote as an object.
    """
    if isinstance(value, list):
        if any(known(item) for item in value[:LOOKED_AT]):
            return value
        if not depth or not any(_inside(item, known, depth - 1) for item in value[:LOOKED_AT]):
            return None
        parts = [_inside(item, known, depth - 1) for item in value]
        return [one for item, part in zip(value, parts, strict=True) for one in part or [item]]
    if not isinstance(value, dict) or not depth:
        return None
    if _is_map(value) and any(map(known, _parts(value))):
        return _parts(value, None)
    rows = dialects.rows_of(value)
    if rows is not None:
        return rows if any(map(known, rows[:LOOKED_AT])) else None
    found: list[Any] = []
    for key, part in islice(value.items(), MOST_NAMES):
        if not _leads_inside(key, value):
            continue
        part, written = dialects.unquoted(part), part
        led = key.lower() in WRAPPERS or part is not written or _is_kept(part, value)
        if led and isinstance(part, dict) and known(part):
            found.append(part)
        else:
            found += _inside(part, known, depth - 1) or ()
    return found or None


def _objects(value: Any, depth: int = DEPTH) -> Iterator[dict[str, Any]]:
    """Yield the objects among which `_inside` looks for posts, the first of each list."""
    value = dialects.unquoted(value)
    rows = dialects.rows_of(value)
    if rows is not None:  # of a table, or of a map the objects in it
        yield from (row for row in rows[:LOOKED_AT] if len(row) <= MOST_COLUMNS)
        yield from (one for one in _parts(value) if isinstance(one, dict))
    elif isinstance(value, list):
        for item in value[:LOOKED_AT] if depth else ():
            yield from _objects(item, depth - 1)
    elif isinstance(value, dict):
        if _breadth(value) <= MOST_COLUMNS:  # neither a post nor the row of a table has more
            yield value
        for key, part in islice(value.items(), LOOKED_AT) if depth else ():
            led = isinstance(part, list | str) or key.lower() in WRAPPERS or _is_map(value)
            led = led or _is_kept(part, value)
            if _leads_inside(key, value) and (led or isinstance(part, dict)):
                inner = _objects(part, depth - 1)
                if isinstance(part, dict) and not led:
                    next(inner, None)  # it is looked into, and is none itself
                yield from inner


def _breadth(value: dict[str, Any]) -> int:
    """Return how many names an object has, those of the objects in it among them."""
    return len(value) + sum(len(part) for part in value.values() if isinstance(part, dict))


def _is_map(value: dict[str, Any]) -> bool:
    """Return True for an object whose names are not those of parts: all it holds are objects."""
    parts = value.values()
    return not WRAPPERS & value.keys() and all(isinstance(one, dict | None) for one in parts)


def _parts(value: dict[str, Any], most: int | None = LOOKED_AT) -> list[Any]:
    """Return the first of the objects of a map; with the ids that they are found by.

    Examples
    --------
    >>> _parts({"650973732533174373": {"body": "un mot"}, "650973732533174999": {"id": "1"}})
    [{'id': '650973732533174373', 'body': 'un mot'}, {'id': '1'}]
    """
    if not _is_map(value):
        return []
    return [
        {"id": key, **part}
        if part and ids.ID.fullmatch(key) and len(key) >= ids.LONG and not _IDS & part.keys()
        else part
        for key, part in islice(value.items(), most)
    ]


def _signed(value: Any) -> Any:
    """Return posts that lie under the name of their author, or beside it, with it in each.

    A list may lie under whatever was searched for. Names are those of accounts where they are
    written so, or where one of the posts speaks to one of them, and none has one for its hashtag.

    Examples
    --------
    >>> _signed({"@anne": [{"id": "1", "text": "un mot"}]})
    {'@anne': [{'author': '@anne', 'id': '1', 'text': 'un mot'}]}
    >>> _signed({"emploi": [{"id": "1", "text": "un mot"}]})
    {'emploi': [{'id': '1', 'text': 'un mot'}]}
    >>> _signed([{"username": "anne", "tweets": [{"id": "1", "text": "un mot"}]}])[0]["tweets"]
    [{'author': 'anne', 'id': '1', 'text': 'un mot'}]
    """
    if isinstance(value, list):
        return list(map(_signed, value)) if value and isinstance(value[0], dict) else value
    if not isinstance(value, dict):
        return value
    lists = {key: found for key, part in value.items() if (found := _list_of(part))}
    first = [one for part in lists.values() for one in part[:LOOKED_AT]]
    said = [str(part) for one in first for key, part in one.items() if key.lower() in _WORDS]
    if not said or not mapping_of(names(first)).columns.keys().isdisjoint(_SIGNS):
        return value
    if len(lists) == 1 and not WRAPPERS.isdisjoint(lists):
        return _beside(value, *lists.items())
    if lists.keys() != value.keys() or not all(map(_ACCOUNT_NAME.fullmatch, value)):
        return value
    spoken = {name.casefold() for text in said for name in _SPOKEN.findall(text)}
    own = {f"@{key.strip('@')}".casefold() for key in value}
    told = all(key[:1] == "@" for key in value) or own & spoken
    if not told or {f"#{name[1:]}" for name in own} & spoken:
        return value
    return {key: [{"author": key, **one} for one in part] for key, part in lists.items()}


def _list_of(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, or of a map by their ids; none if it holds another thing."""
    parts = _parts(value, None) if isinstance(value, dict) else value
    if isinstance(value, dict) and not parts:  # an account, and its posts under a name
        lists = [part for key, part in value.items() if isinstance(part, list)]
        parts = lists[0] if len(lists) == 1 and not WRAPPERS.isdisjoint(value) else parts
    found = isinstance(parts, list) and all(isinstance(one, dict) for one in parts)
    return parts if found else []


def _beside(value: dict[str, Any], posts: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return an account that holds its posts with its name in each of them."""
    row = spread({key: part for key, part in value.items() if not isinstance(part, list)})
    columns = mapping_of(list(row)).columns
    found = [row[name] for name in columns.get("author", ()) if row[name]]
    if "text" in columns or not found or not _ACCOUNT_NAME.fullmatch(str(found[0])):
        return value
    return {**value, posts[0]: [{"author": found[0], **one} for one in posts[1]]}


_ACCOUNT_NAME = re.compile(r"@?\w{2,30}(?:\.[\w.-]+|@[\w.-]+)?", re.ASCII)
_SPOKEN = re.compile(r"[@#]\w+(?:[.@][\w.-]*\w)?")
_SIGNS = frozenset({"author", "author_id", "profile", "url"})


def _leads_inside(key: str, value: Mapping[str, Any]) -> bool:
    """Return True for a key under which posts may be, not a part of the post that the value is.

    An object with an id, and words or a date, is a post of its own, if of an unknown kind: an
    account in it is no reason to take it for that.
    """
    if key.lower() in WRAPPERS:
        return True
    names = _own_names(value)
    if not (names & _IDS and names & (_WORDS | _DATES)):
        return True
    return _is_kept(dialects.unquoted(value[key]), value)


def _own_names(value: Mapping[str, Any]) -> set[str]:
    first = islice(value.items(), MOST_NAMES)
    return {name.lower() for name, part in first if not isinstance(part, dict | list)}


def _is_kept(part: Any, row: Mapping[str, Any]) -> bool:
    """Return True for the post that a row keeps whole, beside its id or other things about it.

    Examples
    --------
    >>> kept = {"id": 650973732533174373, "text": "un mot", "lang": "fr"}
    >>> _is_kept(kept, {"tweet_id": "650973732533174373", "text": "un mot", "answer": kept})
    True
    >>> _is_kept(kept, {"id": "650973732533174999", "text": "un autre mot", "quoted": kept})
    False
    """
    if not isinstance(part, dict):
        return False
    own, held = (
        {str(one[name]) for name in one if name.lower() in _IDS and one[name]}
        for one in (part, row)
    )
    held = {one for one in held if len(one) >= ids.LONG}
    if held or not own or _own_names(row) & _WORDS:
        return not own.isdisjoint(held)
    return not _own_names(part).isdisjoint(_WORDS)


def spread(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with what the objects in it hold under dotted names.

    Examples
    --------
    >>> spread({"id": 1, "user": {"name": "x", "at": {"city": "y"}}, "tags": []})
    {'id': 1, 'user.name': 'x', 'user.at.city': 'y', 'tags': []}
    """
    found: dict[str, Any] = {}
    for name, part in value.items():
        if isinstance(part, dict) and part:
            found |= {f"{name}.{inner}": one for inner, one in spread(part).items()}
        else:
            found[str(name)] = part
    return found


def _is_dotted(value: Any) -> bool:
    """Return True for an object whose names say what lay in what: user.id, user.name."""
    return isinstance(value, dict) and sum(1 for name in value if "." in name.strip(".")) > 1


def nested(value: Any) -> Any:
    """Return an object with what its dotted names say as objects in it.

    Examples
    --------
    >>> nested({"id": "1", "user.id": "2", "user.name": "x"})
    {'id': '1', 'user': {'id': '2', 'name': 'x'}}
    """
    if not _is_dotted(value):
        return value
    found: dict[str, Any] = {}
    for name, part in value.items():
        if part is not None or "." not in name:  # a part of nothing makes no object
            _place(found, name, part)
    return {name: _counted(part) for name, part in found.items()}


def _counted(value: Any) -> Any:
    """Return lists for the objects whose names count: so lists.0.text was spread."""
    if not isinstance(value, dict) or not value:
        return value
    if all(name.isdecimal() for name in value):
        return [_counted(part) for _, part in sorted(value.items(), key=lambda one: int(one[0]))]
    return {name: _counted(part) for name, part in value.items()}


def _place(record: dict[str, Any], name: str, value: Any) -> None:
    """Put a value where a dotted name says, unless something else stands in its way."""
    *path, last = name.split(".")
    for key in path:
        if record.get(key) is None:
            record[key] = {}
        if not isinstance(record[key], dict):
            return
        record = record[key]
    if record.get(last) is None:
        record[last] = value


# ----------------------------------------------------------------------------- rows and records


def _cell(value: Any, joins: str | None = None) -> str:
    """Return a value as the cell of a table holds it."""
    if joins is not None and isinstance(value, list):
        return joins.join(_cell(part) for part in value)
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


_PATH = re.compile(r"\w+(?:/\w+)+", re.ASCII)  # author/userName, as Apify writes it
_OF_ACCOUNT = re.compile(r"(?:(reblog)_)?(?:account|user)_(.+)")  # whose dots are cleaned away
_BLANK = frozenset({""}) | values.ABSENT - {"-", "--"}


def _record(row: Mapping[str, str]) -> dict[str, Any]:
    """Return the object that a row was made from: printed objects read, dotted names nested."""
    record: dict[str, Any] = {}
    of_mastodon = "account_acct" in row or "user_acct" in row
    for name, text in row.items():
        name = name.replace("/", ".") if _PATH.fullmatch(name) else name
        if of_mastodon and (match := _OF_ACCOUNT.fullmatch(name)):
            name = ".".join(filter(None, (match[1], "account", match[2])))
        stripped = text.strip()
        if not name:
            continue
        if stripped in _BLANK:
            if "." not in name:  # a part of nothing makes no object
                record.setdefault(name, None)
            continue
        value: Any = text
        if stripped[:1] in ("{", "["):
            value = cells.printed(cells.undated(stripped))
            value = text if value is None else value
        elif printed.is_model(stripped):
            value = dialects.held(dialects.unquoted(printed.to_json(stripped.encode()).decode()))
        _place(record, name, value)
    found = {name: _counted(part) for name, part in record.items()}
    return _with_account(found) if {"uri", "content", "created_at"} <= found.keys() else found


def _fetched(row: Mapping[str, str]) -> Mapping[str, str]:
    """Return a row with the id of what Facepager has fetched, which counts its rows under `id`."""
    if row.keys() >= _OF_FACEPAGER:
        return {**row, "id": row["object_id"]}
    return row


_OF_FACEPAGER = frozenset({"object_id", "object_type", "querystatus"})
_FETCHED = ("data", "unpacked")


def _with_account(status: dict[str, Any]) -> dict[str, Any]:
    """Return a status of Mastodon's whose account lies in the same row, as an object in it."""
    if isinstance(status.get("account"), dict):
        return status
    account = {name: status[name] for name in _ACCOUNT if status.get(name)}
    if "acct" not in account and isinstance(status["uri"], str):
        account["acct"] = account_of(status["uri"])[1]
    return {**status, "account": account}


_ACCOUNT = ("acct", "username", "display_name", "note", "followers_count", "following_count")
