"""The ledgers of the real movement: every row sourced, every published figure kept."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from i4analysis.movement import Movement

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "i4emploi"
RECORD = Path(os.environ.get("I4_RECORD", ROOT.parent / "shared" / "record"))

# How many published figures of each kind the record holds; contradictory ones are all kept.
COUNTS = {
    "jobs_at_stake": 18,
    "founders": 9,
    "followers_summed": 5,
    "initiator_followers": 5,
    "jobs_actual": 5,
    "jobs_promised": 5,
    "members": 4,
    "relay_followers_flashtweet": 3,
    "supporters_bio": 3,
    "takeover_files": 3,
    "contacts_solicited_by_audy": 2,
    "interested_firms": 2,
    "jobs_former_owner": 2,
    "jobs_rehired": 2,
    "jobs_saved": 2,
    "reshares_of_appeal": 2,
    "seekers_bio": 2,
}
# Lower bounds of a plural ("hundreds"), a number cut before its verb, a rule of the platform.
NOT_MEASUREMENTS = {
    ("accounts_using_hashtag", 200000),
    ("active_members", 200),
    ("seekers_bio", 200),
    ("reshares_of_appeal", 200000),
    ("tweets_with_hashtag", 2000),
    ("people_2000_claim", 2000),
    ("accounts_taggable_per_image", 10),
}


@pytest.fixture(scope="module")
def movement() -> Movement:
    return Movement.load(FOLDER)


def test_movement_is_named_dated_and_placed(movement: Movement) -> None:
    assert movement.name == "i4emploi"
    assert movement.hashtags == movement.supporter_marks == ("i4emploi",)
    assert movement.seeker_marks == ("i4emploir",)
    assert movement.started_at == pd.Timestamp("2015-09-25T22:00Z")
    assert not movement.made_up
    for words in (movement.title, movement.place, movement.description):
        assert set(words) == {"fr", "en"}


@pytest.mark.parametrize(
    "name", ["founders", "figures", "outcomes", "claims", "relays", "press", "people"]
)
def test_every_row_has_a_source_address(movement: Movement, name: str) -> None:
    ledger = movement.ledger(name)
    assert len(ledger)
    assert ledger["url"].str.match(r"https?://\S+$").fillna(False).all()


def test_every_published_figure_is_kept(movement: Movement) -> None:
    figures = movement.figures
    counts = Counter(figures["metric"])
    assert len(figures) == 85
    assert {metric: counts[metric] for metric in COUNTS} == COUNTS
    assert {n for metric, n in counts.items() if metric not in COUNTS} == {1}
    plural = figures[~figures["measurement"].astype(bool)]
    assert set(zip(plural["metric"], plural["value"].astype(int), strict=True)) == NOT_MEASUREMENTS


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("founders", {10, 15, 20, 30, 33}),
        ("supporters_bio", {130, 300, 400}),
        ("followers_summed", {360000, 600000, 650000, 700000}),
        ("jobs_at_stake", {30, 32, 35, 37}),
        ("jobs_actual", {23, 27, 65}),
        ("reshares_of_appeal", {100, 200000}),
    ],
)
def test_contradictory_figures_are_side_by_side(
    movement: Movement, metric: str, values: set[int]
) -> None:
    figures = movement.figures
    assert set(figures.loc[figures["metric"] == metric, "value"].astype(int)) == values


def test_outcomes_give_no_credit_and_claims_give_it_to_several(movement: Movement) -> None:
    outcomes, claims = movement.outcomes, movement.claims
    titles = " ".join([*outcomes["title_fr"], *outcomes["title_en"]]).casefold()
    for word in ("grâce", "thanks to", "sauvé", "saved", "because", "permis"):
        assert word not in titles
    assert set(claims["outcome_id"]) == set(outcomes["outcome_id"])
    takeover = claims[claims["outcome_id"] == "takeover"]
    kinds = {"movement", "mayor", "president", "state", "press", "private", "other"}
    assert kinds <= set(takeover["relay_kind"])
    assert "doubts" in set(takeover["stance"])
    main = outcomes[outcomes["main"].astype(bool)]
    assert {"liquidation", "interest-22-sept", "visits", "reprieve", "five-offers"} <= set(
        main["outcome_id"]
    )
    assert {"takeover", "jobs-24", "rehires"} <= set(main["outcome_id"])


def test_copies_and_relays_point_to_rows_that_exist(movement: Movement) -> None:
    claims = movement.claims
    assert set(claims["copied_from"].dropna()) <= set(claims["claim_id"])
    assert set(claims["relay_id"].dropna()) <= set(movement.relays["relay_id"])


def test_likelihoods_are_ranges_of_probabilities(movement: Movement) -> None:
    names = [f"likelihood_if_{case}_{end}" for case in ("true", "false") for end in ("lo", "hi")]
    given = movement.claims[names].astype(float).dropna(how="all")
    assert len(given) >= 10
    assert given.notna().all(axis=None)
    assert ((given > 0) & (given < 1)).all(axis=None)
    for case in ("true", "false"):
        assert (given[f"likelihood_if_{case}_lo"] < given[f"likelihood_if_{case}_hi"]).all()


def test_nothing_of_the_record_is_lost(movement: Movement) -> None:
    if not RECORD.is_dir():
        pytest.skip("the published record (../shared/record) is not on this machine")
    rows = {
        name: list(csv.DictReader((RECORD / f"{name}.csv").open(encoding="utf-8")))
        for name in ("waypoints", "outcomes", "press")
    }
    figures = movement.figures
    assert Counter(
        (row["url"], float(row["value"]), row["qualifier"]) for row in rows["waypoints"]
    ) == Counter(zip(figures["url"], figures["value"], figures["roughness"], strict=True))
    ours = pd.concat([movement.outcomes["url"], movement.claims["url"], movement.relays["url"]])
    assert {row["url"] for row in rows["outcomes"]} <= set(ours)
    assert len(rows["press"]) == len(movement.press)
