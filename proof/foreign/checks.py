"""Every promise of a report, held against what truly happened in worlds of another hand.

A check takes a world and what a collector holds of it and returns numbers; NaN says that there was
nothing to hold it against. A promise adds the numbers of all worlds up to one rate and says what
the rate has to be.
"""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis import clock
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.appeals import appeals, tagging
from i4analysis.measure.coordination import coordination
from i4analysis.measure.members import members
from i4analysis.measure.outcomes import outcomes
from i4analysis.measure.push import push
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.tables import POSTS, Archive, build
from proof.foreign import modes, worlds
from proof.foreign.worlds import World

ZONE = "Etc/GMT-1"  # the founders' clock: an hour before Greenwich all year
NAN = math.nan
NEVER_SEEN = Path(__file__).with_name("never_seen.csv")
Numbers = dict[str, float]


@dataclass(frozen=True, eq=False)
class Case:
    """A world as one collector holds it, and the movement as its analysts would write it down."""

    world: World
    mode: str
    archive: Archive
    movement: Movement


def case(world: World, mode: str) -> Case:
    """Look at a world in a mode and write down its ledgers."""
    return Case(world, mode, modes.observe(world, mode), movement_of(world))


def movement_of(world: World) -> Movement:
    """Return the movement with the ledgers that follow from a world's public facts."""
    truth = world.truth
    local = truth.press["published_at"].dt.tz_convert(ZONE) if len(truth.press) else None
    handle = dict(zip(world.accounts["account_id"], world.accounts["handle"], strict=True))
    founders = truth.joins.loc[truth.joins["founder"], "account_id"]
    press = [
        {
            "press_id": item.item_id,
            "published_at": item.published_at if item.precision == "minute" else None,
            "date": moment.date(),
            "precision": item.precision,
            "outlet": f"{item.kind} {item.item_id}",
            "medium": item.kind,
        }
        for item, moment in zip(
            truth.press.itertuples(), local if local is not None else (), strict=True
        )
    ]
    results = [
        {
            "outcome_id": row.outcome_id,
            "date": moment.date(),
            "precision": "day",
            "kind": "job",
            "title_fr": "un résultat",
            "title_en": "an outcome",
            "main": True,
            "linked_accounts": handle[str(row.account_id)],
        }
        for row, moment in zip(
            truth.outcomes.itertuples(),
            truth.outcomes["happened_at"].dt.tz_convert(ZONE),
            strict=True,
        )
    ]
    ledgers = {
        "founders": [
            {"handle": handle[i], "account_id": i, "platform": "twitter"} for i in founders
        ],
        "press": press,
        "outcomes": results,
    }
    start: date = world.start.tz_convert(ZONE).date()
    return Movement(
        name="foreign",
        title={"fr": f"#{worlds.HASHTAG}", "en": f"#{worlds.HASHTAG}"},
        hashtags=(worlds.HASHTAG,),
        supporter_marks=(worlds.HASHTAG,),
        started_on=start,
        timezone=ZONE,
        made_up=True,
        ledgers={name: build(LEDGERS[name], rows) for name, rows in ledgers.items()},
    )


# ----------------------------------------------------------------------------------- the checks


