"""Chapter 1: what the archive holds, and what it cannot say."""

from __future__ import annotations

import json
from datetime import date as Date
from typing import Any

import pandas as pd

from i4analysis import clock
from i4analysis.archive.doctor.overview import Overview
from i4analysis.archive.doctor.tally import FIRST_POST
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.front import today
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts.archive import plot_bases, plot_posts_per_day
from i4analysis.publish.words.sentence import (
    Apart,
    Band,
    Rough,
    Share,
    Span,
    Told,
    When,
    part,
    terms,
)
from i4analysis.publish.words.wording import LANGUAGES, Text, listing

#: No share is printed of fewer than this.
FEWEST = 20
#: Findings that the chapter tells elsewhere, and repairs that change no number.
TOLD = ("reshares_missing", "no_reshares", "undated", "silent_days", "copies", "repaired",
        "rebuilt_id")  # fmt: skip


@chapter("archive", order=1)
def archive(overview: Overview, movement: Movement) -> Chapter:
    """Return the chapter on what an archive holds.

    Parameters
    ----------
    overview
        `i4analysis.archive.doctor.overview.overview` of the archive, days in the movement's zone.
    movement
        Gives the name and the zone.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> overview = i4.archive.overview(archive, movement.zone)
    >>> i4.chapters.archive(overview, movement).problems()
    []
    """
    made = begun("archive", movement, as_of=clock.day_of(overview.latest, movement.zone))
    if overview.posts:
        _answer(made, overview)
        _days(made, overview)
        _silences(made, overview.silences)
        _bases(made, overview)
    else:
        read = len(overview.table) > 0
        made.titled("title.empty" if read else "title.nothing")
        made.answered(
            "sightings-alone"
            if overview.sightings
            else "answer.empty"
            if read
            else "answer.nothing",
            sightings=overview.sightings,
        )
        made.cannot_show("missing")
    if len(overview.table):
        made.table("archive-formats", overview.table, source=_source(made, overview))
    _findings(made, overview)
    left = {name: overview.excluded.get(name, 0) for name in ("duplicates", "notices", "rejects")}
    made.left_out({**left, "embedded": overview.embedded} if overview.posts else {})
    return made


def _source(made: Chapter, overview: Overview) -> Told:
    files = int(overview.table["files"].sum())
    return made.told("source", records=overview.n_used, files=files)


def _answer(made: Chapter, overview: Overview) -> None:
    posts, authors, reshares = overview.posts, overview.authors, overview.reshares
    days = [clock.day_of(day, made.movement.zone) for day in (overview.first, overview.last)]
    dated = 0 if overview.days.empty else int(overview.days["posts"].sum())
    by = made.told("by.all" if authors else "by.unknown", authors=_known(overview))
    what = made.told(part("holds", reshares, posts), posts=posts, reshares=reshares, by=by)
    made.answered(
        "answer.undated"
        if None in days
        else f"answer.dated{'-one' if posts == 1 else ''}"
        if dated == posts
        else "answer.partly",
        what=what,
        days=Span(*days),
        posts=posts,
        dated=dated,
        undated=posts - dated,
    )
    end, last = made.movement.ended_on, days[-1]
    if end is not None and days[0] is not None and last is not None and days[0] <= end < last:
        made.answered("answer.period", end=end)
    names = terms(made.words, "cells.platform")
    known = [names[name] for name in overview.platforms if name in names]
    made.front("networks", Text.both(lambda lang: listing((n[lang] for n in known), lang)))
    _impossible(made, days)
    held = _detail(overview, "reshares_missing")
    if held is not None:
        share, band = Share(held["held"]), Band(held["lo"], held["hi"], share=True)
        made.titled("title.held", posts=posts, by=by, held=share)
        made.answered(
            "answer.held",
            held=share,
            band=band,
            level=Share(held["level"]),
            originals=held["originals"],
        )
    else:
        made.titled("title.whole", what=what)
        made.answered(
            "answer.unknown"
            if reshares
            else "answer.uncounted"
            if overview.counted
            else "answer.no-reshare",
            counted=Rough(overview.counted, "at_least" if overview.uncounted else "exact"),
            posts=posts,
        )
    made.key_figure("archive-posts", posts)
    if authors:
        rough = _known(overview)
        made.key_figure("archive-authors", authors, roughness=rough.roughness, value=rough)
        made.cannot_write("not.people", authors=rough)
    if held is not None:
        made.key_figure("archive-reshares-held", held["held"], share=True)
    made.can_write("write", what=what)
    made.cannot_write("not.all")


def _known(overview: Overview) -> Rough:
    """Return how many accounts posted: no fewer than these, where some posts name no author."""
    whole = _detail(overview, "authors_missing") is None
    return Rough(overview.authors, "exact" if whole else "at_least")


def _impossible(made: Chapter, days: list[Date | None]) -> None:
    """Warn on the first screen where the days of a page cannot all be true."""
    first, last = days
    if last is not None and last > today(made.movement):
        made.front("dates", made.told("dates.to-come", last=last))
    elif first is not None and first < FIRST_POST.date():
        made.front("dates", made.told("dates.early", first=first))


