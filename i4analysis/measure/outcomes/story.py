"""A movement as its ledgers tell it: what happened, who says so, who carried it, how big.

Every table of the report that rests on no post is made here, by rules on the ledgers and on the
judged claims; nothing is measured when a page is written. A ledger that is absent gives an empty
table, and the page says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.accounts.identity import PROFILE, everybody
from i4analysis.measure.accounts.marks import Flags, holds_hashtag, holds_mark
from i4analysis.measure.accounts.sightings import usable_rows
from i4analysis.measure.members.adoption import end_of, first_posts, first_shown, why_undated
from i4analysis.measure.members.published import published
from i4analysis.measure.outcomes.verdicts import span
from i4analysis.movement import Movement
from i4analysis.tables import true

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossiers
    from i4analysis.measure.outcomes.traces import Trace
    from i4analysis.tables import Archive

#: Days from the start within which a published size may stand in the headline.
OPENING_DAYS = 21
#: Days around the start and the goal that the picture of the movement shows.
BEFORE_DAYS, AFTER_DAYS, LONGEST_DAYS = 6, 4, 70
#: One thing counted twice in these days, one count this many times the other, is a contradiction.
SAME_DAYS, CONTRADICTS = 31, 10.0
#: What figures of jobs say, in the order of the story.
JOBS = ("jobs_at_stake", "jobs_saved", "jobs_rehired", "jobs_actual")
JOBS_AIM = "jobs_promised"
#: Metrics that count the followers of one account of the movement: a sum of theirs holds it.
_OF_A_MEMBER = {"initiator_followers", "founder_followers", "member_followers"}
#: Metrics of what is only ever added to.
GROWING = ("founders", "reshares_of_appeal")
#: What came of a goal, from the best.
RESULTS = ("obtained", "partly_obtained", "lost", "not_obtained")
_ORDER = {"credits": 0, "doubts": 1, "denies": 2, "reports": 3}


@dataclass(frozen=True, eq=False)
class Story:
    """What the ledgers tell, ready to be worded.

    Attributes
    ----------
    events
        The verdicts' table in order of date, with `role`, possible days (`first`, `last`),
        `timing` (before | after | unclear), `verdict`, `n_credits`, `n_rival_credits`, `n_doubts`.
    voices
        One row a claim: who, through whom, where, `standing` (document | witness | party |
        hearsay), `says` (movement | other | doubt | beside | fact), whose way is named.
    credits
        Who credits whom with the goal: `claimant`, `party`, `says` (credits | reports), `itself`.
    carriers
        Relays with a named actor in order of date, with role and published followers.
    counts
        Published numbers of accounts: `what` (founders | supporters_bio | members), day, bounds.
    sums
        Published sums of followers with the band of people: `people_lo` ≤ people ≤ `value`.
    jobs
        Published numbers of jobs by stage, one row a stage and day, with the values that differ.
    aims
        Jobs that somebody aimed at, with their source.
    contradictions
        Pairs of published counts of one thing that do not agree.
    statements
        What the founders said, with what is known of each point.
    size
        The headline's number: `metric`, `value`, `roughness`, `days` (None: in an unknown time),
        `date`, `said_by`, `url`; of an archive, how many of them a ledger lists as supporters
        (`listed`), or as founders or supporters (`ledger`), though no bio shows the mark.
    goal
        The outcome that is the goal: `outcome_id`, `verdict`, `n_credits`, `n_rival_credits`;
        `result` (of `RESULTS`) of all goals together.
    read
        How the record was read: numbers of pages, of those read only to the beginning, of dates
        that were inferred, of origins and of publications.
    start
        Day declared as the movement's first.
    born
        `start`; None where the hashtag was there before it (`Dossiers.born`).
    met
        `born`, else the day by which the hashtag was there; None where nothing dated shows it.
    window
        First and last day of the picture: from just before the start to just after the goal.
    seen
        What the archive holds of the hashtag: `accounts` that posted it, `open` posts that may be
        of one more (`members.Adoption.n_open`), `first` and `last` day;
        `bearing`: posts that carry it, of those `held`.
    bearing
        Posts of the archive that carry the hashtag, whenever they were made.
    beside
        The declared period where no dated post with the hashtag was collected in it: the `bound`
        that they miss (start | end), its `day`, their `first` and `last` day; `before-post`,
        `-bio`, `-figure` or `-press` as the bound where the first trace of the hashtag comes
        before its start, `first` the day of it; else empty.
    unmarked
        Posts of an archive of which none carries the hashtag; 0 where one does.
    """

    events: pd.DataFrame
    voices: pd.DataFrame
    credits: pd.DataFrame
    carriers: pd.DataFrame
    counts: pd.DataFrame
    sums: pd.DataFrame
    jobs: pd.DataFrame
    aims: pd.DataFrame
    contradictions: pd.DataFrame
    statements: pd.DataFrame
    size: Mapping[str, Any] = field(default_factory=dict)
    goal: Mapping[str, Any] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)
    start: date | None = None
    born: date | None = None
    met: date | None = None
    window: tuple[date, date] | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    bearing: int = 0
    beside: Mapping[str, Any] = field(default_factory=dict)
    unmarked: int = 0


def story(
    found: Dossiers,
    movement: Movement,
    archive: Archive | None = None,
    *,
    roles: pd.DataFrame | None = None,
) -> Story:
    """Read the ledgers of a movement and its judged claims into the tables of its story.

    Definition
        Size: the founders and supporters that an archive shows (`members.roles`); without one,
        the largest published number of bios (else of members) dated within `OPENING_DAYS` of the
        start. People: at least the followers of the most followed carrier known that day,
        at most the published sum. Contradiction: two counts of one thing within `SAME_DAYS`, one
        `CONTRADICTS` times the other or more. Goal: the outcome whose role is goal, the first
        obtained, else in part, else for a time.
    Limits
        Published figures are claims; a table of them measures nobody.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> story = i4.outcomes.story(found, movement, archive)
    >>> story.events["role"].unique().tolist()
    ['support', 'crisis', 'aftermath', 'step', 'goal']
    """
    seen = _seen(archive, movement)
    events = _events(found, movement)
    voices = _voices(found, movement)
    goal = _goal(events, movement)
    carriers = _carriers(movement)
    born = None if found.born is None else movement.started_on
    return Story(
        events=events,
        voices=voices,
        credits=_credits(voices, goal, events),
        carriers=carriers,
        counts=_counts(movement),
        sums=_sums(movement),
        jobs=_jobs(movement),
        aims=_figures(movement, (JOBS_AIM,)),
        contradictions=_contradictions(movement),
        statements=_statements(movement),
        size=_measured(archive, movement, seen, roles) or _size(archive, movement),
        goal=goal,
        read=_read(movement),
        start=movement.started_on,
        born=born,
        met=born or _day_of(found.met, movement),
        window=_window(movement, events, goal),
        seen=seen,
        bearing=0 if archive is None else int(_bearing(archive, movement).sum()),
        beside=_beside(archive, movement, found.met),
        unmarked=_unmarked(archive, movement),
    )


def _unmarked(archive: Archive | None, movement: Movement) -> int:
    """Count the posts of an archive of which none carries the hashtag; 0 where one does."""
    if archive is None or holds_hashtag(archive.posts["hashtags"], movement.hashtags).any():
        return 0
    return len(archive.posts)


def _bearing(archive: Archive, movement: Movement) -> Flags:
    """Tell which posts carry the hashtag and were collected themselves."""
    held = ~true(archive.posts["embedded"])
    return held & holds_hashtag(archive.posts["hashtags"], movement.hashtags)


def _later(moments: pd.Series, movement: Movement) -> Flags:
    """Tell which moments lie after the declared period; none where no end is declared."""
    if movement.ended_on is None:
        return np.zeros(len(moments), dtype=bool)
    end = clock.start_of(movement.ended_on + timedelta(days=1), movement.zone)
    return true(moments >= end)


def _span(moments: pd.Series, movement: Movement) -> tuple[date, date]:
    first, last = (
        moment.tz_convert(movement.zone).date() for moment in (moments.min(), moments.max())
    )
    return first, last


def _day_of(met: Trace | None, movement: Movement) -> date | None:
    return None if met is None else clock.day_of(met.at, movement.zone)


def _beside(archive: Archive | None, movement: Movement, met: Trace | None) -> dict[str, Any]:
    """Return the declared bound that the dated posts with the hashtag miss, and their days."""
    start, end = movement.started_on, movement.ended_on
    day = _day_of(met, movement)
    moments = pd.Series(dtype="datetime64[us, UTC]")
    if archive is not None:
        moments = archive.posts["posted_at"][_bearing(archive, movement)].dropna()
    first, last = _span(moments, movement) if len(moments) else (None, None)
    if start is not None and last is not None and last < start:
        return {"bound": "start", "day": start, "first": first, "last": last}
    if met is not None and met.older:
        return {"bound": f"before-{met.kind}", "day": start, "first": day, "last": last or day}
    if end is not None and first is not None and first > end:
        return {"bound": "end", "day": end, "first": first, "last": last}
    return {}


def _seen(archive: Archive | None, movement: Movement) -> dict[str, Any]:
    """Count the dated posts with the hashtag that were collected themselves, and who made them.

    An archive may hold other posts too; without one that carries the hashtag nothing is counted.
    They are told of from the first post by an account that anything names to the last that is
    counted: of the days after it, be they of the period, nobody knows.
    """
    if archive is None or archive.posts.empty:
        return {}
    moments = archive.posts["posted_at"]
    held = ~true(archive.posts["embedded"])
    bearing = _bearing(archive, movement)
    counted = bearing & true(moments.notna())
    counted &= ~_later(moments, movement)
    if not counted.any():
        return {}
    accounts = everybody(archive)
    firsts, _, open_ = first_posts(archive, movement, accounts)
    end = end_of(movement) or np.iinfo(np.int64).max
    known = firsts[firsts["time"] < end]
    first, last = _span(moments[counted], movement)
    if len(known):  # told of accounts, from the first that is known, as their curve is
        first, _ = _span(pd.to_datetime(known["time"], unit="us", utc=True), movement)
        first = min([first, *first_shown(archive, movement, accounts)])
    return {
        "accounts": len(known),
        "open": int((open_ < end).sum()),  # posts that may be of one account more
        "posts": int(counted.sum()),
        "bearing": int(bearing.sum()),
        "held": int(held.sum()),
        "first": first,
        "last": last,
        "days": (last - first).days + 1,
    }


# --------------------------------------------------------------------------------------- events


def _events(found: Dossiers, movement: Movement) -> pd.DataFrame:
    table = found.table
    days = [
        _days(row, movement)
        for row in table[["date", "precision", "not_after"]].to_dict("records")
    ]
    timing = {"consistent": "after", "not consistent": "before", "cannot tell": "unclear"}
    new: dict[str, Any] = {
        "first": [first for first, _ in days],
        "last": [last for _, last in days],
        "timing": table["timing"].map(timing),
        "role": _roles(table),
    }
    table = table.assign(**new)
    coarse = ~table["precision"].isin(["minute", "hour", "day", "week"]).to_numpy(dtype=bool)
    places = [
        (last or first) if vague or pd.isna(day) else min(day, last or day)
        for day, vague, (first, last) in zip(table["date"], coarse, days, strict=True)
    ]
    order = pd.to_datetime(pd.Series(places, index=table.index))
    table = table.assign(place=order).sort_values("place", kind="stable", na_position="last")
    return table.drop(columns="place").reset_index(drop=True)


def _roles(table: pd.DataFrame) -> list[str | None]:
    """Return each outcome's role; where a ledger gives none, its main outcomes are steps."""
    return [
        role if isinstance(role, str) else "step" if main else None
        for role, main in zip(table["role"], table["main"].astype(bool), strict=True)
    ]


