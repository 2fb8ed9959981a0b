"""A town, its closing foundry and a hashtag: worlds in which every mechanism can be switched.

How a world goes. Accounts stand on a ring-shaped plane of interests and follow whoever is near
and well known (a latent-space graph, Hoff et al. 2002, with preferential choice). Each opens the
platform in *sessions*, two humps a day on its own clock, and reads what came into its inbox since,
newest first, as long as its patience lasts; what it likes it reshares on the spot, from the very
post or reshare it read. So delays, bursts and near-simultaneous reshares come out of reading
habits and no kernel is assumed anywhere. Everything else is a mechanism of `MECHANISMS`.

The truth that is kept: when each account put the hashtag in its bio and took it out, what each
reshare was read from and how, which press items brought what, who acted together, what each
outcome came from, who answers when tagged, and which posts and accounts did not survive.
"""

from __future__ import annotations

import csv
import heapq
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HASHTAG = "fonderiedebout"
SPELLINGS = ("#FonderieDebout", "#fonderiedebout", "#FONDERIEDEBOUT")
SENTENCES = Path(__file__).with_name("sentences.csv")

# Twitter's identifiers count milliseconds from this moment.
_TWITTER_EPOCH_MS = 1_288_834_974_657

MECHANISMS: dict[str, str] = {
    "waves": "bios are filled in waves, in the evening and the morning after a broadcast",
    "announce": "half of those who join say so in a post as they do it, others join in silence",
    "quits": "a quarter of the bios are cleaned again, after twelve days on average",
    "silent": "half of the founders and a third of those who join never post",
    "zones": "a fifth of the accounts live in Montréal and on La Réunion",
    "heavy": "activity is a power law: a few accounts make most of the posts",
    "timeline": "most reading is of a feed sorted by success and taste, whoever is followed",
    "notifications": "dozens of accounts are notified of four hubs' posts and reshare at once",
    "pollers": "bots search for the hashtag every few minutes and reshare what they find",
    "lists": "readers of one list go through it three times a day and reshare down the page",
    "relay_fast": "a group drops posts in a private channel and relays within ten minutes",
    "relay_slow": "a group relays in a fixed order, with some twenty-five minutes between",
    "television": "broadcasts bring posts within the hour",
    "newspaper": "articles bring posts some eighteen hours after they are printed",
    "no_effect": "press items that change nothing",
    "follows_buzz": "press items that come hours after a burst they did not cause",
    "coincidence": "outcomes dated at random, of accounts that are about anyway",
    "caused_by_press": "outcomes of people who read about it in a newspaper",
    "routes": "outcomes of accounts that the word truly reached, relay by relay",
    "noise": "spam in the hashtag, jokes that travel, politics, offers worded as requests",
    "deletions": "what disappears is not drawn at random: bots, jobs found, jokes regretted",
    "drift": "follower counts drift, jump after broadcasts and lose a tenth in a purge",
    "tagging": "requests tag accounts, whose answer depends on taste and fatigue, not on size",
}

_METIERS = ("mouleur", "cariste", "comptable", "ébavureur", "vendeuse", "électricien", "maçon")
_VILLES = ("Valserac", "Limoges", "Aurillac", "Tulle", "Guéret", "Périgueux")
_SECTEURS = ("logistique", "métallurgie", "restauration", "aide à domicile", "bois")
_BIOS = (
    "Maman de deux grands, randonneuse",
    "Rugby, terrine et mauvaise foi",
    "Ici pour lire",
    "Syndiqué, fier de l'être",
    "Prof d'histoire. Mes tweets sont à moi",
    "Né à Valserac, parti, revenu",
    "Photographe du dimanche",
    "",
)


@dataclass(frozen=True, eq=False)
class Truth:
    """What happened in a world, whether or not an archive can show it.

    Attributes
    ----------
    joins
        One row an account that ever showed the hashtag: `account_id`, `joined_at`, `left_at`
        (null while it stays), `founder`, `posts` (whether it ever posts).
    sources
        One row a reshare: `post_id`, `source_id` (the post or reshare it was read from),
        `source_author_id`, `how` (feed, algorithm, notification, search, list, channel, tag).
    press
        One row a press item: `item_id`, `kind`, `published_at`, `precision`, `pushes`,
        `extra_posts`, `extra_joins`.
    groups
        Accounts that truly act together: group name → account ids.
    crowds
        Accounts that only look as if: subscribers of notifications, list readers, bots that poll.
    outcomes
        One row an outcome: `outcome_id`, `account_id`, `happened_at`, `kind` (coincidence,
        press, route), `via` (for a route: account ids from the author to the last relay).
    answers
        One row an account: `account_id`, `p_answer` (chance that it reshares when tagged with the
        next request), `tagged`, `answered`, `followers` at the end.
    labels
        One row an original post: `post_id`, `label` (request, offer, other), `tone`.
    follows
        Every follow edge inside the world: `follower_id`, `followee_id`.
    gone
        Post ids that were deleted, or whose account was, before a search at the end.
    """

    joins: pd.DataFrame
    sources: pd.DataFrame
    press: pd.DataFrame
    groups: dict[str, list[str]]
    crowds: dict[str, list[str]]
    outcomes: pd.DataFrame
    answers: pd.DataFrame
    labels: pd.DataFrame
    follows: pd.DataFrame
    gone: frozenset[str]


