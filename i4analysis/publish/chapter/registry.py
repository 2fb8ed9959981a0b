"""The one place where a chapter says that it exists.

    @chapter("push", order=5)
    def push(found: MediaEffects, movement: Movement) -> Chapter:
        made = begun("push", movement, as_of=…)

Its key names its folder, its anchor and its pictures; its sentences are in `words/<words>.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import partial
from typing import Any, ParamSpec

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.words import sentence
from i4analysis.publish.words.wording import Text, date

Asked = ParamSpec("Asked")
Builder = Callable[Asked, Chapter]


@dataclass(frozen=True)
class Registered:
    """A chapter that a report may hold: its key, place, catalogue of sentences, and builder.

    `of_archive` says that it tells of posts alone; the others tell of ledgers, or of the methods.
    """

    key: str
    order: int
    words: str
    build: Callable[..., Chapter]
    of_archive: bool = True


_CHAPTERS: dict[str, Registered] = {}


def chapter(
    key: str, *, order: int, words: str | None = None, of_archive: bool = True
) -> Callable[[Builder[Asked]], Builder[Asked]]:
    """Register the function that builds a chapter.

    Parameters
    ----------
    key
        Names its folder: a-z, 0-9 and -.
    order
        Its place among the chapters, and the number of its notebook.
    words
        Topic of its catalogue; by default its key.
    of_archive
        Whether it tells of posts alone.
    """

    def register(build: Builder[Asked]) -> Builder[Asked]:
        _CHAPTERS[key] = Registered(key, order, words or key, build, of_archive)
        return build

    return register


def registered() -> dict[str, Registered]:
    """Return the chapters by key, in their order."""
    return dict(sorted(_CHAPTERS.items(), key=lambda item: item[1].order))


def of_archives() -> tuple[str, ...]:
    """Return the chapters that tell of posts alone, by key, in their order."""
    return tuple(key for key, one in registered().items() if one.of_archive)


def could_not(key: str, movement: Movement, why: str) -> Chapter:
    """Return a chapter that only says that it could not be computed, and why.

    Parameters
    ----------
    why
        What became of its notebook: a kind of `refresh.notebooks.Outcome`. What an error says
        may name people, so only its kind is printed.
    """
    made = begun(key, movement)
    made.missing = True
    reason = why if sentence.known(made.words, f"missing.{why}") else "cell_error"
    made.titled("missing.title", question=made.question)
    made.answered("missing.answer", question=made.question, why=made.told(f"missing.{reason}"))
    return made


def not_told(
    key: str, movement: Movement, among: Sequence[str], totals: Mapping[str, Any]
) -> Chapter:
    """Return a chapter that is withheld; the first `among` them says so, and why.

    Of all that was to be told of posts, that on supporters tells the rounded `totals`
    (`withheld.totals`).
    """
    made = begun(key, movement)
    if key == "supporters" and "accounts" in totals:
        _totals(made, totals)
        return made
    made.missing = key == among[0]
    made.silent = not made.missing
    if key == "compare" and made.missing:  # for the other archive's sake alone
        made.titled("withheld.title-compared")
        made.answered("withheld.answer-compared")
        return made
    made.titled("withheld.title")
    who = made.told(f"withheld.all-{totals['what']}")
    made.answered("withheld.rounded" if "accounts" in totals else "withheld.nothing", who=who)
    return made


def _totals(made: Chapter, totals: Mapping[str, Any]) -> None:
    names = sentence.terms("archive", "cells.platform")
    networks = [names[name] for name in totals["platforms"] if name in names]
    days = [Date.fromisoformat(f"{month}-01") for month in totals["months"]]
    ends = [Text.both(partial(date, day, precision="month")) for day in days]
    when = "month" if len(ends) == 1 else "months"
    if days:
        made.as_of, made.as_of_known = days[-1], "month"
    values = {"posts": totals["posts"], "accounts": totals["accounts"]}
    made.titled("withheld.title-totals", accounts=totals["accounts"])
    made.answered(
        "withheld.answer-totals",
        when=made.told(f"withheld.{when}", **dict(zip(("first", "last"), ends, strict=False)))
        if ends
        else Text.same(""),
        where=made.told("withheld.on", networks=networks) if networks else Text.same(""),
        **values,
    )
    made.key_figure("withheld-accounts", totals["accounts"], roughness="at_least")


def begun(key: str, movement: Movement, *, as_of: Date | None = None) -> Chapter:
    """Begin a registered chapter; its question is in its catalogue."""
    own = _CHAPTERS[key]
    return Chapter(key, own.order, movement, as_of=as_of, words=own.words)
