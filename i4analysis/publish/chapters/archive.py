"""Chapter 1: what the archive holds, and what it cannot say."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.archive.doctor.overview import Overview
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts.archive import plot_bases, plot_posts_per_day
from i4analysis.publish.words import wording
from i4analysis.publish.words.wording import Text

# -- The sentences of chapter 1, each from the numbers it prints.


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


# -- The chapter.

QUESTION = Text(
    fr="Que contient l’archive, et que ne peut-elle pas dire ?",
    en="What does the archive hold, and what can it not say?",
)
BASES = {
    "live": Text(
        fr="tels qu’ils étaient au moment du message (flux en direct)",
        en="as they were when the post was made (live stream)",
    ),
    "retrieved": Text(
        fr="tels qu’ils étaient à une date notée par le collecteur",
        en="as they were at a moment the collector wrote down",
    ),
    "after": Text(
        fr="à un moment inconnu après le message (recherche)",
        en="at an unknown time after the post (search)",
    ),
}
HEADERS = {
    "day": Text(fr="Jour", en="Day"),
    "posts": Text(fr="Messages", en="Posts"),
    "reshares": Text(fr="dont republications", en="of which reshares"),
    "seen_basis": Text(fr="Profil vu", en="Profile seen"),
    "sightings": Text(fr="Observations", en="Sightings"),
    "format": Text(fr="Format", en="Format"),
    "files": Text(fr="Fichiers", en="Files"),
    "records": Text(fr="Enregistrements", en="Records"),
    "posts_in": Text(fr="Messages", en="Posts"),
    "profiles_only": Text(fr="Comptes seuls", en="Accounts alone"),
    "notices": Text(fr="Avis", en="Notices"),
    "rejects": Text(fr="Illisibles", en="Unreadable"),
    "duplicates": Text(fr="Copies", en="Copies"),
}


def archive(overview: Overview, movement: Movement) -> Chapter:
    """Return the chapter on what an archive holds.

    Parameters
    ----------
    overview
        `i4analysis.archive.doctor.overview.overview` of the archive, days in the movement's zone.
    movement
        Gives the name and the zone.
    """
    if not overview.posts:
        return _without_posts(overview, movement)
    numbers = {
        "posts": overview.posts,
        "authors": overview.authors,
        "reshares": overview.reshares,
        "files": int(overview.table["files"].sum()),
        **held_numbers(overview),
    }
    chapter = Chapter(
        "archive",
        1,
        movement,
        Text.both(lambda lang: write_title(overview, lang)),
        QUESTION,
        Text.both(lambda lang: write_answer(overview, movement, lang)),
        numbers=numbers,
        as_of=None if overview.last is None else overview.last.tz_convert(movement.zone).date(),
    )
    _key_figures(chapter, overview)
    _sentences(chapter, overview, movement)
    _days(chapter, overview, movement)
    _bases(chapter, overview)
    _formats(chapter, overview)
    _findings(chapter, overview.findings)
    _left_out(chapter, overview)
    return chapter


def _without_posts(overview: Overview, movement: Movement) -> Chapter:
    """Return the chapter of a movement of which no post was read."""
    chapter = Chapter(
        "archive",
        1,
        movement,
        Text(
            fr="Aucune archive de messages n’est encore jointe à ce mouvement",
            en="No archive of posts is attached to this movement yet",
        ),
        QUESTION,
        Text(
            fr="Aucun message n’a été lu : les autres chapitres ne reposent que sur les faits"
            " publiés. Chacun se remplira quand une archive aura été lue (commande i4 read).",
            en="No post was read: the other chapters rest on published facts alone. Each"
            " will fill in once an archive has been read (command i4 read).",
        ),
    )
    chapter.cannot_show(
        Text(
            fr="Messages par jour, profils et republications : il faut une archive (flux de"
            " l’Internet"
            " Archive, archive personnelle X d’un membre, fichiers twarc ou snscrape).",
            en="Posts by day, profiles and reshares: an archive is needed (the Internet Archive’s"
            " stream, a member’s own X archive, twarc or snscrape files).",
        )
    )
    if overview.sightings:
        chapter.sentence(
            Text.both(
                lambda lang: {
                    "fr": f"{wording.number(overview.sightings, lang)} observations de profils ont"
                    " été lues, sans message.",
                    "en": f"{wording.number(overview.sightings, lang)} sightings of profiles were"
                    " read, without a post.",
                }[lang]
            ),
            {"sightings": overview.sightings},
        )
    _formats(chapter, overview)
    _findings(chapter, overview.findings)
    return chapter


# ------------------------------------------------------------------------------------- wording


def _key_figures(chapter: Chapter, overview: Overview) -> None:
    chapter.key_figure(
        "archive-posts",
        overview.posts,
        Text(fr="messages dans l’archive", en="posts in the archive"),
        Text(
            fr="Messages distincts, republications comprises ; un message lu plusieurs fois compte"
            " une fois.",
            en="Distinct posts, reshares included; a post read several times counts once.",
        ),
    )
    chapter.key_figure(
        "archive-authors",
        overview.authors,
        Text(fr="comptes auteurs", en="accounts that posted"),
        Text(
            fr="comptes distincts, par identifiant ; un compte n’est pas une personne",
            en="distinct accounts, by their id; an account is not a person",
        ),
    )
    held = finding_detail(overview, "reshares_missing")
    if held is not None:
        chapter.key_figure(
            "archive-reshares-held",
            held["held"],
            Text(fr="des republications dans l’archive", en="of reshares in the archive"),
            Text(
                fr="republications dans l’archive sur celles que la plateforme comptait, pour les"
                " messages d’origine présents",
                en="reshares in the archive over those the platform counted, for the originals"
                " present",
            ),
            share=True,
        )


def _sentences(chapter: Chapter, overview: Overview, movement: Movement) -> None:
    posts, authors = count_posts, count_authors
    chapter.can_write(
        Text.both(
            lambda lang: {
                "fr": f"L’archive analysée contient {posts(overview, lang)} publiés par"
                f" {authors(overview, lang)}.",
                "en": f"The archive analysed holds {posts(overview, lang)} made by"
                f" {authors(overview, lang)}.",
            }[lang]
        )
    )
    chapter.cannot_write(
        Text.both(
            lambda lang: {
                "fr": f"« {wording.number(overview.authors, lang)} personnes » : un compte n’est"
                " pas une personne.",
                "en": f"“{wording.number(overview.authors, lang)} people”: an account is not a"
                " person.",
            }[lang]
        )
    )
    chapter.cannot_write(
        Text(
            fr="« Tous les messages du mouvement » : une archive est ce qui a été collecté, et des"
            " messages supprimés ou manqués n’y sont pas.",
            en="“All the movement’s posts”: an archive is what was collected, without posts that"
            " were deleted or missed.",
        )
    )


def _source(overview: Overview) -> Text:
    def write(lang: str) -> str:
        files = wording.plural(
            int(overview.table["files"].sum()),
            *{"fr": ("fichier", "fichiers"), "en": ("file", "files")}[lang],
            lang,
        )
        records = wording.number(overview.n_used, lang)
        return {
            "fr": f"archive du mouvement, {records} enregistrements lus dans {files}",
            "en": f"the movement’s archive, {records} records read from {files}",
        }[lang]

    return Text.both(write)


def _days(chapter: Chapter, overview: Overview, movement: Movement) -> None:
    table = overview.days
    if table.empty:
        return
    peak = table.sort_values("posts", ascending=False, kind="stable").iloc[0]
    share = float(peak["posts"]) / overview.posts

    def draw(lang: str) -> Figure:
        figure = plot_posts_per_day(table, lang=lang).figure
        assert isinstance(figure, Figure)
        return figure

    def title(lang: str) -> str:
        day = wording.date(peak["day"], lang)
        return {
            "fr": f"Le jour le plus actif, le {day}, porte {wording.percent(share, lang)} des"
            " messages",
            "en": f"The busiest day, {day}, carries {wording.percent(share, lang)} of the posts",
        }[lang]

    def alt(lang: str) -> str:
        day, most = wording.date(peak["day"], lang), wording.number(peak["posts"], lang)
        return {
            "fr": f"Barres par jour : messages de l’archive, republications en gris, messages"
            " écrits"
            f" en bleu. Le maximum est de {most} messages, le {day}.",
            "en": "Bars by day: posts of the archive, reshares in grey, posts written in blue."
            f" The highest is {most} posts, on {day}.",
        }[lang]

    chapter.figure(
        "archive-days",
        table,
        draw,
        title=Text.both(title),
        subtitle=Text(
            fr=f"Messages par jour (fuseau {movement.timezone})",
            en=f"Posts by day ({movement.timezone} time)",
        ),
        alt=Text.both(alt),
        source=_source(overview),
        headers=HEADERS,
        numbers={
            "peak_share": share,
            "records": overview.n_used,
            "files": int(overview.table["files"].sum()),
        },
    )


def _bases(chapter: Chapter, overview: Overview) -> None:
    table = overview.bases
    if len(table) < 2:
        return _one_basis(chapter, table)
    drawn = table.assign(
        label_fr=[BASES[basis].fr for basis in table["seen_basis"]],
        label_en=[BASES[basis].en for basis in table["seen_basis"]],
    )
    dated = int(table.loc[table["seen_basis"] != "after", "sightings"].sum())
    share = dated / overview.sightings

    def draw(lang: str) -> Figure:
        figure = plot_bases(drawn, lang=lang).figure
        assert isinstance(figure, Figure)
        return figure

    def title(lang: str) -> str:
        if not dated:
            return {
                "fr": "Aucun profil de l’archive n’est daté",
                "en": "No profile of the archive is dated",
            }[lang]
        shown = wording.percent(share, lang)
        return {
            "fr": f"{shown} des profils vus sont datés",
            "en": f"{shown} of the profiles seen are dated",
        }[lang]

    def alt(lang: str) -> str:
        total = wording.number(overview.sightings, lang)
        parts = wording.listing(
            [
                f"{wording.number(row['sightings'], lang)} {BASES[row['seen_basis']][lang]}"
                for row in table.to_dict("records")
            ],
            lang,
        )
        return {
            "fr": f"Barres horizontales : {total} observations de profils, selon ce que l’on sait"
            f" de leur moment : {parts}.",
            "en": f"Horizontal bars: {total} sightings of profiles, by what is known of their"
            f" moment: {parts}.",
        }[lang]

    chapter.figure(
        "archive-profiles",
        table,
        draw,
        title=Text.both(title),
        subtitle=Text(
            fr="Observations de profils, selon ce que l’on sait de leur moment",
            en="Sightings of profiles, by what is known of their moment",
        ),
        alt=Text.both(alt),
        source=_source(overview),
        headers=HEADERS,
        cells={"seen_basis": BASES},
        numbers={
            "dated_share": share,
            "sightings": overview.sightings,
            "records": overview.n_used,
            "files": int(overview.table["files"].sum()),
        },
    )


def _one_basis(chapter: Chapter, table: pd.DataFrame) -> None:
    if table.empty:
        return
    basis, count = table["seen_basis"].iloc[0], int(table["sightings"].iloc[0])
    chapter.sentence(
        Text.both(
            lambda lang: {
                "fr": f"Les {wording.number(count, lang)} observations de profils les montrent"
                f" {BASES[basis].fr}.",
                "en": f"The {wording.number(count, lang)} sightings of profiles show them"
                f" {BASES[basis].en}.",
            }[lang]
        ),
        {"sightings": count},
    )


def _formats(chapter: Chapter, overview: Overview) -> None:
    if overview.table.empty:
        return
    chapter.table(
        "archive-formats",
        overview.table,
        title=Text(
            fr="Ce qui a été lu, enregistrement par enregistrement",
            en="What was read, record by record",
        ),
        headers=HEADERS,
        note=Text(
            fr="Enregistrements = messages + comptes seuls + avis + illisibles, exactement. Une"
            " copie est un message déjà présent, relu à part ou à l’intérieur de sa"
            " republication.",
            en="Records = posts + accounts alone + notices + unreadable, exactly. A copy is a post"
            " already there, read again by itself or inside its reshare.",
        ),
    )


def _findings(chapter: Chapter, findings: pd.DataFrame) -> None:
    """Say each finding once; one found in several files as in the file it weighs most in."""
    if findings.empty:
        return
    chapter.heading(
        Text(fr="Ce que cette archive ne peut pas dire", en="What this archive cannot say")
    )
    for code, rows in findings.groupby("finding", sort=False):
        row = rows.sort_values("count", ascending=False).iloc[0]
        more = len(rows) - 1
        text = Text(
            fr=f"{row['says_fr']} {row['effect_fr']}", en=f"{row['says_en']} {row['effect_en']}"
        )
        if more:
            text = text + Text.both(lambda lang, more=more: _more(more, lang))  # type: ignore[misc]  # a lambda's default has no type
        numbers = {
            f"{code}-{name}": value
            for name, value in {
                "count": row["count"],
                "of": row["of"],
                "share": row["share"],
                "more": more,
                **json.loads(row["detail"]),
            }.items()
            if not isinstance(value, str) and not pd.isna(value)
        }
        chapter.sentence(text, numbers)


def _more(count: int, lang: str) -> str:
    files = wording.plural(
        count,
        *{"fr": ("autre fichier", "autres fichiers"), "en": ("other file", "other files")}[lang],
        lang,
    )
    return {"fr": f"De même dans {files}.", "en": f"The same in {files}."}[lang]


def _left_out(chapter: Chapter, overview: Overview) -> None:
    for name, reason in (
        ("duplicates", Text(fr="copies d’un message déjà présent", en="copies of a post held")),
        (
            "notices",
            Text(fr="avis, qui ne sont pas des messages", en="notices, which are no posts"),
        ),
        ("rejects", Text(fr="enregistrements illisibles", en="records that cannot be read")),
    ):
        chapter.excluded(reason, int(overview.excluded.get(name, 0)))
    chapter.excluded(
        Text(
            fr="messages vus seulement à l’intérieur d’un autre",
            en="posts only seen inside another record",
        ),
        overview.embedded,
    )
