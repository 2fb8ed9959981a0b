"""Small values as readers meet them: moments, ids, counts, names, marked-up text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import unescape as html_unescape
from html.parser import HTMLParser

from i4analysis.hashtags import LONG
from i4analysis.hashtags import hashtag as hashtag  # readers take every value from here
from i4analysis.hashtags import hashtags_in as hashtags_in

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TWITTER_EPOCH_MS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247  # first id of November 2010; older ids hold no time
MONTHS = {
    name: number + 1
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    )
}
# Years 1900 to 2199. Outside lie what programs write for "no date" (0001-01-01, 9999-12-31) and
# days that no calendar of the measures reaches.
_PLAUSIBLE = range(-2_208_988_800 * SECOND, 7_258_118_400 * SECOND)

# --------------------------------------------------------------------------------- moments


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970; without a zone it is taken as UTC.

    Examples
    --------
    >>> micros(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


# The parts of Twitter's own form of a moment, as microseconds: its days are found as they come.
_CLOCK = {f" {at // 60:02}:{at % 60:02}": 60 * at * SECOND for at in range(24 * 60)}
_SECONDS = {f":{at:02}": at * SECOND for at in range(60)}
_days: dict[str, int] = {}
_moments: dict[str, int] = {}
KNOWN_MOMENTS = 10_000  # a stream writes each many times; more would leave the processor's cache
KNOWN_DAYS = 100_000


def twitter_time(text: str | None) -> int | None:
    """Return Twitter's own form of a moment as microseconds, or None when it is not one.

    The form has a fixed width, so its parts are looked up: ten times faster than parsing, with
    equal results.

    Examples
    --------
    >>> twitter_time("Wed Apr 16 02:38:15 +0000 2014")
    1397615895000000
    """
    moment = _moments.get(text)  # type: ignore[arg-type]  # None is never a key
    if moment is not None or text is None or len(text) != 30:
        return moment
    try:
        moment = _days[text[:10] + text[19:]] + _CLOCK[text[10:16]] + _SECONDS[text[16:19]]
    except KeyError:
        moment = _twitter_moment(text)
        if moment is None:
            return None
    if len(_moments) >= KNOWN_MOMENTS:
        _moments.clear()
    _moments[text] = moment
    return moment


_TWITTER = re.compile(
    r"\w{3} (\w{3}) ([\d ]\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})", re.ASCII
)


def _twitter_moment(text: str) -> int | None:
    match = _TWITTER.fullmatch(text)
    if match is None or match[1] not in MONTHS:
        return None
    month, day, hour, minute, second, sign, zone_h, zone_m, year = match.groups()
    zone = int(sign + "1") * timedelta(hours=int(zone_h), minutes=int(zone_m))
    try:
        midnight = datetime(int(year), MONTHS[month], int(day), tzinfo=UTC)
        moment = micros(midnight.replace(hour=int(hour), minute=int(minute)) - zone)
    except (ValueError, OverflowError):
        return None
    if 1900 < midnight.year < 2200:  # away from the ends of the calendar
        if len(_days) >= KNOWN_DAYS:
            _days.clear()
        _days[text[:10] + text[19:]] = micros(midnight - zone)
    return plausible(moment + int(second) * SECOND)


_ISO_CLOCK = {f"T{clock[1:]}": at for clock, at in _CLOCK.items()}
_MILLISECONDS = {f".{at:03}Z": at * 1_000 for at in range(1_000)}
_iso_days: dict[str, int] = {}
_ISO = re.compile(
    r"\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?"
    r"\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?\s*",
    re.ASCII | re.IGNORECASE,
)


def iso_time(text: str | None) -> int | None:
    """Return an ISO 8601 moment as microseconds, or None when it is not one.

    Takes T or a space, any number of decimals, Z, UTC or an offset; no zone means UTC. A moment
    outside the years 1900 to 2199 gives None.

    Examples
    --------
    >>> iso_time("2015-09-26T10:00:00.000Z") == iso_time("2015-09-26 12:00:00+02:00")
    True
    >>> iso_time("0000-01-01T00:00:00Z"), iso_time("0001-01-01T00:00:00Z")
    (None, None)
    """
    if not text:
        return None
    if len(text) == 24:  # 2015-10-05T10:00:07.000Z, as API v2 writes all of them
        try:
            day, clock, second = _iso_days[text[:10]], _ISO_CLOCK[text[10:16]], text[16:19]
            return day + clock + _SECONDS[second] + _MILLISECONDS[text[19:]]
        except KeyError:
            pass
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day_, hour, minute, second, decimals, zone = match.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day_), int(hour or 0), int(minute or 0), tzinfo=UTC
        )
        result = micros(moment) + min(int(second or 0), 60) * SECOND
    except (ValueError, OverflowError):
        return None
    if decimals:
        result += int(decimals[:6].ljust(6, "0"))
    dated = len(text) == 24 and text[:10].isascii() and text[4] == text[7] == "-"
    if dated and plausible(result) is not None:
        if len(_iso_days) >= KNOWN_DAYS:
            _iso_days.clear()
        midnight = datetime(int(year), int(month), int(day_), tzinfo=UTC)
        _iso_days[text[:10]] = micros(midnight)
    if zone and zone.upper() not in ("Z", "UTC"):
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = (int(digits[:2]) * 60 + int(digits[2:])) * 60 * SECOND
        result -= offset if zone[0] == "+" else -offset
    return plausible(result)


def plausible(moment: int) -> int | None:
    """Return a moment, or None where it is outside the years 1900 to 2199."""
    return moment if moment in _PLAUSIBLE else None


def epoch_time(value: object) -> int | None:
    """Return seconds, milliseconds or microseconds since 1970 as microseconds.

    The unit is told from the size: below 10^11 seconds, below 10^14 milliseconds.

    Examples
    --------
    >>> epoch_time("1443261600.0") == epoch_time(1443261600000)
    True
    """
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever a cell holds; caught below
    except (TypeError, ValueError):
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    exact = int(value) if isinstance(value, int) else round(number, 6)
    scale = SECOND if abs(number) < 1e11 else 1_000 if abs(number) < 1e14 else 1
    return plausible(round(exact * scale))


def snowflake_time(post_id: str | None) -> int | None:
    """Return the moment inside a Twitter id, to the millisecond, or None for an id without one.

    References
    ----------
    Twitter's Snowflake: 41 bits of milliseconds since 2010-11-04T01:42:54.657Z, then 22 bits.

    Examples
    --------
    >>> snowflake_time("456260600000000000") // 1_000_000
    1397615978
    """
    if not post_id or not post_id.isdecimal() or len(post_id) > 19:
        return None
    number = int(post_id)
    if number < FIRST_SNOWFLAKE:
        return None
    return ((number >> 22) + TWITTER_EPOCH_MS) * 1_000


# ---------------------------------------------------------------------------- ids and counts

# What stands for nothing where R, pandas, a database or a spreadsheet wrote it as a text.
ABSENT = frozenset({
    "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "NaT", "None", "NONE", "NULL", "Null",
    "null", "(null)", "nil", "undefined", "\\N", "-", "--",
})  # fmt: skip


def text_id(value: object) -> str | None:
    """Return an identifier as text, or None when absent.

    A whole number becomes its digits, however it is written: with thousands apart, with ".0",
    with all its digits before E+17, as a spreadsheet's `="…"`, behind its apostrophe or rtweet's
    x. "nan", "NA", "None", "null", "0" and blanks are absent. Text that holds a number that was
    rounded (1.83E+18) is returned as it is: `is_ruined_id` tells.

    Examples
    --------
    >>> text_id(647812345678901248), text_id("x12"), text_id("NA"), text_id('="647"')
    ('647812345678901248', '12', None, '647')
    >>> text_id("647,812,345,678,901,248"), text_id("42.0"), text_id("6.47812E+17")
    ('647812345678901248', '42', '6.47812E+17')
    """
    if isinstance(value, str):
        if value.isdecimal() and value.isascii():
            return value if value != "0" else None
        text = value.strip(_AROUND)
        if text[:1] == "=":
            text = text[1:].strip(_AROUND)
        if text[:1] in "xX" and text[1:].isdecimal():
            text = text[1:]
    elif value is None or isinstance(value, bool):
        return None
    elif isinstance(value, float):
        if value != value:
            return None
        text = str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    else:
        text = str(value).strip()
    if text in _ABSENT:
        return None
    if not text.isdecimal() and text[:1].isdecimal():
        text = _whole(text)
    return None if text == "0" else text


EXACT = 2**53  # from here on a float leaves whole numbers out
_AROUND = " \t\r\n\"'\u2018\u2019\u00a0\u202f\ufeff"
_ABSENT = ABSENT | {"", "-1", "-1.0"}
_GROUPED = re.compile(r"(\d{1,3})(?:([ ,.'’\u00a0\u202f])\d{3}(?:\2\d{3})*)(?:[.,]0+)?", re.ASCII)
_DECIMAL = re.compile(r"(\d+)[.,](\d*)", re.ASCII)
_POWER = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?(\d{1,3})", re.ASCII)
_RUINED = re.compile(
    r"[+-]?\d[\d.,'’ \u00a0\u202f]*(?:[eE][+-]?\d{1,3})?|#+|#[A-Z][A-Z0-9/]*[!?]?", re.ASCII
)


def _whole(text: str) -> str:
    """Return the digits of a whole number written otherwise, if they are all there; else itself.

    A float of 2^53 or more has lost some, whatever it shows; "1.000" may be one or a thousand.
    """
    match = _POWER.fullmatch(text)
    if match is not None:
        digits = match[1] + (match[2] or "")
        if len(digits) != int(match[3]) + 1:
            return text
        return text if int(digits) >= EXACT and int(float(digits)) == int(digits) else digits
    match = _DECIMAL.fullmatch(text)
    if match is not None and not match[2].strip("0"):
        digits = match[1]
        if len(match[2]) == 3 and len(digits) <= 3:
            return text
        return text if int(digits) >= EXACT and int(float(digits)) == int(digits) else digits
    match = _GROUPED.fullmatch(text)
    if match is not None:
        body = re.sub(r"[.,]0+$", "", text) if match[2] not in ".," else text
        groups = re.split(r"[^\d]", body)
        if len(groups) > 2 and len(groups[-1]) != 3:  # 1.234.567,0
            groups = groups[:-1]
        return "".join(groups)
    return text


def is_ruined_id(text: str | None) -> bool:
    """Return True for an id of which a spreadsheet or a float has left a number, not its digits.

    Examples
    --------
    >>> is_ruined_id("6.47812E+17"), is_ruined_id("647812345678901248"), is_ruined_id("####")
    (True, False, True)
    """
    if text is None or text.isdecimal():
        return False
    return _RUINED.fullmatch(text) is not None


def count(value: object) -> int | None:
    """Return a count, or None when it is absent or not a whole number.

    Examples
    --------
    >>> count("12"), count("12.0"), count("1,234"), count(""), count("many")
    (12, 12, 1234, None, None)
    >>> count("1.234"), count("1 234"), count("1.2K"), count("3,4 M"), count("1.25")
    (1234, 1234, 1200, 3400000, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**63 else None
    text = str(value).strip().replace(",", "").replace("\u202f", "").replace("\xa0", "")
    if text.endswith(".0"):
        text = text[:-2]
    digits = text[1:] if text[:1] == "-" else text
    if digits.isascii() and digits.isdecimal():
        return int(text) if len(digits) < 19 else None
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    short = _SHORT.fullmatch(str(value).strip())
    if short is None:
        return None
    return round(float(short[1].replace(",", ".")) * (1_000 if short[2] in "kK" else 1_000_000))


_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3}){1,4}", re.ASCII)
_SHORT = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)\s?([kKmM])", re.ASCII)  # as X shows them


