"""A store is joined once and mapped; in memory or on disk, the rows are the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import scene

import i4analysis as i4
from i4analysis import simulate, tables
from i4analysis.archive import command, loading
from i4analysis.archive.store import buckets, merged, parts
from i4analysis.errors import ArchiveError

NAMES = ("posts", "profiles", "follows", "rejects", "files", "findings")


@pytest.fixture
def movement(tmp_path: Path) -> Path:
    folder = tmp_path / "movement"
    folder.mkdir()
    (folder / "movement.toml").write_text('hashtags = ["i4emploi"]\n')
    for number, road in enumerate(("v1-lines", "v2-page")):
        path = tmp_path / f"in-{number}.jsonl"
        path.write_text(scene.ROADS[road])
    command.read(sorted(tmp_path.glob("in-*")), folder, say=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a made-up movement with copies, several files and erasures."""
    home = tmp_path_factory.mktemp("world") / "walnut"
    simulate.write(simulate.world(simulate.Parameters.small(seed=3, name="walnut")), home)
    command.read([home / "raw"], home, say=lambda _: None)
    again = home / "again.jsonl"
    again.write_text(scene.ROADS["v1-lines"])
    command.read([again], home, say=lambda _: None)
    profiles = i4.load(home).profiles
    who = profiles["account_id"].dropna().iloc[0]
    (home / "erase.csv").write_text(f"platform,account_id,handle\ntwitter,{who},\n")
    return home


def joined(folder: Path) -> list[Path]:
    return sorted((folder / "archive").glob(f"{merged.PREFIX}*"))


def forget_joined(folder: Path) -> None:
    for old in joined(folder):
        for path in old.iterdir():
            path.unlink()
        old.rmdir()


def assert_same(one: tables.Archive, other: tables.Archive) -> None:
    for name in NAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)


def test_the_second_load_reads_no_part(movement: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = i4.load(movement)
    assert len(first.posts) == 3
    monkeypatch.setattr(parts, "read_table", None)
    monkeypatch.setattr(parts, "batches", None)
    assert_same(first, i4.load(movement))


def test_in_memory_and_on_disk_are_the_same_rows(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = i4.load(world)
    assert len(whole.posts) > 200
    assert whole.files["duplicates"].sum() > 0
    forget_joined(world)
    monkeypatch.setattr(loading, "IN_MEMORY", 0)
    monkeypatch.setattr(loading, "BUCKET", 37)
    monkeypatch.setattr(buckets, "HELD", 50)
    assert_same(whole, i4.load(world))
    assert len(joined(world)) == 1
    assert not list((world / "archive").glob(f"{parts.TEMPORARY}*"))


def test_what_does_not_fit_into_memory_is_joined_on_disk(
    movement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "free_memory", lambda: 1_000)
    monkeypatch.setattr(parts, "read_table", lambda *_: tables.REJECTS.schema.empty_table())
    assert len(i4.load(movement).posts) == 3


def test_what_can_neither_fit_nor_be_written_is_refused(
    movement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(merged.Writer, "__enter__", refuse)
    assert len(i4.load(movement).posts) == 3  # a read-only store that fits is joined each time
    assert joined(movement) == []
    monkeypatch.setattr(loading, "free_memory", lambda: 1_000)
    with pytest.raises(ArchiveError, match=r"cannot be written to, .* GB that are free; make"):
        i4.load(movement)


def test_free_memory_is_that_of_the_machine() -> None:
    free = loading.free_memory()
    assert free is None or 2**20 < free < 2**50


def test_a_change_of_the_store_or_of_what_is_forgotten_joins_anew(
    movement: Path, tmp_path: Path
) -> None:
    first = i4.load(movement)
    before = joined(movement)
    gone = first.posts["author_id"].dropna().iloc[0]
    (movement / "erase.csv").write_text(f"platform,account_id,handle\ntwitter,{gone},\n")
    assert gone not in set(i4.load(movement).posts["author_id"].dropna())
    after = joined(movement)
    assert len(after) == 1
    assert after != before  # what held the person is gone from the disk
    more = tmp_path / "more.jsonl"
    more.write_text(scene.ROADS["v1-lines"].replace('"2015"', '"2015"') + "\n")
    command.read([more], movement, say=lambda _: None)
    assert len(i4.load(movement).files) == 3
    assert joined(movement) != after


@pytest.mark.parametrize("hurt", ["cut", "gone", "no state"])
def test_a_damaged_join_is_made_anew(movement: Path, hurt: str) -> None:
    first = i4.load(movement)
    (home,) = joined(movement)
    path = home / ("state.json" if hurt == "no state" else "posts.arrow")
    if hurt == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    else:
        path.unlink()
    assert_same(first, i4.load(movement))
    assert joined(movement) == [home]
    assert (home / "posts.arrow").exists()


def test_a_kill_while_joining_loses_nothing(
    movement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: merged.Writer) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(merged.Writer, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            i4.load(movement)
    assert joined(movement) == []
    assert len(i4.load(movement).posts) == 3
    assert len(joined(movement)) == 1


@pytest.mark.parametrize("rows", [0, 10**9])
def test_join_leaves_the_rows_for_later_loads(
    movement: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(loading, "IN_PROCESS", rows)
    loading.join(movement)
    assert len(joined(movement)) == 1
    monkeypatch.setattr(parts, "read_table", None)
    assert len(i4.load(movement).posts) == 3
    monkeypatch.setattr(loading, "load_store", None)
    loading.join(movement)  # nothing left to do


def test_only_the_columns_asked_for(movement: Path) -> None:
    some = i4.load(movement, columns=("author", "posted_at"))
    assert list(some.posts.columns) == ["author", "posted_at"]
    assert len(some.profiles.columns) == len(tables.PROFILES.names)
    part = i4.load(movement, columns={"profiles": ["handle"]})
    assert list(part.profiles.columns) == ["handle"]
    with pytest.raises(ArchiveError, match=r"posts has no column 'autor', expected some of plat"):
        i4.load(movement, columns=["autor"])
    with pytest.raises(ArchiveError, match=r"no table 'post', expected one of posts"):
        i4.load(movement, columns={"post": ["author"]})


def test_others_may_not_read_what_is_joined(movement: Path) -> None:
    i4.load(movement)
    (home,) = joined(movement)
    assert home.stat().st_mode & 0o077 == 0
