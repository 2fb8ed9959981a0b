"""Members of a movement: who they are, when they joined, what was published about their number."""

from i4analysis.arguments import answer
from i4analysis.measure.members.members import *  # noqa: F403 - the room makes public what its front does
from i4analysis.measure.members.members import __all__ as __all__

answer(__name__)
