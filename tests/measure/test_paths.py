"""Design A against brute force: every tree, every order of players."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from i4analysis.errors import MeasureError
from i4analysis.measure.outcomes import paths
from proof.outcomes import every_tree, largest_error, random_cascade, walk
from proof.outcomes import to_table as table


@pytest.mark.parametrize("seed", range(10))
def test_on_path_and_shapley_equal_every_tree_and_every_order(seed: int) -> None:
    worst = largest_error(seed, cascades=3)
    assert worst["on_path"] <= 1e-10
    assert worst["shapley"] <= 1e-10


def test_shapley_shares_sum_to_one() -> None:
    graph = paths.path_graph(random_cascade(np.random.default_rng(4)))
    last = np.where(graph.ids == "n5", 1.0, 0.0)
    assert abs(paths.on_path(graph, last)["shapley"].sum() - 1) <= 1e-12


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
