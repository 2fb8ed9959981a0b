"""Roles of the accounts of an archive: founder, supporter, seeker, medium, institution, other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from i4analysis.measure.accounts.marks import holds_mark
from i4analysis.measure.accounts.sightings import (
    Accounts,
    Flags,
    accounts,
    objects,
    text_column,
)
from i4analysis.movement import Movement
from i4analysis.tables import Archive

#: Roles in the order in which they prevail when an account could have several.
ROLES = ("founder", "media", "institution", "seeker", "supporter", "other")

_PEOPLE_ROLES = {
    "founder": "founder",
    "medium": "media",
    "media": "media",
    "institution": "institution",
    "supporter": "supporter",
}


def roles(archive: Archive, movement: Movement, *, known: Accounts | None = None) -> pd.DataFrame:
    """Give every account of the archive one role.

    Definition
        founder: named in founders.csv, or founder in people.csv. media, institution: so listed
        in people.csv. seeker: a bio, seen at any time, shows a seeker mark. supporter: a bio
        shows a supporter mark, or people.csv says supporter. other: everybody else. The first
        that applies, in this order.

    Parameters
    ----------
    known
        Of `sightings.accounts`, when it is at hand already.

    Returns
    -------
    pandas.DataFrame
        `account_id`, `handle` (as last seen), `role`; one row an account seen as author, as
        author of a reshared post or in a profile, in order of account_id. Empty for an empty
        archive.

    Notes
    -----
    A bio seen after the fact still shows what its account carries, so it counts here; it does
    not count in `adoption`, which needs its day. Handles are compared without case.
    """
    known = accounts(archive) if known is None else known
    table = known.table
    role = np.full(len(table), "other", dtype=object)
    ledger = _ledger_roles(table, movement)
    shown = {
        "supporter": _ever_shown(archive, known, movement.supporter_marks),
        "seeker": _ever_shown(archive, known, movement.seeker_marks),
    }
    for name in reversed(ROLES[:-1]):
        role[(ledger == name) | shown.get(name, np.zeros(len(table), dtype=bool))] = name
    return (
        table.assign(role=text_column(role))
        .sort_values("account_id", kind="stable")
        .reset_index(drop=True)
    )


def _ever_shown(archive: Archive, known: Accounts, marks: tuple[str, ...]) -> Flags:
    holding = known.profile_codes[holds_mark(archive.profiles["bio"], marks)]
    return np.bincount(holding[holding >= 0], minlength=len(known.table)) > 0


def _ledger_roles(table: pd.DataFrame, movement: Movement) -> np.ndarray:
    people = movement.people.assign(role=movement.people["role"].map(_PEOPLE_ROLES))
    listed = pd.concat(
        [
            movement.founders[["account_id", "handle"]].assign(role="founder"),
            people.loc[people["role"].notna(), ["account_id", "handle", "role"]],
        ],
        ignore_index=True,
    )
    listed["rank"] = [ROLES.index(name) for name in listed["role"]]
    listed = listed.sort_values("rank", kind="stable")
    found = np.full(len(table), None, dtype=object)
    by_handle = listed[listed["handle"].notna()]
    folded = by_handle["handle"].str.lstrip("@").str.lower().to_numpy(dtype=object)
    by_id = listed[listed["account_id"].notna()]
    for names, group, column in (
        (folded, by_handle, table["handle"].str.lower()),
        (by_id["account_id"].to_numpy(dtype=object), by_id, table["account_id"]),
    ):
        role = pd.Series(group["role"].to_numpy(dtype=object), index=names)
        role = role[~role.index.duplicated()]
        matched = role.reindex(objects(column)).to_numpy(object)
        present = pd.notna(matched)
        found[present] = matched[present]
    return found
