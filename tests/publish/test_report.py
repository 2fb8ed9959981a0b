"""The report: every format of one model, the same bytes for the same input, nothing that runs."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pypdf
import pytest
from sample import (
    OTHER_CPU,
    adoption_table,
    archive,
    movement,
    plot_bars,
    plot_steps,
    relays,
    save_all,
)

from i4analysis import tables
from i4analysis.errors import RefreshError
from i4analysis.ledgers import LEDGERS
from i4analysis.publish import chapters
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.chapter import Chapter, Source, Text
from i4analysis.publish.chapter.registry import begun, could_not
from i4analysis.publish.charts.story import squares_worth
from i4analysis.publish.checks import report as checks
from i4analysis.publish.checks.pages import Page, _typography
from i4analysis.publish.report import build as report
from i4analysis.publish.report import cards, html, model, pages, sheets
from i4analysis.publish.words import ledgers as told_of
from i4analysis.publish.words import wording

ROOT = Path(__file__).resolve().parents[2]
LANGS = ("fr", "en")
PREVIOUS = {
    "release": "0123",
    "as_of": "2015-10-10",
    "key_figures": {"supporters.founders": 31, "supporters.accounts": 200, "archive.posts": 796},
    "inputs": {"movement": {"archive/a": "1", "figures.csv": "1"}, "code": {"a": "1"}},
}
REFRESH = {
    "fingerprint": "f" * 64,
    "inputs": {"movement": {"archive/a": "2", "figures.csv": "1"}, "code": {"a": "1"}},
    "previous": PREVIOUS,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    save_all(folder / "chapters", movement())
    report.build(
        folder / "chapters", movement(), folder / "out", previous=PREVIOUS, refresh=REFRESH
    )
    return folder / "out"


@pytest.mark.parametrize("lang", LANGS)
def test_a_section_does_not_say_again_what_the_first_screen_says(
    tmp_path: Path, lang: str
) -> None:
    of = movement()
    made = pages.page(model.read(save_all(tmp_path, of), of), lang)
    first = " ".join([*made["story"], *(answer["text"] for answer in made["answers"])])
    for section in made["sections"]:
        leads = [block["text"] for block in section["blocks"] if block["kind"] == "lead"]
        assert not any(text in first for text in leads)
    told = {answer["section"] for answer in made["answers"]} - {""}
    assert told <= {section["id"] for section in made["sections"]}


@pytest.mark.parametrize("lang", LANGS)
def test_a_notebook_is_linked_by_its_topic_else_by_its_question(tmp_path: Path, lang: str) -> None:
    of = movement()
    path = save_all(tmp_path, of) / "outcomes" / "chapter.json"
    own = json.loads(path.read_text("utf-8")) | {"key": "own", "order": 12}
    path.rename(path.parent / "gone")
    (tmp_path / "own").mkdir()
    (path.parent / "gone").rename(tmp_path / "own" / "chapter.json")
    (tmp_path / "own" / "chapter.json").write_text(json.dumps(own), encoding="utf-8")
    books = ("04-who-relayed-whom.html", "12-own.html", "mine.html")
    made = model.read(tmp_path, of, notebooks=books)
    links = [link["text"] for link in pages.page(made, lang)["notebooks"]]
    topic = {"fr": "Qui l’a porté", "en": "Who carried it"}[lang]
    assert links == [topic, own["question"][lang], "mine"]


def page(folder: Path, lang: str) -> Page:
    return Page((folder / report.PAGES[lang]).read_text(encoding="utf-8"), lang)


def paper(folder: Path, lang: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(folder / f"made-up-report.{lang}.pdf")


def test_a_good_report_has_no_fault(built: Path) -> None:
    assert checks.run(built, movement()) == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_holds_everything_itself(built: Path, lang: str) -> None:
    read = page(built, lang)
    assert len(read.html.encode()) < 1_500_000 and "script" not in read.tags
    assert "default-src 'none'" in read.html
    assert all(address.startswith(("data:", "#")) for address in read.addresses)


def front(text: str, lang: str) -> str:
    """Return the first screen: what stands before the first section."""
    return text[: text.index({"fr": "Télécharger", "en": "Download"}[lang]) + 99]


@pytest.mark.parametrize("lang", LANGS)
def test_page_one_stands_alone(built: Path, lang: str) -> None:
    shown = front(page(built, lang).text, lang)
    for words in {
        "fr": ("De 30 fondateurs à 329 comptes en 23 jours", "Données fictives", "au moins",
               "329", "19\u00a0octobre 2015", "corrections [at] example.org",
               "Qui l’a porté\u202f?", "Quelle ampleur\u202f?", "PDF", "Tableur",
               "Rapport non signé"),
        "en": ("From 30 founders to 329 accounts in 23 days", "Made-up data", "at least", "329",
               "19\u00a0October 2015", "corrections [at] example.org", "Who carried it?",
               "How big was it?", "PDF", "Spreadsheet", "Unsigned report"),
    }[lang]:  # fmt: skip
        assert words in shown


def test_since_last_report_says_what_moved(built: Path) -> None:
    text = page(built, "en").text
    box = text[text.index("Since the last report") : text.index("How to read these figures")]
    assert re.search(r"founders on day one – 31 → 30 \(fell\)", box)
    assert re.search(r"accounts showing the hashtag – 200 → 329 \(rose\)", box)
    assert "posts read" not in box  # unchanged
    assert "Inputs changed: the archive of posts." in box


@pytest.mark.parametrize("lang", LANGS)
def test_what_moved_less_than_is_printed_did_not_move(tmp_path: Path, lang: str) -> None:
    of = movement()
    made = model.read(save_all(tmp_path, of), of, previous={"key_figures": {}})
    before = {name: value + 0.0004 for name, value in made.figures().items()}
    same = replace(made, previous={"key_figures": before})
    assert pages.page(same, lang)["since"]["rows"] == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_declared_period_is_no_data(tmp_path: Path, lang: str) -> None:
    """Where nothing was read and no ledger is kept, no day is told as that of the data."""
    of = movement(started_on=date(2016, 1, 5), ended_on=date(2016, 3, 31), author="Ada")
    begun("story", of).save(tmp_path)
    shown = pages.page(model.read(tmp_path, of), lang)
    assert shown["dateline"] == {"fr": "par Ada", "en": "by Ada"}[lang]
    assert "31" not in shown["cite"]
    assert shown["kicker"].endswith("2016")
    begun("story", of, as_of=date(2015, 11, 1)).save(tmp_path)  # nor a year after the data
    assert "2016" not in pages.page(model.read(tmp_path, of), lang)["kicker"]


@pytest.mark.parametrize(
    ("day", "known", "years"),
    [(date(2019, 3, 1), "day", "from 2018"), (date(2018, 12, 31), "day", "2018"),
     (date(2018, 1, 1), "year", "from 2018"), (date(2018, 12, 30), "day", "from 2018")],
)  # fmt: skip
def test_a_year_of_which_nothing_is_told_is_where_it_begins(
    tmp_path: Path, day: date, known: str, years: str
) -> None:
    """Of a start on New Year's Eve the year is not that of what came of it."""
    told = pd.DataFrame({"date": [day], "precision": [known]}, dtype=object)
    of = movement(started_on=date(2018, 12, 31))
    figures = tables.build(LEDGERS["figures"], told.to_dict("records"))
    for ended in (None, date(2025, 6, 1)):  # which is after all that is told
        of = replace(of, ledgers={**of.ledgers, "figures": figures}, ended_on=ended)
        begun("story", of, as_of=date(2019, 9, 1)).save(tmp_path)
        kicker = pages.page(model.read(tmp_path, of), "en")["kicker"]
        assert re.search(r"(?:from )?\d{4}$", kicker)[0] == years


