"""The one command, `i4`: arguments in, one sentence out when something is wrong.

Each command imports its room only when called, so `i4 --help` costs nothing.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from i4analysis import __version__
from i4analysis.arguments import between
from i4analysis.errors import DEBUG, I4Error, met, nearest, refused, shown, typed

DEFAULT_MOVEMENTS = ("data/i4emploi", "data/demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Exit codes: 0 done; 1 a refresh failed, or what is live is too old; 2 wrong usage or unreadable
    input; 3 a guard refused; 70 a fault of i4analysis itself; 75 another refresh is running; 130
    interrupted.
    """
    _opened()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Outlet(before[0], vital=True), _Outlet(before[1])
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except I4Error as error:  # what was printed last does not go out
        if os.environ.get(DEBUG):
            raise
        _say(f"i4: {error}")
        return error.exit_code
    finally:
        sys.stdout, sys.stderr = before


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options, beyond = parser.parse_known_args(arguments)
    if beyond:
        parser.refuse(options.command, beyond)
    parser.refuse_nothing(options)
    if options.debug:
        os.environ[DEBUG] = "1"
    os.environ["MPLBACKEND"] = "Agg"  # a command draws into files, on whatever screen it is typed
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        _say("i4: interrupted; what was finished is kept, run again to go on.")
        return 130
    except Exception as error:
        if options.debug:
            raise
        sentence, code = _sentence(error)
        _say(f"i4: {sentence}")
        return code


def _sentence(error: Exception) -> tuple[str, int]:
    """Return what to say of whatever ended a command, and its exit code."""
    if isinstance(error, I4Error):
        return str(error), error.exit_code
    return met("The command", error), 2 if refused(error) else 70


def _opened() -> None:
    """Open what the caller closed of input, output and errors, on nothing.

    Else the next file that is opened takes the free number, and whatever a process started from
    here prints goes into it: into a lock, into a part of a store.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", closefd=False))


class _Outlet:
    """Output that keeps no work from being finished.

    When its reader has seen enough, as `head` has, the rest goes nowhere; so does what is said of
    the work's progress when it cannot be written. A result that cannot be written is an error.
    """

    def __init__(self, stream: TextIO, *, vital: bool = False) -> None:
        if isinstance(stream, io.TextIOWrapper):  # a name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
        self._stream, self._vital = stream, vital

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        with self._guarded():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._guarded():
            self._stream.flush()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())  # what is held back must go somewhere
            os.close(nowhere)
            if self._vital and not isinstance(error, BrokenPipeError):
                raise I4Error(
                    f"The standard output takes nothing more ({error.strerror}), expected what"
                    " this command prints to be written; make room where it leads, and run the"
                    " same again."
                ) from error


def _say(line: str) -> None:
    sys.stderr.write(shown(line) + "\n")


def _write(text: str) -> None:
    """Print lines; a name or a bio of a stranger's gives the terminal no commands."""
    lines = text.removesuffix("\n").split("\n")
    sys.stdout.write("\n".join(map(shown, lines)) + "\n")


# ------------------------------------------------------------------------------------- commands


def _read(options: argparse.Namespace) -> int:
    from i4analysis.archive import command

    for address in (path for path in options.paths if re.match(r"https?://", path)):
        raise I4Error(
            f"The path {address} is an address, expected files on this computer; download it, then"
            " read what came."
        )
    return command.read(
        [Path(path) for path in options.paths],
        movement=Path(options.movement) if options.movement else None,
        hashtags=tuple(options.hashtag),
        workers=options.workers,
        cluster=options.cluster,
        strict=not options.loose,
        columns=tuple(options.columns),
        extra=options.extra,
    )


