"""What an export calls accounts that look for work, wherever a cell, a text or an address does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from i4analysis.measure.accounts.identity import BESIDE, PLATFORMS, PROFILE, everybody
from i4analysis.measure.accounts.marks import seeks_work
from i4analysis.measure.accounts.roles import listed
from i4analysis.measure.members import members
from i4analysis.measure.numbers.suppression import LIMIT
from i4analysis.movement import Movement
from i4analysis.tables import TABLES, Archive, reshares, true

#: What a row says of the account that it is about, beside its name.
_OWN = {
    "author": ("text", "urls", "media_urls", "source", "place", "conversation_id"),
    "reshared_author": ("text", "urls", "media_urls"),
    "account_id": ("name", "bio", "location"),
}
#: Whose post a row names beside its own, by the column of its id.
_WHOSE = {"post_id": "author", "reshared_id": "reshared_author", "quoted_id": "quoted_author",
          "replied_id": "replied_author"}  # fmt: skip
_POST_IDS = (*_WHOSE, "via_id", "conversation_id", "cascade_id", "child_id", "parent_id")
#: Columns that name accounts, each cell one whole, and those of words that are ours.
_WHO = {*BESIDE, *BESIDE.values(), *_WHOSE.values(), *(f"{who}_id" for who in _WHOSE.values()),
        "mentions", "follower_id", "followee_id", "aliases"}  # fmt: skip
_OURS = {"platform", "kind", "lang", "reshare_basis", "seen_basis", "media_kinds", "format",
         "sha256", "role", "method"}  # fmt: skip
_PREFIX = re.compile(rf"^(?:{'|'.join(PLATFORMS)}):")
_TOKEN = re.compile(r"[\w\u0300-\u036f]+")
_CHUNK = re.compile(r"[|•·,;:/()\[\]#–—]|\s-\s|[\u2190-\u2bff\U0001f000-\U0001faff]")
_SERVED = re.compile(r"\w+[@.][\w.-]+")
_ADDRESS = re.compile(r"https?://\S+")
# Fewest letters of a handle masked without a sign, of a name in one word; most between words.
_PLAIN, _JOINED, _APART = 4, 8, 3


def private_roles(archive: Archive, movement: Movement) -> pd.DataFrame:
    """Return the roles of accounts, in which a founder who looks for work is a seeker.

    Unless people.csv lists the founder: whoever founders.csv alone names is not public.
    """
    known = everybody(archive)
    roles = members.roles(archive, movement, known=known)
    others = {name: rows for name, rows in movement.ledgers.items() if name != "founders"}
    unled = members.roles(archive, replace(movement, ledgers=others), known=known)
    hidden = true((unled["role"] == "seeker") & (roles["role"] == "founder"))
    hidden[known.listed(movement.people, alone=True)] = False
    return roles.assign(role=roles["role"].mask(hidden, "seeker"))


def private_numbers(keys: pd.Series, roles: pd.DataFrame) -> pd.Series:
    """Return the number that each account looking for work bears; None for everybody else."""
    seekers = roles.loc[roles["role"] == "seeker", "account_id"].sort_values()
    number = {key: f"private {place}" for place, key in enumerate(seekers, 1)}
    found = listed(keys, roles)["account_id"].map(number).astype(object)
    return found.where(found.notna(), None)


@dataclass(frozen=True)
class Private:
    """Numbers in place of the accounts that look for work.

    Attributes
    ----------
    accounts
        Identifier or handle, in lower case → number.
    posts
        Id of a post that leads to one → number.
    links
        Addresses that they posted and fewer than five others did → number.
    phrases
        First word of what names somebody → the words whole, and the number: longest first.
    files
        Name of a file of the archive that names one → number.
    """

    accounts: Mapping[str, str]
    posts: Mapping[str, str]
    links: Mapping[str, str]
    phrases: Mapping[str, list[tuple[tuple[str, ...], str]]]
    files: Mapping[str, str]

    @classmethod
    def of(cls, archive: Archive, movement: Movement, roles: pd.DataFrame) -> Private:
        """Find whom an archive's tables must not name."""
        accounts = _accounts(roles)
        if not accounts:
            return cls({}, {}, {}, {}, {})
        posts = _posts(archive.posts, accounts)
        named = dict(_names(archive, movement, roles))
        for key, number in (*accounts.items(), *posts.items()):
            words = tuple(map(_folded, _TOKEN.findall(key)))
            named.setdefault(words, number)
            if key in accounts and _SERVED.fullmatch(key):
                named.setdefault(words[:1], number)  # a handle without its server
            if len(words) > 1 and key in posts and len(words[-1]) >= _JOINED:
                named.setdefault(words[-1:], number)  # as a post's address on the web ends
        marks = (*movement.hashtags, *movement.supporter_marks, *movement.seeker_marks)
        public = {tuple(map(_folded, _TOKEN.findall(str(name))))
                  for name in (*movement.people["name"].dropna(), *marks)}  # fmt: skip
        phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for words in sorted(named.keys() - public - {()}, key=lambda one: (-len(one), one)):
            phrases.setdefault(words[0], []).append((words, named[words]))
        found = cls(accounts, posts, _links(archive.posts, roles), phrases, {})
        frames = (getattr(archive, name) for name in TABLES)
        files = {str(name) for one in frames if "file" in one for name in one["file"].dropna()}
        long = [key for key in accounts if len(key) >= _PLAIN and (key,) not in public]
        told = [name for name in sorted(files)
                if found.names(name) or any(key in name.lower() for key in long)]  # fmt: skip
        numbers = {name: f"private file {place}" for place, name in enumerate(told, 1)}
        return replace(found, files=numbers)

    def names(self, text: str) -> bool:
        """Tell whether a hashtag, an address or a file's name says who somebody is."""
        return text in self.links or any(
            next(self._spans(told), None) for told in (text, text.replace("_", " "))
        )

    def told(self, text: str) -> str:
        """Return a text in which numbers stand for whoever looks for work."""
        text = _ADDRESS.sub(lambda found: self.links.get(found[0], found[0]), text)
        parts, last = [], 0
        for start, end, number in self._spans(text):
            parts += [text[last:start], number]
            last = end
        return "".join([*parts, text[last:]])

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        found = [(one.start(), one.end(), _folded(one[0])) for one in _TOKEN.finditer(text)]
        place = 0
        while place < len(found):
            here = found[place]
            for words, number in self.phrases.get(here[2], ()):
                these = found[place : place + len(words)]
                if tuple(one[2] for one in these) != words:
                    continue
                gaps = pairwise(these)
                short = len(words) == 1 and len(words[0]) < _PLAIN
                if short and text[max(here[0] - 1, 0) : here[0]] not in ("@", "/"):
                    continue
                if all(after[0] - before[1] <= _APART for before, after in gaps):
                    yield here[0], these[-1][1], number
                    place += len(words) - 1
                    break
            place += 1

    def canonical(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a canonical table without the names of accounts that look for work.

        Their identifiers, handles and names are numbered wherever a column, a list, a text or an
        address holds them, and so are the ids of their posts; their bios, names and places, the
        texts and links of their posts, and what could not be read, whose nobody knows, are left
        out.
        """
        if not self.accounts:
            return frame
        shown = self.measured(frame)
        if "excerpt" in shown:
            shown["excerpt"] = shown["excerpt"].mask(shown["excerpt"].notna())
        numbers = set(self.accounts.values())
        for who, told in _OWN.items():
            if who in shown:
                beside = "handle" if who == "account_id" else f"{who}_id"
                hidden = shown[[who, beside]].isin(numbers).any(axis=1)
                for column in {*told} & {*shown}:
                    shown[column] = shown[column].mask(hidden)
        return shown

    def measured(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a table whose cells name nobody who looks for work, nor a post of theirs."""
        shown = frame.copy()
        for column, series in shown.items() if self.accounts else ():
            kind = pd.api.types
            plain = kind.is_numeric_dtype(series) or kind.is_datetime64_any_dtype(series)
            if not plain and column not in _OURS:
                known: dict[str, str] = {}
                shown[column] = [self._cell(one, str(column), known) for one in series]
                shown[column] = shown[column].astype(object)
        return shown

    def _cell(self, one: Any, column: str, known: dict[str, str]) -> Any:
        if isinstance(one, str):
            if one not in known:
                known[one] = self._called(one, column)
            return known[one]
        if isinstance(one, Iterable):
            return [self._cell(part, column, known) for part in one]
        return one

    def _called(self, one: str, column: str) -> str:
        if column == "file":
            return self.files.get(one, one)
        if column in _POST_IDS:
            return self.posts.get(one, one)
        plain = one.lower().lstrip("@")
        number = self.accounts.get(plain) or self.accounts.get(_PREFIX.sub("", plain))
        if number or column in _WHO:
            return number or one
        if column == "hashtags":
            return "private hashtag" if self.names(one) else one
        return self.told(one)


def numbered(found: pd.DataFrame, roles: pd.DataFrame) -> pd.DataFrame:
    """Return a measured table in which accounts that look for work are numbered."""
    for column, beside in BESIDE.items():
        if column in found:
            keys = found[column].astype(object)
            shown = private_numbers(keys, roles)
            found[column] = shown.where(shown.notna(), keys)
            for name in {beside, "aliases"} if beside == "handle" else {beside}:
                if name in found:
                    found[name] = found[name].astype(object).mask(shown.notna())
    return found


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def _accounts(roles: pd.DataFrame) -> dict[str, str]:
    theirs = roles[true(roles["role"] == "seeker")].sort_values("account_id")
    names: dict[str, str] = {}
    for place, (key, borne) in enumerate(
        zip(theirs["account_id"], theirs["aliases"], strict=True), 1
    ):
        for name in (key, *(borne if borne is not None else ())):
            names.setdefault(_PREFIX.sub("", str(name)).lower(), f"private {place}")
    return names


def _names(
    archive: Archive, movement: Movement, roles: pd.DataFrame
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the words of each display name of two words or more, and the number of its account.

    A name is often followed by a trade or a place, after a bar or a picture: what stands before
    is the name as well. It is also written last name first, and in one word.
    """
    codes = everybody(archive).codes[PROFILE]
    numbers = private_numbers(roles["account_id"], roles).to_numpy(dtype=object)
    profiles = archive.profiles.assign(**{"is": pd.Series(numbers).reindex(codes).to_numpy()})
    seen = profiles[["name", "is"]].astype(object)
    seen = seen.dropna().drop_duplicates()
    seen = pd.concat([seen, seen.assign(name=seen["name"].map(lambda one: _CHUNK.split(one)[0]))])
    seen = seen[~seeks_work(seen["name"].astype("string[pyarrow]"))]
    for name, number in zip(seen["name"], seen["is"], strict=True):
        words = tuple(map(_folded, _TOKEN.findall(name)))
        if len(words) > 1:
            yield words, number
            joined = [words] if len(words) > 2 else [words, words[::-1]]
            yield joined[-1], number
            yield from (
                (("".join(one),), number) for one in joined if len("".join(one)) >= _JOINED
            )


def _posts(posts: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Return a number for the id of each post that leads to an account that looks for work.

    Anybody fetches a post by its id: with it comes its author, and whom it reshares, quotes or
    answers.
    """
    found: set[str] = set()
    for column, who in _WHOSE.items():
        for key in {f"{who}_id", who} & {*posts.columns}:
            theirs = posts[posts[key].astype(object).str.lower().isin(names)]
            found |= {*theirs[column].dropna(), *theirs["post_id"].dropna()}
    return {key: f"private post {place}" for place, key in enumerate(sorted(found), 1)}


def _links(posts: pd.DataFrame, roles: pd.DataFrame) -> dict[str, str]:
    """Return a number for each address that they posted and fewer than five others did."""
    own = posts.loc[~reshares(posts), ["author_id", "author", "urls"]].astype(object)
    own = (
        own.assign(key=own["author_id"].fillna(own["author"]))
        .explode("urls")
        .dropna(subset=["urls", "key"])
    )
    seeking = private_numbers(own["key"], roles).notna()
    theirs = set(own.loc[seeking, "urls"])
    others = own[~seeking & own["urls"].isin(theirs)].groupby("urls")["key"].nunique()
    kept = set(others.index[others >= LIMIT])
    return {key: f"private link {place}" for place, key in enumerate(sorted(theirs - kept), 1)}
