"""Which relays led to an outcome: a dossier an outcome, with a verdict in fixed words.

Three different questions get three numbers that are never mixed: was an account on the path
(P on path), what share of the path is its own (Shapley), and could the path have done without it
(an upper bound). Whether the outcome came through the movement at all is no number but a grade,
given by rule from the ledger and from direct traces. Timing never lifts a grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.errors import MeasureError
from i4analysis.ledgers import possible_days
from i4analysis.measure.accounts.identity import Accounts, accounts, chunked, taken
from i4analysis.measure.outcomes import exposure, paths, routes, verdicts
from i4analysis.measure.outcomes.routes import Routes
from i4analysis.measure.outcomes.traces import (
    TRACES,
    Trace,
    chance_of_contact,
    find_traces,
    first_trace,
    linked_codes,
    split,
    uncovered,
)
from i4analysis.measure.outcomes.verdicts import attested, span
from i4analysis.measure.relays.relays import ParentProbabilities, parent_probabilities
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared, true

#: The rules of grade: the one text, that every page prints.
GRADES: dict[str, dict[str, str]] = {
    "A": {
        "fr": "une source datée, témoin ou document, qui ne parle pas pour elle-même, dit le"
        " chemin",
        "en": "a dated source, witness or document, that does not speak of itself, states the"
        " route",
    },
    "B": {
        "fr": "un compte ou une adresse du résultat a touché le mouvement dans l'archive :"
        " reprise, citation, réponse, mention ou lien, dans la fenêtre",
        "en": "an account or address of the outcome touched the movement in the archive: it"
        " reshared, quoted, answered, was tagged, or its address was posted, in the window",
    },
    "C": {
        "fr": "pas de contact, mais le compte lit quelqu'un qui a publié dans la fenêtre",
        "en": "no contact, but the account is known to read somebody who posted in the window",
    },
    "D": {
        "fr": "rien, dans l'archive ni dans le registre, ne montre de chemin",
        "en": "nothing in the archive or the ledger shows a route",
    },
}
VERDICTS, CHAIN = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class Dossier:
    """Everything the report may say of one outcome.

    Attributes
    ----------
    outcome_id
        Row of outcomes.csv.
    row
        Its line of `Dossiers.table`.
    claims, traces, relays, paths, chain
        Its lines of the tables of `Dossiers`.
    """

    outcome_id: str
    row: Mapping[str, Any]
    claims: pd.DataFrame
    traces: pd.DataFrame
    relays: pd.DataFrame
    paths: pd.DataFrame
    chain: pd.DataFrame

    @property
    def rivals(self) -> pd.DataFrame:
        """Claims that credit somebody else for this fact, as `verdicts.judge_claims` defines."""
        return self.claims[self.claims["rival"].to_numpy(dtype=bool)]

    @property
    def named(self) -> pd.DataFrame:
        """Claims that name another way without being a rival, copies left out."""
        other = (self.claims["group"] == "other") & self.claims["stance"].isin(
            ["credits", "reports"]
        )
        rows = other & ~self.claims["rival"].astype(bool) & ~self.claims["copied"].astype(bool)
        return self.claims[rows.to_numpy(dtype=bool)]

    @property
    def beside(self) -> pd.DataFrame:
        """Claims about another fact that stands beside this one (`about`), told as a fact."""
        return self.claims[(self.claims["group"] == "beside").to_numpy(dtype=bool)]


@dataclass(frozen=True, eq=False)
class Dossiers(Result):
    """The dossiers of a movement.

    Attributes
    ----------
    table
        One row an outcome of the ledger (columns `VERDICTS`).
    claims
        claims.csv with what the rules say of each (see `verdicts.judge_claims`).
    traces
        Direct traces in the archive (columns `traces.TRACES`).
    relays
        Columns `routes.RELAYS`, with `grade` and `handle`. Empty for silent
        accounts; behind a closed gate only authors appear.
    paths
        The most probable ways (columns `routes.PATHS`).
    chain
        What happened around each outcome, in order of date (columns `CHAIN`).
    flows
        Who names which way for which main outcome (`flows`).
    voices
        Who says who did it: one row a voice and way, for the goal (`voices`).
    counts
        Account → over how many of the `n_cases` outcomes with a path it was on it: `expected`,
        `lo`, `hi` (90 %, Poisson-binomial). Under loss these are lower bounds.
    n_cases
        Outcomes with a named path; under `verdicts.FEWEST_CASES` no share may be computed.
    date_power, date_false_positives, date_joint_p
        Power and false alarms of the date test in this archive (read them first), and its joint p.
    masked_hit_rate, masked_chance, masked_n
        Share of hidden reactions found again from exposure alone, by chance, and how many tried.
    gate
        Of the parent probabilities: closed | range | open; "none" without an archive.
    born
        Start of the movement; None where none is declared, or where the hashtag was there before
        it: since when it exists is then not known.
    met
        The first trace of the hashtag (`traces.first_trace`).
    """

    claims: pd.DataFrame = field(default_factory=pd.DataFrame)
    traces: pd.DataFrame = field(default_factory=pd.DataFrame)
    relays: pd.DataFrame = field(default_factory=pd.DataFrame)
    paths: pd.DataFrame = field(default_factory=pd.DataFrame)
    chain: pd.DataFrame = field(default_factory=pd.DataFrame)
    flows: pd.DataFrame = field(default_factory=pd.DataFrame)
    voices: pd.DataFrame = field(default_factory=pd.DataFrame)
    counts: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_cases: int = 0
    date_power: float | None = None
    date_false_positives: float | None = None
    date_joint_p: float | None = None
    masked_hit_rate: float | None = None
    masked_chance: float | None = None
    masked_n: int = 0
    gate: str = "none"
    born: pd.Timestamp | None = None
    met: Trace | None = None

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Dossier]:
        return (self[str(outcome)] for outcome in self.table["outcome_id"])

    def __getitem__(self, outcome_id: str) -> Dossier:
        """Return the dossier of one outcome."""
        rows = self.table[(self.table["outcome_id"] == outcome_id).to_numpy(dtype=bool)]
        if rows.empty:
            raise MeasureError(
                f"There is no outcome {outcome_id!r} in the ledger, expected one of"
                f" {', '.join(self.table['outcome_id'])}; see outcomes.csv."
            )

        def mine(table: pd.DataFrame) -> pd.DataFrame:
            here = (table["outcome_id"] == outcome_id).to_numpy(dtype=bool)
            return table[here].reset_index(drop=True)

        return Dossier(
            outcome_id,
            {str(key): value for key, value in rows.iloc[0].to_dict().items()},
            mine(self.claims),
            mine(self.traces),
            mine(self.relays),
            mine(self.paths),
            mine(self.chain),
        )


def dossiers(
    movement: Movement,
    archive: Archive,
    parents: ParentProbabilities | None = None,
    *,
    window_h: float = 240.0,
    tau_h: float = routes.TAU_H,
    draws: int = 199,
    power_draws: int = 60,
    seed: int = 0,
) -> Dossiers:
    """Build the dossier of every outcome of the ledger.

    Definition
        Verdict and timing: `verdicts.RULES`; what was undone came before what undid it. Grade:
        `GRADES`. Relays: `routes.find_routes`, for visible reactions only. Dates:
        `exposure.date_test`, in blocks of nine days, with its power in this archive. Beside grade
        B stands `p_chance`, how often accounts alike that are linked to no outcome had such a
        contact in the same window (`traces.chance_of_contact`), with `n_alike` of them. Where
        there is no trace, `n_traces` is 0 only if the archive shows the whole window
        (`traces.uncovered`). `main` outcomes are those the ledger says, a crisis never; where it
        says nothing, the goal and the steps towards it; what was sought and not obtained is never.
    Limits
        No causal share, nothing about private messages, no path for a silent account, no share
        under `verdicts.FEWEST_CASES` outcomes.

    Parameters
    ----------
    parents
        Parent probabilities of the archive; computed when None.
    window_h
        Hours before an outcome in which a contact counts as a direct trace.
    tau_h
        Delay that weighs several reactions of one account.
    draws, power_draws
        Placebo dates an outcome; made-up outcomes from which the power is measured.

    Returns
    -------
    Dossiers
        `n_used` is the number of claims.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> found.table[["outcome_id", "verdict"]].head(2).values.tolist()
    [['outcome-5', 'contradicted'], ['outcome-4', 'reported']]
    """
    outcomes = movement.outcomes
    about = movement.claims["outcome_id"].isin(outcomes["outcome_id"])
    claims = verdicts.judge_claims(movement.claims[about], movement)  # of nothing, none counts
    has_archive = not archive.posts.empty
    gate = "none"
    way = routes.Routes(
        routes.RELAYS.of(),
        routes.PATHS.of(),
        dict.fromkeys(outcomes["outcome_id"], "no_archive"),
        {},
    )
    traces = TRACES.of()
    seen = _Seen()
    chance: dict[str, dict[str, Any]] = {}
    if has_archive and len(outcomes):
        parents = parent_probabilities(archive, movement) if parents is None else parents
        gate = parents.gate
        known = accounts(archive.posts)
        traces = find_traces(outcomes, archive, movement, known=known, window_h=window_h)
        alike = chance_of_contact(outcomes, archive, movement, known=known, window_h=window_h)
        chance = {str(row["outcome_id"]): _named_row(row) for row in alike.to_dict("records")}
        authors = _authors(archive, known, traces)
        way = routes.find_routes(
            outcomes, traces, parents, authors, posts=archive.posts, tau_h=tau_h, seed=seed
        )
        seen = _look(outcomes, archive, movement, window_h, draws, power_draws, seed)
    met = first_trace(archive, movement)
    told = replace(movement, started_on=None) if met and met.older else movement
    rows = [
        _verdict(outcome, claims, traces, way, seen, gate, told, met.at if met else None)
        | chance.get(outcome["outcome_id"], {})
        for outcome in outcomes.assign(no_later=_no_later(outcomes)).to_dict("records")
    ]
    table = VERDICTS.of(rows).assign(window_h=window_h, tau_h=tau_h)
    blind = table["outcome_id"].isin(uncovered(outcomes, archive, movement, window_h))
    table["n_traces"] = table["n_traces"].mask(true(blind & (table["n_traces"] == 0)))
    when = table["date"].fillna(table["not_after"])
    table = table.assign(when=when).sort_values(
        ["main", "when"], ascending=[False, True], kind="stable"
    )
    table = table.drop(columns="when")
    grades = table.set_index("outcome_id")["grade"]
    handles = _handles(known) if has_archive and len(outcomes) else {}
    relays = way.relays.assign(
        grade=way.relays["outcome_id"].map(grades),
        handle=way.relays["account"].map(handles).astype("string[pyarrow]"),
    )
    counts, n_cases = _counts(way.relays, way.reasons)
    return Dossiers(
        table=table.reset_index(drop=True),
        parameters={"window_h": window_h, "tau_h": tau_h, "seed": seed},
        n_used=len(claims),
        excluded={"undated_outcomes": int(outcomes["date"].isna().sum())},
        notes=("few_cases",) if n_cases < verdicts.FEWEST_CASES else (),
        claims=claims,
        traces=traces,
        relays=relays,
        paths=way.paths,
        chain=chains(movement, claims, traces, way),
        flows=flows(table, claims),
        voices=voices(table, claims),
        counts=counts,
        n_cases=n_cases,
        gate=gate,
        born=told.started_at,
        met=met,
        **seen.named(),
    )


# ------------------------------------------------------------------------------------- the parts


@dataclass(frozen=True)
class _Seen:
    """What exposure says: p of each date, power, hit rate, and who could have read a relay."""

    p: Mapping[str, float] = field(default_factory=dict)
    reads: Mapping[str, bool] = field(default_factory=dict)
    dates: exposure.DateTest | None = None
    masked: tuple[float, float, int] = (float("nan"), float("nan"), 0)
    loss: float = float("nan")

    def named(self) -> dict[str, Any]:
        if self.dates is None:
            return {}
        return {
            "date_power": _known(self.dates.power),
            "date_false_positives": _known(self.dates.false_positives),
            "date_joint_p": _known(self.dates.joint),
            "masked_hit_rate": _known(self.masked[0]),
            "masked_chance": _known(self.masked[1]),
            "masked_n": self.masked[2],
        }


def _named_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _handles(known: Accounts) -> dict[str, str]:
    return dict(zip(known.keys.to_pylist(), known.handles.to_pylist(), strict=True))


def _authors(archive: Archive, known: Accounts, traces: pd.DataFrame) -> dict[str, str]:
    """Return post → account key of who wrote it, for the posts of traces."""
    asked = pd.concat([traces["post_id"], traces["other_post_id"]]).dropna().unique()
    ids = chunked(archive.posts["post_id"])
    rows = np.flatnonzero(pc.is_in(ids, value_set=pa.array(asked, pa.string())))
    rows = rows[known.codes["author"][rows] >= 0]
    keys = known.named(known.codes["author"][rows]).to_list()
    return dict(zip(taken(ids, rows).to_pylist(), keys, strict=True))


def _look(
    outcomes: pd.DataFrame,
    archive: Archive,
    movement: Movement,
    window_h: float,
    draws: int,
    power_draws: int,
    seed: int,
) -> _Seen:
    found = exposure.readers(archive)
    cases: list[tuple[int | None, float]] = []
    reads: dict[str, bool] = {}
    for outcome in outcomes.to_dict("records"):
        codes = linked_codes(found.known, split(outcome["linked_accounts"]))
        possible = verdicts.span(
            outcome["date"], outcome["precision"], movement.zone, outcome["not_after"]
        )
        if possible is None:
            cases.append((None, float("nan")))
            continue
        first, last = ((moment.timestamp() - found.start_s) / 3600 for moment in possible)
        cases.append((int(codes[0]) if len(codes) else None, (first + last) / 2))
        near = (found.hours >= first + 24 - window_h) & (found.hours < last)
        active = np.zeros(len(found.known), dtype=bool)
        active[found.author[near & (found.author >= 0)]] = True
        reads[outcome["outcome_id"]] = any(bool((found.row(c)[active] > 0).any()) for c in codes)
    dates = exposure.date_test(found, cases, draws=draws, power_draws=power_draws, seed=seed)
    return _Seen(
        p=dict(zip(outcomes["outcome_id"], dates.p, strict=True)),
        reads=reads,
        dates=dates,
        masked=exposure.masked_hit_rate(found, seed=seed),
        loss=_loss(archive.posts),
    )


def _loss(posts: pd.DataFrame) -> float:
    """Share of reshares counted by the platform that the archive does not hold."""
    original = posts["reshared_id"].fillna(posts["post_id"])
    counted = posts.assign(original=original).groupby("original")["reshare_count"].max()
    held = posts.loc[posts["kind"] == "reshare", "reshared_id"].value_counts()
    both = pd.DataFrame({"counted": counted.astype("float64"), "held": held}).fillna({"held": 0})
    both = both.dropna()
    total = float(both["counted"].sum())
    if total <= 0:
        return float("nan")
    missing = (both["counted"] - both["held"].astype("float64")).clip(lower=0).sum()
    return float(missing / total)


def _verdict(
    outcome: Mapping[Any, Any],
    claims: pd.DataFrame,
    traces: pd.DataFrame,
    way: routes.Routes,
    seen: _Seen,
    gate: str,
    movement: Movement,
    met: pd.Timestamp | None,
) -> dict[str, Any]:
    name = outcome["outcome_id"]
    mine = claims[(claims["outcome_id"] == name).to_numpy(dtype=bool)]
    direct = traces[(traces["outcome_id"] == name).to_numpy(dtype=bool)]
    direct = direct[(direct["kind"] != "posted").to_numpy(dtype=bool)]
    when = verdicts.timing(
        outcome["date"], outcome["precision"], movement, outcome["no_later"], met
    )
    row: dict[str, Any] = {
        key: outcome[key]
        for key in (
            "outcome_id",
            "date",
            "precision",
            "not_after",
            "date_words_fr",
            "date_words_en",
            "date_inferred",
            "ask_fr",
            "ask_en",
            "kind",
            "role",
            "undone_by",
            "title_fr",
            "title_en",
            "url",
        )
    }
    row |= verdicts.count_claims(mine)
    row |= {
        "main": _main(outcome),
        "result": _result(outcome),
        "attested": verdicts.attested(mine),
        "verdict": verdicts.verdict(mine, when),
        "timing": when,
        "grade": _grade(mine, direct, bool(seen.reads.get(name))),
        "reason_code": way.reasons.get(name, "no_archive"),
        "gate": gate,
        "n_traces": len(direct),
        "p_date_block": seen.p.get(name, np.nan),
        "power_date": seen.dates.power if seen.dates else np.nan,
        "masked_hit_rate": seen.masked[0],
        "loss_est": seen.loss,
        "linked": bool(split(outcome["linked_accounts"]) or split(outcome["linked_urls"])),
    }
    if not row["linked"] or verdicts.span(row["date"], row["precision"], movement.zone) is None:
        row["n_traces"] = None  # nobody knows of whom, or when
    row |= {"n_alike": 0, "p_chance": np.nan, "p_chance_lo": np.nan, "p_chance_hi": np.nan}
    row["path_named"] = row["reason_code"] == "named"
    row["change_codes"] = verdicts.would_change(row, gate != "none")
    return row


def _no_later(outcomes: pd.DataFrame) -> pd.Series:
    """Return the last possible day of each outcome: what was undone came before that."""

    def first(*days: Any) -> date | None:
        return min((day for day in days if not pd.isna(day)), default=None)

    rows = outcomes.to_dict("records")
    ends = [possible_days(row["date"], row["precision"]) or (None, None) for row in rows]
    last = {row["outcome_id"]: first(row["not_after"], end)
            for row, (_, end) in zip(rows, ends, strict=True)}  # fmt: skip
    found = [first(row["not_after"], last.get(row["undone_by"])) for row in rows]
    return pd.Series(found, index=outcomes.index, dtype=object)


def _main(outcome: Mapping[Any, Any]) -> bool:
    """Return whether an outcome counts as a result: the crisis and what failed never do."""
    if outcome["role"] == "crisis" or outcome["result"] == "not_obtained":
        return False
    if pd.isna(outcome["main"]):
        return outcome["role"] in ("goal", "step")
    return bool(outcome["main"])


def _result(outcome: Mapping[Any, Any]) -> str | None:
    """Return what came of what was sought; None of what nobody sought."""
    said = "obtained" if pd.isna(outcome["result"]) else str(outcome["result"])
    if said == "not_obtained":
        return said
    if outcome["role"] not in ("goal", "step") and not _main(outcome):
        return None
    return said if pd.isna(outcome["undone_by"]) else "lost"


def _grade(claims: pd.DataFrame, direct: pd.DataFrame, reads: bool) -> str:
    if verdicts.states_route(claims):
        return "A"
    if len(direct):
        return "B"
    return "C" if reads else "D"


def _counts(relays: pd.DataFrame, reasons: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """Return over how many outcomes each account was on the path, with exact intervals."""
    columns = ["account", "expected", "lo", "hi"]
    named = {outcome for outcome, why in reasons.items() if why == "named"}
    usable = relays[relays["outcome_id"].isin(named).to_numpy(dtype=bool)]
    if usable.empty:
        return pd.DataFrame(columns=columns), len(named)
    on = usable.groupby(["account", "outcome_id"])["p_on_path"].sum().clip(upper=1.0)
    rows = []
    for account, chances in on.groupby("account"):
        lo, hi = paths.count_interval(chances.to_numpy(dtype=float))
        rows.append((account, float(chances.sum()), lo, hi))
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values(["expected", "account"], ascending=[False, True])
    return table.reset_index(drop=True), len(named)


#: Kinds of link, in the order in which links of the same day are listed.
KINDS = ("fact", "relay", "original", "passed", "reaction", "outcome")
LIKELY = 0.5


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
    backed = {
        name
        for keys in ("outcome_id", ["outcome_id", "relay_id"])
        for name, mine in claims.groupby(keys)
        if attested(mine)
    }
    rows = [
        _link(name, "outcome", name, row, name in backed, movement)
        for name, row in outcomes.items()
    ]
    seen: set[tuple[str, str]] = set()
    for claim in claims.to_dict("records"):
        name = claim["outcome_id"]
        relay = claim["relay_id"]
        if isinstance(relay, str) and relay in relays and (name, relay) not in seen:
            seen.add((name, relay))
            firm = (name, relay) in backed
            rows.append(_link(name, "relay", relay, relays[relay], firm, movement))
        other = claim["about"]
        if not isinstance(other, str):
            other = about.get(claim["copied_from"])
        if other not in (None, name) and other in outcomes and (name, other) not in seen:
            seen.add((name, str(other)))
            fact = outcomes[other]
            rows.append(_link(name, "fact", str(other), fact, other in backed, movement))
    rows += _posts(traces, way)
    table = CHAIN.of(rows)
    order = table["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    table = table.assign(order=order).sort_values(["outcome_id", "last", "order", "ref"])
    return table[CHAIN.names].reset_index(drop=True)


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
        (the earliest day), `urls` (joined by |). Over goals that were obtained; over all main
        ones when there is none. Copies, doubts and facts beside left out.
    """
    goal = true(outcomes["role"] == "goal") & ~true(outcomes["result"] == "not_obtained")
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
