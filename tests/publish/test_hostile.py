"""Hostile ledgers change nothing but text: no tag, no markup, no formula, no turned line."""

from __future__ import annotations

import csv
import itertools
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
import pytest
import zoo

import i4analysis as i4
from i4analysis import tables
from i4analysis.archive.doctor.overview import overview
from i4analysis.ledgers import LEDGERS
from i4analysis.publish.checks.pages import Page
from i4analysis.publish.checks.report import run as check
from i4analysis.publish.report import build as report

ROOT = Path(__file__).resolve().parents[2]
LANGS = ("fr", "en")
# Words by which the test knows its own texts again, and the mischief around them.
TEXTS = (
    "<script>alert('quorvex')</script><img src=x onerror=alert(1)>",
    "#set page(fill: red) #quorvex[*b*] $x^2$ @label <tag> `raw` // gone",
    '=HYPERLINK("http://quorvex.example","click")',
    "+cmd|' /C calc'!A0 quorvex",
    "\u202equorvex\u202c\u200f\u2066gnp.exe\u2069",
    "{{ 7*191 }} {% raw %} quorvex ]]> --> &amp; \\u{41}",
    "quorvex" + "w" * 10_000,
    "@SUM(1) quorvex",
)
FREE = {
    "outcomes.csv": ("title_fr", "title_en", "note"),
    "claims.csv": ("claimant", "publisher", "relay", "evidence_fr", "evidence_en", "note"),
    "relays.csv": ("actor", "title_fr", "title_en", "recorded_by", "note"),
    "press.csv": ("outlet", "title", "author", "note"),
    "figures.csv": ("publisher", "note"),
    "people.csv": ("name", "handle", "description", "note"),
    "founders.csv": ("name", "handle", "basis", "note"),
}


def spoil(folder: Path) -> None:
    """Write a hostile text into every free cell of every ledger, a different one each time."""
    number = 0
    for name, columns in FREE.items():
        path = folder / name
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for row in rows:
            for column in columns:
                if row[column] or column == "note":
                    row[column] = TEXTS[number % len(TEXTS)]
                    number += 1
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of #i4Emploi's ledgers, every free cell of them hostile."""
    home = tmp_path_factory.mktemp("hostile")
    shutil.copytree(
        ROOT / "data/i4emploi", home / "i4emploi", ignore=lambda *_: ["archive", "raw"]
    )
    spoil(home / "i4emploi")
    movement = i4.Movement.load(home / "i4emploi")
    archive = i4.load(movement)
    roles = i4.members.roles(archive, movement)
    parents = i4.relays.parent_probabilities(archive, movement)
    picture = i4.relays.picture(archive, movement, parents, roles)
    dossiers = i4.outcomes.dossiers(movement, archive)
    for chapter in (
        i4.chapters.archive(overview(archive, movement.zone), movement),
        i4.chapters.supporters(i4.members.adoption(archive, movement), movement),
        i4.chapters.followers(
            i4.reach.followers_summed(archive, movement),
            i4.reach.concentration(archive, movement),
            movement,
        ),
        i4.chapters.relays(picture, movement),
        i4.chapters.push(i4.push.media_effects(archive, movement), movement),
        i4.chapters.outcomes(dossiers, movement, roles=roles),
        i4.chapters.story(i4.outcomes.story(dossiers, movement, archive), movement),
    ):
        chapter.save(home / "chapters")
    report.build(home / "chapters", movement, home / "out")
    return home


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_hostile_ledgers_are_only_text_on_the_page(spoilt: Path, lang: str) -> None:
    read = Page((spoilt / "out" / report.PAGES[lang]).read_text(encoding="utf-8"), lang)
    good = ("script", "label", "tag", "raw")
    assert not set(good) & set(read.tags)
    assert read.tags["img"] == len(read.alts) and all(read.alts)
    assert all(address.startswith(("data:", "#")) for address in read.addresses)
    assert not any("quorvex" in link for link in read.links if not link.startswith("data:"))
    assert "quorvex" in read.text and "1337" not in read.text  # printed; 7 × 191 was not computed
    assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x07]", read.html)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_hostile_ledgers_are_only_text_on_paper(spoilt: Path, lang: str) -> None:
    pages = pypdf.PdfReader(spoilt / "out" / f"report.{lang}.pdf").pages
    text = "".join(found.extract_text() for found in pages)
    assert "quorvex" in text
    links = {
        str(note.get_object()["/A"]["/URI"])
        for found in pages
        for note in found.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }
    assert links and not any("quorvex" in link for link in links)  # the ledgers' own addresses


@pytest.mark.slow
def test_hostile_ledgers_run_nothing_in_tables(spoilt: Path) -> None:
    for name in ("tables.xlsx", "tables.en.xlsx"):
        for sheet in openpyxl.load_workbook(spoilt / "out" / name):
            for row in sheet:
                assert all(cell.data_type != "f" for cell in row)
                assert not any(str(cell.value or "").startswith(tuple("=+@")) for cell in row)
                links = [str(cell.hyperlink.target or "") for cell in row if cell.hyperlink]
                assert not any("quorvex" in link for link in links)
    for path in (spoilt / "out/figures").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            cells = [cell for row in csv.reader(handle) for cell in row]
        assert not any(cell.startswith(tuple("=+@\t\r")) for cell in cells), path.name


