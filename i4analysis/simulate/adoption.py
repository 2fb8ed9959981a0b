"""Who joins and when the hashtag enters and leaves a bio; press and radio items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from i4analysis.simulate.hashing import uniform, uniforms
from i4analysis.simulate.network import FIRM, FOUNDER, ORDINARY, SEEKER, Network
from i4analysis.simulate.parameters import Parameters

Array = np.ndarray[Any, Any]
NEVER = np.int64(2**62)
HOUR, DAY = 3600, 86_400
QUIET, PUSH, BUZZ = range(3)


@dataclass(frozen=True, eq=False)
class Press:
    """Items of press and radio: moment (seconds since the start), kind, outlet number."""

    second: Array
    kind: Array
    outlet: Array


@dataclass(frozen=True, eq=False)
class Adoption:
    """Moments in seconds since the start, NEVER where it does not happen.

    `joined`: the account becomes a member; `marked` and `dropped`: the mark enters and leaves its
    bio (for seekers: the seekers' mark); `order`: members by `joined`.
    """

    joined: Array
    marked: Array
    dropped: Array
    order: Array
    joined_sorted: Array


def rhythm(p: Parameters) -> Array:
    """Return the activity of each hour of a day against its mean: little at night."""
    night = p.night_ends_h
    day = (24 - night * p.night_activity) / (24 - night)
    return np.where(np.arange(24) < night, p.night_activity, day)


def draw_press(p: Parameters) -> Press:
    """Draw the items: their moments, which push, which will follow the buzz."""
    rng = np.random.default_rng([p.seed, 202])
    n = p.press_items
    day = np.sort(rng.integers(2, max(3, p.days - 3), n))
    hour = rng.choice(np.array([7.5, 12.5, 18.5]), n)
    kind = np.full(n, QUIET, np.int8)
    order = rng.permutation(n)
    pushes = round(p.push_share * n)
    kind[order[:pushes]] = PUSH
    kind[order[pushes : pushes + round(p.buzz_share * n)]] = BUZZ
    at = (day * 24 * HOUR + hour * HOUR).astype(np.int64)
    return Press(second=at, kind=kind, outlet=rng.integers(0, 6, n))


def adopt(p: Parameters, net: Network, press: Press, removed: Array) -> Adoption:
    """Let the membership spread by complex contagion: many followed supporters, then a step.

    Hazard of joining in hour h: daily rhythm · (ceiling · g(k) · e^(−h/fade) + pushes) · openness,
    with g(k) = k²/(k² + half²) and k the supporters the account follows (Centola & Macy 2007 on
    complex contagion). Draws are hashed by account and hour.
    """
    n = net.size
    joined = np.full(n, NEVER, np.int64)
    founders = np.flatnonzero(net.part == FOUNDER)
    first = uniforms(p.seed, founders, 11, 0) * p.founders_arrive_h * HOUR
    joined[founders] = np.where(founders == founders[0], 0, first.astype(np.int64))
    joined[removed] = NEVER
    can = np.isin(net.part, (ORDINARY, FIRM)) & ~removed
    hours = p.days * 24
    fade = np.exp(-np.arange(hours) / p.interest_fades_h)
    pushed = np.zeros(hours)
    for at, kind in zip(press.second, press.kind, strict=True):
        later = np.arange(hours) - at / HOUR
        if kind == PUSH:
            pushed += np.where(
                later >= 0, np.exp(-np.maximum(later, 0) / p.media_joining_fades_h), 0.0
            )
    _contagion(
        p.seed,
        net.start,
        net.followers,
        joined,
        can,
        net.openness,
        rhythm(p),
        p.contagion * fade,
        p.media_joining * pushed,
        p.contagion_half**2,
    )
    return _bios(p, net, joined, removed)


@njit(cache=True)
def _contagion(seed, start, followers, joined, can, openness, rhythm, ceiling, pushed, half2):  # type: ignore[no-untyped-def]  # numba infers its types
    n = len(joined)
    followed = np.zeros(n)
    counted = np.zeros(n, np.bool_)
    for h in range(len(ceiling)):
        for u in range(n):
            if not counted[u] and joined[u] < h * HOUR:
                counted[u] = True
                for e in range(start[u], start[u + 1]):
                    followed[followers[e]] += 1.0
        for v in range(n):
            if not can[v] or joined[v] != NEVER:
                continue
            k2 = followed[v] * followed[v]
            hazard = rhythm[h % 24] * openness[v] * (ceiling[h] * k2 / (k2 + half2) + pushed[h])
            # 1 − e^−x without exp: the series is exact to 1e-9 for the hazards met here
            chance = min(0.5, hazard * (1.0 - hazard * (0.5 - hazard / 6.0)))
            if chance > 0 and uniform(seed, v, h, 12) < chance:
                joined[v] = h * HOUR + np.int64(uniform(seed, v, h, 13) * HOUR)


def _bios(p: Parameters, net: Network, joined: Array, removed: Array) -> Adoption:
    n = net.size
    everyone = np.arange(n)
    writes = (uniforms(p.seed, everyone, 14, 0) < p.bio_share) | (net.part == FOUNDER)
    marked = np.where(writes & (joined < NEVER), joined, NEVER)
    seeks = (net.part == SEEKER) & ~removed & (uniforms(p.seed, everyone, 15, 0) < p.seeker_marks)
    when = uniforms(p.seed, everyone, 16, 0) * p.days * 24 * HOUR * p.seekers_marked_by
    marked = np.where(seeks, when.astype(np.int64), marked)
    rng = np.random.default_rng([p.seed, 203])
    # exponential through log: rounded to the second, the same everywhere
    lasts = np.floor(-np.log(rng.random(n)) * p.bio_dropped_days * 24 * HOUR + 0.5)
    dropped = np.where(marked < NEVER, marked + lasts.astype(np.int64) + HOUR, NEVER)
    order = np.lexsort((everyone, joined))
    order = order[joined[order] < NEVER]
    return Adoption(joined, marked, dropped, order, joined[order])
