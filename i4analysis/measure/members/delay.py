"""How long an adoption goes unseen: where it lies between two sightings of an account.

An account is seen in sessions. The gaps between them are Weibull, exp(−ηg^k): k below 1 means
that sightings come in bursts; η ~ Gamma(a, b) differs between accounts, and time before joining
counts ρ times. Between its last sighting without the mark, L, and the first with it, R, lie x
hours before it joined and y after. With z = ρx + y, m other gaps and c = b + Σg^k over them, an
adoption at T has the weight r(T) · kz^(k−1) · (1 + z^k/c)^−(a + m + 1), where r is the rhythm of
joining. Where people are seen as often before as after (ρ = 1) that is the rhythm alone; the
weight moves towards R as far as accounts are seen more once they joined. Three things are
estimated beside it (EM; Dempster, Laird, Rubin 1977):

- the rhythm, smoothed over a day, and over a few hours after press items, when people join in
  waves (Silverman et al. 1990);
- the share of accounts that say so in a post as they join (R = T): they are first seen sooner
  than accounts that are seen at any moment would be, whose gaps are longer than most;
- the share that nobody could see before they joined, since they had never written.

Nothing can be seen before the archive's first sighting: an adoption before it keeps the same
weight whenever it was, and the days before are not estimated. This is nowcasting of a reporting
delay (Lawless 1994) with a rate of reporting of each account's own.

References
----------
Dempster, A. P., Laird, N. M., Rubin, D. B. (1977). Maximum likelihood from incomplete data via the
EM algorithm. Journal of the Royal Statistical Society B 39.
Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of occurred but not
reported events. Canadian Journal of Statistics 22.
Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys. Wiley.
Silverman, B. W., Jones, M. C., Wilson, J. D., Nychka, D. W. (1990). A smoothed EM approach to
indirect estimation problems. Journal of the Royal Statistical Society B 52.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from i4analysis.measure.accounts.sightings import Flags, Floats, Ints
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.fitting import minimize

STEP_H = 6.0
SMOOTH_H, WAVE_H = 24.0, 6.0
#: Hours after a press item in which joining may come in a wave.
WAVE_LASTS_H = 48.0
ROUNDS, MORE_ROUNDS = 8, 4
MOST_STEPS = 1_000
REFITS = 20
#: Share of the founders who join in the first hours, and how many hours.
FOUNDERS_FIRST, FOUNDED_H = 0.8, 48.0
#: Gaps are known to no better than this.
LEAST_H = 0.5
#: Above this many accounts, this many are drawn to be fitted, and fewer fits make a band.
MANY = 2_000
_CHUNK = 2_048


@dataclass(frozen=True, eq=False)
class Looks:
    """When each account was looked at, in hours since the movement's birth.

    Attributes
    ----------
    left_h, right_h
        Last sighting without the mark (or the birth) and first with it.
    seen_before
        Whether it was ever seen before `right_h`.
    gaps_h, owner, early, closed
        Gaps between sessions on one side of the adoption: hours, account, whether before
        `left_h`, and whether a sighting ended it (the last one ends with the sightings).
    founder
        Whether the ledger lists it as a founder: most of them join as the movement begins.
    begin_h, end_h
        First and last sighting of anybody.
    """

    left_h: Floats
    right_h: Floats
    seen_before: Flags
    gaps_h: Floats
    owner: Ints
    early: Flags
    closed: Flags
    founder: Flags
    begin_h: float
    end_h: float

    def __len__(self) -> int:
        return len(self.right_h)


@dataclass(frozen=True, eq=False)
class Rates:
    """How often accounts are seen: the laws, and what each account's own gaps say."""

    a: float
    b: float
    rho: float
    k: float
    sessions: Floats
    early: Floats
    spent_early: Floats
    spent_late: Floats

    def of(self, accounts: Ints) -> Rates:
        """Return the same for some accounts."""
        names = ("sessions", "early", "spent_early", "spent_late")
        return replace(self, **{name: getattr(self, name)[accounts] for name in names})

    def shape(self) -> Floats:
        """Return a and the number of gaps of each account."""
        return self.a + self.sessions

    def scale(self) -> Floats:
        """Return b and the time that the gaps of each account took, by the law of gaps."""
        spent: Floats = self.b + self.spent_late + self.rho**self.k * self.spent_early
        return spent


