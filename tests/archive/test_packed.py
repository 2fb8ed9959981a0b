"""Packed objects: R's data frames and Bluesky's repositories give the rows of what was packed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.util
import json
import random
import struct
from pathlib import Path
from typing import Any

import pytest
from story import ACCOUNTS, ANNE, BRUNO, FIRST, GOLDEN, SHARE, Rows

from i4analysis.errors import ArchiveError

NA_REAL = struct.pack(">Q", 0x7FF00000000007A2)
needs_r = pytest.mark.skipif(importlib.util.find_spec("rdata") is None, reason="extra r")
needs_car = pytest.mark.skipif(importlib.util.find_spec("libipld") is None, reason="extra collect")

# ------------------------------------------------------------------------------ R's own writing


def head(kind: int, attributes: bool = False, tag: bool = False, is_object: bool = False) -> bytes:
    return struct.pack(">i", kind | is_object << 8 | attributes << 9 | tag << 10)


def char(text: str | None) -> bytes:
    if text is None:
        return head(9) + struct.pack(">i", -1)
    raw = text.encode()
    return struct.pack(">ii", 9 | 8 << 12, len(raw)) + raw


def attributes(found: dict[str, bytes]) -> bytes:
    if not found:
        return b""
    pairs = (head(2, tag=True) + head(1) + char(name) + value for name, value in found.items())
    return b"".join(pairs) + struct.pack(">i", 254)


def vector(kind: int, items: list[bytes], more: dict[str, bytes] | None = None) -> bytes:
    begun = head(kind, bool(more), is_object=bool(more)) + struct.pack(">i", len(items))
    return begun + b"".join(items) + attributes(more or {})


def strings(*texts: str | None, **more: bytes) -> bytes:
    return vector(16, [char(text) for text in texts], more)


def reals(*numbers: float | None, **more: bytes) -> bytes:
    packed = [NA_REAL if one is None else struct.pack(">d", one) for one in numbers]
    return vector(14, packed, more)


def integers(*numbers: int | None, kind: int = 13, **more: bytes) -> bytes:
    return vector(
        kind, [struct.pack(">i", -(2**31) if one is None else one) for one in numbers], more
    )


def listed(*parts: bytes, **more: bytes) -> bytes:
    return vector(19, list(parts), more)


def frame(
    columns: dict[str, bytes], size: int, classes: tuple[str, ...] = (), **more: bytes
) -> bytes:
    return listed(
        *columns.values(),
        names=strings(*columns),
        **{"class": strings(*classes, "data.frame")},
        **{"row.names": integers(None, -size)},
        **more,
    )


def rds(thing: bytes) -> bytes:
    return gzip.compress(b"X\n" + struct.pack(">iii", 2, 0x030602, 0x020300) + thing)


def rdata(**things: bytes) -> bytes:
    chain = b"".join(
        head(2, tag=True) + head(1) + char(name) + thing for name, thing in things.items()
    )
    version = b"RDX2\nX\n" + struct.pack(">iii", 2, 0x030602, 0x020300)
    return gzip.compress(version + chain + struct.pack(">i", 254))


def as_r(values: list[Any]) -> bytes:
    """Return a column as R's jsonlite makes it of JSON: vectors, nested frames, lists."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, dict) for value in known):
        names = list({name: 0 for value in known for name in value})
        rows = [value or {} for value in values]
        return frame({name: as_r([row.get(name) for row in rows]) for name in names}, len(values))
    if any(isinstance(value, list) for value in known):
        return listed(*(struct.pack(">i", 254) if not one else as_r(one) for one in values))
    if known and all(isinstance(value, bool) for value in known):
        return integers(*values, kind=10)
    if known and all(isinstance(value, int | float) for value in known):
        return reals(*values)
    return strings(*(None if value is None else str(value) for value in values))


def bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [{key: row[key] for key in row if key not in ("line", "file")} for row in rows]
    return sorted(kept, key=str)


@needs_r
def test_rtweet_s_frames_give_the_rows_of_its_csv():
    with (GOLDEN / "rtweet-0.7.csv").open(encoding="utf-8", newline="") as handle:
        table = list(csv.DictReader(handle))
    lists = ("hashtags", "mentions_screen_name", "urls_expanded_url", "media_url", "ext_media_url")
    columns: dict[str, bytes] = {}
    for name in table[0]:
        cells = [None if row[name] in ("NA", "") else row[name] for row in table]
        if name in lists:
            columns[name] = listed(*(strings(*(one.split() if one else [None])) for one in cells))
        elif name.endswith("status_id") or name.endswith("user_id"):
            columns[name] = strings(*(one and one.lstrip("x") for one in cells))
        elif name == "created_at":
            moments = [None if one is None else _seconds(one) for one in cells]
            columns[name] = reals(*moments, **{"class": strings("POSIXct", "POSIXt")})
        else:
            columns[name] = strings(*cells)
    data = rds(frame(columns, len(table), ("tbl_df", "tbl")))
    found, plain = Rows(Path("x.rds"), data), Rows(GOLDEN / "rtweet-0.7.csv")
    assert found.sink.variant is None
    assert found.format == "r-data"
    assert bare(found.posts) == bare(plain.posts)
    assert found.sink.records == plain.sink.records


