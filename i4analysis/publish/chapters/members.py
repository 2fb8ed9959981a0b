"""Chapter 2: from founders to supporters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import members as charts
from i4analysis.publish.charts import style
from i4analysis.publish.charts.reach import plot_followers_summed
from i4analysis.publish.words.sentence import (
    Counted,
    Told,
    figure_of,
    row_of_most,
    say,
    span,
    told,
)
from i4analysis.publish.words.wording import Text, listing, roughly, when

if TYPE_CHECKING:
    from i4analysis.measure.members.members import Adoption, Contagion, Exposure, Growth


# -- Words of the chapters on supporters and followers: columns, codes, reasons.

METRICS = {
    "founders": Text(fr="Fondateurs", en="Founders"),
    "supporters_bio": Text(fr="Mot-dièse dans la bio", en="Hashtag in the bio"),
    "members": Text(fr="Membres du collectif", en="Members of the collective"),
    "seekers_bio": Text(fr="Bios en recherche d'emploi", en="Bios looking for work"),
    "followers_summed": Text(fr="Abonnés additionnés", en="Followers added up"),
}
COLOURS = {
    "founders": style.ORANGE,
    "supporters_bio": style.BLUE,
    "members": style.GREEN,
    "seekers_bio": style.PLUM,
    "followers_summed": style.ORANGE,
}
ROUGHNESS = {
    "exact": Text(fr="exact", en="exact"),
    "at_least": Text(fr="au moins", en="at least"),
    "about": Text(fr="environ", en="about"),
}
PRECISIONS = {
    "minute": Text(fr="à la minute", en="to the minute"),
    "hour": Text(fr="à l'heure", en="to the hour"),
    "day": Text(fr="au jour", en="to the day"),
    "week": Text(fr="à la semaine", en="to the week"),
    "month": Text(fr="au mois", en="to the month"),
    "year": Text(fr="à l'année", en="to the year"),
    "unknown": Text(fr="inconnue", en="unknown"),
}
ROLES = {
    "founder": Text(fr="fondateurs", en="founders"),
    "supporter": Text(fr="soutiens", en="supporters"),
    "seeker": Text(fr="en recherche d'emploi", en="looking for work"),
}
METHODS = {
    "chao1": Text(fr="vus une et deux fois (Chao1)", en="seen once and twice (Chao1)"),
    "two_lists": Text(fr="deux listes (Chapman)", en="two lists (Chapman)"),
}
EXCLUDED = {
    "bio not seen": Text(fr="profils vus sans leur bio", en="profiles seen without their bio"),
    "seen after the fact": Text(fr="bios relevées après coup", en="bios collected after the fact"),
    "account not named": Text(fr="comptes non nommés", en="accounts not named"),
    "followers unknown": Text(
        fr="comptes au nombre d'abonnés inconnu", en="accounts with unknown followers"
    ),
}
HEADERS = {
    "day": Text(fr="Jour", en="Day"),
    "n_lo": Text(fr="Vus avec : au moins", en="Seen with it: at least"),
    "n_hi": Text(fr="Au plus", en="At most"),
    "n_est": Text(fr="Estimation", en="Estimate"),
    "lo": Text(fr="Bande, bas", en="Band, low"),
    "hi": Text(fr="Bande, haut", en="Band, high"),
    "n_unseen_lo": Text(fr="Jamais vus, au moins", en="Never seen, at least"),
    "n_now": Text(fr="L'affichent encore", en="Still show it"),
    "followers_sum": Text(fr="Abonnés, somme", en="Followers, sum"),
    "n_first_post": Text(fr="Message ou reprise", en="Post or reshare"),
    "n_first_own_post": Text(fr="Message propre", en="Own post"),
    "metric": Text(fr="Ce qui est compté", en="What is counted"),
    "value": Text(fr="Valeur", en="Value"),
    "roughness": Text(fr="Précision", en="Roughness"),
    "date": Text(fr="Date", en="Date"),
    "precision": Text(fr="Date connue", en="Date known"),
    "publisher": Text(fr="Source", en="Source"),
    "url": Text(fr="Adresse", en="Address"),
    "role": Text(fr="Rôle", en="Role"),
    "n": Text(fr="Comptes", en="Accounts"),
    "observed": Text(fr="Comptes", en="Accounts"),
    "logistic": Text(fr="Logistique", en="Logistic"),
    "bass": Text(fr="Bass", en="Bass"),
    "k": Text(fr="Comptes suivis déjà soutiens", en="Followed accounts already supporters"),
    "n_reached": Text(fr="Comptes", en="Accounts"),
    "n_adopted": Text(fr="Dont ont rejoint", en="Of which joined"),
    "p": Text(fr="Part", en="Share"),
    "p_lo": Text(fr="Part, bas", en="Share, low"),
    "p_hi": Text(fr="Part, haut", en="Share, high"),
    "method": Text(fr="Méthode", en="Method"),
    "estimate": Text(fr="Estimation", en="Estimate"),
    "n_used": Text(fr="Comptes vus", en="Accounts seen"),
    "n_supporters": Text(fr="Comptes", en="Accounts"),
    "n_known": Text(fr="Dont abonnés connus", en="Of which followers known"),
    "reach_lo": Text(fr="Personnes, au moins", en="People, at least"),
    "reach_hi": Text(fr="Personnes, au plus", en="People, at most"),
    "reach_est": Text(fr="Personnes, estimation", en="People, estimate"),
    "n_lists": Text(fr="Listes d'abonnés", en="Follower lists"),
    "rank": Text(fr="Rang", en="Rank"),
    "followers": Text(fr="Abonnés", en="Followers"),
    "share_accounts": Text(fr="Part des comptes", en="Share of accounts"),
    "share_followers": Text(fr="Part des abonnés", en="Share of followers"),
    "followers_summed": Text(fr="Abonnés additionnés", en="Followers added up"),
    "members": Text(fr="Membres ou bios", en="Members or bios"),
    "mean": Text(fr="Moyenne", en="Mean"),
    "lists": Text(fr="Listes à demander", en="Lists to ask for"),
    "share_after": Text(fr="Part de la somme alors connue", en="Share of the sum then known"),
}
CELLS = {
    "metric": METRICS,
    "roughness": ROUGHNESS,
    "precision": PRECISIONS,
    "role": ROLES,
    "method": METHODS,
}
ARCHIVE = Text(fr="archive du mouvement", en="the movement's archive")
LEDGER = Text(fr="figures.csv, une adresse par ligne", en="figures.csv, one address a row")


# -- Parts of the chapters on supporters and followers: their beginning, figures, growth, spread.

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
                groups={metric: METRICS[metric][lang] for metric in set(table["metric"])},
                colours=COLOURS,
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
        source=LEDGER,
        headers=HEADERS,
        cells=CELLS,
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
        source=ARCHIVE,
        note=Text(
            fr="Logistique et Bass : deux courbes en S classiques, jugées à leur écart aux points."
            " Le paramètre q de Bass n'est pas le bouche-à-oreille : tout intérêt qui monte chez"
            " tous à la fois en donne un.",
            en="Logistic and Bass: two classic S-shaped curves, judged by their distance from the"
            " points. The q of Bass is not word of mouth: any interest that rises for all at once"
            " gives one.",
        ),
        headers=HEADERS,
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
        source=ARCHIVE,
        note=Text(
            fr="Qui suit beaucoup de soutiens leur ressemble : la courbe ne prouve aucune"
            " influence.",
            en="Who follows many supporters is like them: the curve proves no influence.",
        ),
        headers=HEADERS,
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


# -- The chapter on supporters when bios cannot date anything, or when there is no archive.


def first_posts(adopted: Adoption, movement: Movement) -> Chapter:
    """Begin the chapter with the curve of first posts, and say why it is not that of bios."""
    table = adopted.table
    last = table.iloc[-1]
    n, own = int(last["n_first_post"]), int(last["n_first_own_post"])
    title = told(
        "{n} avec le mot-dièse ; leurs bios ne disent pas qui le soutenait",
        "{n} with the hashtag; their bios do not say who supported it",
        n=_posted(n),
    )
    answer = told(
        "{why} On peut seulement compter, {days}, {n} un message avec le mot-dièse, dont {own} de"
        " leur main.",
        "{why} One can only count, {days}, {n} something with the hashtag, {own} of them in words"
        " of their own.",
        why=refused(adopted),
        days=span(table["day"].iloc[0], last["day"]),
        n=Counted(
            n,
            ("compte qui a écrit ou repris", "comptes qui ont écrit ou repris"),
            ("account that posted or reshared", "accounts that posted or reshared"),
        ),
        own=own,
    )
    chapter = begun("supporters", movement, title, answer, last["day"])
    _heading(chapter, own, n)
    _first_posts_front(chapter, adopted, n)
    add_first_posts(chapter, adopted, movement)
    if adopted.n_marked:
        made = told(
            "Au jour de la collecte, {n} le mot-dièse dans la bio ; depuis quand, on l'ignore.",
            "On the day of collection, {n} the hashtag in the bio; since when is unknown.",
            n=Counted(
                adopted.n_marked,
                ("compte affichait", "comptes affichaient"),
                ("account showed", "accounts showed"),
            ),
        )
        chapter.sentence(made.text, made.numbers)
    return chapter


def _posted(n: int) -> Counted:
    return Counted(
        n,
        ("compte a écrit ou repris un message", "comptes ont écrit ou repris un message"),
        ("account posted or reshared", "accounts posted or reshared"),
    )


def _heading(chapter: Chapter, own: int, n: int) -> None:
    """Give the section a finding of its own, for when the first is the report's title."""
    headed = told(
        "{own} ; les autres n'ont que repris un message",
        "{own} with the hashtag in words of their own; the others only reshared",
        own=Counted(
            own,
            ("compte a écrit le mot-dièse de sa main", "comptes ont écrit le mot-dièse eux-mêmes"),
            ("account posted", "accounts posted"),
        ),
    )
    if 0 < own < n:
        chapter.headed(headed.text, headed.numbers)


