"""Edge lists: acts without posts become reshares of authors, answers and mentions, all counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from story import ANNE, BRUNO, CLAIRE, GOLDEN, Rows, at

import i4analysis as i4
from i4analysis.archive.formats.edge_list import SAME_POST
from i4analysis.measure.graph import graph
from i4analysis.measure.relays import relays

SECOND = 1_443_261_600


def lines(*edges: str, name: str = "edges.txt") -> Rows:
    return Rows(Path(name), "".join(f"{edge}\n" for edge in edges).encode())


def test_the_story_as_edges():
    rows = Rows(GOLDEN / "edge-list.tsv")
    assert rows.format == "edge-list"
    post, share, answer = rows.posts
    assert (post["kind"], post["author_id"], post["mentions"]) == ("post", ANNE, [BRUNO, CLAIRE])
    assert post["posted_at"] == at("2015-10-05T10:00:07Z")
    assert share["kind"] == "reshare"
    assert (share["author_id"], share["reshared_author_id"]) == (BRUNO, ANNE)
    assert share["reshared_id"] is None
    assert share["reshare_basis"] == "platform"
    assert (answer["kind"], answer["replied_author_id"], answer["mentions"]) == (
        "reply",
        ANNE,
        [ANNE],
    )
    assert [row["line"] for row in rows.posts] == [1, 3, 5]
    assert rows.sink.notices == {SAME_POST: 2}
    assert rows.sink.closed == rows.sink.records == 5


@pytest.mark.parametrize("mark", [" ", "\t", ",", ";"])
def test_the_first_line_is_an_edge_whatever_divides_the_cells(mark):
    rows = lines(
        mark.join(("1", "2", str(SECOND), "RT")),
        mark.join(("3", "2", str(SECOND), "RT")),
        mark.join(("1", "2", str(SECOND + 1), "RT")),
    )
    assert rows.format == "edge-list"
    assert [row["author_id"] for row in rows.posts] == ["1", "3", "1"]
    assert len({row["post_id"] for row in rows.posts}) == 3


def test_two_reshares_in_one_second_are_two_posts():
    rows = lines(f"1 2 {SECOND} RT", f"1 4 {SECOND} MT", f"1 3 {SECOND} RT")
    assert [row["reshared_author_id"] for row in rows.posts] == ["2", "3"]
    assert [row["mentions"] for row in rows.posts] == [["4"], []]
    assert rows.sink.notices == {SAME_POST: 1}


def test_what_is_no_edge_is_rejected_with_its_line():
    rows = lines(
        f"1 2 {SECOND} RT", f"1 2 {SECOND} XX", f"1 bob {SECOND} RT", "1 2 soon MT", "1 2"
    )
    assert len(rows.posts) == 1
    assert [row["line"] for row in rows.rejects] == [2, 3, 4, 5]
    assert "the kind is 'XX', expected RT, MT or RE" in rows.rejects[0]["reason"]
    assert rows.sink.closed == rows.sink.records == 5


def test_a_line_read_twice_is_one_post(tmp_path):
    for name in ("one.txt", "two.txt"):
        edges = [f"1 2 {SECOND} RT", f"3 2 {SECOND} RT", f"{name == 'two.txt':d}9 2 {SECOND} RT"]
        (tmp_path / name).write_text("\n".join(edges) + "\n")
    archive = i4.read_archive([tmp_path / "one.txt", tmp_path / "two.txt"])
    assert len(archive.posts) == 4
    assert archive.files["duplicates"].sum() == 2


def test_the_graph_stands_and_no_cascade_is_drawn(tmp_path):
    path = tmp_path / "edges.txt"
    path.write_text(f"1 2 {SECOND} RT\n1 2 {SECOND + 9} RT\n3 2 {SECOND + 9} RT\n")
    archive = i4.read_archive(path)
    found = graph.reshare_graph(archive.posts)
    assert {(a, b, d["weight"]) for a, b, d in found.edges(data=True)} == {
        ("1", "2", 2),
        ("3", "2", 1),
    }
    parents = relays.parent_probabilities(archive)
    assert parents.n_used == 0
    assert parents.gate == "closed"
    assert parents.excluded == {"reshares whose original is not identified": 3}
    row = archive.findings.set_index("finding").loc["originals_unsaid"]
    assert row["count"] == row["of"] == 3
    assert "No cascade can be drawn" in row["effect_en"]
    assert "Aucune cascade" in row["effect_fr"]


@pytest.mark.slow
def test_the_higgs_rumour_has_the_published_counts(real):
    archive = i4.read_archive(real / "cascades" / "higgs-activity_time.txt.gz")
    file = archive.files.iloc[0]
    assert (file["format"], file["records"], file["rejects"]) == ("edge-list", 563_069, 0)
    kinds = archive.posts["kind"].value_counts()
    assert (kinds["reshare"], kinds["reply"]) == (354_930, 36_902)
    assert archive.posts["mentions"].explode().notna().sum() == 171_237
    edges = graph.reshare_edges(archive.posts)
    assert edges["weight"].sum() == 354_930
