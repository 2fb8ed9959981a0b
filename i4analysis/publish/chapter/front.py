"""The first screen of a report: the headline and the short answers, from the ledgers.

What came of it, who carried it, how big it was, the jobs, the one number, and what is lacking.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date as Date
from datetime import datetime
from functools import partial
from itertools import pairwise, zip_longest
from typing import Any

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.ledgers import WEEK_DAYS, possible_days
from i4analysis.measure.outcomes.story import Story, main_results
from i4analysis.movement import Movement
from i4analysis.publish.chapter import withheld
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.words import ledgers
from i4analysis.publish.words.ledgers import Row
from i4analysis.publish.words.sentence import Apart, Band, Rough, Span, Told, known, tell, terms
from i4analysis.publish.words.wording import (
    HARD,
    LANGUAGES,
    Text,
    date,
    listing,
    roughly,
    singular,
)
from i4analysis.tables import true

MOST_WORDS = 18  # of a headline
MOST_MARKS = 4  # named where one of them is meant
MOST_NAMED, MOST_CREDITING, MOST_TOLD = 7, 3, 4  # in the short answers


def any_hashtag(movement: Movement) -> Text:
    """Return what a post of the movement carries: its hashtag, or one of its hashtags."""
    return _either(dict.fromkeys((movement.called, *map(movement.spelled, movement.hashtags))))


def shown_mark(movement: Movement) -> Text:
    """Return what the bios of supporters show, by its name."""
    return _either(movement.spelled(mark) for mark in movement.supporter_marks)


def _either(marks: Iterable[str]) -> Text:
    """Return marks of which one is shown; of many the first, and how many more there are."""
    named = list(marks)
    if len(named) <= MOST_MARKS:
        return Text(fr=" ou ".join(named), en=" or ".join(named))
    some, others = ", ".join(named[: MOST_MARKS - 1]), len(named) - MOST_MARKS + 1
    return Text(fr=f"{some} ou {others}{HARD}autres", en=f"{some} or {others} others")


def headline(found: Story, movement: Movement) -> Told:
    """Return the goal and the size in a sentence of at most eighteen words, the fullest first."""
    name = movement.called
    every = any_hashtag(movement)
    goal = ledgers.asked_for(movement)
    if not found.size and found.seen.get("accounts"):
        days = Span(found.seen["first"], found.seen["last"])
        n = Rough(found.seen["accounts"], "at_least")  # whom no collection has seen used it too
        return tell("story", "headline-seen", name=every, n=n, span=days)
    if not found.size and goal:
        # posts without a day, bios and published figures may yet tell how many followed
        told = found.goal or found.unmarked or has_posts(found) or len(found.counts)
        only = "-only" if told else ""
        asked = tell("story", f"headline-asked{only}", name=name, goal=goal)
        return _with_effect(asked, found.goal, "-brief") if found.goal else asked
    if not found.size and found.unmarked:
        return tell("story", "headline-unseen", name=every)
    if not found.size:
        return Told(Text.of(movement.title, name), {})
    values = {"name": name, "n": ledgers.rough(found.size), "time": ledgers.duration(found.size),
              "who": ledgers.rallied(found.size), "mark": shown_mark(movement)}  # fmt: skip
    # what is known of the effect is never what gives way to the length
    dated = found.size["days"] is not None
    published = found.size.get("metric") != "seen"
    values["when"] = Text.both(lambda lang: ledgers.dated(found.size, lang)) if published else ""
    when = "-when" if published and not dated else ""
    forms = [("days", "")] if dated else []
    if found.goal:
        last = "size" if dated else f"count{when}"
        forms += [(f"goal{when}", ""), (f"goal{when}", "-brief"), (last, "-size")]
    else:
        undated = "undated-ledger" if found.size.get("ledger") else "undated"
        if published:  # of a month or a year
            undated = f"count{when}"
        forms += [(f"goal{when}", ""), ("size" if dated else undated, "")]
    if goal is None:
        forms = forms[-1:]
    for form, length in forms:
        made = tell("story", f"headline-{form}", goal=goal or "", **values)
        if found.goal:
            made = _with_effect(made, found.goal, length)
        if max(len(made.text[lang].split(" ")) for lang in LANGUAGES) <= MOST_WORDS:
            return made
    return made


def _with_effect(head: Told, goal: Row, length: str) -> Told:
    return tell("story", "headline-effect", head=head, effect=_effect(goal, length))


def _effect(goal: Row, length: str) -> Told:
    """Return what came of the goal, where it is not whole, and on what word it is credited."""
    early = goal["timing"] == "before"
    if early and goal["result"] in ("obtained", "lost"):
        return tell("story", "effect-before")
    proof = str(goal["verdict"]) if goal["verdict"] in ledgers.PROVEN else "unproven"
    if goal["result"] == "obtained":
        own = length if known("story", f"effect-{proof}{length}") else ""
        return tell("story", f"effect-{proof}{own}")
    sought = goal["result"] != "not_obtained" and not early
    doubt = "-unproven" if proof == "unproven" and sought else ""
    return tell("story", f"effect-{goal['result']}{doubt}")


def description(movement: Movement) -> Text:
    """Return the ledger's own words on the movement; none where it has none."""
    return Text.of(movement.description, "")


