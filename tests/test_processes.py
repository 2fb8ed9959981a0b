"""What a killed command leaves: no process that runs on, no lock that keeps the next one out."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import faults
import pytest
import scene

from i4analysis import movement, processes
from i4analysis.archive import command as reading

ROOT = Path(__file__).resolve().parents[1]
WITHIN_S = 1.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def descendants(number: int) -> set[int]:
    found: set[int] = set()
    for path in Path(f"/proc/{number}/task").glob("*/children"):
        try:
            children = {int(word) for word in path.read_text().split()}
        except OSError:
            continue
        found |= children
        for child in children:
            found |= descendants(child)
    return found


def running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill_at_work(arguments: list[str], wait: float, least: int, log: Path) -> set[int]:
    """Start a command, kill it alone `wait` seconds after its helpers run; return those left."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with log.open("a") as output:
        process = subprocess.Popen(arguments, env=environment, stdout=output, stderr=output)
    while process.poll() is None and len(helpers := descendants(process.pid)) < least:
        time.sleep(0.002)
    assert process.poll() is None, f"it ended before it could be killed: {log.read_text()}"
    time.sleep(wait)
    helpers |= descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    end = time.monotonic() + WITHIN_S
    while (left := {one for one in helpers if running(one)}) and time.monotonic() < end:
        time.sleep(0.01)
    return left


# -------------------------------------------------------------------------------------- reading


def killed_reads(tmp_path: Path, kills: int, files: int) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(files):
        tweets = [
            scene.v1(scene.RESHARED) | {"id_str": str(10_000 + number * 1000 + at)}
            for at in range(1000)
        ]
        path = raw / f"{number:02d}.json.gz"
        path.write_bytes(gzip.compress(scene.lines(tweets).encode(), 1))
    arguments = [sys.executable, "-m", "i4analysis.cli", "read", str(raw), "--workers", "2"]
    arguments += ["--movement", str(tmp_path / "walnut")]
    log, chance = tmp_path / "log", random.Random(20150926)
    for _ in range(kills):
        left = kill_at_work(arguments, chance.uniform(0, 0.3), least=2, log=log)
        assert left == set()
        for part in (tmp_path / "walnut/archive").glob("*.json"):
            part.unlink()  # so that the next read has as much to do
    assert "Another read" not in log.read_text()
    assert reading.read([raw], tmp_path / "walnut", workers=2, say=lambda line: None) == 0


def test_a_killed_read_leaves_no_worker_and_no_lock(tmp_path: Path) -> None:
    killed_reads(tmp_path, kills=2, files=8)


@pytest.mark.slow
def test_thirty_killed_reads_leave_no_worker_and_no_lock(tmp_path: Path) -> None:
    killed_reads(tmp_path, kills=30, files=12)


# ----------------------------------------------------------------------------------- refreshing


def killed_refreshes(tmp_path: Path, kills: int) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    (tmp_path / "walnut/figures.csv").write_text(
        "figure_id,metric,value,roughness\nF1,supporters_bio,300,at_least\n"
    )
    books = tmp_path / "books"
    books.mkdir()
    for name, source in (("01-first", "1 + 1"), ("02-second", "import time; time.sleep(3)")):
        faults.write_notebook(books / f"{name}.ipynb", source)
    command = [sys.executable, faults.__file__, str(tmp_path / "out"), str(tmp_path / "walnut")]
    command += [str(books), "", "kernels"]
    log, chance = tmp_path / "log", random.Random(20150926)
    for _ in range(kills):
        assert kill_at_work(command, chance.uniform(0, 3), least=1, log=log) == set()
    assert "Another refresh" not in log.read_text()


def test_a_killed_refresh_leaves_no_kernel_and_no_lock(tmp_path: Path) -> None:
    killed_refreshes(tmp_path, kills=1)


@pytest.mark.slow
def test_thirty_killed_refreshes_leave_no_kernel_and_no_lock(tmp_path: Path) -> None:
    killed_refreshes(tmp_path, kills=30)


