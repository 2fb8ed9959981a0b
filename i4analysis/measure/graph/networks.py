"""The other networks of a posts table: who quotes, answers, mentions whom; what goes with what.

Each has the shape of the reshare graph: an edge counts acts (`weight`) and says when the first and
the last were made and how many different posts they were about. They are built from columns, never
row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.errors import MeasureError, nearest
from i4analysis.measure.accounts import identity
from i4analysis.measure.graph import graph as reshares

if TYPE_CHECKING:
    import networkx as nx

EDGES = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("weight", pa.int64()),
        ("first", tables.TIME),
        ("last", tables.TIME),
        ("posts", pa.int64()),
    ]
)
Codes = npt.NDArray[np.int64]
Found = tuple[pa.Table, identity.Accounts | None, dict[str, Any]]


@dataclass(frozen=True)
class Network:
    """One kind of network.

    Attributes
    ----------
    name
        As `network` and `i4 export --network` take it.
    direction
        What an edge goes from and to; both ends alike where the graph has no direction.
    meaning
        What `weight` and `posts` count.
    made, received
        What an account did and what was done to it, as columns of its node.
    target
        What stands at the end of an edge: account, hashtag or link.
    directed
        False where both ends are alike.
    """

    name: str
    direction: str
    meaning: str
    made: str
    received: str
    target: str = "account"
    directed: bool = True

    @property
    def source(self) -> str:
        """What stands at the beginning of an edge."""
        return "account" if self.directed else self.target


NETWORKS: Mapping[str, Network] = {
    one.name: one
    for one in (
        Network(
            "reshares",
            reshares.DIRECTION,
            "weight counts reshares, posts the different originals",
            "reshares",
            "reshared",
        ),
        Network(
            "quotes",
            "quoting account -> quoted author",
            "weight counts quotes, posts the different posts quoted",
            "quotes",
            "quoted",
        ),
        Network(
            "replies",
            "answering account -> answered author",
            "weight counts replies, posts the different posts answered",
            "replies",
            "replied",
        ),
        Network(
            "mentions",
            "author -> mentioned account",
            "weight and posts count posts that mention; reshares are left out, as their mentions"
            " are the original's",
            "mentions",
            "mentioned",
        ),
        Network(
            "hashtags",
            "hashtags used together (no direction)",
            "weight and posts count posts that hold both; reshares are left out",
            "together",
            "together",
            "hashtag",
            directed=False,
        ),
        Network(
            "accounts-hashtags",
            "author -> hashtag",
            "weight and posts count posts that hold the hashtag; reshares are left out",
            "uses",
            "used",
            "hashtag",
        ),
        Network(
            "accounts-links",
            "author -> link",
            "weight and posts count posts that hold the link; reshares are left out",
            "uses",
            "used",
            "link",
        ),
    )
}


def network(posts: pd.DataFrame, name: str) -> nx.DiGraph[str]:
    """Return a network of a posts table by its name.

    Parameters
    ----------
    posts
        Canonical posts.
    name
        reshares, quotes, replies, mentions, hashtags, accounts-hashtags or accounts-links.

    Returns
    -------
    networkx.DiGraph
        Nodes are accounts (key: identifier where known, else handle; attribute `handle` where one
        is known), hashtags (`#tag`) or links, as their attribute `kind` says. Edges have `weight`,
        `first` and `last` (ISO 8601 text, UTC; "" when unknown) and `posts`. `G.graph` says the
        `network`, its `direction` and `meaning`, and counts what made no edge. The network of
        hashtags is a `networkx.Graph`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> from i4analysis import tables
    >>> posts = tables.build(tables.POSTS, [
    ...     {"platform": "twitter", "post_id": "1", "kind": "post", "author_id": "ana",
    ...      "hashtags": ["work", "help"]}])
    >>> i4.graph.network(posts, "hashtags").edges(data="weight")
    EdgeDataView([('#help', '#work', 1)])
    """
    kind = _asked(name)
    if name == "reshares":
        graph = reshares.reshare_graph(posts)
    else:
        edges, people, counts = _FOUND[name](posts)
        graph = reshares.from_edges(
            tables.from_arrow(edges), direction=kind.direction, directed=kind.directed
        )
        graph.graph.update(counts)
        if people is not None:
            reshares.name_nodes(graph, people)
    graph.graph.update(network=name, meaning=kind.meaning)
    if kind.source == kind.target:
        kinds = dict.fromkeys(graph, kind.target)
    else:
        kinds = {key: "account" if graph.out_degree(key) else kind.target for key in graph}
    for key, what in kinds.items():
        graph.nodes[key]["kind"] = what
    return graph


def network_edges(posts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the edges of a network as a table.

    Parameters
    ----------
    posts
        Canonical posts.
    name
        As `network` takes it.

    Returns
    -------
    pandas.DataFrame
        `source`, `target`, `weight`, `first`, `last`, `posts`; one row a pair. `.attrs` counts
        what made no edge.

    Examples
    --------
    >>> import i4analysis as i4
    >>> from i4analysis import tables
    >>> posts = tables.build(tables.POSTS, [
    ...     {"platform": "twitter", "post_id": "2", "kind": "reply", "author_id": "bob",
    ...      "replied_author_id": "ana", "replied_id": "1"}])
    >>> i4.graph.network_edges(posts, "replies")[["source", "target", "weight"]].values.tolist()
    [['bob', 'ana', 1]]
    """
    _asked(name)
    if name == "reshares":
        found = reshares.reshare_edges(posts)
        return found.rename(columns={"resharer": "source", "author": "target"})
    edges, _, counts = _FOUND[name](posts)
    frame = tables.from_arrow(edges)
    frame.attrs.update(counts)
    return frame


