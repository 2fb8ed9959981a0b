"""Two movements side by side, or one before and after a date."""

from i4analysis.arguments import answer
from i4analysis.measure.compare.compare import Comparison, compare

__all__ = ["Comparison", "compare"]

answer(__name__)