def fill(made: Chapter, found: Story, movement: Movement, headline: Told) -> None:
    """Fill the first screen: what the ledgers answer, each part only where they do."""
    days = _days(found, movement)
    if days:
        years = " – ".join(dict.fromkeys(str(day.year) for day in days))
        made.front("years", Text.same(years), ledgers.in_words(Text.same(years)))
    if found.beside:
        first, last, day = (found.beside[name] for name in ("first", "last", "day"))
        made.front(
            "beside", tell("story", f"beside-{found.beside['bound']}", day=day, first=first,
                           span=Span(first, last))
        )  # fmt: skip
    _to_come(made, movement)
    if found.size or movement.goal or found.seen or found.unmarked:
        made.front("headline", headline)
    if movement.description:
        made.front("story", description(movement), ledgers.in_words(description(movement)))
    for name, parts in (
        ("obtained", _obtained_line(found, ledgers.proper(movement), ledgers.sides(movement))),
        ("carried", _carried_line(found, movement)),
        ("size", _size_line(found)),
        ("jobs", _jobs_line(found)),
    ):
        if parts:
            made.front(name, joined(parts))
    _number(made, found, shown_mark(movement))
    if found.unmarked and not withheld.posts():
        made.front("unmarked", tell("story", "headline-unseen", name=any_hashtag(movement)))
    lacking = _lacking(found)
    if lacking:
        made.front("lacking", lacking)


def _days(found: Story, movement: Movement) -> list[Date]:
    """Return the first and the last day of the movement: as declared, else as its posts tell."""
    if found.beside.get("bound") == "start":  # no post is of it: is nothing, it is a slip
        first, last, day = (found.beside[name] for name in ("first", "last", "day"))
        told = any(known >= day for known, _ in ledger_days(movement))
        first = min(first, found.seen.get("first", first))  # which others alone may show
        return [first, (movement.ended_on or day) if told else last]
    if found.beside.get("bound") == "end":
        first = found.beside["first"]
        return [min(movement.started_on or first, first), found.beside["last"]]
    if not found.seen:
        return []
    first, last = (found.seen[name] for name in ("first", "last"))
    return [min(movement.started_on or first, first), movement.ended_on or last]


def today(movement: Movement) -> Date:
    """Return the day on which a report is made, in the movement's zone."""
    return datetime.now(movement.zone).date()


def written_on(movement: Movement) -> Date | None:
    """Return the day on which the movement was written down; None where it is still to come."""
    day = movement.compiled_on
    return day if day is not None and day <= today(movement) else None


