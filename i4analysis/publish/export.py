"""The reshare graph and the tables as files for Gephi, R or a spreadsheet.

These are working files for an analyst, not for publication. The canonical tables hold what the
archive holds; in the graph and in the tables of measures, accounts looking for work bear a number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import xlsxwriter

from i4analysis import tables
from i4analysis.errors import I4Error
from i4analysis.measure.accounts.roles import listed, role_of
from i4analysis.measure.graph import graph as graphs
from i4analysis.measure.graph import groups
from i4analysis.measure.members import members
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.publish.chapter.grid import defuse
from i4analysis.publish.words.wording import clean

FORMATS = ("gexf", "graphml", "csv")
MEANING = (
    "Edges go from the account that reshares (source) to the author of the original (target);"
    " weight counts reshares, posts the distinct originals, first and last are UTC."
)
LARGEST_SHEET = 100_000
_LONGEST_CELL = 32_767  # Excel's limit, in characters


def export(
    archive: tables.Archive,
    movement: Movement,
    path: Path,
    graph: str | None = None,
    table: str | None = None,
) -> list[Path]:
    """Write the reshare graph, a table, or both into a folder.

    Parameters
    ----------
    archive, movement
        What `load` and `Movement.load` give.
    path
        Folder to write into; made when absent.
    graph
        gexf (Gephi, with times), graphml (R, igraph, Cytoscape) or csv (two files: edges and
        nodes, with the headers Gephi expects; in R read.csv(…, colClasses = c(Source =
        "character", Target = "character")) keeps long identifiers whole). Identifiers are text, a
        missing value is an empty text or absent, lists are not used; the direction is stated in
        the file.
    table
        A canonical table (posts, profiles, follows, rejects, files), or edges, accounts, parents,
        influence, shapes, roles. CSV, UTF-8; up to 100,000 rows also a spreadsheet whose
        identifiers are text.

    Returns
    -------
    list of pathlib.Path
        The files written, in order. The names of made-up movements say so.

    Raises
    ------
    I4Error
        When nothing was asked for, or a format or table does not exist.
    """
    if graph is None and table is None:
        raise I4Error(
            "Nothing was asked for, expected --graph or --table; for Gephi add --graph gexf."
        )
    if graph is not None and graph not in FORMATS:
        raise I4Error(f"There is no graph format {graph!r}, expected one of {', '.join(FORMATS)}.")
    if table is not None and table not in _TABLES and table not in tables.TABLES:
        known = ", ".join([*tables.TABLES, *_TABLES])
        raise I4Error(f"There is no table {table!r}, expected one of {known}.")
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    stem = movement.name + ("-made-up" if movement.made_up else "")
    written: list[Path] = []
    if graph is not None:
        shown = exported_graph(archive, movement)
        written += _write_graph(shown, folder / f"{stem}-reshares", graph)
    if table is not None:
        found = _table(archive, movement, table)
        written += _write_table(found, folder / f"{stem}-{table}", movement.made_up)
    return written


def exported_graph(archive: tables.Archive, movement: Movement) -> nx.DiGraph[str]:
    """Return the reshare graph as it is exported.

    Nodes: `label` (handle, else key), `role`, `reshared`, `reshares`, `first` (ISO text). Edges as
    `graph.reshare_graph`. Accounts looking for work are called "private 1", "private 2" …
    """
    found = graphs.reshare_graph(archive.posts)
    keys = pd.Series(list(found.nodes), dtype=object)
    roles = members.roles(archive, movement)
    role = role_of(keys, roles).tolist()
    hidden = _hidden(keys, roles)
    names = {key: name for key, name in zip(keys, hidden, strict=True) if name is not None}
    first: dict[str, str] = {}
    for source, target, data in found.edges(data=True):
        moment = str(data["first"])
        for key in (source, target):
            if moment and moment < first.get(key, "9999"):
                first[key] = moment
    received, made = found.in_degree(weight="weight"), found.out_degree(weight="weight")
    shown: nx.DiGraph[str] = nx.DiGraph(
        direction=graphs.DIRECTION,
        description=("Made-up data. " if movement.made_up else "") + MEANING,
        name=movement.name,
        reshares=found.graph["reshares"],
        self_reshares=found.graph["self_reshares"],
    )
    for key, part in zip(keys, role, strict=True):
        handle = found.nodes[key].get("handle")
        shown.add_node(
            clean(names.get(key, key)),
            label=clean(names.get(key, handle or key)),
            role=part,
            reshared=int(received[key]),
            reshares=int(made[key]),
            first=first.get(key, ""),
        )
    for source, target, data in found.edges(data=True):
        shown.add_edge(clean(names.get(source, source)), clean(names.get(target, target)), **data)
    return shown


def _hidden(keys: pd.Series, roles: pd.DataFrame) -> pd.Series:
    """Return the number that each account looking for work bears; None for everybody else."""
    seekers = roles.loc[roles["role"] == "seeker", "account_id"].sort_values()
    number = {key: f"private {place}" for place, key in enumerate(seekers, 1)}
    found = listed(keys, roles)["account_id"].map(number).astype(object)
    return found.where(found.notna(), None)


def _write_graph(shown: nx.DiGraph[str], stem: Path, form: str) -> list[Path]:
    path = stem.with_name(f"{stem.name}.{form}")
    if form == "gexf":
        path.write_bytes(_gexf(shown))
        return [path]
    if form == "graphml":
        stream = io.BytesIO()
        nx.write_graphml_xml(shown, stream)  # keys named d0, d1 …: their ids must be unique
        path.write_bytes(stream.getvalue() + b"\n")
        return [path]
    edges, nodes = (stem.with_name(f"{stem.name}-{part}.csv") for part in ("edges", "nodes"))
    _write_csv(
        edges,
        ["Source", "Target", "Type", "Weight", "direction", "first", "last", "posts"],
        (
            [
                source, target, "Directed", data["weight"], graphs.DIRECTION,
                data["first"], data["last"], data["posts"],
            ]
            for source, target, data in shown.edges(data=True)
        ),
    )  # fmt: skip
    columns = ["role", "reshared", "reshares", "first"]
    _write_csv(
        nodes,
        ["Id", "Label", *columns],
        (
            [key, data["label"], *[data[name] for name in columns]]
            for key, data in shown.nodes(data=True)
        ),
    )
    return [edges, nodes]


def _gexf(shown: nx.DiGraph[str]) -> bytes:
    """Return GEXF 1.3: edges begin at their first reshare, accounts at their first edge.

    An edge without a time has been there always, and so have its accounts: GEXF wants no edge
    that begins before its ends. The same graph gives the same bytes: no day of writing in the
    file.
    """
    timed: nx.DiGraph[str] = nx.DiGraph(mode="dynamic")
    always = {key for *ends, data in shown.edges(data=True) if not data["first"] for key in ends}
    for key, data in shown.nodes(data=True):
        begin = {"start": data["first"]} if data["first"] and key not in always else {}
        timed.add_node(key, **data, **begin)
    for source, target, data in shown.edges(data=True):
        begin = {"start": data["first"]} if data["first"] else {}
        timed.add_edge(source, target, **data, **begin)
    writer = nx.readwrite.gexf.GEXFWriter(encoding="utf-8", prettyprint=True, version="1.3")
    writer.add_graph(timed)
    head = writer.graph_element
    head.attrib.pop("name")  # no attribute of the format
    head.attrib |= {
        "mode": "dynamic",
        "timeformat": "date",  # moments are allowed, and networkx knows no "dateTime"
        "timerepresentation": "interval",
        "idtype": "string",
    }
    meta = writer.xml[0]
    meta.attrib.pop("lastmodifieddate", None)
    for child in list(meta):
        meta.remove(child)
    for tag, words in (
        ("creator", "i4analysis"),
        ("keywords", graphs.DIRECTION),
        ("description", shown.graph["description"]),
    ):
        element = meta.makeelement(tag, {})
        element.text = words
        meta.append(element)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue() + b"\n"


# ------------------------------------------------------------------------------------- tables


def _edges(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return graphs.reshare_edges(archive.posts)


def _accounts(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return groups.standing(graphs.reshare_edges(archive.posts))


def _parents(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return relays.parent_probabilities(archive, movement).table


def _influence(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return relays.relay_influence(relays.parent_probabilities(archive, movement)).table


def _shapes(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return relays.cascade_shapes(relays.parent_probabilities(archive, movement)).table


_TABLES: dict[str, Callable[[tables.Archive, Movement], pd.DataFrame]] = {
    "edges": _edges,
    "accounts": _accounts,
    "parents": _parents,
    "influence": _influence,
    "shapes": _shapes,
    "roles": members.roles,
}


def _table(archive: tables.Archive, movement: Movement, name: str) -> pd.DataFrame:
    if name in tables.TABLES:
        frame: pd.DataFrame = getattr(archive, name)
        return frame
    roles = members.roles(archive, movement)
    found = _TABLES[name](archive, movement).copy()
    private = pd.Series(False, index=found.index)
    for column in ("account", "account_id", "resharer", "author", "child_account",
                   "parent_account"):  # fmt: skip
        if column in found:
            keys = found[column].astype(object)
            shown = _hidden(keys, roles)
            if column in ("account", "account_id"):
                private = shown.notna()
            found[column] = shown.where(shown.notna(), keys)
    if "handle" in found:
        found["handle"] = found["handle"].astype(object).mask(private)
    if "aliases" in found:
        found["aliases"] = found["aliases"].astype(object).mask(private)
    return found


def _write_table(frame: pd.DataFrame, stem: Path, made_up: bool) -> list[Path]:
    path = stem.with_name(f"{stem.name}.csv")
    columns = [_plain(frame[name]) for name in frame.columns]
    _write_csv(path, list(frame.columns), zip(*columns, strict=True))
    if len(frame) > LARGEST_SHEET:
        return [path]
    sheet = stem.with_name(f"{stem.name}.xlsx")
    _write_sheet(sheet, list(frame.columns), columns, made_up)
    return [path, sheet]


def _plain(values: pd.Series) -> list[Any]:
    """Return cells as numbers, flags or text: "" for null, lists joined by |, times as ISO."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return ["" if pd.isna(one) else one.isoformat() for one in values]
    listed = []
    for one in values:
        if isinstance(one, (list, tuple)) or hasattr(one, "tolist"):
            listed.append(" | ".join(str(part) for part in list(one)))
        elif pd.isna(one):
            listed.append("")
        else:
            listed.append(one)
    return listed


def _write_csv(path: Path, header: list[str], rows: Iterable[Iterable[Any]]) -> None:
    # No byte-order mark: Gephi would take it for part of the first header.
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet runs; a text that starts with a plain @name is kept."""
    if not isinstance(cell, str):
        return cell
    if cell.startswith("@") and "(" not in cell:
        return cell
    return defuse(cell)


def _write_sheet(path: Path, header: list[str], columns: list[list[Any]], made_up: bool) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    try:
        sheet = book.add_worksheet("made-up data" if made_up else "data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name)
        for number, row in enumerate(zip(*columns, strict=True), 1):
            for place, cell in enumerate(row):
                if isinstance(cell, bool):
                    sheet.write_boolean(number, place, cell)
                elif isinstance(cell, (int, float)):
                    sheet.write_number(number, place, cell)
                elif cell != "":
                    sheet.write_string(number, place, str(cell)[:_LONGEST_CELL])
    finally:
        book.close()
