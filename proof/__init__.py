"""The proving ground: every measure over made-up worlds whose truth is known.

How to add a proof
------------------
Write `proof/<measure>.py` with a list `CHECKS`, and add its name to `MODULES`::

    from proof.checks import Check, Must

    def _parents(world):                       # a simulate.World, losses applied
        found = relays.parent_probabilities(world.archive, world.movement)
        return score(found, world.truth.parents)       # dict of numbers

    CHECKS = [
        Check(
            "relays.parents",                  # measure.what
            _parents,
            must=(Must("accuracy", at_least=0.55, losses=(0.0,), why="methods 2.3, S"),),
            fr="qui a relayé qui, sans liste d’abonnés", en="who relayed whom, without lists",
        )
    ]

A check runs on each of `seeds` worlds (`Parameters(seed=…)` unless `parameters` says otherwise)
at each loss of `losses` (share of posts lost at random). It returns plain numbers; NaN says
"nothing to measure here" and is left out. Values are averaged over worlds, with the standard error
of that mean (the Monte-Carlo error of the proof). A check that draws its own worlds says
`on="seed"` and receives the seed. Keep one cell (one world, one loss) below about 20 CPU seconds.

What is promised
----------------
`Must` bounds a value's mean (or, with `each=True`, every world). A bound that is not met stays in
the report in plain words: a method that fails says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

# Fits hold some forty parameters: threads of BLAS cost them twenty times what they bring. They are
# counted when numpy is loaded, hence here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from i4analysis.publish.proof import Proof, last_proof, read_proof
from proof.checks import LOSSES, Check, Must, discover
from proof.runs import run
from proof.summary import summarise, write_proof

__all__ = [
    "LOSSES",
    "Check",
    "Must",
    "Proof",
    "command",
    "discover",
    "last_proof",
    "read_proof",
    "run",
    "summarise",
    "write_proof",
]


def command(
    out: Path | str = "reports/proof",
    quick: bool = False,
    only: Sequence[str] = (),
    seeds: int | None = None,
    workers: int | None = None,
    minutes: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> int:
    """Do what `make prove` does: run what is not yet done, write the proof, return an exit code.

    Parameters
    ----------
    out
        Folder of the proof; its `cells/` make the run resumable.
    quick
        Few worlds and only checks marked quick: about three minutes.
    only
        Names of checks or measures (`relays`, `relays.parents`).
    seeds
        Worlds a check, instead of 20 (quick: 2).
    minutes
        Stop after so many minutes; a later run goes on from there.

    Returns
    -------
    int
        0, or 1 when a promise is broken. A proof that is only unfinished returns 0.
    """
    out = Path(out)
    checks = discover(only)
    cells = run(checks, out, quick=quick, seeds=seeds, workers=workers, minutes=minutes, tell=tell)
    proof = summarise(checks, cells, quick=quick)
    write_proof(proof, out)
    tell(proof.headline["en"])
    return 1 if proof.broken else 0
