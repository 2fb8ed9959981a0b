"""Chapter 7: which relays led to which outcomes, and who says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd
from matplotlib.figure import Figure

from i4analysis.measure import outcomes as measure
from i4analysis.measure.outcomes import verdicts
from i4analysis.measure.outcomes.traces import TELLING_CHANCE
from i4analysis.measure.outcomes.verdicts import FEWEST_CASES
from i4analysis.movement import Movement
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import outcomes as charts
from i4analysis.publish.charts.outcomes import WAYS
from i4analysis.publish.words.numbers import printed
from i4analysis.publish.words.wording import (
    HARD,
    Text,
    date,
    listing,
    number,
    percent,
    plural,
)

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossier, Dossiers


# -- The words of the chapter on outcomes: each code of the measures, in both languages.

VERDICTS = {
    "documented": Text(fr="attesté par un document", en="documented"),
    "corroborated": Text(fr="recoupé", en="corroborated"),
    "reported": Text(fr="rapporté", en="reported"),
    "contradicted": Text(fr="contredit", en="contradicted"),
    "not claimed": Text(fr="non revendiqué", en="not claimed"),
}
RULES = {word: Text(**text) for word, text in verdicts.RULES.items()}
TIMINGS = {
    "consistent": Text(fr="après le hashtag", en="after the hashtag"),
    "not consistent": Text(fr="avant le hashtag", en="before the hashtag"),
    "cannot tell": Text(fr="date trop incertaine", en="date too uncertain"),
}
GRADES = {
    grade: Text(fr=f"{grade} : {text['fr']}", en=f"{grade}: {text['en']}")
    for grade, text in measure.GRADES.items()
}
STANCES = {
    "credits": Text(fr="attribue", en="credits"),
    "reports": Text(fr="rapporte", en="reports"),
    "doubts": Text(fr="doute", en="doubts"),
    "denies": Text(fr="nie", en="denies"),
}
BASES = {
    "document": Text(fr="document", en="document"),
    "witness": Text(fr="témoin", en="witness"),
    "party": Text(fr="partie prenante", en="interested party"),
    "hearsay": Text(fr="seconde main", en="second hand"),
}
ON_WORD = {
    "document": Text(fr="par un document", en="by a document"),
    "witness": Text(fr="comme témoin", en="as a witness"),
    "party": Text(fr="partie prenante", en="an interested party"),
    "hearsay": Text(fr="de seconde main", en="at second hand"),
}
ON_WORDS = ON_WORD | {
    "witness": Text(fr="comme témoins", en="as witnesses"),
    "party": Text(fr="parties prenantes", en="interested parties"),
}
CHANGES = {
    "archive": Text(fr="les messages de la période", en="the posts of the period"),
    "source": Text(
        fr="une source qui nomme les relais du mouvement",
        en="a source that names the movement's relays",
    ),
    "document": Text(
        fr="une lettre ou un dossier daté qui dit par où le contact est venu",
        en="a dated letter or file that says which way the contact came",
    ),
    "second_source": Text(fr="une seconde source indépendante", en="a second independent source"),
    "account": Text(
        fr="le compte ou l'adresse de ceux que l'issue concerne",
        en="the account or address of those whom the outcome concerns",
    ),
    "day": Text(fr="un jour plus précis", en="a more precise day"),
    "follow_lists": Text(
        fr="les listes d'abonnements des comptes", en="the lists of whom the accounts follow"
    ),
}
REASONS = {
    "named": Text(fr="chemin estimé", en="path estimated"),
    "no_archive": Text(fr="pas d'archive", en="no archive"),
    "silent": Text(fr="compte silencieux", en="silent account"),
    "no_interaction": Text(fr="aucun contact visible", en="no visible contact"),
    "address_only": Text(fr="adresse citée seulement", en="address posted only"),
    "gate_closed": Text(fr="relais non établis", en="relays not established"),
}
ROLES = {
    "author": Text(fr="auteur", en="author"),
    "relay": Text(fr="relais", en="relay"),
    "unseen": Text(fr="non archivé", en="not archived"),
}
WHO = {
    "founder": Text(fr="un fondateur", en="a founder"),
    "supporter": Text(fr="un soutien", en="a supporter"),
    "account": Text(fr="un compte", en="an account"),
}
KINDS = {kind: words for kind, (words, _) in WAYS.items()} | {
    "none": Text(fr="aucune voie nommée", en="no way named")
}


def way(kind: str, lang: str) -> str:
    """Return a way as part of a sentence: `the mayor`, `la presse`."""
    name = KINDS[kind][lang]
    return name if kind == "linkedin" else name[0].lower() + name[1:]


HEADERS = {
    "outcome_id": Text(fr="Issue", en="Outcome"),
    "date": Text(fr="Date", en="Date"),
    "verdict": Text(fr="Verdict", en="Verdict"),
    "timing": Text(fr="Date et mouvement", en="Date and movement"),
    "grade": Text(fr="Niveau", en="Grade"),
    "reason_code": Text(fr="Chemin", en="Path"),
    "n_sources": Text(fr="Publications", en="Publications"),
    "n_credits": Text(fr="Créditent le mouvement", en="Credit the movement"),
    "n_doubts": Text(fr="En doutent", en="Doubt it"),
    "n_rival_credits": Text(fr="Créditent quelqu'un d'autre", en="Credit somebody else"),
    "claimant": Text(fr="Qui le dit", en="Who says so"),
    "publisher": Text(fr="Publié par", en="Published by"),
    "stance": Text(fr="Position", en="Stance"),
    "relay_kind": Text(fr="Voie nommée", en="Way named"),
    "standing": Text(fr="À quel titre", en="On what word"),
    "claim_id": Text(fr="Ce que la source avance", en="What the source puts forward"),
    "url": Text(fr="Adresse", en="Address"),
    "sources": Text(fr="Sources", en="Sources"),
    "claims": Text(fr="Affirmations", en="Claims"),
    "kind": Text(fr="Nature", en="Kind"),
    "at": Text(fr="Date", en="Date"),
    "first": Text(fr="Au plus tôt", en="Earliest"),
    "last": Text(fr="Au plus tard", en="Latest"),
    "documented": Text(fr="Attesté", en="Documented"),
    "role": Text(fr="Place", en="Place"),
    "who": Text(fr="Compte", en="Account"),
    "p_on_path": Text(fr="Probabilité d'être sur le chemin", en="Probability of being on the way"),
    "p_lo": Text(fr="Bas", en="Low"),
    "p_hi": Text(fr="Haut", en="High"),
    "p_needed_at_most": Text(fr="Indispensable, au plus", en="Indispensable, at most"),
}
LINKS = {
    "fact": Text(fr="fait antérieur ou voisin", en="earlier or nearby fact"),
    "relay": Text(fr="relais nommé", en="relay named"),
    "original": Text(fr="message d'origine", en="original post"),
    "passed": Text(fr="reprise", en="reshare"),
    "reaction": Text(fr="réaction", en="reaction"),
    "outcome": Text(fr="issue", en="outcome"),
}


# -- The finding and the answer of the chapter on outcomes, from its counts.
#
# Counts: `total` main outcomes; `claimed`, those credited to the movement; `firm`, of these those
# with a dated, independent source; `contested`, of these those with a rival explanation; `rivals`,
# those with a rival explanation in all; `before`, `unclear`, by their date.


def opening_title(lang: str, n: Mapping[str, int]) -> str:
    """Return the finding: credited on what word, and how often something else is named too."""
    claimed, firm = n["claimed"], n["firm"]
    if lang == "fr":
        every = plural(n["total"], "issue", "issues", lang)
        if not claimed:
            return f"Sur {every}, aucune que des sources créditent au mouvement"
        head = plural(claimed, "issue", "issues", lang) + f" sur {number(n['total'], lang)}"
        head += f" {'créditée' if claimed == 1 else 'créditées'} au mouvement"
        if firm:
            return head + f", dont {firm} par un document ou un témoin indépendant" + _too(lang, n)
        return head + ", sans document ni témoin indépendant" + _too(lang, n)
    every = plural(n["total"], "outcome", "outcomes", lang)
    if not claimed:
        return f"Of {every}, none that sources credit to the movement"
    head = f"{number(claimed, lang)} of {every} credited to the movement"
    if firm:
        return head + f", {firm} of them by a document or an independent witness" + _too(lang, n)
    return head + ", without a document or an independent witness" + _too(lang, n)


def _too(lang: str, n: Mapping[str, int]) -> str:
    """Say how many of the outcomes credited have a rival explanation as well."""
    some, every = n["contested"], n["claimed"]
    if not some:
        return ""
    if lang == "fr":
        who = f"les{HARD}{some}" if some == every else f"{some} d'entre elles"
        if some == 1:
            who = "elle" if every == 1 else "1 d'entre elles"
        return f" ; {who} {'a' if some == 1 else 'ont'} aussi une explication rivale"
    who = f"all{HARD}{some}" if some == every else f"{some} of them"
    who = "it" if some == every == 1 else who
    return f"; {who} also {'has' if some == 1 else 'have'} a rival explanation"


def opening_answer(lang: str, n: Mapping[str, int]) -> str:
    """Return the answer: credits, rivals, what came before the hashtag."""
    claimed, before, unclear = n["claimed"], n["before"], n["unclear"]
    if lang == "fr":
        text = f"Sur {plural(n['total'], 'issue principale', 'issues principales', lang)}, "
        text += (
            f"au moins une source en attribue {claimed} au mouvement"
            if claimed
            else "aucune source n'en attribue au mouvement"
        )
        text += f" ; {_rivals(lang, n)}"
        if before:
            verb = "précède" if before == 1 else "précèdent"
            text += f" ; {plural(before, 'issue', 'issues', lang)} {verb} le mot-dièse"
        if unclear:
            rest = "a une date" if unclear == 1 else "ont une date"
            text += f" ; {unclear} {rest} trop vague pour le dire"
        return text + "."
    text = f"Of {plural(n['total'], 'main outcome', 'main outcomes', lang)}, "
    text += (
        f"at least one source credits {claimed} to the movement"
        if claimed
        else "no source credits the movement with any"
    )
    text += f"; {_rivals(lang, n)}"
    if before:
        text += f"; {plural(before, 'outcome', 'outcomes', lang)} came before the hashtag"
    if unclear:
        text += f"; {unclear} {'has' if unclear == 1 else 'have'} too vague a date to say"
    return text + "."


def _rivals(lang: str, n: Mapping[str, int]) -> str:
    some, every = n["contested"] if n["claimed"] else n["rivals"], n["claimed"]
    if lang == "fr":
        if not n["rivals"]:
            return "le registre ne donne aucune explication rivale"
        if not some:
            return "le registre ne donne d'explication rivale pour aucune de celles-là"
        if not every:
            return f"le registre donne une autre explication pour {some}"
        who = f"les{HARD}{some}" if some == every > 1 else f"{some} d'entre elles"
        who = "celle-ci" if every == 1 else who
        return f"pour {who}, le registre donne aussi une explication rivale"
    if not n["rivals"]:
        return "the ledger gives no rival explanation"
    if not some:
        return "for none of these does the ledger give a rival explanation"
    if not every:
        return f"the ledger gives another explanation for {some}"
    who = f"all{HARD}{some}" if some == every > 1 else f"{some} of them"
    who = "this one" if every == 1 else who
    return f"for {who} the ledger gives a rival explanation too"


# -- The dossiers of the chapter on outcomes: verdicts, one paragraph each, every claim.

FEW_RIVALS = 3
VERDICT_COLUMNS = 6  # on the page, to be read at once; addresses and doubts are in the file
_MENTIONED = Text(
    fr="Le mouvement est nommé sans être crédité", en="The movement is named without credit"
)
_OTHERS = Text(fr="D'autres sont cités sans être crédités", en="Others are named without credit")
_FACT = Text(fr="Sur le fait lui-même", en="On the fact itself")
_BESIDE = Text(fr="À côté", en="Beside it")
LEDGERS = Text(
    fr="registres publics du mouvement, une adresse par ligne",
    en="public ledgers of the movement, one address a row",
)


def verdict_table(
    chapter: Chapter, main: pd.DataFrame, titles: dict[str, Text], days: pd.DataFrame
) -> None:
    """Print the verdicts with the rules they follow.

    `days`: `outcome_id`, `first` and `last` possible day, since a month is no day.
    """
    # what all outcomes share without an archive, grade D and no path, would push the rivals out
    # of sight
    path, grade = ([], []) if (main["gate"] == "none").all() else (["reason_code"], ["grade"])
    columns = [
        "outcome_id", "first", "last", "verdict", "n_credits", "n_rival_credits", "timing", *path,
        "url", "n_doubts", *grade,
    ]  # fmt: skip
    main = main.merge(days[["outcome_id", "first", "last"]], on="outcome_id", how="left")
    chapter.heading(
        Text(fr="Le verdict, par des règles publiées", en="Verdicts, by published rules")
    )
    used = [word for word in VERDICTS if (main["verdict"] == word).any()]
    chapter.sentence(
        Text.both(
            lambda lang: (
                " ; ".join(
                    f"{VERDICTS[word][lang]} : {RULES[word][lang]}" for word in used
                ).capitalize()
                + "."
            )
        )
        + Text(
            fr="Être venu après le hashtag ne dit rien d'une cause.",
            en="To have come after the hashtag says nothing of a cause.",
        )
    )
    chapter.table(
        "outcome-verdicts",
        main[columns],
        title=Text(fr="Verdict de chaque issue", en="Verdict on each outcome"),
        headers=HEADERS,
        cells={
            "outcome_id": titles,
            "verdict": VERDICTS,
            "timing": TIMINGS,
            "grade": GRADES,
            "reason_code": REASONS,
        },
        source=LEDGERS,
        printed=VERDICT_COLUMNS,
    )


def dossier(chapter: Chapter, one: Dossier) -> None:
    """Write one outcome: what, when, who credits whom, what doubts, what would change it."""
    row = one.row
    claims = one.claims[~one.claims["copied"].astype(bool).to_numpy()]
    ours = claims[(claims["group"] == "movement").to_numpy(dtype=bool)]
    credit = ours[(ours["stance"] == "credits").to_numpy(dtype=bool)]
    mentions = ours[(ours["stance"] == "reports").to_numpy(dtype=bool)]
    doubts = ours[ours["stance"].isin(["doubts", "denies"]).to_numpy(dtype=bool)]
    facts = claims[(claims["group"] == "none").to_numpy(dtype=bool)]
    source = _publisher(row, one.claims)
    counted: dict[str, Any] = numbers_in_title(row) | numbers_in(f"{one.outcome_id}-url", source)
    parts: list[Callable[[str], str]] = [
        lambda lang: dated_title(row, lang, f"source : {source}") + "."
    ]
    parts.append(lambda lang: _credit_words(credit, lang))
    if len(one.rivals):
        parts.append(lambda lang: _rival_words(one.rivals, lang))
    if len(one.named):
        parts.append(lambda lang: _aside_words(one.named, lang, _OTHERS))
    if len(doubts):
        parts.append(lambda lang: _doubt_words(doubts, lang))
    if len(mentions):
        parts.append(lambda lang: _aside_words(mentions, lang, _MENTIONED))
    if len(facts):
        parts.append(lambda lang: _aside_words(facts, lang, _FACT))
    if len(one.beside):
        parts.append(lambda lang: _aside_words(one.beside, lang, _BESIDE))
    if row["gate"] != "none":
        parts.append(lambda lang: _archive_words(row, lang))
        counted[f"{one.outcome_id}-traces"] = row["n_traces"]
        if row["n_traces"] and not pd.isna(row["p_chance"]):
            counted[f"{one.outcome_id}-chance"] = float(row["p_chance"])
    parts.append(lambda lang: _verdict_words(row, lang))
    if row["change_codes"]:
        parts.append(lambda lang: _change_words(str(row["change_codes"]), lang))
    text = Text.both(lambda lang: " ".join(part(lang) for part in parts))
    quoted = pd.concat([one.rivals, one.named, doubts, mentions, facts, one.beside])
    for name, fr, en in zip(
        quoted["claim_id"], quoted["evidence_fr"], quoted["evidence_en"], strict=True
    ):
        counted |= numbers_in(f"{name}-fr", _text(fr), "fr") | numbers_in(str(name), _text(en))
    chapter.sentence(text, counted)


def numbers_in_title(row: Any) -> dict[str, Any]:
    """Return the numbers of an outcome's own words (24 jobs), which its ledger row sources."""
    name = str(row["outcome_id"])
    found = numbers_in(name, str(row["title_en"]))
    for lang in ("fr", "en"):
        found |= numbers_in(f"{name}-when-{lang}", _text(row[f"date_words_{lang}"]), lang)
    return found


