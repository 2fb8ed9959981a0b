"""Running checks over worlds: one JSON file a cell (check, seed, loss), so a run can go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from i4analysis.processes import end_with_parent
from i4analysis.simulate import Parameters, World, with_losses, world
from proof.cells import attempt, kept, save
from proof.checks import Check, discover

FULL_SEEDS, QUICK_SEEDS = 20, 2
QUICK_LOSSES = (0.0, 0.5)


@dataclass(frozen=True)
class Cell:
    """One check on one world: its numbers, or why it could not run."""

    check: str
    seed: int
    loss: float
    code: str
    numbers: dict[str, float]
    cpu_s: float
    error: str = ""


def run(
    checks: list[Check],
    out: Path,
    quick: bool = False,
    seeds: int | None = None,
    workers: int | None = None,
    minutes: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Cell]:
    """Run every cell that is not done with today's code; return all cells of these checks.

    World by world: all checks and losses of one seed follow each other, so that a world is made
    once. Cells already there are read, so an interrupted run goes on where it stopped.
    """
    wanted = list(_wanted(checks, quick, seeds))
    done = {}
    for check, seed, loss in wanted:
        cell = read_cell(out, check, seed, loss)
        if cell is not None:
            done[check.name, seed, loss] = cell
    todo: dict[int, list[tuple[str, float]]] = {}
    for check, seed, loss in wanted:
        if (check.name, seed, loss) not in done:
            todo.setdefault(seed, []).append((check.name, loss))
    end = None if minutes is None else time.monotonic() + 60 * minutes
    for number, batch in enumerate(_batches(todo, out, workers or 1, end), 1):
        for cell in batch:
            done[cell.check, cell.seed, cell.loss] = cell
        seconds = sum(cell.cpu_s for cell in batch)
        tell(f"{number} of {len(todo)} worlds: {len(batch)} cells, {seconds:.0f} CPU s")
    return [done[key] for key in sorted(done)]


def _wanted(
    checks: Iterable[Check], quick: bool, seeds: int | None
) -> Iterator[tuple[Check, int, float]]:
    for check in checks:
        if quick and not check.quick:
            continue
        count = QUICK_SEEDS if quick else check.seeds or FULL_SEEDS
        count = seeds if seeds is not None else count
        for seed in range(1, count + 1):
            for loss in check.losses:
                if not quick or loss in QUICK_LOSSES:
                    yield check, seed, loss


def _batches(
    todo: dict[int, list[tuple[str, float]]], out: Path, workers: int, end: float | None
) -> Iterator[list[Cell]]:
    if workers == 1:
        for seed, wanted in todo.items():
            yield list(_run_seed(seed, wanted, out, end))
        return
    context = get_context("spawn")  # threads of numba and Arrow do not survive a fork
    with ProcessPoolExecutor(workers, context, end_with_parent) as pool:
        left = None if end is None else end - time.monotonic()
        tasks = [pool.submit(_in_worker, seed, wanted, out, left) for seed, wanted in todo.items()]
        for task in tasks:
            yield task.result()


def _in_worker(
    seed: int, wanted: list[tuple[str, float]], out: Path, left: float | None
) -> list[Cell]:
    # the clock starts when the run was asked for; workers begin at most a moment later
    end = None if left is None else _started() + left
    return list(_run_seed(seed, wanted, out, end))


@lru_cache(maxsize=1)
def _started() -> float:
    return time.monotonic()


def _run_seed(
    seed: int, wanted: list[tuple[str, float]], out: Path, end: float | None
) -> Iterator[Cell]:
    checks = {check.name: check for check in discover()}
    for name, loss in wanted:
        if end is not None and time.monotonic() > end:
            return
        cell = run_cell(checks[name], seed, loss)
        write_cell(out, cell)
        yield cell


def run_cell(check: Check, seed: int, loss: float) -> Cell:
    """Run one check on one world; a check that raises gives a cell that says so."""

    def given() -> Any:
        return seed if check.on == "seed" else _lossy(check.parameters(seed=seed), loss)

    return Cell(check.name, seed, loss, check.code, **attempt(lambda: check.run(given())))


@lru_cache(maxsize=3)
def _world(parameters: Parameters) -> World:
    return world(parameters)


@lru_cache(maxsize=3)
def _lossy(parameters: Parameters, loss: float) -> World:
    made = _world(parameters)
    return made if loss == 0 else with_losses(made, lost_share=loss)


# ----------------------------------------------------------------------------------- cells


def cell_path(out: Path, name: str, seed: int, loss: float) -> Path:
    """Return the file of a cell."""
    return out / "cells" / name / f"{seed:03d}-{round(100 * loss):02d}.json"


def write_cell(out: Path, cell: Cell) -> None:
    """Write a cell whole."""
    save(cell_path(out, cell.check, cell.seed, cell.loss), asdict(cell))


def read_cell(out: Path, check: Check, seed: int, loss: float) -> Cell | None:
    """Return a cell if it is there and was run with today's code."""
    content = kept(cell_path(out, check.name, seed, loss))
    return Cell(**content) if content and content["code"] == check.code else None
