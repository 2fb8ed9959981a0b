"""Promises abroad: cells that survive a kill, and a result that says what fell."""

from __future__ import annotations

import json

import pytest

from i4analysis.publish.proof import read_foreign
from proof import foreign
from proof.foreign import checks, modes, run, worlds


@pytest.fixture
def counted(monkeypatch):
    """Replace the checks by one that counts its calls and the plan by two cells."""
    calls: list[str] = []

    def one(seen: checks.Case) -> dict[str, float]:
        calls.append(seen.mode)
        return {"organic": 7.0, "nothing": float("nan")}

    monkeypatch.setitem(checks.CHECKS, "coordination", one)
    monkeypatch.setattr(run, "FEWEST", 2)
    cells = [("noise", 1, "whole", "coordination"), ("noise", 1, "tenth", "coordination")]
    monkeypatch.setattr(run, "plan", lambda quick=False: iter(cells))
    return calls


def test_a_run_goes_on_where_it_stopped_and_says_what_fell(tmp_path, counted) -> None:
    assert foreign.command(tmp_path, quick=True) == 1
    assert counted == ["whole", "tenth"]
    foreign.command(tmp_path, quick=True)
    assert counted == ["whole", "tenth"]
    # a cell that was cut off is run again, the other is not
    run.cell_path(tmp_path, "noise", 1, "tenth", "coordination").write_text('{"wor')
    foreign.command(tmp_path, quick=True)
    assert counted == ["whole", "tenth", "tenth"]
    assert not list(tmp_path.rglob("*.part"))
    said = json.loads((tmp_path / "foreign.json").read_text(encoding="utf-8"))
    rows = {row["name"]: row for row in said["promises"]}
    assert rows["coordination.organic"]["kept"] is False
    assert rows["coordination.organic"]["foreign"] == 0.0
    # nothing to hold it against is neither kept nor broken
    assert rows["adoption.coverage"]["kept"] is None
    assert rows["adoption.coverage"]["foreign"] is None


def test_the_report_reads_what_became_of_the_promises(tmp_path, counted) -> None:
    assert read_foreign(tmp_path) is None
    foreign.command(tmp_path, quick=True)
    found = read_foreign(tmp_path)
    assert found is not None
    assert found.broken == ["coordination.organic"]
    # checks that were not run are not told
    assert {name.split(".")[0] for name in found.table["name"]} == {"coordination"}
    assert found.table["worlds"].tolist() == [1] * len(found.table)
    assert "coordination" not in found.stale
    assert set(found.mechanisms) == set(worlds.MECHANISMS)


def test_few_trials_give_no_verdict(tmp_path, counted, monkeypatch) -> None:
    monkeypatch.setattr(run, "FEWEST", 3)
    assert foreign.command(tmp_path, quick=True) == 0
    said = json.loads((tmp_path / "foreign.json").read_text(encoding="utf-8"))
    row = next(row for row in said["promises"] if row["name"] == "coordination.organic")
    assert (row["kept"], row["n"], row["fails"]) == (None, 2, 1.0)


def test_a_cell_of_other_code_is_run_again(tmp_path, counted, monkeypatch) -> None:
    foreign.command(tmp_path, quick=True)
    monkeypatch.setattr(run, "code", lambda check: "other")
    foreign.command(tmp_path, quick=True)
    assert len(counted) == 4
    # unless it is asked to count; the result then says that its code has changed
    monkeypatch.undo()
    monkeypatch.setattr(
        run, "plan", lambda quick=False: iter([("noise", 1, "whole", "coordination")])
    )
    foreign.command(tmp_path, quick=True, keep=True)
    assert len(counted) == 4
    found = read_foreign(tmp_path)
    assert found is not None
    assert found.stale == ["coordination"]


def test_a_check_that_breaks_is_told_and_tried_again(tmp_path, counted, monkeypatch) -> None:
    def broken(seen: checks.Case) -> dict[str, float]:
        raise ZeroDivisionError("by no account")

    monkeypatch.setitem(checks.CHECKS, "coordination", broken)
    foreign.command(tmp_path, quick=True)
    said = json.loads((tmp_path / "foreign.json").read_text(encoding="utf-8"))
    assert said["errors"] == ["coordination: ZeroDivisionError: by no account"]
    assert run.read_cell(tmp_path, "noise", 1, "whole", "coordination") is None


def test_the_plan_holds_every_mechanism_alone_and_all_together() -> None:
    cells = list(run.plan())
    assert len(set(cells)) == len(cells)
    worlds_of = {(name, seed) for name, seed, _, _ in cells}
    assert len(worlds.MECHANISMS) >= 12
    for name in worlds.MECHANISMS:
        assert sum(n == name for n, _ in worlds_of) == 5
    assert sum(n == "together" for n, _ in worlds_of) == 20
    assert {mode for name, _, mode, _ in cells if name == "together"} == set(modes.MODES)
    assert {check for _, _, _, check in cells} == set(checks.CHECKS)
    assert set(checks.MEASURES) == set(checks.CHECKS)
    assert {promise.check for promise in checks.PROMISES} <= set(checks.CHECKS)


def test_checks_know_the_truth_of_a_world() -> None:
    """A curve that is the truth covers every day; one pair of a group is found, one is organic."""
    world = worlds.make(2, ["routes", "coincidence", "relay_fast", "no_effect", "television"])
    seen = checks.case(world, "whole")
    assert len(seen.movement.press) == len(world.truth.press)
    assert len(seen.movement.outcomes) == len(world.truth.outcomes)
    for item in world.truth.press.itertuples():
        group = checks._group(
            world.truth.press.set_index("item_id"), seen.movement, item.published_at, 1
        )
        assert list(group.index) == [item.item_id]
    assert checks._bare({("twitter:1", "twitter:2")}) == {("1", "2")}
    numbers = checks.labels(seen)
    assert numbers["chosen_read"] == len(worlds.sentences())
    assert numbers["told"] + numbers["unsure"] == numbers["read"] > 100
    assert 0.8 * numbers["told"] <= numbers["right"] <= numbers["told"]
    assert numbers["elsewhere_unsure"] == numbers["elsewhere"] > 20


def test_the_band_of_supporters_holds_in_worlds_of_another_hand() -> None:
    """Accounts are seen as often before they join as after: an adoption may be early in a gap."""
    covered = []
    for on, mode in (("quits", "whole"), ("waves", "whole"), ("drift", "late")):
        numbers = checks.adoption(checks.case(worlds.make(1, (on,)), mode))
        assert numbers["shown"] == 1.0
        assert numbers["bounds"] == 1.0
        assert numbers["floor_holds"] == 1.0
        covered.append(numbers["coverage"])
    # a single late archive may do worse (.56 here); the promise is one of the mean
    assert sum(covered) / len(covered) >= 0.75
