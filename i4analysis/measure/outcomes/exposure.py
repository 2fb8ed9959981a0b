"""Could an account have been reached? Who it reads, and what dates can and cannot tell.

Evidence that account a reads account i: a reshared, answered or named i, or follows i. From it
comes a response curve, a placebo test of dates inside blocks, the power of that test in this very
archive (printed beforehand), and a self-check that hides known reactions and looks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from i4analysis import tables
from i4analysis.measure.accounts.identity import Accounts, accounts, exploded, taken, text
from i4analysis.tables import Archive

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BLOCK_H = 216.0
TAU_H = 72.0
WINDOW_H = 240.0
REACTION_WEIGHT = 50.0
FOLLOW_WEIGHT = 2.0
TEST_LEVEL = 0.05
#: Reactions below which no share of them is given.
LEAST_TRIED = 20


@dataclass(frozen=True, eq=False)
class Readers:
    """Who reads whom, and when everybody posted.

    Attributes
    ----------
    known
        The accounts, numbered.
    reads
        Sparse matrix: row account's evidence of reading the column account, log(1 + number of
        reshares, answers and mentions) plus `FOLLOW_WEIGHT` when it follows it.
    counts
        The same, as plain numbers of reshares, answers and mentions.
    hours, author, cascade
        Time of each post (hours since the first), its author and the original it belongs to.
    reaction
        True for reshares.
    """

    known: Accounts
    reads: sparse.csr_matrix
    counts: sparse.csr_matrix
    hours: Floats
    author: Ints
    cascade: Ints
    reaction: npt.NDArray[np.bool_]
    start_s: float

    @property
    def length(self) -> float:
        return float(self.hours.max()) if len(self.hours) else 0.0

    def row(self, account: int) -> Floats:
        """Return the evidence that `account` reads each account, itself left out."""
        weights = self.reads[[account]].toarray().ravel()
        weights[account] = 0.0
        return np.asarray(weights, dtype=float)


def readers(archive: Archive) -> Readers:
    """Build the evidence of reading from an archive."""
    posts = archive.posts[archive.posts["posted_at"].notna()]
    known = accounts(posts, whole=archive.posts)
    n = len(known)
    author = known.codes["author"]
    pairs = [
        (author, known.codes[stem])
        for stem in ("reshared_author", "quoted_author", "replied_author")
    ]
    pairs.append(_mentions(posts, known, author))
    source = np.concatenate([a for a, _ in pairs])
    target = np.concatenate([b for _, b in pairs])
    keep = (source >= 0) & (target >= 0) & (source != target)
    ones = np.ones(int(keep.sum()))
    counts = sparse.csr_matrix((ones, (source[keep], target[keep])), shape=(n, n))
    reads = counts.copy()
    reads.data = np.log1p(reads.data)
    platform = text(archive.follows["platform"])
    follower = known.of_keys(text(archive.follows["follower_id"]), platform)
    followee = known.of_keys(text(archive.follows["followee_id"]), platform)
    both = (follower >= 0) & (followee >= 0)
    edges = (np.ones(int(both.sum())), (follower[both], followee[both]))
    follows = sparse.csr_matrix(edges, shape=(n, n)).sign() * FOLLOW_WEIGHT
    seconds = tables.seconds(posts["posted_at"])
    start = float(seconds.min()) if len(seconds) else 0.0
    original = posts["reshared_id"].fillna(posts["post_id"])
    return Readers(
        known,
        sparse.csr_matrix(reads + follows),
        counts,
        (seconds - start) / 3600,
        author,
        pd.factorize(original)[0].astype(np.int64),
        tables.reshares(posts),
        start,
    )


def _mentions(posts: pd.DataFrame, known: Accounts, author: Ints) -> tuple[Ints, Ints]:
    """Return who names whom in posts of their own."""
    rows, handles = exploded(posts["mentions"], np.flatnonzero(~tables.reshares(posts)))
    platform = taken(posts["platform"], rows)
    return author[rows], known.of_handles(handles, platform)


# ----------------------------------------------------------------------------- the response curve


def response(found: Readers, account: int, moments: Floats, tau_h: float = TAU_H) -> Floats:
    """Return r(t) = Σ_e w_e g(t - t_e): how much the account had just been exposed at each time.

    w_e is the evidence that it reads the post's author (its own reactions weigh
    `REACTION_WEIGHT`); g is a gamma(2) density of mean `tau_h`.
    """
    weights = found.row(account)
    top = max(float(weights.max(initial=0.0)), 1e-9)
    w = weights[found.author] / top
    w = np.where((found.author == account) & found.reaction, REACTION_WEIGHT, w)
    use = w > 0
    since = moments[:, None] - found.hours[use][None, :]
    scale = tau_h / 2
    near = (since > 0) & (since < 10 * tau_h)
    curve = np.where(near, since / scale**2 * np.exp(-np.maximum(since, 0) / scale), 0.0)
    return np.asarray(curve @ w[use])


@dataclass(frozen=True)
class DateTest:
    """Placebo test of dates: `p` of each outcome (NaN: not testable), `joint`, and the power.

    `power` and `false_positives` are measured in the same archive with known reactions and with
    random dates; they are to be printed before any p.
    """

    p: tuple[float, ...]
    joint: float
    power: float
    false_positives: float
    power_draws: int


def date_test(
    found: Readers,
    outcomes: Sequence[tuple[int | None, float]],
    *,
    draws: int = 199,
    power_draws: int = 60,
    block_h: float = BLOCK_H,
    seed: int = 0,
) -> DateTest:
    """Rank the response at each outcome's date among placebo dates of the same 9-day block.

    Parameters
    ----------
    outcomes
        Account code (None when unknown) and hour of each outcome.
    draws, power_draws
        Placebo dates an outcome; made-up outcomes from which the power is measured.
    """
    rng = np.random.default_rng(seed)
    p, score, null = [], 0.0, np.zeros(draws)
    for account, at in outcomes:
        ranks = None if account is None else _ranks(found, account, at, draws, block_h, rng)
        p.append(np.nan if ranks is None else float(ranks[0]))
        if ranks is not None:
            logs = -np.log(ranks)
            score, null = score + logs[0], null + logs[1:]
    tested = np.isfinite(p).any()
    joint = (1 + int((null >= score - 1e-12).sum())) / (1 + draws) if tested else np.nan
    power, false = date_power(found, draws=draws, n=power_draws, block_h=block_h, seed=seed + 1)
    return DateTest(tuple(p), float(joint), power, false, power_draws)


def _ranks(
    found: Readers,
    account: int,
    at: float,
    draws: int,
    block_h: float,
    rng: np.random.Generator,
) -> Floats | None:
    """Return the rank p of the true date, then of each placebo date; None when not testable."""
    if not 0 <= at <= found.length + block_h:
        return None
    moments = np.append(at, rng.uniform(*_block(found, at, block_h), draws))
    curve = response(found, account, moments)
    if not curve.any():
        return None
    curve = curve + rng.random(len(curve)) * 1e-12
    order = np.sort(curve)
    at_least = len(curve) - np.searchsorted(order, curve, side="left")
    return np.asarray(at_least / len(curve))


def _block(found: Readers, at: float, block_h: float) -> tuple[float, float]:
    """Return the ends of a moment's block, cut at the archive's end unless the moment is later.

    Placebo dates must come from where the date itself could have been: a block that ended at the
    moment would make it the latest of all, and false alarms of .05 come out at .07.
    """
    start = float(np.floor(at / block_h) * block_h)
    end = start + block_h
    return start, end if at > found.length else min(end, found.length)


def date_power(
    found: Readers,
    *,
    draws: int = 199,
    n: int = 60,
    block_h: float = BLOCK_H,
    level: float = TEST_LEVEL,
    seed: int = 0,
) -> tuple[float, float]:
    """Return how often the date test finds a true reaction, and how often it is fooled.

    True: an outcome dated gamma(2) of mean 72 h after a reshare of an account with few reshares.
    Null: the same account, a uniform date of the same block. NaN of fewer than `LEAST_TRIED`
    such reshares.
    """
    rng = np.random.default_rng(seed)
    rows = _few_reshares(found)
    if len(rows) < LEAST_TRIED:
        return float("nan"), float("nan")
    true, null = [], []
    for row in rng.choice(rows, n):
        at = found.hours[row] + rng.gamma(2, TAU_H / 2)
        account = int(found.author[row])
        ranks = _ranks(found, account, at, draws, block_h, rng)
        elsewhere = rng.uniform(*_block(found, at, block_h))
        fooled = _ranks(found, account, elsewhere, draws, block_h, rng)
        true += [] if ranks is None else [ranks[0] <= level]
        null += [] if fooled is None else [fooled[0] <= level]
    return (
        float(np.mean(true)) if true else float("nan"),
        float(np.mean(null)) if null else float("nan"),
    )


def _few_reshares(found: Readers, most: int = 4) -> Ints:
    """Return the reshares of accounts with few of them, as outcomes' accounts are."""
    count = np.bincount(found.author[found.author >= 0], minlength=len(found.known))
    rows = np.flatnonzero(found.reaction & (found.author >= 0))
    return rows[count[found.author[rows]] <= most]


