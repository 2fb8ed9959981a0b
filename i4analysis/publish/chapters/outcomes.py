"""Chapter 7: which relays led to which outcomes, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.measure.outcomes.verdicts import FEWEST_CASES
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import outcome_opening as opening
from i4analysis.publish.chapters import outcome_words as words
from i4analysis.publish.chapters.outcome_archive import show_archive, weigh
from i4analysis.publish.chapters.outcome_dossiers import (
    LEDGERS,
    claim_tables,
    dated_title,
    dossier,
    numbers_in_title,
    on_whose_word,
    speakers,
    title_of,
    verdict_table,
)
from i4analysis.publish.charts import outcomes as charts
from i4analysis.publish.words.wording import listing, number, plural

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossier, Dossiers

DAYS_DRAWN = 90
QUESTION = Text(
    fr="Quels relais ont mené à quelles issues, et qui le dit ?",
    en="Which relays led to which outcomes, and who says so?",
)


def outcomes(found: Dossiers, movement: Movement, *, roles: pd.DataFrame | None = None) -> Chapter:
    """Build the chapter on outcomes from `outcomes.dossiers`.

    Parameters
    ----------
    roles
        Of `members.roles`: lets a relay that may not be named be called a supporter.
    """
    main = found.table[found.table["main"].astype(bool).to_numpy()]
    if main.empty:
        return _nothing(found, movement)
    chapter = _opening(found, main, movement)
    titles = _titles(main)
    _chains(chapter, found, titles, movement)
    _flows(chapter, found, titles)
    dated = found.chain[(found.chain["kind"] == "outcome").to_numpy(dtype=bool)]
    verdict_table(chapter, main, titles, _in_days(dated, movement))
    chapter.heading(Text(fr="Les dossiers, un par un", en="The dossiers, one by one"))
    for name in titles:
        dossier(chapter, found[name])
    claim_tables(chapter, found, titles)
    weigh(chapter, found, main, titles)
    show_archive(chapter, found, main, titles, movement, roles)
    _limits(chapter, found, main)
    return chapter


def _titles(main: pd.DataFrame) -> dict[str, Text]:
    rows = zip(main["outcome_id"], main["title_fr"], main["title_en"], strict=True)
    return {str(name): Text(fr=fr, en=en) for name, fr, en in rows}


def _nothing(found: Dossiers, movement: Movement) -> Chapter:
    chapter = Chapter(
        "outcomes",
        7,
        movement,
        Text(fr="Aucune issue n'est inscrite au registre", en="The ledger holds no outcome"),
        QUESTION,
        Text(
            fr="Le registre ne contient aucune issue principale : rien ne peut être dit de ce que"
            " le mouvement a pu changer.",
            en="The ledger holds no main outcome: nothing can be said of what the movement may"
            " have changed.",
        ),
    )
    chapter.cannot_show(
        Text(
            fr="Ni dossier, ni chemin : notez dans outcomes.csv ce qui est arrivé, et dans"
            " claims.csv qui l'attribue à qui, une adresse par ligne.",
            en="No dossier and no path: write in outcomes.csv what happened, and in claims.csv who"
            " credits whom, one address a row.",
        )
    )
    chapter.excluded(Text(fr="issue sans date", en="outcome without a date"),
                     found.excluded.get("undated_outcomes", 0))  # fmt: skip
    return chapter


def _opening(found: Dossiers, main: pd.DataFrame, movement: Movement) -> Chapter:
    total = len(main)
    claimed = int((main["n_credits"] > 0).sum())
    firm = int(((main["grade"] == "A") & (main["n_credits"] > 0)).sum())
    before = int((main["timing"] == "not consistent").sum())
    unclear = int((main["timing"] == "cannot tell").sum())
    rivals = int((main["n_rivals"] > 0).sum())
    contested = int(((main["n_rivals"] > 0) & (main["n_credits"] > 0)).sum())
    numbers = {
        "total": total,
        "claimed": claimed,
        "firm": firm,
        "before": before,
        "unclear": unclear,
        "rivals": rivals,
        "contested": contested,
    }
    title = Text.both(lambda lang: opening.title(lang, numbers))
    answer = Text.both(lambda lang: opening.answer(lang, numbers))
    answer += _archive_answer(found, numbers)
    dates = found.claims["date"].dropna()
    chapter = Chapter(
        "outcomes", 7, movement, title, QUESTION, answer,
        numbers=numbers, as_of=max(dates) if len(dates) else None,
    )  # fmt: skip
    chapter.key_figure(
        "outcomes_credited",
        claimed,
        Text.both(
            lambda lang: (
                f"issues créditées au mouvement, sur {total}"
                if lang == "fr"
                else f"outcomes credited to the movement, of {total}"
            )
        ),
        Text(
            fr="Issues principales dont une source au moins dit qu'elles sont venues par les"
            " relais du mouvement.",
            en="Main outcomes of which at least one source says that they came through the"
            " movement's relays.",
        ),
    )
    chapter.key_figure(
        "outcomes_rival",
        rivals,
        Text.both(
            lambda lang: (
                f"issues avec une explication rivale, sur {total}"
                if lang == "fr"
                else f"outcomes with a rival explanation, of {total}"
            )
        ),
        Text(
            fr="Issues principales dont une source relève un fait ou une voie hors du"
            " mouvement : l'État, le président, le maire, des contacts directs ou autre chose.",
            en="Main outcomes of which a source reports a fact or a way outside the movement: the"
            " State, the President, the mayor, direct contacts or something else.",
        ),
    )
    return chapter


def _archive_answer(found: Dossiers, numbers: dict[str, Any]) -> Text:
    if found.gate == "none":
        return Text(
            fr="Sans archive de messages, rien ne dit par quels comptes le mot est passé.",
            en="Without an archive of posts, nothing says through which accounts the word passed.",
        )
    traced = int((found.table["n_traces"] > 0).sum())
    numbers |= {"traced": traced, "named": found.n_cases}
    return Text(
        fr=f"L'archive montre un contact direct pour {traced} d'entre elles et permet d'estimer"
        f" un chemin pour {found.n_cases}.",
        en=f"The archive shows a direct contact for {traced} of them and lets a path be estimated"
        f" for {found.n_cases}.",
    )


# -------------------------------------------------------------------------------------- figures


def _chains(
    chapter: Chapter, found: Dossiers, titles: dict[str, Text], movement: Movement
) -> None:
    chain = charts.dated(found.chain)
    chain = chain[chain["outcome_id"].isin(titles).to_numpy(dtype=bool)]
    own = chain[(chain["kind"] == "outcome").to_numpy(dtype=bool)]
    start = movement.started_at
    if start is not None:
        limit = start + pd.Timedelta(days=DAYS_DRAWN)
        own = own[(own["at"] <= limit).to_numpy(dtype=bool)]
        chain = chain[(chain["at"] <= limit).to_numpy(dtype=bool)]
    drawn = {name: titles[name] for name in titles if name in set(own["outcome_id"])}
    chain = chain[chain["outcome_id"].isin(drawn).to_numpy(dtype=bool)]
    left_out = len(titles) - len(drawn)
    hollow = int((~own["documented"].astype(bool)).sum())

    def draw(lang: str) -> Figure:
        ax = charts.plot_chains(
            chain,
            lang=lang,
            titles=drawn,
            zone=movement.zone,
            start=start,
            start_label=Text(fr="naissance du mot-dièse", en="the hashtag is born"),
        )
        return ax.figure  # type: ignore[return-value]  # a figure, not a subfigure

    chapter.heading(Text(fr="Ce qui est arrivé, et quand", en="What happened, and when"))
    before = int((own["last"] <= start).sum()) if start is not None else 0
    numbers = {"drawn": len(drawn), "hollow": hollow, "left_out": left_out, "before": before}
    chapter.figure(
        "outcome-chains",
        _in_days(chain, movement),
        draw,
        title=Text(
            fr="Ce qui est à gauche du trait précède le mot-dièse"
            if before
            else "Autour de chaque issue, ce qui est daté",
            en="What lies left of the line came before the hashtag"
            if before
            else "Around each outcome, what is dated",
        ),
        subtitle=Text(
            fr="Chaque ligne est une issue, avec les relais que des sources nomment et les faits"
            " voisins ; une barre pâle couvre les jours possibles",
            en="Each line is an outcome, with the relays that sources name and the facts nearby; a"
            " pale bar covers the possible days",
        ),
        alt=Text(
            fr="Frise, une ligne par issue :"
            f" {plural(len(drawn), 'issue datée', 'issues datées', 'fr')}."
            f" Marques d'issue vides, parce que l'issue n'est que rapportée : {hollow}. Issues qui"
            f" précèdent la naissance du mot-dièse : {before}.",
            en="Timeline, one line an outcome:"
            f" {plural(len(drawn), 'dated outcome', 'dated outcomes', 'en')}. Hollow marks,"
            f" because the outcome is only reported: {hollow}. Outcomes that come before the"
            f" hashtag is born: {before}.",
        ),
        source=LEDGERS,
        note=_left_out(left_out),
        headers=words.HEADERS,
        cells={"kind": words.LINKS, "outcome_id": titles},
        numbers=numbers,
    )


def _in_days(chain: pd.DataFrame, movement: Movement) -> pd.DataFrame:
    """Return the chains with local days: an hour would say more than most sources know."""
    zone = movement.zone
    last = chain["last"] - pd.Timedelta(microseconds=1)  # the end of a day is the next midnight
    table = chain.drop(columns=["title_fr", "title_en", "ref", "precision", "at"])
    return table.assign(
        first=chain["first"].dt.tz_convert(zone).dt.date,
        last=last.where(last >= chain["first"], chain["first"]).dt.tz_convert(zone).dt.date,
    )


def _left_out(count: int) -> Text | None:
    if not count:
        return None
    return Text.both(
        lambda lang: plural(count, "issue plus tardive ou sans date n'est pas dessinée",
                            "issues plus tardives ou sans date ne sont pas dessinées", lang) + "."
        if lang == "fr"
        else plural(count, "later or undated outcome is not drawn",
                    "later or undated outcomes are not drawn", lang) + "."
    )  # fmt: skip


def _flows(chapter: Chapter, found: Dossiers, titles: dict[str, Text]) -> None:
    table = found.flows
    chapter.heading(Text(fr="Qui attribue quoi à qui", en="Who credits whom with what"))
    credit = table[(table["stance"] == "credits").to_numpy(dtype=bool)]
    ours = int(credit.loc[(credit["group"] == "movement").to_numpy(dtype=bool), "claims"].sum())
    others = int(credit.loc[(credit["group"] != "movement").to_numpy(dtype=bool), "claims"].sum())
    numbers = {"ours": ours, "others": others, "flows": int(table["claims"].sum())}
    if len(table):
        chapter.sentence(
            Text(
                fr=f"Attributions au registre : {ours} au mouvement, {others} à d'autres voies,"
                " une par source, issue et voie, copies mises à part. Leur nombre ne mesure"
                " aucun mérite : il dit qui s'est exprimé.",
                en=f"Credits in the ledger: {ours} to the movement, {others} to other ways,"
                " one a source, outcome and way, copies apart. Their number measures no merit: it"
                " says who spoke.",
            ),
            numbers,
        )

    def draw(lang: str) -> Figure:
        axes = charts.plot_flows(table, lang=lang, titles=titles)
        return axes.figure  # type: ignore[return-value]  # a figure, not a subfigure

    ways = table["relay_kind"].nunique() if len(table) else 0
    chapter.figure(
        "outcome-claims-flow",
        table.drop(columns="group").assign(
            sources=table["sources"].astype(str).str.replace("|", ", ", regex=False)
        ),
        draw,
        title=Text(
            fr="Les sources créditent le mouvement, et d'autres",
            en="Sources credit the movement, and others",
        )
        if ours and others
        else Text(fr="Ce que les sources créditent", en="What sources credit"),
        subtitle=Text(
            fr="À gauche la voie nommée et, en gris, qui la nomme ; à droite l'issue. Ruban"
            " foncé : la source attribue ; pâle : elle nomme sans attribuer",
            en="Left, the way named and, in grey, who names it; right, the outcome. Dark ribbon:"
            " the source credits; pale: it names without crediting",
        ),
        alt=Text(
            fr=f"Diagramme de flux des voies nommées ({ways}) vers les issues. Attributions au"
            f" mouvement : {ours} ; à d'autres voies : {others}. Chaque ruban est une affirmation"
            " d'une source.",
            en=f"Flow diagram from the ways named ({ways}) to the outcomes. Credits to the"
            f" movement: {ours}; to other ways: {others}. Each ribbon is one claim of one source.",
        ),
        source=LEDGERS,
        headers=words.HEADERS,
        cells={"relay_kind": words.KINDS, "stance": words.STANCES, "outcome_id": titles},
        numbers=numbers | {"ways": ways},
    )


def _limits(chapter: Chapter, found: Dossiers, main: pd.DataFrame) -> None:
    # An outcome older than the hashtag is among those nobody may credit to it.
    after = main[(main["timing"] != "not consistent").to_numpy(dtype=bool)]
    most = after.sort_values(["n_claims"], ascending=False, kind="stable").head(2)
    for name in most["outcome_id"]:
        one = found[str(name)]
        credit = one.claims[(one.claims["group"] == "movement").to_numpy(dtype=bool)]
        credit = credit[(credit["stance"] == "credits").to_numpy(dtype=bool)]
        if credit.empty or one.rivals.empty:
            continue
        chapter.can_write(_balanced(one, credit), numbers_in_title(one.row))
    firm = int((main["verdict"] == "documented").sum())
    if not firm:
        chapter.cannot_write(
            Text(
                fr="Que le mouvement a causé l'une de ces issues : aucun document daté ne le dit.",
                en="That the movement caused any of these outcomes: no dated document says so.",
            )
        )
    if len(main) < FEWEST_CASES:
        chapter.cannot_write(
            Text.both(
                lambda lang: (
                    f"Qu'une part du mérite revient au mouvement ou à un relais :"
                    f" {number(len(main), lang)} issues ne font pas un pourcentage."
                    if lang == "fr"
                    else "That a share of the merit goes to the movement or to a relay:"
                    f" {number(len(main), lang)} outcomes are no percentage."
                )
            ),
            {"main": len(main)},
        )
    early = main[(main["timing"] == "not consistent").to_numpy(dtype=bool)]
    for row in early.to_dict("records"):
        fr, en = title_of(row, "fr"), title_of(row, "en")
        chapter.cannot_write(
            Text(
                fr=f"Que le mot-dièse y est pour quelque chose : « {fr} » lui est antérieur.",
                en=f"That the hashtag had a part in it: “{en}” came before it.",
            ),
            numbers_in_title(row),
        )
    chapter.excluded(
        Text(fr="issues sans date connue", en="outcomes without a known date"),
        found.excluded.get("undated_outcomes", 0),
    )


#: Who credits whom: one source, several.
_SAID: dict[str, Any] = {
    "fr": {
        "first": ("Une source en crédite le mouvement", "Des sources en créditent le mouvement"),
        "credits": ("Une autre en crédite", "D'autres en créditent"),
        "reports": ("Une autre cite", "D'autres citent"),
        "other": "d'autres voies",
    },
    "en": {
        "first": ("One source credits the movement", "Some sources credit the movement"),
        "credits": ("Another credits", "Others credit"),
        "reports": ("Another names", "Others name"),
        "other": "other ways",
    },
}


def _balanced(one: Dossier, credit: pd.DataFrame) -> Text:
    """Return a sentence to print: the outcome, who credits the movement, who names others.

    Both sides in the same words, each with what stands behind it.
    """
    rivals = one.rivals
    credited = rivals[(rivals["stance"] == "credits").to_numpy(dtype=bool)]
    others = credited if len(credited) else rivals
    apart = others[~others["claimant"].isin(set(credit["claimant"])).to_numpy(dtype=bool)]
    others = apart if len(apart) else others
    kinds = [kind for kind in dict.fromkeys(others["relay_kind"]) if kind != "other"]

    def write(lang: str) -> str:
        head = f"{dated_title(one.row, lang)}."
        said = _SAID[lang]
        first = said["first"][speakers(credit) > 1]
        second = said["credits" if len(credited) else "reports"][speakers(others) > 1]
        ways = listing([words.way(kind, lang) for kind in kinds], lang) or said["other"]
        ours, theirs = on_whose_word(credit, lang), on_whose_word(others, lang)
        return f"{head} {first} : {ours}. {second} {ways} : {theirs}."

    return Text.both(write)
