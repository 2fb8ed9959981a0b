"""What the recogniser of appeals reads in a post: words, their beginnings, families, and pairs.

Every feature has a name one can read: `word:merci`, `start:recru` and `end:eur` (words that begin
or end so), `family:kin` (a word of that family of `data/appeal_families.toml`), `first:I` (the
post's first word or its family), `pair:I SEEK` (one word or family, then in capitals, right
before another), `near:WE … WORK` (two or three words before). Occupations and places have the
words `zjobz`, `zplacez` put before them; links, mentions, sums of money and numbers are replaced
by one word each, so that no address, handle or figure is ever learnt.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from i4analysis.hashtags import replace_hashtags
from i4analysis.measure.appeals import lexicon, wordforms

Ints = npt.NDArray[np.int64]

_START, _END = 5, 3  # letters of a word's beginning and of its ending
_LONG, _SHORTER = 7, 6  # letters from which a beginning, an ending, is read
_ENDINGS = "e|ne|se|fe|euse|rice|trice|iere|ere|ve|le|s|es"
_INCLUSIVE = rf"\((?:{_ENDINGS})s?\)|[·•](?:{_ENDINGS})(?:[·•]?s)?\b|/(?:{_ENDINGS})s?\b"
_PLAIN = (
    (r"[£$€] ?\d[\d.,]* ?k?|\b\d[\d.,]* ?(?:k ?€|€|euros?\b|k\b|ke\b)", " zpay "),
    (r"\d+ ?%", " zpercent "),
    (r"\b(?:h ?[/-] ?f|f ?[/-] ?h|m/f|m/w)\b", " zhf "),
    (r"\b\d+ ?(?:h|heures?|hours?)(?:\d\d)?\b", " zhours "),
    (r"\d+(?:[.,/:]\d+)*", " zn "),
    (r"([?!:«»\"“”…|])", r" \1 "),
    (r"(\p{So})", r" \1 "),
    (r"[^a-z0-9&?!:«»\"“”…|\p{So}]+", " "),
)


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Return family → its words, folded; a trailing * takes every ending."""
    text = resources.files("i4analysis.measure").joinpath("data", "appeal_families.toml")
    content = tomllib.loads(text.read_text("utf-8"))
    return {name: tuple(dict.fromkeys(words.split())) for name, words in content.items()}


def families_of(words: list[str]) -> list[tuple[str, ...]]:
    """Return the families of each word, in the order of the file."""
    exact: dict[str, list[str]] = {}
    begins: list[tuple[str, str]] = []
    for name, members in families().items():
        for member in members:
            if member.endswith("*"):
                begins.append((member[:-1], name))
            else:
                exact.setdefault(member, []).append(name)
    order = {name: i for i, name in enumerate(families())}
    by_letter: dict[str, list[tuple[str, str]]] = {}
    for start, name in begins:
        by_letter.setdefault(start[:2], []).append((start, name))
    found = []
    for word in words:
        mine = set(exact.get(word, ()))
        mine |= {name for start, name in by_letter.get(word[:2], ()) if word.startswith(start)}
        found.append(tuple(sorted(mine, key=order.__getitem__)))
    return found


@dataclass(frozen=True, eq=False)
class Tokens:
    """The words of many posts: post and code of each, and what the codes stand for.

    `symbols`: in pairs a word is its first family, in capitals, or itself.
    """

    n: int
    rows: Ints
    codes: Ints
    words: list[str]
    families: list[tuple[str, ...]]
    symbols: list[str]


def tokenise(texts: pd.Series, tags: tuple[str, ...]) -> Tokens:
    """Cut posts into words; `tags` (a movement's hashtags) become the word `ztag`."""
    column = _without_tags(pa.array(texts.astype("string[pyarrow]"), type=pa.string()), tags)
    steps = [(wordforms.LINK, " zlink "), (r"[@＠]\w+", " zat ")]
    for pattern, replacement in (*steps, (r"(\p{Ll})(\p{Lu})", r"\1 \2")):
        column = pc.replace_substring_regex(column, pattern, replacement)
    folded = wordforms.fold(pd.Series(column, dtype=pd.ArrowDtype(pa.string())))
    column = pa.array(folded, type=pa.string())
    for pattern, replacement in ((_INCLUSIVE, " zincl "), *_PLAIN):
        column = pc.replace_substring_regex(column, pattern, replacement)
    plain = pd.Series(column, dtype=pd.ArrowDtype(pa.string())).fillna("")
    tokens, rows = wordforms.tokenised(wordforms.mark_forms(plain, _marks()))
    kept = pc.not_equal(tokens, "")
    tokens, rows = tokens.filter(kept), rows[kept.to_numpy(zero_copy_only=False)]
    coded = tokens.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    words = coded.dictionary.to_pylist()
    mine = families_of(words)
    symbols = [one[0].upper() if one else word for word, one in zip(words, mine, strict=True)]
    return Tokens(len(texts), rows, codes, words, mine, symbols)


def _without_tags(texts: pa.Array, tags: tuple[str, ...]) -> pa.Array:
    rows = pc.fill_null(pc.match_substring_regex(texts, "[#＃]"), False)
    if not tags or not pc.any(rows).as_py():
        return texts
    wanted = frozenset(tags)
    replaced = [replace_hashtags(one, wanted, " ztag ") for one in texts.filter(rows).to_pylist()]
    return pc.replace_with_mask(texts, rows, pa.array(replaced, pa.string()))


