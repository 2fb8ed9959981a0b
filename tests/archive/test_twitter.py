"""The same post by every road gives the same row; each API's own quirks."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import scene

from i4analysis.archive import read_archive
from i4analysis.archive.rows.values import iso_time
from i4analysis.tables import Archive

HERE = Path(__file__).parent


def read(folder: Path, content: str | bytes, name: str = "input") -> Archive:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_archive(path)


def moment(text: str) -> pd.Timestamp:
    return pd.Timestamp(iso_time(text) * 1000, tz="UTC")


EXPECTED = [
    {
        "post_id": "650928000000000001",
        "kind": "post",
        "author_id": "11",
        "author": "atelier_x",
        "posted_at": moment(scene.POSTED),
        "text": "Usine à reprendre & 80 emplois #i4Emploi #Corrèze https://t.co/abc @Emploi19",
        "reshared_id": None,
        "hashtags": ["i4emploi", "corrèze"],
        "mentions": ["emploi19"],
        "urls": ["https://exemple.test/usine"],
        "media_count": 2,
        "reshare_count": 7,
        "like_count": 3,
        "embedded": False,
    },
    {
        "post_id": "650935000000000002",
        "kind": "reshare",
        "author_id": "22",
        "author": "Relais2",
        "posted_at": moment(scene.RESHARED),
        "text": "",
        "reshared_id": "650928000000000001",
        "reshared_author_id": "11",
        "reshared_author": "atelier_x",
        "reshared_at": moment(scene.POSTED),
        "reshare_basis": "platform",
        "hashtags": ["i4emploi", "corrèze"],
        "mentions": ["emploi19"],
        "urls": ["https://exemple.test/usine"],
        "media_count": 2,
        "reshare_count": 7,
        "like_count": None,
        "embedded": False,
    },
    {
        "post_id": "650943000000000003",
        "kind": "quote",
        "author_id": "22",
        "author": "Relais2",
        "posted_at": moment(scene.QUOTED),
        "text": "@atelier_x Oui ! #I4EMPLOI https://t.co/def",
        "quoted_id": "650928000000000001",
        "quoted_author_id": "11",
        "quoted_author": "atelier_x",
        "replied_id": "650928000000000001",
        "replied_author_id": "11",
        "replied_author": "atelier_x",
        "hashtags": ["i4emploi"],
        "mentions": ["atelier_x"],
        "urls": ["https://twitter.com/atelier_x/status/650928000000000001"],
        "media_count": 0,
        "reshare_count": 0,
        "like_count": 1,
        "embedded": False,
    },
]


@pytest.mark.parametrize("road", scene.ROADS)
def test_every_road_gives_the_same_rows(road: str, tmp_path: Path) -> None:
    archive = read(tmp_path, scene.ROADS[road])
    rows = archive.posts.to_dict("records")
    assert len(rows) == 3
    for row, expected in zip(rows, EXPECTED, strict=True):
        for column, value in expected.items():
            found = row[column]
            if isinstance(value, list):
                assert list(found) == value, column
            elif value is None:
                assert pd.isna(found), column
            else:
                assert found == value, column
    account = archive.files.iloc[0]
    assert account["records"] == account["posts_in"] == 3


@pytest.mark.parametrize("road", scene.ROADS)
def test_every_road_sees_the_authors_profiles(road: str, tmp_path: Path) -> None:
    profiles = read(tmp_path, scene.ROADS[road]).profiles
    authors = profiles[profiles["account_id"].isin(["11", "22"])]
    seen = authors[["account_id", "handle", "bio", "followers"]].drop_duplicates()
    assert sorted(seen.itertuples(index=False, name=None)) == [
        ("11", "atelier_x", "", 80),
        ("22", "Relais2", "soignante #i4Emploi", 1200),
    ]
    assert set(profiles["seen_basis"]) == {"after"}


def test_stream_is_live_counts_notices_and_completes_what_is_cut(tmp_path: Path) -> None:
    archive = read_archive(HERE / "v1_stream.jsonl")
    account = archive.files.iloc[0]
    assert account["format"] == "twitter-v1-stream"
    assert (account["records"], account["posts_in"], account["notices"]) == (5, 2, 3)
    assert json.loads(account["notice_kinds"]) == {"delete": 1, "limit": 2}
    posts = archive.posts.set_index("post_id")
    reshare = posts.loc["650937372811227136"]
    assert list(reshare["hashtags"]) == ["i4emploi", "corrèze"]
    assert list(reshare["urls"]) == ["https://exemple.test/usine"]
    reply = posts.loc["650937624469504000"]
    assert reply["text"].endswith("on ne voit pas la fin : R&D <3 #i4Emploi")
    assert reply["kind"] == "reply"
    assert list(reply["urls"]) == []
    original = posts.loc["650929823105761280"]
    assert original["embedded"]
    assert original["media_count"] == 2
    profiles = archive.profiles
    assert set(profiles["seen_basis"]) == {"live"}
    author = profiles[profiles["account_id"] == "11"].iloc[0]
    assert author["seen_at"] == moment("2015-10-05T07:30:00Z"), "as the reshare was delivered"
    assert pd.isna(author["bio"])
    limit = archive.findings.set_index("finding").loc["limit_track"]
    assert limit["count"] == 31


def test_typed_rt_is_no_reshare_where_the_platform_marks_them(tmp_path: Path) -> None:
    tweet = scene.v1(scene.POSTED) | {"full_text": "RT @quelquun: merci"}
    assert list(read(tmp_path, scene.lines([tweet])).posts["kind"]) == ["post"]


def test_reshare_without_its_original_keeps_what_it_knows(tmp_path: Path) -> None:
    page = {"data": [scene.v2(scene.RESHARED)], "includes": {"users": []}, "meta": {}}
    archive = read(tmp_path, json.dumps(page))
    row = archive.posts.iloc[0]
    assert (row["kind"], row["text"], row["reshared_author"]) == ("reshare", "", "atelier_x")
    assert list(row["hashtags"]) == ["i4emploi"]
    assert list(row["mentions"]) == []
    assert pd.isna(row["author"])
    assert archive.profiles.empty


def test_retrieved_at_dates_profiles_and_counts(tmp_path: Path) -> None:
    page = scene.v2_page() | {"__twarc": {"retrieved_at": "2021-01-02T03:04:05+00:00"}}
    archive = read(tmp_path, json.dumps(page))
    assert set(archive.profiles["seen_basis"]) == {"retrieved"}
    assert set(archive.profiles["seen_at"]) == {moment("2021-01-02T03:04:05Z")}
    assert set(archive.posts["collected_at"]) == {moment("2021-01-02T03:04:05Z")}
    assert archive.profiles["account_id"].value_counts().to_dict() == {"11": 1, "22": 1, "33": 1}


def test_edited_post_takes_its_latest_id(tmp_path: Path) -> None:
    tweet = scene.v2(scene.POSTED) | {"edit_history_tweet_ids": ["650928000000000001", "9" * 18]}
    archive = read(tmp_path, json.dumps({"data": tweet, "includes": {}}))
    assert list(archive.posts["post_id"]) == ["9" * 18]


def test_policy_notice_is_not_a_text(tmp_path: Path) -> None:
    notice = (
        "@x's account is temporarily unavailable because it violates the Twitter Media Policy."
    )
    tweet = scene.v2(scene.POSTED) | {"text": notice}
    archive = read(tmp_path, json.dumps({"data": [tweet], "meta": {}}))
    row = archive.posts.iloc[0]
    assert pd.isna(row["text"])
    assert row["hashtags"] is pd.NA
    assert "policy_notice" in set(archive.findings["finding"])


def test_what_is_no_post_is_named(tmp_path: Path) -> None:
    counts = {"data": [{"start": "a", "end": "b", "tweet_count": 3}] * 4, "meta": {}}
    users = {"data": [scene.v2_user("11"), scene.v2_user("22")], "meta": {}}
    empty = {"meta": {"result_count": 0}}
    archive = read(tmp_path, scene.lines([counts, users, empty]))
    account = archive.files.iloc[0]
    assert (account["records"], account["profiles_only"], account["notices"]) == (7, 2, 5)
    assert json.loads(account["notice_kinds"]) == {"counts": 4, "empty page": 1}
    assert list(archive.profiles["followers"]) == [80, 1200]


def test_a_bad_item_of_a_page_is_rejected_alone(tmp_path: Path) -> None:
    statuses = [scene.v1(scene.POSTED), {"id": 12, "created_at": "soon"}, scene.v1(scene.QUOTED)]
    archive = read(tmp_path, json.dumps({"statuses": statuses}))
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (3, 2, 1)
    assert "created_at" in archive.rejects.iloc[0]["reason"]
    assert archive.rejects.iloc[0]["line"] == 2


def test_mixed_lines_are_read_by_the_reader_that_knows_them(tmp_path: Path) -> None:
    mixed = [scene.v1(scene.POSTED)] * 3 + [scene.v2_flat()[1], scene.snscrape(scene.QUOTED)]
    archive = read(tmp_path, scene.lines(mixed))
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (5, 5, 0)
    own = archive.posts[~archive.posts["embedded"]]
    assert sorted(own["kind"]) == ["post", "quote", "reshare"]


def test_hashtag_keeps_reshares_of_tagged_posts_and_what_they_embed(tmp_path: Path) -> None:
    other = scene.v1(scene.POSTED) | {"id_str": "5", "entities": {"hashtags": [], "urls": []}}
    path = tmp_path / "in.jsonl"
    path.write_text(scene.lines([scene.v1(scene.RESHARED), other]))
    archive = read_archive(path, hashtags=["#CORRÈZE"])
    assert set(archive.posts["post_id"]) == {"650935000000000002", "650928000000000001"}
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["notices"]) == (2, 1, 1)
    assert json.loads(account["notice_kinds"]) == {"other hashtag": 1}


# ---------------------------------------------------------------------------- real archives

ACCOUNTS = {
    "twitter_v1/500-sample.jsonl": (500, 500, 0, 0, 0),
    "twitter_v1/100-sample.jsonl": (100, 100, 0, 0, 0),
    "twitter_v1/10-sample.jsonl": (10, 10, 0, 0, 0),
    "twitter_v1/evently_anonymized.jsonl": (359, 359, 0, 0, 0),
    "twitter_v1/aect19_lookup.jsonl": (143, 143, 0, 0, 0),
    "twitter_v1/normalization.json": (9, 9, 0, 0, 0),
    "twitter_v1/normalization-payload-search.json": (1, 1, 0, 0, 0),
    "twitter_v1/normalization-payload-show.json": (1, 1, 0, 0, 0),
    "twitter_v1/normalization-payload-stream.json": (1, 1, 0, 0, 0),
    "twitter_v2/10-v2-sample.jsonl": (10, 10, 0, 0, 0),
    "twitter_v2/blacklivesmatter_example.jsonl": (100, 100, 0, 0, 0),
    "twitter_v2/brexit.jsonl": (100, 100, 0, 0, 0),
    "twitter_v2/cotweet.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/edited.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/edited_after.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/edited_before.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/entities_test.jsonl": (485, 474, 0, 11, 0),
    "twitter_v2/flat.jsonl": (100, 100, 0, 0, 0),
    "twitter_v2/media_policy_violation_off.jsonl": (100, 100, 0, 0, 0),
    "twitter_v2/media_policy_violation_on.jsonl": (100, 100, 0, 0, 0),
    "twitter_v2/noflat.jsonl": (101, 100, 0, 1, 0),
    "twitter_v2/not_posts_counts.jsonl": (169, 0, 0, 169, 0),
    "twitter_v2/not_posts_lists.jsonl": (6, 0, 0, 6, 0),
    "twitter_v2/not_posts_tweets_compliance.jsonl": (2, 0, 0, 2, 0),
    "twitter_v2/not_posts_users.jsonl": (104, 0, 96, 8, 0),
    "twitter_v2/not_posts_users_compliance.jsonl": (2, 0, 0, 2, 0),
    "twitter_v2/payload-v2-geo.json": (2, 2, 0, 0, 0),
    "twitter_v2/payload-v2-singletweet.json": (1, 1, 0, 0, 0),
    "twitter_v2/payload-v2-tweet-retweet.json": (6, 6, 0, 0, 0),
    "twitter_v2/payload-v2-video.json": (1, 1, 0, 0, 0),
    "twitter_v2/payload-v2.json": (10, 10, 0, 0, 0),
    "twitter_v2/quoted_edit.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/two_tweets.jsonl": (1, 1, 0, 0, 0),
    "twitter_v2/withheld.jsonl": (220, 215, 0, 5, 0),
    "snscrape/snscrape_model_from_twscrape.jsonl": (354, 354, 0, 0, 0),
    "stream_grab/2021-01-01-0029.json.bz2": (3480, 3173, 0, 307, 0),
    "damaged/streaming_output_with_error.jsonl": (8, 7, 0, 0, 1),
    "damaged/v2_stream_broken_lines.jsonl": (204, 203, 0, 0, 1),
}


@pytest.mark.real
@pytest.mark.parametrize("name", ACCOUNTS)
def test_real_account_is_exact(name: str, real: Path) -> None:
    account = read_archive(real / name).files.iloc[0]
    columns = ["records", "posts_in", "profiles_only", "notices", "rejects"]
    assert tuple(account[column] for column in columns) == ACCOUNTS[name]


@pytest.mark.real
def test_real_files_are_all_accounted_for(real: Path) -> None:
    folders = ("twitter_v1", "twitter_v2", "snscrape", "stream_grab")
    files = {
        path.relative_to(real).as_posix()
        for folder in folders
        for path in (real / folder).glob("*.*")
    }
    assert files <= set(ACCOUNTS)


@pytest.mark.real
def test_real_flat_and_page_give_equal_tables(real: Path) -> None:
    flat, page = (read_archive(real / f"twitter_v2/{name}.jsonl") for name in ("flat", "noflat"))
    for name, keys in (("posts", ["post_id"]), ("profiles", ["account_id"])):
        frames = [
            getattr(archive, name)
            .drop(columns=["file", "line", "collected_at", "seen_at", "post_id"], errors="ignore")
            .assign(key=getattr(archive, name)[keys[0]])
            .sort_values("key")
            .reset_index(drop=True)
            for archive in (flat, page)
        ]
        pd.testing.assert_frame_equal(
            frames[0].drop_duplicates("key").reset_index(drop=True),
            frames[1].drop_duplicates("key").reset_index(drop=True),
        )


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "accounts", "reshares"),
    [("brexit", 177, 67), ("blacklivesmatter_example", 128, 70), ("entities_test", 612, 314)],
)
def test_real_pages_give_every_account(
    name: str, accounts: int, reshares: int, real: Path
) -> None:
    archive = read_archive(real / f"twitter_v2/{name}.jsonl")
    own = archive.posts[~archive.posts["embedded"]]
    assert archive.profiles["account_id"].nunique() == accounts
    assert (own["kind"] == "reshare").sum() == reshares
    if name == "entities_test":
        assert archive.profiles["followers"].isna().all(), "unknown followers are not 0"


@pytest.mark.real
def test_real_withheld_page_has_six_posts_without_author(real: Path) -> None:
    archive = read_archive(real / "twitter_v2/withheld.jsonl")
    own = archive.posts[~archive.posts["embedded"]]
    assert own["author"].isna().sum() == 6


@pytest.mark.real
def test_real_stream_minute(real: Path) -> None:
    archive = read_archive(real / "stream_grab/2021-01-01-0029.json.bz2")
    own = archive.posts[~archive.posts["embedded"]]
    reshares = own[own["kind"] == "reshare"]
    assert own["author_id"].nunique() == 3146
    assert len(reshares) == 1709
    assert (reshares["author_id"] == reshares["reshared_author_id"]).sum() == 15
    assert set(archive.profiles["seen_basis"]) == {"live"}
    authors = archive.profiles.merge(own[["post_id", "author_id"]], on="post_id")
    authors = authors[authors["account_id"] == authors["author_id"]]
    first = authors.drop_duplicates("account_id")
    assert first["bio"].isna().sum() > 300, "an unseen bio is null, not empty"


@pytest.mark.real
def test_real_movement_gives_its_collectors_figures(real: Path) -> None:
    folder = real / "twitter_v1" / "thankcsiro"
    archive = read_archive(sorted(folder.glob("*.json")))
    own = archive.posts[~archive.posts["embedded"]]
    reshares = own[own["kind"] == "reshare"]
    assert archive.files["records"].sum() == 1074
    assert len(own) == 859
    assert own["author_id"].nunique() == 494
    assert len(reshares) == 742
    pairs = reshares[["author_id", "reshared_author_id"]].drop_duplicates()
    assert len(pairs) == 678
    assert len(set(pairs["author_id"]) | set(pairs["reshared_author_id"])) == 483
    assert reshares["reshared_author_id"].value_counts().head(5).tolist() == [150, 111, 85, 61, 40]
    assert reshares["reshared_id"].nunique() == 100
    assert reshares["reshared_id"].drop_duplicates().isin(own["post_id"]).sum() == 56
    assert own["posted_at"].min() == pd.Timestamp("2014-04-14T06:21:11Z")
    days = own["posted_at"].dt.date.value_counts().sort_index()
    assert days.tolist() == [622, 169, 10, 14, 2, 1, 7, 25, 9]
    typed = own[(own["kind"] != "reshare") & own["text"].str.startswith("RT @")]
    assert len(typed) == 2
    assert archive.profiles["account_id"].nunique() == 510
    seen = archive.profiles[archive.profiles["account_id"].isin(own["author_id"])]
    assert seen["account_id"].nunique() == 494
    assert seen["followers"].notna().all()
    tag = own["hashtags"].map(lambda tags: "thankcsiroforthat" in tags)
    assert tag.all()


def test_the_fields_that_the_second_api_gives_by_default(tmp_path):
    """Id and text alone: who wrote it is unknown, when is in the id, its tags are in the text."""
    path = tmp_path / "tweepy.jsonl"
    posts = [
        {"id": "650973732533174373", "text": "Sauvons #i4Emploi", "edit_history_tweet_ids": []}
    ]
    for text in (json.dumps({"data": posts}), json.dumps(posts[0]) + "\n"):
        path.write_text(text)
        (row,) = read_archive(path).posts.itertuples()
        assert str(row.posted_at) == "2015-10-05 10:00:07+00:00"
        assert list(row.hashtags) == ["i4emploi"]
        assert pd.isna(row.author_id)


def test_answers_of_the_first_api_that_hold_no_posts(tmp_path):
    path = tmp_path / "answers.jsonl"
    answers = [
        {"ids": [1, 2], "next_cursor": 0, "previous_cursor": 0},
        {"lists": [{"id": 1, "slug": "x"}], "next_cursor": 0},
        {"id": 5, "name": "x", "member_count": 3, "subscriber_count": 0, "user": {"id": 1},
         "created_at": "Sat Sep 26 12:05:11 +0000 2015"},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(one) + "\n" for one in answers))
    archive = read_archive(path)
    assert archive.posts.empty
    assert archive.files.notices.tolist() == [3]


def test_an_account_that_cannot_be_read_costs_its_page_nothing_else(tmp_path):
    users = [
        {"id_str": str(at), "screen_name": f"compte{at}", "followers_count": at} for at in range(3)
    ]
    users[1] |= {"id": 1.5, "name": {"x": 1}}
    path = tmp_path / "followers.json"
    path.write_text(json.dumps({"users": users, "next_cursor": 0}) + "\n")
    archive = read_archive(path)
    assert archive.files[["records", "profiles_only", "rejects"]].values.tolist() == [[3, 2, 1]]
    assert archive.profiles.handle.tolist() == ["compte0", "compte2"]
