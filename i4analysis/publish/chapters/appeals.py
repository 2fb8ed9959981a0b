"""Chapter 6, on whether the movement served the people looking for work.

Only groups are told: the tables it is given hold no name and no cell under five, and a frame with
a private column is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from i4analysis.errors import I4Error
from i4analysis.measure.appeals import lexicon
from i4analysis.measure.numbers.suppression import LIMIT, private_columns
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import appeals as charts
from i4analysis.publish.words.wording import Text, band, duration, number, percent

if TYPE_CHECKING:
    from i4analysis.measure.appeals.appeals import Service, TemplateEffects
    from i4analysis.measure.numbers.clustered import Estimate


# -- Words of the chapter on appeals: definitions, headers, and sentences made from numbers.

# ------------------------------------------------------------------------- when there is nothing

SILENT_TITLE = Text(
    fr="Les demandes d'emploi ne peuvent pas être mesurées ici",
    en="Requests for work cannot be measured here",
)
NO_ARCHIVE = Text(
    fr="On ne peut pas encore répondre : le mouvement n'a pas d'archive de messages."
    " Les chiffres publiés, quand il y en a, sont au chapitre sur la propagation.",
    en="This cannot be answered yet: the movement has no archive of posts."
    " Published figures, if any, are in the chapter on how it spread.",
)
TOO_FEW = Text(
    fr="L'archive contient trop peu de demandes (moins de 5, ou de moins de 5 personnes) pour"
    " en parler sans exposer quelqu'un. Rien n'en est donc publié.",
    en="The archive holds too few requests (under 5, or by fewer than 5 people) to speak of them"
    " without exposing somebody. Nothing about them is published.",
)
WHAT_IS_MISSING = (
    Text(fr="Le délai avant le premier relais.", en="The time to the first relay."),
    Text(fr="Le partage de l'aide entre les demandes.", en="How help was shared out."),
    Text(
        fr="Ce qui va avec chaque élément du message type.",
        en="What goes with each element of the template.",
    ),
)
NEEDS_ARCHIVE = Text(fr="Il faut une archive de messages.", en="It needs an archive of posts.")


def few_title(seen: int, lang: str) -> str:
    """Return the finding of an archive in which a few posts look like requests."""
    count = number(seen, lang)
    return {
        "fr": f"{count} messages ressemblent à des demandes d'emploi : trop peu pour une mesure",
        "en": f"{count} posts look like requests for work: too few to measure anything",
    }[lang]


def few_answer(seen: int, least: int, limit: int, lang: str) -> str:
    """Return why a few requests give no share; groups below `limit` people are never shown."""
    count, floor = number(seen, lang), number(least, lang)
    return {
        "fr": f"Des règles publiées reconnaissent {count} demandes dans l'archive. Sous {floor},"
        " aucune part n'est donnée : les règles se trompent parfois, et un pourcentage laisserait"
        f" deviner des groupes de moins de {limit} personnes.",
        "en": f"Published rules recognise {count} requests in the archive. Under {floor} no share"
        " is given: the rules are sometimes wrong, and a percentage would let groups of fewer than"
        f" {limit} people be guessed.",
    }[lang]


def needs(least: int) -> Text:
    """Return how many requests a share takes."""
    return Text(
        fr=f"Il faut au moins {least} demandes.", en=f"It needs at least {least} requests."
    )


NEEDS_REQUESTS = Text(
    fr="Il faut au moins 5 demandes de 5 personnes.",
    en="It needs at least 5 requests by 5 people.",
)
NO_MEMBERS = Text(
    fr="Qui relaie : il faut des présentations de comptes datées pour savoir qui est membre, et"
    " au moins 5 membres qui relaient.",
    en="Who relays: dated bios are needed to know who is a member, and at least 5 members who"
    " relay.",
)
NO_EFFECTS = Text(
    fr="L'effet du message type : il faut des messages d'un même auteur avec et sans chaque"
    " élément, et"
    " au moins 5 auteurs.",
    en="The effect of the template: it needs posts of one author with and without each element,"
    " and at least 5 authors.",
)
WHO_FOUND_WORK = Text(
    fr="Qui a trouvé un emploi : des messages ne le disent pas.",
    en="Who found work: posts do not tell.",
)
NOT_HIRED = Text(
    fr="« Le mouvement a trouvé un emploi à tant de personnes » : être relayé n'est pas être"
    " embauché, et des messages ne disent pas qui l'a été.",
    en="“The movement found work for so many people”: being relayed is not being hired, and"
    " posts do not say who was.",
)
NOT_CAUSED = Text(
    fr="« Le message type double les chances » : les effets comparent des messages d'un même"
    " auteur,"
    " mais ce sont les auteurs qui choisissent quand s'en servir.",
    en="“The template doubles your chances”: the effects compare posts of one author, but authors"
    " choose when to use it.",
)

# --------------------------------------------------------------------------------- definitions

RELAYED = Text(fr="des demandes relayées en 24 heures", en="of requests relayed within 24 hours")
RELAYED_MEANS = Text(
    fr="Part des demandes reprises au moins une fois par un autre compte dans les 24 heures, vue"
    " dans l'archive ; minimum si des reprises manquent.",
    en="Share of requests reshared at least once by another account within 24 hours, as seen in"
    " the archive; a minimum if reshares are missing.",
)
REQUESTS = Text(fr="demandes d'emploi", en="requests for work")
REQUESTS_MEANS = Text(
    fr="Messages de l'archive reconnus comme demandes par des règles publiées ; une tournure"
    " inhabituelle peut leur échapper.",
    en="Posts of the archive recognised as requests by published rules; unusual wording can escape"
    " them.",
)
MEDIAN_MEANS = Text(
    fr="Médiane des relais reçus en sept jours ; la moitié des demandes en reçoit au plus autant.",
    en="Median of relays received in seven days; half of the requests received at most that many.",
)
SOURCE = Text(
    fr="messages de l'archive, demandes reconnues par des règles publiées",
    en="posts of the archive, requests recognised by published rules",
)
SECTOR_SOURCE = Text(
    fr="messages de l'archive ; secteurs du ROME (Pôle emploi), reconnus par des mots",
    en="posts of the archive; sectors of the ROME (Pôle emploi), recognised by words",
)
CENSORED = Text(
    fr="Les demandes trop récentes comptent pour le temps où elles ont été suivies"
    " (Kaplan–Meier).",
    en="Requests that are too recent count for as long as they were followed (Kaplan–Meier).",
)
POOLED_NOTE = Text(
    fr="Les groupes de moins de 5 demandes ou personnes sont additionnés ; une part qui ferait"
    " deviner moins de 5 demandes est laissée vide.",
    en="Groups of fewer than 5 requests or people are added up; a share that would let fewer than"
    " 5 requests be guessed is left blank.",
)
EFFECTS_NOTE = Text(
    fr="Signe creux : à lire avec prudence (moins de 20 auteurs, un seul message par auteur, ou"
    " effet qui change quand on ignore l'auteur).",
    en="Hollow mark: read with caution (under 20 authors, one post an author, or an effect that"
    " changes when authors are ignored).",
)
SECTORS_ALIKE = Text(
    fr="Aucun secteur n'est clairement plus relayé qu'un autre",
    en="No sector is clearly relayed more than another",
)
SECTORS_DIFFER = Text(
    fr="Tous les secteurs ne sont pas relayés pareil",
    en="Not all sectors are relayed alike",
)
EXCLUDED = {
    "followed for less than 72 hours": Text(
        fr="demandes et offres suivies moins de 72 heures (effet du message type)",
        en="requests and offers followed for less than 72 hours (effect of the template)",
    ),
}
SINGLE = Text(
    fr="auteurs d'un seul message, dont les effets fixes ne peuvent rien dire",
    en="authors of one post only, of which fixed effects cannot speak",
)
# Columns that hold shares (0–1), printed as percentages.
SHARES = (
    *("relayed_7d", "relayed_7d_lo", "relayed_7d_hi"),
    *("by_member_7d", "by_member_7d_lo", "by_member_7d_hi"),
)
GROUPS: dict[str, Text] = {
    "pooled": Text(fr="autres, additionnés", en="others, added up"),
    "unknown": Text(fr="non précisé", en="not said"),
    "bare": Text(fr="peu ou rien du message type", en="little or none of the template"),
    "partial": Text(fr="une partie du message type", en="part of the template"),
    "full": Text(fr="presque tout le message type", en="nearly all of the template"),
    "0-99": Text(fr="moins de 100 abonnés", en="under 100 followers"),
    "100-499": Text(fr="100 à 499 abonnés", en="100 to 499 followers"),
    "500-1999": Text(fr="500 à 1\u202f999 abonnés", en="500 to 1,999 followers"),
    "2000+": Text(fr="2\u202f000 abonnés ou plus", en="2,000 followers or more"),
    "2-4": Text(fr="2 à 4", en="2 to 4"),
    "5-9": Text(fr="5 à 9", en="5 to 9"),
    "10-19": Text(fr="10 à 19", en="10 to 19"),
    "20+": Text(fr="20 ou plus", en="20 or more"),
    "request": Text(fr="demandes", en="requests"),
    "offer": Text(fr="offres", en="offers"),
    **{
        str(day): Text(fr=fr, en=en)
        for day, (fr, en) in enumerate(
            (("lundi", "Monday"), ("mardi", "Tuesday"), ("mercredi", "Wednesday"),
             ("jeudi", "Thursday"), ("vendredi", "Friday"), ("samedi", "Saturday"),
             ("dimanche", "Sunday"))
        )
    },
}  # fmt: skip
DIMENSIONS = {
    "sector": Text(fr="secteur", en="sector"),
    "region": Text(fr="région", en="region"),
    "weekday": Text(fr="jour", en="day"),
    "template": Text(fr="message type", en="template"),
    "size": Text(fr="taille du compte", en="account size"),
}
WARNINGS = {
    "none": Text(fr="aucune", en="none"),
    "confounded": Text(
        fr="change si l'on ignore l'auteur : qui s'en sert compte",
        en="changes if authors are ignored: who uses it matters",
    ),
    "few_authors": Text(fr="moins de 20 auteurs", en="under 20 authors"),
    "single_posts": Text(
        fr="un seul message par auteur : association", en="one post an author: association"
    ),
    "chosen": Text(fr="qui est cité est un choix", en="who is tagged is a choice"),
}

# ------------------------------------------------------------------------------------- headers

_LO, _HI = Text(fr="borne basse", en="lower bound"), Text(fr="borne haute", en="upper bound")
_LEVEL = Text(fr="niveau", en="level")
_METHOD = Text(fr="méthode", en="method")
SURVIVAL_HEADERS = {
    "hours": Text(fr="heures", en="hours"),
    "relayed": Text(fr="part relayée", en="share relayed"),
    "lo": _LO,
    "hi": _HI,
}
LORENZ_HEADERS = {
    "requests": Text(fr="part des demandes", en="share of requests"),
    "relays": Text(fr="part des relais", en="share of relays"),
}
GROUP_HEADERS = {
    "dimension": Text(fr="selon", en="by"),
    "group": Text(fr="groupe", en="group"),
    "n_requests": Text(fr="demandes", en="requests"),
    "relayed_7d": Text(fr="part relayée en sept jours", en="share relayed in seven days"),
    "relayed_7d_lo": _LO,
    "relayed_7d_hi": _HI,
    "relays_7d": Text(fr="relais en sept jours", en="relays in seven days"),
    "relays_7d_lo": _LO,
    "relays_7d_hi": _HI,
    "level": _LEVEL,
    "method": _METHOD,
}
LOAD_HEADERS = {
    "band": Text(fr="demandes relayées", en="requests relayed"),
    "members": Text(fr="membres", en="members"),
}
AGAINST_HEADERS = {
    "label": Text(fr="messages", en="posts"),
    "n_posts": Text(fr="nombre", en="number"),
    "by_member_7d": Text(
        fr="part relayée par un membre en sept jours", en="share relayed by a member in 7 days"
    ),
    "by_member_7d_lo": _LO,
    "by_member_7d_hi": _HI,
    "member_relays_7d": Text(fr="relais de membres", en="members' relays"),
    "member_relays_7d_lo": _LO,
    "member_relays_7d_hi": _HI,
    "level": _LEVEL,
    "method": _METHOD,
}
EFFECT_HEADERS = {
    "feature": Text(fr="élément", en="element"),
    "model": Text(fr="comparaison", en="comparison"),
    "ratio": Text(fr="reprises multipliées par", en="reshares multiplied by"),
    "lo": _LO,
    "hi": _HI,
    "level": _LEVEL,
    "p_bh": Text(fr="p corrigée", en="adjusted p"),
    "n_authors_used": Text(fr="auteurs", en="authors"),
    "warning": Text(fr="réserve", en="caution"),
}


def warning_code(codes: object) -> str:
    """Return the gravest of a row's warnings, `none` when there is none."""
    found = str(codes or "").split()
    ranked = ("confounded", "few_authors", "single_posts", "chosen")
    return next((code for code in ranked if code in found), "none")


