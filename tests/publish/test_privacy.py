"""Sixty people looking for work are planted in raw files; no published byte may hold one."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tarfile
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
import rdata
from sample import png_texts

import i4analysis as i4
from i4analysis import simulate
from i4analysis.archive import command
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.refresh.releases import Releases
from i4analysis.simulate.words import HASHTAG, SEEKER_TAG

SEEKERS = 60
POSTS = 3
FEWEST = 5
# Everything that was planted holds one of these words, and nothing else in the world does.
TRACE = re.compile(r"bruvenac|quastrevel|vrastelmure|9550000\d{4}")
COUNTED = re.compile(r"^(n|n_.*|accounts|members|seekers|requests|count|posts)$")

pytestmark = pytest.mark.slow


def seeker(number: int, start: datetime) -> Iterator[dict[str, Any]]:
    """Return the posts of one seeker as the stream would have delivered them."""
    user = {
        "id_str": f"9550000{number:04d}",
        "screen_name": f"Bruvenac{number}",
        "name": f"Odette Quastrevel {number}",
        "description": f"Vrastelmure {number}, comptable #{SEEKER_TAG}",
        "location": "Bruvenacville",
        "url": f"https://quastrevel{number}.example/cv",
        "followers_count": 40 + number,
        "friends_count": 100,
        "statuses_count": 300,
        "created_at": "Sat Jan 03 10:00:00 +0000 2015",
        "protected": False,
        "verified": False,
    }
    for nth in range(POSTS):
        at = start + timedelta(hours=9 + 5 * number + 97 * nth)
        link = f"https://www.linkedin.com/in/quastrevel{number}"
        text = (
            f"#PleaseRT Recherche #emploi comptable à Bruvenacville, vrastelmure{number}"
            f" #{HASHTAG} {link}"
        )
        yield {
            "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "id_str": f"9550000{number:04d}{nth:06d}",
            "text": text,
            "user": user,
            "lang": "fr",
            "retweet_count": 0,
            "favorite_count": 0,
            **live(at),
            "entities": {
                "hashtags": [{"text": tag} for tag in ("PleaseRT", "emploi", HASHTAG)],
                "urls": [{"url": "https://t.co/quastrevel", "expanded_url": link}],
                "user_mentions": [],
            },
        }


def live(at: datetime) -> dict[str, str]:
    """Return the marks of a record delivered by the stream as it was made."""
    return {"filter_level": "low", "timestamp_ms": str(int(at.timestamp() * 1000))}


def helpers(raw: Path) -> list[dict[str, Any]]:
    """Return the profiles of some accounts that the stream already holds."""
    users: dict[str, dict[str, Any]] = {}
    for path in sorted((raw / "stream").glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)
            except ValueError:  # planted noise
                continue
            if isinstance(record, dict) and "user" in record:
                users.setdefault(record["user"]["id_str"], record["user"])
    return list(users.values())[:40]


def plant(raw: Path, start: datetime) -> None:
    """Add the seekers' posts, and reshares of them by accounts of the movement."""
    members = helpers(raw)
    with (raw / "stream" / "planted.jsonl").open("w", encoding="utf-8") as out:
        for number in range(SEEKERS):
            for nth, post in enumerate(seeker(number, start)):
                out.write(json.dumps(post) + "\n")
                for k in range((number + nth) % 4):
                    user = members[(7 * number + k) % len(members)]
                    at = datetime.strptime(post["created_at"], "%a %b %d %H:%M:%S %z %Y")
                    at += timedelta(hours=1 + 3 * k)
                    reshare = {
                        **post,
                        "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                        "id_str": f"{post['id_str']}{k}",
                        "text": f"RT @{post['user']['screen_name']}: {post['text']}"[:140],
                        "user": user,
                        "retweeted_status": post,
                        **live(at),
                    }
                    out.write(json.dumps(reshare) + "\n")


@dataclass(frozen=True)
class Published:
    """A movement, its release, and the two accounts that asked to be forgotten later."""

    folder: Path
    out: Path
    release: Path


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    home = tmp_path_factory.mktemp("privacy")
    folder = home / "walnut"
    made = simulate.world(simulate.Parameters.small(seed=5, name="walnut"))
    simulate.write(made, folder)
    plant(folder / "raw", datetime.combine(made.parameters.started_on, datetime.min.time(), UTC))
    assert command.read([folder / "raw"], folder, say=lambda line: None) == 0
    held = i4.load(folder)
    assert held.posts["author"].str.startswith("Bruvenac").sum() == SEEKERS * POSTS
    done = refresh.refresh([folder], home / "out")[0]
    return Published(folder, home / "out", done.release)


