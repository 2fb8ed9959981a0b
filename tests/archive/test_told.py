"""What somebody is told whose files are no archives, or are not written as they look."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from story import GOLDEN

import i4analysis as i4
from i4analysis import cli
from i4analysis.archive.doctor import examine
from i4analysis.archive.rows import kinds
from i4analysis.errors import ArchiveError
from i4analysis.movement import create

# what a decoder or Python says, and digits that were masked
FOREIGN = re.compile(r"`|Expected |JSON is malformed|Traceback|NoneType|object is not|\bN\b")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(["read", *arguments])
    printed = capsys.readouterr()
    text = printed.out + printed.err
    assert not FOREIGN.search(text), FOREIGN.search(text)
    return code, text


def wrong(text: str = "x") -> str:
    """A post of the API v1.1 of which no field is of its kind."""
    return json.dumps({"created_at": "soon", "id": {"a": 1}, "user": {"id": 1}, "text": text})


def test_a_folder_of_nothing_ends_with_2_and_raises(tmp_path: Path, capsys):
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text("Bonjour tout le monde.\n")
    code, text = run(capsys, str(tmp_path))
    assert code == 2
    assert "Nothing was read: none of the 5 files" in text
    with pytest.raises(ArchiveError, match=r"Nothing could be read of .*5 files"):
        i4.read_archive(tmp_path)
    rejects = i4.read_archive(tmp_path, errors="reject").rejects
    assert len(rejects) == 5
    assert rejects.reason.str.contains("in no format").all()


def test_a_folder_with_one_archive_and_other_things_ends_with_0(tmp_path: Path, capsys):
    (tmp_path / "note.txt").write_text("Bonjour.\n")
    (tmp_path / "v1.jsonl").write_bytes((GOLDEN / "twitter-v1.jsonl").read_bytes())
    code, text = run(capsys, str(tmp_path))
    assert code == 0
    assert "passed over" in text
    assert len(i4.read_archive(tmp_path).files) == 1


def test_many_files_rejected_whole_are_one_group_and_none_is_called_clean(tmp_path: Path, capsys):
    for number in range(55):
        (tmp_path / f"{number:02}.jsonl").write_text((wrong(str(number)) + "\n") * 3)
    (tmp_path / "sound.jsonl").write_bytes((GOLDEN / "twitter-v1.jsonl").read_bytes())
    code, text = run(capsys, str(tmp_path))
    assert code == 0
    assert "55 files such as 00.jsonl" in text
    assert "not one record could be read" in text
    assert "without rejects" not in text
    assert "165 rejects" in text
    (tmp_path / "sound.jsonl").unlink()
    code, text = run(capsys, str(tmp_path))
    assert code == 2
    assert "Nothing was read: none of the 55 files" in text
    assert "--columns" in text  # what to do


def test_like_refusals_are_told_three_times_and_counted(tmp_path: Path, capsys):
    for number in range(30):
        (tmp_path / f"{number:02}.csv").write_text(f"fruit,price{number}\napple,1\n")
        (tmp_path / f"{number:02}.js").write_text(
            f'window.YTD.ad_engagements.part{number} = [{{"ad": {{}}}}]'
        )
    code, text = run(capsys, str(tmp_path))
    assert code == 2
    assert text.count("passed over") == 6
    assert text.count("(27 more files like these") == 2
    assert 'the part "ad engagements" of an X archive' in text


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.js", "window.YTD.ip_audit.part0 = [{'x': 1}]".replace("'", '"'), "X archive"),
        ("g.js", 'Grailbird.data.payload = [{"x": 1}]', "Twitter archive of 2012 to 2018"),
        ("g.gexf", '<?xml version="1.0"?>\n<gexf version="1.2"></gexf>', "GEXF"),
        ("f.xml", '<?xml version="1.0"?><rss version="2.0"></rss>', "feed"),
        ("m.csv", "Date,Headline,URL,Hit Sentence,Influencer\n1,2,3,4,5\n", "Meltwater"),
        ("s.sav", "$FL2@(#) IBM SPSS STATISTICS", "SPSS"),
    ],
)
def test_files_of_known_tools_are_named_with_the_tool(tmp_path: Path, name, content, expected):
    (tmp_path / name).write_text(content)
    with pytest.raises(ArchiveError, match=expected):
        i4.read_archive(tmp_path / name)


def test_faults_of_the_decoder_are_told_in_our_words():
    told = {
        "Expected `array | null`, got `object` - at `$.entities.urls`":
            "entities.urls holds an object, expected a list",
        "Expected `int | str`, got `array` - at `$.data[...].id`":
            "data.id holds a list, expected a whole number or a text",
        "Object missing required field `tag` - at `$.entities.hashtags[...]`":
            "entities.hashtags holds an entry without tag",
        "JSON is malformed: invalid character (byte 7)":
            "the record is not whole JSON: something is missing or too much at byte 7",
        "Input data was truncated": "the record breaks off in the middle",
        "Integer value out of range": "a value is not one that this format can hold",
        "the column id holds 'x', expected a post's id":
            "the column id holds 'x', expected a post's id",
    }  # fmt: skip
    for fault, words in told.items():
        assert kinds.in_words(fault) == words


def test_readme_lists_the_formats_that_the_readers_read():
    from i4analysis.archive.formats import registry

    readers = [
        *registry.BUNDLE_READERS, *registry.FRAMES_READERS,
        *registry.JSON_READERS, *registry.CSV_READERS,
    ]  # fmt: skip
    assert [type(reader).__name__ for reader in readers if not reader.title] == []
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert registry.readme(text) == text, "run make formats"


def test_every_remark_of_a_reader_has_its_sentence():
    """A code without words would be shown as it is."""
    package = Path(i4.__file__).parent / "archive"
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    codes = {code for text in texts for code in re.findall(r'(?:remark|noted)[(\[]"(\w+)"', text)}
    assert {"zone_unsaid", "text_cut", "nul_bytes"} <= codes
    assert codes <= examine.FINDINGS.keys()


def test_what_a_movement_keeps_of_itself_is_no_archive(tmp_path: Path, capsys, monkeypatch):
    """Else its people are read as accounts, and its store a second time, without originals."""
    home = tmp_path / "m"
    create(home, ["thanks"])
    (home / "people.csv").write_text("handle,name,role,url\nana,Ana,founder,https://x.org/a\n")
    (home / "raw" / "v1.jsonl").write_bytes((GOLDEN / "twitter-v1.jsonl").read_bytes())
    run(capsys, str(home / "raw"), "--movement", str(home))
    before = i4.load(home).posts
    kept = sorted(home.rglob("*"))
    monkeypatch.chdir(home)
    for asked in ([str(home)], ["."], [str(tmp_path)], list(map(str, home.iterdir()))):
        code, text = run(capsys, *asked, "--movement", str(home))
        assert "--columns" not in text, asked
        assert sorted(home.rglob("*")) == kept, asked
    assert i4.load(home).posts.equals(before)
    assert "keep what was read" in run(capsys, "raw")[1]
    assert "with --movement . to keep" in run(capsys, ".")[1]
    (home / "raw" / "v1.jsonl").unlink()
    for asked in (home, home / "archive"):
        code, text = run(capsys, str(asked))
        assert (code, "no file but a movement's own" in text) == (2, True)
