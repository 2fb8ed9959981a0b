"""Accounts to forget: `erase.csv` is honoured whenever a store is loaded.

What leaves: the account's posts, reshares of them, its sightings and follow edges. What is
blanked: its name and id where other posts quote, answer or mention it, its handle in their texts,
and excerpts of rejected records that hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive import values

Tables = dict[str, pa.Table]
Mask = npt.NDArray[np.bool_]


def forget(found: Tables, erase: pd.DataFrame) -> Tables:
    """Return the tables without what `erase` (the ledger) asks to forget."""
    if erase.empty:
        return found
    whole = erase[erase["post_id"].isna()]
    ids = set(whole["account_id"].dropna())
    handles = {values.mention(name) for name in whole["handle"].dropna()}
    ids, handles = _same_accounts(found, ids, handles)
    posts = set(erase["post_id"].dropna())
    return {
        **found,
        "posts": _posts(found["posts"], ids, handles, posts),
        "profiles": _without(
            found["profiles"],
            _is_in(found["profiles"]["account_id"], ids)
            | _is_handle(found["profiles"]["handle"], handles),
        ),
        "follows": _without(
            found["follows"],
            _is_in(found["follows"]["follower_id"], ids)
            | _is_in(found["follows"]["followee_id"], ids),
        ),
        "rejects": _excerpts(found["rejects"], ids | handles | posts),
    }


def _same_accounts(found: Tables, ids: set[str], handles: set[str]) -> tuple[set[str], set[str]]:
    """Add the ids seen with a handle, and the handles seen with an id."""
    for name, id_column, handle_column in (
        ("profiles", "account_id", "handle"),
        ("posts", "author_id", "author"),
        ("posts", "reshared_author_id", "reshared_author"),
    ):
        table = found[name]
        by_name = _is_handle(table[handle_column], handles)
        ids = ids | set(table[id_column].filter(pa.array(by_name)).drop_null().to_pylist())
    for name, id_column, handle_column in (
        ("profiles", "account_id", "handle"),
        ("posts", "author_id", "author"),
    ):
        table = found[name]
        names = table[handle_column].filter(pa.array(_is_in(table[id_column], ids)))
        handles = handles | {values.mention(one) for one in names.drop_null().to_pylist()}
    return ids, handles


def _is_in(column: pa.ChunkedArray, wanted: set[str]) -> Mask:
    found: Mask = pc.is_in(column, pa.array(sorted(wanted), pa.string())).to_numpy()
    return found


def _is_handle(column: pa.ChunkedArray, handles: set[str]) -> Mask:
    return _is_in(pc.utf8_lower(column), handles)


def _without(table: pa.Table, gone: Mask) -> pa.Table:
    return table.filter(pa.array(~gone))


def _posts(table: pa.Table, ids: set[str], handles: set[str], posts: set[str]) -> pa.Table:
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


def _mentions(table: pa.Table, handles: set[str]) -> pa.Table:
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


def _excerpts(table: pa.Table, words: set[str]) -> pa.Table:
    if not len(table) or not words:
        return table
    pattern = "(?i)" + "|".join(map(re.escape, sorted(words)))
    hit = pc.fill_null(pc.match_substring_regex(table["excerpt"], pattern), False)
    blank = pc.if_else(hit, pa.scalar(None, pa.string()), table["excerpt"])
    return table.set_column(table.column_names.index("excerpt"), "excerpt", blank)
