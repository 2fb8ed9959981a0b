"""The last proof as the report reads it: numbers, bounds and verdicts of `proof/`.

The proving ground itself stands beside the package, in `proof/`; what it wrote is all that a
report needs, and says by a hash of the measures' code whether it still speaks of them.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

# the package, and the proving ground where there is a checkout: whose imports are followed
PACKAGE = Path(__file__).resolve().parents[1]
ROOTS = {"i4analysis": PACKAGE, "proof": PACKAGE.parent / "proof"}

COLUMNS = (
    "check", "measure", "value", "loss", "worlds", "mean", "error", "least", "most", "bound",
    "verdict", "why", "meaning_fr", "meaning_en", "check_fr", "check_en", "code",
)  # fmt: skip
PROOF_VARIABLE = "I4_PROOF"


@dataclass(frozen=True, eq=False)
class Proof:
    """The result of the proving ground.

    Attributes
    ----------
    table
        One row a value, loss and bound: `mean` over `worlds` with its standard `error`
        (Monte-Carlo error), `least` and `most` over worlds, `bound` and `verdict`. `met narrowly`
        and `missed narrowly`: the bound lies within two standard errors of the mean.
    code
        Check → hash of the code it was run with.
    measured
        Check → `modules`, what it imports of this package, and the `hash` of their code.
    cpu_minutes
        What it took.
    quick
        True for the short proof.
    made
        Check → the worlds it ran on: their size, and what differs from the default world.
    """

    table: pd.DataFrame
    code: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cpu_minutes: float = 0.0
    quick: bool = False
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def bounds(self) -> pd.DataFrame:
        """The rows that promise something."""
        return self.table[self.table["verdict"] != "no bound"]

    @property
    def broken(self) -> bool:
        """True when a bound is missed by more than the proof's own error, or a check fell."""
        return bool(self.table["verdict"].isin(["missed", "not run"]).any())

    @property
    def headline(self) -> dict[str, str]:
        """One sentence in each language."""
        bounds = self.bounds
        met = int(bounds["verdict"].isin(["met", "met narrowly"]).sum())
        checks = bounds["check"].nunique()
        kind = ("Preuve courte", "Quick proof") if self.quick else ("Preuve", "Proof")
        return {
            "fr": f"{kind[0]} : {met} bornes tenues sur {len(bounds)} ({checks} vérifications).",
            "en": f"{kind[1]}: {met} of {len(bounds)} bounds met ({checks} checks).",
        }

    @property
    def stale(self) -> list[str]:
        """Checks whose measures have changed since: by the hash of the package's own code."""
        return sorted(
            name
            for name in self.code
            if name not in self.measured
            or self.measured[name].get("hash") != code_of(self.measured[name].get("modules", ()))
        )


def read_proof(path: Path) -> Proof | None:
    """Read proof.json (or the folder that holds it); None when there is none."""
    path = path / "proof.json" if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    table = pd.DataFrame(content["rows"], columns=list(COLUMNS))
    return Proof(
        table,
        code=content["code"],
        measured=content.get("measured", {}),
        cpu_minutes=content["cpu_minutes"],
        quick=content["quick"],
        made=content["worlds"],
    )


def last_proof() -> Proof:
    """Return the last proof: the file named by I4_PROOF, else the checkout's own; may be empty."""
    found = read_proof(_last())
    return Proof(pd.DataFrame(columns=list(COLUMNS))) if found is None else found


def _last() -> Path:
    named = os.environ.get(PROOF_VARIABLE)
    path = Path(named) if named else PACKAGE.parent / "reports" / "proof"
    return path / "proof.json" if path.is_dir() else path


# ------------------------------------------------------------------------------ foreign worlds

FOREIGN_FORMAT = 2

