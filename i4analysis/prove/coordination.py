"""Proof of coordination: planted groups found, ordinary people left alone."""

from __future__ import annotations

import itertools

import pandas as pd

from i4analysis.measure import coordination
from i4analysis.prove.checks import Check, Must
from i4analysis.simulate import Parameters, World

Pairs = set[tuple[str, str]]


def _pairs_of(ids: list[str]) -> Pairs:
    return {(a, b) for a, b in itertools.combinations(sorted(ids), 2)}


def _sorted(table: pd.DataFrame) -> Pairs:
    rows = zip(table["user_a"], table["user_b"], strict=True)
    return {(min(a, b), max(a, b)) for a, b in rows}


def _groups(world: World) -> dict[str, float]:
    found = coordination.pairs(world.archive, world.movement)
    table = found.table
    flagged = table[table["flagged"].to_numpy(dtype=bool)]
    mine, listed = _sorted(flagged), _sorted(table)
    declared = _sorted(flagged[flagged["declared"].to_numpy(dtype=bool)])
    truth = world.truth.coordination
    groups = {
        str(kind): _pairs_of(rows["account_id"].tolist()) for kind, rows in truth.groupby("kind")
    }
    hidden = groups.get("hidden", set())
    planted: Pairs = set().union(*groups.values())
    organic = mine - planted
    apart = organic - declared
    # a planted pair that met fewer than five times cannot be flagged by a rule that asks for five
    seen = hidden & listed
    return {
        "hidden_found": len(mine & seen) / len(seen) if seen else float("nan"),
        "organic": float(len(organic)),
        "organic_undeclared": float(len(apart)),
        "naive": float(len(listed - planted)),
        "outside_share": float(found.outside_share or 0.0),
    }


def _always_on(seed: int) -> Parameters:
    return Parameters(seed=seed, always_on=40)


_VALUES = {
    "hidden_found": ("paires cachées trouvées", "hidden pairs found"),
    "organic": ("paires ordinaires signalées", "ordinary pairs flagged"),
    "organic_undeclared": ("dont non déclarées", "of which undeclared"),
    "naive": ("signalées par la règle naïve", "flagged by the naive rule"),
    "outside_share": ("reprises hors des paires", "reshares outside the pairs"),
}

CHECKS = [
    Check(
        "coordination.groups",
        _groups,
        must=(
            Must("hidden_found", at_least=0.95, why="methods 6: 28 of 28 in its two worlds"),
            Must("organic", at_most=2, each=True, why="methods 6"),
        ),
        fr="groupe caché trouvé en entier, personne d'autre",
        en="the hidden group found whole, and nobody else",
        losses=(0.0,),
        values=_VALUES,
    ),
    Check(
        "coordination.always_on",
        _groups,
        must=(
            Must("hidden_found", at_least=0.99, why="methods 6"),
            Must("organic_undeclared", at_most=15, each=True, why="methods 6"),
        ),
        fr="des membres toujours à l'affût ne passent pas pour un groupe caché",
        en="members who are always on do not pass for a hidden group",
        losses=(0.0,),
        parameters=_always_on,
        values=_VALUES,
    ),
]