@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook_is_dated_as_the_page_is(tmp_path: Path, lang: str) -> None:
    """By the day of the data, no finer than it is known: it was not written on that day."""
    of = movement()
    save_all(tmp_path, of)
    path = tmp_path / "archive" / "chapter.json"
    for day, how in (("2015-10-31", "day"), ("2015-11-01", "month"), (None, "day")):
        path.write_text(json.dumps(json.loads(path.read_text("utf-8"))
                                   | {"as_of": day, "as_of_known": how}), "utf-8")  # fmt: skip
        made = model.read(tmp_path, of)
        told = pages.page(made, lang)["dateline"]
        book = openpyxl.load_workbook(io.BytesIO(sheets.render(made, lang)))
        lines = [cell.value for cell in book[book.sheetnames[0]]["A"]]
        assert told in lines
        assert not any("établi le" in str(one) or "written on" in str(one) for one in lines)


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_is_written_on_no_day_to_come(tmp_path: Path, lang: str) -> None:
    ahead = datetime.now(UTC).date() + timedelta(days=2)
    for day, told in ((date(2016, 3, 1), True), (ahead, False)):
        of = replace(movement(), compiled_on=day)
        save_all(tmp_path, of)
        made = model.read(tmp_path, of)
        assert (model.WORDS["written"][lang] in made.dated(lang)) == told
        cited = json.dumps(pages.page(made, lang), default=str)
        assert (f"({day.year})" in cited) == told


@pytest.mark.parametrize("start", [date(2015, 1, 1), date(2020, 1, 1)])
def test_a_report_is_dated_by_its_data_whatever_start_is_declared(
    tmp_path: Path, start: date
) -> None:
    of = movement(started_on=start)
    Chapter("archive", 1, of, *(Text(fr="t", en="t"),) * 3, as_of=date(2016, 1, 1)).save(tmp_path)
    assert "2016" in model.read(tmp_path, of).dated("en")


@pytest.mark.parametrize("how", ["week", "month", "year"])
def test_what_is_known_to_the_year_may_be_later_than_its_first_day(
    tmp_path: Path, how: str
) -> None:
    """A day is not told as the last one where something of that month or year is told too."""
    of = movement()
    save_all(tmp_path, of)
    for key, known in (("archive", how), ("supporters", "day")):
        path = tmp_path / key / "chapter.json"
        told = {"as_of": "2016-01-01", "as_of_known": known}
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | told), "utf-8")
    assert model.read(tmp_path, of).up_to == (date(2016, 1, 1), how)


@pytest.mark.parametrize("key", ["archive", "outcomes"])
def test_a_day_to_come_is_not_the_last_of_the_data(tmp_path: Path, key: str) -> None:
    """Nor is a day of a ledger the last one of an archive whose last post is still to come."""
    of = movement()
    save_all(tmp_path, of)
    past = model.read(tmp_path, of).as_of
    path = tmp_path / key / "chapter.json"
    ahead = {"as_of": f"{datetime.now(UTC).date() + timedelta(days=400)}"}
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | ahead), "utf-8")
    known = None if key == "archive" else past
    assert past is not None and model.read(tmp_path, of).as_of == known


def test_a_day_of_the_workbook_is_as_fine_as_itself(tmp_path: Path) -> None:
    """The last day possible is a day, however roughly the event is known."""
    of = movement(made_up=False)
    made = Chapter("archive", 1, of, *(Text(fr="t", en="t"),) * 3)
    table = pd.DataFrame({"date": [date(2016, 2, 1)], "precision": ["month"],
                          "not_after": [date(2016, 2, 20)], "n": [1]})  # fmt: skip
    made.table("chronology", table, title=Text(fr="t", en="t"))
    made.save(tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(sheets.render(model.read(tmp_path, of), "en")))
    about, last = (cell.number_format for cell in book["Chronology"][2][:2])
    assert "d mmmm" not in about and "d mmmm" in last


