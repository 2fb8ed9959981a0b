"""Chapter 4: who relayed whom. What the archive shows, and what the gate lets say of relays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from i4analysis.measure.accounts.identity import bare
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import relays as charts
from i4analysis.publish.charts.relays import LANE_NAMES, ROLE_NAMES
from i4analysis.publish.words.wording import Text, band, date, duration, number, percent, plural
from i4analysis.results import Result

if TYPE_CHECKING:
    from i4analysis.measure.relays.relays import ParentProbabilities, RelayPicture


# -- What the chapter on relays rests on, and its title, answer and gate.

_TOP = 5


@dataclass(frozen=True)
class Said:
    """A sentence with the numbers it prints, and the title it supports."""

    sentence: Text
    numbers: Mapping[str, Any]
    title: Text = field(default_factory=lambda: Text.same(""))


@dataclass(frozen=True, eq=False)
class Facts:
    """What the sentences rest on."""

    has_archive: bool
    reshares: int
    placed: int
    resharers: int
    authors: int
    top: int
    top_share: float
    gate: str
    coverage: float
    delta_source: str
    cells: dict[str, Text]
    names: dict[str, str]

    @classmethod
    def of(cls, picture: RelayPicture, movement: Movement) -> Facts:
        """Gather the facts from results; names only of those who may be named."""
        standing, roles = picture.standing, picture.roles
        received = standing["reshared"].astype("int64")
        top = min(_TOP, int((received > 0).sum()))
        quality = picture.parents.quality.iloc[0]
        listed = pd.concat(
            [standing["account"].head(_TOP), picture.influence.table["account"].head(12)]
        )
        names, cells = _names(movement, roles, list(dict.fromkeys(listed)))
        total = int(received.sum())
        return cls(
            has_archive=bool(len(roles)),
            reshares=picture.matrix.n_used,
            placed=picture.parents.n_used,
            resharers=int((standing["reshares"] > 0).sum()),
            authors=int((received > 0).sum()),
            top=top,
            top_share=float(received.head(top).sum() / total) if total else float("nan"),
            gate=picture.parents.gate,
            coverage=float(quality["coverage_any"]),
            delta_source=str(quality["delta_source"]),
            cells=cells,
            names=names,
        )

    def name(self, account: str) -> str:
        """Return how an account is written: its handle if public, else a code of `cells`."""
        return self.names[account]

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that sentences print."""
        return {
            "reshares": self.reshares,
            "resharers": self.resharers,
            "authors": self.authors,
            "top": self.top,
            "top_share": self.top_share,
            "coverage": self.coverage,
        }


def _names(
    movement: Movement, roles: pd.DataFrame, accounts: list[str]
) -> tuple[dict[str, str], dict[str, Text]]:
    # a founder is named only when people.csv says that the person is public
    handles = movement.people["handle"].dropna()
    public = {str(handle).lstrip("@").lower() for handle in handles}
    known = roles.drop_duplicates("account_id").set_index("account_id")[["handle", "role"]]
    names: dict[str, str] = {}
    cells: dict[str, Text] = {}
    counted: dict[str, int] = {}
    for account in accounts:
        handle: Any = account
        role = "other"
        key = bare(account)
        if key in known.index:
            handle, role = known.loc[key, "handle"], str(known.loc[key, "role"])
        if isinstance(handle, str) and handle.lower() in public and role != "seeker":
            names[account] = f"@{handle}"
            cells[names[account]] = Text.same(names[account])
            continue
        role = "other" if role == "seeker" else role
        counted[role] = counted.get(role, 0) + 1
        names[account] = f"{role} {counted[role]}"
        one = _ONE[role]
        cells[names[account]] = Text(
            fr=f"{one.fr} {counted[role]}", en=f"{one.en} {counted[role]}"
        )
    return names, cells


_ONE = {
    "founder": Text(fr="fondateur", en="founder"),
    "supporter": Text(fr="soutien", en="supporter"),
    "media": Text(fr="média", en="medium"),
    "institution": Text(fr="institution", en="institution"),
    "other": Text(fr="compte", en="account"),
}


def count_words(count: int, lang: str) -> str:
    """Return a number up to five in words, larger ones in digits."""
    small = {
        "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq"),
        "en": ("zero", "one", "two", "three", "four", "five"),
    }[lang]
    return small[count] if count < len(small) else number(count, lang)


def title(facts: Facts) -> Text:
    """Return the finding of the chapter."""
    if not facts.reshares:
        return Text(
            fr="Sans archive, on ne peut pas dire qui a relayé qui",
            en="Without an archive nobody can say who relayed whom",
        )
    if facts.top == 1:
        return Text(
            fr="Un seul auteur reçoit toutes les republications",
            en="One author received all the reshares",
        )
    return Text(
        fr=(
            f"{count_words(facts.top, 'fr').capitalize()} auteurs reçoivent"
            f" {percent(facts.top_share, 'fr')} des republications"
        ),
        en=(
            f"{count_words(facts.top, 'en').capitalize()} authors received"
            f" {percent(facts.top_share, 'en')} of the reshares"
        ),
    )


def top_label(facts: Facts) -> Text:
    """Return the label of the share of the first authors."""
    return Text(
        fr=f"des republications vont à {count_words(facts.top, 'fr')} auteurs",
        en=f"of the reshares went to {count_words(facts.top, 'en')} authors",
    )


def answer(facts: Facts, lanes: Result) -> Text:
    """Return the answer in two sentences."""
    if not facts.reshares:
        why = (
            ("L'archive ne contient aucune republication", "The archive holds no reshare")
            if facts.has_archive
            else (
                "Aucune archive de messages n'est disponible pour ce mouvement",
                "There is no archive of posts for this movement",
            )
        )
        mentions = int(lanes.table.loc[lanes.table["lane"] != "outcome", "mentions"].sum())
        roads = (
            Text(
                fr=(
                    f"Ses registres datent au jour"
                    f" {plural(mentions, 'publication', 'publications', 'fr')} : articles,"
                    " émissions ou messages, qu'ils citent ou non le mot-dièse."
                ),
                en=(
                    "Its ledgers date to the day"
                    f" {plural(mentions, 'publication', 'publications', 'en')}: articles,"
                    " broadcasts or posts, whether or not they name the hashtag."
                ),
            )
            if mentions
            else Text.same("")
        )
        return (
            Text(
                fr=f"{why[0]} : ni réseau, ni relais, ni chemin ne peuvent être établis.",
                en=f"{why[1]}: no network, no relay and no path can be established.",
            )
            + roads
        )
    first = Text.both(
        lambda lang: {
            "fr": (
                f"L'archive contient {number(facts.reshares, lang)} republications par"
                f" {plural(facts.resharers, 'compte', 'comptes', lang)} de messages de"
                f" {plural(facts.authors, 'auteur', 'auteurs', lang)}."
            ),
            "en": (
                f"The archive holds {number(facts.reshares, lang)} reshares by"
                f" {plural(facts.resharers, 'account', 'accounts', lang)} of posts by"
                f" {plural(facts.authors, 'author', 'authors', lang)}."
            ),
        }[lang]
    )
    return first + gate(facts, alone=False)


