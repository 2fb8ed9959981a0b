"""A zoo of small movements: one animal a seed, over the axes on which reports have broken.

`animal(seed)` draws each axis by itself; `exhibits()` are the corners that chance would miss.
`page_of` runs the cells of every notebook over one animal, without a kernel and without
drawing, and gives the saved form of each chapter.
"""

from __future__ import annotations

import ast
import json
import random
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.container import BarContainer

import i4analysis as i4
from i4analysis import tables
from i4analysis.archive.doctor.examine import examine
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.accounts import identity, roles
from i4analysis.movement import Movement
from i4analysis.publish import proof
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import style
from i4analysis.publish.words.facts import contradictions
from i4analysis.results import Result

Faults = dict[str, list[str]]

BOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))

TAGS = {
    "latin": "solidarité",
    "dotted": "işarıyorum",
    "arabic": "عمل",
    "hindi": "किसान_आंदोलन",
    "thai": "สวัสดี",
    "tamil": "தமிழ்",
    "cjk": "求職",
    "year": "csiro2014",
    "letter": "x",
    "apostrophe": "fantaʻatu",
}
# the first day, so that the clock jumps at a midnight within it where a zone has one
ZONES = {
    "Europe/Paris": "2015-09-26",
    "America/Sao_Paulo": "2015-10-17",
    "Asia/Beirut": "2022-03-26",
    "Australia/Sydney": "2014-04-05",
    "Asia/Kathmandu": "2021-01-01",
    "Pacific/Auckland": "2015-09-26",
    "UTC": "2016-02-28",
    "Australia/Lord_Howe": "2021-04-03",  # by half an hour
    "Pacific/Apia": "2011-12-28",  # a day that never was
    "Europe/London": "2020-12-30",  # over New Year
}
# what a name may hold that a page, a paper or a table takes for its own marks
NAMES = ("a\u200bb", "\u202eevil", 'x,"y"', "l1\nl2", "<script>alert(1)</script>", "=1+1",
         "#let x = $1$ *b* _i_ @r \\", "&amp; <b>", "n:a|b", "x }}", "محمد")  # fmt: skip
AXES: dict[str, tuple[Any, ...]] = {
    "posts": (0, 1, 2, 3, 30, 80),
    "reshares": ("none", "one", "one author", "many"),
    "counts": ("absent", "zero", "given"),
    "followers": ("unknown", "zero", "known", "equal", "huge"),
    "span": ("hour", "day", "week", "month", "ten years"),
    "accounts": ("one", "few", "many"),
    "bios": ("absent", "none", "some", "all", "seekers"),
    "founders": ("none", "one", "all"),
    "seeker_mark": (False, True),
    "ledgers": ("none", "some", "cjk", "one"),
    "platform": ("twitter", "bluesky", "mastodon", "mixed"),
    "zone": tuple(ZONES),
    "script": tuple(TAGS),
    "follows": (False, True),
    "requests": (False, True),
    "tagged": ("all", "some", "none"),
    "kind": ("post", "reply", "quote"),
    "period": ("begun", "undeclared", "within"),
    "dated": ("all", "some"),
    "ids": ("all", "some", "none"),
    "names": ("plain", "marks"),
    "outcome": ("after", "before", "same day", "years after"),
    "seen": ("live", "after"),
    "figures": ("told", "zero", "unknown"),
}


@dataclass(frozen=True)
class Animal:
    """One small movement, by its axes; see `AXES`."""

    seed: int = 0
    posts: int = 30
    reshares: str = "many"
    counts: str = "given"
    followers: str = "known"
    span: str = "week"
    accounts: str = "many"
    bios: str = "some"
    founders: str = "one"
    seeker_mark: bool = False
    ledgers: str = "none"
    platform: str = "twitter"
    zone: str = "Europe/Paris"
    script: str = "latin"
    follows: bool = False
    requests: bool = False
    tagged: str = "all"
    kind: str = "post"
    period: str = "begun"
    dated: str = "all"
    ids: str = "all"
    names: str = "plain"
    outcome: str = "after"
    seen: str = "live"
    figures: str = "told"
    left: bool = True  # of an archive without a post: whether nothing was read, or nothing is left

    def __str__(self) -> str:
        usual = Animal()
        told = [
            f"{one.name}={getattr(self, one.name)}"
            for one in fields(self)
            if one.name != "seed" and getattr(self, one.name) != getattr(usual, one.name)
        ]
        return f"{self.seed}: " + (", ".join(told) or "usual")


