"""Supporters and followers of a small real movement, counted by its own collector."""

from __future__ import annotations

from pathlib import Path

import pytest

from i4analysis.archive import read_archive
from i4analysis.measure.members import members
from i4analysis.measure.reach import reach
from i4analysis.movement import Movement
from i4analysis.tables import Archive

TAG = ("thankcsiroforthat",)


@pytest.fixture(scope="module")
def csiro(real: Path) -> Archive:
    files = sorted((real / "twitter_v1" / "thankcsiro").glob("*.json"))
    return read_archive([str(file) for file in files], hashtags=TAG)


@pytest.fixture
def movement() -> Movement:
    return Movement("thankcsiro", {"en": "thankcsiro"}, TAG, TAG)


@pytest.mark.real
def test_bios_that_never_hold_the_hashtag_leave_the_curve_of_first_posts(
    csiro: Archive, movement: Movement
) -> None:
    found = members.adoption(csiro, movement)
    assert (found.basis, found.refusal, found.n_marked) == ("posts", "no_mark", 0)
    # search pages: every bio was seen some time after its post
    assert found.excluded["seen after the fact"] == len(csiro.profiles)
    assert len(found.table) == 9
    assert found.table["n_first_post"].iloc[-1] == 494
    assert found.table["n_first_own_post"].iloc[-1] == 70
    assert found.table["n_lo"].isna().all()


@pytest.mark.real
def test_followers_of_those_who_posted_sum_to_what_the_collector_saw(
    csiro: Archive, movement: Movement
) -> None:
    found = reach.followers_summed(csiro, movement)
    last = found.table.iloc[-1]
    assert found.basis == "posts"
    assert (last["n_supporters"], last["n_known"]) == (494, 494)
    # 367,021 with one snapshot an author in the order of the files; here the last one seen
    assert last["followers_sum"] == pytest.approx(367_021, rel=0.01)
    spread = reach.concentration(csiro, movement)
    assert spread.n_half == 53
    assert spread.total == last["followers_sum"]