def _days(row: Mapping[Any, Any], movement: Movement) -> tuple[date | None, date | None]:
    """Return the first and last possible local day; only the last where only it is known."""
    limit = None if pd.isna(row["not_after"]) else row["not_after"]
    possible = span(row["date"], row["precision"], movement.zone, limit)
    if possible is None:
        return None, limit
    first, last = (moment.tz_convert(movement.zone) for moment in possible)
    return first.date(), (last - pd.Timedelta(microseconds=1)).date()


def _goal(events: pd.DataFrame, movement: Movement) -> dict[str, Any]:
    """Return the outcome that is the goal: the first that the ledger calls so and that stands.

    What came before the hashtag only where no other goal came of as much.
    """
    told = events["main"].astype(bool) | true(events["result"] == "not_obtained")
    goals = events[true(events["role"] == "goal") & told].set_index("outcome_id", drop=False)
    if goals.empty:
        return {}
    asked = [name for name in movement.outcomes["outcome_id"] if name in goals.index]
    early = goals["timing"] == "before"
    ranks = {name: (RESULTS.index(goals.loc[name, "result"]), early[name]) for name in asked}
    row = goals.loc[min(asked, key=ranks.__getitem__)]
    names = ("outcome_id", "verdict", "timing", "n_credits", "n_rival_credits", "n_doubts",
             "date", "precision", "not_after", "date_words_fr", "date_words_en", "title_fr",
             "title_en", "url", "last")  # fmt: skip
    return {name: row[name] for name in names} | {"result": _whole(set(goals["result"]))}


