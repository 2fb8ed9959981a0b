"""Who relayed to whom: a probability for each possible parent of each reshare.

Platforms point every reshare to the original; the road it took is not recorded. This module gives
each reshare the probability of each earlier post of its cascade to be the one it came from, the
quality of the evidence behind it, and a gate that says whether relays may be named at all.

Methods, all with the same table: `lsr` (latent-source relational hazard, `measure.hazard`), and
the named baselines `casin` (followers × exponential recency; Rizoiu et al. 2018) and `author`
(everyone reshares from the author).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.errors import MeasureError
from i4analysis.measure import evidence as ev
from i4analysis.measure import hazard as hz
from i4analysis.measure import parents
from i4analysis.measure.cascade_arrays import (
    Cascades,
    Flags,
    Floats,
    Integers,
    cascades,
)
from i4analysis.measure.cascades import expected_descendants
from i4analysis.measure.trees import Pairs
from i4analysis.movement import Movement
from i4analysis.results import Result

__all__ = [
    "DIRECT_SHARES",
    "UNSEEN",
    "ParentProbabilities",
    "expected_descendants",
    "over_direct_shares",
    "parent_probabilities",
]

UNSEEN = "UNSEEN"
METHODS = ("lsr", "casin", "author")
DIRECT_SHARES = (0.4, 0.57, 0.75)
"""Direct shares to run without an audit; 0.57 and 0.59 were measured on real trees."""
CLOSED_BELOW, OPEN_FROM = 0.5, 0.7

TABLE = pa.schema(
    [
        ("cascade_id", pa.string()),
        ("child_id", pa.string()),
        ("parent_id", pa.string()),
        ("child_account", pa.string()),
        ("parent_account", pa.string()),
        ("p", pa.float64()),
        ("evidence", pa.int64()),
        ("dt_h", pa.float64()),
        ("p_plain", pa.float64()),
    ]
)


@dataclass(frozen=True, eq=False)
class ParentProbabilities(Result):
    """P(parent) of every reshare.

    Attributes
    ----------
    table
        One row a possible parent, by child in the order of `cascades`: `cascade_id` (the
        original's post_id), `child_id`, `parent_id` (post_id, or "UNSEEN": a relay that is not in
        the archive), `child_account`, `parent_account` (account keys; null for UNSEEN), `p` (1 in
        sum for each child), `evidence` (bit mask, `evidence.names_of`), `dt_h` (hours from parent
        to child), `p_plain` (probability as the nearest archived ancestor when the relay itself
        is missing, without pair evidence; 0 for UNSEEN).
    quality
        One row: `coverage_any`, `coverage_relay` (share of reshares with pair evidence on any
        candidate, on a relay; co-reshares not counted), `delta` (mean probability that a reshare
        came straight from the author), `delta_lo`, `delta_hi`, `level`, `delta_source` (model |
        given | audit), `n_audited`, `unseen_share`, `followers_known`, `gate` (closed | range |
        open).
    cascades
        The cascades as arrays; `cascades.posts` names each position.
    pairs
        The rows of the table as positions; UNSEEN points to the original, two hops up.
    hazard
        Fitted parameters (`lsr`), else None.
    """

    quality: pd.DataFrame = field(default_factory=pd.DataFrame)
    cascades: Cascades | None = None
    pairs: Pairs | None = None
    plain: Floats = field(default_factory=lambda: np.empty(0))
    evidence: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    hazard: hz.Hazard | None = None

    @property
    def gate(self) -> str:
        """Return closed, range or open: whether relays may be named."""
        return str(self.quality["gate"].iloc[0])

    def with_direct_share(
        self, delta: float, source: str = "given", lo: float | None = None, hi: float | None = None
    ) -> ParentProbabilities:
        """Return the same with the authors' weight rescaled to a known direct share.

        One factor on every original's weight, found by bisection, brings the mean probability
        that a reshare came straight from its author to `delta`. Reshares whose parent the
        platform gives are left alone.

        Parameters
        ----------
        delta
            Share of reshares that came straight from the author, from 0 to 1.
        source
            What `quality.delta_source` will say.
        lo, hi
            Interval of `delta`, when it was measured.

        Notes
        -----
        A share out of reach (most reshares have the original as their only candidate) is reached
        as nearly as possible and noted as "direct_share_out_of_reach".
        """
        if not 0 <= delta <= 1:
            raise MeasureError(
                f"The direct share is {delta}, expected a share from 0 to 1; 0.57 was measured on"
                " real trees."
            )
        cascade_arrays, pairs = parts(self)
        if not len(pairs.child):
            return self
        p = parents.rescaled(cascade_arrays, pairs, self.evidence, delta)
        moved = _assemble(
            cascade_arrays,
            replace(pairs, p=p),
            self.plain,
            self.evidence,
            self.hazard,
            parameters=self.parameters,
        )
        reached = float(moved.quality["delta"].iloc[0])
        notes = self.notes
        if abs(reached - delta) > 0.005:
            notes = (*notes, "direct_share_out_of_reach")
        quality = moved.quality.assign(
            delta_lo=lo if lo is not None else reached,
            delta_hi=hi if hi is not None else reached,
            delta_source=source,
        )
        return replace(moved, quality=quality, notes=notes)


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
        so that share is an upper end.
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
    would make more than 20 million rows (`parameters["most_candidates"]`). A reshare whose `via`
    the platform gives has that parent with certainty. Where the platform counted more reshares
    than the archive holds, each reshare may have come through one that is missing: with seen
    share ρ its weight is (1 − ρ)/ρ times that of the relays seen.

    References
    ----------
    Butts 2008; Perry & Wolfe 2013 (relational events); Rizoiu et al. 2018 (casIn); Zola, Cola,
    Mazza, Martella 2020 (interaction strength).
    """
    if method not in METHODS:
        raise MeasureError(
            f"There is no relay method {method!r}, expected one of {', '.join(METHODS)}."
        )
    arrays = cascades(archive)
    index = ev.evidence(archive.posts, archive.follows if follows is None else follows, arrays)
    rng = np.random.default_rng(seed)
    most = parents.most_candidates(arrays)
    rows = ev.candidates(arrays, most=most, controls=0, rng=rng)
    found = ev.features(index, arrays, rows)
    fitted: hz.Hazard | None = None
    if method == "lsr":
        fitted, found = parents.fit_hazard(arrays, index, rows, most, passes, rng)
        weight, plain = (
            hz.weights(fitted, arrays, rows, found),
            hz.plain_weights(fitted, arrays, rows),
        )
    else:
        weight = plain = parents.baseline(method, arrays, rows)
    unseen = method == "lsr"
    pairs, plain, mask = parents.normalised(arrays, rows, weight, plain, ev.bits(found), unseen)
    parameters: dict[str, Any] = {"method": method, "seed": seed, "most_candidates": most}
    if fitted is not None:
        parameters |= {**fitted.described(), "passes": passes, "reshares_fitted": fitted.fitted}
    result = _assemble(arrays, pairs, plain, mask, fitted, parameters=parameters)
    return _calibrated(result, movement, audit, delta)


