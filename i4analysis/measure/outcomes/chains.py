"""What happened around an outcome, in order of date: relays, earlier facts, posts, outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from i4analysis.measure.outcomes.routes import Routes
from i4analysis.measure.outcomes.verdicts import attested, span
from i4analysis.movement import Movement

#: Kinds of link, in the order in which links of the same day are listed.
KINDS = ("fact", "relay", "original", "passed", "reaction", "outcome")
LIKELY = 0.5
COLUMNS = {
    "outcome_id": "string[pyarrow]",
    "kind": "string[pyarrow]",
    "ref": "string[pyarrow]",
    "at": "timestamp[us, tz=UTC][pyarrow]",
    "first": "timestamp[us, tz=UTC][pyarrow]",
    "last": "timestamp[us, tz=UTC][pyarrow]",
    "precision": "string[pyarrow]",
    "title_fr": "string[pyarrow]",
    "title_en": "string[pyarrow]",
    "documented": "bool[pyarrow]",
    "url": "string[pyarrow]",
}


def chains(
    movement: Movement, claims: pd.DataFrame, traces: pd.DataFrame, way: Routes
) -> pd.DataFrame:
    """Return the dated links of each outcome.

    Definition
        `outcome`: the outcome itself. `relay`: a row of relays.csv that a claim on it names.
        `fact`: another outcome of which a claim on this one speaks (`about`), or whose claim is
        repeated here, such as an interest shown earlier.
        `original`, `passed`, `reaction`: posts in the archive that are more likely than not on the
        way (P on path of at least `LIKELY`), and the outcome's own; no text.
        `documented`: it is `verdicts.attested` that it happened (not that somebody had a part in
        it), or the post is in the archive; else it is only said by an interested party or by one
        source at second hand. `at` is the noon of the ledger's date; it and the first and last
        possible instants are null when the day is unknown.
    """
    outcomes = {row["outcome_id"]: row for row in movement.outcomes.to_dict("records")}
    relays = {row["relay_id"]: row for row in movement.relays.to_dict("records")}
    about = claims.set_index("claim_id")["outcome_id"].to_dict()
    firm = claims["standing"].isin(["witness", "document"]).to_numpy(dtype=bool)
    backed = {name for name, mine in claims.groupby("outcome_id") if attested(mine)}
    rows = [
        _link(name, "outcome", name, row, name in backed, movement)
        for name, row in outcomes.items()
    ]
    seen: set[tuple[str, str]] = set()
    for claim, strong in zip(claims.to_dict("records"), firm, strict=True):
        name = claim["outcome_id"]
        relay = claim["relay_id"]
        if isinstance(relay, str) and relay in relays and (name, relay) not in seen:
            seen.add((name, relay))
            rows.append(_link(name, "relay", relay, relays[relay], bool(strong), movement))
        other = claim["about"]
        if not isinstance(other, str):
            other = about.get(claim["copied_from"])
        if other not in (None, name) and other in outcomes and (name, other) not in seen:
            seen.add((name, str(other)))
            fact = outcomes[other]
            rows.append(_link(name, "fact", str(other), fact, other in backed, movement))
    rows += _posts(traces, way)
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    order = table["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    table = table.assign(order=order).sort_values(["outcome_id", "last", "order", "ref"])
    return table[list(COLUMNS)].reset_index(drop=True)


def _link(
    outcome: str, kind: str, ref: str, row: Mapping[Any, Any], documented: bool, movement: Movement
) -> dict[str, Any]:
    possible = span(row["date"], row["precision"], movement.zone, row.get("not_after"))
    day = span(row["date"], "day", movement.zone) if possible else None
    return {
        "outcome_id": outcome,
        "kind": kind,
        "ref": ref,
        "at": day[0] + pd.Timedelta(hours=12) if day else None,
        "first": possible[0] if possible else None,
        "last": possible[1] if possible else None,
        "precision": row["precision"],
        "title_fr": row["title_fr"],
        "title_en": row["title_en"],
        "documented": documented,
        "url": row["url"],
    }


def _posts(traces: pd.DataFrame, way: Routes) -> list[dict[str, Any]]:
    """Return the posts likely on the way, and the reactions, of named outcomes."""
    rows: list[dict[str, Any]] = []

    def add(outcome: str, kind: str, post: str, at: Any) -> None:
        rows.append(
            {
                "outcome_id": outcome,
                "kind": kind,
                "ref": post,
                "at": at,
                "first": at,
                "last": at,
                "precision": "minute",
                "documented": True,
            }
        )

    likely = way.relays[(way.relays["p_on_path"] >= LIKELY).to_numpy(dtype=bool)]
    likely = likely[likely["outcome_id"].map(way.reasons).eq("named").to_numpy(dtype=bool)]
    for outcome, role, post in zip(
        likely["outcome_id"], likely["role"], likely["post_id"], strict=True
    ):
        if post in way.dates:
            kind = "original" if role == "author" else "passed"
            add(str(outcome), kind, str(post), way.dates[post])
    named = traces["outcome_id"].map(way.reasons).eq("named").to_numpy(dtype=bool)
    own = traces["kind"].isin(["reshared", "quoted", "replied"]).to_numpy(dtype=bool)
    shown = traces[np.logical_and(named, own)]
    for outcome, post, at in zip(
        shown["outcome_id"], shown["post_id"], shown["posted_at"], strict=True
    ):
        add(str(outcome), "reaction", str(post), at)
    return rows


def flows(outcomes: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return who names which way for which outcome: claims counted, copies and doubts apart.

    Returns
    -------
    pandas.DataFrame
        `relay_kind`, `group`, `outcome_id`, `stance` (credits | reports), `claims` (independent
        ones: one a claimant, outcome, way and stance), `sources` (their claimants, joined by |).
        Doubts and denials are not flows: see `n_doubts` of the verdicts.
    """
    main = set(outcomes.loc[outcomes["main"].to_numpy(dtype=bool), "outcome_id"])
    use = claims["outcome_id"].isin(main) & claims["stance"].isin(["credits", "reports"])
    use &= ~claims["copied"].astype(bool) & ~claims["group"].isin(["none", "beside"])
    keys = ["relay_kind", "group", "outcome_id", "stance"]
    said = claims.loc[use.to_numpy(dtype=bool), [*keys, "claimant"]]
    said = said.drop_duplicates().sort_values([*keys, "claimant"])
    if said.empty:
        return pd.DataFrame(columns=[*keys, "claims", "sources"])
    grouped = said.groupby(keys, sort=True)["claimant"]
    joined = grouped.agg(lambda names: "|".join(names)).rename("sources")
    return pd.concat([grouped.size().rename("claims"), joined], axis=1).reset_index()


