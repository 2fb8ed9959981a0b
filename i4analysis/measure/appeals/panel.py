"""Count models for posts nested in authors: fixed effects, author means, matched pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from i4analysis.measure.numbers.fitting import significant

Array = npt.NDArray[np.float64]
_FOUND = ["feature", "beta", "se", "lo", "hi", "p", "n_authors_used", "n_tweets", "method"]
_ROUNDS = 60


@dataclass(frozen=True)
class Panel:
    """Posts sorted by author: outcome, design columns (features first), author codes."""

    y: Array
    x: Array
    groups: npt.NDArray[np.int64]
    names: tuple[str, ...]
    n_features: int

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        account: str,
        outcome: str,
        features: Sequence[str],
        controls: Sequence[str],
    ) -> Panel:
        """Build the design; controls that do not vary, or are not there, are left out."""
        codes = pd.factorize(rows[account])[0].astype(np.int64)
        order = np.argsort(codes, kind="stable")
        kept = [name for name in controls if name in rows and rows[name].min() < rows[name].max()]
        names = [*features, *kept]
        x = np.column_stack([rows[name].to_numpy(np.float64) for name in names])
        y = rows[outcome].to_numpy(np.float64)
        return cls(y[order], x[order], codes[order], tuple(names), len(features))

    def varies(self, keep: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.int64]:
        """Return, feature by feature, the number of authors within whose posts it varies."""
        keep = np.ones(len(self.y), bool) if keep is None else keep
        groups = self.groups[keep]
        x = self.x[keep, : self.n_features]
        n = int(groups.max()) + 1 if len(groups) else 0
        least, most = np.full((n, x.shape[1]), np.inf), np.full((n, x.shape[1]), -np.inf)
        np.minimum.at(least, groups, x)
        np.maximum.at(most, groups, x)
        count: npt.NDArray[np.int64] = (most > least).sum(axis=0)
        return count


def poisson_fixed_effects(data: Panel, level: float) -> pd.DataFrame:
    """Fit y ~ Poisson(exp(a_author + x·b)), a_author conditioned out; author-clustered errors.

    Conditional on an author's total, the posts share it multinomially with p ∝ exp(x·b):
    Newton's method on that likelihood, errors by leaving authors out, Student's t with G−1
    degrees. Authors with one post or no reshare at all say nothing and are left out.
    Consistent for any counts whose mean is right (Wooldridge 1999).
    """
    totals = np.bincount(data.groups, data.y)
    sizes = np.bincount(data.groups)
    keep = (totals[data.groups] > 0) & (sizes[data.groups] > 1)
    varies = data.varies(keep)
    groups = pd.factorize(data.groups[keep])[0].astype(np.int64)
    x, y = data.x[keep], data.y[keep]
    if not len(y):
        return pd.DataFrame(columns=_FOUND)
    within = x - (_by_group(x, groups) / np.bincount(groups)[:, None])[groups]
    use = np.flatnonzero((within**2).sum(axis=0) > 1e-9 * len(y))
    beta, cov = _conditional_newton(x[:, use], y, groups)
    degrees = int(groups.max())
    method = "Poisson, author fixed effects, author-clustered errors"
    rows = []
    for j in range(data.n_features):
        where = np.flatnonzero(use == j)
        if len(where):
            rows.append(
                _line(data.names[j], beta[where[0]], np.sqrt(cov[where[0], where[0]]), level,
                      degrees, int(varies[j]), len(y), method)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_FOUND)


def _by_group(values: Array, groups: npt.NDArray[np.int64]) -> Array:
    sums = np.zeros((int(groups.max()) + 1, values.shape[1]))
    np.add.at(sums, groups, values)
    return sums


def _conditional_newton(x: Array, y: Array, groups: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    totals: Array = np.bincount(groups, y).astype(np.float64)
    beta = np.zeros(x.shape[1])
    mean, score, bread = _conditional_parts(x, y, groups, totals, beta)
    for _ in range(_ROUNDS):
        step = _inverse(bread) @ score
        size = min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        beta = beta + size * step
        mean, score, bread = _conditional_parts(x, y, groups, totals, beta)
        if np.abs(step).max() < 1e-9:
            break
    weight = mean / np.maximum(totals[groups], 1e-300)
    centre = _by_group(x * weight[:, None], groups)
    breads = (
        _breads(x, mean, groups) - totals[:, None, None] * centre[:, :, None] * centre[:, None]
    )
    return beta, _jackknife(breads, _by_group(x * (y - mean)[:, None], groups))


def _breads(x: Array, weights: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Return Σ w x xᵀ within each author."""
    sums = np.zeros((int(groups.max()) + 1, x.shape[1], x.shape[1]))
    for j in range(x.shape[1]):
        for k in range(j + 1):
            part = np.bincount(groups, weights * x[:, j] * x[:, k], minlength=len(sums))
            sums[:, j, k] = sums[:, k, j] = part
    return sums


