"""Run snscrape as a separate program and keep what it writes.

snscrape is under the GPL and imports on Python 3.11 only: it is never imported here.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from i4analysis.archive.collect.raw import RawRun, alone
from i4analysis.errors import CollectError
from i4analysis.processes import ends_with_this_process

CLOSED = (
    "X closed to snscrape in June 2023 and no scraping of it works since; four roads remain:"
    " stream grabs kept by the Internet Archive, members' own X archives, an archive that"
    " somebody collected by the API with twarc, or any file from a colleague: read them with"
    " `i4 read`."
)
BATCH = 200


def collect(folder: Path, arguments: Sequence[str]) -> tuple[Path | None, int]:
    """Run `snscrape --jsonl ARGUMENTS` and keep its lines; return the file and their number.

    Raises
    ------
    CollectError
        For Twitter, at once; when snscrape is not installed or Python too new; when it fails.
    """
    scraper = next((word for word in arguments if not word.startswith("-")), "")
    if scraper.startswith("twitter"):
        raise CollectError(CLOSED)
    if not scraper:
        raise CollectError(
            "No scraper was named, expected for example `i4 collect snscrape mastodon-profile"
            " @someone@example.org`; name one after snscrape."
        )
    if importlib.util.find_spec("snscrape") is None:
        raise CollectError(
            "snscrape is not installed, expected the extra `collect`; install it with pip install"
            " 'i4analysis[collect]' under Python 3.11."
        )
    if sys.version_info >= (3, 12):
        raise CollectError(
            f"snscrape imports on Python 3.11 only, found {sys.version.split()[0]}; run it with"
            " 3.11 and read its file with `i4 read`."
        )
    words = "-".join("".join(c for c in word if c.isalnum()) for word in arguments)
    name = f"snscrape-{words[:80]}"
    command = [sys.executable, "-m", "snscrape", "--jsonl", *arguments]
    with alone(folder, name), tempfile.TemporaryFile() as told:  # a full pipe would stop it
        run = RawRun(folder, name, {"arguments": list(arguments)})
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
            preexec_fn=ends_with_this_process(),
        ) as program:
            batch: list[bytes] = []
            for line in program.stdout or ():
                batch.append(line.rstrip(b"\n"))
                if len(batch) >= BATCH:
                    run.add(batch, None)
                    batch = []
            run.add(batch, None)
        told.seek(0)
        message = told.read().decode(errors="replace")
        lines, written = run.lines, run.finish()
    if program.returncode:
        last = (message.strip().splitlines() or ["no message"])[-1]
        raise CollectError(
            f"snscrape {scraper} ended with code {program.returncode} ({last[:300]}), expected 0;"
            f" the {lines} records it gave are kept."
        )
    return written, lines
