"""Who reshares whom by role, who came through whom, and who carries posts between groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.measure.accounts import identity
from i4analysis.measure.accounts.roles import role_of
from i4analysis.measure.graph import graph
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.numbers.suppression import LIMIT, rounded, small
from i4analysis.measure.relays import trees
from i4analysis.measure.relays.probabilities import ParentProbabilities, parts
from i4analysis.measure.relays.tables import affordable
from i4analysis.results import Result
from i4analysis.tables import declared, reshares, true

Floats = npt.NDArray[np.float64]
Integers = trees.Integers
Flags = npt.NDArray[np.bool_]
ROLES = ("founder", "supporter", "seeker", "media", "institution", "other")
LEVEL = 0.9
#: Instead of whom an account reshared: somebody unknown; it came at a time that nobody knows.
_SOMEBODY, _BEFORE = -2, -3
GENERATIONS, BROKERS = declared(__file__).values()


def role_matrix(posts: pd.DataFrame, roles: pd.DataFrame | None) -> Result:
    """Count reshares by the role of who reshares and the role of who is reshared.

    Parameters
    ----------
    posts
        Canonical posts.
    roles
        As `members.roles` gives them.

    Returns
    -------
    Result
        `table`: one row a pair of roles, those with no account left out: `resharer_role`,
        `author_role`, `reshares`, `resharers`, `authors` (distinct accounts), `share` (of the
        reshares that role made), `expected` (reshares if each role reshared in proportion to what
        is reshared overall). Counts, not estimates. `n_used` is the number of reshares.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> roles = i4.members.roles(archive, movement)
    >>> matrix = i4.relays.role_matrix(archive.posts, roles).table
    >>> matrix["reshares"].sum() == (archive.posts["kind"] == "reshare").sum()
    True
    """
    edges = graph.reshare_edges(posts)
    sides = pd.DataFrame(
        {
            "resharer_role": role_of(edges["resharer"], roles),
            "author_role": role_of(edges["author"], roles),
            "weight": edges["weight"].to_numpy(np.int64),
            "resharer": edges["resharer"],
            "author": edges["author"],
        }
    )
    present = set(sides["resharer_role"]) | set(sides["author_role"])
    order = [role for role in ROLES if role in present]
    shape = pd.MultiIndex.from_product([order, order], names=["resharer_role", "author_role"])
    grouped = sides.groupby(["resharer_role", "author_role"])
    counted = grouped["weight"].sum().reindex(shape, fill_value=0).to_numpy(np.int64)
    people = grouped["resharer"].nunique().reindex(shape, fill_value=0).to_numpy(np.int64)
    origins = grouped["author"].nunique().reindex(shape, fill_value=0).to_numpy(np.int64)
    grid = counted.reshape(len(order), len(order))
    made, received, total = grid.sum(axis=1), grid.sum(axis=0), max(int(grid.sum()), 1)
    table = pa.table(
        {
            "resharer_role": pa.array(shape.get_level_values(0), pa.string()),
            "author_role": pa.array(shape.get_level_values(1), pa.string()),
            "reshares": counted,
            "resharers": people,
            "authors": origins,
            "share": (grid / np.maximum(made, 1)[:, None]).ravel(),
            "expected": (np.outer(made, received) / total).ravel(),
        }
    )
    excluded = {**edges.attrs["excluded"], "self-reshares": edges.attrs["self_reshares"]}
    return Result(
        table=tables.from_arrow(table),
        n_used=int(grid.sum()),
        excluded={reason: count for reason, count in excluded.items() if count},
    )


def shown_roles(matrix: pd.DataFrame, limit: int = LIMIT) -> pd.DataFrame:
    """Return the role matrix as it may be shown: no cell gives somebody looking for work away.

    Where fewer than `limit` of them reshare, or are reshared by, some role, they join the others.
    Else every cell goes down to a multiple of five: all reshares less the others' give none back.

    Parameters
    ----------
    matrix
        Table of `role_matrix`.

    Returns
    -------
    pandas.DataFrame
        `resharer_role`, `author_role`, `reshares`, as there.
    """
    sides = (("resharer_role", "resharers"), ("author_role", "authors"))
    few = any(((matrix[side] == "seeker") & small(matrix[count], limit)).any()
              for side, count in sides)  # fmt: skip
    kept = matrix[["resharer_role", "author_role", "reshares"]]
    if few:
        for side, _ in sides:
            kept = kept.assign(**{side: kept[side].replace({"seeker": "other"})})
    order = [role for role in ROLES if role in set(kept["resharer_role"])]
    shape = pd.MultiIndex.from_product([order, order], names=["resharer_role", "author_role"])
    summed = kept.groupby(["resharer_role", "author_role"])["reshares"].sum()
    if "seeker" in order:
        summed = pd.Series(rounded(summed, limit), summed.index, "int64", summed.name)
    return summed.reindex(shape, fill_value=0).reset_index()


def generations(posts: pd.DataFrame, roles: pd.DataFrame | None) -> Result:
    """Place each account at its arrival, one step below the first account it reshared.

    Definition
        An account arrives with its first post or reshare in the archive. A founder, or an account
        whose first act is a post of its own, is generation 0; any other is one below the first
        account it reshared, as that account stood then. These are facts of the archive (who was
        reshared first), not the road a post took. How an account arrived is not known where it is
        first met in a reshare that does not date its post, reshares somebody unknown first, or
        has a post without a time.

    Returns
    -------
    Result
        `table`, in order of arrival: `account`, `role`, `arrived_at` (UTC), `start` (founder |
        own | reshare), `generation`, `through` (account first reshared; null at generation 0).
        An author reshared before any post of its own was seen stands at generation 0 from the
        time of that post. Accounts whose arrival is not known are left out, with their count.
        `parameters["originals_dated"]`: share of the reshares of others whose
        original's moment is known; where it is low, accounts that posted first look as if they
        had arrived by resharing. NaN without any.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> roles = i4.members.roles(archive, movement)
    >>> i4.relays.generations(archive.posts, roles).table["generation"].min()
    0
    """
    people = identity.accounts(posts)
    moments = tables.microseconds(posts["posted_at"], graph.NEVER)
    timed = moments != graph.NEVER
    reshare = reshares(posts)
    author, origin = people.codes["author"], people.codes["reshared_author"]
    told = tables.microseconds(posts["reshared_at"], graph.NEVER)
    signed = author >= 0  # whoever has a post without a time may have come by it
    # who is reshared had posted by then, though nobody knows when where the reshare does not say
    dated = told != graph.NEVER
    named = reshare & (origin >= 0) & (dated | timed)
    moments = np.where(timed, moments, np.iinfo(np.int64).min)
    when = np.concatenate([moments[signed], np.where(dated, told, moments)[named]])
    who = np.concatenate([author[signed], origin[named]])
    itself = origin == author
    of = np.where(origin < 0, _SOMEBODY, origin)
    of = np.where(timed, np.where(reshare & ~itself, of, -1), _BEFORE)
    via = np.concatenate([of[signed], np.where(dated, -1, _BEFORE)[named]])
    own = np.concatenate([(~reshare | itself)[signed], np.ones(named.sum(), bool)])
    order = np.lexsort((~own, when))
    founder = true(role_of(_keys(people), roles) == "founder")
    generation, first, through = _descend(who[order], via[order], founder, len(people))
    arrived = np.flatnonzero(first >= 0)
    arrived = arrived[np.argsort(first[arrived], kind="stable")]
    start = np.where(founder, "founder", np.where(through < 0, "own", "reshare"))[arrived]
    keys = people.keys
    table = pa.table(
        {
            "account": keys.take(pa.array(arrived)),
            "role": pa.array(role_of(_keys(people), roles).to_numpy()[arrived], pa.string()),
            "arrived_at": pa.array(when[order][first[arrived]], pa.int64()).cast(tables.TIME),
            "start": pa.array(start, pa.string()),
            "generation": generation[arrived],
            "through": keys.take(pa.array(through[arrived], mask=through[arrived] < 0)),
        },
        schema=GENERATIONS.schema,
    )
    there = np.union1d(author, origin[reshare])
    excluded = {
        "posts without a time": int((~timed).sum()),
        "posts without an author": int((timed & (author < 0)).sum()),
        "accounts whose arrival is not known": int((there >= 0).sum()) - len(arrived),
    }
    return Result(
        table=tables.from_arrow(table),
        parameters={"originals_dated": _dated(posts, reshare & ~itself, told, timed & ~reshare)},
        n_used=int((timed & signed).sum()),
        excluded={reason: count for reason, count in excluded.items() if count},
    )


def _dated(posts: pd.DataFrame, reshare: Flags, told: Integers, own: Flags) -> float:
    """Return the share of reshares whose original's moment is known, told or from its row."""
    if not reshare.any():
        return float("nan")
    held = identity.text(posts["post_id"]).filter(pa.array(own))
    found = pc.is_in(identity.text(posts["reshared_id"]), value_set=held, skip_nulls=True)
    known = (told != graph.NEVER) | found.to_numpy(zero_copy_only=False)
    return float(known[reshare].mean())


