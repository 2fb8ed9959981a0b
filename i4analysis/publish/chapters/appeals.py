"""Chapter 6, on whether the movement served the people looking for work.

Only groups are told: the tables it is given hold no name and no cell under five, and a frame with
a private column is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from i4analysis.errors import I4Error
from i4analysis.measure.appeals import lexicon
from i4analysis.measure.numbers.suppression import LIMIT, private_columns
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import appeal_words as words
from i4analysis.publish.charts import appeals as charts
from i4analysis.publish.words.wording import duration, number, percent

if TYPE_CHECKING:
    from i4analysis.measure.appeals.appeals import Service, TemplateEffects
    from i4analysis.measure.numbers.clustered import Estimate

# Three requests are not a percentage, and the words that recognise them are wrong now and then: in
# an archive about something else, a handful may all be mistakes.
FEWEST_REQUESTS = 20
QUESTION = Text(
    fr="Le mouvement a-t-il servi les personnes qui cherchent un emploi ?",
    en="Did the movement serve the people looking for work?",
)


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
    """
    for table in (service.table, service.survival, service.by_group, service.lorenz, service.load,
                  service.against_offers, effects.table):  # fmt: skip
        _refuse_private(table)
    if service.n_requests is None:
        return _silent(service, movement)
    if service.n_requests < FEWEST_REQUESTS:
        return _too_few(service, movement)
    title, answer = _answer(service)
    ended = service.ended_at
    chapter = Chapter(
        "appeals",
        6,
        movement,
        title,
        QUESTION,
        answer,
        numbers=_numbers(service),
        as_of=None if ended is None else ended.tz_convert(movement.zone).date(),
    )
    _key_figures(chapter, service)
    _waiting(chapter, service)
    _equality(chapter, service)
    _groups(chapter, service)
    _members(chapter, service)
    _template(chapter, effects)
    _limits(chapter, service, effects)
    return chapter


def _refuse_private(table: pd.DataFrame) -> None:
    private = private_columns(table)
    if private:
        raise I4Error(
            f"A table for the chapter appeals has the column {private[0]!r}, expected none that"
            " names people; publish counts of five and more, and keep the directory on screen."
        )


def _silent(service: Service, movement: Movement) -> Chapter:
    nothing = service.ended_at is None
    answer = words.NO_ARCHIVE if nothing else words.TOO_FEW
    ended = service.ended_at
    chapter = Chapter(
        "appeals",
        6,
        movement,
        words.SILENT_TITLE,
        QUESTION,
        answer,
        numbers={"limit": LIMIT},
        as_of=None if ended is None else ended.tz_convert(movement.zone).date(),
    )
    reason = words.NEEDS_ARCHIVE if nothing else words.NEEDS_REQUESTS
    for what in words.WHAT_IS_MISSING:
        chapter.cannot_show(what + reason)
    chapter.cannot_write(words.NOT_HIRED)
    return chapter


def _too_few(service: Service, movement: Movement) -> Chapter:
    """Return the chapter of a few requests: how many, and no share of them."""
    seen = service.n_requests or 0
    chapter = Chapter(
        "appeals",
        6,
        movement,
        Text.both(lambda lang: words.few_title(seen, lang)),
        QUESTION,
        Text.both(lambda lang: words.few_answer(seen, FEWEST_REQUESTS, LIMIT, lang)),
        numbers={"n_requests": seen, "fewest": FEWEST_REQUESTS, "limit": LIMIT},
        as_of=None if service.ended_at is None
        else service.ended_at.tz_convert(movement.zone).date(),
    )  # fmt: skip
    for what in words.WHAT_IS_MISSING:
        chapter.cannot_show(what + words.needs(FEWEST_REQUESTS))
    chapter.cannot_show(words.WHO_FOUND_WORK)
    chapter.cannot_write(words.NOT_HIRED)
    return chapter


def _known(*estimates: Estimate) -> bool:
    return all(np.isfinite([e.value, e.lo, e.hi]).all() for e in estimates)


