"""Many workers, or a cluster, write the store that one process writes, also when workers die."""

from __future__ import annotations

import gzip
import hashlib
import json
import multiprocessing
import os
import signal
from pathlib import Path

import pytest
import scene

from i4analysis import spread
from i4analysis.archive.reading import pool, stretches
from i4analysis.archive.reading.containers import Unit, units
from i4analysis.archive.reading.work import Done, Filter
from i4analysis.archive.store import parts
from i4analysis.errors import ArchiveError

KEEP_ALL = Filter()


def raw(folder: Path, files: int, posts: int = 60) -> list[Unit]:
    folder.mkdir(exist_ok=True)
    for number in range(files):
        tweets = [
            scene.v1(scene.RESHARED) | {"id_str": str(10_000 + number * posts + at)}
            for at in range(posts)
        ]
        (folder / f"{number:02d}.json.gz").write_bytes(
            gzip.compress(scene.lines(tweets).encode(), 1)
        )
    return list(units([folder], lambda *_: None))


def store(folder: Path) -> Path:
    folder.mkdir()
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def read(work: list[Unit], folder: Path, **how: object) -> list[Done]:
    found = pool.read_units(work, os.fspath(folder), KEEP_ALL, **how)  # type: ignore[arg-type]
    return [done for _, finished in found for done in finished]


def test_two_processes_write_the_same_store(tmp_path: Path) -> None:
    work = raw(tmp_path / "raw", 6)
    one, two = store(tmp_path / "one"), store(tmp_path / "two")
    read(work, one, workers=1)
    assert {done.outcome for done in read(work, two, workers=2)} == {"read"}
    assert contents(one) == contents(two)
    assert {done.outcome for done in read(work, two, workers=1)} == {"known"}


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    work = raw(tmp_path / "raw", 10, 200)
    one, two = store(tmp_path / "one"), store(tmp_path / "two")
    read(work, one, workers=1)
    names = []
    for unit, _ in pool.read_units(work, os.fspath(two), KEEP_ALL, workers=2):
        names.append(unit.name)
        if len(names) == 2:
            os.kill(_a_worker(), signal.SIGKILL)
    assert sorted(names) == sorted(unit.name for unit in work)
    assert {name: sha for name, sha in contents(two).items() if name[0] != "."} == contents(one)


def _a_worker() -> int:
    """Return the id of one of the processes of the pool."""
    return int(multiprocessing.active_children()[0].pid or 0)


def test_absent_scheduler_gets_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(spread, "PATIENCE_S", 1)
    work = raw(tmp_path / "raw", 1)
    with pytest.raises(ArchiveError, match="cannot be reached"):
        read(work, store(tmp_path / "one"), cluster="tcp://127.0.0.1:9")


@pytest.mark.slow
@pytest.mark.parametrize(("files", "posts"), [(16, 400), (4_200, 1)])
def test_dask_writes_the_same_store_with_a_worker_killed(
    tmp_path: Path, files: int, posts: int
) -> None:
    """Of a few files, and of many small ones, which are read and kept together."""
    distributed = pytest.importorskip("distributed")
    work = raw(tmp_path / "raw", files, posts)
    one, two = store(tmp_path / "one"), store(tmp_path / "two")
    read(work, one, workers=1)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        finished = 0
        for _ in pool.read_units(
            work, os.fspath(two), KEEP_ALL, cluster=cluster.scheduler_address
        ):
            finished += 1
            if finished == (2 if files < 50 else 1):
                os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
    assert finished == (len(work) if files < 50 else 3)
    assert len(list(one.glob("*.pack.json"))) == (0 if files < 50 else 3)
    assert {name: sha for name, sha in contents(two).items() if name[0] != "."} == contents(one)


# ------------------------------------------------------------------------------ stretches


