"""Followers summed, their band, their concentration, and what published sums imply."""

from __future__ import annotations

from datetime import date

import invented
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from member_worlds import first_post, follower_world, make_archive, make_movement, sighting, world

from i4analysis import tables
from i4analysis.errors import MeasureError
from i4analysis.measure.accounts.identity import everybody
from i4analysis.measure.members import members
from i4analysis.measure.reach import reach

MARK = "#i4emploi"


def follows(lists: dict[str, list[str]], complete: dict[str, bool] | None = None) -> pd.DataFrame:
    made = invented.follows(
        (person, account) for account, people in lists.items() for person in people
    )
    whole = [(complete or {}).get(account, True) for account in made["followee_id"]]
    return made.assign(list_complete=pd.array(whole, dtype=made["list_complete"].dtype))


def with_lists(archive: tables.Archive, follows: pd.DataFrame) -> tables.Archive:
    return tables.Archive(posts=archive.posts, profiles=archive.profiles, follows=follows)


@pytest.fixture
def three() -> tables.Archive:
    return make_archive(
        sighting("1", "2015-09-26 12:00", MARK, followers=3),
        sighting("1", "2015-09-28 12:00", MARK, followers=4),
        sighting("2", "2015-09-27 12:00", MARK, followers=2),
        sighting("3", "2015-09-28 12:00", MARK),
    )


@pytest.mark.parametrize("held", [1, 5, 19, 20])
def test_a_list_that_lacks_most_of_the_followers_is_not_whole(held: int) -> None:
    """A list said to be whole lowers the upper bound only where it holds what was counted."""
    archive = make_archive(
        sighting("1", "2015-09-26 12:00", MARK, followers=20),
        sighting("2", "2015-09-26 12:00", MARK, followers=10),
    )
    lists = {"1": [f"p{k}" for k in range(held)], "2": [f"p{k}" for k in range(10)]}
    row = reach.followers_summed(with_lists(archive, follows(lists)), make_movement()).table.iloc[
        -1
    ]
    assert row["reach_hi"] == (20 if held >= 18 else 30)
    assert row["lists_complete"] == (held >= 18)


def test_without_lists_the_band_is_the_largest_account_and_the_sum(three: tables.Archive) -> None:
    result = reach.followers_summed(three, make_movement())
    table = result.table
    assert table["n_supporters"].tolist() == [1, 2, 3]
    assert table["n_known"].tolist() == [1, 2, 2]
    assert table["followers_sum"].tolist() == [3, 5, 6]
    assert table["reach_lo"].tolist() == [3, 3, 4]
    assert table["reach_hi"].tolist() == [3, 5, 6]
    assert table["reach_est"].isna().all()
    assert result.n_unknown == 1


def test_complete_lists_give_the_exact_union(three: tables.Archive) -> None:
    rows = follows({"1": ["a", "b", "c", "d"], "2": ["a", "b"], "3": ["e"]})
    result = reach.followers_summed(with_lists(three, rows), make_movement())
    last = result.table.iloc[-1]
    # of the third account no count is in the sum, so its list is not in the people behind it
    assert (last["n_lists"], last["lists_complete"]) == (2, False)
    assert last["reach_lo"] == last["reach_hi"] == last["reach_est"] == 4
    assert result.wanted.empty


def test_a_list_shows_no_more_people_than_the_sum(three: tables.Archive) -> None:
    """The page said: 20 followers, that is 60 different accounts."""
    rows = follows({"1": [f"p{k}" for k in range(60)], "2": ["a", "b"], "3": ["c"] * 90})
    last = reach.followers_summed(with_lists(three, rows), make_movement()).table.iloc[-1]
    assert (last["reach_lo"], last["reach_hi"], last["followers_sum"]) == (4, 6, 6)


