"""Reshares of one post close in time: who was fast with whom, what prompted it, and two nulls.

Plain arrays, no ledgers and no names: `measure.coordination` says what is flagged and why.
Sequential Monte Carlo p-values: Besag and Clifford (1991).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import bdtrc

from i4analysis.measure.numbers.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ENOUGH_HITS = 100
LED, IN_TURN_P = 0.95, 0.01


@dataclass(frozen=True, eq=False)
class Reshares:
    """One row a reshare, by post, then time; an account reshares a post once.

    Attributes
    ----------
    posts, who
        Numbers of the post (0, 1, 2 …, none left out) and of the account.
    delays
        Seconds since the original, or since the post's first reshare where it is not dated.
    dated
        Whether the original has a date.
    authors, originals
        Number of each post's author (−1 unknown); and how many originals the archive knows of
        each author, whether or not they were reshared. Empty: every post its own author.
    """

    posts: Ints
    delays: Floats
    who: Ints
    dated: Flags
    authors: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    originals: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @cached_property
    def starts(self) -> Ints:
        """First row of each post, then the number of rows."""
        n = int(self.posts[-1]) + 1 if len(self.posts) else 0
        return np.searchsorted(self.posts, np.arange(n + 1)).astype(np.int64)

    def only(self, kept: Flags) -> Reshares:
        """Return the reshares of the posts kept, numbered anew; accounts keep their numbers."""
        rows = kept[self.posts]
        number = np.cumsum(kept) - 1
        authors = self.authors[kept] if len(self.authors) == len(kept) else self.authors
        return Reshares(
            number[self.posts[rows]].astype(np.int64),
            self.delays[rows],
            self.who[rows],
            self.dated[rows],
            authors,
            self.originals,
        )

    @cached_property
    def people(self) -> int:
        return int(self.who.max(initial=-1)) + 1

    @cached_property
    def by_account(self) -> tuple[Ints, Ints]:
        """Rows by account, then post; and where each account begins among them."""
        rows = np.lexsort((self.posts, self.who))
        starts = np.searchsorted(self.who[rows], np.arange(self.people + 1))
        return rows.astype(np.int64), starts.astype(np.int64)


# ------------------------------------------------------------------------------- who was fast


@compiled
def _list_fast(start: Any, delays: Any, who: Any, window: float) -> Any:  # pragma: no cover
    """List (post, a, b), a < b, of each fast pair of each post in one pass, O(Σ n · window)."""
    total = 0
    for count in range(2):
        if count == 1:
            on = np.empty(total, np.int64)
            a, b = np.empty(total, np.int64), np.empty(total, np.int64)
        k = 0
        for p in range(len(start) - 1):
            for i in range(start[p], start[p + 1]):
                j = i + 1
                while j < start[p + 1] and delays[j] - delays[i] <= window:
                    if count == 1:
                        on[k] = p
                        a[k] = min(who[i], who[j])
                        b[k] = max(who[i], who[j])
                    k += 1
                    j += 1
        total = k
    return on, a, b


def fast_pairs(seen: Reshares, window: float) -> pd.DataFrame:
    """Return `a`, `b` (a < b) and `n_fast` of every pair that was fast once."""
    _, a, b = _list_fast(seen.starts, seen.delays, seen.who, window)
    width = max(seen.people, 1)
    found, fast = np.unique(a * width + b, return_counts=True)
    return pd.DataFrame({"a": found // width, "b": found % width, "n_fast": fast.astype(np.int64)})


@compiled
def _shared(
    rows: Any, starts: Any, posts: Any, a: int, b: int, left: Any, right: Any
) -> int:  # pragma: no cover - compiled
    """Write the rows of two accounts on the posts they share; return how many there are."""
    i, j, k = starts[a], starts[b], 0
    while i < starts[a + 1] and j < starts[b + 1]:
        first, second = posts[rows[i]], posts[rows[j]]
        if first == second:
            left[k] = i
            right[k] = j
            k += 1
        if first <= second:
            i += 1
        if second <= first:
            j += 1
    return k


@compiled
def _count_shared(rows: Any, starts: Any, posts: Any, a: Any, b: Any) -> Any:  # pragma: no cover
    left, right = np.empty(len(posts), np.int64), np.empty(len(posts), np.int64)
    out = np.zeros(len(a), np.int64)
    for k in range(len(a)):
        out[k] = _shared(rows, starts, posts, a[k], b[k], left, right)
    return out


def count_shared(table: pd.DataFrame, seen: Reshares) -> pd.DataFrame:
    """Return the table with `n_shared`, the posts that both accounts reshared."""
    a, b = _ends(table)
    return table.assign(n_shared=_count_shared(*seen.by_account, seen.posts, a, b))


def _ends(table: pd.DataFrame) -> tuple[Ints, Ints]:
    return table["a"].to_numpy(dtype=np.int64), table["b"].to_numpy(dtype=np.int64)


# ----------------------------------------------------------------------------- what prompted it


def circles(suspects: pd.DataFrame, seen: Reshares) -> Ints:
    """Return the circle of each account: those that suspect pairs link; −1 outside any."""
    a, b = _ends(suspects)
    links = coo_matrix((np.ones(len(a)), (a, b)), shape=(seen.people, seen.people))
    label = connected_components(links, directed=False)[1]
    alone = np.bincount(label, minlength=1)[label] < 2
    return np.where(alone, -1, label).astype(np.int64)


def in_threes(table: pd.DataFrame, linked: Flags) -> Flags:
    """Return the pairs both of whose accounts are linked to one same third.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": [0, 1, 0, 2], "b": [1, 2, 2, 3]})
    >>> in_threes(pairs, np.ones(4, dtype=bool)).tolist()
    [True, True, True, False]
    """
    a, b = _ends(table)
    beside: dict[int, set[int]] = {}
    for one, other in zip(a[linked].tolist(), b[linked].tolist(), strict=True):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    none: set[int] = set()
    pairs = zip(a.tolist(), b.tolist(), strict=True)
    return np.array(
        [bool(beside.get(x, none) & beside.get(y, none)) for x, y in pairs], dtype=bool
    )


def led(table: pd.DataFrame, seen: Reshares, which: Flags) -> Flags:
    """Return the pairs of `which` that one third account leads, and that keep no turns.

    Led: it came within the pair's `within_s` before the earlier of the two, on `LED` of the posts
    that they reshared that close to each other: both may simply read it. Turns: which of the two
    comes first is not a coin's doing (two-sided sign test, p ≤ `IN_TURN_P`): a post is handed on.
    """
    rows, starts = seen.by_account
    out = np.zeros(len(table), dtype=bool)
    a, b = _ends(table)
    windows = table["within_s"].to_numpy(dtype=float)
    for k in np.flatnonzero(which):
        mine = [rows[starts[who] : starts[who + 1]] for who in (a[k], b[k])]
        _, i, j = np.intersect1d(seen.posts[mine[0]], seen.posts[mine[1]], return_indices=True)
        one, other = mine[0][i], mine[1][j]
        fast = np.abs(seen.delays[one] - seen.delays[other]) <= windows[k]
        earlier = np.minimum(one, other)[fast]
        before = [
            seen.who[seen.starts[seen.posts[row]] : row][
                seen.delays[row] - seen.delays[seen.starts[seen.posts[row]] : row] <= windows[k]
            ]
            for row in earlier
        ]
        counts = np.bincount(np.concatenate(before)) if before else np.zeros(0, np.int64)
        n = len(earlier)
        most = max(int((one < other)[fast].sum()), int((one > other)[fast].sum()))
        turns = 2 * bdtrc(most - 1, n, 0.5) <= IN_TURN_P
        out[k] = counts.max(initial=0) >= LED * max(n, 1) and not turns
    return out


@compiled
def _prompted(
    start: Any, delays: Any, dated: Any, label: Any, window: float
) -> Any:  # pragma: no cover - compiled
    out = np.zeros(len(delays), np.bool_)
    for p in range(len(start) - 1):
        for i in range(start[p], start[p + 1]):
            if label[i] < 0:
                continue
            before, earlier = i, -1
            woken = dated[i] and delays[i] <= window
            while before > start[p] and delays[i] - delays[before - 1] <= window:
                before -= 1
                if label[before] != label[i]:
                    woken = True
                else:
                    earlier = before
            after = i + 1
            while after < start[p + 1] and delays[after] == delays[i]:
                woken = woken or label[after] != label[i]
                after += 1
            # what woke the circle's first woke those who followed it within the window
            out[i] = out[earlier] if earlier >= 0 else woken
    return out


def prompted(seen: Reshares, circle: Ints, window: float) -> Flags:
    """Return whether each reshare of a circle belongs to a burst that something prompted.

    A burst: reshares of one post by one circle, each within `window` of the one before it. It is
    prompted when the original, or a reshare from outside the circle, came within `window` before
    its first. False outside any circle.
    """
    flags = _prompted(seen.starts, seen.delays, seen.dated, circle[seen.who], window)
    return np.asarray(flags, dtype=bool)


@compiled
def _count_unprompted(
    rows: Any, starts: Any, posts: Any, delays: Any, woken: Any, a: Any, b: Any, window: float
) -> Any:  # pragma: no cover - compiled
    left, right = np.empty(len(posts), np.int64), np.empty(len(posts), np.int64)
    out = np.zeros(len(a), np.int64)
    for k in range(len(a)):
        for s in range(_shared(rows, starts, posts, a[k], b[k], left, right)):
            i, j = rows[left[s]], rows[right[s]]
            close = abs(delays[i] - delays[j]) <= window
            if close and not woken[i] and not woken[j]:
                out[k] += 1
    return out


def count_unprompted(table: pd.DataFrame, seen: Reshares, woken: Flags, window: float) -> Ints:
    """Return, for each pair, its fast posts in bursts that nothing prompted."""
    a, b = _ends(table)
    counts = _count_unprompted(*seen.by_account, seen.posts, seen.delays, woken, a, b, window)
    return np.asarray(counts, dtype=np.int64)


# ------------------------------------------------------------------------------------ the nulls


def poisson_binomial_tail(p: Floats, at_least: int) -> float:
    """Return P(at least so many successes) of independent trials with chances p.

    O(n · at_least): what has reached the count stays there, and nothing is subtracted, so that a
    small tail keeps its digits.

    Examples
    --------
    >>> poisson_binomial_tail(np.array([0.5, 0.5]), 1)
    0.75
    """
    return float(_tail(np.asarray(p, np.float64), int(at_least)))


@compiled
def _tail(p: Any, at_least: int) -> float:  # pragma: no cover - compiled
    mass = np.zeros(at_least + 1)
    mass[0] = 1.0
    for i in range(len(p)):
        _add_trial(mass, p[i])
    return float(min(1.0, mass[at_least]))


@compiled
def _add_trial(mass: Any, p: float) -> None:  # pragma: no cover - compiled
    last = len(mass) - 1
    if last > 0:
        mass[last] += mass[last - 1] * p
    for k in range(last - 1, 0, -1):
        mass[k] = mass[k] * (1 - p) + mass[k - 1] * p
    if last > 0:
        mass[0] *= 1 - p


def exchangeable(table: pd.DataFrame, seen: Reshares, circle: Ints, window: float) -> Floats:
    """Return p of N1 for each pair's unprompted count."""
    chance = _chances(seen, circle, window)
    rows, starts = seen.by_account
    posts = seen.posts[rows]
    own = [posts[starts[who] : starts[who + 1]] for who in range(seen.people)]
    tails = [
        poisson_binomial_tail(chance[np.intersect1d(own[a], own[b], assume_unique=True)], count)
        for a, b, count in zip(table["a"], table["b"], table["n_unprompted"], strict=True)
    ]
    return np.array(tails, dtype=float)


