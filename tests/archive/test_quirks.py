"""The quirks that real archives have (1 to 36 of their README): each is handled or reported.

`CHECKED` names the test of each; those that need no more than a few lines stand here.
"""

from __future__ import annotations

import ast
import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from story import GOLDEN, Rows

import i4analysis as i4
from i4analysis.archive.rows import values
from i4analysis.errors import ArchiveError

HERE = Path(__file__).parent
CHECKED = {
    1: ("test_real_files", "test_quirk_1_ids_as_floats_come_from_the_address"),
    2: ("test_real_files", "test_quirk_2_advertisements_are_counted_and_nothing_else"),
    3: ("test_golden", "test_advertisements_and_shifted_columns_of_usc"),
    4: ("test_real_files", "test_quirk_4_rounded_ids_inside_tags_entities_are_not_used"),
    5: ("test_real_files", "test_quirk_5_and_14_retweets_that_are_only_text"),
    6: ("test_real_files", "test_quirk_6_r_s_dates_lists_and_words"),
    7: ("test_real_files", "test_what_is_not_an_archive_of_posts_is_named"),
    8: ("test_real_files", "test_what_is_not_an_archive_of_posts_is_named"),
    9: ("test_real_files", "test_quirk_9_client_dates_are_bounded"),
    10: ("test_quirks", "test_quirk_10_one_moment_written_in_seven_ways"),
    11: ("test_golden", "test_posts_are_the_same_by_every_road"),
    12: ("test_real_files", "test_quirk_12_hashtags_past_the_cut_come_from_the_original"),
    13: ("test_real_files", "test_quirk_13_no_rt_in_the_text_of_a_retweet"),
    14: ("test_twitter", "test_typed_rt_is_no_reshare_where_the_platform_marks_them"),
    15: ("test_quirks", "test_quirk_15_truncated_posts_are_read_whole"),
    16: ("test_twitter", "test_policy_notice_is_not_a_text"),
    17: ("test_real_files", "test_quirk_17_escapes_are_undone"),
    18: ("test_real_files", "test_quirk_18_lone_carriage_returns_stay_in_the_text"),
    19: ("test_real_files", "test_quirk_19_unquoted_rows_are_put_right"),
    20: ("test_quirks", "test_quirk_20_and_21_broken_and_cut_lines"),
    21: ("test_quirks", "test_quirk_20_and_21_broken_and_cut_lines"),
    22: ("test_real_files", "test_quirk_22_lines_are_physical_lines"),
    23: ("test_quirks", "test_quirk_23_look_alikes_stay_apart"),
    24: ("test_twitter", "test_real_withheld_page_has_six_posts_without_author"),
    25: ("test_quirks", "test_quirk_25_unknown_followers_are_not_none_at_all"),
    26: ("test_quirks", "test_quirk_26_a_null_bio_is_not_an_empty_one"),
    27: ("test_quirks", "test_quirk_27_every_snapshot_of_an_account_is_kept"),
    28: ("test_quirks", "test_quirk_28_self_retweets_and_deletes"),
    29: ("test_quirks", "test_quirk_29_absent_originals_are_only_embedded"),
    30: ("test_twitter", "test_real_movement_gives_its_collectors_figures"),
    31: ("test_golden", "test_accounts_are_the_same_by_every_road"),
    32: ("test_real_files", "test_quirk_32_x_moves_names_about"),
    33: ("test_quirks", "test_quirk_33_and_34_cascades_without_posts_are_refused"),
    34: ("test_quirks", "test_quirk_33_and_34_cascades_without_posts_are_refused"),
    35: ("test_quirks", "test_quirk_35_litter_of_macos_and_odd_names"),
    36: ("test_golden", "test_rows_of_referenced_posts_in_the_2021_layout_are_embedded"),
}


def test_every_quirk_has_its_test():
    assert list(CHECKED) == list(range(1, 37))
    for module, name in CHECKED.values():
        tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_quirk_10_one_moment_written_in_seven_ways():
    from i4analysis.archive.rows.cells import moment

    ways = (
        "Mon Oct 05 10:00:07 +0000 2015",
        "2015-10-05T10:00:07.000Z",
        "2015-10-05 10:00:07+00:00",
        "2015-10-05T12:00:07+02:00",
        "2015-10-05 10:00:07",
        "1444039207.0",
        "1444039207000",
    )
    assert {moment(way) for way in ways} == {values.iso_time("2015-10-05T10:00:07Z")}


def test_twitters_moments_are_those_of_strptime_whatever_was_read_before():
    chance = random.Random(26)
    for _ in range(2_000):
        zone = timezone(timedelta(minutes=15 * chance.randrange(-48, 57)))
        moment = datetime(2006, 3, 21, tzinfo=zone) + timedelta(seconds=chance.randrange(2**30))
        text = moment.strftime("%a %b %d %H:%M:%S %z %Y")
        assert values.twitter_time(text) == values.micros(moment), text
        for broken in (
            f"{text[:11]}24{text[13:]}", f"{text[:14]}60{text[16:]}", f"?{text[1:]}",
            text.replace(":", "."), text[:-1] + "x", text[:8] + "32" + text[10:], text[:-1],
        ):  # fmt: skip
            assert values.twitter_time(broken) is None, broken


@pytest.mark.real
def test_quirk_15_truncated_posts_are_read_whole(real: Path):
    for name in ("twitter_v1/500-sample.jsonl", "stream_grab/2021-01-01-0029.json.bz2"):
        assert Rows(real / name).sink.remarks["text_cut"] == 0