# ----------------------------------------------------------------------------------- sentences


def first_answer(service: Service, day: Estimate, lang: str, half: str | None = None) -> str:
    """Return the first sentence of the answer."""
    seen = number(service.n_requests, lang)
    fr = (
        f"Des {seen} demandes d'emploi reconnues dans l'archive, {percent(day.value, lang)} ont"
        " été relayées dans les 24 heures"
    )
    en = (
        f"Of the {seen} requests for work recognised in the archive, {percent(day.value, lang)}"
        " were relayed within 24 hours"
    )
    if half is not None:
        fr += f" ; il a suffi de {half} pour la moitié de toutes les demandes"
        en += f"; for half of all requests it took {half} or less"
    return {"fr": fr + ".", "en": en + "."}[lang]


def waiting(day: Estimate, week: Estimate, lang: str) -> str:
    """Return the sentence on the share relayed within a day and a week."""
    first, second = (band(e.lo, e.hi, lang, share=True) for e in (day, week))
    return {
        "fr": f"Une demande a été relayée dans les 24 heures dans {percent(day.value, lang)} des"
        f" cas ({first}), en sept jours dans {percent(week.value, lang)} ({second}).",
        "en": f"A request was relayed within 24 hours in {percent(day.value, lang)} of cases"
        f" ({first}), within seven days in {percent(week.value, lang)} ({second}).",
    }[lang]


