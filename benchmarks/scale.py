"""A refresh at 10,000, 100,000, 1,000,000 and 10,000,000 posts: CPU, memory, and how they grow.

    python benchmarks/scale.py [--posts 10000 100000 1000000] [--base 100000] [--folder DIR]
    python benchmarks/scale.py --make DIR --posts 1000000
    python benchmarks/scale.py --posts 10000000 --only refresh --group /sys/fs/cgroup/memory/eight

A made-up movement of `--base` posts is simulated and read. A larger one is made of copies of it:
each copy has accounts, posts and cascades of its own (other ids, other handles, another word in
each text) some minutes later; the ledgers name accounts of the first. Then each step of a refresh
runs in a process of its own: joining the store, loading it, every notebook cell by cell, and the
whole of `i4 refresh`. Printed: CPU seconds of the process and its children, wall seconds, peak
memory of the largest process; and the exponent of growth between one size and the next (1: as
fast as the posts). The rivals count posts by day and author, and reshares by pair, on the same
rows in the same run. `--group` is a control group, whose memory somebody with the right to has
limited: every step runs in it, with the pages of the store that it maps.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from math import log
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.store.parts import Account, PartWriter

ROOT = Path(__file__).resolve().parents[1]
MINUTES = 7  # that each copy is later than the one before
IDS = ("post_id", "reshared_id", "via_id", "quoted_id", "replied_id")
PEOPLE = ("author", "reshared_author", "quoted_author", "replied_author")
GROUP: list[Path] = []  # the control group to run in, if any
STEP = 4_099  # between the ids of copies: within the bits of an id that say no time
CELLS = r"""
import ast, json, os, sys, threading, time
import i4analysis as i4
book, movement, out = sys.argv[1:]
def used():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system
def held(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1e6
own = [0.0]
def watch():
    while True:
        own[0] = max(own[0], held("RssAnon"))
        time.sleep(0.02)
threading.Thread(target=watch, daemon=True).start()
scope, done = {"__name__": "__main__"}, []
cells = [c for c in json.load(open(book))["cells"] if c["cell_type"] == "code"]
for number, cell in enumerate(cells):
    source = "".join(cell["source"]).replace('movement_dir = ""', f"movement_dir = {movement!r}")
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    own[0] = held("RssAnon")
    before, tree = used(), ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, book, "exec"), scope)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), book, "eval"), scope)
        getattr(value, "_repr_html_", value.__repr__)()
    line = source.strip().splitlines()[-1][:60]
    done.append((line, used() - before, held("VmHWM"), max(own[0], held("RssAnon"))))
