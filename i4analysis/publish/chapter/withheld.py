"""What a report does not tell, because it would be told of people who look for work.

Where nearly all who post look for work, each number of the archive is a number of theirs: the
posts of a day are a handful of people, and one report taken from the next is one of them. No
rounding of a part helps where everything is such a part, so nothing of that archive is given:
a refresh runs the notebooks without it, and an export of it is for the analyst's screen alone.
"""

from __future__ import annotations

import os

from i4analysis.movement import Movement
from i4analysis.tables import Archive, own, reshares, true

#: Names the chapters that are not told, to the processes that make a report.
VARIABLE = "I4_WITHHELD"


def everybody_seeks(archive: Archive, movement: Movement) -> bool:
    """Tell whether to count posts of an archive is to count those of people looking for work.

    They are known by what their bio says or shows (`members.roles`), and by a post that asks for
    work (`appeals.classify`). It is asked of all who post, and, where five or more look for work,
    of those who reshare and of those who write: these are counted apart, day by day.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> everybody_seeks(made.archive, made.movement)
    False
    """
    # here, for a refresh that is skipped measures nothing
    import numpy as np

    from i4analysis.measure.accounts.identity import everybody
    from i4analysis.measure.accounts.roles import roles
    from i4analysis.measure.appeals.appeals import classify
    from i4analysis.measure.numbers.suppression import LIMIT, all_seek

    written, known = archive.posts, everybody(archive)
    author, shared = known.codes["author"], reshares(written)
    role = roles(archive, movement, known=known)["role"].to_numpy(dtype=object)
    found = classify(written, archive.profiles, movement)
    asks = written["post_id"].isin(found.loc[true(found["label"] == "request"), "post_id"])
    asked = np.isin(np.arange(len(role)), author[true(asks) & ~shared])
    role[asked & np.isin(role, ("supporter", "other"))] = "seeker"
    counted = own(written) & (author >= 0)
    parts = [role[np.unique(author[counted & part])] for part in (shared | True, shared, ~shared)]
    return all_seek(parts[0]) or any(
        all_seek(part) and (part == "seeker").sum() >= LIMIT for part in parts[1:]
    )


def posts() -> bool:
    """Tell whether the report being made tells nothing of its posts."""
    return "archive" in os.environ.get(VARIABLE, "").split()
