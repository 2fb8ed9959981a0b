"""Supporters over time: bounds, estimate, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import invented
import numpy as np
import pandas as pd
import pytest
from member_worlds import World, make_archive, make_movement, movement, sighting, world

from i4analysis import tables
from i4analysis.errors import I4Error
from i4analysis.measure.members import curves, members
from i4analysis.measure.members.adoption import CURVE
from i4analysis.measure.members.intervals import chapman


def post(account: str, time: str, kind: str = "post", **more: Any) -> dict[str, Any]:
    usual = {"kind": kind, "author": f"h{account}", "hashtags": ["i4emploi"], "embedded": False}
    at = pd.Timestamp(time, tz="UTC")
    return invented.post(f"{account}-{time}", account, at, **(usual | more))


def on(result: members.Adoption, day: str) -> pd.Series:
    table = result.table
    return table[table["day"] == pd.Timestamp(day).date()].iloc[0]


@pytest.fixture
def hand_made() -> members.Adoption:
    archive = make_archive(
        # 1 is seen without, then with, then without the mark
        sighting("1", "2015-09-27 10:00", "RH", followers=100),
        sighting("1", "2015-09-29 10:00", "RH #i4emploi", followers=120),
        sighting("1", "2015-09-29 10:30", "RH #i4emploi", followers=121),
        sighting("1", "2015-10-01 10:00", "RH #i4emploi", followers=150),
        sighting("1", "2015-10-04 10:00", "RH", followers=160),
        # 2 is first seen with it; its followers are not known
        sighting("2", "2015-09-30 08:00", "#I4EMPLOI"),
        # 3 looks for work and never shows the supporters' mark
        sighting("3", "2015-10-02 08:00", "#i4emploiR", followers=7),
        # 4 never shows a mark
        sighting("4", "2015-10-02 09:00", "nothing", followers=1_000),
    )
    return members.adoption(archive, make_movement(founders=[{"handle": "h2"}]))


def test_an_interval_runs_from_the_last_sighting_without_to_the_first_with(
    hand_made: members.Adoption,
) -> None:
    rows = hand_made.intervals.set_index("account_id")
    assert list(rows.index) == ["1", "2"]
    assert rows.loc["1", "left_utc"] == pd.Timestamp("2015-09-27 10:00", tz="UTC")
    assert rows.loc["1", "right_utc"] == pd.Timestamp("2015-09-29 10:00", tz="UTC")
    assert rows.loc["1", "dropped_left_utc"] == pd.Timestamp("2015-10-01 10:00", tz="UTC")
    assert rows.loc["1", "dropped_right_utc"] == pd.Timestamp("2015-10-04 10:00", tz="UTC")
    assert rows.loc["1", "n_sessions_with_tag"] == 2
    # the movement was born at midnight in Paris
    assert rows.loc["2", "left_utc"] == pd.Timestamp("2015-09-25 22:00", tz="UTC")
    assert rows["estimated_utc"].between(rows["left_utc"], rows["right_utc"]).all()


def test_the_curve_counts_at_the_end_of_each_day(hand_made: members.Adoption) -> None:
    assert hand_made.basis == "bio"
    days = ["2015-09-26", "2015-09-27", "2015-09-29", "2015-09-30", "2015-10-04"]
    rows = [on(hand_made, day) for day in days]
    assert [row["n_lo"] for row in rows] == [0, 0, 1, 2, 2]
    assert [row["n_hi"] for row in rows] == [1, 2, 2, 2, 2]
    assert [row["n_first_seen"] for row in rows] == [0, 0, 1, 2, 2]
    # two accounts are too few to check a band on
    assert hand_made.table[["lo", "hi"]].isna().all(axis=None)
    assert "band_withheld" in hand_made.notes
    assert all(row["n_lo"] <= row["n_est"] <= row["n_hi"] for row in rows[2:])
    assert [row["n_now"] for row in rows] == [0, 0, 1, 2, 1]
    assert [row["n_now_lo"] for row in rows] == [0, 0, 1, 1, 0]
    assert [row["n_now_hi"] for row in rows] == [1, 2, 2, 2, 1]


def test_followers_come_from_the_snapshot_not_after_the_day(hand_made: members.Adoption) -> None:
    rows = [on(hand_made, day) for day in ("2015-09-28", "2015-09-29", "2015-10-01")]
    assert [row["followers_sum_lo"] for row in rows] == [0, 121, 150]
    assert [row["followers_sum_hi"] for row in rows] == [100, 121, 150]


def test_supporters_and_seekers_are_apart(hand_made: members.Adoption) -> None:
    seekers = hand_made.seekers
    assert seekers["n_lo"].tolist()[-3:] == [1, 1, 1]
    assert seekers["n_lo"].iloc[0] == 0
    last = hand_made.composition[hand_made.composition["day"] == hand_made.table["day"].max()]
    assert dict(zip(last["role"], last["n"], strict=True)) == {
        "founder": 1,
        "supporter": 1,
        "seeker": 1,
    }


def test_bounds_always_hold_and_the_estimate_is_close() -> None:
    for loss in (0.0, 0.5):
        for announces in (0.0, 0.5):
            errors, covered = [], []
            for seed in range(3):
                made = world(seed, loss=loss, announces=announces, rate=6)
                table, truth = with_truth(made)
                assert ((table["n_lo"] <= truth) & (truth <= table["n_hi"])).all()
                errors.append(np.abs(table["n_est"] - truth).mean())
                covered.append(((table["lo"] <= truth) & (truth <= table["hi"])).mean())
            assert np.mean(errors) <= 4
            assert np.mean(covered) >= 0.75


def with_truth(made: World) -> tuple[pd.DataFrame, np.ndarray]:
    result = members.adoption(made.archive, made.movement, draws=200)
    seen = result.intervals["account_id"].astype(int).to_numpy()
    table = result.table.iloc[1:28].astype({"n_est": float, "lo": float, "hi": float})
    days = 24.0 * (1 + np.arange(1, len(table) + 1))
    return table, np.searchsorted(np.sort(made.adopted_h[seen]), days, side="right")


def test_the_same_seed_gives_the_same_curve() -> None:
    made = world(3, accounts=60)
    first, again, other = (
        members.adoption(made.archive, made.movement, seed=seed).table for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["n_est"].equals(other["n_est"])


def test_order_and_repetition_of_sightings_change_nothing() -> None:
    made = world(5, accounts=60)
    profiles = made.archive.profiles
    shuffled = pd.concat([profiles, profiles]).sample(frac=1, random_state=1)
    again = tables.Archive(posts=made.archive.posts, profiles=shuffled.reset_index(drop=True))
    first = members.adoption(made.archive, made.movement).table
    second = members.adoption(again, made.movement).table
    columns = ["day", "n_lo", "n_hi", "n_now", "n_est", "lo", "hi", "followers_sum_lo"]
    pd.testing.assert_frame_equal(first[columns], second[columns])


def test_accounts_that_drop_the_mark_leave_the_curve_of_now() -> None:
    made = world(2, drops=True, rate=6)
    table = members.adoption(made.archive, made.movement).table
    days = 24.0 * np.arange(1, len(table) + 1)
    held = (made.adopted_h[:, None] <= days) & (made.dropped_h[:, None] > days)
    truth = held.sum(axis=0)
    assert (table["n_now"].to_numpy(int) <= table["n_lo"].to_numpy(int)).all()
    assert table["n_now"].iloc[-1] < table["n_lo"].iloc[-1]
    assert np.abs(table["n_now"].to_numpy(float) - truth)[5:].mean() < 12


@pytest.mark.parametrize("basis", ["after", "retrieved"])
def test_bios_seen_after_the_fact_are_refused(basis: str) -> None:
    made = world(1, accounts=60, basis=basis)
    profiles = made.archive.profiles
    if basis == "retrieved":
        later = profiles["seen_at"] + pd.Timedelta(days=30)
        profiles = profiles.assign(seen_at=later.astype(profiles["seen_at"].dtype))
    archive = tables.Archive(posts=made.archive.posts, profiles=profiles)
    result = members.adoption(archive, made.movement)
    assert result.basis == "posts"
    assert result.refusal == "after"
    assert result.n_used == 0
    assert result.n_marked > 0
    assert result.excluded["seen after the fact"] == len(profiles)
    assert result.table["n_est"].isna().all()
    assert result.table["n_lo"].isna().all()
    assert result.table["n_first_post"].iloc[-1] == made.archive.posts["author_id"].nunique()
    assert not result.intervals["usable"].any()
    assert len(members.current_members(archive, made.movement)) > 0


def test_a_prompt_collector_is_not_refused() -> None:
    made = world(1, accounts=60, basis="retrieved")
    assert members.adoption(made.archive, made.movement).basis == "bio"


def test_one_late_file_leaves_the_others_usable() -> None:
    made = world(1, accounts=60)
    live = made.archive.profiles.assign(file="live.jsonl").astype({"file": "string[pyarrow]"})
    late = live.head(50).assign(file="scraped.jsonl", seen_basis="after")
    late = late.astype({"file": live["file"].dtype, "seen_basis": live["seen_basis"].dtype})
    both = tables.Archive(
        posts=made.archive.posts, profiles=pd.concat([live, late], ignore_index=True)
    )
    result = members.adoption(both, made.movement)
    assert result.basis == "bio"
    assert result.excluded["seen after the fact"] == 50
    assert result.n_used == members.adoption(made.archive, made.movement).n_used


def test_first_posts_count_reshares_apart_and_leave_embedded_originals() -> None:
    archive = make_archive(
        sighting("1", "2015-09-27", "no mark"),
        posts=[
            post("1", "2015-09-27 10:00", "reshare"),
            post("1", "2015-09-28 10:00"),
            post("2", "2015-09-28 11:00"),
            post("3", "2015-09-26 11:00", embedded=True),
            post("4", "2015-09-26 11:00", hashtags=["other"]),
        ],
    )
    result = members.adoption(archive, make_movement())
    assert (result.basis, result.refusal) == ("posts", "no_mark")
    rows = [on(result, day) for day in ("2015-09-26", "2015-09-27", "2015-09-28")]
    assert [row["n_first_post"] for row in rows] == [0, 1, 2]
    assert [row["n_first_own_post"] for row in rows] == [0, 0, 2]
    assert result.n_open == 2  # by 3, and by whomever 1 reshared


def test_who_is_only_reshared_may_be_one_account_more() -> None:
    for of, author, more in (("a", "1", 0), ("a", None, 0), ("x", "1", 0), ("x", "2", 1),
                             ("x", None, 1)):  # fmt: skip
        again = post("1", "2015-09-28 10:00", "reshare")
        again |= {"reshared_id": of, "reshared_author_id": author}
        archive = make_archive(posts=[post("1", "2015-09-27 10:00") | {"post_id": "a"}, again])
        result = members.adoption(archive, make_movement())
        assert (result.table["n_first_post"].iloc[-1], result.n_open) == (1, more)


def test_those_never_seen_have_a_floor_and_no_upper_end(hand_made: members.Adoption) -> None:
    row = hand_made.unseen.set_index("method").loc["chao1"]
    assert row["n_used"] <= row["lo"] <= row["estimate"]
    assert pd.isna(row["hi"])


def test_two_lists_estimate_those_never_seen() -> None:
    posted = [sighting(str(i), "2015-10-01", "#i4emploi", post_id=f"p{i}") for i in range(60)]
    listed = [
        sighting(str(i), "2015-10-02", "#i4emploi", seen_basis="retrieved") for i in range(40, 90)
    ]
    result = members.adoption(make_archive(*posted, *listed), make_movement())
    row = result.unseen.set_index("method").loc["two_lists"]
    assert row["estimate"] == pytest.approx(chapman(60, 50, 20)[0])
    assert row["lo"] <= row["estimate"] <= row["hi"]
    assert row["n_used"] == 90


def test_an_empty_archive_gives_an_empty_curve() -> None:
    result = members.adoption(tables.Archive(), movement())
    assert result.basis == "none"
    assert list(result.table.columns) == list(CURVE)
    assert result.table.empty
    assert members.intervals(tables.Archive(), movement()).empty
    assert members.current_members(tables.Archive(), movement()).empty


def test_one_day_of_data_is_enough_to_count() -> None:
    archive = make_archive(sighting("1", "2015-09-26 12:00", "#i4emploi", followers=0))
    result = members.adoption(archive, make_movement())
    assert result.table["n_lo"].tolist() == [1]
    assert result.table["followers_sum_lo"].tolist() == [0]
    assert "few_accounts" in result.notes


def test_contradictory_figures_are_all_kept_and_plurals_left_out() -> None:
    rows = [
        {"metric": "founders", "value": 30, "date": pd.Timestamp("2015-09-26").date()},
        {"metric": "founders", "value": 10, "date": pd.Timestamp("2015-09-26").date()},
        {"metric": "founders", "value": 33, "date": pd.Timestamp("2015-09-29").date()},
        {"metric": "job_seekers_R", "value": 200, "measurement": False},
        {"metric": "job_seekers_R", "value": 10, "measurement": True},
        {"metric": "summed_followers", "value": 360_000},
    ]
    figures = [
        {"figure_id": f"f{number}", "roughness": "about", **row} for number, row in enumerate(rows)
    ]
    made = make_movement(figures=figures)
    assert members.published(made, "founders")["value"].tolist() == [10, 30, 33]
    assert members.published(made, "seekers_bio")["value"].tolist() == [10]
    assert members.published(made, "followers_summed")["value"].tolist() == [360_000]
    assert members.published(make_movement(), "founders").empty
    with pytest.raises(I4Error, match=r"figure is called 'founderz'.*did you mean 'founders'"):
        members.published(made, "founderz")


def test_a_band_that_fails_its_own_check_is_withheld(monkeypatch) -> None:
    made = world(3, accounts=60)
    shown = members.adoption(made.archive, made.movement, draws=40)
    assert "band_withheld" not in shown.notes
    monkeypatch.setattr(curves, "WIDEST", 0.0)
    found = members.adoption(made.archive, made.movement, draws=40)
    assert found.notes == (*shown.notes, "band_withheld")
    assert found.table[["lo", "hi"]].isna().all(axis=None)
    assert (found.table["n_lo"] == shown.table["n_lo"]).all()


@pytest.mark.parametrize(
    "zone", ["America/Sao_Paulo", "Asia/Beirut", "America/Havana", "Asia/Amman"]
)
def test_a_period_may_begin_and_end_on_a_day_without_midnight(zone: str) -> None:
    """São Paulo, 18 October 2015, and their like: the curve stops at the end of the last day."""
    day = {"America/Sao_Paulo": "2015-10-18", "Asia/Beirut": "2024-03-31",
           "America/Havana": "2024-03-10", "Asia/Amman": "2021-03-26"}[zone]  # fmt: skip
    on = pd.Timestamp(day).date()
    before = on - timedelta(days=1)
    for started, ended in ((on, on), (before, before)):
        made = replace(make_movement(), started_on=started, ended_on=ended, timezone=zone)
        archive = make_archive(
            sighting("1", f"{started}T15:00", "#i4emploi", followers=1),
            sighting("2", f"{ended + timedelta(days=2)}T15:00", "#i4emploi", followers=1),
        )
        table = members.adoption(archive, made).table
        assert table["day"].tolist() == [started]
        assert table["n_lo"].tolist() == [1]


def test_a_start_declared_after_every_sighting_hides_none() -> None:
    archive = make_archive(
        sighting("1", "2015-09-27 10:00", "RH #i4emploi"),
        sighting("2", "2015-09-28 10:00", "#I4EMPLOI"),
    )
    late = replace(make_movement(), started_on=date(2016, 1, 1))
    found = members.adoption(archive, late, draws=9)
    assert found.basis == "bio"
    assert found.table["n_lo"].tolist() == [1, 2]
