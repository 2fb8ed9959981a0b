"""Relay methods on real cascades whose true parents are known: only counts come out.

Usage: python benchmarks/real_trees.py [FOLDER of ../shared/real/cascades]

Weibo: 40 cascades of the CED set (Song et al. 2018) with the true parent of each repost; accounts
and times known, followers of reposters not. #marref: trees of the Irish referendum (Gleeson et al.
2021), order only. The table is committed in `i4analysis/measure/relays/real_trees.py`; a slow
test checks it against the files.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.measure.relays import relays
from i4analysis.measure.relays.real_trees import SCHEMA
from proof.relays import score

FOLDER = Path("../shared/real/cascades")
LOCAL = pd.Timedelta(hours=8)


def weibo(folder: Path) -> tuple[tables.Archive, pd.DataFrame]:
    """Return the Weibo sample as an archive, and the true parents."""
    rows: list[dict[str, Any]] = []
    truth: list[tuple[str, str]] = []
    with gzip.open(folder / "weibo_ced_40cascades.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            record = json.loads(line)
            root, author = f"root{number}", f"author{number}"
            begun = _begun(record["original"]["time"])
            rows.append(_post(root, author, begun))
            for repost in record["reposts"]:
                name = f"{number}.{repost['mid']}"
                when = pd.Timestamp(repost["date"], tz="UTC") - LOCAL
                rows.append(_post(name, f"u{repost['uid']}", when, root, author, begun))
                parent = repost["parent"]
                truth.append((name, f"{number}.{parent}" if parent else root))
    return _archive(rows), pd.DataFrame(truth, columns=["child_id", "parent_id"])


def _begun(written: int | str) -> pd.Timestamp:
    """Return the time of an original: seconds, or English words where its account is gone."""
    if str(written).isdigit():
        return pd.Timestamp(int(written), unit="s", tz="UTC")
    return pd.to_datetime(written, format="%a %b %d %H:%M:%S %z %Y").tz_convert("UTC")


def marref(folder: Path, least: int = 10) -> tuple[tables.Archive, pd.DataFrame]:
    """Return the #marref trees of at least ten reshares: a minute a step, for want of times."""
    rows: list[dict[str, Any]] = []
    truth: list[tuple[str, str]] = []
    with (folder / "marref_young.csv").open(encoding="utf-8") as handle:
        listed = pd.DataFrame(
            [[int(cell) for cell in row] for row in csv.reader(handle)],
            columns=["child", "parent", "tree", "generation"],
        )
    origin = pd.Timestamp("2015-05-08T12:00:00Z")
    large = listed.groupby("tree").filter(lambda tree: len(tree) >= least)
    for tree, part in large.groupby("tree"):
        begun = origin + pd.Timedelta(hours=int(tree))
        root, author = f"{tree}.1", f"a{tree}.1"
        rows.append(_post(root, author, begun))
        for step, row in enumerate(part.sort_values("child").itertuples(), 1):
            name = f"{tree}.{row.child}"
            when = begun + pd.Timedelta(minutes=step)
            rows.append(_post(name, f"a{name}", when, root, author, begun))
            truth.append((name, f"{tree}.{row.parent}"))
    return _archive(rows), pd.DataFrame(truth, columns=["child_id", "parent_id"])


def _post(
    name: str,
    who: str,
    when: pd.Timestamp,
    root: str | None = None,
    author: str | None = None,
    begun: pd.Timestamp | None = None,
) -> dict[str, Any]:
    return {
        "platform": "other",
        "post_id": name,
        "kind": "reshare" if root else "post",
        "author_id": who,
        "posted_at": when,
        "reshared_id": root,
        "reshared_author_id": author,
        "reshared_at": begun,
    }


def _archive(rows: list[dict[str, Any]]) -> tables.Archive:
    frame = tables.build(tables.POSTS, rows)
    return tables.Archive(posts=frame.drop_duplicates("post_id", ignore_index=True))


def audited(truth: pd.DataFrame, archive: tables.Archive, seed: int = 0) -> pd.DataFrame:
    """Return what an audit of 100 reshares would find: straight from the author or not."""
    root = archive.posts.set_index("post_id")["reshared_id"]
    known = truth[truth["child_id"].isin(root.dropna().index)]
    pick = known.sample(100, random_state=seed)
    direct = pick["parent_id"].to_numpy() == pick["child_id"].map(root).to_numpy()
    return pd.DataFrame({"post_id": pick["child_id"], "follows_author": direct.astype(int)})


def main(folder: Path = FOLDER) -> pd.DataFrame:
    """Score every method on both sets; return and print the table."""
    rows = []
    for source, read in (("weibo", weibo), ("marref", marref)):
        archive, truth = read(folder)
        audit = audited(truth, archive)
        for method, given in (
            ("author", None), ("casin", None), ("lsr", None), ("lsr", audit),
        ):  # fmt: skip
            found = relays.parent_probabilities(archive, method=method, audit=given)
            quality = found.quality.iloc[0]
            rows.append(
                {
                    "source": source,
                    "method": "audited" if given is not None else method,
                    "cascades": len(found.cascades.start) - 1 if found.cascades else 0,
                    "all_reshares": found.n_used,
                    **score(found, truth),
                    "coverage": quality["coverage_any"],
                    "gate": quality["gate"],
                    "delta_lo": quality["delta_lo"],
                    "delta_hi": quality["delta_hi"],
                }
            )
    table = pd.DataFrame(rows)
    with pd.option_context("display.width", 200, "display.max_columns", 30):
        print(table.set_index(["source", "method"]).T.map(
            lambda cell: f"{cell:.4g}" if isinstance(cell, (float, np.floating)) else cell
        ))  # fmt: skip
    print(committed(table))
    return table


def committed(table: pd.DataFrame) -> str:
    """Return the rows that `i4analysis/measure/relays/real_trees.py` holds."""
    kept = table.assign(reshares=table["all_reshares"])[SCHEMA.names]
    return str(kept.to_csv(index=False, header=False, float_format="%.4g"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
