"""Archives as canonical frames, read in one go; what a store needs to become frames, too."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.archive.doctor import examine as doctor
from i4analysis.archive.reading.containers import Hand, units
from i4analysis.archive.reading.declared import Declaration, declarations
from i4analysis.archive.reading.work import Done, Filter, Packing, Piece, each
from i4analysis.archive.rows.sink import Together
from i4analysis.archive.store.files import files_table
from i4analysis.archive.store.forget import forget
from i4analysis.archive.store.merge import merge_follows, merge_posts, merge_profiles
from i4analysis.archive.store.parts import Account
from i4analysis.errors import ArchiveError
from i4analysis.hashtags import normalize_hashtag
from i4analysis.ledgers import LEDGERS
from i4analysis.tables import Archive

PathLike = str | os.PathLike[str]
ROW_BYTES = 1_300  # peak for a row of posts or profiles while a stream of v1.1 is merged
ROWS = ("posts", "profiles", "follows", "rejects")


def read_archive(
    paths: PathLike | Iterable[PathLike],
    hashtags: Iterable[str] = (),
    errors: str = "raise",
    columns: Mapping[str, str] | Mapping[str, Mapping[str, str]] | None = None,
    extra: bool = False,
) -> Archive:
    r"""Read archives of any supported format into canonical frames, without a store.

    Parameters
    ----------
    paths
        Files (plain, .gz, .bz2, .zst, .xz, .zip, .tar) or folders, which are walked.
    hashtags
        Keep only posts that carry one of these (a reshare carries its original's).
    errors
        "raise": a file that cannot be read at all raises, and so do paths of which none holds a
        post or an account; "reject": they become rows of `rejects` without a line.
    columns
        What the columns of tables are, where no reader knows them: `{"id": "Tweet Id", "author":
        "Username", "date": "Datetime", "text": "Text", "zone": "Europe/Paris"}`, or a pattern of
        file names → such a mapping. An author that begins with @ is that of every row.
    extra
        Keep of Twitter's v1.1 posts what most questions do without, for about a tenth of the time:
        the program they were posted with, their place, the kinds and addresses of their media.
        Other formats give it anyway.

    Returns
    -------
    Archive
        Copies of a post are one row; see `i4analysis.archive.store.merge` for the rule.

    Raises
    ------
    ArchiveError
        For the first file of which no record can be read, with errors="raise".

    Examples
    --------
    >>> import i4analysis as i4
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "posts.csv"
    >>> row = "648000000000000001,ana,2015-09-27T00:33Z,#thanks to all"
    >>> _ = file.write_text(f"id,who,when,said\n{row}\n")
    >>> names = {"id": "id", "author": "who", "date": "when", "text": "said"}
    >>> i4.read_archive(file, columns=names).posts[["author", "hashtags"]].values.tolist()
    [['ana', array(['thanks'], dtype=object)]]
    """
    if errors not in ("raise", "reject"):
        raise ArchiveError(f"errors is {errors!r}, expected 'raise' or 'reject'; choose one.")
    named: Sequence[PathLike] = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    kept = Filter(normalized(hashtags), declared=_declared(columns), extra=extra)
    batches: dict[str, list[pa.RecordBatch]] = {name: [] for name in ROWS}
    found: dict[str, Account] = {}
    refused: list[dict[str, Any]] = []

    def refuse(done: Done) -> None:
        passed.append(done)
        if done.harmless:
            return
        if errors == "raise":
            raise ArchiveError(done.sentence)
        refused.append({"file": done.name, "reason": done.sentence})

    def take(held: list[tuple[str, pa.RecordBatch]], accounts: Iterable[Account]) -> None:
        found.update({account.sha: account for account in accounts})
        for name, batch in held:
            batches[name].append(batch)

    def alone(piece: Piece) -> Done:
        packing.commit()  # what came before
        held: list[tuple[str, pa.RecordBatch]] = []
        account = piece.read(lambda name, batch: held.append((name, batch)), kept)
        if account.sha not in found:
            take(held, [account])
        return Done(piece.name, "read", account)

    def put(together: Together, accounts: Callable[[], list[Account]]) -> None:
        held: list[tuple[str, pa.RecordBatch]] = []
        together.hand_on(lambda name, batch: held.append((name, batch)))
        take(held, accounts())

    def small(piece: Piece) -> Done:
        known = piece.digest()[0] in found
        return Done(piece.name, "known") if known else packing.take(piece)

    passed: list[Done] = []
    packing = Packing(kept, put, alone)
    with Hand() as hand:
        for unit in units(named, lambda *why: refuse(Done.refused(*why))):
            read = small if unit.small or unit.kind == "tars" else alone
            for done in each(unit, read, hand if unit.small else None):
                if packing.full:
                    packing.commit()
                if done.outcome == "refused":
                    refuse(done)
    packing.commit()
    if not any(account.understood for account in found.values()):
        if errors == "raise":
            raise ArchiveError(_nothing_read(named, passed, list(found.values()), batches))
        refused = [{"file": one.name, "reason": one.sentence} for one in passed] or refused
    rows = {
        name: pa.Table.from_batches(held, tables.TABLES[name].schema)
        for name, held in batches.items()
    }
    if refused:
        more = pa.Table.from_pylist(refused, schema=tables.REJECTS.schema)
        rows["rejects"] = pa.concat_tables([rows["rejects"], more])
    return to_archive(rows, list(found.values()), tables.empty(LEDGERS["erase"]))


def _nothing_read(
    named: Sequence[PathLike],
    passed: Sequence[Done],
    found: Sequence[Account],
    batches: Mapping[str, list[pa.RecordBatch]],
) -> str:
    """Return what to say of paths of which nothing could be read: how many files, and why."""
    where = ", ".join(os.fspath(path) for path in named[:3]) + (" …" if len(named) > 3 else "")
    reasons = [row["reason"] for batch in batches["rejects"] for row in batch.to_pylist()]
    why = passed[0].sentence if passed else ""
    if not why and reasons:
        why = f"Its records were rejected: {doctor.top_reasons(reasons)}."
    if not why and not reasons:
        why = "No record is in it: a header alone, or nothing."
    files = len(passed) + len(found)
    return (
        f"Nothing could be read of {where}: {files:,} {'files' if files != 1 else 'file'} and no"
        ' post or account, expected archives of posts; name others, or pass errors="reject" to'
        f" have the reasons as rows. {why}"
    ).strip()


def _declared(
    columns: Mapping[str, str] | Mapping[str, Mapping[str, str]] | None,
) -> tuple[Declaration, ...]:
    """Return what `columns` declares: of all files, or of those of a pattern."""
    flat: dict[str, str] = {}
    by_pattern: dict[str, Mapping[str, str]] = {}
    for key, said in (columns or {}).items():
        if isinstance(said, str):
            flat[key] = said
        else:
            by_pattern[key] = said
    return declarations(flat, by_pattern)


def nothing() -> Archive:
    """Return the archive of a movement that has none yet."""
    return Archive(findings=tables.empty(doctor.COLUMNS))


def normalized(hashtags: Iterable[str]) -> tuple[str, ...]:
    """Return hashtags normalised, once each, in the order of the alphabet."""
    tags = [hashtags] if isinstance(hashtags, str) else hashtags
    return tuple(sorted({normalize_hashtag(tag) for tag in tags} - {""}))


def to_archive(rows: dict[str, pa.Table], found: list[Account], erase: pd.DataFrame) -> Archive:
    """Return the tables of parts as frames: erased, joined, examined, checked."""
    rows, found = forget(rows, found, erase)
    merged = merge_posts(rows["posts"])
    archive = Archive(
        posts=tables.from_arrow(merged.posts),
        profiles=tables.from_arrow(merge_profiles(rows["profiles"])),
        follows=tables.from_arrow(merge_follows(rows["follows"])),
        rejects=tables.from_arrow(rows["rejects"]),
        files=files_table(found, merged.copies),
    )
    remarks = {account.file["file"]: account.remarks for account in found}
    return Archive(
        **{name: getattr(archive, name) for name in (*ROWS, "files")},
        findings=doctor.examine(archive, remarks, merged.disagreements),
    ).check()
