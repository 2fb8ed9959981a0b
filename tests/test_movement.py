from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import i4analysis as i4
from i4analysis import cli, movement
from i4analysis.archive import check
from i4analysis.cli import main
from i4analysis.errors import MovementError
from i4analysis.hashtags import spelling
from i4analysis.ledgers import LEDGERS
from i4analysis.measure import outcomes
from i4analysis.measure.accounts.marks import seeks_work
from i4analysis.movement import Movement
from i4analysis.publish.chapter import front

REAL = Path(__file__).resolve().parents[1] / "data" / "i4emploi"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    movement.create(tmp_path / "Walnut Days", ["#Walnut", "noyer"], timezone="Europe/Paris")
    return tmp_path / "Walnut Days"


def test_a_new_folder_loads_as_it_is(folder) -> None:
    made = Movement.load(folder)
    assert made.name == "walnut-days"
    assert made.hashtags == ("walnut", "noyer")
    assert made.supporter_marks == ("walnut", "noyer")
    assert not made.made_up
    assert all(made.ledger(name).empty for name in LEDGERS)
    assert (folder / "raw").is_dir()


def test_the_mark_of_people_looking_for_work_is_written_where_it_is_given(tmp_path) -> None:
    movement.create(tmp_path / "m", ["walnut"], seekers=["#WalnutR"])
    assert Movement.load(tmp_path / "m").seeker_marks == ("walnutr",)
    with pytest.raises(MovementError, match="cannot mark a bio"):
        movement.create(tmp_path / "n", ["walnut"], seekers=["a b"])


def test_a_new_movement_without_a_mark_says_how_seekers_are_known(tmp_path, capsys) -> None:
    assert main(["new", str(tmp_path / "m"), "--hashtag", "walnut"]) == 0
    assert "no seeker_marks" in capsys.readouterr().err
    assert main(["new", str(tmp_path / "n"), "--hashtag", "walnut", "--seekers", "walnutR"]) == 0
    assert "seeker_marks" not in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "marks"), [("#WalnutR hire", ("walnutr", "hire")), ("", ())])
def test_on_a_terminal_a_new_movement_asks_for_the_mark(
    tmp_path, monkeypatch, capsys, typed, marks
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["new", str(tmp_path / "m"), "--hashtag", "walnut"]) == 0
    said = capsys.readouterr().err
    assert "Which hashtag do people looking for work show" in said
    assert ("no seeker_marks" in said) == (not marks)
    assert Movement.load(tmp_path / "m").seeker_marks == marks


NO_MOVEMENTS = {  # what is named: what stands there, and what to do next
    "walnutt": ("There is no folder .*walnutt,", "did you mean '.*walnut'"),
    "nothing/at/all": ("There is no folder ", "i4 new DIR"),
    "raw files": ("holds no movement.toml", "i4 new DIR"),
    "walnut/movement.toml": ("is a file", "name .*walnut[.]$"),
    "walnut/press.csv": ("is a file", "name .*walnut[.]$"),
    "walnut/raw/deeper": ("holds no movement.toml", "name .*walnut[.]$"),
    "tweets.jsonl": ("is a file", "i4 new DIR"),
}


@pytest.mark.parametrize("what", NO_MOVEMENTS)
def test_what_is_no_movement_is_said_as_what_it_is(tmp_path, what) -> None:
    """An empty archive in silence would make every chapter say that there is none."""
    movement.create(tmp_path / "walnut", ["walnut"])
    (tmp_path / "walnut/raw/deeper").mkdir()
    (tmp_path / "raw files").mkdir()
    (tmp_path / "tweets.jsonl").write_text("{}\n")
    found, then = NO_MOVEMENTS[what]
    for load in (i4.load, Movement.load):
        with pytest.raises(MovementError, match=f"{found}.*expected.*{then}"):
            load(tmp_path / what)


@pytest.mark.parametrize("asked", [["notebooks"], ["collect", "mastodon", "--instance",
                                   "m.example", "--hashtag", "walnut", "--movement"]])  # fmt: skip
