"""Chapter 5: the press, what pushed and what followed, and accounts that reshare together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from i4analysis import clock
from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.abroad import mark
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import limits
from i4analysis.publish.charts import push as charts
from i4analysis.publish.words.sentence import Band, Rough, Share, part

if TYPE_CHECKING:
    from i4analysis.measure.coordination.coordination import Coordination
    from i4analysis.measure.push.push import MediaEffects

#: Hours over which the effect of an item is spread when only its day is known.
DAY_HOURS = 24
#: False discovery rate at which the items tested are counted together.
FAMILY = 0.05


@chapter("push", order=5)
def push(
    found: MediaEffects, movement: Movement, *, together: Coordination | None = None
) -> Chapter:
    """Build the chapter on the press from `push.media_effects`.

    Parameters
    ----------
    together
        Of `coordination.pairs`: relays that move together, printed in a section of its own.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.push.media_effects(archive, movement, draws=19)
    >>> i4.chapters.push(found, movement).problems()
    []
    """
    made = begun("push", movement, as_of=found.daily["day"].max() if len(found.daily) else None)
    tested = found.table[found.table["p_lr"].notna().to_numpy(dtype=bool)]
    _answer(made, found, tested)
    if len(found.daily):
        _daily(made, found, movement)
    else:
        made.cannot_show("push-daily.missing", "push-daily")
    if len(tested):
        _effects(made, found, tested, movement)
    _calendar(made, found)
    if together is not None:
        _together(made, together)
    made.left_out(found.excluded)
    return made


def _answer(made: Chapter, found: MediaEffects, tested: pd.DataFrame) -> None:
    """Say how the items tested are read, or why none could be, and what the movement carries."""
    total, listed = int(tested["merged"].sum()), len(found.calendar)
    if total:
        # items of one effect are all followed by it
        counts = {
            name: int(tested.loc[tested["label"] == name, "merged"].sum())
            for name in charts.COLOURS
        }
        readings = [made.told(f"reading.{label}", n=n) for label, n in counts.items() if n]
        made.titled("title.tested", tested=total, push=counts["push"])
        made.answered("answer.tested", tested=total, readings=readings)
        made.key_figure("push_items", counts["push"], tested=total)
    else:
        mentions = found.calendar["mentions"]  # which of some nobody noted
        rough = "at_least" if mentions.isna().any() else "exact"
        named = Rough(int((mentions == "yes").sum()), rough)
        made.titled("title.unmeasured")
        if not listed:
            made.answered("answer.empty")
        elif len(found.daily):
            made.answered("answer.sparse", listed=listed)
        else:
            which = made.told(f"which.{'one' if listed == 1 else 'many'}", named=named)
            made.answered("answer.no-posts", listed=listed, which=which)
        made.key_figure("press_items", listed or None)
    ratio = found.reshares_per_original
    if ratio and found.originals >= 2:  # what an archive does not hold is not nought
        made.key_figure("reshares_per_original", _tenths(ratio))


def _tenths(ratio: float) -> float:
    """Return a mean in tenths, or by its first digit where that is smaller: not as nought."""
    return round(ratio, 1) if ratio >= 0.1 or not ratio else grid.steady(ratio, 1)


def _daily(made: Chapter, found: MediaEffects, movement: Movement) -> None:
    table = found.daily
    posts = (table["originals"] + table["reshares"]).to_numpy("int64")
    busiest = table.iloc[int(posts.argmax())]
    reshared, total = int(busiest["reshares"]), int(posts.max())
    tied = bool((posts == total).sum() > 1)
    only = "-reshares" if reshared == total and not tied else ""
    made.heading("daily")
    low, high = found.reshares_per_original_lo, found.reshares_per_original_hi
    if low is not None and high is not None and 0 < round(low, 1) < round(high, 1):
        level = Share(float(found.parameters["level"]))
        made.sentence("interval", mean=Band(round(low, 1), round(high, 1)), level=level)
    # new accounts are not drawn, and would count people, who may look for work, day by day
    shown, step = clock.gathered(table.drop(columns="new_accounts"))
    high = int((shown["originals"] + shown["reshares"]).max())
    some = "-dated" if posts.sum() < found.originals + found.reshares else ""  # not all have one
    highest = made.told(f"high{some}", n=high)
    drawn = made.told(part("push-daily.drawn", found.daily["reshares"].sum(), posts.sum()))
    alt = made.told(f"push-daily.alt-{step}", n=len(shown), high=highest, drawn=drawn)
    # what could not be tested is not too close to call
    items = found.table.assign(label=found.table["label"].where(found.table["p_lr"].notna()))
    marked = int(charts.drawn(shown, items, movement.zone, step).sum())
    made.figure(
        "push-daily",
        shown,
        lambda lang: charts.plot_posts_and_press(
            shown, lang=lang, items=items, zone=movement.zone, step=step
        ),
        title=f"push-daily.title{_form(step, len(posts), tied, part('', reshared, total))}",
        high=highest,
        headers=None if step == "day" else {"day": made.told(f"period.{step}").text},
        subtitle=f"push-daily.subtitle-{step}",
        alt=alt + made.told("press-marked", n=marked) if marked else alt,
        source="source" if marked else "push-daily.source",
        posts=made.told(f"posts{only}{some}", total=total),
        reshared=reshared,
    )


def _form(step: str, days: int, tied: bool, some: str) -> str:
    """Return which title is true: of weeks or months, of equal days, of one day, of a peak."""
    if step != "day":
        return f"-{step}"
    if tied:
        return "-tied"
    return f"-one{some}" if days == 1 else some


def _effects(made: Chapter, found: MediaEffects, tested: pd.DataFrame, movement: Movement) -> None:
    made.heading("effects")
    if "hour_unknown" in found.notes:
        made.sentence("hour-unknown", hours=DAY_HOURS)
    if "rhythm_left" in found.notes:
        made.cannot_write("not.rhythm-left")
    push, high = tested[(tested["label"] == "push").to_numpy(dtype=bool)], tested["hi"].max()
    high, items_tested = float(high), int(tested["merged"].sum())
    extra = tested["extra_posts"]
    local = [pd.Timestamp(at).tz_convert(movement.zone) for at in tested["published_at"]]
    known = tested["hour_known"].to_numpy(dtype=bool)
    names = {
        str(item): charts.item_name(str(outlet), *moment)
        for item, outlet, *moment in zip(
            tested["item_id"], tested["outlet"], local, known, strict=True
        )
    }
    table = tested[
        ["item_id", "published_at", "extra_posts", "lo", "hi", "p_lr", "p_shift", "p_pretrend",
         "power", "label"]
    ]  # fmt: skip
    moments = [at if hour else at.date() for at, hour in zip(local, known, strict=True)]
    table = table.assign(
        published_at=pd.Series(moments, index=table.index, dtype=object),
        **{name: table[name].astype(float).round(1) for name in ("extra_posts", "lo", "hi")},
        p_lr=[grid.steady(value, 3) for value in table["p_lr"]],
        power=table["power"].astype(float).round(2),
    )
    made.figure(
        "push-effects",
        table,
        lambda lang: charts.plot_extra_posts(table, lang=lang, names=names),
        cells={"item_id": names},
        level=Share(float(found.parameters["level"])),
        note="effects-joined.note" if items_tested > len(table) else None,
        dots=min(len(table), limits.most("rows")),
        tested=items_tested,
        pushed=int(push["merged"].sum()),
        extra=Band(round(float(extra.min())), round(float(extra.max()))),
        high=round(high) if high >= 1 else grid.steady(high, 1),
    )
    mark(made, "press.false", "press.found")
    if len(push):
        if len(table) > 1:
            stands = int((push["p_family"].astype(float) < FAMILY).sum())
            made.sentence("family", tests=len(table), stands=stands, level=Share(FAMILY))
        made.cannot_write("not.made")


def _calendar(made: Chapter, found: MediaEffects) -> None:
    if found.calendar.empty:
        made.cannot_show("push-press.missing", "push-press")
        return
    made.heading("press")
    columns = ["date", "precision", "outlet", "medium", "mentions", "url"]
    made.table("push-press", found.calendar[columns])


def _together(made: Chapter, found: Coordination) -> None:
    """Write what moves together: declared against beyond habit, with the false-alarm rate."""
    if not found.reshares or found.expected_false is None:
        made.cannot_show("together-missing")
        return
    made.heading("together")
    made.cannot_write("not.no-concert")
    if not found.looked_at:
        made.sentence("together-few")
        return
    if not found.flagged:
        made.sentence("together-none")
        mark(made, "coordination.organic")
        return
    made.sentence(
        "together-flagged",
        flagged=found.flagged,
        declared=found.flagged_declared,
        false=_tenths(found.expected_false),
    )
    mark(made, "coordination.organic")
    made.cannot_write("not.fake")