@pytest.mark.parametrize("how", ["day", "week", "month", "year"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_day_that_no_workbook_knows_is_written_in_words(
    tmp_path: Path, lang: str, how: str
) -> None:
    """A plant may be of 1898; Excel shows ##### there, and 0 January for the first of 1900."""
    of = movement(made_up=False)
    made = Chapter("archive", 1, of, *(Text(fr="t", en="t"),) * 3)
    old = [date(1850, 5, 1), date(1899, 12, 31), date(1900, 1, 1), date(1900, 2, 28)]
    days = [*old, date(1900, 3, 1), date(2015, 9, 26)]
    table = pd.DataFrame({"date": days, "precision": [how] * len(days), "n": 1})
    made.table("chronology", table, title=Text(fr="t", en="t"))
    made.save(tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(sheets.render(model.read(tmp_path, of), lang)))
    cells = [row[0] for row in book[book.sheetnames[1]].iter_rows(min_row=2)]
    told = [cell.value for cell in cells[: len(old)]]
    assert told == [wording.date(day, lang, how) for day in old]
    assert [cell.value.date() for cell in cells[len(old) :]] == days[len(old) :]


QUOTED = {  # what is quoted: its language as HTML says it ("" is unknown), how each page shows it
    "L'usine est sauvée !": ("fr", "«\u00a0L’usine est sauvée\u202f!\u00a0»", None),
    # words that Spanish has too
    "Un sursis à l'usine": ("fr", "«\u00a0Un sursis à l’usine\u00a0»", None),
    "It isn't the mayor: it was the hashtag": (
        "en", "“It isn’t the mayor: it was the hashtag”", None,
    ),
    "أنقذت الحملة المصنع: 54 %": (
        "", "«\u00a0أنقذت الحملة المصنع: 54 %\u00a0»", "“أنقذت الحملة المصنع: 54 %”",
    ),
    "Das Werk ist «gerettet» !": (
        "", "«\u00a0Das Werk ist «gerettet» !\u00a0»", "“Das Werk ist «gerettet» !”",
    ),
    "求職 300": ("", "«\u00a0求職 300\u00a0»", "“求職 300”"),
    "300": ("", "«\u00a0300\u00a0»", "“300”"),
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_a_quotation_is_in_its_own_language(tmp_path: Path, lang: str) -> None:
    """No report of a movement that speaks Arabic was built: its quotations were held French."""
    of = movement()
    made = Chapter("story", 0, of, *(Text(fr="t", en="t"),) * 3)
    source = Source("s", "https://example.org/")
    same = {name: Text(fr="x", en="x") for name in ("who", "role", "says", "words", "standing")}
    voices = [
        {**same, "kind": "", "quote": words, "source": source, "date": Text(fr="", en="")}
        for words in QUOTED
    ]
    dated = {name: Text(fr="d", en="d") for name in ("date", "title", "verdict", "copy")}
    made.part("obtained")
    made.card("one", **dated, voices=voices, source=source)
    made.save(tmp_path)
    page = html.render(model.read(tmp_path, of), lang)
    for own, french, english in QUOTED.values():
        shown = english or french if lang == "en" else french
        turns = "" if own else ' dir="auto"'
        assert f'<q lang="{own}"{turns}>{shown}</q>' in page
    assert not list(_typography(Page(page, lang), ()))


@pytest.mark.parametrize("lang", LANGS)
def test_what_somebody_is_asked_goes_on_from_their_name(tmp_path: Path, lang: str) -> None:
    """No report with an ask was published in French, #i4Emploi's neither: `maire: quel jour`."""
    of = movement()
    made = Chapter("story", 0, of, *(Text(fr="t", en="t"),) * 3)
    made.part("settle")
    what = {"fr": "quel jour", "en": "which day"}
    asked = Text(**{own: told_of.asked([words], own) for own, words in what.items()})
    made.ask(Text(fr="Le maire", en="The mayor"), asked)
    made.save(tmp_path)
    page = html.render(model.read(tmp_path, of), lang)
    shown = {"fr": "Le maire</strong>\u00a0: quel jour.", "en": "The mayor</strong>: which day."}
    assert shown[lang] in page
    assert not list(_typography(Page(page, lang), ()))


@pytest.mark.parametrize("lang", LANGS)
def test_a_handle_is_one_word_in_the_workbook_and_in_the_csv(tmp_path: Path, lang: str) -> None:
    """With its @ and no apostrophe; what a cell could run keeps its own."""
    of = movement(made_up=False)
    made = Chapter("relays", 1, of, *(Text(fr="t", en="t"),) * 3)
    table = pd.DataFrame({"handle": ["ana", "b_2"], "role": ["@SUM(1)", "=1+1"], "n": [3, 1]})
    made.table("influence", table, title=Text(fr="t", en="t"))
    made.save(tmp_path)
    report_of = model.read(tmp_path, of)
    book = openpyxl.load_workbook(io.BytesIO(sheets.render(report_of, lang)))["influence"]
    assert [[cell.value for cell in row][:2] for row in book.iter_rows(min_row=2)] == [
        ["@ana", "'@SUM(1)"], ["@b_2", "'=1+1"]]  # fmt: skip
    ((_, item),) = report_of.tabled()
    written = grid.csv_bytes(item, "fr" if lang == "fr" else None).decode("utf-8-sig")
    assert [row[:4].strip(",;") for row in written.splitlines()[1:]] == ["ana", "b_2"]


def written(
    of: object, folder: Path, *tables: tuple[str, pd.DataFrame], lang: str, **more: Any
) -> list[Any]:
    """Return the sheets of a report of these tables, as a program opens them."""
    made = Chapter("relays", 1, of, *(Text(fr="t", en="t"),) * 3)  # type: ignore[arg-type]
    for stem, table in tables:
        made.table(stem, table, title=Text(fr="t", en="t"), **more)
    made.save(folder)
    return [*openpyxl.load_workbook(io.BytesIO(sheets.render(model.read(folder, of), lang)))]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("made_up", [False, True])
def test_each_sheet_has_a_name_of_its_own_that_a_workbook_takes(
    tmp_path: Path, lang: str, made_up: bool
) -> None:
    """Cut to its length, told apart whatever the case, and none that Excel or we keep."""
    long = "a" * 31
    stems = [long, *(f"{long}{place}" for place in range(11)), "history", "historique",
             "columns", "colonnes", "lisez-moi", "read-me", "people", "personnes", "press-list",
             "presse"]  # fmt: skip
    listed = [(stem, pd.DataFrame({"text": ["a", "b"], "n": [1, 2]})) for stem in stems]
    book = written(movement(made_up=made_up), tmp_path, *listed, lang=lang)
    names = [sheet.title.lower() for sheet in book]
    assert len({*names}) == len(names) == len(stems) + 2
    assert max(map(len, names)) == 31 and not {"history", "historique"} & {*names}
    assert not re.search(r"[\[\]:*?/\\]|(^|\n)'|'(\n|$)", "\n".join(names))
    first, *others, _ = book
    links = [cell.hyperlink.location for row in first for cell in row if cell.hyperlink]
    assert {link.partition("!")[0].strip("'") for link in links} == {one.title for one in others}


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_of_a_workbook_is_lost_or_becomes_a_link(
    tmp_path: Path, lang: str, monkeypatch
) -> None:
    """An address too long to be a link, or one too many, is words; a long text is cut."""
    monkeypatch.setattr(sheets, "MOST_URLS", 2)
    near, far = "https://a.example/2", f"https://a.example/{'u' * 2_100}"
    texts = ["https://a.example/1", "🏭" * 20_000, "mailto:a@b.example", "internal:A1", "{=1}"]
    table = pd.DataFrame({"title": texts, "n": range(5), "url": [far, *[near] * 4]})
    found = written(movement(made_up=False), tmp_path, ("press", table), lang=lang,
                    links={"title": "url"})  # fmt: skip
    cells = list(found[1].iter_rows(min_row=2))
    assert [row[0].value for row in cells] == [texts[0], "🏭" * 16_383, *texts[2:]]
    assert [row[2].value for row in cells] == table["url"].tolist()
    assert not any(cell.data_type == "f" for row in cells for cell in row)
    links = [cell.hyperlink.target for row in cells for cell in row if cell.hyperlink]
    assert links == [near] * 2


@pytest.mark.parametrize("lang", LANGS)
def test_how_to_read_speaks_of_what_the_report_holds(tmp_path: Path, lang: str) -> None:
    """Of outcomes only where the ledger has some, of posts only where posts were read."""
    row = {"outcome_id": "o", "title_fr": "t", "title_en": "t", "role": "goal", "url": "http://a"}
    kept = {"outcomes": tables.build(LEDGERS["outcomes"], [row])}
    after, bio = ("“After”", "A bio") if lang == "en" else ("« Après »", "Une bio")
    least = {"en": "“At least”", "fr": "« Au moins »"}[lang]
    for ledgers, posts in itertools.product(({}, kept), (0, 796)):
        of = movement(ledgers=ledgers)
        folder = tmp_path / f"{len(ledgers)}-{posts}"
        save_all(folder, of, posts=posts)
        made = model.read(folder, of)
        told = " ".join(text[lang].replace("\u00a0", " ") for text in made.readings)
        assert (after in told) is bool(ledgers)
        assert (bio in told) is bool(posts)
        assert least not in told  # no figure that a source rounds


def test_nothing_to_compare_is_nothing_to_print(tmp_path: Path) -> None:
    assert "Since the last report" not in words_of(tmp_path)


def test_a_missing_chapter_takes_no_section(built: Path) -> None:
    text = page(built, "fr").text
    assert "Ce qui a été affirmé" not in text and "L’histoire en une image" not in text
    assert "aucun résultat n’est inscrit" in text.lower()  # one line where a reader would look


@pytest.mark.parametrize(("key", "why", "words"), [
    ("relays", "cell_timeout", {"fr": "« Qui a relayé qui ? » Cette partie n’a pas pu être"
                                      " calculée : le calcul a dépassé le temps permis.",
                                "en": "“Who relayed whom?” This part could not be computed: the"
                                      " computation took longer than allowed."}),
    ("archive", "cell_error", {"fr": "le calcul s’est arrêté sur une erreur.",
                               "en": "the computation stopped on an error."}),
    ("story", "of another kind", {"fr": "le calcul s’est arrêté sur une erreur.",
                                  "en": "the computation stopped on an error."}),
])  # fmt: skip
def test_a_part_that_could_not_be_computed_is_said(
    tmp_path: Path, key: str, why: str, words: dict[str, str]
) -> None:
    """In one sentence at the top of the page; no other sentence says that there is nothing."""
    save_all(tmp_path / "chapters", movement())
    assert chapters.relays  # registered
    could_not(key, movement(), why).save(tmp_path / "chapters")
    report.build(tmp_path / "chapters", movement(), tmp_path / "out")
    assert checks.run(tmp_path / "out", movement()) == []
    for lang, said in words.items():
        found = page(tmp_path / "out", lang)
        plain = re.sub(r"[\s\u00a0\u202f]+", " ", found.text)
        assert re.sub(r"[\s\u00a0\u202f]+", " ", said) in plain
        assert ("Rapport incomplet", "Incomplete report")[lang == "en"] in plain
        assert not re.search(
            "[Ww]ithout an archive|[Ss]ans archive|No archive|Aucune archive", plain
        )
        if key == "story":
            assert "registre de résultats" not in plain and "ledger of outcomes" not in plain


def test_a_chapter_without_a_question_of_the_page_takes_no_section(tmp_path: Path) -> None:
    save_all(tmp_path / "chapters", movement())
    silent = begun("appeals", movement())
    silent.silent = True
    silent.titled("title.not-looked-for")
    silent.answered("answer.not-looked-for")
    silent.save(tmp_path / "chapters")
    report.build(tmp_path / "chapters", movement(), tmp_path / "out")
    assert "seeker_marks" not in page(tmp_path / "out", "en").text


def test_a_number_without_a_figure_still_answers_how_big_it_was(tmp_path: Path) -> None:
    """Figures of people looking for work are withheld; what is said of them in sum is not."""
    save_all(tmp_path / "chapters", movement())
    path = tmp_path / "chapters" / "supporters" / "chapter.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved["items"] = [item for item in saved["items"] if "stem" not in item]
    path.write_text(json.dumps(saved), encoding="utf-8")
    assert saved["key_figures"]
    report.build(tmp_path / "chapters", movement(), tmp_path / "out")
    html = (tmp_path / "out" / "index.en.html").read_text(encoding="utf-8")
    screen = html[html.index('<dl class="answers">') : html.index("</dl>")]
    assert "How big was it?" in screen and saved["answer"]["en"][:20] in screen


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_published_and_what_was_measured_are_both_told(tmp_path: Path, lang: str) -> None:
    """Neither silences the other: the headline may rest on either."""
    of = movement()
    made = model.read(save_all(tmp_path, of), of)
    leads = {name: {"text": {"fr": f"Publié : {name}.", "en": f"Published: {name}."}}
             for name in ("carried", "size")}  # fmt: skip
    opening = {**made.chapters["supporters"], "leads": leads, "items": [], "key_figures": []}
    made = replace(made, chapters={**made.chapters, "story": opening})
    told = {one["section"]: one["text"] for one in pages.page(made, lang)["answers"]}
    for name, chapter, of_it in (("carried", "relays", "title"), ("size", "supporters", "answer")):
        assert told[name].startswith(leads[name]["text"][lang])
        assert made.chapters[chapter][of_it][lang] in told[name]


@pytest.mark.parametrize("told", [5, 6])
def test_a_sum_that_is_published_alone_is_told_once_on_the_first_screen(told: int) -> None:
    of = movement()
    answer = {"fr": "Sommes.", "en": "Sums."}
    five = {"id": "published-followers-summed", "text": {"fr": "5", "en": "5"}}
    sums = {"answer": answer, "title": answer, "items": [], "key_figures": [five]}
    size = {"text": {"fr": f"Publié : {told}.", "en": f"Published: {told}."}}
    held = {"items": [], "leads": {}, "key_figures": [{"value": 1}]}
    report = model.Report(of, {"archive": held, "followers": sums,
                               "story": {"leads": {"size": size}, "items": []}}, {})  # fmt: skip
    (answer,) = [one for one in pages._answers(report, "en") if one["section"] == "size"]
    assert answer["text"] == ("Published: 5." if told == 5 else "Published: 6. Sums.")


def test_every_link_leads_somewhere(built: Path) -> None:
    for lang in LANGS:
        links = page(built, lang).links
        beside = [link for link in links if not link.startswith(("data:", "#", "http"))]
        assert {f"made-up-report.{lang}.pdf", f"made-up-card.{lang}.1200x675.png"} <= set(beside)
        assert all((built / link).is_file() for link in beside)


@pytest.mark.parametrize("lang", LANGS)
def test_the_paper_is_accessible_and_dated_by_its_data(built: Path, lang: str) -> None:
    read = paper(built, lang)
    root = read.trailer["/Root"]
    assert root["/Lang"] == lang and root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in (built / f"made-up-report.{lang}.pdf").read_bytes()
    assert read.metadata is not None
    assert read.metadata.creation_date == datetime(2015, 10, 19, tzinfo=UTC)
    assert round(float(read.pages[0].mediabox.width)) == 595  # A4
    for found in read.pages:
        fonts = found["/Resources"].get("/Font", {}).values()
        for font in fonts:
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object())
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # the title, not the file's name
    first = " ".join(read.pages[0].extract_text().split())
    assert read.metadata.title and " ".join(read.metadata.title.split()) in first
    tags = list(_tags(root["/StructTreeRoot"]))
    assert tags.count("/H1") == 1 and {"/H2", "/H3", "/L", "/LI", "/P"} <= set(tags)
    assert tags.count("/Table") == tags.count("/THead")
    assert _alternatives(root["/StructTreeRoot"]) == tags.count("/Figure") == 2


def _tags(element: object) -> Iterator[str]:
    """Return the tags of a PDF's structure, in reading order."""
    if isinstance(element, pypdf.generic.IndirectObject):
        element = element.get_object()
    if isinstance(element, pypdf.generic.ArrayObject):
        for part in element:
            yield from _tags(part)
    elif isinstance(element, pypdf.generic.DictionaryObject):
        if "/S" in element:
            yield str(element["/S"])
        if "/K" in element:
            yield from _tags(element["/K"])


def _alternatives(element: object) -> int:
    """Count the figures that have a text alternative in a PDF's structure."""
    if isinstance(element, pypdf.generic.IndirectObject):
        element = element.get_object()
    if isinstance(element, pypdf.generic.ArrayObject):
        return sum(_alternatives(part) for part in element)
    if not isinstance(element, pypdf.generic.DictionaryObject):
        return 0
    own = int(element.get("/S") == "/Figure" and "/Alt" in element)
    return own + (_alternatives(element["/K"]) if "/K" in element else 0)


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_sheet_of_paper_stands_alone(built: Path, lang: str) -> None:
    first = paper(built, lang).pages[0].extract_text()
    wanted = {"fr": ("Qui l’a porté", "Quelle ampleur", "fictives"),
              "en": ("Who carried it", "How big was it", "Made-up")}  # fmt: skip
    for words in wanted[lang]:
        assert words in first


def test_same_input_same_bytes_elsewhere(built: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]);"
        "import sample, test_report as t; from i4analysis.publish.report import build as report;"
        "home = Path(sys.argv[1]); sample.save_all(home / 'c', sample.movement());"
        "report.build(home / 'c', sample.movement(), home / 'out', previous=t.PREVIOUS,"
        " refresh=t.REFRESH)"
    )
    environment = os.environ | OTHER_CPU | {
        "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "77", "LC_ALL": "C", "PYTHONPATH": str(ROOT),
        "MPLBACKEND": "Agg",
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)],
        env=environment,
        cwd=tmp_path,
        check=True,
    )
    first = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    second = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    differing = [name for name in first["files"] if first["files"][name] != second["files"][name]]
    assert differing == [] and first == second


