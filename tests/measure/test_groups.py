from __future__ import annotations

import invented
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.measure.graph import graph, groups


def edges_of(pairs: list[tuple[str, str, int]]) -> pd.DataFrame:
    rows = []
    for source, target, weight in pairs:
        rows += [
            invented.reshare(f"{source}-{target}-{number}", source, None, None, target)
            for number in range(weight)
        ]
    return graph.reshare_edges(tables.build(tables.POSTS, rows))


@pytest.fixture
def two_groups() -> pd.DataFrame:
    """Two rings of eight accounts that reshare one another, and one bridge."""
    pairs = [("a0", "b0", 1)]
    for side in "ab":
        pairs += [(f"{side}{i}", f"{side}{j}", 2) for i in range(8) for j in range(8) if i != j]
    return edges_of(pairs)


def test_planted_groups_are_found_and_stable(two_groups) -> None:
    found = groups.communities(two_groups, runs=5)
    sides = found.table["account"].str[0]
    assert found.table.groupby(sides)["community"].nunique().tolist() == [1, 1]
    assert found.parameters["communities"] == 2
    assert found.parameters["agreement"] == pytest.approx(1)
    assert (found.table["stability"] == 1).all()
    assert found.table["size"].tolist() == [8] * 16


def test_groups_repeat_with_their_seed_and_chance_shows_as_instability(rng) -> None:
    pairs = {(f"n{i}", f"n{j}") for i, j in rng.integers(0, 60, (150, 2)) if i != j}
    edges = edges_of([(a, b, 1) for a, b in sorted(pairs)])
    first, second = (groups.communities(edges, runs=6, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.parameters == second.parameters
    assert first.parameters["agreement"] < 0.9
    assert first.parameters["agreement_lo"] <= first.parameters["agreement"]


def test_the_adjusted_rand_index_is_the_known_one(rng) -> None:
    # Hubert and Arabie's index by its definition over pairs
    a, b = rng.integers(0, 3, 40), rng.integers(0, 4, 40)
    together = [(a[i] == a[j], b[i] == b[j]) for i in range(40) for j in range(i)]
    both = sum(x and y for x, y in together)
    one, two = sum(x for x, _ in together), sum(y for _, y in together)
    chance = one * two / len(together)
    expected = (both - chance) / ((one + two) / 2 - chance)
    assert groups.adjusted_rand(a, b) == pytest.approx(expected)


def test_standing_counts_and_shells_are_networkxs(rng) -> None:
    pairs = [
        (f"n{a}", f"n{b}", int(w))
        for a, b, w in zip(
            rng.integers(0, 40, 200),
            rng.integers(0, 40, 200),
            rng.integers(1, 4, 200),
            strict=True,
        )
        if a != b
    ]
    unique = {(a, b): w for a, b, w in pairs}
    edges = edges_of([(a, b, w) for (a, b), w in unique.items()])
    found = groups.standing(edges).set_index("account")
    same = graph.from_edges(edges)
    shells = nx.core_number(same.to_undirected())
    assert found["shell"].to_dict() == shells
    assert found["reshared"].to_dict() == dict(same.in_degree(weight="weight"))
    assert found["reshares"].to_dict() == dict(same.out_degree(weight="weight"))
    assert found["resharers"].to_dict() == dict(same.in_degree())


def test_the_core_holds_the_accounts_that_all_link_to_each_other() -> None:
    hubs = [(f"h{i}", f"h{j}", 5) for i in range(4) for j in range(4) if i != j]
    leaves = [(f"leaf{i}", f"h{i % 4}", 1) for i in range(20)]
    found = groups.standing(edges_of(hubs + leaves)).set_index("account")
    assert set(found.index[found["core"]]) == {"h0", "h1", "h2", "h3"}


def test_a_measure_that_repeats_the_count_is_shown_to_add_nothing(rng) -> None:
    count = rng.permutation(50)
    measures = pd.DataFrame(
        {
            "account": [f"n{i}" for i in range(50)],
            "reshared": count,
            "same": count * 3.0,
            "other": rng.permutation(50),
        }
    )
    found = groups.beyond_counts(measures).set_index("measure")
    assert found.loc["same", "correlation"] == pytest.approx(1)
    assert found.loc["other", "lo"] < 0.1
    assert (
        found.loc["other", "lo"] <= found.loc["other", "correlation"] <= found.loc["other", "hi"]
    )


def test_no_edge_gives_empty_tables() -> None:
    nothing = graph.reshare_edges(tables.empty(tables.POSTS))
    assert groups.communities(nothing).table.empty
    assert list(groups.standing(nothing).columns) == groups.STANDING.names
    none = groups.beyond_counts(pd.DataFrame({"reshared": [], "pagerank": []}))
    assert none["correlation"].isna().all()
    assert np.isnan(none["lo"].astype(float)).all()


def test_the_core_says_what_it_makes_of_its_own() -> None:
    place = pd.DataFrame(
        {
            "account": list("abcdefgh"),
            "reshared": [9, 8, 7, 0, 0, 0, 1, 1],
            "reshares": [0, 0, 0, 2, 1, 0, 1, 0],
            "core": [True, True, True, True, True, False, False, False],
        }
    )
    edges = pd.DataFrame({"resharer": list("deg"), "author": list("aba"), "weight": [10, 5, 5]})
    assert groups.core(place, edges) == groups.Core(5, 8, 0.75)
    assert groups.core(place.assign(core=True), edges) is None
    assert groups.core(place.head(4), edges) is None
    assert groups.received(place, top=2) == groups.Received(26, 3, 5, 2, 17 / 26)
    nothing = groups.received(place.assign(reshared=0))
    assert (nothing.top, nothing.top_share) == (0, None)
    empty = groups.standing(edges.head(0))
    assert groups.core(empty, edges.head(0)) is None
    assert groups.received(empty).reshares == 0


def posts_of(*counts: int) -> tables.Archive:
    """Return an archive in which the account k made counts[k] posts; -k of them by nobody."""
    rows = [
        {"platform": "twitter", "post_id": f"{who}-{n}", "kind": "post", "author_id": f"a{who}",
         "embedded": False}
        for who, count in enumerate(counts) for n in range(count)
    ]  # fmt: skip
    return tables.Archive(posts=tables.build(tables.POSTS, rows))


@pytest.mark.parametrize(
    ("counts", "half", "share"),
    [((77, 1, 1, 1), 1, 77 / 80), ((5, 5), 1, 0.5), ((4, 3, 3), 2, 0.7), ((1,) * 9, 5, 5 / 9)],
)
def test_how_few_accounts_made_half_of_the_posts(
    counts: tuple[int, ...], half: int, share: float
) -> None:
    archive = posts_of(*counts)
    roles = pd.DataFrame({"account_id": [], "handle": [], "role": []}, dtype=object)
    found = groups.posting(archive, roles)
    assert found == groups.Posting(sum(counts), len(counts), 0, half, share)


def test_how_few_made_the_posts_is_not_said_of_people_looking_for_work() -> None:
    archive = posts_of(*range(1, 12))
    whose = {f"a{k}": "seeker" for k in range(11)}
    for other in range(7):
        whose |= {f"a{k}": "other" for k in range(other)}
        roles = pd.DataFrame({"account_id": list(whose), "handle": list(whose),
                              "role": list(whose.values()), "aliases": [[]] * 11})  # fmt: skip
        assert (groups.posting(archive, roles) is None) == (other < 5)
    assert groups.posting(tables.Archive(), roles) is None
