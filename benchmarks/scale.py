"""A refresh at 10,000, 100,000, 1,000,000 and 10,000,000 posts: CPU, memory, and how they grow.

    python benchmarks/scale.py [--posts 10000 100000 1000000] [--base 100000] [--folder DIR]
    python benchmarks/scale.py --make DIR --posts 1000000

A made-up movement of `--base` posts is simulated and read. A larger one is made of copies of it:
each copy has accounts, posts and cascades of its own (other ids, other handles, another word in
each text) some minutes later; the ledgers name accounts of the first. Then each step of a refresh
runs in a process of its own: joining the store, loading it, every notebook cell by cell, and the
whole of `i4 refresh`. Printed: CPU seconds of the process and its children, wall seconds, peak
memory of the largest process; and the exponent of growth between one size and the next (1: as
fast as the posts). The rivals count posts by day and author, and reshares by pair, on the same
rows in the same run.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.archive.store.parts import Account, PartWriter

ROOT = Path(__file__).resolve().parents[1]
MINUTES = 7  # that each copy is later than the one before
IDS = ("post_id", "reshared_id", "via_id", "quoted_id", "replied_id")
PEOPLE = ("author", "reshared_author", "quoted_author", "replied_author")
STEP = 4_099  # between the ids of copies: within the bits of an id that say no time
CELLS = r"""
import ast, json, os, resource, sys
import i4analysis as i4
book, movement, out = sys.argv[1:]
def used():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system
def peak():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e6
scope, done = {"__name__": "__main__"}, []
cells = [c for c in json.load(open(book))["cells"] if c["cell_type"] == "code"]
for number, cell in enumerate(cells):
    source = "".join(cell["source"]).replace('movement_dir = ""', f"movement_dir = {movement!r}")
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    before, tree = used(), ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, book, "exec"), scope)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), book, "eval"), scope)
        getattr(value, "_repr_html_", value.__repr__)()
    done.append((number, source.strip().splitlines()[-1][:60], used() - before, peak()))
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
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("archive", "raw", "truth"))
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


if __name__ == "__main__":
    pass
