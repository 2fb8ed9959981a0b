"""Chapter 7: which relays led to which outcomes, and who says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date
from typing import TYPE_CHECKING, Any

import pandas as pd

from i4analysis import clock
from i4analysis.measure import outcomes as measure
from i4analysis.measure.accounts.roles import listed
from i4analysis.measure.outcomes import verdicts
from i4analysis.measure.outcomes.traces import TELLING_CHANCE
from i4analysis.measure.outcomes.verdicts import FEWEST_CASES
from i4analysis.movement import Movement
from i4analysis.publish.chapter import withheld
from i4analysis.publish.chapter.abroad import mark
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.front import possible, written_on
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import outcomes as charts
from i4analysis.publish.charts.outcomes import WAYS
from i4analysis.publish.words import ledgers
from i4analysis.publish.words.sentence import Apart, Hours, Share, Told, tell, terms
from i4analysis.publish.words.wording import Text, date, listing, site

if TYPE_CHECKING:
    from i4analysis.measure.outcomes.outcomes import Dossier, Dossiers

#: Rivals up to which each is told in its own terms; more are told by kind.
FEW_RIVALS = 3
#: Columns of verdicts on the page, to be read at once; addresses and doubts are in the file.
VERDICT_COLUMNS = 6
#: Days after the start that the picture of chains covers.
DAYS_DRAWN = 90
#: Below one chance in five a relay is not worth a line.
SHOWN_FROM = 0.2
#: Words in brackets at the end of a publication's name.
_WITHIN = re.compile(r" \(([^()]*)\)$")
WORDS = ("founder", "supporter")  # that may be said of whoever may not be named
BASES = ("document", "witness", "party", "hearsay")
WAY_NAMES = {kind: words for kind, (words, _) in WAYS.items()} | {
    "none": Text(fr="personne n'est cité", en="nobody is named")
}


@chapter("outcomes", order=7, of_archive=False)
def outcomes(found: Dossiers, movement: Movement, *, roles: pd.DataFrame | None = None) -> Chapter:
    """Build the chapter on outcomes from `outcomes.dossiers`.

    Parameters
    ----------
    roles
        Of `members.roles`: who may be named, a founder or a supporter; without it nobody is.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.outcomes.dossiers(movement, archive, draws=9, power_draws=2)
    >>> i4.chapters.outcomes(found, movement).problems()
    []
    """
    main = found.table[found.table["main"].astype(bool).to_numpy()]
    failed = found.table[ledgers.equals(found.table["result"], "not_obtained")]
    day = (written_on(movement) or _known_day(found.claims)) if len(main) else None
    # of a hashtag that the archive knows to be older than its start, no first day is known
    told = movement if found.born is not None else replace(movement, started_on=None)
    made = begun("outcomes", told, as_of=day)
    if main.empty and len(failed):
        made.titled("title.failed", n=len(failed))
        made.answered("answer.failed")
        _failed(made, found, failed)
        return made
    if main.empty:
        other = "-main" if len(found.table) else ""
        made.titled(f"title.nothing{other}")
        made.answered(f"answer.nothing{other}")
        made.cannot_show("missing.ledger")
        return made
    _answer(made, found, main, len(failed))
    if len(failed):
        made.answered("answer.failed-too", n=len(failed))
    titles = {str(row["outcome_id"]): _title(row) for row in main.to_dict("records")}
    _chains(made, found, movement, titles)
    _credits(made, found)
    dated = found.chain[(found.chain["kind"] == "outcome").to_numpy(dtype=bool)]
    _verdicts(made, main, titles, _in_days(dated, movement))
    made.heading("dossiers")
    for name in titles:
        _dossier(made, found, found[name])
    _failed(made, found, failed)
    if (main["n_traces"].fillna(0) > 0).any():
        mark(made, "dossiers.coincidences", "dossiers.press")
    _claims(made, found, titles)
    _archive(made, found, titles, roles)
    _limits(made, found, main)
    return made


def _known_day(claims: pd.DataFrame) -> Date | None:
    """Return the last day on which something was said, of those that a source prints."""
    shown = claims["precision"].isin(["minute", "hour", "day"])
    inferred = claims["date_inferred"].astype("boolean").fillna(False)
    days = claims.loc[(shown & ~inferred).to_numpy(dtype=bool), "date"].dropna()
    return max(days) if len(days) else None


# ------------------------------------------------------------------------------- title, answer


def _answer(made: Chapter, found: Dossiers, main: pd.DataFrame, failed: int) -> None:
    """Say what the movement is credited with, on what word, and what rivals there are."""
    claimed, rivals = main["n_credits"] > 0, main["n_rival_credits"] > 0
    counts = {
        "total": len(main),
        "failed": failed,
        "claimed": int(claimed.sum()),
        "voices": speakers(_credits_of(found, main)),
        "firm": int(((main["grade"] == "A") & claimed).sum()),
        "contested": int((rivals & claimed).sum()),
        "rivals": int(rivals.sum()),
        "before": int((main["timing"] == "not consistent").sum()),
        "early": int(((main["timing"] == "not consistent") & claimed).sum()),
        "doubted": int(((main["n_doubts"] > 0) & claimed).sum()),
    }
    # without a day on which the hashtag was born, no precision of the outcome's own would do
    open_ = "unclear" if made.movement.started_at is not None else "unborn"
    counts |= {"unclear": 0, "unborn": 0, open_: int((main["timing"] == "cannot tell").sum())}
    made.titled(opening_title(counts), counts)
    made.answered(opening_answer(counts))
    if found.gate == "none":
        made.answered("answer.withheld" if withheld.posts() else "answer.no-archive")
    elif looked := int(main["n_traces"].notna().sum()):
        made.answered(
            "answer.archive",
            n=looked,
            window=Hours(float(main["window_h"].iloc[0])),
            traced=int((main["n_traces"] > 0).sum()),
            named=int(main["path_named"].sum()),
        )
    for name, value in (("credited", claimed), ("rival", rivals)):
        if len(main) == 1:
            made.key_figure(f"outcomes_{name}", int(value.sum()), label=f"{name}-one.label")
        else:
            made.key_figure(f"outcomes_{name}", int(value.sum()), total=len(main))


def _credits_of(found: Dossiers, main: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that credit the movement with a main outcome, copies left out."""
    claims = found.claims[found.claims["outcome_id"].isin(main["outcome_id"]).to_numpy(bool)]
    ours = (claims["group"] == "movement") & (claims["stance"] == "credits")
    rows: pd.DataFrame = claims[(ours & ~claims["copied"].astype(bool)).to_numpy(dtype=bool)]
    return rows


