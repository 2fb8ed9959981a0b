"""Who is to be forgotten, as words: told in any text, and taken out of it.

`erase.csv` names accounts by id or handle, and people by their names, one spelling a row. The
store adds what it knows: the other handles of an account. Here stands how such a word is told from
another in a text; the archive's tables, the ledgers, the file names and the guard of a report all
ask this one.

What cannot be told: a handle that is a word of our own reports (`paris`) is looked for behind @,
in addresses and where it fills a cell, not in prose; an id of fewer than eight digits, where it
fills a cell; a family name alone only where a row of its own gives it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

NOTE = "forgotten.json"  # beside the joined rows of a store: what the archive knows besides
NOBODY = "N. N."
LEFT_OUT = "…"
_SHORT_ID = 8
_LONG_NAME = 10
_TOKEN = re.compile(r"[^\W_]+")
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W_])"


def fold(text: str) -> str:
    """Return a text without accents and capitals.

    Examples
    --------
    >>> fold("Éloïse ZORBELANE")
    'eloise zorbelane'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Words:
    """Names, handles and ids to be forgotten.

    Parameters
    ----------
    names
        Of people, a spelling each; accents, capitals, the order and what joins them do not matter.
    handles, ids
        Of accounts, and of single posts.

    Examples
    --------
    >>> words = Words(["Odette Zorbelane"], ["Quillotin7"], ["955000012"])
    >>> sorted(words.found("zorbelane-odette.zip, @quillotin7; t.co/955000012"))
    ['955000012', 'Odette Zorbelane', 'Quillotin7']
    >>> words.replaced("Selon ODETTE Zorbelanë (@Quillotin7)")
    'Selon N. N. (@N. N.)'
    >>> words.found("Quillotin77, 1955000012, Odette")
    set()
    """

    def __init__(
        self, names: Iterable[str] = (), handles: Iterable[str] = (), ids: Iterable[str] = ()
    ) -> None:
        self.names = frozenset(name.strip() for name in names) - {""}
        self.handles = frozenset(one.strip().lstrip("@") for one in handles) - {""}
        self.ids = frozenset(one.strip() for one in ids) - {""}
        self._whole = {fold(one) for one in (*self.names, *self.handles, *self.ids)}
        self._by_token: dict[str, set[tuple[str, str]]] = {}
        self._joined: dict[str, str] = {}
        for word in self.names:
            for joined in _joined(word):
                if len(joined) >= _LONG_NAME:  # also within a hashtag
                    self._joined[joined] = word
                else:
                    self._watch(joined, _BEFORE + joined + _AFTER, word)
            for token, pattern in _spellings(word):
                self._watch(token, pattern, word)
        plain = _own_words() if self.handles else frozenset()
        for word in self.handles:
            self._watch(_longest(word), _handle(fold(word), fold(word) in plain), word)
        for word in self.ids:
            if not word.isdecimal() or len(word) >= _SHORT_ID:
                pattern = rf"{_BEFORE}(?<!\d[.,]){re.escape(fold(word))}{_AFTER}"
                self._watch(_longest(word), pattern, word)
        labels = sorted(self.names)
        self._labels = {
            name: NOBODY if len(labels) == 1 else f"{NOBODY} ({number})"
            for number, name in enumerate(labels, 1)
        }

    def _watch(self, token: str, pattern: str, word: str) -> None:
        if token:  # a text without it is not looked at any closer
            self._by_token.setdefault(token, set()).add((pattern, word))

    def __bool__(self) -> bool:
        return bool(self._whole)

    def _matches(self, folded: str) -> Iterator[tuple[int, int, str]]:
        for joined, word in self._joined.items():
            for match in re.finditer(joined, folded) if joined in folded else ():
                yield match.start(), match.end(), word
        seen = self._by_token.keys() & set(_TOKEN.findall(folded))
        for token in seen:
            for pattern, word in self._by_token[token]:
                for match in _compiled(pattern).finditer(folded):
                    yield match.start(), match.end(), word

    def found(self, text: str) -> set[str]:
        """Return the words that a text holds."""
        return {word for _, _, word in self._matches(fold(text))}

    def fills(self, cell: object) -> bool:
        """Return True for a cell that is one of the words, or holds one."""
        if not isinstance(cell, str) or not self:
            return False
        return fold(cell.strip().lstrip("@")) in self._whole or bool(self.found(cell))

    def replaced(self, text: str, label: str | None = None) -> str:
        """Return a text with each word taken out, `label` in its place."""
        letters = [fold(letter) for letter in text]
        at = [place for place, some in enumerate(letters) for _ in some]
        spans: list[tuple[int, int, str]] = []
        for start, end, word in sorted(self._matches("".join(letters))):
            first, last = at[start], at[end - 1] + 1
            while last < len(text) and unicodedata.combining(text[last]):
                last += 1
            if spans and first < spans[-1][1]:  # a name within a name
                first, start_word = spans[-1][0], spans[-1][2]
                spans[-1] = first, max(last, spans[-1][1]), start_word
            else:
                spans.append((first, last, word))
        for first, last, word in reversed(spans):
            put = self._labels.get(word, NOBODY) if label is None else label
            text = text[:first] + put + text[last:]
        return text

    def as_json(self) -> str:
        """Return the words as text, for the note beside a store."""
        held = {name: sorted(getattr(self, name)) for name in ("names", "handles", "ids")}
        return json.dumps(held, ensure_ascii=False, sort_keys=True)