def _to_come(made: Chapter, movement: Movement) -> None:
    """Say where the ledgers date something after today."""
    now = today(movement)
    found = [
        (days[1], told, f"{name}.csv", line)
        for name, ledger in movement.ledgers.items()
        for row, line in zip_longest(ledger.to_dict("records"), movement.lines.get(name, ()))
        for told in _dates(row)
        if (days := possible_days(*told)) is not None and days[0] > now
    ]
    if not found:
        return
    _, told, ledger, line = max(found, key=lambda one: one[0])
    last = Text.both(lambda lang: date(told[0], lang, told[1]))
    if line is None:
        made.front("to-come", tell("story", "to-come", n=len(found), day=last))
    else:
        made.front(
            "to-come",
            tell("story", "to-come-line", n=len(found), day=last, ledger=ledger, line=line),
        )


def _dates(row: Row) -> list[tuple[Any, str]]:
    """Return the dates of a row of a ledger, each with how well it is known."""
    limit = row.get("not_after")
    dates = [(row["date"], str(row["precision"]))] if "date" in row and "precision" in row else []
    return dates + ([] if pd.isna(limit) else [(limit, "day")])


def possible(row: Row) -> tuple[Date, Date] | None:
    """Return the first and the last day on which a dated thing can have been, if it is known."""
    return possible_days(row.get("date"), row.get("precision") or "unknown")


def ledger_days(movement: Movement) -> list[tuple[Date, str]]:
    """Return the days that ledgers tell of, and how well each is known.

    Of a week it is its day, of a month or a year its first; what is dated by its last possible
    day is known to that.
    """
    dated = [one for one in movement.ledgers.values() if {"date", "precision"} <= set(one.columns)]
    rows = [row for ledger in dated for row in ledger.to_dict("records")]
    limits = [*movement.outcomes["not_after"].dropna(),
              *clock.days(movement.press["published_at"].dropna(), movement.zone)]  # fmt: skip
    return [
        *((row["date"] if row["precision"] == "week" else ends[0], row["precision"])
          for row in rows if (ends := possible(row)) is not None),
        *((day, "day") for day in limits),
    ]  # fmt: skip


def joined(parts: Sequence[Told]) -> Told:
    """Return sentences that follow one another as one."""
    whole = parts[0]
    for more in parts[1:]:
        whole = whole + more
    return whole


def _number(made: Chapter, found: Story, mark: Text) -> None:
    """Give the one number of the report, with what it counts, whose it is and of which day."""
    size, seen = found.size, found.seen
    if size.get("metric") == "seen" or not size:
        if not seen.get("accounts"):
            return
        metric, value = ("seen", size["value"]) if size else ("posts", seen["accounts"])
        if size.get("ledger"):  # some are known from a ledger, not from their bio
            metric = "listed" if size.get("listed") else "founders"
        roughness = "at_least"
        about = tell("story", "number-archive", n=value)
    else:
        metric, value, roughness = size["metric"], size["value"], str(size["roughness"])
        moment = Text.both(lambda lang: ledgers.dated(size, lang))
        of = ["metric", "date", "precision"]
        alike = (found.counts[of] == [size[name] for name in of]).all(axis=1)
        # a floor is that of all who give a number of its date
        rows = found.counts[alike].to_dict("records") if roughness == "at_least" else [size]
        about = tell(
            "story",
            "number-said" if moment.fr else "number-said-undated",
            when=moment,
            who=[*dict.fromkeys(map(ledgers.given_by, rows or [size]))],
        )
    made.key_figure(
        "accounts",
        value,
        label=tell("story", f"counted-{metric}", n=Rough(value, roughness), mark=mark),
        definition=ledgers.declared(about),
        roughness=roughness,
    )


def failed(found: Story) -> pd.DataFrame:
    """Return what was sought and not obtained."""
    return found.events[ledgers.equals(found.events["result"], "not_obtained")]


def undone(event: Row, found: Story, names: Collection[str]) -> Text | None:
    """Return the event that undid what was obtained, with its date; None where none did."""
    rows = found.events[ledgers.equals(found.events["outcome_id"], event["undone_by"])]
    return None if rows.empty else event_dated(rows.iloc[0].to_dict(), names)


