"""Build the docs: `python docs/build.py [FOLDER]`, by default build/docs; no network."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]


def build(out: Path) -> int:
    """Write the pages and bind them into `out/html`; a warning is a failure."""
    import pages
    from sphinx.cmd.build import build_main

    shutil.rmtree(out, ignore_errors=True)
    pages.write(out / "source")
    quiet = ["-q", "-W", "--keep-going", "-j", "1"]
    return int(
        build_main([*quiet, "-b", "html", "-c", str(HERE), str(out / "source"), str(out / "html")])
    )


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build" / "docs")))
