from __future__ import annotations

import sys
from pathlib import Path

import pytest

from i4analysis.measure.relays.real_trees import real_trees

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