def event_dated(event: Row, names: Collection[str]) -> Text:
    """Return what happened, within a sentence, with its date in brackets where there is one."""
    title = Text.both(lambda lang: ledgers.lower(str(event[f"title_{lang}"]), names))
    day = Text.both(lambda lang: ledgers.day(event, lang))
    return tell("story", "event-dated", title=title, date=day).text if day.fr else title


def _together(rows: pd.DataFrame, names: Collection[str]) -> Text:
    """Return events within a sentence, goals first; beyond a few, how many more."""
    told = len(rows) if len(rows) <= MOST_TOLD + 1 else MOST_TOLD
    rows = rows.sort_values("role", key=lambda role: role != "goal", kind="stable")
    events = [event_dated(row, names) for row in rows.head(told).to_dict("records")]
    if told < len(rows):
        events.append(tell("story", "more", n=len(rows) - told).text)
    return Text.both(lambda lang: ledgers.parted([event[lang] for event in events], lang))


def _came_of_it(found: Story, names: Collection[str]) -> list[Told]:
    """Say what was sought and not obtained, what in part, and what was lost again."""
    results = main_results(found.events)
    partly = results[ledgers.equals(results["result"], "partly_obtained")]
    said = [
        tell("story", f"came-{key}", n=len(rows), what=_together(rows, names))
        for key, rows in (("failed", failed(found)), ("partly", partly))
        if len(rows)
    ]
    for event in results[ledgers.equals(results["result"], "lost")].to_dict("records"):
        how = undone(event, found, names) or ""
        said.append(tell("story", "lost-again", what=event_dated(event, names), how=how))
    return said


def _obtained_line(found: Story, names: Collection[str], sides: Mapping[str, Text]) -> list[Told]:
    results = main_results(found.events)
    came = [ledgers.declared(part) for part in _came_of_it(found, names)]
    perhaps = results["outcome_id"][np.array(_perhaps_before(results, found), dtype=bool)]
    if results.empty:
        return came
    timing, role = results["timing"], results["role"]
    credited = results[
        ((timing != "before") & (role != "goal") & (results["n_credits"] > 0)).to_numpy(dtype=bool)
    ]
    told = set(credited["outcome_id"])
    said: list[Told] = []
    # whose day is not known has come as well where somebody is credited with it
    come = found.goal and (found.goal["last"] is not None or found.goal["n_credits"] > 0)
    if come and found.goal["result"] != "not_obtained":
        said.append(_credited(found, sides))
        told.add(found.goal["outcome_id"])
    rest = results[~results["outcome_id"].isin(told).to_numpy(dtype=bool)]
    earlier = rest[(rest["timing"] == "before").to_numpy(dtype=bool)]
    unclear = rest[rest["outcome_id"].isin(perhaps).to_numpy(dtype=bool)]
    if len(credited):
        firm = credited["verdict"].isin(ledgers.PROVEN).any()
        said.append(
            tell(
                "story",
                "obtained-some" if firm else "obtained-reported",
                n=len(credited),
                what=ledgers.titles(
                    [_doubted(row, found) for row in credited.to_dict("records")], names
                ),
            )
        )
        open_ = int((credited["timing"] == "unclear").sum())
        if open_:
            whole = "-all" if open_ == len(credited) else ""
            said.append(tell("story", f"obtained-perhaps{whole}", n=open_, start=start_of(found)))
    elif not (found.events["n_credits"] > 0).any() and not (said and len(results) == 1):
        said.append(tell("story", "obtained-none"))  # of the goal alone, it has been said
    if len(earlier):
        said.append(
            tell(
                "story", "obtained-before", what=ledgers.titles(earlier.to_dict("records"), names)
            )
        )
    elif len(unclear):
        said.append(
            tell("story", "obtained-unclear", start=start_of(found),
                 what=ledgers.titles(unclear.to_dict("records"), names))
        )  # fmt: skip
    return [*came, *(ledgers.declared(part) for part in said)]


