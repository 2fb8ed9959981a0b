"""Accounts that act together beyond what their habits and what they see explain, and what is declared."""

from i4analysis.measure.coordination.coordination import (
    Coordination,
    pairs,
)

__all__ = [
    "Coordination",
    "pairs",
]
