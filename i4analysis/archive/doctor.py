"""The archive doctor: what the archive can and cannot say, found before anything is measured.

`examine` gives one row a finding, with what it does to every later number; `report` gives one row
a file. Sentences are in `i4analysis.archive.findings`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive import values
from i4analysis.archive.findings import sentences
from i4analysis.tables import Archive

COLUMNS = tables.Table(
    "findings",
    "what the archive doctor found, one row a finding",
    (
        tables.Column("finding", tables.TEXT, "code of the finding", required=True),
        tables.Column("file", tables.TEXT, "file it was found in; null: in the whole archive"),
        tables.Column("count", tables.COUNT, "rows or records concerned"),
        tables.Column("of", tables.COUNT, "rows or records looked at"),
        tables.Column("share", tables.NUMBER, "count / of", "0–1"),
        tables.Column("detail", tables.TEXT, "JSON object of more numbers"),
        tables.Column("says_en", tables.TEXT, "what was found"),
        tables.Column("says_fr", tables.TEXT, "what was found, in French"),
        tables.Column("effect_en", tables.TEXT, "what it does to later numbers"),
        tables.Column("effect_fr", tables.TEXT, "what it does to later numbers, in French"),
    ),
)
Rows = list[dict[str, Any]]
FEW = 20
SLIP_S = 2.0


def examine(
    archive: Archive,
    remarks: Mapping[str, Mapping[str, int]] | None = None,
    disagreements: int = 0,
) -> pd.DataFrame:
    """Return what is wrong with, or missing from, an archive.

    Parameters
    ----------
    archive
        Canonical tables, copies already merged.
    remarks
        File → what its reader noticed that no column holds (code → count).
    disagreements
        Posts whose copies give different authors or moments.

    Returns
    -------
    pandas.DataFrame
        One row a finding, the whole archive's first; empty when there is nothing to say.
    """
    found: Rows = []
    if not archive.is_empty:
        _reshares(archive.posts, found)
        _completeness(archive.posts, found)
        _ids(archive.posts, found)
        _texts(archive.posts, found)
        _moments(archive.posts, found)
        _gaps(archive.posts, found)
        _accounts(archive, found)
    if disagreements:
        _add(found, "copies_disagree", disagreements, len(archive.posts))
    _rejects(archive, found)
    _remarks(archive, remarks or {}, found)
    return tables.build(COLUMNS, found)


def _add(
    found: Rows, code: str, count: int, of: int, file: str | None = None, **detail: Any
) -> None:
    """Add a finding, with its sentences."""
    share = count / of if of else None
    found.append(
        {
            "finding": code,
            "file": file,
            "count": count,
            "of": of,
            "share": share,
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
            **sentences(code, {"count": count, "of": of, "share": share or 0.0, **detail}),
        }
    )


def _true(mask: pd.Series) -> npt.NDArray[np.bool_]:
    """Return a mask as plain booleans, null as False."""
    return mask.fillna(False).to_numpy(dtype=bool)


# ------------------------------------------------------------------------------------- reshares


def _reshares(posts: pd.DataFrame, found: Rows) -> None:
    own = ~_true(posts["embedded"])
    reshare = _true(posts["kind"] == "reshare")
    held = int((own & reshare).sum())
    if own.sum() >= FEW and held == 0:
        _add(found, "no_reshares", 0, int(own.sum()))
        return
    text = int((own & _true(posts["reshare_basis"] == "text")).sum())
    if text:
        _add(found, "text_reshares", text, held)
    unsaid = own & reshare & posts["reshared_id"].isna().to_numpy()
    edges = int((unsaid & ~_true(posts["reshare_basis"] == "text")).sum())
    if edges:
        _add(found, "originals_unsaid", edges, held)
    originals = posts.loc[own & reshare, "reshared_id"].dropna().unique()
    own_ids = set(posts.loc[own, "post_id"])
    absent = sum(1 for post_id in originals if post_id not in own_ids)
    if absent:
        _add(found, "originals_absent", absent, len(originals))


def _completeness(posts: pd.DataFrame, found: Rows) -> None:
    """Compare the reshares held with the platform's own count, original by original.

    The share held is a ratio of sums over n originals; its 95 % interval is the usual one for a
    ratio estimator, R ± 1.96·sqrt(n/(n−1)·Σ(h−R·c)²)/Σc, held within 0 and 1.

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed., section 6.4.
    """
    own = ~_true(posts["embedded"])
    held = posts.loc[own & _true(posts["kind"] == "reshare"), "reshared_id"].value_counts()
    originals = posts.loc[
        posts["post_id"].isin(held.index) & ~_true(posts["kind"] == "reshare"),
        ["post_id", "reshare_count"],
    ].dropna()
    counted = originals["reshare_count"].to_numpy(dtype=float)
    have = held.reindex(originals["post_id"]).to_numpy(dtype=float)
    good = counted >= have
    counted, have = counted[good], have[good]
    n, total = len(counted), counted.sum()
    if n < 5 or total < FEW:
        return
    ratio = have.sum() / total
    half = 1.96 * np.sqrt(n / (n - 1) * np.sum((have - ratio * counted) ** 2)) / total
    low, high = max(0.0, ratio - half), min(1.0, ratio + half)
    if ratio < 0.98:
        _add(
            found,
            "reshares_missing",
            int(total - have.sum()),
            int(total),
            held=round(float(ratio), 4),
            lo=round(float(low), 4),
            hi=round(float(high), 4),
            level=0.95,
            originals=n,
        )


# ------------------------------------------------------------------------------------------- ids


def _ids(posts: pd.DataFrame, found: Rows) -> None:
    """Look for rounded ids, and for moments that contradict the one inside the id."""
    twitter = posts[_true(posts["platform"] == "twitter") & ~_true(posts["embedded"])]
    ids = twitter["post_id"]
    numeric = _true(ids.str.fullmatch(r"\d{11,19}"))
    number = ids[numeric].astype("int64[pyarrow]").to_numpy(dtype=np.int64)
    long = number >= 10**15
    zeros = long & (number % 1000 == 0)
    for file, rows in _by_file(twitter[numeric], long):
        rounded = int(zeros[rows].sum())
        if rounded >= 3 and rounded > 0.05 * len(rows):
            _add(found, "rounded_ids", rounded, len(rows), file)
    snow = number >= values.FIRST_SNOWFLAKE
    inside = ((number >> 22) + values.TWITTER_EPOCH_MS) / 1000
    posted = _seconds(twitter.loc[numeric, "posted_at"])
    slip = posted - inside
    checked = snow & np.isfinite(slip)
    for file, rows in _by_file(twitter[numeric], checked):
        _slips(file, slip[rows], found)


def _slips(file: str, slip: npt.NDArray[np.float64], found: Rows) -> None:
    off = np.abs(slip) > SLIP_S
    count = int(off.sum())
    if not count:
        return
    quarters = np.round(slip[off] / 900)
    typical = float(np.median(quarters))
    regular = np.abs(slip[off] - typical * 900) <= 60
    if typical and regular.mean() > 0.9:
        _add(found, "zone_slip", count, len(slip), file, hours=typical / 4)
    else:
        _add(found, "id_time_differs", count, len(slip), file)


def _by_file(
    frame: pd.DataFrame, wanted: npt.NDArray[np.bool_]
) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Return (file, row positions) of the wanted rows."""
    codes, names = pd.factorize(frame["file"])
    places = np.flatnonzero(wanted & (codes >= 0))
    order = places[np.argsort(codes[places], kind="stable")]
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    return [(str(names[codes[rows[0]]]), rows) for rows in np.split(order, cuts) if len(rows)]


