"""A disk that is full or read-only: one sentence, nothing torn, and the next run goes on."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import faults
import pytest
import scene
from standins import MastodonStandIn

import i4analysis as i4
from i4analysis import cli, movement
from i4analysis.archive.collect import mastodon, patience
from i4analysis.archive.store import parts
from i4analysis.errors import CollectError, RefreshError, StoreError
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.refresh.releases import Releases, verify

Remount = Callable[[str], None]
pytestmark = pytest.mark.usefixtures("as_a_user")


def system(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Remount]]:
    """A small disk in memory, and what makes it larger, smaller or read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not shutil.which("mount") or not system("mount", "-t", "tmpfs", "none", str(folder)):
        pytest.skip("only root may mount a small disk")

    def remount(options: str) -> None:
        assert system("mount", "-o", f"remount,{options}", str(folder))

    yield folder, remount
    assert system("umount", "-l", str(folder))


def fill(folder: Path, left: int) -> None:
    """Fill a disk up to `left` bytes."""
    (folder / "ballast").unlink(missing_ok=True)
    free = shutil.disk_usage(folder).free
    (folder / "ballast").write_bytes(bytes(max(0, free - left)))


def archives(raw: Path, files: int) -> list[Path]:
    raw.mkdir(exist_ok=True)
    paths = []
    for number in range(files):
        tweets = [
            scene.v1(scene.RESHARED)
            | {"id_str": str(10_000 + number * 500 + at), "text": os.urandom(100).hex()}
            for at in range(500)
        ]
        paths.append(raw / f"{number:02d}.json.gz")
        paths[-1].write_bytes(gzip.compress(scene.lines(tweets).encode(), 1))
    return paths


def read(raw: Path, folder: Path, workers: int, capsys: pytest.CaptureFixture[str]) -> str:
    arguments = ["read", str(raw), "--movement", str(folder), "--workers", str(workers)]
    code = cli.main(arguments)
    said = capsys.readouterr().err
    assert code == (2 if said else 0)
    return said


@pytest.mark.parametrize("workers", [1, 2])
def test_a_read_goes_on_when_there_is_room_again(
    workers: int, tmp_path: Path, disk: tuple[Path, Remount], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, remount = disk
    remount("size=4m")
    movement.create(folder / "walnut", ["i4emploi"])
    raw = tmp_path / "raw"
    undisturbed = i4.read_archive(archives(raw, 8))
    store = folder / "walnut/archive"
    for left in (0, 4_096, 20_000, 60_000):
        fill(folder, left)
        said = read(raw, folder / "walnut", workers, capsys)
        if not said and left > 4_096:
            continue  # there was room for all
        assert said.startswith("i4: The disk of ")
        assert "has no room left" in said
        assert said.count("\n") == 1
        assert not list(store.glob(f"{parts.TEMPORARY}*-*"))
    (folder / "ballast").unlink()
    assert read(raw, folder / "walnut", workers, capsys) == ""
    assert sorted(i4.load(folder / "walnut").posts["post_id"]) == sorted(
        undisturbed.posts["post_id"]
    )


def test_a_read_into_a_disk_that_is_read_only_is_one_sentence(
    tmp_path: Path, disk: tuple[Path, Remount], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, remount = disk
    movement.create(folder / "walnut", ["i4emploi"])
    archives(tmp_path / "raw", 1)
    remount("ro")
    assert "is read-only, expected room to write" in read(
        tmp_path / "raw", folder / "walnut", 1, capsys
    )
    remount("rw")
    assert read(tmp_path / "raw", folder / "walnut", 1, capsys) == ""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG])
