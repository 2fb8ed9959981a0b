"""The published rules: each verdict word, timing, copies, and the range of the posterior."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.ledgers import CLAIMS
from i4analysis.measure.outcomes import verdicts
from i4analysis.movement import Movement

MOVEMENT = Movement(
    name="m",
    title={"fr": "m", "en": "m"},
    hashtags=("m",),
    supporter_marks=("m",),
    started_on=date(2015, 9, 26),
    timezone="Europe/Paris",
)


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
    return verdicts.judge_claims(tables.build(CLAIMS, rows))


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


def test_one_claimant_counts_once() -> None:
    rows = judged(claim("a"), claim("b", claimant="a", basis="witness"))
    assert rows["independent"].tolist() == [True, False]
    assert verdicts.count_claims(rows)["n_credits"] == 1
    ways = [
        claim(name, claimant="a", relay_kind=way) for name, way in (("a", "state"), ("b", "mayor"))
    ]
    assert verdicts.count_claims(judged(*ways))["n_rivals"] == 1


def test_rivals_and_doubts_are_counted_beside_the_credit() -> None:
    counts = verdicts.count_claims(
        judged(
            claim("a"),
            claim("b", relay_kind="state"),
            claim("c", relay_kind="president", stance="reports"),
            claim("d", stance="doubts"),
            claim("e", relay_kind="press"),
            claim("f", relay_kind="none", stance="reports"),
        )
    )
    assert counts["n_credits"] == 1
    assert counts["n_rivals"] == 2
    assert counts["n_rival_credits"] == 1
    assert counts["n_doubts"] == 1


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


def test_posterior_range_holds_every_posterior_of_the_ranges() -> None:
    ranges = {
        "likelihood_if_true_lo": 0.5,
        "likelihood_if_true_hi": 0.8,
        "likelihood_if_false_lo": 0.2,
        "likelihood_if_false_hi": 0.6,
    }
    rows = judged(
        claim("a", **ranges), claim("b", **ranges), claim("c", copied_from="a", **ranges)
    )
    found = verdicts.posterior(rows, prior=0.3)
    assert found["n_evidence"] == 2  # the copy is not weighed
    rng = np.random.default_rng(1)
    for _ in range(200):
        ratio = np.prod(rng.uniform(0.5, 0.8, 2) / rng.uniform(0.2, 0.6, 2))
        odds = ratio * 0.3 / 0.7
        assert found["posterior_lo"] <= odds / (1 + odds) <= found["posterior_hi"]
    assert np.isnan(verdicts.posterior(judged(claim("a")))["posterior_lo"])


def test_nothing_changes_the_verdict_on_what_came_before() -> None:
    row = {"timing": "not consistent", "verdict": "not claimed", "n_credits": 0}
    assert verdicts.would_change(row, False) == ""
    row = {"timing": "cannot tell", "verdict": "reported", "n_credits": 1}
    assert verdicts.would_change(row, False) == "document|second_source|day|archive"
