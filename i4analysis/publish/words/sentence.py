"""The one door for a sentence: words are data, numbers are declared by being filled in.

`words/<topic>.toml` holds every sentence of a topic, French and English side by side:

    [answer]
    fr = "{n:compte|comptes} {n|réunit|réunissent} {share} des abonnés au {day}."
    en = "By {day}, {n:account holds|accounts hold} {share} of the followers."

A template has no digit of its own, only words and holes:

`{name}`
    The value, as its type is written in the language: a number, a date, a text, `Share`, `Rough`,
    `Hours`, `Days`, `When`, `Span`, `Band`, a list joined by commas, parts set `Apart`, or a
    sentence that was told already.
`{n:compte|comptes}`
    A number and its noun, agreed. A third form, put first, is said whole for nought:
    `{n:aucun compte|compte|comptes}`. A form may be empty: `dont {n:aucun||}`.
`{n|réunit|réunissent}`
    A word agreed with a number that it does not print. Here too a third form, first, is nought's.
`{Name}`
    A hole named with a capital begins a sentence: its first letter is raised.

The singular is said of the number as it is printed: below 2 in French, of 1 alone in English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from i4analysis.errors import I4Error
from i4analysis.publish.words.facts import facts_of
from i4analysis.publish.words.wording import (
    LANGUAGES,
    YEAR,
    Text,
    band,
    date,
    days_long,
    duration,
    listing,
    number,
    percent,
    period,
    roughly,
    rounded,
    singular,
    when,
)

#: Words that several topics share: columns, roles, sources.
COMMON = "common"
HOLE = re.compile(r"\{(\w+)(?:([:|])([^{}]*))?\}")


#: Fact → its value in words → the sentence that states it.
Stated = Mapping[str, Mapping[str, str]]


# -- What a hole may hold, beside numbers, dates, texts and lists of them.


@dataclass(frozen=True)
class Share:
    """A share (0–1), printed as a percentage."""

    value: float

    def words(self, lang: str) -> str:
        """Return the percentage."""
        return percent(self.value, lang)


@dataclass(frozen=True)
class Rough:
    """A number as its source words it: exact, at_least or about."""

    value: float
    roughness: str = "exact"

    def words(self, lang: str) -> str:
        """Return the number after `at least` or `about`, if any."""
        return roughly(self.value, self.roughness, lang)


@dataclass(frozen=True)
class Hours:
    """A length of time in hours, printed in minutes, hours, days or years."""

    value: float

    def words(self, lang: str) -> str:
        """Return the duration in its natural unit."""
        return duration(self.value, lang)

    @property
    def lengths(self) -> list[float]:
        """The same length of time in each unit in which it may be printed."""
        return [self.value * 60, self.value, *Days(self.value / 24).lengths]


@dataclass(frozen=True)
class Days:
    """A length of time in days, printed in days or, over two years, in years."""

    value: float

    def words(self, lang: str) -> str:
        """Return the days, or the years."""
        return days_long(self.value, lang)

    @property
    def lengths(self) -> list[float]:
        """The same length of time in days and in years."""
        return [self.value, self.value / YEAR]


@dataclass(frozen=True)
class When:
    """A day as it ends a sentence, no finer than known: `le 4 février 2016`, `in May 2016`."""

    day: Any
    precision: str = "day"

    def words(self, lang: str) -> str:
        """Return the day with its preposition."""
        return when(self.day, lang, self.precision)

    @property
    def unknown(self) -> str:
        """Return what the name of a sentence ends in whose day, in brackets, is not known."""
        return "-undated" if self.words("en").startswith("(") else ""


@dataclass(frozen=True)
class Span:
    """Days as they open or join a sentence: `du 14 au 22 avril 2014`, `from 14 to 22 …`."""

    first: Any
    last: Any

    def words(self, lang: str) -> str:
        """Return the days with their prepositions."""
        days = period(self.first, self.last, lang)
        return days if lang == "fr" else f"{'on' if self.first == self.last else 'from'} {days}"


@dataclass(frozen=True)
class Band:
    """An interval of numbers, or of shares: `de 12 à 30`, `12 to 30`."""

    lo: float
    hi: float
    share: bool = False

    def words(self, lang: str) -> str:
        """Return both ends, or one number when they print alike."""
        return band(self.lo, self.hi, lang, share=self.share)


@dataclass(frozen=True)
class Apart:
    """Parts of a sentence set apart by semicolons."""

    parts: Sequence[Any]

    def words(self, lang: str) -> str:
        """Return the parts, each written as its type is."""
        return {"fr": " ; ", "en": "; "}[lang].join(_words(part, lang) for part in self.parts)


@dataclass(frozen=True)
class Told:
    """A text, the numbers it prints by name, and the facts it states: fact → value → where."""

    text: Text
    numbers: Mapping[str, Any] = field(default_factory=dict)
    facts: Stated = field(default_factory=dict)

    def __getitem__(self, lang: str) -> str:
        return self.text[lang]

    def __add__(self, other: Told | Text) -> Told:
        more = other if isinstance(other, Told) else Told(other)
        return Told(
            self.text + more.text,
            _joined(self.numbers, more.numbers),
            stated_too(self.facts, more.facts),
        )

    def words(self, lang: str) -> str:
        """Return the text in one language."""
        return self.text[lang]

    @classmethod
    def nothing(cls) -> Told:
        """Return what adds no word to another sentence."""
        return cls(Text(fr="", en=""))


# -- The catalogue.


@cache
def topic(name: str) -> Mapping[str, Any]:
    """Return the sentences of `words/<name>.toml` as nested tables."""
    path = resources.files("i4analysis.publish.words") / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def topics() -> list[str]:
    """Return the names of the catalogues."""
    folder = resources.files("i4analysis.publish.words")
    return sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml"))


def known(name: str, key: str) -> bool:
    """Tell whether a topic, or the words all topics share, has an entry."""
    return _found(name, key) is not None


def fits(name: str, key: str, values: Mapping[str, Any]) -> bool:
    """Tell whether a topic has a sentence whose holes are all filled by the values at hand."""
    entry = _found(name, key)
    return entry is not None and holes(entry[LANGUAGES[0]]) <= set(values)


def tell(name: str, key: str, /, **values: Any) -> Told:
    r"""Return one sentence of a topic with its holes filled, and the numbers it prints.

    Parameters
    ----------
    name
        The topic: `reach` is `words/reach.toml`. What it lacks is looked for in `common.toml`.
    key
        Place of the sentence, its tables joined by points: `followers-curve.title`.
    values
        What fills each hole; one that the sentence does not print is not declared.

    Raises
    ------
    I4Error
        If there is no such sentence, or a hole is left.
    """
    entry = _found(name, key)
    if entry is None or set(entry) != set(LANGUAGES):
        raise I4Error(
            f"There is no sentence {key!r} in publish/words/{name}.toml nor in {COMMON}.toml,"
            f" expected [{key}] with fr and en; write it, or correct the name."
        )
    made = filled(f"{name}.toml [{key}]", entry, values)
    own = {
        fact: {_words(values[hole], LANGUAGES[-1]): key}
        for hole, fact in facts_of(name, key).items()
        if values.get(hole) is not None and hole in holes(entry[LANGUAGES[0]])
    }
    return Told(made.text, made.numbers, stated_too(made.facts, own))


@cache
def terms(name: str, key: str) -> dict[str, Text]:
    """Return a table of words, as those of the codes of a column: code → text; read it only."""
    found: dict[str, Any] = {**(_entry(COMMON, key) or {}), **(_entry(name, key) or {})}
    return {code: Text(fr=words["fr"], en=words["en"]) for code, words in found.items()}


def filled(place: str, templates: Mapping[str, str], values: Mapping[str, Any]) -> Told:
    r"""Fill the holes of one sentence in both languages.

    Examples
    --------
    >>> made = filled("here", {"fr": "{n:an|ans} le {day}", "en": "{n:year|years} on {day}"},
    ...               {"n": 1, "day": Date(2015, 9, 26)})
    >>> made["en"].replace("\u00a0", " "), made["fr"].replace("\u00a0", " "), made.numbers
    ('1 year on 26 September 2015', '1 an le 26 septembre 2015', {'n': 1})
    """
    used: dict[str, Any] = {}

    def write(lang: str) -> str:
        def hole(match: re.Match[str]) -> str:
            name, sign, forms = match.groups()
            if (known := name[0].lower() + name[1:]) not in values:
                raise I4Error(
                    f"The hole {{{name}}} of the sentence {place} was not filled, expected"
                    f" {known}=…; found {', '.join(values) or 'nothing'}."
                )
            value = used[known] = values[known]
            words = _words(value, lang) if sign is None else _agreed(value, sign, forms, lang)
            if not name[0].isupper():
                return words
            begun = words.removeprefix(_COUNTED)
            return words[: len(words) - len(begun)] + begun[:1].upper() + begun[1:]

        return _OF_ONE.sub(_of_one, HOLE.sub(hole, templates[lang])).replace(_COUNTED, "")

    text = Text.both(write)
    numbers: dict[str, Any] = {}
    facts: Stated = {}
    for name, value in used.items():
        numbers = _joined(numbers, _numbers(name, value))
        for told in value if isinstance(value, (list, tuple)) else (value,):
            facts = stated_too(facts, told.facts) if isinstance(told, Told) else facts
    return Told(text, numbers, facts)


def holes(template: str) -> set[str]:
    """Return the names of the holes of a template."""
    return {name[0].lower() + name[1:] for name, _, _ in HOLE.findall(template)}


def _found(name: str, key: str) -> Mapping[str, Any] | None:
    return _entry(name, key) or _entry(COMMON, key)


def _entry(name: str, key: str) -> Mapping[str, Any] | None:
    if name not in topics():
        return None
    found: Any = topic(name)
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


# -- How a value is written, and which numbers it declares.


def _agreed(value: Any, sign: str, forms: str, lang: str) -> str:
    """Return the form of a noun or verb that goes with a number, after it or alone."""
    count = _count(value)
    *nought, one, many = forms.split("|")
    if nought and not rounded(count):
        return nought[0]
    word = one if singular(count, lang) else many
    if sign == "|":
        return word
    return f"{_COUNTED if lang == 'fr' else ''}{_words(value, lang)} {word}".rstrip()


_COUNTED = "\x00"  # stands before a number and its noun until the sentence is whole
_OF_ONE = re.compile(rf"\b([Dd])e {_COUNTED}1 ([^\W\d]+)")
_FEMININE = frozenset((
    "affirmation", "archive", "barre", "bio", "cascade", "citation", "colonne", "demande", "étape",
    "heure", "ligne", "liste", "mesure", "observation", "offre", "page", "paire", "personne",
    "publication", "reprise", "réponse", "semaine", "source", "vérification", "voix",
))  # fmt: skip


def _of_one(match: re.Match[str]) -> str:
    """Return `d'un compte` for `de 1 compte`."""
    of, noun = match.groups()
    return f"{of}'{'une' if noun in _FEMININE else 'un'} {noun}"


def _count(value: Any) -> float:
    if isinstance(value, Share):
        return 100 * value.value
    return float(value.value if isinstance(value, (Rough, Hours, Days)) else value)


def _words(value: Any, lang: str) -> str:
    if isinstance(value, (Share, Rough, Hours, Days, When, Span, Band, Apart, Told)):
        return value.words(lang)
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, Date):
        return date(value, lang)
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return listing([_words(part, lang) for part in value], lang)
    return number(value, lang)


def _numbers(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Told):
        return dict(value.numbers)
    if isinstance(value, (Text, str, Date, When, Span)) or value is None:
        return {}
    if isinstance(value, Band):
        return {f"{name}_lo": value.lo, f"{name}_hi": value.hi}
    if isinstance(value, (list, tuple, Apart)):
        inside = value.parts if isinstance(value, Apart) else value
        parts = [part for entry in inside for part in _numbers(name, entry).values()]
        return {name: parts} if parts else {}
    inner = value.value if isinstance(value, (Share, Rough, Hours, Days)) else value
    if pd.isna(inner):  # printed as unknown
        return {}
    plain = float(inner)
    if isinstance(value, (Hours, Days)):
        return {name: value.lengths}
    return {name: int(plain) if plain == int(plain) else plain}


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the numbers of two sentences; a name both use for two numbers keeps both."""
    joined = dict(one)
    for name, value in other.items():
        key, place = name, 1
        while joined.get(key, value) != value:
            place += 1
            key = f"{name}-{place}"
        joined[key] = value
    return joined


def stated_too(one: Stated, other: Stated) -> dict[str, dict[str, str]]:
    """Return the facts of two sentences; a fact that both state keeps each value once."""
    joined = {fact: dict(values) for fact, values in one.items()}
    for fact, values in other.items():
        own = joined.setdefault(fact, {})
        for value, place in values.items():
            own.setdefault(value, place)
    return joined


# -- For every chapter.


def part(key: str, some: float, whole: float) -> str:
    """Return the key of a sentence on some of a whole: one of its own for none and for all."""
    return f"{key}-none" if not some else f"{key}-all" if some == whole else key
