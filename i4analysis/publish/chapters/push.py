"""Chapter 5: the press, what pushed and what followed, and relays that move together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.movement import Movement
from i4analysis.publish.chapter import grid
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.members import PRECISIONS
from i4analysis.publish.charts import push as charts
from i4analysis.publish.words.wording import Text, band, listing, number, percent, plural

if TYPE_CHECKING:
    from i4analysis.measure.coordination.coordination import Coordination
    from i4analysis.measure.push.push import MediaEffects

QUESTION = Text(
    fr="La presse a-t-elle poussé le mouvement, ou l'a-t-elle suivi ?",
    en="Did the press push the movement, or follow it?",
)
ARCHIVE = Text(
    fr="archive du mouvement et registre de presse", en="the movement's archive and press ledger"
)
PRESS = Text(fr="registre de presse", en="press ledger")
MENTIONS = {
    "yes": Text(fr="oui", en="yes"),
    "no": Text(fr="non", en="no"),
    "not_visible": Text(fr="pas dans la partie lue", en="not in the part read"),
}
MEDIA = {
    "press": Text(fr="presse", en="press"),
    "radio": Text.same("radio"),
    "tv": Text(fr="télévision", en="television"),
    "web": Text(fr="site", en="site"),
    "blog": Text.same("blog"),
    "institution": Text.same("institution"),
}
LABELS = {name: words for name, (words, _) in charts.LABELS.items()}
REASONS = {
    "": Text(fr="testé", en="tested"),
    "outside_period": Text(fr="hors de la période", en="outside the period"),
    "few_posts": Text(fr="trop peu de messages", en="too few posts"),
}
HEADERS = {
    "day": Text(fr="Jour", en="Day"),
    "originals": Text(fr="Messages d'origine", en="Original posts"),
    "reshares": Text(fr="Reprises", en="Reshares"),
    "new_accounts": Text(fr="Nouveaux comptes", en="New accounts"),
    "item_id": Text(fr="Article ou émission", en="Item"),
    "outlet": Text(fr="Média", en="Outlet"),
    "medium": Text(fr="Genre", en="Kind"),
    "date": Text(fr="Date", en="Date"),
    "precision": Text(fr="Date connue", en="Date known"),
    "published_at": Text(fr="Paru le", en="Published"),
    "extra_posts": Text(fr="Messages en plus", en="Extra posts"),
    "lo": Text(fr="Bas", en="Low"),
    "hi": Text(fr="Haut", en="High"),
    "p_lr": Text(fr="p, vraisemblance", en="p, likelihood"),
    "p_shift": Text(fr="p, décalages", en="p, shifts"),
    "p_pretrend": Text(fr="p, élan d'avant", en="p, earlier rise"),
    "label": Text(fr="Lecture", en="Reading"),
    "reason": Text(fr="Épreuve", en="Test"),
    "mentions": Text(fr="Cite le mot-dièse", en="Names the hashtag"),
    "url": Text(fr="Adresse", en="Address"),
}
EXCLUDED = {
    "undated": Text(fr="articles sans date", en="items without a date"),
    "coarse_date": Text(fr="articles dont le jour est inconnu", en="items whose day is unknown"),
}


def push(
    found: MediaEffects, movement: Movement, *, together: Coordination | None = None
) -> Chapter:
    """Build the chapter on the press from `push.media_effects`.

    Parameters
    ----------
    together
        Of `coordination.pairs`: relays that move together, printed in a section of its own.
    """
    tested = found.table[found.table["p_lr"].notna().to_numpy(dtype=bool)]
    chapter = _opening(found, tested, movement)
    if found.n_used:
        _daily(chapter, found, movement)
    else:
        chapter.cannot_show(
            Text(
                fr="Sans archive de messages, l'effet d'un article ne se mesure pas : il faut"
                " compter les messages heure par heure.",
                en="Without an archive of posts the effect of an article cannot be measured: posts"
                " must be counted hour by hour.",
            ),
            "push-daily",
        )
    if len(tested):
        _effects(chapter, found, tested, movement)
    _calendar(chapter, found)
    if together is not None:
        _together(chapter, together)
    for reason, count in found.excluded.items():
        chapter.excluded(EXCLUDED[reason], count)
    return chapter


def _opening(found: MediaEffects, tested: pd.DataFrame, movement: Movement) -> Chapter:
    total, listed = len(tested), len(found.calendar)
    counts = {name: int((tested["label"] == name).sum()) for name in charts.LABELS}
    named = int((found.calendar["mentions"] == "yes").sum()) if listed else 0
    numbers: dict[str, Any] = {"tested": total, "listed": listed, "named": named} | counts
    if total:
        title = Text(
            fr=f"{plural(counts['push'], 'article suivi', 'articles suivis', 'fr')} d'un surcroît"
            f" de messages, sur {number(total, 'fr')} testés",
            en=f"{number(counts['push'], 'en')} of {number(total, 'en')} articles and broadcasts"
            " tested followed by extra posts",
        )
        answer = Text(
            fr=f"{plural(total, 'article ou émission', 'articles ou émissions', 'fr')} face à"
            f" l'élan d'avant, à l'heure et au jour : {_read(counts, 'fr')}.",
            en=f"{plural(total, 'article or broadcast', 'articles or broadcasts', 'en')} tested"
            f" against the trend before, the hour and the day: {_read(counts, 'en')}.",
        )
    else:
        title = Text(
            fr="L'effet de la presse ne peut pas être mesuré ici",
            en="The effect of the press cannot be measured here",
        )
        answer = _unmeasured(found, listed, named)
    if found.reshares_per_original is not None:
        ratio = found.reshares_per_original
        numbers["ratio"] = round(ratio, 1)
        answer += Text(
            fr=f"Un message d'origine de l'archive y est repris {number(round(ratio, 1), 'fr')}"
            " fois en moyenne.",
            en=f"An original post of the archive is reshared {number(round(ratio, 1), 'en')} times"
            " in it on average.",
        )
    day = found.daily["day"].max() if len(found.daily) else None
    chapter = Chapter("push", 5, movement, title, QUESTION, answer, numbers=numbers, as_of=day)
    _figures(chapter, found, total, counts, listed)
    return chapter


_READINGS = {
    "push": (
        Text(fr="suivi d'un surcroît net", en="followed by a clear surplus"),
        Text(fr="suivis d'un surcroît net", en="followed by a clear surplus"),
    ),
    "followed": (
        Text(fr="paru dans un élan déjà lancé", en="out during a rise already under way"),
        Text(fr="parus dans un élan déjà lancé", en="out during a rise already under way"),
    ),
    "no sign": (Text(fr="sans aucun signe", en="without any sign"),) * 2,
    "cannot tell": (
        Text(fr="indécidable", en="that cannot be told"),
        Text(fr="indécidables", en="that cannot be told"),
    ),
}


def _read(counts: dict[str, int], lang: str) -> str:
    """Say how the items tested are read, leaving out the readings that none has."""
    return listing(
        [
            plural(counts[name], one[lang], many[lang], lang)
            for name, (one, many) in _READINGS.items()
            if counts[name]
        ],
        lang,
    )


def _items(count: int, lang: str) -> str:
    if lang == "fr":
        return plural(count, "article ou émission", "articles et émissions", lang)
    return plural(count, "article or broadcast", "articles and broadcasts", lang)


def _unmeasured(found: MediaEffects, listed: int, named: int) -> Text:
    """Return the answer where no item could be tested: no item, or not enough posts."""
    if not listed:
        return Text(
            fr="Le registre de presse est vide : il n'y a aucun article à tester.",
            en="The press ledger is empty: there is no item to test.",
        )
    if found.n_used:
        return Text(
            fr=f"Le registre contient {_items(listed, 'fr')}, mais rien n'y tombe, à un jour"
            " connu, dans une période assez fournie en messages.",
            en=f"The ledger holds {_items(listed, 'en')}, but nothing in it falls, on a known day,"
            " in a period with enough posts.",
        )
    return Text(
        fr=f"Le registre contient {_items(listed, 'fr')}, dont {named} citent le mot-dièse dans la"
        " partie lue ; sans messages datés, rien ne dit lesquels ont poussé le mouvement et"
        " lesquels l'ont suivi.",
        en=f"The ledger holds {_items(listed, 'en')}, {named} of which name the hashtag in the"
        " part read; without dated posts, nothing says which pushed the movement and which"
        " followed it.",
    )


def _figures(
    chapter: Chapter, found: MediaEffects, total: int, counts: dict[str, int], listed: int
) -> None:
    if total:
        chapter.key_figure(
            "push_items",
            counts["push"],
            Text(
                fr=f"articles suivis d'un surcroît, sur {total} testés",
                en=f"articles followed by extra posts, of {total} tested",
            ),
            Text(
                fr="Articles ou émissions suivis de plus de messages d'origine que l'élan, l'heure"
                " et le jour n'en laissent attendre.",
                en="Articles or broadcasts followed by more original posts than trend, hour and"
                " day lead one to expect.",
            ),
        )
    else:
        chapter.key_figure(
            "press_items",
            listed,
            Text(fr="articles et émissions au registre", en="items in the ledger"),
            Text(
                fr="Articles, entretiens et émissions du registre de presse, datés ou non.",
                en="Articles, interviews and broadcasts of the press ledger, dated or not.",
            ),
        )
    if found.reshares_per_original is not None:
        chapter.key_figure(
            "reshares_per_original",
            round(found.reshares_per_original, 1),
            Text(fr="reprises par message d'origine", en="reshares per original post"),
            Text(
                fr="Reprises présentes dans l'archive, divisées par les messages d'origine"
                " présents dans l'archive.",
                en="Reshares present in the archive, divided by original posts present in it.",
            ),
        )


def _daily(chapter: Chapter, found: MediaEffects, movement: Movement) -> None:
    table = found.daily
    busiest = table.iloc[int((table["originals"] + table["reshares"]).to_numpy("int64").argmax())]
    reshared = int(busiest["reshares"])
    total = int(busiest["originals"]) + reshared
    marked = bool(len(found.table))
    chapter.heading(Text(fr="Messages et articles, jour par jour", en="Posts and items, by day"))
    low, high = found.reshares_per_original_lo, found.reshares_per_original_hi
    if low is not None and high is not None:
        chapter.sentence(
            Text(
                fr="Une reprise renvoie à son message d'origine, donc se compte : la moyenne est"
                f" {band(round(low, 1), round(high, 1), 'fr')} par message d'origine, à 95 %.",
                en="A reshare points to its original post, so it can be counted: the mean is"
                f" {band(round(low, 1), round(high, 1), 'en')} per original post, at 95%.",
            ),
            {"low": round(low, 1), "high": round(high, 1), "level": 0.95},
        )

    def draw(lang: str) -> Figure:
        ax = charts.plot_posts_and_press(table, lang=lang, items=found.table, zone=movement.zone)
        return ax.figure  # type: ignore[return-value]  # a figure, not a subfigure

    chapter.figure(
        "push-daily",
        table,
        draw,
        title=Text(
            fr=f"Jusqu'à {number(total, 'fr')} messages par jour, {number(reshared, 'fr')} d'entre"
            " eux repris d'un autre compte",
            en=f"Up to {number(total, 'en')} posts a day, {number(reshared, 'en')} of them"
            " reshares",
        ),
        subtitle=Text(
            fr="Messages de l'archive par jour"
            + ("; en haut, un trait par article ou émission" if marked else ""),
            en="Posts of the archive a day"
            + ("; at the top, one tick an item of the press" if marked else ""),
        ),
        alt=Text(
            fr="Barres empilées par jour : messages d'origine et reprises, sur"
            f" {len(table)} jours. Le jour le plus chargé en compte {number(total, 'fr')}."
            + (" Des traits marquent les articles." if marked else ""),
            en="Bars stacked by day: original posts and reshares, over"
            f" {len(table)} days. The busiest day has {number(total, 'en')}."
            + (" Ticks mark the items of the press." if marked else ""),
        ),
        source=ARCHIVE if marked else Text(fr="archive du mouvement", en="the movement's archive"),
        headers=HEADERS,
        numbers={"peak": total, "days": len(table), "reshared": reshared},
    )


def _effects(
    chapter: Chapter, found: MediaEffects, tested: pd.DataFrame, movement: Movement
) -> None:
    names = {
        str(item): charts.item_name(
            str(outlet), at, "hour" if known else "day", movement.zone
        )
        for item, outlet, at, known in zip(
            tested["item_id"], tested["outlet"], tested["published_at"], tested["hour_known"],
            strict=True,
        )
    }  # fmt: skip
    chapter.heading(Text(fr="Article par article", en="Article by article"))
    if "hour_unknown" in found.notes:
        chapter.sentence(
            Text(
                fr="Quand l'heure de parution manque, le début du jour en tient lieu, avec un"
                " effet étalé sur 24 heures.",
                en="Where the hour of publication is missing, the start of the day stands for it,"
                " with an effect spread over 24 hours.",
            ),
            {"hours": 24},
        )
    if "rhythm_left" in found.notes:
        chapter.cannot_write(
            Text(
                fr="Qu'un article a poussé : le rythme du jour n'est pas entièrement expliqué.",
                en="That an item pushed: the rhythm of the day is not wholly explained.",
            )
        )
    pushed = tested[(tested["label"] == "push").to_numpy(dtype=bool)]
    most = float(tested["extra_posts"].max())
    table = tested[
        ["item_id", "published_at", "extra_posts", "lo", "hi", "p_lr", "p_shift", "p_pretrend",
         "label"]
    ]  # fmt: skip
    table = table.assign(
        extra_posts=table["extra_posts"].astype(float).round(1),
        lo=table["lo"].astype(float).round(1),
        hi=table["hi"].astype(float).round(1),
        p_lr=[grid.steady(value, 3) for value in table["p_lr"]],
    )

    def draw(lang: str) -> Figure:
        ax = charts.plot_extra_posts(table, lang=lang, names=names)
        return ax.figure  # type: ignore[return-value]  # a figure, not a subfigure

    chapter.figure(
        "push-effects",
        table,
        draw,
        title=Text(
            fr="Ce qui suit chaque article, et ce qu'on n'en sait pas",
            en="What follows each item, and what is not known of it",
        ),
        subtitle=Text(
            fr="Messages d'origine en plus après chaque article, intervalle à 95 % ; l'élan,"
            " l'heure et les reprises sont déjà comptés",
            en="Extra original posts after each item, 95% interval; trend, hour and relays are"
            " already counted",
        ),
        alt=Text(
            fr=f"Un point et un intervalle pour chacun des {len(table)} articles testés ;"
            f" {len(pushed)} sont lus comme une poussée, le plus fort avec environ"
            f" {number(round(most), 'fr')} messages en plus.",
            en=f"A dot and an interval for each of the {len(table)} items tested; {len(pushed)}"
            f" are read as a push, the strongest with about {number(round(most), 'en')} extra"
            " posts.",
        ),
        source=ARCHIVE,
        headers=HEADERS,
        cells={"item_id": names, "label": LABELS},
        numbers={"most": most, "pushed": len(pushed), "level": 0.95},
    )
    if len(pushed):
        chapter.cannot_write(
            Text(
                fr="Qu'un article a fait naître le mouvement : l'épreuve compte des messages en"
                " plus, pas des soutiens ni des issues.",
                en="That an item made the movement: the test counts extra posts, not supporters or"
                " outcomes.",
            )
        )


def _calendar(chapter: Chapter, found: MediaEffects) -> None:
    if found.calendar.empty:
        chapter.cannot_show(
            Text(
                fr="Le registre de presse est vide : notez dans press.csv les articles et leur"
                " heure.",
                en="The press ledger is empty: write the items and their hour in press.csv.",
            ),
            "push-press",
        )
        return
    table = found.calendar
    chapter.heading(Text(fr="Ce que la presse a publié", en="What the press published"))
    chapter.table(
        "push-press",
        table[["date", "precision", "outlet", "medium", "mentions", "url"]],
        title=Text(
            fr="Articles et émissions du registre", en="Articles and broadcasts of the ledger"
        ),
        headers=HEADERS,
        cells={"medium": MEDIA, "mentions": MENTIONS, "precision": PRECISIONS},
        source=PRESS,
    )


def _together(chapter: Chapter, found: Coordination) -> None:
    """Write what moves together: declared against beyond habit, with the false-alarm rate."""
    if not found.reshares or found.outside_share is None or found.expected_false is None:
        chapter.cannot_show(
            Text(
                fr="Sans republications datées, on ne peut pas voir quels comptes relaient"
                " ensemble.",
                en="Without dated reshares it cannot be seen which accounts reshare together.",
            )
        )
        return
    chapter.heading(Text(fr="Des relais qui vont ensemble", en="Relays that move together"))
    chapter.cannot_write(
        Text(
            fr="Qu'aucun groupe ne s'entend : celui qui reprend toujours dans la minute qui suit"
            " un message ne se distingue pas de membres toujours à l'affût.",
            en="That no group acts in concert: one that always reshares within a minute of a post"
            " cannot be told from members who are always on.",
        )
    )
    declared, flagged = found.flagged_declared, found.flagged
    one, many = "paire de comptes reprend", "paires de comptes reprennent"
    share, false = found.outside_share, round(found.expected_false, 1)
    if not flagged:
        chapter.sentence(
            Text(
                fr="Aucune paire de comptes ne reprend ensemble plus vite que ses propres"
                " habitudes ne l'expliquent.",
                en="No pair of accounts reshares together faster than their own habits explain.",
            )
        )
        return
    chapter.sentence(
        Text(
            fr=f"{plural(flagged, one, many, 'fr')} ensemble plus vite que leurs"
            " propres habitudes ne l'expliquent, dont"
            f" {declared} où les deux se déclarent (fondateurs ou mot-dièse dans la bio) ; la"
            f" règle en signalerait {number(false, 'fr')} à tort. {percent(share, 'fr')} des"
            " reprises viennent de comptes hors de ces paires.",
            en=f"{plural(flagged, 'pair of accounts reshares', 'pairs of accounts reshare', 'en')}"
            " together faster than their own habits explain, of which"
            f" {declared} where both declare themselves (founders, or hashtag in the bio); the"
            f" rule would flag {number(false, 'en')} by mistake. {percent(share, 'en')} of the"
            " reshares come from accounts outside these pairs.",
        ),
        {"flagged": flagged, "declared": declared, "share": share, "false": false},
    )
    chapter.cannot_write(
        Text(
            fr="Que ces comptes sont faux : des membres qui s'entendent en privé pour relayer"
            " laissent la même trace.",
            en="That these accounts are fake: members who agree in private to relay leave the same"
            " trace.",
        )
    )
