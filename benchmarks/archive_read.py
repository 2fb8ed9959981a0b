"""Reading v1.1 lines into canonical tables, beside what else reads JSON lines.

    python benchmarks/archive_read.py [--megabytes 280] [--rounds 3] [--file FILE] [--twarc PYTHON]

All on the same file in the same run, rounds interleaved, what is compared side by side, the best
of each, since what else runs on a machine only ever slows it; MB/s of uncompressed bytes, wall and
CPU; peak memory of a process that does nothing else. Then the same file as .gz and .bz2, one long
file and several files by one process and by two.

A virtual machine may give memory that it does not use back to its host, and wait for it when it is
touched again: a fifth of the time of a job that runs after a pause. So a child of every process
touches memory, and frees it, before the clock starts.

twarc-csv reads posts of API v2 only: it is given the same posts in that form (flattened, one a
line), and so is i4. It needs an interpreter of its own (`python -m venv X; X/bin/pip install
twarc-csv "pandas<3"`, since it calls what pandas 3 has dropped), named with --twarc; without one
it is left out, and that is said.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import multiprocessing
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive_made_up import flattened, write

TOUCHED = 2_500_000_000  # bytes: what the hungriest of all takes
SEVERAL = 60_000_000  # bytes of each of several files; the long one is as long as all of them
FIELDS = ("id_str", "created_at", "text", "lang", "retweet_count", "favorite_count")


def _lines(path: str) -> Any:
    with Path(path).open("rb") as handle:
        yield from (line for line in handle if len(line) > 2)


def _rows(values: Any) -> Any:
    import pandas as pd

    rows = []
    for value in values:
        if "id_str" not in value:
            continue
        row = [value.get(name) for name in FIELDS]
        who = value["user"]
        row += [who["id_str"], who["screen_name"], who["description"], who["followers_count"]]
        original = value.get("retweeted_status")
        row += [original["id_str"], original["user"]["id_str"]] if original else [None, None]
        row.append([tag["text"] for tag in value["entities"]["hashtags"]])
        rows.append(row)
    return pd.DataFrame(rows)


def json_rows(path: str) -> Any:
    """Parse with the standard library, keep 13 fields."""
    return _rows(json.loads(line) for line in _lines(path))


def orjson_rows(path: str) -> Any:
    """Parse with orjson, keep 13 fields."""
    import orjson

    return _rows(orjson.loads(line) for line in _lines(path))


def orjson_alone(path: str) -> None:
    """Parse with orjson and throw each value away."""
    import orjson

    for line in _lines(path):
        orjson.loads(line)


def orjson_kept(path: str) -> Any:
    """Parse with orjson and keep the values, as code that uses them later does."""
    import orjson

    return [orjson.loads(line) for line in _lines(path)]


def pandas_json(path: str) -> Any:
    """Let pandas read the lines."""
    import pandas as pd

    return pd.read_json(path, lines=True)


def arrow_json(path: str) -> Any:
    """Let Arrow read the lines."""
    import pyarrow.json

    return pyarrow.json.read_json(path)


def polars_lines(path: str) -> Any:
    """Let polars read the lines."""
    import polars

    return polars.read_ndjson(path)


def duckdb_lines(path: str) -> Any:
    """Let DuckDB read the lines."""
    import duckdb

    return duckdb.sql(f"SELECT * FROM read_json('{path}', format='newline_delimited')").arrow()


def gunzip(path: str) -> None:
    """Decompress a .gz file, as i4 does."""
    from isal import igzip

    with igzip.open(path, "rb") as handle:
        while handle.read(1 << 18):
            pass


def bunzip(path: str) -> None:
    """Decompress a .bz2 file."""
    with bz2.open(path, "rb") as handle:
        while handle.read(1 << 18):
            pass


def orjson_gz(path: str) -> None:
    """Decompress, parse with orjson and throw each value away."""
    import orjson
    from isal import igzip

    with igzip.open(path, "rb") as handle:
        for line in handle:
            orjson.loads(line)


def read_only(path: str) -> None:
    """Read the bytes."""
    with Path(path).open("rb") as handle:
        while handle.read(1 << 20):
            pass


def i4(path: str) -> Any:
    """Decode, make rows, hash the bytes, turn the rows into Arrow: all but merging copies."""
    from i4analysis.archive.bytes.opening import Source, file_opener
    from i4analysis.archive.reading.work import Filter, Piece

    batches: list[Any] = []
    Piece(Source(path, file_opener(path))).read(
        lambda name, batch: batches.append(batch), Filter()
    )
    return batches


def i4_archive(path: str) -> Any:
    """Read as a user does."""
    from i4analysis.archive import read_archive

    return read_archive(path)


RIVALS: dict[str, Callable[[str], Any]] = {
    "read only (floor)": read_only,
    "orjson.loads alone": orjson_alone,
    "i4 to Arrow": i4,
    "i4.read_archive (copies merged)": i4_archive,
    "orjson.loads, values kept": orjson_kept,
    "pandas.read_json": pandas_json,
    "json.loads + 13 fields": json_rows,
    "orjson + 13 fields": orjson_rows,
    "pyarrow.json (untyped, 2 threads)": arrow_json,
    "polars (untyped, 2 threads)": polars_lines,
    "duckdb (untyped, 2 threads)": duckdb_lines,
}

PACKED: dict[str, dict[str, Callable[[str], Any]]] = {
    "gz": {
        "decompress only (floor)": gunzip,
        "decompress + orjson.loads alone": orjson_gz,
        "pandas.read_json": pandas_json,
        "polars (untyped, 2 threads)": polars_lines,
        "duckdb (untyped, 2 threads)": duckdb_lines,
        "i4 to Arrow": i4,
    },
    "bz2": {"decompress only (floor)": bunzip, "pandas.read_json": pandas_json, "i4 to Arrow": i4},
}
JOBS = RIVALS | {
    f"{kind}: {name}": job for kind, jobs in PACKED.items() for name, job in jobs.items()
}


def timed(name: str, path: str, answer: Any) -> None:
    """Run one rival in this process of its own and send wall, CPU and peak memory."""
    import duckdb
    import orjson
    import pandas
    import polars
    import pyarrow.json

    from i4analysis import archive

    assert all((archive, duckdb, orjson, pandas, polars, pyarrow.json))  # imported beforehand
    if (child := os.fork()) == 0:
        assert len(b"i" * TOUCHED)
        os._exit(0)
    os.waitpid(child, 0)

    wall, cpu = time.perf_counter(), time.process_time()
    try:
        JOBS[name](path)
        failed = ""
    except Exception as error:
        failed = f"{type(error).__name__}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put((time.perf_counter() - wall, time.process_time() - cpu, peak, failed))


Run = tuple[float, float, float, str]


def measure(paths: dict[str, str], rounds: int) -> dict[str, Run]:
    """Return the best wall and CPU time and the peak memory of every job named."""
    context = multiprocessing.get_context("spawn")
    found: dict[str, list[Run]] = {name: [] for name in paths}
    for _ in range(rounds):
        for name, path in paths.items():
            answer: Any = context.Queue()
            process = context.Process(target=timed, args=(name, path, answer))
            process.start()
            found[name].append(answer.get())
            process.join()
    return {
        name: (
            min(one[0] for one in runs),
            min(one[1] for one in runs),
            max(one[2] for one in runs),
            runs[0][3],
        )
        for name, runs in found.items()
    }


def show(found: dict[str, Run], size: float) -> None:
    """Print a line a job."""
    for name, (wall, cpu, peak, failed) in found.items():
        note = f"  FAILED: {failed}" if failed else ""
        print(f"{name:42} {size / wall:7.0f} {size / cpu:7.0f} {peak:7.0f}{note}")


def into_store(raw: Path, folder: Path, workers: int) -> tuple[float, float]:
    """Read files into a new store; return wall and CPU seconds, those of the workers included."""
    from i4analysis.archive.reading.containers import units
    from i4analysis.archive.reading.pool import read_units
    from i4analysis.archive.reading.work import Filter

    with tempfile.TemporaryDirectory(dir=folder) as store:
        wall, cpu = time.perf_counter(), sum(os.times()[:4])
        found = list(units([raw], lambda *_: None))
        for _ in read_units(found, store, Filter(), fresh=True, workers=workers):
            pass
        return time.perf_counter() - wall, sum(os.times()[:4]) - cpu


def several(folder: Path, path: Path, rounds: int) -> None:
    """Compare one process with two: over one long file, and over eight, into a store."""
    files, long = folder / "files", folder / "long.json"
    files.mkdir()
    with path.open("rb") as handle:
        data = b"".join(handle.readlines(SEVERAL))
    with long.open("wb") as handle:
        while handle.tell() < 8 * len(data):
            handle.write(data)
    for number in range(8):
        (files / f"{number}.json").write_bytes(b"\n" * number + data)
    for what, raw in (("one long file", long), ("eight files", files)):
        everything = [raw] if raw.is_file() else list(raw.iterdir())
        size = sum(one.stat().st_size for one in everything) / 1e6
        runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        for _ in range(rounds):
            for workers, times in runs.items():
                times.append(into_store(raw, folder, workers))
        wall = {workers: min(run[0] for run in times) for workers, times in runs.items()}
        cpu = {workers: min(run[1] for run in times) for workers, times in runs.items()}
        for workers in runs:
            name = f"{what}, to a store, {workers} process(es)"
            print(f"{name:42} {size / wall[workers]:7.0f} {size / cpu[workers]:7.0f}")
        print(
            f"two processes are {wall[1] / wall[2]:.2f} times one (must reach 1.6 on two idle"
            f" cores); by CPU time they could be {2 * cpu[1] / cpu[2]:.2f} times"
        )


def beside_twarc(folder: Path, megabytes: float, python: str | None) -> None:
    """Compare the same posts as API v2 gives them: twarc-csv to a .csv, i4 to Arrow."""
    if python is None:
        print("twarc-csv is left out: name an interpreter that has it with --twarc")
        return
    flat, made = folder / "flat.jsonl", folder / "flat.csv"
    write(flat, megabytes / 4, make=flattened, deletes=0)
    size = flat.stat().st_size / 1e6
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [python, "-c", TWARC, str(flat), str(made)], check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    twarc = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ours = measure({"i4 to Arrow": str(flat)}, 1)["i4 to Arrow"][1]
    print(f"API v2, {size:.0f} MB: twarc-csv {size / twarc:.1f} MB a CPU second (with its start),")
    print(f"i4 {size / ours:.0f}: {twarc / ours:.0f} times as fast")


TWARC = """
import sys
from twarc_csv import CSVConverter
with open(sys.argv[1]) as taken, open(sys.argv[2], "w") as given:
    CSVConverter(taken, given).process()
