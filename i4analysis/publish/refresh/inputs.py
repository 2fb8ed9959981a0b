"""What a report is made from, by content: the fingerprint of a refresh."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from i4analysis.archive.store.merged import PREFIX
from i4analysis.archive.store.parts import listed
from i4analysis.errors import RefreshError, shown
from i4analysis.ledgers import read_ledger
from i4analysis.movement import BESIDE, Movement
from i4analysis.publish.refresh.releases import discard, dumps, file_hash, made_at, tree_hashes

PACKAGE = Path(__file__).resolve().parents[2]
# Packages whose version can change a number, a line of a chart or a byte of a page.
VERSIONED = (
    "pandas", "numpy", "pyarrow", "scipy", "networkx", "numba",
    "graspologic-native", "matplotlib", "jinja2", "typst", "xlsxwriter", "nbclient", "nbconvert",
    "ipykernel",
)  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """Every input of one movement's report, by content."""

    movement: dict[str, str]
    code: dict[str, str]
    notebooks: dict[str, str]
    proof: str
    environment: dict[str, str]
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it: the same fingerprint must give the same report."""
        return hashlib.sha256(dumps(self.as_json()).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "movement": self.movement,
            "code": self.code,
            "notebooks": self.notebooks,
            "proof": self.proof,
            "environment": self.environment,
            "parameters": self.parameters,
        }


def _proof_hash(proof: Path | None) -> str:
    """Hash the proof, and the trial in foreign worlds that chapters read beside it."""
    files = [] if proof is None else [proof, proof.with_name("foreign.json")]
    return " ".join(file_hash(path) for path in files if path.is_file())


def read_inputs(
    movement: Path,
    package: Path,
    notebooks: Path,
    proof: Path | None,
    keyed: Callable[[str], str] | None = None,
) -> Inputs:
    """Hash what a refresh of `movement` would read.

    Of the movement, and of the one that it is compared with: movement.toml, the ledgers and the
    store (not raw/, which the store stands for, nor the truth of a made-up one). Of a notebook:
    its cells' kind and text, so that outputs and identifiers do not count. The hashes of what a
    movement that forgets somebody keeps by hand go through `keyed`.
    """
    other = Movement.load(movement).other()
    hashes = _hashes(movement, keyed)
    if other is not None and other.path is not None:
        hashes |= {f"{BESIDE}/{name}": h for name, h in _hashes(other.path, keyed).items()}
    return Inputs(
        movement=hashes,
        code=tree_hashes(package),
        notebooks={path.name: notebook_hash(path) for path in report_notebooks(notebooks)},
        proof=_proof_hash(proof),
        environment=_versions(),
        parameters={
            name: text for name, text in sorted(os.environ.items()) if name.startswith("I4_P_")
        },
    )


def _hashes(movement: Path, keyed: Callable[[str], str] | None) -> dict[str, str]:
    hashes = {shown(path.name): file_hash(path) for path in _kept_by_hand(movement)}
    if keyed is not None and len(read_ledger(movement / "erase.csv", "erase")):
        hashes = {name: keyed(value) for name, value in hashes.items()}
    store = movement / "archive"
    if listed(store):
        hashes |= {f"{store.name}/{name}": h for name, h in tree_hashes(store).items()}
    return hashes


def _kept_by_hand(movement: Path) -> list[Path]:
    """Return movement.toml and the ledgers."""
    found = (path for path in movement.iterdir() if path.suffix in {".toml", ".csv"})
    return sorted(path for path in found if path.is_file())


def notebook_hash(path: Path) -> str:
    """Return the SHA-256 of a notebook's cells, kind and text only."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    content = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    return hashlib.sha256(dumps(content).encode()).hexdigest()


def _versions() -> dict[str, str]:
    versions = {name: importlib.metadata.version(name) for name in VERSIONED}
    return versions | {"python": platform.python_version(), "machine": platform.machine()}


def copy_movement(movement: Path, target: Path) -> None:
    """Copy what `read_inputs` hashed; parts of the store are linked where the disk allows it.

    A part is never changed after it is renamed into place, so a link is as good as a copy.
    """
    other = Movement.load(movement).other()
    _copy_one(movement, target)
    if other is not None and other.path is not None:
        _copy_one(other.path, target / BESIDE)