@dataclass(frozen=True, eq=False)
class Delay:
    """Where the adoption of each account lies, as a density on steps of a few hours.

    Attributes
    ----------
    looks
        What is known of each account.
    rates
        Laws of the gaps between sessions.
    announced, just_seen, dormant
        Share of accounts that post as they join; that join just after they were seen; that
        could not be seen before.
    edges_h, rhythm
        Edges of the steps and the share of adopters that joined in each.
    waves
        Steps that come after a press item.
    """

    looks: Looks
    rates: Rates
    announced: float
    just_seen: float
    dormant: float
    edges_h: Floats
    rhythm: Floats
    waves: Flags

    def chunks(self) -> Iterator[tuple[slice, Floats, Floats, Floats]]:
        """Yield some accounts; for each, the cumulated chances of the steps, of L and of R."""
        for start in range(0, len(self.looks), _CHUNK):
            part = slice(start, start + _CHUNK)
            mass, just, at_once, _ = _posterior(self, part)
            yield part, np.cumsum(mass, axis=1), just, at_once

    def middle_h(self) -> Floats:
        """Return the median adoption moment of each account, hours since the birth."""
        middle = np.empty(len(self.looks))
        for part, cumulated, just, at_once in self.chunks():
            between = np.maximum(1.0 - just - at_once, 1e-9)
            goal = np.clip((0.5 - just) / between, 0.0, 1.0)[:, None]
            middle[part] = _invert(
                cumulated, self.edges_h, self.looks.left_h[part], self.looks.right_h[part], goal
            )[:, 0]
        return middle


def fit_delay(looks: Looks, press_h: Floats | None = None, seed: int = 0) -> Delay:
    """Fit the delay model.

    Parameters
    ----------
    looks
        What is known of each account.
    press_h
        Press items, hours since the movement's birth: joining may come in waves after them.
    seed
        Of the accounts that are fitted, where there are more than 2,000.
    """
    last = max(float(looks.right_h.max(initial=0.0)), looks.end_h, STEP_H)
    edges = np.arange(0.0, last + STEP_H, max(STEP_H, last / MOST_STEPS))
    edges[-1] = max(edges[-1], last)  # a thousand times a thousandth may be less than the whole
    middle = (edges[:-1] + edges[1:]) / 2
    waves = np.zeros(len(middle), dtype=bool)
    for moment in press_h if press_h is not None else ():
        waves |= (middle >= moment - STEP_H) & (middle < moment + WAVE_LASTS_H)
    flat = np.full(len(middle), 1.0 / max(len(middle), 1))
    every = np.arange(len(looks))
    if len(looks) > MANY:
        every = np.random.default_rng(seed).choice(len(looks), MANY, replace=False)
    rates = _rates(_spent(looks, 1.0), looks, every, shape_too=True)
    return _refit(Delay(looks, rates, 0.1, 0.0, 0.1, edges, flat, waves), every)


def _refit(delay: Delay, chosen: Ints, supposed: tuple[float, float] | None = None) -> Delay:
    """Fit everything but k to some of the accounts, repeated as often as chosen.

    `supposed` sets the shares announced and just seen, which are not fitted then.
    """
    if not len(chosen):
        return delay
    fitted = replace(delay, rates=_rates(delay.rates, delay.looks, chosen, shape_too=False))
    if supposed:
        fitted = replace(fitted, announced=supposed[0], just_seen=supposed[1])
    times = np.bincount(chosen, minlength=len(delay.looks)).astype(float)
    every = np.flatnonzero(times)
    before = max(int(np.searchsorted(fitted.edges_h, fitted.looks.begin_h)) - 1, 0)
    for _ in range(MORE_ROUNDS if supposed else ROUNDS):
        mass = np.zeros(len(fitted.rhythm))
        announced = dormant = 0.0
        for start in range(0, len(every), _CHUNK):
            part = every[start : start + _CHUNK]
            own, just, at_once, asleep = _posterior(fitted, part)
            # founders have a rhythm of their own
            own, just, at_once = (
                np.where(fitted.looks.founder[part].reshape(-1, *[1] * (x.ndim - 1)), 0.0, x)
                for x in (own, just, at_once)
            )
            mass += times[part] @ own
            for ends, chance in ((fitted.looks.left_h, just), (fitted.looks.right_h, at_once)):
                place = np.maximum(np.searchsorted(fitted.edges_h, ends[part]) - 1, 0)
                mass += np.bincount(place, times[part] * chance, minlength=len(mass))
            announced += float(times[part] @ at_once)
            dormant += float(times[part] @ asleep)
        # half an account is lent to either share, so that neither sticks at nought
        fitted = replace(
            fitted,
            rhythm=_smoothed(mass, fitted.waves, fitted.edges_h, before),
            announced=fitted.announced if supposed else (announced + 0.5) / (len(chosen) + 1.0),
            dormant=(dormant + 0.5) / (len(chosen) + 1.0),
        )
    return fitted


