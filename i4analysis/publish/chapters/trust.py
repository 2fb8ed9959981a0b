"""Chapter 8: can we trust this? What the methods reach where the truth is known."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from i4analysis.archive.doctor.overview import Overview
from i4analysis.measure.numbers.suppression import LIMIT
from i4analysis.movement import Movement
from i4analysis.publish.chapter import abroad, withheld
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts.trust import plot_losses, plot_promises
from i4analysis.publish.words.sentence import Band, Share, tell, terms
from i4analysis.publish.words.wording import Text

if TYPE_CHECKING:
    from i4analysis.measure.appeals.errors import LabelErrors
    from i4analysis.publish.proof import Foreign

KEPT = ("met", "met narrowly")
#: Sets of labelled posts shown label by label; the others by their means.
WHOLE = ("sealed", "authors", "odd")
#: Posts labelled by hand from which an archive's own error rate is quoted.
FEWEST = 30
LEVEL = 0.95
LABELLED = (
    "n_true", "precision", "precision_lo", "precision_hi", "recall", "recall_lo", "recall_hi"
)  # fmt: skip
#: The trial on real cascades: where the proof holds it, its cascades, methods and scores.
TREES = "relays.real_trees"
CASCADES, METHODS = ("weibo", "marref"), ("author", "casin", "lsr", "audited")
SCORES = ("accuracy", "ece", "relay_accuracy", "top_relay")
#: Reshares that the check by hand looks at.
SAMPLE = 100
STEMS = ("trust-promises", "trust-losses", "trust-real-trees", "trust-bounds")


class Proved(Protocol):
    """What the chapter needs of a proof (`publish.proof.Proof`)."""

    @property
    def table(self) -> pd.DataFrame: ...

    @property
    def quick(self) -> bool: ...


@chapter("trust", order=8, of_archive=False)
def trust(
    proof: Proved,
    overview: Overview,
    movement: Movement,
    stale: Sequence[str] = (),
    labels: LabelErrors | None = None,
    foreign: Foreign | None = None,
) -> Chapter:
    """Return the chapter on trust.

    Parameters
    ----------
    proof
        The last proof (`publish.proof.last_proof`).
    overview
        `archive.overview` of this movement's archive: how complete it is.
    stale
        Checks whose code has changed since the proof.
    labels
        `appeal_errors.label_errors` of this movement's archive: how often appeals are recognised.
    foreign
        The last trial in worlds of another hand (`publish.proof.last_foreign`).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> from i4analysis.publish.proof import last_proof
    >>> overview = i4.archive.overview(archive, movement.zone)
    >>> i4.chapters.trust(last_proof(), overview, movement).problems()
    []
    """
    made = begun("trust", movement)
    bounds = proof.table[proof.table["verdict"] != "no bound"].reset_index(drop=True)
    if bounds.empty:
        made.titled("title.no-proof")
        made.answered("answer.no-proof")
        for stem in STEMS:
            made.cannot_show("no-proof", stem)
    else:
        _answer(made, bounds)
        _age(made, proof, stale)
        _promises(made, bounds)
        missed = bounds[~bounds["verdict"].isin(KEPT)]
        if len(missed):
            made.table("trust-missed", _rows(missed), cells=_cells(made, missed), shares=("loss",))
        _losses(made, proof.table)
        _real_trees(made, proof.table)
    _abroad(made, foreign, proof.table)
    if labels is not None:
        _labels(made, labels)
    if len(bounds):
        made.table("trust-bounds", _rows(bounds), cells=_cells(made, bounds), shares=("loss",))
    _completeness(made, overview, proved=len(bounds) > 0)
    return made


def _answer(made: Chapter, bounds: pd.DataFrame) -> None:
    kept, n = int(bounds["verdict"].isin(KEPT).sum()), len(bounds)
    real = bounds["check"] == TREES
    where = [made.told(f"where.{name}") for name, there in
             (("made-up", not real.all()), ("real", real.any())) if there]  # fmt: skip
    broken = set(bounds.loc[~bounds["verdict"].isin(KEPT), "measure"])
    names = [text for name, text in terms(made.words, "cells.measure").items() if name in broken]
    made.titled("title.proof", kept=kept, n=n)
    said = made.told("answer.proof", where=where, kept=kept, n=n)
    made.answered(said)
    if names:
        made.answered("answer.missed", names=names)
    if n >= abroad.FEWEST:
        made.key_figure("promises-kept", kept / n, share=True)
    made.can_write(said)
    made.cannot_write("not.proven")


def _age(made: Chapter, proof: Proved, stale: Sequence[str]) -> None:
    """Say whether the proof is of today's code, and whether it is the full one."""
    if proof.quick:
        made.sentence("age.quick")
    if stale:
        made.sentence("age.stale", n=len(stale))
    else:
        made.sentence("age.fresh")


