"""The truth of a made-up movement: what no archive holds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from i4analysis import tables
from i4analysis.simulate.adoption import DAY, HOUR, NEVER, PUSH
from i4analysis.simulate.audiences import follower_ids, outside_followers, supporters
from i4analysis.simulate.causes import Outcome, told
from i4analysis.simulate.network import FOUNDER, SEEKER
from i4analysis.simulate.originals import LABELS, OFFER, REQUEST
from i4analysis.simulate.recovered import ids, moments, texts
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.spread import HOWS, MEDIA
from i4analysis.simulate.story import POST, REPLY, RESHARE
from i4analysis.simulate.words import OCCUPATIONS, REGIONS, sector_of

Array = np.ndarray[Any, Any]
CONTACT_H = 240  # the published rule of grade B


@dataclass(frozen=True, eq=False)
class Truth:
    """Frames of the truth; every id is text, every time UTC.

    Attributes
    ----------
    parents
        `child_id`, `parent_id` (a post that may be missing from the archive), `how`: follow | tag
        | search | media | group (a group that relays together).
    adoptions
        `account_id`, `handle`, `role` (founder | supporter | seeker | outsider), `community`,
        `joined_at`, `adopted_at` and `dropped_at` (the mark in the bio; null when never),
        `followers` on the first day.
    push
        `press_id`, `kind` (push | quiet | buzz), `is_push`, `extra_posts` (originals that the item
        brought), `extra_reshares` (reshares by its readers).
    outcomes
        `outcome_id`, `cause` (relay_path | outside | before), `account_id` (null for what only the
        ledgers tell: the crisis and the goal, see `causes.told`), `reaction_post_id` (null when
        silent or outside), `cascade_id`, `happened_at`, `silent`, `interacts` (in the `CONTACT_H`
        hours that end with the outcome's day the account reshared, quoted or answered a post, or a
        post of somebody else names it; losses do not count).
    outcome_relays
        `outcome_id`, `order` (0 the author of the original post, then the relays), `account_id`,
        `post_id`, `role` (author | relay).
    coordination
        `group_id`, `account_id`, `kind` (open | hidden).
    appeals
        `post_id`, `account_id`, `label`, `aid` (a member's post on behalf of a seeker), `sector`
        (ROME: grand domaine, or domaine professionnel where that is too wide), `rome`, `place`,
        and the elements: `pleasert`, `recherche`, `job`, `cv_link`, `image`, `n_tagged`,
        `n_tagged_supporters`, `bare_tag` (none of them), `english`, and `reshares` in the end.
    losses
        `kind`, `count`: what was planted, to be found again.
    sight
        The story behind the frames; `follows` and `audiences` are made from it when asked for.
    """

    sight: Sight
    parents: pd.DataFrame
    adoptions: pd.DataFrame
    push: pd.DataFrame
    outcomes: pd.DataFrame
    outcome_relays: pd.DataFrame
    coordination: pd.DataFrame
    appeals: pd.DataFrame
    losses: pd.DataFrame

    @cached_property
    def follows(self) -> pd.DataFrame:
        """Every follow edge inside the world: `follower_id`, `followee_id`."""
        followee, follower = self.sight.story.network.edges()
        numbers = self.sight.names.account_ids
        return _frame(follower_id=texts(numbers, follower), followee_id=texts(numbers, followee))

    @cached_property
    def audiences(self) -> pd.DataFrame:
        """Every follower of every supporter, inside and outside the world, on the first day."""
        sight = self.sight
        chosen = supporters(sight)
        followee, follower = sight.story.network.edges()
        inside = np.isin(followee, chosen)
        account, outside = outside_followers(sight, chosen)
        numbers = sight.names.account_ids
        keys = pa.chunked_array(
            [texts(numbers, follower[inside]), follower_ids(outside)], pa.string()
        )
        return _frame(
            account_id=texts(numbers, np.concatenate([followee[inside], account])),
            follower_key=keys.combine_chunks(),
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every frame by name, `follows` and `audiences` included.

        Examples
        --------
        >>> import i4analysis as i4
        >>> sorted(i4.simulate.example().truth.tables())[:3]
        ['adoptions', 'appeals', 'audiences']
        """
        own = [one.name for one in fields(self) if one.name != "sight"]
        return {name: getattr(self, name) for name in (*own, "follows", "audiences")}


def find_truth(sight: Sight) -> Truth:
    """Return the truth of a story."""
    return Truth(
        sight=sight,
        parents=_parents(sight),
        adoptions=_adoptions(sight),
        push=_push(sight),
        outcomes=_outcomes(sight),
        outcome_relays=_outcome_relays(sight),
        coordination=_coordination(sight),
        appeals=_appeals(sight),
        losses=_losses(sight),
    )


def _frame(**columns: Any) -> pd.DataFrame:
    return tables.from_arrow(pa.table(columns))


def _parents(sight: Sight) -> pd.DataFrame:
    events = sight.story.events
    rows = np.flatnonzero((events.kind == RESHARE) & ~sight.hidden)
    return _frame(
        child_id=ids(events.post_id[rows]),
        parent_id=ids(events.post_id[events.parent[rows]]),
        how=texts(list(HOWS), events.how[rows].astype(np.int64)),
        cascade_id=ids(events.post_id[events.root[rows]]),
    )


def _adoptions(sight: Sight) -> pd.DataFrame:
    story = sight.story
    everyone = np.arange(story.network.size)
    end = story.parameters.days * DAY
    role = np.full(story.network.size, 3)
    role[(story.adoption.marked < end) & (story.network.part != SEEKER)] = 1
    role[story.network.part == FOUNDER] = 0
    role[story.network.part == SEEKER] = 2

    def when(second: Array) -> pa.Array:
        # what happens after the last day has not happened
        shown = moments(sight, np.where(second < end, second, 0))
        return pa.compute.if_else(
            pa.array(second < min(end, NEVER)), shown, pa.scalar(None, tables.TIME)
        )

    return _frame(
        account_id=texts(sight.names.account_ids, everyone),
        handle=texts(sight.names.handles, everyone),
        role=texts(["founder", "supporter", "seeker", "outsider"], role),
        community=pa.array(story.network.community),
        joined_at=when(story.adoption.joined),
        adopted_at=when(story.adoption.marked),
        dropped_at=when(story.adoption.dropped),
        followers=pa.array(story.network.audience),
    )


def _push(sight: Sight) -> pd.DataFrame:
    story = sight.story
    n = story.parameters.press_items
    extra = np.array([(story.originals.press == k).sum() for k in range(n)], np.int64)
    events = story.events
    rows = np.flatnonzero((events.kind == RESHARE) & (events.how == MEDIA) & ~sight.hidden)
    # a reader's reshare belongs to the last item before it
    item = np.searchsorted(story.press.second, events.second[rows], side="right") - 1
    return _frame(
        press_id=pa.array([f"press-{k + 1}" for k in range(n)], pa.string()),
        kind=texts(["quiet", "push", "buzz"], story.press.kind.astype(np.int64)),
        is_push=pa.array(story.press.kind == PUSH),
        extra_posts=pa.array(extra),
        extra_reshares=pa.array(np.bincount(item[item >= 0], minlength=n)[:n]),
        published_at=moments(sight, story.press.second),
    )


def _outcomes(sight: Sight) -> pd.DataFrame:
    events, outcomes = sight.story.events, sight.outcomes
    row = np.array([one.event for one in outcomes], np.int64)
    silent = np.array([one.silent for one in outcomes], bool)
    safe = np.maximum(row, 0)
    none = pa.nulls(len(more := told(sight.story)), pa.string())

    def whole(mine: pa.Array, others: pa.Array) -> pa.Array:
        return pa.concat_arrays([mine, others.cast(mine.type)])

    names = [f"outcome-{k + 1}" for k in range(len(outcomes))]
    at = [one.second for one in outcomes] + [second for _, _, second in more]
    who = texts(sight.names.account_ids, np.array([o.account for o in outcomes], int))
    return _frame(
        outcome_id=pa.array(names + [name for name, _, _ in more], pa.string()),
        cause=pa.array([o.cause for o in outcomes] + [cause for _, cause, _ in more], pa.string()),
        account_id=whole(who, none),
        reaction_post_id=whole(ids(events.post_id[safe], (row < 0) | silent), none),
        cascade_id=whole(ids(events.post_id[events.root[safe]], row < 0), none),
        happened_at=moments(sight, np.array(at, np.int64)),
        silent=pa.array([*silent.tolist(), *[True] * len(more)]),
        interacts=pa.array(
            [touches(sight, o) for o in outcomes] + [False] * len(more), pa.bool_()
        ),
    )


def touches(sight: Sight, outcome: Outcome) -> bool:
    """Return whether the outcome's account met the movement shortly before it, in the story.

    Whoever is named in a post, even by chance, was in contact: that the contact led to nothing is
    another question, which no archive answers.
    """
    events, originals = sight.story.events, sight.story.originals
    end = (outcome.second // DAY + 1) * DAY
    near = (events.second >= end - CONTACT_H * HOUR) & (events.second < end) & ~sight.hidden
    own = events.author == outcome.account
    if (near & own & (events.kind != POST)).any():
        return True
    row = np.maximum(events.original, 0)
    tagged = (events.kind == POST) & (originals.tagged[row] == outcome.account).any(axis=1)
    asked = (events.kind == REPLY) & (events.author[events.root] == outcome.account)
    handle = sight.names.handles[outcome.account].casefold()
    named = np.flatnonzero(near & ~own & (tagged | asked))
    return any(handle in sight.wording(int(row)).mentions for row in named)


def _outcome_relays(sight: Sight) -> pd.DataFrame:
    events = sight.story.events
    steps = [
        (f"outcome-{k + 1}", place, row)
        for k, one in enumerate(sight.outcomes)
        for place, row in enumerate(one.path)
    ]
    rows = np.array([row for _, _, row in steps], np.int64)
    order = np.array([place for _, place, _ in steps], np.int64)
    return _frame(
        outcome_id=pa.array([name for name, _, _ in steps], pa.string()),
        order=pa.array(order, pa.int64()),
        account_id=texts(sight.names.account_ids, events.author[rows]),
        post_id=ids(events.post_id[rows]),
        role=texts(["author", "relay"], np.minimum(order, 1)),
    )


def _coordination(sight: Sight) -> pd.DataFrame:
    groups = sight.story.groups
    kind, place = np.nonzero(groups >= 0)
    return _frame(
        group_id=texts(["group-open", "group-hidden"], kind),
        account_id=texts(sight.names.account_ids, groups[kind, place]),
        kind=texts(["open", "hidden"], kind),
    )


def _appeals(sight: Sight) -> pd.DataFrame:
    story, posts, events = sight.story, sight.story.originals, sight.story.events
    rows = np.flatnonzero(events.kind == POST)
    i = events.original[rows]
    work = np.isin(posts.label[i], (REQUEST, OFFER))
    about = [sight.work_of(int(k)) for k in i]
    job = posts.job[i] & work
    place = posts.place[i] & work
    occupation = np.array([one for one, _ in about], np.int64)
    region = np.array([where for _, where in about], np.int64)
    codes = [code for _, code, _ in OCCUPATIONS]
    tagged = posts.tagged[i]
    supports = (tagged >= 0) & (
        story.adoption.marked[np.maximum(tagged, 0)] <= posts.second[i][:, None]
    )
    supports &= story.network.part[np.maximum(tagged, 0)] != SEEKER
    elements = posts.please | posts.image | posts.link | posts.wording
    bare = ~elements[i] & (posts.label[i] == REQUEST) & ~(tagged >= 0).any(axis=1)
    return _frame(
        post_id=ids(events.post_id[rows]),
        account_id=texts(sight.names.account_ids, events.author[rows]),
        label=texts(list(LABELS), posts.label[i].astype(np.int64)),
        aid=pa.array(posts.aid[i] & (posts.label[i] == REQUEST)),
        sector=texts([sector_of(code) for code in codes], np.where(job, occupation, -1)),
        rome=texts(codes, np.where(job, occupation, -1)),
        place=texts([name for name, _ in REGIONS], np.where(place, region, -1)),
        pleasert=pa.array(posts.please[i]),
        image=pa.array(posts.image[i]),
        cv_link=pa.array(posts.link[i] & (posts.label[i] == REQUEST)),
        job=pa.array(job),
        recherche=pa.array(posts.wording[i] & (posts.label[i] == REQUEST)),
        n_tagged=pa.array((tagged >= 0).sum(axis=1)),
        n_tagged_supporters=pa.array(supports.sum(axis=1)),
        bare_tag=pa.array(bare),
        english=pa.array(posts.english[i]),
        reshares=pa.array(sight.reshares_total[rows]),
    )


def _losses(sight: Sight) -> pd.DataFrame:
    kept = sight.kept
    counts = {reason: int(flags.sum()) for reason, flags in sight.reasons.items()}
    counts["read but never posted"] = int(sight.hidden.sum())
    counts["bios after the fact"] = int(sight.road("after")[kept].sum())
    counts["also in v2 pages"] = int(sight.road("v2")[kept].sum())
    counts["also in snscrape lines"] = int(sight.road("snscrape")[kept].sum())
    counts["deleted later"] = int((sight.deleted & ~sight.road("after"))[kept].sum())
    return _frame(
        kind=pa.array(list(counts), pa.string()),
        count=pa.array(list(counts.values()), pa.int64()),
    )