def gate(facts: Facts, alone: bool = True) -> Text:
    """Return what the gate lets say, with the coverage it rests on.

    `alone` is false after a sentence that already speaks of the reshares.
    """
    share = {lang: percent(facts.coverage, lang) for lang in ("fr", "en")}
    of = ("des republications", "of the reshares") if alone else ("d'entre elles", "of them")
    if not facts.placed:
        return Text(
            fr="Les originaux n'y sont pas identifiés : aucun relais ne peut être cherché.",
            en="It does not identify the original posts: no relay can be looked for.",
        )
    if facts.gate == "closed":
        return Text(
            fr=(
                f"Seules {share['fr']} {of[0]} ont un indice sur qui lit qui : trop peu pour"
                " nommer un relais."
            ),
            en=(
                f"Only {share['en']} {of[1]} have evidence on who reads whom: too few to name a"
                " relay."
            ),
        )
    if facts.gate == "range":
        return Text(
            fr=(
                f"{share['fr']} {of[0]} ont un indice sur qui lit qui : les relais sont donnés en"
                " probabilité, avec leur fourchette."
            ),
            en=(
                f"{share['en']} {of[1]} have evidence on who reads whom: relays are given as"
                " probabilities, with their range."
            ),
        )
    return Text(
        fr=(
            f"{share['fr']} {of[0]} ont un indice sur qui lit qui : les relais probables peuvent"
            " être donnés."
        ),
        en=(
            f"{share['en']} {of[1]} have evidence on who reads whom: probable relays can be given."
        ),
    )


def source(facts: Facts) -> Text:
    """Return where the numbers come from."""
    return Text.both(
        lambda lang: {
            "fr": f"archive, {plural(facts.reshares, 'republication', 'republications', lang)}",
            "en": f"archive, {plural(facts.reshares, 'reshare', 'reshares', lang)}",
        }[lang]
    )


def concentration(facts: Facts) -> Text:
    """Return the sentence a journalist can print."""
    if facts.top < 2:
        return Text(
            fr="Dans l'archive, toutes les republications vont au même auteur.",
            en="In the archive, all reshares go to one author.",
        )
    return Text.both(
        lambda lang: {
            "fr": (
                f"Dans l'archive, {count_words(facts.top, lang)} auteurs reçoivent"
                f" {percent(facts.top_share, lang)} des {number(facts.reshares, lang)}"
                " republications."
            ),
            "en": (
                f"In the archive, {count_words(facts.top, lang)} authors received"
                f" {percent(facts.top_share, lang)} of the {number(facts.reshares, lang)}"
                " reshares."
            ),
        }[lang]
    )


# -- The fixed words of the chapter on relays: cautions, headers, reasons, names of codes.