def animal(seed: int) -> Animal:
    """Draw an animal."""
    chance = random.Random(seed)
    return Animal(seed=seed, **{name: chance.choice(values) for name, values in AXES.items()})


def exhibits() -> Iterator[Animal]:
    """Yield every value of every axis beside the usual ones, and the corners of bug reports."""
    for name, values in AXES.items():
        for value in values:
            yield replace(Animal(), **{name: value})
    yield Animal(posts=0, ledgers="some")
    yield Animal(posts=0, ledgers="cjk", script="cjk")
    yield Animal(posts=1, reshares="none", accounts="one")
    yield Animal(posts=2, reshares="one", accounts="few", counts="zero")
    yield Animal(posts=2, reshares="one", counts="absent")
    yield Animal(posts=30, reshares="none", accounts="one", followers="equal")
    yield Animal(platform="mastodon", counts="zero")
    yield Animal(platform="bluesky", followers="unknown", counts="absent", reshares="none")
    yield Animal(bios="all", founders="none")
    yield Animal(founders="all", bios="absent")
    yield Animal(span="ten years", reshares="none", posts=80)
    yield Animal(bios="seekers", seeker_mark=True, requests=True)
    yield Animal(bios="seekers", seeker_mark=False, requests=True)
    yield Animal(posts=0, left=False, ledgers="some")  # every author asked to be forgotten
    yield Animal(period="within", bios="none", ledgers="some", span="month")
    yield Animal(period="undeclared", ledgers="some", outcome="same day")
    yield Animal(ids="some", platform="mixed", bios="none")
    yield Animal(bios="all", seen="after", founders="none")  # who joined, and never when
    yield Animal(ledgers="some", figures="unknown")
    yield Animal(posts=0, ledgers="some", figures="zero")


# ---------------------------------------------------------------------------------- the tables

SPANS = {"hour": 1, "day": 20, "week": 24 * 7, "month": 24 * 28, "ten years": 24 * 3650}


