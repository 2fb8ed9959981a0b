"""Accounts to forget: `erase.csv` is honoured whenever a store is loaded.

What leaves: the account's posts, reshares of them, its sightings and follow edges. What is
blanked: its name and id where other posts quote, answer or mention it, its handle in their texts
and in the bios of others, and excerpts of rejected records that hold it. The names of people leave
texts, bios, hashtags and addresses; handles, ids and names leave the names of files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows import values
from i4analysis.archive.store.parts import Account
from i4analysis.forgetting import LEFT_OUT, Words, fold

Tables = dict[str, pa.Table]
Mask = npt.NDArray[np.bool_]
Batches = Callable[[str, list[str]], Iterable[pa.Table]]  # table, columns → its rows

_HASHTAG = re.compile(r"([#＃]\w+)")
_NAMED = (
    ("profiles", "account_id", "handle"),
    ("posts", "author_id", "author"),
    ("posts", "reshared_author_id", "reshared_author"),
)


def forget(
    found: Tables, accounts: Sequence[Account], erase: pd.DataFrame
) -> tuple[Tables, list[Account]]:
    """Return the tables and the files' accounts without what `erase` asks to forget."""
    forgotten = Forgotten.of(erase, accounts, lambda name, columns: [found[name].select(columns)])
    rows = {
        **found,
        "posts": forgotten.posts(found["posts"]),
        "profiles": forgotten.profiles(found["profiles"]),
        "follows": forgotten.follows(found["follows"]),
        "rejects": forgotten.rejects(found["rejects"]),
    }
    return rows, forgotten.accounts(accounts)