QUESTION = Text(fr="Qui a relayé qui ?", en="Who relayed whom?")
NAMES = Text(
    fr="Seuls les comptes publics sont nommés ; les autres portent un numéro propre à ce rapport.",
    en="Only public accounts are named; the others bear a number of this report's own.",
)
NO_ROAD = Text(
    fr=(
        '"X a relayé Y, puis Z a relayé X" : une republication renvoie toujours au message'
        " d'origine, jamais à celui par lequel on l'a vu."
    ),
    en=(
        '"X relayed Y, then Z relayed X": a reshare always points to the original post, never to'
        " the one through which it was seen."
    ),
)
NOT_CAUSE = Text(
    fr=(
        '"Sans ce compte, le message ne serait pas passé" : ces nombres disent par où des'
        " messages sont probablement venus, pas ce qui serait arrivé sans le compte."
    ),
    en=(
        '"Without this account the post would not have got through": these numbers say where'
        " posts probably came through, not what would have happened without the account."
    ),
)
NO_RESHARE = {
    False: Text(
        fr="Sans archive de messages, ni le réseau des republications ni les relais.",
        en="Without an archive of posts, neither the network of reshares nor the relays.",
    ),
    True: Text(
        fr="L'archive ne contient aucune republication : ni réseau, ni relais.",
        en="The archive holds no reshare: no network, no relays.",
    ),
}
NOT_PLACED = Text(
    fr=(
        "Les relais et le chemin des messages : l'archive ne dit pas quel message chaque"
        " republication reprend."
    ),
    en=(
        "The relays and the way of the posts: the archive does not say which post each"
        " reshare passes on."
    ),
)
ONE_ROLE = Text(
    fr=(
        "Le tableau des rôles : aucun fondateur, média ou soutien n'est connu par un registre ou"
        " par une bio ; tous les comptes auraient le même rôle."
    ),
    en=(
        "The matrix of roles: no founder, medium or supporter is known from a ledger or a bio;"
        " every account would have the same role."
    ),
)
ONE_LANE = Text(
    fr="Les voies jour par jour : moins de deux voies ont des publications datées.",
    en="The channels day by day: fewer than two channels have dated publications.",
)
COVERAGE = Text(
    fr=(
        "Part des republications pour lesquelles un abonnement connu, une republication, une"
        " réponse ou une mention antérieure lie le compte à un auteur possible."
    ),
    en=(
        "Share of the reshares for which a known follow, an earlier reshare, reply or mention"
        " ties the account to one of its possible sources."
    ),
)
ARRIVAL_NOTE = Text(
    fr=(
        "Le premier compte republié est un fait de l'archive ; ce n'est pas forcément celui par"
        " lequel le message est arrivé. Les auteurs republiés comptent, même si l'archive n'a"
        " d'eux aucun message à part."
    ),
    en=(
        "The first account reshared is a fact of the archive; it need not be the one through"
        " which the post came. Reshared authors count, even if the archive has no post of"
        " theirs by itself."
    ),
)
CHECKED = Text(
    fr=(
        "La part directe vient d'un contrôle à la main d'un échantillon ; les autres lignes en"
        " sont"
        " les bornes."
    ),
    en=("The direct share comes from a check by hand of a sample; the other rows are its bounds."),
)
SENSITIVITY = Text(
    fr=(
        "Les horaires seuls ne disent pas quelle part des republications vient directement de"
        " l'auteur : sans contrôle à la main, chaque ligne est une hypothèse."
    ),
    en=(
        "Times alone do not tell what share of the reshares came straight from the author:"
        " without a check by hand, each row is an assumption."
    ),
)
SHAPES_CLOSED = Text(
    fr=(
        "Tailles et durées sont des comptes. Sans indices, profondeur et largeur dépendraient"
        " du modèle seul : elles ne sont pas données."
    ),
    en=(
        "Sizes and durations are counts. Without evidence depth and breadth would rest on the"
        " model alone: they are not given."
    ),
)
SHAPES = Text(
    fr=(
        "Tailles et durées sont des comptes ; le reste est probable, avec l'intervalle à 90 % des"
        " arbres tirés."
    ),
    en=(
        "Sizes and durations are counts; the rest is probable, with the 90% interval of the trees"
        " drawn."
    ),
)
BEYOND = Text(
    fr="Corrélation de rangs avec le nombre de republications reçues ; près de 1, rien de neuf.",
    en="Rank correlation with the number of reshares received; close to 1 means nothing new.",
)
GROUPS_EN = "Groups, and what other measures add"
LANES = Text(
    fr="Ce qui tombe le même jour n'est pas pour autant lié.",
    en="What falls on the same day is not thereby connected.",
)
BASES = {
    "model": Text(fr="modèle seul", en="model alone"),
    "given": Text(fr="part donnée", en="share given"),
    "audit": Text(fr="contrôle à la main", en="check by hand"),
    "range": Text(fr="hypothèse", en="assumption"),
    "interval": Text(fr="borne du contrôle", en="end of the check's interval"),
}
MEASURES = {
    "pagerank": Text.same("PageRank"),
    "resharers": Text(fr="comptes qui ont republié", en="accounts that reshared"),
    "reshares": Text(fr="republications faites", en="reshares made"),
    "shell": Text(fr="noyau (k-cœur)", en="core number"),
    "descendants": Text(fr="relais (venues par le compte)", en="relays (came through it)"),
    "passages": Text(fr="passages entre groupes", en="passages between groups"),
}
HEADERS = {
    "rank": Text(fr="rang", en="rank"),
    "account": Text(fr="compte", en="account"),
    "reshared": Text(fr="republications reçues", en="reshares received"),
    "resharers": Text(fr="comptes qui l'ont republié", en="accounts that reshared it"),
    "reshares_made": Text(fr="republications faites", en="reshares made"),
    "resharer_role": Text(fr="qui republie", en="who reshares"),
    "author_role": Text(fr="qui est republié", en="who is reshared"),
    "reshares": Text(fr="republications", en="reshares"),
    "day": Text(fr="jour", en="day"),
    "generation": Text(fr="génération", en="generation"),
    "accounts": Text(fr="comptes", en="accounts"),
    "basis": Text(fr="d'où vient l'hypothèse", en="where the assumption comes from"),
    "direct_share": Text(fr="directement de l'auteur", en="straight from the author"),
    "relay_share": Text(fr="par un relais de l'archive", en="through a relay in the archive"),
    "unseen_share": Text(fr="par un relais manquant", en="through a missing relay"),
    "depth_mean": Text(fr="étapes jusqu'à l'auteur", en="steps to the author"),
    "top_descendants": Text(fr="venues par le premier relais", en="through the first relay"),
    "top10_shared": Text(fr="communs aux dix premiers", en="shared by the top ten"),
    "begun_on": Text(fr="début", en="begun"),
    "n_seen": Text(fr="republications vues", en="reshares seen"),
    "n_reported": Text(fr="comptées par la plateforme", en="counted by the platform"),
    "duration_h": Text(fr="durée (h)", en="length (h)"),
    "depth_mean_lo": Text(fr="étapes, au moins", en="steps, from"),
    "depth_mean_hi": Text(fr="étapes, au plus", en="steps, to"),
    "breadth_max": Text(fr="largeur", en="breadth"),
    "breadth_max_lo": Text(fr="largeur, au moins", en="breadth, from"),
    "breadth_max_hi": Text(fr="largeur, au plus", en="breadth, to"),
    "virality": Text(fr="viralité structurelle", en="structural virality"),
    "virality_lo": Text(fr="viralité, au moins", en="virality, from"),
    "virality_hi": Text(fr="viralité, au plus", en="virality, to"),
    "relays": Text(fr="republications faites", en="reshares made"),
    "descendants": Text(fr="venues par lui", en="came through it"),
    "lo": Text(fr="au moins", en="from"),
    "hi": Text(fr="au plus", en="to"),
    "range_lo": Text(fr="hypothèse basse", en="lowest assumption"),
    "range_hi": Text(fr="hypothèse haute", en="highest assumption"),
    "evidence_share": Text(fr="part avec indice", en="share with evidence"),
    "measure": Text(fr="mesure", en="measure"),
    "correlation": Text(fr="corrélation", en="correlation"),
    "n_used": Text(fr="comptes", en="accounts"),
    "lane": Text(fr="voie", en="channel"),
    "mentions": Text(fr="publications", en="publications"),
}
REASONS = {
    "resharer unknown": Text(fr="republications d'auteur inconnu", en="reshares by nobody known"),
    "original author unknown": Text(
        fr="republications dont l'auteur d'origine est inconnu",
        en="reshares whose original author is unknown",
    ),
    "self-reshares": Text(
        fr="republications de ses propres messages", en="reshares of one's own posts"
    ),
    "reshares whose original is not identified": Text(
        fr="republications d'un original inconnu, où aucun relais n'est cherché",
        en="reshares of an unknown original, in which no relay is looked for",
    ),
    "reshares without a time": Text(fr="republications sans heure", en="reshares without a time"),
    "reshares whose author or original author is unknown": Text(
        fr="republications dont un des deux comptes est inconnu",
        en="reshares one of whose accounts is unknown",
    ),
    "posts without a time": Text(fr="messages sans heure", en="posts without a time"),
    "posts without an author": Text(fr="messages sans auteur", en="posts without an author"),
    "press items whose day is not known": Text(
        fr="articles dont le jour n'est pas connu", en="press items whose day is not known"
    ),
    "relays of the ledger whose day is not known": Text(
        fr="relais du registre dont le jour n'est pas connu",
        en="relays of the ledger whose day is not known",
    ),
    "outcomes whose day is not known": Text(
        fr="issues dont le jour n'est pas connu", en="outcomes whose day is not known"
    ),
}


# -- The sentences on groups, on the core and on who carries posts between groups.

_LEAST_CORE = 5