# as programs write them, and spreadsheets of other languages
_FLAGS = {
    **dict.fromkeys(("true", "t", "1", "1.0", "yes", "vrai", "oui", "wahr", "ja", "verdadero",
                     "vero", "verdadeiro", "sim", "si", "sí", "sì", "evet", "да", "так", "نعم",
                     "כן", "はい", "是", "예"), True),
    **dict.fromkeys(("false", "f", "0", "0.0", "no", "faux", "non", "falsch", "nein", "falso",
                     "nao", "não", "hayır", "нет", "ні", "لا", "לא", "いいえ", "否",
                     "아니요"), False),
}  # fmt: skip


def flag(value: object) -> bool | None:
    """Return True or False from what formats write, or None.

    Examples
    --------
    >>> flag("TRUE"), flag("0"), flag(""), flag(None)
    (True, False, None, None)
    """
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value).strip().lower())


# ------------------------------------------------------------------ hashtags, mentions, addresses


def mention(name: str) -> str:
    """Return a handle as the mentions column holds it: without @, NFKC, casefolded."""
    return _mention(name) if len(name) < LONG else _folded(name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name.strip().lstrip("@＠")).casefold()


# What is kept is bounded: a file may hold many names.
_mention = lru_cache(maxsize=50_000)(_folded)


