"""No damage in silence: what is known to happen to files happens to every golden file.

A spreadsheet, R, pandas, a database or an editor has had the file. Whatever the reader, a row then
says what it said before, or something tells that it does not: a reject, a remark, a finding.
Readers and golden files are taken as they are found: a new one is tried by being there.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from story import GOLDEN, STORY_LESS, Rows

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.csvrows import CsvRows
from i4analysis.archive.rows import ids
from i4analysis.errors import ArchiveError

Damage = Callable[[str], str]
LONG = re.compile(r"\d{16,19}")
POINTERS = (
    "author_id", "reshared_id", "reshared_author_id", "quoted_id", "quoted_author_id",
    "replied_id", "replied_author_id", "conversation_id",
)  # fmt: skip
# what a reader takes from an id where the format says it less well; and then tells
FROM_IDS = ("posted_at", "reshared_at", "seen_at")


def rounded_to(digits: int, text: str) -> str:
    """Return a number rounded to so many digits, as a spreadsheet does."""
    return str(round(int(text), digits - len(text)))


IDS: dict[str, Damage] = {
    "scientific": lambda text: f"{int(text):.5E}",
    "scientific, French": lambda text: f"{int(text):.5E}".replace(".", ","),
    "scientific, 15 digits": lambda text: f"{int(text):.14E}",
    "a float": lambda text: repr(float(text)),
    "a float without exponent": lambda text: f"{float(text):.1f}",
    "15 digits": lambda text: rounded_to(15, text),
    "JavaScript": lambda text: rounded_to(16, text),
    'formula ="…"': lambda text: f'="{text}"',
    "apostrophe": lambda text: f"'{text}",
    "thousands": lambda text: f"{int(text):,}",
    "thousands, French": lambda text: f"{int(text):,}".replace(",", "\u202f"),
    "thousands, German": lambda text: f"{int(rounded_to(15, text)):,}".replace(",", "."),
    "decimals": lambda text: f"{text}.0",
    "too narrow a column": lambda text: "#" * 8,
}  # fmt: skip


def tables() -> list[Path]:
    return [path for path in sorted(GOLDEN.rglob("*")) if path.suffix in (".csv", ".tsv")]


def documents() -> list[Path]:
    endings = (".json", ".jsonl", ".ndjson", ".js")
    left_out = ("manifest.js", "direct-messages.js", *STORY_LESS)
    return [
        path
        for path in sorted(GOLDEN.rglob("*"))
        if path.suffix in endings and path.name not in left_out
    ]


def named(path: Path) -> str:
    return path.relative_to(GOLDEN).as_posix()


# ---------------------------------------------------------------------------------- the check


def own(rows: Rows) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the posts that are records of their own, by line and place in it."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows.posts:
        if not row["embedded"]:
            place = sum(line == row["line"] for line, _ in found)
            found[row["line"], place] = row
    return found


def told_of(rows: Rows) -> set[str]:
    """Return what is told of a file: remarks, and the doctor's finding on rounded ids."""
    told = {code for code, count in rows.sink.remarks.items() if count}
    if ids.rounded(row["post_id"] for row in rows.posts):
        told.add("rounded_ids")
    return told


def check(before: Rows, after: Rows, excused: frozenset[str] = frozenset()) -> None:
    """Assert that every post says what it said, or that something tells that it does not."""
    told = told_of(after)
    for row in after.rejects:
        assert "`" not in row["reason"] and "object is not" not in row["reason"], row["reason"]
    rejected = {row["line"] for row in after.rejects}
    sound, damaged = own(before), own(after)
    kept = [row["post_id"] for row in damaged.values()]
    assert len(kept) == len(set(kept)) or len(set(kept)) == len(
        {row["post_id"] for row in sound.values()}
    ), "posts have become one"
    for place, row in sound.items():
        if place not in damaged:
            assert place[0] in rejected or after.sink.rejected, (place, "is gone in silence")
            continue
        other = damaged[place]
        for column, value in row.items():
            if other[column] == value or column in excused:
                continue
            said = f"{column} of line {place[0]} was {value!r}, is {other[column]!r}: told {told}"
            if column == "post_id":
                assert told & {"ruined_id", "rounded_ids"}, said
                assert "rounded_ids" in told or str(other[column]).startswith("ruined-"), said
            elif column in POINTERS:
                assert "rounded_ids" in told or (
                    other[column] is None and told & {"ruined_reference", "ruined_id"}
                ), said
            elif column in FROM_IDS:
                assert told & {"ruined_id", "ruined_reference", "rounded_ids"}, said
            elif column == "kind":  # Twint knows an answer by its conversation alone
                assert "ruined_id" in told or "rebuilt_id" in told, said
                assert before.format == "twint", said
            else:
                raise AssertionError(said)


def read(path: Path, data: bytes) -> Rows | None:
    """Read damaged bytes; None where the whole file is refused, which tells."""
    try:
        return Rows(path, data)
    except ArchiveError:
        return None


# --------------------------------------------------------------------------------------- ids


def too_few(how: str, rows: Rows | None) -> None:
    """Pass over what cannot be seen in one or two posts."""
    if rows is not None and how == "JavaScript" and len(own(rows)) < 3:
        pytest.skip("two ids may end in 00 by chance")


