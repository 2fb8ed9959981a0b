"""Sentences written once a language, their numbers set by the language and declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from i4analysis.publish.words.wording import LANGUAGES, Text, date, number, percent, period, plural


@dataclass(frozen=True)
class Counted:
    """A count with its noun in both languages, singular and plural."""

    count: float
    fr: tuple[str, str]
    en: tuple[str, str]
    roughness: str = "exact"

    def words(self, lang: str) -> str:
        """Return the count and its noun, agreed."""
        one, many = self.fr if lang == "fr" else self.en
        return plural(self.count, one, many, lang, roughness=self.roughness)


@dataclass(frozen=True)
class Share:
    """A share (0–1), printed as a percentage."""

    value: float


@dataclass(frozen=True)
class Told:
    """A text and the numbers it prints, by name."""

    text: Text
    numbers: Mapping[str, float]


def told(fr: str, en: str, **values: Any) -> Told:
    r"""Fill `{name}` in a sentence of each language: numbers, dates, counts, shares, texts.

    Examples
    --------
    >>> made = told("{n} le {day}", "{n} on {day}", n=1200, day=Date(2015, 9, 26))
    >>> made.text["en"].replace("\u00a0", " ")
    '1,200 on 26 September 2015'
    >>> made.numbers
    {'n': 1200}
    """
    written = {
        lang: template.format(**{name: _words(value, lang) for name, value in values.items()})
        for lang, template in zip(LANGUAGES, (fr, en), strict=True)
    }
    numbers = {name: _number(value) for name, value in values.items()}
    return Told(
        Text(fr=written["fr"], en=written["en"]),
        {name: value for name, value in numbers.items() if value is not None},
    )


def say(fr: str, en: str, **values: Any) -> Text:
    """Return the text of `told`, for places whose numbers stand in the table beside them."""
    return told(fr, en, **values).text


def span(first: Any, last: Any, *, capital: bool = False) -> Text:
    r"""Return days as they open or join a sentence: `du 14 au 22 avril 2014`, `from 14 to …`.

    Examples
    --------
    >>> span(Date(2014, 4, 14), Date(2014, 4, 22))["en"].replace("\u00a0", " ")
    'from 14 to 22 April 2014'
    >>> span(Date(2014, 4, 14), Date(2014, 4, 14), capital=True)["fr"].replace("\u00a0", " ")
    'Le 14 avril 2014'
    """

    def write(lang: str) -> str:
        days = period(first, last, lang)
        if lang == "en":
            days = f"{'on' if first == last else 'from'} {days}"
        return days[:1].upper() + days[1:] if capital else days

    return Text.both(write)


def figure_of(ax: Axes) -> Figure:
    """Return the figure a chart was drawn on."""
    return cast("Figure", ax.figure)


def row_of_most(table: pd.DataFrame, column: str, *, least: bool = False) -> pd.Series:
    """Return the row with the largest (or least) value of a column."""
    values = table[column].to_numpy(dtype=float)
    return table.iloc[int(values.argmin() if least else values.argmax())]


def _words(value: Any, lang: str) -> str:
    if isinstance(value, Counted):
        return value.words(lang)
    if isinstance(value, Share):
        return percent(value.value, lang)
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, Date):
        return date(value, lang)
    if isinstance(value, str):
        return value
    return number(value, lang)


def _number(value: Any) -> float | None:
    if isinstance(value, Counted):
        return value.count
    if isinstance(value, Share):
        return value.value
    if isinstance(value, (Text, str, Date)):
        return None
    return float(value) if float(value) != int(value) else int(value)
