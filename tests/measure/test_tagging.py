from __future__ import annotations

from itertools import combinations

import invented
import numpy as np
import pandas as pd
import pytest
from appeal_samples import START, movement, posts, profiles, reshare

from i4analysis import simulate
from i4analysis.measure.appeals import appeals, tagging
from i4analysis.measure.relays import relays
from i4analysis.tables import Archive
from proof import appeals as appeal_worlds
from proof.appeals import tag_policies


def edges(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member", "account", "p"])


BIG = [("big", f"v{i}", 1.0) for i in range(6)]
TWIN = [("twin", f"v{i}", 1.0) for i in range(5)]
OTHER = [("other", f"w{i}", 1.0) for i in range(3)]


def test_a_small_new_audience_beats_a_large_known_one() -> None:
    found = tagging.whom_to_tag(edges(BIG + TWIN + OTHER), k=2)
    assert found.table["private_account"].tolist() == ["big", "other"]
    assert found.table["gain"].tolist() == [6.0, 3.0]
    assert found.expected == 9.0
    assert found.at_least == 1.0


def test_accounts_already_reached_count_for_nothing() -> None:
    reached = [f"v{i}" for i in range(6)]
    found = tagging.whom_to_tag(edges(BIG + TWIN + OTHER), k=3, reached=reached)
    assert found.table["private_account"].tolist() == ["other"]


def test_the_load_is_shared() -> None:
    load = pd.Series({"big": 4, "twin": 1})
    found = tagging.whom_to_tag(edges(BIG + TWIN + OTHER), k=1, load=load, most_asked=4)
    assert found.table["private_account"].tolist() == ["twin"]
    assert found.excluded == {"members asked too often lately": 1}


@pytest.mark.parametrize("seed", range(8))
def test_greedy_keeps_its_guarantee_and_its_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = rng.random((7, 9)) * (rng.random((7, 9)) < 0.4)
    table = edges([(f"m{i}", f"v{j}", float(p)) for (i, j), p in np.ndenumerate(drawn) if p > 0])
    found = tagging.whom_to_tag(table, k=3)
    names = sorted(set(table["member"]))
    best = max(tagging.expected_reach(table, chosen, []) for chosen in combinations(names, 3))
    chosen = found.table["private_account"]
    assert found.expected == pytest.approx(tagging.expected_reach(table, chosen, []))
    assert found.expected >= tagging.GUARANTEE * best
    assert found.expected / best >= found.at_least - 1e-9


def test_rates_shrink_towards_everybody_then_towards_oneself() -> None:
    asked = pd.DataFrame(
        {
            "member": ["a"] * 4 + ["b"] * 4,
            "sector": ["J", "J", "F", "F"] * 2,
            "answered": [True, True, True, True, False, False, False, False],
        }
    )
    rates = tagging.answer_rates(asked, ["a", "b", "new"])
    assert rates["new"] == pytest.approx(0.5)
    assert rates["a"] == pytest.approx((4 + 4 * 0.5) / 8)
    assert tagging.answer_rates(asked, ["a"], "J")["a"] == pytest.approx((2 + 4 * 0.75) / 6)


def test_tags_and_answers_are_read_off_the_archive() -> None:
    rows = [
        {"text": "Recherche #emploi comptable #i4emploi @Alpha @Beta", "post_id": "ask"},
        reshare("ask", "a0", "Alpha", 3),
        {"text": "fin", "posted_at": START + pd.Timedelta(days=20)},
    ]
    people = profiles(
        [{"handle": "Alpha", "bio": "#i4emploi"}, {"handle": "Beta", "bio": "#i4emploi"}]
    )
    follows = invented.follows((f"v{i}", "Alpha") for i in range(3))
    archive = Archive(posts=posts(rows), profiles=people, follows=follows)
    found = appeals.classify(archive.posts, archive.profiles, movement())
    asked = tagging.asked_before(archive, movement(), found).set_index("member")["answered"]
    assert asked.to_dict() == {"Alpha": True, "Beta": False}
    # one answer is too few to rank members by
    refused = tagging.suggest(archive, movement(), found, sector="M12")
    assert refused.table.empty
    assert refused.notes == ("too_few_answers",)
    suggested = tagging.suggest(archive, movement(), found, sector="M12", least_answers=0)
    assert suggested.notes == ()
    assert suggested.table["private_account"].tolist() == ["Alpha"]
    assert suggested.table["private_handle"].tolist() == ["Alpha"]
    assert suggested.expected == pytest.approx(3 * tagging.answer_rates(
        tagging.asked_before(archive, movement(), found), ["Alpha"], "M12")["Alpha"])  # fmt: skip


def test_without_an_archive_nobody_is_suggested() -> None:
    found = appeals.classify(Archive().posts, None, movement())
    suggested = tagging.suggest(Archive(), movement(), found)
    assert suggested.table.empty
    assert suggested.notes == ("no_members",)
    people = profiles([{"handle": "Alpha", "bio": "#i4emploi"}])
    alone = Archive(profiles=people)
    told = tagging.suggest(alone, movement(), found, least_answers=0)
    assert told.notes == ("nobody_hears",)


@pytest.mark.parametrize(("alike", "told"), [(True, "no better than luck"), (False, "apart")])
def test_answers_tell_members_apart_only_where_members_differ(alike: bool, told: str) -> None:
    rng = np.random.default_rng(5)
    rate = np.full(200, 0.2) if alike else rng.beta(1.2, 4.0, 200)
    member = np.repeat(np.arange(200), 12)
    answered = rng.random(len(member)) < rate[member]
    asked = pd.DataFrame({"member": member.astype(str), "answered": answered})
    enough = tagging.reliability(asked, 200) >= tagging.LEAST_RELIABLE
    assert enough == (told == "apart")
    # the same answers among many members who were never tagged rank few of them
    assert tagging.reliability(asked, 20_000) < tagging.LEAST_RELIABLE
    assert tagging.reliability(asked.head(1), 200) == 0.0


@pytest.mark.parametrize("platform", ["twitter", "bluesky"])
def test_ten_members_are_suggested_for_an_appeal_of_any_sector(platform: str) -> None:
    """Without follow lists, and whether or not the archive holds several platforms."""
    helpers = [f"M{j}" for j in range(12)]
    rows: list[dict[str, object]] = [
        {"text": f"Recherche #emploi comptable #i4emploi {' '.join('@' + h for h in helpers)}",
         "post_id": "ask"}
    ]  # fmt: skip
    for j, helper in enumerate(helpers):
        rows.append(reshare("ask", "a0", helper, 2 + 40 * j))
        rows.append(reshare("ask", "a0", f"reader{j}", 2.01 + 40 * j))
    rows.append(
        {"text": "fin", "post_id": "end", "platform": platform,
         "posted_at": START + pd.Timedelta(days=60)}
    )  # fmt: skip
    people = profiles([{"handle": h, "bio": "#i4emploi"} for h in helpers])
    archive = Archive(posts=posts(rows), profiles=people)
    parents = relays.parent_probabilities(archive, movement()).table
    found = appeals.classify(archive.posts, archive.profiles, movement())
    suggested = tagging.suggest(archive, movement(), found, parents=parents, least_answers=0)
    assert len(suggested.table) == 10
    before = "twitter:" if platform == "bluesky" else ""
    assert set(suggested.table["private_account"]) <= {f"{before}{one}" for one in helpers}
    assert suggested.table["answers"].between(0, 1).all()
    # whom they reach is modelled: it may be less than the largest do, and the result says so
    assert suggested.notes == ("largest_may_reach_more",)


def test_it_beats_the_ten_largest_at_equal_load() -> None:
    world = appeal_worlds.tag_world(1, coming=8)
    reached = tag_policies(world, seed=1)
    assert reached["chosen"] > reached["largest"]
    assert reached["chosen"] > reached["random"]


@pytest.mark.parametrize("listed", [False, True], ids=["by reshares", "by follow lists"])
def test_the_audience_of_some_members_is_a_part_of_everybodys(listed: bool) -> None:
    made = simulate.example()
    archive, movement = made.archive, made.movement
    if not listed:
        archive = Archive(posts=archive.posts, profiles=archive.profiles)
    assert archive.follows.empty != listed
    heard_through = relays.heard_through(relays.parent_probabilities(archive, movement))
    whole = tagging.audience(archive, heard_through)
    some = sorted(set(whole["member"]))[::2]
    part = tagging.audience(archive, heard_through, members=some)
    expected = whole[whole["member"].isin(some)].reset_index(drop=True)
    assert len(whole) > len(expected) > len(some) > 0
    pd.testing.assert_frame_equal(part.reset_index(drop=True), expected)
    assert tagging.audience(archive, heard_through, members=["nobody"]).empty