def _answer(service: Service) -> tuple[Text, Text]:
    day, half = service.number("relayed_24h"), service.number("first_relay_median_h")
    top, middle = service.number("top10_share_7d"), service.number("relays_7d_median")
    title = Text.both(
        lambda lang: {
            "fr": f"{percent(day.value, lang)} des demandes relayées dans la journée",
            "en": f"{percent(day.value, lang)} of requests relayed within a day",
        }[lang]
    )
    first = Text.both(lambda lang: words.first_answer(service, day, lang))
    if half.value < 24 and np.isfinite(half.value):
        first = Text.both(
            lambda lang: words.first_answer(service, day, lang, duration(half.value, lang))
        )
    if not (np.isfinite(top.value) and np.isfinite(middle.value)):
        return title, first
    second = Text.both(
        lambda lang: {
            "fr": "L'aide est inégale : le dixième des demandes le plus relayé reçoit"
            f" {percent(top.value, lang)} des relais, et une demande sur deux au plus"
            f" {number(middle.value, lang)} en sept jours.",
            "en": "Help was unequal: the most relayed tenth of requests received"
            f" {percent(top.value, lang)} of the relays, and half of the requests at most"
            f" {number(middle.value, lang)} in seven days.",
        }[lang]
    )
    if service.number("gini_7d").value < 0.3:
        second = Text.both(
            lambda lang: {
                "fr": "L'aide est assez également répartie : le dixième le plus relayé reçoit"
                f" {percent(top.value, lang)} des relais.",
                "en": "Help was fairly evenly shared: the most relayed tenth received"
                f" {percent(top.value, lang)} of the relays.",
            }[lang]
        )
    return title, first + second


def _numbers(service: Service) -> dict[str, float]:
    found: dict[str, float] = {"limit": LIMIT, "hours": 24, "days": 7, "week": 72}
    for row in service.table.to_dict("records"):
        for name in ("value", "lo", "hi"):
            found[f"{row['measure']}_{name}"] = row[name]
            if row["measure"].endswith("_h") and np.isfinite(row[name]):
                hours = float(row[name])
                found[f"{row['measure']}_{name}_minutes"] = round(60 * hours)
                found[f"{row['measure']}_{name}_days"] = hours / 24
    found["n_requests"] = service.n_requests or 0
    found["n_seekers"] = service.n_seekers or 0
    found["n_offers"] = service.n_offers or 0
    return found


def _key_figures(chapter: Chapter, service: Service) -> None:
    day = service.number("relayed_24h")
    chapter.key_figure("relayed_24h", day.value, words.RELAYED, words.RELAYED_MEANS, share=True)
    chapter.key_figure(
        "requests", service.n_requests, words.REQUESTS, words.REQUESTS_MEANS,
    )  # fmt: skip
    chapter.key_figure(
        "relays_median",
        service.number("relays_7d_median").value,
        words.median_label(service.number("relays_7d_median").value),
        words.MEDIAN_MEANS,
    )


