from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from i4analysis.errors import MeasureError
from i4analysis.measure.relays import cascades, trees

RATE = 6.8e-5


def cascade(rng: np.random.Generator, posts: int, days: float = 3.0):
    times = np.sort(rng.exponential(days * 86_400 / 6, posts))
    return times - times[0], np.maximum(1, np.round(rng.pareto(1.1, posts) * 50))


def matrix(times, weights, kernel) -> np.ndarray:
    """P[i, j] = P(parent of j = i), from the definition."""
    n = len(times)
    found = np.zeros((n, n))
    for j in range(1, n):
        row = weights[:j] * kernel(times[j] - times[:j])
        found[:j, j] = row / row.sum() if row.sum() > 0 else np.eye(1, j)[0]
    return found


def pairs_of(parents: np.ndarray) -> trees.Pairs:
    child, parent = np.nonzero(parents.T)
    return trees.Pairs(
        child.astype(np.int64),
        parent.astype(np.int64),
        parents.T[child, parent],
        np.ones(len(child), np.int64),
        len(parents),
    )


def every_tree(parents: np.ndarray):
    """Yield each tree of a small cascade with its probability."""
    n = len(parents)
    for chosen in product(*[range(j) for j in range(1, n)]):
        p = np.prod([parents[i, j + 1] for j, i in enumerate(chosen)])
        yield p, (-1, *chosen)


def brute_force(parents: np.ndarray) -> dict[str, np.ndarray | float]:
    n = len(parents)
    descendants, depth = np.zeros(n), np.zeros(n)
    generations, virality = np.zeros(n), 0.0
    for p, tree in every_tree(parents):
        own = np.zeros(n, int)
        path = [{0}]
        for j in range(1, n):
            own[j] = own[tree[j]] + 1
            path.append(path[tree[j]] | {j})
        descendants += p * sum(np.isin(np.arange(n), list(road)) for road in path)
        depth += p * own
        generations += p * np.bincount(own, minlength=n)
        distance = [len(path[a] ^ path[b]) for a in range(n) for b in range(a)]
        virality += p * float(np.mean(distance))
    return {
        "descendants": descendants,
        "depth": depth,
        "generations": generations,
        "virality": virality,
    }


def test_every_expectation_equals_the_sum_over_all_trees(rng) -> None:
    for _ in range(10):
        times, weights = cascade(rng, 6)
        parents = matrix(times, weights, lambda gap: np.exp(-RATE * gap))
        truth = brute_force(parents)
        exact = {
            "descendants": cascades.expected_descendants(times, weights, RATE),
            "depth": cascades.expected_depth(times, weights, RATE),
            "generations": cascades.expected_generations(times, weights, RATE, generations=6),
            "virality": cascades.expected_virality(times, weights, RATE),
        }
        general = {
            "descendants": trees.expected_descendants(pairs_of(parents)),
            "depth": trees.expected_depth(pairs_of(parents)),
            "virality": trees.expected_virality(pairs_of(parents)),
        }
        for found in (exact, general):
            for name, values in found.items():
                np.testing.assert_allclose(values, truth[name], rtol=1e-10, err_msg=name)


def test_expected_descendants_equal_the_dense_definition(rng) -> None:
    times, weights = cascade(rng, 400)
    parents = matrix(times, weights, lambda gap: np.exp(-RATE * gap))
    dense = np.linalg.inv(np.eye(400) - parents).sum(axis=1)
    found = cascades.expected_descendants(times, weights, RATE)
    np.testing.assert_allclose(found, dense, rtol=1e-11)


@pytest.mark.parametrize("days", [400, 4000])
def test_a_long_cascade_stays_finite_and_exact(rng, days) -> None:
    times, weights = cascade(rng, 300, days)
    weights[5] = 0
    log = np.log(np.maximum(weights, 1e-300)) + RATE * times
    parents = np.zeros((300, 300))
    for j in range(1, 300):
        parents[:j, j] = np.exp(log[:j] - np.logaddexp.reduce(log[:j]))
    dense = np.linalg.inv(np.eye(300) - parents).sum(axis=1)
    found = cascades.expected_descendants(times, weights, RATE)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, dense, rtol=1e-9)


def test_a_million_reshares_take_less_than_half_a_second(rng) -> None:
    import time

    times, weights = cascade(rng, 1_000_000, 400)
    cascades.expected_descendants(times[:3], weights[:3], RATE)
    start = time.process_time()
    found = cascades.expected_descendants(times, weights, RATE)
    assert time.process_time() - start < 0.5
    assert found[0] == 1_000_000
    assert np.isfinite(found).all()


def test_posts_that_weigh_nothing_are_nobodys_parent() -> None:
    times, weights = np.arange(4.0), np.array([0.0, 0.0, 2.0, 0.0])
    parents = matrix(times, weights, lambda gap: np.exp(-gap))
    truth = brute_force(parents)
    for name, found in {
        "descendants": cascades.expected_descendants(times, weights, 1.0),
        "depth": cascades.expected_depth(times, weights, 1.0),
        "generations": cascades.expected_generations(times, weights, 1.0, 4),
        "virality": cascades.expected_virality(times, weights, 1.0),
    }.items():
        np.testing.assert_allclose(found, truth[name], err_msg=name)
    mixture = cascades.expected_descendants_mixture(times, weights, [1.0], [1.0])
    np.testing.assert_allclose(mixture, truth["descendants"])