def numbers_in(name: str, text: str, lang: str = "en") -> dict[str, Any]:
    """Return the numbers of a ledger's words, under a name."""
    return {f"{name}-{k}": value for k, (_, value, _, _) in enumerate(printed(text, lang))}


def day_of(row: Any, lang: str) -> str:
    """Return an outcome's date, in the source's own words or no finer than it is known."""
    said = row.get(f"date_words_{lang}")
    if _text(said):
        return str(said)
    last = row.get("not_after")
    if last is not None and not pd.isna(last):
        words_ = {"fr": "au plus tard le ", "en": "by "}[lang]
        return words_ + date(last, lang)
    return date(row["date"], lang, row["precision"])


def dated_title(row: Any, lang: str, more: str = "") -> str:
    """Return an outcome's words with its date in brackets, never two brackets in a row."""
    title = title_of(row, lang)
    inside = " ; ".join([day_of(row, lang), more] if more else [day_of(row, lang)])
    return f"{title[:-1]} ; {inside})" if title.endswith(")") else f"{title} ({inside})"


def title_of(row: Any, lang: str) -> str:
    """Return an outcome's words in a language."""
    return str(row["title_fr"] if lang == "fr" else row["title_en"])


def _names(claims: pd.DataFrame, lang: str) -> str:
    """Return who says so and where it was printed, once each."""
    pairs = zip(claims["claimant"], claims["publisher"], strict=True)
    said = [
        _person(who, lang)
        if pd.isna(where) or where in who or "(" in who
        else f"{_person(who, lang)} ({_unbracketed(where)})"
        for who, where in pairs
    ]
    return listing(dict.fromkeys(said), lang)


