"""Verdicts on outcomes by published rules: what is claimed, by whom, when, and how strongly.

Nothing here looks at posts. The rules are stated once, in `RULES`, in both languages, and printed
with every verdict. Who speaks is weighed by two rules that know no side: whoever credits their own
party is interested, and a publication that did not see is second hand, whichever way it leans.
Reference: contribution analysis (Mayne 2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.ledgers import possible_days, said_ahead
from i4analysis.movement import Movement

MOVEMENT_KINDS = ("movement", "post", "linkedin")
MEDIA_KINDS = ("press", "radio", "institution")
VERDICTS = ("documented", "corroborated", "reported", "contradicted", "not claimed")
FEWEST_CASES = 20  # outcomes with a named path below which no share is computed
#: The rules of verdict and of timing: the one text, that every page prints.
RULES: dict[str, dict[str, str]] = {
    "documented": {
        "fr": "un document daté, qui n'émane pas de l'intéressé, dit que le résultat est passé par"
        " les relais du mouvement",
        "en": "a dated document, not of the party itself, says that the outcome came through the"
        " movement's relays",
    },
    "corroborated": {
        "fr": "deux sources au moins le disent, dont un témoin ou un document qui ne parle pas"
        " pour lui-même",
        "en": "two sources or more say so, one of them a witness or a document that does not"
        " speak of itself",
    },
    "reported": {
        "fr": "une source au moins le dit : un intéressé, une source de seconde main, un seul"
        " témoin ou un document sans date",
        "en": "at least one source says so: an interested party, a source at second hand, a"
        " single witness or an undated document",
    },
    "contradicted": {
        "fr": "une source le dit, une autre le nie ou la date l'exclut",
        "en": "a source says so, another denies it or the date rules it out",
    },
    "not claimed": {
        "fr": "aucune source du registre ne le dit",
        "en": "no source in the ledger says so",
    },
    "consistent": {
        "fr": "le fait ne précède pas le début déclaré du hashtag (s'il n'y en a pas, ou si le"
        " hashtag est plus ancien, sa première trace), ce qui ne dit rien de sa cause",
        "en": "the fact does not come before the declared start of the hashtag (if there is none,"
        " or if the hashtag is older, its first trace), which says nothing of its cause",
    },
    "not consistent": {
        "fr": "le fait précède le début déclaré du hashtag",
        "en": "the fact comes before the declared start of the hashtag",
    },
    "cannot tell": {
        "fr": "la date ne permet pas de dire lequel précède l'autre",
        "en": "the date does not say which of the two came first",
    },
}
#: The party that a kind of relay belongs to when the ledger does not say.
PARTY_OF_KIND = {
    **dict.fromkeys(MOVEMENT_KINDS, "movement"),
    **dict.fromkeys(("press", "radio"), "media"),  # the media at large: no outlet's own party
    **dict.fromkeys(("state", "president"), "state"),
    "mayor": "town",
    "court": "court",
    "local": "local",
}
_PARTY_OF_ROLE = {"founder": "movement", "supporter": "movement", "medium": "press"}
_PUBLICATIONS = ("press", "radio", "tv", "web", "blog")


def span(
    day: date | None, precision: str | None, zone: ZoneInfo, not_after: date | None = None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return the first and last possible instant (UTC) of a ledger's date; None when unknown.

    The days are those of `ledgers.possible_days`; `not_after` is the last day possible, when a
    source fixes it.

    Examples
    --------
    >>> first, last = span(date(2015, 9, 26), "day", ZoneInfo("Europe/Paris"))
    >>> first.isoformat(), last.isoformat()
    ('2015-09-25T22:00:00+00:00', '2015-09-26T22:00:00+00:00')
    """
    days = possible_days(day, precision)
    if days is None:
        return None
    first, last = days
    if not_after is not None and not pd.isna(not_after):
        last = max(first, min(last, not_after))
    return clock.start_of(first, zone), clock.start_of(last + timedelta(days=1), zone)


