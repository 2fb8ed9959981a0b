"""The networks and the tables as files for Gephi, R or a spreadsheet.

These are working files for an analyst, not for publication. Accounts looking for work bear a
number in all of them, and what they wrote is left out, unless private ones are asked for.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx as nx
import pandas as pd
import xlsxwriter

from i4analysis import tables
from i4analysis.errors import I4Error, nearest
from i4analysis.measure.accounts.identity import BESIDE
from i4analysis.measure.accounts.roles import role_of
from i4analysis.measure.appeals.withheld import everybody_seeks
from i4analysis.measure.graph import graph as graphs
from i4analysis.measure.graph import groups, networks
from i4analysis.measure.members import members
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.publish.chapter.grid import FIRST_DAY, defuse, fitting
from i4analysis.publish.chapter.private import Private, numbered, private_numbers, private_roles
from i4analysis.publish.charts import limits, style
from i4analysis.publish.words.wording import clean

FORMATS = ("gexf", "graphml", "csv")
MEANING = "Edges: {direction}; {meaning}; first and last are UTC."
ROLE_COLOURS = {
    "founder": style.ORANGE,
    "supporter": style.BLUE,
    "media": style.GREEN,
    "institution": style.PLUM,
    "seeker": style.GREY,
    "other": style.GREY,
    "hashtag": style.INK,
    "link": style.INK,
}
LARGEST_SHEET = limits.most("sheet")


def export(
    archive: tables.Archive,
    movement: Movement,
    path: Path,
    graph: str | None = None,
    table: str | None = None,
    network: str = "reshares",
    *,
    private: bool = False,
) -> list[Path]:
    """Write a network, a table, or both into a folder.

    Parameters
    ----------
    archive, movement
        What `load` and `Movement.load` give.
    path
        Folder to write into; made when absent.
    graph
        gexf (Gephi: opens as a picture, with a timeline), graphml (R, igraph, Cytoscape, networkx)
        or csv (edges and nodes, with the headers Gephi expects, and both as one workbook; in R
        read.csv(…, colClasses = "character", na.strings = "") keeps long identifiers whole and an
        account that is called NA, in pandas read_csv(…, dtype=str, keep_default_na=False)).
        Identifiers are text, a missing value is an empty text or absent, lists are not used; the
        direction is stated in the file.
    table
        A canonical table (posts, profiles, follows, rejects, files), or edges, accounts,
        communities, parents, influence, shapes, roles, adoption: each key of an account has its
        handle beside it. CSV, UTF-8; up to 100,000 rows also a spreadsheet whose
        identifiers are text.
    network
        Which network `graph` writes: see `i4.graph.network`.
    private
        Write the handles of accounts that look for work, what they posted and the ids of their
        posts, which lead to them: for the analyst's screen, never to be passed on.

    Returns
    -------
    list of pathlib.Path
        The files written, in order. The names of made-up movements say so.

    Raises
    ------
    I4Error
        When nothing was asked for, or a format, network or table does not exist; when it is not
        `private` and nearly all who post look for work: a row of a number is theirs as well.
    """
    if graph is None and table is None:
        raise I4Error(
            "Nothing was asked for, expected --graph or --table; for Gephi add --graph gexf."
        )
    if graph is not None:
        _known("graph format", graph, FORMATS)
        _known("network", network, networks.NETWORKS)
    if table is not None:
        _known("table", table, TABLES)
    if not private and (what := everybody_seeks(archive, movement)):
        raise I4Error(
            f"Some who {what} in the archive of {movement.name} look for work, expected"
            " more others, who hide them; --private writes what you asked for, for your own"
            " screen: pass nothing of it on."
        )
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    stem = movement.name + ("-made-up" if movement.made_up else "")
    written: list[Path] = []
    with TemporaryDirectory(prefix=".export-", dir=folder) as scratch:
        # a file that is there is whole, and whatever stands in its place is not written into
        if graph is not None:
            shown = exported_graph(archive, movement, network, private=private)
            target = Path(scratch, f"{stem}-{network}")
            written += _write_graph(shown, target, graph, movement.made_up)
        if table is not None:
            found = _table(archive, movement, table, private)
            written += _write_table(found, Path(scratch, f"{stem}-{table}"), movement.made_up)
        return [path.replace(folder / path.name) for path in written]


def _known(what: str, word: str, known: Iterable[str]) -> None:
    if word not in known:
        raise I4Error(
            f"There is no {what} {word!r}, expected one of {', '.join(known)}"
            f"{nearest(word, known)}; choose one."
        )


def seekers(archive: tables.Archive, movement: Movement) -> int:
    """Return how many accounts an export calls private: those that look for work."""
    return int((private_roles(archive, movement)["role"] == "seeker").sum())


def exported_graph(
    archive: tables.Archive,
    movement: Movement,
    network: str = "reshares",
    *,
    private: bool = False,
) -> nx.DiGraph[str]:
    """Return a network as it is exported.

    Nodes: `label` (handle, else key), `role` (of an account; else hashtag or link), what they made
    and received (for reshares: `reshares`, `reshared`), `first` (ISO text). Edges as
    `graph.network`. Accounts looking for work are called "private 1", "private 2" …, and so are
    the links and hashtags that nobody else uses or that hold their name; not if `private`.
    """
    kind = networks.NETWORKS[network]
    found = networks.network(archive.posts, network)
    keys = pd.Series(list(found.nodes), dtype=object)
    roles = (members.roles if private else private_roles)(archive, movement)
    role = role_of(keys, roles).tolist()
    things = {key for key, data in found.nodes(data=True) if data["kind"] != "account"}
    hidden = private_numbers(keys, roles)
    names = {
        key: name
        for key, name in zip(keys, hidden, strict=True)
        if name is not None and key not in things and not private
    }
    if things and not private:
        secret = Private.of(archive, movement, roles)
        names |= _private_things(archive.posts, kind.target, things, roles, secret)
    marks = (*movement.hashtags, *movement.supporter_marks, *movement.seeker_marks)
    spelled = {f"#{tag}": movement.spelled(tag) for tag in marks}
    first: dict[str, str] = {}
    for source, target, data in found.edges(data=True):
        moment = str(data["first"])
        for key in (source, target):
            if moment and moment < first.get(key, "9999"):
                first[key] = moment
    received = dict(found.in_degree(weight="weight") if kind.directed else found.degree())
    made = dict(found.out_degree(weight="weight") if kind.directed else found.degree())
    words = MEANING.format(direction=kind.direction, meaning=kind.meaning)
    shown: nx.DiGraph[str] = type(found)(
        direction=kind.direction,
        description=("Made-up data. " if movement.made_up else "") + words,
        name=movement.name,
        made=kind.made,
        received=kind.received,
        **{
            name: found.graph[name]
            for name in ("reshares", "self_reshares")
            if name in found.graph
        },
    )
    for key, part in zip(keys, role, strict=True):
        handle = found.nodes[key].get("handle")
        shown.add_node(
            clean(names.get(key, key)),
            label=clean(names.get(key, handle or spelled.get(key, key))),
            role=found.nodes[key]["kind"] if key in things else part,
            **{kind.received: int(received[key]), kind.made: int(made[key])},
            first=first.get(key, ""),
        )
    for source, target, data in found.edges(data=True):
        _add(shown, clean(names.get(source, source)), clean(names.get(target, target)), data)
    return shown


def _add(graph: nx.DiGraph[str], source: str, target: str, data: dict[str, Any]) -> None:
    """Add an edge; where two accounts bear one name in the file, their edges are one."""
    if graph.has_edge(source, target):
        there = graph.edges[source, target]
        begun = [one for one in (there["first"], data["first"]) if one]
        data = {
            "weight": there["weight"] + data["weight"],
            "first": min(begun, default=""),
            "last": max(there["last"], data["last"]),
            "posts": max(there["posts"], data["posts"]),
        }
    graph.add_edge(source, target, **data)


def _private_things(
    posts: pd.DataFrame, kind: str, things: set[str], roles: pd.DataFrame, hidden: Private
) -> dict[str, str]:
    """Give a number to the hashtags or links that would say who a private account is.

    Those that no other account uses, and those that name it.
    """
    edges = networks.network_edges(posts, f"accounts-{kind}s")
    private = private_numbers(edges["source"], roles).notna()
    alone = private.groupby(edges["target"].astype(object)).all()
    found = set(alone.index[alone.to_numpy(bool)])
    found |= {key for key in things if hidden.names(key)}
    return {
        key: f"private {kind} {number}" for number, key in enumerate(sorted(found & things), 1)
    }


def _write_graph(shown: nx.DiGraph[str], stem: Path, form: str, made_up: bool) -> list[Path]:
    path = stem.with_name(f"{stem.name}.{form}")
    if form != "csv" and len(shown) > limits.most("gexf"):
        shown = _told(strongest(shown, limits.most("gexf")), len(shown))
    if form == "gexf":
        path.write_bytes(_gexf(shown))
        return [path]
    if form == "graphml":
        stream = io.BytesIO()
        nx.write_graphml_xml(shown, stream)  # keys named d0, d1 …: their ids must be unique
        path.write_bytes(stream.getvalue() + b"\n")
        return [path]
    edges, nodes = (stem.with_name(f"{stem.name}-{part}.csv") for part in ("edges", "nodes"))
    kind = "Directed" if shown.is_directed() else "Undirected"
    direction = shown.graph["direction"]
    linked = [
        [
            source, target, kind, data["weight"], direction,
            data["first"], data["last"], data["posts"],
        ]
        for source, target, data in shown.edges(data=True)
    ]  # fmt: skip
    head = ["Source", "Target", "Type", "Weight", "direction", "first", "last", "posts"]
    columns = list(dict.fromkeys(["role", shown.graph["received"], shown.graph["made"], "first"]))
    listed = [
        [key, data["label"], *[data[name] for name in columns]]
        for key, data in shown.nodes(data=True)
    ]
    names = ["Id", "Label", *columns]
    _write_csv(edges, head, linked)
    _write_csv(nodes, names, listed)
    if max(len(linked), len(listed)) > LARGEST_SHEET:
        return [edges, nodes]
    book = stem.with_name(f"{stem.name}.xlsx")
    dated = {name for name in (*head, *names) if name in ("first", "last")}
    pages = {
        "edges": (head, [_dated(row, head, dated) for row in linked]),
        "nodes": (names, [_dated(row, names, dated) for row in listed]),
    }
    _write_book(book, pages, made_up)
    return [edges, nodes, book]


def strongest(graph: nx.DiGraph[str], most: int) -> nx.DiGraph[str]:
    """Return the part of a network among the `most` that made and received most."""
    sides = {graph.graph["made"], graph.graph["received"]}
    total = {key: sum(data[side] for side in sides) for key, data in graph.nodes(data=True)}
    kept = sorted(total, key=lambda key: (-total[key], key))[:most]
    part: nx.DiGraph[str] = graph.subgraph(kept).copy()
    return part


def _told(part: nx.DiGraph[str], whole: int) -> nx.DiGraph[str]:
    """Say in a network's description that it is a part."""
    part.graph["description"] += (
        f" The {len(part):,} of {whole:,} nodes that made and received most; --graph csv writes"
        " all."
    )
    return part


