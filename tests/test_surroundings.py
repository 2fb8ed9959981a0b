"""Hostile surroundings: whatever stands where a command works, one sentence, and nothing torn.

Each surrounding is what a machine, a disk or another person may put around a command; each is
tried on every command that it can touch. A command may do its work all the same. If it does not,
it says so in one sentence, with an exit code that is not 0, within a moment; it never shows a
traceback or takes the surrounding for a fault of its own; what readers are given stays whole.
"""

from __future__ import annotations

import functools
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import faults
import pytest
import scene

from i4analysis import cli, movement
from i4analysis.archive import command
from i4analysis.publish.refresh import notebooks
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.refresh.releases import Releases, verify

ROOT = Path(__file__).resolve().parents[1]
PATHS = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
WITHIN_S = 20
NAME = "walnut"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices, pipes and limits")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movement with an archive, files to read, and a report that is live."""
    home = tmp_path_factory.mktemp("surroundings")
    movement.create(home / NAME, [NAME])
    (home / NAME / "figures.csv").write_text(
        "figure_id,metric,value,roughness\nF1,supporters_bio,300,at_least\n"
    )
    (home / "raw").mkdir()
    (home / "raw" / "stream.jsonl").write_text(scene.lines([scene.v1(scene.RESHARED)]))
    assert command.read([home / "raw"], home / NAME, say=lambda line: None) == 0
    (home / "books").mkdir()
    faults.write_notebook(home / "books" / "01-first.ipynb")
    (home / "target").mkdir()
    (home / "code").mkdir()
    (home / "code" / "one.py").write_text("x = 1\n")
    with mock.patch.object(refresh, "PACKAGE", home / "code"):
        refresh.refresh(
            [home / NAME], home / "out", notebooks=home / "books",
            runner=faults.runner, build=faults.build,
        )  # fmt: skip
    return home


