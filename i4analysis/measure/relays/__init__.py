"""Who relayed to whom: a probability for each possible parent of each reshare."""

from i4analysis.arguments import answer
from i4analysis.measure.relays.relays import *  # noqa: F403 - the room makes public what its front does
from i4analysis.measure.relays.relays import __all__ as __all__

answer(__name__)
