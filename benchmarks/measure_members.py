"""Supporters and followers of a year of a million sightings: seconds and memory.

Run: python benchmarks/measure_members.py [SIGHTINGS]
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.measure.members import members
from i4analysis.measure.reach import reach
from i4analysis.movement import Movement

START = pd.Timestamp("2015-09-26", tz="UTC")


def archive(sightings: int, accounts: int, supporters: int, seed: int = 0) -> tables.Archive:
    """Make a year of sightings, a share of them of accounts that join at some time."""
    rng = np.random.default_rng(seed)
    weight = rng.gamma(0.6, 1.0, accounts)
    code = rng.choice(accounts, sightings, p=weight / weight.sum())
    hour = np.sort(rng.uniform(0, 365 * 24, sightings))
    joined = np.full(accounts, np.inf)
    joined[:supporters] = rng.uniform(0, 360 * 24, supporters)
    names = pa.array([f"{n}" for n in range(accounts)])
    bios = pa.array([f"bio {n}" for n in range(accounts)] + ["RH #i4emploi"])
    at = pa.array((START.value // 1000 + hour * 3.6e9).astype(np.int64)).cast(tables.TIME)
    ids = pa.array(np.arange(sightings)).cast(pa.string())
    account = names.take(pa.array(code))
    shows = np.where(hour >= joined[code], accounts, code)
    columns = {
        "platform": pa.array(["twitter"]).take(pa.array(np.zeros(sightings, np.int64))),
        "account_id": account,
        "handle": account,
        "bio": bios.take(pa.array(shows)),
        "followers": pa.array(rng.lognormal(6, 1.5, sightings).astype(np.int64)),
        "seen_at": at,
        "seen_basis": pa.array(["live"]).take(pa.array(np.zeros(sightings, np.int64))),
        "post_id": ids,
    }
    posts = {
        "platform": columns["platform"],
        "post_id": ids,
        "kind": pa.array(["post"]).take(pa.array(np.zeros(sightings, np.int64))),
        "author_id": account,
        "author": account,
        "posted_at": at,
        "hashtags": pa.array([["i4emploi"]]).take(pa.array(np.zeros(sightings, np.int64))),
    }
    return tables.Archive(
        posts=tables.build(tables.POSTS, posts), profiles=tables.build(tables.PROFILES, columns)
    )


def main() -> None:
    """Time each measure once on the same archive."""
    sightings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    made = archive(sightings, accounts=sightings // 5, supporters=sightings // 50)
    movement = Movement(
        "bench", {"en": "bench"}, ("i4emploi",), ("i4emploi",), started_on=START.date()
    )
    small = archive(2_000, 200, 100)
    members.adoption(small, movement)  # compile once
    print(f"memory before: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    for name, run in (
        ("members.roles", lambda: members.roles(made, movement)),
        ("members.adoption", lambda: members.adoption(made, movement)),
        ("reach.followers_summed", lambda: reach.followers_summed(made, movement)),
        ("reach.concentration", lambda: reach.concentration(made, movement)),
    ):
        start = time.perf_counter()
        run()
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: {sightings:,} sightings in {took:.1f} s, peak {peak:,.0f} MB")


if __name__ == "__main__":
    main()
