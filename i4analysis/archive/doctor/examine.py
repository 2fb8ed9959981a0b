"""The archive doctor: what the archive can and cannot say, found before anything is measured.

`examine` gives one row a finding, with what it does to every later number; `report` gives one row
a file. Its sentences are in `findings.toml`.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from i4analysis import clock, tables
from i4analysis.archive.doctor.tally import BEYOND, Tally, narrowed, tally
from i4analysis.archive.rows import ids
from i4analysis.archive.store.buckets import Buckets
from i4analysis.archive.store.files import owner
from i4analysis.tables import Archive, reshares, true

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
WEEK, KNOWN, BUSY = 7, 3, 3  # days beside a silence, of them held, posts on such a day
TAGS = 3
REASONS = 3
KINDS = 100_000
_WORDS = Path(__file__).with_name("findings.toml")
FINDINGS: dict[str, dict[str, str]] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))


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
    counted = counted_in(archive)
    counted.n["disagreements"] = disagreements
    return findings(counted, archive.files, reasons_in(archive), remarks or {})


def counted_in(archive: Archive, files: Iterable[str] = ()) -> Tally:
    """Return the doctor's counts of an archive in memory, with the hashtags of some files."""
    posts, profiles = (
        pa.Table.from_pandas(frame, schema=table.schema, preserve_index=False)
        for table, frame in (
            (tables.POSTS, archive.posts),
            (tables.PROFILES, archive.profiles),
        )
    )
    return tally(
        [narrowed(posts.replace_schema_metadata())],
        [profiles.replace_schema_metadata()],
        lambda name, *keys: Buckets(Path(name), 1, *keys),
        set(files),
        TAGS,
    )


def findings(
    counted: Tally,
    files: pd.DataFrame,
    reasons: Mapping[str, str],
    remarks: Mapping[str, Mapping[str, int]],
) -> pd.DataFrame:
    """Return the findings that counts give; see `examine`.

    Parameters
    ----------
    counted
        The counts of the whole archive; `n["disagreements"]` are posts whose copies disagree.
    files
        The files table.
    reasons
        File → its commonest reasons of rejects, as `top_reasons` words them.
    """
    found: Rows = []
    n = counted.n
    if n["posts"] or n["sightings"]:
        _reshares(n, found)
        _completeness(n, found)
        _ids(counted, found)
        _texts(counted, found)
        for code in ("undated", "impossible_dates", "clock_behind", "collection_undated"):
            _some(found, code, n[code], n["own"])
        _gaps(counted.hours, found)
        _silences(counted.hours, found)
        _accounts(n, found)
    _some(found, "copies_disagree", n["disagreements"], n["posts"])
    _rejects(files, reasons, found)
    _remarks(files, remarks, found)
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


def sentences(code: str, numbers: Mapping[str, Any]) -> dict[str, str]:
    """Return the four sentences of a finding with its numbers, as each language writes them.

    Examples
    --------
    >>> sentences("undated", {"count": 1200, "of": 5000})["says_en"]
    'Posts without a date: 1,200 of 5,000.'
    """
    shown = {}
    for name, text in FINDINGS.get(code, FINDINGS["unknown"]).items():
        lang = name[-2:]
        parts = {key: _shown(key, value, lang) for key, value in numbers.items()}
        shown[name] = text.format(code=code, **parts)
    return shown


def _shown(name: str, value: Any, lang: str) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    if name in ("share", "held", "lo", "hi", "level"):
        few = {"fr": "moins de ", "en": "less than "}[lang] if 0 < value < 0.005 else ""
        return f"{few}{1 if few else 100 * value:.0f}" + ("\u202f%" if lang == "fr" else "%")
    if name == "hours":
        sign = "+" if value > 0 else "−"
        return sign + f"{abs(value):g}".replace(".", "," if lang == "fr" else ".")
    return f"{value:,}".replace(",", "\u202f" if lang == "fr" else ",")


def _some(found: Rows, code: str, count: int, of: int) -> None:
    """Add a finding unless its count is 0."""
    if count:
        _add(found, code, count, of)


# ------------------------------------------------------------------------------------- reshares