def opening_title(n: Mapping[str, int]) -> Told:
    """Return the finding: credited on what word, and how often something else is named too.

    Counts: `total` main outcomes, beside `failed` that were not obtained; `claimed`, those
    credited to the movement; of these, `firm`, those with a dated, independent source, `early`,
    those that came before the hashtag, and
    `contested`, those with a rival explanation, and `doubted`, those that a source doubts or
    denies; `rivals`, those with a rival explanation in all;
    `before`, `unclear`, `unborn`, by their date; `voices`, who credits the movement, over all.
    """
    claimed, some, total, firm = (n[name] for name in ("claimed", "contested", "total", "firm"))
    beside = "-beside" if n.get("failed") else ""
    if not claimed:
        one = "-one" if total == 1 else ""
        return tell("outcomes", f"title.none{one}{beside}", total=total)
    head = tell(
        "outcomes",
        "title.weak" if not firm else "title.firm" if firm < claimed else "title.firm-all",
        which=tell("outcomes", f"which{_how_many(n)}{beside}", claimed=claimed, total=total),
        firm=firm,
        voices=n["voices"],
    )
    parts = [head]
    early = n["early"]
    if early:
        parts.append(tell("outcomes", f"early.{_of_these(early, claimed)}", n=early, of=claimed))
    if some:
        parts.append(tell("outcomes", f"too.{_of_these(some, claimed)}", n=some, of=claimed))
    return tell("outcomes", "parts", parts=Apart([*parts, *_doubts(n)]))


def _doubts(n: Mapping[str, int]) -> list[Told]:
    form = "it" if n["claimed"] == 1 else "some"
    return [tell("outcomes", f"doubted.{form}", n=n["doubted"])] if n.get("doubted") else []


def _of_these(some: int, claimed: int) -> str:
    return "some" if some < claimed else "it" if some == 1 else "all"


def _how_many(n: Mapping[str, int]) -> str:
    """Return the end of the words for the outcomes credited: the one, all, or some of them."""
    return "-one" if n["total"] == 1 else "-all" if n["claimed"] == n["total"] else ""


