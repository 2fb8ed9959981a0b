"""Chapter 4: who relayed whom. What the archive shows, and what the gate lets say of relays."""

from __future__ import annotations

from datetime import date as Date
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters import relay_facts as basis
from i4analysis.publish.chapters import relay_groups as groups
from i4analysis.publish.chapters import relay_labels as labels
from i4analysis.publish.chapters import relay_roads as roads
from i4analysis.publish.chapters import relay_words as words
from i4analysis.publish.charts import relays as charts
from i4analysis.publish.words.wording import Text
from i4analysis.results import Result

if TYPE_CHECKING:
    from i4analysis.measure.relays.relays import RelayPicture

TOP = 5
NAMED = 12
LARGEST = 10
MODELLED = ("depth_mean", "breadth_max", "virality")
LEAST_PEOPLE = 5
LEAST_DATED = 0.5
"""Of the reshares, the share whose original is dated: below, who was there first is unknown."""


def relays(picture: RelayPicture, movement: Movement) -> Chapter:
    """Build the chapter from the measures of relays.

    Parameters
    ----------
    picture
        As `relays.picture` gives it.
    movement
        The movement; those of people.csv may be named.
    """
    facts = basis.Facts.of(picture, movement)
    chapter = Chapter(
        "relays",
        4,
        movement,
        title=basis.title(facts),
        question=labels.QUESTION,
        answer=basis.answer(facts, picture.lanes),
        numbers=facts.numbers()
        | {"mentions": int(picture.lanes.table["mentions"].sum())}
        | {"originals_dated": picture.generations.parameters["originals_dated"]},
        as_of=_day(picture.as_of, movement),
    )
    if facts.reshares:
        _who_reshares_whom(chapter, facts, picture)
        _arrivals(chapter, facts, picture.generations)
        _through_whom(chapter, facts, picture)
        _groups(chapter, facts, picture)
    else:
        chapter.cannot_show(labels.NO_RESHARE[facts.has_archive])
    _roads(chapter, picture.lanes)
    for reason, count in picture.excluded.items():
        chapter.excluded(labels.REASONS[reason], count)
    return chapter


def _day(moment: pd.Timestamp | None, movement: Movement) -> Date | None:
    return None if moment is None else moment.tz_convert(movement.zone).date()


def _figure(axes: Any) -> Figure:
    return cast("Figure", axes.figure)


# ------------------------------------------------------------------------------- who, whom


def _who_reshares_whom(chapter: Chapter, facts: basis.Facts, picture: RelayPicture) -> None:
    chapter.heading(Text(fr="Qui republie qui", en="Who reshares whom"))
    chapter.key_figure(
        "reshares",
        facts.reshares,
        Text(fr="republications dans l'archive", en="reshares in the archive"),
        Text(
            fr="Republications d'un autre compte, chacune comptée une fois.",
            en="Reshares of another account's posts, each counted once.",
        ),
    )
    chapter.key_figure(
        "top_share",
        facts.top_share,
        basis.top_label(facts),
        Text(
            fr="Part des republications reçues par les auteurs les plus republiés.",
            en="Share of the reshares that the most reshared authors received.",
        ),
        share=True,
    )
    first = picture.standing[picture.standing["reshared"] > 0].head(TOP)
    listed = pd.DataFrame(
        {
            "rank": range(1, len(first) + 1),
            "account": [facts.name(account) for account in first["account"]],
            "reshared": first["reshared"].to_numpy(),
            "resharers": first["resharers"].to_numpy(),
            "reshares_made": first["reshares"].to_numpy(),
        }
    )
    chapter.table(
        "relays-most-reshared",
        listed,
        title=Text(fr="Les auteurs les plus republiés", en="The most reshared authors"),
        headers=labels.HEADERS,
        cells={"account": facts.cells},
        note=labels.NAMES,
    )
    chapter.can_write(basis.concentration(facts), facts.numbers())
    chapter.cannot_write(labels.NO_ROAD)
    _matrix(chapter, facts, picture.matrix)


def _matrix(chapter: Chapter, facts: basis.Facts, matrix: Result) -> None:
    table = _without_small_cells(matrix.table)
    if table["resharer_role"].nunique() < 2:
        chapter.cannot_show(labels.ONE_ROLE, "relays-role-matrix")
        return
    largest = words.favourite(table)
    chapter.sentence(largest.sentence, largest.numbers)
    beyond = words.beyond_counts(table)
    if beyond is not None:
        chapter.sentence(beyond.sentence, beyond.numbers)
    chapter.figure(
        "relays-role-matrix",
        table,
        lambda lang: _figure(charts.plot_role_matrix(table, lang=lang)),
        title=largest.title,
        subtitle=Text(
            fr="Republications, de la ligne vers la colonne : la ligne republie la colonne",
            en="Reshares, from row to column: the row reshares the column",
        ),
        alt=words.matrix_alt(table, largest),
        source=basis.source(facts),
        headers=labels.HEADERS,
        cells={"resharer_role": charts.ROLE_NAMES, "author_role": charts.ROLE_NAMES},
        numbers={**largest.numbers, "roles": table["resharer_role"].nunique()},
    )