def with_cells(path: Path, damage: Callable[[str, str], str]) -> bytes:
    """Return a table with its cells damaged, written again as the csv module writes."""
    table = CsvRows([path.read_bytes()])
    rows = [row.cells for row in table.rows(None) if hasattr(row, "cells")]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=table.delimiter, lineterminator="\n")
    above = table.preamble + "\n" if table.preamble else ""
    writer.writerow(table.header)
    for cells in rows:
        named_cells = zip(table.header, cells, strict=True)
        writer.writerow([damage(name, cell) for name, cell in named_cells])
    return (above + out.getvalue()).encode()


@pytest.mark.parametrize("how", IDS)
@pytest.mark.parametrize("path", tables(), ids=named)
def test_ids_in_tables(path: Path, how: str):
    damage = IDS[how]
    before = read(path, with_cells(path, lambda name, cell: cell))
    too_few(how, before)
    after = read(
        path, with_cells(path, lambda name, cell: damage(cell) if LONG.fullmatch(cell) else cell)
    )
    if before is not None and after is not None:
        check(before, after)


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a JSON value with every part changed that is no container and no moment."""
    if isinstance(value, dict):
        return {
            key: part if "time" in key else changed(part, change) for key, part in value.items()
        }
    if isinstance(value, list):
        return [changed(part, change) for part in value]
    return change(value)


def with_values(path: Path, damage: Callable[[Any], Any]) -> bytes:
    """Return a file of JSON with each of its values damaged as a whole."""
    data = path.read_bytes()
    if path.suffix in (".jsonl", ".ndjson"):
        lines = [json.dumps(damage(json.loads(line))) for line in data.splitlines() if line]
        return ("\n".join(lines) + "\n").encode()
    script = re.match(rb"(?:var )?[\w.]+ =\s+", data)
    body = data[script.end() :] if script else data
    return (script[0] if script else b"") + json.dumps(damage(json.loads(body))).encode()


@pytest.mark.parametrize("as_number", [False, True], ids=["text", "number"])
@pytest.mark.parametrize("how", IDS)
@pytest.mark.parametrize("path", documents(), ids=named)
def test_ids_in_json(path: Path, how: str, as_number: bool):
    def one(value: Any) -> Any:
        if isinstance(value, bool) or not LONG.fullmatch(str(value)):
            return value
        text = IDS[how](str(value))
        if not as_number:
            return text
        try:
            return json.loads(text)
        except ValueError:
            return text

    before = read(path, with_values(path, lambda value: value))
    too_few(how, before)
    after = read(path, with_values(path, lambda value: changed(value, one)))
    if before is not None and after is not None:
        check(before, after)


# ------------------------------------------------------------------------------- empty lists


def emptied(value: Any, nothing: Any) -> Any:
    if isinstance(value, dict):
        return {key: emptied(part, nothing) for key, part in value.items()}
    if isinstance(value, list):
        return [emptied(part, nothing) for part in value] if value else nothing
    return value


@pytest.mark.parametrize("nothing", [{}, "", None], ids=["{}", '""', "null"])
@pytest.mark.parametrize("path", documents(), ids=named)
def test_empty_lists_as_other_languages_write_them(path: Path, nothing: Any):
    before = read(path, with_values(path, lambda value: value))
    after = read(path, with_values(path, lambda value: emptied(value, nothing)))
    if before is None:
        return
    assert after is not None, "the whole file is refused"
    assert not after.sink.rejected or before.sink.rejected, after.rejects
    unsaid = {"hashtags", "mentions", "urls", "media_count"} if nothing is None else set()
    check(before, after, frozenset(unsaid))


# -------------------------------------------------------------------------------- the letters


@pytest.mark.parametrize("path", [*tables(), *documents()], ids=named)
def test_windows_1252(path: Path):
    text = framing.letters(path.read_bytes())
    if path in documents():
        text = with_values(path, lambda value: value).decode()
        text = re.sub(r"\\u(0[0-9a-f]{3})", lambda found: chr(int(found[1], 16)), text)
        text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text)
    plain = text.encode("cp1252", "replace").decode("cp1252")
    before, after = read(path, plain.encode()), read(path, plain.encode("cp1252"))
    if before is None or plain.isascii():
        return
    assert after is not None
    check(before, after)
    assert after.posts == before.posts
    assert after.sink.remarks["other_encoding"] > 0


@pytest.mark.parametrize("path", tables(), ids=named)
def test_a_nul_byte_in_a_table(path: Path):
    data = path.read_bytes()
    at = data.rfind(b"e")
    before, after = read(path, data), read(path, data[:at] + b"\0" + data[at:])
    if before is None:
        return
    assert after is not None
    assert after.posts == before.posts
    assert after.sink.remarks["nul_bytes"] == 1


# ------------------------------------------------------------- the readers that this tries


def test_every_reader_of_posts_has_a_golden_file():
    from i4analysis.archive.formats.registry import CSV_READERS, JSON_READERS

    known: set[str] = set()
    for path in tables():
        table = CsvRows([path.read_bytes()])
        known |= {type(one).__name__ for one in CSV_READERS if one.matches(table.header)}
    for path in documents():
        lines = path.suffix in (".jsonl", ".ndjson")
        data = path.read_bytes()
        cut = data.splitlines() if lines else [raw for _, raw in framing.elements(iter([data]))]
        values = [json.loads(raw) for raw in cut if raw.strip()]
        known |= {
            type(one).__name__ for one in JSON_READERS for value in values if one.matches(value)
        }
    readers = {type(one).__name__ for one in (*CSV_READERS, *JSON_READERS)}
    assert readers - known - {"Snscrape"} == set()
