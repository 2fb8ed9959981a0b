"""Look at a world as a collector would: five ways, from the whole stream to survivors only."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis import tables
from i4analysis.tables import Archive
from proof.foreign.worlds import HASHTAG, World

MODES: dict[str, str] = {
    "whole": "every post in the hashtag, streamed as it was made",
    "late": "a stream that was opened when a third of the story was over",
    "tenth": "a tenth of the posts, drawn by the milliseconds of their identifiers",
    "hundredth": "a hundredth of the posts, drawn in the same way",
    "survivors": "a search after the fact: what was still there, with the profiles of that day",
}


def observe(world: World, mode: str = "whole") -> Archive:
    """Return what a collector of this kind holds of a world, as canonical tables.

    Parameters
    ----------
    world
        A world of `proof.foreign.worlds.make`.
    mode
        One of `MODES`.
    """
    if mode not in MODES:
        raise ValueError(
            f"There is no mode {mode!r} of looking at a foreign world: expected one of"
            f" {', '.join(MODES)}."
        )
    posts = world.posts
    caught = _caught(world, mode)
    # an original that is only seen inside its reshares, as a stream or a search hands it over
    inside = np.zeros(len(posts), dtype=bool)
    carried = posts.loc[caught & (posts["kind"] == "reshare").to_numpy(), "root"].to_numpy()
    inside[carried] = True
    embedded = inside & ~caught
    rows = np.flatnonzero(caught | embedded)
    carrier = _carriers(posts, caught)
    return Archive(
        posts=_posts(world, mode, rows, embedded, carrier),
        profiles=_profiles(world, mode, caught),
        files=_files(world, mode, int(caught.sum()), len(rows)),
    ).check()


def _caught(world: World, mode: str) -> npt.NDArray[np.bool_]:
    posts = world.posts
    if mode == "late":
        caught = posts["hour"].to_numpy() > 8.0 * world.days
    elif mode in ("tenth", "hundredth"):
        # the platform's own samples keep some milliseconds of every second
        ids = posts["post_id"].astype("int64").to_numpy()
        span = 100 if mode == "tenth" else 10
        caught = ((ids >> 22) % 1000 - 440) % 1000 < span
    elif mode == "survivors":
        rng = np.random.default_rng([world.seed, zlib.crc32(b"search")])
        # a search hands out most of what is left, not all
        caught = ~posts["gone"].to_numpy() & (rng.random(len(posts)) < 0.94)
    else:
        caught = np.ones(len(posts), dtype=bool)
    result: npt.NDArray[np.bool_] = caught
    return result


def _carriers(posts: pd.DataFrame, caught: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return for each original the last caught reshare that carries it, -1 without."""
    carrier = np.full(len(posts), -1, dtype=np.int64)
    shares = np.flatnonzero(caught & (posts["kind"] == "reshare").to_numpy())
    carrier[posts["root"].to_numpy()[shares]] = shares
    return carrier


def _posts(
    world: World,
    mode: str,
    rows: npt.NDArray[np.int64],
    embedded: npt.NDArray[np.bool_],
    carrier: npt.NDArray[np.int64],
) -> pd.DataFrame:
    posts, accounts = world.posts, world.accounts
    kind, root = posts["kind"].to_numpy()[rows], posts["root"].to_numpy()[rows]
    author = posts["author"].to_numpy()
    ids = posts["post_id"].to_numpy()
    account, handle = accounts["account_id"].to_numpy(), accounts["handle"].to_numpy()
    share, quote, reply = kind == "reshare", kind == "quote", kind == "reply"
    counts = _counts(world, mode, rows, carrier)
    texts = posts["text"].to_numpy()
    tags = posts["tags"].to_numpy()
    links = posts["link"].to_numpy()

    def only(mask: npt.NDArray[np.bool_], values: npt.NDArray[np.object_]) -> list[object]:
        return [value if keep else None for keep, value in zip(mask, values, strict=True)]

    def words(e: int, of: str) -> str:
        if of == "reshare":
            return ""
        named = "".join(f" @{handle[i]}" for i in tags[e])
        return f"{texts[e]}{named} #{HASHTAG}"

    own = np.where(share, root, rows)
    collected = _collected(world, mode, rows, embedded, carrier)
    return tables.build(
        tables.POSTS,
        {
            "platform": ["twitter"] * len(rows),
            "post_id": ids[rows].tolist(),
            "kind": kind.tolist(),
            "author_id": account[author[rows]].tolist(),
            "author": handle[author[rows]].tolist(),
            "posted_at": list(posts["clock"].iloc[rows]),
            "text": [words(int(e), k) for e, k in zip(rows, kind, strict=True)],
            "lang": ["fr"] * len(rows),
            "reshared_id": only(share, ids[root]),
            "reshared_author_id": only(share, account[author[root]]),
            "reshared_author": only(share, handle[author[root]]),
            "reshared_at": [
                t if s else None for s, t in zip(share, posts["clock"].iloc[root], strict=True)
            ],
            "reshare_basis": ["platform" if s else None for s in share],
            "quoted_id": only(quote, ids[root]),
            "quoted_author_id": only(quote, account[author[root]]),
            "quoted_author": only(quote, handle[author[root]]),
            "replied_id": only(reply, ids[root]),
            "replied_author_id": only(reply, account[author[root]]),
            "replied_author": only(reply, handle[author[root]]),
            "hashtags": [[HASHTAG]] * len(rows),
            "mentions": [[handle[i].casefold() for i in tags[e]] for e in own],
            "urls": [[f"https://journal.example/{e}"] if links[e] else [] for e in own],
            "media_count": [0] * len(rows),
            "reshare_count": counts.tolist(),
            "like_count": (2 * counts).tolist(),
            "collected_at": collected,
            "embedded": embedded[rows].tolist(),
            "file": [f"foreign-{mode}.jsonl"] * len(rows),
            "line": list(range(1, len(rows) + 1)),
        },
    )


