"""Reading much: peak memory of every process, and one machine's store against a cluster's.

    python benchmarks/archive_size.py [--gigabytes 0.2] [--seed FILE] [--folder DIR]
    python benchmarks/archive_size.py --memory 0.1 1 10

One minute of the stream grab (../shared/real; else made-up lines) is multiplied, with new ids in
every copy, into so many GB of .gz files of a minute each. The first form reads them with one
process and with `--cluster local --workers 2`, of which one is killed a third of the way, and
compares the two stores byte for byte. The second form reads each amount as one plain file and as
.gz files, all of it and with --hashtag, and prints how much memory the whole command took.
GB are of 10^9 uncompressed bytes.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from archive_made_up import write
from isal import igzip

ROOT = Path(__file__).resolve().parents[1]
GRAB = ROOT.parent / "shared" / "real" / "stream_grab" / "2021-01-01-0029.json.bz2"
GB = 1e9
MINUTE = 60_000 << 22  # what a minute adds to an id
EVERY_S = 0.1


def minute(seed: Path | None) -> bytes:
    """Return the lines to multiply."""
    if seed is not None:
        return bz2.decompress(seed.read_bytes())
    with tempfile.TemporaryDirectory() as scratch:
        write(Path(scratch) / "made-up.json", 18)
        return (Path(scratch) / "made-up.json").read_bytes()


def copies(lines: bytes) -> Iterator[bytes]:
    """Yield the lines again and again, every id of 18 or 19 digits a minute later each time."""
    pieces = re.split(rb"(?<!\d)(\d{18,19})(?!\d)", lines)
    ids = [int(piece) for piece in pieces[1::2]]
    number = 0
    while True:
        pieces[1::2] = [str(one + number * MINUTE).encode() for one in ids]
        yield b"".join(pieces)
        number += 1


def packed(folder: Path, lines: bytes, gigabytes: float) -> list[Path]:
    """Write .gz files of one copy each."""
    folder.mkdir()
    count = round(gigabytes * GB / len(lines))
    for number, copy in enumerate(islice(copies(lines), count)):
        (folder / f"{number:05d}.json.gz").write_bytes(igzip.compress(copy, 1))
    return sorted(folder.iterdir())


def plain(path: Path, lines: bytes, gigabytes: float) -> list[Path]:
    """Write one file of all copies."""
    with path.open("wb") as handle:
        for copy in copies(lines):
            if handle.tell() >= gigabytes * GB:
                return [path]
            handle.write(copy)
    raise AssertionError("the copies never end")


# --------------------------------------------------------------------------------- watching


def family(pid: int) -> list[int]:
    """Return the ids of a process and of all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue  # it has ended meanwhile
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def memory(pid: int) -> tuple[float, float]:
    """Return the peak and the present memory of a process in MB, 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0, 0.0
    sizes = dict(re.findall(r"^(VmHWM|VmRSS):\s+(\d+)", status, re.MULTILINE))
    return int(sizes.get("VmHWM", 0)) / 1024, int(sizes.get("VmRSS", 0)) / 1024


class Watched:
    """A run of `i4 read`, with the peak memory of each process of it.

    Attributes
    ----------
    peaks
        Process → its peak, in MB; the first is the command itself.
    together
        Peak of the sum of all of them, in MB: what they share counts as often as it is shared.
    """

    def __init__(self, movement: Path, paths: list[Path], *options: str) -> None:
        movement.mkdir()
        (movement / "movement.toml").write_text('hashtags = ["i4emploi"]\n')
        self.store = movement / "archive"
        self.peaks: dict[int, float] = {}
        self.together = 0.0
        command = [sys.executable, "-m", "i4analysis.cli", "read", *map(str, paths)]
        command += ["--movement", str(movement), *options]
        self._output = (movement / "said.txt").open("w")
        self._begun = time.perf_counter()
        self._run = subprocess.Popen(command, cwd=ROOT, stdout=self._output, stderr=self._output)

    def finish(self, look: Callable[[Watched], None] = lambda _: None) -> float:
        """Watch until the end, calling `look` now and then; return the seconds it took."""
        while self._run.poll() is None:
            now = 0.0
            for pid in family(self._run.pid):
                peak, present = memory(pid)
                self.peaks[pid] = max(self.peaks.get(pid, 0.0), peak)
                now += present
            self.together = max(self.together, now)
            look(self)
            time.sleep(EVERY_S)
        self._output.close()
        if self._run.returncode:
            raise SystemExit((self.store.parent / "said.txt").read_text()[-2000:])
        return time.perf_counter() - self._begun

    def finished(self) -> int:
        """Return how many files are read."""
        return sum(1 for _ in self.store.glob("*.json"))

    def line(self) -> str:
        """Return the peaks in words."""
        main, *others = [round(peak) for peak in self.peaks.values() if peak]
        rest = f", workers {', '.join(map(str, sorted(others, reverse=True)))}" if others else ""
        return f"peak MB: command {main}{rest}; together {self.together:.0f}"


# ------------------------------------------------------------------------------ the two forms


def against_cluster(folder: Path, lines: bytes, gigabytes: float) -> bool:
    """Read with one process and with a cluster that loses a worker; tell whether they agree."""
    paths = packed(folder / "grab", lines, gigabytes)
    size = sum(path.stat().st_size for path in paths)
    print(f"{gigabytes:g} GB in {len(paths)} files, {size / GB:.2f} GB packed", flush=True)
    one = Watched(folder / "one", [folder / "grab"], "--workers", "1")
    print(f"one process: {one.finish():.0f} s, {one.line()}", flush=True)
    killed: list[int] = []

    def kill(run: Watched) -> None:
        """Kill the largest worker once, a third of the way."""
        if killed or run.finished() < len(paths) / 3:
            return
        workers = list(run.peaks)[1:]
        victim = max(workers, key=lambda pid: memory(pid)[1])
        os.kill(victim, signal.SIGKILL)
        killed.append(victim)
        print(f"killed worker {victim} after {run.finished()} files", flush=True)

    two = Watched(folder / "two", [folder / "grab"], "--cluster", "local", "--workers", "2")
    print(f"cluster of two: {two.finish(kill):.0f} s, {two.line()}", flush=True)
    first, second = digests(one.store), digests(two.store)
    same = first == second and bool(killed)
    print(f"{len(first)} and {len(second)} parts, {'equal' if same else 'NOT EQUAL'}")
    return same


def digests(store: Path) -> dict[str, str]:
    """Return the hash of every part of a store by its name."""
    found = {}
    for path in sorted(store.iterdir()):
        if path.name != ".lock":
            with path.open("rb") as handle:
                found[path.name] = hashlib.file_digest(handle, "sha256").hexdigest()
    return found


def flat(folder: Path, lines: bytes, amounts: list[float]) -> None:
    """Print the memory that each amount takes."""
    for amount in amounts:
        for kind, make in (("one plain file", plain), ("files of .gz", packed)):
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                paths = make(Path(scratch) / "in", lines, amount)
                given = paths if kind == "one plain file" else [Path(scratch) / "in"]
                for options in ((), ("--hashtag", "i4emploi")):
                    run = Watched(Path(scratch) / f"out{len(options)}", given, *options)
                    took = run.finish()
                    words = " ".join(options) or "all of it"
                    print(
                        f"{amount:g} GB, {kind}, {words}: {took:.0f} s, {run.line()}", flush=True
                    )


def main() -> int:
    """Run the form asked for; return 0 if the stores are equal."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=0.2)
    parser.add_argument("--memory", type=float, nargs="+", metavar="GB")
    parser.add_argument("--seed", type=Path, help="a .bz2 file of v1.1 lines to multiply")
    parser.add_argument("--folder", type=Path, help="where to write, and to clear afterwards")
    given = parser.parse_args()
    seed = given.seed or (GRAB if GRAB.is_file() else None)
    lines = minute(seed)
    print(f"{len(lines) / 1e6:.1f} MB of {'real' if seed else 'made-up'} lines are multiplied")
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        if given.memory:
            flat(Path(scratch), lines, given.memory)
            return 0
        return 0 if against_cluster(Path(scratch), lines, given.gigabytes) else 1


if __name__ == "__main__":
    sys.exit(main())
