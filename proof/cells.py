"""What one check gave on one world, kept in a file of its own: a run goes on where it stopped."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from i4analysis.publish.proof import closure, code_of


def attempt(run: Callable[[], Mapping[str, float]]) -> dict[str, Any]:
    """Run a check and return its numbers, CPU seconds and, where it raised, the error.

    A method that breaks is a result of the proof, not its end.
    """
    begun = time.process_time()
    numbers: dict[str, float] = {}
    error = ""
    try:
        numbers = {name: float(value) for name, value in run().items()}
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    return {"numbers": numbers, "cpu_s": time.process_time() - begun, "error": error}


def write_json(path: Path, content: Any) -> None:
    """Write a file whole: to another name first, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def save(path: Path, content: Mapping[str, Any]) -> None:
    """Write a cell; NaN, which JSON lacks, as null."""
    numbers = content["numbers"].items()
    known = {name: value if math.isfinite(value) else None for name, value in numbers}
    write_json(path, {**content, "numbers": known})


def kept(path: Path) -> dict[str, Any] | None:
    """Return a cell that is there, whole and without an error."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if content.get("error"):
        return None
    numbers = content["numbers"].items()
    known = {name: math.nan if value is None else float(value) for name, value in numbers}
    return content | {"numbers": known}


def measured(module: str) -> dict[str, Any]:
    """Return the modules of the package that a module measures with, and the hash of their code.

    A report knows by it whether they have changed since; the worlds are not installed beside it.
    """
    names = sorted(name for name in closure([module]) if name.startswith("i4analysis."))
    return {"modules": names, "hash": code_of(names)}