def _person(who: Any, lang: str) -> str:
    return str(who).replace(" & ", {"fr": " et ", "en": " and "}[lang])


def _unbracketed(name: Any) -> str:
    """Return a name for use inside brackets: `Public Sénat (AFP)` is `Public Sénat, AFP`."""
    return str(name).replace(" (", ", ").replace(")", "")


def speakers(claims: pd.DataFrame) -> int:
    """Return how many speak: two people who sign together are two."""
    return sum(len(verdicts.speakers(who)) for who in set(claims["claimant"]))


def _credit_words(credit: pd.DataFrame, lang: str) -> str:
    if credit.empty:
        return {
            "fr": "Aucune source du registre ne l'attribue aux relais du mouvement.",
            "en": "No source in the ledger credits the movement's relays with it.",
        }[lang]
    if lang == "fr":
        head = "L'attribue" if speakers(credit) == 1 else "L'attribuent"
        return f"{head} au mouvement : {on_whose_word(credit, lang)}."
    return f"Credited to the movement by: {on_whose_word(credit, lang)}."


def on_whose_word(claims: pd.DataFrame, lang: str) -> str:
    """Return who says so, where, and what stands behind it: by a document, as a witness."""
    who = []
    for basis in [basis for basis in BASES if (claims["standing"] == basis).any()]:
        mine = claims[(claims["standing"] == basis).to_numpy(dtype=bool)]
        stands = (ON_WORD if speakers(mine) == 1 else ON_WORDS)[basis]
        who.append(f"{_names(mine, lang)}, {stands[lang]}")
    return {"fr": " ; ", "en": "; "}[lang].join(who)


