"""The made-up movement's folder: movement.toml and its ledgers, every row marked as invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement, normalize_hashtag
from i4analysis.simulate.adoption import HOUR
from i4analysis.simulate.audiences import supporters
from i4analysis.simulate.hashing import uniforms
from i4analysis.simulate.network import FIRM, FOUNDER, OUTLET
from i4analysis.simulate.seen import DAY, Sight
from i4analysis.simulate.story import RESHARE
from i4analysis.simulate.words import HASHTAG, PLANT, SEEKER_TAG, TOWN

URL = "https://presse.example/made-up"
NOTE = "made up"
TITLE = {
    "fr": f"#{HASHTAG} (mouvement inventé)",
    "en": f"#{HASHTAG} (a made-up movement)",
}
DESCRIPTION = {
    "fr": (
        f"Un mouvement inventé, fabriqué par un générateur dont la vérité est connue : sauver"
        f" l’usine {PLANT} de {TOWN}. Aucun nom, aucun compte, aucun lieu n’existe."
    ),
    "en": (
        f"A made-up movement, produced by a generator whose truth is known: to save the {PLANT}"
        f" plant of {TOWN}. No name, account or place exists."
    ),
}
_KINDS = ("interested_firm", "visit", "takeover_file", "hire", "institution")
_TITLES = {
    "interested_firm": ("{} se dit intéressée", "{} says it is interested"),
    "visit": ("{} visite l’usine", "{} visits the plant"),
    "takeover_file": ("{} dépose un dossier de reprise", "{} files a takeover offer"),
    "hire": ("{} annonce une embauche", "{} announces a hire"),
    "institution": ("{} apporte son appui", "{} gives its support"),
}


def make_movement(sight: Sight) -> Movement:
    """Return the movement of a story, as `Movement.load` would read it from its folder."""
    p = sight.story.parameters
    rows = {
        "founders": _founders(sight),
        "figures": _figures(sight),
        "outcomes": _outcomes(sight),
        "claims": _claims(sight),
        "relays": _relays(sight),
        "press": _press(sight),
        "people": _people(sight),
        "audit": _audit(sight),
    }
    ledgers: dict[str, pd.DataFrame] = {
        name: tables.build(table, rows.get(name, [])) for name, table in LEDGERS.items()
    }
    return Movement(
        name=p.name,
        title=TITLE,
        hashtags=(normalize_hashtag(HASHTAG), normalize_hashtag(SEEKER_TAG)),
        supporter_marks=(normalize_hashtag(HASHTAG),),
        seeker_marks=(normalize_hashtag(SEEKER_TAG),),
        started_on=p.started_on,
        ended_on=p.started_on + timedelta(days=p.days - 1),
        timezone="Europe/Paris",
        place={"fr": TOWN, "en": TOWN},
        description=DESCRIPTION,
        made_up=True,
        ledgers=ledgers,
    )


def moment(sight: Sight, second: int) -> datetime:
    """Return a second since the start as a moment in UTC."""
    return datetime.fromtimestamp(int(sight.unix(second)), UTC)


def _day(sight: Sight, second: int) -> Any:
    # days of the ledgers are days in the movement's zone, UTC+1 all through the period
    return (moment(sight, second) + timedelta(hours=1)).date()


def _founders(sight: Sight) -> list[dict[str, Any]]:
    who = np.flatnonzero((sight.story.network.part == FOUNDER) & ~sight.story.removed)
    return [
        {
            "handle": sight.names.handles[i],
            "account_id": sight.names.account_ids[i],
            "platform": "twitter",
            "basis": "first circle (made up)",
            "url": URL,
            "note": NOTE,
        }
        for i in who
    ]


def _figures(sight: Sight) -> list[dict[str, Any]]:
    """Figures as a press would print them: round, at least or about."""
    story = sight.story
    shown = supporters(sight)
    rows = [("founders", int((story.network.part == FOUNDER).sum()), "exact", 0)]
    for day in (7, 14, 21):
        if day >= story.parameters.days:
            continue
        here = shown[story.adoption.marked[shown] <= day * DAY]
        rows.append(("supporters_bio", len(here) // 10 * 10, "at_least", day))
        summed = int(sight.followers(here, np.full(len(here), day * DAY)).sum())
        rows.append(("followers_summed", summed // 10_000 * 10_000, "at_least", day))
    return [
        {
            "figure_id": f"figure-{number}",
            "metric": metric,
            "value": float(value),
            "roughness": roughness,
            "date": _day(sight, day * DAY),
            "precision": "day",
            "publisher": "Le Courrier (inventé)",
            "published_on": str(_day(sight, day * DAY)),
            "measurement": True,
            "url": URL,
            "note": NOTE,
        }
        for number, (metric, value, roughness, day) in enumerate(rows, 1)
    ]


def _outcomes(sight: Sight) -> list[dict[str, Any]]:
    rows = []
    for number, one in enumerate(sight.outcomes):
        kind = _KINDS[number % len(_KINDS)]
        who = sight.names.names[one.account]
        french, english = _TITLES[kind]
        rows.append(
            {
                "outcome_id": f"outcome-{number + 1}",
                "date": _day(sight, one.second),
                "precision": "day",
                "kind": kind,
                "title_fr": french.format(who) + " (inventé)",
                "title_en": english.format(who) + " (made up)",
                "main": True,
                "linked_accounts": sight.names.handles[one.account],
                "silent": one.silent,
                "url": f"{URL}/outcome-{number + 1}",
                "note": NOTE,
            }
        )
    return rows


def _claims(sight: Sight) -> list[dict[str, Any]]:
    """Claims about outcomes: the movement credits itself always, others now and then."""
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(sight.outcomes, 1):
        base = {
            "outcome_id": f"outcome-{number}",
            "date": _day(sight, one.second + 2 * DAY),
            "precision": "day",
            "publisher": "Le Courrier (inventé)",
            "url": f"{URL}/claim-{number}",
            "note": NOTE,
        }
        rows.append(
            base
            | {
                "claim_id": f"claim-{number}a",
                "claimant": "Fondateurs (inventés)",
                "stance": "credits",
                "relay": f"#{HASHTAG}",
                "relay_kind": "movement",
                "basis": "party",
                "evidence_fr": "affirmation des fondateurs",
                "evidence_en": "the founders' word",
            }
        )
        if one.cause != "relay_path" or number % 3 == 0:
            rows.append(
                base
                | {
                    "claim_id": f"claim-{number}b",
                    "claimant": "Mairie (inventée)",
                    "stance": "credits",
                    "relay": "démarches de la mairie",
                    "relay_kind": "mayor",
                    "basis": "document" if one.cause == "before" else "witness",
                    "evidence_fr": "courrier daté" if one.cause == "before" else "témoignage",
                    "evidence_en": "a dated letter" if one.cause == "before" else "a witness",
                }
            )
    return rows


def _relays(sight: Sight) -> list[dict[str, Any]]:
    p = sight.story.parameters
    rng = np.random.default_rng([p.seed, 505])
    kinds = (("linkedin", "Groupe professionnel"), ("institution", "Agence de l’emploi"))
    return [
        {
            "relay_id": f"relay-{number}",
            "date": _day(sight, int(rng.integers(2, p.days)) * DAY),
            "precision": "day",
            "kind": kind,
            "actor": f"{actor} (inventé)",
            "title_fr": "relaie l’appel",
            "title_en": "passes the appeal on",
            "recorded_by": "generator",
            "url": URL,
            "note": NOTE,
        }
        for number, (kind, actor) in enumerate(kinds * 2, 1)
    ]


def _press(sight: Sight) -> list[dict[str, Any]]:
    press, net = sight.story.press, sight.story.network
    outlets = np.flatnonzero(net.part == OUTLET)
    rows = []
    for number, (at, outlet) in enumerate(zip(press.second, press.outlet, strict=True), 1):
        name = sight.names.names[outlets[outlet % len(outlets)]]
        rows.append(
            {
                "press_id": f"press-{number}",
                "published_at": moment(sight, int(at)),
                "date": _day(sight, int(at)),
                "precision": "minute",
                "outlet": f"{name} (inventé)",
                "medium": "radio" if name.startswith("Radio") else "press",
                "title": "Le mot-dièse qui veut sauver une usine",
                "language": "fr",
                "date_basis": "printed",
                "mentions": "yes",
                "url": f"{URL}/press-{number}",
                "note": NOTE,
            }
        )
    return rows


def _people(sight: Sight) -> list[dict[str, Any]]:
    """Who may be named: outlets, firms, firms behind outcomes, and three founders."""
    part = sight.story.network.part
    linked = {one.account for one in sight.outcomes}
    chosen: list[tuple[int, str]] = [(int(i), "medium") for i in np.flatnonzero(part == OUTLET)]
    chosen += [(i, "firm") for i in sorted(set(np.flatnonzero(part == FIRM).tolist()) | linked)]
    chosen += [(int(i), "founder") for i in np.flatnonzero(part == FOUNDER)[:3]]
    return [
        {
            "handle": sight.names.handles[i],
            "account_id": sight.names.account_ids[i],
            "name": sight.names.names[i],
            "role": role,
            "description": "made up",
            "url": URL,
            "note": NOTE,
        }
        for i, role in chosen
    ]


def _audit(sight: Sight) -> list[dict[str, Any]]:
    """Audit random reshares of the archive: whether the resharer follows the author."""
    p, events, net = sight.story.parameters, sight.story.events, sight.story.network
    kept = sight.kept[events.kind[sight.kept] == RESHARE]
    luck = uniforms(p.seed, events.key[kept], 914, 0)
    rows = np.sort(kept[np.argsort(luck, kind="stable")[: p.audited]])
    author, reader = events.author[events.root[rows]], events.author[rows]
    checked = str(_day(sight, (p.days + 10) * DAY + 12 * HOUR))
    return [
        {
            "post_id": str(events.post_id[row]),
            "follows_author": int(b in net.followers[net.start[a] : net.start[a + 1]]),
            "checked_on": checked,
            "by": "made up",
        }
        for row, a, b in zip(rows, author, reader, strict=True)
    ]