# ------------------------------------------------------------------------------- other worlds


def _abroad(made: Chapter, found: Foreign | None, proved: pd.DataFrame) -> None:
    """Print every promise with its failures at home and abroad; name those that fall."""
    if found is None or found.table.empty:
        made.cannot_show("abroad.none", "trust-abroad")
        return
    table, rows = found.table, found.table.to_dict("records")
    bounded = table[table["kept"].notna().to_numpy(dtype=bool)]
    fallen = bounded[~bounded["kept"].to_numpy(dtype=bool)]
    made.heading("abroad.heading")
    if len(bounded):
        made.sentence(
            "abroad.kept",
            kept=len(bounded) - len(fallen),
            n=len(bounded),
            mechanisms=len(found.mechanisms),
        )
    if len(fallen):
        names = [Text(fr=row["fr"], en=row["en"]) for row in fallen.to_dict("records")]
        made.sentence("abroad.fallen", names=names)
    if found.stale:
        made.sentence("abroad.stale")
    labels = found.row("appeals.right")
    if labels is not None and labels["n"] >= abroad.FEWEST:
        made.sentence(
            "abroad.appeals",
            n=int(labels["n"]),
            right=Share(float(labels["foreign"])),
            band=abroad.interval({str(name): value for name, value in labels.items()}),
            withheld=Share(float(labels["withheld"])),
        )
    verdicts = {True: "kept", False: "fallen"}
    shown = pd.DataFrame(
        {
            "what": table["name"],
            "allowed": [_allowed(row) for row in rows],
            "home": table["name"],
            "abroad": table["name"],
            "withheld": table["withheld"].where(table["worlds"] >= abroad.FEWEST).round(3),
            "verdict": [verdicts.get(kept, "no bound") for kept in table["kept"].astype(object)],
        }
    )
    cells = {
        "what": {row["name"]: Text(fr=row["fr"], en=row["en"]) for row in rows},
        "home": {row["name"]: _failing(*_at_home(row, proved)) for row in rows},
        "abroad": {
            row["name"]: _failing(row["foreign"], row["fails"], row["n"], counted=row["counted"])
            for row in rows
        },
        "verdict": terms(made.words, "cells.abroad"),
    }
    made.table("trust-abroad", shown, cells=cells, shares=("allowed", "withheld"))


def _allowed(row: Mapping[Hashable, Any]) -> float | None:
    """Return the share of failures that the promise allows, where it is one of shares."""
    if pd.isna(row["fails"]):
        return None
    most = row["at_most"] if pd.isna(row["at_least"]) else 1.0 - row["at_least"]
    return None if pd.isna(most) else round(float(most), 3)


def _at_home(row: Mapping[Hashable, Any], proved: pd.DataFrame) -> tuple[Any, Any, Any]:
    """Return rate, failures and worlds at home: of the proof at hand if it has them."""
    check, _, value = str(row["home_of"]).partition(":")
    mine = proved[(proved["check"] == check) & (proved["value"] == value) & (proved["loss"] == 0)]
    mine = mine[mine["worlds"] > 0]
    if mine.empty:
        return row["home"], row["home_fails"], row["home_worlds"]
    mean = float(mine.iloc[0]["mean"])
    fails = {"rest": 1.0 - mean, "rate": mean}.get(row["how"])
    return mean, fails, int(mine.iloc[0]["worlds"])


