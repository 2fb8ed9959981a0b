"""Outcomes and what truly caused them; the relays that no archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from i4analysis.simulate.adoption import DAY, HOUR
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.network import FIRM, ORDINARY
from i4analysis.simulate.spread import FOLLOW
from i4analysis.simulate.story import RESHARE, Story

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Outcome:
    """One outcome: its cause (relay_path, outside, before) and what led to it.

    `event` row of the reaction among the events (−1 when there is none); `path` rows from the
    original post to the last relay; `second` since the start; `silent` true when the account posts
    nothing that an archive could hold.
    """

    cause: str
    account: int
    event: int
    path: tuple[int, ...]
    second: int
    silent: bool


def told(story: Story) -> tuple[tuple[str, str, int], ...]:
    """Return the outcomes that only the ledgers tell, behind which no account stands.

    Name, cause and second: the crisis that the movement was born of, four days before it, and the
    goal, reached on the last day by other means than the relays.
    """
    return (
        ("crisis", "before", -4 * DAY + 10 * HOUR),
        ("goal", "outside", (story.parameters.days - 1) * DAY + 10 * HOUR),
    )


def find_causes(story: Story) -> list[Outcome]:
    """Draw the outcomes of a movement: caused by relays, by other things, or before it."""
    p, events = story.parameters, story.events
    rng = np.random.default_rng([p.seed, 404])
    posts_of = np.bincount(events.author, minlength=story.network.size)
    reactions = _reactions(story, posts_of)
    outcomes: list[Outcome] = []
    wanted = p.outcomes_silent + p.outcomes_visible
    used: set[int] = set()
    for row in reactions:
        if len(outcomes) == wanted:
            break
        account = int(events.author[row])
        # a silent account never posts: only accounts with this one reaction will do
        silent = len(outcomes) < p.outcomes_silent
        if account in used or (silent and posts_of[account] > 1):
            continue
        used.add(account)
        waits = _gamma2(story, row) * p.outcome_delay_h * HOUR
        at = int(events.second[row] + max(waits, HOUR))
        outcomes.append(
            Outcome("relay_path", account, int(row), _path(story, int(row)), at, silent)
        )
    quiet = np.flatnonzero(
        (posts_of == 0) & np.isin(story.network.part, (ORDINARY, FIRM)) & ~story.removed
    )
    loud = np.setdiff1d(
        np.unique(events.author[(events.kind == RESHARE) & (events.second < (p.days - 4) * DAY)]),
        np.array(sorted(used), np.int64),
    )
    loud = loud[np.isin(story.network.part[loud], (ORDINARY, FIRM))]
    for number in range(p.outcomes_outside + p.outcomes_before):
        before = number >= p.outcomes_outside
        # the last of the outside ones belongs to an account that also reshared: a look-alike
        alike = not before and number == p.outcomes_outside - 1 and number > 0 and len(loud) > 0
        pool = loud if alike else quiet
        if not len(pool):
            continue
        account = int(pool[rng.integers(len(pool))])
        at = int(rng.integers(3, max(4, p.days - 2)) * DAY + rng.integers(8, 19) * HOUR)
        if before:
            at = -int(rng.integers(1, 12) * DAY) + 10 * HOUR
        outcomes.append(Outcome("before" if before else "outside", account, -1, (), at, not alike))
        quiet = quiet[quiet != account]
    return outcomes


def _reactions(story: Story, posts_of: Array) -> Array:
    """Reshares at the end of a path with at least one relay, in hashed order, rare posters first.

    Only leaves: nobody else came through the reaction, so a silent one can be left out.
    """
    p, events = story.parameters, story.events
    parents = np.unique(events.parent[events.parent >= 0])
    fits = (events.kind == RESHARE) & (events.how == FOLLOW)
    fits &= events.kind[events.parent] == RESHARE
    fits &= (events.second > 2 * DAY) & (events.second < (p.days - 1) * DAY)
    fits &= np.isin(story.network.part[events.author], (ORDINARY, FIRM))
    fits[parents] = False
    rows = np.flatnonzero(fits)
    rank = uniforms(p.seed, events.key[rows], 91, 0)
    order: Array = rows[np.lexsort((rank, posts_of[events.author[rows]] > 1))]
    return order


def _gamma2(story: Story, row: int) -> float:
    keys = [hashes(story.parameters.seed, story.events.key[row], 92 + i, 0) for i in (0, 1)]
    u, v = ((int(k) >> 11) / 2**53 for k in keys)
    return float(np.round(-np.log(max(u * v, 1e-12)), 6))


def _path(story: Story, row: int) -> tuple[int, ...]:
    path = []
    parent = int(story.events.parent[row])
    while parent >= 0:
        path.append(parent)
        parent = int(story.events.parent[parent])
    return tuple(reversed(path))


def hidden_events(story: Story, outcomes: list[Outcome]) -> Array:
    """Flag the events that were read but never posted: reactions of silent accounts."""
    hidden = np.zeros(len(story.events), bool)
    for one in outcomes:
        if one.silent and one.event >= 0:
            hidden[one.event] = True
    return hidden