def quote_graph(posts: pd.DataFrame) -> nx.DiGraph[str]:
    """Return who quotes whom: see `network`. A quote that is also a reply is in both graphs.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> graph = i4.graph.quote_graph(archive.posts)
    >>> graph.size() > 0
    True
    """
    return network(posts, "quotes")


def reply_graph(posts: pd.DataFrame) -> nx.DiGraph[str]:
    """Return who answers whom: see `network`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> graph = i4.graph.reply_graph(archive.posts)
    >>> graph.size() > 0
    True
    """
    return network(posts, "replies")


def mention_graph(posts: pd.DataFrame) -> nx.DiGraph[str]:
    """Return who mentions whom in posts of their own: see `network`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> graph = i4.graph.mention_graph(archive.posts)
    >>> all(weight >= 1 for _, _, weight in graph.edges(data="weight"))
    True
    """
    return network(posts, "mentions")


def hashtag_graph(posts: pd.DataFrame) -> nx.Graph[str]:
    """Return which hashtags stand in the same posts: see `network`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.graph.hashtag_graph(archive.posts).is_directed()
    False
    """
    return network(posts, "hashtags")


def account_hashtag_graph(posts: pd.DataFrame) -> nx.DiGraph[str]:
    """Return which accounts use which hashtags, nodes of two kinds: see `network`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> graph = i4.graph.account_hashtag_graph(archive.posts)
    >>> sorted({kind for _, kind in graph.nodes(data="kind")})
    ['account', 'hashtag']
    """
    return network(posts, "accounts-hashtags")


def account_link_graph(posts: pd.DataFrame) -> nx.DiGraph[str]:
    """Return which accounts link to what, nodes of two kinds: see `network`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> graph = i4.graph.account_link_graph(archive.posts)
    >>> sorted({kind for _, kind in graph.nodes(data="kind")})
    ['account', 'link']
    """
    return network(posts, "accounts-links")


def _asked(name: str) -> Network:
    if name not in NETWORKS:
        raise MeasureError(
            f"There is no network {name!r}, expected one of {', '.join(NETWORKS)}"
            f"{nearest(name, NETWORKS)}; choose one."
        )
    return NETWORKS[name]


# ------------------------------------------------------------------------------------ the edges


def _between(name: str, kind: str, other: str) -> Callable[[pd.DataFrame], Found]:
    """Return the finder of acts that name another account in columns of their own.

    A post that quotes and answers at once is of kind quote, and is both. On a reshare these
    columns are the original's.
    """

    def found(posts: pd.DataFrame) -> Found:
        people = identity.accounts(posts)
        source, target = people.codes["author"], people.codes[f"{other}_author"]
        made = _true(posts["kind"] == kind) | posts[f"{other}_id"].notna().to_numpy(dtype=bool)
        made = (made | (target >= 0)) & ~_true(posts["kind"] == "reshare")
        keep, counts = _usable(source, target, made, NETWORKS[name])
        rows = np.flatnonzero(keep)
        edges = reshares.grouped(
            EDGES,
            (people.keys, source[rows]),
            (people.keys, target[rows]),
            tables.microseconds(posts["posted_at"], reshares.NEVER)[rows],
            identity.taken(posts[f"{other}_id"], rows),
        )
        return edges, people, counts

    return found


def _mentions(posts: pd.DataFrame) -> Found:
    """Read each mention as a row that names its account by handle, beside the posts themselves."""
    columns = [column for column in tables.POSTS.names if column in _NAMED]
    own, rows, handles = _exploded(posts, "mentions")
    known = tables.to_arrow(tables.POSTS, posts).select(columns).replace_schema_metadata(None)
    acts = known.take(pa.array(rows))
    acts = acts.set_column(columns.index("replied_author"), "replied_author", handles)
    empty = pa.nulls(len(rows), pa.string())
    acts = acts.set_column(columns.index("replied_author_id"), "replied_author_id", empty)
    people = identity.accounts(tables.from_arrow(pa.concat_tables([known, acts])))
    source, target = (people.codes[stem][len(posts) :] for stem in ("author", "replied_author"))
    keep, counts = _usable(source, target, np.ones(len(rows), bool), NETWORKS["mentions"])
    counts["posts"] = int(own.sum())
    kept = np.flatnonzero(keep)
    edges = reshares.grouped(
        EDGES,
        (people.keys, source[kept]),
        (people.keys, target[kept]),
        tables.microseconds(posts["posted_at"], reshares.NEVER)[rows[kept]],
        _post_keys(posts).take(pa.array(rows[kept])),
    )
    return edges, people, counts


