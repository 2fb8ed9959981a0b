"""Chapter 8: the bounds that the methods keep and miss, drawn and listed."""

from __future__ import annotations

import pandas as pd

from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.trust_words import (
    HEADERS,
    MEANS,
    MEASURES,
    SOURCE,
    VERDICTS,
    signs,
)
from i4analysis.publish.charts.trust import plot_promises
from i4analysis.publish.words.sentence import figure_of, say
from i4analysis.publish.words.wording import Text

KEPT = ("met", "met narrowly")


def broken(bounds: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds that are not kept."""
    return bounds[~bounds["verdict"].isin(KEPT)]


def promises(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """Draw a dot a bound, by measure."""
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


def missed(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """List the bounds that are not kept, if any."""
    rows = broken(bounds)
    if not rows.empty:
        title = Text(fr="Ce qui ne tient pas", en="What does not hold")
        _listed(chapter, "trust-missed", rows, title)


def every_bound(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """List every bound."""
    _listed(chapter, "trust-bounds", bounds, Text(fr="Toutes les promesses", en="Every promise"))


def _listed(chapter: Chapter, stem: str, bounds: pd.DataFrame, title: Text) -> None:
    chapter.table(
        stem,
        _rows(bounds),
        title=title,
        headers=HEADERS,
        cells={"what": _words(bounds), "verdict": VERDICTS, "bound": signs(bounds["bound"])},
        shares=("loss",),
        source=SOURCE,
        note=MEANS,
    )
