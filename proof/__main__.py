"""`python -m proof`: run the proving ground and write what it found."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import proof
from i4analysis.errors import I4Error


def main() -> int:
    """Read the arguments, run what is not yet done, return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m proof", description=proof.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "ground",
        nargs="?",
        choices=["home", "foreign"],
        default="home",
        help="our own worlds, or those of another hand",
    )
    parser.add_argument("--out", default="reports/proof", metavar="DIR")
    parser.add_argument("--quick", action="store_true", help="a few minutes instead of an hour")
    parser.add_argument("--only", action="append", default=[], metavar="MEASURE")
    parser.add_argument("--seeds", type=int, default=None, metavar="N")
    parser.add_argument("--workers", type=int, default=None, metavar="N")
    parser.add_argument("--minutes", type=float, default=None, metavar="N", help="stop after N")
    parser.add_argument(
        "--keep", action="store_true", help="foreign: count what earlier code measured, and say so"
    )
    options = parser.parse_args()

    def tell(line: str) -> None:
        print(line, flush=True)

    try:
        if options.ground == "foreign":
            from proof import foreign

            return foreign.command(
                Path(options.out),
                quick=options.quick,
                only=tuple(options.only),
                minutes=options.minutes,
                keep=options.keep,
                tell=tell,
            )
        return proof.command(
            Path(options.out),
            quick=options.quick,
            only=tuple(options.only),
            seeds=options.seeds,
            workers=options.workers,
            minutes=options.minutes,
            tell=tell,
        )
    except I4Error as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
