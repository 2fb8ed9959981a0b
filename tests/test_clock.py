"""One clock: every moment has its day, every day its beginning, in every zone there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import clock

#: A zone, a day whose midnight does not exist or comes twice, and when it begins.
ODD = [
    ("America/Sao_Paulo", "2015-10-18", "2015-10-18T03:00Z"),
    ("America/Santiago", "2024-09-08", "2024-09-08T04:00Z"),
    ("Asia/Beirut", "2024-03-31", "2024-03-30T22:00Z"),
    ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00Z"),
    ("America/Havana", "2024-03-10", "2024-03-10T05:00Z"),
    ("America/Asuncion", "2023-10-01", "2023-10-01T04:00Z"),
    ("Asia/Tehran", "2021-03-22", "2021-03-21T20:30Z"),
    ("Asia/Amman", "2021-03-26", "2021-03-25T22:00Z"),
    ("Atlantic/Azores", "2024-03-31", "2024-03-31T01:00Z"),
    ("Atlantic/Azores", "2024-10-27", "2024-10-27T00:00Z"),
    ("America/Havana", "2024-11-03", "2024-11-03T04:00Z"),
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z"),
    ("Europe/Paris", "2015-10-25", "2015-10-24T22:00Z"),
    ("Asia/Kathmandu", "2015-10-25", "2015-10-24T18:15Z"),
]


@pytest.mark.parametrize(("zone", "day", "begins"), ODD)
def test_a_day_begins_where_its_clocks_say(zone: str, day: str, begins: str) -> None:
    assert clock.start_of(date.fromisoformat(day), zone) == pd.Timestamp(begins)
    midnight = pd.Series(pd.to_datetime([begins]))
    if zone != "Pacific/Apia":
        assert clock.days(midnight, zone).tolist() == [date.fromisoformat(day)]


def changes(zone: ZoneInfo) -> list[date]:
    """Return the days from 2006 to 2037 on which the offset of a zone changes."""
    noon = [datetime(2006, 1, 1, 12, tzinfo=UTC) + timedelta(days=k) for k in range(0, 11_688, 4)]
    offsets = [moment.astimezone(zone).utcoffset() for moment in noon]
    found = []
    for early, late, a, b in zip(noon, noon[1:], offsets, offsets[1:], strict=False):
        if a != b:
            while late - early > timedelta(minutes=1):
                middle = early + (late - early) / 2
                before = middle.astimezone(zone).utcoffset() == a
                early, late = (middle, late) if before else (early, middle)
            found.append(late.astimezone(zone).date())
    return found


def distinct() -> list[str]:
    """Return one zone of each history since 2006."""
    seen: dict[tuple[object, ...], str] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        months = (datetime(2006 + k // 12, k % 12 + 1, 1, tzinfo=UTC) for k in range(0, 384, 3))
        history = tuple(moment.astimezone(zone).utcoffset() for moment in months)
        seen.setdefault(history, name)
    return sorted(seen.values())


def test_days_and_their_beginnings_fit_in_every_zone_around_every_change_of_clocks() -> None:
    """The days of a zone follow one another without a gap, and hold the moments between."""
    for name in distinct():
        zone = ZoneInfo(name)
        for day in changes(zone)[:3]:
            around = [day + timedelta(days=k) for k in range(-2, 4)]
            starts = [clock.start_of(one, zone) for one in around]
            assert starts == sorted(starts), (name, day)
            lengths = np.diff([start.timestamp() for start in starts]) / 3600
            assert lengths.sum() == pytest.approx(24 * 5, abs=2) or name in SKIPPED, (name, day)
            assert lengths.min() > 21 or name in SKIPPED, (name, day)
            moments = pd.Series(pd.date_range(starts[0], starts[-1], freq="29min"))
            found = clock.days(moments, zone)
            shown = clock.wall(moments, zone)
            assert (found == shown.dt.date).all()
            placed = np.searchsorted(pd.DatetimeIndex(starts), moments, side="right") - 1
            days = np.array([*around, around[-1]], dtype=object)[placed]
            early = found.to_numpy(dtype=object) < days
            late = found.to_numpy(dtype=object) > days
            assert not early.any(), (name, day)
            # Clocks that go back over midnight have shown the new day before it begins for good.
            assert late.sum() <= 1 or name in SKIPPED, (name, day, moments[late])
            first, last = (int(m.value // 1000) for m in (moments.iloc[0], moments.iloc[-1]))
            ends = clock.day_ends(zone, first, last)
            known = dict(zip(around, starts, strict=True))
            for end, until in zip(ends["day"], ends["until"], strict=True):
                after = known.get(end + timedelta(days=1))
                assert after is None or after.value // 1000 == until + 1


SKIPPED = {"Pacific/Apia", "Pacific/Fakaofo", "Antarctica/Casey", "Antarctica/Vostok"}


def test_a_day_that_is_not_known_stays_unknown() -> None:
    moments = pd.Series([pd.NaT, pd.Timestamp("2015-10-18T03:30Z")])
    assert clock.days(moments, "America/Sao_Paulo").isna().tolist() == [True, False]
    assert clock.starts_of(pd.Series([None, date(2015, 10, 18)]), "UTC").isna().tolist() == [
        True, False,
    ]  # fmt: skip
    assert clock.day_of(None, "UTC") is None


def test_a_day_begins_with_its_first_instant_and_one_that_never_was_has_no_row() -> None:
    """Midnight belongs to the day it begins; Samoa went from 29 to 31 December 2011."""
    first, last = (int(pd.Timestamp(at).value // 1000)
                   for at in ("2011-12-29T20:00Z", "2011-12-31T10:00Z"))  # fmt: skip
    ends = clock.day_ends("Pacific/Apia", first, last)
    assert ends["day"].tolist() == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]
    midnight = int(pd.Timestamp("2011-12-30T10:00Z").value // 1000)
    assert ends["until"].tolist()[0] == midnight - 1


def test_a_post_at_midnight_is_of_one_day_in_every_measure() -> None:
    """Sources that give the day alone put every post on midnight."""
    made = i4.simulate.example()
    zone, posts = made.movement.timezone, made.archive.posts
    begins = clock.starts_of(clock.days(posts["posted_at"], zone), zone)
    tables = []
    for later in (0, 1):
        moved = (begins + pd.Timedelta(seconds=later)).astype(posts["posted_at"].dtype)
        archive = replace(made.archive, posts=posts.assign(posted_at=moved))
        tables.append(i4.members.adoption(archive, made.movement).table)
    names = ["day", "n_first_post", "n_first_own_post"]
    assert tables[0][names].equals(tables[1][names])
