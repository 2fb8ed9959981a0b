"""What is for the analyst's screen only: shown in a notebook, never in a published one."""

from __future__ import annotations

import os
from html import escape

import pandas as pd

from i4analysis.arguments import answer
from i4analysis.publish.chapter.abroad import marked
from i4analysis.publish.chapter.chapter import OUT_VARIABLE
from i4analysis.publish.words.wording import Text
from i4analysis.results import Result

__all__ = ["screen_only"]

HIDDEN = Text(
    fr="Table réservée à l'écran de l'analyste : elle nomme des personnes et n'est pas publiée.",
    en="A table for the analyst's screen only: it names people and is not published.",
)

EMPTY = Text(
    fr="Aucune ligne ne correspond : élargissez les paramètres.",
    en="No row matches: widen the parameters.",
)
NOBODY = {
    "no_members": Text(
        fr="Personne ne peut être conseillé : aucune présentation de compte ne montre la marque"
        " des soutiens, donc aucun membre n'est connu.",
        en="Nobody can be suggested: no bio in the archive shows the supporters' mark, so no"
        " member is known.",
    ),
    "nobody_hears": Text(
        fr="Personne ne peut être conseillé : l'archive n'a pas de liste d'abonnés, et aucune"
        " reprise n'est passée par un membre ; on ne sait donc pas qui un membre"
        " atteindrait.",
        en="Nobody can be suggested: the archive has no follow list and no reshare that came"
        " through a member, so whom a member would reach is not known.",
    ),
    "too_few_answers": Text(
        fr="Personne n'est conseillé : trop peu de membres ont répondu à un message qui les"
        " citait pour les départager ; les dix plus suivis valent mieux.",
        en="Nobody is suggested: too few members answered posts that tagged them to tell them"
        " apart; the ten largest do better.",
    ),
    "all_asked_lately": Text(
        fr="Personne ne peut être conseillé : chaque membre a déjà été sollicité trop souvent ces"
        " derniers jours ; relevez `most_asked`.",
        en="Nobody can be suggested: every member has been asked too often lately; raise"
        " `most_asked`.",
    ),
}

CAUTION = {
    "largest_may_reach_more": Text(
        fr="Sans liste d'abonnés, qui un membre atteint est estimé : si l'on y lit un fil trié par"
        " la plateforme, les dix plus suivis peuvent atteindre davantage de comptes.",
        en="Without follow lists, whom a member reaches is modelled: where people read a feed that"
        " the platform sorts, the ten largest may reach more accounts.",
    ),
}


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
