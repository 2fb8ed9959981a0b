"""Conversation, program, views, media and place of a post, in every format that carries them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from story import ANSWER, FIRST, GOLDEN, QUOTE, SHARE

import i4analysis as i4
from i4analysis import tables
from i4analysis.archive.store import parts

Json = dict[str, Any]
COLUMNS = ("conversation_id", "source", "view_count", "media_kinds", "media_urls", "place")
LINK = '<a href="https://app.example" rel="nofollow">Prog &amp; Co</a>'
PROGRAM, PLACE, PICTURE = "Prog & Co", "Tulle, France", "https://pbs.example/1.jpg"


def lines(name: str, change: Callable[[Json], None]) -> bytes:
    """Return a golden file of JSON lines, each record changed in place."""
    found = [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines() if line]
    for one in found:
        change(one)
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found).encode()


def whole(name: str, change: Callable[[Any], None]) -> bytes:
    value = json.loads((GOLDEN / name).read_text("utf-8"))
    change(value)
    return json.dumps(value, ensure_ascii=False).encode()


def cells(name: str, more: dict[str, str], delimiter: str = ",") -> bytes:
    """Return a golden table with these cells in every row; a new column goes to its end."""
    rows = list(csv.DictReader(io.StringIO((GOLDEN / name).read_text("utf-8-sig")),
                               delimiter=delimiter))  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys([*rows[0], *more])), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(row | more for row in rows)
    return out.getvalue().encode()


def of_v1(one: Json) -> None:
    for post in (one, one.get("retweeted_status"), one.get("quoted_status")):
        if post and "created_at" in post:
            post["source"], post["place"] = LINK, {"id": "1", "full_name": PLACE}


def of_v2(page: Json) -> None:
    posts = page["data"] if isinstance(page["data"], list) else [page["data"]]
    for one in [*posts, *page.get("includes", {}).get("tweets", [])]:
        one |= {"source": PROGRAM, "geo": {"place_id": "p1"}, "conversation_id": FIRST}
        one.setdefault("public_metrics", {})["impression_count"] = 77
    inside = page.setdefault("includes", {})
    inside["places"] = [{"id": "p1", "full_name": PLACE}]
    keys = {
        key
        for one in [*posts, *inside.get("tweets", [])]
        for key in one.get("attachments", {}).get("media_keys", ())
    }
    inside["media"] = [{"media_key": key, "type": "photo", "url": PICTURE} for key in keys]


def of_graphql(value: Any) -> None:
    """Give every post of an answer, however deep, its views and its program."""
    if isinstance(value, list):
        for one in value:
            of_graphql(one)
    elif isinstance(value, dict):
        if "legacy" in value and "full_text" in value["legacy"]:
            value |= {"views": {"count": "77", "state": "EnabledWithCount"}, "source": LINK}
            value["legacy"] |= {"conversation_id_str": FIRST, "place": {"full_name": PLACE}}
        for one in list(value.values()):
            of_graphql(one)


def of_services(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            of_services(one)
    elif isinstance(value, dict):
        if "conversationId" in value:
            value |= {"viewCount": 77, "source": PROGRAM, "conversationId": FIRST}
        for one in list(value.values()):
            of_services(one)


def snscrape() -> bytes:
    first = {
        "_type": "snscrape.modules.twitter.Tweet", "id": int(FIRST), "conversationId": int(FIRST),
        "date": "2015-10-05T10:00:07+00:00", "rawContent": "À lire", "sourceLabel": PROGRAM,
        "source": LINK, "viewCount": 77, "user": {"username": "anne_exemple", "id": 1},
        "place": {"fullName": PLACE, "id": "1"},
        "media": [{"_type": "snscrape.modules.twitter.Photo", "fullUrl": PICTURE}],
    }  # fmt: skip
    return (json.dumps(first) + "\n").encode()


ALL = {"source": PROGRAM, "place": PLACE, "media_kinds": ["photo"], "media_urls": [PICTURE]}
V2 = ALL | {"conversation_id": FIRST, "view_count": 77}
ROADS: list[tuple[str, Callable[[], bytes], Json]] = [
    ("twitter-v1.jsonl", lambda: lines("twitter-v1.jsonl", of_v1), ALL),
    ("twitter-v2.jsonl", lambda: lines("twitter-v2.jsonl", of_v2), V2),
    ("x-graphql.json", lambda: whole("x-graphql.json", of_graphql), V2),
    (
        "twitterapi-io.json",
        lambda: whole("twitterapi-io.json", of_services),
        {name: V2[name] for name in COLUMNS if name != "place"},
    ),
    ("snscrape.jsonl", snscrape, V2),
    (
        "twarc-csv-0.7.csv",
        lambda: cells(
            "twarc-csv-0.7.csv",
            {"source": PROGRAM, "geo.full_name": PLACE, "conversation_id": FIRST,
             "public_metrics.impression_count": "77"},
        ),
        {name: V2[name] for name in ("source", "place", "conversation_id", "view_count")},
    ),
    (
        "rtweet-0.7.csv",
        lambda: cells("rtweet-0.7.csv", {"source": PROGRAM, "place_full_name": PLACE,
                                         "ext_media_type": "photo", "ext_media_url": PICTURE}),
        ALL,
    ),
    (
        "minet.csv",
        lambda: cells("minet.csv", {"source_name": PROGRAM, "impression_count": "77",
                                    "media_types": "photo", "media_urls": PICTURE}),
        {name: V2[name] for name in ("source", "view_count", "media_kinds", "media_urls")},
    ),
    (
        "4cat.csv",
        lambda: cells("4cat.csv", {"source": PROGRAM, "impression_count": "77",
                                   "place_name": PLACE}),
        {name: V2[name] for name in ("source", "view_count", "place")},
    ),
    *[
        (name, lambda name=name, column=column: cells(name, {column: LINK}), {"source": PROGRAM})
        for name, column in (
            ("tags.csv", "source"), ("dmi-tcat.csv", "source"), ("twitteR.csv", "statusSource"),
            ("hydrator.csv", "source"), ("x-archive.csv", "source"), ("kaggle.csv", "source"),
            ("moderation-tweets.csv", "tweet_client_name"),
        )
    ],
    *[
        (name, lambda name=name: cells(name, {"conversation_id": FIRST}),
         {"conversation_id": FIRST})
        for name in ("twint.csv", "academictwitteR.csv")
    ],
    (
        "mastodon-m2.jsonl",
        lambda: lines("mastodon-m2.jsonl", of_mastodon),
        {"source": "Tusky", "media_kinds": ["photo"], "media_urls": [PICTURE]},
    ),
    (
        "bluesky-feed.json",
        lambda: (GOLDEN / "bluesky-feed.json").read_bytes(),
        {"media_kinds": ["photo"]},
    ),
]  # fmt: skip


def of_mastodon(one: Json) -> None:
    for status in (one, one.get("reblog")):
        if isinstance(status, dict) and "media_attachments" in status:
            status["application"] = {"name": "Tusky", "website": None}
            for medium in status["media_attachments"]:
                medium |= {"type": "image", "url": PICTURE}


def read(tmp_path: Path, name: str, data: bytes, **asked: Any) -> pd.DataFrame:
    (tmp_path / name).write_bytes(data)
    return i4.read_archive(tmp_path / name, **asked).posts


def held(posts: pd.DataFrame, column: str) -> list[Any]:
    """Return the values of the posts that have one; of lists, those that hold something."""
    found = [list(one) if hasattr(one, "tolist") else one for one in posts[column].dropna()]
    return [one for one in found if one != []]


@pytest.mark.parametrize(("name", "made", "expected"), ROADS, ids=[name for name, *_ in ROADS])
def test_what_a_format_carries_is_kept(tmp_path, name, made, expected) -> None:
    posts = read(tmp_path, name, made(), extra=True)
    for column, value in expected.items():
        found = held(posts, column)
        assert found, f"{column} of {name} is lost"
        assert all(one == value for one in found), f"{column} of {name}: {found}"
    # a list of kinds is as long as the number of media, whatever the format
    some = posts[posts["media_kinds"].notna()]
    assert some["media_kinds"].map(len).tolist() == some["media_count"].tolist()
    reshared = posts[posts["kind"] == "reshare"]
    assert reshared["view_count"].isna().all()


def test_a_reshare_has_the_media_of_its_original_and_a_program_of_its_own(tmp_path) -> None:
    def own(one: Json) -> None:
        of_v1(one)
        if "retweeted_status" in one:
            one["source"] = "<a>Phone</a>"

    posts = read(tmp_path, "a.jsonl", lines("twitter-v1.jsonl", own), extra=True)
    posts = posts.set_index("post_id")
    assert posts.loc[SHARE, "source"] == "Phone"
    assert posts.loc[FIRST, "source"] == PROGRAM
    assert list(posts.loc[SHARE, "media_urls"]) == list(posts.loc[FIRST, "media_urls"])
    assert list(posts.loc[ANSWER, "media_kinds"]) == []
    assert list(posts.loc[QUOTE, "media_urls"]) == []


def test_views_of_nought_are_unknown(tmp_path) -> None:
    def none(page: Json) -> None:
        of_v2(page)
        for one in [*page["data"], *page["includes"].get("tweets", [])]:
            one["public_metrics"]["impression_count"] = 0

    posts = read(tmp_path, "a.jsonl", lines("twitter-v2.jsonl", none))
    assert posts["view_count"].isna().all()


def test_bluesky_says_where_a_conversation_began() -> None:
    posts = i4.read_archive(GOLDEN / "bluesky-feed.json").posts.set_index("kind")
    assert posts.loc["reply", "conversation_id"] == posts.loc["reply", "replied_id"]
    assert pd.isna(posts.loc["reshare", "conversation_id"])


def test_v1_gives_them_when_asked_and_nothing_else_changes(tmp_path) -> None:
    data = lines("twitter-v1.jsonl", of_v1)
    plain, more = read(tmp_path, "a.jsonl", data), read(tmp_path, "a.jsonl", data, extra=True)
    others = [name for name in tables.POSTS if name not in COLUMNS]
    pd.testing.assert_frame_equal(plain[others], more[others])
    assert plain[list(COLUMNS)].isna().all().all()
    assert more["place"].notna().all()


def test_a_file_read_without_is_read_again_when_asked_and_not_the_other_way(tmp_path) -> None:
    from i4analysis.archive import command

    folder = tmp_path / "m"
    i4.movement.create(folder, ["i4emploi"])
    (tmp_path / "a.jsonl").write_bytes(lines("twitter-v1.jsonl", of_v1))
    said: list[str] = []
    for extra, places in ((False, 0), (True, 4), (False, 4)):
        command.read([tmp_path / "a.jsonl"], movement=folder, extra=extra, say=said.append)
        posts = i4.load(folder).posts
        assert posts["place"].notna().sum() == places
    (account,) = parts.accounts(folder / "archive")
    assert account.extra


def test_a_part_from_before_these_columns_is_read(tmp_path) -> None:
    import pyarrow.parquet as pq

    from i4analysis.archive import command

    folder = tmp_path / "m"
    i4.movement.create(folder, ["i4emploi"])
    command.read([GOLDEN / "twitter-v1.jsonl"], movement=folder, say=lambda line: None)
    whole_posts = i4.load(folder).posts
    (path,) = (folder / "archive").glob("*.posts.parquet")
    pq.write_table(pq.read_table(path).drop_columns(list(COLUMNS)), path)
    for left in (folder / "archive").glob(".merged-*"):
        for one in left.iterdir():
            one.unlink()
        left.rmdir()
    pd.testing.assert_frame_equal(i4.load(folder).posts, whole_posts)
    some = i4.load(folder, columns={"posts": ["post_id", "place"]}).posts
    assert some["place"].isna().all()
    assert len(some) == len(whole_posts)


def test_who_is_erased_is_in_none_of_them(tmp_path) -> None:
    from i4analysis.archive import command

    folder = tmp_path / "m"
    i4.movement.create(folder, ["i4emploi"])

    def told(page: Json) -> None:
        of_v2(page)
        for one in page["data"]:
            one["source"] = "Bot of Anne Exemple"
            one["geo"] = {"place_id": "p1"}
        page["includes"]["places"][0]["full_name"] = "Chez Anne Exemple, Tulle"
        for one in page["includes"]["media"]:
            one["url"] = "https://pbs.example/anne_exemple/1.jpg"

    raw = tmp_path / "a.jsonl"
    raw.write_bytes(lines("twitter-v2.jsonl", told))
    command.read([raw], movement=folder, say=lambda line: None)
    before = i4.load(folder).posts
    assert (before["conversation_id"] == FIRST).any()
    erase = folder / "erase.csv"
    head = erase.read_text(encoding="utf-8").splitlines()[0]
    row = {"platform": "twitter", "handle": "anne_exemple", "name": "Anne Exemple"}
    line = ",".join(row.get(column, "") for column in head.split(","))
    erase.write_text(f"{head}\n{line}\n", encoding="utf-8")
    posts = i4.load(folder).posts
    assert 0 < len(posts) < len(before)
    # she began the conversation: its number is that of her post
    assert FIRST not in set(posts["conversation_id"].dropna())
    text = posts.to_csv().lower()
    for word in ("anne", "exemple", FIRST):
        assert word not in text, word
