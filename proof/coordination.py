"""Proof of coordination: planted groups found, ordinary people left alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pandas as pd

from i4analysis.measure.coordination import coordination
from i4analysis.simulate import Parameters, World
from proof.checks import Check, Must

Pairs = set[tuple[str, str]]


def _pairs_of(ids: list[str]) -> Pairs:
    return {(a, b) for a, b in itertools.combinations(sorted(ids), 2)}


def _sorted(table: pd.DataFrame) -> Pairs:
    rows = zip(table["user_a"], table["user_b"], strict=True)
    return {(min(a, b), max(a, b)) for a, b in rows}


def _groups(world: World) -> dict[str, float]:
    """Return which pairs are flagged, over every planted and every ordinary pair."""
    found = coordination.pairs(world.archive, world.movement)
    table = found.table
    flagged = table[table["flagged"].to_numpy(dtype=bool)]
    mine, listed = _sorted(flagged), _sorted(table)
    truth = world.truth.coordination
    groups = {
        str(kind): _pairs_of(rows["account_id"].tolist()) for kind, rows in truth.groupby("kind")
    }
    hidden, opened = groups.get("hidden", set()), groups.get("open", set())
    planted = hidden | opened
    # the rule asks for five meetings: a pair that met less often cannot be flagged, and counts
    # as missed in `hidden_all`, not in `hidden_found`
    met = hidden & listed
    half = table[(table["n_fast"] >= 0.5 * table["n_shared"]).to_numpy(dtype=bool)]
    return {
        "hidden_all": _share(mine, hidden),
        "hidden_met": _share(met, hidden),
        "hidden_found": _share(mine, met),
        "open_found": _share(mine, opened & listed),
        "organic": float(len(mine - planted)),
        "organic_few": float(len(mine - planted) <= 5),
        "half_fast": float(len(_sorted(half) - planted)),
        "naive": float(len(listed - planted)),
        "outside_share": float(found.outside_share or 0.0),
    }


def _share(found: Pairs, of: Pairs) -> float:
    return len(found & of) / len(of) if of else float("nan")


_VALUES = {
    "hidden_all": ("paires cachées trouvées, sur toutes", "hidden pairs found, of all"),
    "hidden_met": ("paires cachées vues cinq fois", "hidden pairs that met five times"),
    "hidden_found": ("trouvées parmi celles-là", "found among these"),
    "open_found": ("paires ouvertes trouvées", "pairs of the open group found"),
    "organic": ("paires ordinaires signalées", "ordinary pairs flagged"),
    "organic_few": (
        "mondes où cinq paires ordinaires au plus sont signalées",
        "worlds in which five ordinary pairs at most are flagged",
    ),
    "half_fast": (
        "paires ordinaires rapides une fois sur deux",
        "ordinary pairs fast half the time",
    ),
    "naive": ("signalées par la règle naïve", "flagged by the naive rule"),
    "outside_share": ("reprises hors des paires", "reshares outside the pairs"),
}
_WHOLE = Must("hidden_all", at_least=0.99, why="methods 6: 28 of 28")
_FOUND = Must("hidden_found", at_least=0.99, why="methods 6: 28 of 28")
_PLAIN = Must("organic", at_most=2, each=True, why="methods 6")
_BUSY = Must("organic", at_most=15, each=True, why="methods 6")


def _check(
    name: str,
    must: tuple[Must, ...],
    fr: str,
    en: str,
    parameters: Callable[[int], Parameters],
    quick: bool = True,
) -> Check:
    return Check(
        f"coordination.{name}",
        _groups,
        must=must,
        fr=fr,
        en=en,
        losses=(0.0,),
        parameters=parameters,
        quick=quick,
        values=_VALUES,
    )


CHECKS = [
    _check(
        "groups",
        (_WHOLE, _PLAIN),
        "groupe caché trouvé en entier (20 messages), personne d'autre",
        "the hidden group found whole (20 posts), and nobody else",
        partial(Parameters, group_posts=20),
    ),
    _check(
        "always_on",
        (_WHOLE, _BUSY),
        "40 membres toujours à l'affût ne passent pas pour un groupe caché",
        "40 members who are always on do not pass for a hidden group",
        partial(Parameters, group_posts=20, always_on=40),
    ),
    _check(
        "few",
        (_FOUND, _PLAIN),
        "groupe caché qui n'agit que sur 9 messages",
        "a hidden group that acts on 9 posts only",
        Parameters,
    ),
    _check(
        "few_always_on",
        (_FOUND, _BUSY),
        "le même, parmi 40 membres toujours à l'affût",
        "the same, among 40 members who are always on",
        partial(Parameters, always_on=40),
        quick=False,
    ),
    _check(
        "at_once",
        (_PLAIN,),
        "limite : un groupe qui agit dans la minute n'est pas trouvé",
        "a limit: a group that acts within the minute is not found",
        partial(Parameters, group_call_h=0.0),
        quick=False,
    ),
]
