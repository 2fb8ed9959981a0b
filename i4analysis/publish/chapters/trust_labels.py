"""How often appeals are recognised rightly, for chapter 8, and who wrote the test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from i4analysis.measure.numbers.suppression import LIMIT
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.words.sentence import Counted, Share, Told, told
from i4analysis.publish.words.wording import Text

if TYPE_CHECKING:
    from i4analysis.measure.appeals.errors import LabelErrors

STEM = "trust-labels"
WHOLE = ("sealed", "authors", "odd")  # sets shown label by label; the others by their means
FEWEST = 30  # posts labelled by hand from which an archive's own error rate is quoted
SETS = {
    "sealed": Text(fr="sous clé, noté une fois", en="sealed, scored once"),
    "authors": Text(fr="chaque auteur laissé de côté", en="each author left out"),
    "never_read": Text(fr="dont auteurs jamais relus", en="of which authors never read"),
    "ours": Text(fr="nos exemples difficiles", en="our hard examples"),
    "held_out": Text(fr="ancien lot mis à part", en="earlier set held out"),
    "odd": Text(fr="tournures insolites", en="odd wording"),
}
LABELS = {
    "request": Text(fr="demande", en="request"),
    "offer": Text(fr="offre", en="offer"),
    "support": Text(fr="soutien", en="support"),
    "media": Text(fr="média", en="media"),
    "other": Text(fr="autre", en="other"),
    "all": Text(fr="moyenne des sortes", en="mean over kinds"),
}
HEADERS = {
    "set": Text(fr="Messages", en="Posts"),
    "label": Text(fr="Sorte", en="Kind"),
    "n_true": Text(fr="Nombre", en="Number"),
    "precision": Text(fr="Étiquettes justes", en="Labels right"),
    "precision_lo": Text(fr="de", en="from"),
    "precision_hi": Text(fr="à", en="to"),
    "recall": Text(fr="Retrouvés", en="Found"),
    "recall_lo": Text(fr="de ", en="from "),
    "recall_hi": Text(fr="à ", en="to "),
}
SHARES = tuple(name for name in HEADERS if name.startswith(("precision", "recall")))
_TITLE = Text(
    fr="Les appels sont-ils bien reconnus ? Selon la sorte de message",
    en="Are appeals recognised rightly? By kind of post",
)
_SOURCE = Text(
    fr="messages inventés et étiquetés à la main, par nous",
    en="posts made up and labelled by hand, by us",
)
_NOTE = Text(
    fr="« Étiquettes justes » : parmi les messages qui reçoivent l'étiquette (précision) ;"
    " « Retrouvés » : parmi ceux qui devaient la recevoir (rappel). Intervalles à 95 % : de Wilson"
    " pour une sorte, comme si les messages étaient tirés un à un ; par rééchantillonnage des"
    " messages et des auteurs pour les moyennes.",
    en="“Labels right”: of the posts given the label (precision); “Found”: of those that should"
    " have been given it (recall). 95% intervals: Wilson's for a kind, as if posts were drawn one"
    " by one; by resampling posts and authors for the means.",
)
_WHO = Text(
    fr="Tous ces messages sont inventés, par nous. L'auteur du lot sous clé et les auteurs laissés"
    " de côté n'avaient jamais vu les règles ; de vrais messages peuvent être plus difficiles.",
    en="All these posts are made up, by us. The author of the sealed set and the authors left out"
    " had never seen the rules; real posts may be harder.",
)


def label_errors(chapter: Chapter, found: LabelErrors) -> None:
    """Say how often labels are right: sealed, author by author, odd wording, this archive."""
    known = set(found.table["set"])
    said = [_sealed(found)] if "sealed" in known else []
    said += [_authors(found)] if {"authors", "never_read"} <= known else []
    said += [_hard(found)] if {"odd", "ours"} <= known else []
    for one in (*said, Told(_WHO, {}), _guesses(found), _audit(found)):
        if one is not None:
            chapter.sentence(one.text, one.numbers)
    table = found.table[["set", *(name for name in HEADERS if name != "set")]]
    shown = table[table["set"].isin(WHOLE) | (table["label"] == "all")]
    chapter.table(
        STEM,
        shown.reset_index(drop=True),
        title=_TITLE,
        headers=HEADERS,
        cells={"set": SETS, "label": LABELS},
        shares=SHARES,
        source=_SOURCE,
        note=_NOTE,
        numbers={"level": 0.95},
    )


def _rates(row: pd.Series) -> dict[str, Share]:
    return {name: Share(float(row[name])) for name in SHARES}


def _said(of: str, fr: str, en: str, **values: Any) -> Told:
    """Return a sentence whose numbers are declared under names of their own."""
    made = told(fr, en, **values)
    return Told(made.text, {f"{of}_{name}": value for name, value in made.numbers.items()})


def _sealed(found: LabelErrors) -> Told:
    row = found.row("sealed")
    return _said(
        "sealed",
        "Les appels sont reconnus à leurs mots. Sur {n} messages d'un auteur dont rien n'a été"
        " appris, gardés sous clé et notés une seule fois, les poids déjà arrêtés, {precision} des"
        " étiquettes sont justes ({precision_lo} à {precision_hi}) et {recall} des messages de"
        " chaque sorte retrouvés ({recall_lo} à {recall_hi}), en moyenne des sortes.",
        "Appeals are recognised by their words. On {n} posts by an author of whom nothing was"
        " learnt, kept sealed and scored once, after the weights were fixed, {precision} of labels"
        " are right ({precision_lo} to {precision_hi}) and {recall} of the posts of each kind"
        " found ({recall_lo} to {recall_hi}), as means over kinds.",
        n=int(row["n_true"]),
        **_rates(row),
    )


def _authors(found: LabelErrors) -> Told:
    """Say what a further author may meet: each author left out, and those never read."""
    from i4analysis.measure.appeals.errors import NEVER_READ  # brings all that reads appeals

    row, unread = found.row("authors"), found.row("never_read")
    each = found.by_author
    return _said(
        "authors",
        "Un autre auteur peut être moins bien lu : {authors} laissés de côté à leur tour, {n}"
        " messages, donnent {precision} ({precision_lo} à {precision_hi}) et {recall} ({recall_lo}"
        " à {recall_hi}), de {worst} à {best} d'étiquettes justes selon l'auteur. Pour {unread}"
        " dont personne n'avait relu les erreurs en choisissant ce qui est regardé, c'est"
        " {unread_precision} et {unread_recall} : les chiffres à attendre.",
        "Another author may be read less well: {authors} left out in turn, {n} posts, give"
        " {precision} ({precision_lo} to {precision_hi}) and {recall} ({recall_lo} to"
        " {recall_hi}), from {worst} to {best} of labels right by author. For {unread} whose"
        " errors nobody had read while choosing what is looked at, they are {unread_precision} and"
        " {unread_recall}: the figures to expect.",
        authors=Counted(len(each), ("auteur", "auteurs"), ("author", "authors")),
        n=int(row["n_true"]),
        worst=Share(float(each["precision"].min())),
        best=Share(float(each["precision"].max())),
        unread=Counted(len(NEVER_READ), ("auteur", "auteurs"), ("author", "authors")),
        unread_precision=Share(float(unread["precision"])),
        unread_recall=Share(float(unread["recall"])),
        **_rates(row),
    )


def _hard(found: LabelErrors) -> Told:
    odd, ours = found.row("odd"), found.row("ours")
    return _said(
        "hard",
        "Les tournures insolites échappent davantage : {odd_precision} et {odd_recall} sur"
        " {odd_n} messages écrits pour ne ressembler à aucun autre ; {ours_precision} et"
        " {ours_recall} sur {ours_n} exemples difficiles que nous avons ajoutés pour apprendre.",
        "Odd wording is missed more often: {odd_precision} and {odd_recall} on {odd_n} posts"
        " written to be unlike any other; {ours_precision} and {ours_recall} on {ours_n} hard"
        " examples that we added to learn from.",
        odd_n=int(odd["n_true"]),
        odd_precision=Share(float(odd["precision"])),
        odd_recall=Share(float(odd["recall"])),
        ours_n=int(ours["n_true"]),
        ours_precision=Share(float(ours["precision"])),
        ours_recall=Share(float(ours["recall"])),
    )


def _guesses(found: LabelErrors) -> Told | None:
    """Say how many posts of the archive are guessed at; never a count under five."""
    from i4analysis.measure.appeals.errors import GUESS

    if found.n_posts < LIMIT:
        return None
    if found.n_guesses < LIMIT:
        return _said(
            "guesses",
            "Dans l'archive chargée, moins de {limit} messages ont une étiquette dont la"
            " probabilité est sous {half}.",
            "In the archive loaded fewer than {limit} posts have a label whose probability is"
            " under {half}.",
            limit=LIMIT,
            half=Share(GUESS),
        )
    return _said(
        "guesses",
        "Dans l'archive chargée, {share} des messages ont une étiquette dont la probabilité est"
        " sous {half} : pour ceux-là on devine.",
        "In the archive loaded {share} of posts have a label whose probability is under {half}:"
        " for those it is a guess.",
        share=Share(found.n_guesses / found.n_posts),
        half=Share(GUESS),
    )


def _audit(found: LabelErrors) -> Told | None:
    """Quote the movement's own hand labels: their means only, no cell of a few posts."""
    if found.audit.empty:
        return None
    row = found.audit[found.audit["label"] == "all"].iloc[0]
    if int(row["n_true"]) < FEWEST:
        return None
    return _said(
        "audit",
        "Sur {n} messages de cette archive étiquetés à la main, {precision} des étiquettes sont"
        " justes et {recall} des messages de chaque sorte retrouvés, en moyenne.",
        "On {n} posts of this archive labelled by hand, {precision} of labels are right and"
        " {recall} of the posts of each kind found, on average.",
        n=int(row["n_true"]),
        precision=Share(float(row["precision"])),
        recall=Share(float(row["recall"])),
    )
