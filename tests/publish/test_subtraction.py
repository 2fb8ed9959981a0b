"""An attacker subtracts: no cell under five about people looking for work may come of it.

He has two releases, and all that is in them: every table's every cell (the CSV, the chart and the
workbook are drawn from these), the key figures, the numbers in the sentences. He takes parts from
totals, one release from the other, and multiplies shares with the counts printed beside them.

The worlds of a pair differ by a few people who look for work and in nothing else: the same
accounts post the same posts at the same moments, but some show the mark of those who seek, and
some posts ask for work. Whatever differs between the two releases is theirs.
"""

from __future__ import annotations

import csv
import importlib
import itertools
import json
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import invented
import numpy as np
import pandas as pd
import pypdf
import pytest
import python_calamine
import zoo

import i4analysis as i4
from i4analysis import simulate, tables
from i4analysis.archive.doctor.examine import examine
from i4analysis.errors import I4Error
from i4analysis.measure.appeals import withheld
from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid
from i4analysis.publish.export import export
from i4analysis.publish.report import html, model, pdf, sheets
from i4analysis.simulate.folder import read_recipe

# the modules, whose packages give functions under the same names
measured = importlib.import_module("i4analysis.measure.appeals.service")
passages = importlib.import_module("i4analysis.measure.relays.passages")
members = importlib.import_module("i4analysis.publish.chapters.members")
opening = importlib.import_module("i4analysis.publish.chapters.story")
adoption = importlib.import_module("i4analysis.measure.members.adoption")
reached = importlib.import_module("i4analysis.measure.reach.reach")
relayed = importlib.import_module("i4analysis.publish.chapters.relays")

FEWEST = 5
DEMO = Path(__file__).resolve().parents[2] / "data" / "demo" / "simulate.toml"
START = pd.Timestamp("2015-10-05T08:00", tz="UTC")
ASK, SAY = (
    "Recherche #emploi comptable à Tulle #i4Emploi",
    "Une belle journée à Tulle #emploi #i4Emploi",
)
BOOKS = [path for path in zoo.BOOKS if path.name[:2] in ("02", "04", "06", "07")]
ALL_BOOKS = [path for path in zoo.BOOKS if path.name[:2] not in ("00", "01", "08")]
Number = tuple[str, ...]  # where it stands


@dataclass(frozen=True)
class World:
    """A small movement: some of its accounts look for work, some of their posts ask for it."""

    seed: int = 0
    accounts: int = 90
    seekers: int = 32
    asks: int = 32
    days: int = 30
    bios: int = 3  # of so many accounts, all but one show the bio; 0: all do
    basis: str = "live"

    def archive(self) -> tables.Archive:
        """Return what was posted: the same in every world of a seed, but for what is asked."""
        chance = random.Random(self.seed)
        rows: list[dict[str, Any]] = []
        for number in range(self.accounts):
            at = START + pd.Timedelta(hours=chance.uniform(0, 24 * self.days / 2))
            text = ASK if number < self.asks else SAY
            rows.append(self._post(f"p{number}", number, at, text=text))
            for nth in range(chance.choice((0, 0, 1, 2, 3, 5))):
                by = chance.randrange(self.accounts)
                later = at + pd.Timedelta(hours=chance.expovariate(1 / 20))
                origin = {"reshared_id": f"p{number}", "reshared_author_id": f"a{number}",
                          "reshared_author": f"name{number}", "reshared_at": at}  # fmt: skip
                rows.append(
                    self._post(f"r{number}-{nth}", by, later, kind="reshare", text="", **origin)
                    | {"reshare_basis": "platform"}
                )
        rows.append(self._post("end", 0, START + pd.Timedelta(days=self.days), text="fin"))
        people = [self._profile(number) for number in range(self.accounts)]
        return invented.archive(rows, people)

    def _post(self, name: str, by: int, at: pd.Timestamp, **more: Any) -> dict[str, Any]:
        words = {"platform": "twitter", "post_id": name, "kind": "post", "author_id": f"a{by}",
                 "author": f"name{by}", "posted_at": at, "collected_at": at, "mentions": [],
                 "urls": [], "hashtags": ["emploi", "i4emploi"], "media_count": 0,
                 "embedded": False, "lang": "fr"}  # fmt: skip
        return words | more

    def _profile(self, number: int) -> dict[str, Any]:
        bio = "comptable #i4EmploiR #i4Emploi" if number < self.seekers else "comptable #i4Emploi"
        shown = not self.bios or number % self.bios
        return {"platform": "twitter", "account_id": f"a{number}", "handle": f"name{number}",
                "name": f"Nom {number}", "bio": bio if shown else "comptable",
                "location": "Tulle", "followers": 100 + 7 * number, "following": 10,
                "seen_at": START + pd.Timedelta(hours=number),
                "seen_basis": self.basis}  # fmt: skip