def stable_groups(communities: Result) -> bool:
    """Tell whether the groups may be described: the runs agree to 0.8 or more."""
    return float(communities.parameters.get("agreement", 0.0)) >= 0.8


def groups(communities: Result) -> Said:
    """Return how many groups there are and how stable they are."""
    found = communities.parameters
    table = communities.table
    if not len(table):
        return Said(Text.same(""), {})
    large = int((table.drop_duplicates("community")["size"] >= 10).sum())
    agreement = float(found["agreement"])
    sure = stable_groups(communities)
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Les comptes qui se republient forment"
                f" {plural(found['communities'], 'groupe', 'groupes', lang)}, dont"
                f" {number(large, lang)} d'au moins 10 comptes ; d'un calcul à l'autre, l'accord"
                f" est de {number(agreement, lang, 2)} sur 1"
                + (" : ils sont stables." if sure else " : ils ne sont pas assez stables pour être"
                   " décrits.")
            ),
            "en": (
                f"Accounts that reshare one another form"
                f" {plural(found['communities'], 'group', 'groups', lang)},"
                f" {number(large, lang)} of them of at least 10 accounts; from one run to the next"
                f" the agreement is {number(agreement, lang, 2)} out of 1"
                + (": they are stable." if sure else ": they are not stable enough to be"
                   " described.")
            ),
        }[lang]
    )  # fmt: skip
    return Said(
        text,
        {"groups": found["communities"], "large": large, "agreement": agreement, "least": 10,
         "most": 1},
    )  # fmt: skip


def brokers(found: Result) -> Said:
    """Return how many passages between groups there probably were."""
    total = float(found.table["passages"].sum())
    count = len(found.table[found.table["passages"] >= 1])
    one, many = "compte en a porté", "comptes en ont porté"
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Environ {number(round(total), lang)} republications sont probablement passées"
                " d'un groupe à un autre ;"
                f" {plural(count, one, many, lang)} au moins une."
            ),
            "en": (
                f"About {number(round(total), lang)} reshares probably passed from one group to"
                f" another; {plural(count, 'account carried', 'accounts carried', lang)} at least"
                " one."
            ),
        }[lang]
    )
    return Said(text, {"passages": round(total), "carriers": count})


def core_of_groups(standing: pd.DataFrame, edges: pd.DataFrame) -> Said | None:
    """Return the size of the rich core, what it reshares, and what it adds beyond the count."""
    inside = set(standing.loc[standing["core"].to_numpy(dtype=bool), "account"])
    if not _LEAST_CORE <= len(inside) < len(standing):
        return None
    first = set(standing.sort_values("reshared", ascending=False, kind="stable")["account"]
                .head(len(inside)))  # fmt: skip
    shared = len(inside & first)
    both = edges["resharer"].isin(inside) & edges["author"].isin(inside)
    total = float(edges["weight"].sum())
    within = float(edges.loc[both.to_numpy(dtype=bool), "weight"].sum()) / total
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Le cœur du réseau compte {plural(len(inside), 'compte', 'comptes', lang)} sur"
                f" {number(len(standing), lang)}, qui font entre eux {percent(within, lang)} des"
                f" republications ; {number(shared, lang)} sont déjà parmi les"
                f" {number(len(inside), lang)} auteurs les plus republiés."
            ),
            "en": (
                f"The core of the network is {plural(len(inside), 'account', 'accounts', lang)} of"
                f" {number(len(standing), lang)}, which make {percent(within, lang)} of the"
                f" reshares among themselves; {number(shared, lang)} are already among the"
                f" {number(len(inside), lang)} most reshared authors."
            ),
        }[lang]
    )
    return Said(
        text,
        {"core": len(inside), "accounts": len(standing), "core_within": within,
         "core_reshared": shared},
    )  # fmt: skip


# -- The sentences on the roads of a movement, day by day.


def lanes_title(table: pd.DataFrame) -> Text:
    """Return the finding on the roads."""
    if not len(table):
        return Text(fr="Les voies jour par jour", en="The channels day by day")
    roads = table[table["lane"] != "outcome"]
    if not len(roads):
        return Text(fr="Les issues, jour par jour", en="The outcomes, day by day")
    summed = roads.groupby("lane")["mentions"].sum()
    lane, most, total = str(summed.idxmax()), int(summed.max()), int(summed.sum())
    return Text(
        fr=(
            f"{LANE_NAMES[lane].fr.capitalize()} : {number(most, 'fr')} publications datées sur"
            f" {number(total, 'fr')}"
        ),
        en=(
            f"{LANE_NAMES[lane].en.capitalize()}: {number(most, 'en')} of {number(total, 'en')}"
            " dated publications"
        ),
    )


