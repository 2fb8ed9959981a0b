"""The door: whatever goes wrong, one sentence and an exit code; a traceback only on request."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

import i4analysis as i4
from i4analysis import cli, errors
from i4analysis.archive import collect

pytestmark = pytest.mark.usefixtures("as_a_user")


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def breaks(out: Path, days: float) -> None:
        raise error

    monkeypatch.setattr("i4analysis.publish.refresh.status.status_lines", breaks)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyError("a\nb"), 70, "a fault of i4analysis itself (KeyError: 'a"),
        (RecursionError("deep"), 70, "run the same with --debug and report"),
        (UnicodeEncodeError("utf-8", "\udce9", 0, 1, "no"), 70, "UnicodeEncodeError"),
        (MemoryError(), 2, "memory of this machine is full"),
        (OSError(errno.ENOSPC, "No space left", "a/b"), 2, "The disk of a/b has no room left"),
        (OSError(errno.EDQUOT, "Quota", "a/b"), 2, "quota"),
        (OSError(errno.EROFS, "Read-only", "a/b"), 2, "is read-only"),
        (
            PermissionError(errno.EACCES, "Denied", "a/b"),
            2,
            "The file a/b cannot be used (Denied)",
        ),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_whatever_is_raised_comes_out_as_one_sentence(
    error: BaseException,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    breaking(monkeypatch, error)
    assert cli.main(["status"]) == code
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert said.startswith("i4: ")


@pytest.mark.parametrize("arguments", [["--debug", "status"], ["status", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_is_typed(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(errors.DEBUG, "")  # so that what the command sets is undone
    breaking(monkeypatch, KeyError("x"))
    with pytest.raises(KeyError):
        cli.main(arguments)
    assert os.environ[errors.DEBUG] == "1"


def test_a_file_that_meets_a_fault_of_ours_does_not_keep_the_others_from_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from i4analysis.archive.reading import work

    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("Source,Target\na,b\n")
    read = work.read_source

    def breaks_at_first(source, sink, *more):
        if source.name.endswith("a.csv"):
            raise LookupError("no such thing")
        return read(source, sink, *more)

    monkeypatch.setattr(work, "read_source", breaks_at_first)
    assert cli.main(["read", str(tmp_path)]) == 2
    first, second, third = capsys.readouterr().err.splitlines()
    assert "a.csv met a fault of i4analysis itself (LookupError: no such thing" in first
    assert second.startswith("passed over: ")
    assert third.startswith("i4: Nothing was read: none of the 2 files ")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        (["chek", "mine"], "check"),
        (["export", "--graph", "gefx"], "gexf"),
        (["read", "x", "--hastag", "y"], "--hashtag"),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest(typed, nearest, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(typed)
    assert ended.value.code == 2
    assert f"did you mean '{nearest}'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "takes"),
    [(["status", "mine"], "options alone"), (["check", "mine", "yours"], "DIR"),
     (["simulate", "--out", "x", "y"], "options alone")],
)  # fmt: skip
def test_a_word_too_many_is_answered_with_what_the_command_takes(typed, takes, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(typed)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert f"unrecognized arguments: {typed[-1]}; i4 {typed[0]} takes {takes}," in told


def test_every_option_of_every_command_says_what_it_is() -> None:
    asked = [cli._parser(), collect.parser()]
    options = 0
    while asked:
        for action in asked.pop()._actions:
            if isinstance(action.choices, dict):
                asked += action.choices.values()
            elif action.dest not in ("kind", "command"):
                assert action.help, action.option_strings or action.dest
                options += 1
    assert options > 50


def _numbers() -> list[tuple[list[str], str]]:
    """Every option of every command that takes a number, with what else that command needs."""
    found, asked = [], [([], cli._parser()), (["collect"], collect.parser())]
    while asked:
        words, parser = asked.pop()
        needed = [
            word
            for one in parser._actions
            if one.required and one.option_strings
            for word in (one.option_strings[0], "x")
        ]
        for one in parser._actions:
            if isinstance(one.choices, dict):
                asked += [([*words, name], below) for name, below in one.choices.items()]
            elif one.metavar == "N" or type(one.default) in (int, float):
                found.append(([*words, *needed], one.option_strings[0]))
    return found


def test_the_options_that_take_numbers_are_found() -> None:
    names = {option for _, option in _numbers()}
    assert names >= {"--workers", "--keep", "--seed", "--posts", "--max-age-days", "--check-days"}


@pytest.mark.parametrize("word", ["-1", "nan", "1e999x", "", "-inf"])
@pytest.mark.parametrize(("words", "option"), _numbers())
def test_a_number_that_cannot_be_one_is_told_at_once(words, option, word, capsys) -> None:
    """Not with a fault of ours after a minute, and not taken for no limit in silence."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, f"{option}={word}", "x"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert f"argument {option}: '{word}', expected a" in told
    assert "number" in told


