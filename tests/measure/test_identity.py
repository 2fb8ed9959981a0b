"""One key an account, however a record knows it: privacy and every join rest on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import invented
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.accounts.identity import accounts, everybody
from i4analysis.measure.accounts.roles import listed, role_of, roles
from i4analysis.measure.graph import graph
from i4analysis.measure.members import members
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.publish import chapters
from i4analysis.publish.export import export, exported_graph

T0 = pd.Timestamp("2015-10-01", tz="UTC")
SEEKS = "Je cherche #i4EmploiR"


def movement(*public: str) -> Movement:
    people = [{"name": name.title(), "handle": name, "role": "supporter"} for name in public]
    return invented.movement(
        "i4emploi", seeker_marks=("i4emploir",), timezone="Europe/Paris", started_on=T0.date(),
        people=people,
    )  # fmt: skip


def seen(handle: str, bio: str | None, hour: float = 0, **more: Any) -> dict[str, Any]:
    at = T0 + pd.Timedelta(hours=hour)
    row = {"platform": "twitter", "handle": handle, "bio": bio, "seen_at": at}
    return {**row, "seen_basis": "live", **more}


def said(number: int, who: str, of: str | None = None, **more: Any) -> dict[str, Any]:
    """A post, or a reshare of `of`'s first post, by handles alone; identifiers come with more."""
    at = T0 + pd.Timedelta(hours=number)
    row = {"platform": "twitter", "post_id": str(100 + number), "kind": "post", "author": who}
    if of is not None:
        row |= {"kind": "reshare", "reshared_author": of, "reshared_id": "100", "reshared_at": T0}
    return {**row, "posted_at": at, "hashtags": ["i4emploi"], "text": "", **more}


def archive(profiles: list[dict[str, Any]], posts: list[dict[str, Any]]) -> tables.Archive:
    return invented.archive(posts, profiles)


def reshared(of: str, handles: str = "abcdefgh", **more: Any) -> list[dict[str, Any]]:
    rows = [said(0, of, **{k.removeprefix("reshared_"): v for k, v in more.items()})]
    return rows + [said(i, who, of, **more) for i, who in enumerate(handles, 1)]


def chapter(data: tables.Archive, mine: Movement) -> dict[str, Any]:
    parents = relays.parent_probabilities(data, mine)
    picture = relays.picture(data, mine, parents, members.roles(data, mine))
    return chapters.relays(picture, mine).as_dict()


TAKEN = "the handle was taken over"  # and is in the roles of who bears it now
ROADS = {
    "the identifier is known": archive(
        [seen("Marie", SEEKS, account_id="7")], reshared("Marie", reshared_author_id="7")
    ),
    "only the handle is known": archive([seen("Marie", SEEKS)], reshared("marie")),
    "posts know the handle, profiles the identifier": archive(
        [seen("Marie", SEEKS, account_id="7")], reshared("marie")
    ),
    "several platforms": archive(
        [seen("Marie", SEEKS, account_id="7"), seen("x", None, platform="mastodon")],
        [*reshared("marie"), said(20, "x", platform="mastodon")],
    ),
    "another platform in the profiles alone": archive(
        [seen("Marie", SEEKS, account_id="7"), seen("x", "", platform="bluesky", account_id="d")],
        reshared("Marie", reshared_author_id="7"),
    ),
    "the handle has changed since": archive(
        [seen("Marie", SEEKS, account_id="7"), seen("marie2", "", 99, account_id="7")],
        reshared("marie"),
    ),
    TAKEN: archive(
        [seen("Marie", SEEKS, account_id="7"), seen("marie", "", 99, account_id="8")],
        reshared("marie"),
    ),
}


@pytest.mark.parametrize("road", ROADS)
def test_a_public_person_who_looks_for_work_is_hidden_by_every_road(
    road: str, tmp_path: Path
) -> None:
    data, mine = ROADS[road], movement("marie", "marie2")
    table = members.roles(data, mine)
    keys = graph.reshare_edges(data.posts)["author"]
    assert set(role_of(keys, table)) == {"seeker"}
    shown = exported_graph(data, mine)
    assert "private 1" in shown
    assert "marie" not in " ".join([*shown, *dict(shown.nodes(data="label")).values()]).lower()
    assert "marie" not in str(chapter(data, mine)).lower()
    for name in ("accounts", "influence", "roles"):
        if (name, road) != ("roles", TAKEN):
            path = export(data, mine, tmp_path / name, table=name)[0]
            assert "marie" not in path.read_text(encoding="utf-8-sig").lower(), name


def test_a_public_person_who_looks_for_nothing_is_named() -> None:
    for more in ({}, {"reshared_author_id": "7"}):
        data = archive([], reshared("Marie", **more))
        assert "@Marie" in str(chapter(data, movement("marie")))


def test_a_ledger_finds_an_account_by_any_handle_it_bore_on_the_platform_it_names() -> None:
    data = archive(
        [seen("Old", "", account_id="1"), seen("New", "", 5, account_id="1"),
         seen("old", "", account_id="1", platform="mastodon")],
        [said(1, "New", author_id="1")],
    )  # fmt: skip
    founders = tables.build(LEDGERS["founders"], [{"handle": "@OLD", "platform": "twitter"}])
    mine = Movement("m", {}, ("i4emploi",), ("i4emploi",), ledgers={"founders": founders})
    found = members.roles(data, mine).set_index("account_id")
    assert found["role"].to_dict() == {"1": "founder", "mastodon:1": "other"}
    assert found.loc["1", "handle"] == "New"
    assert sorted(found.loc["1", "aliases"]) == ["new", "old"]


def test_a_handle_stands_for_the_account_it_was_seen_beside_last() -> None:
    data = archive(
        [seen("ana", "", 1, account_id="1"), seen("ana", "", 9, account_id="2")],
        [said(3, "ANA"), said(4, "bob", author_id="3"), said(5, "Bob")],
    )
    known = everybody(data)
    assert known.keys.to_pylist() == ["1", "2", "3"]
    assert known.named(known.codes["author"]).tolist() == ["2", "3", "3"]
    assert (
        listed(pd.Series(["ana", "2", "nobody"]), roles(data, movement()))["role"].tolist()
        == ["other"] * 3
    )


ONE = st.tuples(
    st.sampled_from(["twitter", "mastodon"]), st.sampled_from(["1", "2", None]),
    st.sampled_from(["ana", "Ana", "bob", None]), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(ONE, max_size=6), st.lists(st.tuples(ONE, ONE), max_size=6))
@settings(max_examples=50, deadline=None)
def test_every_key_that_posts_give_finds_its_account(profiles, reshares) -> None:
    """Whatever records know, the keys of posts alone and of the whole archive agree on who."""
    data = archive(
        [seen(name, "", hour, account_id=one, platform=where)
         for where, one, name, hour in profiles],
        [said(i, a[2], b[2], author_id=a[1], reshared_author_id=b[1], platform=a[0])
         for i, (a, b) in enumerate(reshares)],
    )  # fmt: skip
    known, mine = everybody(data), accounts(data.posts, ("author", "reshared_author"))
    assert known.keys.to_pylist() == sorted(set(known.keys.to_pylist()))
    table = roles(data, movement())
    for stem in ("author", "reshared_author"):
        keys = mine.named(mine.codes[stem])
        found = known.find(keys)
        assert ((found >= 0) == keys.notna()).all()
        assert (listed(keys, table)["account_id"].notna() == keys.notna()).all()
        ids = data.posts[f"{stem}_id"].notna().to_numpy()
        assert (found[ids] == known.codes[stem][ids]).all()
