"""The requests and offers of an archive with the relays each received: the rows `service` counts.

For the analyst only: every identifier is in a column whose name starts `private_`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import clock
from i4analysis.measure.accounts.identity import (
    PROFILE,
    Accounts,
    chunked,
    encoded,
    everybody,
    taken,
    text,
)
from i4analysis.measure.accounts.marks import Bios
from i4analysis.measure.accounts.sightings import to_times
from i4analysis.movement import Movement
from i4analysis.tables import NEVER, Archive, microseconds, own, reshares, true

DAY_H, WEEK_H = 24.0, 168.0
COLUMNS = (
    "private_post_id",
    "private_account",
    "label",
    "posted_at",
    "followed_h",
    "first_relay_h",
    "relays",
    "relays_24h",
    "relays_7d",
    "relays_72h",
    "member_relays_7d",
    "followers",
    "sector",
    "region",
    "weekday",
    "template",
    "size",
)
_SIZES = ((100, "0-99"), (500, "100-499"), (2000, "500-1999"), (np.inf, "2000+"))


def relays_of(
    archive: Archive, wanted: Iterable[str] | None = None, *, known: Accounts | None = None
) -> pd.DataFrame:
    """Return the relays of originals, all or those wanted: the first reshare by each account.

    Columns: post_id (the original), private_account (who relayed), relayed_at. A reshare of one's
    own post is not a relay, nor one by nobody known; an account that reshares twice counts once.
    """
    known = everybody(archive) if known is None else known
    posts = archive.posts
    original, when = chunked(posts["reshared_id"]), microseconds(posts["posted_at"])
    made = reshares(posts) & true(posts["reshared_id"].notna()) & (when != NEVER)
    if wanted is not None:
        inside = pc.is_in(original, value_set=pa.array(list(wanted), pa.string()))
        made &= inside.to_numpy(zero_copy_only=False)
    account, author = known.codes["author"], known.codes["reshared_author"]
    rows = np.flatnonzero(made & (account != author) & (account >= 0))  # not perhaps one's own
    rows = rows[np.argsort(when[rows], kind="stable")]
    names, post = encoded(pa.chunked_array([taken(original, rows)]))
    first = ~pd.Series(post * (len(known) + 1) + account[rows] + 1).duplicated().to_numpy()
    rows, post = rows[first], post[first]
    return pd.DataFrame(
        {
            "post_id": names.to_numpy(zero_copy_only=False)[post],
            "private_account": known.named(account[rows]),
            "relayed_at": clock.instants(to_times(when[rows])),
        }
    ).astype({"post_id": object})


def appeal_rows(
    archive: Archive, movement: Movement | None, classified: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a request or offer of the movement, with its relays and what describes it.

    With a movement, posts that carry none of its hashtags are not its own and are left out; so
    are posts that the archive holds only inside another record.

    Parameters
    ----------
    archive
        The archive; its end is the last post in it.
    movement
        For the supporters' marks (who is a member) and the time zone of weekdays.
    classified
        As returned by `appeals.classify`.

    Returns
    -------
    pandas.DataFrame
        Columns of `COLUMNS`. `followed_h`: hours from the post to the archive's end;
        `first_relay_h`: null when never relayed; `relays_…`: relays within that time (a lower
        bound where the archive ends sooner); `member_relays_7d`: those by accounts that had shown
        the mark by then; `followers`: as seen nearest to the post; `size`, `template`: bands.
    """
    wanted = classified[classified["label"].isin(["request", "offer"])]
    if movement is not None:
        wanted = wanted[wanted["has_tag"].fillna(False).astype(bool)]
    known = everybody(archive)
    posts = archive.posts
    place = pc.index_in(chunked(posts["post_id"]), value_set=text(wanted["post_id"]))
    place = pc.fill_null(place, -1).to_numpy().astype(np.int64)
    # what is seen only inside its reshares is there because it was reshared
    of = np.flatnonzero((place >= 0) & own(posts) & true(posts["posted_at"].notna()))
    rows = wanted.iloc[place[of]].reset_index(drop=True)
    rows = rows.assign(
        posted_at=posts["posted_at"].iloc[of].array,
        private_account=known.named(known.codes["author"][of]),
    )
    if rows.empty:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    rows["posted_at"] = clock.instants(rows["posted_at"])
    end = clock.instants(posts["posted_at"]).max()
    rows["followed_h"] = (end - rows["posted_at"]).dt.total_seconds() / 3600
    rows = _with_relays(rows, archive, movement, known)
    rows = _with_bands(rows, archive, movement, known)
    rows = rows.rename(columns={"post_id": "private_post_id"})
    return rows[list(COLUMNS)].reset_index(drop=True)


