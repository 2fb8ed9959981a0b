"""Exports of the tools of the world: what a column means there, and what is of another site.

Media monitors, scrapers sold by the hour and people's own programs name the same few things in
their own words. The files are invented; the columns are those that the tools document or that
public examples show.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from story import ANSWER, FIRST, SHARE, TEXT, Rows

import i4analysis as i4
from i4analysis.archive.reading import declared
from i4analysis.errors import ArchiveError

LINK = "https://twitter.com/{}/status/{}"
QUOTED = "650973732533174000"
Table = list[list[str]]


def read(rows: Table | list[dict[str, Any]] | dict[str, Any], delimiter: str = ",") -> Rows:
    if isinstance(rows, list) and isinstance(rows[0], list):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
        return Rows(Path("t.csv"), out.getvalue().encode())
    return Rows(Path("t.json"), json.dumps(rows).encode())


def kinds(found: Rows) -> dict[str, str]:
    return {post["post_id"]: post["kind"] for post in found.posts}


# ------------------------------------------------------------------- what a column's cells say

WORDS = {  # as Visibrain, Radarly, Sprinklr, Crimson Hexagon, NodeXL and browser extensions write
    "reshare": ["Retweet", "RT", "Partage", "retweeted", "Twitter Retweet", "Repost"],
    "quote": ["Quote", "Quoted Tweet", "QUOTE_TWEET", "Citation"],
    "reply": ["Reply", "Réponse", "replied_to", "Replies to", "Twitter Reply"],
    "post": ["Tweet", "Original", "Twitter Update", "Mention"],
}


@pytest.mark.parametrize(("kind", "word"), [(k, w) for k, words in WORDS.items() for w in words])
@pytest.mark.parametrize("name", ["Type", "MessageType", "Nature", "tweet_type"])
def test_a_word_for_what_a_post_is(name: str, kind: str, word: str):
    rows = [["Date", "Auteur", "Texte", name, "URL"],
            ["05/10/2015 12:00:07", "@anne_exemple", TEXT, word,
             LINK.format("anne_exemple", FIRST)],
            ["05/10/2015 13:01:00", "@claire_x", "Bravo à tous", "Tweet",
             LINK.format("claire_x", ANSWER)]]  # fmt: skip
    assert kinds(read(rows, ";")) == {FIRST: kind, ANSWER: "post"}


def test_a_column_of_other_words_says_nothing_of_posts():
    rows = [
        ["Date", "Author", "Text", "Type", "URL"],
        ["2015-10-05 10:00:07", "anne_exemple", TEXT, "Reply", LINK.format("anne_exemple", FIRST)],
        ["2015-10-05 11:01:00", "claire_x", "Bravo", "Positive", LINK.format("claire_x", ANSWER)],
    ]
    assert set(kinds(read(rows)).values()) == {"post"}


@pytest.mark.parametrize("shown", ["1", "3", "1.0"])
def test_a_column_called_retweet_that_counts_makes_no_reshare(shown: str):
    rows = [["Username", "Date", "Tweet", "Link", "Reply", "Retweet", "Like", "Quote"],
            ["anne_exemple", "2015-10-05 10:00:07", TEXT, LINK.format("anne_exemple", FIRST),
             "1", shown, "2", "1"]]  # fmt: skip
    (post,) = read(rows).posts
    assert (post["kind"], post["text"]) == ("post", TEXT)
    assert (post["reshare_count"], post["like_count"]) == (int(float(shown)), 2)


@pytest.mark.parametrize("name", ["RT", "Retweet"])
@pytest.mark.parametrize(("yes", "no"), [("True", "False"), ("VRAI", "FAUX"), ("oui", "non"),
                                         ("WAHR", "FALSCH")])  # fmt: skip
def test_a_column_called_retweet_that_says_yes_or_no(name: str, yes: str, no: str):
    rows = [
        ["screen_name", "created_at", "tweet", "tweet_id", name],
        ["anne_exemple", "05/10/2015 12:00:07", TEXT, FIRST, no],
        ["BrunoInvente", "05/10/2015 12:12:30", TEXT, SHARE, yes],
    ]
    found = read(rows, ";")
    assert kinds(found) == {FIRST: "post", SHARE: "reshare"}
    assert {post["reshare_count"] for post in found.posts} == {None}


def test_what_a_post_refers_to_in_two_columns():
    head = ["id", "created_at", "author_id", "username", "text", "referenced_type",
            "referenced_id", "retweet_count", "author_followers_count"]  # fmt: skip
    for said, kind, role in (
        ("retweeted", "reshare", "reshared_id"),
        ("quoted", "quote", "quoted_id"),
        ("replied_to", "reply", "replied_id"),
    ):
        row = [
            SHARE,
            "2015-10-05T10:12:30.000Z",
            "78",
            "BrunoInvente",
            TEXT,
            said,
            QUOTED,
            "5",
            "9",
        ]
        for given in ([head, row], [dict(zip(head, row, strict=True))]):
            found = read(given)
            (post,) = found.posts
            assert (post["kind"], post[role], post["author"]) == (kind, QUOTED, "BrunoInvente")
            assert (post["reshare_count"], found.profiles[0]["followers"]) == (5, 9)


@pytest.mark.parametrize(
    ("said", "kind", "role"),
    [("retweeted", "reshare", "reshared_id"), ("quoted", "quote", "quoted_id"),
     ("replied_to", "reply", "replied_id")],
)  # fmt: skip
def test_what_a_post_refers_to_as_the_api_lists_it_in_one_column(said: str, kind: str, role: str):
    listed = [{"type": said, "id": QUOTED}]
    for written in (repr(listed), json.dumps(listed)):
        for author in (["username"], ["author", "author_id"]):
            rows = [["id", "created_at", *author, "text", "referenced_tweets"],
                    [SHARE, "2015-10-05T10:12:30Z", *["BrunoInvente", "78"][: len(author)], TEXT,
                     written]]  # fmt: skip
            (post,) = read(rows).posts
            assert (post["kind"], post[role]) == (kind, QUOTED)


def test_two_words_for_what_a_post_is():
    rows = [["tweet_id", "created_at", "screen_name", "text", "tweet_type"],
            [FIRST, "2015-10-05 10:00:07", "anne", TEXT, "quoted, replied_to"]]  # fmt: skip
    assert kinds(read(rows)) == {FIRST: "quote"}


def test_the_author_s_name_beside_its_id_in_a_record_of_the_api():
    record = {"id": FIRST, "text": TEXT, "author_id": "77",
              "created_at": "2015-10-05T10:00:07.000Z",
              "public_metrics": {"retweet_count": 3, "like_count": 1}}  # fmt: skip
    (post,) = read([record | {"username": "anne_exemple"}]).posts
    assert (post["author"], post["author_id"], post["reshare_count"]) == ("anne_exemple", "77", 3)


# ------------------------------------------------------------------------- rows of several sites

OTHERS = [
    ("Facebook", "https://www.facebook.com/1234/posts/5678"),
    ("Instagram", "https://www.instagram.com/p/abc/"),
    ("News", "https://journal.example/a"),
]


@pytest.mark.parametrize("at", [0, 2, 9])
@pytest.mark.parametrize("site", [["Platform"], ["Source"], []])
def test_a_row_of_another_site_is_passed_over(at: int, site: list[str]):
    rows = [["2015-10-05 10:00:07", "anne_exemple", TEXT, LINK.format("anne_exemple", FIRST),
             *["Twitter" for _ in site]]] * 8  # fmt: skip
    other = [["2015-10-05 10:00:07", "Mairie", TEXT, link, *[name for _ in site]]
             for name, link in OTHERS]  # fmt: skip
    head = ["Date", "Author", "Tweet", "URL", *site]
    found = read([head, *rows[:at], *other, *rows[at:]])
    assert {post["author"] for post in found.posts} == {"anne_exemple"}
    assert found.sink.notices["another site"] == len(OTHERS)
    assert not found.rejects


def test_an_address_that_a_post_shares_is_not_its_own():
    rows = [
        ["tweet_id", "created_at", "screen_name", "text", "url"],
        [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT, LINK.format("claire_x", QUOTED)],
        [ANSWER, "2015-10-05 11:01:00", "claire_x", "Bravo", "https://example.org/a"],
    ]
    assert set(kinds(read(rows))) == {FIRST, ANSWER}


ELSEWHERE = {
    "Threads": ("https://www.threads.net/@anne/post/abc", "posts of Threads"),
    "Facebook": ("https://www.facebook.com/1/posts/2", "posts of Facebook"),
    "TikTok": ("https://www.tiktok.com/@anne/video/7123456789012345678", "posts of TikTok"),
}


@pytest.mark.parametrize("site", ELSEWHERE)
@pytest.mark.parametrize("name", ["url", "permalink", "Post URL", "link"])
def test_posts_of_another_site_are_never_proposed_as_twitter_s(site: str, name: str):
    link, what = ELSEWHERE[site]
    head = ["Author", "Date", "Text", name, "Likes"]
    row = ["anne", "2024-09-26 12:05:11", TEXT, link, "1"]
    for given in ([head, row, row], [dict(zip(head, row, strict=True))]):
        with pytest.raises(ArchiveError, match=what) as said:
            read(given)
        assert "--columns" not in str(said.value)


def test_a_page_of_threads_is_no_page_of_twitter_s_api():
    page = {"data": [{"id": "17900000000000001", "media_product_type": "THREADS", "text": TEXT,
                      "permalink": ELSEWHERE["Threads"][0], "username": "anne_exemple",
                      "timestamp": "2024-09-26T12:05:11+0000"}], "paging": {}}  # fmt: skip
    with pytest.raises(ArchiveError, match="posts of Threads"):
        read(page)


# ------------------------------------------------------------------- posts inside other posts


def _scraped(post_id: str, name: str, at: str, **more: Any) -> dict[str, Any]:
    """Return a post as an actor of Apify's writes it, nearly as version 1.1 of the API."""
    return {
        "quoted_tweet": None, "id": post_id, "full_text": TEXT, "created_at": f"2015-10-05T{at}Z",
        "url": LINK.format(name, post_id), "retweet_count": 3, "favorite_count": 1,
        "hashtags": [], "user_mentions": [], "urls": [], "is_quote_tweet": False,
        "is_retweet": False, **more,
        "user": {"id_str": "77", "screen_name": name, "name": "X", "followers_count": 9},
    }  # fmt: skip