def long_file(path: Path) -> Path:
    """Write lines of v1.1 with damage of every kind, in a file of several stretches."""
    lines: list[bytes] = []
    for number in range(1, 900):
        text = json.dumps(scene.v1(scene.RESHARED) | {"id_str": str(number)}).encode()
        if number % 50 == 0:
            text = text.replace(b"Usine", b"Us\nine", 1)  # one record on two lines
        if number % 70 == 0:
            text = text[:300]
        if number % 90 == 0:
            text += b"\n\n \n" + b'{"delete":{"status":{"id":1}}}'
        if number % 110 == 0:
            text += b"\n" + b'{"limit":{"track":%d}}' % (1000 - number)
        lines.append(text)
    path.write_bytes(b"\n".join(lines))
    return path


@pytest.mark.parametrize("tags", [(), ("i4emploi",), ("absent",)])
@pytest.mark.parametrize("size", [20_000, 90_001, 250_000])
def test_stretches_of_a_file_give_what_the_whole_file_gives(
    size: int, tags: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = long_file(tmp_path / "long.json"), Filter(tags)
    whole, cut = store(tmp_path / "whole"), store(tmp_path / "cut")
    list(pool.read_units(list(units([path], print)), os.fspath(whole), kept, workers=1))
    monkeypatch.setattr(stretches, "STRETCH", size)
    monkeypatch.setattr(pool, "STRETCH", size)
    work = list(units([path], print))
    found = [done for _, done in pool.read_units(work, os.fspath(cut), kept, workers=1)]
    assert sum(map(len, found)) == 1
    assert len(found) > 2
    one, other = parts.accounts(whole)[0], parts.accounts(cut)[0]
    assert other.stretches == len(found)
    assert (one.file, one.remarks, one.hashtags) == (other.file, other.remarks, other.hashtags)
    for name in ("posts", "profiles", "rejects"):
        assert parts.read_table(whole, name, [one]).equals(parts.read_table(cut, name, [other]))


def test_two_processes_write_the_same_stretches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "STRETCH", 90_001)
    monkeypatch.setattr(pool, "STRETCH", 90_001)
    work = list(units([long_file(tmp_path / "long.json")], print))
    one, two = store(tmp_path / "one"), store(tmp_path / "two")
    read(work, one, workers=1)
    died = False
    for _ in pool.read_units(work, os.fspath(two), KEEP_ALL, workers=2):
        if not died:
            os.kill(_a_worker(), signal.SIGKILL)
            died = True
    parts.clean(two)
    assert contents(one) == contents(two)
    assert {done.outcome for done in read(work, two, workers=2)} == {"known"}


def test_a_new_store_gets_a_stretch_before_the_rest_of_the_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "STRETCH", 90_001)
    monkeypatch.setattr(pool, "STRETCH", 90_001)
    path = long_file(tmp_path / "long.json")
    [unit] = units([path], print)
    first = next(stretches.Stretches(os.fspath(tmp_path), KEEP_ALL, fresh=True).of(unit))
    assert (first.kind, first.offset, first.line) == ("stretch", 0, 0)
    assert first.size < path.stat().st_size / 3
    at_once, after = store(tmp_path / "at_once"), store(tmp_path / "after")
    read([unit], at_once, workers=2, fresh=True)
    read([unit], after, workers=1)
    assert contents(at_once) == contents(after)


def test_a_file_that_cannot_be_cut_to_its_end_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [unit] = units([long_file(tmp_path / "long.json")], print)
    whole, cut = store(tmp_path / "whole"), store(tmp_path / "cut")
    read([unit], whole, workers=1)
    monkeypatch.setattr(stretches, "STRETCH", 90_001)
    find, calls = stretches._sound_line, iter(range(9))

    def fails_at_last(data: bytes) -> int | None:
        if next(calls) == 2:
            raise OSError(5, "Input/output error")
        return find(data)

    monkeypatch.setattr(stretches, "_sound_line", fails_at_last)
    found = list(pool.read_units([unit], os.fspath(cut), KEEP_ALL, fresh=True, workers=1))
    assert [one.kind for one, _ in found] == ["stretch", "stretch", "file"]
    assert [done.outcome for _, finished in found for done in finished] == ["read"]
    parts.clean(cut)
    assert contents(whole) == contents(cut)