def _dated(row: list[Any], head: list[str], dated: set[str]) -> list[Any]:
    """Return a row whose moments are dates, for a workbook."""
    return [
        datetime.fromisoformat(cell) if name in dated and cell else cell
        for name, cell in zip(head, row, strict=True)
    ]


def _gexf(shown: nx.DiGraph[str]) -> bytes:
    """Return GEXF 1.3 that opens in Gephi as a picture with a timeline.

    Edges begin at their first act, accounts at their first edge; all stay until the last act, for
    in a part of a graph Gephi's timeline has no end where something has none. An edge without a
    time has been there always, and so have its accounts: GEXF wants no edge that begins before its
    ends. Nodes have a place, a size (what they received) and the colour of their role. The same
    graph gives the same bytes: no day of writing in the file.
    """
    timed = type(shown)(mode="dynamic")
    always = {key for *ends, data in shown.edges(data=True) if not data["first"] for key in ends}
    acts = [data[name] for *_, data in shown.edges(data=True) for name in ("first", "last")]
    until = max(filter(None, acts), default="")

    def spell(first: str | None) -> dict[str, str]:
        return {"start": first, "end": max(first, until)} if first else {}

    places = positions(shown)
    received = shown.graph["received"]
    most = max([_WIDE, *(data[received] for _, data in shown.nodes(data=True))])
    for key, data in shown.nodes(data=True):
        begin = spell(None if key in always else data["first"])
        x, y = places[key]
        red, green, blue = bytes.fromhex(ROLE_COLOURS[data["role"]].lstrip("#"))
        viz = {
            "color": {"r": red, "g": green, "b": blue},
            "position": {"x": x, "y": y, "z": 0.0},
            "size": round(4 + 36 * math.sqrt(data[received] / most), 1),
        }
        timed.add_node(key, **data, **begin, viz=viz)
    for source, target, data in shown.edges(data=True):
        timed.add_edge(source, target, **data, **spell(data["first"]))
    writer = nx.readwrite.gexf.GEXFWriter(encoding="utf-8", prettyprint=True, version="1.3")
    writer.add_graph(timed)
    head = writer.graph_element
    head.attrib.pop("name")  # no attribute of the format
    head.attrib |= {
        "mode": "dynamic",
        # Gephi takes the last of these two names of one thing, and keeps the second with dateTime,
        # the day alone with date; networkx knows the first name, and there no dateTime
        "timeformat": "date",
        "timetype": "dateTime",
        "timerepresentation": "interval",
        "idtype": "string",
    }
    meta = writer.xml[0]
    meta.attrib.pop("lastmodifieddate", None)
    for child in list(meta):
        meta.remove(child)
    for tag, words in (
        ("creator", "i4analysis"),
        ("keywords", shown.graph["direction"]),
        ("description", shown.graph["description"]),
    ):
        element = meta.makeelement(tag, {})
        element.text = words
        meta.append(element)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue() + b"\n"


