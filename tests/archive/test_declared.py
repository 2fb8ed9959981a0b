"""Tables that no reader knows are read as their owner declares; workbooks are tables."""

from __future__ import annotations

import csv
import json
import shlex
from datetime import date, datetime
from pathlib import Path

import pytest
from story import FIRST, POSTS, QUOTE, SHARE, TEXT, Rows, at

import i4analysis as i4
from i4analysis import cli
from i4analysis.archive.reading import declared
from i4analysis.errors import ArchiveError

HEADER = ["n°", "Numéro", "Qui", "Quand", "Quoi"]
ROWS = [
    ["1", FIRST, "anne_exemple", "05/10/2015 12:00", TEXT],
    ["2", SHARE, "BrunoInvente", "05/10/2015 12:12", f"RT @anne_exemple: {TEXT}"],
    ["3", QUOTE, "BrunoInvente", "26/10/2015 10:30", "À lire #i4Emploi"],
]
NOON = datetime(2015, 10, 5, 12, 0, 7)  # noqa: DTZ001 - a cell of a sheet has no zone
COLUMNS = {"id": "Numéro", "author": "Qui", "date": "Quand", "text": "Quoi"}


def table(path: Path, delimiter: str = ";", rows: list[list[str]] = ROWS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows([HEADER, *rows])
    return path


def lines(path: Path, rows: list[list[str]] = ROWS) -> Path:
    items = [dict(zip(HEADER, row, strict=True)) for row in rows]
    if path.suffix == ".json":
        path.write_text(json.dumps(items), encoding="utf-8")
    else:
        path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def workbook(path: Path, rows: list[list[object]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [HEADER, *rows]:
        book.active.append(row)
    book.create_sheet("Notes").append(["rien"])
    book.save(path)
    return path


def facts(archive: i4.Archive) -> list[tuple[object, ...]]:
    own = archive.posts[~archive.posts.embedded].sort_values("post_id")
    return list(zip(own.post_id, own.author, own.kind, own.posted_at, own.text, strict=True))


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.jsonl", "t.json", "t.xlsx"])
def test_a_table_is_read_as_declared_whatever_it_is_written_in(tmp_path: Path, name: str):
    path = tmp_path / name
    if path.suffix in (".csv", ".tsv"):
        table(path, ";" if path.suffix == ".csv" else "\t")
    elif path.suffix == ".xlsx":
        workbook(path, [list(row) for row in ROWS])
    else:
        lines(path)
    with pytest.raises(ArchiveError, match="--columns"):
        i4.read_archive(path)
    archive = i4.read_archive(path, columns=COLUMNS)
    assert [one[:3] for one in facts(archive)] == [
        (FIRST, "anne_exemple", "post"),
        (SHARE, "BrunoInvente", "reshare"),
        (QUOTE, "BrunoInvente", "post"),
    ]
    assert facts(archive)[0][4] == TEXT
    assert list(archive.posts.set_index("post_id").hashtags[SHARE]) == ["i4emploi", "corrèze"]


def test_a_clock_without_a_zone_is_read_in_the_one_declared(tmp_path: Path):
    rows = [[str(number), "", who, when, what] for number, _, who, when, what in ROWS]
    path = table(tmp_path / "t.csv", rows=rows)
    said = {"author": "Qui", "date": "Quand", "text": "Quoi"}
    utc = i4.read_archive(path, columns=said)
    paris = i4.read_archive(path, columns=said | {"zone": "Europe/Paris"})
    assert set(utc.findings.finding) >= {"zone_unsaid", "made_id"}
    assert "zone_unsaid" not in set(paris.findings.finding)
    apart = utc.posts.set_index("text").posted_at - paris.posts.set_index("text").posted_at
    assert sorted(set(apart.dt.total_seconds())) == [3600, 7200]  # 26 October: winter time
    first = paris.posts.sort_values("posted_at").posted_at.iloc[0]
    assert first == datetime.fromisoformat("2015-10-05T10:00:00+00:00")


def test_the_moment_inside_the_id_is_believed_where_the_clock_shows_it(tmp_path: Path):
    archive = i4.read_archive(table(tmp_path / "t.csv"), columns=COLUMNS)
    moments = archive.posts.set_index("post_id").posted_at
    assert moments[FIRST].timestamp() * 1e6 == POSTS[FIRST]["posted_at"]
    # 26 October is not in the id: what is written stands, and the doctor says that they differ
    assert moments[QUOTE].timestamp() * 1e6 == at("2015-10-26T10:30:00Z")
    assert "id_time_differs" in set(archive.findings.finding)


def test_a_date_that_says_two_days_is_said(tmp_path: Path):
    rows = [["1", "", "anne_exemple", "03/04/2015 12:00", "Un #i4Emploi"]]
    path = table(tmp_path / "t.csv", rows=rows)
    archive = i4.read_archive(
        path, columns={"author": "Qui", "date": "Quand", "text": "Quoi", "zone": "UTC"}
    )
    assert archive.posts.posted_at.iloc[0].month == 4
    assert "day_or_month" in set(archive.findings.finding)


def test_a_fixed_author_is_that_of_every_row(tmp_path: Path):
    said = {"id": "Numéro", "date": "Quand", "text": "Quoi", "author": "@Mairie"}
    archive = i4.read_archive(table(tmp_path / "t.csv"), columns=said)
    assert set(archive.posts.author) == {"Mairie"}


def test_what_is_proposed_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = table(tmp_path / "mes tweets.csv")
    assert cli.main(["read", str(path)]) == 2
    said = capsys.readouterr().err
    command = said[said.index("i4 read ") :].splitlines()[0].rstrip(".")
    assert "without" not in command
    arguments = shlex.split(command)[1:]
    assert cli.main(arguments) == 0
    assert "3 = 3 + 0 + 0 + 0" in capsys.readouterr().out


def test_a_proposal_says_what_will_be_impossible(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("Quoi,Quand\n" + "\n".join(f'"{"x" * 40} #a",2015-10-05' for _ in range(3)))
    with pytest.raises(ArchiveError) as caught:
        i4.read_archive(path)
    message = str(caught.value)
    assert "--columns date=Quand,text=Quoi" in message
    assert "without ids" in message
    assert "without authors" in message


def test_the_columns_of_movement_toml(tmp_path: Path):
    folder = tmp_path / "mine"
    assert cli.main(["new", str(folder), "--hashtag", "i4Emploi"]) == 0
    toml = folder / "movement.toml"
    said = ", ".join(f'{role} = "{name}"' for role, name in COLUMNS.items())
    toml.write_text(toml.read_text() + f'\n[columns]\n"carnet*.csv" = {{{said}}}\n')
    path = table(tmp_path / "carnet-2015.csv")
    assert cli.main(["read", str(path), "--movement", str(folder)]) == 0
    assert len(i4.load(folder).posts) == 3
    # a correction of the columns reads the file again, nothing else does
    before = {one.name: one.stat().st_mtime_ns for one in (folder / "archive").glob("*.parquet")}
    assert cli.main(["read", str(path), "--movement", str(folder)]) == 0
    assert before == {
        one.name: one.stat().st_mtime_ns for one in (folder / "archive").glob("*.parquet")
    }
    toml.write_text(toml.read_text().replace('author = "Qui"', 'author = "@Autre"'))
    assert cli.main(["read", str(path), "--movement", str(folder)]) == 0
    assert set(i4.load(folder).posts.author) == {"Autre"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"id": "Numero d'ordre"}, "has no column"),
        ({"idd": "Numéro", "text": "Quoi"}, "did you mean 'id'"),
        ({"text": "Quoi", "zone": "Paris"}, "Europe/Paris"),
        ({"author": "Qui"}, "neither an id"),
        ({"text": "quoi", "date": "Qand"}, "did you mean 'Quand'"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, columns, expected
):
    with pytest.raises(ArchiveError, match=expected) as caught:
        i4.read_archive(table(tmp_path / "t.csv"), columns=columns)
    assert "\n" not in str(caught.value)


def test_a_command_line_that_is_no_declaration_is_refused():
    for text in ("id", "id=", 'text="x'):
        with pytest.raises(ArchiveError, match="--columns"):
            declared.written([text])


# --------------------------------------------------------------------------------- workbooks


def test_numbers_that_excel_has_rounded_stay_apart_and_are_said(tmp_path: Path):
    rows = [[int(a), int(b), c, NOON, e] for a, b, c, _, e in ROWS]
    archive = i4.read_archive(workbook(tmp_path / "t.xlsx", rows), columns=COLUMNS)
    assert len(archive.posts) == 3
    assert archive.posts.post_id.str.startswith("ruined-").all()
    assert "ruined_id" in set(archive.findings.finding)
    assert archive.posts.posted_at.iloc[0] == datetime.fromisoformat("2015-10-05T12:00:07+00:00")


def test_a_workbook_of_a_known_tool_is_read_like_its_csv(tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    source = Path(__file__).parent / "golden" / "tweet-harvest.csv"
    book = openpyxl.Workbook()
    with source.open(encoding="utf-8", newline="") as cells:
        for row in csv.reader(cells):
            book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    archive = i4.read_archive(tmp_path / "t.xlsx")
    assert archive.files.format.tolist() == ["tweet-harvest"]
    assert set(archive.posts.post_id) == {row["post_id"] for row in Rows(source).posts}


def test_workbooks_without_a_table_and_no_workbooks_are_named(tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    for name in ("empty.xlsx", "old.xls"):
        with pytest.raises(ArchiveError, match="Excel workbook") as caught:
            i4.read_archive(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_days_of_a_sheet_are_days(tmp_path: Path):
    rows = [[1, FIRST, "anne_exemple", date(2015, 10, 5), "Un #i4Emploi"]]
    archive = i4.read_archive(workbook(tmp_path / "t.xlsx", rows), columns=COLUMNS)
    assert archive.posts.posted_at.iloc[0].timestamp() * 1e6 == POSTS[FIRST]["posted_at"]
