"""Chapter 8: can we trust this? What the methods reach where the truth is known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from i4analysis.archive.doctor.overview import Overview
from i4analysis.measure.numbers.suppression import LIMIT
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts.trust import plot_losses, plot_promises
from i4analysis.publish.words.sentence import Counted, Share, Told, figure_of, say, told
from i4analysis.publish.words.wording import Text, listing

if TYPE_CHECKING:
    from i4analysis.measure.appeals.errors import LabelErrors


# -- Words of the chapter on trust: methods, verdicts, columns, promises as a reader sees them.

MEASURES = {
    "archive": Text(fr="lecture des archives", en="reading archives"),
    "members": Text(fr="soutiens dans le temps", en="supporters over time"),
    "reach": Text(fr="personnes derrière les abonnés", en="people behind followers"),
    "relays": Text(fr="qui a relayé qui", en="who relayed whom"),
    "push": Text(fr="effet de la presse", en="effect of the press"),
    "appeals": Text(fr="appels d'emploi", en="job appeals"),
    "outcomes": Text(fr="relais menant aux résultats", en="relays behind outcomes"),
    "coordination": Text(fr="coordination", en="coordination"),
}
VERDICTS = {
    "met": Text(fr="tenue", en="kept"),
    "met narrowly": Text(fr="tenue, à la limite", en="kept, on the line"),
    "missed narrowly": Text(fr="non tenue, à la limite", en="not kept, on the line"),
    "missed": Text(fr="non tenue", en="not kept"),
    "not run": Text(fr="n'a pas pu être mesurée", en="could not be measured"),
}
HEADERS = {
    "measure": Text(fr="Méthode", en="Method"),
    "bounds": Text(fr="Promesses", en="Promises"),
    "met": Text(fr="Tenues", en="Kept"),
    "met_narrowly": Text(fr="Tenues à la limite", en="Kept, on the line"),
    "missed_narrowly": Text(fr="Non tenues, à la limite", en="Not kept, on the line"),
    "missed": Text(fr="Non tenues", en="Not kept"),
    "what": Text(fr="Ce qui est mesuré", en="What is measured"),
    "loss": Text(fr="Messages perdus", en="Posts lost"),
    "mean": Text(fr="Moyenne", en="Mean"),
    "error": Text(fr="Erreur type", en="Standard error"),
    "bound": Text(fr="Promis", en="Promised"),
    "worlds": Text(fr="Mondes", en="Worlds"),
    "verdict": Text(fr="Verdict", en="Verdict"),
}
SOURCE = Text(
    fr="banc d'essai du projet, mondes inventés dont la vérité est connue",
    en="the project's proving ground, made-up worlds whose truth is known",
)
MEANS = Text(fr="Moyennes sur les mondes inventés.", en="Means over the made-up worlds.")


def signs(bounds: pd.Series) -> dict[str, Text]:
    """Return each bound as a reader sees it: the files keep the proof's own words."""
    return {
        bound: Text(
            fr=re.sub(r"(\d)\.(\d)", r"\1,\2", bound)
            .replace(" in every world", " dans chaque monde")
            .replace(" and ", " et "),
            en=bound,
        )
        for bound in dict.fromkeys(bounds)
    }


# -- How often appeals are recognised rightly, for chapter 8, and who wrote the test.

