"""Many small files: read together and kept together, with the rows and the account of each."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import json
import os
import random
import tarfile
import weakref
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import scene
from mutations import mutate
from test_store import contents, killed_reads, movement, read, same

import i4analysis as i4
from i4analysis.archive import check
from i4analysis.archive.bytes import zips
from i4analysis.archive.bytes.opening import Source
from i4analysis.archive.reading import containers, work
from i4analysis.archive.reading.recognise import read_source
from i4analysis.archive.rows.sink import PACK, Sink, Together
from i4analysis.archive.store import parts
from i4analysis.errors import ArchiveError
from i4analysis.movement import Movement
from i4analysis.tables import Archive

FAST = {(2, "first"), (1, "other hashtag"), (4, "other hashtag"), (5, "from alone")}
CUT = b'{"id": cut i4emploi\n'
GOLDEN = Path(__file__).with_name("golden")
_ = movement  # a fixture


def tweets(first: int, count: int, **changes: Any) -> bytes:
    """Return lines of v1.1: a reshare (of a post that others reshare too) each."""
    made = [
        scene.v1(scene.RESHARED) | {"id_str": str(first + at)} | changes for at in range(count)
    ]
    return scene.lines(made).encode()


def minutes(seed: int = 1, count: int = 90) -> dict[str, bytes]:
    """Return small files of every kind that a grab holds, by name."""
    chance = random.Random(seed)
    golden = [path.read_bytes() for path in sorted(GOLDEN.iterdir()) if path.is_file()]
    kinds: list[Callable[[int], tuple[str, bytes]]] = [
        lambda at: (".json", tweets(10_000 + 3 * at, chance.randint(1, 4))),
        lambda at: (".json.bz2", bz2.compress(tweets(10_000 + 3 * at, chance.randint(1, 4)))),
        lambda at: (".json", b'{"delete":{"status":{"id":%d,"user_id":3}}}\n' % at),
        lambda at: (
            ".json.gz",
            gzip.compress(tweets(at, 1) + b'{"id": cut i4emploi\n' + tweets(at, 1)),
        ),
        lambda at: (
            ".json",
            tweets(0, 1, id_str="650928000000000000", retweet_count=at),
        ),  # rounded
        lambda at: (".json", json.dumps([scene.v1(scene.POSTED) | {"id_str": str(at)}]).encode()),
        lambda at: (".txt", f"a note of minute {at}".encode()),
        lambda at: (".json", b""),
        lambda at: (".json.gz", gzip.compress(tweets(900 * at, 1 + (PACK + 30) * (at < 9)))),
        lambda at: (".x", chance.choice(golden) + b"\n" * at),
    ]
    found = {}
    for at in range(count):
        ending, data = kinds[at % len(kinds)](at)
        found[f"{at // 60:02d}/{at % 60:02d}{ending}"] = data
    return found


def put(files: dict[str, bytes], shape: str, at: Path) -> Path:
    """Write files as a folder or in a container."""
    if shape == "folder":
        for name, data in files.items():
            (at / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
            (at / "raw" / name).write_bytes(data)
        return at / "raw"
    path = at / f"raw.{shape}"
    if shape == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
            for name, data in files.items():
                whole.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz" if shape == "tgz" else "w") as tar:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return path


def alone(monkeypatch: pytest.MonkeyPatch, do: Callable[[], Any]) -> Any:
    """Do something as it is done when nothing is read together."""
    with monkeypatch.context() as patch:
        patch.setattr(containers, "_FEW", 10**9)
        patch.setattr("i4analysis.archive.reading.pool.read_batch", work.read_unit)
        return do()


def equal(left: Archive, right: Archive) -> None:
    same(left, right)
    pd.testing.assert_frame_equal(left.findings, right.findings)


def packs(movement: Path) -> list[str]:
    return sorted(path.name for path in (movement / "archive").glob("*.pack.json"))


# ------------------------------------------------------------------------------ the same rows


@pytest.mark.parametrize(
    ("shape", "tags"),
    [
        ("folder", ("i4emploi",)), ("zip", ()), ("tgz", ()),
        pytest.param("tar", ("i4emploi",), marks=pytest.mark.slow),
        pytest.param("folder", (), marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_small_files_give_what_each_gives(
    movement: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, tags: tuple[str]
) -> None:
    """Rows, files with their spans, counts and formats, rejects, findings, what is said."""
    path = put(minutes(), shape, tmp_path)
    said: dict[str, list[str]] = {"alone": [], "packed": []}

    def once(how: str) -> Archive:
        i4.archive.command.read([path], movement, tags, say=said[how].append)
        return i4.load(movement)

    expected = alone(monkeypatch, lambda: once("alone"))
    assert not packs(movement)
    for old in (movement / "archive").glob("*.*"):
        old.unlink() if old.is_file() else None
    equal(once("packed"), expected)
    assert packs(movement)
    assert len(expected.files) > 50 and len(expected.rejects) > 8
    assert said["packed"] == said["alone"]
    assert len(list((movement / "archive").glob("*.json"))) < 0.4 * len(expected.files)


def test_order_workers_and_repeats_change_nothing(movement: Path, tmp_path: Path) -> None:
    raw = put(minutes(count=130), "folder", tmp_path)
    read(movement, raw)
    before = contents(movement / "archive")
    read(movement, raw)
    assert contents(movement / "archive") == before
    for path in (movement / "archive").glob("*.*"):
        path.unlink() if path.is_file() else None
    files = sorted((path for path in raw.rglob("*.*") if path.is_file()), reverse=True)
    read(movement, *files, workers=2)
    kept = {name: sha for name, sha in before.items() if not name.startswith(".")}
    now = contents(movement / "archive")
    assert {name: sha for name, sha in now.items() if not name.startswith(".")} == kept


def test_a_file_under_two_names_is_read_once(movement: Path, tmp_path: Path) -> None:
    files = {f"{at:03d}.json": tweets(100 + at // 2, 1) for at in range(120)}
    read(movement, put(files, "folder", tmp_path))
    assert len(i4.load(movement).files) == 60
    assert len(parts.accounts(movement / "archive")) == 60


def test_more_files_are_added_to_a_store(
    movement: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A grab that grows: what was read alone, in a pack, and what is new, in any mixture."""
    files = minutes(count=150)
    names = sorted(files)
    raw = put({name: files[name] for name in names[:20]}, "folder", tmp_path)
    read(movement, raw)  # few: alone
    put({name: files[name] for name in names[:90]}, "folder", tmp_path)
    read(movement, raw)
    put(files, "folder", tmp_path)
    read(movement, raw)
    assert len(packs(movement)) == 2
    grown = i4.load(movement)
    monkeypatch.setattr(containers, "_FEW", 10**9)
    equal(grown, _afresh(movement, raw))


