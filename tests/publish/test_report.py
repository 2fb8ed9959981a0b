"""The report: every format of one model, the same bytes for the same input, nothing that runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
import pytest
from sample import (
    OTHER_CPU,
    adoption_table,
    movement,
    plot_bars,
    relays,
    save_all,
    supporters,
)

from i4analysis import tables
from i4analysis.errors import RefreshError
from i4analysis.ledgers import LEDGERS
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.checks import report as checks
from i4analysis.publish.checks.pages import Page
from i4analysis.publish.report import build as report
from i4analysis.publish.report import html, model, pages, pdf, table_pages

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


@pytest.mark.parametrize("lang", LANGS)
def test_page_one_stands_alone(built: Path, lang: str) -> None:
    text = page(built, lang).text
    front = text[: text.index({"fr": "Sommaire", "en": "Contents"}[lang])]
    for words in {
        "fr": ("De 30 fondateurs à 329 comptes en 23 jours", "Données fictives", "au moins",
               "329", "minimum", "On peut écrire", "On ne peut pas écrire", "19\u00a0octobre 2015",
               "corrections [at] example.org", "Depuis le dernier rapport"),
        "en": ("From 30 founders to 329 accounts in 23 days", "Made-up data", "at least", "329",
               "minimum", "You can write", "You cannot write", "19\u00a0October 2015",
               "corrections [at] example.org", "Since the last report"),
    }[lang]:  # fmt: skip
        assert words in front


def test_since_last_report_says_what_moved(built: Path) -> None:
    text = page(built, "en").text
    box = text[text.index("Since the last report") : text.index("Contents")]
    assert re.search(r"founders on day one – 31 → 30 \(fell\)", box)
    assert re.search(r"accounts showing the hashtag – 200 → 329 \(rose\)", box)
    assert "posts read" not in box  # unchanged
    assert "Inputs changed: the archive of posts." in box


def test_a_missing_chapter_gives_a_reason(built: Path) -> None:
    text = page(built, "fr").text
    assert "Les abonnés" in text and "Ce chapitre manque" in text
    assert "aucune issue n’est inscrite" in text  # and one that cannot show its figure, its own


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
    assert tags.count("/Table") == tags.count("/THead") > 0 and "/TH" in tags
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
    wanted = {"fr": ("Les chiffres clés", "On ne peut pas écrire", "fictives"),
              "en": ("Key figures", "You cannot write", "Made-up")}  # fmt: skip
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


def test_sheets_equal_csv(built: Path) -> None:
    path = built / "made-up-tables.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[2:] == ["MADE-UP-adoption", "MADE-UP-received", "MADE-UP-archive-kinds"]
    for name in book.sheetnames[2:]:
        stem = name.removeprefix("MADE-UP-")
        raw = (built / "figures" / f"made-up-{stem}.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(raw)))
        cells = [["" if c.value is None else str(c.value) for c in row] for row in book[name]]
        assert cells == rows
    words = {str(cell.value) for row in book["Dictionnaire Dictionary"] for cell in row}
    assert {"accounts", "Comptes", "Accounts"} <= words
    with zipfile.ZipFile(path) as parts:
        assert {info.date_time[0] for info in parts.infolist()} == {1980}


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


def test_without_an_archive_the_report_is_preliminary(tmp_path: Path) -> None:
    text = words_of(tmp_path, posts=0)
    assert "Preliminary report" in text and "no archive of posts has been read" in text


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

    assert "The ledger of corrections is empty" not in text


def test_page_one_prints_no_number_twice_and_quotes_once(tmp_path: Path) -> None:
    of = movement()
    save_all(tmp_path, of)
    twin = Chapter("followers", 3, of, *(Text(fr="t", en="t"),) * 3)
    label = Text(fr="comptes encore", en="accounts again")
    twin.key_figure("again", 329, label, label)
    twin.can_write(Text(fr="« Une phrase. »", en="“A sentence.”"))
    twin.save(tmp_path)
    values = pages.page(model.read(tmp_path, of), "fr")
    assert "comptes encore" not in {figure["label"] for figure in values["key_figures"]}
    assert "«\u00a0Une phrase.\u00a0»" in values["can"]


def test_the_title_s_chapter_is_headed_by_its_second_finding(tmp_path: Path) -> None:
    of = movement()
    save_all(tmp_path, of)
    plain = pages.page(model.read(tmp_path, of), "en")["sections"][0]
    assert plain["title"].startswith("How many accounts") and plain["question"] == ""
    chapter = supporters(of, adoption_table())
    chapter.headed(Text(fr="La moitié en 9 jours", en="Half in 9 days"), {"half": 9})
    assert chapter.problems() == []
    chapter.save(tmp_path)
    headed = pages.page(model.read(tmp_path, of), "en")["sections"][0]
    assert headed["title"] == "Half in 9 days"
    assert headed["question"].startswith("How many accounts")


def test_paper_keeps_the_leading_figure_and_says_how_much_more_there_is(tmp_path: Path) -> None:
    of = movement()
    save_all(tmp_path, of)
    chapter = supporters(of, adoption_table())
    for number in range(5):
        chapter.sentence(Text.same(f"Sentence number {'abcde'[number]}."))
    chapter.table("days", adoption_table(), title=Text(fr="Jours", en="Every day"))
    chapter.save(tmp_path)
    papers = pypdf.PdfReader(io.BytesIO(pdf.render(model.read(tmp_path, of), "en")))
    text = " ".join("".join(found.extract_text() for found in papers.pages).split())
    assert "329 accounts on the last day" in text and "Sentence number c." in text
    assert "Sentence number d." not in text and "Every day" not in text
    assert "1 more figure or table on the HTML page" in text


def test_no_contact_is_said(tmp_path: Path) -> None:
    of = movement(contact="")
    save_all(tmp_path, of)
    read = model.read(tmp_path, of)
    for lang, words in (("fr", "aucune adresse n’est donnée"), ("en", "no address is given")):
        text = Page(html.render(read, lang), lang).text
        front = text[: text.index({"fr": "Sommaire", "en": "Contents"}[lang])]
        assert words in front and words in text[len(front) :]  # on page 1 and at the end


def test_long_series_are_thinned_with_their_last_day(tmp_path: Path) -> None:
    save_all(tmp_path, movement(), days=200)
    blocks = pages.page(model.read(tmp_path, movement()), "en")["sections"][0]["blocks"]
    table = blocks[0]["table"]
    assert len(table["rows"]) <= 30 and "of 200 rows; the file" in table["caption"]
    assert table["rows"][-1][1] == "329"


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
    chapter.figure("hostile", table, lambda lang: plot_bars(table, lang=lang).figure,
                   title=text, subtitle=text, alt=text, source=text, note=text,
                   headers={"=cmd": text})  # fmt: skip
    return chapter


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    of = movement(title={"fr": HOSTILE, "en": HOSTILE}, contact=HOSTILE)
    hostile(of).save(tmp_path / "c")
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
    book = openpyxl.load_workbook(tmp_path / "out" / "made-up-tables.xlsx")
    for sheet in book:
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
    shown = table_pages.table(grid.pack(frame, {}), "fr", 30)
    assert [head["text"] for head in shown["headers"]] == [
        "Who", "By", "n", "Share (bornes)", "Rate (bornes)", "m",
    ]  # fmt: skip
    assert shown["rows"][0][3] == "50\u202f% (40\u202f% à 60\u202f%)"
    assert shown["rows"][1][3:5] == ["25\u202f%", "4\u00a0(2\u00a0à\u00a09)"]
    assert shown["caption"] == ""
    paper = table_pages.table(grid.pack(frame, {}), "en", 1, most_columns=2)
    assert paper["caption"] == "1 of 2 rows, 2 of 6 columns; the file has all."
