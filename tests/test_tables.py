from __future__ import annotations

import invented
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.errors import TableError

T0 = pd.Timestamp("2015-09-26T12:00Z")


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


# ------------------------------------------------------------------------- a part of an archive


@pytest.fixture
def archive() -> tables.Archive:
    def post(number: int, who: str, handle: str | None, **more: object) -> dict[str, object]:
        row = {"platform": "twitter", "post_id": str(number), "kind": "post", "author_id": who,
               "author": handle, "posted_at": T0 + pd.Timedelta(hours=10 * number)}  # fmt: skip
        return row | more

    posts = [
        post(0, "1", "Ana", hashtags=["work"], lang="fr", embedded=True),
        post(1, "2", "bob", hashtags=["work", "help"], lang="fr-CA"),
        post(2, "1", "ana_new", lang="en"),
        post(3, "3", None, kind="reshare", reshared_id="1", reshared_author_id="2"),
    ]
    profiles = [
        {"platform": "twitter", "account_id": who, "handle": handle, "seen_at": T0}
        for who, handle in (("1", "Ana"), ("2", "bob"), ("3", "cleo"))
    ]
    return tables.Archive(
        posts=tables.build(tables.POSTS, posts),
        profiles=tables.build(tables.PROFILES, profiles),
        follows=invented.follows([("3", "2"), ("1", "3")]),
    )


def ids(part: tables.Archive) -> list[str]:
    return part.check().posts["post_id"].tolist()


def test_own_posts_are_those_with_a_row_of_their_own(archive) -> None:
    assert ids(archive.own) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("asked", "posts"),
    [
        ({"days": "2015-09-27"}, ["2", "3"]),
        ({"days": "2015-09-27", "zone": "Pacific/Auckland"}, ["0", "1", "2"]),
        ({"days": ("2015-09-27", None)}, ["2", "3"]),
        ({"days": (None, "2015-09-26")}, ["0", "1"]),
        ({"accounts": "@ANA"}, ["0", "2"]),
        ({"accounts": ["ana_new", "2"]}, ["0", "1", "2"]),
        ({"accounts": "cleo"}, ["3"]),
        ({"hashtags": "#Help"}, ["1"]),
        ({"hashtags": ["help", "WORK"], "languages": "fr"}, ["0", "1"]),
        ({"languages": ["en"], "accounts": ["bob"]}, []),
    ],
)
def test_a_part_holds_the_posts_that_pass_everything_asked(archive, asked, posts) -> None:
    assert ids(archive.where(**asked)) == posts


def test_a_part_keeps_the_profiles_and_follows_of_its_accounts(archive) -> None:
    part = archive.where(accounts="cleo")
    assert part.profiles["account_id"].tolist() == ["2", "3"]
    assert part.follows["follower_id"].tolist() == ["3"]
    assert archive.where(days="2015-09-28").profiles.empty


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"accounts": "bobb"}, "did you mean 'bob'"),
        ({"hashtags": "hlep"}, "did you mean 'help'"),
        ({"languages": "de"}, "expected one of en, fr, fr-ca"),
        ({"days": "27/09/2015"}, "expected a date as 2015-09-26"),
    ],
)
def test_a_part_that_nothing_matches_says_so(archive, asked, words) -> None:
    with pytest.raises(TableError, match=words):
        archive.where(**asked)


def test_an_archive_without_posts_has_no_part_but_itself() -> None:
    nothing = tables.Archive()
    assert nothing.where(accounts="x", hashtags="y") is nothing
    assert nothing.own.posts.empty
