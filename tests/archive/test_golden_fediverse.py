"""Bluesky and Mastodon: the same invented posts by every road give the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from story import GOLDEN, Rows, at

import i4analysis as i4

ANNE, BRUNO, CLAIRE = (f"did:plc:{letter * 24}" for letter in "abc")
POST = f"at://{ANNE}/app.bsky.feed.post/3l5qzh5gu4k22"
REPOST = f"at://{BRUNO}/app.bsky.feed.repost/3l5r25cb27222"
ANSWER = f"at://{CLAIRE}/app.bsky.feed.post/3l5r4tz3quc22"
QUOTE = f"at://{BRUNO}/app.bsky.feed.post/3l5tewofxq222"
AGAIN = f"at://{CLAIRE}/app.bsky.feed.repost/3l5tgkkr32222"
TEXT = "Sauvons l'usine ! #i4Emploi @claire.bsky.social example.org/usine"
EXPECTED = {
    POST: {
        "kind": "post",
        "author_id": ANNE,
        "author": "anne.exemple.org",
        "posted_at": at("2024-10-05T10:00:07.250Z"),
        "text": TEXT,
        "lang": "fr",
        "hashtags": ["i4emploi", "corrèze"],
        "mentions": ["claire.bsky.social"],
        "urls": ["https://example.org/usine"],
        "media_count": 1,
        "reshare_count": 5,
        "like_count": 7,
    },
    REPOST: {
        "kind": "reshare",
        "author_id": BRUNO,
        "author": "bruno.bsky.social",
        "posted_at": at("2024-10-05T10:12:30.500Z"),
        "text": "",
        "reshared_id": POST,
        "reshared_author_id": ANNE,
        "reshare_basis": "platform",
    },
    ANSWER: {
        "kind": "reply",
        "author": "claire.bsky.social",
        "posted_at": at("2024-10-05T11:01:00.125Z"),
        "hashtags": ["i4emploi"],
        "replied_id": POST,
        "replied_author_id": ANNE,
        "media_count": 0,
    },
    QUOTE: {
        "kind": "quote",
        "posted_at": at("2024-10-06T08:30:59Z"),
        "text": "À lire",
        "quoted_id": POST,
        "quoted_author_id": ANNE,
        "quoted_author": "anne.exemple.org",
    },
    AGAIN: {"kind": "reshare", "reshared_id": POST, "via_id": REPOST},
}
ROADS = [
    ("bluesky-posts.json", "bluesky"),
    ("bluesky-dump.jsonl", "bluesky"),
    ("bluesky-feed.json", "bluesky"),
    ("bluesky-jetstream.jsonl", "bluesky-jetstream"),
    ("bluesky-tap.json", "bluesky-tap"),
    ("bluesky.csv", "minet-bluesky"),
    ("bluesky-flat.json", "minet-bluesky-json"),
]


@pytest.mark.parametrize(("name", "kind"), ROADS, ids=[name for name, _ in ROADS])
def test_bluesky_posts_are_the_same_by_every_road(name, kind):
    rows = Rows(GOLDEN / name)
    assert rows.format == kind
    seen = 0
    for row in rows.posts:
        for column, expected in EXPECTED.get(row["post_id"], {}).items():
            seen += 1
            if row[column] is not None:
                assert row[column] == expected, f"{column} of {row['post_id']}"
        assert row["platform"] == "bluesky"
    assert seen > 10


def test_a_repost_record_says_through_which_it_came():
    for name in ("bluesky-jetstream.jsonl", "bluesky-tap.json"):
        row = next(row for row in Rows(GOLDEN / name).posts if row["post_id"] == AGAIN)
        assert row["via_id"] == REPOST


def test_a_repost_without_an_address_has_the_same_id_by_every_road():
    data = (
        (GOLDEN / "bluesky-feed.json")
        .read_bytes()
        .replace(b'"uri": "' + REPOST.encode(), b'"x": "')
    )
    feed = next(
        row for row in Rows(GOLDEN / "bluesky-feed.json", data).posts if row["kind"] == "reshare"
    )
    assert feed["post_id"].startswith(f"at://{BRUNO}/app.bsky.feed.repost/of-")
    flat = next(row for row in Rows(GOLDEN / "bluesky.csv").posts if row["kind"] == "reshare")
    assert flat["post_id"].rsplit("/", 1)[1] == feed["post_id"].rsplit("/", 1)[1]


def test_a_client_s_impossible_date_gives_way_to_the_moment_of_indexing():
    for name in ("bluesky-posts.json", "bluesky-jetstream.jsonl", "bluesky.csv"):
        assert Rows(GOLDEN / name).sink.remarks["client_time"] == 1, name


def test_jetstream_s_other_commits():
    rows = Rows(GOLDEN / "bluesky-jetstream.jsonl")
    assert dict(rows.sink.notices) == {"feed.like": 1, "delete": 1, "account": 1}
    assert [(one["follower_id"], one["followee_id"]) for one in rows.follows] == [(BRUNO, ANNE)]
    assert {one["bio"] for one in rows.profiles} == {"Infirmière #i4Emploi", None}
    assert {one["seen_basis"] for one in rows.profiles} == {"live"}


def test_pages_of_accounts():
    detailed, blank = Rows(GOLDEN / "bluesky-profiles.json").profiles
    assert (detailed["followers"], detailed["bio"]) == (1234, "Infirmière. #i4Emploi & café")
    assert (blank["followers"], blank["bio"]) == (56, "")
    followers = Rows(GOLDEN / "bluesky-followers.json")
    assert {one["followee_id"] for one in followers.follows} == {ANNE}
    assert [one["followers"] for one in followers.profiles] == [None, None]


# -------------------------------------------------------------------------------- Mastodon


def test_copies_on_two_instances_are_one_post():
    (one, answer), (copy, boost) = (
        [row for row in Rows(GOLDEN / name).posts if not row["embedded"]]
        for name in ("mastodon-m1.json", "mastodon-m2.jsonl")
    )
    for column in one:
        if column not in ("file", "line"):
            assert one[column] == copy[column], column
    assert one["post_id"] == "https://m1.example/users/ada/statuses/101"
    assert (
        one["text"] == "Sauvons l'usine & ses emplois\xa0!\nAppel #i4Emploi @zoe example.org/usine"
    )
    assert one["author"] == "ada@m1.example"
    assert one["mentions"] == ["zoe@m2.example"]
    assert one["urls"] == ["https://example.org/usine"]
    assert (boost["kind"], boost["reshared_id"], boost["text"]) == ("reshare", one["post_id"], "")
    assert boost["author"] == "zoe@m2.example"
    assert boost["hashtags"] == ["i4emploi"]
    assert (answer["kind"], answer["replied_id"]) == ("reply", one["post_id"])
    assert answer["text"] == "Avis\n\nOui"


def test_mastodon_accounts():
    account = Rows(GOLDEN / "mastodon-m2.jsonl").profiles[-1]
    assert account["bio"] == "Relais inventé #i4Emploi"
    assert (account["followers"], account["following"]) == (120, None)
    assert account["account_id"] == "https://m2.example/@zoe"


def test_what_mastodon_archive_keeps():
    import json

    statuses = golden("mastodon-m1.json")
    statuses = statuses["statuses"] if isinstance(statuses, dict) else statuses
    ada, bob = (status["account"] for status in statuses)
    hidden = statuses[0] | {"visibility": "direct", "content": "secret"}
    kept = {
        "account": ada,
        "statuses": [*statuses, hidden],
        "favourites": statuses[:1],
        "bookmarks": [],
        "mentions": statuses,
        "followers": [bob],
        "following": [bob],
    }
    rows = Rows(GOLDEN / "x", json.dumps(kept).encode())
    plain = Rows(GOLDEN / "mastodon-m1.json")
    assert rows.format == "mastodon-archive"
    assert [row["post_id"] for row in rows.posts] == [row["post_id"] for row in plain.posts]
    assert rows.posts[0]["text"] == plain.posts[0]["text"]
    edges = [(one["follower_id"], one["followee_id"]) for one in rows.follows]
    assert edges == [(bob["url"], ada["url"]), (ada["url"], bob["url"])]
    assert dict(rows.sink.notices) == {"favourite": 1, "mention": 2, "not public": 1}
    assert (rows.sink.records, rows.sink.posts_in, rows.sink.profiles_only) == (9, 2, 3)


def test_notes_of_misskey_are_statuses():
    rows = Rows(GOLDEN / "misskey.json")
    assert (rows.format, rows.sink.posts_in, rows.rejects) == ("misskey", 5, [])
    posts = {row["post_id"]: row for row in rows.posts if not row["embedded"]}
    away = "https://m2.example/users/zoe/statuses/901"
    first = posts["9k1"]
    assert first["text"].startswith("Sauvons l'usine & ses <emplois> !\nAppel #i4Emploi")
    assert (first["author"], first["author_id"]) == ("anne", "9u1")
    assert (first["reshare_count"], first["like_count"], first["media_count"]) == (5, 7, 1)
    assert first["hashtags"] == ["i4emploi"]
    assert first["mentions"] == ["zoe@m2.example"]
    assert first["urls"] == ["https://example.org/usine"]
    share, answer, quote, gone = (posts[one] for one in ("9k3", away, "9k4", "9k5"))
    assert (share["kind"], share["reshared_id"], share["reshared_author"]) == (
        "reshare", "9k1", "anne",
    )  # fmt: skip
    assert (share["text"], share["hashtags"], share["reshare_basis"]) == (
        "", ["i4emploi"], "platform",
    )  # fmt: skip
    assert (answer["kind"], answer["replied_id"], answer["replied_author"]) == (
        "reply", "9k1", "anne",
    )  # fmt: skip
    assert (answer["author"], answer["text"]) == ("zoe@m2.example", "Avis\n\n@anne Oui")
    assert (quote["kind"], quote["quoted_id"], quote["text"]) == (
        "quote",
        away,
        "À lire #i4Emploi",
    )
    assert (gone["kind"], gone["reshared_id"]) == ("reshare", "9k0")
    bios = {one["handle"]: (one["followers"], one["bio"]) for one in rows.profiles if one["bio"]}
    assert bios == {"anne": (12, "Infirmière #i4Emploi")}


def test_what_other_servers_of_mastodon_s_api_add():
    """Gab's uri is a path; Truth Social gives the status that another answers."""
    import json

    status = golden("mastodon-m1.json")
    first = dict((status["statuses"] if isinstance(status, dict) else status)[0])
    address = "https://gab.example/ada/posts/101"
    gab = first | {"uri": "/ada/posts/101", "url": address}
    answer = first | {"uri": f"{address}9", "in_reply_to_id": "101", "in_reply_to": gab}
    rows = Rows(GOLDEN / "x", json.dumps([gab, answer]).encode()).posts
    assert [row["post_id"] for row in rows] == [address, f"{address}9", address]
    assert (rows[1]["kind"], rows[1]["replied_id"]) == ("reply", address)
    assert rows[1]["replied_author"] == rows[0]["author"]