def test_what_a_scraped_post_refers_to_is_read_and_its_author_stays():
    first = _scraped(FIRST, "anne_exemple", "10:00:07.000")
    inside = _scraped(QUOTED, "mairie_exemple", "09:00:00.000")
    cases = {
        "quote": {"quoted_tweet": inside, "is_quote_tweet": True},
        "reshare": {"retweeted_tweet": inside, "is_retweet": True},
        "reply": {"replying_to_tweet": LINK.format("mairie_exemple", QUOTED)},
        "post": {},
    }
    for kind, more in cases.items():
        found = read([_scraped(SHARE, "BrunoInvente", "10:12:30.000", **more), first])
        post, other = (one for one in found.posts if not one["embedded"])
        assert (post["kind"], other["kind"]) == (kind, "post")
        assert (post["author"], other["author"]) == ("BrunoInvente", "anne_exemple")
        assert QUOTED in (post["quoted_id"], post["reshared_id"], post["replied_id"], *(
            [QUOTED] if kind == "post" else []
        ))  # fmt: skip


def test_the_words_of_a_reshare_s_original_tell_its_hashtags():
    rows = [["tweet_id", "created_at", "screen_name", "text", "retweeted_status_id",
             "retweeted_status_full_text"],
            [SHARE, "2015-10-05 10:12:30", "BrunoInvente", "RT @anne_exemple: Sauvons…", FIRST,
             "Sauvons tout avec @mairie_exemple #i4Emploi"]]  # fmt: skip
    (post,) = read(rows).posts
    assert (post["kind"], post["text"]) == ("reshare", "")
    assert (post["hashtags"], post["mentions"]) == (["i4emploi"], ["mairie_exemple"])


