"""From a visible reaction back to the original: which relays were on the way.

Uses the parent probabilities of `measure.relays` and the exact sums of `measure.paths`. A route
is only looked for where the archive shows a reaction; a silent account gets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.measure.accounts.identity import text
from i4analysis.measure.outcomes import paths
from i4analysis.measure.outcomes.traces import REACTIONS
from i4analysis.measure.relays.probabilities import parts
from i4analysis.measure.relays.relays import ParentProbabilities, over_direct_shares
from i4analysis.tables import Table, declared

TAU_H = 72.0
TAUS_H = (24.0, 72.0, 168.0)
MOST_PAIRS = 400_000
RELAYS, PATHS = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class Routes:
    """Relays and paths of the outcomes that left a visible reaction.

    Attributes
    ----------
    relays
        Columns `RELAYS`: `lo`, `hi` over the delay τ of 24, 72 and 168 h and, without an audit,
        the direct shares.
    paths
        Columns `PATHS`.
    reasons
        Outcome → why no path is named, or "named".
    unseen
        Outcome → probability that the way goes through a post missing from the archive.
    dates
        Post → instant, for the posts of the ways.
    """

    relays: pd.DataFrame
    paths: pd.DataFrame
    reasons: dict[str, str]
    unseen: dict[str, float]
    dates: dict[str, Any] = field(default_factory=dict)


def find_routes(
    outcomes: pd.DataFrame,
    traces: pd.DataFrame,
    parents: ParentProbabilities,
    authors: dict[str, str],
    *,
    posts: pd.DataFrame | None = None,
    tau_h: float = TAU_H,
    k: int = 5,
    ranges: bool = True,
    draws: int = 200,
    seed: int = 0,
) -> Routes:
    """Walk back from each outcome's reactions.

    The last hop is, for a reshare, its P(parent); for an answer or a quote, the post answered;
    without those, the post that tags the account. Several reactions weigh e^{-hours before/τ}.

    Parameters
    ----------
    outcomes, traces
        The ledger and the result of `traces.find_traces`.
    parents
        Parent probabilities of the same archive.
    authors
        Post → account key, for posts that nobody reshared.
    posts
        Canonical posts: they say when the posts of the ways were written.
    tau_h, k
        Delay that weighs several reactions; paths listed.
    ranges
        Whether to work out `lo` and `hi`.
    draws, seed
        Live-edge samples of the upper bound of indispensability; none for 0.
    """
    relays, ways = [], []
    reasons: dict[str, str] = {}
    unseen: dict[str, float] = {}
    variants = _variants(parents) if ranges and _any_path(outcomes, traces, parents) else []
    for outcome, silent in zip(outcomes["outcome_id"], outcomes["silent"], strict=True):
        mine = traces[(traces["outcome_id"] == outcome).to_numpy(dtype=bool)]
        reasons[outcome] = reason(mine, silent is True or silent is np.True_, parents.gate)
        reactions = _reactions(mine)
        if reasons[outcome] in ("silent", "no_interaction", "address_only"):
            continue
        if reasons[outcome] == "gate_closed":
            relays.append(_authors_only(outcome, reactions, parents, authors, tau_h))
            continue
        table = _of_cascades(parents, reactions)
        found, best, missing = _walk(table, reactions, authors, tau_h, k)
        if found["account"].isna().all():  # a way on which nobody is known is none
            reasons[outcome] = "gate_closed"
            continue
        # every variant has the same rows in the same order: only the probabilities differ
        rows = table.index.to_numpy()
        others = [
            _walk(table.assign(p=other[rows]), reactions, authors, tau, 0)[0]
            for other in variants
            for tau in TAUS_H
        ]
        found = _with_range(found, others)
        found = found.merge(
            _needed(table, reactions, parents, tau_h, draws, seed), on="post_id", how="left"
        )
        relays.append(found.assign(outcome_id=outcome))
        ways.append(best.assign(outcome_id=outcome))
        unseen[outcome] = missing
    found = _joined(relays, RELAYS)
    return Routes(found, _joined(ways, PATHS), reasons, unseen, _dates(found, posts))


def _dates(found: pd.DataFrame, posts: pd.DataFrame | None) -> dict[str, Any]:
    if posts is None:
        return {}
    asked = pa.array(found["post_id"].unique(), pa.string())
    rows = np.flatnonzero(pc.is_in(text(posts["post_id"]), value_set=asked))
    some = posts.iloc[rows]
    return dict(zip(some["post_id"], some["posted_at"], strict=True))


def reason(traces: pd.DataFrame, silent: bool, gate: str) -> str:
    """Return why no path may be named, or "named"."""
    if silent:
        return "silent"
    kinds = set(traces["kind"])
    if not kinds & {*REACTIONS, "tagged"}:
        return "address_only" if "linked" in kinds else "no_interaction"
    if gate == "closed" and not kinds & {"quoted", "replied", "tagged"}:
        return "gate_closed"
    return "gate_closed" if gate == "closed" and "reshared" in kinds else "named"


def _any_path(outcomes: pd.DataFrame, traces: pd.DataFrame, parents: ParentProbabilities) -> bool:
    reshared = set(traces.loc[traces["kind"] == "reshared", "outcome_id"])
    return parents.gate != "closed" and bool(reshared & set(outcomes["outcome_id"]))


def _variants(parents: ParentProbabilities) -> list[npt.NDArray[np.float64]]:
    """Return the probabilities of each direct share to be run."""
    return [parts(one)[1].p for one in (*over_direct_shares(parents).values(), parents)]


def _reactions(traces: pd.DataFrame) -> pd.DataFrame:
    reacted = traces[traces["kind"].isin(REACTIONS)]
    return reacted if len(reacted) else traces[traces["kind"] == "tagged"]


def _of_cascades(parents: ParentProbabilities, reactions: pd.DataFrame) -> pd.DataFrame:
    wanted = set(reactions["other_post_id"].dropna()) | set(reactions["post_id"])
    return parents.rows_of_cascades(wanted)


def _weights(reactions: pd.DataFrame, tau_h: float) -> np.ndarray:
    hours = reactions["hours_before"].to_numpy(dtype=float)
    weight = np.exp(-(hours - hours.min()) / tau_h)
    return np.asarray(weight / weight.sum())


def _walk(
    table: pd.DataFrame, reactions: pd.DataFrame, authors: dict[str, str], tau_h: float, k: int
) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Return relays, paths and the unseen share of one outcome."""
    graph = paths.path_graph(table)
    passed = _passed(graph, table)
    last, alone, missing = _last_hop(graph, passed, reactions, tau_h)
    found = paths.on_path(passed, last)
    best = paths.most_probable(passed, last, k) if k else pd.DataFrame()
    if alone:
        extra = pd.DataFrame(
            [
                {
                    "post_id": post,
                    "account": authors.get(post),
                    "is_original": True,
                    "p_on_path": weight,
                    "shapley": weight,
                }
                for post, weight in alone
            ]
        )
        found = extra if found.empty else pd.concat([found, extra], ignore_index=True)
        if k:
            rows = [
                {"posts": [post], "accounts": [authors.get(post)], "p_path": weight}
                for post, weight in alone
            ]
            best = pd.concat([best, pd.DataFrame(rows)], ignore_index=True)
            best = best.sort_values("p_path", ascending=False, ignore_index=True).head(k)
            best["rank"] = np.arange(1, len(best) + 1)
    found["role"] = np.where(found["is_original"].astype(bool), "author", "relay")
    return found, best, missing


