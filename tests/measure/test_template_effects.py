from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from i4analysis.measure.appeals import panel
from i4analysis.measure.appeals.template_effects import effects_of
from proof import appeals as appeal_worlds

MODELS = ("fixed effects", "author means", "pooled")


def found(seeds: range, models: tuple[str, ...] = MODELS) -> pd.DataFrame:
    tables = []
    for seed in seeds:
        rows = appeal_worlds.template_rows(seed)
        table = effects_of(rows, models=models, seed=seed).table
        table = table[table["feature"].isin(list(appeal_worlds.EFFECTS))].copy()
        true = table["feature"].map(appeal_worlds.EFFECTS).astype(float)
        table["error"] = np.log(table["ratio"]) - true
        table["inside"] = (np.log(table["lo"]) <= true) & (true <= np.log(table["hi"]))
        tables.append(table)
    return pd.concat(tables)


def test_fixed_effects_recover_the_truth_and_pooling_does_not() -> None:
    table = found(range(100, 108))
    please = table[table["feature"] == "pleasert"].groupby("model")["error"].mean()
    assert abs(please["fixed effects"]) <= 0.12  # eight worlds: the proof has forty
    assert abs(please["author means"]) <= 0.12
    assert please["pooled"] > 0.15
    inside = table.groupby("model")["inside"].mean()
    assert inside["fixed effects"] >= 0.85
    assert inside["author means"] >= 0.75
    assert inside["pooled"] < 0.75


def test_the_warning_says_that_who_uses_an_element_matters() -> None:
    table = found(range(3), ("fixed effects",))
    warned = table["warning"].str.contains("confounded")
    assert warned[table["feature"] == "pleasert"].mean() > 0.5


def test_conditional_likelihood_agrees_with_dummies_for_authors() -> None:
    import statsmodels.api as sm

    rows = appeal_worlds.template_rows(4, authors=25)
    data = panel.Panel.of(rows, "private_account", "relays_72h", ["pleasert", "image"], [])
    ours = panel.poisson_fixed_effects(data, 0.95)
    dummies = pd.get_dummies(data.groups).to_numpy(float)
    keep = np.bincount(data.groups, data.y)[data.groups] > 0
    used = dummies[keep][:, dummies[keep].any(axis=0)]
    theirs = sm.GLM(
        data.y[keep], np.column_stack([data.x[keep], used]), family=sm.families.Poisson()
    ).fit()
    assert ours["beta"].to_numpy(float) == pytest.approx(theirs.params[:2], abs=1e-6)


def test_matched_pairs_by_hand() -> None:
    rows = pd.DataFrame(
        {
            "private_account": np.repeat([f"a{i}" for i in range(6)], 2),
            "relays_72h": [4, 2] * 6,
            "pleasert": [1.0, 0.0] * 6,
            "posted_at": pd.Timestamp("2021-01-01", tz="UTC"),
            "clock_h": [23.5, 0.5] * 6,  # one hour apart across midnight
        }
    )
    data = panel.Panel.of(rows, "private_account", "relays_72h", ["pleasert"], [])
    line = panel.matched(rows, data, 0.95, np.random.default_rng(0)).iloc[0]
    assert np.exp(line["beta"]) == pytest.approx(2.0)
    assert line["n_authors_used"] == 6


def test_an_element_in_few_hands_is_left_out() -> None:
    rows = appeal_worlds.template_rows(5)
    rows["image"] = (rows["private_account"] == "a1").astype(float)
    table = effects_of(rows, models=("fixed effects",)).table
    assert "image" not in set(table["feature"])


@pytest.mark.parametrize("how", ["same", "opposite", "sum"])
def test_elements_that_always_go_together_are_left_out_and_the_others_stand(how: str) -> None:
    """Nobody can say which of the two helps; one of them would take the credit of both."""
    rows = appeal_worlds.template_rows(5)
    kept = ["pleasert", "recherche"]
    alone = effects_of(rows, features=kept, models=MODELS).table.query("feature in @kept")
    other = {"same": rows["image"], "opposite": 1 - rows["image"],
             "sum": rows["image"] + rows["pleasert"]}[how]  # fmt: skip
    both = rows.assign(job=other.astype(float))
    names = [*kept, "image", "job"]
    table = effects_of(both, features=names, models=MODELS).table.query("feature in @names")
    left = {"recherche"} if how == "sum" else set(kept)
    assert set(table["feature"]) == left and len(table) == 3 * len(left)
    if how != "sum":
        pd.testing.assert_frame_equal(table, alone)
        two = effects_of(both, features=["image", "job"], models=MODELS).table
        assert two.query("feature in @names").empty


@pytest.mark.slow
def test_bias_and_coverage_over_forty_worlds() -> None:
    table = found(range(200, 240))
    by = table.groupby(["model", "feature"])["error"].mean().abs()
    inside = table.groupby("model")["inside"].mean()
    for model, least in (("fixed effects", 0.85), ("author means", 0.75)):
        assert by[model].max() <= 0.08
        assert inside[model] >= least
    assert by["pooled"].max() > 0.15
    assert inside["pooled"] < 0.75