def test_nothing_is_written_into_a_folder_that_is_no_movement(asked, tmp_path, capsys) -> None:
    movement.create(tmp_path / "walnut", ["walnut"])
    for name in ("walnutt", "walnut/raw"):
        before = sorted(tmp_path.rglob("*"))
        assert main([*asked, str(tmp_path / name)]) == 2
        assert str(tmp_path / "walnut") in capsys.readouterr().err
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("words", ["CON", "nul", "Com1", "lpt9", "AUX"])
def test_no_name_is_one_that_windows_keeps_for_itself(words, tmp_path) -> None:
    """The report's folder would not unpack there."""
    movement.create(tmp_path / words, [words])
    assert Movement.load(tmp_path / words).name == f"i4-{words.lower()}"


def test_what_to_type_next_can_be_typed(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts.txt").write_text("")
    for name in ("mon mouvement é", "-dash", "it's", "$(touch x)", "a;b", "plain", "x*"):
        assert main(["new", "--hashtag", "walnut", "--seekers", "walnutR", "--", name]) == 0
        told = capsys.readouterr().out.split("then: i4 ")[1]
        listed = re.findall("`i4 (.*?)`", (tmp_path / name / "CHECKLIST.md").read_text())
        for line in (told, *listed):
            typed = cli._parser().parse_args(shlex.split(line.replace("PATH...", "posts.txt")))
            folders = {getattr(typed, "movement", None), getattr(typed, "dir", None),
                       *(getattr(typed, "dirs", None) or ())} - {None}  # fmt: skip
            assert [Path(one).resolve() for one in folders] == [tmp_path / name]


def test_a_second_movement_in_the_same_folder_is_refused(folder) -> None:
    with pytest.raises(MovementError, match=r"already holds a movement\.toml"):
        movement.create(folder, ["walnut"])


@pytest.mark.parametrize("tag", ["", "#", "two words", "a'b"])
def test_a_hashtag_that_cannot_be_one_is_refused(tmp_path, tag) -> None:
    with pytest.raises(MovementError, match="cannot name a movement"):
        movement.create(tmp_path / "m", [tag])


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("عمل", "عمل"), ("求職", "求職"), ("किसान आंदोलन", "किसान-आंदोलन"), ("Été 2015", "été-2015"),
        ("cafe\u0301", "café"), ("İstanbul", "istanbul"), ("???", "walnut"), ("-_a", "a"),
        ("می\u200cخواهم", "میخواهم"), ("x" * 200, "x" * 100), ("語" * 80, "語" * 33),
    ],
)  # fmt: skip
def test_a_name_keeps_letters_of_any_script(tmp_path: Path, folder: str, name: str) -> None:
    movement.create(tmp_path / folder, ["walnut"])
    assert Movement.load(tmp_path / folder).name == name


# Scripts whose key is not what was written: dotless and dotted i, ß, final sigma, full width,
# Arabic with a presentation form, vowel marks, a joiner, a decomposed accent, capitals inside.
_TAGS = st.one_of(
    st.sampled_from(
        ["求職中", "işarıyorum", "İŞARIYORUM", "Straße", "ΟΔΟΣ", "δρόμος", "ｉ４Ｅｍｐｌｏｉ",
         "ﻋﻤﻞ", "می\u200cخواهم", "cafe\u0301", "BlackLivesMatter", "i4emploiR", "ﬁn", "हिन्दी"]
    ),
    st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Mn", "Nd"]), min_size=1, max_size=8)
    .filter(spelling),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_TAGS, _TAGS, _TAGS)
