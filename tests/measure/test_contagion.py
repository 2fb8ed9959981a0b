"""Exposure and the shuffle test: what they find and what they refuse to find."""

from __future__ import annotations

from dataclasses import replace

import invented
import numpy as np
import pandas as pd
import pytest
from member_worlds import START, make_archive, make_movement, movement, sighting

from i4analysis import tables
from i4analysis.measure.members import members


def followed(times: dict[str, str | None], pairs: list[tuple[str, str]]) -> tables.Archive:
    """Accounts seen with the mark at a time (never: None); pairs (follower, followee)."""
    rows = [sighting(name, "2015-09-26 00:00", "no mark") for name in times]
    for name, at in times.items():
        if at:
            before = pd.Timestamp(at) - pd.Timedelta(minutes=1)
            rows += [sighting(name, str(before), ""), sighting(name, at, "#i4emploi")]
    archive = make_archive(*rows)
    return tables.Archive(profiles=archive.profiles, follows=invented.follows(pairs))


def test_exposure_counts_who_joined_after_exactly_k() -> None:
    archive = followed(
        {"a": "2015-09-27", "b": "2015-09-28", "c": "2015-09-29", "d": None},
        [("b", "a"), ("c", "a"), ("c", "b"), ("d", "a"), ("d", "b")],
    )
    table = members.exposure(archive, make_movement()).table.set_index("k")
    # everybody once had no exposure; a joined then. b, c and d ever had one; b joined there.
    assert table["n_reached"].to_dict() == {0: 4, 1: 3, 2: 2}
    assert table["n_adopted"].to_dict() == {0: 1, 1: 1, 2: 1}
    assert (table["lo"] <= table["p"]).all()
    assert (table["p"] <= table["hi"]).all()


def test_joining_is_found_in_an_archive_of_several_platforms() -> None:
    archive = followed({"a": "2015-09-27", "b": "2015-09-28"}, [("b", "a")])
    other = archive.profiles.tail(1).assign(platform="bluesky", account_id="z", handle="z")
    several = replace(archive, profiles=pd.concat([archive.profiles, other], ignore_index=True))
    table = members.exposure(several, make_movement()).table.set_index("k")
    assert table["n_adopted"].to_dict() == {0: 1, 1: 1}


def clustered(
    seed: int, *, contagion: bool, size: int = 60, groups: int = 4
) -> tuple[tables.Archive, pd.Series]:
    """Communities that join at their own times, with or without influence along ties."""
    rng = np.random.default_rng(seed)
    n = size * groups
    group = np.repeat(np.arange(groups), size)
    chance = np.where(group[:, None] == group, 0.1, 0.01)
    follows = (rng.random((n, n)) < chance) & ~np.eye(n, dtype=bool)
    time = rng.normal(120 + 90 * group, 40.0)
    if contagion:
        # some join within two days of an account they follow, drawn from all of those
        for account in np.argsort(time):
            friends = np.flatnonzero(follows[account] & (time < time[account]))
            if len(friends) and rng.random() < 0.5:
                latest = friends[np.argmax(time[friends])]
                time[account] = time[latest] + rng.exponential(12)
    at = START + pd.to_timedelta(np.clip(time, 1, None), unit="h")
    names = [f"{account}" for account in range(n)]
    profiles = tables.build(
        tables.PROFILES,
        {
            "platform": ["twitter"] * 2 * n,
            "account_id": names * 2,
            "bio": [""] * n + ["#i4emploi"] * n,
            "seen_at": [*(at - pd.Timedelta(minutes=1)), *at],
            "seen_basis": ["live"] * 2 * n,
        },
    )
    follower, followee = np.nonzero(follows)
    edges = invented.follows((names[i], names[j]) for i, j in zip(follower, followee, strict=True))
    return tables.Archive(profiles=profiles, follows=edges), pd.Series(group, index=names)


def test_common_timing_of_communities_is_not_taken_for_contagion() -> None:
    alarms = 0
    for seed in range(12):
        archive, strata = clustered(seed, contagion=False)
        result = members.contagion_test(archive, movement(), strata=strata, draws=99)
        alarms += result.verdict == "beyond_timing"
    assert alarms <= 1
    whole = pd.Series(0, index=strata.index)
    unstratified = members.contagion_test(archive, movement(), strata=whole, draws=99)
    assert unstratified.table["p"].iloc[0] <= 0.05  # what the strata are for


def test_joining_after_friends_is_found() -> None:
    for seed in range(5):
        archive, strata = clustered(seed, contagion=True)
        result = members.contagion_test(archive, movement(), strata=strata, draws=99)
        assert result.verdict == "beyond_timing"
        assert result.table["ratio"].iloc[0] > 1.05


def test_communities_are_found_when_not_given() -> None:
    archive, _ = clustered(1, contagion=False)
    result = members.contagion_test(archive, movement(), draws=49)
    assert result.table["n_strata"].iloc[0] >= 4
    again = members.contagion_test(archive, movement(), draws=49)
    pd.testing.assert_frame_equal(result.table, again.table)


@pytest.mark.parametrize("archive", [tables.Archive(), followed({"a": "2015-09-27"}, [])])
def test_without_follow_edges_nothing_can_be_said(archive: tables.Archive) -> None:
    assert members.exposure(archive, make_movement()).table.empty
    result = members.contagion_test(archive, make_movement())
    assert (result.verdict, len(result.table)) == ("cannot_tell", 0)