def toy() -> Movement:
    return Movement(
        name="toy", title={"fr": "Essai", "en": "Trial"}, hashtags=("i4emploi",),
        supporter_marks=("i4emploi",), seeker_marks=("i4emploir",), timezone="Europe/Paris",
        made_up=True,
    )  # fmt: skip


def release(
    archive: tables.Archive, movement: Movement, books: Any = BOOKS, *, whole: bool = False
) -> dict[str, Any]:
    """Return the chapters that a report of it holds, as saved; see `zoo.page_about`."""
    archive = replace(archive, findings=examine(archive)).check()
    made = zoo.page_about(archive, movement, books=books, whole=whole)
    for fault in made.falls.values():
        raise fault
    return {chapter.key: json.loads(json.dumps(chapter.as_dict())) for chapter in made}


# --------------------------------------------------------------------------------- the attacker


def cells(release: Mapping[str, Any]) -> Iterator[tuple[Number, float]]:
    """Yield every number of the tables and key figures, by where it stands."""
    for key, chapter in release.items():
        for figure in chapter["key_figures"]:
            yield (key, "key figure", figure["id"]), float(figure["value"])
        for item in chapter["items"]:
            names = [column["name"] for column in item.get("columns", ())]
            for row in item.get("rows", ()):
                words = tuple(str(cell) for cell in row if not is_number(cell))
                for name, cell in zip(names, row, strict=True):
                    if is_number(cell):
                        yield (key, item["stem"], name, *words), float(cell)


def spoken(release: Mapping[str, Any]) -> Iterator[tuple[Number, float]]:
    """Yield every number of a text that is no percentage, by the words around it."""
    for key, chapter in release.items():
        for lang in zoo.LANGS:
            for place, text in zoo.texts(chapter, lang):
                if place == "key_figures text":  # among the cells
                    continue
                plain = re.sub(r"(?<=\d)[\s\u202f,](?=\d{3}\b)", "", text)
                for at, found in enumerate(
                    re.finditer(r"\d+(?:[.,]\d+)?(?!\d*\s?\u202f?%)", plain)
                ):
                    around = re.sub(r"\d+(?:[.,]\d+)?", "#", plain)
                    yield (key, lang, place, around, str(at)), float(found[0].replace(",", "."))


def is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell)


def is_small(difference: float) -> bool:
    """Return whether a difference is a whole number of people or posts, from one to four."""
    whole = round(difference)
    return 1 <= abs(whole) < FEWEST and abs(difference - whole) < 1e-6


