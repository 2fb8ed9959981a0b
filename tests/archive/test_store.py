"""The store: reading twice changes nothing, a kill loses nothing, copies become one row."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import scene

import i4analysis as i4
from i4analysis import cli
from i4analysis.archive import command
from i4analysis.archive.store import parts
from i4analysis.errors import ArchiveError
from i4analysis.tables import Archive

MOVEMENT = 'hashtags = ["i4emploi"]\n'
TABLES = ("posts", "profiles", "follows", "rejects", "files")


@pytest.fixture
def movement(tmp_path: Path) -> Path:
    folder = tmp_path / "movement"
    folder.mkdir()
    (folder / "movement.toml").write_text(MOVEMENT)
    return folder


def quiet(_: str) -> None:
    """Take a line and say nothing."""


def read(movement: Path, *paths: Path, **options: Any) -> int:
    return command.read(list(paths), movement, say=quiet, **options)


def many(folder: Path, files: int, posts: int) -> list[Path]:
    """Write files of v1.1 posts that partly repeat each other."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(files):
        tweets = [
            scene.v1(scene.RESHARED) | {"id_str": str(10_000 + number * posts // 2 + at)}
            for at in range(posts)
        ]
        path = folder / f"{number:02d}.json.gz"
        path.write_bytes(gzip.compress(scene.lines(tweets).encode() + b"{cut\n", 1))
        paths.append(path)
    return paths


def same(left: Archive, right: Archive) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))


def contents(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != ".lock"
    }


def test_absent_store_is_an_empty_archive(movement: Path) -> None:
    archive = i4.load(movement)
    assert archive.is_empty
    archive.check()


def test_store_gives_what_reading_gives(movement: Path, tmp_path: Path) -> None:
    paths = many(tmp_path / "raw", 3, 40)
    assert read(movement, *paths) == 0
    same(i4.load(movement), i4.read_archive(paths))
    assert len(i4.load(movement).rejects) == 3


def test_reading_twice_changes_nothing(movement: Path, tmp_path: Path) -> None:
    paths = many(tmp_path / "raw", 3, 40)
    read(movement, *paths)
    before = contents(movement / "archive")
    read(movement, *reversed(paths))
    (tmp_path / "raw" / "copy.json.gz").write_bytes(paths[0].read_bytes())
    read(movement, tmp_path / "raw")
    assert contents(movement / "archive") == before


def test_order_and_workers_do_not_change_the_store(movement: Path, tmp_path: Path) -> None:
    paths = many(tmp_path / "raw", 4, 40)
    read(movement, *paths)
    before = contents(movement / "archive")
    for path in (movement / "archive").iterdir():
        path.unlink()
    read(movement, *reversed(paths), workers=2)
    assert contents(movement / "archive") == before


