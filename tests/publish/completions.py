"""What an archive lacks may be anything: what a page states as certain holds whatever it is.

`MISSING` takes from an archive and its ledgers what formats and sources often leave out, and fills
it with what it may have been. `uncertain` yields what the page of the first states and the page of
the second refutes: certain answers, as of databases with nulls.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pandas as pd
import zoo
from animals import AXES, Animal, animal, archive_of, movement_of

from i4analysis import tables
from i4analysis.archive.doctor.examine import examine
from i4analysis.ledgers import LEDGERS, possible_days
from i4analysis.movement import Movement
from i4analysis.publish.words import sentence
from i4analysis.publish.words.sentence import Told

Row = dict[str, Any]
Saved = Mapping[str, Any]
Given = tuple[tables.Archive, Movement]

# --------------------------------------------------------------------- what may be left out


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a table, each cell as Python has it and None where there is none."""
    return [
        {name: None if _null(cell) else cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]


def _null(cell: Any) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell))


def _posts(given: Given, change: Callable[[list[Row]], object]) -> Given:
    return _table(given, "posts", change)


def _table(given: Given, name: str, change: Callable[[list[Row]], object]) -> Given:
    archive, movement = given
    rows = rows_of(getattr(archive, name))
    change(rows)
    made = tables.build(tables.TABLES[name], rows)
    return replace(archive, **{name: made}), movement


def _ledgers(given: Given, change: Callable[[str, Row], object]) -> Given:
    archive, movement = given
    ledgers = dict(movement.ledgers)
    for name, frame in ledgers.items():
        rows = rows_of(frame)
        for row in rows:
            change(name, row)
        ledgers[name] = tables.build(LEDGERS[name], rows)
    return archive, replace(movement, ledgers=ledgers)


AUTHOR = ("author_id", "author")
ORIGIN = ("reshared_id", "reshared_author_id", "reshared_author", "reshared_at")


def _some(rows: Sequence[Row], chance: random.Random, share: float = 0.4) -> list[Row]:
    return [row for row in rows if chance.random() < share]


def _blank(names: Sequence[str]) -> Callable[[Given, random.Random], Given]:
    def blank(given: Given, chance: random.Random) -> Given:
        table = "profiles" if set(names) & {"followers", "bio"} else "posts"

        def change(rows: list[Row]) -> None:
            for row in _some(rows, chance):
                row |= dict.fromkeys(names)

        return _table(given, table, change)

    return blank


def _vaguer(given: Given, chance: random.Random) -> Given:
    known_to = chance.choice(("month", "year"))

    def change(name: str, row: Row) -> None:
        day = row.get("date")
        if day is None or row.get("precision") != "day":
            return
        row["date"] = day.replace(day=1, month=day.month if known_to == "month" else 1)
        row["precision"] = known_to
        if "published_at" in row:
            row["published_at"] = None

    return _ledgers(given, change)


# --------------------------------------------------------------------- what it may have been


def _moments(given: Given, chance: random.Random) -> Given:
    """Date what has no date: as its reshares have it, or within, before or after all others."""
    archive = given[0]
    known = archive.posts["posted_at"].dropna()
    first = known.min() if len(known) else pd.Timestamp("2015-09-26T09:00Z")
    span = max((known.max() - first) if len(known) else pd.Timedelta(0), pd.Timedelta(hours=1))
    way = chance.choice(("spread", "one day", "before", "after"))
    origin = {"spread": 0.0, "one day": chance.random(), "before": -1.0, "after": 1.0}[way]
    width = {"spread": 1.0, "one day": 0.0, "before": 0.99, "after": 0.99}[way]

    def change(rows: list[Row]) -> None:
        told = {(r["platform"], r["reshared_id"]): r["reshared_at"] for r in rows
                if r["reshared_id"] and r["reshared_at"]}  # fmt: skip
        for row in sorted(rows, key=lambda row: row["kind"] == "reshare"):
            if row["posted_at"] is None:
                moment = first + span * (origin + width * chance.random())
                moment = max(moment, row["reshared_at"] or moment)
                moment = min(moment, row["collected_at"] or moment)
                row["posted_at"] = told.get((row["platform"], row["post_id"]), moment)
                if row["kind"] != "reshare":
                    told[row["platform"], row["post_id"]] = row["posted_at"]
        for row in rows:
            if row["kind"] == "reshare" and row["reshared_at"] is None:
                row["reshared_at"] = told.get((row["platform"], row["reshared_id"]))

    return _posts(given, change)


