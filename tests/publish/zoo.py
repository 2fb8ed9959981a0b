"""A zoo of small movements: what is told of each is read as a sceptic would.

`animals.py` makes them. `page_of` runs the cells of every notebook over one animal, without a
kernel and without drawing, and gives the saved form of each chapter; `recount.py` counts again
what the sentences state.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import marks
import numpy as np
import pandas as pd
import recount
from animals import Animal, animal, archive_of, exhibits, movement_of
from matplotlib import pyplot as plt
from matplotlib.container import BarContainer

import i4analysis as i4
from i4analysis import kept, tables
from i4analysis.archive.doctor.examine import examine
from i4analysis.measure.accounts import roles
from i4analysis.measure.appeals import withheld as rule
from i4analysis.movement import Movement
from i4analysis.publish import chapters as _registered  # noqa: F401  # registers them
from i4analysis.publish import proof
from i4analysis.publish.chapter import order, registry, withheld
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.outcomes import SHOWN_FROM
from i4analysis.publish.charts import style
from i4analysis.publish.checks.report import of_chapters
from i4analysis.publish.refresh.notebooks import chapters_of
from i4analysis.publish.report import pages
from i4analysis.results import Result

__all__ = ["Animal", "animal", "archive_of", "exhibits", "movement_of", "page_of", "read"]

Faults = dict[str, list[str]]

BOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))

# --------------------------------------------------------------------------------- the chapters


@cache
def codes(path: Path, chapters_alone: bool) -> list[Any]:
    """Return the compiled code cells of a notebook, or of them those that its chapters need.

    The others are the analyst's: looks at tables and charts, from which no chapter is made.
    """
    found = [ast.parse(cell) for cell in cells(path)]
    kept: list[ast.Module] = []
    wanted: set[str] = set()
    for tree in reversed(found):
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        bound |= {
            (name.asname or name.name).partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        builds = any(
            isinstance(node, ast.Attribute) and node.attr == "chapters" for node in ast.walk(tree)
        )
        if builds or bound & wanted or not chapters_alone:
            kept.append(tree)
            wanted |= {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return [compile(tree, path.stem, "exec") for tree in reversed(kept)]


def cells(path: Path) -> list[str]:
    """Return the code cells of a notebook."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code"]


def _without_drawing() -> Iterator[Any]:
    """Yield what makes the charts of a notebook draw nothing."""
    yield mock.patch.dict(vars(i4), {"charts": mock.MagicMock()})
    yield mock.patch("networkx.draw", lambda *_, **__: None)


@dataclass(frozen=True)
class Page:
    """What the notebooks made of an animal: name of the notebook → its chapters, or its fall."""

    chapters: Mapping[str, list[Chapter]]
    falls: Mapping[str, Exception]
    measured: Mapping[str, Any]  # what the notebooks named: growth, reach, adopted …

    def __iter__(self) -> Iterator[Chapter]:
        for made in self.chapters.values():
            yield from made


#: What several notebooks measure of the same tables, once an animal.
SHARED = (roles.roles,)


def _once(measure: Callable[..., Any]) -> Callable[..., Any]:
    """Return a measure that remembers what it gave for the same tables."""
    given: dict[Any, Any] = {}

    def remembered(*asked: Any, **more: Any) -> Any:
        # a table without a row is as good as none
        more = {k: v for k, v in more.items() if not isinstance(v, pd.DataFrame) or len(v)}
        tables_of = [
            part
            for one in (*asked, *more.values())
            for part in ((one.posts, one.profiles) if isinstance(one, tables.Archive) else (one,))
        ]
        key = (*map(id, tables_of), *more)
        if key not in given:
            given[key] = (measure(*asked, **more), tables_of)  # kept, so that no id comes twice
        return given[key][0]

    return remembered


#: Notebooks that tell what the examination of an archive found.
EXAMINED = ("01", "08")
#: What is read of the proof is the same for every animal.
PROVEN = {proof.last_foreign: cache(proof.last_foreign), proof.last_proof: cache(proof.last_proof)}


def _shared() -> Iterator[Any]:
    """Yield what makes a measure run once for the same tables, as from the shelf of a store."""
    yield mock.patch.object(kept, "on_shelf", _remembered)
    instead = {one: _once(one) for one in SHARED} | PROVEN
    for names, name, measure in _users(len(sys.modules)):
        yield mock.patch.dict(names, {name: instead[measure]})


def _remembered(
    archive: Any, name: str, asked: Sequence[Any], kinds: object, make: Callable[[], Any]
) -> Any:
    return kept.in_memory(archive, f"{name} {asked}", make)


@lru_cache(maxsize=1)
def _users(loaded: int) -> list[tuple[dict[str, Any], str, Callable[..., Any]]]:
    """Return where the modules loaded so far name a measure that is shared."""
    return [
        (vars(module), name, one)
        for module in [m for n, m in sys.modules.items() if n.startswith("i4analysis")]
        for name, one in vars(module).items()
        if any(one is measure for measure in (*SHARED, *PROVEN))
    ]


def page_of(of: Animal, *, books: Sequence[Path] = BOOKS, **how: Any) -> Page:
    """Run the notebooks over an animal; see `page_about`."""
    archive = archive_of(of)
    if any(book.stem.startswith(EXAMINED) for book in books):
        archive = replace(archive, findings=examine(archive)).check()
    return page_about(archive, movement_of(of), books=books, **how)


