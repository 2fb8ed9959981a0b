"""Rows of CSV files that spreadsheets, R and pandas have damaged: nothing lost, lines right."""

from __future__ import annotations

import csv
import gzip
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i4analysis.archive.bytes.csvrows import Broken, CsvRows, Row, spill_repair


def read(data: bytes, **options) -> tuple[CsvRows, list[Row | Broken]]:
    table = CsvRows([data])
    return table, list(table.rows(**options))


def test_line_numbers_stay_right_when_cells_hold_line_ends():
    _, rows = read(b'id,text\n1,"one\ntwo"\n\n2,"a\r\nb"\n3,c\n')
    assert rows == [Row(2, ["1", "one\ntwo"]), Row(5, ["2", "a\r\nb"]), Row(7, ["3", "c"])]


def test_a_lone_carriage_return_is_part_of_the_text():
    _, rows = read(b"id,text,lang\n1,one\rtwo,fr\n2,three,fr\n")
    assert rows == [Row(2, ["1", "one\rtwo", "fr"]), Row(3, ["2", "three", "fr"])]


def test_carriage_returns_alone_end_lines_in_an_old_mac_file():
    _, rows = read(b"id,text\r1,one\r2,two\r")
    assert [row.cells for row in rows] == [["1", "one"], ["2", "two"]]


def test_a_row_cut_in_pieces_by_line_ends_is_joined():
    _, rows = read(b"id,a,text,b,c\n1,x,one\ntwo\nthree,y,z\n2,x,four,y,z\n")
    assert rows == [
        Row(2, ["1", "x", "one\ntwo\nthree", "y", "z"]),
        Row(5, ["2", "x", "four", "y", "z"]),
    ]


def test_a_stray_quote_costs_one_row_and_not_the_rest_of_the_file():
    many = "".join(f"{number},text,fr\n" for number in range(3, 6_000))
    _, rows = read(f'id,text,lang\n1,good,fr\n2,"never closed,fr\n{many}'.encode())
    assert [row.line for row in rows if isinstance(row, Broken)] == [3]
    assert sum(isinstance(row, Row) for row in rows) == 5_998


def test_a_quote_closed_by_the_next_row_does_not_swallow_it():
    _, rows = read(b'id,text,lang\n1,"open,fr\n2,"quoted",fr\n3,plain,fr\n')
    assert [(type(row), row.line) for row in rows] == [(Broken, 2), (Row, 3), (Row, 4)]


def test_a_file_cut_inside_a_quoted_cell_says_so():
    _, rows = read(b'id,text\n1,one\n2,"the text stops he')
    assert isinstance(rows[-1], Broken)
    assert "cut" in rows[-1].reason
    assert len(rows) == 2


def test_unquoted_texts_are_put_back_together_from_their_right_end():
    data = b"text,created,id,source\n" + b"".join(
        b'"He said, no",2015-09-26,%d,web\n' % number
        if number % 2
        else b"plain,2015-09-26,%d,web, of things\n" % number
        for number in range(10)
    )
    table = CsvRows([data])
    checks = {"created": re.compile(r"\d{4}-\d\d-\d\d"), "id": re.compile(r"\d+")}
    repair = spill_repair(table.header, ("text", "source"), checks)
    rows = list(table.rows(repair, may_be_unquoted=True))
    assert rows[0].cells == ["plain", "2015-09-26", "0", "web, of things"]
    assert rows[1].cells == ['"He said, no"', "2015-09-26", "1", "web"]


def test_header_delimiters_encodings_and_extras():
    table, rows = read("sep=;\r\nnom;pr\u00e9nom;;\r\nA;\u00c9ric;;\r\n".encode("cp1252"))
    assert table.header == ["nom", "prénom"]
    assert [row.cells for row in rows] == [["A", "Éric"]]
    assert read(b"")[0].header == []
    assert read(b"id,text\n")[1] == []


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufdd0"), max_size=12)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
def test_whatever_the_csv_module_writes_is_read_back(table):
    table = [row for row in table if any(row)]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        [["a", "b", "c"], *table]
    )
    _, rows = read(out.getvalue().encode())
    assert [row.cells for row in rows] == table


@given(st.binary(max_size=300))
def test_any_bytes_at_all_end_in_rows_or_reasons(data):
    _, rows = read(b"id,text,lang\n" + data)
    assert all(len(row.cells) == 3 if isinstance(row, Row) else row.reason for row in rows)
    assert sum(map(bool, data.split(b"\n"))) >= len(rows) or b"\r" in data


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("damaged/broken_bareCR_rtweet_bosc17.csv.gz", 3_268),
        ("damaged/september_chunk_117.csv.gz", 0),
        ("damaged/september_chunk_122.csv.gz", 27_576),
        ("rtweet/rtweet_user2018.csv.gz", 5_967),
        ("rtweet/rtweet_bosc17.csv.gz", 3_268),
        ("minet/minet_tweets_from_twut500.csv", 500),
        ("bluesky/bluesky-posts-export.csv", 157),
    ],
)
def test_real_files_have_the_rows_of_their_readme(real: Path, name: str, rows: int):
    data = (real / name).read_bytes()
    _, found = read(gzip.decompress(data) if name.endswith(".gz") else data)
    assert [type(row) for row in found] == [Row] * rows
