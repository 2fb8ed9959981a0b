"""A report before it has a language: the saved chapters and what page 1 takes from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from pathlib import Path
from typing import Any

from i4analysis.errors import RefreshError
from i4analysis.ledgers import possible_days
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import SCHEMA
from i4analysis.publish.chapter.front import ledger_days, today, written_on
from i4analysis.publish.chapter.order import PROOF
from i4analysis.publish.report.boilerplate import DEFINITIONS, LIMITS, TITLES, TOPICS, WORDS
from i4analysis.publish.words.wording import LANGUAGES, Text, date

Chapter = Mapping[str, Any]
MADE_UP_PREFIX = "made-up-"


@dataclass(frozen=True)
class Report:
    """Everything a report prints, in both languages, and where its pictures lie.

    Attributes
    ----------
    chapters
        Key → saved chapter, in the order of the page.
    folders
        Key → folder holding its pictures.
    previous
        Figures and inputs of the last report from other inputs, or None.
    refresh
        What the refresh recorded: fingerprint, inputs, previous.
    proof
        Content of the proof report, or None.
    notebooks
        Names of the executed notebooks that lie beside the report.
    """

    movement: Movement
    chapters: Mapping[str, Chapter]
    folders: Mapping[str, Path]
    previous: Mapping[str, Any] | None = None
    refresh: Mapping[str, Any] = field(default_factory=dict)
    proof: Mapping[str, Any] | None = None
    notebooks: tuple[str, ...] = ()

    @property
    def made_up(self) -> bool:
        return self.movement.made_up

    @property
    def prefix(self) -> str:
        """What made-up file names start with, so that a file sent alone still says so."""
        return MADE_UP_PREFIX if self.made_up else ""

    @property
    def version(self) -> str:
        """Twelve digits that change when the content does; the manifest holds the inputs."""
        content = json.dumps(list(self.chapters.values()), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @property
    def as_of(self) -> Date | None:
        """Last day of the data: of the chapters and of the ledgers; None without any."""
        return self.up_to[0]

    @property
    def up_to(self) -> tuple[Date | None, str]:
        """The last day of the data that is past, and how it is known: day, week, month, year."""
        now = today(self.movement)
        told = [(Date.fromisoformat(c["as_of"]), c.get("as_of_known", "day"))
                for c in self.chapters.values() if c["as_of"]]  # fmt: skip
        told = [how for how in (*ledger_days(self.movement), *told) if how[0] <= now]
        # of posts that are still to come no day of a ledger is the last
        if not told or (self.chapters.get("archive", {}).get("as_of") or "") > now.isoformat():
            return None, "day"
        last = max(day for day, _ in told)
        known = {how for day, how in told if day == last}
        # a month or a year that goes on after the last day may be what a figure is of
        known |= {
            how
            for day, how in told
            if how in ("month", "year")
            and (ends := possible_days(day, how)) is not None
            and ends[1] > last
        }
        return last, next((how for how in ("year", "month", "week") if how in known), "day")

    def dated(self, lang: str) -> str:
        """Say when the report was written, else up to which day its data go, if that is known."""
        written = written_on(self.movement)
        if written is not None:
            return f"{WORDS['written'][lang]} {date(written, lang)}"
        day, known = self.up_to
        words = {"day": "as_of", "week": "as_of_week"}.get(known, "as_of_month")
        return "" if day is None else f"{WORDS[words][lang]} {date(day, lang, known)}"

    @property
    def readings(self) -> list[Text]:
        """How to read what this report holds: no word on what it does not hold."""
        rough = self.movement.ledger("figures")["roughness"].isin(["at_least", "about"])
        held = {"after": len(self.movement.outcomes) > 0, "roughly": rough.any()}
        told = [text for name, text in DEFINITIONS.items() if held.get(name, True)]
        read = not self.preliminary and has_found(self.chapters["archive"])
        return [*told, *LIMITS] if read else told

    @property
    def preliminary(self) -> bool:
        """Whether no archive was read: the figures are then only those of published sources."""
        archive = self.chapters.get("archive")
        if archive is not None and archive.get("missing"):
            return False  # what was read could not be told
        return archive is None or not any(f["value"] for f in archive["key_figures"])

    @property
    def missing(self) -> list[Chapter]:
        """The chapters that could not be computed; each says so and why."""
        return [chapter for chapter in self.chapters.values() if chapter.get("missing")]

    @property
    def leads(self) -> Mapping[str, Any]:
        """What the opening chapter gives the first screen, by name."""
        leads: Mapping[str, Any] = self.chapters.get("story", {}).get("leads", {})
        return leads

    @property
    def headline(self) -> Text:
        """The goal and the size; without them the first finding, else the movement's title."""
        lead = self.leads.get("headline")
        # a title above no number says what is missing: no news to head a page with
        found = [key for key in TITLES if self.chapters.get(key, {}).get("key_figures")]
        words = lead["text"] if lead else self.chapters[found[0]]["title"] if found else None
        return Text.of(words or self.movement.title, self.movement.name)

    @property
    def number(self) -> Mapping[str, Any] | None:
        """The one number of a card: the story's, else the first that a chapter found."""
        for key in ("story", *TITLES):
            figures = self.chapters.get(key, {}).get("key_figures", ())
            if figures:
                return dict(figures[0])
        return None

    @property
    def proves(self) -> bool:
        """Whether a proof of the methods is at hand, for a page of its own."""
        return any(key in self.chapters for key in PROOF)

    def figures(self) -> dict[str, float]:
        """Return `chapter.id` → value of every key figure, for guards and comparisons."""
        return {
            f"{key}.{figure['id']}": figure["value"]
            for key, chapter in self.chapters.items()
            for figure in chapter["key_figures"]
        }

    def tabled(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Return (chapter key, item) for every figure and table, in the order of the page."""
        return [
            (key, item)
            for key, chapter in self.chapters.items()
            for item in chapter["items"]
            if "stem" in item
        ]


def has_found(chapter: Chapter) -> bool:
    """Tell whether a chapter shows anything: a figure, a table or a key number."""
    shown = any("stem" in item for item in chapter.get("items", ()))
    return shown or bool(chapter.get("key_figures"))


def read(
    folder: Path,
    movement: Movement,
    *,
    previous: Mapping[str, Any] | None = None,
    refresh: Mapping[str, Any] | None = None,
    proof: Path | None = None,
    notebooks: tuple[str, ...] = (),
) -> Report:
    """Read the chapters saved under `folder` (one folder each) into a report.

    Raises
    ------
    RefreshError
        If no chapter is there, one is damaged, two share a stem or one is of another movement.
    """
    found: dict[str, tuple[Chapter, Path]] = {}
    for path in sorted(folder.glob("*/chapter.json")):
        chapter = _chapter(path)
        if chapter["movement"]["name"] != movement.name:
            raise RefreshError(
                f"The chapter {path} is about {chapter['movement']['name']}, expected"
                f" {movement.name}; run its notebook again."
            )
        found[chapter["key"]] = (chapter, path.parent)
    if not found:
        raise RefreshError(
            f"The folder {folder} holds no chapter, expected */chapter.json; run the notebooks"
            " with I4_OUT set to it."
        )
    order = [*TOPICS, *sorted(set(found) - set(TOPICS))]
    keys = [key for key in order if key in found]
    report = Report(
        movement=movement,
        chapters={key: found[key][0] for key in keys},
        folders={key: found[key][1] for key in keys},
        previous=previous,
        refresh=refresh or {},
        proof=None if proof is None else json.loads(proof.read_text(encoding="utf-8")),
        notebooks=notebooks,
    )
    _check_stems(report)
    return report


def _chapter(path: Path) -> Chapter:
    try:
        chapter: Chapter = json.loads(path.read_text(encoding="utf-8"))
        complete = chapter["schema"] == SCHEMA and all(
            set(LANGUAGES) <= set(chapter[name]) for name in ("title", "question", "answer")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefreshError(
            f"The chapter {path} cannot be read ({error}), expected what Chapter.save writes; run"
            " its notebook again."
        ) from error
    if not complete:
        raise RefreshError(
            f"The chapter {path} is of another version, expected schema {SCHEMA}; run its notebook"
            " again."
        )
    return chapter


def _check_stems(report: Report) -> None:
    owners: dict[str, str] = {}
    for key, item in report.tabled():
        stem = item["stem"]
        if stem in owners:
            raise RefreshError(
                f"The chapters {owners[stem]} and {key} both have a figure named {stem}, expected"
                " each stem once in a report; rename one."
            )
        owners[stem] = key
