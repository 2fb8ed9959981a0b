"""What an archive holds, in one object: the result that the first chapter is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pandas as pd

from i4analysis import tables
from i4analysis.archive.doctor import examine as doctor
from i4analysis.results import Result
from i4analysis.tables import SEEN_BASES, Archive, true


@dataclass(frozen=True, eq=False)
class Overview(Result):
    """What an archive holds; `table` has one row a format.

    Attributes
    ----------
    posts, reshares, authors
        Distinct posts of their own, how many of them are reshares, and the accounts they are by.
    platforms
        The platforms of their posts, the most frequent first.
    counted
        Reshares that the platform counted of those that are no reshares, where it said so.
    uncounted
        Those that are no reshares and of which it is not known.
    embedded
        Posts only seen inside other records.
    sightings, accounts, follows
        Sightings of profiles, the accounts they are of, and follow edges.
    first, last
        Moments of the first and the last post of its own; None without any.
    latest
        Moment of the last post of its own or sighting of a profile; None without any.
    days
        Posts of each day; see `doctor.posts_per_day`.
    silences
        Days without a post between busy weeks; see `doctor.silences`.
    bases
        Sightings by how their moment is known: columns seen_basis (unknown: that of a post without
        a date), sightings.
    findings
        What the doctor found.
    """

    posts: int = 0
    reshares: int = 0
    authors: int = 0
    platforms: tuple[str, ...] = ()
    counted: int = 0
    uncounted: int = 0
    embedded: int = 0
    sightings: int = 0
    accounts: int = 0
    follows: int = 0
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    latest: pd.Timestamp | None = None
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    silences: pd.DataFrame = field(default_factory=pd.DataFrame)
    bases: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)


def overview(archive: Archive, zone: str | ZoneInfo = "UTC") -> Overview:
    """Return what an archive holds, with its days in `zone`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.archive.overview(i4.Archive()).posts
    0
    """
    embedded = true(archive.posts["embedded"])
    columns = ["platform", "kind", "posted_at", "author_id", "author", "reshare_count"]
    own = archive.posts[columns][~embedded]
    reshare = (own["kind"] == "reshare").fillna(False)
    moments = own["posted_at"].dropna()
    known = pd.concat([moments, archive.profiles["seen_at"].dropna()])
    moment = archive.profiles["seen_at"].notna() | (archive.profiles["seen_basis"] == "after")
    counts = archive.profiles["seen_basis"].where(moment.fillna(False), "unknown").value_counts()
    bases = [(b, int(counts[b])) for b in (*SEEN_BASES, "unknown") if b in counts.index]
    files = archive.files
    left_out = {name: int(files[name].sum()) for name in ("rejects", "notices", "duplicates")}
    days = doctor.posts_per_day(archive, zone)
    return Overview(
        table=_formats(files),
        parameters={"zone": str(zone)},
        n_used=int(files["records"].sum()),
        excluded={name: count for name, count in left_out.items() if count},
        posts=len(own),
        reshares=int(reshare.sum()),
        authors=_authors(own),
        platforms=tuple(own["platform"].value_counts().index),
        counted=int(own["reshare_count"][~reshare].sum()),
        uncounted=int(own["reshare_count"][~reshare].isna().sum()),
        embedded=int(embedded.sum()),
        sightings=len(archive.profiles),
        accounts=int(archive.profiles["account_id"].nunique()),
        follows=len(archive.follows),
        first=None if moments.empty else pd.Timestamp(moments.min()),
        last=None if moments.empty else pd.Timestamp(moments.max()),
        latest=None if known.empty else pd.Timestamp(known.max()),
        days=days,
        silences=doctor.silences(days),
        bases=pd.DataFrame(bases, columns=["seen_basis", "sightings"]),
        findings=archive.findings,
    )


def _authors(posts: pd.DataFrame) -> int:
    """Count the accounts of posts; a handle with and without its id is one, on its platform."""
    by = posts[["platform", "author_id", "author"]].drop_duplicates()
    by = by.assign(author=by["author"].str.lower())
    known = by.dropna(subset=["author_id"])
    named = known.dropna(subset=["author"])[["platform", "author"]].drop_duplicates()
    alone = by[by["author_id"].isna()].dropna(subset=["author"])
    alone = alone[["platform", "author"]].drop_duplicates()
    met = len(alone.merge(named, on=["platform", "author"]))
    return len(known[["platform", "author_id"]].drop_duplicates()) + len(alone) - met


_SUMS = ("records", "posts_in", "profiles_only", "notices", "rejects", "duplicates")


def _formats(files: pd.DataFrame) -> pd.DataFrame:
    """Return the files table summed by format, the largest first."""
    groups = files.assign(files=1).groupby("format", dropna=False)
    table = groups[["files", *_SUMS]].sum().reset_index()
    table = table.sort_values(["records", "format"], ascending=[False, True])
    kinds = {name: pd.ArrowDtype(tables.COUNT) for name in ("files", *_SUMS)}
    return table.reset_index(drop=True).astype(kinds)