def _doubt_words(doubts: pd.DataFrame, lang: str) -> str:
    """Say who doubts, in the ledger's words: a doubt may be older than the outcome."""
    rows = zip(doubts["claimant"], doubts[f"evidence_{lang}"], strict=True)
    said = [f"{who} ({_inside(text)})" if _text(text) else str(who) for who, text in rows]
    return (
        f"En doute : {' ; '.join(said)}." if lang == "fr" else f"Doubting it: {'; '.join(said)}."
    )


def _aside_words(claims: pd.DataFrame, lang: str, head: Text) -> str:
    """Say what sources hold that neither credits nor rivals: mentions, and the fact itself."""
    rows = zip(claims["claimant"], claims[f"evidence_{lang}"], strict=True)
    said = [f"{who} ({_inside(text)})" if _text(text) else str(who) for who, text in rows]
    if lang == "fr":
        return f"{head[lang]} : {' ; '.join(said)}."
    return f"{head[lang]}: {'; '.join(said)}."


def _inside(cell: Any) -> str:
    """Return a ledger's words as part of a sentence."""
    text = _text(cell).rstrip(".")
    return text[:1].lower() + text[1:]


def _publisher(row: Any, claims: pd.DataFrame) -> str:
    """Return who published the source of an outcome: the claims' name for it, or its address."""
    same = claims.loc[(claims["url"] == row["url"]).to_numpy(dtype=bool), "publisher"].dropna()
    return str(same.iloc[0]) if len(same) else urlsplit(str(row["url"])).netloc


