"""Chapter 2: from founders to supporters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from i4analysis import clock
from i4analysis.measure.numbers.suppression import rounded, small
from i4analysis.movement import Movement
from i4analysis.publish.chapter.abroad import mark
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.front import possible
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import members as charts
from i4analysis.publish.charts import style
from i4analysis.publish.charts.reach import plot_followers_summed
from i4analysis.publish.words.sentence import (
    Apart,
    Rough,
    Share,
    Span,
    Told,
    When,
    tell,
    terms,
)
from i4analysis.tables import true

if TYPE_CHECKING:
    from i4analysis.measure.members.members import Adoption, Contagion, Exposure, Growth

#: A count of people looking for work under this many is not published.
FEWEST = 5
#: No share is drawn of fewer accounts, and no number of those never seen is put to fewer.
FEW_SHARED, FEW_SEEN = 20, 10
#: Share of the accounts on the first day above which no growth curve is drawn.
MOST_AT_ONCE = 0.5
#: The same share at the first sighting of anybody, where that is not on the first day.
MIDWAY = 0.1
#: Dates no finer than this fall on no day of a curve.
UNPLACED = ("month", "year", "unknown")
#: How far from the truth a source may be that says "about".
ABOUT = 0.1
#: Published metrics in the order they are told: founders first, then who joined.
METRICS = ("founders", "supporters_bio", "members", "seekers_bio")


@chapter("supporters", order=2, words="members")
def supporters(
    adopted: Adoption,
    movement: Movement,
    *,
    growth: Growth | None = None,
    exposure: Exposure | None = None,
    contagion: Contagion | None = None,
) -> Chapter:
    """Build the chapter on supporters from `members.adoption` and, where given, its companions.

    Parameters
    ----------
    growth, exposure, contagion
        Of `members.growth`, `members.exposure`, `members.contagion_test`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement, draws=50)
    >>> i4.chapters.supporters(adopted, movement).problems()
    []
    """
    # what sources print of people looking for work is not counted under five either
    figures = adopted.figures
    if len(figures):
        few = true(figures["metric"] == "seekers_bio") & small(figures["value"])
        adopted = replace(adopted, figures=figures[~few])
    last = None if adopted.basis == "none" else adopted.table["day"].iloc[-1]
    made = begun("supporters", movement, as_of=last)
    write = {"bio": _bios, "posts": _posts, "none": _figures}[adopted.basis]
    write(made, adopted, movement)
    if adopted.basis != "none" or (adopted.looked and adopted.figures.empty):
        _marks(made, movement)
    add_published(made, "supporters-published", adopted.figures)
    if adopted.basis == "bio":
        _first_posts(made, adopted, movement)
        _accounts(made, adopted)
        _unseen(made, adopted, movement)
    _growth(made, growth, adopted, movement)
    _contagion(made, exposure, contagion, adopted)
    made.left_out(adopted.excluded)
    return made


# ------------------------------------------------------------------------------- from bios


def _bios(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    before = _before(adopted)
    # an estimate of hardly any is none, nor is one of some days alone
    unknown = "few_accounts" in adopted.notes or bool(adopted.table["n_est"][~before].isna().any())
    if unknown:
        nothing = dict.fromkeys(("n_est", "lo", "hi"), np.nan)
        adopted = replace(adopted, table=adopted.table.assign(**nothing))
    if before.any():  # a number for those days would be the model's alone
        estimate = adopted.table["n_est"].mask(before)
        adopted = replace(adopted, table=adopted.table.assign(n_est=estimate))
    table = adopted.table
    watched = table[~before]
    last, first = watched.iloc[-1], watched.iloc[0]
    seen = int(last["n_lo"])
    seeking = "supporters_seek" in adopted.notes
    if not seen:  # in the period, nobody but people looking for work
        made.titled("title.bio", seen=seen, day=last["day"])
        made.answered("answer.bio-none", day=last["day"])
        made.cannot_show("supporters-curve.nobody", "supporters-curve")
        _seekers(made, adopted)
        return
    if seeking and seen < FEWEST:
        made.titled("title.seekers")
        made.answered("answer.seekers", day=last["day"], few=FEWEST)
        made.cannot_show("supporters-curve.seekers", "supporters-curve")
        return
    if seeking:  # a few more of them in the next report would be those few
        seen = int(rounded(seen))
        made.titled("title.bio-seekers", seen=seen)
        made.answered("answer.bio-seekers", day=last["day"], seen=seen)
    else:
        now = int(last["n_now"])
        made.titled("title.bio", seen=seen, day=last["day"])
        made.answered(
            "answer.bio-all" if now == seen else "answer.bio", day=last["day"], seen=seen, now=now
        )
    half_of = float(last["n_est"]) / 2 if not unknown else np.nan
    there = not unknown and before.any() and float(first["n_est"]) >= half_of
    # nor is the first day drawn one on which they came, where they were seen before it (such a
    # sighting stands at its beginning)
    earlier = adopted.intervals["right_utc"] <= clock.start_of(first["day"], movement.zone)
    there |= not unknown and true(earlier).sum() >= half_of
    if not (unknown or there or seeking) and len(watched) > 1:
        half = watched[watched["n_est"].astype(float) >= half_of].iloc[0]["day"]
        made.answered("answer.half", half=half)
    made.key_figure("supporters-seen", seen, roughness="at_least")
    if seeking:
        made.cannot_show("supporters-curve.seekers", "supporters-curve")
    else:
        _curve(made, adopted, movement)
        _reading(made, watched)
    made.can_write("write.bio", n=seen, day=last["day"])
    made.cannot_write("not.exactly")
    _seekers(made, adopted)


def _marks(made: Chapter, movement: Movement) -> None:
    """Say which hashtag of a bio is meant, where it is not the movement's own."""
    if not {*movement.supporter_marks} <= {*movement.hashtags}:
        made.answered("answer.marks", marks=[*map(movement.spelled, movement.supporter_marks)])


