"""A chapter: one question with its computed answer, from which notebook and report are both made.

A builder of `publish.chapters` takes results of measures and fills a `Chapter`. In a notebook,
`show` displays it in one language; `save` writes it in both under `$I4_OUT/<key>/`, where
`publish.report` finds it. Nothing is measured here.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from i4analysis.errors import I4Error
from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid, order, view
from i4analysis.publish.charts import style
from i4analysis.publish.words import ledgers, sentence
from i4analysis.publish.words.numbers import unexplained
from i4analysis.publish.words.sentence import Told
from i4analysis.publish.words.wording import LANGUAGES, Text, clean, percent, roughly

__all__ = ["Chapter", "Source", "Text"]

SCHEMA = 1
OUT_VARIABLE = "I4_OUT"
LANG_VARIABLE = "I4_LANG"
_STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

#: A sentence: the key of one in the chapter's catalogue, or one that was told already.
Said = str | Text | Told


@dataclass(frozen=True)
class _Picture:
    svg: bytes
    png: bytes
    header: float
    footer: float


@dataclass(frozen=True)
class Source:
    """Where a statement of fact was read: who published it and its address."""

    name: str
    url: str

    def as_dict(self) -> dict[str, str]:
        """Return {"name": …, "url": …}; an address that is none is dropped."""
        url = clean(self.url)
        known = url.startswith(("https://", "http://")) and " " not in url
        return {"name": clean(self.name), "url": url if known else ""}


class Chapter:
    """One question, its answer, and the sentences, figures and tables that carry it.

    A sentence is one call: `chapter.sentence("key", n=…, who=…)` takes it from the catalogue
    `words/<topic>.toml`, fills its holes and so declares its numbers (`words.sentence` says how).
    Texts told already are taken as well, with `numbers`.

    Parameters
    ----------
    key
        Names the folder (`registry.registered` has them all).
    order
        Place in the report, from 1.
    movement
        Gives the name, the title and the made-up mark.
    title
        The finding, computed: it becomes the heading of the report's section (`titled`).
    question, answer
        The question (`question` in the catalogue), and its answer in at most two computed
        sentences (`answered`).
    numbers
        Every number of title and answer that is in no table of the chapter, by name.
    as_of
        Last day the data rests on, in the movement's zone; never the clock.
    words
        Topic of its catalogue; by default its key.
    """

    def __init__(
        self,
        key: str,
        order: int,
        movement: Movement,
        title: Text | None = None,
        question: Text | None = None,
        answer: Text | None = None,
        *,
        numbers: Mapping[str, Any] | None = None,
        as_of: Date | None = None,
        words: str | None = None,
    ) -> None:
        if not _STEM.fullmatch(key):
            raise I4Error(f"The chapter key {key!r} is not a file name; use a-z, 0-9 and -.")
        self.key, self.order, self.movement = key, order, movement
        self.words = words or key
        self.title, self.answer = title or Text.same(""), answer or Text.same("")
        self.question = question or sentence.tell(self.words, "question").text
        self.as_of = as_of.date() if isinstance(as_of, datetime) else as_of
        self.as_of_known = "day"  # or month, where no day may be told
        self.missing = False  # whether it could not be computed, and only says so
        self.silent = False  # whether a page has no place for it: its question is not asked there
        self._numbers: dict[str, Any] = {}
        self._facts: dict[str, dict[str, str]] = {}
        self._lists: dict[str, list[dict[str, Any]]] = {
            name: []
            for name in ("key_figures", "can_write", "cannot_write", "cannot_show", "excluded")
        }
        self._items: list[dict[str, Any]] = []
        self._leads: dict[str, dict[str, Any]] = {}
        self._part: str | None = None
        self._draws: dict[str, Callable[[str], Axes | Figure]] = {}
        self._pictures: dict[tuple[str, str], _Picture] = {}
        self._declare(numbers)

    # ------------------------------------------------------------------------------ filling

    def told(self, key: str, /, **values: Any) -> Told:
        """Return a sentence of the chapter's catalogue, to stand in another or in a title."""
        return sentence.tell(self.words, key, **values)

    def _say(
        self, said: Said, numbers: Mapping[str, Any] | None, values: Mapping[str, Any]
    ) -> Text:
        """Return the words of a sentence and declare its numbers."""
        made = self.told(said, **values) if isinstance(said, str) else said
        self._declare({**(made.numbers if isinstance(made, Told) else {}), **(numbers or {})})
        if isinstance(made, Told):
            self._facts = sentence.stated_too(self._facts, made.facts)
        return made.text if isinstance(made, Told) else made

    def _own(self, said: Said | None, key: str, values: Mapping[str, Any]) -> Text | None:
        """Return the words given, else those of a key if the catalogue has it."""
        if said is None and not sentence.known(self.words, key):
            return None
        return self._say(key if said is None else said, None, values)

    def titled(
        self, said: Said, /, numbers: Mapping[str, Any] | None = None, **values: Any
    ) -> None:
        """Give the chapter its finding."""
        self.title = self._say(said, numbers, values)

    def answered(
        self, said: Said, /, numbers: Mapping[str, Any] | None = None, **values: Any
    ) -> None:
        """Answer the question; a second call adds a second sentence."""
        self.answer += self._say(said, numbers, values)

    def key_figure(
        self,
        id: str,
        value: Any,
        /,
        label: Said | None = None,
        definition: Said | None = None,
        *,
        roughness: str = "exact",
        share: bool = False,
        **values: Any,
    ) -> None:
        """Add a number for page 1: `label` says what it is, `definition` what it counts.

        Both are by default those of the catalogue: `[<id>.label]`, agreed with the number by
        `{value|…}` (another `value=` may be said there), and `[<id>.definition]`. `roughness`
        words the number ("at least 300"); `share` prints it as a percentage. A null value is not
        added. The first key figure of a chapter is its main one.
        """
        if value is None or bool(pd.isna(value)):
            return
        self._numbers[id] = _plain(value)
        text = Text.both(
            lambda lang: percent(value, lang) if share else roughly(value, roughness, lang)
        )
        values = {"value": value, **values}
        self._lists["key_figures"].append(
            {
                "id": id,
                "value": _plain(value),
                "text": text.as_dict(),
                "label": self._say(label or f"{id}.label", None, values).as_dict(),
                "definition": self._say(definition or f"{id}.definition", None, values).as_dict(),
                "roughness": roughness,
                "share": share,
            }
        )

    def front(
        self, name: str, text: Said, /, numbers: Mapping[str, Any] | None = None, **values: Any
    ) -> None:
        """Give the first screen of a report a text: its headline, or the answer to a question."""
        self._leads[name] = {"text": self._say(text, numbers, values).as_dict()}

    def part(self, name: str | None) -> None:
        """Say which of the reader's questions what follows belongs to (`report.order`)."""
        self._part = name

    def _add(self, item: dict[str, Any]) -> dict[str, Any]:
        if self._part is not None:
            item["part"] = self._part
        self._items.append(item)
        return item

    def heading(self, text: Said, /, **values: Any) -> None:
        """Start a section of the chapter."""
        self._add({"kind": "heading", "text": self._say(text, None, values).as_dict()})

    def sentence(
        self,
        text: Said,
        /,
        numbers: Mapping[str, Any] | None = None,
        *,
        sources: Collection[Source] = (),
        **values: Any,
    ) -> None:
        """Add a sentence; `numbers` gives its numbers by name, `sources` where it is from."""
        text = self._say(text, numbers, values)
        item: dict[str, Any] = {"kind": "sentence", "text": text.as_dict()}
        if sources:
            item["sources"] = [source.as_dict() for source in dict.fromkeys(sources)]
        self._add(item)

    def ask(self, who: Text, what: Text, numbers: Mapping[str, Any] | None = None) -> None:
        """Add somebody to ask and what to ask them for."""
        self._declare(numbers)
        self._add({"kind": "ask", "who": who.as_dict(), "text": what.as_dict()})

    def card(
        self,
        id: str,
        *,
        date: Text,
        title: Text,
        verdict: Text,
        voices: Collection[Mapping[str, Any]],
        copy: Text,
        source: Source,
        credited: bool = False,
        numbers: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a dated event with what is said of it.

        Parameters
        ----------
        date, title, verdict
            The date as the source gives it; what happened; what is known of who brought it about.
        voices
            One a claim: `who`, `role`, `says`, `words`, `standing` (texts) and `source`.
        copy
            The sentence, with its source, that a reader may take away.
        """
        self._declare(numbers)
        self._add(
            {
                "kind": "card",
                "id": id,
                "date": date.as_dict(),
                "title": title.as_dict(),
                "verdict": verdict.as_dict(),
                "voices": [
                    {
                        name: value.as_dict() if isinstance(value, (Text, Source)) else value
                        for name, value in voice.items()
                    }
                    for voice in voices
                ],
                "copy": copy.as_dict(),
                "source": source.as_dict(),
                "credited": credited,
            }
        )

    def can_write(
        self, text: Said, /, numbers: Mapping[str, Any] | None = None, **values: Any
    ) -> None:
        """Add a sentence that a journalist can print as it is."""
        self._lists["can_write"].append(self._say(text, numbers, values).as_dict())

    def cannot_write(
        self, text: Said, /, numbers: Mapping[str, Any] | None = None, **values: Any
    ) -> None:
        """Add a sentence that must not be printed, with the reason in the same text."""
        self._lists["cannot_write"].append(self._say(text, numbers, values).as_dict())

    def cannot_show(self, text: Said, /, stem: str | None = None, **values: Any) -> None:
        """Say what is missing and why; `stem` names the figure or table it replaces."""
        text = self._say(text, None, values)
        self._lists["cannot_show"].append({"text": text.as_dict(), "stem": stem})

    def excluded(self, reason: Said, count: int) -> None:
        """Say how many rows were left out for one reason; a count of 0 is not printed."""
        if int(count):
            reason = self._say(reason, None, {"count": int(count)})
            self._lists["excluded"].append({"reason": reason.as_dict(), "count": int(count)})

    def left_out(self, excluded: Mapping[str, int]) -> None:
        """Say what a measure left out, each reason in the words of `[excluded.<reason>]`."""
        for reason, count in excluded.items():
            self.excluded(f"excluded.{reason}", count)

    def figure(
        self,
        stem: str,
        table: pd.DataFrame,
        draw: Callable[[str], Axes | Figure],
        *,
        title: Said | None = None,
        subtitle: Said | None = None,
        alt: Said | None = None,
        source: Said | None = None,
        note: Said | None = None,
        headers: Mapping[str, Text] | None = None,
        cells: grid.Words | None = None,
        shares: Collection[str] = (),
        numbers: Mapping[str, Any] | None = None,
        sources: Collection[Source] = (),
        links: Mapping[str, str] | None = None,
        always: Collection[str] = (),
        marks: Collection[str] | None = None,
        **values: Any,
    ) -> None:
        """Add a figure and the table it is drawn from.

        Parameters
        ----------
        stem
            File name without extension, one per report: a-z, 0-9 and -.
        table
            The numbers drawn; it is published as CSV, XLSX and below the figure. An empty table
            draws nothing: a reason is recorded instead.
        draw
            Language → chart without title or source, which are added when it is saved.
        title, subtitle
            The finding; what is measured, unit, period. By default those of the catalogue,
            `[<stem>.title]` and so on; `source` is `[source]` where the stem has none, and a
            stem without a `note` has none.
        alt
            Text alternative: kind of chart, trend, at least one number, 80–420 characters, ending
            in a full stop.
        source, note
            Where the numbers come from (computed from the data drawn); a caution to print below.
        sources
            The publications that `source` names, each with its address.
        links
            As for `table`.
        always
            Columns that a page prints even where they say the same in every row.
        marks
            Kinds of marks that are drawn, where they are known already (`style.kinds_drawn`): of
            those of the catalogue, `[<stem>.marks.<kind>]`, the subtitle names each, and no other.
        headers
            Column → words for the reader, beside the catalogue's `[columns]`.
        cells
            Column of codes → code → words for the reader; files keep the code. The catalogue's
            are `[cells.<column>]`.
        shares
            Columns of shares (0–1) to print as percentages, beside those whose name says so.
        values
            What fills the holes of the texts.
        """
        shown = self._needed(title, f"{stem}.title", values)
        if not len(table):
            self._nothing(stem, shown)
            return
        self._declare(numbers)
        item = self._tabled("figure", stem, table, shown, headers, cells, shares, links)
        parts = [self._needed(subtitle, f"{stem}.subtitle", values)]
        kinds = sentence.terms(self.words, f"{stem}.marks")
        drawn = style.kinds_drawn(draw) if kinds and marks is None else marks or ()
        named = [f"{stem}.marks.{kind}" for kind in kinds if kind in drawn]
        parts += [self._needed(None, key, values) for key in named]
        item["subtitle"] = Text.both(sentence.Apart(parts).words).as_dict()
        item["alt"] = self._needed(alt, f"{stem}.alt", values).as_dict()
        item |= self._beside(stem, source, note, values)
        if always:
            item["always"] = list(always)
        if sources:
            item["sources"] = [source.as_dict() for source in dict.fromkeys(sources)]
        self._draws[stem] = draw

    def table(
        self,
        stem: str,
        table: pd.DataFrame,
        *,
        title: Said | None = None,
        headers: Mapping[str, Text] | None = None,
        cells: grid.Words | None = None,
        shares: Collection[str] = (),
        source: Said | None = None,
        note: Said | None = None,
        printed: int | None = None,
        links: Mapping[str, str] | None = None,
        first: int = 0,
        **values: Any,
    ) -> None:
        """Add a table without a figure; an empty one records a reason instead.

        Words are found as for `figure`. `printed` limits the columns a page shows, where the last
        ones are for the file. `links` gives, for a column of words, the column of addresses that
        they lead to. The `first` rows are part of the text: a page shows them, and folds the rest.
        """
        shown = self._needed(title, f"{stem}.title", values)
        if not len(table):
            self._nothing(stem, shown)
            return
        item = self._tabled("table", stem, table, shown, headers, cells, shares, links)
        item |= self._beside(stem, source, note, values)
        item |= {"printed": printed, "first": first}

    def _needed(self, said: Said | None, key: str, values: Mapping[str, Any]) -> Text:
        return self._say(key if said is None else said, None, values)

    def _beside(
        self, stem: str, source: Said | None, note: Said | None, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the source and the note of a figure or table."""
        own = self._own(source, f"{stem}.source", values)
        if own is None and sentence.fits(self.words, "source", values):
            own = self._say("source", None, values)
        more = self._own(note, f"{stem}.note", values)
        return {
            "source": None if own is None else own.as_dict(),
            "note": None if more is None else more.as_dict(),
        }

    def _tabled(
        self,
        kind: str,
        stem: str,
        table: pd.DataFrame,
        title: Text,
        headers: Mapping[str, Text] | None,
        cells: grid.Words | None,
        shares: Collection[str],
        links: Mapping[str, str] | None,
    ) -> dict[str, Any]:
        if not _STEM.fullmatch(stem) or any(item.get("stem") == stem for item in self._items):
            raise I4Error(
                f"The stem {stem!r} of the chapter {self.key} is not a new file name; expected"
                " a-z, 0-9 and -, each stem once."
            )
        item: dict[str, Any] = {"kind": kind, "stem": stem, "title": title.as_dict()}
        headers = sentence.terms(self.words, "columns") | dict(headers or {})
        codes = {str(name): sentence.terms(self.words, f"cells.{name}") for name in table.columns}
        codes = {name: words for name, words in codes.items() if words}
        cells = ledgers.offices(table) | codes | dict(cells or {})
        item |= grid.pack(table, headers, cells, shares)
        for column in item["columns"]:
            if column["name"] in (links or {}):
                column["link"] = (links or {})[column["name"]]
        return self._add(item)

    def _nothing(self, stem: str, title: Text) -> None:
        if any(gap["stem"] == stem for gap in self._lists["cannot_show"]):
            return
        self.cannot_show("nothing", stem, title=title)

    def _declare(self, numbers: Mapping[str, Any] | None) -> None:
        for name, value in (numbers or {}).items():
            plain, key, place = _plain(value), name, 1
            while self._numbers.get(key, plain) != plain:  # another sentence's number of that name
                place += 1
                key = f"{name}-{place}"
            self._numbers[key] = plain

    # ------------------------------------------------------------------------------ giving

    def as_dict(self) -> dict[str, Any]:
        """Return the whole chapter as plain values, ready for JSON."""
        return {
            "schema": SCHEMA,
            "key": self.key,
            "order": self.order,
            "movement": {"name": self.movement.name, "made_up": self.movement.made_up},
            **({"missing": True} if self.missing else {}),
            **({"silent": True} if self.silent else {}),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            **({"as_of_known": self.as_of_known} if self.as_of_known != "day" else {}),
            "title": self.title.as_dict(),
            "question": self.question.as_dict(),
            "answer": self.answer.as_dict(),
            "numbers": self._numbers,
            "facts": self._facts,
            **self._lists,
            "leads": self._leads,
            "items": self._items,
        }

    def problems(self) -> list[str]:
        """Return one sentence for each printed number that neither table nor `numbers` explain."""
        return unexplained(self.as_dict())

    def show(self, stem: str | None = None, lang: str | None = None) -> None:
        """Display in a notebook: question and answer, or the figure or table named `stem`."""
        from IPython.display import HTML, display

        display(HTML(self.html(stem, lang)))  # type: ignore[no-untyped-call]  # IPython has none

    def html(self, stem: str | None = None, lang: str | None = None) -> str:
        """Return what `show` displays, as HTML."""
        lang = lang or os.environ.get(LANG_VARIABLE, "en")
        content = self.as_dict()
        if stem is None:
            return view.head(content, lang)
        for item in self._items:
            if item.get("stem") == stem:
                svg = self._picture(item, lang).svg if item["kind"] == "figure" else None
                return view.item(content, item, lang, svg)
        return view.missing(content, stem, lang)

    def _repr_html_(self) -> str:
        return self.html()

    def save(self, out: str | os.PathLike[str] | None = None) -> None:
        """Write the chapter in both languages under `out` (default: `$I4_OUT`), or do nothing.

        Writes `<key>/chapter.json` and for each figure `<stem>.<lang>.svg`, `.png`, the same drawn
        for a phone (`<stem>.<lang>.phone.svg`), and for each figure and table `<stem>.csv`: the
        same bytes for the same chapter. Nothing is returned: a
        notebook would print the path of this machine.
        """
        target = out or os.environ.get(OUT_VARIABLE)
        if not target:
            return
        folder = Path(target) / self.key
        folder.mkdir(parents=True, exist_ok=True)
        for item in self._items:
            if "stem" not in item:
                continue
            (folder / f"{item['stem']}.csv").write_bytes(grid.csv_bytes(item))
            if item["kind"] != "figure":
                continue
            item["crop"] = {}
            for lang in LANGUAGES:
                shown = order.on_a_page(self.key, item["stem"])
                for name in (lang, f"{lang}.phone") if shown else (lang,):
                    picture = self._picture(item, name)
                    (folder / f"{item['stem']}.{name}.svg").write_bytes(picture.svg)
                    (folder / f"{item['stem']}.{name}.png").write_bytes(picture.png)
                    item["crop"][name] = [round(picture.header, 3), round(picture.footer, 3)]
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / "chapter.json").write_text(text + "\n", encoding="utf-8")

    def _picture(self, item: Mapping[str, Any], name: str) -> _Picture:
        """Return a figure's picture: `fr`, `en`, or the drawing for a phone, `fr.phone`."""
        stem, (lang, _, phone) = str(item["stem"]), name.partition(".")
        if (stem, name) not in self._pictures:
            with style.for_phone() if phone else nullcontext():
                figure = style.drawn(self._draws[stem], lang)
                box, header, footer = style.frame(
                    figure,
                    title=item["title"][lang],
                    subtitle=item["subtitle"][lang],
                    source=item["source"][lang],
                    made_up=self.movement.made_up,
                    lang=lang,
                )
                words = {"title": item["title"][lang], "description": item["alt"][lang]}
                svg, png = (
                    style.picture(figure, kind, box, lang=lang, **words) for kind in ("svg", "png")
                )
            plt.close(figure)
            self._pictures[stem, name] = _Picture(svg, png, header, footer)
        return self._pictures[stem, name]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple, pd.Series)):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return clean(value)
    if value is None or bool(pd.isna(value)):
        return None
    if isinstance(value, bool):
        return value
    if hasattr(value, "item"):
        value = value.item()
    return grid.steady(value) if math.isfinite(value) else float(value)
