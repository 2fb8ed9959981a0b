"""A report in one language: plain values that the HTML and the PDF template both print."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any
from urllib.parse import urlsplit

from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.front import ledger_days, written_on
from i4analysis.publish.chapter.order import MEASURED, PROOF, QUESTIONS, Question, Take, takes_of
from i4analysis.publish.charts import limits
from i4analysis.publish.report.boilerplate import (
    ASKED,
    INPUTS,
    PRINTED,
    RENAMED,
    RIGHTS,
    TOPICS,
    WORDS,
)
from i4analysis.publish.report.model import Report, has_found
from i4analysis.publish.report.sheets import NAMES as WORKBOOKS
from i4analysis.publish.words.sentence import tell
from i4analysis.publish.words.wording import (
    HARD,
    Text,
    clean,
    date,
    english,
    french,
    listing,
    number,
    percent,
    period,
    quote,
    site,
    spoken,
)

PAGES = {"fr": "index.html", "en": "index.en.html"}
PROOF_PAGES = {"fr": "proof.html", "en": "proof.en.html"}

#: What a chapter found in what was declared or collected that bears on the whole page: the title
#: of its banner, the chapter, the name of what it gives the first screen.
DOUBTS = (
    ("beside", "story", "beside"),
    ("dates", "archive", "dates"),
    ("dates", "story", "to-come"),
)
PUBLICATIONS = ("outlet", "publisher", "source")  # columns whose cells name who published
SECTIONS = {"jobs": "helped"}  # of a short answer whose section has another name
PAGE_ROWS = 30  # rows of a table printed on the page; the rest is in its file
# Of a table that is part of the text; those after its first are folded.
MOST_TEXT_ROWS = limits.most("text")
ROOM_LEFT = 70  # characters other columns may take on paper before all must share its width
SHORT_CELL = 16  # characters that a cell never breaks
LONG_CELL = 40
PAPER = 106  # characters of a table's line on paper
WIDE = 6  # columns from which a table is set smaller and may pass the text's edge
FOLDED, WIDEST = 14, 7  # rows and columns above which a page shows a table on demand
NUMBER = re.compile(r"\d+(?:[,.\u202f\xa0]\d+)*")  # as a page prints it
MANY = 6  # columns above which a constant one is left to the file
Values = dict[str, Any]
Room = tuple[int, int | None]  # rows and columns of a table that fit


def page(
    report: Report, lang: str, *, most_rows: int = PAGE_ROWS, most_columns: int | None = None
) -> Values:
    """Return everything the page of one language prints, in the order of the reader's questions.

    Tables print at most `most_rows` rows and `most_columns` columns; their files hold all.
    """
    room = (most_rows, most_columns)
    words = {name: text[lang] for name, text in WORDS.items()}
    title = report.headline[lang]
    sections = [_question(report, question, lang, room) for question in QUESTIONS]
    sections = [section for section in sections if section["blocks"]]
    values = _frame(report, lang, title) | {
        "page": PAGES[lang],
        "words": words,
        "kicker": _kicker(report, lang),
        "story": _story(report, lang),
        "answers": _answers(report, lang),
        "lacking": _lead(report, "lacking", lang),
        "banners": _banners(report, lang),
        "embargo": report.movement.publish_not_before is not None,
        "downloads": _downloads(report, lang),
        "since": _since(report, lang),
        "sections": sections,
        "proof": f"{report.prefix}{PROOF_PAGES[lang]}" if report.proves else "",
        "notebooks": _notebooks(report, lang),
    }
    values["sections"] = _once(values)
    told = {section["id"] for section in values["sections"]}
    for answer in values["answers"]:  # each question leads to its section, if there is one
        answer["section"] = answer["section"] if answer["section"] in told else ""
    values["afterword"] = _afterword(report, values, lang)
    values["cite"] = _citation(report, values, lang)
    values["sources"] = _listed_sources(values)
    return values


def proof_page(report: Report, lang: str) -> Values:
    """Return the page of the method: the chapters of the proof, whole."""
    room = (PAGE_ROWS, None)
    title = WORDS["proof_title"][lang]
    sections = []
    for key in PROOF:
        chapter = report.chapters.get(key)
        if chapter is not None:
            blocks: list[Values] = [{"kind": "lead", "text": chapter["answer"][lang]}]
            blocks += [_block(report, key, item, lang, room) for item in _filled(chapter["items"])]
            sections.append({"id": key, "title": chapter["title"][lang], "blocks": blocks})
            for block in blocks:
                block["headed"] = False
    return _frame(report, lang, title) | {
        "page": f"{report.prefix}{PROOF_PAGES[lang]}",
        "words": {name: text[lang] for name, text in WORDS.items()},
        "kicker": _name(report, lang),
        "banners": _banners(report, lang),
        "embargo": report.movement.publish_not_before is not None,
        "back": PAGES[lang],
        "sections": sections,
    }


def _frame(report: Report, lang: str, title: str) -> Values:
    return {
        "lang": lang,
        "title": title,
        "name": _name(report, lang),
        "dateline": _dateline(report, lang),
        "made_up": report.made_up,
        "address": report.movement.address,
        "contact": Text.same(report.movement.contact)[lang],
        "author": report.movement.author or "i4analysis",
        "version": report.version,
        "prefix": report.prefix,
    }


def _name(report: Report, lang: str) -> str:
    return Text.of(report.movement.title, report.movement.name)[lang]


def _kicker(report: Report, lang: str) -> str:
    """Return where and when it happened, the first words of the page."""
    place = Text.of(report.movement.place, "")[lang] or _networks(report, lang)
    when_ = _lead(report, "years", lang) or _declared_years(report, lang)
    return ", ".join(part for part in (place, when_) if part) or _name(report, lang)


def _declared_years(report: Report, lang: str) -> str:
    """Return the years of the declared period, as far as the data go; of the first alone, from it.

    Unless something is told of that year, the first day of a movement does not say when it was.
    """
    start, end = report.movement.started_on, report.movement.ended_on
    last = (report.as_of or Date.max).year  # what is later, the data do not tell of
    years = [*dict.fromkeys(day.year for day in (start, end) if day and day.year <= last)]
    if start is None or years != [start.year] or (end is not None and end.year == start.year):
        return " – ".join(map(str, years))
    told = any(day >= start and day.year == start.year for day, _ in ledger_days(report.movement))
    return str(start.year) if told else f"{WORDS['from'][lang]} {start.year}"


def _networks(report: Report, lang: str) -> str:
    """Return the networks that the posts come from: where it happened, lacking a place."""
    told = report.chapters.get("archive", {}).get("leads", {}).get("networks")
    return str(told["text"][lang]) if told else ""


def _dateline(report: Report, lang: str) -> str:
    """Say when the report was written and by whom; of an archive, up to which day it goes."""
    author = report.movement.author
    by = f"{WORDS['by'][lang]} {Text.same(author)[lang]}" if author else ""
    return " ".join(part for part in (report.dated(lang), by) if part) or WORDS["no_date"][lang]


def _lead(report: Report, name: str, lang: str) -> str:
    lead = report.leads.get(name)
    return lead["text"][lang] if lead else ""


def _story(report: Report, lang: str) -> list[str]:
    """Return the story in a few sentences: the ledger's description, else what was measured."""
    told = _lead(report, "story", lang)
    if told:
        return [told]
    measured = report.chapters.get("archive", {})
    silent = measured.get("missing") or (report.preliminary and not has_found(measured))
    return [] if silent else [measured["answer"][lang]]


