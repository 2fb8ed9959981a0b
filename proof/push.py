"""Proof of the press: pushes found, quiet items left alone, the rhythm trap warned of."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from i4analysis.measure.push import push
from i4analysis.measure.push.hawkes import Floats, Process, Series
from i4analysis.simulate import World
from proof.checks import Check, Must

LENGTH_H = 672.0
PUSH_POSTS = 25.0
_DAY = np.where(np.arange(24) < 7, 0.2, 1.33)


def simulated(
    rng: np.random.Generator,
    base: float,
    items: Sequence[float] | Floats = (),
    extra: Sequence[float] | Floats = (),
    branching: float = 0.5,
) -> Series:
    """Draw posts: a day rhythm, pushes of 12 h, and posts that excite posts (Hawkes clusters).

    Parameters
    ----------
    base
        Posts an hour without pushes and before any excitement.
    items, extra
        Hours of the items and the mean number of posts each adds.
    branching
        Posts that a post excites, with a mean delay of 1.25 h.
    """
    day = _DAY / _DAY.mean()
    cover = rng.uniform(0, LENGTH_H, rng.poisson(base * day.max() * LENGTH_H))
    keep = rng.random(len(cover)) < day[(cover % 24).astype(int)] / day.max()
    pushes = [
        at + rng.exponential(12, rng.poisson(posts))
        for at, posts in zip(items, extra, strict=True)
    ]
    wave = np.concatenate([cover[keep], *pushes])
    every = [wave]
    while len(wave):
        children = rng.poisson(branching, len(wave))
        wave = np.repeat(wave, children) + rng.exponential(1.25, children.sum())
        every.append(wave[wave < LENGTH_H])
        wave = every[-1]
    times = np.sort(np.concatenate(every))
    return Series(times[(times > 0) & (times < LENGTH_H)], LENGTH_H)


def _series(seed: int, worlds: int = 3) -> dict[str, float]:
    """Return false positives and power over items of made-up series, 2 to 4 posts an hour."""
    rng = np.random.default_rng(seed)
    ratio: list[float] = []
    shift: list[float] = []
    truth: list[bool] = []
    for base in (1.0, 1.5, 1.9)[:worlds]:
        items = 40 + 100 * np.arange(6) + rng.uniform(0, 60, 6)
        pushed = rng.permutation([True, True, True, False, False, False])
        series = simulated(rng, base, items, PUSH_POSTS * pushed)
        process = Process(series, items)
        fit = process.fit()
        ratio += [process.likelihood_ratio(k, fit) for k in range(6)]
        shift += push.event_study(series, items, np.full(6, 12.0), seed=seed).tolist()
        truth += pushed.tolist()
    p, q, true = np.array(ratio), np.array(shift), np.array(truth)
    return {
        "false_lr": float((p[~true] < 0.05).mean()),
        "false_shift": float((q[~true] < 0.05).mean()),
        "power_lr": float((p[true] < 0.05).mean()),
        "power_shift": float((q[true] < 0.05).mean()),
    }


def _rhythm(seed: int) -> dict[str, float]:
    """Return whether a forgotten day rhythm is noticed, and a fitted one left in peace."""
    series = simulated(np.random.default_rng(seed), 2.0, branching=0.0)
    found: dict[str, float] = {}
    for name, rhythm in (("warned_forgotten", False), ("warned_fitted", True)):
        process = Process(series, rhythm=rhythm)
        fit = process.fit()
        found[name] = float(process.rhythm_residual(fit)[1] < 0.01)
        found["branching_" + ("fitted" if rhythm else "forgotten")] = fit.branching
    return found


def _items(world: World) -> Mapping[str, float]:
    """Return how the items of a whole made-up movement are labelled."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = push.media_effects(world.archive, world.movement, draws=499)
    table = found.table[(found.table["merged"] == 1).to_numpy(dtype=bool)]
    truth = world.truth.push.set_index("press_id")["kind"]
    kind = table["item_id"].map(truth).to_numpy(dtype=object)
    label = table["label"].to_numpy(dtype=object)
    tested = table["p_lr"].notna().to_numpy(dtype=bool)

    def share(kinds: tuple[str, ...]) -> float:
        rows = np.isin(kind.astype(str), kinds) & tested
        return float((label[rows] == "push").mean()) if rows.any() else float("nan")

    pushes = (kind.astype(str) == "push") & tested
    said = np.isin(label[pushes].astype(str), ("push", "cannot tell"))
    return {
        "pushes_found": share(("push",)),
        "pushes_said": float(said.mean()) if pushes.any() else float("nan"),
        "others_as_push": share(("quiet", "buzz")),
    }


CHECKS = [
    Check(
        "push.series",
        _series,
        must=(
            Must("false_lr", at_most=0.10, why="methods 4"),
            Must("false_shift", at_most=0.08, why="methods 4"),
            Must("power_lr", at_least=0.55, why="methods 4: 25 posts at 2 to 4 an hour"),
        ),
        fr="poussées de 25 messages retrouvées, articles sans effet laissés en paix",
        en="pushes of 25 posts found, items without effect left alone",
        losses=(0.0,),
        on="seed",
        values={
            "false_lr": ("fausses poussées, vraisemblance", "false pushes, likelihood"),
            "false_shift": ("fausses poussées, décalages", "false pushes, shifts"),
            "power_lr": ("poussées vues, vraisemblance", "pushes seen, likelihood"),
            "power_shift": ("poussées vues, décalages", "pushes seen, shifts"),
        },
    ),
    Check(
        "push.rhythm",
        _rhythm,
        must=(
            Must("warned_forgotten", at_least=1, each=True, why="methods 4"),
            Must("warned_fitted", at_most=0.05, why="methods 4"),
        ),
        fr="un rythme du jour oublié déclenche l'avertissement",
        en="a forgotten day rhythm raises the warning",
        losses=(0.0,),
        on="seed",
        values={
            "warned_forgotten": ("averti quand il est oublié", "warned when forgotten"),
            "warned_fitted": ("averti quand il est compté", "warned when fitted"),
            "branching_forgotten": ("ramification, oublié", "branching, forgotten"),
            "branching_fitted": ("ramification, compté", "branching, fitted"),
        },
    ),
    Check(
        "push.items",
        _items,
        must=(Must("others_as_push", at_most=0.10, why="methods 4: the bound of one test"),),
        fr="articles d'un mouvement entier : poussées lues comme telles",
        en="items of a whole movement: pushes read as such",
        losses=(0.0, 0.5),
        quick=False,
        values={
            "pushes_found": ("poussées lues comme poussées", "pushes read as pushes"),
            "pushes_said": (
                "poussées lues comme telles ou « impossible à dire »",
                "pushes read as such or “cannot tell”",
            ),
            "others_as_push": ("autres lus comme poussées", "others read as pushes"),
        },
    ),
]
