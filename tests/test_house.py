"""The rules of the house, held by walking the source (DESIGN: rooms, sizes, thin notebooks)."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "i4analysis").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEXTS = [
    path
    for path in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if Path(path).suffix in {".py", ".md", ".toml", ".ipynb", ".yml", ".csv", ".lock"}
]
# Room for a table of columns or of words; anything longer does not fit in a head.
LONGEST = 500


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_a_module_fits_in_a_head() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path.name: size for path, size in sizes.items() if size > LONGEST} == {}


def test_nothing_is_printed_outside_the_command() -> None:
    for path in MODULES:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = [n.func for n in tree if isinstance(n, ast.Call)]
        assert not any(isinstance(f, ast.Name) and f.id == "print" for f in calls), path


def test_importing_the_package_loads_nothing() -> None:
    code = (
        "import sys, i4analysis;"
        "print(sorted({'pandas', 'matplotlib', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_reached() -> None:
    import i4analysis

    for name in i4analysis.__all__:
        assert getattr(i4analysis, name) is not None


def test_every_name_of_the_readme_and_of_the_notebooks_can_be_reached() -> None:
    import i4analysis

    texts = [ROOT / "README.md", *NOTEBOOKS]
    text = "\n".join(path.read_text(encoding="utf-8") for path in texts)
    asked = sorted(set(re.findall(r"\bi4\.([a-z_]+(?:\.[A-Za-z_]+)?)", text)))
    assert len(asked) > 20
    for name in asked:
        found = i4analysis
        for part in name.split("."):
            found = getattr(found, part)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=names(NOTEBOOKS))
def test_a_notebook_is_an_argument_not_a_program(path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(cells) <= 40
    assert cells[0]["cell_type"] == "markdown"
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert not any(re.fullmatch(r"[0-9a-f]{8}(-.*)?", identifier) for identifier in ids), (
        "fixed, readable ids"
    )
    for cell in code:
        source = "".join(cell["source"])
        assert not cell["outputs"]
        assert cell["execution_count"] is None
        nodes = list(ast.walk(ast.parse(source)))
        assert not any(
            isinstance(n, ast.FunctionDef | ast.ClassDef | ast.For | ast.While) for n in nodes
        ), source


def test_no_path_of_a_machine_and_no_registry_is_in_the_tree() -> None:
    machine = r"(?<![\w}>])/(?:work|root|home/[a-z]+)/"
    hosts = r"files\.python" r"hosted|pypi\.org|registry\.npm" r"js"
    wrong = re.compile(f"{machine}|{hosts}")
    for name in TEXTS:
        if name in {
            "tests/test_house.py",
            "i4analysis/publish/checks/people.py",
            "tests/publish/test_checks.py",
        }:
            continue  # these name what is looked for
        found = wrong.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
        assert found is None, f"{name}: {found}"


def test_the_lock_holds_exact_versions_and_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s@]+", pin) for pin in pins)


def test_every_dependency_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [
        name
        for extra, group in project["optional-dependencies"].items()
        if extra != "layout"
        for name in group
    ]
    locked = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.lock").read_text().split()
    }
    missing = [
        w
        for w in wanted
        if re.split(r"[><=\[]", w)[0].lower().replace("_", "-").replace(".", "-")
        not in {n.replace(".", "-") for n in locked}
    ]
    assert not missing
