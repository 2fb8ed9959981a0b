"""The same file as somebody else's tools would write it: whatever the reader, the same rows.

What a spreadsheet, R, pandas or an archiver does to a file that is sound, and what it leaves as
it was. Golden files are taken as they are found: a new one is tried by being there.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
import shlex
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather
from saved import Table, cells, database, packed, rows_of, written
from story import ANSWER, FIRST, GOLDEN, SHARE, TEXT, Rows

import i4analysis as i4
from i4analysis.archive import command
from i4analysis.archive.bytes import framing, opening, printed
from i4analysis.archive.formats.flat_tables import proposal
from i4analysis.archive.reading import declared
from i4analysis.archive.rows import refusal, values
from i4analysis.errors import ArchiveError

V1 = [json.loads(line) for line in (GOLDEN / "twitter-v1.jsonl").read_bytes().splitlines()]


def golden_tables() -> list[str]:
    """Return the golden tables with a header."""
    skip = ("twitteR-unquoted.csv", "usc-x-empty.csv", "edge-list.tsv")
    return [
        path.name
        for path in sorted(GOLDEN.iterdir())
        if path.suffix in (".csv", ".tsv") and path.name not in skip
    ]


def with_row_names(rows: Table, delimiter: str) -> str:
    """Return a table as R's `write.table` writes it: rows have a name and its column has none."""
    named = [rows[0], *([str(number), *row] for number, row in enumerate(rows[1:], 1))]
    return written(named, delimiter, quoting=csv.QUOTE_ALL)


def unpadded(row: list[str]) -> list[str]:
    """Return a row as Google gives it: without the blanks at its end."""
    return row if row[-1] else unpadded(row[:-1])


