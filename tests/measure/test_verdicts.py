"""The published rules: one weight for all, rivals that credit, timing, and each verdict word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import invented
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.outcomes import verdicts
from i4analysis.movement import Movement

URL = "https://example.org"
MOVEMENT = invented.movement(started_on=date(2015, 9, 26), timezone="Europe/Paris")


def claim(key: str, **more: Any) -> dict[str, Any]:
    row = {
        "claim_id": key,
        "outcome_id": "o",
        "claimant": key,
        "publisher": key,
        "date": date(2015, 10, 9),
        "precision": "day",
        "stance": "credits",
        "relay": "#m",
        "relay_kind": "movement",
        "basis": "party",
        "url": "https://example.org",
    }
    return row | more


def judged(*rows: dict[str, Any]) -> pd.DataFrame:
    return verdicts.judge_claims(tables.build(LEDGERS["claims"], rows))


def word(*rows: dict[str, Any], when: str = "consistent") -> str:
    return verdicts.verdict(judged(*rows), when)


def test_each_verdict_word_has_its_rule() -> None:
    assert word() == "not claimed"
    assert word(claim("a", relay_kind="mayor")) == "not claimed"
    assert word(claim("a", stance="reports")) == "not claimed"
    assert word(claim("a")) == "reported"
    assert word(claim("a"), claim("b", basis="hearsay")) == "reported"
    assert word(claim("a"), claim("b", basis="witness")) == "corroborated"
    assert word(claim("a", basis="document")) == "documented"
    assert word(claim("a", basis="document", date=None)) == "reported"
    assert word(claim("a"), claim("b", stance="denies")) == "contradicted"
    assert word(claim("a", basis="document"), when="not consistent") == "contradicted"
    assert word(claim("a"), claim("b", stance="doubts")) == "reported"


def test_a_copy_adds_no_weight_but_the_same_words_on_another_outcome_do() -> None:
    copied = claim("b", basis="witness", copied_from="a")
    assert word(claim("a"), copied) == "reported"
    elsewhere = claim("c", outcome_id="other")
    borrowed = claim("b", basis="witness", copied_from="c")
    both = judged(claim("a"), borrowed, elsewhere)
    assert both["copied"].tolist() == [False, False, False]
    assert verdicts.verdict(both[both["outcome_id"] == "o"], "consistent") == "corroborated"


def test_what_makes_a_route_certain_is_not_hidden_by_what_is_firmer_without_a_date() -> None:
    undated = claim("a", basis="document", date=None, precision="unknown")
    rows = judged(undated, claim("b", claimant="a", basis="witness"))
    assert verdicts.states_route(rows) and verdicts.count_claims(rows)["n_credits"] == 1


@pytest.mark.parametrize("stance", ["doubts", "denies"])
def test_who_is_against_the_fact_is_against_what_came_of_it(stance: str) -> None:
    rows = judged(claim("a"), claim("b", relay_kind="none", stance=stance))
    assert verdicts.count_claims(rows)["n_doubts"] == 1
    said = verdicts.verdict(rows, "consistent")
    assert said == ("contradicted" if stance == "denies" else "reported")


@pytest.mark.parametrize("kind", verdicts.MEDIA_KINDS)
@pytest.mark.parametrize("stance", ["credits", "reports"])
def test_who_is_credited_is_a_rival_and_who_is_named_passed_the_word_on(
    kind: str, stance: str
) -> None:
    rows = judged(claim("a"), claim("b", relay_kind=kind, stance=stance, url=f"{URL}/b"))
    assert verdicts.count_claims(rows)["n_rival_credits"] == (stance == "credits")


def test_one_claimant_counts_once() -> None:
    rows = judged(claim("a"), claim("b", claimant="a", basis="witness"))
    assert verdicts.verdict(rows, "consistent") == "reported"
    assert verdicts.count_claims(rows)["n_credits"] == 1
    ways = [
        claim(name, claimant="a", relay_kind=way, url=f"https://example.org/{name}")
        for name, way in (("a", "state"), ("b", "mayor"))
    ]
    assert verdicts.count_claims(judged(*ways))["n_rival_credits"] == 1


def test_rivals_and_doubts_are_counted_beside_the_credit() -> None:
    counts = verdicts.count_claims(
        judged(
            claim("a"),
            claim("b", relay_kind="state", url="https://example.org/b"),
            claim("c", relay_kind="president", stance="reports"),
            claim("d", stance="doubts"),
            claim("e", relay_kind="press"),
            claim("f", relay_kind="none", stance="reports"),
        )
    )
    assert counts["n_credits"] == 1
    assert counts["n_rival_credits"] == 1
    assert counts["n_doubts"] == 1


@pytest.mark.parametrize(
    ("said", "precision", "ahead"),
    [
        (date(2015, 11, 12), "day", True),
        (date(2015, 11, 13), "day", False),
        (date(2015, 10, 1), "month", True),
        (date(2015, 11, 1), "month", False),
        (date(2015, 1, 1), "year", False),
        (None, "unknown", False),
    ],
)
@pytest.mark.parametrize("stance", ["credits", "doubts", "denies", "reports"])
def test_who_spoke_before_an_outcome_could_be_spoke_of_something_else(
    said: date | None, precision: str, ahead: bool, stance: str
) -> None:
    court = {"outcome_id": "o", "date": date(2015, 11, 13), "precision": "day", "kind": "ruling",
             "title_fr": "x", "title_en": "x", "main": True, "url": URL}  # fmt: skip
    spoken = claim("a", stance=stance, date=said, precision=precision)
    movement = invented.movement(started_on=date(2015, 9, 26), outcomes=[court], claims=[spoken])
    rows = verdicts.judge_claims(movement.claims, movement)
    assert (rows["group"] == "beside").tolist() == [ahead]
    counts = verdicts.count_claims(rows)
    counted = {"credits": "n_credits", "doubts": "n_doubts", "denies": "n_doubts"}.get(stance)
    assert counts["n_claims"] == counts.get(str(counted), 1 - ahead) == 1 - ahead


@pytest.mark.parametrize(
    ("day", "precision", "word"),
    [
        (date(2015, 9, 22), "day", "not consistent"),
        (date(2015, 9, 25), "day", "not consistent"),
        (date(2015, 9, 26), "day", "consistent"),
        (date(2015, 9, 29), "week", "cannot tell"),
        (date(2015, 10, 31), "month", "consistent"),
        (date(2015, 9, 15), "month", "cannot tell"),
        (date(2016, 6, 6), "year", "consistent"),
        (None, "unknown", "cannot tell"),
    ],
)
def test_timing_uses_the_whole_range_of_a_date(
    day: date | None, precision: str, word: str
) -> None:
    assert verdicts.timing(day, precision, MOVEMENT) == word


def test_span_of_a_month_ends_with_its_last_day() -> None:
    first, last = verdicts.span(date(2016, 2, 4), "month", ZoneInfo("UTC")) or (None, None)
    assert (first, last) == (pd.Timestamp("2016-02-01T00Z"), pd.Timestamp("2016-03-01T00Z"))


def test_nothing_changes_the_verdict_on_what_came_before() -> None:
    row = {"timing": "not consistent", "verdict": "not claimed", "n_credits": 0}
    assert verdicts.would_change(row, False) == ""
    row = {"timing": "cannot tell", "verdict": "reported", "n_credits": 1}
    assert verdicts.would_change(row, False) == "document|second_source|day|archive"


def test_a_crisis_is_nobodys_result() -> None:
    row = {"timing": "consistent", "verdict": "not claimed", "n_credits": 0, "role": "crisis"}
    assert verdicts.would_change(row, False) == ""


def test_an_outcome_known_by_its_last_day_alone_may_still_come_before() -> None:
    assert verdicts.timing(None, "unknown", MOVEMENT, date(2015, 9, 25)) == "not consistent"
    assert verdicts.timing(None, "unknown", MOVEMENT, date(2015, 9, 29)) == "cannot tell"


def test_the_rules_are_one_text_in_two_languages() -> None:
    timings = {"consistent", "not consistent", "cannot tell"}
    assert set(verdicts.RULES) == {*verdicts.VERDICTS, *timings}
    assert all(
        set(text) == {"fr", "en"} and all(text.values()) for text in verdicts.RULES.values()
    )


# ------------------------------------------------------------------------------ interest, standing


def movement_with(**ledgers: list[dict[str, Any]]) -> Movement:
    return invented.movement(started_on=MOVEMENT.started_on, timezone=MOVEMENT.timezone, **ledgers)


PEOPLE = [
    {"name": "The President", "name_en": "President", "role": "politician", "party": "state"},
    {"name": "The ministry", "role": "institution", "party": "state"},
    {"name": "The mayor", "role": "politician", "party": "town"},
    {"name": "Ann", "role": "founder"},
]
PRESS = [{"press_id": "p", "outlet": "The Paper", "medium": "press"},
         {"press_id": "q", "outlet": "The Senate", "medium": "institution"}]  # fmt: skip
KNOWN = movement_with(people=PEOPLE, press=PRESS)


def standing(**row: Any) -> str:
    judged_ = verdicts.judge_claims(tables.build(LEDGERS["claims"], [claim("c", **row)]), KNOWN)
    return str(judged_["standing"].iloc[0])


@pytest.mark.parametrize(
    ("who", "kind", "basis", "word"),
    [
        ("The President", "state", "witness", "party"),
        ("The ministry", "president", "document", "party"),
        ("The mayor", "mayor", "document", "party"),
        ("Ann", "movement", "document", "party"),
        ("Ann & Bob", "movement", "witness", "party"),
        # the same people crediting somebody else
        ("The President", "movement", "witness", "witness"),
        ("The mayor", "state", "witness", "witness"),
        ("Ann", "state", "document", "document"),
        # a publication that was not there, whichever way it leans
        ("The Paper", "movement", "witness", "hearsay"),
        ("The Paper", "president", "witness", "hearsay"),
        ("The Paper", "none", "document", "hearsay"),
        ("The Senate", "movement", "document", "document"),
    ],
)
def test_interest_is_a_relation_and_press_is_second_hand(
    who: str, kind: str, basis: str, word: str
) -> None:
    assert standing(claimant=who, relay_kind=kind, basis=basis) == word


def test_words_lent_are_second_hand_and_a_reporter_who_was_there_is_a_witness() -> None:
    assert standing(claimant="The mayor", through="The Paper", basis="witness") == "hearsay"
    assert standing(claimant="The Paper", first_hand=True, basis="witness") == "witness"


def test_the_ledger_may_say_whose_side_and_who_speaks_of_itself() -> None:
    assert standing(claimant="X", claimant_party="a | b", relay_party="B", basis="witness") == (
        "party"
    )
    assert standing(claimant="X", speaks_of_itself=True, basis="document") == "party"
    own = {"claimant": "The ministry", "relay_kind": "state", "basis": "document"}
    assert standing(**own, speaks_of_itself=False) == "document"
    assert standing(claimant="X", basis="party", speaks_of_itself=False) == "party"


def test_whose_side_somebody_is_of_in_one_claim_they_are_of_in_all() -> None:
    rows = judged(
        claim("a", claimant="X", claimant_party="movement", stance="doubts", basis="witness"),
        claim("b", claimant="X", basis="witness"),
        claim("c", claimant="Y", basis="witness"),
    )
    assert rows["standing"].tolist() == ["witness", "party", "witness"]


def test_a_doubt_about_ones_own_side_is_not_interested() -> None:
    assert standing(claimant="Ann", stance="doubts", basis="witness") == "witness"


# ------------------------------------------------------------------------------------------ rivals

OUTCOME = {"outcome_id": "o", "date": date(2015, 9, 30), "precision": "day", "kind": "reprieve",
           "title_fr": "x", "title_en": "x"}  # fmt: skip


def rivals(*rows: dict[str, Any], **ledgers: list[dict[str, Any]]) -> list[bool]:
    movement = movement_with(**({"outcomes": [OUTCOME]} | ledgers))
    return list(verdicts.judge_claims(tables.build(LEDGERS["claims"], rows), movement)["rival"])


def rival(key: str = "r", **more: Any) -> dict[str, Any]:
    return claim(key, **({"relay_kind": "state", "url": f"https://example.org/{key}"} | more))


def test_a_rival_credits_somebody_else_for_the_same_fact() -> None:
    assert rivals(claim("a"), rival()) == [False, True]
    assert rivals(claim("a"), rival(stance="reports")) == [False, False]
    assert rivals(claim("a"), rival(stance="doubts")) == [False, False]
    assert rivals(claim("a"), rival(about="elsewhere")) == [False, False]
    assert rivals(claim("a"), rival(about="o")) == [False, True]
    assert rivals(claim("a"), rival(relay_kind="press")) == [False, True]
    assert rivals(rival("a"), rival("b", copied_from="a")) == [True, False]
    assert rivals(claim("a"), rival(relay_kind="private", relay_party="movement")) == [False] * 2


def test_the_item_that_credits_the_movement_is_no_rival_of_itself() -> None:
    item = "https://example.org/item"
    assert rivals(claim("a", url=item), rival(url=item)) == [False, False]
    # the same page on another outcome is another matter
    assert rivals(claim("a", url=item, outcome_id="p"), rival(url=item)) == [False, True]


@pytest.mark.parametrize(
    ("day", "precision", "counts"),
    [
        (date(2015, 9, 29), "day", True),
        (date(2015, 9, 30), "day", True),
        (date(2015, 10, 1), "day", False),
        (date(2015, 10, 15), "month", False),
        (date(2015, 9, 15), "month", True),
        (date(2015, 10, 3), "week", True),
        (None, "unknown", True),
    ],
)
def test_a_rival_is_not_later_than_what_it_explains(
    day: date | None, precision: str, counts: bool
) -> None:
    aid = {"relay_id": "aid", "date": day, "precision": precision, "kind": "institution",
           "actor": "the town"}  # fmt: skip
    assert rivals(rival(relay_id="aid"), relays=[aid]) == [counts]


# ------------------------------------------------------------------------------ made-up ledgers

DAYS = st.dates(date(2015, 9, 1), date(2015, 11, 30))
NAMES = st.sampled_from([str(row["name"]) for row in PEOPLE] + ["The Paper", "X", "Ann & X"])


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[pd.DataFrame, Movement]:
    relays = [
        {"relay_id": f"r{n}", "date": draw(DAYS), "precision": draw(
            st.sampled_from(["day", "week", "month", "unknown"])), "kind": "institution",
         "actor": "a"}
        for n in range(3)
    ]  # fmt: skip
    outcomes = [
        OUTCOME | {"outcome_id": name, "date": draw(DAYS),
                   "precision": draw(st.sampled_from(["day", "week", "unknown"])),
                   "not_after": draw(st.none() | DAYS)}
        for name in ("o", "p")
    ]  # fmt: skip
    flags = st.sampled_from([None, True, False])
    rows = [
        claim(
            f"c{n}",
            outcome_id=draw(st.sampled_from(["o", "p"])),
            claimant=draw(NAMES),
            claimant_party=draw(st.sampled_from([None, "state", "town|press", "movement"])),
            relay_party=draw(st.sampled_from([None, "state", "town", "movement|state"])),
            relay_kind=draw(st.sampled_from(["movement", "state", "mayor", "press", "none"])),
            relay_id=draw(st.sampled_from([None, "r0", "r1", "r2"])),
            stance=draw(st.sampled_from(["credits", "reports", "doubts", "denies"])),
            basis=draw(st.sampled_from(["document", "witness", "party", "hearsay"])),
            speaks_of_itself=draw(flags),
            first_hand=draw(flags),
            through=draw(st.sampled_from([None, "The Paper"])),
            about=draw(st.sampled_from([None, "o", "p", "elsewhere"])),
            url=draw(st.sampled_from([f"https://example.org/{k}" for k in range(3)])),
        )
        for n in range(draw(st.integers(1, 8)))
    ]
    movement = movement_with(people=PEOPLE, press=PRESS, relays=relays, outcomes=outcomes)
    return tables.build(LEDGERS["claims"], rows), movement


@given(ledgers())
def test_nobody_who_speaks_of_themselves_is_ever_a_witness(
    made: tuple[pd.DataFrame, Movement],
) -> None:
    claims, movement = made
    judged_ = verdicts.judge_claims(claims, movement)
    assert "basis" not in judged_, "a page could print what the ledger says in place of the rule"
    itself = claims["speaks_of_itself"].fillna(value=False).astype(bool) | (
        claims["basis"] == "party"
    )
    shared = [
        bool(verdicts.parties_of(a) & verdicts.parties_of(b))
        for a, b in zip(judged_["claimant_parties"], judged_["relay_parties"], strict=True)
    ]
    credit = judged_["stance"].isin(["credits", "reports"]) & (judged_["relay_kind"] != "none")
    own = (credit & pd.Series(shared, index=judged_.index)) & claims["speaks_of_itself"].isna()
    for flags in (itself, own):
        assert set(judged_.loc[flags.to_numpy(dtype=bool), "standing"]) <= {"party"}
    lent = claims["through"].notna().to_numpy()
    assert set(judged_.loc[lent, "standing"]) <= {"party", "hearsay"}
    absent = [
        "press" in verdicts.parties_of(who) and there is not True
        for who, there in zip(judged_["claimant_parties"], claims["first_hand"], strict=True)
    ]
    assert set(judged_.loc[absent, "standing"]) <= {"party", "hearsay"}
    for _, mine in judged_.groupby("outcome_id"):
        if not mine["standing"].isin(["witness", "document"]).any():
            assert verdicts.verdict(mine, "consistent") in ("reported", "not claimed",
                                                            "contradicted")  # fmt: skip
            assert not verdicts.states_route(mine)


@given(ledgers())
def test_no_rival_is_later_nor_of_another_fact_nor_of_the_same_item(
    made: tuple[pd.DataFrame, Movement],
) -> None:
    claims, movement = made
    judged_ = verdicts.judge_claims(claims, movement)
    relays = movement.relays.set_index("relay_id")
    outcomes = movement.outcomes.set_index("outcome_id")
    ours = judged_[(judged_["group"] == "movement") & (judged_["stance"] == "credits")]
    items = set(zip(ours["outcome_id"], ours["url"], strict=True))
    for row in judged_[judged_["rival"]].to_dict("records"):
        assert row["stance"] == "credits"
        assert row["group"] == "other"
        assert pd.isna(row["about"]) or row["about"] == row["outcome_id"]
        assert (row["outcome_id"], row["url"]) not in items
        if isinstance(row["relay_id"], str):
            relay, outcome = relays.loc[row["relay_id"]], outcomes.loc[row["outcome_id"]]
            begun = verdicts.span(relay["date"], relay["precision"], movement.zone)
            ended = verdicts.span(outcome["date"], outcome["precision"], movement.zone,
                                  outcome["not_after"])  # fmt: skip
            if begun and ended:
                assert begun[0] < ended[1]
    counted = sum(
        verdicts.count_claims(mine)["n_rival_credits"] for _, mine in judged_.groupby("outcome_id")
    )
    pairs = judged_[judged_["rival"]][["outcome_id", "claimant"]].drop_duplicates()
    assert counted == len(pairs)


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_changes_no_standing(
    made: tuple[pd.DataFrame, Movement], random: Any
) -> None:
    claims, movement = made
    order = list(range(len(claims)))
    random.shuffle(order)
    mixed = claims.iloc[order].reset_index(drop=True)
    columns = ["interested", "standing", "group", "rival"]
    first = verdicts.judge_claims(claims, movement).set_index("claim_id")[columns]
    second = verdicts.judge_claims(mixed, movement).set_index("claim_id")[columns]
    pd.testing.assert_frame_equal(first, second.loc[first.index])


@pytest.mark.parametrize(
    ("day", "word"),
    [(1, "cannot tell"), (3, "cannot tell"), (4, "consistent"), (20, "consistent")],
)
def test_what_follows_the_first_post_met_follows_a_start_that_nobody_declared(day, word) -> None:
    met = pd.Timestamp("2015-10-03T09:00Z")
    undeclared = replace(MOVEMENT, started_on=None)
    assert verdicts.timing(date(2015, 10, day), "day", undeclared, met=met) == word
    assert verdicts.timing(date(2015, 10, day), "day", undeclared) == "cannot tell"
    assert verdicts.timing(date(2015, 10, day), "day", MOVEMENT, met=met) == "consistent"
