"""Verdicts on outcomes by published rules: what is claimed, by whom, when, and how strongly.

Nothing here looks at posts. The rules are stated once, in `RULES`, and printed with every verdict.
References: contribution analysis (Mayne 2001); contribution tracing (Befani and Stedman-Bryce
2017) for the range of the posterior.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from i4analysis.movement import Movement

MOVEMENT_KINDS = ("movement", "post", "linkedin")
MEDIA_KINDS = ("press", "radio", "institution")
VERDICTS = ("documented", "corroborated", "reported", "contradicted", "not claimed")
FEWEST_CASES = 20  # outcomes with a named path below which no share is computed
TIMINGS = ("consistent", "not consistent", "cannot tell")
RULES: dict[str, str] = {
    "documented": "a dated document, not copied from another claim on the outcome, states that it"
    " came through the movement's relays",
    "corroborated": "two or more independent claimants credit the movement's relays, at least one"
    " of them a witness or a document",
    "reported": "at least one source credits the movement's relays: an interested party, hearsay,"
    " or a single witness",
    "contradicted": "a source credits the movement's relays, and an independent source denies it"
    " or the date rules it out",
    "not claimed": "no source in the ledger credits the movement's relays",
    "consistent": "the earliest possible day of the outcome is not before the movement's start;"
    " this says nothing of cause",
    "not consistent": "the latest possible day of the outcome is before the movement's start",
    "cannot tell": "the day is unknown, or its range covers the movement's start",
}
_LIKELIHOODS = tuple(
    f"likelihood_if_{case}_{end}" for case in ("true", "false") for end in ("lo", "hi")
)


def span(
    day: date | None, precision: str | None, zone: ZoneInfo, not_after: date | None = None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return the first and last possible instant (UTC) of a ledger's date; None when unknown.

    A week is the day give or take seven days, a month and a year are those of the calendar;
    `not_after` is the last day possible, when a source fixes it.

    Examples
    --------
    >>> first, last = span(date(2015, 9, 26), "day", ZoneInfo("Europe/Paris"))
    >>> first.isoformat(), last.isoformat()
    ('2015-09-25T22:00:00+00:00', '2015-09-26T22:00:00+00:00')
    """
    if day is None or pd.isna(day) or precision == "unknown":
        return None
    first, last = day, day
    if precision == "week":
        first, last = day - timedelta(days=7), day + timedelta(days=7)
    elif precision == "month":
        first = day.replace(day=1)
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    elif precision == "year":
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)

    if not_after is not None and not pd.isna(not_after):
        last = max(first, min(last, not_after))

    def midnight(at: date) -> pd.Timestamp:
        return pd.Timestamp(datetime.combine(at, time(), zone)).tz_convert("UTC")

    return midnight(first), midnight(last + timedelta(days=1))


def timing(
    day: date | None,
    precision: str | None,
    movement: Movement,
    not_after: date | None = None,
) -> str:
    """Return whether an outcome's date can follow the movement's start; see `RULES`."""
    possible = span(day, precision, movement.zone, not_after)
    start = movement.started_at
    if possible is None or start is None:
        return "cannot tell"
    if possible[0] >= start:
        return "consistent"
    return "not consistent" if possible[1] <= start else "cannot tell"


