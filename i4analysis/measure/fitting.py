"""scipy's optimiser, loaded when something is first fitted: most measures fit nothing."""

from __future__ import annotations

from typing import Any


def minimize(*arguments: Any, **options: Any) -> Any:
    """Minimise a function, as `scipy.optimize.minimize` does."""
    from scipy import optimize

    return optimize.minimize(*arguments, **options)


def nnls(*arguments: Any, **options: Any) -> Any:
    """Solve least squares without negative coefficients, as `scipy.optimize.nnls` does."""
    from scipy import optimize

    return optimize.nnls(*arguments, **options)
