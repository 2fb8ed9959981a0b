"""The chapter on supporters when bios cannot date anything, or when there is no archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import supporter_words as words
from i4analysis.publish.chapters.supporter_parts import add_claims, begun, story
from i4analysis.publish.charts import members as charts
from i4analysis.publish.words.sentence import Counted, figure_of, say, span, told

if TYPE_CHECKING:
    from i4analysis.measure.members.members import Adoption


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
        source=words.ARCHIVE,
        headers=words.HEADERS,
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