def page_about(
    archive: tables.Archive,
    movement: Movement,
    *,
    drawn: bool = False,
    whole: bool = True,
    books: Sequence[Path] = BOOKS,
) -> Page:
    """Run the notebooks over a movement, without a kernel.

    `drawn` has the analyst's own charts drawn too; without `whole`, only the cells run from which
    a chapter is made, also such that a refresh would withhold.
    """
    chapters: dict[str, list[Chapter]] = {}
    falls: dict[str, Exception] = {}
    measured: dict[str, Any] = {"archive": archive, "movement": movement}
    untold: tuple[str, ...] = ()
    totals: Mapping[str, Any] = {}
    with (
        mock.patch.dict(os.environ),
        mock.patch.object(i4.Movement, "load", lambda *_: movement),
        mock.patch.dict(vars(i4), {"load": lambda *_, **__: archive}),
        mock.patch("i4analysis.publish.chapter.chapter.Chapter.show", lambda *_, **__: None),
        ExitStack() as stack,
    ):
        for patch in () if drawn else _without_drawing():
            stack.enter_context(patch)
        for patch in _shared():
            stack.enter_context(patch)
        if whole and (what := rule.everybody_seeks(archive, movement)):
            totals, untold = rule.totals(archive, movement, what), registry.of_archives()
            archive = tables.Archive()
            os.environ[withheld.VARIABLE] = " ".join(untold)
        for path in books:
            built = chapters_of(path)
            if {*built} & {*untold}:
                chapters[path.stem] = [
                    registry.not_told(key, movement, untold, totals) for key in built
                ]
                continue
            space: dict[str, Any] = {}
            try:
                for code in codes(path, not whole):
                    exec(code, space)  # the notebook itself, as it is
            except Exception as fault:  # each is a finding of the zoo
                falls[path.stem] = fault
                continue
            chapters[path.stem] = [one for one in space.values() if isinstance(one, Chapter)]
            measured |= {k: v for k, v in space.items() if isinstance(v, Result)}
    return Page(chapters, falls, measured)


# ------------------------------------------------------------------------------- the reading

LANGS = ("fr", "en")


