"""One row a post: the stated rule by which copies become one, and what must be forgotten.

The rule, for all copies of a post (same platform and post_id):

1. A record of its own beats one that was only seen inside another record (`embedded`).
2. Among equals the later `collected_at` wins (known before unknown), then the higher
   `reshare_count` (it grows with time), then the first file by name and the first line.
3. Nothing known is lost: where the winner is null, the first of the other copies that knows fills
   in. If that adds what the post refers to, its kind follows.
4. `reshare_count`, `like_count`, `view_count` and `collected_at` come together from the copy
   collected last, be it embedded or not.

Sightings of a profile are all kept, but for exact repeats: the same account, moment, basis and
content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables

Indices = npt.NDArray[np.int64]
COUNTS = ("reshare_count", "like_count", "view_count", "collected_at")
SIGHTING = [name for name in tables.PROFILES.names if name not in ("post_id", "file", "line")]


class Merged(NamedTuple):
    """Posts once each; file → rows that were copies; posts whose copies disagree."""

    posts: pa.Table
    copies: dict[str, int]
    disagreements: int


def merge_posts(posts: pa.Table) -> Merged:
    """Return the posts once each, by the rule of this module.

    Columns that the rule does not name may be absent.
    """
    if not len(posts):
        return Merged(posts, {}, 0)
    group = _groups(posts, ["platform", "post_id"])
    sizes = np.bincount(group)
    if sizes.max() == 1:
        return Merged(ordered_posts(posts), {}, 0)
    best = _first_of_groups(posts, group, own_first=True)
    latest = _first_of_groups(posts, group, own_first=False)
    winners = best[np.r_[True, group[best][1:] != group[best][:-1]]]
    columns = {}
    for name in posts.column_names:
        ranked = latest if name in COUNTS else best
        columns[name] = _first_known(posts[name], group, ranked, len(sizes))
    for name in filter(columns.__contains__, COUNTS):
        columns[name] = _of_latest(posts, columns, name, group, latest, len(sizes))
    for name in ("file", "line", "embedded", "kind"):
        columns[name] = posts[name].take(pa.array(winners))
    merged = pa.table(columns, schema=posts.schema)
    merged = merged.set_column(
        merged.column_names.index("kind"), tables.POSTS.schema.field("kind"), _kinds(merged)
    )
    rows = pc.value_counts(posts["file"]).to_pylist()
    kept = {row["values"]: row["counts"] for row in pc.value_counts(merged["file"]).to_pylist()}
    copies = {row["values"]: row["counts"] - kept.get(row["values"], 0) for row in rows}
    return Merged(ordered_posts(merged), copies, _disagreements(posts, group))


def _disagreements(posts: pa.Table, group: Indices) -> int:
    """Count posts whose copies give moments over a second apart, or different authors."""
    moments = posts["posted_at"].cast(pa.int64())
    known = moments.is_valid().to_numpy()
    micros, of = moments.filter(pa.array(known)).to_numpy(), group[known]
    first = np.full(group.max() + 1, np.iinfo(np.int64).max)
    last = np.full(group.max() + 1, np.iinfo(np.int64).min)
    np.minimum.at(first, of, micros)
    np.maximum.at(last, of, micros)
    apart = (last > first) & (last - np.where(last > first, first, last) > 1_000_000)
    known = posts["author_id"].is_valid().to_numpy()
    pairs = pd.DataFrame(
        {"group": group[known], "author": posts["author_id"].filter(pa.array(known)).to_pandas()}
    ).drop_duplicates()
    several = pairs["group"].value_counts()
    return len(set(np.flatnonzero(apart)) | set(several[several > 1].index))


def _groups(table: pa.Table, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number for each row, equal for equal values in `names` (nulls are equal)."""
    codes = np.zeros(len(table), dtype=np.int64)
    for name in names:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        width = int(code.max(initial=0)) + 1
        codes = pd.factorize(codes * width + code)[0].astype(np.int64)
    return codes


