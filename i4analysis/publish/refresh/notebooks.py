"""Run one notebook in a fresh kernel, within limits, and keep what an analyst needs of it."""

from __future__ import annotations

import ast
import asyncio
import atexit
import contextlib
import functools
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from i4analysis.errors import refused
from i4analysis.processes import ends_with_this_process

# What a notebook builds and what it leaves to the report.
_BUILT = re.compile(r"\bi4\.chapters\.(\w+)\s*\(")
# What of the caller's environment may reach a notebook: nothing else does, secrets least of all.
PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SSL_CERT_FILE")
# A cell error is the same the second time; these may not be.
WORTH_A_RETRY = frozenset({"kernel_died", "kernel_start", "cell_timeout", "notebook_timeout"})


# A kernel lives for seconds and makes a million objects on the way: looking for unreachable ones
# after every 700 costs a tenth of its time.
_COLLECT_LESS = "import gc\n\ngc.set_threshold(50_000, 20, 50)\ndel gc\n"


def nbformat() -> Any:
    """Return nbformat, imported without the grammars of addresses beyond ASCII.

    The JSON schemas it imports would build 38 of them, to check addresses that notebooks do not
    hold: nine tenths of the time of the import, more than a second of every refresh.
    """
    grammars = "rfc3987_syntax"
    absent = sys.modules.setdefault(grammars, None) is None  # type: ignore[arg-type]
    try:
        return importlib.import_module("nbformat")
    finally:
        if absent:
            sys.modules.pop(grammars, None)  # notebooks may run side by side


@dataclass(frozen=True)
class Limits:
    """How long a notebook may take, in seconds, and how often it is tried again."""

    cell: int = 600
    notebook: int = 1800
    start: int = 120
    retries: int = 1


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook: `kind` is empty when it ran to its end."""

    notebook: Any
    seconds: float
    kind: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        return not self.kind


def code_of(path: Path) -> str:
    """Return the code of a notebook, cell after cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return "\n".join(code) + "\n"


def chapters_of(path: Path) -> tuple[str, ...]:
    """Return the registered chapters that a notebook builds, by key, in its order."""
    return tuple(dict.fromkeys(_BUILT.findall(code_of(path))))


