"""What is for the analyst's screen only: shown in a notebook, never in a published one."""

from __future__ import annotations

import os
from html import escape

import pandas as pd

from i4analysis.arguments import answer
from i4analysis.publish.chapter.abroad import marked
from i4analysis.publish.chapter.chapter import OUT_VARIABLE
from i4analysis.publish.words.sentence import terms
from i4analysis.results import Result

__all__ = ["screen_only"]

HIDDEN, EMPTY = terms("screen", "table").values()
NOBODY, CAUTION = terms("screen", "nobody"), terms("screen", "caution")


class OnScreen:
    """A table that shows itself in a notebook run by hand and withholds itself from a refresh.

    Neither its rows nor their number appear when `I4_OUT` is set, which is how chapters are
    saved for publication. A table without rows says why.
    """

    def __init__(
        self, table: pd.DataFrame, rows: int = 50, empty: str = EMPTY.en, caution: str = ""
    ) -> None:
        self._table, self._rows, self._empty, self._caution = table, rows, empty, caution

    def __repr__(self) -> str:
        told = self._told()
        if told is not None:
            return told
        return f"{self._caution}\n{self._table.head(self._rows)!r}".lstrip()

    def _repr_html_(self) -> str:
        told = self._told()
        if told is None:
            above = f"<p>{escape(self._caution)}</p>" if self._caution else ""
            return above + str(self._table.head(self._rows).to_html(border=0))
        return f"<p>{escape(told)}</p>"

    def _told(self) -> str | None:
        """Return the sentence shown in place of the table, if any."""
        if _publishing():
            return HIDDEN.en
        if len(self._table):
            return None
        return self._empty


def _publishing() -> bool:
    return bool(os.environ.get(OUT_VARIABLE))


def screen_only(
    shown: pd.DataFrame | Result, rows: int = 50, empty: str | None = None
) -> OnScreen:
    """Return a table that names people as something only a notebook run by hand displays.

    Parameters
    ----------
    shown
        The table, or a result whose notes say why its table is empty.
    rows
        Most rows shown.
    empty
        What to say in place of a table without rows.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> shown = i4.screen_only(i4.members.current_members(made.archive, made.movement))
    >>> type(shown).__name__  # the table in a notebook, a line that says why in a published one
    'OnScreen'
    """
    table, notes = (shown.table, shown.notes) if isinstance(shown, Result) else (shown, ())
    why = " ".join(NOBODY[note].en for note in notes if note in NOBODY)
    cautions = [CAUTION[note].en for note in notes if note in CAUTION]
    tried = marked("tags.largest") if cautions else None
    caution = " ".join([*cautions, *([] if tried is None else [tried["en"]])])
    return OnScreen(table, rows, empty or why or EMPTY.en, caution)


answer(__name__)
