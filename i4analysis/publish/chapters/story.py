"""The chapter that every report opens with: the movement as its ledgers tell it.

Its parts answer the reader's questions in order (`publish.chapter.order`); what an archive adds
stands in the other chapters. Its sentences are in `words/story.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date as Date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from i4analysis.measure.numbers.suppression import rounded
from i4analysis.measure.outcomes.story import Story, main_results, origin
from i4analysis.movement import Movement
from i4analysis.publish.chapter import front
from i4analysis.publish.chapter.chapter import Chapter, Source, Text
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import story as charts
from i4analysis.publish.words import ledgers
from i4analysis.publish.words.ledgers import Row
from i4analysis.publish.words.sentence import Told, tell, terms
from i4analysis.publish.words.wording import (
    LANGUAGES,
    date,
    listing,
    site,
)
from i4analysis.tables import true

_SHORT = ("not_obtained", "partly_obtained")  # of what was asked for
_AGAINST = {"doubts": "doubt", "denies": "denial"}  # stance → what such a voice is said to do
FIRST_CARRIERS, FIRST_STATEMENTS = 4, 3  # rows that are part of the text; the rest is folded


@chapter("story", order=0, of_archive=False)
def story(found: Story, movement: Movement) -> Chapter:
    """Build the opening chapter from `outcomes.story`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> story = i4.outcomes.story(found, movement, archive)
    >>> i4.chapters.story(story, movement).problems()
    []
    """
    found = replace(found, size=_in_fives(found.size, movement))
    made = begun("story", movement, as_of=front.written_on(movement))
    headline = ledgers.declared(front.headline(found, movement))
    made.titled(headline)
    made.answered(
        Told(front.description(movement), {}), ledgers.in_words(front.description(movement))
    )
    front.fill(made, found, movement, headline)
    _picture(made, found, ledgers.outlets(movement))
    _obtained(made, found, movement)
    _carried(made, found, movement)
    _size(made, found, movement)
    _helped(made, found, movement)
    _said(made, found)
    _asks(made, found)
    _read(made, found, movement)
    _sheets(made, found, movement)
    return made


def _in_fives(size: Row, movement: Movement) -> dict[str, Any]:
    """Return the headline's number; one of ours goes down to a multiple of five.

    Of a number that is known to the week, month or year alone nobody knows how long it took,
    but a source which says so.

    It counts founders with those who show the hashtag: taken from the curve, it would give those
    founders who do not to the last one. The ledgers' numbers are known to everybody.
    Where the archive begins after the movement, they may have joined before its first day, and
    whom a ledger alone lists as a supporter at any time: of a number of days they are not counted.
    """
    if size.get("metric") != "seen":
        known = size.get("precision") in ("minute", "hour", "day")
        told = size.get("precision") == "week" and ledgers.cell(size.get("date_words_en"))
        return dict(size) if known or told or not size else {**size, "days": None}
    days, start = size.get("days"), movement.started_on
    if days is not None:
        listed = size["listed"]
        size = {**size, "value": size["value"] - listed, "ledger": size["ledger"] - listed,
                "listed": 0}  # fmt: skip
    value = int(rounded(size["value"]))
    if days is not None and start is not None and start < size["first"]:
        days = (size["last"] - start).days + 1
    return {**size, "value": value, "days": days} if value else {}


# ------------------------------------------------------------------------------------ the picture


def _founders(found: Story) -> pd.DataFrame:
    """Return one count of the first circle: of the headline's own page, else the middle one.

    Of the days that the picture shows: its squares stand on the day of the count.
    """
    counts = front.in_opening(found, found.counts)
    first = _on_a_day(counts[ledgers.equals(counts["metric"], "founders")])
    if first.empty:
        return first
    same = first[ledgers.equals(first["url"], found.size.get("url"))]
    chosen = same if len(same) else first.sort_values("value").iloc[[len(first) // 2]]
    return chosen.head(1)


def _picture(made: Chapter, found: Story, outlets: Mapping[str, str]) -> None:
    if found.window is None:
        return
    low, high = found.window
    events = found.events
    wanted = events["role"].isin(["crisis", "step", "goal"]) & events["main"].astype(bool)
    wanted |= ledgers.equals(events["result"], "not_obtained")
    inside = [day is not None and low <= day <= high for day in events["last"]]
    shown = events[wanted.to_numpy(dtype=bool) & np.array(inside, dtype=bool)]
    left = events[wanted.to_numpy(dtype=bool) & ~np.array(inside, dtype=bool)]
    # a month or a year stands at its first day; one that begins before is drawn whole, as a week
    coarse = shown["precision"].isin(["month", "year"]) & shown["date"].notna()
    low = min([low, *shown["date"].mask(coarse, shown["first"]).dropna()])
    counts = _on_a_day(front.in_opening(found, found.counts))
    first = _founders(found)
    counts = pd.concat(
        [first, counts[~ledgers.equals(counts["metric"], "founders")]], ignore_index=True
    )
    counts = _above_zero(counts).rename(columns={"metric": "what"})
    bios = counts[~ledgers.equals(counts["what"], "members")]
    counts = charts.below_top(counts) if len(bios) else counts.iloc[:0]
    sums = _above_zero(_on_a_day(front.in_opening(found, found.sums)))
    sums = sums.drop_duplicates("value", ignore_index=True)
    if shown.empty and counts.empty:
        return
    shown = shown.assign(
        words=[_what_happened(event) for event in shown.to_dict("records")],
        publisher=[outlets.get(str(url), site(url)) for url in shown["url"]],
        credited=[_credited_after(row) for row in shown.to_dict("records")],
        proven=shown["verdict"].isin(ledgers.PROVEN).to_numpy(dtype=bool),
        open=[not pd.isna(limit) and precision not in ("day", "hour", "minute")
              for limit, precision in zip(shown["not_after"], shown["precision"], strict=True)],
    )  # fmt: skip
    start = found.start or low
    label = tell("story", "story-start", day=Text.both(lambda lang: date(start, lang)))
    worth = charts.worth_of(bios)
    subtitle = "events" if counts.empty else "worth" if worth > 1 else "squares"
    tables = [counts, sums, shown]
    made.part("story")
    made.figure(
        "story",
        _drawn(counts, sums, shown),
        lambda lang: charts.plot_story(
            counts,
            sums,
            shown,
            window=(low, high),
            start=start,
            start_label=label[lang],
            lang=lang,
        ),
        title=_picture_title(found, first, counts),
        subtitle=tell("story", f"story-subtitle-{subtitle}", worth=worth),
        alt=_picture_alt(shown, counts, sums, (low, high), front.start_of(found)),
        source=_listed(tables),
        # what was not obtained need not be a main event
        note=_picture_note(found, len(left), main=bool(left["main"].astype(bool).all())),
        sources=_sources(tables),
        links={"title_fr": "url", "title_en": "url"},
    )


def _on_a_day(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that a calendar of days can place: of a month it would draw the first."""
    known = counts["precision"].isin(("minute", "hour", "day", "week"))
    return counts[(known & counts["date"].notna()).to_numpy(dtype=bool)]


