"""Appeals: who asked for help, with what wording, and how the movement answered.

`classify` labels every post of its own (reshares excepted) and finds the elements of the appeal
template; `service` measures how requests were relayed; `template_effects` what each element is
worth. The rules are data: see `i4analysis.measure.appeal_rules`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.measure import lexicon, wordforms
from i4analysis.measure.appeal_rules import (
    LABELS,
    OURS,
    domains,
    filled_patterns,
    marked,
    rules,
    threshold,
)
from i4analysis.measure.marks import has_mark, mark_shown_at, profile_at
from i4analysis.measure.service import Service, service
from i4analysis.measure.template_effects import TemplateEffects, template_effects
from i4analysis.movement import Movement

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

COLUMNS: dict[str, pa.DataType] = {
    "post_id": pa.string(),
    "label": pa.string(),
    "rule": pa.string(),
    "score": pa.float64(),
    "sector": pa.string(),
    "place": pa.string(),
    "department": pa.string(),
    "region": pa.string(),
    "pleasert": pa.bool_(),
    "recherche": pa.bool_(),
    "job": pa.bool_(),
    "cv_link": pa.bool_(),
    "image": pa.bool_(),
    "n_tagged": pa.int64(),
    "n_tagged_supporters": pa.int64(),
    "has_tag": pa.bool_(),
    "bare_tag": pa.bool_(),
    "template_share": pa.float64(),
}
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
) -> pd.DataFrame:
    """Label each post and find the elements of the appeal template in it.

    The label is the one whose fired rules weigh most (`rules_table`), "other" below the threshold
    of the rules; an analyst's correction in the ledger `labels` overrules them.

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

    Returns
    -------
    pandas.DataFrame
        One row a post, columns of `COLUMNS`. `label`: request | offer | support | media | other;
        `rule`: the weightiest rule that fired for it (`ledger` for a correction, `none`);
        `score`: weight of the label; `sector`: ROME code; `image`: null when the format does not
        say; `n_tagged_supporters`: tagged accounts whose bio, as last seen by then, showed the
        mark (null without profiles); `bare_tag`: the hashtag with no #PleaseRT, no "recherche",
        no link to a CV, no image and nobody tagged; `template_share`: share of the six elements
        (#PleaseRT, recherche, job or sector, CV link, image, somebody tagged) that are present,
        among those known.
    """
    own = posts[(posts["kind"] != "reshare") & posts["text"].notna()]
    texts = wordforms.fold(own["text"])
    links = wordforms.fold(
        pd.Series(
            pc.binary_join(pa.array(own["urls"], type=pa.list_(pa.string())), " "),
            index=own.index,
            dtype=pd.ArrowDtype(pa.string()),
        )
    ).fillna("")
    full = texts + " " + links
    result = _elements(own, full, movement, profiles)
    fired = _fired(own, full, movement, profiles, result["sector"].notna().to_numpy(bool))
    result = result.assign(**_decide(fired, own.index))
    corrections = movement.ledger("labels") if labels is None and movement else labels
    result = _correct(result, corrections)
    return pd.DataFrame(
        {name: result[name].astype(pd.ArrowDtype(kind)) for name, kind in COLUMNS.items()}
    ).reset_index(drop=True)


def _elements(
    own: pd.DataFrame,
    full: pd.Series,
    movement: Movement | None,
    profiles: pd.DataFrame | None,
) -> pd.DataFrame:
    result = pd.DataFrame({"post_id": own["post_id"]}, index=own.index)
    result["sector"], result["job"] = lexicon.sectors_and_jobs(own["text"])
    where = lexicon.place_of(own["text"])
    for name in ("place", "department", "region"):
        result[name] = where[name]
    result["pleasert"] = _contains(full, _PLEASE)
    result["recherche"] = _contains(full, _SEEKS)
    result["cv_link"] = _contains(full, _CV)
    result["image"] = own["media_count"] > 0
    result["n_tagged"] = own["mentions"].list.len().fillna(0)
    result["n_tagged_supporters"] = _tagged_supporters(own, movement, profiles)
    tags = (*movement.hashtags, *movement.seeker_marks) if movement else ()
    result["has_tag"] = has_mark(own["text"], tags) if tags else False
    image = result["image"].fillna(False).astype(bool)
    tagged = result["n_tagged"] > 0
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
    known_image = result["image"].notna().astype(float)
    result["template_share"] = (parts.sum(axis=1) + image) / (len(parts.columns) + known_image)
    return result


def _contains(texts: pd.Series, pattern: str) -> pd.Series:
    found = pc.match_substring_regex(pa.array(texts, type=pa.string()), pattern)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=texts.index).fillna(False)


def _tagged_supporters(
    own: pd.DataFrame, movement: Movement | None, profiles: pd.DataFrame | None
) -> pd.Series:
    count = pd.Series(pd.NA, index=own.index, dtype=pd.ArrowDtype(pa.int64()))
    if profiles is None or movement is None:
        return count
    tagged = own[["posted_at", "mentions"]].explode("mentions").dropna()
    shown = mark_shown_at(
        profiles, movement.supporter_marks, tagged["mentions"], tagged["posted_at"], by="handle"
    )
    sums = shown.fillna(False).astype("int64").groupby(level=0).sum()
    return sums.reindex(own.index).fillna(0).astype(count.dtype)


def _fired(
    own: pd.DataFrame,
    full: pd.Series,
    movement: Movement | None,
    profiles: pd.DataFrame | None,
    names_sector: npt.NDArray[np.bool_],
) -> list[tuple[str, str, float, npt.NDArray[np.bool_]]]:
    """Return (rule, label, weight, which posts) of every rule, those on accounts included."""
    texts = full.str.replace(wordforms.LINK, " ", regex=True)
    outlets: tuple[str, ...] = ()
    if movement is not None and len(movement.press):
        names = wordforms.words(movement.press["outlet"]).str.strip().drop_duplicates()
        outlets = tuple(name for name in names if len(name) > 5)
    jobs = marked(texts)
    hits = {}
    for rule, pattern in zip(rules(), filled_patterns(outlets), strict=True):
        where = full if rule.on_links else jobs if "zjobs" in pattern else texts
        hits[rule.name] = _contains(where, pattern).to_numpy(bool)
    about_work = names_sector | hits["work_words"] | hits["contract_words"]
    fired = [
        (
            rule.name,
            rule.label,
            rule.weight,
            hits[rule.name] & about_work if rule.only_with_work else hits[rule.name],
        )
        for rule in rules()
    ]
    sites = {"press_link": ("media", "media_domains"), "job_board": ("offer", "offer_domains")}
    for name, (label, key) in sites.items():
        listed = "|".join(site.replace(".", r"\.") for site in domains(key))
        pattern = rf"(?:://|[/.])(?:{listed})"
        fired.append((name, label, 3.0, _contains(full, pattern).to_numpy(bool)))
    if movement is None:
        return fired
    if movement.seeker_marks:
        said = has_mark(own["text"], movement.seeker_marks).to_numpy(bool)
        fired.append(("seeker_mark", "request", 2.5, said))
        if profiles is not None:
            bios = profile_at(profiles, own["author_id"], own["posted_at"], by="account_id")
            in_bio = has_mark(bios["bio"], movement.seeker_marks).to_numpy(bool)
            fired.append(("seeker_bio", "request", 1.2, in_bio))
    people = movement.people
    media = people.loc[people["role"] == "medium", "handle"].dropna().str.casefold()
    by_medium = own["author"].str.casefold().isin(media).fillna(False).to_numpy(bool)
    fired.append(("media_account", "media", 4.0, by_medium))
    return fired


def _decide(
    fired: list[tuple[str, str, float, npt.NDArray[np.bool_]]], index: pd.Index
) -> dict[str, Any]:
    n = len(index)
    scores = np.zeros((n, len(LABELS)))
    best = np.zeros((n, len(LABELS)))
    names = np.full((n, len(LABELS)), "none", dtype=object)
    for name, label, weight, where in fired:
        column = LABELS.index(label)
        scores[where, column] += weight
        better = where & (weight > best[:, column])
        best[better, column] = weight
        names[better, column] = name
    scores[:, LABELS.index("other")] += np.where(
        scores.max(axis=1) < threshold(), threshold(), 0.0
    )
    winner = scores.argmax(axis=1)
    rows = np.arange(n)
    return {
        "label": pd.Series(np.array(LABELS, dtype=object)[winner], index=index),
        "rule": pd.Series(names[rows, winner], index=index),
        "score": pd.Series(scores[rows, winner], index=index),
    }


def _correct(result: pd.DataFrame, labels: pd.DataFrame | None) -> pd.DataFrame:
    if labels is None or labels.empty:
        return result
    corrections = labels.set_index("post_id")
    corrected = result.copy()
    found = corrected["post_id"].map(corrections["label"])
    where = found.notna().to_numpy(bool)
    corrected.loc[where, "label"] = found[where]
    corrected.loc[where, "rule"] = "ledger"
    if "sector" in corrections:
        sector = corrected["post_id"].map(corrections["sector"])
        corrected["sector"] = sector.where(sector.notna(), corrected["sector"])
    return corrected


def rules_table() -> pd.DataFrame:
    """Return the rules, one row each: name, label, language, weight, pattern, source."""
    rows = [(r.name, r.label, r.language, r.weight, r.pattern, r.source) for r in rules()]
    rows += [
        ("press_link", "media", "any", 3.0, " ".join(domains("media_domains")), OURS),
        ("job_board", "offer", "any", 3.0, " ".join(domains("offer_domains")), OURS),
        ("seeker_mark", "request", "any", 2.5, "a hashtag of movement.seeker_marks", OURS),
        ("seeker_bio", "request", "any", 1.2, "a seekers' mark in the author's bio", OURS),
        ("media_account", "media", "any", 4.0, "author is a medium of people.csv", OURS),
    ]
    columns = ["rule", "label", "language", "weight", "pattern", "source"]
    return pd.DataFrame(rows, columns=columns)


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
        the labels that occur (macro averages) and the total counts.
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
    """
    order = classified[["post_id"]].sort_values("post_id").reset_index(drop=True)
    chosen = np.random.default_rng(seed).permutation(len(order))[:n]
    return order.iloc[np.sort(chosen)].reset_index(drop=True)


def audit(posts: pd.DataFrame, profiles: pd.DataFrame | None, movement: Movement) -> pd.DataFrame:
    """Return `error_rate` of the rules alone against the hand labels of the movement's ledger."""
    labels = movement.ledger("labels")
    return error_rate(classify(posts, profiles, movement, labels=labels.iloc[:0]), labels)


def wilson(successes: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a proportion (Wilson 1927); (nan, nan) without trials.

    Examples
    --------
    >>> tuple(round(x, 3) for x in wilson(9, 10))
    (0.596, 0.982)
    """
    if not total:
        return (np.nan, np.nan)
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + level / 2))
    share = successes / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * np.sqrt(share * (1 - share) / total + (z / 2 / total) ** 2)
    return (float(middle - half), float(middle + half))
