"""The doctor's look at a store of any size, a bucket at a time.

What a store holds is spread over buckets by the ids of posts and accounts, so that all copies of a
post meet; each bucket is merged and counted by itself. A small store is one bucket and touches no
disk. Memory follows the size of a bucket, not of the store.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.doctor.tally import POSTS, Tally, narrowed, tally
from i4analysis.archive.store import parts
from i4analysis.archive.store.buckets import Buckets
from i4analysis.archive.store.files import files_table
from i4analysis.archive.store.forget import Forgotten
from i4analysis.archive.store.merge import SIGHTING, distinct, merge_posts
from i4analysis.archive.store.parts import Account
from i4analysis.ledgers import LEDGERS

BUCKET = 50_000  # rows: some 50 MB while they are merged, beside 250 of the libraries
BUCKETS = 400  # beyond which buckets grow: a file each for every few rows would cost more


class Examined(NamedTuple):
    """What a store holds, without the rows.

    Attributes
    ----------
    files
        The files table.
    counted
        The doctor's counts.
    report
        One row a file, as `doctor.report` gives it.
    findings
        The doctor's findings.
    """

    files: pd.DataFrame
    counted: Tally
    report: pd.DataFrame
    findings: pd.DataFrame


def examine_store(
    folder: Path,
    erase: pd.DataFrame | None = None,
    shown: int = 40,
    bucket: int = BUCKET,
    hashtags: Sequence[str] = (),
) -> Examined:
    """Return what a store holds and what is wrong with it, with memory for one bucket.

    Parameters
    ----------
    folder
        The store.
    erase
        The ledger of accounts to forget.
    shown
        Count the hashtags of files only when there are no more files than this, or else of as
        many of them that have rejects.
    bucket
        Rows of a bucket.
    hashtags
        Normalised: posts that carry one are counted too, as `carrying`.

    Raises
    ------
    ArchiveError
        If a part of the store is damaged, or the disk is full.
    TableError
        If the account of a file does not add up.
    """
    found = parts.accounts(folder)
    most = max((sum(account.rows(name) for account in found) for name in parts.PARQUET), default=0)
    with ExitStack() as stack:
        try:
            room = tempfile.TemporaryDirectory(
                prefix=parts.TEMPORARY, dir=folder, ignore_cleanup_errors=True
            )
            scratch = Path(stack.enter_context(room))
            whole = _Store(folder, found, min(-(-most // bucket) or 1, BUCKETS), scratch)
            whole.hashtags = pa.array(hashtags, pa.string())
            return whole.examined(
                tables.empty(LEDGERS["erase"]) if erase is None else erase, shown
            )
        except (OSError, pa.ArrowInvalid, ValueError) as error:
            raise parts.damaged(folder, error) from error


def _carrying(posts: pa.Table, hashtags: pa.Array) -> int:
    """Return how many posts of their own carry one of some hashtags."""
    lists = posts.filter(pc.invert(posts["embedded"].fill_null(False)))["hashtags"]
    found = pc.is_in(pc.list_flatten(lists), value_set=hashtags)
    return pc.count_distinct(pc.list_parent_indices(lists).filter(found)).as_py() or 0


class _Store:
    """A store being examined."""

    def __init__(self, folder: Path, found: list[Account], buckets: int, scratch: Path) -> None:
        self._folder, self._found = folder, found
        self._buckets, self._scratch = buckets, scratch
        self._copies: Counter[str] = Counter()
        self._disagreements = self._carrying = 0
        self.hashtags = pa.array([], pa.string())

    def examined(self, erase: pd.DataFrame, shown: int) -> Examined:
        forgotten = Forgotten.of(erase, self._found, self._batches)
        found = forgotten.accounts(self._found)
        names = [str(account.file["file"]) for account in found]
        if len(names) > shown:
            with_rejects = (one for one in found if one.file["rejects"])
            names = [str(one.file["file"]) for one in with_rejects][:shown]
        counted = tally(
            self._merged(forgotten),
            self._sightings(forgotten),
            self._room,
            set(names),
            doctor.TAGS,
        )
        counted.n["disagreements"] = self._disagreements
        counted.n["carrying"] = self._carrying
        counted.n["follows"] = self._follows(forgotten)
        files = files_table(found, self._copies)
        reasons = self._reasons(forgotten)
        remarks = {account.file["file"]: account.remarks for account in found}
        return Examined(
            files,
            counted,
            doctor.file_report(files, reasons, counted.tags),
            doctor.findings(counted, files, reasons, remarks),
        )

    def _room(self, name: str, *keys: str) -> Buckets:
        return Buckets(self._scratch / name, self._buckets, *keys)

    def _batches(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        return parts.batches(self._folder, name, self._found, columns)

    def _merged(self, forgotten: Forgotten) -> Iterator[pa.Table]:
        """Yield posts each once, as far as the doctor looks at them."""
        rows = self._room("posts", "post_id")
        for batch in self._batches("posts", forgotten.needs(POSTS)):
            rows.put(narrowed(forgotten.posts(batch)))
        for copies in rows:
            merged = merge_posts(copies)
            self._copies.update(merged.copies)
            self._disagreements += merged.disagreements
            self._carrying += _carrying(merged.posts, self.hashtags)
            yield merged.posts

    def _sightings(self, forgotten: Forgotten) -> Iterator[pa.Table]:
        """Yield sightings of profiles without exact repeats."""
        rows = self._room("profiles", "account_id", "handle", "seen_at")
        for batch in self._batches("profiles", SIGHTING):
            rows.put(forgotten.profiles(batch))
        for repeats in rows:
            yield distinct(repeats, SIGHTING)

    def _follows(self, forgotten: Forgotten) -> int:
        """Return how many follow edges there are, each once."""
        key = list(tables.FOLLOWS.key)
        rows = self._room("follows", *key)
        for batch in self._batches("follows", key):
            rows.put(forgotten.follows(batch))
        return sum(len(distinct(repeats, key)) for repeats in rows)

    def _reasons(self, forgotten: Forgotten) -> dict[str, str]:
        """Return the commonest reasons of rejects of each file; see `doctor.top_reasons`."""
        shown = forgotten.accounts(self._found)
        named = {
            one.sha: str(told.file["file"]) for one, told in zip(self._found, shown, strict=True)
        }
        return {
            named[one.sha]: doctor.top_reasons(forgotten.reason(row["reason"]) for row in rows)
            for one, rows in parts.every_reject(self._folder, self._found)
        }
