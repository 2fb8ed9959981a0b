"""How often a label given to a post is right, on made-up posts the weights never learnt from.

Read off `data/appeal_errors.csv`, written by `benchmarks/appeal_weights.py`: counts of posts by
author, true label and label given. Two ways: a sealed set, scored once after the weights were
fixed; and each author left out in turn, labelled by weights learnt from all the others. They are
those of every post's likeliest label, also where `appeals.classify` leaves the post unsure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.appeals import appeals
from i4analysis.measure.appeals.rules import LABELS
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive

OURS = ("z",)  # posts written, to teach, by who also wrote what the recogniser looks for
NEVER_READ = ("g", "h")  # authors whose errors nobody read while features were chosen
_DRAWS = 2000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelErrors(Result):
    """Precision and recall of the labels; `table`: one row a set of posts and label.

    Columns: set (sealed | authors | never_read | ours | held_out | odd), then those of
    `appeals.error_rate`. Labels have 95 % Wilson bounds, as if posts were drawn one by one; the
    row `all` of a set, a mean over labels, has 95 % bounds by resampling its posts and, where
    there are several, its authors.

    Attributes
    ----------
    by_author
        author, n, precision and recall (means over labels) of each author left out.
    n_posts, n_guesses
        Posts of the loaded archive that were read, and those left unsure (`appeals.classify`).
    audit
        `appeals.error_rate` against the movement's own ledger of labels; empty without one.
    """

    by_author: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_posts: int = 0
    n_guesses: int = 0
    audit: pd.DataFrame = field(default_factory=pd.DataFrame)

    def row(self, posts: str, label: str = "all") -> pd.Series:
        """Return the row of a set and label."""
        where = (self.table["set"] == posts) & (self.table["label"] == label)
        return self.table[where].iloc[0]


def counts() -> pd.DataFrame:
    """Return the counts: author (left out), split, label (the true one), given, posts."""
    text = resources.files("i4analysis.measure").joinpath("data", "appeal_errors.csv")
    return pd.read_csv(StringIO(text.read_text("utf-8")), dtype={"author": str})


def label_errors(
    archive: Archive | None = None,
    movement: Movement | None = None,
    found: pd.DataFrame | None = None,
) -> LabelErrors:
    """Return how often labels are right, and how many of an archive's own are guesses.

    Parameters
    ----------
    archive, movement
        For the share of guesses, and the audit by the movement's ledger of labels.
    found
        Counts as `counts` returns them, the default.

    Returns
    -------
    LabelErrors
    """
    shipped = _shipped() if found is None else _measured(found)
    told = {} if archive is None or movement is None else _in_archive(archive, movement)
    return replace(shipped, **told)


@cache
def _shipped() -> LabelErrors:
    """Measure the counts that come with the package once: no archive changes them."""
    return _measured(counts())


def _measured(table: pd.DataFrame) -> LabelErrors:
    learning = table["split"] == "learning"
    ours = table["author"].isin(OURS)
    sets = {
        "sealed": table["split"] == "sealed",
        "authors": learning & ~ours,
        "never_read": learning & table["author"].isin(NEVER_READ),
        "ours": learning & ours,
        "held_out": table["split"] == "held_out",
        "odd": table["split"] == "odd",
    }
    parts = [_rates(table[where]).assign(set=name) for name, where in sets.items() if where.any()]
    rates = pd.concat(parts, ignore_index=True)
    by_author = [
        {"author": author, "n": int(rows["posts"].sum()), **_macro(_crosses(rows)[0])}
        for author, rows in table[sets["authors"]].groupby("author")
    ]
    named = rates.drop(columns="set")
    named.insert(0, "set", rates["set"])
    return LabelErrors(
        table=named, n_used=int(table["posts"].sum()), by_author=pd.DataFrame(by_author)
    )


def _in_archive(archive: Archive, movement: Movement) -> dict[str, Any]:
    """Label the archive once, corrections not followed: its guesses, and its audit."""
    ledger = movement.ledger("labels")
    labelled = appeals.classify(archive.posts, archive.profiles, movement, labels=ledger.iloc[:0])
    audited = appeals.error_rate(labelled, ledger)
    return {
        "n_posts": len(labelled),
        "n_guesses": int((labelled["label"] == appeals.UNSURE).sum()),
        "audit": audited if audited["n_true"].sum() else audited.iloc[:0],
    }


def _rates(rows: pd.DataFrame) -> pd.DataFrame:
    each = rows.loc[rows.index.repeat(rows["posts"]), ["label", "given"]].reset_index(drop=True)
    each["post_id"] = each.index.astype(str)
    given = each[["post_id", "given"]].rename(columns={"given": "label"})
    table = appeals.error_rate(given, each[["post_id", "label"]])
    last = table.index[table["label"] == "all"]
    for name, (low, high) in _bounds(_crosses(rows)).items():
        table.loc[last, f"{name}_lo"], table.loc[last, f"{name}_hi"] = low, high
    return table


def _crosses(rows: pd.DataFrame) -> Floats:
    """Return, for each author, posts by true label and label given."""
    parts = []
    for _, mine in rows.groupby("author"):
        cross = mine.pivot_table(index="label", columns="given", values="posts", aggfunc="sum")
        parts.append(cross.reindex(index=LABELS, columns=LABELS).fillna(0).to_numpy(float))
    return np.stack(parts)


def _macro(cross: Floats) -> dict[str, float]:
    right = np.diagonal(cross, axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall = right / cross.sum(axis=-2), right / cross.sum(axis=-1)
    return {"precision": float(np.nanmean(precision)), "recall": float(np.nanmean(recall))}


def _bounds(crosses: Floats) -> dict[str, tuple[float, float]]:
    """Return 95 % bounds of the means: authors drawn anew, then their posts."""
    rng = np.random.default_rng(0)
    n = len(crosses)
    drawn = []
    for _ in range(_DRAWS):
        total = np.zeros(crosses.shape[1:])
        for i in rng.integers(n, size=n):
            flat = crosses[i].ravel()
            total += rng.multinomial(int(flat.sum()), flat / flat.sum()).reshape(total.shape)
        drawn.append(_macro(total))
    table = pd.DataFrame(drawn)
    return {
        name: (float(table[name].quantile(0.025)), float(table[name].quantile(0.975)))
        for name in ("precision", "recall")
    }
