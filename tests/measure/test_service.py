from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from appeal_samples import START, movement, posts, profiles, reshare

from i4analysis import tables
from i4analysis.measure.appeals import appeals
from i4analysis.measure.appeals.rows import appeal_rows, relays_of
from i4analysis.measure.appeals.service import _lorenz
from i4analysis.measure.numbers import suppression
from i4analysis.measure.numbers.clustered import gini, interval, kaplan_meier, weighted_quantile
from i4analysis.tables import Archive

ASK = "Recherche #emploi comptable #i4Emploi"


def toy(asks: int = 12, days: float = 30) -> Archive:
    """Twelve requests an hour apart; request i is relayed by i % 4 accounts, i hours later."""
    rows = [{"text": ASK, "post_id": f"p{i}"} for i in range(asks)]
    for i in range(asks):
        rows += [reshare(f"p{i}", f"a{i}", f"r{j}", 2 * i + j) for j in range(i % 4)]
    rows.append({"text": "fin", "post_id": "end", "posted_at": START + pd.Timedelta(days=days)})
    people = [{"handle": f"r{j}", "bio": "#i4emploi"} for j in range(2)]
    people += [{"handle": f"a{i}", "bio": "", "followers": 10 * i} for i in range(asks)]
    return Archive(posts=posts(rows), profiles=profiles(people))


def served(archive: Archive, **changes: object) -> appeals.Service:
    move = movement(**changes)
    found = appeals.classify(archive.posts, archive.profiles, move)
    return appeals.service(archive, move, found, resamples=60)


def test_relays_leave_out_oneself_and_count_an_account_once() -> None:
    rows = [
        {"text": ASK, "post_id": "p", "author_id": "me", "author": "me"},
        reshare("p", "me", "me", 1),
        reshare("p", "me", "you", 5),
        reshare("p", "me", "you", 3),
    ]
    relays = relays_of(Archive(posts=posts(rows)))
    assert relays["private_account"].tolist() == ["you"]
    assert relays["relayed_at"].iloc[0] == START + pd.Timedelta(hours=3)


def test_rows_count_relays_by_time_and_by_member() -> None:
    archive = toy()
    move = movement()
    found = appeals.classify(archive.posts, archive.profiles, move)
    rows = appeal_rows(archive, move, found).set_index("private_post_id")
    assert rows.loc["p3", ["relays", "relays_24h", "relays_7d"]].tolist() == [3, 3, 3]
    # p3 is posted at hour 3, first relayed at hour 6; r0 and r1 are members, r2 is not
    assert rows.loc["p3", "first_relay_h"] == pytest.approx(3.0)
    assert rows.loc["p3", "member_relays_7d"] == 2
    assert pd.isna(rows.loc["p4", "first_relay_h"])
    assert rows.loc["p5", "followers"] == 50


def test_shares_and_means_by_hand() -> None:
    result = served(toy(24))
    # 3 of every 4 requests are relayed, 1.5 times on average
    assert result.number("relayed_7d").value == pytest.approx(0.75)
    assert result.number("relays_7d_mean").value == pytest.approx(1.5)
    assert result.number("relays_7d_median").value == 1
    assert result.n_requests == 20  # of 24: counts go down to a multiple of five
    assert result.number("relayed_7d").lo < 0.75 < result.number("relayed_7d").hi
    few = served(toy())
    assert few.n_requests == 10
    assert np.isnan(few.number("relayed_7d").value)  # no share under 20
    assert few.number("relays_7d_median").value == 1


def test_what_the_archive_ends_too_early_for_is_not_said() -> None:
    whole = toy(24)

    def until(hours: float) -> appeals.Service:
        kept = whole.posts["posted_at"] <= START + pd.Timedelta(hours=hours)
        rows = whole.posts[kept.to_numpy(dtype=bool)].reset_index(drop=True)
        return served(Archive(posts=rows, profiles=whole.profiles))

    early = until(24)  # a request an hour: four are followed for twenty hours
    assert early.n_requests == 20
    assert np.isnan(early.number("relayed_24h").value)
    later = until(60)
    assert later.number("relayed_24h").value > 0
    assert np.isnan(later.number("relayed_7d").value)
    assert later.by_group["relayed_7d"].isna().all()


def test_of_an_archive_without_a_reshare_it_is_not_known_whether_requests_were_relayed() -> None:
    whole = toy(24)
    kept = whole.posts[(whole.posts["kind"] != "reshare").to_numpy()].reset_index(drop=True)
    found = served(Archive(posts=kept, profiles=whole.profiles))
    assert (found.n_requests, found.n_seekers) == (20, 20)
    assert found.notes == ("no_reshares",)
    assert found.table.empty and found.against_offers.empty and found.by_group.empty


def test_a_request_without_the_hashtag_is_not_the_movements() -> None:
    assert served(toy(), hashtags=("autre",), seeker_marks=()).n_requests is None