def typed(value: Any) -> Any:
    """Return a value as DynamoDB's API writes it."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [typed(one) for one in value]}
    return {"M": {key: typed(one) for key, one in value.items()}}


def items(records: list[Any]) -> list[Any]:
    return [{key: typed(part) for key, part in one.items()} for one in records]


TABLES: dict[str, Callable[[Table], bytes]] = {
    "UTF-16 without a mark": lambda rows: written(rows, "\t").encode("utf-16-le"),
    "big-endian UTF-16 without a mark": lambda rows: written(rows, ";").encode("utf-16-be"),
    "UTF-32": lambda rows: written(rows).encode("utf-32"),
    "row names of R": lambda rows: with_row_names(rows, ",").encode(),
    "row names of R, blanks between": lambda rows: with_row_names(rows, " ").encode(),
    "upper case": lambda rows: written([[name.upper() for name in rows[0]], *rows[1:]]).encode(),
    "words apart": lambda rows: written(
        [[name.replace("_", " ").title() for name in rows[0]], *rows[1:]]
    ).encode(),
    "a count before, a label behind": lambda rows: written(
        [["Unnamed: 0", *rows[0]], *([str(at), *row] for at, row in enumerate(rows[1:]))]
    ).encode(),
    "Google Sheets": lambda rows: json.dumps(
        {"range": "A1:Z9", "majorDimension": "ROWS", "values": [unpadded(row) for row in rows]}
    ).encode(),
    "Google Sheets, by columns": lambda rows: json.dumps(
        {"majorDimension": "COLUMNS", "values": list(zip(*rows, strict=True))}
    ).encode(),
    "lists": lambda rows: json.dumps(rows, indent=1).encode(),
    "Datasette": lambda rows: json.dumps({"columns": rows[0], "rows": rows[1:]}).encode(),
    "lists by columns": lambda rows: json.dumps(
        dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    ).encode(),
    "Parquet": lambda rows: packed(rows, pq.write_table),
    "Feather": lambda rows: packed(rows, feather.write_feather),
    "SQLite": lambda rows: database({"posts": rows}),
    "DynamoDB": lambda rows: json.dumps({
        "Items": items([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]), "Count": 2,
    }).encode(),
    "pandas' table": lambda rows: json.dumps({
        "schema": {"fields": [{"name": name, "type": "string"} for name in rows[0]]},
        "data": [dict(zip(rows[0], row, strict=True)) for row in rows[1:]],
    }).encode(),
}  # fmt: skip
OBJECTS = list(TABLES)[list(TABLES).index("Google Sheets") :]
# the names of these hold what case or blanks tell apart, or several are alike
BY_THE_LETTER = (
    "twitter-web-exporter",
    "followerwonk",
    "tags",
    "twitteR",
    "usc-x",
    "moderation-users",
)


@pytest.mark.parametrize("name", golden_tables())
def test_a_table_is_the_same_however_it_was_saved(name: str):
    rows, preamble = cells(name)
    if preamble or len(set(rows[0])) < len(rows[0]):
        pytest.skip("lines stand above the header, or two columns have one name")
    sound = rows_of(written(rows).encode())
    assert sound["posts"] or sound["profiles"]
    for how, write in TABLES.items():
        if how in ("upper case", "words apart") and name.startswith(BY_THE_LETTER):
            continue
        if how.startswith("row names") and rows[0][0] == "":
            continue  # a count of pandas' before, and nothing in the last column
        if how in OBJECTS and name == "twitter-web-exporter-users.csv":
            continue  # its own JSON tells an empty bio from none
        assert rows_of(write(rows)) == sound, how


@pytest.mark.parametrize("word", ["NA", "NaN", "None", "NULL", "\\N", "#N/A", "<NA>", "-"])
@pytest.mark.parametrize("name", ["twarc-csv-0.7.csv", "hydrator.csv", "getoldtweets3.csv",
                                  "netlytic.csv", "tweet-harvest.csv", "twint.csv"])  # fmt: skip
def test_a_word_for_nothing_in_several_columns_is_nothing(name: str, word: str):
    rows, _ = cells(name)
    blank = [rows[0], *([cell or word for cell in row] for row in rows[1:])]
    assert rows_of(written(blank).encode()) == rows_of(written(rows).encode())


def test_such_a_word_in_one_column_may_be_a_name():
    rows, _ = cells("getoldtweets3.csv")
    where = rows[0].index("username")
    named = [rows[0], *([*row[:where], "NULL", *row[where + 1 :]] for row in rows[1:])]
    posts = rows_of(written(named).encode())["posts"]
    assert posts
    assert "NULL" not in {post["author"] for post in posts}  # their addresses say who
    texts = [rows[0], *rows[1:]]
    where = rows[0].index("text")
    texts = [rows[0], *([*row[:where], "-", *row[where + 1 :]] for row in rows[1:])]
    assert {post["text"] for post in rows_of(written(texts).encode())["posts"]} <= {"-", None}


# ------------------------------------------------------------------------------------ letters

LETTERS = [
    "Sauvons l’usine", "solidarité", "l’été à côté, où ça ?", "« oui » à l’école",
    "ÉCOLE À VENDRE",
    "München, größe", "España, mañana", "São João", "naïve œuvre d’Anaïs",
]  # fmt: skip


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp850"])
def test_letters_tell_the_encoding_of_a_whole_file(codec: str):
    texts = [text for text in LETTERS if _fits(text, codec)]
    rows = [["id", "created_at", "text"]]
    rows += [[str(647743716317124231 + at), "2015-09-26", text] for at, text in enumerate(texts)]
    read = Rows(Path("t"), written(rows).encode(codec))
    assert [post["text"] for post in read.posts] == texts
    assert read.sink.remarks["other_encoding"] == len(texts) - texts.count("")


def _fits(text: str, codec: str) -> bool:
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeEncodeError:
        return False


def test_a_damaged_letter_leaves_the_others_as_they_are():
    whole = "déjà vu à l’été"
    assert framing.letters(whole.encode()[:-1]) == "déjà vu à l’ét\ufffd"
    assert framing.letters("’é à côté où ça".encode("mac_roman")) == "’é à côté où ça"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_lines_of_json_in_a_wide_encoding(codec: str):
    lines = (GOLDEN / "twitter-v1.jsonl").read_text(encoding="utf-8")
    assert rows_of(lines.encode(codec)) == rows_of(lines.encode())


def test_what_holds_zeros_is_not_taken_for_a_wide_text():
    for head in (b"X\n\0\0\0\3\0\4\3\1\0\3\5\0" * 40, b"\0" * 512, bytes(range(256)) * 2):
        assert opening._unmarked(head) == ""


# --------------------------------------------------------------------------------------- JSON


def blanked(value: Any, nothing: Any) -> Any:
    """Return a value with something else where nothing is."""
    if isinstance(value, dict):
        return {key: blanked(part, nothing) for key, part in value.items()}
    if isinstance(value, list):
        return [blanked(part, nothing) for part in value]
    return nothing if value is None else value


def boxed(value: Any) -> Any:
    """Return a value as R's jsonlite writes a list: every scalar in a list."""
    if isinstance(value, dict):
        return {key: boxed(part) for key, part in value.items()}
    return [boxed(part) for part in value] if isinstance(value, list) else [value]


@pytest.mark.parametrize("nothing", ["", "NA", "None", "null", 0], ids=repr)
def test_a_reference_to_nothing_makes_no_reply_and_no_quote(nothing: Any):
    null = ("in_reply_to_status_id", "in_reply_to_status_id_str", "in_reply_to_user_id",
            "in_reply_to_user_id_str", "in_reply_to_screen_name", "quoted_status_id",
            "quoted_status_id_str")  # fmt: skip
    records = [dict.fromkeys(null) | record for record in V1]
    other = [record | {key: nothing for key in null if record[key] is None} for record in records]
    for record in other:
        if nothing == 0:
            record |= {key: "0" for key in null if key.endswith("_str") and record[key] == 0}
            record |= {key: None for key in null[4:5] if record[key] == 0}
    assert rows_of(lines_of(other)) == rows_of(lines_of(records))


def lines_of(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@pytest.mark.parametrize(
    "name", ["twitter-v1.jsonl", "twitterapi-io.json", "gnip.jsonl", "bluesky-posts.json",
             "bluesky-jetstream.jsonl", "mastodon-m1.json"]
)  # fmt: skip
def test_scalars_that_r_puts_into_lists(name: str):
    data = (GOLDEN / name).read_bytes()
    records = json.loads(data) if data.lstrip()[:1] == b"[" else None
    records = records or [json.loads(line) for line in data.splitlines() if line.strip()]
    assert rows_of(lines_of([boxed(one) for one in records])) == rows_of(lines_of(records))


def test_truth_written_as_text():
    for name, key in (("twitterapi-io.json", "isRetweet"), ("twitterapi-io.json", "isReply")):
        records = json.loads((GOLDEN / name).read_bytes())
        other = [one | {key: str(one[key])} if key in one else one for one in records]
        assert rows_of(lines_of(other)) == rows_of(lines_of(records))
    records = [
        json.loads(line) for line in (GOLDEN / "twitter-v2.jsonl").read_bytes().splitlines()
    ]

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: said(part) for key, part in value.items()}
        if isinstance(value, list):
            return [said(part) for part in value]
        return str(value) if isinstance(value, bool) else value

    assert rows_of(lines_of([said(one) for one in records])) == rows_of(lines_of(records))