def _without_small_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Return reshares by role; people looking for work join the others where they are few."""
    kept = table[["resharer_role", "author_role", "reshares"]]
    people = (("resharer_role", "resharers"), ("author_role", "authors"))
    few = any(
        bool(
            ((table[side] == "seeker") & (table[count] > 0) & (table[count] < LEAST_PEOPLE)).any()
        )
        for side, count in people
    )
    if few:
        kept = kept.replace({"resharer_role": {"seeker": "other"}}).replace(
            {"author_role": {"seeker": "other"}}
        )
    order = [role for role in charts.ROLE_NAMES if role in set(kept["resharer_role"])]
    shape = pd.MultiIndex.from_product([order, order], names=["resharer_role", "author_role"])
    summed = kept.groupby(["resharer_role", "author_role"])["reshares"].sum()
    return summed.reindex(shape, fill_value=0).reset_index()


# ------------------------------------------------------------------------------- arrivals


def _arrivals(chapter: Chapter, facts: basis.Facts, generations: Result) -> None:
    table = generations.table
    dated = float(generations.parameters["originals_dated"])
    if not dated >= LEAST_DATED:
        chapter.cannot_show(words.no_start(dated), "relays-generations")
        return
    chapter.heading(Text(fr="Comment les comptes sont arrivés", en="How accounts arrived"))
    found = words.arrivals(table)
    chapter.sentence(found.sentence, found.numbers)
    zone = chapter.movement.zone
    days = table["arrived_at"].astype("datetime64[us, UTC]").dt.tz_convert(zone).dt.date
    counted = (
        table.assign(day=days, generation=table["generation"].astype("int64"))
        .groupby(["day", "generation"])
        .size()
        .reset_index(name="accounts")
    )
    chapter.figure(
        "relays-generations",
        counted,
        lambda lang: _figure(charts.plot_generations(table, lang=lang, zone=zone)),
        title=found.title,
        subtitle=words.arrivals_subtitle(table, crowd=len(table) > charts.MOST_DOTS),
        alt=words.arrivals_alt(counted, crowd=len(table) > charts.MOST_DOTS),
        source=basis.source(facts),
        note=labels.ARRIVAL_NOTE,
        headers=labels.HEADERS,
        numbers={**found.numbers, "busiest": int(counted.groupby("day")["accounts"].sum().max())},
    )


# ------------------------------------------------------------------------------- relays


def _through_whom(chapter: Chapter, facts: basis.Facts, picture: RelayPicture) -> None:
    if not facts.placed:
        chapter.cannot_show(labels.NOT_PLACED, "relays-influence")
        return
    chapter.heading(Text(fr="Par quels relais", en="Through which relays"))
    chapter.key_figure(
        "coverage",
        facts.coverage,
        Text(
            fr="des republications ont un indice sur qui lit qui",
            en="of the reshares have evidence on who reads whom",
        ),
        labels.COVERAGE,
        share=True,
    )
    chapter.sentence(basis.gate(facts), facts.numbers())
    trial = words.trials(picture.trials)
    chapter.sentence(trial.sentence, trial.numbers)
    chapter.table(
        "relays-direct-share",
        picture.sensitivity.table,
        title=Text(
            fr="Ce que change la part venue directement de l'auteur",
            en="What the share that came straight from the author changes",
        ),
        headers=labels.HEADERS,
        cells={"basis": labels.BASES},
        note=labels.CHECKED if facts.delta_source == "audit" else labels.SENSITIVITY,
    )
    size = words.sizes(picture.shapes.table)
    chapter.sentence(size.sentence, size.numbers)
    _shapes(chapter, facts, picture.shapes.table)
    if facts.gate == "closed":
        chapter.cannot_show(words.closed(facts), "relays-influence")
        chapter.cannot_write(words.closed_warning(facts), facts.numbers())
        return
    table = _named_relays(facts, picture.influence.table)
    chapter.figure(
        "relays-influence",
        table,
        lambda lang: _figure(charts.plot_influence(_in(table, facts, lang), lang=lang)),
        title=words.influence_title(table),
        subtitle=Text(
            fr=(
                "Republications probablement venues par chaque compte ; trait : 90 % des arbres"
                " tirés ; bande : selon la part directe"
            ),
            en=(
                "Reshares that probably came through each account; line: 90% of the trees drawn;"
                " band: over the direct share"
            ),
        ),
        alt=words.influence_alt(table),
        source=basis.source(facts),
        note=words.influence_note(picture.parents),
        headers=labels.HEADERS,
        cells={"account": facts.cells},
        numbers=words.influence_numbers(table),
    )
    if words.first_is_public(table):
        chapter.can_write(words.relay_sentence(table, facts), facts.numbers())
    chapter.cannot_write(labels.NOT_CAUSE)


def _shapes(chapter: Chapter, facts: basis.Facts, shapes: pd.DataFrame) -> None:
    """Show the largest cascades: sizes and times; what the model says of them if the gate lets."""
    first = shapes.head(LARGEST).reset_index(drop=True)
    begun = first["begun_at"].astype("datetime64[us, UTC]").dt.tz_convert(chapter.movement.zone)
    columns = ["n_seen", "n_reported", "duration_h"]
    if facts.gate != "closed":
        columns += ["direct", *[f"{name}{end}" for name in MODELLED for end in ("", "_lo", "_hi")]]
    table = first[columns].astype("float64").round(2)
    table.insert(0, "begun_on", begun.dt.date)
    chapter.table(
        "relays-shapes",
        table.rename(columns={"direct": "direct_share"}),
        title=Text(fr="Les plus grandes cascades", en="The largest cascades"),
        headers=labels.HEADERS,
        note=labels.SHAPES_CLOSED if facts.gate == "closed" else labels.SHAPES,
    )


def _named_relays(facts: basis.Facts, influence: pd.DataFrame) -> pd.DataFrame:
    first = influence.head(NAMED)
    columns = ["relays", "descendants", "lo", "hi", "range_lo", "range_hi", "with_evidence"]
    table = first[[*columns, "reshared"]].astype("float64").reset_index(drop=True)
    table.insert(0, "account", [facts.name(account) for account in first["account"]])
    return table.rename(columns={"with_evidence": "evidence_share"})


def _in(table: pd.DataFrame, facts: basis.Facts, lang: str) -> pd.DataFrame:
    return table.assign(name=[facts.cells[name][lang] for name in table["account"]])


# ------------------------------------------------------------------------------- groups, roads


def _groups(chapter: Chapter, facts: basis.Facts, picture: RelayPicture) -> None:
    chapter.heading(Text(fr="Groupes, et ce que d'autres mesures ajoutent", en=labels.GROUPS_EN))
    stable = groups.stable(picture.communities)
    found = groups.groups(picture.communities)
    chapter.sentence(found.sentence, found.numbers)
    core = groups.core(picture.standing, picture.edges)
    if core is not None:
        chapter.sentence(core.sentence, core.numbers)
    if facts.gate != "closed" and stable and len(picture.brokers.table):
        carried = groups.brokers(picture.brokers)
        chapter.sentence(carried.sentence, carried.numbers)
    table = picture.beyond[picture.beyond["correlation"].notna()]
    hidden = [] if stable else ["passages"]
    if facts.gate == "closed":
        hidden = ["descendants", "passages"]
    table = table[~table["measure"].isin(hidden)]
    chapter.table(
        "relays-beyond-counts",
        table.drop(columns=["method", "level"]).reset_index(drop=True),
        title=Text(
            fr="Ce que chaque mesure dit de plus que le nombre de republications",
            en="What each measure says beyond the count of reshares",
        ),
        headers=labels.HEADERS,
        cells={"measure": labels.MEASURES},
        note=labels.BEYOND,
    )


def _roads(chapter: Chapter, lanes: Result) -> None:
    table = lanes.table
    if table["lane"].nunique() < 2:
        chapter.cannot_show(labels.ONE_LANE, "relays-lanes")
        return
    chapter.heading(Text(fr="Les voies, jour par jour", en="The channels, day by day"))
    zone = chapter.movement.zone
    chapter.figure(
        "relays-lanes",
        table,
        lambda lang: _figure(charts.plot_lanes(table, lang=lang, zone=zone)),
        title=roads.lanes_title(table),
        subtitle=Text(
            fr="Articles, émissions et messages dont le jour est connu, par voie ; surface d'un"
            " disque : leur nombre ce jour-là ; losanges : issues",
            en="Articles, broadcasts and posts whose day is known, by channel; area of a disc:"
            " how many that day; diamonds: outcomes",
        ),
        alt=roads.lanes_alt(table),
        source=Text(
            fr="archive et registres du mouvement, une source par ligne",
            en="the movement's archive and ledgers, one source a row",
        )
        if set(table["lane"]) & {"twitter", "bluesky", "mastodon"}
        else Text(
            fr="registres du mouvement, une source par ligne",
            en="the movement's ledgers, one source a row",
        ),
        note=labels.LANES,
        headers=labels.HEADERS,
        cells={"lane": charts.LANE_NAMES},
        numbers=roads.lane_numbers(table),
    )
