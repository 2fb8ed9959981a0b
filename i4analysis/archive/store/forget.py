"""Accounts to forget: `erase.csv` is honoured whenever a store is loaded.

What leaves: the account's posts, reshares of them, its sightings and follow edges. What is
blanked: its name and id where other posts quote, answer or mention it, its handle in their texts,
and excerpts of rejected records that hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.rows import values

Tables = dict[str, pa.Table]
Mask = npt.NDArray[np.bool_]
Batches = Callable[[str, list[str]], Iterable[pa.Table]]  # table, columns → its rows

_NAMED = (
    ("profiles", "account_id", "handle"),
    ("posts", "author_id", "author"),
    ("posts", "reshared_author_id", "reshared_author"),
)


def forget(found: Tables, erase: pd.DataFrame) -> Tables:
    """Return the tables without what `erase` (the ledger) asks to forget."""
    forgotten = Forgotten.of(erase, lambda name, columns: [found[name].select(columns)])
    return {
        **found,
        "posts": forgotten.posts(found["posts"]),
        "profiles": forgotten.profiles(found["profiles"]),
        "follows": forgotten.follows(found["follows"]),
        "rejects": forgotten.rejects(found["rejects"]),
    }


@dataclass(frozen=True)
class Forgotten:
    """Who and what is to be forgotten: ids and handles of accounts, ids of posts."""

    ids: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    post_ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, erase: pd.DataFrame, batches: Batches) -> Forgotten:
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
        posts = erase["post_id"].dropna()
        return cls(frozenset(ids), frozenset(handles), frozenset(posts))

    def needs(self, columns: Sequence[str]) -> list[str] | None:
        """Return the columns of posts to read when only some are wanted; None: all."""
        return None if self.ids or self.handles or self.post_ids else list(columns)

    def posts(self, table: pa.Table) -> pa.Table:
        """Return the posts table without them."""
        if self.needs(()) is not None:
            return table
        return _posts(table, self.ids, self.handles, self.post_ids)

    def profiles(self, table: pa.Table) -> pa.Table:
        """Return the profiles table without them."""
        gone = _is_in(table["account_id"], self.ids) | _is_handle(table["handle"], self.handles)
        return _without(table, gone)

    def follows(self, table: pa.Table) -> pa.Table:
        """Return the follows table without them."""
        gone = _is_in(table["follower_id"], self.ids) | _is_in(table["followee_id"], self.ids)
        return _without(table, gone)

    def rejects(self, table: pa.Table) -> pa.Table:
        """Return the rejects table without excerpts that hold them."""
        return _excerpts(table, self.ids | self.handles | self.post_ids)


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