def quotable(service: Service, day: Estimate, lang: str) -> str:
    """Return the sentence that may be printed as it is."""
    seen = number(service.n_requests, lang)
    return {
        "fr": f"Dans l'archive, {percent(day.value, lang)} des {seen} demandes d'emploi reconnues"
        " ont été relayées par un autre compte dans les 24 heures.",
        "en": f"In the archive, {percent(day.value, lang)} of the {seen} requests for work that"
        " were recognised were relayed by another account within 24 hours.",
    }[lang]


def inequality(gini: Estimate, lang: str) -> str:
    """Return the sentence on the Gini coefficient."""
    value, low, high = (number(x, lang, 2) for x in (gini.value, gini.lo, gini.hi))
    return {
        "fr": f"L'inégalité des relais reçus (indice de Gini, de 0, tous égaux, à 1, tout pour une"
        f" seule demande) est de {value}, entre {low} et {high}.",
        "en": f"The inequality of relays received (Gini, from 0, all equal, to 1, all for one"
        f" request) is {value}, between {low} and {high}.",
    }[lang]


def ordinary(low: Estimate, middle: Estimate, high: Estimate, lang: str) -> str:
    """Return the sentence on what an ordinary seeker could expect."""
    parts = {
        "fr": ("un quart des demandes", "la moitié", "trois quarts"),
        "en": ("a quarter of requests", "half", "three quarters"),
    }[lang]
    said = [
        f"{part} {_at_most(e.value, lang)}"
        for part, e in zip(parts, (low, middle, high), strict=True)
    ]
    return {
        "fr": f"Ce qu'une demande ordinaire pouvait attendre en sept jours : {', '.join(said)}.",
        "en": f"What an ordinary request could expect in seven days: {', '.join(said)}.",
    }[lang]


