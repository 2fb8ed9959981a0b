"""Design A against brute force: every tree, every order of players."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from i4analysis.errors import MeasureError
from i4analysis.measure import paths


def table(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["child_id", "parent_id", "p"])
    frame["child_account"] = frame["child_id"].str.upper()
    frame["parent_account"] = frame["parent_id"].str.upper()
    return frame


def random_cascade(rng: np.random.Generator, n: int = 6) -> pd.DataFrame:
    rows = []
    for child in range(1, n):
        parents = np.flatnonzero(rng.random(child) < 0.8)
        if not len(parents):
            parents = np.array([0])
        chances = rng.dirichlet(np.ones(len(parents)))
        rows += [(f"n{child}", f"n{i}", c) for i, c in zip(parents, chances, strict=True)]
    return table(rows)


def every_tree(frame: pd.DataFrame) -> list[tuple[dict[str, str], float]]:
    groups = [list(zip(g["parent_id"], g["p"], strict=True)) for _, g in frame.groupby("child_id")]
    children = [child for child, _ in frame.groupby("child_id")]
    trees = []
    for choice in itertools.product(*groups):
        parent = {child: pick[0] for child, pick in zip(children, choice, strict=True)}
        trees.append((parent, math.prod(pick[1] for pick in choice)))
    return trees


def walk(parent: dict[str, str], end: str) -> list[str]:
    path = [end]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    return path


@pytest.mark.parametrize("seed", range(30))
def test_on_path_and_shapley_equal_every_tree_and_every_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = random_cascade(rng)
    graph = paths.path_graph(frame)
    chances = rng.dirichlet(np.ones(2))
    ends = dict(zip(["n5", "n4"], chances, strict=True))
    last = np.array([ends.get(str(i), 0.0) for i in graph.ids])
    on, credit = dict.fromkeys(graph.ids, 0.0), dict.fromkeys(graph.ids, 0.0)
    for parent, chance in every_tree(frame):
        for end, weight in ends.items():
            path = walk(parent, end)
            for post in path:
                on[post] += chance * weight
            for order in itertools.permutations(path):
                credit[order[-1]] += chance * weight / math.factorial(len(path))
    found = paths.on_path(graph, last).set_index("post_id")
    for post in graph.ids:
        stated = found.loc[post] if post in found.index else {"p_on_path": 0, "shapley": 0}
        assert abs(stated["p_on_path"] - on[post]) <= 1e-10
        assert abs(stated["shapley"] - credit[post]) <= 1e-10
    assert abs(found["shapley"].sum() - 1) <= 1e-10


@pytest.mark.parametrize("seed", range(10))
def test_most_probable_paths_equal_the_enumeration(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    frame = random_cascade(rng)
    graph = paths.path_graph(frame)
    last = np.where(graph.ids == "n5", 1.0, 0.0)
    truth: dict[tuple[str, ...], float] = {}
    for parent, chance in every_tree(frame):
        path = tuple(reversed(walk(parent, "n5")))
        truth[path] = truth.get(path, 0.0) + chance
    expected = sorted(truth.values(), reverse=True)[:4]
    found = paths.most_probable(graph, last, k=4)
    assert found["p_path"].to_numpy() == pytest.approx(expected, abs=1e-12)
    for posts, chance in zip(found["posts"], found["p_path"], strict=True):
        assert truth[tuple(posts)] == pytest.approx(chance, abs=1e-12)


def test_a_missing_relay_passes_its_mass_to_the_first_observed_ancestor() -> None:
    frame = table([("b", "a", 0.5), ("b", "UNSEEN", 0.5), ("c", "b", 0.6), ("c", "a", 0.4)])
    graph = paths.path_graph(frame)
    last = np.where(graph.ids == "c", 1.0, 0.0)
    assert paths.p_unseen(graph, last) == pytest.approx(0.6 * 0.5)
    before = paths.on_path(graph, last).set_index("post_id")["p_on_path"]
    after = paths.on_path(paths.pass_on_unseen(graph), last).set_index("post_id")["p_on_path"]
    assert before["a"] == pytest.approx(0.7)
    assert after["a"] == pytest.approx(1.0)
    assert after["b"] == pytest.approx(0.6)


def test_indispensable_is_between_nothing_and_the_path() -> None:
    frame = table([("b", "a", 1.0), ("c", "a", 0.5), ("c", "b", 0.5)])
    graph = paths.path_graph(frame)
    last = np.where(graph.ids == "c", 1.0, 0.0)
    alone = paths.indispensable(graph, last, np.zeros(3), draws=4000, seed=1)
    need = alone.set_index("post_id")["indispensable_hi"]
    assert need["a"] == 1
    assert need["b"] == pytest.approx(0.5, abs=0.03)
    # with many spare deliveries b is never needed: c also hears from a
    rich = paths.indispensable(graph, last, np.full(3, 50.0), draws=1000, seed=1)
    assert rich.set_index("post_id")["indispensable_hi"]["b"] < 0.01


def test_a_post_that_is_its_own_ancestor_is_refused() -> None:
    with pytest.raises(MeasureError, match="own ancestor"):
        paths.path_graph(table([("a", "b", 1.0), ("b", "a", 1.0)]))


def test_an_empty_table_gives_an_empty_graph() -> None:
    graph = paths.path_graph(table([]))
    assert len(graph.ids) == 0
    assert paths.on_path(graph, np.zeros(0)).empty
    assert paths.most_probable(graph, np.zeros(0)).empty


def test_poisson_binomial_counts() -> None:
    chances = [0.1, 0.4, 0.7, 0.9]
    mass = np.zeros(5)
    for hits in itertools.product([0, 1], repeat=4):
        pairs = zip(hits, chances, strict=True)
        mass[sum(hits)] += math.prod(c if hit else 1 - c for hit, c in pairs)
    assert paths.poisson_binomial(chances) == pytest.approx(mass, abs=1e-12)
    assert paths.count_interval([1.0, 1.0, 0.0]) == (2, 2)
    assert paths.count_interval([]) == (0, 0)
