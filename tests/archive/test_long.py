"""Texts beyond all measure take time in proportion: twice as long, twice the time."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
import scene

from i4analysis.archive import read_archive
from i4analysis.archive.bytes.opening import Source, file_opener
from i4analysis.archive.reading.work import Filter, Piece
from i4analysis.archive.rows import sink, values

HERE = Path(__file__).parent
ENDLESS = ("a", " ", "<a href=", "« a: ", "} ", "datetime.datetime(", "RT @a: ", "#1", "http://")


@pytest.mark.parametrize("pattern", ENDLESS)
@pytest.mark.parametrize(
    ("name", "column"),
    [("dmi-tcat.csv", "text"), ("minet.csv", "text"), ("twint.csv", "created_at")],
)
def test_long_cells_take_no_square_of_the_time(
    name: str, column: str, pattern: str, tmp_path: Path
) -> None:
    with (HERE / "golden" / name).open(encoding="utf-8", newline="") as handle:
        header, first, *_ = csv.reader(handle)
    first[header.index(column)] = pattern * (200_000 // len(pattern))
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, first])
    begun = time.process_time()
    read_archive(path)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("pattern", [*ENDLESS, "<", "</", "<!--", "<![CDATA["])
def test_long_markup_takes_no_square_of_the_time(pattern: str) -> None:
    begun = time.process_time()
    values.html_to_text("<p>" + pattern * (1_000_000 // len(pattern)))
    assert time.process_time() - begun < 2


def test_long_markup_keeps_its_words_and_line_ends() -> None:
    markup = "<p>Un &amp; <b>deux</b><br/>trois</p>"
    assert values.html_to_text(markup + "<p>x</p>" * 10_000).startswith("Un & deux\ntrois\nx\nx")


def test_broken_document_of_blanks_takes_no_square_of_the_time(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    tweet = json.dumps(scene.v1(scene.POSTED))
    path.write_text(f"[{tweet},\n{{broken }}" + " " * 200_000 + f"x, {tweet}]")
    begun = time.process_time()
    archive = read_archive(path)
    assert time.process_time() - begun < 2
    assert (len(archive.posts), len(archive.rejects)) == (1, 1)


def _largest(path: Path) -> tuple[int, int]:
    """Return the most bytes handed on at once while a file is read, and the rows in all."""
    taken: list[tuple[int, int]] = []
    piece = Piece(Source(str(path), file_opener(path)))
    piece.read(lambda _, batch: taken.append((batch.nbytes, len(batch))), Filter())
    return max(size for size, _ in taken), sum(rows for _, rows in taken)


@pytest.mark.parametrize("form", ["lines", "array", "table"])
def test_what_is_held_is_bounded_by_its_size_too(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "HELD", 1 << 20)
    path, many = tmp_path / form, 100
    long = scene.v1(scene.POSTED) | {"text": "é" * 50_000}
    if form == "table":
        with (HERE / "golden" / "minet.csv").open(encoding="utf-8", newline="") as handle:
            header, first, *_ = csv.reader(handle)
        first[header.index("text")] = "é" * 50_000
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([header, *[first] * many])
    else:
        text = json.dumps(long, ensure_ascii=False)
        together = {"lines": "\n".join([text] * many), "array": f"[{','.join([text] * many)}]"}
        path.write_text(together[form], encoding="utf-8")
    most, rows = _largest(path)
    assert most < 4 << 20
    assert rows >= 2 * many


def test_rows_that_are_all_broken_are_not_held(tmp_path: Path) -> None:
    with (HERE / "golden" / "minet.csv").open(encoding="utf-8", newline="") as handle:
        header, *_ = csv.reader(handle)
    path = tmp_path / "broken.csv"
    path.write_text(",".join(header) + "\n" + "1,2,3\n" * 5_000)
    taken: list[int] = []
    piece = Piece(Source(str(path), file_opener(path)))
    account = piece.read(lambda _, batch: taken.append(len(batch)), Filter())
    assert (sum(taken), account.file["rejects"]) == (5_000, 5_000)
    assert max(taken) <= sink.BATCH
