from __future__ import annotations

from dataclasses import replace
from itertools import product

import invented
import numpy as np
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.errors import MeasureError
from i4analysis.measure.numbers.statistics import wilson
from i4analysis.measure.relays import evidence, parents, relays
from i4analysis.measure.relays.cascade_arrays import cascades
from i4analysis.measure.relays.probabilities import parts

T0 = pd.Timestamp("2015-10-01T08:00:00Z")


def original(name: str, who: str, hour: float = 0.0, **more: object) -> dict[str, object]:
    return invented.post(name, who, T0 + pd.Timedelta(hours=hour), **more)


def reshare(
    name: str, who: str | None, of: str, author: str | None, hour: float, **more: object
) -> dict[str, object]:
    at = T0 + pd.Timedelta(hours=hour)
    return invented.reshare(name, who, at, of, author, author=who or "", **more)


def archive(rows: list[dict[str, object]], follows=(), followers=()) -> tables.Archive:
    profiles = [
        {"platform": "twitter", "account_id": who, "followers": count, "seen_at": T0}
        for who, count in followers
    ]
    return invented.archive(rows, profiles, follows)


def movement(rng: np.random.Generator, posts: int = 60, accounts: int = 25):
    """Cascades in which everybody reshares from the account numbered one below."""
    rows, truth = [], {}
    for number in range(posts):
        author = int(rng.integers(accounts - 4))
        begun = float(rng.uniform(0, 400))
        rows.append(original(f"o{number}", f"a{author}", begun))
        above, hour = f"o{number}", begun
        for step in range(1, 4):
            hour += float(rng.exponential(0.5)) + 0.01
            name = f"r{number}.{step}"
            rows.append(reshare(name, f"a{author + step}", f"o{number}", f"a{author}", hour))
            truth[name] = above
            above = name
    follows = [(f"a{k + 1}", f"a{k}") for k in range(accounts)]
    return archive(rows, follows), truth


def best(found: relays.ParentProbabilities) -> dict[str, str]:
    rows = found.table.sort_values("p", kind="stable").groupby("child_id").tail(1)
    return dict(zip(rows["child_id"], rows["parent_id"], strict=True))


@pytest.mark.parametrize("method", ["lsr", "casin", "author"])
def test_probabilities_of_each_reshare_sum_to_one(rng, method) -> None:
    data, truth = movement(rng)
    found = relays.parent_probabilities(data, method=method)
    assert list(found.table.columns) == relays.TABLE.names
    total = found.table.groupby("child_id")["p"].sum()
    assert set(total.index) == set(truth)
    np.testing.assert_allclose(total.to_numpy(float), 1, atol=1e-9)
    plain = found.table.groupby("child_id")["p_plain"].sum().to_numpy(float)
    np.testing.assert_allclose(plain, 1, atol=1e-9)
    assert (found.table["dt_h"].dropna() >= 0).all()
    assert found.n_used == len(truth)


def test_a_parent_is_earlier_and_of_the_same_cascade(rng) -> None:
    data, _ = movement(rng)
    table = relays.parent_probabilities(data).table
    when = data.posts.set_index("post_id")["posted_at"]
    of = data.posts.set_index("post_id")["reshared_id"]
    assert (table["parent_id"].map(when) <= table["child_id"].map(when)).all()
    home = table["parent_id"].map(of).fillna(table["parent_id"])
    assert (home == table["cascade_id"]).all()


def test_follow_edges_show_the_chain_that_stars_hide(rng) -> None:
    data, truth = movement(rng)
    found = best(relays.parent_probabilities(data))
    right = np.mean([found[child] == parent for child, parent in truth.items()])
    assert right > 0.7
    blind = best(relays.parent_probabilities(data, method="author"))
    assert np.mean([blind[child] == parent for child, parent in truth.items()]) < 0.4