def _jackknife(breads: Array, scores: Array) -> Array:
    """Return the covariance of the estimate when authors are left out in turn, in one step.

    Σ_a d_a d_aᵀ (G−1)/G with d_a = (H − H_a)⁻¹ s_a: the clustered sandwich with each author's
    leverage undone, which plain clustered errors leave too narrow (Bell & McCaffrey 2002).
    """
    n, k = scores.shape
    left = breads.sum(axis=0)[None] - breads + 1e-9 * np.eye(k)[None]
    moved = np.linalg.solve(left, scores[:, :, None])[:, :, 0]
    cov: Array = moved.T @ moved * ((n - 1) / n)
    return cov


def _conditional_parts(
    x: Array, y: Array, groups: npt.NDArray[np.int64], totals: Array, beta: Array
) -> tuple[Array, Array, Array]:
    eta = x @ beta
    top = np.full(len(totals), -np.inf)
    np.maximum.at(top, groups, eta)
    weight = np.exp(eta - top[groups])
    share = weight / np.bincount(groups, weight)[groups]
    mean = totals[groups] * share
    centre = _by_group(x * share[:, None], groups)
    bread = (x * mean[:, None]).T @ x - (centre * totals[:, None]).T @ centre
    return mean, x.T @ (y - mean), bread


def told_apart(data: Panel) -> list[str]:
    """Return the features that no others add up to: the effect of such a one is nobody's alone."""
    whole = np.column_stack([np.ones((len(data.y), 1)), data.x])
    names, last = list(data.names[: data.n_features]), whole.shape[1] - 1
    if len(_independent(whole)) == whole.shape[1]:
        return names
    return [
        name
        for column, name in enumerate(names, start=1)
        if last in _independent(np.column_stack([np.delete(whole, column, 1), whole[:, column]]))
    ]


def negative_binomial(data: Panel, level: float, *, means: bool) -> pd.DataFrame:
    """Fit y ~ negative binomial with log link; with `means`, each author's feature means too.

    With the means (Mundlak 1978) the coefficient of a feature is its effect within an author;
    without them (`pooled`) it mixes in who uses it. The overdispersion is estimated from the
    Poisson fit (Cameron & Trivedi 1990); errors are clustered by author.
    """
    columns = [np.ones((len(data.y), 1)), data.x]
    if means:
        sizes = np.bincount(data.groups)[:, None]
        average = _by_group(data.x[:, : data.n_features], data.groups) / sizes
        columns.append(average[data.groups])
    design = np.column_stack(columns)
    kept = _independent(design)
    design = design[:, kept]
    begin = np.zeros(design.shape[1])
    begin[0] = np.log(max(float(data.y.mean()), 1e-6))
    poisson = _scored(design, data.y, 0.0, begin)
    mu = np.clip(_mean(design, poisson), 1e-6, None)
    alpha = float(((data.y - mu) ** 2 - data.y).sum() / (mu**2).sum())
    alpha = float(np.clip(alpha, 1e-3, 20.0))
    beta = _scored(design, data.y, alpha, poisson)
    mu = _mean(design, beta)
    damped = 1 / (1 + alpha * mu)
    scores = _by_group(design * ((data.y - mu) * damped)[:, None], data.groups)
    cov = _jackknife(_breads(design, mu * damped, data.groups), scores)
    errors = np.sqrt(np.diag(cov))
    degrees = int(data.groups.max())
    kind = "author means" if means else "pooled"
    method = f"negative binomial, {kind}, author-clustered errors"
    varies = data.varies()
    rows = [
        _line(data.names[column - 1], beta[k], errors[k], level, degrees, int(varies[column - 1]),
              len(data.y), method)
        for k, column in enumerate(kept)
        if 1 <= column <= data.n_features
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_FOUND)


def _scored(design: Array, y: Array, alpha: float, begin: Array) -> Array:
    """Fit counts with a log link and overdispersion `alpha` by Fisher scoring, to the last digits.

    statsmodels gives the same to the tolerance where it stops, which the processor decides in the
    ninth digit; and it takes longer to load than this takes to fit.
    """
    beta = begin.copy()
    for _ in range(_ROUNDS):
        mu = _mean(design, beta)
        damped = 1 / (1 + alpha * mu)
        bread = (design * (mu * damped)[:, None]).T @ design
        step = _inverse(bread) @ (design.T @ ((y - mu) * damped))
        beta += step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    return beta


