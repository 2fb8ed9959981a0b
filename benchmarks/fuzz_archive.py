"""Coverage-guided fuzzing of every reader, for as long as you like.

    pip install atheris          # not a dependency of the project
    python benchmarks/fuzz_archive.py --seconds 450 --seed 1 [--seeds ../shared/real] [--keep DIR]

Seeds are the golden files of the tests, some of them wrapped in every way of
`tests/archive/test_roads.py` and packed as R and Bluesky pack, and the beginnings of whatever
files `--seeds` names. Every fourth input also takes the place of a file of an account's archive.
Half of the mutations are libFuzzer's; the other half are the damages of
`tests/archive/mutations.py`. Files are read in pieces of 4 KB, so that records lie across their
ends, and every second one with a hashtag to look for. The seconds are the processor's. An input
that crashes, loses a record or takes too long is written to `--keep` (default: a temporary folder)
under the place in the code where it went wrong, and the fuzzing goes on. Exit code 1 if there was
any. One run a core: start several with different `--seed`; one after the other too, since
libFuzzer keeps what it found in memory, about 200 MB a minute.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "archive")]

with atheris.instrument_imports(include=["i4analysis.archive"]):
    from i4analysis.archive.bytes import opening
    from i4analysis.archive.bytes.opening import Source
    from i4analysis.archive.formats.registry import BUNDLE_READERS
    from i4analysis.archive.reading import records
    from i4analysis.archive.reading.recognise import read_source
    from i4analysis.archive.reading.records import WRONG_KIND
    from i4analysis.archive.rows.sink import Sink

import test_packed  # noqa: E402  # after the path is set
import test_roads  # noqa: E402  # as above
from mutations import confused, mutate  # noqa: E402  # as above

from i4analysis.errors import ArchiveError  # noqa: E402  # as above

LONGEST = 60_000
GOLDEN = ROOT / "tests" / "archive" / "golden"
FOLDERS = ("x-archive", "twitter-archive", "academictwitteR", "mastodon-export")
opening.CHUNK = records.STRETCH = 1 << 12
SLOW = 5.0


class Changed:
    """An account's archive of the tests, one of whose files is something else."""

    def __init__(self, data: bytes) -> None:
        folder = GOLDEN / FOLDERS[len(data) // 4 % len(FOLDERS)]
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        self.name, self.names = "fuzz", list(self.files)
        self.files[self.names[len(data) // 16 % len(self.names)]] = data

    def source(self, name: str) -> Source:
        """Return one of the files."""
        return Source(f"fuzz!{name}", lambda: io.BytesIO(self.files[name]))


class Hunt:
    """One run: reads inputs, and keeps those that go wrong, one a place."""

    def __init__(self, keep: Path, seconds: float) -> None:
        self.keep, self.ends = keep, time.process_time() + seconds
        self.found: Counter[str] = Counter()
        self.runs = 0

    def try_one(self, data: bytes) -> None:
        """Read one input; note what goes wrong."""
        if time.process_time() > self.ends:
            self.report()
        self.runs += 1
        begun = time.process_time()
        try:
            self.read(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            last = [frame for frame in frames if "i4analysis" in frame.filename] or frames
            place = f"{type(error).__name__}-{Path(last[-1].filename).stem}-{last[-1].lineno}"
            self.note(place, data)
        if time.process_time() - begun > SLOW:
            self.note("slow", data)

    def read(self, data: bytes) -> None:
        """Read one input; raise AssertionError when its account is not exact."""
        rejects: list[str] = []

        def take(name: str, batch) -> None:
            batch.validate(full=True)
            if name == "rejects":
                rejects.extend(batch.column("reason").to_pylist())
            if name == "posts":
                assert all(batch.column("post_id").to_pylist()), "a post without id"

        sink = Sink("fuzz", take, ("i4emploi",) if len(data) % 2 else ())
        try:
            read_source(Source("fuzz", lambda: io.BytesIO(data)), sink)
        except ArchiveError as error:
            assert len(str(error).splitlines()) == 1, "a refusal of several lines"
        else:
            assert sink.closed == sink.records, "a record lost"
        if len(data) % 4 == 0:
            bundle = Changed(data)
            for reader in BUNDLE_READERS:
                if "" in reader.groups(bundle.names):
                    sink = Sink("fuzz", take)
                    reader.read(bundle, sink)
                    sink.settle()
        assert not any(WRONG_KIND in reason for reason in rejects), "a reader did not look"

    def note(self, place: str, data: bytes) -> None:
        """Keep the first input of each place."""
        self.found[place] += 1
        if self.found[place] == 1:
            (self.keep / place).write_bytes(data)
            print(f"found: {self.keep / place}", flush=True)

    def report(self) -> None:
        """Print the totals and leave."""
        print(
            f"{self.runs:,} inputs read, {len(self.found)} faults {dict(self.found)}", flush=True
        )
        sys.stdout.flush()
        import os

        os._exit(1 if self.found else 0)  # libFuzzer has no other way out of a running hunt


def seeds(extra: Path | None) -> list[bytes]:
    """Return the golden files, and the beginnings of the files of a folder."""
    files = [path for path in (ROOT / "tests/archive/golden").rglob("*") if path.is_file()]
    if extra is not None:
        files += [path for path in sorted(extra.rglob("*")) if path.is_file()]
    found = [unpacked(path)[:LONGEST] for path in files if path.name != "README.md"]
    for kind in ("twitter-v1", "bluesky"):
        records = test_roads.golden(kind)
        found += [wrap(records).encode()[:LONGEST] for wrap in test_roads.WAYS.values()]
    records = test_roads.golden("twitter-v1")
    found += [test_roads.cells_of(records), test_roads.flattened(records)]
    posts = test_packed.records_of("bluesky-jetstream.jsonl")
    found.append(test_packed.repository(test_packed.DID, posts))
    columns = {name: test_packed.as_r([one.get(name) for one in records]) for name in records[0]}
    found.append(gzip.decompress(test_packed.rds(test_packed.frame(columns, len(records)))))
    return found


def unpacked(path: Path) -> bytes:
    """Return the plain bytes of a file."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    return bz2.decompress(data) if data[:3] == b"BZh" else data


def main() -> None:
    """Run the hunt."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    keep = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-archive-"))
    keep.mkdir(parents=True, exist_ok=True)
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    known = seeds(given.seeds)
    for number, data in enumerate(known):
        (corpus / f"{number:04d}").write_bytes(data)
    hunt = Hunt(keep, given.seconds)

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        random_ = random.Random(seed)
        if random_.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        if random_.random() < 0.5:
            return confused(data or b"{}", random_, random_.choice((0.003, 0.02, 0.1)))[:longest]
        return mutate(data, random_.choice(known), random_, random_.randrange(1, 4))[:longest]

    options = [f"-max_len={LONGEST}", f"-seed={given.seed}", "-rss_limit_mb=2048", "-timeout=60"]
    atheris.Setup(
        [sys.argv[0], *options, "-verbosity=0", str(corpus)], hunt.try_one, custom_mutator=mutator
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