def _authors(given: Given, chance: random.Random) -> Given:
    """Sign what nobody signed: by accounts that are known, by one new, or by one each."""
    way = chance.choice(("known", "one new", "each new", "mixed"))

    def change(rows: list[Row]) -> None:
        known = {(r["platform"], r["author_id"], r["author"]) for r in rows if r["author"]}
        known |= {(r["platform"], r["reshared_author_id"], r["reshared_author"]) for r in rows
                  if r["reshared_author"]}  # fmt: skip
        told = {(r["platform"], r["reshared_id"]): (r["reshared_author_id"], r["reshared_author"])
                for r in rows if r["reshared_id"] and r["reshared_author"]}  # fmt: skip
        for number, row in enumerate(rows):
            if row["author_id"] is None and row["author"] is None:
                here = sorted((one[1:] for one in known if one[0] == row["platform"]), key=str)
                new = number if way in ("each new", "mixed") else 0
                who: Any = (f"new-id{new}", f"newcomer{new}")
                if here and (way == "known" or (way == "mixed" and chance.random() < 0.5)):
                    who = chance.choice(here)
                who = told.get((row["platform"], row["post_id"]), who)
                row |= dict(zip(AUTHOR, who, strict=True))

    return _posts(given, change)


def _origins(given: Given, chance: random.Random) -> Given:
    """Say what was reshared where nothing says it: a post of the archive, or one outside it."""

    def change(rows: list[Row]) -> None:
        held = [row for row in rows if row["kind"] != "reshare"]
        for number, row in enumerate(rows):
            if row["kind"] != "reshare" or row["reshared_id"] or row["reshared_author"]:
                continue
            here = [one for one in held if one["platform"] == row["platform"] and (
                    one["posted_at"] is None or row["posted_at"] is None
                    or one["posted_at"] <= row["posted_at"])]  # fmt: skip
            if here and chance.random() < 0.7:
                root = chance.choice(here)
                row |= {
                    "reshared_id": root["post_id"],
                    "reshared_author_id": root["author_id"],
                    "reshared_author": root["author"],
                    "reshared_at": root["posted_at"],
                }
            else:
                row |= {"reshared_id": f"far{number}", "reshared_author_id": f"far-id{number}",
                        "reshared_author": f"far{number}"}  # fmt: skip

    return _posts(given, change)


def _counts(given: Given, chance: random.Random) -> Given:
    """Give each sighting that says no number of followers one."""
    way = chance.choice((0, 10, 1000, 10**7))

    def change(rows: list[Row]) -> None:
        for row in rows:
            if row["followers"] is None:
                row["followers"] = way and chance.randrange(way)

    return _table(given, "profiles", change)


def _bios(given: Given, chance: random.Random) -> Given:
    """Give each sighting that shows no bio one, with the hashtag or without."""
    mark = given[1].supporter_marks[0]
    way = chance.choice((0.0, 0.5, 1.0))

    def change(rows: list[Row]) -> None:
        for row in rows:
            if row["bio"] is None:
                row["bio"] = f"Jardin #{mark}" if chance.random() < way else "Jardin"

    return _table(given, "profiles", change)


def _days(given: Given, chance: random.Random) -> Given:
    """Give each date of a ledger that is known to a week, a month or a year its day."""
    way = chance.choice(("first", "last", "any"))

    def change(name: str, row: Row) -> None:
        if "precision" not in row or row["date"] is None:
            return
        first, last = possible_days(row["date"], row["precision"]) or (row["date"], row["date"])
        if first < last:
            long = (last - first).days
            past = {"first": 0, "last": long, "any": chance.randint(0, long)}[way]
            row |= {"date": first + timedelta(past), "precision": "day"}

    return _ledgers(given, change)


#: What may be missing: what takes it away, what fills it, and the notebooks that tell of it.
MISSING: Mapping[str, tuple[Callable[..., Given], Callable[..., Given], str]] = {
    "moments": (_blank(("posted_at",)), _moments, "01 02 03 04 05 07"),
    "authors": (_blank(AUTHOR), _authors, "01 02 03 04 05"),
    "origins": (_blank(ORIGIN), _origins, "01 04 05"),
    "followers": (_blank(("followers",)), _counts, "02 03 07"),
    "bios": (_blank(("bio",)), _bios, "02 03 06"),
    "days": (_vaguer, _days, "02 03 05 07"),
}