def _rival_words(rivals: pd.DataFrame, lang: str) -> str:
    """Say the other ways: in the sources' own terms when they are few, by kind when many."""
    head = {
        "fr": "Explication rivale" if len(rivals) == 1 else "Explications rivales",
        "en": "Rival explanation" if len(rivals) == 1 else "Rival explanations",
    }[lang]
    if len(rivals) <= FEW_RIVALS:
        rows = zip(rivals["claimant"], rivals["standing"], rivals[f"evidence_{lang}"], strict=True)
        said = [
            f"{_person(who, lang)}, {ON_WORD[basis][lang]}"
            + (f" ({_inside(text)})" if _text(text) else "")
            for who, basis, text in rows
        ]
        return f"{head} : {' ; '.join(said)}."
    ways = []
    for kind in [kind for kind in KINDS if (rivals["relay_kind"] == kind).any()]:
        mine = rivals[(rivals["relay_kind"] == kind).to_numpy(dtype=bool)]
        ways.append(f"{way(kind, lang)} ({on_whose_word(mine, lang)})")
    return f"{head} : {' ; '.join(ways)}."


def _archive_words(row: Any, lang: str) -> str:
    """Say what the archive shows of one outcome: direct contacts, and whether a path is named.

    Beside contacts stands how often accounts alike had one; above a third that comes first.
    """
    traces, why = int(row["n_traces"]), REASONS[row["reason_code"]][lang]
    french = lang == "fr"
    head = "Dans l'archive : " if french else "In the archive: "
    stop = " ;" if french else ";"
    found = (
        plural(traces, "contact direct", "contacts directs", lang)
        if french
        else plural(traces, "direct contact", "direct contacts", lang)
    )
    if not traces:
        return f"{head}{found}{stop} {why}."
    if pd.isna(row["p_chance"]):
        said = (
            "trop peu de comptes semblables pour dire ce que le hasard aurait donné"
            if french
            else "too few accounts are alike to say what chance would have given"
        )
        return f"{head}{found} ({said}){stop} {why}."
    chance = percent(float(row["p_chance"]), lang)
    if float(row["p_chance"]) > TELLING_CHANCE:
        said = (
            f"{chance} des comptes de même activité et de même audience, sans lien avec aucun"
            " résultat, ont eu un tel contact dans la même période"
            if french
            else f"{chance} of the accounts as active and as followed, linked to no outcome, had"
            " such a contact in the same period"
        )
        return f"{head}{said}{stop} {'ici' if french else 'here'}, {found}{stop} {why}."
    said = (
        f"{chance} des comptes semblables en ont eu un dans la même période"
        if french
        else f"{chance} of the accounts alike had one in the same period"
    )
    return f"{head}{found} ({said}){stop} {why}."


