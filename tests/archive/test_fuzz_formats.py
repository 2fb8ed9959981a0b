"""Damage of any kind ends in rows, rejects or one sentence: no crash, no hang, no lost record.

Every golden file, and (slow) every real file, is cut, flipped, spliced and repeated.
`benchmarks/fuzz_archive.py` does the same for hours, guided by coverage.
"""

from __future__ import annotations

import bz2
import gzip
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import confused, mutate, mutation
from story import GOLDEN, POSTS, STORY_LESS, Rows

from i4analysis.archive.reading.records import WRONG_KIND
from i4analysis.errors import ArchiveError

FILES = sorted(
    path
    for path in GOLDEN.rglob("*")
    if path.suffix in (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".js", ".db")
    and path.name not in STORY_LESS
)
QUIET = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def read(path: Path, data: bytes) -> Rows | None:
    """Read damaged bytes; None where they are refused with one sentence."""
    begun = time.process_time()
    try:
        rows = Rows(path, data)
    except ArchiveError as error:
        assert len(str(error).splitlines()) == 1
        return None
    finally:
        assert time.process_time() - begun < 10 + len(data) / 100_000
    assert rows.sink.closed == rows.sink.records
    assert len(rows.rejects) == rows.sink.rejected
    assert all(row["reason"] and len(row["excerpt"] or "") <= 200 for row in rows.rejects)
    assert all(row["post_id"] for row in rows.posts)
    slips = [row["reason"] for row in rows.rejects if WRONG_KIND in row["reason"]]
    assert not slips, "a reader did not check what it met"
    return rows


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
@QUIET
@given(change=mutation, other=st.sampled_from(FILES))
def test_damage_never_crashes_hangs_or_loses(path: Path, change, other: Path):
    random_, times = change
    read(path, mutate(path.read_bytes(), other.read_bytes(), random_, times))


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
@QUIET
@given(random_=st.randoms(use_true_random=False), rate=st.sampled_from((0.002, 0.01, 0.05, 0.3)))
def test_values_of_the_wrong_kind_never_crash(path: Path, random_, rate: float):
    read(path, confused(path.read_bytes(), random_, rate))


LINED = [path for path in FILES if path.suffix in (".jsonl", ".ndjson")]


@pytest.mark.parametrize("path", LINED, ids=[path.name for path in LINED])
@QUIET
@given(share=st.floats(0, 1))
def test_what_stands_before_a_cut_is_kept(path: Path, share: float):
    data = path.read_bytes()
    cut = data[: round(len(data) * share)]
    whole = cut.count(b"\n")
    if not whole:
        return
    rows = read(path, cut)
    before = read(path, b"".join(data.splitlines(keepends=True)[:whole]))
    assert rows is not None
    assert before is not None
    assert rows.posts[: len(before.posts)] == before.posts
    assert rows.sink.records >= before.sink.records


@pytest.mark.parametrize("path", LINED, ids=[path.name for path in LINED])
@QUIET
@given(place=st.integers(0, 20), junk=st.binary(max_size=40))
def test_a_bad_line_costs_itself_and_nothing_else(path: Path, place: int, junk: bytes):
    lines = path.read_bytes().splitlines(keepends=True)
    place = place % (len(lines) + 1)
    junk = b"<" + junk.replace(b"\n", b"").replace(b"\r", b"")
    if place == 0:
        return  # then the file is no longer one of JSON lines from its first byte
    damaged = read(path, b"".join([*lines[:place], junk + b"\n", *lines[place:]]))
    sound = read(path, b"".join(lines))
    assert damaged is not None
    assert sound is not None

    def without_line(rows: Rows) -> list[dict]:
        return [{key: row[key] for key in row if key != "line"} for row in rows.posts]

    assert without_line(damaged) == without_line(sound)
    assert damaged.sink.records == sound.sink.records + 1
    assert damaged.sink.rejected == sound.sink.rejected + 1


TABLES = [path for path in FILES if path.suffix == ".csv" and "empty" not in path.name]


@pytest.mark.parametrize("path", TABLES, ids=[path.name for path in TABLES])
def test_a_table_twice_over_gives_every_row_twice(path: Path):
    data = path.read_bytes()
    once, twice = read(path, data), read(path, data + data)
    assert once is not None
    assert twice is not None
    if path.name == "followerwonk-fr.csv":
        return  # its title lines come again too
    assert len(twice.posts) == 2 * len(once.posts)
    assert twice.sink.profiles_only == 2 * once.sink.profiles_only


# ------------------------------------------------------------------------------- real files


@pytest.mark.slow
@pytest.mark.real
def test_every_real_file_damaged_in_many_ways(real: Path):
    random_ = random.Random(20150926)
    files = [
        path
        for path in sorted(real.rglob("*"))
        if path.is_file() and path.name not in ("README.md", "empty.json")
    ]
    plain = {path: unpacked(path)[:400_000] for path in files}
    others = [data for data in plain.values() if data]
    for path, data in plain.items():
        for times in (1, 1, 1, 2, 2, 3, 5, 9):
            damaged = mutate(data, random_.choice(others), random_, times)
            read(path, damaged)
        for repack in (gzip.compress, bz2.compress):
            packed = repack(data)
            read(path, packed[: random_.randrange(1, len(packed))])


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    return bz2.decompress(data) if data[:3] == b"BZh" else data


# -------------------------------------------------------------- what the guided hunt has found


def test_found_a_post_with_an_empty_id_is_rejected():
    data = (GOLDEN / "twitter-v2.jsonl").read_bytes()
    for post_id in POSTS:
        data = data.replace(f'"id": "{post_id}"'.encode(), b'"id": ""', 1)
    rows = read(GOLDEN / "twitter-v2.jsonl", data)
    assert rows is not None
    assert rows.sink.rejected == 4


def test_found_three_halves_of_surrogate_pairs_in_a_row_are_mended():
    line = (GOLDEN / "mastodon-m2.jsonl").read_bytes().splitlines()[0]
    halves = b"\\ud800\\ud83d\\ude00\\udc00"
    rows = read(GOLDEN / "x", line.replace(b"Sauvons", halves) + b"\n")
    assert rows is not None
    assert rows.posts[0]["text"].startswith("\ufffd\U0001f600\ufffd")


def test_found_numbers_beyond_measure_are_unknown():
    data = (GOLDEN / "twitter-v1.jsonl").read_bytes()
    data = data.replace(b'"favorite_count": 7', b'"favorite_count": 1' + b"0" * 30)
    rows = read(GOLDEN / "twitter-v1.jsonl", data)
    assert rows is not None
    assert rows.sink.posts_in == 4
    assert rows.posts[0]["like_count"] is None
