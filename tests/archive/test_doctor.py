"""The doctor finds what is wrong and missing, says it in a sentence, and keeps quiet otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import invented
import numpy as np
import pandas as pd
import pytest
import scene

import i4analysis as i4
from i4analysis import tables
from i4analysis.archive import command
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor.examine import FINDINGS, sentences
from i4analysis.tables import Archive

FIRST = pd.Timestamp("2015-10-05T07:00:00Z")


def snowflake(moment: pd.Timestamp) -> str:
    return str(((int(moment.timestamp() * 1000) - 1_288_834_974_657) << 22) + 7)


def post(number: int, **more: Any) -> dict[str, Any]:
    moment = FIRST + pd.Timedelta(minutes=number)
    return {
        "platform": "twitter",
        "post_id": snowflake(moment),
        "kind": "post",
        "author_id": str(number % 10),
        "author": f"compte{number % 10}",
        "posted_at": moment.to_pydatetime(),
        "collected_at": (moment + pd.Timedelta(days=1)).to_pydatetime(),
        "text": "bonjour",
        "embedded": False,
        "file": "a.json",
        "line": number,
    } | more


def archive(rows: list[dict[str, Any]]) -> Archive:
    profile = {
        "platform": "twitter",
        "account_id": "1",
        "handle": "compte1",
        "bio": "",
        "followers": 3,
        "seen_at": FIRST.to_pydatetime(),
        "seen_basis": "live",
    }
    return invented.archive(rows, [profile])


def found(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return doctor.examine(archive(rows)).set_index("finding")


def test_sound_archive_has_no_finding() -> None:
    original = post(0, reshare_count=29)
    reshares = [
        post(number, kind="reshare", reshared_id=original["post_id"], reshare_basis="platform")
        for number in range(1, 30)
    ]
    assert doctor.examine(archive([original, *reshares])).empty


@pytest.mark.parametrize("platforms", [("twitter", "twitter"), ("twitter", "bluesky")])
def test_accounts_and_names_are_those_of_a_platform(platforms: tuple[str, str]) -> None:
    """One id, or one handle, on two platforms is two accounts, of a name each."""
    seen = [
        {"platform": platforms[at % 2], "account_id": account, "handle": handle, "seen_at": FIRST}
        for at, (account, handle) in enumerate(
            [("7", "ana"), ("7", "Bea"), ("8", "eve"), ("9", "Eve")]
        )
    ]
    rows = [one | {"seen_basis": "live"} for one in seen]
    several = Archive(archive([post(0)]).posts, tables.build(tables.PROFILES, rows))
    told = doctor.examine(several).set_index("finding")
    alike = len(set(platforms)) == 1
    assert {"several_names", "shared_names"} & set(told.index) == (
        {"several_names", "shared_names"} if alike else set()
    )
    assert doctor.counted_in(several).n["accounts"] == (3 if alike else 4)


def test_empty_archive_has_no_finding() -> None:
    assert doctor.examine(Archive()).empty
    assert list(doctor.report(Archive()).columns)[:3] == ["file", "format", "records"]
    assert doctor.posts_per_day(Archive()).empty


def test_scrapers_archive_is_named_because_no_graph_can_be_drawn() -> None:
    row = found([post(number) for number in range(30)]).loc["no_reshares"]
    assert row["of"] == 30
    assert "No reshare graph can be drawn" in row["effect_en"]


def test_ids_rounded_by_a_spreadsheet() -> None:
    rows = [post(number) for number in range(30)]
    for row in rows[:12]:
        row["post_id"] = row["post_id"][:-3] + "000"
    finding = found(rows).loc["rounded_ids"]
    assert (finding["count"], finding["of"]) == (12, 30)
    assert finding["file"] == "a.json"


def test_local_time_written_as_utc_is_told_from_a_wrong_clock() -> None:
    rows = [post(number) for number in range(30)]
    for row in rows:
        row["posted_at"] += pd.Timedelta(hours=2)
    slip = found(rows).loc["zone_slip"]
    assert json.loads(slip["detail"])["hours"] == 2
    assert "+2 h" in slip["says_en"]
    for number, row in enumerate(rows):
        row["posted_at"] += pd.Timedelta(minutes=37 * number)
    assert "id_time_differs" in found(rows).index


def test_share_of_reshares_held_with_its_interval() -> None:
    rows = []
    for number in range(20):
        original = post(number, reshare_count=10)
        rows.append(original)
        rows += [
            post(
                100 + number * 20 + at,
                kind="reshare",
                reshared_id=original["post_id"],
                reshare_basis="platform",
            )
            for at in range(3 + number % 5)
        ]
    detail = json.loads(found(rows).loc["reshares_missing", "detail"])
    assert detail["held"] == pytest.approx(0.5)
    assert 0.4 < detail["lo"] < 0.5 < detail["hi"] < 0.6


def test_originals_that_lost_the_same_share_do_not_make_it_certain() -> None:
    rows = [post(number * 97, reshare_count=3) for number in range(16)]
    rows += [post(number * 97 + 1, kind="reshare", reshared_id=one["post_id"])
             for number, one in enumerate(rows)]  # fmt: skip
    detail = json.loads(found(rows).loc["reshares_missing", "detail"])
    assert detail["held"] == pytest.approx(1 / 3, abs=1e-4)
    assert detail["lo"] < 0.25 and detail["hi"] > 0.4


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("each", [1, 2, 10])
def test_originals_that_lost_every_reshare_count_among_the_lost(kept: float, each: int) -> None:
    """However few reshares an original has, the share said is the share there is."""
    draw = np.random.default_rng(7)
    originals = [post(number * 97, reshare_count=each) for number in range(200)]
    all_made = [
        post(number * 97 + at + 1, kind="reshare", reshared_id=one["post_id"])
        for number, one in enumerate(originals)
        for at in range(each)
    ]
    held = [one for one in all_made if draw.random() < kept]
    asked = post(30_000, embedded=True, reshare_count=9_000)  # quoted: never asked for
    detail = json.loads(found([*originals, *held, asked]).loc["reshares_missing", "detail"])
    assert detail["held"] == pytest.approx(len(held) / len(all_made), abs=1e-4)
    assert detail["originals"] == 200


@pytest.mark.parametrize("kept", [0.25, 0.5, 0.75])
def test_a_count_that_came_inside_a_reshare_held_does_not_raise_the_share(kept: float) -> None:
    """A stream shows an original's count with the last reshare held; the interval covers then."""
    draw = np.random.default_rng(11)
    gaps, covered = [], []
    for _ in range(40):
        rows, made = [], 0
        for number in range(60):
            original = post(number * 97)
            size = int(draw.geometric(0.25))
            held = np.flatnonzero(draw.random(size) < kept)
            rows += [post(number * 97 + 1 + at, kind="reshare", reshared_id=original["post_id"])
                     for at in held]  # fmt: skip
            if len(held):
                seen = {"reshare_count": held[-1] + 1, "collected_at": rows[-1]["posted_at"]}
                rows.append(original | seen | {"embedded": True})
            made += size
        share = sum(one.get("kind") == "reshare" for one in rows) / made
        detail = json.loads(found(rows).loc["reshares_missing", "detail"])
        gaps.append(detail["held"] - share)
        covered.append(detail["lo"] <= share <= detail["hi"])
    assert abs(np.mean(gaps)) < 0.03
    assert np.mean(covered) >= 0.9