def _verdict_words(row: Any, lang: str) -> str:
    verdict, when = VERDICTS[row["verdict"]][lang], TIMINGS[row["timing"]][lang]
    if lang == "fr":
        return f"Verdict : {verdict} ; date : {when}."
    return f"Verdict: {verdict}; date: {when}."


def _change_words(codes: str, lang: str) -> str:
    said = listing((CHANGES[code][lang] for code in codes.split("|")), lang)
    return f"Ce qui le changerait : {said}." if lang == "fr" else f"What would change it: {said}."


_CLAIMS = (
    ("outcome-claims", ("movement",), Text(
        fr="Ce qui est dit du mouvement, et par qui",
        en="What is said of the movement, and by whom",
    )),
    ("outcome-claims-others", ("other", "media"), Text(
        fr="Ce qui est dit d'autres voies, et par qui",
        en="What is said of other ways, and by whom",
    )),
    ("outcome-claims-facts", ("none", "beside"), Text(
        fr="Ce qui est dit du fait lui-même, sans nommer de voie",
        en="What is said of the fact itself, naming no way",
    )),
)  # fmt: skip


def claim_tables(chapter: Chapter, found: Dossiers, titles: dict[str, Text]) -> None:
    """Print every claim with its address: of the movement, of other ways, of the fact itself.

    Apart, so that a page which prints the first rows of a table hides neither side.
    """
    claims = found.claims
    order = {name: place for place, name in enumerate(titles)}
    claims = claims.assign(place=claims["outcome_id"].map(order)).dropna(subset=["place"])
    claims = claims.sort_values(["place", "date"])
    for stem, groups, title in _CLAIMS:
        mine = claims[claims["group"].isin(groups).to_numpy(dtype=bool)]
        if len(mine):
            _claim_table(chapter, stem, title, mine, titles)


