"""The sentences of the chapter on relays, computed from its results, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from i4analysis.publish.chapters.relay_facts import Facts, Said
from i4analysis.publish.charts.relays import ROLE_NAMES
from i4analysis.publish.words.wording import Text, band, date, duration, number, percent, plural

_LEAST_EXPECTED = 5

if TYPE_CHECKING:
    from i4analysis.measure.relays.relays import ParentProbabilities


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