# --------------------------------------------------------------------- what a page states


@contextmanager
def recorded() -> Iterator[None]:
    """Have every chapter keep, among the facts that it states, each sentence and its holes."""
    original = sentence.tell

    def tell(name: str, key: str, /, **values: Any) -> Told:
        made = original(name, key, **values)
        words = made.text["en"]
        entry = sentence._found(name, key)
        printed = [
            one for one in sentence.HOLE.findall(entry["en"] if entry else "") if one[1] != "|"
        ]  # which agrees with a number and does not tell it
        holes = {hole[0].lower() + hole[1:] for hole, *_ in printed}
        told = {f"{name} {key}": {words: words}} | {
            f"{name} {key} {hole}": {sentence._words(values[hole], "en"): words} for hole in holes
        }
        return replace(made, facts=sentence.stated_too(made.facts, told))

    with ExitStack() as stack:
        for module in [m for n, m in sys.modules.items() if n.startswith("i4analysis")]:
            for name, one in list(vars(module).items()):
                if one is original:
                    stack.enter_context(mock.patch.object(module, name, tell))
        yield


#: What makes a sentence one of what is known, whatever the rest may be.
KNOWN = re.compile(
    r"\b(known|unknown|dated|undated|seen|shows?|showed|shown|according to|identified|evidence"
    r"|a sign|probabl[ye]|estimated?|model|sources?|published?|found|drawn|collected"
    r"|(?:accounts?|followers?|supporters?) counted"
    r"|(?:have|has|without|give[sn]?|name|names|lack|lacks) (?:a|an|no|their|its) "
    r"(?:date|author|time|number|known)|no source|said)\b"
)
#: Keys of what is said of a drawing, a table or what was left out, which show what is known, and
#: of a count that stands in a sentence on those known.
BESIDE = re.compile(
    r"\.(?:alt|marks|subtitle)\b|\bsource$|^excluded\.|-tied$|^favourite\.none$|^reading-band$"
    r"|\.few$|^only\.|^arrived\.by"
)
#: Keys of what is said of so many accounts, whom the sentence counts itself: others may be added.
OF_SO_MANY = re.compile(
    r"^(?:(?:title|write|definition|followers-(?:concentration|summed|lists)|later)\.|most-followed$)"
)
#: What says that nothing, nobody else or everything is so.
WHOLE = re.compile(r"(?i)\b(no|none|nobody|nothing|never|neither|nor|only|all|each|every|alone"
                   r"|everybody|the one|always|most|busiest|largest|first|last)\b")  # fmt: skip
_NUMBER = re.compile(r"(at least|at most|about|up to|less than|more than)?\s?([\d,]*\d(?:\.\d+)?)"
                     r"(%?)(?:\s(\D+))?")  # fmt: skip
TIMES = ("minute", "hour", "day", "week", "month", "year")
_DAY = re.compile(r"(?:\d+ )?(?:[A-Z][a-z]+ )?\d{4}")


def _interval(words: str) -> tuple[float, float, str] | None:
    """Return what a number may be as it is worded, with its unit; None for what is none."""
    plain = words.replace("\u00a0", " ").replace("\u202f", " ").strip()
    met = _NUMBER.fullmatch(plain[:1].lower() + plain[1:])
    if met is None or (met[4] or "").count(" "):  # or a sentence of its own
        return None
    value = float(met[2].replace(",", ""))
    lo = 0.0 if met[1] in ("at most", "up to", "less than") else value
    hi = float("inf") if met[1] in ("at least", "more than") else value
    near = value / 4 if met[1] == "about" else 0.0
    return lo - near, hi + near, met[3] + (met[4] or "").rstrip("s")