def figure_of(figure: Mapping[str, Any], lang: str) -> Values:
    """Split `au moins 300` into its caution and its number, so that each has its size."""
    text = figure["text"][lang]
    digits = next((at for at, sign in enumerate(text) if sign.isdigit() or sign == "−"), 0)
    return {
        "caution": text[:digits].strip(),
        "value": text[digits:],
        "label": figure["label"][lang],
        "definition": figure["definition"][lang],
    }


def _answers(report: Report, lang: str) -> list[Values]:
    """Return the short answers of the first screen: what is published, then what was measured."""
    answers = []
    for name, question in ASKED.items():
        lead = report.leads.get(name)
        said = lead["text"][lang] if lead else ""
        asked = question
        measured = [
            report.chapters[key]["answer"][lang]
            for key in MEASURED.get(name, ())
            if not report.preliminary
            and has_found(report.chapters.get(key, {}))
            and not _told(report.chapters[key], said, lang)
        ]
        if measured:
            found = " ".join(measured)
            finding = report.chapters["relays"]["title"][lang] if name == "carried" else ""
            if name == "carried" and "unmarked" in report.leads:  # be they reshared or not
                found = report.leads["unmarked"]["text"][lang].rstrip(".") + "."
            elif said and finding:  # whom the ledgers name, then the posts' finding alone
                found = f"{finding.rstrip('.')}."
            elif set(re.findall(r"\d+", finding)) - set(re.findall(r"\d+", found)):
                found = f"{finding.rstrip('.')}. {found}"  # it says what the answer does not
            said = f"{said} {found}".strip()
        if name == "jobs" and not said and has_found(report.chapters.get("appeals", {})):
            asked, said = WORDS["asked_seekers"], report.chapters["appeals"]["answer"][lang]
        ledgers = report.chapters.get("story", {})
        if name == "obtained" and not said and not ledgers.get("missing"):
            kept = len(report.movement.outcomes)
            said = WORDS["no_main_outcome" if kept else "no_outcome"][lang]
        if said:
            answers.append(
                {"asked": asked[lang], "text": said, "section": SECTIONS.get(name, name)}
            )
    return answers