@pytest.mark.parametrize("shown", ["Anne Exemple", "Anne d’Ex.", "Mairie de Trifouillis"])
def test_an_author_as_shown_beside_an_address_that_has_its_account(shown: str):
    rows = [["Tweet URL", "Author", "Date", "Tweet"],
            [LINK.format("anne_exemple", FIRST), shown, "2015-10-05 10:00:07", TEXT]]  # fmt: skip
    found = read(rows)
    assert [post["author"] for post in found.posts] == ["anne_exemple"]
    assert [(one["handle"], one["name"]) for one in found.profiles] == [("anne_exemple", shown)]


def test_what_twint_prints_is_told_with_a_way_that_works(tmp_path: Path):
    path, words = tmp_path / "FILE", "Sauvons l'usine et ses emplois, tous"
    path.write_text(f"{FIRST} 2015-10-05 12:00:07 +0200 <anne_exemple> {words}\n")
    with pytest.raises(ArchiveError, match="as twint prints them") as said:
        i4.read_archive(path)
    command = re.search(r"(sed -E .*?), and read that", str(said.value))[1]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    posts = i4.read_archive(tmp_path / "FILE.tsv").posts
    assert (posts.post_id[0], posts.author[0], posts.text[0]) == (FIRST, "anne_exemple", words)