def test_the_manifest_lists_every_file(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    present = {p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == present - {"manifest.json"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest
    assert manifest["as_of"] == "2015-10-19" and manifest["made_up"] is True
    assert manifest["refresh"]["fingerprint"] == "f" * 64


@pytest.mark.parametrize("lang", LANGS)
def test_a_workbook_says_in_words_what_the_csv_holds(built: Path, lang: str) -> None:
    path = built / {"fr": "made-up-tables.xlsx", "en": "made-up-tables.en.xlsx"}[lang]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1:-1] == ["MADE-UP-supporters-curve", "MADE-UP-relays-influence",
                                     "MADE-UP-archive-kinds"]  # fmt: skip
    for name in book.sheetnames[1:-1]:
        raw = (built / "figures" / f"made-up-{name.removeprefix('MADE-UP-')}.csv").read_text(
            encoding="utf-8-sig"
        )
        rows = list(csv.reader(io.StringIO(raw)))
        cells = [[c.value for c in row] for row in book[name]]
        assert len(cells) == len(rows) and book[name].auto_filter.ref
        assert [row[1] for row in cells[1:]] == [float(row[1]) for row in rows[1:]]
    days = book["MADE-UP-supporters-curve"]
    assert days["A1"].value == {"fr": "Jour", "en": "Day"}[lang]
    assert days["A2"].value == datetime(2015, 9, 26) and days["A2"].is_date  # noqa: DTZ001
    words = {str(cell.value) for row in book[book.sheetnames[-1]] for cell in row}
    assert {"accounts", {"fr": "Comptes", "en": "Accounts"}[lang]} <= words
    with zipfile.ZipFile(path) as parts:
        assert {info.date_time[0] for info in parts.infolist()} == {1980}


def test_a_csv_has_a_french_twin(tmp_path: Path) -> None:
    frame = pd.DataFrame({"role": ["founder", "=1+1"], "share": [0.5, 0.25], "n": [1200, None]})
    cells = {"role": {"founder": Text(fr="fondateur", en="founder")}}
    item = grid.pack(frame, {"role": Text(fr="Rôle", en="Role")}, cells)
    plain = grid.csv_bytes(item).decode("utf-8-sig").splitlines()
    french = grid.csv_bytes(item, "fr").decode("utf-8-sig").splitlines()
    assert plain == ["role,share,n", "founder,0.5,1200", "'=1+1,0.25,"]
    assert french == ["Rôle;share;n", "fondateur;0,5;1200", "'=1+1;0,25;"]


@pytest.mark.parametrize(("lang", "comma"), [("fr", ";"), ("en", ",")])
def test_a_page_gives_its_tables_as_a_spreadsheet_of_its_language_opens_them(
    built: Path, lang: str, comma: str
) -> None:
    """Each download is the file beside the page; the workbook and each picture are linked."""
    suffix = "fr.csv" if lang == "fr" else "csv"
    links = page(built, lang).links
    given = [base64.b64decode(link.partition("base64,")[2])
             for link in links if link.startswith("data:text/csv")]  # fmt: skip
    tables = sorted((built / "figures").glob(f"*.{suffix}"))
    tables = [path for path in tables if path.name.count(".") == suffix.count(".") + 1]
    assert given and {*given} <= {path.read_bytes() for path in tables}
    assert all(comma in table.decode("utf-8-sig").splitlines()[0] for table in given)
    drawn = {f"figures/{path.name}" for path in (built / "figures").glob(f"*.{lang}.*g")
             if ".phone." not in path.name}  # fmt: skip
    workbook = "made-up-tables.xlsx" if lang == "fr" else "made-up-tables.en.xlsx"
    assert {workbook, *drawn} <= set(links)


def test_what_is_passed_on_says_it_is_made_up(built: Path) -> None:
    names = [*(built / "figures").iterdir(), *built.glob("*.pdf"), *built.glob("*.png"),
             *built.glob("*.xlsx")]  # fmt: skip
    assert names and all(path.name.startswith("made-up-") for path in names)


def test_cards_have_their_size(built: Path) -> None:
    found = {path.name: path.read_bytes() for path in built.glob("*.png")}
    assert len(found) == 4
    for name, content in found.items():
        size = (int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big"))
        assert "x".join(map(str, size)) in name and len(content) < 300_000


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", cards.SIZES)
@pytest.mark.parametrize("n", [9, 494, 4210, 61_000])
def test_a_square_of_a_card_that_is_worth_many_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, size: tuple[int, int], n: int
) -> None:
    of, written = movement(), []
    save_all(tmp_path, of)
    monkeypatch.setattr(model.Report, "number", property(lambda _: {
        "value": n, "share": False, "roughness": "exact",
        **{name: {"fr": str(n), "en": str(n)} for name in ("text", "label", "definition")},
    }))  # fmt: skip
    write = cards._write
    monkeypatch.setattr(cards, "_write", lambda *a, **k: written.append(a[1:4]) or write(*a, **k))
    cards.render(model.read(tmp_path, of), lang, size)
    keys = [(text, y) for text, _, y in written if "=" in text]
    worth = squares_worth(n)
    assert [re.sub(r"\D", "", text) for text, _ in keys] == [str(worth)] * (worth > 1)
    assert all(y < size[1] - 60 for _, y in keys)  # above the foot


# ------------------------------------------------------------------------------ other movements


def words_of(folder: Path, lang: str = "en", **options: int) -> str:
    save_all(folder, movement(made_up=False), **options)
    read = model.read(folder, movement(made_up=False))
    return Page(html.render(read, lang), lang).text


def test_flipped_data_flip_the_sentences(tmp_path: Path) -> None:
    text = words_of(tmp_path, founders=200, last=95, days=1)
    assert "Founders receive less than half of the reshares" in text
    assert "more than half" not in text and "54%" not in text
    assert "From 30 founders to 30 accounts in 0 days" in text  # one day of data
    assert "Made-up data" not in text


def test_without_an_archive_nothing_is_taken_of_its_chapters(tmp_path: Path) -> None:
    of = movement(made_up=False)
    Chapter("story", 0, of, *(Text(fr="t", en="t"),) * 3).save(tmp_path)
    text = words_of(tmp_path, posts=0)
    assert "reshares" not in text and "How we know" not in text
    assert "Who carried it?" not in text  # no answer where nothing was measured


def test_an_embargo_is_printed_with_its_zone(tmp_path: Path) -> None:
    of = movement(publish_not_before=datetime(2015, 10, 20, 4, 0, tzinfo=UTC))
    save_all(tmp_path, of)
    text = html.render(model.read(tmp_path, of), "fr")
    assert "20\u00a0octobre 2015 à 6\u00a0h\u00a000 (Europe/Paris)" in text
    assert '<meta name="robots" content="noindex">' in text


def test_corrections_are_dated_and_listed(tmp_path: Path) -> None:
    ledger = tables.build(
        LEDGERS["corrections"],
        [{"corrected_on": date(2015, 11, day), "text_fr": f"Le {day}.", "text_en": f"No {day}."}
         for day in (2, 9)],
    )  # fmt: skip
    of = movement(ledgers={"corrections": ledger})
    save_all(tmp_path, of)
    text = Page(html.render(model.read(tmp_path, of), "en"), "en").text
    first = text.index("9\u00a0November 2015: No 9.")
    assert "2\u00a0November 2015: No 2." in text[first:]


def test_a_chapter_that_no_question_names_is_still_shown(tmp_path: Path) -> None:
    of = movement()
    save_all(tmp_path, of)
    other = Chapter("weather", 9, of, *(Text(fr="Il pleut.", en="It rains."),) * 3)
    table = adoption_table()
    other.figure(
        "rain", table, lambda lang: plot_steps(table, lang=lang).figure,
        title=Text(fr="Pluie", en="Rain"), subtitle=Text.same("mm"),
        alt=Text.same("a"), source=Text.same("s"),
    )  # fmt: skip
    other.save(tmp_path)
    known = pages.page(model.read(tmp_path, of), "en")["sections"][-1]
    assert known["id"] == "known"
    assert "It rains." in [block.get("text") for block in known["blocks"]]
    assert "rain" in [block.get("stem") for block in known["blocks"]]


@pytest.mark.parametrize(
    ("author", "contact", "lacks"),
    [("", "", "an author and an address"), ("", "a@b.example", "an author."),
     ("A. Nalyst", "", "an address"), ("A. Nalyst", "a@b.example", "")],
)  # fmt: skip
def test_a_report_says_at_its_top_what_its_signature_lacks(
    tmp_path: Path, author: str, contact: str, lacks: str
) -> None:
    of = movement(contact=contact, author=author, made_up=False)
    save_all(tmp_path, of)
    text = Page(html.render(model.read(tmp_path, of), "en"), "en").text
    assert (lacks or "Unsigned") in text if lacks else "Unsigned" not in text
    assert not lacks or text.index("Unsigned report") < text.index("How big was it?")
    assert author in text and contact in text


@pytest.mark.parametrize("lang", LANGS)
def test_words_from_right_to_left_do_not_turn_what_stands_beside_them(
    tmp_path: Path, lang: str
) -> None:
    name = "#\u0639\u0645\u0644"
    of = movement(title={"fr": name, "en": name})
    save_all(tmp_path, of)
    text = html.render(model.read(tmp_path, of), lang)
    shown = re.sub(r"<[^>]*>", "", re.sub(f"<bdi>{name}</bdi>", "", text.partition("<body")[2]))
    assert f"<bdi>{name}</bdi>" in text and name not in shown
    assert name in Page(text, lang).text
    assert "<bdi>" not in "".join(re.findall(r'="[^"]*"', text))


def test_a_page_that_knows_its_address_gives_its_picture_whole(tmp_path: Path) -> None:
    where = "https://example.org/reports/x/"
    for address in ("", where):
        of = movement(address=address)
        save_all(tmp_path, of)
        text = html.render(model.read(tmp_path, of), "en")
        assert f'property="og:image" content="{address}' in text
        assert (f'rel="canonical" href="{where}index.en.html"' in text) == bool(address)


def test_long_series_are_thinned_with_their_last_day(tmp_path: Path) -> None:
    save_all(tmp_path, movement(), days=200)
    sections = pages.page(model.read(tmp_path, movement()), "en")["sections"]
    blocks = [block for section in sections for block in section["blocks"]]
    table = next(block for block in blocks if block.get("stem") == "supporters-curve")["table"]
    assert len(table["rows"]) <= 30 and "of 200 rows; the file" in table["caption"]
    assert table["rows"][-1][1]["text"] == "329"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda f: (f / "relays" / "chapter.json").write_text("{"), "cannot be read"),
        (lambda f: [p.unlink() for p in f.glob("*/chapter.json")], "holds no chapter"),
    ],
)
def test_damaged_chapters_are_refused(tmp_path: Path, fault: object, words: str) -> None:
    save_all(tmp_path, movement())
    fault(tmp_path)  # type: ignore[operator]  # a function of the table above
    with pytest.raises(RefreshError, match=words):
        model.read(tmp_path, movement())