def opening_answer(n: Mapping[str, int]) -> Told:
    """Return the answer: credits, rivals, what came before the hashtag."""
    if n["claimed"]:
        credited = tell("outcomes", f"answer.credited{_how_many(n)}", total=n["total"],
                        claimed=n["claimed"])  # fmt: skip
    else:
        credited = tell(
            "outcomes", "answer.none" if n["total"] > 1 else "answer.none-one", total=n["total"]
        )
    parts = [credited, *_doubts(n), _rivals(n)]
    if early := n["before"]:
        total = n["total"]
        parts.append(tell("outcomes", f"early.{_of_these(early, total)}", n=early, of=total))
    if n.get("unclear"):
        parts.append(tell("outcomes", "when.unclear", n=n["unclear"]))
    if n.get("unborn"):
        parts.append(tell("outcomes", "cells.timing.unborn"))
    return tell("outcomes", "stop", parts=Apart(parts))


def _rivals(n: Mapping[str, int]) -> Told:
    some, every = n["contested"], n["claimed"]
    if not n["rivals"]:
        how = "none"
    elif not every:
        how, some = "others", n["rivals"]
    elif not some:
        how = "not-these"
    else:
        how = "some" if some < every else "this" if every == 1 else "all"
    return tell("outcomes", f"rivals.{how}", n=some, of=every)


# ------------------------------------------------------------------------------- figures


def _chains(made: Chapter, found: Dossiers, movement: Movement, titles: dict[str, Text]) -> None:
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
    # a line that the picture holds, with something at its left, and nothing on both sides of it
    before = found.born is not None and bool(
        (own["last"] <= start).any()
        and start <= chain["last"].max()
        and not ((chain["first"] < start) & (chain["last"] > start)).any()
    )
    hollow = int((~own["documented"].astype(bool)).sum())
    if not drawn:
        made.cannot_show(
            "outcome-chains.late" if start is not None else "outcome-chains.undated",
            "outcome-chains",
            n=left_out,
            days=DAYS_DRAWN,
        )
        return
    made.heading("happened")
    posts = chain["kind"].isin(charts.POSTS).any()
    beside = [
        made.told(f"chains.{name}")
        for name, kinds in (("relays", ["relay"]), ("facts", ["fact"]), ("posts", charts.POSTS))
        if chain["kind"].isin(kinds).any()
    ]
    made.figure(
        "outcome-chains",
        _in_days(chain, movement),
        lambda lang: charts.plot_chains(
            chain,
            lang=lang,
            titles=drawn,
            zone=movement.zone,
            start=start,
            start_label=made.told("declared").text,
        ),
        title=f"outcome-chains.title{'-before' if before else ''}",
        source="chains-archive.source" if posts else "source",
        note=made.told("not-drawn", n=left_out) if left_out else None,
        cells={"outcome_id": titles},
        drawn=len(drawn),
        hollow=made.told("chains-hollow", n=hollow) if hollow else Told.nothing(),
        beside=made.told("chains-with", drawn=beside) if beside else Told.nothing(),
    )


def _in_days(chain: pd.DataFrame, movement: Movement) -> pd.DataFrame:
    """Return the chains with local days: an hour would say more than most sources know."""
    last = chain["last"] - pd.Timedelta(microseconds=1)  # the end of a day is the next midnight
    table = chain.drop(columns=["title_fr", "title_en", "ref", "precision", "at"])
    return table.assign(
        first=clock.days(chain["first"], movement.zone),
        last=clock.days(last.where(last >= chain["first"], chain["first"]), movement.zone),
    )


def _credits(made: Chapter, found: Dossiers) -> None:
    table = found.flows
    credit = table[(table["stance"] == "credits").to_numpy(dtype=bool)]
    mine = (credit["group"] == "movement").to_numpy(dtype=bool)
    ours, others = (int(credit.loc[side, "claims"].sum()) for side in (mine, ~mine))
    made.heading("credits")
    if len(table):
        made.sentence("credited", ours=ours, others=others)