def archive_of(of: Animal) -> tables.Archive:
    """Return the archive of an animal: posts, reshares, profiles and follows as drawn."""
    chance = random.Random(of.seed)
    people = {"one": 1, "few": 3, "many": max(5, of.posts)}[of.accounts]
    begin = pd.Timestamp(ZONES[of.zone], tz=of.zone).tz_convert("UTC") + pd.Timedelta(hours=9)
    hours = sorted(chance.uniform(0, SPANS[of.span]) for _ in range(of.posts))
    tag = i4.movement.normalize_hashtag(TAGS[of.script])
    rows: list[dict[str, Any]] = []
    originals: list[dict[str, Any]] = []
    for number, hour in enumerate(hours):
        who = chance.randrange(people)
        platform = of.platform
        if platform == "mixed":
            platform = chance.choice(("twitter", "bluesky", "mastodon"))
        row = {
            "platform": platform,
            "post_id": f"p{number}",
            "kind": of.kind,
            "author_id": f"id{who}",
            "author": _handle(of, who),
            "posted_at": begin + pd.Timedelta(hours=hour),
            "text": _text(of, chance),
            "lang": "fr",
            "hashtags": [tag] if _is_tagged(of, chance) else [],
            "mentions": [],
            "urls": [],
            "media_count": 0,
            "file": "made-up.jsonl",
            "line": number + 1,
            "collected_at": begin + pd.Timedelta(hours=SPANS[of.span] + 24),
            "embedded": False,
        }
        if of.kind != "post":  # to somebody outside the archive
            name = {"reply": "replied", "quote": "quoted"}[of.kind]
            row |= {f"{name}_id": f"x{number}", f"{name}_author_id": "id-x"}
        if of.counts != "absent":
            row |= {"reshare_count": 0, "like_count": 0}
        if originals and _is_reshare(of, chance, number, rows):
            root = originals[0] if of.reshares == "one author" else chance.choice(originals)
            row |= {
                "kind": "reshare",
                **dict.fromkeys(("replied_id", "replied_author_id"), None),
                **dict.fromkeys(("quoted_id", "quoted_author_id"), None),
                "text": "",
                "hashtags": root["hashtags"],
                "platform": root["platform"],
                "reshared_id": root["post_id"],
                "reshared_author_id": root["author_id"],
                "reshared_author": root["author"],
                "reshared_at": root["posted_at"],
                "reshare_basis": "platform",
            }
            if of.counts == "given":
                root["reshare_count"] += 1
        else:
            originals.append(row)
        rows.append(row)
    profiles = tables.build(tables.PROFILES, list(_profiles(of, rows, tag, chance)))
    follows = tables.build(tables.FOLLOWS, list(_follows(of, rows)))
    for row in rows:
        _unsaid(of, row, chance)
    posts = tables.build(tables.POSTS, rows)
    files = tables.build(
        tables.FILES,
        [
            {"file": "made-up.jsonl", "sha256": "0" * 64, "format": "made-up",
             "records": len(rows),
             "bytes": 1000, "posts_in": len(rows), "profiles_only": 0, "notices": 0, "rejects": 0,
             "posts": len(rows), "profiles": 0, "follows": 0, "duplicates": 0}
        ]
        if rows or not of.left
        else [],
    )  # fmt: skip
    archive = tables.Archive(posts=posts, profiles=profiles, follows=follows, files=files)
    return replace(archive, findings=examine(archive)).check()


def _handle(of: Animal, who: int) -> str:
    """Return a handle; a reader lets pass whatever a record calls one."""
    return NAMES[who % len(NAMES)] + str(who) if of.names == "marks" else f"account{who}"


def _unsaid(of: Animal, row: dict[str, Any], chance: random.Random) -> None:
    """Take back what a format may not say of a post: its moment, its author's id."""
    if of.dated == "some" and chance.random() < 0.5:
        row["posted_at"] = None
    if of.ids == "none" or (of.ids == "some" and chance.random() < 0.5):
        row["author_id"] = None


def _is_reshare(of: Animal, chance: random.Random, number: int, rows: list[Any]) -> bool:
    if of.reshares == "none":
        return False
    if of.reshares == "one":
        return not any(row["kind"] == "reshare" for row in rows)
    return chance.random() < 0.7


def _is_tagged(of: Animal, chance: random.Random) -> bool:
    return of.tagged == "all" or (of.tagged == "some" and chance.random() < 0.5)


def _text(of: Animal, chance: random.Random) -> str:
    tag = TAGS[of.script]
    if of.requests and chance.random() < 0.5:
        return f"#PleaseRT Recherche #emploi : comptable à Brive #{tag} linkedin.com/in/x"
    return chance.choice((f"Bravo à tous #{tag}", f"On continue #{tag} !", f"Article #{tag}"))


def _profiles(of: Animal, rows: list[Any], tag: str, chance: random.Random) -> Iterator[Any]:
    for row in rows:
        number = int(row["author_id"][2:])
        bio: str | None = {
            "absent": None,
            "none": "Jardin et lecture",
            "some": f"RH #{tag}" if number % 2 else "Jardin",
            "all": f"RH #{tag}",
            "seekers": f"En recherche d'emploi #{tag} #embauchezmoi",
        }[of.bios]
        followers = {"unknown": None, "zero": 0, "known": 10 + 37 * number, "equal": 100,
                     "huge": number if number else 10**9}  # fmt: skip
        if of.bios == "absent" and of.followers == "unknown":
            continue
        yield {
            "platform": row["platform"],
            "account_id": row["author_id"],
            "handle": row["author"],
            "name": NAMES[number % len(NAMES)] if of.names == "marks" else f"Compte {number}",
            "bio": bio,
            "followers": followers[of.followers],
            "seen_at": row["posted_at"],
            "seen_basis": of.seen,
            "post_id": row["post_id"],
            "file": row["file"],
            "line": row["line"],
        }