def test_equal_times_keep_their_order() -> None:
    found = cascades.expected_descendants([0, 0, 0], [1, 1, 1], RATE)
    np.testing.assert_allclose(found, [3, 1.5, 1])


@pytest.mark.parametrize("posts", [0, 1])
def test_a_cascade_of_nothing_or_of_its_original_alone(posts) -> None:
    times, weights = np.zeros(posts), np.ones(posts)
    assert cascades.expected_descendants(times, weights, RATE).tolist() == [1.0] * posts
    assert cascades.expected_depth(times, weights, RATE).tolist() == [0.0] * posts
    assert np.isnan(cascades.expected_virality(times, weights, RATE))


@pytest.mark.parametrize(
    ("times", "weights", "rate", "words"),
    [
        ([0, 2, 1], [1, 1, 1], 1, "go back"),
        ([0, 1], [1], 1, "one weight a post"),
        ([0, 1], [1, -1], 1, "negative"),
        ([0, 1], [1, float("nan")], 1, "negative or not a number"),
        ([0, 1], [1, 1], -1, "at least 0"),
    ],
)
def test_impossible_cascades_are_refused(times, weights, rate, words) -> None:
    with pytest.raises(MeasureError, match=words):
        cascades.expected_descendants(times, weights, rate)


def test_a_power_law_is_twelve_exponentials(rng) -> None:
    scale, exponent = 0.3 * 3600, 0.6
    share, rates, error = cascades.power_law_as_exponentials(scale, exponent)
    assert error < 0.01
    times, weights = cascade(rng, 300)
    times = np.round(times)
    times += np.arange(300)
    parents = matrix(times, weights, lambda gap: (1 + gap / scale) ** (-1 - exponent))
    dense = np.linalg.inv(np.eye(300) - parents).sum(axis=1)
    found = cascades.expected_descendants_mixture(times, weights, share, rates)
    np.testing.assert_allclose(found, dense, rtol=0.02)
    exact = matrix(times, weights, lambda gap: np.exp(-np.outer(gap, rates)) @ share)
    np.testing.assert_allclose(found, np.linalg.inv(np.eye(300) - exact).sum(axis=1), rtol=1e-10)


def test_drawn_trees_agree_with_the_exact_expectations(rng) -> None:
    times, weights = cascade(rng, 60)
    pairs = pairs_of(matrix(times, weights, lambda gap: np.exp(-RATE * gap)))
    drawn = np.concatenate([*trees.forests(pairs, 2000, seed=1)])
    trees_drawn = [trees.drawn_pairs(pairs, one) for one in drawn]
    below = np.array([trees.expected_descendants(one) - 1 for one in trees_drawn])
    exact = cascades.expected_descendants(times, weights, RATE) - 1
    error = below.std(axis=0) / np.sqrt(2000)
    assert (np.abs(below.mean(axis=0) - exact) <= 4.5 * error + 1e-12).all()
    shapes = trees.sampled_shapes(pairs, drawn, np.array([0, 60]))[:, 0, :]
    depth = cascades.expected_depth(times, weights, RATE)[1:].mean()
    virality = cascades.expected_virality(times, weights, RATE)
    for column, truth in ((0, depth), (2, virality)):
        spread = shapes[:, column].std() / np.sqrt(2000)
        assert abs(shapes[:, column].mean() - truth) < 4.5 * spread
    again = np.concatenate([*trees.forests(pairs, 2000, seed=1)])
    assert (drawn == again).all()


def test_a_star_and_a_chain_have_their_known_shapes() -> None:
    star = np.zeros((5, 5))
    star[0, 1:] = 1
    chain = np.diag(np.ones(4), 1)
    for parents, depth, breadth, virality in ((star, 1.0, 4, 1.6), (chain, 2.5, 1, 2.0)):
        pairs = pairs_of(parents)
        (drawn,) = trees.forests(pairs, 1, 0)
        shape = trees.sampled_shapes(pairs, drawn, np.array([0, 5]))[0, 0]
        np.testing.assert_allclose(shape, [depth, breadth, virality])
        assert trees.expected_virality(pairs) == pytest.approx(virality)


def test_a_missing_relay_puts_a_reshare_two_steps_from_the_original() -> None:
    pairs = trees.Pairs(np.array([1, 2]), np.array([0, 0]), np.ones(2), np.array([1, 2]), 3)
    np.testing.assert_allclose(trees.expected_depth(pairs), [0, 1, 2])
    assert trees.expected_virality(pairs) == pytest.approx((1 + 2 + 3) / 3)
    np.testing.assert_allclose(trees.expected_descendants(pairs), [3, 1, 1])
