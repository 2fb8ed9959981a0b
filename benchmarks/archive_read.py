"""Reading v1.1 lines into canonical tables, beside what else reads JSON lines.

    python benchmarks/archive_read.py [--megabytes 60] [--rounds 3] [--file FILE]

All on the same file in the same run, rounds interleaved; MB/s of uncompressed bytes, wall and CPU;
peak memory of a process that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive_made_up import write

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


def read_only(path: str) -> None:
    """Read the bytes."""
    with Path(path).open("rb") as handle:
        while handle.read(1 << 20):
            pass


def i4(path: str) -> Any:
    """Decode, make rows, hash the bytes, turn the rows into Arrow: all but merging copies."""
    from i4analysis.archive.opening import Source, file_opener
    from i4analysis.archive.work import Filter, Piece

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
    "orjson.loads, values kept": orjson_kept,
    "pandas.read_json": pandas_json,
    "json.loads + 13 fields": json_rows,
    "orjson + 13 fields": orjson_rows,
    "pyarrow.json (untyped, 2 threads)": arrow_json,
    "polars (untyped, 2 threads)": polars_lines,
    "duckdb (untyped, 2 threads)": duckdb_lines,
    "i4 to Arrow": i4,
    "i4.read_archive (copies merged)": i4_archive,
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

    wall, cpu = time.perf_counter(), time.process_time()
    try:
        RIVALS[name](path)
        failed = ""
    except Exception as error:
        failed = f"{type(error).__name__}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put((time.perf_counter() - wall, time.process_time() - cpu, peak, failed))


def measure(path: str, rounds: int) -> dict[str, tuple[float, float, float, str]]:
    """Return the medians of wall and CPU time and the peak memory of every rival."""
    context = multiprocessing.get_context("spawn")
    found: dict[str, list[tuple[float, float, float, str]]] = {name: [] for name in RIVALS}
    for _ in range(rounds):
        for name in RIVALS:
            answer: Any = context.Queue()
            process = context.Process(target=timed, args=(name, path, answer))
            process.start()
            found[name].append(answer.get())
            process.join()
    return {
        name: (
            statistics.median(one[0] for one in runs),
            statistics.median(one[1] for one in runs),
            max(one[2] for one in runs),
            runs[0][3],
        )
        for name, runs in found.items()
    }


def several(folder: Path, megabytes: float) -> None:
    """Compare one process with two over eight files, into a store."""
    from i4analysis.archive import command

    raw = folder / "raw"
    raw.mkdir()
    for number in range(8):
        write(raw / f"{number}.json", megabytes / 8, seed=number)
    size = sum(path.stat().st_size for path in raw.iterdir()) / 1e6
    walls = {}
    for workers in (1, 2):
        store = folder / f"movement{workers}"
        store.mkdir()
        (store / "movement.toml").write_text('hashtags = ["i4emploi"]\n')
        (store / "archive").mkdir()
        started = time.perf_counter()
        command._read_into(store / "archive", [raw], command.Filter(), workers, None)
        walls[workers] = time.perf_counter() - started
        print(f"store, {workers} process(es): {size / walls[workers]:7.0f} MB/s")
    print(f"two processes are {walls[1] / walls[2]:.2f} times one (must reach 1.6)")


def main() -> None:
    """Measure and print the ratios that must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", help="measure this file of v1.1 lines instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = options.file or str(folder / "made-up.json")
        if not options.file:
            write(Path(path), options.megabytes)
        size = Path(path).stat().st_size / 1e6
        print(f"{size:.0f} MB, load {os.getloadavg()[0]:.1f}; MB/s wall, MB/s CPU, peak MB")
        found = measure(path, options.rounds)
        for name, (wall, cpu, peak, failed) in found.items():
            note = f"  FAILED: {failed}" if failed else ""
            print(f"{name:36} {size / wall:7.0f} {size / cpu:7.0f} {peak:7.0f}{note}")
        i4_cpu = found["i4 to Arrow"][1]
        pandas_cpu, orjson_cpu = found["pandas.read_json"][1], found["orjson.loads alone"][1]
        print(f"i4 is {pandas_cpu / i4_cpu:.1f} times pandas.read_json (must reach 6) and")
        kept = found["orjson.loads, values kept"][1] / i4_cpu
        print(f"{orjson_cpu / i4_cpu:.2f} of orjson.loads with every value thrown away,")
        print(f"{kept:.2f} of it with the values kept (must reach 0.7), by CPU time")
        several(folder, options.megabytes)


if __name__ == "__main__":
    main()
