"""The story that ledgers tell: hand-made ledgers whose answers are known."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import invented
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import i4analysis as i4
from i4analysis import tables
from i4analysis.measure.outcomes import Story, dossiers, story
from i4analysis.movement import Movement

START = date(2015, 9, 26)
URL = "https://example.org/a"


def movement(started_on: date | None = START, **ledgers: list[dict[str, Any]]) -> Movement:
    goal = {"fr": "sauver le moulin", "en": "save the mill"}
    return invented.movement(started_on=started_on, timezone="Europe/Paris", goal=goal, **ledgers)


def told(of: Movement, archive: tables.Archive | None = None) -> Story:
    read = tables.Archive() if archive is None else archive
    return story(dossiers(of, read, draws=1, power_draws=1), of, archive)


def figure(metric: str, value: float, day: date | None, **more: Any) -> dict[str, Any]:
    return {
        "figure_id": f"{metric}-{value}-{day}", "metric": metric, "value": value,
        "roughness": "exact", "date": day, "precision": "unknown" if day is None else "day",
        "publisher": "Le Courrier", "url": URL,
    } | more  # fmt: skip


def outcome(name: str, day: date | None, role: str | None = "step", **more: Any) -> dict[str, Any]:
    return {
        "outcome_id": name, "role": role, "date": day,
        "precision": "unknown" if day is None else "day", "kind": "other", "title_fr": name,
        "title_en": name, "main": True, "url": URL,
    } | more  # fmt: skip


def claim(name: str, of: str, **more: Any) -> dict[str, Any]:
    return {
        "claim_id": name, "outcome_id": of, "claimant": name, "publisher": name,
        "date": date(2015, 11, 20), "precision": "day", "stance": "credits", "relay": "#m",
        "relay_kind": "movement", "basis": "hearsay", "url": URL,
    } | more  # fmt: skip


def test_only_a_date_that_is_there_is_counted_as_inferred() -> None:
    """Never more dates inferred than dates."""
    days = [START, None, START]
    rows = [outcome(str(k), day, date_inferred=k < 2) for k, day in enumerate(days)]
    read = told(movement(outcomes=rows)).read
    assert (read["inferred"], read["dates"]) == (1, 2)


def test_without_ledgers_there_is_nothing_to_tell() -> None:
    empty = told(movement())
    assert empty.size == {} and empty.goal == {} and empty.seen == {}
    assert all(not len(getattr(empty, name)) for name in (
        "events", "voices", "credits", "carriers", "counts", "sums", "jobs", "contradictions",
    ))  # fmt: skip
    assert empty.read["pages"] == 0


def test_the_size_is_the_largest_of_the_opening_weeks() -> None:
    found = told(
        movement(
            figures=[
                figure("supporters_bio", 130, date(2015, 10, 5)),
                figure("supporters_bio", 300, date(2015, 10, 17), roughness="at_least"),
                figure("supporters_bio", 900, date(2015, 10, 18)),  # on day 22
                figure("supporters_bio", 950, None),
                figure("supporters_bio", 990, date(2015, 9, 25)),  # before the start
                figure("members", 5000, date(2015, 10, 1)),  # not bios
            ]
        )
    )
    assert (found.size["value"], found.size["days"], found.size["roughness"]) == (
        300,
        21,
        "at_least",
    )
    members = told(movement(figures=[figure("members", 200, date(2015, 10, 9))]))
    assert (members.size["metric"], members.size["value"]) == ("members", 200)
    assert told(movement(None, figures=[figure("supporters_bio", 3, START)])).size == {}


def test_people_are_no_fewer_than_the_most_followed_account_known_that_day() -> None:
    found = told(
        movement(
            figures=[
                figure("initiator_followers", 9_627, date(2015, 1, 15)),
                figure("initiator_followers", 27_000, date(2015, 9, 28)),
                figure("initiator_followers", 46_000, date(2016, 11, 15)),  # not yet
                figure("minister_followers", 500_000, date(2015, 9, 28)),  # no member's
                figure("total_followers", 590_000, date(2015, 9, 28)),  # nor of one account
                figure("followers_summed", 360_000, date(2015, 9, 20)),
                figure("followers_summed", 600_000, date(2015, 10, 17)),
                figure("followers_summed", 1, None),
            ]
        )
    )
    assert found.sums["value"].tolist() == [360_000, 600_000, 1]
    assert found.sums["people_lo"].tolist()[:2] == [9_627, 27_000]
    assert pd.isna(found.sums["people_lo"].iloc[2])


def test_one_thing_counted_twice_in_the_same_weeks_is_a_contradiction() -> None:
    rows = [
        figure("reshares_of_appeal", 100, date(2015, 10, 16)),
        figure("reshares_of_appeal", 200_000, date(2015, 10, 8), measurement=False,
               publisher="La Lampe"),
        figure("marchers", 100, date(2015, 10, 16)),  # fewer came the second time
        figure("marchers", 200_000, date(2015, 10, 8), publisher="La Lampe"),
        figure("towns", 100, START, what_en="marchers in Brive"),
        figure("towns", 200_000, START, what_en="marchers in Paris", publisher="La Lampe"),
        figure("seekers", 10, date(2015, 10, 17)),  # growth over months is none
        figure("seekers", 200, date(2016, 2, 4)),
        figure("founders", 10, START),  # less than ten times is none
        figure("founders", 33, date(2015, 9, 28)),
        figure("nought", 0, START),
        figure("nought", 50, START),
        figure("signatures", 12, START),  # it may have grown
        figure("signatures", 132, date(2015, 10, 9), publisher="La Lampe"),
        figure("floors", 12, START, roughness="at_least"),
        figure("floors", 300, START, publisher="La Lampe"),
        figure("months", 12, date(2015, 10, 1), precision="month"),  # which was first is open
        figure("months", 300, date(2015, 10, 1), precision="month", publisher="La Lampe"),
        figure("course", 132, START),  # one source tells what became of it
        figure("course", 12, date(2015, 10, 9)),
        figure("jobs_at_stake", 132, START),
        figure("jobs_at_stake", 12, date(2015, 10, 9), publisher="La Lampe"),
        figure("hours", 12, START, precision="hour"),  # of one day, and it may have grown
        figure("hours", 132, START, precision="hour", publisher="La Lampe"),
        figure("alone", 12, START),  # of whom it counts, one source may say more
        figure("alone", 132, START),
        figure("one day", 12, START),
        figure("one day", 132, START, publisher="La Lampe"),
    ]  # fmt: skip
    pairs = told(movement(figures=rows)).contradictions
    assert pairs["metric"].unique().tolist() == ["reshares_of_appeal", "one day"]
    assert pairs["value"].tolist() == [100, 200_000, 12, 132]
    assert pairs["side"].tolist() == ["lo", "hi"] * 2


def test_a_crisis_is_an_event_but_never_the_goal_nor_a_credit() -> None:
    found = told(
        movement(
            outcomes=[
                outcome("takeover", date(2015, 11, 13), "goal"),
                outcome("bankruptcy", date(2015, 9, 22), "crisis"),
                outcome("visit", date(2015, 10, 8)),
                outcome("second goal", date(2015, 10, 1), "goal"),
            ],
            claims=[claim("a", "takeover"), claim("b", "bankruptcy", stance="reports")],
        )
    )
    names = ["bankruptcy", "second goal", "visit", "takeover"]
    assert found.events["outcome_id"].tolist() == names
    assert found.goal["outcome_id"] == "takeover"  # the first that the ledger calls so
    assert found.goal["n_credits"] == 1
    assert found.events.set_index("outcome_id")["timing"].to_dict()["bankruptcy"] == "before"
    low, high = found.window or (None, None)
    assert low == date(2015, 9, 20) and high == date(2015, 11, 17)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({}, "movement"),
        ({"stance": "doubts"}, "doubt"),
        ({"stance": "reports"}, "fact"),
        ({"relay_kind": "state", "relay": "la préfecture"}, "other"),
        ({"relay_kind": "state", "stance": "reports"}, "fact"),
        ({"relay_kind": "press", "relay": "les médias"}, "other"),
        ({"relay_kind": "none", "relay": None, "stance": "reports"}, "fact"),
        ({"relay_kind": "state", "about": "other"}, "beside"),
    ],
)
def test_each_claim_is_told_for_what_it_does(row: dict[str, Any], says: str) -> None:
    found = told(
        movement(
            outcomes=[outcome("o", date(2015, 11, 13), "goal"), outcome("other", START)],
            claims=[claim("a", "o", **row)],
        )
    )
    assert found.voices["says"].tolist() == [says]


def test_who_credits_whom_keeps_the_credit_over_the_mention_and_marks_ones_own_side() -> None:
    found = told(
        movement(
            outcomes=[outcome("o", date(2015, 11, 13), "goal"), outcome("x", date(2015, 10, 1))],
            claims=[
                claim("a1", "o", claimant="A", stance="reports", relay_kind="state"),
                claim("a2", "o", claimant="A", relay_kind="state"),
                claim("b", "o", claimant="B", claimant_party="state", relay_kind="state"),
                claim("c", "o", claimant="C", stance="doubts"),
                claim("d", "x", claimant="D"),  # another fact
            ],
        )
    )
    cells = found.credits.set_index(["claimant", "party"])
    assert set(cells.index) == {("A", "state"), ("B", "state")}
    assert cells["says"].tolist() == ["credits", "credits"]
    assert not cells.loc[("A", "state"), "itself"] and cells.loc[("B", "state"), "itself"]


RESULT = st.sampled_from(["obtained", "partly_obtained", "not_obtained", None])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["goal", "step", "crisis", None]), RESULT), max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["movement", "state", "none"])),
             max_size=5),
)  # fmt: skip
def test_nobody_is_credited_with_what_was_not_obtained(
    sought: list[tuple[str | None, str | None]], voices: list[tuple[int, str]]
) -> None:
    """Who is credited is credited with the goal, else with a result, and either was obtained."""
    rows = [
        outcome(f"o{k}", START, role, result=result) for k, (role, result) in enumerate(sought)
    ]
    claims = [claim(f"c{k}", f"o{at}", relay_kind=kind, claimant=f"c{k}")
              for k, (at, kind) in enumerate(voices) if at < len(rows)]  # fmt: skip
    found = told(movement(outcomes=rows, claims=claims))
    events = found.events.set_index("outcome_id")
    named = {row["claimant"]: row["outcome_id"] for row in claims}
    for name in found.credits["claimant"]:
        event = events.loc[named[name]]
        assert event["result"] != "not_obtained"
        assert event["role"] == "goal" or (event["role"] == "step" and not found.goal)


def test_what_one_source_tells_over_time_is_no_disagreement_of_sources() -> None:
    course = [
        figure("jobs_at_stake", n, date(2015, 9, 22 + k)) for k, n in enumerate((113, 73, 0))
    ]
    alone = told(movement(figures=course)).jobs.iloc[0]
    assert (alone["value"], alone["lo"], alone["hi"], alone["n_sources"]) == (113, 113, 113, 1)
    # of numbers of one month nobody knows which came first
    month = [row | {"precision": "month"} for row in course]
    at_once = told(movement(figures=month)).jobs.iloc[0]
    assert (at_once["lo"], at_once["hi"], at_once["n_sources"]) == (0, 113, 1)
    later = [*month, figure("jobs_at_stake", 7, date(2015, 11, 2))]
    assert told(movement(figures=later)).jobs.iloc[0]["lo"] == 0
    other = figure("jobs_at_stake", 90, START, publisher="La Lampe", url=URL + "b")
    both = told(movement(figures=[*course, other])).jobs.iloc[0]
    assert (both["lo"], both["lo_publisher"], both["hi"]) == (90, "La Lampe", 113)


def test_jobs_are_one_row_a_stage_with_the_values_that_differ() -> None:
    rows = [figure("jobs_at_stake", n, date(2015, 9, 22 + k), publisher=f"p{k}")
            for k, n in enumerate((37, 37, 35, 30))]  # fmt: skip
    rows += [figure("jobs_actual", 23, date(2017, 3, 16)), figure("jobs_actual", 65,
             date(2024, 2, 1)), figure("jobs_promised", 100, date(2015, 11, 13))]  # fmt: skip
    found = told(movement(figures=rows))
    assert found.jobs["value"].tolist() == [37, 23, 65]
    stake = found.jobs.iloc[0]
    assert (stake["lo"], stake["hi"], stake["n_sources"], stake["n_same"]) == (30, 37, 4, 2)
    assert found.aims["value"].tolist() == [100]


def test_the_reading_of_the_record_is_counted() -> None:
    press = {"press_id": "p", "outlet": "Le Courrier", "date": START, "precision": "day",
             "read_extent": "beginning", "date_inferred": True, "url": URL}  # fmt: skip
    found = told(
        movement(
            press=[press, press | {"press_id": "q", "url": URL + "b", "read_extent": "whole"},
                   press | {"press_id": "r"}, press | {"press_id": "s", "url": None}],
            figures=[figure("members", 1, START, said_by="A", publisher="x"),
                     figure("members", 2, START, said_by="A", publisher="y"),
                     figure("members", 3, START, said_by="B", publisher=None)],
        )
    )  # fmt: skip
    assert (found.read["pages"], found.read["beginning"]) == (2, 1)
    assert (found.read["origins"], found.read["publishers"]) == (1, 2)
    assert (found.read["dates"], found.read["inferred"]) == (7, 4)


def test_an_archive_gives_the_accounts_that_were_collected_themselves() -> None:
    moment = pd.Timestamp("2015-09-26T10:00:00Z")
    posts = [
        {"platform": "twitter", "post_id": str(k), "kind": "post", "author_id": who,
         "posted_at": moment + pd.Timedelta(days=k), "embedded": inside, "hashtags": tags}
        for k, (who, inside, tags) in enumerate(
            (("1", False, ["m"]), ("1", False, ["m", "x"]), ("2", False, ["m"]),
             ("3", True, ["m"]), ("4", False, ["x"]), ("5", False, []))
        )
    ]  # fmt: skip
    archive = tables.Archive(posts=tables.build(tables.POSTS, posts))
    seen = told(movement(), archive).seen
    assert (seen["accounts"], seen["open"], seen["posts"], seen["days"]) == (2, 1, 3, 3)
    assert (seen["bearing"], seen["held"]) == (3, 5)


def test_the_days_of_the_accounts_begin_with_a_post_that_names_one() -> None:
    posts = _posts([0, 3, 5, 9])
    for unsigned, days in (([0], (3, 9)), ([0, 3], (3, 9)), ([0, 1, 2, 3], (0, 9))):
        some = posts.copy()
        some.loc[unsigned, ["author_id", "author"]] = pd.NA
        seen = told(movement(), tables.Archive(posts=some)).seen
        assert [(seen[name] - date(2015, 9, 26)).days for name in ("first", "last")] == [*days]
        assert (seen["accounts"], seen["open"]) == (4 - len(unsigned), len(unsigned))


@pytest.mark.parametrize(("ended", "last"), [(4, 3), (3, 3), (9, 9), (20, 9), (None, 9)])
def test_the_days_of_the_accounts_end_with_a_post_of_the_period(ended, last) -> None:
    end = None if ended is None else date(2015, 9, 26) + timedelta(ended)
    data = tables.Archive(posts=_posts([0, 3, 9]))
    seen = told(replace(movement(), ended_on=end), data).seen
    assert (seen["last"] - date(2015, 9, 26)).days == last


@pytest.mark.parametrize(("started", "first"), [(None, 0), (0, 0), (2, 5)])
def test_the_days_of_the_accounts_begin_with_a_post_of_theirs_that_a_reshare_dates(
    started, first
) -> None:
    posts = _posts([5, 6])
    noon = pd.Timestamp("2015-09-26T10:00:00Z")
    posts.loc[1, ["kind", "reshared_id", "reshared_author_id"]] = ["reshare", "x", "0"]
    posts.loc[1, "reshared_at"] = noon
    begun = None if started is None else date(2015, 9, 26) + timedelta(started)
    seen = told(replace(movement(), started_on=begun), tables.Archive(posts=posts)).seen
    assert (seen["first"] - date(2015, 9, 26)).days == first


def _posts(days: list[int], tags: list[str] | None = None) -> pd.DataFrame:
    noon = pd.Timestamp("2015-09-26T10:00:00Z")
    return tables.build(
        tables.POSTS,
        [{"platform": "twitter", "post_id": str(k), "kind": "post", "author_id": str(k),
          "posted_at": noon + pd.Timedelta(days=day), "hashtags": ["m"] if tags is None else tags}
         for k, day in enumerate(days)],
    )  # fmt: skip


def _bios(days: list[int], bios: list[str]) -> pd.DataFrame:
    noon = pd.Timestamp("2015-09-26T10:00:00Z")
    return tables.build(
        tables.PROFILES,
        [{"platform": "twitter", "account_id": str(k), "handle": f"a{k}", "bio": bio,
          "seen_at": noon + pd.Timedelta(days=day), "seen_basis": "live"}
         for k, (day, bio) in enumerate(zip(days, bios, strict=True))],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "started", "ended", "bound"),
    [
        ([0, 1], None, None, None),
        ([0, 1], date(2015, 9, 26), None, None),
        ([0, 1], date(2015, 9, 27), None, "before-post"),
        ([0, 1], date(2015, 9, 28), None, "start"),
        ([0, 1], date(2015, 1, 1), date(2015, 9, 26), None),
        ([0, 1], date(2015, 1, 1), date(2015, 9, 25), "end"),
        ([], date(2016, 1, 1), date(2016, 2, 1), None),
    ],
)
def test_a_declared_period_that_no_post_falls_in_is_told(
    days: list[int], started: date | None, ended: date | None, bound: str | None
) -> None:
    of = replace(movement(started), ended_on=ended)
    found = told(of, tables.Archive(posts=_posts(days)))
    assert found.beside.get("bound") == bound
    assert found.bearing == len(days)
    if bound == "end":
        assert found.seen == {}  # and yet they are there


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("kind", ["bio", "figure", "press"])
def test_a_hashtag_is_as_old_as_its_first_trace(kind: str, early: bool) -> None:
    day = START + timedelta(-1 if early else 1)
    after = outcome("o", START - timedelta(days=1))
    item = {"press_id": "p", "date": day, "precision": "day", "outlet": "Le Courrier",
            "medium": "press", "title": "t", "mentions": "yes", "url": URL}  # fmt: skip
    rows = {
        "bio": {}, "figure": {"figures": [figure("supporters_bio", 30, day)]},
        "press": {"press": [item]},
    }[kind]  # fmt: skip
    bios = _bios([-1 if early else 1], ["#m"]) if kind == "bio" else tables.Archive().profiles
    of = movement(outcomes=[after], **rows)
    found = told(of, tables.Archive(profiles=bios))
    assert found.beside.get("bound") == (f"before-{kind}" if early else None)
    assert found.born == (None if early else START)
    assert set(found.events["timing"]) == {"unclear" if early else "before"}
    later = outcome("o", START + timedelta(days=2))
    found = told(movement(None, outcomes=[later], **rows), tables.Archive(profiles=bios))
    assert set(found.events["timing"]) == {"after"}  # though no start is declared


@pytest.mark.parametrize("result", [None, "partly_obtained", "not_obtained"])
def test_a_goal_that_is_no_main_outcome_heads_no_page(result: str | None) -> None:
    of = movement(outcomes=[outcome("o", date(2015, 11, 13), "goal", main=False, result=result)])
    assert bool(told(of).goal) == (result == "not_obtained")


def test_a_post_seen_inside_another_is_older_than_a_declared_start_too() -> None:
    row = {"platform": "twitter", "post_id": "o", "kind": "post", "author_id": "z",
           "posted_at": pd.Timestamp("2015-09-20T10:00:00Z"), "hashtags": ["m"],
           "embedded": True}  # fmt: skip
    inside = pd.concat([_posts([1, 2]), tables.build(tables.POSTS, [row])], ignore_index=True)
    reshared = _posts([1, 2]).assign(reshared_at=row["posted_at"])
    assert told(movement(), tables.Archive(posts=_posts([1, 2]))).born == START
    for posts in (inside, reshared.astype(inside.dtypes)):
        found = told(movement(), tables.Archive(posts=posts))
        assert (found.start, found.born) == (START, None)
        assert (found.beside["bound"], found.beside["first"]) == ("before-post", date(2015, 9, 20))
    found = told(movement(date(2015, 9, 24)), tables.Archive(posts=inside.tail(1)))
    assert (found.beside["bound"], found.born) == ("before-post", None)


@pytest.mark.parametrize("listed", [0, 3])
@pytest.mark.parametrize("ended", [None, date(2015, 9, 27)])
def test_the_headline_counts_who_showed_the_mark_in_time_or_is_listed(
    listed: int, ended: date | None
) -> None:
    days = [0, 1, 2, 3, 0, 0, 0]
    bios = ["RH #m"] * 4 + ["Jardin"] * 3
    people = [{"handle": f"a{4 + k}", "name": f"N{k}", "role": "supporter",
               "url": "https://example.org"} for k in range(listed)]  # fmt: skip
    of = replace(movement(START, people=people), ended_on=ended)
    archive = tables.Archive(posts=_posts(days), profiles=_bios(days, bios))
    roles = i4.members.roles(archive, of)
    size = story(dossiers(of, archive, draws=1, power_draws=1), of, archive, roles=roles).size
    assert size["value"] == (4 if ended is None else 2) + listed
    assert (size["listed"], size["ledger"]) == (listed, listed)


@pytest.mark.parametrize("seeking", [0, 3, 5])
def test_the_headline_counts_who_looks_for_work_as_the_curve_does(seeking: int) -> None:
    """One number of accounts that show the hashtag, whatever else their bios say."""
    days = list(range(6))
    bios = ["En recherche d'emploi #m"] * seeking + ["#m"] * (5 - seeking) + ["recherche emploi"]
    archive, of = tables.Archive(posts=_posts(days), profiles=_bios(days, bios)), movement(START)
    roles = i4.members.roles(archive, of)
    size = story(dossiers(of, archive, draws=1, power_draws=1), of, archive, roles=roles).size
    assert size["value"] == i4.members.adoption(archive, of).table["n_lo"].iloc[-1] == 5
    assert (size["listed"], size["ledger"]) == (0, 0)


@pytest.mark.parametrize("late", [0, 2, 6])
def test_the_headline_says_within_how_many_days_of_those_alone_who_can_be_dated(late: int) -> None:
    """Accounts whose bios were fetched at an unknown time count where no number of days does."""
    days = list(range(4)) + [0] * late
    bios = _bios(days, ["#m"] * len(days))
    after = pd.Series(["live"] * 4 + ["after"] * late, dtype=bios["seen_basis"].dtype)
    bios = bios.assign(seen_basis=after, file=after)
    archive, of = tables.Archive(posts=_posts(days), profiles=bios), movement(START)
    roles = i4.members.roles(archive, of)
    size = story(dossiers(of, archive, draws=1, power_draws=1), of, archive, roles=roles).size
    adopted = i4.members.adoption(archive, of)
    if adopted.basis == "bio":
        assert (size["value"], size["days"]) == (adopted.table["n_lo"].iloc[-1], 4)
    else:
        assert (size["value"], size["days"]) == (4 + late, None)
    assert (adopted.basis == "bio") == (late < 6)


@pytest.mark.parametrize(("days", "long"), [([0, 1, 2], 4), ([0, 9, 2], 10), ([-5, 1, 2], 9)])
def test_the_headline_s_days_hold_those_on_which_bios_showed_it(
    days: list[int], long: int
) -> None:
    """Bios may show the hashtag, and posts without it, before the first with it or after it."""
    archive = tables.Archive(posts=_posts([0, 1, 3]), profiles=_bios(days, ["#m"] * 3))
    of = movement(None)
    roles = i4.members.roles(archive, of)
    size = story(dossiers(of, archive, draws=1, power_draws=1), of, archive, roles=roles).size
    assert (size["value"], size["days"]) == (3, long)


@pytest.mark.parametrize(
    ("values", "leads"), [([0], False), ([1], False), ([3], True), ([0, 9], False), ([3, 9], True)]
)
def test_a_published_number_leads_only_above_what_the_archive_shows(
    values: list[int], leads: bool
) -> None:
    """Of several of one date all are: the least is no floor where the archive belies it."""
    of = movement(START, figures=[figure("supporters_bio", value, START) for value in values])
    archive = tables.Archive(posts=_posts([0, 0]), profiles=_bios([0, 0], ["#m", "#m"]))
    assert bool(told(of, archive).size) == leads


RESULTS = (None, "obtained", "partly_obtained", "not_obtained", "lost")


@pytest.mark.parametrize(
    ("results", "role"),
    [
        *zip(itertools.product(RESULTS, repeat=2), itertools.repeat("goal")),
        *itertools.product(itertools.pairwise(RESULTS), ["step", None]),
    ],
)
def test_what_was_not_obtained_counts_among_no_results(
    results: tuple[str | None, ...], role: str | None
) -> None:
    rows = [
        outcome(f"o{k}", date(2015, 10, 1 + k), role,
                **({"undone_by": "end"} if one == "lost" else {"result": one}))
        for k, one in enumerate(results)
    ]  # fmt: skip
    rows.append(outcome("end", date(2016, 1, 1), "aftermath", main=False))
    of = movement(outcomes=rows, claims=[claim(f"c{k}", f"o{k}") for k in range(2)])
    found = dossiers(of, tables.Archive(), draws=1, power_draws=1)
    failed = {f"o{k}" for k, one in enumerate(results) if one == "not_obtained"}
    stands = {"o0", "o1"} - failed
    assert set(found.table["outcome_id"][found.table["main"].astype(bool)]) == stands
    assert set(found.flows["outcome_id"]) == stands
    assert set(found.voices["claimant"]) == {f"c{name[1:]}" for name in stands}
    said = found.table.set_index("outcome_id")["result"]
    assert [said[f"o{k}"] for k in range(2)] == [one or "obtained" for one in results]
    assert pd.isna(said["end"])
    goal = told(of).goal
    assert bool(goal) == (role == "goal")
    if goal:
        kinds = {one or "obtained" for one in results}
        assert goal["outcome_id"] not in failed or not stands
        assert (goal["result"] == "not_obtained") == (not stands)
        assert (goal["result"] == "obtained") == (kinds == {"obtained"})
        assert (goal["result"] == "lost") == (kinds in ({"lost"}, {"lost", "not_obtained"}))


@pytest.mark.parametrize("days", [-400, -9, -1, 0, 30, 900])
def test_the_picture_s_window_holds_the_start(days: int) -> None:
    goal = outcome("takeover", START + timedelta(days=days), "goal")
    low, high = told(movement(outcomes=[goal])).window or (START, START)
    assert low < START < high
