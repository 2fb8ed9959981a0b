"""Databases of SQLite: whole, of nobody's making, being written to, damaged, empty."""

from __future__ import annotations

import random
import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from saved import Table, cells, database, rows_of, written
from story import FIRST, SHARE, TEXT

import i4analysis as i4
from i4analysis.archive.reading import declared
from i4analysis.errors import ArchiveError

POSTED: Table = [
    ["k", "status", "who", "at", "words"],
    ["1", FIRST, "anne_exemple", "2015-10-05 10:00:07", TEXT],
]
UNSIGNED: Table = [
    ["k", "status", "at", "words", "likes"],
    ["1", FIRST, "2015-10-05 10:00:07", TEXT, "3"],
]
LOGS: Table = [["at", "level"], ["2015-10-05", "INFO"]]


def test_a_database_of_a_table_that_nobody_knows_is_read_or_proposes_its_columns(tmp_path: Path):
    path = tmp_path / "own.db"
    path.write_bytes(database({"logs": LOGS, "msgs": POSTED}))
    columns = {"id": "status", "author": "who", "date": "at", "text": "words"}
    for posts in (i4.read_archive(path).posts, i4.read_archive(path, columns=columns).posts):
        assert list(posts.post_id) == [FIRST]  # the second inside it is the one that is written
        assert list(posts.text) == [TEXT]
    with pytest.raises(ArchiveError, match="no column 'wrods'"):
        i4.read_archive(path, columns=columns | {"text": "wrods"})
    path.write_bytes(database({"logs": LOGS, "msgs": UNSIGNED}))
    with pytest.raises(ArchiveError) as said:
        i4.read_archive(path)
    command = shlex.split(re.search(r"(i4 read .*?)(?: \(.*)?\.$", str(said.value))[1])
    assert declared.written(command[4:]) == {
        "id": "status",
        "date": "at",
        "text": "words",
        "likes": "likes",
    }


def test_beside_posts_that_are_read_a_table_of_others_is_told():
    known, _ = cells("tweet-harvest.csv")
    sound = rows_of(written(known).encode())
    both = rows_of(database({"tweets": known, "logs": LOGS, "msgs": UNSIGNED}))
    assert both["posts"] == sound["posts"]
    (told,) = (one["reason"] for one in both["rejects"])
    assert told.startswith(
        "a table of it is not read: if it holds posts of Twitter, declare its columns: i4 read t"
        " --columns id=status,date=at,text=words,likes=likes (without authors"
    )


def test_who_liked_a_post_is_not_its_author():
    found = rows_of(
        database(
            {},
            "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, bio TEXT)",
            "CREATE TABLE tweets (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users(id),"
            " created_at TEXT, text TEXT)",
            "CREATE TABLE likes (user_id INTEGER REFERENCES users(id), tweet_id INTEGER"
            " REFERENCES tweets(id), created_at TEXT)",
            "INSERT INTO users VALUES (7, 'anne_exemple', 'Pour #i4Emploi, de bon coeur'),"
            " (8, 'BrunoInvente', '')",
            f"INSERT INTO tweets VALUES ({FIRST}, 7, '2015-10-05 10:00:07', 'Sauvons tous ici')",
            f"INSERT INTO likes VALUES (8, {FIRST}, '2015-10-05 11:00:07')",
        )
    )
    (post,) = found["posts"]
    assert (post["post_id"], post["author"], post["author_id"]) == (FIRST, "anne_exemple", "7")
    assert {one["bio"] for one in found["profiles"] if one["post_id"] == FIRST} == {
        "Pour #i4Emploi, de bon coeur"
    }


def test_a_database_that_is_being_written_to_is_read_and_the_rest_is_told(tmp_path: Path):
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE tweets (id INTEGER PRIMARY KEY, username, created_at, text)")
        writer.execute(
            f"INSERT INTO tweets VALUES ({FIRST}, 'a_x', '2015-10-05 10:00:07', 'Sauvons #tout')"
        )
        writer.commit()
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute(
            f"INSERT INTO tweets VALUES ({SHARE}, 'b_x', '2015-10-05 10:12:30', 'Sauvons #tout')"
        )
        writer.commit()
        writer.execute("BEGIN EXCLUSIVE")
        read = i4.read_archive(path)
        log = (tmp_path / "a.db-wal").read_bytes()
    assert list(read.posts.post_id) == [FIRST]
    assert "newest rows are in the file -wal beside it" in " ".join(read.rejects.reason)
    with pytest.raises(ArchiveError, match="beside a SQLite database while it writes"):
        rows_of(log)
    whole = i4.read_archive(path)  # its writer has ended
    assert list(whole.posts.post_id) == [FIRST, SHARE]


def test_a_damaged_database_ends_in_one_sentence():
    rows, _ = cells("tweet-harvest.csv")
    many = [rows[0], *[[f"{at}{cell[1:]}" for cell in rows[1]] for at in range(1, 900)]]
    whole = database({"tweets": many})
    assert len(whole) > 100_000
    for data in (whole[:8_000], whole[: len(whole) // 2], whole[:99] + whole[199:]):
        try:
            read = rows_of(data)
        except ArchiveError as error:
            assert "begins as a SQLite database and cannot be read as one" in str(error)
        else:
            assert "its database breaks off after" in read["rejects"][-1]["reason"]
    chance = random.Random(23)
    small = database({"tweets": many[:120]})  # of several pages all the same
    assert len(small) > 4 * 4096
    for _ in range(150):
        data = bytearray(small)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(16, len(data))] = chance.randrange(256)
        try:
            rows_of(bytes(data))
        except ArchiveError as error:
            assert len(str(error).splitlines()) == 1


def test_a_database_of_nothing_says_so():
    for data, what in ((database({"tweets": [["id"]]}), "tables without rows"),
                       (database({}, "CREATE VIEW v AS SELECT 1"), "no table")):  # fmt: skip
        with pytest.raises(ArchiveError, match=f"a SQLite database that holds {what}"):
            rows_of(data)
