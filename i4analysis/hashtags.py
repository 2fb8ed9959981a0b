"""The grammar of a hashtag: what one is in a text, and when two spellings are the same one.

Posts, bios, roles, appeals and `i4 new` all ask here. The grammar is that of the platforms
(twitter-text, Mastodon): letters, vowel marks and digits of any script, and the signs that join
the parts of a word, after # or ＃, with a letter among them; not inside a word nor an address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Python's \w leaves out the marks (Unicode categories Mn and Mc) with which Hindi, Tamil, Thai,
# Hebrew or a decomposed French é write their vowels. Stretches reach over letters and free places,
# which \w takes anyway; the signs of emoji (U+20DD…, U+FE00–FE0F) stay out.
_MARKS = """
300-36f 483-487 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-65f 670 6d6-6dc 6df-6e8 6ea-6ed
711-7f3 7fd 816-82d 859-85b 898-8e1 8e3-963 981-9e3 9fe-a75 a81-ae3 afa-b63 b82-bd7 c00-c63
c81-c83 cbc-d4d d57-d63 d81-df3 e31-e3a e47-e4e eb1-ecd f18-f19 f35 f37 f39 f3e-f84 f86-fbc fc6
102b-103e 1056-109d 135d-135f 1712-1734 1752-17d3 17dd 180b-180d 180f-193b 1a17-1a1b 1a55-1a7f
1ab0-1abd 1abf-1b44 1b6b-1b73 1b80-1bf3 1c24-1c37 1cd0-1cd2 1cd4-1dff 20d0-20dc 20e1 20e5-20f0
2cef-2cf1 2d7f-2dff 302a-302f 3099-309a a66f a674-a67d a69e-a6f1 a802-a827 a82c a880-a8c5
a8e0-a8f1 a8ff-a92d a947-a953 a980-a9c0 a9e5-aa4d aa7b-aac1 aaeb-aaef aaf5-aaf6 abe3-abea
abec-abed fb1e fe20-fe2f 101fd-1037a 10a01-10a3f 10ae5-10ae6 10d24-10eac 10f46-10f50 10f82-10f85
11000-11046 11070-110ba 110c2 11100-11134 11145-11173 11180-111c0 111c9-111cc 111ce-111cf
1122c-11237 1123e 112df-11446 1145e-114c3 115af-115c0 115dc-11640 116ab-116b7 1171d-1172b
1182c-1183a 11930-11943 119d1-119e0 119e4-11a3e 11a47-11a99 11c2f-11c3f 11c92-11ef6 16af0-16af4
16b30-16b36 16f4f-16f92 16fe4-16ff1 1bc9d-1bc9e 1cf00-1cf46 1d165-1d169 1d16d-1d172 1d17b-1d182
1d185-1d18b 1d1aa-1d1ad 1d242-1d244 1da00-1da36 1da3b-1da6c 1da75 1da84 1da9b-1e136 1e2ae-1e2ef
1e8d0-1e94a e0100-e01ef
"""  # of Unicode 14; a test walks all of Unicode
# Signs that join the parts of one word: ZWNJ and ZWJ (Persian, Sinhala), the Catalan and inclusive
# French ·, the Hebrew maqaf, geresh and gershayim, the Tibetan tsheg, Japanese ・ ゠ 〜 ～.
_JOINERS = "\u200c\u200d\u00b7\u05be\u05f3\u05f4\u0f0b\u0f0c\u30a0\u30fb\uff65\u301c\uff5e"
_LETTERS = r"\w" + "".join(
    "-".join(chr(int(end, 16)) for end in stretch.split("-")) for stretch in _MARKS.split()
)
_WORD = rf"[{_LETTERS}{_JOINERS}]*[^\W\d_][{_LETTERS}{_JOINERS}]*"
# What stands before # is looked at after # is found: so the search leaps from # to #.
_TAG = rf"[#＃](?<![{_LETTERS}&].)({_WORD})"
_IN_WORDS = re.compile(_TAG)
# An address is passed over whole, so that what follows # in it is not taken for a hashtag; after
# a comma or a bracket the address has ended. Only after these signs can # stand in an address.
_IN_ADDRESS = re.compile(r"[/?=+%~-][#＃]")
_IN_TEXT = re.compile(
    r"(?:[hH][tT][tT][pP][sS]?://|[wW]{3}\.)[^\s#＃]*+(?:(?<=[\w/?=&+%~-])[#＃]\S*)?|" + _TAG
)
_WHOLE = re.compile(rf"[#＃]?({_WORD})")
_SLASHED = ("/#", "/＃")
_HOST = re.compile(r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.[^\W\d_]+/[^\s#＃]*\Z")
_REACH = 300  # characters looked at before a #: hosts have 253 at most
_STYLES = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])  # forms of one sign
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
_ENDS = f"{_JOINERS}~{_BLANKS}"  # NFKC turns ～ into ~, and a lone ´ into a blank and an accent
_OUTSIDE = re.compile(rf"[^{_LETTERS}-]+")
_UNSEEN = {**_STYLES, 0x200C: None, 0x200D: None}  # two names must not look the same
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")  # names that Windows keeps for itself
LONGEST_NAME = 100  # bytes: half of what a file's name may have, for a run puts its day before
LONG = 300  # characters: nobody types a hashtag as long as a book, but a file may hold many


def normalize_hashtag(tag: str) -> str:
    """Return a hashtag as the tables hold it: without #, NFKC, casefolded.

    Two spellings are the same hashtag when this is equal. Casefolding knows no Turkish: İ gives i
    and a dot above, and the capital of ı is I; so the dot goes, and ı is held equal to i.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.movement.normalize_hashtag("#i4Emploi"), i4.movement.normalize_hashtag("＃Straße")
    ('i4emploi', 'strasse')
    >>> {i4.movement.normalize_hashtag(tag) for tag in ("İşArıyorum", "işarıyorum", "İŞARIYORUM")}
    {'işariyorum'}
    """
    plain = tag.strip().lstrip("#＃").strip()
    if plain.isascii():
        return plain.lower()
    folded = unicodedata.normalize("NFKC", plain.translate(_STYLES)).casefold()
    folded = folded.replace("i\u0307", "i").replace("ı", "i")
    return unicodedata.normalize("NFKC", folded).strip(_ENDS)


_kept = lru_cache(maxsize=50_000)(normalize_hashtag)


def hashtag(tag: str) -> str:
    """Return `normalize_hashtag(tag)`, from memory where it was asked before."""
    return _kept(tag) if len(tag) < LONG else normalize_hashtag(tag)


def _lettered(word: str) -> str:
    """Return the key of a word after #, or "" where its letters are digits such as ² or ½."""
    key = hashtag(word)
    return key if key.isalpha() or any(sign.isalpha() for sign in key) else ""