def _follows(of: Animal, rows: list[Any]) -> Iterator[Any]:
    if not of.follows:
        return
    ids = sorted({row["author_id"] for row in rows})
    for one in ids[:10]:
        for other in ids[:10]:
            if one < other:
                edge = {"follower_id": one, "followee_id": other}
                yield (
                    edge
                    | {name: rows[0][name] for name in ("platform",)}
                    | {"seen_at": rows[0]["posted_at"]}
                )


# --------------------------------------------------------------------------------- the movement


def movement_of(of: Animal) -> Movement:
    """Return the movement of an animal, with its ledgers."""
    tag = i4.movement.normalize_hashtag(TAGS[of.script])
    day = date.fromisoformat(ZONES[of.zone])
    people = {"one": 1, "few": 3, "many": max(5, of.posts)}[of.accounts]
    inside = timedelta(max(1, SPANS[of.span] // 24 // 4))  # a quarter of what the archive covers
    rows: dict[str, list[dict[str, Any]]] = {}
    if of.founders != "none":
        count = 1 if of.founders == "one" else people
        rows["founders"] = [
            {"handle": _handle(of, k), "account_id": f"id{k}", "platform": of.platform,
             "joined_on": day, "url": "https://example.org/f"}
            for k in range(count)
        ]  # fmt: skip
    if of.ledgers != "none":
        outlet = {"some": "La Lampe", "cjk": "朝日新聞 🏭", "one": "La Lampe"}[of.ledgers]
        if of.names == "marks":
            outlet = "20 Minutes #set text(9pt) <b>*@ $x$"
        happened = day + timedelta(
            {"after": 40, "before": -40, "same day": 0, "years after": 2000}[of.outcome]
        )
        dated = {"precision": "day", "url": "https://example.org/p"}
        later = {"date": day + timedelta(20), "precision": "week", "url": "https://example.org/a"}
        rows["figures"] = [
            {"figure_id": f"{metric}-a", "metric": metric, "value": value, "publisher": outlet,
             "roughness": rough, "measurement": True} | later
            for metric, value, rough in (
                [("signatures", 12, "exact"), ("marcheurs", 1, "about")]
                if of.figures == "unknown" else
                [("supporters_bio", 0, "exact"), ("followers_summed", 0, "exact")]
                if of.figures == "zero" else
                [("supporters_bio", 1, "about")] if of.ledgers == "one" else
                [("supporters_bio", 300, "at_least"), ("followers_summed", 600_000, "at_least")]
            )
        ]  # fmt: skip
        rows["press"] = [
            {"press_id": "a", "date": day, "outlet": outlet, "medium": "press",
             "title": "Une usine cherche un repreneur", "mentions": "yes"} | dated
        ]  # fmt: skip
        rows["outcomes"] = [
            {"outcome_id": "takeover", "kind": "court_decision", "main": True, "silent": False,
             "title_fr": "Reprise de l'usine", "title_en": "Takeover of the plant"} | dated
            | {"date": happened}
        ]  # fmt: skip
        rows["claims"] = [
            {"claim_id": "takeover-anne", "outcome_id": "takeover", "claimant": "Anne Exemple",
             "publisher": outlet, "stance": "credits", "relay": "le hashtag",
             "relay_kind": "movement", "basis": "witness", "evidence_fr": "Elle y était.",
             "evidence_en": "She was there."} | dated | {"date": happened + timedelta(1)}
        ]  # fmt: skip
        rows["relays"] = [
            {"relay_id": "radio", "date": day, "kind": "press", "actor": outlet,
             "title_fr": "Une heure à l'antenne", "title_en": "An hour on the air"} | dated
        ]  # fmt: skip
    ledgers = {}
    for name, table in LEDGERS.items():
        known = {column.name for column in table.columns}
        ledgers[name] = tables.build(
            table, [{k: v for k, v in row.items() if k in known} for row in rows.get(name, [])]
        )
    return Movement(
        name="zoo",
        title={"fr": f"#{TAGS[of.script]}", "en": f"#{TAGS[of.script]}"},
        hashtags=(tag,),
        supporter_marks=(tag,),
        seeker_marks=("embauchezmoi",) if of.seeker_mark else (),
        started_on={"begun": day, "undeclared": None, "within": day + inside}[of.period],
        ended_on=day + 3 * inside if of.period == "within" else None,
        timezone=of.zone,
        made_up=True,
        contact="corrections [at] example.org",
        ledgers=ledgers,
    )


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
SHARED = (identity.everybody, roles.roles, i4.appeals.classify, i4.relays.parent_probabilities)


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


#: What is read of the proof is the same for every animal.
PROVEN = {proof.last_foreign: cache(proof.last_foreign), proof.last_proof: cache(proof.last_proof)}


def _shared() -> Iterator[Any]:
    """Yield what makes each measure of `SHARED` run once for the same tables."""
    for measure, instead in ({one: _once(one) for one in SHARED} | PROVEN).items():
        for module in [m for n, m in sys.modules.items() if n.startswith("i4analysis")]:
            for name, one in list(vars(module).items()):
                if one is measure:
                    yield mock.patch.dict(vars(module), {name: instead})


def page_of(of: Animal, **how: Any) -> Page:
    """Run the notebooks over an animal; see `page_about`."""
    return page_about(archive_of(of), movement_of(of), **how)


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
    a chapter is made.
    """
    chapters: dict[str, list[Chapter]] = {}
    falls: dict[str, Exception] = {}
    measured: dict[str, Any] = {"archive": archive}
    with (
        mock.patch.object(i4.Movement, "load", lambda *_: movement),
        mock.patch.dict(vars(i4), {"load": lambda *_, **__: archive}),
        mock.patch("i4analysis.publish.chapter.chapter.Chapter.show", lambda *_, **__: None),
        ExitStack() as stack,
    ):
        for patch in () if drawn else _without_drawing():
            stack.enter_context(patch)
        for patch in _shared():
            stack.enter_context(patch)
        for path in books:
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


def zone_of(of: Animal) -> ZoneInfo:
    """Return the zone of an animal."""
    return ZoneInfo(of.zone)


# ------------------------------------------------------------------------------- the reading

LANGS = ("fr", "en")


def texts(saved: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a saved chapter with the place where it stands."""
    for figure in saved["key_figures"]:
        yield "key figure", f"{figure['text'][lang]} {figure['label'][lang]}"
    yield from _spoken(saved, lang, "")


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
        "a plural after one": _NUMBER + rf"\b1 (?:[a-z]+ )?(?:{_EN})(?:s|es)\b(?!’)",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Oo]ne) (?:{_EN}) (?:are|were|have|hold|add|show|do|say|give|stand|make)\b",
        "a plural after the word one": rf"\bone (?:{_EN})s\b",
        "a singular after many": r"\b(?:[2-9]|\d{2,}) (?:account|post|reshare|person|day) \b",
        "an interval without a width": r"counted: [\d.,]+ per original|% of cases \(\d+%\)",
        "less than nothing": r"\b0 of them\b|\bup to 0\b|\bUp to 0\b",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"sum is (?:zero|nothing|0)\b|add up to 0\b|^0 followers",
        "half for what is more": r"(?<!least )half of (?:them with|that\b|[\d,]+ followers)",
        "within no day": r"\bin 0 days",
        "a share of hardly any": r"100% of the [a-z ]+ (?:went|go) to one author",
    },
    "fr": {
        "a plural after one": _NUMBER + rf"\b[01]\s(?:[^\W\d]+\s)?(?:{_FR})(?:s|x)\b",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Uu]ne?)\s(?:{_FR})\s(?:sont|ont|étaient|avaient|portent|réunissent)\b",
        "an agreement after one": _NUMBER
        + rf"\b[01]\s(?:{_FR}),?\s[^\W\d]+(?:és|ées|us|ues|its|ites|nts)\b",
        "de 1": _NUMBER + rf"\b[Dd]e 1\s(?:{_FR})\b",
        "les 1": r"\b[Ll]es 1 |\b[Dd]es 1 |\baux 1 ",
        "less than nothing": r"\bjusqu’à 0\b|\bdont 0\b",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"somme est nulle|s’ajoutent à 0\b",
        "half for what is more": r"(?<!moins )la moitié (?:chez|de \d)",
        "within no day": r"\ben 0\sjour",
        "a foreign word": r"mot-dièse|republication|crédit(?:é|ée|és|ées) au\b",
    },
}


