"""Cheap made-up worlds for the tests of membership: sightings, with the truth beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import invented
import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.movement import Movement

START = pd.Timestamp("2015-09-26", tz="UTC")


@dataclass(frozen=True)
class World:
    archive: tables.Archive
    movement: Movement
    adopted_h: np.ndarray  # one value an account; inf: never
    dropped_h: np.ndarray


def make_movement(**ledgers: list[dict[str, Any]]) -> Movement:
    return invented.movement(
        "i4emploi", name="small", title={"en": "small"}, seeker_marks=("i4emploir",),
        started_on=pd.Timestamp("2015-09-26").date(), timezone="Europe/Paris", **ledgers,
    )  # fmt: skip


def sighting(account: str | None, day: str, bio: str | None, **more: Any) -> dict[str, Any]:
    return {
        "platform": "twitter",
        "account_id": account,
        "handle": f"h{account}",
        "bio": bio,
        "seen_at": pd.Timestamp(day, tz="UTC"),
        "seen_basis": "live",
        **more,
    }


def first_post(day: str) -> dict[str, Any]:
    """Return the post with the hashtag of the account 1."""
    return invented.post("1", "1", pd.Timestamp(day, tz="UTC"), author=None, hashtags=["i4emploi"])


def make_archive(
    *sightings: dict[str, Any], posts: Sequence[dict[str, Any]] = ()
) -> tables.Archive:
    return invented.archive(posts, sightings)


def movement(zone: str = "UTC", **ledgers: list[dict[str, object]]) -> Movement:
    return invented.movement(
        "i4emploi", name="made-up", title={"en": "made up"}, seeker_marks=("i4emploir",),
        started_on=START.date(), timezone=zone, made_up=True, **ledgers,
    )  # fmt: skip


def world(
    seed: int,
    *,
    accounts: int = 420,
    days: int = 28,
    loss: float = 0.0,
    announces: float = 0.0,
    drops: bool = False,
    basis: str = "live",
    rate: float = 1.0,
) -> World:
    """Accounts that join on an S-curve, write in bursts by day and are seen when they do.

    They enter the archive mostly because they join: before it, few write about the hashtag.
    """
    rng = np.random.default_rng(seed)
    end = days * 24.0
    joins = rng.random(accounts) < 0.7
    adopted = np.where(joins, np.clip(rng.logistic(220, 70, accounts), 0, None), np.inf)
    adopted[adopted > end] = np.inf
    dropped = np.where(
        (rng.random(accounts) < 0.15) & drops, adopted + rng.exponential(150, accounts), np.inf
    )
    rates = rng.gamma(0.9, 0.045 * rate, accounts)  # bursts an hour after joining
    code, time = [], []
    for account in range(accounts):
        start = adopted[account]
        bursts = rng.uniform(0, end, rng.poisson(rates[account] * end))
        before = bursts < start
        bursts = bursts[~before | (rng.random(len(bursts)) < 0.08)]
        if np.isfinite(start) and rng.random() < announces:
            bursts = np.append(bursts, start + rng.exponential(1.0))
        hour = bursts % 24
        bursts = bursts + np.where(hour < 7, 7 - hour, 0)  # asleep: written in the morning
        size = 1 + rng.poisson(1.5, len(bursts))
        moments = np.repeat(bursts, size) + rng.exponential(0.7, size.sum())
        moments = moments[moments < end]
        code.append(np.full(len(moments), account))
        time.append(moments)
    codes, times = np.concatenate(code), np.concatenate(time)
    kept = rng.random(len(times)) >= loss
    codes, times = codes[kept], times[kept]
    shows = (times >= adopted[codes]) & (times < dropped[codes])
    at = (START + pd.to_timedelta(times, unit="h")).as_unit("us")
    profiles = tables.build(
        tables.PROFILES,
        {
            "platform": ["twitter"] * len(codes),
            "account_id": [f"{code}" for code in codes],
            "handle": [f"h{code}" for code in codes],
            "bio": np.where(shows, "RH · #i4Emploi", "RH").tolist(),
            "followers": (100 + 10 * codes).tolist(),
            "seen_at": at,
            "seen_basis": [basis] * len(codes),
            "post_id": [f"p{row}" for row in range(len(codes))],
        },
    )
    posts = tables.build(
        tables.POSTS,
        {
            "platform": ["twitter"] * len(codes),
            "post_id": [f"p{row}" for row in range(len(codes))],
            "kind": ["post"] * len(codes),
            "author_id": [f"{code}" for code in codes],
            "author": [f"h{code}" for code in codes],
            "posted_at": at,
            "hashtags": [["i4emploi"]] * len(codes),
            "embedded": [False] * len(codes),
        },
    )
    return World(tables.Archive(posts=posts, profiles=profiles), movement(), adopted, dropped)


def follower_world(
    seed: int, *, n_lists: int, biggest: bool = True, accounts: int = 300, mean: int = 300
) -> tuple[tables.Archive, Movement, int]:
    """Supporters with follower lists drawn from circles of people; the truth is their number."""
    rng = np.random.default_rng(seed)
    sizes = np.maximum(rng.lognormal(0, 1.2, accounts) * mean / 2, 3).astype(int)
    # People differ in how many accounts they follow, and circles follow the same ones.
    n_people, circles = int(sizes.sum() * 2.2), 8
    appetite = rng.lognormal(0, 0.7, n_people)
    circle = rng.integers(0, circles, n_people)
    lists = []
    for account, size in enumerate(sizes):
        weight = appetite * np.where(circle == account % circles, 1.0, 0.25)
        # Weighted draw without replacement: the smallest of exponential clocks.
        lists.append(np.argpartition(rng.exponential(1, n_people) / weight, size)[:size])
    truth = len(np.unique(np.concatenate(lists)))
    order = np.argsort(-sizes) if biggest else rng.permutation(accounts)
    chosen = order[:n_lists]
    follows = tables.build(
        tables.FOLLOWS,
        {
            "platform": ["twitter"] * int(sizes[chosen].sum()),
            "follower_id": [f"p{person}" for one in chosen for person in lists[one]],
            "followee_id": [f"{one}" for one in chosen for _ in lists[one]],
            "list_complete": [True] * int(sizes[chosen].sum()),
        },
    )
    profiles = tables.build(
        tables.PROFILES,
        {
            "platform": ["twitter"] * accounts,
            "account_id": [f"{account}" for account in range(accounts)],
            "handle": [f"h{account}" for account in range(accounts)],
            "bio": ["#i4emploi"] * accounts,
            "followers": sizes.tolist(),
            "seen_at": [START + pd.Timedelta(hours=12)] * accounts,
            "seen_basis": ["live"] * accounts,
        },
    )
    return tables.Archive(profiles=profiles, follows=follows), movement(), truth