@pytest.fixture
def place(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to be spoilt, in which `i4 refresh` runs with kernels that are made up."""
    shutil.copytree(prepared, tmp_path / "place", symlinks=True)
    monkeypatch.delenv("I4_DEBUG", raising=False)
    quick = functools.partial(refresh.refresh, runner=faults.runner, build=faults.build)
    monkeypatch.setattr(refresh, "refresh", quick)
    monkeypatch.setattr(refresh, "PACKAGE", prepared / "code")  # not the whole package each time
    monkeypatch.chdir(tmp_path / "place")
    return tmp_path / "place"


COMMANDS = {
    "read": ["read", "raw", "--movement", NAME, "--workers", "2"],
    "check": ["check", NAME],
    "table": ["export", NAME, "--table", "posts", "--out", "target"],
    "graph": ["export", NAME, "--graph", "csv", "--out", "target"],
    "members": ["members", NAME],
    "new": ["new", "target/new", "--hashtag", "x"],
    "notebooks": ["notebooks", NAME],
    "status": ["status", "--out", "out"],
    "refresh": ["refresh", NAME, "--out", "out", "--notebooks", "books", "--force", "--accept"],
}
OF_MOVEMENT, OF_TARGET, OF_OUT = (
    ("read", "check", "table", "refresh"), ("table", "graph", "new"), ("status", "refresh"),
)  # fmt: skip


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def late(number: int, frame: object) -> None:
        raise AssertionError(f"it hangs: no answer after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def is_told(code: int, said: str, *, quiet: bool = False) -> None:
    assert "Traceback" not in said
    assert "fault of i4analysis" not in said
    assert code >= 0, said
    if code and not quiet:
        last = said.rstrip("\n").rpartition("\n")[2]
        assert last.startswith("i4: "), said
        assert last.endswith("."), said
        assert "expected " in last.lower(), said


def answers(name: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    with no_longer_than(WITHIN_S):
        code = cli.main(COMMANDS[name])
    printed, said = capsys.readouterr()
    amiss = name in ("check", "status") and code == 1 and printed  # that is their answer
    is_told(code, said, quiet=bool(amiss))
    return code, said


# ------------------------------------------------------------- what stands where one is asked for

Spoil = Callable[[Path], None]


def gone(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)


def instead(make: Spoil) -> Spoil:
    def spoil(path: Path) -> None:
        gone(path)
        make(path)

    return spoil


STANDS = {
    "a file": instead(lambda path: path.write_text("hello")),
    "a pipe": instead(os.mkfifo),
    "a link to nowhere": instead(lambda path: path.symlink_to("not-mounted/disk")),
    "a link to itself": instead(lambda path: path.symlink_to(path.name)),
    "a folder": instead(lambda path: path.mkdir()),
    "a name too long": instead(lambda path: path.symlink_to("n" * 300)),
}
PLACES = {
    NAME: OF_MOVEMENT,
    f"{NAME}/archive": OF_MOVEMENT,
    f"{NAME}/movement.toml": OF_MOVEMENT,
    f"{NAME}/archive/.lock": ("read",),
    "target": OF_TARGET,
    "out": OF_OUT,
    "out/.refresh": OF_OUT,
    "out/.refresh/work": OF_OUT,
    "out/.refresh/runs": OF_OUT,
    "out/.refresh/refresh.lock": ("refresh",),
    f"out/.refresh/releases/{NAME}": OF_OUT,
    "books": ("refresh",),
}


@pytest.mark.parametrize("stands", STANDS)
@pytest.mark.parametrize("where", PLACES)
def test_whatever_stands_in_the_way_is_told(
    where: str, stands: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    STANDS[stands](place / where)
    for name in PLACES[where]:
        answers(name, capsys)
    if stands != "a name too long":  # glob itself fails there
        assert not list((place / NAME).glob("archive/.unfinished-*"))


def test_an_archive_that_cannot_be_listed_is_not_an_empty_one(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = Releases(place / "out").live(NAME)
    for stands in set(STANDS) - {"a folder"}:
        STANDS[stands](place / NAME / "archive")
        for name in OF_MOVEMENT:
            code, said = answers(name, capsys)
            assert code == 2, (stands, name)
            assert "archive" in said
    assert Releases(place / "out").live(NAME) == live


@pytest.mark.parametrize("stands", STANDS)
def test_what_stands_where_a_file_is_written_is_replaced_or_told(
    stands: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = {}
    for name in ("table", "graph"):
        assert answers(name, capsys)[0] == 0
    for path in (place / "target").iterdir():
        whole[path.name] = path.read_bytes()
    # a folder is refused, so that each must be tried alone; the others give way all at once
    for files in [[file] for file in whole] if stands == "a folder" else [[*whole]]:
        for path in (place / "target").iterdir():
            gone(path)
        for file in files:
            STANDS[stands](place / "target" / file)
        codes = [answers(name, capsys)[0] for name in ("table", "graph")]
        assert sum(codes) == (2 if stands == "a folder" else 0)
        for path in (place / "target").iterdir():
            assert path.is_dir() or path.read_bytes()[:50] == whole[path.name][:50]


def test_an_export_that_is_cut_short_leaves_what_was_there(place: Path) -> None:
    assert run_in(place, "table")[0] == 0
    before = {path: path.read_bytes() for path in (place / "target").iterdir()}
    assert len(before) == 2
    assert run_in(place, "table", limited("RLIMIT_FSIZE", 100))[0] == 2
    assert {path: path.read_bytes() for path in (place / "target").iterdir()} == before


# ----------------------------------------------------------------------- what others leave there


def foreign(folder: Path) -> None:
    """Leave in a folder what no command of ours makes."""
    (folder / "folder.json" / "below").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "loop").symlink_to(".")
    for name, text in (
        ("words.json", "hello"), ("list.json", "[1]"), ("other.json", "{}"),
        ("deep.json", "[" * 100_000), ("part.posts.parquet", "PAR1"), ("new\nline.csv", "a,b\n"),
        ("zz.json", '{"movement": "walnut", "run": "zz", "state": [], "started": 7}'),
        ("zy.json", '{"movement": 3, "run": null, "state": "ok", "started": "never"}'),
        ("a.pyc.1", ""), (".link-x", ""), (".tmp-x", ""),
    ):  # fmt: skip
        (folder / name).write_text(text)
    for name in ("pipe.json", "pipe.csv", "pipe", ".link-pipe"):
        os.mkfifo(folder / name)
    for name in ("nowhere.json", "nowhere.csv", "nowhere"):
        (folder / name).symlink_to("nothing/there")
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv"))).write_text("a,b\n")
    (folder / ".link-folder").mkdir()
    (folder / ".tmp-folder").mkdir()


@pytest.mark.parametrize(
    "where",
    [
        NAME, f"{NAME}/archive", "out", "out/.refresh", "out/.refresh/runs", "out/.refresh/code",
        "out/.refresh/work", "out/.refresh/failed", f"out/.refresh/releases/{NAME}", "live",
        "books", "target",
    ],
)  # fmt: skip
def test_what_others_leave_in_a_folder_of_ours_harms_nothing(
    where: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = Releases(place / "out").live(NAME)
    assert live is not None
    foreign(live if where == "live" else place / where)
    for name in ("read", "check", "table", "status", "refresh"):
        code, said = answers(name, capsys)
        if name in ("table", "refresh"):
            assert code == 0, said
    live = Releases(place / "out").live(NAME)
    assert live is not None
    assert verify(live) is not None


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000, '{"files": {"pipe": "x"}}'])
def test_a_live_report_without_a_manifest_is_made_again(
    content: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = Releases(place / "out").live(NAME)
    assert live is not None
    os.mkfifo(live / "pipe")
    (live / "manifest.json").write_text(content)
    answers("status", capsys)
    assert answers("refresh", capsys)[0] == 0
    again = Releases(place / "out").live(NAME)
    assert again is not None
    assert verify(again) is not None


# ---------------------------------------------------------------------------------------- names

NAMES = ["new\nline", "it's \"so\"", "100 % %s {x}", "a#b?c", "🌰 é", "caf\udce9", "-x", "*[a]?",
         "~root", " a ", "$HOME;ls", "back\\slash", "\u202ertl", "n" * 250]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_folders_of_any_name_are_worked_in(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = place.parent / name
    place.rename(home)
    monkeypatch.chdir(home)
    for asked in ("read", "table", "status", "refresh"):
        whole = [str(home / word) if (home / word).exists() else word for word in COMMANDS[asked]]
        monkeypatch.setitem(COMMANDS, asked, whole)
        code, said = answers(asked, capsys)
        if code:  # pyarrow takes no such path
            assert "caf\\xe9 is not UTF-8" in said or "caf\\xe9/" in said
            assert name.startswith("caf")


COMMANDING = "\x1b]0;sold\x07\x1b[31m\u202egnp.exe\x9b2J\u2067\r\x08"  # titles, colours, reversals


def test_no_name_and_no_text_of_a_stranger_commands_the_terminal(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = scene.v1(scene.RESHARED)
    someone = record["user"] | {"screen_name": "a" + COMMANDING, "description": COMMANDING}
    told = record | {"user": someone | {"name": COMMANDING}, "text": f"#{NAME} {COMMANDING}"}
    named = COMMANDING.replace("/", "")
    rows = [told, record | {"created_at": COMMANDING}, record | {"id_str": COMMANDING},
            {COMMANDING: 1}]  # fmt: skip
    (place / "raw" / f"{named}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (place / "raw" / "columns.csv").write_text(f'id,created_at,te{COMMANDING}xt,"{COMMANDING}"\n')
    with zipfile.ZipFile(place / "raw" / "packed.zip", "w") as packed:
        packed.writestr(f"{named}/a.jsonl", json.dumps(told))
        packed.writestr(f"{named}.bin", b"\0\1\2")
    (place / NAME / f"{named}.csv").write_text("a,b\n")
    capsys.readouterr()
    for arguments in (
        *COMMANDS.values(),
        ["read", named], ["export", NAME, "--table", "posts", "--out", named],
        ["export", NAME, "--table", named], ["new", named, "--hashtag", "x"],
        ["new", "x", "--hashtag", named], ["status", "--out", named], ["refresh", named],
        ["schedule", "cron", named], ["check", named],
    ):  # fmt: skip
        with no_longer_than(WITHIN_S):
            cli.main(arguments)
        said = "".join(capsys.readouterr())
        assert said
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


# ------------------------------------------------------------ what a process is given to work with


def limited(name: str, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(getattr(resource, name), (most, most))


def closed(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


def run_in(
    place: Path,
    name: str,
    before: Callable[[], None] = lambda: None,
    prefix: tuple[str, ...] = (),
    **environment: str,
) -> tuple[int, str]:
    """Run a command of its own process in a surrounding; return its code and what it said."""
    kept = {key: text for key, text in os.environ.items() if key != "I4_DEBUG"}
    kept |= {"PYTHONPATH": PATHS} | environment
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "i4analysis.cli", *COMMANDS[name]],
        cwd=place, env=kept, preexec_fn=before, capture_output=True, text=True, check=False,
        errors="replace", timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("numbers", [(1,), (0, 1, 2)])
def test_closed_streams_keep_no_work_from_being_done(
    numbers: tuple[int, ...], place: Path
) -> None:
    assert run_in(place, "new", closed(*numbers))[0] == 0
    assert (place / "target/new/movement.toml").read_text().startswith("#")
    assert run_in(place, "read", closed(*numbers))[0] == 0


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("ends", ["full", "gone"])
def test_output_that_cannot_be_written(number: int, ends: str, place: Path) -> None:
    def before() -> None:
        if ends == "full":
            new = os.open("/dev/full", os.O_WRONLY)
        else:
            old, new = os.pipe()
            os.close(old)  # its reader is gone, as `head` goes
        os.dup2(new, number)

    code, said = run_in(place, "status", before)
    assert "Traceback" not in said
    if (number, ends) == (1, "full"):
        assert code == 2
        assert said.startswith("i4: The standard output takes nothing more")
    else:
        assert code == 0


@pytest.mark.parametrize(
    ("name", "most", "asked", "words"),
    [
        ("RLIMIT_NOFILE", 20, "read", ""),
        ("RLIMIT_NOFILE", 100, "refresh", "opens 100 files for one command, expected 128"),
        ("RLIMIT_FSIZE", 0, "read", "takes no file so large"),
        ("RLIMIT_FSIZE", 1, "table", "takes no file so large"),
    ],
)
def test_what_the_system_limits_is_told(
    name: str, most: int, asked: str, words: str, place: Path
) -> None:
    code, said = run_in(place, asked, limited(name, most))
    is_told(code, said)
    assert words in said
    assert bool(code) == bool(words)


@pytest.mark.parametrize("name", ["status", "graph"])
def test_a_folder_that_is_gone_is_told(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [str(place / NAME) if word == NAME else word for word in COMMANDS[name]]
    monkeypatch.setitem(COMMANDS, name, whole)

    def leave() -> None:
        (place / "here").mkdir()
        os.chdir(place / "here")
        (place / "here").rmdir()

    code, said = run_in(place, name, leave, PYTHONPATH=str(ROOT))
    is_told(code, said)
    assert code == 2
    assert "The folder in which this command works is gone" in said


def test_a_module_of_somebody_in_place_of_pythons_is_named(place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "json.py").write_text("x = 1\n")
    mine = os.pathsep.join([str(place / "mine"), PATHS])
    code, said = run_in(place, "status", PYTHONPATH=mine)
    is_told(code, said)
    assert code == 70
    assert "mine/json.py, expected the one that came with Python" in said


NOWHERE = {"HOME": "/dev/null", "XDG_CACHE_HOME": "", "TMPDIR": "/nowhere", "TZ": "Mars/Phobos",
           "LC_ALL": "xx_YY.nonsense", "TERM": "dumb", "COLUMNS": "x", "IPYTHONDIR": "/dev/null",
           "JUPYTER_CONFIG_DIR": "/dev/null", "MPLCONFIGDIR": "/dev/null",
           "PYTHONIOENCODING": "ascii:strict", "PATH": "/nowhere", "MPLBACKEND": "nonsense",
           "PYTHONWARNINGS": "error", "PYTHONSTARTUP": "/dev/null",
           "DISPLAY": ":99"}  # fmt: skip


@pytest.mark.parametrize("name", ["read", "graph"])
def test_an_environment_of_nonsense_changes_nothing(name: str, place: Path) -> None:
    code, said = run_in(place, name, **NOWHERE)
    assert code == 0, said
    assert "Traceback" not in said


@pytest.mark.parametrize("year", [1970, 2001, 2126])
def test_a_clock_that_is_wrong_publishes_no_days_to_come(
    year: int, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> datetime:
            return datetime(year, 1, 1, 0, 2, tzinfo=zone)

    live = Releases(place / "out").live(NAME)
    monkeypatch.setattr(refresh, "datetime", Clock)
    code, said = answers("refresh", capsys)
    if year < 2126:
        assert code == 1
        assert f"clock shows {year}-01-01 00:02 UTC" in said
        assert Releases(place / "out").live(NAME) == live
    else:  # nobody can know; but who is told how old a report is learns of it
        assert code == 0
        cli.main(COMMANDS["status"])
        assert "ahead of this machine's clock: set the clock" in capsys.readouterr().out
    assert not list((place / "out/.refresh/work").iterdir())


# ------------------------------------------------------------------------------ what is not ours

BARE = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")  # root without its rights


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="gives files away")
@pytest.mark.parametrize(
    ("where", "asked"),
    [
        (f"{NAME}/archive", "check"), (f"{NAME}/archive", "refresh"), (NAME, "read"),
        ("out", "refresh"), ("target", "new"),
    ],
)  # fmt: skip
def test_what_belongs_to_somebody_else_is_told(where: str, asked: str, place: Path) -> None:
    for path in (place / where, *(place / where).rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    (place / where).chmod(0o700)
    code, said = run_in(place, asked, prefix=BARE)
    is_told(code, said)
    assert code in (1, 2)
    assert "Permission denied" in said


def test_who_has_no_home_is_given_one_for_the_run(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[str] = []

    def home() -> Path:
        if "HOME" not in os.environ:
            raise RuntimeError("Could not determine home directory.")
        return Path(os.environ["HOME"])

    def seen(path: Path, environment: dict[str, str], *more: Any) -> Any:
        given.append(environment["HOME"])
        return faults.runner(path, environment, *more)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(Path, "home", home)
    notebooks._exporter.cache_clear()  # which asks for a home too
    monkeypatch.setattr(refresh, "refresh", functools.partial(refresh.refresh, runner=seen))
    assert answers("refresh", capsys)[0] == 0
    assert "HOME" not in os.environ
    assert given == [os.fspath(place / "out" / ".refresh" / "work")]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs a new network")
def test_a_machine_without_a_loopback_is_told_at_once(place: Path) -> None:
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own is to be had here")
    code, said = run_in(place, "refresh", prefix=("unshare", "-n"))
    is_told(code, said)
    assert code == 1
    assert "does not reach itself" in said
