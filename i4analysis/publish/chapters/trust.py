"""Chapter 8: can we trust this? What the methods reach where the truth is known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from i4analysis.archive.overview import Overview
from i4analysis.movement import Movement
from i4analysis.publish.chapter import Chapter
from i4analysis.publish.chapters.telling import Counted, Share, figure_of, say, told
from i4analysis.publish.chapters.trust_labels import label_errors
from i4analysis.publish.chapters.trust_trees import STEM, real_trees
from i4analysis.publish.chapters.trust_words import (
    HEADERS,
    MEANS,
    MEASURES,
    SOURCE,
    VERDICTS,
    signs,
)
from i4analysis.publish.charts.trust import plot_losses, plot_promises
from i4analysis.publish.wording import Text, listing

if TYPE_CHECKING:
    from i4analysis.measure.appeal_errors import LabelErrors

QUESTION = Text(
    fr="Jusqu'où peut-on se fier aux chiffres de ce rapport ?",
    en="How far can the numbers of this report be trusted?",
)
KEPT = ("met", "met narrowly")


class Proved(Protocol):
    """What the chapter needs of a proof (`prove.Proof`)."""

    @property
    def table(self) -> pd.DataFrame: ...

    @property
    def quick(self) -> bool: ...


def trust(
    proof: Proved,
    overview: Overview,
    movement: Movement,
    stale: Sequence[str] = (),
    labels: LabelErrors | None = None,
) -> Chapter:
    """Return the chapter on trust.

    Parameters
    ----------
    proof
        The last proof (`prove.last_proof`).
    overview
        `archive.overview` of this movement's archive: how complete it is.
    stale
        Checks whose code has changed since the proof, or that it lacks.
    labels
        `appeal_errors.label_errors` of this movement's archive: how often appeals are recognised.
    """
    bounds = proof.table[proof.table["verdict"] != "no bound"].reset_index(drop=True)
    if bounds.empty:
        chapter = _without_proof(movement)
    else:
        chapter = _with_proof(proof, bounds, movement)
        _age(chapter, proof, stale)
        _promises(chapter, bounds)
        _missed(chapter, bounds)
        _losses(chapter, proof.table)
        real_trees(chapter, proof.table)
        _labels(chapter, proof.table)
    if labels is not None:
        label_errors(chapter, labels)
    if not bounds.empty:
        _table(chapter, bounds)
    _completeness(chapter, overview, losses=not bounds.empty)
    return chapter


def _without_proof(movement: Movement) -> Chapter:
    chapter = Chapter(
        "trust",
        8,
        movement,
        Text(
            fr="Aucune épreuve des méthodes n'est jointe à ce rapport",
            en="No trial of the methods is attached to this report",
        ),
        QUESTION,
        Text(
            fr="Aucune preuve n'est jointe : les chiffres des autres chapitres sont à prendre"
            " sans garantie. La commande « i4 prove » la produit.",
            en="No proof is attached: the numbers of the other chapters come without warranty."
            " The command “i4 prove” makes one.",
        ),
    )
    for stem in ("trust-promises", "trust-losses", STEM, "trust-bounds"):
        chapter.cannot_show(
            Text(
                fr="Ce que valent les méthodes : aucune preuve n'a été lue.",
                en="What the methods are worth: no proof was read.",
            ),
            stem,
        )
    return chapter


def _with_proof(proof: Proved, bounds: pd.DataFrame, movement: Movement) -> Chapter:
    kept = int(bounds["verdict"].isin(KEPT).sum())
    worlds = int(bounds["worlds"].mode().max())
    lacking = [name for name in MEASURES if name in set(_broken(bounds)["measure"])]
    title = told(
        "{kept} promesses tenues sur {n}, sur des mouvements inventés",
        "{kept} of {n} promises kept on made-up movements",
        kept=kept,
        n=len(bounds),
    )
    first = told(
        "Éprouvées le plus souvent sur {worlds} dont la vérité est connue, les méthodes tiennent"
        " {kept} de leurs {n} promesses de précision.",
        "Tried, most often on {worlds} whose truth is known, the methods keep {kept} of their {n}"
        " promises of accuracy.",
        worlds=Counted(
            worlds,
            ("mouvement inventé", "mouvements inventés"),
            ("made-up movement", "made-up movements"),
        ),
        kept=kept,
        n=len(bounds),
    )
    names = Text.both(lambda lang: listing([MEASURES[name][lang] for name in lacking], lang))
    second = (
        say(
            "Ce qui est manqué porte sur : {names} ; ces chiffres-là se lisent avec les réserves"
            " ci-dessous.",
            "What is missed concerns: {names}; read those numbers with the cautions below.",
            names=names,
        )
        if lacking
        else Text(fr="Aucune n'est manquée.", en="None is missed.")
    )
    chapter = Chapter(
        "trust",
        8,
        movement,
        title.text,
        QUESTION,
        first.text + second,
        numbers={**title.numbers, **first.numbers},
    )
    chapter.key_figure(
        "promises-kept",
        kept / len(bounds),
        Text(fr="des promesses tenues", en="of promises kept"),
        Text(
            fr="Part des bornes annoncées que les méthodes respectent sur des mondes inventés.",
            en="Share of the announced bounds that the methods respect on made-up worlds.",
        ),
        share=True,
    )
    chapter.can_write(first.text, first.numbers)
    chapter.cannot_write(
        Text(
            fr="« Les résultats de ce rapport sont prouvés. » Les méthodes sont éprouvées sur des"
            " mouvements inventés ; aucun mouvement réel ne leur ressemble tout à fait.",
            en="“The results of this report are proven.” The methods are tried on made-up"
            " movements; no real movement is quite like them.",
        )
    )
    return chapter


def _broken(bounds: pd.DataFrame) -> pd.DataFrame:
    return bounds[~bounds["verdict"].isin(KEPT)]


def _age(chapter: Chapter, proof: Proved, stale: Sequence[str]) -> None:
    """Say whether the proof is of today's code, and whether it is the full one."""
    if proof.quick:
        chapter.sentence(
            Text(
                fr="C'est la preuve courte : peu de mondes, des marges larges.",
                en="This is the quick proof: few worlds, wide margins.",
            )
        )
    if stale:
        made = told(
            "Le code de {n} a changé depuis cette preuve : leurs chiffres sont ceux d'une version"
            " antérieure.",
            "The code behind {n} has changed since this proof: their numbers are those of an"
            " earlier version.",
            n=Counted(len(stale), ("vérification", "vérifications"), ("check", "checks")),
        )
        chapter.sentence(made.text, made.numbers)
    else:
        chapter.sentence(
            Text(
                fr="Cette preuve a été faite avec le code de ce rapport.",
                en="This proof was made with the code of this report.",
            )
        )


