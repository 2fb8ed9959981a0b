"""Reading many small files into a store, beside what else reads a file at a time.

    python benchmarks/small_files.py [--files 3000] [--rounds 3] [--only i4_read]

Files of two v1.1 records each (6.6 kB), plain and as .bz2; the same records as members of a .zip
and a .tar, one a member; members that hold nothing. CPU time, user and system, of a fresh process
each, libraries' imports subtracted; the best of the rounds, which are interleaved. `i4 read` does
all of it: containers, hashes, formats, rows, accounts, the store, and the doctor's look at it. The
rivals give the rows of one file after the other, and write nothing: `pandas.read_json` a file, and
orjson with a pyarrow table of 13 columns a file, written as Parquet. The floor of a container is
what zipfile or tarfile with orjson takes to open its members and to parse them, and does nothing
with them; that of the posts, `i4 read` of the same lines in one file.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import io
import multiprocessing
import os
import resource
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from archive_made_up import flattened, write

from i4analysis.movement import create


def i4_read(path: str, store: str) -> None:
    """Read into a movement's store, by one process."""
    from i4analysis.archive import command

    with contextlib.redirect_stderr(io.StringIO()):
        command.read([path], store, workers=1, say=lambda line: None)


def pandas_a_file(path: str, store: str) -> None:
    """Let pandas read the lines of each file."""
    import pandas as pd

    for file in sorted(Path(path).iterdir()):
        pd.read_json(file, lines=True)


def orjson_and_parquet_a_file(path: str, store: str) -> None:
    """Parse with orjson, keep 13 fields, write a Parquet file for each file."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from archive_read import orjson_rows

    for file in sorted(Path(path).iterdir()):
        plain = Path(store) / "plain"
        plain.write_bytes(bz2.decompress(file.read_bytes()) if file.suffix == ".bz2" else
                          file.read_bytes())  # fmt: skip
        pq.write_table(pa.Table.from_pandas(orjson_rows(str(plain))), Path(store) / file.name)


def orjson_of_members(path: str, store: str) -> None:
    """Open each member with the standard library and parse it with orjson: the floor."""
    import orjson

    def parsed(data: bytes) -> list[object]:
        return (
            orjson.loads(data) if data[:1] == b"[" else list(map(orjson.loads, data.splitlines()))
        )

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for entry in packed.infolist():
                parsed(packed.read(entry))
    else:
        with tarfile.open(path) as tar:
            for member in tar:
                if (handle := tar.extractfile(member)) is not None:
                    parsed(handle.read())


def _warm(do: Callable[[str, str], None]) -> None:
    """Import what is needed, before the clock starts."""
    import orjson  # noqa: F401
    import pandas  # noqa: F401

    from i4analysis.archive import command  # noqa: F401


def _timed(do: Callable[[str, str], None], path: str, answer: object) -> None:
    _warm(do)
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder) / "walnut", ["walnut"])
        before = resource.getrusage(resource.RUSAGE_SELF)
        do(path, str(Path(folder) / "walnut"))
        after = resource.getrusage(resource.RUSAGE_SELF)
    answer.send(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)  # type: ignore[attr-defined]


def seconds(do: Callable[[str, str], None], path: Path) -> float:
    """Return the CPU seconds of a process of its own."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(
        target=_timed, args=(do, os.fspath(path), there)
    )
    child.start()
    child.join()
    return float(here.recv())


def made(folder: Path, files: int) -> dict[str, Path]:
    """Write the inputs; name → path."""
    source = folder / "lines"
    write(source, files * 7.2e-3)
    lines = source.read_bytes().splitlines(keepends=True)[: 2 * files]
    names = ("plain", "bz2", "zip", "arrays", "v2", "tar", "tgz", "nothing", "one")
    found = {name: folder / name for name in names}
    for name in ("plain", "bz2"):
        found[name].mkdir()
    for at in range(files):
        data = b"".join(lines[2 * at : 2 * at + 2])
        (found["plain"] / f"{at:06d}.json").write_bytes(data)
        (found["bz2"] / f"{at:06d}.json.bz2").write_bytes(bz2.compress(data))
    found["one"].write_bytes(b"".join(lines))
    write(folder / "flat", files * 7.2e-3, make=flattened)
    flat = (folder / "flat").read_bytes().splitlines(keepends=True)[: 2 * files]
    arrays = [b"[" + line.strip() + b"]" for line in lines]
    for name, members in (("zip", lines), ("arrays", arrays), ("v2", flat)):
        with zipfile.ZipFile(found[name], "w", zipfile.ZIP_DEFLATED) as packed:
            for at, line in enumerate(members):
                packed.writestr(f"{at:06d}.json", line)
    for name, mode in (("tar", "w"), ("tgz", "w:gz")):
        with tarfile.open(found[name], mode) as tar:  # type: ignore[call-overload]
            for at, line in enumerate(lines):
                entry = tarfile.TarInfo(f"{at:06d}.json")
                entry.size = len(line)
                tar.addfile(entry, io.BytesIO(line))
    with zipfile.ZipFile(found["nothing"], "w") as packed:
        for at in range(10 * files):
            packed.writestr(f"{at:06d}.json", b"")
    return found


MEMBERS = {
    ".zip": "zip", ".zip, arrays": "arrays", ".zip, v2": "v2", ".tar": "tar", ".tar.gz": "tgz"
}  # fmt: skip


def main() -> None:
    """Measure, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="what the name of a run must hold")
    asked = parser.parse_args()
    n = asked.files
    runs = [
        ("files, plain", i4_read, "plain", n),
        ("files, plain", pandas_a_file, "plain", n),
        ("files, plain", orjson_and_parquet_a_file, "plain", n),
        ("files, .bz2", i4_read, "bz2", n),
        ("files, .bz2", pandas_a_file, "bz2", n),
        ("files, .bz2", orjson_and_parquet_a_file, "bz2", n),
        *(
            (f"members of a {what}", do, name, 2 * n)
            for what, name in MEMBERS.items()
            for do in (i4_read, orjson_of_members)
        ),
        ("the same in one file", i4_read, "one", 2 * n),
        ("empty members of a .zip", i4_read, "nothing", 10 * n),
    ]
    runs = [run for run in runs if asked.only in f"{run[0]} {run[1].__name__}"]
    with tempfile.TemporaryDirectory() as folder:
        paths = made(Path(folder), n)
        best = [float("inf")] * len(runs)
        for _ in range(asked.rounds):
            for at, (_, do, name, _) in enumerate(runs):
                best[at] = min(best[at], seconds(do, paths[name]))
    for (what, do, _, count), took in zip(runs, best, strict=True):
        print(
            f"{count:7,} {what:26s} {do.__name__:27s} {took:6.2f} CPU s {count / took:9,.0f} a s"
        )


if __name__ == "__main__":
    main()
