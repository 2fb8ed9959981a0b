"""Followers of a movement's supporters: summed, banded, concentrated, published."""

from i4analysis.arguments import answer
from i4analysis.measure.reach.reach import (
    Concentration,
    Reach,
    concentration,
    followers_summed,
    implied_means,
)

__all__ = ["Concentration", "Reach", "concentration", "followers_summed", "implied_means"]

answer(__name__)