def timing(
    day: date | None,
    precision: str | None,
    movement: Movement,
    not_after: date | None = None,
    met: pd.Timestamp | None = None,
) -> str:
    """Return whether an outcome's date can follow the movement's start; see `RULES`.

    An outcome known only by the last day possible may still be known to come before. Where no
    start is declared, what follows the first trace `met` of the hashtag follows the start.
    """
    possible = span(day, precision, movement.zone, not_after)
    start = movement.started_at
    if start is None:
        follows = met is not None and possible is not None and possible[0] >= met
        return "consistent" if follows else "cannot tell"
    if possible is None:
        latest = span(not_after, "day", movement.zone)
        return "not consistent" if latest and latest[1] <= start else "cannot tell"
    if possible[0] >= start:
        return "consistent"
    return "not consistent" if possible[1] <= start else "cannot tell"


# ------------------------------------------------------------------------------------- who speaks


def parties_of(cell: Any) -> frozenset[str]:
    """Return the parties that a cell of the ledger names, separated by |.

    Examples
    --------
    >>> sorted(parties_of("State | town"))
    ['state', 'town']
    """
    if cell is None or pd.isna(cell):
        return frozenset()
    return frozenset(filter(None, (name.strip().casefold() for name in str(cell).split("|"))))


def speakers(claimant: Any) -> tuple[str, ...]:
    """Return who speaks in a claim: people who sign together are separated by `&`.

    Examples
    --------
    >>> speakers("Ann Low & Bob Hay")
    ('Ann Low', 'Bob Hay')
    """
    return tuple(filter(None, (name.strip() for name in str(claimant).split("&"))))


def known_parties(movement: Movement) -> dict[str, frozenset[str]]:
    """Return the parties of the people, bodies and publications that the ledgers name."""
    known: dict[str, frozenset[str]] = {}
    for row in movement.press.to_dict("records"):
        if row["medium"] in _PUBLICATIONS:
            known[row["outlet"]] = frozenset({"press"})
    for row in movement.founders.to_dict("records"):
        for name in (row["name"], row["handle"]):
            if isinstance(name, str):
                known[name] = frozenset({"movement"})
    for row in movement.people.to_dict("records"):
        said = parties_of(row["party"]) or parties_of(_PARTY_OF_ROLE.get(row["role"]))
        for name in (row["name"], row["name_en"], row["handle"]):
            if isinstance(name, str) and said:
                known[name] = said
    return known


def judge_claims(claims: pd.DataFrame, movement: Movement | None = None) -> pd.DataFrame:
    """Return the claims with what the rules say of each.

    Definition
        `claimant_parties`, `relay_parties`: whose side the claimant and the relay named are of, as
        the ledger says, else as people.csv, founders.csv, press.csv, another claim of the same
        claimant or the kind of relay say.
        `interested`: the claim speaks of itself (column `speaks_of_itself`), or its basis is a
        party's, or it credits or names a relay of the claimant's own party; a doubt or a denial
        about one's own side is not.
        `standing`: what stands behind the claim. An interested claim is a `party`'s, whatever else
        it is. Words lent by somebody (`through`), and a publication that was not there
        (`first_hand`), are `hearsay`. Else the ledger's `basis`.
        `group`: beside (about another fact, or said before the outcome can have been: a fact
        told, neither credit, doubt nor rival), movement, media (press, radio and institutions
        named as who passed the word on), other (another way that is credited or named), none.
        `copied`: repeats another claim about the same outcome.
        `rival`: credits another way, of another party, for the same fact, is no copy, is not
        later than the outcome (by the dates of the relay it names), and is not the item that
        credits the movement.

    Parameters
    ----------
    movement
        Its ledgers of people, press, relays and outcomes; without it nothing is looked up there.
    """
    known = {} if movement is None else known_parties(movement)
    rows = claims.to_dict("records")
    for row in rows:  # whose side somebody is of in one claim, they are of in all
        if own := parties_of(row["claimant_party"]):
            known.setdefault(row["claimant"], own)
    theirs = [_claimant_parties(row, known) for row in rows]
    named = [
        parties_of(row["relay_party"]) or parties_of(PARTY_OF_KIND.get(row["relay_kind"]))
        for row in rows
    ]
    copied = _copied(claims)
    ahead = [False] * len(rows) if movement is None else said_ahead(claims, movement.outcomes)
    interested = [
        _interested(row, whose, relay)
        for row, whose, relay in zip(rows, theirs, named, strict=True)
    ]
    # the ledger's basis leaves: what a page prints is the standing, judged
    judged = claims.drop(columns="basis").assign(
        claimant_parties=["|".join(sorted(names)) for names in theirs],
        relay_parties=["|".join(sorted(names)) for names in named],
        interested=np.array(interested, dtype=bool),
        standing=[
            _standing(row, own, whose)
            for row, own, whose in zip(rows, interested, theirs, strict=True)
        ],
        copied=copied,
        group=["beside" if ahead else _group(row) for row, ahead in zip(rows, ahead, strict=True)],
    )
    later = np.zeros(len(claims), dtype=bool) if movement is None else _later(rows, movement)
    return judged.assign(rival=_rivals(judged, copied, later))


