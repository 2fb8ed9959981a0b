"""What `i4 read` does: read paths into a movement's store, and say what was understood."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd

from i4analysis.archive import frames as store
from i4analysis.archive.examination import Examined, examine_store
from i4analysis.archive.progress import Progress
from i4analysis.archive.reading.containers import units
from i4analysis.archive.reading.pool import read_units
from i4analysis.archive.reading.work import Done, Filter
from i4analysis.archive.store import parts
from i4analysis.errors import ArchiveError
from i4analysis.ledgers import read_ledger
from i4analysis.movement import Movement
from i4analysis.processes import only_one

SHOWN = 40
Say = Callable[[str], None]


def read(
    paths: Sequence[str | os.PathLike[str]],
    movement: str | os.PathLike[str] | None = None,
    hashtags: Iterable[str] = (),
    workers: int | None = None,
    cluster: str | None = None,
    strict: bool = True,
    say: Say | None = None,
) -> int:
    """Read archives and say what was understood; return the exit code.

    Parameters
    ----------
    paths
        Files or folders. A folder is walked, dot-files left out; in it, a file that is no
        archive of posts is passed over with a sentence.
    movement
        Folder of the movement whose `archive/` keeps what is read; None: nothing is kept.
    hashtags
        Keep only posts that carry one of these.
    workers, cluster
        See `pool.read_units`.
    strict
        False scans a little faster, but misses a hashtag whose plain letters were escaped.
    say
        Takes each line; None: standard output.

    Returns
    -------
    int
        0, or 2 if something named could not be read at all (the rest was read).
    """
    say = say or _write
    kept = Filter(store.normalized(hashtags), strict)
    if movement is not None:
        Movement.load(movement)  # refused before anything is read, if it is not a movement
        folder = Path(movement) / "archive"
        with parts.written_to(folder):
            folder.mkdir(exist_ok=True)
        with _locked(folder):
            refused = _read_into(folder, paths, kept, workers, cluster)
            erase = read_ledger(Path(movement) / "erase.csv", "erase")
            examined = examine_store(folder, erase, SHOWN)
    else:
        with tempfile.TemporaryDirectory(prefix="i4-read-") as scratch:
            refused = _read_into(Path(scratch), paths, kept, workers, cluster)
            examined = examine_store(Path(scratch), shown=SHOWN)
    for line in summary(examined):
        say(line)
    if movement is None:
        say("Nothing was kept: name a movement with --movement DIR to keep what was read.")
    for one in refused:
        _complain(("passed over: " if one.harmless else "i4: ") + one.sentence)
    return 2 if any(not one.harmless for one in refused) else 0


def _read_into(
    folder: Path,
    paths: Sequence[str | os.PathLike[str]],
    kept: Filter,
    workers: int | None,
    cluster: str | None,
) -> list[Done]:
    parts.clean(folder)
    refused: list[Done] = []
    work = list(
        units(paths, lambda name, error: refused.append(Done(name, "refused", None, str(error))))
    )
    fresh = not any(folder.glob("*.json"))
    with Progress(sum(unit.size for unit in work), len(work)) as progress:
        for unit, done in read_units(work, os.fspath(folder), kept, fresh, workers, cluster):
            progress.advance(unit.size, done)
            refused.extend(one for one in done if one.outcome == "refused")
    parts.clean(folder)  # what workers that were killed have left
    return refused


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second read of the same store out."""
    with ExitStack() as stack:
        with parts.written_to(folder):
            free = stack.enter_context(only_one(folder / ".lock"))
        if not free:
            raise ArchiveError(
                f"Another read of the store {folder} is running; wait for it to end."
            )
        yield


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")


# ------------------------------------------------------------------------------------- summary


def summary(examined: Examined) -> list[str]:
    """Return the doctor's table a file and his findings, as lines of text."""
    files = examined.files
    if files.empty:
        return ["No record was read."]
    lines = [
        *_file_lines(examined.report), "", *_totals(examined), "",
        *_finding_lines(examined.findings),
    ]  # fmt: skip
    folder = _common_folder(files["file"].tolist())
    return [line.replace(folder, "") for line in lines] if folder else lines


def _common_folder(names: Sequence[str]) -> str:
    """Return the folder that all files are in, with its last slash; "" for a short or no one."""
    try:
        folder = os.path.commonpath([os.path.dirname(name.split("!")[0]) for name in names])  # noqa: PTH120 - names, not paths
    except ValueError:  # some are absolute, some are not
        return ""
    return folder + os.sep if len(folder) > 1 else ""


def _file_lines(table: pd.DataFrame) -> list[str]:
    shown = table
    if len(table) > SHOWN:
        shown = table[table["rejects"] > 0].head(SHOWN)
    head = "file | format | records = posts + accounts + notices + rejects | copies | from – to"
    lines = [head] if len(shown) else []
    for row in shown.to_dict("records"):
        span = f"{_day(row['first_posted_at'])} – {_day(row['last_posted_at'])}"
        lines.append(
            f"{row['file']} | {row['format']} | {row['records']:,} = {row['posts_in']:,} +"
            f" {row['profiles_only']:,} + {row['notices']:,} + {row['rejects']:,} |"
            f" {row['duplicates']:,} | {span}"
            + (f" | {row['hashtags']}" if row["hashtags"] else "")
        )
        if row["reasons"]:
            lines.append(f"    rejected: {row['reasons']}")
    if len(table) > len(shown):
        lines.append(f"({len(table) - len(shown):,} more files without rejects)")
    return lines


def _totals(examined: Examined) -> list[str]:
    files, n = examined.files, examined.counted.n
    account = " + ".join(
        f"{int(files[name].sum()):,} {label}"
        for name, label in (
            ("posts_in", "posts"),
            ("profiles_only", "accounts"),
            ("notices", "notices"),
            ("rejects", "rejects"),
        )
    )
    return [
        f"{int(files['records'].sum()):,} records = {account}, in {len(files):,} files",
        f"{n['own']:,} distinct posts, {n['posts'] - n['own']:,} more seen inside others;"
        f" {n['sightings']:,} sightings of {n['accounts']:,} accounts;"
        f" {n['follows']:,} follow edges",
    ]


def _finding_lines(findings: pd.DataFrame) -> list[str]:
    if findings.empty:
        return ["The doctor found nothing amiss."]
    lines = ["What the archive can and cannot say:"]
    for code, rows in findings.groupby("finding", sort=False):
        for row in rows.head(3).to_dict("records"):
            where = f"{row['file']}: " if isinstance(row["file"], str) else ""
            lines.append(f"  - {where}{row['says_en']} {row['effect_en']}")
        if len(rows) > 3:
            lines.append(f"    (the same in {len(rows) - 3:,} more files: {code})")
    return lines


def _day(moment: pd.Timestamp) -> str:
    return "?" if pd.isna(moment) else f"{moment:%Y-%m-%d %H:%M}"
