"""The relational hazard of reshares, fitted without knowing a single true parent.

Account v reshares cascade c at time t with hazard

    λ_vc(t) = q_c · s(t) · a_v · Σ_{i ∈ c, t_i < t} W_i φ(t − t_i) exp(θ · x_iv)
    W_i = exp(α · [i is the original] + β · log(1 + followers_i)),   φ(Δ) ∝ (1 + Δ/c0)^−(1 + ϑ)

Quality q_c, hour of day s(t) and activity a_v cancel in the probability of a parent, which is the
share of post i in the sum. The parameters maximise who reshared, against four accounts that could
have (case–control partial likelihood; Butts 2008, Perry & Wolfe 2013), plus when, given that they
did; a ridge holds θ. Times alone do not tell the original's weight α: see
`relays.ParentProbabilities.with_direct_share`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.fitting import search
from i4analysis.measure.relays.cascade_arrays import Cascades, Flags, Floats, Integers
from i4analysis.measure.relays.evidence import EVIDENCE, Candidates, Features

RIDGE = 0.5
SHORTEST_H = 1e-4
_BASE = 4
_PIECES = 30
_START = np.array([1.0, 0.2, np.log(0.3), np.log(0.6), *[0.0] * len(EVIDENCE)])
_BOUNDS = [
    (-4.0, 8.0),
    (-1.0, 2.0),
    (np.log(0.01), np.log(10.0)),
    (np.log(0.05), np.log(4.0)),
    *[(-3.0, 8.0)] * len(EVIDENCE),
]


@dataclass(frozen=True, eq=False)
class Hazard:
    """Fitted parameters.

    Attributes
    ----------
    author
        α, log-weight of being the original.
    followers
        β, exponent of 1 + followers.
    scale_h, exponent
        c0 (hours) and ϑ of the delay's power law.
    evidence
        θ, by kind of evidence.
    log_likelihood
        At the optimum, per reshare fitted.
    fitted
        Reshares the fit rests on; 0 when the start values are returned for want of data.
    """

    author: float = float(_START[0])
    followers: float = float(_START[1])
    scale_h: float = 0.3
    exponent: float = 0.6
    evidence: tuple[float, ...] = (0.0,) * len(EVIDENCE)
    log_likelihood: float = float("nan")
    fitted: int = 0

    @property
    def vector(self) -> Floats:
        """All parameters as the optimiser holds them."""
        head = [self.author, self.followers, np.log(self.scale_h), np.log(self.exponent)]
        return np.array([*head, *self.evidence])

    def described(self) -> Mapping[str, float]:
        """Return the parameters by name."""
        return {
            "author": self.author,
            "followers": self.followers,
            "scale_h": self.scale_h,
            "exponent": self.exponent,
            **{
                f"evidence_{name}": value
                for name, value in zip(EVIDENCE, self.evidence, strict=True)
            },
        }


def log_followers(cascades: Cascades) -> Floats:
    """Return log(1 + followers), centred; an account never seen counts as the mean."""
    values = np.log1p(cascades.followers)
    known = ~np.isnan(values)
    mean = values[known].mean() if known.any() else 0.0
    return np.where(known, values - mean, 0.0)


def hour_profile(cascades: Cascades) -> Floats:
    """Return the relative volume of reshares by hour of day, UTC, mean 1."""
    hours = cascades.hours[~cascades.is_original]
    counts = np.bincount((hours % 24).astype(np.int64), minlength=24) + 1.0
    return np.asarray(counts / counts.mean(), np.float64)


def pull(hazard: Hazard, cascades: Cascades) -> Floats:
    """Return the log-weight of each post as a parent, without its delay and pair evidence."""
    author = hazard.author * cascades.is_original
    return np.asarray(author + hazard.followers * log_followers(cascades), np.float64)


def fit(
    cascades: Cascades, rows: Candidates, found: Features, begin: Hazard | None = None
) -> Hazard:
    """Fit the hazard to candidate rows with controls.

    Parameters
    ----------
    cascades
        The cascades.
    rows
        Candidates of the reshares to fit, with their controls.
    found
        Their evidence.
    begin
        Where to start; a fit of the same archive with less evidence.

    Returns
    -------
    Hazard
        The start values, with `fitted` 0, when there is no reshare.
    """
    begin = begin or Hazard()
    if not len(rows.child):
        return begin
    segment = np.flatnonzero(
        np.diff(rows.child, prepend=-1) | np.diff(rows.block, prepend=-1)
    ).astype(np.int64)
    children = rows.child[segment][rows.block[segment] == 0]
    observed = np.bincount(cascades.cascade[children], minlength=len(cascades.start) - 1)
    profile = hour_profile(cascades)
    fixed = (
        rows.parent,
        found,
        (found != 0).any(axis=1),
        np.append(segment, len(rows.child)).astype(np.int64),
        rows.child[segment],
        rows.block[segment],
        cascades.hours,
        cascades.is_original,
        log_followers(cascades),
        int(np.diff(segment, append=len(rows.child)).max()),
    )

    def objective(vector: Floats) -> tuple[float, Floats]:
        chosen, by_choice = _choices(vector, *fixed)
        timed, by_timing = _timing(vector, cascades, observed.astype(np.int64), profile)
        theta = vector[_BASE:]
        gradient = by_timing - by_choice
        gradient[_BASE:] += 2 * RIDGE * theta
        value = timed - chosen + RIDGE * float((theta**2).sum())
        return value / len(children), gradient / len(children)

    best = search(objective, begin.vector, _BOUNDS, maxiter=80, ftol=1e-6)
    return _named(best.x, -float(best.fun), len(children))


def _named(vector: npt.NDArray[np.float64], value: float, fitted: int) -> Hazard:
    return Hazard(
        author=float(vector[0]),
        followers=float(vector[1]),
        scale_h=float(np.exp(vector[2])),
        exponent=float(np.exp(vector[3])),
        evidence=tuple(float(number) for number in vector[_BASE:]),
        log_likelihood=value,
        fitted=fitted,
    )


def _timing(
    vector: Floats, cascades: Cascades, observed: Integers, profile: Floats
) -> tuple[float, Floats]:
    """Return Σ_c n_c log ∫ hazard_c, and its gradient: the price of reshares that did not come."""
    scale, exponent = float(np.exp(vector[2])), float(np.exp(vector[3]))
    followers, is_original = log_followers(cascades), cascades.is_original
    pull = np.exp(vector[0] * is_original + vector[1] * followers)
    end = float(cascades.hours.max())
    exposure = _exposure(scale, exponent, cascades.hours, cascades.start, observed, end, profile)
    terms = np.column_stack(
        [
            exposure[:, 0],
            exposure[:, 0] * is_original,
            exposure[:, 0] * followers,
            exposure[:, 1],
            exposure[:, 2],
        ]
    )
    summed = np.add.reduceat(terms * pull[:, None], cascades.start[:-1], axis=0)
    used = observed > 0
    total, number = summed[used, 0], observed[used]
    gradient = np.zeros(len(vector))
    gradient[:_BASE] = (number / total) @ summed[used, 1:]
    return float(number @ np.log(total)), gradient


@compiled
def _exposure(
    scale: float,
    exponent: float,
    hours: Floats,
    start: Integers,
    observed: Integers,
    end: float,
    profile: Floats,
) -> Floats:
    """Integrate the kernel times the hour profile from each post to the end, in log pieces.

    Columns: the integral, its derivatives by log scale and by log exponent.
    """
    found = np.zeros((len(hours), 3))
    for c in range(len(start) - 1):
        if observed[c] == 0:
            continue
        for i in range(start[c], start[c + 1]):
            x = max(end - hours[i], 1e-3) / scale
            reach = np.log1p(x)
            before, above, above_scale, above_exponent = 0.0, 1.0, 0.0, 0.0
            for piece in range(1, _PIECES + 1):
                share = piece / _PIECES
                after = scale * np.expm1(share * reach)
                below = np.exp(-exponent * share * reach)
                below_scale = below * exponent * share * x / (1 + x)
                below_exponent = -below * exponent * share * reach
                busy = profile[int((hours[i] + 0.5 * (before + after)) % 24.0)]
                found[i, 0] += (above - below) * busy
                found[i, 1] += (above_scale - below_scale) * busy
                found[i, 2] += (above_exponent - below_exponent) * busy
                before, above = after, below
                above_scale, above_exponent = below_scale, below_exponent
    return found


@compiled
def _choices(
    vector: Floats,
    parent: Integers,
    found: Features,
    any_evidence: Flags,
    segment: Integers,
    child: Integers,
    block: Integers,
    hours: Floats,
    is_original: Flags,
    followers: Floats,
    widest: int,
) -> tuple[float, Floats]:
    """Return who reshared against who could have, and its exact gradient (α, β, c0, ϑ, θ).

    Written for likelihoods by reshare: log(own / everyone) + log(sum without pair evidence), the
    second belonging to the timing.
    """
    alpha, beta = vector[0], vector[1]
    scale, exponent = np.exp(vector[2]), np.exp(vector[3])
    kinds = len(vector) - _BASE
    pull = np.empty(len(followers))  # loops here: numba compiles whole arrays ten times as slowly
    for i in range(len(followers)):
        pull[i] = np.exp(alpha * is_original[i] + beta * followers[i])
    value = 0.0
    gradient = np.zeros(len(vector))
    weight, by_scale, by_exponent = np.empty(widest), np.empty(widest), np.empty(widest)
    everyone, own, plainly = np.zeros(len(vector)), np.zeros(len(vector)), np.zeros(_BASE)
    k = 0
    while k < len(child):
        j = child[k]
        everyone[:] = 0.0
        own[:] = 0.0
        plainly[:] = 0.0
        total, mine, plain = 0.0, 0.0, 0.0
        width = segment[k + 1] - segment[k]
        for q in range(width):
            i = parent[segment[k] + q]
            x = max(hours[j] - hours[i], SHORTEST_H) / scale
            logged = np.log1p(x)
            w = exponent / scale * np.exp(-(1 + exponent) * logged) * pull[i]
            weight[q] = w
            by_scale[q] = -1 + (1 + exponent) * x / (1 + x)
            by_exponent[q] = 1 - exponent * logged
            plain += w
            plainly[0] += w * is_original[i]
            plainly[1] += w * followers[i]
            plainly[2] += w * by_scale[q]
            plainly[3] += w * by_exponent[q]
        while k < len(child) and child[k] == j:
            for q in range(width):
                row = segment[k] + q
                w = weight[q]
                if any_evidence[row]:
                    z = 0.0
                    for f in range(kinds):
                        z += vector[_BASE + f] * found[row, f]
                    w *= np.exp(z)
                    for f in range(kinds):
                        everyone[_BASE + f] += w * found[row, f]
                i = parent[row]
                total += w
                everyone[0] += w * is_original[i]
                everyone[1] += w * followers[i]
                everyone[2] += w * by_scale[q]
                everyone[3] += w * by_exponent[q]
            if block[k] == 0:
                mine = total
                for f in range(len(vector)):
                    own[f] = everyone[f]
            k += 1
        value += np.log(mine) - np.log(total) + np.log(plain)
        for f in range(len(vector)):
            gradient[f] += own[f] / mine - everyone[f] / total
        for f in range(_BASE):
            gradient[f] += plainly[f] / plain
    return value, gradient