"""


def main() -> None:
    """Measure and print the ratios that must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=280)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", help="measure this file of v1.1 lines instead")
    parser.add_argument("--twarc", help="an interpreter that has twarc-csv")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = Path(options.file or folder / "made-up.json")
        if not options.file:
            write(path, options.megabytes)
        data = path.read_bytes()
        size = len(data) / 1e6
        print(f"{size:.0f} MB, load {os.getloadavg()[0]:.1f}; MB/s wall, MB/s CPU, peak MB")
        found = measure(dict.fromkeys(RIVALS, str(path)), options.rounds)
        show(found, size)
        i4_cpu = found["i4 to Arrow"][1]
        pandas_cpu, orjson_cpu = found["pandas.read_json"][1], found["orjson.loads alone"][1]
        print(f"i4 is {pandas_cpu / i4_cpu:.1f} times pandas.read_json (must reach 6) and")
        kept = found["orjson.loads, values kept"][1] / i4_cpu
        print(f"{orjson_cpu / i4_cpu:.2f} of orjson.loads alone, every value thrown away (must")
        print(f"reach 0.7); {kept:.2f} of it with the values kept; all by CPU time")
        zipped, packed = folder / "a.json.gz", folder / "a.json.bz2"
        zipped.write_bytes(gzip.compress(data, 6))
        packed.write_bytes(bz2.compress(data))
        del data
        named = {"gz": str(zipped), "bz2": str(packed)}
        jobs = {f"{kind}: {name}": named[kind] for kind, jobs in PACKED.items() for name in jobs}
        show(measure(jobs, options.rounds), size)
        several(folder, path, options.rounds)
        beside_twarc(folder, options.megabytes, options.twarc)


if __name__ == "__main__":
    main()