def test_a_chapter_of_another_movement_is_refused(tmp_path: Path) -> None:
    relays(movement(name="other")).save(tmp_path)
    with pytest.raises(RefreshError, match="is about other, expected toy"):
        model.read(tmp_path, movement())


# ------------------------------------------------------------------------------------ hostile text

HOSTILE = " ".join(
    (
        "<script>alert('x')</script> <img src=x onerror=1> #set page(fill: red) $sum$ *b* _i_",
        "@lab =HYPERLINK('http://a.b') {{ 7*7 }} {% raw %} \u202egnp.exe\u202c \x00\x07 ]]> -->",
        "&amp; \\u{41} `raw` <label> // comment \U0001f600 \u200bzero",
    )
)


def hostile(of: object) -> Chapter:
    text = Text(fr=f"{HOSTILE}.", en=f"{HOSTILE}.")
    word = "x" * 10_000
    table = pd.DataFrame({"role": ["founder", "supporter"], "reshares": [3, 4],
                          "=cmd": [HOSTILE, word], "remark": ["=1+1", "@SUM(1)"]})  # fmt: skip
    chapter = Chapter("supporters", 2, of, text, text, text)  # type: ignore[arg-type]
    chapter.sentence(Text(fr=word, en=word))
    chapter.key_figure("n", 3, text, text)
    chapter.can_write(text)
    chapter.cannot_show(text)
    chapter.excluded(text, 7)
    chapter.figure("supporters-curve", table, lambda lang: plot_bars(table, lang=lang).figure,
                   title=text, subtitle=text, alt=text, source=text, note=text,
                   headers={"=cmd": text})  # fmt: skip
    return chapter


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    of = movement(title={"fr": HOSTILE, "en": HOSTILE}, contact=HOSTILE)
    hostile(of).save(tmp_path / "c")
    archive(of).save(tmp_path / "c")  # without posts a page takes nothing of a chapter
    report.build(tmp_path / "c", of, tmp_path / "out")
    for lang in LANGS:
        read = page(tmp_path / "out", lang)
        assert not {"script", "label", "raw"} & set(read.tags)
        assert read.tags["img"] == 1  # the figure, not the one the text asks for
        assert "<script>alert(" in read.text and "{{ 7*7 }}" in read.text  # said, not done
        assert "\u202e" not in read.html and "\x00" not in read.html and "49" not in read.text
        text = "".join(p.extract_text() for p in paper(tmp_path / "out", lang).pages)
        assert "#set page(fill" in re.sub(r"\s+", " ", text)
    faults = checks.run(tmp_path / "out", of)
    assert not any("formula" in fault or "starts with" in fault for fault in faults)
    assert any("starting with @" in fault for fault in faults)
    for path in (tmp_path / "out").glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet:
                assert all(cell.data_type != "f" for cell in row)


