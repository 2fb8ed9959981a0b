"""Made-up movements whose truth is known: the demo and the proving ground.

Everything that comes from here is invented and says so (`movement.made_up`).
"""

from i4analysis.arguments import answer
from i4analysis.simulate.folder import command, ensure_demo, write
from i4analysis.simulate.parameters import Parameters
from i4analysis.simulate.truth import Truth
from i4analysis.simulate.worlds import World, example, indispensable, with_losses, without, world

__all__ = [
    "Parameters",
    "Truth",
    "World",
    "command",
    "ensure_demo",
    "example",
    "indispensable",
    "with_losses",
    "without",
    "world",
    "write",
]

answer(__name__)