def lane_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Return the sums that the title and the alternative of the roads print."""
    roads = table[table["lane"] != "outcome"]
    summed = roads.groupby("lane")["mentions"].sum()
    return {
        "mentions": int(table["mentions"].sum()),
        "on_roads": int(roads["mentions"].sum()),
        "largest_road": int(summed.max()) if len(summed) else 0,
        "lanes": int(table["lane"].nunique()),
    }


def lanes_alt(table: pd.DataFrame) -> Text:
    """Return the text alternative of the roads."""
    lanes = int(table["lane"].nunique())
    heading = lanes_title(table)
    return Text(
        fr=(
            f"Frise de {plural(lanes, 'ligne', 'lignes', 'fr')}, un disque par jour dont la"
            " surface compte les publications, des"
            f" losanges pour les issues. {heading.fr}."
        ),
        en=(
            f"Timeline of {plural(lanes, 'row', 'rows', 'en')}, a disc a day whose area counts"
            " the publications, diamonds for"
            f" the outcomes. {heading.en}."
        ),
    )


# -- The sentences of the chapter on relays, computed from its results, in both languages.

_LEAST_EXPECTED = 5


def favourite(table: pd.DataFrame) -> Said:
    """Return whom the most active role reshares most."""
    made = table.groupby("resharer_role", sort=False)["reshares"].sum()
    role = str(made.idxmax())
    rows = table[table["resharer_role"] == role].set_index("author_role")["reshares"]
    first, count, total = str(rows.idxmax()), int(rows.max()), int(made.max())
    fr, en = ROLE_NAMES[role], ROLE_NAMES[first]
    does = (
        "se republient d'abord entre eux" if role == first else f"republient d'abord les {en.fr}"
    )
    to_en = "one another" if role == first else en.en
    title = Text(
        fr=f"Les {fr.fr} {does} : {number(count, 'fr')} fois sur {number(total, 'fr')}",
        en=(
            f"{fr.en.capitalize()} reshare {to_en} more than any other role:"
            f" {number(count, 'en')} times out of {number(total, 'en')}"
        ),
    )
    return Said(
        Text(fr=f"{title.fr}.", en=f"{title.en}."), {"favourite": count, "made": total}, title
    )


def beyond_counts(table: pd.DataFrame) -> Said | None:
    """Return what the roles add beyond the counts: the pair most above its share.

    Against reshares made and received by each role, were they paired at random; pairs of which
    fewer than `_LEAST_EXPECTED` would be expected, or that say less than a tenth more, are not
    told.
    """
    counts = table["reshares"].to_numpy(float)
    made = table.groupby("resharer_role")["reshares"].transform("sum").to_numpy(float)
    received = table.groupby("author_role")["reshares"].transform("sum").to_numpy(float)
    expected = made * received / max(counts.sum(), 1)
    ratio = np.where(expected >= _LEAST_EXPECTED, counts / np.maximum(expected, 1e-300), 0.0)
    best = int(ratio.argmax())
    if ratio[best] < 1.1:
        return None
    row = table.iloc[best]
    one, other = ROLE_NAMES[str(row["resharer_role"])], ROLE_NAMES[str(row["author_role"])]
    times = round(float(ratio[best]), 1)
    return Said(
        Text(
            fr=(
                f"Au-delà des comptes : les {one.fr} republient les {other.fr}"
                f" {number(times, 'fr', 1)} fois plus que si chaque rôle republiait au prorata"
                " de ce qui l'est en tout."
            ),
            en=(
                f"Beyond the counts: {one.en} reshare {other.en} {number(times, 'en', 1)} times"
                " as much as if each role reshared in proportion to what is reshared in all."
            ),
        ),
        {"above": times},
    )


def matrix_alt(table: pd.DataFrame, largest: Said) -> Text:
    """Return the text alternative of the role matrix."""
    roles = table["resharer_role"].nunique()
    return Text(
        fr=(
            f"Tableau de {roles} rôles sur {roles} : chaque case compte les republications du rôle"
            f" de la ligne vers celui de la colonne. {largest.title.fr}."
        ),
        en=(
            f"Grid of {roles} roles by {roles}: each cell counts reshares by the role of the row"
            f" of posts by the role of the column. {largest.title.en}."
        ),
    )


def arrivals(table: pd.DataFrame) -> Said:
    """Return how accounts arrived: on their own or by resharing, and how far down."""
    level = table["generation"].astype("int64")
    total, by_reshare = len(table), int((level > 0).sum())
    founders = set(table.loc[table["start"] == "founder", "account"])
    from_founder = int(table["through"].isin(founders).sum())
    deep = int((level > 1).sum())
    tail = Text(
        fr=(
            f"Sur {plural(total, 'compte', 'comptes', 'fr')}, {number(by_reshare, 'fr')} sont"
            f" arrivés en republiant un autre compte, dont {number(deep, 'fr')} en republiant un"
            " compte lui-même arrivé ainsi."
        ),
        en=(
            f"Of {plural(total, 'account', 'accounts', 'en')}, {number(by_reshare, 'en')} arrived"
            f" by resharing another account, {number(deep, 'en')} of them by resharing an account"
            " that had itself arrived so."
        ),
    )
    numbers = {"arrived": total, "by_reshare": by_reshare, "deep": deep}
    title = Text(
        fr=(
            f"{number(by_reshare, 'fr')} comptes sur {number(total, 'fr')} sont arrivés en"
            " republiant"
        ),
        en=(f"{number(by_reshare, 'en')} of {number(total, 'en')} accounts arrived by resharing"),
    )
    if founders:
        numbers["from_founder"] = from_founder
        tail = tail + Text(
            fr=f"{number(from_founder, 'fr')} ont d'abord republié un fondateur.",
            en=f"{number(from_founder, 'en')} first reshared a founder.",
        )
    return Said(tail, numbers, title)


def no_start(dated: float) -> Text:
    """Return why the arrivals are not told: too few originals are dated."""
    none = Text(fr="ne date aucun message d'origine", en="dates no original post")
    few = Text.both(
        lambda lang: {
            "fr": f"ne date le message d'origine que de {percent(dated, lang)} des republications",
            "en": f"dates the original post of only {percent(dated, lang)} of the reshares",
        }[lang]
    )
    said = few if dated > 0 else none
    return Text(
        fr=f"L'arrivée des comptes : l'archive {said.fr}, on ne sait pas qui était là d'abord.",
        en=f"How accounts arrived: the archive {said.en}, so nobody can tell who was there first.",
    )


def arrivals_subtitle(table: pd.DataFrame, crowd: bool) -> Text:
    """Return what the picture of arrivals shows, with the marks of the roles that are there.

    A crowd is drawn as one disc a day and generation, without links or roles.
    """
    if crowd:
        return Text(
            fr="Comptes par jour d'arrivée et par génération ; surface : nombre de comptes",
            en="Accounts by day of arrival and generation; area: number of accounts",
        )
    marks = {
        "founder": ("carrés : fondateurs", "squares: founders"),
        "supporter": ("ronds bleus : soutiens", "blue dots: supporters"),
    }
    there = [marks[role] for role in marks if (table["role"] == role).any()]
    legend = [", ".join(mark[place] for mark in there) for place in (0, 1)]
    return Text(
        fr="Chaque compte au jour de son arrivée, relié au premier compte qu'il a republié"
        + (f" ; {legend[0]}" if there else ""),
        en="Each account on the day it arrived, linked to the first account it reshared"
        + (f"; {legend[1]}" if there else ""),
    )


def arrivals_alt(counted: pd.DataFrame, crowd: bool) -> Text:
    """Return the text alternative of the picture of arrivals."""
    busiest = counted.groupby("day")["accounts"].sum()
    day, most = busiest.idxmax(), int(busiest.max())
    dots = ("un point par compte au jour de son arrivée", "a dot an account on the day it arrived")
    if crowd:
        dots = ("un disque par jour d'arrivée", "a disc a day of arrival")
    return Text(
        fr=(
            f"Nuage de points : une ligne par génération, {dots[0]}."
            f" Le {date(day, 'fr')} en compte le plus : {number(most, 'fr')}."
        ),
        en=(
            f"Scatter of dots: a row a generation, {dots[1]}."
            f" {date(day, 'en')} has the most: {number(most, 'en')}."
        ),
    )


def trials(table: pd.DataFrame) -> Said:
    """Return how the method does where the true relays are known."""
    row = table[(table["source"] == "weibo") & (table["method"] == "audited")].iloc[0]
    found = {"trial_reshares": int(row["reshares"]), "trial": float(row["relay_accuracy"])}
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Sur {number(found['trial_reshares'], lang)} republications réelles de Weibo"
                " dont le chemin est connu, mais sans indice sur qui lit qui, la méthode ne met le"
                f" vrai relais en tête que pour {percent(found['trial'], lang)} de celles qui"
                " venaient d'un relais : c'est pourquoi elle se tait sans indices."
            ),
            "en": (
                f"On {number(found['trial_reshares'], lang)} real Weibo reshares whose path is"
                " known, but without evidence on who reads whom, the method puts the true relay"
                f" first for only {percent(found['trial'], lang)} of those that came through a"
                " relay: that is why it keeps silent without evidence."
            ),
        }[lang]
    )
    return Said(text, found)


def sizes(shapes: pd.DataFrame) -> Said:
    """Return the size and length of the cascades: counts, no model."""
    cascades = len(shapes)
    largest = int(shapes["n_seen"].max()) if cascades else 0
    alone = int((shapes["n_seen"] == 1).sum())
    length = float(shapes["duration_h"].median()) if cascades else float("nan")
    numbers: dict[str, Any] = {"cascades": cascades, "largest": largest, "alone": alone}
    printed = duration(length, "en")
    numbers["median"] = float("".join(c for c in printed.split()[0] if c in "0123456789.") or 0)
    reported = shapes["rho"].dropna()
    text = Text.both(
        lambda lang: {
            "fr": (
                f"{plural(cascades, 'message a été republié', 'messages ont été republiés', lang)}"
                f", {number(alone, lang)} une seule fois ; le plus repris compte"
                f" {plural(largest, 'republication', 'republications', lang)}, et la moitié des"
                f" messages l'ont été pendant {duration(length, lang)} au plus."
            ),
            "en": (
                f"{plural(cascades, 'post was reshared', 'posts were reshared', lang)},"
                f" {number(alone, lang)} only once; the largest has"
                f" {plural(largest, 'reshare', 'reshares', lang)}, and half of the posts were"
                f" reshared for at most {duration(length, lang)}."
            ),
        }[lang]
    )
    if len(reported):
        seen = float(
            shapes["n_seen"][reported.index].sum() / shapes["n_reported"][reported.index].sum()
        )
        numbers["seen_share"] = min(seen, 1.0)
        text = text + Text.both(
            lambda lang: {
                "fr": (
                    f"L'archive en contient {percent(numbers['seen_share'], lang)} de ce que la"
                    " plateforme a compté."
                ),
                "en": (
                    f"The archive holds {percent(numbers['seen_share'], lang)} of what the"
                    " platform counted."
                ),
            }[lang]
        )
    return Said(text, numbers)


def closed(facts: Facts) -> Text:
    """Return why no relay is named."""
    return Text(
        fr=(
            "Les relais : il faut un indice sur qui lit qui pour la moitié des republications au"
            f" moins, l'archive en a pour {percent(facts.coverage, 'fr')}. Des listes d'abonnés ou"
            " une archive plus longue l'ouvriraient."
        ),
        en=(
            "The relays: evidence on who reads whom is needed for at least half of the reshares,"
            f" the archive has it for {percent(facts.coverage, 'en')}. Follower lists or a longer"
            " archive would open it."
        ),
    )


def closed_warning(facts: Facts) -> Text:
    """Return what must not be written when the gate is closed."""
    return Text(
        fr=(
            '"Tel compte a fait circuler le message" : aucun relais ne peut être nommé ici'
            f" ({percent(facts.coverage, 'fr')} de republications avec indice)."
        ),
        en=(
            '"This account spread the post": no relay can be named here'
            f" ({percent(facts.coverage, 'en')} of reshares with evidence)."
        ),
    )


def _ends(table: pd.DataFrame) -> tuple[float, float]:
    row = table.iloc[0]
    return min(row["lo"], row["range_lo"]), max(row["hi"], row["range_hi"])


def influence_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Return the numbers that the title, the subtitle and the note of the chart print."""
    lo, hi = _ends(table)
    ends = {"through_lo": round(lo), "through_hi": round(hi), "listed": len(table)}
    return ends | {"level": 0.9, "assumed_lo": 0.4, "assumed_hi": 0.75}