def test_evidence_never_comes_from_the_cascade_itself() -> None:
    alone = archive(
        [
            original("o", "ana", mentions=["bob"]),
            reshare("r1", "bob", "o", "ana", 1, mentions=["bob"]),
            reshare("r2", "carl", "o", "ana", 2, mentions=["bob"]),
        ]
    )
    table = relays.parent_probabilities(alone).table.set_index(["child_id", "parent_id"])
    names = {pair: evidence.names_of(int(mask)) for pair, mask in table["evidence"].items()}
    assert names == {("r1", "o"): ("mentioned",), ("r2", "o"): (), ("r2", "r1"): ()}


def test_evidence_of_other_cascades_counts_in_its_own_direction() -> None:
    data = archive(
        [
            original("o1", "ana"),
            reshare("r1", "bob", "o1", "ana", 1),
            original("o2", "ana", 5),
            reshare("r2", "bob", "o2", "ana", 6),
            original("m", "bob", 7, kind="reply", replied_author_id="ana"),
        ],
        follows=[("ana", "bob")],
    )
    table = relays.parent_probabilities(data, passes=1).table.set_index("child_id")
    assert evidence.names_of(int(table.loc["r2", "evidence"])) == ("reshared", "addressed")


def test_a_platforms_via_is_a_fact() -> None:
    data = archive(
        [
            original("o", "ana"),
            reshare("r1", "bob", "o", "ana", 1),
            reshare("r2", "carl", "o", "ana", 2, via_id="r1"),
            reshare("r3", "dora", "o", "ana", 3, via_id="elsewhere"),
        ]
    )
    table = relays.parent_probabilities(data).table
    sure = table[table["p"] > 0.999].set_index("child_id")["parent_id"].to_dict()
    assert sure == {"r1": "o", "r2": "r1", "r3": relays.UNSEEN}
    moved = relays.parent_probabilities(data).with_direct_share(0.9).table
    kept = moved[moved["p"] > 0.999].set_index("child_id")["parent_id"].to_dict()
    assert kept == sure


def test_reshares_the_platform_counted_but_the_archive_lacks_may_be_the_relay() -> None:
    shares = []
    for told in (None, 2, 4, 8, 40):
        rows = [
            original("o", "ana", reshare_count=told),
            reshare("r1", "bob", "o", "ana", 1, reshare_count=1),
            reshare("r2", "carl", "o", "ana", 2),
        ]
        found = relays.parent_probabilities(archive(rows))
        table = found.table.set_index(["child_id", "parent_id"])["p"]
        shares.append(float(table.get(("r2", relays.UNSEEN), 0.0)))
        unseen = found.table.loc[found.table["parent_id"] == relays.UNSEEN, "p"].sum()
        assert found.quality["unseen_share"].iloc[0] == pytest.approx(unseen / 2)
        if told == 8:
            # six are missing; some of them came before even the first reshare seen
            assert table["r2", relays.UNSEEN] > table["r2", "r1"]
            assert 0 < table["r1", relays.UNSEEN] < table["r2", relays.UNSEEN]
    assert shares[:2] == [0, 0]
    assert shares == sorted(shares)


def test_an_original_missing_from_the_archive_heads_its_cascade() -> None:
    rows = [
        reshare("r1", "bob", "o", "ana", 1, reshared_at=T0),
        reshare("r2", "carl", "o", "ana", 2),
    ]
    found = relays.parent_probabilities(archive(rows))
    assert found.table["parent_id"].tolist() == ["o", "o", "r1"]
    assert found.table["dt_h"].tolist() == [1, 2, 1]
    assert found.cascades.posts["in_archive"].tolist() == [False, True, True]


def test_what_cannot_be_placed_is_counted() -> None:
    rows = [
        original("o", "ana"),
        reshare("r1", "bob", "o", "ana", 1),
        reshare("r2", "carl", "o", "ana", 2, posted_at=None),
        reshare("r3", "carl", "o", None, 2),
        reshare("r4", "ana", "o", "ana", 3),
        reshare("r5", "dora", None, "ana", 3),
    ]
    found = relays.parent_probabilities(archive(rows))
    assert found.n_used == 1
    assert dict(found.excluded) == {
        "reshares whose original is not identified": 1,
        "reshares without a time": 1,
        "reshares whose author or original author is unknown": 1,
        "self-reshares": 1,
    }


