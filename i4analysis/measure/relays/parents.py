"""From evidence to possible parents: candidates weighed, normalised, calibrated.

The steps behind `i4analysis.measure.relays.relays.parent_probabilities`.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from i4analysis.measure.relays import evidence as ev
from i4analysis.measure.relays import hazard as hz
from i4analysis.measure.relays.cascade_arrays import NO_VIA, Cascades, Flags, Floats, Integers
from i4analysis.measure.relays.trees import Pairs

CASIN_RATE_PER_S = 6.8e-5
DIRECT_SHARES = (0.4, 0.57, 0.75)
"""Direct shares to run without an audit; 0.57 and 0.59 were measured on real trees."""
_MOST_CANDIDATES, _FEWEST_CANDIDATES = 200, 10
_ROW_BUDGET = 12_000_000
_FIT_BUDGET = 2_500_000
_LEAST_SEEN = 0.05


def most_candidates(arrays: Cascades) -> int:
    """Return how many reshares before it a reshare may come from: 200, fewer in huge archives."""
    reshares = len(arrays.hours) - (len(arrays.start) - 1)
    return int(np.clip(_ROW_BUDGET // max(reshares, 1), _FEWEST_CANDIDATES, _MOST_CANDIDATES))


def fit_hazard(
    arrays: Cascades,
    index: ev.Evidence,
    rows: ev.Candidates,
    most: int,
    passes: int,
    rng: np.random.Generator,
) -> tuple[hz.Hazard, ev.Features]:
    """Fit the hazard, then again with the co-reshares that the fit before makes probable."""
    sample = ev.candidates(
        arrays, most=most, controls=4, rng=rng, children=_fit_sample(arrays, most, rng)
    )
    credit: ev.Credit | None = None
    fitted = hz.Hazard()
    for step in range(max(passes, 1)):
        fitted = hz.fit(
            arrays, sample, ev.features(index, arrays, sample, credit), fitted if step else None
        )
        found = ev.features(index, arrays, rows, credit)
        if step + 1 < passes:
            weight = hz.weights(fitted, arrays, rows, found)
            share = _shares(rows.child, weight, _missing(arrays, rows, weight, fitted))
            credit = ev.credit_of(arrays, rows, share, index.accounts)
    return fitted, found


def _fit_sample(arrays: Cascades, most: int, rng: np.random.Generator) -> Flags:
    """Choose the reshares to fit: all, or whole cascades at random up to a budget of rows."""
    place = np.arange(len(arrays.hours)) - arrays.original
    rows = np.where(place > 0, np.minimum(place, most + 1) * 5, 0)
    if rows.sum() <= _FIT_BUDGET:
        return place > 0
    per_cascade = np.add.reduceat(rows, arrays.start[:-1])
    order = rng.permutation(len(per_cascade))
    chosen = np.zeros(len(per_cascade), bool)
    reached = np.cumsum(per_cascade[order])
    chosen[order[: np.searchsorted(reached, _FIT_BUDGET) + 1]] = True
    taken = chosen[arrays.cascade] & (place > 0)
    share = _FIT_BUDGET / max(int(rows[taken].sum()), 1)
    return np.asarray(taken & (rng.random(len(taken)) < share), bool)


def baseline(method: str, arrays: Cascades, rows: ev.Candidates) -> Floats:
    """Return the weights of a named baseline: `author` or `casin`."""
    if method == "author":
        return arrays.is_original[rows.parent].astype(np.float64)
    delay = arrays.hours[rows.child] - arrays.hours[rows.parent]
    log_weight = np.log1p(_filled_followers(arrays))[rows.parent]
    log_weight = log_weight - CASIN_RATE_PER_S * 3600 * delay
    best = np.full(len(arrays.hours), -np.inf)
    np.maximum.at(best, rows.child, log_weight)
    return np.asarray(np.exp(log_weight - best[rows.child]), np.float64)


def _filled_followers(arrays: Cascades) -> Floats:
    known = arrays.followers[~np.isnan(arrays.followers)]
    return np.where(
        np.isnan(arrays.followers), np.median(known) if len(known) else 0.0, arrays.followers
    )


def _missing(arrays: Cascades, rows: ev.Candidates, weight: Floats, fitted: hz.Hazard) -> Floats:
    """Return, by position, the weight of the relays that are not in the archive.

    As many missing relays before a reshare as the platform's count says, spread over the cascade
    as the seen ones are, each of the mean weight of the seen relays before it. One relay of the
    archive's mean pull, at an unknown moment since the original, joins that mean: it speaks where
    no relay before was seen.
    """
    count = len(arrays.hours)
    relay = ~arrays.is_original[rows.parent]
    summed = np.bincount(rows.child[relay], weight[relay], minlength=count)
    before = np.bincount(rows.child[relay], minlength=count)
    seen = np.diff(arrays.start) - 1.0
    told = np.where(np.isnan(arrays.reported), seen, arrays.reported)
    lost = np.clip(told - seen, 0, seen * (1 / _LEAST_SEEN - 1))
    place = np.arange(count) - arrays.original
    earlier = lost[arrays.cascade] * (place - 0.5) / np.maximum(seen[arrays.cascade], 1)
    since = np.maximum(arrays.hours - arrays.hours[arrays.original], hz.SHORTEST_H)
    delay = arrays.hours[rows.child] - arrays.hours[rows.parent]
    kernel = (1 + np.maximum(delay, hz.SHORTEST_H) / fitted.scale_h) ** (-1 - fitted.exponent)
    pull = float((weight[relay] / kernel[relay]).mean()) if relay.any() else 0.0
    within = 1 - (1 + since / fitted.scale_h) ** -fitted.exponent
    typical = pull * within * fitted.scale_h / (fitted.exponent * since)
    mean = (summed + typical) / (before + 1)
    return np.asarray(np.where(place > 0, earlier * mean, 0.0), np.float64)


def _shares(child: Integers, weight: Floats, missing: Floats) -> Floats:
    total = np.bincount(child, weight, minlength=len(missing)) + missing
    return np.asarray(weight / np.maximum(total[child], 1e-300), np.float64)


def normalised(
    arrays: Cascades,
    rows: ev.Candidates,
    weight: Floats,
    plain: Floats,
    mask: Integers,
    fitted: hz.Hazard | None,
) -> tuple[Pairs, Floats, Integers]:
    """Turn weights into probabilities, with the unseen relay and the platform's own facts."""
    count = len(arrays.hours)
    missing = np.zeros(count) if fitted is None else _missing(arrays, rows, weight, fitted)
    p = _shares(rows.child, weight, missing)
    plain = _shares(rows.child, plain, np.zeros(count))
    total = np.bincount(rows.child, weight, minlength=count) + missing
    gone = np.where(total > 0, missing / np.maximum(total, 1e-300), 0.0)
    said = arrays.via != NO_VIA
    fact = said[rows.child]
    true = fact & (arrays.via[rows.child] == rows.parent)
    p = np.where(fact, true.astype(np.float64), p)
    mask = np.where(true, mask | ev.VIA_BIT, mask)
    reached = np.bincount(rows.child[true], minlength=count) > 0
    gone = np.where(said, (~reached).astype(np.float64), gone)
    lost = np.flatnonzero(gone > 0)
    child = np.append(rows.child, lost)
    order = np.argsort(child, kind="stable")
    hops = np.append(np.ones(len(rows.child), np.int64), np.full(len(lost), 2))
    none = np.zeros(len(lost))
    parent = np.append(rows.parent, arrays.original[lost])
    lost_mask = np.where(said[lost], ev.VIA_BIT, 0)
    return (
        Pairs(child[order], parent[order], np.append(p, gone[lost])[order], hops[order], count),
        np.append(plain, none)[order],
        np.append(mask, lost_mask)[order],
    )