def first_is_public(table: pd.DataFrame) -> bool:
    """Tell whether the first relay may be named."""
    return str(table["account"].iloc[0]).startswith("@")


def influence_title(table: pd.DataFrame) -> Text:
    """Return the finding on the first relay, by name if it is public."""
    lo, hi = (round(end) for end in _ends(table))
    who = str(table["account"].iloc[0])
    if first_is_public(table):
        return Text(
            fr=f"Par {who}, premier relais probable, {band(lo, hi, 'fr')} republications",
            en=f"Through {who}, the first probable relay, {band(lo, hi, 'en')} reshares",
        )
    return Text(
        fr=f"Par le premier relais probable, {band(lo, hi, 'fr')} republications",
        en=f"Through the first probable relay, {band(lo, hi, 'en')} reshares",
    )


def influence_alt(table: pd.DataFrame) -> Text:
    """Return the text alternative of the chart of influence."""
    found = influence_title(table)
    rows = len(table)
    return Text(
        fr=f"Points et intervalles, {rows} comptes, du plus grand au plus petit. {found.fr}.",
        en=f"Dots and intervals, {rows} accounts, largest first. {found.en}.",
    )


def relay_sentence(table: pd.DataFrame, facts: Facts) -> Text:
    """Return the sentence on the first relay that can be printed."""
    lo, hi = (round(end) for end in _ends(table))
    who = str(table["account"].iloc[0])
    return Text(
        fr=(
            f"Selon le modèle, {band(lo, hi, 'fr')} des {number(facts.reshares, 'fr')}"
            f" republications de l'archive sont probablement venues par {who}."
        ),
        en=(
            f"By the model, {band(lo, hi, 'en')} of the archive's {number(facts.reshares, 'en')}"
            f" reshares probably came through {who}."
        ),
    )


def influence_note(parents: ParentProbabilities) -> Text:
    """Return the caution below the chart of influence."""
    audit = str(parents.quality["delta_source"].iloc[0]) == "audit"
    share = float(parents.quality["unseen_share"].iloc[0])
    text = Text(
        fr=(
            "La bande suit le contrôle fait à la main."
            if audit
            else "Sans contrôle à la main, la bande couvre une part directe de 40 % à 75 %."
        ),
        en=(
            "The band follows the check by hand."
            if audit
            else "Without a check by hand, the band covers a direct share of 40% to 75%."
        ),
    )
    if share > 0:
        text = text + Text(
            fr="Des relais manquent à l'archive : ces nombres sont des minimums.",
            en="Some relays are missing from the archive: these numbers are lower bounds.",
        )
    return text


