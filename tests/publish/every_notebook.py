"""Every notebook's cells over a made-up movement, in one process: what they save and show.

Run as a program: `python every_notebook.py HOME`; prints a line with a hash for each file saved
and for the pages shown by each notebook.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from i4analysis import simulate
from i4analysis.archive import command

BOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def shown(shell: InteractiveShell, path: Path) -> str:
    """Run a notebook's cells and return the HTML they show."""
    shell.reset(new_session=True)
    pages: list[str] = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output() as caught:
                done = shell.run_cell(cell.source)
            done.raise_error()
            pages += [output.data.get("text/html", "") for output in caught.outputs]
    return "\n".join(pages)


def main(home: Path) -> None:
    parameters = simulate.Parameters.small(seed=5, name="walnut")
    simulate.write(simulate.world(parameters), home)
    command.read([home / "raw"], home, say=lambda line: None)
    chapters = home / "chapters"
    os.environ |= {"I4_MOVEMENT": str(home), "I4_OUT": str(chapters), "I4_REFRESH": "1"}
    shell = InteractiveShell.instance()
    lines = []
    for path in sorted(BOOKS.glob("*.ipynb")):
        page = shown(shell, path).replace(str(home), "")
        lines.append(f"shown {path.stem} {hashlib.sha256(page.encode()).hexdigest()}")
    for path in sorted(chapters.rglob("*.*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{path.relative_to(home)} {digest}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