def _seconds(cell: str) -> float:
    import pandas as pd

    try:
        return float(cell)
    except ValueError:
        return pd.Timestamp(cell, tz="UTC").timestamp()


@needs_r
def test_frames_of_the_second_api_with_frames_in_them():
    (page,) = (json.loads(line) for line in (GOLDEN / "twitter-v2.jsonl").read_text().splitlines())
    posts = page["data"]
    names = list({name: 0 for post in posts for name in post})
    columns = {name: as_r([post.get(name) for post in posts]) for name in names}
    found = Rows(Path("x.rds"), rds(frame(columns, len(posts))))
    plain = Rows(Path("x.jsonl"), "".join(json.dumps(post) + "\n" for post in posts).encode())
    assert found.sink.rejected == 0
    for one, other in zip(bare(found.posts), bare(plain.posts), strict=True):
        for column in ("post_id", "author_id", "posted_at", "kind", "reshared_id", "like_count"):
            assert one[column] == other[column], column
        assert one["hashtags"] == other["hashtags"]


@needs_r
def test_rtweet_1_keeps_accounts_beside_the_posts():
    records = [json.loads(line) for line in (GOLDEN / "twitter-v1.jsonl").read_text().splitlines()]
    names = [
        "id_str", "created_at", "full_text", "entities", "retweet_count", "favorite_count", "lang",
        "in_reply_to_status_id_str", "in_reply_to_user_id_str", "in_reply_to_screen_name",
    ]  # fmt: skip
    posts = {name: as_r([record.get(name) for record in records]) for name in names}
    users = [record["user"] for record in records]
    accounts = {name: as_r([user[name] for user in users]) for name in users[0]}
    data = rds(frame(posts, len(records), ("tweets",), users=frame(accounts, len(records))))
    found = Rows(Path("x.rds"), data)
    by_id = {row["post_id"]: row for row in found.posts}
    assert by_id[FIRST]["author_id"] == ANNE
    assert by_id[FIRST]["hashtags"] == ["i4emploi", "corrèze"]
    assert by_id[SHARE]["author_id"] == BRUNO
    seen = {row["account_id"]: row for row in found.profiles}
    assert seen[ANNE]["bio"] == ACCOUNTS[ANNE]["bio"]
    assert seen[ANNE]["followers"] == ACCOUNTS[ANNE]["followers"]


@needs_r
def test_kinds_of_r_s_values():
    from i4analysis.archive.formats.r_data import RData

    exact = 647743716317124231
    columns = {
        "id": vector(14, [struct.pack(">q", exact), struct.pack(">q", -(2**63))],
                     {"class": strings("integer64")}),
        "kind": integers(2, None, levels=strings("a", "b"), **{"class": strings("factor")}),
        "at": reals(1443269111.25, None, **{"class": strings("POSIXct", "POSIXt")}),
        "day": reals(16704.0, None, **{"class": strings("Date")}),
        "flag": integers(1, None, kind=10),
        "count": integers(3, None),
        "part": reals(0.5, None),
        "tags": listed(strings("x", "y"), strings(None)),
        "inner": frame({"n": integers(1, 2)}, 2),
    }  # fmt: skip
    data = gzip.decompress(rds(frame(columns, 2)))
    ((one, other),) = RData().frames(data, "x")
    assert one == {
        "id": exact,
        "kind": "b",
        "at": "2015-09-26T12:05:11.250000+00:00",
        "day": "2015-09-26T00:00:00+00:00",
        "flag": True,
        "count": 3,
        "part": 0.5,
        "tags": ["x", "y"],
        "inner": {"n": 1},
    }
    assert {key: value for key, value in other.items() if value not in (None, [])} == {
        "inner": {"n": 2}
    }


@needs_r
def test_a_workspace_of_several_things():
    records = [json.loads(line) for line in (GOLDEN / "twitter-v1.jsonl").read_text().splitlines()]
    names = ("id_str", "created_at", "full_text", "lang", "user")
    columns = {name: as_r([record[name] for record in records]) for name in names}
    posts, other = frame(columns, len(records)), frame({"n": integers(1, 2)}, 2)
    found = Rows(Path("x.RData"), rdata(a=integers(1), notes=other, posts=listed(posts)))
    assert {row["post_id"] for row in found.posts} >= {FIRST, SHARE}
    with pytest.raises(ArchiveError, match="found the columns n"):
        Rows(Path("x.RData"), rdata(notes=other))
    with pytest.raises(ArchiveError, match="without a data frame"):
        Rows(Path("x.RData"), rdata(a=integers(1)))


