"""The scheduled run: notebooks in order, checks, guards, one atomic switch.

Order of one movement: fingerprint → skip when the live release has the same one and is whole →
copy inputs and code, hash the copies → run each notebook in a fresh kernel → build the report in a
fresh process from the copied code → checks → guards against the last release → name by content →
switch. Whatever fails or dies on the way, the last good release stays what readers are given.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any

from i4analysis import spread
from i4analysis.archive.check import amiss
from i4analysis.archive.doctor.tally import EARLIEST
from i4analysis.errors import (
    I4Error,
    RefreshError,
    RefreshRefused,
    met,
)
from i4analysis.hashtags import normalize_hashtag
from i4analysis.ledgers import read_ledger
from i4analysis.movement import BESIDE, Movement
from i4analysis.processes import ends_with_this_process
from i4analysis.publish.chapter import withheld
from i4analysis.publish.checks import erased, guards
from i4analysis.publish.checks.pages import misprint
from i4analysis.publish.checks.people import (
    named_files,
    private_handles,
    seekers_named,
    traces,
    written_for,
)
from i4analysis.publish.refresh.asked import Asked
from i4analysis.publish.refresh.inputs import (
    PACKAGE,
    Inputs,
    copy_code,
    copy_movement,
    notebooks_of,
    read_inputs,
    report_notebooks,
    runs_for,
)
from i4analysis.publish.refresh.notebooks import (
    WORTH_A_RETRY,
    Limits,
    Outcome,
    chapters_of,
    kernel_environment,
    nbformat,
    run_notebook,
    saves,
    to_html,
)
from i4analysis.publish.refresh.releases import (
    MANIFEST,
    Releases,
    Step,
    discard,
    dumps,
    read_record,
    verify,
    write_whole,
)
from i4analysis.publish.words.wording import LANGUAGES, Text

Say = Callable[[str], None]
Runner = Callable[[Path, dict[str, str], Path, Limits], Outcome]
Build = Callable[[dict[str, Any], Path, Path], None]


@dataclass(frozen=True)
class Options:
    """How a refresh runs.

    Attributes
    ----------
    force
        Run although nothing changed.
    accept
        Publish although a guard objects: a person looked and says so.
    partial
        Publish what could be computed although a notebook failed; the page says what is missing.
    limits
        Seconds a cell, a notebook and a kernel's start may take, and retries.
    bounds
        How much a published figure may shrink or jump before the guard stops the refresh.
    keep
        Releases kept, the live one included.
    cluster, workers
        Where measures that can be cut do their work (`i4analysis.spread`): the same bytes.
    """

    force: bool = False
    accept: bool = False
    partial: bool = False
    limits: Limits = field(default_factory=Limits)
    bounds: guards.Bounds = field(default_factory=guards.Bounds)
    keep: int = 5
    cluster: str | None = None
    workers: int | None = None


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did for one movement: state is ok, partial, skipped or embargoed."""

    movement: str
    state: str
    release: Path
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class _Failed:
    """A notebook that did not give its chapters, and why."""

    notebook: str
    chapters: tuple[str, ...]
    kind: str
    message: str


class _InPart(RefreshError):
    """A report was published without what could not be computed."""


class _Run:
    """One movement's pass through the refresh, with its record."""

    def __init__(self, folder: Path, store: Releases, options: Options, say: Say) -> None:
        self.folder = folder
        self.store = store
        self.options = options
        self.say = say
        self.movement = Movement.load(folder)
        self.name = _run_name(self.movement.name)
        self.scratch = store.work / self.name
        self.asked = Asked(store.root / "asked" / f"{self.movement.name}.json")
        whose = {"": folder, BESIDE: self.movement.compare}
        self.erases = {
            name: read_ledger(one / "erase.csv", "erase") for name, one in whose.items() if one
        }
        self.started = time.monotonic()
        self.failed: list[_Failed] = []
        self.withheld: tuple[str, ...] = ()  # chapters that are not told, for people's sake
        self.totals: dict[str, Any] = {}  # what is told instead
        self.files: dict[str, str] = {}  # what a page calls files whose own name names somebody
        self.record: dict[str, Any] = {
            "run": self.name, "movement": self.movement.name, "state": "started",
            "started": datetime.now(UTC).isoformat(timespec="seconds"), "pid": os.getpid(),
            "notebooks": [],
        }  # fmt: skip

    def save(self, **fields: Any) -> None:
        self.record |= fields
        write_whole(self.store.runs / f"{self.name}.json", dumps(self.record))

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self.started, 2)

    def end(self, state: str, **fields: Any) -> None:
        used = [resource.getrusage(who) for who in _WHO]
        self.save(
            state=state,
            seconds=self.seconds,
            cpu_seconds=round(sum(u.ru_utime + u.ru_stime for u in used), 2),
            peak_memory_mib=max(u.ru_maxrss for u in used) // 1024,
            **fields,
        )


