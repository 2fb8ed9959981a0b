"""How other programs write values as JSON, and the values themselves.

MongoDB and DynamoDB say of what type each value is, R puts each one into a list, a text holds
JSON, and pandas and R write a table as one object. A reader of posts knows none of these.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice, zip_longest
from typing import Any

import msgspec

from i4analysis.archive.reading import declared
from i4analysis.archive.rows import values

FEW = 8  # values that are looked into where none is known as it stands
MOST_BESIDE = 4  # names of an object that holds the rows of a table, and says of what
LOOKED_AT = 60  # items of a list that are asked for, before it is taken for one of other things
WRAPPERS = frozenset({
    "_raw", "_source", "activity", "content", "data", "doc", "docs", "document", "dynamodb",
    "entry", "feed", "fields", "hits", "includes", "interactions", "item", "items", "json",
    "json_data", "message", "metadata", "newimage", "node", "object", "original", "payload",
    "post", "posts", "raw", "raw_data", "raw_json", "raw_value", "rawdata", "record", "records",
    "response", "result", "results", "row", "rows", "source", "status", "statuses", "table",
    "timeline", "toot", "toots", "tweet", "tweet_json", "tweets", "value", "values",
})  # fmt: skip


def unquoted(value: Any) -> Any:
    """Return the value that a text holds as JSON, twice over if need be; others as they are.

    Browsers (HAR), queues (Pub/Sub, Kinesis) and clients of APIs write such a text in base64.

    Examples
    --------
    >>> unquoted('{"id": 1}'), unquoted("plain"), unquoted(3), unquoted("eyJpZCI6IDF9ICAg")
    ({'id': 1}, 'plain', 3, {'id': 1})
    """
    for _ in range(3):
        if isinstance(value, str) and _IN_BASE64.match(value):
            value = _coded(value)
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "[", '"'):
            break
        try:
            value = msgspec.json.decode(value.encode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            break
    return value


# how { or [ before a quote, a blank, a line's end or one of the other begins in it
_IN_BASE64 = re.compile(r"(?:e[yw][AIJ0o]|W[wy][AI0o]|W3[sA])[\w+/=\r\n-]{8}", re.ASCII)


def _coded(text: str) -> str:
    try:
        return base64.b64decode(text.translate({45: "+", 95: "/"})).decode()
    except ValueError:
        return text


def opened(value: Any, marked: bool = True) -> Any:
    """Return a value as a program that is not foreign to it writes it."""
    value = held(unquoted(value))
    value = plain(value) if marked else value
    value = untyped(value) if is_typed(value) else value
    return _unboxed(value) if is_boxed(value) else value


def is_held(value: Any) -> bool:
    """Return True for what tweepy makes of an answer and holds it, or for a list of such."""
    if isinstance(value, list):
        return bool(value) and is_held(value[0])
    return isinstance(value, dict) and isinstance(value.get("_json"), dict)


def held(value: Any) -> Any:
    """Return the answers that tweepy's objects hold: all else in them was made of it.

    Examples
    --------
    >>> held([{"_api": None, "_json": {"id": 1}, "id": 1, "user": {}}])
    [{'id': 1}]
    """
    if not is_held(value):
        return value
    return list(map(held, value)) if isinstance(value, list) else value["_json"]


def is_aside(value: Any) -> bool:
    """Return True for what a program writes between the records of its own dump.

    The actions of Elasticsearch's bulk format; phpMyAdmin's header.

    Examples
    --------
    >>> is_aside({"index": {"_index": "tweets", "_id": "1"}}), is_aside({"id": "1"})
    (True, False)
    """
    if not isinstance(value, dict) or not value:
        return False
    action = next(iter(value.values()))
    if len(value) == 1 and isinstance(action, dict) and not _BULK.isdisjoint(value):
        return not action.keys().isdisjoint(("_index", "_id")) or not action
    if "event" in value and value.keys() <= _EVENT:  # of Mastodon's stream, without a status
        return not isinstance(unquoted(value.get("payload")), dict)
    return value.get("type") in ("header", "database") and value.keys() <= _HEADED


_BULK = frozenset({"index", "create", "update", "delete"})
_EVENT = frozenset({"event", "payload", "stream"})
_HEADED = frozenset({"type", "version", "comment", "name"})


def is_answer(value: Any) -> bool:
    """Return True for what a browser keeps of one answer: an entry of a HAR."""
    answer = value.get("response") if isinstance(value, dict) and "request" in value else None
    return isinstance(answer, dict) and isinstance(answer.get("content"), dict)


def plain(value: Any) -> Any:
    """Return a value with MongoDB's ways of writing numbers, ids and moments as plain ones.

    References
    ----------
    MongoDB Extended JSON v2 (canonical and relaxed), and v1 as `mongoexport` wrote it until 4.0.

    Examples
    --------
    >>> plain({"id": {"$numberLong": "7"}, "at": {"$date": {"$numberLong": "1443269111000"}}})
    {'id': 7, 'at': '2015-09-26T12:05:11+00:00'}
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value and len(value) <= 2:
        key = next(iter(value))
        if key[:1] == "$" and key in _MEANT:
            return _MEANT[key](plain(value[key]))
    return {key: plain(part) for key, part in value.items()}


