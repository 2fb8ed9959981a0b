"""Members of a movement: who they are, when they joined, what was published about their number."""

from i4analysis.arguments import answer
from i4analysis.measure.members.members import (
    Adoption,
    Contagion,
    Exposure,
    Growth,
    adoption,
    contagion_test,
    current_members,
    exposure,
    growth,
    intervals,
    published,
    roles,
    roles_of_posts,
    with_handles,
)

__all__ = [
    "Adoption",
    "Contagion",
    "Exposure",
    "Growth",
    "adoption",
    "contagion_test",
    "current_members",
    "exposure",
    "growth",
    "intervals",
    "published",
    "roles",
    "roles_of_posts",
    "with_handles",
]

answer(__name__)
