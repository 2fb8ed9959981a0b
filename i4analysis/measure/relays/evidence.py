"""What says that one account reads another, pair by pair, always from other cascades.

For a reshare by account v and an earlier post of the same cascade by account u, each kind of
evidence is a bit of `EVIDENCE` and a number that grows with it: v follows u; v reshared u's
originals; v addressed u (reply, quote, mention); u addressed v; v is mentioned in the original
(for its author only); u's reshares probably led to v's elsewhere. What the cascade itself
contributes is taken out, so that a reshare is never its own evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from i4analysis.measure.accounts import identity
from i4analysis.measure.numbers.compiled import compiled
from i4analysis.measure.relays.cascade_arrays import Cascades, Flags, Floats, Integers
from i4analysis.tables import reshares

EVIDENCE = ("follows", "reshared", "addressed", "was_addressed", "mentioned", "co_reshared")
VIA_BIT = 1 << len(EVIDENCE)
CO_RESHARED = len(EVIDENCE) - 1
# Posterior mass below this is not worth calling evidence; the number itself is still used.
LEAST_CREDIT = 0.1
Features = npt.NDArray[np.float32]
# First place of each row and one more, the other of each place, its number.
Links = tuple[Integers, Integers, Floats]


@dataclass(frozen=True, eq=False)
class Counts:
    """Sorted keys and the number each stands for."""

    keys: Integers
    values: Floats

    def of(self, wanted: Integers) -> Floats:
        """Return the number of each wanted key, 0 where it is absent."""
        if not len(self.keys):
            return np.zeros(len(wanted))
        place = np.searchsorted(self.keys, wanted)
        place[place == len(self.keys)] = 0
        return np.asarray(np.where(self.keys[place] == wanted, self.values[place], 0.0))

    def by_row(self, rows: int, width: int) -> Links:
        """Return the same row by row, for keys of row · width + other."""
        ends = np.arange(rows + 1, dtype=np.int64) * width
        return np.searchsorted(self.keys, ends), self.keys % width, self.values

    def turned(self, width: int) -> Counts:
        """Return the same with the two accounts of each key changed over."""
        keys = self.keys % width * width + self.keys // width
        order = np.argsort(keys, kind="stable")
        return Counts(keys[order], self.values[order])


@dataclass(frozen=True, eq=False)
class Credit:
    """Posterior mass of pairs of accounts, in all and by cascade (for what to take out)."""

    pairs: Counts
    by_cascade: Counts


@dataclass(frozen=True, eq=False)
class Evidence:
    """Indexes over an archive from which pair evidence is read."""

    accounts: int
    follows: Counts
    reshared: Counts
    addressed: Counts
    mentioned: Counts


def evidence(posts: pd.DataFrame, follows: pd.DataFrame, cascades: Cascades) -> Evidence:
    """Index the evidence of an archive.

    Parameters
    ----------
    posts, follows
        Canonical frames.
    cascades
        The cascades of the same posts.
    """
    count = max(len(cascades.people), 1)
    reshare = ~cascades.is_original
    author = cascades.account[cascades.original]
    reshares, pair = np.unique((cascades.account * count + author)[reshare], return_inverse=True)
    width = len(cascades.start)
    once = np.unique(pair * width + cascades.cascade[reshare]) // width
    return Evidence(
        accounts=count,
        follows=_follow_index(follows, cascades.people, count),
        reshared=_counted(reshares[once]),
        addressed=_counted(_addressed(posts, cascades.people, count)),
        mentioned=_counted(_mentioned(posts, cascades, count)),
    )


def _counted(keys: Integers) -> Counts:
    unique, number = np.unique(keys, return_counts=True)
    return Counts(unique.astype(np.int64), number.astype(np.float64))


def _follow_index(follows: pd.DataFrame, people: identity.Accounts, count: int) -> Counts:
    platform = identity.text(follows["platform"])
    reader = people.of_keys(identity.text(follows["follower_id"]), platform)
    read = people.of_keys(identity.text(follows["followee_id"]), platform)
    known = (reader >= 0) & (read >= 0)
    return Counts(*(_one(np.unique(reader[known] * count + read[known]))))


def _one(keys: Integers) -> tuple[Integers, Floats]:
    return keys.astype(np.int64), np.ones(len(keys))


def _exploded_mentions(
    posts: pd.DataFrame, people: identity.Accounts
) -> tuple[Integers, Integers]:
    """Return (row of posts, account mentioned) for each mention of a known account."""
    row, handles = identity.exploded(posts["mentions"])
    code = people.of_handles(handles, identity.taken(posts["platform"], row))
    known = code >= 0
    return row[known], code[known]


def _addressed(posts: pd.DataFrame, people: identity.Accounts, count: int) -> Integers:
    """Return one key (who addresses, who is addressed) a post: replies, quotes and mentions."""
    own = ~reshares(posts)
    row, code = _exploded_mentions(posts, people)
    rows, codes = [row], [code]
    for stem in ("replied_author", "quoted_author"):
        known = np.flatnonzero(people.codes[stem] >= 0)
        rows.append(known.astype(np.int64))
        codes.append(people.codes[stem][known])
    everywhere, target = np.concatenate(rows), np.concatenate(codes)
    author = people.codes["author"][everywhere]
    usable = own[everywhere] & (author >= 0) & (author != target)
    once = np.unique(everywhere[usable] * count + target[usable])
    return np.asarray(people.codes["author"][once // count] * count + once % count, np.int64)


def _mentioned(posts: pd.DataFrame, cascades: Cascades, count: int) -> Integers:
    """Return one key (cascade, account mentioned in its original) each."""
    identifiers = pa.array(
        cascades.posts["cascade_id"].to_numpy()[cascades.start[:-1]], pa.string()
    )
    reshare = posts["kind"] == "reshare"
    named = identity.text(posts["reshared_id"].where(reshare, posts["post_id"]))
    place = pc.fill_null(pc.index_in(named, value_set=identifiers), -1)
    cascade = np.asarray(place.to_numpy(zero_copy_only=False), np.int64)
    row, code = _exploded_mentions(posts, cascades.people)
    usable = cascade[row] >= 0
    return np.unique(cascade[row[usable]] * count + code[usable])


# ------------------------------------------------------------------------------- candidates


@dataclass(frozen=True, eq=False)
class Candidates:
    """Possible parents, in blocks: block 0 of a child is its own, the others are controls.

    A control is an account that could have reshared at that moment and had not yet: the same
    earlier posts, seen from another account.
    """

    child: Integers
    parent: Integers
    block: Integers
    reader: Integers
    inside: Flags


def candidates(
    cascades: Cascades,
    *,
    most: int,
    controls: int,
    rng: np.random.Generator,
    children: Flags | None = None,
) -> Candidates:
    """List the possible parents of each reshare: the original and the last `most` reshares."""
    if children is None:
        children = ~cascades.is_original
    active = np.bincount(
        cascades.account[~cascades.is_original], minlength=max(len(cascades.people), 1)
    )
    cumulated = np.cumsum(active + 0.05)
    rows = _enumerate(
        cascades.start,
        cascades.hours,
        cascades.account,
        cumulated / cumulated[-1],
        controls,
        most,
        children,
        rng,
    )
    return Candidates(*rows)


@compiled
def _enumerate(
    start: Integers,
    hours: Floats,
    account: Integers,
    cumulated: Floats,
    controls: int,
    most: int,
    children: Flags,
    rng: np.random.Generator,
) -> tuple[Integers, Integers, Integers, Integers, Flags]:
    joined = np.full(len(cumulated), np.inf)
    total = 0
    for c in range(len(start) - 1):
        for j in range(start[c] + 1, start[c + 1]):
            if children[j]:
                total += min(j - start[c], most + 1)
    total *= controls + 1
    child = np.empty(total, np.int64)
    parent = np.empty(total, np.int64)
    block = np.empty(total, np.int64)
    reader = np.empty(total, np.int64)
    inside = np.zeros(total, np.bool_)
    row = 0
    for c in range(len(start) - 1):
        a, b = start[c], start[c + 1]
        for j in range(b - 1, a - 1, -1):
            joined[account[j]] = hours[j]
        for j in range(a + 1, b):
            if not children[j]:
                continue
            v, tries = account[j], 0
            for number in range(controls + 1):
                if number > 0:
                    found = False
                    while tries < 80 and not found:
                        wanted, v, high = rng.random(), 0, len(cumulated)
                        while v < high:  # a search that numba compiles at once
                            middle = (v + high) // 2
                            if cumulated[middle] < wanted:
                                v = middle + 1
                            else:
                                high = middle
                        tries += 1
                        found = joined[v] > hours[j] and v != account[j]
                    if not found:
                        break
                first = max(a + 1, j - most)
                for i in range(first - 1, j):
                    child[row] = j
                    parent[row] = a if i == first - 1 else i
                    block[row] = number
                    reader[row] = v
                    inside[row] = joined[v] < np.inf
                    row += 1
        for j in range(a, b):
            joined[account[j]] = np.inf
    return child[:row], parent[:row], block[:row], reader[:row], inside[:row]


def features(
    index: Evidence, cascades: Cascades, rows: Candidates, credit: Credit | None = None
) -> Features:
    """Return the evidence of each candidate row, one column a kind of `EVIDENCE`."""
    found = np.zeros((len(rows.child), len(EVIDENCE)), np.float32)
    author = cascades.account[rows.parent]
    cascade = cascades.cascade[rows.child]
    reads = rows.reader * index.accounts + author
    back = author * index.accounts + rows.reader
    is_original = rows.parent == cascades.start[cascade]
    mentioned = index.mentioned.of(cascade * index.accounts + rows.reader) * is_original
    # What this cascade itself contributes comes off: its own reshare, its own mention.
    reshared = index.reshared.of(reads) - (is_original & rows.inside)
    written_to = index.addressed.of(back) - (mentioned > 0)
    found[:, 0] = index.follows.of(reads)
    found[:, 1] = np.log1p(np.maximum(reshared, 0))
    found[:, 2] = np.log1p(index.addressed.of(reads))
    found[:, 3] = np.log1p(np.maximum(written_to, 0))
    found[:, 4] = mentioned > 0
    if credit is not None:
        found[:, 5] = np.log1p(
            10 * _credit(credit, reads, cascade, rows.inside, len(cascades.start))
        )
    return found


def _credit(
    credit: Credit, pair: Integers, cascade: Integers, inside: Flags, width: int
) -> Floats:
    known = credit.pairs.keys
    if not len(known):
        return np.zeros(len(pair))
    place = np.minimum(np.searchsorted(known, pair), len(known) - 1)
    hit = known[place] == pair
    own = credit.by_cascade.of(np.where(hit & inside, place * width + cascade, -1))
    return np.maximum(np.where(hit, credit.pairs.values[place], 0.0) - own, 0.0)


def credit_of(reads: Integers, cascade: Integers, p: Floats, width: int) -> Credit:
    """Sum the posterior mass of each pair of accounts, in all and by cascade.

    Parameters
    ----------
    reads
        Key of the pair, reader · accounts + author, of each possible parent that counts.
    cascade, p
        Its cascade and its probability.
    width
        More than the number of the last cascade.
    """
    keys, place = np.unique(reads, return_inverse=True)
    by, inverse = np.unique(place * width + cascade, return_inverse=True)
    return Credit(
        Counts(keys, _summed(place, p, len(keys))), Counts(by, _summed(inverse, p, len(by)))
    )


def _summed(place: Integers, p: Floats, count: int) -> Floats:
    return np.bincount(place, p, minlength=count).astype(np.float64)


def names_of(mask: int) -> tuple[str, ...]:
    """Return the kinds of evidence of a bit mask.

    Examples
    --------
    >>> names_of(1 + 4)
    ('follows', 'addressed')
    """
    return tuple(name for place, name in enumerate((*EVIDENCE, "via")) if mask & (1 << place))