def handle(name: object) -> str | None:
    """Return a handle as written, without @; None when absent."""
    if not isinstance(name, str):
        return None
    return name.strip().lstrip("@＠") or None


def hashtags(tags: Iterable[str]) -> list[str]:
    """Return hashtags normalised, in order, once each.

    Examples
    --------
    >>> hashtags(["i4Emploi", "#I4EMPLOI", "Corrèze"])
    ['i4emploi', 'corrèze']
    """
    return _once([tag for tag in map(hashtag, tags) if tag])


def mentions(names: Iterable[str]) -> list[str]:
    """Return mentioned handles normalised, in order, once each."""
    return _once([name for name in map(mention, names) if name])


def urls(addresses: Iterable[str | None]) -> list[str]:
    """Return addresses stripped, in order, once each; blanks go."""
    return _once([text for address in addresses if address and (text := address.strip())])


def _once(texts: list[str]) -> list[str]:
    return texts if len(texts) < 2 else list(dict.fromkeys(texts))


_MENTION = re.compile(r"(?<![\w@＠!#$%&*])[@＠](\w{1,30})(?![\w@])", re.ASCII)
_URL = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
# lower case where a program has made all of it so; before Arabic stand marks of direction
_RESHARE = re.compile(
    r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]*(?:RT(?=\s*[@＠])|rt(?=\s*@\w{1,30}:))"
    r"\s*[@＠](\w{1,30}):?\s*(.*)",
    re.DOTALL | re.ASCII,
)