def _told(chapter: Mapping[str, Any], said: str, lang: str) -> bool:
    """Tell whether all that a chapter found is what sources published, and has been said."""
    figures = chapter["key_figures"]
    return bool(figures) and all(
        figure["id"].startswith("published-") and figure["text"][lang] in said
        for figure in figures
    )


def _banners(report: Report, lang: str) -> list[Values]:
    banners = []
    embargo = report.movement.publish_not_before
    if embargo is not None:
        moment = date(embargo.astimezone(report.movement.zone), lang, "minute")
        zone = f"({report.movement.timezone})"
        text = Text.same(f"{WORDS['embargo_text'][lang]} {moment} {zone}.")[lang]
        banners.append({"kind": "embargo", "title": WORDS["embargo"][lang], "text": text})
    if report.made_up:
        banners.append({"kind": "made_up", "title": WORDS["made_up"][lang],
                        "text": WORDS["made_up_text"][lang]})  # fmt: skip
    if report.missing:
        text = " ".join(chapter["answer"][lang] for chapter in report.missing)
        banners.append({"kind": "partial", "title": WORDS["partial"][lang], "text": text})
    for title, chapter, lead in DOUBTS:
        told = report.chapters.get(chapter, {}).get("leads", {}).get(lead)
        if told:
            banners.append({"kind": "doubt", "title": WORDS[title][lang],
                            "text": told["text"][lang]})  # fmt: skip
    lacks = report.movement.unsigned
    if lacks:
        text = listing([WORDS[f"no_{name}"][lang] for name in lacks], lang)
        text = Text.same(f"{WORDS['unsigned_text'][lang]} {text}.")[lang]
        banners.append({"kind": "unsigned", "title": WORDS["unsigned"][lang], "text": text})
    for banner in banners:
        # no sentence stands after a colon: it would want a capital, and none
        apart = "." if banner["text"][:1].isupper() else " :"
        banner["title"] = Text.same(f"{banner['title']}{apart}")[lang]
    return banners


def _notebooks(report: Report, lang: str) -> list[Values]:
    """Return the links to the notebooks, each named by its chapter's topic, else its question."""
    named = {
        f"{chapter['order']:02d}": (TOPICS[key] if key in TOPICS else chapter["question"])[lang]
        for key, chapter in report.chapters.items()
        if key != "story"  # it is of no notebook alone
    }
    return [
        {
            "href": f"notebooks/{name}",
            "text": named.get(name.partition("-")[0]) or name.removesuffix(".html"),
        }
        for name in report.notebooks
    ]


def _downloads(report: Report, lang: str) -> list[Values]:
    """Return the links to everything a reader may take away, and to the other language."""
    other = "en" if lang == "fr" else "fr"
    links = [
        ("pdf", f"{report.prefix}report.{lang}.pdf", None),
        ("workbook", f"{report.prefix}{WORKBOOKS[lang]}", None),
        ("card", f"{report.prefix}card.{lang}.1200x675.png", None),
        ("other_language", PAGES[other], other),
    ]
    return [
        {"text": WORDS[name][lang], "href": href, "lang": of or ""} for name, href, of in links
    ]


