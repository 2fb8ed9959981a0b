"""What evidence weighs and what the archive shows, in the chapter on outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import outcome_words as words
from i4analysis.publish.chapters.outcome_dossiers import LEDGERS
from i4analysis.publish.charts import outcomes as charts
from i4analysis.publish.words.wording import band, number, percent

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossiers

SHOWN_FROM = 0.2  # below one chance in five a relay is not worth a line


def weigh(chapter: Chapter, found: Dossiers, main: pd.DataFrame, titles: dict[str, Text]) -> None:
    """Print the range that the analyst's likelihoods allow for each outcome."""
    weighed = main[(main["n_evidence"] > 0).to_numpy(dtype=bool)]
    prior = float(found.parameters["prior"])
    if weighed.empty:
        return
    table = weighed[["outcome_id", "n_evidence", "posterior_lo", "posterior_hi"]]
    chapter.heading(Text(fr="Ce que pèsent les indices", en="What the evidence weighs"))
    low, high = float(table["posterior_lo"].min()), float(table["posterior_hi"].max())
    undecided = int(((table["posterior_lo"] < 0.5) & (table["posterior_hi"] > 0.5)).sum())
    chapter.sentence(
        Text(
            fr="Pour chaque indice, l'analyste a noté au registre à quel point il serait probable"
            " si les relais du mouvement avaient compté, et s'ils n'avaient pas compté. En partant"
            f" d'une chance sur deux, la fourchette obtenue reste à cheval sur la moitié pour"
            f" {undecided} dossiers sur {len(table)}"
            + (" : ces indices ne les tranchent pas." if undecided else "."),
            en="For each piece of evidence the analyst wrote in the ledger how likely it would be"
            " if the movement's relays had counted, and if they had not. Starting from even odds,"
            f" the range found still straddles one half for {undecided} of {len(table)} dossiers"
            + (": this evidence does not settle them." if undecided else "."),
        ),
        {"undecided": undecided, "weighed": len(table)},
    )
    pieces, reviewed = int(weighed["n_evidence"].sum()), int(weighed["n_reviewed"].sum())
    judged = _whose_judgement(pieces, reviewed)
    chapter.sentence(judged, {"pieces": pieces, "reviewed": reviewed})

    def draw(lang: str) -> Figure:
        ax = charts.plot_ranges(table, lang=lang, titles=titles, prior=prior)
        return ax.figure  # type: ignore[return-value]  # a figure, not a subfigure

    chapter.figure(
        "outcome-evidence",
        table,
        draw,
        title=Text(
            fr="Les indices publiés ne tranchent aucun dossier",
            en="The published evidence settles no dossier",
        )
        if undecided == len(table)
        else Text(fr="Ce que les indices publiés laissent ouvert",
                  en="What the published evidence leaves open"),
        subtitle=Text(
            fr="Probabilité que les relais du mouvement aient compté, selon les bornes de"
            f" l'analyste{'' if reviewed else ', en attente de relecture'} ; trait : le point de"
            " départ",
            en="Probability that the movement's relays counted, by the analyst's bounds"
            f"{'' if reviewed else ', awaiting review'}; line: where it starts from",
        ),
        alt=Text.both(
            lambda lang: f"Un intervalle par issue, {band(low, high, lang, share=True)} au plus"
            f" large ; {undecided} intervalles sur {len(table)} traversent la moitié."
            if lang == "fr"
            else f"One interval an outcome, {band(low, high, lang, share=True)} at the widest;"
            f" {undecided} of {len(table)} intervals cross one half."
        ),
        source=LEDGERS,
        headers=words.HEADERS,
        cells={"outcome_id": titles},
        numbers={"low": low, "high": high, "undecided": undecided, "weighed": len(table),
                 "pieces": pieces, "reviewed": reviewed},
    )  # fmt: skip


def _whose_judgement(pieces: int, reviewed: int) -> Text:
    """Say whether somebody else has looked at the analyst's bounds."""
    if reviewed >= pieces:
        return Text(
            fr="Ces vraisemblances sont des jugements de l'analyste, relus par quelqu'un d'autre.",
            en="These likelihoods are the analyst's judgements, reviewed by somebody else.",
        )
    if reviewed:
        return Text(
            fr=f"Ces vraisemblances sont des jugements de l'analyste ; {reviewed} indices sur"
            f" {pieces} ont été relus par quelqu'un d'autre, les autres attendent de l'être.",
            en=f"These likelihoods are the analyst's judgements; {reviewed} of {pieces} pieces of"
            " evidence have been reviewed by somebody else, the others await review.",
        )
    return Text(
        fr="Ces vraisemblances sont le premier jugement de l'analyste, en attente de relecture :"
        " une autre main donnerait d'autres bornes.",
        en="These likelihoods are the analyst's first judgement, awaiting review: another hand"
        " would set other bounds.",
    )


