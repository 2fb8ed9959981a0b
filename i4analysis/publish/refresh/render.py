"""Build one report from saved chapters: the last step of a refresh, in its own process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from i4analysis.errors import I4Error, RefreshError, met
from i4analysis.movement import Movement


def render(job_file: Path) -> None:
    """Build and check the report a job describes.

    Raises
    ------
    RefreshError
        If a publishing check fails, with the first failures.
    """
    from i4analysis.publish import chapters  # noqa: F401  # registers them
    from i4analysis.publish.chapter.registry import could_not, not_told, registered
    from i4analysis.publish.checks.report import run as check
    from i4analysis.publish.report.build import build

    job = json.loads(job_file.read_text(encoding="utf-8"))
    movement = Movement.load(job["movement"])
    out = Path(job["out"])
    for key, why in job.get("missing", {}).items():
        if key in registered():
            could_not(key, movement, why).save(job["chapters"])
    for key in job["withheld"]:
        not_told(key, movement, job["withheld"], job["totals"]).save(job["chapters"])
    build(
        Path(job["chapters"]),
        movement,
        out,
        proof=Path(job["proof"]) if job["proof"] else None,
        previous=job["refresh"]["previous"],
        refresh=job["refresh"],
    )
    faults = check(out, movement)
    if faults:
        raise RefreshError(f"{len(faults)} publishing checks failed: " + " | ".join(faults[:5]))


if __name__ == "__main__":
    try:
        render(Path(sys.argv[1]))
    except I4Error as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except Exception as error:
        sys.stderr.write(f"{met('The build', error)}\n")
        sys.exit(2)