@pytest.mark.parametrize("after", [0, 3, 40])
def test_reshares_that_came_after_the_count_are_none_of_those_counted(after: int) -> None:
    rows = []
    for number in range(20):
        original = post(number * 97, reshare_count=10)
        original["collected_at"] = original["posted_at"] + pd.Timedelta(hours=2)
        reshare = {"kind": "reshare", "reshared_id": original["post_id"]}
        rows += [original, *(
            post(number * 97 + 1 + at, **reshare) | {
                "posted_at": original["collected_at"] + pd.Timedelta(minutes=at - 4)}
            for at in range(4 + 1 + after)
        )]  # fmt: skip
    table = found(rows)
    # four before it, and one at whose very moment it was read, which is sure to be held
    detail = json.loads(table.loc["reshares_missing", "detail"])
    assert detail["held"] == pytest.approx(4 / 9, abs=1e-4)


def test_originals_absent_and_typed_reshares() -> None:
    rows = [
        post(number, kind="reshare", reshared_id="99", reshare_basis="platform")
        for number in range(30)
    ]
    rows += [post(50 + n, kind="reshare", reshare_basis="text") for n in range(4)]
    findings = found(rows)
    assert findings.loc["originals_absent", "count"] == 1
    assert (findings.loc["text_reshares", "count"], findings.loc["text_reshares", "of"]) == (4, 34)


def test_cut_texts_and_the_hashtags_they_lost() -> None:
    cut = "x" * 130 + " #i4Em…"
    rows = [post(number, text=cut if number < 5 else "court…") for number in range(30)]
    finding = found(rows).loc["cut_texts"]
    assert finding["count"] == 5
    assert json.loads(finding["detail"])["tags"] == 5
    elsewhere = [row | {"platform": "mastodon"} for row in rows]  # who writes so means it
    assert "cut_texts" not in found(elsewhere).index


