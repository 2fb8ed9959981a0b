"""Every number printed must be explained: read numbers back out of prose and look for them.

The check knows nothing of what a sentence means: it takes each number as printed, in the marks of
its language, and asks whether some number of the chapter, rounded alike, is it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from i4analysis.publish.words.wording import LANGUAGES, MONTHS, SHORT_MONTHS

_BLANK = "[ \u00a0\u202f]"
_MONTH = "|".join(
    re.escape(month)
    for lang in LANGUAGES
    for month in sorted((*MONTHS[lang], *SHORT_MONTHS[lang]), key=len, reverse=True)
)
_DAY = rf"\d{{1,2}}(?:er)?(?:{_BLANK}?(?:au|et|to|and|–|-){_BLANK}?\d{{1,2}}(?:er)?)?"
# What holds digits but is no quantity: dates, hours, years, names, versions, addresses. In small
# letters "may" is the verb: "2 may precede it".
_NOT_QUANTITIES = re.compile(
    rf"https?://\S+|\bCC{_BLANK}BY{_BLANK}\d\.\d|\bv?\d+\.\d+\.\d+\b"
    rf"|\b{_DAY}{_BLANK}(?-i:(?!may\b))(?:{_MONTH})(?:{_BLANK}\d{{4}})?(?!\w)"
    rf"|(?<!\w)(?:{_MONTH}){_BLANK}\d{{4}}\b"
    rf"|\b\d{{1,2}}{_BLANK}?h(?:{_BLANK}?\d{{2}})?\b|\b\d{{1,2}}:\d{{2}}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|(?<![\d.,\u202f])(?:19|20)\d{2}(?![\d%]|\u202f[\d%]|[.,]\d)"
    r"|\b\d+(?:er|re|e|ers|st|nd|rd|th)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[#@]?[\w.-]*\w")
_PRINTED = {
    "fr": re.compile(r"\d+(?:[\u202f\u00a0]\d{3})*(?:,\d+)?(?:\u202f?%)?"),
    "en": re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?"),
}


def printed(text: str, lang: str) -> list[tuple[str, float, int, bool]]:
    """Return the quantities printed in a text: as printed, value, decimals, whether a percentage.

    Examples
    --------
    >>> printed("On 26 September 2015, 605,840 followers, 54% of 1.5", "en")
    [('605,840', 605840.0, 0, False), ('54%', 54.0, 0, True), ('1.5', 1.5, 1, False)]
    >>> printed("On 2 May 2 may precede it", "en")
    [('2', 2.0, 0, False)]
    """
    found = []
    for match in _PRINTED[lang].finditer(without_names(_NOT_QUANTITIES.sub(" ", text))):
        word = match.group()
        digits = re.sub(r"[\u202f\u00a0%]", "", word)
        digits = digits.replace(",", ".") if lang == "fr" else digits.replace(",", "")
        decimals = len(digits.partition(".")[2])
        found.append((word, float(digits), decimals, word.endswith("%")))
    return found


def without_names(text: str, instead: str = " ") -> str:
    """Return a text without its words that hold digits and are names, or with others instead.

    A hashtag or a handle is one whatever it holds, and so is a word with a letter before a digit.

    Examples
    --------
    >>> without_names("#2015 and i4emploi: 12 of @4you, #5g or 24 h").split()
    ['and', ':', '12', 'of', ',', 'or', '24', 'h']
    """
    return _WORD.sub(lambda word: instead if _is_name(word.group()) else word.group(), text)


def _is_name(text: str) -> bool:
    if text[0] in "#@":
        return True
    first = next((at for at, sign in enumerate(text) if sign.isalpha()), len(text))
    return any(sign.isdigit() for sign in text[first:])


def known(chapter: Mapping[str, Any]) -> set[float]:
    """Return every number a chapter holds: declared, key figures, exclusions, cells, rows."""
    values = [*chapter["numbers"].values()]
    values += [figure["value"] for figure in chapter["key_figures"]]
    values += [entry["count"] for entry in chapter["excluded"]]
    for item in chapter["items"]:
        values.append(len(item.get("rows", ())))
        values += [cell for row in item.get("rows", ()) for cell in row]
        values += _in_names(item)
    return set(_flat(values))


# Columns of names that a ledger gives, which may hold a number of their own: "20 Minutes".
_NAMES = frozenset(("publisher", "publishers", "said_by", "claimant", "outlet", "medium", "who"))


def _in_names(item: Mapping[str, Any]) -> Iterator[float]:
    """Yield the numbers within the names that a table holds: they count nothing."""
    columns = [str(column["name"]) for column in item.get("columns", ())]
    at = [place for place, name in enumerate(columns) if name in _NAMES]
    for row in item.get("rows", ()):
        for cell in (row[place] for place in at if isinstance(row[place], str)):
            yield from (value for lang in LANGUAGES for _, value, *_ in printed(cell, lang))


def _flat(values: Iterable[Any]) -> Iterable[float]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield abs(float(value))


def explained(value: float, decimals: int, share: bool, numbers: Iterable[float]) -> bool:
    """Tell whether some number, rounded to as many decimals (×100 for a share), is the value."""
    half = 0.5 * 10.0**-decimals + 1e-9
    return any(
        abs(number - value) <= half or (share and abs(100 * number - value) <= half)
        for number in numbers
    )


def prose(chapter: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, str]]]:
    """Return (place, words by language) for everything a chapter prints outside its tables."""
    for name in ("title", "headed", "question", "answer"):
        if chapter.get(name):
            yield name, chapter[name]
    for name, lead in chapter.get("leads", {}).items():
        yield f"lead {name}", lead["text"]
    for figure in chapter["key_figures"]:
        yield f"key figure {figure['id']}", figure["label"]
        yield f"key figure {figure['id']}", figure["definition"]
    for name in ("can_write", "cannot_write"):
        for text in chapter[name]:
            yield name.replace("_", " "), text
    for gap in chapter["cannot_show"]:
        yield "cannot show", gap["text"]
    for entry in chapter["excluded"]:
        yield "excluded", entry["reason"]
    for item in chapter["items"]:
        if item["kind"] == "card":  # what happened and who says so are the ledger's own words
            yield f"card {item['id']} verdict", item["verdict"]
            continue
        for name in ("text", "title", "subtitle", "alt", "note", "source"):
            if item.get(name):
                yield f"{item.get('stem', item['kind'])} {name}", item[name]


def unexplained(chapter: Mapping[str, Any]) -> list[str]:
    """Return one sentence for each number printed that the chapter's numbers do not explain."""
    numbers = known(chapter)
    faults = []
    for place, words in prose(chapter):
        for lang in LANGUAGES:
            for word, value, decimals, share in printed(words[lang], lang):
                # "less than 1%", "more than 99%": percent()'s own bounds, explained by the share.
                bound = share and value in (1.0, 99.0)
                if not bound and not explained(value, decimals, share, numbers):
                    faults.append(
                        f"The chapter {chapter['key']} prints {word} in its {place} ({lang}),"
                        " which is in none of its tables and was not declared; compute it or"
                        " declare it in numbers=."
                    )
    return faults
