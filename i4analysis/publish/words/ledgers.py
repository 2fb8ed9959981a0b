"""How the rows of the ledgers are put in words, in both languages.

Whatever shows a ledger's row says it the same way: its day no finer than its source gives it, its
number as rough as it is, a name with who it is, a side by its name. Titles and descriptions are
the ledgers' own words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date as Date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.ledgers import WEEK_DAYS, possible_days
from i4analysis.measure.outcomes.story import origin
from i4analysis.movement import Movement
from i4analysis.publish.words.numbers import printed as read_back
from i4analysis.publish.words.sentence import Days, Rough, Told, tell, terms
from i4analysis.publish.words.wording import (
    HARD,
    LANGUAGES,
    YEAR,
    Text,
    date,
    listing,
    quote,
    singular,
    site,
    when,
)

MOST_LISTED = 2  # titles in a sentence
COARSE = ("week", "month", "year")  # dates of which no day is told
LONG_ROLE = 35  # characters of who somebody is that a list of names has room for
LONG_DAY = 32  # characters of a date in words that a line of numbers has room for
MEDIA = ("press", "radio", "tv")
SPEAKERS = ("claimant", "said_by", "name")  # columns of whoever a ledger names
PROVEN = ("documented", "corroborated")
_ARTICLES = {"Le", "La", "Les", "Un", "Une", "Des", "Du", "De", "Au", "The", "A", "An"}
# What English writes with a capital wherever it stands, and French has no word like.
_CAPITAL_WORDS = """
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February
April June July August September October November December French British
English Scottish Welsh Irish German Italian Spanish Portuguese Belgian Dutch
Swiss Swedish Danish Norwegian Finnish Polish Greek Turkish Russian Ukrainian
European American Canadian Mexican Brazilian African Moroccan Algerian
Tunisian Egyptian Israeli Indian Chinese Japanese Korean Australian I
"""
_CAPITALS = frozenset(_CAPITAL_WORDS.split())
Row = Mapping[Any, Any]  # of a frame's records


def rough(row: Row) -> Rough:
    """Return a number as rough as its source gives it."""
    return Rough(float(row["value"]), str(row["roughness"]))


def rallied(size: Row) -> Told:
    """Return the headline's number with what it counts: members are no accounts."""
    own = "-members" if size["metric"] == "members" else ""
    return tell("story", f"rallied{own}", n=rough(size))


def duration(size: Row) -> Told:
    """Return how long it took, if known: in weeks where it is, or is known, to the week.

    Over two years, in years.
    """
    if size["days"] is None:
        return Told.nothing()
    days = max(1, int(size["days"]))  # of the first day itself: within one
    weeks = max(1, round(days / WEEK_DAYS))
    whole = days == weeks * WEEK_DAYS or size.get("precision") in COARSE
    if whole and days <= 2 * YEAR:
        return tell("story", "weeks", n=weeks)
    return Told(Text.both(Days(days).words), {"days": Days(days).lengths})


def capital(text: str) -> str:
    """Return a text with its first letter a capital; `iPhone` and `eBay` have theirs within."""
    first = _first(text)
    return text if first[1:].lower() != first[1:] else text[:1].upper() + text[1:]


def in_words(*texts: Text) -> dict[str, float]:
    """Declare the numbers of words that a ledger gives: they are the source's, not ours.

    Whoever keeps a ledger types "15 000" or "1.500" as they like: a number is declared as they
    mean it, and as the check of what is printed will read it.
    """
    whole = " ".join(f"{text.fr} {text.en}" for text in texts)
    digits = re.findall(r"\d+(?:[ \u202f\u00a0.,]\d{3})*(?:,\d+|\.\d+)?", whole)
    meant = {f"ledger-{digit}": _value(digit) for digit in dict.fromkeys(digits)}
    read = (one for text in texts for lang in LANGUAGES for one in read_back(text[lang], lang))
    return {f"ledger-read-{word}-{value:g}": value for word, value, *_ in read} | meant