def test_places_of_letters_as_floats_keep_the_mentions():
    records = json.loads((GOLDEN / "bluesky-posts.json").read_bytes())
    text = json.dumps(records)
    floats = re.sub(r'("byte(?:Start|End)": \d+)', r"\1.0", text)
    assert floats != text
    assert rows_of(floats.encode()) == rows_of(text.encode())


@pytest.mark.parametrize("name", ["twitter-v2.jsonl", "gnip.jsonl", "minet.jsonl"])
def test_a_page_of_statuses_of_another_service_is_no_page_of_v1(name: str):
    records = [json.loads(line) for line in (GOLDEN / name).read_bytes().splitlines()]
    assert rows_of(json.dumps({"statuses": records}).encode()) == rows_of(lines_of(records))


def test_errors_between_posts_do_not_say_what_the_posts_are():
    read = rows_of((GOLDEN / "twitter-web-exporter.json").read_bytes())
    records = json.loads((GOLDEN / "twitter-web-exporter.json").read_bytes())
    errors = [{"errors": [{"code": 88, "message": "x"}]}, {"title": "Too Many", "status": 429}]
    mixed = rows_of(lines_of([errors[0], records[0], errors[1], errors[0], *records[1:]]))
    assert (mixed["posts"], mixed["profiles"]) == (read["posts"], read["profiles"])
    assert len(mixed["rejects"]) <= len(errors) + 1


def test_an_answer_of_several_posts_among_single_ones():
    page = {"results": V1[:2], "next": "abc"}
    posts = rows_of(lines_of([*V1[2:], page]))["posts"]
    assert {post["post_id"] for post in posts} == {one["id_str"] for one in V1} | {
        post["post_id"] for post in posts if post["embedded"]
    }


def test_posts_by_their_authors_names():
    by_name = {"anne": {"tweets": V1[:1]}, "bruno": {"tweets": V1[1:]}}
    assert rows_of(json.dumps(by_name).encode()) == rows_of(lines_of(V1))


def test_the_id_that_a_post_is_found_by_is_its_own():
    row = {"author": "anne_exemple", "body": TEXT, "date": "2015-10-05 10:00:07"}
    other = row | {"author": "claire_x", "date": "2015-10-05 11:01:00"}
    listed = lines_of([{"id": FIRST, **row}, {"id": ANSWER, **other}])
    by_id = {FIRST: row, ANSWER: other}
    assert len(rows_of(listed)["posts"]) == 2
    assert rows_of(json.dumps(by_id).encode())["posts"] == rows_of(listed)["posts"]
    assert rows_of(json.dumps({"tweets": by_id}).encode())["posts"] == rows_of(listed)["posts"]


def test_an_author_by_name_where_an_id_is_expected():
    rows = [["tweet_id", "author_id", "created_at", "text"],
            [FIRST, "anne_exemple", "2015-10-05 10:00:07+00", TEXT],
            [ANSWER, "115712", "2015-10-05 13:01:00+02", "Bravo, on relaie"]]  # fmt: skip
    first, answer = rows_of(written(rows).encode())["posts"]
    assert (first["author"], first["author_id"]) == ("anne_exemple", None)
    assert (answer["author"], answer["author_id"]) == (None, "115712")
    assert answer["posted_at"] == values.iso_time("2015-10-05T11:01:00Z")


def test_what_tweepy_prints_of_references_is_read():
    rows = [["id", "text", "author_id", "created_at", "public_metrics", "referenced_tweets"],
            [SHARE, f"RT @anne_exemple: {TEXT}", "78", "2015-10-05T10:12:30.000Z",
             "{'retweet_count': 5, 'reply_count': 0, 'like_count': 0, 'quote_count': 0}",
             f"[<ReferencedTweet id={FIRST} type=retweeted]"]]  # fmt: skip
    (post,) = rows_of(written(rows).encode())["posts"]
    assert (post["kind"], post["reshared_id"]) == ("reshare", FIRST)


@pytest.mark.parametrize("around", ["callback({});", "/**/ jQuery123.done( {} )\n"])
def test_an_answer_to_a_script(around: str):
    data = around.replace("{}", json.dumps(V1)).encode()
    assert rows_of(data) == rows_of(lines_of(V1))


def test_objects_printed_in_the_cells_of_objects():
    rows = [
        {key: repr(part) if isinstance(part, dict | list) else part for key, part in one.items()}
        for one in V1
    ]
    expected = rows_of(lines_of(V1))["posts"]
    assert rows_of(json.dumps(rows).encode())["posts"] == expected
    by_name = {key: {str(at): row.get(key) for at, row in enumerate(rows)} for key in rows[0]}
    posts = rows_of(json.dumps(by_name).encode())["posts"]
    assert [post["post_id"] for post in posts] == [one["id_str"] for one in V1]


