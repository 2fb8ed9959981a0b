"""The built wheel, installed in an environment of its own, in a folder with a space."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from i4analysis import cli
from i4analysis.errors import RefreshError
from i4analysis.movement import create
from i4analysis.publish.refresh import inputs

ROOT = Path(__file__).resolve().parents[1]
BOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def run(*words: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "I4_MOVEMENT")}
    # the packages are borrowed from this environment, and with them nbconvert's templates
    environment["JUPYTER_PATH"] = str(Path(sysconfig.get_path("data")) / "share" / "jupyter")
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


def post(number: int, tag: str = "tag") -> dict[str, object]:
    at = f"Sat Sep 26 {number % 24:02}:30:00 +0000 2015"
    return {
        "created_at": at, "id": number, "id_str": str(number), "text": f"hello #{tag} {number}",
        "entities": {"hashtags": [{"text": tag}], "urls": [], "user_mentions": []}, "lang": "en",
        "user": {"id": number % 7, "id_str": str(number % 7), "screen_name": f"a{number % 7}",
                 "name": "N", "description": f"#{tag}", "followers_count": 3, "friends_count": 1,
                 "created_at": "Sat Sep 26 18:30:00 +0000 2009"},
    }  # fmt: skip


def test_notebooks_are_copied_once_and_used_from_there(tmp_path: Path, capsys) -> None:
    home = tmp_path / "a movement"
    create(home, ["tag"])
    assert inputs.notebooks_of(home) == ROOT / "notebooks"
    assert cli.main(["notebooks", str(home)]) == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == BOOKS
    assert inputs.notebooks_of(home) == home / "notebooks"
    with pytest.raises(RefreshError, match="already holds 00-"):
        inputs.copy_notebooks(home)


@pytest.mark.slow
def test_the_wheel_alone_makes_a_report(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps",
             "--disable-pip-version-check", "--wheel-dir", tmp_path]  # fmt: skip
    source = tmp_path / "source"
    run("git", "clone", "--quiet", "--shared", ROOT, source, cwd=tmp_path)
    changed = subprocess.run(
        ["git", "diff", "HEAD"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    if changed:  # what is not committed is tried too
        subprocess.run(["git", "apply"], cwd=source, input=changed, check=True)
    run(*build, source, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert {Path(name).name for name in held if name.endswith(".ipynb")} == set(BOOKS)
    assert any("/templates/" in name for name in held)

    home = tmp_path / "an analyst's folder"
    home.mkdir()
    run(sys.executable, "-m", "venv", home / "venv", cwd=home)
    (site,) = (home / "venv/lib").glob("python*/site-packages")
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = home / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
        wheel, cwd=home)  # fmt: skip
    where = run(python, "-c", "import i4analysis; print(i4analysis.__file__)", cwd=home)
    assert where.startswith(str(site))

    i4 = home / "venv/bin/i4"
    (home / "posts.jsonl").write_text(
        "".join(json.dumps(post(number)) + "\n" for number in range(1, 60)), encoding="utf-8"
    )
    run(i4, "new", "my movement", "--hashtag", "tag", cwd=home)
    run(i4, "read", "posts.jsonl", "--movement", "my movement", cwd=home)
    assert "nothing amiss" in run(i4, "check", "my movement", cwd=home)
    run(i4, "refresh", "my movement", "--out", "my reports", cwd=home)
    (page,) = (home / "my reports").glob("*/index.html")
    assert "59" in page.read_text(encoding="utf-8")
