"""What is for the analyst's screen only: shown in a notebook, never in a published one."""

from __future__ import annotations

import os

import pandas as pd

from i4analysis.publish.chapter import OUT_VARIABLE
from i4analysis.publish.wording import Text

HIDDEN = Text(
    fr="Table réservée à l'écran de l'analyste : elle nomme des personnes et n'est pas publiée.",
    en="A table for the analyst's screen only: it names people and is not published.",
)


class OnScreen:
    """A table that shows itself in a notebook run by hand and withholds itself from a refresh.

    Neither its rows nor their number appear when `I4_OUT` is set, which is how chapters are
    saved for publication.
    """

    def __init__(self, table: pd.DataFrame, rows: int = 50) -> None:
        self._table, self._rows = table, rows

    def __repr__(self) -> str:
        return HIDDEN.en if _publishing() else repr(self._table.head(self._rows))

    def _repr_html_(self) -> str:
        if _publishing():
            return f"<p>{HIDDEN.en}</p>"
        return str(self._table.head(self._rows).to_html(border=0))


def _publishing() -> bool:
    return bool(os.environ.get(OUT_VARIABLE))


def screen_only(table: pd.DataFrame, rows: int = 50) -> OnScreen:
    """Return a table that names people as something only a notebook run by hand displays."""
    return OnScreen(table, rows)