def _doubted(event: Row, found: Story) -> Row:
    """Return a step that is credited, titled with who doubts, denies, or credits someone else."""
    for whose, column in (("", "n_doubts"), ("-rivals", "n_rival_credits")):
        if n := int(event[column]):
            against = tell("story", f"against{whose}", n=n)
            names = [f"title_{lang}" for lang in LANGUAGES]
            event = {**event, **{name: f"{event[name]}{against[name[-2:]]}" for name in names}}
    return event


def _credited(found: Story, sides: Mapping[str, Text]) -> Told:
    """Say who credits the movement with its goal, by name where few do, and whom others credit."""
    goal, said = found.goal, found.voices
    ours = int(goal["n_credits"])
    credit = found.credits[ledgers.equals(found.credits["says"], "credits")]
    mine = ledgers.equals(credit["party"], "movement")
    named = list(dict.fromkeys(credit["claimant"][mine]))
    rival = said["rival"].to_numpy(dtype=bool) & ~said["claimant"].isin(named).to_numpy(dtype=bool)
    rest = set(said["claimant"][rival & ledgers.equals(said["outcome_id"], goal["outcome_id"])])
    rivals = len(rest)
    others = credit[credit["claimant"].isin(rest).to_numpy(dtype=bool)]["party"].value_counts()
    most = [str(code) for code in others[others == others.max()].index]
    whom = tell("story", "someone-else")
    if len(most) == 1:
        whom = Told(ledgers.side(most[0], sides), {})
        whom = whom if len(others) == 1 else tell("story", "mostly", whom=whom)
    form = "-rivals" if ours and rivals else "" if ours else "-others" if rivals else "-unclaimed"
    own = credit["itself"].to_numpy(dtype=bool)  # who credits its own side
    who = (
        [_standing(str(name), name in set(credit["claimant"][mine & own])) for name in named]
        if len(named) == ours <= MOST_CREDITING
        else tell("story", "sources", n=ours)
    )
    n = len(rest & set(credit["claimant"][credit["party"].isin(most).to_numpy(dtype=bool) & own]))
    among = tell("story", "among-all" if n == rivals else "among", n=n) if n else ""
    what: Text | Told = Text.both(lambda lang: ledgers.bare(goal[f"title_{lang}"]))
    if goal["timing"] != "after":
        what = tell("story", f"titled-{goal['timing']}", what=what, start=start_of(found))
    doubts = int(goal["n_doubts"])
    against = tell("story", "against", n=doubts) if ours and doubts else ""
    return tell("story", f"obtained-goal{form}", what=what, who=who, rivals=rivals,
                 whom=whom, among=among, against=against)  # fmt: skip


def _standing(name: str, own: bool) -> Text:
    """Return a name, and that it speaks for its own side."""
    called = ledgers.named(name, within=True)
    return tell("story", "named-own", who=called).text if own else called


def start_of(found: Story) -> Told:
    """Return the words for what a result comes before: the declared start, if it holds."""
    return tell("story", "start" if found.born is not None else "start-unknown")


def _perhaps_before(results: pd.DataFrame, found: Story) -> list[bool]:
    """Tell which results may have come before the hashtag: no later than some days after it."""
    start = found.met
    return [
        timing == "unclear" and last is not None and start is not None
        and (last - start).days <= WEEK_DAYS
        for timing, last in zip(results["timing"], results["last"], strict=True)
    ]  # fmt: skip


def _people(found: Story, movement: Movement) -> dict[str, list[dict[Any, Any]]]:
    """Return who carried it, media apart, once each, by when they did as to the hashtag."""
    carriers, first = found.carriers, dict[str, dict[Any, Any]]()
    media = carriers["kind"].isin(ledgers.MEDIA).to_numpy(dtype=bool)
    place = {name: place for place, name in enumerate(movement.relays["relay_id"])}
    told = sorted(carriers[~media].to_dict("records"), key=lambda row: place[row["relay_id"]])
    for row in sorted(told, key=dated_first):  # of one date as the ledger has them
        if "#" not in str(row["actor"]):  # not the movement itself
            first.setdefault(str(row["actor"]), row)
    began = _began(found)
    # whoever did it again after the start did it then at the latest
    sure = {row["actor"] for row in told
            if not pd.isna(row["date"]) and not before(row, began, perhaps=True)}  # fmt: skip
    groups: dict[str, list[dict[Any, Any]]] = {"before": [], "perhaps": [], "dated": [],
                                               "undated": []}  # fmt: skip
    for row in first.values():
        if before(row, found.born):
            groups["before"].append(row)
        elif row["actor"] not in sure and before(row, began, perhaps=True):
            groups["perhaps"].append(row)
        elif not pd.isna(row["date"]):
            groups["dated"].append(row)
        elif ledgers.cell(row["date_words_fr"]):
            groups["undated"].append(row)
    if not any(groups.values()):  # of whom media alone would seem to have carried it
        groups["undated"] = [*first.values()]
    return groups