@pytest.mark.real
def test_quirk_20_and_21_broken_and_cut_lines(real: Path):
    broken = Rows(real / "damaged" / "v2_stream_broken_lines.jsonl").sink
    assert (broken.records, broken.posts_in, broken.rejected) == (204, 203, 1)
    cut = Rows(real / "damaged" / "streaming_output_with_error.jsonl").sink
    assert (cut.records, cut.posts_in, cut.rejected) == (8, 7, 1)


def test_quirk_23_look_alikes_stay_apart():
    latin, cyrillic = values.hashtags(["ukraineunderattack", "ukraineunderatta\u0441k"])
    assert latin != cyrillic
    assert values.hashtags(["İSTANBUL", "istanbul"]) == ["istanbul"]
    assert values.hashtags(["ｉ４Ｅｍｐｌｏｉ", "i4Emploi"]) == ["i4emploi"]


@pytest.mark.real
def test_quirk_25_unknown_followers_are_not_none_at_all(real: Path):
    profiles = Rows(real / "twitter_v2" / "entities_test.jsonl").profiles
    assert len({row["account_id"] for row in profiles}) == 612
    assert {row["followers"] for row in profiles} == {None}


@pytest.mark.real
def test_quirk_26_a_null_bio_is_not_an_empty_one(real: Path):
    profiles = Rows(real / "twitter_v1" / "500-sample.jsonl").profiles
    assert sum(row["bio"] is None for row in profiles) >= 64
    assert not any(row["bio"] == "" for row in profiles)


@pytest.mark.real
def test_quirk_27_every_snapshot_of_an_account_is_kept(real: Path):
    names: dict[str, set[str]] = {}
    for row in Rows(real / "twitter_v1" / "evently_anonymized.jsonl").profiles:
        names.setdefault(row["account_id"], set()).add(row["handle"])
    assert sum(len(seen) > 1 for seen in names.values()) >= 18


@pytest.mark.real
def test_quirk_28_self_retweets_and_deletes(real: Path):
    rows = Rows(real / "stream_grab" / "2021-01-01-0029.json.bz2")
    assert rows.sink.notices["delete"] == 307
    shares = [row for row in rows.posts if row["kind"] == "reshare"]
    assert sum(row["author_id"] == row["reshared_author_id"] for row in shares) == 15


@pytest.mark.real
def test_quirk_29_absent_originals_are_only_embedded(real: Path):
    posts = Rows(real / "twitter_v1" / "500-sample.jsonl").posts
    own = {row["post_id"] for row in posts if not row["embedded"]}
    originals = {row["reshared_id"] for row in posts if row["kind"] == "reshare"}
    assert len(originals) == 263
    assert not originals & own
    assert originals <= {row["post_id"] for row in posts if row["embedded"]}


def test_quirk_33_and_34_cascades_without_posts_are_refused(tmp_path: Path):
    cascades = tmp_path / "cascades.txt"
    cascades.write_text("12 1284967588.0,13 1284967589,\n14 1.284967588e+9,15\n")
    with pytest.raises(ArchiveError):
        i4.read_archive(cascades)
    weibo = tmp_path / "weibo.jsonl"
    weibo.write_text(json.dumps({"original": {"text": "x"}, "reposts": [{"parent": ""}]}) + "\n")
    with pytest.raises(ArchiveError, match="Weibo"):
        i4.read_archive(weibo)


def test_quirk_35_litter_of_macos_and_odd_names(tmp_path: Path):
    whole = (GOLDEN / "twitter-v1.jsonl").read_bytes()
    (tmp_path / "#i4Emploi 1%.jsonl").write_bytes(whole)
    (tmp_path / "._#i4Emploi 1%.jsonl").write_bytes(b"\0\5\x16\7junk")
    (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    archive = i4.read_archive(tmp_path)
    assert len(archive.files) == 1
    assert archive.files.posts_in.sum() == 4


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
)
def test_what_programs_write_for_no_date_is_no_date(tmp_path: Path, moment: str) -> None:
    """Go writes year 1 and databases year 9999: such a record is rejected, with its reason."""
    status = {
        "id": "1", "uri": "https://a.example/users/b/statuses/1", "created_at": moment,
        "content": "<p>#walnut</p>", "account": {"id": "2", "username": "b", "acct": "b"},
        "reblog": None, "tags": [{"name": "walnut"}], "reblogs_count": 0, "visibility": "public",
    }  # fmt: skip
    path = tmp_path / "statuses.jsonl"
    path.write_text(json.dumps(status) + "\n")
    rejects = i4.read_archive([path], errors="reject").rejects
    assert rejects["reason"].tolist() == [f"created_at holds '{moment}', expected a moment"]
    assert values.epoch_time(-62135596800) is None


@pytest.mark.parametrize("count", [-1, 2**63 - 1, 10**12])
def test_what_programs_write_for_no_count_is_unknown(tmp_path: Path, count: int) -> None:
    """Added up, such a count passed 64 bits and no followers were told at all."""
    status = {
        "id": "1", "uri": "https://a.example/users/b/statuses/1", "reblogs_count": count,
        "created_at": "2023-03-01T08:00:00Z", "content": "<p>#walnut</p>", "reblog": None,
        "account": {"id": "2", "username": "b", "acct": "b", "followers_count": count},
        "tags": [{"name": "walnut"}], "visibility": "public",
    }  # fmt: skip
    path = tmp_path / "statuses.jsonl"
    path.write_text(json.dumps(status) + "\n")
    archive = i4.read_archive([path])
    assert archive.profiles["followers"].isna().tolist() == [True]
    assert archive.posts["reshare_count"].isna().tolist() == [True]