def _whole(results: set[str]) -> str:
    """Return what came of several goals together: some alone is part of them."""
    if results & {"obtained", "partly_obtained"} and len(results) > 1:
        return "partly_obtained"
    return min(results, key=RESULTS.index)


def _window(
    movement: Movement, events: pd.DataFrame, goal: Mapping[str, Any]
) -> tuple[date, date] | None:
    start = movement.started_on
    if start is None:
        return None
    longest = start + timedelta(days=LONGEST_DAYS)
    ends = [d for d in events.loc[events["role"].isin(["goal", "step"]), "last"] if d is not None]
    end = goal["last"] if goal and goal["last"] is not None else max(
        [d for d in ends if d <= longest], default=start + timedelta(days=OPENING_DAYS)
    )  # fmt: skip
    last = max(start, min(end, longest))  # of what came before the start too
    return start - timedelta(days=BEFORE_DAYS), last + timedelta(days=AFTER_DAYS)


# --------------------------------------------------------------------------------------- voices


def _voices(found: Dossiers, movement: Movement) -> pd.DataFrame:
    claims = found.claims
    roles = _people(movement)
    named = claims["claimant"].astype(object)
    new: dict[str, Any] = {
        "says": [_says(row) for row in claims.to_dict("records")],
        "who_fr": [_who(name, roles, "fr") for name in named],
        "who_en": [_who(name, roles, "en") for name in named],
        "parties": [str(names).split("|") if names else [] for names in claims["relay_parties"]],
        "order": claims["stance"].map(_ORDER),
    }
    table = claims.assign(**new)
    columns = ["outcome_id", "says", "order", "date", "claim_id"]
    return table.sort_values(columns, kind="stable", na_position="last").reset_index(drop=True)


