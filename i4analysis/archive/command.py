"""What `i4 read` does: read paths into a movement's store, and say what was understood."""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.archive.doctor.examination import Examined, examine_store
from i4analysis.archive.frames import normalized
from i4analysis.archive.reading import declared
from i4analysis.archive.reading.containers import units
from i4analysis.archive.reading.pool import read_units
from i4analysis.archive.reading.work import Done, Filter
from i4analysis.archive.rows.values import printable
from i4analysis.archive.store import parts
from i4analysis.errors import ArchiveError, typed
from i4analysis.ledgers import read_ledger
from i4analysis.movement import Movement
from i4analysis.processes import only_one, private_files

SHOWN = 40
ALIKE = 3
EVERY_S = 15.0  # between lines of progress
Say = Callable[[str], None]


@contextmanager
def _libraries_aside() -> Iterator[None]:
    """Look for unreachable objects among those of the read, not among all that was imported."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@_libraries_aside()
def read(
    paths: Sequence[str | os.PathLike[str]],
    movement: str | os.PathLike[str] | None = None,
    hashtags: Iterable[str] = (),
    workers: int | None = None,
    cluster: str | None = None,
    strict: bool = True,
    columns: Iterable[str] = (),
    say: Say | None = None,
    extra: bool = False,
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
    columns
        What the columns of tables are: `id="Tweet Id",author=Username`; see `reading.declared`.
        Those of movement.toml, for the files it names, come after.
    say
        Takes each line; None: standard output.
    extra
        Keep the program, place and media of v1.1 posts; a file read without them is read again.

    Returns
    -------
    int
        0, or 2 if something that was named or may hold posts could not be read at all (the rest
        was read), or if nothing was read.
    """
    say = say or _write
    said = declared.written(columns)
    plan = Movement.load(movement) if movement is not None else None
    by_pattern = plan.columns if plan else {}
    kept = Filter(normalized(hashtags), strict, declared.declarations(said, by_pattern), extra)
    if movement is not None:
        folder = Path(movement) / "archive"
        with parts.written_to(folder), private_files():
            folder.mkdir(exist_ok=True)
        with private_files(), _locked(folder):
            outcome = _read_into(folder, paths, kept, workers, cluster)
            erase = read_ledger(Path(movement) / "erase.csv", "erase")
            wanted = kept.hashtags or (plan.hashtags if plan else ())
            examined = examine_store(folder, erase, SHOWN, hashtags=wanted)
    else:
        with tempfile.TemporaryDirectory(prefix="i4-read-") as scratch:
            outcome = _read_into(Path(scratch), paths, kept, workers, cluster)
            examined = examine_store(Path(scratch), shown=SHOWN)
    for line in summary(examined):
        say(line)
    if plan and (line := _without(examined, plan, kept)):
        _complain(line)
    if movement is None and outcome.understood:
        held = (path for path in paths if (Path(path) / "movement.toml").is_file())
        own = typed(next(held, "DIR"))
        say(f"Nothing was kept: name a movement with --movement {own} to keep what was read.")
    for line in complaints(outcome.refused):
        _complain(line)
    failed = any(not one.harmless or one.may_hold_posts for one in outcome.refused)
    if not outcome.understood and (outcome.files > 1 or not failed):
        none = f"none of the {outcome.files:,} files" if outcome.files > 1 else "the file"
        _complain(
            f"i4: Nothing was read: {none} gave {'no' if outcome.files < 2 else 'a'} post or"
            " account, expected archives of posts; the lines above say of each kind what it is."
        )
    return 2 if failed or not outcome.understood else 0


class Outcome(NamedTuple):
    """What became of the files of a run.

    Attributes
    ----------
    files
        How many were looked at.
    understood
        Records read that are posts, accounts or notices.
    refused
        The files that could not be read at all.
    """

    files: int
    understood: int
    refused: list[Done]


def _read_into(
    folder: Path,
    paths: Sequence[str | os.PathLike[str]],
    kept: Filter,
    workers: int | None,
    cluster: str | None,
) -> Outcome:
    parts.clean(folder)
    refused: list[Done] = []
    work = list(units(paths, lambda *why: refused.append(Done.refused(*why))))
    fresh = not parts.listed(folder, "*.json")
    files = understood = 0
    with Progress(sum(unit.size for unit in work), len(work)) as progress:
        for unit, done in read_units(work, os.fspath(folder), kept, fresh, workers, cluster):
            progress.advance(unit.size, done, len(unit.units) or 1)
            refused.extend(one for one in done if one.outcome == "refused")
            files += len(done)
            understood += sum(one.account.understood for one in done if one.account)
    parts.clean(folder)  # what workers that were killed have left
    if not fresh:
        parts.tidy(folder)
    return Outcome(max(files, len(refused)), understood, refused)


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


