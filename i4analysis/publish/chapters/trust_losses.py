"""Chapter 8: what losing posts does to the methods that matter most."""

from __future__ import annotations

import pandas as pd

from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.trust_words import HEADERS, SOURCE
from i4analysis.publish.charts.trust import plot_losses
from i4analysis.publish.words.sentence import Share, figure_of, say
from i4analysis.publish.words.wording import Text

_FOLLOWED = {
    "relays.parents:accuracy": Text(
        fr="vrai parent trouvé, sans liste d'abonnés", en="true parent found, without lists"
    ),
    "relays.parents_with_lists:accuracy": Text(
        fr="vrai parent trouvé, avec toutes les listes", en="true parent found, with every list"
    ),
    "members.curve:coverage": Text(
        fr="soutiens : jours où la bande contient la vérité",
        en="supporters: days on which the band holds the truth",
    ),
    "outcomes.routes:ap": Text(
        fr="vrais relais d'un résultat, précision moyenne",
        en="true relays of an outcome, average precision",
    ),
}


def losses(chapter: Chapter, table: pd.DataFrame) -> None:
    """Draw what losses do to the shares that matter most, as far as the proof holds them."""
    parts = []
    for name in _FOLLOWED:
        check, value = name.split(":")
        rows = table[(table["check"] == check) & (table["value"] == value)]
        rows = rows.drop_duplicates("loss")
        if len(rows) > 1:
            parts.append(rows.assign(what=name))
    if not parts:
        return
    shown = pd.concat(parts)[["what", "loss", "mean", "error"]].reset_index(drop=True)
    shown = shown.assign(mean=shown["mean"].astype(float).round(3))
    shown = shown.assign(error=shown["error"].astype(float).round(4))
    first = shown[shown["what"] == shown["what"].iloc[0]].sort_values("loss")
    start, end = float(first["mean"].iloc[0]), float(first["mean"].iloc[-1])
    chapter.figure(
        "trust-losses",
        shown,
        lambda lang: figure_of(
            plot_losses(
                shown,
                lang=lang,
                labels={name: text[lang] for name, text in _FOLLOWED.items()},
            )
        ),
        title=_worst(shown),
        subtitle=Text(
            fr="Moyenne sur des mondes inventés, plus ou moins deux erreurs types",
            en="Mean over made-up worlds, plus or minus two standard errors",
        ),
        alt=say(
            "Lignes selon la part des messages perdus ; la première, {what}, va de {start} sans"
            " perte à {end} à la perte la plus forte.",
            "Lines by share of posts lost; the first, {what}, goes from {start} without loss to"
            " {end} at the largest loss.",
            what=_FOLLOWED[str(first["what"].iloc[0])],
            start=Share(start),
            end=Share(end),
        ),
        source=SOURCE,
        headers=HEADERS,
        cells={"what": _FOLLOWED},
        shares=("loss", "mean", "error"),
        numbers={"start": start, "end": end},
    )


def _worst(shown: pd.DataFrame) -> Text:
    """Return what falls the most between no loss and the largest, as a finding."""
    byloss = shown.sort_values("loss").groupby("what")
    start, end, loss = byloss["mean"].first(), byloss["mean"].last(), byloss["loss"].last()
    fall = start - end
    worst = str(fall.idxmax())
    if float(fall.max()) <= 0:
        return Text(
            fr="Perdre des messages ne fait baisser aucune de ces méthodes",
            en="Losing posts lowers none of these methods",
        )
    return say(
        "{what} : de {start} à {end} quand {loss} des messages manquent",
        "{what}: from {start} to {end} when {loss} of the posts are missing",
        what=Text.both(lambda lang: _capital(_FOLLOWED[worst][lang])),
        start=Share(float(start[worst])),
        end=Share(float(end[worst])),
        loss=Share(float(loss[worst])),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
