"""Chapter 3: what six hundred thousand followers mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from i4analysis.measure.numbers.suppression import LIMIT
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.chapters.members import (
    add_published,
    dated,
    exact_first,
    in_turn,
    quotable,
    within,
)
from i4analysis.publish.charts import limits
from i4analysis.publish.charts.reach import has_floor, plot_concentration, plot_followers_summed
from i4analysis.publish.words.sentence import Rough, Share, Span, Told, When
from i4analysis.tables import true

if TYPE_CHECKING:
    from i4analysis.measure.reach.reach import Concentration, Reach

#: Accounts under which no share and no index of concentration is printed.
FEWEST = 20


@chapter("followers", order=3, words="reach")
def followers(reach: Reach, concentration: Concentration, movement: Movement) -> Chapter:
    """Build the chapter on followers.

    Parameters
    ----------
    reach
        Of `reach.followers_summed`.
    concentration
        Of `reach.concentration`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> reach = i4.reach.followers_summed(archive, movement, draws=20)
    >>> concentration = i4.reach.concentration(archive, movement)
    >>> i4.chapters.followers(reach, concentration, movement).problems()
    []
    """
    last = None if reach.table.empty else reach.table.iloc[-1]
    made = begun("followers", movement, as_of=None if last is None else last["day"])
    if last is None:
        _published_alone(made, reach)
    elif true(reach.table["n_supporters"] == 0)[-1]:  # nobody in the period
        made.titled("title.zero")
        made.answered("answer.nobody", day=last["day"])
        made.cannot_show("followers-curve.missing", "followers-curve")
    elif "members_seek" in reach.notes:
        # their sum, taken from that of another report, would be the followers of one of them
        made.titled("title.seekers")
        made.answered("answer.seekers")
        made.cannot_show("followers-curve.seekers", "followers-curve")
    elif not last["n_known"] or last[["followers_sum", "reach_lo", "reach_hi"]].isna().any():
        made.titled("title.unknown", day=last["day"], n=int(last["n_supporters"]))
        made.answered("answer.unknown", day=last["day"], n=int(last["n_supporters"]))
        _later(made, reach)
        made.cannot_show("followers-curve.missing", "followers-curve")
    elif not int(last["followers_sum"]):
        made.titled("title.zero")
        made.answered("answer.zero", day=last["day"], known=int(last["n_known"]),
                      unplaced=_unplaced(made, reach, last),
                      others=_others(made, last))  # fmt: skip
        _later(made, reach)
        made.cannot_show("followers-curve.missing", "followers-curve")
    else:
        _measured(made, reach, concentration, last)
        _later(made, reach)
        made.sentence("moment")
        if reach.basis == "posts":
            made.sentence("by-posts")
        _curve(made, reach, movement)
        _half(made, concentration)
        _lists(made, reach.wanted)
    add_published(made, "followers-published", reach.figures)
    made.left_out({} if "members_seek" in reach.notes else reach.excluded)
    made.cannot_write("not.reached")
    return made


def _measured(made: Chapter, reach: Reach, concentration: Concentration, last: pd.Series) -> None:
    n, half = concentration.n_accounts, concentration.n_half
    total, known = int(last["followers_sum"]), int(last["n_known"])
    unknown, others = _unknown(last), _others(made, last)
    unplaced = _unplaced(made, reach, last)
    if n < 2:  # whose followers are no sum
        made.titled("title.one", total=total)
        alone = made.told("answer.one", day=last["day"], total=total, unplaced=unplaced,
                        others=others, unknown=unknown)  # fmt: skip
        made.answered(alone)
        made.can_write(alone)
    else:
        one, each = _has_all(concentration), _each(concentration)
        made.titled("title.one-of" if one else "title.equal" if each else "title.half",
                    total=total, half=half, n=n, each=each)  # fmt: skip
        made.can_write("write.equal" if each else "write.half", day=last["day"], n=known,
                       total=total, unplaced=unplaced, half=half, each=each)  # fmt: skip
        made.answered("answer.several", day=last["day"], n=known, total=total, unplaced=unplaced,
                      others=others, people=_people(made, last))  # fmt: skip
        made.key_figure(
            "followers-summed",
            total,
            n=known,
            definition=made.told(
                f"definition.{reach.basis}", n=known, day=last["day"], unplaced=unplaced
            ),
        )


def _unplaced(made: Chapter, reach: Reach, last: pd.Series) -> Told:
    """Say that counts were collected nobody knows when, and may be of after the day told."""
    if not reach.n_unplaced:
        return Told.nothing()
    every = reach.n_unplaced == int(last["n_known"])
    return made.told(f"unplaced.{'all' if every else 'some'}", unplaced=reach.n_unplaced)


def _later(made: Chapter, reach: Reach) -> None:
    """Tell the followers of accounts that were seen after the days studied alone."""
    if reach.n_later and "members_seek" not in reach.notes:
        every = bool(reach.table["n_supporters"].iloc[-1] == reach.n_later)
        # of few accounts, one who looks for work could be known by their number
        told = reach.n_later >= LIMIT
        in_all = made.told("later.sum", sum=reach.later_sum) if told else Told.nothing()
        days = reach.later_seen  # unknown of counts collected nobody knows when
        when = made.told("later-days", days=Span(*days)) if days else Told.nothing()
        made.answered(f"later.{'all' if every else 'some'}", n=reach.n_later, sum=in_all,
                      when=when)  # fmt: skip


def _unknown(last: pd.Series) -> int:
    """Return how many of the accounts counted have no known number of followers."""
    counted = last["n_supporters"]
    return 0 if pd.isna(counted) else int(counted) - int(last["n_known"])


def _others(made: Chapter, last: pd.Series) -> Told:
    unknown = _unknown(last)
    return made.told("others", unknown=unknown) if unknown else Told.nothing()


def _has_all(concentration: Concentration) -> bool:
    """Tell whether one of several accounts has every follower."""
    return bool(true(concentration.table["followers"] == concentration.total).any())


def _each(concentration: Concentration) -> int:
    """Return the followers of each of several accounts that have as many; 0 where they differ."""
    followers = concentration.table["followers"]
    alike = len(followers) > 1 and true(followers == followers.max()).all()
    return int(followers.iloc[0]) if alike else 0


def _people(made: Chapter, last: pd.Series) -> Told:
    """Return the words for the number of different people: exact, estimated or only bounded."""
    lo, hi = int(last["reach_lo"]), int(last["reach_hi"])
    if lo == hi:
        return made.told("people.exact", lo=lo)
    if last[["reach_est", "lo", "hi"]].notna().all():
        e, a, b = (round(float(last[name])) for name in ("reach_est", "lo", "hi"))
        band = made.told("people.between", a=a, b=b) if a < b else Told.nothing()
        return made.told("people.estimate", e=e, band=band, k=int(last["n_lists"]))
    return made.told("people.band", lo=lo, hi=hi)


def _curve(made: Chapter, reach: Reach, movement: Movement) -> None:
    table, last = reach.table, reach.table.iloc[-1]
    if len(table) < 2 or not (table["n_known"] > 1).any():  # the answer says it all
        return
    beside = within(reach.figures, table, "followers_summed")
    names = ["day", "n_supporters", "n_known", "followers_sum", "reach_lo", "reach_hi"]
    estimates = ["reach_est", "lo", "hi"]
    shown = table[[*names, *estimates, "n_lists"]]
    shown = shown.assign(**{name: np.round(table[name].astype(float)) for name in estimates})
    made.figure(
        "followers-curve",
        shown,
        lambda lang: plot_followers_summed(
            table, lang=lang, figures=beside, zone=movement.timezone
        ),
        subtitle=f"followers-curve.subtitle-{reach.basis}",
        alt=f"followers-curve.alt{'' if has_floor(table) else '-level'}",
        always=("followers_sum", "reach_lo"),
        total=int(table["followers_sum"].max()),
        last=int(last["followers_sum"]),
        lo=int(last["reach_lo"]),
    )


def _half(made: Chapter, concentration: Concentration) -> None:
    """Add how unequally the followers are spread; that one has all, or each as many, is told."""
    n, half = concentration.n_accounts, concentration.n_half
    unknown = concentration.table[["followers", "share_followers"]].isna().any(axis=None)
    if not half or unknown or _has_all(concentration) or _each(concentration):
        return
    shares = ["share_accounts", "share_followers"] if n >= FEWEST else []
    whole = concentration.table[["rank", "followers", *shares]]
    shown, _ = limits.by_rank(whole, keep=(half - 1, half))
    top, low = (int(shown["followers"].iloc[place]) for place in (0, -1))
    made.figure(
        "followers-concentration",
        shown,
        lambda lang: plot_concentration(shown, n_half=half, lang=lang),
        half=half,
        n=n,
        total=concentration.total,
        top=top,
        low=low,
    )
    if n >= FEWEST and int(true(concentration.table["followers"] == top).sum()) == 1:
        made.sentence("most-followed", top=Share(float(shown["share_followers"].iloc[0])))


def _lists(made: Chapter, wanted: pd.DataFrame) -> None:
    """Say which lists would tell more; how many and how much, never whose."""
    wanted = wanted[wanted["share_after"].notna()]
    if len(wanted) < FEWEST:  # no share of the followers of so few
        return
    steps = sorted({k for k in (10, 30, 60, 100) if k < len(wanted)} | {len(wanted)})
    after = [float(wanted["share_after"].iloc[k - 1]) for k in steps]
    made.table("followers-lists", pd.DataFrame({"lists": steps, "share_after": after}))


def _published_alone(made: Chapter, reach: Reach) -> None:
    """Tell the sums that sources published, or say that there is none."""
    sums = reach.figures
    made.cannot_show("followers-curve.missing-accounts", "followers-curve")
    made.cannot_show("followers-concentration.missing", "followers-concentration")
    if sums.empty:
        made.titled("title.zero")
        made.answered("answer.nothing-seen" if reach.looked else "answer.nothing")
        return
    distinct = sums.drop_duplicates(["value", "roughness"])
    rough = in_turn(exact_first(distinct))
    ends = distinct.sort_values("value", kind="stable").iloc[[0, -1]]
    least, most = (Rough(float(row["value"]), str(row["roughness"])) for _, row in ends.iterrows())
    made.titled("title.sums" if least.value < most.value else "title.sum",
                k=sums["publisher"].nunique(), first=least, last=most)  # fmt: skip
    made.answered("answer.sums", values=rough, n=most.value, k=len(sums))
    row = quotable(dated(sums, "followers_summed"))
    if row is None:
        return
    last = Rough(float(row["value"]), str(row["roughness"]))
    who, when = str(row["publisher"]), When(row["date"], str(row["precision"]))
    made.key_figure(
        "published-followers-summed",
        last.value,
        definition=made.told(
            f"published-followers-summed.definition{when.unknown}", who=who, day=when
        ),
        roughness=last.roughness,
    )
    made.can_write("according", who=who, n=last, when=when)
