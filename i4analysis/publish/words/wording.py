"""French and English words for numbers, dates and lists: the one place that knows their spaces.

No sentence is typed with its spaces: `french` and `english` set them, and `Text` applies both when
it is made. French takes a narrow no-break space (U+202F) before ; ! ? and % and in thousands, a
no-break space (U+00A0) before : and inside « », the apostrophe ’ and the decimal comma.

Reference: Imprimerie nationale, Lexique des règles typographiques, 2002.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

LANGUAGES = ("fr", "en")
NARROW = "\u202f"
HARD = "\u00a0"
YEAR = 365.25  # days
LICENCE = ("CC BY 4.0", f"CC{HARD}BY{HARD}4.0")  # never cut at the end of a line
UNKNOWN = {"fr": "inconnu", "en": "unknown"}
_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_ENGLISH = "January February March April May June July August September October November December"
_SHORT_FRENCH = "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc."
MONTHS = {"fr": _FRENCH.split(), "en": _ENGLISH.split()}
# French abbreviations are those of the Imprimerie nationale: cutting names gives "octo.".
SHORT_MONTHS = {"fr": _SHORT_FRENCH.split(), "en": [month[:3] for month in MONTHS["en"]]}
# Single quotation marks around words, not the apostrophe of "workers'", "'90s" or "rock 'n' roll".
_SINGLE = re.compile(
    r"(?<!\w)'(?!\w'(?:\W|$)|\d0s\b(?!'))(?=\w)((?:[^']|(?<=\w)'(?=\w))*)(?<!\s)'(?!\w)"
)
# Words that whoever keeps a ledger quoted already.
_QUOTED = re.compile(r"^\s*[\"“«]\s*([^\"“”«»]*?)\s*[\"”»]\s*$")
# A sentence that ends in a name or a title with an end of its own: "etc.", "Qui ?".
_ENDED = re.compile(r"([!?….])\.+(?=\s|$)")
# Bidirectional controls can make a page show another text than it holds (CVE-2021-42574).
# A byte order mark within a text says nothing, and PDF/UA does not allow it.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: object) -> str:
    r"""Return text safe to show: no control or direction character, one space for any blank run.

    Examples
    --------
    >>> clean("a\x00b\n c\u202e")
    'ab c'
    """
    kept = _BIDI.sub("", str(text))
    kept = re.sub(r"[\t\n\r\f\v\u2028\u2029]+", " ", kept)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return re.sub(r" {2,}", " ", kept).strip(f" {HARD}{NARROW}")


@lru_cache(maxsize=4096)
def french(text: str) -> str:
    r"""Return a French sentence with its typographic spaces, quotation marks and apostrophes.

    Examples
    --------
    >>> french('Pourquoi ? "Oui" : 54 %').encode("ascii", "backslashreplace").decode()
    'Pourquoi\\u202f? \\xab\\xa0Oui\\xa0\\xbb\\xa0: 54\\u202f%'
    """
    text = _ENDED.sub(r"\1", clean(text).replace("...", "…"))
    text = re.sub(r'"([^"]*)"', r"«\1»", text).replace(*LICENCE)
    text = _SINGLE.sub(r"“\1”", text).replace("'", "’").replace('"', "”")
    blank = f"[ {HARD}{NARROW}]*"
    text = re.sub(rf"«{blank}", f"«{HARD}", text)
    text = re.sub(rf"{blank}»", f"{HARD}»", text)
    text = re.sub(rf"(?<=[^\s«]){blank}([;!?]+)(?=[\s)\]»’”…]|:?(?:\s|$))", rf"{NARROW}\1", text)
    # what begins with a colon goes on from a name that is set by itself
    text = re.sub(rf"(?:^|(?<=\S)){blank}:(?=\s|$)", f"{HARD}:", text)
    return re.sub(rf"(?<=\d){blank}%", f"{NARROW}%", text)


@lru_cache(maxsize=4096)
def english(text: str) -> str:
    r"""Return an English sentence with curly quotation marks and no space before ; : ! ? %.

    Examples
    --------
    >>> english("It isn't 54 % : no !").encode("ascii", "backslashreplace").decode()
    'It isn\\u2019t 54%: no!'
    """
    text = _ENDED.sub(r"\1", clean(text).replace("...", "…"))
    text = re.sub(r'"([^"]*)"', r"“\1”", text).replace(*LICENCE)
    text = re.sub(rf"«[ {HARD}{NARROW}]*([^«»]*?)[ {HARD}{NARROW}]*»", r"“\1”", text)
    text = text.replace("«", "“").replace("»", "”")
    text = _SINGLE.sub(r"‘\1’", text).replace("'", "’").replace('"', "”").replace(NARROW, " ")
    text = re.sub(rf"(?<=\S)[ {HARD}]+([;:!?]+)(?=[\s)\]’”…]|$)", r"\1", text)
    return re.sub(rf"(?<=\d)[ {HARD}]+%", "%", text)


@dataclass(frozen=True)
class Text:
    """One statement in both languages, its typography set when it is made.

    Examples
    --------
    >>> Text(fr="Oui !", en="Yes!")["en"]
    'Yes!'
    >>> Text.both(lambda lang: number(1200, lang))["en"]
    '1,200'
    """

    fr: str
    en: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "fr", french(self.fr))
        object.__setattr__(self, "en", english(self.en))

    @classmethod
    def both(cls, write: Callable[[str], str]) -> Text:
        """Return the text that `write` gives for "fr" and for "en"."""
        return cls(fr=write("fr"), en=write("en"))

    @classmethod
    def same(cls, text: object) -> Text:
        """Return one text, such as a name, for both languages."""
        return cls(fr=str(text), en=str(text))

    @classmethod
    def of(cls, words: Mapping[str, str], fallback: str = "") -> Text:
        """Return a mapping language → words (as `Movement.title`) as a text."""
        first = next(iter(words.values()), fallback)
        return cls(fr=words.get("fr", first), en=words.get("en", first))

    def __getitem__(self, lang: str) -> str:
        return self.fr if _known(lang) == "fr" else self.en

    def __add__(self, other: Text) -> Text:
        return Text(fr=f"{self.fr} {other.fr}".strip(), en=f"{self.en} {other.en}".strip())

    def as_dict(self) -> dict[str, str]:
        """Return {"fr": …, "en": …}."""
        return {"fr": self.fr, "en": self.en}


def _known(lang: str) -> str:
    if lang not in LANGUAGES:
        raise ValueError(f"There is no language {lang!r}, expected one of {LANGUAGES}.")
    return lang


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def number(value: Any, lang: str, decimals: int | None = None) -> str:
    """Return a number with its thousands and decimal marks; `inconnu`/`unknown` when null.

    `decimals` fixes the digits after the mark; by default whole numbers have none, and others one
    when they are 10 or more, else two: or as many as it takes not to print something as nothing.

    Examples
    --------
    >>> number(605840, "en"), number(0.5, "en"), number(12.34, "fr"), number(0.0042, "en")
    ('605,840', '0.5', '12,3', '0.004')
    """
    french_ = _known(lang) == "fr"
    if _missing(value):
        return UNKNOWN[lang]
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if decimals is None:
        whole = value == round(value)
        places = next((n for n in (2, 3, 4, 5, 6) if round(abs(value), n)), 2)
        written = f"{abs(value):,.{0 if whole else 1 if abs(value) >= 10 else places}f}"
        if "." in written:
            written = written.rstrip("0").rstrip(".")
    else:
        written = f"{abs(value):,.{decimals}f}"
    if french_:
        written = written.replace(",", NARROW).replace(".", ",")
    negative = value < 0 and re.search("[1-9]", written) is not None
    return ("−" if negative else "") + written


def percent(share: Any, lang: str, decimals: int = 0) -> str:
    """Return a share (0–1) as a percentage that never rounds something to nothing or to all.

    Examples
    --------
    >>> percent(0.54, "en"), percent(0.001, "en"), percent(0.999, "en"), percent(1, "en")
    ('54%', 'less than 1%', 'more than 99%', '100%')
    """
    _known(lang)
    if _missing(share):
        return UNKNOWN[lang]
    sign = f"{NARROW}%" if lang == "fr" else "%"
    value, unit = 100 * float(share), 10.0**-decimals
    if 0 < value < unit / 2:
        return {"fr": "moins de ", "en": "less than "}[lang] + number(unit, lang, decimals) + sign
    if 100 - unit / 2 <= value < 100:
        words = {"fr": "plus de ", "en": "more than "}[lang]
        return words + number(100 - unit, lang, decimals) + sign
    return number(value, lang, decimals) + sign


def roughly(value: Any, roughness: str, lang: str, *, capital: bool = False) -> str:
    """Return a number worded as its source words it: exact, at_least or about.

    Examples
    --------
    >>> roughly(300, "at_least", "en"), roughly(300, "about", "fr"), roughly(12, "exact", "en")
    ('at least 300', 'environ 300', '12')
    """
    words = {
        "fr": {"exact": "", "at_least": "au moins ", "about": "environ "},
        "en": {"exact": "", "at_least": "at least ", "about": "about "},
    }[_known(lang)]
    written = words[roughness] + number(value, lang)
    return written[0].upper() + written[1:] if capital else written


def rounded(value: float) -> float:
    """Return a number as `number` prints it: one decimal when 10 or more, else two."""
    return round(float(value), 1 if abs(value) >= 10 else 2)


def singular(count: float, lang: str) -> bool:
    """Tell whether a printed number takes the singular: below 2 in French, 1 in English.

    Examples
    --------
    >>> [singular(n, "fr") for n in (0, 1.5, 1.999, 2)], [singular(n, "en") for n in (0, 1, 1.5)]
    ([True, True, False, False], [False, True, False])
    """
    shown = abs(rounded(count))
    return shown < 2 if _known(lang) == "fr" else shown == 1


def plural(count: Any, one: str, many: str, lang: str, *, roughness: str = "exact") -> str:
    """Return a count with its noun; French keeps the singular below 2, English only for 1.

    Examples
    --------
    >>> plural(1, "account", "accounts", "en"), plural(0, "compte", "comptes", "fr")
    ('1 account', '0 compte')
    """
    return f"{roughly(count, roughness, lang)} {one if singular(count, lang) else many}"


def listing(items: Iterable[object], lang: str) -> str:
    """Return items joined by commas and a last `et`/`and`.

    Examples
    --------
    >>> listing(["a", "b", "c"], "fr"), listing(["a", "b", "c"], "en"), listing([], "en")
    ('a, b et c', 'a, b and c', '')
    """
    words = [str(item) for item in items]
    last = {"fr": " et ", "en": " and "}[_known(lang)]
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def quote(text: str, lang: str) -> str:
    """Return words in the quotation marks of the language, « … » or “…”, once."""
    text = _QUOTED.sub(r"\1", text)
    return f"«{HARD}{text}{HARD}»" if _known(lang) == "fr" else f"“{text}”"


# Small words of each language: those that two share count for both, and the most words tell.
_SPOKEN = {
    lang: set(words.split())
    for lang, words in {
        "fr": "a au aux avec après avoir c ce cette ces d dans de des du elle en est et eu été"
        " être il ils j je l la le les leur mais n ne nous on ont ou où par pas plus pour qu que"
        " qui s sa se ses son sont sous sur tous tout toute très un une vous y à",
        "en": "a an and are as at be been but by for from had has have he his i if in is it its no"
        " not of on or our she that the their they this to was we were which who will with you",
        "es": "a al con de del el en es ha la las los no para por que se son su un una y",
        "it": "a al che con da del della di e gli i il in l la le non per si sono un una è",
        "pt": "a ao as com da de do dos e em foi não o os ou para por que se um uma é",
        "de": "das dem den der die ein eine es für ist mit nicht sich sie und von wir zu",
        "nl": "de een en er het in is met niet of op te van voor we zijn",
        "sv": "att av de den det en ett för har i inte med och på som är",
    }.items()
}


def spoken(text: str) -> str:
    """Return the language that most small words of a text are of, fr or en; "" for others or none.

    Examples
    --------
    >>> spoken("Un sursis d'un mois à l'usine"), spoken("It saved the plant")
    ('fr', 'en')
    >>> spoken("la fábrica del valle"), spoken("نريد العمل"), spoken("300")
    ('', '', '')
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counted = Counter(lang for word in words for lang, small in _SPOKEN.items() if word in small)
    ((lang, most), (_, next_)) = (*counted.most_common(2), ("", 0), ("", 0))[:2]
    return lang if most > next_ and lang in LANGUAGES else ""


