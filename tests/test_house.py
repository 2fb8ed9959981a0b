"""The rules of the house, held by walking the source (DESIGN: rooms, sizes, thin notebooks)."""

from __future__ import annotations

import ast
import graphlib
import json
import re
import subprocess
import sys
from pathlib import Path

import grimp
import licences
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
# What DESIGN §2 forbids in a name: a file is named by the word its user types, not by its size.
CARVED = re.compile(r"_(parts|gaps|words|labels|facts|opening)$")
# Files that one sibling alone imports, each with the reason why it is not folded into it. A file
# that has found a second user, or that has been folded, must leave this list.
ONE_USER = {
    "archive/bytes/markup.py": "HTML and XML as records, a grammar of its own",
    "archive/reading/stretches.py": "one file cut for several readers",
    "measure/appeals/labels.py": "the model of a label, a method of its own",
    "measure/appeals/panel.py": "count models of fixed effects, a method of its own",
    "measure/coordination/together.py": "the null model, a method of its own",
    "measure/relays/real_trees.py": "what was measured on real trees: data, not code",
    "publish/chapter/view.py": "a chapter as HTML in a notebook",
    "publish/refresh/asked.py": "a memory with a key of its own: who asked to be forgotten",
    "publish/report/pdf.py": "one product, one file",
    "simulate/raw.py": "the files of a made-up movement, as platforms write them",
}
# What a house may hold, so that one can keep it in mind: rooms, and floors of them.
ROOMS = {"archive": (12, 7), "measure": (12, 5), "publish": (11, 7)}
# Rooms where a file with one user is the rule: one format or chapter, one file, found by its room.
ROOMS_OF_ONE = ("archive/formats/", "publish/chapters/")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def importers() -> dict[str, set[str]]:
    """Return, for each file of the package, those of package, proof and docs that import it."""
    package = ROOT / "i4analysis"
    by_module = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.relative_to(package)
        for path in MODULES
        if path.name != "__init__.py"
    }
    users: dict[str, set[str]] = {path.as_posix(): set() for path in by_module.values()}
    beside = [path for room in ("proof", "docs") for path in sorted((ROOT / room).rglob("*.py"))]
    for path in (*MODULES, *beside):
        here = path.relative_to(package if path.is_relative_to(package) else ROOT)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                asked = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                asked = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
            else:
                continue
            for name in asked:
                if name in by_module and by_module[name] != here:
                    users[by_module[name].as_posix()].add(here.as_posix())
    return users


def test_a_file_holds_a_thing_whole() -> None:
    alone = set()
    for path, users in importers().items():
        if len(users) == 1 and not path.startswith(ROOMS_OF_ONE):
            user = Path(next(iter(users)))
            if user.parent == Path(path).parent and user.name != "__init__.py":
                alone.add(path)
    assert alone - set(ONE_USER) == set(), "one sibling alone imports it: fold it, or say why not"
    assert set(ONE_USER) - alone == set(), "no longer so: take it off the list"


def floors(house: str) -> dict[str, tuple[int, list[str]]]:
    """Return for each room of a house its floor and the rooms it asks, lowest first."""
    graph = grimp.build_graph("i4analysis")
    rooms = sorted(graph.find_children(f"i4analysis.{house}"))
    asks = {
        room: [
            other
            for other in rooms
            if other != room
            and graph.direct_import_exists(importer=room, imported=other, as_packages=True)
        ]
        for room in rooms
    }
    floor: dict[str, int] = {}
    for room in graphlib.TopologicalSorter(asks).static_order():  # a circle is refused
        floor[room] = 1 + max((floor[other] for other in asks[room]), default=0)
    short = {room: room.rpartition(".")[2] for room in rooms}
    return {short[room]: (at, [short[one] for one in asks[room]]) for room, at in floor.items()}


@pytest.mark.parametrize("house", ROOMS)
def test_a_house_can_be_kept_in_mind(house: str) -> None:
    drawn = floors(house)
    most_rooms, most_floors = ROOMS[house]
    assert len(drawn) <= most_rooms
    assert max(floor for floor, _ in drawn.values()) <= most_floors


def test_no_file_is_named_for_what_was_carved_off_another() -> None:
    assert [path.name for path in MODULES if CARVED.search(path.stem)] == []


def test_a_chapter_is_one_file() -> None:
    from i4analysis.publish import chapters as room
    from i4analysis.publish.chapter.registry import registered

    builders = [one.build for one in registered().values()]
    assert sorted(room.__all__) == sorted(build.__name__ for build in builders)
    files = [build.__module__.rpartition(".")[2] for build in builders]
    chapters = ROOT / "i4analysis" / "publish" / "chapters"
    assert sorted(["__init__", *files]) == sorted(path.stem for path in chapters.glob("*.py"))
    assert len(files) >= 10


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


def test_a_refresh_that_is_skipped_loads_no_chart() -> None:
    """It would take its time to do nothing, and leave folders in the home of who runs it."""
    code = (
        "import sys, i4analysis.publish.refresh.run;"
        "print(sorted({'matplotlib', 'numba', 'scipy', 'networkx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_reached() -> None:
    import i4analysis

    for name in i4analysis.__all__:
        assert getattr(i4analysis, name) is not None


def test_every_public_module_says_what_is_public() -> None:
    import types

    import i4analysis

    public = [getattr(i4analysis, name) for name in i4analysis.__all__]
    for module in (one for one in public if isinstance(one, types.ModuleType)):
        for name in module.__all__:
            found = getattr(module, name)
            home = getattr(found, "__module__", None) or "i4analysis"
            assert home.startswith(("i4analysis", "typing")), (module.__name__, name)
        assert len(set(module.__all__)) == len(module.__all__)


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


LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_exact_versions_their_hashes_and_no_address(lock: Path) -> None:
    pins = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert pins
    pin = re.compile(r"[A-Za-z0-9._-]+==[^\s@]+( ; [^\n]+)?( \\\n +--hash=sha256:[0-9a-f]{64})+")
    assert [one for one in pins if not pin.fullmatch(one)] == []


def test_every_dependency_is_locked_once_and_what_runs_apart_from_what_tests() -> None:
    import tomllib

    def names(wanted: list[str]) -> set[str]:
        return {licences.plain(re.split(r"[><=\[ ]", one)[0]) for one in wanted}

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runs, tests = (set(licences.locked(lock)) for lock in LOCKS)
    assert names(project["dependencies"]) <= runs
    # what the tests add is what `make lock` asks for
    asked = re.findall(r"--extra (\w+)", (ROOT / "Makefile").read_text())
    assert set(extras) - set(asked) == {"collect"}, "it brings snscrape, under the GPL"
    assert names([one for extra in asked for one in extras[extra]]) <= runs | tests
    assert not runs & tests


def test_nothing_under_the_gpl_is_needed() -> None:
    assert licences.refused(licences.locked(LOCKS[0])) == {}
    for lock in LOCKS:
        assert not {"snscrape", "igraph", "python-igraph"} & set(licences.locked(lock))
    assert licences.COPYLEFT.search("GNU General Public License v3 (GPLv3)")
    assert licences.COPYLEFT.search("LGPL-2.1-or-later")
    assert not licences.COPYLEFT.search("MPL-2.0")


if __name__ == "__main__":  # the graph of imports of each house
    for house in ROOMS:
        print(house)
        for room, (floor, asks) in floors(house).items():
            print(f"  floor {floor}  {room} → {', '.join(asks) or 'no other'}")