def test_a_table_on_the_page_joins_bounds_and_drops_constants() -> None:
    frame = pd.DataFrame(
        {
            "who": ["a", "b"], "by": ["Le Courrier"] * 2, "n": [5, 6], "share": [0.5, 0.25],
            "share_lo": [0.4, None], "share_hi": [0.6, None], "rate": [3, 4], "lo": [1, 2],
            "hi": [9, 9], "level": [0.95] * 2, "m": [1, 2],
        }
    )  # fmt: skip
    shown = pages.printed_table(grid.pack(frame, {}), "fr", 30)
    assert [head["text"] for head in shown["headers"]] == [
        "Who", "By", "n", "Share (bornes)", "Rate (bornes)", "m",
    ]  # fmt: skip
    rows = [[cell["text"] for cell in row] for row in shown["rows"]]
    assert rows[0][3] == "50\u202f% (40\u202f% à 60\u202f%)"
    assert rows[1][3:5] == ["25\u202f%", "4\u00a0(2\u00a0à\u00a09)"]
    assert shown["caption"] == ""
    paper = pages.printed_table(grid.pack(frame, {}), "en", 1, most_columns=2)
    assert paper["caption"] == "1 of 2 rows and 2 columns; the file has all."
    figure = grid.pack(frame, {}) | {"always": ["level"]}  # what a figure draws is printed
    heads = [head["text"] for head in pages.printed_table(figure, "en", 30)["headers"]]
    assert heads == ["Who", "By", "n", "Share (bounds)", "Rate (bounds)", "Level", "m"]