def test_whatever_the_disk_says_a_part_is_whole_or_absent(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    movement.create(tmp_path / "walnut", ["i4emploi"])
    archives(tmp_path / "raw", 2)

    def refuses(temporary: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(parts, "_place", refuses)
        said = read(tmp_path / "raw", tmp_path / "walnut", 1, capsys)
    assert said.startswith("i4: The disk of ")
    assert [path.name for path in (tmp_path / "walnut/archive").iterdir()] == [".lock"]
    assert read(tmp_path / "raw", tmp_path / "walnut", 1, capsys) == ""


def test_a_store_error_travels_from_a_worker() -> None:
    import pickle

    assert str(pickle.loads(pickle.dumps(StoreError("full.")))) == "full."


# ----------------------------------------------------------------------------------- refreshing


def refreshed(folder: Path, out: Path, books: Path) -> refresh.Refreshed:
    return refresh.refresh(
        [folder],
        out,
        notebooks=books,
        options=refresh.Options(force=True, accept=True),
        runner=faults.runner,
        build=faults.build,
    )[0]


def test_a_refresh_on_a_full_disk_keeps_the_last_good_report(
    tmp_path: Path, disk: tuple[Path, Remount]
) -> None:
    disk_folder, remount = disk
    remount("size=32m")
    movement.create(tmp_path / "walnut", ["i4emploi"])
    books, out = tmp_path / "books", disk_folder / "out"
    books.mkdir()
    faults.write_notebook(books / "01-first.ipynb")
    figures = tmp_path / "walnut/figures.csv"
    head = "figure_id,metric,value,roughness\nF1,supporters_bio,"
    figures.write_text(f"{head}300,at_least\n")
    good = refreshed(tmp_path / "walnut", out, books).release
    for number, left in enumerate((0, 4_096, 20_000, 60_000, 120_000)):
        figures.write_text(f"{head}{301 + number},at_least\n")
        fill(disk_folder, left)
        with pytest.raises((RefreshError, OSError)) as caught:
            refreshed(tmp_path / "walnut", out, books)
        if isinstance(caught.value, RefreshError):
            assert "no room left" in str(caught.value)
            assert "last good report stays" in str(caught.value)
        assert Releases(out).live("walnut") == good
        assert verify(good) is not None
    (disk_folder / "ballast").unlink()
    done = refreshed(tmp_path / "walnut", out, books)
    assert done.release != good
    assert not list((out / ".refresh/work").iterdir())
    assert not list((out / ".refresh/runs").glob(".tmp-*"))


def test_a_fault_in_one_movement_leaves_the_next_its_turn(tmp_path: Path) -> None:
    for name in ("one", "two"):
        movement.create(tmp_path / name, [name])
        (tmp_path / name / "figures.csv").write_text(
            "figure_id,metric,value,roughness\nF1,supporters_bio,300,at_least\n"
        )
    books = tmp_path / "books"
    books.mkdir()
    faults.write_notebook(books / "01-first.ipynb")

    def build(job: dict, code: Path, scratch: Path) -> None:
        if Path(job["movement"]).name == "one":
            raise LookupError("nobody foresaw this")
        faults.build(job, code, scratch)

    with pytest.raises(RefreshError, match=r"fault of i4analysis itself .LookupError: nobody"):
        refresh.refresh(
            [tmp_path / "one", tmp_path / "two"],
            tmp_path / "out",
            notebooks=books,
            runner=faults.runner,
            build=build,
        )
    assert Releases(tmp_path / "out").live("one") is None
    assert Releases(tmp_path / "out").live("two") is not None


# ----------------------------------------------------------------------------------- collecting


def test_a_collection_goes_on_when_there_is_room_again(
    tmp_path: Path, disk: tuple[Path, Remount]
) -> None:
    folder, remount = disk
    remount("size=1m")
    server = MastodonStandIn(200)
    patient = patience.Patience(sleep=lambda seconds: None)
    try:
        for left in (0, 4_096, 12_000):
            fill(folder, left)
            with pytest.raises(CollectError, match="has no room left") as caught:
                mastodon.collect(
                    folder / "raw", hashtag="walnut", instance=server.address, patience=patient
                )
            assert "\n" not in str(caught.value)
        (folder / "ballast").unlink()
        mastodon.collect(
            folder / "raw", hashtag="walnut", instance=server.address, patience=patient
        )
    finally:
        server.close()
    found = i4.read_archive(sorted((folder / "raw").glob("*.gz")))
    assert found.files["rejects"].sum() == 0
    assert (found.posts["kind"] != "reshare").sum() == 200