def _passed(graph: paths.PathGraph, table: pd.DataFrame) -> paths.PathGraph:
    """Pass missing relays' mass on, by the evidence-free weights of the table when it has them."""
    if "p_plain" not in table.columns or not len(graph.p):
        return paths.pass_on_unseen(graph)
    seen = (table["parent_id"] != paths.UNSEEN).to_numpy(dtype=bool)
    place = pd.Series(np.arange(len(graph.ids)), index=graph.ids)
    child = place.reindex(table.loc[seen, "child_id"]).to_numpy(dtype=np.int64)
    parent = place.reindex(table.loc[seen, "parent_id"]).to_numpy(dtype=np.int64)
    plain = table.loc[seen, "p_plain"].to_numpy(dtype=float)
    return paths.pass_on_unseen(graph, plain[np.lexsort((parent, child))])


def _last_hop(
    graph: paths.PathGraph, passed: paths.PathGraph, reactions: pd.DataFrame, tau_h: float
) -> tuple[np.ndarray, list[tuple[str, float]], float]:
    """Return P(last hop) by node, posts outside the graph with their weight, the unseen share."""
    last = np.zeros(len(graph.ids))
    direct = np.zeros(len(graph.ids))
    alone: dict[str, float] = {}
    place = graph.position
    lost = 0.0
    rows = zip(
        reactions["kind"], reactions["post_id"], reactions["other_post_id"],
        _weights(reactions, tau_h), strict=True,
    )  # fmt: skip
    for kind, post, other, weight in rows:
        if kind == "reshared" and post in place:
            mine = passed.child == place[post]
            np.add.at(last, passed.parent[mine], weight * passed.p[mine])
            same = graph.child == place[post]
            np.add.at(direct, graph.parent[same], weight * graph.p[same])
            lost += weight * graph.unseen[place[post]]
            continue
        target = str(post if kind == "tagged" else other)
        if target in place:
            last[place[target]] += weight
            direct[place[target]] += weight
        elif target not in ("None", "<NA>"):
            alone[target] = alone.get(target, 0.0) + weight
    return last, list(alone.items()), min(1.0, lost + paths.p_unseen(graph, direct))


