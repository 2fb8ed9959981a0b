"""A report in one language: plain values that the HTML and the PDF template both print."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from i4analysis.publish.report import table_pages
from i4analysis.publish.report.boilerplate import AFTERWORD, INPUTS, TOPICS, WORDS
from i4analysis.publish.report.model import Chapter, Report
from i4analysis.publish.words.wording import HARD, Text, date, listing, number, percent, quote

PAGE_ROWS = 30  # rows of a table printed on the page; the rest is in its file
Values = dict[str, Any]
Room = tuple[int, int | None]  # rows and columns of a table that fit


def page(
    report: Report, lang: str, *, most_rows: int = PAGE_ROWS, most_columns: int | None = None
) -> Values:
    """Return everything the page of one language prints, in its order.

    Tables print at most `most_rows` rows and `most_columns` columns; their files hold all.
    """
    room = (most_rows, most_columns)
    words = {name: text[lang] for name, text in WORDS.items()}
    as_of = words["no_date"] if report.as_of is None else date(report.as_of, lang)
    key = report.title_key
    title = report.chapters[key]["title"][lang] if key else _name(report, lang)
    sections = [_section(report, name, lang, title, room) for name in _keys(report)]
    for place, section in enumerate(sections, start=1):
        section["number"] = str(place)
    values: Values = {
        "lang": lang,
        "words": words,
        "title": title,
        "name": _name(report, lang),
        "as_of": as_of,
        "dateline": as_of if report.as_of is None else f"{words['as_of']} {as_of}",
        "standfirst": _standfirst(report, lang, title),
        "banners": _banners(report, lang),
        "embargo": report.movement.publish_not_before is not None,
        "made_up": report.made_up,
        "key_figures": [_figure(figure, lang) for figure in report.front_figures()],
        "can": [_printable(t[lang], lang) for t in report.front_sentences("can_write")],
        "cannot": [t[lang] for t in report.front_sentences("cannot_write")],
        "contact": Text.same(report.movement.contact)[lang] or words["no_contact"],
        "since": _since(report, lang),
        "sections": sections,
        "afterword": [
            {"id": name, "title": head[lang], "paragraphs": [text[lang] for text in texts]}
            for name, head, texts in AFTERWORD
        ],
        "version": report.version,
        "prefix": report.prefix,
        "notebooks": [f"notebooks/{name}" for name in report.notebooks],
    }
    values["afterword"][-1]["paragraphs"] += _corrections(report, lang)
    values["cite"] = _citation(report, values, lang)
    return values


def _name(report: Report, lang: str) -> str:
    return Text.of(report.movement.title, report.movement.name)[lang]


def _keys(report: Report) -> list[str]:
    return [*TOPICS, *(key for key in report.chapters if key not in TOPICS)]


def _standfirst(report: Report, lang: str, title: str) -> list[str]:
    """Return the answers that sum the report up: of the chapter of its title, and of outcomes."""
    wanted = (report.title_key, "outcomes", "supporters")
    keys = [key for key in dict.fromkeys(wanted) if key in report.chapters][:2]
    answers = [report.chapters[key]["answer"][lang] for key in keys if key]
    return [answer for answer in answers if answer.rstrip(".") != title.rstrip(".")]


def _banners(report: Report, lang: str) -> list[Values]:
    banners = []
    embargo = report.movement.publish_not_before
    if embargo is not None:
        moment = date(embargo.astimezone(report.movement.zone), lang, "minute")
        zone = f"({report.movement.timezone})"
        text = Text.same(f"{WORDS['embargo_text'][lang]} {moment} {zone}.")[lang]
        banners.append({"kind": "embargo", "title": WORDS["embargo"][lang], "text": text})
    for kind, wanted in (("made_up", report.made_up), ("preliminary", report.preliminary)):
        if wanted:
            text = WORDS[f"{kind}_text"][lang]
            banners.append({"kind": kind, "title": WORDS[kind][lang], "text": text})
    for banner in banners:
        banner["title"] = Text.same(f"{banner['title']} :")[lang]
    return banners


def _figure(figure: Mapping[str, Any], lang: str) -> Values:
    """Split `au moins 300` into its caution and its number, so that each has its size."""
    text = figure["text"][lang]
    digits = next((at for at, sign in enumerate(text) if sign.isdigit() or sign == "−"), 0)
    return {
        "caution": text[:digits].strip(),
        "value": text[digits:],
        "label": figure["label"][lang],
        "definition": figure["definition"][lang],
    }


# ---------------------------------------------------------------------------------- sections


def _section(report: Report, key: str, lang: str, report_title: str, room: Room) -> Values:
    topic = TOPICS.get(key, Text.same(key))[lang]
    chapter = report.chapters.get(key)
    if chapter is None:
        return {"id": key, "topic": topic, "title": topic, "absent": WORDS["absent"][lang]}
    title = chapter["title"][lang]
    again, headed = title == report_title, chapter.get("headed")
    front = (report.front_sentences("can_write"), report.front_sentences("cannot_write"))
    can, cannot = (
        [text for text in chapter[name] if text not in shown]
        for name, shown in zip(("can_write", "cannot_write"), front, strict=True)
    )
    return {
        "id": key,
        "topic": topic,
        # The finding of page 1 is not printed twice: a second one stands in, else the question.
        "title": (headed or chapter["question"])[lang] if again else title,
        "question": "" if again and not headed else chapter["question"][lang],
        "answer": chapter["answer"][lang],
        "absent": "",
        "blocks": [_block(report, key, item, lang, room) for item in _filled(chapter["items"])],
        "can": [_printable(text[lang], lang) for text in can],
        "cannot": [text[lang] for text in cannot],
        "missing": list(dict.fromkeys(gap["text"][lang] for gap in chapter["cannot_show"])),
        "excluded": _excluded(chapter, lang),
    }


def _filled(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a chapter's items without the headings under which nothing could be shown."""
    following = [*(item["kind"] for item in items[1:]), "heading"]
    return [
        item
        for item, after in zip(items, following, strict=False)
        if (item["kind"], after) != ("heading", "heading")
    ]


