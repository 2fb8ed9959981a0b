from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from i4analysis.measure.relays import parents
from i4analysis.measure.relays.real_trees import real_trees

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_the_audited_direct_share_holds_the_true_one_on_real_trees() -> None:
    table = real_trees()
    audited = table[table["method"] == "audited"]
    assert len(audited) == 2
    assert (audited["delta_lo"] <= audited["direct_true"]).all()
    assert (audited["direct_true"] <= audited["delta_hi"]).all()


def test_the_gate_is_closed_where_evidence_is_missing() -> None:
    assert set(real_trees()["gate"]) == {"closed"}
    assert (real_trees()["coverage"] < 0.5).all()


@pytest.mark.slow
@pytest.mark.real
def test_the_committed_scores_are_what_the_files_give(real, monkeypatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    import real_trees as measured

    fresh, known = measured.main(real / "cascades"), real_trees()
    for name in ("source", "method", "gate"):
        assert fresh[name].tolist() == known[name].tolist()
    assert fresh["all_reshares"].tolist() == known["reshares"].tolist()
    for name in ("accuracy", "relay_accuracy", "direct_true", "direct_said"):
        assert known[name].tolist() == pytest.approx(fresh[name].tolist(), abs=0.02), name
    assert known["log_loss"].tolist() == pytest.approx(fresh["log_loss"].tolist(), abs=0.2)


@pytest.mark.real
@pytest.mark.parametrize("source", ["weibo", "marref"])
@pytest.mark.parametrize("way", ["alone", "of few cascades"])
def test_audits_of_real_cascades_hold_the_direct_share(real: Path, source: str, way: str) -> None:
    """A hundred reshares drawn a hundred times, one by one or ten from each of ten cascades."""
    direct, cascade = straight(real / "cascades", source)
    rng = np.random.default_rng(7)
    if way == "of few cascades":  # those that have ten reshares to draw are then the whole
        kept = np.bincount(cascade)[cascade] >= 10
        direct, cascade = direct[kept], np.unique(cascade[kept], return_inverse=True)[1]
    size = np.bincount(cascade)
    held = 0
    for _ in range(100):
        if way == "alone":
            pick = rng.choice(len(direct), 100, replace=False)
        else:
            drawn = rng.choice(len(size), 10, replace=False, p=size / size.sum())
            pick = np.concatenate(
                [rng.choice(np.flatnonzero(cascade == one), 10, replace=False) for one in drawn]
            )
        lo, hi = parents.audit_interval(direct[pick], cascade[pick], len(direct))
        held += lo <= direct.mean() <= hi
    print(f"{source}, {way}: {held} of 100 over {len(direct)} reshares")
    assert held >= 92


def straight(folder: Path, source: str) -> tuple[Floats, Ints]:
    """Return which reshares of a real set came straight from the author, and their cascade."""
    if source == "weibo":
        path = folder / "weibo_ced_40cascades.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            trees = [[not one["parent"] for one in json.loads(line)["reposts"]] for line in lines]
        which = np.repeat(np.arange(len(trees)), [len(tree) for tree in trees])
        return np.concatenate(trees).astype(float), which
    rows = np.loadtxt(folder / "marref_young.csv", delimiter=",", dtype=np.int64)
    _, tree = np.unique(rows[:, 2], return_inverse=True)
    return (rows[:, 1] == 1).astype(float), tree.astype(np.int64)
