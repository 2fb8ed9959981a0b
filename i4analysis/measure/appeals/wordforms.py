"""Words as people write them: accents folded, feminine and plural forms made, hashtags cut apart.

Everything works on whole Arrow columns (RE2), so a million posts cost seconds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_FEMININE = (
    # masculine ending → feminine ending, longest first (usual French rules for occupations)
    ("teur", ("trice", "teuse")),
    ("eur", ("euse",)),
    ("ier", ("iere",)),
    ("er", ("ere",)),
    ("ien", ("ienne",)),
    ("on", ("onne",)),
    ("if", ("ive",)),
    ("al", ("ale", "aux", "ales")),
    ("e", ("ee",)),
)
_INCLUSIVE = (
    r"\((?:e|ne|se|fe|euse|rice|trice|iere|ere|ve|le)?s?\)"
    r"|[·•](?:e|ne|se|fe|euse|rice|trice|iere|ere|ve|le)?(?:[·•]?s)?"
    r"|/(?:e|ne|se|fe|euse|rice|trice|iere|ere|ve|le)s?\b"
)
LINK = r"https?://\S+|\bwww\.\S+"


def fold(values: pd.Series) -> pd.Series:
    """Return text in lower case, without accents, with plain apostrophes; null stays null.

    Examples
    --------
    >>> fold(pd.Series(["Infirmière à l’hôpital"]))[0]
    "infirmiere a l'hopital"
    """
    column = pa.array(values.astype("string[pyarrow]"), type=pa.string())
    column = pc.utf8_normalize(column, form="NFKD")
    for pattern, replacement in ((r"\p{M}+", ""), ("[’ʼ`´]", "'"), ("[œŒ]", "oe"), ("[æÆ]", "ae")):
        column = pc.replace_substring_regex(column, pattern, replacement)
    return pd.Series(pc.utf8_lower(column), index=values.index, dtype=pd.ArrowDtype(pa.string()))


def words(values: pd.Series) -> pd.Series:
    """Return folded words separated by one space, links, mentions and inclusive endings removed.

    Hashtags in capitals at each word are cut apart.

    Examples
    --------
    >>> words(pd.Series(["#ChefDeProjet, chargé(e) de com @ami https://a.b"]))[0]
    ' chef de projet charge de com '
    """
    column = pa.array(values.astype("string[pyarrow]"), type=pa.string())
    for pattern, replacement in ((LINK, " "), (r"[@＠]\w+", " "), (r"(\p{Ll})(\p{Lu})", r"\1 \2")):
        column = pc.replace_substring_regex(column, pattern, replacement)
    plain = pa.array(fold(pd.Series(column, dtype=pd.ArrowDtype(pa.string()))), type=pa.string())
    plain = pc.replace_substring_regex(plain, _INCLUSIVE, "")
    plain = pc.replace_substring_regex(plain, r"[^a-z0-9&]+", " ")
    joined = pc.binary_join_element_wise(" ", plain, " ", "")
    joined = pc.replace_substring_regex(joined, r"\s+", " ")
    return pd.Series(joined, index=values.index, dtype=pd.ArrowDtype(pa.string()))


@cache
def forms(phrase: str) -> tuple[str, ...]:
    """Return the written forms of a folded phrase: feminine, plural, joined as a hashtag.

    Examples
    --------
    >>> sorted(forms("vendeur"))
    ['vendeur', 'vendeurs', 'vendeuse', 'vendeuses']
    >>> "directrice generale" in forms("directeur general")
    True
    >>> "chefsdeprojet" in forms("chef de projet")
    True
    """
    parts = phrase.replace("-", " ").replace("'", " ").split()
    heads = _inflect(parts[0])
    if len(parts) == 1:
        return tuple(sorted(heads))
    tails = {parts[-1]}
    if len(parts) == 2:
        tails |= _inflect(parts[1])
    middle = parts[1:-1]
    spaced = {" ".join([head, *middle, tail]) for head, tail in product(heads, tails)}
    return tuple(sorted(spaced | {form.replace(" ", "") for form in spaced}))


def _inflect(word: str) -> set[str]:
    if len(word) < 4:
        return {word}
    singular = {word}
    for ending, feminines in _FEMININE:
        if word.endswith(ending):
            singular |= {word[: -len(ending)] + feminine for feminine in feminines}
            break
    else:
        if word.endswith(("t", "d", "n", "l")):
            singular.add(word + "e")
    return singular | {form + "s" for form in singular if not form.endswith(("s", "x", "z"))}


def singulars(word: str) -> set[str]:
    """Return the words that a folded word may be the feminine or plural of (for searching).

    Examples
    --------
    >>> sorted(singulars("infirmieres"))
    ['infirmier', 'infirmiere']
    """
    found: set[str] = set()
    one = word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word
    for ending, feminines in _FEMININE:
        for feminine in feminines:
            if one.endswith(feminine) and len(one) > len(feminine) + 2:
                found.add(one[: -len(feminine)] + ending)
    if one.endswith("e"):
        found.add(one[:-1])
    return {form for form in found | {one} if word in _inflect(form) or form == one}


def first_form(values: pd.Series, forms_to_value: dict[str, str]) -> pd.Series:
    """Return the value of the first (then longest) known form in each text of words; else null.

    Parameters
    ----------
    values
        Texts as made by `words`.
    forms_to_value
        Written form → value.
    """
    found = first_match(values, list(forms_to_value))
    return found.map(forms_to_value).astype(pd.ArrowDtype(pa.string()))


def first_match(values: pd.Series, alternatives: list[str]) -> pd.Series:
    """Return the first (then longest) of `alternatives` in each text of words; else null.

    Texts are cut into words and every run of words is looked up, so that the time does not grow
    with the number of alternatives (an expression of thousands of them would).
    """
    dtype = pd.ArrowDtype(pa.string())
    tokens, rows = tokenised(values)
    found = pd.Series(pd.NA, index=range(len(values)), dtype=dtype)
    best = np.full(len(values), len(rows), dtype=np.int64)
    for _, grams, known in _looked_up(tokens, rows, alternatives):
        starts = np.flatnonzero(known)[::-1]  # backwards: the first start of a row is kept
        place = np.full(len(values), len(rows), dtype=np.int64)
        place[rows[starts]] = starts
        # Sizes come longest first, so that an equal start keeps the longer form.
        earlier = place < best
        best = np.where(earlier, place, best)
        chosen = np.flatnonzero(earlier)
        found.iloc[chosen] = pd.Series(grams.take(pa.array(place[chosen])), dtype=dtype).array
    found.index = values.index
    return found


def mark_forms(values: pd.Series, marks: dict[str, str]) -> pd.Series:
    """Return texts of words with a mark before each known form: form → mark.

    Punctuation is kept as words of its own; hyphens, apostrophes and # become spaces.

    Examples
    --------
    >>> mark_forms(pd.Series(["cherche: aide-soignant"]), {"aide soignant": "JOB"}).tolist()
    ['cherche : JOB aide soignant']
    """
    column = pa.array(values, type=pa.string())
    column = pc.replace_substring_regex(column, r"[-'#]", " ")
    column = pc.replace_substring_regex(column, r"([^\pL\pN\s_])", r" \1 ")
    spaced = pd.Series(column, index=values.index, dtype=pd.ArrowDtype(pa.string()))
    tokens, rows = tokenised(spaced)
    for mark in sorted(set(marks.values())):
        forms_of = [form for form, value in marks.items() if value == mark]
        starts = np.zeros(len(rows), dtype=bool)
        for _, _, known in _looked_up(tokens, rows, forms_of):
            starts |= known
        behind = pc.binary_join_element_wise(pa.scalar(mark), tokens, " ")
        tokens = pc.if_else(pa.array(starts), behind, tokens)
    offsets = np.searchsorted(rows, np.arange(len(values) + 1))
    lists = pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), tokens)
    return pd.Series(pc.binary_join(lists, " "), index=values.index, dtype=spaced.dtype)


def tokenised(values: pd.Series) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """Return all words of all texts, and the row of each."""
    column = pa.array(values.fillna(""), type=pa.string())
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    column = pc.utf8_trim_whitespace(column)
    lists = pc.split_pattern_regex(column, r"\s+")
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return pc.list_flatten(lists), rows


def _looked_up(
    tokens: pa.Array, rows: npt.NDArray[np.int64], forms_: list[str]
) -> Iterator[tuple[int, pa.Array, npt.NDArray[np.bool_]]]:
    """Return, for each length, the run of words from each word on and whether it is a form."""
    by_size: dict[int, list[str]] = {}
    for form in forms_:
        by_size.setdefault(form.count(" ") + 1, []).append(form)
    for size in sorted(by_size, reverse=True):
        if size > len(tokens):
            continue
        last = len(tokens) - size + 1
        parts = [tokens.slice(shift, last) for shift in range(size)]
        grams = pc.binary_join_element_wise(*parts, " ") if size > 1 else tokens
        inside = rows[:last] == rows[size - 1 :]
        known = pc.is_in(grams, value_set=pa.array(by_size[size], type=pa.string()))
        whole = np.zeros(len(tokens), dtype=bool)
        whole[:last] = known.to_numpy(zero_copy_only=False) & inside
        yield size, grams, whole


READ = ("fr", "en")  # the languages whose appeals are known
_OTHER_LETTERS = r"[ßäöñãõłąęśźżćńşğıěřůőűăâșțåøđ¿¡]"
_FEWEST_WORDS = 3


@cache
def _small_words() -> dict[str, list[str]]:
    file = resources.files("i4analysis.measure").joinpath("data", "languages.toml")
    text = file.read_text("utf-8")
    return {
        # a letter alone is as often an initial, a shift or a plural in brackets
        code: sorted({word for word in small.split() if len(word) > 1})
        for code, small in tomllib.loads(text).items()
    }


def other_language(
    values: pd.Series, told: pd.Series, ours: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.bool_]:
    """Return which texts are in a language other than those of `READ`.

    Definition
        A text is in another language where most of its letters are not Latin; where two of its
        words, at least, and more of them than of French or English, are small words of one other
        language (a letter that neither French nor English has, and the platform's own word for
        the language, count as one each); or where the platform says so and no word is French or
        English.

    Parameters
    ----------
    values
        Texts as written.
    told
        Language by the platform; null where it does not say.
    ours
        Texts with words of French or English that are known otherwise (an occupation, say).

    Examples
    --------
    >>> texts = pd.Series(["Suche eine Stelle in Ulm", "Cherche un poste à Tulle", "探しています"])
    >>> other_language(texts, pd.Series([None, None, None])).tolist()
    [True, False, True]
    """
    column = pa.array(values.fillna("").astype("string[pyarrow]"), type=pa.string())
    bare = pc.replace_substring_regex(column, LINK + r"|[@＠#]\w+", " ")
    letters = pc.count_substring_regex(bare, r"\p{L}").to_numpy(zero_copy_only=False)
    latin = pc.count_substring_regex(bare, r"\p{Latin}").to_numpy(zero_copy_only=False)
    lower = pc.utf8_lower(pc.utf8_normalize(bare, form="NFC"))
    odd = pc.match_substring_regex(lower, _OTHER_LETTERS).to_numpy(zero_copy_only=False)
    spaced = words(pd.Series(bare, dtype=pd.ArrowDtype(pa.string())))
    tokens, rows = tokenised(spaced)
    count = np.bincount(rows, minlength=len(values)) if len(rows) else np.zeros(len(values))
    platform = told.astype("string[pyarrow]").str.slice(0, 2).fillna("").to_numpy(dtype=object)
    home = np.zeros(len(values)) if ours is None else ours.astype(float)
    first = home.copy()
    other = np.zeros(len(values))
    for code, small in _small_words().items():
        known = pc.is_in(tokens, value_set=pa.array(small, type=pa.string()))
        hits = np.bincount(rows, known.to_numpy(zero_copy_only=False), len(values))
        if code in READ:
            home = np.maximum(home, first + hits)
        else:
            other = np.maximum(other, hits + (platform == code))
    other = other + odd
    said = ~np.isin(platform, ["", "un", "qm", "qh", "qs", "qc", "qa", "zx", *READ])
    result: npt.NDArray[np.bool_] = (
        (letters - latin > latin)
        | ((other >= 2) & (other > home + np.isin(platform, READ)))
        | (said & (home == 0) & (count >= _FEWEST_WORDS))
    )
    return result