json.dump(done, open(out, "w"))
"""


# ------------------------------------------------------------------------------------ the worlds


def base(folder: Path, posts: int) -> Path:
    """Make and read a movement of about so many posts, if it is not there."""
    if not (folder / "movement.toml").exists():
        run("simulate", "--out", str(folder), "--seed", "1", "--posts", str(posts))
    if not any((folder / "archive").glob("*.json")):
        run("read", str(folder / "raw"), "--movement", str(folder))
    return folder


def run(*command: str) -> None:
    """Run a command of i4."""
    subprocess.run([sys.executable, "-m", "i4analysis.cli", *command], check=True, cwd=ROOT,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def multiply(source: Path, folder: Path, posts: int) -> Path:
    """Write a movement of about so many posts as copies of another."""
    import i4analysis as i4

    if (folder / "archive").is_dir():
        return folder
    archive = i4.load(source)
    rows = {name: tables.to_arrow(tables.TABLES[name], getattr(archive, name))
            for name in ("posts", "profiles")}  # fmt: skip
    shutil.copytree(
        source, folder, ignore=shutil.ignore_patterns("archive", "raw", "truth", "simulate.toml")
    )
    store = folder / "archive"
    store.mkdir()
    for number in range(max(round(posts / len(archive.posts)), 1)):
        name = hashlib.sha256(f"copy {number}".encode()).hexdigest()
        with PartWriter(store) as writer:
            for table, whole in rows.items():
                for batch in copied(whole, number, name).to_batches():
                    writer(table, batch)
            counts = {table: len(whole) for table, whole in rows.items()}
            writer.commit(Account(file=_file(name, number, counts)))
    return folder


def _file(name: str, number: int, counts: dict[str, int]) -> dict[str, object]:
    nothing = {"profiles_only": 0, "notices": 0, "rejects": 0, "notice_kinds": "{}", "follows": 0}
    return {
        "format": "twitter-v1-stream", "sha256": name, "bytes": 1, "records": counts["posts"],
        "file": f"copy-{number}.jsonl", "posts_in": counts["posts"], **nothing, **counts,
        "first_posted_at": None, "last_posted_at": None,
    }  # fmt: skip


def copied(whole: pa.Table, number: int, name: str) -> pa.Table:
    """Return the rows of a table as other people wrote them, some minutes later."""
    if not number:
        return whole
    later = pa.scalar(number * MINUTES * 60_000_000, pa.duration("us"))
    posts = "kind" in whole.column_names
    accounts = [f"{stem}_id" for stem in PEOPLE] if posts else ["account_id"]
    handles = list(PEOPLE) if posts else ["handle"]
    changed = {}
    for column in (*IDS, *accounts):
        if column in whole.column_names:
            numbers = pc.add(whole[column].cast(pa.int64()), number * STEP)
            changed[column] = numbers.cast(pa.string())
    for column in handles:
        changed[column] = pc.binary_join_element_wise(whole[column], f"_{number}", "")
    for column in ("posted_at", "reshared_at", "collected_at", "seen_at"):
        if column in whole.column_names:
            changed[column] = pc.add(whole[column], later)
    if posts:
        text = whole["text"]
        own = pc.and_(pc.is_valid(text), pc.greater(pc.utf8_length(text), 0))
        words = pc.binary_join_element_wise(text, f"n{number}", " ")
        changed["text"] = pc.if_else(own, words, text)
        lists = whole["mentions"].combine_chunks()
        flat = pc.binary_join_element_wise(lists.values, f"_{number}", "")
        changed["mentions"] = pa.ListArray.from_arrays(lists.offsets, flat, mask=lists.is_null())
    for column, values in changed.items():
        place = whole.column_names.index(column)
        whole = whole.set_column(place, whole.schema.field(column), values)
    return whole


# ----------------------------------------------------------------------------------- the steps


@dataclass(frozen=True)
class Cost:
    """What a step took: CPU and wall seconds, and the peak of its largest process in GB.

    The peak counts the pages of the store that are mapped, which the system takes back where it
    needs them; `own`, of notebooks alone, does not count them.
    """

    cpu: float
    wall: float
    peak: float
    own: float = 0.0
    parts: tuple[tuple[str, float, float, float], ...] = ()


def cost(*command: str, **environment: str) -> Cost:
    """Run a command to its end."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1",
                          "OMP_NUM_THREADS": "1", "NUMBA_OPT": "1"} | environment,
    )  # fmt: skip
    for group in GROUP:
        (group / "cgroup.procs").write_text(str(process.pid))
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        lines = said.decode().strip().splitlines() or ["no message"]
        raise SystemExit(f"{' '.join(command)[:200]}: {lines[-1]}")
    wall = time.monotonic() - started
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1e6)


def python(code: str, *arguments: str) -> Cost:
    """Run some code to its end."""
    return cost(sys.executable, "-c", code, *arguments)


