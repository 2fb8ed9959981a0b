"""A page to explore reshares in a browser: for the analyst's own screen, never published.

No refresh writes it and no release holds it. Vega (BSD) is written into the page by vl-convert,
of the extra `interactive`; nothing is fetched.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from i4analysis.arguments import answer
from i4analysis.errors import I4Error
from i4analysis.measure.accounts.roles import role_of
from i4analysis.measure.graph.graph import DIRECTION
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.publish.chapter.private import private_numbers, private_roles
from i4analysis.publish.export import (
    ROLE_COLOURS,
    exported_graph,
    positions,
    strongest,
)
from i4analysis.publish.words.wording import clean
from i4analysis.tables import Archive, seconds

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["explore"]

TEMPLATES = Path(__file__).parent / "templates"
Part = tuple[int, int, str]  # so many of so many of what
# What a browser should draw without lagging: a guess on the safe side, not a measurement.
MOST_ACCOUNTS, MOST_LINES, MOST_RESHARES, MOST_CASCADES = 5_000, 20_000, 5_000, 40


def explore(
    archive: Archive, movement: Movement, out: Path | str, *, most: int = MOST_ACCOUNTS
) -> Path:
    """Write a page to explore who reshared whom and how each post spread, in any browser.

    For the analyst's own screen: it shows handles that a report would not name, and says so.
    Accounts looking for work bear a number; those of `erase.csv` left the archive at `load`; no
    text of a post is in it. Needs the extra `interactive` (vl-convert, BSD licence), no network.

    Parameters
    ----------
    archive, movement
        What `load` and `Movement.load` give.
    out
        The file to write; never in the folder of a report.
    most
        Accounts shown: those with most reshares made and received. Lines and cascades have limits
        of their own; the page says how many of how many it shows.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    I4Error
        When vl-convert is not installed, there is nothing to show, or `out` is a folder or in a
        report.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> file = Path(tempfile.mkdtemp()) / "explore.html"
    >>> i4.explore(made.archive, made.movement, file).name  # doctest: +SKIP
    'explore.html'
    """
    path = Path(out)
    refuse_a_place(path)
    vega = _vega()
    whole = exported_graph(archive, movement)
    if not len(whole):
        raise I4Error(
            f"The archive of {movement.name} holds no reshare of another's post, expected some to"
            " explore; read an archive first with i4 read."
        )
    shown = strongest(whole, most)
    spread, told = _cascades(archive, movement)
    drawn, lines = _graph(shown, positions(shown))
    limits = [
        f"{some:,} of {every:,} {what}."
        for some, every, what in (
            (len(shown), len(whole), "accounts: those with most reshares made and received"),
            (lines, whole.number_of_edges(), "lines between accounts: the heaviest"),
            *told,
        )
        if some < every
    ]
    limits.append("Accounts looking for work bear a number instead of their handle.")
    text = _page(
        name=movement.name,
        made_up=movement.made_up,
        direction=DIRECTION.replace("->", "→").capitalize(),
        told=limits,
        bundle=Markup(vega.javascript_bundle()),
        specs=Markup(_json({"graph": drawn, "cascades": spread})),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".explore-", dir=path.parent) as scratch:
        page = Path(scratch, "page.html")  # what is asked for may be a folder, and have no name
        page.write_text(text, encoding="utf-8")
        page.replace(path)
    return path


def refuse_a_place(path: Path) -> None:
    """Raise I4Error where the page cannot or may not be written, before any work is done."""
    if path.is_dir():
        raise I4Error(
            f"{path} is a folder, expected the name of a file to write; give --out"
            f" {path / 'explore.html'}."
        )
    for folder in path.absolute().parents:
        if (folder / "manifest.json").is_file() or folder.name == "releases":
            raise I4Error(
                f"The file {path} would stand in the published report {folder}, expected another"
                " place: it names people and is never published; give --out elsewhere."
            )


def _vega() -> Any:
    try:
        return import_module("vl_convert")
    except ImportError as missing:
        raise I4Error(
            "The page to explore needs vl-convert-python, which is not installed, expected the"
            ' extra "interactive"; run pip install "i4analysis[interactive]", or use i4 export'
            " --graph gexf and Gephi."
        ) from missing


def _page(**values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("explore.html").render(**values)


def _json(value: Any) -> str:
    """Return JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _picture(name: str) -> dict[str, Any]:
    """Return a picture of `explore.json` without its rows, in the colours of roles."""
    text = (TEMPLATES / "explore.json").read_text(encoding="utf-8")
    spec: dict[str, Any] = json.loads(text)[name]
    scale = {"domain": list(ROLE_COLOURS)[:-2], "range": list(ROLE_COLOURS.values())[:-2]}
    spec["layer"][-1]["encoding"]["color"]["scale"] = scale
    return spec


