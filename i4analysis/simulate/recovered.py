"""The archive as the readers would recover it from the written files, without writing any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.simulate.audiences import held_lists
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import POST, QUOTE, REPLY, RESHARE
from i4analysis.simulate.words import Wording
from i4analysis.tables import Archive

Array = np.ndarray[Any, Any]
KINDS = np.array(["post", "reshare", "quote", "reply"], object)


def recover(sight: Sight) -> Archive:
    """Return the canonical tables of everything the collectors kept, duplicates removed."""
    posts = _posts(sight)
    profiles = _profiles(sight)
    follows = _follows(sight)
    files = tables.build(
        tables.FILES,
        [
            {
                "file": "made-up/in-memory.jsonl",
                "format": "made-up",
                "records": len(sight.kept),
                "posts_in": len(sight.kept),
                "profiles_only": 0,
                "notices": 0,
                "rejects": 0,
                "posts": len(posts),
                "profiles": len(profiles),
                "follows": len(follows),
                "duplicates": 0,
                "first_posted_at": posts["posted_at"].min() if len(posts) else None,
                "last_posted_at": posts["posted_at"].max() if len(posts) else None,
            }
        ],
    )
    return Archive(posts, profiles, follows, tables.empty(tables.REJECTS), files)


def moments(sight: Sight, second: Array) -> pa.Array:
    """Return seconds since the start as canonical times."""
    return pa.array(sight.unix(second) * 1_000_000, pa.int64()).cast(tables.TIME)


def texts(words: Sequence[str | None], which: Array) -> pa.Array:
    """Return `words[which]` as text, null where which is −1 (dictionary lookup in Arrow)."""
    index = pa.array(which, pa.int64(), mask=which < 0)
    return pa.array(words, pa.string()).take(index)


def ids(numbers: Array, mask: Array | None = None) -> pa.Array:
    """Return whole numbers as text."""
    return pa.array(numbers, pa.int64(), mask=mask).cast(pa.string())


def _posts(sight: Sight) -> pd.DataFrame:
    events = sight.story.events
    kept = sight.kept
    holds = np.isin(events.kind[kept], (RESHARE, QUOTE))
    holds |= (events.kind[kept] == REPLY) & sight.road("v2")[
        kept
    ]  # a v2 page holds what is answered
    about = np.unique(events.root[kept][holds])
    embedded = np.setdiff1d(about, kept)
    rows = np.concatenate([kept, embedded])
    inside = np.arange(len(rows)) >= len(kept)
    order = np.lexsort((events.post_id[rows], events.second[rows]))
    return _post_frame(sight, rows[order], inside[order])


def _post_frame(sight: Sight, rows: Array, embedded: Array) -> pd.DataFrame:
    events, names = sight.story.events, sight.names
    kind = events.kind[rows]
    reshare, quote, reply = kind == RESHARE, kind == QUOTE, kind == REPLY
    root = np.where(kind > 0, events.root[rows], -1)
    content = np.where(reshare, root, rows)  # a reshare row carries its original's content
    unique, spot = np.unique(content, return_inverse=True)
    words = [sight.wording(int(row)) for row in unique]
    counts, collected = _counts(sight, rows)
    handles, numbers = names.handles, names.account_ids
    author, other = events.author[rows], events.author[root]

    def when(flags: Array, words_: list[str]) -> pa.Array:
        return texts(words_, np.where(flags, other, -1))

    own = pa.array([w.text for w in words], pa.string()).take(pa.array(spot))
    pictures = np.array([sight.pictures(int(row)) for row in unique], np.int64)
    root_ids = events.post_id[root]
    columns: dict[str, Any] = {
        "platform": pa.array(np.full(len(rows), "twitter", object), pa.string()),
        "post_id": ids(events.post_id[rows]),
        "kind": pa.array(KINDS[kind], pa.string()),
        "author_id": texts(numbers, author),
        "author": texts(handles, author),
        "posted_at": moments(sight, events.second[rows]),
        "text": pa.compute.if_else(pa.array(reshare), "", own),
        "lang": pa.array([w.lang for w in words], pa.string()).take(pa.array(spot)),
        "reshared_id": ids(root_ids, ~reshare),
        "reshared_author_id": when(reshare, numbers),
        "reshared_author": when(reshare, handles),
        "reshared_at": pa.compute.if_else(
            pa.array(reshare), moments(sight, events.second[root]), pa.scalar(None, tables.TIME)
        ),
        "reshare_basis": texts(["platform"], np.where(reshare, 0, -1)),
        "quoted_id": ids(root_ids, ~quote),
        "quoted_author_id": when(quote, numbers),
        "quoted_author": when(quote, handles),
        "replied_id": ids(root_ids, ~reply),
        "replied_author_id": when(reply, numbers),
        "replied_author": when(reply, handles),
        "hashtags": _lists(words, "hashtags", spot),
        "mentions": _lists(words, "mentions", spot),
        "urls": _lists(words, "urls", spot),
        "media_count": pa.array(pictures[spot]),
        "reshare_count": pa.array(counts),
        "like_count": pa.array(counts * 3 // 2, mask=reshare),
        "collected_at": collected,
        "embedded": pa.array(embedded),
    }
    for column in tables.POSTS.columns:
        columns.setdefault(column.name, pa.nulls(len(rows), column.type))
    return tables.from_arrow(
        pa.table({name: columns[name] for name in tables.POSTS.names}, schema=tables.POSTS.schema)
    )


def _lists(words: list[Wording], name: str, spot: Array) -> pa.Array:
    return pa.array([list(getattr(w, name)) for w in words], tables.TEXTS).take(pa.array(spot))


def _counts(sight: Sight, rows: Array) -> tuple[Array, pa.Array]:
    """Return reshare counts, and when they were true: from the record collected last.

    That may be a record of another post that holds this one inside. A count found by the later
    search alone has no known moment.
    """
    events, kept = sight.story.events, sight.kept
    kind = events.kind[kept]
    content = np.where(kind == RESHARE, events.root[kept], kept)
    moment = np.full(len(events), -1, np.int64)
    counts = np.zeros(len(events), np.int64)
    live = ~sight.road("after")[kept]
    moment[kept[live]] = events.second[kept[live]]
    counts[kept] = np.where(live, sight.reshares_before[kept], sight.reshares_total[content])
    holding = kept[live & np.isin(kind, (RESHARE, QUOTE))]
    inside = events.root[holding]
    np.maximum.at(moment, inside, events.second[holding])
    counts[inside] = sight.count_at(inside, moment[inside])
    unknown = np.setdiff1d(rows, np.union1d(kept, inside))
    counts[unknown] = sight.reshares_total[unknown]
    later = sight.road("v2")[kept]
    pages = np.concatenate([kept[later], events.root[kept[later & (kind != POST)]]])
    moment[pages] = sight.retrieved_s
    roots = np.where(events.kind[pages] == RESHARE, events.root[pages], pages)
    counts[pages] = sight.reshares_total[roots]
    known = moment[rows] >= 0
    times = moments(sight, np.maximum(moment[rows], 0))
    collected = pa.compute.if_else(pa.array(known), times, pa.scalar(None, tables.TIME))
    return counts[rows], collected


def _profiles(sight: Sight) -> pd.DataFrame:
    """One sighting of the author, and one of the author inside, for each record of each road."""
    events, kept = sight.story.events, sight.kept
    inner = np.isin(events.kind[kept], (RESHARE, QUOTE))
    after, v2 = sight.road("after")[kept], sight.road("v2")[kept]
    scraped = sight.road("snscrape")[kept]
    parts: list[tuple[Array, Array, str]] = []
    replies = events.kind[kept] == REPLY
    for flags, road in ((~after, "stream"), (after, "search"), (v2, "v2"), (scraped, "snscrape")):
        parts.append((kept[flags], events.author[kept[flags]], road))
        # a v2 page holds the accounts that are answered, too
        both = kept[flags & (inner | replies if road == "v2" else inner)]
        parts.append((both, events.author[events.root[both]], road))
    frames = [_sightings(sight, rows, who, road) for rows, who, road in parts if len(rows)]
    if not frames:
        return tables.empty(tables.PROFILES)
    table = pa.concat_tables(frames)
    table = table.sort_by([("seen_at", "ascending"), ("post_id", "ascending")])
    frame = tables.from_arrow(table)
    # the same sighting twice is one: same account, moment and content
    again = frame.drop(columns=["post_id", "file", "line"]).duplicated()
    return frame[~again].reset_index(drop=True)


BASES = {"stream": "live", "search": "after", "v2": "retrieved", "snscrape": "after"}


def _sightings(sight: Sight, rows: Array, who: Array, road: str) -> pa.Table:
    basis = BASES[road]
    names, events = sight.names, sight.story.events
    second = events.second[rows]
    true_at = {
        "live": second,
        "after": np.full(len(rows), sight.collected_s),
        "retrieved": np.full(len(rows), sight.retrieved_s),
    }[basis]
    marked = sight.marked(who, true_at)
    people, spot = np.unique(who * 2 + marked, return_inverse=True)
    bios = pa.array([sight.bio(int(k) // 2, bool(k % 2)) for k in people], pa.string())
    location = texts([town or None for town in names.towns], who)
    if road in ("v2", "snscrape"):  # formats without a null bio
        bios = bios.fill_null("")
    if road == "snscrape":
        location = location.fill_null("")
    columns: dict[str, Any] = {
        "platform": texts(["twitter"], np.zeros(len(rows), np.int64)),
        "account_id": texts(names.account_ids, who),
        "handle": texts(names.handles, who),
        "name": texts(names.names, who),
        "bio": bios.take(pa.array(spot)),
        "location": location,
        "followers": pa.array(sight.followers(who, true_at)),
        "following": pa.array(sight.following[who]),
        "verified": pa.array(np.zeros(len(rows), bool)),
        "seen_at": moments(sight, true_at if basis == "retrieved" else second),
        "seen_basis": texts([basis], np.zeros(len(rows), np.int64)),
        "post_id": ids(events.post_id[rows]),
        "file": pa.nulls(len(rows), pa.string()),
        "line": pa.nulls(len(rows), pa.int64()),
    }
    return pa.table(columns, schema=tables.PROFILES.schema)


def _follows(sight: Sight) -> pd.DataFrame:
    """Return lists of accounts followed and whole follower lists, as far as they are held."""
    followee, follower_keys, complete = held_lists(sight)
    n = len(followee)
    if not n:
        return tables.empty(tables.FOLLOWS)
    table = pa.table(
        {
            "platform": texts(["twitter"], np.zeros(n, np.int64)),
            "follower_id": follower_keys,
            "followee_id": texts(sight.names.account_ids, followee),
            "seen_at": moments(sight, np.full(n, sight.collected_s)),
            "list_complete": pa.array(complete),
            "file": pa.nulls(n, pa.string()),
            "line": pa.nulls(n, pa.int64()),
        },
        schema=tables.FOLLOWS.schema,
    )
    return tables.from_arrow(table)