def mentions_in(text: str | None) -> list[str]:
    """Return the handles mentioned in a text, normalised; for platforms with short names."""
    return mentions(_MENTION.findall(text)) if text else []


def urls_in(text: str | None) -> list[str]:
    """Return the addresses written in a text, without the punctuation that follows them."""
    return urls(match.rstrip(".,;:!?)…'’") for match in _URL.findall(text)) if text else []


def typed_reshare(text: str | None) -> tuple[str, str] | None:
    """Return (handle, rest) of a text that begins with "RT @handle:", or None.

    Examples
    --------
    >>> typed_reshare("RT @name: bonjour")
    ('name', 'bonjour')
    """
    match = _RESHARE.match(text) if text else None
    return (match[1], match[2]) if match else None


def printable(text: str) -> str:
    r"""Return a text fit for one line of a message: what does not print becomes a blank.

    Examples
    --------
    >>> printable("a\nb\u2028c")
    'a b c'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)


# ---------------------------------------------------------------------------------- marked-up text

_TAG = re.compile(r"<[^>]*>")
_MEDIA_KINDS = {
    "photo": "photo", "image": "photo", "video": "video", "animated_gif": "animation",
    "gifv": "animation", "gif": "animation", "audio": "audio",
}  # fmt: skip


@lru_cache(4096)
def client(text: str | None) -> str | None:
    """Return the name of the program of a post, out of the link that Twitter writes it in.

    Examples
    --------
    >>> client('<a href="http://twitter.com" rel="nofollow">Twitter for iPhone</a>')
    'Twitter for iPhone'
    """
    return (_TAG.sub("", unescape(text) or "").strip() or None) if text else None


def views(value: object) -> int | None:
    """Return a count of views; X writes 0 for posts older than its counting: unknown."""
    return count(value) or None


def media_kind(kind: str | None) -> str:
    """Return photo, video, animation, audio or other for what a platform calls a medium."""
    return _MEDIA_KINDS.get((kind or "").lower(), "other")


def unescape(text: str | None) -> str | None:
    """Undo the five escapes Twitter writes into texts; anything else stays as typed.

    Examples
    --------
    >>> unescape("l&apos;emploi &amp;lt; R&amp;D &lt;3")
    "l'emploi &lt; R&D <3"
    """
    if text is None or "&" not in text:
        return text
    for escape, plain in _ESCAPES:
        text = text.replace(escape, plain)
    return text


def unescape_whole(text: str | None) -> str | None:
    """Undo the escapes of programs that write HTML and XML: cut at one, a hashtag is another.

    Examples
    --------
    >>> unescape_whole("l&#x27;emploi #solidarit&eacute; &amp;lt; R&D ?a=1&copy=2")
    "l'emploi #solidarité &lt; R&D ?a=1&copy=2"
    """
    if text is None or "&" not in text:
        return text
    return _ENTITY.sub(lambda one: html_unescape(one[0]), text)


_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,31}\d{0,2});", re.ASCII | re.IGNORECASE)
_ESCAPES = (
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&amp;", "&"),
)


LONGEST_HTML = 20_000  # characters: the parser takes a square of the time for tags left open
_LINE_END = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def html_to_text(markup: str | None) -> str | None:
    r"""Return the words of an HTML fragment: paragraphs and <br> become line ends.

    Examples
    --------
    >>> html_to_text("<p>Un &amp; deux<br>trois</p><p>#<span>i4Emploi</span></p>")
    'Un & deux\ntrois\n\n#i4Emploi'
    """
    if markup is None:
        return None
    if "<" not in markup:
        return html_unescape(markup)
    if len(markup) > LONGEST_HTML:
        return html_unescape(_TAG.sub("", _LINE_END.sub("\n", markup))).strip()
    words = _Words()
    words.feed(markup)
    words.close()
    return "".join(words.parts).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in ("p", "div", "li") and self.parts:
            self.parts.append("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
