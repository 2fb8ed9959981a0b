"""The pages of the docs, made from the repository: nothing on them is typed twice.

`write(folder)` makes the Markdown and the pictures that Sphinx then binds; `python docs/build.py`
does both. What a page shows was run a moment before: commands, refusals, examples, charts.
"""

from __future__ import annotations

import contextlib
import csv
import doctest
import inspect
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]

# Each page, in the order of the contents, with the function that writes it.
PAGES: dict[str, Callable[[Path], str]] = {}


def page(name: str) -> Callable[[Callable[[Path], str]], Callable[[Path], str]]:
    """Register what writes a page."""

    def register(made: Callable[[Path], str]) -> Callable[[Path], str]:
        PAGES[name] = made
        return made

    return register


def write(folder: Path) -> None:
    """Write every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in PAGES.items():
        (folder / f"{name}.md").write_text(made(folder), encoding="utf-8")
    contents = "\n".join(PAGES)
    index = f"{start_of_readme()}\n\n```{{toctree}}\n:maxdepth: 2\n\n{contents}\n```\n"
    (folder / "index.md").write_text(index, encoding="utf-8")


# ------------------------------------------------------------------------------ from README


def readme() -> str:
    """Return README, with links to files of the repository as plain words."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"!\[[^\]]*\]\((?!http)[^)]*\)\n*", "", text)
    return re.sub(r"\[([^\]]+)\]\((?!http)[^)]*\)", r"\1", text)


def section(title: str) -> str:
    """Return a section of README without its heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", readme(), re.M | re.S)
    if found is None:
        raise LookupError(f"README has no section {title!r}, which the docs show; mend either.")
    return re.sub(r"<!--.*?-->\n?", "", found[1]).strip()


def start_of_readme() -> str:
    """Return README up to its first section, and what the report cannot say."""
    begun = readme().partition("\n## ")[0]
    return f"{begun}\n\n## What it cannot say\n\n{section('What it cannot say')}"


# ------------------------------------------------------------------------------ start


def ran(*command: str, folder: Path) -> str:
    """Run `i4` as a user would; return what the terminal showed."""
    done = subprocess.run(
        [sys.executable, "-m", "i4analysis.cli", *command],
        cwd=folder,
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "COLUMNS": "96",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    told = (done.stdout + done.stderr).replace(f"{folder}/", "").rstrip()
    told = re.sub(r"(?m)^Traceback.*", "", told)
    return f"$ i4 {' '.join(command)}\n{told}"


@page("start")
def start(_: Path) -> str:
    """Set up, then a first movement, run when the page was made."""
    from i4analysis import simulate

    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        simulate.write(simulate.example(), folder / "made-up")
        shell = [
            ran("new", "mine", "--hashtag", "velmora4emploi", folder=folder),
            "\n".join(["$ ls mine", *sorted(one.name for one in (folder / "mine").iterdir())]),
            ran("check", "mine", folder=folder),
            ran("read", "made-up/raw", "--movement", "mine", folder=folder),
        ]
        ledger = folder / "mine" / "founders.csv"
        known = simulate.example().movement.founders["handle"].iloc[0]
        with ledger.open("a", encoding="utf-8", newline="") as handle:
            header = ledger.read_text(encoding="utf-8").splitlines()[0].split(",")
            csv.writer(handle).writerow([f"{known}x", *[""] * (len(header) - 1)])
        shell.append(ran("check", "mine", folder=folder))
    new, listed, empty, read, wrong = (f"```text\n{one}\n```" for one in shell)
    return f"""# Start

{section("Two commands")}

## A first movement

What follows was run when this page was made, on a made-up movement: no name in it exists.

{new}

{listed}

Each ledger holds its header and an example that is not read; `i4 check` says what is filled, wrong
or missing, before an hour is spent:

{empty}

Bring the posts. Reading twice changes nothing, and what could not be read is said:

{read}

A ledger that names somebody whom the archive never saw is told at once, with the nearest:

{wrong}

Then `i4 refresh mine` runs the notebooks and publishes the report.

## In a notebook or a program

