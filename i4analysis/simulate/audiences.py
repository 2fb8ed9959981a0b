"""Followers outside the world: who they are, whose lists the archive holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from i4analysis.simulate.adoption import DAY
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.network import SEEKER
from i4analysis.simulate.seen import Sight

Array = np.ndarray[Any, Any]
OUTSIDE_IDS = 8_000_000_000_000_000_000  # outside followers are numbered from here


def supporters(sight: Sight) -> Array:
    """Accounts whose bio shows the hashtag at some moment of the movement."""
    story = sight.story
    end = story.parameters.days * DAY
    shown: Array = np.flatnonzero((story.adoption.marked < end) & (story.network.part != SEEKER))
    return shown


def outside_followers(sight: Sight, accounts: Array) -> tuple[Array, Array]:
    """Return (account, follower number) for the followers outside the world of `accounts`.

    Follower numbers come from one pool whose size makes distinct / summed followers of the
    supporters about `outside_overlap`: with S draws from a pool of M, M(1 − e^(−S/M)) are
    distinct. Half of the draws fall into a tenth of the pool, as popular readers follow many.
    """
    p = sight.story.parameters
    sizes = sight.story.network.outside[accounts]
    total = int(sight.story.network.outside[supporters(sight)].sum())
    pool = _pool(total, p.outside_overlap)
    account = np.repeat(accounts, sizes)
    number = np.arange(len(account)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    draw = uniforms(p.seed, account, number, 909)
    crowd = uniforms(p.seed, account, number, 910) < 0.25
    follower = np.where(crowd, draw * pool / 10, draw * pool).astype(np.int64)
    # once each in a list: a repeated draw becomes a follower of nobody else
    key = account * (np.int64(1) << 36) + follower
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), bool)
    again[order[1:]] = key[order][1:] == key[order][:-1]
    own = pool + (hashes(p.seed, account, number, 911) % np.uint64(1 << 34)).astype(np.int64)
    return account, np.where(again, own, follower)


def _pool(total: int, overlap: float) -> int:
    """Pool in which `total` draws, a quarter of them in its tenth, give the share of distinct."""
    low, high = 1.0, max(total, 1) * 1000.0
    for _ in range(80):
        size = (low + high) / 2
        crowd, rest = 0.25 * total / (size / 10), 0.75 * total / size
        tenth = size / 10 * (1 - np.exp(-crowd - rest))
        others = 0.9 * size * (1 - np.exp(-rest))
        low, high = (size, high) if tenth + others < overlap * total else (low, size)
    return max(round(low), 10)


def follower_ids(follower: Array) -> pa.Array:
    """Return the text ids of outside followers."""
    return pa.array(OUTSIDE_IDS + follower, pa.int64()).cast(pa.string())


def held_lists(sight: Sight) -> tuple[Array, pa.Array, Array]:
    """Return (followee, follower id, list complete) of every list the archive holds."""
    p, net = sight.story.parameters, sight.story.network
    followee, reader = net.edges()
    numbers = pa.array(sight.names.account_ids, pa.string())
    chosen = listed(sight)
    inside = np.isin(followee, chosen)
    friends = uniforms(p.seed, reader.astype(np.int64), 912, 0) < p.friend_lists
    friends &= ~inside
    account, outside = outside_followers(sight, chosen)
    whom = np.concatenate([followee[inside], account, followee[friends]])
    who = pa.chunked_array(
        [
            numbers.take(pa.array(reader[inside])),
            follower_ids(outside),
            numbers.take(pa.array(reader[friends])),
        ],
        pa.string(),
    ).combine_chunks()
    whole = np.arange(len(whom)) < inside.sum() + len(account)
    return whom, who, whole


def listed(sight: Sight) -> Array:
    """Supporters whose whole follower list is held: the biggest ones and random ones."""
    p = sight.story.parameters
    everyone = supporters(sight)
    size = sight.story.network.audience[everyone]
    biggest = everyone[np.lexsort((everyone, -size))][: p.follower_lists]
    luck = np.argsort(uniforms(p.seed, everyone, 913, 0), kind="stable")
    return np.union1d(biggest, everyone[luck][: p.random_lists]).astype(np.int64)
