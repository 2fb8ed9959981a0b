"""The ledgers of the real movement: every row sourced, every published figure kept."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from i4analysis.measure.outcomes import verdicts
from i4analysis.movement import Movement
from i4analysis.publish.words.wording import spoken

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
    "name",
    ["founders", "figures", "outcomes", "claims", "relays", "press", "people", "statements"],
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
    kinds = {"movement", "mayor", "president", "state", "press", "private", "local", "court"}
    assert kinds <= set(takeover["relay_kind"])
    assert "doubts" in set(takeover["stance"])
    main = outcomes[outcomes["main"].astype(bool)]
    assert {"interest-22-sept", "visits", "buyers-visiting", "reprieve", "five-offers"} <= set(
        main["outcome_id"]
    )
    assert {"takeover", "jobs-24"} == set(main.loc[main["role"] == "goal", "outcome_id"])


def test_no_result_is_the_bankruptcy_itself(movement: Movement) -> None:
    outcomes = movement.outcomes.set_index("outcome_id")
    assert outcomes.loc["liquidation", "role"] == "crisis"
    assert not outcomes.loc[outcomes["role"] == "crisis", "main"].any()


def test_copies_and_relays_point_to_rows_that_exist(movement: Movement) -> None:
    claims = movement.claims
    assert set(claims["copied_from"].dropna()) <= set(claims["claim_id"])
    assert set(claims["relay_id"].dropna()) <= set(movement.relays["relay_id"])


# ---------------------------------------------------------------------- one weight for everybody


@pytest.fixture(scope="module")
def judged(movement: Movement) -> pd.DataFrame:
    return verdicts.judge_claims(movement.claims, movement).set_index("claim_id")


def test_everybody_who_speaks_is_of_a_known_side(judged: pd.DataFrame) -> None:
    assert (judged["claimant_parties"] != "").all()


def test_the_state_that_praises_the_state_is_interested(judged: pd.DataFrame) -> None:
    for name in ("takeover-government", "takeover-hollande-state", "takeover-audy-method"):
        assert judged.loc[name, "standing"] == "party"
    assert judged.loc["takeover-audy-state", "standing"] == "witness"


def test_press_that_did_not_see_is_second_hand_both_ways(judged: pd.DataFrame) -> None:
    press = judged[judged["claimant_parties"] == "press"]
    assert set(press["standing"]) == {"hearsay"}
    assert {"movement", "other"} <= set(press.loc[press["stance"] == "credits", "group"])


def test_rivals_are_those_who_credit_somebody_else_for_the_takeover(judged: pd.DataFrame) -> None:
    credited = set(judged.loc[(judged["group"] == "movement").to_numpy(), "outcome_id"])
    rival = judged[judged["rival"] & judged["outcome_id"].isin(credited)]
    assert set(rival["outcome_id"]) == {"takeover"}
    assert rival["claimant"].nunique() == 5
    assert not judged.loc["reprieve-l-usine-nouvelle", "rival"]
    assert not judged.loc["takeover-founders-private", "rival"]


def test_the_sub_prefect_is_an_official_who_is_quoted_and_the_founder_confirms(
    movement: Movement, judged: pd.DataFrame
) -> None:
    said = judged.loc["one-file-sub-prefect"]
    assert said["claimant"] in set(movement.people["name"])
    assert "a déclaré" in said["quote"]
    assert isinstance(said["through"], str)
    assert (said["standing"], bool(said["interested"])) == ("hearsay", False)
    confirmed = judged.loc["one-file-alban-jarry"]
    assert not confirmed["copied"]
    assert confirmed["standing"] == "party"


def test_what_the_founder_says_of_buyers_before_the_hashtag_is_an_outcome(
    movement: Movement,
) -> None:
    row = movement.outcomes.set_index("outcome_id").loc["buyers-visiting"]
    when = verdicts.timing(row["date"], row["precision"], movement, row["not_after"])
    assert when == "not consistent"
    assert "depuis 1 mois" in row["date_words_fr"]


def test_no_bound_is_ours(movement: Movement) -> None:
    outcomes = movement.outcomes.set_index("outcome_id")
    for name in ("visits", "five-offers", "round-table"):
        assert pd.isna(outcomes.loc[name, "date"])
        assert not pd.isna(outcomes.loc[name, "not_after"])
        assert isinstance(outcomes.loc[name, "date_words_en"], str)
    for name in ("figures", "outcomes", "claims", "relays"):
        ledger = movement.ledger(name)
        weeks = ledger[(ledger["precision"] == "week").fillna(False).to_numpy(dtype=bool)]
        assert weeks["date_inferred"].all(), name


@pytest.mark.parametrize("name", ["claims", "statements"])
def test_quotations_are_short(movement: Movement, name: str) -> None:
    quotes = movement.ledger(name)["quote"].dropna()
    assert len(quotes)
    assert max(len(quote.split()) for quote in quotes) <= 25
    assert {quote: own for quote in quotes if (own := spoken(quote)) != "fr"} == {}


def test_the_words_of_the_interview_are_verbatim(movement: Movement) -> None:
    interview = next(RECORD.glob("000_*.txt"), None) if RECORD.is_dir() else None
    if interview is None:
        pytest.skip("the interview (../shared/record) is not on this machine")
    text = " ".join(interview.read_text(encoding="utf-8").replace("’", "'").split())
    url = "http://lemeunierquidort.com/recherche-investisseur/"
    for name in ("claims", "statements"):
        ledger = movement.ledger(name)
        for quote in ledger.loc[(ledger["url"] == url).to_numpy(), "quote"].dropna():
            # the one liaison that a quotation cut from its sentence may leave out
            assert quote.replace("’", "'") in text, quote


def test_statements_rest_on_rows_that_exist(movement: Movement) -> None:
    rows = movement.statements
    assert len(rows) >= 12
    assert {"confirmed", "contradicted", "needs_posts", "nobody_can_know"} <= set(rows["status"])
    keys = {
        name: set(movement.ledger(name).iloc[:, 0]) for name in
        ("figures", "claims", "outcomes", "relays", "press")
    }  # fmt: skip
    for cell in rows["evidence"].dropna():
        for one in cell.split("|"):
            ledger, key = one.split(":", 1)
            assert key in keys[ledger], one
    settled = rows[rows["status"].isin(["confirmed", "contradicted"]).to_numpy()]
    assert settled["evidence"].notna().all()


def test_figures_are_attributed_to_whoever_said_them(movement: Movement) -> None:
    people = set(movement.people["name"])
    for name in ("figures", "relays", "press", "statements"):
        for cell in movement.ledger(name)["said_by"].dropna():
            for who in verdicts.speakers(cell):
                assert who in people or name == "press", (name, who)
    figures = movement.figures.set_index("figure_id")
    assert figures.loc["members-2016-02-04-page-personnel", "said_by"] == "Alban Jarry"
    assert figures["what_fr"].notna().all()
    assert figures["what_en"].notna().all()


def test_who_carried_it_can_be_named_from_the_ledgers(movement: Movement) -> None:
    people = movement.people.set_index("name")
    for name in ("Jean-Pierre Audy", "Alban Jarry", "Laurence Parisot", "Jean-Pierre Raffarin"):
        assert name in set(movement.relays["actor"])
        assert isinstance(people.loc[name, "role_fr"], str)
        assert isinstance(people.loc[name, "role_en"], str)


def test_how_much_was_read_is_said_of_every_page(movement: Movement) -> None:
    press = movement.press
    assert press["read_extent"].notna().all()
    assert (press["read_extent"] == "whole").sum() == 1
    assert not press["title"].str.contains("from address|not visible").any()
    known = set(press["url"])
    for name in ("figures", "outcomes", "claims", "relays", "statements"):
        assert set(movement.ledger(name)["url"]) <= known, name


def test_the_report_knows_its_day_and_what_it_lacks(movement: Movement) -> None:
    assert movement.compiled_on is not None
    assert movement.unsigned == ("author", "contact")
    assert set(movement.goal) == {"fr", "en"}


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
    assert {row["url"] for row in rows["press"]} <= set(movement.press["url"])