def _says(row: Mapping[Any, Any]) -> str:
    """Return what a claim does for the reader: credit the movement, another, doubt, or a fact."""
    if row["group"] == "beside":
        return "beside"
    ours = row["group"] == "movement"
    if row["stance"] in ("doubts", "denies"):
        return "doubt" if ours else "fact"
    if row["stance"] == "credits":
        return "movement" if ours else "fact" if row["group"] == "none" else "other"
    return "fact"


def _people(movement: Movement) -> dict[str, Mapping[Any, Any]]:
    return {row["name"]: row for row in movement.people.to_dict("records")}


def _who(name: Any, roles: Mapping[str, Mapping[Any, Any]], lang: str) -> str | None:
    """Return who somebody is in a few words, of each who speaks; None when no ledger says."""
    known = [roles.get(part, {}).get(f"role_{lang}") for part in str(name).split(" & ")]
    said = [words for words in known if isinstance(words, str) and words]
    return " ; ".join(dict.fromkeys(said)) or None


def main_results(events: pd.DataFrame) -> pd.DataFrame:
    """Return the goal and the steps towards it: the ledger's main outcomes, without the crisis."""
    wanted = events["role"].isin(["goal", "step"]) & events["main"].astype(bool)
    return events[wanted.to_numpy(dtype=bool)]