def test_of_two_columns_of_one_name_the_first_is_believed():
    rows = [["id", "text", "created_at", "user", "text"],
            [FIRST, TEXT, "2015-10-05 10:00:07", "anne_exemple", ""]]  # fmt: skip
    assert [post["text"] for post in read(rows).posts] == [TEXT]


@pytest.mark.parametrize(
    "head",
    [
        "Identifiant,Date de création,Nom d’utilisateur,Texte du tweet,Nombre de retweets,"
        "Nombre de j’aime,Nombre d’abonnés",
        "ID del tweet,Fecha de creación,Nombre de usuario,Texto,Retweets,Me gusta,Seguidores",
        "Tweet-ID,Erstellt am,Benutzername,Text,Retweets,Gefällt mir,Follower",
        "ID do tweet,Data de criação,Nome de usuário,Texto,Retweets,Curtidas,Seguidores",
        "ID tweet,Data,Nome utente,Testo,Retweet,Mi piace,Follower",
    ],
)
def test_a_table_whose_names_are_translated(head: str):
    rows = [head.split(","),
            [FIRST, "05/10/2015 12:00:07", "anne_exemple", TEXT, "3", "1", "1200"]]  # fmt: skip
    found = read(rows, ";")
    (post,) = found.posts
    assert (post["post_id"], post["author"], post["kind"]) == (FIRST, "anne_exemple", "post")
    assert (post["reshare_count"], post["like_count"]) == (3, 1)
    assert [one["followers"] for one in found.profiles] == [1200]


# --------------------------------------------------------------------------------- single tools


def test_bright_data_as_json_and_as_a_table():
    nobody = {"post_id": None, "profile_id": None, "url": None}
    rows = [
        {"id": FIRST, "user_posted": "anne_exemple", "name": "Anne", "description": TEXT,
         "date_posted": "2015-10-05T10:00:07.000Z", "photos": None, "reposts": 3, "likes": 1,
         "url": f"https://x.com/anne_exemple/status/{FIRST}", "quoted_post": nobody,
         "tagged_users": None, "external_url": None, "hashtags": ["i4Emploi"], "followers": 1200,
         "biography": "pour #i4Emploi", "following": 340, "user_id": "77",
         "timestamp": "2024-11-02T10:00:00.000Z", "parent_post_details": nobody},
    ]  # fmt: skip
    rows.append(rows[0] | {
        "id": ANSWER, "user_posted": "claire_x", "date_posted": "2015-10-05T11:01:00.000Z",
        "url": f"https://x.com/claire_x/status/{ANSWER}", "user_id": "79",
        "quoted_post": {"post_id": FIRST, "profile_id": "anne_exemple", "url": None},
        "tagged_users": [{"profile_id": "mairie_exemple", "profile_name": "Mairie"}],
    })  # fmt: skip
    table = [list(rows[0]), *(
        ["" if cell is None else json.dumps(cell) if isinstance(cell, dict | list) else str(cell)
         for cell in row.values()] for row in rows
    )]  # fmt: skip
    for given in (rows, table):
        found = read(given)
        first, other = found.posts
        assert (first["kind"], first["author_id"], first["text"]) == ("post", "77", TEXT)
        assert (other["kind"], other["quoted_id"]) == ("quote", FIRST)
        assert "mairie_exemple" in other["mentions"]
        assert {(one["followers"], one["bio"]) for one in found.profiles} == {
            (1200, "pour #i4Emploi")
        }


