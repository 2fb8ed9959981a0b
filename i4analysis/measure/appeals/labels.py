"""The label of a post: a multinomial logistic regression over features one can read.

The weights are data, `data/appeal_weights.tsv`, learnt by `benchmarks/appeal_weights.py` from
made-up posts and applied here by one sparse product:

    p(label | post) ∝ exp(intercept + sum of the weights of the features found in the post)

A weight above 0 argues for the label, one below against it; those of one feature add up to 0.
What the made-up posts cannot teach (bios, media accounts, the founders' own template) is set by
hand in `FIXED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from i4analysis.measure.accounts.identity import Codes
from i4analysis.measure.accounts.marks import Bios, holds_mark
from i4analysis.measure.appeals import features as appeal_features
from i4analysis.measure.appeals import wordforms
from i4analysis.measure.appeals.rules import LABELS, domains, filled_patterns, marked, rules
from i4analysis.movement import Movement
from i4analysis.tables import microseconds, true

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# name: (label it argues for, weight, what it looks for); not learnt
FIXED: dict[str, tuple[str, float, str]] = {
    "template": ("request", 3.0, "the rule `template`: the founders' own wording"),
    "seeker_mark": ("request", 2.5, "a hashtag of movement.seeker_marks"),
    "seeker_bio": ("request", 1.2, "a seekers' mark in the author's bio"),
    "media_account": ("media", 4.0, "author is a medium of people.csv"),
}
SITES = {"press_link": "media_domains", "job_board": "offer_domains"}


@dataclass(frozen=True, eq=False)
class Found:
    """What was found in posts: the learnable features, and the weights set by hand."""

    names: list[str]
    features: sparse.csr_matrix
    fixed: dict[str, Bools]

    def offset(self) -> Floats:
        """Return the sum of the weights set by hand, posts by labels."""
        total = np.zeros((self.features.shape[0], len(LABELS)))
        for name, where in self.fixed.items():
            label, weight, _ = FIXED[name]
            total[where, LABELS.index(label)] += weight
        return total


@cache
def weights() -> pd.DataFrame:
    """Return the learnt weights: one row a feature, one column a label; first the intercept."""
    text = resources.files("i4analysis.measure").joinpath("data", "appeal_weights.tsv")
    return pd.read_csv(StringIO(text.read_text("utf-8")), index_col="feature", quoting=3, sep="\t")


def find(
    own: pd.DataFrame,
    full: pd.Series,
    movement: Movement | None,
    seen: Bios | None,
    names_sector: Bools,
    names: list[str] | None = None,
    least: int = 1,
    authors: Codes | None = None,
) -> Found:
    """Look for features in posts.

    Parameters
    ----------
    own
        Posts of their own.
    full
        Their folded text with their links.
    movement
        As for `appeals.classify`.
    seen
        What the bios of the posts' accounts showed, if profiles are known.
    names_sector
        Which posts name an occupation or a trade.
    names
        The features to look for; None: all that `least` posts have, to learn from.
    authors
        Account of each post, as `seen` numbers them.
    """
    hits = _rule_hits(full, movement, names_sector)
    hits["tags_three"] = true(own["mentions"].list.len().fillna(0) >= 3)
    fixed = _fixed(own, movement, seen, authors) | {"template": hits.pop("template")}
    tokens = appeal_features.tokenise(own["text"], _tags(movement))
    if names is None:
        names = sorted(f"rule:{name}" for name in hits)
        names += appeal_features.names_of(tokens, least)
    said = [name for name in names if name.startswith("rule:")]
    columns = [names.index(name) for name in said]
    by_rule = sparse.csr_matrix(
        np.stack([hits[name.removeprefix("rule:")] for name in said], axis=1).astype(float)
        if said
        else np.zeros((len(own), 0))
    )
    places = sparse.csr_matrix(
        (np.ones(len(said)), (range(len(said)), columns)), (len(said), len(names))
    )
    words = appeal_features.matrix(tokens, names)
    return Found(names, sparse.csr_matrix(words + by_rule @ places), fixed)


def decide(found: Found, index: pd.Index) -> dict[str, Any]:
    """Return each post's label, its probability, and the feature that argues most for it.

    `found` is to be made with the features of `weights`, the intercept left out.
    """
    table = weights().to_numpy(float)
    offset = found.offset()
    scores = found.features @ table[1:] + table[0] + offset
    scores = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    winner = scores.argmax(axis=1) if len(scores) else np.empty(0, dtype=np.int64)
    best = np.zeros(len(index))
    which = np.full(len(index), "none", dtype=object)
    features, names = found.features, np.array(found.names, dtype=object)
    rows = np.repeat(np.arange(len(index)), np.diff(features.indptr))
    argued = table[1:][features.indices, winner[rows]]
    order = np.lexsort((features.indices, -argued, rows))
    first = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    heavy = first[argued[first] > 0]
    best[rows[heavy]] = argued[heavy]
    which[rows[heavy]] = names[features.indices[heavy]]
    for name, where in found.fixed.items():
        label, weight, _ = FIXED[name]
        ours = where & (winner == LABELS.index(label)) & (weight >= best)
        best[ours], which[ours] = weight, name
    sure = scores[np.arange(len(index)), winner] / scores.sum(axis=1)
    return {
        "label": pd.Series(np.array(LABELS, dtype=object)[winner], index=index),
        "rule": pd.Series(which, index=index).str.removeprefix("rule:"),
        "score": pd.Series(sure, index=index),
    }


def contains(texts: pd.Series, pattern: str) -> pd.Series:
    """Return which texts a pattern (RE2) is found in; a missing text has none."""
    found = pc.match_substring_regex(pa.array(texts, type=pa.string()), pattern)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=texts.index).fillna(False)


def full_text(own: pd.DataFrame) -> pd.Series:
    """Return each post's folded text with its links behind it."""
    links = wordforms.fold(
        pd.Series(
            pc.binary_join(pa.array(own["urls"], type=pa.list_(pa.string())), " "),
            index=own.index,
            dtype=pd.ArrowDtype(pa.string()),
        )
    ).fillna("")
    return wordforms.fold(own["text"]) + " " + links


