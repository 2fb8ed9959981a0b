"""Scores of parent probabilities against known parents."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure import trees
from i4analysis.measure.cascade_arrays import Cascades
from i4analysis.measure.probabilities import UNSEEN, ParentProbabilities, parts
from i4analysis.measure.relays import relay_influence

_EDGES = np.array([0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001])
_LEAST_IN_BIN = 20


def score(found: ParentProbabilities, truth: pd.DataFrame) -> dict[str, float]:
    """Compare parent probabilities with the true parents.

    Parameters
    ----------
    found
        What a method says.
    truth
        `child_id`, `parent_id`; a true parent that is not in the archive counts as UNSEEN.

    Returns
    -------
    dict
        Over reshares with at least two posts before them: `reshares`; `accuracy` (the most
        probable parent is the true one); `chance` (of a uniform guess); `log_loss` (−log of the
        probability given to the truth, floor 1e-6); `ece` (expected calibration error of all
        probabilities). Over those of them that truly came through a seen relay:
        `relay_accuracy` (the true relay is the most probable of the relays). Over all reshares:
        `direct_true`, `direct_said`, `unseen_true`, `unseen_said`. Over cascades with a true
        relay: `top_relay` (the relay of most true descendants has most expected ones).
    """
    table = found.table[["cascade_id", "child_id", "parent_id", "p"]].copy()
    known = _known(table, truth)
    table["true"] = table["parent_id"].to_numpy(object) == known.loc[table["child_id"]].to_numpy()
    direct = (table["parent_id"] == table["cascade_id"]).to_numpy(dtype=bool)
    reshares = max(len(known), 1)
    seen = table[(table["parent_id"] != UNSEEN).to_numpy(dtype=bool)]
    count = seen.groupby("child_id").size()
    wide = table[table["child_id"].map(count).to_numpy() >= 2]
    best = wide.loc[wide.sort_values("p", kind="stable").groupby("child_id").tail(1).index]
    given = wide[wide["true"]].set_index("child_id")["p"].reindex(best["child_id"])
    said = given.to_numpy(np.float64, na_value=0.0)
    p, hit = wide["p"].to_numpy(np.float64), wide["true"].to_numpy(np.float64)
    return {
        "reshares": float(len(best)),
        "accuracy": float(best["true"].mean()),
        "chance": float((1 / count[best["child_id"]]).mean()),
        "log_loss": float(-np.log(np.maximum(said, 1e-6)).mean()),
        "ece": calibration_error(p, hit),
        "relay_accuracy": _relay_accuracy(wide),
        "direct_true": float(table.loc[direct, "true"].sum() / reshares),
        "direct_said": float(table.loc[direct, "p"].sum() / reshares),
        "unseen_true": float((known == UNSEEN).mean()),
        "unseen_said": float(table.loc[table["parent_id"] == UNSEEN, "p"].sum() / reshares),
        "top_relay": _top_relay(found, known),
    }


def _known(table: pd.DataFrame, truth: pd.DataFrame) -> pd.Series:
    """Return the true parent of each child of the table, UNSEEN where it is not a candidate."""
    parents = dict(zip(truth["child_id"], truth["parent_id"], strict=True))
    posts = set(table["child_id"]) | set(table["cascade_id"])
    children = table["child_id"].unique()
    return pd.Series(
        [parents[child] if parents.get(child) in posts else UNSEEN for child in children],
        index=pd.Index(children),
        dtype=object,
    )


def calibration_error(p: npt.NDArray[np.float64], hit: npt.NDArray[np.float64]) -> float:
    """Return the expected calibration error: |said − true| by bin, weighted by what was said."""
    bins = np.digitize(p, _EDGES) - 1
    error = 0.0
    for number in range(len(_EDGES) - 1):
        inside = bins == number
        if inside.sum() >= _LEAST_IN_BIN:
            error += abs(p[inside].mean() - hit[inside].mean()) * p[inside].sum()
    return float(error / max(p.sum(), 1e-300))


def _relay_accuracy(wide: pd.DataFrame) -> float:
    relay = wide[(wide["parent_id"] != wide["cascade_id"]) & (wide["parent_id"] != UNSEEN)]
    through = relay[relay["child_id"].isin(relay.loc[relay["true"], "child_id"])]
    if not len(through):
        return float("nan")
    best = through.loc[through.sort_values("p", kind="stable").groupby("child_id").tail(1).index]
    return float(best["true"].mean())


def _top_relay(found: ParentProbabilities, known: pd.Series) -> float:
    arrays, pairs = parts(found)
    below = _below(arrays, known)
    expected = trees.expected_descendants(pairs) - 1
    hits: list[bool] = []
    for begin, end in zip(arrays.start[:-1], arrays.start[1:], strict=True):
        if end - begin > 2 and below[begin + 1 : end].max() > 0:
            best = int(np.argmax(expected[begin + 1 : end]))
            hits.append(bool(below[begin + 1 + best] == below[begin + 1 : end].max()))
    return float(np.mean(hits)) if hits else float("nan")


def _below(arrays: Cascades, known: pd.Series) -> npt.NDArray[np.float64]:
    """Return the true descendants of each post, through the true parents of the archive."""
    names = arrays.posts["post_id"].to_numpy(object)
    place = {name: number for number, name in enumerate(names)}
    parents = known.to_dict()
    below = np.zeros(len(names))
    for child in names[::-1]:
        parent = parents.get(child, UNSEEN)
        if parent != UNSEEN:
            below[place[parent]] += 1 + below[place[child]]
    return below


def true_descendants(found: ParentProbabilities, truth: pd.DataFrame) -> pd.Series:
    """Return the true number of reshares that came through the reshares of each account."""
    arrays, _ = parts(found)
    relay = ~arrays.is_original
    below = _below(arrays, _known(found.table, truth))
    account = arrays.posts["account"].to_numpy(object)[relay]
    summed: pd.Series = pd.Series(below[relay]).groupby(account).sum()
    return summed


def influence_correlation(found: ParentProbabilities, truth: pd.DataFrame) -> dict[str, float]:
    """Return Spearman's correlation of accounts' expected and true descendants through reshares.

    `descendants` is that of the method used, `relays` that of the number of reshares the account
    made, which needs no model.
    """
    table = relay_influence(found, draws=20).table.set_index("account")
    true = true_descendants(found, truth).reindex(table.index.astype(object))
    joined = table[["descendants", "relays"]].assign(true=true.to_numpy())
    ranks = joined.astype("float64").rank()
    return {name: float(ranks[name].corr(ranks["true"])) for name in ("descendants", "relays")}
