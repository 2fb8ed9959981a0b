"""Chapter 3: the sums of followers that sources printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import supporter_words as words
from i4analysis.publish.chapters.supporter_parts import begun, dated, in_turn
from i4analysis.publish.words.sentence import Told, say, told
from i4analysis.publish.words.wording import listing, roughly, when

if TYPE_CHECKING:
    from i4analysis.measure.reach.reach import Reach

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
        headers=words.HEADERS,
        cells=words.CELLS,
        source=words.LEDGER,
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