def _credits(voices: pd.DataFrame, goal: Mapping[str, Any], events: pd.DataFrame) -> pd.DataFrame:
    """Return who credits (or names) whom for the goal; without a goal, over every main result.

    Nobody is credited with what was not obtained, which is no main result (`outcomes.dossiers`).
    """
    obtained = main_results(events)
    if goal:
        obtained = events[(events["outcome_id"] == goal["outcome_id"])
                          & ~true(events["result"] == "not_obtained")]  # fmt: skip
    mine = voices["outcome_id"].isin(obtained["outcome_id"])
    if not goal:
        mine &= voices["says"].isin(["movement", "other"])
    mine &= voices["stance"].isin(["credits", "reports"]) & (voices["says"] != "beside")
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for row in voices[mine.to_numpy(dtype=bool)].to_dict("records"):
        # a post with the hashtag is the movement's, whoever made it
        for party in ["movement"] if row["group"] == "movement" else row["parties"]:
            cell = cells.setdefault(
                (row["claimant"], party),
                {"claimant": row["claimant"], "party": party, "says": row["stance"],
                 "itself": False, "url": row["url"]},
            )  # fmt: skip
            if row["stance"] == "credits" and cell["says"] != "credits":
                cell |= {"says": "credits", "url": row["url"]}
            cell["itself"] |= row["stance"] == "credits" and bool(row.get("interested", False))
    columns = ["claimant", "party", "says", "itself", "url"]
    return pd.DataFrame(list(cells.values()), columns=columns)


# -------------------------------------------------------------------------------------- carriers