def _verdicts(
    made: Chapter, main: pd.DataFrame, titles: dict[str, Text], days: pd.DataFrame
) -> None:
    """Print the verdicts with the rules they follow.

    `days`: `outcome_id`, `first` and `last` possible day, since a month is no day.
    """
    # what all outcomes share without an archive, grade D and no path, would push the rivals out
    # of sight
    path, grade = ([], []) if (main["gate"] == "none").all() else (["reason_code"], ["grade"])
    came = [] if ledgers.equals(main["result"], "obtained").all() else ["result"]
    columns = [
        "outcome_id", *came, "first", "last", "verdict", "n_credits", "n_rival_credits", "timing",
        *path, "url", "n_doubts", *grade,
    ]  # fmt: skip
    main = main.merge(days[["outcome_id", "first", "last"]], on="outcome_id", how="left")
    main = main.assign(timing=[_timing(row, made.movement) for row in main.to_dict("records")])
    grades = {
        name: made.told("rule", verdict=name, rule=Text.of(text)).text
        for name, text in measure.GRADES.items()
    }
    made.heading("verdicts")
    rules = [
        made.told("rule", verdict=words, rule=Text.of(verdicts.RULES[name]))
        for name, words in terms(made.words, "cells.verdict").items()
        if (main["verdict"] == name).any()
    ]
    made.sentence("rules", rules=Apart(rules))
    made.table(
        "outcome-verdicts",
        main[columns],
        cells={"outcome_id": titles, "grade": grades},
        printed=VERDICT_COLUMNS + len(came),
    )


# ------------------------------------------------------------------------------- one dossier


def _failed(made: Chapter, found: Dossiers, failed: pd.DataFrame) -> None:
    """Tell what was sought and not obtained, each with its date, its source and what is said."""
    if failed.empty:
        return
    made.heading("failed")
    for name in failed["outcome_id"]:
        one = found[str(name)]
        claims = one.claims[~one.claims["copied"].astype(bool).to_numpy()]
        said = made.told("not-obtained", what=_dated(made, one.row, _publisher(made, one.row)))
        if len(claims):
            said += made.told("aside.failed", said=_quoted(made, claims))
        made.sentence(said, _numbers_quoted(made, one, claims))


def _dossier(made: Chapter, found: Dossiers, one: Dossier) -> None:
    """Write one outcome: what, when, who credits whom, what doubts, what would change it."""
    row = one.row
    claims = one.claims[~one.claims["copied"].astype(bool).to_numpy()]
    ours = claims[(claims["group"] == "movement").to_numpy(dtype=bool)]
    credit = ours[(ours["stance"] == "credits").to_numpy(dtype=bool)]
    facts = claims[(claims["group"] == "none").to_numpy(dtype=bool)]
    both = pd.concat([ours, facts])  # who doubts the fact doubts what came of it
    also = (one.named["stance"] == "credits").to_numpy(dtype=bool)
    asides = {
        "credits": one.named[also],
        "others": one.named[~also],
        "doubts": both[(both["stance"] == "doubts").to_numpy(dtype=bool)],
        "denials": both[(both["stance"] == "denies").to_numpy(dtype=bool)],
        "mentions": ours[(ours["stance"] == "reports").to_numpy(dtype=bool)],
        "facts": facts[facts["stance"].isin(["credits", "reports"]).to_numpy(dtype=bool)],
        "beside": one.beside,
    }
    said = made.told("stop", parts=_dated(made, row, _publisher(made, row)))
    if credit.empty:
        said += made.told("credit.none")
    else:
        said += made.told("credit.some", n=speakers(credit), who=_on_whose_word(made, credit))
    if len(one.rivals):
        said += made.told("rival", n=len(one.rivals), said=_rival_words(made, one.rivals))
    for name, rows in asides.items():
        if len(rows):
            said += made.told(f"aside.{name}", n=speakers(rows), said=_quoted(made, rows))
    said += _came(made, found, row)
    if row["gate"] != "none":
        said += archive_words(row)
    names = {name: terms(made.words, f"cells.{name}") for name in ("verdict", "timing", "change")}
    said += made.told(
        "verdict",
        verdict=names["verdict"][row["verdict"]],
        timing=names["timing"][_timing(row, made.movement)],
    )
    if row["change_codes"]:
        days = ["day"] if made.movement.started_at is not None else (
            ["unborn", "day"] if _undated(row) else ["unborn"])  # fmt: skip
        codes = [
            names["change"][name]
            for code in str(row["change_codes"]).split("|")
            if code != "archive" or not withheld.posts()
            for name in (days if code == "day" else [code])
        ]
        said += made.told("change", codes=codes) if codes else Told.nothing()
    quoted = pd.concat([one.rivals, *asides.values()])
    made.sentence(said, _numbers_quoted(made, one, quoted))


