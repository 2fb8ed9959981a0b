"""One person is planted in each place where a person can stand; who asks is found in none."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rdata
import xlsxwriter
from pyarrow import feather

import i4analysis as i4
from i4analysis import forgetting, movement
from i4analysis.archive import command
from i4analysis.forgetting import Words
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.graph import networks
from i4analysis.publish import explore, export
from i4analysis.publish.checks import erased
from i4analysis.tables import COUNT, DAY, FLAG, NUMBER, TIME

NAME, NOW, ONCE, ID = "Odette Zorbelane", "Quillotin7", "vieux_quillot", "955000012345"
EVERY = ("zorbelane", "quillot", ID)
ERASE = f"platform,handle,name\ntwitter,@{NOW},{NAME}\n"


def holds(text: str) -> bool:
    return any(word in forgetting.fold(text) for word in EVERY)


# ---------------------------------------------------------------------------------- words


@pytest.mark.parametrize("text", [
    "ODETTE ZORBELANE", "odette-zorbelane.zip", "raw/odette_zorbelane/1.json", "OdetteZorbelane",
    "Zorbelane, Odette", "Zorbelane Odette", "O. Zorbelane", "Odétte\u00a0Zorbelane",
    "https://example.org/entretien-odette-zorbelane-42",
])  # fmt: skip
def test_a_name_is_told_however_it_is_written(text: str) -> None:
    words = Words([NAME])
    assert words.found(text) == {NAME}
    assert not holds(words.replaced(text))


@pytest.mark.parametrize("text", ["Odette", "Zorbelanes", "Odette Zorbel", "a.zorbelanette", ""])
def test_another_word_is_left_alone(text: str) -> None:
    words = Words([NAME], [NOW], [ID])
    assert words.found(text) == set()
    assert words.replaced(text) == text


def test_a_handle_that_is_a_word_of_ours_is_told_only_as_a_handle() -> None:
    words = Words(handles=["report"])
    assert not words.found("The report says so.")
    assert words.found("as @Report says") == words.found("https://x.com/report") == {"report"}
    assert words.fills("Report")


def test_ids_are_no_part_of_a_number() -> None:
    words = Words(ids=[ID, "1234"])
    assert words.found(f"0.{ID} {ID}1 1{ID} 1234 1,234") == set()
    assert words.found(f"/{ID}?") == {ID}
    assert words.fills("1234")


# --------------------------------------------------------------------------------- ledgers


def filled(name: str, key: str) -> dict[str, str]:
    """Return a row of a ledger with the person in every column that takes words."""
    forms = {DAY: "2015-10-01", TIME: "2015-10-01T10:00:00Z", NUMBER: "7", COUNT: "1",
             FLAG: "yes"}  # fmt: skip
    row = {}
    for column in LEDGERS[name].columns:
        if column.values:
            row[column.name] = column.values[0]
        elif column.type in forms:
            row[column.name] = forms[column.type]
        elif column.name in LEDGERS[name].key:
            row[column.name] = f"{key}-odette-zorbelane"
        elif column.name == "undone_by":  # of the ledger's other row
            row[column.name] = f"{'two' if key == 'one' else 'one'}-odette-zorbelane"
        elif column.name.startswith("linked"):
            row[column.name] = f"other|{NOW}|https://example.org/odette-zorbelane"
        elif "url" in column.name:
            row[column.name] = f"https://twitter.com/{NOW}/status/1"
        elif column.name in ("handle", "account_id"):
            row[column.name] = {"handle": NOW, "account_id": ID}[column.name]
        else:
            row[column.name] = f"Selon {NAME.upper()} (@{NOW}, {ID})"
    return row


def plant(folder: Path) -> None:
    movement.create(folder, ["walnut"])
    for name in LEDGERS:
        if name == "erase":
            continue
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, LEDGERS[name].names)
            writer.writeheader()
            writer.writerows(filled(name, key) for key in ("one", "two"))
            if name in ("founders", "people"):
                writer.writerow({"handle": "other", "name": "An Other", "role": "medium"}
                                if name == "people" else {"handle": "other"})  # fmt: skip
    path = folder / "movement.toml"
    told = "".join(
        f'[{key}]\nfr = "Le {NAME}"\nen = "@{NOW}"\n' for key in ("place", "description", "goal")
    )
    text = path.read_text().replace('author = ""', f'author = "{NAME}"')
    text = text.replace('contact = ""', 'contact = "odette.zorbelane@example.org"')
    path.write_text(text.replace("[title]", told + "[title]").replace("#walnut", f"De {NAME}"))


def told(frame: pd.DataFrame) -> list[str]:
    return [str(cell) for column in frame.columns for cell in frame[column].tolist()]


def test_no_column_of_no_ledger_keeps_the_person(tmp_path: Path) -> None:
    plant(tmp_path / "walnut")
    before = i4.Movement.load(tmp_path / "walnut")
    (tmp_path / "walnut" / "erase.csv").write_text(f"account_id,handle,name\n{ID},@{NOW},{NAME}\n")
    after = i4.Movement.load(tmp_path / "walnut")
    for name, frame in after.ledgers.items():
        if name == "erase":
            continue
        assert list(frame.dtypes) == list(before.ledgers[name].dtypes), name
        assert sum(map(holds, told(before.ledgers[name]))) >= 1, name
        assert not [cell for cell in told(frame) if holds(cell)], name
    assert after.founders["handle"].tolist() == ["other"]
    assert len(after.claims) == len(before.claims) == 2
    assert len(after.people) == 3
    assert after.people["role"].notna().all()
    assert after.outcomes["linked_accounts"].tolist() == ["other", "other"]
    shown = [after.title, after.place, after.description, after.goal, after.author, after.contact]
    assert not holds(str(shown))


# --------------------------------------------------------------------------------- archive


def user(number: str, handle: str, **more: Any) -> dict[str, Any]:
    return {"id_str": number, "screen_name": handle, "name": handle.title(), "description": "",
            "followers_count": 5, **more}  # fmt: skip


def post(number: int, by: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    return {
        "id_str": str(650928000000000001 + number), "text": text, "user": by, "lang": "fr",
        "created_at": f"Mon Oct 05 {number % 24:02d}:00:00 +0000 2015",
        "entities": {"hashtags": [{"text": "walnut"}], "urls": [], "user_mentions": []},
        **more,
    }  # fmt: skip


def raw(folder: Path) -> None:
    """Write archives with the person in each place where a record can hold one."""
    them, before = user(ID, NOW, name=NAME, description=NAME), user(ID, ONCE)
    other = user("77", "someone", description=f"mari de @{NOW}, {NAME}", location=f"chez {NAME}",
                 name=f"{NAME} (un autre compte)")  # fmt: skip
    own = post(1, them, f"{NAME} #walnut")
    reply = {"in_reply_to_screen_name": ONCE, "in_reply_to_user_id_str": ID,
             "in_reply_to_status_id_str": own["id_str"]}  # fmt: skip
    entities = {
        "hashtags": [{"text": "walnut"}, {"text": "MerciOdetteZorbelane"}],
        "user_mentions": [{"screen_name": NOW, "id_str": ID}, {"screen_name": "someone"}],
        "urls": [{"url": "https://t.co/1", "expanded_url": f"https://example.org/{form}"}
                 for form in ("odette-zorbelane", f"user/{ID}", f"?by={ONCE}", "kept")],
    }  # fmt: skip
    records = [
        own,
        post(2, before, "#walnut"),
        post(3, other, "RT", retweeted_status=own),
        post(4, other, "#walnut", quoted_status=own, quoted_status_id_str=own["id_str"]),
        post(5, other, "#walnut", **reply),
        post(6, other, f"@{NOW} @{ONCE} et ODETTE Zorbelane #walnut", entities=entities),
    ]
    records.append(
        post(
            10,
            user("78", "another", description=f"alias {NOW}", location=f"chez {ONCE}, {ID}"),
            f"merci {NOW.upper()} ! ({ONCE}, {ID}) #walnut",
            source=f'<a href="https://example.org/{NOW}">app</a>',
        )
    )
    lines = [json.dumps(one) for one in records]
    lines += [f'{{"text": "{NAME} @{NOW}", cut', json.dumps(post(7, other, "x") | {
        "created_at": f"{NAME} {ONCE}"})]  # fmt: skip
    folder.mkdir()
    (folder / f"{NOW}-stream.jsonl").write_text("\n".join(lines) + "\n")
    with zipfile.ZipFile(folder / "sent.zip", "w") as packed:
        packed.writestr("odette_zorbelane/a.jsonl", json.dumps(post(8, other, "#walnut")) + "\n")
        packed.writestr(f"{ONCE}/a.jsonl", json.dumps(post(9, other, "#walnut")) + "\n")
    (folder / "odette zorbelane.csv").write_text("id,who\n1,2\n")
    named(folder, other)


def named(folder: Path, other: dict[str, Any]) -> None:
    """Write files whose tables, sheets and columns bear the person's name."""
    head, day = ["id", "created_at", "username", "text", "merci_odette_zorbelane"], "2015-10-05"
    by, said = other["screen_name"], f"#walnut @{NOW} {NAME}"
    rows = [[str(650928000000000201 + n), f"{day} 10:00:00", by, said, NAME] for n in range(3)]
    with sqlite3.connect(folder / "kept.sqlite") as base:
        for table in (NOW, "odette zorbelane"):
            base.execute(f'CREATE TABLE "{table}" ({", ".join(head)})')
            base.executemany(f'INSERT INTO "{table}" VALUES (?, ?, ?, ?, ?)', rows)
    base.close()
    with xlsxwriter.Workbook(folder / "sheets.xlsx") as book:
        book.set_properties({"author": NAME, "comments": f"@{ONCE}"})
        for sheet in (NAME, ONCE):
            page = book.add_worksheet(sheet)
            for place, row in enumerate([head, *rows, [*rows[0][:-1], sheet]]):
                page.write_row(place, 0, row)
            page.write_comment(0, 0, NAME)
    item = {
        "id": {"S": "650928000000000211"}, "text": {"S": f"#walnut {NAME}"}, "source": {"S": NAME},
        "created_at": {"S": f"{day}T10:00:00.000Z"}, "author_id": {"S": ID}, "lang": {"S": "fr"},
    }  # fmt: skip
    (folder / "dynamo.json").write_text(json.dumps({"Item": item}) + "\n")
    packed(folder, other)