def test_whom_a_whole_list_lacks_is_not_known_to_be_on_another() -> None:
    """Two lists of 91 of 100 that share nobody: the page said 182 different accounts of 200."""
    archive = make_archive(
        *(sighting(n, "2015-09-26 12:00", MARK, followers=100) for n in ("1", "2"))
    )
    lists = {n: [f"{n}-{k}" for k in range(91)] for n in ("1", "2")}
    last = reach.followers_summed(with_lists(archive, follows(lists)), make_movement()).table
    assert last[["reach_lo", "reach_hi", "n_lists"]].iloc[-1].tolist() == [182, 200, 2]


def test_a_cut_list_raises_the_floor_and_nothing_else(three: tables.Archive) -> None:
    rows = follows({"1": ["a", "b", "c", "d"], "2": ["e"]}, complete={"1": False, "2": False})
    result = reach.followers_summed(with_lists(three, rows), make_movement())
    last = result.table.iloc[-1]
    assert (last["reach_lo"], last["reach_hi"], last["n_lists"]) == (5, 6, 0)
    assert pd.isna(last["reach_est"])
    assert result.wanted["account_id"].tolist() == ["1", "2"]
    assert result.wanted["share_after"].tolist() == pytest.approx([4 / 6, 1.0])


def test_an_account_that_drops_the_mark_takes_its_followers_with_it() -> None:
    archive = make_archive(
        sighting("1", "2015-09-26 12:00", MARK, followers=5),
        sighting("1", "2015-09-28 12:00", "gone", followers=5),
        sighting("2", "2015-09-26 12:00", MARK, followers=2),
    )
    rows = follows({"1": ["a", "b", "c", "d", "e"], "2": ["a", "z"]})
    table = reach.followers_summed(with_lists(archive, rows), make_movement()).table
    assert table["followers_sum"].tolist() == [7, 7, 2]
    assert table["reach_lo"].tolist() == [6, 6, 2]
    assert table["reach_hi"].tolist() == [6, 6, 2]


def test_zero_followers_are_known_and_unknown_ones_are_not_zero() -> None:
    archive = make_archive(
        sighting("1", "2015-09-26", MARK, followers=0), sighting("2", "2015-09-26", MARK)
    )
    result = reach.followers_summed(archive, make_movement())
    last = result.table.iloc[-1]
    assert (last["n_supporters"], last["n_known"], last["followers_sum"]) == (2, 1, 0)
    spread = reach.concentration(archive, make_movement())
    assert (spread.n_half, spread.gini, spread.n_unknown) == (0, None, 1)


def test_the_platform_has_no_more_people_than_it_has() -> None:
    archive = make_archive(
        sighting("1", "2015-09-26", MARK, followers=80),
        sighting("2", "2015-09-26", MARK, followers=90),
    )
    table = reach.followers_summed(archive, make_movement(), platform_audience=100).table
    assert table["reach_hi"].iloc[-1] == 100


def test_half_of_the_followers_are_with_the_fewest_accounts() -> None:
    archive = make_archive(
        sighting("a", "2015-09-26", MARK, followers=45),
        sighting("b", "2015-09-26", MARK, followers=30),
        sighting("c", "2015-09-26", MARK, followers=15),
        sighting("d", "2015-09-26", MARK, followers=10),
    )
    spread = reach.concentration(archive, make_movement())
    assert spread.n_half == 2
    assert spread.total == 100
    assert spread.table["share_followers"].tolist() == pytest.approx([0.45, 0.75, 0.9, 1.0])
    # mean absolute difference 2 · (3·45 + 30 − 15 − 3·10) / 16 over twice the mean of 25
    assert spread.gini == pytest.approx(0.3)
    with pytest.raises(MeasureError, match="nothing on 2015-10-01"):
        reach.concentration(archive, make_movement(), on=date(2015, 10, 1))


def test_equal_accounts_have_no_inequality() -> None:
    rows = [sighting(str(n), "2015-09-26", MARK, followers=7) for n in range(10)]
    spread = reach.concentration(make_archive(*rows), make_movement())
    assert spread.gini == pytest.approx(0)
    assert spread.n_half == 5


