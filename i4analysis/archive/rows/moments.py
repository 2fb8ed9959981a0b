"""Moments as tables write them: in a dozen ways and languages, with or without a zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from i4analysis.archive.rows import values

SECOND = values.SECOND
QUARTER = 900 * SECOND
FARTHEST = 14 * 3600 * SECOND  # from UTC, that clocks are set
EXCEL = datetime(1899, 12, 30, tzinfo=UTC)

# how they begin, without accents, in the languages of Twitter's first users; Polish and Croatian
# call two months listopad, so it is none
_MONTHS = (
    ("jan", "ene", "gen", "oca", "sty", "янв", "січ", "ينا", "جان"),
    ("feb", "fev", "sub", "lut", "фев", "лют", "فبر", "فيف"),
    ("mar", "maa", "mrt", "мар", "бер", "مار"),
    ("apr", "avr", "abr", "nis", "kwi", "апр", "кві", "ابر", "افر"),
    ("may", "mai", "mag", "mei", "maj", "маи", "мая", "тра", "ماي"),
    ("jun", "juin", "giu", "haz", "cze", "июн", "чер", "يون", "جوا"),
    ("jul", "juil", "lug", "tem", "lip", "июл", "лип", "يول", "جوي"),
    ("aug", "aou", "ago", "agu", "sie", "авг", "сер", "اغس", "اوت"),
    ("sep", "set", "eyl", "wrz", "сен", "вер", "سبت"),
    ("oct", "okt", "out", "ott", "eki", "paz", "окт", "жов", "اكت"),
    ("nov", "kas", "ноя", "лист", "نوف"),
    ("dec", "dez", "dic", "des", "ara", "gru", "дек", "гру", "ديس"),
)
# words between the parts, and the days of the week that Turkish writes behind the year
_BETWEEN = re.compile(
    r"(?<![^\W_])(?:de|del|as|las|um|uhr|kl|klo|le|den|om|alle|ore|saat|г|года|р|в|о|pazartesi|sali"
    r"|carsamba|persembe|cuma|cumartesi|pazar)(?![^\W_])[.,]?|-feira"
)
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:(?::|\s?h\s?|(?<=\s\d)\.|(?<=\s\d\d)\.)(?P<minute>\d\d)"
    r"(?:[:.](?P<second>\d\d)(?:[.,](?P<part>\d+))?)?|\s?h(?!\w))\s*(?P<half>[ap]\.?\s?m\.?)?"
)
_ZONE = r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d\d(?::?\d\d)?))?"
_TAIL = rf"(?:[\s,·tT]*(?:at|a|à)?\s*{_CLOCK})?{_ZONE}\s*"
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?){_TAIL}", re.ASCII | re.IGNORECASE
)
_YEAR_LAST = re.compile(
    rf"(?P<one>\d\d?)[-/.](?P<two>\d\d?)[-/.](?P<year>\d{{4}}|\d\d){_TAIL}",
    re.ASCII | re.IGNORECASE,
)
_LETTER = r"[^\W\d_]"
_WEEKDAY = rf"(?:{_LETTER}{{2,12}}\.?,?\s+)?"
_DAY_WORD = re.compile(
    rf"{_WEEKDAY}(?P<day>\d\d?)(?:er|st|nd|rd|th|\.)?[\s-]+(?P<word>{_LETTER}{{3,10}})\.?,?[\s-]+"
    rf"(?P<year>\d{{4}}){_TAIL}"
)
_WORD_DAY = re.compile(
    rf"{_WEEKDAY}(?P<word>{_LETTER}{{3,10}})\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year>\d{{4}}){_TAIL}"
)
# as C, Java and R print it, with a zone or none before the year
_OF_C = re.compile(
    rf"{_LETTER}{{2,4}}\.?\s+(?P<word>{_LETTER}{{3,4}})\.?\s+(?P<day>\d\d?)\s+(?P<clock>\d\d?:\d\d:\d\d)"
    r"(?:\s+(?P<zone>[a-z]{2,5}|[+-]\d\d:?\d\d))?\s+(?P<year>\d{4})"
)
# EST, CST, IST … mean several zones each: as good as none; these mean one
_ZONES = {
    "CEST": "+02:00", "CET": "+01:00", "MESZ": "+02:00", "MEZ": "+01:00", "HAEC": "+02:00",
    "EEST": "+03:00", "EET": "+02:00", "WEST": "+01:00", "WET": "+00:00", "MSK": "+03:00",
    "EDT": "-04:00", "CDT": "-05:00", "MDT": "-06:00", "PDT": "-07:00", "JST": "+09:00",
    "KST": "+09:00", "AEDT": "+11:00", "AEST": "+10:00",
}  # fmt: skip
_ABBREVIATION = re.compile(r"(?<=\d|M)\s+(?!AM|PM|UTC|GMT)\(?([A-Z]{2,5})\)?$", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])(?=$|[T ])", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})(?=$|[T ])", re.ASCII)
_CLOCK_FIRST = re.compile(r"^(\d\d?:\d\d(?::\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?)\s*[-·,]\s*(.+)$")
_SERIAL = re.compile(r"[34567]\d{4}(?:[.,]\d+)?", re.ASCII)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}|\d{16}", re.ASCII)


class Moment(NamedTuple):
    """A moment as written.

    Attributes
    ----------
    at
        Microseconds since 1970, the clock read as if it stood in UTC where no zone is written.
    zoned
        Whether the zone is written.
    whole
        Microseconds to which it is written: a second, a minute, a day.
    """

    at: int
    zoned: bool
    whole: int


def read(text: str, day_first: bool = True) -> Moment | None:
    """Return what a cell says of a moment; None if it says none.

    Parameters
    ----------
    day_first
        How 03/04/2015 is meant; `day_first` of a column tells.

    Examples
    --------
    >>> read("September 26, 2015 at 02:05PM") == read("26/09/2015 14h05")
    True
    >>> read("26 sept. 2015 14:05") == read("02:05 PM - 26 Sep 2015")
    True
    >>> read("Sat Sep 26 14:05:00 EST 2015") == read("26/09/2015 14:05:00")
    True
    >>> read("26/09/2015 14:05 CEST") == read("2015-W39-6T12:05Z") == read("2015-269 12:05Z")
    True
    >>> read("samedi 26 septembre 2015, 14 h 05") == read("26 settembre 2015 14.05")
    True
    >>> read("2015-09-26 14:05:00+02") == read("2015-09-26 12:05:00Z")
    True
    >>> read("2015-09-26T12:05:11.000Z").zoned, read("2015-09-26 12:05").whole // 1_000_000
    (True, 60)
    """
    found = _read(text, day_first)
    if found is None and len(text) < LONGEST and (plain := _plain(text)):
        found = _in_zone(plain, day_first)
    return found


def _read(text: str, day_first: bool) -> Moment | None:
    text = _ABBREVIATION.sub(lambda one: _ZONES.get(one[1], ""), text.strip())
    text = _CLOCK_FIRST.sub(r"\2 \1", text)
    twitter = values.twitter_time(text)
    if twitter is not None:
        return Moment(twitter, True, SECOND)
    if _EPOCH.fullmatch(text):
        epoch = values.epoch_time(text)
        return None if epoch is None else Moment(epoch, True, SECOND)
    if _SERIAL.fullmatch(text):
        days = float(text.replace(",", "."))
        return Moment(values.micros(EXCEL) + round(days * 86_400) * SECOND, False, SECOND)
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return _made(match, int(match["year"]), int(match["month"]), int(match["day"]))
    match = _YEAR_LAST.fullmatch(text)
    if match is not None:
        one, two = int(match["one"]), int(match["two"])
        day, month = (one, two) if (day_first and two <= 12) or one > 12 else (two, one)
        year = int(match["year"])
        return _made(match, year + 2000 if year < 100 else year, month, day)
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
        if not unicodedata.combining(letter)
    )
    match = _OF_C.fullmatch(plain)
    if match is not None:
        zone = match["zone"] or ""
        zone = _ZONES.get(zone.upper(), zone if zone[:1] in ("+", "-", "u", "g") else "")
        plain = f"{match['day']} {match['word']} {match['year']} {match['clock']} {zone}".strip()
    match = _DAY_WORD.fullmatch(plain) or _WORD_DAY.fullmatch(plain)
    if match is None and _BETWEEN.search(plain):
        match = _DAY_WORD.fullmatch(" ".join(_BETWEEN.sub(" ", plain).split()))
    month_of = match and next(
        (at for at, names in enumerate(_MONTHS, 1) if match["word"].startswith(names)), None
    )
    if match is None or not month_of:
        return None
    return _made(match, int(match["year"]), month_of, int(match["day"]))


LONGEST = 80  # letters of a moment
_NAMED = re.compile(r"\s*\[?\b([A-Z]\w+/[A-Z]\w+(?:/\w+)?)\]?$", re.ASCII)
_FROM_GMT = re.compile(r"\s*\b(?:GMT|UTC)\s?([+-])(\d\d?)(?::?(\d\d))?(?:\s*\(.*\))?$", re.ASCII)
_PACKED = re.compile(r"(20\d\d)([01]\d)([0-3]\d)T?([0-2]\d)([0-5]\d)([0-5]\d)(Z?)", re.ASCII)
_ZONED_TWICE = re.compile(r"([+-]\d\d:?\d\d) [A-Z]{3,4}$", re.ASCII)  # as Go prints it
# as .NET writes a moment into JSON, and pandas prints one
_CALLED = re.compile(
    r"\\?/?(?:Date|Timestamp)\(['\"]?([^'\")]+?)['\"]?(?:, tz=.*)?\)\\?/?", re.ASCII
)
_EXACT = re.compile(r"(1)[.,](\d{9})E\+?0?9", re.ASCII)
# of Chinese, Japanese and Korean, and the dots and blanks of Czech, Hungarian and Korean
_UNITS = (
    (re.compile(r"(\d{4})\s*[年년]\s*(\d\d?)\s*[月월]\s*(\d\d?)\s*[日号일]"), r"\1-\2-\3"),
    (
        re.compile(r"(\d\d?)\s*[時时点點시]\s*(\d\d?)\s*[分분](?:\s*(\d\d?)\s*[秒초])?"),
        r"\1:\2:\3",
    ),
    (re.compile(r"(\d{4})\. (\d\d?)\. (\d\d?)\.?(?=\s|$)"), r"\1-\2-\3"),
    (re.compile(r"(?<!\d)(\d\d?)\. (\d\d?)\. (\d{4})"), r"\1.\2.\3"),
)


def _plain(text: str) -> str:
    """Return a moment in ASCII's digits, blanks and signs, as far as it is written in others.

    Examples
    --------
    >>> _plain("٢٠١٥-٠٩-٢٦\u00a012:05"), _plain("2015年9月26日 12時05分")
    ('2015-09-26 12:05', '2015-9-26 12:05')
    >>> _plain("26/9/2015 14:05 GMT+2")
    '26/9/2015 14:05+02:00'
    >>> _plain("2015-09-26 14:05:11 +0200 CEST"), _plain("/Date(1443269111000)/")
    ('2015-09-26 14:05:11 +0200', '1443269111000')
    """
    text = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKC", text.strip())
        if unicodedata.category(letter) != "Cf"
    )
    for pattern, written in _UNITS:
        text = pattern.sub(written, text).rstrip(":")
    text = _FROM_GMT.sub(lambda one: f"{one[1]}{one[2]:0>2}:{one[3] or '00'}", text)
    text = _EXACT.sub(r"\1\2", text)
    text = _ZONED_TWICE.sub(r"\1", _CALLED.sub(r"\1", text))
    text = _WEEK.sub(_of_week, text)
    text = _DAY_OF_YEAR.sub(_of_year, text)
    packed = _PACKED.fullmatch(text)
    return "{}-{}-{} {}:{}:{}{}".format(*packed.groups()) if packed else text


def _of_week(match: re.Match[str]) -> str:
    try:
        return date.fromisocalendar(*map(int, match.groups())).isoformat()
    except ValueError:
        return match[0]


def _of_year(match: re.Match[str]) -> str:
    try:
        found = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
    except (ValueError, OverflowError):
        return match[0]
    return found.isoformat() if found.year == int(match[1]) else match[0]


def _in_zone(text: str, day_first: bool) -> Moment | None:
    """Return a moment behind which its zone may be named as the tz database names it."""
    named = _NAMED.search(text)
    found = _read(text[: named.start()] if named else text, day_first)
    if found is None or named is None or found.zoned:
        return found
    try:
        return Moment(in_utc(found, ZoneInfo(named[1])), True, found.whole)
    except (KeyError, ValueError, OSError):
        return found


def _made(match: re.Match[str], year: int, month: int, day: int) -> Moment | None:
    hour, minute = int(match["hour"] or 0), int(match["minute"] or 0)
    if match["half"]:
        if hour > 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        clock = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    at = values.micros(clock) + min(int(match["second"] or 0), 60) * SECOND
    at += int((match["part"] or "0")[:6].ljust(6, "0"))
    zone = match["zone"]
    if zone and zone[0] in "+-":
        minutes = int(zone[-2:]) if len(zone) > 3 else 0
        offset = timedelta(hours=int(zone[1:3]), minutes=minutes) // timedelta(microseconds=1)
        at += -offset if zone[0] == "+" else offset
    parts = (("second", 1), ("minute", 60), ("hour", 3_600))
    whole = next((size for part, size in parts if match[part]), 86_400) * SECOND
    return Moment(at, bool(zone), whole)


def day_first(cells: Iterable[str]) -> bool | None:
    """Return whether a column writes 26/09 or 09/26; None if it holds nothing that tells.

    Examples
    --------
    >>> day_first(["03/04/2015", "26/09/2015"]), day_first(["9/26/2015"]), day_first(["1/2/15"])
    (True, False, None)
    """
    for cell in cells:
        match = _YEAR_LAST.fullmatch(cell.strip()) or _YEAR_LAST.fullmatch(_plain(cell[:LONGEST]))
        if match is not None and int(match["one"]) > 12:
            return True
        if match is not None and int(match["two"]) > 12:
            return False
    return None


def ambiguous(cell: str) -> bool:
    """Return True for a date such as 03/04/2015, which says two days.

    Examples
    --------
    >>> ambiguous("3/4/2015 10:00"), ambiguous("4/4/2015"), ambiguous("2015-04-03")
    (True, False, False)
    """
    match = _YEAR_LAST.fullmatch(cell.strip()) or _YEAR_LAST.fullmatch(_plain(cell[:LONGEST]))
    return (
        match is not None
        and match["one"].lstrip("0") != match["two"].lstrip("0")
        and int(match["one"]) <= 12
        and int(match["two"]) <= 12
    )


def in_utc(moment: Moment, zone: ZoneInfo | None) -> int:
    """Return a moment in UTC, a clock without a zone read in `zone`.

    Examples
    --------
    >>> written = read("2015-09-26 14:05:11")
    >>> in_utc(written, ZoneInfo("Europe/Paris")) == values.iso_time("2015-09-26T12:05:11Z")
    True
    """
    if moment.zoned or zone is None:
        return moment.at
    clock = values.EPOCH + timedelta(microseconds=moment.at)
    return values.micros(clock.replace(tzinfo=zone))


def same_clock(moment: Moment, inside: int) -> bool:
    """Return True if a clock shows the moment inside an id, in this zone or in another.

    Examples
    --------
    >>> same_clock(read("2015-09-26 14:05"), values.iso_time("2015-09-26T12:05:11Z"))
    True
    """
    apart = moment.at - inside
    shift = 0 if moment.zoned else round(apart / QUARTER) * QUARTER
    return abs(shift) <= FARTHEST and abs(apart - shift) <= max(2 * SECOND, moment.whole)