ADA = "https://m1.example/users/ada"


def test_an_account_s_export_gives_the_rows_that_its_instance_gives():
    export = i4.read_archive(GOLDEN / "mastodon-export")
    api = next(row for row in Rows(GOLDEN / "mastodon-m1.json").posts if row["line"] == 1)
    posts = export.posts.set_index("post_id", drop=False)
    same = ("author_id", "author", "kind", "text", "lang", "reshare_count", "like_count")
    for column in (*same, "media_count"):
        assert posts[column][f"{ADA}/statuses/101"] == api[column], column
    for column in ("hashtags", "mentions", "urls"):
        assert list(posts[column][f"{ADA}/statuses/101"]) == api[column], column
    boost = posts.loc[f"{ADA}/statuses/103/activity"]
    assert (boost.kind, boost.reshare_basis) == ("reshare", "platform")
    assert boost.reshared_id == "https://m2.example/users/zoe/statuses/901"
    assert (boost.reshared_author, boost.text) == ("zoe@m2.example", "")
    assert boost.reshared_author_id == "https://m2.example/@zoe"
    answer = posts.loc[f"{ADA}/statuses/104"]
    assert (answer.kind, answer.text) == ("reply", "Avis\n\nMerci")
    assert answer.replied_author == "bob@m1.example"
    (owner,) = export.profiles.itertuples()
    assert (owner.account_id, owner.handle) == ("https://m1.example/@ada", "ada@m1.example")
    assert owner.bio == "Relais inventé #i4Emploi"
    row = export.files.iloc[0]
    assert (row.records, row.posts_in, row.profiles_only, row.rejects) == (9, 3, 1, 0)
    assert row.notice_kinds == '{"delete": 1, "empty page": 1, "like": 2, "not public": 1}'
    assert "secret" not in export.posts.to_csv()