def band(lo: Any, hi: Any, lang: str, *, share: bool = False) -> str:
    """Return an interval: `de 12 à 30`, `12 to 30`; one number when both print alike.

    Examples
    --------
    >>> band(12, 30, "en"), band(0.1, 0.3, "en", share=True), band(5, 5, "fr")
    ('12 to 30', '10% to 30%', '5')
    """
    write = percent if share else number
    low, high = write(lo, lang), write(hi, lang)
    if low == high:
        return low
    return f"de {low} à {high}" if _known(lang) == "fr" else f"{low} to {high}"


def date(value: Any, lang: str, precision: str = "day", *, short: bool = False) -> str:
    """Return a date in words, no finer than it is known.

    Parameters
    ----------
    value
        A date, datetime or Timestamp, already in the movement's time zone; null gives words.
    precision
        minute | hour | day | week | month | year | unknown, as in the ledgers; null is unknown.
    short
        Without the year and with the short month, for chart axes.

    Examples
    --------
    >>> from datetime import date as Date
    >>> date(Date(2015, 10, 1), "fr").replace(HARD, " "), date(Date(2015, 9, 26), "en", "month")
    ('1er octobre 2015', 'September 2015')
    >>> date(Date(2015, 9, 27), "fr", short=True).replace(HARD, " ")
    '27 sept.'
    """
    _known(lang)
    if _missing(value) or _missing(precision) or precision == "unknown":
        return {"fr": "date inconnue", "en": "date unknown"}[lang]
    months = (SHORT_MONTHS if short else MONTHS)[lang]
    month = months[value.month - 1]
    if precision == "year":
        return str(value.year)
    if precision == "month":
        return month if short else f"{month} {value.year}"
    day = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    words = f"{day}{HARD}{month}" + ("" if short else f" {value.year}")
    if precision == "week":
        # a week in a ledger is give or take seven days: no source names a calendar week
        return {"fr": "vers le ", "en": "around "}[lang] + words
    if precision in ("hour", "minute") and isinstance(value, datetime):
        words += f" {_clock(value, lang, precision)}"
    return words