def _seconds(moments: pd.Series) -> npt.NDArray[np.float64]:
    micros = pc.cast(pa.array(moments, tables.TIME), pa.int64())
    result: npt.NDArray[np.float64] = (
        pc.cast(micros, pa.float64(), safe=False).to_numpy(zero_copy_only=False) / 1e6
    )
    return result


# -------------------------------------------------------------------------------- texts, moments


def _texts(posts: pd.DataFrame, found: Rows) -> None:
    own = posts[~_true(posts["embedded"]) & ~_true(posts["kind"] == "reshare")]
    if own.empty:
        return
    text = own["text"]
    cut = _true(text.str.endswith("…")) & _true(text.str.len().between(100, 145))
    for file, rows in _by_file(own, cut):
        if len(rows) >= 3:
            lost = int(text.iloc[rows].str.contains(r"#\w*…$", regex=True).sum())
            _add(found, "cut_texts", len(rows), int((own["file"] == file).sum()), file, tags=lost)
    missing = int(text.isna().sum())
    if missing:
        _add(found, "texts_unknown", missing, len(own))


def _moments(posts: pd.DataFrame, found: Rows) -> None:
    own = posts[~_true(posts["embedded"])]
    undated = int(own["posted_at"].isna().sum())
    if undated:
        _add(found, "undated", undated, len(own))
    early = _true(own["posted_at"] < pd.Timestamp("2006-03-21", tz="UTC"))
    late = _true(own["posted_at"] > own["collected_at"] + pd.Timedelta(minutes=5))
    if (early | late).any():
        _add(found, "impossible_dates", int((early | late).sum()), len(own))
    unknown = int(own["collected_at"].isna().sum())
    if unknown:
        _add(found, "collection_undated", unknown, len(own))


