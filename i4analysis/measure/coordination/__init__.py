"""Accounts that reshare together faster than their own habits explain, and what is declared."""

from i4analysis.measure.coordination.coordination import (
    Coordination,
    pairs,
)

__all__ = [
    "Coordination",
    "pairs",
]
