"""Cascade influence: our O(n) form beside the dense definition, and a relay fit at size.

Usage: python benchmarks/cascades.py [RESHARES of the relay fit, default 20000]

The dense definition is that of BirdSpotter (Rizoiu et al.): the matrix of parents, then its
inverse, O(n³). CPU seconds.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.measure.relays import cascades, relays

RATE = 6.8e-5
DAY = 86_400.0
Floats = npt.NDArray[np.float64]


def cascade(posts: int, days: float, seed: int = 0) -> tuple[Floats, Floats]:
    """Return times and weights of a made-up cascade."""
    rng = np.random.default_rng(seed)
    times = np.sort(rng.exponential(days * DAY / 6, posts))
    return times - times[0], np.maximum(1, np.round(rng.pareto(1.1, posts) * 50))


def dense(times: Floats, weights: Floats) -> Floats:
    """Return 1 + expected descendants by the definition: (I − P)⁻¹ summed by row."""
    n = len(times)
    log = np.log(weights) + RATE * times
    parents = np.zeros((n, n))
    total = np.logaddexp.accumulate(log)
    for j in range(1, n):
        parents[:j, j] = np.exp(log[:j] - total[j - 1])
    return np.asarray(np.linalg.inv(np.eye(n) - parents).sum(axis=1))


def spent(function: Callable[[], Any]) -> tuple[float, Any]:
    """Return CPU seconds and the result."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def archive(reshares: int, seed: int = 0) -> tables.Archive:
    """Return a made-up archive of heavy-tailed cascades, for speed only."""
    rng = np.random.default_rng(seed)
    count = max(reshares // 40, 1)
    size = rng.pareto(1.2, count) + 0.2
    group = np.sort(rng.choice(count, reshares, p=size / size.sum()))
    accounts = max(reshares // 10, 50)
    author = (accounts * rng.power(0.3, count)).astype(int)
    who = (accounts * rng.power(0.5, reshares)).astype(int)
    begun = rng.uniform(0, 30 * DAY, count)
    moment = begun[group] + 900 * (rng.random(reshares) ** (-1 / 0.55) - 1).clip(max=40 * DAY)
    micro = ((1.44e9 + moment) * 1e6).astype(np.int64)
    posts = pa.table(
        {
            "platform": pa.repeat("twitter", reshares),
            "post_id": pa.array(np.arange(reshares)).cast(pa.string()),
            "kind": pa.repeat("reshare", reshares),
            "author_id": pa.array(who).cast(pa.string()),
            "posted_at": pa.array(micro).cast(tables.TIME),
            "reshared_id": pa.array([f"o{number}" for number in group]),
            "reshared_author_id": pa.array(author[group]).cast(pa.string()),
            "reshared_at": pa.array(((1.44e9 + begun[group]) * 1e6).astype(np.int64)).cast(
                tables.TIME
            ),
        }
    )
    missing = [column for column in tables.POSTS.columns if column.name not in posts.column_names]
    for column in missing:
        posts = posts.append_column(column.name, pa.nulls(reshares, column.type))
    frame = tables.from_arrow(posts.select(tables.POSTS.names))
    return tables.Archive(posts=frame)


def main(reshares: int = 20_000) -> pd.DataFrame:
    """Measure and print."""
    warm = cascade(10, 1)
    cascades.expected_descendants(*warm, RATE)
    cascades.expected_virality(*warm, RATE)
    rows = []
    for posts in (100, 1_000, 2_000):
        times, weights = cascade(posts, 3)
        slow, truth = spent(lambda t=times, w=weights: dense(t, w))
        fast, found = spent(lambda t=times, w=weights: cascades.expected_descendants(t, w, RATE))
        rows.append((posts, 3, slow, fast, float(np.abs(found / truth - 1).max())))
    for days in (3.0, 400.0):
        times, weights = cascade(1_000_000, days)
        fast, found = spent(lambda t=times, w=weights: cascades.expected_descendants(t, w, RATE))
        log = np.log(weights) + RATE * times
        share = np.exp(log - np.logaddexp.accumulate(log))
        closed = 1 + (len(times) - 1 - np.arange(len(times))) * share
        rows.append((1_000_000, days, np.nan, fast, float(np.abs(found / closed - 1).max())))
    table = pd.DataFrame(rows, columns=["posts", "days", "dense_s", "ours_s", "largest_rel_diff"])
    print(table.to_string(index=False))
    data = archive(reshares)
    seconds, found = spent(lambda: relays.parent_probabilities(data))
    influence, _ = spent(lambda: relays.relay_influence(found))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{reshares:,} reshares: parent probabilities {seconds:.1f} s, influence {influence:.1f}"
        " s,"
        f" {len(found.table):,} rows, at most {peak:.1f} GB"
    )
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