@pytest.mark.parametrize(
    "typed",
    [
        ["read", ""], ["read", "a", ""], ["read", "a", "--movement", ""], ["refresh", ""],
        ["read", "a", "--hashtag", ""], ["export", "m", "--graph", "csv", "--out", ""],
        ["new", "", "--hashtag", "x"], ["status", "--out="], ["members", "m", "--near", ""],
        ["check", ""], ["simulate", "--out", ""], ["collect", "mastodon", ""],
    ],
)  # fmt: skip
def test_a_word_that_is_empty_is_no_place_and_no_hashtag(
    typed, tmp_path, monkeypatch, capsys
) -> None:
    """`i4 read "$FILE"` of a script that never set FILE read the whole folder it stood in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts.jsonl").write_text("{}\n")
    with pytest.raises(SystemExit) as ended:
        cli.main(typed)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert ": '', expected a word" in told
    assert [path.name for path in tmp_path.iterdir()] == ["posts.jsonl"]


def test_a_mistyped_source_is_answered_with_the_nearest(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(["collect", "mastodn"])
    assert "did you mean 'mastodon'?" in capsys.readouterr().err


def test_who_answers_no_question_is_asked_no_more(tmp_path, monkeypatch, capsys) -> None:
    def ended(prompt: str) -> str:
        raise EOFError  # Ctrl-D

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", ended)
    assert cli.main(["new", str(tmp_path / "m"), "--hashtag", "walnut"]) == 0
    assert (tmp_path / "m" / "movement.toml").is_file()


@pytest.mark.parametrize(
    ("words", "option", "first", "second"),
    [
        ("export m", "--graph", "csv", "gexf"),
        ("export m", "--table", "posts", "edges"),
        ("export m", "--out", "a", "b"),
        ("refresh m", "--keep", "3", "4"),
        ("simulate", "--out", "a", "b"),
    ],
)
def test_an_option_given_twice_does_not_go_unheard(words, option, first, second, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*words.split(), option, first, f"{option}={second}"])
    assert ended.value.code == 2
    assert f"argument {option}: given as {first} and as {second}" in capsys.readouterr().err


def test_words_are_those_that_were_typed_whatever_the_locale(tmp_path: Path) -> None:
    """In a locale of plain ASCII Python hands é on as two bytes, which are no letters."""
    posts = tmp_path / "posts.jsonl"
    golden = Path(__file__).parent / "archive" / "golden" / "twitter-v1.jsonl"
    posts.write_bytes(golden.read_bytes())
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    script = "import sys; from i4analysis.cli import main; sys.exit(main())"

    def typed_in(*words: str) -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-c", script, *words]
        return subprocess.run(
            asked, env=os.environ | bare, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    made = typed_in("new", "m", "--hashtag", "été")
    assert made.returncode == 0, made.stderr
    assert 'hashtags = ["été"]' in (tmp_path / "m" / "movement.toml").read_text(encoding="utf-8")
    read = typed_in("read", "posts.jsonl", "--hashtag", "été")
    assert "fault" not in read.stderr and "left out" in read.stdout, read.stderr


def test_what_cannot_be_searched_for_is_told_at_once(capsys) -> None:
    for option in ("--near", "--search", "--sector"):
        with pytest.raises(SystemExit):
            cli.main(["members", "m", option, "*"])
        assert f"argument {option}: '*', expected letters or digits" in capsys.readouterr().err
    assert cli.main(["read", "https://example.org/a.json"]) == 2
    assert "is an address, expected files on this computer" in capsys.readouterr().err


def test_the_version_is_said(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"i4analysis {i4.__version__}\n"