def test_a_hashtag_is_printed_as_the_file_writes_it(first: str, mark: str, seeker: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        source = movement.create(Path(place) / "m", [first], seekers=[seeker])
        title, text = f"#{spelling(first)}", source.read_text("utf-8")
        text = text.replace('seeker_marks = ["', f'seeker_marks = ["{mark}", "')
        source.write_text(text.replace(f'"{title}"', '"Untitled"'), "utf-8")
        read = Movement.load(source.parent)
        both = replace(read, title={"en": f"Look, {title.upper()}✊🏿 (2015)"})
    written = {}
    for tag in (first, mark, seeker):
        written.setdefault(movement.normalize_hashtag(tag), f"#{spelling(tag)}")
    printed = {key: read.spelled(key) for key in (*read.hashtags, *read.seeker_marks)}
    assert printed == written
    assert read.called == title
    asks = replace(read, goal={"fr": "sauver le noyer", "en": "save the walnut"})
    told = front.headline(outcomes.story(outcomes.dossiers(asks, i4.Archive()), asks), asks)
    assert all(title in told[language] for language in ("fr", "en"))
    if movement.normalize_hashtag(title.upper()) in read.hashtags:  # as its title shouts it
        assert both.called == title.upper()


@pytest.mark.parametrize("zone", ["Europe/Pari", "", "UTC+2", "GMT+3", "../x", "a\0b"])
def test_a_zone_that_does_not_exist_is_told_at_once(tmp_path: Path, zone: str) -> None:
    with pytest.raises(MovementError, match="IANA name") as caught:
        movement.create(tmp_path / "m", ["walnut"], timezone=zone)
    assert ("did you mean" in str(caught.value)) == (zone == "Europe/Pari")
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hashtags = ["Walnut", "noyer"]', "hashtags = []", "names no hashtag"),
        ('hashtags = ["Walnut", "noyer"]', 'hashtags = ["a"', "not valid TOML"),
        ('hashtags = ["Walnut", "noyer"]', 'hashtags = ["two words"]', "a list of hashtags"),
        ("Europe/Paris", "Europe/Meymac", "IANA"),
        ('name = "walnut-days"', 'name = "../up"', "lower-case"),
        ("seeker_marks = []", "seekers = []", "unknown key 'seekers'"),
        ("seeker_marks = []", "started_on = '2015-09-26'", "without quotes"),
        ("seeker_marks = []", "seeker_mark = []", "did you mean 'seeker_marks'"),
        ("seeker_marks = []", "publish_not_before = 2015-10-20T06:00:00", "offset"),
        ("seeker_marks = []", "publish_not_before = 2015-10-20", "offset"),
        ("seeker_marks = []", "seeker_marks = [1]", "a list of hashtags"),
        ("seeker_marks = []", "started_on = 2020-06-01\nended_on = 2020-05-01", "no earlier"),
        ("seeker_marks = []", "started_on = 2999-06-01", "a day still to come"),
        ("seeker_marks = []", "made_up = 'yes'", "true or false"),
        ('author = ""', "author = 3", "text in quotes"),
        ("seeker_marks = []", "goal = {de = 'x'}", "gives goal .* expected text or"),
        ("seeker_marks = []", "columns = {'*.csv' = {id = 1}}", "a pattern of file names"),
        (
            "seeker_marks = []",
            "goal = {fr = 'x', ended_on = 1}",
            "ended_on under .goal., expected",
        ),
        ("seeker_marks = []", "started_on = 2015-09-26T10:00:00", "= 2015-09-26 10:00:00, exp"),
    ],
)
def test_a_fault_in_the_toml_is_named(folder, old, new, words) -> None:
    path = folder / "movement.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(MovementError, match=words) as caught:
        Movement.load(folder)
    assert "movement.toml" in str(caught.value)