def test_what_a_post_has_brought_is_not_whom_its_author_follows():
    rows = [
        [
            "Tweet id",
            "Tweet permalink",
            "Tweet text",
            "time",
            "impressions",
            "engagements",
            "retweets",
            "likes",
            "follows",
        ],
        [
            FIRST,
            LINK.format("anne_exemple", FIRST),
            TEXT,
            "2015-10-05 10:00 +0000",
            "900.0",
            "9.0",
            "3.0",
            "1.0",
            "4.0",
        ],
    ]
    found = read(rows)
    assert [post["reshare_count"] for post in found.posts] == [3]
    assert [one["following"] for one in found.profiles] == [None]


def test_of_several_dates_the_proposal_takes_that_of_the_ids():
    rows = [
        ["id", "indexed", "published", "content", "n"],
        [LINK.format("anne_exemple", FIRST), "1451606400000", "1444039207000", TEXT, "1"],
    ]
    head, row = rows
    guess = declared.advice("t.csv", head, [dict(zip(head, row, strict=True))])
    assert "date=published" in guess


def test_answers_that_a_browser_has_saved():
    tweet = {"__typename": "Tweet", "rest_id": FIRST, "core": {"user_results": {"result": {
        "__typename": "User", "rest_id": "77", "legacy": {"screen_name": "anne_exemple",
        "name": "Anne", "description": "", "followers_count": 3, "friends_count": 4}}}},
        "legacy": {"created_at": "Mon Oct 05 10:00:07 +0000 2015", "full_text": TEXT,
                   "id_str": FIRST, "user_id_str": "77", "entities": {}, "lang": "fr",
                   "retweet_count": 3, "favorite_count": 1}}  # fmt: skip
    entry = {"entryId": f"tweet-{FIRST}", "content": {"itemContent": {
        "itemType": "TimelineTweet", "tweet_results": {"result": tweet}}}}  # fmt: skip
    answer = {"data": {"search_by_raw_query": {"search_timeline": {"timeline": {
        "instructions": [{"type": "TimelineAddEntries", "entries": [entry]}]}}}}}  # fmt: skip
    saved = [
        {"request": {"url": "https://x.com/a.js"}, "response": {"content": {"text": "var a=1"}}},
        {"request": {"url": "https://x.com/i/api/graphql/a/SearchTimeline"},
         "response": {"status": 200, "content": {"mimeType": "application/json",
                                                 "text": json.dumps(answer)}}},
    ]  # fmt: skip
    found = read({"log": {"version": "1.2", "entries": saved}})
    assert [(post["post_id"], post["author"]) for post in found.posts] == [(FIRST, "anne_exemple")]


def test_a_title_above_a_table_whose_line_is_filled_up_with_blanks():
    rows = [["Tweets du mois", "", "", ""], ["", "", "", ""],
            ["tweet_id", "created_at", "screen_name", "text"],
            [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT]]  # fmt: skip
    for delimiter in ",;\t":
        assert list(kinds(read(rows, delimiter))) == [FIRST]


# ------------------------------------------------------------------------------ the other networks

DID, OTHER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
URI = f"at://{DID}/app.bsky.feed.post/3l5aaaaaaaa2a"
REPLY = f"at://{OTHER}/app.bsky.feed.post/3l5aaaaaaaa2b"