def _afresh(movement: Path, raw: Path, **options: Any) -> Archive:
    for path in (movement / "archive").glob("*.*"):
        path.unlink() if path.is_file() else None
    read(movement, raw, **options)
    return i4.load(movement)


@pytest.mark.parametrize("first", ["alone", "packed"])
def test_another_hashtag_reads_again_and_leaves_nothing_behind(
    movement: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    raw = put(minutes(), "folder", tmp_path)

    def earlier() -> None:
        read(movement, raw, hashtags=["absent"])

    alone(monkeypatch, earlier) if first == "alone" else earlier()
    assert i4.load(movement).posts.empty
    more = {f"00/{at:02d}-more.json": tweets(90_000 + at, 1) for at in range(60)}
    read(movement, put(more, "folder", tmp_path), hashtags=["i4emploi"])  # other packs
    found, store = i4.load(movement), movement / "archive"
    live = {
        path.name
        for one in parts.accounts(store)
        for name in parts.PARQUET
        for path in one.paths(store, name)
    }
    assert {path.name for path in store.glob("*.parquet")} <= live
    equal(found, _afresh(movement, raw, hashtags=["i4emploi"]))


def test_only_some_of_a_pack_are_read_again(movement: Path, tmp_path: Path) -> None:
    """Their earlier rows no longer count, those of the others do."""
    files = {f"{at:03d}.json": tweets(100 + at, 1) for at in range(120)}
    raw = put(files, "folder", tmp_path)
    read(movement, raw)
    for most in (75, 3):  # read again in a pack of their own, then alone
        again = [raw / name for name in sorted(files)[:most]]
        read(movement, *again, hashtags=["absent"])
        assert len(i4.load(movement).files) == 120
        held = i4.load(movement).posts
        assert held[~held["embedded"]]["post_id"].tolist() == [
            str(100 + at) for at in range(75, 120)
        ]
    read(movement, raw)
    assert len(i4.load(movement).posts) == 121  # and the post that they all reshare
    assert len(packs(movement)) == 2  # one of 75 with those read again, one of 120


def test_erased_accounts_and_their_handles_leave_packs_too(movement: Path, tmp_path: Path) -> None:
    files = {f"{at:03d}.json": tweets(100 + at, 1) for at in range(60)}
    read(movement, put(files, "folder", tmp_path))
    assert len(i4.load(movement).posts) == 61
    (movement / "erase.csv").write_text("platform,account_id,handle,post_id,name\n,,Relais2,,\n")
    assert not i4.load(movement).posts["author"].isin(["Relais2"]).any()
    assert check.amiss(Movement.load(movement)) == []
    (movement / "erase.csv").write_text("platform,account_id,handle,post_id,name\n,,Relais3,,\n")
    assert any("relais2" in one for one in check.amiss(Movement.load(movement)))


def told(source: Source, tags: tuple[str, ...]) -> dict[str, Any] | str:
    """Return all that is read of a file: its format, account, remarks and rows; or the refusal."""
    rows: dict[str, list[Any]] = {}
    sink = Sink("f", lambda name, batch: rows.setdefault(name, []).extend(batch.to_pylist()), tags)
    try:
        found = read_source(source, sink)
    except (ArchiveError, AssertionError) as error:
        return str(error)
    return {"format": found, **sink.account_row(), "remarks": dict(sink.remarks), "each": rows}


V1, V2 = (json.dumps(make(scene.POSTED)).encode() for make in (scene.v1, scene.v2))
ODD = [
    V1 + V1, V1 + V1 + b"\n\n", V1 + b"\n\n" + V2, V1 + b"\r\n" + V2 + b"\r\n", b" " + V1,
    V1.replace(b", ", b",\n"), V1 + b"\n" + V1.replace(b", ", b",\n"), V1 + b" ",
    b"[" + V1 + b"," + V2 + b"]",
    b"[" + V1 + b"]\n[" + V2 + b"]", b"[[" + V1 + b"],[" + V2 + b"]]", b"[" + V1 + b",3,null]",
    b"[" + V1 + b"] ", b"[" + V1 + b",]", b"[" + V1 + b",{}]", b"[{}]", b"[]", b"{}", b"{}\n" + V1,
    b"[" + V1 + b"," + V1.replace(b"Usine", b"\xe9") + b"]",
    V1.replace(b"Usine", b"\xe9") + b"\n" + V2,
    V1.replace(b"Usine", b"a, b: [c") + b"\n", b"[" + V1.replace(b"Usine", b"a, b: [c") + b"]",
    b'{"data":' + V2 + b"}", b'[{"data":[' + V2 + b"]}]", b'{"posts":[' + V1 + b"]}",
    b'{"user.id":"3","user.name":"x",' + V1[1:], b'{"columns":["a"],' + V1[1:],
    b'{"x":' * 300 + V1, b'{"x":' * 300 + V1 + b"}" * 300,
    b'{"$date":1,' + V1[1:], b'{"delete":{"status":{"id":1,"user_id":3}}}\n' + V1, b'"a"\n' + V1,
    V1.replace(b"7", b"NaN"), b"[" + V1.replace(b"7", b"NaN") + b"]", b'{"a":[1],"b":[2],"c":[3]}',
    (V1 + b"\n") * 70 + b"{", (V1 + b"\n") * 59 + b"[1]\n" + V2, b"[" + V1 + b"," * 2 + V2 + b"]",
]  # fmt: skip


@pytest.mark.parametrize("tags", [(), ("i4emploi",)])
def test_bytes_in_memory_are_read_as_those_of_a_stream(tags: tuple[str, ...]) -> None:
    """Whatever they are: what is looked at in one glance, and what wants a closer look."""
    chance = random.Random(20150926)
    golden = [path.read_bytes() for path in sorted(GOLDEN.iterdir()) if path.is_file()]
    golden = [data for data in golden if len(data) < 1 << 16] + ODD
    damaged = [
        mutate(chance.choice(golden), chance.choice(golden), chance, chance.randint(1, 3))
        for _ in range(150)
    ]
    for data in golden + damaged:
        held = Source.of("f", data, None)
        streamed = Source("f", lambda data=data: io.BytesIO(data))
        assert told(held, tags) == told(streamed, tags), data[:2000]


@pytest.mark.parametrize("seed", range(3))
def test_a_member_taken_at_once_is_the_member_opened(tmp_path: Path, seed: int) -> None:
    """And where its header, its sizes or its bytes are not what the list says, it is opened."""
    chance = random.Random(seed)
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for at in range(40):
            how = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
            name = chance.choice(("{}.json", "été {}.json", "\u4e2d{}.json")).format(at)
            packed.writestr(name, tweets(at, chance.randrange(3)), how)
    whole, taken = path.read_bytes(), 0
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randrange(4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        zips.forget()
        listed: zips.Listed = {}
        try:
            found = zips.entries(str(path))
        except (ArchiveError, *containers.UNREADABLE):
            continue
        for entry in found:
            at_once = zips.small(str(path), entry.header_offset, listed)
            if at_once is not None:
                taken += 1
                opened = Source("m", partial(zips.member, str(path), entry.filename))
                assert b"".join(opened.chunks()) == at_once or opened.held().plain is None
                with zips.member(str(path), entry.filename, entry.header_offset) as member:
                    assert member.read() == at_once
    assert taken > 500


@pytest.mark.parametrize("seed", range(3))
def test_a_header_read_at_a_glance_is_the_header_read_whole(seed: int) -> None:
    """Of a .tar by Python, GNU's or POSIX', whatever was damaged in it, its sum right or wrong."""
    chance, glanced = random.Random(seed), 0

    def told(kind: type[tarfile.TarInfo], header: bytes) -> tuple[object, ...]:
        try:
            entry = kind.frombuf(header, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            return type(error), str(error)
        return entry.name, entry.size, entry.type, entry.sparse

    for _ in range(3_000):
        entry = tarfile.TarInfo(chance.choice(("a.json", "été.json", "d/" + 98 * "x", 120 * "y")))
        entry.size, entry.mtime = chance.choice((0, 3_000, 8**11 - 1)), chance.getrandbits(31)
        entry.type = chance.choice((b"0", b"0", b"0", b"5", b"\0", b"L", b"x"))
        form = chance.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
        header = bytearray(entry.tobuf(form)[-512:])
        for _ in range(chance.randrange(4)):
            at = chance.choice((0, 99, 345, chance.randrange(100, 158), chance.randrange(512)))
            header[at] = chance.choice(b"\0 0167_-/\x80\xff")
        if chance.random() < 0.8:
            total = sum(header) - sum(header[148:156]) + 8 * 32
            header[148:156] = chance.choice((b"%06o\0 ", b"%07o\0")) % total
        seen = told(containers._Entry, bytes(header))
        assert seen == told(tarfile.TarInfo, bytes(header)), bytes(header)
        glanced += bool(containers._PLAIN.fullmatch(header))
    assert 300 < glanced < 2_700


# ---------------------------------------------------------------------------------- accidents


def test_rows_that_do_not_go_together_are_read_one_by_one(
    movement: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = put(minutes(), "folder", tmp_path)
    read(movement, raw)
    expected = i4.load(movement)

    def broken(self: Together, flush: object) -> None:
        raise pa.ArrowInvalid("no such array")

    monkeypatch.setattr(Together, "hand_on", broken)
    equal(_afresh(movement, raw), expected)
    assert not packs(movement)


STEPS = [
    pytest.param(at, how, marks=[] if (at, how) in FAST else pytest.mark.slow)
    for how, steps in (("first", 7), ("other hashtag", 9), ("from alone", 9))
    for at in range(steps)
]


@pytest.mark.parametrize(("at", "how"), STEPS)
def test_a_kill_at_any_step_of_a_pack_loses_nothing(
    movement: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, how: str
) -> None:
    """Every change of the store is a step; the process ends before it, and cleans nothing up."""
    raw = put(minutes(count=70), "folder", tmp_path)
    read(movement, raw)
    undisturbed = i4.load(movement)
    if how == "first":
        for path in (movement / "archive").glob("*.*"):
            path.unlink() if path.is_file() else None
    elif how == "other hashtag":
        read(movement, raw, hashtags=["absent"])
    else:
        alone(monkeypatch, lambda: _afresh(movement, raw))
        alone(monkeypatch, lambda: read(movement, raw, hashtags=["absent"]))

    class Killed(BaseException):
        pass

    steps = iter(range(1000))
    real = {name: getattr(Path, name) for name in ("replace", "unlink")}

    def step(name: str) -> Callable[..., Any]:
        def done(path: Path, *given: Any, **options: Any) -> Any:
            whole = path.name.endswith((".parquet", ".json", ".jsonl")) and (
                name == "unlink" or parts.PACK in path.name or parts.TEMPORARY in path.name
            )
            if whole and path.parent.name == "archive" and next(steps) >= at:
                raise Killed
            return real[name](path, *given, **options)

        return done

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(Path, name, step(name))
        patch.setattr(parts.PartWriter, "__exit__", lambda self, *failure: None)
        patch.setattr(parts, "clean", lambda folder: None)
        with pytest.raises(Killed):
            read(movement, raw)
    i4.load(movement).check()  # whatever there is, it is whole
    read(movement, raw)
    equal(i4.load(movement), undisturbed)
    assert not list((movement / "archive").glob(f"{parts.TEMPORARY}*"))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_twenty_kills_while_packing_lose_nothing(
    movement: Path, tmp_path: Path, workers: int
) -> None:
    raw = put(minutes(count=2400), "folder", tmp_path)
    died = killed_reads(movement, raw, 20, 1.5, workers)
    assert died >= 7, "the reads were over before they could be killed"
    read(movement, raw)
    again = i4.load(movement)
    equal(again, _afresh(movement, raw))


def test_a_damaged_pack_is_named(movement: Path, tmp_path: Path) -> None:
    read(movement, put(minutes(), "folder", tmp_path))
    next((movement / "archive").glob("*.pack.posts.parquet")).write_bytes(b"PAR1")
    with pytest.raises(ArchiveError, match="delete the part"):
        i4.load(movement)
    next((movement / "archive").glob("*.pack.posts.parquet")).unlink()
    with pytest.raises(ArchiveError, match="delete the part"):
        i4.load(movement)


def test_a_pack_under_another_name_does_not_count(movement: Path, tmp_path: Path) -> None:
    raw = put(minutes(), "folder", tmp_path)
    read(movement, raw)
    expected, store = i4.load(movement), movement / "archive"
    os.rename(store / packs(movement)[0], store / f"{'0' * 64}.pack.json")  # noqa: PTH104
    assert len(i4.load(movement).files) < len(expected.files)
    read(movement, raw)
    equal(i4.load(movement), expected)


# ----------------------------------------------------------------------------------------- cost


def test_many_members_cost_little(movement: Path, tmp_path: Path) -> None:
    """Calls, not seconds: a machine may be busy. 2,000 members make one list and few files."""
    files = {f"{at:04d}.json": tweets(100 + at, 1) for at in range(2_000)}
    path = put(files, "zip", tmp_path)
    written = 0
    real = parts.pq.ParquetWriter

    def counted(*given: Any, **options: Any) -> Any:
        nonlocal written
        written += 1
        return real(*given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts.pq, "ParquetWriter", counted)
        read(movement, path)
    assert len(i4.load(movement).files) == 2_000
    assert written <= 6


# ------------------------------------------------------------------------------ without a store


@pytest.mark.parametrize("shape", ["folder", "zip", "tgz"])
def test_an_archive_read_at_once_is_what_its_files_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """The rows of every table in their order, the account of each file, and what is refused."""
    files = minutes(seed=2, count=60)
    files |= {f"{at:02d}/long.json": tweets(5_000 * at + 7, 150) for at in range(1)}
    path = put(files, shape, tmp_path)
    together = i4.read_archive(path, ["i4emploi"], errors="reject")
    with monkeypatch.context() as patch:
        patch.setattr(containers, "SMALL", -1)
        patch.setattr(work.Packing, "take", lambda self, piece: self._alone(piece))
        alone = i4.read_archive(path, ["i4emploi"], errors="reject")
    assert len(alone.posts) > 100 and len(alone.rejects) > 5
    equal(together, alone)
    pd.testing.assert_frame_equal(together.files, alone.files)
    pd.testing.assert_frame_equal(together.rejects, alone.rejects)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_member_cut_short_is_damage_not_a_shorter_file(tmp_path: Path, part: float) -> None:
    """At the end of a .tar that broke off before it was packed."""
    whole = put({f"{at}.json": tweets(10 * at, 4) for at in range(3)}, "tar", tmp_path)
    with tarfile.open(whole) as tar:
        last = tar.getmembers()[-1]
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(gzip.compress(whole.read_bytes()[: last.offset_data + int(last.size * part)]))
    archive = i4.read_archive(cut, errors="reject")
    assert [name[-6:] for name in archive.files["file"]] == ["0.json", "1.json"]
    assert "cannot be read to its end" in archive.rejects["reason"].item()


def test_a_file_that_is_there_twice_gives_its_rows_once(tmp_path: Path) -> None:
    """Also where one is small, as a member of a .zip, and the other is not."""
    for at in range(3):
        (tmp_path / f"{at}.json").write_bytes(tweets(7, 60 if at < 2 else 1))
    with zipfile.ZipFile(tmp_path / "1b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("0.json", tweets(7, 60))
        packed.writestr("9.json", tweets(7, 1))
    archive = i4.read_archive(tmp_path)
    assert archive.files["file"].str[-6:].tolist() == ["0.json", "9.json"]
    assert archive.files["duplicates"].sum() == 61


def test_what_was_packed_is_let_go_at_once() -> None:
    """Nobody looks for rings while a batch is read: a .tar.gz of a million members would pile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        together = Together()
        found = []
        for at in range(3):
            source = Source.of(f"{at}.json", tweets(at, 2), None)
            sink = Sink(source.name, together)
            read_source(source, sink)
            found.append(weakref.ref(sink))
            del sink
        together.hand_on(lambda name, batch: None)
        del together
        assert [ref() for ref in found] == [None] * 3
    finally:
        if collecting:
            gc.enable()