def test_no_movement_is_one_sentence(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv(movement.MOVEMENT_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MovementError, match="was not found"):
        Movement.load()
    with pytest.raises(MovementError, match="i4 new"):
        Movement.load(tmp_path)


def test_the_variable_names_the_movement(folder, monkeypatch) -> None:
    monkeypatch.setenv(movement.MOVEMENT_VARIABLE, str(folder))
    assert Movement.load().name == "walnut-days"


def test_a_relative_name_is_found_from_the_folder_of_the_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    movement.create(tmp_path / "data" / "mine", ["mine"])
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert Movement.load("data/mine").hashtags == ("mine",)
    monkeypatch.setenv(movement.MOVEMENT_VARIABLE, "data/mine")
    assert Movement.load().hashtags == ("mine",)
    with pytest.raises(MovementError, match="There is no folder data/other"):
        Movement.load("data/other")


def test_the_period_starts_at_midnight_of_the_place(folder) -> None:
    path = folder / "movement.toml"
    path.write_text("started_on = 2015-09-26\n" + path.read_text())
    made = Movement.load(folder)
    assert made.started_on == date(2015, 9, 26)
    assert made.started_at == pd.Timestamp("2015-09-25T22:00:00Z")


HEAD = "figure_id,metric,value,roughness,date,precision,measurement\n"


def test_a_ledger_keeps_its_types_and_its_gaps(folder) -> None:
    text = (
        'F1,supporters_bio,300,at_least,2015-10-17,week,yes\n\nF2,"a, b",1.5,about,,unknown,no\n'
    )
    (folder / "figures.csv").write_text(HEAD + text, encoding="utf-8-sig")
    figures = Movement.load(folder).figures
    assert figures["value"].tolist() == [300.0, 1.5]
    assert figures["date"].isna().tolist() == [False, True]
    assert figures["measurement"].tolist() == [True, False]
    assert figures["publisher"].isna().all()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_a_ledger_that_a_french_spreadsheet_saved_is_the_same(folder, encoding) -> None:
    plain = "F1,supporters_bio,1.5,about,2015-10-07,day,yes,« L’Écho »\n"
    ours = HEAD.replace("\n", ",publisher\n") + plain
    saved = ours.replace(",", ";").replace("1.5", "1,5").replace("2015-10-07", "07/10/2015")
    saved = saved.replace(";yes;", ";VRAI;").replace("\n", "\r\n")
    (folder / "figures.csv").write_text(ours, encoding="utf-8")
    figures = Movement.load(folder).figures
    (folder / "figures.csv").write_bytes(saved.encode(encoding))
    pd.testing.assert_frame_equal(Movement.load(folder).figures, figures)


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text.replace(",", "\t"), "utf-16"),  # Excel's "Unicode text"
        (lambda text: "sep=;\n" + text.replace(",", ";"), "utf-8-sig"),
        (lambda text: text.replace("\n", ",,\n"), "utf-8"),  # columns once used
        (lambda text: "\n# ours\n" + text.title(), "utf-8"),
        (lambda text: text.replace("600000", "600\u202f000"), "utf-8"),
        (lambda text: text.replace("600000", "600 000"), "cp1252"),
        (lambda text: text.replace("2015-10-07", "2015-10-07 00:00:00"), "utf-8"),
        (lambda text: text.replace(",", ";").replace("2015-10-07", "7.10.2015"), "cp1252"),
    ],
)
def test_a_ledger_is_the_same_however_a_spreadsheet_saves_it(folder, change, encoding) -> None:
    ours = HEAD + "F1,Supporters,600000,at_least,2015-10-07,day,yes\n"
    (folder / "figures.csv").write_text(ours)
    figures = Movement.load(folder).figures
    (folder / "figures.csv").write_bytes(change(ours).encode(encoding))
    pd.testing.assert_frame_equal(Movement.load(folder).figures, figures)


def test_a_day_without_its_precision_is_a_day(folder) -> None:
    """The page said of one outcome that its date was unknown and came after the hashtag."""
    row = "o1,2016-03-02,jobs,Usine reprise,Plant bought,yes\n"
    (folder / "outcomes.csv").write_text(f"outcome_id,date,kind,title_fr,title_en,main\n{row}")
    assert Movement.load(folder).outcomes["precision"].tolist() == ["day"]


def test_an_account_is_known_by_the_address_of_its_profile(folder) -> None:
    """Else a founder is none, and whoever asks to be forgotten is not."""
    told = ("https://twitter.com/ana_example", "ana_b", "https://a.example/@ana", "x.com/ana?s=20")
    for name in ("founders", "erase"):
        rows = "".join(f"{one}\n" for one in told)
        (folder / f"{name}.csv").write_text(f"handle\n{rows}")
        handles = Movement.load(folder).ledger(name)["handle"].tolist()
        assert handles == ["ana_example", "ana_b", "ana@a.example", "ana"]
        (folder / f"{name}.csv").unlink()