def _first_posts_front(chapter: Chapter, adopted: Adoption, n: int) -> None:
    """Give page 1 its number, its sentence to print, and the word not to print."""
    days = span(adopted.table["day"].iloc[0], adopted.table["day"].iloc[-1])
    chapter.key_figure(
        "first-posts",
        n,
        Text(fr="comptes ayant écrit ou repris le mot-dièse", en="accounts that used the hashtag"),
        Text(
            fr="Comptes dont un message ou une reprise de l'archive porte le mot-dièse.",
            en="Accounts of which the archive holds a post or reshare with the hashtag.",
        ),
        roughness="at_least",
    )
    write = told(
        "Dans l'archive, {n} avec le mot-dièse {days}.",
        "In the archive, {n} with the hashtag {days}.",
        n=_posted(n),
        days=days,
    )
    chapter.can_write(write.text, write.numbers)
    chapter.cannot_write(
        Text(
            fr="« Soutiens », pour des comptes qui ont repris un message : reprendre n'est pas"
            " soutenir.",
            en="“Supporters”, of accounts that reshared a post: to reshare is not to support.",
        )
    )
    chapter.cannot_show(
        say(
            "La courbe des soutiens n'est pas tracée. {why}",
            "The curve of supporters is not drawn. {why}",
            why=refused(adopted),
        ),
        "supporters-curve",
    )


