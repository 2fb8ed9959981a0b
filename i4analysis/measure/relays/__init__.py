"""Who relayed to whom: a probability for each possible parent of each reshare."""

from i4analysis.arguments import answer
from i4analysis.measure.relays.relays import (
    DIRECT_SHARES,
    TABLE,
    UNSEEN,
    ParentProbabilities,
    RelayPicture,
    beyond,
    beyond_counts,
    brokers,
    cascade_shapes,
    communities,
    direct_shares,
    expected_descendants,
    generations,
    heard_through,
    lanes,
    over_direct_shares,
    parent_probabilities,
    picture,
    real_trees,
    relay_influence,
    role_matrix,
    standing,
)

__all__ = [
    "DIRECT_SHARES",
    "TABLE",
    "UNSEEN",
    "ParentProbabilities",
    "RelayPicture",
    "beyond",
    "beyond_counts",
    "brokers",
    "cascade_shapes",
    "communities",
    "direct_shares",
    "expected_descendants",
    "generations",
    "heard_through",
    "lanes",
    "over_direct_shares",
    "parent_probabilities",
    "picture",
    "real_trees",
    "relay_influence",
    "role_matrix",
    "standing",
]

answer(__name__)
