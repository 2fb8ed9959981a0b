"""The chapter that every report opens with: the movement as its ledgers tell it.

Its parts answer the reader's questions in order (`publish.chapter.order`); what an archive adds
stands in the other chapters. Its sentences are in `words/story.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date as Date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.hashtags import normalize_hashtag
from i4analysis.measure.numbers.suppression import rounded
from i4analysis.measure.outcomes.story import Story, origin
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Source, Text
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import story as charts
from i4analysis.publish.words.sentence import Apart, Rough, Span, Told, figure_of, tell, terms
from i4analysis.publish.words.wording import (
    HARD,
    LANGUAGES,
    date,
    listing,
    quote,
    roughly,
    singular,
    site,
    when,
)

MOST_WORDS = 18  # of a headline
MOST_NAMED, MOST_LISTED, MOST_CREDITING = 7, 2, 3  # in the short answers
WEEK_DAYS = 7
FIRST_CARRIERS, FIRST_STATEMENTS = 4, 3  # rows that are part of the text; the rest is folded
LONG_ROLE = 35  # characters of who somebody is that a list of names has room for
LONG_DAY = 32  # characters of a date in words that a line of numbers has room for
_MEDIA = ("press", "radio", "tv")
_ARTICLES = {"Le", "La", "Les", "Un", "Une", "Des", "Du", "De", "Au", "The", "A", "An"}
_PROVEN = ("documented", "corroborated")
Row = Mapping[Any, Any]  # of a frame's records


@chapter("story", order=0)
def story(found: Story, movement: Movement) -> Chapter:
    """Build the opening chapter from `outcomes.story`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> archive, movement = made.archive, made.movement
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> story = i4.outcomes.story(found, movement, archive)
    >>> i4.chapters.story(story, movement).problems()
    []
    """
    found = replace(found, size=_in_fives(found.size))
    made = begun("story", movement, as_of=movement.compiled_on)
    headline = _declared(_headline(found, movement))
    made.titled(headline)
    made.answered(Told(_description(movement), {}), _in_words(_description(movement)))
    _front(made, found, movement, headline)
    _picture(made, found, _outlets(movement))
    _obtained(made, found, movement)
    _carried(made, found, movement)
    _size(made, found, movement)
    _helped(made, found)
    _said(made, found)
    _asks(made, found)
    _read(made, found)
    _sheets(made, found, movement)
    return made


def _in_fives(size: Row) -> dict[str, Any]:
    """Return the headline's number; one of ours goes down to a multiple of five.

    It counts founders and supporters: taken from the curve of all who show the hashtag, it would
    give those who look for work to the last one. The ledgers' numbers are known to everybody.
    """
    if size.get("metric") != "seen":
        return dict(size)
    value = int(rounded(size["value"]))
    return {**size, "value": value} if value else {}


# ------------------------------------------------------------------------------- the first screen


def hashtag(movement: Movement) -> str:
    """Return the movement's hashtag as its title writes it: `#i4Emploi`."""
    for words in movement.title.values():
        for tag in re.findall(r"#\w+", words):
            if normalize_hashtag(tag) in movement.hashtags:
                return str(tag)
    return f"#{movement.hashtags[0]}"


def _headline(found: Story, movement: Movement) -> Told:
    """Return the goal and the size in a sentence of at most eighteen words, the fullest first."""
    name = hashtag(movement)
    goal = Text.of(movement.goal) if movement.goal else None
    if not found.size and found.seen:
        return tell("story", "headline-seen", name=name, n=found.seen["accounts"],
                     span=Span(found.seen["first"], found.seen["last"]))  # fmt: skip
    if not found.size and goal:
        return tell("story", "headline-asked", name=name, goal=goal)
    if not found.size and found.unmarked:
        return tell("story", "headline-unseen", name=name)
    if not found.size:
        return Told(Text.of(movement.title, name), {})
    values = {"name": name, "n": _rough(found.size), "time": _time(found.size)}
    verdict = str(found.goal.get("verdict"))
    proof = verdict if verdict in _PROVEN else "unproven"
    # what is known of the effect is never what gives way to the length
    dated = found.size["days"] is not None
    forms = ["days", "goal", "size"] if dated else ["goal", "undated"]
    if found.goal:
        shorter = ("days-", "", "brief-", "size-") if dated else ("", "brief-", "undated-")
        forms = [f"{form}{proof}" for form in shorter]
    if goal is None:
        forms = forms[-1:]
    for form in forms:
        made = tell("story", f"headline-{form}", goal=goal or "", **values)
        if max(len(made.text[lang].split(" ")) for lang in LANGUAGES) <= MOST_WORDS:
            return made
    return made


def _rough(row: Row) -> Rough:
    return Rough(float(row["value"]), str(row["roughness"]))