@pytest.mark.parametrize("counts", [{}, {"like_count": 0}, {"reshare_count": 3}])
def test_a_post_without_counts_has_none_of_an_unknown_moment(counts: dict[str, int]) -> None:
    told = found([post(number, collected_at=None, **counts) for number in range(3)])
    assert ("collection_undated" in told.index) == bool(counts)


def test_a_day_that_a_zone_skipped_is_no_silence() -> None:
    """Samoa had no 30 December 2011: the page said that the archive holds no post of it."""
    eve = pd.Timestamp("2011-12-20T12:00:00Z")
    rows = [
        post(n, posted_at=eve + pd.Timedelta(minutes=30 * n), collected_at=None)
        for n in range(960)
    ]
    days = doctor.posts_per_day(archive(rows), "Pacific/Apia")
    assert (days["posts"] > 0).all()
    assert doctor.silences(days).empty


def test_silent_hours_amid_busy_ones() -> None:
    rows = [post(number * 3) for number in range(4 * 24 * 20)]
    hole = [
        row for row in rows if not 40 <= (row["posted_at"] - FIRST).total_seconds() / 3600 < 46
    ]
    assert "silent_hours" not in found(rows).index
    finding = found(hole).loc["silent_hours"]
    assert finding["count"] == 6
    assert json.loads(finding["detail"])["longest"] == 6


