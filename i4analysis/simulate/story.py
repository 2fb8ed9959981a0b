"""The whole movement as numbers: who joined, posted, reshared and answered, and through whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from i4analysis.simulate.adoption import HOUR, PUSH, Adoption, Press, adopt, draw_press
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.network import FOUNDER, HIDDEN, Network, build_network
from i4analysis.simulate.originals import Originals, draw_originals
from i4analysis.simulate.parameters import DELAYS, Parameters
from i4analysis.simulate.spread import Items, Odds, People, Posts, spread

Array = np.ndarray[Any, Any]
POST, RESHARE, QUOTE, REPLY = range(4)
TWITTER_EPOCH_MS = 1_288_834_974_657  # the zero of Twitter's snowflake ids


@dataclass(frozen=True, eq=False)
class Events:
    """Every post, one row each, in time order (seconds since the start, then account).

    `kind` POST, RESHARE, QUOTE or REPLY; `root` row of the original post a reshare, quote or reply
    is about (for a post: itself; −1 when there is none); `parent` row of the post that was seen
    before resharing (−1 for others); `how` index in HOWS (−1); `original` row in `Originals` or
    −1; `post_id` integer id.
    """

    kind: Array
    second: Array
    author: Array
    root: Array
    parent: Array
    how: Array
    original: Array
    post_id: Array
    key: Array

    def __len__(self) -> int:
        return len(self.second)


@dataclass(frozen=True, eq=False)
class Story:
    """A movement that happened: parameters, people, press and events."""

    parameters: Parameters
    network: Network
    press: Press
    adoption: Adoption
    originals: Originals
    groups: Array  # row 0 the open group, row 1 the hidden one; −1 pads
    events: Events
    removed: Array


def tell(
    p: Parameters,
    removed: Array | None = None,
    adoption: Adoption | None = None,
    network: Network | None = None,
) -> Story:
    """Let the movement of `p` happen, without the accounts flagged in `removed`.

    `adoption` given: bios are kept as they are; else joining is run again, too.
    """
    net = build_network(p) if network is None else network
    gone = np.zeros(net.size, bool) if removed is None else removed
    press = draw_press(p)
    joining = adopt(p, net, press, gone) if adoption is None else adoption
    posts = draw_originals(p, net, joining, press, gone)
    groups = _groups(p, net)
    of_post = _group_posts(p, net, posts)
    quick = np.zeros(net.size, bool)
    quick[joining.order[: p.always_on]] = True
    roots = Posts(posts.key, posts.second, posts.author, posts.quality, posts.tagged, of_post)
    people = People(
        net.attention, net.community, net.start, net.followers, net.tie,
        joining.joined, joining.order, joining.joined_sorted, quick, gone,
    )  # fmt: skip
    items = Items(press.second, press.kind == PUSH)
    reshares = spread(p.seed, roots, people, items, groups, _odds(p))
    talk = _conversation(p, net, joining, posts, gone)
    events = _events(p, posts, reshares, talk)
    return Story(p, net, press, joining, posts, groups, events, gone)


def _odds(p: Parameters) -> Odds:
    law = DELAYS.index(p.delay)
    return Odds(
        base=p.reshare,
        outsider=p.outsider_reshare,
        own_community=p.own_community,
        relayed=p.relayed,
        tagged=p.tag_answers,
        tagged_outsider=p.tagged_outsiders,
        searchers=p.searchers,
        search=p.search_reshare,
        media=p.push_reshares,
        readers=p.push_readers,
        item_h=p.push_fades_h,
        looks_back_s=p.push_looks_back_h * HOUR,
        law=law,
        scale_h=p.delay_mean_h if law == 0 else p.delay_scale_h,
        shape=p.delay_shape,
        night_ends_h=p.night_ends_h,
        night_pause=p.night_pause,
        end_s=p.days * 24 * HOUR,
        group=p.group_takes_part,
        group_call_s=p.group_call_h * HOUR,
        group_delay_s=p.group_delay_s,
        always_on=p.always_on_speed,
    )


def _groups(p: Parameters, net: Network) -> Array:
    """Open group: founders; hidden group: accounts set apart for it."""
    width = max(p.open_group, p.hidden_group, 1)
    groups = np.full((2, width), -1, np.int64)
    founders = np.flatnonzero(net.part == FOUNDER)[: p.open_group]
    hidden = np.flatnonzero(net.part == HIDDEN)[: p.hidden_group]
    groups[0, : len(founders)] = founders
    groups[1, : len(hidden)] = hidden
    return groups


def _group_posts(p: Parameters, net: Network, posts: Originals) -> Array:
    """Choose the posts that each group relays: the hashes that come first, early days left out."""
    chosen = np.full(len(posts), -1, np.int64)
    late = np.flatnonzero(
        (posts.second > p.group_from_day * 24 * HOUR) & ~np.isin(net.part[posts.author], (HIDDEN,))
    )
    for group in (0, 1):
        rank = uniforms(p.seed, posts.key[late], 80 + group, 0)
        rank[chosen[late] >= 0] = 2.0
        chosen[late[np.argsort(rank, kind="stable")[: p.group_posts]]] = group
    return chosen


def _conversation(
    p: Parameters, net: Network, joining: Adoption, posts: Originals, gone: Array
) -> tuple[Array, Array, Array, Array]:
    """Draw replies and quotes along ties: (second, reader, original row, is quote).

    A tie of two members speaks at rate `conversation` · strength a day, 1/40 of it when one is
    not a member; the reader answers the latest post of the account it follows.
    """
    read, reader = net.edges()
    rng = np.random.default_rng([p.seed, 303])
    within = np.maximum(joining.joined[read], joining.joined[reader]) < p.days * 24 * HOUR
    rate = np.where(within, net.tie, net.tie * p.outsider_talk) * p.conversation * p.days
    edge = np.repeat(np.arange(len(reader)), rng.poisson(rate))
    at = (rng.random(len(edge)) * p.days * 24 * HOUR).astype(np.int64)
    quote = rng.random(len(edge)) < p.quote_share
    order = np.lexsort((posts.second, posts.author))
    span = p.days * 24 * HOUR + 1
    timeline = posts.author[order] * span + posts.second[order]
    spot = np.searchsorted(timeline, read[edge] * span + at) - 1
    good = spot >= 0
    spot = np.maximum(spot, 0)
    row = order[spot] if len(order) else spot
    good &= len(order) > 0
    if len(order):
        good &= posts.author[row] == read[edge]
        good &= at - posts.second[row] > 30
    good &= ~gone[reader[edge]]
    return at[good], reader[edge][good].astype(np.int64), row[good], quote[good]


def _events(
    p: Parameters,
    posts: Originals,
    reshares: tuple[Array, ...],
    talk: tuple[Array, Array, Array, Array],
) -> Events:
    """Put posts, reshares and conversation in one time order."""
    root, who, when, above, how = reshares
    n, m, r = len(posts), len(root), len(talk[0])
    kind = np.concatenate(
        [np.full(n, POST), np.full(m, RESHARE), np.where(talk[3], QUOTE, REPLY)]
    ).astype(np.int8)
    at = np.concatenate([posts.second, when, talk[0]]).astype(np.int64)
    author = np.concatenate([posts.author, who, talk[1]]).astype(np.int64)
    about = np.concatenate([np.arange(n), root, talk[2]]).astype(np.int64)
    parent = np.concatenate(
        [np.full(n, -1), np.where(above >= 0, above + n, root), np.full(r, -1)]
    ).astype(np.int64)
    ways = np.concatenate([np.full(n, -1), how, np.full(r, -1)]).astype(np.int8)
    key = (hashes(posts.key[about], author, at, kind) >> np.uint64(2)).astype(np.int64)
    order = np.lexsort((key, author, at))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    original = np.concatenate([np.arange(n), np.full(m + r, -1)])
    parents = np.where(parent >= 0, place[np.maximum(parent, 0)], -1)
    return Events(
        kind=kind[order],
        second=at[order],
        author=author[order],
        root=place[about][order],
        parent=parents[order],
        how=ways[order],
        original=original[order],
        post_id=snowflakes(p, at[order], key[order]),
        key=key[order],
    )


def start_ms(p: Parameters) -> int:
    """Unix milliseconds of the first instant: midnight of the first day at UTC+1."""
    from datetime import UTC, datetime

    day = datetime(p.started_on.year, p.started_on.month, p.started_on.day, tzinfo=UTC)
    return int(day.timestamp()) * 1000 - HOUR * 1000


def snowflakes(p: Parameters, at: Array, key: Array) -> Array:
    """Return ids that encode the moment as Twitter's do, one each.

    Data centre and worker are 31 and 31, which real ids do not show: a made-up post has no real
    post's id.
    """
    at = np.asarray(at, np.int64)
    key = np.asarray(key, np.int64)
    milliseconds = start_ms(p) + at * 1000 + key % 1000 - TWITTER_EPOCH_MS
    ids = (milliseconds << 22) | (1023 << 12) | (key // 1000 % 4096)
    while True:
        order = np.argsort(ids, kind="stable")
        same = np.flatnonzero(ids[order][1:] == ids[order][:-1])
        if not len(same):
            return np.asarray(ids, np.int64)
        again = order[same + 1]
        ids[again] = (ids[again] & ~np.int64(4095)) | ((ids[again] + 1) & 4095)