def declared(told: Told, **more: Any) -> Told:
    """Return a sentence that also declares the numbers of the ledgers' words in it."""
    return Told(told.text, {**in_words(told.text), **told.numbers, **more}, told.facts)


def _value(digits: str) -> float:
    plain = re.sub(r"[ \u202f\u00a0]", "", digits)
    plain = re.sub(r"[.,](?=\d{3}(?!\d))", "", plain)
    return float(plain.replace(",", "."))


def asked_for(movement: Movement) -> Text | None:
    """Return the goal within a sentence, if any: `to` and the stop typed with it are not."""
    before = {"fr": r"(?i)^(?:pour |de |d['’])", "en": r"(?i)^(?:in order )?to "}

    def write(lang: str) -> str:
        typed = re.sub(r"\s*[!…]+$", "", Text.of(movement.goal)[lang])
        return lower(re.sub(before[lang], "", typed), proper(movement))

    return Text.both(write) if movement.goal else None


def bare(title: object) -> str:
    """Return a title without the full stop it may end in: a sentence goes on after it."""
    return re.sub(r"(?<=[^\W\d_A-ZÀ-Ý]{2})\.$", "", str(title).rstrip())


def lower(text: str, names: Collection[str]) -> str:
    """Return a title as part of a sentence; a name keeps its capital."""
    text = bare(text)
    first = _first(text)
    acronym = len(first) > 1 and not first[1:].islower()
    return text if first in names or acronym else text[:1].lower() + text[1:]


def proper(movement: Movement) -> frozenset[str]:
    """Return the words that the ledgers write with a capital within a sentence, and all names.

    A title that begins alike in both languages begins with a name: "Lille vote", "Lille votes".
    """
    outcomes, claims = movement.outcomes, movement.claims
    texts = [*outcomes["title_fr"], *outcomes["title_en"], *claims["evidence_fr"].dropna(),
             *claims["evidence_en"].dropna(), *movement.place.values(),
             *movement.description.values()]  # fmt: skip
    within = {word for text in texts for word in re.findall(r"(?<=[\w,] )[A-ZÀ-Ý][\w-]+", text)}
    people = {word for name in movement.people["name"] for word in str(name).split()}
    pairs = [*zip(outcomes["title_fr"], outcomes["title_en"], strict=True),
             *zip(claims["evidence_fr"], claims["evidence_en"], strict=True)]  # fmt: skip
    alike = {_first(fr) for fr, en in pairs if _first(fr) == _first(en)}
    return frozenset(within | people | alike) - _ARTICLES | _CAPITALS


def _first(title: object) -> str:
    """Return the first word of a title."""
    return re.split(r"[ '’]", str(title), maxsplit=1)[0]


def titles(rows: Iterable[Row], names: Collection[str]) -> Text:
    """Return titles of events as a list inside a sentence; beyond a few, how many more."""
    rows = list(rows)
    more = tell("story", "more", n=len(rows) - MOST_LISTED)

    def write(lang: str) -> str:
        said = [lower(str(row[f"title_{lang}"]), names) for row in rows[:MOST_LISTED]]
        return parted([*said, more[lang]] if len(rows) > MOST_LISTED else said, lang)

    return Text.both(write)


def parted(items: Iterable[str], lang: str) -> str:
    """Return parts of a sentence with a semicolon between them."""
    return (f"{HARD}; " if lang == "fr" else "; ").join(items)


def day(row: Row, lang: str) -> str:
    """Return a date as its source gives it: its words, else no finer than it is known."""
    words = cell(row.get(f"date_words_{lang}"))
    if words:
        return words
    day, limit, precision = row.get("date"), row.get("not_after"), row["precision"]
    exact = precision in ("day", "hour", "minute")
    if not pd.isna(limit) and (pd.isna(day) or not exact):
        return tell("story", "by-day", day=Text.both(lambda of: date(limit, of)))[lang]
    if day is None or pd.isna(day):
        return ""
    if precision == "week":
        return tell("story", "around-day", day=Text.both(lambda of: date(day, of)))[lang]
    return date(day, lang, "day" if exact else precision)