def judge_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims with what the rules say of each.

    Adds `copied` (repeats another claim about the same outcome), `group` (movement: names the
    movement's relays; media: press, radio, institutions that passed the word on; rival: names
    another way; none) and `independent` (the first claim of its claimant on that outcome in that
    group, and not copied).
    """
    copied_from = claims["copied_from"].astype(object).where(claims["copied_from"].notna(), None)
    about = claims.set_index("claim_id")["outcome_id"].to_dict()
    copied = np.array(
        [
            source is not None and about.get(source) == outcome
            for source, outcome in zip(copied_from, claims["outcome_id"], strict=True)
        ],
        dtype=bool,
    )
    kind = claims["relay_kind"].astype(object)
    cases = [kind.isin(MOVEMENT_KINDS), kind.isin(MEDIA_KINDS), kind == "none"]
    group = np.select(cases, ["movement", "media", "none"], "rival")
    judged = claims.assign(copied=copied, group=group)
    key = judged[["outcome_id", "claimant", "group", "stance"]]
    repeated = key[~copied].duplicated().reindex(judged.index, fill_value=True)
    return judged.assign(independent=~repeated.to_numpy(dtype=bool) & ~copied)


def verdict(claims: pd.DataFrame, when: str) -> str:
    """Return the verdict word on one outcome from its judged claims and its timing."""
    said = claims[(claims["group"] == "movement").to_numpy() & claims["independent"].to_numpy()]
    credit = said[(said["stance"] == "credits").to_numpy(dtype=bool)]
    if credit.empty:
        return "not claimed"
    if (said["stance"] == "denies").any() or when == "not consistent":
        return "contradicted"
    if ((credit["basis"] == "document") & credit["date"].notna()).any():
        return "documented"
    strong = credit["basis"].isin(["witness", "document"]).any()
    if credit["claimant"].nunique() >= 2 and strong:
        return "corroborated"
    return "reported"


def states_route(claims: pd.DataFrame) -> bool:
    """Return whether a dated, independent witness or document credits the movement (grade A)."""
    said = claims[(claims["group"] == "movement").to_numpy() & claims["independent"].to_numpy()]
    strong = said["basis"].isin(["witness", "document"]) & said["date"].notna()
    return bool((strong & (said["stance"] == "credits")).any())


def posterior(claims: pd.DataFrame, prior: float = 0.5) -> dict[str, Any]:
    """Return the range of P(the movement's relays counted) that the analyst's ranges allow.

    odds = prior odds · Π likelihood ratios over the weighed claims that are not copies; the low
    end takes each ratio at its least (true_lo / false_hi), the high end at its most. The ranges
    are judgements kept in the ledger: the width is the message.

    Examples
    --------
    >>> ledger = pd.DataFrame({"copied": [False], "likelihood_if_true_lo": [0.4],
    ...     "likelihood_if_true_hi": [0.8], "likelihood_if_false_lo": [0.2],
    ...     "likelihood_if_false_hi": [0.4]})
    >>> found = posterior(ledger)
    >>> found["posterior_lo"], round(found["posterior_hi"], 2), found["n_evidence"]
    (0.5, 0.8, 1)
    """
    weighed = claims.loc[~claims["copied"].to_numpy(dtype=bool), list(_LIKELIHOODS)]
    values = weighed.astype("float64").dropna().to_numpy()
    if not len(values):
        return {
            "posterior_lo": np.nan,
            "posterior_hi": np.nan,
            "n_evidence": 0,
            "n_reviewed": 0,
        }
    true_lo, true_hi, false_lo, false_hi = values.T
    odds = prior / (1 - prior)
    lo = odds * np.prod(true_lo / false_hi)
    hi = odds * np.prod(true_hi / np.maximum(false_lo, 1e-12))
    return {
        "posterior_lo": float(lo / (1 + lo)),
        "posterior_hi": float(hi / (1 + hi)),
        "n_evidence": len(values),
        "n_reviewed": _reviewed(claims),
    }


def _reviewed(claims: pd.DataFrame) -> int:
    """Return how many weighed claims somebody else has looked at."""
    if "likelihood_reviewed_by" not in claims:
        return 0
    weighed = claims[list(_LIKELIHOODS)].notna().all(axis=1) & ~claims["copied"].astype(bool)
    return int((weighed & claims["likelihood_reviewed_by"].notna()).sum())


def count_claims(claims: pd.DataFrame) -> dict[str, int]:
    """Return the counts of one outcome's judged claims that its verdict rests on.

    Credits and rivals are counted alike, one a claimant: five claims of one official are one.
    """
    movement = (claims["group"] == "movement").to_numpy()
    independent = claims["independent"].to_numpy(dtype=bool)
    stance = claims["stance"].astype(object)
    rival = (claims["group"] == "rival").to_numpy() & stance.isin(["credits", "reports"])
    first = ~claims["copied"].to_numpy(dtype=bool)
    return {
        "n_claims": len(claims),
        "n_sources": int(claims.loc[first, "publisher"].nunique()),
        "n_copied": int(claims["copied"].sum()),
        "n_credits": int((movement & independent & (stance == "credits")).sum()),
        "n_doubts": claims.loc[
            movement & first & stance.isin(["doubts", "denies"]), "claimant"
        ].nunique(),
        "n_rivals": claims.loc[rival & first, "claimant"].nunique(),
        "n_rival_credits": claims.loc[rival & first & (stance == "credits"), "claimant"].nunique(),
    }


def would_change(row: dict[str, Any], has_archive: bool) -> str:
    """Return the codes, joined by |, of what would change the verdict on an outcome.

    Codes: `archive` (posts of the period), `source` (any source that names a route), `document`
    (a dated letter or file that names it), `second_source`, `account` (which account or address
    belongs to the outcome), `day` (a better date), `follow_lists` (who follows whom, to open
    the gate). None for an outcome dated before the movement.
    """
    if row["timing"] == "not consistent":
        return ""
    codes = []
    if row["verdict"] == "not claimed":
        codes.append("source")
    elif row["verdict"] != "documented":
        codes.append("document")
    if row["verdict"] == "reported" and row["n_credits"] < 2:
        codes.append("second_source")
    if row["timing"] == "cannot tell":
        codes.append("day")
    if not has_archive:
        codes.append("archive")
    elif not row["linked"]:
        codes.append("account")
    elif row["grade"] == "B" and row["gate"] != "open":
        codes.append("follow_lists")
    return "|".join(codes)
