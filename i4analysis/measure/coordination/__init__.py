"""Accounts that act together beyond what they do and see explains, and what is declared."""

from i4analysis.measure.coordination.coordination import (
    Coordination,
    pairs,
)

__all__ = [
    "Coordination",
    "pairs",
]
