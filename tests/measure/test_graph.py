from __future__ import annotations

import itertools

import invented
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.errors import ArgumentError, MeasureError
from i4analysis.measure.graph import graph, networks


def reshare(number: int, who: str | None, of: str | None, **more: object) -> dict[str, object]:
    at = pd.Timestamp("2015-10-01T12:00:00Z") + pd.Timedelta(hours=number)
    names = {"author": None, "reshared_author": None}  # known by their numbers alone
    return invented.reshare(str(number), who, at, f"o{of}", of, **(names | more))


@pytest.fixture
def posts() -> pd.DataFrame:
    return tables.build(
        tables.POSTS,
        [
            reshare(1, "b", "a"),
            reshare(2, "b", "a", reshared_id="another"),
            reshare(3, "c", "a"),
            reshare(4, "a", "a"),
            reshare(5, None, "a"),
            reshare(6, "c", None),
            {"platform": "twitter", "post_id": "7", "kind": "quote", "author_id": "d"},
        ],
    )


def test_an_edge_goes_from_the_resharer_to_the_original_author(posts) -> None:
    found = graph.reshare_graph(posts)
    assert set(found.edges) == {("b", "a"), ("c", "a")}
    assert found.edges["b", "a"] == {
        "weight": 2,
        "first": "2015-10-01T13:00:00Z",
        "last": "2015-10-01T14:00:00Z",
        "posts": 2,
    }
    assert found.graph["direction"] == "resharer -> original author"


def test_a_name_is_that_of_the_account_that_another_post_gives_it() -> None:
    typed = {"reshared_id": None, "reshared_author": "ana"}
    rows = [
        {"platform": "twitter", "post_id": "1", "kind": "post", "author_id": "a", "author": "Ana"},
        reshare(2, "a", None, author="ana_new", **typed),
        reshare(3, "b", None, **typed),
    ]
    found = graph.reshare_graph(tables.build(tables.POSTS, rows))
    assert set(found.edges) == {("b", "a")}
    assert found.graph["self_reshares"] == 1


def test_what_makes_no_edge_is_counted(posts) -> None:
    found = graph.reshare_graph(posts).graph
    assert found["reshares"] == 6
    assert found["self_reshares"] == 1
    assert found["excluded"] == {"resharer unknown": 1, "original author unknown": 1}


def test_a_handle_alone_stands_for_the_identifier_seen_beside_it_elsewhere() -> None:
    posts = tables.build(
        tables.POSTS,
        [
            reshare(1, "10", "20", author="Bob", reshared_author="Ana"),
            reshare(2, None, None, author="BOB", reshared_author="ana"),
            reshare(3, None, None, author="carl", reshared_author="Ana"),
        ],
    )
    found = graph.reshare_graph(posts)
    assert {
        edge: data["weight"] for *edge, data in found.edges(data=True) for edge in [tuple(edge)]
    } == {("10", "20"): 2, ("carl", "20"): 1}
    assert found.nodes["20"]["handle"] == "Ana"


def test_equal_identifiers_of_two_platforms_are_two_accounts() -> None:
    posts = tables.build(
        tables.POSTS, [reshare(1, "1", "2"), {**reshare(2, "1", "2"), "platform": "mastodon"}]
    )
    assert set(graph.reshare_graph(posts).edges) == {
        ("twitter:1", "twitter:2"),
        ("mastodon:1", "mastodon:2"),
    }


def test_no_post_gives_an_empty_graph_with_its_columns() -> None:
    nothing = tables.empty(tables.POSTS)
    assert graph.reshare_graph(nothing).number_of_nodes() == 0
    assert list(graph.reshare_edges(nothing).columns) == graph.EDGES.names
    matrix, accounts = graph.to_sparse(nothing)
    assert matrix.shape == (0, 0)
    assert len(accounts) == 0
    assert graph.pagerank(matrix).size == 0