# ------------------------------------------------------------------------------------ progress


class Progress:
    """Shows how much was read, at what rate and how long it will still take; a context.

    Parameters
    ----------
    size
        Bytes to read, as received.
    units
        Pieces of work.
    """

    def __init__(self, size: int, units: int) -> None:
        self._size = size
        self._units = units
        self._read = self._finished = self._records = self._known = 0
        self._started = self._said = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def _start_bar(self) -> None:
        """Start the bar at the first advance: it runs a thread, and workers are forked before."""
        if self._bar is not None or self._units < 2 or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._bar.start()
        self._task = self._bar.add_task("reading", total=self._size)

    def __exit__(self, *failure: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, size: int, done: list[Done], units: int = 1) -> None:
        """Count a finished piece of work, or so many that were done together."""
        self._start_bar()
        self._read += size
        self._finished += units if done else 0  # of a file in stretches the last one counts
        for one in done:
            self._known += one.outcome == "known"
            if one.account is not None:
                self._records += one.account.file["records"]
        if self._bar is not None:
            text = f"{self._finished:,}/{self._units:,} files, {self._records:,} records"
            self._bar.update(self._task, advance=size, description=text)
        elif time.monotonic() - self._said > EVERY_S:
            self._said = time.monotonic()
            sys.stderr.write(self.line() + "\n")

    def line(self) -> str:
        """Return the state of the work as one line."""
        elapsed = max(time.monotonic() - self._started, 1e-9)
        rate = self._read / elapsed
        left = (self._size - self._read) / rate if rate else 0.0
        return (
            f"{self._finished:,} of {self._units:,} files, {self._read / 1e6:,.0f} of"
            f" {self._size / 1e6:,.0f} MB, {self._records:,} records, {rate / 1e6:.1f} MB/s,"
            f" {left:,.0f} s left"
        )


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
        paths = {name.split("!")[0] for name in names}
        folder = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120 - names, not paths
    except ValueError:  # some are absolute, some are not
        return ""
    return folder + os.sep if len(folder) > 1 else ""


def complaints(refused: Sequence[Done]) -> list[str]:
    """Return a line for each file that was refused; of many that are alike, for the first three.

    Files are alike that are refused in the same words up to what was found in them.
    """
    groups: dict[tuple[bool, str], list[Done]] = {}
    for one in refused:
        words = one.sentence.replace(one.name, "").split(":", 1)[0]
        groups.setdefault((one.harmless, words), []).append(one)
    lines = []
    for (harmless, _), alike in groups.items():
        shown = alike if len(alike) <= ALIKE else alike[:ALIKE]
        lines += [("passed over: " if harmless else "i4: ") + one.sentence for one in shown]
        if len(alike) > len(shown):
            more = len(alike) - len(shown)
            folder = _common_folder([one.name for one in alike])
            last = alike[-1].name.removeprefix(folder)
            lines.append(f"    ({more:,} more files like these, the last of them {last})")
    return lines


def _file_lines(table: pd.DataFrame) -> list[str]:
    """Return a line a file; of more than `SHOWN` files a line for all of one format and fate."""
    rows = pa.Table.from_pandas(table, preserve_index=False)
    lines = ["file | format | records = posts + accounts + notices + rejects | copies | from – to"]
    groups: dict[tuple[Any, ...], list[int]] = {}
    few = len(rows) <= SHOWN
    columns = (rows[name].to_pylist() for name in ("format", "rejects", "records"))
    for at, (kind, rejects, records) in enumerate(zip(*columns, strict=True)):
        key = at if few else str(kind)
        groups.setdefault((key, _fate(rejects, records)), []).append(at)
    for (_, fate), places in sorted(groups.items()):
        lines += _lines_of(rows.take(places), fate)
    return lines


def _fate(rejects: int, records: int) -> int:
    """Return 0 for a file that was read whole, 1 for one read in part, 2 for one rejected."""
    if not rejects:
        return 0
    return 2 if rejects == records else 1


