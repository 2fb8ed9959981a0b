"""A refresh with a made-up runner and builder, that kills itself where it is told to.

Run as a program by the kill tests: `python faults.py OUT MOVEMENT NOTEBOOKS [STEP [real]]`; with
`real` the notebooks, the kernels and the report are those of every day, with `kernels` only the
kernels are. Without arguments it reads the name of a step a line, `out`, `walnut` and `books` of
its folder being the three, has each refresh done by a fork, which need not load the package again,
and prints how it ended.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import nbformat

from i4analysis.publish.refresh import run as room
from i4analysis.publish.refresh.notebooks import Limits, Outcome
from i4analysis.publish.refresh.releases import dumps, tree_hashes


def runner(path: Path, environment: dict[str, str], scratch: Path, limits: Limits) -> Outcome:
    chapter = Path(environment["I4_OUT"]) / path.stem
    chapter.mkdir(parents=True)
    (chapter / "chapter.json").write_text(path.stem)
    return Outcome(nbformat.v4.new_notebook(), 0.0)


def write_notebook(path: Path, source: str = "1 + 1") -> None:
    """Write a notebook that ends as those of the report do: it saves a chapter, of no content."""
    code = f"""{source}

import os
from pathlib import Path


class Chapter:
    def save(self):
        folder = Path(os.environ["I4_OUT"], "{path.stem}")
        folder.mkdir(parents=True)
        (folder / "chapter.json").write_text("{{}}")


Chapter().save()"""
    cell = nbformat.v4.new_code_cell(code, id="only")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


def build(job: dict[str, Any], code: Path, scratch: Path) -> None:
    out = Path(job["out"])
    movement = Path(job["movement"])
    for number in range(20):  # many files, so that a torn release would show
        (out / f"page-{number}.html").write_text((movement / "figures.csv").read_text() * 50)
    lines = (movement / "figures.csv").read_text().splitlines()
    (out / "figures.json").write_text(dumps({"supporters": float(lines[1].split(",")[2])}))
    manifest = {"files": tree_hashes(out), "refresh": job["refresh"], "as_of": "2015-10-17"}
    (out / "manifest.json").write_text(dumps(manifest))


def main(out: str, movement: str, notebooks: str, step: str = "", how: str = "") -> None:
    def die(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    made_up: dict[str, Any] = {"runner": runner, "build": build}
    for name in {"kernels": ("runner",), "real": ("runner", "build")}.get(how, ()):
        del made_up[name]
    room.refresh(
        [Path(movement)],
        Path(out),
        notebooks=Path(notebooks),
        options=room.Options(force=True, accept=True, keep=2),
        step=die,
        **made_up,
    )


def serve() -> None:
    """Refresh once a line of the input, in a process of its own, until the input ends."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            main("out", "walnut", "books", line.strip())
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) > 1 else serve()
