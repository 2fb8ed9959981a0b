"""Descriptive curves of growth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from member_worlds import movement, world

from i4analysis import tables
from i4analysis.measure.members import members
from i4analysis.measure.members.curves import CURVE


def curve(counts: np.ndarray) -> members.Adoption:
    days = pd.date_range("2015-09-26", periods=len(counts)).date
    return members.Adoption(
        CURVE.of({"day": pd.Series(days), "n_est": counts.astype(float)}), basis="bio"
    )


def test_a_logistic_curve_is_recognised() -> None:
    days = np.arange(1, 41)
    counts = np.round(300 / (1 + np.exp(-0.3 * (days - 18)))) - 1
    fitted = members.growth(curve(counts))
    table = fitted.table.set_index("model")
    # cut at its first day it is the Bass curve with q > p: neither can be called the better one
    assert np.ptp(table["aic"].to_numpy(dtype=float)) < 0.1
    assert fitted.best is None
    assert table.loc["logistic", "ceiling"] == pytest.approx(300, rel=0.05)
    assert table.loc["logistic", "first"] == pytest.approx(0.3, rel=0.1)
    assert table.loc["logistic", "second"] == pytest.approx(18, rel=0.05)
    assert np.abs(fitted.curves["logistic"] - fitted.curves["observed"]).max() < 8


def test_a_bass_curve_is_recognised() -> None:
    days = np.arange(1, 41)
    fading = np.exp(-0.25 * days)
    counts = np.round(400 * (1 - fading) / (1 + 4 * fading))
    table = members.growth(curve(counts)).table.set_index("model")
    assert table.loc["bass", "ceiling"] == pytest.approx(400, rel=0.05)
    assert table.loc["bass", "first"] == pytest.approx(0.05, rel=0.1)
    assert table.loc["bass", "second"] == pytest.approx(0.20, rel=0.1)


def test_a_rise_that_slows_from_the_start_is_no_s_curve() -> None:
    days = np.arange(0, 41)
    fitted = members.growth(curve(np.round(400 * (1 - np.exp(-0.15 * days)))[1:]))
    assert fitted.best == "bass"
    first, second = fitted.table.set_index("model").loc["bass", ["first", "second"]]
    assert second < first


def test_a_fit_that_ends_on_a_limit_is_said_to() -> None:
    fitted = members.growth(curve(np.cumsum(1.3 ** np.arange(30))))
    assert fitted.on_bound
    assert fitted.best is None


def test_too_little_is_not_fitted() -> None:
    assert members.growth(curve(np.arange(5) * 100)).table.empty
    assert members.growth(curve(np.full(30, 3))).table.empty
    assert members.growth(members.adoption(tables.Archive(), movement())).table.empty


def test_growth_runs_on_a_curve_of_bios_and_of_posts() -> None:
    made = world(1, accounts=120)
    assert len(members.growth(members.adoption(made.archive, made.movement)).table) == 2
    late = world(1, accounts=120, basis="after")
    refused = members.adoption(late.archive, late.movement)
    assert members.growth(refused).parameters["column"] == "n_first_post"