def voices(outcomes: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return who says who did it: each voice beside each way that it names, for the goal.

    Returns
    -------
    pandas.DataFrame
        `claimant`, `relay_kind`, `relay` (the source's own terms), `stance` (credits when one of
        its claims does, else reports), `interested` (it speaks of itself), `standing`, `said_on`
        (the earliest day), `urls` (joined by |). Over outcomes whose role is goal; over all main
        ones when the ledger gives no role. Copies, doubts and facts beside left out.
    """
    goal = (outcomes["role"] == "goal").fillna(False).to_numpy(dtype=bool)
    chosen = goal if goal.any() else outcomes["main"].to_numpy(dtype=bool)
    use = claims["outcome_id"].isin(set(outcomes.loc[chosen, "outcome_id"]))
    use &= claims["stance"].isin(["credits", "reports"]) & ~claims["copied"].astype(bool)
    use &= ~claims["group"].isin(["none", "beside"])
    columns = ["claimant", "relay_kind", "relay", "stance", "interested", "standing", "said_on",
               "urls"]  # fmt: skip
    said = claims[use.to_numpy(dtype=bool)].sort_values(["stance", "date"], kind="stable")
    rows = [
        {
            "claimant": who,
            "relay_kind": kind,
            "relay": next((text for text in mine["relay"] if isinstance(text, str)), None),
            "stance": mine["stance"].iloc[0],  # credits sorts before reports
            "interested": bool(mine["interested"].any()),
            "standing": mine["standing"].iloc[0],
            "said_on": mine["date"].min(),
            "urls": "|".join(dict.fromkeys(mine["url"].dropna())),
        }
        for (who, kind), mine in said.groupby(["claimant", "relay_kind"], sort=True)
    ]
    return pd.DataFrame(rows, columns=columns)