def test_an_address_without_its_scheme_leads_somewhere(folder) -> None:
    told = ("www.a.example/1", "a.example/1", "https://a.example/1", "the town's archive", "n.d.")
    rows = "".join(f"p{n},A,{one}\n" for n, one in enumerate(told))
    (folder / "press.csv").write_text(f"press_id,outlet,url\n{rows}")
    first, second, *others = Movement.load(folder).press["url"]
    assert [first, second] == ["https://www.a.example/1", "https://a.example/1"]
    assert tuple(others) == told[2:]


def test_a_number_that_may_be_a_thousand_times_itself_is_refused(folder) -> None:
    """600.000 of a French spreadsheet is six hundred thousand in Brussels and Berlin."""
    for number in ("600.000", "600,000", "1.500"):
        row = f"F1;a;{number};exact;;;\n"
        (folder / "figures.csv").write_text(HEAD.replace(",", ";") + row)
        with pytest.raises(MovementError, match="nothing between thousands"):
            Movement.load(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("F1,supporters_bio,many,at_least,,,\n", "line 2, column value, holds 'many'"),
        ("F1,supporters_bio,3,roughly,,,\n", "expected one of exact, at_least, about"),
        ("F1,supporters_bio,3\n", "line 2, has 3 cells"),
        ("F1,a,1e999,exact,,,\n", "line 2, column value, holds '1e999', expected a number"),
        ('F1,a,"600,000",exact,,,\n', "holds '600,000', expected .*nothing between thousands"),
        ("F1,a,600.000,exact,,,\n", "holds '600.000', expected .*nothing between thousands"),
        ("F1,a,-3,exact,,,\n", "line 2, column value, holds '-3'"),
        ("F1,a,1e15,exact,,,\n", "line 2, column value, holds '1e15'"),
        ("F1,a,-inf,exact,,,\n", "line 2, column value, holds '-inf'"),
        ("F0,a,1,exact,,,\nF1,a,nan,exact,,,\n", "line 3, column value, holds 'nan'"),
        ("F1,,3,exact,,,\n", "line 2, leaves metric empty"),
        ("F1,a,3,exact,17/10/2015,,\n", "line 2, column date"),
        ("F1,a,3,exact,,,\nF1,b,4,exact,,,\n", "line 3, repeats F1 of line 2"),
        ('F1,"a\nb",3,exact,,,\nF2,a,x,exact,,,\n', "line 4, column value"),
    ],
)
def test_a_fault_in_a_ledger_is_named_by_line(folder, text, words) -> None:
    (folder / "figures.csv").write_text(HEAD + text)
    with pytest.raises(MovementError, match=words):
        Movement.load(folder)


def no_link(path: Path) -> None:
    path.symlink_to(path.name)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "is a folder, expected"),
    "pipe": (os.mkfifo, "is a pipe, expected"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device, expected"),
    "link to itself": (no_link, "cannot be opened .*where it leads"),
    "link to nowhere": (lambda path: path.symlink_to("gone"), "cannot be opened .*where it leads"),
    "zero byte": (
        lambda path: path.write_bytes(b"a\nb\0"),
        r"line 2, holds the character U\+0000",
    ),
    "no encoding": (lambda path: path.write_bytes(b"a\n\xe9\x81\n"), "line 2, is not UTF-8"),
}


