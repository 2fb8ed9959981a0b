"""Cascades: every post spreads along follow edges by independent cascade, and by other roads."""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from i4analysis.simulate.hashing import uniform

Array = np.ndarray[Any, Any]
HOWS = ("follow", "tag", "search", "media", "group")
FOLLOW, TAG, SEARCH, MEDIA, GROUP = range(5)


class Odds(NamedTuple):
    """Chances that an account reshares what it meets, and how long it waits.

    Attributes
    ----------
    base, search, media, group
        Chance of a member who meets a post at its author's, who looks up the hashtag, who read an
        item of the press, of a group that was called.
    outsider, own_community, relayed, tagged, tagged_outsider
        Ratios that multiply it: a non-member's, inside the author's community, of a post met
        through a relay, of an account tagged, of one tagged that is no member.
    searchers, readers
        How many look up the hashtag, and read an item, a post.
    law, scale_h, shape
        The delay, see `delay_s`; `item_h`: mean wait of an item's readers.
    night_ends_h, night_pause
        End of the night, and the chance that a reaction due at night waits for it.
    end_s
        End of the movement.
    looks_back_s
        Age up to which a post is met by readers of an item.
    group_call_s, group_delay_s
        Longest wait before a group is called, and of its members after that.
    always_on
        How much faster members react who are always on.
    """

    base: float
    outsider: float
    own_community: float
    relayed: float
    tagged: float
    tagged_outsider: float
    searchers: int
    search: float
    media: float
    readers: int
    item_h: float
    looks_back_s: float
    law: int
    scale_h: float
    shape: float
    night_ends_h: int
    night_pause: float
    end_s: int
    group: float
    group_call_s: float
    group_delay_s: int
    always_on: float


class Posts(NamedTuple):
    """The originals, a row each; `group`: the group that relays it, or −1."""

    key: Array
    at: Array
    author: Array
    quality: Array
    tagged: Array
    group: Array


class People(NamedTuple):
    """The accounts and who follows whom, as `Network` and `Adoption` have them.

    `quick`: those who are always on; `removed`: those who are not there.
    """

    attention: Array
    community: Array
    start: Array
    followers: Array
    tie: Array
    joined: Array
    order: Array
    joined_sorted: Array
    quick: Array
    removed: Array


class Items(NamedTuple):
    """The items of the press: their moments, and which push."""

    at: Array
    push: Array


@njit(cache=True)
def normal_quantile(x):  # type: ignore[no-untyped-def]  # numba infers its types
    """Return the standard normal quantile (Acklam 2003, relative error 1.2e-9)."""
    a = (-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02)
    a2 = (1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00)
    b = (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02)
    b2 = (6.680131188771972e01, -1.328068155288572e01)
    c = (-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00)
    c2 = (-2.549732539343734e00, 4.374664141464968e00, 2.938163982698783e00)
    d = (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00)
    if x < 0.02425 or x > 1 - 0.02425:
        tail = min(x, 1 - x)
        q = np.sqrt(-2 * np.log(tail))
        top = ((((c[0] * q + c[1]) * q + c[2]) * q + c2[0]) * q + c2[1]) * q + c2[2]
        z = top / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1)
        return z if x < 0.5 else -z
    q = x - 0.5
    r = q * q
    top = (((((a[0] * r + a[1]) * r + a[2]) * r + a2[0]) * r + a2[1]) * r + a2[2]) * q
    return top / (((((b[0] * r + b[1]) * r + b[2]) * r + b2[0]) * r + b2[1]) * r + 1)


@njit(cache=True)
def delay_s(law, scale, shape, x):  # type: ignore[no-untyped-def]  # numba infers its types
    """Return a delay in whole seconds (at least 2) from one uniform number x.

    `law` 0: exponential with mean `scale` hours; 1: power law, density ∝ (1 + t/scale)^−(1+shape);
    2: log-normal with median `scale` hours and standard deviation 1/`shape` of the log.
    """
    if law == 0:
        hours = -scale * np.log(x)
    elif law == 1:
        hours = scale * (x ** (-1.0 / shape) - 1.0)
    else:
        hours = scale * np.exp(normal_quantile(x) / shape)
    # ten years: beyond any movement, and far from the limits of an integer
    return np.int64(2 + np.floor(min(hours, 87600.0) * 3600.0))


