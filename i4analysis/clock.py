"""The one clock: the day and the hour of a moment in the zone of a movement, and back.

Moments are kept in UTC; days are those of the movement's zone. In many zones some midnight does
not exist (São Paulo, Santiago, Beirut, Cairo, Tehran) or comes twice (Havana, the Azores), and
Samoa has skipped a whole day; no other module turns one into the other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

DAY = pa.date32()


def instants(moments: pd.Series) -> pd.Series:
    """Return UTC instants as pandas' own, which it sorts, subtracts and groups quickly.

    Examples
    --------
    >>> moments = pd.Series([0, None], dtype=pd.ArrowDtype(pa.timestamp("us", "UTC")))
    >>> instants(moments).isna().tolist()
    [False, True]
    """
    if not isinstance(moments.dtype, pd.ArrowDtype):
        return moments.astype("datetime64[us, UTC]")
    # pandas itself goes through a Python object a row
    array = pa.array(moments, type=pa.timestamp("us", "UTC"), from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    micros = np.array(array.cast(pa.int64()).fill_null(np.iinfo(np.int64).min), np.int64)
    plain = pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC")
    found: pd.Series = pd.Series(plain, index=moments.index, name=moments.name)
    return found


def wall(moments: pd.Series, zone: str | ZoneInfo) -> pd.Series:
    """Return what the clocks of a zone show at each moment, without a zone; null where unknown.

    Examples
    --------
    >>> moments = pd.Series(pd.to_datetime(["2015-10-18T02:30Z", "2015-10-18T03:30Z"]))
    >>> wall(moments, "America/Sao_Paulo").dt.strftime("%d %H:%M").tolist()  # no midnight
    ['17 23:30', '18 01:30']
    """
    shown: pd.Series = instants(moments).dt.tz_convert(zone).dt.tz_localize(None)
    return shown


def days(moments: pd.Series, zone: str | ZoneInfo) -> pd.Series:
    """Return the day of a zone on which each moment lies, as the tables hold days."""
    shown = wall(moments, zone).to_numpy("datetime64[D]")
    found = pa.array(shown, type=DAY, from_pandas=True)  # no Python object a row
    return pd.Series(found, index=moments.index, dtype=pd.ArrowDtype(DAY))


def day_of(moment: Any, zone: str | ZoneInfo) -> date | None:
    """Return the day of a zone on which one moment lies; None for none."""
    if moment is None or pd.isna(moment):
        return None
    day: date = pd.Timestamp(moment).tz_convert(zone).date()
    return day


def start_of(day: date, zone: str | ZoneInfo) -> pd.Timestamp:
    """Return the moment at which a day of a zone begins, in UTC.

    From then on no clock shows an earlier day. Where midnight does not exist, it is the moment at
    which the clocks leap over it.

    Examples
    --------
    >>> start_of(date(2015, 10, 18), "America/Sao_Paulo").isoformat()
    '2015-10-18T03:00:00+00:00'
    """
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    midnight = datetime.combine(day, time())
    first, last = (midnight.replace(tzinfo=place, fold=k).astimezone(UTC) for k in (0, 1))
    if last.astimezone(place).replace(tzinfo=None) == midnight:
        twice = (last - timedelta(microseconds=1)).astimezone(place).date() == day
        return pd.Timestamp(first if twice else last)
    # The leap lies between what midnight would be by the hour after it and by the one before.
    early, late = last, first
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        leapt = middle.astimezone(place).replace(tzinfo=None) >= midnight
        early, late = (early, middle) if leapt else (middle, late)
    return pd.Timestamp(late.replace(microsecond=0))


def starts_of(found: pd.Series, zone: str | ZoneInfo) -> pd.Series:
    """Return the moment at which each day begins, null where no day is given."""
    moments = [None if pd.isna(day) else start_of(day, zone) for day in found]
    return pd.Series(moments, index=found.index, dtype="datetime64[us, UTC]")


def day_ends(zone: str | ZoneInfo, first: int, last: int) -> pd.DataFrame:
    """Return the days of a zone from the one of `first` to the one of `last` (microseconds).

    Returns
    -------
    pandas.DataFrame
        `day` (date) and `until` (its last microsecond); a count "on a day" is the count at
        that instant. A day that the zone skipped has no row.
    """
    if last < first:
        none = np.zeros(0, dtype=np.int64)
        return pd.DataFrame({"day": none.astype(object), "until": none})
    moments = pd.to_datetime([first, last], unit="us", utc=True)
    start, stop = moments.tz_convert(zone).tz_localize(None).normalize()
    found = pd.date_range(start, stop, freq="D")
    found = found[there(found, zone)]
    ends = [start_of(day, zone) for day in (found + pd.Timedelta(days=1)).date]
    until = pd.DatetimeIndex(ends).as_unit("us").asi8.astype(np.int64) - 1
    return pd.DataFrame({"day": found.date, "until": until})


def there(found: pd.DatetimeIndex, zone: str | ZoneInfo) -> npt.NDArray[np.bool_]:
    """Tell which days there were in a zone: one that moved over the date line skipped a day.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2011-12-29", "2011-12-30", "2011-12-31"])
    >>> there(days, "Pacific/Apia").tolist()
    [True, False, True]
    """
    noon = found + pd.Timedelta(hours=12)
    return np.asarray(noon.tz_localize(zone, nonexistent="NaT", ambiguous="NaT").notna())


#: Days after which a count a day is drawn by week, and by month: a bar must stay a bar.
MOST_DAYS, MOST_WEEK_DAYS = 370, 1830


def gathered(table: pd.DataFrame, day: str = "day") -> tuple[pd.DataFrame, str]:
    """Return counts a day as counts a day, a week or a month, by how long they go on.

    Parameters
    ----------
    table
        One row a day without holes, whole numbers beside.

    Returns
    -------
    tuple
        The table, `day` being the first day of each period within the table's days, and what a
        row is: day, week (from Monday) or month. The sums of the columns are those given.

    Examples
    --------
    >>> days = pd.DataFrame({"day": pd.date_range("2014-01-30", "2016-02-02").date, "posts": 1})
    >>> weeks, step = gathered(days)
    >>> step, len(days), len(weeks), int(weeks["posts"].sum()), int(weeks["posts"].iloc[0])
    ('week', 734, 106, 734, 4)
    """
    if len(table) <= MOST_DAYS:
        return table, "day"
    step = "week" if len(table) <= MOST_WEEK_DAYS else "month"
    found = pd.to_datetime(pd.Series(list(table[day])))
    period = found.dt.to_period({"week": "W-SUN", "month": "M"}[step])
    begun = table[day].groupby(period.to_numpy()).min()
    counted = table.drop(columns=day).groupby(period.to_numpy()).sum()
    counted.insert(0, day, begun)
    return counted.reset_index(drop=True), step