def test_an_outbox_by_itself_knows_its_accounts_by_their_addresses(tmp_path: Path):
    alone = Rows(GOLDEN / "mastodon-export" / "outbox.json")
    assert alone.format == "mastodon-export"
    whole = i4.read_archive(GOLDEN / "mastodon-export").posts
    columns = ("post_id", "author_id", "author", "posted_at", "reshared_id")
    for column in columns[:3]:
        assert sorted(row[column] for row in alone.posts) == sorted(whole[column])


@pytest.mark.parametrize("how", ["w:gz", "w"])
def test_an_export_begins_with_its_media(tmp_path: Path, how: str):
    import tarfile

    (tmp_path / "media_attachments").mkdir()
    (tmp_path / "media_attachments" / "x.png").write_bytes(b"\x89PNG" + bytes(9_000_000))
    with tarfile.open(tmp_path / "archive", how) as packed:
        packed.add(tmp_path / "media_attachments", "media_attachments")
        for path in sorted((GOLDEN / "mastodon-export").iterdir()):
            packed.add(path, path.name)
    packed_in = i4.read_archive(tmp_path / "archive")
    whole = i4.read_archive(GOLDEN / "mastodon-export")
    columns = [name for name in whole.posts.columns if name != "file"]
    assert packed_in.posts[columns].equals(whole.posts[columns])
    assert len(packed_in.files) == 1