# What a kernel and its client take at most, with room to spare.
FILES, FEWEST_FILES, THREADS = 1024, 128, 24
_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def refresh(
    folders: Sequence[Path],
    out: Path,
    *,
    options: Options | None = None,
    notebooks: Path | None = None,
    proof: Path | None = None,
    say: Say = lambda line: None,
    step: Step = lambda name: None,
    runner: Runner = run_notebook,
    build: Build | None = None,
) -> list[Refreshed]:
    """Refresh the reports of some movements under one lock.

    Parameters
    ----------
    folders
        Movement folders, in order.
    out
        Folder of the reports; `out/<movement>` is what readers open.
    notebooks
        Folder of the notebooks; by default those of the movement's folder, else the shipped ones.
    proof
        JSON of the last full proof, quoted by the chapter on trust.
    say
        Called with one line as the work goes on.
    step, runner, build
        Called at each named step, to run a notebook and to build a report: tests put faults there.

    Returns
    -------
    list of Refreshed
        One for each movement.

    Raises
    ------
    RefreshBusy, RefreshError, RefreshRefused
        The first failure, after every movement was tried.
    """
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    options = options or Options()
    _able()
    books = {folder: _books(folder, notebooks) for folder in folders}
    proof = None if proof is None else proof.absolute()
    _apart(folders)
    store = Releases(out, keep=options.keep, step=step)
    done: list[Refreshed] = []
    failures: list[I4Error] = []
    with store.lock() as swept, _ended_when_asked(), _at_home(store.work):
        for folder in folders:
            try:
                run = _Run(folder.absolute(), store, options, say)
            except I4Error as error:  # a movement that cannot be read keeps no other from its turn
                if len(folders) > 1:
                    say(f"{folder.name}: failed: {error}")
                _unread(folder, store, error)
                failures.append(error)
                continue
            try:
                with _told(out):
                    run.save(swept=swept)
                    step("started")
                    done.append(_refresh_one(run, books[folder], proof, runner, build or _build))
                    if run.failed:
                        raise _InPart(
                            f"{_named(run)}, expected every notebook to run to its end; the rest"
                            " is published and says what is missing: correct what made it fail,"
                            " then refresh again."
                        )
            except I4Error as error:
                state = "refused" if isinstance(error, RefreshRefused) else "failed"
                state = "partial" if isinstance(error, _InPart) else state
                with suppress(OSError):  # a full disk takes no record of it either
                    run.end(state, reason=str(error))
                if len(folders) > 1:  # the last word on a single one is what is raised
                    say(f"{run.movement.name}: {state}: {error}")
                failures.append(error)
            finally:
                shutil.rmtree(run.scratch, ignore_errors=True)
            step("cleaned")
    if failures:
        raise failures[0]
    return done


def _run_name(name: str) -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ") + f"-{name}"


