"""The phrases that tell an appeal, read from `data/appeal_rules.toml`: data, not code.

Each rule has a name, a language, a source and its alternatives as RE2; its weight for each label
is learnt with those of words and pairs (`i4analysis.measure.appeals.labels`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from i4analysis.measure.appeals import lexicon, wordforms

_SOURCES = {
    "interview": "founder interview, http://lemeunierquidort.com/recherche-investisseur/",
    "ours": "our own reading of how such posts are worded",
}
OURS = _SOURCES["ours"]


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for and in which language; what it argues for is learnt.

    `only_with_work`: it counts only where the post names an occupation, a trade or a word for
    work; `on_links`: it is matched on the links too.
    """

    name: str
    language: str
    pattern: str
    source: str
    only_with_work: bool = False
    on_links: bool = False


@cache
def _content() -> dict[str, Any]:
    text = resources.files("i4analysis.measure").joinpath("data", "appeal_rules.toml")
    return tomllib.loads(text.read_text("utf-8"))


LABELS: tuple[str, ...] = ("request", "offer", "support", "media", "other")


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of the file; `{job}`, `{outlet}` … not yet filled."""
    words = {f"{{{name}}}": _any(parts) for name, parts in _content()["words"].items()}
    return tuple(
        Rule(
            name=row["name"],
            language=row["language"],
            pattern=_fill("|".join(row["patterns"]), words),
            source=_SOURCES[row["source"]],
            only_with_work=row.get("only_with_work", False),
            on_links=row.get("on_links", False),
        )
        for row in _content()["rule"]
    )


@cache
def filled_patterns(more_outlets: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the patterns of `rules()`, ready to match; `more_outlets` are a movement's own.

    Those with `{job}` or `{jobs}` are to be matched on `marked` text: a pattern that held all
    occupations would cost a second to compile, for each rule.
    """
    named = [*_content()["outlets"], *more_outlets]
    stands_for = {
        "{job}": "zjobs?z",
        "{jobs}": "zjobsz",
        "{named}": _any(named) + r"\b",
        "{outlet}": _any([*named, *_content()["outlet_words"]]) + r"\b",
    }
    return tuple(_fill(rule.pattern, stands_for) for rule in rules())


def marked(texts: pd.Series) -> pd.Series:
    """Return folded texts with `zjobz` before each occupation, `zjobsz` before a plural one.

    Examples
    --------
    >>> marked(pd.Series(["cherche vendeuse", "des aides-soignants"])).tolist()
    ['cherche zjobz vendeuse', 'des zjobsz aides soignants']
    """
    forms = lexicon.job_forms()
    marks = {
        form: "zjobsz" if form.endswith("s") and form[:-1] in forms else "zjobz" for form in forms
    }
    return wordforms.mark_forms(texts, marks)


def domains(name: str) -> tuple[str, ...]:
    """Return `media_domains` or `offer_domains`: sites whose links argue for a label."""
    return tuple(_content()[name])


def _any(parts: list[str]) -> str:
    return "(?:" + "|".join(sorted(parts, key=lambda part: (-len(part), part))) + ")"


def _fill(pattern: str, stands_for: dict[str, str]) -> str:
    for name, value in stands_for.items():
        pattern = pattern.replace(name, value)
    return pattern
