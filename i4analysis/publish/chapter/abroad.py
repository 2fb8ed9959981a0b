"""What a promise is worth in worlds of another hand, said where its number is used.

The trial is `python -m proof foreign`; its result is read by `publish.proof`. A chapter calls
`mark` after the number; without a trial nothing is said there, and the chapter on trust says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from i4analysis.measure.numbers.statistics import wilson
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.proof import last_foreign
from i4analysis.publish.words.sentence import COMMON, Band, Share, Told, tell

#: No share is said of fewer trials than this: so many of so many instead.
FEWEST = 20


def mark(made: Chapter, *names: str) -> None:
    """Add, for each promise named, its failures in worlds of another hand, if it was tried.

    The sentences are `[abroad.<name>]` of `words/common.toml`.
    """
    for name in names:
        told = marked(name)
        if told is not None:
            made.sentence(told)


def marked(name: str) -> Told | None:
    """Return the sentence on one promise; None where it was not tried."""
    found = last_foreign()
    row = None if found is None else found.row(name)
    if row is None or not row["n"] or pd.isna(row["foreign"]):
        return None
    values: dict[str, Any] = {"n": int(row["n"]), "value": round(float(row["foreign"]), 2)}
    if not pd.isna(row["fails"]):
        if row["of"] == "archives" and row["n"] < FEWEST and not row["counted"]:
            return tell(COMMON, "abroad.few", n=int(row["n"]))
        values |= {"rate": rate(float(row["fails"]), int(row["n"])), "share": Share(row["fails"])}
    if not pd.isna(row["withheld"]):
        values["withheld"] = Share(float(row["withheld"]))
    return tell(COMMON, f"abroad.{name}", **values)


def rate(share: float, n: int) -> Told:
    """Return a failure rate in words: a share of at least `FEWEST` trials, else so many of n."""
    if n >= FEWEST:
        return tell(COMMON, "rate.share", share=Share(share), n=n)
    return tell(COMMON, "rate.few", k=round(share * n), n=n)


def interval(row: Mapping[str, Any]) -> Band:
    """Return the 95 % interval (Wilson) of a promise whose trials were counted."""
    lo, hi = wilson(round(float(row["foreign"]) * int(row["n"])), int(row["n"]))
    return Band(lo, hi, share=True)
