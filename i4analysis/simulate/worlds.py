"""A made-up world: the archive as readers would recover it, the movement, and the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from i4analysis.errors import MovementError
from i4analysis.movement import Movement
from i4analysis.simulate.ledgers import make_movement
from i4analysis.simulate.parameters import Parameters
from i4analysis.simulate.recovered import recover
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import Story, tell
from i4analysis.simulate.truth import Truth, find_truth
from i4analysis.tables import Archive


@dataclass(frozen=True, eq=False)
class World:
    """A made-up movement; its tables are made when first asked for.

    It unpacks as what is analysed: `archive, movement = world`.

    Attributes
    ----------
    parameters
        What it was made from.
    story
        The movement as numbers.
    archive
        Canonical tables as the readers would recover them, losses applied, no file involved.
    movement
        movement.toml and the ledgers.
    truth
        What no archive holds.
    """

    parameters: Parameters
    story: Story

    def __iter__(self) -> Iterator[Archive | Movement]:
        yield self.archive
        yield self.movement

    @cached_property
    def sight(self) -> Sight:
        return Sight(self.story)

    @cached_property
    def archive(self) -> Archive:
        return recover(self.sight)

    @cached_property
    def movement(self) -> Movement:
        return make_movement(self.sight)

    @cached_property
    def truth(self) -> Truth:
        return find_truth(self.sight)


def world(parameters: Parameters | None = None) -> World:
    """Make a world; the same parameters give the same world, on any machine.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.world(i4.simulate.Parameters.small(seed=5))
    >>> made.movement.made_up, len(made.movement.founders)
    (True, 10)
    """
    chosen = Parameters() if parameters is None else parameters
    return World(chosen, tell(chosen))


def example() -> World:
    """Return a small made-up movement, the same at every call: the one of the examples.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> movement.made_up, archive.posts["kind"].nunique()
    (True, 4)
    """
    return _example()


@cache
def _example() -> World:
    return world(Parameters.small(accounts=400, contagion=0.006, follower_lists=5))


def parameters_for(posts: int, **changes: Any) -> Parameters:
    """Return parameters of a world with about `posts` posts.

    A pilot world with few originals tells how many reshares an original brings in a world of
    that size; the number of originals a day follows from it.
    """
    accounts = int(min(max(4000 * (posts / 7000) ** 0.5, 300), 40_000))
    parameters = Parameters.for_accounts(accounts, **changes)
    for _ in range(2):  # the second time corrects what does not grow in proportion
        scale = posts / max(len(tell(parameters).events), 1)
        parameters = parameters.changed(
            posts_per_day=parameters.posts_per_day * scale,
            outsider_posts=parameters.outsider_posts * scale,
            push_posts=parameters.push_posts * scale,
            conversation=parameters.conversation * scale,
        )
    return parameters


def with_losses(made: World, **losses: float) -> World:
    """Return the same movement seen with other losses (`lost_share`, `sampled_share` …).

    Only parameters of collection may change: what happened stays the same.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> seen = i4.simulate.with_losses(made, lost_share=0.5)
    >>> len(seen.archive.posts) < len(made.archive.posts)
    True
    """
    allowed = {
        "lost_share",
        "unseen_accounts",
        "sampled_share",
        "deleted_notices",
        "after_share",
        "v2_share",
        "snscrape_share",
        "friend_lists",
        "follower_lists",
        "random_lists",
        "audited",
    }
    wrong = sorted(set(losses) - allowed)
    if wrong:
        raise MovementError(
            f"The parameter {wrong[0]!r} is not a loss, expected one of"
            f" {', '.join(sorted(allowed))}; make another world for it."
        )
    parameters = made.parameters.changed(**losses)
    return World(parameters, replace(made.story, parameters=parameters))


def without(made: World, account_ids: Iterable[str], bios: str = "kept") -> World:
    """Return the movement as it would have gone without some accounts.

    Every random draw is a hash of what it is for, so nothing else changes by chance: the
    difference between both worlds is the effect of the accounts.

    Parameters
    ----------
    bios
        `kept`: the others join when they joined; `rerun`: joining spreads without the accounts.

    Examples
    --------
    >>> import i4analysis as i4
    >>> made = i4.simulate.example()
    >>> founder = made.movement.founders["account_id"].iloc[0]
    >>> other = i4.simulate.without(made, [founder])
    >>> founder in set(other.archive.posts["author_id"])
    False
    """
    number = {name: i for i, name in enumerate(made.sight.names.account_ids)}
    removed = made.story.removed.copy()
    for name in account_ids:
        if name not in number:
            raise MovementError(
                f"The account {name!r} is not in this made-up world, expected an account_id of"
                " truth.adoptions; choose one from there."
            )
        removed[number[name]] = True
    adoption = made.story.adoption if bios == "kept" else None
    return World(made.parameters, tell(made.parameters, removed, adoption, made.story.network))


def indispensable(made: World) -> pd.DataFrame:
    """Return, for each relay of each caused outcome, whether it could be done without.

    `indispensable` is true when the account behind the outcome would not have met the same post
    without the relay (that cascade run again without it).

    Examples
    --------
    >>> import i4analysis as i4
    >>> i4.simulate.indispensable(i4.simulate.example()).columns.tolist()
    ['outcome_id', 'account_id', 'indispensable']
    """
    rows = []
    events = made.story.events
    for number, one in enumerate(made.sight.outcomes, 1):
        if one.event < 0:
            continue
        root_id = events.post_id[events.root[one.event]]
        for row in one.path[1:]:
            relay = made.sight.names.account_ids[int(events.author[row])]
            other = without(made, [relay]).story.events
            met = (other.post_id[np.maximum(other.root, 0)] == root_id) & (
                other.author == one.account
            )
            rows.append(
                {
                    "outcome_id": f"outcome-{number}",
                    "account_id": relay,
                    "indispensable": not bool(met.any()),
                }
            )
    return pd.DataFrame(rows, columns=["outcome_id", "account_id", "indispensable"])
