"""Made-up worlds: their shape, their truth, their repeatability."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from i4analysis import simulate
from i4analysis.errors import MovementError
from i4analysis.simulate import Parameters


@pytest.fixture(scope="module")
def made() -> simulate.World:
    return simulate.world(Parameters(seed=3))


@pytest.fixture(scope="module")
def small() -> simulate.World:
    return simulate.world(Parameters.small(seed=5))


def test_every_default_of_the_generator_is_a_parameter_with_unit_and_source() -> None:
    for one in fields(Parameters):
        assert one.metadata["unit"], one.name
        assert len(one.metadata["source"]) >= 8, one.name
        assert len(one.metadata["meaning"]) >= 5, one.name


def test_the_default_resembles_the_published_shape() -> None:
    """About 30 founders, 300+ bios in three weeks, about 600,000 followers: over several seeds."""
    bios, followers, direct = [], [], []
    for seed in range(1, 9):
        made = simulate.world(Parameters(seed=seed))
        day = made.movement.started_at + pd.Timedelta(days=21)
        adoptions = made.truth.adoptions
        shown = adoptions[
            adoptions["role"].isin(["founder", "supporter"]) & (adoptions["adopted_at"] <= day)
        ]
        bios.append(len(shown))
        followers.append(int(shown["followers"].sum()))
        parents = made.truth.parents
        direct.append(float((parents["parent_id"] == parents["cascade_id"]).mean()))
        assert (adoptions["role"] == "founder").sum() == 30
    assert 250 <= np.mean(bios) <= 420
    assert 450_000 <= np.mean(followers) <= 750_000
    assert 0.45 <= np.mean(direct) <= 0.62


def test_the_dense_regime_has_longer_chains(made: simulate.World) -> None:
    dense = simulate.world(Parameters.dense(seed=3))

    def direct(one: simulate.World) -> float:
        return float((one.truth.parents["parent_id"] == one.truth.parents["cascade_id"]).mean())

    assert direct(dense) < direct(made) - 0.08


def test_the_archive_is_canonical_and_star_shaped(made: simulate.World) -> None:
    archive = made.archive.check()
    reshares = archive.posts[archive.posts["kind"] == "reshare"]
    parents = made.truth.parents.set_index("child_id")
    assert reshares["via_id"].isna().all()
    truly = parents.loc[reshares["post_id"]]
    assert (truly["cascade_id"].to_numpy() == reshares["reshared_id"].to_numpy()).all()
    assert (truly["parent_id"].to_numpy() != reshares["reshared_id"].to_numpy()).mean() > 0.3
    assert archive.posts["post_id"].is_unique


def test_children_come_after_their_parents(made: simulate.World) -> None:
    moments = made.archive.posts.set_index("post_id")["posted_at"]
    parents = made.truth.parents
    child, parent = parents["child_id"].map(moments), parents["parent_id"].map(moments)
    known = child.notna() & parent.notna()
    assert known.mean() > 0.95
    assert (child[known] > parent[known]).all()


def test_bios_change_when_the_truth_says_so(made: simulate.World) -> None:
    profiles = made.archive.profiles
    live = profiles[profiles["seen_basis"] == "live"]
    truth = made.truth.adoptions.set_index("account_id").loc[live["account_id"]]
    seen_at = live["seen_at"].to_numpy()
    marked = live["bio"].fillna("").str.casefold().str.contains("#velmora4emploi").to_numpy(bool)
    adopted = truth["adopted_at"].to_numpy()
    dropped = truth["dropped_at"].to_numpy()
    expected = np.array(
        [
            pd.notna(a) and a <= t and (pd.isna(d) or d > t)
            for a, d, t in zip(adopted, dropped, seen_at, strict=True)
        ]
    )
    assert (marked == expected).all()
    assert 0 < marked.mean() < 1


def test_the_id_of_a_post_encodes_its_moment(small: simulate.World) -> None:
    posts = small.archive.posts
    unix_ms = (posts["post_id"].astype("int64[pyarrow]").to_numpy(np.int64) >> 22) + 1288834974657
    posted = posts["posted_at"].dt.as_unit("ms").astype("int64[pyarrow]").to_numpy(np.int64)
    assert (unix_ms // 1000 == posted // 1000).all()


@pytest.mark.parametrize("delay", ["exponential", "power_law", "log_normal"])
def test_each_law_of_delays_has_its_median(delay: str) -> None:
    from i4analysis.simulate.spread import delay_s

    law = ["exponential", "power_law", "log_normal"].index(delay)
    scale = 4.085 if law == 0 else 0.25
    median = {0: 4.085 * np.log(2), 1: 0.25 * (2 ** (1 / 0.55) - 1), 2: 0.25}[law]
    assert delay_s(law, scale, 0.55, 0.5) / 3600 == pytest.approx(median, abs=0.002)
    assert delay_s(law, scale, 0.55, 0.5) >= 2
    simulate.world(Parameters.small(delay=delay)).archive.check()


def test_losses_leave_what_happened_as_it_was(made: simulate.World) -> None:
    half = simulate.with_losses(made, lost_share=0.5)
    assert half.truth.parents.equals(made.truth.parents)
    own = half.archive.posts[~half.archive.posts["embedded"]]
    assert 0.45 < len(own) / len(made.archive.posts) < 0.55
    losses = half.truth.losses.set_index("kind")["count"]
    assert losses["lost at random"] + len(own) == len(made.archive.posts)
    with pytest.raises(MovementError, match="not a loss"):
        simulate.with_losses(made, founders=3)


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_a_sampled_stream_keeps_its_share(made: simulate.World, share: float) -> None:
    sampled = simulate.with_losses(made, sampled_share=share)
    own = int((~sampled.archive.posts["embedded"]).sum())
    assert own / len(made.archive.posts) == pytest.approx(share, rel=0.35)


def test_accounts_never_seen_are_nowhere(made: simulate.World) -> None:
    seen = simulate.with_losses(made, unseen_accounts=0.3).archive
    own = seen.posts[~seen.posts["embedded"]]
    assert own["author_id"].nunique() < 0.8 * made.archive.posts["author_id"].nunique()


def test_without_an_account_only_its_effect_is_gone(made: simulate.World) -> None:
    parents = made.truth.parents
    author = made.archive.posts.set_index("post_id")["author_id"]
    relay = parents[parents["parent_id"] != parents["cascade_id"]]["parent_id"].map(author)
    busiest = relay.value_counts().index[0]
    other = simulate.without(made, [busiest])
    before, after = set(made.archive.posts["post_id"]), set(other.archive.posts["post_id"])
    own = set(author[author == busiest].index)
    assert not own & after
    assert len(before - after) > len(own)
    # the same cascade of another author loses posts, and gains none that did not hang on it
    touched = set(parents[parents["child_id"].isin(own)]["cascade_id"]) | own
    rows = made.archive.posts.set_index("post_id")
    untouched = rows[~rows["reshared_id"].isin(touched) & (rows["kind"] == "reshare")]
    lost = set(untouched.index) - after
    assert not lost


def test_silent_accounts_have_no_post_and_no_path_in_the_archive(made: simulate.World) -> None:
    outcomes = made.truth.outcomes
    silent = outcomes[outcomes["silent"]]
    assert len(silent) >= 3
    assert not silent["account_id"].isin(made.archive.posts["author_id"]).any()
    assert silent["reaction_post_id"].isna().all()
    visible = outcomes[(outcomes["cause"] == "relay_path") & ~outcomes["silent"]]
    assert visible["reaction_post_id"].isin(made.archive.posts["post_id"]).all()
    relays = made.truth.outcome_relays
    assert (relays.groupby("outcome_id")["order"].max() >= 1).all()


def test_indispensable_relays_are_some_but_not_all() -> None:
    dense = simulate.world(Parameters.dense(seed=2))
    answer = simulate.indispensable(dense)
    relays = dense.truth.outcome_relays
    assert len(answer) == (relays["role"] == "relay").sum()
    assert 0 < answer["indispensable"].mean() < 1


def test_pushes_bring_posts_and_quiet_items_none(made: simulate.World) -> None:
    push = made.truth.push
    assert (push.loc[push["is_push"], "extra_posts"] > 5).all()
    assert (push.loc[~push["is_push"], "extra_posts"] == 0).all()


def test_the_hidden_group_relays_within_a_minute(made: simulate.World) -> None:
    group = made.truth.coordination
    hidden = group[group["kind"] == "hidden"]["account_id"]
    posts = made.archive.posts
    theirs = posts[posts["author_id"].isin(hidden) & (posts["kind"] == "reshare")]
    times = theirs.groupby("reshared_id")["posted_at"]
    together = (times.max() - times.min()).dt.total_seconds()[times.size() > 2]
    assert len(together) >= 5
    assert (together <= 60).all()
    first = times.min() - theirs.groupby("reshared_id")["reshared_at"].min()
    assert first.dt.total_seconds().max() > 600  # called at some later moment, not always on


def test_follower_lists_are_whole_and_overlap(made: simulate.World) -> None:
    lists = simulate.with_losses(made, follower_lists=20).archive.follows
    sizes = lists[lists["list_complete"]].groupby("followee_id").size()
    followers = made.truth.adoptions.set_index("account_id")["followers"]
    assert len(sizes) == 20
    assert (sizes == followers.loc[sizes.index]).all()
    audiences = made.truth.audiences
    overlap = audiences["follower_key"].nunique() / len(audiences)
    assert overlap == pytest.approx(made.parameters.outside_overlap, abs=0.05)


def test_wrong_parameters_say_what_to_change() -> None:
    with pytest.raises(MovementError, match="delay is 'gamma'"):
        Parameters(delay="gamma")
    with pytest.raises(MovementError, match="lost_share is 2"):
        Parameters(lost_share=2)
    with pytest.raises(MovementError, match="3 accounts"):
        Parameters(accounts=3)


def test_the_same_seed_gives_the_same_world_in_another_process(small: simulate.World) -> None:
    code = (
        "from i4analysis import simulate as s;"
        "import pandas as pd;"
        "w = s.world(s.Parameters.small(seed=5));"
        "print(int(pd.util.hash_pandas_object(w.archive.posts.drop(columns=['hashtags',"
        "'mentions', 'urls'])).sum()), len(w.archive.profiles))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**_environment(), "PYTHONHASHSEED": "77", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    )
    posts = small.archive.posts.drop(columns=["hashtags", "mentions", "urls"])
    expected = f"{int(pd.util.hash_pandas_object(posts).sum())} {len(small.archive.profiles)}"
    assert answer.stdout.strip() == expected


def test_another_seed_gives_another_world(small: simulate.World) -> None:
    other = simulate.world(Parameters.small(seed=6))
    assert not set(other.archive.posts["text"]) <= set(small.archive.posts["text"])


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)
