"""From evidence to possible parents: candidates weighed, normalised, calibrated.

The steps behind `i4analysis.measure.relays.relays.parent_probabilities`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import stdtrit

from i4analysis import spread
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.relays import evidence as ev
from i4analysis.measure.relays import hazard as hz
from i4analysis.measure.relays.cascade_arrays import NO_VIA, Cascades, Flags, Floats
from i4analysis.measure.relays.trees import Integers, Pairs

CASIN_RATE_PER_S = 6.8e-5
DIRECT_SHARES = (0.4, 0.57, 0.75)
"""Direct shares to run without an audit; 0.57 and 0.59 were measured on real trees."""
_MOST_CANDIDATES, _FEWEST_CANDIDATES = 200, 10
_ROW_BUDGET = 12_000_000
_FIT_BUDGET = 2_500_000
_LEAST_SEEN = 0.05
PIECE = 1_000_000
"""Possible parents that are weighed at a time."""
LEAST = 1e-3
"""Probability from which a possible parent counts for other cascades."""


def most_candidates(arrays: Cascades) -> int:
    """Return how many reshares before it a reshare may come from: 200, fewer in huge archives."""
    reshares = len(arrays.hours) - (len(arrays.start) - 1)
    return int(np.clip(_ROW_BUDGET // max(reshares, 1), _FEWEST_CANDIDATES, _MOST_CANDIDATES))


@dataclass(frozen=True, eq=False)
class Evidenced:
    """What the weights of possible parents are made from, for all cascades.

    Attributes
    ----------
    start, hours, account, pull
        As `Cascades` has them; `pull` is the log-weight of each post without pair evidence.
    most
        Reshares before a reshare that it may come from.
    law
        Scale and exponent of the delay.
    theta
        Weight of each kind of evidence.
    pairs
        For each reader, whom it follows, reshared, addressed and was addressed by, and (by
        cascade) who is mentioned.
    credit
        For each reader the pairs with credit; for each of these its cascades. None at first.
    """

    start: Integers
    hours: Floats
    account: Integers
    pull: Floats
    most: int
    law: tuple[float, float]
    theta: Floats
    pairs: tuple[ev.Links, ev.Links, ev.Links, ev.Links, ev.Links]
    credit: tuple[ev.Links, ev.Links]

    @classmethod
    def of(
        cls,
        arrays: Cascades,
        index: ev.Evidence,
        most: int,
        fitted: hz.Hazard,
        credit: ev.Credit | None = None,
    ) -> Evidenced:
        """Lay the evidence out by reader, so that a reader's own is looked through alone."""
        count, width = index.accounts, len(arrays.start)
        written = index.addressed.turned(count)
        nothing = ev.Counts(np.empty(0, np.int64), np.empty(0))
        credit = credit or ev.Credit(nothing, nothing)
        return cls(
            start=arrays.start,
            hours=arrays.hours,
            account=arrays.account,
            pull=hz.pull(fitted, arrays),
            most=most,
            law=(fitted.scale_h, fitted.exponent),
            theta=np.asarray(fitted.evidence, np.float64),
            pairs=(
                index.follows.by_row(count, count),
                index.reshared.by_row(count, count),
                index.addressed.by_row(count, count),
                written.by_row(count, count),
                index.mentioned.by_row(width - 1, count),
            ),
            credit=(
                credit.pairs.by_row(count, count),
                credit.by_cascade.by_row(len(credit.pairs.keys), width),
            ),
        )

    def weighed(self, first: int, last: int) -> Weighed:
        """Return the possible parents of the reshares of some cascades, in order."""
        follows, reshared, addressed, written, mentioned = self.pairs
        credit, own = self.credit
        scale, exponent = self.law
        return Weighed(
            *_weigh(
                first, last, self.start, self.hours, self.account, self.pull, self.most,
                scale, exponent, self.theta, follows, reshared, addressed, written, mentioned,
                credit, own, ev.LEAST_CREDIT,
            )
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Weighed:
    """Possible parents of some reshares: positions, weights with and without evidence, bits.

    Of as few bytes as hold them: there are several times as many as posts.
    """

    child: Integers
    parent: Integers
    weight: Floats
    plain: Floats
    mask: Integers


@compiled
def _place(first: Integers, other: Integers, row: int, wanted: int) -> int:
    """Return where a row names an account, -1 where it does not."""
    low, high = first[row], first[row + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if other[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < end and other[low] == wanted else -1


@compiled
def _weigh(
    begin: int,
    finish: int,
    start: Integers,
    hours: Floats,
    account: Integers,
    pull: Floats,
    most: int,
    scale: float,
    exponent: float,
    theta: Floats,
    follows: ev.Links,
    reshared: ev.Links,
    addressed: ev.Links,
    written: ev.Links,
    mentioned: ev.Links,
    credit: ev.Links,
    own: ev.Links,
    least_credit: float,
) -> tuple[Integers, Integers, Floats, Floats, Integers]:
    """Weigh every possible parent of the reshares of cascades `begin` to `finish`.

    The evidence is that of `evidence.features`, read by reader: an account's own lists are short
    and near, a key among all pairs of a large archive is neither.
    """
    total = 0
    for c in range(begin, finish):
        for j in range(start[c] + 1, start[c + 1]):
            total += min(j - start[c], most + 1)
    child = np.empty(total, np.int32)
    parent = np.empty(total, np.int32)
    weight = np.empty(total)
    plain = np.empty(total)
    mask = np.zeros(total, np.int16)
    row = 0
    for c in range(begin, finish):
        a = start[c]
        for j in range(a + 1, start[c + 1]):
            v = account[j]
            first = max(a + 1, j - most)
            for place in range(first - 1, j):
                i = a if place == first - 1 else place
                u = account[i]
                named = i == a and _place(mentioned[0], mentioned[1], c, v) >= 0
                z = 0.0  # of numbers of 32 bits, as `features` has them
                bits = 0
                at = _place(follows[0], follows[1], v, u)
                if at >= 0:
                    z += theta[0] * np.float32(follows[2][at])
                    bits |= 1
                at = _place(reshared[0], reshared[1], v, u)
                if at >= 0:
                    # what this cascade itself contributes comes off
                    number = reshared[2][at] - (1.0 if i == a else 0.0)
                    if number > 0:
                        z += theta[1] * np.float32(np.log1p(number))
                        bits |= 2
                at = _place(addressed[0], addressed[1], v, u)
                if at >= 0:
                    z += theta[2] * np.float32(np.log1p(addressed[2][at]))
                    bits |= 4
                at = _place(written[0], written[1], v, u)
                if at >= 0:
                    number = written[2][at] - (1.0 if named else 0.0)
                    if number > 0:
                        z += theta[3] * np.float32(np.log1p(number))
                        bits |= 8
                if named:
                    z += theta[4]
                    bits |= 16
                at = _place(credit[0], credit[1], v, u)
                if at >= 0:
                    number = credit[2][at]
                    here = _place(own[0], own[1], at, c)
                    if here >= 0:
                        number -= own[2][here]
                    if number > 0:
                        z += theta[5] * np.float32(np.log1p(10 * number))
                        if number > least_credit:
                            bits |= 32
                delay = max(hours[j] - hours[i], 1e-4)
                child[row] = j
                parent[row] = i
                weight[row] = np.exp(pull[i] + z) * (1 + delay / scale) ** (-1 - exponent)
                plain[row] = np.exp(pull[i]) * (1 + delay / (3 * scale)) ** -exponent
                mask[row] = bits
                row += 1
    return child, parent, weight, plain, mask


def pieces(start: Integers, most: int, rows: int) -> list[tuple[int, int]]:
    """Cut cascades into runs of about so many possible parents, the same on every machine."""
    size = np.diff(start) - 1
    full = np.minimum(size, most + 1)
    held = np.cumsum(full * (full + 1) // 2 + (size - full) * (most + 1))
    if not len(held):
        return []
    ends = np.searchsorted(held, np.arange(rows, held[-1], rows), side="left") + 1
    ends = np.unique(np.append(ends, len(size)))
    return [(int(a), int(b)) for a, b in zip(np.append(0, ends[:-1]), ends, strict=True)]


def fit_hazard(
    arrays: Cascades, index: ev.Evidence, most: int, passes: int, rng: np.random.Generator
) -> tuple[hz.Hazard, Evidenced]:
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
        found = Evidenced.of(arrays, index, most, fitted, credit)
        if step + 1 < passes:
            credit = _credited(arrays, found, fitted, index.accounts)
    return fitted, found


def _credited(arrays: Cascades, found: Evidenced, fitted: hz.Hazard, accounts: int) -> ev.Credit:
    """Return what the probabilities of a fit say of each pair of accounts."""
    sums = _Sums(arrays, fitted)
    kept = []
    for piece in map_cascades(found, found.start, found.most):
        likely = piece.weight > LEAST * sums.add(piece)[piece.child]
        kept.append((piece.child[likely], piece.parent[likely], piece.weight[likely]))
    child, parent, weight = _joined(kept)
    p = weight / np.maximum((sums.total + sums.missing())[child], 1e-300)
    likely = p > LEAST
    child, parent = child[likely], parent[likely]
    reads = arrays.account[child] * accounts + arrays.account[parent]
    return ev.credit_of(reads, arrays.cascade[child], p[likely], len(arrays.start))


def _joined(parts: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Join the columns of pieces one by one, letting go of each as it is joined."""
    columns = [list(column) for column in zip(*parts, strict=True)] or [[], [], []]
    parts.clear()
    joined = []
    for number, column in enumerate(columns):
        columns[number] = []
        joined.append(np.concatenate(column) if column else np.empty(0, np.int64))
        column.clear()
    return tuple(joined)


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


def as_baseline(method: str, arrays: Cascades, rows: Weighed) -> Weighed:
    """Return possible parents with the weights of a named baseline: `author` or `casin`."""
    weight = _baseline(method, arrays, rows)
    return replace(rows, weight=weight, plain=weight)


def _baseline(method: str, arrays: Cascades, rows: Weighed) -> Floats:
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


class _Sums:
    """What is summed over the possible parents of each reshare, piece by piece.

    Attributes
    ----------
    total, plain
        Weight of all of them, with and without pair evidence.
    """

    def __init__(self, arrays: Cascades, fitted: hz.Hazard | None) -> None:
        count = len(arrays.hours)
        self._arrays, self._fitted = arrays, fitted
        self._relay = ~arrays.is_original
        self.total, self.plain = np.zeros(count), np.zeros(count)
        self._relayed, self._before = np.zeros(count), np.zeros(count, np.int64)
        self._pull, self._relays = 0.0, 0

    def add(self, rows: Weighed) -> Floats:
        """Add a piece, which holds all possible parents of its reshares; return the totals."""
        if not len(rows.child):
            return self.total
        first = int(rows.child[0])
        child = rows.child - first
        part = slice(first, first + int(child[-1]) + 1)
        self.total[part] += np.bincount(child, rows.weight)
        self.plain[part] += np.bincount(child, rows.plain)
        if self._fitted is not None:
            relay = self._relay[rows.parent]
            size = int(child[-1]) + 1
            weight = rows.weight[relay]
            self._relayed[part] += np.bincount(child[relay], weight, minlength=size)
            self._before[part] += np.bincount(child[relay], minlength=size)
            hours = self._arrays.hours
            delay = hours[rows.child[relay]] - hours[rows.parent[relay]]
            self._pull += float((weight / self._kernel(delay)).sum())
            self._relays += len(weight)
        return self.total

    def _kernel(self, delay: Floats) -> Floats:
        assert self._fitted is not None
        grown = 1 + np.maximum(delay, hz.SHORTEST_H) / self._fitted.scale_h
        return np.asarray(grown ** (-1 - self._fitted.exponent), np.float64)

    def missing(self) -> Floats:
        """Return, by position, the weight of the relays that are not in the archive.

        As many missing relays before a reshare as the platform's count says, spread over the
        cascade as the seen ones are, each of the mean weight of the seen relays before it. One
        relay of the archive's mean pull, at an unknown moment since the original, joins that
        mean: it speaks where no relay before was seen.
        """
        arrays, fitted = self._arrays, self._fitted
        count = len(arrays.hours)
        if fitted is None:
            return np.zeros(count)
        seen = np.diff(arrays.start) - 1.0
        lost = np.clip(np.nan_to_num(arrays.lost), 0, seen * (1 / _LEAST_SEEN - 1))
        place = np.arange(count) - arrays.original
        earlier = lost[arrays.cascade] * (place - 0.5) / np.maximum(seen[arrays.cascade], 1)
        since = np.maximum(arrays.hours - arrays.hours[arrays.original], hz.SHORTEST_H)
        pull = self._pull / self._relays if self._relays else 0.0
        within = 1 - (1 + since / fitted.scale_h) ** -fitted.exponent
        typical = pull * within * fitted.scale_h / (fitted.exponent * since)
        mean = (self._relayed + typical) / (self._before + 1)
        return np.asarray(np.where(place > 0, earlier * mean, 0.0), np.float64)


def map_cascades(found: Evidenced, start: Integers, most: int) -> Iterator[Weighed]:
    """Yield the possible parents of all reshares, some cascades at a time, in their order.

    In this process, in several, or on a cluster: see `i4analysis.spread`.
    """
    return spread.each(Evidenced.weighed, found, pieces(start, most, PIECE))


def normalised(
    arrays: Cascades, found: Iterable[Weighed], fitted: hz.Hazard | None
) -> tuple[Pairs, Floats, Integers]:
    """Turn weights into probabilities, with the unseen relay and the platform's own facts."""
    sums = _Sums(arrays, fitted)
    held = []
    for piece in found:
        sums.add(piece)
        held.append(piece)
    missing = sums.missing()
    total = sums.total + missing
    gone = np.where(total > 0, missing / np.maximum(total, 1e-300), 0.0)
    done = []
    while held:
        done.append(_facts(arrays, held.pop(0), total, sums.plain, gone))
    child, parent, p, hops, plain, mask = _joined(done) if done else _NOTHING
    return Pairs(child, parent, p, hops, len(arrays.hours)), plain, mask


_PLACES, _NONE = np.empty(0, np.int32), np.empty(0)
_NOTHING = (_PLACES, _PLACES, _NONE, np.empty(0, np.int8), _NONE, np.empty(0, np.int16))


def _facts(
    arrays: Cascades, rows: Weighed, total: Floats, plain: Floats, gone: Floats
) -> tuple[Integers, Integers, Floats, Integers, Floats, Integers]:
    """Return a piece as probabilities, a reshare's missing relay after its possible parents."""
    if not len(rows.child):
        return _NOTHING
    p = rows.weight / np.maximum(total[rows.child], 1e-300)
    ordinary = rows.plain / np.maximum(plain[rows.child], 1e-300)
    first, last = int(rows.child[0]), int(rows.child[-1]) + 1
    said = arrays.via[first:last] != NO_VIA
    fact = said[rows.child - first]
    true = fact & (arrays.via[rows.child] == rows.parent)
    p = np.where(fact, true.astype(np.float64), p)
    mask = np.where(true, rows.mask | ev.VIA_BIT, rows.mask)
    reached = np.bincount(rows.child[true] - first, minlength=last - first) > 0
    unseen = np.where(said, (~reached).astype(np.float64), gone[first:last])
    cascade = arrays.cascade[first:last]
    unseen[arrays.start[cascade] == np.arange(first, last)] = 0.0  # originals are nobody's child
    lost = np.flatnonzero(unseen > 0) + first
    where = np.searchsorted(rows.child, lost, side="right")
    return (
        np.insert(rows.child, where, lost),
        np.insert(rows.parent, where, arrays.start[cascade[lost - first]]),
        np.insert(p, where, unseen[lost - first]),
        np.insert(np.ones(len(rows.child), np.int8), where, 2),
        np.insert(ordinary, where, 0.0),
        np.insert(mask, where, np.where(said[lost - first], ev.VIA_BIT, 0)),
    )


def rescaled(arrays: Cascades, pairs: Pairs, mask: Integers, delta: float) -> Floats:
    """Rescale the originals' weight by one factor so that their mean probability is `delta`."""
    direct = (arrays.is_original[pairs.parent]) & (pairs.hops == 1)
    facts = np.zeros(pairs.posts, bool)
    facts[pairs.child[(mask & ev.VIA_BIT) > 0]] = True
    free = direct & ~facts[pairs.child]
    reshares = pairs.posts - (len(arrays.start) - 1)
    # one factor moves every reshare by two sums of its own: what comes straight, and the rest
    straight = np.bincount(pairs.child[free], pairs.p[free], minlength=pairs.posts)
    rest = np.bincount(pairs.child[~free], pairs.p[~free], minlength=pairs.posts)
    fixed = direct & ~free
    said = float((pairs.p[fixed] / np.maximum(rest[pairs.child[fixed]], 1e-300)).sum())
    some = straight > 0
    straight_some, rest_some = straight[some], rest[some]

    def reached(log_factor: float) -> float:
        moved = straight_some * np.exp(log_factor)
        return said + float((moved / np.maximum(moved + rest_some, 1e-300)).sum())

    low, high = -30.0, 30.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if reached(middle) / reshares < delta:
            low = middle
        else:
            high = middle
    factor = np.exp(0.5 * (low + high))
    total = np.maximum(straight * factor + rest, 1e-300)
    return np.asarray(pairs.p * np.where(free, factor, 1.0) / total[pairs.child], np.float64)


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
