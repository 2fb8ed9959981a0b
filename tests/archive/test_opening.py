"""Compression, containers, encodings, and files that are damaged or no archive at all."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import scene
import zstandard

from i4analysis.archive import read_archive
from i4analysis.archive.bytes import opening, zips
from i4analysis.archive.reading import containers
from i4analysis.errors import ArchiveError

LINES = scene.ROADS["v1-lines"].encode()
MANY = b"".join(
    json.dumps(scene.v1(scene.POSTED) | {"id_str": str(number)}).encode() + b"\n"
    for number in range(1, 2001)
)


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("2015/part.json", data)
        packed.writestr("__MACOSX/._part.json", b"\0\1\2")
        packed.writestr(".DS_Store", b"\0\1\2")
    return buffer.getvalue()


def tarred(data: bytes, mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as packed:  # type: ignore[call-overload]  # mode
        for name, content in (("2015/part.json.bz2", bz2.compress(data)), ("._x", b"\0")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "gz in two members": lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:]),
    "gz padded": lambda data: gzip.compress(data) + b"\0" * 512,
    "bz2": lambda data: bz2.compress(data, 1),
    "bz2 in two streams": lambda data: bz2.compress(data[:700]) + bz2.compress(data[700:]),
    "xz": lambda data: lzma.compress(data, preset=0),
    "zst": zstandard.compress,
    "zst in two frames": lambda data: (
        zstandard.compress(data[:700]) + zstandard.compress(data[700:])
    ),
    "gz of bz2": lambda data: gzip.compress(bz2.compress(data)),
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda data: tarred(data, "w:gz"),
    "utf-8 with mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "keep-alive lines": lambda data: data.replace(b"\n", b"\n\r\n\n"),
    "no last line end": lambda data: data.rstrip(b"\n"),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_packing_is_told_from_the_bytes_not_the_name(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "misnamed.csv"
    path.write_bytes(PACKINGS[packing](LINES))
    archive = read_archive(path)
    assert list(archive.posts["kind"]) == ["post", "reshare", "quote"]
    assert archive.files["records"].tolist() == [3]
    assert archive.rejects.empty


def test_members_are_files_of_their_own_and_named(tmp_path: Path) -> None:
    path = tmp_path / "months.tar"
    path.write_bytes(tarred(LINES))
    archive = read_archive(path)
    assert archive.files["file"].tolist() == [f"{path}!2015/part.json.bz2"]
    assert set(archive.posts["file"]) == {f"{path}!2015/part.json.bz2"}


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_what_stands_before_a_cut_is_read(packing: str, share: float, tmp_path: Path) -> None:
    noise = b"".join(
        json.dumps(
            scene.v1(scene.POSTED) | {"id_str": str(n + 1), "source": os.urandom(4000).hex()}
        ).encode()
        + b"\n"
        for n in range(300)
    )
    packed = PACKINGS[packing](noise)
    path = tmp_path / "cut"
    path.write_bytes(packed[: int(len(packed) * share)])
    archive = read_archive(path)
    account = archive.files.iloc[0]
    assert account["rejects"] == 1
    assert account["records"] == account["posts_in"] + 1
    assert account["posts_in"] > 300 * share * 0.5
    assert "the rest of the file is lost" in archive.rejects.iloc[0]["reason"]


def test_cut_plain_file_loses_only_the_record_that_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "cut.jsonl"
    path.write_bytes(MANY[:-300])
    account = read_archive(path).files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (2000, 1999, 1)


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n", "nothing but blanks"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64), "is a picture"),
    "other JSON": (b'{"menu": {"id": 1}}', "the keys menu"),
    "other CSV": (b"a,b\n1,2\n", "the columns a, b"),
    "prose": (b"Bonjour, voici une lettre.\nElle n'est pas une archive.\n", "is in no format"),
    "a cut gzip of nothing": (gzip.compress(LINES)[:15], "cannot be read"),
    "a broken zip": (b"PK\x03\x04" + bytes(100), "not a whole .zip"),
    "a number": (b"12", "found the columns 12"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_archive_gets_one_sentence(case: str, tmp_path: Path) -> None:
    content, words = BAD[case]
    path = tmp_path / "bad"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=words) as caught:
        read_archive(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_absent_file_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened"):
        read_archive(tmp_path / "absent.json")


FORBIDDEN = """
import os, sys
from i4analysis.archive import read_archive
from i4analysis.errors import ArchiveError
if os.getuid() == 0:  # root may read anything
    os.chdir("/")
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    archive = read_archive(sys.argv[1], errors=sys.argv[2])
    print(*archive.files["file"], *archive.rejects["reason"], sep="\\n")