def add_first_posts(chapter: Chapter, adopted: Adoption, movement: Movement) -> None:
    """Add the curve of first posts with the hashtag, labelled as what it is."""
    shown = adopted.table[["day", "n_first_post", "n_first_own_post"]]
    n, own = (int(shown[name].iloc[-1]) for name in ("n_first_post", "n_first_own_post"))
    if not n:
        return
    chapter.figure(
        "first-posts",
        shown,
        lambda lang: figure_of(charts.plot_first_posts(shown, lang=lang, zone=movement.timezone)),
        title=say(
            "{n} un message avec le mot-dièse",
            "{n} a message with the hashtag",
            n=Counted(
                n,
                ("compte a écrit ou repris", "comptes ont écrit ou repris"),
                ("account posted or reshared", "accounts posted or reshared"),
            ),
        ),
        subtitle=Text(
            fr="Premier message avec le mot-dièse, et non premier soutien : comptes, en fin de"
            " jour",
            en="First post with the hashtag, not first support: accounts, at the end of the day",
        ),
        alt=say(
            "Deux courbes en escalier : {n} comptes à la fin avec les reprises, {own} par des"
            " messages propres seulement.",
            "Two step lines: {n} accounts in the end with reshares, {own} by posts of their own"
            " only.",
            n=n,
            own=own,
        ),
        source=ARCHIVE,
        headers=HEADERS,
    )


def refused(adopted: Adoption) -> Text:
    """Return the sentence that says why bios cannot date anything."""
    return {
        "no_bio": Text(fr="L'archive ne contient aucune bio.", en="The archive holds no bio."),
        "no_mark": Text(
            fr="Aucune bio de l'archive n'affiche le mot-dièse.",
            en="No bio in the archive shows the hashtag.",
        ),
        "after": Text(
            fr="Les bios ont été relevées après coup : elles montrent le jour de la collecte, pas"
            " celui du message, et ne peuvent dater un ralliement.",
            en="The bios were collected after the fact: they show the day of collection, not that"
            " of the post, and cannot date anybody's joining.",
        ),
    }[adopted.refusal]


