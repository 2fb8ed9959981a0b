"""What a page, a letter or a terminal displays is read as what it was before.

Golden records and tables are taken as they are found, displayed as programs do, and read: the rows
are the same.
"""

from __future__ import annotations

import html
import json
import quopri
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from story import ANSWER, FIRST, SHARE, TEXT, Rows, at
from test_shapes import RESHARE, plain_tables, read, table
from test_siblings import V1, Table, cells, rows_of, written

from i4analysis.archive import command
from i4analysis.archive.bytes import framing
from i4analysis.archive.rows import moments
from i4analysis.errors import ArchiveError

LINES = "\n".join(json.dumps(value, ensure_ascii=False) for value in V1) + "\n"
PRETTY = json.dumps(V1, ensure_ascii=False, indent=1)
PAGE = "<!DOCTYPE html>\n<html><head><title>x</title></head>\n<body><{0}>{1}</{0}></body></html>"

RECORDS: dict[str, str | bytes] = {
    "escaped": html.escape(json.dumps(V1)),
    "escaped lines": html.escape(LINES),
    "escaped twice": html.escape(html.escape(PRETTY)),
    "a page": PAGE.format("pre", html.escape(PRETTY)),
    "a page of lines": PAGE.format("pre", html.escape(LINES, quote=False)),
    "a form": PAGE.format("textarea", html.escape(json.dumps(V1))),
    "percents": quote(json.dumps(V1)),
    "a letter": quopri.encodestring(PRETTY.encode()),
    "quoted in a letter": re.sub("(?m)^", "> ", PRETTY),
    "colours": re.sub(r'("\w+"): ', "\x1b[34;1m\\1\x1b[0m\x1b[1;39m: \x1b[0m", PRETTY),
    "a page of Markdown": f"# Tweets\n\nVoici :\n\n```json\n{PRETTY}\n```\n\nFin.\n",
    "a conflict": "[\n<<<<<<< HEAD\n"
    + ",\n=======\n".join(map(json.dumps, V1))
    + "\n>>>>>>> b\n]",
    "zeros between": "\0".join(map(json.dumps, V1)),
    "without a mark": PRETTY.encode("utf-16-le"),
}


@pytest.mark.parametrize("how", RECORDS)
def test_records_are_the_same_however_they_are_displayed(how: str):
    shown = RECORDS[how]
    data = shown if isinstance(shown, bytes) else shown.encode()
    assert rows_of(data) == rows_of(LINES.encode())


def test_a_line_beyond_all_measure_is_told(monkeypatch: pytest.MonkeyPatch):
    rows = [["id", "created_at", "screen_name", "text"],
            [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT],
            [ANSWER, "2015-10-05 11:01:00", "claire_x", "x " * 400_000],
            [SHARE, "2015-10-05 10:12:30", "BrunoInvente", RESHARE]]  # fmt: skip
    monkeypatch.setattr(framing, "MAX_RECORD", 1 << 18)
    for how in ("SQLite's .mode line", "MySQL's \\G"):
        found = read(TABLES[how](rows).encode())
        assert found.rejects
        assert any("longer than" in reject["reason"] for reject in found.rejects)


def down(rows: Table, sign: str, between: Callable[[int], str]) -> str:
    wide = max(map(len, rows[0]))
    pad = f"{{:{'<' if sign == ' | ' else '>'}{wide}}}"
    return "".join(
        between(number)
        + "".join(
            f"{pad.format(name)}{sign}{cell}\n" for name, cell in zip(rows[0], row, strict=True)
        )
        for number, row in enumerate(rows[1:], 1)
    )


def aligned(rows: Table) -> str:
    wide = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    ruler = ["-" * (size - 2) for size in wide]
    return "".join(
        "".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip() + "\n"
        for row in (rows[0], ruler, *rows[1:])
    )


