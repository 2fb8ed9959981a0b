"""Appeals: who asked for help, with what wording, and how the movement answered."""

from i4analysis.arguments import answer
from i4analysis.measure.appeals.appeals import *  # noqa: F403 - the room makes public what its front does
from i4analysis.measure.appeals.appeals import __all__ as __all__

answer(__name__)
