"""Proof of the dossiers: true relays found, calibrated, silent accounts without a path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from i4analysis.measure import exposure, routes
from i4analysis.measure.paths import count_interval
from i4analysis.measure.relays import ParentProbabilities, parent_probabilities
from i4analysis.measure.traces import COLUMNS as TRACES
from i4analysis.simulate import World

BINS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.01)
FEWEST_IN_BIN = 50
FEWEST_CANDIDATES = 30  # where there is a choice to make


@dataclass(frozen=True, eq=False)
class Cases:
    """Made-up outcomes that ended a known way: reactions, and the accounts truly on the way."""

    outcomes: pd.DataFrame
    traces: pd.DataFrame
    truth: dict[str, set[str]]


def known_cases(world: World, n: int = 60, seed: int = 0) -> Cases:
    """Draw visible reshares that came through at least one relay, as reactions of outcomes."""
    posts = world.archive.posts
    reshares = posts[(posts["kind"] == "reshare").to_numpy(dtype=bool)]
    account = dict(zip(posts["post_id"], posts["author_id"], strict=True))
    links = world.truth.parents
    parent = dict(zip(links["child_id"], links["parent_id"], strict=True))
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    truth: dict[str, set[str]] = {}
    mixed = reshares.iloc[rng.permutation(len(reshares))]
    for child, root, at in zip(
        mixed["post_id"], mixed["reshared_id"], mixed["posted_at"], strict=True
    ):
        way: set[str] = set()
        post = parent.get(child)
        while isinstance(post, str) and post != root:
            way.add(account.get(post, post))
            post = parent.get(post)
        if post != root or not way:
            continue
        name = f"case-{len(truth)}"
        truth[name] = way
        rows.append(
            {
                "outcome_id": name,
                "kind": "reshared",
                "post_id": child,
                "other_post_id": root,
                "account": account[child],
                "posted_at": at,
                "hours_before": float(rng.gamma(2, 36)),
            }
        )
        if len(truth) == n:
            break
    traces = pd.DataFrame(rows, columns=list(TRACES)).astype(TRACES)
    outcomes = pd.DataFrame({"outcome_id": list(truth), "silent": [False] * len(truth)})
    return Cases(outcomes, traces, truth)


def score(
    world: World, parents: ParentProbabilities, n: int = 60, seed: int = 0
) -> dict[str, Any]:
    """Compare P(on path) with the truth over many cases.

    Returns
    -------
    dict
        `ap` and `ap_reshared` (mean average precision of the true relays, by P(on path) and by
        how often an account is reshared, over cases with 30 candidates or more), `worst_bin`
        (largest |stated - true| among bins with at least 50 pairs), `coverage` (of 90 %
        Poisson-binomial intervals of an account's count), `cases`.
    """
    cases = known_cases(world, n, seed)
    gated = _opened(parents)
    found = routes.find_routes(cases.outcomes, cases.traces, gated, {}, k=0, ranges=False, draws=0)
    relays = found.relays[(found.relays["role"] == "relay").to_numpy(dtype=bool)]
    fame = world.archive.posts["reshared_author_id"].value_counts()
    ap, rival = [], []
    pairs = []
    for name, truth in cases.truth.items():
        mine = relays[(relays["outcome_id"] == name).to_numpy(dtype=bool)]
        stated = mine.groupby("account")["p_on_path"].sum().clip(upper=1.0)
        hit = np.array([account in truth for account in stated.index], dtype=bool)
        famous = fame.reindex(stated.index).fillna(0).to_numpy(dtype=float)
        if len(stated) >= FEWEST_CANDIDATES:
            ap.append(average_precision(stated.to_numpy(dtype=float), hit, len(truth)))
            rival.append(average_precision(famous, hit, len(truth)))
        pairs.append(pd.DataFrame({"account": stated.index, "p": stated.to_numpy(), "hit": hit}))
    table = pd.concat(pairs, ignore_index=True)
    counts = table.groupby("account").agg(list)
    covered, informative = [], 0
    for chances, hits in zip(counts["p"], counts["hit"], strict=True):
        if sum(chances) < 0.5:
            continue
        informative += 1
        lo, hi = count_interval(chances)
        covered.append(lo <= sum(hits) <= hi)
    return {
        "ap": float(np.mean(ap)),
        "ap_reshared": float(np.mean(rival)),
        "worst_bin": worst_bin(
            table["p"].to_numpy(dtype=float), table["hit"].to_numpy(dtype=bool)
        ),
        "coverage": float(np.mean(covered)) if covered else np.nan,
        "cases": len(cases.truth),
    }


def _opened(parents: ParentProbabilities) -> ParentProbabilities:
    """Return the same with the gate held open: what is proved is the number behind it."""
    return replace(parents, quality=parents.quality.assign(gate="open", delta_source="audit"))


def average_precision(scores: np.ndarray, hits: np.ndarray, relevant: int) -> float:
    """Return the average precision of a ranking; true relays that are not ranked count as missed.

    Examples
    --------
    >>> average_precision(np.array([0.9, 0.5, 0.1]), np.array([True, False, True]), 2)
    0.8333333333333333
    """
    order = np.argsort(-scores, kind="stable")
    found = hits[order]
    precision = np.cumsum(found) / np.arange(1, len(found) + 1)
    return float(precision[found].sum() / max(relevant, 1))


def worst_bin(stated: np.ndarray, hits: np.ndarray) -> float:
    """Return the largest gap between stated and true share among bins with enough pairs."""
    place = np.digitize(stated, BINS)
    gaps = [
        abs(float(stated[place == b].mean() - hits[place == b].mean()))
        for b in np.unique(place)
        if b > 0 and (place == b).sum() >= FEWEST_IN_BIN
    ]
    return max(gaps, default=0.0)


def placebo_false_positives(world: World, n: int = 200, seed: int = 0) -> float:
    """Return how often the block placebo is fooled by dates drawn inside the block."""
    found = exposure.readers(world.archive)
    _, false = exposure.date_power(found, n=n, seed=seed)
    return false


def prove_routes(world: World) -> dict[str, float]:
    """Return the scores of one world with the graph it has."""
    parents = parent_probabilities(world.archive, world.movement)
    return {key: float(value) for key, value in score(world, parents).items()}