@pytest.mark.parametrize("name", ["press.csv", "erase.csv", "movement.toml"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_text_is_told_and_not_waited_for(folder: Path, name: str, kind: str) -> None:
    """An `erase.csv` that leads nowhere is no empty one: whom it names would be published."""
    make, words = HOSTILE[kind]
    (folder / name).unlink()
    make(folder / name)
    with pytest.raises(MovementError, match=words):
        Movement.load(folder)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("figures.csv", HEAD + 'F1,"a,3,,,,\n' + "F2,a,3,exact,,,\n" * 9_000, "line 2, is not"),
        ("figures.csv", HEAD + "F1,a,3,exact,,,\n,b," + "x" * 10**7, "line 3, is not valid CSV"),
        ("figures.csv", HEAD.replace("precision", "metric"), "unexpected column 'metric'"),
        ("figures.csv", ",".join(map(str, range(100_000))), "line 1, lacks the column"),
        ("figures.csv", HEAD + "F1,a," + "9" * 5_000 + "x,exact,,,", "line 2, column value"),
        ("figures.csv", HEAD.replace("\n", "\r") + "F1,a,x,exact,,,\r", "line 2, column value"),
        ("movement.toml", 'hashtags = ["a"]\nx = ' + "[" * 9_000, "nests deeper"),
        ("movement.toml", 'hashtags = ["a"]\n' + "a." * 200_000 + "a = 1", "nests deeper"),
        ("movement.toml", 'hashtags = ["a"]\nx = ' + "9" * 9_000, "not valid TOML"),
        ("movement.toml", f'hashtags = ["a"]\ntitle = "{"x" * 2**20}"', "larger than 1 MB"),
        ("figures.csv", HEAD + "F1,a,3,exact,9999-12-31,day,\n", "column date, holds '9999"),
        ("figures.csv", HEAD + "F1,a,3,exact,0222-05-03,day,\n", "column date, holds '0222"),
        ("movement.toml", 'name = "a"\nhashtags = ["a"]\nended_on = 9999-12-31', "years 1000"),
        ("movement.toml", 'hashtags = ["a"]\ntitle = "a\\u0000"', "without control characters"),
        ("movement.toml", f'hashtags = ["a"]\nmade_up = "{"x" * 9_000}"', "gives made_up"),
    ],
)  # fmt: skip
def test_what_is_endless_is_one_short_sentence_at_once(
    folder: Path, name: str, content: str, words: str
) -> None:
    (folder / name).write_text(content)
    begun = time.process_time()
    with pytest.raises(MovementError, match=words) as told:
        Movement.load(folder)
    assert time.process_time() - begun < 2
    assert len(str(told.value)) < 500


PIECES = (
    '"', '""', ",", ";", "\n", "\r", "\r\n", "\0", "\ufeff", "#", "\u202e", "9" * 400, "-", "nan",
    "1e999", "0001-01-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "[", "{",
    "]]", "a.b", "'" * 3, "\\", "=", "yes", "é", "\ud800",
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from([*(f"{name}.csv" for name in LEDGERS), "movement.toml"]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(PIECES)), max_size=4),
    st.sampled_from(["utf-8", "utf-16", "latin-1", "utf-8-sig"]),
)
def test_any_ledger_loads_or_is_told_in_one_sentence(
    name: str, cuts: list[tuple[float, int, str]], encoding: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "m"
        shutil.copytree(REAL, made, ignore=shutil.ignore_patterns("archive", "raw"))
        path = made / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for at, gone, piece in cuts:
            begin = int(at * len(text))
            text = text[:begin] + piece + text[begin + gone :]
        path.write_bytes(
            text.encode(encoding, "surrogatepass" if "utf" in encoding else "replace")
        )
        try:
            found = Movement.load(made)
            lines = [*check.amiss(found), *check.overview(found, seeks_work)]
        except MovementError as error:
            lines = [str(error)]
            assert name in lines[0] and len(lines[0]) < 600
        for line in lines:
            line.encode()
            assert len(line.splitlines()) == 1


def test_what_an_older_ledger_still_holds_is_read_past(folder) -> None:
    head = "claim_id,outcome_id,claimant,stance,relay_kind,basis,likelihood_if_true_lo\n"
    (folder / "claims.csv").write_text(head + "c,o,A,credits,movement,party,0.5\n")
    claims = Movement.load(folder).claims
    assert claims["claimant"].tolist() == ["A"]
    assert "likelihood_if_true_lo" not in claims
    assert claims["speaks_of_itself"].isna().all()


def test_a_report_knows_who_signs_it_and_when_it_was_written(folder) -> None:
    assert Movement.load(folder).unsigned == ("author", "contact")
    path = folder / "movement.toml"
    text = path.read_text().replace('author = ""', 'author = "A. Writer"')
    text = text.replace("# compiled_on = 2015-12-01", "compiled_on = 2015-12-01")
    path.write_text(text + '\n[goal]\nfr = "sauver"\nen = "save"\n')
    made = Movement.load(folder)
    assert made.unsigned == ("contact",)
    assert made.compiled_on == date(2015, 12, 1)
    assert made.goal["en"] == "save"


def test_a_report_may_say_where_it_will_stand(folder) -> None:
    path = folder / "movement.toml"
    text = path.read_text()
    path.write_text('address = "https://example.org/reports/x"\n' + text)
    assert Movement.load(folder).address == "https://example.org/reports/x/"
    for wrong in ("example.org", "file:///x", "https://", "https://a b/"):
        path.write_text(f'address = "{wrong}"\n' + text)
        with pytest.raises(MovementError, match=r"gives address = .*expected where"):
            Movement.load(folder)


def test_a_wrong_header_is_named(folder) -> None:
    (folder / "figures.csv").write_text("figure_id,metric,value,roughness,colour\n")
    with pytest.raises(MovementError, match="unexpected column 'colour'"):
        Movement.load(folder)
    (folder / "figures.csv").write_text("figure_id,value\n")
    with pytest.raises(MovementError, match="lacks the column 'metric'"):
        Movement.load(folder)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("goal,,,2015-11-13,day,", None),
        ("goal,,,2015-11-13,month,2015-11-01", None),
        ("goal,,,2015-11-13,week,2015-11-07", None),
        ("goal,,,2015-11-13,day,2015-11-12", "column not_after, holds 2015-11-12, a day before"),
        ("goal,,,2015-11-13,year,2014-12-31", "column not_after"),
        ("crisis,not_obtained,,,,", "column result, holds 'not_obtained' in a row of role"),
        ("support,partly_obtained,,,,", "column result"),
        ("step,not_obtained,,,,", None),
        ("goal,,b,2015-11-13,day,", None),
        ("goal,,b,2016-02-01,day,", "column undone_by, names 'b' of 2016-01-31, before the date"),
        ("goal,,b,2016-01-01,month,", None),
    ],
)
def test_cells_of_an_outcome_that_contradict_are_refused(folder, cells, fault) -> None:
    (folder / "outcomes.csv").write_text(
        "outcome_id,kind,title_fr,title_en,role,result,undone_by,date,precision,not_after\n"
        f"b,other,Fin,End,aftermath,,,2016-01-31,day,\na,other,Titre,Title,{cells}\n"
    )
    if fault is None:
        assert len(Movement.load(folder).outcomes) == 2
    else:
        with pytest.raises(MovementError, match=f"line 3, {fault}"):
            Movement.load(folder)