def is_extended(value: Any, depth: int = 6) -> bool:
    """Return True if MongoDB's ways of writing stand anywhere in a value."""
    if isinstance(value, list):
        return bool(depth) and any(is_extended(item, depth - 1) for item in value[:LOOKED_AT])
    if not isinstance(value, dict) or not depth:
        return False
    return any(
        key in _MEANT if key[:1] == "$" else is_extended(part, depth - 1)
        for key, part in value.items()
    )


def _whole(value: Any) -> Any:
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d{1,19}", text, re.ASCII) else value


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _date(value: Any) -> Any:
    if isinstance(value, str) and values.iso_time(value) is not None:
        return value
    whole = _whole(value)
    if not isinstance(whole, int) or isinstance(whole, bool):
        return value
    try:
        return (values.EPOCH + timedelta(milliseconds=whole)).isoformat()
    except OverflowError:
        return None


_MEANT: dict[str, Callable[[Any], Any]] = {
    "$numberLong": _whole,
    "$numberInt": _whole,
    "$numberDouble": _number,
    "$numberDecimal": _number,
    "$oid": lambda value: value,
    "$date": _date,
    "$uuid": lambda value: value,
    "$symbol": lambda value: value,
    "$undefined": lambda value: None,
    "$minKey": lambda value: None,
    "$maxKey": lambda value: None,
}


