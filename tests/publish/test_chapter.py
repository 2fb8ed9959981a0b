"""Chapters: what is saved, what is shown, what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sample import adoption_table, movement, outcomes, plot_steps, relays, supporters

from i4analysis.errors import I4Error
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.words.numbers import printed, unexplained


def bare(**options: object) -> Chapter:
    words = Text(fr="Rien.", en="Nothing.")
    return Chapter("push", 5, movement(), words, words, words, **options)  # type: ignore[arg-type]


def test_saved_files_share_a_stem(tmp_path: Path) -> None:
    supporters(movement(), adoption_table()).save(tmp_path)
    folder = tmp_path / "supporters"
    names = {path.name for path in folder.iterdir()}
    assert names == {"chapter.json", "supporters-curve.csv"} | {
        f"supporters-curve.{lang}{phone}.{kind}"
        for lang in ("fr", "en")
        for phone in ("", ".phone")
        for kind in ("svg", "png")
    }
    content = json.loads((folder / "chapter.json").read_text(encoding="utf-8"))
    assert content["as_of"] == "2015-10-19" and content["movement"]["made_up"] is True


def test_same_chapter_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        supporters(movement(), adoption_table()).save(tmp_path / name)
    paths = list((tmp_path / "a" / "supporters").iterdir())
    assert len(paths) == 10
    for path in paths:
        other = tmp_path / "b" / "supporters" / path.name
        assert path.read_bytes() == other.read_bytes(), path.name


def test_nothing_is_written_without_a_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("I4_OUT", raising=False)
    monkeypatch.chdir(tmp_path)
    bare().save()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("I4_OUT", str(tmp_path / "out"))
    bare().save()
    assert (tmp_path / "out" / "push" / "chapter.json").is_file()


def test_the_picture_carries_its_finding_and_the_made_up_mark(tmp_path: Path) -> None:
    supporters(movement(), adoption_table()).save(tmp_path)
    folder = tmp_path / "supporters"
    svg = (folder / "supporters-curve.fr.svg").read_text(encoding="utf-8")
    words = re.findall(r"<(?:text|title|desc)\b[^>]*>([^<]+)", svg)  # text, not outlines
    assert words.count("329 comptes au dernier jour") == 2  # its title, and on the picture
    assert "Données fictives" in words and any("Courbe en escalier" in text for text in words)
    assert "<dc:date>" not in svg
    supporters(movement(made_up=False), adoption_table()).save(tmp_path / "real")
    real = tmp_path / "real" / "supporters"
    assert "Données fictives" not in (real / "supporters-curve.fr.svg").read_text(encoding="utf-8")


def test_csv_reads_back_equal(tmp_path: Path) -> None:
    table = adoption_table()
    supporters(movement(), table).save(tmp_path)
    folder = tmp_path / "supporters"
    raw = (folder / "supporters-curve.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(io.BytesIO(raw), parse_dates=["day"])
    assert back["accounts"].tolist() == table["accounts"].tolist()
    assert [day.date() for day in back["day"]] == table["day"].tolist()


def test_a_missing_figure_says_why() -> None:
    chapter = outcomes(movement())
    assert "no outcome is in the ledger" in chapter.html("outcome-chains")
    assert "aucune issue" in chapter.html("outcome-chains", "fr")


def test_what_a_chapter_leaves_out_without_a_word_says_something() -> None:
    chapter = bare()
    chapter.silent = True
    assert chapter.as_dict()["answer"]["en"] in chapter.html("appeals-lorenz")
    chapter.silent = False
    assert "nothing to show here" in chapter.html("appeals-lorenz")
    assert "rien à montrer ici" in chapter.html("appeals-lorenz", "fr")
    assert "appeals-lorenz" not in chapter.html("appeals-lorenz")


def test_an_empty_table_becomes_a_reason() -> None:
    chapter = bare()
    words = Text(fr="Titre", en="Title")
    chapter.figure("x", pd.DataFrame({"day": []}), lambda lang: plot_steps(None, lang=lang).figure,
                   title=words, subtitle=words, alt=words, source=words)  # fmt: skip
    assert chapter.as_dict()["items"] == []
    assert "There is no data for “Title”" in chapter.html("x")


def test_stems_are_file_names_and_unique() -> None:
    chapter, words = bare(), Text(fr="Titre", en="Title")
    chapter.table("a", pd.DataFrame({"n": [1]}), title=words)
    for stem in ("a", "A b", "../x", ""):
        with pytest.raises(I4Error, match="is not a new file name"):
            chapter.table(stem, pd.DataFrame({"n": [1]}), title=words)


def test_a_null_key_figure_is_not_added() -> None:
    chapter, words = bare(), Text(fr="x", en="x")
    chapter.key_figure("n", pd.NA, words, words)
    chapter.key_figure("m", np.int64(1200), words, words, roughness="about")
    (figure,) = chapter.as_dict()["key_figures"]
    assert figure["value"] == 1200 and figure["text"]["en"] == "about 1,200"


def test_every_number_of_the_samples_is_explained() -> None:
    assert supporters(movement(), adoption_table()).problems() == []
    assert relays(movement()).problems() == []


def test_a_typed_number_is_found_out() -> None:
    chapter = relays(movement())
    chapter.sentence(Text(fr="Soit 57 % du total, ou 1 234 partages.", en="That is 57% of it."))
    faults = unexplained(chapter.as_dict())
    assert any("57%" in fault and "(en)" in fault for fault in faults)
    assert any("57\u202f%" in fault and "(fr)" in fault for fault in faults)
    chapter.sentence(Text(fr="Et 57 %.", en="And 57%."), numbers={"other_share": 0.571})
    assert not any("57" in fault for fault in unexplained(chapter.as_dict()))


def test_two_sentences_may_name_their_numbers_alike() -> None:
    chapter = bare()
    for count in (36, 22_936, 36):
        chapter.sentence(
            Text(fr=f"Il y en a {count:_}.".replace("_", "\u202f"), en=f"There are {count:,}."),
            {"n": count},
        )
    assert chapter.problems() == []


def test_dates_years_and_names_are_not_quantities() -> None:
    fr = "Du 26 au 30 septembre 2015, 1er octobre, à 12 h 30, #i4emploi en 2016, CC BY 4.0"
    assert printed(fr, "fr") == []
    en = "26 September to 1 October 2015, at 12:30, version 1.2.3, 2nd day, i4Emploi"
    assert printed(en, "en") == []


def test_a_table_keeps_types_and_shows_words() -> None:
    table = pd.DataFrame(
        {
            "role": ["founder", None],
            "founder_share": [0.5, None],
            "reshares": [432, 3],
            "open": [True, False],
            "day": [date(2015, 10, 1), None],
        }
    )
    packed = grid.pack(table, {}, {"role": {"founder": Text(fr="fondateur", en="founder")}})
    kinds = [column["type"] for column in packed["columns"]]
    assert kinds == ["text", "share", "number", "flag", "date"]
    shown = [
        grid.shown(c, k, "fr") for c, k in zip(packed["rows"][0], packed["columns"], strict=True)
    ]
    assert shown == ["fondateur", "50\u202f%", "432", "oui", "1er\u00a0octobre\u00a02015"]
    assert packed["rows"][1][:2] == [None, None]


def test_no_cell_of_a_csv_can_run() -> None:
    hostile = ["=1+1", "+x", "-x", "@SUM(A1)", "\t=1", "＝1", 'ok, "x"\n=2',
               "a\x00b\x01\x0bc\rd\x85\u2028\u202e"]  # fmt: skip
    packed = grid.pack(pd.DataFrame({"=name": hostile, "n": range(len(hostile))}), {})
    text = grid.csv_bytes(packed).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(hostile) + 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "＝")) for row in rows for cell in row
    )


def test_a_huge_table_is_refused() -> None:
    with pytest.raises(I4Error, match="expected at most 20,000"):
        grid.pack(pd.DataFrame({"n": range(20_001)}), {})


def test_one_post_of_1970_makes_no_table_of_decades() -> None:
    """Of so many days the first, those of a change and the last are published."""
    days = pd.date_range("1970-01-01", "2026-01-01").date
    accounts = np.where(np.arange(len(days)) < len(days) - 3, 1, 7)
    table = pd.DataFrame({"day": days, "accounts": accounts, "people": None})
    packed = grid.pack(table, {})
    assert packed["rows"] == [["1970-01-01", 1, None], ["2025-12-30", 7, None],
                              ["2026-01-01", 7, None]]  # fmt: skip
