"""Small movements, made up one animal a seed over the axes on which reports have broken.

`animal(seed)` draws each axis by itself; `exhibits()` are the corners that chance would miss.
`archive_of` and `movement_of` make its tables and its ledgers; `zoo.py` reads what is told of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

import i4analysis as i4
from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement

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
# where the first day is another than the zone's: over New Year, and on a leap day
BORN = {"as zoned": None, "new year": "2018-12-31T14:30", "leap day": "2020-02-28T15:00"}
# a second hashtag: in another script, one that holds the first, one with a year
SECOND = {"word": "ensemble", "arabic": "عمل_معا", "longer": "{}s", "year": "{}2016"}
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
    "outcome": ("after", "before", "same day", "years after", "within"),
    "seen": ("live", "after"),
    "figures": ("told", "zero", "unknown"),
    # new axes stand last, so that a seed keeps what it drew of the others
    "texts": ("varied", "same"),
    "renamed": (False, True),
    "embedded": (False, True),
    "audit": ("none", "follows", "elsewhere"),
    "counted": ("all", "half"),
    "sightings": ("alike", "mixed"),
    "loud": (False, True),
    "founder_ids": ("there", "absent"),
    "tongues": ("one", "many"),
    "people": ("none", "some"),
    "outcomes": ("one", "two", "not main", "undated"),
    "claims": ("credit", "denied", "doubted", "voices", "rival", "document", "hearsay", "none"),
    "press": ("one", "none", "hours", "undated"),
    "jobs": ("none", "nought", "some"),
    "linked": (False, True),
    "files": ("one", "overlap", "notices"),
    "quiet": (False, True),
    "inside": ("none", "thread", "quote"),
    "dropped": (False, True),
    "tags": ("one", "two"),
    "missed": (False, True),
    "grown": (False, True),
    "held": ("all", "reshares"),
    "start": ("first day", "before", "after"),
    "told": ("tag", "all"),
    "known_to": ("day", "month", "year"),
    "apart": (False, True),
    "party": ("none", "movement", "goal"),
    "late_press": (False, True),
    "said": ("none", "some"),
    "came": ("obtained", "partly_obtained", "not_obtained", "lost"),
    "silence": (False, True),
    "born": tuple(BORN),
    "second": tuple(SECOND),
    "asleep": (False, True),
    "crowded": (False, True),
    "fell": (False, True),
    "shy": (False, True),
    "cased": (False, True),
    "deleted": (False, True),
    "miscounted": ("no", "less", "blank"),
    "moments": ("after", "before", "a year after"),
    "fetched": (False, True),
    "marked": (True, False),
    "lookalike": (False, True),
    "mentioned": (False, True),
    "lists": ("unsaid", "whole", "cut"),
    "early_press": (False, True),
    "vague": ("no", "month", "year", "unknown"),
    "course": ("one", "rising", "falling"),
    "items": (False, True),
    "ways": (False, True),
    "crowd": (False, True),
    "lost_on": ("day", "month", "year", "unknown"),
    "lent": ("no", "through", "copied"),
    "bounded": (False, True),
    "signed": ("all", "half", "none"),
}

#: What a ledger says.
OF_LEDGERS = ("outcome", "outcomes", "claims", "press", "jobs", "linked", "known_to", "apart",
              "party", "late_press", "said", "came", "early_press", "vague", "course", "items",
              "ways", "crowd", "lost_on", "lent", "bounded")  # fmt: skip


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
    texts: str = "varied"
    renamed: bool = False
    embedded: bool = False
    audit: str = "none"
    counted: str = "all"
    sightings: str = "alike"
    loud: bool = False
    founder_ids: str = "there"
    tongues: str = "one"
    people: str = "none"
    outcomes: str = "one"
    claims: str = "credit"
    press: str = "one"
    jobs: str = "none"
    linked: bool = False
    files: str = "one"
    quiet: bool = False  # nothing in the middle of what the archive covers
    inside: str = "none"  # whether original posts answer or quote others of the archive
    dropped: bool = False  # bios that lose the hashtag midway
    tags: str = "one"
    missed: bool = False  # reshares that the platform counted and nobody collected
    grown: bool = False  # followers who come day by day
    held: str = "all"
    start: str = "first day"  # of the movement, beside the archive's
    told: str = "tag"  # what movement.toml says besides: title, place, goal, description
    known_to: str = "day"  # the precision of the outcome's date
    apart: bool = False  # two publications that count differently
    party: str = "none"  # whose side the first voice is on
    late_press: bool = False  # after the outcome
    said: str = "none"
    came: str = "obtained"
    silence: bool = False  # for ten days in the midst, where there is a post every few hours
    born: str = "as zoned"
    second: str = "word"  # the other hashtag, where there are two
    asleep: bool = False  # for more than a year in the midst
    crowded: bool = False  # nearly every post within minutes, at night
    fell: bool = False  # followers who leave day by day
    shy: bool = False  # half of the accounts show neither followers nor bio
    cased: bool = False  # one handle, in large letters or small
    deleted: bool = False  # half of what was reshared is held by no record
    miscounted: str = "no"  # by the platform: fewer reshares than are held, nought left blank
    moments: str = "after"  # of reshares, beside that of the original
    fetched: bool = False  # profiles whose collector wrote down when
    marked: bool = True  # whether the platform says what is a reshare, or "RT @" does
    lookalike: bool = False  # bios without the hashtag bear one that begins alike
    mentioned: bool = False  # posts mention accounts and link to what is in the ledger
    lists: str = "unsaid"  # of followers: whole or not
    early_press: bool = False  # a month before the hashtag
    vague: str = "no"  # the date of figures, press, relays, claims and statements
    course: str = "one"  # of a figure published several times
    items: bool = False  # a dozen in the press
    ways: bool = False  # several relays beside the posts
    crowd: bool = False  # more outcomes than can be told one by one
    lost_on: str = "day"  # the precision of the date on which it was lost
    lent: str = "no"  # words of a claim that come through another, or repeat one
    bounded: bool = False  # an outcome of which only the last possible day is known
    signed: str = "all"  # whether posts name their author
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


def exhibits() -> list[Animal]:
    """Return every value of every axis beside the usual ones, and the corners of bug reports."""
    return list(dict.fromkeys(_corners()))


def _corners() -> Iterator[Animal]:
    for name, values in AXES.items():
        # what a ledger says is an axis of those that have one
        told = "some" if name in OF_LEDGERS else "none"
        for value in values:
            yield replace(Animal(ledgers=told), **{name: value})
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
    yield Animal(posts=0, ledgers="some", press="none", claims="none", outcomes="undated")
    yield Animal(ledgers="some", period="undeclared", outcome="before", claims="denied")
    yield Animal(posts=80, requests=True, seeker_mark=True, accounts="many", loud=False)
    yield Animal(posts=80, requests=True, seeker_mark=True, reshares="none")
    yield Animal(posts=80, requests=True, seeker_mark=True, span="hour")
    yield Animal(posts=80, audit="follows", follows=True, people="some")
    yield Animal(
        posts=80,
        audit="follows",
        follows=True,
        accounts="few",
        ledgers="some",
        linked=True,
        outcome="within",
    )
    yield Animal(
        posts=160,
        audit="follows",
        follows=True,
        loud=True,
        people="some",
        span="month",
        ledgers="some",
        linked=True,
        outcome="within",
    )
    yield Animal(posts=2, reshares="none", accounts="one", people="some", linked=True,
                 mentioned=True, ledgers="some", outcome="same day",
                 span="hour")  # fmt: skip  # twice on the way, under a name
    yield Animal(seed=1, posts=1, dated="some", signed="none")
    yield Animal(posts=80, dated="some", counts="given", embedded=True)
    for came in AXES["came"]:
        yield Animal(ledgers="some", came=came, outcomes="two", posts=0)
        yield Animal(ledgers="some", came=came, claims="none")
    yield Animal(ledgers="some", outcomes="undated", party="goal", claims="rival")
    yield Animal(posts=0, ledgers="some", told="all", period="undeclared")
    yield Animal(bios="absent", followers="unknown")  # no profile, and reshares
    yield Animal(
        posts=80,
        audit="follows",
        follows=True,
        reshares="one author",
        accounts="few",
        span="month",
    )  # whom one reads is known, and all came from the author
    yield Animal(posts=160, span="month", silence=True, accounts="few")
    yield Animal(posts=160, span="month", silence=True, zone="Australia/Sydney")


# ---------------------------------------------------------------------------------- the tables

SPANS = {"hour": 1, "day": 20, "week": 24 * 7, "month": 24 * 28, "ten years": 24 * 3650}


def _begins(of: Animal) -> pd.Timestamp:
    """Return the first moment of which an archive tells."""
    told = BORN[of.born]
    day = told or f"{ZONES[of.zone]}T09:00"
    return pd.Timestamp(day, tz=of.zone).tz_convert("UTC")


def _first_day(of: Animal) -> date:
    return date.fromisoformat((BORN[of.born] or ZONES[of.zone])[:10])


@lru_cache(maxsize=4)  # a rule may ask for the archive that the page was made of
def archive_of(of: Animal) -> tables.Archive:
    """Return the archive of an animal: posts, reshares, profiles and follows as drawn."""
    chance = random.Random(of.seed)
    people = {"one": 1, "few": 3, "many": max(5, of.posts)}[of.accounts]
    begin = _begins(of)
    hours = sorted(chance.uniform(0, SPANS[of.span]) for _ in range(of.posts))
    if of.quiet:  # the middle two thirds of the time go without a post
        hours = [h / 6 if h < SPANS[of.span] / 2 else SPANS[of.span] - h / 6 for h in hours]
        hours.sort()
    if of.crowded:  # but for the first and the last
        hours[1:-1] = [18 + hour / SPANS[of.span] / 2 for hour in hours[1:-1]]
        hours.sort()
    rests = 240 * of.silence + 9600 * of.asleep
    hours = [hour + rests * (hour > SPANS[of.span] / 2) for hour in hours]
    marks = _hashtags(of)
    rows: list[dict[str, Any]] = []
    originals: list[dict[str, Any]] = []
    for number, hour in enumerate(hours):
        who = 0 if of.loud and chance.random() < 0.9 else chance.randrange(people)
        platform = of.platform
        if platform == "mixed":
            platform = chance.choice(("twitter", "bluesky", "mastodon"))
        row = {
            "platform": platform,
            "post_id": f"p{number}",
            "kind": of.kind,
            "author_id": f"id{who}",
            "author": _written(of, who, number),
            "posted_at": begin + pd.Timedelta(hours=hour),
            "text": _text(of, chance),
            "lang": chance.choice(("fr", "en", "es", None)) if of.tongues == "many" else "fr",
            "hashtags": [marks[number % len(marks)]] if _is_tagged(of, chance) else [],
            "mentions": [_handle(of, who + 1).casefold()] if of.mentioned else [],
            "urls": ["https://example.org/p"] if of.mentioned and number % 3 == 0 else [],
            "media_count": 0,
            "file": "made-up.jsonl",
            "line": number + 1,
            "collected_at": begin + pd.Timedelta(hours=max(SPANS[of.span], 20) + 24 + rests),
            "embedded": False,
        }
        if not row["hashtags"]:  # a format reads those of a text
            row["text"] = row["text"].replace(f" #{TAGS[of.script]}", "")
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
                "reshare_basis": "platform" if of.marked else "text",
            }
            row |= _another_time(of, row, chance)
            if of.counts == "given":
                root["reshare_count"] += 3 if of.missed else 1
        else:
            if originals:
                row |= _inside(of, row, originals)
            originals.append(row)
        rows.append(row)
    if of.deleted:
        gone = {one["post_id"] for one in originals if chance.random() < 0.5}
        gone &= {row.get("reshared_id") for row in rows}
        rows = [row for row in rows if row["post_id"] not in gone]
    if of.embedded or of.held == "reshares":
        _embed(rows, 1 if of.held == "reshares" else 3)
    profiles = tables.build(tables.PROFILES, list(_profiles(of, rows, marks, chance)))
    follows = tables.build(tables.FOLLOWS, list(_follows(of, rows)))
    for row in rows:
        _unsaid(of, row, chance)
    posts = tables.build(tables.POSTS, rows)
    files = tables.build(tables.FILES, _files(of, len(rows)) if rows or not of.left else [])
    return tables.Archive(posts=posts, profiles=profiles, follows=follows, files=files)


def _files(of: Animal, rows: int) -> list[dict[str, Any]]:
    """Return what was read: one file, or two that share half of their posts, or hold notices."""
    one = {"file": "made-up.jsonl", "sha256": "0" * 64, "format": "made-up", "records": rows,
           "bytes": 1000, "posts_in": rows, "profiles_only": 0, "notices": 0, "rejects": 0,
           "posts": rows, "profiles": 0, "follows": 0, "duplicates": 0}  # fmt: skip
    half = {"records": rows // 2, "posts_in": rows // 2, "posts": rows // 2,
            "duplicates": rows // 2}  # fmt: skip
    return {
        "one": [one],
        "overlap": [one, one | half | {"file": "later.jsonl", "sha256": "1" * 64}],
        "notices": [one | {"records": rows + 3, "notices": 2, "rejects": 1}],
    }[of.files]


def _hashtags(of: Animal) -> tuple[str, ...]:
    """Return the hashtags of the movement; where it has two, posts bear one or the other."""
    tag = i4.movement.normalize_hashtag(TAGS[of.script])
    return (tag, SECOND[of.second].format(tag)) if of.tags == "two" else (tag,)


def _inside(of: Animal, row: dict[str, Any], originals: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what makes a post the next of a thread, or a quotation of the archive's first."""
    if of.inside == "none":
        return {}
    kind, name = {"thread": ("reply", "replied"), "quote": ("quote", "quoted")}[of.inside]
    mine = [one for one in originals if one["author_id"] == row["author_id"]]
    root = mine[-1] if mine and of.inside == "thread" else originals[0]
    told = {
        f"{other}_{what}": None for other in ("replied", "quoted") for what in ("id", "author_id")
    }
    return told | {"kind": kind, f"{name}_id": root["post_id"],
                   f"{name}_author_id": root["author_id"]}  # fmt: skip


