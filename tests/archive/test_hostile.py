"""Whatever containers hold and whatever files are called: a sentence, in time, no traceback."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import itertools
import json
import lzma
import os
import random
import shutil
import subprocess
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import scene
import xlsxwriter
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import mutate

from i4analysis import cli, movement
from i4analysis.archive import read_archive
from i4analysis.archive.bytes import workbooks, zips
from i4analysis.errors import ArchiveError
from i4analysis.tables import Archive

POSTS = [text.encode() for text in scene.ROADS.values()]
pytestmark = pytest.mark.usefixtures("as_a_user")
SECONDS_A_MB = 10.0

thorough = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def command(*arguments: str) -> tuple[int, str]:
    """Run the command as a user does; return its exit code and what it complained of."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = cli.main(arguments)
    said.getvalue().encode()  # what was printed is text
    return code, complained.getvalue()


def holds(folder: Path, *arguments: str) -> int:
    """Read a folder: in time, each complaint one sentence, and none about a fault of ours."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    begun = time.process_time()
    code, complained = command("read", os.fspath(folder), *arguments)
    taken = time.process_time() - begun
    assert "fault of i4analysis" not in complained, complained
    assert "Traceback" not in complained
    assert code in (0, 2)
    for line in complained.splitlines():
        assert line.startswith(("i4: The ", "passed over: The ", "i4: Nothing was", "    (")), line
        assert line.endswith((".", ")")), line
    assert taken < max(1.0, SECONDS_A_MB * size / 2**20) + 2, f"{taken:.1f} s for {size} bytes"
    return code


def tweets(*numbers: int) -> bytes:
    made = [scene.v1(scene.RESHARED) | {"id_str": str(number)} for number in numbers]
    return "\n".join(json.dumps(tweet) for tweet in made).encode() + b"\n"


def own_posts(found: Archive) -> list[str]:
    """Return the ids of the posts that are not only seen inside others."""
    return sorted(found.posts.loc[~found.posts["embedded"], "post_id"])


def tar_of_tweets(count: int) -> tuple[bytearray, list[int]]:
    """Return a .tar of files with a post each, and where their headers stand."""
    held, places = io.BytesIO(), []
    with tarfile.open(fileobj=held, mode="w") as tar:
        for number in range(1, count + 1):
            places.append(held.tell())
            data = tweets(number)
            entry = tarfile.TarInfo(f"{number}.json")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return bytearray(held.getvalue()), places


# -------------------------------------------------------------------------------- containers


def name_of(random_: random.Random) -> bytes:
    """Return a name that a file of 2012 may have had."""
    pool = (
        b"a.json", b"caf\xe9.json", b"\xff\xfe", b"a\nb.json", b"-rf", b"x" * 200, b".hidden",
        b"d/e.json", b"..", b"../up.json", b"/root.json", b"tweets.js", b"data/tweets.js",
        b"data/account.js", b"\xe2\x80\xae.json", b"C:\\x.json", b"a!b.json", b"Thumbs.db",
        b"posts.csv", b" ", b"\xed\xa0\x80.json",
    )  # fmt: skip
    if random_.random() < 0.2:
        return bytes(random_.choice(range(1, 256)) for _ in range(random_.randint(1, 30)))
    return random_.choice(pool)


def a_tar(random_: random.Random) -> bytes:
    held = io.BytesIO()
    form = random_.choice((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    kinds = (tarfile.REGTYPE,) * 6 + (
        tarfile.SYMTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE,
        tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.GNUTYPE_SPARSE, b"Z",
    )  # fmt: skip
    with tarfile.open(fileobj=held, mode="w", format=form) as tar:
        for _ in range(random_.randint(0, 4)):
            entry = tarfile.TarInfo(name_of(random_).decode("utf-8", "surrogateescape"))
            data = random_.choice(POSTS) if random_.random() < 0.8 else b""
            entry.type, entry.size = random_.choice(kinds), len(data)
            entry.linkname = random_.choice(("", "a.json", "/etc/passwd"))
            with contextlib.suppress(ValueError, UnicodeError):
                tar.addfile(entry, io.BytesIO(data))
    return spoilt_headers(held.getvalue(), random_)


def spoilt_headers(data: bytes, random_: random.Random) -> bytes:
    """Change fields of headers and set their sums right again, so that they are believed."""
    whole = bytearray(data)
    for at in range(0, len(whole) - 511, 512):
        if whole[at + 257 : at + 262] != b"ustar" or random_.random() < 0.5:
            continue
        start, length = random_.choice(((0, 100), (100, 24), (124, 12), (136, 12), (156, 1),
                                        (257, 8), (345, 155), (386, 97)))  # fmt: skip
        fresh = random_.choice((b"\xff" * 12, b"\x80" + b"\xff" * 11, b"77777777777\0", b"-1 ",
                                b"\0" * 12, b"\x80" + b"\0" * 10 + b"\x01", b"\xe9t\xe9", b"L",
                                b"S", b"x", b"0000000 7"))[:length]  # fmt: skip
        whole[at + start : at + start + len(fresh)] = fresh
        signed(whole, at)
    return bytes(whole)


def signed(whole: bytearray, at: int) -> None:
    """Set the sum of a header right again."""
    whole[at + 148 : at + 156] = b" " * 8
    whole[at + 148 : at + 156] = b"%06o\0 " % sum(whole[at : at + 512])


def a_zip(random_: random.Random) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed, contextlib.suppress(UserWarning):
        for _ in range(random_.randint(0, 4)):
            name = name_of(random_).decode("utf-8", "replace").replace("\0", "")
            data = random_.choice(POSTS) if random_.random() < 0.8 else b""
            how = random_.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
            packed.writestr(zipfile.ZipInfo(name or "x"), data, how)
    return held.getvalue()


def a_container(random_: random.Random) -> bytes:
    data = random_.choice((a_tar, a_zip))(random_)
    if random_.random() < 0.6:
        # near the headers of a .zip's list and of a .tar, where it hurts
        cut = random_.choice((0, max(0, len(data) - 700)))
        data = data[:cut] + mutate(data[cut:] or b"x", random_.choice(POSTS), random_, 2)
    if random_.random() < 0.3:
        data = gzip.compress(data, 1)
        data = data[: random_.randrange(len(data))] if random_.random() < 0.2 else data
    return data


@pytest.mark.filterwarnings("ignore:Duplicate name")
@thorough
@given(st.integers(0, 2**32))
def test_any_container_gives_tables_or_sentences(seed: int) -> None:
    random_ = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(random_.randint(1, 2)):
            (Path(folder) / f"{number}.bin").write_bytes(a_container(random_))
        holds(Path(folder))


@thorough
@given(st.integers(0, 2**32))
def test_any_name_gives_tables_or_sentences(seed: int) -> None:
    random_ = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            path = os.path.join(os.fsencode(folder), name_of(random_))  # noqa: PTH118 - bytes
            with contextlib.suppress(OSError):
                os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
                if not os.path.realpath(path).startswith(os.fsencode(folder)):
                    continue
                with open(path, "wb") as handle:  # noqa: PTH123 - bytes
                    handle.write(random_.choice((*POSTS, b"", b"nothing")))
        holds(Path(folder))


def test_posts_of_a_file_whose_name_is_not_utf8_are_kept(tmp_path: Path) -> None:
    movement.create(tmp_path / "walnut", ["i4emploi"])
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9\n.json")  # noqa: PTH118 - bytes
    with open(name, "wb") as handle:  # noqa: PTH123 - bytes
        handle.write(scene.ROADS["v1-lines"].encode())
    held = io.BytesIO()
    with tarfile.open(
        fileobj=held, mode="w", encoding="latin-1", format=tarfile.GNU_FORMAT
    ) as tar:
        entry = tarfile.TarInfo("Meymac-été.json")
        data = scene.ROADS["v2-page"].encode()
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    (tmp_path / "old.tar").write_bytes(held.getvalue())
    named = [os.fsdecode(name), os.fspath(tmp_path / "old.tar")]
    code, complained = command("read", *named, "--movement", os.fspath(tmp_path / "walnut"))
    assert (code, complained) == (0, "")
    found = read_archive(named)
    assert len(found.files) == 2
    names = sorted(Path(text).name for text in found.files["file"])
    assert names == ["caf\\xe9\\x0a.json", "old.tar!Meymac-\\xe9t\\xe9.json"]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    code, complained = command("read", os.fspath(tmp_path / "pipe"))
    assert code == 2
    assert "is a pipe, expected a file" in complained


@pytest.mark.parametrize("size", [b"\xff" * 12, b"\x80" + b"\xff" * 11])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_size_that_no_member_has_is_damage(
    size: bytes, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    whole, [_, second] = tar_of_tweets(2)
    whole[second + 124 : second + 136] = size
    signed(whole, second)
    (tmp_path / "a.tar").write_bytes(pack(bytes(whole)))
    found = read_archive(tmp_path / "a.tar", errors="reject")
    assert own_posts(found)[:1] == ["1"]
    assert found.rejects["reason"].str.contains("fetch|unpack").any()


@pytest.mark.parametrize("name", [b".hidden", b"data/tweets.js", b"2.json"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_member_of_exabytes_is_not_waited_for(
    name: bytes, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """`tarfile` skips a member piece by piece, for as many as its header says."""
    whole, [_, second] = tar_of_tweets(2)
    whole[second : second + 100] = name.ljust(100, b"\0")
    whole[second + 124 : second + 136] = b"\x80" + b"\0" * 4 + b"\x10" + b"\0" * 6
    signed(whole, second)
    (tmp_path / "a.tar").write_bytes(pack(bytes(whole)))
    begun = time.process_time()
    found = read_archive(tmp_path / "a.tar", errors="reject")
    assert time.process_time() - begun < 2
    assert own_posts(found)[:1] == ["1"]
    assert found.rejects["reason"].str.contains("fetch|unpack").any()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_broken_header_between_members_is_said(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    """`tarfile` takes it for the end, and the members behind it would be lost without a word."""
    whole, places = tar_of_tweets(3)
    whole[places[1]] ^= 1
    (tmp_path / "a.tar").write_bytes(pack(bytes(whole)))
    found = read_archive(tmp_path / "a.tar", errors="reject")
    assert own_posts(found) == ["1"]
    [reason] = found.rejects["reason"]
    assert "bad checksum at byte" in reason


# ---------------------------------------------------------------------------- long records


def endless(megabytes: int) -> Iterator[tuple[str, bytes]]:
    post = scene.lines([scene.v1(scene.RESHARED)]).strip().encode()
    size = megabytes << 20
    for name, piece in (
        ("[1],", b"[1],"),
        ("[],", b"[],"),
        ("1,", b"1,"),
        ('{"a":1},', b'{"a":1},'),
    ):
        inside = piece * (size // len(piece))
        yield f"list of {name}", post[:-1] + b', "x": [' + inside + b"1]}"
        yield f"cut list of {name}", post[:-1] + b', "x": [' + inside
    yield "nest", post[:-1] + b', "x": ' + b"[" * size


@pytest.mark.parametrize("wrap", [b"%b\n%b\n%b\n", b"[%b,%b,%b]", b"{\n%.0b%b\n%.0b"])
def test_an_endless_list_in_a_record_takes_no_time(wrap: bytes, tmp_path: Path) -> None:
    megabytes = 2
    post = scene.lines([scene.v1(scene.RESHARED)]).strip().encode()
    for name, record in endless(megabytes):
        body = record[1:] if wrap.startswith(b"{") else record
        (tmp_path / "a.json").write_bytes(wrap % (post, body, post))
        begun = time.process_time()
        with contextlib.suppress(ArchiveError):
            read_archive(tmp_path / "a.json")
        taken = time.process_time() - begun
        assert taken < 1.0 * megabytes, f"{name}: {taken:.1f} s"


@pytest.mark.slow
def test_an_array_of_sixty_megabytes_in_a_record_takes_seconds(tmp_path: Path) -> None:
    post = scene.lines([scene.v1(scene.RESHARED)]).strip().encode()
    for name, record in endless(60):
        (tmp_path / "a.json").write_bytes(b"[" + post + b"," + record + b"," + post + b"]")
        begun = time.process_time()
        assert len(read_archive(tmp_path / "a.json").posts) >= 1
        assert time.process_time() - begun < 20, name


# -------------------------------------------------------------------- what was lost on the way


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_whatever_a_zip_says_of_its_members(tmp_path: Path) -> None:
    """Each byte of its list of members in turn: a version to come, a size, a place of no file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.json", POSTS[0])
        packed.writestr("b.json", POSTS[1])
    whole = made.getvalue()
    path = tmp_path / "a.zip"
    first, refused = whole.index(b"PK\x01\x02"), 0
    for at, value in itertools.product(range(first, len(whole)), (0x00, 0x73, 0xFF)):
        path.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
        try:
            zips.entries(os.fspath(path))
        except (ArchiveError, zipfile.BadZipFile):
            refused += 1
    assert refused > 20
    newer = bytearray(whole)
    newer[first + 6] = 0x73  # the version that it takes to open it: 11.5
    path.write_bytes(newer)
    with pytest.raises(ArchiveError, match="is not a whole"):
        read_archive([tmp_path])


