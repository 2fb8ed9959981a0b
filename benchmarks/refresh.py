"""A full refresh of the made-up movement, cold and warm, and a skipped one, beside nbconvert.

Usage: python benchmarks/refresh.py

CPU seconds of the whole process tree. The rival runs the same notebooks with `jupyter nbconvert
--execute` and publishes nothing. The cold refresh starts from an empty folder: it also compiles
the code it copies and what numba keeps for the next.
The promise is for a machine that does nothing else: beside other work a second of CPU does less.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FULL, SKIPPED = 60.0, 2.0  # seconds of CPU promised
MAKE = """
from pathlib import Path
from i4analysis import simulate
from i4analysis.archive import command
demo = Path("data/demo")
if simulate.ensure_demo(demo) or not any((demo / "archive").glob("*.json")):
    command.read([demo / "raw"], movement=demo)
"""


def measure(name: str, command: list[str]) -> float:
    """Run a command, print its CPU and wall seconds, return the CPU seconds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = dict(os.environ, I4_MOVEMENT=str(ROOT / "data" / "demo"))
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    state = "" if done.returncode == 0 else f"  FAILED: {done.stderr.strip().splitlines()[-1]}"
    print(f"{name:<38}{cpu:8.1f} s CPU{time.monotonic() - started:8.1f} s wall{state}")
    return cpu


def main() -> None:
    """Print the table."""
    notebooks = sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    with tempfile.TemporaryDirectory() as out:
        refresh = [sys.executable, "-m", "i4analysis.cli", "refresh", "data/demo", "--out", out]
        measure("the demo, made and read if it is not", [sys.executable, "-c", MAKE])
        cold = measure("refresh, cold (compiles)", refresh)
        warm = measure("refresh, warm", [*refresh, "--force"])
        skipped = measure("refresh, skipped", refresh)
        convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute"]
        rival = measure(
            "nbconvert, the same notebooks", [*convert, "--output-dir", out, *notebooks]
        )
    print(f"ratio warm refresh / nbconvert        {warm / rival:8.2f}")
    kept = max(cold, warm) < FULL and skipped < SKIPPED
    print(f"under {FULL:.0f} s and {SKIPPED:.0f} s: {'yes' if kept else 'no'}")


if __name__ == "__main__":
    main()
