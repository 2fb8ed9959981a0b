"""Parts of the chapters on supporters and followers: their beginning, figures, growth, spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import supporter_words as words
from i4analysis.publish.charts import members as charts
from i4analysis.publish.words.sentence import Counted, Told, figure_of, row_of_most, say, told
from i4analysis.publish.words.wording import listing, roughly, when

if TYPE_CHECKING:
    from i4analysis.measure.members.members import Adoption, Contagion, Exposure, Growth

#: Share of the accounts on the first day above which no growth curve is drawn.
MOST_AT_ONCE = 0.5
#: Nouns of the published metrics, for sentences.
NOUNS = {
    "founders": (("fondateur", "fondateurs"), ("founder", "founders")),
    "supporters_bio": (
        ("bio portant le mot-dièse", "bios portant le mot-dièse"),
        ("bio with the hashtag", "bios with the hashtag"),
    ),
    "members": (("membre", "membres"), ("member", "members")),
    "seekers_bio": (
        ("bio en recherche d'emploi", "bios en recherche d'emploi"),
        ("bio looking for work", "bios looking for work"),
    ),
}

#: Chapter → its number and its question.
QUESTIONS = {
    "supporters": (
        2,
        Text(
            fr="Combien de comptes ont soutenu le mouvement, et quand l'ont-ils rejoint ?",
            en="How many accounts supported the movement, and when did they join it?",
        ),
    ),
    "followers": (
        3,
        Text(
            fr="Combien de personnes les abonnés des soutiens, additionnés, représentent-ils ?",
            en="How many people do the supporters' followers, added up, stand for?",
        ),
    ),
}


def begun(key: str, movement: Movement, title: Told, answer: Told, as_of: object) -> Chapter:
    """Begin one of the two chapters with its question, finding and answer."""
    number, question = QUESTIONS[key]
    return Chapter(
        key,
        number,
        movement,
        title.text,
        question,
        answer.text,
        numbers={**title.numbers, **answer.numbers},
        as_of=None if as_of is None else pd.Timestamp(str(as_of)).date(),
    )


def within(figures: pd.DataFrame, table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the published figures of a metric that fall in the days of a curve."""
    if figures.empty:
        return figures
    mine: pd.DataFrame = figures[(figures["metric"] == metric) & figures["date"].notna()]
    first, last = table["day"].iloc[0], table["day"].iloc[-1]
    found: pd.DataFrame = mine[(mine["date"] >= first) & (mine["date"] <= last)]
    return found


def counted(row: pd.Series, metric: str) -> Counted:
    """Return a published figure with its noun and roughness."""
    fr, en = NOUNS[metric]
    return Counted(float(row["value"]), fr, en, str(row["roughness"]))


def story(figures: pd.DataFrame) -> tuple[Told, Told] | None:
    """Tell the published figures in a title and an answer; None when there are none.

    The answer holds what there is: founders from least to most, then bios and members, each
    from first to last.
    """
    parts = {metric: rows for metric in NOUNS if len(rows := dated(figures, metric))}
    if not parts:
        return None
    values = {metric: _values(rows, metric) for metric, rows in parts.items()}
    opening = told(
        "Sans archive, il ne reste que les chiffres que des sources ont publiés :"
        " {first}{second}.",
        "Without an archive only the figures that sources printed remain: {first}{second}.",
        first=next(iter(values.values())),
        second=Text.same("") if len(values) < 2 else _then(list(values.values())[1]),
    )
    answer = opening
    if len(values) > 2:
        apart = list(values.values())[2:]
        more = told(
            "Des sources comptent autre chose : {others}.",
            "Some sources count something else: {others}.",
            others=Text.both(lambda lang: "; ".join(text[lang] for text in apart)),
        )
        answer = Told(opening.text + more.text, opening.numbers)
    grown = "supporters_bio" if "supporters_bio" in parts else list(parts)[-1]
    last = counted(parts[grown].iloc[-1], grown)
    if "founders" not in parts or grown == "founders":
        return told("{n} selon les sources", "{n} according to sources", n=last), answer
    title = told(
        "De {lo} à {hi} fondateurs selon les sources, puis {n}",
        "From {lo} to {hi} founders, depending on the source, then {n}",
        lo=float(parts["founders"]["value"].min()),
        hi=float(parts["founders"]["value"].max()),
        n=last,
    )
    return title, answer


