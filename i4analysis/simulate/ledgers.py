"""The made-up movement's folder: movement.toml and its ledgers.

Every row says in its note and its address that it is made up, so that names can be read aloud.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.hashtags import normalize_hashtag
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement
from i4analysis.simulate.adoption import DAY, HOUR
from i4analysis.simulate.audiences import supporters
from i4analysis.simulate.causes import told
from i4analysis.simulate.hashing import uniforms
from i4analysis.simulate.network import FIRM, FOUNDER, OUTLET, Network
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import RESHARE, Events
from i4analysis.simulate.words import HASHTAG, PLANT, SEEKER_TAG, TOWN

URL = "https://presse.example/made-up"
NOTE = "made up"
TITLE = {
    "fr": f"#{HASHTAG} (mouvement inventé)",
    "en": f"#{HASHTAG} (a made-up movement)",
}
DESCRIPTION = {
    "fr": (
        f"Un mouvement inventé par un programme, qui en connaît la vérité et y éprouve l’analyse."
        f" Il veut sauver l’usine {PLANT} de {TOWN}. Ni l’une ni l’autre n’existe."
    ),
    "en": (
        f"A movement made up by a program that knows its truth, to test the analysis. It wants to"
        f" save the {PLANT} plant of {TOWN}; neither exists."
    ),
}
GOAL = {
    "fr": f"trouver un repreneur à l’usine {PLANT}",
    "en": f"find a buyer for the {PLANT} plant",
}
AUTHOR = "i4analysis"
CONTACT = "redaction@presse.example"
#: Bodies named by office, in both languages, with whose side they are of.
FOUNDERS, TOWN_HALL, STATE, COURT = (
    "Les fondateurs",
    "La mairie",
    "La préfecture",
    "Le tribunal",
)
_BODIES = (
    (FOUNDERS, "The founders", "movement", "à l’origine du hashtag",
     "who started the hashtag"),
    (TOWN_HALL, "The town hall", "town", "commune de l’usine", "where the plant stands"),
    (STATE, "The prefecture", "state", "services de l’État", "the State’s services"),
    (COURT, "The court", "court", "tribunal de commerce", "commercial court"),
)  # fmt: skip
_ROLES = {
    "medium": ("média local", "a local outlet"),
    "firm": ("entreprise", "a firm"),
    "founder": ("à l’origine du hashtag", "who started the hashtag"),
}
_KINDS = ("interested_firm", "visit", "takeover_file", "hire", "institution")
_STEPS = {
    "interested_firm": "step",
    "visit": "step",
    "takeover_file": "step",
    "hire": "aftermath",
    "institution": "support",
}
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
        "statements": _statements(sight),
        "audit": _audit(sight),
    }
    made_up = {"url": URL, "note": NOTE}
    ledgers: dict[str, pd.DataFrame] = {}
    for name, table in LEDGERS.items():
        usual = {column: made_up[column] for column in table.names if column in made_up}
        ledgers[name] = tables.build(table, [usual | row for row in rows.get(name, [])])
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
        goal=GOAL,
        made_up=True,
        author=AUTHOR,
        contact=CONTACT,
        compiled_on=p.started_on + timedelta(days=p.days + 10),
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
            "basis": f"first circle ({NOTE})",
        }
        for i in who
    ]


def _voices(sight: Sight) -> list[str]:
    """Return the public names of the founders who may be named, in the order of people.csv."""
    who = np.flatnonzero(sight.story.network.part == FOUNDER)[:3]
    return [sight.names.names[i] for i in who]


def _outlets(sight: Sight) -> list[str]:
    who = np.flatnonzero(sight.story.network.part == OUTLET)
    return [sight.names.names[i] for i in who] or ["Le Courrier"]


def _figures(sight: Sight) -> list[dict[str, Any]]:
    """Figures as a press would print them: round, at least or about, and contradictory."""
    story, outlets = sight.story, _outlets(sight)
    founder = (_voices(sight) or [FOUNDERS])[0]
    shown = supporters(sight)
    start = int((story.network.part == FOUNDER).sum())
    people, marks = (
        ("personnes au départ", "people at the start"),
        (
            "bios affichant le hashtag",
            "bios showing the hashtag",
        ),
    )
    summed_words = ("abonnés cumulés", "followers added up")
    # metric, value, roughness, day, who said it (None: the publication), words
    rows: list[tuple[str, int, str, int, str | None, tuple[str, str]]] = [
        ("founders", start, "exact", 0, founder, people),
        ("founders", start // 2, "about", 0, None, people),
    ]
    for day in (7, 14, 21):
        if day >= story.parameters.days:
            continue
        here = shown[story.adoption.marked[shown] <= day * DAY]
        rows.append(("supporters_bio", len(here) // 10 * 10, "at_least", day, founder, marks))
        summed = int(sight.followers(here, np.full(len(here), day * DAY)).sum())
        rows.append(
            ("followers_summed", summed // 10_000 * 10_000, "at_least", day, founder, summed_words)
        )
    last = story.parameters.days - 1
    shares = ("partages de l’appel", "shares of the appeal")
    rows += [
        ("reshares_of_appeal", 100, "about", min(5, last), None, shares),
        ("reshares_of_appeal", 20_000, "about", min(6, last), None, shares),
        ("jobs_at_stake", 52, "exact", 0, STATE, ("salariés menacés", "employees at risk")),
        ("jobs_at_stake", 50, "about", 1, founder, ("emplois menacés", "jobs at risk")),
        ("jobs_saved", 34, "exact", last, COURT,
         ("emplois que le repreneur promet de garder", "jobs the buyer promises to keep")),
    ]  # fmt: skip
    return [
        {
            "figure_id": f"figure-{number}",
            "metric": metric,
            "value": float(value),
            "roughness": roughness,
            "date": _day(sight, day * DAY),
            "precision": "day",
            "said_by": who,
            "publisher": outlets[day % len(outlets)],  # figures of one day are of one page
            "published_on": str(_day(sight, day * DAY)),
            "measurement": True,
            "what_fr": words[0],
            "what_en": words[1],
            "url": f"{URL}/day-{day}",
        }
        for number, (metric, value, roughness, day, who, words) in enumerate(rows, 1)
    ]


def _outcomes(sight: Sight) -> list[dict[str, Any]]:
    """Outcomes of the story, with the crisis it was born of and the goal, told by ledgers only."""
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
                "role": _STEPS[kind],
                "kind": kind,
                "title_fr": french.format(who),
                "title_en": english.format(who),
                "main": True,
                "linked_accounts": sight.names.handles[one.account],
                "silent": one.silent,
                "ask_fr": f"{who} : par qui l’usine a été connue",
                "ask_en": f"{who}: through whom the plant came to notice",
                "url": f"{URL}/outcome-{number + 1}",
            }
        )
    words = {
        "crisis": (f"L’usine {PLANT} est placée en liquidation judiciaire",
                   f"The {PLANT} plant is put into liquidation"),
        "goal": (f"Le tribunal retient un repreneur pour l’usine {PLANT}",
                 f"The court chooses a buyer for the {PLANT} plant"),
    }  # fmt: skip
    rows += [
        {
            "outcome_id": role,
            "date": _day(sight, second),
            "precision": "day",
            "role": role,
            "kind": "court_decision",
            "title_fr": words[role][0],
            "title_en": words[role][1],
            "main": role != "crisis",
            "silent": True,
            "ask_fr": "le greffe du tribunal : les offres déposées",
            "ask_en": "the clerk of the court: the offers lodged",
            "url": f"{URL}/{role}",
        }
        for role, _, second in told(sight.story)
    ]
    return rows


def _claims(sight: Sight) -> list[dict[str, Any]]:
    """Claims about outcomes: the movement credits itself always, others now and then."""
    rows: list[dict[str, Any]] = []
    outlets = _outlets(sight)

    def add(key: str, outcome: str, second: int, **more: Any) -> None:
        rows.append(
            {
                "claim_id": key,
                "outcome_id": outcome,
                "date": _day(sight, second),
                "precision": "day",
                "publisher": outlets[len(rows) % len(outlets)],
                "stance": "credits",
                "url": f"{URL}/{key}",
            }
            | more
        )

    ours = {"relay": f"#{HASHTAG}", "relay_kind": "movement"}
    for number, one in enumerate(sight.outcomes, 1):
        outcome, said = f"outcome-{number}", one.second + 2 * DAY
        add(
            f"claim-{number}a",
            outcome,
            said,
            claimant=FOUNDERS,
            basis="party",
            quote="c’est venu par le hashtag",
            evidence_fr="affirmation des fondateurs",
            evidence_en="the founders' word",
            **ours,
        )
        if one.cause == "relay_path" and number % 4 == 1 and not one.silent:
            add(
                f"claim-{number}c",
                outcome,
                said + DAY,
                claimant=sight.names.names[one.account],
                claimant_party="firm",
                basis="witness",
                evidence_fr="l’entreprise dit avoir connu l’usine par le hashtag",
                evidence_en="the firm says that it heard of the plant through the hashtag",
                **ours,
            )
        if one.cause != "relay_path" or number % 3 == 0:
            # the town hall credits its own steps: interested, document or not
            add(
                f"claim-{number}b",
                outcome,
                said,
                claimant=TOWN_HALL,
                relay="démarches de la mairie",
                relay_kind="mayor",
                basis="document" if one.cause == "before" else "witness",
                evidence_fr="courrier daté" if one.cause == "before" else "témoignage",
                evidence_en="a dated letter" if one.cause == "before" else "a witness",
            )
    end = (sight.story.parameters.days - 1) * DAY
    for number, (who, kind, relay, basis, stance, french, english) in enumerate(_ON_THE_GOAL):
        add(
            f"claim-goal-{number}",
            "goal",
            end + DAY * (1 + number),
            claimant=who or outlets[0],
            claimant_party=None if who else "press",
            publisher=outlets[number % len(outlets) if who else 0],
            relay=relay or f"#{HASHTAG}",
            relay_kind=kind,
            basis=basis,
            stance=stance,
            evidence_fr=french,
            evidence_en=english,
        )
    for key, outcome, second in (
        ("claim-goal-fact", "goal", end + DAY),
        ("claim-crisis", "crisis", -4 * DAY),
    ):
        add(
            key,
            outcome,
            second,
            claimant=COURT,
            relay_kind="none",
            basis="document",
            stance="reports",
            evidence_fr="le jugement",
            evidence_en="the ruling",
        )
    return rows


#: Who says who did it: claimant (None: an outlet), way, relay (None: the hashtag), basis, stance.
_ON_THE_GOAL = (
    (FOUNDERS, "movement", None, "party", "credits", "les fondateurs y voient l’effet du hashtag",
     "the founders see in it the effect of the hashtag"),
    (STATE, "state", "services de l’État", "document", "credits",
     "la préfecture y voit l’effet de ses services",
     "the prefecture sees in it the effect of its services"),
    (TOWN_HALL, "state", "services de l’État", "witness", "credits",
     "la mairie remercie les services de l’État", "the town hall thanks the State’s services"),
    (None, "local", "mobilisation des salariés", "witness", "credits",
     "le journal salue la mobilisation des salariés", "the paper praises the staff’s efforts"),
    (None, "movement", None, "witness", "doubts", "le journal doute de l’effet du hashtag",
     "the paper doubts the effect of the hashtag"),
)  # fmt: skip


def _statements(sight: Sight) -> list[dict[str, Any]]:
    """Return what a founder said in a made-up interview, with what is known of each point."""
    day = min(21, sight.story.parameters.days - 1)
    said = (
        ("bios", "Plus de cent comptes affichent le hashtag.",
         "More than a hundred accounts show the hashtag.", "needs_posts",
         "Les bios archivées permettent de les compter.",
         "The archived bios let them be counted.", "members"),
        ("sum", "Leurs abonnés se comptent en centaines de milliers.",
         "Their followers count in hundreds of thousands.", "needs_posts",
         "C’est une somme, pas un nombre de personnes.", "It is a sum, not a number of people.",
         "reach"),
        ("requests", "Les demandes passent avant les offres.", "Requests come before offers.",
         "needs_posts", "Personne ne les a comparées.", "Nobody has compared them.", "appeals"),
        ("jobs", "Une cinquantaine d’emplois sont menacés.", "Some fifty jobs are at stake.",
         "confirmed", "La préfecture en compte 52.", "The prefecture counts 52.", None),
        ("buyer", "Le repreneur est venu par le hashtag.", "The buyer came through the hashtag.",
         "needs_document", "Le tribunal n’en dit rien.", "The court says nothing of it.",
         "outcomes"),
        ("evenings", "Le groupe y passe ses soirées.", "The group spends its evenings on it.",
         "nobody_can_know", "Aucune archive ne le garde.", "No archive keeps it.", None),
    )  # fmt: skip
    return [
        {
            "statement_id": name,
            "said_by": (_voices(sight) or [FOUNDERS])[0],
            "publisher": _outlets(sight)[0],
            "date": _day(sight, day * DAY),
            "precision": "day",
            "said_fr": french,
            "said_en": english,
            "status": status,
            "known_fr": known_fr,
            "known_en": known_en,
            "topic": topic,
            "url": f"{URL}/interview",
        }
        for name, french, english, status, known_fr, known_en, topic in said
    ]


_OPENING = (
    ("private", "transmet l’appel à un groupe privé", "passes the appeal on to a private group"),
    ("post", "lance le hashtag", "starts the hashtag"),
    ("post", "demande à chacun de l’écrire dans sa bio", "asks all to write it in their bio"),
)


def _relays(sight: Sight) -> list[dict[str, Any]]:
    p = sight.story.parameters
    rng = np.random.default_rng([p.seed, 505])
    kinds = (("linkedin", "Groupe professionnel"),
             ("institution", "Agence de l’emploi"))  # fmt: skip
    first = [
        {
            "relay_id": f"founder-{number}",
            "date": p.started_on,
            "precision": "day",
            "kind": kind,
            "actor": name,
            "title_fr": french,
            "title_en": english,
            "recorded_by": "generator",
        }
        for number, (name, (kind, french, english)) in enumerate(
            zip(_voices(sight), _OPENING, strict=False), 1
        )
    ]
    return first + [
        {
            "relay_id": f"relay-{number}",
            "date": _day(sight, int(rng.integers(2, p.days)) * DAY),
            "precision": "day",
            "kind": kind,
            "actor": actor,
            "title_fr": "relaie l’appel",
            "title_en": "passes the appeal on",
            "recorded_by": "generator",
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
                "outlet": name,
                "medium": "radio" if name.startswith("Radio") else "press",
                "title": "Le hashtag qui veut sauver une usine",
                "about_fr": "article",
                "about_en": "article",
                "read_extent": "whole",
                "language": "fr",
                "date_basis": "printed",
                "mentions": "yes",
                "url": f"{URL}/press-{number}",
            }
        )
    return rows


def _people(sight: Sight) -> list[dict[str, Any]]:
    """Who may be named: outlets, firms, firms behind outcomes, and three founders."""
    part = sight.story.network.part
    linked = {one.account for one in sight.outcomes}
    chosen: list[tuple[int, str]] = [(int(i), "medium") for i in np.flatnonzero(part == OUTLET)]
    chosen += [(i, "firm") for i in sorted(set(np.flatnonzero(part == FIRM).tolist()) | linked)]
    founders = [int(i) for i in np.flatnonzero(part == FOUNDER)[:3]]
    chosen += [(i, "founder") for i in founders]
    counts = dict(
        zip(founders, sight.followers(np.array(founders), np.zeros(len(founders))), strict=True)
    )
    named = [
        {
            "handle": sight.names.handles[i],
            "account_id": sight.names.account_ids[i],
            "name": sight.names.names[i],
            "role": role,
            "role_fr": _ROLES[role][0],
            "role_en": _ROLES[role][1],
            "description": "made up",
            "followers": float(counts[i]) if i in counts else None,
            "followers_on": str(_day(sight, 0)) if i in counts else None,
        }
        for i, role in chosen
    ]
    return named + [
        {
            "name": french,
            "name_en": english,
            "role": "founder" if party == "movement" else "institution",
            "role_fr": role_fr,
            "role_en": role_en,
            "party": party,
            "description": "made up",
        }
        for french, english, party, role_fr, role_en in _BODIES
    ]


def _follows(net: Network, reader: int, read: int) -> bool:
    return bool(reader in net.followers[net.start[read] : net.start[read + 1]])


def _relays_before(events: Events, row: int) -> list[int]:
    """Return who had reshared the same original before."""
    earlier = (events.root[:row] == events.root[row]) & (events.kind[:row] == RESHARE)
    return [int(u) for u in events.author[:row][earlier]]


def _audit(sight: Sight) -> list[dict[str, Any]]:
    """Audit random reshares: whether the resharer follows the author, or an earlier resharer."""
    p, events, net = sight.story.parameters, sight.story.events, sight.story.network
    kept = sight.kept[events.kind[sight.kept] == RESHARE]
    luck = uniforms(p.seed, events.key[kept], 914, 0)
    rows = np.sort(kept[np.argsort(luck, kind="stable")[: p.audited]])
    author, reader = events.author[events.root[rows]], events.author[rows]
    checked = str(_day(sight, (p.days + 10) * DAY + 12 * HOUR))
    return [
        {
            "post_id": str(events.post_id[row]),
            "follows_author": int(_follows(net, b, a)),
            "follows_relay": int(any(_follows(net, b, u) for u in _relays_before(events, row))),
            "checked_on": checked,
            "by": "made up",
        }
        for row, a, b in zip(rows, author, reader, strict=True)
    ]