@pytest.mark.parametrize(("biggest", "limit"), [(True, 0.04), (False, 0.08)])
def test_thirty_lists_of_three_hundred_tell_the_people(biggest: bool, limit: float) -> None:
    errors = []
    for seed in range(4):
        archive, movement, truth = follower_world(seed, n_lists=30, biggest=biggest, mean=120)
        last = reach.followers_summed(archive, movement, draws=20).table.iloc[-1]
        assert last["n_lists"] == 30
        assert last["reach_lo"] <= truth <= last["reach_hi"]
        assert last["lo"] <= last["reach_est"] <= last["hi"]
        errors.append(abs(last["reach_est"] / truth - 1))
    assert np.mean(errors) <= limit
    assert not biggest or max(errors) <= limit


def test_all_lists_give_the_truth() -> None:
    archive, movement, truth = follower_world(1, n_lists=300, mean=120)
    last = reach.followers_summed(archive, movement).table.iloc[-1]
    assert last["reach_lo"] == last["reach_hi"] == truth == last["reach_est"]


def test_the_union_of_each_day_is_what_a_set_gives(rng: np.random.Generator) -> None:
    made = world(4, accounts=40, drops=True, rate=3)
    ids = [str(code) for code in range(40)]
    pairs = {i: [f"p{n}" for n in rng.choice(60, rng.integers(1, 12), replace=False)] for i in ids}
    archive = with_lists(made.archive, follows(pairs))
    known = everybody(archive)
    lists = reach.follower_lists(archive, known)
    spells = pd.DataFrame(
        {"code": rng.integers(0, len(known.table), 80), "start": rng.integers(0, 5, 80)}
    )
    spells["stop"] = spells["start"] + rng.integers(1, 5, 80)
    names = known.table["account_id"].tolist()
    for day, count in enumerate(reach.covered(lists, spells, 10)):
        inside = spells[(spells["start"] <= day) & (day < spells["stop"])]
        expected = {person for code in inside["code"] for person in pairs[names[code]]}
        assert count == len(expected)


def test_published_sums_are_divided_by_the_members_of_the_same_page() -> None:
    figures = [
        ("followers_summed", 360_000, "2015-10-09", "boss1"),
        ("members", 200, "2015-10-09", "boss1"),
        ("supporters_bio", 130, "2015-10-05", "boss1"),
        ("followers_summed", 360_000, "2015-10-10", "boss2"),
        ("followers_summed", 650_000, "2015-11-05", "boss2"),
        ("supporters_bio", 400, "2015-10-26", "boss2"),
        ("followers_summed", 700_000, "2016-02-04", "page"),
        ("members", 800, "2016-02-04", "page"),
        ("members", 150, "2015-10-08", "alone"),
    ]
    movement = make_movement(
        figures=[
            {
                "figure_id": f"f{number}",
                "metric": metric,
                "value": value,
                "roughness": "at_least",
                "date": date.fromisoformat(day),
                "url": url,
            }
            for number, (metric, value, day, url) in enumerate(figures)
        ]
    )
    assert reach.implied_means(movement)["mean"].tolist() == [1_800, 1_625, 875]
    assert reach.implied_means(make_movement()).empty


def test_an_empty_archive_has_no_followers() -> None:
    result = reach.followers_summed(tables.Archive(), make_movement())
    assert (result.basis, len(result.table), result.n_unknown) == ("none", 0, 0)
    assert reach.concentration(tables.Archive(), make_movement()).table.empty


def test_without_usable_bios_the_accounts_that_posted_are_counted() -> None:
    archive = make_archive(
        sighting("1", "2015-09-26 10:00", "no mark", followers=9, seen_basis="after"),
        posts=[first_post("2015-09-26 10:00")],
    )
    result = reach.followers_summed(archive, make_movement())
    assert result.basis == "posts"
    assert result.table["followers_sum"].tolist() == [9]


