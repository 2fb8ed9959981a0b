"""Accounts that act together beyond what they do and see explains, and what is declared."""

from i4analysis.arguments import answer
from i4analysis.measure.coordination.coordination import Coordination, pairs

__all__ = ["Coordination", "pairs"]

answer(__name__)
