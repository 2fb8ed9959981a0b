"""A zoo of small movements: one animal a seed, over the axes on which reports have broken.

`animal(seed)` draws each axis by itself; `exhibits()` are the corners that chance would miss.
`chapters_of` runs the cells of every notebook over one animal, without a kernel and without
drawing, and gives the saved form of each chapter.
"""

from __future__ import annotations

import json
import random
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pandas as pd

import i4analysis as i4
from i4analysis import tables
from i4analysis.archive.doctor.examine import examine
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.words.facts import contradictions

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
}
AXES: dict[str, tuple[Any, ...]] = {
    "posts": (0, 1, 2, 3, 30, 80),
    "reshares": ("none", "one", "one author", "many"),
    "counts": ("absent", "zero", "given"),
    "followers": ("unknown", "zero", "known", "equal"),
    "span": ("hour", "day", "week", "month", "ten years"),
    "accounts": ("one", "few", "many"),
    "bios": ("absent", "none", "some", "all", "seekers"),
    "founders": ("none", "one", "all"),
    "seeker_mark": (False, True),
    "ledgers": ("none", "some", "cjk"),
    "platform": ("twitter", "bluesky", "mastodon", "mixed"),
    "zone": tuple(ZONES),
    "script": tuple(TAGS),
    "follows": (False, True),
    "requests": (False, True),
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
            "kind": "post",
            "author_id": f"id{who}",
            "author": f"account{who}",
            "posted_at": begin + pd.Timedelta(hours=hour),
            "text": _text(of, chance),
            "lang": "fr",
            "hashtags": [tag],
            "mentions": [],
            "urls": [],
            "media_count": 0,
            "file": "made-up.jsonl",
            "line": number + 1,
            "collected_at": begin + pd.Timedelta(hours=SPANS[of.span] + 24),
            "embedded": False,
        }
        if of.counts != "absent":
            row |= {"reshare_count": 0, "like_count": 0}
        if originals and _is_reshare(of, chance, number, rows):
            root = originals[0] if of.reshares == "one author" else chance.choice(originals)
            row |= {
                "kind": "reshare",
                "text": "",
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
    posts = tables.build(tables.POSTS, rows)
    profiles = tables.build(tables.PROFILES, list(_profiles(of, rows, tag, chance)))
    follows = tables.build(tables.FOLLOWS, list(_follows(of, rows)))
    files = tables.build(
        tables.FILES,
        [
            {"file": "made-up.jsonl", "sha256": "0" * 64, "format": "made-up",
             "records": len(rows),
             "bytes": 1000, "posts_in": len(rows), "profiles_only": 0, "notices": 0, "rejects": 0,
             "posts": len(rows), "profiles": 0, "follows": 0, "duplicates": 0}
        ]
        if rows
        else [],
    )  # fmt: skip
    archive = tables.Archive(posts=posts, profiles=profiles, follows=follows, files=files)
    return replace(archive, findings=examine(archive)).check()


def _is_reshare(of: Animal, chance: random.Random, number: int, rows: list[Any]) -> bool:
    if of.reshares == "none":
        return False
    if of.reshares == "one":
        return not any(row["kind"] == "reshare" for row in rows)
    return chance.random() < 0.7


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
        followers = {"unknown": None, "zero": 0, "known": 10 + 37 * number, "equal": 100}
        if of.bios == "absent" and of.followers == "unknown":
            continue
        yield {
            "platform": row["platform"],
            "account_id": row["author_id"],
            "handle": row["author"],
            "name": f"Compte {number}",
            "bio": bio,
            "followers": followers[of.followers],
            "seen_at": row["posted_at"],
            "seen_basis": "live",
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
    rows: dict[str, list[dict[str, Any]]] = {}
    if of.founders != "none":
        count = 1 if of.founders == "one" else people
        rows["founders"] = [
            {"handle": f"account{k}", "account_id": f"id{k}", "platform": of.platform,
             "joined_on": day, "url": "https://example.org/f"}
            for k in range(count)
        ]  # fmt: skip
    if of.ledgers != "none":
        outlet = {"some": "La Lampe", "cjk": "朝日新聞 🏭"}[of.ledgers]
        dated = {"precision": "day", "url": "https://example.org/p"}
        later = {"date": day + timedelta(20), "precision": "week", "url": "https://example.org/a"}
        rows["figures"] = [
            {"figure_id": f"{metric}-a", "metric": metric, "value": value, "publisher": outlet,
             "roughness": "at_least", "measurement": True} | later
            for metric, value in (("supporters_bio", 300), ("followers_summed", 600_000))
        ]  # fmt: skip
        rows["press"] = [
            {"press_id": "a", "date": day, "outlet": outlet, "medium": "press",
             "title": "Une usine cherche un repreneur", "mentions": "yes"} | dated
        ]  # fmt: skip
        rows["outcomes"] = [
            {"outcome_id": "takeover", "kind": "court_decision", "main": True, "silent": False,
             "title_fr": "Reprise de l'usine", "title_en": "Takeover of the plant"} | dated
            | {"date": day + timedelta(40)}
        ]  # fmt: skip
        rows["claims"] = [
            {"claim_id": "takeover-anne", "outcome_id": "takeover", "claimant": "Anne Exemple",
             "publisher": outlet, "stance": "credits", "relay": "le hashtag",
             "relay_kind": "movement", "basis": "witness", "evidence_fr": "Elle y était.",
             "evidence_en": "She was there."} | dated | {"date": day + timedelta(41)}
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
        started_on=day,
        timezone=of.zone,
        made_up=True,
        contact="corrections [at] example.org",
        ledgers=ledgers,
    )


# --------------------------------------------------------------------------------- the chapters


def cells(path: Path) -> list[str]:
    """Return the code cells of a notebook."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code"]


def _without_drawing() -> Iterator[Any]:
    """Yield what makes the charts of a notebook draw nothing."""
    yield mock.patch.dict(vars(i4), {"charts": mock.MagicMock()})
    yield mock.patch("networkx.draw", lambda *_, **__: None)


def chapters_of(of: Animal, *, drawn: bool = False) -> dict[str, Any]:
    """Run every notebook over an animal; return name of the notebook → its chapter.

    A notebook that falls gives the exception itself. `drawn` has its charts drawn too.
    """
    return chapters_from(archive_of(of), movement_of(of), drawn=drawn)


def chapters_from(
    archive: tables.Archive,
    movement: Movement,
    *,
    drawn: bool = False,
    books: Iterable[Path] = BOOKS,
) -> dict[str, Any]:
    """Run notebooks over an archive and its movement; see `chapters_of`."""
    found: dict[str, Any] = {}
    with (
        mock.patch.object(i4.Movement, "load", lambda *_: movement),
        mock.patch.dict(vars(i4), {"load": lambda *_, **__: archive}),
        mock.patch("i4analysis.publish.chapter.chapter.Chapter.show", lambda *_, **__: None),
        ExitStack() as stack,
    ):
        for patch in () if drawn else _without_drawing():
            stack.enter_context(patch)
        for path in books:
            names: Mapping[str, Any] = {}
            try:
                space: dict[str, Any] = {}
                for cell in cells(path):
                    exec(compile(cell, path.stem, "exec"), space)  # the notebook itself, as it is
                names = space
            except Exception as fault:  # each is a finding of the zoo
                found[path.stem] = fault
                continue
            made = [v for v in names.values() if type(v).__name__ == "Chapter"]
            if made or not path.stem.startswith("00"):  # the analyst's own questions save none
                found[path.stem] = made[-1] if made else None
    return found


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
)
_FR = (
    "compte|message|reprise|personne|abonné|fondateur|soutien|jour|heure|semaine|an|année|source"
    "|chiffre|élément|publication|affirmation|résultat|demande|offre|lien|bio|liste|groupe|paire"
    "|enregistrement|fichier|cascade|auteur|relevé|rôle|réponse|citation|original|voix|relais"
    "|disque|carré|barre|ligne|colonne|vérification|monde|étape|canal|article|émission|dossier"
)
WRONG: dict[str, dict[str, str]] = {
    "en": {
        "a plural after one": _NUMBER + rf"\b1 (?:[a-z]+ )?(?:{_EN})(?:s|es)\b(?!’)",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Oo]ne) (?:{_EN}) (?:are|were|have|hold|add|show|do|say|give|stand|make)\b",
        "a plural after the word one": rf"\bone (?:{_EN})s\b",
        "a singular after many": r"\b(?:[2-9]|\d{2,}) (?:account|post|reshare|person|day) \b",
        "less than nothing": r"\b0 of them\b|\bup to 0\b|\bUp to 0\b",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"sum is (?:zero|nothing|0)\b|add up to 0\b|^0 followers",
        "a share of hardly any": r"100% of the [a-z ]+ (?:went|go) to one author",
    },
    "fr": {
        "a plural after one": _NUMBER + rf"\b[01]\s(?:[^\W\d]+\s)?(?:{_FR})(?:s|x)\b",
        "a plural verb after one": _NUMBER
        + rf"\b(?:1|[Uu]ne?)\s(?:{_FR})\s(?:sont|ont|étaient|avaient|portent|réunissent)\b",
        "les 1": r"\b[Ll]es 1 |\b[Dd]es 1 |\baux 1 ",
        "less than nothing": r"\bjusqu’à 0\b|\bdont 0\b",
        "a thousand years of NaN": r"\b(?:nan|NaN|None|NaT|inf)\b|<NA>|\{[a-z_]+\}",
        "the sum of what is unknown": r"somme est nulle|s’ajoutent à 0\b",
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
    if of.posts:
        found["en"]["it has an archive"] = r"[Ww]ithout an archive|no archive|The archive is empty"
        found["fr"]["it has an archive"] = r"[Ss]ans archive|aucune archive|L’archive est vide"
    if of.ledgers == "none":
        found["en"]["its ledgers are empty"] = r"[Ii]ts ledgers date|ledgers? dates? to the day"
        found["fr"]["its ledgers are empty"] = r"registres datent"
    shown = of.bios == "all" or (of.bios == "some" and of.accounts != "one")
    if shown and of.posts >= 30:
        found["en"]["bios show it"] = r"No bio in the archive shows|no supporter is known"
        found["fr"]["bios show it"] = r"Aucune bio de l’archive|aucun soutien n’est connu"
    if of.posts < 3:
        found["en"]["an interval of hardly any"] = r"at 95\s?%|95\s?% interval"
        found["fr"]["an interval of hardly any"] = r"à 95\s%|intervalle à 95"
    return found


def _undrawn(key: str, item: Mapping[str, Any]) -> Iterator[str]:
    rows = item["rows"] if "rows" in item else item.get("table", {}).get("rows", [])
    if not rows:
        yield f"{key} {item['stem']}: a figure without rows"


def read(animals: Iterable[Animal]) -> dict[str, list[str]]:
    """Read the chapters of animals; return kind of fault → where it was met.

    Numbers are left out of a kind, so that one sentence is one kind whatever it counts.
    """
    found: dict[str, list[str]] = {}
    for of in animals:
        page = chapters_of(of)
        saved = [one.as_dict() for one in page.values() if isinstance(one, Chapter)]
        for fault in contradictions(saved):
            found.setdefault(re.sub(r"\d[\d,.]*", "#", fault), []).append(f"{fault}  «{of}»")
        for book, chapter in page.items():
            if not isinstance(chapter, Exception) and chapter is not None:
                faults = [*wrong(chapter.as_dict(), of), *chapter.problems()]
            else:
                where = traceback.extract_tb(getattr(chapter, "__traceback__", None))
                ours = [f"{Path(step.filename).name}:{step.lineno}" for step in where][-1:]
                faults = [f"{book} fell: {chapter!r} at {' '.join(ours)}"]
            for fault in faults:
                kind = re.sub(r"\d[\d,.\u202f\u00a0]*", "#", fault)
                found.setdefault(kind, []).append(f"{fault}  «{of}»")
    return found


if __name__ == "__main__":
    # python tests/publish/zoo.py 0 60: read the animals 0 to 59; without numbers, the exhibits
    bounds = [int(one) for one in sys.argv[1:3]]
    drawn = [animal(seed) for seed in range(*bounds)] if bounds else list(exhibits())
    faults = read(drawn)
    for met in sorted(faults.values(), key=len, reverse=True):
        sys.stdout.write(f"{len(met)} × {met[0]}\n")
    sys.stdout.write(f"{len(drawn)} animals, {len(faults)} kinds of fault\n")
