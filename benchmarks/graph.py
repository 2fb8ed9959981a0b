"""The reshare graph of the Higgs rumour (SNAP, 354,930 retweets) beside pandas and networkx.

Usage: python benchmarks/graph.py [PATH/higgs-activity_time.txt.gz]

Without the file a graph of the same size is drawn at random and the output says so.
CPU seconds, best of five, all in one run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from i4analysis import tables
from i4analysis.measure.graph import graph

HIGGS = Path("../shared/real/cascades/higgs-activity_time.txt.gz")


def higgs(path: Path) -> pd.DataFrame:
    """Return the Higgs retweets as canonical posts (accounts and times; no post identifiers)."""
    if path.is_file():
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=["user", "other", "time", "kind"]),
            parse_options=csv.ParseOptions(delimiter=" "),
        ).to_pandas()
        table = table[table["kind"] == "RT"]
    else:
        rng = np.random.default_rng(0)
        table = pd.DataFrame(
            {
                "user": rng.integers(0, 230_000, 354_930),
                "other": (230_000 * rng.power(0.2, 354_930)).astype(int),
                "time": rng.integers(1_341_100_000, 1_341_700_000, 354_930),
            }
        )
    return tables.build(
        tables.POSTS,
        {
            "platform": ["twitter"] * len(table),
            "post_id": [str(row) for row in range(len(table))],
            "kind": ["reshare"] * len(table),
            "author_id": table["user"].astype(str).to_numpy(),
            "reshared_author_id": table["other"].astype(str).to_numpy(),
            "posted_at": pa.array(table["time"].to_numpy() * 1_000_000).cast(tables.TIME),
        },
    )


def group_by(posts: pd.DataFrame) -> pd.DataFrame:
    """Group the same frame as a pandas user would."""
    return posts.groupby(["author_id", "reshared_author_id"], as_index=False).agg(
        weight=("post_id", "size"), first=("posted_at", "min"), last=("posted_at", "max")
    )


def bulk(edges: pd.DataFrame) -> nx.DiGraph[str]:
    """Insert the grouped edges into networkx by its own bulk reader, all attributes kept."""
    return nx.from_pandas_edgelist(
        edges, "resharer", "author", ["weight", "first", "last", "posts"], create_using=nx.DiGraph
    )


def best(function: Callable[[], object], times: int = 5) -> float:
    """Return the least CPU seconds of `times` calls."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)
    return min(spent)


def main(path: Path = HIGGS) -> dict[str, float]:
    """Measure and print; return the seconds by name."""
    print("Higgs retweets" if path.is_file() else f"{path} is absent: random graph instead")
    posts = higgs(path)
    edges = graph.reshare_edges(posts)
    plain = edges.assign(
        **{name: edges[name].astype(str) for name in ("first", "last")},
        **{name: edges[name].astype(object) for name in ("resharer", "author")},
        **{name: edges[name].to_numpy(np.int64) for name in ("weight", "posts")},
    )
    pairs = list(zip(plain["resharer"], plain["author"], plain["weight"], strict=True))
    seconds = {
        "pandas group-by": best(lambda: group_by(posts)),
        "reshare_edges": best(lambda: graph.reshare_edges(posts)),
        "reshare_edges + to_sparse": best(lambda: graph.to_sparse(graph.reshare_edges(posts))),
        "networkx from_pandas_edgelist (4 attributes)": best(lambda: bulk(plain)),
        "networkx add_weighted_edges_from (1 attribute)": best(
            lambda: nx.DiGraph().add_weighted_edges_from(pairs)
        ),
        "from_edges (4 attributes)": best(lambda: graph.from_edges(edges)),
        "reshare_graph, from posts": best(lambda: graph.reshare_graph(posts)),
    }
    print(f"{len(posts):,} reshares, {len(edges):,} edges")
    for name, value in seconds.items():
        print(f"{name:<48}{value:8.3f} s")
    return seconds


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HIGGS)