def _waiting(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Combien de temps attendre", en="How long a wait"))
    day, week = service.number("relayed_24h"), service.number("relayed_7d")
    if _known(day, week):
        chapter.sentence(Text.both(lambda lang: words.waiting(day, week, lang)))
        chapter.can_write(Text.both(lambda lang: words.quotable(service, day, lang)))
    curve = service.survival
    last = curve.iloc[-1] if len(curve) else None
    chapter.figure(
        "appeals-first-relay",
        curve,
        lambda lang: _figure(charts.plot_first_relay(curve, lang=lang)),
        title=Text(
            fr="La plupart des premiers relais viennent vite",
            en="Most first relays come early",
        )
        if last is not None and curve["relayed"].iloc[0] > 0.5 * last["relayed"]
        else Text(fr="Temps avant le premier relais", en="Time to the first relay"),
        subtitle=Text(
            fr="Part des demandes relayées au moins une fois, par temps écoulé ; bande à 95 %",
            en="Share of requests relayed at least once, by time elapsed; 95% band",
        ),
        alt=Text.both(lambda lang: words.survival_alt(curve, lang)),
        source=words.SOURCE,
        note=words.CENSORED,
        headers=words.SURVIVAL_HEADERS,
        shares=("relayed", "lo", "hi"),
        numbers={"level": 0.95},
    )


def _figure(ax: Axes) -> Figure:
    return cast("Figure", ax.figure)


def _equality(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Une aide inégale ?", en="Was help equal?"))
    gini, low, high = (service.number(m) for m in ("gini_7d", "relays_7d_p25", "relays_7d_p75"))
    middle = service.number("relays_7d_median")
    if _known(gini):
        chapter.sentence(Text.both(lambda lang: words.inequality(gini, lang)))
    if np.isfinite([low.value, middle.value, high.value]).all():
        chapter.sentence(Text.both(lambda lang: words.ordinary(low, middle, high, lang)))
    table = service.lorenz
    half = float(np.interp(0.5, table["requests"], table["relays"])) if len(table) else np.nan
    chapter.figure(
        "appeals-lorenz",
        table,
        lambda lang: _figure(charts.plot_relay_lorenz(table, lang=lang)),
        title=Text.both(
            lambda lang: {
                "fr": f"La moitié la moins relayée reçoit {percent(half, lang)} des relais",
                "en": f"The half least relayed received {percent(half, lang)} of the relays",
            }[lang]
        ),
        subtitle=Text(
            fr="Part cumulée des relais reçus en sept jours, des demandes les moins relayées aux"
            " plus relayées (courbe de Lorenz)",
            en="Running share of the relays received in seven days, from the least to the most"
            " relayed requests (Lorenz curve)",
        ),
        alt=Text.both(lambda lang: words.lorenz_alt(half, lang)),
        source=words.SOURCE,
        headers=words.LORENZ_HEADERS,
        shares=("requests", "relays"),
        numbers={"half": half},
    )


def _groups(chapter: Chapter, service: Service) -> None:
    names = {
        **{code: Text(fr=lexicon.sector_names("fr")[code], en=lexicon.sector_names("en")[code])
           for code in lexicon.sector_names()},
        **words.GROUPS,
    }  # fmt: skip
    sector = service.by_group[service.by_group["dimension"] == "sector"]
    shown = sector.dropna(subset=["relayed_7d"])
    if len(shown) >= 2:
        chapter.heading(Text(fr="Selon le métier et le lieu", en="By trade and by place"))
        overlap = float(shown["relayed_7d_lo"].max()) <= float(shown["relayed_7d_hi"].min())
        chapter.figure(
            "appeals-sectors",
            shown.drop(columns="method", errors="ignore"),
            lambda lang: _figure(charts.plot_service_groups(shown, lang=lang, labels=names)),
            title=words.SECTORS_ALIKE if overlap else words.SECTORS_DIFFER,
            subtitle=Text(
                fr="Part des demandes relayées en sept jours, par secteur du ROME, intervalle à"
                " 95 %",
                en="Share of requests relayed within seven days, by ROME sector, 95% interval",
            ),
            alt=Text.both(lambda lang: words.sectors_alt(shown, lang)),
            source=words.SECTOR_SOURCE,
            note=words.POOLED_NOTE,
            headers=words.GROUP_HEADERS,
            shares=words.SHARES,
            cells={"group": names, "dimension": words.DIMENSIONS},
        )
    others = service.by_group[service.by_group["dimension"] != "sector"]
    chapter.table(
        "appeals-groups",
        others.drop(columns="method", errors="ignore"),
        title=Text(
            fr="Demandes relayées selon la région, le jour, le message type et la taille du"
            " compte",
            en="Requests relayed by region, day, template and size of the account",
        ),
        headers=words.GROUP_HEADERS,
        shares=words.SHARES,
        cells={"group": names, "dimension": words.DIMENSIONS},
        source=words.SOURCE,
        note=words.POOLED_NOTE,
    )


def _members(chapter: Chapter, service: Service) -> None:
    chapter.heading(Text(fr="Qui relaie les demandes", en="Who relays the requests"))
    relaying, top = service.number("members_relaying"), service.number("member_top10_share")
    everyone = service.number("members")
    if np.isfinite([relaying.value, top.value, everyone.value]).all():
        chapter.sentence(Text.both(lambda lang: words.load(relaying, everyone, top, lang)))
        chapter.table(
            "appeals-load",
            service.load,
            title=Text(
                fr="Membres selon le nombre de demandes relayées",
                en="Members by number of requests relayed",
            ),
            headers=words.LOAD_HEADERS,
            cells={"band": words.GROUPS | {"1": Text.same("1")}},  # there "1" is no weekday
            source=words.SOURCE,
        )
    else:
        chapter.cannot_show(words.NO_MEMBERS, "appeals-load")
    table = service.against_offers
    if len(table) == 2:
        rows = table.set_index("label")
        chapter.sentence(
            Text.both(lambda lang: words.against(rows, lang)),
            numbers={"request": rows.loc["request", "by_member_7d"],
                     "offer": rows.loc["offer", "by_member_7d"]},
        )  # fmt: skip
        chapter.table(
            "appeals-offers",
            table.drop(columns=["method", "level"], errors="ignore"),
            title=Text(
                fr="Demandes et offres relayées par des membres",
                en="Requests and offers relayed by members",
            ),
            headers=words.AGAINST_HEADERS,
            shares=words.SHARES,
            cells={"label": words.GROUPS},
            source=words.SOURCE,
        )


def _template(chapter: Chapter, effects: TemplateEffects) -> None:
    chapter.heading(Text(fr="Ce qui va avec le message type", en="What goes with the template"))
    table = effects.table
    if table.empty:
        chapter.cannot_show(words.NO_EFFECTS, "appeals-template")
        return
    for feature in ("pleasert", "image", "full_template"):
        row = effects.effect(feature)
        if row is not None:
            numbers = {f"{feature}_{name}": row[name] for name in ("ratio", "lo", "hi")}
            chapter.sentence(_effect_sentence(feature, row), numbers)
    kept = ["feature", "model", "ratio", "lo", "hi", "level", "p_bh", "n_authors_used", "warning"]
    shown = table[kept].assign(warning=table["warning"].map(words.warning_code))
    chapter.figure(
        "appeals-template",
        shown,
        lambda lang: _figure(charts.plot_template_effects(table, lang=lang)),
        title=_template_title(effects),
        subtitle=Text(
            fr="Republications en 72 heures avec l'élément, rapportées à celles sans, chez un même"
            " auteur ; intervalle à 95 %, échelle logarithmique",
            en="Reshares within 72 hours with the element over those without, within the posts of"
            " one author; 95% interval, logarithmic scale",
        ),
        alt=Text.both(lambda lang: words.effects_alt(table, lang)),
        source=words.SOURCE,
        note=words.EFFECTS_NOTE,
        headers=words.EFFECT_HEADERS,
        cells={
            "feature": charts.ELEMENTS,
            "model": {name: text for name, (text, _, _) in charts.MODELS.items()},
            "warning": words.WARNINGS,
        },
        numbers={"window": 72, "level": 0.95, "few": 20},
    )


def _template_title(effects: TemplateEffects) -> Text:
    main = effects.table[effects.table["model"] == "fixed effects"]
    clear = main[(main["p_bh"] < 0.05) & (main["lo"] > 1)]
    clear = clear[~clear["feature"].isin(["offer", "full_template"])]
    if clear.empty:
        return Text(
            fr="Aucun élément du message type ne va clairement avec plus de relais",
            en="No element of the template clearly goes with more reshares",
        )
    best = clear.sort_values("ratio").iloc[-1]["feature"]
    said = charts.ELEMENTS[str(best)]
    return Text(fr=f"Ce qui va le plus sûrement avec plus de reprises : {said.fr}",
                en=f"What goes most surely with more reshares: {said.en}")  # fmt: skip


def _effect_sentence(feature: str, row: Mapping[Any, Any] | pd.Series) -> Text:
    def write(lang: str) -> str:
        ratio, low, high = (number(row[name], lang) for name in ("ratio", "lo", "hi"))
        return words.effect(charts.ELEMENTS[feature][lang], ratio, low, high,
                            sure=not row["lo"] <= 1 <= row["hi"],
                            warned=str(row["warning"]), lang=lang)  # fmt: skip

    return Text.both(write)


def _limits(chapter: Chapter, service: Service, effects: TemplateEffects) -> None:
    chapter.cannot_write(words.NOT_HIRED)
    chapter.cannot_write(words.NOT_CAUSED)
    chapter.cannot_show(words.WHO_FOUND_WORK)
    for reason, count in effects.excluded.items():
        if count >= LIMIT and reason in words.EXCLUDED:
            chapter.excluded(words.EXCLUDED[reason], count)
    if effects.n_single >= LIMIT:
        chapter.excluded(words.SINGLE, effects.n_single)
