"""A file that is no archive of posts is refused with a sentence that says what it is."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

import i4analysis as i4
from i4analysis.errors import ArchiveError


def refusal(path: Path) -> str:
    with pytest.raises(ArchiveError) as caught:
        i4.read_archive(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


TEXTS = {
    "shares.csv": ("object_id,account_id,content_id,timestamp_share\n1,2,3,4\n", "CooRTweet"),
    "edges.csv": ("Source,Target,Weight\na,b,1\n", "graph"),
    "trees.csv": ("child,parent,tree,generation\n1,0,1,1\n", "trees of cascades"),
    "ids.txt": ("647812345678901248\n647812345678901249\n", "list of post ids"),
    "shopping.csv": ("fruit,price\napple,1\n", "fruit, price"),
    "note.txt": ("Bonjour tout le monde.\nRien ici.\n", "no format"),
    "page.html": ("<!DOCTYPE html><html><body>x</body></html>", "web page"),
    "notebook.json": (json.dumps({"cells": [], "nbformat": 4}), "notebook"),
    "map.json": (json.dumps({"type": "FeatureCollection", "features": []}), "map"),
    "settings.json": (json.dumps({"theme": "dark", "size": 3}), "theme, size"),
    "numbers.json": ("[1, 2, 3]", "no keys"),
    "weibo.jsonl": (json.dumps({"original": {"text": "x"}, "reposts": []}), "Weibo"),
    "reddit.ndjson": (json.dumps({"subreddit": "x", "selftext": "y", "id": "1"}), "Reddit"),
    "instagram.ndjson": (
        json.dumps({"nav_index": "1", "source_platform": "instagram.com", "data": {"pk": 1}}),
        "another site",
    ),
    "dm.js": (
        "window.YTD.direct_messages.part0 = [" + json.dumps({"dmConversation": {}}) + "]",
        "private messages",
    ),
    "followed.csv": ("Account address,Show boosts\na@b.example,true\n", "Mastodon"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_files_of_other_things_are_named(tmp_path: Path, name: str):
    text, expected = TEXTS[name]
    (tmp_path / name).write_text(text)
    assert expected in refusal(tmp_path / name)


def test_r_data_files_say_how_to_convert_them(tmp_path: Path):
    (tmp_path / "x.rds").write_bytes(gzip.compress(b"X\n\0\0\0\x03\0\x04"))
    message = refusal(tmp_path / "x.rds")
    assert "readRDS" in message
    assert "write.csv" in message


def test_workbooks_pictures_and_databases(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as packed:
        packed.writestr("[Content_Types].xml", "<x/>")
        packed.writestr("xl/workbook.xml", "<x/>")
    assert "Excel" in refusal(tmp_path / "book.xlsx")
    for name, magic in (("a.png", b"\x89PNG\r\n"), ("b.db", b"SQLite format 3\0"), ("c", b"PAR1")):
        (tmp_path / name).write_bytes(magic + bytes(40))
        refusal(tmp_path / name)