# -- The chapter.

TOP = 5
NAMED = 12
LARGEST = 10
MODELLED = ("depth_mean", "breadth_max", "virality")
LEAST_PEOPLE = 5
LEAST_DATED = 0.5
"""Of the reshares, the share whose original is dated: below, who was there first is unknown."""


def relays(picture: RelayPicture, movement: Movement) -> Chapter:
    """Build the chapter from the measures of relays.

    Parameters
    ----------
    picture
        As `relays.picture` gives it.
    movement
        The movement; those of people.csv may be named.
    """
    facts = Facts.of(picture, movement)
    chapter = Chapter(
        "relays",
        4,
        movement,
        title=title(facts),
        question=QUESTION,
        answer=answer(facts, picture.lanes),
        numbers=facts.numbers()
        | {"mentions": int(picture.lanes.table["mentions"].sum())}
        | {"originals_dated": picture.generations.parameters["originals_dated"]},
        as_of=_day(picture.as_of, movement),
    )
    if facts.reshares:
        _who_reshares_whom(chapter, facts, picture)
        _arrivals(chapter, facts, picture.generations)
        _through_whom(chapter, facts, picture)
        _groups(chapter, facts, picture)
    else:
        chapter.cannot_show(NO_RESHARE[facts.has_archive])
    _roads(chapter, picture.lanes)
    for reason, count in picture.excluded.items():
        chapter.excluded(REASONS[reason], count)
    return chapter


def _day(moment: pd.Timestamp | None, movement: Movement) -> Date | None:
    return None if moment is None else moment.tz_convert(movement.zone).date()


def _figure(axes: Any) -> Figure:
    return cast("Figure", axes.figure)


# ------------------------------------------------------------------------------- who, whom


def _who_reshares_whom(chapter: Chapter, facts: Facts, picture: RelayPicture) -> None:
    chapter.heading(Text(fr="Qui republie qui", en="Who reshares whom"))
    chapter.key_figure(
        "reshares",
        facts.reshares,
        Text(fr="republications dans l'archive", en="reshares in the archive"),
        Text(
            fr="Republications d'un autre compte, chacune comptée une fois.",
            en="Reshares of another account's posts, each counted once.",
        ),
    )
    chapter.key_figure(
        "top_share",
        facts.top_share,
        top_label(facts),
        Text(
            fr="Part des republications reçues par les auteurs les plus republiés.",
            en="Share of the reshares that the most reshared authors received.",
        ),
        share=True,
    )
    first = picture.standing[picture.standing["reshared"] > 0].head(TOP)
    listed = pd.DataFrame(
        {
            "rank": range(1, len(first) + 1),
            "account": [facts.name(account) for account in first["account"]],
            "reshared": first["reshared"].to_numpy(),
            "resharers": first["resharers"].to_numpy(),
            "reshares_made": first["reshares"].to_numpy(),
        }
    )
    chapter.table(
        "relays-most-reshared",
        listed,
        title=Text(fr="Les auteurs les plus republiés", en="The most reshared authors"),
        headers=HEADERS,
        cells={"account": facts.cells},
        note=NAMES,
    )
    chapter.can_write(concentration(facts), facts.numbers())
    chapter.cannot_write(NO_ROAD)
    _matrix(chapter, facts, picture.matrix)


def _matrix(chapter: Chapter, facts: Facts, matrix: Result) -> None:
    table = _without_small_cells(matrix.table)
    if table["resharer_role"].nunique() < 2:
        chapter.cannot_show(ONE_ROLE, "relays-role-matrix")
        return
    largest = favourite(table)
    chapter.sentence(largest.sentence, largest.numbers)
    beyond = beyond_counts(table)
    if beyond is not None:
        chapter.sentence(beyond.sentence, beyond.numbers)
    chapter.figure(
        "relays-role-matrix",
        table,
        lambda lang: _figure(charts.plot_role_matrix(table, lang=lang)),
        title=largest.title,
        subtitle=Text(
            fr="Republications, de la ligne vers la colonne : la ligne republie la colonne",
            en="Reshares, from row to column: the row reshares the column",
        ),
        alt=matrix_alt(table, largest),
        source=source(facts),
        headers=HEADERS,
        cells={"resharer_role": charts.ROLE_NAMES, "author_role": charts.ROLE_NAMES},
        numbers={**largest.numbers, "roles": table["resharer_role"].nunique()},
    )