def test_a_table_of_bluesky_s_posts_as_r_and_people_s_programs_write_it():
    for names in (
        ["uri", "cid", "author_handle", "author_name", "text", "indexed_at", "in_reply_to",
         "repost_count", "like_count"],
        ["uri", "cid", "handle", "display_name", "text", "createdAt", "reply_to", "reposts",
         "likes"],
    ):  # fmt: skip
        rows = [
            names,
            [URI, "c", "anne.example", "Anne", TEXT, "2024-09-26 12:05:11", "NA", "3", "1"],
            [REPLY, "d", "bruno.example", "Bruno", "Bravo", "2024-09-26T12:08:40Z", URI, "0", "0"],
        ]
        found = read(rows)
        first, reply = found.posts
        assert (first["platform"], first["kind"], first["reshare_count"]) == ("bluesky", "post", 3)
        assert (first["author"], first["author_id"]) == ("anne.example", DID)
        assert (reply["kind"], reply["replied_id"]) == ("reply", URI)
        assert {one["handle"] for one in found.profiles} == {"anne.example", "bruno.example"}


def test_a_notice_of_a_repost_is_a_repost_and_of_a_like_no_post():
    author = {"did": OTHER, "handle": "bruno.example"}
    made = {"createdAt": "2024-09-26T13:00:00.000Z", "subject": {"cid": "c", "uri": URI}}
    for reason, kinds_ in (("repost", ["reshare"]), ("like", [])):
        name = f"app.bsky.feed.{reason}"
        notice = {"uri": f"at://{OTHER}/{name}/3l5r", "cid": "c", "author": author,
                  "reason": reason, "record": {"$type": name} | made, "isRead": True,
                  "indexedAt": "2024-09-26T13:00:00.000Z"}  # fmt: skip
        found = read({"notifications": [notice], "cursor": "x"})
        assert [post["kind"] for post in found.posts] == kinds_
        assert [post["reshared_id"] for post in found.posts] == [URI for _ in kinds_]


def test_a_boost_of_which_a_table_kept_some_columns_is_a_boost():
    base = "https://exemple.social/users/{}/statuses/1132"
    head = ["id", "created_at", "content", "uri", "account.id", "account.acct", "reblog.id",
            "reblog.uri", "reblog.account.acct"]  # fmt: skip
    rows = [
        head,
        ["1", "2024-09-26T12:05:11Z", "<p>un</p>", base.format("anne"), "7", "anne", "", "", ""],
        [
            "2",
            "2024-09-26T13:05:11Z",
            "",
            base.format("nadia"),
            "8",
            "nadia",
            "1",
            base.format("anne"),
            "anne",
        ],
    ]
    first, boost = read(rows).posts
    assert (first["kind"], boost["kind"]) == ("post", "reshare")
    assert boost["reshared_id"] == first["post_id"]


# ------------------------------------------------------------------- a mapping that can be pasted
# of tables whose dates are not the seconds inside the ids, which would leave no doubt

PROPOSED: dict[str, Table] = {
    "Sprinklr": [["SenderScreenName", "Sender Followers Count", "Message", "CreatedTime",
                  "Sn_Msg_Id"],
                 ["anne_exemple", "1200", TEXT, "5 Oct 2015 10:20:07", FIRST]],
    "merged": [["id_x", "text", "created_at_x", "id_y", "username"],
               [FIRST, TEXT, "2015-10-05 10:20:07+00:00", "77", "anne_exemple"]],
}  # fmt: skip


@pytest.mark.parametrize("tool", PROPOSED)
def test_what_is_proposed_reads_the_file(tmp_path: Path, tool: str):
    path = tmp_path / "t.csv"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(PROPOSED[tool])
    path.write_text(out.getvalue())
    with pytest.raises(ArchiveError) as said:
        i4.read_archive(path)
    command = shlex.split(re.search(r"(i4 read .*?)(?: \(.*)?\.$", str(said.value))[1])
    posts = i4.read_archive(path, columns=declared.written(command[4:])).posts
    assert list(posts.post_id) == [FIRST]
    assert list(posts.author) == ["anne_exemple"]
    assert str(posts.posted_at[0])[:19] == "2015-10-05 10:00:07"  # the id's
    assert list(posts.text) == [TEXT]
