"""The reshare graph as a widget in JupyterLab: an optional extra, used nowhere by default."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from i4analysis.arguments import answer
from i4analysis.errors import I4Error
from i4analysis.measure.graph.graph import DIRECTION
from i4analysis.movement import Movement
from i4analysis.publish.charts import limits
from i4analysis.publish.export import ROLE_COLOURS, exported_graph, strongest
from i4analysis.tables import Archive

__all__ = ["interactive", "strongest"]

MOST_ACCOUNTS = limits.most("widget")


def interactive(
    archive: Archive, movement: Movement, *, most: int = MOST_ACCOUNTS, height: int = 600
) -> Any:
    """Show the reshare graph as a widget to zoom, search and filter, in JupyterLab only.

    For the analyst's own screen: like `i4 export --graph`, it shows handles of accounts that a
    report would not name; accounts looking for work bear a number. Needs the extra `interactive`
    (ipysigma, MIT licence), and no network.

    Parameters
    ----------
    archive, movement
        What `load` and `Movement.load` give.
    most
        Accounts shown: those with most reshares made and received. A browser draws some
        thousands.
    height
        Of the widget, in pixels.

    Returns
    -------
    ipysigma.Sigma
        Arrows go from the account that reshares to the author of the original; size counts
        reshares received, colour is the role.

    Raises
    ------
    I4Error
        When ipysigma is not installed, or there is nothing to show.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> widget = i4.interactive(made.archive, made.movement, most=50)  # doctest: +SKIP
    """
    try:
        sigma = import_module("ipysigma")
    except ImportError as missing:
        raise I4Error(
            "The interactive graph needs ipysigma, which is not installed, expected the extra"
            ' "interactive"; run pip install "i4analysis[interactive]" and reload JupyterLab, or'
            " use i4 export --graph gexf and Gephi."
        ) from missing
    shown = strongest(exported_graph(archive, movement), most)
    if not len(shown):
        raise I4Error(
            f"The archive of {movement.name} holds no reshare of another's post, expected some to"
            " draw as a graph; read an archive first with i4 read."
        )
    return sigma.Sigma(
        shown,
        name=f"{movement.name}{' (made-up data)' if movement.made_up else ''}: {DIRECTION}",
        height=height,
        start_layout=True,
        default_edge_type="arrow",
        node_size="reshared",
        node_size_range=(3, 20),
        node_color="role",
        node_color_palette=ROLE_COLOURS,
        node_label="label",
        edge_size="weight",
        edge_size_range=(0.5, 6),
    )


answer(__name__)
