"""Trees from a list of possible parents: exact expectations by one pass, and drawn trees.

The list has one row a possible parent: `child`, `parent` (positions in the flat arrays of
`i4analysis.measure.relays.cascade_arrays`, a parent before its child), `p`, sorted by child, and
`hops`: 1 for a parent that is in the archive, 2 for a relay that is not (its row points to the
original: the missing relay stands between, so the reshare is at least two steps from it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from i4analysis.measure.numbers.compiled import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]  # possible parents are many: of as few bytes as hold them


@dataclass(frozen=True, eq=False)
class Pairs:
    """Possible parents, sorted by child.

    Attributes
    ----------
    child, parent
        Positions of posts; parent < child.
    p
        Probability that the parent is the child's; 1 in sum for each child.
    hops
        Steps from child to parent: 2 where a relay missing from the archive stands between.
    posts
        Number of posts.
    """

    child: Integers
    parent: Integers
    p: Floats
    hops: Integers
    posts: int


def expected_descendants(pairs: Pairs) -> Floats:
    """Return 1 + the expected number of descendants of each post, O(pairs)."""
    return _descendants(pairs.child, pairs.parent, pairs.p, pairs.posts)


@compiled
def _descendants(child: Integers, parent: Integers, p: Floats, posts: int) -> Floats:
    found = np.ones(posts)
    for row in range(len(child) - 1, -1, -1):
        found[parent[row]] += p[row] * found[child[row]]
    return found


def expected_depth(pairs: Pairs) -> Floats:
    """Return the expected number of steps from each post up to its original, O(pairs)."""
    return _depth(pairs.child, pairs.parent, pairs.p, pairs.hops, pairs.posts)


@compiled
def _depth(child: Integers, parent: Integers, p: Floats, hops: Integers, posts: int) -> Floats:
    depth = np.zeros(posts)
    for row in range(len(child)):
        depth[child[row]] += p[row] * (hops[row] + depth[parent[row]])
    return depth


def expected_virality(pairs: Pairs) -> float:
    """Return the expected mean distance between two posts of one cascade, O(posts · pairs).

    NaN for fewer than two posts. The cascade's original must be post 0.
    """
    if pairs.posts < 2:
        return float("nan")
    start = np.array([0, pairs.posts], np.int64)
    return float(expected_viralities(pairs, start, pairs.posts)[0])


def expected_viralities(pairs: Pairs, start: Integers, most: int) -> Floats:
    """Return `expected_virality` of each cascade of up to `most` posts, NaN for the others.

    Parameters
    ----------
    start
        First position of each cascade, and the number of posts at the end.
    """
    begin = np.searchsorted(pairs.child, start)
    return _viralities(pairs.child, pairs.parent, pairs.p, pairs.hops, start, begin, most)


@compiled
def _viralities(
    child: Integers,
    parent: Integers,
    p: Floats,
    hops: Integers,
    start: Integers,
    begin: Integers,
    most: int,
) -> Floats:
    found = np.full(len(start) - 1, np.nan)
    widest = 1
    for c in range(len(start) - 1):
        if start[c + 1] - start[c] <= most:
            widest = max(widest, start[c + 1] - start[c])
    distance = np.zeros((widest, widest))
    for c in range(len(start) - 1):
        a, posts = start[c], start[c + 1] - start[c]
        if posts < 2 or posts > most:
            continue
        distance[:posts, :posts] = 0.0
        total = 0.0
        row = begin[c]
        while row < begin[c + 1]:
            j = child[row] - a
            end = row
            while end < begin[c + 1] and child[end] - a == j:
                for i in range(j):
                    distance[j, i] += p[end] * (hops[end] + distance[parent[end] - a, i])
                end += 1
            for i in range(j):
                distance[i, j] = distance[j, i]
                total += distance[j, i]
            row = end
        found[c] = total / (posts * (posts - 1) / 2)
    return found


def forests(pairs: Pairs, trees: int, seed: int) -> Iterator[Integers]:
    """Draw whole forests one after the other: each child draws its parent on its own.

    Each is 1 × posts: the row of `pairs` drawn for each post, -1 for originals.
    """
    rng = np.random.default_rng(seed)
    for _ in range(trees):
        yield _sample(pairs.child, pairs.p, pairs.posts, rng)


@compiled
def _sample(child: Integers, p: Floats, posts: int, rng: np.random.Generator) -> Integers:
    drawn = np.full((1, posts), -1, np.int64)
    row = 0
    while row < len(child):
        j = child[row]
        luck = rng.random()
        chosen = -1
        while row < len(child) and child[row] == j:
            if chosen < 0:
                luck -= p[row]
                if luck < 0:
                    chosen = row
            last = row
            row += 1
        drawn[0, j] = last if chosen < 0 else chosen
    return drawn


def drawn_pairs(pairs: Pairs, drawn: Integers) -> Pairs:
    """Return the parents of one drawn forest, each of its child for certain."""
    rows = drawn[drawn >= 0]
    return Pairs(pairs.child[rows], pairs.parent[rows], np.ones(len(rows)), pairs.hops[rows],
                 pairs.posts)  # fmt: skip


@compiled
def below_oneself(
    child: Integers, parent: Integers, p: Floats, account: Integers, twice: Integers
) -> Floats:
    """Return how probably each post came through an earlier one of its own account.

    `twice` holds the first and last post of each account that stands twice in one cascade. What
    came of a post is independent of what it came through, as each child draws its parent on its
    own: its descendants times (1 − this), summed over an account, hold each reshare once.
    """
    found, through = np.zeros(len(account)), np.zeros(len(account))
    for group in range(len(twice)):
        first, last = twice[group]
        through[first : last + 1] = 0.0
        for row in range(np.searchsorted(child, first + 1), np.searchsorted(child, last + 1)):
            if parent[row] >= first:
                own = account[parent[row]] == account[first]
                through[child[row]] += p[row] * (1.0 if own else through[parent[row]])
        for post in range(first + 1, last + 1):
            if account[post] == account[first]:
                found[post] = through[post]
    return found


def sampled_shapes(pairs: Pairs, drawn: Integers, start: Integers) -> Floats:
    """Return the shape of each cascade in each drawn forest.

    Parameters
    ----------
    start
        First position of each cascade, and the number of posts at the end.

    Returns
    -------
    numpy.ndarray
        trees × cascades × 3: mean depth of the reshares, largest number of posts in one
        generation, structural virality (mean distance over pairs of posts; posts missing from the
        archive are steps but not posts).
    """
    return _shapes(pairs.parent, pairs.hops, drawn, start)


@compiled
def _shapes(parent: Integers, hops: Integers, drawn: Integers, start: Integers) -> Floats:
    trees, posts = drawn.shape
    cascades = len(start) - 1
    found = np.full((trees, cascades, 3), np.nan)
    for tree in range(trees):
        depth = np.zeros(posts, np.int64)
        size = np.ones(posts, np.int64)
        for c in range(cascades):
            a, b = start[c], start[c + 1]
            n = b - a
            if n < 2:
                continue
            width = np.zeros(2 * n + 1, np.int64)
            summed, widest = 0, 0
            for j in range(a + 1, b):
                row = drawn[tree, j]
                depth[j] = depth[parent[row]] + hops[row]
                width[depth[j]] += 1
                widest = max(widest, width[depth[j]])
                summed += depth[j]
            paths = 0.0
            for j in range(b - 1, a, -1):
                row = drawn[tree, j]
                paths += hops[row] * size[j] * (n - size[j])
                size[parent[row]] += size[j]
            found[tree, c, 0] = summed / (n - 1)
            found[tree, c, 1] = widest
            found[tree, c, 2] = paths / (n * (n - 1) / 2)
    return found