def _began(found: Story) -> Date | None:
    """Return the day before which a relay passed no hashtag on, where one is declared."""
    return found.met if found.start is not None else None  # else a relay is one all the same


def _carried_line(found: Story, movement: Movement) -> list[Told]:
    groups = _people(found, movement)
    roles: set[Any] = set()
    # what several are is said of the first
    for row in [row for people in groups.values() for row in people[:MOST_NAMED]]:
        row["same"] = row["role_fr"] in roles
        roles.add(row["role_fr"])
    said: list[Told] = []
    words = {"dated": "names" if in_order(groups["dated"]) else "names-alike"}
    for key, people in groups.items():
        if people:
            names: list[Text | Told] = [Text.both(partial(ledgers.person, row, brief=True))
                                        for row in people[:MOST_NAMED]]  # fmt: skip
            if len(people) > MOST_NAMED:
                names.append(tell("story", "more", n=len(people) - MOST_NAMED))
            told = tell(
                "story",
                f"relayed-{words.get(key, key)}",
                names=Apart(names),
                start=start_of(found),
            )
            said.append(ledgers.declared(told))
    # what was out before the hashtag did not pass it on
    media = found.carriers["kind"].isin(ledgers.MEDIA).to_numpy(dtype=bool)
    rows = found.carriers[media].to_dict("records")
    outlets = {row["actor"] for row in rows if not before(row, found.born)}
    sure = {row["actor"] for row in rows if not before(row, _began(found), perhaps=True)}
    if sure:  # what others did before the hashtag is no sentence to go on with
        beside = groups["dated"] or groups["undated"]
        n = Rough(len(sure), "exact" if sure == outlets else "at_least")
        said.append(tell("story", "carried-media" if beside else "carried-media-alone", n=n))
    return said


def before(row: Row, began: Date | None, *, perhaps: bool = False) -> bool:
    """Tell whether a dated thing was there before a day, whichever of its days it was.

    Of a movement without a declared start nothing was: an archive's first post is no birth.
    `perhaps`: it may have been.
    """
    days = possible(row)
    return began is not None and days is not None and days[0 if perhaps else 1] < began


def in_order(rows: Iterable[Row]) -> bool:
    """Tell whether dated things have an order: of two days or more, none perhaps before another.

    Those of one day may stand beside one another; of those of one month nobody knows the order.
    """
    spans = sorted(days for row in rows if (days := possible(row)) is not None)
    apart = all(one[1] <= other[0] for one, other in pairwise(spans))
    return len({*spans}) > 1 and apart


def dated_first(row: Row) -> tuple[bool, Any]:
    """Return what sorts rows by date, those without one last."""
    missing = bool(pd.isna(row["date"]))
    return (missing, Date.max if missing else row["date"])


def in_opening(found: Story, table: pd.DataFrame) -> pd.DataFrame:
    """Return the dated rows that the picture's window holds, in order."""
    if found.window is None:
        return table.iloc[:0]
    low, high = found.window
    held = [day is not None and not pd.isna(day) and low <= day <= high for day in table["date"]]
    kept = table[np.array(held, dtype=bool)]
    return kept.sort_values("date", kind="stable").reset_index(drop=True)