def _at_most(count: float, lang: str) -> str:
    if count == 0:
        return {"fr": "sans aucun relais", "en": "no relay at all"}[lang]
    relays = {"fr": "relais", "en": "relay" if count == 1 else "relays"}[lang]
    return {"fr": "au plus ", "en": "at most "}[lang] + f"{number(count, lang)} {relays}"


def median_label(count: float) -> Text:
    """Return the words after the median number of relays."""
    return Text(
        fr="relais pour une demande ordinaire",
        en=f"{'relay' if count == 1 else 'relays'} for an ordinary request",
    )


def load(relaying: Estimate, everyone: Estimate, top: Estimate, lang: str) -> str:
    """Return the sentence on how many members relay and how concentrated it is."""
    some, all_ = number(relaying.value, lang), number(everyone.value, lang)
    return {
        "fr": f"Sur {all_} membres connus, {some} ont relayé au moins une demande ; le dixième le"
        f" plus actif d'entre eux a fait {percent(top.value, lang)} de ces relais.",
        "en": f"Of {all_} known members, {some} relayed at least one request; the most active"
        f" tenth of them made {percent(top.value, lang)} of these relays.",
    }[lang]


def against(rows: pd.DataFrame, lang: str) -> str:
    """Return the sentence that sets requests against offers."""
    request, offer = (rows.loc[name] for name in ("request", "offer"))
    apart = request["by_member_7d_lo"] > offer["by_member_7d_hi"]
    behind = offer["by_member_7d_lo"] > request["by_member_7d_hi"]
    more = {
        "fr": "plus que" if apart else "moins que" if behind else "sans écart assuré avec",
        "en": "more than" if apart else "less than" if behind else "not surely different from",
    }[lang]
    one, two = (percent(r["by_member_7d"], lang) for r in (request, offer))
    return {
        "fr": f"Des membres ont relayé {one} des demandes en sept jours, {more} les offres"
        f" d'emploi ({two}).",
        "en": f"Members relayed {one} of requests within seven days, {more} offers ({two}).",
    }[lang]


def effect(
    element: str, ratio: str, low: str, high: str, *, sure: bool, warned: str, lang: str
) -> str:
    """Return the sentence on one element: about 1.4 times, between 1.1 and 1.8."""
    if sure:
        fr = (
            f"Avec {element}, un message est repris environ {ratio} fois autant que sans, chez un"
            f" même auteur (entre {low} et {high})"
        )
        en = (
            f"With {element}, a post is reshared about {ratio} times as much as without, by the"
            f" same author (between {low} and {high})"
        )
    else:
        fr = (
            f"On ne peut pas dire si {element} change les reprises : environ {ratio} fois autant"
            f" chez un même auteur, mais entre {low} et {high}"
        )
        en = (
            f"Whether {element} changes reshares cannot be said: about {ratio} times as many for"
            f" the same author, but between {low} and {high}"
        )
    if "confounded" in warned:
        fr += " ; qui s'en sert compte beaucoup"
        en += "; who uses it matters much"
    elif "few_authors" in warned:
        fr += " ; peu d'auteurs le disent"
        en += "; few authors tell it"
    return {"fr": fr + ".", "en": en + "."}[lang]


