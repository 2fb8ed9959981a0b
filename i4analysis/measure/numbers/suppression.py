"""No number that gives a person away: cells under five pooled, so that totals cannot undo it.

A cell is a number of posts or of accounts that look for work. Cells under `LIMIT` are not left
blank (the total would give a single blank back) but added up with each other and, while their sum
is still under the limit, with the next smallest cell: the table keeps its total and every row
holds at least five posts and five accounts.

Between two reports a total that rose from 23 to 25 would show two people, and so would a share of
whose count only one is possible. Counts therefore go down to a multiple of five (`rounded`), and
what gives a count when it is multiplied with another goes in steps of five (`in_steps`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

LIMIT = 5
SHARES_FROM = 20  # people or posts of theirs
POOLED = "pooled"
PRIVATE = "private_"


def pooled_groups(groups: pd.Series, accounts: pd.Series, limit: int = LIMIT) -> pd.Series:
    """Return each post's group after pooling; null everywhere when even the total is too small.

    Parameters
    ----------
    groups, accounts
        Group and account of each post.
    limit
        Least number of posts and of accounts in a row.

    Examples
    --------
    >>> groups = pd.Series(["a"] * 9 + ["b"] * 2 + ["c"] * 6)
    >>> pooled_groups(groups, pd.Series(range(17))).value_counts().to_dict()
    {'a': 9, 'pooled': 8}
    """
    plain = groups.astype("object")
    sizes = pd.DataFrame({"group": plain, "account": accounts.astype("object")}).groupby("group")
    counts = pd.concat([sizes.size(), sizes["account"].nunique()], axis=1).min(axis=1)
    counts = counts.sort_values(kind="stable")
    small = [group for group, count in counts.items() if count < limit]
    large = [group for group in counts.index if group not in set(small)]
    accounts = accounts.astype("object")
    while small and _least(plain, accounts, small) < limit:
        if not large:
            return pd.Series(np.nan, index=groups.index, dtype="object")
        small.append(large.pop(0))
    return plain.where(~plain.isin(small), POOLED)


def _least(groups: pd.Series, accounts: pd.Series, chosen: list[object]) -> int:
    inside = groups.isin(chosen)
    return int(min(inside.sum(), accounts[inside].nunique()))


def rounded(counts: npt.ArrayLike, limit: int = LIMIT) -> npt.NDArray[np.float64]:
    """Return counts of people looking for work as they are published: down to a multiple of five.

    Whatever is subtracted from whatever, within a report or between two of them, is then 0 or at
    least five: nobody who comes or goes is seen.

    Examples
    --------
    >>> rounded([12, 20, 4.0]).tolist()
    [10.0, 20.0, 0.0]
    """
    return np.floor(np.asarray(counts, dtype=np.float64) / limit) * limit


def in_steps(
    value: float, lo: float, hi: float, n: float, highest: float = np.inf, limit: int = LIMIT
) -> tuple[float, float, float]:
    """Return a share of people looking for work, or a mean over them, as it is published.

    Times `n`, their count as published, it is a multiple of five. The interval grows to whole
    steps, so that it holds what it held. What is neither none nor all is not said to be.

    Parameters
    ----------
    value, lo, hi
        The number and its interval; nan where there is none.
    n
        Of how many it is, as published (`rounded`).
    highest
        The most that it can be: 1 for a share, which under `SHARES_FROM` there is none.

    Examples
    --------
    >>> in_steps(0.61, 0.4, 0.8, 20, 1.0)  # 14 of 23, published as of at least 20
    (0.5, 0.25, 1.0)
    >>> in_steps(0.995, 0.98, 1.0, 200, 1.0)
    (0.975, 0.975, 1.0)
    """
    share = bool(np.isfinite(highest))
    if not n >= (SHARES_FROM if share else limit):
        return np.nan, np.nan, np.nan
    step = limit / n
    near = np.round(value / step)
    if share and 0 < value < highest:
        near = np.clip(near, 1, highest / step - 1)
    ends = np.floor(lo / step + 1e-9), np.ceil(hi / step - 1e-9)
    near, low, high = (float(np.round(one * step, 12)) for one in (near, *ends))
    return near, max(low, 0.0), min(high, highest)


def small(counts: pd.Series, limit: int = LIMIT) -> npt.NDArray[np.bool_]:
    """Say which counts are cells that would give somebody away: from 1 up to under the limit.

    Examples
    --------
    >>> small(pd.Series([0, 1, 4, 5, None])).tolist()
    [False, True, True, False, False]
    """
    numbers = counts.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray((numbers > 0) & (numbers < limit), dtype=bool)


def all_seek(role: npt.ArrayLike) -> bool:
    """Say whether to count accounts of these roles is to count people looking for work.

    It is where the others, whom nobody could tell from them, are too few to hide them: those
    whom a ledger names can be told, and their number taken off.

    Examples
    --------
    >>> all_seek(["seeker"] * 9 + ["supporter"] * 4 + ["founder"] * 30)
    True
    >>> all_seek(["seeker"] * 9 + ["other"] * 5), all_seek(["founder"])
    (False, False)
    """
    every = np.asarray(role, dtype=object)
    seeking = int((every == "seeker").sum())
    return int(np.isin(every, ("supporter", "other")).sum()) < min(seeking, LIMIT)


def private_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns that are for the analyst's screen only: their names start `private_`.

    Chapters and exported tables refuse a frame that has one.
    """
    return [str(name) for name in table.columns if str(name).startswith(PRIVATE)]