def _promises(chapter: Chapter, bounds: pd.DataFrame) -> None:
    counts = pd.crosstab(bounds["measure"], bounds["verdict"])
    table = pd.DataFrame(
        {
            "measure": [name for name in MEASURES if name in counts.index],
        }
    )
    picked = counts.reindex(index=table["measure"])
    for name, verdicts in (
        ("met", ["met"]),
        ("met_narrowly", ["met narrowly"]),
        ("missed_narrowly", ["missed narrowly"]),
        ("missed", ["missed", "not run"]),
    ):
        table[name] = picked.reindex(columns=verdicts, fill_value=0).sum(axis=1).to_numpy()
    table.insert(1, "bounds", table.iloc[:, 1:].sum(axis=1))
    kept, n = int(table[["met", "met_narrowly"]].to_numpy().sum()), int(table["bounds"].sum())
    chapter.figure(
        "trust-promises",
        table,
        lambda lang: figure_of(
            plot_promises(
                table, lang=lang, labels={name: text[lang] for name, text in MEASURES.items()}
            )
        ),
        title=say(
            "{kept} promesses tenues, {missed} non tenues",
            "{kept} promises kept, {missed} not kept",
            kept=kept,
            missed=n - kept,
        ),
        subtitle=Text(
            fr="Un point par promesse : une borne annoncée d'avance, sur des mondes inventés",
            en="One dot a promise: a bound announced beforehand, on made-up worlds",
        ),
        alt=say(
            "Points alignés par méthode : {kept} promesses tenues en bleu sur {n}, les autres en"
            " orange ; un cercle vide marque celles que la précision de l'essai laisse ouvertes.",
            "Dots in rows, a row a method: {kept} promises kept, in blue, of {n}, the others in"
            " orange; a hollow dot marks those that the trial is not sharp enough to settle.",
            kept=kept,
            n=n,
        ),
        source=SOURCE,
        headers=HEADERS,
        cells={"measure": MEASURES},
        numbers={"kept": kept, "missed": n - kept, "all": n},
    )


