"""Instants as plain numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.tables import TIME


def to_seconds(times: pd.Series) -> npt.NDArray[np.float64]:
    """Return UTC instants as seconds since 1970, NaN where unknown; exact to the microsecond.

    Examples
    --------
    >>> to_seconds(pd.Series(pd.to_datetime(["1970-01-01T00:00:01.5Z"]))).tolist()
    [1.5]
    """
    stamps = times.astype(pd.ArrowDtype(TIME)).astype("int64[pyarrow]")
    seconds: npt.NDArray[np.float64] = stamps.to_numpy(dtype=float, na_value=np.nan) / 1e6
    return seconds