def test_a_part_of_nothing_is_no_original():
    dotted = []
    for record in V1:
        row = {key: part for key, part in record.items() if not isinstance(part, dict)}
        row |= {f"user.{key}": part for key, part in record["user"].items()}
        row |= {"retweeted_status.id_str": None, "retweeted_status.user.id_str": None}
        dotted.append(row)
    kinds = [post["kind"] for post in rows_of(json.dumps(dotted).encode())["posts"]]
    assert "reshare" not in kinds
    assert kinds


def test_a_narrow_table_of_whole_records():
    for head, make in (
        ("tweet", lambda one: [json.dumps(one)]),
        (",tweet", lambda one: ["0", repr(one)]),
    ):
        body = written([make(one) for one in V1], quoting=csv.QUOTE_ALL)
        assert rows_of(f"{head}\n{body}".encode()) == rows_of(lines_of(V1))


def test_a_text_printed_over_several_lines_across_blocks():
    text = "[{'id': 1,\n  'text': 'un '\n          'deux'},\n {'id': 2, 'text': 'x'\n 'y'}]"
    for size in range(1, len(text)):
        pieces = [text[at : at + size].encode() for at in range(0, len(text), size)]
        found = b"".join(printed.translated(iter(pieces)))
        assert json.loads(found) == [{"id": 1, "text": "un deux"}, {"id": 2, "text": "xy"}], size


# ----------------------------------------------------------------------------- spreadsheets of ids


def test_rounded_ids_beside_printed_objects_are_ruined_not_merged():
    header = list(V1[0])
    rows = [
        {key: repr(one[key]) if isinstance(one.get(key), dict | list) else one.get(key) or ""
         for key in header}
        for one in V1
    ]  # fmt: skip
    for row in rows:
        row["id"] = row["id_str"] = f"{row['id_str'][:15]}000"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header)
    writer.writeheader()
    writer.writerows(rows)
    read = Rows(Path("t"), out.getvalue().encode())
    own = [post["post_id"] for post in read.posts if not post["embedded"]]
    assert len(set(own)) == len(V1)
    assert all(post_id.startswith("ruined-") for post_id in own)
    assert read.sink.remarks["ruined_id"] == len(V1)


# --------------------------------------------------------------------- archives inside archives


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as packed:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def posts_of(path: Path) -> list[dict[str, Any]]:
    archive = i4.read_archive(path)
    return archive.posts.drop(columns=["file", "line"]).to_dict("records")


def members(folder: str) -> dict[str, bytes]:
    root = GOLDEN / folder
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


