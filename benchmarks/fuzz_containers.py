"""Coverage-guided fuzzing of containers, names and ledgers, as `fuzz_archive.py` does of records.

    pip install atheris          # not a dependency of the project
    python benchmarks/fuzz_containers.py --seconds 600 --seed 1 [--keep DIR]

An input is a container (.zip, .tar, and either as .gz, .bz2, .zst, .xz or inside another), made up
by `tests/archive/test_hostile.py` with names that no file should have, its headers spoilt and its
bytes mutated; or a folder of files with such names; or a ledger of every kind, or a movement.toml,
in the folder of a movement. Containers and folders are read as `i4 read` does, into a store, and
every eighth is read a second time; ledgers as `i4 check` does. What is not one sentence, or takes
more than ten seconds a megabyte (or two seconds), is a fault: it is written to `--keep` under the
place in the code where it went wrong, and the fuzzing goes on. The seconds are the processor's.
Exit code 1 if there was any.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import io
import lzma
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import atheris
import zstandard

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "archive")]
os.environ.pop("I4_DEBUG", None)

with atheris.instrument_imports(
    include=[
        "i4analysis.archive",
        "i4analysis.ledgers",
        "i4analysis.movement",
        "zipfile",
        "tarfile",
    ]
):
    from i4analysis import ledgers, movement
    from i4analysis.archive import check, command
    from i4analysis.archive.bytes import opening

import test_hostile as hostile  # noqa: E402  # after the path is set
from mutations import mutate  # noqa: E402  # as above

from i4analysis.errors import I4Error  # noqa: E402  # as above
from i4analysis.measure.accounts.marks import seeks_work  # noqa: E402  # as above

SECONDS_A_MB, SECONDS, HUNG = 10.0, 2.0, 20.0
LONGEST = 60_000
DATA = ROOT / "data" / "i4emploi"
FILES = (*(f"{name}.csv" for name in ledgers.LEDGERS), "movement.toml")
CELLS = (
    b"2015-13-40", b"2015-10", b"0000-00-00", b"9999-12-31", b"-1", b"1e400", b"NaN", b"1 000",
    b"https://", b"https://[::1", b"http://a\xff", b'"', b'""', b"\r", b"\0", b"\xef\xbb\xbf",
    b"|", b"yes", b"\xe2\x80\xae", b"=1+1", b"@", b"#", b";", b"\t", b"\xed\xa0\x80",
    b"'''", b'"""',
    b"[", b"[[", b"{", b"1979-05-27T07:32:00Z", b"inf", b"0x", b"\\u", b"a.b.c = 1", b"9" * 400,
)  # fmt: skip
PACKED = (
    gzip.compress, bz2.compress, lambda data: zstandard.ZstdCompressor().compress(data),
    lambda data: lzma.compress(data, preset=0), lambda data: data,
)  # fmt: skip


def container(data: bytes, random_: random.Random) -> bytes:
    """Return a container, packed and nested, or what is left of one."""
    whole = data if random_.random() < 0.5 else hostile.a_container(random_)
    for _ in range(random_.choice((0, 1, 1, 2))):
        if random_.random() < 0.3:
            held = io.BytesIO()
            with zipfile.ZipFile(held, "w") as outer:
                outer.writestr(random_.choice(("in.zip", "in.tar.gz", "a.json")), whole)
            whole = held.getvalue()
        else:
            whole = random_.choice(PACKED)(whole)
    return mutate(whole, data or b"x", random_, 1) if random_.random() < 0.4 else whole


class Hung(BaseException):
    """An input takes too long; nothing that reads takes it for a fault of its own."""


def stop(*_: object) -> None:
    """Stop what runs, there where it stands."""
    raise Hung(f"stopped after {HUNG:.0f} s")