def show_archive(
    chapter: Chapter,
    found: Dossiers,
    main: pd.DataFrame,
    titles: dict[str, Text],
    movement: Movement,
    roles: pd.DataFrame | None,
) -> None:
    """Print what an archive adds: checks first, then who was probably on the way."""
    if found.gate == "none":
        chapter.cannot_show(
            Text(
                fr="Sans archive : ni contacts directs, ni chemins, ni épreuve des dates. Une"
                " archive de la période dirait si les comptes concernés ont repris, cité ou"
                " répondu.",
                en="Without an archive: no direct contacts, no paths, no test of dates. An archive"
                " of the period would say whether the accounts concerned reshared, quoted or"
                " answered.",
            ),
            "outcome-relays",
        )
        return
    chapter.heading(Text(fr="Ce que montre l'archive", en="What the archive shows"))
    _checks(chapter, found)
    named = found.relays[found.relays["p_on_path"].astype(float).to_numpy() >= SHOWN_FROM]
    named = named[named["outcome_id"].isin(titles).to_numpy(dtype=bool)]
    table = pd.DataFrame(
        {
            "outcome_id": named["outcome_id"],
            "role": named["role"],
            "who": _who(named, movement, roles),
            "p_on_path": named["p_on_path"],
            "p_lo": named["lo"],
            "p_hi": named["hi"].astype(float).clip(upper=1.0),  # sums of chances round above 1
            "p_needed_at_most": named["indispensable_hi"],
        }
    )
    if table.empty:
        chapter.cannot_show(
            Text(
                fr="Aucun chemin n'est estimé : aucune issue n'a laissé de contact visible, ou les"
                " indices sur les relais sont trop rares.",
                en="No path is estimated: no outcome left a visible contact, or there is too"
                " little evidence about relays.",
            ),
            "outcome-relays",
        )
        return
    chapter.table(
        "outcome-relays",
        table,
        title=Text(fr="Qui était probablement sur le chemin", en="Who was probably on the way"),
        headers=words.HEADERS,
        cells={"outcome_id": titles, "role": words.ROLES, "who": words.WHO},
        source=Text(fr="archive du mouvement", en="the movement's archive"),
        note=Text(
            fr="Être sur le chemin ne veut pas dire « grâce à » : un autre relais aurait pu livrer"
            " le même message. Seuls les comptes publics sont nommés.",
            en="On the way does not mean “thanks to”: another relay could have delivered the same"
            " post. Only public accounts are named.",
        ),
    )


def _checks(chapter: Chapter, found: Dossiers) -> None:
    """Say what dates and exposure can tell in this archive, before anything is read from them."""
    power, rate = found.date_power, found.masked_hit_rate
    if power is not None:
        chapter.sentence(
            Text(
                fr="L'épreuve des dates ne reconnaît une vraie réaction que dans"
                f" {percent(power, 'fr')} des cas essayés dans cette archive : les dates seules ne"
                " disent rien d'une issue.",
                en="The test of dates recognises a true reaction in only"
                f" {percent(power, 'en')} of the cases tried in this archive: dates alone say"
                " nothing of an outcome.",
            ),
            {"power": power},
        )
    if rate is not None:
        tried = found.masked_n
        chapter.sentence(
            Text(
                fr="Quand on cache une réaction connue, l'exposition seule retrouve le bon message"
                f" dans {percent(rate, 'fr')} de {number(tried, 'fr')} essais : aucun chemin n'est"
                " donc écrit pour un compte silencieux.",
                en="When a known reaction is hidden, exposure alone finds the right post in"
                f" {percent(rate, 'en')} of {number(tried, 'en')} trials: so no path is written"
                " for a silent account.",
            ),
            {"masked": rate, "tried": tried},
        )


def _who(relays: pd.DataFrame, movement: Movement, roles: pd.DataFrame | None) -> Iterable[str]:
    """Return the public name of each account, or a word that names nobody."""
    people = movement.people
    names: dict[str, str] = {}
    for column in ("account_id", "handle"):
        known = people[people[column].notna()]
        keys = known[column].str.lstrip("@").str.lower()
        names |= dict(zip(keys, known["name"], strict=True))
    founders = set(movement.founders["account_id"].dropna()) | set(
        movement.founders["handle"].dropna().str.lower()
    )
    role = {} if roles is None else dict(zip(roles["account_id"], roles["role"], strict=True))
    found = []
    for account, handle in zip(relays["account"], relays["handle"], strict=True):
        keys_of = [key for key in (account, str(handle).lower()) if isinstance(key, str)]
        public = next((names[key] for key in keys_of if key in names), None)
        if public is None and any(key in founders for key in keys_of):
            public = "founder"
        supporter = "supporter" if role.get(account) == "supporter" else "account"
        found.append(public or supporter)
    return found