# ---------------------------------------------------------------------------------- sections


def _question(report: Report, question: Question, lang: str, room: Room) -> Values:
    story = report.chapters.get("story", {"items": []})
    blocks = [
        _block(report, "story", item, lang, room)
        for item in story["items"]
        if item.get("part") == question.key
    ]
    # without an archive the ledgers tell it all
    told = "story" in report.chapters and not story.get("missing")
    if not report.preliminary or not told:
        for take in takes_of(question, report.chapters):
            blocks += _taken(report, take, lang, room)
    title, shown = question.title[lang], [b for b in blocks if "stem" in b]
    for block in blocks:
        # a finding or a table alone in its section is not headed twice
        block["headed"] = len(shown) > 0 and block is shown[0] and block["kind"] == "table"
    if len(blocks) == 1 and shown and shown[0]["kind"] == "figure":
        title, shown[0]["headed"] = shown[0]["title"], True
    return {"id": question.key, "title": title, "blocks": blocks}


def _taken(report: Report, take: Take, lang: str, room: Room) -> list[Values]:
    """Return what a question takes of a chapter; of one that found nothing, its answer alone."""
    chapter = report.chapters.get(take.chapter)
    if chapter is None or chapter.get("silent"):
        return []
    blocks: list[Values] = []
    if take.answer:
        if has_found(chapter) and chapter["title"] != report.headline.as_dict():
            blocks.append({"kind": "heading", "text": chapter["title"][lang]})
        blocks.append({"kind": "lead", "text": chapter["answer"][lang]})
    if not has_found(chapter):
        return blocks
    stems = [item["stem"] for item in chapter["items"] if item["kind"] == "figure"]
    if take.figures is None:
        figures = set(stems[:1])
    else:
        figures = set([stem for stem in take.figures if stem in stems][: take.most])
    said = 0
    for item in chapter["items"]:
        wanted = item.get("stem") in (figures | set(take.tables))
        if item["kind"] == "sentence" and said < take.sentences:
            said, wanted = said + 1, True
        if wanted:
            blocks.append(_block(report, take.chapter, item, lang, room))
    return blocks


