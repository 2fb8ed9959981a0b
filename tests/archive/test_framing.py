"""Damaged records: mended when there is one way to do it, rejected with the reason otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import scene

from i4analysis.archive import read_archive
from i4analysis.archive.bytes import framing

POST = scene.v1(scene.POSTED)


def line(text: str) -> str:
    return json.dumps(POST | {"full_text": text}, ensure_ascii=False)


FAMILY = "👩\u200d👩\u200d👧"

MENDED = {
    "emoji joiner turned line end": (
        line(f"famille {FAMILY} ici").replace("\u200d", "\n"),
        f"famille {FAMILY} ici",
    ),
    "raw line end in a text": (line("un deux").replace("un deux", "un\ndeux"), "un\ndeux"),
    "control character": (line("un\x0fdeux").replace("\\u000f", "\x0f"), "un\x0fdeux"),
    "half a surrogate pair": (line("un X").replace("X", "\\ud83d"), "un \ufffd"),
    "NaN": (line("un").replace('"favorite_count": 3', '"favorite_count": NaN'), "un"),
    "numbers as text": (line("un").replace('"retweet_count": 7', '"retweet_count": "7"'), "un"),
}


@pytest.mark.parametrize("damage", MENDED)
def test_record_is_mended(damage: str, tmp_path: Path) -> None:
    broken, text = MENDED[damage]
    path = tmp_path / "in.jsonl"
    after = json.dumps(POST | {"id_str": "2"})
    path.write_bytes(f"{broken}\n{after}\n".encode("utf-8", "surrogatepass"))
    archive = read_archive(path)
    assert archive.rejects.empty
    posts = archive.posts.set_index("post_id")
    assert posts.loc[POST["id_str"], "text"] == text
    assert len(posts) == 2


def test_glued_records_are_two(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(POST) + json.dumps(POST | {"id_str": "2"}) + "\n")
    account = read_archive(path).files.iloc[0]
    assert (account["records"], account["posts_in"]) == (2, 2)


def test_bytes_that_are_not_utf8_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line("cafXX").encode().replace(b"XX", b"\xe9"))
    assert read_archive(path).posts["text"].tolist() == ["caf\ufffd"]


def test_cut_record_is_rejected_and_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(POST)[:200] + "\n" + json.dumps(POST) + "\n")
    archive = read_archive(path)
    account = archive.files.iloc[0]
    assert (account["records"], account["posts_in"], account["rejects"]) == (2, 1, 1)
    reject = archive.rejects.iloc[0]
    assert reject["line"] == 1
    assert reject["excerpt"] == json.dumps(POST)[:200]


def test_array_with_a_broken_element_loses_only_that_one(tmp_path: Path) -> None:
    good = json.dumps(POST)
    path = tmp_path / "in.json"
    path.write_text(f"[{good},\n{good[:-40]} ]}},\n{good}]")
    account = read_archive(path).files.iloc[0]
    assert (account["posts_in"], account["rejects"]) == (2, 1)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_elements_do_not_depend_on_how_the_bytes_arrive(size: int) -> None:
    data = (
        'window.YTD.tweets.part0 = [ {"a": "é[]{}"}, 12 ,\n {"b": [1, {"c": "\\""}]} ]'
    ).encode()
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    assert [json.loads(raw) for _, raw in framing.elements(chunks)] == [
        {"a": "é[]{}"},
        12,
        {"b": [1, {"c": '"'}]},
    ]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_blocks_are_whole_lines_however_the_bytes_arrive(size: int) -> None:
    data = b'{"a":1}\n\n\r\n{"b":"\x0c\xe2\x80\xa8"}\r\nlast'
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    blocks = list(framing.blocks(chunks))
    assert b"".join(blocks) == data
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def test_line_numbers_count_blank_lines_and_lines_taken_by_a_cut_record(tmp_path: Path) -> None:
    first = line("famille 👩\u200d👧 ici").replace("\u200d", "\n")
    path = tmp_path / "in.jsonl"
    path.write_text(f"\n{first}\n\r\n{json.dumps(POST | {'id_str': '2'})}\n{{bad\n")
    archive = read_archive(path)
    lines = dict(zip(archive.posts["post_id"], archive.posts["line"], strict=True))
    assert lines == {POST["id_str"]: 2, "2": 5}
    assert archive.rejects["line"].tolist() == [6]