# --------------------------------------------------------------------------------------- alts


def survival_alt(curve: pd.DataFrame, lang: str) -> str:
    """Return the text alternative of the curve of first relays."""
    if not len(curve):
        return ""
    first, last = curve.iloc[0], curve.iloc[-1]
    a, b = percent(first["relayed"], lang), percent(last["relayed"], lang)
    h, k = number(first["hours"], lang), number(last["hours"], lang)
    return {
        "fr": f"Courbe croissante de la part des demandes relayées au moins une fois : {a} après"
        f" {h} h, {b} après {k} h, avec sa bande d'incertitude.",
        "en": f"Rising curve of the share of requests relayed at least once: {a} after {h}"
        f" h, {b} after {k} h, with its band of uncertainty.",
    }[lang]


def lorenz_alt(half: float, lang: str) -> str:
    """Return the text alternative of the Lorenz curve."""
    return {
        "fr": "Courbe de Lorenz des relais : elle passe sous la diagonale de l'aide égale ; la"
        f" moitié des demandes la moins relayée reçoit {percent(half, lang)} des relais.",
        "en": "Lorenz curve of relays: it runs below the diagonal of equal help; the least"
        f" relayed half of the requests received {percent(half, lang)} of the relays.",
    }[lang]


def sectors_alt(shown: pd.DataFrame, lang: str) -> str:
    """Return the text alternative of the chart of sectors."""
    low, high = float(shown["relayed_7d"].min()), float(shown["relayed_7d"].max())
    return {
        "fr": f"Points et intervalles, un par secteur : la part des demandes relayées va de"
        f" {percent(low, lang)} à {percent(high, lang)}, chacune avec son"
        " intervalle.",
        "en": f"Dots and intervals, one a sector: the share of requests relayed goes from"
        f" {percent(low, lang)} to {percent(high, lang)}, each with its interval.",
    }[lang]


def effects_alt(table: pd.DataFrame, lang: str) -> str:
    """Return the text alternative of the forest plot."""
    main = table[table["model"] == table["model"].iloc[0]]
    clear = int(((main["lo"] > 1) | (main["hi"] < 1)).sum())
    low, high = float(main["ratio"].min()), float(main["ratio"].max())
    sure = {
        "fr": "aucun intervalle n'exclut 1" if not clear else "certains intervalles excluent 1",
        "en": "no interval leaves out 1" if not clear else "some intervals leave out 1",
    }[lang]
    return {
        "fr": "Graphique en forêt : un point et un intervalle par élément du message type et"
        " par méthode"
        f" ; les rapports vont de {number(low, lang)} à {number(high, lang)}, {sure}.",
        "en": "Forest plot: a dot and an interval for each element of the template and method;"
        f" the ratios go from {number(low, lang)} to {number(high, lang)}, {sure}.",
    }[lang]


# -- The chapter.

# Three requests are not a percentage, and the words that recognise them are wrong now and then: in
# an archive about something else, a handful may all be mistakes.
FEWEST_REQUESTS = 20
QUESTION = Text(
    fr="Le mouvement a-t-il servi les personnes qui cherchent un emploi ?",
    en="Did the movement serve the people looking for work?",
)


def appeals(service: Service, effects: TemplateEffects, movement: Movement) -> Chapter:
    """Return the chapter on requests for work: how soon relayed, how equally, by what wording.

    Parameters
    ----------
    service
        As returned by `measure.appeals.service`.
    effects
        As returned by `measure.appeals.template_effects`.
    movement
        The movement.

    Raises
    ------
    I4Error
        If a table holds a private column.
    """
    for table in (service.table, service.survival, service.by_group, service.lorenz, service.load,
                  service.against_offers, effects.table):  # fmt: skip
        _refuse_private(table)
    if service.n_requests is None:
        return _silent(service, movement)
    if service.n_requests < FEWEST_REQUESTS:
        return _too_few(service, movement)
    title, answer = _answer(service)
    ended = service.ended_at
    chapter = Chapter(
        "appeals",
        6,
        movement,
        title,
        QUESTION,
        answer,
        numbers=_numbers(service),
        as_of=None if ended is None else ended.tz_convert(movement.zone).date(),
    )
    _key_figures(chapter, service)
    _waiting(chapter, service)
    _equality(chapter, service)
    _groups(chapter, service)
    _members(chapter, service)
    _template(chapter, effects)
    _limits(chapter, service, effects)
    return chapter


