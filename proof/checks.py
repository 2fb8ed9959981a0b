"""What is to be proved: checks, and the bounds they must meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import inf
from typing import Any

from i4analysis.errors import I4Error
from i4analysis.publish.proof import code_of
from i4analysis.simulate import Parameters
from proof import cells

LOSSES = (0.0, 0.25, 0.5)
MODULES = (
    "archive", "members", "reach", "relays", "push", "appeals", "outcomes", "coordination",
)  # fmt: skip


@dataclass(frozen=True)
class Must:
    """A bound on one value of a check.

    Attributes
    ----------
    value
        Key of the dict that the check returns.
    at_least, at_most
        The bound, on the mean over worlds.
    losses
        Losses for which it is promised; None: all that the check runs.
    each
        The bound holds in every single world, not only on average.
    why
        Where the bound comes from.
    """

    value: str
    at_least: float = -inf
    at_most: float = inf
    losses: tuple[float, ...] | None = None
    each: bool = False
    why: str = ""

    @property
    def words(self) -> str:
        """The bound as signs: ≥ 0.55, ≤ 0.06."""
        parts = []
        if self.at_least > -inf:
            parts.append(f"≥ {self.at_least:g}")
        if self.at_most < inf:
            parts.append(f"≤ {self.at_most:g}")
        return " and ".join(parts) + (" in every world" if self.each else "")

    def met(self, numbers: Sequence[float]) -> bool:
        """Return whether the bound holds for the values of all worlds."""
        if not numbers:
            return False
        tested = numbers if self.each else [sum(numbers) / len(numbers)]
        return all(self.at_least <= one <= self.at_most for one in tested)


@dataclass(frozen=True)
class Check:
    """One thing to prove, on many worlds; see the package's docstring.

    Attributes
    ----------
    name
        `measure.what`.
    run
        Takes a world (or a seed) and returns numbers by name.
    must
        Bounds.
    fr, en
        What is checked, in plain words, one line.
    losses
        Shares of posts lost at random.
    parameters
        Takes `seed=…` and returns the parameters of the world; two checks that give the same share
        the world.
    seeds
        Worlds of the full proof; None: 20.
    quick
        Part of the quick proof that CI runs.
    on
        `world` or `seed`: what `run` receives.
    values
        Value → what it is, (French, English); for the tables of the proof.
    """

    name: str
    run: Callable[[Any], Mapping[str, float]]
    must: tuple[Must, ...] = ()
    fr: str = ""
    en: str = ""
    losses: tuple[float, ...] = LOSSES
    parameters: Callable[..., Parameters] = Parameters
    seeds: int | None = None
    quick: bool = True
    on: str = "world"
    values: Mapping[str, tuple[str, str]] | None = None

    def __post_init__(self) -> None:
        if "." not in self.name or self.on not in ("world", "seed"):
            raise I4Error(
                f"The check {self.name!r} (on={self.on!r}) is not measure.what on world or seed;"
                " rename it."
            )

    @property
    def measure(self) -> str:
        return self.name.split(".")[0]

    @property
    def code(self) -> str:
        """Hash of the code that the check's numbers depend on."""
        return code_of([self.run.__module__])

    @property
    def measured(self) -> dict[str, Any]:
        """What it imports of the package, and the hash of that code (see `publish.proof`)."""
        return cells.measured(self.run.__module__)


def discover(only: Sequence[str] = ()) -> list[Check]:
    """Return the checks of every module of `MODULES`, or those named."""
    checks: list[Check] = []
    for name in MODULES:
        checks += import_module(f"proof.{name}").CHECKS
    names = [check.name for check in checks]
    if len(set(names)) != len(names):
        raise I4Error(f"Two checks share a name among {', '.join(sorted(names))}; rename one.")
    known = {*names, *(check.measure for check in checks)}
    for wanted in only:
        if wanted not in known:
            raise I4Error(
                f"There is no check {wanted!r}, expected one of {', '.join(sorted(known))};"
                " correct --only."
            )
    return [c for c in checks if not only or c.name in only or c.measure in only]