@njit(cache=True)
def spread(seed, posts, people, press, groups, odds):  # type: ignore[no-untyped-def]  # numba infers its types
    """Run every cascade; return (root, account, second, parent, how) of every reshare.

    `parent` is the row of the parent among the reshares returned, or −1 for the original.
    """
    seen = np.full(len(people.joined), -1, np.int64)
    out_root, out_who, out_at = [np.int64(0)][:0], [np.int64(0)][:0], [np.int64(0)][:0]
    out_parent, out_how = [np.int64(0)][:0], [np.int64(0)][:0]
    for c in range(len(posts.at)):
        # second, account, parent, how: the first stands for the end of time
        queue = [(np.int64(4611686018427387904), np.int64(0), np.int64(0), np.int64(0))]
        _met_elsewhere(queue, seed, c, posts, people, press, groups, odds)
        parent, reader, now = np.int64(-1), np.int64(posts.author[c]), np.int64(posts.at[c])
        seen[reader] = c
        while True:
            _followed(queue, seed, c, parent, reader, now, posts, people, seen, odds)
            then, reader, above, how = heapq.heappop(queue)
            while then < odds.end_s and (seen[reader] == c or people.removed[reader]):
                then, reader, above, how = heapq.heappop(queue)
            if then >= odds.end_s:
                break
            seen[reader] = c
            out_root.append(np.int64(c))
            out_who.append(reader)
            out_at.append(then)
            out_parent.append(above)
            out_how.append(how)
            parent, now = np.int64(len(out_at) - 1), then
    return (
        np.array(out_root),
        np.array(out_who),
        np.array(out_at),
        np.array(out_parent),
        np.array(out_how),
    )


@njit(cache=True)
def _met_elsewhere(queue, seed, c, posts, people, press, groups, odds):  # type: ignore[no-untyped-def]  # numba infers its types
    """Queue who meets post c by a tag, a search, an item of the press or the call of a group."""
    key, t0, q = posts.key[c], posts.at[c], posts.quality[c]
    for v in posts.tagged[c]:
        if v < 0:
            continue
        chance = odds.base * q * people.attention[v] * odds.tagged
        if people.joined[v] >= t0:
            chance *= odds.tagged_outsider
        if uniform(seed, key, v, 7001) < min(0.9, chance):
            wait = delay_s(odds.law, odds.scale_h, odds.shape, uniform(seed, key, v, 7002))
            heapq.heappush(queue, (t0 + wait, np.int64(v), np.int64(-1), np.int64(TAG)))
    members = np.searchsorted(people.joined_sorted, t0)
    for k in range(min(odds.searchers, members)):
        v = people.order[min(int(uniform(seed, key, k, 7005) * members), members - 1)]
        if uniform(seed, key, v, 7003) < odds.search * q * people.attention[v]:
            wait = delay_s(odds.law, odds.scale_h, odds.shape, uniform(seed, key, v, 7004))
            heapq.heappush(queue, (t0 + wait, np.int64(v), np.int64(-1), np.int64(SEARCH)))
    for k in range(len(press.at)):
        if not (press.push[k] and 0 < press.at[k] - t0 < odds.looks_back_s):
            continue
        for j in range(odds.readers):
            v = int(uniform(seed, key, j, 7100 + k) * len(people.joined))
            if uniform(seed, key, v, 7200 + k) < odds.media * q:
                then = press.at[k] + delay_s(0, odds.item_h, 1.0, uniform(seed, key, v, 7300 + k))
                heapq.heappush(queue, (then, np.int64(v), np.int64(-1), np.int64(MEDIA)))
    if posts.group[c] >= 0:
        called = t0 + int(uniform(seed, key, 0, 7403) * odds.group_call_s)
        for v in groups[posts.group[c]]:
            if v >= 0 and uniform(seed, key, v, 7401) < odds.group:
                then = called + 3 + int(uniform(seed, key, v, 7402) * odds.group_delay_s)
                heapq.heappush(queue, (then, np.int64(v), np.int64(-1), np.int64(GROUP)))


@njit(cache=True)
def _followed(queue, seed, c, parent, reader, now, posts, people, seen, odds):  # type: ignore[no-untyped-def]  # numba infers its types
    """Queue those followers of `reader` that will reshare what it has just passed on."""
    key, home = posts.key[c], people.community[posts.author[c]]
    for e in range(people.start[reader], people.start[reader + 1]):
        v = np.int64(people.followers[e])
        if seen[v] == c or people.removed[v]:
            continue
        chance = odds.base * posts.quality[c] * people.tie[e] * people.attention[v]
        if parent >= 0:
            chance *= odds.relayed
        if people.joined[v] > now:
            chance *= odds.outsider
        if people.community[v] == home:
            chance *= odds.own_community
        if uniform(seed, key, reader, v) >= min(0.9, chance):
            continue
        x = uniform(seed + 1, key, reader, v)
        wait = delay_s(odds.law, odds.scale_h, odds.shape, x)
        if people.quick[v]:
            wait = 2 + int(wait / odds.always_on)
        then = now + wait
        hour = (then % 86400) / 3600.0
        # people sleep: a share of night-time reactions waits for the morning
        asleep = hour < odds.night_ends_h and not people.quick[v]
        if asleep and uniform(seed + 2, key, reader, v) < odds.night_pause:
            then += np.int64((odds.night_ends_h - hour + 2.0 * x) * 3600.0)
        heapq.heappush(queue, (then, v, parent, np.int64(FOLLOW)))