def _with_relays(
    rows: pd.DataFrame, archive: Archive, movement: Movement | None, known: Accounts
) -> pd.DataFrame:
    relays = relays_of(archive, rows["post_id"], known=known)
    relays = relays.merge(rows[["post_id", "posted_at"]].astype({"post_id": "object"}))
    relays["after_h"] = (relays["relayed_at"] - relays["posted_at"]).dt.total_seconds() / 3600
    relays = relays[relays["after_h"] >= 0]
    members = member_since(archive, movement, known=known)
    keys = relays["private_account"].astype("object")
    since = pd.Series(members.reindex(keys).array, index=relays.index)
    relays["by_member"] = (since <= relays["relayed_at"]).fillna(False).astype(bool)
    by_post = relays.groupby("post_id")
    counts = pd.DataFrame(
        {
            "first_relay_h": by_post["after_h"].min(),
            "relays": by_post.size(),
            "relays_24h": (relays["after_h"] <= DAY_H).groupby(relays["post_id"]).sum(),
            "relays_72h": (relays["after_h"] <= 72).groupby(relays["post_id"]).sum(),
            "relays_7d": (relays["after_h"] <= WEEK_H).groupby(relays["post_id"]).sum(),
            "member_relays_7d": ((relays["after_h"] <= WEEK_H) & relays["by_member"])
            .groupby(relays["post_id"])
            .sum(),
        }
    )
    found = counts.reindex(rows["post_id"].astype("object"))
    numbers = ["relays", "relays_24h", "relays_72h", "relays_7d", "member_relays_7d"]
    found[numbers] = found[numbers].fillna(0).astype("int64")
    return pd.concat([rows.reset_index(drop=True), found.reset_index(drop=True)], axis=1)


def _with_bands(
    rows: pd.DataFrame, archive: Archive, movement: Movement | None, known: Accounts
) -> pd.DataFrame:
    rows = rows.copy()
    seen = Bios(archive.profiles, known).at(rows["private_account"], rows["posted_at"])
    rows["followers"] = seen["followers"].astype("Float64").to_numpy(float, na_value=np.nan)
    bounds = [0.0, *[float(top) for top, _ in _SIZES]]
    sizes = pd.cut(rows["followers"], bounds, right=False, labels=[name for _, name in _SIZES])
    rows["size"] = sizes.astype("object").where(sizes.notna(), "unknown")
    local = clock.wall(rows["posted_at"], "UTC" if movement is None else movement.zone)
    rows["weekday"] = local.dt.day_of_week.astype(str)
    share = rows["template_share"].astype("Float64").to_numpy(float, na_value=np.nan)
    rows["template"] = np.select(
        [share >= 0.8 - 1e-9, share > 0.34], ["full", "partial"], default="bare"
    )
    for name in ("sector", "region"):
        rows[name] = rows[name].astype("object").where(rows[name].notna(), "unknown")
    return rows


def member_since(
    archive: Archive, movement: Movement | None, *, known: Accounts | None = None
) -> pd.Series:
    """Return account key → first moment seen with the supporters' mark, founders from the start.

    The moment is a late bound: the mark may have been there before it was first seen.
    """
    if movement is None:
        return pd.Series(dtype="datetime64[us, UTC]", index=pd.Index([], dtype="object"))
    known = everybody(archive) if known is None else known
    shown = Bios(archive.profiles, known).first_shown(movement.supporter_marks)
    founders = movement.founders
    if movement.started_at is None or founders.empty:
        return shown
    named = np.intersect1d(known.listed(founders), known.codes[PROFILE])
    first = pd.Index(known.named(named), dtype="object")
    start = pd.Series(movement.started_at, index=first).astype("datetime64[us, UTC]")
    earliest: pd.Series = pd.concat([shown, start]).groupby(level=0).min()
    return earliest