def _came(made: Chapter, found: Dossiers, row: Any) -> Told:
    """Return that it was obtained in part only, or how it was lost again."""
    if row["result"] == "partly_obtained":
        return made.told("came.partly")
    if row["result"] != "lost":
        return Told.nothing()
    end = found[str(row["undone_by"])].row
    return ledgers.declared(made.told("came.lost", how=_dated(made, end)))


def _numbers_quoted(made: Chapter, one: Dossier, quoted: pd.DataFrame) -> dict[str, Any]:
    """Return the numbers of the ledgers' words on an outcome and of claims: each has a source."""
    said = [_both(row, "evidence") for row in quoted.to_dict("records")]
    source = Text.same(_publisher(made, one.row))
    return _numbers_in_title(one.row) | ledgers.in_words(source, *said)


def _undated(row: Any) -> bool:
    """Tell whether not even the year of an outcome is known, nor a last possible day."""
    unknown = pd.isna(row["date"]) or row["precision"] == "unknown"
    return bool(unknown and pd.isna(row["not_after"]))


def _timing(row: Any, movement: Movement) -> str:
    """Return the code of an outcome's date; of the hashtag's own day, which came first is open."""
    if row["timing"] == "cannot tell" and movement.started_at is None:
        return "unborn undated" if _undated(row) else "unborn"
    days = possible(row)
    if row["timing"] != "consistent" or days is None:
        return str(row["timing"])
    first, last = days
    if first != clock.day_of(movement.started_at, movement.zone):
        return "consistent"
    return "same day" if first == last else "same day on"


def _numbers_in_title(row: Any) -> dict[str, Any]:
    """Return the numbers of an outcome's own words (24 jobs), which its ledger row sources."""
    return ledgers.in_words(_title(row), _both(row, "date_words"))


def _both(row: Any, name: str) -> Text:
    return Text(fr=_text(row[f"{name}_fr"]), en=_text(row[f"{name}_en"]))


def _title(row: Any) -> Text:
    return Text(fr=str(row["title_fr"]), en=str(row["title_en"]))


def _dated(made: Chapter, row: Any, source: str = "") -> Text:
    """Return an outcome's words with its date in brackets, never two brackets in a row."""
    last, title = row.get("not_after"), _title(row)
    by = None if last is None or pd.isna(last) else made.told("day.by", day=last)

    def day(lang: str) -> str:
        if said := _text(row.get(f"date_words_{lang}")):
            return said
        return by[lang] if by is not None else date(row["date"], lang, row["precision"])

    inside: Told | Text = Text.both(day)
    if source:
        inside = made.told("day.source", day=inside, source=source)

    def write(lang: str) -> str:
        words = title[lang]
        ends = words.endswith(")")
        return f"{words[:-1]} ; {inside[lang]})" if ends else f"{words} ({inside[lang]})"

    return Text.both(write)


def _text(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)


def _publisher(made: Chapter, row: Any) -> str:
    """Return who published the source of an outcome: the ledgers' name for it, or its site."""
    return ledgers.outlets(made.movement).get(row["url"], site(row["url"]))


def _names(claims: pd.DataFrame) -> Text:
    """Return who says so and where it was printed, once each."""

    def said(who: Any, where: Any, lang: str) -> str:
        name = ledgers.named(who, within=True)[lang]
        if pd.isna(where) or where in who or "(" in who:
            return name
        # `Public Sénat (AFP)` inside brackets is `Public Sénat, AFP`
        within = _WITHIN.sub(r", \1", str(where))
        return f"{name} ({within})"

    pairs = list(zip(claims["claimant"], claims["publisher"], strict=True))
    return Text.both(
        lambda lang: listing(dict.fromkeys(said(*pair, lang) for pair in pairs), lang)
    )


def speakers(claims: pd.DataFrame) -> int:
    """Return how many speak: two people who sign together are two."""
    return sum(len(verdicts.speakers(who)) for who in set(claims["claimant"]))