def person(row: Row, lang: str, *, brief: bool = False) -> str:
    """Return a name with who it is and how many follow it: `Alban Jarry (27 000 abonnés)`."""
    if brief and row["role"] in ("institution", "medium", "firm"):
        return office(row["actor"], within=True)[lang]
    role = "" if row.get("same") else cell(row.get(f"role_{lang}"))
    if brief and len(role) > LONG_ROLE:
        role = role.partition(",")[0]
    inside = [role] if role else []
    if not pd.isna(row["followers"]):
        inside.append(tell("story", "person-followers", n=int(row["followers"]))[lang])
    name = office(row["actor"], within=brief)[lang]
    return f"{name} ({', '.join(inside)})" if inside else name


def equals(values: pd.Series[Any], wanted: Any) -> npt.NDArray[np.bool_]:
    """Tell which values are the wanted one; nothing is nothing."""
    return np.array([isinstance(v, str) and v == wanted for v in values], dtype=bool)


def dated(row: Row, lang: str) -> str:
    """Return a date as it ends a sentence: the source's words, else no finer than known."""
    known = row["precision"] not in ("week", "unknown") and not pd.isna(row["date"])
    if known and not cell(row.get(f"date_words_{lang}")):
        coarse = row["precision"] in COARSE
        return when(row["date"], lang, row["precision"] if coarse else "day")
    return "" if row["precision"] == "unknown" else day(row, lang)


def printed(name: str, row: Row, lang: str) -> str:
    """Return a day that a ledger keeps as text: in words where it is one, else as it stands."""
    said = cell(row.get(name))
    try:
        return date(Date.fromisoformat(said), lang)
    except ValueError:
        return said


def job_day(row: Row, lang: str) -> str:
    """Return the month or year of a count of jobs: a day would say too much.

    A week may lie in two months: it is told as it is known.
    """
    own = cell(row.get(f"date_words_{lang}"))
    if own and len(own) < LONG_DAY:
        return re.sub(r"^(?:en|in) ", "", own)
    days = possible_days(row["date"], row["precision"])
    if days is not None and row["precision"] == "week" and days[0].month != days[1].month:
        return day(row, lang)
    return date(row["date"], lang, "year" if row["precision"] == "year" else "month")


def cell(value: Any) -> str:
    """Return the text of a cell; of an empty one, none."""
    return value if isinstance(value, str) else ""


def sides(movement: Movement) -> dict[str, Text]:
    """Return the words of each side that a ledger may name: of a side of one, its name."""
    names: dict[str, list[str]] = {}
    for row in movement.people.to_dict("records"):
        for code in cell(row["party"]).split("|"):
            names.setdefault(code, []).append(str(row["name"]))
    alone = {code: Text.same(who[0]) for code, who in names.items() if len(who) == 1}
    return alone | terms("story", "cells.party")


def side(code: str, sides: Mapping[str, Text]) -> Text:
    """Return the words of a side that may have none of its own."""
    return sides.get(code, Text.same(code.replace("-", " ").capitalize()))


def outlets(movement: Movement) -> dict[str, str]:
    """Return address → who published it, by the claims and by the ledger of the press."""
    names = dict(zip(movement.claims["url"], movement.claims["publisher"], strict=True))
    names |= dict(zip(movement.press["url"], movement.press["outlet"], strict=True))
    return {url: name for url, name in names.items() if cell(url) and cell(name)}


def office(name: Any, *, within: bool = False) -> Text:
    """Return a name; one that ledgers give as a French office is said in both languages.

    `within` a sentence an office has no capital.
    """
    known = terms("story", "cells.offices").get(str(name))
    if known is None:
        return Text.same(str(name))
    return Text.both(lambda lang: lower(known[lang], ())) if within else known


def given_by(row: Row) -> Text:
    """Return who gave a published number, within a sentence; of a row that says none, its site."""
    name = origin(row) or site(row["url"])
    return office(name, within=True) if name else tell("story", "unnamed").text