def _words(table: pd.DataFrame) -> dict[str, Text]:
    """Return, for each check and value, what it is in plain words."""
    words: dict[str, Text] = {}
    for row in table.to_dict("records"):
        french, english = row["meaning_fr"], row["meaning_en"]
        if not (french and english):
            french = english = str(row["value"]).replace("_", " ")
        context = (str(row["check_fr"]), str(row["check_en"]))
        words[f"{row['check']}:{row['value']}"] = Text(
            fr=f"{french} ({context[0]})", en=f"{english} ({context[1]})"
        )
    return words


def _rows(bounds: pd.DataFrame) -> pd.DataFrame:
    names = ["loss", "mean", "error", "bound", "worlds", "verdict"]
    shown = bounds[names].copy()
    shown.insert(0, "what", bounds["check"] + ":" + bounds["value"])
    for name in ("mean", "error"):
        shown[name] = shown[name].astype(float).round(3)
    return shown


def _missed(chapter: Chapter, bounds: pd.DataFrame) -> None:
    broken = _broken(bounds)
    if broken.empty:
        return
    chapter.table(
        "trust-missed",
        _rows(broken),
        title=Text(fr="Ce qui ne tient pas", en="What does not hold"),
        headers=HEADERS,
        cells={"what": _words(broken), "verdict": VERDICTS, "bound": signs(broken["bound"])},
        shares=("loss",),
        source=SOURCE,
        note=MEANS,
    )


def _table(chapter: Chapter, bounds: pd.DataFrame) -> None:
    chapter.table(
        "trust-bounds",
        _rows(bounds),
        title=Text(fr="Toutes les promesses", en="Every promise"),
        headers=HEADERS,
        cells={"what": _words(bounds), "verdict": VERDICTS, "bound": signs(bounds["bound"])},
        shares=("loss",),
        source=SOURCE,
        note=MEANS,
    )


# --------------------------------------------------------------------------------- sensitivity

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


def _losses(chapter: Chapter, table: pd.DataFrame) -> None:
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


def _labels(chapter: Chapter, table: pd.DataFrame) -> None:
    """Say how often the rules that recognise appeals are right."""
    rows = table[table["check"].str.startswith("appeals.") & (table["loss"] == 0)]
    found = {
        str(row["value"]): float(row["mean"])
        for row in rows.drop_duplicates("value").to_dict("records")
        if row["worlds"]
    }
    if not {"precision", "recall"} <= set(found):
        return
    made = told(
        "Les règles qui reconnaissent les appels ont raison dans {precision} des cas qu'elles"
        " étiquettent, et trouvent {recall} des cas à trouver, dans les mouvements inventés, où"
        " les messages suivent quelques modèles.",
        "The rules that recognise appeals are right in {precision} of the posts they label, and"
        " find {recall} of those to be found, in the made-up movements, whose posts follow a few"
        " patterns.",
        precision=Share(found["precision"]),
        recall=Share(found["recall"]),
    )
    chapter.sentence(made.text, made.numbers)


def _completeness(chapter: Chapter, overview: Overview, *, losses: bool) -> None:
    """Say how complete this archive is: what the proof's losses must be compared with."""
    detail = _held(overview)
    if detail is None:
        chapter.sentence(
            Text(
                fr="Rien ne dit combien de messages manquent à cette archive : la plateforme n'a"
                " pas donné de nombres de republications à lui comparer."
                if overview.posts
                else "Ce mouvement n'a pas d'archive de messages : ses chapitres reposent sur des"
                " faits publiés, que ces méthodes ne touchent pas.",
                en="Nothing says how many posts this archive lacks: the platform gave no reshare"
                " counts to compare it with."
                if overview.posts
                else "This movement has no archive of posts: its chapters rest on published facts,"
                " which these methods do not touch.",
            )
        )
        return
    held, lost = float(detail["held"]), 1 - float(detail["held"])
    if not losses:
        made = told(
            "Cette archive contient {held} des republications que la plateforme a comptées.",
            "This archive holds {held} of the reshares that the platform counted.",
            held=Share(held),
        )
        chapter.sentence(made.text, made.numbers)
        return
    made = told(
        "Cette archive contient {held} des republications que la plateforme a comptées : lisez les"
        " lignes du tableau dont la part perdue est la plus proche de {lost}.",
        "This archive holds {held} of the reshares that the platform counted: read the rows of"
        " the table whose share lost is nearest to {lost}.",
        held=Share(held),
        lost=Share(lost),
    )
    chapter.sentence(made.text, made.numbers)


def _held(overview: Overview) -> Mapping[str, Any] | None:
    findings = overview.findings
    if findings.empty or "finding" not in findings:
        return None
    rows = findings[findings["finding"] == "reshares_missing"]
    return None if rows.empty else dict(json.loads(str(rows.iloc[0]["detail"])))