def figures_alone(adopted: Adoption, movement: Movement) -> Chapter:
    """Begin the chapter of a movement without an archive, or with one that shows no bio."""
    made = story(adopted.figures)
    if made is None:
        title = told("Aucune donnée sur les soutiens", "No data on supporters")
        answer = told(
            "Il n'y a ni bio relevée ni chiffre publié : rien ne peut être dit.",
            "There is neither a bio on record nor a published figure: nothing can be said.",
        )
    else:
        title, answer = made
    chapter = begun("supporters", movement, title, answer, None)
    add_claims(chapter, adopted.figures)
    chapter.cannot_show(
        Text(
            fr="La courbe des soutiens : aucune archive des messages ne montre leurs bios. Avec"
            " une archive captée en direct, elle se tracerait jour par jour, à côté des chiffres"
            " publiés.",
            en="The curve of supporters: no archive of posts shows their bios. With an"
            " archive streamed at the time, it would be drawn day by day, beside the published"
            " figures.",
        ),
        "supporters-curve",
    )
    return chapter


# -- The chapter.

#: A count of people looking for work under this many is not published.
FEWEST = 5


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
    """
    write = {"bio": _bios, "posts": first_posts, "none": figures_alone}[adopted.basis]
    chapter = write(adopted, movement)
    add_published(chapter, "supporters-published", adopted.figures)
    if adopted.basis == "bio":
        add_first_posts(chapter, adopted, movement)
        _accounts(chapter, adopted)
        _unseen(chapter, adopted)
    add_growth(chapter, growth, adopted, movement)
    add_contagion(chapter, exposure, contagion, adopted)
    for reason, count in adopted.excluded.items():
        chapter.excluded(EXCLUDED[reason], count)
    return chapter


# ------------------------------------------------------------------------------- from bios


def _bios(adopted: Adoption, movement: Movement) -> Chapter:
    table = adopted.table
    last, first = table.iloc[-1], table.iloc[0]
    half = table[table["n_est"].astype(float) >= float(last["n_est"]) / 2].iloc[0]
    seen, now = int(last["n_lo"]), int(last["n_now"])
    title = told(
        "{seen} avec le mot-dièse dans la bio en {days}",
        "{seen} with the hashtag in the bio in {days}",
        seen=Counted(seen, ("compte vu", "comptes vus"), ("account seen", "accounts seen")),
        days=Counted(len(table), ("jour", "jours"), ("day", "days")),
    )
    answer = told(
        "{days}, {seen} avec le mot-dièse dans la bio ; {now} encore à"
        " leur dernière apparition. D'après l'estimation, la moitié l'avaient pris avant la fin du"
        " {half}.",
        "{days}, {seen} with the hashtag in the bio; {now} it when last seen."
        " By the estimate, half had taken it up by the end of {half}.",
        days=span(first["day"], last["day"], capital=True),
        half=half["day"],
        seen=Counted(
            seen,
            ("compte a été vu", "comptes ont été vus"),
            ("account was seen", "accounts were seen"),
        ),
        now=Counted(now, ("l'affichait", "l'affichaient"), ("still showed", "still showed")),
    )
    chapter = begun("supporters", movement, title, answer, last["day"])
    headed = told(
        "La moitié des soutiens étaient là le {half}, d'après l'estimation",
        "Half of the supporters were there by {half}, by the estimate",
        half=half["day"],
    )
    chapter.headed(headed.text, headed.numbers)
    chapter.key_figure(
        "supporters-seen",
        seen,
        Text(
            fr="comptes vus avec le mot-dièse en bio", en="accounts seen with the hashtag in bio"
        ),
        Text(
            fr="Comptes dont au moins une apparition datée dans l'archive montre la marque.",
            en="Accounts that at least one dated sighting in the archive shows with the mark.",
        ),
        roughness="at_least",
    )
    _curve(chapter, adopted, movement)
    _reading(chapter, adopted)
    return chapter


def _curve(chapter: Chapter, adopted: Adoption, movement: Movement) -> None:
    table = adopted.table
    names = ["day", "n_lo", "n_hi", "n_est", "lo", "hi", "n_now", "n_unseen_lo"]
    shown = table[names].assign(followers_sum=table["followers_sum_lo"])
    beside = within(adopted.figures, table, "supporters_bio")
    last = table.iloc[-1]

    def draw(lang: str) -> Figure:
        figure, panels = style.panels(2, height=5.6, ratios=[1.75, 1])
        zone = movement.timezone
        founders = adopted.n_founders
        charts.plot_adoption(
            table, ax=panels[0], lang=lang, figures=beside, founders=founders, zone=zone
        )
        charts.press_ticks(panels[0], movement.press, zone)
        plot_followers_summed(shown, ax=panels[1], lang=lang, zone=zone, band=False)
        return figure

    chapter.figure(
        "supporters-curve",
        shown,
        draw,
        title=say(
            "{n} au {day}",
            "{n} by {day}",
            day=last["day"],
            n=Counted(
                last["n_lo"], ("soutien vu", "soutiens vus"), ("supporter seen", "supporters seen")
            ),
        ),
        subtitle=Text(
            fr="Haut : comptes dont la bio a affiché le mot-dièse, en fin de jour. Bas : leurs"
            " abonnés additionnés, doublons et départs compris",
            en="Top: accounts whose bio has shown the hashtag, at the end of the day. Bottom:"
            " their followers added up, including duplicates and those who left",
        ),
        alt=say(
            "Courbe en escalier des soutiens déjà vus, jusqu'à {n}, sous une courbe estimée et"
            " dans une bande de limites sûres ; dessous, la somme de leurs abonnés, départs"
            " compris, jusqu'à {f}.",
            "Step line of supporters already seen, up to {n}, below an estimated line and inside"
            " a band of certain bounds; underneath, their followers added up, with those of"
            " accounts that left, up to {f}.",
            n=last["n_lo"],
            f=last["followers_sum_lo"],
        ),
        source=ARCHIVE if beside.empty else _with_sources(beside),
        note=_legend(adopted.n_founders, figures=not beside.empty, press=not movement.press.empty),
        numbers={"founders": adopted.n_founders},
        headers=HEADERS,
    )


def _legend(founders: int, *, figures: bool, press: bool) -> Text:
    """Say what each mark is, of those that are drawn."""
    text = Text(
        fr="Gris : ce que les apparitions garantissent, sans modèle. Bleu : estimation, dont la"
        " bande contient la vérité environ huit à neuf jours sur dix, moins si beaucoup"
        " annoncent leur ralliement puis se taisent.",
        en="Grey: what the sightings guarantee, without a model. Blue: estimate, whose band holds"
        " the truth on about eight to nine days in ten, fewer if many announce that they join"
        " and then fall silent.",
    )
    if figures:
        text += Text(
            fr="Losanges : chiffres publiés, jamais ajustés.",
            en="Diamonds: published figures, never fitted.",
        )
    if press:
        text += Text(
            fr="Triangles : articles et émissions.", en="Triangles: articles and broadcasts."
        )
    if founders:
        text += say(
            "Trait orange : {n} au registre.",
            "Orange dash: {n} in the ledger.",
            n=Counted(founders, ("fondateur", "fondateurs"), ("founder", "founders")),
        )
    return text


def _with_sources(figures: pd.DataFrame) -> Text:
    names = sorted(set(figures["publisher"].dropna()))
    return ARCHIVE + Text.same("; " + ", ".join(names)) if names else ARCHIVE


def _reading(chapter: Chapter, adopted: Adoption) -> None:
    table = adopted.table
    middle, last = table.iloc[len(table) // 2], table.iloc[-1]
    if "few_accounts" not in adopted.notes:
        made = told(
            "Une bio n'est vue que lorsque son compte apparaît dans l'archive. Au soir du {day},"
            " {n} déjà été vus avec le mot-dièse et, parmi tous ceux que l'archive montre un jour"
            " avec lui, {most} au plus pouvaient l'afficher ; l'estimation est de {estimate},"
            " entre {lo} et {hi}.",
            "A bio is seen only when its account appears in the archive. By the end of {day},"
            " {n} been seen with the hashtag and, among all that the archive ever shows with it,"
            " at most {most} could show it; the estimate is {estimate}, between {lo} and {hi}.",
            day=middle["day"],
            n=Counted(
                middle["n_lo"],
                ("compte avait", "comptes avaient"),
                ("account had already", "accounts had already"),
            ),
            most=int(middle["n_hi"]),
            estimate=round(float(middle["n_est"])),
            lo=round(float(middle["lo"])),
            hi=round(float(middle["hi"])),
        )
        chapter.sentence(made.text, made.numbers)
    else:
        chapter.sentence(
            Text(
                fr="Trop peu de comptes pour estimer : seules les limites sûres valent.",
                en="Too few accounts to estimate: only the certain bounds hold.",
            )
        )
    write = told(
        "Au {day}, au moins {n} affiché le mot-dièse dans la bio.",
        "At least {n} had shown the hashtag in their bio by {day}.",
        n=Counted(last["n_lo"], ("compte avait", "comptes avaient"), ("account", "accounts")),
        day=last["day"],
    )
    chapter.can_write(write.text, write.numbers)
    chapter.cannot_write(
        Text(
            fr="« Tant de soutiens tel jour, exactement » : la courbe compte des comptes vus, pas"
            " tous ceux qui existent.",
            en="“Exactly so many supporters on such a day”: the curve counts accounts that were"
            " seen, not all there are.",
        )
    )
    _seekers(chapter, adopted)


def _seekers(chapter: Chapter, adopted: Adoption) -> None:
    if adopted.seekers.empty or not int(adopted.seekers["n_lo"].iloc[-1]):
        return
    count = int(adopted.seekers["n_lo"].iloc[-1])
    if count < FEWEST:
        made = told(
            "Moins de {few} comptes montrent la marque des personnes en recherche d'emploi.",
            "Fewer than {few} accounts show the mark of people looking for work.",
            few=FEWEST,
        )
    else:
        made = told(
            "À part, {n} la marque des personnes en recherche d'emploi.",
            "Apart from these, {n} the mark of people looking for work.",
            n=Counted(
                count,
                ("compte a montré", "comptes ont montré"),
                ("account showed", "accounts showed"),
            ),
        )
    chapter.sentence(made.text, made.numbers)


def _accounts(chapter: Chapter, adopted: Adoption) -> None:
    composition = adopted.composition
    days = charts.days_to_show(composition["day"])
    shown = composition[composition["day"].isin(days)].reset_index(drop=True)
    few = (shown["role"] == "seeker") & shown["n"].between(1, FEWEST - 1)
    shown = shown.assign(n=shown["n"].mask(few))
    last = shown[shown["day"] == days[-1]]
    chapter.figure(
        "supporters-accounts",
        shown,
        lambda lang: charts.plot_accounts(shown, lang=lang),
        title=say(
            "Un carré, un compte : {n} au {day}",
            "One square, one account: {n} by {day}",
            n=int(last["n"].sum()),
            day=days[-1],
        ),
        subtitle=Text(
            fr="Comptes déjà vus avec une marque du mouvement, soutien ou recherche d'emploi",
            en="Accounts already seen with a mark of the movement, support or looking for work",
        ),
        alt=say(
            "Carrés de couleur par rôle, fondateurs, soutiens et personnes en recherche"
            " d'emploi, à quatre dates au plus ; {n} carrés à la dernière.",
            "Squares coloured by role, founders, supporters and people looking for work, on up"
            " to four dates; {n} squares on the last.",
            n=int(last["n"].sum()),
        ),
        source=ARCHIVE,
        note=Text(
            fr="Moins de cinq personnes en recherche d'emploi ne sont pas montrées.",
            en="Fewer than five people looking for work are not shown.",
        )
        if few.any()
        else None,
        headers=HEADERS,
        cells=CELLS,
        numbers={"all": int(last["n"].sum()), "few": FEWEST},
    )


def _unseen(chapter: Chapter, adopted: Adoption) -> None:
    table = adopted.unseen
    names = ["method", "estimate", "lo", "hi", "n_used"]
    rounded = table[names].assign(
        **{name: np.round(table[name].astype(float)) for name in ("estimate", "lo", "hi")}
    )
    chapter.table(
        "supporters-never-seen",
        rounded,
        title=Text(
            fr="Combien de soutiens en tout, jamais vus compris ?",
            en="How many supporters in all, those never seen included?",
        ),
        headers=HEADERS,
        cells=CELLS,
        source=ARCHIVE,
        note=Text(
            fr="Planchers pour les comptes qui écrivent ou sont relayés ; ceux qui n'ont jamais"
            " paru dans aucune liste ne sont pas estimés.",
            en="Floors for accounts that write or are relayed; those that never appeared on any"
            " list are not estimated.",
        ),
    )
