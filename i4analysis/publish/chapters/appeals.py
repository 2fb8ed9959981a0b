"""Chapter 6, on whether the movement served the people looking for work.

Only groups are told: the tables it is given hold no name and no cell under five, and a frame with
a private column is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.errors import I4Error
from i4analysis.measure.appeals import lexicon
from i4analysis.measure.numbers.clustered import Estimate
from i4analysis.measure.numbers.suppression import LIMIT, POOLED, private_columns, rounded
from i4analysis.movement import Movement
from i4analysis.publish.chapter.abroad import mark
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import appeals as charts
from i4analysis.publish.words.sentence import Band, Hours, Share, Told, terms
from i4analysis.publish.words.wording import Text

if TYPE_CHECKING:
    from i4analysis.measure.appeals.appeals import Service, TemplateEffects

# Three requests are not a percentage, and the words that recognise them are wrong now and then: in
# an archive about something else, a handful may all be mistakes.
FEWEST = 20
#: Hours of the first wait that is told, and of the window of the template's effects.
DAY, WINDOW = 24, 72
#: Gini under which help is called evenly shared.
EVEN = 0.3
LEVEL = 0.95
SURE = 0.05  # p among all elements tested, under which one is surely not without effect
#: Columns that hold shares (0–1), printed as percentages.
SHARES = tuple(
    f"{name}{end}" for name in ("relayed_7d", "by_member_7d") for end in ("", "_lo", "_hi")
)
#: The gravest of a row's warnings is printed.
WARNINGS = ("confounded", "few_authors", "single_posts", "chosen")


@chapter("appeals", order=6)
def appeals(service: Service, effects: TemplateEffects, movement: Movement) -> Chapter:
    """Return the chapter on requests for work: how soon relayed, how equally, by what wording.

    Parameters
    ----------
    service
        As returned by `measure.appeals.service`.
    effects
        As returned by `measure.appeals.template_effects`.
    movement
        The movement.

    Raises
    ------
    I4Error
        If a table holds a private column.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> service = i4.appeals.service(archive, movement, classified, resamples=50)
    >>> effects = i4.appeals.template_effects(archive, movement, classified)
    >>> i4.chapters.appeals(service, effects, movement).problems()
    []
    """
    for table in (service.table, service.survival, service.by_group, service.lorenz, service.load,
                  service.against_offers, effects.table):  # fmt: skip
        _refuse_private(table)
    made = begun("appeals", movement, as_of=clock.day_of(service.ended_at, movement.zone))
    if not service.looked_for:
        made.silent = True
        made.titled("title.not-looked-for")
        made.answered("answer.not-looked-for")
        return made
    made.cannot_write("not.hired")
    if service.n_requests is None or service.n_requests < FEWEST:
        _too_few(made, service)
        return made
    if not np.isfinite(service.number("relayed_24h").value):
        _unknown(made, service)
        return made
    _answer(made, service)
    mark(made, "appeals.right")
    _waiting(made, service)
    _equality(made, service)
    _groups(made, service.by_group)
    _members(made, service)
    _template(made, effects)
    made.cannot_write("not.caused")
    made.cannot_show("missing.hired")
    short = effects.excluded.get(f"followed for less than {WINDOW} hours", 0)
    for reason, count in (("short", short), ("single", effects.n_single)):
        if count >= LIMIT:
            few = int(rounded(count))
            made.excluded(made.told(f"excluded.{reason}", count=few, hours=WINDOW), few)
    return made


def _refuse_private(table: pd.DataFrame) -> None:
    private = private_columns(table)
    if private:
        raise I4Error(
            f"A table for the chapter appeals has the column {private[0]!r}, expected none that"
            " names people; publish counts of five and more, and keep the directory on screen."
        )


def _too_few(made: Chapter, service: Service) -> None:
    """Say why nothing, or only a count, is told of the requests."""
    seen = service.n_requests
    if seen is not None:
        made.titled("title.few", seen=seen)
        made.answered("answer.few", seen=seen, least=FEWEST, limit=LIMIT)
        need = made.told("need.requests", least=FEWEST)
        made.cannot_show("missing.hired")
    else:
        made.titled("title.silent")
        if service.ended_at is None:
            made.answered("answer.no-posts")
            need = made.told("need.archive")
        else:
            made.answered("answer.too-few", limit=LIMIT)
            need = made.told("need.people", limit=LIMIT)
    for what in ("wait", "shared", "template"):
        made.cannot_show(f"nothing.{what}", need=need)


def _unknown(made: Chapter, service: Service) -> None:
    """Say that the archive does not show whether the requests were relayed, and why."""
    why = "reshares" if "no_reshares" in service.notes else "time"
    made.titled("title.unknown", n_requests=service.n_requests)
    made.answered("answer.unknown", n_requests=service.n_requests)
    made.answered(f"unknown.{why}", hours=DAY, limit=LIMIT)
    made.key_figure("requests", service.n_requests, roughness="at_least")
    mark(made, "appeals.right")
    need = made.told(f"needed.{why}", hours=DAY, limit=LIMIT)
    for what in ("wait", "shared", "template"):
        made.cannot_show(f"nothing.{what}", need=need)
    made.cannot_show("missing.hired")


def _step(service: Service) -> float:
    """Return the step, in points, of the shares of requests (`suppression.in_steps`)."""
    return round(100 * LIMIT / (service.n_requests or LIMIT), 1)


def _known(*estimates: Estimate) -> bool:
    """Tell whether each is known with an interval; one without a width, or of all, is none."""
    return all(np.isfinite([e.value, e.lo, e.hi]).all() and 0 < e.hi - e.lo < 1 for e in estimates)


def _of_a_week(service: Service, measure: str) -> Estimate:
    """Return a measure of the requests followed for a week, nan where these are few."""
    rows = service.table[service.table["measure"] == measure]
    few = rows.empty or not float(rows["n_used"].iloc[0]) >= FEWEST
    return Estimate(np.nan, np.nan, np.nan) if few else service.number(measure)


def _answer(made: Chapter, service: Service) -> None:
    day, half = service.number("relayed_24h"), service.number("first_relay_median_h")
    top, middle, gini = (
        _of_a_week(service, name) for name in ("top10_share_7d", "relays_7d_median", "gini_7d")
    )
    made.titled("title.day", share=Share(day.value))
    made.answered(
        # the share is told in steps: not to say that less than half were relayed, and half
        "answer.first-half" if half.value < DAY and day.value >= 0.5 else "answer.first",
        n_requests=service.n_requests,
        share=Share(day.value),
        hours=DAY,
        half=Hours(half.value),
    )
    if np.isfinite(top.value) and np.isfinite(middle.value):
        how = "unequal" if middle.value else "unequal-none"
        how = "equal" if gini.value < EVEN else how
        made.answered(f"spread.{how}", top=Share(top.value), middle=middle.value)
    made.key_figure("relayed_24h", day.value, share=True, hours=DAY, step=_step(service))
    made.key_figure("requests", service.n_requests, roughness="at_least")
    made.key_figure("relays_median", middle.value)


def _waiting(made: Chapter, service: Service) -> None:
    day, week = service.number("relayed_24h"), service.number("relayed_7d")
    curve = service.survival
    if _known(day, week) or len(curve) > 1:
        made.heading("wait")
    if _known(day, week):  # not where nothing, or everything, was seen to be relayed
        made.sentence(
            "waiting",
            hours=DAY,
            day=Share(day.value),
            day_band=Band(day.lo, day.hi, share=True),
            week=Share(week.value),
            week_band=Band(week.lo, week.hi, share=True),
            step=_step(service),
        )
    if _known(day):
        n = service.n_requests
        made.can_write("write.day", share=Share(day.value), n_requests=n, hours=DAY)
    if len(curve) < 2:
        return
    first, last = curve.iloc[0], curve.iloc[-1]
    made.figure(
        "appeals-first-relay",
        curve,
        lambda lang: charts.plot_first_relay(curve, lang=lang),
        shares=("relayed", "lo", "hi"),
        level=Share(LEVEL),
        early=Share(first["relayed"]),
        late=Share(last["relayed"]),
        first=first["hours"],
        last=last["hours"],
    )


def _equality(made: Chapter, service: Service) -> None:
    gini = _of_a_week(service, "gini_7d")
    table = service.lorenz
    if _known(gini) or len(table):
        made.heading("equality")
    if _known(gini):
        value, lo, hi = (round(end, 2) for end in (gini.value, gini.lo, gini.hi))
        made.sentence("gini", gini=value, lo=lo, hi=hi, none=0, whole=1)
    if table.empty:
        return
    made.figure(
        "appeals-lorenz",
        table,
        lambda lang: charts.plot_relay_lorenz(table, lang=lang),
        shares=("requests", "relays"),
        half=Share(float(np.interp(0.5, table["requests"], table["relays"]))),
    )


def _groups(made: Chapter, by_group: pd.DataFrame) -> None:
    french, english = lexicon.sector_names("fr"), lexicon.sector_names("en")
    names = {code: Text(fr=french[code], en=english[code]) for code in french}
    names |= terms(made.words, "cells.group")
    sizes = by_group.loc[by_group["dimension"] == "size", "group"]
    names |= {code: _range(made, "size", code) for code in sizes if str(code) not in names}
    by_group = by_group.drop(columns="method", errors="ignore")
    sector = by_group["dimension"] == "sector"
    shown = by_group[sector].dropna(subset=["relayed_7d"])
    sectors = shown[~shown["group"].isin([POOLED, "unknown"])]
    if len(sectors) >= 2:
        made.heading("groups")
        alike = float(sectors["relayed_7d_lo"].max()) <= float(sectors["relayed_7d_hi"].min())
        made.figure(
            "appeals-sectors",
            shown,
            lambda lang: charts.plot_service_groups(shown, lang=lang, labels=names),
            title="appeals-sectors.title-alike" if alike else "appeals-sectors.title",
            shares=SHARES,
            cells={"group": names},
            level=Share(LEVEL),
            limit=LIMIT,
            between=Band(*_ends(shown["relayed_7d"]), share=True),
        )
    rest = by_group[~sector]
    # all of one region, or of one size, are no groups to compare
    rest = rest[rest.groupby("dimension")["group"].transform("size") > 1]
    if rest["relayed_7d"].notna().any():
        made.table("appeals-groups", rest, shares=SHARES, cells={"group": names},
                   note="appeals-sectors.note", limit=LIMIT)  # fmt: skip


def _ends(values: pd.Series) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _range(made: Chapter, of: str, code: str) -> Text:
    """Return the words of a range of numbers: `0-99`, `100-499`, `2000+`."""
    ends = [int(end) for end in re.findall(r"\d+", code)]
    if not ends:
        return terms(made.words, "cells.group")[code]
    if len(ends) == 1:
        return made.told(f"{of}.over", n=ends[0]).text if code.endswith("+") else Text.same(code)
    if not ends[0]:
        return made.told(f"{of}.under", n=ends[1] + 1).text
    return made.told(f"{of}.between", lo=ends[0], hi=ends[1]).text


def _members(made: Chapter, service: Service) -> None:
    relaying, top = service.number("members_relaying"), service.number("member_top10_share")
    table = service.against_offers
    known = bool(np.isfinite([relaying.value, top.value]).all())
    if known or len(table) == 2:
        made.heading("members")
    if known:
        some = int(rounded(relaying.value))  # members may look for work themselves
        many = "many" if some >= FEWEST else "few"
        made.sentence(f"load.{many}", some=some, top=Share(top.value))
        bands = {str(code): _range(made, "load-band", str(code)) for code in service.load["band"]}
        load = service.load.assign(members=rounded(service.load["members"]).astype(int))
        made.table("appeals-load", load, cells={"band": bands})
    else:
        made.cannot_show("missing.members", "appeals-load", limit=LIMIT)
    if len(table) == 2:
        if (table["n_posts"] >= FEWEST).all():
            made.sentence(_against(made, table.set_index("label")))
        shown = table.drop(columns=["method", "level"], errors="ignore")
        made.table("appeals-offers", shown, shares=SHARES)


def _against(made: Chapter, rows: pd.DataFrame) -> Told:
    """Return the sentence that sets requests against offers."""
    request, offer = rows.loc["request"], rows.loc["offer"]
    more = request["by_member_7d_lo"] > offer["by_member_7d_hi"]
    less = offer["by_member_7d_lo"] > request["by_member_7d_hi"]
    shares = {name: float(rows["by_member_7d"][name]) for name in ("request", "offer")}
    return made.told(
        f"against.{'more' if more else 'less' if less else 'unsure'}",
        request=Share(shares["request"]),
        offer=Share(shares["offer"]),
    )


def _template(made: Chapter, effects: TemplateEffects) -> None:
    table = effects.table
    if table.empty:
        made.cannot_show("missing.effects", "appeals-template", limit=LIMIT)
        return
    made.heading("template")
    elements = terms(made.words, "cells.feature")
    for feature in ("pleasert", "image", "full_template"):
        row = effects.effect(feature)
        if row is not None:
            made.sentence(_effect(made, elements[feature], row))
    kept = ["feature", "model", "ratio", "lo", "hi", "level", "p_bh", "n_authors_used", "warning"]
    best = _clearest(table)
    made.figure(
        "appeals-template",
        table[kept].assign(warning=table["warning"].map(_gravest)),
        lambda lang: charts.plot_template_effects(table, lang=lang),
        title="appeals-template.title" if best else "appeals-template.title-none",
        element=elements.get(best or ""),
        hours=WINDOW,
        level=Share(LEVEL),
        ratios=Band(*_ends(table["ratio"].astype(float))),
        clear=int(((table["lo"] > 1) | (table["hi"] < 1)).sum()),
        whole=1,
        few=FEWEST,
    )


def _effect(made: Chapter, element: Text, row: pd.Series) -> Told:
    """Return the sentence on one element: about 1.4 times, between 1.1 and 1.8."""
    said = made.told(
        "effect.sure"
        if row["p_bh"] < SURE and not row["lo"] <= 1 <= row["hi"]
        else "effect.unsure",
        element=element,
        **{name: float(row[name]) for name in ("ratio", "lo", "hi")},
    )
    warned = [code for code in WARNINGS[:2] if code in str(row["warning"])]
    return said + made.told(f"caution.{warned[0]}") if warned else said


def _gravest(codes: object) -> str:
    found = str(codes or "").split()
    return next((code for code in WARNINGS if code in found), "none")


def _clearest(table: pd.DataFrame) -> str | None:
    """Return the element that most surely goes with more reshares, if one does."""
    main = table[(table["model"] == "fixed effects") & (table["feature"] != "offer")]
    clear = main[(main["p_bh"] < SURE) & (main["lo"] > 1)]
    return str(clear.sort_values(["p_bh", "p"]).iloc[0]["feature"]) if len(clear) else None