# A spring layout takes time with the square of its nodes: the strongest are laid out, and the
# others stand around the one they are tied to most, as the seeds of a sunflower.
_LAID_OUT = 450
_GOLDEN = math.pi * (3 - math.sqrt(5))
_EXTENT, _STEP, _WIDE = 1_000.0, 9.0, 25  # the last: what makes a node as wide as any


def positions(graph: nx.DiGraph[str]) -> dict[str, tuple[float, float]]:
    """Return a place for each node of a network, the same at every call."""
    strength = dict(graph.degree(weight="weight"))
    order = sorted(graph, key=lambda key: (-strength[key], key))
    core = graph.subgraph(order[:_LAID_OUT]).to_undirected()
    whole = max(nx.connected_components(core), key=lambda part: (len(part), min(part)), default=())
    laid: nx.Graph[str] = nx.Graph()  # in an order of its own: places come from the order
    laid.add_nodes_from(key for key in order if key in whole)
    laid.add_edges_from(sorted((min(ends), max(ends)) for ends in core.subgraph(whole).edges))
    springs = nx.spring_layout(laid, seed=1, iterations=100) if len(laid) else {}
    span = sorted(math.hypot(*place) for place in springs.values())
    scale = _EXTENT / (span[int(0.95 * (len(span) - 1))] or 1) if span else 1
    found = {key: (float(x) * scale, float(y) * scale) for key, (x, y) in springs.items()}
    seeds: dict[str, int] = {}
    both = graph.to_undirected(as_view=True)

    def settled(waiting: list[str]) -> list[str]:
        """Place what is tied to something that stands; return the rest."""
        while waiting:
            later = []
            for key in waiting:
                near = [other for other in both[key] if other in found]
                if not near:
                    later.append(key)
                    continue
                hub = max(
                    near, key=lambda other: (both[key][other]["weight"], strength[other], other)
                )
                found[key] = _seed(found[hub], seeds, hub)
            if len(later) == len(waiting):
                break
            waiting = later
        return waiting

    rest = settled([key for key in order if key not in found])
    place = {key: number for number, key in enumerate(rest)}
    islands = nx.connected_components(both.subgraph(rest))
    for island in sorted(sorted(map(place.__getitem__, one)) for one in islands):
        # tied to nobody who stands: outside, around the whole
        found[rest[island[0]]] = _seed((0.0, 0.0), seeds, "", outside=1.3 * _EXTENT)
        settled([rest[number] for number in island[1:]])
    return {key: (round(x, 1), round(y, 1)) for key, (x, y) in found.items()}