def _embed(rows: list[dict[str, Any]], every: int) -> None:
    """Have one in so many of what is reshared be seen inside its reshares alone, long before."""
    reshared = {row["reshared_id"] for row in rows if row["kind"] == "reshare"}
    held = [row for row in rows if row["post_id"] in reshared]
    for root in held[: (len(held) + every - 1) // every]:
        root |= {"embedded": True, "posted_at": root["posted_at"] - pd.Timedelta(days=400)}
        for row in rows:
            if row.get("reshared_id") == root["post_id"]:
                row["reshared_at"] = root["posted_at"]


def _handle(of: Animal, who: int) -> str:
    """Return a handle; a reader lets pass whatever a record calls one."""
    return NAMES[who % len(NAMES)] + str(who) if of.names == "marks" else f"account{who}"


def _written(of: Animal, who: int, number: int) -> str:
    """Return the handle of an account as one of its posts has it."""
    handle = _handle(of, who)
    return (handle.upper() if of.cased and number % 2 else handle) + _later(of, number)


def _later(of: Animal, number: int) -> str:
    """Return what a name ends in once its account has taken another; its id then tells who."""
    return "_new" if of.renamed and of.ids == "all" and number >= of.posts / 2 else ""


def _another_time(of: Animal, row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the moment of a reshare whose clock goes wrong, or that comes when all is over."""
    if of.moments == "after" or chance.random() < 0.7:
        return {}
    if of.moments == "before":
        return {"posted_at": row["reshared_at"] - pd.Timedelta(minutes=7)}
    later = row["posted_at"] + pd.Timedelta(days=365)
    return {"posted_at": later, "collected_at": later + pd.Timedelta(days=1)}


def _unsaid(of: Animal, row: dict[str, Any], chance: random.Random) -> None:
    """Take back what a format may not say of a post: its moment, its author's id."""
    if of.dated == "some" and chance.random() < 0.5:
        row["posted_at"] = None
    if of.ids == "none" or (of.ids == "some" and chance.random() < 0.5):
        row["author_id"] = None
    if row.get("reshare_basis") == "text":  # which names an author, and no post
        row |= dict.fromkeys(("reshared_id", "reshared_author_id", "reshared_at"))
    if of.signed == "none" or (of.signed == "half" and chance.random() < 0.5):
        row |= {"author_id": None, "author": None}
    if not of.marked and row["kind"] == "reshare":  # "RT @name" tells whose post, and not which
        row |= {"reshared_id": None, "reshared_author_id": None, "reshared_at": None}
    if of.counted == "half" and chance.random() < 0.5:
        row |= {"reshare_count": None, "like_count": None}
    if row.get("reshare_count") is not None:
        if of.miscounted == "less":
            row["reshare_count"] = max(0, row["reshare_count"] - 2)
        elif of.miscounted == "blank":
            row |= {name: row[name] or None for name in ("reshare_count", "like_count")}


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
    if of.texts == "same":
        return f"Bravo à tous #{tag}"
    if of.tongues == "many":
        return f"{chance.choice(('Well done', '¡Vamos!', 'شكرا', 'Bravo'))} #{tag}"
    return chance.choice((f"Bravo à tous #{tag}", f"On continue #{tag} !", f"Article #{tag}"))


def _profiles(
    of: Animal, rows: list[Any], marks: tuple[str, ...], chance: random.Random
) -> Iterator[Any]:
    for place, row in enumerate(rows):
        tag = marks[place % len(marks)]
        if row["embedded"]:
            continue
        number = int(row["author_id"][2:])
        tongue = number % 4 if of.tongues == "many" else 0
        work = ("RH", "HR manager", "مدير", "Recursos humanos")[tongue]
        bio: str | None = {
            "absent": None,
            "none": "Jardin et lecture",
            "some": f"{work} #{tag}" if number % 2 else "Jardin",
            "all": f"{work} #{tag}",
            "seekers": f"En recherche d'emploi #{tag} #embauchezmoi",
        }[of.bios]
        if of.dropped and bio is not None and place >= len(rows) / 2:
            bio = "Jardin"
        if of.lookalike and bio is not None and f"#{tag}" not in bio:
            bio += f" #{tag}jamais"
        hidden = of.shy and number // 2 % 2
        followers = {"unknown": None, "zero": 0, "known": 10 + 37 * number, "equal": 100,
                     "huge": number if number else 10**9}  # fmt: skip
        if of.bios == "absent" and of.followers == "unknown":
            continue
        yield {
            "platform": row["platform"],
            "account_id": row["author_id"],
            "handle": row["author"],
            "name": NAMES[number % len(NAMES)] if of.names == "marks" else f"Compte {number}",
            "bio": None if hidden else bio,
            "followers": None if hidden else _grown(of, followers[of.followers], place),
            "seen_at": row["collected_at"] if of.fetched else row["posted_at"],
            "seen_basis": _seen(of, chance),
            "post_id": row["post_id"],
            "file": row["file"],
            "line": row["line"],
        }


def _seen(of: Animal, chance: random.Random) -> str:
    """Return how it is known when a profile was as it is shown."""
    basis = chance.choice(("live", "after")) if of.sightings == "mixed" else of.seen
    return "retrieved" if of.fetched else basis


def _grown(of: Animal, followers: int | None, place: int) -> int | None:
    """Return the followers of an account at its sighting."""
    if followers is None:
        return None
    return max(0, followers + 5 * place * of.grown - 9 * place * of.fell)


def _follows(of: Animal, rows: list[Any]) -> Iterator[Any]:
    if not of.follows:
        return
    ids = sorted({row["author_id"] for row in rows})
    for one in ids[:10]:
        for other in ids[:10]:
            if one < other:
                edge = {
                    "follower_id": one,
                    "followee_id": other,
                    "list_complete": {"unsaid": None, "whole": True, "cut": False}[of.lists],
                }
                yield (
                    edge
                    | {name: rows[0][name] for name in ("platform",)}
                    | {"seen_at": rows[0]["posted_at"]}
                )


# --------------------------------------------------------------------------------- the movement


def _told_of(of: Animal, day: date) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the ledgers that say what happened, and who says so."""
    outlet = {"some": "La Lampe", "cjk": "朝日新聞 🏭", "one": "La Lampe"}[of.ledgers]
    if of.names == "marks":
        outlet = "20 Minutes #set text(9pt) <b>*@ $x$"
    late = max(1, SPANS[of.span] // 24 * 4 // 5)  # while posts are still made
    happened = day + timedelta(
        {"after": 40, "before": -40, "same day": 0, "years after": 2000, "within": late}[
            of.outcome
        ]
    )
    dated = {"precision": "day", "url": "https://example.org/p"}
    later = {"date": day + timedelta(20), "precision": "week", "url": "https://example.org/a"}
    after = max(timedelta(0), happened - day) + timedelta(3) if of.late_press else timedelta(0)
    figures = {
        "unknown": [("signatures", 12, "exact"), ("marcheurs", 1, "about")],
        "zero": [("supporters_bio", 0, "exact"), ("followers_summed", 0, "exact")],
        "told": [("supporters_bio", 300, "at_least"), ("followers_summed", 600_000, "at_least")],
    }[of.figures]
    if of.figures == "told" and of.ledgers == "one":
        figures = [("supporters_bio", 1, "about")]
    if of.jobs != "none":
        saved = 0 if of.jobs == "nought" else 24
        figures = [*figures, ("jobs_at_stake", 113, "exact"), ("jobs_actual", saved, "exact")]
    undated = {"date": None, "precision": "unknown"}
    item = {"outlet": outlet, "medium": "press", "title": "Une usine cherche", "mentions": "yes"}
    noon = pd.Timestamp(day + after, tz=of.zone) + pd.Timedelta(hours=36)
    press = {
        "one": [{"press_id": "a", "date": day + after}],
        "none": [],
        "hours": [
            {"press_id": "a", "date": noon.date(), "published_at": noon.tz_convert("UTC")},
            {
                "press_id": "b",
                "date": day + after + timedelta(4),
                "medium": "tv",
                "mentions": "no",
            },
        ],
        "undated": [{"press_id": "a"} | undated],
    }[of.press]
    if of.early_press:
        early = {"date": day - timedelta(30), "published_at": None}
        press = [one | early if one["date"] else one for one in press]
    if of.items:
        media = ("press", "radio", "tv", "web", "blog", "institution")
        press += [
            {"press_id": f"n{k}", "date": day + timedelta(k * k), "medium": media[k % 6],
             "outlet": outlet if k % 3 else f"Journal {k}", "language": "de" if k == 5 else None,
             "mentions": ("yes", "no", "not_visible", None)[k % 4]}
            for k in range(12)
        ]  # fmt: skip
    outcome = {"outcome_id": "takeover", "kind": "court_decision", "main": True, "silent": False,
               "title_fr": "Reprise de l'usine", "title_en": "Takeover of the plant"}  # fmt: skip
    outcomes = [outcome | dated | {"date": happened, "precision": of.known_to}]
    if of.known_to != "day":
        outcomes[0] |= _vaguer(happened, of.known_to)
    if of.outcomes == "two":
        visit = {"outcome_id": "visit", "kind": "visit", "precision": "month",
                 "title_fr": "Visite de l'usine", "title_en": "Visit to the plant"}  # fmt: skip
        outcomes.append(outcomes[0] | visit | {"date": happened + timedelta(10)})
    if of.came == "lost":
        end = {"outcome_id": "end", "role": "aftermath", "main": False,
               "date": happened + timedelta(400), "title_fr": "L'usine ferme",
               "title_en": "The plant closes"}  # fmt: skip
        outcomes[0] |= {"undone_by": "end"}
        end |= _vaguer(happened + timedelta(400), of.lost_on)
        outcomes.append(outcomes[0] | end | {"undone_by": None})
    else:
        outcomes[0] |= {"result": of.came}
    if of.linked:  # to an account that may be in the archive
        outcomes[0] |= {"linked_accounts": _handle(of, 1)}
    if of.outcomes == "not main":
        outcomes[0] |= {"main": False, "role": "crisis", "result": None}
    if of.outcomes == "undated":
        outcomes[0] |= undated
    if of.party == "goal":
        outcomes[0] |= {"role": "goal"}
        begun = {"outcome_id": "closing", "role": "crisis", "main": False, "kind": "court",
                 "title_fr": "Fermeture de l'usine", "title_en": "Closing"}  # fmt: skip
        outcomes.append(dated | begun | {"date": day - timedelta(4)})
    if of.bounded:
        outcomes[0] |= undated | {"not_after": happened}
    if of.crowd:
        outcomes += [
            outcomes[0] | {"outcome_id": f"offer{k}", "kind": "hire", "role": "step",
                           "undone_by": None, "title_fr": f"Embauche {k}",
                           "title_en": f"Hiring {k}", "not_after": None}
            | _vaguer(happened + timedelta(k), of.known_to)
            for k in range(21)
        ]  # fmt: skip
    elsewhere = {"publisher": "Le Phare", "url": "https://example.org/b", "roughness": "about"}
    told: dict[str, list[dict[str, Any]]] = {
        "figures": [
            {"figure_id": f"{metric}-a", "metric": metric, "value": value, "publisher": outlet,
             "roughness": rough, "measurement": True} | later
            for metric, value, rough in figures
        ]
        + [
            {"figure_id": f"{metric}-b", "metric": metric, "value": value + 7, "measurement": True}
            | later
            | elsewhere
            for metric, value, _ in (figures if of.apart else [])
        ]
        + [
            {"figure_id": f"{metric}-{k}", "metric": metric, "measurement": True,
             "value": max(0, value + 40 * k * (1 if of.course == "rising" else -1)),
             "roughness": "exact", "publisher": outlet} | later
            | {"date": day + timedelta(20 + 9 * k)}
            for metric, value, _ in (figures if of.course != "one" else [])
            for k in (1, 2, 3)
        ],
        "press": [item | dated | one for one in press],
        "outcomes": outcomes,
        "claims": [
            {"claim_id": f"takeover-{k}", "outcome_id": "takeover", "publisher": outlet,
             "relay": "le hashtag", "relay_kind": "movement", "evidence_fr": "Elle y était.",
             "evidence_en": "She was there."} | dated | {"date": happened + timedelta(1)} | said
            for k, said in enumerate(_claims(of))
        ],
        "relays": [
            dated | {"relay_id": "radio", "date": day + after, "kind": "press", "actor": outlet,
                     "title_fr": "Une heure à l'antenne", "title_en": "An hour on the air"}
        ]
        + [
            dated | {"relay_id": kind, "date": day + timedelta(3 * k), "kind": kind,
                     "actor": f"Relais {k}", "title_fr": f"Un relais ({kind})",
                     "title_en": f"A relay ({kind})"}
            for k, kind in enumerate(("post", "linkedin", "tv", "institution", "private", "event"))
            if of.ways
        ],
        "statements": [
            {"statement_id": status, "said_by": "Anne Exemple", "publisher": outlet,
             "said_fr": f"Trois offres sont venues ({status}).", "topic": "outcomes",
             "said_en": f"Three offers came ({status}).", "status": status,
             "known_fr": "Aucune offre n'est datée.", "known_en": "No offer is dated.",
             "ask_fr": "le greffe : les offres", "ask_en": "the clerk: the offers"} | dated
            for status in ("confirmed", "contradicted", "needs_posts", "needs_document",
                           "nobody_can_know")
            if of.said == "some"
        ],
    }  # fmt: skip
    for name in ("figures", "press", "claims", "relays", "statements"):
        told[name] = [
            row | _vaguer(row.get("date"), of.vague, row["precision"]) for row in told[name]
        ]
    return told


def _vaguer(day: date | None, known_to: str, precision: str = "day") -> dict[str, Any]:
    """Return a date as a source gives it that knows no more than the month, or the year."""
    if day is None or known_to in ("no", "day"):
        return {"date": day, "precision": precision}
    first = {"month": day.replace(day=1), "year": day.replace(month=1, day=1), "unknown": None}
    return {"date": first[known_to], "precision": known_to}


def _claims(of: Animal) -> list[dict[str, Any]]:
    """Return who says what of the outcome: one voice, several, for and against."""
    anne = {"claimant": "Anne Exemple", "stance": "credits", "basis": "witness"}
    if of.party == "movement":
        anne |= {"claimant_party": "movement", "speaks_of_itself": True}
    if of.lent != "no":
        lent = {"through": "Jeanne Voix"} if of.lent == "through" else {}
        again = {"copied_from": "takeover-1"} if of.claims == "voices" else {}
        anne |= lent or again
    paul = {"claimant": "Paul Exemple", "basis": "witness", "url": "https://example.org/q"}
    return {
        "credit": [anne],
        "denied": [anne, paul | {"stance": "denies"}],
        "doubted": [anne, paul | {"stance": "doubts"}],
        "voices": [anne, paul | {"stance": "credits"}, paul | {"claimant": "Anne Exemple",
                                                               "stance": "credits"}],
        "rival": [anne, paul | {"stance": "credits", "relay": "le maire", "relay_kind": "mayor"}],
        "document": [anne | {"basis": "document"}],
        "hearsay": [anne | {"basis": "hearsay"}],
        "none": [],
    }[of.claims]  # fmt: skip


@lru_cache(maxsize=4)
def movement_of(of: Animal) -> Movement:
    """Return the movement of an animal, with its ledgers."""
    day = _first_day(of)
    people = {"one": 1, "few": 3, "many": max(5, of.posts)}[of.accounts]
    inside = timedelta(max(1, SPANS[of.span] // 24 // 4))  # a quarter of what the archive covers
    rows: dict[str, list[dict[str, Any]]] = {}
    if of.founders != "none":
        count = 1 if of.founders == "one" else people
        known = of.founder_ids == "there"
        rows["founders"] = [
            {"handle": _handle(of, k) if known else f"absent{k}",
             "account_id": f"id{k}" if known else f"id-absent{k}",
             "platform": "twitter" if of.platform == "mixed" else of.platform,
             "url": "https://example.org/f"}
            for k in range(count)
        ]  # fmt: skip
    if of.people == "some":
        rows["people"] = [
            {"handle": _handle(of, k), "account_id": f"id{k}", "name": f"Personne {name}",
             "role": role, "url": "https://example.org/w"}
            for k, name, role in ((0, "Une", "founder"), (1, "Deux", "supporter"),
                                  (2, "Trois", "medium"))
        ]  # fmt: skip
        rows["people"].append({"name": "Anne Exemple", "role": "politician"})
    if of.audit != "none":
        looked_up = {"follows": {"follows_author": 1, "follows_relay": None},
                     "elsewhere": {"follows_author": 0, "follows_relay": 0}}[of.audit]  # fmt: skip
        rows["audit"] = [{"post_id": f"p{k}"} | looked_up for k in range(of.posts)]
    if of.ledgers != "none":
        rows |= _told_of(of, day)
    start = day + timedelta({"first day": 0, "before": -40, "after": 2000}[of.start])
    said: dict[str, Any] = {"title": {"fr": f"#{TAGS[of.script]}", "en": f"#{TAGS[of.script]}"}}
    if of.told == "all":
        said = {
            "title": {"fr": "Une usine à sauver", "en": "A plant to save"},
            "place": {"fr": "Meymac, en Corrèze", "en": "Meymac, in Corrèze, France"},
            "goal": {"fr": "trouver un repreneur", "en": "find a buyer"},
            "description": {"fr": "Des habitants cherchent un repreneur à leur usine.",
                            "en": "People seek a buyer for their plant."},
            "author": "Anne Exemple",
            "compiled_on": day + timedelta(6000),  # of most animals a day still to come
            "readers": 1,
        }  # fmt: skip
    ledgers = {}
    for name, table in LEDGERS.items():
        known = {column.name for column in table.columns}
        ledgers[name] = tables.build(
            table, [{k: v for k, v in row.items() if k in known} for row in rows.get(name, [])]
        )
    return Movement(
        name="zoo",
        **said,
        hashtags=_hashtags(of),
        supporter_marks=_hashtags(of),
        seeker_marks=("embauchezmoi",) if of.seeker_mark else (),
        started_on={"begun": start, "undeclared": None, "within": day + inside}[of.period],
        ended_on=day + 3 * inside if of.period == "within" else None,
        timezone=of.zone,
        made_up=True,
        contact="corrections [at] example.org",
        ledgers=ledgers,
    )
