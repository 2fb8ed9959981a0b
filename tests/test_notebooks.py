"""Every notebook runs to its end under plain nbconvert, on each kind of movement."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from i4analysis import cli

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def execute(notebook: Path, movement: Path, out: Path) -> str:
    command = [
        sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "--output-dir", str(out),
        str(notebook),
    ]  # fmt: skip
    environment = dict(os.environ, I4_MOVEMENT=str(movement), PYTHONPATH=str(ROOT))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return (out / f"{notebook.stem}.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_without_an_archive(notebook, tmp_path) -> None:
    execute(notebook, ROOT / "data" / "i4emploi", tmp_path)


@pytest.fixture(scope="session")
def thankcsiro(tmp_path_factory, real) -> Path:
    """The real movement #thankcsiroforthat of April 2014, read anew."""
    folder = tmp_path_factory.mktemp("movement") / "thankcsiro"
    assert cli.main(["new", str(folder), "--hashtag", "thankcsiroforthat"]) == 0
    files = sorted(map(str, (real / "twitter_v1" / "thankcsiro").glob("*.json")))
    assert cli.main(["read", *files, "--movement", str(folder)]) == 0
    return folder


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_on_a_small_real_movement(notebook, thankcsiro, tmp_path) -> None:
    execute(notebook, thankcsiro, tmp_path)
