"""Chapter 3: what six hundred thousand followers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.members import (
    ARCHIVE,
    CELLS,
    EXCLUDED,
    HEADERS,
    LEDGER,
    add_published,
    begun,
    dated,
    in_turn,
    within,
)
from i4analysis.publish.charts.reach import plot_concentration, plot_followers_summed
from i4analysis.publish.words.sentence import Counted, Share, Told, figure_of, say, told
from i4analysis.publish.words.wording import Text, listing, roughly, when

if TYPE_CHECKING:
    from i4analysis.measure.reach.reach import Concentration, Reach


# -- Chapter 3: the sums of followers that sources printed.

#: A mean must fall below this share of the first to be called a fall: both ends are rough.
CLEAR_FALL = 0.8


def published_alone(reach: Reach, movement: Movement) -> Chapter:
    """Build the chapter from the sums that sources printed, or say that there is none."""
    figures = reach.figures
    known = dated(figures, "followers_summed")
    if known.empty:
        title = told("Aucune donnée sur les abonnés", "No data on followers")
        answer = told(
            "Il n'y a ni profil relevé ni somme publiée : rien ne peut être dit.",
            "There is neither a profile on record nor a published sum: nothing can be said.",
        )
    else:
        title, answer = _sums(known, reach.means)
    chapter = begun("followers", movement, title, answer, None)
    if len(known):
        row = known.iloc[-1]
        chapter.key_figure(
            "published-followers-summed",
            float(row["value"]),
            Text(
                fr="abonnés additionnés, selon une source",
                en="followers added up, according to a source",
            ),
            say(
                "Dernière somme publiée, de {who} ; doublons compris.",
                "Last sum printed, by {who}; duplicates included.",
                who=str(row["publisher"]),
            ),
            roughness=str(row["roughness"]),
        )
        chapter.can_write(Text.both(lambda lang: _according(row, lang)))
    for stem, fr, en in (
        (
            "followers-curve",
            "Les abonnés jour par jour : aucune archive des messages ne donne les abonnés.",
            "Followers day by day: no archive of posts gives the followers.",
        ),
        (
            "followers-concentration",
            "La part des plus suivis : il faudrait les abonnés de chaque compte.",
            "The share of the most followed: that would take the followers of each account.",
        ),
    ):
        chapter.cannot_show(Text(fr=fr, en=en), stem)
    return chapter


def _according(row: pd.Series, lang: str) -> str:
    """Return a sentence that names its source and its day, as it may be printed."""
    day = when(row["date"], lang, str(row["precision"]))
    count = roughly(float(row["value"]), str(row["roughness"]), lang)
    if lang == "fr":
        return (
            f"Selon {row['publisher']}, les abonnés des comptes s'additionnaient à {count}"
            f" {day}, doublons compris."
        )
    return (
        f"According to {row['publisher']}, the accounts' followers added up to {count} {day},"
        " duplicates included."
    )


def _sums(sums: pd.DataFrame, means: pd.DataFrame) -> tuple[Told, Told]:
    distinct = sums.drop_duplicates(["value", "roughness"])
    steps = Text.both(lambda lang: in_turn(distinct, lang))
    first, last = sums.iloc[0], sums.iloc[-1]
    if len(distinct) > 1:
        title = told(
            "Abonnés additionnés, selon les sources : {a}, puis {b}",
            "Followers added up, according to sources: {a}, then {b}",
            a=Text.both(lambda lang: roughly(first["value"], first["roughness"], lang)),
            b=Text.both(lambda lang: roughly(last["value"], last["roughness"], lang)),
        )
    else:
        title = told("Une seule somme publiée : {a}", "One published sum only: {a}", a=steps)
    answer = told(
        "Sans archive, il ne reste que les sommes publiées : {steps} abonnés, doublons compris.",
        "Without an archive only the published sums remain: {steps} followers, duplicates"
        " included.",
        steps=steps,
    )
    if len(means) > 1:
        more = told(
            "Rapportées aux membres ou aux bios de la même page, elles donnent une moyenne de"
            " {means} abonnés.",
            "Divided by the members or bios of the same page, they give a mean of {means}"
            " followers.",
            means=Text.both(
                lambda lang: listing(
                    [roughly(round(float(mean)), "exact", lang) for mean in means["mean"]], lang
                )
            ),
        )
        answer = Told(answer.text + more.text, answer.numbers)
    return title, answer


def add_means(chapter: Chapter, reach: Reach) -> None:
    """Add what published sums give per member or bio, where a page prints both."""
    means = reach.means
    names = ["date", "precision", "publisher", "followers_summed", "members", "metric", "mean"]
    if means.empty:
        return
    table = means[names].assign(mean=np.round(means["mean"].astype(float)))
    chapter.table(
        "followers-means",
        table,
        title=Text(
            fr="Ce que les sommes publiées donnent en moyenne par membre ou par bio",
            en="What the published sums give on average per member or bio",
        ),
        headers=HEADERS,
        cells=CELLS,
        source=LEDGER,
        note=Text(
            fr="Quotient de deux nombres approchés de la même page : un ordre de grandeur.",
            en="Quotient of two rough numbers of the same page: an order of magnitude.",
        ),
    )
    first, last = means.iloc[0], means.iloc[-1]
    if len(means) > 1 and float(last["mean"]) < CLEAR_FALL * float(first["mean"]):
        made = told(
            "La moyenne baisse de {a} à {b} : les derniers venus sont moins suivis que les"
            " premiers, ou les sources n'ont pas compté de même.",
            "The mean falls from {a} to {b}: later comers have fewer followers than the first,"
            " or the sources did not count alike.",
            a=round(float(first["mean"])),
            b=round(float(last["mean"])),
        )
        chapter.sentence(made.text, made.numbers)


# -- The chapter.

WHO = {
    "bio": (("soutien", "soutiens"), ("supporter", "supporters")),
    "posts": (("compte", "comptes"), ("account", "accounts")),
}
SUMMED = {
    "bio": Text(
        fr="Somme des abonnés de {n} dont la bio affiche encore le mot-dièse, au dernier nombre"
        " vu ; ceux qui l'ont retiré n'y sont plus.",
        en="Followers of {n} whose bio still shows the hashtag, by the last count seen; those that"
        " dropped it are out.",
    ),
    "posts": Text(
        fr="Somme des abonnés de {n} ayant employé le mot-dièse, au dernier nombre vu.",
        en="Followers of {n} that used the hashtag, by the last count seen.",
    ),
}


def followers(reach: Reach, concentration: Concentration, movement: Movement) -> Chapter:
    """Build the chapter on followers.

    Parameters
    ----------
    reach
        Of `reach.followers_summed`.
    concentration
        Of `reach.concentration`.
    """
    if reach.table.empty:
        chapter = published_alone(reach, movement)
    elif not int(reach.table["followers_sum"].iloc[-1]):
        chapter = _no_followers(reach, movement)
    else:
        chapter = _measured(reach, concentration, movement)
        _curve(chapter, reach, movement)
        _half(chapter, reach, concentration)
        _lists(chapter, reach)
    add_published(chapter, "followers-published", reach.figures)
    add_means(chapter, reach)
    for reason, count in reach.excluded.items():
        chapter.excluded(EXCLUDED[reason], count)
    chapter.cannot_write(
        Text(
            fr="« Tant de personnes touchées » : une somme d'abonnés compte plusieurs fois"
            " qui suit plusieurs comptes, et un abonné n'est pas un lecteur.",
            en="“So many people reached”: a sum of followers counts whoever follows several"
            " accounts several times, and a follower is not a reader.",
        )
    )
    return chapter


def _no_followers(reach: Reach, movement: Movement) -> Chapter:
    last = reach.table.iloc[-1]
    fr, en = WHO[reach.basis]
    title = told("Aucun abonné à additionner", "No followers to add up")
    answer = told(
        "Au {day}, l'archive donne le nombre d'abonnés de {known} sur {n}, et la somme est nulle.",
        "By {day} the archive gives the followers of {known} of {n}, and the sum is zero.",
        day=last["day"],
        known=int(last["n_known"]),
        n=Counted(int(last["n_supporters"]), fr, en),
    )
    chapter = begun("followers", movement, title, answer, last["day"])
    chapter.cannot_show(
        Text(
            fr="Les abonnés jour par jour : aucun n'est connu.",
            en="Followers day by day: none is known.",
        ),
        "followers-curve",
    )
    return chapter


def _measured(reach: Reach, concentration: Concentration, movement: Movement) -> Chapter:
    last = reach.table.iloc[-1]
    fr, en = WHO[reach.basis]
    total, lo, hi = (int(last[name]) for name in ("followers_sum", "reach_lo", "reach_hi"))
    title = told(
        "{total} abonnés additionnés, dont la moitié chez {half} sur {n}",
        "{total} followers added up, half of them with {half} of {n} accounts",
        total=total,
        half=Counted(concentration.n_half, ("compte", "comptes"), ("", "")),
        n=concentration.n_accounts,
    )
    answer = told(
        "Au {day}, les abonnés de {n} s'additionnent à {total} ; {people}",
        "By {day} the followers of {n} add up to {total}; {people}",
        day=last["day"],
        n=Counted(int(last["n_known"]), fr, en),
        total=total,
        people=_people(last, lo, hi),
    )
    chapter = begun("followers", movement, title, answer, last["day"])
    chapter.key_figure(
        "followers-summed",
        total,
        Text(fr="abonnés additionnés, doublons compris", en="followers added up, with duplicates"),
        say(
            SUMMED[reach.basis].fr,
            SUMMED[reach.basis].en,
            n=Counted(int(last["n_known"]), ("compte", "comptes"), ("account", "accounts")),
        ),
    )
    write = told(
        "Les abonnés de {n} s'additionnent à {total}, doublons compris ; {half} en réunissent la"
        " moitié.",
        "The followers of {n} add up to {total}, duplicates included; {half} hold half of that.",
        total=total,
        n=Counted(int(last["n_known"]), ("compte", "comptes"), ("account", "accounts")),
        half=Counted(concentration.n_half, ("compte", "comptes"), ("account", "accounts")),
    )
    chapter.can_write(write.text, write.numbers)
    return chapter


def _people(last: pd.Series, lo: int, hi: int) -> Text:
    """Return the words for the number of different people: exact, estimated or only bounded."""
    if lo == hi:
        return say(
            "cela fait {lo} personnes différentes.", "they are {lo} different people.", lo=lo
        )
    if pd.notna(last["reach_est"]):
        return say(
            "le nombre de personnes différentes est estimé à {e}, entre {a} et {b}, d'après"
            " {k} listes d'abonnés.",
            "the number of different people is estimated at {e}, between {a} and {b}, from {k}"
            " lists of followers.",
            e=round(float(last["reach_est"])),
            a=round(float(last["lo"])),
            b=round(float(last["hi"])),
            k=int(last["n_lists"]),
        )
    return say(
        "cela fait entre {lo} et {hi} personnes différentes, et rien de plus précis ne peut être"
        " dit sans listes d'abonnés.",
        "that is between {lo} and {hi} different people, and nothing more precise can be said"
        " without lists of followers.",
        lo=lo,
        hi=hi,
    )


_FLOOR = Text(
    fr="La ligne grise est le plancher : le compte le plus suivi ou les personnes des listes"
    " connues.",
    en="The grey line is the floor: the most followed account, or the people on the known lists.",
)
_DIAMONDS = Text(
    fr="Losanges : sommes publiées, jamais ajustées.",
    en="Diamonds: published sums, never fitted.",
)


def _curve(chapter: Chapter, reach: Reach, movement: Movement) -> None:
    table = reach.table
    last = table.iloc[-1]
    beside = within(reach.figures, table, "followers_summed")
    names = ["day", "n_supporters", "n_known", "followers_sum", "reach_lo", "reach_hi"]
    shown = table[[*names, "reach_est", "lo", "hi", "n_lists"]]
    shown = shown.assign(
        **{name: np.round(table[name].astype(float)) for name in ("reach_est", "lo", "hi")}
    )
    who = {
        "bio": Text(
            fr="comptes dont la bio affiche le mot-dièse",
            en="accounts whose bio shows the hashtag",
        ),
        "posts": Text(
            fr="comptes ayant écrit ou repris un message avec le mot-dièse",
            en="accounts that posted or reshared with the hashtag",
        ),
    }[reach.basis]
    chapter.figure(
        "followers-curve",
        shown,
        lambda lang: figure_of(
            plot_followers_summed(table, lang=lang, figures=beside, zone=movement.timezone)
        ),
        title=say(
            "Jusqu'à {total} abonnés additionnés",
            "Up to {total} followers added up",
            total=int(table["followers_sum"].max()),
        ),
        subtitle=say(
            "Abonnés additionnés, en fin de jour : {who}",
            "Followers added up, at the end of the day: {who}",
            who=who,
        ),
        alt=say(
            "Courbe en escalier de la somme des abonnés, jusqu'à {total}, au-dessus d'une ligne"
            " grise à {lo}, plancher du nombre de personnes différentes.",
            "Step line of the sum of followers, up to {total}, above a grey line at {lo}, the"
            " least number of different people.",
            total=int(last["followers_sum"]),
            lo=int(last["reach_lo"]),
        ),
        source=ARCHIVE,
        note=_FLOOR if beside.empty else _FLOOR + _DIAMONDS,
        headers=HEADERS,
        numbers={"most": int(table["followers_sum"].max())},
    )
    if reach.basis == "posts":
        chapter.sentence(
            Text(
                fr="Faute de bios datées, ce sont les comptes qui ont employé le mot-dièse, pas"
                " ceux qui le soutenaient.",
                en="For want of dated bios, these are the accounts that used the hashtag, not"
                " those that supported it.",
            )
        )


def _half(chapter: Chapter, reach: Reach, concentration: Concentration) -> None:
    table = concentration.table
    if not concentration.n_half:
        return
    names = ["rank", "followers", "share_accounts", "share_followers"]
    shown = table[names]
    n, half = concentration.n_accounts, concentration.n_half
    chapter.figure(
        "followers-concentration",
        shown,
        lambda lang: figure_of(plot_concentration(shown, n_half=half, lang=lang)),
        title=say(
            "{half} sur {n} rassemblent la moitié des {total} abonnés",
            "{half} of {n} hold half of the {total} followers",
            half=Counted(half, ("compte", "comptes"), ("account", "accounts")),
            n=n,
            total=concentration.total,
        ),
        subtitle=Text(
            fr="Abonnés de chaque compte, du plus suivi au moins suivi ; une personne abonnée à"
            " deux comptes compte deux fois",
            en="Followers of each account, from the most followed; who follows two accounts"
            " counts twice",
        ),
        alt=say(
            "Barres décroissantes des abonnés de {n} comptes, de {top} à {low} ; les {half}"
            " premiers, en couleur, en ont la moitié.",
            "Falling bars of the followers of {n} accounts, from {top} to {low}; the first"
            " {half}, in colour, have half of them.",
            n=n,
            top=int(table["followers"].iloc[0]),
            low=int(table["followers"].iloc[-1]),
            half=half,
        ),
        source=ARCHIVE,
        headers=HEADERS,
        numbers={"half": half, "all": n, "total": concentration.total},
    )
    if concentration.gini is not None:
        made = told(
            "Le compte le plus suivi a {top} de la somme ; l'indice de Gini est de {gini}"
            " (0 : tous autant, 1 : un seul a tout).",
            "The most followed account has {top} of the sum; the Gini index is {gini} (0: all"
            " alike, 1: one has everything).",
            top=Share(float(table["share_followers"].iloc[0])),
            gini=round(concentration.gini, 2),
        )
        chapter.sentence(made.text, {**made.numbers, "none": 0, "whole": 1})


def _lists(chapter: Chapter, reach: Reach) -> None:
    """Say which lists would tell more; how many and how much, never whose."""
    wanted = reach.wanted
    if wanted.empty:
        return
    steps = sorted({k for k in (10, 30, 60, 100) if k < len(wanted)} | {len(wanted)})
    table = pd.DataFrame(
        {
            "lists": steps,
            "share_after": [float(wanted["share_after"].iloc[k - 1]) for k in steps],
        }
    )
    chapter.table(
        "followers-lists",
        table,
        title=Text(
            fr="Combien de listes d'abonnés demander, des plus suivis aux moins suivis",
            en="How many follower lists to ask for, from the most followed",
        ),
        headers=HEADERS,
        source=ARCHIVE,
        note=Text(
            fr="Des listes entières, et non les derniers abonnés seulement. Les noms restent à"
            " l'analyste et ne sont jamais publiés.",
            en="Whole lists, not the latest followers only. The names stay with the analyst and"
            " are never published.",
        ),
    )
