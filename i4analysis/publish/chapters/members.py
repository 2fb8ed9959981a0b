"""Chapter 2: from founders to supporters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import supporter_words as words
from i4analysis.publish.chapters.supporter_gaps import (
    add_first_posts,
    figures_alone,
    first_posts,
)
from i4analysis.publish.chapters.supporter_parts import (
    add_contagion,
    add_growth,
    add_published,
    begun,
    within,
)
from i4analysis.publish.charts import members as charts
from i4analysis.publish.charts import style
from i4analysis.publish.charts.reach import plot_followers_summed
from i4analysis.publish.words.sentence import Counted, say, span, told

if TYPE_CHECKING:
    from i4analysis.measure.members.members import Adoption, Contagion, Exposure, Growth

#: A count of people looking for work under this many is not published.
FEWEST = 5


def supporters(
    adopted: Adoption,
    movement: Movement,
    *,
    growth: Growth | None = None,
    exposure: Exposure | None = None,
    contagion: Contagion | None = None,
) -> Chapter:
    """Build the chapter on supporters from `members.adoption` and, where given, its companions.

    Parameters
    ----------
    growth, exposure, contagion
        Of `members.growth`, `members.exposure`, `members.contagion_test`.
    """
    write = {"bio": _bios, "posts": first_posts, "none": figures_alone}[adopted.basis]
    chapter = write(adopted, movement)
    add_published(chapter, "supporters-published", adopted.figures)
    if adopted.basis == "bio":
        add_first_posts(chapter, adopted, movement)
        _accounts(chapter, adopted)
        _unseen(chapter, adopted)
    add_growth(chapter, growth, adopted, movement)
    add_contagion(chapter, exposure, contagion, adopted)
    for reason, count in adopted.excluded.items():
        chapter.excluded(words.EXCLUDED[reason], count)
    return chapter


# ------------------------------------------------------------------------------- from bios


def _bios(adopted: Adoption, movement: Movement) -> Chapter:
    table = adopted.table
    last, first = table.iloc[-1], table.iloc[0]
    half = table[table["n_est"].astype(float) >= float(last["n_est"]) / 2].iloc[0]
    seen, now = int(last["n_lo"]), int(last["n_now"])
    title = told(
        "{seen} avec le mot-dièse dans la bio en {days}",
        "{seen} with the hashtag in the bio in {days}",
        seen=Counted(seen, ("compte vu", "comptes vus"), ("account seen", "accounts seen")),
        days=Counted(len(table), ("jour", "jours"), ("day", "days")),
    )
    answer = told(
        "{days}, {seen} avec le mot-dièse dans la bio ; {now} encore à"
        " leur dernière apparition. D'après l'estimation, la moitié l'avaient pris avant la fin du"
        " {half}.",
        "{days}, {seen} with the hashtag in the bio; {now} it when last seen."
        " By the estimate, half had taken it up by the end of {half}.",
        days=span(first["day"], last["day"], capital=True),
        half=half["day"],
        seen=Counted(
            seen,
            ("compte a été vu", "comptes ont été vus"),
            ("account was seen", "accounts were seen"),
        ),
        now=Counted(now, ("l'affichait", "l'affichaient"), ("still showed", "still showed")),
    )
    chapter = begun("supporters", movement, title, answer, last["day"])
    headed = told(
        "La moitié des soutiens étaient là le {half}, d'après l'estimation",
        "Half of the supporters were there by {half}, by the estimate",
        half=half["day"],
    )
    chapter.headed(headed.text, headed.numbers)
    chapter.key_figure(
        "supporters-seen",
        seen,
        Text(
            fr="comptes vus avec le mot-dièse en bio", en="accounts seen with the hashtag in bio"
        ),
        Text(
            fr="Comptes dont au moins une apparition datée dans l'archive montre la marque.",
            en="Accounts that at least one dated sighting in the archive shows with the mark.",
        ),
        roughness="at_least",
    )
    _curve(chapter, adopted, movement)
    _reading(chapter, adopted)
    return chapter


def _curve(chapter: Chapter, adopted: Adoption, movement: Movement) -> None:
    table = adopted.table
    names = ["day", "n_lo", "n_hi", "n_est", "lo", "hi", "n_now", "n_unseen_lo"]
    shown = table[names].assign(followers_sum=table["followers_sum_lo"])
    beside = within(adopted.figures, table, "supporters_bio")
    last = table.iloc[-1]

    def draw(lang: str) -> Figure:
        figure, panels = style.panels(2, height=5.6, ratios=[1.75, 1])
        zone = movement.timezone
        founders = adopted.n_founders
        charts.plot_adoption(
            table, ax=panels[0], lang=lang, figures=beside, founders=founders, zone=zone
        )
        charts.press_ticks(panels[0], movement.press, zone)
        plot_followers_summed(shown, ax=panels[1], lang=lang, zone=zone, band=False)
        return figure

    chapter.figure(
        "supporters-curve",
        shown,
        draw,
        title=say(
            "{n} au {day}",
            "{n} by {day}",
            day=last["day"],
            n=Counted(
                last["n_lo"], ("soutien vu", "soutiens vus"), ("supporter seen", "supporters seen")
            ),
        ),
        subtitle=Text(
            fr="Haut : comptes dont la bio a affiché le mot-dièse, en fin de jour. Bas : leurs"
            " abonnés additionnés, doublons et départs compris",
            en="Top: accounts whose bio has shown the hashtag, at the end of the day. Bottom:"
            " their followers added up, including duplicates and those who left",
        ),
        alt=say(
            "Courbe en escalier des soutiens déjà vus, jusqu'à {n}, sous une courbe estimée et"
            " dans une bande de limites sûres ; dessous, la somme de leurs abonnés, départs"
            " compris, jusqu'à {f}.",
            "Step line of supporters already seen, up to {n}, below an estimated line and inside"
            " a band of certain bounds; underneath, their followers added up, with those of"
            " accounts that left, up to {f}.",
            n=last["n_lo"],
            f=last["followers_sum_lo"],
        ),
        source=words.ARCHIVE if beside.empty else _with_sources(beside),
        note=_legend(adopted.n_founders, figures=not beside.empty, press=not movement.press.empty),
        numbers={"founders": adopted.n_founders},
        headers=words.HEADERS,
    )


def _legend(founders: int, *, figures: bool, press: bool) -> Text:
    """Say what each mark is, of those that are drawn."""
    text = Text(
        fr="Gris : ce que les apparitions garantissent, sans modèle. Bleu : estimation, dont la"
        " bande contient la vérité environ huit à neuf jours sur dix, moins si beaucoup"
        " annoncent leur ralliement puis se taisent.",
        en="Grey: what the sightings guarantee, without a model. Blue: estimate, whose band holds"
        " the truth on about eight to nine days in ten, fewer if many announce that they join"
        " and then fall silent.",
    )
    if figures:
        text += Text(
            fr="Losanges : chiffres publiés, jamais ajustés.",
            en="Diamonds: published figures, never fitted.",
        )
    if press:
        text += Text(
            fr="Triangles : articles et émissions.", en="Triangles: articles and broadcasts."
        )
    if founders:
        text += say(
            "Trait orange : {n} au registre.",
            "Orange dash: {n} in the ledger.",
            n=Counted(founders, ("fondateur", "fondateurs"), ("founder", "founders")),
        )
    return text


def _with_sources(figures: pd.DataFrame) -> Text:
    names = sorted(set(figures["publisher"].dropna()))
    return words.ARCHIVE + Text.same("; " + ", ".join(names)) if names else words.ARCHIVE


def _reading(chapter: Chapter, adopted: Adoption) -> None:
    table = adopted.table
    middle, last = table.iloc[len(table) // 2], table.iloc[-1]
    if "few_accounts" not in adopted.notes:
        made = told(
            "Une bio n'est vue que lorsque son compte apparaît dans l'archive. Au soir du {day},"
            " {n} déjà été vus avec le mot-dièse et, parmi tous ceux que l'archive montre un jour"
            " avec lui, {most} au plus pouvaient l'afficher ; l'estimation est de {estimate},"
            " entre {lo} et {hi}.",
            "A bio is seen only when its account appears in the archive. By the end of {day},"
            " {n} been seen with the hashtag and, among all that the archive ever shows with it,"
            " at most {most} could show it; the estimate is {estimate}, between {lo} and {hi}.",
            day=middle["day"],
            n=Counted(
                middle["n_lo"],
                ("compte avait", "comptes avaient"),
                ("account had already", "accounts had already"),
            ),
            most=int(middle["n_hi"]),
            estimate=round(float(middle["n_est"])),
            lo=round(float(middle["lo"])),
            hi=round(float(middle["hi"])),
        )
        chapter.sentence(made.text, made.numbers)
    else:
        chapter.sentence(
            Text(
                fr="Trop peu de comptes pour estimer : seules les limites sûres valent.",
                en="Too few accounts to estimate: only the certain bounds hold.",
            )
        )
    write = told(
        "Au {day}, au moins {n} affiché le mot-dièse dans la bio.",
        "At least {n} had shown the hashtag in their bio by {day}.",
        n=Counted(last["n_lo"], ("compte avait", "comptes avaient"), ("account", "accounts")),
        day=last["day"],
    )
    chapter.can_write(write.text, write.numbers)
    chapter.cannot_write(
        Text(
            fr="« Tant de soutiens tel jour, exactement » : la courbe compte des comptes vus, pas"
            " tous ceux qui existent.",
            en="“Exactly so many supporters on such a day”: the curve counts accounts that were"
            " seen, not all there are.",
        )
    )
    _seekers(chapter, adopted)


def _seekers(chapter: Chapter, adopted: Adoption) -> None:
    if adopted.seekers.empty or not int(adopted.seekers["n_lo"].iloc[-1]):
        return
    count = int(adopted.seekers["n_lo"].iloc[-1])
    if count < FEWEST:
        made = told(
            "Moins de {few} comptes montrent la marque des personnes en recherche d'emploi.",
            "Fewer than {few} accounts show the mark of people looking for work.",
            few=FEWEST,
        )
    else:
        made = told(
            "À part, {n} la marque des personnes en recherche d'emploi.",
            "Apart from these, {n} the mark of people looking for work.",
            n=Counted(
                count,
                ("compte a montré", "comptes ont montré"),
                ("account showed", "accounts showed"),
            ),
        )
    chapter.sentence(made.text, made.numbers)


def _accounts(chapter: Chapter, adopted: Adoption) -> None:
    composition = adopted.composition
    days = charts.days_to_show(composition["day"])
    shown = composition[composition["day"].isin(days)].reset_index(drop=True)
    few = (shown["role"] == "seeker") & shown["n"].between(1, FEWEST - 1)
    shown = shown.assign(n=shown["n"].mask(few))
    last = shown[shown["day"] == days[-1]]
    chapter.figure(
        "supporters-accounts",
        shown,
        lambda lang: charts.plot_accounts(shown, lang=lang),
        title=say(
            "Un carré, un compte : {n} au {day}",
            "One square, one account: {n} by {day}",
            n=int(last["n"].sum()),
            day=days[-1],
        ),
        subtitle=Text(
            fr="Comptes déjà vus avec une marque du mouvement, soutien ou recherche d'emploi",
            en="Accounts already seen with a mark of the movement, support or looking for work",
        ),
        alt=say(
            "Carrés de couleur par rôle, fondateurs, soutiens et personnes en recherche"
            " d'emploi, à quatre dates au plus ; {n} carrés à la dernière.",
            "Squares coloured by role, founders, supporters and people looking for work, on up"
            " to four dates; {n} squares on the last.",
            n=int(last["n"].sum()),
        ),
        source=words.ARCHIVE,
        note=Text(
            fr="Moins de cinq personnes en recherche d'emploi ne sont pas montrées.",
            en="Fewer than five people looking for work are not shown.",
        )
        if few.any()
        else None,
        headers=words.HEADERS,
        cells=words.CELLS,
        numbers={"all": int(last["n"].sum()), "few": FEWEST},
    )


def _unseen(chapter: Chapter, adopted: Adoption) -> None:
    table = adopted.unseen
    names = ["method", "estimate", "lo", "hi", "n_used"]
    rounded = table[names].assign(
        **{name: np.round(table[name].astype(float)) for name in ("estimate", "lo", "hi")}
    )
    chapter.table(
        "supporters-never-seen",
        rounded,
        title=Text(
            fr="Combien de soutiens en tout, jamais vus compris ?",
            en="How many supporters in all, those never seen included?",
        ),
        headers=words.HEADERS,
        cells=words.CELLS,
        source=words.ARCHIVE,
        note=Text(
            fr="Planchers pour les comptes qui écrivent ou sont relayés ; ceux qui n'ont jamais"
            " paru dans aucune liste ne sont pas estimés.",
            en="Floors for accounts that write or are relayed; those that never appeared on any"
            " list are not estimated.",
        ),
    )
