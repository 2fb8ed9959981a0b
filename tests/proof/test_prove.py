"""The harness: cells, bounds, words, and code versions."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import proof as prove
from i4analysis.errors import I4Error
from i4analysis.publish import proof as proofs
from i4analysis.publish.proof import PACKAGE, code_of, read_proof
from i4analysis.simulate import Parameters, World
from proof import Check, Must
from proof.runs import Cell, read_cell, run_cell, write_cell
from proof.summary import summarise, verdict, write_proof


def count(world: World) -> dict[str, float]:
    return {"posts": float(len(world.archive.posts)), "nothing": math.nan}


def fall(world: World) -> dict[str, float]:
    raise ValueError("no root found")


CHECK = Check("archive.count", count, (Must("posts", at_least=10),), parameters=Parameters.small)


def test_losses_reach_the_check() -> None:
    whole, half = run_cell(CHECK, 1, 0.0), run_cell(CHECK, 1, 0.5)
    assert 0.3 < half.numbers["posts"] / whole.numbers["posts"] < 0.85
    assert whole.error == ""


def test_a_check_that_falls_is_a_result() -> None:
    broken = Check("archive.fall", fall, parameters=Parameters.small)
    cell = run_cell(broken, 1, 0.0)
    assert cell.error == "ValueError: no root found"
    proof = summarise([broken], [cell])
    assert proof.broken
    assert "could not be run at loss 0%: ValueError: no root found" in (
        prove.summary.proof_markdown(proof)
    )


def test_cells_survive_and_are_dropped_when_the_code_changes(tmp_path: Path) -> None:
    cell = run_cell(CHECK, 2, 0.25)
    write_cell(tmp_path, cell)
    again = read_cell(tmp_path, CHECK, 2, 0.25)
    assert again is not None
    assert again.numbers["posts"] == cell.numbers["posts"]
    assert math.isnan(again.numbers["nothing"])
    path = next(tmp_path.rglob("*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"code": "older"}))
    assert read_cell(tmp_path, CHECK, 2, 0.25) is None
    path.write_text("{half a cell")
    assert read_cell(tmp_path, CHECK, 2, 0.25) is None


def cells(values: list[float], code: str = "c") -> list[Cell]:
    return [
        Cell("archive.count", seed, 0.0, code, {"posts": value}, 1.0)
        for seed, value in enumerate(values, 1)
    ]


@pytest.mark.parametrize(
    ("must", "numbers", "expected"),
    [
        (Must("x", at_least=0.5), [0.9, 0.91, 0.89], "met"),
        (Must("x", at_least=0.5), [0.2, 0.21, 0.19], "missed"),
        (Must("x", at_least=0.5), [0.2, 0.9, 0.45], "met narrowly"),
        (Must("x", at_most=0.5), [0.2, 0.9, 0.45], "missed narrowly"),
        (Must("x", at_most=0.5, each=True), [0.2, 0.6, 0.3], "missed"),
        (Must("x", at_least=0.5), [], "not run"),
    ],
)
def test_verdicts_know_their_own_error(must: Must, numbers: list[float], expected: str) -> None:
    assert verdict(must, numbers) == expected


def test_the_proof_is_written_read_and_says_what_fails(tmp_path: Path) -> None:
    proof = summarise([CHECK], cells([4.0, 5.0, 6.0]))
    write_proof(proof, tmp_path)
    page = (tmp_path / "proof.md").read_text()
    assert "0 of 1 bounds met" in page
    assert "posts is 5 ± 0.577, promised ≥ 10 (missed; 3 worlds)" in page
    again = read_proof(tmp_path)
    assert again is not None
    assert again.table["mean"].tolist() == [5.0]
    assert again.stale == []
    assert read_proof(tmp_path / "nowhere") is None


def test_a_proof_of_older_code_is_stale() -> None:
    proof = prove.Proof(summarise([CHECK], cells([20.0])).table, {"archive.count": "older"})
    assert proof.stale == ["archive.count"]  # it does not say of which code it speaks
    known = summarise([CHECK], cells([20.0]))
    assert known.stale == []
    older = {"archive.count": dict(known.measured["archive.count"]) | {"hash": "older"}}
    assert replace(known, measured=older).stale == ["archive.count"]


def test_the_code_of_a_check_is_what_it_imports() -> None:
    relays = code_of(["i4analysis.measure.relays.relays"])
    assert relays == code_of(["i4analysis.measure.relays.relays"])
    assert relays != code_of(["i4analysis.measure.push.push"])


@pytest.mark.parametrize("data", ["appeal_rules.toml", "places.csv", "appeal_weights.tsv"])
def test_the_data_of_a_measure_are_of_its_code(
    data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for kept in (proofs._hashed, proofs._imports):
        request.addfinalizer(kept.cache_clear)
    shutil.copytree(PACKAGE, tmp_path / "i4analysis", ignore=shutil.ignore_patterns("publish"))
    for name, value in {"PACKAGE": tmp_path / "i4analysis", "ROOTS": {}}.items():
        monkeypatch.setattr(proofs, name, value)
    monkeypatch.setitem(proofs.ROOTS, "i4analysis", tmp_path / "i4analysis")

    def codes() -> list[str]:
        for kept in (proofs._hashed, proofs._imports):
            kept.cache_clear()
        rooms = "appeals.appeals", "numbers.statistics"
        return [proofs.code_of([f"i4analysis.measure.{room}"]) for room in rooms]

    before = codes()
    with (tmp_path / "i4analysis/measure/data" / data).open("a") as file:
        file.write("\n")
    appeals, statistics = codes()
    assert appeals != before[0]
    assert statistics == before[1]


def test_every_registered_check_is_named_and_worded() -> None:
    checks = prove.discover()
    assert {"archive.round_trip"} <= {check.name for check in checks}
    for check in checks:
        assert check.fr and check.en, check.name
    with pytest.raises(I4Error, match="no check 'nothing'"):
        prove.discover(["nothing"])


def test_the_command_runs_resumes_and_reports(tmp_path: Path) -> None:
    said: list[str] = []
    code = prove.command(tmp_path, quick=True, only=["archive.round_trip"], seeds=1,
                         tell=said.append)  # fmt: skip
    assert code == 0
    assert (tmp_path / "proof.csv").is_file()
    assert "cells" in said[0]
    said.clear()
    prove.command(tmp_path, quick=True, only=["archive.round_trip"], seeds=1, tell=said.append)
    assert len(said) == 1  # nothing left to run