@dataclass(frozen=True)
class Forgotten:
    """Who and what is to be forgotten: ids and handles of accounts, ids of posts, names.

    Attributes
    ----------
    begun
        Ids of the posts that these accounts wrote: other posts are of the conversations that they
        began.
    words
        All of it, as it is told in a text.
    files
        Name of a file → what it is called without the words in it.
    """

    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    post_ids: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    words: Words = field(default_factory=Words)
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, erase: pd.DataFrame, accounts: Sequence[Account], batches: Batches) -> Forgotten:
        """Return what the ledger asks for, an account by all ids and handles it was seen with."""
        whole = erase[erase["post_id"].isna()]
        ids = set(whole["account_id"].dropna())
        handles = {values.mention(name) for name in whole["handle"].dropna()}
        if handles:
            for name, *pair in _NAMED:
                for rows in batches(name, pair):
                    by_name = _is_handle(rows[pair[1]], handles)
                    ids.update(rows[pair[0]].filter(pa.array(by_name)).drop_null().to_pylist())
        if ids:
            for name, *pair in _NAMED[:2]:
                for rows in batches(name, pair):
                    names = rows[pair[1]].filter(pa.array(_is_in(rows[pair[0]], ids)))
                    handles.update(values.mention(one) for one in names.drop_null().to_pylist())
        posts = frozenset(erase["post_id"].dropna())
        begun = set(posts)
        if ids or handles:
            for rows in batches("posts", ["post_id", "author_id", "author"]):
                by = _is_in(rows["author_id"], ids) | _is_handle(rows["author"], handles)
                begun.update(rows["post_id"].filter(pa.array(by)).to_pylist())
        words = Words(erase["name"].dropna(), handles, ids | posts)
        names = (str(account.file["file"]) for account in accounts)
        files = _files(names, words) if words else {}  # there may be a hundred thousand
        return cls(frozenset(ids), frozenset(handles), posts, frozenset(begun), words, files)

    def needs(self, columns: Sequence[str]) -> list[str] | None:
        """Return the columns of posts to read when only some are wanted; None: all."""
        return None if self.words else list(columns)

    def posts(self, table: pa.Table) -> pa.Table:
        """Return the posts table without them."""
        if self.needs(()) is not None:
            return table
        table = _posts(table, self.ids, self.handles, self.post_ids)
        for name in ("text", "source", "place"):
            table = _column(table, name, self._unsaid(table[name]))
        if self.words.names:
            tags = _filtered(table["hashtags"], lambda tag: not self._names_somebody(tag))
            table = _column(table, "hashtags", tags)
        urls = _filtered(table["urls"], lambda url: not self.words.found(url))
        media = _filtered(table["media_urls"], lambda url: not self.words.found(url))
        table = _column(table, "media_urls", media)
        spoken = _is_in(table["conversation_id"], self.begun)
        spoken |= np.array(
            [bool(one and self.words.found(one)) for one in table["conversation_id"].to_pylist()],
            dtype=bool,
        )
        blank = pc.if_else(
            pa.array(spoken), pa.scalar(None, pa.string()), table["conversation_id"]
        )
        table = _column(table, "conversation_id", blank)
        return self._filed(_column(table, "urls", urls))

    def profiles(self, table: pa.Table) -> pa.Table:
        """Return the profiles table without them."""
        gone = _is_in(table["account_id"], self.ids) | _is_handle(table["handle"], self.handles)
        table = _without(table, gone)
        if not self.words:
            return table
        pattern = rf"(?i)@(?:{'|'.join(map(re.escape, sorted(self.handles)))})\b"
        for name in {"bio", "name", "location"}.intersection(table.column_names):
            if self.handles:
                told = pc.replace_substring_regex(table[name], pattern, f"@{LEFT_OUT}")
                table = _column(table, name, told)
            table = _column(table, name, self._unsaid(table[name]))
        return self._filed(table)

    def follows(self, table: pa.Table) -> pa.Table:
        """Return the follows table without them."""
        gone = _is_in(table["follower_id"], self.ids) | _is_in(table["followee_id"], self.ids)
        return _without(table, gone)

    def rejects(self, table: pa.Table) -> pa.Table:
        """Return the rejects table without excerpts that hold them."""
        if not len(table) or not self.words:
            return table
        table = _excerpts(table, self.ids | self.handles | self.post_ids)
        for name in ("reason", "excerpt"):
            told = [one and self.reason(one) for one in table[name].to_pylist()]
            table = _column(table, name, pa.array(told, pa.string()))
        return self._filed(table)

    def reason(self, text: str) -> str:
        """Return why a record was rejected, without the words in it."""
        return self.words.replaced(text, LEFT_OUT) if self.words.found(text) else text

    def accounts(self, found: Sequence[Account]) -> list[Account]:
        """Return the accounts of files, their names as in the tables."""
        named = self.files
        return [
            msgspec.structs.replace(one, file={**one.file, "file": named[one.file["file"]]})
            if one.file["file"] in named
            else one
            for one in found
        ]

    def _names_somebody(self, text: str) -> bool:
        return not self.words.names.isdisjoint(self.words.found(text))

    @cached_property
    def _accounts(self) -> Words:
        return Words(handles=self.words.handles, ids=self.words.ids)

    @cached_property
    def _people(self) -> Words:
        return Words(self.words.names)

    def _told(self, text: str) -> str:
        """Return a text without names, handles and ids.

        A hashtag that is somebody's handle stays: it may be the movement's own.
        """
        parts = _HASHTAG.split(self._people.replaced(text, LEFT_OUT))
        parts[::2] = [self._accounts.replaced(one, LEFT_OUT) for one in parts[::2]]
        return "".join(parts)

    def _unsaid(self, column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
        """Take the words out of texts; few texts hold any, and only they are looked at."""
        words = (*self.words.names, *self.words.handles, *self.words.ids)
        tokens = {max(re.findall(r"[^\W_]+", fold(one)), key=len, default="") for one in words}
        tokens.discard("")
        if not tokens:
            return column
        bare = pc.utf8_lower(
            pc.replace_substring_regex(pc.utf8_normalize(column, "NFKD"), r"\p{Mn}", "")
        )
        hit = pc.match_substring_regex(bare, "|".join(map(re.escape, sorted(tokens))))
        if not pc.any(hit).as_py():
            return column
        texts = zip(column.to_pylist(), hit.to_pylist(), strict=True)
        told = [self._told(one) if some else one for one, some in texts]
        return pa.array(told, pa.string())

    def _filed(self, table: pa.Table) -> pa.Table:
        """Write the names of files without the words in them."""
        if "file" not in table.column_names:
            return table
        seen = pc.unique(table["file"]).drop_null().to_pylist()
        told = {name: self._file(name) for name in seen}
        if all(name == shown for name, shown in told.items()):
            return table
        names = [name and told[name] for name in table["file"].to_pylist()]
        return _column(table, "file", pa.array(names, pa.string()))

    def _file(self, name: str) -> str:
        """Return what a file, or a member of one, is called."""
        whole, cut = name, len(name)
        while whole not in self.files and (cut := whole.rfind("!")) > 0:
            whole = whole[:cut]
        if whole in self.files:
            rest = name[len(whole) :]
            return self.files[whole] + self.words.replaced(rest, LEFT_OUT)
        return self.words.replaced(name, LEFT_OUT) if self.words.found(name) else name


def _files(names: Iterable[str], words: Words) -> dict[str, str]:
    """Return the names of files that hold a word → what they are called without, each its own."""
    told: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted({name for name in names if words.found(name)}):
        bare = words.replaced(name, LEFT_OUT)
        shown, number = bare, 1
        while shown in taken:
            number += 1
            shown = f"{bare} ({number})"
        taken.add(shown)
        told[name] = shown
    return told


def _column(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _is_in(column: pa.ChunkedArray, wanted: Set[str]) -> Mask:
    if not wanted:
        return np.zeros(len(column), dtype=bool)
    found: Mask = pc.is_in(column, pa.array(sorted(wanted), pa.string())).to_numpy()
    return found


def _is_handle(column: pa.ChunkedArray, handles: Set[str]) -> Mask:
    return _is_in(pc.utf8_lower(column), handles)


def _without(table: pa.Table, gone: Mask) -> pa.Table:
    return table.filter(pa.array(~gone))


def _posts(table: pa.Table, ids: Set[str], handles: Set[str], posts: Set[str]) -> pa.Table:
    gone = (
        _is_in(table["author_id"], ids)
        | _is_handle(table["author"], handles)
        | _is_in(table["reshared_author_id"], ids)
        | _is_handle(table["reshared_author"], handles)
        | _is_in(table["post_id"], posts)
        | _is_in(table["reshared_id"], posts)
    )
    table = _without(table, gone)
    for kind in ("quoted", "replied"):
        hidden = (
            _is_in(table[f"{kind}_author_id"], ids)
            | _is_handle(table[f"{kind}_author"], handles)
            | _is_in(table[f"{kind}_id"], posts)
        )
        for name in (f"{kind}_id", f"{kind}_author_id", f"{kind}_author"):
            blank = pc.if_else(pa.array(hidden), pa.scalar(None, pa.string()), table[name])
            table = table.set_column(table.column_names.index(name), name, blank)
    return _mentions(table, handles) if handles else table


def _mentions(table: pa.Table, handles: Set[str]) -> pa.Table:
    """Take handles out of the mentions, the addresses of their pages, and the texts."""
    names = "|".join(map(re.escape, sorted(handles)))
    page = re.compile(rf"^https?://[^/]+/@?(?:{names})(?:[/?#]|$)", re.IGNORECASE)
    mentions = _filtered(table["mentions"], lambda name: name not in handles)
    urls = _filtered(table["urls"], lambda url: page.match(url) is None)
    text = pc.replace_substring_regex(table["text"], rf"(?i)@(?:{names})\b", "@…")
    for name, column in (("mentions", mentions), ("urls", urls), ("text", text)):
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _filtered(column: pa.ChunkedArray, keep: Callable[[str], bool]) -> pa.Array:
    lists = [None if one is None else list(filter(keep, one)) for one in column.to_pylist()]
    return pa.array(lists, tables.TEXTS)


def _excerpts(table: pa.Table, words: Set[str]) -> pa.Table:
    if not len(table) or not words:
        return table
    pattern = "(?i)" + "|".join(map(re.escape, sorted(words)))
    hit = pc.fill_null(pc.match_substring_regex(table["excerpt"], pattern), False)
    blank = pc.if_else(hit, pa.scalar(None, pa.string()), table["excerpt"])
    return table.set_column(table.column_names.index("excerpt"), "excerpt", blank)
