"""R's own files (.rds, .RData): the data frames in them, as the records that they were made from.

Half of this field works in R: rtweet and academictwitteR are packages of it. A data frame is a
list of columns; a column may itself be a data frame (what the API nests) or a list (what it
lists). rtweet 1.x keeps the accounts beside the posts, row for row, in the attribute `users`.
What a row gives is a record or the row of a table, for the readers of those. The parsing is the
library rdata's (extra `r`), in pure Python: nothing in the file is run, but 100,000 rows take
minutes.

References
----------
R Internals 1.8, "Serialization Formats"; bit64 for `integer64`.
"""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np

from i4analysis.archive.rows.reader import FramesReader
from i4analysis.errors import ArchiveError, UnknownFormatError

MAGIC = (b"X\n\0\0\0", b"A\n2\n", b"A\n3\n", b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n")
DEPTH = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BY_HAND = (
    'open R and write it as CSV: x <- readRDS("FILE.rds"); x[] <- lapply(x, function(c) if'
    ' (is.list(c)) sapply(c, paste, collapse = " ") else c); write.csv(x, "FILE.csv",'
    " row.names = FALSE); then read the CSV"
)
_MISSING_64 = np.iinfo(np.int64).min


class RData(FramesReader):
    """Reads the data frames of a file of R's."""

    name = "r-data"
    title: ClassVar[str] = "R data (.rds, .RData) of rtweet and academictwitteR"
    seen: ClassVar[bool] = True

    def matches(self, head: bytes) -> bool:
        """Return True for the beginning of a serialised object or workspace of R."""
        return head.startswith(MAGIC)

    def frames(self, data: bytes, name: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of each data frame."""
        if importlib.util.find_spec("rdata") is None:
            raise UnknownFormatError(
                f"The file {name} is a data file of R (.rds or .RData), which the library rdata"
                " reads and is not installed; install it with pip install 'i4analysis[r]', or"
                f" {_BY_HAND}.",
                True,
            )
        from rdata.parser import parse_data

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = list(_frames(parse_data(data).object))
        except Exception as error:  # the library raises what its dependencies raise
            raise ArchiveError(
                f"The file {name} is a data file of R that cannot be read"
                f" ({type(error).__name__}: {' '.join(str(error).split())[:120]}), expected a data"
                f" frame of posts; save it again with saveRDS(x, version = 2), or {_BY_HAND}."
            ) from error
        if not found:
            raise UnknownFormatError(
                f"The file {name} is a data file of R without a data frame, expected one of posts;"
                " save the data frame itself with saveRDS.",
                True,
            )
        yield from found


def _frames(thing: Any, depth: int = DEPTH) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of every data frame in an object, or in the objects that it lists."""
    if _kind(thing) == "LIST":  # a workspace: a chain of named objects
        while _kind(thing) == "LIST":
            yield from _frames(thing.value[0], depth - 1)
            thing = thing.value[1]
    elif _kind(thing) == "VEC" and depth:
        if _is_frame(thing):
            yield _rows(thing)
        else:
            for part in thing.value:
                yield from _frames(part, depth - 1)


def _kind(thing: Any) -> str:
    return "" if thing is None else str(thing.info.type.name)


def _attributes(thing: Any) -> dict[str, Any]:
    """Return the attributes of an object by name."""
    found: dict[str, Any] = {}
    chain = thing.attributes
    while _kind(chain) == "LIST":
        tag = chain.tag
        if _kind(tag) == "REF":
            tag = tag.referenced_object
        if tag is not None and tag.value is not None:
            found[_text(tag.value) or ""] = chain.value[0]
        chain = chain.value[1]
    return found


def _text(char: Any) -> str | None:
    """Return a string of R's, None for NA."""
    raw = char.value
    if raw is None:
        return None
    try:
        return bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return bytes(raw).decode("cp1252", "replace")


def _classes(attributes: Mapping[str, Any]) -> set[str]:
    return set(_strings(attributes.get("class")))


def _strings(thing: Any) -> list[str]:
    return [_text(char) or "" for char in thing.value] if _kind(thing) == "STR" else []


def _is_frame(thing: Any) -> bool:
    attributes = _attributes(thing)
    return "names" in attributes and (
        "data.frame" in _classes(attributes) or "row.names" in attributes
    )


def _rows(frame: Any) -> list[dict[str, Any]]:
    """Return the rows of a data frame as objects."""
    attributes = _attributes(frame)
    names = _strings(attributes["names"])
    columns = [_column(part) for part in frame.value]
    users = attributes.get("users")
    if users is not None and _kind(users) == "VEC" and "user" not in names:
        names, columns = [*names, "user"], [*columns, _column(users)]
    size = max((len(column) for column in columns), default=0)
    return [
        {
            name: column[at] if at < len(column) else None
            for name, column in zip(names, columns, strict=False)
        }
        for at in range(size)
    ]


def _column(thing: Any) -> list[Any]:
    """Return a column of a data frame, a value a row."""
    if _kind(thing) == "VEC":
        return list(_rows(thing)) if _is_frame(thing) else [_value(part) for part in thing.value]
    return _vector(thing)


def _value(thing: Any) -> Any:
    """Return what one cell of a list holds: nothing, objects, or the values of a vector."""
    if _kind(thing) == "VEC":
        if _is_frame(thing):
            return _rows(thing)
        names = _strings(_attributes(thing).get("names"))
        parts = [_value(part) for part in thing.value]
        return dict(zip(names, map(_one, parts), strict=False)) if names else parts
    return [part for part in _vector(thing) if part is not None]


def _one(value: Any) -> Any:
    """Return the value that R holds as a vector of one."""
    return (
        value[0] if isinstance(value, list) and len(value) == 1 and _is_plain(value[0]) else value
    )


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _vector(thing: Any) -> list[Any]:
    """Return the values of a vector, None for NA."""
    kind = _kind(thing)
    if kind == "STR":
        return [_text(char) for char in thing.value]
    if kind not in ("INT", "REAL", "LGL") or thing.value is None:
        return []
    attributes = _attributes(thing) if thing.attributes is not None else {}
    classes = _classes(attributes)
    if kind == "REAL" and "integer64" in classes:
        whole = np.ascontiguousarray(thing.value, np.float64).view(np.int64)
        return [None if number == _MISSING_64 else int(number) for number in whole]
    values = np.ma.asarray(thing.value).tolist()
    if kind == "LGL":
        return [None if value is None else bool(value) for value in values]
    if "factor" in classes:
        levels = _strings(attributes.get("levels"))
        return [levels[at - 1] if at and 0 < at <= len(levels) else None for at in values]
    numbers = [None if value is None or not math.isfinite(value) else value for value in values]
    if "POSIXct" in classes:
        return [_moment(number, 1) for number in numbers]
    if "Date" in classes:
        return [_moment(number, 86_400) for number in numbers]
    return [
        int(number)
        if isinstance(number, float) and number.is_integer() and abs(number) < 2**53
        else number
        for number in numbers
    ]


def _moment(number: float | None, unit_s: int) -> str | None:
    """Return seconds or days since 1970 as ISO 8601."""
    if number is None:
        return None
    try:
        return (_EPOCH + timedelta(seconds=round(number * unit_s, 6))).isoformat()
    except OverflowError:
        return None
