"""Looking for one hashtag in a stream, beside decompressing it and beside parsing every line.

    python benchmarks/archive_scan.py [--megabytes 60] [--rounds 3] [--file FILE.bz2]

CPU time, best of the rounds, which are interleaved; MB/s of uncompressed bytes.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archive_made_up import write


def scan(path: Path, strict: bool) -> int:
    """Return how many posts carry the hashtag, with the account of every record kept."""
    from i4analysis.archive.bytes.opening import Source, file_opener
    from i4analysis.archive.reading.work import Filter, Piece

    kept = Filter(("i4emploi",), strict)
    account = Piece(Source(str(path), file_opener(path))).read(lambda *_: None, kept)
    return int(account.file["posts_in"])


def decompress(path: Path) -> int:
    """Return the size of a .bz2 file's content, read in the same steps as the scan reads it."""
    unpacker, size = bz2.BZ2Decompressor(), 0
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 18):
            size += len(unpacker.decompress(chunk))
    return size


def parse(path: Path) -> int:
    """Return how many posts carry the hashtag, by parsing every line with orjson."""
    import orjson

    found = 0
    with path.open("rb") as handle:
        for line in handle:
            value = orjson.loads(line)
            tags = value.get("entities", {}).get("hashtags", ())
            found += any(tag["text"].casefold() == "i4emploi" for tag in tags)
    return found


def main() -> None:
    """Measure and print the ratios that must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", help="a .bz2 file of v1.1 lines to measure instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "made-up.json"
        if options.file:
            plain.write_bytes(bz2.decompress(Path(options.file).read_bytes()))
        else:
            write(plain, options.megabytes)
        data = plain.read_bytes()
        packed, zipped = Path(scratch) / "a.bz2", Path(scratch) / "a.gz"
        packed.write_bytes(bz2.compress(data))
        zipped.write_bytes(gzip.compress(data, 6))
        jobs: dict[str, Callable[[], int]] = {
            "plain: parse every line, orjson": lambda: parse(plain),
            "plain: scan, strict": lambda: scan(plain, True),
            "plain: scan, --loose": lambda: scan(plain, False),
            "gz: scan, strict": lambda: scan(zipped, True),
            "bz2: decompress only": lambda: decompress(packed),
            "bz2: scan, strict": lambda: scan(packed, True),
        }
        best = dict.fromkeys(jobs, float("inf"))
        for _ in range(options.rounds):
            for name, job in jobs.items():
                started = time.process_time()
                job()
                best[name] = min(best[name], time.process_time() - started)
        size = len(data) / 1e6
        print(f"{size:.0f} MB, load {os.getloadavg()[0]:.1f}; MB/s by CPU time")
        for name, seconds in best.items():
            print(f"{name:36} {size / seconds:7.0f}")
        parsed = best["plain: parse every line, orjson"]
        for mode in ("strict", "--loose"):
            ratio = parsed / best[f"plain: scan, {mode}"]
            print(f"plain scan, {mode}: {ratio:.2f} times parsing every line (must reach 1.8)")
        over = best["bz2: scan, strict"] / best["bz2: decompress only"] - 1
        print(f"bz2 scan: {over:+.1%} beside decompression alone (must stay within 8 %)")


if __name__ == "__main__":
    main()