def gave_away(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[Number, str]:
    """Return the numbers that show in the second release how many more there are, if few.

    A cell that rose by one to four; a share or a mean that, times a count printed in its table,
    did, when no other count that the printed one allows (it is "at least") gives another rise.
    """
    found: dict[Number, str] = {}
    for numbers in (cells, spoken):
        before, after = dict(numbers(first)), dict(numbers(second))
        for place in before.keys() & after.keys():
            if is_small(after[place] - before[place]) and not harmless(place):
                found[place] = f"{before[place]:g} → {after[place]:g}"
    before, after = dict(shares(first)), dict(shares(second))
    for place in before.keys() & after.keys():
        rises = {b - a for a, b in itertools.product(whole(*before[place]), whole(*after[place]))}
        if rises and all(1 <= abs(rise) < FEWEST for rise in rises):
            found[place] = f"{before[place]} → {after[place]}: {sorted(rises)}"
    return found


def shares(release: Mapping[str, Any]) -> Iterator[tuple[Number, tuple[float, float]]]:
    """Yield each number that is none of people with the count that it is of.

    That is the one in its row, or else that of all requests.
    """
    counts = {place: n for place, n in cells(release) if place[0] == "appeals" and is_count(place)}
    of_all = counts.get(("appeals", "key figure", "requests"))
    for place, value in cells(release):
        if place[0] != "appeals" or is_count(place) or harmless(place):
            continue
        beside = [n for at, n in counts.items() if at[1] == place[1] and at[3:] == place[3:]]
        for n in beside or ([of_all] if of_all is not None else []):
            yield (*place, f"of {'its row' if beside else 'all'}"), (value, n)


def whole(value: float, n: float) -> set[int]:
    """Return the counts that a share may be, of one that was rounded down to a multiple of five.

    A share in floating point is matched to nine digits, one printed to a percent to a percent.
    """
    near = 0.005 if abs(value * 100 - round(value * 100)) < 1e-9 else 1e-9
    return {
        k
        for size in range(int(n), int(n) + FEWEST)
        for k in range(math.floor((value - near) * size), math.ceil((value + near) * size) + 1)
        if abs(k / size - value) <= near and k >= 0
    }


def is_count(place: Number) -> bool:
    return place[2] == "requests" if place[1] == "key figure" else place[2].startswith("n_")


def harmless(place: Number) -> bool:
    """Return whether a number counts no people and none of their posts.

    Reshares that an ordinary request got, hours, and members who relay, who are not private.
    """
    name, *rest = place[1:]
    texts = " ".join(rest)
    return (
        any(re.match("relays_(?:median|7d)", part) for part in rest)
        or "hours" in rest
        or name == "appeals-load"
        or (
            bool(re.search(r"repris|reshar|heure|hour|membre|member|jour|day", texts))
            and name not in ("relays-role-matrix",)
            and place[0] == "appeals"
        )
    )


# ------------------------------------------------------------------------------------ the tests


@pytest.mark.parametrize(
    "more",
    [
        (1, 2),
        (2, 4),
        pytest.param((4, 1), marks=pytest.mark.slow),
        pytest.param((0, 3), marks=pytest.mark.slow),
        pytest.param((3, 0), marks=pytest.mark.slow),
    ],
)
def test_few_people_more_are_seen_nowhere(more: tuple[int, int]) -> None:
    """The next release knows of a few people more who show the mark, or who ask."""
    first = release(World().archive(), toy())
    assert dict(cells(first))[("appeals", "key figure", "requests")] >= 20
    other = World(seekers=World.seekers + more[0], asks=World.asks + more[1])
    assert gave_away(first, release(other.archive(), toy())) == {}


def test_the_attacker_finds_what_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rounding he sees two people come: in counts, in shares, in the matrix of roles."""
    world, other = World(), World(seekers=34, asks=34)
    with monkeypatch.context() as patch:
        for module in (measured, passages, members, opening):
            patch.setattr(module, "rounded", lambda counts, limit=5: np.asarray(counts))
        seen = gave_away(release(world.archive(), toy()), release(other.archive(), toy()))
    assert ("appeals", "key figure", "requests") in seen
    # the headline counts all who show the hashtag: who of them looks for work changes nothing
    assert ("story", "key figure", "accounts") not in seen
    assert any(place[1] == "supporters-accounts" for place in seen)
    assert any(place[1] == "relays-role-matrix" for place in seen)
    with monkeypatch.context() as patch:
        patch.setattr(measured, "in_steps", lambda value, lo, hi, n, highest: (value, lo, hi))
        seen = gave_away(release(world.archive(), toy()), release(other.archive(), toy()))
    assert any(place[-1].startswith("of ") for place in seen)


# columns that count accounts; rows that are one account each
OF_PEOPLE = {"accounts", "new_accounts", "resharers", "n_supporters", "n_known", "n_first_post",
             "n_first_own_post", "n_lo", "n_hi", "n_now", "observed"}  # fmt: skip


def few_by_row(release: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the tables and columns of which a row, less the one before, counts one to four."""
    return {
        (item["stem"], column["name"])
        for chapter in release.values()
        for item in chapter["items"]
        for at, column in enumerate(item.get("columns", ()))
        if column["name"] in OF_PEOPLE
        for before, row in itertools.pairwise([[0] * len(item["columns"]), *item["rows"]])
        if is_number(row[at]) and (is_small(row[at]) or is_small(row[at] - (before[at] or 0)))
    }


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have chapters told that are withheld where nearly all look for work."""
    monkeypatch.setattr(withheld, "everybody_seeks", lambda archive, movement: False)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("basis", ["live", "after"])
@pytest.mark.parametrize("others", [0, 3])
def test_where_all_look_for_work_no_row_counts_a_few(
    basis: str, others: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The curves, the arrivals and the most reshared would show one to four people of a day.

    Of all who post nothing is told at all; it may be all of those whom one figure counts.
    """
    every = World(accounts=40, seekers=40 - others, asks=0, bios=0, basis=basis).archive()
    told = release(every, toy(), ALL_BOOKS)
    assert few_by_row(told) == set()
    stems = {item.get("stem") for chapter in told.values() for item in chapter["items"]}
    assert "relays-most-reshared" not in stems
    with monkeypatch.context() as patch:
        for module in (adoption, reached, relayed):
            patch.setattr(module, "all_seek", lambda role: False)
        found = few_by_row(release(every, toy(), ALL_BOOKS))
    stems = {"first-posts", "followers-curve", "relays-generations"}
    assert stems <= {stem for stem, _ in found}
    assert basis == "after" or ("supporters-curve", "n_lo") in found


# the worlds in which what is counted is nearly only of people looking for work
ALL_SEEK = {
    "by their bios": (World(accounts=40, seekers=40, asks=0, bios=0), ""),
    "but four": (World(accounts=40, seekers=36, asks=0, bios=0), ""),
    "by what they ask": (World(accounts=40, seekers=0, asks=40), ""),
    "of those who write": (World(accounts=40, seekers=20, asks=0, bios=0), "post"),
    "of those who reshare": (World(accounts=40, seekers=20, asks=0, bios=0), "reshare"),
}


def one_and_more(how: str) -> tuple[tables.Archive, dict[str, tables.Archive]]:
    """Return an archive, and the same with one person more, or one post, who look for work."""
    world, kind = ALL_SEEK[how]
    whole = world.archive()
    posts, seeking = whole.posts, [f"a{number}" for number in range(world.seekers)]
    if kind:
        posts = posts[(posts["kind"] != kind) | posts["author_id"].isin(seeking)]
    whole = replace(whole, posts=posts.reset_index(drop=True))
    theirs = whole.posts["author_id"].isin(seeking or {"a1"})
    theirs &= whole.posts["post_id"] != "end"  # which gives the days of the archive
    last = whole.posts[theirs & (whole.posts["kind"] == (kind or "post"))].iloc[-1]
    post = replace(whole, posts=whole.posts.drop(index=last.name).reset_index(drop=True))
    return whole, {"person": without(whole, {last["author_id"]}), "post": post}


@pytest.mark.parametrize("how", ALL_SEEK)
def test_where_all_look_for_work_two_releases_are_the_same(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that one of them moves would be a number of one of them: no number moves.

    But for totals, by five at least or by nothing.
    """
    whole, before = one_and_more(how)
    now = release(whole, toy(), zoo.BOOKS, whole=True)
    assert "of people looking for work" in now["archive"]["answer"]["en"]
    for less in before.values():
        was = release(less, toy(), zoo.BOOKS, whole=True)
        assert gave_away(was, now) == {}
        assert {key for key in now if was[key] != now[key]} <= {"supporters"}
        (counted,) = now["supporters"]["key_figures"]
        assert counted["value"] % 5 == 0 < counted["value"] <= whole.posts["author_id"].nunique()
    monkeypatch.setattr(withheld, "everybody_seeks", lambda archive, movement: False)
    books = [book for book in zoo.BOOKS if book.name[:2] in ("01", "05")]
    now = release(whole, toy(), books)
    for less in before.values():
        seen = gave_away(release(less, toy(), books), now)
        assert {"archive-days", "push-daily"} <= {place[1] for place in seen}
        assert {"archive-posts", "archive-authors"} & {place[2] for place in seen}


@pytest.mark.parametrize("posts", [*range(1, 40), 99, 100, 104, 219, 1_049])
@pytest.mark.parametrize("people", [1, 4, 5, 9, 123])
def test_rounded_totals_tell_one_person_no_better(posts: int, people: int) -> None:
    """One post more moves no total, or moves it by five or more; a month of few is not told."""
    days = [START + pd.Timedelta(days=40 * (k % people == 0), hours=k % 9) for k in range(posts)]
    rows = [World()._post(f"{k}", k % people, day) for k, day in enumerate(days)]
    every = tables.Archive(posts=tables.build(tables.POSTS, rows))
    less = replace(every, posts=every.posts.iloc[:-1])
    told = [withheld.totals(archive, toy()) for archive in (less, every)]
    count = every.posts["author_id"].nunique()
    assert ("accounts" in told[1]) is (count >= 5)
    for name, most in (("posts", posts), ("accounts", count)):
        was, now = (one.get(name, 0) for one in told)
        assert now - was == 0 or now - was >= 5
        assert now <= most
    assert "2015-11" not in told[1].get("months", ())  # one account alone
    if told[1].get("months"):  # and its posts are none of the month that is
        inside = (every.posts["posted_at"] < pd.Timestamp("2015-11-01", tz="UTC")).sum()
        assert told[1]["posts"] <= inside


@pytest.mark.parametrize("how", ALL_SEEK)
def test_where_all_look_for_work_nothing_is_exported_but_for_ones_own_screen(
    how: str, tmp_path: Path
) -> None:
    whole, _ = one_and_more(how)
    for asked in ({"graph": "gexf"}, {"graph": "graphml"}, {"table": "posts"}):
        with pytest.raises(I4Error, match=r"look for work.*--private"):
            export(whole, toy(), tmp_path, **asked)
        assert not [*tmp_path.iterdir()]
    assert export(whole, toy(), tmp_path, table="posts", private=True)


@pytest.mark.parametrize("few", [0, withheld._FEW])  # an archive of so many is asked whole
@pytest.mark.parametrize("others", [5, 6, 40])
def test_where_some_do_not_look_for_work_the_posts_are_told(
    others: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withheld, "_FEW", few)
    world = World(accounts=40 + others, seekers=40, asks=0, bios=0)
    assert not withheld.everybody_seeks(world.archive(), toy())
    assert withheld.everybody_seeks(replace(world, accounts=44).archive(), toy())


@pytest.mark.parametrize("seekers", [0, 1, 7])
def test_posts_that_name_nobody_are_of_those_who_are_seen(seekers: int) -> None:
    """Whoever counts the profiles beside unsigned posts counts those who look for work."""
    world = World(accounts=7, seekers=seekers, asks=0).archive()
    nobody = world.posts.assign(author_id=None, author=None).astype(world.posts.dtypes)
    unsigned = replace(world, posts=nobody)
    assert withheld.everybody_seeks(unsigned, toy()) == ("post" if seekers > 2 else "")


@pytest.mark.parametrize("few", [0, withheld._FEW])
@pytest.mark.parametrize("tagging", [1, 7])
def test_those_who_use_the_hashtag_are_not_counted_where_they_all_look_for_work(
    tagging: int, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others who post without the hashtag do not hide them in a count of its users."""
    monkeypatch.setattr(withheld, "_FEW", few)
    world = World(accounts=60, seekers=tagging, asks=0, bios=0).archive()
    who = {f"a{number}" for number in range(tagging)}
    both = zip(world.posts["author_id"], world.posts["hashtags"], strict=True)
    bare = [list(tags) if name in who else [] for name, tags in both]
    tags = pd.Series(bare, dtype=world.posts["hashtags"].dtype)
    assert not withheld.everybody_seeks(world, toy())
    apart = replace(world, posts=world.posts.assign(hashtags=tags))
    assert withheld.everybody_seeks(apart, toy()) == "tag"


def without(archive: tables.Archive, gone: set[str]) -> tables.Archive:
    """Return an archive as it was before some accounts came."""
    posts, profiles = archive.posts, archive.profiles
    left = posts["author_id"].isin(gone) | posts["reshared_author_id"].isin(gone)
    return tables.Archive(
        posts=posts[~left].reset_index(drop=True),
        profiles=profiles[~profiles["account_id"].isin(gone)].reset_index(drop=True),
    )


@pytest.mark.slow
@pytest.mark.parametrize("made_up", ["demo", 1, 2, 3])
def test_few_people_who_come_to_a_made_up_movement_are_not_seen(made_up: str | int) -> None:
    """The demo and three worlds: 1 and 3 accounts that look for work come between releases."""
    if made_up == "demo":
        parameters = read_recipe(DEMO)
    else:
        parameters = simulate.Parameters.small(seed=int(made_up))
    made = simulate.world(parameters)
    archive, movement = made.archive, made.movement
    roles = i4.members.roles(archive, movement)
    seekers = sorted(roles.loc[roles["role"] == "seeker", "account_id"])
    posting = sorted(set(archive.posts["author_id"]) & set(seekers))
    now = release(archive, movement)
    assert len(seekers) >= 10
    for few in (1, 3):
        before = release(without(archive, set(posting[:few])), movement)
        theirs = {
            place: how
            for place, how in gave_away(before, now).items()
            if place[0] == "appeals" or "seeker" in place
        }
        assert theirs == {}, few


# ------------------------------------------------------------------------- the files themselves

NUMBER = re.compile(r"(?<![\w#.])\d+(?:[.,]\d+)?(?![\w%]|\s?\u202f?%)")
HIDDEN = re.compile(
    r"<(script|style)\b.*?</\1>|data:[a-z/+;0-9-]+,[^\"')]*|<svg\b.*?</svg>", re.DOTALL
)
WORDS_IN = re.compile(r"<(?:text|title|desc)\b[^>]*>.*?<|<!--.*?-->", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.;:?!])\s+(?=\D)")
MOST_WORDS = 60  # of a sentence: what runs on for longer is a table
ENDS = re.compile(r"</(?:p|td|th|tr|li|h\d|text|title|figcaption|div)>|<!--|-->")


def published(made: Any, movement: Movement, folder: Path) -> Path:
    """Write what a report of the chapters publishes in words and numbers; return its folder."""
    for fault in made.falls.values():
        raise fault
    for chapter in made:
        chapter.save(folder / "chapters")
    report = model.read(folder / "chapters", movement)
    out = folder / "out"
    out.mkdir()
    for lang in zoo.LANGS:
        (out / f"index.{lang}.html").write_text(html.render(report, lang), encoding="utf-8")
        (out / f"tables.{lang}.xlsx").write_bytes(sheets.render(report, lang))
        (out / f"report.{lang}.pdf").write_bytes(pdf.render(report, lang))
    for key, item in report.tabled():
        (out / f"{item['stem']}.fr.csv").write_bytes(grid.csv_bytes(item, "fr"))
        for path in report.folders[key].glob(f"{item['stem']}.*"):
            if path.suffix in (".csv", ".svg"):
                (out / path.name).write_bytes(path.read_bytes())
    return out


def of_files(out: Path) -> Iterator[tuple[Number, float]]:
    """Yield every number that files hold, by the words around it, percentages left out."""
    for path in sorted(out.iterdir()):
        seen: dict[str, int] = {}
        for line in lines_of(path):
            plain = re.sub(r"(?<=\d)[\s\u202f\u00a0,](?=\d{3}\b)", "", line)
            around = NUMBER.sub("#", plain)
            nth = seen[around] = seen.get(around, -1) + 1
            for at, found in enumerate(NUMBER.finditer(plain)):
                yield (path.name, around, str(nth), str(at)), float(found[0].replace(",", "."))


def lines_of(path: Path) -> Iterator[str]:
    """Yield the texts of a page, a picture or a table, a row of a table as one.

    Of paper its sentences, which run over several lines, and whatever line is no piece of one,
    as the rows of its tables.
    """
    if path.suffix == ".pdf":
        lines = [
            line.strip()
            for page in pypdf.PdfReader(path).pages
            for line in page.extract_text().splitlines()
        ]
        told = SENTENCE.split(" ".join(lines))
        yield from told
        whole = "\n".join(text for text in told if len(text.split()) <= MOST_WORDS)
        pieces = (piece for line in lines for piece in SENTENCE.split(line))
        yield from (piece for piece in pieces if piece and piece not in whole)
    elif path.suffix == ".xlsx":
        book = python_calamine.load_workbook(path)
        for name in book.sheet_names:
            header: list[str] = []
            for row in book.get_sheet_by_name(name).to_python():
                words = [cell for cell in row if isinstance(cell, str) and cell]
                if len(words) > 2 and not any(map(is_number, row)):
                    header = list(columns(map(str, row)))
                yield f"{name}: " + " | ".join(words)
                for column, cell in itertools.zip_longest(header, row, fillvalue=""):
                    if is_number(cell):
                        yield f"{name}: {' | '.join(words)} {column}: {cell}"
    elif path.suffix == ".csv":
        text = path.read_text("utf-8-sig")
        header, *rows = csv.reader(
            text.splitlines(), delimiter=";" if ".fr." in path.name else ","
        )
        for row in rows:
            words = " ".join(cell for cell in row if not re.match(r"-?\d", cell))
            named = zip(columns(header), row, strict=True)
            yield from (f"{words} {name}: {cell}" for name, cell in named)
    else:
        text = path.read_text("utf-8")
        if path.suffix == ".svg":
            text = "\n".join(WORDS_IN.findall(text))
        text = re.sub(r"<[^>]*>?", "", ENDS.sub("\n", HIDDEN.sub("", text)))
        yield from filter(None, map(str.strip, text.splitlines()))


def columns(header: Iterable[str]) -> Iterator[str]:
    """Yield the names of columns, a bound's after that of its estimate: it counts the same."""
    of = ""
    for name in header:
        bound = name in ("Au moins", "Au plus", "At least", "At most")
        of = of if bound else name
        yield f"{of}, {name}" if bound else name


def told_by_files(first: Path, second: Path) -> dict[Number, str]:
    """Return the numbers that show in the files of the second release how many more there are."""
    before, after = dict(of_files(first)), dict(of_files(second))
    return {
        place: f"{before[place]:g} → {after[place]:g}"
        for place in before.keys() & after.keys()
        if is_small(after[place] - before[place])
    }


def of_seekers(place: Number) -> bool:
    """Return whether a number is one of people who look for work, or of what they ask."""
    where = " ".join(place[:2])
    return bool(re.search(r"appeals|seeker|cherch|seek|look\w* for work|demande|request", where))


def of_others(place: Number) -> bool:
    """Return whether a number of a file is `harmless`: it counts hours, or members who relay."""
    others = r"appeals-load|relays_|repris|reshar|heure|hour|membre|member|jour|day"
    return bool(re.search(others, " ".join(place[:2]), re.IGNORECASE))


@pytest.mark.slow
@pytest.mark.parametrize("made_up", ["toy", "demo", 1, 2, 3])
def test_few_people_are_seen_in_no_file(made_up: str | int, tmp_path: Path) -> None:
    """Pages, paper, pictures' texts, tables in both languages, workbooks of two releases."""
    books = [path for path in zoo.BOOKS if path.name[:2] != "01"]  # of files read, not of people
    if made_up == "toy":
        movement = toy()
        pair = [World().archive(), World(seekers=33, asks=34).archive()]
    else:
        demo = made_up == "demo"
        made = simulate.world(
            read_recipe(DEMO) if demo else simulate.Parameters.small(seed=int(made_up))
        )
        movement, now = made.movement, made.archive
        roles = i4.members.roles(now, movement)
        seekers = set(roles.loc[roles["role"] == "seeker", "account_id"])
        posting = sorted(seekers & set(now.posts["author_id"]))
        pair = [without(now, set(posting[:2])), now]
    files = [
        published(zoo.page_about(one, movement, books=books), movement, tmp_path / str(number))
        for number, one in enumerate(pair)
    ]
    assert sum(1 for _ in of_files(files[0])) > 2_000
    found = told_by_files(*files)
    assert {
        place: how
        for place, how in found.items()
        if not of_others(place) and (made_up == "toy" or of_seekers(place))
    } == {}