def _reshares(n: Counter[str], found: Rows) -> None:
    if n["own"] >= FEW and not n["reshares"]:
        _add(found, "no_reshares", 0, n["own"])
        return
    _some(found, "text_reshares", n["text_reshares"], n["reshares"])
    _some(found, "originals_unsaid", n["originals_unsaid"], n["reshares"])
    _some(found, "originals_absent", n["originals_absent"], n["originals"])


def _completeness(n: Counter[str], found: Rows) -> None:
    """Compare the reshares held with the platform's own count, original by original.

    The share held is a ratio of sums over n originals; its 95 % interval is the usual one for a
    ratio estimator, R ± 1.96·sqrt(n/(n−1)·Σ(h−R·c)²)/Σc, held within 0 and 1, and never narrower
    than if each reshare had been lost by itself: originals that all lost the same share prove no
    loss known to the digit. h and c leave out a reshare that its count came with
    (`Tally.add_originals`). The sums are whole numbers, so the order in which they grew does not
    show. Nothing is said where reshares that do not name their original could move the share by a
    hundredth.

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed., section 6.4. Agresti and Coull, The American
    Statistician 52, 1998: the floor, with two held and two lost added.
    """
    pairs, total, have = n["pairs"], n["c"], n["h"]
    if pairs < 5 or total < FEW or not have:  # of none held `no_reshares` speaks
        return
    if 100 * n["originals_unnamed"] >= total:
        return
    ratio = have / total
    # Σ(h−R·c)² times (Σc)²
    squares = n["hh"] * total**2 - 2 * have * total * n["ch"] + have**2 * n["cc"]
    half = 1.96 * math.sqrt(pairs / (pairs - 1) * (squares / total**2)) / total
    alone = (have + 2) / (total + 4)
    half = max(half, 1.96 * math.sqrt(alone * (1 - alone) / (total + 4)))
    if ratio < 0.98:
        _add(
            found,
            "reshares_missing",
            total - have,
            total,
            held=round(ratio, 4),
            lo=round(max(0.0, ratio - half), 4),
            hi=round(min(1.0, ratio + half), 4),
            level=0.95,
            originals=pairs,
        )


# ---------------------------------------------------------------------------- ids, texts, moments


def _ids(counted: Tally, found: Rows) -> None:
    """Say which files hold rounded ids, or moments that contradict the one inside the id."""
    for file, counts in sorted(counted.by_file.items()):
        for zeros, chance in ids.ZEROS:
            if not (rounded := counts.get(zeros)):
                continue
            long = counts["long_ids"]
            if 20 * rounded > long and ids.unlikely(rounded, long, chance):
                _add(found, "rounded_ids", rounded, long, file)
                break
    for file, slips in sorted(counted.slips.items()):
        count = slips.quarters.total()
        if not count:
            continue
        typical = _middle(slips.quarters)
        if 0 < abs(typical) <= BEYOND and slips.near[typical] > 0.9 * count:
            _add(found, "zone_slip", count, slips.checked, file, hours=typical / 4)
        else:
            _add(found, "id_time_differs", count, slips.checked, file)


def _middle(counts: Counter[int]) -> int:
    """Return the median of what was counted, the lower one of two."""
    half, below = counts.total() / 2, 0
    for value in sorted(counts):
        below += counts[value]
        if below >= half:
            return value
    raise ValueError("nothing was counted")


def _texts(counted: Tally, found: Rows) -> None:
    for file, counts in sorted(counted.by_file.items()):
        if counts.get("cut"):
            tags = counts["cut_tags"]
            _add(found, "cut_texts", counts["cut"], counts["texts"], file, tags=tags)
        for code in ("letters_lost", "garbled"):
            if counts.get(code):
                _add(found, code, counts[code], counts["texts"], file)
    _some(found, "texts_unknown", counted.n["texts_unknown"], counted.n["texts"])