def masked_hit_rate(
    found: Readers,
    *,
    n: int = 120,
    window_h: float = WINDOW_H,
    tau_h: float = TAU_H,
    seed: int = 0,
) -> tuple[float, float, int]:
    """Hide known reactions one by one and look for their cascade from exposure alone.

    Returns
    -------
    tuple
        Share of hidden reactions whose cascade is ranked first, share expected by chance (NaN of
        fewer than `LEAST_TRIED`), number tried. Measured: 12–23 %; this is why no path is printed
        for a silent account.
    """
    rng = np.random.default_rng(seed)
    rows = _few_reshares(found)
    rows = rows[found.hours[rows] > window_h / 4]
    hits, chance = [], []
    for row in rng.permutation(rows)[:n]:
        account, cascade = int(found.author[row]), found.cascade[row]
        at = found.hours[row] + rng.gamma(2, tau_h / 2)
        near = (found.hours < at) & (found.hours > at - window_h) & (found.author != account)
        places = np.flatnonzero(near & (found.author >= 0))
        if len(places) < 2:
            continue
        known = _without(found, account, row)
        weight = np.exp(np.minimum(known[found.author[places]], 8.0))
        weight *= np.exp(-(at - found.hours[places]) / tau_h)
        groups, slot = np.unique(found.cascade[places], return_inverse=True)
        totals = np.bincount(slot, weights=weight)
        hits.append(groups[int(totals.argmax())] == cascade)
        chance.append(1 / len(groups))
    if len(hits) < LEAST_TRIED:
        return float("nan"), float("nan"), len(hits)
    return float(np.mean(hits)), float(np.mean(chance)), len(hits)


def _without(found: Readers, account: int, row: int) -> Floats:
    """Return the evidence of reading as if the reshare `row` had never been seen."""
    known = found.row(account)
    hidden = np.flatnonzero((found.cascade == found.cascade[row]) & ~found.reaction)
    for other in np.unique(found.author[hidden]):
        count = float(found.counts[account, other])
        if other >= 0 and count > 0:
            known[other] += np.log1p(count - 1) - np.log1p(count)
    return known
