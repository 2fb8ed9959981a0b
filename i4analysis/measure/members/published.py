"""Published figures of a movement: each as its source gives it, contradictory ones all kept."""

from __future__ import annotations

import pandas as pd

from i4analysis.errors import ArgumentError, nearest
from i4analysis.movement import Movement
from i4analysis.tables import declared

(MEANS,) = declared(__file__).values()
#: A published sum and a published number of members belong together when this many days apart.
MEAN_DAYS = 14
#: Names under which ledgers give one and the same metric.
METRICS: dict[str, tuple[str, ...]] = {
    "founders": ("founders",),
    "supporters_bio": ("supporters_bio",),
    "members": ("members", "collective_members"),
    "seekers_bio": ("seekers_bio", "job_seekers_R"),
    "followers_summed": ("followers_summed", "summed_followers"),
    **{name: (name,) for name in ("jobs_at_stake", "jobs_saved", "jobs_rehired", "jobs_actual")},
    "jobs_promised": ("jobs_promised",),
    "reshares_of_appeal": ("reshares_of_appeal",),
}


def published(movement: Movement, metric: str) -> pd.DataFrame:
    """Return the published figures of a metric that are measurements, in order of date.

    Parameters
    ----------
    metric
        A key of `METRICS` (founders, supporters_bio, …), or any other name used in figures.csv.

    Returns
    -------
    pandas.DataFrame
        Rows of figures.csv, contradictory ones all kept, undated ones last. A figure that is
        only the lower bound of a plural (`measurement` false) is left out.

    Raises
    ------
    ArgumentError
        If it is neither.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.members.published(movement, "founders")[["value", "roughness"]].values.tolist()
    [[5.0, 'about'], [10.0, 'exact']]
    """
    figures = movement.figures
    known = {*METRICS, *(name for names in METRICS.values() for name in names), *figures["metric"]}
    if metric not in known:
        raise ArgumentError(
            f"No figure is called {metric!r}, expected one of {', '.join(sorted(METRICS))}, or a"
            f" metric of figures.csv{nearest(metric, known)}; choose one."
        )
    wanted = figures["metric"].isin(METRICS.get(metric, (metric,)))
    plural = (figures["measurement"] == False).fillna(False)  # noqa: E712 (null is not false)
    kept = figures[wanted & ~plural]
    ordered: pd.DataFrame = kept.sort_values(["date", "value"], kind="stable", ignore_index=True)
    return ordered


def implied_means(movement: Movement) -> pd.DataFrame:
    """Divide each published sum of followers by the number of members its page gives.

    Definition
        mean = summed followers / members. A sum goes with the number of members or of bios that
        the same page gives for the nearest day, at most 14 days apart, each number once: the
        nearest pairs first.

    Returns
    -------
    pandas.DataFrame
        Columns `MEANS`, in order of date. A quotient of two floors ("360,000+", "200") is
        neither a floor nor a ceiling: it is an order of magnitude.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.reach.implied_means(movement).columns[:3].tolist()
    ['date', 'precision', 'publisher']
    """
    sums = published(movement, "followers_summed")
    heads = pd.concat(
        [published(movement, name) for name in ("members", "supporters_bio")], ignore_index=True
    )
    pairs = sums.merge(heads, on="url", suffixes=("", "_members"))
    pairs = pairs[pairs["date"].notna() & pairs["date_members"].notna()]
    apart = (pd.to_datetime(pairs["date"]) - pd.to_datetime(pairs["date_members"])).abs()
    pairs = pairs.assign(apart=apart.dt.days).sort_values("apart", kind="stable")
    pairs = pairs[(pairs["apart"] <= MEAN_DAYS) & (pairs["value_members"] > 0)]
    taken: set[str] = set()
    chosen = []
    for row, one, other in zip(
        pairs.index, pairs["figure_id"], pairs["figure_id_members"], strict=True
    ):
        if not taken & {one, other}:
            taken |= {one, other}
            chosen.append(row)
    found = pairs.loc[chosen].sort_values("date", kind="stable")
    return MEANS.of(
        {
            **{name: found[name] for name in ("date", "precision", "publisher", "url")},
            "followers_summed": found["value"],
            "followers_roughness": found["roughness"],
            "members": found["value_members"],
            "members_roughness": found["roughness_members"],
            "metric": found["metric_members"],
            "mean": found["value"] / found["value_members"],
        }
    )