def _failing(value: Any, fails: Any, n: Any, *, counted: Any = False) -> Text:
    """Return a rate of failure and its trials; where none is a share, the value itself."""
    if not n or pd.isna(value):
        return tell("trust", "abroad.untried").text
    if pd.isna(fails):
        return tell("trust", "abroad.value", value=round(float(value), 2), n=int(n)).text
    if n >= abroad.FEWEST:
        return tell("trust", "abroad.share", share=Share(float(fails)), n=int(n)).text
    if counted:
        return tell("trust", "abroad.few-of", k=round(float(fails) * n), n=int(n)).text
    return tell("trust", "abroad.too-few", n=int(n)).text


def _completeness(made: Chapter, overview: Overview, *, proved: bool) -> None:
    """Say how complete this archive is: what the proof's losses must be compared with."""
    findings = overview.findings
    rows = findings[findings["finding"] == "reshares_missing"] if len(findings) else findings
    if rows.empty:
        if overview.posts and not withheld.posts():
            made.sentence("complete.unknown")
        return
    held = float(json.loads(str(rows.iloc[0]["detail"]))["held"])
    if proved:
        made.sentence("complete.compared", held=Share(held), lost=Share(1 - held))
    else:
        made.sentence("complete.held", held=Share(held))


# ------------------------------------------------------------------------------- the bounds


def _promises(made: Chapter, bounds: pd.DataFrame) -> None:
    """Draw a dot a bound, by measure."""
    names = terms(made.words, "cells.measure")
    counts = pd.crosstab(bounds["measure"], bounds["verdict"])
    table = pd.DataFrame({"measure": [name for name in names if name in counts.index]})
    picked = counts.reindex(index=table["measure"])
    for name, verdicts in (
        ("met", ["met"]),
        ("met_narrowly", ["met narrowly"]),
        ("missed_narrowly", ["missed narrowly"]),
        ("missed", ["missed", "not run"]),
    ):
        table[name] = picked.reindex(columns=verdicts, fill_value=0).sum(axis=1).to_numpy()
    table.insert(1, "bounds", table.iloc[:, 1:].sum(axis=1))
    narrow = table[["met_narrowly", "missed_narrowly"]].to_numpy().any()
    kept, n = int(table[["met", "met_narrowly"]].to_numpy().sum()), int(table["bounds"].sum())
    alt = made.told("trust-promises.alt", kept=kept, n=n)
    made.figure(
        "trust-promises",
        table,
        lambda lang: plot_promises(table, lang=lang, labels=names),
        alt=alt + made.told("promises.hollow") if narrow else alt,
        kept=kept,
        n=n,
    )


def _rows(bounds: pd.DataFrame) -> pd.DataFrame:
    """Return bounds as a reader sees them: what is measured, what it reaches, what is promised."""
    shown = bounds[["loss", "mean", "error", "bound", "worlds", "verdict"]].copy()
    shown.insert(0, "what", bounds["check"] + ":" + bounds["value"])
    return shown.assign(**{name: shown[name].astype(float).round(3) for name in ("mean", "error")})


def _cells(made: Chapter, bounds: pd.DataFrame) -> dict[str, dict[str, Text]]:
    """Return what each check measures, and each bound, in words; the files keep the proof's."""
    what: dict[str, Text] = {}
    for row in bounds.to_dict("records"):
        french, english = row["meaning_fr"], row["meaning_en"]
        if not (french and english):
            french = english = str(row["value"]).replace("_", " ")
        check = Text(fr=str(row["check_fr"]), en=str(row["check_en"]))
        said = made.told("what", meaning=Text(fr=french, en=english), check=check)
        what[f"{row['check']}:{row['value']}"] = said.text
    promised: dict[str, Text] = {}
    for bound in dict.fromkeys(bounds["bound"]):
        french = re.sub(r"(\d)\.(\d)", r"\1,\2", bound)
        for english, words in terms(made.words, "cells.of_bound").items():
            french = french.replace(english, f" {words.fr} ")
        promised[bound] = Text(fr=french, en=bound)
    return {"what": what, "bound": promised}


