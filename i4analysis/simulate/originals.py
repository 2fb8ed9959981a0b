"""Who posts what, and when: the roots of the cascades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from i4analysis.simulate.adoption import HOUR, PUSH, Adoption, Press, rhythm
from i4analysis.simulate.hashing import hashes, steady, uniform, uniforms
from i4analysis.simulate.network import FIRM, OUTLET, SEEKER, Network
from i4analysis.simulate.parameters import Parameters

Array = np.ndarray[Any, Any]
REQUEST, OFFER, SUPPORT, MEDIA, OTHER = range(5)
LABELS = ("request", "offer", "support", "media", "other")


@dataclass(frozen=True, eq=False)
class Originals:
    """Original posts in time order; `key` names a post in counterfactual runs too.

    `at` seconds since the start; `press` number of the item that brought the post, or −1;
    `label` one of LABELS; `aid` a member's post on behalf of a seeker; `elements` flags of the
    template (please, image, link, job, place, wording); `tagged` account numbers, −1 where none;
    `quality` the ratio that multiplies every chance of a reshare.
    """

    key: Array
    second: Array
    author: Array
    press: Array
    label: Array
    aid: Array
    english: Array
    please: Array
    image: Array
    link: Array
    job: Array
    place: Array
    wording: Array
    tagged: Array
    quality: Array

    def __len__(self) -> int:
        return len(self.second)


def draw_originals(
    p: Parameters, net: Network, adoption: Adoption, press: Press, removed: Array
) -> Originals:
    """Draw every original post of the movement."""
    hours = p.days * 24
    members = np.searchsorted(adoption.joined_sorted, np.arange(hours) * HOUR, side="right")
    up: Array = (
        np.minimum(1.0, p.early_level + members / (p.members_when_up * p.posts_per_day))
        * p.posts_per_day
        / 24
    )
    pace = rhythm(p)[np.arange(hours) % 24]
    rates = np.zeros((3, hours))
    shares = (1 - p.seeker_share - p.offer_share, p.seeker_share, p.offer_share)
    sizes: tuple[Array | int, ...] = (
        np.maximum(members, 1),
        max(1, int((net.part == SEEKER).sum())),
        max(1, int((net.part == FIRM).sum())),
    )
    for row, (share, size) in enumerate(zip(shares, sizes, strict=True)):
        rates[row] = up * share * pace / size
    outside = np.vstack([pace * p.outsider_posts / 24 / net.size, *_pushes(p, net, press)])
    at, author, source = _when(
        p.seed, adoption.joined, net.part, net.activity, rates, outside, removed, SEEKER, FIRM
    )
    late = at >= (hours - 1) * HOUR
    at, author, source = at[~late], author[~late], source[~late]
    item_at = np.array(press.second, np.int64)
    early = (source >= 0) & (at < item_at[np.maximum(source, 0)]) if len(item_at) else source >= 0
    at, author, source = at[~early], author[~early], source[~early]
    at, author, source = _with_items(net, press, at, author, source, removed)
    order = np.lexsort((author, at))
    return _dress(p, net, adoption, at[order], author[order], source[order])


def _pushes(p: Parameters, net: Network, press: Press) -> list[Array]:
    """Hourly rate of each account for each item; zero for items that push nothing."""
    hours = np.arange(p.days * 24)
    rows = []
    for at, kind in zip(press.second, press.kind, strict=True):
        since = hours - at // HOUR
        shape = np.where(since >= 0, steady(np.exp(-np.maximum(since, 0) / p.push_fades_h)), 0.0)
        shape *= rhythm(p)[hours % 24]
        total = shape.sum()
        rows.append(shape * (p.push_posts / total / net.size if kind == PUSH and total else 0.0))
    return rows


@njit(cache=True)
def _when(seed, joined, part, weight, rates, outside, removed, seeker, firm):  # type: ignore[no-untyped-def]  # numba infers its types
    at, author, source = [0][:0], [0][:0], [0][:0]
    n, hours = len(joined), rates.shape[1]
    for u in range(n):
        if removed[u]:
            continue
        for h in range(hours):
            if joined[u] <= h * HOUR:
                rate = rates[0, h] * weight[u]
            elif part[u] == seeker:
                rate = rates[1, h] * weight[u]
            elif part[u] == firm:
                rate = rates[2, h] * weight[u]
            else:
                rate = 0.0
            # at most two posts an hour: the second with the chance that the first leaves over
            for again in range(2):
                if rate > 0 and uniform(seed, u, h, 21 + again) < rate:
                    at.append(h * HOUR + int(uniform(seed, u, h, 23 + again) * HOUR))
                    author.append(u)
                    source.append(-1)
                rate -= 1.0
            for k in range(outside.shape[0]):
                if outside[k, h] > 0 and uniform(seed, u, h, 30 + k) < outside[k, h]:
                    at.append(h * HOUR + int(uniform(seed, u, h, 10030 + k) * HOUR))
                    author.append(u)
                    source.append(k - 1)
    return np.array(at), np.array(author), np.array(source)


def _with_items(
    net: Network, press: Press, at: Array, author: Array, source: Array, removed: Array
) -> tuple[Array, Array, Array]:
    """Add the post in which each outlet announces its own item (source −2)."""
    outlets = np.flatnonzero(net.part == OUTLET)[np.asarray(press.outlet, np.int64)]
    kept = ~removed[outlets] if len(outlets) else np.zeros(0, bool)
    return (
        np.concatenate([at, press.second[kept] + 60]),
        np.concatenate([author, outlets[kept]]),
        np.concatenate([source, np.full(int(kept.sum()), -2)]),
    )


def _dress(
    p: Parameters, net: Network, adoption: Adoption, at: Array, author: Array, source: Array
) -> Originals:
    """Give every post its label, the elements of the template, its tags and its quality."""
    key = (hashes(p.seed, author, at, 31) >> np.uint64(2)).astype(np.int64)

    def has(salt: int, chance: Array | float) -> Array:
        drawn: Array = uniforms(p.seed, key, salt, 1) < chance
        return drawn

    part = net.part[author]
    member = adoption.joined[author] <= at
    label = np.full(len(at), OTHER, np.int8)
    label[member & has(40, p.support_share)] = SUPPORT
    label[~member & (source >= 0) & has(41, p.push_support)] = SUPPORT
    aid = member & has(42, p.aid_share) & (part != FIRM)
    label[aid | ((part == SEEKER) & (source == -1))] = REQUEST
    label[(part == FIRM) & (source == -1)] = OFFER
    label[source == -2] = MEDIA
    request, work = label == REQUEST, np.isin(label, (REQUEST, OFFER))
    elements = {
        name: has(salt, p.template) & work
        for name, salt in (("please", 43), ("image", 44), ("link", 45), ("place", 46))
    }
    elements["image"] |= ~work & has(44, p.other_pictures)
    elements["link"] |= (~work & has(45, p.other_links)) | (label == MEDIA)
    job, wording = request & has(47, p.job_named), request & has(48, p.seeking_words)
    job |= label == OFFER
    quality = _quality(p, net, author, key, request, elements)
    return Originals(
        key=key,
        second=at,
        author=author,
        press=source,
        label=label,
        aid=aid,
        english=has(49, p.english),
        job=job,
        wording=wording,
        tagged=_tags(p, net, adoption, at, author, key, request),
        quality=quality,
        **elements,
    )


def _quality(
    p: Parameters, net: Network, author: Array, key: Array, request: Array, on: dict[str, Array]
) -> Array:
    # a standard normal from twelve uniforms (Irwin–Hall): sums only, the same on every machine
    normal = sum(uniforms(p.seed, key, 60 + i, 2) for i in range(12)) - 6.0
    log = p.quality_log_mean + p.quality_log_sd * normal
    log += p.effect_please * (on["please"] - 0.25) + p.effect_image * (on["image"] - 0.3)
    log += p.effect_link * (on["link"] - 0.3) + p.effect_request * (request - 0.35)
    return steady(np.exp(steady(log))) * net.quality[author]


def _tags(
    p: Parameters,
    net: Network,
    adoption: Adoption,
    at: Array,
    author: Array,
    key: Array,
    request: Array,
) -> Array:
    """Tag up to `tags_most` accounts in an appeal: three in four members, the others anybody."""
    width = p.tags_most
    tagged = np.full((len(at), width), -1, np.int64)
    if not len(adoption.order):
        return tagged
    wanted = np.floor(uniforms(p.seed, key, 50, 3) * (width + 1)).astype(np.int64)
    wanted = np.where(request & (uniforms(p.seed, key, 51, 3) < p.template), wanted, 0)
    members = np.searchsorted(adoption.joined_sorted, at, side="right")
    for place in range(width):
        draw = uniforms(p.seed, key, 52 + place, 4)
        member = adoption.order[
            np.minimum((draw * members).astype(np.int64), len(adoption.order) - 1)
        ]
        anybody = (draw * net.size).astype(np.int64)
        pick = np.where(uniforms(p.seed, key, 72 + place, 5) < p.tags_members, member, anybody)
        fresh = (place < wanted) & (members > 0) & (pick != author)
        fresh &= ~(tagged == pick[:, None]).any(axis=1)
        tagged[fresh, place] = pick[fresh]
    return tagged