@dataclass(frozen=True, eq=False)
class World:
    """A world: every post and every account as they were, and the truth.

    `posts` holds one row a post in order of time with the columns of `_EVENT_COLUMNS`; `accounts`
    one row an account; `followers(account, when)` gives a count as at a moment and `bio(account,
    when)` the profile text.
    """

    seed: int
    mechanisms: frozenset[str]
    start: pd.Timestamp
    days: int
    posts: pd.DataFrame
    accounts: pd.DataFrame
    truth: Truth
    _followers: Callable[[Ints, Floats], Ints] = field(repr=False)
    _bios: Callable[[Ints, Floats], list[str]] = field(repr=False)

    def followers(self, accounts: Ints, hours: Floats) -> Ints:
        """Return the follower counts of accounts (row numbers) at hours after the start."""
        return self._followers(accounts, hours)

    def bios(self, accounts: Ints, hours: Floats) -> list[str]:
        """Return the profile texts of accounts (row numbers) at hours after the start."""
        return self._bios(accounts, hours)


def sentences() -> list[dict[str, str]]:
    """Return the handwritten posts: `text` with {slots}, `label`, `tone`."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(text: str, rng: np.random.Generator) -> str:
    """Return a handwritten post with its slots filled."""
    return text.format(
        metier=_METIERS[rng.integers(len(_METIERS))],
        ville=_VILLES[rng.integers(len(_VILLES))],
        secteur=_SECTEURS[rng.integers(len(_SECTEURS))],
    )


def make(seed: int, mechanisms: Iterable[str] = ()) -> World:
    """Make a world in which only the mechanisms named are at work.

    Parameters
    ----------
    seed
        The same seed and mechanisms give the same world.
    mechanisms
        Names of `MECHANISMS`.
    """
    chosen = frozenset(mechanisms)
    unknown = sorted(chosen - MECHANISMS.keys())
    if unknown:
        raise ValueError(
            f"There is no mechanism {unknown[0]!r} of foreign worlds: expected some of"
            f" {', '.join(MECHANISMS)}."
        )
    return _Town(seed, chosen).live()


@dataclass
class _Item:
    """A press item as the town lives it: hours after the start and what it sets off."""

    kind: str
    at: float
    posts: int = 0
    joins: int = 0
    precision: str = "minute"


class _Town:
    """The state of a world while it is lived."""

    def __init__(self, seed: int, on: frozenset[str]) -> None:
        # the mechanisms are part of the seed: two worlds of one number are not the same town
        self.rng = np.random.default_rng([seed, zlib.crc32(" ".join(sorted(on)).encode())])
        self.seed = seed
        self.on = on
        rng = self.rng
        self.days = int(rng.integers(25, 36))
        self.hours = 24.0 * self.days
        year, month = int(rng.integers(2014, 2022)), int(rng.integers(1, 12))
        self.start = pd.Timestamp(year=year, month=month, day=int(rng.integers(1, 28)), tz="UTC")
        self._people()
        self._graph()
        self._events()
        self._press()

    # ------------------------------------------------------------------------------- people

    def _people(self) -> None:
        rng, on = self.rng, self.on
        n = self.n = int(rng.integers(850, 1250))
        role = np.full(n, "citizen", dtype=object)
        order = rng.permutation(n)
        sizes = {"founder": int(rng.integers(12, 22)), "firm": 36, "press": 12, "seeker": n // 9}
        if "noise" in on:
            sizes["spam"] = int(rng.integers(6, 12))
        if "pollers" in on:
            sizes["bot"] = int(rng.integers(5, 9))
        at = 0
        for name, count in sizes.items():
            role[order[at : at + count]] = name
            at += count
        self.role = role
        self.place = rng.random((n, 2))
        if "heavy" in on:
            sessions = np.minimum(0.3 * (1.0 + rng.pareto(1.2, n)), 16.0)
        else:
            sessions = rng.gamma(6.0, 0.22, n)
        sessions[role == "founder"] = np.maximum(sessions[role == "founder"], 3.0)
        sessions[(role == "bot") | (role == "spam")] = 0.0
        self.sessions = sessions
        size: Floats = np.power(10.0, rng.normal(2.35, 0.5, n))
        size[role == "firm"] = 10.0 ** rng.normal(3.5, 0.55, sizes["firm"])
        size[role == "press"] = 10.0 ** rng.normal(4.2, 0.45, sizes["press"])
        self.size = size
        self.taste = rng.beta(0.6, 2.4, n)
        self.pen = rng.gamma(0.5, 0.075, n) * np.where(role == "founder", 4.0, 1.0)
        self.pen[role == "seeker"] *= 1.6
        if "heavy" in on:
            tail = 0.3 * (1.0 + rng.pareto(0.9, n))
            self.taste = np.minimum(self.taste * tail, 4.0)
            self.pen = np.minimum(self.pen * tail, 0.6)
        self.zone = np.full(n, 1.0)
        if "zones" in on:
            away = rng.random(n)
            self.zone[away < 0.12] = -5.0
            self.zone[away > 0.91] = 4.0
        self.mute = np.zeros(n, dtype=bool)
        if "silent" in on:
            founders = np.flatnonzero(role == "founder")
            self.mute[rng.choice(founders, len(founders) // 2, replace=False)] = True
        ids = rng.choice(10**9, n, replace=False) + 10**7
        self.ids = [str(i) for i in ids]
        self.handles = [f"{r[:2]}_{i}" for r, i in zip(role, self.ids, strict=True)]
        self.bio_base = [_BIOS[k] for k in rng.integers(0, len(_BIOS), n)]
        for i in np.flatnonzero(role == "seeker"):
            self.bio_base[i] = "En recherche d'emploi, " + self.bio_base[i].lower()
        self.spelling = rng.integers(0, len(SPELLINGS), n)
        self.joined = np.full(n, np.inf)
        self.left = np.full(n, np.inf)
        self.aware = np.zeros(n, dtype=bool)
        founders = role == "founder"
        self.joined[founders] = rng.random(int(founders.sum())) * 20.0
        self.aware[founders] = True
        self.exposures = np.zeros(n, dtype=np.int64)
        self.growth = rng.normal(0.06, 0.12, n) if "drift" in on else np.zeros(n)
        # a feed that shows everybody the same successes needs less from each
        self.keen = 0.16 if "timeline" in on else 0.95
        self.purge_at = float(rng.uniform(0.3, 0.9) * self.hours) if "drift" in on else np.inf

    def _graph(self) -> None:
        """Follow whoever is near in interests and well known (Gumbel top-k, no replacement)."""
        rng, n = self.rng, self.n
        gap = np.abs(self.place[:, None, :] - self.place[None, :, :])
        gap = np.minimum(gap, 1.0 - gap)
        near = np.exp(-np.square(gap / 0.22).sum(axis=2))
        self.near = (0.08 + near).astype(np.float32)
        appeal = 0.45 * np.log(self.size)[None, :] + np.log(self.near) + rng.gumbel(size=(n, n))
        np.fill_diagonal(appeal, -np.inf)
        appeal[:, (self.role == "bot") | (self.role == "spam")] -= 5.0
        self.followers_in: list[list[int]] = [[] for _ in range(n)]
        self.following: list[set[int]] = []
        counts = np.clip(rng.geometric(1 / 16.0, n), 3, 90)
        ranked = np.argpartition(-appeal, 90, axis=1)[:, :91]
        for i in range(n):
            best = ranked[i][np.argsort(-appeal[i][ranked[i]])][: counts[i]]
            self.following.append({int(j) for j in best})
            for j in best:
                self.followers_in[int(j)].append(i)
        self.size = np.maximum(self.size, [len(f) + 1 for f in self.followers_in])

    # ------------------------------------------------------------------------------- events

    def _events(self) -> None:
        self.time: list[float] = []
        self.author: list[int] = []
        self.kind: list[str] = []
        self.root: list[int] = []
        self.source: list[int] = []
        self.how: list[str] = []
        self.text: list[str] = []
        self.label: list[str] = []
        self.tone: list[str] = []
        self.tags: list[list[int]] = []
        self.link: list[bool] = []
        self.appeal: list[float] = []
        self.copies: list[int] = []
        self.inbox: list[list[int]] = [[] for _ in range(self.n)]
        self.seen: list[set[int]] = [set() for _ in range(self.n)]
        self.shared: list[set[int]] = [set() for _ in range(self.n)]
        self.originals: list[int] = []
        self.serial = 0
        self.agenda: list[tuple[float, int, Callable[[float], object]]] = []
        self.hot: list[int] = []
        self.hot_at = -1.0
        self.answered = np.zeros(self.n, dtype=np.int64)
        self.tagged = np.zeros(self.n, dtype=np.int64)
        self.reads: list[tuple[float, int, int]] = []
        self.pool: dict[tuple[str, str], list[str]] = {}
        for row in sentences():
            self.pool.setdefault((row["label"], row["tone"]), []).append(row["text"])
        self._crowds()

    def _crowds(self) -> None:
        """Draw who acts together and who only looks as if."""
        rng, on = self.rng, self.on
        citizens = rng.permutation(np.flatnonzero(self.role == "citizen"))
        self.groups: dict[str, list[int]] = {}
        self.crowds: dict[str, list[int]] = {}
        self.ring_rate = {"relay_fast": float(rng.uniform(0.04, 0.08)), "relay_slow": 0.05}
        at = 0
        for name, low, high in (("relay_fast", 6, 10), ("relay_slow", 5, 8)):
            if name in on:
                size = int(rng.integers(low, high))
                self.groups[name] = [int(i) for i in citizens[at : at + size]]
                at += size
        self.subscribers: dict[int, list[tuple[int, float]]] = {}
        if "notifications" in on:
            hubs = np.flatnonzero((self.role == "founder") & ~self.mute)
            for hub in rng.choice(hubs, 4, replace=False):
                # the same keen people subscribe to several hubs
                crowd = rng.choice(citizens[at : at + 60], int(rng.integers(24, 38)), False)
                self.subscribers[int(hub)] = [
                    (int(i), float(rng.uniform(0.2, 0.7))) for i in crowd
                ]
                self.pen[hub] = max(self.pen[hub], 0.2)
            self.crowds["notifications"] = sorted(
                {i for crowd in self.subscribers.values() for i, _ in crowd}
            )
            at += 60
        self.listed: set[int] = set()
        self.list_box: list[int] = []
        self.list_readers: dict[int, float] = {}
        self.list_read_to: dict[int, int] = {}
        if "lists" in on:
            curated = rng.choice(np.flatnonzero(self.pen > np.median(self.pen)), 30, False)
            self.listed = {int(i) for i in curated} | {
                int(i) for i in np.flatnonzero(self.role == "founder")[:8]
            }
            readers = citizens[at : at + int(rng.integers(14, 24))]
            self.list_readers = {int(i): float(rng.uniform(0.12, 0.4)) for i in readers}
            self.crowds["lists"] = sorted(self.list_readers)
            for reader in self.list_readers:
                self._plan_list(reader)
        if "pollers" in on:
            self.crowds["pollers"] = [int(i) for i in np.flatnonzero(self.role == "bot")]
            self.poll_from = dict.fromkeys(self.crowds["pollers"], 0)
            for bot in self.crowds["pollers"]:
                period = float(rng.choice([5, 10, 15, 20, 30, 60])) / 60.0
                share = float(rng.uniform(0.05, 0.2))
                self._at(float(rng.random()) * period, self._poller(bot, period, share))
        for spam in np.flatnonzero(self.role == "spam"):
            count = rng.poisson(self.days * rng.uniform(0.5, 2.0))
            for t in rng.random(count) * self.hours:
                self._at(float(t), self._writer(int(spam), "other", "spam"))

    def _at(self, hour: float, do: Callable[[float], object]) -> None:
        if hour < self.hours:
            self.serial += 1
            heapq.heappush(self.agenda, (hour, self.serial, do))

    def _plan_list(self, reader: int) -> None:
        rng = self.rng
        for day in range(self.days):
            for clock in (7.8, 12.6, 18.3):
                if rng.random() < 0.7:
                    hour = 24.0 * day + clock - self.zone[reader] + rng.normal(0.0, 0.2)
                    self._at(max(hour, 0.1), partial(self._read_list, reader))

    def _read_list(self, reader: int, t: float) -> None:
        page = self.list_box[self.list_read_to.get(reader, 0) :]
        self.list_read_to[reader] = len(self.list_box)
        for step, post in enumerate(page[-40:]):
            if self.rng.random() < self.list_readers[reader] * min(self.appeal[post], 1.5):
                self._reshare(reader, t + 0.004 * step, post, post, "list")

    def _poller(self, bot: int, period: float, share: float) -> Callable[[float], object]:
        salt = int(self.rng.integers(1 << 30))

        def poll(t: float) -> None:
            fresh = self.originals[self.poll_from[bot] :]
            self.poll_from[bot] = len(self.originals)
            for step, post in enumerate(fresh[-6:]):
                # a bot matches words: the same post either matches or not
                if (post * 2654435761 + salt) % 1000 < 1000 * share:
                    self._reshare(bot, t + 0.0004 * step, post, post, "search")
            self._at(t + period + 0.001 * self.rng.random(), poll)

        return poll

    def _writer(self, who: int, label: str = "", tone: str = "") -> Callable[[float], object]:
        return lambda t: self._write(who, t, label, tone)

    # ---------------------------------------------------------------------------- the press

    def _press(self) -> None:
        rng, on = self.rng, self.on
        many = len(on) > 12
        days = list(rng.permutation(np.arange(3, self.days - 3)))
        self.items: list[_Item] = []

        def add(kind: str, posts: int = 0, joins: int = 0) -> None:
            day = 24.0 * float(days.pop())
            if kind == "paper":
                self.items.append(_Item(kind, day + rng.uniform(3.5, 5.5), posts, joins, "day"))
            else:
                clock = 18.9 if kind == "tv" else rng.uniform(6.0, 17.0)
                self.items.append(_Item(kind, day + clock + rng.normal(0, 0.1), posts, joins))

        if "television" in on or "waves" in on:
            for _ in range(3 if many else int(rng.integers(3, 5))):
                posts = int(rng.integers(12, 32)) if "television" in on else 0
                joins = int(rng.integers(25, 80)) if "waves" in on else 0
                add("tv", posts, joins)
        if "newspaper" in on:
            for _ in range(2 if many else 4):
                add("paper", int(rng.integers(14, 34)), 0)
        if "no_effect" in on:
            for kind in rng.permutation(["tv", "paper", "radio", "web", "paper"])[
                : 3 if many else 5
            ]:
                add(str(kind))
        if "caused_by_press" in on and "newspaper" not in on:
            for _ in range(2):
                add("paper")
        for item in self.items:
            self._air(item)

    def _air(self, item: _Item) -> None:
        """Set off the posts and the bios of an item."""
        rng = self.rng
        people = np.flatnonzero((self.role == "citizen") | (self.role == "seeker"))
        if item.posts:
            if item.kind == "paper":
                delays = np.maximum(rng.normal(18.0, 3.5, item.posts), 6.0)
            else:
                delays = rng.lognormal(np.log(0.6), 0.9, item.posts)
            for who, delay in zip(rng.choice(people, item.posts, False), delays, strict=True):
                self._at(item.at + float(delay), partial(self._react, int(who)))
        if item.joins:
            # the evening itself, or the morning after on one's own clock
            evening = rng.random(item.joins) < 0.6
            delays = np.where(
                evening,
                rng.lognormal(np.log(1.8), 0.8, item.joins),
                rng.normal(12.5, 1.6, item.joins),
            )
            for who, delay in zip(rng.choice(people, item.joins, False), delays, strict=True):
                self._at(item.at + float(max(delay, 0.05)), partial(self._join, int(who)))

    def _react(self, who: int, t: float) -> None:
        """Post or reshare after the press, not through any feed."""
        self.aware[who] = True
        recent = [p for p in self.originals[-40:] if p not in self.shared[who]]
        if recent and self.rng.random() < 0.4:
            post = max(recent, key=lambda p: self.appeal[p] * (1 + self.copies[p]))
            self._reshare(who, t, post, post, "search")
        else:
            self._write(who, t, "other", "news" if self.rng.random() < 0.5 else "plain")

    # ---------------------------------------------------------------------------- the deeds

    def _publish(
        self, who: int, t: float, kind: str, root: int, source: int, how: str, words: str = "",
        label: str = "", tone: str = "", tags: Iterable[int] = (),
    ) -> int:  # fmt: skip
        e = len(self.time)
        self.time.append(t)
        self.author.append(who)
        self.kind.append(kind)
        self.root.append(root if root >= 0 else e)
        self.source.append(source)
        self.how.append(how)
        self.text.append(words)
        self.label.append(label)
        self.tone.append(tone)
        self.tags.append(list(tags))
        self.link.append(False)
        self.appeal.append(0.0)
        self.copies.append(0)
        if kind != "reply":
            for follower in self.followers_in[who]:
                self.inbox[follower].append(e)
        return e

    def _write(self, who: int, t: float, label: str = "", tone: str = "") -> None:
        rng = self.rng
        if self.mute[who]:
            return
        if not label:
            label, tone = self._topic(who)
        words = fill(str(rng.choice(self.pool[label, tone])), rng)
        tags: list[int] = []
        if label == "request" and "tagging" in self.on and rng.random() < 0.75:
            tags = self._whom(who)
        elif rng.random() < 0.1:
            tags = [
                int(rng.choice(np.flatnonzero((self.role == "firm") | (self.role == "press"))))
            ]
        e = self._publish(who, t, "post", -1, -1, "", words, label, tone, tags)
        self.link[e] = tone in ("spam", "news") or rng.random() < 0.1
        self.appeal[e] = float(rng.lognormal(-0.2, 0.8))
        if tone == "joke":
            self.appeal[e] *= 3.0 if "noise" in self.on else 1.0
        elif tone == "spam":
            self.appeal[e] *= 0.1
        self.seen[who].add(e)
        self.originals.append(e)
        if who in self.listed:
            self.list_box.append(e)
        for i in tags:
            self._be_tagged(i, e, t)
        if tone != "spam":
            self._alert(who, e, t)

    def _topic(self, who: int) -> tuple[str, str]:
        rng, role = self.rng, self.role[who]
        chance = {
            "seeker": (0.75, 0.02), "firm": (0.02, 0.7), "founder": (0.2, 0.2),
        }.get(role, (0.15, 0.15))  # fmt: skip
        draw = rng.random()
        if draw < chance[0]:
            return "request", "joke" if "noise" in self.on and rng.random() < 0.05 else "plain"
        if draw < sum(chance):
            return "offer", "disguised" if "noise" in self.on and rng.random() < 0.3 else "plain"
        tones = ["plain", "thanks", "news"] + (["joke", "politics"] if "noise" in self.on else [])
        return "other", str(rng.choice(tones))

    def _whom(self, who: int) -> list[int]:
        """Tag the known and the near, not the ones that answer."""
        rng = self.rng
        weight = np.sqrt(self.size) * (0.02 + self.near[who])
        weight[who] = 0.0
        weight[(self.role == "bot") | (self.role == "spam")] = 0.0
        count = int(rng.integers(1, 6))
        return [int(i) for i in rng.choice(self.n, count, False, p=weight / weight.sum())]

    def p_answer(self, i: int) -> float:
        """Return the chance that an account answers the next request it is tagged in."""
        return float(0.55 * self.taste[i] / (1.0 + 0.06 * self.tagged[i]))

    def _be_tagged(self, i: int, post: int, t: float) -> None:
        self.tagged[i] += 1
        self.aware[i] = True
        if "tagging" in self.on and self.rng.random() < self.p_answer(i) and not self.mute[i]:
            wait = float(self.rng.lognormal(np.log(2.5), 1.1))

            def answer(hour: float) -> None:
                if self._reshare(i, hour, post, post, "tag"):
                    self.answered[i] += 1

            self._at(self._awake(i, t + wait), answer)

    def _awake(self, i: int, hour: float) -> float:
        """Move an hour of the night of an account to its next morning."""
        local = (hour + self.zone[i]) % 24.0
        if local < 6.8:
            return float(hour + 6.8 - local + self.rng.exponential(0.7))
        return hour

    def _alert(self, who: int, post: int, t: float) -> None:
        """Let notifications and private channels take up a fresh original."""
        rng = self.rng
        # the platform sends a post's notifications out together, some minutes late
        lag = float(rng.uniform(0.2, 6.0)) / 60.0
        for i, keen in self.subscribers.get(who, ()):
            local = (t + self.zone[i]) % 24.0
            if 7.0 < local < 23.5 and rng.random() < keen:
                wait = lag + float(rng.lognormal(np.log(50.0), 0.9)) / 3600.0
                self._at(t + wait, self._relay(i, post, "notification"))
        if "relay_fast" in self.groups and rng.random() < self.ring_rate["relay_fast"]:
            dropped = t + float(rng.exponential(0.15))
            for i in self.groups["relay_fast"]:
                if rng.random() < 0.8:
                    at = dropped + float(rng.random()) / 6.0
                    self._at(at, self._relay(i, post, "channel"))
        if "relay_slow" in self.groups and rng.random() < self.ring_rate["relay_slow"]:
            at = t + float(rng.exponential(0.5))
            for i in self.groups["relay_slow"]:
                at += float(rng.lognormal(np.log(25.0), 0.4)) / 60.0
                if rng.random() < 0.85:
                    self._at(at, self._relay(i, post, "channel"))

    def _relay(self, who: int, post: int, how: str) -> Callable[[float], object]:
        return lambda hour: self._reshare(who, hour, post, post, how)

    def _reshare(self, who: int, t: float, root: int, source: int, how: str) -> bool:
        if self.mute[who] or root in self.shared[who] or self.author[root] == who:
            return False
        if t >= self.hours:
            return False
        self.shared[who].add(root)
        self.seen[who].add(root)
        self.aware[who] = True
        self.copies[root] += 1
        self._publish(who, t, "reshare", root, source, how)
        return True

    def _join(self, who: int, t: float) -> None:
        if self.joined[who] <= t:
            return
        rng, on = self.rng, self.on
        self.joined[who] = t
        self.aware[who] = True
        if "quits" in on and rng.random() < 0.25:
            self.left[who] = t + float(rng.exponential(288.0))
        if "silent" in on and rng.random() < 0.33:
            self.mute[who] = True
        if "announce" in on and rng.random() < 0.5:
            self._at(t + 0.03, self._writer(who, "other", "thanks"))

    # ------------------------------------------------------------------------------- living

    def _sessions(self) -> tuple[Floats, Ints]:
        """Draw every session: two humps a day on one's own clock, fewer at the weekend."""
        rng = self.rng
        counts = rng.poisson(self.sessions * self.days)
        who = np.repeat(np.arange(self.n), counts)
        day = rng.integers(0, self.days, len(who))
        weekend = (self.start.day_of_week + day) % 7 >= 5
        keep = ~weekend | (rng.random(len(who)) < 0.75)
        who, day = who[keep], day[keep]
        late = rng.random(len(who)) < 0.58
        clock = np.where(late, rng.normal(20.2, 2.1, len(who)), rng.normal(10.4, 2.6, len(who)))
        hour = 24.0 * day + clock - self.zone[who]
        keep = (hour > 0.05) & (hour < self.hours - 0.3)
        hour, who = hour[keep], who[keep]
        order = np.argsort(hour, kind="stable")
        return hour[order], who[order]

    def live(self) -> World:
        """Live the days of the town and return the world."""
        hours, who = self._sessions()
        for hour, i in zip(hours.tolist(), who.tolist(), strict=True):
            while self.agenda and self.agenda[0][0] <= hour:
                at, _, do = heapq.heappop(self.agenda)
                do(at)
            self._open(i, hour)
        while self.agenda:
            at, _, do = heapq.heappop(self.agenda)
            do(at)
        return self._record()

    def _feed(self, i: int, hour: float) -> list[tuple[int, int, str]]:
        """Return what an account reads in a session: (root, what it was read from, how)."""
        patience = 10 + int(18 * self.rng.random())
        box = self.inbox[i]
        page = [(self.root[e], e, "feed") for e in reversed(box[-patience:])]
        box.clear()
        if "timeline" not in self.on:
            return page
        if hour - self.hot_at > 0.4:
            fresh = [p for p in self.originals[-150:] if hour - self.time[p] < 40.0]
            heat = {
                p: (1.0 + self.copies[p]) * self.appeal[p] / (2.0 + hour - self.time[p]) ** 1.3
                for p in fresh
            }
            self.hot = sorted(heat, key=heat.__getitem__, reverse=True)[:30]
            self.hot_at = hour
        near = self.near[i]
        best = sorted(
            ((near[self.author[p]] / (3.0 + k), p) for k, p in enumerate(self.hot)), reverse=True
        )[:9]
        # the platform shows the original, not the relay; the follows come in between
        mixed: list[tuple[int, int, str]] = []
        for k, (_, p) in enumerate(best):
            mixed.append((p, p, "algorithm"))
            if k % 2:
                mixed += page[k - 1 : k + 1]
        return mixed

    def _open(self, i: int, hour: float) -> None:
        rng = self.rng
        seen, author, near = self.seen[i], self.author, self.near[i]
        # the inbox is dated by when it was filled: nothing from later than this session
        for step, (root, source, how) in enumerate(self._feed(i, hour)):
            if root in seen or self.time[source] > hour:
                continue
            seen.add(root)
            self.aware[i] = True
            self.exposures[i] += 1
            if self.role[i] in ("firm", "press"):
                self.reads.append((hour, i, source))
            wish = (
                self.keen * self.taste[i] * min(self.appeal[root], 4.0) * float(near[author[root]])
            )
            if source != root:
                wish *= 0.35  # a stranger's words, passed on by a friend
            draw = rng.random()
            if draw < wish:
                self._reshare(i, hour + 0.004 * (step + 1), root, source, how)
            elif draw < 1.12 * wish and not self.mute[i]:
                answer = "reply" if rng.random() < 0.6 else "quote"
                words = fill(str(rng.choice(self.pool["other", "thanks"])), rng)
                self._publish(
                    i, hour + 0.01 * (step + 1), answer, root, source, how, words, "other"
                )
        if not self.aware[i]:
            return
        if rng.random() < self.pen[i] * 0.55:
            self._at(hour + 0.05 + 0.1 * float(rng.random()), self._writer(i))
        if self.joined[i] > hour and self.role[i] not in ("press", "bot", "spam"):
            pull = 0.05 if "waves" not in self.on else 0.012
            if "silent" not in self.on and not self.shared[i]:
                pull = 0.0  # without the mechanism only people who show themselves join
            if rng.random() < pull * min(self.exposures[i], 8) / 8.0 * (0.4 + self.taste[i]):
                self._join(i, hour + 0.02)

    # ---------------------------------------------------------------------------- the record

    def _record(self) -> World:
        self._late_press()
        order = np.argsort(np.array(self.time), kind="stable")
        hours = np.array(self.time)[order]
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        milliseconds = self.start.value // 10**6 + np.floor(hours * 3.6e6).astype(np.int64)
        serial = np.arange(len(order)) % 4096
        ids = [
            str(((int(ms) - _TWITTER_EPOCH_MS) << 22) | int(k))
            for ms, k in zip(milliseconds, serial, strict=True)
        ]
        pick: Callable[[list[Any]], list[Any]] = lambda column: [column[e] for e in order]  # noqa: E731
        posts = pd.DataFrame(
            {
                "post_id": ids,
                "hour": hours,
                "author": pick(self.author),
                "kind": pick(self.kind),
                "root": [int(place[self.root[e]]) for e in order],
                "source": [int(place[s]) if (s := self.source[e]) >= 0 else -1 for e in order],
                "how": pick(self.how),
                "text": pick(self.text),
                "label": pick(self.label),
                "tone": pick(self.tone),
                "tags": pick(self.tags),
                "link": pick(self.link),
            }
        )
        accounts = pd.DataFrame(
            {
                "account_id": self.ids,
                "handle": self.handles,
                "role": self.role.astype(str),
                "size": self.size,
            }
        )
        gone_posts, gone_accounts = self._gone(posts)
        posts["gone"] = gone_posts
        posts["account_gone"] = gone_accounts[posts["author"].to_numpy()]
        posts["clock"] = self.start + pd.to_timedelta(np.floor(hours * 3600.0), unit="s")
        truth = self._truth(posts)
        return World(
            self.seed, self.on, self.start, self.days, posts, accounts, truth,
            self._count, self._bio,
        )  # fmt: skip

    def _late_press(self) -> None:
        """Let press items follow the loudest hours, now that these are known."""
        if "follows_buzz" not in self.on or not self.time:
            return
        hour = np.floor(np.array(self.time)).astype(int)
        loud = np.bincount(hour, minlength=int(self.hours)).astype(float)
        loud[[int(i.at) + k for i in self.items for k in range(30) if i.at + k < self.hours]] = 0
        wanted = 2 if len(self.on) > 12 else 4
        for peak in np.argsort(-loud):
            at = float(peak) + float(self.rng.uniform(3.0, 8.0))
            if 30.0 < at < self.hours - 30.0 and all(abs(at - i.at) > 26.0 for i in self.items):
                self.items.append(_Item("web", at))
                wanted -= 1
            if wanted == 0:
                break

    def _gone(self, posts: pd.DataFrame) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Draw what a search at the end will not find any more."""
        rng = self.rng
        posts_p = np.full(len(posts), 0.03)
        accounts_p = np.full(self.n, 0.02)
        if "deletions" in self.on:
            role = self.role
            accounts_p[(role == "bot") | (role == "spam")] = 0.6
            accounts_p[role == "seeker"] = 0.12
            for crowd in self.groups.values():
                accounts_p[crowd] = 0.35
            accounts_p[self.sessions > np.quantile(self.sessions, 0.97)] += 0.1
            copies = np.bincount(
                posts.loc[posts["kind"] == "reshare", "root"], minlength=len(posts)
            )
            posts_p[(posts["label"] == "request").to_numpy()] = 0.3
            joke = posts["tone"].isin(["joke", "politics"]).to_numpy()
            posts_p[joke & (copies > 4)] = 0.35
            posts_p[(posts["kind"] == "post").to_numpy() & (copies == 0)] += 0.06
        gone = rng.random(len(posts)) < posts_p
        accounts = rng.random(self.n) < accounts_p
        gone |= accounts[posts["author"].to_numpy()]
        # a reshare does not outlive what it reshares
        gone |= gone[posts["root"].to_numpy()] & (posts["kind"] == "reshare").to_numpy()
        return gone, accounts

    def _count(self, accounts: Ints, hours: Floats) -> Ints:
        """Return follower counts as at hours after the start."""
        grown = self.size[accounts] * np.exp(self.growth[accounts] * hours / self.hours)
        if "drift" in self.on:
            for item in self.items:
                if item.posts or item.joins:
                    seen = (hours > item.at) & (self.joined[accounts] < hours)
                    grown = np.where(seen, grown * 1.04, grown)
            grown = np.where((hours > self.purge_at) & (grown > 400.0), grown * 0.9, grown)
        counts: Ints = np.floor(grown).astype(np.int64)
        return counts

    def _bio(self, accounts: Ints, hours: Floats) -> list[str]:
        shown = (self.joined[accounts] <= hours) & (hours < self.left[accounts])
        return [
            f"{self.bio_base[i]} {SPELLINGS[self.spelling[i]]}".strip()
            if show
            else self.bio_base[i]
            for i, show in zip(accounts.tolist(), shown, strict=True)
        ]

    # ------------------------------------------------------------------------------ the truth

    def _moment(self, hours: Floats) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.start + pd.to_timedelta(np.round(hours * 3600.0), unit="s"))

    def _truth(self, posts: pd.DataFrame) -> Truth:
        members = np.flatnonzero(self.joined < self.hours)
        left = self.left[members]
        posting = set(posts["author"])
        joins = pd.DataFrame(
            {
                "account_id": [self.ids[i] for i in members],
                "joined_at": self._moment(self.joined[members]),
                "left_at": self._moment(np.where(left < self.hours, left, np.nan)),
                "founder": self.role[members] == "founder",
                "posts": [int(i) in posting for i in members],
            }
        )
        reshares = posts[posts["kind"] == "reshare"]
        ids = posts["post_id"].to_numpy()
        authors = posts["author"].to_numpy()
        sources = pd.DataFrame(
            {
                "post_id": reshares["post_id"].to_numpy(),
                "root_id": ids[reshares["root"]],
                "source_id": ids[reshares["source"]],
                "source_author_id": [self.ids[i] for i in authors[reshares["source"]]],
                "how": reshares["how"].to_numpy(),
            }
        )
        press = pd.DataFrame(
            [
                {
                    "item_id": f"item-{k}",
                    "kind": item.kind,
                    "published_at": self._moment(np.array([item.at]))[0],
                    "precision": item.precision,
                    "pushes": bool(item.posts or item.joins),
                    "extra_posts": item.posts,
                    "extra_joins": item.joins,
                }
                for k, item in enumerate(sorted(self.items, key=lambda x: x.at))
            ],
            columns=[
                "item_id", "kind", "published_at", "precision", "pushes", "extra_posts",
                "extra_joins",
            ],
        )  # fmt: skip
        everyone = np.arange(self.n)
        answers = pd.DataFrame(
            {
                "account_id": self.ids,
                "p_answer": [self.p_answer(i) for i in range(self.n)],
                "tagged": self.tagged,
                "answered": self.answered,
                "followers": self._count(everyone, np.full(self.n, self.hours)),
            }
        )
        originals = posts[posts["kind"] == "post"]
        follows = pd.DataFrame(
            [
                (self.ids[i], self.ids[j])
                for i, followees in enumerate(self.following)
                for j in sorted(followees)
            ],
            columns=["follower_id", "followee_id"],
        )
        name = self.ids.__getitem__
        return Truth(
            joins=joins,
            sources=sources,
            press=press,
            groups={group: [name(i) for i in who] for group, who in self.groups.items()},
            crowds={crowd: [name(i) for i in who] for crowd, who in self.crowds.items()},
            outcomes=self._outcomes(posts),
            answers=answers,
            labels=originals[["post_id", "label", "tone"]].reset_index(drop=True),
            follows=follows,
            gone=frozenset(posts.loc[posts["gone"], "post_id"]),
        )

    def _outcomes(self, posts: pd.DataFrame) -> pd.DataFrame:
        """Draw outcomes: by chance, from a newspaper, and at the end of true relay routes."""
        rng, on = self.rng, self.on
        rows: list[tuple[int, float, str, list[int]]] = []
        around = np.flatnonzero((self.role == "firm") | (self.sessions > 1.0))
        around = around[(self.role[around] != "founder") & self.aware[around]]
        if "coincidence" in on:
            for i in rng.choice(around, int(rng.integers(5, 9)), False):
                rows.append((int(i), float(rng.uniform(0.2, 1.0) * self.hours), "coincidence", []))
        papers = [i.at for i in self.items if i.kind == "paper"]
        if "caused_by_press" in on and papers:
            for i in rng.choice(around, int(rng.integers(5, 9)), False):
                at = float(rng.choice(papers)) + float(rng.uniform(10.0, 96.0))
                rows.append((int(i), min(at, self.hours - 1.0), "press", []))
        if "routes" in on:
            rows += self._routes(posts, int(rng.integers(5, 9)))
        rows.sort(key=lambda row: row[1])
        return pd.DataFrame(
            {
                "outcome_id": [f"outcome-{k}" for k in range(len(rows))],
                "account_id": [self.ids[row[0]] for row in rows],
                "happened_at": self._moment(np.array([row[1] for row in rows], dtype=float)),
                "kind": [row[2] for row in rows],
                "via": [[self.ids[i] for i in row[3]] for row in rows],
            }
        )

    def _routes(self, posts: pd.DataFrame, count: int) -> list[tuple[int, float, str, list[int]]]:
        """Take reshares that were read from a relay and let an outcome follow each."""
        rng = self.rng
        kind, author = posts["kind"].to_numpy(), posts["author"].to_numpy()
        source, hour = posts["source"].to_numpy(), posts["hour"].to_numpy()
        last = np.flatnonzero((kind == "reshare") & (hour < self.hours - 30.0))
        last = last[kind[source[last]] == "reshare"]
        found: list[tuple[int, float, str, list[int]]] = []
        used: set[int] = set()
        for e in rng.permutation(last).tolist():
            if author[e] in used or self.role[author[e]] in ("bot", "founder"):
                continue
            used.add(int(author[e]))
            walk, back = [], int(source[e])
            while back >= 0:
                walk.append(int(author[back]))
                back = int(source[back])
            at = hour[e] + 2.0 + float(rng.exponential(60.0))
            found.append((int(author[e]), min(at, self.hours - 0.5), "route", walk[::-1]))
            if len(found) == count:
                break
        return found
