"""Everything there is to say of a movement's relays, measured in one go."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from i4analysis import tables
from i4analysis.measure.graph import graph
from i4analysis.measure.graph.groups import (
    Core,
    Received,
    beyond,
    communities,
    core,
    received,
    standing,
)
from i4analysis.measure.relays.lanes import lanes
from i4analysis.measure.relays.passages import (
    brokers,
    generations,
    most_above,
    role_matrix,
    shown_roles,
)
from i4analysis.measure.relays.probabilities import ParentProbabilities
from i4analysis.measure.relays.real_trees import real_trees
from i4analysis.measure.relays.tables import cascade_shapes, direct_shares, relay_influence
from i4analysis.movement import Movement
from i4analysis.results import Result


@dataclass(frozen=True, eq=False)
class RelayPicture:
    """The measures of relays, each as its function gives it.

    Attributes
    ----------
    roles
        Role of each account, as given.
    edges, standing, communities
        The reshare graph: `graph.reshare_edges`, `relays.standing`, `relays.communities`.
    matrix, generations, lanes
        Counts: `relays.role_matrix`, `relays.generations`, `relays.lanes`.
    parents, influence, shapes, sensitivity, brokers
        Probabilities: `relays.parent_probabilities`, `relays.relay_influence`,
        `relays.cascade_shapes`, `relays.direct_shares`, `relays.brokers`.
    received, core
        How reshares are spread, and the rich core: `groups.received`, `groups.core`.
    shown_roles, above
        The role matrix without small cells, and its pair most above its counts:
        `passages.shown_roles`, `passages.most_above`.
    beyond
        What each measure adds to the count of reshares: `relays.beyond`.
    trials
        What the method reaches on real trees: `relays.real_trees`.
    as_of
        Last post of the archive, UTC; None without one.
    """

    roles: pd.DataFrame
    edges: pd.DataFrame
    standing: pd.DataFrame
    communities: Result
    matrix: Result
    generations: Result
    lanes: Result
    parents: ParentProbabilities
    influence: Result
    shapes: Result
    sensitivity: Result
    brokers: Result
    received: Received
    core: Core | None
    shown_roles: pd.DataFrame
    above: pd.Series | None
    beyond: pd.DataFrame
    trials: pd.DataFrame
    as_of: pd.Timestamp | None

    @property
    def excluded(self) -> dict[str, int]:
        """Reason → rows left out, over all the measures."""
        found: dict[str, int] = {}
        for result in (self.matrix, self.parents, self.generations, self.lanes):
            found |= result.excluded
        return found


def picture(
    archive: tables.Archive, movement: Movement, parents: ParentProbabilities, roles: pd.DataFrame
) -> RelayPicture:
    """Measure everything on the relays of a movement.

    Parameters
    ----------
    archive, movement
        As everywhere.
    parents
        As `relays.parent_probabilities` gives them.
    roles
        As `members.roles` gives them.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> archive, movement = made.archive, made.movement
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> roles = i4.members.roles(archive, movement)
    >>> picture = i4.relays.picture(archive, movement, parents, roles)
    >>> picture.shown_roles.columns[:3].tolist()
    ['resharer_role', 'author_role', 'reshares']
    """
    edges = graph.reshare_edges(archive.posts)
    found, place = communities(edges), standing(edges)
    influence, carried = relay_influence(parents), brokers(parents, found.table)
    matrix = role_matrix(archive.posts, roles)
    shown = shown_roles(matrix.table)
    last = archive.posts["posted_at"].max()
    return RelayPicture(
        roles=roles,
        edges=edges,
        standing=place,
        communities=found,
        matrix=matrix,
        generations=generations(archive.posts, roles),
        lanes=lanes(archive, movement),
        parents=parents,
        influence=influence,
        shapes=cascade_shapes(parents),
        sensitivity=direct_shares(parents),
        brokers=carried,
        received=received(place),
        core=core(place, edges),
        shown_roles=shown,
        above=most_above(shown),
        beyond=beyond(place, influence, carried),
        trials=real_trees(),
        as_of=None if pd.isna(last) else last,
    )
