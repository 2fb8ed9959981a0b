"""Every benchmark in turn, each beside its named rivals in the same run.

Usage: python benchmarks/run.py [NAME ...]

A line says how busy the machine was: figures of a busy machine are ratios, nothing more.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Not speed: these write what the project commits, or run for as long as they are let.
APART = {
    "run", "appeal_weights", "real_trees", "fuzz_archive", "fuzz_containers", "archive_made_up",
}  # fmt: skip


def main(names: list[str]) -> int:
    """Run the benchmarks named, all by default; return the number that failed."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in APART)
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}, expected one of {', '.join(known)}.")
        return 2
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}")
    failed = 0
    for name in names or known:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, str(HERE / f"{name}.py")]
        failed += subprocess.run(command, cwd=HERE.parent, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
