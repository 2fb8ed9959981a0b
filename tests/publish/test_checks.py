"""Each publishing check must be able to fail: one deliberate fault each, found by its sentence."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import typst
import xlsxwriter
from sample import movement, save_all

from i4analysis import tables
from i4analysis.forgetting import Words
from i4analysis.ledgers import LEDGERS
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.checks import erased
from i4analysis.publish.checks import people as check_people
from i4analysis.publish.checks import report as checks
from i4analysis.publish.checks.pages import Page, check_page
from i4analysis.publish.refresh.notebooks import to_html
from i4analysis.publish.report import build as report


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    report.build(save_all(folder / "c", movement()), movement(), folder / "out")
    return folder / "out"


def test_no_words_of_ours_are_taken_for_somebody_s_name() -> None:
    package = Path(check_people.__file__).parents[2]
    files = [*package.glob("publish/words/*.toml"), package / "archive/doctor/findings.toml"]
    assert len(files) > 5
    for path in files:
        assert not list(check_people.traces(path.read_text(encoding="utf-8"), movement())), path


def without(name: str, tag: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text, cut = re.subn(f"(?s)<{tag}>.*?</{tag}>", "", path.read_text(encoding="utf-8"))
        assert cut
        path.write_text(text, encoding="utf-8")

    return change


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a script": (replace("index.html", "</main>", "<script></script></main>"), "holds a script"),
    "a request": (
        replace("index.html", "</main>", "<img alt='' src='https://a.b/c.png'></main>"),
        "asks for 'https://a.b/c.png'",
    ),
    "a straight quote": (replace("index.html", "</main>", "<p>l'an</p></main>"), "curly quotes"),
    "a French space": (replace("index.html", "</main>", "<p>Qui ?</p></main>"), "narrow no-break"),
    "bare thousands": (replace("index.en.html", "</main>", "<p>60584</p></main>"), "commas"),
    "a skipped heading": (replace("index.html", "</main>", "<h4>x</h4></main>"), ""),
    "a second title": (replace("index.html", "</main>", "<h1>x</h1></main>"), "main headings"),
    "the wrong language": (replace("index.html", 'lang="fr"', 'lang="en"'), "declares the lang"),
    "no policy": (replace("index.html", "default-src", "script-src"), "content policy"),
    "a name": (replace("index.en.html", "</main>", "<p>@jeanne_d</p></main>"), "starting with @"),
    "a post": (
        replace("index.en.html", "</main>", "<p>id 648012345678901248</p></main>"),
        "post or account identifier",
    ),
    "a short link": (replace("index.en.html", "</main>", "<p>t.co/abc</p></main>"), "short link"),
    "a whole short link": (
        replace("index.en.html", "</main>", "<p>https://bit.ly/abc</p></main>"), "short link",
    ),
    "a path": (
        replace("chapters.json", "présentations relevées", "/home/jeanne/data relevées"),
        "a path of this machine",
    ),
    "a typed number": (
        replace("chapters.json", "Public accounts showing", "All 4,321 accounts showing"),
        "prints 4,321",
    ),
    "a poor alternative": (
        replace("chapters.json", " on the last.", " on the last"),
        "text alternative",
    ),
    "a dated picture": (
        replace("figures/made-up-supporters-curve.fr.svg", "<defs>", "<script/><defs>"),
        "holds a script",
    ),
    "a broken picture": (
        replace("figures/made-up-supporters-curve.fr.svg", "</svg>", ""), "not well-formed",
    ),
    "a lost card": (
        lambda f: (f / "made-up-card.fr.1200x675.png").unlink(), "has 3 cards, expected 4",
    ),
    "an unmarked file": (
        lambda f: (f / "made-up-tables.xlsx").rename(f / "tables.xlsx"), "does not say so",
    ),
    "a stray file": (lambda f: (f / "x.txt").write_text("x"), "only in the folder"),
    "an untagged paper": (
        lambda f: (f / "made-up-report.fr.pdf").write_bytes(b"%PDF-1"), "does not declare",
    ),
    "a dead link": (
        replace("index.html", "</main>", "<a href='gone.pdf'>x</a></main>"), "links to 'gone.pdf'",
    ),
    "a picture without words": (
        without("figures/made-up-supporters-curve.fr.svg", "title"), "lacks its title",
    ),
    "a picture that nothing describes": (
        without("figures/made-up-supporters-curve.en.svg", "desc"), "its description",
    ),
    "a picture of no language": (
        replace("figures/made-up-supporters-curve.fr.svg", ' lang="fr"', ""), "its language",
    ),
    "no pages": (lambda f: (f / "index.html").unlink(), "is not whole"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found(good: Path, tmp_path: Path, name: str) -> None:
    change, words = FAULTS[name]
    folder = tmp_path / "report"
    shutil.copytree(good, folder)
    change(folder)
    faults = checks.run(folder, movement())
    assert any(words in fault for fault in faults), faults
    assert all(fault.endswith(".") for fault in faults)


def saved(chapter: Chapter) -> dict[str, object]:
    return json.loads(json.dumps(chapter.as_dict()))


def chapter(key: str) -> Chapter:
    words = Text(fr="Rien.", en="Nothing.")
    return Chapter(key, 6, movement(), words, words, words)


def test_small_cells_about_seekers_are_refused() -> None:
    table, words = pd.DataFrame({"sector": ["a", "b"], "seekers": [12, 3]}), Text(fr="t", en="t")
    for key, refused in (("appeals", 1), ("followers", 1)):
        found = chapter(key)
        found.table("x", table, title=words)
        assert len(list(checks._small_cells(saved(found)))) == refused
    allowed = chapter("appeals")
    fine = table.assign(seekers=[12, 5], rank=[1, 2], running_requests=[0.5, 1.0])
    fine["relayed_7d_hi"] = 1.0  # a share of all is no count of one
    allowed.table("x", fine, title=words, shares=("relayed_7d_hi",))
    assert list(checks._small_cells(saved(allowed))) == []


@pytest.mark.parametrize("side", ["resharer_role", "author_role"])
def test_small_cells_of_the_role_matrix_are_refused(side: str) -> None:
    """A row or a column of job seekers in the matrix of roles, as in any table by role."""
    other = {"resharer_role": "author_role", "author_role": "resharer_role"}[side]
    for count, refused in ((4, 1), (5, 0), (0, 0)):
        table = pd.DataFrame({side: ["seeker", "founder"], other: ["founder", "media"],
                              "reshares": [count, 2], "resharers": [40, 1]})  # fmt: skip
        found = chapter("relays")
        found.table("relays-role-matrix", table, title=Text(fr="t", en="t"))
        assert len(list(checks._small_cells(saved(found)))) == refused, count


@pytest.mark.parametrize(
    "handle", ["ana_b", "ana.bsky.social", "ana-b.example.org", "ana@so.example"]
)
def test_a_public_name_may_be_printed_on_every_network(handle: str) -> None:
    row = {"name": ["The Library"], "handle": [handle], "role": ["institution"]}
    of = movement(ledgers={"people": tables.build(LEDGERS["people"], row)})
    assert not list(check_people.traces(f"<td>@{handle}</td> by @{handle.upper()}.", of))
    assert list(check_people.traces(f"<td>@bob{handle}</td>", of))


def test_only_public_people_may_fill_a_column_of_names() -> None:
    people = tables.build(LEDGERS["people"], {"name": ["Apec"], "role": ["institution"],
                                              "handle": ["Apecfr"]})  # fmt: skip
    of = movement(ledgers={"people": people})
    found = chapter("relays")
    found.table("x", pd.DataFrame({"handle": ["Apecfr", "jeanne"], "n": [9, 9]}),
                title=Text(fr="t", en="t"))  # fmt: skip
    (fault,) = check_people.check_columns(saved(found), of)
    assert "1 values of the column handle" in fault


def test_a_public_handle_may_be_printed(good: Path, tmp_path: Path) -> None:
    people = tables.build(LEDGERS["people"], {"name": ["Apec"], "role": ["institution"],
                                              "handle": ["Apecfr"]})  # fmt: skip
    folder = tmp_path / "report"
    shutil.copytree(good, folder)
    replace("index.en.html", "</main>", "<p>@Apecfr</p></main>")(folder)
    faults = checks.run(folder, movement(ledgers={"people": people}))
    assert not any("starting with @" in fault for fault in faults)


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("http://www.pressreader.com/france/la-montagne/20160606/281702613978330", False),
        ("https://twitter.com/jeanne/status/648012345678901248", True),
        ("https://x.com/i/648012345678901248", True),
    ],
)
def test_addresses_of_articles_may_hold_numbers(
    good: Path, tmp_path: Path, address: str, refused: bool
) -> None:
    folder = tmp_path / "report"
    shutil.copytree(good, folder)
    replace("index.en.html", "</main>", f"<p>{address}</p></main>")(folder)
    faults = [f for f in checks.run(folder, movement()) if "identifier" in f]
    assert bool(faults) is refused


def test_french_rules_accept_good_french() -> None:
    text = "<p>Qui\u202f? «\u00a0Eux\u00a0»\u00a0: 605\u202f840 en 2015, 54,2\u202f%, à 12:30.</p>"
    page = Page(f'<html lang="fr"><main><h1>x</h1>{text}</main></html>', "fr")
    faults = [f for f in check_page(page, [], heaviest=10**6, files=()) if "prints" in f]
    assert faults == []


@pytest.mark.parametrize(("typed", "faults"), [((), 2), (("15000 noms", "2,500 jobs"), 0)])
def test_numbers_stand_as_a_ledger_types_them(typed: tuple[str, ...], faults: int) -> None:
    page = Page("<html lang='fr'><main><h1>15000 noms</h1><p>2,500 jobs</p></main></html>", "fr")
    found = check_page(page, [], heaviest=10**6, files=(), typed=typed)
    assert len([fault for fault in found if "prints" in fault]) == faults


def test_a_private_handle_is_found_without_its_sign(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check_people, "private_handles", lambda of: {"Jeanne_D", "paris", "bob7"})
    found, words = chapter("relays"), Text(fr="Jeanne_D relaie Paris.", en="From Paris.")
    found.sentence(words)
    (fault,) = check_people.check_names(tmp_path, [saved(found)], movement())
    assert "prints 1 handle of" in fault
    cells = chapter("relays")
    cells.table("x", pd.DataFrame({"who": ["paris", "bob7"]}), title=Text(fr="t", en="t"))
    (fault,) = check_people.check_names(tmp_path, [saved(cells)], movement())
    assert "prints 2 handles" in fault
    clean = chapter("relays")
    clean.sentence(Text(fr="À Paris.", en="In paris."))
    assert list(check_people.check_names(tmp_path, [saved(clean)], movement())) == []
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01.html").write_text("<style>bob7</style><p>x <b>bob7</b></p>")
    (fault,) = check_people.check_names(tmp_path, [saved(clean)], movement())
    assert "The notebook 01.html prints 1 handle of" in fault
    other = chapter("relays")
    other.sentence(Text(fr="Selon @JEANNE_d.", en="By jeanne_d."))
    assert "prints 1 handle of" in next(
        check_people.check_names(tmp_path, [saved(other)], movement())
    )


SAID = "En recherche d'emploi"


def people_of(bios: dict[str, tuple[str, str]]) -> tables.Archive:
    """Return an archive of accounts by handle, each with its name and bio."""
    when = pd.Timestamp("2015-10-01T08:00:00Z")
    rows = [
        {"platform": "twitter", "account_id": f"{place}", "handle": handle, "name": name,
         "bio": bio, "seen_at": when, "seen_basis": "live"}
        for place, (handle, (name, bio)) in enumerate(bios.items())
    ]  # fmt: skip
    files = [{"file": name} for name in ("raw/posts.jsonl", "raw/of/Zelie_Q-2015.jsonl")]
    return tables.Archive(
        profiles=tables.build(tables.PROFILES, rows), files=tables.build(tables.FILES, files)
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Portrait de Zélie Quartz", True),
        ("ZÉLIE QUARTZ, comptable", True),
        ("merci zelie_q pour tout", True),
        ("@Zelie_Q trouve un poste", True),
        ("zelie_quartz", False),
        ("Zélie et le quartz", False),
        ("Luc Bois raconte", False),  # he looks for nothing
        ("dit Marie Martin", False),  # of people.csv
        ("à Paris", False),  # a handle that is a plain word
        ("Émilie", False),
    ],
)
def test_somebody_who_looks_for_work_is_found_in_what_people_wrote(text: str, names: bool) -> None:
    archive = people_of({
        "Zelie_Q": ("Zélie Quartz", SAID), "luc_b": ("Luc Bois", "jardin"),
        "m_martin": ("Marie Martin", SAID), "paris": ("Émilie", SAID),
    })  # fmt: skip
    row = {"handle": "m_martin", "name": "Marie Martin", "role": "founder",
           "url": "https://a.example/b"}  # fmt: skip
    public = changed(movement(), ledgers={"people": tables.build(LEDGERS["people"], [row])})
    found = check_people.seekers_named([("press.csv, line 2,", text)], archive, public)
    assert list(found) == ["press.csv, line 2,"] * names


def test_a_file_is_not_called_after_somebody_on_a_page() -> None:
    archive = people_of({"zelie_q": ("Z", SAID)})
    known = check_people.named_files(archive, {"zelie_q"})
    assert set(known) == {"raw/of/Zelie_Q-2015.jsonl", "Zelie_Q-2015.jsonl"}
    cell = nbformat.v4.new_code_cell("files", id="only")
    told = "<p>raw/of/Zelie_Q-2015.jsonl, Zelie_Q-2015.jsonl, raw/posts.jsonl</p>"
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": told})]
    page = to_html(nbformat.v4.new_notebook(cells=[cell]), "x", made_up=False, files=known)
    assert "elie" not in page
    assert "file 2, file 2, raw/posts.jsonl" in page


# ------------------------------------------------------------------- people to be forgotten


NAMED = "Odette Zorbelane"


def picture(kind: bytes, content: bytes) -> bytes:
    whole = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", bytes(13)), (kind, content), (b"IEND", b"")):
        sum_ = zlib.crc32(name + data)
        whole += struct.pack(">I", len(data)) + name + data + struct.pack(">I", sum_)
    return whole


def packed(name: str, content: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, content)
    return whole.getvalue()


def book(text: str) -> bytes:
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole) as made:
        made.add_worksheet().write(0, 0, text)
    return whole.getvalue()


def paper(text: str, title: str = "x") -> bytes:
    head = f'#set document(title: "{title}")\n#set page(width: 6cm)\n#set text(hyphenate: true)\n'
    return typst.compile(f"{head}{text}".encode())


def wrapped(content: bytes) -> bytes:
    return b'<img src="data:image/png;base64,' + base64.b64encode(content) + b'">'


PLANTED: dict[str, bytes] = {
    "a page": f"<p>Selon {NAMED}.</p>".encode(),
    "capitals without accents": b"ODETTE ZORBELANE",
    "marks within": b"<b>Odette</b>&nbsp;<i>Zorbelane</i>",
    "entities": b"Odette&amp;#32;Zorbel&#97;ne",
    "escapes of JSON": b'{"by": "Od\\u0065tte Zorbelane"}',
    "an address": b'<a href="https://example.org/?q=Odette%20Zorbelane">',
    "a slug": b"https://example.org/entretien-odette-zorbelane.html",
    "a comment of a picture": f"<svg><!-- {NAMED} --></svg>".encode(),
    "UTF-16": "x Odette Zorbelane".encode("utf-16"),
    "a zip": packed("a.txt", NAMED.encode()),
    "a name in a zip": packed("odette-zorbelane.txt", b""),
    "a zip in a zip": packed("a.zip", packed("a.txt", NAMED.encode())),
    "a workbook": book(NAMED),
    "gzip": gzip.compress(NAMED.encode()),
    "base64": wrapped(f"<svg>........................{NAMED}</svg>".encode()),
    "a picture in a page": wrapped(picture(b"tEXt", b"Author\0Odette Zorbelane")),
    "what a picture says": picture(b"tEXt", b"Author\0Odette Zorbelane"),
    "what a picture says, packed": picture(b"zTXt", b"x\0\0" + zlib.compress(NAMED.encode())),
    "what a picture says in Unicode": picture(
        b"iTXt", b"x\0\1\0\0\0" + zlib.compress(NAMED.encode())
    ),
    "behind a picture": picture(b"tEXt", b"x") + NAMED.encode(),
    "a paper": paper(f"Selon {NAMED}, vu."),
    "a paper that divides words": paper("#box(width: 2cm)[Selon Odette Zorbe\u00adlane, vue.]"),
    "the title of a paper": paper("x", NAMED),
    "a link of a paper": paper('#link("https://example.org/odette-zorbelane")[x]'),
    "a handle": b"<td>Quillotin7</td>",
    "an id": b'"9550000123"',
}


@pytest.mark.parametrize("place", PLANTED)
def test_nobody_to_be_forgotten_hides_in_a_file(tmp_path: Path, place: str) -> None:
    words = Words([NAMED], ["Quillotin7"], ["9550000123"])
    (tmp_path / "x.bin").write_bytes(PLANTED[place])
    assert len(list(erased.check_erased(tmp_path, words))) == 1
    nobody = Words(["Jeanne Valdombrive"], ["Quillotin77"], ["9550000124"])
    assert list(erased.check_erased(tmp_path, nobody)) == []


def test_a_file_named_for_somebody_is_found_and_not_named(tmp_path: Path) -> None:
    (tmp_path / "odette-zorbelane.csv").write_text("n\n7\n")
    (fault,) = erased.check_erased(tmp_path, Words([NAMED]))
    assert fault.startswith("The file ….csv holds 1 names")


def test_a_report_that_holds_somebody_to_forget_is_refused(good: Path, tmp_path: Path) -> None:
    (tmp_path / "erase.csv").write_text("name\nJeanne Valdombrive\n")
    here = changed(movement(), path=tmp_path)
    assert checks.run(good, here) == []
    (tmp_path / "erase.csv").write_text("name\ntest movement\n")
    faults = checks.run(good, here)
    assert faults
    assert all("asks to forget" in fault for fault in faults)
    assert any(".pdf" in fault for fault in faults)
    assert any(".xlsx" in fault for fault in faults)