def dated(figures: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the dated figures of a metric, or all of them when none has a date."""
    if figures.empty:
        return figures
    rows: pd.DataFrame = figures[figures["metric"] == metric]
    known: pd.DataFrame = rows[rows["date"].notna()]
    return known if len(known) else rows


def _then(steps: Text) -> Text:
    # Text trims its ends; the semicolon carries the space before what follows.
    return Text(fr=f"; puis {steps.fr}", en=f"; then {steps.en}")


def _values(rows: pd.DataFrame, metric: str) -> Text:
    """Return the distinct values of a metric in order of date (founders: of size), as words."""
    rows = rows.sort_values("value") if metric == "founders" else rows
    rows = rows.drop_duplicates(["value", "roughness"])
    fr, en = NOUNS[metric]

    return Text.both(lambda lang: f"{in_turn(rows, lang)} {(fr if lang == 'fr' else en)[1]}")


def in_turn(rows: pd.DataFrame, lang: str) -> str:
    """Return published values one after another: a caution that repeats is said once.

    `about 10, 15 and exactly 33`: an exact value after a rough one says so.
    """
    values: list[str] = []
    before = "exact"
    for value, roughness in zip(rows["value"], rows["roughness"], strict=True):
        exactly = {"fr": "exactement ", "en": "exactly "}[lang]
        caution = exactly if roughness == "exact" != before else ""
        said = "exact" if roughness == before else str(roughness)
        values.append(caution + roughly(value, said, lang))
        before = str(roughness)
    return listing(values, lang)


def add_claims(chapter: Chapter, figures: pd.DataFrame) -> None:
    """Add the last published figure of each metric as a key figure, and what not to mix."""
    last = {metric: rows for metric in NOUNS if len(rows := dated(figures, metric))}
    for metric in ("supporters_bio", "members"):
        if metric not in last:
            continue
        row = last[metric].iloc[-1]
        chapter.key_figure(
            f"published-{metric.replace('_', '-')}",
            float(row["value"]),
            {
                "supporters_bio": Text(
                    fr="bios portant le mot-dièse, selon une source",
                    en="bios with the hashtag, according to a source",
                ),
                "members": Text(
                    fr="membres du collectif, selon une source",
                    en="members of the collective, according to a source",
                ),
            }[metric],
            say(
                "Dernier chiffre publié daté, de {who} ; une affirmation, pas une mesure.",
                "Last dated figure printed, by {who}; a claim, not a measurement.",
                who=str(row["publisher"]),
            ),
            roughness=str(row["roughness"]),
        )
        chapter.can_write(
            Text(fr=_according(row, metric, "fr"), en=_according(row, metric, "en")),
            {f"published-{metric}": float(row["value"])},
        )
    if {"supporters_bio", "members"} <= set(last):
        chapter.headed(
            Text(
                fr="Des chiffres publiés qui ne comptent pas tous la même chose",
                en="Published figures that do not all count the same thing",
            )
        )
        chapter.cannot_write(
            Text(
                fr="« De tant de bios à tant de membres » : les sources ne comptent pas la même"
                " chose, et une seule courbe des deux serait fausse.",
                en="“From so many bios to so many members”: the sources do not count the same"
                " thing, and one curve of both would be false.",
            )
        )


def _according(row: pd.Series, metric: str, lang: str) -> str:
    """Return a sentence that names its source and its day, as it may be printed."""
    day = when(row["date"], lang, str(row["precision"]))
    count = roughly(float(row["value"]), str(row["roughness"]), lang)
    if lang == "fr":
        shown = {"supporters_bio": "bios portaient le mot-dièse", "members": "membres"}[metric]
        verb = "" if metric == "supporters_bio" else "le collectif comptait "
        return f"Selon {row['publisher']}, {verb}{count} {shown} {day}."
    shown = {"supporters_bio": "bios showed the hashtag", "members": "members"}[metric]
    verb = "" if metric == "supporters_bio" else "the collective had "
    return f"According to {row['publisher']}, {verb}{count} {shown} {day}."


def add_published(chapter: Chapter, stem: str, figures: pd.DataFrame) -> None:
    """Add the chart of published figures, each with its source and roughness."""
    if figures.empty:
        chapter.cannot_show(
            Text(
                fr="Des chiffres publiés par des sources : le registre figures.csv n'en contient"
                " aucun sur ce sujet.",
                en="Figures that sources printed: the ledger figures.csv holds none on this"
                " subject.",
            ),
            stem,
        )
        return
    names = ["metric", "value", "roughness", "date", "precision", "publisher", "url"]
    table = figures[names]
    most = row_of_most(figures, "value")
    sources = int(figures["publisher"].nunique())
    chapter.figure(
        stem,
        table,
        lambda lang: figure_of(
            charts.plot_published(
                table,
                lang=lang,
                groups={metric: words.METRICS[metric][lang] for metric in set(table["metric"])},
                colours=words.COLOURS,
            )
        ),
        title=say(
            "{n} de {k}{apart}",
            "{n} from {k}{apart}",
            n=Counted(
                len(table),
                ("chiffre publié", "chiffres publiés"),
                ("published figure", "published figures"),
            ),
            k=Counted(sources, ("source", "sources"), ("source", "sources")),
            apart=_DISAGREE if _disagree(figures) else Text.same(""),
        ),
        subtitle=Text(
            fr="Chiffres publiés, avec leur source et leur date ; losange plein : exact, creux :"
            " environ, flèche : au moins",
            en="Published figures with their source and date; filled diamond: exact, hollow:"
            " about, arrow: at least",
        ),
        alt=say(
            "Liste de {n}, groupés par ce qu'ils comptent et rangés par date ; le plus grand est"
            " {most}, selon {who}.",
            "List of {n}, grouped by what they count and in order of date; the largest is"
            " {most}, from {who}.",
            n=Counted(
                len(table),
                ("chiffre publié", "chiffres publiés"),
                ("published figure", "published figures"),
            ),
            most=float(most["value"]),
            who=str(most["publisher"]),
        ),
        source=words.LEDGER,
        headers=words.HEADERS,
        cells=words.CELLS,
        numbers={"figures": len(table), "sources": sources},
    )


_DISAGREE = Text(fr=", qui ne s'accordent pas toutes", en=", which do not all agree")


def _disagree(figures: pd.DataFrame) -> bool:
    """Tell whether sources print different values of the same thing for the same day."""
    same = figures[figures["date"].notna()].groupby(["metric", "date"])
    counts = same[["value", "publisher"]].nunique()
    return bool((counts > 1).all(axis=1).any())


def add_growth(
    chapter: Chapter, growth: Growth | None, adopted: Adoption, movement: Movement
) -> None:
    """Add the fitted curves, with the words that keep them a description."""
    if growth is None or growth.table.empty:
        return
    if float(growth.curves["observed"].iloc[0]) > MOST_AT_ONCE * float(
        growth.curves["observed"].iloc[-1]
    ):
        chapter.cannot_show(
            Text(
                fr="Une courbe de croissance : plus de la moitié des comptes étaient là dès le"
                " premier jour, il n'y a pas de montée à décrire.",
                en="A curve of growth: more than half of the accounts were there on the first"
                " day, so there is no rise to describe.",
            ),
            "supporters-growth",
        )
        return
    best = row_of_most(growth.table, "aic", least=True)
    name = {"logistic": "logistique", "bass": "de Bass"}[str(best["model"])]
    english = {"logistic": "logistic", "bass": "Bass"}[str(best["model"])]
    curves = growth.curves
    top = round(float(curves["observed"].iloc[-1]))
    chapter.figure(
        "supporters-growth",
        curves.assign(
            **{
                column: curves[column].astype(float).round(1)
                for column in ("observed", "logistic", "bass")
            }
        ),
        lambda lang: figure_of(charts.plot_growth(curves, lang=lang, zone=movement.timezone)),
        title=say(
            "La courbe {french} décrit le mieux la croissance",
            "The {english} curve describes the growth best",
            french=name,
            english=english,
        ),
        subtitle=Text(
            fr=f"Points : comptes{' estimés' if adopted.basis == 'bio' else ''} en fin de jour ;"
            " lignes : courbes ajustées, qui décrivent et n'expliquent pas",
            en=f"Points: {'estimated ' if adopted.basis == 'bio' else ''}accounts at the end of"
            " the day; lines: fitted curves, which describe and do not explain",
        ),
        alt=say(
            "Points, un par jour, montant jusqu'à {n} comptes, et deux courbes ajustées qui les"
            " suivent : une logistique et une de Bass.",
            "Points, one a day, rising to {n} accounts, and two fitted curves that follow them:"
            " a logistic one and one of Bass.",
            n=top,
        ),
        source=words.ARCHIVE,
        note=Text(
            fr="Logistique et Bass : deux courbes en S classiques, jugées à leur écart aux points."
            " Le paramètre q de Bass n'est pas le bouche-à-oreille : tout intérêt qui monte chez"
            " tous à la fois en donne un.",
            en="Logistic and Bass: two classic S-shaped curves, judged by their distance from the"
            " points. The q of Bass is not word of mouth: any interest that rises for all at once"
            " gives one.",
        ),
        headers=words.HEADERS,
        numbers={"top": top},
    )


def add_contagion(
    chapter: Chapter,
    exposure: Exposure | None,
    contagion: Contagion | None,
    adopted: Adoption,
) -> None:
    """Add the exposure curve and the verdict of the shuffle test, or say what they need."""
    if exposure is None or exposure.table.empty or adopted.basis != "bio":
        chapter.cannot_show(
            Text(
                fr="Si l'on rejoint après ceux que l'on suit : il faudrait des listes"
                " d'abonnements et des bios datées.",
                en="Whether people join after those they follow: that would take lists of who"
                " follows whom, and dated bios.",
            ),
            "supporters-exposure",
        )
        return
    table = exposure.table
    shown = table[["k", "n_reached", "n_adopted", "p"]].assign(p_lo=table["lo"], p_hi=table["hi"])
    peak = row_of_most(table, "p")
    chapter.figure(
        "supporters-exposure",
        shown,
        lambda lang: figure_of(charts.plot_exposure(table, lang=lang)),
        title=Text(
            fr="Rejoindre selon le nombre de comptes suivis qui soutenaient déjà",
            en="Joining by the number of followed accounts that already supported",
        ),
        subtitle=Text(
            fr="Part des comptes qui ont rejoint après exactement tant d'expositions",
            en="Share of accounts that joined after exactly so many exposures",
        ),
        alt=say(
            "Courbe de la part des comptes qui rejoignent selon leurs expositions ; la plus haute"
            " est à {k}, parmi {n} comptes.",
            "Line of the share of accounts that join by their exposures; the highest is at {k},"
            " among {n} accounts.",
            k=int(peak["k"]),
            n=int(peak["n_reached"]),
        ),
        source=words.ARCHIVE,
        note=Text(
            fr="Qui suit beaucoup de soutiens leur ressemble : la courbe ne prouve aucune"
            " influence.",
            en="Who follows many supporters is like them: the curve proves no influence.",
        ),
        headers=words.HEADERS,
    )
    if contagion is None or contagion.table.empty:
        return
    row = contagion.table.iloc[0]
    if contagion.verdict == "beyond_timing":
        made = told(
            "On rejoint peu après ceux que l'on suit {ratio} fois plus souvent que le calendrier"
            " de chaque communauté ne le donne par hasard : compatible avec une contagion au-delà"
            " du calendrier des communautés, sans la prouver.",
            "People join soon after those they follow {ratio} times as often as the timing of"
            " each community gives by chance: compatible with contagion beyond community timing,"
            " without proving it.",
            ratio=round(float(row["ratio"]), 1),
        )
    else:
        made = told(
            "Les ralliements proches entre comptes qui se suivent ne dépassent pas ce que donne"
            " le calendrier de chaque communauté.",
            "Close joinings between accounts that follow each other are no more than the timing"
            " of each community gives.",
        )
    chapter.sentence(made.text, made.numbers)
    chapter.cannot_write(
        Text(
            fr="« Des comptes en ont entraîné d'autres » : des gens qui se ressemblent rejoignent"
            " ensemble sans s'influencer.",
            en="“Accounts drew others in”: people who are alike join together without any"
            " influence.",
        )
    )
