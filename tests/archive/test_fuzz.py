"""Whatever happens to a file, no record is lost and nothing but a sentence comes out."""

from __future__ import annotations

import gzip
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
import scene
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from i4analysis.archive import read_archive
from i4analysis.archive.formats.twitter_v1 import TwitterV1
from i4analysis.errors import ArchiveError

HERE = Path(__file__).parent
LARGEST = 200_000


thorough = settings(
    max_examples=150,
    deadline=5000,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def own_files() -> list[bytes]:
    golden = (path for path in sorted((HERE / "golden").rglob("*")) if path.is_file())
    seeds = [path.read_bytes() for path in golden if path.stat().st_size < LARGEST]
    return [*(text.encode() for text in scene.ROADS.values()), *seeds]


SEEDS = own_files()
WORDS = [
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"null",
    b"1e999",
    b"\xff",
]
WORDS += [b"\xed\xa0\x80", b"\\ud800", b'{"delete":1}', b"\xef\xbb\xbf", b"99999999999999999999"]


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """Cut, flip, splice and repeat."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 3, 30, 300)))
        kind = chance.randrange(7)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            del data[at:end]
        elif kind == 2 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 3:
            data[at:at] = chance.choice(WORDS)
        elif kind == 4:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other))
            data[at:end] = other[start : start + chance.choice((10, 1000))]
        elif kind == 5:
            data[at:at] = data[at:end] * chance.randint(1, 20)
        elif kind == 6:
            data[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
    packed = gzip.compress(bytes(data), 1)
    if chance.random() < 0.1:
        return packed
    return packed[: chance.randrange(len(packed))] if chance.random() < 0.05 else bytes(data)


def holds(data: bytes, hashtags: tuple[str, ...] = ()) -> None:
    """Read bytes: every record found is accounted for (the sink checks), tables are canonical."""
    with tempfile.NamedTemporaryFile() as handle:
        handle.write(data)
        handle.flush()
        try:
            archive = read_archive(handle.name, hashtags=hashtags)
        except ArchiveError as error:
            assert "\n" not in str(error)
            return
    archive.check()
    account = archive.files[["posts_in", "profiles_only", "notices", "rejects"]].sum().sum()
    assert account == archive.files["records"].sum()
    assert len(archive.rejects) == archive.files["rejects"].sum()


@thorough
@given(st.integers(0, 2**32))
def test_mutated_files_lose_nothing(seed: int) -> None:
    chance = random.Random(seed)
    holds(mutated(chance.choice(SEEDS), chance), chance.choice([(), ("i4emploi",)]))


@thorough
@given(st.integers(0, 2**32))
def test_lines_decoded_together_give_what_they_give_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    lines = (HERE / "v1_stream.jsonl").read_bytes().splitlines(keepends=True)
    lines += [b'{"delete":{"status":{"id":1}}}\n', b'{"limit":{"track":3}}\n', b"\r\n"]
    data = b"".join(chance.choices(lines, k=chance.choice((3, 30))))
    if chance.random() < 0.8:
        data = mutated(data, chance)
    with tempfile.NamedTemporaryFile() as handle:
        handle.write(data)
        handle.flush()
        found = []
        for together in (True, False):
            with mock.patch.object(TwitterV1, "reads_together", together):
                try:
                    found.append(read_archive(handle.name))
                except ArchiveError as error:
                    found.append(str(error))
    first, second = found
    if isinstance(first, str):
        assert first == second
        return
    for name in ("posts", "profiles", "files", "rejects"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


@settings(max_examples=100, deadline=5000, derandomize=True, database=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    holds(data)


def real_pieces(real: Path) -> Iterator[bytes]:
    for path in sorted(real.rglob("*")):
        parts = path.relative_to(real).parts
        if path.is_file() and parts[0] not in ("cascades", "coordination", "README.md"):
            yield path.read_bytes()[:LARGEST]


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("seed", range(8))
def test_mutated_real_files_lose_nothing(seed: int, real: Path) -> None:
    chance = random.Random(seed)
    pieces = list(real_pieces(real))
    for _ in range(60):
        holds(mutated(chance.choice(pieces), chance), chance.choice([(), ("auspol",)]))