LOAD = "import sys, i4analysis as i4; i4.load(sys.argv[1])"
COUNT = (
    "import sys, i4analysis as i4; a = i4.load(sys.argv[1],"
    " columns=['author_id', 'posted_at', 'kind']); a.posts.kind.value_counts()"
)
PARENTS = """
import os, signal, sys, hashlib, i4analysis as i4
from i4analysis import spread
a, where = i4.load(sys.argv[1]), sys.argv[3]
os.environ[spread.CLUSTER], os.environ[spread.WORKERS] = where, "2"
if where == "dask":
    import distributed
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=None
    )
    os.environ[spread.CLUSTER] = local.scheduler_address
    each, killed = spread.each, []
    def killing(function, shared, pieces):
        for made in each(function, shared, pieces):
            if not killed:
                killed.append(next(iter(local.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)
            yield made
    spread.each = killing
f = i4.relays.parent_probabilities(i4.Archive(posts=a.posts, profiles=a.profiles))
assert where != "dask" or killed
p = f.pairs
whole = hashlib.sha256()
for one in (p.child, p.parent, p.p, p.hops, f.plain, f.evidence):
    whole.update(one.tobytes())
open(sys.argv[2], "w").write(whole.hexdigest())
"""
NUMBERS = """
import sys, hashlib, i4analysis as i4
sys.path.insert(0, "tests")
import test_scale
a, m = i4.load(sys.argv[1]), i4.Movement.load(sys.argv[1])
a = test_scale.in_memory(a) if sys.argv[3] == "memory" else a
with open(sys.argv[2], "w") as out:
    for name, table in test_scale.numbers(a, m).items():
        told = table.to_csv(index=False, float_format="%.12g").encode()
        print(name, hashlib.sha256(told).hexdigest()[:16], file=out)
"""
RIVALS = {
    "ours: reshares by pair (graph.reshare_edges)": "i4.graph.reshare_edges(posts)",
    "pandas: group by resharer and author": (
        "posts[posts.kind == 'reshare'].groupby(['author_id', 'reshared_author_id']).size()"
    ),
    "networkx: the same as a graph": (
        "nx.from_pandas_edgelist(posts[posts.kind == 'reshare'].dropna(subset=['author_id',"
        " 'reshared_author_id']), 'author_id', 'reshared_author_id', create_using=nx.DiGraph)"
    ),
    "duckdb: the same in SQL": (
        'duckdb.sql("select author_id, reshared_author_id, count(*) from held where'
        " kind = 'reshare' group by all\").fetchnumpy()"
    ),
    "polars: the same": (
        "pl.from_arrow(held).filter(pl.col('kind') == 'reshare').group_by(['author_id',"
        " 'reshared_author_id']).len()"
    ),
}
RIVAL = """
import sys, time, resource
import duckdb, networkx as nx, pyarrow as pa, i4analysis as i4
try:
    import polars as pl
except ImportError:
    pl = None
columns = ["platform", "post_id", "kind", "author_id", "author", "reshared_id", "posted_at",
           "reshared_at", "reshared_author_id", "reshared_author"]
posts = i4.load(sys.argv[1], columns={"posts": columns}).posts
held = pa.Table.from_pandas(posts, preserve_index=False)
duckdb.sql("set threads = 1")
"""


