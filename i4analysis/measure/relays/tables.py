"""What the parent probabilities add up to: by account, and by cascade.

Numbers are exact expectations over all trees; their intervals come from whole trees drawn from the
same probabilities. The intervals hold what chance leaves open, not what the model may get wrong:
the range over the direct share is given beside them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.measure.relays import trees
from i4analysis.measure.relays.cascade_arrays import Cascades, Floats, Integers
from i4analysis.measure.relays.parents import DIRECT_SHARES
from i4analysis.measure.relays.probabilities import ParentProbabilities, parts
from i4analysis.results import Result
from i4analysis.tables import declared

LEVEL = 0.9
SENSITIVITY = (
    "basis",
    "direct_share",
    "relay_share",
    "unseen_share",
    "depth_mean",
    "top_descendants",
)
_DRAW_BUDGET = 400_000_000  # possible parents walked through over all drawn trees
_EXACT_VIRALITY = 300
INFLUENCE, SHAPE = declared(__file__).values()


def relay_influence(
    found: ParentProbabilities, *, draws: int = 200, seed: int = 0, level: float = LEVEL
) -> Result:
    """Return what each account's reshares probably led to.

    Parameters
    ----------
    found
        Parent probabilities.
    draws
        Trees drawn for the intervals; fewer in huge archives.
    seed
        Seed of the draws.
    level
        Of the intervals.

    Returns
    -------
    Result
        One row an account that reshared, largest first: `account`, `handle`, `relays` (reshares
        it made), `descendants` (expected reshares that came through those, each once, whatever
        the number of steps), `lo`, `hi` at `level`, `range_lo`, `range_hi` (least and largest
        expectation over the direct shares of `relays.over_direct_shares`), `with_evidence` (share
        of what came straight through it that rests on pair evidence), `reshared` (reshares of its
        own posts, the usual count), `method`, `n_used` (reshares in the archive). Reshares that
        came through a relay missing from the archive are nobody's here: under loss these are lower
        bounds.

    Notes
    -----
    With Bluesky's `via` or another platform fact the parent is certain and counts as evidence.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> found = i4.relays.relay_influence(parents, draws=20).table
    >>> (found["lo"] <= found["hi"]).all()
    True
    """
    arrays, pairs = parts(found)
    relay = ~arrays.is_original
    count = len(arrays.people)
    account = arrays.account[relay]
    twice = _twice(arrays)
    expected = _by_account(pairs, arrays, twice)
    lo, hi = _drawn_interval(pairs, arrays, twice, draws, seed, level)
    # A count seldom drawn leaves its mean beside the interval of whole numbers: widen to hold it.
    lo, hi = np.minimum(lo, expected), np.maximum(hi, expected)
    spread = [
        _by_account(parts(one)[1], arrays, twice) for one in over_direct_shares(found).values()
    ]
    through = np.where(relay[pairs.parent], pairs.p, 0.0)
    of = arrays.account[pairs.parent]
    direct = np.bincount(of, through, minlength=count)
    shown = np.bincount(of, through * (found.evidence > 0), minlength=count)
    relays = np.bincount(account, minlength=count)
    reshared = np.bincount(arrays.account[arrays.original[relay]], minlength=count)
    rows = np.flatnonzero(relays)
    # rounded, as below: the last digit of an exponential must not rank accounts
    rows = rows[np.lexsort((rows, -relays[rows], -expected[rows].round(9)))]
    table = pa.table(
        {
            "account": arrays.people.keys.take(pa.array(rows)),
            "handle": arrays.people.handles.take(pa.array(rows)),
            "relays": relays[rows],
            "descendants": expected[rows],
            "lo": lo[rows],
            "hi": hi[rows],
            "level": np.full(len(rows), level),
            "range_lo": np.minimum.reduce([expected, *spread])[rows],
            "range_hi": np.maximum.reduce([expected, *spread])[rows],
            "with_evidence": pa.array(
                shown[rows] / np.maximum(direct[rows], 1e-300), mask=direct[rows] == 0
            ),
            "reshared": reshared[rows],
            "method": pa.repeat(str(found.parameters.get("method", "")), len(rows)),
            "n_used": np.full(len(rows), found.n_used),
        },
        schema=INFLUENCE.schema,
    )
    return _result(found, tables.from_arrow(table), draws, seed, level)


def heard_through(found: ParentProbabilities) -> pd.DataFrame:
    """Return who probably reshares through whom, one row a pair of accounts.

    Returns
    -------
    pandas.DataFrame
        `parent_account`, `child_account` (account keys), `p` (expected reshares by the child that
        came through the parent), `posts` (posts of the parent that could be passed on). A relay
        missing from the archive is nobody's.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> i4.relays.heard_through(parents).columns.tolist()
    ['parent_account', 'child_account', 'p', 'posts']
    """
    arrays, pairs = parts(found)
    count = max(len(arrays.people), 1)
    seen = pairs.hops == 1
    parent = pairs.parent[seen]
    pair = arrays.account[parent] * count + arrays.account[pairs.child[seen]]
    codes, place = np.unique(pair, return_inverse=True)
    passed = np.zeros(pairs.posts, bool)
    passed[parent] = True
    posts = np.bincount(arrays.account[passed], minlength=count)
    table = pa.table(
        {
            "parent_account": arrays.people.keys.take(pa.array(codes // count)),
            "child_account": arrays.people.keys.take(pa.array(codes % count)),
            "p": np.bincount(place, pairs.p[seen], minlength=len(codes)),
            "posts": posts[codes // count],
        }
    )
    return tables.from_arrow(table)


def over_direct_shares(
    found: ParentProbabilities, shares: tuple[float, ...] = DIRECT_SHARES
) -> dict[float, ParentProbabilities]:
    """Return the probabilities at each direct share: the range to print without an audit.

    With an audit, the ends of its interval and its share are run instead of `shares`; a direct
    share given by the caller is kept alone.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> len(i4.relays.over_direct_shares(parents, (0.5, 0.6)))
    3
    """
    quality = found.quality.iloc[0]
    if quality["delta_source"] in ("audit", "given"):
        ends = {float(quality[name]) for name in ("delta_lo", "delta", "delta_hi")}
        shares = tuple(sorted(ends)) if found.n_used else ()
    return {share: found.with_direct_share(share, "range") for share in shares}


def direct_shares(found: ParentProbabilities) -> Result:
    """Return what the answer would be at each direct share: the sensitivity table.

    Returns
    -------
    Result
        One row a direct share, the model's own first: `basis` (model | given | audit |
        range, an assumption | interval, an end of the interval measured),
        `direct_share`, `relay_share` (came through a relay in the archive), `unseen_share`
        (through one that is missing), `depth_mean` (mean steps from a reshare to its original),
        `top_descendants` (expected reshares through the account that relayed most).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> i4.relays.direct_shares(parents).table["basis"].iloc[0]
    'audit'
    """
    rows = []
    basis = str(found.quality["delta_source"].iloc[0])
    measured = float(found.quality["delta"].iloc[0])
    others = [
        ("interval" if basis in ("audit", "given") else "range", one)
        for share, one in over_direct_shares(found).items()
        if share != measured
    ]
    for name, one in [(basis, found), *others]:
        arrays, pairs = parts(one)
        relay = ~arrays.is_original
        if not found.n_used:
            break
        descendants = _by_account(pairs, arrays, _twice(arrays))
        direct = pairs.p[(pairs.hops == 1) & arrays.is_original[pairs.parent]].sum()
        unseen = pairs.p[pairs.hops == 2].sum()
        rows.append(
            {
                "basis": name,
                "direct_share": float(direct / found.n_used),
                "relay_share": float(1 - (direct + unseen) / found.n_used),
                "unseen_share": float(unseen / found.n_used),
                "depth_mean": float(trees.expected_depth(pairs)[relay].mean()),
                "top_descendants": float(descendants.max()),
            }
        )
    kinds = [pa.string(), *[pa.float64()] * 5]
    table = pa.table(
        {
            name: pa.array([row[name] for row in rows], kind)
            for name, kind in zip(SENSITIVITY, kinds, strict=True)
        }
    )
    return Result(
        table=tables.from_arrow(table),
        parameters=found.parameters,
        n_used=found.n_used,
        excluded=found.excluded,
        notes=found.notes,
    )


def _twice(arrays: Cascades) -> Integers:
    """Return the first and last reshare of each post that an account reshared twice or more."""
    relay = np.flatnonzero(~arrays.is_original)
    pair = arrays.cascade[relay] * max(len(arrays.people), 1) + arrays.account[relay]
    _, first, times = np.unique(pair, return_index=True, return_counts=True)
    last = len(pair) - 1 - np.unique(pair[::-1], return_index=True)[1]
    found: Integers = np.column_stack([relay[first], relay[last]])[times > 1]
    return found


def _by_account(pairs: trees.Pairs, arrays: Cascades, twice: Integers) -> Floats:
    """Return the expected reshares that came through each account, each once."""
    below = trees.expected_descendants(pairs) - 1
    below *= 1 - trees.below_oneself(pairs.child, pairs.parent, pairs.p, arrays.account, twice)
    below[arrays.is_original] = 0  # what an author began is no relay
    return np.bincount(arrays.account, below, minlength=len(arrays.people)).astype(np.float64)


def _drawn_interval(
    pairs: trees.Pairs, arrays: Cascades, twice: Integers, draws: int, seed: int, level: float
) -> tuple[Floats, Floats]:
    drawn = trees.forests(pairs, affordable(pairs, draws), seed)
    values = [_by_account(trees.drawn_pairs(pairs, one[0]), arrays, twice) for one in drawn]
    ends = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return ends[0], ends[1]


def affordable(pairs: trees.Pairs, draws: int) -> int:
    """Return how many trees to draw: as asked, down to 20 in huge archives."""
    return int(max(20, min(draws, _DRAW_BUDGET // max(len(pairs.child), 1))))


def cascade_shapes(
    found: ParentProbabilities, *, draws: int = 200, seed: int = 0, level: float = LEVEL
) -> Result:
    """Return the probable shape of each cascade.

    Parameters as for `relay_influence`.

    Returns
    -------
    Result
        One row a cascade, largest first: `cascade_id`, `author` (account key), `begun_at` (UTC),
        `n_seen`, `n_reported` (reshares in the archive, and as the platform counted them; null
        when not said), `rho` (held over reported, undated reshares and those of oneself
        included), `duration_h` (original to last reshare), `direct` (probable share that came
        straight from the author), and with `_lo` and `_hi`:
        `depth_mean` (steps from a reshare up to the original), `breadth_max` (posts in the
        largest generation), `virality` (structural virality of Goel et al. 2016: mean distance
        between two posts; exact up to 300 posts, mean of the drawn trees beyond). A relay missing
        from the archive counts as one step: under loss, depth and virality are lower bounds.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> i4.relays.cascade_shapes(parents, draws=20).table["n_seen"].is_monotonic_decreasing
    True
    """
    arrays, pairs = parts(found)
    shapes = np.concatenate(
        [
            trees.sampled_shapes(pairs, drawn, arrays.start)
            for drawn in trees.forests(pairs, affordable(pairs, draws), seed)
        ]
    )
    size = np.diff(arrays.start)
    last = np.maximum(arrays.start[1:] - 1, 0)
    first = arrays.start[:-1]
    reshares = np.maximum(size - 1, 1)
    direct = np.bincount(
        arrays.cascade[pairs.child],
        np.where((pairs.hops == 1) & arrays.is_original[pairs.parent], pairs.p, 0),
        minlength=len(size),
    )
    columns: dict[str, object] = {
        "cascade_id": pa.array(arrays.posts["cascade_id"], pa.string()).take(pa.array(first)),
        "author": arrays.people.keys.take(pa.array(arrays.account[first])),
        "begun_at": pa.array(arrays.posts["posted_at"], tables.TIME).take(pa.array(first)),
        "n_seen": size - 1,
        "n_reported": pa.array(arrays.reported, from_pandas=True).cast(pa.int64()),
        "rho": pa.array(arrays.seen_share, mask=np.isnan(arrays.reported)),
        "duration_h": arrays.hours[last] - arrays.hours[first],
        "direct": direct / reshares,
        "level": np.full(len(size), level),
        "method": pa.repeat(str(found.parameters.get("method", "")), len(size)),
        "n_used": size - 1,
    }
    for place, (name, exact) in enumerate(_exact_shapes(arrays, pairs).items()):
        values = shapes[:, :, place]
        ends = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=0)
        mean = np.where(np.isnan(exact), values.mean(axis=0), exact)
        lo, hi = np.fmin(ends[0], mean), np.fmax(ends[1], mean)
        for end, numbers in (("", mean), ("_lo", lo), ("_hi", hi)):
            columns[name + end] = pa.array(numbers, from_pandas=True)
    table = tables.from_arrow(pa.table(columns)).astype(
        {column.name: column.dtype for column in SHAPE.columns}
    )[SHAPE.names]
    order = np.lexsort((first, -size))
    return _result(found, table.iloc[order].reset_index(drop=True), draws, seed, level)


def _exact_shapes(arrays: Cascades, pairs: trees.Pairs) -> dict[str, Floats]:
    """Return the exact expectations there are; NaN where only drawn trees give the number."""
    size = np.diff(arrays.start)
    depth = trees.expected_depth(pairs)
    summed = np.bincount(arrays.cascade, depth, minlength=len(size))
    mean = np.where(size > 1, summed / np.maximum(size - 1, 1), np.nan)
    virality = trees.expected_viralities(pairs, arrays.start, _EXACT_VIRALITY)
    nothing = np.full(len(size), np.nan)
    return {"depth_mean": mean, "breadth_max": nothing, "virality": virality}


def _result(
    found: ParentProbabilities, table: pd.DataFrame, draws: int, seed: int, level: float
) -> Result:
    return Result(
        table=table,
        parameters={**found.parameters, "draws": draws, "draw_seed": seed, "level": level},
        n_used=found.n_used,
        excluded=found.excluded,
        notes=found.notes,
    )