PACKED: dict[str, Callable[[dict[str, bytes]], tuple[str, bytes]]] = {
    "zip in zip": lambda files: ("a.zip", zipped({"b/c.zip": zipped(files), "._c.zip": b"\0\5"})),
    "zip in tar.gz": lambda files: ("a.tar.gz", tarred({"c.zip": zipped(files)})),
    "zip in tar": lambda files: ("a.tar", tarred({"c.zip": zipped(files)}, "w:")),
    "tar.gz in zip": lambda files: ("a.zip", zipped({"c.tar.gz": tarred(files)})),
    "tgz in tar.xz": lambda files: ("a.tar.xz", tarred({"c.tgz": tarred(files)}, "w:xz")),
    "tar in zip in zip": lambda files: (
        "a.zip", zipped({"b.zip": zipped({"c.tar": tarred(files, "w:")})})
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", PACKED)
@pytest.mark.parametrize("folder", ["x-archive", "twitter-archive", "mastodon-export"])
def test_an_account_s_archive_inside_another_archive(tmp_path: Path, folder: str, way: str):
    name, data = PACKED[way](members(folder))
    (tmp_path / name).write_bytes(data)
    found, expected = posts_of(tmp_path / name), posts_of(GOLDEN / folder)
    assert json.dumps(found, default=str) == json.dumps(expected, default=str)
    archive = i4.read_archive(tmp_path / name)
    assert all(str(tmp_path / name) in file for file in archive.posts.file)
    assert not any("/proc/" in file for file in (*archive.posts.file, *archive.files.file))


def test_what_is_broken_inside_is_said_and_the_rest_is_read(tmp_path: Path):
    table = (GOLDEN / "twarc-csv-0.7.csv").read_bytes()
    whole = zipped({"t.csv": table})
    for name, data in (
        ("a.zip", zipped({"1.zip": whole[:100], "2.zip": whole, "liar.zip": table + b"\n"})),
        ("a.tar.gz", tarred({"1.zip": whole[:100], "2.zip": whole, "liar.zip": table + b"\n"})),
    ):
        (tmp_path / name).write_bytes(data)
        archive = i4.read_archive(tmp_path / name, errors="reject")
        assert {file.partition("!")[2] for file in archive.files.file} == {
            "2.zip!t.csv",
            "liar.zip",
        }
        (said,) = archive.rejects.reason
        assert f"{name}!1.zip" in said
        assert "/proc/" not in said


def test_archives_without_end_end(tmp_path: Path):
    data = zipped({"t.csv": (GOLDEN / "twarc-csv-0.7.csv").read_bytes()})
    for _ in range(6):
        data = zipped({"in.zip": data})
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match="4th archive inside another"):
        i4.read_archive(tmp_path / "a.zip")
    bomb = zipped({"b.zip": zipped({"zeros.json": bytes(400 << 20)})})
    (tmp_path / "bomb.zip").write_bytes(bomb)
    with pytest.raises(ArchiveError, match="times its size"):
        i4.read_archive(tmp_path / "bomb.zip")


# -------------------------------------------------------------------------- tables without names

HEADLESS = [
    [FIRST, "2015-10-05 10:00:07", "anne_exemple", f"{TEXT}, et plus"],
    [SHARE, "2015-10-05 10:12:30", "BrunoInvente", f"RT @anne_exemple: {TEXT}"],
]


DOUBTFUL = [[row[0], "2019-02-03 10:11:12", *row[2:]] for row in HEADLESS]  # no second of theirs
# as they were published to train classifiers: label, id, date, query, author, text
LABELLED = [
    ["0", "1467810369", "Mon Apr 06 22:19:45 PDT 2009", "NO_QUERY", "anne_exemple", f"{TEXT} 1"],
    ["0", "1467810672", "Mon Apr 06 22:19:49 PDT 2009", "NO_QUERY", "BrunoInvente", f"{TEXT} 2"],
    ["4", "1467810917", "Mon Apr 06 22:19:53 PDT 2009", "NO_QUERY", "anne_exemple", f"{TEXT} 3"],
]
SAVED = [
    ("t.csv", lambda rows: written(rows).encode()),
    ("t.tsv", lambda rows: written(rows, "\t").encode()),
    ("t.json", lambda rows: json.dumps(rows).encode()),
    ("t.jsonl", lambda rows: "\n".join(map(json.dumps, rows)).encode()),
    ("t.json.gz", lambda rows: gzip.compress(json.dumps(rows, indent=1).encode())),
]


@pytest.mark.parametrize(("name", "save"), SAVED)
def test_rows_without_names_whose_dates_are_those_of_their_ids_are_read(
    tmp_path: Path, name: str, save: Callable[[Table], bytes]
):
    (tmp_path / name).write_bytes(save(HEADLESS))
    posts = i4.read_archive(tmp_path / name).posts
    assert list(posts.post_id) == [FIRST, SHARE]
    assert list(posts.author) == ["anne_exemple", "BrunoInvente"]
    assert list(posts.kind) == ["post", "reshare"]
    assert posts.text[0] == HEADLESS[0][3]


@pytest.mark.parametrize(
    ("rows", "expected", "first"),
    [
        (DOUBTFUL, {"id": "#1", "author": "#3", "text": "#4"}, "2015-10-05 10:00:07"),
        (
            LABELLED,
            {"id": "#2", "author": "#5", "date": "#3", "text": "#6"},
            "2009-04-07 05:19:45",
        ),
    ],
)
@pytest.mark.parametrize(("name", "save"), SAVED)
def test_rows_without_names_are_read_by_the_places_that_the_sentence_proposes(
    tmp_path: Path,
    name: str,
    save: Callable[[Table], bytes],
    rows: Table,
    expected: dict[str, str],
    first: str,
):
    (tmp_path / name).write_bytes(save(rows))
    with pytest.raises(ArchiveError) as said:
        i4.read_archive(tmp_path / name)
    assert "without the names of" in str(said.value)
    assert "anne" not in str(said.value)  # a row is somebody's
    command = shlex.split(re.search(r"(i4 read .*?)(?: \(.*)?\.$", str(said.value))[1])
    assert command[:4] == ["i4", "read", str(tmp_path / name), "--columns"]
    columns = declared.written(command[4:])
    assert columns == expected
    posts = i4.read_archive(
        tmp_path / name, columns=columns | {"zone": "America/Los_Angeles"}
    ).posts
    whose = int(expected["author"][1:]) - 1
    assert set(posts.author) == {row[whose] for row in rows}
    assert str(posts.posted_at.min())[:19] == first
    assert posts.text[0] == rows[0][-1]
    with pytest.raises(ArchiveError, match="no column '#9'"):
        i4.read_archive(tmp_path / name, columns=columns | {"text": "#9"})


def test_a_name_with_quotes_and_commas_can_be_pasted_back():
    rows = [{"the \"text\", whole": "un long texte, avec des mots et d’autres mots", "w\\x": "x",
             "id, n": FIRST}]  # fmt: skip
    said = declared.advice("t.csv", list(rows[0]), rows)
    command = shlex.split(said[said.index("i4 read") :])
    assert set(declared.written(command[4:5]).values()) == {'the "text", whole', "id, n"}


# -------------------------------------------------------------------------------- other things


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\x40\0\0\0\x07_id\x00abcdefghijkl\x02text\0", "a dump of MongoDB"),
        (b"-- MySQL dump\n\nCREATE TABLE `t` (`id` bigint);\n", "a dump of an SQL database"),
        (b"INSERT INTO tweets VALUES (1, 'x');\n", "a dump of an SQL database"),
        (b'<table border="1" class="dataframe">', "a web page"),
        (b"Obj\x01\x04\x14avro.codec", "an Avro file"),
    ],
)
def test_dumps_are_named_with_what_to_do(head: bytes, what: str):
    look = refusal.of_bytes(head)
    assert look is not None
    assert look.what.startswith(what)


def test_a_document_in_a_zip_is_named(tmp_path: Path):
    (tmp_path / "t.numbers").write_bytes(zipped({"Index/Document.iwa": b"x", "preview.jpg": b"y"}))
    with pytest.raises(ArchiveError, match="a document of Numbers"):
        i4.read_archive(tmp_path / "t.numbers")


