from __future__ import annotations

import csv
from pathlib import Path

import networkx as nx
import openpyxl
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.errors import I4Error
from i4analysis.measure import graph
from i4analysis.movement import Movement
from i4analysis.publish.export import export

T0 = pd.Timestamp("2015-10-01T08:00:00Z")
BIG = "655355300912345678"  # a spreadsheet would round it


@pytest.fixture
def movement() -> Movement:
    return Movement(
        name="thanks",
        title={"fr": "#merci", "en": "#thanks"},
        hashtags=("thanks",),
        supporter_marks=("thanks",),
        seeker_marks=("jobsearch",),
    )


@pytest.fixture
def archive() -> tables.Archive:
    def reshare(number: int, who: str, handle: str | None, **more: object) -> dict[str, object]:
        return {
            "platform": "twitter",
            "post_id": f"{number}",
            "kind": "reshare",
            "author_id": who,
            "author": handle,
            "reshared_id": "1",
            "reshared_author_id": BIG,
            "reshared_author": "Élise",
            "posted_at": T0 + pd.Timedelta(hours=number),
            "hashtags": ["thanks", "jobs"],
            **more,
        }

    return tables.Archive(
        posts=tables.build(
            tables.POSTS,
            [
                reshare(2, "7", "bob", text="=HYPERLINK(1)"),
                reshare(3, "7", "bob", text="@ana hello"),
                reshare(4, "8", None, posted_at=None),
                reshare(5, "9", "carla"),
            ],
        ),
        profiles=tables.build(
            tables.PROFILES,
            [
                {
                    "platform": "twitter",
                    "account_id": "9",
                    "handle": "carla",
                    "bio": "hello #jobsearch",
                    "seen_at": T0,
                }
            ],
        ),
    )


READERS = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}


@pytest.mark.parametrize("form", ["gexf", "graphml"])
def test_a_graph_file_reads_back_as_it_was(archive, movement, tmp_path, form) -> None:
    (path,) = export(archive, movement, tmp_path, graph=form)
    assert path.name == f"thanks-reshares.{form}"
    read = READERS[form](path)
    assert read.is_directed()
    assert set(read.edges) == {("7", BIG), ("8", BIG), ("private 1", BIG)}
    assert read.nodes[BIG]["label"] == "Élise"
    assert read.nodes[BIG]["reshared"] == 4
    assert read.nodes["8"]["label"] == "8"
    data = read.edges["7", BIG]
    assert data["weight"] == 2
    assert (data["first"], data["last"]) == ("2015-10-01T10:00:00Z", "2015-10-01T11:00:00Z")
    assert read.edges["8", BIG]["first"] == ""
    text = path.read_text(encoding="utf-8")
    assert "resharer -&gt; original author" in text
    assert "None" not in text


def test_gexf_has_a_timeline_and_the_same_bytes_twice(archive, movement, tmp_path) -> None:
    (path,) = export(archive, movement, tmp_path, graph="gexf")
    first = path.read_bytes()
    assert b'start="2015-10-01T10:00:00Z"' in first
    assert b'mode="dynamic"' in first
    assert export(archive, movement, tmp_path, graph="gexf")[0].read_bytes() == first


def test_csv_has_the_headers_gephi_expects(archive, movement, tmp_path) -> None:
    edges, nodes = export(archive, movement, tmp_path, graph="csv")
    with edges.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0])[:4] == ["Source", "Target", "Type", "Weight"]
    assert rows[0]["Target"] == BIG
    assert {row["direction"] for row in rows} == {"resharer -> original author"}
    found = graph.reshare_graph(archive.posts)
    assert sum(int(row["Weight"]) for row in rows) == found.size(weight="weight")
    with nodes.open(encoding="utf-8", newline="") as handle:
        listed = {row["Id"]: row for row in csv.DictReader(handle)}
    assert set(listed) == {"7", "8", "private 1", BIG}
    assert listed["7"]["role"] == "other"


def test_somebody_looking_for_work_is_not_named(archive, movement, tmp_path) -> None:
    for form in ("gexf", "graphml", "csv"):
        for path in export(archive, movement, tmp_path, graph=form):
            assert "carla" not in path.read_text(encoding="utf-8")
    for name in ("edges", "accounts", "influence", "roles"):
        rows = pd.read_csv(export(archive, movement, tmp_path, table=name)[0], dtype=str)
        cells = set(rows.astype(object).to_numpy().ravel())
        assert "private 1" in cells, name
        assert not cells & {"carla", "9"}, name


def test_a_table_keeps_identifiers_as_text_and_runs_no_formula(
    archive, movement, tmp_path
) -> None:
    comma, sheet = export(archive, movement, tmp_path, table="posts")
    rows = pd.read_csv(comma, dtype=str, keep_default_na=False)
    assert rows["reshared_author_id"].tolist() == [BIG] * 4
    assert rows["hashtags"].iloc[0] == "thanks | jobs"
    assert rows["text"].tolist()[:3] == ["'=HYPERLINK(1)", "@ana hello", ""]
    assert rows["posted_at"].iloc[0] == "2015-10-01T10:00:00+00:00"
    page = openpyxl.load_workbook(sheet).active
    column = [cell.value for cell in page[1]].index("reshared_author_id")
    assert page.cell(2, column + 1).value == BIG


@pytest.mark.parametrize(
    "name", ["edges", "accounts", "parents", "influence", "shapes", "roles", "profiles"]
)
def test_every_table_can_be_written(archive, movement, tmp_path, name) -> None:
    path = export(archive, movement, tmp_path, table=name)[0]
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert len(rows) > 0
    assert not rows.isin(["None", "nan", "<NA>"]).any().any()


def test_an_empty_archive_gives_files_that_still_open(movement, tmp_path) -> None:
    nothing = tables.Archive()
    for form, read in READERS.items():
        assert len(read(export(nothing, movement, tmp_path, graph=form)[0])) == 0
    assert len(pd.read_csv(export(nothing, movement, tmp_path, table="parents")[0])) == 0


def test_made_up_data_say_so_in_the_names_and_in_the_file(archive, tmp_path: Path) -> None:
    invented = Movement(
        name="demo", title={}, hashtags=("demo",), supporter_marks=(), made_up=True
    )
    (path,) = export(archive, invented, tmp_path, graph="gexf")
    assert path.name == "demo-made-up-reshares.gexf"
    assert "Made-up data." in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Nothing was asked for"),
        ({"graph": "pajek"}, "expected one of gexf, graphml, csv"),
        ({"table": "tweets"}, "There is no table 'tweets'"),
    ],
)
def test_what_does_not_exist_is_refused(archive, movement, tmp_path, asked, words) -> None:
    with pytest.raises(I4Error, match=words):
        export(archive, movement, tmp_path, **asked)