def _carriers(movement: Movement) -> pd.DataFrame:
    relays = movement.relays
    people = _people(movement)
    rows = []
    for row in relays.sort_values(["date", "relay_id"], kind="stable").to_dict("records"):
        person = people.get(row["actor"], {})
        rows.append(
            {
                name: row.get(name)
                for name in ("relay_id", "date", "precision", "date_words_fr", "date_words_en",
                             "kind", "actor", "title_fr", "title_en", "said_by", "url")
            }
            | {
                "role_fr": person.get("role_fr"), "role_en": person.get("role_en"),
                "role": person.get("role"),
                "followers": person.get("followers"),
                "followers_on": person.get("followers_on"),
            }
        )  # fmt: skip
    names = ["relay_id", "date", "precision", "date_words_fr", "date_words_en", "kind", "actor",
             "title_fr", "title_en", "said_by", "url", "role_fr", "role_en", "role", "followers",
             "followers_on"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


# --------------------------------------------------------------------------------------- figures


_FIGURE = ("figure_id", "metric", "value", "roughness", "date", "precision", "date_words_fr",
           "date_words_en", "said_by", "publisher", "what_fr", "what_en", "url")  # fmt: skip
_WHERE = ("publisher", "url", "roughness")


def _figures(movement: Movement, metrics: Iterable[str]) -> pd.DataFrame:
    parts = [published(movement, metric).assign(metric=metric) for metric in metrics]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    for name in _FIGURE:
        if name not in table:
            table[name] = None
    return table[list(_FIGURE)].reset_index(drop=True)


def origin(row: Mapping[Any, Any]) -> str | None:
    """Return who gave a published number: the speaker, else the publication."""
    for name in ("said_by", "publisher"):
        if isinstance(row.get(name), str) and row[name]:
            return str(row[name])
    return None


def _counts(movement: Movement) -> pd.DataFrame:
    return _figures(movement, ("founders", "supporters_bio", "members"))


def _measured(
    archive: Archive | None,
    movement: Movement,
    seen: Mapping[str, Any],
    roles: pd.DataFrame | None,
) -> dict[str, Any]:
    """Return the founders and supporters of an archive as the headline's number.

    Who looks for work and shows the mark supports it too, and is counted as the curve counts.
    Bios that cannot date who joined tell how many there are, and not within how many days; where
    most can, the others are left out, for nobody knows within how many days. Of a period that is
    over, whose bio showed the mark only later is left out.
    """
    if archive is None or not seen or roles is None:
        return {}
    founders, supporters = (true(roles["role"] == name) for name in ("founder", "supporter"))
    *accounts, shown = _showing(archive, movement)
    ever, in_time, dated = (true(roles["account_id"].isin(names)) for names in accounts)
    listed = supporters & ~ever
    supporters |= true(roles["role"] == "seeker") & ever
    undated = why_undated(archive, movement, everybody(archive))
    supporters &= (in_time if undated else dated) | listed
    if not supporters.any():
        return {}
    # bios may show it before the first post with the hashtag, or after the last
    ends = (seen["first"], seen["last"], *(_span(shown, movement) if len(shown) else ()))
    first, last = min(ends), max(ends)
    days = None if undated else (last - first).days + 1
    return {"metric": "seen", "value": int((founders | supporters).sum()),
            "roughness": "at_least", "days": days, "first": first, "last": last,
            "listed": int(listed.sum()),
            "ledger": int((founders & ~ever | listed).sum())}  # fmt: skip


def _showing(archive: Archive, movement: Movement) -> tuple[pd.Series, ...]:
    """Return the accounts whose bio showed a supporter mark: ever, in the period, datably so.

    And the moment when each of these was first seen to.
    """
    known = everybody(archive)
    codes, moments = known.codes[PROFILE], archive.profiles["seen_at"]
    marked = holds_mark(archive.profiles["bio"], movement.supporter_marks) & (codes >= 0)
    late = _later(moments, movement)
    dated = marked & ~late & usable_rows(archive)
    accounts = (known.table["account_id"].take(np.unique(codes[rows]))
                for rows in (marked, marked & ~late, dated))  # fmt: skip
    return (*accounts, moments[dated].groupby(codes[dated]).min())


def _size(archive: Archive | None, movement: Movement) -> dict[str, Any]:
    """Return the headline's number: the largest dated count of the opening weeks.

    Of several of one date the least, as a floor: nobody knows of more. None where that is a
    rounded number, where the archive itself shows more, or where it is nobody.
    """
    start = movement.started_on
    if start is None:
        return {}
    shown = 0 if archive is None else len(_showing(archive, movement)[1])
    for metric in ("supporters_bio", "members"):
        table = _figures(movement, (metric,))
        dated = table[table["date"].notna().to_numpy(dtype=bool)]
        days = np.array([(day - start).days for day in dated["date"]], dtype=int)
        early = dated[(days >= 0) & (days <= OPENING_DAYS)].assign(
            days=days[(days >= 0) & (days <= OPENING_DAYS)]
        )
        if len(early):
            ranked = early.sort_values(["value", "days"])
            most = ranked.iloc[-1]
            alike = true(ranked["date"] == most["date"])
            alike &= true(ranked["precision"] == most["precision"])
            row = ranked[alike].iloc[0].to_dict()
            if row["value"] < most["value"]:
                if row["roughness"] == "about":  # no floor, and what others give is not about that
                    return {}
                row["roughness"] = "at_least"  # of all who give one
            if row["value"] >= max(shown, 1):
                return {str(name): value for name, value in row.items()}
    return {}


def _sums(movement: Movement) -> pd.DataFrame:
    """Return published sums, each with the fewest people it can stand for."""
    table = _figures(movement, ("followers_summed",))
    known = _figures(movement, sorted(_OF_A_MEMBER & {*movement.figures["metric"]}))
    floors = []
    for day, most in table[["date", "value"]].itertuples(index=False):
        earlier = [
            not pd.isna(seen) and not pd.isna(day) and seen <= day and value <= most
            for seen, value in known[["date", "value"]].itertuples(index=False)
        ]
        values = known.loc[np.array(earlier, dtype=bool), "value"]
        floors.append(float(values.max()) if len(values) else None)
    return table.assign(people_lo=pd.Series(floors, index=table.index, dtype="float64"))


def _jobs(movement: Movement) -> pd.DataFrame:
    """Return one row a stage and year: the value most sources give, and the others' bounds."""
    rows = []
    for stage, metric in enumerate(JOBS):
        table = _figures(movement, (metric,))
        table = table[table["date"].notna().to_numpy(dtype=bool)]
        # jobs at stake are told over and over: one state, not a series
        groups = [("", table)] if metric == "jobs_at_stake" else table.groupby(
            [day.year for day in table["date"]], sort=True
        )  # fmt: skip
        for _, group in groups:
            if not len(group):
                continue
            # what one source tells at several dates is a course and no disagreement; of one month
            # nobody knows which of its numbers came first, and all of them stand
            group = group.sort_values("date", kind="stable")
            told = group["publisher"].fillna(group["url"]).fillna("")  # unsigned rows: one source
            first = metric == "jobs_at_stake"
            group = group[_at_one_end(group, told, movement, first=first)]
            again = group.assign(told=told).duplicated(
                ["told", "value"], keep="first" if first else "last"
            )
            group = group[~again.to_numpy(bool)]
            values = group["value"].astype(float)
            ordered = group.sort_values("value", kind="stable")
            ends = {"lo": ordered.iloc[0], "hi": ordered.iloc[-1]}
            counts = values.value_counts()
            often = int(counts.max())
            best = float(counts[counts == often].index.to_numpy(dtype=float).max())
            same = group[(values == best).to_numpy()]
            row = same.iloc[0 if first else -1].to_dict()
            rows.append(
                {str(name): value for name, value in row.items()}
                | {"stage": stage, "lo": float(values.min()), "hi": float(values.max()),
                   "n_sources": int(group["publisher"].nunique()),
                   "n_same": int(told[same.index].nunique())}
                | {f"{end}_{name}": at[name] for end, at in ends.items() for name in _WHERE}
            )  # fmt: skip
    names = [*_FIGURE, "stage", "lo", "hi", "n_sources", "n_same",
             *(f"{end}_{name}" for end in ("lo", "hi") for name in _WHERE)]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _at_one_end(
    figures: pd.DataFrame, told: pd.Series, movement: Movement, *, first: bool
) -> Flags:
    """Tell which figures may be the first of their source, or the last."""
    rows = figures.assign(not_after=None).to_dict("records")
    spans = pd.DataFrame([_days(row, movement) for row in rows], figures.index, ["from", "to"])
    spans = spans.map(lambda day: np.nan if day is None else day.toordinal())
    by = spans.groupby(told)
    open_ = spans.isna().any(axis=1)
    end = spans["from"] <= by["to"].transform("min") if first else (
        spans["to"] >= by["from"].transform("max"))  # fmt: skip
    return np.asarray(end | open_, dtype=bool)


def _contradictions(movement: Movement) -> pd.DataFrame:
    """Return of each metric the two counts furthest apart that do not agree.

    Of one thing and of two sources, one many times the other: the lower is no floor, and surely
    no earlier. Only of what never shrinks in the same weeks; of all else (jobs, marchers) on one
    day, in the same words.
    """
    figures = movement.figures
    # more may come in the other hours of a day
    dated = figures["date"].notna() & ~figures["precision"].isin(["unknown", "hour", "minute"])
    rows = []
    for metric, group in figures[dated].groupby("metric", sort=False):
        told: list[dict[Any, Any]] = group.assign(not_after=None).to_dict("records")
        value = group["value"].to_numpy(dtype=float)
        day = np.array([row["date"].toordinal() for row in told])
        spans = [_days(row, movement) for row in told]
        first = np.array([one.toordinal() for one, _ in spans if one])
        last = np.array([one.toordinal() for _, one in spans if one])
        words = np.array([f"{row['what_fr']} {row['what_en']}" for row in told])
        source = pd.factorize(pd.Series(map(origin, told), dtype=object))[0]
        apart: list[tuple[float, int, int]] = []
        for low in np.flatnonzero((value > 0) & (group["roughness"] != "at_least").to_numpy(bool)):
            one_day = (last == first[low]) & (first == last[low]) & (words == words[low])
            wrong = (value >= CONTRADICTS * value[low]) & (abs(day - day[low]) <= SAME_DAYS)
            earlier = last <= first[low] if metric in GROWING else one_day
            wrong &= earlier & (source != source[low])
            if wrong.any():
                high = int(np.argmax(np.where(wrong, value, 0)))
                apart.append((value[high] / value[low], int(low), high))
        for _, *pair in sorted(apart)[-1:]:
            rows += [{name: told[at].get(name) for name in _FIGURE} | {"side": side}
                     for side, at in zip(("lo", "hi"), pair, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=[*_FIGURE, "side"])


def _statements(movement: Movement) -> pd.DataFrame:
    return movement.ledger("statements")


def _read(movement: Movement) -> dict[str, Any]:
    """Count the pages of the record, how far each was read, and the dates that were inferred."""
    urls: set[str] = set()
    dates = inferred = 0
    for name in LEDGERS:
        ledger = movement.ledger(name)
        urls |= {str(url) for url in ledger.get("url", pd.Series(dtype=object)).dropna()}
        if "date_inferred" in ledger:
            dated = ledger["date"].notna().to_numpy(dtype=bool)
            dates += int(dated.sum())
            known = ledger["date_inferred"].fillna(False).astype(bool).to_numpy()
            inferred += int((known & dated).sum())
    begun = movement.press[true(movement.press["read_extent"] == "beginning")]
    figures = movement.figures[movement.figures["publisher"].notna().to_numpy(dtype=bool)]
    return {
        "pages": len(urls),
        "beginning": int(begun["url"].nunique()),
        "dates": dates,
        "inferred": inferred,
        "origins": len({origin(row) for row in figures.to_dict("records")}),
        "publishers": int(figures["publisher"].nunique()),
    }