@pytest.mark.parametrize("rows", [[], [original("o", "ana")]])
def test_nothing_to_relay_gives_empty_tables_and_a_closed_gate(rows) -> None:
    found = relays.parent_probabilities(archive(rows))
    assert found.n_used == 0
    assert found.table.empty
    assert list(found.table.columns) == relays.TABLE.names
    assert found.gate == "closed"
    assert relays.over_direct_shares(found)


def test_the_order_of_the_rows_changes_nothing(rng) -> None:
    data, _ = movement(rng, posts=20)
    mixed = tables.Archive(posts=data.posts.sample(frac=1, random_state=3), follows=data.follows)
    key = ["child_id", "parent_id"]
    first, second = (
        relays.parent_probabilities(one, method="casin").table.sort_values(key, ignore_index=True)
        for one in (data, mixed)
    )
    pd.testing.assert_frame_equal(first, second)


def test_the_same_seed_gives_the_same_probabilities(rng) -> None:
    data, _ = movement(rng, posts=20)
    first, second = (relays.parent_probabilities(data, seed=4).table for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_direct_share_is_reached_and_leaves_the_odds_among_relays(rng) -> None:
    data, _ = movement(rng)
    found = relays.parent_probabilities(data)
    moved = found.with_direct_share(0.6)
    direct = moved.table["parent_id"] == moved.table["cascade_id"]
    assert moved.table.loc[direct, "p"].sum() / moved.n_used == pytest.approx(0.6, abs=1e-6)
    assert moved.quality["delta"].iloc[0] == pytest.approx(0.6, abs=1e-6)
    last = found.table["child_id"] == "r5.3"
    relay = last & ~(found.table["parent_id"] == found.table["cascade_id"])
    before, after = (one.table.loc[relay, "p"].to_numpy(float) for one in (found, moved))
    np.testing.assert_allclose(before / before.sum(), after / after.sum())
    assert found.table["p"].sum() == pytest.approx(found.n_used)


def test_a_direct_share_out_of_reach_is_said() -> None:
    data = archive([original("o", "ana"), reshare("r", "bob", "o", "ana", 1)])
    found = relays.parent_probabilities(data, delta=0.2)
    assert found.quality["delta"].iloc[0] == 1
    assert "direct_share_out_of_reach" in found.notes


def test_an_audit_sets_the_direct_share_with_its_interval(rng) -> None:
    data, truth = movement(rng)
    audit = pd.DataFrame(
        {
            "post_id": [*list(truth)[:100], "not in the archive"],
            "follows_author": [1] * 55 + [0] * 45 + [1],
        }
    )
    quality = relays.parent_probabilities(data, audit=audit).quality.iloc[0]
    assert quality["delta"] == pytest.approx(0.55, abs=1e-6)
    # no narrower than Wilson's interval of 55 in 100: cascades are not drawn one by one
    assert quality["delta_lo"] <= 0.4525
    assert quality["delta_hi"] >= 0.6438
    assert (quality["delta_source"], quality["n_audited"]) == ("audit", 100)


def test_the_gate_follows_the_evidence(rng) -> None:
    data, truth = movement(rng)
    audit = checked(truth, 60, 0)
    assert relays.parent_probabilities(data, audit=audit).gate == "open"
    stripped = archive(
        [
            row
            for number in range(40)
            for row in (
                original(f"o{number}", f"author{number}", number),
                *[
                    reshare(
                        f"r{number}.{k}",
                        f"reader{number}.{k}",
                        f"o{number}",
                        f"author{number}",
                        number + k / 10,
                    )
                    for k in range(1, 6)
                ],
            )
        ]
    )
    audit = checked([f"r{number}.1" for number in range(40)], 40, 0)
    found = relays.parent_probabilities(stripped, audit=audit)
    assert found.gate == "closed"
    assert found.quality["coverage_any"].iloc[0] == 0


def checked(reshares, follow_author: int, follow_relay: int, n: int = 100) -> pd.DataFrame:
    """Return an audit in which the first follow the author and the next an earlier resharer."""
    place = np.arange(min(n, len(reshares)))
    relay = (place >= follow_author) & (place < follow_author + follow_relay)
    return pd.DataFrame(
        {
            "post_id": list(reshares)[: len(place)],
            "follows_author": (place < follow_author).astype(int),
            "follows_relay": relay.astype(int),
        }
    )


def test_pair_history_alone_names_no_relay(rng) -> None:
    """Whoever reads a sorted feed leaves the same history: only a check of follows opens."""
    listed, truth = movement(rng)
    data = replace(listed, follows=tables.Archive().follows)
    quality = relays.parent_probabilities(data).quality.iloc[0]
    assert quality["coverage_any"] >= 0.7
    assert (quality["reading"], quality["gate"]) == ("unchecked", "closed")
    # a direct share from elsewhere says nothing of whom people read
    assert relays.parent_probabilities(data, delta=0.6).gate == "closed"
    few = relays.parent_probabilities(data, audit=checked(truth, 19, 0, n=19))
    assert few.quality["reading"].iloc[0] == "unchecked"
    elsewhere = relays.parent_probabilities(data, audit=checked(truth, 12, 5))
    assert (elsewhere.quality["reading"].iloc[0], elsewhere.gate) == ("elsewhere", "closed")
    # whether the others follow a relay nobody looked up: it may be most of them
    unasked = checked(truth, 12, 5).assign(follows_relay=None)
    asked = relays.parent_probabilities(data, audit=unasked)
    assert (asked.quality["reading"].iloc[0], asked.gate) == ("unchecked", "closed")
    along = relays.parent_probabilities(data, audit=checked(truth, 12, 60))
    assert (along.quality["reading"].iloc[0], along.gate) == ("along", "open")
    assert along.quality["read_along"].iloc[0] == pytest.approx(0.72)
    # a run at another direct share keeps what the check said
    assert along.with_direct_share(0.9).gate == "open"
    older = checked(truth, 60, 0).drop(columns="follows_relay")
    assert relays.parent_probabilities(data, audit=older).gate == "open"


def test_an_audit_of_few_cascades_is_worth_fewer_reshares(rng) -> None:
    """Reshares of one cascade come alike; checked ten at a time they hold the true share still."""
    size = rng.geometric(0.02, 300) + 9
    cascade = np.repeat(np.arange(300), size)
    direct = (rng.random(len(cascade)) < rng.beta(0.8, 1.6, 300)[cascade]).astype(float)
    held = {"audit": 0, "alone": 0}
    for _ in range(200):
        drawn = rng.choice(300, 10, replace=False, p=size / size.sum())
        pick = np.concatenate([
            rng.choice(np.flatnonzero(cascade == one), 10, replace=False) for one in drawn
        ])  # fmt: skip
        lo, hi = parents.audit_interval(direct[pick], cascade[pick], len(direct))
        held["audit"] += lo <= direct.mean() <= hi
        lo, hi = wilson(int(direct[pick].sum()), len(pick))
        held["alone"] += lo <= direct.mean() <= hi
    assert held["alone"] < 170 < 182 <= held["audit"]


def test_an_audit_of_every_reshare_has_no_error() -> None:
    direct = np.array([1.0, 0.0, 0.0, 1.0])
    assert parents.audit_interval(direct, np.array([0, 0, 1, 1]), 4) == (0.5, 0.5)
    for whole in (0.0, 1.0):
        for n in range(1, 120):
            lo, hi = parents.audit_interval(np.full(n, whole), np.arange(n) // 3, 4000)
            assert 0.0 <= lo <= whole + 1e-9
            assert whole - 1e-9 <= hi <= 1.0
    lo, hi = parents.audit_interval(direct, np.arange(4), 4000)
    assert lo < 0.2 < 0.8 < hi


def test_follower_lists_are_a_check(rng) -> None:
    data, truth = movement(rng)
    # a hand audit weighs more than lists, which hold whoever was listed
    assert relays.parent_probabilities(data, audit=checked(truth, 12, 5)).gate == "closed"
    shares = data.posts[(data.posts["kind"] == "reshare").to_numpy(dtype=bool)]
    edges = sorted({*zip(shares["author_id"], shares["reshared_author_id"], strict=True)})
    for known, gate in ((edges, "open"), (edges[:2], "closed")):
        lists = invented.follows(known)
        assert relays.parent_probabilities(data, follows=lists).gate == gate


def test_handles_and_identifiers_of_one_account_are_one() -> None:
    rows = [
        {**original("o", "1"), "author": "Ana"},
        {**reshare("r1", "2", "o", "1", 1), "author": "Bob"},
        {**reshare("r2", None, "o", None, 2), "author": "bob", "reshared_author": "ANA"},
    ]
    arrays = cascades(archive(rows))
    assert arrays.posts["account"].tolist() == ["1", "2", "2"]


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(MeasureError, match="expected one of lsr, casin, author"):
        relays.parent_probabilities(archive([]), method="pagerank")


def test_influence_is_what_came_through_an_accounts_reshares(rng) -> None:
    rows = [
        original("o", "ana"),
        reshare("r1", "bob", "o", "ana", 1),
        reshare("r2", "carl", "o", "ana", 2, via_id="r1"),
        reshare("r3", "dora", "o", "ana", 3, via_id="r2"),
    ]
    found = relays.relay_influence(relays.parent_probabilities(archive(rows)))
    table = found.table.set_index("account")
    assert table["descendants"].to_dict() == {"bob": 2, "carl": 1, "dora": 0}
    assert table["lo"].to_dict() == table["hi"].to_dict() == {"bob": 2, "carl": 1, "dora": 0}
    assert table.loc["bob", "with_evidence"] == 1
    assert "ana" not in table.index

    data, _ = movement(rng)
    found = relays.parent_probabilities(data)
    table = relays.relay_influence(found).table
    assert ((table["lo"] <= table["descendants"]) & (table["descendants"] <= table["hi"])).all()
    assert table["hi"].sum() < 5 * table["descendants"].sum()
    assert (table["range_lo"] <= table["descendants"]).all()
    assert (table["descendants"] <= table["range_hi"]).all()
    assert relays.relay_influence(found).table.equals(table)


def test_what_came_through_two_reshares_of_one_account_counts_once() -> None:
    who = ["bob", "carl", "bob", "dora", "carl", "bob", "eve"]
    rows = [original("o", "ana")]
    rows += [reshare(f"r{k}", name, "o", "ana", k + 1) for k, name in enumerate(who)]
    found = relays.parent_probabilities(archive(rows))
    _, pairs = parts(found)
    through = dict.fromkeys(who, 0.0)
    ways = [np.flatnonzero(pairs.child == post) for post in range(1, len(rows))]
    for tree in product(*ways):
        above: list[set[str]] = [set()]
        for post, row in enumerate(tree, 1):
            parent = int(pairs.parent[row])
            above.append(above[parent] | ({who[parent - 1]} if parent else set()))
            for name in above[post]:
                through[name] += float(np.prod(pairs.p[list(tree)]))
    table = relays.relay_influence(found).table.set_index("account")
    assert table["descendants"].to_dict() == pytest.approx(through)
    chain = [rows[0], *(row | {"via_id": f"r{k - 1}"} if k else row
                        for k, row in enumerate(rows[1:]))]  # fmt: skip
    found = relays.parent_probabilities(archive(chain))
    table = relays.relay_influence(found).table.set_index("account")
    for name in ("descendants", "lo", "hi"):
        assert table[name].to_dict() == {"bob": 6, "carl": 5, "dora": 3, "eve": 0}
    assert (relays.direct_shares(found).table["top_descendants"] == 6).all()


def test_a_reshare_that_no_relay_can_be_found_for_is_not_lost() -> None:
    """The platform counts undated reshares and one's own: held in the archive, they are there."""
    seen = [reshare(f"r{k}", f"u{k}", "o", "ana", k) for k in (1, 2, 3)]
    left = [
        {**reshare("undated", "bob", "o", "ana", 4), "posted_at": None},
        reshare("own", "ana", "o", "ana", 5),
        {**reshare("nobody", None, "o", "ana", 6), "author": None},
    ]
    for counted, lost in ((6, 0), (7, 1), (5, 0)):
        found = cascades(archive([original("o", "ana", reshare_count=counted), *seen, *left]))
        assert found.lost.tolist() == [lost]
        assert found.seen_share.tolist() == [6 / (6 + lost)]
        rows = [original("o", "ana", reshare_count=counted), *seen, *left]
        parents = relays.parent_probabilities(archive(rows))
        assert bool(parents.quality["unseen_share"].iloc[0] > 0) == bool(lost)
        shape = relays.cascade_shapes(parents).table.iloc[0]
        assert (shape["n_seen"], shape["n_reported"]) == (3, counted)
        assert shape["rho"] == pytest.approx(6 / (6 + lost))


def test_shapes_of_a_chain_told_by_the_platform() -> None:
    rows = [
        original("o", "ana", reshare_count=3),
        reshare("r1", "bob", "o", "ana", 1),
        reshare("r2", "carl", "o", "ana", 2, via_id="r1"),
        reshare("r3", "dora", "o", "ana", 5, via_id="r2"),
    ]
    shape = relays.cascade_shapes(relays.parent_probabilities(archive(rows))).table.iloc[0]
    assert (shape["n_seen"], shape["n_reported"], shape["rho"]) == (3, 3, 1)
    assert shape["duration_h"] == 5
    assert shape["direct"] == pytest.approx(1 / 3)
    assert (shape["depth_mean"], shape["breadth_max"]) == (2, 1)
    assert shape["virality"] == pytest.approx((1 + 2 + 3 + 1 + 2 + 1) / 6)
    assert shape["virality_lo"] == pytest.approx(shape["virality_hi"])


def test_bands_of_shapes_hold_their_expectation(rng) -> None:
    data, _ = movement(rng)
    table = relays.cascade_shapes(relays.parent_probabilities(data)).table
    for name in ("depth_mean", "breadth_max", "virality"):
        assert (table[f"{name}_lo"] <= table[name] + 1e-9).all()
        assert (table[name] <= table[f"{name}_hi"] + 1e-9).all()


def test_influence_and_shapes_of_nothing_are_empty() -> None:
    nothing = relays.parent_probabilities(archive([]))
    assert relays.relay_influence(nothing).table.empty
    assert relays.cascade_shapes(nothing).table.empty


def test_the_sensitivity_table_runs_every_direct_share(rng) -> None:
    data, _ = movement(rng)
    found = relays.parent_probabilities(data)
    table = relays.direct_shares(found).table
    assert table["basis"].tolist() == ["model", "range", "range", "range"]
    assert table["direct_share"].tolist()[1:] == pytest.approx([0.4, 0.57, 0.75], abs=1e-6)
    total = table["direct_share"] + table["relay_share"] + table["unseen_share"]
    assert total.tolist() == pytest.approx([1] * 4)
    # the more come straight from the author, the shorter the trees
    assert table["depth_mean"].tolist()[1:] == sorted(table["depth_mean"].tolist()[1:])[::-1]
    assert relays.direct_shares(relays.parent_probabilities(archive([]))).table.empty
