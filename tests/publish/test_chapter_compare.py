"""The chapter that sets a movement beside another; what a refresh makes of it, and refuses."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import faults
import invented
import nbformat
import pandas as pd
import pytest
from test_compare import World, archive_of

import i4analysis as i4
from i4analysis import movement
from i4analysis.errors import MovementError, RefreshError
from i4analysis.measure.compare.compare import APART
from i4analysis.movement import BESIDE, Movement
from i4analysis.publish.chapter import registry
from i4analysis.publish.chapters.compare import _reading
from i4analysis.publish.checks.pages import Page
from i4analysis.publish.refresh import inputs
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.report import html, model

ONE = Movement("one", {"fr": "#One", "en": "#One"}, ("one",), ("one",))
TWO = replace(ONE, name="two", hashtags=("two",))


def tagged(archive: i4.Archive, tag: str) -> i4.Archive:
    posts = archive.posts
    lists = pd.array([[tag]] * len(posts), dtype=posts["hashtags"].dtype)
    return replace(archive, posts=posts.assign(hashtags=lists))


def chapter(b: World, **more: Any) -> dict[str, Any]:
    """Build the chapter of two worlds, the second changed; return it saved."""
    first, second = tagged(archive_of(World(), 1), "one"), tagged(archive_of(b, 2, **more), "two")
    found = i4.compare((first, ONE), (second, TWO), draws=60)
    made = i4.chapters.compare(found, ONE, TWO)
    assert made.problems() == []
    return made.as_dict()


@pytest.mark.parametrize(
    ("b", "more", "title", "answer"),
    [
        (World(minutes=6.0), {}, "1 measure differs by more than chance", "against #One: minutes"),
        (World(), {}, "no difference exceeds chance", "none differs"),
        (World(minutes=6.0), {"start": pd.Timestamp("2021-01-01T06:00Z")}, "read with reserve",
         "Years lie between them"),
        (World(authors=8), {}, "cannot be compared", "what it takes to be compared"),
    ],
    ids=["differs", "alike", "apart", "nothing"],
)  # fmt: skip
def test_the_finding_is_what_the_table_says(b, more, title, answer) -> None:
    made = chapter(b, **more)
    assert title in made["title"]["en"]
    assert answer in made["answer"]["en"]
    assert "#One" in made["title"]["fr"]
    if "differs" in title:
        # what is read out stands in the table too: 6 minutes against an hour
        assert any(item.get("stem") == "compare-table" for item in made["items"])
        assert "ratio:" in made["answer"]["en"]
        # each value is said of its own side: the second answers in six minutes, the first in sixty
        second, first = re.search(r", (\S+) against (\S+) \(ratio", made["answer"]["en"]).groups()
        assert float(second) < float(first) / 3


def test_before_and_after_a_day_are_called_so() -> None:
    archive = tagged(archive_of(World(), 1), "one")
    found = i4.compare((archive, ONE), before=date(2015, 10, 6), draws=60)
    made = i4.chapters.compare(found, ONE).as_dict()
    assert "6 October 2015" in made["title"]["en"].replace("\u00a0", " ")
    assert "6 octobre 2015" in made["title"]["fr"].replace("\u00a0", " ")
    assert "#" not in made["title"]["en"]


def test_the_page_says_why_what_leaves_one_out_is_no_sign(tmp_path: Path) -> None:
    """An interval is widened for all measures together: no caution is cut from the page."""
    of = replace(ONE, made_up=False)
    found = i4.compare((tagged(archive_of(World(), 1), "one"), of), before=date(2015, 10, 6),
                       draws=60)  # fmt: skip
    made = i4.chapters.compare(found, of)
    made.save(tmp_path)
    said = [item["text"]["en"] for item in made.as_dict()["items"] if item["kind"] == "sentence"]
    page = Page(html.render(model.read(tmp_path, of), "en"), "en").text
    assert len(said) > 2
    assert [sentence for sentence in said if sentence not in page] == []


def test_nobody_is_named() -> None:
    text = json.dumps(chapter(World(minutes=6.0)))
    assert "account" in text  # of the words alone
    named = tagged(archive_of(World(), 1), "one").posts["author_id"]
    assert not set(named[named.str.len() > 3]) & set(text.split('"'))


# ------------------------------------------------------------------------- a movement's folder


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        movement.create(tmp_path / name, [name])
    head = "figure_id,metric,value,roughness\nF1,supporters_bio,300,at_least\n"
    (tmp_path / "one" / "figures.csv").write_text(head, encoding="utf-8")
    books = tmp_path / "books"
    books.mkdir()
    for name in ("01-first", "09-beside-another"):
        cells = [nbformat.v4.new_code_cell("chapter.save()", id="c")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), books / f"{name}.ipynb")
    return tmp_path


def write(folder: Path, line: str) -> Movement:
    path = folder / "movement.toml"
    told = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{told[0]}\n{line}\n{told[1]}", encoding="utf-8")
    return Movement.load(folder)


def ran(pair: Path) -> list[str]:
    """Refresh the first movement; return the notebooks that its report holds."""
    done = refresh.refresh(
        [pair / "one"], pair / "out", notebooks=pair / "books", runner=faults.runner,
        build=faults.build,
    )[0]  # fmt: skip
    return sorted(path.stem for path in (done.release / "notebooks").glob("*.html"))


def test_the_notebook_runs_only_where_something_is_named(pair) -> None:
    assert ran(pair) == ["01-first"]
    write(pair / "one", 'compare = "../two"')
    assert ran(pair) == ["01-first", "09-beside-another"]


def test_a_day_is_enough(pair) -> None:
    write(pair / "one", "compare_before = 2015-10-15")
    assert ran(pair) == ["01-first", "09-beside-another"]


def test_the_second_movement_is_an_input_and_is_copied(pair) -> None:
    write(pair / "one", 'compare = "../two"')

    def print_of() -> str:
        return inputs.read_inputs(pair / "one", inputs.PACKAGE, pair / "books", None).fingerprint

    before = print_of()
    head = "figure_id,metric,value,roughness\nF1,supporters_bio,3,at_least\n"
    (pair / "two" / "figures.csv").write_text(head, encoding="utf-8")
    assert print_of() != before
    inputs.copy_movement(pair / "one", pair / "copy" / "one")
    other = Movement.load(pair / "copy" / "one").other()
    assert other is not None
    assert other.path == pair / "copy" / "one" / BESIDE
    assert len(other.figures) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('compare = "../three"', "a folder without a movement.toml"),
        ('compare = "."', "a movement of the same name 'one'"),
        ('compare = "../two"\ncompare_before = 2015-10-15', "expected one of the two"),
        ("compare = 3", "expected the folder of another movement"),
        ('compare_before = "soon"', "expected a day"),
        ('compares = "../two"', "did you mean 'compare'"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(pair, line, said) -> None:
    with pytest.raises(MovementError, match=said):
        write(pair / "one", line).other()


def test_a_real_movement_is_not_set_beside_a_made_up_one(pair) -> None:
    write(pair / "two", "made_up = true")
    write(pair / "one", 'compare = "../two"')
    with pytest.raises((MovementError, RefreshError), match="made up and the other is not"):
        ran(pair)


def test_an_archive_of_an_hour_is_too_short_and_not_without_reshares() -> None:
    start = pd.Timestamp("2015-10-01T06:00Z")
    rows = [invented.post(f"p{n}", f"a{n}", start + pd.Timedelta(minutes=n)) for n in range(30)]
    rows += [
        invented.reshare(f"r{n}", f"b{n}", start + pd.Timedelta(minutes=n + 20), f"p{n}", f"a{n}")
        for n in range(30)
    ]
    archive = tagged(invented.archive(rows), "one")
    made = i4.chapters.compare(i4.compare((archive, ONE), before="middle", draws=60), ONE)
    saved = made.as_dict()
    assert "what it takes" in saved["answer"]["en"]
    assert "no reshares" not in saved["answer"]["en"]
    # of a side that holds nothing nothing is told apart
    assert not any(item.get("stem") == "compare-apart" for item in saved["items"])


def test_sides_with_cases_enough_and_no_measure_are_not_said_to_lack_cases() -> None:
    """Thirty authors come in on the first day and go on for a week: no reshare, nobody new."""
    start = pd.Timestamp("2015-10-01T06:00Z")
    rows = [invented.post(f"p{n}", f"a{n % 30}", start + pd.Timedelta(minutes=40 * n))
            for n in range(240)]  # fmt: skip
    own = tagged(invented.archive(rows), "one")
    later = invented.post("z", "a0", start + pd.Timedelta(days=90))  # without the hashtag
    archive = i4.Archive(pd.concat([own.posts, invented.archive([later]).posts]))
    found = i4.compare((archive, ONE), before=date(2015, 10, 6), draws=60)
    saved = i4.chapters.compare(found, ONE).as_dict()
    assert (found.table[["n_a", "n_b"]].min(axis=1) >= 20).any()
    told = json.dumps(saved)
    assert saved["excluded"][0]["count"] > 0
    assert "half of its posts" not in told
    for wrong in ("enough cases", "archive's end", "archive’s end", "own posts alone"):
        assert wrong not in told
    assert saved["as_of"] == "2015-10-07"  # the last day of the second side


def test_only_what_a_reserve_touches_is_told_with_it() -> None:
    """Of one side many reshares are lost: who came, and when, is compared all the same."""
    first, second = tagged(archive_of(World(), 1), "one"), tagged(archive_of(World(), 2), "two")
    found = i4.compare((first, ONE), (second, TWO), draws=60)
    lost = found.table["measure"].isin(["reshares_a_post", "share_relayed"])
    table = found.table.assign(verdict=found.table["verdict"].mask(lost, "apart"))
    found = replace(
        found, table=table, apart=APART.of({"reason": ["loss"], "a": ["0.90"], "b": ["0.30"]})
    )
    verdicts = found.table.loc[found.table["change"].notna(), "verdict"].tolist()
    assert {*verdicts} == {"apart", "no_sign"}
    made = i4.chapters.compare(found, ONE, TWO).as_dict()
    assert f": {verdicts.count('apart')} measure" in made["title"]["en"].replace("\u00a0", " ")
    assert "that this touches" in made["answer"]["en"]


def test_a_ratio_is_never_told_as_nothing() -> None:
    row = {"measure": "reshares_a_post", "scale": "ratio", "a": 50.0, "b": 0.1,
           "lo": 0.0012, "hi": 0.0034}  # fmt: skip
    made = registry.begun("compare", ONE)
    told = _reading(made, row)
    assert "0.001 to 0.003" in told["en"]


def test_the_day_that_parts_a_movement_is_of_its_second_side() -> None:
    archive = tagged(archive_of(World(), 1), "one")
    made = i4.chapters.compare(i4.compare((archive, ONE), before=date(2015, 10, 6), draws=60), ONE)
    assert not re.search(r"\b[Aa]fter\b", made.title.en)
    assert "après" not in made.title.fr


def test_another_movement_is_withheld_only_where_there_is_one() -> None:
    told = {among: registry.not_told("compare", ONE, among, {"what": "post"})
            for among in (("compare",), registry.of_archives())}  # fmt: skip
    assert ["other archive" in made.answer["en"] for made in told.values()] == [True, False]