@pytest.mark.parametrize("pace", [3, 30])
@pytest.mark.parametrize("silent", [7, 12, 40])
def test_a_week_or_more_without_a_post_between_busy_weeks_is_told(pace: int, silent: int) -> None:
    rows = [post(number * 1440 // pace) for number in range(pace * (28 + silent))]
    first = FIRST.normalize() + pd.Timedelta(days=14)
    last = first + pd.Timedelta(days=silent - 1)
    hole = [row for row in rows if not first <= pd.Timestamp(row["posted_at"]).normalize() <= last]
    assert "silent_days" not in found(rows).index
    finding = found(hole).loc["silent_days"]
    assert finding["count"] == silent
    for lang in ("en", "fr"):
        assert str(first.date()) in finding[f"says_{lang}"]
        assert str(last.date()) in finding[f"says_{lang}"]
    assert "cannot tell" in finding["effect_en"]


def test_a_movement_that_comes_and_goes_has_no_silence_told_of_it() -> None:
    early = [post(number) for number in range(5)]  # one day, a month before
    late = [post(30 * 1440 + number * 60) for number in range(24 * 20)]
    assert "silent_days" not in found(early + late).index
    weekly = [post(day * 7 * 1440 + number) for day in range(20) for number in range(50)]
    assert "silent_days" not in found(weekly).index


def test_dates_that_cannot_be() -> None:
    rows = [post(number) for number in range(5)]
    rows[0]["posted_at"] = pd.Timestamp("1970-01-01T00:00:00Z")
    rows[1]["collected_at"] = FIRST - pd.Timedelta(days=9)
    rows[2]["posted_at"] = None
    findings = found(rows)
    assert findings.loc["impossible_dates", "count"] == 2
    assert findings.loc["undated", "count"] == 1


@pytest.mark.parametrize(
    ("platform", "day", "count"),
    [
        ("twitter", "2006-03-20", 1),
        ("twitter", "2006-03-22", 0),
        ("mastodon", "2005-09-26", 1),
        ("mastodon", "2015-09-26", 0),  # of a post brought over from elsewhere
        ("bluesky", "1970-01-01", 1),
        ("bluesky", "2015-09-26", 0),
        ("elsewhere", "2005-01-01", 1),
        ("elsewhere", "2015-09-26", 0),
        ("twitter", "tomorrow", 1),
        ("twitter", "yesterday", 0),
    ],
)
def test_dates_before_twitter_was_there_or_after_today(
    platform: str, day: str, count: int
) -> None:
    now = pd.Timestamp.now("UTC").floor("us")
    moved = {"tomorrow": now + pd.Timedelta(days=1), "yesterday": now - pd.Timedelta(days=1)}
    at = moved.get(day) or pd.Timestamp(day, tz="UTC")
    rows = [post(1) | {"platform": platform, "posted_at": at, "collected_at": None}]
    counted = found(rows)["count"].to_dict()
    assert counted.get("impossible_dates", 0) == count


def test_unknown_code_of_a_reader_is_still_said() -> None:
    remarks = {"a.json": {"odd_thing": 3}}
    findings = doctor.examine(archive([post(1)]), remarks).set_index("finding")
    assert findings.loc["odd_thing", "says_en"] == "The reader noted odd_thing: 3."


def test_every_sentence_takes_its_numbers_in_both_languages() -> None:
    numbers = dict.fromkeys(
        (
            "count",
            "of",
            "share",
            "held",
            "lo",
            "hi",
            "originals",
            "hours",
            "tags",
            "longest",
            "first",
            "last",
            "level",
        ),
        0.5,
    )
    for code in FINDINGS:
        for name, text in sentences(code, numbers | {"reason": "x"}).items():
            assert text.endswith("."), (code, name)
            assert "{" not in text
    assert "1\u202f200 sur" in sentences("undated", {"count": 1200, "of": 5000})["says_fr"]


def test_posts_per_day_are_days_of_the_zone_without_holes() -> None:
    rows = [post(0, posted_at=pd.Timestamp(f"2015-10-0{day}T23:30:00Z")) for day in (1, 1, 4)]
    for number, row in enumerate(rows):
        row["post_id"] = str(number)
    table = doctor.posts_per_day(archive(rows), "Europe/Paris")
    assert [str(day) for day in table["day"]] == [f"2015-10-0{day}" for day in (2, 3, 4, 5)]
    assert table["posts"].tolist() == [2, 0, 0, 1]


def test_copies_that_disagree_are_counted(tmp_path: Path) -> None:
    other = scene.v1(scene.POSTED)
    other["created_at"] = scene.V1_TIMES[scene.QUOTED]
    path = tmp_path / "in.jsonl"
    path.write_text(scene.lines([scene.v1(scene.POSTED), other]))
    findings = i4.read_archive(path).findings.set_index("finding")
    assert findings.loc["copies_disagree", "count"] == 1


def test_report_and_summary_say_what_became_of_every_record(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(scene.ROADS["v1-lines"] + "{cut\n{cut again\n" + '{"delete":{}}\n')
    read = i4.read_archive(path)
    row = doctor.report(read).iloc[0]
    assert (row["records"], row["posts_in"], row["notices"], row["rejects"]) == (6, 3, 1, 2)
    assert row["hashtags"].startswith("#i4emploi 3")
    assert "(2 like it)" in row["reasons"]
    said: list[str] = []
    command.read([path], say=said.append)
    text = "\n".join(said)
    assert "6 = 3 + 0 + 1 + 2" in text
    assert "6 records = 3 posts + 0 accounts + 1 notice + 2 rejects, in 1 file" in text


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Sao_Paulo", "2015-10-18"), ("America/Santiago", "2024-09-08"),
        ("Asia/Beirut", "2024-03-31"), ("Africa/Cairo", "2024-04-26"),
        ("America/Havana", "2024-03-10"), ("America/Havana", "2024-11-03"),
        ("Atlantic/Azores", "2024-10-27"), ("America/Asuncion", "2023-10-01"),
        ("Asia/Tehran", "2021-03-22"), ("Asia/Amman", "2021-03-26"),
        ("Asia/Kathmandu", "2021-01-01"),
    ],
)  # fmt: skip
def test_posts_are_counted_on_days_whose_midnight_does_not_exist(zone: str, day: str) -> None:
    middle = pd.Timestamp(f"{day}T12:00").tz_localize(zone).tz_convert("UTC")
    moments = [middle + pd.Timedelta(hours=12 * k) for k in range(-4, 5)]
    table = doctor.posts_per_day(
        archive([post(k, posted_at=at) for k, at in enumerate(moments)]), zone
    )
    expected = (
        pd.Series([at.tz_convert(zone).date() for at in moments]).value_counts().sort_index()
    )
    assert dict(zip(table["day"], table["posts"], strict=True)) == expected.to_dict()
    assert (pd.to_datetime(table["day"]).diff().dropna() == pd.Timedelta(days=1)).all()


@pytest.mark.parametrize(
    ("rows", "accounts"),
    [
        ([("twitter", "1", "ann"), ("twitter", None, "Ann")], 1),
        ([("twitter", None, "ann"), ("bluesky", None, "ann")], 2),
        ([("twitter", "1", "ann"), ("mastodon", "1", "bob")], 2),
        ([("twitter", "1", "ann"), ("twitter", "1", "anna"), ("twitter", None, "anna")], 1),
        ([("twitter", None, None)], 0),
    ],
)
def test_accounts_that_posted_are_counted_by_platform_and_by_id_where_there_is_one(
    rows: list[tuple[Any, ...]], accounts: int
) -> None:
    posts = [
        {"platform": platform, "author_id": key, "author": name, "post_id": str(n), "kind": "post",
         "posted_at": pd.Timestamp("2020-01-01T09:00Z"), "hashtags": ["a"], "embedded": False}
        for n, (platform, key, name) in enumerate(rows)
    ]  # fmt: skip
    archive = Archive(posts=tables.build(tables.POSTS, posts))
    assert i4.archive.overview(archive).authors == accounts
