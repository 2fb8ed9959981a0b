"""The same bytes whoever does the work: here, in processes, or on Dask with a worker killed."""

import os
import signal

import numpy as np
import pytest

from i4analysis import relays, simulate, spread
from i4analysis.errors import MeasureError
from i4analysis.measure.relays import parents


@pytest.fixture(scope="module")
def archive():
    return simulate.world(simulate.Parameters.small(seed=5, name="spread")).archive


def numbers(archive):
    found = relays.parent_probabilities(archive)
    arrays = (found.pairs.child, found.pairs.parent, found.pairs.p, found.pairs.hops)
    return [array.tobytes() for array in (*arrays, found.plain, found.evidence)]


def test_pieces_cover_every_cascade_once_and_stay_small() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        size = rng.integers(1, 40, rng.integers(0, 60))
        start = np.append(0, np.cumsum(size)).astype(np.int64)
        most, rows = int(rng.integers(1, 12)), int(rng.integers(1, 300))
        cut = parents.pieces(start, most, rows)
        assert [a for a, _ in cut] == [0, *[b for _, b in cut[:-1]]][: len(cut)]
        assert not len(size) or cut[-1][1] == len(size)

        def held(first, last, start=start, most=most):
            return sum(
                min(k, most + 1)
                for c in range(first, last)
                for k in range(1, int(start[c + 1] - start[c]))
            )

        largest = max((held(c, c + 1) for c in range(len(size))), default=0)
        assert all(held(a, b) <= rows + largest for a, b in cut)


def test_pieces_give_the_same_probabilities_as_the_whole(archive, monkeypatch) -> None:
    whole = relays.parent_probabilities(archive)
    monkeypatch.setattr(parents, "PIECE", 500)
    cut = relays.parent_probabilities(archive)
    assert (cut.pairs.child == whole.pairs.child).all()
    assert (cut.pairs.parent == whole.pairs.parent).all()
    np.testing.assert_allclose(cut.pairs.p, whole.pairs.p, rtol=1e-9, atol=1e-12)


def test_processes_give_the_same_bytes(archive, monkeypatch) -> None:
    monkeypatch.setattr(parents, "PIECE", 500)
    alone = numbers(archive)
    monkeypatch.setenv(spread.CLUSTER, "processes")
    monkeypatch.setenv(spread.WORKERS, "2")
    assert numbers(archive) == alone


def test_dask_gives_the_same_bytes_though_a_worker_is_killed(archive, monkeypatch) -> None:
    distributed = pytest.importorskip("distributed", reason="dask is not installed")
    monkeypatch.setattr(parents, "PIECE", 500)
    alone = numbers(archive)
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=None
    )
    with local:
        monkeypatch.setenv(spread.CLUSTER, local.scheduler_address)
        each, done = spread.each, []

        def killing(function, shared, pieces):
            for made in each(function, shared, pieces):
                done.append(1)
                if len(done) == 2:
                    os.kill(next(iter(local.workers.values())).pid, signal.SIGKILL)
                yield made

        monkeypatch.setattr(spread, "each", killing)
        assert numbers(archive) == alone
    assert len(done) > 3


def test_a_cluster_that_is_not_there_is_said_in_one_sentence(archive, monkeypatch) -> None:
    pytest.importorskip("distributed", reason="dask is not installed")
    monkeypatch.setattr(parents, "PIECE", 500)
    monkeypatch.setattr(spread, "PATIENCE_S", 1)
    monkeypatch.setenv(spread.CLUSTER, "tcp://127.0.0.1:9")
    with pytest.raises(MeasureError, match=r"cannot be reached .*check the address"):
        numbers(archive)