def _longest(word: str) -> str:
    return max(_TOKEN.findall(fold(word)), key=len, default="")


def _joined(name: str) -> list[str]:
    """Return a name written as one word, in either order; nothing for one of a single word."""
    parts = _TOKEN.findall(fold(name))
    return ["".join(parts), "".join([*parts[-1:], *parts[:-1]])] if len(parts) > 1 else []


def _spellings(name: str) -> Iterator[tuple[str, str]]:
    """Yield (a token, the pattern) of a name: in either order, with an initial."""
    parts = _TOKEN.findall(fold(name))
    if not parts:
        return
    orders = [parts] if len(parts) == 1 else [parts, [*parts[-1:], *parts[:-1]]]
    for order in orders:
        yield max(parts, key=len), _BEFORE + r"[\W_]{1,3}".join(order) + _AFTER
    if len(parts) > 1 and len(parts[-1]) > 3:
        yield parts[-1], rf"{_BEFORE}{parts[0][0]}[\W_]{{1,3}}{parts[-1]}{_AFTER}"


def _handle(folded: str, plain: bool) -> str:
    name = re.escape(folded)
    if plain:
        return rf"(?:(?<=@)|(?<=\.com/)|(?<=/profile/)|(?<=/users/)){name}(?!\w)"
    if len(folded) < 6:
        return rf"(?<!\w){name}(?!\w)"
    return _BEFORE + name + _AFTER


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _own_words() -> frozenset[str]:
    """Return the words of our own code and sentences: none of them tells an account by itself."""
    files = (
        path
        for path in sorted(Path(__file__).parent.rglob("*"))
        if path.suffix in {".py", ".toml", ".html", ".typ", ".css", ".js"}
    )
    texts = (fold(path.read_text(encoding="utf-8")) for path in files)
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d_]+", text))


def of(erase: pd.DataFrame, folder: Path | None = None) -> Words:
    """Return the words of an erase ledger, with what the store of a movement knows besides."""
    whole = erase[erase["post_id"].isna()]
    held: dict[str, list[str]] = {
        "names": erase["name"].dropna().tolist(),
        "handles": whole["handle"].dropna().tolist(),
        "ids": [*whole["account_id"].dropna(), *erase["post_id"].dropna()],
    }
    if folder is not None and len(erase):
        for path in (folder / "archive").glob(f".*/{NOTE}"):
            try:
                more = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # another state, being removed
                continue
            for name, some in more.items():
                held[name] += some
    return Words(**held)


# ------------------------------------------------------------------------------------ ledgers

# Columns by which a row is a person's own; the row goes with them.
_OWN = {
    "founders": ("handle", "account_id", "name"),
    "audit": ("post_id",),
    "labels": ("post_id",),
}
_PERSON = ("handle", "account_id", "name", "name_en")
_KEPT = ("role", "party")  # of a person: who is interested in what is still judged
_LISTS = ("linked_accounts", "linked_urls")
_KEYS = re.compile(r"_id$|^(evidence|copied_from|about|by|undone_by)$")


def forget_ledgers(ledgers: Mapping[str, pd.DataFrame], words: Words) -> dict[str, pd.DataFrame]:
    """Return the ledgers without the people to be forgotten.

    Their rows of `founders`, and of the posts of theirs that were looked at, go. What they said
    and did stays, said by nobody: its weight is still judged by their role and party. Addresses
    that name them go.
    """
    if not words:
        return dict(ledgers)
    return {
        name: frame if name == "erase" or frame.empty else _forgotten(name, frame, words)
        for name, frame in ledgers.items()
    }


def _forgotten(name: str, frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    if name in _OWN:
        gone = frame[list(_OWN[name])].map(words.fills).any(axis=1)
        frame = frame[~gone]
    frame = frame.copy()
    if name == "people":
        person = frame[list(_PERSON)].map(words.fills).any(axis=1)
        for column in frame.columns.difference([*_KEPT, "name"]):
            frame[column] = frame[column].mask(person)
        unnamed = [one if words.fills(one) else NOBODY for one in frame["name"]]
        frame["name"] = frame["name"].mask(person, pd.Series(unnamed, frame.index))
    for column in frame.columns:
        if pd.api.types.is_string_dtype(frame[column].dtype):
            changed = _change(column, words)
            cells = [changed(cell) if words.fills(cell) else cell for cell in frame[column]]
            frame[column] = pd.Series(cells, frame.index, dtype=frame[column].dtype)
    return frame


def _change(column: str, words: Words) -> Callable[[str], str | None]:
    """Return what is done to a cell of a column that holds one of the words."""
    if column == "url":
        return lambda cell: None
    if column in _LISTS:
        return lambda cell: "|".join(
            one for one in cell.split("|") if not words.fills(one)
        ) or None  # fmt: skip
    if _KEYS.search(column):
        return lambda cell: re.sub(r"[^\w:|-]+", "", words.replaced(cell))
    return lambda cell: NOBODY if words.replaced(cell) == cell else words.replaced(cell)


def forget_values(content: Any, words: Words) -> Any:
    """Return what movement.toml holds, its texts without the words."""
    if isinstance(content, str):
        return words.replaced(content) if words.fills(content) else content
    if isinstance(content, dict):
        return {key: forget_values(value, words) for key, value in content.items()}
    return content
