"""Curves fitted to growth: descriptions of a shape, never of a cause.

References
----------
Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy.special import expit, gammaln

from i4analysis.measure.accounts.sightings import Floats
from i4analysis.measure.members.adoption import Adoption
from i4analysis.measure.numbers.fitting import minimize
from i4analysis.results import Result
from i4analysis.tables import declared

GROWTH, CURVES = declared(__file__).values()
Shape: TypeAlias = Callable[[Floats, float, float], Floats]

#: A curve of three parameters is not fitted to fewer days than this, nor to fewer accounts.
LEAST_DAYS, LEAST_ACCOUNTS = 7, 20
#: Fits whose AIC differ by less than this cannot be told from one another (Burnham and Anderson).
LEAST_GAP = 2.0
#: The ceiling is looked for between these multiples of the accounts seen.
CEILINGS = 0.9, 50.0


@dataclass(frozen=True, eq=False)
class Growth(Result):
    """Curves fitted to the supporters first seen each day.

    Attributes
    ----------
    table
        One row a model: logistic (`first` its rate a day, `second` its midpoint in days) and
        bass (`first` p, `second` q, both a day); `ceiling` the number it tends to; `aic`, less
        is better. Empty under a week or 20 accounts.
    curves
        `day`, `observed`, `logistic`, `bass`: supporters so far. A Bass q is not word of mouth:
        any interest that rises for all at once gives q > 0.
    on_bound
        Whether the search of either fit ended on a limit of its ceiling: it describes nothing.
    """

    curves: pd.DataFrame = field(default_factory=CURVES.of)
    on_bound: bool = False

    @property
    def best(self) -> str | None:
        """The model of least AIC; None where none is, or two are within `LEAST_GAP`."""
        if self.table.empty or self.on_bound:
            return None
        order = self.table.sort_values("aic", ignore_index=True)
        gap = float(order["aic"].iloc[1]) - float(order["aic"].iloc[0])
        return str(order["model"].iloc[0]) if gap >= LEAST_GAP else None


def growth(adopted: Adoption, *, column: str | None = None) -> Growth:
    """Fit a logistic and a Bass curve to day counts, by grouped (Poisson) likelihood.

    Definition
        Expected on day k: K [F(k) − F(k − 1)], with F logistic 1/(1 + e^{−r(t − t0)}) (cut at
        the first day) or Bass (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t}). AIC = 6 − 2 log L.
        The logistic so cut is the Bass curve with q > p (r = p + q, t0 = log(q/p) / r), so Bass
        can only do better where growth slows from the first day (q < p).

    Parameters
    ----------
    column
        Cumulated column of the curve to describe; by default `n_est`, or `n_first_post` where
        bios cannot be used.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> adopted = i4.members.adoption(archive, movement, draws=50)
    >>> i4.members.growth(adopted).table["model"].tolist()
    ['logistic', 'bass']
    """
    column = column or ("n_est" if adopted.basis == "bio" else "n_first_post")
    table = adopted.table
    counts = table[column].to_numpy(dtype=float, na_value=np.nan)
    if len(counts) < LEAST_DAYS or not counts[-1] >= LEAST_ACCOUNTS:
        return Growth(GROWTH.of(), parameters={"column": column}, n_used=len(counts))
    daily = np.diff(counts, prepend=0.0)
    rows: list[tuple[str | float, ...]] = []
    curves = {"day": table["day"], "observed": counts}
    on_bound = False
    for name, shape in (("logistic", _logistic), ("bass", _bass)):
        best, cost = _fit(daily, shape)
        ceiling, first, second = best
        limits = [bound * daily.sum() for bound in CEILINGS]
        on_bound |= bool(np.isclose(ceiling, limits, rtol=1e-3).any())
        curves[name] = ceiling * shape(np.arange(1.0, len(daily) + 1), first, second)
        rows.append((name, ceiling, first, second, -cost, 6 + 2 * cost, len(daily)))
    columns = {name: [row[place] for row in rows] for place, name in enumerate(GROWTH)}
    return Growth(
        GROWTH.of(columns),
        parameters={"column": column},
        n_used=len(daily),
        curves=CURVES.of(curves),
        on_bound=on_bound,
    )


def _logistic(days: Floats, rate: float, middle: float) -> Floats:
    start = expit(-rate * middle)
    share: Floats = (expit(rate * (days - middle)) - start) / (1 - start)
    return share


def _bass(days: Floats, p: float, q: float) -> Floats:
    fading = np.exp(-(p + q) * days)
    share: Floats = (1 - fading) / (1 + q / p * fading)
    return share


def _fit(daily: Floats, shape: Shape) -> tuple[tuple[float, float, float], float]:
    """Return (ceiling, first, second) and the cost, minus the log-likelihood."""
    days = np.arange(0, len(daily) + 1, dtype=float)
    total = float(daily.sum())

    def expected(parameters: Floats) -> Floats:
        ceiling, first, second = np.exp(parameters)
        steps: Floats = ceiling * np.diff(shape(days, first, second))
        return np.maximum(steps, 1e-9)

    def cost(parameters: Floats) -> float:
        mean = expected(parameters)
        return float((mean - daily * np.log(mean) + gammaln(daily + 1)).sum())

    # in days, and in parts of the whole time: a movement of ten years is not one of three weeks
    length = len(daily)
    starts = (
        [(1.2 * total, 0.3, length / 2), (1.2 * total, 0.1, 2.0), (total, 6 / length, length / 2)]
        if shape is _logistic
        else [(1.2 * total, 0.03, 0.2), (1.5 * total, 0.1, 0.02), (total, 1 / length, 5 / length)]
    )
    low, high = np.log(CEILINGS) + np.log(total)
    limits = [(low, high), (-12.0, 4.0), (-12.0, 8.0)]
    tries = [
        minimize(cost, np.log(start), method="Nelder-Mead", bounds=limits) for start in starts
    ]
    best = min(tries, key=lambda one: float(one.fun))
    ceiling, first, second = np.exp(best.x)
    return (float(ceiling), float(first), float(second)), float(best.fun)