def _losses(made: Chapter, table: pd.DataFrame) -> None:
    """Draw what losses do to the shares that matter most, as far as the proof holds them."""
    names = terms(made.words, "cells.lost")
    parts = []
    for name in names:
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
    ends = shown.sort_values("loss").groupby("what", sort=False)
    before, after, loss = ends["mean"].first(), ends["mean"].last(), ends["loss"].last()
    worst = str((before - after).idxmax())
    falls = float(before[worst]) > float(after[worst])
    made.figure(
        "trust-losses",
        shown,
        lambda lang: plot_losses(shown, lang=lang, labels=names),
        title="trust-losses.title" if falls else "trust-losses.title-none",
        cells={"what": names},
        shares=("loss", "mean", "error"),
        what=names[worst],
        before=Share(float(before[worst])),
        after=Share(float(after[worst])),
        loss=Share(float(loss[worst])),
    )


# ------------------------------------------------------------------------------- real cascades


def _real_trees(made: Chapter, table: pd.DataFrame) -> None:
    """Quote the trial on real cascades, as the proof holds it; say so when it holds none."""
    rows = table[(table["check"] == TREES) & (table["worlds"] > 0)].drop_duplicates("value")
    found = dict(zip(rows["value"].astype(str), rows["mean"].astype(float), strict=True))
    counted = all(f"{place}_reshares" in found for place in CASCADES)
    trials = [
        {"source": place, "method": method}
        | {name: found.get(f"{place}_{method}_{name}") for name in SCORES}
        for place in CASCADES
        for method in METHODS
    ]
    if not counted or any(trial[name] is None for trial in trials for name in SCORES):
        made.cannot_show("trust-real-trees.missing", "trust-real-trees")
        return
    _parents(made, found)
    made.sentence(
        "trees.tops",
        weibo=Share(found["weibo_audited_top_relay"]),
        marref=Share(found["marref_audited_top_relay"]),
        weibo_first=Share(found["weibo_author_top_relay"]),
        marref_first=Share(found["marref_author_top_relay"]),
    )
    closed = found.get("gates_closed")
    if closed == 1:
        made.sentence("trees.gates-closed")
    elif closed is not None:
        made.sentence("trees.gates-open", closed=Share(closed))
    _direct(made, found)
    made.table(
        "trust-real-trees",
        pd.DataFrame(trials),
        shares=("accuracy", "relay_accuracy", "top_relay"),
        source="trees-real.source" if made.movement.made_up else "trust-real-trees.source",
    )


def _parents(made: Chapter, found: Mapping[str, float]) -> None:
    """Say whether the model beats “always the author” where nothing tells who reads whom."""
    scores: dict[str, float] = {
        f"{place}{name}": found[f"{place}_{method}_accuracy"]
        for place in CASCADES
        for method, name in (("lsr", ""), ("audited", "_checked"), ("author", "_rule"))
    }
    gains = [
        scores[f"{place}{name}"] - scores[f"{place}_rule"]
        for place in CASCADES
        for name in ("", "_checked")
    ]
    how = "loses" if max(gains) < 0 else "beats" if min(gains) > 0 else "mixed"
    made.sentence(
        "trees.parents",
        n=int(found["weibo_reshares"]),
        m=int(found["marref_reshares"]),
        verdict=made.told(f"parents.{how}"),
        **_shares(scores),
    )