def when(value: Any, lang: str, precision: str = "day") -> str:
    """Return a date as it ends a sentence: `le 4 février 2016`, `around 5 October 2015`.

    Examples
    --------
    >>> from datetime import date as Date
    >>> when(Date(2016, 2, 4), "en").replace(HARD, " "), when(Date(2016, 2, 4), "fr", "month")
    ('on 4 February 2016', 'en février 2016')
    """
    written = date(value, lang, precision)
    if _missing(value) or _missing(precision) or precision == "unknown":
        return f"({written})"
    words = {
        "fr": {"week": "", "month": "en ", "year": "en "},
        "en": {"week": "", "month": "in ", "year": "in "},
    }[lang]
    return words.get(precision, {"fr": "le ", "en": "on "}[lang]) + written


def _clock(value: datetime, lang: str, precision: str) -> str:
    if lang == "en":
        return f"at {value.hour}:{value.minute if precision == 'minute' else 0:02d}"
    minutes = f"{HARD}{value.minute:02d}" if precision == "minute" else ""
    return f"à {value.hour}{HARD}h{minutes}"


def period(first: Any, last: Any, lang: str) -> str:
    """Return a period in days: `du 26 septembre au 19 octobre 2015`.

    Examples
    --------
    >>> from datetime import date as Date
    >>> period(Date(2015, 9, 26), Date(2015, 10, 1), "en").replace(HARD, " ")
    '26 September to 1 October 2015'
    >>> period(Date(2015, 10, 1), Date(2015, 10, 31), "fr").replace(HARD, " ")
    'du 1er au 31 octobre 2015'
    """
    if _missing(first) or _missing(last):
        return {"fr": "période inconnue", "en": "period unknown"}[_known(lang)]
    end = date(last, lang)
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return f"le {end}" if lang == "fr" else end
    begin = date(first, lang)
    if (first.year, first.month) == (last.year, last.month):
        begin = begin.partition(HARD)[0]
    elif first.year == last.year:
        begin = begin.removesuffix(f" {first.year}")
    return f"du {begin} au {end}" if lang == "fr" else f"{begin} to {end}"


