"""The published classifications behind appeals: sectors (ROME) and places (INSEE), with words.

The data are `data/sectors.toml`, `data/places.csv` and `data/regions.csv` of this package; each
file states or is described here with its source. Departments and regions are those of INSEE's
Code officiel géographique since 1 January 2016, former regions being written forms of the new
ones; towns are our short list (prefectures, sub-prefectures and towns people name in adverts).
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO

import pandas as pd
import pyarrow as pa

from i4analysis.measure.appeals import wordforms

_TEXT = pd.ArrowDtype(pa.string())

# Names that are ordinary words too: they count only after a preposition or as a hashtag.
AMBIGUOUS = frozenset(
    {"ain", "aube", "aude", "cher", "eure", "gard", "gers", "indre", "jura", "landes", "loire",
     "lot", "manche", "marne", "mende", "meuse", "nord", "oise", "orne", "somme", "tarn", "var",
     "agen", "albi", "auch", "blois", "brest", "dax", "dole", "foix", "gap", "lens", "mans",
     "nice", "pau", "royan", "sens", "sete", "thiers", "tours", "verdun", "vitre", "rochefort",
     "valence", "vienne", "centre", "provence", "champagne", "picardie"}
)  # fmt: skip
_CUES = (
    " a ",
    " sur ",
    " sur la ",
    " dans le ",
    " dans la ",
    " dans l ",
    " dans les ",
    " en ",
    " region ",
    " secteur ",
    " departement ",
    " near ",
    " in ",
    " vers ",
)


@dataclass(frozen=True)
class Sector:
    """One sector: ROME code, its name in both languages, and the words that name it."""

    code: str
    fr: str
    en: str
    jobs: tuple[str, ...]
    fields: tuple[str, ...]


def _data(name: str) -> str:
    return resources.files("i4analysis.measure").joinpath("data", name).read_text("utf-8")


@cache
def sectors() -> tuple[Sector, ...]:
    """Return the sectors, in the order of their ROME codes."""
    content = tomllib.loads(_data("sectors.toml"))
    return tuple(
        Sector(
            code=row["code"],
            fr=row["fr"],
            en=row["en"],
            jobs=tuple(row["jobs"]),
            fields=tuple(row["fields"]),
        )
        for row in content["sector"]
    )


@cache
def sector_names(lang: str = "fr") -> dict[str, str]:
    """Return sector code → its name in `lang` (fr is the ROME's own, en ours)."""
    return {sector.code: sector.fr if lang == "fr" else sector.en for sector in sectors()}


@cache
def job_forms() -> dict[str, str]:
    """Return every written form of an occupation → sector code."""
    return {
        form: sector.code
        for sector in sectors()
        for job in sector.jobs
        for form in wordforms.forms(job)
    }


@cache
def field_forms() -> dict[str, str]:
    """Return every written form of a trade → sector code."""
    return {
        form: sector.code
        for sector in sectors()
        for name in sector.fields
        for form in wordforms.forms(name)
    }


@cache
def places() -> pd.DataFrame:
    """Return the gazetteer: form (folded words), place (as printed), level, department, region.

    `level` is town, department or region.
    """
    rows: list[tuple[str, str, str, str | None, str]] = []
    for row in csv.DictReader(StringIO(_data("places.csv"))):
        region, code = row["region"], row["department"]
        rows += [(name, name, "town", code, region) for name in row["towns"].split("|")]
        rows.append((row["name"], row["name"], "department", code, region))
    for row in csv.DictReader(StringIO(_data("regions.csv"))):
        rows += [(name, name, "region", None, row["region"]) for name in row["names"].split("|")]
    frame = pd.DataFrame(rows, columns=["form", "place", "level", "department", "region"])
    frame["form"] = wordforms.words(frame["form"]).str.strip()
    saints = frame[frame["form"].str.startswith("saint ")].copy()
    saints["form"] = saints["form"].str.replace("saint ", "st ", regex=False)
    frame = pd.concat([frame, saints], ignore_index=True)
    return frame.drop_duplicates("form").astype(_TEXT)


@cache
def place_forms() -> dict[str, str]:
    """Return every written form of a place, with its preposition where it needs one → place."""
    found: dict[str, str] = {}
    for form in places()["form"].tolist():
        if form in AMBIGUOUS:
            cues = _CUES[1:] if form == "nice" else _CUES
            found |= {f"{cue.strip()} {form}": form for cue in cues}
        else:
            found[form] = form
            if " " in form:
                found[form.replace(" ", "")] = form
    return found


def place_of(texts: pd.Series) -> pd.DataFrame:
    """Return place, level, department and region first named in each text; null where none.

    Examples
    --------
    >>> list(place_of(pd.Series(["Poste à Saint-Étienne", "cher réseau", "dans le Cher"])).place)
    ['Saint-Étienne', <NA>, 'Cher']
    """
    first = r"[#＃]([\pL\pN_])"
    tagged = texts.astype("string[pyarrow]").str.replace(first, r" en \1", regex=True)
    form = wordforms.first_form(wordforms.words(tagged), place_forms())
    found = places().set_index("form").reindex(form.fillna(""))
    found.index = texts.index
    return found.astype(_TEXT)


def sector_of(texts: pd.Series) -> pd.Series:
    """Return the sector code of the first occupation, else the first trade, named in each text.

    Examples
    --------
    >>> list(sector_of(pd.Series(["Infirmières en #CDI", "#emploi #comptabilité"])))
    ['J', 'M12']
    """
    return sectors_and_jobs(texts)[0]


def sectors_and_jobs(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return each text's sector, as `sector_of`, and whether it names an occupation."""
    plain = wordforms.words(texts)
    by_job = wordforms.first_form(plain, job_forms())
    named = by_job.notna()
    return by_job.where(named, wordforms.first_form(plain, field_forms())), named


def find_sector(name: str) -> str:
    """Return the sector code meant by a code, a name or a word; empty when there is none.

    Examples
    --------
    >>> find_sector("santé"), find_sector("M18"), find_sector("nurses"), find_sector("xyz")
    ('J', 'M18', 'J', '')
    """
    codes = {sector.code.casefold(): sector.code for sector in sectors()}
    if name.strip().casefold() in codes:
        return codes[name.strip().casefold()]
    found = sector_of(pd.Series([name]))
    return "" if found.isna().all() else str(found.iloc[0])
