"""The chapter on the archive: it says what is there, and what cannot be shown without it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.archive import Overview
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor.overview import overview
from i4analysis.movement import Movement
from i4analysis.publish import chapters
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.report import pages
from i4analysis.publish.report.model import Report
from i4analysis.publish.words.wording import Text
from i4analysis.tables import Archive

FIRST = pd.Timestamp("2015-09-26T10:00:00Z")


@pytest.fixture
def movement(tmp_path: Path) -> Movement:
    (tmp_path / "movement.toml").write_text(
        'hashtags = ["i4emploi"]\nname = "essai"\ntimezone = "Europe/Paris"\n'
    )
    return Movement.load(tmp_path)


def held(reshares: int, counted: int, days: int = 10) -> Overview:
    rows = []
    for number in range(40):
        moment = FIRST + pd.Timedelta(minutes=number * days * 36)
        rows.append(post(f"{number}", moment, "post", reshare_count=counted))
        rows += [
            post(f"{number}-{at}", moment, "reshare", reshared_id=f"{number}")
            for at in range(reshares)
        ]
    profile = {"platform": "other", "account_id": "1", "followers": 3, "bio": ""}
    sightings = [profile | {"seen_basis": basis} for basis in ("live", "live", "after")]
    file = {"file": "a", "format": "essai", "records": len(rows), "posts_in": len(rows)}
    zero = dict.fromkeys(("profiles_only", "notices", "rejects", "posts", "duplicates"), 0)
    archive = Archive(
        posts=tables.build(tables.POSTS, rows),
        profiles=tables.build(tables.PROFILES, sightings),
        files=tables.build(tables.FILES, [zero | file]),
    )
    found = Archive(archive.posts, archive.profiles, files=archive.files)
    findings = doctor.examine(found)
    return overview(
        Archive(archive.posts, archive.profiles, files=archive.files, findings=findings),
        "Europe/Paris",
    )


def post(post_id: str, moment: pd.Timestamp, kind: str, **more: object) -> dict[str, object]:
    return {
        "platform": "other",
        "post_id": post_id,
        "kind": kind,
        "author_id": post_id[:1],
        "posted_at": moment.to_pydatetime(),
        "collected_at": (FIRST + pd.Timedelta(days=60)).to_pydatetime(),
        "text": "",
        "embedded": False,
        "file": "a",
        **more,
    }


def words(chapter: Chapter, lang: str) -> str:
    return " ".join((chapter.title[lang], chapter.answer[lang], chapter.html(lang=lang)))


def test_numbers_are_those_of_the_archive(movement: Movement) -> None:
    chapter = chapters.archive(held(reshares=3, counted=6), movement)
    assert chapter.title["en"].startswith("The archive holds 160 posts by 10 accounts, and 50%")
    assert "120 of them reshares" in chapter.answer["en"]
    assert "120 reprises" in chapter.answer["fr"].replace("\xa0", " ")
    assert chapter.problems() == []


def test_the_data_go_up_to_the_last_profile_that_was_seen(movement: Movement) -> None:
    found = held(reshares=1, counted=1)
    posts = {"platform": "other", "post_id": "1", "kind": "post", "posted_at": FIRST}
    late = {"platform": "other", "account_id": "1", "seen_basis": "retrieved",
            "seen_at": FIRST + pd.Timedelta(days=90)}  # fmt: skip
    seen = overview(Archive(tables.build(tables.POSTS, [posts]),
                            tables.build(tables.PROFILES, [late])))  # fmt: skip
    days = [chapters.archive(one, movement).as_of for one in (found, seen)]
    assert days == [date(2015, 10, 6), date(2015, 12, 25)]


def test_sentence_on_what_is_missing_goes_with_the_reshares(movement: Movement) -> None:
    chapter = chapters.archive(held(reshares=0, counted=6), movement)
    assert "no reshare" in chapter.title["en"]
    assert "counted 240 reshares of these posts; the archive holds none" in chapter.answer["en"]
    assert "no relay can be traced" in chapter.answer["en"]
    assert "accounts made" not in chapter.answer["en"]  # what they did the archive cannot tell
    never = chapters.archive(held(reshares=0, counted=0), movement)
    assert "platform" not in never.answer["en"]
    assert "no relay can be traced" in never.answer["en"]
    assert "%" not in chapter.title["fr"]
    whole = chapters.archive(held(reshares=3, counted=3), movement)
    assert "%" not in whole.title["en"]


def test_the_page_names_the_network_of_the_posts_whatever_read_them(movement: Movement) -> None:
    found = held(reshares=1, counted=1)
    named = {"twitter": "Twitter", "mastodon": "Mastodon", "bluesky": "Bluesky", "other": ""}
    for platform, name in named.items():
        chapter = chapters.archive(replace(found, platforms=(platform,)), movement)
        assert chapter.as_dict()["leads"]["networks"]["text"]["en"] == name
    both = chapters.archive(replace(found, platforms=("mastodon", "twitter")), movement)
    assert both.as_dict()["leads"]["networks"]["text"]["fr"] == "Mastodon et Twitter"
    assert found.platforms == ("other",)


@pytest.mark.parametrize("end", [None, date(2015, 9, 20), date(2015, 9, 30), date(2016, 1, 1)])
def test_a_period_that_ends_before_the_archive_is_told(
    end: date | None, movement: Movement
) -> None:
    chapter = chapters.archive(held(1, 1), replace(movement, ended_on=end))
    inside = end == date(2015, 9, 30)  # one that ends before the first post has its own banner
    assert ("period studied ends on 30\xa0September 2015" in chapter.answer["en"]) == inside


def test_how_profiles_were_seen_is_said_once(movement: Movement) -> None:
    found = held(1, 1)
    bases = pd.DataFrame({"seen_basis": ["after"], "sightings": [80]})
    told = {"finding": "profiles_after", "file": None, "count": 80, "of": 80, "share": 1.0,
            "detail": "{}", "says_en": "Sightings: 80 of 80.", "effect_en": "", "says_fr": "",
            "effect_fr": ""}  # fmt: skip
    alone = replace(found, bases=bases, findings=pd.DataFrame(), sightings=80)
    both = replace(alone, findings=pd.DataFrame([told]))
    for overview_, times in ((alone, 1), (both, 1)):
        said = chapters.archive(overview_, movement).html(lang="en")
        assert said.lower().count("sightings") == times


def test_empty_archive_says_so(movement: Movement) -> None:
    chapter = chapters.archive(overview(Archive(), movement.zone), movement)
    assert "No archive" in chapter.title["en"]
    assert chapter.problems() == []
    assert chapter.as_dict()["cannot_show"]
    chapter.html()


@pytest.mark.parametrize("days", [2, 10, 400])
def test_figures_are_drawn_for_any_length(days: int, movement: Movement, tmp_path: Path) -> None:
    chapter = chapters.archive(held(3, 6, days), movement)
    chapter.save(tmp_path / "out")
    folder = tmp_path / "out" / "archive"
    for lang in ("fr", "en"):
        assert (folder / f"archive-days.{lang}.png").stat().st_size > 5000
    table = pd.read_csv(folder / "archive-days.csv")
    assert table["posts"].sum() == 160


def dated(moments: list[pd.Timestamp | None], kinds: list[str]) -> Overview:
    rows = [
        post(str(k), FIRST, kind, posted_at=moment, reshared_id="x" if kind == "reshare" else None)
        for k, (moment, kind) in enumerate(zip(moments, kinds, strict=True))
    ]
    archive = Archive(posts=tables.build(tables.POSTS, rows))
    return overview(archive, "Europe/Paris")


@pytest.mark.parametrize(
    ("authors", "said"),
    [("abb", "3 posts by 2 accounts,"), ("a-b", "3 posts by at least 2 accounts,"),
     ("---", "3 posts with no author named,")],
)  # fmt: skip
def test_posts_that_name_no_author_are_not_by_those_of_the_others(
    authors: str, said: str, movement: Movement
) -> None:
    rows = [
        post(str(k), FIRST, "post") | {"author_id": None if one == "-" else one}
        for k, one in enumerate(authors)
    ]
    archive = Archive(posts=tables.build(tables.POSTS, rows))
    archive = replace(archive, findings=doctor.examine(archive))
    chapter = chapters.archive(overview(archive, "Europe/Paris"), movement)
    saved = chapter.as_dict()
    for text in (chapter.title, chapter.answer, Text.of(saved["can_write"][0])):
        assert said in text["en"]
    keys = [one["text"]["en"] for one in saved["key_figures"]]
    assert keys[1:] == {"abb": ["2"], "a-b": ["at least 2"], "---": []}[authors]


def test_profiles_without_posts_are_not_published_facts_alone(movement: Movement) -> None:
    profile = {"platform": "other", "account_id": "1", "seen_basis": "live", "bio": "#i4emploi"}
    file = {"file": "a", "format": "essai", "records": 1, "profiles_only": 1}
    zero = dict.fromkeys(("posts_in", "notices", "rejects", "posts", "duplicates"), 0)
    archive = Archive(
        profiles=tables.build(tables.PROFILES, [profile]),
        files=tables.build(tables.FILES, [zero | file]),
    )
    chapter = chapters.archive(overview(archive, "UTC"), movement)
    assert chapter.answer["en"] == "1 sighting of a profile was read, without a post."


def test_a_count_that_some_posts_lack_is_the_least(movement: Movement) -> None:
    found = held(reshares=0, counted=6)
    assert "counted 240 reshares" in chapters.archive(found, movement).answer["en"]
    some = chapters.archive(replace(found, uncounted=1), movement)
    assert "counted at least 240 reshares" in some.answer["en"]


def test_a_profile_seen_with_a_post_without_a_date_is_not_dated(movement: Movement) -> None:
    profile = {"platform": "other", "seen_basis": "live"}
    seen = [profile | {"account_id": str(k), "seen_at": FIRST if k else None} for k in range(3)]
    archive = Archive(
        posts=tables.build(tables.POSTS, [post("1", FIRST, "post")]),
        profiles=tables.build(tables.PROFILES, seen),
    )
    saved = chapters.archive(overview(archive, "UTC"), movement).as_dict()
    said = [one["text"]["en"] for one in saved["items"] if one["kind"] == "sentence"]
    assert said == [
        "3 sightings of profiles: 2 at the moment of the post and 1 at an unknown moment."
    ]


@pytest.mark.parametrize("kinds", [["post"] * 4, ["reshare"] * 4, ["post", "reshare"] * 2])
@pytest.mark.parametrize("undated", range(5))
def test_posts_without_a_date_are_not_dated_with_the_others(
    undated: int, kinds: list[str], movement: Movement
) -> None:
    moments = [None] * undated + [FIRST] * (4 - undated)
    chapter = chapters.archive(dated(moments, kinds), movement)
    answer = chapter.answer["en"].replace("\xa0", " ")
    whole = undated in (0, 4)
    assert bool(re.search("without a date|no date", answer)) != whole
    assert whole or re.search(
        rf"\b{undated} (?:(?:posts? )?without a date|ha(?:s|ve) no date)", answer
    )
    assert ("26 September" in answer) == (undated < 4)
    assert ("none says its date" in answer) == (undated == 4)
    assert chapter.problems() == []


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2015-09-26T10:00:00Z", None),
        ("1970-01-01T10:00:00Z", "the first post is dated 1 January 1970, before"),
        ("2001-05-05T10:00:00Z", "the first post is dated 5 May 2001, before"),
        ("2199-05-05T10:00:00Z", "the last post is dated 5 May 2199, which is still to come"),
    ],
)
def test_days_that_cannot_be_are_told_on_the_first_screen(
    moment: str, said: str | None, movement: Movement
) -> None:
    found = dated([FIRST, pd.Timestamp(moment)], ["post"] * 2)
    saved = chapters.archive(found, movement).as_dict()
    lead = saved["leads"].get("dates")
    assert (lead is None) == (said is None)
    if said:
        assert said in lead["text"]["en"].replace("\xa0", " ")
        report = Report(movement, {"archive": saved | {"items": []}}, {})
        assert pages.page(report, "en")["banners"][0]["title"].startswith("Dates")


@pytest.mark.parametrize(
    ("days", "title", "highest"),
    [
        ([0, 1, 1], "The busiest day, 27 September 2015, carries 2 posts", "is 2 posts, on 27"),
        ([0, 1, 3], "At most 1 post a day", "is 1 post, first on 26"),
        ([0, 1, None], "At most 1 dated post a day", "Bars by day: dated posts of the archive"),
        ([0, 0, 1, None], "The busiest day, 26 September 2015, carries 2 dated posts",
         "Bars by day: dated posts of the archive"),
        ([0, 2000, 2000], "At most 2 posts a month", "is 2 posts, in March 2021"),
    ],
)  # fmt: skip
def test_one_day_is_not_the_busiest_and_equals_are_told_as_such(
    days: list[int | None], title: str, highest: str, movement: Movement
) -> None:
    moments = [None if day is None else FIRST + pd.Timedelta(days=day) for day in days]
    saved = chapters.archive(dated(moments, ["post"] * len(days)), movement).as_dict()
    item = next(one for one in saved["items"] if one.get("stem") == "archive-days")
    assert item["title"]["en"].replace("\xa0", " ") == title
    assert highest in item["alt"]["en"].replace("\xa0", " ")
    assert "reshares" not in item["alt"]["en"]  # none is drawn


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_a_week_without_a_post_is_no_silence_of_the_movement(
    runs: int, movement: Movement
) -> None:
    days = [day for day in range(18 + 18 * runs) if day < 18 or day % 18 >= 7]
    moments: list[pd.Timestamp | None] = [
        FIRST + pd.Timedelta(days=day, hours=13 + hour) for day in days for hour in range(5)
    ]
    chapter = chapters.archive(dated(moments, ["post"] * len(moments)), movement)
    assert chapter.problems() == []
    said = {lang: words(chapter, lang).replace("\xa0", " ") for lang in ("en", "fr")}
    # the posts of midnight and after, Paris, are those of the day after
    assert "From 15 to 21 October 2015, the archive holds no dated post (7 days" in said["en"]
    assert (
        "Du 15 au 21 octobre 2015, l’archive ne contient aucun message daté (7 jours" in said["fr"]
    )
    assert "cannot tell which" in said["en"]
    assert "of the days it covers in the week before" in said["en"]  # which may be fewer than 7
    more = f"{7 * runs} with {runs - 1} other such run{'s' * (runs > 2)}"
    assert (more in said["en"]) == (runs > 1)
    assert "UTC" not in said["en"]


def test_a_movement_that_ends_slowly_is_not_told_to_be_silent(movement: Movement) -> None:
    days = [0] * 40 + [1] * 30 + [2] * 20 + [3] * 5 + [5] * 2 + [11, 30, 60]
    moments: list[pd.Timestamp | None] = [FIRST + pd.Timedelta(days=day) for day in days]
    chapter = chapters.archive(dated(moments, ["post"] * len(moments)), movement)
    assert "holds no dated post" not in words(chapter, "en")
