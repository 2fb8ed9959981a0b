"""The publishing checks: a report that fails one is not published.

Each check gives one sentence a fault: what, where, found against expected, what to do.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from i4analysis.movement import Movement
from i4analysis.publish.checks.erased import check_erased, words
from i4analysis.publish.checks.pages import Page, check_page
from i4analysis.publish.checks.people import check_columns, check_files, check_names, written_for
from i4analysis.publish.report.boilerplate import WORDS
from i4analysis.publish.report.build import CHAPTERS, MANIFEST
from i4analysis.publish.report.cards import SIZES
from i4analysis.publish.report.model import MADE_UP_PREFIX, Report
from i4analysis.publish.report.pages import PAGES
from i4analysis.publish.report.pages import page as page_of
from i4analysis.publish.words.facts import contradictions
from i4analysis.publish.words.numbers import unexplained
from i4analysis.publish.words.wording import LANGUAGES

HEAVIEST_PAGE = 1_500_000
HEAVIEST_CARD = 300_000
SMALLEST_CELL = 5
LONGEST_ALT = 420
# Words of a column's name that make its whole numbers counts of people, in a table about seekers.
PEOPLE = re.compile(
    r"(?:^|_)(?:seekers?|people|persons?|accounts?|authors?|requests?|appeals?|posts?|senders?"
    r"|n|count|counts|cases?|answered|relayed|reshares?|reshared|resharers?)(?:_|$)"
)
ROLE, SEEKER = re.compile(r"(?:^|_)role(?:_|$)"), "seeker"


def run(folder: Path, movement: Movement) -> list[str]:
    """Return every fault of the report in `folder`, one sentence each; empty: it may go out."""
    try:
        chapters = json.loads((folder / CHAPTERS).read_text(encoding="utf-8"))["chapters"]
        pages = {
            lang: Page((folder / name).read_text(encoding="utf-8"), lang)
            for lang, name in PAGES.items()
        }
    except (OSError, ValueError, KeyError) as error:
        return [f"The report {folder} is not whole ({error}); build it again."]
    faults = [*_manifest(folder), *of_chapters(chapters, movement)]
    beside = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    report = Report(movement, {chapter["key"]: chapter for chapter in chapters}, {}, notebooks=())
    typed = [text for _, text in written_for(movement)]
    typed += [text for name in ("name", "name_en", "role_fr", "role_en")
              for text in movement.people[name].dropna()]  # fmt: skip
    for lang, page in pages.items():
        blocks = [block for s in page_of(report, lang)["sections"] for block in s["blocks"]]
        faults += check_page(page, blocks, heaviest=HEAVIEST_PAGE, files=beside, typed=typed)
    checks: tuple[Callable[[Path], Iterable[str]], ...] = (_pictures, _cards, _papers, _workbook)
    for check in checks:
        faults += check(folder)
    faults += check_files(folder, movement)
    faults += check_names(folder, chapters, movement)
    if movement.path is not None:
        faults += check_erased(folder, words(movement.path))
    if movement.made_up:
        faults += _made_up(folder, pages)
    return faults


# ---------------------------------------------------------------------------------- chapters


def of_chapters(chapters: Sequence[Mapping[str, Any]], movement: Movement) -> Iterator[str]:
    """Yield every fault of saved chapters, before a page is made of them."""
    for chapter in chapters:
        yield from unexplained(chapter)
        yield from _alts(chapter)
        yield from check_columns(chapter, movement)
        yield from _small_cells(chapter)
    yield from contradictions(chapters)
    yield from _different_alts(chapters)


def _alts(chapter: Mapping[str, Any]) -> Iterator[str]:
    for item in chapter["items"]:
        for lang, alt in (item.get("alt") or {}).items():
            if not (len(alt) <= LONGEST_ALT and alt.endswith(".") and re.search(r"\d", alt)):
                yield (
                    f"The figure {item['stem']} has the {lang} text alternative {alt[:60]!r}…"
                    f" ({len(alt)} characters), expected at most {LONGEST_ALT} with a number and a"
                    " full stop; rewrite it."
                )


def _different_alts(chapters: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for lang in LANGUAGES:
        seen: dict[str, str] = {}
        for chapter in chapters:
            for item in chapter["items"]:
                alt = (item.get("alt") or {}).get(lang)
                if alt is not None and alt in seen:
                    yield (
                        f"The figures {seen[alt]} and {item['stem']} have the same {lang} text"
                        " alternative, expected one each; rewrite it."
                    )
                if alt is not None:
                    seen[alt] = item["stem"]


def _small_cells(chapter: Mapping[str, Any]) -> Iterator[str]:
    """Look at tables about seekers, at columns named for them, and at the rows of their role."""
    for item in chapter["items"]:
        columns = item.get("columns", ())
        roles = [place for place, column in enumerate(columns) if ROLE.search(column["name"])]
        theirs = [row for row in item.get("rows", ()) if SEEKER in {row[place] for place in roles}]
        for place, column in enumerate(columns):
            seekers = chapter["key"] == "appeals" or SEEKER in column["name"]
            if column["type"] == "share" or not (seekers or theirs):  # 0 and 1 are shares too
                continue
            if not PEOPLE.search(column["name"]):
                continue
            rows = item["rows"] if seekers else theirs
            cells = [row[place] for row in rows if row[place] is not None]
            counts = all(isinstance(cell, int) for cell in cells)  # a mean is none
            small = sum(counts and 0 < cell < SMALLEST_CELL for cell in cells)
            if small:
                yield (
                    f"The table {item['stem']}, column {column['name']}, has {small} cells under"
                    f" {SMALLEST_CELL} about people looking for work, expected none; merge or drop"
                    " them."
                )


# ------------------------------------------------------------------------------------- files


def _manifest(folder: Path) -> Iterator[str]:
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        yield f"The file {folder / MANIFEST} cannot be read ({error}); build the report again."
        return
    present = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    for name in sorted(set(listed) ^ set(present)):
        where = "the manifest" if name in listed else "the folder"
        yield f"The file {name} is only in {where}, expected in both; build the report again."
    for name in sorted(set(listed) & set(present)):
        if hashlib.sha256(present[name].read_bytes()).hexdigest() != listed[name]:
            yield f"The file {name} is not the one of the manifest; build the report again."


def _pictures(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "figures").glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        try:
            root = ElementTree.fromstring(text)
        except ElementTree.ParseError as error:
            yield f"The figure {path.name} is not well-formed SVG ({error}); draw it again."
            continue
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        links = [
            value
            for element in root.iter()
            for name, value in element.attrib.items()
            if name.endswith("href") and not value.startswith(("#", "data:"))
        ]
        if "script" in tags or "date" in tags or links:
            yield f"The figure {path.name} holds a script, a date or a link; draw it again."
        # its own words, not the title in matplotlib's metadata
        own = {element.tag.rpartition("}")[2] for element in root}
        lang = path.name.removesuffix(".svg").removesuffix(".phone").rpartition(".")[2]
        known = (root.get("role"), root.get("lang")) == ("img", lang)
        if not known or not {"title", "desc"} <= own or "text" not in tags:
            yield (
                f"The figure {path.name} lacks its title, its description, its language or its"
                " words as text, expected all four; draw it again."
            )


def _cards(folder: Path) -> Iterator[str]:
    wanted = {f"{width}x{height}": (width, height) for width, height in SIZES}
    found = sorted(folder.glob("*card.*.png"))
    if len(found) != len(wanted) * len(LANGUAGES):
        yield f"The report has {len(found)} cards, expected {len(wanted) * len(LANGUAGES)}."
    for path in found:
        content = path.read_bytes()
        size = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        if size != wanted.get(path.stem.rpartition(".")[2]) or len(content) >= HEAVIEST_CARD:
            yield (
                f"The card {path.name} is {size[0]} × {size[1]} and {len(content):,} bytes,"
                f" expected the size in its name and under {HEAVIEST_CARD:,}."
            )


def _papers(folder: Path) -> Iterator[str]:
    papers = sorted(folder.glob("*report.*.pdf"))
    if len(papers) != len(LANGUAGES):
        yield f"The report has {len(papers)} PDF files, expected one a language; build it again."
    for path in papers:
        content = path.read_bytes()
        if not content.startswith(b"%PDF") or b"pdfuaid:part" not in content:
            yield f"The paper {path.name} does not declare PDF/UA, expected PDF/UA-1."


def _workbook(folder: Path) -> Iterator[str]:
    for path in folder.glob("*tables*.xlsx"):
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name).decode("utf-8") for name in book.namelist()
                     if name.endswith(".xml")}  # fmt: skip
        if any(re.search(r"<f[ >]", text) for name, text in parts.items() if "/sheet" in name):
            yield f"The workbook {path.name} holds a formula, expected values only."
        strings = re.findall(r"<t(?: [^>]*)?>([^<]{0,2})", parts.get("xl/sharedStrings.xml", ""))
        if any(re.match(r"[=+-]|@(?!\w)", first) for first in strings):
            yield f"The workbook {path.name} has a cell that starts with = + - or a bare @."


def _made_up(folder: Path, pages: Mapping[str, Page]) -> Iterator[str]:
    for lang, page in pages.items():
        if WORDS["made_up"][lang] not in page.text:
            yield f"The {lang} page does not say that its data are made up; build it again."
    passed_on = [*(folder / "figures").iterdir(), *folder.glob("*.pdf"), *folder.glob("*.xlsx"),
                 *folder.glob("*.png")]  # fmt: skip
    for path in passed_on:
        if not path.name.startswith(MADE_UP_PREFIX):
            yield f"The made-up file {path.name} does not say so in its name; build it again."
