"""Paths by brute force: every tree and every order of players of small cascades."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd

from i4analysis.measure.outcomes import paths


def random_cascade(rng: np.random.Generator, n: int = 6) -> pd.DataFrame:
    """Return parent probabilities of a random cascade of `n` posts, n0 the original."""
    rows = []
    for child in range(1, n):
        parents = np.flatnonzero(rng.random(child) < 0.8)
        parents = parents if len(parents) else np.array([0])
        chances = rng.dirichlet(np.ones(len(parents)))
        rows += [(f"n{child}", f"n{i}", c) for i, c in zip(parents, chances, strict=True)]
    return to_table(rows)


def to_table(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    """Return (child, parent, p) rows as a table of parent probabilities."""
    frame = pd.DataFrame(rows, columns=["child_id", "parent_id", "p"])
    frame["child_account"] = frame["child_id"].str.upper()
    frame["parent_account"] = frame["parent_id"].str.upper()
    return frame


def every_tree(table: pd.DataFrame) -> list[tuple[dict[str, str], float]]:
    """Return each tree (child → parent) with its probability."""
    groups = {
        str(child): list(zip(rows["parent_id"], rows["p"], strict=True))
        for child, rows in table.groupby("child_id")
    }
    trees = []
    for choice in itertools.product(*groups.values()):
        parent = {child: str(pick[0]) for child, pick in zip(groups, choice, strict=True)}
        trees.append((parent, math.prod(float(pick[1]) for pick in choice)))
    return trees


def walk(parent: dict[str, str], end: str) -> list[str]:
    """Return the path from `end` back to the original."""
    path = [end]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    return path


def largest_error(seed: int, cascades: int = 30) -> dict[str, float]:
    """Return the largest difference between the exact sums and brute force, over cascades."""
    rng = np.random.default_rng(seed)
    worst = {"on_path": 0.0, "shapley": 0.0}
    for _ in range(cascades):
        table = random_cascade(rng)
        graph = paths.path_graph(table)
        weights = dict(zip(("n5", "n4"), rng.dirichlet(np.ones(2)), strict=True))
        on = dict.fromkeys(map(str, graph.ids), 0.0)
        credit = dict(on)
        for parent, chance in every_tree(table):
            for end, weight in weights.items():
                path = walk(parent, end)
                for post in path:
                    on[post] += chance * weight
                for order in itertools.permutations(path):
                    credit[order[-1]] += chance * weight / math.factorial(len(path))
        last = np.array([weights.get(str(post), 0.0) for post in graph.ids])
        found = paths.on_path(graph, last).set_index("post_id").reindex(list(on)).fillna(0.0)
        for name, column, truth in (("on_path", "p_on_path", on), ("shapley", "shapley", credit)):
            gap = np.abs(found[column].to_numpy(dtype=float) - np.array(list(truth.values())))
            worst[name] = max(worst[name], float(gap.max()))
    return worst