def rivals(movement: Path) -> dict[str, float | None]:
    """Return CPU seconds of counting reshares by pair; None where a rival is not installed."""
    found: dict[str, float | None] = {}
    for name, code in RIVALS.items():
        if name.startswith("polars") and find_spec("polars") is None:
            found[name] = None
            continue
        timed = (
            f"{RIVAL}\nbest = 9e9\nfor _ in range(2):\n    t = time.process_time()\n"
            f"    {code}\n    best = min(best, time.process_time() - t)\nprint(best)"
        )
        done = subprocess.run(
            [sys.executable, "-c", timed, str(movement)], cwd=ROOT, capture_output=True,
            text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        found[name] = float(done.stdout.strip().splitlines()[-1])
    return found


def steps(
    movement: Path, scratch: Path, *, notebooks: bool, refresh: bool
) -> Iterator[tuple[str, Cost]]:
    """Yield what each step of a refresh of a movement takes, as soon as it is known."""
    for old in (movement / "archive").glob(".merged-*"):
        shutil.rmtree(old)
    yield "first load (joins the store)", python(LOAD, str(movement))
    yield "second load", python(LOAD, str(movement))
    yield "three columns counted", python(COUNT, str(movement))
    if notebooks:
        for book in sorted((ROOT / "notebooks").glob("0[1-8]*.ipynb")):
            out = scratch / "cells.json"
            took = cost(
                sys.executable, "-c", CELLS, str(book), str(movement), str(out),
                I4_OUT=str(scratch / "chapters"), MPLBACKEND="Agg",
            )  # fmt: skip
            cells = tuple(map(tuple, json.loads(out.read_text())))
            # each cell begins its peak anew, so that the process remembers the last one's alone
            peak, own = (max(cell[place] for cell in cells) for place in (2, 3))
            yield book.stem, Cost(took.cpu, took.wall, max(peak, took.peak), own, cells)
    if refresh:
        took = cost(
            sys.executable, "-m", "i4analysis.cli", "refresh", str(movement), "--out",
            str(scratch / "reports"), "--force", "--cell-timeout", "36000",
            "--notebook-timeout", "72000",
        )  # fmt: skip
        yield "i4 refresh, whole", took


def same_bytes(movement: Path, scratch: Path) -> str:
    """Say whether relays are the same by whoever works, and numbers by two roads."""
    told, said = {}, ""
    for where in ("", "processes", "dask"):
        out = scratch / f"parents-{where}"
        took = python(PARENTS, str(movement), str(out), where)
        told[where] = out.read_text()
        said += f"relays by {where or 'one process'}: {took.cpu:.0f} CPU s, {took.peak:.2f} GB\n  "
    alike = len(set(told.values())) == 1
    said += "relays by one process, two, and Dask with one of two workers killed: "
    said += "the same bytes" if alike else str(told)
    hashes = []
    for way in ("store", "memory"):
        out = scratch / f"numbers-{way}"
        took = python(NUMBERS, str(movement), str(out), way)
        said += f"\n  numbers from {way}: {took.cpu:.1f} CPU s, {took.peak:.2f} GB"
        hashes.append(out.read_text().splitlines())
    apart = [one for one, other in zip(*hashes, strict=True) if one != other]
    return f"{said}\n  numbers from the store and in memory: {apart or 'the same'}"


# ----------------------------------------------------------------------------------- the table


def table(costs: dict[int, dict[str, Cost]], counts: dict[int, int]) -> str:
    """Return costs as a table, with the exponent of growth between the last two sizes."""
    sizes = sorted(costs)
    head = "".join(f" {counts[size]:,} posts: CPU s, peak GB (own) |" for size in sizes)
    lines = [f"| step |{head} growth |", "|---|" + "---|" * (len(sizes) + 1)]
    for name in dict.fromkeys(name for found in costs.values() for name in found):
        cells = []
        for size in sizes:
            took = costs[size].get(name)
            own = f" ({took.own:.2f})" if took and took.own else ""
            cells.append(f"{took.cpu:.1f}, {took.peak:.2f}{own}" if took else "–")
        known = [(counts[size], costs[size][name].cpu) for size in sizes if name in costs[size]]
        growth = "–"
        if len(known) > 1:
            (less, before), (more, after) = known[-2:]
            growth = f"n^{log(after / before) / log(more / less):.2f}"
        lines.append(f"| {name} | {' | '.join(cells)} | {growth} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--base", type=int, default=100_000, help="posts of what is copied")
    parser.add_argument("--folder", type=Path, help="where the movements are made and kept")
    parser.add_argument("--make", type=Path, help="make one movement there, and no more")
    parser.add_argument(
        "--only", choices=["loads", "notebooks", "refresh"], help="leave steps out"
    )
    parser.add_argument("--same-bytes", action="store_true", help="the same numbers by all roads?")
    parser.add_argument("--group", type=Path, help="a control group with a limit of memory")
    options = parser.parse_args()
    GROUP.extend([options.group] if options.group else [])
    with tempfile.TemporaryDirectory() as scratch:
        home = options.folder or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        if options.make:
            multiply(base(home / f"{options.base}", options.base), options.make, options.posts[0])
            return
        costs: dict[int, dict[str, Cost]] = {}
        counts: dict[int, int] = {}
        for posts in options.posts:
            movement = base(home / f"{min(posts, options.base)}", min(posts, options.base))
            if posts > options.base:
                movement = multiply(movement, home / f"{posts}", posts)
            print(f"{posts:,}: load of the machine {os.getloadavg()[0]:.1f}", flush=True)
            costs[posts] = {}
            for name, took in steps(
                movement, Path(scratch),
                notebooks=options.only in (None, "notebooks"),
                refresh=options.only in (None, "refresh"),
            ):  # fmt: skip
                costs[posts][name] = took
                print(
                    f"  {name}: {took.cpu:.1f} CPU s, {took.wall:.0f} s, {took.peak:.2f} GB, own"
                    f" {took.own:.2f}; load of the machine {os.getloadavg()[0]:.0f}",
                    flush=True,
                )
                for text, cpu, peak, own in sorted(took.parts, key=lambda one: -one[1])[:3]:
                    print(f"      {cpu:6.1f} CPU s, {peak:.2f} GB, own {own:.2f}  {text}")
            counts[posts] = held(movement)
            for name, seconds in rivals(movement).items():
                print(
                    f"  {name}: {'not installed' if seconds is None else f'{seconds:.2f} CPU s'}"
                )
            if options.same_bytes:
                print("  " + same_bytes(movement, Path(scratch)))
        print(table(costs, counts))


def held(movement: Path) -> int:
    """Return how many posts a movement has, each once."""
    import i4analysis as i4

    return len(i4.load(movement, columns=["post_id"]).posts)


if __name__ == "__main__":
    main()