def _claimant_parties(
    row: Mapping[Any, Any], known: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    own = parties_of(row["claimant_party"])
    names = (row["claimant"], *speakers(row["claimant"]))
    return own or frozenset().union(*(known.get(name, frozenset()) for name in names))


def _interested(row: Mapping[Any, Any], claimant: frozenset[str], relay: frozenset[str]) -> bool:
    said = row["speaks_of_itself"]
    if row["basis"] == "party" or (not pd.isna(said) and bool(said)):
        return True
    if not pd.isna(said) or row["relay_kind"] == "none":
        return False
    return row["stance"] in ("credits", "reports") and bool(claimant & relay)


def _standing(row: Mapping[Any, Any], interested: bool, claimant: frozenset[str]) -> str:
    if interested:
        return "party"
    there = not pd.isna(row["first_hand"]) and bool(row["first_hand"])
    lent = isinstance(row["through"], str)
    return "hearsay" if lent or ("press" in claimant and not there) else str(row["basis"])


def _group(row: Mapping[Any, Any]) -> str:
    kind, about = row["relay_kind"], row["about"]
    if isinstance(about, str) and about != row["outcome_id"]:
        return "beside"
    if kind in MOVEMENT_KINDS:
        return "movement"
    if kind in MEDIA_KINDS and row["stance"] != "credits":
        return "media"
    return "none" if kind == "none" else "other"


def _copied(claims: pd.DataFrame) -> np.ndarray:
    about = claims.set_index("claim_id")["outcome_id"].to_dict()
    source = claims["copied_from"].astype(object)
    pairs = zip(source, claims["outcome_id"], strict=True)
    return np.array(
        [isinstance(one, str) and about.get(one) == outcome for one, outcome in pairs], dtype=bool
    )


def _later(rows: list[dict[Any, Any]], movement: Movement) -> np.ndarray:
    """Return for each claim whether the relay it names is later than the outcome it explains."""
    relays = {row["relay_id"]: row for row in movement.relays.to_dict("records")}
    outcomes = {row["outcome_id"]: row for row in movement.outcomes.to_dict("records")}
    found = []
    for row in rows:
        relay, outcome = relays.get(row["relay_id"]), outcomes.get(row["outcome_id"])
        if relay is None or outcome is None:
            found.append(False)
            continue
        begun = span(relay["date"], relay["precision"], movement.zone)
        ended = span(
            outcome["date"], outcome["precision"], movement.zone, outcome["not_after"]
        ) or span(outcome["not_after"], "day", movement.zone)
        found.append(bool(begun and ended and begun[0] >= ended[1]))
    return np.array(found, dtype=bool)


def _rivals(judged: pd.DataFrame, copied: np.ndarray, later: np.ndarray) -> np.ndarray:
    credits = (judged["stance"] == "credits").to_numpy(dtype=bool)
    ours = credits & (judged["group"] == "movement").to_numpy(dtype=bool)
    items = set(zip(judged.loc[ours, "outcome_id"], judged.loc[ours, "url"], strict=True))
    same = [
        isinstance(url, str) and (outcome, url) in items
        for outcome, url in zip(judged["outcome_id"], judged["url"], strict=True)
    ]
    # its people's own contacts are the movement's
    other = ((judged["group"] == "other") & (judged["relay_parties"] != "movement")).to_numpy(bool)
    rival: np.ndarray = credits & other & ~copied & ~later & ~np.array(same, dtype=bool)
    return rival


# ---------------------------------------------------------------------------------- the verdicts


def verdict(claims: pd.DataFrame, when: str) -> str:
    """Return the verdict word on one outcome from its judged claims and its timing."""
    credit = _on_the_credit(claims, "credits")
    if credit.empty:
        return "not claimed"
    if len(_on_the_credit(claims, "denies")) or when == "not consistent":
        return "contradicted"
    if ((credit["standing"] == "document") & credit["date"].notna()).any():
        return "documented"
    strong = credit["standing"].isin(["witness", "document"]).any()
    if credit["claimant"].nunique() >= 2 and strong:
        return "corroborated"
    return "reported"


def states_route(claims: pd.DataFrame) -> bool:
    """Return whether a dated, independent witness or document credits the movement (grade A)."""
    credit = _on_the_credit(claims, "credits")
    return bool((credit["standing"].isin(["witness", "document"]) & credit["date"].notna()).any())


def _on_the_credit(claims: pd.DataFrame, *stances: str) -> pd.DataFrame:
    """Return the claims of some stances on the movement's part, copies left out.

    Who doubts or denies the fact itself doubts what came of it.
    """
    groups = ["movement"] if stances == ("credits",) else ["movement", "none"]
    mine = claims["group"].isin(groups) & claims["stance"].isin(stances)
    rows: pd.DataFrame = claims[mine.to_numpy(dtype=bool) & ~claims["copied"].to_numpy(dtype=bool)]
    return rows


def tellers(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims which say that the outcome happened, whoever they credit."""
    says = claims["stance"].isin(["credits", "reports"]) & (claims["group"] != "beside")
    rows: pd.DataFrame = claims[(says & ~claims["copied"].astype(bool)).to_numpy(dtype=bool)]
    return rows


def attested(claims: pd.DataFrame) -> bool:
    """Return whether the fact itself is attested, apart from who had a part in it.

    By a witness or a document, or by two claimants, none interested, in two different items.
    """
    said = tellers(claims)
    if said["standing"].isin(["witness", "document"]).any():
        return True
    outside = said[(~said["interested"].astype(bool)).to_numpy(dtype=bool)]
    return bool(outside["claimant"].nunique() >= 2 and outside["url"].nunique() >= 2)


def count_claims(claims: pd.DataFrame) -> dict[str, int]:
    """Return the counts of one outcome's judged claims that its verdict rests on.

    `n_origins`: who says that it happened, one a claimant. `n_credits`, `n_doubts`,
    `n_rival_credits`: claimants alike, so that five claims of one official are one. `n_beside`:
    facts that stand beside it.
    """
    first = ~claims["copied"].to_numpy(dtype=bool)
    beside = (claims["group"] == "beside").to_numpy(dtype=bool)
    return {
        "n_claims": int((~beside).sum()),
        "n_sources": int(claims.loc[first & ~beside, "publisher"].nunique()),
        "n_origins": int(tellers(claims)["claimant"].nunique()),
        "n_copied": int(claims["copied"].sum()),
        "n_credits": int(_on_the_credit(claims, "credits")["claimant"].nunique()),
        "n_doubts": int(_on_the_credit(claims, "doubts", "denies")["claimant"].nunique()),
        "n_rival_credits": int(claims.loc[claims["rival"].to_numpy(bool), "claimant"].nunique()),
        "n_beside": int(claims.loc[beside, "about"].nunique()),
    }


def would_change(row: dict[str, Any], has_archive: bool) -> str:
    """Return the codes, joined by |, of what would change the verdict on an outcome.

    Codes: `archive` (posts of the period), `source` (any source that names a route), `document`
    (a dated letter or file that names it), `second_source`, `account` (which account or address
    belongs to the outcome), `day` (a better date), `follow_lists` (who follows whom, to open
    the gate). None for an outcome dated before the movement, nor for the crisis it was born of.
    """
    if row["timing"] == "not consistent" or row.get("role") == "crisis":
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