def duration(hours: Any, lang: str) -> str:
    """Return a length of time in its natural unit: minutes, hours, days or years.

    Examples
    --------
    >>> duration(0.5, "en"), duration(3, "en"), duration(50, "fr"), duration(0.005, "en")
    ('30 minutes', '3 hours', '2,1 jours', 'less than a minute')
    """
    if _missing(hours):
        return UNKNOWN[_known(lang)]
    minutes = round(60 * hours)
    if minutes < 1:
        return {"fr": "moins d'une minute", "en": "less than a minute"}[lang]
    if minutes < 60:
        return plural(minutes, "minute", "minutes", lang)
    if hours < 48:
        value = round(hours, 1) if hours < 10 else round(hours)
        return plural(value, *(("heure", "heures") if lang == "fr" else ("hour", "hours")), lang)
    return days_long(hours / 24, lang)


def days_long(days: float, lang: str) -> str:
    """Return a length of time in days; over two years in years, to the tenth.

    Examples
    --------
    >>> days_long(1, "fr"), days_long(9.5, "en"), days_long(329, "en"), days_long(1501.5, "fr")
    ('1 jour', '9.5 days', '329 days', '4,1 ans')
    """
    if days > 2 * YEAR:
        years = round(days / YEAR, 1)
        return plural(years, *(("an", "ans") if lang == "fr" else ("year", "years")), lang)
    value = round(days, 1) if days < 10 else round(days)
    return plural(value, *(("jour", "jours") if lang == "fr" else ("day", "days")), lang)


def site(url: Any) -> str:
    """Return the site of an address, short.

    Examples
    --------
    >>> site("https://www.usinenouvelle.com/article/x.N353480")
    'usinenouvelle.com'
    """
    return (urlsplit(str(url)).hostname or "").removeprefix("www.")
