"""Media pushes found, buzz told from push, the rhythm trap, and an archive that is empty."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import invented
import numpy as np
import pandas as pd
import pytest

from i4analysis.measure.push import hawkes, push
from i4analysis.movement import Movement
from i4analysis.tables import Archive

START = datetime(2015, 9, 26, tzinfo=UTC)
DAY = np.where(np.arange(24) < 7, 0.2, 1.33)


def posts_at(
    rng: np.random.Generator, base: float, pushes: dict[float, float], days: int = 28, n: float = 0
) -> np.ndarray:
    """Times in hours: a day rhythm, pushes of a mean 12 h, and relays that excite relays."""
    length = 24.0 * days
    cover = rng.uniform(0, length, rng.poisson(base * 1.33 / DAY.mean() * length))
    keep = rng.random(len(cover)) < DAY[(cover % 24).astype(int)] / 1.33
    waves = [cover[keep]] + [at + rng.exponential(12, rng.poisson(k)) for at, k in pushes.items()]
    wave = np.concatenate(waves)
    every = [wave]
    while len(wave):
        children = rng.poisson(n, len(wave))
        wave = np.repeat(wave, children) + rng.exponential(1.25, children.sum())
        every.append(wave)
    times = np.sort(np.concatenate(every))
    return times[(times > 0) & (times < length)]


def archive_of(times: np.ndarray) -> Archive:
    return invented.archive(
        invented.post(str(k), str(k % 97), START + timedelta(hours=float(at)), embedded=False)
        for k, at in enumerate(times)
    )


def movement_of(items: list[dict[str, Any]]) -> Movement:
    return invented.movement(started_on=START.date(), press=items)


def item(key: str, hours: float, **more: Any) -> dict[str, Any]:
    at = START + timedelta(hours=hours)
    return {"press_id": key, "outlet": key, "published_at": at, "date": at.date()} | more


@pytest.mark.parametrize("width", [None, 0.5])
def test_gradient_is_that_of_the_likelihood(width: float | None) -> None:
    rng = np.random.default_rng(3)
    series = hawkes.Series(posts_at(rng, 1.0, {100: 30}, days=10, n=0.4), 240.0)
    series = series if width is None else series.binned(width)
    process = hawkes.Process(series, [100.0, 180.0])
    x, _ = process._start()
    x = x + rng.normal(0, 0.2, len(x))
    free = np.ones(2, dtype=bool)
    _, gradient = process.value(x, free)
    steps = np.eye(len(x)) * 1e-5
    numeric = [
        (process.value(x + s, free)[0] - process.value(x - s, free)[0]) / 2e-5 for s in steps
    ]
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=1e-4)


def test_excitation_recursion_equals_the_double_sum() -> None:
    times, n, decay = np.array([0.2, 0.9, 1.0, 4.0]), 0.4, 0.7
    process = hawkes.Process(hawkes.Series(times, 24.0), knots=2, rhythm=False)
    x = np.array([-1.0, -1.0, np.log(n / (1 - n)), np.log(decay)])
    excited = [sum(decay * np.exp(-decay * (t - u)) for u in times if u < t) for t in times]
    grown = (1 - np.exp(-decay * (24.0 - times))).sum()
    log = np.log(np.exp(-1.0) + n * np.array(excited)).sum() - np.exp(-1.0) * 24 - n * grown
    assert process.value(x, np.ones(0, dtype=bool))[0] == pytest.approx(-log, abs=1e-9)


def test_a_push_is_told_from_an_item_that_did_nothing() -> None:
    rng = np.random.default_rng(5)
    archive = archive_of(posts_at(rng, 1.5, {200.0: 45}, n=0.4))
    movement = movement_of([item("loud", 200.0), item("quiet", 400.0)])
    result = push.media_effects(archive, movement)
    rows = result.table.set_index("item_id")
    assert rows.loc["loud", "label"] == "push"
    assert rows.loc["loud", "lo"] > 0
    assert rows.loc["loud", "lo"] < 45 < rows.loc["loud", "hi"]
    assert rows.loc["quiet", "label"] == "no sign"
    assert rows.loc["quiet", "lo"] == 0
    assert result.rhythm_p is not None
    assert result.rhythm_p > 0.01


def test_an_item_that_follows_the_buzz_is_not_a_push() -> None:
    rng = np.random.default_rng(8)
    times = np.concatenate([posts_at(rng, 1.0, {}), 274 + rng.uniform(0, 44, 330)])
    result = push.media_effects(archive_of(np.sort(times)), movement_of([item("late", 300.0)]))
    assert result.table["label"].tolist() == ["followed"]


def test_forgetting_the_day_rhythm_warns() -> None:
    times = posts_at(np.random.default_rng(2), 2.0, {})
    movement = movement_of([item("one", 300.0)])
    with pytest.warns(RuntimeWarning, match="hour of the day"):
        result = push.media_effects(archive_of(times), movement, rhythm=False)
    assert "rhythm_left" in result.notes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        push.media_effects(archive_of(times), movement)


def test_items_of_one_day_count_as_one_and_unknown_hours_are_said() -> None:
    times = posts_at(np.random.default_rng(2), 1.0, {})
    day = START.date() + timedelta(days=9)
    items = [
        item("a", 100.0),
        item("b", 110.0, outlet="other"),
        {"press_id": "day", "outlet": "c", "date": day, "precision": "day"},
        {"press_id": "month", "outlet": "d", "date": date(2015, 10, 1), "precision": "month"},
        {"press_id": "never", "outlet": "e"},
        item("vague", 120.0, precision="month"),  # an hour of which the day is not held known
        item("after", 9999.0),
    ]
    result = push.media_effects(archive_of(times), movement_of(items))
    rows = result.table.set_index("item_id")
    assert list(rows.index) == ["a", "day", "after"]
    assert rows.loc["a", ["merged", "outlet"]].tolist() == [2, "a, other"]
    assert rows.loc["day", "tau_h"] == 24
    assert rows.loc["a", "tau_h"] == 12
    assert not rows.loc["day", "hour_known"]
    assert "hour_unknown" in result.notes
    assert rows.loc["after", ["label", "reason"]].tolist() == ["cannot tell", "outside_period"]
    assert result.excluded == {"undated": 1, "coarse_date": 2}


def test_an_empty_archive_gives_no_effect_and_no_error() -> None:
    result = push.media_effects(Archive(), movement_of([item("a", 100.0)]))
    assert result.n_used == 0
    assert result.table["label"].tolist() == ["cannot tell"]
    assert result.reshares_per_original is None
    assert push.media_effects(Archive(), movement_of([])).table.empty


def test_reshares_per_original_is_a_plain_count() -> None:
    posts = archive_of(np.array([1.0, 2.0, 30.0, 31.0, 32.0])).posts.copy()
    posts["kind"] = pd.Series(["post", "post", "reshare", "reshare", "reshare"]).astype(
        posts["kind"].dtype
    )
    posts["reshared_id"] = pd.Series([None, None, "0", "0", "gone"]).astype(
        posts["reshared_id"].dtype
    )
    result = push.media_effects(Archive(posts=posts), movement_of([]))
    assert (result.originals, result.reshares) == (2, 3)
    assert result.reshares_per_original == 1.0  # two of an original here, one of a lost one
    assert result.daily["reshares"].tolist() == [0, 3]
    assert result.daily["new_accounts"].tolist() == [2, 3]
    undated = posts.assign(posted_at=posts["posted_at"].where([True, False, True, False, False]))
    some = push.media_effects(Archive(posts=undated), movement_of([]))
    assert (some.originals, some.reshares) == (2, 3)  # a mean needs no date
    assert some.reshares_per_original == 1.0
    assert some.daily[["originals", "reshares"]].sum().tolist() == [1, 1]
    nameless = posts.assign(reshared_id=posts["lang"])  # edges without posts
    told = push.media_effects(Archive(posts=nameless), movement_of([]))
    assert told.reshares == 3
    assert told.reshares_per_original is told.reshares_per_original_lo is None


def test_the_input_is_left_alone() -> None:
    archive = archive_of(posts_at(np.random.default_rng(1), 1.0, {}))
    movement = movement_of([item("a", 100.0)])
    before = archive.posts.copy()
    first = push.media_effects(archive, movement).table
    pd.testing.assert_frame_equal(archive.posts, before)
    shuffled = replace(archive, posts=archive.posts.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(push.media_effects(shuffled, movement).table, first)


def test_posts_counted_a_minute_give_nearly_the_fit_of_posts_one_by_one() -> None:
    rng = np.random.default_rng(4)
    length = 24.0 * 14
    calm = rng.uniform(0, length, 6_000)
    pushed = 150 + rng.exponential(12.0, 400)
    replies = np.concatenate([calm, pushed])[:2_000] + rng.exponential(0.5, 2_000)
    times = np.sort(np.concatenate([calm, pushed, replies]))
    series = hawkes.Series(times[times < length], length)
    counted = series.binned(1 / 60)
    assert counted.posts == len(series.times)
    assert len(counted.times) < 0.85 * len(series.times)
    whole = hawkes.Process(series, [150.0]).fit()
    quick = hawkes.Process(counted, [150.0]).fit()
    assert quick.extra[0] == pytest.approx(whole.extra[0], rel=0.02)
    assert quick.branching == pytest.approx(whole.branching, abs=0.02)


def test_a_series_of_single_posts_is_itself_when_counted() -> None:
    series = hawkes.Series(np.array([0.5, 3.25, 7.75]), 24.0)
    counted = series.binned(1 / 60)
    assert counted.times.tolist() == series.times.tolist()
    assert counted.weights.tolist() == [1, 1, 1]


def test_no_sign_needs_power_and_calm_days_after() -> None:
    """Finding nothing says nothing where a push would hide, come a day later, or be in bios."""
    calm = {"power": 0.9, "p_late": 0.4, "p_bios": 1.0}
    assert push._why_unsure(calm) == ""
    assert push._why_unsure(calm | {"power": 0.3}) == "low_power"
    assert push._why_unsure(calm | {"power": float("nan")}) == "low_power"
    assert push._why_unsure(calm | {"p_late": 0.01}) == "later"
    assert push._why_unsure(calm | {"p_bios": 0.01}) == "bios"
    # a wide interval hides twenty-five posts, a narrow one does not
    assert push.power(0.0, 10.0) > 0.9 > 0.2 > push.power(0.0, 60.0)
    assert push.power(0.0, float("inf")) == 0.0


@pytest.mark.parametrize(
    ("kept", "told"), [(1.0, ("no sign", True)), (0.1, ("cannot tell", False))]
)
def test_a_tenth_of_the_posts_cannot_tell_what_all_of_them_can(
    kept: float, told: tuple[str, bool]
) -> None:
    """A push of 25 posts is two or three in a sample of a tenth: finding none says nothing."""
    rng = np.random.default_rng(11)
    times = np.sort(rng.uniform(0, 40 * 24, 1500))
    times = times[rng.random(1500) < kept]
    found = push.media_effects(archive_of(times), movement_of([item("still", 480.0)]), draws=199)
    row = found.table.iloc[0]
    assert (row["label"], row["power"] > 0.5) == told


@pytest.mark.parametrize(("after_h", "told"), [(20.0, "later"), (1.0, "")])
def test_posts_that_come_a_day_later_are_not_no_effect(after_h: float, told: str) -> None:
    rng = np.random.default_rng(3)
    base = np.sort(rng.uniform(0, 40 * 24, 1500))
    late = 480 + after_h + rng.exponential(8.0, 60 if told else 0)
    series = push.Series(np.sort(np.concatenate([base, late])), 40 * 24.0)
    p = push.event_study(series, np.array([480.0]), np.array([push.LATE_H]), draws=499)
    assert (p[0] < 0.05) == bool(told)


def test_a_burst_of_an_hour_is_a_push_and_its_length_is_said() -> None:
    """A broadcast is answered within the hour: spread over twelve it drowns in the evening."""
    lengths, labels = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        times = np.append(posts_at(rng, 1.5, {}, n=0.2), 250.0 + rng.exponential(0.6, 22))
        movement = movement_of([item("loud", 250.0), item("quiet", 400.0)])
        rows = push.media_effects(archive_of(np.sort(times)), movement, draws=199).table
        loud, quiet = rows.set_index("item_id").loc[["loud", "quiet"]].to_dict("records")
        labels.append(loud["label"])
        assert loud["p_lr"] < 0.01
        assert quiet["label"] != "push"
        assert quiet["tau_h"] == push.KNOWN_TAU_H  # no winner without two units of AIC
        lengths.append(loud["tau_h"])
    assert lengths.count(push.SHORT_TAU_H) >= 3
    assert labels.count("push") >= 3  # one in twenty falls into a rise of chance


def test_tests_of_two_lengths_and_of_many_items_are_stated_families() -> None:
    """Under no effect, p of the two lengths together is no smaller than it says."""
    rng = np.random.default_rng(1)
    both = rng.uniform(size=(2, 4000))
    for p, q in (both, (both[0], both[0])):
        together = push.simes(p, q)
        assert (together < 0.05).mean() < 0.06
        assert (together >= np.minimum(p, q)).all()
    result = push.media_effects(
        archive_of(posts_at(rng, 1.5, {200.0: 45})),
        movement_of([item("a", 200.0), item("b", 300.0), item("c", 400.0)]),
        draws=99,
    )
    rows = result.table
    assert (rows["p_family"] >= rows["p_lr"]).all()