def adoption(seen: Case) -> Numbers:
    """Hold the curve, its band, the certain bounds and the never-seen against the bios."""
    found = members.adoption(seen.archive, seen.movement, draws=200)
    joined = seen.world.truth.joins.set_index("account_id")["joined_at"]
    if found.basis != "bio":
        return {"refused": 1.0, "shown": 0.0}
    intervals = found.intervals[found.intervals["usable"].to_numpy(dtype=bool)]
    times = joined.reindex(intervals["account_id"].astype(object)).dropna()
    table = found.table
    true = np.array([(times <= moment).sum() for moment in table["as_of_utc"]], dtype=float)
    lo, hi, best, low, high = (
        table[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("lo", "hi", "n_est", "n_lo", "n_hi")
    )
    shown = np.isfinite(lo) & np.isfinite(hi)
    numbers = {
        "refused": 0.0,
        "supporters": float(len(times)),
        "shown": float(shown.any()),
        "bounds": float(((low <= true) & (true <= high)).mean()),
    }
    if shown.any():
        inside = (lo <= true) & (true <= hi)
        numbers |= {
            "coverage": float(inside[shown].mean()),
            "error": float(np.abs(best - true)[shown].mean()),
            "width": float((hi - lo)[shown].mean()),
        }
    writers = float(seen.world.truth.joins["posts"].sum())
    chao = found.unseen[found.unseen["method"] == "chao1"]
    if len(chao):
        numbers["floor_holds"] = float(float(chao["lo"].iloc[0]) <= writers)
    given = len(chao) and pd.notna(chao["hi"].iloc[0])
    numbers["unseen_shown"] = float(bool(given))
    if given:
        row = chao.iloc[0]
        numbers["unseen_holds"] = float(row["lo"] <= writers <= row["hi"])
        numbers["unseen_ratio"] = float(row["estimate"]) / max(writers, 1.0)
    return numbers


def press(seen: Case) -> Numbers:
    """Count the labels of items that truly push and of items that do not."""
    truth = seen.world.truth.press.set_index("item_id")
    if truth.empty:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = push.media_effects(seen.archive, seen.movement, draws=499)
    counts = dict.fromkeys(
        (
            "pushing", "pushing_push", "pushing_cannot", "pushing_followed", "pushing_none",
            "still", "still_push", "still_cannot",
        ),
        0.0,
    )  # fmt: skip
    by_kind: Numbers = {}
    table = found.table
    # items told together are one: it pushes when one of them does
    starts = table["published_at"].to_numpy()
    for row, start in zip(table.to_dict("records"), starts, strict=True):
        group = _group(truth, seen.movement, start, int(row["merged"]))
        pushes = bool(group["pushes"].any())
        label = str(row["label"])
        side = "pushing" if pushes else "still"
        counts[side] += 1
        key = {"push": "push", "cannot tell": "cannot", "followed": "followed"}.get(label, "none")
        counts[f"{side}_{key}"] = counts.get(f"{side}_{key}", 0.0) + 1
        if pushes and len(group) == 1:
            kind = str(group["kind"].iloc[0])
            by_kind[f"{kind}_pushing"] = by_kind.get(f"{kind}_pushing", 0.0) + 1
            by_kind[f"{kind}_push"] = by_kind.get(f"{kind}_push", 0.0) + (key == "push")
    return counts | by_kind


def _group(
    truth: pd.DataFrame, movement: Movement, start: pd.Timestamp, merged: int
) -> pd.DataFrame:
    """Return the items told together: the first and the next ones in order of their moments."""
    ledger = movement.press
    moment = ledger["published_at"].astype("datetime64[us, UTC]")
    ordered = ledger.assign(moment=moment.fillna(clock.starts_of(ledger["date"], movement.zone)))
    ordered = ordered.sort_values(["moment", "press_id"], ignore_index=True)
    first = int(np.argmin(np.abs((ordered["moment"] - pd.Timestamp(start)).dt.total_seconds())))
    return truth.loc[ordered["press_id"].iloc[first : first + merged].astype(object)]


def acting_together(seen: Case) -> Numbers:
    """Count flagged pairs: of true groups, and of accounts that only seem to act together."""
    found = coordination.pairs(seen.archive, seen.movement)
    flagged = found.table[found.table["flagged"].to_numpy(dtype=bool)]
    mine = {tuple(sorted(pair)) for pair in zip(flagged["user_a"], flagged["user_b"], strict=True)}
    truth = seen.world.truth
    planted: set[tuple[str, ...]] = set()
    numbers: Numbers = {}
    for name, group in truth.groups.items():
        of = {tuple(sorted(pair)) for pair in combinations(group, 2)}
        planted |= of
        numbers[f"{name}_found"] = len(_bare(mine) & of) / len(of)
    organic = _bare(mine) - planted
    numbers["organic"] = float(len(organic))
    for name, crowd in truth.crowds.items():
        inside = set(crowd)
        numbers[f"organic_{name}"] = float(sum(a in inside and b in inside for a, b in organic))
    numbers["expected_false"] = float(found.expected_false or 0.0)
    return numbers


def _bare(pairs: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return pairs of account keys without their platform."""
    return {tuple(sorted(key.rsplit(":", 1)[-1] for key in pair)) for pair in pairs}


def dossiers(seen: Case) -> Numbers:
    """Count the grades by what each outcome truly came from, and the chance rate beside B."""
    truth = seen.world.truth.outcomes
    if truth.empty:
        return {}
    found = outcomes.dossiers(seen.movement, seen.archive, _parents(seen), draws=99, power_draws=1)
    table = found.table.set_index("outcome_id")
    kinds = truth.set_index("outcome_id")["kind"].reindex(table.index.astype(object)).to_numpy()
    contact = (table["grade"] == "B").to_numpy(dtype=bool)
    numbers: Numbers = {"gate_closed": float(found.gate == "closed")}
    for kind in ("route", "coincidence", "press"):
        mine = kinds == kind
        numbers[f"{kind}_n"] = float(mine.sum())
        numbers[f"{kind}_b"] = float((contact & mine).sum())
    if "p_chance" in table.columns:
        stated = table["p_chance"].to_numpy(dtype=float, na_value=np.nan)
        chance = (kinds == "coincidence") & np.isfinite(stated)
        numbers["stated_n"] = float(chance.sum())
        numbers["stated_sum"] = float(stated[chance].sum())
        numbers["stated_b"] = float((contact & chance).sum())
    relay = found.relays[(found.relays["role"] == "relay").to_numpy(dtype=bool)]
    numbers["dossiers_naming_relays"] = float(relay["outcome_id"].nunique())
    return numbers


@lru_cache(maxsize=1)
def _parents(seen: Case) -> relays.ParentProbabilities:
    return relays.parent_probabilities(seen.archive, seen.movement)


def relaying(seen: Case) -> Numbers:
    """Hold who relayed whom, and an audit of following, against where each reshare was read."""
    found = _parents(seen)
    sources = seen.world.truth.sources
    table = found.table
    if table.empty:
        return {}
    best = table.sort_values("p").drop_duplicates("child_id", keep="last")
    joined = best.merge(sources, left_on="child_id", right_on="post_id")
    relayed = joined["source_id"] != joined["root_id"]
    right = joined["parent_id"].astype(object) == joined["source_id"].astype(object)
    named = joined["parent_id"].astype(object) != joined["root_id"].astype(object)
    direct = float((~relayed).mean())
    rng = np.random.default_rng(seen.world.seed)
    pick = joined.iloc[rng.permutation(len(joined))[:100]]
    follows = set(
        zip(
            seen.world.truth.follows["follower_id"],
            seen.world.truth.follows["followee_id"],
            strict=True,
        )
    )
    ids = seen.world.posts["post_id"].to_numpy()
    names = seen.world.accounts["account_id"].to_numpy()
    who = dict(zip(ids, names[seen.world.posts["author"].to_numpy()], strict=True))
    follow = [
        (who[c], who[r]) in follows for c, r in zip(pick["child_id"], pick["root_id"], strict=True)
    ]
    before = joined.groupby("root_id")["child_id"].agg(list).to_dict()
    relayed_by = [
        any((who[c], who[e]) in follows for e in before[r] if int(e) < int(c))
        for c, r in zip(pick["child_id"], pick["root_id"], strict=True)
    ]
    along = np.maximum(follow, relayed_by).mean()
    checked = found.with_reading(float(along), len(pick))
    return {
        "gate_closed": float(found.gate == "closed"),
        "named_right": float(right[named].mean()) if found.gate != "closed" else NAN,
        "checked_closed": float(checked.gate == "closed"),
        "checked_right": float(right[named].mean()) if checked.gate != "closed" else NAN,
        "read_along": float(along),
        "named_behind": float(right[named].mean()) if named.any() else NAN,
        "direct_true": direct,
        "direct_said": float(found.quality["delta"].iloc[0]),
        "audit_share": float(np.mean(follow)),
    }


def tags(seen: Case) -> Numbers:
    """Hold the accounts advised against the ten largest, by who truly answers and is followed."""
    truth = seen.world.truth
    if not truth.answers["answered"].any():
        return {}
    labelled = appeals.classify(seen.archive.posts, seen.archive.profiles, seen.movement)
    found = tagging.suggest(
        seen.archive, seen.movement, labelled, parents=_parents(seen).table, k=10
    )
    answers = truth.answers.set_index("account_id")
    heard = truth.follows.rename(columns={"followee_id": "member", "follower_id": "account"})
    true = tagging.tag_edges(answers["p_answer"], heard.assign(p=1.0))
    supporters = set(truth.joins.loc[truth.joins["left_at"].isna(), "account_id"])
    able = answers[answers.index.isin(supporters)]
    largest = able.nlargest(10, "followers").index
    rng = np.random.default_rng(seen.world.seed)
    numbers: Numbers = {"refused": float(len(found.table) < 10)}
    if len(found.table) >= 10:
        chosen = [str(x).rsplit(":", 1)[-1] for x in found.table["private_account"]]
        reach = tagging.expected_reach(true, chosen, [])
        numbers["against_largest"] = reach / tagging.expected_reach(true, largest, [])
        drawn = rng.choice(able.index.to_numpy(), 10, replace=False)
        numbers["against_random"] = reach / max(tagging.expected_reach(true, drawn, []), 1e-9)
        said = any("largest" in note for note in found.notes)
        numbers["worse_unsaid"] = float(numbers["against_largest"] < 0.95 and not said)
    return numbers


def labels(seen: Case) -> Numbers:
    """Hold the labels of handwritten posts against what their author meant, in counts.

    The posts are those of a hand whose posts nothing was learnt from or chosen on
    (`never_seen.csv`); the first hand's (`sentences.csv`), on which what is probable enough was
    chosen, are counted beside them.
    """
    rng = np.random.default_rng(seen.world.seed)
    chosen = [row | {"text": worlds.fill(row["text"], rng)} for row in worlds.sentences()]
    numbers: Numbers = {}
    for prefix, rows in (("", _never_seen()), ("chosen_", chosen)):
        given = _given(rows, seen.movement)
        read = np.array([row.get("lang", "fr") in ("fr", "en") for row in rows])
        told = given != "unsure"
        said = np.where(np.isin(given, ["request", "offer"]), given, "other")
        true = np.array([row["label"] for row in rows], dtype=object)
        tone = np.array([row["tone"] for row in rows], dtype=object)
        numbers |= {
            f"{prefix}read": float(read.sum()),
            f"{prefix}unsure": float((read & ~told).sum()),
            f"{prefix}told": float((read & told).sum()),
            f"{prefix}right": float((said == true)[read & told].sum()),
            f"{prefix}asking": float((read & (true != "other")).sum()),
            f"{prefix}elsewhere": float((~read).sum()),
            f"{prefix}elsewhere_unsure": float((~read & ~told).sum()),
        }
        for name in ("request", "offer", "other"):
            found, meant = read & told & (said == name), read & told & (true == name)
            numbers[f"{prefix}{name}_said"] = float(found.sum())
            numbers[f"{prefix}{name}_right"] = float((found & meant).sum())
            numbers[f"{prefix}{name}_meant"] = float(meant.sum())
        for name in ("joke", "spam", "politics", "disguised"):
            mine = read & told & (tone == name)
            numbers[f"{prefix}{name}_told"] = float(mine.sum())
            numbers[f"{prefix}{name}_well"] = float((said == true)[mine].sum())
    return numbers


def _never_seen() -> list[dict[str, str]]:
    """Return posts by another hand, kept to be read once: `text`, `label`, `tone`, `lang`."""
    with NEVER_SEEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _given(rows: Sequence[Mapping[str, str]], movement: Movement) -> npt.NDArray[np.object_]:
    """Return the labels given to handwritten posts; the platform says no language."""
    own = build(
        POSTS,
        [
            {
                "platform": "twitter",
                "post_id": str(k),
                "kind": "post",
                "author_id": str(k),
                "author": f"someone_{k}",
                "posted_at": pd.Timestamp("2015-10-10T10:00Z"),
                "text": f"{row['text']} #{worlds.HASHTAG}",
                "hashtags": [worlds.HASHTAG],
                "media_count": 0,
            }
            for k, row in enumerate(rows)
        ],
    )
    found = appeals.classify(own, None, movement).set_index("post_id")
    return found["label"].reindex([str(k) for k in range(len(rows))]).to_numpy(dtype=object)


Check = Callable[[Case], Mapping[str, float]]
# the modules whose code a check's numbers depend on
MEASURES: dict[str, str] = {
    "adoption": "i4analysis.measure.members.members",
    "press": "i4analysis.measure.push.push",
    "coordination": "i4analysis.measure.coordination.coordination",
    "dossiers": "i4analysis.measure.outcomes.outcomes",
    "relays": "i4analysis.measure.relays.relays",
    "tags": "i4analysis.measure.appeals.tagging",
    "appeals": "i4analysis.measure.appeals.appeals",
}
CHECKS: dict[str, Check] = {
    "adoption": adoption,
    "press": press,
    "coordination": acting_together,
    "dossiers": dossiers,
    "relays": relaying,
    "tags": tags,
    "appeals": labels,
}

# which checks a mechanism alone is held against; together, all are
APT: dict[str, tuple[str, ...]] = {
    "waves": ("adoption", "press"),
    "announce": ("adoption",),
    "quits": ("adoption",),
    "silent": ("adoption",),
    "zones": ("adoption", "press", "coordination"),
    "heavy": ("adoption", "coordination"),
    "timeline": ("coordination", "relays"),
    "notifications": ("coordination", "relays"),
    "pollers": ("coordination",),
    "lists": ("coordination",),
    "relay_fast": ("coordination",),
    "relay_slow": ("coordination",),
    "television": ("press",),
    "newspaper": ("press",),
    "no_effect": ("press",),
    "follows_buzz": ("press",),
    "coincidence": ("dossiers",),
    "caused_by_press": ("dossiers",),
    "routes": ("dossiers",),
    "noise": ("coordination",),
    "deletions": ("adoption", "coordination"),
    "drift": ("adoption",),
    "tagging": ("tags",),
}


# --------------------------------------------------------------------------------- the promises


Rows = Sequence[Mapping[str, float]]
Rate = Callable[[Rows], tuple[float, int]]


@dataclass(frozen=True)
class Promise:
    """One promise of a report and how it is held against all worlds.

    Attributes
    ----------
    name
        `check.what`.
    rate
        Numbers of the worlds → the rate (NaN where there was nothing to hold), and of how many
        trials.
    at_least, at_most
        The rate that keeps the promise.
    stated
        What the measure states, in a figure.
    home
        Check and value of the proof at home that show the same, as `check:value`.
    withheld
        Numbers → share of worlds where the number is withheld instead.
    fails
        What fails: the `rest` of the rate, the `rate` itself, or nothing that is a share.
    fr, en
        What is promised, as a statement; without failures, what the value is.
    of
        What a trial is: items, archives …
    counted
        Whether the rate counts trials; else it is a mean of the shares of archives.
    """

    name: str
    rate: Rate
    fr: str
    en: str
    stated: str
    at_least: float = -math.inf
    at_most: float = math.inf
    home: str = ""
    withheld: Rate | None = None
    fails: str = "rest"
    of: str = "archives"
    counted: bool = True

    @property
    def check(self) -> str:
        return self.name.split(".")[0]

    def failure(self, rate: float) -> float:
        """Return the share of trials that fail, of a rate; NaN where none is a share."""
        return {"rest": 1.0 - rate, "rate": rate}.get(self.fails, NAN)


def _mean(value: str) -> Rate:
    def rate(rows: Rows) -> tuple[float, int]:
        found = [row[value] for row in rows if math.isfinite(row.get(value, NAN))]
        return (float(np.mean(found)) if found else NAN), len(found)

    return rate


def _share(part: Sequence[str], whole: str) -> Rate:
    def rate(rows: Rows) -> tuple[float, int]:
        total = sum(row.get(whole, 0.0) for row in rows)
        mine = sum(row.get(name, 0.0) for row in rows for name in part)
        return (mine / total if total else NAN), int(total)

    return rate


def _few(value: str, most: float) -> Rate:
    def rate(rows: Rows) -> tuple[float, int]:
        found = [row[value] <= most for row in rows if math.isfinite(row.get(value, NAN))]
        return (float(np.mean(found)) if found else NAN), len(found)

    return rate


def _not(value: str) -> Rate:
    def rate(rows: Rows) -> tuple[float, int]:
        mean, n = _mean(value)(rows)
        return 1.0 - mean, n

    return rate


def _placebo_gap(rows: Rows) -> tuple[float, int]:
    """Return stated minus true share of coincidences that earn grade B."""
    n = sum(row.get("stated_n", 0.0) for row in rows)
    if not n:
        return NAN, 0
    stated = sum(row.get("stated_sum", 0.0) for row in rows) / n
    true = sum(row.get("stated_b", 0.0) for row in rows) / n
    return stated - true, int(n)


def _audit_gap(rows: Rows) -> tuple[float, int]:
    """Return the share that follows the author minus the share that came straight from it."""
    follows, n = _mean("audit_share")(rows)
    return follows - _mean("direct_true")(rows)[0], n


PROMISES: tuple[Promise, ...] = (
    Promise(
        "adoption.coverage",
        _mean("coverage"),
        at_least=0.75,
        stated="0.80–0.90 of days",
        home="members.curve:coverage",
        withheld=_not("shown"),
        fr="la bande des soutiens contient la vérité du jour, là où elle est montrée",
        en="the band of supporters holds the day's truth, where it is shown",
        counted=False,
    ),
    Promise(
        "adoption.bounds",
        _mean("bounds"),
        at_least=0.999,
        stated="every day",
        home="members.curve:bounds",
        fr="les limites sûres contiennent la vérité du jour",
        en="the certain bounds hold the day's truth",
        counted=False,
    ),
    Promise(
        "adoption.floor",
        _mean("floor_holds"),
        at_least=0.90,
        stated="at least",
        home="members.never_seen:covered",
        fr="le plancher des soutiens qui écrivent ne dépasse pas leur nombre",
        en="the floor of supporters that write is not above their number",
    ),
    Promise(
        "adoption.unseen",
        _mean("unseen_holds"),
        at_least=0.85,
        stated="no upper end",
        withheld=_not("unseen_shown"),
        fr="l'intervalle des soutiens jamais vus contient leur nombre",
        en="the interval of supporters never seen holds their number",
    ),
    Promise(
        "press.found",
        _share(("pushing_push", "pushing_cannot"), "pushing"),
        at_least=0.60,
        stated="push or cannot tell",
        home="push.items:pushes_said",
        withheld=_share(("pushing_cannot",), "pushing"),
        fr="un article qui pousse est dit tel, ou « impossible à dire »",
        en="an item that pushes is told so, or “cannot tell”",
        of="items",
    ),
    Promise(
        "press.false",
        _share(("still_push",), "still"),
        at_most=0.10,
        stated="≤ 0.10",
        home="push.items:others_as_push",
        fr="un article sans effet n'est pas dit pousser",
        en="an item without effect is not told to push",
        fails="rate",
        of="items",
    ),
    Promise(
        "coordination.organic",
        _few("organic", 5.0),
        at_least=0.95,
        stated="≤ 5 pairs",
        home="coordination.groups:organic_few",
        fr="cinq paires ordinaires au plus sont signalées",
        en="five ordinary pairs at most are flagged",
    ),
    Promise(
        "coordination.fast_group",
        _mean("relay_fast_found"),
        stated="found",
        home="coordination.groups:hidden_all",
        fr="les paires d'un groupe qui relaie en dix minutes sont trouvées",
        en="the pairs of a group that relays within ten minutes are found",
        of="groups",
        counted=False,
    ),
    Promise(
        "coordination.slow_group",
        _mean("relay_slow_found"),
        stated="not promised",
        fr="les paires d'un groupe qui relaie à la file, lentement, sont trouvées",
        en="the pairs of a group that relays in turn, slowly, are found",
        of="groups",
        counted=False,
    ),
    Promise(
        "dossiers.placebo",
        _placebo_gap,
        at_least=-0.10,
        at_most=0.10,
        stated="within 0.10",
        fr="contact par hasard : taux écrit moins taux vrai des coïncidences",
        en="contact by chance: rate stated minus true rate of coincidences",
        fails="",
        of="outcomes",
    ),
    Promise(
        "dossiers.routes",
        _share(("route_b",), "route_n"),
        stated="contacts are seen",
        fr="vrais chemins qui ont un contact direct",
        en="true routes that have a direct contact",
        fails="",
        of="outcomes",
    ),
    Promise(
        "dossiers.coincidences",
        _share(("coincidence_b",), "coincidence_n"),
        stated="said beside the grade",
        fr="une coïncidence n'a pas de contact direct",
        en="a coincidence has no direct contact",
        fails="rate",
        of="outcomes",
    ),
    Promise(
        "dossiers.press",
        _share(("press_b",), "press_n"),
        stated="said beside the grade",
        fr="un résultat dû à un journal n'a pas de contact direct",
        en="an outcome that a newspaper caused has no direct contact",
        fails="rate",
        of="outcomes",
    ),
    Promise(
        "relays.gate",
        _mean("gate_closed"),
        stated="closed without evidence",
        fr="mondes où aucun relais n'est nommé",
        en="worlds in which no relay is named",
        fails="",
    ),
    Promise(
        "relays.named",
        _mean("named_right"),
        at_least=0.45,
        stated="0.55",
        home="relays.parents:relay_accuracy",
        withheld=_mean("gate_closed"),
        fr="le relais nommé est le vrai, là où l'on en nomme",
        en="the relay named is the true one, where any is named",
        counted=False,
    ),
    Promise(
        "relays.checked",
        _mean("checked_right"),
        at_least=0.45,
        stated="0.55",
        home="relays.parents:relay_accuracy",
        withheld=_mean("checked_closed"),
        fr="le relais nommé est le vrai, après un contrôle à la main de cent reprises",
        en="the relay named is the true one, after a hand check of a hundred reshares",
        counted=False,
    ),
    Promise(
        "relays.audit",
        _audit_gap,
        stated="no end of the direct share",
        fr="part qui suit l'auteur, moins part venue droit de l'auteur",
        en="share that follows the author, minus share that came straight from the author",
        fails="",
    ),
    Promise(
        "tags.largest",
        _mean("against_largest"),
        at_least=0.95,
        stated="1.11",
        home="appeals.tagging:against_largest",
        withheld=_mean("refused"),
        fr="comptes atteints, contre les dix plus suivis",
        en="accounts reached, against the ten largest",
        fails="",
    ),
    Promise(
        "tags.unsaid",
        _mean("worse_unsaid"),
        at_most=0.05,
        stated="never",
        withheld=_mean("refused"),
        fr="jamais pire que les dix plus suivis sans le dire",
        en="never worse than the ten largest without saying so",
        fails="rate",
    ),
    Promise(
        "appeals.right",
        _share(("right",), "told"),
        at_least=0.80,
        stated="≥ 0.80",
        home="appeals.labels:precision",
        withheld=_share(("unsure",), "read"),
        of="posts",
        fr="un message d'une main jamais lue est bien étiqueté, s'il l'est",
        en="a post by a hand never read is labelled right, if it is",
    ),
    Promise(
        "appeals.requests",
        _share(("request_right",), "request_said"),
        at_least=0.80,
        stated="≥ 0.80",
        home="appeals.labels:precision",
        of="posts",
        fr="un message dit demande en est une",
        en="a post told to be a request is one",
    ),
    Promise(
        "appeals.found",
        _share(("request_right", "offer_right"), "asking"),
        stated="not promised",
        home="appeals.labels:recall",
        of="posts",
        fr="une demande ou une offre d'une main jamais lue est étiquetée comme telle",
        en="a request or an offer by a hand never read is labelled as such",
    ),
    Promise(
        "appeals.other",
        _share(("other_right",), "other_meant"),
        at_least=0.80,
        stated="≥ 0.80",
        of="posts",
        fr="une blague, une réclame, de la politique sont laissées pour telles",
        en="a joke, spam, politics are left as such",
    ),
    Promise(
        "appeals.elsewhere",
        _share(("elsewhere_unsure",), "elsewhere"),
        at_least=0.90,
        stated="no label",
        of="posts",
        fr="un message dans une autre langue que le français et l'anglais reste sans étiquette",
        en="a post in a language other than French and English is left without a label",
    ),
)