FOREIGN = (
    "name", "fr", "en", "stated", "home_of", "how", "home", "home_fails", "home_worlds",
    "foreign", "fails", "n", "of", "counted", "withheld", "at_least", "at_most", "kept", "worlds",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Foreign:
    """What became of the promises in worlds that another hand made.

    Attributes
    ----------
    table
        One row a promise, columns `FOREIGN`: what is stated; check and value of the proof at home
        that show the same, and what fails (the rest of the rate, the rate, or nothing); the rate
        and the share that fails at home when this was run, and over how many worlds; the same in
        foreign worlds, over `n` trials (`of`: what one
        is; `counted`: whether the rate is a count of them or a mean of their shares); the share
        of worlds in which the number is withheld; the bounds of the rate and whether they are
        kept (null without bounds, or with nothing to hold them against); how many worlds.
    measured
        Check → `modules` and the `hash` of their code, as of `Proof`.
    mechanisms
        What goes on in those worlds: name → a sentence.
    """

    table: pd.DataFrame
    measured: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mechanisms: Mapping[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> list[str]:
        """Names of the promises that are not kept abroad."""
        return [str(name) for name in self.table.loc[self.table["kept"].eq(False), "name"]]

    def row(self, name: str) -> pd.Series | None:
        """Return the row of a promise; None where it was not tried."""
        rows = self.table[self.table["name"] == name]
        return rows.iloc[0] if len(rows) else None

    @property
    def stale(self) -> list[str]:
        """Checks whose measures have changed since."""
        return sorted(
            name
            for name, of in self.measured.items()
            if of.get("hash") != code_of(of.get("modules", ()))
        )


def read_foreign(path: Path) -> Foreign | None:
    """Read foreign.json (or the folder that holds it); None when there is none."""
    path = path / "foreign.json" if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    # a promise of a check that was not run says nothing
    rows = [row for row in content["promises"] if row["worlds"]]
    if content.get("format") != FOREIGN_FORMAT:
        return None
    table = pd.DataFrame(rows, columns=list(FOREIGN)).astype(
        {
            **dict.fromkeys(("home", "home_fails", "foreign", "fails", "withheld"), "float64"),
            **dict.fromkeys(("at_least", "at_most"), "float64"),
            "kept": "boolean",
        }
    )
    return Foreign(table, content.get("measured", {}), content.get("mechanisms", {}))


def last_foreign() -> Foreign | None:
    """Return the last trial in foreign worlds, beside the last proof; None without."""
    return read_foreign(_last().parent / "foreign.json")


# ------------------------------------------------------------------------------ code versions


def code_of(modules: Iterable[str]) -> str:
    """Return a hash of the source of modules and of all they import of `ROOTS`, in turn.

    The tables that stand beside a source count with it, and the data that it names.
    """
    return _hashed(tuple(modules))


@cache
def _hashed(modules: tuple[str, ...]) -> str:
    whole = hashlib.sha256()
    data = {path.name.encode(): path for path in sorted((PACKAGE / "measure/data").iterdir())}
    for name in sorted(closure(modules)):
        path = _path(name)
        if path is not None:
            source = path.read_bytes()
            beside = [
                path.with_suffix(".toml"),
                *(data[named] for named in data if named in source),
            ]
            whole.update(name.encode() + source)
            whole.update(b"".join(file.read_bytes() for file in beside if file.is_file()))
    return whole.hexdigest()[:16]


def closure(modules: Iterable[str]) -> set[str]:
    """Return modules and all they import of `ROOTS`, in turn.

    But for what publishes, this file among it: that decides no number of a proof.
    """
    found: set[str] = set()
    open_ = list(modules)
    while open_:
        name = open_.pop()
        if name.startswith("i4analysis.publish."):
            continue
        if name not in found and _path(name) is not None:
            found.add(name)
            open_ += _imports(name)
    return found


def _path(module: str) -> Path | None:
    """Return the source of a module of `ROOTS`; a front door itself is not followed."""
    root, *parts = module.split(".")
    if root not in ROOTS or not parts:
        return None
    base = ROOTS[root].joinpath(*parts)
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _imports(module: str) -> tuple[str, ...]:
    path = _path(module)
    names: list[str] = []
    tree = ast.parse(path.read_bytes()) if path is not None else ast.Module([], [])
    for node in _statements(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            # a package's own __init__ gathers its whole room: follow the name, not the room
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [name if _path(name) else node.module for name in below]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return tuple(names)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk the statements alone: an import is none of the many more expressions."""
    open_ = [tree]
    while open_:
        node = open_.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            open_ += getattr(node, part, ())