def packed(folder: Path, other: dict[str, Any]) -> None:
    """Write archives that bear the name in what they say of themselves, and within others."""
    frame = pd.DataFrame({
        "id": ["650928000000000221", "650928000000000222"], "created_at": ["2015-10-05"] * 2,
        "user_id": ["77", ID], "screen_name": ["someone", ONCE],
        "text": [f"#walnut @{NOW} {NAME}"] * 2, "source": [NAME] * 2, NAME: [NOW] * 2,
    }, dtype=object)  # fmt: skip
    table = pa.Table.from_pandas(frame).replace_schema_metadata({"by": NAME, NOW: ONCE})
    pq.write_table(table, folder / f"{ONCE}.parquet")
    feather.write_feather(table, folder / "odette_zorbelane.feather")
    rdata.write_rds(folder / f"{NOW}.rds", frame)
    rdata.write_rda(folder / "all.RData", {"odette_zorbelane": frame, NOW: frame})
    line = (json.dumps(post(30, other, f"#walnut {NAME}")) + "\n").encode()
    with (folder / "stream.gz").open("wb") as file, gzip.GzipFile(NOW, "wb", fileobj=file) as out:
        out.write(line)
    (folder / "Zorbelane, Odette" / NOW).mkdir(parents=True)
    (folder / "Zorbelane, Odette" / NOW / "a.jsonl").write_bytes(line.replace(b"31", b"32"))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as deep:
        deep.comment = NAME.encode()
        deep.writestr(f"{ONCE}/odette.zorbelane.jsonl", line)
        deep.writestr(f"{NOW}.txt", NAME)
    with tarfile.open(folder / "sent.tar.gz", "w:gz") as outer:
        for name, content in ((f"{NOW}/odette-zorbelane.zip", inner.getvalue()),
                              (f"{ID}/b.jsonl", line), (f"{ONCE}.html", b"<p>no archive</p>"),
                              (f"{NOW}/cut.jsonl.gz", b"\x1f\x8b" + NAME.encode())):  # fmt: skip
            entry = tarfile.TarInfo(name)
            entry.size, entry.uname = len(content), NOW
            outer.addfile(entry, io.BytesIO(content))


