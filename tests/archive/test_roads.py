"""Whatever a tool has put around posts, underneath they are the posts that they were.

Every golden file of JSON is wrapped as tools wrap: its rows must be those of the file as it
stands, record by record, and every record accounted for.
"""

from __future__ import annotations

import io
import json
import pprint
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from story import ANSWER, FIRST, GOLDEN, SHARE, Rows

from i4analysis.archive.bytes import printed
from i4analysis.archive.reading import dialects
from i4analysis.errors import ArchiveError

Records = list[dict[str, Any]]
LINES = {
    "twitterapi-io": "twitterapi-io.json",
    "gnip": "gnip.jsonl",
    "twitter-v1": "twitter-v1.jsonl",
    "minet-json": "minet.jsonl",
    "bluesky": "bluesky-posts.json",
    "mastodon": "mastodon-m2.jsonl",
}


def golden(kind: str) -> Records:
    """Return the posts of a golden file, one a record."""
    data = (GOLDEN / LINES[kind]).read_text(encoding="utf-8")
    if LINES[kind].endswith(".jsonl"):
        found = [json.loads(line) for line in data.splitlines() if line.strip()]
        return [one for one in found if "info" not in one]
    value = json.loads(data)
    return value["posts"] if isinstance(value, dict) else value


def lined(values: list[Any]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def extended(value: Any, how: str) -> Any:
    """Return a value as MongoDB's export writes it: canonical, relaxed or as until 2020."""
    if isinstance(value, dict):
        return {key: extended(part, how) for key, part in value.items()}
    if isinstance(value, list):
        return [extended(part, how) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, float):
        return {"$numberDouble": repr(value)} if how == "canonical" else value
    if how == "canonical":
        return {"$numberLong" if abs(value) >= 2**31 else "$numberInt": str(value)}
    return {"$numberLong": str(value)} if abs(value) >= 2**53 or how == "v1" else value


def documents(records: Records, how: str) -> str:
    at = {"canonical": {"$numberLong": "1443269111000"}, "relaxed": "2015-09-26T12:05:11Z"}
    return lined(
        [
            {"_id": {"$oid": f"{number:024x}"}, "stored": {"$date": at.get(how, 1443269111000)}}
            | extended(record, how)
            for number, record in enumerate(records)
        ]
    )


def shell(record: dict[str, Any]) -> str:
    """Return a document as MongoDB's older shell shows it."""

    def shown(value: Any) -> str:
        if isinstance(value, dict):
            return (
                "{ " + ", ".join(f'"{key}" : {shown(part)}' for key, part in value.items()) + " }"
            )
        if isinstance(value, list):
            return "[ " + ", ".join(map(shown, value)) + " ]"
        if isinstance(value, int) and abs(value) >= 2**31:
            return f'NumberLong("{value}")'
        return json.dumps(value, ensure_ascii=False)

    moment = ', "stored" : ISODate("2015-09-26T12:05:11Z")'
    return f'{{ "_id" : ObjectId("{"0" * 24}"){moment}, {shown(record)[1:]}\n'


def framed(records: Records, orient: str) -> str:
    """Return records as pandas writes them, without pandas' own rounding of ids to floats."""
    names = list({name: 0 for record in records for name in record})
    rows = [[record.get(name) for name in names] for record in records]
    index = list(map(str, range(len(rows))))
    made: dict[str, Any] = {
        "records": [dict(zip(names, row, strict=True)) for row in rows],
        "index": {
            at: dict(zip(names, row, strict=True)) for at, row in zip(index, rows, strict=True)
        },
        "columns": {
            name: dict(zip(index, column, strict=True))
            for name, column in zip(names, zip(*rows, strict=True), strict=True)
        },
        "split": {"columns": names, "index": index, "data": rows},
        "table": {
            "schema": {"fields": [{"name": name, "type": "string"} for name in names]},
            "data": [dict(zip(names, row, strict=True)) | {"index": 0} for row in rows],
        },
    }
    return json.dumps(made[orient], ensure_ascii=False)


WAYS: dict[str, Callable[[Records], str]] = {
    "results": lambda records: json.dumps({"results": records, "next": "abc"}),
    "pages": lambda records: lined([{"results": [one], "next": "x"} for one in records]),
    "items, deeper": lambda records: json.dumps({"data": {"items": records, "total": 3}}),
    "tweets beside others": lambda records: json.dumps(
        {"status": "success", "tweets": records, "has_next_page": False, "next_cursor": ""}
    ),
    "one under a name": lambda records: lined([{"_id": "a", "tweet": one} for one in records]),
    "one as a text": lambda records: lined([{"nr": 1, "raw": json.dumps(one)} for one in records]),
    "elasticsearch": lambda records: json.dumps(
        {
            "took": 1,
            "hits": {"total": 3, "hits": [{"_id": "1", "_source": one} for one in records]},
        }
    ),
    "a map": lambda records: json.dumps({str(at): one for at, one in enumerate(records)}),
    "a map in a name": lambda records: json.dumps(
        {"id": {str(at): one for at, one in enumerate(records)}}
    ),
    "lists of lists": lambda records: json.dumps([[one] for one in records]),
    "a script": lambda records: "const posts = " + json.dumps(records) + ";\n",
    "twice encoded": lambda records: lined([json.dumps(one) for one in records]),
    "thrice encoded": lambda records: lined([json.dumps(json.dumps(one)) for one in records]),
    "texts in a list": lambda records: json.dumps([json.dumps(one) for one in records]),
    "a list as a text": lambda records: json.dumps(json.dumps(records)) + "\n",
    "printed": lambda records: "".join(f"{one!r}\n" for one in records),
    "printed by pprint": lambda records: "\n".join(map(pprint.pformat, records)),
    "printed list by pprint": lambda records: pprint.pformat(records, width=120),
    "a module": lambda records: "export default " + json.dumps(records, indent=2) + ";\n",
    "printed list": lambda records: repr(records),
    "printed by tweepy": lambda records: "\n".join(map(of_tweepy, records)),
    "printed list by tweepy": lambda records: f"[{', '.join(map(of_tweepy, records))}]",
    "quoted as cells": lambda records: "".join(
        '"' + json.dumps(one).replace('"', '""') + '"\r\n' for one in records
    ),
    "printed bytes": lambda records: "".join(
        f"{json.dumps(one, ensure_ascii=False).encode()!r}\n" for one in records
    ),
    "printed by Python 2": lambda records: "".join(python_2(one) + "\n" for one in records),
    "printed page": lambda records: repr({"data": {"tweets": records, "next": None}}),
    "mongo canonical": lambda records: documents(records, "canonical"),
    "mongo relaxed": lambda records: documents(records, "relaxed"),
    "mongo v1": lambda records: documents(records, "v1"),
    "mongo array": lambda records: json.dumps([extended(one, "canonical") for one in records]),
    "mongo in a page": lambda records: json.dumps(
        {"results": [extended(one, "v1") for one in records]}
    ),
    "mongo shell": lambda records: "".join(map(shell, records)),
    "log lines": lambda records: "".join(
        f"2021-04-24 15:24:00,67{at} INFO archived one\n{json.dumps(one)}\n"
        for at, one in enumerate(records)
    ),
    "behind a log": lambda records: "".join(
        f"[2021-04-24 15:24:00,67{at}] INFO - got: {json.dumps(one)}\n"
        for at, one in enumerate(records)
    ),
    "a stream of events": lambda records: "".join(
        f"event\ndata: {json.dumps(one)}\n\n" for one in records
    ),
    "a text sequence": lambda records: "".join(f"\x1e{json.dumps(one)}\n" for one in records),
    "lengths": lambda records: "".join(
        f"{len(json.dumps(one))}\r\n{json.dumps(one)}\r\n" for one in records
    ),
    "pandas records": lambda records: framed(records, "records"),
    "pandas index": lambda records: framed(records, "index"),
    "pandas columns": lambda records: framed(records, "columns"),
    "pandas split": lambda records: framed(records, "split"),
    "pandas table": lambda records: framed(records, "table"),
}


def of_tweepy(value: Any) -> str:
    """Return an answer as tweepy prints what it has made of it, half of it twice."""
    api = "_api=<tweepy.api.API object at 0x7f3c2b1c>"
    user = f"User({api}, _json={{'id': 3}}, id=3, name='x')"
    made = "created_at=datetime.datetime(2015, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)"
    return f"Status({api}, _json={value!r}, {made}, id=7, text='x', author={user}, user={user})"


def python_2(value: Any) -> str:
    """Return a value as Python 2 prints it: texts in ASCII behind a u, long numbers with an L."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{python_2(k)}: {python_2(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(python_2, value)) + "]"
    if isinstance(value, str):
        return "u" + ascii(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 2**31:
        return f"{value}L"
    return repr(value)


def bare(rows: Records) -> Records:
    """Return rows without where in the file they stood."""
    kept = [{key: row[key] for key in row if key not in ("line", "file")} for row in rows]
    return sorted(kept, key=lambda row: str((row.get("post_id"), row.get("account_id"), row)))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", LINES)
def test_posts_are_the_same_under_whatever_is_around_them(kind: str, way: str):
    records = golden(kind)
    plain = Rows(Path("plain.jsonl"), lined(records).encode())
    text = WAYS[way](records)
    found = Rows(Path("found"), text.encode())
    assert found.format == plain.format
    assert found.sink.closed == found.sink.records
    assert bare(found.posts) == bare(plain.posts)
    assert bare(found.profiles) == bare(plain.profiles)
    assert found.sink.rejected == plain.sink.rejected == 0
    between = len(records) if way in ("log lines", "lengths", "a stream of events") else 0
    assert found.sink.notices.total() == plain.sink.notices.total() + between
    assert found.sink.remarks["repaired"] == 0


@pytest.mark.parametrize("way", ["results", "a map", "twice encoded", "printed", "mongo v1"])
def test_one_that_cannot_be_read_costs_only_itself(way: str):
    records = golden("twitter-v1")
    records[1] = {"created_at": "never", "id_str": "1", "user": {"id_str": "2"}, "text": "x"}
    found = Rows(Path("found"), WAYS[way](records).encode())
    assert found.sink.posts_in == len(records) - 1
    assert [row["reason"] for row in found.rejects] == [
        "created_at holds 'never', expected a moment"
    ]


def test_nothing_under_a_key_of_a_map_is_a_notice():
    records = {str(at): one for at, one in enumerate(golden("twitter-v1"))} | {"999": None}
    found = Rows(Path("map.json"), json.dumps({"id": records}).encode())
    assert dict(found.sink.notices) == {"unavailable": 1}


def test_a_post_of_an_unknown_tool_is_not_taken_for_what_lies_in_it():
    """An account inside an unknown post is no reason to read the post as that account."""
    user = golden("twitter-v1")[0]["user"] | {"created_at": "Mon Jan 05 10:00:00 +0000 2015"}
    unknown: Records = [
        {"id": "1", "text": "un message", "when": 3, "writer": user},
        {"id": "1", "contenu": "un message", "date": "2015-09-26", "writer": user},
        {"nr": "1", "contenu": "un message", "le": "2015-09-26", "writer": user},
        {"id": "1", "contenu": "un message", "date": "2015-09-26", "likers": [user, user]},
    ]
    for post in unknown:
        for value in ([post] * 3, {"items": [post] * 3}):
            with pytest.raises(ArchiveError):
                Rows(Path("unknown.json"), json.dumps(value).encode())


def test_what_is_unknown_is_known_as_such_at_once():
    """A map, a log, a configuration: large or deep, nothing of them takes long."""
    deep: Any = {"a": 1}
    for _ in range(150):
        deep = {"items": [deep], "b": {"c": deep if isinstance(deep, int) else 1}}
    values: list[Any] = [
        {"type": "x", "features": [{"geometry": {"at": [1, 2]}, "p": {"n": 1}}] * 20_000},
        {str(at): {"name": "x", "parts": [{"n": 1}] * 3} for at in range(5_000)},
        {str(at): {"name": "x"} for at in range(20_000)},
        deep,
    ]
    for value in values:
        begun = time.process_time()
        with pytest.raises(ArchiveError):
            Rows(Path("unknown.json"), json.dumps(value).encode())
        assert time.process_time() - begun < 3


def test_objects_in_rows_without_names_are_read_by_their_places():
    """The account of a post was taken for its text, and the word for nothing for its author."""
    frame = pd.DataFrame(golden("twitter-v1")).drop(columns=["retweeted_status"], errors="ignore")
    rows = json.loads(frame.to_json(orient="values"))
    found = Rows(Path("values.json"), json.dumps(rows).encode()).posts
    plain = {row["post_id"]: row for row in Rows(GOLDEN / "twitter-v1.jsonl", None).posts}
    assert found
    for row in found:
        assert row["author"] == plain[row["post_id"]]["author"]
        assert row["text"] in ("", plain[row["post_id"]]["text"])


ANSWERS = {
    "by name": lambda anne, bruno: {"anne_exemple": anne, "BrunoInvente": bruno},
    "by @name": lambda anne, bruno: {"@anne_exemple": anne, "@BrunoInvente": bruno},
    "by name and id": lambda anne, bruno: {
        name: {one["id"]: {"text": one["text"], "created_at": one["created_at"]} for one in posts}
        for name, posts in (("anne_exemple", anne), ("BrunoInvente", bruno))
    },
    "by name, in accounts": lambda anne, bruno: {
        "anne_exemple": {"followers": 7, "tweets": anne},
        "BrunoInvente": {"followers": 8, "tweets": bruno},
    },
    "in accounts": lambda anne, bruno: [
        {"username": "anne_exemple", "followers": 7, "tweets": anne},
        {"username": "BrunoInvente", "followers": 8, "tweets": bruno},
    ],
    "beside accounts": lambda anne, bruno: [
        {"user": {"username": "anne_exemple", "name": "Anne"}, "tweets": anne},
        {"user": {"username": "BrunoInvente", "name": "Bruno"}, "tweets": bruno},
    ],
}


@pytest.mark.parametrize("way", ANSWERS)
def test_posts_without_authors_under_the_names_of_theirs(way: str):
    anne = [{"id": FIRST, "text": "Un mot #x", "created_at": "2015-10-05 10:00:07+00:00"}]
    bruno = [
        {"id": ANSWER, "text": "@anne_exemple oui", "created_at": "2015-10-05 11:01:00+00:00"}
    ]
    found = Rows(Path("by.json"), json.dumps(ANSWERS[way](anne, bruno)).encode()).posts
    authors = {row["post_id"]: row["author"] for row in found}
    assert authors == {FIRST: "anne_exemple", ANSWER: "BrunoInvente"}


@pytest.mark.parametrize("names", [("emploi", "usine"), ("train", "test"), ("x", "anne_exemple")])
def test_posts_under_what_was_searched_for_are_by_nobody(names: tuple[str, str]):
    posts = [
        [{"id": FIRST, "text": "Un mot #x", "created_at": "2015-10-05 10:00:07+00:00"}],
        [{"id": ANSWER, "text": "@anne_exemple oui", "created_at": "2015-10-05 11:01:00+00:00"}],
    ]
    value = dict(zip(names, posts, strict=True))
    try:
        found = Rows(Path("by.json"), json.dumps(value).encode()).posts
    except ArchiveError:
        found = []
    assert not any(row["author"] for row in found)


def test_rows_of_facepager_go_by_what_they_fetched():
    """It counts its rows under `id`, and has rows for what was asked for."""
    head = ["path", "id", "object_id", "object_type", "querystatus", "created_at", "text",
            "user.screen_name", "user.id_str"]  # fmt: skip
    rows = [["#x", "1", "#x", "seed", "", "", "", "", ""]] + [
        ["#x", str(at), one["id_str"], "data", "fetched (200)", one["created_at"],
         one["full_text"], one["user"]["screen_name"], one["user"]["id_str"]]
        for at, one in enumerate(golden("twitter-v1"), 2)
    ]  # fmt: skip
    data = pd.DataFrame(rows, columns=head).to_csv(index=False, sep=";").encode()
    found = Rows(Path("facepager.csv"), data)
    own = {row["post_id"] for row in found.posts if not row["embedded"]}
    assert own == {one["id_str"] for one in golden("twitter-v1")}
    assert (dict(found.sink.notices), found.rejects) == ({"row without a post": 1}, [])


def test_an_answer_of_twitter_com_is_its_posts_with_their_accounts():
    """Posts and accounts lie apart, by their ids: the accounts were read, the posts were not."""
    posts: dict[str, Any] = {}
    users: dict[str, Any] = {}

    def apart(post: dict[str, Any]) -> str:
        flat = {key: part for key, part in post.items() if key != "user"}
        users[post["user"]["id_str"]] = post["user"]
        for name in ("retweeted_status", "quoted_status"):
            if isinstance(flat.get(name), dict):
                flat[f"{name}_id_str"] = apart(flat.pop(name))
        posts[post["id_str"]] = flat | {"user_id_str": post["user"]["id_str"]}
        return post["id_str"]

    records = golden("twitter-v1")
    shown = [{"content": {"item": {"content": {"tweet": {"id": apart(one)}}}}} for one in records]
    value = {"globalObjects": {"tweets": posts, "users": users}, "timeline": {"entries": shown}}
    found = Rows(Path("adaptive.json"), json.dumps(value).encode())
    plain = Rows(Path("plain.jsonl"), lined(records).encode())
    assert bare(found.posts) == bare(plain.posts)
    assert found.sink.closed == found.sink.records == len(records)


def test_events_of_a_stream_that_hold_no_status_do_not_say_what_it_is():
    statuses = golden("mastodon")
    events = [{"event": "update", "payload": json.dumps(one)} for one in statuses]
    deleted = [{"event": "delete", "payload": "113204"}] * 2
    found = Rows(Path("stream.jsonl"), lined([*deleted, *events]).encode())
    plain = Rows(Path("plain.jsonl"), lined(statuses).encode())
    assert bare(found.posts) == bare(plain.posts)
    assert found.sink.notices["delete"] == 2


def test_rows_without_names_say_how_to_have_them():
    rows = [[str(one["id"]), one["full_text"]] for one in golden("twitter-v1")]
    with pytest.raises(ArchiveError, match="orient='records'"):
        Rows(Path("values.json"), json.dumps(rows).encode())


# ------------------------------------------------------------------------- tables of records


def cells_of(records: Records) -> bytes:
    """Return the table that pandas writes of records: dicts are printed into cells."""
    frame = pd.DataFrame(records, dtype=object)
    return frame.to_csv().encode()


def flattened(records: Records) -> bytes:
    """Return the table that pandas' `json_normalize` makes: a.b.c for what lies in b of a."""

    def flat(value: dict[str, Any], before: str = "") -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, part in value.items():
            found |= (
                flat(part, f"{before}{key}.") if isinstance(part, dict) else {before + key: part}
            )
        return found

    return pd.DataFrame([flat(one) for one in records], dtype=object).to_csv(index=False).encode()


def whole_in_a_cell(records: Records) -> bytes:
    """Return a table with a column for the record as it came."""
    rows = [{"nr": at, "query": "#x", "tweet": json.dumps(one)} for at, one in enumerate(records)]
    return pd.DataFrame(rows).to_csv(index=False).encode()


def kept_beside_its_words(records: Records) -> bytes:
    """Return a table with the record as it came beside some of what is in it."""
    rows = [
        {"id": one.get("id_str") or one["uri"], "text": "un mot", "answer_kept": json.dumps(one)}
        for one in records
        if "uri" in one or "id_str" in one
    ]
    return pd.DataFrame(rows).to_csv(index=False).encode()


def printed_in_a_cell(records: Records) -> bytes:
    """Return the table that pandas makes of a list of tweepy's objects."""
    return pd.DataFrame({"0": list(map(of_tweepy, records))}).to_csv().encode()


@pytest.mark.parametrize("write", [
    cells_of, flattened, whole_in_a_cell, kept_beside_its_words, printed_in_a_cell,
])  # fmt: skip
@pytest.mark.parametrize("kind", ["twitter-v1", "bluesky", "mastodon"])
def test_tables_that_pandas_makes_of_records(kind: str, write: Callable[[Records], bytes]):
    records = golden(kind)
    plain = Rows(Path("plain.jsonl"), lined(records).encode())
    found = Rows(Path("found.csv"), write(records))
    assert found.format.startswith(kind)
    assert found.sink.rejected == 0
    own = {row["post_id"]: row for row in found.posts if not row["embedded"]}
    for row in plain.posts:
        if not row["embedded"]:
            for column in ("author_id", "posted_at", "kind", "reshared_id", "hashtags", "text"):
                assert (own[row["post_id"]][column] or "") == (row[column] or ""), column


def test_a_table_without_what_is_reshared_tells_it_by_the_text():
    records = golden("twitter-v1")
    for record in records:
        original = record.pop("retweeted_status", None)
        if original is not None:
            record["full_text"] = "RT @anne_exemple: " + original["full_text"]
    for text in (framed(records, "columns").encode(), cells_of(records)):
        rows = {row["post_id"]: row for row in Rows(Path("x"), text).posts}
        share = rows[SHARE]
        assert (share["kind"], share["reshare_basis"]) == ("reshare", "text")
        assert (share["reshared_author"], share["reshared_id"]) == ("anne_exemple", None)
        assert "i4emploi" in share["hashtags"]
        assert "anne_exemple" not in share["mentions"]
        assert share["text"] == ""
        assert rows[ANSWER]["kind"] == "reply"
    lines = Rows(Path("x.jsonl"), lined(records).encode())  # lines of the API would have said it
    assert {row["kind"] for row in lines.posts if row["post_id"] == SHARE} == {"post"}


FLAT = (
    "twarc-csv-0.7.csv",
    "rtweet-0.7.csv",
    "twint.csv",
    "tags.csv",
    "hydrator.csv",
    "x-archive.csv",
)


@pytest.mark.parametrize("way", ["array", "lines", "columns", "split"])
@pytest.mark.parametrize("name", FLAT)
def test_flat_objects_are_rows_of_the_table_they_came_from(name: str, way: str):
    table = pd.read_csv(GOLDEN / name, dtype=str, keep_default_na=False)
    records = table.to_dict(orient="records")
    text = {
        "array": json.dumps(records),
        "lines": lined([{key: cell for key, cell in one.items() if cell} for one in records]),
        "columns": framed(records, "columns"),
        "split": framed(records, "split"),
    }[way]
    plain, found = Rows(GOLDEN / name), Rows(Path("found.json"), text.encode())
    assert found.format == plain.format
    left_out = {row["post_id"] for row in plain.posts if str(row["post_id"]).startswith("ruined")}
    assert not left_out
    if way == "lines":  # what is blank was left out, so it is unknown
        assert [without_blanks(row) for row in bare(found.posts)] == [
            without_blanks(row) for row in bare(plain.posts)
        ]
        return
    assert bare(found.posts) == bare(plain.posts)
    assert bare(found.profiles) == bare(plain.profiles)


def without_blanks(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in ("", [], 0, None)}


# --------------------------------------------------------------------------------- the words


def test_printed_words_are_those_that_python_meant():
    rng = random.Random(7)
    letters = "aé\"'\\\n\t{}[]:,()# 🏭\u2028None True"

    def made(depth: int) -> Any:
        kind = rng.randrange(8 if depth else 6)
        if kind == 0:
            return None
        if kind == 1:
            return rng.choice([True, False])
        if kind == 2:
            return rng.randrange(-(10**18), 10**18)
        if kind == 3:
            return rng.randrange(1000) / 8
        if kind in (4, 5):
            return "".join(rng.choice(letters) for _ in range(rng.randrange(12)))
        if kind == 6:
            return [made(depth - 1) for _ in range(rng.randrange(4))]
        return {"".join(rng.sample("abcdé'", 2)): made(depth - 1) for _ in range(rng.randrange(4))}

    for _ in range(2_000):
        value = made(4)
        assert json.loads(printed.to_json(repr(value).encode()), strict=False) == value
        assert json.loads(printed.to_json(python_2(value).encode()), strict=False) == value
        wide = pprint.pformat(value, width=10**6)
        assert json.loads(printed.to_json(wide.encode()), strict=False) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("datetime.datetime(2015, 9, 26, 12, 5, 11)", "2015-09-26T12:05:11"),
        (
            "datetime.datetime(2015, 9, 26, 14, 5, 11, 250000, tzinfo=datetime.timezone("
            "datetime.timedelta(seconds=7200)))",
            "2015-09-26T12:05:11.250000",
        ),
        ("datetime.datetime(2015, 9, 26, 12, 5, 11, tzinfo=<UTC>)", "2015-09-26T12:05:11"),
        ("Timestamp('2015-09-26 12:05:11+0000', tz='UTC')", "2015-09-26 12:05:11+0000"),
        ("ObjectId('56')", "56"),
        ('ISODate("2015-09-26T12:05:11Z")', "2015-09-26T12:05:11Z"),
        ("Long('647743716317124231')", 647743716317124231),
        ("NumberLong(647743716317124231)", 647743716317124231),
        ("b'caf\\xc3\\xa9'", "café"),
        ("nan", None),
        ("(1, 2)", [1, 2]),
    ],
)
def test_printed_objects_of_other_kinds(text: str, value: Any):
    assert json.loads(printed.to_json(f"{{'a': {text}}}".encode())) == {"a": value}


def test_nothing_printed_is_ever_run():
    text = "{'a': __import__('os').abort(), 'b': exec('1/0'), 'c': open('/none'), 'd': 1/0}"
    written = printed.to_json(text.encode())
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(written)


def test_moments_of_a_database_are_those_of_the_api():
    made = datetime(2015, 9, 26, 12, 5, 11, tzinfo=UTC)
    for date in (
        {"$date": {"$numberLong": str(int(made.timestamp() * 1000))}},
        {"$date": int(made.timestamp() * 1000)},
        {"$date": "2015-09-26T12:05:11Z"},
        {"$date": "2015-09-26T14:05:11.000+0200"},
    ):
        record = golden("twitter-v1")[0] | {"created_at": date}
        rows = Rows(Path("x.json"), io.BytesIO(lined([record]).encode()).read())
        assert rows.posts[0]["posted_at"] == int(made.timestamp() * 1e6)
    assert dialects.plain({"a": {"$numberDouble": "NaN"}, "b": {"$undefined": True}}) == {
        "a": None,
        "b": None,
    }