@cache
def _marks() -> dict[str, str]:
    return dict.fromkeys(lexicon.place_forms(), "zplacez") | dict.fromkeys(
        lexicon.job_forms(), "zjobz"
    )


def matrix(tokens: Tokens, names: list[str]) -> sparse.csr_matrix:
    """Return which posts (rows) have which of the named features (columns)."""
    column = {name: i for i, name in enumerate(names)}
    parts = []
    for kind, one in _single(tokens).items():
        to = np.array([column.get(f"{kind}:{value}", -1) for value in one.values], dtype=np.int64)
        parts.append((one.rows, to[one.codes]))
    parts += _pairs_found(tokens, column)
    rows = np.concatenate([part[0] for part in parts])
    columns = np.concatenate([part[1] for part in parts])
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    found = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (tokens.n, len(names)))
    found.sum_duplicates()
    found.data[:] = 1.0  # a feature is there or not, however often
    return found


def names_of(tokens: Tokens, least: int) -> list[str]:
    """Return the features found in at least `least` posts, in order."""
    posts: dict[str, set[int]] = {}

    def note(rows: Ints, names: list[str]) -> None:
        for row, name in zip(rows.tolist(), names, strict=True):
            posts.setdefault(name, set()).add(row)

    for kind, one in _single(tokens).items():
        names = [f"{kind}:{value}" if value else "" for value in one.values]
        note(one.rows, [names[code] for code in one.codes.tolist()])
    for kind, gaps in _GAPS.items():
        for gap in gaps:
            a, b, rows = _apart(tokens, gap)
            pairs = zip(a.tolist(), b.tolist(), strict=True)
            symbols = tokens.symbols
            note(rows, [f"{kind}:{symbols[x]}{_BETWEEN[kind]}{symbols[y]}" for x, y in pairs])
    return sorted(name for name, where in posts.items() if name and len(where) >= least)


@dataclass(frozen=True, eq=False)
class _Values:
    """A feature of one word at a time: post and code of each, and the values of the codes."""

    rows: Ints
    codes: Ints
    values: list[str]


def _single(tokens: Tokens) -> dict[str, _Values]:
    words = tokens.words
    # Made words (zn, zpay …) and signs have no beginning or ending of their own.
    plain = [word if word.isalpha() and not word.startswith("z") else "" for word in words]
    starts = [word[:_START] if len(word) >= _LONG else "" for word in plain]
    ends = [word[-_END:] if len(word) >= _SHORTER else "" for word in plain]
    names = list(families())
    number = {name: i for i, name in enumerate(names)}
    which = [np.array([number[name] for name in one], dtype=np.int64) for one in tokens.families]
    sizes = np.array([len(one) for one in which], dtype=np.int64)
    flat = np.concatenate([*which, np.empty(0, dtype=np.int64)])
    begins = np.cumsum(sizes) - sizes
    many = sizes[tokens.codes]
    inner = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    of_family = flat[np.repeat(begins[tokens.codes], many) + inner]
    opening = np.flatnonzero(np.diff(tokens.rows, prepend=-1))
    return {
        "word": _Values(tokens.rows, tokens.codes, words),
        "start": _Values(tokens.rows, tokens.codes, starts),
        "end": _Values(tokens.rows, tokens.codes, ends),
        "family": _Values(np.repeat(tokens.rows, many), of_family, names),
        "first": _Values(tokens.rows[opening], tokens.codes[opening], tokens.symbols),
    }


_GAPS = {"pair": (1,), "near": (2, 3)}
_BETWEEN = {"pair": " ", "near": " … "}


def _apart(tokens: Tokens, gap: int) -> tuple[Ints, Ints, Ints]:
    same = tokens.rows[:-gap] == tokens.rows[gap:]
    return tokens.codes[:-gap][same], tokens.codes[gap:][same], tokens.rows[gap:][same]


def _pairs_found(tokens: Tokens, column: dict[str, int]) -> list[tuple[Ints, Ints]]:
    parts = []
    for kind, gaps in _GAPS.items():
        wanted = [name[len(kind) + 1 :] for name in column if name.startswith(kind + ":")]
        if not wanted:
            continue
        ends = [pair.split(_BETWEEN[kind]) for pair in wanted]
        known = {symbol: i for i, symbol in enumerate(sorted({s for pair in ends for s in pair}))}
        keys = np.array([known[a] * len(known) + known[b] for a, b in ends], dtype=np.int64)
        order = np.argsort(keys)
        to = np.array([column[f"{kind}:{pair}"] for pair in wanted], dtype=np.int64)[order]
        keys = keys[order]
        code = np.array([known.get(symbol, -1) for symbol in tokens.symbols], dtype=np.int64)
        for gap in gaps:
            a, b, rows = _apart(tokens, gap)
            a, b = code[a], code[b]
            both = (a >= 0) & (b >= 0)
            key = a[both] * len(known) + b[both]
            at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
            right = keys[at] == key
            parts.append((rows[both][right], to[at[right]]))
    return parts
