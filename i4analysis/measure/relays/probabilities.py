"""The parent probabilities of an archive: their table, their quality, the gate.

Made by `i4analysis.measure.relays.relays.parent_probabilities`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.errors import MeasureError
from i4analysis.measure.accounts import identity
from i4analysis.measure.relays import evidence as ev
from i4analysis.measure.relays import hazard as hz
from i4analysis.measure.relays import parents
from i4analysis.measure.relays.cascade_arrays import Cascades, Flags, Floats
from i4analysis.measure.relays.trees import Integers, Pairs
from i4analysis.results import Result
from i4analysis.tables import declared

UNSEEN = "UNSEEN"
CLOSED_BELOW, OPEN_FROM = 0.5, 0.7
# Pair evidence says who reads whom only where people read whom they follow. A feed that an
# algorithm fills shows anybody: reshares then go along no follow, and the relays named are wrong.
CHECKED_FROM, LEAST_CHECKED = 0.5, 20

(TABLE,) = declared(__file__).values()


class _WhenAsked:
    """A table that is made the first time it is looked at: that of a large archive is gigabytes.

    Holds the table, or a function that makes it.
    """

    def __get__(self, result: Any, kind: type | None = None) -> Any:
        if result is None:
            raise AttributeError("table")  # no default: the dataclass asks for one
        held = vars(result)["table"]
        if callable(held):
            held = vars(result)["table"] = held()
        return held

    def __set__(self, result: Any, table: Any) -> None:
        vars(result)["table"] = table


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
        given | audit), `n_audited`, `unseen_share`, `followers_known`, `read_along` (share of the
        reshares checked, by hand or against follower lists, that follow the author or an earlier
        resharer; null where fewer than 20 were), `reading` (unchecked | along | elsewhere: is
        that share at least a half?), `gate` (closed | range | open). Without a check, or where
        it says elsewhere, the gate is closed whatever the evidence.
    cascades
        The cascades as arrays; `cascades.posts` names each position.
    pairs
        The rows of the table as positions; UNSEEN points to the original, two hops up.
    hazard
        Fitted parameters (`lsr`), else None.
    """

    table: pd.DataFrame = _WhenAsked()  # type: ignore[assignment]
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

    def with_reading(self, read_along: float, n_checked: int) -> ParentProbabilities:
        """Return the same with the gate that a check of whom people read allows.

        Parameters
        ----------
        read_along
            Share of the reshares checked whose author follows the original's author or an
            earlier resharer.
        n_checked
            How many were checked; fewer than 20 say nothing.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> parents = i4.relays.parent_probabilities(archive, movement)
        >>> parents.with_reading(0.5, n_checked=40).quality["read_along"].tolist()
        [0.5]
        """
        row = self.quality.iloc[0]
        reading, gate = _gate(float(row["coverage_any"]), read_along, n_checked)
        share = read_along if reading != "unchecked" else float("nan")
        return self.but(quality=self.quality.assign(read_along=share, reading=reading, gate=gate))

    def but(self, **changed: Any) -> ParentProbabilities:
        """Return the same with some attributes changed, the table as it is or to be made.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> parents = i4.relays.parent_probabilities(archive, movement)
        >>> parents.but(notes=("by_hand",)).notes
        ('by_hand',)
        """
        return replace(self, **{"table": vars(self)["table"], **changed})

    def rows(self, places: Integers) -> pd.DataFrame:
        """Return some rows of the table, by their place in it, without making the whole.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> parents = i4.relays.parent_probabilities(archive, movement)
        >>> import numpy as np
        >>> parents.rows(np.array([0, 1]))["p"].tolist() == parents.table["p"].head(2).tolist()
        True
        """
        arrays, pairs = parts(self)
        return _table(arrays, pairs, self.plain, self.evidence, places)

    def rows_of_cascades(self, cascades: Iterable[str]) -> pd.DataFrame:
        """Return the rows of the table of some cascades, by the post_id of their originals.

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> parents = i4.relays.parent_probabilities(archive, movement)
        >>> largest = parents.table["cascade_id"].value_counts().index[0]
        >>> parents.rows_of_cascades([largest])["cascade_id"].nunique()
        1
        """
        arrays, pairs = parts(self)
        first = arrays.start[:-1]
        names = identity.taken(arrays.posts["cascade_id"], first)
        wanted = pc.is_in(names, value_set=pa.array(list(cascades), pa.string()))
        chosen = np.asarray(wanted.to_numpy(zero_copy_only=False), bool)
        return self.rows(np.flatnonzero(chosen[arrays.cascade[pairs.child]]))

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

        Examples
        --------
        >>> import i4analysis as i4
        >>> archive, movement = i4.simulate.example()
        >>> parents = i4.relays.parent_probabilities(archive, movement)
        >>> parents.with_direct_share(0.6).quality["delta_source"].tolist()
        ['given']
        """
        if not 0 <= delta <= 1:
            raise MeasureError(
                f"The direct share is {delta}, expected a share from 0 to 1; 0.57 was measured on"
                " real trees."
            )
        cascade_arrays, pairs = parts(self)
        if not len(pairs.child):
            return self
        pairs = replace(pairs, p=parents.rescaled(cascade_arrays, pairs, self.evidence, delta))
        reached, unseen = _shares(cascade_arrays, pairs)
        notes = self.notes
        if abs(reached - delta) > 0.005:
            notes = (*notes, "direct_share_out_of_reach")
        quality = self.quality.assign(
            delta=reached,
            unseen_share=unseen,
            delta_lo=lo if lo is not None else reached,
            delta_hi=hi if hi is not None else reached,
            delta_source=source,
            level=0.95,
            n_audited=0,
        )
        make = partial(_table, cascade_arrays, pairs, self.plain, self.evidence)
        return self.but(table=make, pairs=pairs, quality=quality, notes=notes)


def assemble(
    arrays: Cascades,
    pairs: Pairs,
    plain: Floats,
    mask: Integers,
    fitted: hz.Hazard | None,
    parameters: Mapping[str, Any],
) -> ParentProbabilities:
    """Put the result together from its arrays."""
    notes = arrays.notes
    reshares = int((~arrays.is_original).sum())
    if fitted is not None and 0 < reshares < 50:
        notes = (*notes, "too_few_reshares_to_fit")
    return ParentProbabilities(
        table=partial(_table, arrays, pairs, plain, mask),  # type: ignore[arg-type]
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


def _table(
    arrays: Cascades, pairs: Pairs, plain: Floats, mask: Integers, places: Integers | None = None
) -> pd.DataFrame:
    """Return the table, or some of its rows, which keep their number."""
    if places is not None:
        pairs = Pairs(
            pairs.child[places], pairs.parent[places], pairs.p[places], pairs.hops[places],
            pairs.posts,
        )  # fmt: skip
        plain, mask = plain[places], mask[places]
    columns = {
        name: identity.text(arrays.posts[name]) for name in ("post_id", "cascade_id", "account")
    }
    child = pa.array(pairs.child)
    parent = pa.array(pairs.parent, mask=pairs.hops == 2)
    delay = arrays.hours[pairs.child] - arrays.hours[pairs.parent]
    table = tables.from_arrow(
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
            schema=TABLE.schema,
        )
    )
    return table if places is None else table.set_axis(places)


def _shares(arrays: Cascades, pairs: Pairs) -> tuple[float, float]:
    """Return the mean probability of coming straight from the author, and through one missing."""
    count = len(arrays.hours) - (len(arrays.start) - 1)
    straight = arrays.is_original[pairs.parent] & (pairs.hops == 1)
    direct = float(pairs.p[straight].sum() / count) if count else float("nan")
    return direct, float(pairs.p[pairs.hops == 2].sum() / count) if count else 0.0


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
    # what the platform itself says, or follower lists, is checked already
    along = covered((mask & (ev.VIA_BIT | 1 << ev.EVIDENCE.index("follows"))) > 0)
    listed = count if along >= CHECKED_FROM else 0
    reading, gate = _gate(coverage, along, listed)
    delta, unseen = _shares(arrays, pairs)
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
            "read_along": [along if reading != "unchecked" else float("nan")],
            "reading": [reading],
            "gate": [gate],
        }
    )


def _gate(coverage: float, read_along: float, n_checked: int) -> tuple[str, str]:
    """Return whether people read whom they follow, and whether relays may be named."""
    if n_checked < LEAST_CHECKED:
        return "unchecked", "closed"
    if read_along < CHECKED_FROM:
        return "elsewhere", "closed"
    if coverage < CLOSED_BELOW:
        return "along", "closed"
    return "along", "open" if coverage >= OPEN_FROM else "range"


def parts(found: ParentProbabilities) -> tuple[Cascades, Pairs]:
    """Return the cascades and pairs of parent probabilities."""
    if found.cascades is None or found.pairs is None:
        raise MeasureError(
            "The parent probabilities hold a table but no cascades, expected those that"
            " parent_probabilities returns; run it on the archive."
        )
    return found.cascades, found.pairs