def _seed(
    centre: tuple[float, float], seeds: dict[str, int], hub: str, outside: float = 0.0
) -> tuple[float, float]:
    place = seeds[hub] = seeds.get(hub, 0) + 1
    step = 8 * _STEP if outside else _STEP  # whole islands need more room than leaves
    radius = math.hypot(outside, step * math.sqrt(place + 1))
    return (
        centre[0] + radius * math.cos(place * _GOLDEN),
        centre[1] + radius * math.sin(place * _GOLDEN),
    )


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


def _communities(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return groups.communities(graphs.reshare_edges(archive.posts)).table


def _adoption(archive: tables.Archive, movement: Movement) -> pd.DataFrame:
    return members.adoption(archive, movement).table


_TABLES: dict[str, Callable[[tables.Archive, Movement], pd.DataFrame]] = {
    "edges": _edges,
    "accounts": _accounts,
    "communities": _communities,
    "adoption": _adoption,
    "parents": _parents,
    "influence": _influence,
    "shapes": _shapes,
    "roles": members.roles,
}


TABLES = (*tables.TABLES, *_TABLES)


def _table(archive: tables.Archive, movement: Movement, name: str, private: bool) -> pd.DataFrame:
    canonical = name in tables.TABLES
    found: pd.DataFrame = getattr(archive, name) if canonical else _TABLES[name](archive, movement)
    if not canonical and {*found} & {*BESIDE}:
        found = members.with_handles(found, archive)
    if private:
        return found
    roles = private_roles(archive, movement)
    hidden = Private.of(archive, movement, roles)
    if canonical:
        return hidden.canonical(found)
    return hidden.measured(numbered(roles if name == "roles" else found.copy(), roles))


def _write_table(frame: pd.DataFrame, stem: Path, made_up: bool) -> list[Path]:
    path = stem.with_name(f"{stem.name}.csv")
    columns = [_plain(frame[name]) for name in frame.columns]
    _write_csv(path, list(frame.columns), zip(*columns, strict=True))
    if len(frame) > LARGEST_SHEET:
        return [path]
    book = stem.with_name(f"{stem.name}.xlsx")
    dates = [_dates(frame[name], column) for name, column in zip(frame, columns, strict=True)]
    pages = {"data": (list(frame.columns), list(map(list, zip(*dates, strict=True))))}
    _write_book(book, pages, made_up)
    return [path, book]


def _dates(values: pd.Series, plain: list[Any]) -> list[Any]:
    """Return the cells of a column for a workbook: moments as moments, the rest as it is."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        return plain
    return ["" if pd.isna(one) else pd.Timestamp(one).to_pydatetime(warn=False) for one in values]


def _plain(values: pd.Series) -> list[Any]:
    """Return cells as numbers, flags or text: "" for null, lists joined by |, times as ISO.

    Each end of a line is a line feed: Python's writer puts no quotes around a carriage return
    alone, and the row would end there; with a NUL it ends in R.
    """
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
    return [
        re.sub("\r\n?", "\n", one.replace("\0", "")) if isinstance(one, str) else one
        for one in listed
    ]


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


Page = tuple[list[str], list[list[Any]]]


def _write_book(path: Path, pages: Mapping[str, Page], made_up: bool) -> None:
    """Write rows as sheets: identifiers as text, moments as dates (UTC), numbers as numbers."""
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    )
    try:
        for title, (header, rows) in pages.items():
            sheet = book.add_worksheet(f"made-up {title}" if made_up else title)
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(header):
                sheet.write_string(0, place, name)
            for number, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    _write_cell(sheet, number, place, cell)
    finally:
        book.close()


def _write_cell(sheet: Any, row: int, place: int, cell: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, (int, float)):
        sheet.write_number(row, place, cell)
    elif isinstance(cell, datetime) and cell.replace(tzinfo=None) >= FIRST_DAY:
        sheet.write_datetime(row, place, cell.replace(tzinfo=None))
    elif cell != "":
        text = cell.isoformat() if isinstance(cell, datetime) else str(cell)
        sheet.write_string(row, place, fitting(text))