def _counts(
    world: World, mode: str, rows: npt.NDArray[np.int64], carrier: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the reshares of a row's original as the platform counted them at collection."""
    posts = world.posts
    root = posts["root"].to_numpy()
    share = (posts["kind"] == "reshare").to_numpy()
    alive = share & ~posts["gone"].to_numpy() if mode == "survivors" else share
    final: npt.NDArray[np.int64] = np.bincount(root[alive], minlength=len(posts)).astype(np.int64)
    if mode == "survivors":
        found: npt.NDArray[np.int64] = final[root[rows]]
        return found
    so_far = np.zeros(len(posts), dtype=np.int64)
    running = np.zeros(len(posts), dtype=np.int64)
    for e in np.flatnonzero(share):
        running[root[e]] += 1
        so_far[e] = running[root[e]]
    # a streamed original counts nothing yet; one seen inside a reshare counts up to that
    inside = carrier[rows] >= 0
    plain = np.where(inside, so_far[np.maximum(carrier[rows], 0)], 0)
    counts: npt.NDArray[np.int64] = np.where(share[rows], so_far[rows], plain)
    return counts


def _collected(
    world: World,
    mode: str,
    rows: npt.NDArray[np.int64],
    embedded: npt.NDArray[np.bool_],
    carrier: npt.NDArray[np.int64],
) -> list[pd.Timestamp | None]:
    if mode == "survivors":
        return [None] * len(rows)
    when = np.where(embedded[rows], np.maximum(carrier[rows], 0), rows)
    moments = world.posts["clock"].iloc[when] + pd.Timedelta(seconds=2)
    return list(moments)


def _profiles(world: World, mode: str, caught: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return two sightings a reshare, its author's and the original author's, else one."""
    posts = world.posts
    rows = np.flatnonzero(caught)
    share = (posts["kind"] == "reshare").to_numpy()[rows]
    author = posts["author"].to_numpy()
    root = posts["root"].to_numpy()
    carrying = np.concatenate([rows, rows[share]])
    who = np.concatenate([author[rows], author[root[rows[share]]]])
    order = np.argsort(carrying, kind="stable")
    carrying, who = carrying[order], who[order]
    hours = posts["hour"].to_numpy()[carrying]
    if mode == "survivors":
        seen_hours = np.full(len(hours), 24.0 * world.days + 200.0)
        basis = "after"
    else:
        seen_hours, basis = hours, "live"
    return tables.build(
        tables.PROFILES,
        {
            "platform": ["twitter"] * len(who),
            "account_id": world.accounts["account_id"].to_numpy()[who].tolist(),
            "handle": world.accounts["handle"].to_numpy()[who].tolist(),
            "name": world.accounts["handle"].to_numpy()[who].tolist(),
            "bio": world.bios(who, seen_hours),
            "followers": world.followers(who, seen_hours).tolist(),
            "following": [200] * len(who),
            "verified": [False] * len(who),
            "seen_at": list(posts["clock"].iloc[carrying]),
            "seen_basis": [basis] * len(who),
            "post_id": posts["post_id"].to_numpy()[carrying].tolist(),
            "file": [f"foreign-{mode}.jsonl"] * len(who),
            "line": list(range(1, len(who) + 1)),
        },
    )


def _files(world: World, mode: str, records: int, rows: int) -> pd.DataFrame:
    clock = world.posts["clock"]
    return tables.build(
        tables.FILES,
        [
            {
                "file": f"foreign-{mode}.jsonl",
                "sha256": f"{zlib.crc32(f'{world.seed} {mode}'.encode()):064x}",
                "format": "twitter-v1-search" if mode == "survivors" else "twitter-v1-stream",
                "bytes": 3000 * records,
                "records": records,
                "posts_in": records,
                "profiles_only": 0,
                "notices": 0,
                "rejects": 0,
                "notice_kinds": "{}",
                "posts": rows,
                "duplicates": 0,
                "first_posted_at": clock.iloc[0],
                "last_posted_at": clock.iloc[-1],
            }
        ],
    )
