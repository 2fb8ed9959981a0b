"""Proof of the relays: parents found, calibrated, the unseen relay, the gate, influence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis import tables
from i4analysis.measure.relays import cascades, trees
from i4analysis.measure.relays.cascade_arrays import Cascades, Floats
from i4analysis.measure.relays.probabilities import ParentProbabilities, parts
from i4analysis.measure.relays.relays import parent_probabilities, real_trees, relay_influence
from i4analysis.measure.relays.trees import Integers, Pairs
from i4analysis.simulate import Parameters, World
from proof.checks import Check, Must

# ---------------------------------------------------------------------------------- known parents


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


# ----------------------------------------------------------------- cascades, by their definitions


RATE = 6.8e-5
_SMALL, _LARGE = 6, 300
_DAY = 86_400.0


def exact(seed: int) -> dict[str, float]:
    """Compare the exact quantities of drawn cascades with their definitions.

    Returns
    -------
    dict
        Largest relative differences: `trees` (descendants, depth, generations and virality of
        cascades of six posts, with both the O(n) passes and the passes over pairs, against the
        sum over every tree), `mixture` (descendants under a power law written as exponentials,
        against every tree), `dense` and `dense_400_days` (descendants of 300 posts over three
        days and over 400 days, against the inverse of the dense matrix).
    """
    rng = np.random.default_rng(seed)
    share, rates, _ = cascades.power_law_as_exponentials(1080.0, 0.6)

    def power_law(gap: Floats) -> Floats:
        return np.asarray(np.exp(-np.outer(gap, rates)) @ share)

    gaps: dict[str, list[float]] = {"trees": [], "mixture": []}
    for _ in range(3):
        times, weights = _cascade(rng, _SMALL, 3.0)
        parents = _defined(times, weights, _exponential)
        truth = _every_tree(parents)
        for found in (_passes(times, weights), _over_pairs(parents)):
            gaps["trees"] += [_gap(found[name], truth[name]) for name in found]
        mixed = cascades.expected_descendants_mixture(times, weights, share, rates)
        slow = _every_tree(_defined(times, weights, power_law))["descendants"]
        gaps["mixture"].append(_gap(mixed, slow))
    return {
        **{name: max(values) for name, values in gaps.items()},
        "dense": _dense_gap(rng, 3.0),
        "dense_400_days": _dense_gap(rng, 400.0),
    }


def _exponential(gap: Floats) -> Floats:
    return np.asarray(np.exp(-RATE * gap))


def _cascade(rng: np.random.Generator, posts: int, days: float) -> tuple[Floats, Floats]:
    times = np.sort(rng.exponential(days * _DAY / 6, posts))
    return times - times[0], np.maximum(1, np.round(rng.pareto(1.1, posts) * 50))


def _gap(found: Floats | float, truth: Floats | float) -> float:
    """Return the largest relative difference; infinite where a value is not finite."""
    found, truth = np.atleast_1d(found), np.atleast_1d(truth)
    if not np.isfinite(found).all():
        return float("inf")
    return float((np.abs(found - truth) / np.maximum(np.abs(truth), 1e-300)).max())


def _passes(times: Floats, weights: Floats) -> dict[str, Floats | float]:
    return {
        "descendants": cascades.expected_descendants(times, weights, RATE),
        "depth": cascades.expected_depth(times, weights, RATE)[1:],
        "generations": cascades.expected_generations(times, weights, RATE, len(times)),
        "virality": cascades.expected_virality(times, weights, RATE),
    }


def _over_pairs(parents: Floats) -> dict[str, Floats | float]:
    child, parent = np.nonzero(parents.T)
    pairs = trees.Pairs(
        child.astype(np.int64),
        parent.astype(np.int64),
        parents.T[child, parent],
        np.ones(len(child), np.int64),
        len(parents),
    )
    return {
        "descendants": trees.expected_descendants(pairs),
        "depth": trees.expected_depth(pairs)[1:],
        "virality": trees.expected_virality(pairs),
    }


def _defined(times: Floats, weights: Floats, kernel: Callable[[Floats], Floats]) -> Floats:
    """Return P[i, j] = P(parent of j = i), from the definition."""
    found = np.zeros((len(times), len(times)))
    for j in range(1, len(times)):
        pull = weights[:j] * kernel(times[j] - times[:j])
        found[:j, j] = pull / pull.sum()
    return found


def _trees(parents: Floats) -> Iterator[tuple[float, tuple[int, ...]]]:
    n = len(parents)
    for chosen in product(*[range(j) for j in range(1, n)]):
        yield float(np.prod([parents[i, j + 1] for j, i in enumerate(chosen)])), (-1, *chosen)


def _every_tree(parents: Floats) -> dict[str, Floats | float]:
    """Sum over every tree that the reshares could form."""
    n = len(parents)
    descendants, depth, generations, virality = np.zeros(n), np.zeros(n), np.zeros(n), 0.0
    for p, tree in _trees(parents):
        own = np.zeros(n, np.int64)
        road = np.eye(n, dtype=bool)  # row j: j and its ancestors
        for j in range(1, n):
            own[j] = own[tree[j]] + 1
            road[j] |= road[tree[j]]
        descendants += p * road.sum(axis=0)
        depth += p * own
        generations += p * np.bincount(own, minlength=n)
        apart = (road[:, None] ^ road[None, :]).sum(axis=2)
        virality += p * float(apart[np.triu_indices(n, 1)].mean())
    return {
        "descendants": descendants,
        "depth": depth[1:],
        "generations": generations,
        "virality": virality,
    }


def _dense_gap(rng: np.random.Generator, days: float) -> float:
    """Compare with (I − P)⁻¹ summed by row, P held in logarithms: the weights would overflow."""
    times, weights = _cascade(rng, _LARGE, days)
    log = np.log(weights) + RATE * times
    parents = np.zeros((_LARGE, _LARGE))
    for j in range(1, _LARGE):
        parents[:j, j] = np.exp(log[:j] - np.logaddexp.reduce(log[:j]))
    dense = np.linalg.inv(np.eye(_LARGE) - parents).sum(axis=1)
    return _gap(cascades.expected_descendants(times, weights, RATE), np.asarray(dense))


# ------------------------------------------------------------------------------------- the checks


_LOSS = (0.25, 0.5)


def _parents(world: World) -> dict[str, float]:
    """Score the method and its rivals, without follow lists."""
    found = parent_probabilities(world.archive)
    scores = score(found, world.truth.parents)
    rivals = {
        name: score(parent_probabilities(world.archive, method=name), world.truth.parents)
        for name in ("casin", "author")
    }
    return {
        "accuracy": scores["accuracy"],
        "chance": scores["chance"],
        "casin": rivals["casin"]["accuracy"],
        "author": rivals["author"]["accuracy"],
        "times_casin": scores["accuracy"] / max(rivals["casin"]["accuracy"], 1e-9),
        "ece": scores["ece"],
        "relay_accuracy": scores["relay_accuracy"],
        "unseen_true": scores["unseen_true"],
        "unseen_said": scores["unseen_said"],
        "unseen_gap": abs(scores["unseen_said"] - scores["unseen_true"]),
        "direct_true": scores["direct_true"],
        "direct_said": scores["direct_said"],
        "coverage": float(found.quality["coverage_any"].iloc[0]),
        # pair evidence alone must not open it; a hand audit of whom people follow may
        "unchecked_names": float(found.gate != "closed"),
        "gate_lets_name": float(_checked(found, world).gate != "closed"),
    }


def _checked(found: ParentProbabilities, world: World) -> ParentProbabilities:
    audit = world.movement.ledger("audit")
    along = np.maximum(audit["follows_author"], audit["follows_relay"])
    return found.with_reading(float(along.mean()), len(along))


def _follows(world: World) -> pd.DataFrame:
    edges = world.truth.follows
    return tables.build(
        tables.FOLLOWS,
        {
            "platform": ["twitter"] * len(edges),
            "follower_id": edges["follower_id"].tolist(),
            "followee_id": edges["followee_id"].tolist(),
        },
    )


def _with_lists(world: World) -> dict[str, float]:
    """Score the method where every follow list is known."""
    found = parent_probabilities(world.archive, follows=_follows(world))
    scores = score(found, world.truth.parents)
    names = (
        "accuracy", "chance", "ece", "relay_accuracy", "unseen_true", "unseen_said",
        "direct_true", "direct_said",
    )  # fmt: skip
    gap = abs(scores["unseen_said"] - scores["unseen_true"])
    return {name: scores[name] for name in names} | {"unseen_gap": gap}


def _audited(world: World) -> dict[str, float]:
    """Calibrate by a hand audit of 100 reshares that knows whether each came straight."""
    posts = world.archive.posts
    truth = world.truth.parents[world.truth.parents["child_id"].isin(posts["post_id"])]
    sample = truth.sample(100, random_state=world.parameters.seed)
    audit = pd.DataFrame(
        {
            "post_id": sample["child_id"],
            "follows_author": (sample["parent_id"] == sample["cascade_id"]).astype("int64"),
        }
    )
    plain = parent_probabilities(world.archive)
    moved = parent_probabilities(world.archive, audit=audit)
    before, after = (score(one, world.truth.parents) for one in (plain, moved))
    quality = moved.quality.iloc[0]
    return {
        "ece_before": before["ece"],
        "ece_after": after["ece"],
        "direct_true": before["direct_true"],
        "within": float(quality["delta_lo"] <= before["direct_true"] <= quality["delta_hi"]),
    }


def _influence(world: World) -> dict[str, float]:
    """Compare what came through each account with the truth, and with the plain count."""
    found = parent_probabilities(world.archive)
    ranks = influence_correlation(found, world.truth.parents)
    table = relay_influence(found).table.set_index("account")
    true = true_descendants(found, world.truth.parents).reindex(table.index.astype(object))
    ends = {name: table[name].to_numpy(float) for name in ("lo", "hi", "range_lo", "range_hi")}
    lo = np.minimum(ends["lo"], ends["range_lo"])
    hi = np.maximum(ends["hi"], ends["range_hi"])
    values = true.to_numpy(float)
    large = table["relays"].to_numpy(float) >= 5
    return {
        "rank_correlation": ranks["descendants"],
        "rank_of_counts": ranks["relays"],
        "gain": ranks["descendants"] - ranks["relays"],
        "band_holds": float(((lo <= values) & (values <= hi))[large].mean()),
    }


def _gate(world: World) -> dict[str, float]:
    """Strip the evidence (every account seen once) and look whether the gate closes."""
    posts = world.archive.posts
    reshares = posts[(posts["kind"] == "reshare").to_numpy(dtype=bool)]
    alone = [f"once-{number}" for number in range(len(reshares))]
    stripped = reshares.assign(author_id=alone, author=alone, mentions=None).astype(
        {name: tables.POSTS[name].dtype for name in ("author_id", "author", "mentions")}
    )
    return {"closed": float(parent_probabilities(tables.Archive(posts=stripped)).gate == "closed")}


def _real(seed: int) -> dict[str, float]:
    """Give the scores on real trees, measured once and committed (benchmarks/real_trees.py)."""
    table = real_trees().astype({"source": object, "method": object})
    numbers: dict[str, float] = {}
    for row in table.to_dict("records"):
        source, method = row["source"], row["method"]
        for name in _TREE_SCORES:
            numbers[f"{source}_{method}_{name}"] = float(row[name])
        numbers[f"{source}_reshares"] = float(row["reshares"])
        if method == "audited":
            within = row["delta_lo"] <= row["direct_true"] <= row["delta_hi"]
            for name in _DIRECT:
                numbers[f"{source}_{name}"] = float(within if name == "within" else row[name])
    numbers["gates_closed"] = float((table["gate"] == "closed").mean())
    return numbers


_SOURCES = {"weibo": "Weibo", "marref": "#marref"}
_METHODS = {
    "author": ("« toujours l’auteur »", "“always the author”"),
    "casin": ("casIn", "casIn"),
    "lsr": ("notre modèle", "our model"),
    "audited": ("notre modèle, avec contrôle à la main", "our model, with the audit"),
}
_TREE_SCORES = {
    "accuracy": ("vrai parent en tête", "true parent first"),
    "ece": ("erreur de calibration", "calibration error"),
    "relay_accuracy": ("vrai relais en tête des relais", "true relay first of relays"),
    "top_relay": ("premier relais de la cascade trouvé", "top relay of the cascade found"),
}
_DIRECT = {
    "direct_true": ("part directe, vraie", "direct share, true"),
    "direct_said": ("part directe, après contrôle", "direct share, after the audit"),
    "delta_lo": ("part directe contrôlée, au moins", "audited direct share, from"),
    "delta_hi": ("part directe contrôlée, au plus", "audited direct share, to"),
    "within": ("vraie part dans l’intervalle", "true share in the interval"),
}


def _tree_words() -> dict[str, tuple[str, str]]:
    """Say what each number of the real trees is."""
    words = {
        f"{source}_{method}_{name}": (
            f"{place}, {who[0]} : {what[0]}",
            f"{place}, {who[1]}: {what[1]}",
        )
        for source, place in _SOURCES.items()
        for method, who in _METHODS.items()
        for name, what in _TREE_SCORES.items()
    }
    for source, place in _SOURCES.items():
        words[f"{source}_reshares"] = (f"{place} : reprises", f"{place}: reshares")
        for name, what in _DIRECT.items():
            words[f"{source}_{name}"] = (f"{place} : {what[0]}", f"{place}: {what[1]}")
    return words | {"gates_closed": ("portes fermées (part)", "gates closed (share)")}


_UNSEEN = "methods 2: unseen share"
_BOTH_REGIMES = (
    Must("times_casin", at_least=2.0, losses=(0.0,), why="methods 2: twice casIn"),
    Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
    Must("gate_lets_name", at_least=1.0, losses=(0.0,), each=True, why="methods 2.5: not closed"),
    Must("unchecked_names", at_most=0.0, each=True, why="a feed may be sorted by the platform"),
)
_PARENT_WORDS = {
    "accuracy": ("vrai parent en tête", "true parent first"),
    "chance": ("au hasard", "by chance"),
    "casin": ("casIn", "casIn"),
    "author": ("« toujours l’auteur »", "“always the author”"),
    "times_casin": ("fois mieux que casIn", "times as good as casIn"),
    "ece": ("erreur de calibration", "calibration error"),
    "relay_accuracy": ("vrai relais en tête des relais", "true relay first of relays"),
    "unseen_gap": ("écart sur la part des relais manquants", "gap on missing relays"),
    "unseen_true": ("part des relais manquants, vraie", "share of missing relays, true"),
    "unseen_said": ("part des relais manquants, annoncée", "share of missing relays, said"),
    "direct_true": ("part directe, vraie", "direct share, true"),
    "direct_said": ("part directe, annoncée", "direct share, said"),
    "coverage": ("part avec indice", "share with evidence"),
    "gate_lets_name": ("porte ouverte ou entrouverte", "gate open or ajar"),
    "unchecked_names": ("ouverte sans contrôle", "open without a check"),
}
_GATE_WORDS = {"closed": ("porte fermée", "gate closed")}

CHECKS = [
    Check(
        "relays.parents",
        _parents,
        must=(
            Must("accuracy", at_least=0.55, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            Must("ece", at_most=0.06, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            *_BOTH_REGIMES,
        ),
        fr="qui a relayé qui, sans liste d’abonnés",
        en="who relayed whom, without follow lists",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_dense",
        _parents,
        must=(
            Must("ece", at_most=0.06, losses=(0.0,), why="as in regime S, no graph"),
            *_BOTH_REGIMES,
        ),
        parameters=Parameters.dense,
        quick=False,
        fr="qui a relayé qui, sans liste d’abonnés, longues chaînes",
        en="who relayed whom, without follow lists, long chains",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_with_lists",
        _with_lists,
        must=(
            Must("accuracy", at_least=0.77, losses=(0.0,), why="methods 2.3, regime S, graph"),
            Must("ece", at_most=0.04, losses=(0.0,), why="methods 2.3, regime S, graph"),
            Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
        ),
        fr="qui a relayé qui, toutes les listes d’abonnés connues",
        en="who relayed whom, every follow list known",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_dense_with_lists",
        _with_lists,
        must=(
            Must("ece", at_most=0.04, losses=(0.0,), why="as in regime S, graph"),
            Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
        ),
        parameters=Parameters.dense,
        quick=False,
        fr="qui a relayé qui, toutes les listes d’abonnés connues, longues chaînes",
        en="who relayed whom, every follow list known, long chains",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.audit",
        _audited,
        must=(
            Must("ece_after", at_most=0.06, losses=(0.0,), why="methods 2.4"),
            Must("within", at_least=0.85, losses=(0.0,), why="a 95 % interval, 20 worlds"),
        ),
        losses=(0.0,),
        fr="la part directe, contrôlée à la main sur cent reprises",
        en="the direct share, checked by hand on a hundred reshares",
        values={
            "ece_before": ("calibration avant", "calibration before"),
            "ece_after": ("calibration après", "calibration after"),
            "within": ("vraie part dans l’intervalle", "true share in the interval"),
        },
    ),
    Check(
        "relays.influence",
        _influence,
        must=(
            Must("rank_correlation", at_least=0.55, losses=(0.0,), why="methods 2.3: .69"),
            Must("gain", at_least=0.03, losses=(0.0,), why="better than counting reshares"),
        ),
        losses=(0.0, 0.25),
        fr="ce qui est venu par chaque compte",
        en="what came through each account",
        values={
            "rank_correlation": ("corrélation de rangs avec la vérité", "rank correlation"),
            "rank_of_counts": ("celle du simple compte", "that of the plain count"),
            "band_holds": ("la fourchette contient la vérité", "the band holds the truth"),
        },
    ),
    Check(
        "relays.gate",
        _gate,
        must=(Must("closed", at_least=1.0, each=True, why="methods 2.5: evidence stripped"),),
        losses=(0.0,),
        fr="sans indice, aucun relais n’est nommé",
        en="without evidence no relay is named",
        values=_GATE_WORDS,
    ),
    Check(
        "relays.gate_dense",
        _gate,
        must=(Must("closed", at_least=1.0, each=True, why="methods 2.5: evidence stripped"),),
        losses=(0.0,),
        parameters=Parameters.dense,
        quick=False,
        fr="sans indice, aucun relais n’est nommé, longues chaînes",
        en="without evidence no relay is named, long chains",
        values=_GATE_WORDS,
    ),
    Check(
        "relays.exact",
        exact,
        must=(
            Must("trees", at_most=1e-10, each=True, why="methods 2: exact identities"),
            Must("mixture", at_most=1e-10, each=True, why="methods 2: exact identities"),
            Must("dense", at_most=1e-9, each=True, why="the dense definition, O(n³)"),
            Must("dense_400_days", at_most=1e-9, each=True, why="finite and exact on long ones"),
        ),
        losses=(0.0,),
        on="seed",
        fr="les quantités exactes d’une cascade, contre leur définition",
        en="the exact quantities of a cascade, against their definition",
        values={
            "trees": ("écart avec la somme de tous les arbres", "gap with the sum of all trees"),
            "mixture": ("le même, loi de puissance", "the same, power law"),
            "dense": ("écart avec la matrice dense", "gap with the dense matrix"),
            "dense_400_days": ("le même, sur 400 jours", "the same, over 400 days"),
        },
    ),
    Check(
        "relays.real_trees",
        _real,
        must=(
            Must("gates_closed", at_least=1.0, why="no evidence on who reads whom in these sets"),
            Must("weibo_within", at_least=1.0, why="the audited direct share holds the true one"),
            Must("marref_within", at_least=1.0, why="the audited direct share holds the true one"),
        ),
        losses=(0.0,),
        seeds=1,
        on="seed",
        fr="sur de vraies cascades dont les chemins sont connus (Weibo, #marref)",
        en="on real cascades whose roads are known (Weibo, #marref)",
        values=_tree_words(),
    ),
]
