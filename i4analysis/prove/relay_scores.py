"""Scores of parent probabilities against known parents."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.relays import trees
from i4analysis.measure.relays.cascade_arrays import Cascades, Floats, Integers
from i4analysis.measure.relays.probabilities import ParentProbabilities, parts
from i4analysis.measure.relays.relays import relay_influence
from i4analysis.measure.relays.trees import Pairs

_EDGES = np.array([0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001])
_LEAST_IN_BIN = 20
_MISSING = -1


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
    arrays, pairs = parts(found)
    known = _known(arrays, truth)
    true = (pairs.hops == 1) & (pairs.parent == known[pairs.child])
    true |= (pairs.hops == 2) & (known[pairs.child] == _MISSING)
    direct = (pairs.hops == 1) & arrays.is_original[pairs.parent]
    children = np.unique(pairs.child)
    reshares = max(len(children), 1)
    count = np.bincount(pairs.child[pairs.hops == 1], minlength=pairs.posts)
    wide = count[pairs.child] >= 2
    best = _best(pairs.child, pairs.p, wide)
    given = np.bincount(pairs.child[true], pairs.p[true], minlength=pairs.posts)
    said = given[pairs.child[best]]
    return {
        "reshares": float(len(best)),
        "accuracy": _mean(true[best]),
        "chance": _mean(1 / count[pairs.child[best]]),
        "log_loss": -_mean(np.log(np.maximum(said, 1e-6))),
        "ece": calibration_error(pairs.p[wide], true[wide].astype(np.float64)),
        "relay_accuracy": _relay_accuracy(pairs, true, wide & ~direct & (pairs.hops == 1)),
        "direct_true": float(true[direct].sum() / reshares),
        "direct_said": float(pairs.p[direct].sum() / reshares),
        "unseen_true": _mean(known[children] == _MISSING),
        "unseen_said": float(pairs.p[pairs.hops == 2].sum() / reshares),
        "top_relay": _top_relay(arrays, pairs, known),
    }


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _known(arrays: Cascades, truth: pd.DataFrame) -> Integers:
    """Return the position of each post's true parent, `_MISSING` where the archive lacks it."""
    names = pd.Index(arrays.posts["post_id"].to_numpy(object))
    parent = pd.Series(
        truth["parent_id"].to_numpy(object), index=truth["child_id"].to_numpy(object)
    )
    parent = parent[~parent.index.duplicated(keep="last")]
    place = names.get_indexer(pd.Index(parent.reindex(names).to_numpy(object)))
    return np.asarray(place, np.int64)


def _best(child: Integers, p: Floats, among: npt.NDArray[np.bool_]) -> Integers:
    """Return the most probable row of each child; of equals the last."""
    rows = np.flatnonzero(among)
    rows = rows[np.lexsort((p[rows], child[rows]))]
    return np.asarray(rows[np.diff(child[rows], append=-1) != 0], np.int64)


def calibration_error(p: npt.NDArray[np.float64], hit: npt.NDArray[np.float64]) -> float:
    """Return the expected calibration error: |said − true| by bin, weighted by what was said."""
    bins = np.digitize(p, _EDGES) - 1
    error = 0.0
    for number in range(len(_EDGES) - 1):
        inside = bins == number
        if inside.sum() >= _LEAST_IN_BIN:
            error += abs(p[inside].mean() - hit[inside].mean()) * p[inside].sum()
    return float(error / max(p.sum(), 1e-300))


def _relay_accuracy(
    pairs: Pairs, true: npt.NDArray[np.bool_], relay: npt.NDArray[np.bool_]
) -> float:
    came = np.zeros(pairs.posts, bool)
    came[pairs.child[relay & true]] = True
    return _mean(true[_best(pairs.child, pairs.p, relay & came[pairs.child])])


def _top_relay(arrays: Cascades, pairs: Pairs, known: Integers) -> float:
    below = _below(known)
    expected = trees.expected_descendants(pairs) - 1
    hits: list[bool] = []
    for begin, end in zip(arrays.start[:-1], arrays.start[1:], strict=True):
        if end - begin > 2 and below[begin + 1 : end].max() > 0:
            best = int(np.argmax(expected[begin + 1 : end]))
            hits.append(bool(below[begin + 1 + best] == below[begin + 1 : end].max()))
    return float(np.mean(hits)) if hits else float("nan")


def _below(known: Integers) -> Floats:
    """Return the true descendants of each post, through the true parents of the archive."""
    below = np.zeros(len(known))
    for child in range(len(known) - 1, -1, -1):
        if known[child] != _MISSING:
            below[known[child]] += 1 + below[child]
    return below


def true_descendants(found: ParentProbabilities, truth: pd.DataFrame) -> pd.Series:
    """Return the true number of reshares that came through the reshares of each account."""
    arrays, _ = parts(found)
    relay = ~arrays.is_original
    below = _below(_known(arrays, truth))
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