def _gaps(posts: pd.DataFrame, found: Rows) -> None:
    """Find hours (and whole days) without a post where the days around were busy."""
    moments = posts.loc[~_true(posts["embedded"]), "posted_at"].dropna()
    if len(moments) < 5 * FEW:
        return
    hours = (_seconds(moments) // 3600).astype(np.int64)
    first, last = int(np.quantile(hours, 0.005)), int(np.quantile(hours, 0.995))
    if last - first < 24 or last - first > 24 * 366 * 3:
        return
    counts = np.bincount(hours[(hours >= first) & (hours <= last)] - first)
    around = pd.Series(counts).rolling(49, center=True, min_periods=13).median().to_numpy()
    empty = (counts == 0) & (around >= 10)
    if empty.any():
        run = _longest_run(empty)
        _add(found, "silent_hours", int(empty.sum()), len(counts), longest=run)
    days = np.add.reduceat(counts, np.arange(0, len(counts), 24))
    near = pd.Series(days).rolling(5, center=True, min_periods=3).median().to_numpy()
    silent = (days == 0) & (near >= 10)
    if silent.any():
        _add(found, "silent_days", int(silent.sum()), len(days), longest=_longest_run(silent))


def _longest_run(mask: npt.NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


# ------------------------------------------------------------------------------------- accounts


def _accounts(archive: Archive, found: Rows) -> None:
    own = archive.posts[~_true(archive.posts["embedded"])]
    missing = int((own["author_id"].isna() & own["author"].isna()).sum())
    if missing:
        _add(found, "authors_missing", missing, len(own))
    profiles = archive.profiles
    if profiles.empty:
        _add(found, "no_profiles", len(own), len(own))
        return
    known = profiles.dropna(subset=["account_id", "handle"])
    folded = known["handle"].str.lower()
    names = folded.groupby(known["account_id"]).nunique()
    if (names > 1).any():
        _add(found, "several_names", int((names > 1).sum()), len(names))
    holders = known["account_id"].groupby(folded).nunique()
    if (holders > 1).any():
        _add(found, "shared_names", int((holders > 1).sum()), len(holders))
    for code, column in (("followers_unknown", "followers"), ("bios_unknown", "bio")):
        unknown = int(profiles[column].isna().sum())
        if unknown:
            _add(found, code, unknown, len(profiles))
    after = int(_true(profiles["seen_basis"] == "after").sum())
    if after:
        _add(found, "profiles_after", after, len(profiles))


# -------------------------------------------------------------------------- files and their notes


def _rejects(archive: Archive, found: Rows) -> None:
    files = archive.files
    for row in files[_true(files["rejects"] > 0)].to_dict("records"):
        reasons = archive.rejects[_true(archive.rejects["file"] == row["file"])]["reason"]
        first = top_reasons(reasons).split(";")[0]
        _add(found, "rejects", row["rejects"], row["records"], row["file"], reason=first)
    kinds: dict[str, int] = {}
    for text in files["notice_kinds"].dropna():
        for kind, count in json.loads(text).items():
            kinds[kind] = kinds.get(kind, 0) + count
    records = int(files["records"].sum())
    for kind, code in (("delete", "deletes"), ("other hashtag", "other_hashtag")):
        if kinds.get(kind):
            _add(found, code, kinds[kind], records)
    copies = int(files["duplicates"].fillna(0).sum())
    if copies:
        _add(found, "copies", copies, int(files["posts"].sum()))


def _remarks(archive: Archive, remarks: Mapping[str, Mapping[str, int]], found: Rows) -> None:
    records = dict(zip(archive.files["file"], archive.files["records"], strict=True))
    for file, codes in sorted(remarks.items()):
        for code, count in sorted(codes.items()):
            _add(found, code, int(count), int(records.get(file, 0)), file)


def top_reasons(reasons: pd.Series, most: int = 3) -> str:
    """Return the commonest reasons of rejects, with their counts.

    Examples
    --------
    >>> top_reasons(pd.Series(["bad id 1", "bad id 2", "cut"]))
    'bad id N (2); cut (1)'
    """
    plain = reasons.map(lambda reason: re.sub(r"\d+", "N", str(reason)))
    counts = plain.value_counts().head(most)
    return "; ".join(f"{reason} ({count})" for reason, count in counts.items())


def report(archive: Archive, tags: int = 3) -> pd.DataFrame:
    """Return one row a file: its format, account, reasons, time span and commonest hashtags."""
    files = archive.files
    table = files[
        [
            "file", "format", "records", "posts_in", "profiles_only", "notices", "duplicates",
            "rejects", "first_posted_at", "last_posted_at",
        ]
    ].copy()  # fmt: skip
    reasons = archive.rejects.groupby("file")["reason"].apply(top_reasons)
    table["reasons"] = _looked_up(table["file"], reasons.to_dict())
    own = archive.posts[~_true(archive.posts["embedded"])]
    named = own[["file", "hashtags"]].explode("hashtags").dropna()
    counts = named.groupby(["file", "hashtags"]).size().sort_values(ascending=False)
    top = counts.groupby(level="file").head(tags).reset_index(name="posts")
    top["shown"] = "#" + top["hashtags"].astype(str) + " " + top["posts"].astype(str)
    listed = top.groupby("file")["shown"].apply(" ".join)
    table["hashtags"] = _looked_up(table["file"], listed.to_dict())
    return table


def posts_per_day(archive: Archive, zone: str | ZoneInfo = "UTC") -> pd.DataFrame:
    """Return for each day of `zone` the posts of their own and, among them, the reshares.

    Days between the first and the last without a post are rows of 0.
    """
    own = archive.posts[~_true(archive.posts["embedded"])].dropna(subset=["posted_at"])
    days = own["posted_at"].astype("datetime64[us, UTC]").dt.tz_convert(zone).dt.normalize()
    table = pd.DataFrame({"day": days, "reshare": _true(own["kind"] == "reshare")})
    counts = table.groupby("day")["reshare"].agg(["size", "sum"])
    if len(counts):
        counts = counts.asfreq("D", fill_value=0)
    dates = pd.DatetimeIndex(counts.index).date
    return pd.DataFrame(
        {
            "day": pd.Series(dates, dtype=pd.ArrowDtype(tables.DAY)),
            "posts": pd.Series(counts["size"].to_numpy(), dtype=pd.ArrowDtype(tables.COUNT)),
            "reshares": pd.Series(counts["sum"].to_numpy(), dtype=pd.ArrowDtype(tables.COUNT)),
        }
    )


def _looked_up(names: pd.Series, words: Mapping[Any, str]) -> pd.Series:
    texts = [words.get(name, "") for name in names]
    return pd.Series(texts, index=names.index, dtype=pd.ArrowDtype(tables.TEXT))