# ------------------------------------------------------------------- what `i4 collect` keeps


def wrapped(platform: str, answer: object, **about: str) -> bytes:
    import json
    from datetime import UTC, datetime

    from i4analysis.archive.collect.raw import envelope

    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return envelope(platform, json.dumps(answer).encode(), moment, **about) + b"\n"


def golden(name: str) -> object:
    import json

    return json.loads((GOLDEN / name).read_bytes())


def test_collected_answers_are_true_as_of_the_moment_they_came():
    moment = at("2026-03-01T12:00:00Z")
    for platform, name, answer in (
        ("bluesky", "bluesky-posts.json", {"posts": golden("bluesky-posts.json")}),
        ("bluesky", "bluesky-feed.json", golden("bluesky-feed.json")),
        ("mastodon", "mastodon-m1.json", golden("mastodon-m1.json")),
    ):
        plain = Rows(GOLDEN / name)
        rows = Rows(GOLDEN / name, wrapped(platform, answer) * 2)
        assert rows.format == f"{platform}-collected"
        assert rows.sink.posts_in == 2 * plain.sink.posts_in
        assert {row["collected_at"] for row in rows.posts} == {moment}
        assert {row["seen_at"] for row in rows.profiles} == {moment}
        assert {row["seen_basis"] for row in rows.profiles} == {"retrieved"}
        assert [row["post_id"] for row in rows.posts[: len(plain.posts)]] == [
            row["post_id"] for row in plain.posts
        ]


def test_collected_accounts_and_followers():
    profiles = Rows(GOLDEN / "x", wrapped("bluesky", golden("bluesky-profiles.json")))
    assert profiles.sink.profiles_only == 2
    followers = Rows(GOLDEN / "x", wrapped("bluesky", golden("bluesky-followers.json")))
    assert {edge["seen_at"] for edge in followers.follows} == {at("2026-03-01T12:00:00Z")}
    assert {edge["list_complete"] for edge in followers.follows} == {None}