def _unread(folder: Path, store: Releases, error: I4Error) -> None:
    """Record why a movement could not be read, under the name that its movement.toml gives."""
    told = folder / "movement.toml"
    try:  # a pipe would be waited for
        written = told.read_text(encoding="utf-8", errors="replace") if told.is_file() else None
    except OSError:
        written = None
    if written is None:
        return  # no movement: nobody asks how it fares
    found = re.search(r"""^name\s*=\s*["']([\w.-]+)["']""", written, re.MULTILINE)
    name = found[1] if found else folder.absolute().name
    run = _run_name(name)
    record = {
        "run": run, "movement": name, "state": "failed", "reason": str(error),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    with suppress(OSError):  # a full disk takes no record of it either
        write_whole(store.runs / f"{run}.json", dumps(record))


def _able() -> None:
    """Say before anything is made what no report can do without: files, threads, a clock.

    A kernel's own parts say so in no sentence: libzmq ends the whole process, or waits in vain.
    By a clock that stands in the past, every post would be one of days to come.

    Raises
    ------
    RefreshError
        With what to allow.
    """
    Path.cwd()  # a kernel starts in none
    if (now := datetime.now(UTC)) < EARLIEST:
        raise RefreshError(
            f"This machine's clock shows {now:%Y-%m-%d %H:%M} UTC, expected a day after"
            f" {EARLIEST:%Y-%m-%d}: reports say what lies before today; set the clock, and run the"
            " same again."
        )
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES:
        allowed = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        if allowed < FEWEST_FILES:
            raise RefreshError(
                f"This system opens {allowed} files for one command, expected {FEWEST_FILES} or"
                " more for notebooks to run; allow more (`ulimit -n 1024`), and run the same"
                " again."
            )
    try:
        with Listener(("127.0.0.1", 0)) as listener:
            Client(listener.address).close()
    except OSError as error:
        raise RefreshError(
            f"This machine does not reach itself at 127.0.0.1 ({error.strerror or error}),"
            " expected it for the notebooks' kernels; bring it up (`ip link set lo up`), and run"
            " the same again."
        ) from error
    end = threading.Event()
    threads = [threading.Thread(target=end.wait, daemon=True) for _ in range(THREADS)]
    try:
        for thread in threads:
            thread.start()
    except RuntimeError as error:
        raise RefreshError(met("The refresh", error)) from error
    finally:
        end.set()


def _books(folder: Path, given: Path | None) -> Path:
    """Return the folder of the notebooks of a movement, refused when it holds none."""
    books = given or notebooks_of(folder)
    if books is None or not report_notebooks(books):
        raise RefreshError(
            f"The folder {books or PACKAGE} holds no notebook, expected the numbered notebooks of"
            " i4analysis; copy the shipped ones with `i4 notebooks DIR` or name a folder with"
            " --notebooks."
        )
    return books.absolute()


def _apart(folders: Sequence[Path]) -> None:
    """Refuse before anything is made the only folder if it is none, and two of one name.

    Raises
    ------
    MovementError
        If the only folder holds no movement.toml.
    RefreshError
        If two folders' movements have the same name, however it is written.
    """
    taken: dict[str, Path] = {}
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        try:
            name = Movement.load(folder).name
        except I4Error:
            if len(folders) == 1 and not os.path.lexists(folder / "movement.toml"):  # mistyped
                raise
            continue  # told when its turn comes: the others are refreshed all the same
        other = taken.setdefault(name.casefold(), folder)
        if other != folder:
            raise RefreshError(
                f"The movements {other} and {folder} are both named {name!r}, expected a report's"
                " folder for each; give one another name in its movement.toml."
            )


def _not_anothers(run: _Run, live: Path | None) -> None:
    """Refuse to replace the live report of another movement: one that shares no hashtag.

    Raises
    ------
    RefreshError
        If the live release of this name says that it is another movement's.
    """
    if live is None:
        return
    before = read_record(live / MANIFEST).get("refresh")
    before = before.get("of") if isinstance(before, dict) else None
    if not isinstance(before, dict):
        return  # made before releases said whose they are
    mine, theirs = _whose(run.movement), before.get("hashtags") or []
    same = {*map(normalize_hashtag, theirs)} & {*run.movement.hashtags}
    if before.get("made_up") == mine["made_up"] and same:
        return
    raise RefreshError(
        f"The report {run.store.out / run.movement.name} is another movement's: found"
        f" {' '.join(f'#{tag}' for tag in theirs)}{' (made up)' if before.get('made_up') else ''},"
        f" expected {' '.join(f'#{tag}' for tag in mine['hashtags'])}; give one of them another"
        " name in its movement.toml, or move that report away."
    )


def _whose(movement: Movement) -> dict[str, Any]:
    tags = sorted(movement.spelled(tag).removeprefix("#") for tag in movement.hashtags)
    return {"hashtags": tags, "made_up": movement.made_up}


@contextmanager
def _told(out: Path) -> Iterator[None]:
    """Turn what nobody foresaw into one sentence, so that the next movement has its turn.

    Raises
    ------
    RefreshError
        When the disk is full, or for a fault of ours.
    """
    try:
        yield
    except I4Error:
        raise
    except Exception as error:
        said = met("The refresh", error, out)
        raise RefreshError(f"{said} The last good report stays.") from error


@contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """Give a home to who has none, as a service's user may: Jupyter's own parts ask for one."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.fspath(folder)  # swept by the next run
        try:
            yield
        finally:
            del os.environ["HOME"]
    else:
        yield


@contextmanager
def _ended_when_asked() -> Iterator[None]:
    """End in order when a scheduler or a person asks to stop: nothing is left to sweep."""

    def stop(number: int, frame: object) -> None:
        if number == signal.SIGINT:
            raise KeyboardInterrupt  # at once: asyncio's own handler would cancel and go on
        raise SystemExit(128 + number)

    before = {}
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            if signal.getsignal(number) != signal.SIG_IGN:  # as of a command in the background
                before[number] = signal.signal(number, stop)
    except ValueError:  # not the main thread: the caller handles signals
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refresh_one(
    run: _Run, books: Path, proof: Path | None, runner: Runner, build: Build
) -> Refreshed:
    store, name = run.store, run.movement.name
    _ready(run.movement, books)
    inputs = read_inputs(run.folder, PACKAGE, books, proof, run.asked.keyed)
    run.record |= {"fingerprint": inputs.fingerprint, "inputs": inputs.as_json()}
    if run.movement.unsigned:
        run.record["unsigned"] = list(run.movement.unsigned)
        run.say(_unsigned(run))
    for wrong in amiss(run.movement):  # a misspelt row is silent otherwise
        run.say(f"{name}: {wrong}")
    store.step("fingerprinted")
    live = store.live(name)
    store.ready(name)
    _not_anothers(run, live)
    manifest = verify(live) if live else None
    if live and manifest and _fingerprint(manifest) == inputs.fingerprint:
        if not run.options.force and not _parts_missing(manifest):
            run.end("skipped", release=live.name, reason="inputs, code and versions unchanged")
            run.say(f"{name}: skipped, nothing changed since {live.name}")
            return Refreshed(name, "skipped", live, run.seconds, "nothing changed")
    elif (waiting := _waiting(run, inputs, live)) is not None:
        return _release(run, waiting, live)
    if not run.options.accept:
        before = (manifest or {}).get("refresh", {}).get("inputs", {}).get("movement", {})
        guards.check_ledgers(before, inputs.movement, len(run.erases[""]))
        for of, erase in run.erases.items():
            guards.check_asked(*run.asked.cut(of, erase))
    _forget(run)
    code = _copies(run, inputs, books)
    chapters = _run_notebooks(run, code, runner, proof)
    staged = run.scratch / "stage"
    build(_job(run, chapters, staged, _previous(live, manifest, inputs), proof), code, run.scratch)
    run.store.step("rendered")
    if not run.options.accept:
        missing = {*run.withheld, *(key for one in run.failed for key in one.chapters)}
        guards.compare(staged, live if manifest else None, run.options.bounds, without=missing)
    run.store.step("compared")
    release = store.publish(staged, name, run.name)
    return _release(run, release, live)


def _forget(run: _Run) -> None:
    """Remove what earlier runs left of people who asked to be forgotten since.

    Releases but the live one, which the next switch replaces; records; half-run notebooks.
    """
    forgotten = erased.words(run.folder)
    if not forgotten:
        return
    live = run.store.live(run.movement.name)
    home = run.store.folder(run.movement.name)
    left = [path for path in home.glob("*") if live is None or path.name != live.name]
    left += [*run.store.failed.glob("*"), *run.store.runs.glob("*.json")]
    for path in sorted(left):
        if path.is_dir():
            if any(erased.check_erased(path, forgotten)):
                discard(path)
                run.say(f"{run.movement.name}: removed {path.name}, which held people to forget")
        elif path.is_file() and erased.held(path.name, path.read_bytes(), forgotten):
            path.unlink()


def _unsigned(run: _Run) -> str:
    """Warn that readers will not know who signs the report, or where to write."""
    missing = " and no ".join(run.movement.unsigned)
    return (
        f"{run.movement.name}: the file {run.folder / 'movement.toml'} gives no {missing},"
        " expected who signs the report and where readers write to; fill them in (the page says at"
        " its top that they are missing)."
    )


def _fingerprint(manifest: dict[str, Any]) -> str:
    return str(manifest.get("refresh", {}).get("fingerprint", ""))


def _parts_missing(manifest: dict[str, Any]) -> bool:
    """Tell whether a release lacks what could not be computed when it was made."""
    return bool(manifest.get("refresh", {}).get("missing"))


def _waiting(run: _Run, inputs: Inputs, live: Path | None) -> Path | None:
    """Return a finished release of these inputs that an embargo or a kill kept from readers.

    Only one that was compared with today's live release: an older one would say what changed
    since a report that is no longer the last.
    """
    home = run.store.folder(run.movement.name)
    if run.options.force or not home.is_dir():
        return None
    for release in sorted(home.iterdir()):
        manifest = verify(release)
        if manifest is None or _fingerprint(manifest) != inputs.fingerprint:
            continue
        if _parts_missing(manifest):
            continue
        before = manifest["refresh"].get("previous") or {}
        if before.get("release") == (live.name if live else None):
            return release
    return None


def _release(run: _Run, release: Path, live: Path | None) -> Refreshed:
    """Switch readers to a finished release, unless its embargo has not ended."""
    name = run.movement.name
    embargo = run.movement.publish_not_before
    if embargo is not None and datetime.now(UTC) < embargo:
        reason = f"built and checked; not before {embargo.isoformat()}"
        run.end("embargoed", release=release.name, reason=reason)
        run.say(f"{name}: {reason}")
        return Refreshed(name, "embargoed", release, run.seconds, reason)
    changed = live is None or live.name != release.name
    if changed:
        run.store.switch(release, name, run.name)
    run.asked.remember(run.erases)
    state = "partial" if run.failed else "ok"
    run.end(state, release=release.name, changed=changed)
    run.store.step("recorded")
    run.store.prune(name, run.name)
    _forget(run)
    run.say(f"{name}: published {release.name} in {run.seconds} s")
    return Refreshed(name, "ok", release, run.seconds)


def _copies(run: _Run, inputs: Inputs, books: Path) -> Path:
    """Copy data and code, so that neither can move under the notebooks; re-hash the copies."""
    from i4analysis.archive.loading import join  # a skipped refresh loads no tables

    run.scratch.mkdir()
    copy = run.scratch / run.movement.name
    join(run.folder)
    _room(run)
    if run.movement.compare is not None:
        join(run.movement.compare)
    copy_movement(run.folder, copy)
    run.store.step("copied")
    code = copy_code(inputs, PACKAGE, books, run.store.root / "code", run.scratch)
    again = read_inputs(copy, code / "i4analysis", code / "notebooks", None, run.asked.keyed)
    run.store.step("snapshot")
    moved = [
        part
        for part in ("movement", "code", "notebooks")
        if getattr(again, part) != getattr(inputs, part)
    ]
    if moved:
        raise RefreshRefused(
            f"The {moved[0]} of {run.movement.name} changed while it was copied: found another"
            " hash, expected the one of the start; run again when nothing is being written."
        )
    _look_at_people(run, Movement.load(copy))
    return code


def _look_at_people(run: _Run, copy: Movement) -> None:
    """Find what may not be told of people: who looks for work in ledgers, in names of files.

    Archives of which nothing is told are taken away: what is not there is in no notebook, picture,
    table or file of the report.

    Raises
    ------
    RefreshRefused
        If a text written for the report names somebody who looks for work.
    """
    # here, for a refresh that is skipped measures nothing
    from i4analysis.archive import load
    from i4analysis.measure.appeals.withheld import everybody_seeks, totals

    archive, other = load(copy), copy.other()
    for where in () if run.options.accept else seekers_named(written_for(copy), archive, copy):
        raise RefreshRefused(
            f"The file {run.folder}/{where} names somebody whose bio says that they look for work,"
            " expected nobody private; take the name out, list them in people.csv if they are"
            " public, or run again with --accept if somebody else is meant."
        )
    run.files = named_files(archive, private_handles(copy))
    if other is not None and everybody_seeks(load(other), other):
        run.withheld = ("compare",)
        _without_archive(other)
    if what := everybody_seeks(archive, copy):
        from i4analysis.publish import chapters  # noqa: F401  # registers them
        from i4analysis.publish.chapter.registry import of_archives

        run.withheld = of_archives()
        run.totals = totals(archive, copy, what)
        _without_archive(copy)
        run.say(f"{copy.name}: some who {what} look for work: only rounded totals are told")


def _without_archive(copy: Movement) -> None:
    if copy.archive_path is not None:
        shutil.rmtree(copy.archive_path)


# Peak of the largest kernel's own memory: 0.66 GB at 88,000 posts, 5.5 GB at 9,998,000
# (benchmarks/scale.py); pages of the store that it maps are given back where they are needed.
KERNEL_BYTES, POST_BYTES = 700_000_000, 600


def _room(run: _Run) -> None:
    """Say before the notebooks start that they will not fit into memory.

    Raises
    ------
    RefreshRefused
        With the memory that it would take; `--accept` tries all the same.
    """
    from i4analysis.archive.loading import free_memory, joined_posts

    posts = joined_posts(run.folder)
    need, free = KERNEL_BYTES + POST_BYTES * posts, free_memory()
    if run.options.accept or free is None or need <= free or not posts:
        return
    raise RefreshRefused(
        f"The notebooks of {run.movement.name} would take about {need / 1e9:.1f} GB of memory for"
        f" its {posts:,} posts, expected the {free / 1e9:.1f} GB that are free; run it on a larger"
        " machine, read fewer posts (i4 read --hashtag) into another folder, or try all the same"
        " with --accept."
    )


def _run_notebooks(run: _Run, code: Path, runner: Runner, proof: Path | None) -> Path:
    """Run the notebooks in order; each leaves its chapter under the folder returned."""
    chapters = run.scratch / "chapters"
    pages = run.scratch / "stage" / "notebooks"
    pages.mkdir(parents=True)
    values = {
        "I4_MOVEMENT": str(run.scratch / run.movement.name),
        "I4_OUT": str(chapters),
        "NUMBA_CACHE_DIR": str(code / ".numba"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # what a cell draws is seen
        "I4_PROOF": "" if proof is None else str(proof.resolve()),
        spread.CLUSTER: run.options.cluster or "",
        spread.WORKERS: str(run.options.workers or ""),
        withheld.VARIABLE: " ".join(run.withheld),
    }
    environment = kernel_environment(run.scratch, code, values)
    for path in runs_for(code / "notebooks", run.movement):
        built = chapters_of(path)
        if built and {*built} <= {*run.withheld}:
            continue
        before = _saved(chapters)
        for attempt in range(run.options.limits.retries + 1):
            if attempt:
                _drop(chapters, before)
                time.sleep(min(2**attempt, 30))
            outcome = runner(path, environment, run.scratch, run.options.limits)
            outcome = _with_its_chapters(path, outcome, _saved(chapters) - before)
            entry = {"notebook": path.stem, "attempt": attempt + 1, "ok": outcome.ok}
            entry |= {"seconds": outcome.seconds}
            if not outcome.ok:
                entry |= {"kind": outcome.kind, "message": outcome.message}
            run.record["notebooks"].append(entry)
            run.save()
            run.store.step(f"ran-{path.stem}")
            if outcome.ok or outcome.kind not in WORTH_A_RETRY:
                break
        if not outcome.ok:
            _drop(chapters, before)
            _keep_half(run, path.stem, outcome)
            keys = chapters_of(path)
            run.failed.append(_Failed(path.stem, keys, outcome.kind, outcome.message))
            run.say(f"{run.movement.name}: {path.stem} failed ({outcome.kind}: {outcome.message})")
            continue
        if len(run.withheld) < 2:  # else it would say that there is no post
            page = to_html(
                outcome.notebook, path.stem, made_up=run.movement.made_up, files=run.files
            )
            (pages / f"{path.stem}.html").write_text(page, encoding="utf-8")
        run.say(f"{run.movement.name}: {path.stem} ran in {outcome.seconds} s")
    if run.failed and (not run.options.partial or not _saved(chapters)):
        more = "; `--partial` publishes the rest, and the page says what is missing"
        raise RefreshError(
            f"{_named(run)}, expected every notebook to run to its end; the last good report"
            f" stays, what ran is in {run.store.failed / run.name}"
            f"{more if _saved(chapters) else ''}."
        )
    return chapters


def _named(run: _Run) -> str:
    """Return the beginning of a sentence: which notebooks failed, each with its reason."""
    names = ", ".join(f"{one.notebook}.ipynb" for one in run.failed)
    reasons = "; ".join(f"{one.kind}: {one.message}" for one in run.failed)
    many = "s" if len(run.failed) > 1 else ""
    return f"The notebook{many} {names} failed on {run.movement.name} ({reasons})"


def _saved(chapters: Path) -> set[str]:
    return {path.parent.name for path in chapters.glob("*/chapter.json")}


def _drop(chapters: Path, kept: set[str]) -> None:
    """Remove what a half-run left: it must not be published."""
    for folder in chapters.glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _with_its_chapters(path: Path, outcome: Outcome, saved: set[str]) -> Outcome:
    """Return an outcome that is a failure when the notebook ran and left no chapter."""
    missing = [key for key in chapters_of(path) if key not in saved]
    if not outcome.ok or (saved and not missing):
        return outcome
    what = f"the chapter {missing[0]} was not saved" if missing else "no chapter was saved"
    return replace(outcome, kind="not_saved", message=f"{what}; end with chapter.save()")


def _ready(movement: Movement, books: Path) -> None:
    """Refuse, before a kernel starts, what the end of the work would refuse.

    Raises
    ------
    RefreshError
        If a notebook has no line that saves its chapter, or a text of movement.toml cannot be
        printed.
    """
    for path in report_notebooks(books):
        if not saves(path):
            raise RefreshError(
                f"The notebook {path} saves no chapter, expected the last line chapter.save():"
                " what it found would be missing from the report; add the line, or give it a"
                " name that begins with 00 if it is not for the report."
            )
    for name, words in movement.told().items():
        for lang in LANGUAGES:
            found = misprint(Text.of(words)[lang], lang)
            if found is not None:
                raise RefreshError(
                    f"The file {movement.path}/movement.toml has, in {name} ({lang}),"
                    f" {found[0]!r}, expected {found[1]}; correct it there."
                )
    for where, text in written_for(movement):
        for what in traces(text, movement):
            raise RefreshError(
                f"The file {movement.path}/{where} holds {what}, expected none: a report may not"
                " print it; remove it there, or list public names in people.csv."
            )


def _keep_half(run: _Run, stem: str, outcome: Outcome) -> None:
    folder = run.store.failed / run.name
    with suppress(OSError):  # what made it fail may be a full disk
        folder.mkdir(parents=True, exist_ok=True)
        nbformat().write(outcome.notebook, folder / f"{stem}.ipynb")


def _previous(
    live: Path | None, manifest: dict[str, Any] | None, inputs: Inputs
) -> dict[str, Any] | None:
    """Return what the report is compared with: the last release made from other inputs.

    A forced run on unchanged inputs compares with what the live release itself was compared with,
    so that the same inputs give the same bytes.
    """
    if live is None or manifest is None:
        return None
    if _fingerprint(manifest) == inputs.fingerprint:
        before = manifest.get("refresh", {}).get("previous")
        return before if isinstance(before, dict) else None
    return {
        "release": live.name,
        "as_of": manifest.get("as_of"),
        "key_figures": guards.key_figures(live),
        "inputs": manifest.get("refresh", {}).get("inputs", {}),
    }


def _job(
    run: _Run, chapters: Path, staged: Path, previous: dict[str, Any] | None, proof: Path | None
) -> dict[str, Any]:
    recorded = {
        "fingerprint": run.record["fingerprint"],
        "inputs": run.record["inputs"],
        "of": _whose(run.movement),
    }
    return {
        "movement": str(run.scratch / run.movement.name),
        "chapters": str(chapters),
        "out": str(staged),
        "proof": str(proof) if proof is not None and proof.is_file() else None,
        "missing": {key: one.kind for one in run.failed for key in one.chapters},
        "withheld": list(run.withheld),
        "totals": run.totals,
        "refresh": recorded
        | {"previous": previous}
        | ({"missing": sorted(one.notebook for one in run.failed)} if run.failed else {}),
    }


def _build(job: dict[str, Any], code: Path, scratch: Path) -> None:
    """Build the report in a fresh process from the copied code, in a kernel's environment."""
    path = scratch / "job.json"
    path.write_text(dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "i4analysis.publish.refresh.render", str(path)]
    environment = kernel_environment(scratch, code, {})
    done = subprocess.run(
        command,
        env=environment,
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=ends_with_this_process(),
    )
    name = Path(job["movement"]).name
    lines = done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}."]
    if done.returncode == RefreshError.exit_code:
        raise RefreshError(
            f"The report of {name} was not built ({lines[-1]}), expected every publishing check"
            " to pass; the last good report stays."
        )
    if done.returncode:
        raise RefreshError(
            f"The report of {name} was not built: {lines[-1]} The last good report stays."
        )
    if not (Path(job["out"]) / MANIFEST).is_file():
        raise RefreshError(
            f"The report of {name} has no {MANIFEST}, expected one; the last good report stays."
        )
