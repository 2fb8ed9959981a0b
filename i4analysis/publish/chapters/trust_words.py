"""Words of the chapter on trust: methods, verdicts, columns, promises as a reader sees them."""

from __future__ import annotations

import re

import pandas as pd

from i4analysis.publish.words.wording import Text

MEASURES = {
    "archive": Text(fr="lecture des archives", en="reading archives"),
    "members": Text(fr="soutiens dans le temps", en="supporters over time"),
    "reach": Text(fr="personnes derrière les abonnés", en="people behind followers"),
    "relays": Text(fr="qui a relayé qui", en="who relayed whom"),
    "push": Text(fr="effet de la presse", en="effect of the press"),
    "appeals": Text(fr="appels d'emploi", en="job appeals"),
    "outcomes": Text(fr="relais menant aux résultats", en="relays behind outcomes"),
    "coordination": Text(fr="coordination", en="coordination"),
}
VERDICTS = {
    "met": Text(fr="tenue", en="kept"),
    "met narrowly": Text(fr="tenue, à la limite", en="kept, on the line"),
    "missed narrowly": Text(fr="non tenue, à la limite", en="not kept, on the line"),
    "missed": Text(fr="non tenue", en="not kept"),
    "not run": Text(fr="n'a pas pu être mesurée", en="could not be measured"),
}
HEADERS = {
    "measure": Text(fr="Méthode", en="Method"),
    "bounds": Text(fr="Promesses", en="Promises"),
    "met": Text(fr="Tenues", en="Kept"),
    "met_narrowly": Text(fr="Tenues à la limite", en="Kept, on the line"),
    "missed_narrowly": Text(fr="Non tenues, à la limite", en="Not kept, on the line"),
    "missed": Text(fr="Non tenues", en="Not kept"),
    "what": Text(fr="Ce qui est mesuré", en="What is measured"),
    "loss": Text(fr="Messages perdus", en="Posts lost"),
    "mean": Text(fr="Moyenne", en="Mean"),
    "error": Text(fr="Erreur type", en="Standard error"),
    "bound": Text(fr="Promis", en="Promised"),
    "worlds": Text(fr="Mondes", en="Worlds"),
    "verdict": Text(fr="Verdict", en="Verdict"),
}
SOURCE = Text(
    fr="banc d'essai du projet, mondes inventés dont la vérité est connue",
    en="the project's proving ground, made-up worlds whose truth is known",
)
MEANS = Text(fr="Moyennes sur les mondes inventés.", en="Means over the made-up worlds.")


def signs(bounds: pd.Series) -> dict[str, Text]:
    """Return each bound as a reader sees it: the files keep the proof's own words."""
    return {
        bound: Text(
            fr=re.sub(r"(\d)\.(\d)", r"\1,\2", bound)
            .replace(" in every world", " dans chaque monde")
            .replace(" and ", " et "),
            en=bound,
        )
        for bound in dict.fromkeys(bounds)
    }