# ------------------------------------------------------------------------------------- moments


def test_moments_found_by_their_parts_are_those_that_are_parsed():
    chance = random.Random(20151005)
    for _ in range(4_000):
        text = (
            f"{chance.choice((2015, 2016, 1, 9999, chance.randrange(10_000))):04}"
            f"-{chance.randrange(14):02}-{chance.randrange(33):02}T{chance.randrange(26):02}"
            f":{chance.randrange(62):02}:{chance.randrange(63):02}.{chance.randrange(1_000):03}Z"
        )
        if chance.random() < 0.3:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice("0123456789-T:. Z+é٣") + text[at + 1 :]
        values._iso_days.clear()
        parsed = values.iso_time(text)
        values.iso_time(text[:10] + "T00:00:00.000Z")  # the day is known now
        assert values.iso_time(text) == parsed, text


# ------------------------------------------------------------------------ tables, otherwise packed


@pytest.mark.parametrize("name", ["twitter-v1.jsonl", "twitter-v2.jsonl", "gnip.jsonl"])
def test_records_packed_as_columns_are_the_records(name: str):
    records = list(map(json.loads, (GOLDEN / name).read_bytes().splitlines()))
    names = list({key: None for one in records for key in one})
    whole = pa.Table.from_pylist([{key: one.get(key) for key in names} for one in records])
    for write in (pq.write_table, feather.write_feather):
        out = io.BytesIO()
        write(whole, out)
        read, expected = rows_of(out.getvalue()), rows_of(lines_of(records))
        assert read["posts"] == expected["posts"]


@pytest.mark.parametrize("name", ["twitter-v1.jsonl", "twitter-v2.jsonl", "gnip.jsonl",
                                  "mastodon-m2.jsonl", "bluesky-dump.jsonl"])  # fmt: skip
def test_records_of_dynamodb_are_the_records(name: str):
    records = list(map(json.loads, (GOLDEN / name).read_bytes().splitlines()))
    expected = rows_of(lines_of(records))
    pages = json.dumps({"Items": items(records), "Count": len(records), "ScannedCount": 99})
    stream = [{"eventName": "INSERT", "dynamodb": {"NewImage": one}} for one in items(records)]
    for data in (
        lines_of(items(records)),
        lines_of([{"Item": one} for one in items(records)]),
        lines_of(stream),
        pages.encode(),
    ):
        assert rows_of(data) == expected


def test_what_packs_a_table_says_nothing_of_its_own():
    whole = packed(HEADLESS, pq.write_table)
    for data in (whole[: len(whole) // 2], whole[:40] + bytes(40) + whole[80:], b"ORC" + whole):
        with pytest.raises(ArchiveError, match=r"begins as an? (?:Parquet|ORC) table") as said:
            rows_of(data)
        assert not re.search(r"magic|footer|snappy|Thrift|Couldn't", str(said.value))


def test_a_float_is_what_is_left_of_an_id():
    ids_ = pa.array([float(FIRST), float(SHARE)])
    texts = pa.array([TEXT, "autre"])
    out = io.BytesIO()
    when = pa.array(["2015-10-05", "2015-10-05"])
    named = {"Tweet Id": ids_, "Username": pa.array(["a", "b"]), "Datetime": when, "Text": texts}
    pq.write_table(pa.table(named), out)
    read = Rows(Path("t"), out.getvalue())
    assert {post["post_id"][:7] for post in read.posts} == {"ruined-"}
    assert read.sink.remarks["ruined_id"] == 2


NESTED = [
    {"Tweet": {"id": FIRST, "text": TEXT}, "at": "2015-10-05T10:00:07Z",
     "author": {"handle": "anne_exemple", "name": "Anne Exemple"}, "stats": {"likes": 7}},
    {"Tweet": {"id": SHARE, "text": "Bravo"}, "at": "2015-10-05T10:12:30Z",
     "author": {"handle": "BrunoInvente", "name": "Bruno"}, "stats": {"likes": "1.2K"}},
]  # fmt: skip


def test_objects_in_rows_are_read_by_their_paths(tmp_path: Path):
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"tweets": NESTED, "threads": []}))
    columns = {"id": "Tweet.id", "author": "author.handle", "date": "at",
               "text": "Tweet.text", "likes": "stats.likes"}  # fmt: skip
    for posts in (i4.read_archive(path).posts, i4.read_archive(path, columns=columns).posts):
        assert list(posts.post_id) == [FIRST, SHARE]
        assert list(posts.author) == ["anne_exemple", "BrunoInvente"]
        assert list(posts.like_count) == [7, 1200]
    dated = [one | {"date": one["at"]} for one in NESTED]  # names and ids tell all of it now
    assert [post["post_id"] for post in rows_of(json.dumps(dated).encode())["posts"]] == [
        FIRST,
        SHARE,
    ]


def test_lists_spread_over_columns_are_lists():
    def spread(value: Any, path: str, mark: str) -> dict[str, Any]:
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        found: dict[str, Any] = {}
        for key, part in parts:
            name = f"{path}{mark}{key}" if path else str(key)
            found |= spread(part, name, mark) if isinstance(part, dict | list) else {name: part}
        return found

    for mark in ".", "/":
        rows = [spread(one, "", mark) for one in V1]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list({key: 0 for row in rows for key in row}))
        writer.writeheader()
        writer.writerows(rows)
        assert rows_of(out.getvalue().encode())["posts"] == rows_of(lines_of(V1))["posts"]