def _above_zero(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of which there is anything to draw."""
    return counts[counts["value"].to_numpy(dtype=float) > 0].reset_index(drop=True)


def _picture_title(found: Story, first: pd.DataFrame, counts: pd.DataFrame) -> Told:
    """Tell the number of the headline where it is drawn, which an archive's never is."""
    drawn = found.size.get("figure_id") in {*counts["figure_id"]}
    if not drawn or found.size["days"] is None:
        return tell("story", "story-title-events")
    who, time = ledgers.rallied(found.size), ledgers.duration(found.size)
    if first.empty or first["value"].iloc[0] >= found.size["value"]:
        return tell("story", "story-title-size", who=who, time=time)
    a = ledgers.rough(first.iloc[0].to_dict())
    return tell("story", "story-title", a=a, who=who, time=time)


def _picture_note(found: Story, left: int, *, main: bool) -> Told | None:
    whose = "" if main else "-any"
    notes = [tell("story", f"story-note-left{whose}", n=left)] if left else []
    founders = found.counts[ledgers.equals(found.counts["metric"], "founders")]["value"]
    if len(founders) > 1 and founders.min() < founders.max():
        notes.append(tell("story", "story-note-founders", lo=founders.min(), hi=founders.max()))
    return front.joined(notes) if notes else None


def _picture_alt(
    shown: pd.DataFrame,
    counts: pd.DataFrame,
    sums: pd.DataFrame,
    days: tuple[Date, Date],
    start: Told,
) -> Told:
    before = int((shown["timing"] == "before").sum())
    credited = int((shown["credited"] & (shown["timing"] != "before")).sum())
    squares = [ledgers.rough(row) for row in counts.to_dict("records") if row["what"] != "members"]
    if squares and len(sums):
        sizes = tell("story", "story-alt-sums", counts=squares, last=squares[-1],
                     sum=[*map(ledgers.rough, sums.to_dict("records"))])  # fmt: skip
    else:
        sizes = (
            tell("story", "story-alt-sizes", counts=squares, last=squares[-1])
            if squares
            else tell("story", "story-alt-none")
        )
    months = Text.both(
        lambda lang: " – ".join(dict.fromkeys(date(day, lang, "month") for day in days))
    )
    unclear = int((shown["timing"] == "unclear").sum())
    perhaps = tell("story", "story-alt-perhaps", n=unclear) if unclear else Told.nothing()
    others = "-others" if before else ""
    told = tell("story", "story-alt-eventless")
    if len(shown):
        told = tell(
            "story",
            "story-alt-events",
            n=len(shown),
            before=before,
            start=start,
            perhaps=perhaps,
            credited=tell("story", f"story-alt-credited{others}", n=credited) if credited else "",
        )
    return tell("story", "story-alt", span=months, events=told, sizes=sizes)


def _drawn(counts: pd.DataFrame, sums: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return everything drawn as one table: each row says what it is, when, where it is from."""
    rows: list[dict[str, Any]] = []
    for table, kind in ((counts, "what"), (sums, "metric")):
        names = ["date", "precision", "value", "roughness", "people_lo", "publisher", "url"]
        rows += [
            {"kind": row[kind], "who": origin(row)} | {name: row.get(name) for name in names}
            for row in table.to_dict("records")
        ]
    names = ["date", "precision", "not_after", "title_fr", "title_en", "verdict", "publisher",
             "url"]  # fmt: skip
    rows += [
        {name: row[name] for name in names}
        | {
            "kind": row["role"],
            "verdict": _known(row),
            "result": row["result"] if row["result"] != "obtained" else None,
        }
        for row in shown.to_dict("records")
    ]
    columns = ["date", "precision", "not_after", "kind", "value", "roughness", "people_lo",
               "title_fr", "title_en", "result", "verdict", "who", "publisher",
               "url"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values("date", kind="stable", na_position="last", ignore_index=True)
    return table.dropna(axis="columns", how="all")


# -------------------------------------------------------------------------------- what it obtained


def _source_of(row: Row) -> Source:
    return Source(ledgers.cell(row.get("publisher")) or site(row["url"]), ledgers.cell(row["url"]))


def _sources(tables: Iterable[pd.DataFrame]) -> list[Source]:
    """Return where the rows of some tables were read, each publication once."""
    found: dict[str, Source] = {}
    for table in tables:
        for row in table.to_dict("records"):
            source = _source_of(row)
            found.setdefault(source.name, source)
    return list(found.values())


def _listed(tables: Iterable[pd.DataFrame]) -> Text:
    return Text.both(lambda lang: listing((source.name for source in _sources(tables)), lang))


def _obtained(made: Chapter, found: Story, movement: Movement) -> None:
    outlets, sides = ledgers.outlets(movement), ledgers.sides(movement)
    results, failed = main_results(found.events), front.failed(found)
    names = ledgers.proper(movement)
    for part, shown in (("obtained", results), ("failed", failed)):
        made.part(part)
        if len(shown) and len(found.voices) and (part == "obtained" or results.empty):
            made.sentence("cards-rule")
        for event in shown.to_dict("records"):
            mine = found.voices[ledgers.equals(found.voices["outcome_id"], event["outcome_id"])]
            _card(made, event, found, mine.to_dict("records"), outlets, sides, names)
        if part == "obtained" and len(results):
            _matrix(made, found, sides, names, outlets)


def _card(
    made: Chapter, event: Row, found: Story, voices: list[dict[Any, Any]],
    outlets: Mapping[str, str], sides: Mapping[str, Text], names: Collection[str],
) -> None:  # fmt: skip
    title = Text.both(lambda lang: ledgers.bare(event[f"title_{lang}"]))
    source = Source(outlets.get(event["url"], site(event["url"])), ledgers.cell(event["url"]))
    day = Text.both(lambda lang: ledgers.day(event, lang))
    copied = tell("story", "event-dated", title=title, date=day).text if day.fr else title
    if where := _told_by(event, voices, source):
        copied = tell("story", "copy", what=copied, where=where).text
    if source.url:
        copied = tell("story", "copy-address", what=copied, url=source.url).text
    if event["result"] in _SHORT:
        copied = tell("story", f"result.{event['result']}", what=copied).text
    verdict = _verdict(event, front.start_of(found))
    lost = front.undone(event, found, names)
    if lost is not None:
        verdict += ledgers.declared(tell("story", "verdict-lost", how=lost))
    made.card(
        event["outcome_id"],
        date=day if day.fr else tell("story", "undated").text,
        title=title,
        verdict=verdict.text,
        voices=[_voice(voice, outlets, sides) for voice in voices],
        copy=copied,
        source=source,
        credited=_credited_after(event),
        numbers={**verdict.numbers, **ledgers.in_words(title)},
    )


def _told_by(event: Row, voices: Iterable[Row], source: Source) -> Text | str:
    """Return who tells of an event, and in which publication where it only lends its page.

    Who credits somebody with what was not obtained, or in part, does not say that it was not.
    """
    said = dict.fromkeys(
        ledgers.named(  # where its page is named beside, who lends it is named once
            str(voice["claimant"]),
            None if voice["through"] == source.name else voice["through"],
            within=True,
        )
        for voice in voices
        if source.url
        and event["result"] not in _SHORT
        and voice["url"] == source.url
        and voice["says"] != "beside"
        and not (voice["group"] == "none" and voice["stance"] in _AGAINST)
    )
    if not said or source.name in {name.fr for name in said}:
        return source.name
    return tell("story", "copy-by", who=list(said), where=source.name).text


def _what_happened(event: Row) -> Text:
    """Return the title of an event, and that it is not what was asked for."""
    title = Text(fr=event["title_fr"], en=event["title_en"])
    failed = event["result"] == "not_obtained"
    return tell("story", "result.not_obtained", what=title).text if failed else title


def _known(event: Row) -> str | None:
    """Return the verdict of a table's cell: nobody is credited with what was not obtained."""
    return None if event["result"] == "not_obtained" else str(event["verdict"])


def _credited_after(event: Row) -> bool:
    """Tell whether a source credits the hashtag with what did not come before it."""
    failed = event["result"] == "not_obtained"
    return bool(event["n_credits"] > 0 and event["timing"] != "before" and not failed)


def _verdict(event: Row, start: Told) -> Told:
    verdicts = {code: Told(text, {}) for code, text in terms("story", "cells.verdicts").items()}
    if event["result"] == "not_obtained":
        return verdicts["not_obtained"]
    said = _credit_verdict(event, verdicts, start)
    return verdicts["partly_obtained"] + said if event["result"] == "partly_obtained" else said


def _credit_verdict(event: Row, verdicts: Mapping[str, Told], start: Told) -> Told:
    if event["timing"] == "before":
        return verdicts["before-credited" if event["n_credits"] > 0 else "before"]
    said = verdicts[event["verdict"]]
    if event["timing"] == "unclear":
        unclear = tell("story", "verdict-unclear", start=start)
        said = unclear if event["verdict"] == "not claimed" else said + unclear
    rivals = int(event["n_rival_credits"])
    return said + tell("story", "verdict-rivals", n=rivals) if rivals else said


def _voice(voice: Row, outlets: Mapping[str, str], sides: Mapping[str, Text]) -> dict[str, Any]:
    """Return a claim as a card and the workbook tell it."""
    # its people's own contacts are the movement's, and are no hashtag
    own = voice["says"] == "other" and voice["parties"] == ["movement"]
    against = "" if voice["says"] == "beside" else _AGAINST.get(voice["stance"], "")
    whom = Text.both(
        lambda lang: (
            listing((ledgers.side(p, sides)[lang] for p in voice["parties"]), lang)
            or ledgers.cell(voice["relay"])
        )
    )
    of_others = voice["says"] == "other" or (against and voice["group"] in ("other", "media"))
    if of_others and not own and whom.fr:
        says = tell("story", f"saying-{against or 'other'}", whom=whom).text
    else:
        # what was said before an outcome could be is no word on another fact
        itself = ledgers.cell(voice["about"]) in ("", voice["outcome_id"])
        ahead = voice["says"] == "beside" and itself
        code = "ahead" if ahead else "own" if own else voice["says"]
        says = terms("story", "cells.saying")[against or code]
    url = ledgers.cell(voice["url"])
    return {
        "who": ledgers.named(str(voice["claimant"]), voice["through"]),
        "role": Text(fr=ledgers.cell(voice["who_fr"]), en=ledgers.cell(voice["who_en"])),
        "says": says,
        "kind": voice["says"],
        "words": Text(
            fr=ledgers.cell(voice["evidence_fr"]), en=ledgers.cell(voice["evidence_en"])
        ),
        "quote": ledgers.cell(voice["quote"]),
        "standing": terms("story", "cells.standings").get(str(voice["standing"]), Text.same("")),
        "source": Source(ledgers.cell(voice["publisher"]) or outlets.get(url, site(url)), url),
        "date": Text.both(lambda lang: ledgers.day(voice, lang)),
    }


def _matrix(
    made: Chapter,
    found: Story,
    sides: Mapping[str, Text],
    names: Collection[str],
    outlets: Mapping[str, str],
) -> None:
    table = found.credits
    table = table.assign(publisher=[outlets.get(str(url), site(url)) for url in table["url"]])
    if table.empty or table["claimant"].nunique() < 2:
        return
    credit = table[ledgers.equals(table["says"], "credits")]
    mine = ledgers.equals(credit["party"], "movement")
    ours, others = credit["claimant"][mine].nunique(), credit["claimant"][~mine].nunique()
    known = list(terms("story", "cells.party"))  # their order is that of the columns
    codes = sorted(table["party"].unique(),
                   key=lambda p: (known.index(p) if p in known else len(known), p))  # fmt: skip
    weight = table.assign(
        w=ledgers.equals(table["says"], "credits"), m=ledgers.equals(table["party"], "movement")
    )
    ranked = weight.groupby("claimant").agg(m=("m", "max"), w=("w", "sum"))
    ranked = ranked.sort_values(["m", "w"], ascending=False, kind="stable")
    parties = {
        code: Text(
            **{lang: ledgers.heading(ledgers.side(code, sides)[lang]) for lang in LANGUAGES}
        )
        for code in codes
    }
    claimants = {name: ledgers.named(name) for name in ranked.index}
    goal = found.goal
    subtitle = tell("story", "matrix-subtitle-all")
    if goal:
        asked = Text.both(lambda lang: ledgers.lower(str(goal[f"title_{lang}"]), names))
        early = "-before" if goal["timing"] == "before" else ""
        subtitle = tell("story", f"matrix-subtitle{early}",
                        goal=Told(asked, ledgers.in_words(asked)))  # fmt: skip
    made.figure(
        "who-credits-whom",
        table,
        lambda lang: charts.plot_credits(table, parties=parties, claimants=claimants, lang=lang),
        # the verdict counts its sources by narrower rules
        title=tell("story", "matrix-title", ours=ours, others=others),
        subtitle=subtitle,
        alt=tell("story", "matrix-alt", voices=len(claimants), parties=len(codes),
                  itself=int(table["itself"].sum())),
        source=_listed([table]),
        cells={"party": parties, "claimant": claimants},
        numbers=ledgers.in_words(subtitle.text),
        sources=_sources([table]),
        links={"claimant": "url"},
    )  # fmt: skip


# ------------------------------------------------------------------------- who carried it, how big


def _carried(made: Chapter, found: Story, movement: Movement) -> None:
    """List who passed the word, people and bodies; what the press published is a table apart."""
    carriers, outlets = found.carriers, ledgers.outlets(movement)
    media = carriers["kind"].isin(ledgers.MEDIA).to_numpy(dtype=bool)
    place = {name: place for place, name in enumerate(movement.relays["relay_id"])}
    made.part("carried")
    for own, rows in (("", carriers[~media]), ("-press", carriers[media])):
        told = sorted(rows.to_dict("records"), key=lambda row: place[row["relay_id"]])
        for row in told:  # the word was not yet there to pass
            row["early"] = front.before(row, found.born)
        _passed_on(made, own, sorted(told, key=front.dated_first), outlets)


def _passed_on(
    made: Chapter, own: str, told: list[dict[Any, Any]], outlets: Mapping[str, str]
) -> None:
    if not told:
        return
    met: set[str] = set()
    for row in told:  # who somebody is is said once
        row["new"] = row["actor"] not in met
        met.add(row["actor"])
    first = 0
    if not own:  # each of those who began it once, then the rest
        starting = [row for row in told if row["new"]][:FIRST_CARRIERS]
        told, first = [*starting, *(row for row in told if row not in starting)], len(starting)
    kept = ("date", "precision", "actor", "followers", "said_by")
    made.table(
        f"carriers{own}",
        pd.DataFrame(
            {
                **_both("when", _when, told),
                **_both("who", lambda row, lang: ledgers.person(row, lang) if row["new"]
                        else ledgers.office(row["actor"])[lang], told),
                **_plain(told, "title"),
                "source": [outlets.get(row["url"], site(row["url"])) for row in told],
                "url": [row["url"] for row in told],
                **{name: [row[name] for row in told] for name in kept},
            }
        ),
        title=tell("story", f"carriers{own}.title"),
        links={"source": "url"},
        first=first,
        printed=4,
    )  # fmt: skip


def _when(row: Row, lang: str) -> str:
    """Return the date of a relay, and that it came before the hashtag."""
    day = ledgers.day(row, lang) or tell("story", "undated")[lang]
    return tell("story", "when-before", when=day)[lang] if row.get("early") else day


def _both(
    name: str, write: Callable[[Row, str], Any], rows: Sequence[Row]
) -> dict[str, list[Any]]:
    """Return a column of words in each language."""
    return {f"{name}_{lang}": [write(row, lang) for row in rows] for lang in LANGUAGES}


def _plain(rows: Sequence[Row], *names: str) -> dict[str, list[Any]]:
    """Return columns that the ledgers hold in each language."""
    return {f"{name}_{of}": [row[f"{name}_{of}"] for row in rows]
            for name in names for of in LANGUAGES}  # fmt: skip


def _size(made: Chapter, found: Story, movement: Movement) -> None:
    made.part("size")
    best = front.best_sum(found)
    if best and not pd.isna(best["people_lo"]):
        made.sentence("people-band", sum=ledgers.rough(best), lo=best["people_lo"],
                      sources=[_source_of(best)])  # fmt: skip
    pairs, figures = found.contradictions, movement.figures
    floors = set(figures["figure_id"][(figures["measurement"] == False).fillna(False)])  # noqa: E712
    for metric in pairs["metric"].unique():
        both = pairs[ledgers.equals(pairs["metric"], metric)].set_index("side").to_dict("index")
        low, high = both["lo"], both["hi"]
        what = ledgers.what(low)
        made.sentence(
            "contradiction",
            numbers=ledgers.in_words(what),
            sources=[_source_of(low), _source_of(high)],
            what=what,
            lo=ledgers.as_said(low, floors),
            hi=ledgers.as_said(high, floors),
            low=ledgers.given_by(low),
            high=ledgers.given_by(high),
        )


def _jobs_title(jobs: pd.DataFrame) -> Told:
    """Return what was at stake and what became of it: a promise is no count.

    No more of it than sources agree on, and nothing of nobody's job at stake. Only what was
    counted later is a last count.
    """
    stake = jobs[ledgers.equals(jobs["metric"], "jobs_at_stake") & true(jobs["value"] > 0)]
    if stake.empty or front.several(stake.iloc[0]):
        return tell("story", "jobs-title-stages")
    last = jobs.iloc[-1].to_dict()
    first, days = stake.iloc[0].to_dict(), front.possible(last)
    a, b, metric = ledgers.rough(first), ledgers.rough(last), str(last["metric"])
    if metric == "jobs_at_stake" or last["lo"] < last["hi"]:
        return tell("story", "jobs-title-stake", a=a)
    if metric == "jobs_actual" and days is not None and front.before(first, days[0]):
        return tell("story", "jobs-title", a=a, b=b)
    return tell("story", "jobs-title-stage", a=a, b=b, stage=ledgers.stage(last))


# ----------------------------------------------------------------------------------- did it help


def _helped(made: Chapter, found: Story, movement: Movement) -> None:
    jobs = found.jobs
    if not true(jobs["hi"] > 0).any():  # without a job there is nothing to draw
        return
    words = terms("story", "cells.stages")
    rows = jobs.to_dict("records")
    drawn = jobs.assign(
        **{
            f"label_{lang}": [
                f"{ledgers.capital(words[row['metric']][lang])}{front.job_day(row, lang)}"
                for row in rows
            ]
            for lang in LANGUAGES
        }
    )
    aim = front.first_aim(found)
    aims = pd.DataFrame([aim]) if aim else found.aims.iloc[:0]
    aim_label = tell("story", "jobs-aim-label", n=ledgers.rough(aim)) if aim else Told.nothing()
    stages = Text.both(lambda lang: front.job_stages(found, lang))
    apart = jobs[true(jobs["hi"] > jobs["lo"])]
    ends = [apart.assign(publisher=apart[f"{end}_publisher"], url=apart[f"{end}_url"])
            for end in ("lo", "hi")]  # fmt: skip
    made.part("helped")
    made.figure(
        "jobs",
        jobs[["date", "precision", "metric", "value", "roughness", "lo", "hi", "n_sources",
              "publisher", "url"]],
        lambda lang: charts.plot_jobs(drawn, aims, lang=lang, aim_label=aim_label[lang]),
        title=_jobs_title(jobs),
        subtitle=tell("story", "jobs-subtitle"),
        alt=tell("story", "jobs-alt-aim" if aim else "jobs-alt", stages=stages, aim=aim_label),
        source=_listed([jobs, *ends, aims]),
        numbers={**ledgers.in_words(stages), **aim_label.numbers},
        sources=_sources([jobs, *ends, aims]),
        links={"publisher": "url"},
        always=("lo", "hi"),
    )  # fmt: skip
    # of the other stages the figure and its table tell it: a page is short
    first = drawn[true(drawn["hi"] > drawn["lo"])].head(1)
    for row in first.to_dict("records"):
        mine = movement.figures[ledgers.equals(movement.figures["metric"], row["metric"])]
        told = mine.groupby(mine["publisher"].fillna(mine["url"]))["value"].nunique()
        if (told > 1).any() or row["n_same"] < 2:
            continue  # it is not the sources alone that differ, or none says what another does
        stage = Text(fr=row["label_fr"], en=row["label_en"])
        if row["metric"] == "jobs_at_stake":
            stage = tell("story", "jobs-stake").text
        made.sentence("jobs-sources", numbers=ledgers.in_words(stage), stage=stage, lo=row["lo"],
                      hi=row["hi"], n=ledgers.rough(row), same=int(row["n_same"]))  # fmt: skip


# ------------------------------------------------------------- what was said, what would settle it


def _said(made: Chapter, found: Story) -> None:
    statements = found.statements
    if statements.empty:
        return
    rows = statements.to_dict("records")
    status = statements["status"].value_counts()
    one_page = len(set(statements["url"])) == 1
    speakers = {ledgers.cell(who) for who in statements["said_by"]}
    who = speakers.pop() if len(speakers) == 1 else ""
    by: Told | str = ""
    if who:
        named = ledgers.named(who, within=True)
        by = tell("story", "statements-by", n=len(statements), who=named)
    kept = ("status", "said_by", "date", "precision", "quote", "topic")
    made.part("said")
    made.sentence(
        "statements-count",
        sources=[_source_of(row) for row in rows[:1]] if one_page else [],
        n=len(statements),
        by=by,
        confirmed=int(status.get("confirmed", 0)),
        contradicted=int(status.get("contradicted", 0)),
        posts=int(status.get("needs_posts", 0)),
        document=int(status.get("needs_document", 0)),
        nobody=int(status.get("nobody_can_know", 0)),
    )
    made.table(
        "statements",
        pd.DataFrame(
            {
                **_plain(rows, "said"),
                **_both("known", ledgers.known_of, rows),
                "publisher": [_source_of(row).name for row in rows],
                "url": [row["url"] for row in rows],
                **{name: [row[name] for row in rows] for name in kept},
            }
        ),
        links={"publisher": "url"},
        first=FIRST_STATEMENTS,
        printed=2 if one_page else 3,
    )


def _asks(made: Chapter, found: Story) -> None:
    """List whom to ask for what, each once: a ledger says `who : what ; who : what`."""
    asked: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in found.events.to_dict("records"):
        fr, en = (ledgers.split_asks(ledgers.cell(row[f"ask_{lang}"])) for lang in LANGUAGES)
        if not row["main"] and row["result"] != "not_obtained":
            continue
        for (who_fr, what_fr), (who_en, what_en) in zip(fr, en, strict=False):
            known = asked.setdefault((who_fr, who_en), {lang: [] for lang in LANGUAGES})
            if what_fr and what_fr not in known["fr"]:
                known["fr"].append(what_fr)
                known["en"].append(what_en)
    made.part("settle")
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for names, known in asked.items():  # whoever is asked the same is asked together
        alike.setdefault((*known["fr"], "", *known["en"]), []).append(names)
    for people in alike.values():
        known = asked[people[0]]
        who = Text(
            **{
                lang: ledgers.capital(listing((name[place] for name in people), lang))
                for place, lang in enumerate(LANGUAGES)
            }
        )
        what = Text(**{lang: ledgers.asked(known[lang], lang) for lang in LANGUAGES})
        made.ask(who, what, ledgers.in_words(who, what))


def _read(made: Chapter, found: Story, movement: Movement) -> None:
    read = found.read
    made.part("known")
    if found.seen and found.seen["bearing"] < found.seen["held"]:
        seen = {"n": found.seen["bearing"], "held": found.seen["held"]}
        made.sentence("read-bearing", tag=front.any_hashtag(movement), **seen)
    if not read["pages"]:
        return
    cited: dict[str, Any] = {"pages": read["pages"]}
    form = {None: "", 1: "-one"}.get(movement.readers, "-readers")
    if movement.readers:
        cited["readers"] = movement.readers
    made.sentence(tell("story", f"read-pages{form}", **cited))
    if read["beginning"]:
        made.sentence("read-beginning", beginning=read["beginning"])
    if read["origins"] != read["publishers"]:  # who spoke to two papers is no second source
        made.sentence("origins", publishers=read["publishers"], origins=read["origins"])


# ------------------------------------------------------------------------ what a desk works with


def _sheets(made: Chapter, found: Story, movement: Movement) -> None:
    """Give the workbook its first sheets, whole: what happened, who says what, figures, press."""
    made.part(None)
    outlets, sides = ledgers.outlets(movement), ledgers.sides(movement)
    _chronology(made, found, outlets)
    _who_says_what(made, found, outlets, sides)
    _all_figures(made, movement)
    _press(made, movement)
    people = movement.people.sort_values("name", kind="stable")
    rows = people.to_dict("records")
    made.table(
        "people",
        people[["name", "role_fr", "role_en", "handle", "followers"]].assign(
            **_both("counted", partial(ledgers.printed, "followers_on"), rows), url=people["url"]
        ),
        links={"name": "url"},
    )


def _chronology(made: Chapter, found: Story, outlets: Mapping[str, str]) -> None:
    events = found.events
    rows = events.to_dict("records")
    kept = ("role", "result", "timing", "verdict", "n_credits", "n_rival_credits", "n_doubts")
    made.table(
        "chronology",
        pd.DataFrame(
            {
                "date": events["date"],
                "precision": events["precision"],
                **_both("when", ledgers.day, rows),
                **_plain(rows, "title"),
                **{name: events[name] for name in kept},
                "verdict": [_known(row) for row in rows],
                "publisher": [outlets.get(row["url"], site(row["url"])) for row in rows],
                "url": events["url"],
            }
        ),
        links={"publisher": "url"},
    )


def _who_says_what(
    made: Chapter, found: Story, outlets: Mapping[str, str], sides: Mapping[str, Text]
) -> None:
    titles = found.events.set_index("outcome_id")[["title_fr", "title_en"]].to_dict("index")
    order = {name: place for place, name in enumerate(found.events["outcome_id"])}
    rows = sorted(found.voices.to_dict("records"), key=lambda row: order[row["outcome_id"]])
    told = [_voice(row, outlets, sides) for row in rows]
    made.table(
        "who-says-what",
        pd.DataFrame(
            {
                **_both("title", lambda row, lang: titles[row["outcome_id"]][f"title_{lang}"],
                        rows),
                **{
                    f"{name}_{lang}": [voice[name][lang] for voice in told]
                    for name in ("who", "role", "says", "standing", "words")
                    for lang in LANGUAGES
                },
                "interested": [bool(row["interested"]) for row in rows],
                "quote": [voice["quote"] for voice in told],
                "publisher": [voice["source"].name for voice in told],
                "date": [row["date"] for row in rows],
                "precision": [row["precision"] for row in rows],
                "url": [row["url"] for row in rows],
            }
        ),
        links={"publisher": "url"},
    )  # fmt: skip


def _all_figures(made: Chapter, movement: Movement) -> None:
    metrics = movement.figures["metric"]
    told = [*terms("story", "cells.metric"), *metrics]  # what the page speaks of stands first
    place = [told.index(metric) for metric in metrics]
    figures = movement.figures.assign(place=place).sort_values(
        "place", kind="stable", ignore_index=True
    )
    rows = figures.to_dict("records")
    kept = ("publisher", "url")
    made.part("size")
    made.table(
        "figures",
        pd.DataFrame(
            {
                **_both("what", lambda row, lang: ledgers.what(row)[lang], rows),
                **{name: figures[name] for name in ("roughness", "value", "date", "precision")},
                **_both("when", lambda row, lang: ledgers.cell(row[f"date_words_{lang}"]), rows),
                "said_by": [origin(row) for row in rows],
                **_both("published", partial(ledgers.printed, "published_on"), rows),
                **{name: figures[name] for name in kept},
            }
        ),
        links={"publisher": "url"},
    )
    made.part(None)


def _press(made: Chapter, movement: Movement) -> None:
    press = movement.press.sort_values("date", kind="stable", na_position="last")
    names = ["date", "precision", "outlet", "title", "author", "about_fr", "about_en", "said_by",
             "read_extent", "mentions", "date_inferred", "date_basis", "url"]  # fmt: skip
    made.table(
        "press-list",
        press[names].rename(columns={"author": "byline"}),
        links={"outlet": "url"},
    )