TABLES: dict[str, Callable[[Table], str]] = {
    "SQLite's .mode line": lambda rows: down(rows, " = ", lambda n: "\n" * (n > 1)),
    "MySQL's \\G": lambda rows: (
        down(rows, ": ", lambda n: f"{'*' * 27} {n}. row {'*' * 27}\n")
        + "4 rows in set (0.00 sec)\n"
    ),
    "PostgreSQL's \\x": lambda rows: down(rows, " | ", lambda n: f"-[ RECORD {n} ]{'-' * 20}\n"),
    "under a line": lambda rows: down(rows, ": ", lambda n: "----------\n"),
    "aligned": aligned,
}


@pytest.mark.parametrize("how", TABLES)
@pytest.mark.parametrize("name", plain_tables())
def test_a_table_is_the_same_however_a_terminal_shows_it(name: str, how: str):
    rows, _ = cells(name)
    if not all(re.fullmatch(r"[^\W\d][\w.()# -]{0,39}", column) for column in rows[0]):
        pytest.skip("columns of such names are not what a database has")
    if name == "twitter-web-exporter-users.csv":
        pytest.skip("a blank bio is none in a table, and an empty one in an object")
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    found = rows_of(TABLES[how](rows).encode())
    assert found == rows_of(written(rows).encode())


def test_texts_over_several_lines_keep_them_and_what_looks_like_a_column():
    text = "a = b\n\nnom = prix\n" + TEXT
    rows = [["id", "created_at", "screen_name", "text"],
            [FIRST, "2015-10-05 10:00:07", "anne_exemple", text],
            [ANSWER, "2015-10-05 11:01:00", "claire_x", text]]  # fmt: skip
    for how in ("SQLite's .mode line", "MySQL's \\G"):
        assert [post["text"] for post in read(TABLES[how](rows).encode()).posts] == [text, text]


def test_columns_with_one_blank_between_and_the_text_last():
    lines = (
        "id created_at screen_name text\n" + f"{FIRST} 2015-10-05 10:00:07 anne_exemple Un mot\n"
    )
    (post,) = read(lines.encode()).posts
    assert (post["author"], post["text"]) == ("anne_exemple", "Un mot")
    lines = lines.replace("created_at", "date time")
    (post,) = read(lines.encode()).posts
    assert (post["author"], post["text"]) == ("anne_exemple", "Un mot")


DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
ADDRESS = f"at://{DID}/app.bsky.feed.post/3kab2"
RECORD = {"$type": "app.bsky.feed.post", "createdAt": "2024-09-26T12:05:11.000Z",
          "text": "f(x=1) #i4Emploi", "langs": ["fr"]}  # fmt: skip
PRINTED = (
    "Record(created_at='2024-09-26T12:05:11.000Z', text='f(x=1) #i4Emploi', langs=['fr'],"
    " reply=None, facets=None, py_type='app.bsky.feed.post')"
)


@pytest.mark.parametrize("printed", [
    f"Main(uri='{ADDRESS}', cid='b', author=DID('{DID}'), record={PRINTED})",
    f"{{'uri': '{ADDRESS}', 'cid': 'b', 'author': '{DID}', 'record': {PRINTED}}}",
    f"[Main(uri='{ADDRESS}', cid='b', value={PRINTED})]",
])  # fmt: skip
def test_records_of_bluesky_as_python_prints_its_models(printed: str):
    (post,) = read(printed.encode()).posts
    (sound,) = read({"uri": ADDRESS, "cid": "b", "value": RECORD}).posts
    assert {**post, "line": 0} == {**sound, "line": 0}


@pytest.mark.parametrize("kept", [
    {"uri": ADDRESS, "author": DID}, {"did": DID, "rkey": "3kab2"},
    {"repo": DID, "path": "app.bsky.feed.post/3kab2", "action": "create"},
])  # fmt: skip
def test_records_of_the_firehose_as_people_keep_them(kept: dict[str, str]):
    (post,) = read({**kept, "cid": "b", "record": RECORD}).posts
    (sound,) = read({"uri": ADDRESS, "cid": "b", "value": RECORD}).posts
    assert post == sound


