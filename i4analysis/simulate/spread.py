"""Cascades: every post spreads along follow edges by independent cascade, and by other roads."""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from i4analysis.simulate.hashing import uniform

Array = np.ndarray[Any, Any]
HOWS = ("follow", "tag", "search", "media", "group")
FOLLOW, _, _, MEDIA, _ = range(len(HOWS))


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
def spread(  # type: ignore[no-untyped-def]  # numba infers its types
    seed,
    keys,
    at,
    author,
    quality,
    tagged,
    group,
    start,
    followers,
    tie,
    attention,
    joined,
    order,
    joined_sorted,
    community,
    quick,
    removed,
    press_at,
    press_push,
    groups,
    odds,
):
    """Run every cascade; return (root, account, second, parent, how) of every reshare.

    `parent` is the row of the parent among the reshares returned, or −1 for the original.
    """
    n = len(joined)
    seen = np.full(n, -1, np.int64)
    out_root, out_who, out_at = [np.int64(0)][:0], [np.int64(0)][:0], [np.int64(0)][:0]
    out_parent, out_how = [np.int64(0)][:0], [np.int64(0)][:0]
    for c in range(len(at)):
        key, t0, root, q = keys[c], at[c], author[c], quality[c]
        seen[root] = c
        queue = [(np.int64(4611686018427387904), np.int64(0), np.int64(0), np.int64(0))]
        for k in range(tagged.shape[1]):
            v = tagged[c, k]
            if v < 0:
                continue
            chance = odds.base * q * attention[v] * odds.tagged
            if joined[v] >= t0:
                chance *= odds.tagged_outsider
            if uniform(seed, key, v, 7001) < min(0.9, chance):
                wait = delay_s(odds.law, odds.scale_h, odds.shape, uniform(seed, key, v, 7002))
                heapq.heappush(queue, (t0 + wait, np.int64(v), np.int64(-1), np.int64(1)))
        members = np.searchsorted(joined_sorted, t0)
        for k in range(min(odds.searchers, members)):
            v = order[min(int(uniform(seed, key, k, 7005) * members), members - 1)]
            if uniform(seed, key, v, 7003) < odds.search * q * attention[v]:
                wait = delay_s(odds.law, odds.scale_h, odds.shape, uniform(seed, key, v, 7004))
                heapq.heappush(queue, (t0 + wait, np.int64(v), np.int64(-1), np.int64(2)))
        for k in range(len(press_at)):
            if press_push[k] and 0 < press_at[k] - t0 < odds.looks_back_s:
                for j in range(odds.readers):
                    v = int(uniform(seed, key, j, 7100 + k) * n)
                    if uniform(seed, key, v, 7200 + k) < odds.media * q:
                        wait = delay_s(0, odds.item_h, 1.0, uniform(seed, key, v, 7300 + k))
                        heapq.heappush(
                            queue, (press_at[k] + wait, np.int64(v), np.int64(-1), np.int64(3))
                        )
        if group[c] >= 0:
            called = int(uniform(seed, key, 0, 7403) * odds.group_call_s)
            for k in range(groups.shape[1]):
                v = groups[group[c], k]
                if v >= 0 and uniform(seed, key, v, 7401) < odds.group:
                    wait = 3 + int(uniform(seed, key, v, 7402) * odds.group_delay_s)
                    heapq.heappush(
                        queue, (t0 + called + wait, np.int64(v), np.int64(-1), np.int64(4))
                    )
        parent, reader, now = np.int64(-1), np.int64(root), np.int64(t0)
        while True:
            for e in range(start[reader], start[reader + 1]):
                v = np.int64(followers[e])
                if seen[v] == c or removed[v]:
                    continue
                chance = odds.base * q * tie[e] * attention[v]
                if parent >= 0:
                    chance *= odds.relayed
                if joined[v] > now:
                    chance *= odds.outsider
                if community[v] == community[root]:
                    chance *= odds.own_community
                if uniform(seed, key, reader, v) < min(0.9, chance):
                    x = uniform(seed + 1, key, reader, v)
                    wait = delay_s(odds.law, odds.scale_h, odds.shape, x)
                    if quick[v]:
                        wait = 2 + int(wait / odds.always_on)
                    then = now + wait
                    hour = (then % 86400) / 3600.0
                    # people sleep: a share of night-time reactions waits for the morning
                    asleep = hour < odds.night_ends_h and not quick[v]
                    if asleep and uniform(seed + 2, key, reader, v) < odds.night_pause:
                        then += np.int64((odds.night_ends_h - hour + 2.0 * x) * 3600.0)
                    heapq.heappush(queue, (then, v, parent, np.int64(0)))
            found = False
            while not found:
                then, v, above, how = heapq.heappop(queue)
                if then >= odds.end_s:
                    break
                if seen[v] != c and not removed[v]:
                    seen[v] = c
                    out_root.append(np.int64(c))
                    out_who.append(v)
                    out_at.append(then)
                    out_parent.append(above)
                    out_how.append(how)
                    parent, reader, now = np.int64(len(out_at) - 1), v, then
                    found = True
            if not found:
                break
    return (
        np.array(out_root),
        np.array(out_who),
        np.array(out_at),
        np.array(out_parent),
        np.array(out_how),
    )