def _on_whose_word(made: Chapter, claims: pd.DataFrame) -> Apart:
    """Return who says so, where, and what stands behind it: by a document, as a witness."""
    parts = []
    for basis in BASES:
        mine = claims[(claims["standing"] == basis).to_numpy(dtype=bool)]
        if len(mine):
            word = made.told(f"word.{basis}", n=speakers(mine))
            parts.append(made.told("said.on", who=_names(mine), word=word))
    return Apart(parts)


def _quoted(made: Chapter, claims: pd.DataFrame) -> Apart:
    """Return who says what, in the ledger's words, the same once."""
    said = claims[["claimant", "evidence_fr", "evidence_en"]].drop_duplicates()
    return Apart(
        [
            _with_words(made, ledgers.named(who, within=True), fr, en)
            for who, fr, en in said.itertuples(index=False, name=None)
        ]
    )


def _with_words(made: Chapter, who: Text | Told, fr: Any, en: Any) -> Told:
    """Return somebody with the ledger's words on what they say, as part of a sentence."""
    names = ledgers.proper(made.movement)
    said = {"fr": _text(fr).rstrip("."), "en": _text(en).rstrip(".")}
    words = Text.both(lambda lang: ledgers.lower(said[lang], names))
    return made.told("said.words" if words.en else "said.plain", who=who, words=words)


def _way(kind: str) -> Text:
    """Return a way as part of a sentence: `the mayor`, `la presse`."""
    name = WAY_NAMES[kind]
    if kind == "linkedin":
        return name
    return Text.both(lambda lang: name[lang][0].lower() + name[lang][1:])


def _rival_words(made: Chapter, rivals: pd.DataFrame) -> Apart:
    """Say the rivals: in the sources' own terms when they are few, by kind when many."""
    if len(rivals) <= FEW_RIVALS:
        return Apart(
            [
                _with_words(
                    made,
                    made.told(
                        "said.on",
                        who=ledgers.named(row["claimant"], within=True),
                        word=made.told(f"word.{row['standing']}", n=1),
                    ),
                    row["evidence_fr"],
                    row["evidence_en"],
                )
                for row in rivals.to_dict("records")
            ]
        )
    parts = []
    for kind in [kind for kind in WAY_NAMES if (rivals["relay_kind"] == kind).any()]:
        mine = rivals[(rivals["relay_kind"] == kind).to_numpy(dtype=bool)]
        words = _on_whose_word(made, mine)
        parts.append(made.told("said.words", who=_way(kind), words=words))
    return Apart(parts)


def archive_words(row: Any) -> Told:
    """Say what the archive shows of one outcome: direct contacts, and whether a path is named.

    Beside contacts stands how often accounts alike had one; above a third that comes first. Where
    no account or day is known, nothing was looked for.
    """
    if pd.isna(row["n_traces"]):
        return Told.nothing()
    traces, chance = int(row["n_traces"]), row["p_chance"]
    if not traces:
        return tell("outcomes", "archive.none", window=Hours(float(row["window_h"])))
    why = terms("outcomes", "cells.reason_code")[row["reason_code"]]
    # an address that somebody posted is no contact of the kind that was counted of others
    if pd.isna(chance) or row["reason_code"] == "address_only":
        return tell("outcomes", "archive.alone", n=traces, why=why)
    usual = float(chance) > TELLING_CHANCE
    return tell(
        "outcomes",
        "archive.usual" if usual else "archive.rare",
        n=traces,
        chance=Share(float(chance)),
        why=why,
    )


# ------------------------------------------------------------------------------- every claim


def _claims(made: Chapter, found: Dossiers, titles: dict[str, Text]) -> None:
    """Print every claim with its address: of the movement, of others, of the fact itself.

    Apart, so that a page which prints the first rows of a table hides neither side.
    """
    order = {name: place for place, name in enumerate(titles)}
    claims = found.claims.assign(place=found.claims["outcome_id"].map(order))
    claims = claims.dropna(subset=["place"]).sort_values(["place", "date"])
    columns = ["outcome_id", "claimant", "stance", "relay_kind", "claim_id", "url", "standing",
               "publisher", "date", "precision"]  # fmt: skip
    evidence = {str(row["claim_id"]): _both(row, "evidence") for row in claims.to_dict("records")}
    cells = {"outcome_id": titles, "relay_kind": WAY_NAMES, "claim_id": evidence}
    for name, groups in (
        ("", ["movement"]),
        ("-others", ["other", "media"]),
        ("-facts", ["none", "beside"]),
    ):
        mine = claims[claims["group"].isin(groups).to_numpy(dtype=bool)]
        if len(mine):
            made.table(f"outcome-claims{name}", mine[columns], cells=cells)


