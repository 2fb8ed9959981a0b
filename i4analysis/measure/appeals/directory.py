"""The directory of members: who could relay an appeal, by sector, place and words of the bio.

For the analyst's screen only. Columns that name or quote somebody start with `private_`:
chapters, reports and exports refuse a frame that has one (`suppression.private_columns`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from i4analysis import clock
from i4analysis.arguments import answer
from i4analysis.errors import MeasureError
from i4analysis.measure.accounts.identity import PROFILE, Accounts, everybody, rows_of, taken
from i4analysis.measure.accounts.marks import holds_mark
from i4analysis.measure.accounts.sightings import to_times
from i4analysis.measure.appeals import lexicon, wordforms
from i4analysis.measure.appeals.rows import relays_of
from i4analysis.movement import Movement
from i4analysis.tables import NEVER, Archive, microseconds, true

__all__ = ["as_text", "members", "sector_code"]

COLUMNS = (
    "private_handle",
    "private_name",
    "private_bio",
    "bio_seen_at",
    "bio_seen_basis",
    "sector",
    "sector_name",
    "private_location",
    "place",
    "region",
    "near",
    "followers",
    "posts",
    "requests_relayed",
    "last_seen_at",
    "private_account",
)
_NEAR = ("town", "department", "region")


def members(
    archive: Archive,
    movement: Movement,
    classified: pd.DataFrame | None = None,
    *,
    sector: str | None = None,
    near: str | None = None,
    search: str | None = None,
    lang: str = "fr",
) -> pd.DataFrame:
    """List the accounts whose last known bio shows the supporters' mark.

    Parameters
    ----------
    archive, movement
        The archive and the movement (its `supporter_marks`).
    classified
        As returned by `appeals.classify`: counts the requests each member relayed. Without it
        that column is null.
    sector
        A ROME code, a name or a word ("santé", "nurses"): members whose bio is of that sector.
    near
        A place: members in that town first, then in its department, then in its region; a place
        we do not know is looked for in the location as written.
    search
        Words that must all be in the bio, name or handle; accents and inflections are ignored.
    lang
        Language of `sector_name`.

    Returns
    -------
    pandas.DataFrame
        One row a member, columns of `COLUMNS`, the nearest first, then those who relay requests
        most, then by followers. `bio_seen_at` is when the bio was true, as `bio_seen_basis` says;
        `near`: town, department or region shared with the place asked for.

    Raises
    ------
    MeasureError
        If `sector` names no sector of the lexicon.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.directory.members(archive, movement)
    >>> len(found)
    108
    """
    known = everybody(archive)
    current = _current(archive, movement, known)
    code = sector_code(sector)
    if code is not None:
        current = current[current["sector"].fillna("").str.startswith(code)]
    if search:
        current = current[_matches(current, search)]
    current = _near(current, near)
    current = _activity(current, archive, classified, known)
    current["sector_name"] = current["sector"].map(lexicon.sector_names(lang))
    order = current.assign(rank=current["near"].map({name: i for i, name in enumerate(_NEAR)}))
    order = order.sort_values(
        ["rank", "requests_relayed", "followers", "private_handle"],
        ascending=[True, False, False, True],
        na_position="last",
        kind="stable",
    )
    return order[list(COLUMNS)].reset_index(drop=True)


def sector_code(sector: str | None) -> str | None:
    """Return the ROME code meant by a code, a name or a word; None for None or nothing.

    Raises
    ------
    MeasureError
        If the lexicon has no such sector.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.directory.sector_code("santé")
    'J'
    """
    if not sector:
        return None
    code = lexicon.find_sector(sector)
    if not code:
        raise MeasureError(
            f"The directory knows no sector {sector!r}; expected a ROME code among"
            f" {', '.join(lexicon.sector_names())} or a word for an occupation; use --search."
        )
    return code


def _current(archive: Archive, movement: Movement, known: Accounts) -> pd.DataFrame:
    profiles, code = archive.profiles, known.codes[PROFILE]
    rows = np.flatnonzero(true(profiles["bio"].notna()) & (code >= 0))
    when = microseconds(profiles["seen_at"], unknown=np.iinfo(np.int64).max)
    rows = rows[np.argsort(when[rows], kind="stable")]
    rows = rows[~pd.Series(code[rows]).duplicated(keep="last").to_numpy()]
    showing = holds_mark(pd.Series(taken(profiles["bio"], rows)), movement.supporter_marks)
    rows = rows[showing]
    last = rows_of(profiles, rows).assign(private_account=known.named(code[rows]))
    last = last.rename(
        columns={
            "handle": "private_handle",
            "name": "private_name",
            "bio": "private_bio",
            "location": "private_location",
            "seen_at": "bio_seen_at",
            "seen_basis": "bio_seen_basis",
        }
    )
    last["sector"] = lexicon.sector_of(last["private_bio"])
    there = lexicon.place_of(last["private_location"].fillna(""))
    said = lexicon.place_of(last["private_bio"])
    for name in ("place", "department", "region"):
        last[name] = there[name].where(there["place"].notna(), said[name])
    return last


def _matches(current: pd.DataFrame, search: str) -> pd.Series:
    joined = wordforms.words(
        current["private_bio"].fillna("")
        + " "
        + current["private_name"].fillna("")
        + " "
        + current["private_handle"].fillna("")
    )
    found = pd.Series(True, index=current.index)
    for word in str(wordforms.words(pd.Series([search])).iloc[0]).split():
        bases = {word, *wordforms.singulars(word)}
        stems = bases.union(*(wordforms.forms(base) for base in bases))
        found &= wordforms.first_match(joined, sorted(stems)).notna()
    return found


def _near(current: pd.DataFrame, near: str | None) -> pd.DataFrame:
    current = current.assign(near=pd.Series(pd.NA, index=current.index, dtype="object"))
    if not near:
        return current
    asked = lexicon.place_of(pd.Series(["a " + near])).iloc[0]
    if pd.isna(asked["place"]):
        plain = wordforms.words(pd.Series([near])).iloc[0]
        written = wordforms.words(current["private_location"].fillna(""))
        inside = true(written.str.contains(plain, regex=False))
        return current.loc[inside].assign(near="town")
    same = [
        true(current[level] == asked[key]) & bool(pd.notna(asked[key]))
        for level, key in (("place", "place"), ("department", "department"), ("region", "region"))
    ]
    names = np.select(same, list(_NEAR), default="")
    nearby: pd.DataFrame = current.assign(near=names).loc[names != ""]
    return nearby


def _activity(
    current: pd.DataFrame, archive: Archive, classified: pd.DataFrame | None, known: Accounts
) -> pd.DataFrame:
    posts = archive.posts
    current = current.copy()
    account = current["private_account"].astype("object")
    own, code = known.codes["author"], known.exactly(current["private_account"])
    by = own >= 0
    current["posts"] = np.bincount(own[by], minlength=len(known))[code]
    moments = np.full(len(known), NEVER)
    np.maximum.at(moments, own[by], microseconds(posts["posted_at"])[by])
    last = clock.instants(to_times(moments[code])).set_axis(current.index)
    current["last_seen_at"] = last.where(last.notna(), current["bio_seen_at"])
    if classified is None:
        current["requests_relayed"] = pd.Series(pd.NA, index=current.index, dtype="Int64")
        return current
    asked = classified.loc[classified["label"] == "request", "post_id"]
    relays = relays_of(archive, asked, known=known)
    counts = relays["private_account"].astype("object").value_counts()
    current["requests_relayed"] = account.map(counts).fillna(0).astype("Int64")
    return current


def as_text(table: pd.DataFrame, width: int = 60) -> str:
    """Return the directory as lines for a terminal: who, where, how active, bio with its date.

    Parameters
    ----------
    table
        As returned by `members`.
    width
        Longest bio shown, in characters.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.directory.members(archive, movement).head(1)
    >>> len(i4.directory.as_text(found).splitlines())
    3
    """
    if table.empty:
        return "No current member matches: widen --sector, --near or --search."
    rows = [("account", "sector", "place", "followers", "relays", "bio of", "bio")]
    for row in table.to_dict("records"):
        bio = " ".join(str(row["private_bio"]).split())
        seen = row["bio_seen_at"]
        rows.append(
            (
                "@" + _written(row["private_handle"]),
                _written(row["sector_name"])[:24],
                _written(row["place"] if pd.notna(row["place"]) else row["private_location"])[:20],
                _written(row["followers"]),
                _written(row["requests_relayed"]),
                "" if pd.isna(seen) else f"{seen:%Y-%m-%d}",
                bio if len(bio) <= width else bio[: width - 1] + "…",
            )
        )
    sizes = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = [
        "  ".join(
            [*(cell.ljust(size) for cell, size in zip(row[:-1], sizes, strict=True)), row[-1]]
        )
        for row in rows
    ]
    return "\n".join([*lines, f"{len(table)} members. For your screen only: never publish this."])


def _written(value: object) -> str:
    return "" if value is None or bool(pd.isna(value)) else str(value)  # type: ignore[call-overload]  # any scalar


answer(__name__)