def _lines_of(rows: pa.Table, fate: int) -> list[str]:
    n = {key: pc.sum(rows[key]).as_py() or 0 for key in _SUMS}
    name, kind = rows["file"][0], rows["format"][0]
    shown = name if len(rows) == 1 else f"{len(rows):,} files such as {name}"
    first, last = pc.min(rows["first_posted_at"]).as_py(), pc.max(rows["last_posted_at"]).as_py()
    tags = rows["hashtags"][0].as_py() if len(rows) == 1 else ""
    lines = [
        f"{shown} | {kind} | {n['records']:,} = {n['posts_in']:,} +"
        f" {n['profiles_only']:,} + {n['notices']:,} + {n['rejects']:,} | {n['duplicates']:,} |"
        f" {_day(first)} – {_day(last)}" + (f" | {tags}" if tags else "")
    ]
    if fate:
        whole = "not one record could be read" if fate == 2 else "rejected"
        lines.append(f"    {whole}: {next(filter(None, rows['reasons'].to_pylist()), '')}")
    if fate == 2:
        lines.append(
            f"    it looks like {kind}, but is not written like it: ask whoever made"
            " it with what, or write it as CSV and say what its columns are with --columns"
        )
    return lines


_SUMS = ("records", "posts_in", "profiles_only", "notices", "rejects", "duplicates")


def _totals(examined: Examined) -> list[str]:
    files, n = examined.files, examined.counted.n
    account = " + ".join(
        _many(int(files[name].sum()), label)
        for name, label in (
            ("posts_in", "post"),
            ("profiles_only", "account"),
            ("notices", "notice"),
            ("rejects", "reject"),
        )
    )
    known = f" of {_many(n['accounts'], 'account')}" if n["accounts"] else ""
    lines = [
        f"{_many(int(files['records'].sum()), 'record')} = {account},"
        f" in {_many(len(files), 'file')}",
        f"{_many(n['own'], 'distinct post')}, {n['posts'] - n['own']:,} more seen inside others;"
        f" {_many(n['sightings'], 'sighting')} of profiles{known};"
        f" {_many(n['follows'], 'follow edge')}",
    ]
    kinds: Counter[str] = Counter()
    for text in files["notice_kinds"]:
        kinds.update(json.loads(text))
    if kinds:
        named = [f"{count:,} × {_NOTICES.get(kind, kind)}" for kind, count in kinds.most_common()]
        more = f", {len(named) - SHOWN:,} kinds more" if len(named) > SHOWN else ""
        lines.append("Notices, which are no posts: " + printable(", ".join(named[:SHOWN])) + more)
    return lines


def _many(count: int, one: str) -> str:
    return f"{count:,} {one}{'s' * (count != 1)}"


# what the readers call them, where that does not say it
_NOTICES = {
    "delete": "a post deleted by its author",
    "empty page": "a page without a post",
    "other hashtag": "a post without the hashtags asked for",
    "unavailable": "a post no longer to be had",
    "unknown hashtag": "a post whose hashtags are not known",
}


def _without(examined: Examined, plan: Movement, kept: Filter) -> str:
    """Return a warning if not one post carries a hashtag of the movement; "" if any does."""
    n = examined.counted.n
    looked = n["own"] or int(examined.files["notices"].sum() if kept.hashtags else 0)
    if n["carrying"] or not looked:
        return ""
    wanted = " or ".join(f"#{tag}" for tag in kept.hashtags or plan.hashtags)
    tags: Counter[str] = Counter()
    for counts in examined.counted.tags.values():
        tags.update(counts)
    often = ", ".join(f"#{tag} ({count:,})" for tag, count in tags.most_common(ALIKE))
    asked = "asked for" if kept.hashtags else "in movement.toml"
    return printable(
        f"i4: Not one of {_many(looked, 'post')} carries {wanted}, the hashtag {asked}:"
        f" found {often or 'no hashtag'}, expected posts of the movement; its report would say"
        " nothing of them: name another archive, or mend the hashtag."
    )


def _finding_lines(findings: pd.DataFrame) -> list[str]:
    if findings.empty:
        return ["The doctor found nothing amiss."]
    lines = ["What the archive can and cannot say:"]
    for code, rows in findings.groupby("finding", sort=False):
        for row in rows.head(3).to_dict("records"):
            where = f"{row['file']}: " if isinstance(row["file"], str) else ""
            lines.append(f"  - {where}{row['says_en']} {row['effect_en']}")
        if more := len(rows[3:]):
            lines.append(f"    (the same in {more:,} more file{'s' * (more > 1)}: {code})")
    return lines


def _day(moment: Any) -> str:
    return "?" if pd.isna(moment) else f"{moment:%Y-%m-%d %H:%M}"
