"""Keep an archive growing: the only code that opens the network.

Collecting and reading never mix: answers are kept as received under the movement's raw/ folder,
and `i4 read` reads them like any other archive.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from i4analysis.arguments import between
from i4analysis.errors import CollectError, typed
from i4analysis.hashtags import spelling
from i4analysis.movement import existing

if TYPE_CHECKING:
    from i4analysis.archive.collect.bluesky import Login

TOKEN = "I4_MASTODON_TOKEN"
HANDLE, PASSWORD = "I4_BLUESKY_HANDLE", "I4_BLUESKY_APP_PASSWORD"


def command(
    arguments: Sequence[str], kind: type[argparse.ArgumentParser] = argparse.ArgumentParser
) -> int:
    """Run `i4 collect ARGUMENTS` and return its exit code; `kind` says what is wrong of them."""
    options = parser(kind).parse_args(arguments)
    return int(options.run(options))


def parser(
    kind: type[argparse.ArgumentParser] = argparse.ArgumentParser,
) -> argparse.ArgumentParser:
    """Return the parser of `i4 collect`."""
    made = kind(prog="i4 collect", description="keep an archive growing")
    sources = made.add_subparsers(required=True, metavar="SOURCE")
    usual = "default: $I4_MOVEMENT, else data/i4emploi"
    mastodon = sources.add_parser("mastodon", help="a hashtag on one Mastodon server")
    mastodon.add_argument(
        "--instance", required=True, metavar="HOST", help="the server, as mastodon.example"
    )
    mastodon.add_argument("--no-boosts", action="store_true", help="do not ask who boosted")
    mastodon.set_defaults(run=_mastodon)
    bluesky = sources.add_parser("bluesky", help="a hashtag on Bluesky")
    bluesky.add_argument("--live", action="store_true", help="listen to Jetstream until stopped")
    bluesky.add_argument(
        "--seconds", type=between(float, 0), metavar="S", help="with --live: stop after S"
    )
    bluesky.add_argument("--follows", action="store_true", help="members' follower lists")
    bluesky.add_argument("--service", metavar="ADDRESS", help="another server than Bluesky's own")
    bluesky.set_defaults(run=_bluesky)
    for source in (mastodon, bluesky):
        source.add_argument("--hashtag", required=True, metavar="TAG", help="what is asked for")
        source.add_argument(
            "--check-days",
            type=between(float, 0),
            default=7.0,
            metavar="DAYS",
            help="ask whether held posts this young are still there; default: 7",
        )
        source.add_argument("--movement", metavar="DIR", help=usual)
    snscrape = sources.add_parser("snscrape", help="run snscrape and keep what it writes")
    snscrape.add_argument("--movement", metavar="DIR", help=usual)
    snscrape.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="its own, as it takes them"
    )
    snscrape.set_defaults(run=_snscrape)
    return made


def _searched(tag: str) -> str:
    """Return a hashtag as platforms are asked for it: as written, in small letters.

    The key of the tables would not do: no platform knows straße as strasse.
    """
    written = spelling(tag)
    if written is None:
        raise CollectError(
            f"The hashtag {tag!r} cannot be one, expected letters, digits and _ with a letter"
            " among them; correct --hashtag."
        )
    return unicodedata.normalize("NFKC", written).lower().replace("i\u0307", "i")


def _mastodon(options: argparse.Namespace) -> int:
    from i4analysis.archive.collect import mastodon

    folder = existing(options.movement)
    done = mastodon.collect(
        folder / "raw" / "mastodon",
        hashtag=_searched(options.hashtag),
        instance=options.instance,
        token=os.environ.get(TOKEN),
        boosts=not options.no_boosts,
        check_days=options.check_days,
    )
    rows = [{"platform": "mastodon", "post_id": uri} for uri in done.deleted]
    return _report(folder, done.records, done.files, rows)


def _login(required: str) -> Login:
    from i4analysis.archive.collect.bluesky import Login

    handle, password = os.environ.get(HANDLE), os.environ.get(PASSWORD)
    if not handle or not password:
        raise CollectError(
            f"{required} needs an account: found no {HANDLE if not handle else PASSWORD} in the"
            f" environment, expected {HANDLE} and {PASSWORD} (an app password, made in the"
            " account's settings); set both, or use --live, which needs none."
        )
    return Login(handle, password)


def _bluesky(options: argparse.Namespace) -> int:
    from i4analysis.archive.collect import bluesky

    folder = existing(options.movement)
    raw = folder / "raw" / "bluesky"
    hashtag = _searched(options.hashtag)
    if options.live:
        return _live(options, folder, raw, hashtag)
    service = options.service or bluesky.SERVICE
    login = _login("Bluesky's search")
    if options.follows:
        done = bluesky.follows(
            raw, accounts=_authors(folder), name=hashtag, login=login, service=service
        )
    else:
        done = bluesky.collect(
            raw, hashtag=hashtag, login=login, service=service, check_days=options.check_days
        )
    rows = [{"platform": "bluesky", "post_id": uri} for uri in done.deleted]
    return _report(folder, done.records, done.files, rows)


def _live(options: argparse.Namespace, folder: Path, raw: Path, hashtag: str) -> int:
    from i4analysis.archive.collect import jetstream
    from i4analysis.archive.collect.raw import RawRun, alone, append_erased

    address = options.service or jetstream.JETSTREAM
    query = {"platform": "bluesky", "service": address, "hashtag": hashtag, "part": "live"}
    name = f"bluesky-{hashtag}-live"
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, frame: stopping.append(caught))
    with alone(raw, name):
        run = RawRun(raw, name, query, int)
        wanted = jetstream.Filter(hashtag)
        for line in run.held():
            wanted.remember(line)
        kept = jetstream.listen(
            run,
            wanted,
            address=address,
            seconds=options.seconds,
            erase=lambda row: append_erased(folder / "erase.csv", [row]),
            stopped=lambda: bool(stopping),
        )
        written = run.finish()
    return _report(folder, kept, (written,) if written else (), [])


def _authors(folder: Path) -> list[str]:
    """Return the accounts whose follower lists are asked for: the movement's authors held."""
    from i4analysis.archive.loading import load
    from i4analysis.movement import Movement

    posts = load(Movement.load(folder)).posts
    mine = posts[(posts["platform"] == "bluesky") & ~posts["embedded"].fillna(False)]
    authors = sorted(mine["author_id"].dropna().unique())
    if not authors:
        raise CollectError(
            f"The movement {folder} holds no Bluesky author yet, expected some; collect posts and"
            f" read them first: i4 read {typed(folder / 'raw')} --movement"
            f" {typed(folder)}."
        )
    return authors


def _snscrape(options: argparse.Namespace) -> int:
    from i4analysis.archive.collect import snscrape

    arguments = [word for word in options.arguments if word != "--"]
    if arguments and arguments[0].startswith("twitter"):
        raise CollectError(snscrape.CLOSED)
    folder = existing(options.movement)
    written, lines = snscrape.collect(folder / "raw" / "snscrape", arguments)
    return _report(folder, lines, (written,) if written else (), [])


def _report(
    folder: Path, records: int, files: Sequence[Path], erased: Sequence[dict[str, str]]
) -> int:
    from i4analysis.archive.collect.raw import append_erased

    new = append_erased(folder / "erase.csv", erased)
    sys.stderr.write(f"{records} records collected in {len(files)} files under {folder / 'raw'}\n")
    if new:
        sys.stderr.write(f"{new} posts deleted on the platform were added to erase.csv\n")
    if files:
        sys.stderr.write(f"next: i4 read {typed(folder / 'raw')} --movement {typed(folder)}\n")
    return 0
