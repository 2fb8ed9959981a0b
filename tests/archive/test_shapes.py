"""What people really have, once more: how programs and people write what a reader knows.

Golden tables and records are taken as they are found, and written as somebody else's program
would; the rows are the same, or one sentence says what to do.

Names of columns were looked up in public sources, not remembered: DMI-TCAT's user lists in the
queries of its own `analysis/mod.*.php`; the others are generic and name no tool.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from story import ANSWER, FIRST, GOLDEN, SHARE, TEXT, Rows
from test_siblings import V1, Table, cells, golden_tables, rows_of, written

import i4analysis as i4
from i4analysis.archive.bytes import framing, opening
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor import tally
from i4analysis.archive.reading import recognise
from i4analysis.archive.rows import refusal
from i4analysis.errors import ArchiveError

RESHARE = "RT @anne_exemple: " + TEXT


def read(value: Any) -> Rows:
    return Rows(Path("t"), value if isinstance(value, bytes) else json.dumps(value).encode())


def table(header: str, *rows: list[str], delimiter: str = ",") -> Rows:
    return read(written([header.split(), *rows], delimiter).encode())


def kinds(found: Rows) -> dict[str, str]:
    return {post["post_id"]: post["kind"] for post in found.posts if not post["embedded"]}


def plain_tables() -> list[str]:
    """Return the golden tables without lines above their header, whose names all differ."""
    found = []
    for name in golden_tables():
        rows, preamble = cells(name)
        if not preamble and len(set(rows[0])) == len(rows[0]):
            found.append(name)
    return found


# ------------------------------------------------------------------------------------- tables


def escaped(rows: Table) -> str:
    """Return a table as Spark, MySQL and Snowflake write it: quotes behind a backslash."""
    lines = (",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in rows)
    return "\n".join(lines) + "\n"


def in_one_column(rows: Table) -> str:
    """Return a table as a spreadsheet saves one that it took for a single column."""
    lines = (written([row]).rstrip("\n") for row in rows)
    return "".join('"' + line.replace('"', '""') + '"\n' for line in lines)


def under_headings(rows: Table) -> str:
    blank = [""] * (len(rows[0]) - 2)
    return written([["Message", *blank, "Compte"], *rows])


def under_headings_repeated(rows: Table) -> str:
    half = len(rows[0]) // 2
    return written([["Le message"] * half + ["Le compte"] * (len(rows[0]) - half), *rows])


def ruled(rows: Table) -> str:
    names, rest = written(rows, "|").split("\n", 1)
    return f"{names}\n{'-+-'.join('----' for _ in rows[0])}\n{rest}"


HOW: dict[str, Callable[[Table], str]] = {
    "quotes behind a backslash": escaped,
    "all in one column": in_one_column,
    "under headings": under_headings,
    "under headings that are repeated": under_headings_repeated,
    "a title, then headings": lambda rows: "Nos tweets\n\n" + under_headings(rows),
    "a line under the names": ruled,
    "Hive's delimiter": lambda rows: written(rows, "\x01"),
    "^": lambda rows: written(rows, "^"),
    "~": lambda rows: written(rows, "~"),
}


@pytest.mark.parametrize("name", plain_tables())
def test_a_table_is_the_same_whoever_wrote_it(name: str):
    rows, _ = cells(name)
    sound = rows_of(written(rows).encode())
    for how, write in HOW.items():
        if how == "all in one column" and any("\n" in cell for row in rows for cell in row):
            continue  # a text over several lines is cut in two, as the rejects say
        if "title" in how and name == "x-archive.csv":
            continue
        assert rows_of(write(rows).encode()) == sound, how


def test_a_row_of_words_under_a_header_with_blanks_is_a_row():
    rows = [["id", "texte", "", ""], ["1", "un", "deux", "trois"], ["2", "x", "y", "z"]]
    with pytest.raises(ArchiveError, match="id, texte"):
        read(written(rows).encode())


@pytest.mark.parametrize("name", [n for n in plain_tables() if n not in ("bluesky.csv",)])
def test_hashtags_that_no_column_lists_are_read_from_the_text(name: str):
    rows, _ = cells(name)
    drop = [at for at, column in enumerate(rows[0]) if re.search("(?i)hashtag", column)]
    if not drop:
        pytest.skip("it lists none")
    before = {post["post_id"]: post for post in read(written(rows).encode()).posts}
    fewer = [[cell for at, cell in enumerate(row) if at not in drop] for row in rows]
    try:
        found = read(written(fewer).encode())
    except ArchiveError:
        return  # told
    for post in found.posts:
        if post["post_id"] in before and post["kind"] != "reshare":
            assert post["hashtags"] == before[post["post_id"]]["hashtags"]


TELLS = re.compile(r"(?i)re?tweet(?!s?_?count|s$)|reweet|retweeted|referenced|sourcetweet")


@pytest.mark.parametrize("name", ["4cat.csv", "academictwitteR.csv", "hydrator.csv", "minet.csv",
                                  "json2csv.csv", "moderation-tweets.csv", "rtweet-old.csv",
                                  "twarc-csv-2021.csv", "twitter-web-exporter.csv",
                                  "x-archive.csv"])  # fmt: skip
def test_columns_that_would_tell_reshares_and_are_blank_throughout_carry_nothing(name: str):
    rows, _ = cells(name)
    blank = [at for at, column in enumerate(rows[0]) if TELLS.search(column)]
    cleared = [["" if at in blank else cell for at, cell in enumerate(row)] for row in rows[1:]]
    (share,) = [
        post
        for post in read(written([rows[0], *cleared]).encode()).posts
        if post["post_id"] == SHARE
    ]
    assert (share["kind"], share["reshare_basis"]) == ("reshare", "text")
    assert share["reshared_author"] == "anne_exemple"


@pytest.mark.parametrize("column", ["retweeted_status_id", "is_retweet"])
@pytest.mark.parametrize("blank", ["", "NA", "-"])
def test_a_blank_column_and_one_that_says_something_further_down(column: str, blank: str):
    head = f"id created_at screen_name text {column}"
    posts = [
        [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT, blank],
        [SHARE, "2015-10-05 10:12:30", "BrunoInvente", RESHARE, blank],
    ]
    assert kinds(table(head, *posts)) == {FIRST: "post", SHARE: "reshare"}
    said = FIRST if column.endswith("id") else "True"
    many = [
        [str(int(ANSWER) + at), "2015-10-05 11:01:00", "claire_x", "Bravo #i4Emploi", blank]
        for at in range(recognise.LOOKED_AT)
    ]
    last = [
        [str(int(ANSWER) + 500), "2015-10-05 11:01:00", "anne_exemple", RESHARE, said],
        [str(int(ANSWER) + 501), "2015-10-05 11:01:00", "claire_x", RESHARE, blank],
    ]
    found = table(head, *posts, *many, *last).posts[-2:]
    assert [post["kind"] for post in found] == ["reshare", "post"]
    assert found[0]["reshare_basis"] == "platform"


@pytest.mark.parametrize("mark", ["#", "x", "tw:", "tweet:", "id:", "status_"])
def test_an_id_behind_a_mark(mark: str):
    found = table("id created_at screen_name text",
                  [mark + FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT])  # fmt: skip
    assert [post["post_id"] for post in found.posts] == [FIRST]


def test_bytes_that_python_printed_are_their_text():
    found = table("id created_at screen_name text",
                  [FIRST, "2015-10-05 10:00:07", "anne_exemple", repr(TEXT.encode())],
                  [SHARE, "2015-10-05 10:12:30", "Bruno", repr(RESHARE.encode())])  # fmt: skip
    assert found.posts[0]["text"] == TEXT
    assert found.posts[0]["hashtags"] == ["i4emploi", "corrèze"]
    assert found.posts[1]["reshared_author"] == "anne_exemple"


@pytest.mark.parametrize("printed", [
    "{id=3700000001, screen_name=anne_exemple, followers_count=1234}",
    "{'id': 3700000001, 'username': 'anne_exemple', 'name': 'Anne'}",
    '{"id": 3700000001, "name": "Anne", "userName": "anne_exemple"}',
    "User(username='anne_exemple', id=3700000001, displayname='Anne')",
])  # fmt: skip
def test_an_author_printed_as_an_object_is_its_name(printed: str):
    found = table("tweet_id created_at author text",
                  [FIRST, "2015-10-05 10:00:07", printed, TEXT])  # fmt: skip
    assert [post["author"] for post in found.posts] == ["anne_exemple"]


@pytest.mark.parametrize(("printed", "column"), [
    (f'list(type = "retweeted", id = "{FIRST}")', "reshared_id"),
    (f'list(type = c("quoted", "replied_to"), id = c("{FIRST}", "{ANSWER}"))', "quoted_id"),
    (f'list(list(type = "replied_to", id = "{FIRST}"))', "replied_id"),
])  # fmt: skip
def test_what_a_post_refers_to_as_r_prints_a_list(printed: str, column: str):
    head = "id author_id created_at text public_metrics.retweet_count referenced_tweets"
    row = [SHARE, "3700000002", "2015-10-05T10:12:30.000Z", RESHARE, "5"]
    found = table(head, [*row, printed], [ANSWER, *row[1:3], "Bravo", "0", "NULL"])
    assert found.posts[0][column] == FIRST
    assert found.posts[1][column] is None


def test_a_reshare_of_which_rtweet_keeps_the_flag_alone():
    head = "status_id user_id screen_name created_at text is_retweet is_quote"
    row = [SHARE, "3700000002", "BrunoInvente", "2015-10-05 10:12:30", RESHARE, "TRUE", "FALSE"]
    (post,) = table(head, row).posts
    assert (post["kind"], post["reshared_author"]) == ("reshare", "anne_exemple")
    assert post["hashtags"] == ["i4emploi", "corrèze"]


# ------------------------------------------------------------------------------------ records


def coded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def answer(text: str, **more: str) -> dict[str, Any]:
    return {
        "startedDateTime": "2024-01-01T00:00:00Z",
        "time": 12,
        "request": {"method": "GET", "url": "https://x.example/a"},
        "response": {"status": 200, "content": {"text": text} | more},
    }


QUEUES: dict[str, Callable[[Any], Any]] = {
    "HAR": lambda value: {"log": {"entries": [answer(coded([value]), encoding="base64")]}},
    "an entry": lambda value: answer(coded({"statuses": [value]}), encoding="base64"),
    "Pub/Sub": lambda value: {"message": {"data": coded(value), "messageId": "1"}},
    "Kinesis": lambda value: {"Records": [{"kinesis": {"data": coded(value)}}]},
    "pretty": lambda value: {
        "data": base64.b64encode(json.dumps(value, indent=1).encode()).decode()
    },
    "address-safe": lambda value: {
        "data": base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    },
}


@pytest.mark.parametrize("queue", QUEUES)
def test_posts_in_base64_are_read(queue: str):
    sound = {post["post_id"] for post in read(V1).posts}
    lines = b"".join(json.dumps(QUEUES[queue](value)).encode() + b"\n" for value in V1)
    found = read(lines)
    assert {post["post_id"] for post in found.posts} == sound
    assert not found.rejects


def test_what_else_a_browser_has_loaded_is_a_notice():
    picture = answer(base64.b64encode(b"\x89PNG\r\n").decode(), encoding="base64")
    found = read({"log": {"entries": [answer(json.dumps(V1[:1])), picture, answer("<html>")]}})
    assert (len(found.posts), len(found.rejects)) == (1, 0)
    assert found.sink.records == 3
    with pytest.raises(ArchiveError, match="without an answer that holds posts"):
        read({"log": {"entries": [answer("<html>"), picture]}})


@pytest.mark.parametrize("action", ["index", "create", "update"])
def test_the_actions_of_a_bulk_file_are_no_rejects(action: str):
    lines = [
        part
        for value in V1
        for part in ({action: {"_index": "tweets", "_id": value["id_str"]}}, value)
    ]
    found = read("\n".join(map(json.dumps, lines)).encode())
    sound = read("\n".join(map(json.dumps, V1)).encode())
    assert kinds(found) == kinds(sound)
    assert not found.rejects
    assert found.sink.records == 2 * len(V1)


def test_fields_of_several_values_that_hold_one():
    row = {"id_str": [FIRST], "created_at": ["2015-10-05T10:00:07Z"], "text": [TEXT],
           "screen_name": ["anne_exemple"]}  # fmt: skip
    solr = {
        "responseHeader": {"status": 0},
        "response": {"numFound": 1, "docs": [{"id": FIRST, "_version_": 1, **row}]},
    }
    elastic = {"hits": {"total": 1, "hits": [{"_index": "t", "_id": FIRST, "fields": row}]}}
    for value in (solr, elastic):
        (post,) = read(value).posts
        assert (post["post_id"], post["text"], post["author"]) == (FIRST, TEXT, "anne_exemple")


def test_the_parts_of_a_post_are_no_table():
    """Lists of texts in a record were taken for rows under a header, and the record for none."""
    post = {
        "id": FIRST,
        "created_at": "2015-10-05T10:00:07Z",
        "text": TEXT,
        "screen_name": "anne_exemple",
        "tags": [["t", "i4emploi"], ["t", "usine"]],
    }
    assert [one["post_id"] for one in read([post]).posts] == [FIRST]


# ----------------------------------------------------------------------------------- Fediverse

HOST = "https://m1.example"


def status(**more: Any) -> dict[str, Any]:
    return {
        "id": "113204", "created_at": "2024-09-26T12:05:11.000Z", "content": "<p>Un #i4Emploi</p>",
        "uri": f"{HOST}/users/anne/statuses/113204", "url": f"{HOST}/@anne/113204",
        "reblogs_count": 3, "favourites_count": 1, "visibility": "public", "language": "fr",
    } | more  # fmt: skip


ACCOUNT = {"id": "7", "acct": "anne", "username": "anne", "display_name": "Anne", "note": "",
           "followers_count": 3, "following_count": 4}  # fmt: skip
FLAT: dict[str, dict[str, Any]] = {
    "json_normalize": {f"account.{name}": part for name, part in ACCOUNT.items()},
    "clean_names": {f"account_{name}": part for name, part in ACCOUNT.items()},
    "side by side": {name: part for name, part in ACCOUNT.items() if name != "id"},
    "rtoot": {},
}


@pytest.mark.parametrize("how", FLAT)
def test_a_flat_status_whose_account_has_lost_its_address(how: str):
    row = status() | FLAT[how]
    data = written([list(row), list(map(str, row.values()))]).encode()
    (post,) = read(data).posts
    assert post["post_id"] == f"{HOST}/users/anne/statuses/113204"
    assert (post["author_id"], post["author"]) == (f"{HOST}/@anne", "anne@m1.example")
    assert post["hashtags"] == ["i4emploi"]


def test_accounts_of_two_servers_with_one_number_are_two():
    other = "https://m2.example"
    rows = [status(account=ACCOUNT),
            status(account=ACCOUNT, uri=f"{other}/users/anne/statuses/9", url=None)]  # fmt: skip
    assert len({post["author_id"] for post in read(rows).posts}) == 2


def test_posts_of_activitypub_without_their_activities():
    note = {"id": f"{HOST}/users/anne/statuses/1", "type": "Note", "content": "<p>Un</p>",
            "attributedTo": f"{HOST}/users/anne", "published": "2024-09-26T12:05:11Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [],
            "tag": [{"type": "Hashtag", "name": "#i4emploi"}]}  # fmt: skip
    activity = {"id": note["id"] + "/activity", "type": "Create", "actor": note["attributedTo"],
                "published": note["published"], "object": note, "to": note["to"]}  # fmt: skip
    alone, created = read([note]).posts, read([activity]).posts
    drop = ("file", "line")
    assert [{k: v for k, v in post.items() if k not in drop} for post in alone] == [
        {k: v for k, v in post.items() if k not in drop} for post in created
    ]


NEGATIVE = re.compile(rb'("(?:\w*_?(?:count|followers|friends|likes?|reposts?|retweets?)\w*"'
                      rb'|\w*Count"?)\s*:\s*)\d+')  # fmt: skip


@pytest.mark.parametrize("name", ["twitter-v1.jsonl", "twitter-v2.jsonl", "bluesky-posts.json",
                                  "mastodon-m1.json", "minet.jsonl"])  # fmt: skip
def test_a_count_below_zero_is_unknown(name: str):
    data, changed = NEGATIVE.subn(rb"\g<1>-1", (GOLDEN / name).read_bytes())
    assert changed > 3
    found = read(data)
    counts = [
        value
        for row in (*found.posts, *found.profiles)
        for key, value in row.items()
        if (key.endswith("count") or key in ("followers", "following")) and value is not None
    ]
    assert found.posts
    assert all(count >= 0 for count in counts)


def test_a_count_below_zero_in_a_table_is_unknown():
    head = "id created_at screen_name text retweet_count favorite_count user_followers_count"
    found = table(head, [FIRST, "2015-10-05 10:00:07", "anne", TEXT, "-1", "-1", "-1"])
    assert (found.posts[0]["reshare_count"], found.profiles[0]["followers"]) == (None, None)


# ------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("held", [V1, {"a": V1}, pd.DataFrame({"id": [FIRST]})],
                         ids=["list", "dict", "frame"])  # fmt: skip
def test_a_pickle_is_named_and_never_run(protocol: int, held: Any):
    look = refusal.of_bytes(pickle.dumps(held, protocol))
    assert look is not None
    assert look.what == "a Python pickle"


@pytest.mark.parametrize(("value", "what"), [
    ([{"post": {"id": 1, "creator_id": 2, "community_id": 3, "name": "x", "body": "y"},
       "creator": {"name": "z"}}], "Lemmy"),
    ([{"comment": {"id": 1, "creator_id": 2, "ap_id": "https://l.example/c/1", "content": "y"}}],
     "Lemmy"),
    ([{"id": "ab", "pubkey": "cd", "created_at": 1443269111, "kind": 1, "content": "x",
       "tags": [["t", "i4emploi"]], "sig": "ef"}], "Nostr"),
    ([{"id": "9x", "createdAt": "2024-09-26T12:05:11Z", "text": "Un #i4Emploi", "cw": None,
       "renoteId": None, "userId": "1"}], "Misskey"),
    ([{"id": 1, "id_str": "1", "created_at": "Sat Sep 26 12:05:11 +0000 2015", "text": "x",
       "statusnet_html": "x", "user": {"id": 1, "screen_name": "a"}}], "GNU social"),
    ([{"id": "1", "sender_id": "2", "recipient_id": "3", "text": "un mot bien plus long",
       "created_at": "2015-10-05T10:00:07Z"}], "private messages"),
    ([{"$type": "app.bsky.feed.post", "createdAt": "2024-09-26T12:05:11Z", "text": "Un mot",
       "langs": ["fr"]}], "without their addresses"),
    ([{"trends": [{"name": "#i4Emploi", "url": "http://twitter.com/search?q=x",
                   "promoted_content": None, "tweet_volume": 12_345}],
       "as_of": "2015-10-05T10:00:07Z", "locations": [{"woeid": 1}]}], "trends"),
])  # fmt: skip
def test_posts_of_elsewhere_are_named_and_nothing_is_proposed(value: Any, what: str):
    with pytest.raises(ArchiveError, match=what) as told:
        read(value)
    assert "--columns" not in str(told.value)


@pytest.mark.parametrize("data", [
    b"<html><body><table><tr><td>tweet_id</td></tr></table></body></html>",
    b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    b"ID;PWXL;N;E\nC;Y1;X1;K\"tweet_id\"\nE\n",
])  # fmt: skip
def test_a_table_written_as_a_page_is_told_to_be_saved_as_csv(data: bytes):
    with pytest.raises(ArchiveError, match="save it as CSV UTF-8"):
        read(data)


def test_an_object_of_a_hundred_thousand_names_is_told_at_once():
    for value in (dict.fromkeys((f"k{n}" for n in range(100_000)), 1),
                  {"data": {f"k{n}.x": n for n in range(100_000)}}):  # fmt: skip
        data = json.dumps(value).encode()
        before = time.process_time()
        with pytest.raises(ArchiveError):
            read(data)
        assert time.process_time() - before < 4  # it took 20 s


def test_a_line_without_an_end_takes_time_in_proportion():
    """A sparse file is a line of zeros: each chunk was added by copying all that came before."""

    def spent(chunks: int) -> float:
        before = time.process_time()
        list(framing.blocks(iter([b"\0" * (1 << 18)] * chunks)))
        return time.process_time() - before

    spent(10)
    assert spent(256) < 1.5  # 64 MB: 1.9 s before, .02 now


# ---------------------------------------------------------------------------------- the system


def test_a_file_that_has_become_a_pipe_is_not_waited_for(tmp_path: Path):
    path = tmp_path / "tweets.jsonl"
    path.write_text("{}")
    opened = opening.file_opener(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ArchiveError, match="become a pipe"):
        opening.Source("tweets.jsonl", opened).raw()


def test_a_clock_of_long_ago_is_told_and_not_the_posts(monkeypatch: pytest.MonkeyPatch):
    class Then(tally.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(1970, 1, 2, tzinfo=tz)

    archive = i4.read_archive([GOLDEN / "twitter-v1.jsonl"])
    monkeypatch.setattr(tally, "datetime", Then)
    found = set(doctor.examine(archive)["finding"])
    assert "clock_behind" in found
    assert "impossible_dates" not in found


@pytest.mark.parametrize("seed", range(6))
def test_damaged_shapes_end_in_rows_or_in_one_sentence(seed: int):
    """Each way to write a table or a record, cut, doubled, and with bytes changed."""
    chance = random.Random(seed)
    rows, _ = cells("hydrator.csv")
    shapes = [write(rows).encode() for write in HOW.values()]
    shapes += [json.dumps(QUEUES[queue](V1[0])).encode() for queue in QUEUES]
    for data in shapes:
        for _ in range(4):
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                broken[chance.randrange(len(broken))] = chance.choice(b'\0\1",;\\\n\xff{[')
            cut = bytes(broken[: chance.randrange(1, len(broken))] + data[: chance.randrange(99)])
            try:
                found = Rows(Path("t"), cut)
            except ArchiveError as told:
                assert "\n" not in str(told)
                continue
            own = sum(not post["embedded"] for post in found.posts)
            assert own + len(found.rejects) <= max(found.sink.records, own)
