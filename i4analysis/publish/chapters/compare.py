"""Chapter 9: a movement beside another, or before and after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

import pandas as pd

from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import compare as charts
from i4analysis.publish.words.sentence import Apart, Band, Days, Share, Told
from i4analysis.publish.words.wording import Text
from i4analysis.tables import true

if TYPE_CHECKING:
    from i4analysis.measure.compare.compare import Comparison

_SHARES = ("share_relayed", "top_tenth_share")
#: Differences that are read out in the answer; all are in the table.
_READ = 3


@chapter("compare", order=9)
def compare(found: Comparison, movement: Movement, other: Movement | None = None) -> Chapter:
    """Build the chapter that sets a movement beside another, or beside itself before a day.

    Parameters
    ----------
    found
        Of `i4.compare`.
    other
        The second movement; None when the movement is compared before and after a day.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> middle = archive.own.posts["posted_at"].quantile(0.5).date()
    >>> found = i4.compare((archive, movement), before=middle, draws=40)
    >>> i4.chapters.compare(found, movement).problems()
    []
    """
    found = _of_what_is_held(found)
    made = begun("compare", movement, as_of=_as_of(found))
    sides = _sides(made, found, movement, other)
    table = found.table
    told = table[table["change"].notna()]
    differ = told[told["verdict"] == "differs"]
    _answer(made, found, told, differ, sides)
    asked = other is not None or movement.compare_before is not None
    made.silent = not asked and not len(told)
    if len(told):
        made.heading("heading")
        made.sentence("days", days=Days(found.days), level=Share(float(found.parameters["level"])))
        if not asked:
            made.sentence("undeclared")
        made.sentence("family")
    if len(told) and len(found.apart) and len(differ):
        for reason in _reasons(made, found):
            made.sentence(reason)
    _figure(made, found, told, sides)
    if len(told):
        _tables(made, found)
        made.cannot_write("not.cause")
    made.left_out(found.excluded)
    return made


def _of_what_is_held(found: Comparison) -> Comparison:
    """Leave out what is told of reshares where neither side shows one: unknown is not nought."""
    if not _without_reshares(found):
        return found
    names = ["a", "a_lo", "a_hi", "b", "b_lo", "b_hi", "change", "lo", "hi"]
    about = found.table["apart"].str.contains("no_reshares").fillna(False).to_numpy(dtype=bool)
    table = found.table.assign(
        **{name: found.table[name].mask(about) for name in names},
        verdict=found.table["verdict"].mask(about, "cannot_tell"),
    )
    return replace(found, table=table)


def _without_reshares(found: Comparison) -> bool:
    apart = found.apart[(found.apart["reason"] == "no_reshares").to_numpy(dtype=bool)]
    return bool(len(apart)) and not apart[["a", "b"]].astype(float).any(axis=None)


def _as_of(found: Comparison) -> Any:
    """Return the day before which one movement is parted and the days after it; else none."""
    if found.before is None or not found.days:
        return None
    return found.before + timedelta(days=max(ceil(found.days) - 1, 0))


def _sides(
    made: Chapter, found: Comparison, movement: Movement, other: Movement | None
) -> dict[str, Any]:
    """Return how the two sides are called."""
    if found.before is None:
        names = [one.called for one in (movement, other) if one is not None]
        names += list(found.names[len(names) :])
        names = names if names[0] != names[1] else list(found.names)
        return {"a": names[0], "b": names[1]}
    return {
        "a": made.told("side.before"),
        "b": made.told("side.after"),
        "day": made.told("the-day", day=found.before),
    }


def _answer(
    made: Chapter,
    found: Comparison,
    told: pd.DataFrame,
    differ: pd.DataFrame,
    sides: dict[str, Any],
) -> None:
    kind = "two" if found.before is None else "day"
    if found.before is None and not found.table[["n_a", "n_b"]].sum().sum():
        made.titled("title.empty")
        made.answered("answer.nothing")
    elif not len(told):
        made.titled(f"title.{kind}.nothing", **sides)
        made.answered("answer.nothing")
    elif len(differ):
        made.titled(f"title.{kind}.differs", n=len(differ), **sides)
        readings = [_reading(made, row) for row in differ.head(_READ).to_dict("records")]
        made.answered("answer.differs", readings=Apart(readings), **sides)
    elif touched := int(true(told["verdict"] == "apart").sum()):
        made.titled(f"title.{kind}.apart", n=touched, **sides)
        reasons = Told.nothing()
        for reason in _reasons(made, found):
            reasons = reasons + (Text(fr=" ", en=" ") if reasons["fr"] else Text.same("")) + reason
        made.answered("answer.apart", reasons=reasons)
    else:
        made.titled(f"title.{kind}.alike", **sides)
        made.answered("answer.alike", n=len(told))


def _reading(made: Chapter, row: dict[Any, Any]) -> Told:
    name = str(row["measure"])
    what = _lowered(name)
    values = {side: _value(name, row[side]) for side in ("b", "a")}
    if row["scale"] == "difference":
        return made.told("reading.difference", what=what, **values)
    interval = Band(grid.steady(float(row["lo"]), 3), grid.steady(float(row["hi"]), 3))
    return made.told("reading.ratio", what=what, interval=interval, **values)


def _lowered(name: str) -> Text:
    words = charts.measures()[name]
    return Text.both(lambda lang: words[lang][:1].lower() + words[lang][1:])


def _value(name: str, value: Any) -> Any:
    return Share(float(value)) if name in _SHARES else grid.steady(float(value), 3)


def _reasons(made: Chapter, found: Comparison) -> list[Told]:
    """Return a sentence for each thing that sets the archives apart."""
    reasons = []
    for row in found.apart.to_dict("records"):
        reason, shares = str(row["reason"]), {}
        if reason == "no_reshares" and _without_reshares(found):
            continue  # nothing is told of them
        if reason == "loss":
            shares = {side: Share(float(row[side])) for side in ("a", "b")}
            reason = reason if found.before is None else "loss-day"
        reasons.append(made.told(f"apart.{reason}", **shares))
    return reasons


def _figure(made: Chapter, found: Comparison, told: pd.DataFrame, sides: dict[str, Any]) -> None:
    ratios = told.loc[told["scale"] == "ratio", ["measure", "change", "lo", "hi", "verdict"]]
    if not len(ratios):
        made.cannot_show("compare-changes.missing", "compare-changes")
        return
    ratios = _steady(ratios, ["change", "lo", "hi"])
    made.figure(
        "compare-changes",
        ratios,
        lambda lang: charts.plot_changes(ratios, lang=lang),
        title=f"compare-changes.title{'' if found.before is None else '-day'}",
        source="source" if found.before is None else "source-day",
        alt="compare-changes.alt-one" if len(ratios) == 1 else "compare-changes.alt",
        level=Share(float(found.parameters["level"])),
        n=len(ratios),
        most=float(ratios["change"].max()),
        least=float(ratios["change"].min()),
        **sides,
    )


def _tables(made: Chapter, found: Comparison) -> None:
    columns = ["measure", "a", "b", "scale", "change", "lo", "hi", "verdict", "n_a", "n_b"]
    source = "source" if found.before is None else "source-day"
    shown = _steady(found.table[columns], ["a", "b", "change", "lo", "hi"])
    made.table("compare-table", shown, source=source, printed=8)
    apart = found.apart
    apart = apart[apart["a"] != apart["b"]]  # what both share sets nothing apart
    if len(apart):
        made.table(
            "compare-apart",
            apart,
            title="compare-apart.title" if found.before is None else "apart-day.title",
            source=source,
        )


def _steady(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a table whose numbers have three digits that count."""
    steady = {
        name: pd.Series(
            [grid.steady(float(one), 3) if pd.notna(one) else None for one in table[name]],
            index=table.index,
            dtype="double[pyarrow]",
        )
        for name in columns
    }
    return table.assign(**steady)