def _direct(made: Chapter, found: Mapping[str, float]) -> None:
    """Say whether the audited interval holds the true direct share."""
    names = ("direct_true", "delta_lo", "delta_hi", "within")
    if not all(f"{place}_{name}" in found for place in CASCADES for name in names):
        return
    held = sum(found[f"{place}_within"] == 1 for place in CASCADES)
    values: dict[str, Any] = {}
    for place in CASCADES:
        values[place] = Share(found[f"{place}_direct_true"])
        lo, hi = (found[f"{place}_{end}"] for end in ("delta_lo", "delta_hi"))
        values[f"{place}_band"] = Band(lo, hi, share=True)
    verdict = made.told(f"direct.{('none', 'one', 'both')[held]}", sample=SAMPLE)
    made.sentence("trees.direct", verdict=verdict, **values)


def _shares(values: Mapping[str, float]) -> dict[str, Any]:
    return {name: Share(float(value)) for name, value in values.items()}


# ------------------------------------------------------------------------------- labels of appeals


def _labels(made: Chapter, found: LabelErrors) -> None:
    """Say how often labels are right: sealed, author by author, odd wording, this archive."""
    known = set(found.table["set"])
    if "sealed" in known:
        row = found.row("sealed")
        made.sentence("labels.sealed", n=int(row["n_true"]), **_rates(row))
    if {"authors", "never_read"} <= known:
        _authors(made, found)
    if {"odd", "ours"} <= known:
        values: dict[str, Any] = {}
        for name in ("odd", "ours"):
            row = found.row(name)
            values[f"{name}_n"] = int(row["n_true"])
            values |= _shares({f"{name}_{rate}": row[rate] for rate in ("precision", "recall")})
        made.sentence("labels.hard", **values)
    made.sentence("labels.who")
    _guesses(made, found)
    _audit(made, found)
    table = found.table[["set", "label", *LABELLED]]
    shown = table[table["set"].isin(WHOLE) | (table["label"] == "all")]
    made.table(
        "trust-labels", shown.reset_index(drop=True), shares=LABELLED[1:], level=Share(LEVEL)
    )


def _rates(row: pd.Series) -> dict[str, Any]:
    """Return precision and recall of a set of posts, with their intervals."""
    found: dict[str, Any] = {}
    for name in ("precision", "recall"):
        found[name] = Share(float(row[name]))
        found[f"{name}_band"] = Band(
            float(row[f"{name}_lo"]), float(row[f"{name}_hi"]), share=True
        )
    return found


def _authors(made: Chapter, found: LabelErrors) -> None:
    """Say what a further author may meet: each author left out, and those never read."""
    from i4analysis.measure.appeals.errors import NEVER_READ  # brings all that reads appeals

    row, unread, each = found.row("authors"), found.row("never_read"), found.by_author
    made.sentence(
        "labels.authors",
        authors=len(each),
        n=int(row["n_true"]),
        worst=Share(float(each["precision"].min())),
        best=Share(float(each["precision"].max())),
        unread=len(NEVER_READ),
        unread_precision=Share(float(unread["precision"])),
        unread_recall=Share(float(unread["recall"])),
        **_rates(row),
    )


def _guesses(made: Chapter, found: LabelErrors) -> None:
    """Say how many posts of the archive are guessed at; never a count under five."""
    from i4analysis.measure.appeals.appeals import SURE, SURE_OF_NOTHING

    if found.n_posts < abroad.FEWEST or found.n_guesses < LIMIT:
        return
    share = Share(found.n_guesses / found.n_posts)
    least: dict[str, Any] = {"half": Share(SURE), "nothing": Share(SURE_OF_NOTHING)}
    made.sentence("labels.guesses", share=share, **least)


def _audit(made: Chapter, found: LabelErrors) -> None:
    """Quote the movement's own hand labels: their means only, no cell of a few posts."""
    rows = found.audit[found.audit["label"] == "all"] if len(found.audit) else found.audit
    if len(rows) and int(rows["n_true"].iloc[0]) >= FEWEST:
        row = rows.iloc[0]
        precision, recall = Share(float(row["precision"])), Share(float(row["recall"]))
        made.sentence("labels.audit", n=int(row["n_true"]), precision=precision, recall=recall)