# ------------------------------------------------------------------------------- the archive


def _archive(
    made: Chapter, found: Dossiers, titles: dict[str, Text], roles: pd.DataFrame | None
) -> None:
    """Print what an archive adds: checks first, then who may have been on the way."""
    if found.gate == "none":
        why = "withheld" if withheld.posts() else "no-archive"
        made.cannot_show(f"outcome-relays.{why}", "outcome-relays")
        return
    made.heading("shows")
    if found.date_power is not None:
        made.sentence("power", power=Share(found.date_power))
    if found.masked_hit_rate is not None:
        made.sentence("masked", rate=Share(found.masked_hit_rate), tried=found.masked_n)
    named = found.relays[found.relays["p_on_path"].astype(float).to_numpy() >= SHOWN_FROM]
    named = named[named["outcome_id"].isin(titles).to_numpy(dtype=bool)]
    if named.empty:
        made.cannot_show("outcome-relays-unlikely", "outcome-relays", chance=Share(SHOWN_FROM))
        return
    table = pd.DataFrame(
        {
            "outcome_id": named["outcome_id"],
            "role": named["role"],
            "who": _who(named, roles),
            "p_on_path": named["p_on_path"],
            "p_lo": named["lo"],
            "p_hi": named["hi"].astype(float).clip(upper=1.0),  # sums of chances round above 1
            "p_needed_at_most": named["indispensable_hi"],
        }
    )
    if found.gate == "closed":  # a mean over the contacts alone, without a band: no share of few
        once = ~named.duplicated(["outcome_id", "role", "account"]).to_numpy(dtype=bool)
        table = table.loc[once, ["outcome_id", "role", "who"]]
    made.table("outcome-relays", table, cells={"outcome_id": titles})


def _who(relays: pd.DataFrame, roles: pd.DataFrame | None) -> Iterable[str]:
    """Return the public name of each account, or a word that names nobody."""
    known = listed(relays["account"], roles)
    return [
        # who looks for work is private, whatever a ledger says of them
        name
        if isinstance(name, str) and role != "seeker"
        else (role if role in WORDS else "account")
        for name, role in zip(known["public_name"], known["role"], strict=True)
    ]


# ----------------------------------------------------------------------- what may be written


def _limits(made: Chapter, found: Dossiers, main: pd.DataFrame) -> None:
    said = _credits_of(found, main)
    # what is denied, or older than the hashtag, nobody may credit to it
    open_ = main[~ledgers.equals(main["verdict"], "contradicted")]
    most = open_.sort_values(["n_claims"], ascending=False, kind="stable").head(2)
    for name in most["outcome_id"]:
        one = found[str(name)]
        credit = said[ledgers.equals(said["outcome_id"], name)]
        apart = ~one.rivals["claimant"].isin(set(credit["claimant"])).to_numpy(dtype=bool)
        if len(credit) and apart.any():
            made.can_write(
                _balanced(made, found, one, credit, one.rivals[apart]), _numbers_in_title(one.row)
            )
    if not ((said["standing"] == "document") & said["date"].notna()).any():
        made.cannot_write("not.caused", main=len(main))
    if len(main) < FEWEST_CASES:
        made.cannot_write("not.share", main=len(main))
    early = main[(main["timing"] == "not consistent").to_numpy(dtype=bool)]
    for row in early.to_dict("records"):
        made.cannot_write(made.told("not.early", title=_title(row)), _numbers_in_title(row))


def _balanced(
    made: Chapter, found: Dossiers, one: Dossier, credit: pd.DataFrame, others: pd.DataFrame
) -> Told:
    """Return a sentence to print: the outcome, who credits the movement, who credits others.

    Both sides in the same words, each with what stands behind it.
    """
    kinds = [_way(kind) for kind in dict.fromkeys(others["relay_kind"]) if kind != "other"]
    said = made.told(
        "balanced",
        event=_dated(made, one.row),
        ours_n=speakers(credit),
        ours=_on_whose_word(made, credit),
        others_n=speakers(others),
        ways=kinds or made.told("other-ways"),
        others=_on_whose_word(made, others),
    )
    return said + _came(made, found, one.row)
