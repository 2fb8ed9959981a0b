"""Many units of work at once: in this process, in several, or on a Dask cluster.

Whoever does the work, the same function writes the same bytes under the same names.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from i4analysis.archive.reading.containers import Unit, batched
from i4analysis.archive.reading.stretches import STRETCH, Stretches, read_stretch
from i4analysis.archive.reading.work import Done, Filter, read_batch, read_unit
from i4analysis.errors import ArchiveError, StoreError, met
from i4analysis.processes import end_with_parent
from i4analysis.spread import TRIES, dask_client

SMALL = 32 << 20
AHEAD = 4

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
    stretches = Stretches(folder, kept, fresh)
    alone, together = batched(units)
    work = Work(chain((part for unit in alone for part in stretches.of(unit)), together))
    size = sum(unit.size for unit in units)
    if workers is None and cluster is None:
        workers = 1 if size < SMALL else os.cpu_count() or 1
    found: Iterator[Finished]
    if cluster is not None:
        found = _on_dask(work, folder, kept, fresh, workers, cluster)
    elif workers is None or workers <= 1 or (len(units) < 2 and size < 2 * STRETCH):
        found = ((unit, read_part(unit, folder, kept, fresh)) for unit in work)
    else:
        found = _in_processes(work, folder, kept, fresh, workers)
    for unit, done in found:
        yield unit, stretches.joined(unit, done)


class Work:
    """The units still to be read, found one by one; some may come back."""

    def __init__(self, units: Iterator[Unit]) -> None:
        self._units = units
        self._again: deque[Unit] = deque()

    def __iter__(self) -> Iterator[Unit]:
        while (unit := self.next()) is not None:
            yield unit

    def next(self) -> Unit | None:
        """Return the next unit, None at the end."""
        return self._again.popleft() if self._again else next(self._units, None)

    def again(self, units: Iterable[Unit]) -> None:
        """Take units back, to be read before the others."""
        self._again.extend(units)


def read_part(unit: Unit, folder: str, kept: Filter, fresh: bool) -> list[Done]:
    """Read a unit or a stretch of one; every worker runs this."""
    if unit.kind == "stretch":
        try:
            return [read_stretch(unit, folder, kept)]
        except StoreError:
            raise
        except ArchiveError as error:
            return [Done(unit.name, "refused", sentence=str(error))]
        except Exception as error:
            return [Done(unit.name, "refused", sentence=met(f"The file {unit.name}", error))]
    if unit.kind in ("batch", "tars"):
        return read_batch(unit, folder, kept, fresh)
    return read_unit(unit, folder, kept, fresh)


class _NoWorkersError(Exception):
    """The system starts no workers: no room in /dev/shm, no semaphores, no more processes."""


@contextmanager
def _starting() -> Iterator[None]:
    try:
        yield
    except (OSError, ImportError) as error:
        raise _NoWorkersError from error


def _in_processes(
    left: Work, folder: str, kept: Filter, fresh: bool, workers: int
) -> Iterator[Finished]:
    for tries in range(1, TRIES + 1):
        running: dict[Future[list[Done]], Unit] = {}
        asked: Unit | None = None
        try:
            with _starting():
                pool = ProcessPoolExecutor(workers, _context(), end_with_parent)
            with pool:
                while True:
                    while len(running) < AHEAD * workers and (unit := left.next()) is not None:
                        asked = unit
                        with _starting():
                            running[pool.submit(read_part, unit, folder, kept, fresh)] = unit
                        asked = None
                    if not running:
                        return
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        done = future.result()
                        yield running.pop(future), done
        except _NoWorkersError:  # then this process does it all
            left.again([*running.values(), *filter(None, [asked])])
            yield from ((unit, read_part(unit, folder, kept, False)) for unit in left)
            return
        except BrokenProcessPool as error:
            left.again(running.values())
            fresh = False
            if tries == TRIES:
                raise ArchiveError(
                    f"A worker process was killed {TRIES} times, perhaps for lack of memory"
                    f" (while {next(iter(running.values())).name} was read); what is finished is"
                    " kept, run again with --workers 1."
                ) from error


def _context() -> Any:
    """Return how to start workers: by fork, which costs nothing, while there is one thread."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["i4analysis.archive.reading.work"])
    return context


def _on_dask(
    left: Work, folder: str, kept: Filter, fresh: bool, workers: int | None, cluster: str
) -> Iterator[Finished]:
    with dask_client(cluster, workers, ArchiveError) as client:
        yield from _submit(client, left, folder, kept, fresh)


def _submit(client: Any, left: Work, folder: str, kept: Filter, fresh: bool) -> Iterator[Finished]:
    import distributed

    dask: Any = distributed  # it publishes no types
    names: dict[str, Unit] = {}

    def start(unit: Unit) -> Any:
        future = client.submit(read_part, unit, folder, kept, fresh, pure=False, retries=TRIES)
        names[future.key] = unit
        return future

    width = AHEAD * max(len(client.scheduler_info()["workers"]), 1)
    units = [start(unit) for unit in islice(left, width)]
    running = dask.as_completed(units, loop=client.loop)
    for future in running:
        done = future.result()
        yield names.pop(future.key), done
        if (unit := left.next()) is not None:
            running.add(start(unit))