def _copy_one(movement: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in _kept_by_hand(movement):
        shutil.copyfile(path, target / path.name)
    store = movement / "archive"
    if listed(store):
        shutil.copytree(store, target / "archive", copy_function=_link, ignore=_unread)


def _unread(folder: str, names: list[str]) -> list[str]:
    """Return what of a store is left out: what is hidden, but for the rows that are joined.

    And what no command of ours has put there: pipes, links to folders or to nowhere.
    """

    def odd(path: Path) -> bool:
        return not path.is_file() and (path.is_symlink() or not path.is_dir())

    hidden = {name for name in names if name.startswith(".") and not name.startswith(PREFIX)}
    return [name for name in names if name in hidden or odd(Path(folder, name))]


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)
    return target


def report_notebooks(folder: Path) -> list[Path]:
    """Return the notebooks that a refresh runs, in order: those numbered 00 are the analyst's."""
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("00"))


def runs_for(folder: Path, movement: Movement) -> list[Path]:
    """Return the notebooks that are run for a movement: that of a comparison only where asked."""
    compared = movement.compare is not None or movement.compare_before is not None
    return [
        path for path in report_notebooks(folder) if compared or not path.name.startswith("09")
    ]


def shipped() -> Path | None:
    """Return the folder of the notebooks that came with the package; None where none did.

    Those of the checkout, else those that the wheel installed.
    """
    checkout = PACKAGE.parent / "notebooks"
    if report_notebooks(checkout):
        return checkout
    try:
        listed = importlib.metadata.files(PACKAGE.name) or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in listed if file.suffix == ".ipynb"]
    return found[0].resolve().parent if found and found[0].is_file() else None


def notebooks_of(movement: Path) -> Path | None:
    """Return the notebooks that a refresh of a movement runs: its own, else the shipped ones."""
    own = movement / "notebooks"
    return own if report_notebooks(own) else shipped()


def copy_notebooks(movement: Path) -> list[Path]:
    """Copy the shipped notebooks into a movement's folder, to be changed there.

    Returns
    -------
    list of pathlib.Path
        The notebooks written, in order.

    Raises
    ------
    RefreshError
        When none came with the package, or the folder has one of the same name: nothing that
        somebody may have changed is written over.
    """
    source, target = shipped(), movement / "notebooks"
    if source is None:
        raise RefreshError(
            f"No notebook came with this i4analysis ({PACKAGE}), expected those of a checkout or"
            " of the wheel; install it again."
        )
    books = sorted(source.glob("*.ipynb"))
    for book in books:
        if (target / book.name).exists():
            raise RefreshError(
                f"The folder {target} already holds {book.name}, expected none of the notebooks"
                " that would be written; move it away to have the shipped one again."
            )
    target.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(book, target / book.name)) for book in books]


def copy_code(inputs: Inputs, package: Path, notebooks: Path, home: Path, scratch: Path) -> Path:
    """Return a copy of the package and the notebooks that nobody edits, made once a version.

    It stands at a path of its own content's hash, with the files' times, so that numba's compiled
    functions are found again by the next refresh of the same code.
    """
    content = {"code": inputs.code, "notebooks": inputs.notebooks}
    name = hashlib.sha256(dumps(content).encode()).hexdigest()[:16]
    copy = home / name
    if copy.is_dir():
        fresh = tree_hashes(copy / "i4analysis") == inputs.code
        if fresh and _notebook_hashes(copy / "notebooks") == inputs.notebooks:
            os.utime(copy)
            return copy
        copy.rename(scratch / f"damaged-{name}")
    made = scratch / "code"
    ignore = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(package, made / "i4analysis", ignore=ignore)
    shutil.copytree(notebooks, made / "notebooks", ignore=ignore)
    home.mkdir(parents=True, exist_ok=True)
    made.rename(copy)
    for old in sorted(home.iterdir(), key=made_at)[:-3]:
        discard(old)
    return copy


def _notebook_hashes(folder: Path) -> dict[str, str]:
    return {path.name: notebook_hash(path) for path in report_notebooks(folder)}