def wrong(saved: Mapping[str, Any], of: Animal) -> Iterator[str]:
    """Yield what a sceptical reader would strike in a saved chapter, each with its words."""
    for lang in LANGS:
        for place, text in texts(saved, lang):
            for name, pattern in WRONG[lang].items():
                if re.search(pattern, text):
                    yield f"{saved['key']} {lang} {place}: {name}: {text}"
            for name, pattern in _untrue(of)[lang].items():
                if re.search(pattern, text):
                    yield f"{saved['key']} {lang} {place}: {name}: {text}"
    for item in saved["items"]:
        if item["kind"] == "figure":
            yield from _undrawn(saved["key"], item)


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
    if of.ledgers == "none":
        found["en"]["its ledgers are empty"] = r"ledgers? dates? .*to the day"
        found["fr"]["its ledgers are empty"] = r"registres datent"
    shown = of.bios == "all" or (of.bios == "some" and of.accounts != "one")
    if shown and of.posts >= 30:
        found["en"]["bios show it"] = r"No bio in the archive shows|no supporter is known"
        found["fr"]["bios show it"] = r"Aucune bio de l’archive|aucun soutien n’est connu"
    after = of.posts and of.outcome == "years after" and of.period == "undeclared"
    if after and of.tagged == "all" and of.dated == "all":
        found["en"]["it came after the first post"] = r"[Mm]ay have come before the hashtag"
        found["fr"]["it came after the first post"] = r"[Pp]eut précéder le hashtag"
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
    if of.posts < 3:
        found["en"]["an interval of hardly any"] = r"at 95\s?%|95\s?% interval"
        found["fr"]["an interval of hardly any"] = r"à 95\s%|intervalle à 95"
    return found


