"""Roles of the accounts of an archive: founder, supporter, seeker, medium, institution, other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis.errors import MeasureError, nearest
from i4analysis.measure.accounts.identity import AUTHORS, PROFILE, Accounts, accounts, everybody
from i4analysis.measure.accounts.marks import Flags, holds_mark, seeks_work
from i4analysis.measure.accounts.sightings import text_column
from i4analysis.movement import Movement
from i4analysis.tables import TEXT, TEXTS, Archive, true

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
        in people.csv. seeker: a bio, seen at any time, shows a seeker mark or says in words that
        its owner looks for work (`marks.seeks_work`). supporter: a bio
        shows a supporter mark, or people.csv says supporter. other: everybody else. The first
        that applies, in this order.

    Parameters
    ----------
    known
        Of `identity.everybody`, when it is at hand already.

    Returns
    -------
    pandas.DataFrame
        `account_id` (the key), `handle` (as last seen), `role`, `aliases` (every handle that the
        account was seen with, as the key of a record that gives only a handle), `public_name`
        (as people.csv gives it; null of whoever it does not list); one row an account seen as
        author, as author of a reshared post or in a profile, in order of account_id. Empty for an
        empty archive. `listed` finds rows by any key.

    Notes
    -----
    A bio seen after the fact still shows what its account carries, so it counts here; it does
    not count in `adoption`, which needs its day. Handles are compared without case.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> sorted(i4.members.roles(archive, movement)["role"].unique())
    ['founder', 'media', 'other', 'seeker', 'supporter']
    """
    known = everybody(archive) if known is None else known
    found = np.full(len(known), "other", dtype=object)
    of_ledgers = _ledger_roles(known, movement)
    shown = {
        "supporter": _ever_shown(archive, known, movement.supporter_marks),
        "seeker": _ever_shown(archive, known, movement.seeker_marks)
        | _ever(known, seeks_work(archive.profiles["bio"])),
    }
    for name in reversed(ROLES[:-1]):
        found[of_ledgers[name] | shown.get(name, np.zeros(len(known), dtype=bool))] = name
    return known.table.assign(
        role=text_column(found), aliases=_aliases(known), public_name=_public(known, movement)
    )


def listed(keys: pd.Series, roles: pd.DataFrame | None) -> pd.DataFrame:
    """Return the row of `roles` of each account key, whichever way the key knows the account.

    A key is an identifier or a handle, as a measure met it: of a handle that several accounts
    bore, the one looking for work is meant, so that nobody is named by a handle once lent.

    Parameters
    ----------
    keys
        Account keys, as the graph and the relays give them.
    roles
        As `roles` gives them; None knows nobody.

    Returns
    -------
    pandas.DataFrame
        `account_id`, `handle`, `role`, `public_name` with the index of `keys`; null, and the role
        other, where the key is unknown.
    """
    names = ["account_id", "handle", "role", "public_name"]
    if roles is None or roles.empty:
        return pd.DataFrame(index=keys.index, columns=names).assign(role="other")
    wanted = keys.astype(object)
    place = pd.Index(roles["account_id"], dtype=object).get_indexer(pd.Index(wanted))
    by_alias = wanted.map(_by_alias(roles)).fillna(-1).to_numpy(np.int64)
    seeking = true(roles["role"] == "seeker")
    lent = (by_alias >= 0) & seeking[by_alias]
    place = np.where((place < 0) | lent, by_alias, place)
    found = roles.reindex(columns=names).astype(object).take(np.maximum(place, 0))
    found[place < 0] = (None, None, "other", None)
    return found.set_axis(keys.index)


def role_of(keys: pd.Series, roles: pd.DataFrame | None) -> pd.Series:
    """Return the role of each account key: other where the roles table does not list it."""
    return listed(keys, roles)["role"].astype(pd.ArrowDtype(TEXT))


