"""One function over many pieces: here, in several processes, or on a Dask cluster.

Whoever does the work, the same function gives the same bytes, and they come back in the order of
the pieces. Where the work is done is said once for a whole run, by `I4_CLUSTER` (`local`, the
address of a Dask scheduler, or `processes`) and `I4_WORKERS`: `i4 refresh --cluster` sets them for
its notebooks. No measure asks.
"""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from i4analysis.errors import I4Error, MeasureError
from i4analysis.processes import end_with_parent

CLUSTER, WORKERS = "I4_CLUSTER", "I4_WORKERS"
AHEAD, TRIES, PATIENCE_S = 2, 3, 20
Piece = tuple[Any, ...]
Made = TypeVar("Made")

_shared: Any = None  # what the processes of a pool work with


def each(function: Callable[..., Made], shared: Any, pieces: Iterable[Piece]) -> Iterator[Made]:
    """Yield `function(shared, *piece)` of each piece, in order, a few ahead of who takes them.

    Parameters
    ----------
    function
        At the top of a module, so that another process finds it.
    shared
        What every piece needs; sent once to each worker.
    pieces
        Small arguments.

    Raises
    ------
    MeasureError
        If the workers keep dying, or the cluster cannot be reached.
    """
    cluster = os.environ.get(CLUSTER, "")
    workers = int(os.environ.get(WORKERS) or os.cpu_count() or 1)
    todo = list(pieces)
    if not cluster or len(todo) < 2:
        return (function(shared, *piece) for piece in todo)
    if cluster == "processes":
        return _in_processes(function, shared, todo, workers)
    return _on_dask(function, shared, todo, workers, cluster)


def _begin(shared: Any) -> None:
    global _shared
    _shared = shared
    end_with_parent()


def _do(function: Callable[..., Made], piece: Piece) -> Made:
    return function(_shared, *piece)


def _in_processes(
    function: Callable[..., Made], shared: Any, todo: list[Piece], workers: int
) -> Iterator[Made]:
    done = 0
    for tries in range(1, TRIES + 1):
        try:
            with ProcessPoolExecutor(workers, initializer=_begin, initargs=(shared,)) as pool:
                left = iter(todo[done:])
                start = iter(pool.submit(_do, function, piece) for piece in left)
                running = deque(islice(start, AHEAD * workers))
                while running:
                    made = running.popleft().result()
                    running.extend(islice(start, 1))
                    yield made
                    done += 1
                return
        except BrokenProcessPool as error:
            if tries == TRIES:
                raise MeasureError(
                    f"A worker process was killed {TRIES} times, perhaps for lack of memory (after"
                    f" {done} of {len(todo)} pieces); run again without --cluster."
                ) from error


@contextmanager
def dask_client(cluster: str, workers: int | None, fault: type[I4Error]) -> Iterator[Any]:
    """Work with the client of a Dask cluster: a `local` one, or that of a scheduler's address.

    Raises
    ------
    I4Error
        As a `fault`: if Dask is missing, the scheduler cannot be reached, or its workers keep
        dying.
    """
    try:
        import distributed
    except ImportError as error:
        raise fault(
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
        with dask.Client(address, timeout=PATIENCE_S, set_as_default=False) as client:
            yield client
    except OSError as error:
        raise fault(
            f"The Dask scheduler {cluster} cannot be reached ({error}); check the address, or use"
            " --cluster local."
        ) from error
    except dask.KilledWorker as error:
        raise fault(
            f"The workers of {cluster} died {TRIES} times over one piece, perhaps for lack of"
            " memory; give them more, or run again without --cluster."
        ) from error
    finally:
        if local is not None:
            local.close()


def _on_dask(
    function: Callable[..., Made], shared: Any, todo: list[Piece], workers: int, cluster: str
) -> Iterator[Made]:
    with dask_client(cluster, workers, MeasureError) as client:
        yield from _submitted(client, function, shared, todo)


def _itself(shared: Any) -> Any:
    return shared


def _submitted(
    client: Any, function: Callable[..., Made], shared: Any, todo: list[Piece]
) -> Iterator[Made]:
    # as a task of its own: when the worker that holds it dies, another is given it again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it is large, we know
        everywhere = client.submit(_itself, shared, pure=False, retries=TRIES)
    width = AHEAD * max(len(client.scheduler_info()["workers"]), 1)
    start = iter(
        client.submit(function, everywhere, *piece, pure=False, retries=TRIES) for piece in todo
    )
    running = deque(islice(start, width))
    while running:
        future = running.popleft()
        made = future.result()
        future.release()
        running.extend(islice(start, 1))
        yield made
