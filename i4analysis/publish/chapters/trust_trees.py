"""What the relay methods reach on real cascades whose true parents are known, for chapter 8."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.words.sentence import Share, Told, told
from i4analysis.publish.words.wording import Text

CHECK = "relays.real_trees"
STEM = "trust-real-trees"
SOURCES = {"weibo": Text.same("Weibo"), "marref": Text.same("#marref")}
METHODS = {
    "author": Text(fr="« toujours l'auteur »", en="“always the author”"),
    "casin": Text.same("casIn"),
    "lsr": Text(fr="notre modèle", en="our model"),
    "audited": Text(fr="notre modèle, avec contrôle à la main", en="our model, with the check"),
}
SCORES = ("accuracy", "ece", "relay_accuracy", "top_relay")
HEADERS = {
    "source": Text(fr="Cascades", en="Cascades"),
    "method": Text(fr="Méthode", en="Method"),
    "accuracy": Text(fr="Vrai parent en tête", en="True parent first"),
    "ece": Text(fr="Erreur de calibration", en="Calibration error"),
    "relay_accuracy": Text(fr="Vrai relais en tête des relais", en="True relay first of relays"),
    "top_relay": Text(fr="Premier relais trouvé", en="Top relay found"),
}
_TITLE = Text(
    fr="Sur de vraies cascades dont les chemins sont connus",
    en="On real cascades whose paths are known",
)
_SOURCE = Text(
    fr="échantillon Weibo (Song et al. 2018) et #marref (Gleeson et al. 2021)",
    en="Weibo sample (Song et al. 2018) and #marref (Gleeson et al. 2021)",
)
#: A report on a made-up movement marks every source as made up: these are not.
_REAL = Text(
    fr="vraies cascades, et non des données fictives :", en="real cascades, not made-up data:"
)
_NOTE = Text(
    fr=(
        "Parts de republications, ou de cascades pour le premier relais. « Toujours l'auteur » ne"
        " désigne aucun relais : on lui prête le plus récent, et pour le premier relais de la"
        " cascade la première republication."
    ),
    en=(
        "Shares of reshares, or of cascades for the top relay. “Always the author” points to no"
        " relay: it is lent the most recent one, and for the top relay of the cascade the first"
        " reshare."
    ),
)


def real_trees(chapter: Chapter, table: pd.DataFrame) -> None:
    """Quote the trial on real cascades, as the proof holds it; say so when it holds none."""
    rows = table[(table["check"] == CHECK) & (table["worlds"] > 0)].drop_duplicates("value")
    found = dict(zip(rows["value"].astype(str), rows["mean"].astype(float), strict=True))
    if not all(f"{place}_{method}_{name}" in found for place, method, name in _keys()):
        chapter.cannot_show(
            Text(
                fr="Ce que vaut la recherche des relais sur de vraies cascades : cette preuve ne"
                " le contient pas.",
                en="What the search for relays is worth on real cascades: this proof does not hold"
                " it.",
            ),
            STEM,
        )
        return
    for said in (_parents(found), _tops(found), _gates(found), _direct(found)):
        if said is not None:
            chapter.sentence(said.text, said.numbers)
    shown = pd.DataFrame(
        [
            {
                "source": place,
                "method": method,
                **{name: found[f"{place}_{method}_{name}"] for name in SCORES},
            }
            for place in SOURCES
            for method in METHODS
        ]
    )
    chapter.table(
        STEM,
        shown,
        title=_TITLE,
        headers=HEADERS,
        cells={"source": SOURCES, "method": METHODS},
        shares=("accuracy", "relay_accuracy", "top_relay"),
        source=_REAL + _SOURCE if chapter.movement.made_up else _SOURCE,
        note=_NOTE,
    )


def _keys() -> list[tuple[str, str, str]]:
    return [(place, who, name) for place in SOURCES for who in METHODS for name in SCORES]


def _parents(found: Mapping[str, float]) -> Told:
    """Say whether the model beats “always the author” where nothing tells who reads whom."""
    gains = [
        found[f"{place}_{method}_accuracy"] - found[f"{place}_author_accuracy"]
        for place in SOURCES
        for method in ("lsr", "audited")
    ]
    verdict = Text(
        fr="notre modèle fait tantôt mieux, tantôt moins bien que la règle",
        en="our model does better than the rule in part, worse in part:",
    )
    if max(gains) < 0:
        verdict = Text(fr="notre modèle perd contre la règle", en="our model loses to the rule")
    elif min(gains) > 0:
        verdict = Text(fr="notre modèle bat la règle", en="our model beats the rule")
    return told(
        "Sur {n} vraies republications de Weibo et {m} de #marref dont le chemin est connu, mais"
        " sans indice sur qui lit qui, {verdict} « toujours l'auteur » : il met le vrai parent en"
        " tête dans {weibo} et {marref} des cas ({weibo_checked} et {marref_checked} avec un"
        " contrôle à la main), la règle dans {weibo_rule} et {marref_rule}.",
        "On {n} real reshares of Weibo and {m} of #marref whose path is known, but without"
        " evidence on who reads whom, {verdict} “always the author”: it puts the true parent first"
        " in {weibo} and {marref} of the cases ({weibo_checked} and {marref_checked} with a check"
        " by hand), the rule in {weibo_rule} and {marref_rule}.",
        n=int(found.get("weibo_reshares", 0)),
        m=int(found.get("marref_reshares", 0)),
        verdict=verdict,
        weibo=Share(found["weibo_lsr_accuracy"]),
        marref=Share(found["marref_lsr_accuracy"]),
        weibo_checked=Share(found["weibo_audited_accuracy"]),
        marref_checked=Share(found["marref_audited_accuracy"]),
        weibo_rule=Share(found["weibo_author_accuracy"]),
        marref_rule=Share(found["marref_author_accuracy"]),
    )


def _tops(found: Mapping[str, float]) -> Told:
    """Say how often the largest relay of a cascade is found, and by taking the first reshare."""
    return told(
        "Le plus grand relais d'une cascade est trouvé, avec contrôle à la main, dans"
        " {weibo} des cascades de Weibo et {marref} de celles de #marref ; prendre simplement la"
        " première republication le trouve dans {weibo_first} et {marref_first}.",
        "With the check by hand the largest relay of a cascade is found in {weibo} of the Weibo"
        " cascades and {marref} of those of #marref; simply taking the first reshare finds it in"
        " {weibo_first} and {marref_first}.",
        weibo=Share(found["weibo_audited_top_relay"]),
        marref=Share(found["marref_audited_top_relay"]),
        weibo_first=Share(found["weibo_author_top_relay"]),
        marref_first=Share(found["marref_author_top_relay"]),
    )


def _gates(found: Mapping[str, float]) -> Told | None:
    closed = found.get("gates_closed")
    if closed is None:
        return None
    if closed == 1:
        return told(
            "C'est pourquoi, sans indice sur qui lit qui, aucun relais n'est nommé.",
            "That is why no relay is named without evidence on who reads whom.",
        )
    return told(
        "Ici, le garde-fou ne retient les noms que dans {closed} des essais : des relais seraient"
        " nommés à tort.",
        "Here the safeguard holds names back in only {closed} of the trials: relays would be"
        " wrongly named.",
        closed=Share(closed),
    )


def _direct(found: Mapping[str, float]) -> Told | None:
    """Say whether the audited interval holds the true direct share."""
    names = ("direct_true", "delta_lo", "delta_hi", "within")
    if not all(f"{place}_{name}" in found for place in SOURCES for name in names):
        return None
    held = [found[f"{place}_within"] == 1 for place in SOURCES]
    verdict = Text(
        fr="le contrôle la manque sur une des deux", en="the check misses it on one of the two"
    )
    if all(held):
        verdict = Text(
            fr="le contrôle à la main de cent republications la contient les deux fois",
            en="the check by hand of a hundred reshares holds it both times",
        )
    elif not any(held):
        verdict = Text(
            fr="le contrôle la manque les deux fois", en="the check misses it both times"
        )
    values = {
        f"{place}_{name}": Share(found[f"{place}_{name}"]) for place in SOURCES for name in names
    }
    return told(
        "La part venue directement de l'auteur y est connue, et {verdict} : {weibo_direct_true}"
        " pour un intervalle de {weibo_delta_lo} à {weibo_delta_hi} (Weibo), {marref_direct_true}"
        " pour {marref_delta_lo} à {marref_delta_hi} (#marref).",
        "The share that came straight from the author is known there, and {verdict}:"
        " {weibo_direct_true} for an interval of {weibo_delta_lo} to {weibo_delta_hi} (Weibo),"
        " {marref_direct_true} for {marref_delta_lo} to {marref_delta_hi} (#marref).",
        verdict=verdict,
        sample=100,
        **values,
    )
