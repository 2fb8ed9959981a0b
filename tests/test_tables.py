from __future__ import annotations

import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.errors import TableError


def test_build_gives_every_column_with_its_type() -> None:
    frame = tables.build(tables.POSTS, [{"platform": "twitter", "post_id": "1", "kind": "post"}])
    assert list(frame.columns) == tables.POSTS.names
    assert frame["post_id"].dtype == tables.POSTS["post_id"].dtype
    assert tables.check(tables.POSTS, frame) is frame


def test_build_names_an_unknown_column() -> None:
    with pytest.raises(TableError, match="no column 'tweet'"):
        tables.build(tables.POSTS, {"tweet": ["1"]})


def test_build_names_the_column_of_a_value_that_does_not_fit() -> None:
    with pytest.raises(TableError, match=r"posts\.reshare_count"):
        tables.build(tables.POSTS, {"reshare_count": ["many"]})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.drop(columns="kind"), "lacks the column 'kind'"),
        (lambda f: f.assign(post_id=[1]), "expected string"),
        (lambda f: f.assign(kind=pd.array(["retweet"], dtype=f["kind"].dtype)), "'retweet'"),
        (lambda f: f.assign(platform=pd.array([None], dtype=f["kind"].dtype)), "null in row 0"),
    ],
)
def test_check_names_the_first_fault(change, words) -> None:
    frame = tables.build(tables.POSTS, [{"platform": "twitter", "post_id": "1", "kind": "post"}])
    with pytest.raises(TableError, match=words):
        tables.check(tables.POSTS, change(frame))


def test_an_empty_archive_is_canonical_and_says_so() -> None:
    archive = tables.Archive().check()
    assert archive.is_empty
    assert "<table>" in archive._repr_html_()
