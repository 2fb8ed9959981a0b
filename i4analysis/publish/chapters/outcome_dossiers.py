"""The dossiers of the chapter on outcomes: verdicts, one paragraph each, every claim."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from i4analysis.publish.chapter.chapter import Chapter, Text
from i4analysis.publish.chapters import outcome_words as words
from i4analysis.publish.words.numbers import printed
from i4analysis.publish.words.wording import date, listing, plural

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossier, Dossiers

FEW_RIVALS = 3
VERDICT_COLUMNS = 6  # on the page, to be read at once; addresses and doubts are in the file
_MENTIONED = Text(
    fr="Le mouvement est nommé sans être crédité", en="The movement is named without credit"
)
_FACT = Text(fr="Sur le fait lui-même", en="On the fact itself")
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
        "outcome_id", "first", "last", "verdict", "n_credits", "n_rivals", "timing", *path, "url",
        "n_doubts", *grade,
    ]  # fmt: skip
    main = main.merge(days[["outcome_id", "first", "last"]], on="outcome_id", how="left")
    chapter.heading(
        Text(fr="Le verdict, par des règles publiées", en="Verdicts, by published rules")
    )
    used = [word for word in words.VERDICTS if (main["verdict"] == word).any()]
    chapter.sentence(
        Text.both(
            lambda lang: (
                " ; ".join(
                    f"{words.VERDICTS[word][lang]} : {words.RULES[word][lang]}" for word in used
                ).capitalize()
                + "."
            )
        )
        + Text(
            fr="Compatible veut dire que l'issue ne précède pas le mot-dièse, et rien de plus.",
            en="Consistent means that the outcome does not come before the hashtag, and no more.",
        )
    )
    chapter.table(
        "outcome-verdicts",
        main[columns],
        title=Text(fr="Verdict de chaque issue", en="Verdict on each outcome"),
        headers=words.HEADERS,
        cells={
            "outcome_id": titles,
            "verdict": words.VERDICTS,
            "timing": words.TIMINGS,
            "grade": words.GRADES,
            "reason_code": words.REASONS,
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
    if len(doubts):
        parts.append(lambda lang: _doubt_words(doubts, lang))
    if len(mentions):
        parts.append(lambda lang: _aside_words(mentions, lang, _MENTIONED))
    if len(facts):
        parts.append(lambda lang: _aside_words(facts, lang, _FACT))
    if row["gate"] != "none":
        parts.append(lambda lang: _archive_words(row, lang))
        counted[f"{one.outcome_id}-traces"] = row["n_traces"]
    parts.append(lambda lang: _verdict_words(row, lang))
    if row["change_codes"]:
        parts.append(lambda lang: _change_words(str(row["change_codes"]), lang))
    text = Text.both(lambda lang: " ".join(part(lang) for part in parts))
    quoted = pd.concat([one.rivals, doubts, mentions, facts])
    for name, fr, en in zip(
        quoted["claim_id"], quoted["evidence_fr"], quoted["evidence_en"], strict=True
    ):
        counted |= numbers_in(f"{name}-fr", _text(fr), "fr") | numbers_in(str(name), _text(en))
    chapter.sentence(text, counted)


def numbers_in_title(row: Any) -> dict[str, Any]:
    """Return the numbers of an outcome's own words (24 jobs), which its ledger row sources."""
    return numbers_in(str(row["outcome_id"]), str(row["title_en"]))


def numbers_in(name: str, text: str, lang: str = "en") -> dict[str, Any]:
    """Return the numbers of a ledger's words, under a name."""
    return {f"{name}-{k}": value for k, (_, value, _, _) in enumerate(printed(text, lang))}


def day_of(row: Any, lang: str) -> str:
    """Return an outcome's date, no finer than it is known."""
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
    return sum(1 + str(who).count(" & ") for who in set(claims["claimant"]))


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
    for basis in [basis for basis in words.BASES if (claims["basis"] == basis).any()]:
        mine = claims[(claims["basis"] == basis).to_numpy(dtype=bool)]
        stands = (words.ON_WORD if speakers(mine) == 1 else words.ON_WORDS)[basis]
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
        rows = zip(rivals["claimant"], rivals["basis"], rivals[f"evidence_{lang}"], strict=True)
        said = [
            f"{_person(who, lang)}, {words.ON_WORD[basis][lang]}"
            + (f" ({_inside(text)})" if _text(text) else "")
            for who, basis, text in rows
        ]
        return f"{head} : {' ; '.join(said)}."
    ways = []
    for kind in [kind for kind in words.KINDS if (rivals["relay_kind"] == kind).any()]:
        mine = rivals[(rivals["relay_kind"] == kind).to_numpy(dtype=bool)]
        ways.append(f"{words.way(kind, lang)} ({on_whose_word(mine, lang)})")
    return f"{head} : {' ; '.join(ways)}."


def _archive_words(row: Any, lang: str) -> str:
    """Say what the archive shows of one outcome: direct contacts, and whether a path is named."""
    traces, why = int(row["n_traces"]), words.REASONS[row["reason_code"]][lang]
    if lang == "fr":
        found = plural(traces, "contact direct", "contacts directs", lang)
        return f"Dans l'archive : {found} ; {why}."
    return f"In the archive: {plural(traces, 'direct contact', 'direct contacts', lang)}; {why}."


def _verdict_words(row: Any, lang: str) -> str:
    verdict, when = words.VERDICTS[row["verdict"]][lang], words.TIMINGS[row["timing"]][lang]
    if lang == "fr":
        return f"Verdict : {verdict} ; date : {when}."
    return f"Verdict: {verdict}; date: {when}."


def _change_words(codes: str, lang: str) -> str:
    said = listing((words.CHANGES[code][lang] for code in codes.split("|")), lang)
    return f"Ce qui le changerait : {said}." if lang == "fr" else f"What would change it: {said}."


_CLAIMS = (
    ("outcome-claims", ("movement",), Text(
        fr="Ce qui est dit du mouvement, et par qui",
        en="What is said of the movement, and by whom",
    )),
    ("outcome-claims-others", ("rival", "media"), Text(
        fr="Ce qui est dit d'autres voies, et par qui",
        en="What is said of other ways, and by whom",
    )),
    ("outcome-claims-facts", ("none",), Text(
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
        mine[["outcome_id", "claimant", "stance", "relay_kind", "claim_id", "url", "basis",
              "publisher", "date"]],
        title=title,
        headers=words.HEADERS,
        cells={
            "outcome_id": titles,
            "stance": words.STANCES,
            "relay_kind": words.KINDS,
            "basis": words.BASES,
            "claim_id": evidence,
        },
        source=LEDGERS,
    )  # fmt: skip


def _text(cell: Any) -> str:
    return "" if pd.isna(cell) else str(cell)
