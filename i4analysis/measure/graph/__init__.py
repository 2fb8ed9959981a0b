"""The reshare graph: who reshared whom, as a table, a sparse matrix or a networkx graph."""

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

__all__ = [
    "EDGES",
    "NODES",
    "from_edges",
    "pagerank",
    "reshare_edges",
    "reshare_graph",
    "to_sparse",
    "to_tables",
]
