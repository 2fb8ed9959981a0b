"""Files as scrapers write them and people leave them: other words, clocks, quotes, headers.

Each case was refused or misread before. Columns and keys are those of the tool or the public
report that is named beside it; names, ids and texts are made up.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import i4analysis as i4

POSTS: list[dict[str, Any]] = [
    {
        "id": "647743716317124231",
        "at": pd.Timestamp("2015-09-26 12:05:11", tz="UTC"),
        "who": "lucie_exemple",
        "uid": "1000",
        "text": "Soutenons l'usine ! #lampe2emploi",
    },
    {
        "id": "648013502337821761",
        "at": pd.Timestamp("2015-09-27 05:57:13", tz="UTC"),
        "who": "nadia_exemple",
        "uid": "1002",
        "text": "Toujours là, #lampe2emploi #solidarité",
    },
]
TAGS = [["lampe2emploi"], ["lampe2emploi", "solidarité"]]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def read(tmp_path: Path, name: str, data: str | bytes) -> i4.Archive:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    archive = i4.read_archive([path])
    assert archive.rejects.empty
    return archive


def table(header: str, rows: list[list[Any]], sep: str = ";") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sep).writerows([header.split(sep), *rows])
    return out.getvalue()


def told(archive: i4.Archive) -> list[tuple[str, str, list[str]]]:
    return [
        (row.author, row.text.strip(), list(row.hashtags)) for row in archive.posts.itertuples()
    ]


EXPECTED = [(post["who"], post["text"], tags) for post, tags in zip(POSTS, TAGS, strict=True)]


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("Compte;Date;Tweet", "samedi %-d septembre %Y, %H h %M"),
        ("Utente;Data;Tweet", "%d settembre %Y %H.%M"),
        ("Usuário;Data;Tuíte", "%d de setembro de %Y às %H:%M"),
        ("Usuario;Fecha;Tuit", "%d/%m/%Y %I:%M:%S %p"),
        ("アカウント;日付;ツイート", "%Y年%-m月%-d日 %H時%M分"),
        ("اسم المستخدم;التاريخ;نص التغريدة", "%d سبتمبر %Y %H:%M"),
        ("Пользователь;Дата;Твит", "%d сентября %Y %H:%M"),
    ],
)
def test_a_column_of_tweets_is_one_in_any_language(tmp_path: Path, header: str, when: str):
    def written(post: dict[str, Any]) -> str:
        text = post["at"].strftime(when)
        text = text.replace("PM", "p. m.").replace("AM", "a. m.")
        return text.translate(ARABIC) if "التاريخ" in header else text

    archive = read(
        tmp_path, "a.csv", table(header, [["@" + p["who"], written(p), p["text"]] for p in POSTS])
    )
    assert told(archive) == EXPECTED
    assert list(archive.posts.posted_at) == [
        post["at"] if "%S" in when else post["at"].floor("min") for post in POSTS
    ]


@pytest.mark.parametrize("clock", ["Ora", "Orario", "Uhrzeit", "Saat", "時刻", "الوقت"])
@pytest.mark.parametrize("written", ["%H.%M", "%H:%M", "%H h %M"])
def test_the_clock_beside_a_day_is_read(tmp_path: Path, clock: str, written: str):
    rows = [
        ["@" + p["who"], p["at"].strftime("%d/%m/%Y"), p["at"].strftime(written), p["text"]]
        for p in POSTS
    ]
    archive = read(tmp_path, "a.csv", table(f"Compte;Date;{clock};Tweet", rows))
    assert list(archive.posts.posted_at) == [post["at"].floor("min") for post in POSTS]


@pytest.mark.parametrize(
    "header",
    [
        "Column1,Column2,Column3,Column4",
        "V1,V2,V3,V4",
        "0,1,2,3",
        "Colonne1,Colonne2,Colonne3,Colonne4",
    ],
)
def test_names_under_numbers_of_columns_are_the_header(tmp_path: Path, header: str):
    """Bug report bshmueli/SPIRS 2: a spreadsheet's table was saved with names of its own."""
    rows = [[p["id"], p["at"].isoformat(), p["who"], p["text"]] for p in POSTS]
    data = f"{header}\n" + table("tweet_id,created_at,username,text", rows, ",")
    archive = read(tmp_path, "a.csv", data)
    assert told(archive) == EXPECTED
    assert list(archive.posts.post_id) == [post["id"] for post in POSTS]


@pytest.mark.parametrize("quotes", ["“”", "„“", "«»"])
def test_a_word_processors_quotes_are_quotes(tmp_path: Path, quotes: str):
    rows = [["Tweet ID", "Date", "Auteur", "Texte"]]
    rows += [
        [p["id"], p["at"].isoformat(), "@" + p["who"], p["text"] + " ; dit-il"] for p in POSTS
    ]
    lines = [";".join(f"{quotes[0]}{cell}{quotes[1]}" for cell in row) for row in rows]
    archive = read(tmp_path, "a.csv", "\n".join(lines) + "\n")
    assert list(archive.posts.post_id) == [post["id"] for post in POSTS]
    assert list(archive.posts.text) == [post["text"] + " ; dit-il" for post in POSTS]