_NAMED = {
    "platform",
    "posted_at",
    "reshared_at",
    *(f"{stem}{end}" for stem in identity.AUTHORS for end in ("", "_id")),
}


def _things(column: str, name: str, sign: str) -> Callable[[pd.DataFrame], Found]:
    """Return the finder of what accounts put into their posts: hashtags or links."""

    def found(posts: pd.DataFrame) -> Found:
        people = identity.accounts(posts)
        own, rows, things = _exploded(posts, column)
        things = pc.binary_join_element_wise(sign, things, "") if sign else things
        encoded = things.dictionary_encode()
        target = np.asarray(encoded.indices, np.int64)
        source = people.codes["author"][rows]
        known = np.flatnonzero(source >= 0)
        counts = {
            "posts": int(own.sum()),
            NETWORKS[name].made: len(rows),
            "excluded": {"author unknown": len(rows) - len(known)},
        }
        edges = reshares.grouped(
            EDGES,
            (people.keys, source[known]),
            (encoded.dictionary, target[known]),
            tables.microseconds(posts["posted_at"], reshares.NEVER)[rows[known]],
            _post_keys(posts).take(pa.array(rows[known])),
        )
        return edges, people, counts

    return found


def _together(posts: pd.DataFrame) -> Found:
    """Pair every hashtag of a post with every later one, by counting how many follow each."""
    own, rows, tags = _exploded(posts, "hashtags")
    ordered = pa.array(sorted(pc.unique(tags).to_pylist()), pa.string())
    code = np.asarray(pc.index_in(tags, value_set=ordered), np.int64)
    ends = np.searchsorted(rows, rows, side="right")
    follow = ends - np.arange(len(rows)) - 1
    first = np.repeat(np.arange(len(rows)), follow)
    start = np.repeat(np.cumsum(follow) - follow, follow)
    second = first + 1 + np.arange(len(first)) - start
    low, high = np.minimum(code[first], code[second]), np.maximum(code[first], code[second])
    both = np.flatnonzero(low != high)
    low, high, post = low[both], high[both], rows[first[both]]
    names = pc.binary_join_element_wise("#", ordered, "") if len(ordered) else ordered
    edges = reshares.grouped(
        EDGES,
        (names, low),
        (names, high),
        tables.microseconds(posts["posted_at"], reshares.NEVER)[post],
        _post_keys(posts).take(pa.array(post)),
    )
    alone = np.bincount(rows, minlength=len(posts))[own] < 2 if len(posts) else np.empty(0)
    counts = {
        "posts": int(own.sum()),
        "pairs": len(post),
        "excluded": {"posts with fewer than two hashtags": int(alone.sum())},
    }
    return edges, None, counts


def _usable(
    source: Codes, target: Codes, made: npt.NDArray[np.bool_], kind: Network
) -> tuple[npt.NDArray[np.bool_], dict[str, Any]]:
    nobody, unknown = made & (source < 0), made & (target < 0)
    itself = made & (source == target) & ~nobody
    counts = {
        kind.made: int(made.sum()),
        f"self_{kind.made}": int(itself.sum()),
        "excluded": {
            "author unknown": int(nobody.sum()),
            f"{kind.received} account unknown": int((unknown & ~nobody).sum()),
        },
    }
    return made & ~(nobody | unknown | itself), counts


def _exploded(posts: pd.DataFrame, column: str) -> tuple[npt.NDArray[np.bool_], Codes, pa.Array]:
    """Return which posts are not reshares, and the row and value of each item of their lists."""
    own = ~_true(posts["kind"] == "reshare")
    lists = pa.array(posts[column], type=tables.TEXTS, from_pandas=True)
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.combine_chunks()
    rows = np.asarray(pc.list_parent_indices(lists), np.int64)
    items = pc.list_flatten(lists)
    keep = own[rows] & np.asarray(pc.is_valid(items).to_numpy(zero_copy_only=False), bool)
    return own, rows[keep], items.filter(pa.array(keep))


def _post_keys(posts: pd.DataFrame) -> pa.Array:
    """Return a text that tells posts apart, whatever their platform."""
    return pc.binary_join_element_wise(
        identity.text(posts["platform"]), identity.text(posts["post_id"]), ":"
    )


def _true(flags: pd.Series) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = flags.to_numpy(dtype=bool, na_value=False)
    return found


_FOUND: Mapping[str, Callable[[pd.DataFrame], Found]] = {
    "quotes": _between("quotes", "quote", "quoted"),
    "replies": _between("replies", "reply", "replied"),
    "mentions": _mentions,
    "hashtags": _together,
    "accounts-hashtags": _things("hashtags", "accounts-hashtags", "#"),
    "accounts-links": _things("urls", "accounts-links", ""),
}