def test_no_follower_count_is_unknown_and_not_a_sum_of_zero() -> None:
    archive = make_archive(
        sighting("1", "2015-09-26", MARK), sighting("2", "2015-09-28", MARK, followers=7)
    )
    table = reach.followers_summed(archive, make_movement()).table
    assert table["n_known"].tolist() == [0, 0, 1]
    for name in ("followers_sum", "largest", "reach_lo", "reach_hi"):
        assert table[name].isna().tolist() == [True, True, False], name
        assert table[name].iloc[-1] == 7
    grown = members.adoption(archive, make_movement()).table
    assert grown["followers_sum_lo"].isna().tolist() == [True, True, False]
    nobody = make_archive(sighting("1", "2015-09-26", "gone"), sighting("2", "2015-09-26", MARK))
    assert reach.followers_summed(nobody, make_movement()).table["followers_sum"].isna().all()


def test_an_account_without_followers_is_no_list_and_no_evidence() -> None:
    """Two accounts with no follower beside a large one: the page said 0 people from 1 list."""
    archive = make_archive(
        sighting("1", "2015-09-26", MARK, followers=2_000_000),
        sighting("2", "2015-09-26", MARK, followers=673_840),
        *(sighting(str(n), "2015-09-26", MARK, followers=0) for n in (3, 4)),
    )
    result = reach.followers_summed(archive, make_movement())
    last = result.table.iloc[-1]
    assert (last["n_lists"], last["lists_complete"]) == (0, False)
    assert last[["reach_est", "lo", "hi", "level"]].isna().all()
    assert (last["reach_lo"], last["reach_hi"]) == (2_000_000, 2_673_840)
    assert result.wanted["account_id"].tolist() == ["1", "2"]
    whole = with_lists(
        make_archive(
            sighting("1", "2015-09-26", MARK, followers=2),
            sighting("2", "2015-09-26", MARK, followers=0),
        ),
        follows({"1": ["a", "b"]}),
    )
    last = reach.followers_summed(whole, make_movement()).table.iloc[-1]
    assert (last["n_lists"], last["lists_complete"], last["reach_est"]) == (1, True, 2)


ACCOUNT = st.tuples(
    st.sampled_from([None, 0, 1, 3, 50, 2_000_000]),  # followers
    st.sampled_from([None, "", "a", "ab", "abc", "cdef", "abcdefgh"]),  # who is on its list
    st.booleans(),  # is the list complete?
)


@given(st.lists(ACCOUNT, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_estimate_lies_between_certain_bounds_or_is_refused(accounts) -> None:
    counts = [n for n, _, _ in accounts]
    archive = make_archive(
        *(sighting(str(i), "2015-09-26", MARK, followers=n) for i, n in enumerate(counts))
    )
    rows = follows(
        {str(i): list(who) for i, (_, who, _) in enumerate(accounts) if who},
        complete={str(i): whole for i, (_, _, whole) in enumerate(accounts)},
    )
    result = reach.followers_summed(with_lists(archive, rows), make_movement(), draws=8)
    last = result.table.iloc[-1]
    known = [n for n, _, _ in accounts if n is not None]
    as_counted = [
        n is not None and 0.9 * n <= len(who or "") and 0.9 * len(who or "") <= n
        for n, who, _ in accounts
    ]
    assert last["n_lists"] == sum(
        bool(who) and whole and held
        for (_, who, whole), held in zip(accounts, as_counted, strict=True)
    )
    assert pd.isna(last["followers_sum"]) == (not known)
    assert pd.isna(last["reach_lo"]) == pd.isna(last["reach_hi"]) == (not known)
    if known:
        assert max(known) <= last["reach_lo"] <= last["reach_hi"] <= sum(known)
    estimate = last[["reach_est", "lo", "hi", "level"]].isna().tolist()
    assert estimate in ([True] * 4, [False] * 4)
    if not estimate[0]:
        assert last["reach_lo"] <= last["lo"] <= last["reach_est"] <= last["hi"]
        assert last["hi"] <= last["reach_hi"]
        assert last["n_lists"] >= 2 or last["lists_complete"]