def _before(adopted: Adoption) -> npt.NDArray[np.bool_]:
    """Return the days before any bio was seen: of an archive that begins midway, else none."""
    table = adopted.table
    # without a band on any day, posts alone tell that something was seen
    told = ["n_first_post", "n_lo"] if table["lo"].isna().all() else ["n_lo"]
    nobody = ~true(table[told].max(axis=1) > 0) & true(table["lo"].isna())
    before = np.asarray(np.logical_and.accumulate(nobody))
    return before & (not before.all())


def _curve(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    table = adopted.table
    names = ["day", "n_lo", "n_hi", "n_est", "lo", "hi", "n_now"]
    whole = {name: np.round(table[name].astype(float)) for name in ("n_est", "lo", "hi")}
    shown = table[names].assign(**whole, followers_sum=table["followers_sum_lo"])
    beside = within(adopted.figures, table, "supporters_bio")
    counted = bool(table["followers_sum_lo"].notna().iloc[-1])

    def draw(lang: str) -> Figure:
        ratios = [1.75, 1] if counted else [1.0]
        figure, panels = style.panels(len(ratios), height=5.6 if counted else 3.9, ratios=ratios)
        zone = movement.timezone
        founders = adopted.n_founders
        charts.plot_adoption(
            table, ax=panels[0], lang=lang, figures=beside, founders=founders, zone=zone
        )
        charts.press_ticks(panels[0], movement.press, zone)
        if counted:
            plot_followers_summed(shown, ax=panels[1], lang=lang, zone=zone, band=False)
        return figure

    there = style.kinds_drawn(draw)
    estimated = {"banded", "estimate"} & there
    publishers = sorted(set(beside["publisher"].dropna())) if len(beside) else []
    made.figure(
        "supporters-curve",
        shown,
        draw,
        marks=there,
        note=made.told("curve.checked") if "banded" in there else None,
        source=made.told("source-figures", publishers=publishers) if publishers else "source",
        subtitle="supporters-curve.subtitle" if counted else "supporters-curve.subtitle-alone",
        alt="supporters-curve.alt" if counted else "supporters-curve.alt-alone",
        day=table["day"].iloc[-1],
        n=int(table["n_lo"].iloc[-1]),
        followers=int(table["followers_sum_lo"].iloc[-1]) if counted else None,
        founders=adopted.n_founders,
        estimate=made.told("curve.estimate") if estimated else Told.nothing(),
        bounds=made.told("curve.bounds") if "bounds" in there else Told.nothing(),
    )


def _reading(made: Chapter, watched: pd.DataFrame) -> None:
    """Say what the curve means on the middle day of its band, if it has one."""
    banded = watched[watched[["n_est", "lo", "hi"]].notna().all(axis=1).to_numpy(dtype=bool)]
    days = banded if len(banded) else watched
    middle = days.iloc[len(days) // 2]
    n, most = int(middle["n_lo"]), int(middle["n_hi"])
    if n == most:  # the certain bounds close
        made.sentence("reading-exact", day=middle["day"], n=n)
        return
    if not len(banded):
        made.sentence("reading-unsure")
        return
    estimate, lo, hi = (round(float(middle[name])) for name in ("n_est", "lo", "hi"))
    band = made.told("reading-band", lo=lo, hi=hi) if lo < hi else Told.nothing()
    made.sentence("reading", day=middle["day"], n=n, most=most, estimate=estimate, band=band)
    mark(made, "adoption.coverage")


def _seekers(made: Chapter, adopted: Adoption) -> None:
    count = 0 if adopted.seekers.empty else int(adopted.seekers["n_lo"].iloc[-1])
    if count >= FEWEST:
        made.sentence("seekers", n=int(rounded(count)))


def _accounts(made: Chapter, adopted: Adoption) -> None:
    composition = adopted.composition
    if not composition["n"].any():  # in the period, nobody
        return
    days = charts.days_to_show(composition["day"])
    shown = composition[composition["day"].isin(days)].reset_index(drop=True)
    few = (shown["role"] == "seeker") & shown["n"].between(1, FEWEST - 1)
    # Supporters are rounded too: the curve of all accounts less them would give seekers back.
    near = pd.Series(rounded(shown["n"]), shown.index).astype(shown["n"].dtype)
    shown = shown.assign(n=shown["n"].where(shown["role"] == "founder", near).mask(few))
    # a role that no ledger and no bio gives is not nought
    some = shown["n"].ne(0).fillna(True).groupby(shown["role"]).transform("any")
    shown = shown[some.to_numpy(dtype=bool)].reset_index(drop=True)
    if not shown["n"].fillna(0).any():
        made.cannot_show("supporters-accounts.few", "supporters-accounts")
        return
    worth = charts.accounts_a_square(shown)
    several = "" if worth == 1 else "-several"
    others = composition.loc[composition["role"] != "founder", "n"].fillna(0).any()
    note = made.told("supporters-accounts.note") if others else Told.nothing()
    names = terms(made.words, "cells.role")
    drawn = shown.groupby("role", sort=False)["n"].sum()
    made.figure(
        "supporters-accounts",
        shown,
        lambda lang: charts.plot_accounts(shown, lang=lang),
        title=f"supporters-accounts.title{several}",
        roles=[names[role] for role in drawn.index if drawn[role]],
        worth=worth,
        note=note + made.told("few-seekers", few=FEWEST) if few.any() else note,
        n=Rough(float(shown.loc[shown["day"] == days[-1], "n"].sum()), "at_least"),
        day=days[-1],
    )


def _unseen(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    if "supporters_seek" in adopted.notes:
        return
    names = ["estimate", "lo", "hi"]
    day = clock.days(adopted.unseen["as_of_utc"], movement.timezone)  # be the period over by then
    table = adopted.unseen[["method", *names, "n_used"]].assign(day=day)
    table = table[true(table["n_used"] >= FEW_SEEN)]
    rounded = {name: np.round(table[name].astype(float)) for name in names}
    if len(table):
        made.table("supporters-never-seen", table.assign(**rounded))


# ------------------------------------------------------------------------------- from posts


def _posts(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    """Tell the curve of first posts, and say why it is not that of bios."""
    table = adopted.table
    n = int(table["n_first_post"].iloc[-1])
    seen = table[(table["n_first_post"] > 0).to_numpy(dtype=bool)]  # not since the first day asked
    first = (seen if len(seen) else table)["day"].iloc[0]
    days = Span(min(first, adopted.since or first), table["day"].iloc[-1])
    late = adopted.refusal == "after"
    # a bio that shows the hashtag may be of somebody looking for work
    others = "-others" if late and adopted.n_marked < FEWEST else ""
    # in fives as the headline: the two apart would give those who look for work
    why = made.told(f"refused.{adopted.refusal}{others}", n=int(rounded(adopted.n_marked)))
    made.cannot_show("supporters-curve.refused", "supporters-curve", why=why)
    if not n:  # in the period, nobody
        made.titled("title.nobody")
        made.answered("answer.nobody", days=days)
        return
    rough = Rough(n, "at_least")  # whom no collection has seen used it too
    posted = made.told("posted", n=rough)
    made.titled(f"title.posts.{adopted.refusal}", posted=posted)
    made.answered("answer.posts", why=why, posted=posted, days=days)
    made.key_figure("first-posts", n, roughness=rough.roughness, value=rough)
    made.can_write("write.posts", posted=posted, days=days)
    made.cannot_write("not.supporters")
    _first_posts(made, adopted, movement)


def _first_posts(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    """Add the curve of first posts with the hashtag, labelled as what it is."""
    shown = adopted.table[["day", "n_first_post", "n_first_own_post"]]
    n = int(shown["n_first_post"].iloc[-1])
    if not n:
        return
    # of the days before, posts that others alone show tell more than none
    shown = shown[(shown["n_first_post"] > 0).to_numpy(dtype=bool)]
    if "posters_seek" in adopted.notes:
        made.cannot_show("first-posts.seekers", "first-posts")
        return
    rough = Rough(n, "at_least")  # whom no collection has seen used it too
    made.figure(
        "first-posts",
        shown,
        lambda lang: charts.plot_first_posts(shown, lang=lang, zone=movement.timezone),
        posted=made.told("posted", n=rough),
        n=rough,
    )


# ------------------------------------------------------------------ from published figures alone


def _figures(made: Chapter, adopted: Adoption, movement: Movement) -> None:
    """Tell the chapter of a movement whose archive, if any, shows neither bio nor dated post."""
    parts = {metric: rows for metric in METRICS if len(rows := dated(adopted.figures, metric))}
    late = adopted.refusal == "after"  # bios show the hashtag, and no day
    why = "-late" if late else "-seen" if adopted.looked else ""
    made.cannot_show(f"supporters-curve.missing{why}", "supporters-curve")
    if late:
        others = "-others" if adopted.n_marked < FEWEST else ""
        made.answered(f"refused.after{others}", n=int(rounded(adopted.n_marked)))
    if not parts:
        made.titled("title.nothing")
        made.answered(f"answer.nothing{why}")
        return
    said = {metric: _values(made, metric, rows) for metric, rows in parts.items()}
    of = pd.concat(list(parts.values()))
    grown = "supporters_bio" if "supporters_bio" in parts else list(parts)[-1]
    ends = of_last_date(parts[grown])
    elsewhere = parts[grown][~parts[grown]["publisher"].isin(ends["publisher"]).to_numpy(bool)]
    if (
        elsewhere["value"] > ends["value"].max()
    ).any():  # a fall that one source alone tells is none
        ends = parts[grown]
    last = _between(made, grown, ends)
    if "founders" in parts and grown != "founders":
        made.titled("title.founders", founders=said["founders"], last=last)
    else:
        made.titled("title.figures", last=last, k=int(ends["publisher"].nunique()))
    made.answered("answer.figures", figures=Apart([*said.values()]), n=len(of))
    _claims(made, parts)


def _values(made: Chapter, metric: str, rows: pd.DataFrame) -> Told:
    """Return what sources published of a metric: founders by their ends, others one by one."""
    if metric == "founders":
        return _between(made, metric, rows)
    rows = exact_first(rows.drop_duplicates(["value", "roughness"]))
    return made.told(f"noun.{metric}", values=in_turn(rows), n=float(rows["value"].iloc[-1]))


def _between(made: Chapter, metric: str, rows: pd.DataFrame) -> Told:
    """Return published values of a metric by the least and the most of them."""
    ends = rows.sort_values("value", kind="stable").iloc[[0, -1]].to_dict("records")
    least, most = (Rough(float(row["value"]), str(row["roughness"])) for row in ends)
    band = tell("story", "sums-between", least=least, most=most)
    values = band if least.value < most.value else most
    return made.told(f"noun.{metric}", values=values, n=most.value)


def exact_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return published values from the least, exact ones first: a caution is read of all after."""
    ordered = rows.sort_values("value", kind="stable")
    cautious = (ordered["roughness"].astype(str) != "exact").to_numpy(dtype=bool)
    return ordered.iloc[np.argsort(cautious, kind="stable")]


def in_turn(rows: pd.DataFrame) -> list[Rough]:
    """Return published values one after another; a caution that all share is said once."""
    values, roughness = rows["value"].astype(float), rows["roughness"].astype(str)
    shared = len(set(roughness)) == 1
    return [
        Rough(value, "exact" if shared and place else how)
        for place, (value, how) in enumerate(zip(values, roughness, strict=True))
    ]


def dated(figures: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the dated figures of a metric, or all of them when none has a date."""
    if figures.empty:
        return figures
    rows: pd.DataFrame = figures[figures["metric"] == metric]
    known: pd.DataFrame = rows[rows["date"].notna()]
    return known if len(known) else rows


def of_last_date(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of which each may be the last, the least first."""
    days = [
        possible(row) if row["precision"] in UNPLACED else (row["date"], row["date"])
        for row in figures.to_dict("records")
    ]
    newest = max((span[0] for span in days if span), default=None)
    last = figures[[span is None or newest is None or span[1] >= newest for span in days]]
    return last.sort_values("value", kind="stable")


def quotable(rows: pd.DataFrame) -> pd.Series | None:
    """Return the figure of the last date told; none where several may be the last and differ."""
    last = of_last_date(rows)
    return None if last["value"].min() < last["value"].max() else last.iloc[0]


def within(figures: pd.DataFrame, table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the published figures of a metric that fall in the days of a curve."""
    if figures.empty:
        return figures
    placed = figures["date"].notna() & ~figures["precision"].isin(UNPLACED)
    mine: pd.DataFrame = figures[(figures["metric"] == metric) & placed]
    first, last = table["day"].iloc[0], table["day"].iloc[-1]
    found: pd.DataFrame = mine[(mine["date"] >= first) & (mine["date"] <= last)]
    return found


def _claims(made: Chapter, parts: dict[str, pd.DataFrame]) -> None:
    """Add the last published bios and members as key figures."""
    told = [metric for metric in ("supporters_bio", "members") if metric in parts]
    for metric in told:
        row = quotable(parts[metric])
        if row is None:
            continue
        value, roughness = float(row["value"]), str(row["roughness"])
        who, when = str(row["publisher"]), When(row["date"], str(row["precision"]))
        made.key_figure(
            f"published-{metric.replace('_', '-')}",
            value,
            definition=made.told(f"published-definition{when.unknown}", who=who, day=when),
            roughness=roughness,
        )
        made.can_write(f"according.{metric}", who=who, n=Rough(value, roughness), when=when)
    if len(told) > 1:
        made.cannot_write("not.mixed")


def add_published(made: Chapter, stem: str, figures: pd.DataFrame) -> None:
    """Add the published figures as a table, each with its source and roughness."""
    if figures.empty:
        made.cannot_show("published.missing", stem)
        return
    names = ["metric", "value", "roughness", "date", "precision", "publisher", "url"]
    made.table(
        stem,
        figures[names],
        title="published.title-apart" if _disagree(figures) else "published.title",
        source="published.source",
        links={"publisher": "url"},
        n=len(figures),
    )


def _disagree(figures: pd.DataFrame) -> bool:
    """Tell whether sources print of one thing, for one day, what cannot both be true."""
    rough, value = figures["roughness"], figures["value"].astype(float)
    about = true(rough == "about")
    ends = figures.assign(
        least=value.where(~about, value * (1 - ABOUT)),
        most=value.where(~about, value * (1 + ABOUT)).mask(true(rough == "at_least"), np.inf),
    )
    day = figures["date"].notna() & ~figures["precision"].isin((*UNPLACED, "week"))
    same = ends[true(day)].groupby(["metric", "date"])
    apart = same["least"].max() > same["most"].min()
    return bool((apart & (same["publisher"].agg(lambda who: len({*who})) > 1)).any())


# ------------------------------------------------------------------------ growth and contagion


def _growth(made: Chapter, growth: Growth | None, adopted: Adoption, movement: Movement) -> None:
    """Add the fitted curves, with the words that keep them a description."""
    if growth is None or growth.table.empty:
        return
    if f"{'supporters' if adopted.basis == 'bio' else 'posters'}_seek" in adopted.notes:
        return  # its points are those of the curve, which is not shown either
    curves = growth.curves
    seen = curves["observed"].astype(float)
    if seen.isna().any() or growth.table["aic"].isna().any():
        return
    before = _before(adopted) if adopted.basis == "bio" else np.zeros(len(seen), bool)
    at_once = seen.iloc[0] > MOST_AT_ONCE * seen.iloc[-1]
    midway = before.any() and seen[~before].iloc[0] > MIDWAY * seen.iloc[-1]
    if at_once or midway or growth.on_bound:
        made.cannot_show("supporters-growth.none", "supporters-growth")
        return
    rounded = {name: curves[name].astype(float).round(1) for name in ("logistic", "bass")}
    made.figure(
        "supporters-growth",
        curves.assign(observed=seen.round(1), **rounded),
        lambda lang: charts.plot_growth(curves, lang=lang, zone=movement.timezone),
        title=f"supporters-growth.title-{growth.best or 'close'}",
        subtitle="growth-estimated.subtitle" if adopted.basis == "bio"
        else "supporters-growth.subtitle",
        top=round(float(seen.iloc[-1])),
    )  # fmt: skip


def _contagion(
    made: Chapter, exposure: Exposure | None, contagion: Contagion | None, adopted: Adoption
) -> None:
    """Add the exposure curve and the verdict of the shuffle test, or say what they need."""
    if "supporters_seek" in adopted.notes:  # those who joined are counted there one by one
        return
    if exposure is None or exposure.table.empty or adopted.basis != "bio":
        made.cannot_show("supporters-exposure.missing", "supporters-exposure")
        return
    table = exposure.table
    table = table[true(table["n_reached"] >= FEW_SHARED)].reset_index(drop=True)
    if len(table) < 2:
        made.cannot_show("supporters-exposure.few", "supporters-exposure", few=FEW_SHARED)
        return
    shown = table[["k", "n_reached", "n_adopted", "p"]].assign(p_lo=table["lo"], p_hi=table["hi"])
    made.figure(
        "supporters-exposure",
        shown,
        lambda lang: charts.plot_exposure(table, lang=lang),
        least=Share(float(table["p"].min())),
        most=Share(float(table["p"].max())),
    )
    if contagion is None or contagion.table.empty:
        return
    beyond = contagion.verdict == "beyond_timing"
    made.sentence("contagion.beyond_timing" if beyond else "contagion.none")
    made.cannot_write("not.drew")