# ---------------------------------------------------------------------------------------- locks


def test_a_lock_whose_owner_lives_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with processes.only_one(path) as first, processes.only_one(path) as second:
        assert (first, second) == (True, False)
    with processes.only_one(path) as free:
        assert free


def orphan_with_lock(path: Path) -> tuple[int, subprocess.Popen[str]]:
    """Kill the owner of a lock whose child still holds it; return the child."""
    code = (
        "import os, subprocess, sys, time\nfrom pathlib import Path\n"
        "from i4analysis.processes import _held, only_one\n"
        f"with only_one(Path({str(path)!r})):\n"
        "    [lock] = _held\n"
        "    child = subprocess.Popen(['sleep', '60'], pass_fds=[lock])\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    owner = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    child = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    return child, owner


def test_a_lock_whose_owner_is_dead_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE_S", 0.3)
    path = tmp_path / "lock"
    child, _ = orphan_with_lock(path)
    try:
        with processes.only_one(path) as first:
            assert first
            with processes.only_one(path) as second:
                assert not second
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_lock_held_in_another_container_is_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PATIENCE_S", 0.3)
    path = tmp_path / "lock"
    child, _ = orphan_with_lock(path)
    try:
        monkeypatch.setattr(processes, "_place", lambda: "elsewhere/pid:[1]")
        with processes.only_one(path) as free:
            assert not free
    finally:
        os.kill(child, signal.SIGKILL)


# --------------------------------------------------------------------------- two at the same time


def held(out: Path) -> dict[str, int]:
    """Return how much of each kind lies in a folder of reports, hidden things too."""
    home = out / ".refresh"
    return {
        "releases": len(list((home / "releases").glob("*/*"))),
        "scratch": len(list((home / "work").iterdir())),
        "links": len(list(out.glob(".link-*"))),
        "halves": len(list((home / "runs").glob(".tmp-*"))),
        "code": len(list((home / "code").iterdir())),
        "failed": len(list((home / "failed").iterdir())),
        "others": len([path for path in home.iterdir() if not path.is_dir()]),
    }


def two_refreshes_at_once(tmp_path: Path, rounds: int, how: str) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    books, out = tmp_path / "books", tmp_path / "out"
    books.mkdir()
    (tmp_path / "tmp").mkdir()
    faults.write_notebook(books / "01-first.ipynb")
    command = [sys.executable, faults.__file__, str(out), str(tmp_path / "walnut"), str(books)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), "TMPDIR": str(tmp_path / "tmp")
    }  # fmt: skip
    for number in range(rounds):
        (tmp_path / "walnut/figures.csv").write_text(
            f"figure_id,metric,value,roughness\nF1,supporters_bio,{300 + number},at_least\n"
        )
        both = [
            subprocess.Popen(
                [*command, "", how], env=environment, stderr=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        said = [one.communicate()[1] for one in both]
        codes = sorted(one.returncode for one in both)
        assert codes in ([0, 0], [0, 1]), said  # the other came while the first was at work
        assert all("RefreshBusy" in text for text in said if text)
        assert {name for name, count in held(out).items() if count} <= {
            "releases", "code", "others"
        }  # fmt: skip
    assert held(out) == {
        "releases": min(rounds, 2), "scratch": 0, "links": 0, "halves": 0, "code": 1, "failed": 0,
        "others": 1,
    }  # fmt: skip
    assert not list((tmp_path / "tmp").iterdir())
    assert len(list((out / ".refresh/runs").iterdir())) <= 2 * rounds


def test_two_refreshes_at_once_leave_one_report(tmp_path: Path) -> None:
    two_refreshes_at_once(tmp_path, rounds=3, how="")


@pytest.mark.slow
def test_two_refreshes_at_once_thirty_times_leave_no_more(tmp_path: Path) -> None:
    two_refreshes_at_once(tmp_path, rounds=30, how="kernels")