def _detail(overview: Overview, code: str) -> dict[str, Any] | None:
    """Return the numbers of the first finding of a code; None when it was not found."""
    if overview.findings.empty:  # nobody asked the doctor, or there was nothing to say
        return None
    rows = overview.findings[overview.findings["finding"] == code]
    return None if rows.empty else dict(json.loads(rows.iloc[0]["detail"]))


def _days(made: Chapter, overview: Overview) -> None:
    table = overview.days
    if len(table) < 2:  # of which the answer gives the day
        return
    peak = table.sort_values("posts", ascending=False, kind="stable").iloc[0]
    dated = int(table["posts"].sum())
    tied = int((table["posts"] == peak["posts"]).sum()) > 1
    whole = dated == overview.posts
    about = "share" if whole else "dated"
    shown, step = clock.gathered(table)
    if step != "day":  # a title of days over bars of weeks would be read off the bars
        about = step
    elif tied or dated < FEWEST:
        about = ("tied" if tied else "few") + ("" if whole else "-dated")
    high = shown.sort_values("posts", ascending=False, kind="stable").iloc[0]
    first = "-first" if int((shown["posts"] == high["posts"]).sum()) > 1 else ""
    reshares = int(table["reshares"].sum())
    made.figure(
        "archive-days",
        shown,
        lambda lang: plot_posts_per_day(shown, lang=lang, step=step),
        subtitle=f"archive-days.subtitle-{step}",
        alt=f"archive-days.alt-{step}{first}",
        of=made.told(f"archive-days.of-{'whole' if whole else 'dated'}"),
        drawn=made.told(part("archive-days.drawn", reshares, dated)),
        headers=None if step == "day" else {"day": made.told(f"period.{step}").text},
        begun=When(high["day"], step) if step == "month" else high["day"],
        high=int(high["posts"]),
        highest=made.told(f"archive-days.high{'' if whole else '-dated'}", n=int(high["posts"])),
        title=f"archive-days.title-{about}",
        day=peak["day"],
        most=int(peak["posts"]),
        share=Share(float(peak["posts"]) / dated),
        zone=made.movement.timezone,
        source=_source(made, overview),
    )


def _silences(made: Chapter, runs: pd.DataFrame) -> None:
    """Say the longest run of days without a post between busy weeks, and how many more."""
    if runs.empty:
        return
    longest, others = runs.iloc[0], len(runs) - 1
    counts = [made.told("silence-days", n=int(longest["days"]))]
    if others:
        counts.append(made.told("silence-more", n=others, days=int(runs["days"].sum())))
    made.sentence("silence", days=Span(longest["first"], longest["last"]), counts=Apart(counts),
                  near=int(longest["near"]))  # fmt: skip


def _bases(made: Chapter, overview: Overview) -> None:
    table, seen = overview.bases, overview.sightings
    names = terms(made.words, "cells.seen_basis")
    parts = [
        made.told("basis", n=int(count), basis=names[basis])
        for basis, count in zip(table["seen_basis"], table["sightings"], strict=True)
    ]
    if len(parts) < 2 or seen < FEWEST:
        if parts and _detail(overview, "profiles_after") is None:  # which says as much
            alike = "-alike" if len(parts) == 1 else ""
            basis = names[table["seen_basis"].iloc[0]]
            made.sentence(f"sightings{alike}", sightings=seen,
                          **({"basis": basis} if alike else {"parts": parts}))  # fmt: skip
        return
    drawn = table.assign(
        label_fr=[names[basis].fr for basis in table["seen_basis"]],
        label_en=[names[basis].en for basis in table["seen_basis"]],
    )
    dated = int(table.loc[table["seen_basis"].isin(["live", "retrieved"]), "sightings"].sum())
    made.figure(
        "archive-profiles",
        table,
        lambda lang: plot_bases(drawn, lang=lang),
        share=Share(dated / seen),
        sightings=seen,
        parts=parts,
        source=_source(made, overview),
    )


def _findings(made: Chapter, overview: Overview) -> None:
    """Say each finding once; one found in several files as in the file it weighs most in.

    Not those that the answer, `_silences` and the table of formats tell, nor what changes nothing.
    """
    findings = overview.findings
    findings = findings[~findings["finding"].isin(TOLD)] if len(findings) else findings
    if findings.empty:
        return
    made.heading("findings")
    for code, rows in findings.groupby("finding", sort=False):
        row = rows.sort_values("count", ascending=False).iloc[0]
        numbers = {
            f"{code}-{name}": value
            for name, value in {
                **{name: row[name] for name in ("count", "of", "share")},
                **json.loads(row["detail"]),
            }.items()
            if not isinstance(value, str) and not pd.isna(value)
        }
        words = {lang: f"{row[f'says_{lang}']} {row[f'effect_{lang}']}" for lang in LANGUAGES}
        said, more = Told(Text.of(words), numbers), len(rows) - 1
        made.sentence(said + made.told("more", n=more) if more else said)