def _spent(looks: Looks, k: float, like: Rates | None = None) -> Rates:
    """Return the rates with the gaps of each account summed by a law of gaps."""
    n = len(looks)
    power = looks.gaps_h**k
    ended = looks.closed.astype(float)
    law = (1.0, 20.0, 1.0) if like is None else (like.a, like.b, like.rho)
    return Rates(
        *law,
        k,
        sessions=np.asarray(np.bincount(looks.owner, ended, minlength=n), dtype=np.float64),
        early=np.asarray(
            np.bincount(looks.owner, ended * looks.early, minlength=n), dtype=np.float64
        ),
        spent_early=np.asarray(
            np.bincount(looks.owner, power * looks.early, minlength=n), dtype=np.float64
        ),
        spent_late=np.asarray(
            np.bincount(looks.owner, power * ~looks.early, minlength=n), dtype=np.float64
        ),
    )


def _rates(start: Rates, looks: Looks, chosen: Ints, *, shape_too: bool) -> Rates:
    """Fit the laws of the gaps by maximum likelihood; k only where asked."""
    if not len(chosen):
        return start
    logs = np.bincount(looks.owner, np.log(looks.gaps_h) * looks.closed, minlength=len(looks))[
        chosen
    ]
    # only the chosen are looked at while the laws are sought
    some, place = np.unique(chosen, return_inverse=True)
    fewer = _only(looks, some) if shape_too else looks
    own = start.of(chosen)

    def of(log: Floats, whole: bool = False) -> Rates:
        a, b, rho = np.exp(log[:3])
        rates = start if whole else own
        if shape_too:
            rates = _spent(looks if whole else fewer, float(np.exp(log[3])), start)
            rates = rates if whole else rates.of(place)
        return replace(rates, a=float(a), b=float(b), rho=float(rho))

    def cost(log: Floats) -> float:
        rates = of(log)
        m = rates.sessions
        fit = (
            gammaln(rates.a + m)
            - gammaln(rates.a)
            + rates.a * np.log(rates.b)
            - (rates.a + m) * np.log(rates.scale())
            + rates.k * rates.early * np.log(rates.rho)
            + m * np.log(rates.k)
            + (rates.k - 1.0) * logs
        )
        return -float(fit.sum())

    bounds = [(-5.0, 6.0), (-3.0, 12.0), (-3.5, 3.5), (-1.6, 0.7)][: 4 if shape_too else 3]
    first = np.log([start.a, start.b, start.rho, start.k])[: len(bounds)]
    return of(minimize(cost, first, method="Nelder-Mead", bounds=bounds).x, whole=True)


def _only(looks: Looks, some: Ints) -> Looks:
    """Return the gaps of some accounts, numbered anew."""
    number = np.full(len(looks), -1)
    number[some] = np.arange(len(some))
    owner = number[looks.owner]
    kept = owner >= 0
    return replace(
        looks,
        right_h=looks.right_h[some],
        gaps_h=looks.gaps_h[kept],
        owner=owner[kept],
        early=looks.early[kept],
        closed=looks.closed[kept],
    )


def _smoothed(mass: Floats, waves: Flags, edges: Floats, before: int) -> Floats:
    """Smooth the rhythm: over a day, over hours in a wave; flat before anybody was seen."""
    from scipy.ndimage import gaussian_filter1d  # slow to import, and most accounts need no fit

    step = float(edges[1] - edges[0])
    calm = (~waves).astype(float)
    calm[:before] = 0.0
    slow = gaussian_filter1d(mass * calm, SMOOTH_H / step, mode="nearest")
    weight = gaussian_filter1d(calm, SMOOTH_H / step, mode="nearest")
    quick = gaussian_filter1d(mass, WAVE_H / step, mode="nearest")
    rhythm = np.where(calm > 0, slow / np.maximum(weight, 1e-9), quick)
    if before:
        rhythm[:before] = mass[:before].mean()
    result: Floats = (rhythm + 1e-9) / (rhythm + 1e-9).sum()
    return result