except ArchiveError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
@pytest.mark.parametrize("place", ["file", "folder"])
def test_forbidden_file_gets_one_sentence(place: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        inner = folder / "inner"
        inner.mkdir(mode=0o755)
        path = inner / "secret.json"
        path.write_bytes(LINES)
        path.chmod(0 if place == "file" else 0o644)
        inner.chmod(0o755 if place == "file" else 0)
        (folder / "open.json").write_bytes(LINES)
        said = []
        for given, errors in ((path, "raise"), (folder, "reject")):
            run = [sys.executable, "-c", FORBIDDEN, str(given), errors]
            done = subprocess.run(run, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            said.append(done.stdout)
        inner.chmod(0o755)
    sentence = (
        "The file {} cannot be opened (Permission denied); check that it exists and that you may"
        " read it.\n"
    )
    assert said[0] == sentence.format(path)
    closed = path if place == "file" else inner
    assert said[1] == f"{folder}/open.json\n" + sentence.format(closed)


def test_other_files_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"")
    (tmp_path / "b.json").write_bytes(LINES)
    archive = read_archive([tmp_path / "a.json", tmp_path / "b.json"], errors="reject")
    assert len(archive.posts) == 3
    assert archive.rejects["file"].tolist() == [str(tmp_path / "a.json")]
    assert archive.rejects["line"].isna().all()


def test_folder_is_walked_without_litter(tmp_path: Path) -> None:
    (tmp_path / "2015" / "10").mkdir(parents=True)
    (tmp_path / "2015" / "10" / "a.json").write_bytes(LINES)
    (tmp_path / "2015" / "._a.json").write_bytes(b"\0\1")
    (tmp_path / "README.md").write_text("# Notes\n")
    archive = read_archive(tmp_path)
    assert len(archive.files) == 1
    with pytest.raises(ArchiveError, match="holds no file"):
        (tmp_path / "empty").mkdir()
        read_archive(tmp_path / "empty")


def test_x_archives_in_a_folder_do_not_hide_the_files_beside_them(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden" / "x-archive"
    for name in ("anna", "bert"):
        shutil.copytree(golden, tmp_path / "all" / "members" / name)
    (tmp_path / "all" / "stream.jsonl").write_bytes(LINES)
    (tmp_path / "all" / "members" / "more.jsonl").write_bytes(LINES)
    files = read_archive(tmp_path / "all", errors="reject").files
    names = files["file"].str.removeprefix(f"{tmp_path}/all/").tolist()
    assert names == ["members/anna", "members/more.jsonl"]  # bert's bytes are anna's
    assert read_archive(golden / "data").files["format"].tolist() == ["x-archive"]


def test_x_archives_in_a_zip_do_not_hide_the_files_beside_them(tmp_path: Path) -> None:
    golden = Path(__file__).parent / "golden" / "x-archive"
    files = {path.relative_to(golden).as_posix(): path.read_bytes() for path in _files(golden)}
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
            packed.writestr(f"bert/{name}", data.replace(b"BrunoInvente", b"BertInvente"))
        packed.writestr("more.jsonl", LINES)
        packed.writestr("bert/notes.md", b"# Notes\n")
    archive = read_archive(path)
    named = archive.files["file"].str.removeprefix(str(path)).tolist()
    assert named == ["", "!bert", "!more.jsonl"]
    owners = archive.posts.groupby(archive.posts["file"].str.contains("bert/"))["author"]
    assert owners.unique().loc[True].tolist() == ["BertInvente"]
    assert "BertInvente" not in owners.unique().loc[False]


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


# ----------------------------------------------------------------------------------- bombs


def test_gzip_bomb_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    block = gzip.compress(LINES + b"\n" * (1 << 26))
    path.write_bytes(block * 5)
    archive = read_archive(path)
    assert "times its size" in archive.rejects.iloc[-1]["reason"]


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is refused by the hundred MB be refused by the hundred KB."""
    monkeypatch.setattr(opening, "BOMB_BYTES", 1 << 18)
    monkeypatch.setattr(opening, "CHUNK", 1 << 10)


@pytest.mark.usefixtures("low_limits")
@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_bomb_of_every_packing_is_refused_in_time(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(PACKINGS[packing](LINES) + PACKINGS[packing](b"\n" * (8 << 20)))
    archive = read_archive(path)
    assert archive.files["posts_in"].tolist() == [3]
    assert "times its size" in archive.rejects.iloc[-1]["reason"]


@pytest.mark.usefixtures("low_limits")
def test_bomb_in_layers_is_refused_though_no_layer_is_one(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    inner = gzip.compress(LINES + b"\n" * (8 << 20), 9)
    path.write_bytes(gzip.compress(inner, 9))
    archive = read_archive(path)
    assert "times its size" in archive.rejects.iloc[-1]["reason"]


def test_layers_without_end_are_not_text(tmp_path: Path) -> None:
    data = LINES
    for _ in range(9):
        data = gzip.compress(data)
    path = tmp_path / "onion"
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="is not text"):
        read_archive(path)


def test_xz_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(LINES, filters=filters))
    at = data.index(b"\x21\x01") + 2  # the size of the dictionary, as a power of two
    data[at] = 40  # 4 GB
    path.write_bytes(bytes(data[: at + 1]) + _block_header_again(data, at))
    with pytest.raises(ArchiveError, match="xz data is broken"):
        read_archive(path)


def _block_header_again(data: bytearray, at: int) -> bytes:
    """Return what follows a byte of an .xz block's header, with the header's check renewed."""
    start, size = 12, (data[12] + 1) * 4
    body = bytes(data[start : start + size - 4])
    check = zlib.crc32(body).to_bytes(4, "little")
    return bytes(data[at + 1 : start + size - 4]) + check + bytes(data[start + size :])


def zip_of(path: Path, *names: str, data: bytes = LINES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/x", "a\\..\\..\\x", "a/../../x"])
def test_names_that_point_out_of_a_container_are_refused(name: str, tmp_path: Path) -> None:
    path = zip_of(tmp_path / "out.zip", "good.json", name)
    with pytest.raises(ArchiveError, match="points out of it"):
        read_archive(path)
    for mode in ("w", "w:gz"):
        path = tmp_path / "out.tar"
        with tarfile.open(path, mode) as packed:
            entry = tarfile.TarInfo(name)
            entry.size = len(LINES)
            packed.addfile(entry, io.BytesIO(LINES))
        with pytest.raises(ArchiveError, match="points out of it"):
            read_archive(path)


@pytest.mark.usefixtures("low_limits")
def test_zip_that_opens_to_far_too_much_is_not_read(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "bomb.zip", *map(str, range(40)), data=LINES + b"\n" * (1 << 20))
    with pytest.raises(ArchiveError, match=r"opens to .* GB, \d+ times its size"):
        read_archive(path)


def test_zip_whose_members_share_their_bytes_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list may name the same bytes again and again: 10 MB can open to 281 TB that way."""
    monkeypatch.setattr(opening, "BOMB_BYTES", 1 << 16)
    path = zip_of(tmp_path / "bomb.zip", "1", data=LINES + b"\n" * (1 << 16))
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entries = b"".join(
        data[start:end].replace(b"1", str(n % 10).encode(), 1) for n in range(5_000)
    )
    tail = data[end : end + 8] + struct.pack("<HHLLH", 5_000, 5_000, len(entries), start, 0)
    path.write_bytes(data[:start] + entries + tail)
    with pytest.raises(ArchiveError, match="times its size"):
        read_archive(path)


def test_containers_of_too_many_members_are_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "DIRECTORY", 1_000)
    monkeypatch.setattr(containers, "MEMBERS", 10)
    path = zip_of(tmp_path / "many.zip", *map(str, range(50)))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveError, match="lists its members in"):
        read_archive(path)
    for mode in ("w", "w:gz"):
        path = tmp_path / "many.tar"
        with tarfile.open(path, mode) as packed:
            for number in range(50):
                entry = tarfile.TarInfo(str(number))
                entry.size = len(LINES)
                packed.addfile(entry, io.BytesIO(LINES))
        with pytest.raises(ArchiveError, match="more than 10 members"):
            read_archive(path)