def _chances(seen: Reshares, circle: Ints, window: float) -> Floats:
    """Return, for each post, the chance that two of its resharers are fast, circles left out.

    Posts with few other pairs lean on the mean of all posts, which counts as one pair.
    """
    sizes = np.diff(seen.starts)
    on, a, b = _list_fast(seen.starts, seen.delays, seen.who, window)
    ordinary = (circle[a] < 0) | (circle[a] != circle[b])
    fast = np.bincount(on[ordinary], minlength=len(sizes))
    label = circle[seen.who]
    inside = pd.DataFrame({"post": seen.posts, "label": label})[label >= 0]
    members = inside.groupby(["post", "label"]).size().reset_index(name="n")
    pairs = members["n"] * (members["n"] - 1) / 2
    left_out = np.bincount(members["post"], weights=pairs, minlength=len(sizes))
    others = sizes * (sizes - 1) / 2 - left_out
    mean = fast.sum() / max(float(others.sum()), 1.0)
    return np.asarray((fast + mean) / (others + 1.0))


TASTE = 2.0  # posts of an author that what one reshares of all authors counts for


def exposed(table: pd.DataFrame, seen: Reshares, circle: Ints) -> Floats:
    """Return p of N3 for each pair: both reshare the same posts because both see the same.

    Each account has a rate for each author, a(A): the share of that author's other posts that it
    reshared, leaning on its rate over all authors by `TASTE` posts; and each post a pull s, what
    accounts outside the pair's circle made of it against the author's other posts. Were the two
    exposed to the same authors and to nothing else in common, a post would be reshared by both
    with the chance a(A)·b(A)·s²; p is the Poisson-binomial tail of the unprompted count over all
    posts. Who is notified of the same accounts, reads the same list or searches for the same
    words has these rates, however fast; who is called to single posts has not.
    """
    if table.empty:
        return np.zeros(0)
    n_posts = len(seen.starts) - 1
    authors = seen.authors if len(seen.authors) == n_posts else np.arange(n_posts)
    authors = np.where(authors < 0, authors.max(initial=0) + 1 + np.arange(n_posts), authors)
    _, author = np.unique(authors, return_inverse=True)
    known = np.bincount(author).astype(float)
    if len(seen.originals):
        inside = authors < len(seen.originals)
        counts = np.where(inside, seen.originals[np.minimum(authors, len(seen.originals) - 1)], 1)
        np.maximum.at(known, author, counts.astype(float))
    label = circle[seen.who]
    rows, starts = seen.by_account
    sizes = np.diff(seen.starts).astype(float)
    tails = np.ones(len(table))
    a, b = _ends(table)
    count = table["n_unprompted"].to_numpy(dtype=np.int64)
    where = np.where(circle[a] == circle[b], circle[a], -1)
    for one in np.unique(where[count > 0]):
        pull = _pull(seen, sizes, author, known, label == one if one >= 0 else None)
        mine = np.flatnonzero((where == one) & (count > 0))
        tails[mine] = _exposed(
            rows, starts, seen.posts, author, known, float(known.sum()), pull,
            a[mine], b[mine], count[mine], TASTE,
        )  # fmt: skip
    return tails