def _mean(design: Array, beta: Array) -> Array:
    return np.asarray(np.exp(np.clip(design @ beta, -30.0, 30.0)), dtype=np.float64)


def _inverse(bread: Array) -> Array:
    """Return the pseudo-inverse; what collinear columns leave of rounding counts as nothing."""
    return np.asarray(np.linalg.pinv(bread, rcond=1e-12, hermitian=True), dtype=np.float64)


def _independent(design: Array) -> npt.NDArray[np.int64]:
    """Return columns that are not combinations of those before them."""
    kept: list[int] = []
    basis = np.zeros((len(design), 0))
    for j in range(design.shape[1]):
        column = design[:, j]
        rest = column - basis @ (basis.T @ column)
        if np.linalg.norm(rest) > 1e-8 * max(float(np.linalg.norm(column)), 1e-12):
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
            kept.append(j)
    return np.array(kept, dtype=np.int64)


def matched(
    rows: pd.DataFrame, data: Panel, level: float, rng: np.random.Generator, resamples: int = 300
) -> pd.DataFrame:
    """Compare posts of one author with and without an element, near in clock and calendar.

    Each post with the element is set against the mean of that author's posts without it within 2
    hours of the clock and 3 days; the ratio of the sums is the effect, its interval a bootstrap
    over authors on the log scale. Only elements that are present or absent are compared.
    """
    frame = pd.DataFrame(
        {
            "account": pd.factorize(rows["private_account"])[0],
            "y": rows["relays_72h"].to_numpy(float),
            "day": rows["posted_at"].astype("int64").to_numpy() / 86_400e6,
            "clock": rows["clock_h"].to_numpy(float),
            "row": np.arange(len(rows)),
        }
    )
    sizes = frame.groupby("account")["row"].transform("size")
    # Pairs grow with the square of an author's posts: beyond 300 an author is a feed, not a seeker
    pairs = frame[sizes.between(2, 300)].merge(frame, on="account", suffixes=("", "_other"))
    gap = (pairs["clock"] - pairs["clock_other"]).abs()
    near = (gap.clip(upper=24) <= 2) | (gap >= 22)
    pairs = pairs[near & ((pairs["day"] - pairs["day_other"]).abs() <= 3)]
    found = []
    for name in data.names[: data.n_features]:
        has = rows[name].to_numpy(np.float64)
        if set(np.unique(has)) <= {0.0, 1.0}:
            line = _matched_line(pairs, has, name, level, rng, resamples)
            found += [line] if line else []
    return pd.DataFrame(found, columns=_FOUND)


def _matched_line(
    pairs: pd.DataFrame,
    has: Array,
    name: str,
    level: float,
    rng: np.random.Generator,
    resamples: int,
) -> tuple[object, ...] | None:
    inside = pairs[(has[pairs["row"]] == 1) & (has[pairs["row_other"]] == 0)]
    if inside.empty:
        return None
    posts = inside.groupby(["account", "row"]).agg(y=("y", "first"), other=("y_other", "mean"))
    sums = posts.groupby(level="account").sum()
    with_it, without = sums["y"].to_numpy(float), sums["other"].to_numpy(float)
    if len(sums) < 5 or not with_it.sum() or not without.sum():
        return None
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=resamples)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(drawn @ with_it) - np.log(drawn @ without)
    logs = logs[np.isfinite(logs)]
    beta = float(np.log(with_it.sum()) - np.log(without.sum()))
    method = "same author, 2 h of the clock, 3 days; authors drawn with replacement"
    se = float(np.std(logs, ddof=1))
    return _line(name, beta, se, level, len(sums) - 1, len(sums), len(posts), method)


def _line(
    name: str,
    beta: float,
    se: float,
    level: float,
    degrees: int,
    n_authors: int,
    n_posts: int,
    method: str,
) -> tuple[object, ...]:
    beta, se = significant(beta), significant(se)
    quantile = float(stdtrit(max(degrees, 1), 0.5 + level / 2))
    p = float(2 * stdtr(max(degrees, 1), -abs(beta) / se)) if se > 0 else np.nan
    low, high = float(beta - quantile * se), float(beta + quantile * se)
    return (name, beta, se, low, high, p, n_authors, n_posts, method)