def _claim_table(
    chapter: Chapter, stem: str, title: Text, mine: pd.DataFrame, titles: dict[str, Text]
) -> None:
    evidence = {
        str(name): Text(fr=_text(fr), en=_text(en))
        for name, fr, en in zip(
            mine["claim_id"], mine["evidence_fr"], mine["evidence_en"], strict=True
        )
    }
    chapter.table(
        stem,
        mine[["outcome_id", "claimant", "stance", "relay_kind", "claim_id", "url", "standing",
              "publisher", "date"]],
        title=title,
        headers=HEADERS,
        cells={
            "outcome_id": titles,
            "stance": STANCES,
            "relay_kind": KINDS,
            "standing": BASES,
            "claim_id": evidence,
        },
        source=LEDGERS,
    )  # fmt: skip


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)


# -- What evidence weighs and what the archive shows, in the chapter on outcomes.

SHOWN_FROM = 0.2  # below one chance in five a relay is not worth a line


def show_archive(
    chapter: Chapter,
    found: Dossiers,
    main: pd.DataFrame,
    titles: dict[str, Text],
    movement: Movement,
    roles: pd.DataFrame | None,
) -> None:
    """Print what an archive adds: checks first, then who was probably on the way."""
    if found.gate == "none":
        chapter.cannot_show(
            Text(
                fr="Sans archive : ni contacts directs, ni chemins, ni épreuve des dates. Une"
                " archive de la période dirait si les comptes concernés ont repris, cité ou"
                " répondu.",
                en="Without an archive: no direct contacts, no paths, no test of dates. An archive"
                " of the period would say whether the accounts concerned reshared, quoted or"
                " answered.",
            ),
            "outcome-relays",
        )
        return
    chapter.heading(Text(fr="Ce que montre l'archive", en="What the archive shows"))
    _checks(chapter, found)
    named = found.relays[found.relays["p_on_path"].astype(float).to_numpy() >= SHOWN_FROM]
    named = named[named["outcome_id"].isin(titles).to_numpy(dtype=bool)]
    table = pd.DataFrame(
        {
            "outcome_id": named["outcome_id"],
            "role": named["role"],
            "who": _who(named, movement, roles),
            "p_on_path": named["p_on_path"],
            "p_lo": named["lo"],
            "p_hi": named["hi"].astype(float).clip(upper=1.0),  # sums of chances round above 1
            "p_needed_at_most": named["indispensable_hi"],
        }
    )
    if table.empty:
        chapter.cannot_show(
            Text(
                fr="Aucun chemin n'est estimé : aucune issue n'a laissé de contact visible, ou les"
                " relais ne peuvent pas être établis.",
                en="No path is estimated: no outcome left a visible contact, or"
                " the relays cannot be established.",
            ),
            "outcome-relays",
        )
        return
    chapter.table(
        "outcome-relays",
        table,
        title=Text(fr="Qui était probablement sur le chemin", en="Who was probably on the way"),
        headers=HEADERS,
        cells={"outcome_id": titles, "role": ROLES, "who": WHO},
        source=Text(fr="archive du mouvement", en="the movement's archive"),
        note=Text(
            fr="Être sur le chemin ne veut pas dire « grâce à » : un autre relais aurait pu livrer"
            " le même message. Seuls les comptes publics sont nommés.",
            en="On the way does not mean “thanks to”: another relay could have delivered the same"
            " post. Only public accounts are named.",
        ),
    )


