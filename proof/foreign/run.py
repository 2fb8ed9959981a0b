"""Run the checks over foreign worlds and write what became of every promise.

One file a cell (world, mode, check), so that a run goes on where it stopped.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from i4analysis.publish.proof import FOREIGN_FORMAT, code_of
from proof.cells import attempt, kept, measured, save, write_json
from proof.foreign import checks, modes, worlds

ALONE, TOGETHER = 5, 20
QUICK_TOGETHER = 3
FEWEST = 20  # trials for a verdict
TOGETHER_NAME = "together"
NAN = math.nan


@dataclass(frozen=True)
class Cell:
    """One check on one world as one collector holds it."""

    world: str
    seed: int
    mode: str
    check: str
    numbers: Mapping[str, float]
    cpu_s: float
    error: str = ""
    code: str = ""


@cache
def code(check: str) -> str:
    """Return the hash of the measures' code and of the worlds', not of the check's own.

    `checks` holds the words of the promises too, and these change no number.
    """
    return code_of([checks.MEASURES[check], worlds.__name__, modes.__name__])


def plan(quick: bool = False) -> Iterator[tuple[str, int, str, str]]:
    """Yield (world, seed, mode, check) of every cell, a world's cells one after the other."""
    for seed in range(1, (QUICK_TOGETHER if quick else TOGETHER) + 1):
        for mode in modes.MODES:
            for check in checks.CHECKS:
                # handwritten posts are the same in every world
                if check != "appeals" or (mode, seed) == ("whole", 1):
                    yield TOGETHER_NAME, seed, mode, check
    for name in worlds.MECHANISMS:
        for seed in range(1, (1 if quick else ALONE) + 1):
            mode = "survivors" if name == "deletions" else "whole"
            for check in checks.APT[name]:
                yield name, seed, mode, check


def run(
    out: Path,
    quick: bool = False,
    minutes: float | None = None,
    only: Sequence[str] = (),
    keep: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Cell]:
    """Run what is not done yet and return every cell that is.

    `keep`: cells of earlier code count as done; the result then says that its code has changed.
    """
    end = None if minutes is None else time.monotonic() + 60.0 * minutes
    done: list[Cell] = []
    made: tuple[str, int] | None = None
    world: worlds.World | None = None
    seen: checks.Case | None = None
    spent = 0.0
    for name, seed, mode, check in plan(quick):
        if only and check not in only:
            continue
        cell = read_cell(out, name, seed, mode, check, keep=keep)
        if cell is None:
            if end is not None and time.monotonic() > end:
                continue
            if made != (name, seed) or world is None:
                on = tuple(worlds.MECHANISMS) if name == TOGETHER_NAME else (name,)
                world, made, seen = worlds.make(seed, on), (name, seed), None
            if seen is None or seen.mode != mode:
                seen = checks.case(world, mode)
            tried = attempt(partial(checks.CHECKS[check], seen))
            cell = Cell(name, seed, mode, check, code=code(check), **tried)
            write_cell(out, cell)
            spent += cell.cpu_s
            tell(f"{name} {seed} {mode} {check}: {cell.cpu_s:.1f} s, {spent:.0f} s so far")
        done.append(cell)
    return done


def cell_path(out: Path, name: str, seed: int, mode: str, check: str) -> Path:
    """Return the file of a cell."""
    return out / "cells" / "foreign" / check / f"{name}-{seed:03d}-{mode}.json"


def write_cell(out: Path, cell: Cell) -> None:
    """Write a cell whole."""
    save(cell_path(out, cell.world, cell.seed, cell.mode, cell.check), asdict(cell))


def read_cell(
    out: Path, name: str, seed: int, mode: str, check: str, *, keep: bool = False
) -> Cell | None:
    """Return a cell that is there, whole, without an error, of today's code or (`keep`) any."""
    content = kept(cell_path(out, name, seed, mode, check))
    if content is None or (content.get("code") != code(check) and not keep):
        return None
    return Cell(**content)


# ---------------------------------------------------------------------------------- the result


