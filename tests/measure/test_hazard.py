from __future__ import annotations

import invented
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime

from i4analysis import tables
from i4analysis.measure.relays import evidence, hazard
from i4analysis.measure.relays.cascade_arrays import cascades

T0 = pd.Timestamp("2015-10-01T08:00:00Z")


@pytest.fixture
def data(rng) -> tables.Archive:
    rows, accounts = [], 20
    for number in range(25):
        begun = float(rng.uniform(0, 200))
        author = int(rng.integers(accounts))
        hour = begun
        for step in range(6):
            hour += float(rng.exponential(0.7))
            who, at = f"a{(author + step + 1) % accounts}", T0 + pd.Timedelta(hours=hour)
            first = {"reshared_at": T0 + pd.Timedelta(hours=begun)}
            rows.append(
                invented.reshare(f"r{number}.{step}", who, at, f"o{number}", f"a{author}", **first)
            )
    profiles = [
        {"platform": "twitter", "account_id": f"a{k}", "followers": int(rng.integers(5, 5000)),
         "seen_at": T0}
        for k in range(accounts)
    ]  # fmt: skip
    return invented.archive(rows, profiles)


def test_the_gradient_of_the_likelihood_is_exact(data, monkeypatch) -> None:
    arrays = cascades(data)
    index = evidence.evidence(data.posts, data.follows, arrays)
    rows = evidence.candidates(arrays, most=200, controls=4, rng=np.random.default_rng(0))
    found = evidence.features(index, arrays, rows)
    caught = {}

    def caller(objective, start, bounds, **_):
        caught["objective"] = objective
        raise StopIteration

    monkeypatch.setattr(hazard, "search", caller)
    with pytest.raises(StopIteration):
        hazard.fit(arrays, rows, found)
    objective = caught["objective"]
    for point in (hazard.Hazard().vector, hazard.Hazard().vector + 0.13):
        _, gradient = objective(point)
        numeric = approx_fprime(point, lambda x: objective(x)[0], 1e-6)
        # the hour of day makes the timing piecewise in the delay's scale: leave that one out
        kept = [0, 1, *range(3, len(point))]
        np.testing.assert_allclose(gradient[kept], numeric[kept], rtol=2e-3, atol=2e-5)


def test_controls_are_accounts_that_had_not_reshared_yet(data) -> None:
    arrays = cascades(data)
    rows = evidence.candidates(arrays, most=200, controls=4, rng=np.random.default_rng(0))
    control = rows.block > 0
    assert control.any()
    for child, reader in set(zip(rows.child[control], rows.reader[control], strict=True)):
        inside = arrays.cascade == arrays.cascade[child]
        mine = inside & (arrays.account == reader)
        assert not (arrays.hours[mine] <= arrays.hours[child]).any()


def test_candidates_are_the_original_and_the_last_reshares(data) -> None:
    arrays = cascades(data)
    rows = evidence.candidates(arrays, most=2, controls=0, rng=np.random.default_rng(0))
    last = int(arrays.start[1] - 1)
    mine = rows.parent[rows.child == last]
    assert mine.tolist() == [int(arrays.start[0]), last - 2, last - 1]


def test_a_fit_without_reshares_keeps_its_start() -> None:
    arrays = cascades(tables.Archive())
    rows = evidence.candidates(arrays, most=200, controls=4, rng=np.random.default_rng(0))
    index = evidence.evidence(tables.empty(tables.POSTS), tables.empty(tables.FOLLOWS), arrays)
    fitted = hazard.fit(arrays, rows, evidence.features(index, arrays, rows))
    assert fitted.fitted == 0
    assert fitted.evidence == (0.0,) * len(evidence.EVIDENCE)


def test_unknown_followers_count_as_the_mean(data) -> None:
    arrays = cascades(tables.Archive(posts=data.posts))
    assert (hazard.log_followers(arrays) == 0).all()
    known = hazard.log_followers(cascades(data))
    assert known.std() > 0
    assert known.mean() == pytest.approx(0)