def _refuted(told: str, anew: str, words: str) -> bool:
    """Tell whether a value told in a sentence is not what it is once more is known."""
    one, other = _interval(told), _interval(anew)
    if one is None or other is None:
        plain = told.replace("\u00a0", " ")
        bound = re.search(rf"\b(?:by|[Aa]t least .*) {re.escape(told)}", words)
        return told != anew and not bound and _DAY.fullmatch(plain) is not None
    lo, hi, unit = one
    if unit in TIMES and re.search(rf"[Aa]t least .* in {re.escape(told)}", words):
        return False  # so many came within that time, whoever else came and when
    if re.search(rf"(?i)\b(at least|more than) {re.escape(told)}", words):
        hi = float("inf")
    if re.search(rf"(?i)\b(at most|up to) {re.escape(told)}", words):
        lo = 0.0
    return unit != other[2] or other[1] < lo or other[0] > hi


def stated(page: Iterable[Saved]) -> dict[str, dict[str, str]]:
    """Return what the chapters of a page state: name → value → the sentence that says so."""
    found: dict[str, dict[str, str]] = {}
    for chapter in page:
        for name, values in chapter.get("facts", {}).items():
            if name.count(" ") and name.split(" ")[0] in _TOPICS:
                found.setdefault(name, {}).update(values)
    return found


_TOPICS = {*sentence.topics()}


def uncertain(page: Iterable[Saved], fuller: Iterable[Saved]) -> Iterator[str]:
    """Yield what a page states as certain that the page of a completion refutes."""
    one, other = stated(page), stated(fuller)
    for name, values in one.items():
        topic, key, *hole = name.split(" ")
        if BESIDE.search(key) or topic == sentence.COMMON:
            continue
        if topic == "reach" and OF_SO_MANY.search(key):
            continue
        if hole and len(values) == len(other.get(name, ())) == 1:
            ((value, words),), ((anew, _),) = values.items(), other[name].items()
            if not KNOWN.search(words) and _refuted(value, anew, words):
                yield f"{name}: told {value}, and it may be {anew}: {words}"
        elif not hole:
            for words in {*values} - {*other.get(name, ())}:
                if "n order of date: " in words and name in other:
                    yield f"{name}: another order may be right: {words}"
                if name not in other and WHOLE.search(words) and not KNOWN.search(words):
                    yield f"{name}: not said once more is known: {words}"


# --------------------------------------------------------------------------- over the zoo


def dense(seed: int) -> Animal:
    """Return an animal that has nearly everything, but for a few axes drawn at random."""
    chance, drawn = random.Random(seed), animal(seed)
    free = [name for name in AXES if name not in ("script", "names", "platform", "zone", "born")]
    odd = {name: getattr(drawn, name) for name in chance.sample(free, chance.randint(3, 10))}
    usual = Animal(
        seed=seed,
        ledgers=chance.choice(("none", "some", "some")),
        bios=chance.choice(("some", "all", "none")),
        span=chance.choice(("day", "week", "month")),
        posts=chance.choice((6, 30, 80)),
        accounts=chance.choice(("few", "many")),
        audit=chance.choice(("none", "follows")),
        follows=chance.random() < 0.5,
        requests=chance.random() < 0.3,
    )
    found = replace(usual, **odd)
    return replace(found, posts=max(found.posts, 3), signed="all", dated="all")


def _saved(given: Given, books: str) -> list[Saved]:
    archive, movement = given
    if "01" in books:
        archive = replace(archive, findings=examine(archive)).check()
    paths = [book for book in zoo.BOOKS if book.stem[:2] in books.split()]
    with recorded():
        page = zoo.page_about(archive, movement, whole=False, books=paths)
    assert not page.falls, page.falls
    return [one.as_dict() for one in page]


def faults(of: Animal, missing: str, *, books: str = "", worlds: int = 1) -> Iterator[str]:
    """Yield what the page of an animal that lacks something states and a completion refutes.

    Parameters
    ----------
    of
        The animal as it truly is.
    missing
        What it lacks, of `MISSING`.
    books
        The notebooks that are run; by default those that tell of what is missing.
    worlds
        How many completions are made up.
    """
    chance = random.Random(f"{missing} {of.seed}")
    blank, fill, telling = MISSING[missing]
    books = books or telling
    true = (archive_of(of), movement_of(of))
    lacking = blank(true, chance)
    page = _saved(lacking, books)
    for fuller in [fill(lacking, chance) for _ in range(worlds)]:
        for fault in uncertain(page, _saved(fuller, books)):
            yield f"{missing}: {fault}  «{of}»"
