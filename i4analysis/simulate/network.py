"""The accounts of a made-up movement and who follows whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from i4analysis.simulate.hashing import log_normal
from i4analysis.simulate.parameters import Parameters

Array = np.ndarray[Any, Any]

ORDINARY, FOUNDER, SEEKER, FIRM, OUTLET, HIDDEN = range(6)
OUTLETS = 6  # newspapers and radio stations; the press ledger draws its items from them


@dataclass(frozen=True, eq=False)
class Network:
    """Accounts and follow edges.

    Attributes
    ----------
    part
        What the account is for: ORDINARY, FOUNDER, SEEKER, FIRM, OUTLET or HIDDEN.
    community, outside
        Community; followers outside the world (accounts).
    attention, openness, activity, quality
        Ratios that multiply resharing, joining, posting and being reshared.
    start, followers, tie
        Followers of account u are `followers[start[u]:start[u + 1]]`, with the strength of each
        tie.
    """

    part: Array
    community: Array
    outside: Array
    attention: Array
    openness: Array
    activity: Array
    quality: Array
    start: Array
    followers: Array
    tie: Array

    @property
    def size(self) -> int:
        return len(self.part)

    @property
    def audience(self) -> Array:
        """Followers of each account on the first day: inside and outside the world."""
        total: Array = np.diff(self.start) + self.outside
        return total

    def edges(self) -> tuple[Array, Array]:
        """Return (followee, follower) of every edge."""
        followee = np.repeat(np.arange(self.size), np.diff(self.start))
        return followee, self.followers


def build_network(p: Parameters) -> Network:
    """Draw the accounts and the follow graph of `p` (O(edges log edges))."""
    rng = np.random.default_rng([p.seed, 101])
    n = p.accounts
    community = rng.integers(0, p.communities, n)
    part = _parts(p, community, rng)
    fitness = log_normal(rng, 0.0, p.attraction_log_sd, n)
    fitness[part == FOUNDER] *= p.founder_attraction
    fitness[part == OUTLET] *= p.outlet_attraction
    followee, follower = _edges(p, community, fitness, part, rng)
    order = np.lexsort((follower, followee))
    followee, follower = followee[order], follower[order]
    outside = log_normal(rng, p.outside_log_mean, p.outside_log_sd, n).astype(np.int64)
    outside[part == OUTLET] = (outside[part == OUTLET] * p.outlet_audience).astype(np.int64)
    return Network(
        part=part,
        community=community,
        outside=outside,
        attention=log_normal(rng, p.attention_log_mean, p.attention_log_sd, n),
        openness=log_normal(rng, 0.0, p.openness_log_sd, n),
        activity=log_normal(rng, -(p.activity_log_sd**2) / 2, p.activity_log_sd, n),
        quality=log_normal(rng, 0.0, p.author_log_sd, n),
        start=np.searchsorted(followee, np.arange(n + 1)).astype(np.int64),
        followers=follower.astype(np.int32),
        tie=log_normal(rng, p.tie_log_mean, p.tie_log_sd, len(follower)),
    )


def _parts(p: Parameters, community: Array, rng: np.random.Generator) -> Array:
    """Choose founders (in three communities of eight), outlets, firms, hidden group, seekers."""
    part = np.full(p.accounts, ORDINARY, np.int8)
    order = rng.permutation(p.accounts)
    near = order[community[order] < max(1, 3 * p.communities // 8)]
    founders = (near if len(near) >= p.founders else order)[: p.founders]
    part[founders] = FOUNDER
    rest = order[part[order] == ORDINARY]
    sizes = (
        (OUTLET, OUTLETS),
        (FIRM, p.firms),
        (HIDDEN, p.hidden_group),
        (SEEKER, round(p.seekers * p.accounts)),
    )
    at = 0
    for kind, size in sizes:
        part[rest[at : at + size]] = kind
        at += size
    return part


def _edges(
    p: Parameters, community: Array, fitness: Array, part: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw whom each account follows: attractive accounts, mostly of its own community."""
    n = p.accounts
    out = np.exp(rng.normal(p.follows_log_mean, p.follows_log_sd, n)).astype(np.int64) + 3
    out = np.minimum(out, n // 4)
    pairs = []
    for one in range(p.communities):
        members = np.flatnonzero(community == one)
        weight = np.cumsum(fitness * np.where(community == one, 1.0, p.homophily))
        follower = np.repeat(members, out[members])
        draw = rng.random(len(follower)) * weight[-1]
        followee = np.minimum(np.searchsorted(weight, draw, side="right"), n - 1)
        pairs.append(followee * n + follower)
    key = np.unique(np.concatenate(pairs))
    followee, follower = key // n, key % n
    back = rng.random(len(key)) < p.follow_back
    founders = np.flatnonzero(part == FOUNDER)
    a, b = np.meshgrid(founders, founders)
    close = rng.random(a.shape) < p.founder_ties
    key = np.unique(
        np.concatenate([key, follower[back] * n + followee[back], (a * n + b)[close].ravel()])
    )
    followee, follower = key // n, key % n
    apart = followee != follower
    return followee[apart], follower[apart]