def hashtags_in(text: str | None) -> list[str]:
    """Return the hashtags written in a text, normalised, in order, once each.

    Examples
    --------
    >>> hashtags_in("Soutenons #i4Emploi ! #2015 a.b/#ancre CDI/#Corrèze… #हिन्दी")
    ['i4emploi', 'corrèze', 'हिन्दी']
    """
    if not text or ("#" not in text and "＃" not in text):
        return []
    keys = [key for word in words_in(text) if (key := _lettered(word))]
    return keys if len(keys) < 2 else list(dict.fromkeys(keys))


def words_in(text: str) -> list[str]:
    """Return what stands after each # of a text where a hashtag may stand, as it is written.

    Examples
    --------
    >>> words_in("Soutenons #i4Emploi ! #2015, a.b/#ancre #işarıyorum")
    ['i4Emploi', 'işarıyorum']
    """
    if _IN_ADDRESS.search(text):
        return [match[1] for match in _IN_TEXT.finditer(text) if match[1] and _free(text, match)]
    return _IN_WORDS.findall(text)


def _free(text: str, match: re.Match[str]) -> bool:
    """Say whether a hashtag stands outside an address without scheme, such as a.b/#x."""
    start = match.start()
    return not (
        text.startswith(_SLASHED, start - 1) and _HOST.search(text, max(0, start - _REACH), start)
    )


def replace_hashtags(text: str, wanted: Collection[str], word: str) -> str:
    """Return a text with each of the hashtags `wanted` (normalised) replaced by a word.

    Examples
    --------
    >>> replace_hashtags("RH #I4Emploi, #i4emploiR a.b/#i4emploi", {"i4emploi"}, "TAG")
    'RH TAG, #i4emploiR a.b/#i4emploi'
    """

    def put(match: re.Match[str]) -> str:
        asked = bool(match[1]) and _lettered(match[1]) in wanted and _free(text, match)
        return word if asked else match[0]

    return _IN_TEXT.sub(put, text)


def short_name(words: str) -> str:
    """Return words as the name of a folder: small letters and digits of any script, - and _.

    Examples
    --------
    >>> [short_name(words) for words in ("Walnut Days", "عمل", "求職", "Été à Tulle (2015)", "?")]
    ['walnut-days', 'عمل', '求職', 'été-à-tulle-2015', '']
    """
    plain = unicodedata.normalize("NFKC", words.translate(_UNSEEN)).lower()
    plain = unicodedata.normalize("NFC", plain.replace("i\u0307", "i"))
    name = _OUTSIDE.sub("-", plain).strip("-_")
    name = f"i4-{name}" if _DEVICE.fullmatch(name) else name
    return name.encode()[:LONGEST_NAME].decode(errors="ignore").strip("-_")


def spelling(tag: str) -> str | None:
    """Return a hashtag as somebody wrote it, without #; None where it cannot be one.

    Examples
    --------
    >>> spelling(" #Straße"), spelling("किसान_आंदोलन"), spelling("two words"), spelling("#2015")
    ('Straße', 'किसान_आंदोलन', None, None)
    """
    found = _WHOLE.fullmatch(unicodedata.normalize("NFC", tag.strip()))
    return found[1] if found and _lettered(found[1]) else None
