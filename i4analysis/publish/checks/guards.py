"""Guards of a refresh: no published figure shrinks or jumps, and no ledger goes, unseen."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from i4analysis.errors import RefreshRefused


@dataclass(frozen=True)
class Bounds:
    """How far a figure may move between two reports.

    Attributes
    ----------
    drop
        Largest share a figure may lose (0.02: two in a hundred). Archives grow: a loss means that
        a file went missing, that people were erased, or that the code changed.
    jump
        Largest factor a figure may grow by.
    floor
        Figures that were below this are not compared: 3 firms becoming 4 is no jump.
    """

    drop: float = 0.02
    jump: float = 3.0
    floor: float = 20.0


def key_figures(release: Path) -> dict[str, float]:
    """Return name → value of a release's published figures, empty when it names none."""
    try:
        content = json.loads((release / "figures.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: float(value) for name, value in content.items()}


def check_ledgers(before: Mapping[str, str], now: Mapping[str, str], forgotten: int) -> None:
    """Refuse to make a report without a ledger that the last one was made with.

    Of `erase.csv` also when it asks to forget nobody any more: a file cut short, or taken away for
    a moment, would publish whoever asked not to be.

    Parameters
    ----------
    before, now
        File → hash of its bytes, of the live report and of the one to make; those of a movement
        that it is compared with stand in a folder of their own.
    forgotten
        Rows of `erase.csv`.

    Raises
    ------
    RefreshRefused
        Naming the ledger.
    """
    erase = "erase.csv"
    own = (name for name in before if name.endswith(".csv") and "/" not in name)
    gone = [name for name in own if name not in now]
    emptied = not forgotten and now.get(erase) not in (None, before.get(erase, now.get(erase)))
    if gone or emptied:
        name, state = (gone[0], "is gone") if gone else (erase, "asks to forget nobody any more")
        raise RefreshRefused(
            f"The refresh was stopped: the ledger {name} {state}, expected it as the last report"
            " was made with it; put it back, or run again with --accept if the change is right."
        )


def check_asked(gone: int, before: int) -> None:
    """Refuse to make a report that would name again who asked to be forgotten before the last.

    Parameters
    ----------
    gone, before
        Rows of `erase.csv` that are no longer there, of those that the last report was made with.

    Raises
    ------
    RefreshRefused
        With their number; their names are not ours to say.
    """
    if gone:
        raise RefreshRefused(
            f"The refresh was stopped: erase.csv lacks {gone} of the {before} rows that the last"
            " report was made with, expected whoever asked to be forgotten to be in it still; put"
            " them back, or run again with --accept if they may be named again."
        )


def compare(
    staged: Path, live: Path | None, bounds: Bounds, *, without: Collection[str] = ()
) -> None:
    """Refuse a staged report whose figures shrank or jumped against the live one.

    Figures of the chapters `without`, which could not be computed, are not looked at.

    Raises
    ------
    RefreshRefused
        Naming the figure that moved most, found against expected.
    """
    if live is None:
        return
    before, after = key_figures(live), key_figures(staged)
    moves: list[tuple[float, str]] = []
    for name, old in before.items():
        if old < bounds.floor or name.partition(".")[0] in without:
            continue
        new = after.get(name, 0.0)
        if new < old * (1 - bounds.drop):
            moves.append((old / max(new, 1e-9), f"{name} fell from {old:g} to {new:g}"))
        elif new > old * bounds.jump:
            moves.append((new / old, f"{name} rose from {old:g} to {new:g}"))
    if moves:
        worst = max(moves)[1]
        raise RefreshRefused(
            f"The refresh was stopped: {worst} ({len(moves)} figure"
            f"{'s' if len(moves) > 1 else ''} out of bounds), expected between"
            f" {1 - bounds.drop:.0%} and {bounds.jump:g} times the last report; look at the"
            " inputs, then run again with --accept if the change is right."
        )
