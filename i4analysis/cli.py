"""The one command, `i4`: arguments in, one sentence out when something is wrong.

Each command imports its room only when called, so `i4 --help` costs nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from i4analysis.errors import I4Error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Exit codes: 0 done; 1 a refresh failed, or what is live is too old; 2 wrong usage or unreadable
    input; 3 a guard refused; 75 another refresh is running.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except I4Error as error:
        if options.debug:
            raise
        sys.stderr.write(f"i4: {error}\n")
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="i4",
        description="What did a hashtag movement actually achieve, and who carried it there?",
    )
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    return parser