def _with_range(found: pd.DataFrame, others: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add the least and the greatest P(on path) over the variants, as `lo` and `hi`."""
    base = found.set_index("post_id")["p_on_path"]
    columns = [base] + [other.set_index("post_id")["p_on_path"] for other in others]
    wide = pd.concat(columns, axis=1).reindex(base.index).fillna(0.0)
    return found.assign(lo=wide.min(axis=1).to_numpy(), hi=wide.max(axis=1).to_numpy())


def _needed(
    table: pd.DataFrame,
    reactions: pd.DataFrame,
    parents: ParentProbabilities,
    tau_h: float,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Return the upper bound of P(indispensable); spare deliveries by account and cascade size."""
    if not draws or not 0 < len(table) <= MOST_PAIRS:
        return pd.DataFrame({"post_id": [], "indispensable_hi": []})
    arrays, _ = parts(parents)
    reshares = arrays.posts.loc[~arrays.is_original, "account"]
    of_account = reshares.value_counts()
    graph = paths.path_graph(table)
    passed = _passed(graph, table)
    last, _, _ = _last_hop(graph, passed, reactions, tau_h)
    size = table.drop_duplicates("child_id").groupby("cascade_id").size().mean()
    busy = pd.Series(graph.accounts).map(of_account).fillna(1.0).to_numpy(dtype=float)
    rates = busy * float(size) / max(len(reshares), 1)
    bound = paths.indispensable(passed, last, rates, draws=draws, seed=seed)
    return bound[["post_id", "indispensable_hi"]]


def _authors_only(
    outcome: str,
    reactions: pd.DataFrame,
    parents: ParentProbabilities,
    authors: dict[str, str],
    tau_h: float,
) -> pd.DataFrame:
    """Return the authors whose posts were reacted to: all that a closed gate allows."""
    post = reactions["other_post_id"].where(reactions["kind"] != "tagged", reactions["post_id"])
    table = pd.DataFrame({"post_id": post.astype(object), "p_on_path": _weights(reactions, tau_h)})
    table = table.dropna().groupby("post_id")[["p_on_path"]].sum().reset_index()
    posts = parts(parents)[0].posts
    roots = posts[posts["post_id"].isin(table["post_id"])].drop_duplicates("post_id")
    known = roots.set_index("post_id")["account"].to_dict() | authors
    table = table[table["post_id"].isin(known)]  # an author whom nobody knows is none to list
    return table.assign(
        outcome_id=outcome, account=table["post_id"].map(known), role="author", shapley=np.nan
    ).assign(lo=table["p_on_path"], hi=table["p_on_path"], indispensable_hi=np.nan)


def _joined(parts: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    usable = [part.reindex(columns=table.names) for part in parts if len(part)]
    return table.of(pd.concat(usable, ignore_index=True) if usable else ())
