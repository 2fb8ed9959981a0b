"""Proof of the appeals: labels, intervals of the service, effects of the template, whom to tag."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from i4analysis.measure.appeals import appeals, tagging
from i4analysis.measure.appeals.service import summarise
from i4analysis.measure.appeals.template_effects import effects_of
from i4analysis.measure.numbers.clustered import gini, top_share
from i4analysis.prove.appeal_worlds import (
    EFFECTS,
    TagWorld,
    request_rows,
    tag_world,
    template_rows,
)
from i4analysis.prove.checks import Check, Must
from i4analysis.simulate import World

MOST_ASKED = 3
MODELS = {"fixed effects": "fixed", "author means": "means", "pooled": "pooled"}


def _labels(world: World) -> dict[str, float]:
    archive = world.archive
    found = appeals.classify(archive.posts, archive.profiles, world.movement)
    table = appeals.error_rate(found, world.truth.appeals)
    mean = table[table["label"] == "all"][["precision", "recall"]].to_numpy(float)[0]
    both = found.merge(world.truth.appeals, on="post_id", suffixes=("", "_true"))
    told = both[both["rome"].notna()]
    return {
        "precision": float(mean[0]),
        "recall": float(mean[1]),
        "sector": float((told["sector"].str[0] == told["sector_true"].str[0]).mean()),
        "tagged": float((both["n_tagged"] == both["n_tagged_true"]).mean()),
    }


@cache
def service_truth(authors: int = 200_000) -> dict[str, float]:
    """Return what `request_rows` would show if everything were seen: a very large draw."""
    rows = request_rows(10**6, authors, censored=False)
    first = rows["first_relay_h"].fillna(np.inf).to_numpy(float)
    day, week = (rows[name].to_numpy(float) for name in ("relays_24h", "relays_7d"))
    return {
        "relayed_24h": float((first <= 24).mean()),
        "relayed_7d": float((first <= 168).mean()),
        "relays_24h_mean": float(day.mean()),
        "relays_7d_mean": float(week.mean()),
        "gini_7d": float(gini(week)[0]),
        "top10_share_7d": float(top_share(week, 0.1)[0]),
    }


def _service(seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    summary, _ = summarise(request_rows(seed), 0.95, 200, rng)
    inside = {}
    for measure, _, low, high, *_ in summary:
        if measure in service_truth():
            inside[measure] = float(low <= service_truth()[measure] <= high)
    return inside


def _template(seed: int) -> dict[str, float]:
    table = effects_of(template_rows(seed), models=tuple(MODELS), seed=seed).table
    table = table[table["feature"].isin(list(EFFECTS))]
    true = table["feature"].map(EFFECTS).astype(float)
    error = np.log(table["ratio"]) - true
    inside = (np.log(table["lo"]) <= true) & (true <= np.log(table["hi"]))
    numbers = {}
    for model, short in MODELS.items():
        mine = table["model"] == model
        numbers[f"{short}_inside"] = float(inside[mine].mean())
        for feature in EFFECTS:
            one = error[mine & (table["feature"] == feature)]
            numbers[f"{short}_bias_{feature}"] = float(one.iloc[0]) if len(one) else np.nan
    return numbers


def tag_policies(world: TagWorld, seed: int = 0) -> dict[str, float]:
    """Return the new accounts truly reached over all appeals: chosen, ten largest, ten at random.

    Each policy tags ten members an appeal and nobody more than `MOST_ASKED` times: equal load.
    Only `chosen` looks at who answered before; the truth decides for all three.
    """
    rng = np.random.default_rng((seed, 13))
    size = world.follows.groupby("member").size().reindex(world.members).fillna(0)
    largest = size.sort_values(ascending=False, kind="stable").index
    return {
        "chosen": _reached(world, lambda *turn: _chosen(world, *turn)),
        "largest": _reached(world, lambda load, *_: [m for m in largest if m in load][:10]),
        "random": _reached(
            world, lambda load, *_: list(rng.choice(sorted(load), min(10, len(load)), False))
        ),
    }


def _reached(world: TagWorld, choose) -> float:  # type: ignore[no-untyped-def]  # a local rule
    load = pd.Series(0, index=world.members)
    total = 0.0
    for sector, reached in world.appeals:
        free = load[load < MOST_ASKED]
        chosen = choose(set(free.index), sector, reached, load)
        load[chosen] += 1
        true = tagging.tag_edges(world.willing[sector], world.follows)
        total += tagging.expected_reach(true, chosen, reached)
    return total


def _chosen(
    world: TagWorld, free: set[str], sector: str, reached: set[str], load: pd.Series
) -> list[str]:
    rates = tagging.answer_rates(world.asked, free, sector)
    edges = tagging.tag_edges(rates, world.follows)
    found = tagging.whom_to_tag(edges, k=10, reached=reached, load=load, most_asked=MOST_ASKED)
    return [str(name) for name in found.table["private_account"]]


def _tagging(seed: int) -> dict[str, float]:
    reached = tag_policies(tag_world(seed), seed)
    return {
        "against_largest": reached["chosen"] / reached["largest"],
        "against_random": reached["chosen"] / reached["random"],
        "largest_against_random": reached["largest"] / reached["random"],
    }


_BIASES = tuple(
    Must(f"{short}_bias_{feature}", at_least=-0.08, at_most=0.08, why="methods 5")
    for short in ("fixed", "means")
    for feature in EFFECTS
)
_COVERAGES = tuple(
    Must(measure, at_least=0.90, at_most=0.99, why="coverage of 95 % intervals")
    for measure in (
        "relayed_24h",
        "relayed_7d",
        "relays_24h_mean",
        "relays_7d_mean",
        "gini_7d",
        "top10_share_7d",
    )
)

CHECKS = [
    Check(
        "appeals.labels",
        _labels,
        must=(
            Must("precision", at_least=0.9, why="issue: 0.9 on made-up posts"),
            Must("recall", at_least=0.9, why="issue: 0.9 on made-up posts"),
            Must("sector", at_least=0.9),
        ),
        fr="demandes, offres, soutiens, médias reconnus",
        en="requests, offers, support, media recognised",
        losses=(0.0, 0.5),
        values={
            "precision": ("précision, moyenne des classes", "precision, mean over labels"),
            "recall": ("rappel, moyenne des classes", "recall, mean over labels"),
            "sector": (
                "bon secteur quand un métier est nommé",
                "right sector when a job is named",
            ),
            "tagged": ("bon nombre de comptes cités", "right number of tagged accounts"),
        },
    ),
    Check(
        "appeals.service",
        _service,
        must=_COVERAGES,
        fr="les intervalles à 95 % contiennent la vérité (part des mondes)",
        en="the 95 % intervals hold the truth (share of worlds)",
        losses=(0.0,),
        seeds=200,
        quick=False,
        on="seed",
        values={
            "relayed_24h": ("part relayée en 24 h", "share relayed in 24 h"),
            "relayed_7d": ("part relayée en 7 jours", "share relayed in 7 days"),
            "relays_24h_mean": ("relais en 24 h", "relays in 24 h"),
            "relays_7d_mean": ("relais en 7 jours", "relays in 7 days"),
            "gini_7d": ("indice de Gini", "Gini coefficient"),
            "top10_share_7d": ("part du premier dixième", "share of the top tenth"),
        },
    ),
    Check(
        "appeals.template",
        _template,
        must=(
            *_BIASES,
            Must("fixed_inside", at_least=0.85, why="methods 5"),
            Must("means_inside", at_least=0.75, why="methods 5"),
            Must("pooled_bias_pleasert", at_least=0.08, why="methods 5: pooling must fail"),
            Must("pooled_inside", at_most=0.75, why="methods 5: pooling must fail"),
        ),
        fr="effet de chaque élément du modèle (écart en logarithme)",
        en="effect of each element of the template (error on the log scale)",
        losses=(0.0,),
        seeds=40,
        quick=False,
        on="seed",
        values={
            "fixed_inside": ("couverture, effets fixes", "coverage, fixed effects"),
            "means_inside": ("couverture, moyennes d’auteur", "coverage, author means"),
            "pooled_inside": (
                "couverture, sans auteurs (à rejeter)",
                "coverage, pooled (to fail)",
            ),
        },
    ),
    Check(
        "appeals.tagging",
        _tagging,
        must=(
            Must("against_largest", at_least=1.02, why="issue: beats the ten largest"),
            Must("against_random", at_least=1.5),
        ),
        fr="comptes nouveaux atteints, à charge égale, par les dix membres conseillés",
        en="new accounts reached, at equal load, by the ten members advised",
        losses=(0.0,),
        on="seed",
        values={
            "against_largest": ("contre les dix plus suivis", "against the ten largest"),
            "against_random": ("contre dix au hasard", "against ten at random"),
            "largest_against_random": (
                "les dix plus suivis contre dix au hasard",
                "ten largest against ten at random",
            ),
        },
    ),
]
