"""Members of a movement: who they are, when they joined, what was published about their number.

The front of the measures of membership; their parts are in `roles`, `adoption`, `growth` and
`contagion`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from i4analysis.measure.accounts.identity import PROFILE, everybody, with_handles
from i4analysis.measure.accounts.marks import holds_mark
from i4analysis.measure.accounts.roles import roles, roles_of_posts
from i4analysis.measure.accounts.sightings import late_rows, text_column, to_times
from i4analysis.measure.members.adoption import Adoption, adoption, intervals
from i4analysis.measure.members.contagion import Contagion, Exposure, contagion_test, exposure
from i4analysis.measure.members.growth import Growth, growth
from i4analysis.measure.members.published import published
from i4analysis.movement import Movement
from i4analysis.tables import Archive, microseconds, true

__all__ = [
    "Adoption",
    "Contagion",
    "Exposure",
    "Growth",
    "adoption",
    "contagion_test",
    "current_members",
    "exposure",
    "growth",
    "intervals",
    "published",
    "roles",
    "roles_of_posts",
    "with_handles",
]


def current_members(archive: Archive, movement: Movement) -> pd.DataFrame:
    """List the accounts whose bio shows a supporter mark in its last sighting.

    Returns
    -------
    pandas.DataFrame
        `account_id`, `handle`, `role`, `seen_utc` (that last sighting), `late` (true when it was
        made after the fact: it shows the mark at collection, not on that day); in order of
        account_id.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.members.current_members(archive, movement).columns.tolist()
    ['account_id', 'handle', 'role', 'seen_utc', 'late']
    """
    known = everybody(archive)
    profiles = archive.profiles
    rows = np.flatnonzero(
        true(profiles["bio"].notna())
        & true(profiles["seen_at"].notna())
        & (known.codes[PROFILE] >= 0)
    )
    at = microseconds(profiles["seen_at"])
    rows = rows[np.lexsort((at[rows], known.codes[PROFILE][rows]))]
    code = known.codes[PROFILE][rows]
    rows = rows[np.r_[code[1:] != code[:-1], True][: len(code)]]
    rows = rows[holds_mark(profiles["bio"].iloc[rows], movement.supporter_marks)]
    found = known.table.iloc[known.codes[PROFILE][rows]].reset_index(drop=True)
    role = roles(archive, movement, known=known).set_index("account_id")["role"]
    found = found.assign(
        role=text_column(role.reindex(found["account_id"]).to_numpy(dtype=object)),
        seen_utc=to_times(at[rows]),
        late=pd.Series(late_rows(archive)[rows], dtype="bool[pyarrow]"),
    )
    ordered: pd.DataFrame = found.sort_values("account_id", kind="stable", ignore_index=True)
    return ordered