def summarise(
    cells: Sequence[Cell], home: Mapping[str, tuple[float, int]] | None = None
) -> dict[str, Any]:
    """Return what became of every promise: stated, at home, abroad, and in each mode.

    Parameters
    ----------
    cells
        Cells of `run`.
    home
        `check:value` → mean over the worlds of the proof at home, and how many.
    """
    home = home or {}
    rows = []
    for promise in checks.PROMISES:
        mine = [cell for cell in cells if cell.check == promise.check and not cell.error]
        together = [cell for cell in mine if cell.world == TOGETHER_NAME]
        whole = [cell.numbers for cell in together if cell.mode == "whole"]
        abroad, n = promise.rate([cell.numbers for cell in mine])
        held = promise.at_least <= abroad <= promise.at_most
        bounded = math.isfinite(promise.at_least) or math.isfinite(promise.at_most)
        at_home, home_worlds = home.get(promise.home, (math.nan, 0))
        withheld = (
            promise.withheld([cell.numbers for cell in mine])[0] if promise.withheld else NAN
        )
        rows.append(
            {
                "name": promise.name,
                "fr": promise.fr,
                "en": promise.en,
                "stated": promise.stated,
                "home_of": promise.home,
                "how": promise.fails,
                "home": _number(at_home),
                "home_fails": _number(promise.failure(at_home)),
                "home_worlds": home_worlds,
                "foreign": _number(abroad),
                "fails": _number(promise.failure(abroad)),
                "n": n,
                "of": promise.of,
                "counted": promise.counted,
                "together": _number(promise.rate(whole)[0]),
                "withheld": _number(withheld),
                "at_least": _number(promise.at_least),
                "at_most": _number(promise.at_most),
                "kept": held if bounded and math.isfinite(abroad) and n >= FEWEST else None,
                "worlds": len({(cell.world, cell.seed) for cell in mine}),
                "by_mode": {
                    mode: _number(promise.rate([c.numbers for c in mine if c.mode == mode])[0])
                    for mode in modes.MODES
                },
                "by_mechanism": {
                    name: _number(promise.rate([c.numbers for c in mine if c.world == name])[0])
                    for name in worlds.MECHANISMS
                    if any(c.world == name for c in mine)
                },
            }
        )
    return {
        "format": FOREIGN_FORMAT,
        "measured": {check: _measured_by(check, cells) for check in checks.CHECKS},
        "mechanisms": worlds.MECHANISMS,
        "modes": modes.MODES,
        "worlds": len({(cell.world, cell.seed) for cell in cells}),
        "cells": len(cells),
        "errors": sorted({f"{cell.check}: {cell.error}" for cell in cells if cell.error}),
        "cpu_s": round(sum(cell.cpu_s for cell in cells)),
        "promises": rows,
    }


def _measured_by(check: str, cells: Sequence[Cell]) -> dict[str, Any]:
    """Return what a check's cells were measured by: no hash where they are of several codes."""
    of = measured(checks.MEASURES[check])
    old = any(cell.code != code(check) for cell in cells if cell.check == check)
    return of | {"hash": ""} if old else of


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


def home_numbers(proof: Path) -> dict[str, tuple[float, int]]:
    """Return `check:value` → mean of the proof at home, at no loss, and over how many worlds."""
    try:
        content = json.loads(proof.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found: dict[str, tuple[float, int]] = {}
    for row in content.get("rows", []):
        key = f"{row['check']}:{row['value']}"
        if row.get("loss", 0.0) == 0.0 and row.get("mean") is not None:
            found.setdefault(key, (float(row["mean"]), int(row["worlds"])))
    return found


def command(
    out: Path | str = "reports/proof",
    quick: bool = False,
    minutes: float | None = None,
    only: Sequence[str] = (),
    keep: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> int:
    """Run what is not done, write `foreign.json` and return 1 when a promise is broken abroad."""
    out = Path(out)
    cells = run(out, quick=quick, minutes=minutes, only=only, keep=keep, tell=tell)
    result = summarise(cells, home_numbers(out / "proof.json"))
    write_json(out / "foreign.json", result)
    broken = [row["name"] for row in result["promises"] if row["kept"] is False]
    tell(
        f"{result['worlds']} foreign worlds, {result['cells']} cells, {result['cpu_s']} CPU s:"
        f" {len(broken)} of {len(result['promises'])} promises fall"
        + (f" ({', '.join(broken)})" if broken else "")
    )
    return 1 if broken else 0