def test_links_and_devices_are_passed_over(tmp_path: Path) -> None:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE)
    for mode in ("w", "w:gz"):
        for files in (0, 1):
            path = tmp_path / f"{files}.tar"
            with tarfile.open(path, mode) as packed:
                for number, kind in enumerate(kinds):
                    entry = tarfile.TarInfo(f"link{number}")
                    entry.type, entry.linkname = kind, "/etc/passwd"
                    packed.addfile(entry)
                for number in range(files):
                    entry = tarfile.TarInfo(f"{number}.json")
                    entry.size = len(LINES)
                    packed.addfile(entry, io.BytesIO(LINES))
            if files:
                assert read_archive(path).files["file"].tolist() == [f"{path}!0.json"]
            else:
                with pytest.raises(ArchiveError, match="holds no file"):
                    read_archive(path)


def test_members_of_a_zip_are_opened_without_listing_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(30):
            tweet = scene.v1(scene.POSTED) | {"id_str": str(number + 1)}
            packed.writestr(f"{number}.json", json.dumps(tweet))
    opened = []
    plain = zipfile.ZipFile
    monkeypatch.setattr(zips.zipfile, "ZipFile", lambda path: opened.append(path) or plain(path))
    assert len(read_archive(path).posts) == 30
    assert len(opened) == 1