def _first_of_groups(posts: pa.Table, group: Indices, own_first: bool) -> Indices:
    """Return all row numbers, group by group, each group in the order of the rule."""
    collected = posts["collected_at"].cast(pa.int64()).fill_null(-(2**62)).to_numpy()
    reshares = posts["reshare_count"].fill_null(-1).to_numpy()
    embedded = posts["embedded"].fill_null(True).to_numpy(zero_copy_only=False)
    files = posts["file"].combine_chunks().dictionary_encode()
    rank = np.argsort(np.argsort(files.dictionary.to_numpy(zero_copy_only=False)))
    file = rank[files.indices.to_numpy(zero_copy_only=False)]
    line = posts["line"].fill_null(0).to_numpy()
    middle = (-reshares, -collected)
    keys = (*middle, embedded) if own_first else (embedded, *middle)
    order: Indices = np.lexsort((line, file, *keys, group))
    return order


def _first_known(
    column: pa.ChunkedArray, group: Indices, order: Indices, count: int
) -> pa.ChunkedArray:
    """Return for each group its first value that is not null, in the given order."""
    if column.null_count == len(column):  # most formats fill half of the columns
        return pa.chunked_array([pa.nulls(count, column.type)])
    known = column.is_valid().to_numpy()[order]
    rows = order[known][::-1]
    first = np.full(count, -1, dtype=np.int64)
    first[group[rows]] = rows
    return column.take(pa.array(first, mask=first < 0))


def _of_latest(
    posts: pa.Table,
    columns: dict[str, pa.ChunkedArray],
    name: str,
    group: Indices,
    order: Indices,
    count: int,
) -> pa.ChunkedArray:
    """Return a count from the copy collected last among those that know any count."""
    some = pc.or_(posts["reshare_count"].is_valid(), posts["like_count"].is_valid()).to_numpy()
    rows = order[some[order]][::-1]
    first = np.full(count, -1, dtype=np.int64)
    first[group[rows]] = rows
    taken = posts[name].take(pa.array(first, mask=first < 0))
    if name == "collected_at":
        counted = pa.array(first >= 0)
        return pc.if_else(counted, taken, columns[name])
    return pc.coalesce(taken, columns[name])


def _kinds(posts: pa.Table) -> pa.Array:
    """Return the kinds, where a copy has added what a plain post refers to."""
    plain = pc.equal(posts["kind"], "post")
    found = pc.case_when(
        pc.make_struct(
            pc.or_(posts["reshared_id"].is_valid(), posts["reshare_basis"].is_valid()),
            posts["quoted_id"].is_valid(),
            posts["replied_id"].is_valid(),
        ),
        "reshare",
        "quote",
        "reply",
        "post",
    )
    return pc.if_else(plain, found, posts["kind"])


def ordered_posts(posts: pa.Table) -> pa.Table:
    """Return posts in the order of time, then of platform and identifier."""
    return posts.sort_by(
        [("posted_at", "ascending"), ("platform", "ascending"), ("post_id", "ascending")]
    )


def merge_profiles(profiles: pa.Table) -> pa.Table:
    """Return the sightings without exact repeats, in the order of time; the first stays."""
    order = ("seen_at", "file", "line", "platform", "account_id", "handle")
    return distinct(profiles.sort_by([(name, "ascending") for name in order]), SIGHTING)


def merge_follows(follows: pa.Table) -> pa.Table:
    """Return each follow edge once: the latest sighting of it."""
    rest = ("file", "line", "platform", "follower_id", "followee_id")
    order = [("seen_at", "descending"), *((name, "ascending") for name in rest)]
    return distinct(follows.sort_by(order), tables.FOLLOWS.key)


def distinct(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return the first row for each combination of values in `names` (nulls are equal)."""
    if not len(table):
        return table
    first = np.unique(_groups(table, names), return_index=True)[1]
    return table.take(pa.array(np.sort(first)))