def test_another_hashtag_reads_again(movement: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(scene.ROADS["v1-lines"])
    read(movement, path, hashtags=["absent"])
    assert len(i4.load(movement).posts) == 0
    assert i4.load(movement).files["notices"].tolist() == [3]
    read(movement, path)
    assert len(i4.load(movement).posts) == 3


def test_unreadable_file_gives_code_2_and_the_rest_is_read(
    movement: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, empty, picture = (tmp_path / name for name in ("good", "empty", "picture"))
    good.write_text(scene.ROADS["v2-page"])
    empty.touch()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    assert read(movement, empty, good, picture, tmp_path / "absent") == 2
    assert len(i4.load(movement).posts) == 3
    sentences = capsys.readouterr().err.strip().splitlines()
    assert [line.startswith("i4: The file ") for line in sentences] == [True] * 3


def test_two_reads_at_once_are_refused(movement: Path, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    store = movement / "archive"
    store.mkdir()
    with (store / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ArchiveError, match="Another read"):
            read(movement, tmp_path)


def test_damaged_part_is_named(movement: Path, tmp_path: Path) -> None:
    read(movement, *many(tmp_path / "raw", 1, 10))
    next((movement / "archive").glob("*.posts.parquet")).write_bytes(b"PAR1")
    with pytest.raises(ArchiveError, match="delete the part"):
        i4.load(movement)


def test_a_part_that_is_cut_is_told_by_every_command(
    movement: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = many(tmp_path / "raw", 1, 4)
    read(movement, *raw)
    [part] = (movement / "archive").glob("*.posts.parquet")
    part.write_bytes(part.read_bytes()[:300])
    out = ["--table", "posts", "--out", str(tmp_path / "x")]
    for said in (["check", str(movement)], ["export", str(movement), *out]):
        assert cli.main(said) == 2
        assert "cannot be read" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("gone", ["posts", "profiles"])
def test_a_part_that_is_gone_is_told_and_read_again(
    movement: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], packed: bool, gone: str
) -> None:
    raw = many(tmp_path / "raw", 3, 4)
    if packed:
        tweets = scene.lines([scene.v1(scene.RESHARED)])
        with zipfile.ZipFile(raw[0].with_name("all.zip"), "w") as bundle:
            for number in range(60):
                bundle.writestr(f"{number}.jsonl", tweets + "\n" * number)
        raw = [raw[0].with_name("all.zip")]
    read(movement, *raw)
    before = i4.load(movement)
    found = sorted((movement / "archive").glob(f"*.{gone}.parquet"))
    assert len(found) == (1 if packed else 3)
    found[0].unlink()
    out = ["--table", "posts", "--out", str(tmp_path / "x")]
    for said in (["export", str(movement), *out], ["check", str(movement)]):
        assert cli.main(said) == 2
        assert "cannot be read" in capsys.readouterr().err.splitlines()[-1]
    with pytest.raises(ArchiveError, match="run `i4 read` again"):
        i4.load(movement)
    assert read(movement, *raw) == 0
    same(i4.load(movement), before)


def test_unfinished_part_does_not_exist(movement: Path, tmp_path: Path) -> None:
    read(movement, *many(tmp_path / "raw", 2, 10))
    store = movement / "archive"
    (store / f"{parts.TEMPORARY}99-a.posts").write_bytes(b"half")
    next(store.glob("*.json")).unlink()
    assert len(i4.load(movement).files) == 1
    read(movement, tmp_path / "raw")
    assert len(i4.load(movement).files) == 2
    assert not list(store.glob(f"{parts.TEMPORARY}*"))


# ------------------------------------------------------------------------------------- kills


def test_what_others_put_into_a_store_is_passed_over(movement: Path, tmp_path: Path) -> None:
    """A pipe, a folder, a link to itself with the names of accounts: none is waited for."""
    raw = many(tmp_path / "raw", 1, 4)
    read(movement, *raw)
    before = i4.load(movement)
    store = movement / "archive"
    for name in ("a" * 64, "b" * 60 + parts.PACK, "x"):
        os.mkfifo(store / f"{name}.json")
        (store / f"{name}d.json").mkdir()
        (store / f"{name}l.json").symlink_to(f"{name}l.json")
        (store / f"{name}c.json").write_bytes(b"{")
    (store / "caf\udce9\n.json").write_bytes(b"")
    assert read(movement, *raw) == 0
    same(i4.load(movement), before)


def killed_reads(movement: Path, raw: Path, kills: int, span: float, workers: int) -> int:
    """Start reads and kill each, with its children, at a random moment; return how many died."""
    script = (
        "import sys\nfrom i4analysis.archive import command\n"
        "if __name__ == '__main__':\n"
        f"    command.read([{str(raw)!r}], {str(movement)!r}, workers={workers})\n"
    )
    path = movement / "read.py"
    path.write_text(script)
    chance = random.Random(20150926)
    died = 0
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started = time.monotonic()
        moment = chance.uniform(0, span)
        store = movement / "archive"
        while not store.exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(max(0.0, moment - 0.2 * (time.monotonic() - started)))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            died += 1
        process.wait()
    return died


def survives(movement: Path, tmp_path: Path, kills: int, span: float, workers: int) -> None:
    raw = tmp_path / "raw"
    paths = many(raw, 12, 800)
    undisturbed = i4.read_archive(paths)
    died = killed_reads(movement, raw, kills, span, workers)
    assert died >= kills // 3, "the reads were over before they could be killed"
    read(movement, raw)
    same(i4.load(movement), undisturbed)


def test_killed_reads_lose_nothing(movement: Path, tmp_path: Path) -> None:
    survives(movement, tmp_path, kills=3, span=0.6, workers=1)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_twenty_killed_reads_lose_nothing(movement: Path, tmp_path: Path, workers: int) -> None:
    survives(movement, tmp_path, kills=20, span=1.0 * workers, workers=workers)


# ------------------------------------------------------------------------------------ one row


def v2_lines(*changes: dict[str, Any]) -> str:
    lines = []
    for number, change in enumerate(changes, 1):
        tweet = scene.v2(scene.POSTED) | {
            "__twarc": {"retrieved_at": f"2020-01-0{number}T00:00:00Z"}
        }
        lines.append(tweet | change)
    return scene.lines(lines)


def metrics(reshares: int, likes: int) -> dict[str, Any]:
    return {"public_metrics": {"retweet_count": reshares, "like_count": likes}}


def test_later_copy_gives_the_counts_and_no_copy_loses_what_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(v2_lines(metrics(9, 5), metrics(4, 6) | {"lang": None, "entities": None}))
    archive = i4.read_archive(path)
    row = archive.posts.iloc[0]
    assert (row["reshare_count"], row["like_count"]) == (4, 6)
    assert row["collected_at"] == pd.Timestamp("2020-01-02T00:00:00Z")
    assert row["lang"] == "fr"
    assert archive.files["duplicates"].tolist() == [1]


def test_own_record_beats_an_embedded_one_but_takes_its_later_counts(tmp_path: Path) -> None:
    own = scene.v1(scene.POSTED)
    later = scene.v1(scene.RESHARED) | {"timestamp_ms": "1444030200000"}
    later["retweeted_status"] = scene.v1(scene.POSTED) | {"retweet_count": 70, "full_text": "X"}
    path = tmp_path / "in.jsonl"
    path.write_text(scene.lines([later, own]))
    row = i4.read_archive(path).posts.set_index("post_id").loc[own["id_str"]]
    assert not row["embedded"]
    assert row["text"].startswith("Usine à reprendre")
    assert row["line"] == 2
    assert row["reshare_count"] == 70
    assert row["collected_at"] == pd.Timestamp("2015-10-05T07:30:00Z")


def test_same_content_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    a.write_text(v2_lines(metrics(1, 1) | {"__twarc": None}))
    b.write_text(v2_lines(metrics(1, 2) | {"__twarc": None}))
    same_posts = [i4.read_archive(paths).posts for paths in ([a, b], [b, a])]
    pd.testing.assert_frame_equal(*same_posts)
    assert same_posts[0]["file"].tolist() == [str(a)]


def test_exact_repeats_of_a_sighting_are_dropped_changes_are_kept(tmp_path: Path) -> None:
    first = scene.v1(scene.POSTED)
    changed = scene.v1(scene.POSTED)
    changed["user"] = changed["user"] | {"description": "en soutien #i4Emploi"}
    path = tmp_path / "in.jsonl"
    path.write_text(scene.lines([first, first, changed]))
    archive = i4.read_archive(path)
    assert archive.profiles["bio"].tolist() == ["", "en soutien #i4Emploi"]


# ------------------------------------------------------------------------------------- erase


def test_erased_account_leaves_every_table(movement: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(scene.ROADS["v1-lines"] + '{"atelier_x": "cut\n')
    read(movement, path)
    (movement / "erase.csv").write_text(
        "platform,account_id,handle,post_id,asked_on\ntwitter,,Atelier_X,,2026-01-01\n"
    )
    archive = i4.load(movement)
    assert archive.posts["post_id"].tolist() == [scene.IDS[scene.QUOTED]]
    row = archive.posts.iloc[0]
    assert row["text"] == "@… Oui ! #I4EMPLOI https://t.co/def"
    assert list(row["mentions"]) == []
    assert pd.isna(row["quoted_author"])
    assert pd.isna(row["quoted_author_id"])
    assert set(archive.profiles["account_id"]) == {"22"}
    for frame in (archive.posts, archive.profiles, archive.rejects):
        text = frame.drop(columns="file").to_json(date_format="iso")
        assert "atelier_x" not in text.lower()


def test_erased_post_leaves_with_its_reshares(movement: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(scene.ROADS["v1-lines"])
    read(movement, path)
    (movement / "erase.csv").write_text(
        f"platform,account_id,handle,post_id,asked_on\n,,,{scene.IDS[scene.POSTED]},2026-01-01\n"
    )
    assert i4.load(movement).posts["post_id"].tolist() == [scene.IDS[scene.QUOTED]]
    assert set(i4.load(movement).profiles["account_id"]) == {"11", "22"}


def test_account_of_a_file_is_json_that_says_how_it_was_read(
    movement: Path, tmp_path: Path
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(scene.ROADS["v1-lines"])
    read(movement, path, hashtags=["#i4Emploi"])
    sha = hashlib.sha256(path.read_bytes()).hexdigest()
    account = json.loads((movement / "archive" / f"{sha}.json").read_text())
    assert account["hashtags"] == ["i4emploi"]
    assert account["file"]["records"] == 3
    assert account["file"]["bytes"] == path.stat().st_size


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_store_is_read_by_nobody_else(movement: Path, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        for number, path in enumerate(many(tmp_path / "raw", files=4, posts=3)):
            read(movement, path, workers=1 + number % 2)
        i4.load(movement)
    finally:
        assert os.umask(before) == umask  # and what is written elsewhere is left as it was
    store = movement / "archive"
    assert store.stat().st_mode & 0o777 == 0o700
    found = list(store.rglob("*"))
    assert found
    assert not [path.name for path in found if path.stat().st_mode & 0o077]