@pytest.mark.slow
def test_hostile_ledgers_pass_every_check_but_that_of_names(spoilt: Path) -> None:
    faults = check(spoilt / "out", i4.Movement.load(spoilt / "i4emploi"))
    assert not [fault for fault in faults if "formula" in fault or "script" in fault], faults


@pytest.mark.slow
def test_libreoffice_opens_the_workbook_and_reads_the_same_cells(
    spoilt: Path, tmp_path: Path
) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine (apt install libreoffice-calc)")

    def opened(source: Path, to: str) -> Path | None:
        home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, home, "--headless", "--convert-to", to, "--outdir", str(tmp_path / to)]
        subprocess.run([*command, str(source)], capture_output=True, timeout=300, check=False)
        made = tmp_path / to / source.with_suffix(f".{to}").name
        return made if made.is_file() else None

    source = spoilt / "out/tables.xlsx"
    made = opened(source, "ods")
    assert made is not None  # without a window nothing can be repaired: it opened as it is
    with zipfile.ZipFile(made) as parts:
        assert b"table:formula" not in parts.read("content.xml")
    again = opened(made, "xlsx")
    assert again is not None
    ours, theirs = openpyxl.load_workbook(source), openpyxl.load_workbook(again)
    assert ours.sheetnames == theirs.sheetnames
    for name in ours.sheetnames:
        for row in ours[name].iter_rows():
            for cell in row:
                assert theirs[name][cell.coordinate].value == cell.value, (name, cell.coordinate)
    broken = tmp_path / "broken.xlsx"  # what it would have to repair does not open
    broken.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    assert opened(broken, "ods") is None


# How people write numbers in words of their own; "{n}" is another number each time.
NUMBERS = ("{n} 000 emplois", "7*{n}", "{n}.500", "{n},5 M€", "n° {n}", "{n}/61", "{n}-99",
           "+{n} %", "{n}x", "{n}\u202f000", "({n})", "{n}h30", "½ {n}")  # fmt: skip
WORDS = ("title", "date_words", "evidence", "quote", "ask", "said", "known", "about", "role",
         "what", "text", "description", "basis", "note", "publisher", "outlet", "claimant",
         "said_by", "through", "relay", "actor", "author")  # fmt: skip


@pytest.mark.parametrize(
    "of",
    [
        zoo.Animal(posts=0, ledgers="some", claims="rival", outcomes="two", said="some", ways=True,
                   items=True, party="goal", told="all", course="rising"),
        zoo.Animal(posts=0, ledgers="some", claims="voices", came="lost", lent="through",
                   apart=True, vague="month", jobs="some"),
    ],
)  # fmt: skip
def test_a_number_in_the_words_of_a_ledger_takes_no_chapter_with_it(of: zoo.Animal) -> None:
    """Of "37 jobs saved" only one language may hold a number, and each writes it its own way."""
    found = zoo.movement_of(of)
    forms = (form.format(n=n) for form, n in zip(itertools.cycle(NUMBERS), itertools.count(1111)))
    ledgers = {name: frame.copy() for name, frame in found.ledgers.items()}
    for name, frame in ledgers.items():
        for column in LEDGERS[name].columns:
            free = column.type == tables.TEXT and not column.values
            if free and column.name.removesuffix("_fr").removesuffix("_en") in WORDS:
                told = [word if pd.isna(word) else f"{word} {next(forms)}" for word in
                        frame[column.name]]  # fmt: skip
                frame[column.name] = pd.array(told, dtype=frame[column.name].dtype)
    books = [book for book in zoo.BOOKS if book.stem[:2] in ("05", "07")]
    page = zoo.page_about(zoo.archive_of(of), replace(found, ledgers=ledgers), books=books)
    assert not page.falls


def test_a_claim_about_no_outcome_of_the_ledger_counts_nowhere() -> None:
    """A mistyped outcome_id took the whole report with it."""
    of = zoo.Animal(posts=0, ledgers="some", claims="rival", outcomes="two")
    found = zoo.movement_of(of)
    claims = found.claims.assign(outcome_id=["typo", *found.claims["outcome_id"].iloc[1:]])
    claims["outcome_id"] = claims["outcome_id"].astype(found.claims["outcome_id"].dtype)
    ledgers = {**found.ledgers, "claims": claims}
    books = [book for book in zoo.BOOKS if book.stem.startswith("07")]
    page = zoo.page_about(
        zoo.archive_of(of), replace(found, ledgers=ledgers), books=books, whole=False
    )
    assert not page.falls
    assert i4.outcomes.dossiers(replace(found, ledgers=ledgers), tables.Archive()).n_used == 1