def offices(table: pd.DataFrame) -> dict[str, dict[str, Text]]:
    """Return, for each column of a table that names who speaks, the words of its offices."""
    known = terms("story", "cells.offices")
    said = {name: sorted(set(table[name].dropna()) & set(known)) for name in SPEAKERS
            if name in table}  # fmt: skip
    return {name: {one: known[one] for one in ones} for name, ones in said.items() if ones}


def named(who: str, through: Any = None, *, within: bool = False) -> Text:
    """Return who speaks, and who lends them the words.

    Several are set apart by &, in full; a firm may bear it in its name.

    Examples
    --------
    >>> named("Ana Sol & Luc Roy")["en"], named("Marks & Spencer")["en"]
    ('Ana Sol and Luc Roy', 'Marks & Spencer')
    """
    each = who.split(" & ")
    known = terms("story", "cells.offices")
    if not all(name in known or len(name.split()) > 1 for name in each):
        each = [who]
    names = Text.both(
        lambda lang: listing((office(name, within=within)[lang] for name in each), lang)
    )
    lent = cell(through)
    return tell("story", "quoted-by", who=names, through=lent).text if lent else names


def heading(words: str) -> str:
    """Return a side as the head of a column: without its article."""
    words = re.sub(r"^(?:le |la |les |des |l['’]|the )", "", words)
    return words[:1].upper() + words[1:]


def counted(row: Row, *, agreed: bool = False) -> Text:
    """Return what a figure counts: the ledger's words, ours, or the metric's name, quoted.

    Ours are in the plural, or `agreed` with the figure's number.
    """
    metric = str(row["metric"])

    def write(lang: str) -> str:
        one = terms("story", "cells.metric_one") if agreed and singular(row["value"], lang) else {}
        known = {**terms("story", "cells.metric"), **one}
        own = known[metric][lang] if metric in known else quote(metric, lang)
        return cell(row[f"what_{lang}"]) or own

    return Text.both(write)


def stage(row: Row) -> Text:
    """Return what became of so many jobs, agreed with their number: `annoncé sauvé`."""
    words, one = (terms("story", f"cells.{name}") for name in ("stages", "stages_one"))
    metric = str(row["metric"])
    alone = one.get(metric, words[metric])
    return Text.both(lambda lang: (alone if singular(row["value"], lang) else words[metric])[lang])


def what(row: Row) -> Text:
    """Return what a figure counts, to begin a sentence."""
    return Text.both(lambda lang: capital(counted(row)[lang]))


def as_said(row: Row, floors: Collection[str]) -> Rough | Told:
    """Return a number as its source words it; of a plural, that plural: the number is its floor.

    Nobody counted `hundreds`: a ledger enters 200 and says that this is no measurement.
    """
    plural = terms("story", "cells.plurals").get(f"{row['value']:.0f}")
    if row["figure_id"] in floors and plural is not None:
        return Told(plural, {"floor": row["value"]})
    return rough(row)


def asked(what: Sequence[str], lang: str) -> str:
    """Return what somebody is asked, to follow their name."""
    return f"{HARD if lang == 'fr' else ''}: {parted(what, lang)}." if what else "."


def split_asks(text: str) -> list[tuple[str, str]]:
    """Return (who, what) of each ask in a cell.

    Examples
    --------
    >>> split_asks("the clerk: the files ; the mayor: which days")
    [('the clerk', 'the files'), ('the mayor', 'which days')]
    """
    asks: list[tuple[str, str]] = []
    for part in re.split(r"\s*;\s+", text):
        who, colon, what = re.sub(r"\s+:", ":", part).partition(": ")
        if colon or not asks:
            asks.append((who.strip(), what.strip()))
        else:
            asks[-1] = (asks[-1][0], f"{asks[-1][1]} ; {part.strip()}")
    return [(who, what) for who, what in asks if who]


def known_of(row: Row, lang: str) -> str:
    """Return what is known of a statement, its status first."""
    status = terms("story", "cells.status")[row["status"]][lang]
    return f"{status[:1].upper()}{status[1:]}. {cell(row[f'known_{lang}'])}".strip()