def test_the_number_of_each_row_is_printed_though_all_are_alike() -> None:
    frame = pd.DataFrame({name: ["a", "b", "c"] for name in "stuvwxyz"} | {"value": [0.0] * 3})
    shown = pages.printed_table(grid.pack(frame, {}), "en", 30)
    assert "Value" in [head["text"] for head in shown["headers"]]


@pytest.mark.parametrize("low", [None, 1.0])
def test_bounds_are_headed_where_some_row_has_them(low: float | None) -> None:
    names = {"day": "date", "n": "number", "lo": "number", "hi": "number"}
    columns = [{"name": name, "type": type_, "header": {"fr": name, "en": name}}
               for name, type_ in names.items()]  # fmt: skip
    item = {"columns": columns, "rows": [["2015-09-26", 3, low, low and 5.0]]}
    table = pages.printed_table(item, "en", 9)
    assert [head["text"] for head in table["headers"]] == ["Day", "n (bounds)" if low else "n"]


@pytest.mark.parametrize(
    ("heading", "title", "kept"),
    [
        ("300 followers, 2 of 3 accounts hold half", "Up to 300 followers", False),
        ("6 000 abonnés cumulés de 60 comptes", "Jusqu’à 6 000 abonnés cumulés", False),
        ("300 followers, 2 of 3 accounts hold half", "450 accounts by 12 February", True),
        ("300 followers", "What followed each article", True),
    ],
)
def test_a_title_that_repeats_the_heading_above_it_goes(
    heading: str, title: str, kept: bool
) -> None:
    figure = {"kind": "figure", "title": title, "headed": False}
    blocks = [{"kind": "heading", "text": heading}, {"kind": "lead", "text": "Said."}, figure]
    for lead, kind in (("Said.", "lead"), ("Said only here.", "lead"), ("Of it.", "sentence")):
        values = {"story": ["Said."], "answers": [], "banners": [],
                  "sections": [{"blocks": [*blocks[:1], {"kind": kind, "text": lead},
                                           dict(figure)]}]}  # fmt: skip
        (section,) = pages._once(values)
        assert section["blocks"][-1]["headed"] != kept