class Hunt:
    """One run: tries inputs, and keeps those that go wrong, one a place."""

    def __init__(self, keep: Path, seconds: float) -> None:
        self.keep, self.ends = keep, time.process_time() + seconds
        self.found: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self.home = Path(tempfile.mkdtemp(prefix="fuzz-containers-"))
        movement.create(self.home / "walnut", ["i4emploi"])

    def try_one(self, data: bytes) -> None:
        """Try one input; note what goes wrong."""
        if time.process_time() > self.ends:
            self.report()
        random_ = random.Random(data)
        kind = ("container", "container", "names", "ledger")[len(data) % 4]
        self.runs[kind] += 1
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, HUNG)
        try:
            getattr(self, kind)(data, random_)
        except (Exception, Hung) as error:
            frames = traceback.extract_tb(error.__traceback__)
            last = [frame for frame in frames if "i4analysis" in frame.filename] or frames
            place = f"{type(error).__name__}-{Path(last[-1].filename).stem}-{last[-1].lineno}"
            self.note(f"{kind}-{place}", data, str(error))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        taken = time.process_time() - begun
        if taken > max(SECONDS, SECONDS_A_MB * len(data) / 2**20):
            self.note(f"{kind}-slow", data, f"{taken:.1f} s")

    def container(self, data: bytes, random_: random.Random) -> None:
        """Read one or two containers."""
        raw = self._emptied("raw")
        for number in range(random_.choice((1, 1, 2))):
            (raw / f"{number}.bin").write_bytes(container(data, random_))
        self._read(raw, random_)

    def names(self, data: bytes, random_: random.Random) -> None:
        """Read a folder of files with names that no file should have: a few, or many small."""
        raw = self._emptied("raw")
        for _ in range(random_.choice((1, 3, 60))):
            path = os.path.join(os.fsencode(raw), hostile.name_of(random_))  # noqa: PTH118 - bytes
            with contextlib.suppress(OSError, ValueError):
                os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
                if os.path.realpath(path).startswith(os.fsencode(raw)):
                    with open(path, "wb") as handle:  # noqa: PTH123 - bytes
                        handle.write(random_.choice((*hostile.POSTS, data, b"")))
        self._read(raw, random_)

    def _emptied(self, name: str) -> Path:
        folder = self.home / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _read(self, raw: Path, random_: random.Random) -> None:
        store = self.home / "walnut" / "archive"
        if random_.random() < 0.9:
            shutil.rmtree(store, ignore_errors=True)
        for _ in range(2 if random_.random() < 0.125 else 1):
            said: list[str] = []
            complained = io.StringIO()
            with contextlib.redirect_stderr(complained):
                tags = ["i4emploi"] if random_.random() < 0.3 else []
                command.read([raw], self.home / "walnut", tags, workers=1, say=said.append)
            "\n".join(said).encode()
            told = complained.getvalue().splitlines()
            for line in (one for one in told if not one.endswith("s left")):  # of the progress
                assert "fault of i4analysis" not in line and "Traceback" not in line, line
                begins = ("i4: The ", "passed over: The ", "i4: No", "    (")
                assert line.startswith(begins) and line.endswith((".", ")")), line

    def ledger(self, data: bytes, random_: random.Random) -> None:
        """Load a movement one of whose ledgers, or its movement.toml, is damaged."""
        name = FILES[len(data) // 4 % len(FILES)]
        folder = self.home / "ledgers"
        if not folder.exists():
            folder.mkdir()
            for path in DATA.iterdir():
                if path.is_file():
                    (folder / path.name).write_bytes(path.read_bytes())
        sound = (folder / name).read_bytes() if (folder / name).exists() else None
        spoilt = data if random_.random() < 0.3 else sound or b""
        for _ in range(random_.randint(1, 4)):
            at = random_.randrange(len(spoilt) + 1)
            end = at + random_.choice((0, 0, 1, 12))
            spoilt = spoilt[:at] + random_.choice(CELLS) + spoilt[end:]
        (folder / name).write_bytes(spoilt)
        try:
            found = movement.Movement.load(folder)
            lines = [*check.amiss(found), *check.overview(found, seeks_work)]
            "\n".join(lines).encode()
        except I4Error as error:
            assert len(str(error).splitlines()) == 1, "a refusal of several lines"
            str(error).encode()
        finally:
            if sound is None:
                (folder / name).unlink()
            else:
                (folder / name).write_bytes(sound)

    def note(self, place: str, data: bytes, said: str) -> None:
        """Keep the first input of each place."""
        self.found[place] += 1
        if self.found[place] == 1:
            (self.keep / place).write_bytes(data)
            print(f"found: {self.keep / place}: {said[:300]}", flush=True)

    def report(self) -> None:
        """Print the totals and leave."""
        print(f"{dict(self.runs)}, {len(self.found)} faults {dict(self.found)}", flush=True)
        shutil.rmtree(self.home, ignore_errors=True)
        os._exit(1 if self.found else 0)  # libFuzzer has no other way out of a running hunt


def main() -> None:
    """Run the hunt."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    keep = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-containers-kept-"))
    keep.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    opening.CHUNK = 1 << 12
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    random_ = random.Random(given.seed)
    known = [hostile.a_container(random_)[:LONGEST] for _ in range(60)]
    known += [(DATA / name).read_bytes()[:LONGEST] for name in FILES if (DATA / name).exists()]
    for number, data in enumerate(known):
        (corpus / f"{number:04d}").write_bytes(data)
    signal.signal(signal.SIGPROF, stop)
    hunt = Hunt(keep, given.seconds)

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, longest))
        if chance.random() < 0.5:
            return hostile.a_container(chance)[:longest]
        return mutate(data, chance.choice(known), chance, chance.randrange(1, 4))[:longest]

    # its time-out is of the clock, which a crowded machine lets run
    options = [f"-max_len={LONGEST}", f"-seed={given.seed}", "-rss_limit_mb=2048", "-timeout=1200"]
    atheris.Setup(
        [sys.argv[0], *options, "-verbosity=0", str(corpus)], hunt.try_one, custom_mutator=mutator
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