@pytest.mark.parametrize(
    "copied", [("", "a", "b"), ("b", "a", ""), ("", "b", ""), ("c", "a", "b")]
)
def test_of_claims_that_copy_one_another_one_is_the_first(folder, copied) -> None:
    rows = [f"{key},o,X,X,2015-10-02,day,credits,#m,movement,witness,https://example.org,{of}"
            for key, of in zip("abc", copied, strict=True)]  # fmt: skip
    head = ("claim_id,outcome_id,claimant,publisher,date,precision,stance,relay,relay_kind,basis,"
            "url,copied_from")  # fmt: skip
    (folder / "claims.csv").write_text("\n".join([head, *rows]))
    if copied[1:] == ("a", "b") and not copied[0]:
        assert len(Movement.load(folder).claims) == 3
    else:
        with pytest.raises(MovementError, match=r"copied_from, holds .* the row itself"):
            Movement.load(folder)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (",b", None),
        (",a", "line 3, column undone_by, holds 'a', expected the outcome_id of another row"),
        (",B", "line 3, column undone_by, holds 'B'.*did you mean 'b'"),
        ("failed,", "line 3, column result, holds 'failed', expected one of obtained"),
    ],
)
def test_what_was_lost_again_names_the_row_that_tells_how(folder, cells, fault) -> None:
    rows = ("outcome_id,kind,title_fr,title_en,result,undone_by\nb,other,Fin,End,,\n"
            f"a,other,Titre,Title,{cells}\n")  # fmt: skip
    (folder / "outcomes.csv").write_text(rows)
    if fault is None:
        assert Movement.load(folder).outcomes["undone_by"].dropna().tolist() == ["b"]
    else:
        with pytest.raises(MovementError, match=fault):
            Movement.load(folder)