LABELS_STEM = "trust-labels"
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
LABEL_HEADERS = {
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
SHARES = tuple(name for name in LABEL_HEADERS if name.startswith(("precision", "recall")))
_LABEL_TITLE = Text(
    fr="Les appels sont-ils bien reconnus ? Selon la sorte de message",
    en="Are appeals recognised rightly? By kind of post",
)
_LABEL_SOURCE = Text(
    fr="messages inventés et étiquetés à la main, par nous",
    en="posts made up and labelled by hand, by us",
)
_LABEL_NOTE = Text(
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
    table = found.table[["set", *(name for name in LABEL_HEADERS if name != "set")]]
    shown = table[table["set"].isin(WHOLE) | (table["label"] == "all")]
    chapter.table(
        LABELS_STEM,
        shown.reset_index(drop=True),
        title=_LABEL_TITLE,
        headers=LABEL_HEADERS,
        cells={"set": SETS, "label": LABELS},
        shares=SHARES,
        source=_LABEL_SOURCE,
        note=_LABEL_NOTE,
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
            "Dans l'archive chargée, moins de {limit} messages restent sans étiquette, aucune"
            " n'ayant une probabilité de {half}.",
            "In the archive loaded fewer than {limit} posts are left without a label, as none has"
            " a probability of {half}.",
            limit=LIMIT,
            half=Share(GUESS),
        )
    return _said(
        "guesses",
        "Dans l'archive chargée, {share} des messages restent sans étiquette, aucune n'ayant une"
        " probabilité de {half} : ils ne sont comptés nulle part.",
        "In the archive loaded {share} of posts are left without a label, as none has a"
        " probability of {half}: they are counted nowhere.",
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


# -- What the relay methods reach on real cascades whose true parents are known, for chapter 8.

CHECK = "relays.real_trees"
TREES_STEM = "trust-real-trees"
SOURCES = {"weibo": Text.same("Weibo"), "marref": Text.same("#marref")}
METHODS = {
    "author": Text(fr="« toujours l'auteur »", en="“always the author”"),
    "casin": Text.same("casIn"),
    "lsr": Text(fr="notre modèle", en="our model"),
    "audited": Text(fr="notre modèle, avec contrôle à la main", en="our model, with the check"),
}
SCORES = ("accuracy", "ece", "relay_accuracy", "top_relay")
TREE_HEADERS = {
    "source": Text(fr="Cascades", en="Cascades"),
    "method": Text(fr="Méthode", en="Method"),
    "accuracy": Text(fr="Vrai parent en tête", en="True parent first"),
    "ece": Text(fr="Erreur de calibration", en="Calibration error"),
    "relay_accuracy": Text(fr="Vrai relais en tête des relais", en="True relay first of relays"),
    "top_relay": Text(fr="Premier relais trouvé", en="Top relay found"),
}
_TREE_TITLE = Text(
    fr="Sur de vraies cascades dont les chemins sont connus",
    en="On real cascades whose paths are known",
)
_TREE_SOURCE = Text(
    fr="échantillon Weibo (Song et al. 2018) et #marref (Gleeson et al. 2021)",
    en="Weibo sample (Song et al. 2018) and #marref (Gleeson et al. 2021)",
)
#: A report on a made-up movement marks every source as made up: these are not.
_REAL = Text(
    fr="vraies cascades, et non des données fictives :", en="real cascades, not made-up data:"
)
_TREE_NOTE = Text(
    fr=(
        "Parts de republications, ou de cascades pour le premier relais. « Toujours l'auteur » ne"
        " désigne aucun relais : on lui prête le plus récent, et pour le premier relais de la"
        " cascade la première republication."
    ),
    en=(
        "Shares of reshares, or of cascades for the top relay. “Always the author” points to no"
        " relay: it is lent the most recent one, and for the top relay of the cascade the first"
        " reshare."
    ),
)


def real_trees(chapter: Chapter, table: pd.DataFrame) -> None:
    """Quote the trial on real cascades, as the proof holds it; say so when it holds none."""
    rows = table[(table["check"] == CHECK) & (table["worlds"] > 0)].drop_duplicates("value")
    found = dict(zip(rows["value"].astype(str), rows["mean"].astype(float), strict=True))
    if not all(f"{place}_{method}_{name}" in found for place, method, name in _keys()):
        chapter.cannot_show(
            Text(
                fr="Ce que vaut la recherche des relais sur de vraies cascades : cette preuve ne"
                " le contient pas.",
                en="What the search for relays is worth on real cascades: this proof does not hold"
                " it.",
            ),
            TREES_STEM,
        )
        return
    for said in (_parents(found), _tops(found), _gates(found), _direct(found)):
        if said is not None:
            chapter.sentence(said.text, said.numbers)
    shown = pd.DataFrame(
        [
            {
                "source": place,
                "method": method,
                **{name: found[f"{place}_{method}_{name}"] for name in SCORES},
            }
            for place in SOURCES
            for method in METHODS
        ]
    )
    chapter.table(
        TREES_STEM,
        shown,
        title=_TREE_TITLE,
        headers=TREE_HEADERS,
        cells={"source": SOURCES, "method": METHODS},
        shares=("accuracy", "relay_accuracy", "top_relay"),
        source=_REAL + _TREE_SOURCE if chapter.movement.made_up else _TREE_SOURCE,
        note=_TREE_NOTE,
    )


def _keys() -> list[tuple[str, str, str]]:
    return [(place, who, name) for place in SOURCES for who in METHODS for name in SCORES]


def _parents(found: Mapping[str, float]) -> Told:
    """Say whether the model beats “always the author” where nothing tells who reads whom."""
    gains = [
        found[f"{place}_{method}_accuracy"] - found[f"{place}_author_accuracy"]
        for place in SOURCES
        for method in ("lsr", "audited")
    ]
    verdict = Text(
        fr="notre modèle fait tantôt mieux, tantôt moins bien que la règle",
        en="our model does better than the rule in part, worse in part:",
    )
    if max(gains) < 0:
        verdict = Text(fr="notre modèle perd contre la règle", en="our model loses to the rule")
    elif min(gains) > 0:
        verdict = Text(fr="notre modèle bat la règle", en="our model beats the rule")
    return told(
        "Sur {n} vraies republications de Weibo et {m} de #marref dont le chemin est connu, mais"
        " sans indice sur qui lit qui, {verdict} « toujours l'auteur » : il met le vrai parent en"
        " tête dans {weibo} et {marref} des cas ({weibo_checked} et {marref_checked} avec un"
        " contrôle à la main), la règle dans {weibo_rule} et {marref_rule}.",
        "On {n} real reshares of Weibo and {m} of #marref whose path is known, but without"
        " evidence on who reads whom, {verdict} “always the author”: it puts the true parent first"
        " in {weibo} and {marref} of the cases ({weibo_checked} and {marref_checked} with a check"
        " by hand), the rule in {weibo_rule} and {marref_rule}.",
        n=int(found.get("weibo_reshares", 0)),
        m=int(found.get("marref_reshares", 0)),
        verdict=verdict,
        weibo=Share(found["weibo_lsr_accuracy"]),
        marref=Share(found["marref_lsr_accuracy"]),
        weibo_checked=Share(found["weibo_audited_accuracy"]),
        marref_checked=Share(found["marref_audited_accuracy"]),
        weibo_rule=Share(found["weibo_author_accuracy"]),
        marref_rule=Share(found["marref_author_accuracy"]),
    )


def _tops(found: Mapping[str, float]) -> Told:
    """Say how often the largest relay of a cascade is found, and by taking the first reshare."""
    return told(
        "Le plus grand relais d'une cascade est trouvé, avec contrôle à la main, dans"
        " {weibo} des cascades de Weibo et {marref} de celles de #marref ; prendre simplement la"
        " première republication le trouve dans {weibo_first} et {marref_first}.",
        "With the check by hand the largest relay of a cascade is found in {weibo} of the Weibo"
        " cascades and {marref} of those of #marref; simply taking the first reshare finds it in"
        " {weibo_first} and {marref_first}.",
        weibo=Share(found["weibo_audited_top_relay"]),
        marref=Share(found["marref_audited_top_relay"]),
        weibo_first=Share(found["weibo_author_top_relay"]),
        marref_first=Share(found["marref_author_top_relay"]),
    )


def _gates(found: Mapping[str, float]) -> Told | None:
    closed = found.get("gates_closed")
    if closed is None:
        return None
    if closed == 1:
        return told(
            "C'est pourquoi, sans indice sur qui lit qui, aucun relais n'est nommé.",
            "That is why no relay is named without evidence on who reads whom.",
        )
    return told(
        "Ici, le garde-fou ne retient les noms que dans {closed} des essais : des relais seraient"
        " nommés à tort.",
        "Here the safeguard holds names back in only {closed} of the trials: relays would be"
        " wrongly named.",
        closed=Share(closed),
    )


def _direct(found: Mapping[str, float]) -> Told | None:
    """Say whether the audited interval holds the true direct share."""
    names = ("direct_true", "delta_lo", "delta_hi", "within")
    if not all(f"{place}_{name}" in found for place in SOURCES for name in names):
        return None
    held = [found[f"{place}_within"] == 1 for place in SOURCES]
    verdict = Text(
        fr="le contrôle la manque sur une des deux", en="the check misses it on one of the two"
    )
    if all(held):
        verdict = Text(
            fr="le contrôle à la main de cent republications la contient les deux fois",
            en="the check by hand of a hundred reshares holds it both times",
        )
    elif not any(held):
        verdict = Text(
            fr="le contrôle la manque les deux fois", en="the check misses it both times"
        )
    values = {
        f"{place}_{name}": Share(found[f"{place}_{name}"]) for place in SOURCES for name in names
    }
    return told(
        "La part venue directement de l'auteur y est connue, et {verdict} : {weibo_direct_true}"
        " pour un intervalle de {weibo_delta_lo} à {weibo_delta_hi} (Weibo), {marref_direct_true}"
        " pour {marref_delta_lo} à {marref_delta_hi} (#marref).",
        "The share that came straight from the author is known there, and {verdict}:"
        " {weibo_direct_true} for an interval of {weibo_delta_lo} to {weibo_delta_hi} (Weibo),"
        " {marref_direct_true} for {marref_delta_lo} to {marref_delta_hi} (#marref).",
        verdict=verdict,
        sample=100,
        **values,
    )


# -- Chapter 8: the bounds that the methods keep and miss, drawn and listed.

KEPT = ("met", "met narrowly")


def broken(bounds: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds that are not kept."""
    return bounds[~bounds["verdict"].isin(KEPT)]


def promises(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """Draw a dot a bound, by measure."""
    counts = pd.crosstab(bounds["measure"], bounds["verdict"])
    table = pd.DataFrame(
        {
            "measure": [name for name in MEASURES if name in counts.index],
        }
    )
    picked = counts.reindex(index=table["measure"])
    for name, verdicts in (
        ("met", ["met"]),
        ("met_narrowly", ["met narrowly"]),
        ("missed_narrowly", ["missed narrowly"]),
        ("missed", ["missed", "not run"]),
    ):
        table[name] = picked.reindex(columns=verdicts, fill_value=0).sum(axis=1).to_numpy()
    table.insert(1, "bounds", table.iloc[:, 1:].sum(axis=1))
    kept, n = int(table[["met", "met_narrowly"]].to_numpy().sum()), int(table["bounds"].sum())
    chapter.figure(
        "trust-promises",
        table,
        lambda lang: figure_of(
            plot_promises(
                table, lang=lang, labels={name: text[lang] for name, text in MEASURES.items()}
            )
        ),
        title=say(
            "{kept} promesses tenues, {missed} non tenues",
            "{kept} promises kept, {missed} not kept",
            kept=kept,
            missed=n - kept,
        ),
        subtitle=Text(
            fr="Un point par promesse : une borne annoncée d'avance, sur des mondes inventés",
            en="One dot a promise: a bound announced beforehand, on made-up worlds",
        ),
        alt=say(
            "Points alignés par méthode : {kept} promesses tenues en bleu sur {n}, les autres en"
            " orange ; un cercle vide marque celles que la précision de l'essai laisse ouvertes.",
            "Dots in rows, a row a method: {kept} promises kept, in blue, of {n}, the others in"
            " orange; a hollow dot marks those that the trial is not sharp enough to settle.",
            kept=kept,
            n=n,
        ),
        source=SOURCE,
        headers=HEADERS,
        cells={"measure": MEASURES},
        numbers={"kept": kept, "missed": n - kept, "all": n},
    )


def _words(table: pd.DataFrame) -> dict[str, Text]:
    """Return, for each check and value, what it is in plain words."""
    words: dict[str, Text] = {}
    for row in table.to_dict("records"):
        french, english = row["meaning_fr"], row["meaning_en"]
        if not (french and english):
            french = english = str(row["value"]).replace("_", " ")
        context = (str(row["check_fr"]), str(row["check_en"]))
        words[f"{row['check']}:{row['value']}"] = Text(
            fr=f"{french} ({context[0]})", en=f"{english} ({context[1]})"
        )
    return words


def _rows(bounds: pd.DataFrame) -> pd.DataFrame:
    names = ["loss", "mean", "error", "bound", "worlds", "verdict"]
    shown = bounds[names].copy()
    shown.insert(0, "what", bounds["check"] + ":" + bounds["value"])
    for name in ("mean", "error"):
        shown[name] = shown[name].astype(float).round(3)
    return shown


def missed(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """List the bounds that are not kept, if any."""
    rows = broken(bounds)
    if not rows.empty:
        title = Text(fr="Ce qui ne tient pas", en="What does not hold")
        _listed(chapter, "trust-missed", rows, title)


def every_bound(chapter: Chapter, bounds: pd.DataFrame) -> None:
    """List every bound."""
    _listed(chapter, "trust-bounds", bounds, Text(fr="Toutes les promesses", en="Every promise"))


def _listed(chapter: Chapter, stem: str, bounds: pd.DataFrame, title: Text) -> None:
    chapter.table(
        stem,
        _rows(bounds),
        title=title,
        headers=HEADERS,
        cells={"what": _words(bounds), "verdict": VERDICTS, "bound": signs(bounds["bound"])},
        shares=("loss",),
        source=SOURCE,
        note=MEANS,
    )


# -- Chapter 8: what losing posts does to the methods that matter most.

_FOLLOWED = {
    "relays.parents:accuracy": Text(
        fr="vrai parent trouvé, sans liste d'abonnés", en="true parent found, without lists"
    ),
    "relays.parents_with_lists:accuracy": Text(
        fr="vrai parent trouvé, avec toutes les listes", en="true parent found, with every list"
    ),
    "members.curve:coverage": Text(
        fr="soutiens : jours où la bande contient la vérité",
        en="supporters: days on which the band holds the truth",
    ),
    "outcomes.routes:ap": Text(
        fr="vrais relais d'un résultat, précision moyenne",
        en="true relays of an outcome, average precision",
    ),
}


def losses(chapter: Chapter, table: pd.DataFrame) -> None:
    """Draw what losses do to the shares that matter most, as far as the proof holds them."""
    parts = []
    for name in _FOLLOWED:
        check, value = name.split(":")
        rows = table[(table["check"] == check) & (table["value"] == value)]
        rows = rows.drop_duplicates("loss")
        if len(rows) > 1:
            parts.append(rows.assign(what=name))
    if not parts:
        return
    shown = pd.concat(parts)[["what", "loss", "mean", "error"]].reset_index(drop=True)
    shown = shown.assign(mean=shown["mean"].astype(float).round(3))
    shown = shown.assign(error=shown["error"].astype(float).round(4))
    first = shown[shown["what"] == shown["what"].iloc[0]].sort_values("loss")
    start, end = float(first["mean"].iloc[0]), float(first["mean"].iloc[-1])
    chapter.figure(
        "trust-losses",
        shown,
        lambda lang: figure_of(
            plot_losses(
                shown,
                lang=lang,
                labels={name: text[lang] for name, text in _FOLLOWED.items()},
            )
        ),
        title=_worst(shown),
        subtitle=Text(
            fr="Moyenne sur des mondes inventés, plus ou moins deux erreurs types",
            en="Mean over made-up worlds, plus or minus two standard errors",
        ),
        alt=say(
            "Lignes selon la part des messages perdus ; la première, {what}, va de {start} sans"
            " perte à {end} à la perte la plus forte.",
            "Lines by share of posts lost; the first, {what}, goes from {start} without loss to"
            " {end} at the largest loss.",
            what=_FOLLOWED[str(first["what"].iloc[0])],
            start=Share(start),
            end=Share(end),
        ),
        source=SOURCE,
        headers=HEADERS,
        cells={"what": _FOLLOWED},
        shares=("loss", "mean", "error"),
        numbers={"start": start, "end": end},
    )


def _worst(shown: pd.DataFrame) -> Text:
    """Return what falls the most between no loss and the largest, as a finding."""
    byloss = shown.sort_values("loss").groupby("what")
    start, end, loss = byloss["mean"].first(), byloss["mean"].last(), byloss["loss"].last()
    fall = start - end
    worst = str(fall.idxmax())
    if float(fall.max()) <= 0:
        return Text(
            fr="Perdre des messages ne fait baisser aucune de ces méthodes",
            en="Losing posts lowers none of these methods",
        )
    return say(
        "{what} : de {start} à {end} quand {loss} des messages manquent",
        "{what}: from {start} to {end} when {loss} of the posts are missing",
        what=Text.both(lambda lang: _capital(_FOLLOWED[worst][lang])),
        start=Share(float(start[worst])),
        end=Share(float(end[worst])),
        loss=Share(float(loss[worst])),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- The chapter.

QUESTION = Text(
    fr="Jusqu'où peut-on se fier aux chiffres de ce rapport ?",
    en="How far can the numbers of this report be trusted?",
)


class Proved(Protocol):
    """What the chapter needs of a proof (`publish.proof.Proof`)."""

    @property
    def table(self) -> pd.DataFrame: ...

    @property
    def quick(self) -> bool: ...


def trust(
    proof: Proved,
    overview: Overview,
    movement: Movement,
    stale: Sequence[str] = (),
    labels: LabelErrors | None = None,
) -> Chapter:
    """Return the chapter on trust.

    Parameters
    ----------
    proof
        The last proof (`publish.proof.last_proof`).
    overview
        `archive.overview` of this movement's archive: how complete it is.
    stale
        Checks whose code has changed since the proof, or that it lacks.
    labels
        `appeal_errors.label_errors` of this movement's archive: how often appeals are recognised.
    """
    bounds = proof.table[proof.table["verdict"] != "no bound"].reset_index(drop=True)
    if bounds.empty:
        chapter = _without_proof(movement)
    else:
        chapter = _with_proof(proof, bounds, movement)
        _age(chapter, proof, stale)
        promises(chapter, bounds)
        missed(chapter, bounds)
        losses(chapter, proof.table)
        real_trees(chapter, proof.table)
        _labels(chapter, proof.table)
    if labels is not None:
        label_errors(chapter, labels)
    if not bounds.empty:
        every_bound(chapter, bounds)
    _completeness(chapter, overview, proved=not bounds.empty)
    return chapter


def _without_proof(movement: Movement) -> Chapter:
    chapter = Chapter(
        "trust",
        8,
        movement,
        Text(
            fr="Aucune épreuve des méthodes n'est jointe à ce rapport",
            en="No trial of the methods is attached to this report",
        ),
        QUESTION,
        Text(
            fr="Aucune preuve n'est jointe : les chiffres des autres chapitres sont à prendre"
            " sans garantie. La commande « make prove » la produit.",
            en="No proof is attached: the numbers of the other chapters come without warranty."
            " The command “make prove” makes one.",
        ),
    )
    for stem in ("trust-promises", "trust-losses", TREES_STEM, "trust-bounds"):
        chapter.cannot_show(
            Text(
                fr="Ce que valent les méthodes : aucune preuve n'a été lue.",
                en="What the methods are worth: no proof was read.",
            ),
            stem,
        )
    return chapter


def _with_proof(proof: Proved, bounds: pd.DataFrame, movement: Movement) -> Chapter:
    kept = int(bounds["verdict"].isin(KEPT).sum())
    worlds = int(bounds["worlds"].mode().max())
    lacking = [name for name in MEASURES if name in set(broken(bounds)["measure"])]
    title = told(
        "{kept} promesses tenues sur {n}, sur des mouvements inventés",
        "{kept} of {n} promises kept on made-up movements",
        kept=kept,
        n=len(bounds),
    )
    first = told(
        "Éprouvées le plus souvent sur {worlds} dont la vérité est connue, les méthodes tiennent"
        " {kept} de leurs {n} promesses de précision.",
        "Tried, most often on {worlds} whose truth is known, the methods keep {kept} of their {n}"
        " promises of accuracy.",
        worlds=Counted(
            worlds,
            ("mouvement inventé", "mouvements inventés"),
            ("made-up movement", "made-up movements"),
        ),
        kept=kept,
        n=len(bounds),
    )
    names = Text.both(lambda lang: listing([MEASURES[name][lang] for name in lacking], lang))
    second = (
        say(
            "Ce qui est manqué porte sur : {names} ; ces chiffres-là se lisent avec les réserves"
            " ci-dessous.",
            "What is missed concerns: {names}; read those numbers with the cautions below.",
            names=names,
        )
        if lacking
        else Text(fr="Aucune n'est manquée.", en="None is missed.")
    )
    chapter = Chapter(
        "trust",
        8,
        movement,
        title.text,
        QUESTION,
        first.text + second,
        numbers={**title.numbers, **first.numbers},
    )
    chapter.key_figure(
        "promises-kept",
        kept / len(bounds),
        Text(fr="des promesses tenues", en="of promises kept"),
        Text(
            fr="Part des bornes annoncées que les méthodes respectent sur des mondes inventés.",
            en="Share of the announced bounds that the methods respect on made-up worlds.",
        ),
        share=True,
    )
    chapter.can_write(first.text, first.numbers)
    chapter.cannot_write(
        Text(
            fr="« Les résultats de ce rapport sont prouvés. » Les méthodes sont éprouvées sur des"
            " mouvements inventés ; aucun mouvement réel ne leur ressemble tout à fait.",
            en="“The results of this report are proven.” The methods are tried on made-up"
            " movements; no real movement is quite like them.",
        )
    )
    return chapter


def _age(chapter: Chapter, proof: Proved, stale: Sequence[str]) -> None:
    """Say whether the proof is of today's code, and whether it is the full one."""
    if proof.quick:
        chapter.sentence(
            Text(
                fr="C'est la preuve courte : peu de mondes, des marges larges.",
                en="This is the quick proof: few worlds, wide margins.",
            )
        )
    if stale:
        made = told(
            "Le code de {n} a changé depuis cette preuve : leurs chiffres sont ceux d'une version"
            " antérieure.",
            "The code behind {n} has changed since this proof: their numbers are those of an"
            " earlier version.",
            n=Counted(len(stale), ("vérification", "vérifications"), ("check", "checks")),
        )
        chapter.sentence(made.text, made.numbers)
    else:
        chapter.sentence(
            Text(
                fr="Cette preuve a été faite avec le code de ce rapport.",
                en="This proof was made with the code of this report.",
            )
        )


def _labels(chapter: Chapter, table: pd.DataFrame) -> None:
    """Say how often the rules that recognise appeals are right."""
    rows = table[table["check"].str.startswith("appeals.") & (table["loss"] == 0)]
    found = {
        str(row["value"]): float(row["mean"])
        for row in rows.drop_duplicates("value").to_dict("records")
        if row["worlds"]
    }
    if not {"precision", "recall"} <= set(found):
        return
    made = told(
        "Les règles qui reconnaissent les appels ont raison dans {precision} des cas qu'elles"
        " étiquettent, et trouvent {recall} des cas à trouver, dans les mouvements inventés, où"
        " les messages suivent quelques modèles.",
        "The rules that recognise appeals are right in {precision} of the posts they label, and"
        " find {recall} of those to be found, in the made-up movements, whose posts follow a few"
        " patterns.",
        precision=Share(found["precision"]),
        recall=Share(found["recall"]),
    )
    chapter.sentence(made.text, made.numbers)


def _completeness(chapter: Chapter, overview: Overview, *, proved: bool) -> None:
    """Say how complete this archive is: what the proof's losses must be compared with."""
    detail = _held(overview)
    if detail is None:
        chapter.sentence(
            Text(
                fr="Rien ne dit combien de messages manquent à cette archive : la plateforme n'a"
                " pas donné de nombres de republications à lui comparer."
                if overview.posts
                else "Ce mouvement n'a pas d'archive de messages : ses chapitres reposent sur des"
                " faits publiés, que ces méthodes ne touchent pas.",
                en="Nothing says how many posts this archive lacks: the platform gave no reshare"
                " counts to compare it with."
                if overview.posts
                else "This movement has no archive of posts: its chapters rest on published facts,"
                " which these methods do not touch.",
            )
        )
        return
    held, lost = float(detail["held"]), 1 - float(detail["held"])
    if not proved:
        made = told(
            "Cette archive contient {held} des republications que la plateforme a comptées.",
            "This archive holds {held} of the reshares that the platform counted.",
            held=Share(held),
        )
        chapter.sentence(made.text, made.numbers)
        return
    made = told(
        "Cette archive contient {held} des republications que la plateforme a comptées : lisez les"
        " lignes du tableau dont la part perdue est la plus proche de {lost}.",
        "This archive holds {held} of the reshares that the platform counted: read the rows of"
        " the table whose share lost is nearest to {lost}.",
        held=Share(held),
        lost=Share(lost),
    )
    chapter.sentence(made.text, made.numbers)


def _held(overview: Overview) -> Mapping[str, Any] | None:
    findings = overview.findings
    if findings.empty or "finding" not in findings:
        return None
    rows = findings[findings["finding"] == "reshares_missing"]
    return None if rows.empty else dict(json.loads(str(rows.iloc[0]["detail"])))