def roles_of_posts(
    posts: pd.DataFrame, roles: pd.DataFrame | None, whom: str = "author"
) -> pd.Series:
    """Return the role of whom each post names, row by row.

    Parameters
    ----------
    posts
        Canonical posts: all of an archive, or a part.
    roles
        As `roles` gives them.
    whom
        author, reshared_author, quoted_author or replied_author.

    Returns
    -------
    pandas.Series
        With the index of `posts`; null where a post names nobody.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> from i4analysis import tables
    >>> posts = tables.build(tables.POSTS, [
    ...     {"platform": "twitter", "post_id": "1", "kind": "post", "author_id": "7"}])
    >>> known = pd.DataFrame({"account_id": ["7"], "handle": ["ana"], "role": ["founder"],
    ...                       "aliases": [[]]})
    >>> i4.members.roles_of_posts(posts, known).tolist()
    ['founder']
    """
    if whom not in AUTHORS:
        raise MeasureError(
            f"A post names no {whom!r}, expected one of {', '.join(AUTHORS)}"
            f"{nearest(whom, AUTHORS)}; choose one."
        )
    # A part of an archive does not say whether keys of the whole bear their platform: both are
    # looked for, the longer first.
    people = accounts(posts, (whom,), whole=posts.iloc[:0])
    keys = people.named(people.codes[whom]).set_axis(posts.index)
    borne = listed(keys, roles)
    plain = listed(keys.str.replace("^[^:]*:", "", regex=True), roles)
    found = borne["role"].where(borne["account_id"].notna(), plain["role"])
    return found.mask(keys.isna().to_numpy(bool)).astype(pd.ArrowDtype(TEXT))


def _by_alias(roles: pd.DataFrame) -> dict[str, int]:
    """Map each handle to the row meant by it: who seeks work first, then who bears it still."""
    last = roles["handle"].str.lower().astype(object)
    aliases = roles.get("aliases", last)
    flat = pd.DataFrame({"alias": aliases.astype(object), "row": np.arange(len(roles))})
    flat = flat.explode("alias").dropna(subset="alias")
    rows = flat["row"].to_numpy(np.int64)
    ends = [
        isinstance(name, str) and (alias == name or alias.endswith(f":{name}"))
        for alias, name in zip(flat["alias"], last.to_numpy(dtype=object)[rows], strict=True)
    ]
    flat = flat.assign(seeks=true(roles["role"] == "seeker")[rows], bears=ends)
    flat = flat.sort_values(["seeks", "bears"], kind="stable")
    return dict(zip(flat["alias"], flat["row"], strict=True))


def _aliases(known: Accounts) -> pd.Series:
    borne: list[list[str]] = [[] for _ in range(len(known))]
    if known.borne is not None:
        for code, handle in zip(known.borne["code"], known.borne["handle"], strict=True):
            borne[code].append(handle)
    array = pa.array([sorted(names) for names in borne], TEXTS)
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


def _ever_shown(archive: Archive, known: Accounts, marks: tuple[str, ...]) -> Flags:
    return _ever(known, holds_mark(archive.profiles["bio"], marks))


def _ever(known: Accounts, rows: Flags) -> Flags:
    holding = known.codes[PROFILE][rows]
    return np.bincount(holding[holding >= 0], minlength=len(known)) > 0


def _ledger_roles(known: Accounts, movement: Movement) -> dict[str, Flags]:
    """Return for each role the accounts to which the ledgers give it."""
    people = movement.people.assign(role=movement.people["role"].map(_PEOPLE_ROLES))
    found = {}
    for name in ROLES[:-1]:
        rows = people[people["role"] == name]
        found[name] = np.zeros(len(known), dtype=bool)
        found[name][known.listed(rows, alone=True)] = True
    found["founder"][known.listed(movement.founders)] = True
    return found


def _public(known: Accounts, movement: Movement) -> pd.Series:
    """Return the name that people.csv gives each account, null of those it does not list."""
    names = np.full(len(known), None, dtype=object)
    for place, name in enumerate(movement.people["name"]):
        names[known.listed(movement.people.iloc[[place]], alone=True)] = name
    return text_column(names)