def _new(options: argparse.Namespace) -> int:
    from i4analysis.movement import create

    seekers = options.seekers
    if not seekers and sys.stdin.isatty():
        _say("Which hashtag do people looking for work show in their bio? (Enter: none is known)")
        with suppress(EOFError):  # Ctrl-D: nothing more is said
            seekers = input("> ").split()
    target = create(Path(options.dir), options.hashtag, timezone=options.timezone, seekers=seekers)
    if not seekers:
        _say(
            f"{target} gives no seeker_marks: people looking for work are known by the words of"
            " their bios alone (“en recherche d'emploi”, “open to work”); write their hashtag"
            " there, or name it with --seekers TAG."
        )
    _write(f"{target} written; fill it in, then: i4 read PATH... --movement {typed(options.dir)}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from i4analysis.archive import check, load
    from i4analysis.measure.accounts.marks import seeks_work
    from i4analysis.measure.appeals.withheld import everybody_seeks
    from i4analysis.movement import Movement

    movement = Movement.load(options.dir)
    archive = load(movement)  # first: a part that is gone is told here, with what to do
    for line in check.overview(movement, seeks_work):
        _write(line)
    if what := everybody_seeks(archive, movement):
        _write(f"withheld: some who {what} look for work: a report tells rounded totals")
    faults = check.amiss(movement)
    for one in faults:
        _write(f"amiss: {one}")
    if not faults:
        _write("nothing amiss in what is filled in")
    return 1 if faults else 0


def _notebooks(options: argparse.Namespace) -> int:
    from i4analysis.movement import existing
    from i4analysis.publish.refresh.inputs import copy_notebooks

    for path in copy_notebooks(existing(options.dir)):
        _write(str(path))
    return 0


def _refresh(options: argparse.Namespace) -> int:
    from i4analysis.publish.checks.guards import Bounds
    from i4analysis.publish.refresh.notebooks import Limits
    from i4analysis.publish.refresh.run import Options, refresh

    folders = [Path(path) for path in options.dirs or DEFAULT_MOVEMENTS]
    for folder in folders:
        _ensure_made_up(folder)
    out = Path(options.out)
    refresh(
        folders,
        out,
        options=Options(
            force=options.force,
            accept=options.accept,
            partial=options.partial,
            limits=Limits(cell=options.cell_timeout, notebook=options.notebook_timeout),
            bounds=Bounds(drop=options.max_drop, jump=options.max_jump),
            keep=options.keep,
            cluster=options.cluster or ("processes" if (options.workers or 1) > 1 else None),
            workers=options.workers,
        ),
        notebooks=Path(options.notebooks) if options.notebooks else None,
        proof=_proof(out),
        say=_say,
    )
    return 0


def _proof(out: Path) -> Path | None:
    """Return the last full proof: the one beside the reports, else the checkout's own."""
    checkout = Path(__file__).resolve().parents[1] / "reports"
    candidates = (folder / "proof" / "proof.json" for folder in (out, checkout))
    return next((path for path in candidates if path.is_file()), None)


def _ensure_made_up(folder: Path) -> None:
    """Make a movement that is committed as a recipe, and read what it wrote, on first use."""
    if not (folder / "simulate.toml").is_file():
        return
    from i4analysis import simulate

    if simulate.ensure_demo(folder):
        _say(f"{folder}: made from its recipe; every name and figure in it is made up")
    from i4analysis.archive.store import parts

    if not parts.listed(folder / "archive", "*.json"):
        from i4analysis.archive import command

        command.read([folder / "raw"], movement=folder)


def _status(options: argparse.Namespace) -> int:
    from i4analysis.publish.refresh.status import status_lines

    lines, good = status_lines(Path(options.out), options.max_age_days)
    for line in lines:
        _write(line)
    return 0 if good else 1


def _schedule(options: argparse.Namespace) -> int:
    from i4analysis.publish.refresh.status import schedule

    movements = options.dirs or list(DEFAULT_MOVEMENTS)
    _write(schedule(options.kind, Path.cwd(), movements, options.out, options.collect))
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from i4analysis import simulate

    simulate.command(
        Path(options.out), seed=options.seed, posts=options.posts, settings=options.set, tell=_say
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    from i4analysis.archive import load
    from i4analysis.measure.graph.networks import network_edges
    from i4analysis.movement import Movement
    from i4analysis.publish.export import export, seekers

    movement = Movement.load(options.dir)
    archive = load(movement)
    written = export(
        archive,
        movement,
        Path(options.out),
        graph=options.graph,
        table=options.table,
        network=options.network,
        private=options.private,
    )
    count = seekers(archive, movement)
    if count:
        one = "account that looks" if count == 1 else "accounts that look"
        _say(
            f"warning: the archive holds {count} {one} for work, by mark or words of the bio;"
            " keep files that name any of them to yourself, and erase them when done."
            if options.private
            else f"warning: the archive holds {count} {one} for work, by mark or words of the bio;"
            " files number them as private, as they do the ids of their posts, and leave out what"
            " they wrote; --private writes their handles."
        )
    if options.graph and network_edges(archive.posts, options.network).empty:
        _say(
            f"warning: the network of {options.network} is empty, as no post that was read makes a"
            " tie between two: the files open, and hold no node."
        )
    for path in written:
        _write(str(path))
    return 0


def _explore(options: argparse.Namespace) -> int:
    from i4analysis.archive import load
    from i4analysis.movement import Movement
    from i4analysis.publish.explore import explore, refuse_a_place

    movement = Movement.load(options.dir)
    out = Path(options.out or f"explore-{movement.name}.html")
    refuse_a_place(out)
    _write(f"{explore(load(movement), movement, out)} written: for your screen, not to publish")
    return 0


def _members(options: argparse.Namespace) -> int:
    from i4analysis.archive import load
    from i4analysis.measure.appeals import appeals, directory
    from i4analysis.movement import Movement

    movement = Movement.load(options.dir)
    archive = load(movement)
    found = directory.members(
        archive,
        movement,
        appeals.classify(archive.posts, archive.profiles, movement),
        sector=options.sector,
        near=options.near,
        search=options.search,
    )
    _write(directory.as_text(found))
    return 0


def _collect(options: argparse.Namespace) -> int:
    from i4analysis.archive import collect

    return collect.command(options.arguments, _Parser)


# --------------------------------------------------------------------------------------- parser


def _word(typed_in: str) -> str:
    """Return a word as it was typed: in a locale without UTF-8 its bytes come one by one."""
    with suppress(UnicodeDecodeError):
        word = os.fsencode(typed_in).decode()
        if re.search(r"\w", word) or not word:  # an empty one is told apart
            return word
    raise argparse.ArgumentTypeError(f"{typed_in!r}, expected letters or digits in UTF-8")


class _Once(argparse.Action):
    """What is given twice is refused: the first would go unheard."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Take the value, unless another was taken."""
        before = getattr(namespace, self.dest, self.default)
        if option_string and values != before != self.default:
            parser.error(
                f"argument {option_string}: given as {before} and as {values}, expected one; run"
                " the command once for each"
            )
        setattr(namespace, self.dest, values)


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals name the nearest right word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.register("action", None, _Once)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence, and exit with 2."""
        chosen = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        if chosen:
            message += nearest(chosen[1], re.findall(r"[\w-]+", chosen[2]))
        super().error(message)

    def refuse(self, command: str, beyond: Sequence[str]) -> NoReturn:
        """Say of words that a command does not take what it takes, or what was meant."""
        word = beyond[0].partition("=")[0]
        options = {option for one in self._options() for option in one.option_strings}
        if word in options:
            told = f"; another command takes {word}"
        elif word.startswith("-"):
            told = nearest(word, options)
        else:
            (commands,) = (one.choices for one in self._actions if isinstance(one.choices, dict))
            own = [one for one in commands[command]._actions if not one.option_strings]
            takes = " ".join(str(one.metavar or one.dest) for one in own) or "options alone"
            told = f"; i4 {command} takes {takes}, see i4 {command} --help"
        self.error(f"unrecognized arguments: {' '.join(beyond)}{told}")

    def refuse_nothing(self, options: argparse.Namespace) -> None:
        """Say of an empty word which one it is: a variable that a script did not fill."""
        for action in self._options():
            given = getattr(options, action.dest, None)
            if given == "" != action.default or (isinstance(given, list) and "" in given):
                name = action.option_strings[0] if action.option_strings else action.metavar
                self.error(
                    f"argument {name}: '', expected a word; is a variable of the script unset?"
                )

    def _options(self) -> Iterator[argparse.Action]:
        """Yield the options of this command and of those below it."""
        for action in self._actions:
            yield action
            for below in action.choices.values() if isinstance(action.choices, dict) else ():
                yield from below._options()


def _parser() -> _Parser:
    parser = _Parser(
        prog="i4",
        description="What did a hashtag movement actually achieve, and who carried it there?",
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.add_argument(
        "--version", action="version", version=f"i4analysis {__version__}", help="say which one"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        # wherever it is typed, since one is told to add it
        made.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )
        made.set_defaults(run=run)
        return made

    _declare_archive(add)
    _declare_publish(add)
    _declare_worlds(add)
    return parser


Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
USUAL = "default: $I4_MOVEMENT, else data/i4emploi"
ONE_MOVEMENT: dict[str, Any] = {"nargs": "?", "metavar": "DIR", "help": USUAL}
REPORTS: dict[str, Any] = {"default": "reports", "metavar": "DIR", "help": "default: reports"}


def _declare_archive(add: Add) -> None:
    read = add("read", _read, "read archives of posts, any format, any compression")
    read.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders of files")
    read.add_argument("--movement", metavar="DIR", help="keep what is read in DIR/archive")
    read.add_argument(
        "--hashtag",
        action="append",
        type=_word,
        default=[],
        metavar="TAG",
        help="keep only posts with TAG",
    )
    read.add_argument(
        "--columns",
        action="append",
        default=[],
        metavar="WHAT=NAME,...",
        help="what the columns of a table are: id=…,author=…,date=…,text=…[,zone=Europe/Paris]",
    )
    read.add_argument(
        "--workers", type=between(int, 1), default=None, metavar="N", help="processes"
    )
    read.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, or `local`")
    read.add_argument(
        "--loose", action="store_true", help="scan faster; may miss escaped hashtags"
    )
    read.add_argument(
        "--extra",
        action="store_true",
        help="keep program, place and media of Twitter v1.1 posts too (a tenth slower)",
    )
    new = add("new", _new, "make a movement folder to fill in")
    new.add_argument("dir", metavar="DIR", help="made if absent")
    new.add_argument(
        "--hashtag",
        action="append",
        type=_word,
        required=True,
        metavar="TAG",
        help="again for another",
    )
    new.add_argument(
        "--seekers",
        action="append",
        type=_word,
        default=[],
        metavar="TAG",
        help="hashtag that people looking for work show in their bio",
    )
    new.add_argument(
        "--timezone", default="UTC", metavar="ZONE", help="such as Europe/Paris; default: UTC"
    )
    check = add("check", _check, "say what is filled, wrong or missing in a movement's folder")
    check.add_argument("dir", **ONE_MOVEMENT)
    collect = add("collect", _collect, "keep an archive growing")
    collect.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="SOURCE",
        help="mastodon, bluesky or snscrape, with its options: i4 collect SOURCE --help",
    )
    members = add("members", _members, "find current members by sector, place, words of the bio")
    members.add_argument("dir", **ONE_MOVEMENT)
    members.add_argument("--sector", type=_word, metavar="WORDS", help="occupation or sector")
    members.add_argument("--near", type=_word, metavar="PLACE", help="town or region")
    members.add_argument("--search", type=_word, metavar="WORDS", help="words of the bio")


def _declare_publish(add: Add) -> None:
    refresh = add("refresh", _refresh, "run the notebooks and publish the reports")
    usual = " ".join(DEFAULT_MOVEMENTS)
    refresh.add_argument("dirs", nargs="*", metavar="DIR", help=f"default: {usual}")
    refresh.add_argument("--out", **REPORTS)
    refresh.add_argument("--force", action="store_true", help="run although nothing changed")
    refresh.add_argument("--accept", action="store_true", help="publish although a guard objects")
    refresh.add_argument(
        "--partial",
        action="store_true",
        help="publish the rest when a notebook fails; the page says what is missing (exit code 1)",
    )
    refresh.add_argument(
        "--notebooks",
        metavar="DIR",
        help="folder of the notebooks; default: DIR/notebooks, else the shipped ones",
    )
    for name, longest in (("cell", 600), ("notebook", 1800)):
        refresh.add_argument(
            f"--{name}-timeout",
            type=between(int, 1),
            default=longest,
            metavar="S",
            help=f"seconds until a {name} is ended; default: {longest}",
        )
    refresh.add_argument(
        "--keep", type=between(int, 1), default=5, metavar="N", help="releases kept; default: 5"
    )
    refresh.add_argument(
        "--workers", type=between(int, 1), metavar="N", help="processes; default: one"
    )
    refresh.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, or `local`")
    for name, metavar, most, what, kind in (
        ("--max-drop", "SHARE", 0.02, "lost a larger share", between(float, 0, 1)),
        ("--max-jump", "FACTOR", 3.0, "grew by a larger factor", between(float, 1)),
    ):
        refresh.add_argument(
            name,
            type=kind,
            default=most,
            metavar=metavar,
            help=f"refuse a figure that {what}; default: {most:g}",
        )
    books = add("notebooks", _notebooks, "copy the notebooks into DIR/notebooks, to change them")
    books.add_argument("dir", **ONE_MOVEMENT)
    status = add("status", _status, "live reports, their age, the last failure; 1 if too old")
    status.add_argument("--out", **REPORTS)
    status.add_argument(
        "--max-age-days", type=between(float, 0), default=2.0, metavar="DAYS", help="default: 2"
    )
    schedule = add("schedule", _schedule, "print the unit that refreshes every day")
    schedule.add_argument("kind", choices=("systemd", "cron", "github"))
    schedule.add_argument("dirs", nargs="*", metavar="DIR", help=f"default: {usual}")
    schedule.add_argument("--out", **REPORTS)
    schedule.add_argument(
        "--collect", default="", metavar="ARGS", help="arguments of an `i4 collect` to run before"
    )
    explore = add("explore", _explore, "write a page to explore reshares on your own screen")
    explore.add_argument("dir", **ONE_MOVEMENT)
    explore.add_argument(
        "--out", metavar="FILE", help="default: explore-NAME.html here; never in a report"
    )
    export = add("export", _export, "write a network or a table for Gephi, R or a spreadsheet")
    export.add_argument("dir", **ONE_MOVEMENT)
    export.add_argument(
        "--graph", choices=("gexf", "graphml", "csv"), help="write a network in this format"
    )
    export.add_argument(
        "--network",
        default="reshares",
        metavar="NAME",
        help="of the graph: reshares (default), quotes, replies, mentions, hashtags,"
        " accounts-hashtags, accounts-links",
    )
    export.add_argument(
        "--table",
        metavar="NAME",
        help="write a table: posts, profiles, follows, rejects, files, edges, accounts,"
        " communities, adoption, parents, influence, shapes, roles",
    )
    export.add_argument(
        "--private",
        action="store_true",
        help="write the handles of people looking for work too, never to be passed on",
    )
    export.add_argument("--out", default=".", metavar="DIR", help="default: here")


def _declare_worlds(add: Add) -> None:
    simulate = add("simulate", _simulate, "write a made-up movement, with its truth apart")
    simulate.add_argument("--out", required=True, metavar="DIR", help="folder to write it into")
    simulate.add_argument(
        "--seed",
        type=between(int, 0),
        default=1,
        metavar="N",
        help="same seed, same bytes; default: 1",
    )
    simulate.add_argument(
        "--posts", type=between(int, 1), default=None, metavar="N", help="posts, about"
    )
    simulate.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any parameter of i4.simulate.Parameters, such as founders=40",
    )


if __name__ == "__main__":
    sys.exit(main())