def _metric(found: Story) -> str:
    """Return what the published counts beside the headline's number count."""
    metric = str(found.size.get("metric", ""))
    return metric if metric in terms("story", "cells.nouns") else "supporters_bio"


def _size_line(found: Story) -> list[Told]:
    counts = found.counts if found.window is None else in_opening(found, found.counts)
    own = ledgers.equals(found.counts["figure_id"], found.size.get("figure_id"))
    if not counts["figure_id"].isin(found.counts["figure_id"][own]).any():
        counts = found.counts[own]  # whose the headline's number is, be it of later
    rows = (
        counts[ledgers.equals(counts["metric"], _metric(found))]
        .drop_duplicates("value")
        .to_dict("records")
    )
    said: list[Told] = []
    told: list[list[Row]] = []
    if rows:
        one, many = (terms("story", f"cells.{name}")[_metric(found)] for name in ("noun", "nouns"))

        # of one date, as it is told, the least and the most; of many dates, the first and the last
        alike: dict[str, list[Row]] = {}
        for row in rows:
            alike.setdefault(ledgers.dated(row, "fr"), []).append(row)
        told = [sorted(same, key=lambda row: row["value"]) for same in alike.values()]
        told = told if len(told) <= MOST_TOLD else [told[0], told[-1]]

        def write(lang: str) -> str:
            words = []
            for place, (*less, row) in enumerate(told):
                ends = [*less[:1], row]
                n = {"fr": " à ", "en": " to "}[lang].join(
                    roughly(end["value"], end["roughness"], lang, capital=end is told[0][0])
                    for end in ends
                )
                noun = one if singular(row["value"], lang) else many
                words.append(f"{n} {noun[lang] if place == 0 else ''}".strip())
                words[-1] = f"{words[-1]} {ledgers.dated(row, lang)}".strip()
            return listing(words, lang)

        who = list(dict.fromkeys(ledgers.given_by(row) for same in told for row in same))
        made = tell("story", "size-counts", counts=Text.both(write), who=who)
        values = {f"count-{place}": row["value"] for place, row in enumerate(rows)}
        said.append(ledgers.declared(made, **values))
    best = best_sum(found)
    if best:
        # of the accounts just counted only where one page gives both numbers, of one date
        last = told[-1] if told else []  # of whom the sentence before spoke last
        theirs = any(_of_one_date(row, best) for row in last)
        whose = "theirs" if theirs else "published"
        least = _least_sum(found, best)
        alone = "-alone" if least or pd.isna(best["people_lo"]) else ""
        by = ledgers.given_by(best)
        summed: Any = ledgers.rough(best)
        if least:
            summed = tell("story", "sums-between", least=ledgers.rough(least), most=summed)
        moment = Text.both(lambda lang: ledgers.dated(best, lang))
        if moment.fr and not (theirs and len(rows) == 1):  # whose date was just told
            summed = tell("story", "summed-then", sum=summed, moment=moment)
        of = max((float(row["value"]) for row in last), default=0.0)
        said.append(tell("story", f"sum-{whose}{alone}", sum=summed, who=by, n=of,
                         lo=best["people_lo"]))  # fmt: skip
    return said


def best_sum(found: Story) -> dict[str, Any]:
    """Return the sum that the headline's page gives of its date, else the largest of its weeks."""
    sums = found.sums[true(found.sums["value"].astype(float) > 0)]
    theirs = [_of_one_date(found.size, row) for row in sums.to_dict("records")]
    early = in_opening(found, sums)
    sums = sums[np.array(theirs, dtype=bool)] if any(theirs) else early if len(early) else sums
    if sums.empty:
        return {}
    row = sums.sort_values("value", kind="stable").iloc[-1].to_dict()
    return {str(name): value for name, value in row.items()}


def _of_one_date(row: Row, best: Row) -> bool:
    """Tell whether one page gives both numbers, of one date."""
    pages = {ledgers.cell(one.get("url")) for one in (row, best)}
    if len(pages) > 1 or "" in pages:
        return False
    return ledgers.dated(row, "fr") == ledgers.dated(best, "fr")