def _checks(chapter: Chapter, found: Dossiers) -> None:
    """Say what dates and exposure can tell in this archive, before anything is read from them."""
    power, rate = found.date_power, found.masked_hit_rate
    if power is not None:
        chapter.sentence(
            Text(
                fr="L'épreuve des dates ne reconnaît une vraie réaction que dans"
                f" {percent(power, 'fr')} des cas essayés dans cette archive : les dates seules ne"
                " disent rien d'une issue.",
                en="The test of dates recognises a true reaction in only"
                f" {percent(power, 'en')} of the cases tried in this archive: dates alone say"
                " nothing of an outcome.",
            ),
            {"power": power},
        )
    if rate is not None:
        tried = found.masked_n
        chapter.sentence(
            Text(
                fr="Quand on cache une réaction connue, l'exposition seule retrouve le bon message"
                f" dans {percent(rate, 'fr')} de {number(tried, 'fr')} essais : aucun chemin n'est"
                " donc écrit pour un compte silencieux.",
                en="When a known reaction is hidden, exposure alone finds the right post in"
                f" {percent(rate, 'en')} of {number(tried, 'en')} trials: so no path is written"
                " for a silent account.",
            ),
            {"masked": rate, "tried": tried},
        )


def _who(relays: pd.DataFrame, movement: Movement, roles: pd.DataFrame | None) -> Iterable[str]:
    """Return the public name of each account, or a word that names nobody."""
    people = movement.people
    names: dict[str, str] = {}
    for column in ("account_id", "handle"):
        known = people[people[column].notna()]
        keys = known[column].str.lstrip("@").str.lower()
        names |= dict(zip(keys, known["name"], strict=True))
    founders = set(movement.founders["account_id"].dropna()) | set(
        movement.founders["handle"].dropna().str.lower()
    )
    role = {} if roles is None else dict(zip(roles["account_id"], roles["role"], strict=True))
    found = []
    for account, handle in zip(relays["account"], relays["handle"], strict=True):
        keys_of = [key for key in (account, str(handle).lower()) if isinstance(key, str)]
        public = next((names[key] for key in keys_of if key in names), None)
        if public is None and any(key in founders for key in keys_of):
            public = "founder"
        supporter = "supporter" if role.get(account) == "supporter" else "account"
        found.append(public or supporter)
    return found


# -- The chapter.

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
    rivals = int((main["n_rival_credits"] > 0).sum())
    contested = int(((main["n_rival_credits"] > 0) & (main["n_credits"] > 0)).sum())
    numbers = {
        "total": total,
        "claimed": claimed,
        "firm": firm,
        "before": before,
        "unclear": unclear,
        "rivals": rivals,
        "contested": contested,
    }
    title = Text.both(lambda lang: opening_title(lang, numbers))
    answer = Text.both(lambda lang: opening_answer(lang, numbers))
    answer += _archive_answer(found, numbers)
    chapter = Chapter(
        "outcomes", 7, movement, title, QUESTION, answer,
        numbers=numbers, as_of=movement.compiled_on or _known_day(found.claims),
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
            fr="Issues principales dont une source crédite quelqu'un d'autre que le mouvement,"
            " pour le même fait : l'État, le président, le maire, une mobilisation locale…",
            en="Main outcomes of which a source credits somebody else than the movement, for the"
            " same fact: the State, the President, the mayor, a local mobilisation…",
        ),
    )
    return chapter


def _known_day(claims: pd.DataFrame) -> Date | None:
    """Return the last day on which something was said, of those that a source prints."""
    shown = claims["precision"].isin(["minute", "hour", "day"])
    inferred = claims["date_inferred"].astype("boolean").fillna(False)
    days = claims.loc[(shown & ~inferred).to_numpy(dtype=bool), "date"].dropna()
    return max(days) if len(days) else None


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
        headers=HEADERS,
        cells={"kind": LINKS, "outcome_id": titles},
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
        headers=HEADERS,
        cells={"relay_kind": KINDS, "stance": STANCES, "outcome_id": titles},
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
        ways = listing([way(kind, lang) for kind in kinds], lang) or said["other"]
        ours, theirs = on_whose_word(credit, lang), on_whose_word(others, lang)
        return f"{head} {first} : {ours}. {second} {ways} : {theirs}."

    return Text.both(write)