def _filled(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a chapter's items without the headings under which nothing could be shown."""
    following = [*(item["kind"] for item in items[1:]), "heading"]
    return [
        item
        for item, after in zip(items, following, strict=False)
        if (item["kind"], after) != ("heading", "heading")
    ]


def _block(report: Report, key: str, item: Mapping[str, Any], lang: str, room: Room) -> Values:
    if item["kind"] == "heading":
        return {"kind": "heading", "text": item["text"][lang]}
    if item["kind"] in ("sentence", "ask"):
        return {
            "kind": item["kind"],
            "who": item["who"][lang] if item["kind"] == "ask" else "",
            "text": item["text"][lang],
            "sources": _named(item.get("sources", []), lang),
        }
    if item["kind"] == "card":
        return _card(item, lang)
    stem = item["stem"]
    name = f"{report.prefix}{stem}"
    block: Values = {
        "kind": item["kind"],
        "chapter": key,
        "stem": stem,
        "title": item["title"][lang],
        "note": item["note"][lang] if item.get("note") else "",
        "source": _source(report, item, lang),
        "sources": _named(item.get("sources", []), lang),
        "first": int(item.get("first") or 0),
        "table": printed_table(
            item, lang, MOST_TEXT_ROWS if item.get("first") else room[0], most_columns=room[1]
        ),
        "csv": f"{name}.{lang}.csv" if lang == "fr" else f"{name}.csv",
        "files": [],
    }
    if item["kind"] == "figure":
        block |= {"subtitle": item["subtitle"][lang], "alt": item["alt"][lang]}
        crops = {name: item["crop"].get(f"{lang}{name}") for name in ("", ".phone")}
        block["crop"] = {name: crop for name, crop in crops.items() if crop is not None}
        block["files"] = [
            {"text": kind.upper(), "href": f"figures/{name}.{lang}.{kind}"}
            for kind in ("svg", "png")
        ]
    return block


def _card(item: Mapping[str, Any], lang: str) -> Values:
    voices = [
        {
            "who": voice["who"][lang],
            "role": voice["role"][lang],
            "says": voice["says"][lang],
            "kind": voice["kind"],
            "words": voice["words"][lang],
            **_quoted(voice["quote"], lang),
            "standing": voice["standing"][lang],
            "source": _named([voice["source"]], lang)[0],
            "date": voice["date"][lang],
        }
        for voice in item["voices"]
    ]
    return {
        "kind": "card",
        "id": item["id"],
        "date": item["date"][lang],
        "title": item["title"][lang],
        "verdict": item["verdict"][lang],
        "voices": voices,
        "take": item["copy"][lang],
        "source": _named([item["source"]], lang)[0],
        "credited": item["credited"],
    }


def _quoted(words: str, lang: str) -> Values:
    """Return a quotation, which stays in its own language whatever the page's, and that language.

    Where it is neither of ours it has the page's quotation marks, and its own typography.
    """
    own = spoken(words)
    written = {"fr": french, "en": english}.get(own, clean)(words)
    return {"quote": written and quote(written, own or lang), "quoted_in": own}


def _named(sources: Sequence[Mapping[str, str]], lang: str) -> list[Values]:
    """Return sources with their names set as the language sets them."""
    return [{"name": Text.same(s["name"])[lang], "url": s["url"]} for s in sources]


def _source(report: Report, item: Mapping[str, Any], lang: str) -> str:
    words = (item.get("source") or {}).get(lang, "").strip()
    if report.made_up and WORDS["made_up"][lang].lower() not in words.lower():
        words = f"{WORDS['made_up'][lang].lower()}, {words}" if words else WORDS["made_up"][lang]
    if not words:
        return ""
    return Text.same(f"{WORDS['source'][lang]} : {words.rstrip('.')}.")[lang]


def _listed_sources(values: Values) -> list[Values]:
    """Return every publication that the page cites, once each, for the paper's list of sources."""
    found: dict[str, str] = {}

    def add(source: Mapping[str, str]) -> None:
        url, name = source.get("url"), source["name"]
        if url and found.get(url, site(url)) == site(url):  # a name is better than an address
            found[url] = name

    for section in values["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "card":
                add(block["source"])
                for voice in block["voices"]:
                    add(voice["source"])
                continue
            for source in block.get("sources", []):
                add(source)
            table = block.get("table", {"headers": [], "rows": []})
            for row in table["rows"]:
                for head, cell in zip(table["headers"], row, strict=True):
                    of = cell["text"] if head["name"] in PUBLICATIONS else ""
                    add({"url": cell["href"], "name": of or site(cell["href"])})
    listed = [{"name": name, "url": url} for url, name in found.items()]
    return sorted(listed, key=lambda source: (source["name"].casefold(), source["url"]))


# -------------------------------------------------------------------------- comparison, credits


def _since(report: Report, lang: str) -> Values:
    """Return what rose, fell, came and went since the last report, and which inputs changed.

    Nothing to compare is nothing to print.
    """
    if report.previous is None:
        return {"rows": [], "inputs": ""}
    before, now = report.previous.get("key_figures") or {}, report.figures()
    named = {
        f"{key}.{figure['id']}": figure
        for key, chapter in report.chapters.items()
        for figure in chapter["key_figures"]
    }
    rows = []
    for name in [*now, *(name for name in before if name not in now)]:
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        write = percent if named.get(name, {}).get("share") else number
        cells = ["–" if value is None else write(value, lang) for value in (old, new)]
        if cells[0] == cells[1]:  # what moved is less than what is printed
            continue
        label = named[name]["label"][lang] if name in named else _unlabelled(name, lang)
        rows.append([label, *cells, WORDS[_direction(old, new)][lang]])
    changed = listing(_changed_inputs(report, lang), lang)
    inputs = Text.same(f"{WORDS['since_inputs'][lang]} : {changed}.")[lang] if changed else ""
    return {"rows": rows, "inputs": inputs}


def _unlabelled(name: str, lang: str) -> str:
    """Name a figure that is no longer published, whose words are gone with its chapter."""
    key, _, figure = name.partition(".")
    return f"{TOPICS[key][lang] if key in TOPICS else key} ({figure})"


def _direction(old: float | None, new: float | None) -> str:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return "rose" if new > old else "fell"


def _changed_inputs(report: Report, lang: str) -> list[str]:
    old = (report.previous or {}).get("inputs") or {}
    new = report.refresh.get("inputs") or {}
    changed = []
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name):
            continue
        if name != "movement":
            changed.append(INPUTS.get(name, Text.same(name))[lang])
            continue
        before, after = old.get(name) or {}, new.get(name) or {}
        files = {file for file in {*before, *after} if before.get(file) != after.get(file)}
        stores = {file for file in files if file.startswith("archive/")}
        changed += [INPUTS["archive"][lang]] if stores else []
        changed += [INPUTS["movement"][lang]] if files - stores else []
    return changed


def _once(values: Values) -> list[Values]:
    """Leave out of a section what the first screen says in the same words, and it if all is so.

    A heading that then stands on a figure whose title begins alike goes with what it headed, and
    so does one that begins with the same number; a title whose numbers the heading right above
    has all goes, for it says a part of that again.
    """
    first = [*values["story"],
             *(one["text"] for one in (*values["answers"], *values["banners"]))]  # fmt: skip
    told = ("heading", "lead", "sentence")
    for section in values["sections"]:
        kept: list[Values] = []
        said = False
        for block in section["blocks"]:
            if block["kind"] == "lead" and any(block["text"] in text for text in first):
                said = True
                continue
            if said and block["kind"] == "figure" and kept and kept[-1]["kind"] == "heading":
                short, long_ = sorted((kept[-1]["text"], block["title"]), key=len)
                if long_.startswith(short):
                    kept.pop()
            above = [one["text"] for one in kept[-2:] if one["kind"] == "heading"][-1:]
            if above and block["kind"] == "figure" and kept[-1]["kind"] in told:
                mine, its = (NUMBER.findall(words) for words in (block["title"], *above))
                if mine and set(mine) <= set(its):
                    block["headed"] = True
                elif mine[:1] == its[:1] != [] and kept[-1]["kind"] == "heading":
                    kept.pop()
            kept.append(block)
            said = False
        section["blocks"] = kept if any(block["kind"] != "heading" for block in kept) else []
    return [section for section in values["sections"] if section["blocks"]]


def _afterword(report: Report, values: Values, lang: str) -> list[Values]:
    """Return how to read the figures, rights, and the corrections of earlier reports, if any."""
    ledger = report.movement.ledger("corrections").sort_values("corrected_on", ascending=False)
    corrected = [
        Text.same(f"{date(day, lang)} : {words}")[lang]
        for day, words in zip(ledger["corrected_on"], ledger[f"text_{lang}"], strict=True)
    ]
    page_words = json.dumps([values[name] for name in ("kicker", "story", "answers", "sections")],
                            ensure_ascii=False)  # fmt: skip
    renamed = [text for name, text in RENAMED.items() if name in page_words]
    parts = (
        ("definitions", [text[lang] for text in report.readings]),
        ("corrections", corrected),
        ("rights", [text[lang] for text in (*RIGHTS, *renamed)]),
    )
    return [
        {"id": name, "title": WORDS[name][lang], "paragraphs": lines}
        for name, lines in parts
        if lines
    ]


def _citation(report: Report, values: Values, lang: str) -> str:
    written = written_on(report.movement)  # the year of the data is not that of the report
    year = f" ({written.year})" if written is not None else ""
    fictive = f", {WORDS['made_up'][lang].lower()}" if report.made_up else ""
    who = report.movement.author or "i4analysis"
    day = report.dated(lang) or WORDS["no_date"][lang]
    return Text.same(
        f"{who}{year}, {quote(values['name'], lang)}, {day}{fictive},"
        f" version {values['version']}. CC BY 4.0."
    )[lang]


# ------------------------------------------------------------------- a table as a page prints it


@dataclass(frozen=True)
class Shown:
    """One printed column: the places of its value and of what is printed with it.

    `lo` and `hi` bound an estimate, where `bounded` in some row; `last` ends a span of days;
    `precision` says how finely a date is known, so that a month is never printed as its first day.
    """

    place: int
    lo: int | None = None
    hi: int | None = None
    last: int | None = None
    precision: int | None = None
    bounded: bool = True

    @property
    def beside(self) -> tuple[int | None, ...]:
        return (self.lo, self.hi, self.last, self.precision)


def printed_table(
    item: Mapping[str, Any], lang: str, most: int, *, most_columns: int | None = None
) -> dict[str, Any]:
    """Return headers, cells and caption of a packed table as printed in one language.

    At most `most` rows: of a series the evenly spaced ones and the last, else the first; and the
    first `most_columns` columns, where paper has no room for more.
    """
    columns, rows = item["columns"], item["rows"]
    every = _columns(columns, rows, lang, item.get("always", ()))
    limits = [limit for limit in (most_columns, item.get("printed")) if limit is not None]
    shown = every[: min(limits, default=None)]
    kept = _thinned(columns, rows, most)
    headers = [_header(columns, column, lang) for column in shown]
    cells = [[_cell(columns, column, row, lang) for column in shown] for row in kept]
    leads = [_link(columns, column) for column in shown]
    return {
        "headers": headers,
        "rows": [
            [
                {"text": text, "href": _address(row, lead)}
                for text, lead in zip(written, leads, strict=True)
            ]
            for row, written in zip(kept, cells, strict=True)
        ],
        "caption": ""
        if item.get("first")
        else _caption((len(kept), len(rows)), (len(shown), len(every)), lang),
        "widest": _widest(headers, cells),
        "weights": _weights(headers, cells),
        "wide": len(headers) >= WIDE,
        "folded": len(kept) > FOLDED or len(headers) > WIDEST,
    }


def _link(columns: list[dict[str, Any]], column: Shown) -> int | None:
    """Return the place of the column of addresses that a column's words lead to."""
    link = columns[column.place].get("link")
    if columns[column.place]["name"] == "url":
        return column.place
    return next((k for k, other in enumerate(columns) if other["name"] == link), None)


def _address(row: list[Any], place: int | None) -> str:
    """Return an address that a page may link to, or nothing."""
    url = str(row[place] or "") if place is not None else ""
    return url if re.fullmatch(r"https?://[^\s<>\"]+", url) else ""


def _columns(
    columns: list[dict[str, Any]],
    rows: list[list[Any]],
    lang: str = "en",
    always: Collection[str] = (),
) -> list[Shown]:
    """Join each estimate with its bounds; leave out constants where columns are many.

    But for those that are `always` printed, as what a figure draws, and for numbers, where of
    none of them anything would be left.

    Of words kept in both languages the reader's are shown; addresses that words lead to are not.
    """
    places = {column["name"]: place for place, column in enumerate(columns)}
    other_lang = {"fr": "_en", "en": "_fr"}[lang]
    hidden = {column["link"] for column in columns if column.get("link")}
    hidden |= {
        name
        for name in places
        if name.endswith(other_lang) and f"{name[: -len(other_lang)]}_{lang}" in places
    }
    shown: list[Shown] = []
    for place, column in enumerate(columns):
        name = column["name"]
        if name in hidden or any(place in other.beside for other in shown):
            continue
        if column["type"] == "date":
            last = places.get("last") if name == "first" else None
            precision = places.get("precision") if name == "date" else None
            if name == "not_after" and all(row[place] is None for row in rows):
                continue
            shown.append(Shown(place, last=last, precision=precision))
            continue
        lo, hi = places.get(f"{name}_lo"), places.get(f"{name}_hi")
        if lo is None or hi is None:
            after = [other["name"] for other in columns[place + 1 : place + 3]]
            lo, hi = (place + 1, place + 2) if after == ["lo", "hi"] else (None, None)
        numeric = column["type"] in ("number", "share")
        held = lo is not None and any(row[lo] is not None for row in rows)
        shown.append(Shown(place, lo, hi, bounded=held) if numeric and lo is not None
                     else Shown(place))  # fmt: skip
    if len(shown) <= MANY:
        return shown
    cells = {s: [row[s.place] for row in rows] for s in shown}
    told = [s for s in shown if columns[s.place]["name"] in always
            or not _idle(columns[s.place], cells[s])]  # fmt: skip
    numbers = {s for s in shown if columns[s.place]["type"] in ("number", "share")
               and any(cell is not None for cell in cells[s])}  # fmt: skip
    return told if numbers & {*told} else [s for s in shown if s in told or s in numbers]


def _idle(column: dict[str, Any], cells: list[Any]) -> bool:
    """Tell whether a column says the same everywhere, and is no name and no day."""
    if len({str(cell) for cell in cells}) > 1:
        return False
    if len(cells) == 1:  # of one row nothing is known to be always the same
        return cells[0] in ("", None)
    if column["type"] in ("text", "date"):
        return not cells[0] or (column["type"] == "text" and len(str(cells[0])) > LONG_CELL)
    return True


def _header(columns: list[dict[str, Any]], column: Shown, lang: str) -> dict[str, Any]:
    source = columns[column.place]
    words = str(source["header"][lang])
    if words[1:2] not in ("", " ", ","):  # p, the probability, stays small
        words = words[:1].upper() + words[1:]
    if column.last is not None:
        words = PRINTED["days"][lang]
    if column.lo is not None and column.bounded:
        words += f" ({PRINTED['bounds'][lang]})"
    return {
        "text": words,
        "numeric": source["type"] in ("number", "share"),
        "name": source["name"],
    }


def _cell(columns: list[dict[str, Any]], column: Shown, row: list[Any], lang: str) -> str:
    text = grid.shown(row[column.place], columns[column.place], lang)
    if row[column.place] is not None and (column.last is not None or column.precision is not None):
        text = _days(column, row, lang)
    if column.lo is not None and column.hi is not None and row[column.lo] is not None:
        kind = {"type": columns[column.place]["type"]}
        low, high = (grid.shown(row[place], kind, lang) for place in (column.lo, column.hi))
        text += f" ({low} {'à' if lang == 'fr' else 'to'} {high})"
    if text.startswith(("https://", "http://")) and len(text) > LONG_CELL:
        text = (urlsplit(text).hostname or "").removeprefix("www.") + "/…"
    return text.replace(" ", HARD) if len(text) <= SHORT_CELL else text


def _days(column: Shown, row: list[Any], lang: str) -> str:
    """Return a date no finer than it is known, or the span of days in which something fell."""
    day = Date.fromisoformat(row[column.place])
    last = None if column.last is None else row[column.last]
    if last is not None and last != row[column.place]:
        return period(day, Date.fromisoformat(last), lang)
    if column.precision is not None and row[column.precision] is not None:
        precision = row[column.precision]
        written = date(day, lang, precision)
        return written.replace(" ", HARD) if precision == "day" else written
    return date(day, lang).replace(" ", HARD)


def _caption(rows: tuple[int, int], columns: tuple[int, int], lang: str) -> str:
    """Say how many rows and columns of how many are printed; nothing when all are."""
    said = [
        tell("report", f"cut.{name}", k=kept, n=total)
        for (kept, total), name in ((rows, "rows"), (columns, "columns"))
        if kept < total
    ]
    return tell("report", "cut.told", parts=said)[lang] if said else ""


def _weights(headers: list[dict[str, Any]], rows: list[list[str]]) -> list[int]:
    """Return the width on paper of each column, in characters: its longest word, then its share.

    What the words leave free goes to the columns whose text is longer than a line.
    """
    words, texts = [], []
    for place, header in enumerate(headers):
        bold = [-(-8 * len(word) // 7) for word in header["text"].split(" ")]
        plain = [len(word) for row in rows for word in row[place].split(" ")]
        words.append(max(5, *bold, len(header["text"]) // 2, *plain) + 2)
        texts.append(max(words[-1], min(64, max((len(row[place]) for row in rows), default=0))))
    spare = max(0, PAPER - sum(words))
    asked = max(1, sum(texts) - sum(words))
    return [word + spare * (text - word) // asked for word, text in zip(words, texts, strict=True)]


def _thinned(columns: list[dict[str, Any]], rows: list[list[Any]], most: int) -> list[list[Any]]:
    if len(rows) <= most:
        return rows
    series = all(column["type"] in ("number", "share") for column in columns[1:])
    if columns and columns[0]["type"] in ("date", "time") and series:
        step = -(-len(rows) // most)
        return rows[::-1][::step][::-1]
    return rows[:most]


def _widest(headers: list[dict[str, Any]], rows: list[list[str]]) -> int | None:
    """Return the column of words that takes the room left on paper; None when there is none."""
    longest = [
        max(len(header["text"]), *(len(row[place]) for row in rows), 0)
        for place, header in enumerate(headers)
    ]
    words = [place for place, header in enumerate(headers) if not header["numeric"]]
    if not words:
        return None
    widest = max(words, key=lambda place: longest[place])
    return widest if sum(longest) - longest[widest] <= ROOM_LEFT else None
