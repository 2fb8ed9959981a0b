"""The sentences of chapter 1, each from the numbers it prints."""

from __future__ import annotations

import json
from typing import Any

from i4analysis.archive.doctor.overview import Overview
from i4analysis.movement import Movement
from i4analysis.publish.words import wording


def finding_detail(overview: Overview, code: str) -> dict[str, Any] | None:
    """Return the numbers of the first finding of a code; None when it was not found."""
    rows = overview.findings[overview.findings["finding"] == code]
    return None if rows.empty else dict(json.loads(rows.iloc[0]["detail"]))


def held_numbers(overview: Overview) -> dict[str, Any]:
    """Return the share of reshares held and its interval, to declare; empty if unknown."""
    held = finding_detail(overview, "reshares_missing")
    return {} if held is None else {name: held[name] for name in ("held", "lo", "hi")}


def count_posts(overview: Overview, lang: str) -> str:
    """Return the number of posts in words."""
    return wording.plural(
        overview.posts, *{"fr": ("message", "messages"), "en": ("post", "posts")}[lang], lang
    )


def count_authors(overview: Overview, lang: str) -> str:
    """Return the number of accounts that posted, in words."""
    return wording.plural(
        overview.authors, *{"fr": ("compte", "comptes"), "en": ("account", "accounts")}[lang], lang
    )


def write_title(overview: Overview, lang: str) -> str:
    """Return the finding: how much the archive holds."""
    posts, authors = count_posts(overview, lang), count_authors(overview, lang)
    start = {
        "fr": f"L’archive contient {posts} de {authors}",
        "en": f"The archive holds {posts} by {authors}",
    }[lang]
    held = finding_detail(overview, "reshares_missing")
    if not overview.reshares:
        return start + {"fr": ", et aucune republication", "en": ", and no reshare"}[lang]
    if held is None:
        return start
    share = wording.percent(held["held"], lang)
    return (
        start
        + {
            "fr": f", et {share} des republications comptées par la plateforme",
            "en": f", and {share} of the reshares that the platform counted",
        }[lang]
    )


def write_period(overview: Overview, movement: Movement, lang: str) -> str:
    """Return the first and last day of the archive, as the start of a sentence."""
    if overview.first is None or overview.last is None:
        return {"fr": "À des dates inconnues", "en": "On unknown dates"}[lang]
    first, last = (
        moment.tz_convert(movement.zone).date() for moment in (overview.first, overview.last)
    )
    if first == last:
        shown = wording.date(first, lang)
        return {"fr": f"Le {shown.removeprefix('le ')}", "en": f"On {shown}"}[lang]
    shown = wording.period(first, last, lang)
    return {"fr": shown[:1].upper() + shown[1:], "en": f"From {shown.removeprefix('from ')}"}[lang]


def write_answer(overview: Overview, movement: Movement, lang: str) -> str:
    """Return the answer in two sentences."""
    posts, authors = count_posts(overview, lang), count_authors(overview, lang)
    reshares = wording.number(overview.reshares, lang)
    period = write_period(overview, movement, lang)
    first = {
        "fr": f"{period}, {authors} ont publié {posts}, dont {reshares} republications.",
        "en": f"{period}, {authors} made {posts}, {reshares} of them reshares.",
    }[lang]
    held = finding_detail(overview, "reshares_missing")
    if not overview.reshares:
        second = {
            "fr": "Sans republication dans l’archive, aucun relais ne peut être suivi.",
            "en": "Without a reshare in the archive, no relay can be traced.",
        }[lang]
    elif held is None:
        second = {
            "fr": "Rien ne permet d’estimer la part des republications qui manque.",
            "en": "Nothing allows an estimate of the share of reshares that is missing.",
        }[lang]
    else:
        band = wording.band(held["lo"], held["hi"], lang, share=True)
        share = wording.percent(held["held"], lang)
        second = {
            "fr": f"L’archive détient {share} ({band}) des republications comptées par la"
            " plateforme :"
            " les nombres de relais sont des minimums.",
            "en": f"It holds {share} ({band}) of the reshares that the platform counted, so"
            " numbers of relays are lower bounds.",
        }[lang]
    return f"{first} {second}"


# ------------------------------------------------------------------------------------- content
