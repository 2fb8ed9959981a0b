"""Supporters over time: bounds, estimate and steps from bios seen only now and then.

A bio is known at the moments its account is in a record and never between two of them. Every
count here is a count at the end of a day of the movement's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis import clock
from i4analysis.measure.accounts.followers import Events, snapshots
from i4analysis.measure.accounts.identity import PROFILE, Accounts, everybody
from i4analysis.measure.accounts.marks import holds_hashtag, holds_mark
from i4analysis.measure.accounts.roles import roles
from i4analysis.measure.accounts.sightings import (
    LATE_H,
    LATE_SHARE,
    Flags,
    Ints,
    text_column,
    usable_rows,
)
from i4analysis.measure.members.curves import (
    COMPOSITION,
    CURVE,
    INTERVALS,
    UNSEEN,
    calendar,
    curve,
)
from i4analysis.measure.members.intervals import (
    HOUR,
    SESSION_H,
    Calendar,
    Intervals,
    Sightings,
    chao1,
    chapman,
    delay_of,
    find_intervals,
    intervals_table,
    sightings,
)
from i4analysis.measure.members.published import published
from i4analysis.measure.numbers.suppression import all_seek
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import NEVER, Archive, microseconds, own, reshares, true

Roles = npt.NDArray[np.object_]
#: Under this many accounts the estimate rests on too little to be drawn.
FEW = 10
#: Published figures that belong beside the curve.
FIGURES = ("founders", "supporters_bio", "members", "seekers_bio")


@dataclass(frozen=True, eq=False)
class Adoption(Result):
    """Supporters over time.

    `n_used` counts the usable sightings of accounts seen with a supporter mark.

    Attributes
    ----------
    table
        One row a day (columns `CURVE`). `n_lo` ≤ true number ≤ `n_hi` among accounts ever seen
        with a supporter mark; `n_first_seen` is the step of first sightings (equal to `n_lo`);
        `n_est`, `lo`, `hi` the estimate and its band (null where withheld); `n_unseen_lo` a lower
        bound (Chao1) of the supporters that write but were never seen with the mark; `n_now`
        those whose last sighting shows it, between `n_now_lo` and `n_now_hi`;
        `followers_sum_lo`/`_hi` their followers added up; `n_first_post` accounts that had posted
        or reshared with the hashtag, `n_first_own_post` in a post of their own. Null where
        `basis` does not allow the column.
    basis
        bio: the curve is one of bios; posts: only that of first posts can be drawn; none: the
        archive is empty.
    refusal
        Why bios cannot be used: no_bio, no_mark, after, or empty.
    since
        First day on which any record shows a post by an account it names (`first_shown`); None
        where nobody is counted.
    looked
        Whether there was an archive to look at: one that shows nothing is not none.
    intervals
        One row an account seen with a supporter mark (columns `INTERVALS`): adopted in
        (left_utc, right_utc]; dropped in (dropped_left_utc, dropped_right_utc] when it was; not
        `usable` when only seen after the fact.
    seekers
        The same curve for the seeker marks. An account that shows both is in both.
    composition
        Accounts first seen with any mark, by day and role (founder, supporter, seeker).
    unseen
        Estimates of the whole number of supporters: Chao1 at the end, and two lists for every
        dated list of profiles. Chao1 is a floor: it has no upper end (`hi`), for accounts are
        never seen equally often.
    n_marked
        Accounts with the mark in any sighting, whenever it was made.
    n_open
        Posts with the hashtag that may be of one account more: without an author, in the days of
        `table` or undated; undated, or seen through a reshare or inside another record alone, and
        by an account that no dated one shows. Where there are any, `n_first_post` is a least
        number.
    n_founders
        Founders in the ledger.
    figures
        Published figures of founders, members, supporters and seekers (`published`).
    """

    basis: str = "none"
    refusal: str = ""
    since: date | None = None
    looked: bool = False
    intervals: pd.DataFrame = field(default_factory=INTERVALS.of)
    seekers: pd.DataFrame = field(default_factory=CURVE.of)
    composition: pd.DataFrame = field(default_factory=COMPOSITION.of)
    unseen: pd.DataFrame = field(default_factory=UNSEEN.of)
    n_marked: int = 0
    n_open: int = 0
    n_founders: int = 0
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)


def adoption(
    archive: Archive,
    movement: Movement,
    *,
    session_h: float = SESSION_H,
    draws: int = 400,
    level: float = 0.95,
    seed: int = 0,
    late_h: float = LATE_H,
    late_share: float = LATE_SHARE,
) -> Adoption:
    """Count the supporters of a movement day by day, from the bios seen in its archive.

    Definition
        A supporter is an account whose bio shows a supporter mark. With L its last sighting
        without it (or the movement's birth) and R the first with it, it joined in (L, R].
        Bounds: #{R ≤ t} and #{L < t}, no model. Estimate: where in (L, R] it joined, from the
        rhythm of joining, in waves after press items, and from how often the account is seen
        before and after (`delay`); the mean of `draws` imputations, band: their quantiles,
        widened by as much as a band from half of the sessions misses (`curves`), and withheld
        where that is more than fourfold, where too few accounts are seen to tell, on days before
        the first sighting of anybody, and, the estimate too, where it has no width on any day that
        the bounds leave open.

    Parameters
    ----------
    session_h
        Sightings within bins of this many hours count once; other values than 6 lose coverage.
    draws, level, seed
        Imputations, nominal level of the band (measured: it covers about 80–95 % of days), seed.
    late_h, late_share
        A bio fetched `late_h` hours after its post is late; a file with more than `late_share`
        of late bios is left out.

    Returns
    -------
    Adoption
        With `basis` "posts" and the curve of first posts alone when the bios were seen after
        the fact: fewer than half of the accounts that ever show a mark show it in a usable
        sighting, or no bio shows one.

    Notes
    -----
    Silent supporters who never wrote, were never reshared and are on no list are not estimated.

    References
    ----------
    Lawless (1994); Chao (1987); Chapman (1951); see `intervals`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement, draws=50)
    >>> adopted.basis, adopted.table[["n_lo", "n_hi"]].iloc[-1].tolist()
    ('bio', [114, 114])
    """
    known = everybody(archive)
    usable = usable_rows(archive, late_h=late_h, late_share=late_share)
    first_post, first_own, open_ = first_posts(archive, movement, known)
    seen = sightings(archive, movement, movement.supporter_marks, known=known, usable=usable)
    marked = _marked(archive, known, movement.supporter_marks, None)
    refusal = why_undated(archive, movement, known, usable)
    role = _roles(archive, movement, known)
    days = _days(archive, movement, seen, first_post, since_first_post=bool(refusal))
    posts = {"n_first_post": _steps(first_post, days), "n_first_own_post": _steps(first_own, days)}
    end = end_of(movement)
    counted = len(first_post) > 0 and (end is None or first_post["time"].iloc[0] < end)
    result = Adoption(
        CURVE.of({**calendar(days), **posts}),
        parameters={
            "session_h": session_h,
            "draws": draws,
            "level": level,
            "seed": seed,
            "late_h": late_h,
            "late_share": late_share,
        },
        excluded=seen.excluded,
        basis="posts" if len(first_post) else "none",
        refusal=refusal,
        since=min(first_shown(archive, movement, known), default=None) if counted else None,
        looked=bool(len(archive.posts) or len(archive.profiles)),
        intervals=_late_intervals(known, marked),
        n_marked=len(marked),
        n_open=0 if days.empty else int((open_ <= int(days["until"].iloc[-1])).sum()),
        n_founders=len(movement.founders),
        notes=(
            *("posters_seek",) * all_seek(role[first_post["code"].to_numpy(np.int64)]),
            *("supporters_seek",) * all_seek(role[seen.code[seen.first]]),
        ),
        figures=pd.concat([published(movement, name) for name in FIGURES], ignore_index=True),
    )
    if days.empty:  # the period declared holds nothing of the archive
        return replace(result, basis="none")
    if result.refusal:
        return result
    found = find_intervals(seen, session_h=session_h)
    counts = snapshots(archive, known)
    when = _calendar(movement, role)
    own = curve(seen, found, days, counts, when, draws=draws, level=level, seed=seed)
    seekers = sightings(archive, movement, movement.seeker_marks, known=known, usable=usable)
    sought = find_intervals(seekers, session_h=session_h)
    other = curve(seekers, sought, days, counts, when, draws=draws, level=level, seed=seed)
    estimate, lo = (np.asarray(own[name], dtype=float) for name in ("n_est", "lo"))
    withheld = np.isnan(lo).all() and not np.isnan(estimate).any()
    return replace(
        result,
        table=CURVE.of({**own, **posts}),
        n_used=len(seen.code),
        basis="bio",
        notes=(
            *result.notes,
            *(("few_accounts",) if len(found.code) < FEW else ()),
            *(("band_withheld",) if withheld else ()),
        ),
        intervals=_intervals(seen, found, marked, when),
        seekers=CURVE.of(other),
        composition=_composition(archive, movement, known, usable, days, role),
        unseen=_unseen(seen, found, level),
    )


def intervals(
    archive: Archive, movement: Movement, *, session_h: float = SESSION_H
) -> pd.DataFrame:
    """Give for each account the interval in which it took up a supporter mark.

    Returns
    -------
    pandas.DataFrame
        Columns `INTERVALS`: adopted in (left_utc, right_utc], `estimated_utc` the median of the
        sighting-delay estimate, dropped in (dropped_left_utc, dropped_right_utc] when a later
        sighting lacks the mark. `usable` is false for accounts only seen after the fact: their
        instants are null.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.members.intervals(archive, movement)["usable"].any()
    True
    """
    seen = sightings(archive, movement, movement.supporter_marks)
    marked = _marked(archive, seen.accounts, movement.supporter_marks, None)
    when = _calendar(movement, _roles(archive, movement, seen.accounts))
    return _intervals(seen, find_intervals(seen, session_h=session_h), marked, when)


def membership(
    archive: Archive, movement: Movement, known: Accounts
) -> tuple[str, Events, pd.DataFrame]:
    """Return who counts as a member from when to when, for measures of their followers.

    Returns
    -------
    tuple
        The basis: bio (the last sighting shows a supporter mark), posts (the account has posted
        or reshared with the hashtag) or none; the events; the days (`clock.day_ends`).
    """
    usable = usable_rows(archive)
    seen = sightings(archive, movement, movement.supporter_marks, known=known, usable=usable)
    first_post, _, _ = first_posts(archive, movement, known)
    refusal = why_undated(archive, movement, known, usable)
    days = _days(archive, movement, seen, first_post, since_first_post=bool(refusal))
    if not refusal:
        return "bio", Events.sort(seen.code, seen.time, seen.holds.astype(float)), days
    first = Events.sort(
        first_post["code"].to_numpy(dtype=np.int64),
        first_post["time"].to_numpy(dtype=np.int64),
        np.ones(len(first_post)),
    )
    return ("posts" if len(first_post) else "none"), first, days


def _intervals(seen: Sightings, found: Intervals, marked: Ints, when: Calendar) -> pd.DataFrame:
    middle = delay_of(found, seen, when).middle_h() * HOUR + seen.birth
    table = intervals_table(seen, found, np.clip(middle, found.left, found.right))
    late = _late_intervals(seen.accounts, np.setdiff1d(marked, found.code))
    return INTERVALS.of(pd.concat([table, late], ignore_index=True))


def why_undated(
    archive: Archive, movement: Movement, known: Accounts, usable: Flags | None = None
) -> str:
    """Return why bios cannot date who joined: no_bio, no_mark, after; empty where they can."""
    usable = usable_rows(archive) if usable is None else usable
    marks = (*movement.supporter_marks, *movement.seeker_marks)
    if not archive.profiles["bio"].notna().any():
        return "no_bio"
    everybody = len(_marked(archive, known, marks, None))
    if not everybody:
        return "no_mark"
    return "after" if 2 * len(_marked(archive, known, marks, usable)) < everybody else ""


def _marked(
    archive: Archive, known: Accounts, marks: tuple[str, ...], usable: Flags | None
) -> Ints:
    rows = holds_mark(archive.profiles["bio"], marks) & (known.codes[PROFILE] >= 0)
    if usable is not None:
        rows &= usable
    return np.unique(known.codes[PROFILE][rows])


def first_posts(
    archive: Archive, movement: Movement, known: Accounts
) -> tuple[pd.DataFrame, pd.DataFrame, Ints]:
    """Return each account's first post with the hashtag, its first own, moments of open posts.

    An open post may be of one account more: it is unsigned, or of somebody of whom the period
    holds no dated post and undated or shown by a reshare or another record alone.
    """
    posts = archive.posts
    bearing, mine = holds_hashtag(posts["hashtags"], movement.hashtags), own(posts)
    author, time = known.codes["author"], microseconds(posts["posted_at"])
    tagged = bearing & mine & (time != NEVER)
    rows = pd.DataFrame(
        {"code": author[tagged], "time": time[tagged], "own": ~reshares(posts)[tagged]}
    ).sort_values("time", kind="stable")
    signed = rows[rows["code"] >= 0]
    end = end_of(movement)  # a later post does not count its author
    counted = signed["code"] if end is None else signed.loc[signed["time"] < end, "code"]
    alone = bearing & ~(tagged & (author >= 0)) & ~np.isin(author, counted)
    through = bearing & reshares(posts) & ~np.isin(known.codes["reshared_author"], counted)
    through &= ~true(posts["reshared_id"].isin(posts["post_id"][mine]))
    open_ = np.concatenate([time[alone], microseconds(posts["reshared_at"])[through]])
    return signed.drop_duplicates("code"), signed[signed["own"]].drop_duplicates("code"), open_


def first_shown(archive: Archive, movement: Movement, known: Accounts) -> list[date]:
    """Return the first day on which any record shows and dates a post by an account it names.

    A reshare or another record alone may show it, and its author no post that counts. Not a day
    before the declared start, which is told apart, unless posts that were collected themselves
    are older than that too.
    """
    posts, start = archive.posts, movement.started_at
    bearing = holds_hashtag(posts["hashtags"], movement.hashtags)
    theirs = bearing & (known.codes["author"] >= 0)
    inside = bearing & (known.codes["reshared_author"] >= 0)
    shown = pd.concat([posts["posted_at"][theirs], posts["reshared_at"][inside]]).dropna()
    if start is not None and not true(posts["posted_at"][theirs & own(posts)] < start).any():
        shown = shown[shown >= start]
    return [] if shown.empty else [shown.min().tz_convert(movement.zone).date()]


def _days(
    archive: Archive,
    movement: Movement,
    seen: Sightings,
    first_post: pd.DataFrame,
    *,
    since_first_post: bool,
) -> pd.DataFrame:
    """Return the days of a curve, from the movement's birth; of posts alone, theirs.

    Of the days after the last post of a period, posts alone tell nothing.
    """
    tagged = holds_hashtag(archive.posts["hashtags"], movement.hashtags)
    times, end = microseconds(archive.posts["posted_at"]), end_of(movement)
    if since_first_post and len(first_post):
        first = int(first_post["time"].iloc[0])  # in order
        if end is None or first < end:
            counted = tagged & own(archive.posts) & (end is None or times < end)
            return clock.day_ends(movement.zone, min(seen.birth, first), int(times[counted].max()))
    lasts = [seen.end] if len(seen.code) else []
    lasts += [int(times[tagged].max())] if tagged.any() and len(first_post) else []
    last = max(lasts, default=seen.birth - 1)
    last = last if end is None else min(last, end - 1)
    return clock.day_ends(movement.zone, seen.birth, last)


def end_of(movement: Movement) -> int | None:
    """Return the moment after the last day of the period, where one is declared."""
    if movement.ended_on is None:
        return None
    day = clock.start_of(movement.ended_on + timedelta(days=1), movement.zone)
    return int(day.value // 1_000)


def _roles(archive: Archive, movement: Movement, known: Accounts) -> Roles:
    """Return the role of each account, by its code."""
    return roles(archive, movement, known=known)["role"].to_numpy(dtype=object)


def _calendar(movement: Movement, role: Roles) -> Calendar:
    """Return when press items were published (when the day began), and who founded it."""
    press = movement.press
    moments = press["published_at"]
    begun = clock.starts_of(press["date"], movement.zone).astype(moments.dtype)
    at = microseconds(moments.fillna(begun).dropna())
    return Calendar(press=at, founders=np.flatnonzero(role == "founder"))


def _steps(first: pd.DataFrame, days: pd.DataFrame) -> Ints:
    times = np.sort(first["time"].to_numpy(dtype=np.int64))
    return np.searchsorted(times, days["until"].to_numpy(dtype=np.int64), side="right")


def _composition(
    archive: Archive,
    movement: Movement,
    known: Accounts,
    usable: Flags,
    days: pd.DataFrame,
    role: Roles,
) -> pd.DataFrame:
    marks = (*movement.supporter_marks, *movement.seeker_marks)
    seen = sightings(archive, movement, marks, known=known, usable=usable)
    found = find_intervals(seen)
    own = role[found.code]
    until = days["until"].to_numpy(dtype=np.int64)
    parts = []
    for name in ("founder", "supporter", "seeker"):
        # A medium or an institution that shows the mark supports the movement.
        mine = own == name if name != "supporter" else ~np.isin(own, ["founder", "seeker"])
        parts.append(
            pd.DataFrame(
                {
                    "day": days["day"],
                    "role": name,
                    "n": np.searchsorted(np.sort(found.right[mine]), until, side="right"),
                }
            )
        )
    return COMPOSITION.of(pd.concat(parts, ignore_index=True))


def _unseen(seen: Sightings, found: Intervals, level: float) -> pd.DataFrame:
    once, twice = int((found.sessions == 1).sum()), int((found.sessions == 2).sum())
    whole = chao1(np.array([len(found.code)]), np.array([once]), np.array([twice]), level=level)
    estimate, lo, _ = (float(x[0]) for x in whole)
    # a floor: where accounts are seen unequally often, nothing in the archive bounds it above
    values = ("chao1", seen.end, estimate, lo, float("nan"), level, len(found.code))
    rows: list[dict[str, object]] = [dict(zip(UNSEEN, values, strict=True))]
    at, listed = seen.time[seen.listed], seen.code[seen.listed & seen.holds]
    if len(listed):
        # The look-ups are one list; the other is who the posts had shown by their last day.
        by_posts = seen.holds & ~seen.listed & (seen.time <= at.max())
        second, first = np.unique(listed), np.unique(seen.code[by_posts])
        both = len(np.intersect1d(first, second))
        by_lists = chapman(len(first), len(second), both, level=level)
        used = len(first) + len(second) - both
        rows.append(
            dict(zip(UNSEEN, ("two_lists", int(at.max()), *by_lists, level, used), strict=True))
        )
    return UNSEEN.of({name: [row[name] for row in rows] for name in UNSEEN})


def _late_intervals(known: Accounts, codes: Ints) -> pd.DataFrame:
    rows = known.table.iloc[codes]
    return INTERVALS.of(
        {
            "account_id": rows["account_id"],
            "handle": rows["handle"],
            "bio_source": text_column(["after"] * len(rows)),
            "usable": np.zeros(len(rows), dtype=bool),
        }
    )