def delay_band(
    delay: Delay, until_h: Floats, *, draws: int = 400, level: float = 0.95, seed: int = 0
) -> tuple[Floats, Floats, Floats]:
    """Return estimate, lower and upper bound of the number of adopters at each instant.

    The estimate is the mean over `draws` imputations of every adoption moment, the band their
    quantiles. The imputations come in `REFITS` parts, each from a fit to resampled accounts, so
    that the band holds what is not known of the rates and the rhythm (Rubin 1987). An
    account that joins at any moment does so in a gap longer than most. Where the gaps are shorter
    it announced that it joined, or joined just after it was seen, or its sightings come in bursts
    that the law of gaps misses; the gaps do not tell which. So each part supposes another share
    announced, from none to the one fitted, and of the rest another share just seen.
    """
    rng = np.random.default_rng(seed)
    n = len(delay.looks)
    parts = np.array_split(np.arange(draws), min(REFITS if n <= MANY else REFITS // 4, draws))
    counts = []
    for number, part in enumerate(parts):
        announced = delay.announced * (number + 0.5) / len(parts)
        supposed = (announced, (delay.announced - announced) * float(rng.random()))
        again = 0 < n <= MANY
        chosen = rng.integers(0, n, n) if again else rng.permutation(n)[:MANY]
        refit = _refit(delay, chosen, supposed)
        counts.append(_imputed(refit, until_h, len(part), rng))
    adopters = np.concatenate(counts)
    if not len(until_h):
        return adopters[0], adopters[0], adopters[0]
    tail = 50 * (1 - level)
    lo, hi = np.percentile(adopters, [tail, 100 - tail], axis=0)
    return adopters.mean(axis=0), lo, hi


def expected(
    delay: Delay, until_h: Floats, chosen: Flags, *, draws: int = 20, seed: int = 0
) -> Floats:
    """Return the mean number, over imputations, of the accounts chosen that had joined."""
    rng = np.random.default_rng(seed)
    mean: Floats = _imputed(delay, until_h, draws, rng, chosen).mean(axis=0)
    return mean


def _imputed(
    delay: Delay,
    until_h: Floats,
    draws: int,
    rng: np.random.Generator,
    chosen: Flags | None = None,
) -> Floats:
    """Return the number of adopters at each instant, one row an imputation."""
    counts = np.zeros((draws, len(until_h) + 1))
    looks = delay.looks
    for part, cumulated, just, announced in delay.chunks():
        moments = _invert(
            cumulated,
            delay.edges_h,
            looks.left_h[part],
            looks.right_h[part],
            rng.random((len(cumulated), draws)),
        )
        luck = rng.random(moments.shape)
        moments = np.where(luck < announced[:, None], looks.right_h[part, None], moments)
        moments = np.where(luck > 1.0 - just[:, None], looks.left_h[part, None], moments)
        day = np.searchsorted(until_h, moments, side="left")
        place = day + (len(until_h) + 1) * np.arange(draws)
        if chosen is not None:
            place = place[chosen[part]]
        counts += np.bincount(place.ravel(), minlength=counts.size).reshape(counts.shape)
    adopters: Floats = np.cumsum(counts, axis=1)[:, :-1]
    return adopters


def _posterior(delay: Delay, part: slice | Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return for each account the chances of each step, of L, of R and of being unseeable."""
    looks = delay.looks
    left, right = looks.left_h[part, None], looks.right_h[part, None]
    rho, k = delay.rates.rho, delay.rates.k
    shape = delay.rates.shape()[part, None]
    scale = delay.rates.scale()[part, None]
    step = float(delay.edges_h[1] - delay.edges_h[0])
    rhythm = delay.rhythm[None, :]
    founder = looks.founder[part]
    if founder.any():
        opening = np.clip(FOUNDED_H - delay.edges_h[:-1], 0.0, step) / FOUNDED_H
        own = FOUNDERS_FIRST * opening + (1.0 - FOUNDERS_FIRST) * delay.rhythm
        rhythm = np.vstack([delay.rhythm, own])
    begun = np.maximum(left, looks.begin_h)
    fresh = ~looks.seen_before[part]
    asleep_p = np.where(fresh, delay.dormant, 0.0)
    awake_p = np.where(fresh, 1.0 - delay.dormant, 1.0)
    laws = np.where(founder, len(rhythm) - 1, 0)

    def unseen(hours: Floats) -> Floats:
        hours = np.maximum(hours, LEAST_H)
        law: Floats = k * hours ** (k - 1.0) * (1.0 + hours**k / scale) ** -(shape + 1.0)
        return law

    awake, slept = _steps(
        delay.edges_h, rhythm, laws, left[:, 0], right[:, 0], looks.begin_h, rho, k,
        shape[:, 0], scale[:, 0], awake_p, asleep_p, LEAST_H,
    )  # fmt: skip
    rate = shape / scale
    density, density_left = (
        rhythm[
            laws, np.clip(np.searchsorted(delay.edges_h, ends[:, 0]) - 1, 0, len(delay.rhythm) - 1)
        ]
        / step
        for ends in (right, left)
    )
    gap = rho * np.maximum(right - begun, 0.0)
    silence = ((1.0 + gap**k / scale) ** -shape)[:, 0]
    told = delay.announced * density * (awake_p * silence + asleep_p)
    just = (
        np.where(fresh, 0.0, delay.just_seen * density_left) * (rate * unseen(right - left))[:, 0]
    )
    other = 1.0 - delay.announced - delay.just_seen
    later = other * rate * awake
    whole = later.sum(axis=1) + told + just
    # an interval of no length, or no chance anywhere: it joined when it was first seen
    fine = whole > 0
    whole = np.where(fine, whole, 1.0)
    sleeping = (other * rate[:, 0] * slept + delay.announced * density * asleep_p) / whole
    at_once: Floats = np.where(fine, told / whole, 1.0)
    return later / whole[:, None], just / whole, at_once, sleeping


@compiled
def _steps(
    edges: Floats,
    rhythm: Floats,
    laws: Ints,
    left: Floats,
    right: Floats,
    begin: float,
    rho: float,
    k: float,
    shape: Floats,
    scale: Floats,
    awake_p: Floats,
    asleep_p: Floats,
    least: float,
) -> tuple[Floats, Floats]:
    """Weigh the steps between the sightings of each account, but for its rate of sessions.

    Only those steps: of a long movement most accounts were looked at twice within days.
    Returns all of the weight, by step, and the part in which the account could not be seen.
    """
    found = np.zeros((len(left), rhythm.shape[1]))
    slept = np.zeros(len(left))
    step = edges[1] - edges[0]
    for i in range(len(left)):
        begun = max(left[i], begin)
        s = max(int(left[i] / step) - 1, 0)
        while s < rhythm.shape[1] and edges[s] < right[i]:
            early, late = max(edges[s], left[i]), min(edges[s + 1], right[i])
            if late > early:
                at = max((early + late) / 2, begin)
                weight = rhythm[laws[i], s] / step * (late - early)
                after = max(right[i] - at, 0.0)
                hours = max(after + rho * max(at - begun, 0.0), least)
                power = hours**k
                law = k * power / hours * (1.0 + power / scale[i]) ** -(shape[i] + 1.0)
                found[i, s] = awake_p[i] * weight * law
                if asleep_p[i] > 0:
                    hours = max(after, least)
                    power = hours**k
                    law = k * power / hours * (1.0 + power / scale[i]) ** -(shape[i] + 1.0)
                    found[i, s] += asleep_p[i] * weight * law
                    slept[i] += asleep_p[i] * weight * law
            s += 1
    return found, slept


@compiled
def _invert(
    cumulated: Floats, edges: Floats, left: Floats, right: Floats, uniform: Floats
) -> Floats:
    """Turn uniform numbers into moments, along each account's cumulated probability."""
    moments = np.empty(uniform.shape)
    for i in range(uniform.shape[0]):
        row = cumulated[i]
        for k in range(uniform.shape[1]):
            if right[i] <= left[i] or row[-1] <= 0.0:
                moments[i, k] = right[i]
                continue
            goal = uniform[i, k] * row[-1]
            j, high = 0, len(row)
            while j < high:  # a search that numba compiles at once
                middle = (j + high) // 2
                if row[middle] <= goal:
                    j = middle + 1
                else:
                    high = middle
            j = min(j, len(row) - 1)
            before = row[j - 1] if j > 0 else 0.0
            lo, hi = max(edges[j], left[i]), min(edges[j + 1], right[i])
            moments[i, k] = lo + (hi - lo) * (goal - before) / max(row[j] - before, 1e-300)
    return moments