def test_accounts_that_boosted_a_status_are_reshares_without_a_date():
    import json

    status = "https://m1.example/users/ada/statuses/101"
    account = json.loads((GOLDEN / "mastodon-m2.jsonl").read_bytes().splitlines()[-1])
    rows = Rows(GOLDEN / "x", wrapped("mastodon", [account], status=status))
    (boost,) = rows.posts
    assert boost["post_id"] == f"{status}#reblog-zoe@m2.example"
    assert (boost["kind"], boost["reshared_id"], boost["posted_at"]) == ("reshare", status, None)
    assert rows.profiles[0]["seen_basis"] == "retrieved"
    assert rows.sink.records == 1


def test_a_collected_answer_that_is_no_answer_is_rejected_alone():
    good = wrapped("mastodon", golden("mastodon-m1.json"))
    bad = wrapped("mastodon", ["x", {"acct": 1}]) + wrapped("bluesky", [1])
    rows = Rows(GOLDEN / "x", good + bad + good)
    assert rows.sink.posts_in == 4
    assert rows.sink.rejected == 3
    assert rows.sink.records == 7


def test_reposts_without_hashtags_follow_the_post_they_share(tmp_path: Path) -> None:
    """A bare repost names no hashtag: it stays with a post that was kept before it, or is said."""
    lines = (GOLDEN / "bluesky-jetstream.jsonl").read_text(encoding="utf-8").splitlines()
    kept = i4.read_archive(GOLDEN / "bluesky-jetstream.jsonl", hashtags=["i4emploi"])
    reposts = kept.posts[kept.posts["kind"] == "reshare"]
    assert len(reposts) == 2
    assert reposts["reshared_id"].isin(kept.posts["post_id"]).all()
    assert all("i4emploi" in tags for tags in reposts["hashtags"])
    assert "unknown_hashtag" not in set(kept.findings["finding"])
    path = tmp_path / "backwards.jsonl"
    path.write_text("\n".join(reversed(lines)), encoding="utf-8")
    kept = i4.read_archive(path, hashtags=["i4emploi"])
    assert not (kept.posts["kind"] == "reshare").any()
    finding = kept.findings.set_index("finding").loc["unknown_hashtag"]
    assert (finding["count"], finding["of"]) == (2, kept.files["records"].sum())
    account = kept.files.iloc[0]
    closed = account[["posts_in", "profiles_only", "notices", "rejects"]].sum()
    assert account["records"] == closed


def test_a_published_table_of_the_firehose():
    rows = Rows(GOLDEN / "bluesky-table.csv")
    assert rows.format == "bluesky-table"
    own = {row["post_id"]: row for row in rows.posts}
    assert set(own) == {POST, ANSWER}
    for post_id in own:
        for column in ("kind", "author_id", "posted_at", "replied_id", "replied_author_id"):
            expected = (
                {"author_id": CLAIRE, **EXPECTED[ANSWER]} if post_id == ANSWER else EXPECTED[POST]
            )
            assert own[post_id][column] == expected.get(column), column
    assert own[ANSWER]["hashtags"] == ["i4emploi"]
    assert [row["reason"] for row in rows.rejects] == [
        "uri holds 'https://bsky.app/pro', expected an address at://"
    ]


def test_4cats_table_of_bluesky():
    """Its columns are those of `map_item` in 4CAT's datasources/bsky/search_bsky.py."""
    rows = Rows(GOLDEN / "4cat-bluesky.csv")
    assert rows.format == "4cat-bluesky"
    own = {row["post_id"]: row for row in rows.posts}
    assert set(own) == {POST, ANSWER}
    for post_id, expected in ((POST, EXPECTED[POST]), (ANSWER, EXPECTED[ANSWER])):
        for column in ("kind", "posted_at", "like_count", "reshare_count"):
            if column in expected:
                assert own[post_id][column] == expected[column], column
        assert own[post_id]["hashtags"] == ["i4emploi"]
    assert own[POST]["urls"] == ["https://example.org/usine"]
    answer = own[ANSWER]
    assert (answer["author_id"], answer["author"]) == (CLAIRE, "claire.bsky.social")
    assert (answer["replied_author"], answer["replied_id"]) == ("anne.bsky.social", None)
    assert [row["name"] for row in rows.profiles] == ["Anne Exemple", "Claire"]