def _assemble(
    arrays: Cascades,
    pairs: Pairs,
    plain: Floats,
    mask: Integers,
    fitted: hz.Hazard | None,
    parameters: Mapping[str, Any],
) -> ParentProbabilities:
    notes = arrays.notes
    reshares = int((~arrays.is_original).sum())
    if fitted is not None and 0 < reshares < 50:
        notes = (*notes, "too_few_reshares_to_fit")
    return ParentProbabilities(
        table=_table(arrays, pairs, plain, mask),
        parameters=parameters,
        n_used=reshares,
        excluded=arrays.excluded,
        notes=notes,
        quality=_quality(arrays, pairs, mask),
        cascades=arrays,
        pairs=pairs,
        plain=plain,
        evidence=mask,
        hazard=fitted,
    )


def _table(arrays: Cascades, pairs: Pairs, plain: Floats, mask: Integers) -> pd.DataFrame:
    columns = {
        name: pa.array(arrays.posts[name], pa.string(), from_pandas=True)
        for name in ("post_id", "cascade_id", "account")
    }
    columns = {
        name: array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        for name, array in columns.items()
    }
    child = pa.array(pairs.child)
    parent = pa.array(pairs.parent, mask=pairs.hops == 2)
    delay = arrays.hours[pairs.child] - arrays.hours[pairs.parent]
    return tables.from_arrow(
        pa.table(
            {
                "cascade_id": columns["cascade_id"].take(child),
                "child_id": columns["post_id"].take(child),
                "parent_id": columns["post_id"].take(parent).fill_null(UNSEEN),
                "child_account": columns["account"].take(child),
                "parent_account": columns["account"].take(parent),
                "p": pairs.p,
                "evidence": mask,
                "dt_h": pa.array(delay, mask=pairs.hops == 2),
                "p_plain": plain,
            },
            schema=TABLE,
        )
    )


