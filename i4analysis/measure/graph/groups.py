"""Groups of the reshare graph: communities with their stability, core and periphery.

All on the edges of `graph.reshare_edges`, taken without direction where the method needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import graspologic_native
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy import sparse

from i4analysis import tables
from i4analysis.measure.accounts import identity
from i4analysis.measure.accounts.roles import role_of
from i4analysis.measure.graph import graph
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.statistics import spearman
from i4analysis.measure.numbers.suppression import LIMIT, all_seek
from i4analysis.results import Result
from i4analysis.tables import declared, true

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_EDGE_BUDGET = 1_000_000  # edges walked through over all runs
_MOST_BOOTSTRAPPED = 5_000
COMMUNITIES, STANDING = declared(__file__).values()


def communities(
    edges: pd.DataFrame, *, runs: int = 20, seed: int = 0, resolution: float = 1.0
) -> Result:
    """Group accounts that reshare one another more than their activity explains.

    Leiden on modularity, reshares summed over both directions, run `runs` times from different
    seeds; the run of highest modularity is kept and the others say how stable it is.

    Parameters
    ----------
    edges
        As `graph.reshare_edges` gives them.
    runs, seed
        Number of runs (fewer, down to 5, beyond 50,000 edges), and the seed of the first; the
        same seeds give the same groups.
    resolution
        Larger values give more, smaller groups.

    Returns
    -------
    Result
        `table`: `account`, `community` (0 is the largest), `size`, `stability` (mean share of the
        account's group that stays with it in the other runs). `parameters`: `modularity`,
        `communities`, and `agreement`, `agreement_lo`, `agreement_hi` (adjusted Rand index of the
        other runs with the kept one: mean, least, largest; 1 is identical, 0 is chance).

    References
    ----------
    Traag, Waltman, van Eck 2019 (Leiden); Hubert, Arabie 1985 (adjusted Rand index).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.relays.communities(i4.graph.reshare_edges(archive.posts), runs=3)
    >>> found.parameters["communities"] == found.table["community"].nunique()
    True
    """
    names = _names(edges)
    runs = max(min(runs, _EDGE_BUDGET // max(len(edges), 1)), min(runs, 5))
    if not names:
        return Result(table=tables.empty(COMMUNITIES))
    listed = list(
        zip(
            edges["resharer"].tolist(),
            edges["author"].tolist(),
            edges["weight"].astype("float64").tolist(),
            strict=True,
        )
    )
    found = []
    for run in range(runs):
        quality, membership = graspologic_native.leiden(
            listed, seed=seed + run, resolution=resolution, iterations=3
        )
        found.append((float(quality), np.array([membership[name] for name in names], np.int64)))
    best = max(range(runs), key=lambda run: found[run][0])
    kept = _by_size(found[best][1])
    others = [labels for run, (_, labels) in enumerate(found) if run != best]
    agreement = [adjusted_rand(kept, labels) for labels in others] or [1.0]
    size = np.bincount(kept)[kept]
    order = np.lexsort((np.arange(len(names)), kept))
    table = pa.table(
        {
            "account": pa.array(names, pa.string()).take(pa.array(order)),
            "community": kept[order],
            "size": size[order],
            "stability": _stability(kept, others)[order],
        },
        schema=COMMUNITIES.schema,
    )
    return Result(
        table=tables.from_arrow(table),
        parameters={
            "method": "leiden",
            "runs": runs,
            "seed": seed,
            "resolution": resolution,
            "modularity": found[best][0],
            "communities": int(kept.max()) + 1,
            "agreement": float(np.mean(agreement)),
            "agreement_lo": float(np.min(agreement)),
            "agreement_hi": float(np.max(agreement)),
        },
        n_used=len(edges),
    )


def _names(edges: pd.DataFrame) -> list[str]:
    return sorted(set(edges["resharer"].tolist()) | set(edges["author"].tolist()))


def _by_size(labels: Integers) -> Integers:
    """Renumber groups from the largest; equal sizes by their first member."""
    unique, first, inverse, size = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(unique), np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(unique))
    return rank[inverse]


def _pairs(counts: Floats) -> float:
    return float((counts * (counts - 1) / 2).sum())


def adjusted_rand(first: Integers, second: Integers) -> float:
    """Return the adjusted Rand index of two groupings: 1 identical, 0 as by chance.

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2]))
    1.0
    """
    width = int(second.max(initial=0)) + 1
    both = np.unique(first * width + second, return_counts=True)[1].astype(np.float64)
    a = np.unique(first, return_counts=True)[1].astype(np.float64)
    b = np.unique(second, return_counts=True)[1].astype(np.float64)
    total = len(first) * (len(first) - 1) / 2
    if total == 0:
        return 1.0
    chance = _pairs(a) * _pairs(b) / total
    most = (_pairs(a) + _pairs(b)) / 2
    return 1.0 if most == chance else (_pairs(both) - chance) / (most - chance)


def _stability(kept: Integers, others: list[Integers]) -> Floats:
    """Return for each account the mean share of its group that is with it in the other runs."""
    size = np.bincount(kept)[kept].astype(np.float64)
    if not others:
        return np.ones(len(kept))
    shares = np.zeros(len(kept))
    for labels in others:
        _, place, together = np.unique(
            kept * (labels.max() + 1) + labels, return_inverse=True, return_counts=True
        )
        shares += np.where(size > 1, (together[place] - 1) / np.maximum(size - 1, 1), 1.0)
    return np.asarray(shares / len(others), np.float64)


def standing(edges: pd.DataFrame) -> pd.DataFrame:
    """Return the place of each account in the reshare graph, by measures that need no model.

    Parameters
    ----------
    edges
        As `graph.reshare_edges` gives them.

    Returns
    -------
    pandas.DataFrame
        One row an account, most reshared first: `account`, `reshared` (reshares of its posts),
        `reshares` (made), `resharers` (accounts that reshared it), `pagerank` (resharers pass
        weight to whom they reshare; converged, see `graph.pagerank`), `shell` (largest k such
        that it belongs to a set of accounts each linked to k others of the set), `core` (in the
        rich core).

    Notes
    -----
    The rich core (Ma, Mondragón 2015): accounts in order of reshares made and received; the core
    ends where the links of an account to those ranked above it are most numerous. No parameter.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.relays.standing(i4.graph.reshare_edges(archive.posts))
    >>> found["reshared"].is_monotonic_decreasing, round(float(found["pagerank"].sum()), 6)
    (True, 1.0)
    """
    matrix, accounts = graph.to_sparse(edges)
    if not len(accounts):
        return tables.empty(STANDING)
    both = (matrix + matrix.T).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    received = np.asarray(matrix.sum(axis=0)).ravel()
    made = np.asarray(matrix.sum(axis=1)).ravel()
    table = pa.table(
        {
            "account": identity.text(accounts.to_series()),
            "reshared": received.astype(np.int64),
            "reshares": made.astype(np.int64),
            "resharers": np.diff(matrix.tocsc().indptr).astype(np.int64),
            "pagerank": graph.pagerank(matrix),
            "shell": _shells(both.indptr.astype(np.int64), both.indices.astype(np.int64)),
            "core": _rich_core(both),
        },
        schema=STANDING.schema,
    )
    frame = tables.from_arrow(table)
    return frame.sort_values(
        ["reshared", "account"], ascending=[False, True], ignore_index=True, kind="stable"
    )


@compiled
def _shells(begin: Integers, neighbour: Integers) -> Integers:
    """Return the core number of each account, O(edges) (Batagelj, Zaversnik 2003)."""
    count = len(begin) - 1
    degree = np.empty(count, np.int64)  # loops: numba compiles whole arrays ten times as slowly
    most = 0
    for v in range(count):
        degree[v] = begin[v + 1] - begin[v]
        most = max(most, degree[v])
    head = np.zeros(most + 2, np.int64)
    for v in range(count):
        head[degree[v] + 1] += 1
    for k in range(1, len(head)):
        head[k] += head[k - 1]
    order = np.empty(count, np.int64)
    place = np.empty(count, np.int64)
    fill = head.copy()
    for v in range(count):
        place[v] = fill[degree[v]]
        order[place[v]] = v
        fill[degree[v]] += 1
    shell = degree.copy()
    for at in range(count):
        v = order[at]
        for row in range(begin[v], begin[v + 1]):
            u = neighbour[row]
            if shell[u] > shell[v]:
                first = max(head[shell[u]], at + 1)
                w = order[first]
                if w != u:
                    order[first], order[place[u]] = u, w
                    place[w], place[u] = place[u], first
                head[shell[u]] = first + 1
                shell[u] -= 1
    return shell


@dataclass(frozen=True)
class Received:
    """How reshares are spread over those who are reshared.

    Attributes
    ----------
    reshares, resharers, authors
        Reshares by others, accounts that made some, accounts that received some.
    top, top_share
        The most reshared authors counted, and their share of all reshares (None without any).
    """

    reshares: int
    resharers: int
    authors: int
    top: int
    top_share: float | None


def received(place: pd.DataFrame, top: int = 5) -> Received:
    """Say what share of the reshares the most reshared authors received.

    Parameters
    ----------
    place
        As `standing` gives it, the most reshared first.
    top
        Authors counted; fewer where fewer were reshared.
    """
    counts = place["reshared"].to_numpy(np.int64)
    total, authors = int(counts.sum()), int((counts > 0).sum())
    top = min(top, authors)
    first = int(np.sort(counts)[::-1][:top].sum())
    return Received(
        reshares=total,
        resharers=int((place["reshares"].to_numpy(np.int64) > 0).sum()),
        authors=authors,
        top=top,
        top_share=first / total if total else None,
    )


@dataclass(frozen=True)
class Posting:
    """How the posts of an archive, reshares too, are spread over the accounts that made them.

    Attributes
    ----------
    posts, accounts
        Posts of their own whose author is known, and these authors.
    unsigned
        Posts whose author is not known.
    half
        The least k such that the k most active made at least half of the posts.
    half_share
        Share of the posts that these k made.
    """

    posts: int
    accounts: int
    unsigned: int
    half: int
    half_share: float


def posting(archive: tables.Archive, roles: pd.DataFrame) -> Posting | None:
    """Say how few accounts made half of the posts.

    None without a post, or where to count accounts is to count people looking for work.

    Parameters
    ----------
    archive
        As everywhere.
    roles
        As `members.roles` gives them.
    """
    known = identity.everybody(archive)
    codes = known.codes["author"][tables.own(archive.posts)]
    who, counts = np.unique(codes[codes >= 0], return_counts=True)
    if not len(who) or all_seek(role_of(known.named(who), roles)):
        return None
    upto = np.cumsum(np.sort(counts)[::-1])
    half = int(np.searchsorted(upto, upto[-1] / 2)) + 1
    posts = int(upto[-1])
    return Posting(posts, len(who), len(codes) - posts, half, float(upto[half - 1] / posts))


@dataclass(frozen=True)
class Core:
    """The rich core of the reshare graph: what `standing` marks as `core`.

    Attributes
    ----------
    accounts, of
        Accounts in the core, and in the graph.
    within
        Share of all reshares that the core makes of its own posts.
    """

    accounts: int
    of: int
    within: float


def core(place: pd.DataFrame, edges: pd.DataFrame, least: int = LIMIT) -> Core | None:
    """Measure the rich core; None under `least` accounts, or where everybody is in it.

    Parameters
    ----------
    place, edges
        As `standing` and `graph.reshare_edges` give them.
    """
    inside = place["account"][true(place["core"])]
    if not least <= len(inside) < len(place):
        return None
    both = edges["resharer"].isin(inside) & edges["author"].isin(inside)
    weight = edges["weight"].to_numpy(float)
    return Core(
        accounts=len(inside),
        of=len(place),
        within=float(weight[true(both)].sum() / weight.sum()),
    )


def _rich_core(both: sparse.csr_array) -> npt.NDArray[np.bool_]:
    """Mark the rich core of a symmetric weighted matrix."""
    matrix = both.tocoo()
    strength = np.bincount(matrix.row, matrix.data, minlength=matrix.shape[0])
    order = np.lexsort((np.arange(len(strength)), -strength))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    above = rank[matrix.col] < rank[matrix.row]
    upward = np.bincount(matrix.row[above], matrix.data[above], minlength=len(order))
    ranked = upward[order]
    boundary = int(len(ranked) - 1 - np.argmax(ranked[::-1]))
    return np.asarray(rank <= boundary, bool)


def beyond_counts(
    measures: pd.DataFrame, *, count: str = "reshared", draws: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Say what each measure adds beyond the usual count: how alike their rankings are.

    Parameters
    ----------
    measures
        One row an account; the column `count` and one column a measure. Accounts where a measure
        is null are left out for it.
    count
        Column of the usual count.
    draws, seed
        Bootstrap over accounts, for the interval; beyond 5,000 accounts the interval is that of
        Bonett and Wright (2000).

    Returns
    -------
    pandas.DataFrame
        `measure`, `correlation` (Spearman's, with the count), `lo`, `hi`, `level`, `method`,
        `n_used` (accounts). A correlation near 1 means that the measure says nothing the count
        did not.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.relays.standing(i4.graph.reshare_edges(archive.posts))
    >>> i4.relays.beyond_counts(found[["reshared", "pagerank"]], draws=50)["measure"].tolist()
    ['pagerank']
    """
    rng = np.random.default_rng(seed)
    usual = measures[count].to_numpy(np.float64, na_value=np.nan)
    rows = []
    for name in measures.columns:
        if name in (count, "account"):
            continue
        values = measures[name].to_numpy(np.float64, na_value=np.nan)
        known = ~np.isnan(values) & ~np.isnan(usual)
        a, b = usual[known], values[known]
        correlation = float(spearman(a, b))
        large = len(a) > _MOST_BOOTSTRAPPED
        ends = _wide(correlation, len(a)) if large else _bootstrapped(a, b, draws, rng)
        method = "Bonett-Wright" if large else "bootstrap over accounts"
        rows.append((name, correlation, *ends, 0.95, method, len(a)))
    names = ["measure", "correlation", "lo", "hi", "level", "method", "n_used"]
    types = [pa.string(), *[pa.float64()] * 4, pa.string(), pa.int64()]
    arrays = [
        pa.array([row[place] for row in rows], kind, from_pandas=True)
        for place, kind in enumerate(types)
    ]
    return tables.from_arrow(pa.table(arrays, names=names))