def test_both_files_of_one_name_in_a_zip_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.json", tweets(1, 2, 3))
        packed.writestr("b.json", tweets(4, 5))
        packed.writestr("a.json", tweets(6, 7, 8))
    found = read_archive(tmp_path / "a.zip")
    assert own_posts(found) == list("12345678")
    names = [Path(name).name for name in found.files["file"]]
    assert names == ["a.zip!a.json", "a.zip!a.json (2)", "a.zip!b.json"]


@pytest.mark.parametrize("layout", ["lines", "array"])
def test_a_mark_inside_a_stream_costs_no_record(layout: str, tmp_path: Path) -> None:
    mark = b"\xef\xbb\xbf"
    if layout == "lines":
        data = mark + mark + tweets(1, 2) + mark + tweets(3, 4)
    else:
        arrays = [
            b"[" + tweets(*pair).strip().replace(b"\n", b",") + b"]" for pair in ((1, 2), (3, 4))
        ]
        data = mark + arrays[0] + b"\n" + mark + arrays[1]
    (tmp_path / "a.json").write_bytes(data)
    found = read_archive(tmp_path / "a.json")
    assert own_posts(found) == list("1234")
    assert found.files["rejects"].sum() == 0


def test_a_file_of_zeros_is_not_empty(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as handle:
        handle.truncate(3 << 20)
    with pytest.raises(ArchiveError, match=r"nothing but zeros.*\(3,145,728 bytes\)") as caught:
        read_archive(tmp_path / "a.json")
    assert "empty" not in str(caught.value)


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_broken_in_any_way_of_packing_is_damage(how: int, tmp_path: Path) -> None:
    """At every byte of what it takes in the .zip; among few files and among many."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as packed:
        packed.writestr("0.json", tweets(*range(5)))
        begun, size = packed.infolist()[0].header_offset + 36, packed.infolist()[0].compress_size
    for at in range(begun, begun + size, max(1, size // 25)):
        spoilt = bytearray(held.getvalue())
        spoilt[at] ^= 0x5A
        (tmp_path / f"{at}.zip").write_bytes(spoilt)
        (tmp_path / f"{at}.json").write_bytes(tweets(at))  # many: kept together
    (tmp_path / "sound.json").write_bytes(tweets(99))
    for at in range(60):
        (tmp_path / f"more-{at}.json").write_bytes(tweets(1000 + at))
    holds(tmp_path)
    found = read_archive(tmp_path, errors="reject")
    assert {"99", "1059"} <= set(own_posts(found))
    assert not found.rejects["reason"].str.contains("fault of i4analysis").any()


@pytest.mark.parametrize("data", [
    lzma.compress(tweets(1)) + b"\0" * 64 + lzma.compress(tweets(2)),
    bz2.compress(tweets(1)) + b"\0" * 3 + bz2.compress(tweets(2)),
    b"\x5f\x2a\x4d\x18\x04\0\0\0abcd" + zstandard.compress(tweets(1))
    + zstandard.compress(tweets(2)),
])  # fmt: skip
def test_both_streams_of_a_packed_file_are_read(data: bytes, tmp_path: Path) -> None:
    """Zeros between them, and a frame that is to be passed over, are in order."""
    (tmp_path / "a").write_bytes(data)
    assert own_posts(read_archive(tmp_path / "a")) == ["1", "2"]


@pytest.mark.parametrize(
    "begin", [b"", b"\x04\x22\x4d\x18", b"MSCF", b"\x1f\x9d\x90", b"]\0\0\x80\0"]
)
def test_what_is_packed_otherwise_is_no_table(begin: bytes, tmp_path: Path) -> None:
    """What it begins with is said as bytes or by its name, never as columns."""
    (tmp_path / "a").write_bytes(begin + random.Random(1).randbytes(5_000).replace(b"\0", b"\1"))
    with pytest.raises(ArchiveError) as caught:
        read_archive(tmp_path / "a")
    assert "columns" not in str(caught.value) and str(caught.value).isprintable()
    assert "is not text" in str(caught.value) if not begin else "unpack it" in str(caught.value)


def test_a_table_of_a_hundred_thousand_columns_takes_no_time(tmp_path: Path) -> None:
    for name, columns in (("wide", 4_000), ("wider", 100_000)):
        header = ",".join(f"c{number}" for number in range(columns))
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{','.join('1' * columns)}\n")
    assert holds(tmp_path) == 2


def test_a_path_longer_than_the_system_takes_keeps_no_other_file_out(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(tweets(1))
    place = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(45):
            os.mkdir("d" * 100, dir_fd=place)
            inner = os.open("d" * 100, os.O_RDONLY, dir_fd=place)
            os.close(place)
            place = inner
        os.close(os.open("b.json", os.O_CREAT, dir_fd=place))
        found = read_archive(tmp_path, errors="reject")
        assert own_posts(found) == ["1"]
        assert holds(tmp_path / "a.json") == 0
        code, complained = command("read", os.fspath(tmp_path))
        assert code == 2 and "too long" in complained and "Traceback" not in complained
    finally:
        os.close(place)
        shutil.rmtree(tmp_path / ("d" * 100))


@pytest.mark.parametrize(
    ("row", "column", "held"),
    [(1_048_575, 16_383, False), (1_048_575, 60, False), (4_000, 16_383, False), (9_000, 9, True)],
)
def test_a_value_far_from_its_table_ends_no_process(
    row: int, column: int, held: bool, tmp_path: Path
) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("posts")
        page.write_row(0, 0, ["id", "created_at", "username", "text"])
        page.write(row, column, "x")
    if held:
        assert workbooks.sheets(str(path)) == ["posts"]
    else:
        with pytest.raises(ArchiveError, match=f"{row + 1:,} rows and {column + 1:,} columns"):
            workbooks.sheets(str(path))


def test_folders_a_thousand_deep_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    at = os.open(tmp_path / "raw", os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=at)
        down = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = down
    os.close(at)
    try:
        assert cli.main(["read", str(tmp_path / "raw")]) == 2
        assert "a thousand deep" in capsys.readouterr().err
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "raw"], check=True)  # shutil goes no deeper