def _gaps(hours: Counter[int], found: Rows) -> None:
    """Find hours without a post where the days around were busy."""
    if hours.total() < 5 * FEW:
        return
    first, last = _quantile(hours, 0.005), _quantile(hours, 0.995)
    if last - first < 24 or last - first > 24 * 366 * 3:
        return
    counts = np.array([hours[hour] for hour in range(first, last + 1)])
    around = pd.Series(counts).rolling(49, center=True, min_periods=13).median().to_numpy()
    empty = (counts == 0) & (around >= 10)
    if empty.any():
        run = _longest_run(empty)
        _add(found, "silent_hours", int(empty.sum()), len(counts), longest=run)


def _silences(hours: Counter[int], found: Rows) -> None:
    """Say that there are days without a post between busy weeks; days of UTC."""
    if not hours:
        return
    counts: Counter[int] = Counter()
    for hour, count in hours.items():
        counts[hour // 24] += count
    every = np.arange(min(counts), max(counts) + 1)
    dates = pd.to_datetime(every, unit="D").date
    runs = silences(pd.DataFrame({"day": dates, "posts": [counts[day] for day in every.tolist()]}))
    if len(runs):
        first, last, longest = (runs.iloc[0][name] for name in ("first", "last", "days"))
        detail = {"longest": int(longest), "first": str(first), "last": str(last)}
        _add(found, "silent_days", int(runs["days"].sum()), len(every), None, **detail)


def silences(days: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of days without a post between busy weeks, the longest first.

    Definition
        With `near` the median of the posts a day in the week before the run, or in that after it
        if this is less: a run counts where `near` is `BUSY` or more and at that pace it lacks
        `FEW` posts. Of each week the archive holds three days or more.

    Parameters
    ----------
    days
        As `posts_per_day` gives them.

    Returns
    -------
    pandas.DataFrame
        `first`, `last`, `days`, `near`.

    Examples
    --------
    >>> dates = pd.date_range("2015-10-01", periods=21).date
    >>> days = pd.DataFrame({"day": dates, "posts": [5] * 8 + [0] * 6 + [9] * 7})
    >>> silences(days).astype(str).to_numpy().tolist()
    [['2015-10-09', '2015-10-14', '6', '5']]
    """
    counts = days["posts"].to_numpy(np.int64)
    edges = np.flatnonzero(np.diff(np.r_[False, counts == 0, False].astype(np.int8)))
    rows = []
    for begin, end in edges.reshape(-1, 2).tolist():
        weeks = counts[max(begin - WEEK, 0) : begin], counts[end : end + WEEK]
        near = int(min(map(np.median, weeks))) if min(map(len, weeks)) >= KNOWN else 0
        if near >= BUSY and near * (end - begin) >= FEW:
            first, last = days["day"].iloc[begin], days["day"].iloc[end - 1]
            rows.append((first, last, end - begin, near))
    table = pd.DataFrame(rows, columns=["first", "last", "days", "near"])
    return table.sort_values("days", ascending=False, kind="stable", ignore_index=True)


def _quantile(counts: Counter[int], share: float) -> int:
    """Return the value below which a share of what was counted lies."""
    known = np.array(sorted(counts))
    upto = np.cumsum([counts[value] for value in known.tolist()])
    return int(known[np.searchsorted(upto, share * upto[-1])])


def _longest_run(mask: npt.NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


# ------------------------------------------------------------------------------------- accounts


def _accounts(n: Counter[str], found: Rows) -> None:
    _some(found, "authors_missing", n["authors_missing"], n["own"])
    if not n["sightings"]:
        _add(found, "no_profiles", n["own"], n["own"])
        return
    _some(found, "several_names", n["several_names"], n["named"])
    _some(found, "shared_names", n["shared_names"], n["names"])
    if n["followers_unknown"] == n["sightings"]:  # of a sum of nothing there is no minimum
        _add(found, "no_followers", n["sightings"], n["sightings"])
    else:
        _some(found, "followers_unknown", n["followers_unknown"], n["sightings"])
    for code in ("bios_unknown", "profiles_after"):
        _some(found, code, n[code], n["sightings"])


# -------------------------------------------------------------------------- files and their notes


def _rejects(files: pd.DataFrame, reasons: Mapping[str, str], found: Rows) -> None:
    for row in files[true(files["rejects"] > 0)].to_dict("records"):
        first = reasons.get(row["file"], "").split(";")[0]
        _add(found, "rejects", row["rejects"], row["records"], row["file"], reason=first)
    kinds: dict[str, int] = {}
    for text, times in files["notice_kinds"].value_counts().items():
        for kind, count in json.loads(str(text)).items():
            kinds[kind] = kinds.get(kind, 0) + count * times
    records = int(files["records"].sum())
    for kind, code in (
        ("delete", "deletes"),
        ("other hashtag", "other_hashtag"),
        ("unknown hashtag", "unknown_hashtag"),
    ):
        _some(found, code, kinds.get(kind, 0), records)
    copies = int(files["duplicates"].fillna(0).sum())
    _some(found, "copies", copies, int(files["posts"].sum()))


def _remarks(files: pd.DataFrame, remarks: Mapping[str, Mapping[str, int]], found: Rows) -> None:
    records = dict(zip(files["file"], files["records"], strict=True))
    for file, codes in sorted(remarks.items()):
        for code, count in sorted(codes.items()):
            _add(found, code, int(count), int(records.get(file, 0)), file)


def reasons_in(archive: Archive) -> dict[str, str]:
    """Return for each file with rejects its commonest reasons; see `top_reasons`."""
    names = set(archive.files["file"])
    owners = archive.rejects["file"].map(lambda file: owner(file, names))
    groups = archive.rejects["reason"].groupby(owners.astype(object))
    return {str(file): top_reasons(reasons) for file, reasons in groups}


def top_reasons(reasons: Iterable[str], most: int = REASONS) -> str:
    """Return the commonest reasons of rejects, with their counts.

    Reasons that differ in their numbers alone are one, told by the first of them. Of more than
    `KINDS` different reasons, those that came first are counted.

    Examples
    --------
    >>> top_reasons(["bad id 1", "bad id 2", "cut"])
    'bad id 1 (2 like it); cut (1)'
    """
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for reason in reasons:
        plain = re.sub(r"\d+", "N", str(reason))
        if plain in counts or len(counts) < KINDS:
            counts[plain] += 1
            first.setdefault(plain, str(reason))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return "; ".join(
        f"{first[reason]} ({count}{' like it' if count > 1 and first[reason] != reason else ''})"
        for reason, count in ranked
    )


def report(archive: Archive) -> pd.DataFrame:
    """Return one row a file: its format, account, reasons, time span and commonest hashtags.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> i4.archive.report(archive)[["file", "rejects"]].values.tolist()
    [['made-up/in-memory.jsonl', 0]]
    """
    files = archive.files
    counted = counted_in(archive, files["file"])
    return file_report(files, reasons_in(archive), counted.tags)


def file_report(
    files: pd.DataFrame, reasons: Mapping[str, str], tags: Mapping[str, Mapping[str, int]]
) -> pd.DataFrame:
    """Return the rows of `report` from what was counted."""
    table = files[
        [
            "file", "format", "records", "posts_in", "profiles_only", "notices", "duplicates",
            "rejects", "first_posted_at", "last_posted_at",
        ]
    ].copy()  # fmt: skip
    table["reasons"] = _looked_up(table["file"], reasons)
    shown = {
        file: " ".join(f"#{tag} {count}" for tag, count in counts.items())
        for file, counts in tags.items()
    }
    table["hashtags"] = _looked_up(table["file"], shown)
    return table


def posts_per_day(archive: Archive, zone: str | ZoneInfo = "UTC") -> pd.DataFrame:
    """Return for each day of `zone` the posts of their own and, among them, the reshares.

    Days between the first and the last without a post are rows of 0.
    """
    own = archive.posts[["kind", "posted_at"]][tables.own(archive.posts)]
    own = own.dropna(subset=["posted_at"])
    days = clock.wall(own["posted_at"], zone).dt.normalize()
    table = pd.DataFrame({"day": days, "reshare": reshares(own)})
    counts = table.groupby("day")["reshare"].agg(["size", "sum"])
    if len(counts):
        counts = counts.asfreq("D", fill_value=0)
        counts = counts[clock.there(pd.DatetimeIndex(counts.index), zone)]
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