def _time(size: Row) -> Told:
    """Return how long it took: in weeks where it is whole weeks, else in days; if known."""
    if size["days"] is None:
        return Told.nothing()
    days = max(1, int(size["days"]))  # of the first day itself: within one
    whole = days > 0 and days % WEEK_DAYS == 0
    return tell("story", "weeks", n=days // WEEK_DAYS) if whole else tell("story", "days", n=days)


def _description(movement: Movement) -> Text:
    return Text.of(movement.description, "")


def _front(made: Chapter, found: Story, movement: Movement, headline: Told) -> None:
    if found.seen and movement.started_on is None:
        days = [found.seen[name] for name in ("first", "last")]
        years = " – ".join(dict.fromkeys(str(day.year) for day in days))
        made.front("years", Text.same(years), _in_words(Text.same(years)))
    if found.size or movement.goal or found.seen or found.unmarked:
        made.front("headline", headline)
    if movement.description:
        made.front("story", _description(movement), _in_words(_description(movement)))
    for name, parts in (
        ("obtained", _obtained_line(found, _proper(movement), _sides(movement))),
        ("carried", _carried_line(found)),
        ("size", _size_line(found)),
        ("jobs", _jobs_line(found)),
    ):
        if parts:
            made.front(name, _joined(parts))
    _number(made, found)
    lacking = _lacking(found)
    if lacking:
        made.front("lacking", lacking)


def _joined(parts: Sequence[Told]) -> Told:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def _number(made: Chapter, found: Story) -> None:
    """Give the one number of the report, with what it counts, whose it is and of which day."""
    size, seen = found.size, found.seen
    if size.get("metric") == "seen" or not size:
        if not seen:
            return
        metric, value = ("seen", size["value"]) if size else ("posts", seen["accounts"])
        roughness = "at_least" if size else "exact"
        about = tell("story", "number-archive", days=Span(seen["first"], seen["last"]))
    else:
        metric, value, roughness = size["metric"], size["value"], str(size["roughness"])
        moment = Text.both(lambda lang: _when(size, lang))
        about = tell(
            "story", "number-said", when=moment, who=office(origin(size) or "", within=True)
        )
    made.key_figure(
        "accounts",
        value,
        label=tell("story", f"counted-{metric}", n=value),
        definition=_declared(about),
        roughness=roughness,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_words(*texts: Text) -> dict[str, float]:
    """Declare the numbers of words that a ledger gives: they are the source's, not ours."""
    whole = " ".join(f"{text.fr} {text.en}" for text in texts)
    digits = re.findall(r"\d+(?:[ \u202f\u00a0.,]\d{3})*(?:,\d+|\.\d+)?", whole)
    return {f"ledger-{digit}": _value(digit) for digit in dict.fromkeys(digits)}


def _declared(told: Told, **more: Any) -> Told:
    """Return a sentence that also declares the numbers of the ledgers' words in it."""
    return Told(told.text, {**_in_words(told.text), **told.numbers, **more}, told.facts)


def _value(digits: str) -> float:
    plain = re.sub(r"[ \u202f\u00a0]", "", digits)
    plain = re.sub(r"[.,](?=\d{3}(?!\d))", "", plain)
    return float(plain.replace(",", "."))


def _lower(text: str, names: Collection[str]) -> str:
    """Return a title as part of a sentence; a name keeps its capital."""
    first = re.split(r"[ '’]", text, maxsplit=1)[0]
    acronym = len(first) > 1 and not first[1:].islower()
    return text if first in names or acronym else text[:1].lower() + text[1:]


def _proper(movement: Movement) -> frozenset[str]:
    """Return the words that the ledgers write with a capital within a sentence, and all names."""
    outcomes, claims = movement.outcomes, movement.claims
    texts = [*outcomes["title_fr"], *outcomes["title_en"], *claims["evidence_fr"].dropna(),
             *claims["evidence_en"].dropna(), *movement.place.values(),
             *movement.description.values()]  # fmt: skip
    within = {word for text in texts for word in re.findall(r"(?<=[\w,] )[A-ZÀ-Ý][\w-]+", text)}
    people = {word for name in movement.people["name"] for word in str(name).split()}
    return frozenset(within | people) - _ARTICLES


def _titles(rows: Iterable[Row], names: Collection[str]) -> Text:
    """Return titles of events as a list inside a sentence; beyond a few, how many more."""
    rows = list(rows)
    more = tell("story", "more", n=len(rows) - MOST_LISTED)

    def write(lang: str) -> str:
        said = [_lower(str(row[f"title_{lang}"]), names) for row in rows[:MOST_LISTED]]
        return _parted([*said, more[lang]] if len(rows) > MOST_LISTED else said, lang)

    return Text.both(write)


def _parted(items: Iterable[str], lang: str) -> str:
    """Return parts of a sentence with a semicolon between them."""
    return (f"{HARD}; " if lang == "fr" else "; ").join(items)


def _day(row: Row, lang: str) -> str:
    """Return a date as its source gives it: its words, else no finer than it is known."""
    words = _cell(row.get(f"date_words_{lang}"))
    if words:
        return words
    day, limit, precision = row.get("date"), row.get("not_after"), row["precision"]
    exact = precision in ("day", "hour", "minute")
    if not pd.isna(limit) and (pd.isna(day) or not exact):
        return tell("story", "by-day", day=Text.both(lambda of: date(limit, of)))[lang]
    if day is None or pd.isna(day):
        return ""
    if precision == "week":
        return tell("story", "around-day", day=Text.both(lambda of: date(day, of)))[lang]
    return date(day, lang, "day" if exact else precision)


def _results(found: Story) -> pd.DataFrame:
    """Return the goal and the steps towards it: the ledger's main outcomes, without the crisis."""
    events = found.events
    wanted = events["role"].isin(["goal", "step"]) & events["main"].astype(bool)
    return events[wanted.to_numpy(dtype=bool)]


def _obtained_line(found: Story, names: Collection[str], sides: Mapping[str, Text]) -> list[Told]:
    results = _results(found)
    if results.empty:
        return []
    timing, role = results["timing"], results["role"]
    credited = results[
        ((timing != "before") & (role != "goal") & (results["n_credits"] > 0)).to_numpy(dtype=bool)
    ]
    earlier = results[(timing == "before").to_numpy(dtype=bool)]
    unclear = results[_perhaps_before(results, found)]
    said: list[Told] = []
    if found.goal and found.goal["last"] is not None:
        said.append(_credited(found, sides))
    if len(credited):
        firm = credited["verdict"].isin(_PROVEN).any()
        said_by = found.voices[_is(found.voices["says"], "movement")]
        seen = said_by[np.isin(said_by["outcome_id"], credited["outcome_id"])]["standing"]
        known = bool(seen.isin(["document", "witness"]).any())
        said.append(
            tell(
                "story",
                "obtained-some"
                if firm
                else "obtained-unproven"
                if not known
                else "obtained-reported",
                n=len(credited),
                what=_titles(credited.to_dict("records"), names),
            )
        )
    elif not (results["n_credits"] > 0).any():
        said.append(tell("story", "obtained-none"))
    if len(earlier):
        said.append(
            tell("story", "obtained-before", what=_titles(earlier.to_dict("records"), names))
        )
    elif len(unclear):
        said.append(
            tell("story", "obtained-unclear", what=_titles(unclear.to_dict("records"), names))
        )
    return [_declared(part) for part in said]


def _credited(found: Story, sides: Mapping[str, Text]) -> Told:
    """Say who credits the movement with its goal, by name where few do, and whom others credit."""
    goal = found.goal
    ours, rivals = int(goal["n_credits"]), int(goal["n_rival_credits"])
    credit = found.credits[_is(found.credits["says"], "credits")]
    mine = _is(credit["party"], "movement")
    named = list(dict.fromkeys(credit["claimant"][mine]))
    others = credit[~credit["claimant"].isin(named).to_numpy(dtype=bool)]["party"].value_counts()
    most = [str(code) for code in others[others == others.max()].index]
    whom = tell("story", "someone-else")
    if len(most) == 1:
        whom = Told(_side(most[0], sides), {})
        whom = whom if len(others) == 1 else tell("story", "mostly", whom=whom)
    form = "-rivals" if ours and rivals else "" if ours else "-others" if rivals else "-unclaimed"
    who = (
        [_named(str(name), within=True) for name in named]
        if len(named) == ours <= MOST_CREDITING
        else tell("story", "sources", n=ours)
    )
    what = Text(fr=goal["title_fr"], en=goal["title_en"])
    return tell("story", f"obtained-goal{form}", what=what, who=who, rivals=rivals,
                 whom=whom)  # fmt: skip


def _perhaps_before(results: pd.DataFrame, found: Story) -> list[bool]:
    """Tell which results may have come before the hashtag: no later than some days after it."""
    start = found.start
    return [
        timing == "unclear" and last is not None and start is not None
        and (last - start).days <= WEEK_DAYS
        for timing, last in zip(results["timing"], results["last"], strict=True)
    ]  # fmt: skip


def _carried_line(found: Story) -> list[Told]:
    carriers = found.carriers
    media = carriers["kind"].isin(_MEDIA).to_numpy(dtype=bool)
    first: dict[str, dict[Any, Any]] = {}
    for row in sorted(carriers[~media].to_dict("records"), key=_dated_first):
        if "#" not in str(row["actor"]):  # not the movement itself
            first.setdefault(str(row["actor"]), row)
    dated = [row for row in first.values() if not pd.isna(row["date"])]
    undated = [row for row in first.values()
               if pd.isna(row["date"]) and _cell(row["date_words_fr"])]  # fmt: skip
    roles: set[Any] = set()
    for row in [*dated[:MOST_NAMED], *undated]:  # what several are is said of the first
        row["same"] = row["role_fr"] in roles
        roles.add(row["role_fr"])
    said: list[Told] = []
    for key, people in (("names", dated[:MOST_NAMED]), ("undated", undated)):
        if people:
            made = tell("story", f"relayed-{key}",
                         names=Apart([Text.both(partial(_person, row, brief=True))
                                      for row in people]))  # fmt: skip
            said.append(_declared(made))
    outlets = int(carriers.loc[media, "actor"].nunique())
    if outlets:
        said.append(tell("story", "carried-media", n=outlets))
    if said and not found.seen:
        said.append(tell("story", "carried-unknown"))
    return said


def _dated_first(row: Row) -> tuple[bool, Any]:
    missing = bool(pd.isna(row["date"]))
    return (missing, Date.max if missing else row["date"])


def _person(row: Row, lang: str, *, brief: bool = False) -> str:
    """Return a name with who it is and how many follow it: `Alban Jarry (27 000 abonnés)`."""
    if brief and row["role"] in ("institution", "medium", "firm"):
        return office(row["actor"], within=True)[lang]
    role = "" if row.get("same") else _cell(row.get(f"role_{lang}"))
    if brief and len(role) > LONG_ROLE:
        role = role.partition(",")[0]
    inside = [role] if role else []
    if not pd.isna(row["followers"]):
        inside.append(tell("story", "person-followers", n=int(row["followers"]))[lang])
    name = office(row["actor"], within=brief)[lang]
    return f"{name} ({', '.join(inside)})" if inside else name


def _opening(found: Story, table: pd.DataFrame) -> pd.DataFrame:
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


def _is(values: pd.Series[Any], wanted: Any) -> npt.NDArray[np.bool_]:
    """Tell which values are the wanted one; nothing is nothing."""
    return np.array([isinstance(v, str) and v == wanted for v in values], dtype=bool)


def _size_line(found: Story) -> list[Told]:
    counts = _opening(found, found.counts)
    rows = (
        counts[_is(counts["metric"], _metric(found))].drop_duplicates("value").to_dict("records")
    )
    said: list[Told] = []
    if rows:
        one, many = (terms("story", f"cells.{name}")[_metric(found)] for name in ("noun", "nouns"))

        def write(lang: str) -> str:
            words = []
            for place, row in enumerate(rows):
                n = roughly(row["value"], row["roughness"], lang, capital=place == 0)
                noun = one if singular(row["value"], lang) else many
                words.append(f"{n} {noun[lang] if place == 0 else ''}".strip())
                words[-1] += f" {_when(row, lang)}"
            return listing(words, lang)

        said_by = dict.fromkeys(filter(None, map(origin, rows)))
        who = [office(name, within=True) for name in said_by]
        made = tell("story", "size-counts", counts=Text.both(write), who=who)
        values = {f"count-{place}": row["value"] for place, row in enumerate(rows)}
        said.append(_declared(made, **values))
    best = _best_sum(found)
    if best and pd.isna(best["people_lo"]):
        said.append(tell("story", "size-sum-alone", sum=_rough(best)))
    elif best:
        said.append(tell("story", "size-sum", sum=_rough(best), lo=best["people_lo"]))
    return said


def _when(row: Row, lang: str) -> str:
    """Return a date as it ends a sentence: the source's words, else no finer than known."""
    exact = row["precision"] in ("day", "hour", "minute")
    if exact and not _cell(row.get(f"date_words_{lang}")):
        return when(row["date"], lang, "day")
    return _day(row, lang)


def _best_sum(found: Story) -> dict[str, Any]:
    """Return the sum of the headline's own page, else the largest of the opening weeks."""
    sums = _opening(found, found.sums)
    if sums.empty:
        sums = found.sums[found.sums["value"].notna().to_numpy(dtype=bool)]
    same = sums[_is(sums["url"], found.size.get("url"))]
    sums = same if len(same) else sums
    if sums.empty:
        return {}
    row = sums.sort_values("value", kind="stable").iloc[-1].to_dict()
    return {str(name): value for name, value in row.items()}


def _stages(found: Story, lang: str) -> str:
    words = terms("story", "cells.stages")
    return _parted(
        (
            f"{roughly(row['value'], row['roughness'], lang)} {words[row['metric']][lang]}"
            f" ({_job_day(row, lang)})"
            for row in found.jobs.to_dict("records")
        ),
        lang,
    )


def _job_day(row: Row, lang: str) -> str:
    """Return the month or year of a count of jobs: a day would say too much."""
    own = _cell(row.get(f"date_words_{lang}"))
    if own and len(own) < LONG_DAY:
        return re.sub(r"^(?:en|in) ", "", own)
    return date(row["date"], lang, "year" if row["precision"] == "year" else "month")


def _aim(found: Story) -> dict[str, Any]:
    """Return the first number of jobs that somebody aimed at."""
    if found.aims.empty:
        return {}
    row = found.aims.sort_values("date", kind="stable", na_position="last").iloc[0].to_dict()
    return {str(name): value for name, value in row.items()}


def _jobs_line(found: Story) -> list[Told]:
    if found.jobs.empty:
        return []
    stages = Text.both(lambda lang: _stages(found, lang))
    aim = _aim(found)
    made = tell("story", "jobs-line", stages=stages)
    if aim:
        made = tell("story", "jobs-aim", stages=stages, aim=_rough(aim), what=_counted(aim))
    values = {f"jobs-{place}": value for place, value in enumerate(found.jobs["value"])}
    return [_declared(made, **values)]


def _lacking(found: Story) -> Told | None:
    read = found.read
    said = [] if found.seen else [tell("story", "lacking-posts")]
    said += [tell("story", "lacking-pages", n=read["beginning"])] if read["beginning"] else []
    if read["inferred"]:
        said += [tell("story", "lacking-dates", n=read["inferred"], total=read["dates"])]
    if not said:
        return None
    what = Text.both(lambda lang: _parted((part[lang] for part in said), lang))
    numbers = {f"lacking-{k}": v for part in said for k, v in enumerate(part.numbers.values())}
    whole = tell("story", "lacking", what=what)
    return _declared(whole, **numbers)


# ------------------------------------------------------------------------------------ the picture


def _founders(found: Story) -> pd.DataFrame:
    """Return one count of the first circle: of the headline's own page, else the middle one."""
    counts = found.counts
    first = counts[_is(counts["metric"], "founders") & counts["date"].notna().to_numpy(dtype=bool)]
    if first.empty:
        return first
    same = first[_is(first["url"], found.size.get("url"))]
    chosen = same if len(same) else first.sort_values("value").iloc[[len(first) // 2]]
    return chosen.head(1)


def _picture(made: Chapter, found: Story, outlets: Mapping[str, str]) -> None:
    if found.window is None:
        return
    low, high = found.window
    events = found.events
    wanted = events["role"].isin(["crisis", "step", "goal"]) & events["main"].astype(bool)
    inside = [day is not None and low <= day <= high for day in events["last"]]
    shown = events[wanted.to_numpy(dtype=bool) & np.array(inside, dtype=bool)]
    low = min([low, *shown["date"].dropna()])  # a week that begins before it is drawn whole
    counts = _opening(found, found.counts)
    first = _founders(found)
    counts = pd.concat([first, counts[~_is(counts["metric"], "founders")]], ignore_index=True)
    counts = _above_zero(counts).rename(columns={"metric": "what"})
    bios = counts[~_is(counts["what"], "members")]
    counts = counts if len(bios) else counts.iloc[:0]
    sums = _above_zero(_opening(found, found.sums)).drop_duplicates("value", ignore_index=True)
    if shown.empty and counts.empty:
        return
    shown = shown.assign(
        words=[Text(fr=fr, en=en)
               for fr, en in zip(shown["title_fr"], shown["title_en"], strict=True)],
        publisher=[outlets.get(str(url), site(url)) for url in shown["url"]],
        credited=[_credited_after(row) for row in shown.to_dict("records")],
        proven=shown["verdict"].isin(_PROVEN).to_numpy(dtype=bool),
        open=[not pd.isna(limit) and precision not in ("day", "hour", "minute")
              for limit, precision in zip(shown["not_after"], shown["precision"], strict=True)],
    )  # fmt: skip
    start = found.start or low
    born = tell("story", "story-born", day=Text.both(lambda lang: date(start, lang, short=True)))
    worth = charts.worth_of(bios)
    subtitle = "events" if counts.empty else "worth" if worth > 1 else "squares"
    tables = [counts, sums, shown]
    made.part("story")
    made.figure(
        "story",
        _drawn(counts, sums, shown),
        lambda lang: charts.plot_story(
            counts, sums, shown, window=(low, high), start=start, start_label=born[lang], lang=lang
        ),
        title=_picture_title(found, first),
        subtitle=tell("story", f"story-subtitle-{subtitle}", worth=worth),
        alt=_picture_alt(shown, counts, sums, low, high),
        source=_listed(tables),
        note=_picture_note(found, counts),
        sources=_sources(tables),
        links={"title_fr": "url", "title_en": "url"},
    )


def _above_zero(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of which there is anything to draw."""
    return counts[counts["value"].to_numpy(dtype=float) > 0].reset_index(drop=True)


def _picture_title(found: Story, first: pd.DataFrame) -> Told:
    if not found.size or found.size["days"] is None:
        return tell("story", "story-title-events")
    grown = not first.empty and first["value"].iloc[0] < found.size["value"]
    if not grown or found.size["metric"] == "seen":
        return tell("story", "story-title-size", b=_rough(found.size), time=_time(found.size))
    return tell("story", "story-title", time=_time(found.size), a=float(first["value"].iloc[0]),
                 b=_rough(found.size))  # fmt: skip


def _picture_note(found: Story, counts: pd.DataFrame) -> Told | None:
    notes: list[Told] = []
    founders = found.counts[_is(found.counts["metric"], "founders")]["value"]
    if len(founders) > 1 and founders.min() < founders.max():
        notes.append(tell("story", "story-note-founders", lo=founders.min(), hi=founders.max()))
    if _is(counts["what"], "members").any():
        notes.append(tell("story", "story-note-members"))
    return _joined(notes) if notes else None


def _picture_alt(
    shown: pd.DataFrame, counts: pd.DataFrame, sums: pd.DataFrame, low: Date, high: Date
) -> Told:
    before = int((shown["timing"] == "before").sum())
    credited = int((shown["credited"] & (shown["timing"] != "before")).sum())
    squares = [
        float(row["value"]) for row in counts.to_dict("records") if row["what"] != "members"
    ]
    if squares and len(sums):
        total = float(sums["value"].max())
        sizes = tell("story", "story-alt-sums", counts=squares, last=squares[-1], sum=total)
    else:
        sizes = (
            tell("story", "story-alt-sizes", counts=squares, last=squares[-1])
            if squares
            else tell("story", "story-alt-none")
        )
    months = Text.both(
        lambda lang: " – ".join(dict.fromkeys(date(day, lang, "month") for day in (low, high)))
    )
    return tell("story", "story-alt", span=months, before=before, credited=credited,
                 free=len(shown) - before - credited, sizes=sizes)  # fmt: skip


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
        {"kind": row["role"]} | {name: row[name] for name in names}
        for row in shown.to_dict("records")
    ]
    columns = ["date", "precision", "not_after", "kind", "value", "roughness", "people_lo",
               "title_fr", "title_en", "verdict", "who", "publisher", "url"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values("date", kind="stable", na_position="last", ignore_index=True)
    return table.dropna(axis="columns", how="all")


# -------------------------------------------------------------------------------- what it obtained


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _source_of(row: Row) -> Source:
    return Source(_cell(row.get("publisher")) or site(row["url"]), _cell(row["url"]))


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


def _sides(movement: Movement) -> dict[str, Text]:
    """Return the words of each side that a ledger may name: of a side of one, its name."""
    names: dict[str, list[str]] = {}
    for row in movement.people.to_dict("records"):
        for code in _cell(row["party"]).split("|"):
            names.setdefault(code, []).append(str(row["name"]))
    alone = {code: Text.same(who[0]) for code, who in names.items() if len(who) == 1}
    return alone | terms("story", "cells.party")


def _side(code: str, sides: Mapping[str, Text]) -> Text:
    return sides.get(code, Text.same(code.replace("-", " ").capitalize()))


def _outlets(movement: Movement) -> dict[str, str]:
    """Return address → who published it, by the claims and by the ledger of the press."""
    names = dict(zip(movement.claims["url"], movement.claims["publisher"], strict=True))
    names |= dict(zip(movement.press["url"], movement.press["outlet"], strict=True))
    return {url: name for url, name in names.items() if _cell(url) and _cell(name)}


def _obtained(made: Chapter, found: Story, movement: Movement) -> None:
    shown = _results(found)
    if shown.empty:
        return
    made.part("obtained")
    made.sentence("cards-rule")
    outlets, sides = _outlets(movement), _sides(movement)
    for event in shown.to_dict("records"):
        mine = found.voices[_is(found.voices["outcome_id"], event["outcome_id"])]
        _card(made, event, mine.to_dict("records"), outlets, sides)
    _matrix(made, found, sides, _proper(movement), outlets)


def _card(
    made: Chapter, event: Row, voices: list[dict[Any, Any]], outlets: Mapping[str, str],
    sides: Mapping[str, Text],
) -> None:  # fmt: skip
    title = Text(fr=event["title_fr"], en=event["title_en"])
    source = Source(outlets.get(event["url"], site(event["url"])), _cell(event["url"]))
    day = Text.both(lambda lang: _day(event, lang))
    told = {"title": title, "where": source.name, "url": source.url}
    copied = (
        tell("story", "copy", date=day, **told)
        if day.fr
        else tell("story", "copy-undated", **told)
    )
    verdict = _verdict(event)
    made.card(
        event["outcome_id"],
        date=day if day.fr else tell("story", "undated").text,
        title=title,
        verdict=verdict.text,
        voices=[_voice(voice, outlets, sides) for voice in voices],
        copy=copied.text,
        source=source,
        credited=_credited_after(event),
        numbers={**verdict.numbers, **_in_words(title)},
    )


def _credited_after(event: Row) -> bool:
    """Tell whether a source credits the hashtag with what did not come before it."""
    return bool(event["n_credits"] > 0 and event["timing"] != "before")


def _verdict(event: Row) -> Told:
    verdicts = {code: Told(text, {}) for code, text in terms("story", "cells.verdicts").items()}
    if event["timing"] == "before":
        return verdicts["before-credited" if event["n_credits"] > 0 else "before"]
    said = verdicts[event["verdict"]]
    if event["timing"] == "unclear":
        unclear = verdicts["unclear"]
        said = unclear if event["verdict"] == "not claimed" else said + unclear
    rivals = int(event["n_rival_credits"])
    return said + tell("story", "verdict-rivals", n=rivals) if rivals else said


def _voice(voice: Row, outlets: Mapping[str, str], sides: Mapping[str, Text]) -> dict[str, Any]:
    """Return a claim as a card and the workbook tell it."""
    if voice["says"] == "other":
        whom = Text.both(
            lambda lang: (
                listing((_side(p, sides)[lang] for p in voice["parties"]), lang)
                or _cell(voice["relay"])
            )
        )
        says = tell("story", "saying-other", whom=whom).text
    else:
        says = terms("story", "cells.saying")[voice["says"]]
    url = _cell(voice["url"])
    return {
        "who": _named(str(voice["claimant"]), voice["through"]),
        "role": Text(fr=_cell(voice["who_fr"]), en=_cell(voice["who_en"])),
        "says": says,
        "kind": voice["says"],
        "words": Text(fr=_cell(voice["evidence_fr"]), en=_cell(voice["evidence_en"])),
        "quote": _cell(voice["quote"]),
        "standing": terms("story", "cells.standings").get(str(voice["standing"]), Text.same("")),
        "source": Source(_cell(voice["publisher"]) or outlets.get(url, site(url)), url),
        "date": Text.both(lambda lang: _day(voice, lang)),
    }


def office(name: Any, *, within: bool = False) -> Text:
    """Return a name; one that ledgers give as a French office is said in both languages.

    `within` a sentence an office has no capital.
    """
    known = terms("story", "cells.offices").get(str(name))
    if known is None:
        return Text.same(str(name))
    return Text.both(lambda lang: _lower(known[lang], ())) if within else known


def _named(who: str, through: Any = None, *, within: bool = False) -> Text:
    """Return who speaks, and who lends them the words."""
    names = Text.both(
        lambda lang: listing(
            (office(name, within=within)[lang] for name in who.split(" & ")), lang
        )
    )
    lent = _cell(through)
    return tell("story", "quoted-by", who=names, through=lent).text if lent else names


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
    credit = table[_is(table["says"], "credits")]
    mine = set(credit.loc[_is(credit["party"], "movement"), "claimant"])
    # as the verdict counts: who credits both sides is no rival
    ours, others = len(mine), len(set(credit["claimant"]) - mine)
    known = list(terms("story", "cells.party"))  # their order is that of the columns
    codes = sorted(table["party"].unique(),
                   key=lambda p: (known.index(p) if p in known else len(known), p))  # fmt: skip
    weight = table.assign(w=_is(table["says"], "credits"), m=_is(table["party"], "movement"))
    ranked = weight.groupby("claimant").agg(m=("m", "max"), w=("w", "sum"))
    ranked = ranked.sort_values(["m", "w"], ascending=False, kind="stable")
    parties = {
        code: Text(**{lang: _heading(_side(code, sides)[lang]) for lang in LANGUAGES})
        for code in codes
    }
    claimants = {name: _named(name) for name in ranked.index}
    goal = found.goal
    subtitle = tell("story", "matrix-subtitle-all")
    if goal:
        asked = Text.both(lambda lang: _lower(str(goal[f"title_{lang}"]), names))
        subtitle = tell("story", "matrix-subtitle", goal=Told(asked, _in_words(asked)))
    made.figure(
        "who-credits-whom",
        table,
        lambda lang: figure_of(
            charts.plot_credits(table, parties=parties, claimants=claimants, lang=lang)
        ),
        title=tell("story", "matrix-title", ours=ours, others=others),
        subtitle=subtitle,
        alt=tell("story", "matrix-alt", voices=len(claimants), parties=len(codes), ours=ours,
                  others=others, itself=int(table["itself"].sum())),
        source=_listed([table]),
        cells={"party": parties},
        numbers=_in_words(subtitle.text),
        sources=_sources([table]),
        links={"claimant": "url"},
    )  # fmt: skip


def _heading(words: str) -> str:
    """Return a side as the head of a column: without its article."""
    words = re.sub(r"^(?:le |la |les |des |l['’]|the )", "", words)
    return words[:1].upper() + words[1:]


# ------------------------------------------------------------------------- who carried it, how big


def _carried(made: Chapter, found: Story, movement: Movement) -> None:
    """List who passed the word, people and bodies; what the press published is a table apart."""
    carriers, outlets = found.carriers, _outlets(movement)
    media = carriers["kind"].isin(_MEDIA).to_numpy(dtype=bool)
    place = {name: place for place, name in enumerate(movement.relays["relay_id"])}
    made.part("carried")
    for stem, rows, title in (
        ("carriers", carriers[~media], tell("story", "carriers.title")),
        ("carriers-press", carriers[media], tell("story", "carriers-press.title")),
    ):
        told = sorted(rows.to_dict("records"), key=lambda row: place[row["relay_id"]])
        _passed_on(made, stem, sorted(told, key=_dated_first), outlets, title)


def _passed_on(
    made: Chapter, stem: str, told: list[dict[Any, Any]], outlets: Mapping[str, str], title: Told
) -> None:
    if not told:
        return
    met: set[str] = set()
    for row in told:  # who somebody is is said once
        row["new"] = row["actor"] not in met
        met.add(row["actor"])
    first = 0
    if stem == "carriers":  # each of those who began it once, then the rest
        starting = [row for row in told if row["new"]][:FIRST_CARRIERS]
        told, first = [*starting, *(row for row in told if row not in starting)], len(starting)
    kept = ("date", "precision", "actor", "followers", "said_by")
    made.table(
        stem,
        pd.DataFrame(
            {
                **_both("when", _day, told),
                **_both("who", lambda row, lang: _person(row, lang) if row["new"]
                        else office(row["actor"])[lang], told),
                **_plain(told, "title"),
                "source": [outlets.get(row["url"], site(row["url"])) for row in told],
                "url": [row["url"] for row in told],
                **{name: [row[name] for row in told] for name in kept},
            }
        ),
        title=title,
        links={"source": "url"},
        first=first,
        printed=4,
    )  # fmt: skip


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
    best = _best_sum(found)
    if best and not pd.isna(best["people_lo"]):
        made.sentence("people-band", sum=_rough(best), lo=best["people_lo"],
                      sources=[_source_of(best)])  # fmt: skip
    pairs, figures = found.contradictions, movement.figures
    floors = set(figures["figure_id"][(figures["measurement"] == False).fillna(False)])  # noqa: E712
    for metric in pairs["metric"].unique():
        both = pairs[_is(pairs["metric"], metric)].set_index("side").to_dict("index")
        low, high = both["lo"], both["hi"]
        what = _what(low)
        made.sentence(
            "contradiction",
            numbers=_in_words(what),
            sources=[_source_of(low), _source_of(high)],
            what=what,
            lo=_as_said(low, floors),
            hi=_as_said(high, floors),
            low=office(origin(low) or "", within=True),
            high=office(origin(high) or "", within=True),
        )


def _at_stake(stake: Any, last: Row) -> Told:
    """Return what was at stake and what became of it: a promise is no count."""
    metric = str(last["metric"])
    if metric == "jobs_at_stake":
        return tell("story", "jobs-title-stake", a=stake)
    if metric == "jobs_actual":
        return tell("story", "jobs-title", a=stake, b=last["value"])
    stage = terms("story", "cells.stages")[metric]
    return tell("story", "jobs-title-stage", a=stake, b=last["value"], stage=stage)


def _counted(row: Row) -> Text:
    """Return what a figure counts: the ledger's words, ours, or the metric's name, quoted."""
    metric = str(row["metric"])
    own = Text.both(lambda lang: quote(metric, lang))
    known = terms("story", "cells.metric").get(metric, own)
    return Text(fr=_cell(row["what_fr"]) or known.fr, en=_cell(row["what_en"]) or known.en)


def _what(row: Row) -> Text:
    """Return what a figure counts, to begin a sentence."""
    return Text.both(lambda lang: _capital(_counted(row)[lang]))


def _as_said(row: Row, floors: Collection[str]) -> Rough | Told:
    """Return a number as its source words it; of a plural, that plural: the number is its floor.

    Nobody counted `hundreds`: a ledger enters 200 and says that this is no measurement.
    """
    plural = terms("story", "cells.plurals").get(f"{row['value']:.0f}")
    if row["figure_id"] in floors and plural is not None:
        return Told(plural, {"floor": row["value"]})
    return _rough(row)


# ----------------------------------------------------------------------------------- did it help


def _helped(made: Chapter, found: Story) -> None:
    jobs = found.jobs
    if jobs.empty:
        return
    words = terms("story", "cells.stages")
    rows = jobs.to_dict("records")
    drawn = jobs.assign(
        **{
            f"label_{lang}": [
                f"{_capital(words[row['metric']][lang])} ({_job_day(row, lang)})" for row in rows
            ]
            for lang in LANGUAGES
        }
    )
    aim = _aim(found)
    aims = pd.DataFrame([aim]) if aim else found.aims.iloc[:0]
    stake = jobs[_is(jobs["metric"], "jobs_at_stake")]
    title = (
        _at_stake(stake["value"].iloc[0], rows[-1])
        if len(stake)
        else Told(terms("story", "cells.metric")["jobs_actual"], {})
    )
    aim_label = tell("story", "jobs-aim-label", n=aim["value"]) if aim else Told(Text.same(""), {})
    stages = Text.both(lambda lang: _stages(found, lang))
    made.part("helped")
    made.figure(
        "jobs",
        jobs[["date", "precision", "metric", "value", "roughness", "lo", "hi", "n_sources",
              "publisher", "url"]],
        lambda lang: figure_of(
            charts.plot_jobs(drawn, aims, lang=lang, aim_label=aim_label[lang])
        ),
        title=title,
        subtitle=tell("story", "jobs-subtitle"),
        alt=tell("story", "jobs-alt", stages=stages),
        source=_listed([jobs, aims]),
        numbers={**_in_words(stages), **aim_label.numbers},
        sources=_sources([jobs, aims]),
        links={"publisher": "url"},
    )  # fmt: skip
    if len(stake) and stake["lo"].iloc[0] < stake["hi"].iloc[0]:
        row = stake.iloc[0]
        made.sentence("jobs-sources", lo=row["lo"], hi=row["hi"], n=row["value"],
                      same=int(row["n_same"]))  # fmt: skip


# ------------------------------------------------------------- what was said, what would settle it


def _said(made: Chapter, found: Story) -> None:
    statements = found.statements
    if statements.empty:
        return
    rows = statements.to_dict("records")
    status = statements["status"].value_counts()
    one_page = len(set(statements["url"])) == 1
    kept = ("status", "said_by", "date", "precision", "quote", "topic")
    made.part("said")
    made.sentence(
        "statements-count",
        sources=[_source_of(row) for row in rows[:1]] if one_page else [],
        n=len(statements),
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
                **_both("known", _known_of, rows),
                "publisher": [_source_of(row).name for row in rows],
                "url": [row["url"] for row in rows],
                **{name: [row[name] for row in rows] for name in kept},
            }
        ),
        links={"publisher": "url"},
        first=FIRST_STATEMENTS,
        printed=2 if one_page else 3,
    )


def _known_of(row: Row, lang: str) -> str:
    """Return what is known of a statement, its status first."""
    status = terms("story", "cells.status")[row["status"]][lang]
    return f"{status[:1].upper()}{status[1:]}. {_cell(row[f'known_{lang}'])}".strip()


def _asks(made: Chapter, found: Story) -> None:
    """List whom to ask for what, each once: a ledger says `who : what ; who : what`."""
    asked: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in found.events.to_dict("records"):
        fr, en = (_split_asks(_cell(row[f"ask_{lang}"])) for lang in LANGUAGES)
        if not row["main"]:
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
                lang: _capital(listing((name[place] for name in people), lang))
                for place, lang in enumerate(LANGUAGES)
            }
        )
        what = Text(**{lang: _asked(known[lang], lang) for lang in LANGUAGES})
        made.ask(who, what, _in_words(who, what))


def _asked(what: Sequence[str], lang: str) -> str:
    """Return what somebody is asked, to follow their name."""
    return f"{HARD if lang == 'fr' else ''}: {_parted(what, lang)}." if what else "."


def _split_asks(text: str) -> list[tuple[str, str]]:
    """Return (who, what) of each ask in a cell.

    Examples
    --------
    >>> _split_asks("the clerk: the files ; the mayor: which days")
    [('the clerk', 'the files'), ('the mayor', 'which days')]
    """
    asks: list[tuple[str, str]] = []
    for part in re.split(r"\s*;\s+", text):
        who, colon, what = re.sub(r"\s+:", ":", part).partition(": ")
        if colon or not asks:
            asks.append((who.strip(), what.strip()))
        else:
            asks[-1] = (asks[-1][0], f"{asks[-1][1]} ; {part.strip()}")
    return [(who, what) for who, what in asks if who]


def _read(made: Chapter, found: Story) -> None:
    read = found.read
    made.part("known")
    if found.seen and found.seen["bearing"] < found.seen["held"]:
        made.sentence("read-bearing", n=found.seen["bearing"], held=found.seen["held"])
    if not read["pages"]:
        return
    if read["beginning"]:
        made.sentence("read-pages", pages=read["pages"], beginning=read["beginning"])
    else:
        made.sentence("read-pages-only", pages=read["pages"])
    if read["figures"]:
        made.sentence("origins", publishers=read["publishers"], origins=read["origins"])


# ------------------------------------------------------------------------ what a desk works with


def _sheets(made: Chapter, found: Story, movement: Movement) -> None:
    """Give the workbook its first sheets, whole: what happened, who says what, figures, press."""
    made.part(None)
    outlets, sides = _outlets(movement), _sides(movement)
    _chronology(made, found, outlets)
    _who_says_what(made, found, outlets, sides)
    _all_figures(made, movement)
    _press(made, movement)
    people = movement.people.sort_values("name", kind="stable")
    made.table(
        "people",
        people[["name", "role_fr", "role_en", "handle", "followers", "followers_on", "url"]],
        links={"name": "url"},
    )


def _chronology(made: Chapter, found: Story, outlets: Mapping[str, str]) -> None:
    events = found.events
    rows = events.to_dict("records")
    kept = ("role", "timing", "verdict", "n_credits", "n_rival_credits", "n_doubts")
    made.table(
        "chronology",
        pd.DataFrame(
            {
                "date": events["date"],
                "precision": events["precision"],
                **_both("when", _day, rows),
                **_plain(rows, "title"),
                **{name: events[name] for name in kept},
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
    figures = movement.figures
    rows = figures.to_dict("records")
    kept = ("publisher", "published_on", "url")
    made.part("size")
    made.table(
        "figures",
        pd.DataFrame(
            {
                **_both("what", lambda row, lang: _what(row)[lang], rows),
                **{name: figures[name] for name in ("roughness", "value", "date", "precision")},
                **_both("when", lambda row, lang: _cell(row[f"date_words_{lang}"]), rows),
                "said_by": [origin(row) for row in rows],
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