{section("In a notebook or a program")}
"""


# ------------------------------------------------------------------------------ archives


@page("archives")
def archives(_: Path) -> str:
    """Where people have their archive, and every reader with what its file says of itself."""
    from i4analysis.archive.formats import registry

    readers = [
        *registry.BUNDLE_READERS,
        *registry.FRAMES_READERS,
        *registry.JSON_READERS,
        *registry.CSV_READERS,
    ]
    rows = []
    for reader in readers:
        module = sys.modules[type(reader).__module__]
        source = Path(str(module.__file__)).relative_to(ROOT).as_posix()
        told, _, documents = (module.__doc__ or "").partition("\nReferences\n")
        told = " ".join((told + documents.lstrip("-")).split())
        rows.append((reader.title, reader.seen, told, source))
    parts = ["# Bring an archive", "", section("Bring an archive"), "", "## Every reader", ""]
    parts += [
        "What the file of each reader says of itself, and the documents it follows.",
        "",
    ]
    for title, seen, told, source in sorted(rows, key=lambda row: row[0].casefold()):
        tried = "tried on real files" if seen else "never seen on a real file"
        parts += [f"**{_escaped(title)}** ({tried}; `{source}`)", "", f": {_escaped(told)}", ""]
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return re.sub(r"([<>|])", r"\\\1", text)


# ------------------------------------------------------------------------------ ledgers

# For each type of column, a cell that somebody may well write and that no ledger takes.
WRONG_CELLS = {
    "date32[day]": "26/09/2015",
    "timestamp[us, tz=UTC]": "2015-09-26 18:30",
    "bool": "maybe",
    "int64": "three",
    "double": "600 000+",
}


def refusal(name: str, column: str, cell: str) -> str:
    """Return what reading a ledger says of one cell, with the file named as its user names it."""
    from i4analysis.errors import MovementError
    from i4analysis.ledgers import LEDGERS, example_row, read_ledger

    names = LEDGERS[name].names
    row = dict(zip(names, example_row(name), strict=True)) | {column: cell}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([names, [row[one] for one in names]])
        try:
            read_ledger(path, name)
        except MovementError as error:
            return str(error).replace(f"{folder}/", "")
    return ""


def wrong_cell(column: Any) -> str | None:
    """Return a cell that a column does not take; None where it takes any text."""
    if column.values:
        return f"{column.values[0]}s"
    if str(column.type) in WRONG_CELLS:
        return WRONG_CELLS[str(column.type)]
    return "" if column.required else None


@page("ledgers")
def ledgers(_: Path) -> str:
    """Every column of every ledger, an example, and what a wrong cell says."""
    from i4analysis.ledgers import LEDGERS, example_row

    parts = [
        "# Fill the ledgers",
        "",
        "A ledger is a CSV file of a movement's folder, UTF-8, one source a row. `i4 new` writes"
        " each with an example row; a row that begins with `#` is not read. `i4 check DIR` says"
        " what is filled, wrong or missing. Each sentence below was said by reading a ledger with"
        " that cell.",
        "",
    ]
    for table in LEDGERS.values():
        parts += [f"## {table.name}.csv", "", f"{_sentence(table.meaning)}", ""]
        if table.key:
            parts += [f"One row each: {', '.join(f'`{name}`' for name in table.key)}.", ""]
        parts += ["| column | what it holds | an example |", "|---|---|---|"]
        examples = dict(zip(table.names, example_row(table.name), strict=True))
        for column in table.columns:
            needed = " **Needed.**" if column.required else ""
            unit = f" ({column.unit})" if column.unit else ""
            example = f"`{examples[column.name]}`" if examples[column.name] else ""
            meaning = _cell(_sentence(column.meaning))
            parts.append(f"| `{column.name}` | {meaning}{unit}{needed} | {example} |")
        parts += ["", f"What a wrong cell of {table.name}.csv says:", ""]
        for column in table.columns:
            cell = wrong_cell(column)
            if cell is not None and (said := refusal(table.name, column.name, cell)):
                shown = f"`{cell}`" if cell else "nothing"
                parts += [f"`{column.name}`, holding {shown}", "", f": {_escaped(said)}", ""]
    return "\n".join(parts)


def _sentence(text: str) -> str:
    words = text if " | " in text[:30] else text[0].upper() + text[1:]  # a list of words stays
    return words + ("" if text.endswith((".", "…")) else ".")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# ------------------------------------------------------------------------------ gallery


def examples(function: Callable[..., Any]) -> list[str]:
    """Return the lines of a function's example, as its user types them."""
    found = doctest.DocTestParser().get_examples(inspect.getdoc(inspect.unwrap(function)) or "")
    return [one.source.rstrip() for one in found]


