"""Appeals: who asked for help, with what wording, and how the movement answered.

`classify` labels every post of its own (reshares excepted) and finds the elements of the appeal
template; `service` measures how requests were relayed; `template_effects` what each element is
worth. The rules and their weights are data: see `i4analysis.measure.appeals.labels`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import kept
from i4analysis.measure.accounts.identity import AUTHORS, Codes, columns_of, text
from i4analysis.measure.accounts.marks import Bios, holds_mark
from i4analysis.measure.appeals import labels as appeal_labels
from i4analysis.measure.appeals import lexicon, wordforms
from i4analysis.measure.appeals.features import families
from i4analysis.measure.appeals.labels import FIXED, SITES, contains, full_text
from i4analysis.measure.appeals.rules import LABELS, OURS, domains, rules
from i4analysis.measure.appeals.service import Service, service
from i4analysis.measure.appeals.template_effects import TemplateEffects, template_effects
from i4analysis.measure.numbers.statistics import wilson
from i4analysis.movement import Movement
from i4analysis.tables import COUNT, FLAG, NUMBER, TEXT, Column, Table, reshares, true

__all__ = [
    "COLUMNS",
    "Service",
    "TemplateEffects",
    "audit",
    "classify",
    "error_rate",
    "rules_table",
    "sample_to_label",
    "service",
    "template_effects",
]

COLUMNS = Table(
    "appeals",
    "one row a post of its own words: what it asks or offers, and the elements of the template",
    (
        Column("post_id", TEXT, "the post"),
        Column(
            "label",
            TEXT,
            "most probable kind; unsure where improbable",
            values=(*LABELS, "unsure"),
        ),
        Column("rule", TEXT, "what argued most for it; ledger for a correction by hand"),
        Column("score", NUMBER, "its probability; null for a correction"),
        Column("sector", TEXT, "ROME code of the first occupation or trade named"),
        Column("place", TEXT, "place first named"),
        Column("department", TEXT, "its department"),
        Column("region", TEXT, "its region"),
        Column("pleasert", FLAG, "asks to be reshared"),
        Column("recherche", FLAG, "says that it searches"),
        Column("job", FLAG, "names an occupation"),
        Column("cv_link", FLAG, "links to a CV"),
        Column("image", FLAG, "has a picture; null when the format does not say"),
        Column("n_tagged", COUNT, "accounts tagged; null when the format does not say"),
        Column("n_tagged_supporters", COUNT, "of these, whose bio showed the mark by then"),
        Column("has_tag", FLAG, "holds a hashtag of the movement"),
        Column("bare_tag", FLAG, "holds it and none of the elements"),
        Column("template_share", NUMBER, "share of the six elements that are present"),
    ),
    key=("post_id",),
)
#: A label less probable than this is not given: the post is "unsure".
SURE = 0.6
#: Posts that speak of work and that the weights take for nothing are often requests and offers
#: worded in a new way: by other hands, half of them below this. Chosen on the posts of one such
#: hand (`proof/foreign/sentences.csv`); what another hand's show is in `errors`.
SURE_OF_NOTHING = 0.9
UNSURE = "unsure"
LEARNT = "read off made-up posts by benchmarks/appeal_weights.py"
_CHUNK = 100_000  # posts read at a time: some hundred megabytes
_KINDS = ("hand", "rule", "family", "first", "pair", "near", "word", "start", "end")
_PLEASE = r"#?please_? ?(?:rt|retweet)\b|#?(?:pls|plz) ?rt\b|#?rt ?svp\b|merci (?:de|pour vos?) rt"
_SEEKS = r"\b(?:re)?cherch(?:e|ons|er|ant)\b|\b(?:looking|searching) for\b|\bseek(?:ing|s)\b"
_CV = (
    r"linkedin\.com/(?:in|pub)/|viadeo\.com/|doyoubuzz\.com/|\bcv[a-z_-]*\.pdf|//cv\.|/cv(?:/|$|\s)|"
    r"\b(?:cv|curriculum|profile?|resume)\W{1,3}https?://"
)


def classify(
    posts: pd.DataFrame,
    profiles: pd.DataFrame | None = None,
    movement: Movement | None = None,
    labels: pd.DataFrame | None = None,
    sure: float = SURE,
) -> pd.DataFrame:
    """Label each post and find the elements of the appeal template in it.

    The label is the most probable one given the words, phrases and families of words found in the
    post (`rules_table`, multinomial logistic regression); an analyst's correction in the ledger
    `labels` overrules it.

    Parameters
    ----------
    posts
        Canonical posts. Reshares are left out: they hold no words of their own.
    profiles
        Canonical profiles: a seeker's mark in the bio counts for a request, and tagged accounts
        that show the supporters' mark are counted. Without them these two are not known.
    movement
        Gives the hashtags, the marks, the public media of `people` and the outlets of `press`.
    labels
        Corrections with `post_id`, `label` and optionally `sector`; default `movement`'s ledger.
    sure
        Least probability of a label that is given (`SURE_OF_NOTHING` for a post that speaks of
        work and is taken for nothing); 0 gives every post its likeliest, whatever its language.

    Returns
    -------
    pandas.DataFrame
        One row a post, columns of `COLUMNS`. `label`: request | offer | support | media | other,
        or unsure where the most probable one is less probable than `sure`, and where the post is
        in another language than French or English (`wordforms.other_language`); `rule`: what
        argued most for it (`ledger` for a correction, `other_language`, `none`); `score`: its
        probability, null for a correction; `sector`: ROME code; `image` and `n_tagged`: null when
        the format does not say; `n_tagged_supporters`: tagged accounts whose bio, as last seen by
        then, showed the
        mark (null without profiles); `bare_tag`: the hashtag with no #PleaseRT, no "recherche",
        no link to a CV, no image and nobody tagged; `template_share`: share of the six elements
        (#PleaseRT, recherche, job or sector, CV link, image, somebody tagged) that are present,
        among those known.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> classified["label"].value_counts().head(3).to_dict()
    {'request': 156, 'support': 155, 'other': 101}
    """
    whole = None if profiles is None else kept.whose(posts, profiles)

    def work() -> pd.DataFrame:
        return _likeliest(posts, profiles, movement, sure)

    result = kept.on_shelf(whole, "appeals", _asked(movement, sure), (), work) if whole else work()
    corrections = movement.ledger("labels") if labels is None and movement else labels
    return _typed(_correct(result, corrections))


def _asked(movement: Movement | None, sure: float) -> list[Any]:
    """Return all that decides on the labels besides the archive, its corrections apart."""
    if movement is None:
        return [sure]
    marks = (movement.hashtags, movement.seeker_marks, movement.supporter_marks)
    media = appeal_labels.media(movement).fillna("").to_numpy().tolist()
    return [sure, *map(list, marks), appeal_labels.outlets(movement), media]


def _typed(result: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {column.name: result[column.name].astype(column.dtype) for column in COLUMNS.columns}
    ).reset_index(drop=True)


def _likeliest(
    posts: pd.DataFrame, profiles: pd.DataFrame | None, movement: Movement | None, sure: float
) -> pd.DataFrame:
    """Label posts, corrections not followed: so many at a time, as each is read by itself."""
    wanted = ~reshares(posts) & true(posts["text"].notna())
    seen = codes = None
    if profiles is not None:
        seen = Bios.of(posts[columns_of(*AUTHORS[:2])][wanted], profiles)
        codes = np.full(len(posts), -1)
        codes[wanted] = seen.known.codes["author"]
    done = []
    for begin in range(0, max(len(posts), 1), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        own = posts.iloc[part][wanted[part]]
        authors = None if codes is None else codes[part][wanted[part]]
        done.append(_typed(_labelled(own, movement, seen, authors, sure)))
    return pd.concat(done, ignore_index=True)


def _labelled(
    own: pd.DataFrame,
    movement: Movement | None,
    seen: Bios | None,
    authors: Codes | None,
    sure: float,
) -> pd.DataFrame:
    full = full_text(own)
    result = _elements(own, full, movement, seen)
    found = appeal_labels.find(
        own,
        full,
        movement,
        seen,
        true(result["sector"].notna()),
        names=appeal_labels.weights().index[1:].tolist(),
        authors=authors,
    )
    result = result.assign(**appeal_labels.decide(found, own.index))
    return _abstained(result, own, found, sure) if sure > 0 else result


def _abstained(
    result: pd.DataFrame, own: pd.DataFrame, found: appeal_labels.Found, sure: float
) -> pd.DataFrame:
    """Take back the labels that are not probable enough, and those of other languages."""
    column = found.names.index("rule:not_about_work")
    of_work = found.features[:, [column]].toarray()[:, 0] == 0
    nothing = (result["label"] == "other").to_numpy(dtype=bool) & of_work
    least = np.where(nothing, max(sure, SURE_OF_NOTHING), sure)
    known = result["score"].to_numpy(dtype=float) >= least
    elsewhere = wordforms.other_language(own["text"], own["lang"], of_work)
    return result.assign(
        label=result["label"].where(known & ~elsewhere, UNSURE),
        rule=result["rule"].where(~elsewhere, "other_language"),
    )


def _elements(
    own: pd.DataFrame, full: pd.Series, movement: Movement | None, seen: Bios | None
) -> pd.DataFrame:
    result = pd.DataFrame({"post_id": own["post_id"]}, index=own.index)
    result["sector"], result["job"] = lexicon.sectors_and_jobs(own["text"])
    where = lexicon.place_of(own["text"])
    for name in ("place", "department", "region"):
        result[name] = where[name]
    result["pleasert"] = contains(full, _PLEASE)
    result["recherche"] = contains(full, _SEEKS)
    result["cv_link"] = contains(full, _CV)
    result["image"] = own["media_count"] > 0
    result["n_tagged"] = own["mentions"].list.len()  # null where the format does not say
    result["n_tagged_supporters"] = _tagged_supporters(own, movement, seen)
    tags = (*movement.hashtags, *movement.seeker_marks) if movement else ()
    result["has_tag"] = holds_mark(own["text"], tags)
    image = result["image"].fillna(False).astype(bool)
    tagged = (result["n_tagged"] > 0).fillna(False).astype(bool)
    extras = result["pleasert"] | result["recherche"] | result["cv_link"] | image | tagged
    result["bare_tag"] = result["has_tag"] & ~extras
    parts = pd.DataFrame(
        {
            "pleasert": result["pleasert"],
            "recherche": result["recherche"],
            "occupation": result["job"] | result["sector"].notna(),
            "cv_link": result["cv_link"],
            "tagged": tagged,
        }
    ).astype(float)
    unknown = result[["image", "n_tagged"]].isna().sum(axis=1)
    result["template_share"] = (parts.sum(axis=1) + image) / (len(parts.columns) + 1 - unknown)
    return result


def _tagged_supporters(
    own: pd.DataFrame, movement: Movement | None, seen: Bios | None
) -> pd.Series:
    count = pd.Series(pd.NA, index=own.index, dtype=pd.ArrowDtype(pa.int64()))
    if seen is None or movement is None:
        return count
    tagged = own[["platform", "posted_at", "mentions"]].explode("mentions").dropna()
    handles, platforms = text(tagged["mentions"]), text(tagged["platform"])
    people = seen.known.named(seen.known.of_handles(handles, platforms)).set_axis(tagged.index)
    shown = seen.shown(movement.supporter_marks, people, tagged["posted_at"])
    sums = shown.fillna(False).astype("int64").groupby(level=0).sum()
    return sums.reindex(own.index).fillna(0).astype(count.dtype)


def _correct(result: pd.DataFrame, labels: pd.DataFrame | None) -> pd.DataFrame:
    if labels is None or labels.empty:
        return result
    corrections = labels.set_index("post_id")
    corrected = result.copy()
    found = corrected["post_id"].map(corrections["label"])
    where = true(found.notna())
    corrected.loc[where, "label"] = found[where]
    corrected.loc[where, "rule"] = "ledger"
    corrected.loc[where, "score"] = pd.NA
    if "sector" in corrections:
        sector = corrected["post_id"].map(corrections["sector"])
        corrected["sector"] = sector.where(sector.notna(), corrected["sector"])
    return corrected


def rules_table() -> pd.DataFrame:
    """Return everything the recogniser looks for, heaviest first within each kind.

    Returns
    -------
    pandas.DataFrame
        `rule` (what `classify` names), `kind` (hand: weight set by hand; rule: a phrase; word,
        start, end, family, first, pair, near: see `i4analysis.measure.appeals.features`),
        `label` (the one it argues for most), one weight a label, `language`, `pattern` and
        `source`. Weights add to the log of a label's odds.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.appeals.rules_table()["kind"].value_counts().index[0]
    'near'
    """
    learnt = appeal_labels.weights().iloc[1:]
    told = {rule.name: (rule.language, rule.pattern, rule.source) for rule in rules()}
    told |= {name: ("any", " ".join(domains(key)), OURS) for name, key in SITES.items()}
    told["not_about_work"] = ("any", "no occupation, no trade, no word for work", OURS)
    told["tags_three"] = ("any", "three accounts tagged or more", OURS)
    members = families()
    rows: list[tuple[Any, ...]] = []
    for name, (label, weight, looks_for) in FIXED.items():
        by_hand = [weight if label == one else 0.0 for one in LABELS]
        rows.append((name, "hand", label, *by_hand, "any", looks_for, OURS))
    for feature, values in zip(learnt.index, learnt.to_numpy(float).tolist(), strict=True):
        kind, _, name = feature.partition(":")
        shown = name if kind == "rule" else feature
        looks_for = " ".join(members[name]) if kind == "family" else name
        language, pattern, source = told.get(name, ("any", name, OURS)) if kind == "rule" else (
            "any", looks_for, LEARNT)  # fmt: skip
        best = LABELS[int(np.argmax(values))]
        rows.append((shown, kind, best, *values, language, pattern, source))
    columns = ["rule", "kind", "label", *LABELS, "language", "pattern", "source"]
    table = pd.DataFrame(rows, columns=columns)
    heavy = table[list(LABELS)].max(axis=1)
    order = pd.DataFrame({"kind": table["kind"].map(_KINDS.index), "heavy": -heavy})
    return table.loc[order.sort_values(["kind", "heavy"], kind="stable").index].reset_index(
        drop=True
    )


def error_rate(classified: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the precision and recall of each label against hand-made labels.

    Parameters
    ----------
    classified
        As returned by `classify`.
    truth
        `post_id` and `label`, given by hand; posts missing on either side are left out.

    Returns
    -------
    pandas.DataFrame
        label, n_true, n_found, n_right, precision (right / found) and recall (right / true) with
        95 % Wilson bounds (`precision_lo` … `recall_hi`); a last row `all` holds the means over
        the labels that occur (macro averages) and the total counts. A post left unsure counts
        as not found.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> truth = classified[["post_id", "label"]].head(50)
    >>> i4.appeals.error_rate(classified, truth).iloc[-1][["label", "n_true", "n_right"]].to_dict()
    {'label': 'all', 'n_true': 49, 'n_right': 49}
    """
    both = classified[["post_id", "label"]].merge(
        truth[["post_id", "label"]], on="post_id", suffixes=("", "_true")
    )
    rows = []
    for label in LABELS:
        found, true = both["label"] == label, both["label_true"] == label
        right = int((found & true).sum())
        row: dict[str, Any] = {"label": label, "n_true": int(true.sum())}
        row |= {"n_found": int(found.sum()), "n_right": right}
        for name, total in (("precision", row["n_found"]), ("recall", row["n_true"])):
            row[name] = right / total if total else np.nan
            row[f"{name}_lo"], row[f"{name}_hi"] = wilson(right, total)
        rows.append(row)
    table = pd.DataFrame(rows)
    total = table[["n_true", "n_found", "n_right"]].sum()
    means = table[["precision", "recall"]].mean()
    return pd.concat(
        [table, pd.DataFrame([{"label": "all", **total, **means}])], ignore_index=True
    )


def sample_to_label(classified: pd.DataFrame, n: int = 150, seed: int = 0) -> pd.DataFrame:
    """Draw posts to label by hand: a simple random sample, the same for the same seed.

    Write the labels into the movement's `labels.csv` (post_id, label, sector, by), whatever the
    rules said; `audit` then gives the rules' error rate, and `classify` follows the corrections.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> len(i4.appeals.sample_to_label(classified, n=20))
    20
    """
    order = classified[["post_id"]].sort_values("post_id").reset_index(drop=True)
    chosen = np.random.default_rng(seed).permutation(len(order))[:n]
    return order.iloc[np.sort(chosen)].reset_index(drop=True)


def audit(posts: pd.DataFrame, profiles: pd.DataFrame | None, movement: Movement) -> pd.DataFrame:
    """Return `error_rate` against the hand labels of the movement's ledger, not followed.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.appeals.audit(archive.posts, archive.profiles, movement)["label"].tolist()
    ['request', 'offer', 'support', 'media', 'other', 'all']
    """
    labels = movement.ledger("labels")
    return error_rate(classify(posts, profiles, movement, labels=labels.iloc[:0]), labels)