@compiled
def _exposed(
    rows: Any, starts: Any, posts: Any, author: Any, known: Any, made: float, pull: Any,
    a: Any, b: Any, count: Any, taste: float,
) -> Any:  # fmt: skip  # pragma: no cover - compiled
    """Return the tail of each pair.

    An account's rate for an author is what it reshared of the author's other posts.
    """
    tails = np.ones(len(a))
    own = np.zeros((2, len(author)), np.bool_)
    of = np.zeros((2, len(known)))
    anyway = np.zeros(2)
    for k in range(len(a)):
        for side in range(2):
            who = a[k] if side == 0 else b[k]
            for row in range(starts[who], starts[who + 1]):
                own[side, posts[rows[row]]] = True
                of[side, author[posts[rows[row]]]] += 1.0
            anyway[side] = (starts[who + 1] - starts[who]) / made
        mass = np.zeros(count[k] + 1)
        mass[0] = 1.0
        for p in range(len(author)):
            others = known[author[p]] - 1.0 + taste
            chance = 1.0
            for side in range(2):
                mine = of[side, author[p]] - own[side, p]
                chance *= min((mine + taste * anyway[side]) / others * pull[p], 1.0)
            if chance > 0:
                _add_trial(mass, chance)
        tails[k] = min(1.0, mass[count[k]])
        for side in range(2):
            who = a[k] if side == 0 else b[k]
            for row in range(starts[who], starts[who + 1]):
                own[side, posts[rows[row]]] = False
                of[side, author[posts[rows[row]]]] = 0.0
    return tails