def _tags(movement: Movement | None) -> tuple[str, ...]:
    return () if movement is None else (*movement.hashtags, *movement.seeker_marks)


def _rule_hits(
    full: pd.Series, movement: Movement | None, names_sector: Bools
) -> dict[str, Bools]:
    texts = full.str.replace(wordforms.LINK, " ", regex=True)
    jobs = marked(texts)
    hits = {}
    for rule, pattern in zip(rules(), filled_patterns(outlets(movement)), strict=True):
        where = full if rule.on_links else jobs if "zjobs" in pattern else texts
        hits[rule.name] = true(contains(where, pattern))
    about_work = names_sector | hits["work_words"] | hits["contract_words"]
    for rule in rules():
        if rule.only_with_work:
            hits[rule.name] = hits[rule.name] & about_work
    hits["not_about_work"] = ~about_work
    for name, key in SITES.items():
        listed = "|".join(site.replace(".", r"\.") for site in domains(key))
        hits[name] = true(contains(full, rf"(?:://|[/.])(?:{listed})"))
    return hits


def _fixed(
    own: pd.DataFrame, movement: Movement | None, seen: Bios | None, authors: Codes | None
) -> dict[str, Bools]:
    if movement is None:
        return {}
    found: dict[str, Bools] = {}
    if movement.seeker_marks:
        found["seeker_mark"] = holds_mark(own["text"], movement.seeker_marks)
        if seen is not None and authors is not None:
            bios = seen.places(authors, microseconds(own["posted_at"]))
            found["seeker_bio"] = np.append(seen.holding(movement.seeker_marks), False)[bios]
    found["media_account"] = np.zeros(len(own), dtype=bool)
    for handle, platform in media(movement).itertuples(index=False):
        theirs = true(own["author"].str.casefold() == handle)
        if not pd.isna(platform):
            theirs &= true(own["platform"] == platform)
        found["media_account"] |= theirs
    return found


def media(movement: Movement) -> pd.DataFrame:
    """Return the handles of a movement's public media, folded, and their platforms where known."""
    people = movement.people
    found = people.loc[true(people["role"] == "medium"), ["handle", "platform"]]
    return found.dropna(subset="handle").assign(handle=lambda rows: rows["handle"].str.casefold())


def outlets(movement: Movement | None) -> tuple[str, ...]:
    """Return the outlets of a movement's press that are long enough to be looked for."""
    if movement is None or not len(movement.press):
        return ()
    names = wordforms.words(movement.press["outlet"]).str.strip().drop_duplicates()
    return tuple(name for name in names if len(name) > 5)
