"""Chapter 8: can we trust this? What the methods reach where the truth is known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from i4analysis.archive.doctor.overview import Overview
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.trust_bounds import (
    KEPT,
    broken,
    every_bound,
    missed,
    promises,
)
from i4analysis.publish.chapters.trust_labels import label_errors
from i4analysis.publish.chapters.trust_losses import losses
from i4analysis.publish.chapters.trust_trees import STEM, real_trees
from i4analysis.publish.chapters.trust_words import MEASURES
from i4analysis.publish.words.sentence import Counted, Share, say, told
from i4analysis.publish.words.wording import Text, listing

if TYPE_CHECKING:
    from i4analysis.measure.appeals.errors import LabelErrors

QUESTION = Text(
    fr="Jusqu'où peut-on se fier aux chiffres de ce rapport ?",
    en="How far can the numbers of this report be trusted?",
)


class Proved(Protocol):
    """What the chapter needs of a proof (`publish.proof.Proof`)."""

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
        The last proof (`publish.proof.last_proof`).
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
        promises(chapter, bounds)
        missed(chapter, bounds)
        losses(chapter, proof.table)
        real_trees(chapter, proof.table)
        _labels(chapter, proof.table)
    if labels is not None:
        label_errors(chapter, labels)
    if not bounds.empty:
        every_bound(chapter, bounds)
    _completeness(chapter, overview, proved=not bounds.empty)
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
            " sans garantie. La commande « make prove » la produit.",
            en="No proof is attached: the numbers of the other chapters come without warranty."
            " The command “make prove” makes one.",
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
    lacking = [name for name in MEASURES if name in set(broken(bounds)["measure"])]
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


def _completeness(chapter: Chapter, overview: Overview, *, proved: bool) -> None:
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
    if not proved:
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