def cells(archive: Any) -> Iterator[str]:
    for name in ("posts", "profiles", "follows", "rejects", "files", "findings"):
        frame: pd.DataFrame = getattr(archive, name)
        for column in frame.columns:
            for cell in frame[column].tolist():
                yield from map(str, cell if isinstance(cell, list | tuple) else [cell])
                if hasattr(cell, "tolist"):
                    yield from map(str, cell.tolist())


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("forget")
    plant(home / "walnut")
    raw(home / "raw")
    command.read([home / "raw"], home / "walnut", say=lambda line: None)
    columns = ["id=id,author=username,text=text,date=created_at"]
    told = [home / "raw" / name for name in ("kept.sqlite", "sheets.xlsx")]
    assert command.read(told, home / "walnut", columns=columns, say=lambda line: None) == 0
    return home


def test_no_table_no_export_and_no_graph_keeps_the_person(planted: Path) -> None:
    folder = planted / "walnut"
    (folder / "erase.csv").unlink(missing_ok=True)
    was = i4.load(folder)
    assert sum(holds(cell) for cell in cells(was)) > 20
    (folder / "erase.csv").write_text(ERASE)
    archive = i4.load(folder)
    left = [cell for cell in cells(archive) if holds(cell)]
    assert sorted(set(left)) == []
    assert len(archive.posts) == len(was.posts) - 5  # theirs, and the reshare of one
    files = " ".join(archive.files["file"])
    assert all(name in files for name in ("kept.sqlite", "sheets.xlsx!…", "dynamo.json"))
    assert archive.files["file"].is_unique
    assert len(archive.files) == len(was.files)
    assert set(archive.posts["file"]) <= set(archive.files["file"])
    known = i4.Movement.load(folder)
    text = str(export.exported_graph(archive, known).nodes(data=True))  # the widget shows it
    assert not holds(text)
    for graph in ("gexf", "graphml", "csv"):
        for table in export.TABLES if graph == "gexf" else ("posts",):
            for path in export.export(
                archive, known, planted / "out" / graph, graph=graph, table=table, private=True
            ):
                assert not holds(path.name)
                assert not [text for text in erased.texts(path.name, path.read_bytes())
                            if holds(text)], path.name  # fmt: skip