def untyped(value: Any) -> Any:
    """Return a value with DynamoDB's ways of saying of what type each one is taken off.

    References
    ----------
    Amazon DynamoDB API reference, `AttributeValue`; "DynamoDB table export output format".

    Examples
    --------
    >>> untyped({"Item": {"id": {"N": "7"}, "tags": {"L": [{"S": "un"}]}, "seen": {"NULL": True}}})
    {'Item': {'id': 7, 'tags': ['un'], 'seen': None}}
    """
    if isinstance(value, list):
        return [untyped(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        kind, part = next(iter(value.items()))
        if isinstance(part, _OF_TYPES.get(kind, ())):
            return _TYPES[kind](part)
    return {key: untyped(part) for key, part in value.items()}


def is_typed(value: Any, depth: int = 4) -> bool:
    """Return True if DynamoDB's types stand on all that an object holds, or one inside it."""
    if isinstance(value, list):
        return bool(depth) and bool(value) and is_typed(value[0], depth - 1)
    if not isinstance(value, dict) or not value:
        return False
    parts = value.values()
    if all(
        isinstance(part, dict)
        and len(part) == 1
        and all(isinstance(one, _OF_TYPES.get(kind, ())) for kind, one in part.items())
        for part in parts
    ):
        return True
    return bool(depth) and any(
        is_typed(part, depth - 1)
        for key, part in islice(value.items(), FEW)
        if key.lower() in WRAPPERS
    )


def _number_written(value: Any) -> Any:
    whole = _whole(value)
    return _number(value) if whole is value else whole


_TYPES: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": lambda value: _number_written(value),
    "B": lambda value: value,
    "BOOL": lambda value: value,
    "NULL": lambda value: None,
    "M": lambda value: untyped(value),
    "L": lambda value: untyped(value),
    "SS": lambda value: value,
    "NS": lambda value: [_number_written(one) for one in value],
    "BS": lambda value: value,
}


_OF_TYPES: dict[str, type] = {
    "S": str, "N": str, "B": str, "BOOL": bool, "NULL": bool, "M": dict, "L": list, "SS": list,
    "NS": list, "BS": list,
}  # fmt: skip


def is_boxed(value: Any, depth: int = 5) -> bool:
    """Return True for objects all of whose values are in lists: so R's jsonlite writes a list."""
    if isinstance(value, list):
        return bool(depth) and bool(value) and is_boxed(value[0], depth - 1)
    if not isinstance(value, dict) or not value:
        return False
    parts = value.values()
    if any(_is_one(value.get(name)) and isinstance(value[name][0], str) for name in _SINGLE):
        return True  # Solr's fields of several values
    if depth and any(
        is_boxed(part, depth - 1)
        for key, part in islice(value.items(), FEW)
        if key.lower() in ("docs", "fields", "hits", "response")
    ):
        return True
    if not all(isinstance(part, list | dict) for part in parts) or is_frame(value):
        return False
    return sum(map(_is_one, parts)) > 1 or (
        bool(depth) and any(is_boxed(part, depth - 1) for part in parts)
    )


_SINGLE = ("text", "full_text", "created_at", "screen_name")  # of which a post has one


def _is_one(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict | list)


def _unboxed(value: Any) -> Any:
    """Return what jsonlite has put into lists of one, at any depth, taken out of them.

    Examples
    --------
    >>> _unboxed({"id": [1], "langs": [["fr"], ["en"]], "user": {"id": [2]}})
    {'id': 1, 'langs': ['fr', 'en'], 'user': {'id': 2}}
    """
    if isinstance(value, dict):
        return {key: _unboxed(part) for key, part in value.items()}
    if isinstance(value, list):
        return value[0] if _is_one(value) else [_unboxed(part) for part in value]
    return value


def named(names: Sequence[str] | None, row: Sequence[Any]) -> dict[str, Any]:
    """Return a row by the names of its columns, or by their places; a short one lacks blanks."""
    return dict(zip(declared.numbered(row) if names is None else names, row, strict=False))


def header_of(lists: Sequence[Any]) -> list[str] | None:
    """Return the names of columns if the first of some lists holds them, not a row.

    Examples
    --------
    >>> header_of([["id", "text"], ["647743716317124231", "un mot"]])
    ['id', 'text']
    >>> header_of([["647743716317124231", "un mot"]])
    """
    first = lists[0] if lists else None
    if not isinstance(first, list) or not all(isinstance(one, str) for one in first):
        return None
    names = [one for one in first if one]
    sound = len(names) > 1 and len(set(names)) == len(names)
    return first if sound and not declared.is_row(first) else None


def is_frame(value: Any) -> bool:
    """Return True for an object that holds the rows of a table."""
    return rows_of(value) is not None


def is_lists(value: Any) -> bool:
    """Return True for lists of cells in a list, of which there are two at least."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    first = [one for row in value[:LOOKED_AT] for one in (row if isinstance(row, list) else [row])]
    return all(isinstance(row, list) for row in value) and not any(
        isinstance(one, dict) for one in first
    )


class Frame(dict[str, Any]):
    """A row of a table: what it does not hold, no other row does."""


def rows_of(value: Any) -> list[Frame] | None:
    """Return the rows of a table that an object holds in another way than as objects.

    As pandas' `to_json` prints it by columns or split in three; as lists under their names (R,
    polars); as lists of which the first is the header (Google Sheets), or whose header stands
    beside them (Datasette, Elasticsearch).
    """
    if not isinstance(value, dict):
        return None
    schema, data = value.get("schema"), value.get("data")
    if isinstance(schema, dict) and isinstance(schema.get("fields"), list):  # orient="table"
        if not (isinstance(data, list) and all(isinstance(row, dict) for row in data)):
            return None
        return [Frame(row) for row in data]
    parts = list(value.values())
    listed = _columns_and_rows(value)
    if listed is not None:
        return [Frame(named(listed[0], row)) for row in listed[1]]
    if len(parts) < 2 or not all(isinstance(part, dict) for part in parts):
        return None
    index = list(parts[0])
    if not index or any(part.keys() != parts[0].keys() for part in parts):
        return None
    if all(isinstance(cell, list) for part in parts for cell in part.values()):
        return None  # lists of posts by whatever
    return [Frame((name, column[row]) for name, column in value.items()) for row in index]


def _columns_and_rows(value: Mapping[str, Any]) -> tuple[Sequence[str], list[list[Any]]] | None:
    """Return the names and the rows of a table that an object holds as lists; None if none."""
    columns: list[Any] = next(
        (value[name] for name in _HEADERS if isinstance(value.get(name), list)), []
    )
    if columns and all(isinstance(one, dict) and "values" in one for one in columns):  # polars
        value, columns = {str(one.get("name")): one["values"] for one in columns}, []
    names = [_label(one) for one in columns]
    rows = [part for name, part in value.items() if name not in _HEADERS and _is_cells(part)]
    if len(rows) == 1:
        lists = [[_shown(cell) for cell in _cells_of(row)] for row in rows[0]]
        if value.get("majorDimension") == "COLUMNS":
            lists = [list(row) for row in zip_longest(*lists)]
        if names and all(len(row) <= len(names) for row in lists):
            return names, lists
        few = len(value) <= MOST_BESIDE and len(lists) > 1  # else it is a part of something
        header = header_of(lists) if few and not names else None
        return None if header is None else (header, lists[1:])
    parts = list(value.values())
    if len(parts) < 2 or not all(isinstance(part, list) for part in parts):
        return None
    size = len(parts[0])
    plain = any(not isinstance(one, dict | list) for part in parts for one in part[:1])
    if size < 2 or not plain or any(len(part) != size for part in parts):
        return None
    return list(value), [list(row) for row in zip(*parts, strict=True)]


_HEADERS = ("columns", "cols", "fields", "headers", "header")


def _label(column: Any) -> str:
    """Return the name of a column, wherever its description holds it."""
    if isinstance(column, dict):
        column = next((column[key] for key in ("name", "label", "id") if column.get(key)), "")
    return str(column)


def _cells_of(row: Any) -> Sequence[Any]:
    """Return the cells of a row; those of Google's visualisations are under `c`."""
    found: Sequence[Any] = row["c"] if isinstance(row, dict) else row
    return found


def _shown(cell: Any) -> Any:
    """Return what such a cell holds: its value, or how a moment is shown."""
    if not isinstance(cell, dict) or "v" not in cell:
        return cell
    is_moment = isinstance(cell["v"], str) and cell["v"].startswith("Date(")
    return cell.get("f", cell["v"]) if is_moment else cell["v"]


def _is_cells(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return is_lists(value) or all(
        isinstance(row, list) or (isinstance(row, dict) and isinstance(row.get("c"), list))
        for row in value
    )