def _quality(arrays: Cascades, pairs: Pairs, mask: Integers) -> pd.DataFrame:
    reshare = ~arrays.is_original
    count = int(reshare.sum())
    relay = ~arrays.is_original[pairs.parent] | (pairs.hops == 2)
    # Co-reshares follow from the model itself: they are no evidence for opening the gate.
    told = (mask & ~(1 << ev.CO_RESHARED)) > 0

    def covered(rows: Flags) -> float:
        flags = np.zeros(pairs.posts, bool)
        flags[pairs.child[rows]] = True
        return float(flags.sum() / count) if count else 0.0

    coverage = covered(told)
    gate = "closed"
    if coverage >= CLOSED_BELOW and count:
        gate = "open" if coverage >= OPEN_FROM else "range"
    delta = float(pairs.p[~relay].sum() / count) if count else float("nan")
    unseen = float(pairs.p[pairs.hops == 2].sum() / count) if count else 0.0
    known = float((~np.isnan(arrays.followers)).mean()) if len(arrays.followers) else 0.0
    return pd.DataFrame(
        {
            "coverage_any": [coverage],
            "coverage_relay": [covered(told & relay)],
            "delta": [delta],
            "delta_lo": [delta],
            "delta_hi": [delta],
            "level": [0.95],
            "delta_source": ["model"],
            "n_audited": [0],
            "unseen_share": [unseen],
            "followers_known": [known],
            "gate": [gate],
        }
    )


def _calibrated(
    result: ParentProbabilities,
    movement: Movement | None,
    audit: pd.DataFrame | None,
    delta: float | None,
) -> ParentProbabilities:
    if delta is not None:
        return result.with_direct_share(delta)
    if audit is None and movement is not None:
        audit = movement.ledger("audit")
    if audit is None or audit.empty or result.table.empty:
        return result
    arrays, _ = parts(result)
    reshares = arrays.posts["post_id"][~arrays.is_original]
    checked = audit[audit["post_id"].isin(reshares).to_numpy()]
    number = len(checked)
    if not number:
        return replace(result, notes=(*result.notes, "audit_not_in_archive"))
    share = float(checked["follows_author"].astype("float64").mean())
    lo, hi = parents.wilson(share, number)
    moved = result.with_direct_share(share, "audit", lo, hi)
    return replace(moved, quality=moved.quality.assign(n_audited=number))


def over_direct_shares(
    found: ParentProbabilities, shares: tuple[float, ...] = DIRECT_SHARES
) -> dict[float, ParentProbabilities]:
    """Return the probabilities at each direct share: the range to print without an audit.

    With an audit, the ends of its interval and its share are run instead of `shares`.
    """
    quality = found.quality.iloc[0]
    if quality["delta_source"] == "audit":
        shares = (float(quality["delta_lo"]), float(quality["delta"]), float(quality["delta_hi"]))
    return {share: found.with_direct_share(share, "range") for share in shares}


def parts(found: ParentProbabilities) -> tuple[Cascades, Pairs]:
    """Return the cascades and pairs of parent probabilities."""
    if found.cascades is None or found.pairs is None:
        raise MeasureError(
            "The parent probabilities hold a table but no cascades, expected those that"
            " parent_probabilities returns; run it on the archive."
        )
    return found.cascades, found.pairs