def drawn(function: Callable[..., Any]) -> Any:
    """Run a chart's example; return the figure that it draws."""
    from matplotlib import pyplot as plt

    plt.close("all")
    space: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec("\n".join(examples(function)), space)
    found = space.get("figure") or space["ax"].figure
    return found


@page("gallery")
def gallery(folder: Path) -> str:
    """Every chart with its one call; pictures of made-up data, and marked so."""
    import i4analysis as i4
    from i4analysis.publish.charts import style

    (folder / "gallery").mkdir(exist_ok=True)
    parts = [
        "# Gallery",
        "",
        "Every chart, drawn by the lines beside it when this page was made. **All data are made"
        " up.** A chart takes a table and gives an `Axes`, yours to change: titles, colours,"
        ' limits, another chart on the same `ax=`; `lang="fr"` for French.',
        "",
    ]
    for name in i4.charts.__all__:
        function = getattr(i4.charts, name)
        figure = drawn(function)
        told = (inspect.getdoc(function) or "").split("\n")[0]
        box, *_ = style.frame(
            figure, title="", subtitle="", source="i4.simulate", made_up=True, lang="en"
        )
        middle = box.from_extents(box.x0, box.y0, box.x1, figure.get_size_inches()[1] + 0.1)
        # as dense as it was laid out: hinted letters are wider at another density, and were cut
        png = style.picture(figure, "png", middle, dpi=round(figure.dpi))
        (folder / "gallery" / f"{name}.png").write_bytes(png)
        lines = "\n".join(examples(function))
        parts += [f"## {name}", "", told, "", f"```python\n{lines}\n```", ""]
        parts += [f"![Chart of made-up data: {told}](gallery/{name}.png)", ""]
    return "\n".join(parts)


# ------------------------------------------------------------------------------ notebooks


@page("notebooks")
def notebooks(_: Path) -> str:
    """Say what each notebook asks and answers; the twenty questions whole."""
    parts = ["# Notebooks", "", "`make lab` opens them; `i4 notebooks DIR` copies them to be", ""]
    parts[-2] += " changed. What each asks:"
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        title, _, told = "".join(cells[0]["source"]).partition("\n")
        parts += [f"## {title.lstrip('# ')}", "", f"`notebooks/{path.name}`", "", _lower(told), ""]
    parts += ["## Twenty questions, five lines each", ""]
    first = json.loads(next((ROOT / "notebooks").glob("00-*.ipynb")).read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in first if cell["cell_type"] == "code"]
    parts += [f"```python\n{one}\n```\n" for one in code]
    return "\n".join(parts)


def _lower(text: str) -> str:
    """Return Markdown with its headings as bold lines, to stand under a heading of ours."""
    return re.sub(r"(?m)^#+ (.*)$", r"**\1**", text).strip()


# ------------------------------------------------------------------------------ methods


def room_of(check: str) -> str:
    """Return the room of measures that a check of the proof is about."""
    return check.split(".")[0]


@page("methods")
def methods(_: Path) -> str:
    """Each method's definition beside how often it fails, from the last proof."""
    from i4analysis.publish.proof import last_proof

    proof = last_proof()
    stale = set(proof.stale)
    parts = [
        "# Methods and how often they fail",
        "",
        f"{proof.headline['en']} Every measure is run where the truth is known, nearly always in"
        " made-up worlds; a bound is written before the run. The whole table:"
        " `reports/proof/proof.md`.",
        "",
    ]
    if stale:
        parts += [
            f"The code of {len(stale)} of {len(proof.code)} checks has changed since that run;"
            " their lines bear a star.",
            "",
        ]
    documented = definitions()
    rows = proof.bounds.assign(room=proof.bounds["check"].map(room_of))
    for room in dict.fromkeys([*documented, *rows["room"]]):
        parts += [f"## {room}", ""]
        for name, text in documented.get(room, []):
            parts += [f"### {name}", "", text, ""]
        mine = rows[rows["room"] == room]
        if len(mine):
            parts += [
                *failure_table(mine, stale),
                "",
            ]
    return "\n".join(parts)


