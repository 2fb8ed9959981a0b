"""Proof of the number of people behind the followers: from all lists, from some, from none."""

from __future__ import annotations

from functools import partial

import numpy as np

from i4analysis.measure.reach import reach
from i4analysis.simulate import Parameters, World
from proof.checks import Check, Must

_METHODS = "methods, 1.2"


def _people(world: World) -> dict[str, float]:
    """Compare with the different followers of the accounts that show the mark at the end."""
    found = reach.followers_summed(world.archive, world.movement)
    last = found.table.iloc[-1]
    spread = reach.concentration(world.archive, world.movement)
    audience = world.truth.audiences
    counted = audience[audience["account_id"].isin(set(spread.table["account_id"]))]
    true = float(counted["follower_key"].nunique())
    estimate = float(last["reach_est"]) if not np.isnan(float(last["reach_est"] or 0)) else np.nan
    error = estimate / true - 1
    return {
        "lists": float(last["n_lists"]),
        "ratio": true / float(last["followers_sum"]),
        "band_holds": float(last["reach_lo"] <= 1.01 * true and true <= 1.01 * last["reach_hi"]),
        "error": error,
        "absolute_error": abs(error),
        "coverage": float(last["lo"] <= true <= last["hi"]),
    }


_VALUES = {
    "lists": ("listes d’abonnés", "follower lists"),
    "ratio": ("personnes / somme, en vérité", "people / sum, in truth"),
    "band_holds": ("la bande sûre contient la vérité", "the certain band holds the truth"),
    "error": ("erreur", "error"),
    "absolute_error": ("erreur sans le signe", "error without its sign"),
    "coverage": ("la bande de l’estimation contient la vérité", "the estimate's band holds"),
}
_BAND = Must("band_holds", at_least=1.0, each=True, why=f"{_METHODS}: largest ≤ people ≤ sum")

CHECKS = [
    Check(
        "reach.biggest_lists",
        _people,
        must=(_BAND, Must("absolute_error", at_most=0.04, each=True, why=f"{_METHODS}: 4 %")),
        fr="personnes différentes, d’après les 30 plus grandes listes",
        en="different people, from the 30 biggest lists",
        losses=(0.0,),
        parameters=partial(Parameters, follower_lists=30),
        values=_VALUES,
    ),
    Check(
        "reach.random_lists",
        _people,
        must=(_BAND, Must("absolute_error", at_most=0.08, why=f"{_METHODS}: 8 % on average")),
        fr="personnes différentes, d’après 30 listes au hasard",
        en="different people, from 30 lists at random",
        losses=(0.0,),
        parameters=partial(Parameters, random_lists=30),
        values=_VALUES,
    ),
    Check(
        "reach.all_lists",
        _people,
        must=(_BAND, Must("absolute_error", at_most=0.005, each=True, why="an exact union")),
        fr="personnes différentes, d’après toutes les listes",
        en="different people, from all lists",
        losses=(0.0,),
        parameters=partial(Parameters, follower_lists=4000),
        seeds=5,
        values=_VALUES,
    ),
]