def _undrawn(key: str, item: Mapping[str, Any]) -> Iterator[str]:
    rows = item["rows"] if "rows" in item else item.get("table", {}).get("rows", [])
    if not rows:
        yield f"{key} {item['stem']}: a figure without rows"


# ------------------------------------------------------------------------ what is drawn and why


def undrawn(chapter: Chapter, lang: str) -> Iterator[str]:
    """Draw every figure; yield what is empty, and what its table does not hold."""
    for item in chapter.as_dict()["items"]:
        if item["kind"] != "figure":
            continue
        with style.look():
            figure = chapter._draws[item["stem"]](lang)
        place = f"{chapter.key} {item['stem']} ({lang})"
        held = _held(item)
        marks = 0
        for ax in figure.axes:
            for value in _marks(ax):
                marks += 1
                # a span of several cells, as the height of a stack, is held by its parts
                if not any(abs(value - cell) <= 1e-6 * max(1.0, abs(cell)) for cell in held):
                    yield f"{place}: draws {value:g}, which is not in its table"
        if not marks and not any(_other_marks(ax) for ax in figure.axes):
            yield f"{place}: an empty drawing"
        plt.close(figure)


def _held(item: Mapping[str, Any]) -> set[float]:
    """Return the numbers of a table, and the sums and differences of two of a row."""
    held: set[float] = {0.0}
    for row in item["rows"]:
        numbers = [float(c) for c in row if isinstance(c, int | float) and c is not True]
        held |= {*numbers}
        held |= {a - b for a in numbers for b in numbers}
    return held