def rescaled(arrays: Cascades, pairs: Pairs, mask: Integers, delta: float) -> Floats:
    """Rescale the originals' weight by one factor so that their mean probability is `delta`."""
    direct = (arrays.is_original[pairs.parent]) & (pairs.hops == 1)
    facts = np.zeros(pairs.posts, bool)
    facts[pairs.child[(mask & ev.VIA_BIT) > 0]] = True
    free = direct & ~facts[pairs.child]
    reshares = pairs.posts - (len(arrays.start) - 1)

    def moved(log_factor: float) -> Floats:
        weight = pairs.p * np.where(free, np.exp(log_factor), 1.0)
        total = np.bincount(pairs.child, weight, minlength=pairs.posts)
        return np.asarray(weight / np.maximum(total[pairs.child], 1e-300), np.float64)

    low, high = -30.0, 30.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if moved(middle)[direct].sum() / reshares < delta:
            low = middle
        else:
            high = middle
    return moved(0.5 * (low + high))


def audit_interval(found: Floats, cascade: Integers, reshares: int) -> tuple[float, float]:
    """Return the 95 % interval of a share audited on some reshares, with their cascades.

    Definition
        Wilson's interval at an effective number of reshares: fewer where those of one cascade are
        alike (the variance of the sums by cascade over that of single reshares, never under 1;
        Kish 1965), more where the sample is a good part of all reshares (finite population), at
        the Student quantile of the number of cascades less one, so that a few cascades do not
        pass for many.
    """
    n = len(found)
    share = float(found.mean())
    groups = len(np.unique(cascade))
    luck = n * share * (1 - share)
    effect = 1.0
    if groups > 1 and luck > 0:
        _, place = np.unique(cascade, return_inverse=True)
        sums = np.bincount(place, found - share)
        effect = max(float((sums**2).sum()) * groups / (groups - 1) / luck, 1.0)
    alone = n == groups  # one reshare a cascade: nothing to be alike
    z = 1.959964 if alone else float(stdtrit(max(groups - 1, 1), 0.975))
    left = max(reshares - n, 0) / max(reshares - 1, 1)
    if not left:
        return share, share
    number = n / effect / left  # not whole: no count of successes
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = (
        z
        * np.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
        / (1 + z * z / number)
    )
    # at a share of 0 or 1 the last digit may cross the end
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)