def _without_small_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return reshares by role; people looking for work join the others where they are few."""
    kept = table[["resharer_role", "author_role", "reshares"]]
    people = (("resharer_role", "resharers"), ("author_role", "authors"))
    few = any(
        bool(
            ((table[side] == "seeker") & (table[count] > 0) & (table[count] < LEAST_PEOPLE)).any()
        )
        for side, count in people
    )
    if few:
        kept = kept.replace({"resharer_role": {"seeker": "other"}}).replace(
            {"author_role": {"seeker": "other"}}
        )
    order = [role for role in charts.ROLE_NAMES if role in set(kept["resharer_role"])]
    shape = pd.MultiIndex.from_product([order, order], names=["resharer_role", "author_role"])
    summed = kept.groupby(["resharer_role", "author_role"])["reshares"].sum()
    return summed.reindex(shape, fill_value=0).reset_index()


# ------------------------------------------------------------------------------- arrivals


def _arrivals(chapter: Chapter, facts: Facts, generations: Result) -> None:
    table = generations.table
    dated = float(generations.parameters["originals_dated"])
    if not dated >= LEAST_DATED:
        chapter.cannot_show(no_start(dated), "relays-generations")
        return
    chapter.heading(Text(fr="Comment les comptes sont arrivés", en="How accounts arrived"))
    found = arrivals(table)
    chapter.sentence(found.sentence, found.numbers)
    zone = chapter.movement.zone
    days = table["arrived_at"].astype("datetime64[us, UTC]").dt.tz_convert(zone).dt.date
    counted = (
        table.assign(day=days, generation=table["generation"].astype("int64"))
        .groupby(["day", "generation"])
        .size()
        .reset_index(name="accounts")
    )
    chapter.figure(
        "relays-generations",
        counted,
        lambda lang: _figure(charts.plot_generations(table, lang=lang, zone=zone)),
        title=found.title,
        subtitle=arrivals_subtitle(table, crowd=len(table) > charts.MOST_DOTS),
        alt=arrivals_alt(counted, crowd=len(table) > charts.MOST_DOTS),
        source=source(facts),
        note=ARRIVAL_NOTE,
        headers=HEADERS,
        numbers={**found.numbers, "busiest": int(counted.groupby("day")["accounts"].sum().max())},
    )


# ------------------------------------------------------------------------------- relays


def _through_whom(chapter: Chapter, facts: Facts, picture: RelayPicture) -> None:
    if not facts.placed:
        chapter.cannot_show(NOT_PLACED, "relays-influence")
        return
    chapter.heading(Text(fr="Par quels relais", en="Through which relays"))
    chapter.key_figure(
        "coverage",
        facts.coverage,
        Text(
            fr="des republications ont un indice sur qui lit qui",
            en="of the reshares have evidence on who reads whom",
        ),
        COVERAGE,
        share=True,
    )
    chapter.sentence(gate(facts), facts.numbers())
    trial = trials(picture.trials)
    chapter.sentence(trial.sentence, trial.numbers)
    chapter.table(
        "relays-direct-share",
        picture.sensitivity.table,
        title=Text(
            fr="Ce que change la part venue directement de l'auteur",
            en="What the share that came straight from the author changes",
        ),
        headers=HEADERS,
        cells={"basis": BASES},
        note=CHECKED if facts.delta_source == "audit" else SENSITIVITY,
    )
    size = sizes(picture.shapes.table)
    chapter.sentence(size.sentence, size.numbers)
    _shapes(chapter, facts, picture.shapes.table)
    if facts.gate == "closed":
        chapter.cannot_show(closed(facts), "relays-influence")
        chapter.cannot_write(closed_warning(facts), facts.numbers())
        return
    table = _named_relays(facts, picture.influence.table)
    chapter.figure(
        "relays-influence",
        table,
        lambda lang: _figure(charts.plot_influence(_in(table, facts, lang), lang=lang)),
        title=influence_title(table),
        subtitle=Text(
            fr=(
                "Republications probablement venues par chaque compte ; trait : 90 % des arbres"
                " tirés ; bande : selon la part directe"
            ),
            en=(
                "Reshares that probably came through each account; line: 90% of the trees drawn;"
                " band: over the direct share"
            ),
        ),
        alt=influence_alt(table),
        source=source(facts),
        note=influence_note(picture.parents),
        headers=HEADERS,
        cells={"account": facts.cells},
        numbers=influence_numbers(table),
    )
    if first_is_public(table):
        chapter.can_write(relay_sentence(table, facts), facts.numbers())
    chapter.cannot_write(NOT_CAUSE)


def _shapes(chapter: Chapter, facts: Facts, shapes: pd.DataFrame) -> None:
    """Show the largest cascades: sizes and times; what the model says of them if the gate lets."""
    first = shapes.head(LARGEST).reset_index(drop=True)
    begun = first["begun_at"].astype("datetime64[us, UTC]").dt.tz_convert(chapter.movement.zone)
    columns = ["n_seen", "n_reported", "duration_h"]
    if facts.gate != "closed":
        columns += ["direct", *[f"{name}{end}" for name in MODELLED for end in ("", "_lo", "_hi")]]
    table = first[columns].astype("float64").round(2)
    table.insert(0, "begun_on", begun.dt.date)
    chapter.table(
        "relays-shapes",
        table.rename(columns={"direct": "direct_share"}),
        title=Text(fr="Les plus grandes cascades", en="The largest cascades"),
        headers=HEADERS,
        note=SHAPES_CLOSED if facts.gate == "closed" else SHAPES,
    )


def _named_relays(facts: Facts, influence: pd.DataFrame) -> pd.DataFrame:
    first = influence.head(NAMED)
    columns = ["relays", "descendants", "lo", "hi", "range_lo", "range_hi", "with_evidence"]
    table = first[[*columns, "reshared"]].astype("float64").reset_index(drop=True)
    table.insert(0, "account", [facts.name(account) for account in first["account"]])
    return table.rename(columns={"with_evidence": "evidence_share"})


def _in(table: pd.DataFrame, facts: Facts, lang: str) -> pd.DataFrame:
    return table.assign(name=[facts.cells[name][lang] for name in table["account"]])


# ------------------------------------------------------------------------------- groups, roads


def _groups(chapter: Chapter, facts: Facts, picture: RelayPicture) -> None:
    chapter.heading(Text(fr="Groupes, et ce que d'autres mesures ajoutent", en=GROUPS_EN))
    stable = stable_groups(picture.communities)
    found = groups(picture.communities)
    chapter.sentence(found.sentence, found.numbers)
    core = core_of_groups(picture.standing, picture.edges)
    if core is not None:
        chapter.sentence(core.sentence, core.numbers)
    if facts.gate != "closed" and stable and len(picture.brokers.table):
        carried = brokers(picture.brokers)
        chapter.sentence(carried.sentence, carried.numbers)
    table = picture.beyond[picture.beyond["correlation"].notna()]
    hidden = [] if stable else ["passages"]
    if facts.gate == "closed":
        hidden = ["descendants", "passages"]
    table = table[~table["measure"].isin(hidden)]
    chapter.table(
        "relays-beyond-counts",
        table.drop(columns=["method", "level"]).reset_index(drop=True),
        title=Text(
            fr="Ce que chaque mesure dit de plus que le nombre de republications",
            en="What each measure says beyond the count of reshares",
        ),
        headers=HEADERS,
        cells={"measure": MEASURES},
        note=BEYOND,
    )


def _roads(chapter: Chapter, lanes: Result) -> None:
    table = lanes.table
    if table["lane"].nunique() < 2:
        chapter.cannot_show(ONE_LANE, "relays-lanes")
        return
    chapter.heading(Text(fr="Les voies, jour par jour", en="The channels, day by day"))
    zone = chapter.movement.zone
    chapter.figure(
        "relays-lanes",
        table,
        lambda lang: _figure(charts.plot_lanes(table, lang=lang, zone=zone)),
        title=lanes_title(table),
        subtitle=Text(
            fr="Articles, émissions et messages dont le jour est connu, par voie ; surface d'un"
            " disque : leur nombre ce jour-là ; losanges : issues",
            en="Articles, broadcasts and posts whose day is known, by channel; area of a disc:"
            " how many that day; diamonds: outcomes",
        ),
        alt=lanes_alt(table),
        source=Text(
            fr="archive et registres du mouvement, une source par ligne",
            en="the movement's archive and ledgers, one source a row",
        )
        if set(table["lane"]) & {"twitter", "bluesky", "mastodon"}
        else Text(
            fr="registres du mouvement, une source par ligne",
            en="the movement's ledgers, one source a row",
        ),
        note=LANES,
        headers=HEADERS,
        cells={"lane": charts.LANE_NAMES},
        numbers=lane_numbers(table),
    )
