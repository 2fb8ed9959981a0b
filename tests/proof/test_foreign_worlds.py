"""The second maker of worlds: every mechanism does what its line says, alone."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from proof.foreign import modes, worlds


@pytest.fixture(scope="module")
def plain() -> worlds.World:
    return worlds.make(3)


@pytest.fixture(scope="module")
def together() -> worlds.World:
    return worlds.make(3, worlds.MECHANISMS)


def _reshares(world: worlds.World) -> pd.DataFrame:
    posts = world.posts
    shares = posts[posts["kind"] == "reshare"].copy()
    shares["delay_min"] = 60.0 * (shares["hour"] - posts["hour"].to_numpy()[shares["root"]])
    return shares


def test_the_same_seed_gives_the_same_world_and_another_seed_another(plain) -> None:
    again, other = worlds.make(3), worlds.make(4)
    pd.testing.assert_frame_equal(plain.posts, again.posts)
    assert len(other.posts) != len(plain.posts)


def test_an_unknown_mechanism_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'tides'"):
        worlds.make(1, ["tides"])
    with pytest.raises(ValueError, match="'owl'"):
        modes.observe(worlds.make(1), "owl")


@pytest.mark.parametrize("which", ["plain", "together"])
def test_nothing_is_read_before_it_was_posted(which, request) -> None:
    world = request.getfixturevalue(which)
    posts = world.posts
    rows = np.arange(len(posts))
    assert posts["hour"].is_monotonic_increasing
    assert (posts["source"].to_numpy() < rows).all()
    assert (posts["root"].to_numpy() <= rows).all()
    assert posts["post_id"].is_unique
    # nobody reshares a post twice or their own
    shares = posts[posts["kind"] == "reshare"]
    assert not shares.duplicated(["author", "root"]).any()
    assert (shares["author"].to_numpy() != posts["author"].to_numpy()[shares["root"]]).all()
    # an identifier says its own moment
    moments = (posts["post_id"].astype("int64").to_numpy() >> 22) + 1_288_834_974_657
    told = posts["clock"].dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype("int64")
    assert ((moments - told >= 0) & (moments - told <= 1000)).all()


def test_notifications_are_answered_within_minutes_by_people_who_do_not_act_together() -> None:
    world = worlds.make(3, ["notifications"])
    shares = _reshares(world)
    told = shares[shares["how"] == "notification"]
    assert len(told) > 100
    assert told["delay_min"].median() < 8.0
    assert not world.truth.groups
    assert len(world.truth.crowds["notifications"]) >= 24


def test_a_slow_group_keeps_its_order_and_a_fast_one_its_ten_minutes() -> None:
    world = worlds.make(3, ["relay_slow", "relay_fast"])
    ids = world.accounts["account_id"].to_numpy()
    shares = _reshares(world)
    channel = shares[shares["how"] == "channel"].assign(who=lambda d: ids[d["author"]])
    slow = world.truth.groups["relay_slow"]
    in_order = total = 0
    for _, relay in channel[channel["who"].isin(slow)].groupby("root"):
        places = [slow.index(who) for who in relay.sort_values("hour")["who"]]
        in_order += sum(a < b for a, b in itertools.pairwise(places))
        total += len(places) - 1
    assert total > 50
    assert in_order == total
    fast = channel[channel["who"].isin(world.truth.groups["relay_fast"])]
    spans = fast.groupby("root")["hour"].agg(lambda hours: hours.max() - hours.min())
    assert (60.0 * spans).max() <= 10.0


def test_readers_of_a_list_go_down_the_same_page_and_bots_come_back_by_the_clock() -> None:
    world = worlds.make(3, ["lists", "pollers"])
    shares = _reshares(world)
    assert (shares["how"] == "list").sum() > 30
    bots = world.posts[world.posts["author"].isin(np.flatnonzero(world.accounts["role"] == "bot"))]
    assert set(bots["kind"]) == {"reshare"}


def test_broadcasts_bring_posts_at_once_articles_the_next_day() -> None:
    for name, first, last in (("television", 0.0, 3.0), ("newspaper", 11.0, 26.0)):
        world = worlds.make(3, [name])
        hours = world.posts["hour"].to_numpy()
        rates = []
        for item in world.truth.press.itertuples():
            at = (item.published_at - world.start) / pd.Timedelta(hours=1)
            shifts = [24.0 * d for d in (-3, -2, 2, 3)]
            counts = [((hours >= at + s + first) & (hours < at + s + last)).sum() for s in shifts]
            inside = ((hours >= at + first) & (hours < at + last)).sum()
            rates.append((inside - np.mean(counts)) / item.extra_posts)
        assert 0.4 < np.mean(rates) < 2.5, (name, rates)


def test_waves_bring_bios_within_a_day_of_a_broadcast(plain) -> None:
    world = worlds.make(3, ["waves"])
    joins = world.truth.joins["joined_at"]
    after = [
        joins.between(at, at + pd.Timedelta(hours=20)).sum()
        for at in world.truth.press["published_at"]
    ]
    assert sum(after) > 0.4 * len(joins)
    assert plain.truth.press.empty


def test_deletions_fall_on_bots_and_requests_not_on_everyone() -> None:
    world = worlds.make(3, ["deletions", "noise", "pollers"])
    posts = world.posts
    by = posts[posts["kind"] == "post"].groupby("label")["gone"].mean()
    assert by["request"] > 1.5 * by["offer"]
    role = world.accounts["role"].to_numpy()[posts["author"]]
    assert posts.loc[role == "bot", "gone"].mean() > 0.4


def test_the_other_switches_switch(plain) -> None:
    silent = worlds.make(3, ["silent"])
    founders = silent.truth.joins[silent.truth.joins["founder"]]
    assert founders["posts"].mean() <= 0.6
    quits = worlds.make(3, ["quits"])
    assert plain.truth.joins["left_at"].isna().all()
    assert 0.08 < quits.truth.joins["left_at"].notna().mean() < 0.3
    timeline = _reshares(worlds.make(3, ["timeline"]))
    base = _reshares(plain)
    assert (timeline["root"] == timeline["source"]).mean() > 0.85
    assert (base["root"] == base["source"]).mean() < 0.7
    drift = worlds.make(3, ["drift"])
    who = np.arange(len(drift.accounts))
    start, end = (drift.followers(who, np.full(len(who), h)) for h in (1.0, 24.0 * drift.days))
    assert (start != end).mean() > 0.5
    who = np.arange(len(plain.accounts))
    start, end = (plain.followers(who, np.full(len(who), h)) for h in (1.0, 24.0 * plain.days))
    assert (start == end).all()
    heavy = worlds.make(3, ["heavy"])

    def top_share(world: worlds.World) -> float:
        counts = world.posts["author"].value_counts()
        return counts.iloc[: len(counts) // 50].sum() / counts.sum()

    assert top_share(heavy) > top_share(plain) + 0.05
    tagging = worlds.make(3, ["tagging"])
    assert tagging.truth.answers["answered"].sum() > 20
    assert plain.truth.answers["answered"].sum() == 0


def test_outcomes_of_a_route_end_a_true_chain() -> None:
    world = worlds.make(3, ["routes", "coincidence", "caused_by_press"])
    outcomes = world.truth.outcomes
    assert set(outcomes["kind"]) == {"route", "coincidence", "press"}
    routes = outcomes[outcomes["kind"] == "route"]
    assert (routes["via"].map(len) >= 2).all()
    sources = world.truth.sources.merge(
        world.posts[["post_id", "author"]].assign(
            account_id=lambda d: world.accounts["account_id"].to_numpy()[d["author"]]
        ),
        on="post_id",
    )
    pairs = set(zip(sources["account_id"], sources["source_author_id"], strict=True))
    for row in routes.itertuples():
        assert (row.account_id, row.via[-1]) in pairs


@pytest.mark.parametrize("mode", list(modes.MODES))
def test_every_mode_gives_canonical_tables_of_posts_that_were(mode, together) -> None:
    world = together
    archive = modes.observe(world, mode)
    assert set(archive.posts["post_id"]) <= set(world.posts["post_id"])
    assert archive.posts["post_id"].is_unique
    own = archive.posts[~archive.posts["embedded"]]
    share = len(own) / len(world.posts)
    low, high = {
        "whole": (1, 1), "late": (0.4, 0.9), "tenth": (0.06, 0.14),
        "hundredth": (0.003, 0.02), "survivors": (0.3, 0.8),
    }[mode]  # fmt: skip
    assert low <= share <= high
    if mode == "survivors":
        assert not set(own["post_id"]) & world.truth.gone
        assert set(archive.profiles["seen_basis"]) == {"after"}
    else:
        assert set(archive.profiles["seen_basis"]) == {"live"}


def test_the_sentences_are_many_labelled_and_fill_without_a_slot_left() -> None:
    rows = worlds.sentences()
    assert len(rows) >= 60
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["label"] for row in rows} == {"request", "offer", "other"}
    assert {"joke", "spam", "politics", "disguised"} <= {row["tone"] for row in rows}
    rng = np.random.default_rng(1)
    assert not any("{" in worlds.fill(row["text"], rng) for row in rows)
