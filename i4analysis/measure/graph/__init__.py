"""The networks of a posts table: who reshared, quoted, answered or mentioned whom, as graphs."""

from i4analysis.arguments import answer
from i4analysis.measure.graph.graph import (
    EDGES,
    NODES,
    from_edges,
    pagerank,
    reshare_edges,
    reshare_graph,
    to_sparse,
    to_tables,
)
from i4analysis.measure.graph.networks import (
    NETWORKS,
    account_hashtag_graph,
    account_link_graph,
    hashtag_graph,
    mention_graph,
    network,
    network_edges,
    quote_graph,
    reply_graph,
)

__all__ = [
    "EDGES",
    "NETWORKS",
    "NODES",
    "account_hashtag_graph",
    "account_link_graph",
    "from_edges",
    "hashtag_graph",
    "mention_graph",
    "network",
    "network_edges",
    "pagerank",
    "quote_graph",
    "reply_graph",
    "reshare_edges",
    "reshare_graph",
    "to_sparse",
    "to_tables",
]

answer(__name__)