def _graph(
    shown: nx.DiGraph[str], places: dict[str, tuple[float, float]]
) -> tuple[dict[str, Any], int]:
    """Return the picture of the graph, and how many lines it has."""
    nodes = [
        {
            "key": key,
            "label": data["label"],
            "role": data["role"],
            "reshared": data["reshared"],
            "reshares": data["reshares"],
            "first": data["first"][:10],
            "x": places[key][0],
            "y": places[key][1],
        }
        for key, data in shown.nodes(data=True)
    ]
    heaviest = sorted(shown.edges(data=True), key=lambda edge: (-edge[2]["weight"], edge[:2]))
    edges = [
        {
            "source": source,
            "target": target,
            "weight": data["weight"],
            "x": places[source][0],
            "y": places[source][1],
            "x2": places[target][0],
            "y2": places[target][1],
        }
        for source, target, data in heaviest[:MOST_LINES]
    ]
    spec = _picture("graph")
    for layer, rows in zip(spec["layer"], (edges, nodes), strict=True):
        layer["data"] = {"values": rows}
    return spec, len(edges)


def _cascades(archive: Archive, movement: Movement) -> tuple[dict[str, Any], list[Part]]:
    """Return the picture of the largest cascades, and how many of how many it shows."""
    parents = relays.parent_probabilities(archive, movement).table
    roles = private_roles(archive, movement)
    sizes = parents.groupby("cascade_id")["child_id"].nunique().sort_values(ascending=False)
    taken = sizes[sizes.cumsum() <= MOST_RESHARES].head(MOST_CASCADES)
    taken = sizes.head(1) if taken.empty else taken
    best = parents[parents["cascade_id"].isin(taken.index)].sort_values(["p", "parent_id"])
    best = best.drop_duplicates("child_id", keep="last").astype(object)
    posts = archive.posts.drop_duplicates("post_id").set_index("post_id")
    made = posts.loc[posts.index.isin(best["child_id"]), ["posted_at", "reshared_at"]]
    hours = pd.Series(
        (seconds(made["posted_at"]) - seconds(made["reshared_at"])) / 3600,
        made.index.astype(object),
    )
    best = best.assign(hours=best["child_id"].map(hours)).dropna(subset=["hours"])
    best = best.sort_values(["cascade_id", "hours", "child_id"])
    best["number"] = best.groupby("cascade_id").cumcount() + 1
    names = _names(best["child_account"], roles)
    authors = best.drop_duplicates("cascade_id").set_index("cascade_id")
    origin = parents[parents["parent_id"] == parents["cascade_id"]].astype(object)
    author = origin.drop_duplicates("cascade_id").set_index("cascade_id")["parent_account"]
    called = dict(zip(author.index, _names(author, roles), strict=True))
    times = {key: f"{n:,} reshares" if n > 1 else "1 reshare" for key, n in sizes.items()}
    titles = {
        key: f"{place}. {called.get(key, 'a post')}, {times[key]}"
        for place, key in enumerate((one for one in taken.index if one in authors.index), 1)
    }
    marks = best.to_dict("records")
    at = {row["child_id"]: (float(row["hours"]), int(row["number"])) for row in marks}
    rows = [
        {
            "post": titles[row["cascade_id"]],
            "label": name,
            "role": role,
            "hours": round(float(row["hours"]), 3),
            "number": int(row["number"]),
            "p": round(float(row["p"]), 3),
            "from_hours": round(at.get(row["parent_id"], (0.0, 0))[0], 3),
            "from_number": at.get(row["parent_id"], (0.0, 0))[1],
        }
        for row, name, role in zip(
            marks, names, role_of(best["child_account"], roles), strict=True
        )
    ]
    left = [
        (len(titles), len(sizes), "posts that were reshared: those with most reshares"),
        (len(rows), int(sizes.sum()), "reshares drawn as marks"),
    ]
    return _spread(rows, list(titles.values())), left


def _names(keys: pd.Series, roles: pd.DataFrame) -> list[str]:
    """Return what each account is called on the page: a number for whoever looks for work."""
    keys = keys.reset_index(drop=True)
    handles = keys.map(roles.astype(object).set_index("account_id")["handle"])
    hidden = private_numbers(keys, roles)
    return [
        clean(number if number is not None else handle if isinstance(handle, str) else key)
        for key, handle, number in zip(keys, handles, hidden, strict=True)
    ]


def _spread(rows: list[dict[str, Any]], titles: list[str]) -> dict[str, Any]:
    spec = _picture("cascades")
    (post,) = spec["params"]
    post["value"], post["bind"]["options"] = titles[0] if titles else "", titles
    return spec | {"data": {"values": rows}}


answer(__name__)
