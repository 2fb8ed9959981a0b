from __future__ import annotations

import invented
import numpy as np
import pandas as pd
import pytest

from i4analysis import simulate, tables
from i4analysis.measure.relays import relays
from i4analysis.simulate import Parameters
from proof import relays as proved
from proof.checks import Check
from proof.relays import CHECKS
from proof.runs import FULL_SEEDS

T0 = pd.Timestamp("2015-10-01T08:00:00Z")


@pytest.fixture(scope="module")
def world() -> simulate.World:
    return simulate.world(simulate.Parameters(seed=7))


def named(name: str) -> Check:
    return next(check for check in CHECKS if check.name == name)


@pytest.fixture(scope="module")
def dense() -> simulate.World:
    return simulate.world(Parameters.dense(seed=7))


@pytest.mark.parametrize(
    "name",
    [
        "relays.parents",
        "relays.parents_with_lists",
        "relays.gate",
        pytest.param("relays.parents_dense", marks=pytest.mark.slow),
        "relays.gate_dense",
    ],
)
def test_the_promises_hold_in_a_world(world, dense, name) -> None:
    check = named(name)
    found = check.run(dense if name.endswith("dense") else world)
    for must in check.must:
        if must.losses is None or 0.0 in must.losses:
            assert must.met([found[must.value]]), (must.value, must.words, found[must.value])


@pytest.mark.slow
@pytest.mark.parametrize("loss", [0.25, 0.5])
def test_the_share_that_came_through_missing_relays_is_found(world, loss) -> None:
    found = named("relays.parents").run(simulate.with_losses(world, lost_share=loss))
    assert found["unseen_true"] > 0.05
    assert found["unseen_gap"] <= 0.08


def test_real_trees_are_in_the_proof() -> None:
    check = named("relays.real_trees")
    found = check.run(0)
    assert all(must.met([found[must.value]]) for must in check.must)
    assert set(found) == set(check.values or {})
    assert found["weibo_audited_relay_accuracy"] < 0.1
    for source in ("weibo", "marref"):
        assert found[f"{source}_author_accuracy"] > found[f"{source}_audited_accuracy"]


def test_exact_quantities_equal_their_definitions() -> None:
    check = named("relays.exact")
    found = check.run(1)
    assert set(found) == {must.value for must in check.must}
    assert all(must.met([found[must.value]]) for must in check.must)


def test_every_promise_is_tried_on_twenty_worlds_of_both_regimes() -> None:
    cells = {
        (check.parameters(seed=1).relayed, check.run.__name__, loss)
        for check in CHECKS
        if check.on == "world" and (check.seeds or FULL_SEEDS) >= 20
        for loss in check.losses
    }
    for relayed in (Parameters().relayed, Parameters.dense().relayed):
        for loss in (0.0, 0.25, 0.5):
            assert (relayed, "_parents", loss) in cells
            assert (relayed, "_with_lists", loss) in cells
        assert (relayed, "_gate", 0.0) in cells


def test_the_score_of_known_answers_is_known() -> None:
    def row(name: str, who: str, hour: float, via: str | None = None) -> dict[str, object]:
        at, road = T0 + pd.Timedelta(hours=hour), {"platform": "bluesky", "via_id": via}
        return invented.reshare(name, who, at, "o", "ana", reshared_at=T0, **road)

    posts = tables.build(
        tables.POSTS, [row("1", "b", 1), row("2", "c", 2, "1"), row("3", "d", 3, "2")]
    )
    found = relays.parent_probabilities(tables.Archive(posts=posts))
    truth = pd.DataFrame({"child_id": ["1", "2", "3"], "parent_id": ["o", "1", "1"]})
    score = proved.score(found, truth)
    assert score["reshares"] == 2
    assert score["accuracy"] == 0.5
    assert score["direct_true"] == pytest.approx(1 / 3)
    assert score["top_relay"] == 1
    assert proved.true_descendants(found, truth).to_dict() == {"b": 2, "c": 0, "d": 0}


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    said = np.full(100, 0.25)
    assert proved.calibration_error(said, (np.arange(100) < 25) * 1.0) == pytest.approx(0)
    assert proved.calibration_error(said, (np.arange(100) < 50) * 1.0) == pytest.approx(0.25)
