from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import every_notebook
import faults
import nbformat
import pytest
from sample import OTHER_CPU

from i4analysis import cli, movement
from i4analysis.archive import load, loading
from i4analysis.errors import I4Error, RefreshBusy, RefreshError, RefreshRefused
from i4analysis.ledgers import LEDGERS
from i4analysis.publish.checks.pages import misprint
from i4analysis.publish.refresh import notebooks, status
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.refresh.notebooks import Limits, Outcome
from i4analysis.publish.refresh.releases import Releases, file_hash, verify
from i4analysis.publish.words.numbers import printed

NAME = "walnut"
ROOT = Path(__file__).resolve().parents[2]
STEPS = (
    "locked", "swept", "started", "fingerprinted", "copied", "snapshot", "ran-01-first",
    "ran-02-second", "rendered", "compared", "synced", "renamed", "linked", "switched", "recorded",
    "pruned", "cleaned",
)  # fmt: skip


def set_supporters(folder: Path, count: int) -> None:
    head = "figure_id,metric,value,roughness"
    (folder / "figures.csv").write_text(f"{head}\nF1,supporters_bio,{count},at_least\n")


def write_notebook(path: Path, *sources: str) -> None:
    cells = [nbformat.v4.new_code_cell(text, id=f"c{n}") for n, text in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    movement.create(tmp_path / NAME, ["walnut"])
    set_supporters(tmp_path / NAME, 300)
    books = tmp_path / "books"
    books.mkdir()
    write_notebook(books / "01-first.ipynb", "1 + 1", "chapter.save()")
    write_notebook(books / "02-second.ipynb", "2 + 2", "chapter.save()")
    return tmp_path


def run_all(folders, project: Path, runner=faults.runner, build=faults.build, **how):
    return refresh.refresh(
        folders, project / "out", notebooks=project / "books", runner=runner, build=build, **how
    )


def run(project: Path, runner=faults.runner, build=faults.build, **options):
    given = refresh.Options(**options)
    return run_all([project / NAME], project, runner, build, options=given)[0]


def records(project: Path) -> list[dict]:
    runs = sorted((project / "out/.refresh/runs").glob("*.json"))
    return [json.loads(path.read_text()) for path in runs]


def scratch(project: Path) -> list[Path]:
    return list((project / "out/.refresh/work").iterdir())


def test_a_refresh_publishes_whole_and_leaves_nothing_behind(project) -> None:
    done = run(project)
    live = Releases(project / "out").live(NAME)
    assert done.state == "ok"
    assert live == done.release
    assert verify(live) is not None
    assert (project / "out" / NAME / "page-0.html").is_file()
    assert (live / "notebooks/01-first.html").is_file()
    assert not scratch(project)
    assert records(project)[-1]["state"] == "ok"


def test_a_report_that_nobody_signs_is_warned_of(project) -> None:
    def said() -> list[str]:
        lines: list[str] = []
        run_all([project / NAME], project, say=lines.append)
        return [line for line in lines if "movement.toml" in line]

    warned = said()
    assert len(warned) == 1
    assert "gives no author and no contact" in warned[0]
    assert records(project)[-1]["unsigned"] == ["author", "contact"]
    path = project / NAME / "movement.toml"
    text = path.read_text().replace('author = ""', 'author = "A. Writer"')
    path.write_text(text)
    assert "gives no contact" in said()[0]
    path.write_text(text.replace('contact = ""', 'contact = "a@paper.example"'))
    assert said() == []
    assert "unsigned" not in records(project)[-1]


@pytest.mark.parametrize("bio", ["En recherche d'emploi", "Boulangère"])
def test_a_report_is_made_without_the_posts_of_people_who_all_look_for_work(project, bio) -> None:
    """Neither a notebook nor the build finds the archive; the page says why."""
    folder, lines, given = project / NAME, [], []
    for number in range(8):
        user = {"id": 50 + number, "id_str": f"{50 + number}", "screen_name": f"seeker{number}",
                "name": "N", "description": bio, "followers_count": 3, "friends_count": 1,
                "created_at": "Sat Sep 26 18:30:00 +0000 2009"}  # fmt: skip
        post = {"id": number + 1, "id_str": f"{number + 1}", "text": "#walnut", "lang": "fr",
                "created_at": "Sat Sep 26 18:30:00 +0000 2015", "user": user,
                "entities": {"hashtags": [{"text": "walnut"}]}}  # fmt: skip
        lines.append(json.dumps(post))
    (folder / "raw/posts.jsonl").write_text("\n".join(lines))
    assert cli.main(["read", str(folder / "raw/posts.jsonl"), "--movement", str(folder)]) == 0
    write_notebook(project / "books/01-first.ipynb", BUILDS.format(key="push"), "chapter.save()")
    ran = []

    def runner(path, environment, scratch, limits):
        ran.append((path.stem, len(load(environment["I4_MOVEMENT"]).posts)))
        return faults.runner(path, environment, scratch, limits)

    def build(job, code, scratch):
        given.append((job["withheld"], len(load(job["movement"]).posts)))
        assert job["totals"].get("accounts") == (5 if job["withheld"] else None)
        faults.build(job, code, scratch)

    def told() -> str:
        try:
            run(project, runner=runner, build=build, partial=True)
        except I4Error as error:  # the runner saves no chapter push
            return str(error)
        return ""

    if bio == "Boulangère":
        assert "push was not saved" in told()
        assert {posts for _, posts in ran} == {8}
        assert given == [([], 8)]
        return
    assert told() == ""
    assert ran == [("02-second", 0)]
    keys = ["archive", "supporters", "followers", "relays", "push", "appeals", "compare"]
    assert given == [(keys, 0)]
    assert not any((Releases(project / "out").live(NAME) / "notebooks").glob("*"))
    assert len(load(folder).posts) == 8  # what the analyst holds is left alone
    row = {"press_id": "p", "title": "Avec Seeker3", "outlet": "A",
           "medium": "press", "url": "https://a.example"}  # fmt: skip
    line = ",".join(row.get(name, "") for name in LEDGERS["press"].names)
    (folder / "press.csv").write_text(",".join(LEDGERS["press"].names) + f"\n{line}\n")
    assert "press.csv, line 2, names somebody whose bio says that they look for work" in told()
    assert ran == [("02-second", 0)]


def test_the_proof_is_found_from_any_folder(project, monkeypatch) -> None:
    (project / "proof.json").write_text("{}")
    monkeypatch.chdir(project)
    given = []

    def build(job, code, scratch):
        given.append(job["proof"])
        faults.build(job, code, scratch)

    run_all([project / NAME], project, build=build, proof=Path("proof.json"))
    assert given == [str(project / "proof.json")]


@pytest.mark.parametrize("twins", [("عمل", "求職"), ("mouv-é", "mouv-è"), ("a", "a ")])
def test_two_movements_never_share_a_report(project, twins) -> None:
    """Both in one refresh, or one after the other: the first report is not lost in silence."""
    folders = [project / "x" / twins[0], project / "y" / twins[1]]
    for folder, tag in zip(folders, ("un", "deux"), strict=True):
        movement.create(folder, [tag])
        set_supporters(folder, 300)
    names = [movement.Movement.load(folder).name for folder in folders]
    if len(set(names)) == 2:
        done = run_all(folders, project)
        assert [release.state for release in done] == ["ok", "ok"]
        assert all((project / "out" / name / "manifest.json").is_file() for name in names)
        return
    with pytest.raises(RefreshError, match="both named 'a'"):
        run_all(folders, project)
    assert not (project / "out" / "a").exists()
    first = run_all(folders[:1], project)[0].release
    with pytest.raises(RefreshError, match="another movement's: found #un, expected #deux"):
        run_all(folders[1:], project, options=refresh.Options(force=True))
    assert (project / "out" / "a").resolve() == first.resolve()


@pytest.mark.parametrize("torn", ["hashtags = [", "hashtags = []", "timezone = 3"])
def test_a_movement_that_cannot_be_read_keeps_no_other_from_its_turn(project, torn) -> None:
    movement.create(project / "torn", ["hazel"])
    (project / "torn" / "movement.toml").write_text(torn)
    said: list[str] = []
    with pytest.raises(I4Error, match="torn"):
        run_all([project / "torn", project / NAME], project, say=said.append)
    assert (project / "out" / NAME / "manifest.json").is_file()
    assert any(line.startswith("torn: failed:") for line in said)


def test_a_folder_that_is_gone_is_told_and_keeps_no_other_from_its_turn(project) -> None:
    said: list[str] = []
    with pytest.raises(I4Error, match=r"There is no folder .*gone") as told:
        run_all([project / "gone", project / NAME], project, say=said.append)
    assert told.value.exit_code == 2
    assert any(line.startswith("gone: failed:") for line in said)
    assert (project / "out" / NAME / "manifest.json").is_file()


def test_a_single_folder_that_is_no_movement_is_told_before_anything_is_made(project) -> None:
    with pytest.raises(I4Error, match=r"There is no folder .*mistyped") as told:
        run_all([project / "mistyped"], project)
    assert told.value.exit_code == 2
    assert not list((project / "out").glob("*/manifest.json"))


def test_a_movement_that_can_no_longer_be_read_is_told_by_status(project) -> None:
    """A ledger torn after the last report: the report stays, and status says why it is old."""
    run(project)
    (project / NAME / "press.csv").write_text('press_id,outlet,title,url\na,"b\n')
    with pytest.raises(I4Error, match=r"press\.csv"):
        run(project)
    (known,) = status.read_status(project / "out")
    assert known.release
    assert "press.csv, line 2" in known.last_failure


def test_a_movement_that_takes_up_a_hashtag_keeps_its_report(project) -> None:
    run(project)
    path = project / NAME / "movement.toml"
    more = 'hashtags = ["nut", "Walnut"]'
    path.write_text(path.read_text().replace('hashtags = ["walnut"]', more))
    assert run(project).state == "ok"
    path.write_text("made_up = true\n" + path.read_text())
    with pytest.raises(RefreshError, match="another movement's"):
        run(project)


def test_a_folder_where_the_report_should_stand_is_told_before_the_notebooks(project) -> None:
    (project / "out" / NAME).mkdir(parents=True)
    with pytest.raises(RefreshError, match="is a folder"):
        run(project, runner=failing("error"))


def test_the_second_run_skips_and_any_change_of_an_input_does_not(project) -> None:
    first = run(project).release
    assert run(project).state == "skipped"
    set_supporters(project / NAME, 301)
    assert run(project).release != first
    write_notebook(project / "books/01-first.ipynb", "1 + 2", "chapter.save()")
    assert run(project).state == "ok"


def test_outputs_and_cell_ids_of_a_notebook_do_not_count(project) -> None:
    run(project)
    path = project / "books/01-first.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells[0]["id"] = "other"
    book.cells[0]["outputs"] = [nbformat.v4.new_output("stream", text="2")]
    nbformat.write(book, path)
    assert run(project).state == "skipped"


def test_a_damaged_live_release_is_made_again(project) -> None:
    release = run(project).release
    (release / "page-3.html").write_text("spoilt")
    assert run(project).state == "ok"
    assert verify(Releases(project / "out").live(NAME)) is not None


def test_the_same_inputs_give_the_same_release_in_another_folder(project, tmp_path) -> None:
    here = run(project).release.name
    other = tmp_path / "elsewhere"
    (other / NAME).mkdir(parents=True)
    for path in (project / NAME).glob("*.*"):
        copy = other / NAME / path.name
        copy.write_bytes(path.read_bytes())
        os.utime(copy, (1, 1))
    (other / "books").symlink_to(project / "books")
    assert run(other).release.name == here


def test_a_forced_run_on_unchanged_inputs_gives_the_same_bytes(project) -> None:
    run(project)
    set_supporters(project / NAME, 310)
    second = run(project).release.name
    assert run(project, force=True).release.name == second


def failing(kind: str, times: int = 99):
    left = [times]

    def runner(path, environment, scratch, limits):
        if path.stem == "02-second" and left[0]:
            left[0] -= 1
            return Outcome(nbformat.v4.new_notebook(), 0.1, kind, "ValueError: boom")
        return faults.runner(path, environment, scratch, limits)

    return runner


def test_a_cell_error_keeps_the_last_good_report(project) -> None:
    good = run(project).release
    set_supporters(project / NAME, 305)
    with pytest.raises(RefreshError, match=r"02-second\.ipynb failed.*boom"):
        run(project, runner=failing("cell_error"))
    assert Releases(project / "out").live(NAME) == good
    record = records(project)[-1]
    assert record["state"] == "failed"
    assert [entry["notebook"] for entry in record["notebooks"]] == ["01-first", "02-second"]
    assert list((project / "out/.refresh/failed").glob("*/02-second.ipynb"))
    assert not scratch(project)


def test_a_dead_kernel_is_tried_once_more(project, monkeypatch) -> None:
    monkeypatch.setattr(refresh.time, "sleep", lambda seconds: None)
    assert run(project, runner=failing("kernel_died", times=1)).state == "ok"
    tries = [(e["notebook"], e["ok"]) for e in records(project)[-1]["notebooks"]]
    assert tries == [("01-first", True), ("02-second", False), ("02-second", True)]


def test_an_input_that_moves_during_the_copy_is_refused(project, monkeypatch) -> None:
    copy = refresh.copy_movement

    def meddle(source, target):
        copy(source, target)
        set_supporters(target, 999)

    monkeypatch.setattr(refresh, "copy_movement", meddle)
    with pytest.raises(RefreshRefused, match="changed while it was copied") as caught:
        run(project)
    assert caught.value.exit_code == 3
    assert Releases(project / "out").live(NAME) is None


def test_where_measures_work_is_told_to_every_notebook_and_changes_no_release(project) -> None:
    told = []

    def runner(path, environment, scratch, limits):
        told.append((environment["I4_CLUSTER"], environment["I4_WORKERS"]))
        return faults.runner(path, environment, scratch, limits)

    first = run(project, runner=runner).release
    assert run(project, runner=runner, cluster="local", workers=3).state == "skipped"
    again = run(project, runner=runner, cluster="local", workers=3, force=True).release
    assert told == [("", "")] * 2 + [("local", "3")] * 2
    assert again.name == first.name  # named by its content


def test_what_does_not_fit_into_memory_is_said_before_the_notebooks(project, monkeypatch) -> None:
    monkeypatch.setattr(loading, "joined_posts", lambda folder: 20_000_000)
    monkeypatch.setattr(loading, "free_memory", lambda: 8_000_000_000)

    def never(*_):
        raise AssertionError("a notebook ran")

    with pytest.raises(RefreshRefused, match=r"about 12\.7 GB .* 20,000,000 posts.* the 8\.0 GB"):
        run(project, runner=never)
    assert run(project, accept=True).state == "ok"
    monkeypatch.setattr(loading, "free_memory", lambda: 24_000_000_000)
    assert run(project, force=True).state == "ok"


@pytest.mark.parametrize(("count", "words"), [(200, "fell from 300"), (1000, "rose from 300")])
def test_a_figure_that_shrinks_or_jumps_waits_for_a_person(project, count, words) -> None:
    good = run(project).release
    set_supporters(project / NAME, count)
    with pytest.raises(RefreshRefused, match=words):
        run(project)
    assert Releases(project / "out").live(NAME) == good
    assert run(project, accept=True).state == "ok"


@pytest.mark.parametrize("how", ["taken away", "cut short"])
def test_a_ledger_that_goes_waits_for_a_person(project, how) -> None:
    """Whoever asked to be forgotten would be published: the last report stays."""
    erase = project / NAME / "erase.csv"
    erase.write_text("handle\nsomebody_else\n", encoding="utf-8")
    good = run(project).release
    erase.unlink() if how == "taken away" else erase.write_text("handle\n", encoding="utf-8")
    with pytest.raises(RefreshRefused, match=r"erase\.csv (?:is gone|asks to forget nobody)"):
        run(project)
    assert Releases(project / "out").live(NAME) == good
    assert run(project, accept=True).state == "ok"
    erase.write_text("handle\nsomebody_else\n", encoding="utf-8")
    assert run(project).state == "ok"


def test_an_embargo_holds_a_finished_report_until_its_hour(project, monkeypatch) -> None:
    toml = project / NAME / "movement.toml"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    toml.write_text(f"publish_not_before = {later}\n{toml.read_text()}")
    held = run(project)
    assert held.state == "embargoed"
    assert Releases(project / "out").live(NAME) is None

    class AfterTheHour(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(hours=1)

    monkeypatch.setattr(refresh, "datetime", AfterTheHour)

    def never(*arguments):
        raise AssertionError("a finished report needs no second run")

    later_run = run(project, runner=never)
    assert (later_run.state, later_run.release) == ("ok", held.release)


def test_one_refresh_at_a_time(project) -> None:
    run(project)
    with (project / "out/.refresh/refresh.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(RefreshBusy) as caught:
            run(project)
    assert caught.value.exit_code == 75


def test_old_releases_go_and_the_live_one_stays(project) -> None:
    for count in range(300, 307):
        set_supporters(project / NAME, count)
        run(project, keep=3)
    store = Releases(project / "out")
    names = {path.name for path in store.folder(NAME).iterdir()}
    assert len(names) == 3
    assert store.live(NAME).name in names


def with_own_places(project: Path) -> dict[str, str]:
    """Return an environment whose home and whose place for temporary files are the project's."""
    for name in ("tmp", "home"):
        (project / name).mkdir(exist_ok=True)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "TMPDIR": str(project / "tmp"),
        "HOME": str(project / "home"),
    }


def kill(project: Path, after: float | None = None, *, real: Path | None = None) -> int:
    """Start a refresh and kill it after some seconds; return how it ended.

    `real` is a movement to refresh with the real notebooks, kernels and report.
    """
    folder, books = (real, ROOT / "notebooks") if real else (project / NAME, project / "books")
    command = [sys.executable, faults.__file__, project / "out", folder, books]
    arguments = [*map(str, command), "", "real" if real else ""]
    process = subprocess.Popen(arguments, env=with_own_places(project))
    if after is not None:
        try:
            return process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    return process.wait()


class Reader(threading.Thread):
    """Somebody who opens the report all the time and counts what is torn."""

    def __init__(self, out: Path, name: str = NAME) -> None:
        super().__init__(daemon=True)  # a failing test must end
        self.store, self.movement = Releases(out), name
        self.reads = self.torn = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.005):
            live = self.store.live(self.movement)
            if live is not None:
                self.reads += 1
                self.torn += verify(live) is None


def left_nothing_elsewhere(project: Path) -> None:
    assert len(scratch(project)) <= 1
    assert not list((project / "tmp").iterdir())
    assert not list((project / "home").iterdir())


def orphans(project: Path) -> list[str]:
    """Return the processes that a killed refresh left: their environment names its folder."""
    mark, found = str(project / "out").encode(), []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it ended, or is not ours to read
            continue
    return found


def after_kills(project: Path) -> None:
    """What must hold after any series of kills."""
    left_nothing_elsewhere(project)
    assert run(project, accept=True, force=True).state == "ok"
    assert not scratch(project)
    assert not list((project / "out").glob(".link-*"))
    assert not list((project / "out/.refresh/runs").glob(".tmp-*"))
    assert all(verify(path) for path in Releases(project / "out").folder(NAME).iterdir())
    assert {record["state"] for record in records(project)} <= {"ok", "killed"}
    assert not list((project / "out/.refresh/code").rglob("*.pyc.*"))


def test_killed_at_every_step_the_live_report_is_whole(project) -> None:
    run(project)
    reader = Reader(project / "out")
    reader.start()
    assert len(STEPS) >= 14
    with subprocess.Popen(
        [sys.executable, faults.__file__], cwd=project, env=with_own_places(project), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as refreshes:  # fmt: skip
        for number, step in enumerate(STEPS):
            set_supporters(project / NAME, 301 + number)
            refreshes.stdin.write(f"{step}\n")
            refreshes.stdin.flush()
            assert int(refreshes.stdout.readline()) == -signal.SIGKILL, step
            live = Releases(project / "out").live(NAME)
            assert live is not None, step
            assert verify(live) is not None, step
        refreshes.stdin.close()
    reader.stop.set()
    reader.join()
    assert reader.reads > 0
    assert reader.torn == 0
    after_kills(project)


@pytest.mark.slow
def test_killed_at_fifty_random_moments_the_live_report_is_whole(project) -> None:
    run(project)
    started = time.monotonic()
    assert kill(project) == 0
    whole = time.monotonic() - started
    reader = Reader(project / "out")
    reader.start()
    chance = random.Random(20151026)
    killed = 0
    for number in range(50):
        set_supporters(project / NAME, 301 + number)
        killed += kill(project, after=chance.uniform(0.3, 1.0) * whole) == -signal.SIGKILL
        live = Releases(project / "out").live(NAME)
        assert live is not None
        assert verify(live) is not None
    reader.stop.set()
    reader.join()
    assert killed > 25
    assert reader.torn == 0
    after_kills(project)


@pytest.mark.slow
def test_killed_ten_times_with_real_kernels_nothing_is_left(project) -> None:
    """Real notebooks, kernels and report of #i4Emploi: minutes, so the kills are ten."""
    real, out = ROOT / "data/i4emploi", project / "out"
    started = time.monotonic()
    assert kill(project, real=real) == 0
    whole = time.monotonic() - started
    good = Releases(out).live(real.name)
    reader = Reader(out, real.name)
    reader.start()
    chance = random.Random(20151026)
    killed = 0
    for _ in range(10):
        moment = chance.uniform(0.05, 0.95) * whole
        killed += kill(project, after=moment, real=real) == -signal.SIGKILL
        assert verify(Releases(out).live(real.name)) is not None
        time.sleep(2)
        assert orphans(project) == []
        left_nothing_elsewhere(project)
    reader.stop.set()
    reader.join()
    assert killed >= 5
    assert reader.torn == 0
    assert kill(project, real=real) == 0
    assert Releases(out).live(real.name) == good
    assert not scratch(project)


# ------------------------------------------------------------------------------- real kernels


def execute(tmp_path: Path, *sources: str, limits: Limits | None = None) -> Outcome:
    write_notebook(tmp_path / "book.ipynb", *sources)
    environment = notebooks.kernel_environment(tmp_path, Path.cwd(), {"I4_OUT": str(tmp_path)})
    limits = limits or Limits(cell=60, notebook=90)
    return notebooks.run_notebook(tmp_path / "book.ipynb", environment, tmp_path, limits)


def test_a_notebook_runs_in_a_clean_environment(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2-not-here")
    done = execute(
        tmp_path,
        "import os, sys; print(dict(os.environ)); print('x', file=sys.stderr)",
        "from ipykernel.connect import get_connection_file; print(get_connection_file())",
    )
    assert done.ok
    page = notebooks.to_html(done.notebook, "book", made_up=True)
    assert "hunter2" not in page
    assert "SECRET_TOKEN" not in page
    assert [output.name for output in done.notebook.cells[0].outputs] == ["stdout"]
    assert "Données fictives" in page
    assert "<script" not in page
    key_file = Path(done.notebook.cells[1].outputs[0].text.strip())
    assert key_file.parent == tmp_path / "runtime"  # swept with the scratch folder after a kill
    assert not key_file.exists()


HABITS = {"TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "LANG": "ja_JP", "PYTHONSTARTUP": "x.py",
          "PYTHONPATH": "/x", "PYTHONHASHSEED": "77", "PYTHONOPTIMIZE": "2", "DISPLAY": ":99",
          "PYTHONWARNINGS": "error", "PYTHONINSPECT": "1", "PYTHONHOME": "/x", "TMPDIR": "/x",
          "IPYTHONDIR": "/x", "JUPYTER_PATH": "/x", "JUPYTER_CONFIG_DIR": "/x", "MPLBACKEND": "Qt",
          "JUPYTER_RUNTIME_DIR": "/x", "MATPLOTLIBRC": "/x", "MPLCONFIGDIR": "/x",
          "OMP_NUM_THREADS": "64", "NUMBA_DISABLE_JIT": "1", "https_proxy": "x"}  # fmt: skip


def test_no_habit_of_who_runs_a_refresh_reaches_a_kernel(tmp_path, monkeypatch) -> None:
    for name in HABITS:
        monkeypatch.delenv(name, raising=False)
    plain = notebooks.kernel_environment(tmp_path, ROOT, {})
    for name, habit in HABITS.items():
        monkeypatch.setenv(name, habit)
    assert notebooks.kernel_environment(tmp_path, ROOT, {}) == plain
    assert {"TZ", "LC_ALL", "PYTHONHASHSEED", "MPLBACKEND"} <= {*plain}  # else the machine's own
    places = [value for name, value in plain.items() if name.endswith("DIR")]
    assert not [place for place in places if Path(place).is_relative_to(ROOT)]  # it is read-only


def test_a_kernel_is_of_this_python_and_leaves_the_home_alone(tmp_path, monkeypatch) -> None:
    home = tmp_path / "home"
    spec = home / ".local/share/jupyter/kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "x"}))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("IPYTHONDIR", raising=False)
    done = execute(tmp_path, "import sys; print(sys.executable)")
    assert done.ok, done.message
    assert done.notebook.cells[0].outputs[0].text.strip() == sys.executable
    assert [path.name for path in home.iterdir()] == [".local"]


@pytest.mark.parametrize(
    ("source", "limits", "kind"),
    [
        ("raise ValueError('boom')", Limits(cell=60), "cell_error"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            Limits(cell=60),
            "kernel_died",
        ),
        ("import time; time.sleep(60)", Limits(cell=1), "cell_timeout"),
        ("import time; time.sleep(60)", Limits(cell=50, notebook=4), "notebook_timeout"),
    ],
)
def test_each_way_to_fail_has_its_name(tmp_path, source, limits, kind) -> None:
    started = time.monotonic()
    assert execute(tmp_path, source, limits=limits).kind == kind
    assert time.monotonic() - started < 45


ASKED = """
import sys
from pathlib import Path
from i4analysis.publish.refresh import notebooks, run
from tests.publish.test_refresh import execute

with run._ended_when_asked():
    execute(Path(sys.argv[1]), "1 + 1")  # the first gives the signals back
    done = execute(Path(sys.argv[1]), "import os, time; print(os.getpid())",
                   "open('started', 'w').write(str(os.getpid())); time.sleep(60)")
print("went on", done.kind)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -2)])
def test_a_command_that_is_asked_to_stop_stops_within_a_notebook(tmp_path, number, code) -> None:
    """A kernel ended by a signal to the command is no dead kernel, to be started again."""
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent), str(Path(__file__).parents[1])])
    asked = subprocess.Popen(
        [sys.executable, "-c", ASKED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=os.environ | {"PYTHONPATH": path},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    started = tmp_path / "started"
    while not (started.exists() and started.read_text()):
        assert asked.poll() is None, asked.communicate()[0]
        time.sleep(0.1)
    asked.send_signal(number)
    said = asked.communicate(timeout=30)[0]
    assert asked.returncode == code, said
    assert "went on" not in said and "DeadKernelError" not in said
    time.sleep(0.5)
    assert not Path("/proc", started.read_text()).exists()


@pytest.mark.slow
def test_another_processor_measures_and_draws_the_same_bytes(tmp_path) -> None:
    """As near to a second machine as one machine gets; numba's cache is not shared."""

    def measured(name: str, more: dict[str, str]) -> list[str]:
        environment = os.environ | more | {
            "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / f"numba-{name}"),
            "MPLBACKEND": "Agg", "SOURCE_DATE_EPOCH": "0",
        }  # fmt: skip
        command = [sys.executable, every_notebook.__file__, str(tmp_path / name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    here = measured("here", {"TZ": "UTC", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"})
    there = measured("there", OTHER_CPU | {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "77"})
    assert len([line for line in here if line.startswith("shown")]) == 8
    assert len([line for line in here if line.startswith("chapters/")]) > 120
    assert here == there


# ----------------------------------------------------------------------- status and schedules


def test_status_tells_the_age_and_the_last_failure(project) -> None:
    run(project)
    lines, good = status.status_lines(project / "out", days=2)
    assert good
    assert NAME in lines[0]
    lines, good = status.status_lines(project / "out", days=0)
    assert not good
    assert "TOO OLD" in lines[0]
    set_supporters(project / NAME, 305)
    with pytest.raises(RefreshError):
        run(project, runner=failing("cell_error"))
    lines, _ = status.status_lines(project / "out", days=2)
    assert "last failure" in lines[0]
    assert "boom" in lines[0]


def test_a_run_of_days_to_come_confirms_nothing_and_hides_no_failure(project) -> None:
    """A clock that was a month ahead, and was set back: status sees what went on since."""
    run(project)
    (record,) = (project / "out/.refresh/runs").glob("*.json")
    later = datetime.now(UTC) + timedelta(days=30)
    told = json.loads(record.read_text()) | {"started": later.isoformat()}
    told["run"] = f"{later:%Y%m%dT%H%M%S.%fZ}-{NAME}"
    record.unlink()
    (record.parent / f"{told['run']}.json").write_text(json.dumps(told))
    lines, good = status.status_lines(project / "out", days=2)
    assert not good and "ahead of this machine's clock" in lines[0]
    set_supporters(project / NAME, 305)
    with pytest.raises(RefreshError):
        run(project, runner=failing("cell_error"))
    lines, good = status.status_lines(project / "out", days=2)
    assert not good and "boom" in lines[0]
    run(project)
    lines, good = status.status_lines(project / "out", days=2)
    assert good and "confirmed 0.0 h ago" in lines[0]


def test_status_of_a_folder_without_reports_is_one_sentence(tmp_path) -> None:
    with pytest.raises(RefreshError, match="holds no refresh"):
        status.read_status(tmp_path)


# What a shell, a crontab or a unit would take for something else.
HOSTILE = 'l\'usine à 10 % $HOME "x"'


@pytest.fixture
def place(tmp_path: Path, monkeypatch) -> Path:
    """A folder of a hostile name with a movement in it, and an i4 that writes down its words."""
    folder = tmp_path / HOSTILE
    movement.create(folder / "data" / NAME, ["walnut"])
    (folder / ".git").mkdir()
    command = folder / "i4"
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >> "$I4_SAID"\n')
    command.chmod(0o755)
    monkeypatch.setattr(status, "_command", lambda: [str(command)])
    monkeypatch.setenv("I4_SAID", str(tmp_path / "said"))
    return folder


@pytest.mark.parametrize("kind", ["systemd", "cron", "github"])
@pytest.mark.parametrize("below", ["", "data", f"data/{NAME}"])
def test_schedules_name_what_exists_from_any_folder(place, kind, below) -> None:
    asked = {"": f"data/{NAME}", "data": NAME, f"data/{NAME}": "."}[below]
    text = status.schedule(kind, place / below, [asked], "public", "mastodon --hashtag walnut")
    assert text.index("mastodon --hashtag walnut") < text.index(" refresh ")
    if kind == "github":
        assert f"i4 refresh data/{NAME} --out" in text
        assert f"path: {Path(below) / 'public'}" in text


def test_what_cron_runs_is_what_was_asked(place, tmp_path) -> None:
    text = status.schedule("cron", place, [f"data/{NAME}"], "public")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in lines:
        job = line.split(" ", 5)[5]
        assert "%" not in job.replace(r"\%", "")  # cron ends the command at a bare one
        subprocess.run(["sh", "-c", job.replace(r"\%", "%")], check=True, cwd="/")
    out = str(place / "public")
    assert (tmp_path / "said").read_text().splitlines() == [
        "refresh", str(place / "data" / NAME), "--out", out, "status", "--out", out,
    ]  # fmt: skip
    assert (place / "public" / "refresh.log").is_file()


def test_the_systemd_unit_is_accepted_by_systemd(place, tmp_path) -> None:
    from shutil import which

    text = status.schedule("systemd", place, [f"data/{NAME}"], "public")
    (start,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    assert "%%" in start
    assert "$$HOME" in start
    if which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    service, timer = text.split("# ~/.config/systemd/user/i4-refresh.timer")
    for name, content in (("service", service), ("timer", timer)):
        (tmp_path / f"i4-refresh.{name}").write_text(content)
    units = [str(tmp_path / f"i4-refresh.{name}") for name in ("service", "timer")]
    check = ["systemd-analyze", "verify", "--user", *units]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert "i4-refresh" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("kind", "movement", "out", "said"),
    [
        ("cron", "data/wallnut", "reports", "holds no movement.toml"),
        ("github", f"data/{NAME}", "/srv/public/reports", "outside the repository"),
    ],
)
def test_a_schedule_of_what_does_not_exist_is_one_sentence(
    place, kind, movement, out, said
) -> None:
    with pytest.raises(I4Error, match=said) as told:
        status.schedule(kind, place, [movement], out)
    assert told.value.exit_code == 2


def test_an_unknown_schedule_is_one_sentence() -> None:
    with pytest.raises(I4Error, match="systemd, cron, github"):
        status.schedule("windows", Path("/srv"), [], "reports")


def test_what_held_somebody_to_forget_is_removed(project) -> None:
    def build(job, code, scratch):
        faults.build(job, code, scratch)
        out = Path(job["out"])
        text = (Path(job["movement"]) / "figures.csv").read_text()
        (out / "page-0.html").write_text(f"<p>Odette <b>Zorbelane</b></p>{text}")
        rewritten = json.loads((out / "manifest.json").read_text())
        rewritten["files"]["page-0.html"] = file_hash(out / "page-0.html")
        (out / "manifest.json").write_text(json.dumps(rewritten))

    for count in (300, 301):
        set_supporters(project / NAME, count)
        run(project, build=build)
    set_supporters(project / NAME, 302)
    run(project)
    store = Releases(project / "out")
    failed = store.failed / "20200101-walnut"
    failed.mkdir()
    (failed / "01.ipynb").write_text('{"cells": ["Zorbelane, Odette"]}')
    (failed.parent / "20200102-walnut").mkdir()
    assert len(list(store.folder(NAME).iterdir())) == 3
    (project / NAME / "erase.csv").write_text("name\nOdette Zorbelane\n")
    live = run(project).release
    assert store.live(NAME) == live
    left = list(store.folder(NAME).iterdir())
    assert len(left) == 2  # the live one, and the one that never held them
    assert not any("Zorbelane" in path.read_text() for one in left for path in one.glob("*.html"))
    assert [path.name for path in store.failed.iterdir()] == ["20200102-walnut"]


def test_the_live_release_that_held_somebody_goes_with_the_switch(project) -> None:
    def build(job, code, scratch):
        (Path(job["out"]) / "zorbelane.txt").write_text("Odette Zorbelane")
        faults.build(job, code, scratch)

    old = run(project, build=build).release
    (project / NAME / "erase.csv").write_text("name\nOdette Zorbelane\n")
    assert run(project).release != old
    assert not old.exists()


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_report_is_read_by_all_and_what_it_is_made_of_by_nobody(project, umask: int) -> None:
    before = os.umask(umask)
    try:
        release = run(project).release
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in (release, *release.rglob("*"))}
    wanted = {path: 0o755 if path.is_dir() else 0o644 for path in modes}
    assert modes == wanted
    above = [one for one in release.parents if one.is_relative_to(project / "out")]
    assert above
    assert all(one.stat().st_mode & 0o555 == 0o555 for one in above)
    for name in ("work", "failed"):
        assert (project / "out/.refresh" / name).stat().st_mode & 0o077 == 0


# -- A part that fails does not take the report with it.


BUILDS = "chapter = i4.chapters.{key}(found, movement)"


def falling(*stems: str):
    """Return a runner that saves a chapter a notebook, but for those that fall on the way."""

    def runner(path, environment, scratch, limits):
        done = faults.runner(path, environment, scratch, limits)
        return (
            replace(done, kind="cell_error", message="ValueError: boom")
            if path.stem in stems
            else done
        )

    return runner


def test_every_notebook_that_falls_is_named_and_the_last_report_stays(project) -> None:
    good = run(project).release
    set_supporters(project / NAME, 305)
    write_notebook(project / "books/03-third.ipynb", "3", "chapter.save()")
    with pytest.raises(RefreshError, match=r"01-first\.ipynb, 03-third\.ipynb failed.*--partial"):
        run(project, runner=falling("01-first", "03-third"))
    assert Releases(project / "out").live(NAME) == good
    kept = {path.name for path in (project / "out/.refresh/failed").rglob("*.ipynb")}
    assert kept == {"01-first.ipynb", "03-third.ipynb"}


def test_the_rest_is_published_when_asked_and_the_next_refresh_is_whole(project) -> None:
    write_notebook(project / "books/02-second.ipynb", BUILDS.format(key="push"), "chapter.save()")
    given = []

    def build(job, code, scratch):
        given.append((job["missing"], sorted(p.name for p in Path(job["chapters"]).iterdir())))
        faults.build(job, code, scratch)

    with pytest.raises(RefreshError, match=r"02-second\.ipynb failed.*rest is published") as told:
        run(project, runner=falling("02-second"), build=build, partial=True)
    assert told.value.exit_code == 1
    assert given == [({"push": "cell_error"}, ["01-first"])]  # a half-run chapter is not there
    live = Releases(project / "out").live(NAME)
    manifest = verify(live)
    assert manifest is not None
    assert manifest["refresh"]["missing"] == ["02-second"]
    assert records(project)[-1]["state"] == "partial"
    lines, good = status.status_lines(project / "out", 7)
    assert not good
    assert "02-second.ipynb" in lines[0]
    write_notebook(project / "books/02-second.ipynb", BUILDS.format(key="push"), "chapter.save()")

    def whole(path, environment, scratch, limits):
        done = faults.runner(path, environment, scratch, limits)
        chapters = Path(environment["I4_OUT"])
        for key in ("push",) if path.stem.startswith("02") else ():
            (chapters / path.stem).rename(chapters / key)
        return done

    assert run(project, runner=whole).state == "ok"  # not skipped: the inputs are the same
    assert verify(Releases(project / "out").live(NAME))["refresh"].get("missing") is None


def test_nothing_is_published_of_a_report_without_a_chapter(project) -> None:
    with pytest.raises(RefreshError, match="failed"):
        run(project, runner=falling("01-first", "02-second"), partial=True)
    assert Releases(project / "out").live(NAME) is None


@pytest.mark.parametrize("last", ["chapter", "# chapter.save()", "print('chapter.save()')", ""])
def test_a_notebook_that_does_not_save_is_refused_before_a_kernel(project, last) -> None:
    write_notebook(project / "books/02-second.ipynb", "2 + 2", last)

    def runner(*_):
        pytest.fail("a kernel was started")

    with pytest.raises(RefreshError, match=r"02-second\.ipynb saves no chapter.*chapter\.save"):
        run(project, runner=runner)


@pytest.mark.parametrize("built", ["", BUILDS.format(key="push")])
def test_a_notebook_that_ran_and_left_no_chapter_is_a_failure(project, built) -> None:
    write_notebook(project / "books/02-second.ipynb", built, "if False:\n    chapter.save()")

    def runner(path, environment, scratch, limits):
        if path.stem.startswith("02"):
            return Outcome(nbformat.v4.new_notebook(), 0.0)
        return faults.runner(path, environment, scratch, limits)

    with pytest.raises(RefreshError, match=r"02-second\.ipynb failed.*was(?: not)? saved"):
        run(project, runner=runner)


@pytest.mark.parametrize(
    ("key", "words", "told"),
    [
        ("title", "10000 voix pour #csiro2014", "thousands parted"),
        ("goal", "sauver 1234567 emplois", "thousands parted"),
    ],
)
def test_what_a_page_cannot_print_is_refused_before_a_kernel(project, key, words, told) -> None:
    path = project / NAME / "movement.toml"
    path.write_text(
        f'name = "{NAME}"\nhashtags = ["walnut"]\n{key} = {{ fr = "{words}", en = "{words}" }}\n'
    )

    def runner(*_):
        pytest.fail("a kernel was started")

    with pytest.raises(RefreshError, match=rf"movement\.toml has, in {key} \(fr\).*{told}"):
        run(project, runner=runner)


@pytest.mark.parametrize(
    ("file", "written", "told"),
    [
        ("movement.toml", 'goal = { fr = "aider @jeanne_d", en = "help" }', "a name starting"),
        ("movement.toml", 'contact = "@jeanne_d, @paul_e"', "2 names starting"),
        ("outcomes.csv", "outcome_id,kind,title_fr,title_en,url\n"
         "a,takeover,Sauvée,Saved,https://twitter.com/x/status/123\n", "the address of a post"),
        ("press.csv", "press_id,outlet,title,url\n"
         "a,La Lampe,Un titre,https://a.example\nb,La Lampe,Un autre,https://t.co/ab\n",
         r"press\.csv, line 3, holds a short link"),
    ],
)  # fmt: skip
def test_a_name_or_the_address_of_a_post_is_refused_before_a_kernel(
    project, file, written, told
) -> None:
    path = project / NAME / file
    own = f'name = "{NAME}"\nhashtags = ["walnut"]\n' if file.endswith(".toml") else ""
    path.write_text(own + written)

    def runner(*_):
        pytest.fail("a kernel was started")

    with pytest.raises(RefreshError, match=told):
        run(project, runner=runner)


@pytest.mark.parametrize(
    "tag", ["csiro2014", "user2019", "2015", "24h", "5g", "1000000", "49ers", "covid_19", "g20"]
)
def test_a_hashtag_with_digits_is_a_name(tag) -> None:
    for lang in ("fr", "en"):
        for text in (f"#{tag} : 12 comptes", f"« #{tag} »", f"Le mouvement #{tag}.", f"#{tag}"):
            assert not printed(text.replace("12 comptes", ""), lang), text
    assert misprint(f"Le mouvement #{tag}.", "fr") is None
    assert misprint(f"The movement #{tag}: it began.", "en") is None


def test_notebooks_are_read_without_the_grammars_of_addresses() -> None:
    """They took a second of every refresh: see `notebooks.nbformat`."""
    code = (
        "import sys; from i4analysis.publish.refresh import notebooks;"
        f" notebooks.nbformat().read({str(next(ROOT.glob('notebooks/*.ipynb')))!r}, as_version=4);"
        " assert 'jsonschema' in sys.modules; assert 'lark' not in sys.modules;"
        " import rfc3987_syntax"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