def _bootstrapped(
    a: Floats, b: Floats, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    if len(a) < 3:
        return float("nan"), float("nan")
    picks = rng.integers(0, len(a), (draws, len(a)))
    drawn = spearman(a[picks], b[picks])
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


def _wide(correlation: float, count: int) -> tuple[float, float]:
    """Return the interval of Spearman's correlation by Fisher's z (Bonett, Wright 2000)."""
    half = 1.959964 * np.sqrt((1 + correlation**2 / 2) / (count - 3))
    middle = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def beyond(standing: pd.DataFrame, influence: Result, brokers: Result) -> pd.DataFrame:
    """Compare every measure of an account's place with the count of its reshares.

    Parameters
    ----------
    standing, influence, brokers
        As `standing`, `relays.relay_influence` and `relays.brokers` give them.

    Returns
    -------
    pandas.DataFrame
        As `beyond_counts`, for resharers, reshares, pagerank, shell, descendants and passages.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> edges = i4.graph.reshare_edges(archive.posts)
    >>> groups = i4.relays.communities(edges, runs=3).table
    >>> influence = i4.relays.relay_influence(parents, draws=20)
    >>> brokers = i4.relays.brokers(parents, groups, draws=20)
    >>> i4.relays.beyond(i4.relays.standing(edges), influence, brokers)["measure"].tolist()
    ['resharers', 'reshares', 'pagerank', 'shell', 'descendants', 'passages']
    """
    measures = standing[["account", "reshared", "resharers", "reshares", "pagerank", "shell"]]
    for result, name in ((influence, "descendants"), (brokers, "passages")):
        measures = measures.merge(result.table[["account", name]], on="account", how="left")
        measures[name] = measures[name].fillna(0.0)
    return beyond_counts(measures)