@pytest.mark.parametrize("place", ["story", "answers", "banners"])
def test_a_section_that_says_only_what_stands_above_goes(place: str) -> None:
    """Where little may be told, its total and the reason for it stood twice each on the page."""
    said = {"text": "The archive holds at least 100 posts."}
    values = {"story": [], "answers": [], "banners": []} | {
        place: [said["text"] if place == "story" else said],
        "sections": [{"blocks": [{"kind": "heading", "text": "30"}, said | {"kind": "lead"}]},
                     {"blocks": [{"kind": "lead", "text": "Said only here."}]}],
    }  # fmt: skip
    (section,) = pages._once(values)
    assert section["blocks"] == [{"kind": "lead", "text": "Said only here."}]


@pytest.mark.parametrize(
    ("title", "gone"), [("372 supporters seen by 12 February 2021", True), ("450 accounts", False)]
)
def test_a_heading_right_above_a_title_of_the_same_number_goes(title: str, gone: bool) -> None:
    """Two headings in a row that begin with one finding say it twice."""
    blocks = [{"kind": "heading", "text": "372 accounts seen in the bio in 28 days"},
              {"kind": "figure", "title": title, "headed": False}]  # fmt: skip
    values = {"story": [], "answers": [], "banners": [], "sections": [{"blocks": blocks}]}
    (section,) = pages._once(values)
    assert [block["kind"] for block in section["blocks"]] == ["heading", "figure"][gone:]
    assert not section["blocks"][-1]["headed"]
