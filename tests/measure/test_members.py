"""Who is a member, and in which role."""

from __future__ import annotations

import numpy as np
import pytest
from member_worlds import make_archive, make_movement, sighting

from i4analysis import tables
from i4analysis.measure.members import delay, members
from i4analysis.movement import Movement


def role_of(archive: tables.Archive, movement: Movement) -> dict[str, str]:
    frame = members.roles(archive, movement)
    return dict(zip(frame["account_id"], frame["role"], strict=True))


def test_roles_come_from_the_bio_and_the_ledgers() -> None:
    archive = make_archive(
        sighting("1", "2015-10-01", "RH, #i4Emploi"),
        sighting("2", "2015-10-01", "Je cherche #i4EmploiR #i4emploi"),
        sighting("3", "2015-10-01", "i4emploi without the sign, #i4emploirs"),
        sighting("4", "2015-10-01", "#i4emploi", handle="FranceBleu"),
        sighting("5", "2015-10-01", None, handle="Alban"),
    )
    movement = make_movement(
        founders=[{"handle": "@alban"}],
        people=[
            {"name": "France Bleu", "handle": "francebleu", "role": "medium"},
            {"name": "A. M.", "handle": "h3", "role": "politician"},
        ],
    )
    assert role_of(archive, movement) == {
        "1": "supporter",
        "2": "seeker",
        "3": "other",
        "4": "media",
        "5": "founder",
    }


def test_a_bio_seen_after_the_fact_still_gives_the_role() -> None:
    archive = make_archive(sighting("1", "2015-10-01", "＃ｉ４ｅｍｐｌｏｉ", seen_basis="after"))
    assert role_of(archive, make_movement()) == {"1": "supporter"}


def test_a_handle_alone_joins_the_account_that_has_it() -> None:
    archive = make_archive(
        sighting("1", "2015-10-01", "", handle="Ann"),
        posts=[
            {"platform": "twitter", "post_id": "9", "kind": "post", "author": "ANN"},
            {"platform": "twitter", "post_id": "8", "kind": "post", "author": "Zoe"},
        ],
    )
    frame = members.roles(archive, make_movement(founders=[{"handle": "zoe"}]))
    assert frame["account_id"].tolist() == ["1", "zoe"]
    assert frame["role"].tolist() == ["other", "founder"]


@pytest.mark.parametrize("movement", [make_movement(), make_movement(founders=[{"handle": "a"}])])
def test_roles_of_an_empty_archive_are_an_empty_table(movement: Movement) -> None:
    frame = members.roles(tables.Archive(), movement)
    assert list(frame.columns) == ["account_id", "handle", "role", "aliases", "public_name"]
    assert frame.empty


def test_the_last_moment_lies_within_the_steps_of_any_length() -> None:
    """A thousand times a thousandth of a length may be less than it: so it was for one animal."""
    lengths = np.random.default_rng(4).uniform(6_001.0, 100_000.0, 400)
    rounded = [h for h in lengths if np.arange(0.0, h + delay.STEP_H, h / 1_000)[-1] < h]
    assert rounded
    for hours in rounded[:5]:
        none = np.array([], dtype=float)
        looks = delay.Looks(
            left_h=np.array([0.0, hours / 3]), right_h=np.array([hours, hours / 2]),
            seen_before=np.array([True, True]), gaps_h=none, owner=none.astype(int),
            early=none.astype(bool), closed=none.astype(bool), founder=np.array([False, False]),
            begin_h=0.0, end_h=hours,
        )  # fmt: skip
        fitted = delay.fit_delay(looks)
        assert fitted.edges_h[-1] == hours and np.isfinite(fitted.middle_h()).all()


@pytest.mark.parametrize(
    ("where", "both", "named"),
    [(None, True, []), (None, False, ["bluesky:2"]), ("bluesky", True, ["bluesky:2"]),
     ("twitter", True, ["twitter:1"]), ("twitter", False, [])],
)  # fmt: skip
def test_a_namesake_on_another_network_is_not_the_public_person(
    where: str | None, both: bool, named: list[str]
) -> None:
    archive = make_archive(
        *([sighting("1", "2015-10-01", "", handle="Ann")] if both else []),
        sighting("2", "2015-10-01", "", handle="Ann", platform="bluesky"),
        sighting("3", "2015-10-01", "", handle="Zoe", platform="mastodon"),
    )
    person = {"name": "Ann Public", "handle": "ann", "role": "institution", "platform": where}
    frame = members.roles(archive, make_movement(people=[person])).set_index("account_id")
    assert frame.index[frame["public_name"].notna()].tolist() == named
    assert frame.index[frame["role"] == "institution"].tolist() == named