def test_the_ledgers_forget_what_only_the_archive_knows(planted: Path) -> None:
    folder = planted / "walnut"
    (folder / "erase.csv").write_text(f"platform,account_id\ntwitter,{ID}\n")
    i4.load(folder)
    after = i4.Movement.load(folder)
    told = after.claims["claimant"].tolist() + after.claims["url"].dropna().tolist()
    assert not any("quillot" in forgetting.fold(cell) for cell in told)
    assert forgetting.of(after.ledger("erase"), folder).handles >= {NOW.lower(), ONCE}


def test_what_is_remembered_again_comes_back(planted: Path) -> None:
    folder = planted / "walnut"
    (folder / "erase.csv").write_text(ERASE)
    assert not any(map(holds, cells(i4.load(folder))))
    (folder / "erase.csv").unlink()
    assert any(map(holds, cells(i4.load(folder))))


# ----------------------------------------------------------------- where they may stand since


@pytest.fixture(scope="module")
def since(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movement that forgets, with packs of small files, and the fields that posts have since."""
    home = tmp_path_factory.mktemp("since")
    plant(home / "walnut")
    raw(home / "raw")
    other, media = user("77", "someone"), {"type": "photo"}
    media |= {
        "media_url_https": f"https://example.org/{NOW}.jpg",
        "expanded_url": f"https://x/{ID}",
    }
    wherever = {
        "source": f'<a href="https://example.org/{NOW}">{NAME}</a>',
        "place": {"full_name": f"chez {NAME}"},
        "extended_entities": {"media": [media]},
        "in_reply_to_status_id_str": post(1, other, "")["id_str"],
    }
    told = [post(number, other, "#walnut", **wherever) for number in range(40, 100)]
    told += [
        post(number, user(f"9{number}", f"by{number}", description=f"ami de @{NOW}"), "RT",
             retweeted_status=told[0])
        for number in range(100, 106)
    ]  # fmt: skip
    for number, one in enumerate(told):
        (home / "raw" / f"{number}.json").write_text(json.dumps(one) + "\n")
    flat = {
        "id": "650928000000009001", "text": "#walnut", "created_at": "2015-10-05T10:00:00.000Z",
        "author_id": "77", "conversation_id": ID, "source": f"de {NAME}", "lang": "fr",
        "author": {"id": "77", "username": "someone", "name": "x"}, "geo": {"full_name": NAME},
        "attachments": {"media": [{"type": "photo", "url": f"https://example.org/{ONCE}.jpg"}]},
    }  # fmt: skip
    (home / "raw" / "v2.jsonl").write_text(json.dumps(flat) + "\n")
    command.read([home / "raw"], home / "walnut", extra=True, say=lambda line: None)
    known = i4.load(home / "walnut")
    for column in ("source", "place", "media_urls", "conversation_id"):
        assert any(holds(str(cell)) for cell in known.posts[column].tolist()), column
    assert list((home / "walnut" / "archive").glob("*.pack.json"))
    i4.graph.reshare_graph(known.posts)
    (home / "walnut" / "erase.csv").write_text(ERASE)
    i4.load(home / "walnut")
    return home


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file of a folder, as text, what is in a workbook too."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as book:
                content = b"".join(map(book.read, book.namelist()))
        yield path.name, content.decode("utf-8", "replace")


def test_no_field_no_pack_and_no_kept_row_gives_the_person(since: Path) -> None:
    archive = i4.load(since / "walnut")
    assert len(archive.posts) > 60
    assert [cell for cell in cells(archive) if holds(cell)] == []
    [joined] = (since / "walnut" / "archive").glob(".merged-*")
    found = [name for name, text in written(joined) if holds(text)]
    assert found == [forgetting.NOTE]  # says whom to forget


def test_no_page_to_explore_no_network_and_no_table_gives_the_person(since: Path) -> None:
    archive, known = i4.load(since / "walnut"), i4.Movement.load(since / "walnut")
    out = since / "out"
    explore.explore(archive, known, out / "explore.html")
    for network in networks.NETWORKS:
        export.export(archive, known, out / network, graph="graphml", network=network)
    for table in ("adoption", "communities", "parents", "influence", "shapes", "follows"):
        export.export(archive, known, out, table=table)
    files = dict(written(out))
    assert len(files) > 12
    assert [name for name, text in files.items() if holds(text)] == []
    compared = i4.compare((archive, known), (archive, known), draws=20)
    assert not holds(compared._repr_html_() + compared.table.to_csv())