def test_deep_nesting_is_rejected_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonl"
    path.write_bytes(LINES + b'{"created_at":' + b"[" * 100_000 + b"\n" + LINES)
    archive = read_archive(path)
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (7, 6, 1)
    assert "nest deeper" in archive.rejects.iloc[0]["reason"]


def test_endless_line_is_rejected_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("i4analysis.archive.bytes.framing.MAX_RECORD", 1 << 20)
    path = tmp_path / "long.jsonl"
    path.write_bytes(LINES + b'{"text":"' + b"a" * (5 << 20) + b'"}\n' + LINES)
    archive = read_archive(path)
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (7, 6, 1)
    assert "longer than" in archive.rejects.iloc[0]["reason"]
    assert archive.rejects.iloc[0]["line"] == 4


# ------------------------------------------------------------------------- as large as they come

READ = """
import json, sys, time
from pathlib import Path
from i4analysis.archive import read_archive
from i4analysis.errors import ArchiveError
begun = time.process_time()
try:
    archive = read_archive(sys.argv[1])
    said = [len(archive.posts), *archive.rejects["reason"]]
except ArchiveError as error:
    said = [0, str(error)]
status = Path("/proc/self/status").read_text()  # the peak that getrusage gives is the parent's
megabytes = int(status.split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps([said, megabytes, time.process_time() - begun]))
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")


def read_apart(path: Path) -> list[Any]:
    """Read a file in a process of its own; return posts and reasons, once its cost is checked."""
    run = [sys.executable, "-c", READ, str(path)]
    said, megabytes, seconds = json.loads(
        subprocess.run(run, check=True, capture_output=True).stdout
    )
    assert megabytes < 600
    assert seconds < 60
    assert all(len(text) < 400 and "\n" not in text for text in said[1:])
    return list(said)


def ten_gigabytes(path: Path, block: bytes) -> None:
    """Write a .gz of 10 to 15 MB, one stream, that opens to three posts and 10 GB of a block."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(LINES) + packer.flush(zlib.Z_FULL_FLUSH)
    once = packer.compress(block * ((64 << 20) // len(block))) + packer.flush(zlib.Z_FULL_FLUSH)
    with path.open("wb") as handle:
        handle.write(gzip.compress(b"")[:10] + head)
        for _ in range(160):
            handle.write(once)
        handle.write(packer.flush() + bytes(8))
    assert path.stat().st_size < 16 << 20


@linux
@pytest.mark.slow
@pytest.mark.parametrize("block", [b"\n", b"a", b'{"a":'])
def test_gzip_of_10_mb_that_opens_to_10_gb(block: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.gz"
    ten_gigabytes(path, block)
    posts, *reasons = read_apart(path)
    assert posts == 3
    assert len(reasons) == 1
    assert "times its size" in reasons[0]


@linux
@pytest.mark.slow
@pytest.mark.parametrize("around", ["lines", "array", "table"])
def test_line_of_1_gb(around: str, tmp_path: Path) -> None:
    tweet = LINES.split(b"\n")[0]
    before, after = {
        "lines": (LINES + b'{"text":"', b'"}\n' + LINES),
        "array": (b"[" + tweet + b',{"text":"', b'"},' + tweet + b"]"),
        "table": (b'a,b,c\n1,2,"', b'"\n1,2,3\n'),
    }[around]
    path = tmp_path / "long"
    with path.open("wb") as handle:
        handle.write(before)
        for _ in range(1_000):
            handle.write(b"a" * 1_000_000)
        handle.write(after)
    posts, *reasons = read_apart(path)
    assert posts == {"lines": 3, "array": 1, "table": 0}[around]
    if around == "lines":
        assert len(reasons) == 1
        assert "longer than 64 MB" in reasons[0]
    assert reasons