def test_a_time_that_is_not_known_stays_unknown() -> None:
    posts = tables.build(
        tables.POSTS, [reshare(1, "b", "a", posted_at=None), reshare(2, "c", "a")]
    )
    edges = graph.reshare_edges(posts).set_index("resharer")
    assert pd.isna(edges.loc["b", "first"])
    assert graph.reshare_graph(posts).edges["b", "a"]["last"] == ""


def test_tables_and_matrix_say_what_the_graph_says(posts) -> None:
    found = graph.reshare_graph(posts)
    nodes, edges = graph.to_tables(found)
    assert nodes.set_index("account")["reshared"].to_dict() == {"b": 0, "a": 3, "c": 0}
    pd.testing.assert_frame_equal(edges, graph.reshare_edges(posts), check_like=True)
    assert graph.from_edges(edges).edges == found.edges
    matrix, accounts = graph.to_sparse(posts)
    assert matrix[accounts.get_loc("b"), accounts.get_loc("a")] == 2


def test_the_posts_table_is_left_as_it_was(posts) -> None:
    before = posts.copy(deep=True)
    graph.reshare_graph(posts)
    pd.testing.assert_frame_equal(posts, before)


def test_edges_count_every_reshare_whatever_the_order(rng) -> None:
    rows = [reshare(number, str(rng.integers(12)), str(rng.integers(12))) for number in range(400)]
    posts = tables.build(tables.POSTS, rows)
    edges = graph.reshare_edges(posts)
    expected = (
        posts[posts["author_id"] != posts["reshared_author_id"]]
        .groupby(["author_id", "reshared_author_id"])
        .size()
    )
    assert edges.set_index(["resharer", "author"])["weight"].to_dict() == expected.to_dict()
    shuffled = graph.reshare_edges(posts.sample(frac=1, random_state=1))
    key = ["resharer", "author"]
    pd.testing.assert_frame_equal(
        edges.sort_values(key, ignore_index=True), shuffled.sort_values(key, ignore_index=True)
    )


def test_pagerank_is_the_converged_one(rng) -> None:
    rows = [
        reshare(number, str(rng.integers(3000)), str(int(3000 * rng.power(0.3))))
        for number in range(6000)
    ]
    posts = tables.build(tables.POSTS, rows)
    matrix, accounts = graph.to_sparse(posts)
    score = graph.pagerank(matrix)
    converged = nx.pagerank(graph.reshare_graph(posts), tol=1e-15, max_iter=1000)
    assert score.sum() == pytest.approx(1)
    np.testing.assert_allclose(score, [converged[name] for name in accounts], rtol=1e-7)


def test_pagerank_refuses_an_impossible_damping() -> None:
    matrix, _ = graph.to_sparse(tables.build(tables.POSTS, [reshare(1, "b", "a")]))
    with pytest.raises(ArgumentError, match=r"damping .* expected a number between 0 and 1"):
        graph.pagerank(matrix, damping=1.0)


# ------------------------------------------------------------------------- the other networks


def talk(number: int, kind: str, who: str | None, **more: object) -> dict[str, object]:
    at = pd.Timestamp("2015-10-01T12:00:00Z") + pd.Timedelta(hours=number)
    return invented.post(str(number), who, at, kind=kind, **({"author": None} | more))


@pytest.fixture
def talks() -> pd.DataFrame:
    return tables.build(
        tables.POSTS,
        [
            talk(1, "post", "a", author="Ana", hashtags=["x", "y", "z"], urls=["https://l.org/1"],
                 mentions=["bob", "nobody", "ana"]),
            talk(2, "reply", "b", author="Bob", replied_id="1", replied_author_id="a",
                 hashtags=["y", "x"], mentions=["ANA"]),
            talk(3, "quote", "b", author="Bob", quoted_id="1", quoted_author_id="a",
                 replied_id="2", replied_author_id="b", urls=["https://l.org/1"]),
            talk(4, "quote", "b", quoted_id="9", quoted_author=None),
            talk(5, "reply", None, replied_id="1", replied_author="Ana", hashtags=["x"]),
            reshare(6, "c", "a", hashtags=["x", "y"], mentions=["bob"], urls=["https://l.org/1"],
                    quoted_id="7", quoted_author_id="d"),
        ],
    )  # fmt: skip