def _marks(ax: Any) -> Iterator[float]:
    """Yield the heights of bars, and of lines that are seen, in the chart's own units."""
    for bars in ax.containers:
        if isinstance(bars, BarContainer):
            for bar in bars:
                yield from (one for one in (bar.get_height(),) if one and np.isfinite(one))
    for line in ax.lines:
        y = np.asarray(line.get_ydata(), dtype=float)
        y = y[np.isfinite(y)]
        seen = len(y) > 1 or (len(y) and line.get_marker() not in ("None", None, ""))
        if seen and line.get_transform() == ax.transData and line.get_drawstyle() != "default":
            yield from set(y)


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
    only an analyst looks at. In `parts`, an animal has only one chapter in so many built, in turn.
    """
    found: Faults = {}
    for number, of in enumerate(animals):
        whole = number % every == 0
        books = BOOKS if whole else [b for k, b in enumerate(BOOKS) if (k + number) % parts == 0]
        page = page_of(of, whole=whole, books=books)
        for fault in faults_of(page, of, LANGS[number % 2] if whole else None):
            kind = re.sub(r"\d[\d,.\u202f\u00a0]*", "#", fault)
            found.setdefault(kind, []).append(f"{fault}  «{of}»")
    return found


def faults_of(page: Page, of: Animal, draw: str | None) -> Iterator[str]:
    """Yield what a sceptical reader strikes on a page; its figures are drawn in one language."""
    for book, fall in page.falls.items():
        yield f"{book} fell: {fall!r} at {_where(fall)}"
    saved = [one.as_dict() for one in page]
    yield from contradictions(saved)
    yield from _apart(saved, of)
    yield from unsound(page)
    for chapter, told in zip(page, saved, strict=True):
        yield from wrong(told, of)
        yield from chapter.problems()
        if draw is not None:
            yield from undrawn(chapter, draw)


def _apart(saved: Sequence[Mapping[str, Any]], of: Animal) -> Iterator[str]:
    """Yield days and accounts that two chapters tell apart though nothing sets them apart."""
    if of.tagged != "all" or of.dated != "all" or of.period == "within" or not of.posts:
        return
    days = {one["key"]: one["as_of"] for one in saved if one["key"] in _OF_POSTS and one["as_of"]}
    if len(set(days.values())) > 1:
        yield f"the chapters go up to different days: {days}"
    told = {
        fact: set(one["facts"].get(fact, ()))
        for one in saved
        for fact in ("accounts that posted", "accounts that used the hashtag")
        if fact in one.get("facts", {})
    }
    if len(set.union(set(), *told.values())) > 1:
        yield f"the chapters count different accounts: {told}"


_OF_POSTS = ("archive", "supporters", "relays", "push")


def _where(fall: Exception) -> str:
    return " ".join(
        f"{Path(step.filename).name}:{step.lineno}"
        for step in traceback.extract_tb(fall.__traceback__)[-2:]
    )


if __name__ == "__main__":
    # python tests/publish/zoo.py 0 60: read the animals 0 to 59; without numbers, the exhibits
    bounds = [int(one) for one in sys.argv[1:3]]
    drawn = [animal(seed) for seed in range(*bounds)] if bounds else list(exhibits())
    faults = read(drawn)
    for met in sorted(faults.values(), key=len, reverse=True):
        sys.stdout.write(f"{len(met)} × {met[0]}\n")
    sys.stdout.write(f"{len(drawn)} animals, {len(faults)} kinds of fault\n")
