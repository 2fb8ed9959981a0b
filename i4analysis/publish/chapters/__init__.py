"""Chapters: one function a notebook, taking results of measures and giving a `Chapter`."""

from i4analysis.arguments import answer
from i4analysis.publish.chapters.appeals import appeals as appeals
from i4analysis.publish.chapters.archive import archive as archive
from i4analysis.publish.chapters.compare import compare as compare
from i4analysis.publish.chapters.members import supporters as supporters
from i4analysis.publish.chapters.outcomes import outcomes as outcomes
from i4analysis.publish.chapters.push import push as push
from i4analysis.publish.chapters.reach import followers as followers
from i4analysis.publish.chapters.relays import relays as relays
from i4analysis.publish.chapters.story import story as story
from i4analysis.publish.chapters.trust import trust as trust

__all__ = [
    "appeals",
    "archive",
    "compare",
    "followers",
    "outcomes",
    "push",
    "relays",
    "story",
    "supporters",
    "trust",
]

answer(__name__)
