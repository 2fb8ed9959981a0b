"""Did accounts join after those they follow? Exposure curve and shuffle test.

Neither shows that anybody persuaded anybody: people who follow each other are alike, read the
same papers and join at the same time (Shalizi & Thomas 2011). The test asks for more than their
communities' common timing; the words it allows are "compatible with contagion beyond community
timing".

References
----------
Romero, D. M., Meeder, B., Kleinberg, J. (2011). Differences in the mechanics of information
diffusion across topics. WWW.
Anagnostopoulos, A., Kumar, R., Mahdian, M. (2008). Influence and correlation in social networks.
KDD.
Cox, D. R. (1972). Regression models and life-tables. Journal of the Royal
Statistical Society B 34.
Shalizi, C. R., Thomas, A. C. (2011). Homophily and contagion are generically confounded in
observational social network studies. Sociological Methods & Research 40.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from graspologic_native import leiden
from scipy.special import ndtri

from i4analysis.measure.accounts.identity import everybody
from i4analysis.measure.accounts.roles import role_of, roles
from i4analysis.measure.accounts.sightings import Floats, Ints, objects
from i4analysis.measure.members.adoption import intervals
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import COUNT, NUMBER, Archive, Column, Table, microseconds, true

EXPOSURE = Table(
    "exposure",
    "one row a number k of followed supporters: how many joined with exactly k",
    (
        Column("k", COUNT, "supporters that an account follows", "accounts"),
        Column("n_reached", COUNT, "accounts that ever followed k", "accounts"),
        Column("n_adopted", COUNT, "of these, that joined while they followed k", "accounts"),
        Column("p", NUMBER, "their share"),
        Column("lo", NUMBER, "lower end"),
        Column("hi", NUMBER, "upper end"),
        Column("level", NUMBER, "share of the truth that lo and hi are to hold"),
    ),
)
SHUFFLE = Table(
    "contagion",
    "one row: follow edges along which joining went within the window, against shuffled times",
    (
        Column("observed", COUNT, "edges whose ends joined in turn within the window", "edges"),
        Column("expected", NUMBER, "mean over shuffled joining times", "edges"),
        Column("ratio", NUMBER, "observed over expected"),
        Column("lo", NUMBER, "lower end of the ratio"),
        Column("hi", NUMBER, "upper end of the ratio"),
        Column("level", NUMBER, "share of the truth that lo and hi are to hold"),
        Column("p", NUMBER, "chance of as many by timing alone"),
        Column("n_edges", COUNT, "edges between accounts that joined", "edges"),
        Column("n_accounts", COUNT, "accounts that joined", "accounts"),
        Column("n_strata", COUNT, "groups within which times were shuffled", "groups"),
    ),
)
WINDOW_H = 72.0
#: With fewer follow edges between adopters the test has nothing to shuffle.
LEAST_EDGES = 10


@dataclass(frozen=True, eq=False)
class Exposure(Result):
    """Share of accounts that joined with exactly k followed supporters (columns `EXPOSURE`).

    `n_used` counts the follow edges; the table is empty without follow edges.
    """


@dataclass(frozen=True, eq=False)
class Contagion(Result):
    """Shuffle test (columns `SHUFFLE`, one row; empty under 10 edges between adopters).

    Attributes
    ----------
    verdict
        beyond_timing: compatible with contagion beyond community timing; timing: no more than
        the communities' common timing explains; cannot_tell: too few follow edges.
    """

    verdict: str = "cannot_tell"


@dataclass(frozen=True)
class _Network:
    """Account keys, numbered; edges followee → follower; adoption times (hours; inf never)."""

    names: pd.Index
    edges: Ints
    adopted_h: Floats


def exposure(
    archive: Archive, movement: Movement, *, most: int = 8, level: float = 0.95
) -> Exposure:
    """Measure how often accounts join once k of those they follow have joined.

    Definition
        p(k) = accounts that joined while exactly k accounts they follow had joined / accounts
        that ever had exactly k (Romero et al. 2011); adoption times are the medians of the
        sighting-delay estimate. Wilson interval.

    Parameters
    ----------
    most
        Largest k kept.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.members.exposure(archive, movement, most=3).table["k"].tolist()
    [0, 1, 2, 3]
    """
    network = _network(archive, movement)
    if not len(network.edges):
        return Exposure(EXPOSURE.of())
    order = np.argsort(network.edges[:, 0], kind="stable")
    edges = network.edges[order]
    starts = np.searchsorted(edges[:, 0], np.arange(len(network.names) + 1))
    when = np.argsort(network.adopted_h, kind="stable")
    when = when[np.isfinite(network.adopted_h[when])]
    reached, adopted = _exposed(when, network.adopted_h, starts, edges[:, 1], most)
    kept = np.arange(most + 1)[reached > 0]
    n, x = reached[kept].astype(float), adopted[kept].astype(float)
    z = ndtri(0.5 + level / 2)
    share = x / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return Exposure(
        EXPOSURE.of(
            {
                "k": kept,
                "n_reached": reached[kept],
                "n_adopted": adopted[kept],
                "p": share,
                "lo": np.maximum(centre - half, 0.0),
                "hi": np.minimum(centre + half, 1.0),
                "level": np.full(len(kept), level),
            }
        ),
        parameters={"most": most, "level": level},
        n_used=len(edges),
    )


def contagion_test(
    archive: Archive,
    movement: Movement,
    *,
    strata: pd.Series | None = None,
    window_h: float = WINDOW_H,
    draws: int = 499,
    level: float = 0.95,
    seed: int = 0,
) -> Contagion:
    """Ask whether followers join soon after those they follow, more than communities explain.

    Definition
        O: follow edges u → v between adopters with 0 < T_v − T_u < `window_h`, as they are and
        after `draws` permutations of the adoption times within strata (Anagnostopoulos et al.
        2008). Λ: cumulated hazard (Nelson–Aalen) of joining in v's stratum; E, the sum over edges
        of Λ(min(T_v, T_u + `window_h`)) − Λ(T_u): how many would have joined in turn at the pace
        of those who had not joined yet. Statistic: O − E / 2, halfway between the count, which
        finds quick waves along edges, and O − E, the score of Cox's model (1972), which finds a
        hazard that grows with the followed accounts that joined; one-sided
        p = (1 + #{permuted ≥ observed}) / (draws + 1).

    Parameters
    ----------
    strata
        account_id → community; found in the follow edges (Leiden) when not given. Accounts
        without one form a stratum of their own.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.members.contagion_test(archive, movement, draws=99)
    >>> found.parameters["draws"]
    99
    """
    network = _network(archive, movement)
    adopters = np.flatnonzero(np.isfinite(network.adopted_h))
    both = np.isfinite(network.adopted_h[network.edges]).all(axis=1)
    edges = network.edges[both]
    parameters = {"window_h": window_h, "draws": draws, "seed": seed}
    if len(edges) < LEAST_EDGES:
        return Contagion(SHUFFLE.of(), parameters=parameters, n_used=len(edges))
    # Founders are taken to have begun it: their times are not anybody's, only one another's.
    who = role_of(pd.Series(network.names[adopters]), roles(archive, movement))
    began = (who == "founder").to_numpy(dtype=bool)
    stratum = 2 * _strata(network, strata, seed)[adopters] + began
    time = network.adopted_h.copy()
    pace = _pace(network.adopted_h[adopters], stratum)
    group = np.zeros(len(time), dtype=np.int64)
    group[adopters] = np.unique(stratum, return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    # first as they joined, then shuffled
    counts = np.empty((1 + draws, 2))
    counts[0] = _close(edges, time, group, *pace, window_h)
    # Sorting by stratum and a random number permutes inside every stratum at once.
    own = np.argsort(stratum, kind="stable")
    for k in range(draws):
        mixed = np.lexsort((rng.random(len(adopters)), stratum))
        time[adopters[own]] = network.adopted_h[adopters[mixed]]
        counts[k + 1] = _close(edges, time, group, *pace, window_h)
    statistic = counts @ (1.0, -0.5)
    p = (1 + int((statistic[1:] >= statistic[0]).sum())) / (draws + 1)
    observed, shuffled = counts[0, 0], counts[1:, 0]
    expected = shuffled.mean()
    tail = 50 * (1 - level)
    least, most = np.percentile(shuffled, [tail, 100 - tail])
    row = {
        "observed": [observed],
        "expected": [expected],
        "ratio": [observed / expected if expected else None],
        # The band of the ratio: what chance alone gives, around 1.
        "lo": [observed / most if most else None],
        "hi": [observed / least if least else None],
        "level": [level],
        "p": [p],
        "n_edges": [len(edges)],
        "n_accounts": [len(adopters)],
        "n_strata": [len(np.unique(stratum))],
    }
    return Contagion(
        SHUFFLE.of(row),
        parameters=parameters,
        n_used=len(edges),
        verdict="beyond_timing" if p <= 1 - level and observed > expected else "timing",
    )


def _network(archive: Archive, movement: Movement) -> _Network:
    follows, known = archive.follows, everybody(archive)
    ends = (follows["followee_id"], follows["follower_id"])
    pairs = np.column_stack([known.key_of(end, follows["platform"]) for end in ends])
    codes, names = pd.factorize(pairs.ravel())
    edges = np.unique(codes.reshape(-1, 2).astype(np.int64), axis=0)
    index = pd.Index(names, dtype=object)
    adopted = np.full(len(index), np.inf)
    if len(index):
        found = intervals(archive, movement)
        found = found[true(found["usable"])]
        place = index.get_indexer(pd.Index(objects(found["account_id"]), dtype=object))
        hours = microseconds(found["estimated_utc"]) / 3.6e9
        adopted[place[place >= 0]] = hours[place >= 0]
    return _Network(index, edges[edges[:, 0] != edges[:, 1]], adopted)


def _strata(network: _Network, strata: pd.Series | None, seed: int) -> Ints:
    if strata is None:
        pairs = [(str(u), str(v), 1.0) for u, v in network.edges.tolist()]
        _, found = leiden(pairs, resolution=1.0, randomness=0.001, iterations=1, seed=seed)
        return np.array([found.get(str(n), -1) for n in range(len(network.names))], np.int64)
    given = strata.reindex(network.names)
    codes, _ = pd.factorize(given.astype(object))
    return codes.astype(np.int64)


def _pace(times: Floats, stratum: Ints) -> tuple[Ints, Floats, Floats]:
    """Return where each stratum begins among its joining times, these, and the hazard so far."""
    order = np.lexsort((times, stratum))
    _, starts, sizes = np.unique(stratum[order], return_index=True, return_counts=True)
    left = np.repeat(starts + sizes, sizes) - np.arange(len(times))
    hazard = np.cumsum(1.0 / left)
    before = np.where(starts > 0, hazard[starts - 1], 0.0)
    return np.r_[starts, len(times)], times[order], hazard - np.repeat(before, sizes)


@compiled
def _hazard(
    starts: Any, times: Any, hazard: Any, group: int, moment: float
) -> float:  # pragma: no cover - compiled
    low, high = starts[group], starts[group + 1]
    while low < high:
        middle = (low + high) // 2
        if times[middle] <= moment:
            low = middle + 1
        else:
            high = middle
    return float(hazard[low - 1]) if low > starts[group] else 0.0


@compiled
def _close(
    edges: Any, time: Any, group: Any, starts: Any, times: Any, hazard: Any, window_h: float
) -> tuple[int, float]:  # pragma: no cover - compiled
    """Return how many edges joined in turn within the window, and how many would at its pace."""
    close, expected = 0, 0.0
    for e in range(len(edges)):
        u, v = edges[e, 0], edges[e, 1]
        if time[v] <= time[u]:
            continue
        close += time[v] - time[u] < window_h
        until = min(time[v], time[u] + window_h)
        expected += _hazard(starts, times, hazard, group[v], until)
        expected -= _hazard(starts, times, hazard, group[v], time[u])
    return close, expected


@compiled
def _exposed(
    order: Ints, adopted_h: Floats, starts: Ints, followers: Ints, most: int
) -> tuple[Ints, Ints]:
    """Walk through the adoptions in time: who had k exposures, and who joined at k."""
    count = np.zeros(len(adopted_h), np.int64)
    reached = np.zeros(most + 1, np.int64)
    adopted = np.zeros(most + 1, np.int64)
    reached[0] = len(adopted_h)
    for u in order:
        if count[u] <= most:
            adopted[count[u]] += 1
        for e in range(starts[u], starts[u + 1]):
            v = followers[e]
            if adopted_h[v] > adopted_h[u]:
                count[v] += 1
                if count[v] <= most:
                    reached[count[v]] += 1
    return reached, adopted