def failure_table(rows: pd.DataFrame, stale: set[str]) -> list[str]:
    """Return the bounds of a room as lines of a Markdown table."""
    lines = ["| what is checked | measured | bound | verdict |", "|---|---|---|---|"]
    for row in rows.to_dict("records"):
        loss = f", {row['loss']:.0%} of posts lost" if row["loss"] else ""
        star = " \\*" if row["check"] in stale else ""
        lines.append(
            f"| {_cell(row['check_en'])}: {_cell(row['meaning_en'])}{loss}{star} |"
            f" {row['mean']:.3g} ± {row['error']:.2g} (n = {row['worlds']}) |"
            f" {_cell(str(row['bound']))} | {row['verdict']} |"
        )
    return lines


DEFINED = re.compile(r"^(Definition|Formula|Notes|References)$", re.M)
ROOMS = ("members", "reach", "graph", "relays", "push", "coordination", "appeals", "outcomes")


def definitions() -> dict[str, list[tuple[str, str]]]:
    """Return, for each room of measures, its functions that say their method, and their words."""
    import i4analysis as i4

    found: dict[str, list[tuple[str, str]]] = {}
    for room in ROOMS:
        module = getattr(i4, room)
        for name in module.__all__:
            text = inspect.getdoc(getattr(module, name)) or ""
            if inspect.isfunction(getattr(module, name)) and DEFINED.search(text):
                found.setdefault(room, []).append((name, _definition(text)))
    return found


def _definition(text: str) -> str:
    """Return the first line of a docstring and the sections that define what is computed."""
    parts = [text.split("\n")[0]]
    for title in ("Definition", "Formula", "Notes", "References"):
        found = re.search(rf"^{title}\n(?:-+\n)?(.*?)(?=^\w[\w ]*\n|\Z)", text, re.M | re.S)
        if found:
            body = inspect.cleandoc(found[1])
            parts.append(f"*{title}.* {_escaped(body)}")
    return "\n\n".join(parts)


# ------------------------------------------------------------------------------ other pages


@page("features")
def features(_: Path) -> str:
    """Say what other tools do and this one does not, and the other way round."""
    return (Path(__file__).parent / "features.md").read_text(encoding="utf-8")


@page("command")
def command(folder: Path) -> str:
    """Let each command say what it takes."""
    from i4analysis.cli import _parser

    names = next(
        action.choices for action in _parser()._actions if isinstance(action.choices, dict)
    )
    parts = ["# The command", "", f"```text\n{ran('--help', folder=folder)}\n```", ""]
    for name in names:
        parts += [f"## i4 {name}", "", f"```text\n{ran(name, '--help', folder=folder)}\n```", ""]
    return "\n".join(parts)


@page("tables")
def tables(_: Path) -> str:
    """Give the dictionary of every table and column."""
    from dictionary import markdown

    return markdown()


@page("api")
def api(folder: Path) -> str:
    """One page a public module, from its docstrings."""
    (folder / "api").mkdir(exist_ok=True)
    modules = dict(public_modules())
    for name, module in modules.items():
        members = ", ".join(one for one in module.__all__)
        (folder / "api" / f"{name}.rst").write_text(
            f"i4.{name}\n{'=' * (len(name) + 3)}\n\n.. automodule:: {module.__name__}\n"
            f"   :members: {members}\n",
            encoding="utf-8",
        )
    import i4analysis as i4

    door = [name for name in i4.__all__ if inspect.isfunction(getattr(i4, name))]
    told = "\n".join(f".. autofunction:: i4analysis.{name}\n" for name in door)
    (folder / "api" / "door.rst").write_text(f"i4\n==\n\n{told}", encoding="utf-8")
    listed = "\n".join(f"api/{name}" for name in ["door", *sorted(modules)])
    return (
        "# API\n\n`import i4analysis as i4`. A wrong argument is answered with the nearest right"
        " one; every example runs in `make test`.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    )


def public_modules() -> Iterator[tuple[str, types.ModuleType]]:
    """Yield every public module with its name."""
    import i4analysis as i4

    for name in i4.__all__:
        if isinstance(getattr(i4, name), types.ModuleType):
            yield name, getattr(i4, name)
