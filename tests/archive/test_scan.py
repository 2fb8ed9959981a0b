"""Skipping what cannot hold the hashtag must change nothing but the time it takes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
import pytest
import scene

from i4analysis.archive import read_archive
from i4analysis.archive.bytes.scan import Scan
from i4analysis.archive.reading import records


def tagged(tag: str, number: int) -> dict[str, object]:
    tweet = scene.v1(scene.POSTED)
    tweet["id_str"] = str(number)
    tweet["full_text"] = f"bonjour #{tag}"
    tweet["entities"] = {"hashtags": [{"text": tag}], "urls": [], "user_mentions": []}
    return tweet


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


WRITINGS = {
    "plain": lambda line: line,
    "escaped letters": lambda line: line.replace("i4Emploi", escaped("i4Emploi")),
    "one escaped letter": lambda line: line.replace("i4Emploi", "i4E\\u006dploi"),
    "capitals": lambda line: line.replace("i4Emploi", "I4EMPLOI"),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_neither_capitals_nor_escapes_hide_a_hashtag(writing: str, tmp_path: Path) -> None:
    lines = [json.dumps(tagged("autre", number)) for number in range(1, 2000)]
    lines.insert(1500, WRITINGS[writing](json.dumps(tagged("i4Emploi", 9999))))
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines) + "\n")
    archive = read_archive(path, hashtags=["i4emploi"])
    assert archive.posts["post_id"].tolist() == ["9999"]
    assert archive.posts["line"].tolist() == [1501]
    assert archive.files["notices"].tolist() == [1999]


@pytest.mark.parametrize("tag", ["PôleEmploi", "emploi_été", "Straße", "STRASSE", "日本"])
def test_letters_beyond_ascii_are_found_however_written(tag: str, tmp_path: Path) -> None:
    for name, ascii_only in (("raw", False), ("escaped", True)):
        path = tmp_path / name
        lines = [json.dumps(tagged("autre", n), ensure_ascii=ascii_only) for n in range(1, 500)]
        lines.append(json.dumps(tagged(tag, 9999), ensure_ascii=ascii_only))
        path.write_text("\n".join(lines))
        archive = read_archive(path, hashtags=[tag.upper()])
        assert archive.posts["post_id"].tolist() == ["9999"], name


def test_part_of_a_word_is_no_hashtag(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(scene.lines([tagged("i4EmploiR", 1), tagged("i4emploi", 2)]))
    assert read_archive(path, hashtags=["i4emploi"]).posts["post_id"].tolist() == ["2"]


@pytest.mark.parametrize("seed", range(4))
def test_skipping_gives_what_parsing_everything_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    lines: list[str] = []
    for number in range(3000):
        kind = chance.random()
        if kind < 0.01:
            lines.append(json.dumps(tagged("i4Emploi", number + 1)))
        elif kind < 0.02:
            cut = json.dumps(tagged("i4Emploi 👩\u200d👧", number + 1), ensure_ascii=False)
            lines.append(cut.replace("\u200d", "\n"))
        elif kind < 0.1:
            lines.append('{"delete":{"status":{"id":1}}}')
        elif kind < 0.15:
            lines.append(chance.choice(["", "\r", "  "]))
        else:
            lines.append(json.dumps(tagged("autre", number + 1)))
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines) + chance.choice(["\n", ""]), newline="")
    skipped = read_archive(path, hashtags=["i4emploi"])
    monkeypatch.setattr(Scan, "of", classmethod(lambda *_: None))
    parsed = read_archive(path, hashtags=["i4emploi"])
    for name in ("posts", "profiles", "files", "rejects"):
        pd.testing.assert_frame_equal(getattr(skipped, name), getattr(parsed, name))
    assert len(parsed.posts) > 20


def test_notices_of_skipped_blocks_are_counted_exactly() -> None:
    class Counter:
        def __init__(self) -> None:
            self.records = 0
            self.kinds: dict[str, int] = {}

        def found(self, count: int) -> None:
            self.records += count

        def notice(self, kind: str, count: int = 1) -> None:
            self.kinds[kind] = self.kinds.get(kind, 0) + count

    sink = Counter()
    block = b'{"delete":1}\n\n{"created_at":1}\n \n{"delete":2}\n{"x":1}'
    assert records._skip(block, sink) == 6  # type: ignore[arg-type]  # a stand-in for the sink
    assert sink.records == 4
    assert sink.kinds == {"delete": 2, "other hashtag": 2}


def seen(scan: Scan, block: bytes) -> list[bytes]:
    return [block[start:end] for start, end in scan.lines(block)]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("tag", ["i4emploi", "ab", "a_1", "zz9plural", "eeeeee"])
def test_every_place_in_a_block_and_every_single_escape_is_seen(tag: str, place: int) -> None:
    scan = Scan.of([tag])
    assert scan is not None
    escapes = [tag[:at] + escaped(tag[at]) + tag[at + 1 :] for at in range(len(tag))]
    escapes += [text.replace("\\u00", "\\u00").upper().replace("\\U", "\\u") for text in escapes]
    for written in (tag, tag.upper(), tag.title(), escaped(tag), *escapes):
        line = b"." * place + written.encode()
        assert seen(scan, line) == [line]
        block = b"{}\n" + line + b"\n\n{}\n" + line
        assert seen(scan, block) == [line + b"\n", line]


def test_what_holds_no_plain_letter_in_escapes_is_passed_over() -> None:
    scan = Scan.of(["i4emploi"])
    assert scan is not None
    for block in (
        b"",
        b"\n",
        b"\\u00",
        b"\\u006",
        b"\\u00e9\\u003c\\u0040\\u007f\\u3069",
        b"i4empl",  # i may be written İ or ı, so what is looked for is 4emplo
    ):
        assert not seen(scan, block)


@pytest.mark.parametrize("seed", range(20))
def test_the_look_sees_what_decoding_sees(seed: int) -> None:
    chance = random.Random(seed)
    tag = "".join(chance.choices("abez_49", k=chance.randrange(2, 9)))
    scan = Scan.of([tag])
    assert scan is not None
    lines = []
    for _ in range(200):
        text = "".join(chance.choices(["a", "B", "e", "Z", "_", "4", "9", "é", "<", tag], k=9))
        lines.append(
            "".join(escaped(one) if chance.random() < 0.05 else one for one in text).encode()
        )
    block = b"\n".join(lines)
    found = {line.rstrip(b"\n") for line in seen(scan, block)}
    for line in lines:
        plain = json.loads(b'"' + line + b'"').casefold()
        assert line in found or tag not in plain