def test_what_was_typed_around_records_is_left_out():
    rows = [["id", "created_at", "screen_name", "text"],
            [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT]]  # fmt: skip
    sound = rows_of(written(rows).encode())
    for shell, how in (("mysql> ", "MySQL's \\G"), ("db=# ", "PostgreSQL's \\x"),
                       ("sqlite> ", "SQLite's .mode line")):  # fmt: skip
        shown = f"{shell}select * from tweets;\n{TABLES[how](rows)}\n{shell}"
        assert rows_of(shown.encode()) == sound


@pytest.mark.parametrize("seed", range(8))
def test_damaged_displays_end_in_rows_or_in_one_sentence(seed: int):
    chance = random.Random(seed)
    rows, _ = cells("hydrator.csv")
    shapes = [shown if isinstance(shown, bytes) else shown.encode() for shown in RECORDS.values()]
    shapes += [show(rows).encode() for show in TABLES.values()]
    shapes.append(json.dumps(V1).replace('\\"', "'").replace('"', "”").encode())
    for data in shapes:
        broken = bytearray(data)
        broken[-1:] = b"\xe2\xff"
        for _ in range(chance.randrange(1, 9)):
            broken[chance.randrange(len(broken))] = chance.choice(b"\0\1\x1b=:|*-&%<>\n {[\"'\xff")
        try:
            found = Rows(Path("t"), bytes(broken[: chance.randrange(1, len(broken))]))
        except ArchiveError as told:
            assert "\n" not in str(told)
            continue
        own = sum(not post["embedded"] for post in found.posts)
        assert own + len(found.rejects) <= max(found.sink.records, own)


# --------------------------------------------------------------------- dates, names and letters