def _pull(
    seen: Reshares, sizes: Floats, author: Ints, known: Floats, inside: Flags | None
) -> Floats:
    """Return each post's reshares by outsiders against those of its author's posts, in 1/4…4."""
    outside = sizes.copy()
    if inside is not None:
        outside -= np.bincount(seen.posts[inside], minlength=len(sizes))
    mean = np.bincount(author, outside, len(known)) / known
    return np.asarray(np.clip((outside + 1.0) / (mean[author] + 1.0), 0.25, 4.0))


@compiled
def _shuffle(values: Any, rng: Any) -> None:  # pragma: no cover - compiled
    for i in range(len(values) - 1, 0, -1):
        j = int(rng.random() * (i + 1))
        values[i], values[j] = values[j], values[i]


@compiled
def _habit(
    rows: Any, starts: Any, posts: Any, delays: Any, a: Any, b: Any, count: Any,
    window: float, draws: int, enough: int, rng: Any,
) -> Any:  # fmt: skip  # pragma: no cover - compiled
    left, right = np.empty(len(posts), np.int64), np.empty(len(posts), np.int64)
    out = np.ones(len(a))
    for k in range(len(a)):
        shared = _shared(rows, starts, posts, a[k], b[k], left, right)
        first = delays[rows[starts[a[k]] : starts[a[k] + 1]]]
        second = delays[rows[starts[b[k]] : starts[b[k] + 1]]]
        hits, drawn = 0, 0
        while drawn < draws and hits < enough:
            _shuffle(first, rng)
            _shuffle(second, rng)
            fast = 0
            for s in range(shared):
                gap = first[left[s] - starts[a[k]]] - second[right[s] - starts[b[k]]]
                fast += abs(gap) <= window
            hits += fast >= count[k]
            drawn += 1
        out[k] = hits / drawn if hits == enough else (1 + hits) / (1 + drawn)
    return out


def habit(table: pd.DataFrame, seen: Reshares, window: float, draws: int, seed: int) -> Floats:
    """Return p of N2 for each pair: its unprompted count among shuffles of each one's delays.

    Each account keeps its own delays, drawn anew over its posts, up to `draws` times; a pair is
    left alone as soon as `ENOUGH_HITS` shuffles reach its count (Besag and Clifford 1991).
    """
    a, b = _ends(table)
    count = table["n_unprompted"].to_numpy(dtype=np.int64)
    found = _habit(
        *seen.by_account, seen.posts, seen.delays, a, b, count,
        window, draws, ENOUGH_HITS, np.random.default_rng(seed),
    )  # fmt: skip
    return np.asarray(found, dtype=float)