def _refuse_private(table: pd.DataFrame) -> None:
    private = private_columns(table)
    if private:
        raise I4Error(
            f"A table for the chapter appeals has the column {private[0]!r}, expected none that"
            " names people; publish counts of five and more, and keep the directory on screen."
        )


def _silent(service: Service, movement: Movement) -> Chapter:
    nothing = service.ended_at is None
    answer = NO_ARCHIVE if nothing else TOO_FEW
    ended = service.ended_at
    chapter = Chapter(
        "appeals",
        6,
        movement,
        SILENT_TITLE,
        QUESTION,
        answer,
        numbers={"limit": LIMIT},
        as_of=None if ended is None else ended.tz_convert(movement.zone).date(),
    )
    reason = NEEDS_ARCHIVE if nothing else NEEDS_REQUESTS
    for what in WHAT_IS_MISSING:
        chapter.cannot_show(what + reason)
    chapter.cannot_write(NOT_HIRED)
    return chapter


def _too_few(service: Service, movement: Movement) -> Chapter:
    """Return the chapter of a few requests: how many, and no share of them."""
    seen = service.n_requests or 0
    chapter = Chapter(
        "appeals",
        6,
        movement,
        Text.both(lambda lang: few_title(seen, lang)),
        QUESTION,
        Text.both(lambda lang: few_answer(seen, FEWEST_REQUESTS, LIMIT, lang)),
        numbers={"n_requests": seen, "fewest": FEWEST_REQUESTS, "limit": LIMIT},
        as_of=None if service.ended_at is None
        else service.ended_at.tz_convert(movement.zone).date(),
    )  # fmt: skip
    for what in WHAT_IS_MISSING:
        chapter.cannot_show(what + needs(FEWEST_REQUESTS))
    chapter.cannot_show(WHO_FOUND_WORK)
    chapter.cannot_write(NOT_HIRED)
    return chapter


def _known(*estimates: Estimate) -> bool:
    return all(np.isfinite([e.value, e.lo, e.hi]).all() for e in estimates)


def _answer(service: Service) -> tuple[Text, Text]:
    day, half = service.number("relayed_24h"), service.number("first_relay_median_h")
    top, middle = service.number("top10_share_7d"), service.number("relays_7d_median")
    title = Text.both(
        lambda lang: {
            "fr": f"{percent(day.value, lang)} des demandes relayées dans la journée",
            "en": f"{percent(day.value, lang)} of requests relayed within a day",
        }[lang]
    )
    first = Text.both(lambda lang: first_answer(service, day, lang))
    if half.value < 24 and np.isfinite(half.value):
        first = Text.both(
            lambda lang: first_answer(service, day, lang, duration(half.value, lang))
        )
    if not (np.isfinite(top.value) and np.isfinite(middle.value)):
        return title, first
    second = Text.both(
        lambda lang: {
            "fr": "L'aide est inégale : le dixième des demandes le plus relayé reçoit"
            f" {percent(top.value, lang)} des relais, et une demande sur deux au plus"
            f" {number(middle.value, lang)} en sept jours.",
            "en": "Help was unequal: the most relayed tenth of requests received"
            f" {percent(top.value, lang)} of the relays, and half of the requests at most"
            f" {number(middle.value, lang)} in seven days.",
        }[lang]
    )
    if service.number("gini_7d").value < 0.3:
        second = Text.both(
            lambda lang: {
                "fr": "L'aide est assez également répartie : le dixième le plus relayé reçoit"
                f" {percent(top.value, lang)} des relais.",
                "en": "Help was fairly evenly shared: the most relayed tenth received"
                f" {percent(top.value, lang)} of the relays.",
            }[lang]
        )
    return title, first + second


def _numbers(service: Service) -> dict[str, float]:
    found: dict[str, float] = {"limit": LIMIT, "hours": 24, "days": 7, "week": 72}
    for row in service.table.to_dict("records"):
        for name in ("value", "lo", "hi"):
            found[f"{row['measure']}_{name}"] = row[name]
            if row["measure"].endswith("_h") and np.isfinite(row[name]):
                hours = float(row[name])
                found[f"{row['measure']}_{name}_minutes"] = round(60 * hours)
                found[f"{row['measure']}_{name}_days"] = hours / 24
    found["n_requests"] = service.n_requests or 0
    found["n_seekers"] = service.n_seekers or 0
    found["n_offers"] = service.n_offers or 0
    return found


def _key_figures(chapter: Chapter, service: Service) -> None:
    day = service.number("relayed_24h")
    chapter.key_figure("relayed_24h", day.value, RELAYED, RELAYED_MEANS, share=True)
    chapter.key_figure(
        "requests", service.n_requests, REQUESTS, REQUESTS_MEANS,
    )  # fmt: skip
    chapter.key_figure(
        "relays_median",
        service.number("relays_7d_median").value,
        median_label(service.number("relays_7d_median").value),
        MEDIAN_MEANS,
    )