def _least_sum(found: Story, best: Row) -> Row | None:
    """Return the least sum that whoever gives this one gives for the same time, if a smaller."""
    when, who = ledgers.dated(best, "fr"), ledgers.given_by(best)
    alike = [row for row in found.sums.to_dict("records")
             if (ledgers.dated(row, "fr"), ledgers.given_by(row)) == (when, who)]  # fmt: skip
    least = min(alike, key=lambda row: float(row["value"]))
    return least if float(least["value"]) < float(best["value"]) else None


def job_stages(found: Story, lang: str) -> str:
    """Return what became of the jobs, count by count, each with its month or year."""
    return ledgers.parted(
        (
            f"{_jobs(row, lang)} {ledgers.stage(_most(row))[lang]}{job_day(row, lang)}"
            for row in found.jobs.to_dict("records")
        ),
        lang,
    )


def job_day(row: Mapping[Any, Any], lang: str) -> str:
    """Return when jobs were counted, in brackets.

    The ends of a range may be of two dates: they share a year, or of jobs at stake not even that.
    They are what each source gave first of these, and last of the others (`outcomes.story`).
    """
    if not several(row):
        return f" ({ledgers.job_day(row, lang)})"
    which = "first" if row["metric"] == "jobs_at_stake" else "last"
    return f" {tell('story', f'range-{which}', year=str(row['date'].year))[lang]}"


def several(row: Mapping[Any, Any] | pd.Series) -> bool:
    """Tell whether no two sources give one number of jobs, or one gives the least and the most."""
    least, most = (ledgers.cell(row[f"{end}_publisher"]) for end in ("lo", "hi"))
    return bool((row["n_same"] < 2 or least == most) and row["lo"] < row["hi"])


def _jobs(row: Mapping[Any, Any], lang: str) -> str:
    if not several(row):
        return Rough(row["value"], row["roughness"]).words(lang)
    least, most = (Rough(row[end], row[f"{end}_roughness"]) for end in ("lo", "hi"))
    if least.roughness == most.roughness == "exact":
        return Band(row["lo"], row["hi"]).words(lang)
    return tell("story", "sums-between", least=least, most=most)[lang]


def _most(row: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return a count with the most it may be: words after a range agree with its end."""
    return {**row, "value": row["hi"]} if several(row) else row


def first_aim(found: Story) -> dict[str, Any]:
    """Return the first number of jobs that somebody aimed at."""
    if found.aims.empty:
        return {}
    row = found.aims.sort_values("date", kind="stable", na_position="last").iloc[0].to_dict()
    return {str(name): value for name, value in row.items()}


def _jobs_line(found: Story) -> list[Told]:
    if found.jobs.empty:
        return []
    stages = Text.both(lambda lang: job_stages(found, lang))
    aim = first_aim(found)
    made = tell("story", "jobs-line", stages=stages)
    if aim:
        what = ledgers.counted(aim, agreed=True)
        made = tell("story", "jobs-aim", stages=stages, aim=ledgers.rough(aim), what=what)
    values = {f"jobs-{place}": value for place, value in enumerate(found.jobs["value"])}
    return [ledgers.declared(made, **values)]


def has_posts(found: Story) -> bool:
    """Tell whether there are posts with the hashtag, be it that nothing is told of them."""
    return bool(found.bearing) or withheld.posts()


def _lacking(found: Story) -> Told | None:
    read = found.read
    said = [] if has_posts(found) else [tell("story", "lacking-posts")]
    said += [tell("story", "lacking-pages", n=read["beginning"])] if read["beginning"] else []
    if read["inferred"]:
        every = "-all" if read["inferred"] == read["dates"] else ""
        said += [tell("story", f"lacking-dates{every}", n=read["inferred"], total=read["dates"])]
    if not said:
        return None
    what = Text.both(lambda lang: ledgers.parted((part[lang] for part in said), lang))
    numbers = {f"lacking-{k}": v for part in said for k, v in enumerate(part.numbers.values())}
    whole = tell("story", "lacking", what=what)
    return ledgers.declared(whole, **numbers)