def saves(path: Path) -> bool:
    """Tell whether a notebook has a line that saves a chapter, as `chapter.save()`."""
    code = re.sub(r"^\s*[%!].*", "pass", code_of(path), flags=re.MULTILINE)  # IPython's own lines
    try:
        calls = [node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return True  # the kernel says what is wrong with it
    return any(isinstance(call, ast.Attribute) and call.attr == "save" for call in calls)


def kernel_environment(scratch: Path, source: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a kernel: the same on any machine, at any time.

    One thread for linear algebra, UTC, a fixed hash seed and locale, no clock in the files
    written; temporary, matplotlib, IPython and connection files inside `scratch`, so that they
    die with it (a connection file holds the kernel's signing key).
    """
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    parameters = {name: text for name, text in os.environ.items() if name.startswith("I4_P_")}
    runtime = scratch / "runtime"
    startup = scratch / "ipython" / "profile_default" / "startup"
    for folder in (runtime, startup):
        folder.mkdir(parents=True, exist_ok=True)
    (startup / "00-collect-less.py").write_text(_COLLECT_LESS, encoding="utf-8")
    fixed = {
        "PYTHONPATH": str(source),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "TMPDIR": str(scratch),
        "TQDM_DISABLE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # compiled recursions are kept between kernels, outside the copied sources
        "NUMBA_OPT": "1",  # a quarter less to compile, and loops as fast
        "NUMBA_CACHE_DIR": str(_cache()),
        "I4_REFRESH": "1",
    }
    return kept | parameters | fixed | dict(values)


def _cache() -> Path:
    """Return where compiled recursions are kept; a folder named in part is nobody's."""
    named, base = (os.environ.get(name, "") for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"))
    if Path(named).is_absolute():
        return Path(named)
    home = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return home / "i4analysis" / "numba"


def run_notebook(
    path: Path, environment: Mapping[str, str], scratch: Path, limits: Limits
) -> Outcome:
    """Run every cell of a notebook, top to bottom, in a fresh kernel that dies with this process.

    Returns
    -------
    Outcome
        The executed notebook and, when it failed, the kind of failure: cell_error, cell_timeout,
        notebook_timeout, kernel_died or kernel_start.
    """
    read = nbformat().read
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    # The kernel of this very Python, whatever is installed for the user; and no folder is searched
    # (the default looks in ~/.ipython and makes it).
    manager = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )
    notebook = read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":  # never show an old output
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=limits.cell,
        startup_timeout=limits.start,
        resources={"metadata": {"path": str(scratch)}},
        record_timing=False,
        allow_errors=False,
        shutdown_kernel="immediate",
    )
    started = time.monotonic()
    with _temporary_files_in(environment["JUPYTER_RUNTIME_DIR"]):
        try:
            kind, message = _execute(client, environment, limits, started)
        finally:
            _shut_down(client)
    return Outcome(_clean(notebook), round(time.monotonic() - started, 2), kind, message[:500])


@contextlib.contextmanager
def _temporary_files_in(folder: str) -> Iterator[None]:
    """Have this process write its temporary files in a folder that the next run sweeps.

    The kernel's connection file, which holds its signing key, is one of them: jupyter_client asks
    tempfile for it, whatever JUPYTER_RUNTIME_DIR says.
    """
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


class _Loop(asyncio.SelectorEventLoop):
    """A loop that leaves signals to the command.

    nbclient would take SIGINT and SIGTERM for itself: it ends the kernel, which then counts as
    dead and is started again, and gives no handler back.
    """

    def add_signal_handler(self, *_: Any) -> None:  # type: ignore[override]
        raise NotImplementedError  # which nbclient expects of a system without signals

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if "shutdown" not in context["message"]:  # what is cancelled at the end dies of that
            super().call_exception_handler(context)


def _execute(
    client: Any, environment: Mapping[str, str], limits: Limits, started: float
) -> tuple[str, str]:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    async def go() -> None:
        run = client.async_execute(
            cleanup_kc=True,  # the client ends the kernel, though the manager is given
            env=dict(environment),
            preexec_fn=ends_with_this_process(),
            stderr=subprocess.DEVNULL,  # the kernel's own warnings; a cell's errors come otherwise
        )
        await asyncio.wait_for(run, limits.notebook)

    try:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(go())
    except CellExecutionError as error:
        return "cell_error", f"{error.ename}: {error.evalue}"
    except CellTimeoutError as error:
        return "cell_timeout", str(error).splitlines()[0]
    except TimeoutError:
        return "notebook_timeout", f"took more than {limits.notebook} s"
    except DeadKernelError as error:
        # nbclient says the same when the whole execution is cancelled for taking too long
        if time.monotonic() - started >= limits.notebook:
            return "notebook_timeout", f"took more than {limits.notebook} s"
        return "kernel_died", str(error)
    except Exception as error:  # the kernel's start may fail in ways nbclient does not name
        return "kernel_start", refused(error) or f"{type(error).__name__}: {error}"
    return "", ""


def _shut_down(client: Any) -> None:
    atexit.unregister(client._cleanup_kernel)  # at the end of Python it would fail, with a trace
    manager = getattr(client, "km", None)
    if manager is None or getattr(manager, "provisioner", None) is None:
        return
    with contextlib.suppress(Exception):  # it is most often dead already
        answer = manager.shutdown_kernel(now=True)
        if asyncio.iscoroutine(answer):
            asyncio.run(answer)


def _clean(notebook: Any) -> Any:
    """Keep of an executed notebook what its inputs decide: no clock, no progress bar."""
    notebook.metadata = {
        name: value for name, value in notebook.metadata.items() if name == "kernelspec"
    }
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name == "tags"}
        if cell.cell_type == "code":
            cell.outputs = [
                output
                for output in cell.outputs
                if not (output.output_type == "stream" and output.name == "stderr")
            ]
    return notebook


# Folders of the machine that ran it: an archive's file is known by the rest of its name.
_MACHINE = re.compile(r"(?:/home|/root|/Users|/tmp|/private|/mnt|/media|/srv)/(?:[\w.@~+-]+/)*")

_PAGE_STYLE = """
body{max-width:60rem;margin:0 auto;padding:1rem;font:1rem/1.5 "DejaVu Sans",system-ui,sans-serif;
color:#1b1f24;background:#fff;overflow-wrap:anywhere}
img,svg{max-width:100%;height:auto}pre{white-space:pre-wrap;background:#f2f5f8;padding:.5rem}
table{border-collapse:collapse;display:block;overflow-x:auto}th,td{padding:.2rem .6rem;
text-align:left;border-bottom:1px solid #d5dae0}.jp-InputPrompt,.jp-OutputPrompt,.anchor-link,
.prompt{display:none}.banner{background:#fff3d6;border-left:4px solid #b45309;padding:.6rem}
"""


@functools.cache
def _exporter() -> Any:
    """Return the exporter, whose templates are read once for all notebooks."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", embed_images=True)
    exporter.exclude_anchor_links = True
    return exporter


def to_html(
    notebook: Any, title: str, *, made_up: bool, files: Mapping[str, str] | None = None
) -> str:
    """Return an executed notebook as one page for analysts: no script, no outside request.

    `files` says what files are called on it whose own name would name somebody.
    """
    from html import escape

    body, _ = _exporter().from_notebook_node(notebook)
    for name, instead in (files or {}).items():
        body = body.replace(escape(name), instead)
    body = _MACHINE.sub("…/", body)
    banner = (
        '<p class="banner"><strong>Made-up data / Données fictives.</strong> No figure here is '
        "real.</p>"
        if made_up
        else ""
    )
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{_PAGE_STYLE}</style></head>"
        f"<body><main>{banner}{body}</main></body></html>\n"
    )