def texts(saved: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a saved chapter with the place where it stands."""
    for figure in saved["key_figures"]:
        yield "key figure", f"{figure['text'][lang]} {figure['label'][lang]}"
    yield from _spoken(saved, lang, "")
    if saved["key"] == "trust":  # of whose tables the words are the proof's own
        return
    for item in saved["items"]:
        for place, column in enumerate(item.get("columns", ())):
            words = column.get("words") or {}
            for code in dict.fromkeys(row[place] for row in item["rows"]):
                if code in words:
                    yield f"{item['stem']} cell", words[code][lang]


def _spoken(part: Any, lang: str, place: str) -> Iterator[tuple[str, str]]:
    """Yield what is said in both languages, wherever it stands: {"fr": …, "en": …}."""
    if isinstance(part, Mapping):
        if isinstance(part.get(lang), str):
            yield place, part[lang]
            return
        own = str(part["stem"]) if part.get("stem") else place
        for name, inner in part.items():
            if name not in ("rows", "columns", "cells", "headers"):
                yield from _spoken(inner, lang, f"{own} {name}".strip())
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _spoken(inner, lang, place)


_NUMBER = r"(?<![\d.,\u202f\u00a0 ][\d.,])(?<![\d.,\u202f\u00a0])"
_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
}
# what this project counts; a noun that is missing here is not looked at
_EN = (
    "account|post|reshare|person|people|follower|founder|supporter|seeker|day|hour|week|month|year"
    "|source|figure|item|publication|claim|outcome|request|offer|link|bio|list|group|pair|time"
    "|message|record|file|cascade|author|sighting|role|reply|quote|original|medium|voice|relay"
    "|dot|square|bar|line|column|row|check|world|step|channel|article|broadcast|case|dossier"
    "|page|measure|trial"
)
_FR = (
    "compte|message|reprise|personne|abonné|fondateur|soutien|jour|heure|semaine|an|année|source"
    "|chiffre|élément|publication|affirmation|résultat|demande|offre|lien|bio|liste|groupe|paire"
    "|enregistrement|fichier|cascade|auteur|relevé|rôle|réponse|citation|original|voix|relais"
    "|disque|carré|barre|ligne|colonne|vérification|monde|étape|canal|article|émission|dossier"
    "|page|mesure|essai"
)
WRONG: dict[str, dict[str, str]] = {
    "en": {
        "a date without a word": r"(?:hashtag|members|followers) "
        rf"(?:(?:{_MONTHS['en']})\s)?\d{{4}}\b",
        "a mark that stands alone": r"\s[,.;]|,,|\(\s|\s\)|, \(",
        "a holding on a day": r"^(?:On|From|In) [^;.]*, the archive holds (?!no|neither)",
        "a contact denied twice": r"no direct contact; no visible contact",
        "what one is of one": r"1\sarticle or broadcast, of which"
        r"|^([\d,]+)\ssightings? of (?:a )?profiles?: \1\s",
        "a voice heard twice": r"Said of it: (?:.*; )?([^;]+); (?:.*; )?\1[;.]",
        "one number that changes into itself": r": ([\d,]*\d), then \1(?![\d,])",
        "a list that nobody reads": r"(?:[^;.]*;){8}",
        "a plural after one": _NUMBER + rf"\b1 (?:[a-z]+ )?(?:{_EN})(?:s|es)\b(?!’)",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Oo]ne) (?:{_EN}) (?:are|were|have|hold|add|show|do|say|give|stand|make)\b",
        "a plural after the word one": rf"\bone (?:{_EN})s\b",
        "a singular after many": r"\b(?:[2-9]|\d{2,}) (?:account|post|reshare|person|day) \b",
        "one of many others": r"(?<![\d,.])1\sreshare of others’ posts",
        "the best of two": r"curve describes the growth best",
        "an interval without a width": r"counted: [\d.,]+ per original|% of cases \(\d+%\)",
        "less than nothing": r"\b0 of them\b|\b[Uu]p to 0\b|average: 0 to",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"sum is (?:zero|nothing|0)\b|add up to 0\b|^0 followers",
        "none denied beside some": r"precede the hashtag(?!; of).*none is without credit",
        "all as some of them": r"([\d,]+)\s[a-z]+ outcomes?, \1 of them",
        "the only one of all": r"\b1 of 1 (?:dated|outcome)|\bOf 1 (?:main )?(?:outcome|account)\b"
        r"|(?:movement|explanation|tested), of 1$",
        "an interval of one number": r"between ([\d.,]+) and \1\b(?![.,]\d)"
        r"|\(([\d.,]+) to \2\)|(?<![\d,.])([\d.,]+) to \3\b(?![.,]\d)",
        "half for what is more": r"(?<!least )half of (?:them with|that\b|[\d,]+ followers)",
        "within no day": r"\bin 0 days",
        "a share of hardly any": r"100% of the [a-z ]+ (?:went|go) to one author",
        "a day that is none": r"\b(?:1969|1970)\b",
        "one of one": r"\b1 (?:dated )?post [^.]*\b1 of them a reshare",
        "more than nothing": r"more than any other role: (\d+) times out of \1\b",
        "dots of nobody": r"\b0 grey dots|\b0 someone else",
        "the movement is alone": r"(?:two|both) archives|archives differ",
        "what nobody has seen": r"they read a feed that the platform sorts",
        "nobody wrote it": r"\b0 accounts (?:that|made)|\bby 0 accounts|“0 p",
        "the followers of one": r"(?:^|about |least )1 (?:bio|member|founder)\b[^.;]*\. Their\b",
        "a span of more than came before": r"before the declared start, [^;]*\(from",
        # they are more than the others whom nobody names, five beside four
        "nearly all for more than half": r"[Nn]early all\b[^.]*\blook(?:ing)? for work",
        "a day on which it is held": r"^On (?:an )?unknown dates?\b",
        "too many of one": r"[Tt]oo many bios (?!were collected after the fact: since)",
    },
    "fr": {
        "a date without a word": r"(?:hashtag|membres|abonnés) "
        rf"(?:(?:{_MONTHS['fr']})\s)?\d{{4}}\b",
        "a mark that stands alone": r"\s[,.]|,,|\(\s|\s\)|, \(",
        "one number that changes into itself": r": ([\d\s]*\d), puis \1(?![\d\s])",
        "a list that nobody reads": r"(?:[^;.]*;){8}",
        "a singular after many": _NUMBER + r"\b(?:[2-9]|\d{2,})\s"
        r"(?:compte|message|reprise|abonné|soutien|chiffre|bio|membre|liste|demande)\b",
        "a plural after one": _NUMBER + rf"\b[01]\s(?:[^\W\d]+\s)?(?:{_FR})(?:s|x)\b",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Uu]ne?)\s(?:{_FR})\s(?:sont|ont|étaient|avaient|portent|réunissent)\b",
        "an agreement after one": _NUMBER
        + rf"\b[01]\s(?:{_FR}),?\s(?!plus\b)[^\W\d]+(?:és|ées|us|ues|its|ites|nts)\b",
        "de 1": _NUMBER + rf"\b[Dd]e 1\s(?:{_FR})\b",
        "les 1": r"\b[Ll]es 1 |\b[Dd]es 1 |\baux 1 ",
        "less than nothing": r"\bjusqu’à 0\b|\bdont 0\b",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"somme est nulle|s’ajoutent à 0\b",
        "the only one of all": r"[Ss]ur 1 (?:résultat|compte)\b"
        r"|(?:résultat|datée)\b[^.;:]* sur 1$",
        "an interval of one number": r"entre ([\d,\u202f]+) et \1\b(?![,\u202f]\d)"
        r"|\bde ([\d,\u202f]+) à \2\b(?![,\u202f]\d)",
        "half for what is more": r"(?<!moins )la moitié (?:chez|de \d)",
        "within no day": r"\ben 0\sjour",
        "a day that is none": r"\b(?:1969|1970)\b",
        "no elision": r"\b[Dd]e (?:au|un|une|environ)\b(?! peu)",
        "a foreign word": r"mot-dièse|republication|crédit(?:é|ée|és|ées) au\b",
        "a plural verb after one who": r"\bune?\s\w+\squi\s(?:\w*[^v\W]i|\w*[^iae\W])ent\b",
        "more than nothing": r"tout autre rôle : (\d+) fois sur \1\b",
        "dots of nobody": r"\b0\spoint|\b0\squelqu’un",
        "none that is not denied": r"(?<!ne )\b(?:montre|permet)\b(?:(?!\bne\b)[^.;:])* pour aucun"
        r"|dont aucune?\s(?:reprise|message)|aucun dont",
        "the movement is alone": r"deux archives|archives différentes",
        "what nobody has seen": r"on y lit un fil trié",
        "nobody wrote it": r"\b0 compte auteur|\bpar 0 compte|« 0 p",
        "the followers of one": r"(?:^|nviron |moins )1\s(?:bio|membre|fondateur)\b"
        r"[^.;]*\. Leurs\b",
        "a span of more than came before": r"avant le début déclaré, [^;]*\(du",
        "nearly all for more than half": r"[Pp]resque tous\b[^.]*\ben recherche d’emploi",
        "a day on which it is held": r"^À (?:une date|des dates) inconnues?,",
        "another word for the followers": r"\bl’audience\b",
        "a capital after a colon": r"\s:\s(?:Presque|Trop|Des|Certains|Aucune?|Faute|Sans|Seule?s?"
        r"|Ils?|Elles?|Cela|Chaque)\b",
    },
}


@cache  # most sentences are those of many animals
def _wrong_anywhere(lang: str, text: str) -> list[str]:
    return [name for name, pattern in WRONG[lang].items() if re.search(pattern, text)]


def wrong(saved: Mapping[str, Any], of: Animal) -> Iterator[str]:
    """Yield what a sceptical reader would strike in a saved chapter, each with its words."""
    untrue = _untrue(of)
    for lang in LANGS:
        for place, text in texts(saved, lang):
            here = [name for name, pattern in untrue[lang].items() if re.search(pattern, text)]
            for name in (*_wrong_anywhere(lang, text), *here):
                yield f"{saved['key']} {lang} {place}: {name}: {text}"
        for told in (saved, *saved["items"]):
            if str((told.get("title") or {}).get(lang))[:1].islower():
                yield f"{saved['key']} {lang}: a title begins small: {told['title'][lang]}"
        head = (saved.get("leads") or {}).get("headline", {}).get("text", {}).get(lang, "")
        if re.search(r"\bhashtag\b", head) and "#" not in head:
            yield f"{saved['key']} {lang}: the headline says of no hashtag which: {head}"
    for item in saved["items"] if saved["key"] != "trust" else ():  # of the proof's own tries
        yield from _share_of_few(item)
    for item in saved["items"]:
        names = [column["name"] for column in item.get("columns", ())]
        if "date" in names and "precision" not in names:
            yield f"{item['stem']}: nobody can tell whether its dates are of days or of months"
        if item["kind"] == "figure":
            yield from _undrawn(saved["key"], item)
        if item.get("rows"):
            yield from _unprinted(item)
        if item.get("stem") == "story":
            rows = [dict(zip(names, cells, strict=True)) for cells in item["rows"]]
            sizes = [row for row in rows if row.get("value") is not None]
            if sizes and {row.get("precision") for row in sizes} & {"month", "year"}:
                yield f"story: a count of a month or a year is drawn on one day: {sizes}"
            said = re.match(r"\D*(\d[\d,]*)", item["title"]["en"])
            if said and float(said[1].replace(",", "")) not in {row["value"] for row in sizes}:
                yield f"story: a number that its picture does not draw: {item['title']['en']}"
            told = any(row.get("title_en") and row["precision"] in ("month", "year")
                       and row.get("date") is not None and row.get("not_after") is None
                       for row in rows)  # fmt: skip
            if told and "first day" not in item["subtitle"]["en"]:
                yield f"story: an event of a month is drawn on one day: {item['subtitle']['en']}"
        if item.get("stem") == "appeals-groups":
            of_each = Counter(row[0] for row in item["rows"])
            if not any(row[3] is not None for row in item["rows"]) or min(of_each.values()) < 2:
                yield f"appeals-groups: nothing to compare: {item['rows']}"
        if item.get("stem") == "relays-most-reshared":
            names = [row[0] for row in item["rows"]]
            if len({*names}) < len(names):
                yield f"relays-most-reshared: accounts of one name: {names}"
        if item.get("stem") == "outcome-relays":  # without chances, of those that have a name
            alike = [(*row,) for row in item["rows"] if len(row) == 3 and row[2][0].isupper()]
            if len({*alike}) < len(alike):
                yield f"outcome-relays: one account is told twice: {item['rows']}"
        if item.get("stem") == "outcome-relays" and "probably" in item["title"]["en"]:
            yield f"outcome-relays: from a chance of {SHOWN_FROM} on: {item['title']['en']}"
        if item["kind"] == "sentence" and item["text"]["en"] in saved["answer"]["en"]:
            yield f"{saved['key']}: its answer says it already: {item['text']['en']}"


def _share_of_few(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table that holds shares and tells of no twenty of anything."""
    held = {
        kind: [
            row[place]
            for place, column in enumerate(item.get("columns", ()))
            if column["type"] == kind and not column["name"].startswith("p_")  # a model's chance
            for row in item["rows"]
            if row[place] is not None
        ]
        for kind in ("share", "number")
    }
    said = (item.get(name) or {} for name in ("title", "subtitle", "source", "note"))
    beside = " ".join(one.get("en", "") for one in said)
    told = [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", beside)]
    if held["share"] and not any(n >= 20 for n in [*held["number"], *told]):
        yield f"{item['stem']}: a share of fewer than twenty: {beside}"


def _unprinted(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of its numbers the page prints none: each is the same in every row."""
    columns, rows = item["columns"], item["rows"]
    held = {
        place
        for place, column in enumerate(columns)
        if column["type"] in ("number", "share") and any(row[place] is not None for row in rows)
    }
    shown = pages._columns(columns, rows, "en", item.get("always", ()))
    if held and not held & {one.place for one in shown}:
        yield f"{item['stem']}: its page prints no number"


@cache
def _bio_shown(of: Animal) -> bool:
    marks = movement_of(of).supporter_marks
    shown = "|".join(rf"#{re.escape(mark)}(?![^\W_])" for mark in marks)
    return any(re.search(shown, str(bio)) for bio in archive_of(of).profiles["bio"])


def _untrue(of: Animal) -> dict[str, dict[str, str]]:
    """Return what must not be said of this animal: sentences for other circumstances."""
    found: dict[str, dict[str, str]] = {"en": {}, "fr": {}}
    if of.posts or not of.left:  # posts of people who asked to be forgotten were read as well
        found["en"]["it has an archive"] = (
            r"[Ww]ithout an archive|[Nn]o archive|The archive is empty|[Nn]o post was read"
            r"|[Nn]o post with the hashtag has been read"
        )
        found["fr"]["it has an archive"] = (
            r"[Ss]ans archive|[Aa]ucune archive|pas d’archive|L’archive est vide"
            r"|[Aa]ucun message (?:du hashtag |portant le hashtag )?n’a été lu"
        )
    if of.posts:
        found["en"]["it has posts"] = r"\bWithout posts\b"
        found["fr"]["it has posts"] = r"\bFaute de messages\b"
    if of.ledgers == "none":
        found["en"]["its ledgers are empty"] = (
            r"(?:[Tt]he|[Ii]ts) ledgers? (?:of [a-z ]+ )?(?:dates?|gives?|holds?|lists?|tells?)\b"
            r"(?! no)"
        )
        found["fr"]["its ledgers are empty"] = (
            r"\b(?:[LlSs]es|[Ll]e) registres? (?:de[s ][^.,;:]*? )?"
            r"(?:contient|contiennent|datent?|donnent?|listent?|disent?)\b"
        )
    if movement_of(of).outcomes["main"].fillna(False).any():
        found["en"]["it has a main outcome"] = r"(?:holds|lists) no main outcome"
        found["fr"]["it has a main outcome"] = r"[Aa]ucun résultat principal(?!\sn.a été obtenu)"
    if of.bios in ("all", "some") and _bio_shown(of):
        found["en"]["bios show it"] = r"No bio in the archive shows|no supporter is known"
        found["fr"]["bios show it"] = r"Aucune bio de l’archive|aucun soutien n’est connu"
    # of an outcome of which only the last possible day is known, no first day is
    after = of.posts and of.outcome == "years after" and of.outcomes != "undated"
    after = after and not of.bounded
    if after and of.period == "undeclared" and of.tagged == "all" and of.dated == "all":
        found["en"]["it came after the first post"] = r"[Mm]ay have come before the hashtag"
        found["fr"]["it came after the first post"] = r"[Pp]eut précéder le hashtag"
    if of.period == "undeclared":  # the first post of an archive is no birth
        found["en"]["nobody says since when"] = r"before the declared start"
        found["fr"]["nobody says since when"] = (
            r"avant le début déclaré|précède.{0,4} le début déclaré"
        )
    if of.tags == "two":
        found["en"]["either of two hashtags"] = r"carr(?:y|ies) the hashtag\."
        found["fr"]["either of two hashtags"] = r"portent? le hashtag, sur"
    if of.came == "partly_obtained":
        found["en"]["only in part"] = r"^(?:Takeover of the plant|Hiring \d)[^:]*, according to"
        found["fr"]["only in part"] = r"^(?:Reprise de l’usine|Embauche \d)[^:]*, d’après"
    if of.seen == "after" and of.ledgers == "none":
        found["en"]["nobody knows in how many days"] = r"rallied .* in \d+.(?:day|week)"
        found["fr"]["nobody knows in how many days"] = r"a rallié .* en \d+.(?:jour|semaine)"
    if of.ledgers != "none" and of.figures == "unknown":
        found["fr"]["the ledger's own word"] = r"(?<!«\s)(?:signatures|marcheurs)"
    if of.followers == "unknown":
        found["en"]["no follower is known"] = r"the sum of followers|combined followers of"
        found["fr"]["no follower is known"] = r"la somme des abonnés"
    found["en"]["nobody knows who collected it"] = r"this is a scraper"
    found["fr"]["nobody knows who collected it"] = r"l’archive vient d’un outil"
    if not of.posts or of.bios == "absent":
        found["en"]["no bio was read"] = r"[Tt]he bios of the archive"
        found["fr"]["no bio was read"] = r"[Ll]es bios de l’archive"
    if of.counts != "absent" and of.posts:
        found["en"]["counts were given"] = r"gave no reshare counts"
        found["fr"]["counts were given"] = r"n’a pas donné de nombres de reprises"
    if of.platform in ("bluesky", "mastodon"):
        found["en"]["it is elsewhere"] = r"\bon Twitter"
        found["fr"]["it is elsewhere"] = r"\bsur Twitter"
    if of.accounts != "many" and of.platform != "mixed":
        found["en"]["three accounts at most"] = r"more than any other role"
        found["fr"]["three accounts at most"] = r"plus que tout autre rôle"
    if of.figures == "told":  # the ledger knows the week
        found["en"]["no day is known"] = r"(?:least 300|bout 1) accounts? in \d+.days?\b"
        found["fr"]["no day is known"] = r"(?:moins 300|nviron 1) comptes? en \d+.jours?\b"
    if of.reshares == "none":  # what an archive does not hold is not nought
        found["en"]["no reshare is held"] = (
            r"requests relayed within|No pair of accounts acts|no post is reshared within"
        )
        found["fr"]["no reshare is held"] = (
            r"demandes relayées|Aucune paire de comptes n’agit|aucun message n’est repris"
        )
    if of.posts < 10:
        found["en"]["too few to be tried"] = r"No pair of accounts acts|test of dates recognises"
        found["fr"]["too few to be tried"] = (
            r"Aucune paire de comptes n’agit|épreuve des dates (?:ne )?reconnaît"
        )
    if of.period == "undeclared":
        # a day would do of an outcome that has none
        more = (
            ("", "")
            if of.outcomes == "undated"
            else (
                "|a more precise day|as is the first day of",
                "|un jour plus précis|comme le premier",
            )
        )
        found["en"]["no start is known"] = r"date: too uncertain" + more[0]
        found["fr"]["no start is known"] = r"date\u00a0: trop incertaine" + more[1]
    alone = of.outcomes == "one" and not of.embedded  # older originals may bear the hashtag
    dated = of.known_to == "day" and of.start == "first day"
    if of.outcome == "same day" and of.ledgers != "none" and alone and dated:
        found["en"]["the same day is not after"] = r"date: after the hashtag"
        found["fr"]["the same day is not after"] = r"date\u00a0: après le hashtag"
    early = of.outcome == "before" and of.known_to == "day" and of.start == "first day"
    sure = of.posts and of.period == "begun" and not (of.bounded or of.embedded)
    if early and sure and of.outcomes == "one" and of.ledgers != "none" and not of.crowd:
        # told as if the hashtag could have had a part in it
        found["en"]["it came before, and nothing says so"] = (
            r"^(?!.*\bbefore\b).*(?:credits? the movement with (?:its|the|it\b)"
            r"|the hashtag is credited|For this result)"
        )
        found["fr"]["it came before, and nothing says so"] = (
            r"^(?!.*(?:\bavant\b|préc[éè]d)).*(?:(?:crédite|créditent) le mouvement d"
            r"|attribu(?:é|e|ent) au (?:hashtag|mouvement)\W*(?:par| :)|Pour ce résultat)"
        )
    if of.ledgers != "none" and of.came == "not_obtained" and of.outcomes in ("one", "undated"):
        found["en"]["it was not obtained"] = (
            r"steps? (?:is|are) credited|the movement with [1-9]|^Takeover of the plant \("
        )
        found["fr"]["it was not obtained"] = (
            r"étapes? (?:est|sont) attribuée|le mouvement de [1-9]|^Reprise de l’usine \("
        )
    if of.ledgers != "none" and of.outcomes != "undated":  # be it a month, or a last possible day
        found["en"]["it has a date"] = r"outcomes? (?:is|are) (?:later or )?undated|undated outc"
        found["fr"]["it has a date"] = (
            r"résultats?(?: est| sont)?(?: plus tardifs?| ou)* sans date(?! connue)"
        )
    if of.ledgers == "none" or of.came != "lost":
        found["en"]["nothing was lost"] = r"[Tt]hen lost|Lost again"
        found["fr"]["nothing was lost"] = r"puis perdu|Perdu ensuite"
    if not of.follows:
        found["en"]["there is no list"] = r"more whole lists|lists of followers in the archive"
        found["fr"]["there is no list"] = r"davantage de listes|listes d’abonnés de l’archive"
    if of.follows and of.lists == "whole" and of.posts >= 80 and of.accounts == "many":
        # which may be no whole ones, whatever is said of them: others follow as well
        found["en"]["it has lists"] = r"without lists of followers"
        found["fr"]["it has lists"] = r"sans listes d’abonnés(?! entières)"
    if of.vague in ("month", "year", "unknown") and of.ledgers != "none":
        found["en"]["its figures have no day"] = (
            r"(?:300|307|340|380|420|about 1) accounts? in \d{1,3}\b|diamonds: published"
            r"|^About \d+ accounts? ha(?:s|ve) shown "
        )
        found["fr"]["its figures have no day"] = (
            r"(?:300|307|340|380|420|environ 1) comptes? en \d{1,3}\b|losanges : chiffres"
        )
    if not (of.silence or of.asleep or of.moments == "a year after") and of.span in (
        "hour",
        "day",
    ):
        found["en"]["no week is empty"] = r"the archive holds no dated post \("
        found["fr"]["no week is empty"] = r"ne contient aucun message daté \("
    if of.posts < 3:
        found["en"]["an interval of hardly any"] = r"at 95\s?%|95\s?% interval"
        found["fr"]["an interval of hardly any"] = r"à 95\s%|intervalle à 95"
    return found


def _undrawn(key: str, item: Mapping[str, Any]) -> Iterator[str]:
    rows = item["rows"] if "rows" in item else item.get("table", {}).get("rows", [])
    if not rows:
        yield f"{key} {item['stem']}: a figure without rows"
    headers = [column["header"]["en"] for column in item.get("columns", ())]
    title = item["title"]["en"]
    by_day = re.search(r"a day\b|busiest|single day", title)
    gathered = {"Week from", "Month, from"} & {*headers}
    if item["stem"] in ("archive-days", "push-daily") and gathered and by_day:
        yield f"{key} {item['stem']}: told by day, drawn by more: {title}"


# ------------------------------------------------------------------------ what is drawn and why


def undrawn(chapter: Chapter, lang: str) -> Iterator[str]:
    """Draw every figure; yield what is empty, and what its table does not hold."""
    for item in chapter.as_dict()["items"]:
        if item["kind"] != "figure":
            continue
        place = f"{chapter.key} {item['stem']} ({lang})"
        yield from (f"{place}: {fault}" for fault in _framed(chapter, item, lang))
        with style.look():
            figure = style.drawn(chapter._draws[item["stem"]], lang)
        read = order.on_a_page(chapter.key, item["stem"])
        held, printed = _held(item["rows"]), _held(_printed_rows(item, lang))
        seen = 0
        for ax in figure.axes:
            for value in _marks(ax):
                seen += 1
                # a span of several cells, as the height of a stack, is held by its parts
                near = 1e-6 * max(1.0, abs(value))
                if not any(abs(value - cell) <= near for cell in held):
                    yield f"{place}: draws {value:g}, which is not in its table"
                elif read and not any(abs(value - cell) <= near for cell in printed):
                    yield f"{place}: draws {value:g}, which its page does not print"
        if any(_unseen(ax) for ax in figure.axes):
            yield f"{place}: a line of one point without a mark"
        if not seen and not any(_other_marks(ax) for ax in figure.axes):
            yield f"{place}: an empty drawing"
        plt.close(figure)


def _framed(chapter: Chapter, item: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield what is wrong with the words of a figure as a page and a phone show it."""
    shown = order.on_a_page(chapter.key, item["stem"])
    words = {name: item[name][lang] for name in ("title", "subtitle", "source")}
    for phone in (False, True) if shown else (False,):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*missing from font")
            with style.for_phone() if phone else nullcontext(), style.look():
                figure = style.drawn(chapter._draws[item["stem"]], lang)
                style.frame(figure, **words, made_up=False, lang=lang)
            where = "on a phone " if phone else ""
            faults = [*marks.misnamed(item, figure, lang), *marks.crowded(figure),
                      *marks.faint(figure)]  # fmt: skip
        yield from (f"{where}{fault}" for fault in faults)
        plt.close(figure)


def _printed_rows(item: Mapping[str, Any], lang: str) -> list[list[Any]]:
    """Return the cells of the columns that a page prints, of every row."""
    columns, rows = item["columns"], item["rows"]
    shown = pages._columns(columns, rows, lang, item.get("always", ()))
    shown = shown[: item.get("printed")]
    places = [at for one in shown for at in (one.place, *one.beside) if at is not None]
    return [[row[place] for place in places] for row in rows]


def _held(rows: Iterable[Sequence[Any]]) -> set[float]:
    """Return the numbers of a table, and the sums and differences of two of a row."""
    held: set[float] = {0.0}
    for row in rows:
        numbers = [float(c) for c in row if isinstance(c, int | float) and c is not True]
        held |= {*numbers}
        held |= {a - b for a in numbers for b in numbers}
    return held


def _marks(ax: Any) -> Iterator[float]:
    """Yield the heights of bars, and of lines that are seen, in the chart's own units."""
    for bars in ax.containers:
        if isinstance(bars, BarContainer):
            along = "get_width" if bars.orientation == "horizontal" else "get_height"
            for bar in bars:
                yield from (one for one in (getattr(bar, along)(),) if one and np.isfinite(one))
    for line in ax.lines:
        y = np.asarray(line.get_ydata(), dtype=float)
        y = y[np.isfinite(y)]
        seen = len(y) > 1 or (len(y) and line.get_marker() not in ("None", None, ""))
        if seen and line.get_transform() == ax.transData and line.get_drawstyle() != "default":
            yield from set(y)


def _unseen(ax: Any) -> bool:
    """Tell whether a line of a single point is drawn, which no mark shows."""
    points: dict[bool, set[Any]] = {True: set(), False: set()}
    for line in ax.lines:
        x, y = (np.atleast_1d(np.asarray(one, dtype=float)) for one in line.get_data())
        marked = line.get_marker() not in ("None", None, "")
        known = np.isfinite(y)
        if line.get_transform() == ax.transData and (marked or known.sum() == 1):
            points[marked] |= {*zip(x[known], y[known], strict=True)}
    return bool(points[False] - points[True])


def _other_marks(ax: Any) -> bool:
    """Tell whether anything else is drawn: dots, areas, squares, words in a grid."""
    lines = any(
        len(line.get_xdata()) > 1 or line.get_marker() not in ("None", None, "")
        for line in ax.lines
    )
    return lines or bool(ax.collections or ax.patches or ax.images)


def unsound(page: Page) -> Iterator[str]:
    """Yield what of the numbers behind a page must not be printed."""
    growth, reach = page.measured.get("growth"), page.measured.get("reach")
    adopted, posts = page.measured.get("adopted"), page.measured["archive"].posts
    titles = {item["stem"]: item["title"]["en"] for one in page for item in one.as_dict()["items"]
              if "stem" in item}  # fmt: skip
    if "best" in titles.get("supporters-growth", "") and growth is not None:
        aic = growth.table["aic"].astype(float)
        if growth.on_bound or aic.max() - aic.min() < 2:
            yield "supporters-growth: a winner within 2 AIC or on a bound"
    if reach is not None and len(reach.table):
        rows = reach.table[reach.table["reach_est"].notna()]
        for name in ("reach_est", "lo", "hi"):
            inside = (
                rows[name]
                .astype(float)
                .between(
                    rows["reach_lo"].astype(float) - 0.5, rows["reach_hi"].astype(float) + 0.5
                )
            )
            if not (inside | rows[name].isna()).all():
                yield f"followers: {name} lies outside the certain bounds"
    if adopted is not None and adopted.basis == "bio":
        rows = adopted.table[adopted.table["n_est"].notna()].astype(
            dict.fromkeys(("n_lo", "n_hi", "n_est", "lo", "hi"), float)
        )
        for name in ("n_est", "lo", "hi"):
            if (rows[name] < rows["n_lo"] - 0.5).any() or (rows[name] > rows["n_hi"] + 0.5).any():
                yield f"supporters: {name} lies outside the certain bounds"
    own = posts[~posts["embedded"].fillna(False).astype(bool) & posts["posted_at"].notna()]
    for one in page:
        for item in one.as_dict()["items"]:
            columns = [column["name"] for column in item.get("columns", ())]
            for stem, names in (("archive-days", ["posts"]),
                                ("push-daily", ["originals", "reshares"])):  # fmt: skip
                if item.get("stem") == stem:
                    told = sum(row[columns.index(name)] for row in item["rows"] for name in names)
                    if told != len(own):
                        yield f"{stem}: {told} posts in its table, {len(own)} in the archive"
                    if len(item["rows"]) > 370:
                        yield f"{stem}: {len(item['rows'])} bars"


def read(animals: Iterable[Animal], *, every: int = 1, parts: int = 1) -> Faults:
    """Read the pages of animals; return kind of fault → where it was met.

    Numbers are left out of a kind, so that one sentence is one kind whatever it counts. Of one
    animal in `every`, the figures are drawn, in one language or the other, and the cells run that
    only an analyst looks at. In `parts`, an animal has only one chapter in so many built, in turn,
    and of one built whole every other chapter is drawn.
    """
    turns = (["fr"], ["en"]) if parts == 1 else (["fr"], [], ["en"], [])
    found: Faults = {}
    for number, of in enumerate(animals):
        whole = number % every == 0
        books = BOOKS if whole else [b for k, b in enumerate(BOOKS) if (k + number) % parts == 0]
        page = page_of(of, whole=whole, books=books)
        for fault in faults_of(page, of, turns if whole else (), number // every):
            kind = re.sub(r"\d[\d,.\u202f\u00a0]*", "#", fault)
            found.setdefault(kind, []).append(f"{fault}  «{of}»")
    return found


def faults_of(
    page: Page, of: Animal, draw: Sequence[Sequence[str]] = (), first: int = 0
) -> Iterator[str]:
    """Yield what a sceptical reader strikes on a page, its chapters drawn in languages in turn."""
    for book, fall in page.falls.items():
        yield f"{book} fell: {fall!r} at {_where(fall)}"
    saved = [one.as_dict() for one in page]
    yield from of_chapters(saved, page.measured["movement"])
    yield from _apart(saved, of)
    yield from _years_apart(saved)
    yield from _done_after_all(saved)
    yield from _arrived_after_all(page, saved)
    yield from _drawn_otherwise(page, saved)
    yield from _promised(saved)
    yield from _recounted(page, saved, of)
    yield from unsound(page)
    for turn, (chapter, told) in enumerate(zip(page, saved, strict=True), first):
        yield from wrong(told, of)
        for lang in draw[turn % len(draw)] if draw else ():
            yield from undrawn(chapter, lang)


def _arrived_after_all(page: Page, saved: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield that no account arrived by a reshare, where one's first act is such a reshare."""
    posts = page.measured["archive"].posts
    timed = posts[posts["posted_at"].notna()].sort_values("posted_at", kind="stable")
    first = timed.drop_duplicates("author_id")
    by_reshare = ((first["kind"] == "reshare") & first["reshared_author_id"].notna()
                  & (first["reshared_author_id"] != first["author_id"])).any()  # fmt: skip
    for one in saved if by_reshare else ():
        for place, text in texts(one, "en"):
            if re.search(r"(?:reshared|known), none first app", text):
                yield f"{one['key']} {place}: an account arrived so after all: {text}"


def _drawn_otherwise(page: Page, saved: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the words beside a figure promise of its rows and its rows do not hold."""
    events = page.measured["movement"].outcomes
    for one in saved:
        for item in one["items"]:
            note = (item.get("note") or {}).get("en", "")
            rows = item.get("rows", [])
            if item.get("stem") == "relays-generations" and "earlier" in note:
                told = [str(row[0]) for row in rows for _ in range(row[2])]
                day, older = re.search(r"by itself: (.+?)\. (\d+) accounts? stand", note).groups()
                first = pd.Timestamp(day.replace("\xa0", " ")).date().isoformat()
                if int(older) != sum(when < first for when in told):
                    yield f"relays: {older} stand before {first}, of {sorted(set(told))}"
            if item.get("stem") == "first-posts" and not rows[0][1]:
                yield f"first-posts: none on {rows[0][0]}, whatever others show of that day"
            if item.get("stem") == "carriers" and rows:
                line = one["leads"].get("carried", {"text": {"en": ""}})["text"]["en"]
                if re.fullmatch(r"\d+.media outlets? passed the word\.", line):
                    yield f"story: {len(rows)} others passed the word too: {line}"
            if item.get("stem") == "story" and "main event" in note and not events["main"].any():
                yield f"story: the ledger lists no main event: {note}"


#: What an examination may say cannot be done, and the figures and tables that do it.
DONE = {
    "relay": {"relays-influence", "relays-generations", "relays-most-reshared", "relays-shapes"},
    "reshare graph": {"relays-role-matrix", "relays-most-reshared"},
    "supporter": {"supporters-curve", "supporters-accounts"},
    "follower": {"followers-curve", "followers-concentration"},
}


def _done_after_all(saved: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the archive's chapter says cannot be done and another chapter does."""
    done = {item["stem"] for one in saved for item in one["items"]
            if item["kind"] in ("figure", "table") and item["stem"]}  # fmt: skip
    for one in saved:
        for place, text in texts(one, "en") if one["key"] == "archive" else ():
            unable = re.findall(r"(?:[Nn]o|[Nn]either)\b[^.;]*\bcan be|[^.;]*\bcannot be", text)
            for thing, stems in DONE.items():
                if done & stems and any(thing in part.lower() for part in unable):
                    yield f"archive {place}: done after all, {sorted(done & stems)}: {text}"


def _promised(saved: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the promise of relays where none is given."""
    for one in saved:
        given = any(item["kind"] == "figure" and item["stem"] == "relays-influence"
                    for item in one["items"])  # fmt: skip
        if not given and re.search(r"relays (?:can be|are) given", one["answer"]["en"]):
            yield f"{one['key']}: no relay is given: {one['answer']['en']}"


def _recounted(page: Page, saved: Sequence[Mapping[str, Any]], of: Animal) -> Iterator[str]:
    """Yield the numbers that another count of the same tables does not give."""
    said = [(told["key"], *one) for told in saved for one in texts(told, "en")]
    left = [(one["reason"]["en"], one["count"]) for told in saved for one in told["excluded"]]
    counted = recount.Counted(page.measured["archive"], page.measured["movement"])
    yield from recount.differing(said, left, counted, of.period == "within")
    yield from _unanswered(saved, page.measured["movement"])
    for told in saved:
        both = zip(texts(told, "fr"), texts(told, "en"), strict=True)
        pairs = ((place, french, english) for (place, french), (_, english) in both)
        yield from recount.unlike(told["key"], pairs)


def _unanswered(saved: Sequence[Mapping[str, Any]], movement: Movement) -> Iterator[str]:
    """Yield main outcomes of which the first screen says that the ledger lists none."""
    events = movement.outcomes
    main = events[events["main"].fillna(False).astype(bool)]
    leads = [one["leads"] for one in saved if one["key"] == "story" and not one.get("missing")]
    if main["role"].isin(["goal", "step"]).any() and any("obtained" not in one for one in leads):
        yield f"nothing is said of the main outcomes: {', '.join(main['outcome_id'])}"


def _apart(saved: Sequence[Mapping[str, Any]], of: Animal) -> Iterator[str]:
    """Yield days and accounts that two chapters tell apart though nothing sets them apart."""
    if of.tagged != "all" or of.dated != "all" or of.period == "within" or not of.posts:
        return
    if of.signed != "all":  # the day of a post of nobody's is no day of an account
        return
    days = {one["key"]: one["as_of"] for one in saved if one["key"] in _OF_POSTS and one["as_of"]}
    seen = days.pop("archive", None)  # whose profiles may have been seen after the last post
    if len(set(days.values())) > 1 or (seen and seen < max(days.values(), default=seen)):
        yield f"the chapters go up to different days: {days}"
    told = {
        fact: {value.removeprefix("at least ") for value in one["facts"].get(fact, ())}
        for one in saved
        for fact in ("accounts that posted", "accounts that used the hashtag")
        if fact in one.get("facts", {})
    }
    if len(set.union(set(), *told.values())) > 1:
        yield f"the chapters count different accounts: {told}"


def _years_apart(saved: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a headline of a year that is none of those beside the place."""
    for leads in (one["leads"] for one in saved if one["key"] == "story"):
        told, beside = (leads.get(name, {"text": {"en": ""}})["text"]["en"]
                        for name in ("headline", "years"))  # fmt: skip
        years = [int(year) for year in re.findall(r"\d{4}", beside)]
        of = re.findall(r"(?:from|to|in|on|by|since) (?:\d+\s)?(?:[A-Z][a-z]+\s)?(\d{4})\b", told)
        if years and not all(years[0] <= int(year) <= years[-1] for year in of):
            yield f"story: {told} beside {beside}"


_OF_POSTS = ("archive", "supporters", "relays", "push")


def _where(fall: Exception) -> str:
    return " ".join(
        f"{Path(step.filename).name}:{step.lineno}"
        for step in traceback.extract_tb(fall.__traceback__)[-2:]
    )


if __name__ == "__main__":
    # python tests/publish/zoo.py 0 60: read the animals 0 to 59; without numbers, the exhibits
    bounds = [int(one) for one in sys.argv[1:3]]
    drawn = [animal(seed) for seed in range(*bounds)] if bounds else exhibits()
    faults = read(drawn)
    for met in sorted(faults.values(), key=len, reverse=True):
        sys.stdout.write(f"{len(met)} × {met[0]}\n")
    sys.stdout.write(f"{len(drawn)} animals, {len(faults)} kinds of fault\n")
