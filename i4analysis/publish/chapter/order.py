"""The order of a report: the reader's questions, and what answers each.

One table, read by the page, by the paper and by the chapters, which draw for a phone what a page
shows. A question takes what `chapters.story` put under it,
then what an archive adds: of each chapter its answer, its first sentences, a few figures. All
other figures and tables are in the workbook, in `figures/` and in the notebooks, for analysts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from i4analysis.publish.words.sentence import terms
from i4analysis.publish.words.wording import Text


@dataclass(frozen=True)
class Take:
    """What a question takes of a chapter: `figures` and `tables` by stem, the first `sentences`.

    A stem that the chapter does not have is passed over; of the figures it has, the first `most`
    are taken. None takes the first that there is.
    """

    chapter: str
    figures: tuple[str, ...] | None = ()
    tables: tuple[str, ...] = ()
    sentences: int = 0
    most: int = 2
    answer: bool = True


@dataclass(frozen=True)
class Question:
    """A section of the page: what `chapters.story` calls it, its title, and what it takes."""

    key: str
    takes: tuple[Take, ...] = ()

    @property
    def title(self) -> Text:
        """Its words on the page."""
        return terms("report", "questions")[self.key]


QUESTIONS: tuple[Question, ...] = (
    Question("story"),
    Question("obtained", (Take("outcomes", tables=("outcome-relays",), answer=False),)),
    Question("failed"),
    Question("carried", (
        Take("relays", figures=("relays-influence",), tables=("relays-most-reshared",),
             sentences=1),
        Take("push", figures=("push-effects",)),
    )),
    Question("size", (
        Take("supporters", figures=("supporters-curve", "supporters-accounts", "first-posts")),
        Take("followers", figures=("followers-curve", "followers-concentration"), sentences=1),
    )),
    Question("helped", (
        Take("appeals", figures=("appeals-first-relay",), tables=("appeals-offers",),
             sentences=1),
    )),
    Question("beside", (
        Take("compare", figures=("compare-changes",), tables=("compare-table",), sentences=9),
    )),
    Question("said"),
    Question("settle"),
    Question("known", (Take("archive", sentences=3),)),
)  # fmt: skip

# The page of the method: what the proof says, whole.
PROOF = ("trust",)
# What was measured on posts, which the first screen tells after what is published.
MEASURED = {"size": ("supporters", "followers"), "carried": ("relays",)}


def on_a_page(chapter: str, stem: str) -> bool:
    """Tell whether a page may show a figure, which then needs its drawing for a phone."""
    takes = [take for asked in QUESTIONS for take in asked.takes if take.chapter == chapter]
    if chapter in ("story", *PROOF) or not takes:
        return True
    return any(take.figures is None or stem in take.figures for take in takes)


def takes_of(question: Question, chapters: Collection[str]) -> tuple[Take, ...]:
    """Return what a question takes; the last also takes the chapters that no question names."""
    if question is not QUESTIONS[-1]:
        return question.takes
    named = {take.chapter for asked in QUESTIONS for take in asked.takes}
    others = [key for key in chapters if key not in (*named, *PROOF, "story")]
    return (*(Take(key, figures=None) for key in others), *question.takes)