# ------------------------------------------------------------------------- reading everything


def readable(name: str, content: bytes) -> Iterator[str]:
    """Return every text in a file: itself, what it wraps, and what its pictures say of it."""
    kind = name.rsplit(".", 1)[-1]
    if kind == "pdf":
        reader = pypdf.PdfReader(io.BytesIO(content))
        yield " ".join(page.extract_text() for page in reader.pages)
        yield str(dict(reader.metadata or {})) + str(reader.xmp_metadata)
        yield str([reader.get_object(n) for n in range(1, int(reader.trailer["/Size"]))])
    elif kind in ("xlsx", "zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.namelist():
                yield from readable(part, book.read(part))
    elif kind == "png":
        yield from png_texts(content)
    else:
        text = content.decode("utf-8", "replace")
        yield html.unescape(html.unescape(text))
        for media, wrapped in re.findall(r"data:([\w/+.-]+)[^,\"]*;base64,([\w+/=]+)", text):
            inner = {"image/png": "png", "image/svg+xml": "svg"}.get(media, "txt")
            if len(wrapped) > 4:  # shorter ones are of the code that a run keeps beside it
                yield from readable(f"x.{inner}", b64decode(wrapped))


def test_no_published_byte_holds_a_person_looking_for_work(published: Published) -> None:
    files = [path for path in published.release.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert {".html", ".pdf", ".png", ".svg", ".csv", ".json", ".xlsx"} <= kinds
    for path in files:
        for text in readable(path.name, path.read_bytes()):
            found = TRACE.search(text.casefold())
            assert found is None, f"{path.relative_to(published.release)}: {found}"


def test_the_search_would_have_found_them(published: Published) -> None:
    cards = sorted(published.release.glob("*card*.png"))
    assert len(cards) == 4
    page = b"<p>Bruv&amp;#101;nac7</p>"
    assert any(TRACE.search(text.casefold()) for text in readable("x.html", page))
    raw = (published.folder / "raw" / "stream" / "planted.jsonl").read_text(encoding="utf-8")
    assert len(TRACE.findall(raw.casefold())) > 10 * SEEKERS


def test_the_seekers_were_counted(published: Published) -> None:
    assert list((published.release / "figures").glob("*appeals-sectors.csv"))
    assert numbers(published.release)["appeals"]["n_requests"] >= SEEKERS * POSTS


def test_no_table_about_them_has_a_cell_under_five(published: Published) -> None:
    seen = 0
    for path in sorted(published.release.glob("figures/*.csv")):
        if path.name.endswith(".fr.csv"):
            continue  # the same cells, as a French spreadsheet opens them
        table = pd.read_csv(path)
        about = "appeals" in path.name
        if "role" in table.columns:
            table, about = table[table["role"].isin(["seeker", "seekers"])], True
        if not about:
            continue
        for name in [name for name in table.columns if COUNTED.match(str(name))]:
            values = pd.to_numeric(table[name], errors="coerce").dropna()
            if values.between(0, 1).all() and (values % 1).any():
                continue  # shares, not counts
            seen += len(values)
            small = values[(values > 0) & (values < FEWEST)]
            assert small.empty, (path.name, name, small.tolist())
    assert seen >= 10
    accounts = pd.read_csv(next(published.release.glob("figures/*supporters-accounts.csv")))
    assert (accounts["role"] == "seeker").any()


# --------------------------------------------------------------------------- being forgotten


def stand_in_the_ledgers(folder: Path, name: str) -> None:
    """Let somebody say, tell and write what others did, before they ask to be forgotten."""
    for ledger, columns in (
        ("claims", ("claimant", "through", "evidence_fr", "evidence_en")),
        ("press", ("author", "said_by", "title")),
        ("figures", ("said_by",)),
        ("relays", ("actor", "title_fr", "title_en")),
        ("statements", ("said_by", "said_fr", "said_en")),
    ):
        path = folder / f"{ledger}.csv"
        if path.exists():
            frame = pd.read_csv(path, dtype=str)
            for column in columns:
                frame.loc[frame.index[:1], column] = name
            frame.to_csv(path, index=False)


def stand_in_the_movement(folder: Path, name: str, handle: str) -> None:
    """Let movement.toml, files, folders and what archives say of themselves bear the name."""
    path = folder / "movement.toml"
    text = path.read_text(encoding="utf-8")
    for key in ("title", "place", "description", "goal"):
        text = re.sub(rf'(?m)^({key} = .*)" }}$', rf'\1 {name} (@{handle})" }}', text)
    text = text.replace('author = "i4analysis"', f'author = "{name}"')
    mail = f"{name.replace(' ', '.')}@presse.example"
    path.write_text(text.replace("redaction@presse.example", mail), encoding="utf-8")
    assert text.count(name) >= 5
    user = helpers(folder / "raw")[0]
    start = datetime.fromisoformat("2021-01-20T10:00:00+00:00")
    posts = [
        next(seeker(7, start))
        | {"id_str": f"955000099{n}", "user": user, "text": f"#{HASHTAG} {n}"}
        for n in range(4)
    ]
    line = json.dumps(posts[0]).encode() + b"\n"
    (folder / "raw" / name / handle).mkdir(parents=True)
    (folder / "raw" / name / handle / "a.jsonl").write_bytes(line)
    with tarfile.open(folder / "raw" / f"{handle}.tar.gz", "w:gz") as packed:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as deep:
            deep.comment = name.encode()
            deep.writestr(f"{handle}/{name}.jsonl", json.dumps(posts[1]) + "\n")
        entry = tarfile.TarInfo(f"{name}/{handle}.zip")
        entry.size, entry.uname = len(inner.getvalue()), handle
        packed.addfile(entry, io.BytesIO(inner.getvalue()))
    frame = pd.DataFrame(
        [
            {"id": post["id_str"], "created_at": post["created_at"], "user_id": user["id_str"],
             "screen_name": user["screen_name"], "text": f"#{HASHTAG} @{handle} {name}"}
            for post in posts[2:]
        ], dtype=object
    )  # fmt: skip
    frame.to_parquet(folder / "raw" / f"{name}.parquet")
    rdata.write_rds(folder / "raw" / f"{handle}.rds", frame)
    assert command.read([folder / "raw"], folder, say=lambda line: None) == 0


def test_an_account_that_asks_is_gone_from_the_next_report(published: Published) -> None:
    stand_in_the_movement(published.folder, "Odette Quastrevel 7", "Bruvenac7")
    before = i4.load(published.folder)
    files = " ".join(before.files["file"])
    assert files.count("Odette Quastrevel 7") >= 3
    assert files.count("Bruvenac7") >= 3
    asked = before.posts[before.posts["author"] == "Bruvenac7"]["author_id"].iloc[0]
    with (published.folder / "erase.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["platform", "account_id", "handle", "post_id", "asked_on", "name"])
        rows.writerow(["twitter", asked, "Bruvenac7", "", "2021-03-01", "Odette Quastrevel 7"])
    stand_in_the_ledgers(published.folder, "Odette Quastrevel 7")
    after = i4.load(published.folder)
    assert before.posts["author_id"].nunique() - after.posts["author_id"].nunique() == 1
    old = numbers(published.release)
    done = refresh.refresh(
        [published.folder], published.out, options=refresh.Options(accept=True)
    )[0]
    new = numbers(done.release)
    assert done.state == "ok"
    assert done.release.name != published.release.name
    fingerprints = [
        json.loads((release / "manifest.json").read_text())["refresh"]["fingerprint"]
        for release in (published.release, done.release)
    ]
    assert fingerprints[0] != fingerprints[1]
    assert new["archive"]["archive-authors"] == old["archive"]["archive-authors"] - 1
    moved = old["appeals"]["n_requests"] - new["appeals"]["n_requests"]
    assert moved in (0, FEWEST), "three posts less are not to be seen"
    assert Releases(published.out).live("walnut") == done.release
    left = [path for path in published.out.rglob("*") if path.is_file()]  # also old and hidden
    assert any(path.is_relative_to(published.out / ".refresh" / "runs") for path in left)
    for path in left:
        assert not re.search("quastrevel|bruvenac7", str(path).casefold())
        for text in readable(path.name, path.read_bytes()):
            assert not re.search("quastrevel|bruvenac7", text.casefold()), path.name


def numbers(release: Path) -> dict[str, dict[str, float]]:
    """Return chapter → the numbers it declares, key figures included."""
    content = json.loads((release / "chapters.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, float]] = {}
    for one in content["chapters"]:
        figures = {figure["id"]: figure["value"] for figure in one["key_figures"]}
        found[one["key"]] = {**one["numbers"], **figures}
    return found
