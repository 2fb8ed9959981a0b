"""Who relayed to whom: a probability for each possible parent of each reshare.

Platforms point every reshare to the original; the road it took is not recorded. This module gives
each reshare the probability of each earlier post of its cascade to be the one it came from, the
quality of the evidence behind it, and a gate that says whether relays may be named at all.

Methods, all with the same table: `lsr` (latent-source relational hazard, `measure.hazard`), and
the named baselines `casin` (followers × exponential recency; Rizoiu et al. 2018) and `author`
(everyone reshares from the author).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from i4analysis import kept, tables
from i4analysis.errors import MeasureError, nearest
from i4analysis.measure.accounts.identity import Accounts
from i4analysis.measure.graph import graph
from i4analysis.measure.graph.groups import (
    Core,
    Posting,
    Received,
    beyond,
    beyond_counts,
    communities,
    core,
    posting,
    received,
    standing,
)
from i4analysis.measure.relays import evidence as ev
from i4analysis.measure.relays import hazard as hz
from i4analysis.measure.relays import parents
from i4analysis.measure.relays.cascade_arrays import Cascades, Floats, cascades
from i4analysis.measure.relays.cascades import expected_descendants
from i4analysis.measure.relays.parents import DIRECT_SHARES
from i4analysis.measure.relays.passages import (
    brokers,
    generations,
    role_matrix,
    shown_roles,
)
from i4analysis.measure.relays.probabilities import (
    CHECKED_FROM,
    LEAST_CHECKED,
    TABLE,
    UNSEEN,
    ParentProbabilities,
    assemble,
    parts,
)
from i4analysis.measure.relays.real_trees import real_trees
from i4analysis.measure.relays.tables import (
    cascade_shapes,
    direct_shares,
    heard_through,
    over_direct_shares,
    relay_influence,
)
from i4analysis.measure.relays.trees import Integers, Pairs
from i4analysis.movement import Movement
from i4analysis.results import Result

__all__ = [
    "DIRECT_SHARES",
    "TABLE",
    "UNSEEN",
    "ParentProbabilities",
    "RelayPicture",
    "beyond",
    "beyond_counts",
    "brokers",
    "cascade_shapes",
    "communities",
    "direct_shares",
    "expected_descendants",
    "generations",
    "heard_through",
    "over_direct_shares",
    "parent_probabilities",
    "picture",
    "real_trees",
    "relay_influence",
    "role_matrix",
    "standing",
]

METHODS = ("lsr", "casin", "author")


def parent_probabilities(
    archive: tables.Archive,
    movement: Movement | None = None,
    method: str = "lsr",
    *,
    follows: pd.DataFrame | None = None,
    audit: pd.DataFrame | None = None,
    delta: float | None = None,
    seed: int = 0,
    passes: int = 2,
) -> ParentProbabilities:
    """Give every reshare the probability of each of its possible parents.

    Parameters
    ----------
    archive
        Canonical tables; posts, profiles (followers) and follows are used.
    movement
        Its ledger `audit` is used when `audit` is None.
    method
        `lsr`, or a named baseline: `casin`, `author`.
    follows
        Follow edges, canonical; default those of the archive.
    audit
        Hand audit of a random sample of reshares (ledger `audit`): does the resharer follow the
        author? Its share becomes the direct share. A follower may still have seen a relay first,
        so that share is an upper end. It also opens the gate, where at least half of 20 or more
        reshares follow the author or (`follows_relay`) an earlier resharer.
    delta
        Direct share, when known from elsewhere; wins over the audit.
    seed
        Seed of the control accounts.
    passes
        Fits of the hazard; each after the first takes co-reshares from the one before.

    Returns
    -------
    ParentProbabilities
        `n_used` is the number of reshares given parents.

    Notes
    -----
    Candidates are the original and the last 200 reshares before; fewer in archives where that
    would make more than 12 million rows (`parameters["most_candidates"]`). A reshare whose `via`
    the platform gives has that parent with certainty. Where the platform counted more reshares
    than the archive holds, each reshare may have come through one that is missing: where the
    archive holds a share ρ, all the missing together weigh about (1 − ρ)/ρ times the relays seen.

    References
    ----------
    Butts 2008; Perry & Wolfe 2013 (relational events); Rizoiu et al. 2018 (casIn); Zola, Cola,
    Mazza, Martella 2020 (interaction strength).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> totals = parents.table.groupby("child_id")["p"].sum()
    >>> bool((totals < 1.000001).all()), parents.n_used > 500
    (True, True)
    """
    if method not in METHODS:
        raise MeasureError(
            f"There is no relay method {method!r}, expected one of {', '.join(METHODS)}"
            f"{nearest(method, METHODS)}; choose one."
        )
    asked = (method, seed, passes)
    work = partial(_worked_out, archive, follows, *asked)
    ours = follows is None  # lists of the caller's own are in no archive
    found = kept.on_shelf(archive, "parents", asked, _KINDS, work) if ours else work()
    return _calibrated(assemble(*found), movement, audit, delta)


_KINDS = (Cascades, Accounts, Pairs, hz.Hazard)
Worked = tuple[Cascades, Pairs, Floats, Integers, hz.Hazard | None, dict[str, Any]]


def _worked_out(
    archive: tables.Archive, follows: pd.DataFrame | None, method: str, seed: int, passes: int
) -> Worked:
    """Return what `assemble` puts together."""
    arrays = cascades(archive)
    index = ev.evidence(archive.posts, archive.follows if follows is None else follows, arrays)
    rng = np.random.default_rng(seed)
    most = parents.most_candidates(arrays)
    fitted: hz.Hazard | None = None
    if method == "lsr":
        fitted, found = parents.fit_hazard(arrays, index, most, passes, rng)
    else:
        found = parents.Evidenced.of(arrays, index, most, hz.Hazard())
    rows = parents.map_cascades(found, arrays.start, most)
    if fitted is None:
        rows = (parents.as_baseline(method, arrays, piece) for piece in rows)
    pairs, plain, mask = parents.normalised(arrays, rows, fitted)
    parameters: dict[str, Any] = {"method": method, "seed": seed, "most_candidates": most}
    if fitted is not None:
        parameters |= {**fitted.described(), "passes": passes, "reshares_fitted": fitted.fitted}
    return arrays, pairs, plain, mask, fitted, parameters


def _calibrated(
    result: ParentProbabilities,
    movement: Movement | None,
    audit: pd.DataFrame | None,
    delta: float | None,
) -> ParentProbabilities:
    if audit is None and movement is not None:
        audit = movement.ledger("audit")
    if audit is None or audit.empty or not result.n_used:
        return result if delta is None else result.with_direct_share(delta)
    arrays, _ = parts(result)
    reshares = arrays.posts["post_id"][~arrays.is_original]
    checked = audit[audit["post_id"].isin(reshares).to_numpy()]
    number = len(checked)
    if not number:
        result = result.but(notes=(*result.notes, "audit_not_in_archive"))
        return result if delta is None else result.with_direct_share(delta)
    along = checked["follows_author"].to_numpy(dtype=float)
    # whom nobody looked up may follow a relay, or none
    relay = checked.get("follows_relay", pd.Series(index=checked.index, dtype=float))
    least, most = (np.maximum(along, relay.fillna(end).to_numpy(float)).mean() for end in (0, 1))
    if number >= LEAST_CHECKED and (least >= CHECKED_FROM or most < CHECKED_FROM):
        result = result.with_reading(float(least), number)
    if delta is not None:
        return result.with_direct_share(delta)
    share = float(checked["follows_author"].astype("float64").mean())
    whose = arrays.posts["cascade_id"][~arrays.is_original].set_axis(reshares.to_numpy())
    whose = whose[~whose.index.duplicated()].reindex(checked["post_id"].to_numpy())
    codes = np.unique(whose.to_numpy(dtype=object).astype(str), return_inverse=True)[1]
    lo, hi = parents.audit_interval(
        checked["follows_author"].to_numpy(dtype=float), codes, len(reshares)
    )
    moved = result.with_direct_share(share, "audit", lo, hi)
    return moved.but(quality=moved.quality.assign(n_audited=number))


@dataclass(frozen=True, eq=False)
class RelayPicture:
    """The measures of relays, each as its function gives it.

    Attributes
    ----------
    roles
        Role of each account, as given.
    edges, standing, communities
        The reshare graph: `graph.reshare_edges`, `relays.standing`, `relays.communities`.
    matrix, generations
        Counts: `relays.role_matrix`, `relays.generations`.
    parents, influence, shapes, sensitivity, brokers
        Probabilities: `relays.parent_probabilities`, `relays.relay_influence`,
        `relays.cascade_shapes`, `relays.direct_shares`, `relays.brokers`.
    posting, received, core
        How posts and reshares are spread, and the rich core: `groups.posting`, `groups.received`,
        `groups.core`.
    shown_roles
        The role matrix without small cells: `passages.shown_roles`.
    beyond
        What each measure adds to the count of reshares: `relays.beyond`.
    trials
        What the method reaches on real trees: `relays.real_trees`.
    begun_at, as_of
        First post that the archive holds by itself, and its last, UTC; None without one.
    """

    roles: pd.DataFrame
    edges: pd.DataFrame
    standing: pd.DataFrame
    communities: Result
    matrix: Result
    generations: Result
    parents: ParentProbabilities
    influence: Result
    shapes: Result
    sensitivity: Result
    brokers: Result
    posting: Posting | None
    received: Received
    core: Core | None
    shown_roles: pd.DataFrame
    beyond: pd.DataFrame
    trials: pd.DataFrame
    begun_at: pd.Timestamp | None
    as_of: pd.Timestamp | None

    @property
    def excluded(self) -> dict[str, int]:
        """Reason → rows left out, by the measure that leaves out the most of them."""
        found: dict[str, int] = {}
        for result in (self.matrix, self.parents, self.generations):
            for reason, count in result.excluded.items():
                found[reason] = max(count, found.get(reason, 0))
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
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> roles = i4.members.roles(archive, movement)
    >>> picture = i4.relays.picture(archive, movement, parents, roles)
    >>> picture.shown_roles.columns.tolist()
    ['resharer_role', 'author_role', 'reshares']
    """
    edges = graph.reshare_edges(archive.posts)
    found, place = communities(edges), standing(edges)
    influence, carried = relay_influence(parents), brokers(parents, found.table)
    matrix = role_matrix(archive.posts, roles)
    moments = archive.posts["posted_at"]
    first, last = moments[tables.own(archive.posts)].min(), moments.max()
    return RelayPicture(
        roles=roles,
        edges=edges,
        standing=place,
        communities=found,
        matrix=matrix,
        generations=generations(archive.posts, roles),
        parents=parents,
        influence=influence,
        shapes=cascade_shapes(parents),
        sensitivity=direct_shares(parents),
        brokers=carried,
        posting=posting(archive, roles),
        received=received(place),
        core=core(place, edges),
        shown_roles=shown_roles(matrix.table),
        beyond=beyond(place, influence, carried),
        trials=real_trees(),
        begun_at=None if pd.isna(first) else first,
        as_of=None if pd.isna(last) else last,
    )