@needs_r
def test_damaged_files_of_r_are_refused_with_one_sentence():
    data = gzip.decompress(rds(frame({"status_id": strings("1", "2"), "n": reals(1, 2)}, 2)))
    rng = random.Random(3)
    for _ in range(300):
        damaged = bytearray(data[: rng.randrange(20, len(data))] if rng.random() < 0.5 else data)
        for _ in range(rng.randrange(4)):
            damaged[rng.randrange(6, len(damaged))] = rng.randrange(256)
        try:
            Rows(Path("x.rds"), bytes(damaged))
        except ArchiveError as error:
            assert "\n" not in str(error)
            assert "x.rds" in str(error)


def test_without_the_library_the_way_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ArchiveError, match=r"i4analysis\[r\].*write\.csv"):
        Rows(Path("x.rds"), rds(strings("a")))
    with pytest.raises(ArchiveError, match=r"i4analysis\[collect\]"):
        Rows(Path("x.car"), b"\x3a\xa2\x65roots")


# --------------------------------------------------------------------------------- repositories


def cid(block: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


def cbor(value: Any) -> bytes:
    """Return DAG-CBOR; names of blocks are its links (tag 42)."""
    import libipld

    if isinstance(value, bytes) and value[:2] == b"\x01\x71":
        return b"\xd8\x2a\x58\x25\x00" + value
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key), key))
        inner = b"".join(libipld.encode_dag_cbor(key) + cbor(value[key]) for key in keys)
        return bytes([0xA0 + len(value)]) + inner
    if isinstance(value, list) and len(value) < 24:
        return bytes([0x80 + len(value)]) + b"".join(map(cbor, value))
    return libipld.encode_dag_cbor(value)


def varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def repository(did: str, records: dict[str, Any]) -> bytes:
    """Return a CAR file of records by key, in a tree of two levels as a server writes it."""
    blocks: dict[bytes, bytes] = {}

    def put(value: Any) -> bytes:
        block = cbor(value)
        blocks[cid(block)] = block
        return cid(block)

    def node(keys: list[str], left: bytes | None = None, right: bytes | None = None) -> bytes:
        entries, before = [], b""
        for key in keys:
            raw = key.encode()
            shared = next(
                (at for at in range(len(raw)) if raw[: at + 1] != before[: at + 1]), len(raw)
            )
            last = right if key == keys[-1] else None
            entries.append({"p": shared, "k": raw[shared:], "v": put(records[key]), "t": last})
            before = raw
        return put({"l": left, "e": entries})

    keys = sorted(records)
    third = len(keys) // 3
    left, right = node(keys[:third]), node(keys[2 * third :])
    tree = node(keys[third : 2 * third], left, right)
    root = put(
        {"did": did, "rev": "3l5qzh5gu4k22", "version": 3, "data": tree, "prev": None, "sig": b"x"}
    )
    header = cbor({"roots": [root], "version": 1})
    parts = [header, *(name + block for name, block in blocks.items())]
    return b"".join(varint(len(part)) + part for part in parts)


DID = "did:plc:" + "a" * 24


def records_of(name: str) -> dict[str, Any]:
    found = {}
    for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines():
        commit = json.loads(line).get("commit")
        if isinstance(commit, dict) and isinstance(commit.get("record"), dict):
            found[f"{commit['collection']}/{commit['rkey']}"] = commit["record"]
    return found


@needs_car
def test_a_repository_gives_the_rows_of_its_records():
    records = records_of("bluesky-jetstream.jsonl")
    assert len(records) > 4
    found = Rows(Path("repo.car"), repository(DID, records))
    lines = [
        json.dumps({"uri": f"at://{DID}/{key}", "cid": "x", "value": record})
        for key, record in sorted(records.items())
    ]
    plain = Rows(Path("list.jsonl"), "\n".join(lines).encode())
    assert found.format == "bluesky-car"
    assert bare(found.posts) == bare(plain.posts)
    assert bare(found.follows) == bare(plain.follows)
    assert found.sink.notices == plain.sink.notices
    assert (found.sink.records, found.sink.rejected) == (len(records), plain.sink.rejected)


@needs_car
def test_a_damaged_repository_ends_in_rows_or_one_sentence():
    data = repository(DID, records_of("bluesky-jetstream.jsonl"))
    rng = random.Random(5)
    for _ in range(300):
        damaged = bytearray(data[: rng.randrange(10, len(data))] if rng.random() < 0.3 else data)
        for _ in range(rng.randrange(5)):
            damaged[rng.randrange(9, len(damaged))] = rng.randrange(256)
        try:
            rows = Rows(Path("repo.car"), bytes(damaged))
            assert rows.sink.closed == rows.sink.records
        except ArchiveError as error:
            assert "\n" not in str(error)
            assert "repo.car" in str(error)