def _waiting(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Combien de temps attendre", en="How long a wait"))
    day, week = service.number("relayed_24h"), service.number("relayed_7d")
    if _known(day, week):
        chapter.sentence(Text.both(lambda lang: waiting(day, week, lang)))
        chapter.can_write(Text.both(lambda lang: quotable(service, day, lang)))
    curve = service.survival
    last = curve.iloc[-1] if len(curve) else None
    chapter.figure(
        "appeals-first-relay",
        curve,
        lambda lang: _figure(charts.plot_first_relay(curve, lang=lang)),
        title=Text(
            fr="La plupart des premiers relais viennent vite",
            en="Most first relays come early",
        )
        if last is not None and curve["relayed"].iloc[0] > 0.5 * last["relayed"]
        else Text(fr="Temps avant le premier relais", en="Time to the first relay"),
        subtitle=Text(
            fr="Part des demandes relayées au moins une fois, par temps écoulé ; bande à 95 %",
            en="Share of requests relayed at least once, by time elapsed; 95% band",
        ),
        alt=Text.both(lambda lang: survival_alt(curve, lang)),
        source=SOURCE,
        note=CENSORED,
        headers=SURVIVAL_HEADERS,
        shares=("relayed", "lo", "hi"),
        numbers={"level": 0.95},
    )


def _figure(ax: Axes) -> Figure:
    return cast("Figure", ax.figure)


def _equality(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Une aide inégale ?", en="Was help equal?"))
    gini, low, high = (service.number(m) for m in ("gini_7d", "relays_7d_p25", "relays_7d_p75"))
    middle = service.number("relays_7d_median")
    if _known(gini):
        chapter.sentence(Text.both(lambda lang: inequality(gini, lang)))
    if np.isfinite([low.value, middle.value, high.value]).all():
        chapter.sentence(Text.both(lambda lang: ordinary(low, middle, high, lang)))
    table = service.lorenz
    half = float(np.interp(0.5, table["requests"], table["relays"])) if len(table) else np.nan
    chapter.figure(
        "appeals-lorenz",
        table,
        lambda lang: _figure(charts.plot_relay_lorenz(table, lang=lang)),
        title=Text.both(
            lambda lang: {
                "fr": f"La moitié la moins relayée reçoit {percent(half, lang)} des relais",
                "en": f"The half least relayed received {percent(half, lang)} of the relays",
            }[lang]
        ),
        subtitle=Text(
            fr="Part cumulée des relais reçus en sept jours, des demandes les moins relayées aux"
            " plus relayées (courbe de Lorenz)",
            en="Running share of the relays received in seven days, from the least to the most"
            " relayed requests (Lorenz curve)",
        ),
        alt=Text.both(lambda lang: lorenz_alt(half, lang)),
        source=SOURCE,
        headers=LORENZ_HEADERS,
        shares=("requests", "relays"),
        numbers={"half": half},
    )


def _groups(chapter: Chapter, service: Service) -> None:
    names = {
        **{code: Text(fr=lexicon.sector_names("fr")[code], en=lexicon.sector_names("en")[code])
           for code in lexicon.sector_names()},
        **GROUPS,
    }  # fmt: skip
    sector = service.by_group[service.by_group["dimension"] == "sector"]
    shown = sector.dropna(subset=["relayed_7d"])
    if len(shown) >= 2:
        chapter.heading(Text(fr="Selon le métier et le lieu", en="By trade and by place"))
        overlap = float(shown["relayed_7d_lo"].max()) <= float(shown["relayed_7d_hi"].min())
        chapter.figure(
            "appeals-sectors",
            shown.drop(columns="method", errors="ignore"),
            lambda lang: _figure(charts.plot_service_groups(shown, lang=lang, labels=names)),
            title=SECTORS_ALIKE if overlap else SECTORS_DIFFER,
            subtitle=Text(
                fr="Part des demandes relayées en sept jours, par secteur du ROME, intervalle à"
                " 95 %",
                en="Share of requests relayed within seven days, by ROME sector, 95% interval",
            ),
            alt=Text.both(lambda lang: sectors_alt(shown, lang)),
            source=SECTOR_SOURCE,
            note=POOLED_NOTE,
            headers=GROUP_HEADERS,
            shares=SHARES,
            cells={"group": names, "dimension": DIMENSIONS},
        )
    others = service.by_group[service.by_group["dimension"] != "sector"]
    chapter.table(
        "appeals-groups",
        others.drop(columns="method", errors="ignore"),
        title=Text(
            fr="Demandes relayées selon la région, le jour, le message type et la taille du"
            " compte",
            en="Requests relayed by region, day, template and size of the account",
        ),
        headers=GROUP_HEADERS,
        shares=SHARES,
        cells={"group": names, "dimension": DIMENSIONS},
        source=SOURCE,
        note=POOLED_NOTE,
    )


def _members(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Qui relaie les demandes", en="Who relays the requests"))
    relaying, top = service.number("members_relaying"), service.number("member_top10_share")
    everyone = service.number("members")
    if np.isfinite([relaying.value, top.value, everyone.value]).all():
        chapter.sentence(Text.both(lambda lang: load(relaying, everyone, top, lang)))
        chapter.table(
            "appeals-load",
            service.load,
            title=Text(
                fr="Membres selon le nombre de demandes relayées",
                en="Members by number of requests relayed",
            ),
            headers=LOAD_HEADERS,
            cells={"band": GROUPS | {"1": Text.same("1")}},  # there "1" is no weekday
            source=SOURCE,
        )
    else:
        chapter.cannot_show(NO_MEMBERS, "appeals-load")
    table = service.against_offers
    if len(table) == 2:
        rows = table.set_index("label")
        chapter.sentence(
            Text.both(lambda lang: against(rows, lang)),
            numbers={"request": rows.loc["request", "by_member_7d"],
                     "offer": rows.loc["offer", "by_member_7d"]},
        )  # fmt: skip
        chapter.table(
            "appeals-offers",
            table.drop(columns=["method", "level"], errors="ignore"),
            title=Text(
                fr="Demandes et offres relayées par des membres",
                en="Requests and offers relayed by members",
            ),
            headers=AGAINST_HEADERS,
            shares=SHARES,
            cells={"label": GROUPS},
            source=SOURCE,
        )


def _template(chapter: Chapter, effects: TemplateEffects) -> None:
    chapter.heading(Text(fr="Ce qui va avec le message type", en="What goes with the template"))
    table = effects.table
    if table.empty:
        chapter.cannot_show(NO_EFFECTS, "appeals-template")
        return
    for feature in ("pleasert", "image", "full_template"):
        row = effects.effect(feature)
        if row is not None:
            numbers = {f"{feature}_{name}": row[name] for name in ("ratio", "lo", "hi")}
            chapter.sentence(_effect_sentence(feature, row), numbers)
    kept = ["feature", "model", "ratio", "lo", "hi", "level", "p_bh", "n_authors_used", "warning"]
    shown = table[kept].assign(warning=table["warning"].map(warning_code))
    chapter.figure(
        "appeals-template",
        shown,
        lambda lang: _figure(charts.plot_template_effects(table, lang=lang)),
        title=_template_title(effects),
        subtitle=Text(
            fr="Republications en 72 heures avec l'élément, rapportées à celles sans, chez un même"
            " auteur ; intervalle à 95 %, échelle logarithmique",
            en="Reshares within 72 hours with the element over those without, within the posts of"
            " one author; 95% interval, logarithmic scale",
        ),
        alt=Text.both(lambda lang: effects_alt(table, lang)),
        source=SOURCE,
        note=EFFECTS_NOTE,
        headers=EFFECT_HEADERS,
        cells={
            "feature": charts.ELEMENTS,
            "model": {name: text for name, (text, _, _) in charts.MODELS.items()},
            "warning": WARNINGS,
        },
        numbers={"window": 72, "level": 0.95, "few": 20},
    )


def _template_title(effects: TemplateEffects) -> Text:
    main = effects.table[effects.table["model"] == "fixed effects"]
    clear = main[(main["p_bh"] < 0.05) & (main["lo"] > 1)]
    clear = clear[~clear["feature"].isin(["offer", "full_template"])]
    if clear.empty:
        return Text(
            fr="Aucun élément du message type ne va clairement avec plus de relais",
            en="No element of the template clearly goes with more reshares",
        )
    best = clear.sort_values("ratio").iloc[-1]["feature"]
    said = charts.ELEMENTS[str(best)]
    return Text(fr=f"Ce qui va le plus sûrement avec plus de reprises : {said.fr}",
                en=f"What goes most surely with more reshares: {said.en}")  # fmt: skip


def _effect_sentence(feature: str, row: Mapping[Any, Any] | pd.Series) -> Text:
    def write(lang: str) -> str:
        ratio, low, high = (number(row[name], lang) for name in ("ratio", "lo", "hi"))
        return effect(charts.ELEMENTS[feature][lang], ratio, low, high,
                            sure=not row["lo"] <= 1 <= row["hi"],
                            warned=str(row["warning"]), lang=lang)  # fmt: skip

    return Text.both(write)


def _limits(chapter: Chapter, service: Service, effects: TemplateEffects) -> None:
    chapter.cannot_write(NOT_HIRED)
    chapter.cannot_write(NOT_CAUSED)
    chapter.cannot_show(WHO_FOUND_WORK)
    for reason, count in effects.excluded.items():
        if count >= LIMIT and reason in EXCLUDED:
            chapter.excluded(EXCLUDED[reason], count)
    if effects.n_single >= LIMIT:
        chapter.excluded(SINGLE, effects.n_single)