def test_escapes_of_html_do_not_cut_a_hashtag(tmp_path: Path):
    """Repository andrepology/stream-building-ux: `html`, `author`, `public_metrics`."""
    rows = [
        {
            "id": post["id"],
            "author": {"name": "x", "username": post["who"], "description": ""},
            "html": post["text"].replace("'", "&#x27;").replace("é", "&eacute;"),
            "created_at": post["at"].isoformat(),
            "public_metrics": {"like_count": 1, "retweet_count": 3},
        }
        for post in POSTS
    ]
    assert told(read(tmp_path, "a.json", json.dumps(rows))) == EXPECTED


def test_a_script_may_begin_with_a_remark(tmp_path: Path):
    """Repository buje/twitter-contest-js-node, test.js: posts assigned below a remark."""
    rows = [
        {"id": p["id"], "username": p["who"], "created_at": p["at"].isoformat(), "text": p["text"]}
        for p in POSTS
    ]
    data = "// some were left out\nconst tweets = " + json.dumps(rows) + ";\nmodule.exports = 1\n"
    assert told(read(tmp_path, "a.js", data)) == EXPECTED


def test_the_address_of_the_account_says_whose_a_post_is(tmp_path: Path):
    """Repository Geosoft2/DEWI: rounded ids beside whole ones in addresses without a name."""
    rows = [
        {
            "tweetId": round(int(post["id"]), -2),
            "url": "https://twitter.com/i/status/" + post["id"],
            "text": post["text"],
            "author": {
                "id": post["uid"],
                "name": "Une Personne",
                "url": "https://twitter.com/" + post["who"],
            },
        }
        for post in POSTS
    ]
    archive = read(tmp_path, "a.json", json.dumps(rows))
    assert told(archive) == EXPECTED
    assert list(archive.posts.post_id) == [post["id"] for post in POSTS]


def test_posts_without_their_authors_name_are_no_archive_of_one_account(tmp_path: Path):
    """trevorhobenshield/twitter-api-client: `legacy` as a table, its date as pandas writes it."""
    rows = [
        [p["at"].isoformat(" "), p["id"], p["text"], 1, 3, p["uid"], p["id"], "[]"] for p in POSTS
    ]
    header = (
        "created_at;conversation_id_str;full_text;favorite_count;retweet_count;user_id_str;id_str;"
        "entities.hashtags"
    )
    posts = read(tmp_path, "a.csv", table(header, rows)).posts
    assert list(posts.author_id) == [post["uid"] for post in POSTS]
    assert list(posts.hashtags.map(list)) == TAGS
    assert list(posts.reshare_count) == [3, 3]


def test_quotes_and_semicolons_in_a_text_of_getoldtweets_lose_no_post(tmp_path: Path):
    """Jefferson-Henrique/GetOldTweets-python 36."""
    header = "username;date;retweets;favorites;text;geo;mentions;hashtags;id;permalink\n"
    lines = [
        f'{p["who"]};{p["at"]:%Y-%m-%d %H:%M};3;1;"Il dit "oui; bravo; oui" à #lampe2emploi";;;'
        f'#lampe2emploi;"{p["id"]}";https://twitter.com/{p["who"]}/status/{p["id"]}\n'
        for p in POSTS
    ]
    posts = read(tmp_path, "output_got.csv", header + "".join(lines)).posts
    assert list(posts.post_id) == [post["id"] for post in POSTS]
    assert all("oui; bravo; oui" in text and "#lampe2emploi" in text for text in posts.text)


def test_numbers_of_followers_are_read_however_they_are_called(tmp_path: Path):
    header = "UserName\tTweetText\tTweetID\tDateOfPublication\t#ofFollowers\t#ofFollowings"
    rows = [[p["who"], p["text"], p["id"], p["at"].isoformat(), 1250, 310] for p in POSTS]
    profiles = read(tmp_path, "a.csv", table(header, rows, "\t")).profiles
    assert set(profiles.followers) == {1250}
    assert set(profiles.following) == {310}


def test_the_account_of_a_status_may_lie_flat_beside_it(tmp_path: Path):
    """Repository Kudusch/mastodon-scraper: `user_acct`, `user_note`, `user_followers_count`."""
    uri = "https://masto.example/users/lucie/statuses/113203401234567890"
    header = (
        "id;created_at;content;user_id;user_name;user_acct;user_note;user_url;"
        "user_followers_count;user_following_count;uri;url"
    )
    account = [1, "Lucie", "lucie", "<p>Une bio</p>", "https://masto.example/@lucie", 1250, 3]
    status = ["113203401234567890", "2024-09-26T12:05:11", "Un mot #lampe2emploi"]
    rows = [[*status, *account, uri, uri]]
    archive = read(tmp_path, "a.csv", table(header, rows))
    assert list(archive.profiles.followers) == [1250]
    assert list(archive.profiles.bio) == ["Une bio"]
    assert list(archive.posts.author) == ["lucie@masto.example"]