# ----------------------------------------------------------------------- what lies beside a file


def laid(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_the_owner_of_an_archive_is_found_beside_its_posts(tmp_path: Path):
    scripts = {name: (GOLDEN / "x-archive/data" / f"{name}.js").read_text()
               for name in ("tweets", "account", "profile")}  # fmt: skip
    plain = {name: text[text.index("[") :] for name, text in scripts.items()}
    for number, files in enumerate((
        {"tweet.json": plain["tweets"], "account.json": plain["account"]},
        {"tweets.json": plain["tweets"], "account.js": scripts["account"]},
        {"in/tweet.js": scripts["tweets"], "in/account.js": scripts["account"]},
    )):  # fmt: skip
        folder = laid(tmp_path / str(number), files)
        posts = next(path for path in folder.rglob("tweet*"))
        for named in (folder, posts, [posts, posts.parent / "account.js"]):
            if isinstance(named, list) and not named[1].is_file():
                continue
            read = i4.read_archive(named)
            assert set(read.posts.author) == {"BrunoInvente"}
            assert len(read.posts) == 2
    banner = '"headerMediaUrl": "https://pbs.twimg.com/profile_banners/3700000002/144", "avatar'
    profile = scripts["profile"].replace('"avatar', banner)
    folder = laid(tmp_path / "p", {"tweets.js": scripts["tweets"], "profile.js": profile})
    assert set(i4.read_archive(folder).posts.author_id) == {"3700000002"}


def test_files_of_such_names_of_another_tool_stay_what_they_are(tmp_path: Path):
    posts = (GOLDEN / "twitter-v1.jsonl").read_text()
    folder = laid(tmp_path, {"tweets.json": posts, "account.json": "{}", "profile.json": "{}"})
    read = i4.read_archive(folder, errors="reject")
    assert set(read.posts.file) == {str(folder / "tweets.json")}


def test_a_document_beside_archives_is_passed_over(tmp_path: Path):
    word = zipped({"word/document.xml": b"<x/>"})
    table = (GOLDEN / "twarc-csv-0.7.csv").read_bytes()
    (tmp_path / "letter.docx").write_bytes(word)
    (tmp_path / "more.zip").write_bytes(zipped({"t.csv": table, "in/letter.docx": word}))
    (tmp_path / "_SUCCESS").write_bytes(b"")
    assert len(i4.read_archive(tmp_path).posts) == 4
    said: list[str] = []
    assert command.read([tmp_path], say=said.append) == 0
    assert command.read([tmp_path / "letter.docx"], say=said.append) == 2


# ------------------------------------------------------------------------- what rows tell by ids


def test_a_count_after_the_names_of_rows_keeps_the_columns_in_place():
    rows, _ = cells("snscrape-tutorial.csv")
    counted = [[*rows[0], "label"], *([str(at), *row[1:], ""] for at, row in enumerate(rows[1:]))]
    assert rows_of(with_row_names(counted, ",").encode()) == rows_of(written(rows).encode())


@pytest.mark.parametrize("date", ["5/10/2015 12:00:07", "10/5/2015 12:00:07",
                                  "05.10.15 12:00", "Mon Oct 05 12:00:07 CEST 2015"])  # fmt: skip
def test_an_id_tells_what_a_date_means(date: str):
    rows = [["Tweet Id", "Username", "Datetime", "Text"], [FIRST, "anne_exemple", date, TEXT]]
    (post,) = rows_of(written(rows).encode())["posts"]
    assert values.EPOCH + timedelta(microseconds=post["posted_at"]) == datetime(
        2015, 10, 5, 10, 0, 7, tzinfo=UTC
    )


def test_a_day_that_may_be_a_month_is_said():
    rows = [["Username", "Datetime", "Text", "Tweet Id"], ["a", "5/10/2015", TEXT, "123456789"]]
    assert Rows(Path("t"), written(rows).encode()).sink.remarks["day_or_month"] == 1


def test_authors_by_number_are_ids():
    rows = [["id", "created_at", "user", "full_text"],
            [FIRST, "2015-10-05T10:00:07+00:00", "3700000001", TEXT]]  # fmt: skip
    (post,) = rows_of(written(rows).encode())["posts"]
    assert (post["author"], post["author_id"]) == (None, "3700000001")


def test_a_table_with_its_own_numbers_is_not_told_by_them():
    rows = [{"id": "1", "tweet_id": FIRST, "screen_name": "anne", "created_at": "2015-10-05",
             "text": TEXT}]  # fmt: skip
    (post,) = rows_of(json.dumps({"data": rows}).encode())["posts"]
    assert post["post_id"] == FIRST


def test_a_count_of_rows_is_no_id_of_a_post():
    rows = [["id", "Username", "Datetime", "Tweet text"], ["1", "a", "2015-10-05 10:00:07", TEXT],
            ["2", "b", "2015-10-05 10:12:30", "Bravo"]]  # fmt: skip
    assert "id" not in proposal(
        rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    )
    rows[0][0], rows[0][3] = "id", "tweet"
    read = Rows(Path("t"), written(rows).encode())
    assert {post["post_id"][:5] for post in read.posts} == {"made-"}


def test_of_two_columns_of_one_link_the_address_is_believed():
    """A scraper of pages keeps the words of a link and where it leads."""
    site = "https://twitter.com"
    rows = [["handle", "time", "text", "tweet-link", "tweet-link-href"],
            ["@anne_exemple", "3 h", TEXT, "3 h", f"{site}/anne_exemple/status/{FIRST}"],
            ["@claire_x", "2 h", "Bravo", "2 h", f"{site}/claire_x/status/{ANSWER}"]]  # fmt: skip
    posts = rows_of(written(rows).encode())["posts"]
    assert [post["post_id"] for post in posts] == [FIRST, ANSWER]
    assert posts[0]["posted_at"] == values.iso_time("2015-10-05T10:00:07Z")


def test_of_several_dates_that_of_the_id_is_the_post_s():
    link = f"https://twitter.com/anne_exemple/status/{FIRST}"
    rows = [["tweetLink", "handle", "text", "timestamp", "tweetDate"],
            [link, "anne_exemple", TEXT, "2023-01-02T10:00:00Z", "2015-10-05 10:00"]]  # fmt: skip
    (post,) = rows_of(written(rows).encode())["posts"]
    assert post["posted_at"] == values.iso_time("2015-10-05T10:00:07Z")


def test_the_clock_of_a_day_may_stand_beside_it():
    rows = [["Date", "Heure", "Auteur", "Texte", "Lien du tweet"],
            ["05/10/2015", "12:00:07", "anne_exemple", TEXT, "x"],
            ["26/10/2015", "12:00:07", "anne_exemple", TEXT, "x"]]  # fmt: skip
    columns = {"author": "Auteur", "date": "Date", "text": "Texte"}
    (said,) = declared.declarations(columns)
    table = declared.reader("t", dict(said.columns), rows[0])
    assert table.matches(rows[0])
    rows[0][4] = "permalink"
    posts = rows_of(written(rows).encode())["posts"]
    assert posts[1]["posted_at"] == values.iso_time("2015-10-26T12:00:07Z")


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("Tweet_Website,Tweet_Timestamp,Tweet_Content,Tweet_Number_of_Likes",
         f"https://twitter.com/anne/status/{FIRST},2015-10-05T10:00:07Z,{TEXT!r},7",
         "url=Tweet_Website,date=Tweet_Timestamp,text=Tweet_Content,likes=Tweet_Number_of_Likes"),
        ("archived_timestamp,archived_url,original_url,words,is_RT",
         f"2016-01-02 10:00:00,https://example.org/a,https://twitter.com/anne/status/{FIRST},"
         "un texte de quelques mots à lire ici,False",
         "url=original_url,text=words,is_reshare=is_RT"),
        ("n,quand,qui,propos", "1,5 octobre 2015,anne_exemple,un texte de quelques mots ici même,",
         "author=qui,date=quand,text=propos"),
        ("Tweet ID,Tweet Text,Information Source,Informativeness,Verdict",
         f"{FIRST},un texte de quelques mots ici même,Outsiders,Related,Useful",
         "id=Tweet ID,text=Tweet Text"),
        ("ID,words,UserMentionID,Poster", f"{FIRST},un texte de quelques mots ici même,x,anne",
         "id=ID,author=Poster,text=words"),
    ],
)  # fmt: skip
def test_a_proposal_says_what_columns_hold(head: str, row: str, expected: str):
    names = head.split(",")
    cells_ = next(csv.reader([row.replace("\\n", " ")], quotechar="'"))[: len(names)]
    found = proposal(names, [dict(zip(names, cells_, strict=True))])
    assert ",".join(f"{role}={name}" for role, name in found.items()) == expected


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (f"tweet_id\tdate\tlang\n{FIRST}\t2015-10-05\tfr\n", "post ids without their texts"),
        (f"{FIRST}\tpositive\n{SHARE}\tnegative\n", "post ids without their texts"),
        ("tweet,label\nun texte assez long pour qu’on le lise ici,1\n", "texts without who wrote"),
        ("[]", "a search that found nothing"),
        ("{}", "a search that found nothing"),
        (
            '{"errors": [{"message": "Rate limit exceeded", "code": 88}]}',
            "an error that a service",
        ),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"),
        ('*Vertices 2\n1 "anne"\n2 "bruno"\n*Arcs\n1 2 1\n', "a graph .*Pajek"),
        ("dl n=2 format=edgelist1\nlabels:\nanne,bruno\ndata:\n1 2 1\n", "a graph .*UCINET"),
        ("nodedef>name VARCHAR,label VARCHAR\nanne,Anne\nedgedef>node1 VARCHAR\n", "a graph"),
        ('Creator "Gephi"\ngraph\n[\n  directed 1\n  node [ id 0 ]\n]\n', "a graph"),
        (
            '[{"id": "9k", "createdAt": "2023-09-26T12:05:11Z", "text": "un", "renoteId": null,'
            ' "cw": null, "fileIds": [], "visibility": "public"}]',
            "notes of Misskey as an account exports them",
        ),
    ],
)
def test_what_holds_no_posts_is_called_by_its_name(data: str, what: str):
    with pytest.raises(ArchiveError, match=what) as said:
        rows_of(data.encode())
    assert FIRST not in str(said.value)