def test_requests_not_yet_relayed_are_censored_not_counted_as_failures() -> None:
    hours = np.array([1.0, 2.0, 2.0, 5.0])
    seen = np.array([True, False, True, False])
    # at 1: 3/4 left; at 2, 3 at risk and one event: 3/4 · 2/3
    assert kaplan_meier(hours, seen, np.array([0.5, 1.0, 4.0]))[0] == pytest.approx([1, 0.75, 0.5])


def test_gini_and_quantiles_by_hand() -> None:
    assert gini(np.array([1.0, 1.0, 1.0]))[0] == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0]))[0] == pytest.approx(0.75)
    doubled = gini(np.array([0.0, 8.0]), np.array([[3.0, 1.0]]))[0]
    assert doubled == pytest.approx(0.75)
    assert np.isnan(gini(np.zeros(4))[0])
    drawn = _lorenz(pd.DataFrame({"followed_h": 200.0, "relays_7d": [0] * 14 + [4] * 14}))
    assert 0.5 in list(drawn["requests"])  # of which the share is told: not read between two
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), 0.5)[0] == 2


def test_intervals_of_shares_stay_shares() -> None:
    found = interval(0.98, np.full(50, 0.98) + np.linspace(-0.05, 0.02, 50), 0.95, "share", 50)
    assert 0 < found.lo < 0.98 < found.hi < 1


def test_small_groups_are_pooled_so_that_totals_do_not_give_them_back() -> None:
    groups = pd.Series(["a"] * 20 + ["b"] * 3 + ["c"] * 6)
    pooled = suppression.pooled_groups(groups, pd.Series(range(29)))
    counts = pooled.value_counts()
    # b alone would be 29 − 20 − 6: it is added to c
    assert counts.to_dict() == {"a": 20, "pooled": 9}
    # many posts by few people are a small group too
    few = suppression.pooled_groups(groups, pd.Series([0] * 20 + list(range(9))))
    assert few.isna().all() or few.value_counts().min() >= 5


@pytest.mark.parametrize("asks", [1, 4])
def test_under_five_requests_nothing_is_told(asks: int) -> None:
    result = served(toy(asks))
    assert result.n_requests is None
    assert result.notes == ("too_few_requests",)
    for table in (result.table, result.survival, result.by_group, result.lorenz, result.load):
        assert table.empty


def test_no_group_under_five_and_no_share_that_gives_one_back() -> None:
    archive = toy(40)
    table = served(archive).by_group
    assert (table["n_requests"] >= 5).all()
    assert (table["n_requests"] % 5 == 0).all()
    assert table.groupby("dimension")["n_requests"].sum().between(30, 40).all()
    counts = (table["relayed_7d"] * table["n_requests"]).dropna().round()
    rest = table.loc[counts.index, "n_requests"] - counts
    assert counts.ge(5).all()
    assert rest.ge(5).all()


def test_the_curve_keeps_times_five_events_apart() -> None:
    curve = served(toy(40)).survival
    events = np.diff(np.concatenate([[0], curve["relayed"] * 40]))
    assert (events >= 5 - 1e-6).all()


def test_result_does_not_depend_on_row_order_and_is_repeatable() -> None:
    archive = toy(24)
    shuffled = Archive(
        posts=archive.posts.sample(frac=1, random_state=3).reset_index(drop=True),
        profiles=archive.profiles,
    )
    one, two = served(archive), served(shuffled)
    pd.testing.assert_frame_equal(one.table[["measure", "value"]], two.table[["measure", "value"]])
    pd.testing.assert_frame_equal(one.table, served(archive).table)


def test_an_empty_archive_is_silent() -> None:
    empty = Archive()
    found = appeals.classify(empty.posts, empty.profiles, movement())
    result = appeals.service(empty, movement(), found)
    assert result.n_requests is None
    assert result.ended_at is None
    effects = appeals.template_effects(empty, movement(), found)
    assert effects.table.empty
    assert effects.n_used == 0
    assert "feature" in effects.table.columns


def test_input_is_left_as_it_was() -> None:
    archive = toy()
    before = archive.posts.copy(deep=True)
    served(archive)
    pd.testing.assert_frame_equal(archive.posts, before)
    tables.check(tables.POSTS, archive.posts)


def test_who_comes_between_two_reports_is_not_seen() -> None:
    """An attacker has both reports and takes any number of one from any of the other."""

    def counts(found) -> set[float]:
        numbers = [found.n_requests, found.n_seekers, found.n_offers, found.n_used]
        measured = found.table[~found.table["measure"].str.startswith("member")]  # not seekers
        numbers += measured["n_used"].tolist()
        numbers += found.by_group["n_requests"].tolist() + found.against_offers["n_posts"].tolist()
        return {float(number) for number in numbers if number is not None}

    reports = [counts(served(toy(people))) for people in (40, 41, 43, 44)]
    every = sorted(set().union(*reports))
    assert len(every) > 3
    apart = [abs(one - other) for one in every for other in every if one != other]
    assert min(apart) >= 5
