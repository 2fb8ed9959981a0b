"""The proof: numbers of many worlds together, with their bounds, for people and for programs."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from i4analysis.publish.proof import COLUMNS, Proof
from i4analysis.simulate import Parameters
from proof.cells import write_json
from proof.checks import Check, Must
from proof.runs import FULL_SEEDS, Cell

VERDICTS = ("met", "met narrowly", "missed narrowly", "missed", "no bound", "not run")


def summarise(checks: Sequence[Check], cells: Sequence[Cell], quick: bool = False) -> Proof:
    """Put the cells of all worlds together."""
    by: dict[tuple[str, float], list[Cell]] = defaultdict(list)
    for cell in cells:
        by[cell.check, cell.loss].append(cell)
    rows: list[dict[str, Any]] = []
    for check in checks:
        for loss in check.losses:
            if (check.name, loss) in by:
                rows += _rows(check, loss, by[check.name, loss])
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    ran = {cell.check for cell in cells}
    return Proof(
        table,
        code={check.name: check.code for check in checks if check.name in ran},
        measured={check.name: check.measured for check in checks if check.name in ran},
        cpu_minutes=sum(cell.cpu_s for cell in cells) / 60,
        quick=quick,
        made={check.name: worlds_of(check) for check in checks if check.name in ran},
    )


def worlds_of(check: Check) -> str:
    """Return the size of a check's worlds and how they differ from the default one.

    Examples
    --------
    >>> worlds_of(Check("relays.x", dict, parameters=Parameters.dense))
    '4,000 accounts, 28 days; relayed = 0.18'
    """
    if check.on == "seed":
        return "draws of its own"
    mine, usual = check.parameters(seed=1), Parameters(seed=1)
    changed = [
        f"{one.name} = {getattr(mine, one.name)}"
        for one in fields(Parameters)
        if one.name not in ("accounts", "days")
        and getattr(mine, one.name) != getattr(usual, one.name)
    ]
    size = f"{mine.accounts:,} accounts, {mine.days} days"
    return "; ".join([size, ", ".join(changed)]) if changed else size


def _rows(check: Check, loss: float, cells: list[Cell]) -> list[dict[str, Any]]:
    base = {
        "check": check.name,
        "measure": check.measure,
        "loss": loss,
        "check_fr": check.fr,
        "check_en": check.en,
        "code": check.code,
    }
    rows = []
    fallen = [cell for cell in cells if cell.error]
    if fallen:
        rows.append(
            base
            | {
                "value": "runs",
                "worlds": len(cells),
                "mean": 1 - len(fallen) / len(cells),
                "bound": "no error",
                "verdict": "not run",
                "why": fallen[0].error[:200],
            }
        )
    good = [cell for cell in cells if not cell.error]
    found = {name for cell in good for name in cell.numbers}
    worded = [name for name in check.values or {} if name in found]
    names = [*worded, *sorted(found - set(worded))]
    for name in names:
        numbers = [c.numbers[name] for c in good if math.isfinite(c.numbers.get(name, math.nan))]
        meaning = (check.values or {}).get(name, ("", ""))
        row = base | {"value": name, "meaning_fr": meaning[0], "meaning_en": meaning[1]}
        row |= _statistics(numbers)
        musts = [
            must
            for must in check.must
            if must.value == name and (must.losses is None or loss in must.losses)
        ]
        for must in musts:
            rows.append(
                row | {"bound": must.words, "why": must.why, "verdict": verdict(must, numbers)}
            )
        if not musts:
            rows.append(row | {"bound": "", "why": "", "verdict": "no bound"})
    return rows


def _statistics(numbers: Sequence[float]) -> dict[str, Any]:
    n = len(numbers)
    if not n:
        return {"worlds": 0, "mean": math.nan, "error": math.nan}
    mean = sum(numbers) / n
    spread = math.sqrt(sum((one - mean) ** 2 for one in numbers) / (n - 1)) if n > 1 else math.nan
    return {
        "worlds": n,
        "mean": mean,
        "error": spread / math.sqrt(n),
        "least": min(numbers),
        "most": max(numbers),
    }


def verdict(must: Must, numbers: Sequence[float]) -> str:
    """Return whether a bound is met, and whether the proof is sharp enough to be sure."""
    if not numbers:
        return "not run"
    statistics = _statistics(numbers)
    met = must.met(numbers)
    error = statistics["error"] if math.isfinite(statistics["error"]) else 0.0
    away = min(abs(statistics["mean"] - must.at_least), abs(statistics["mean"] - must.at_most))
    narrow = not must.each and error > 0 and away < 2 * error
    return ("met" if met else "missed") + (" narrowly" if narrow else "")


# -------------------------------------------------------------------------------------- files


def write_proof(proof: Proof, out: Path) -> None:
    """Write proof.csv (every number), proof.md (to read) and proof.json (for the report)."""
    out.mkdir(parents=True, exist_ok=True)
    table = proof.table.copy()
    for name in ("mean", "error", "least", "most"):
        table[name] = table[name].astype(float).round(4)
    table.to_csv(out / "proof.csv", index=False, lineterminator="\n")
    content = {
        "schema": 1,
        "quick": proof.quick,
        "cpu_minutes": round(proof.cpu_minutes, 1),
        "headline": proof.headline,
        "code": dict(sorted(proof.code.items())),
        "measured": {name: dict(one) for name, one in sorted(proof.measured.items())},
        "worlds": dict(sorted(proof.made.items())),
        "rows": json.loads(table.to_json(orient="records")),
    }
    write_json(out / "proof.json", content)
    (out / "proof.md").write_text(proof_markdown(proof), encoding="utf-8")


def proof_markdown(proof: Proof) -> str:
    """Return the proof as a page: headline, what fails, then every bound, then every number."""
    parts = [
        "# Can we trust this? / Peut-on s’y fier ?",
        "",
        f"**EN** {proof.headline['en']}",
        "",
        f"**FR** {proof.headline['fr']}",
        "",
        "Every number is a mean over made-up worlds whose truth is known, ± the standard error of"
        " that mean. *Loss* is the share of posts taken out of the archive at random.",
        f"Full proof: {FULL_SEEDS} worlds a check; CPU time of this one:"
        f" {proof.cpu_minutes:.0f} min.",
        "",
        "## What does not hold",
        "",
    ]
    missed = proof.bounds[~proof.bounds["verdict"].isin(["met", "met narrowly"])]
    parts += [_sentence(row) for row in missed.to_dict("records")] or ["Every bound is met."]
    parts += ["", "## Every bound", ""]
    parts += _markdown_table(
        proof.bounds, ("check", "value", "loss", "result", "worlds", "bound", "verdict")
    )
    parts += ["", "## Every number", ""]
    parts += _markdown_table(
        proof.table.drop_duplicates(["check", "value", "loss"]),
        ("check", "value", "loss", "result", "range", "worlds"),
    )
    parts += ["", "## The worlds", "", "| check | worlds |", "|---|---|"]
    parts += [f"| {name} | {worlds} |" for name, worlds in sorted(proof.made.items())]
    return "\n".join([*parts, ""])


def _sentence(row: dict[Any, Any]) -> str:
    if row["verdict"] == "not run":
        return f"- `{row['check']}` could not be run at loss {row['loss']:.0%}: {row['why']}"
    what = row["meaning_en"] or row["value"]
    return (
        f"- `{row['check']}` at loss {row['loss']:.0%}: {what} is {_number(row['mean'])}"
        f" ± {_number(row['error'])}, promised {row['bound']} ({row['verdict']};"
        f" {row['worlds']} worlds)."
    )


def _markdown_table(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in table.to_dict("records"):
        cells = {
            **row,
            "loss": f"{row['loss']:.0%}",
            "result": f"{_number(row['mean'])} ± {_number(row['error'])}",
            "range": f"{_number(row.get('least'))} – {_number(row.get('most'))}",
        }
        lines.append("| " + " | ".join(str(cells[name]) for name in names) + " |")
    return lines


def _number(value: Any) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