WRITTEN = [
    "26 Eylül 2015 Cumartesi 12:05:11", "Cmt Eyl 26 12:05:11 +0000 2015",
    "Samstag, 26. September 2015 12:05:11", "sábado, 26 de septiembre de 2015 12:05:11",
    "26 de setembro de 2015 às 12:05:11", "26 settembre 2015, 12:05:11",
    "26 сентября 2015 г. 12:05:11", "2015年9月26日 12時05分11秒", "2015. 09. 26. 12:05:11",
    "26. 9. 2015 12:05:11", "٢٠١٥-٠٩-٢٦ ١٢:٠٥:١١", "2015-09-26\u00a012:05:11",
    "\u200e2015-09-26 12:05:11", "26/9/2015 12:05:11 p. m.", "9/26/2015, 12:05:11\u202fPM",
    "September 26th 2015, 12:05:11 pm", "20150926120511", "20150926T120511Z",
    "26/09/2015 14:05:11 GMT+2", "2015-09-26 14:05:11 Europe/Paris",
    "2015-09-26T14:05:11+02:00[Europe/Paris]", "1,443269111E+09",
    "Sat Sep 26 2015 14:05:11 GMT+0200 (heure d’été d’Europe centrale)",
    "2015-09-26 12:05:11 +0000 UTC", "2015-09-26 14:05:11 +0200 CEST", "/Date(1443269111000)/",
    "Timestamp('2015-09-26 12:05:11+0000', tz='UTC')", "Timestamp('2015-09-26 12:05:11')",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_moment_is_the_same_in_any_language(text: str):
    found = moments.read(text)
    assert found is not None
    assert found.at == at("2015-09-26T12:05:11Z")
    zone = re.search(r"GMT|Europe|Z$|E\+|\+0[02]00|/Date", text)
    assert found.zoned == bool(zone)


@pytest.mark.parametrize("text", [
    "il y a 3 h", "26 Foo 2015", "Rendez-vous le 26 septembre 2015 !", "1.44327E+09",
    "20159926120511", "2015-09-26 Foo/Bar x", "26 lis 2015",
])  # fmt: skip
def test_what_is_no_moment_says_none(text: str):
    assert moments.read(text) is None


@pytest.mark.parametrize("header", [
    "ID del tweet|Fecha de creación|Nombre de usuario|Texto del tweet|¿Es retweet?",
    "ID tweet|Data di creazione|Nome utente|Testo|È un retweet",
    "ID do tweet|Data de criação|Nome de usuário|Texto do tweet|É retweet",
    "Tweet-ID|Erstellt am|Benutzername|Tweet-Text|Ist Retweet",
    "Tweet Kimliği|Oluşturulma Tarihi|Kullanıcı Adı|Tweet Metni|RT",
    "ID твита|Дата публикации|Имя пользователя|Текст|RT",
    "رقم التغريدة|تاريخ النشر|اسم المستخدم|نص التغريدة|RT",
    "推文ID|发布时间|用户名|推文内容|RT", "트윗 ID|작성일|사용자 이름|내용|RT",
])  # fmt: skip
@pytest.mark.parametrize(
    "yes", ["sí", "sì", "sim", "ja", "evet", "да", "نعم", "是", "예", "?", "oui"]
)
def test_columns_and_yes_in_their_own_language(header: str, yes: str):
    rows = [header.split("|"), [FIRST, "2015-10-05 10:00:07", "anne_exemple", TEXT, ""],
            [SHARE, "2015-10-05 10:12:30", "BrunoInvente", RESHARE, yes]]  # fmt: skip
    found = read(written(rows).encode()).posts
    assert [post["kind"] for post in found] == ["post", "reshare"]
    assert found[1]["reshared_author"] == "anne_exemple"


@pytest.mark.parametrize(("codec", "text"), [
    ("cp932", "工場を救え、ありがとう"), ("euc_jp", "工場を救え、ありがとう"),
    ("euc_kr", "공장을 살립시다 여러분"), ("gb18030", "救救工厂，谢谢大家的支持"),
    ("cp1251", "Не закрывайте завод, спасибо"), ("koi8_r", "Не закрывайте завод, спасибо"),
    ("cp1253", "Σώστε το εργοστάσιο και τις θέσεις"), ("cp1255", "הצילו את המפעל תודה רבה לכולם"),
    ("cp1254", "Fabrikayı kurtaralım, teşekkürler şimdi"), ("cp1252", "L’été à côté du salarié"),
])  # fmt: skip
def test_letters_of_other_scripts_without_utf_8(codec: str, text: str):
    rows = [["id", "created_at", "screen_name", "text"],
            [FIRST, "2015-10-05 10:00:07", "anne_exemple", text]]  # fmt: skip
    (post,) = read(written(rows).encode(codec)).posts
    assert post["text"] == text


@pytest.mark.parametrize(("text", "author"), [
    ("\u200fRT @anne_exemple: Un mot", "anne_exemple"),
    ("rt @anne_exemple: un mot", "anne_exemple"),
    ("rt @anne_exemple un mot", None), ("Bravo RT @anne_exemple: un mot", None),
    ("MT @anne_exemple: un mot", None), ("Un mot via @anne_exemple", None),
])  # fmt: skip
def test_reshares_by_text(text: str, author: str | None):
    (post,) = table("id created_at screen_name text",
                    [SHARE, "2015-10-05 10:12:30", "Bruno", text]).posts  # fmt: skip
    assert post["reshared_author"] == author


def test_hashtags_behind_an_end_of_line_that_a_program_has_written_out():
    row = [FIRST, "2015-10-05 10:00:07", "anne", "Un mot\\n#i4Emploi\\n@mairie_x"]
    (post,) = table("id created_at screen_name text", row).posts
    assert (post["hashtags"], post["mentions"]) == (["i4emploi"], ["mairie_x"])


def test_a_name_and_its_account_in_one_cell():
    row = [FIRST, "2015-10-05 10:00:07", "Anne E. (@anne_exemple)", TEXT]
    (post,) = table("id created_at author text", row).posts
    assert post["author"] == "anne_exemple"


# --------------------------------------------------------------------------------------- told


@pytest.mark.parametrize(("data", "what"), [
    (b"From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n\nUn mot\n", "e-mail"),
    (b'- id: "1"\n  text: "x"\n- id: "2"\n  text: "y"\n', "YAML"),
    (b'[[tweets]]\nid = "1"\ntext = "x"\n', "YAML or TOML"),
    (b"var a = 1;\nvar b = [2];\n", "a program"), (b"import tweepy\n\nprint('x')\n", "a program"),
    (b'<?xml version="1.0"?><tweets><tweet><id>1</id></tweet></tweets>', "an XML document"),
    (b" CDX N b a m s k r M\ncom,x)/ 2015 http://x text/html 200 A - - 1 a.warc\n", "index"),
    (b'com,x)/a 20150926 {"url": "http://x", "mime": "text/html", "digest": "a", "offset": "0"}\n',
     "index of a web archive"),
    (b"     id   created_at   text\n0    1   2015-09-26   a...\n1    2   2015-09-27   b...\n",
     "as R or pandas shows it"),
    ('[{“id”: “1”, “text”: “«oui», dit-il”}]'.encode(), "a word processor has turned"),
    (b"[un mot, deux mots]", "begins with a bracket"),
    (b"[647743716317124231, 2]", "post ids alone"),
])  # fmt: skip
def test_what_is_no_archive_is_named(data: bytes, what: str):
    with pytest.raises(ArchiveError, match=what) as told:
        read(data)
    assert "--columns" not in str(told.value)


LITTER = {"README.md": "# Lisez-moi\n\nDes tweets.\n", "a.png": b"\x89PNG\r\n\x1a\n",
          "settings.json": '{"theme": "dark"}', "LICENSE": "MIT License\n\nCopyright\n",
          "run.py": "import tweepy\n\nprint(1)\n", "page.html": "<html><body>x</body></html>",
          "__MACOSX/._t.jsonl": b"\0\5", ".DS_Store": b"\0\0\0\1Bud1"}  # fmt: skip
TO_BE_LOOKED_AT: dict[str, str | bytes] = {
    "autre.csv": "machin,quand,qui,quoi\n1,2015-09-26,anne_x,Un texte assez long pour un mot\n",
    "b.7z": b"7z\xbc\xaf\x27\x1c" + bytes(60), "c.sav": b"$FL2@(#) IBM SPSS",
    "d.zip": b"PK\3\4 and no more",
}  # fmt: skip


def run(path: Path, files: dict[str, Any], **how: Any) -> tuple[int, list[str]]:
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    said: list[str] = []
    return command.read([path], say=said.append, **how), said


def test_litter_beside_posts_does_not_change_the_exit_code(tmp_path: Path):
    code, said = run(tmp_path / "a.zip", {"t.jsonl": LINES} | LITTER)
    assert (code, any("4 posts" in line for line in said)) == (0, True)


@pytest.mark.parametrize("name", TO_BE_LOOKED_AT)
@pytest.mark.parametrize("packed", [True, False])
def test_a_refused_file_that_may_hold_posts_does(tmp_path: Path, name: str, packed: bool):
    files = {"t.jsonl": LINES, "README.md": LITTER["README.md"], name: TO_BE_LOOKED_AT[name]}
    if packed:
        assert run(tmp_path / "a.zip", files)[0] == 2
        return
    for one, data in files.items():
        (tmp_path / one).write_bytes(data if isinstance(data, bytes) else data.encode())
    assert command.read([tmp_path], say=lambda _: None) == 2


def test_an_archive_without_the_hashtag_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for tag, told in (("autre", True), ("i4emploi", False)):
        folder = tmp_path / tag
        folder.mkdir()
        (folder / "movement.toml").write_text(f'hashtags = ["{tag}"]\n')
        code, said = run(tmp_path / "a.zip", {"t.jsonl": LINES}, movement=folder)
        assert code == 0
        assert (f"Not one of 4 posts carries #{tag}" in capsys.readouterr().err) == told
        assert any("in 1 file" in line and "files" not in line for line in said)


def test_notices_are_named(tmp_path: Path):
    lines = LINES + '{"delete": {"status": {"id_str": "1", "user_id_str": "2"}}}\n'
    _, said = run(tmp_path / "a.zip", {"t.jsonl": lines}, hashtags=["corrèze"])
    (line,) = [line for line in said if line.startswith("Notices")]
    assert "1 × a post deleted by its author" in line
    assert "a post without the hashtags asked for" in line