def _printable(text: str, lang: str) -> str:
    """Put a printable sentence in quotation marks, once; quotes inside go down a rank."""
    whole = text[:1] in "«“" and text[-1:] in "»”" and len(re.findall("[«“]", text)) == 1
    inner = text.strip(f"«»“” {HARD}") if whole else text
    if lang == "fr":
        inner = re.sub(f"«{HARD}?(.*?){HARD}?»", r"“\1”", inner)
    else:
        inner = re.sub("“(.*?)”", r"‘\1’", inner)
    return quote(inner, lang)


def _excluded(chapter: Chapter, lang: str) -> list[str]:
    return [
        Text.same(f"{_capital(entry['reason'][lang])} : {number(entry['count'], lang)}")[lang]
        for entry in chapter["excluded"]
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _block(report: Report, key: str, item: Mapping[str, Any], lang: str, room: Room) -> Values:
    if item["kind"] in ("heading", "sentence"):
        return {"kind": item["kind"], "text": item["text"][lang]}
    stem = item["stem"]
    name = f"{report.prefix}{stem}"
    block: Values = {
        "kind": item["kind"],
        "chapter": key,
        "stem": stem,
        "title": item["title"][lang],
        "note": item["note"][lang] if item.get("note") else "",
        "source": _source(report, item, lang),
        "table": table_pages.table(item, lang, room[0], most_columns=room[1]),
        "csv": f"{name}.csv",
        "files": [f"figures/{name}.csv"],
    }
    if item["kind"] == "figure":
        block |= {"subtitle": item["subtitle"][lang], "alt": item["alt"][lang]}
        block["crop"] = item["crop"][lang]
        block["files"] = [f"figures/{name}.{lang}.svg", f"figures/{name}.{lang}.png"]
    return block


def _source(report: Report, item: Mapping[str, Any], lang: str) -> str:
    words = (item.get("source") or {}).get(lang, "").strip()
    if report.made_up and WORDS["made_up"][lang].lower() not in words.lower():
        words = f"{WORDS['made_up'][lang].lower()}, {words}" if words else WORDS["made_up"][lang]
    if not words:
        return ""
    return Text.same(f"{WORDS['source'][lang]} : {words.rstrip('.')}.")[lang]


# -------------------------------------------------------------------------- comparison, credits


def _since(report: Report, lang: str) -> Values:
    """Return what rose, fell, came and went since the last report, and which inputs changed."""
    if report.previous is None:
        return {"text": WORDS["first"][lang], "rows": [], "inputs": ""}
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
        label = named[name]["label"][lang] if name in named else _unlabelled(name, lang)
        rows.append([label, *cells, WORDS[_direction(old, new)][lang]])
    changed = listing(_changed_inputs(report, lang), lang)
    inputs = Text.same(f"{WORDS['since_inputs'][lang]} : {changed}.")[lang] if changed else ""
    return {"text": "" if rows else WORDS["same"][lang], "rows": rows, "inputs": inputs}


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


def _corrections(report: Report, lang: str) -> list[str]:
    ledger = report.movement.ledger("corrections").sort_values("corrected_on", ascending=False)
    lines = [
        Text.same(f"{date(day, lang)} : {words}")[lang]
        for day, words in zip(ledger["corrected_on"], ledger[f"text_{lang}"], strict=True)
    ]
    return lines or [WORDS["no_correction"][lang]]


def _citation(report: Report, values: Values, lang: str) -> str:
    year = f" ({report.as_of.year})" if report.as_of is not None else ""
    fictive = f", {WORDS['made_up'][lang].lower()}" if report.made_up else ""
    return Text.same(
        f"i4analysis{year}, {quote(values['title'].rstrip('.'), lang)}, {values['name']},"
        f" {values['dateline']}{fictive}, version {values['version']}. CC BY 4.0."
    )[lang]