def _keys(people: identity.Accounts) -> pd.Series:
    return pd.Series(people.keys.to_pandas(), dtype=object)


@compiled
def _descend(
    who: Integers, via: Integers, founder: Flags, count: int
) -> tuple[Integers, Integers, Integers]:
    generation = np.zeros(count, np.int64)
    first = np.full(count, -1, np.int64)
    through = np.full(count, -1, np.int64)
    for row in range(len(who)):
        account = who[row]
        if first[account] != -1:
            continue
        if via[row] == _BEFORE or (via[row] == _SOMEBODY and not founder[account]):
            first[account] = -2
            continue
        first[account] = row
        if via[row] >= 0 and not founder[account]:
            through[account] = via[row]
            generation[account] = generation[via[row]] + 1
    return generation, first, through


def brokers(
    found: ParentProbabilities,
    communities: pd.DataFrame,
    *,
    draws: int = 200,
    seed: int = 0,
    level: float = LEVEL,
) -> Result:
    """Return how often each account probably carried a post from one group into another.

    A passage: a reshare by the account that came from a post of one group and from which came a
    reshare of another group. Exact expectation over all trees, O(pairs); the interval from drawn
    trees. Paths are of one cascade each: nothing is joined across posts.

    Parameters
    ----------
    found
        Parent probabilities; names need the gate.
    communities
        `account`, `community`, as `groups.communities` gives them.
    draws, seed, level
        Trees drawn for the interval.

    Returns
    -------
    Result
        One row an account with passages, most first: `account`, `passages`, `lo`, `hi`, `level`,
        `relayed` (expected reshares straight through its reshares, all groups), `n_used`.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> groups = i4.relays.communities(i4.graph.reshare_edges(archive.posts), runs=3).table
    >>> i4.relays.brokers(parents, groups, draws=20).table.columns[:2].tolist()
    ['account', 'passages']
    """
    arrays, pairs = parts(found)
    count = len(arrays.people)
    place = pc.index_in(arrays.people.keys, value_set=identity.text(communities["account"]))
    number = np.append(communities["community"].to_numpy(np.int64), -1)
    group = number[np.asarray(pc.fill_null(place, len(communities)), np.int64)]
    own = group[arrays.account] if len(arrays.account) else np.empty(0, np.int64)
    other = _from_other_group(pairs.child, pairs.parent, pairs.p * (pairs.hops == 1), own)
    relay = ~arrays.is_original
    leaving = pairs.p * relay[pairs.parent] * (pairs.hops == 1) * other
    of = arrays.account[pairs.parent]
    expected = np.bincount(of, leaving, minlength=count)
    relayed = np.bincount(of, pairs.p * relay[pairs.parent] * (pairs.hops == 1), minlength=count)
    drawn = trees.forests(pairs, affordable(pairs, draws), seed)
    values = [_drawn_passages(pairs, one[0], own, relay, of, count) for one in drawn]
    ends = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    rows = np.flatnonzero(expected > 0)
    rows = rows[np.lexsort((rows, -expected[rows].round(9)))]  # equals stay equal
    table = pa.table(
        {
            "account": arrays.people.keys.take(pa.array(rows)),
            "passages": expected[rows],
            "lo": np.minimum(ends[0], expected)[rows],
            "hi": np.maximum(ends[1], expected)[rows],
            "level": np.full(len(rows), level),
            "relayed": relayed[rows],
            "n_used": np.full(len(rows), found.n_used),
        },
        schema=BROKERS.schema,
    )
    return Result(
        table=tables.from_arrow(table),
        parameters={**found.parameters, "draws": draws, "draw_seed": seed, "level": level},
        n_used=found.n_used,
        excluded=found.excluded,
        notes=found.notes,
    )


@compiled
def _from_other_group(child: Integers, parent: Integers, p: Floats, group: Integers) -> Floats:
    """Return, for each pair (j, i), P(the parent of i is of another group than j)."""
    begin = np.full(len(group) + 1, len(child), np.int64)
    for row in range(len(child) - 1, -1, -1):
        begin[child[row]] = row
    found = np.zeros(len(child))
    for row in range(len(child)):
        i, wanted = parent[row], group[child[row]]
        above = begin[i]
        while above < len(child) and child[above] == i:
            if group[parent[above]] != wanted:
                found[row] += p[above]
            above += 1
    return found


def _drawn_passages(
    pairs: trees.Pairs, drawn: Integers, group: Integers, relay: Flags, of: Integers, count: int
) -> Floats:
    rows = drawn[drawn >= 0]
    rows = rows[(pairs.hops[rows] == 1) & relay[pairs.parent[rows]]]
    above = drawn[pairs.parent[rows]]
    passed = (pairs.hops[above] == 1) & (group[pairs.parent[above]] != group[pairs.child[rows]])
    return np.bincount(of[rows[passed]], minlength=count).astype(np.float64)
