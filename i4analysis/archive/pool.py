"""Many units of work at once: in this process, in several, or on a Dask cluster.

Whoever does the work, the same function writes the same bytes under the same names.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from i4analysis.archive.containers import Unit
from i4analysis.archive.work import Done, Filter, read_unit
from i4analysis.errors import ArchiveError

SMALL = 32 << 20
AHEAD = 4
TRIES = 3
PATIENCE_S = 20

Finished = tuple[Unit, list[Done]]


def read_units(
    units: Sequence[Unit],
    folder: str,
    kept: Filter,
    fresh: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
) -> Iterator[Finished]:
    """Read units into a store and yield each with what became of it, as it is finished.

    Parameters
    ----------
    workers
        Processes; None: as many as the machine has, or one for little work.
    cluster
        "local", or the address of a Dask scheduler whose workers see the same files.

    Raises
    ------
    ArchiveError
        If the workers keep dying, or the cluster cannot be reached.
    """
    if cluster is not None:
        yield from _on_dask(units, folder, kept, fresh, workers, cluster)
        return
    if workers is None:
        little = sum(unit.size for unit in units) < SMALL
        workers = 1 if little else os.cpu_count() or 1
    if workers <= 1 or len(units) < 2:
        for unit in units:
            yield unit, read_unit(unit, folder, kept, fresh)
        return
    yield from _in_processes(units, folder, kept, fresh, min(workers, len(units)))


def _in_processes(
    units: Sequence[Unit], folder: str, kept: Filter, fresh: bool, workers: int
) -> Iterator[Finished]:
    left = deque(units)
    for tries in range(1, TRIES + 1):
        running: dict[Future[list[Done]], Unit] = {}
        context = _context()
        try:
            with ProcessPoolExecutor(workers, context) as pool:
                while left or running:
                    while left and len(running) < AHEAD * workers:
                        unit = left.popleft()
                        running[pool.submit(read_unit, unit, folder, kept, fresh)] = unit
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        done = future.result()
                        yield running.pop(future), done
                return
        except BrokenProcessPool as error:
            left.extendleft(reversed(running.values()))
            fresh = False
            if tries == TRIES:
                raise ArchiveError(
                    f"A worker process was killed {TRIES} times, perhaps for lack of memory"
                    f" ({len(left)} files are left); what is finished is kept, run again with"
                    " --workers 1."
                ) from error


def _context() -> Any:
    """Return how to start workers: by fork, which costs nothing, while there is one thread."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["i4analysis.archive.work"])
    return context


def _on_dask(
    units: Sequence[Unit],
    folder: str,
    kept: Filter,
    fresh: bool,
    workers: int | None,
    cluster: str,
) -> Iterator[Finished]:
    try:
        import distributed
    except ImportError as error:
        raise ArchiveError(
            "The option --cluster needs the packages dask and distributed, which are not"
            " installed; install i4analysis[cluster]."
        ) from error
    dask: Any = distributed  # it publishes no types
    local = None
    address: Any = cluster
    if cluster == "local":
        local = address = dask.LocalCluster(
            n_workers=workers or os.cpu_count(), threads_per_worker=1, dashboard_address=None
        )
    try:
        with dask.Client(address, timeout=PATIENCE_S) as client:
            yield from _submit(client, dask.as_completed, units, folder, kept, fresh)
    except OSError as error:
        raise ArchiveError(
            f"The Dask scheduler {cluster} cannot be reached ({error}); check the address, or use"
            " --cluster local."
        ) from error
    finally:
        if local is not None:
            local.close()


def _submit(
    client: Any,
    as_completed: Callable[..., Any],
    units: Sequence[Unit],
    folder: str,
    kept: Filter,
    fresh: bool,
) -> Iterator[Finished]:
    left = deque(units)
    names: dict[str, Unit] = {}

    def start() -> Any:
        unit = left.popleft()
        future = client.submit(read_unit, unit, folder, kept, fresh, pure=False, retries=TRIES)
        names[future.key] = unit
        return future

    width = AHEAD * max(len(client.scheduler_info()["workers"]), 1)
    running = as_completed([start() for _ in range(min(width, len(left)))])
    for future in running:
        done = future.result()
        yield names.pop(future.key), done
        if left:
            running.add(start())
