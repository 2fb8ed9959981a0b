"""The proofs of archive, membership and reach run on a small world and give what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from i4analysis.simulate import Parameters, world
from proof import archive, members, reach

CHECKS = [*archive.CHECKS, *members.CHECKS, *reach.CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_a_check_gives_the_numbers_it_promises(check) -> None:
    own = check.parameters(seed=1)
    small = Parameters.small(
        seed=1,
        friend_lists=own.friend_lists,
        follower_lists=min(own.follower_lists, 20),
        random_lists=min(own.random_lists, 20),
    )
    values = check.run(world(small))
    for must in check.must:
        assert np.isfinite(values[must.value])
    assert set(values) <= set(check.values)
    bounds = [must for must in check.must if must.value in ("bounds", "band_holds", "refused")]
    assert all(must.met([values[must.value]]) for must in bounds)


def test_coverage_is_proved_on_forty_worlds() -> None:
    covered = [c for c in CHECKS if any(must.value == "coverage" for must in c.must)]
    assert len(covered) == 3
    assert all(check.seeds is not None and check.seeds >= 40 for check in covered)