def weights(found: nx.Graph) -> dict[tuple[str, str], int]:
    return {(source, target): weight for source, target, weight in found.edges(data="weight")}


def test_quotes_and_replies_go_to_the_author_of_the_other_post(talks) -> None:
    quotes, replies = networks.quote_graph(talks), networks.reply_graph(talks)
    assert weights(quotes) == {("b", "a"): 1}
    assert quotes.graph["excluded"] == {"author unknown": 0, "quoted account unknown": 1}
    assert weights(replies) == {("b", "a"): 1}
    assert replies.graph["self_replies"] == 1
    assert replies.graph["excluded"]["author unknown"] == 1
    assert quotes.edges["b", "a"]["first"] == "2015-10-01T15:00:00Z"
    assert quotes.nodes["a"]["handle"] == "Ana"


def test_a_mention_finds_the_account_that_bears_the_handle(talks) -> None:
    found = networks.mention_graph(talks)
    assert weights(found) == {("a", "b"): 1, ("a", "nobody"): 1, ("b", "a"): 1}
    assert found.graph["self_mentions"] == 1


def test_hashtags_of_one_post_are_tied_once_a_post(talks) -> None:
    found = networks.hashtag_graph(talks)
    assert not found.is_directed()
    tied = {frozenset(ends): weight for *ends, weight in found.edges(data="weight")}
    assert tied == {
        frozenset(("#x", "#y")): 2,
        frozenset(("#x", "#z")): 1,
        frozenset(("#y", "#z")): 1,
    }
    assert found.graph["excluded"] == {"posts with fewer than two hashtags": 3}


def test_accounts_are_tied_to_what_they_write(talks) -> None:
    assert weights(networks.account_link_graph(talks)) == {
        ("a", "https://l.org/1"): 1,
        ("b", "https://l.org/1"): 1,
    }
    found = networks.account_hashtag_graph(talks)
    assert found.nodes["#x"]["kind"] == "hashtag"
    assert found.nodes["a"]["kind"] == "account"
    assert found.graph["excluded"] == {"author unknown": 1}


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_every_network_of_no_post_is_empty_and_every_one_has_the_same_attributes(
    name, talks
) -> None:
    assert len(networks.network(tables.empty(tables.POSTS), name)) == 0
    found = networks.network(talks, name)
    assert found.graph["network"] == name
    assert {"direction", "meaning"} <= set(found.graph)
    for *_, data in found.edges(data=True):
        assert set(data) == {"weight", "first", "last", "posts"}
    table = networks.network_edges(talks, name)
    assert list(table.columns) == networks.EDGES.names
    assert table["weight"].sum() == found.size(weight="weight")


def test_pairs_of_hashtags_are_those_counted_by_hand(rng) -> None:
    tags = [f"t{number}" for number in range(9)]
    rows = [
        talk(number, "post", "a", hashtags=list(rng.choice(tags, rng.integers(0, 6), False)))
        for number in range(300)
    ]
    expected: dict[frozenset[str], int] = {}
    for row in rows:
        for pair in itertools.combinations(row["hashtags"], 2):
            key = frozenset(f"#{one}" for one in pair)
            expected[key] = expected.get(key, 0) + 1
    found = networks.hashtag_graph(tables.build(tables.POSTS, rows))
    assert {frozenset(ends): weight for *ends, weight in found.edges(data="weight")} == expected


def test_a_network_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(MeasureError, match=r"did you mean 'hashtags'"):
        networks.network(tables.empty(tables.POSTS), "hashtag")
