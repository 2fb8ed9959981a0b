"""The doctor finds bucket by bucket what he finds in the whole, with memory for one bucket."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import scene

import i4analysis as i4
from i4analysis import simulate
from i4analysis.archive import command
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor.examination import Examined, examine_store
from i4analysis.archive.loading import load_store
from i4analysis.archive.store import buckets
from i4analysis.errors import ArchiveError
from i4analysis.ledgers import read_ledger
from i4analysis.simulate import Parameters
from i4analysis.tables import Archive

GOLDEN = Path(__file__).parent / "golden"
SOME = 7  # buckets: a prime, so that equal rows cannot meet by chance


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a few rows go to disk."""
    monkeypatch.setattr(buckets, "HELD", 50)


@pytest.fixture
def movement(tmp_path: Path) -> Path:
    folder = tmp_path / "movement"
    folder.mkdir()
    (folder / "movement.toml").write_text('hashtags = ["i4emploi"]\n')
    return folder


Read = Callable[..., Path]


@pytest.fixture
def read(movement: Path) -> Read:
    def into(*paths: Path) -> Path:
        command.read(list(paths), movement, say=lambda _: None)
        return movement

    return into


def examined(movement: Path, rows: int) -> Examined:
    erase = read_ledger(movement / "erase.csv", "erase")
    return examine_store(movement / "archive", erase, 10**6, bucket=max(1, rows // SOME))


def agree(archive: Archive, found: Examined) -> None:
    """Check that what was counted bucket by bucket is what the frames hold."""
    pd.testing.assert_frame_equal(found.findings, archive.findings)
    pd.testing.assert_frame_equal(found.files, archive.files)
    pd.testing.assert_frame_equal(found.report, doctor.report(archive))
    n = found.counted.n
    own = int((~archive.posts["embedded"].fillna(False).to_numpy(dtype=bool)).sum())
    counted = (n["posts"], n["own"], n["sightings"], n["accounts"], n["follows"])
    accounts = archive.profiles["account_id"].nunique()
    held = (len(archive.posts), own, len(archive.profiles), accounts, len(archive.follows))
    assert counted == held


@pytest.mark.usefixtures("on_disk")
def test_golden_files_together(read: Read) -> None:
    movement = read(GOLDEN)
    archive = i4.load(movement)
    assert len(archive.findings) > 10
    agree(archive, examined(movement, int(archive.files["posts"].sum())))


def test_one_bucket_is_the_same_and_writes_nothing(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    movement = read(GOLDEN)
    monkeypatch.setattr(buckets.Buckets, "_write", None)
    agree(i4.load(movement), examine_store(movement / "archive", shown=10**6))


@pytest.mark.usefixtures("on_disk")
def test_simulated_world(read: Read, tmp_path: Path) -> None:
    made = simulate.with_losses(simulate.world(Parameters.small(seed=4)), lost_share=0.25)
    simulate.write(made, tmp_path / "made")
    movement = read(tmp_path / "made" / "raw")
    archive = i4.load(movement)
    assert {"originals_absent", "reshares_missing", "copies"} <= set(archive.findings["finding"])
    agree(archive, examined(movement, int(archive.files["profiles"].sum())))


@pytest.mark.usefixtures("on_disk")
def test_who_is_to_be_forgotten_is_forgotten_in_every_bucket(
    read: Read, movement: Path, tmp_path: Path
) -> None:
    (movement / "erase.csv").write_text(
        "platform,account_id,handle,post_id,asked_on\ntwitter,,Atelier_X,,2026-01-01\n"
    )
    paths = []
    for name, text in scene.ROADS.items():
        paths.append(tmp_path / name)
        paths[-1].write_text(text)
    before = examine_store(read(*paths) / "archive").counted.n["posts"]
    archive = i4.load(movement)
    assert 0 < len(archive.posts) < before
    agree(archive, examined(movement, int(archive.files["posts"].sum())))


FOLDERS = (
    "bluesky", "damaged", "mastodon", "minet", "rtweet", "snscrape", "stream_grab", "tags",
    "twarc_csv", "twitter_v1", "twitter_v2", "x_graphql", "x_takeout",
)  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_real_folders(real: Path, name: str, read: Read) -> None:
    movement = read(real / name)
    archive = i4.load(movement)
    agree(archive, examined(movement, int(archive.files["posts"].sum())))


def test_hashtags_are_shown_of_the_files_that_are_shown(read: Read, tmp_path: Path) -> None:
    for number, more in enumerate(("", "{cut\n", "")):
        tweet = scene.v1(scene.POSTED) | {"id_str": str(number + 1)}
        (tmp_path / f"{number}.jsonl").write_text(scene.lines([tweet]) + more)
    movement = read(*(tmp_path / f"{number}.jsonl" for number in range(3)))
    report = examine_store(movement / "archive", shown=2).report
    assert list(report["hashtags"]) == ["", "#corrèze 1 #i4emploi 1", ""]


def test_damaged_part_is_named(read: Read) -> None:
    movement = read(GOLDEN / "twitter-v1.jsonl")
    (part,) = (movement / "archive").glob("*.posts.parquet")
    part.write_bytes(part.read_bytes()[:-40])
    with pytest.raises(ArchiveError, match=r"cannot be read .* delete the part"):
        examine_store(movement / "archive")


def test_full_disk_is_named_and_what_was_read_is_kept(
    read: Read, movement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    read(GOLDEN / "twitter-v1.jsonl")
    monkeypatch.setattr(buckets.Buckets, "put", full)
    with pytest.raises(ArchiveError, match=r"disk of .* no room left.* what was finished is kept"):
        examine_store(movement / "archive")
    assert not list((movement / "archive").glob(".unfinished-*"))
    monkeypatch.undo()
    assert len(i4.load(movement).posts) > 0


def test_what_a_killed_examination_left_is_removed(read: Read, movement: Path) -> None:
    left = movement / "archive" / ".unfinished-x" / "posts"
    left.mkdir(parents=True)
    (left / "3").write_bytes(b"x")
    read(GOLDEN / "twitter-v1.jsonl")
    assert not left.parent.exists()


def test_rows_meet_in_buckets_in_their_order(tmp_path: Path) -> None:
    import pyarrow as pa

    rows = buckets.Buckets(tmp_path / "x", 5, "key", "other")
    for start in range(0, 1000, 100):
        places = range(start, start + 100)
        keys = [None if at % 7 == 0 else str(at % 7) for at in places]
        rows.put(pa.table({"key": keys, "other": [at % 2 for at in places], "at": places}))
    found = [table.to_pandas() for table in rows]
    assert len(found) == 5
    assert sum(map(len, found)) == 1000
    seen: set[tuple[object, ...]] = set()
    for frame in found:
        assert frame["at"].is_monotonic_increasing
        here = set(frame[["key", "other"]].itertuples(index=False, name=None))
        assert not here & seen
        seen |= here


PEAK = """
import sys
from pathlib import Path
from i4analysis.archive.store import buckets
from i4analysis.archive.doctor.examination import examine_store
buckets.HELD = 10_000
examine_store(Path(sys.argv[1]), bucket=10_000)
status = Path("/proc/self/status").read_text()  # the peak that getrusage gives is the parent's
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.slow
def test_memory_follows_the_bucket_not_the_store(tmp_path: Path) -> None:
    peaks = []
    for files in (4, 40):
        movement = tmp_path / str(files)
        movement.mkdir()
        (movement / "movement.toml").write_text('hashtags = ["i4emploi"]\n')
        for number in range(files):
            tweets = (
                scene.v1(scene.POSTED) | {"id_str": str(10**15 + number * 10**6 + at)}
                for at in range(5_000)
            )
            path = tmp_path / f"{files}-{number}.jsonl"
            path.write_text("".join(json.dumps(tweet) + "\n" for tweet in tweets))
        paths = sorted(tmp_path.glob(f"{files}-*.jsonl"))
        command.read(paths, movement, say=lambda _: None, workers=1)
        run = [sys.executable, "-c", PEAK, str(movement / "archive")]
        peaks.append(int(subprocess.run(run, check=True, capture_output=True).stdout))
    assert len(load_store(tmp_path / "40" / "archive").posts) == 200_000
    assert peaks[1] < peaks[0] + 60  # as frames, the rows would take 300 more
