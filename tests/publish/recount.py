"""Count again, from the raw tables and by plain loops, what the sentences of a page state.

Nothing here calls a measure of the package: `Counted` is a second opinion. `STATED` says of which
sentence which number is which count; `differing` yields what does not agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from i4analysis import tables
from i4analysis.movement import Movement
from i4analysis.publish.words.numbers import printed

Key = tuple[str, str, str]
Said = tuple[str, str, str]  # chapter, place, words in English


def known(cell: Any) -> bool:
    return cell is not None and not pd.isna(cell)


class People:
    """Who is who: an id or a name of a platform, joined wherever a record holds both."""

    def __init__(self, archive: tables.Archive) -> None:
        self.above: dict[Key, Key] = {}
        for row in archive.posts.itertuples():
            self.join(row.platform, row.author_id, row.author)
            self.join(row.platform, row.reshared_author_id, row.reshared_author)
        for row in archive.profiles.itertuples():
            self.join(row.platform, row.account_id, row.handle)

    def keys(self, platform: Any, name: Any, handle: Any) -> list[Key]:
        found = [(platform, "id", name)] if known(name) else []
        return found + ([(platform, "name", str(handle).casefold())] if known(handle) else [])

    def join(self, *record: Any) -> None:
        keys = self.keys(*record)
        for key in keys:
            self.above[self.top(key)] = self.top(keys[0])

    def top(self, key: Key) -> Key:
        while self.above.setdefault(key, key) != key:
            key = self.above[key]
        return key

    def of(self, *record: Any) -> Key | None:
        keys = self.keys(*record)
        return self.top(keys[0]) if keys else None


@dataclass
class Counted:
    """The counts of an archive and its movement."""

    archive: tables.Archive
    movement: Movement

    def __post_init__(self) -> None:
        self.people = People(self.archive)
        self.rows = list(self.archive.posts.itertuples())
        self.own = [row for row in self.rows if not (known(row.embedded) and row.embedded)]

    def author(self, row: Any) -> Key | None:
        return self.people.of(row.platform, row.author_id, row.author)

    def origin(self, row: Any) -> Key | None:
        return self.people.of(row.platform, row.reshared_author_id, row.reshared_author)

    def day(self, moment: Any) -> Any:
        return moment.tz_convert(self.movement.timezone).date()

    @property
    def posts(self) -> int:
        return len(self.own)

    @property
    def authors(self) -> int:
        return len({self.author(row) for row in self.own} - {None})

    @cached_property
    def others(self) -> list[Any]:
        """Reshares of somebody else's posts, of which both accounts are known."""
        found = [row for row in self.own if row.kind == "reshare"]
        both = [(row, self.author(row), self.origin(row)) for row in found]
        return [row for row, by, of in both if by and of and by != of]

    @property
    def reshares(self) -> int:
        return len(self.others)

    @property
    def resharers(self) -> int:
        return len({self.author(row) for row in self.others})

    @property
    def reshared(self) -> int:
        return len({self.origin(row) for row in self.others})

    @property
    def placed(self) -> int:
        return sum(self.cascades.values())

    @cached_property
    def cascades(self) -> Counter[str]:
        """Original → its reshares by others whose time is known."""
        return Counter(
            row.reshared_id
            for row in self.others
            if known(row.posted_at) and known(row.reshared_id)
        )

    @property
    def largest(self) -> int:
        return max(self.cascades.values(), default=0)

    @property
    def originals(self) -> int:
        return sum(row.kind != "reshare" for row in self.own)

    @property
    def per_original(self) -> float:
        held = {row.post_id for row in self.own if row.kind != "reshare"}
        named = sum(row.kind == "reshare" and row.reshared_id in held for row in self.own)
        mean = named / max(self.originals, 1)
        return round(mean, 1) if mean >= 0.1 else float(f"{mean:.1g}")

    @cached_property
    def days(self) -> Counter[Any]:
        return Counter(self.day(row.posted_at) for row in self.own if known(row.posted_at))

    @property
    def most_a_day(self) -> int:
        return max(self.days.values(), default=0)

    @property
    def undated(self) -> int:
        return sum(not known(row.posted_at) for row in self.own)

    @property
    def dated(self) -> int:
        return len(self.own) - self.undated

    @property
    def originals_reshared(self) -> int:
        held = {row.post_id for row in self.own if row.kind != "reshare"}
        return len(held & {row.reshared_id for row in self.own if row.kind == "reshare"})

    @cached_property
    def followed(self) -> int:
        """Accounts of which a number of followers is known."""
        rows = [row for row in self.archive.profiles.itertuples() if known(row.followers)]
        return len({self.people.of(row.platform, row.account_id, row.handle) for row in rows})

    @property
    def own_reshared(self) -> int:
        found = [row for row in self.own if row.kind == "reshare"]
        return sum(self.author(row) == self.origin(row) is not None for row in found)

    def _platforms(self, row: Any) -> list[Any]:
        """Return the platforms that a row of a ledger speaks of: all, where it names none."""
        named = getattr(row, "platform", None)
        return [named] if known(named) else list(self.archive.posts["platform"].unique())

    @cached_property
    def arrivals(self) -> dict[Key, Key | None]:
        """Account → whom it first reshared, None where it began by itself."""
        named = [*self.movement.founders.itertuples()]
        named += [row for row in self.movement.people.itertuples() if row.role == "founder"]
        founders = {
            self.people.top(key)
            for row in named
            for platform in self._platforms(row)
            for key in self.people.keys(platform, row.account_id, row.handle)
        }
        events: list[tuple[Any, bool, Key, Key | None]] = []
        lost: dict[Key, Any] = {}  # when an account was met first, if not how it came
        for row in self.rows:
            by, of, reshare = self.author(row), self.origin(row), row.kind == "reshare"
            if by and not known(row.posted_at):
                lost[by] = pd.Timestamp.min.tz_localize("UTC")
            if by and known(row.posted_at):
                via = of if reshare and of != by else None
                events.append((row.posted_at, via is not None, by, via))
                if reshare and of is None and by not in founders:
                    events[-1] = (row.posted_at, True, by, by)
            if reshare and of and known(row.reshared_at):
                events.append((row.reshared_at, False, of, None))
            elif reshare and of and known(row.posted_at):
                lost[of] = min(lost.get(of, row.posted_at), row.posted_at)
        found: dict[Key, Key | None] = {}
        for _, _, who, via in sorted(events, key=lambda event: event[:2]):
            found.setdefault(who, None if who in founders else via)
        first = {who: min(e[0] for e in events if e[2] == who) for who in found}
        return {who: via for who, via in found.items()
                if via != who and not (who in lost and lost[who] < first[who])}  # fmt: skip

    @property
    def arrived(self) -> int:
        return len(self.arrivals)

    @property
    def arrived_so(self) -> int:
        return sum(via is not None for via in self.arrivals.values())

    @property
    def tagged(self) -> int:
        """Accounts of which a dated post or reshare carries the hashtag."""
        tags = set(self.movement.hashtags)
        rows = [row for row in self.own if known(row.posted_at) and tags & set(row.hashtags)]
        return len({self.author(row) for row in rows} - {None})

    @property
    def bios_dated(self) -> int:
        """Sightings on a known day of the period that show a mark of the movement."""
        first, last = self.movement.started_on, self.movement.ended_on
        rows = [
            row
            for row in self.archive.profiles.itertuples()
            if row.seen_basis != "after"
            and known(row.seen_at)
            and known(row.bio)
            and any(
                re.search(rf"#{re.escape(mark)}(?![^\W_])", row.bio)
                for mark in self.movement.supporter_marks
            )
        ]
        days = [self.day(row.seen_at) for row in rows]
        return sum((first or day) <= day <= (last or day) for day in days)

    @property
    def bios_apart(self) -> bool:
        """Whether no two publications give the same number of supporters."""
        rows = list(self.movement.figures.itertuples())
        given = Counter(row.value for row in rows if row.metric == "supporters_bio")
        return max(given.values(), default=0) < 2

    @property
    def reshared_by_itself(self) -> int:
        """Authors who reshare themselves and whom nobody else reshares."""
        mine = [row for row in self.own if row.kind == "reshare"]
        own = {self.author(row) for row in mine if self.author(row) == self.origin(row)}
        return len(own - {None} - {self.origin(row) for row in self.others})

    @property
    def main(self) -> int:
        return len(self._main)

    @cached_property
    def _main(self) -> set[str]:
        rows = self.movement.outcomes.itertuples()
        kept = [row for row in rows if known(row.main) and row.main]
        return {row.outcome_id for row in kept if str(row.result) != "not_obtained"}

    @cached_property
    def by_author(self) -> list[int]:
        """Posts of each account, the most first."""
        made = Counter(self.author(row) for row in self.own if self.author(row))
        return sorted(made.values(), reverse=True)

    @property
    def signed(self) -> int:
        return sum(self.by_author)

    @property
    def half(self) -> int:
        upto, k = 0, 0
        while 2 * upto < self.signed:
            upto, k = upto + self.by_author[k], k + 1
        return k

    @property
    def empty_days(self) -> int:
        """Days of the longest run without a post."""
        days = sorted(self.days)
        return max((later - day).days - 1 for day, later in pairwise(days))

    def _figures(self, metric: str) -> list[Any]:
        return [row for row in self.movement.figures.itertuples() if row.metric == metric]

    @property
    def told_apart(self) -> bool:
        """Whether no two figures of one thing on one day are many times each other."""
        rows = [row for row in self.movement.figures.itertuples() if known(row.date)]
        return not any(
            a.metric == b.metric and a.date == b.date and 0 < 10 * a.value <= b.value
            for a in rows
            for b in rows
        )

    @property
    def one_on_jobs(self) -> bool:
        """Whether one publication alone says how many jobs are at stake."""
        return len({row.publisher for row in self._figures("jobs_at_stake")}) < 2

    @property
    def jobs_over_time(self) -> bool:
        """Whether one publication says several numbers of jobs at stake."""
        told = {(row.publisher, row.value) for row in self._figures("jobs_at_stake")}
        return len({publisher for publisher, _ in told}) < len(told)

    @property
    def no_order(self) -> bool:
        """Whether no relay is known to have come before another."""
        rows = list(self.movement.relays.itertuples())
        return len({str(row.date) for row in rows if known(row.date)}) < 2

    @property
    def followed_tagged(self) -> bool:
        """Whether the followers of somebody who used the hashtag are known."""
        tags = set(self.movement.hashtags)
        users = {self.author(row) for row in self.own if tags & set(row.hashtags)}
        rows = [row for row in self.archive.profiles.itertuples() if known(row.followers)]
        return bool(users & {self.people.of(r.platform, r.account_id, r.handle) for r in rows})

    @property
    def followers_known(self) -> int:
        """Sightings that give a number of followers."""
        return sum(known(row.followers) for row in self.archive.profiles.itertuples())

    @property
    def tagged_bios_fetched(self) -> int:
        """Bios with the hashtag that the collector saw on a day which it wrote down."""
        rows = self.archive.profiles.itertuples()
        return sum(
            row.seen_basis == "retrieved" and known(row.bio)
            and any(re.search(rf"#{re.escape(tag)}(?!\w)", row.bio.casefold())
                    for tag in self.movement.hashtags)
            for row in rows
        )  # fmt: skip

    @property
    def tagged_inside_first(self) -> bool:
        """Whether a post seen inside its reshares alone bears the hashtag before all others."""
        tags = {*self.movement.hashtags}
        rows = [row for row in self.rows if known(row.posted_at) and tags & set(row.hashtags)]
        first = min(rows, key=lambda row: row.posted_at, default=None)
        return first is not None and known(first.embedded) and bool(first.embedded)

    @property
    def tagged_unseen(self) -> bool:
        """Whether others alone show that an account used the hashtag: reshares, other posts."""
        tags = {*self.movement.hashtags}
        rows = [row for row in self.rows if tags & set(row.hashtags)]
        held = {self.author(row) for row in self.own if tags & set(row.hashtags)}
        others = {self.author(row) for row in rows} | {self.origin(row) for row in rows}
        return bool(others - held - {None})

    @property
    def all_said(self) -> bool:
        """Whether each post with the hashtag has its author and its moment."""
        tags = {*self.movement.hashtags}
        rows = [row for row in self.own if tags & set(row.hashtags)]
        return not self.tagged_unseen and all(
            known(row.posted_at) and self.author(row) is not None for row in rows
        )

    def exact_too(self, metric: str) -> bool:
        """Whether some published values of a thing are exact, and some are not."""
        return len({row.roughness == "exact" for row in self._figures(metric)}) > 1

    def _bearing(self, *, signed: bool) -> bool:
        """Tell whether a dated post of the period bears the hashtag, be it of nobody known."""
        tags, first, last = (
            {*self.movement.hashtags},
            self.movement.started_on,
            self.movement.ended_on,
        )
        rows = [row for row in self.own if known(row.posted_at) and tags & set(row.hashtags)]
        days = [self.day(row.posted_at) for row in rows if self.author(row) or not signed]
        return any((first or day) <= day <= (last or day) for day in days)

    @property
    def one_date_of_sums(self) -> bool:
        """Whether all sums of followers are of one source and one date, and they differ."""
        rows = self._figures("followers_summed")
        of = {(row.publisher, str(row.date), row.precision) for row in rows}
        return len(of) == 1 < len({row.value for row in rows})

    @property
    def whole_weeks(self) -> bool:
        """Whether a week lies on either side of the longest time without a post."""
        days = sorted(self.days)
        gap = max(pairwise(days), key=lambda pair: pair[1] - pair[0])
        return min(gap[0] - days[0], days[-1] - gap[1]).days >= 6

    @property
    def sums(self) -> int:
        """Sums of followers that were published."""
        return len(self._figures("followers_summed"))

    @property
    def sums_over_time(self) -> bool:
        """Whether who gives the largest sum of followers gives others, of several known dates."""
        rows = [row for row in self._figures("followers_summed") if row.value > 0]
        most = max(rows, key=lambda row: row.value, default=None)
        dates = {(row.date, row.precision) for row in rows if row.publisher == most.publisher}
        return len(dates) > 1 and all(
            precision in ("day", "week", "month", "year") for _, precision in dates
        )

    @property
    def credited(self) -> int:
        return len({row.outcome_id for row in self.movement.claims.itertuples()
                    if row.stance == "credits" and row.relay_kind == "movement"
                    and row.outcome_id in self._main})  # fmt: skip


#: Chapter, what a sentence says in English with a group a number, and the count of each.
STATED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("archive", r"^The archive holds (\S+) posts? by (\d\S*) account", ("posts", "authors")),
    ("archive", r"^The archive analysed holds (\S+) posts? by (\d\S*) ", ("posts", "authors")),
    ("archive", r"; in all, (\S+) (?:is|are) dated, .* (\S+) ha(?:s|ve) no date",
     ("dated", "undated")),
    ("archive", r"^Bars by day: .* The highest is (\S+) posts?", ("most_a_day",)),
    ("supporters", r"^(\S+) accounts? used the hashtag", ("tagged",)),
    ("story", r"^(\S+) accounts? used #", ("tagged",)),
    ("relays", r"The archive holds (\S+) reshares? of (?:another account’s post|other accounts’ "
               r"posts), made by (\S+) accounts?; (\S+) authors? w",
     ("reshares", "resharers", "reshared")),
    ("relays", r"(\S+) reshares? of one’s own posts (?:is|are) not among", ("own_reshared",)),
    ("relays", r"^(\S+) reshares? of (?:another’s post|others’ posts), (\S+) authors? reshared$",
     ("reshares", "reshared")),
    ("relays", r"^(\S+) reshares? between two known accounts ha(?:ve|s) a known time",
     ("placed",)),
    ("relays", r"^\S+ reshares between two known accounts have .* of (\S+) posts, .* of them "
               r"(\S+) times?", ("cascaded", "largest")),
    ("relays", r"^Of (\S+) accounts? that posted, reshared or (?:was|were) reshared"
               r"(?: and whose first act is known)?, (\S+) first appears? ",
     ("arrived", "arrived_so")),
    ("relays", r"^archive, (\S+) reshares?$", ("reshares or placed",)),
    ("relays", r"Of (\S+) (?:accounts? that posted|known authors?), (\S+) made \S+ of the(?:ir)? "
               r"(\S+) posts?",
     ("authors", "half", "signed")),
    ("archive", r"the archive holds no dated post \((\S+) days?[;)]", ("empty_days",)),
    ("push", r"^(\S+) reshares? per original post$", ("per_original",)),
    ("push", r"In the archive (\S+) original posts? (?:is|are) reshared", ("originals_reshared",)),
    ("push", r"^(?:Up to|At most) (\S+) (?:dated )?posts? a day", ("most_a_day",)),
    ("push", r"^(\S+) (?:dated )?(?:posts?|reshares?) (?:on the busiest|in a single) day",
     ("most_a_day",)),
    ("push", r"over \S+ days?: at most (\S+) (?:dated )?posts? a day", ("most_a_day",)),
    ("outcomes", r"credits? the movement with (\S+) of (\S+) outcomes?", ("credited", "main")),
)  # fmt: skip

#: What published figures say of how many followed.
SIZES = ("founders", "supporters_bio", "members")

#: Chapter, what must not be said in English, and of whom.
UNSAID: tuple[tuple[str, str, Callable[[Counted], bool]], ...] = (
    ("push", r"\d (?:posts?|reshares?) (?:a|on the busiest|in a single) day|"
             r"No day has more than \S+ post", lambda one: one.undated > 0),
    ("followers", r"the one (?:account|supporter) whose followers are known"
                  r"|the followers of one account only are known", lambda one: one.followed > 1),
    ("relays", r"half of the posts were reshared", lambda one: len(one.cascades) < 20),
    ("relays", r"they are stable", lambda one: one.reshares < 20),
    ("relays", r"^Rank correlation", lambda one: one.reshared < 5),
    ("compare", r"no dated post of the movement$", lambda one: one.tagged > 0),
    ("supporters", r"neither a dated bio", lambda one: one.bios_dated > 0),
    ("supporters", r"\bnor? (?:a )?dated post (?!by a known)",
     lambda one: one._bearing(signed=False)),
    ("supporters", r"\bnor? (?:a )?dated post by", lambda one: one._bearing(signed=True)),
    ("story", r"(?:[Ff]ollowers in sum|followers is published)(?!.* to )",
     lambda one: one.one_date_of_sums),
    ("story", r"followers is published", lambda one: one.sums > 1),
    ("story", r"(?:Followers in sum|followers are published)(?!.*\d (?:in|on|around) )",
     lambda one: one.sums_over_time),
    ("supporters", r"(?:no figure is published|nor a published figure)\b(?! of)",
     lambda one: len(one.movement.figures) > 0),
    ("followers", r"archive shows no account with the hashtag", lambda one: one.bios_dated > 0),
    ("supporters", r"^(?!.*\d to ).*according to sources$", lambda one: one.bios_apart),
    ("relays", r"received all the reshares|all reshares go to one",
     lambda one: one.reshared_by_itself > 0),
    ("relays", r"^The largest cascades$", lambda one: len(one.cascades) < 6),
    ("archive", r"while in the week before and in", lambda one: not one.whole_weeks),
    ("push", r"is reshared there\.$|^0 reshares per", lambda one: True),
    ("archive", r"is measured up to then", lambda one: one.tagged == 0),
    ("supporters", r"^at least \d\S* accounts? that posted", lambda one: one.all_said),
    ("supporters", r"^\d\S* accounts? used the hashtag", lambda one: one.tagged_unseen),
    ("story", r"^\d\S* accounts? used (?:the hashtag$|#)", lambda one: one.tagged_unseen),
    ("followers", r"no number of followers is known$", lambda one: one.sums > 0),
    ("followers", r"take the followers of each account", lambda one: one.followers_known > 0),
    ("followers", r"lets no account with the hashtag be counted on a known day",
     lambda one: one.tagged_bios_fetched > 0),
    ("followers", r"remain: (?:at least|about) [\d,]+(?:, | and )\d",
     lambda one: one.exact_too("followers_summed")),
    ("supporters", r"remain: (?:at least|about) [\d,]+(?:(?:, | and )[\d,]+)+ bios",
     lambda one: one.exact_too("supporters_bio")),
    ("story", r"every dated post with the hashtag",
     lambda one: one.tagged_inside_first),
    ("story", r"without posts we could|More we do not know", lambda one: len(one.own) > 0),
    ("story", r"how many accounts followed is unknown",
     lambda one: len(one.own) > 0 or one.movement.figures["metric"].isin(SIZES).any()),
    ("story", r"reshared #\w+ (?:from|on) |carries #\w+$",
     lambda one: len(one.movement.hashtags) > 1),
    ("relays", r"accounts? in the archive, \S+ made", lambda one: one.posts < 20),
    ("story", r"The two do not agree", lambda one: one.told_apart),
    ("story", r"at stake: .* depending on the source",
     lambda one: one.one_on_jobs or one.jobs_over_time),
    ("story", r"^In order of date: |, in order(?: of date)?$", lambda one: one.no_order),
    ("followers", r"does not say how many followers the accounts it shows have",
     lambda one: one.followed_tagged),
    ("followers", r"^Combined followers, according to sources:",
     lambda one: len({row.publisher for row in one._figures("followers_summed")}) < 2),
)  # fmt: skip

#: What `STATED` names that is no attribute of its own.
DERIVED: dict[str, Callable[[Counted], set[float]]] = {
    "cascaded": lambda one: {len(one.cascades)},
    "reshares or placed": lambda one: {one.reshares, one.placed},
}


def differing(
    said: Iterable[Said], excluded: Iterable[tuple[str, int]], one: Counted, within: bool
) -> Iterator[str]:
    """Yield each number of a page that is not what was counted again.

    Parameters
    ----------
    said
        Chapter, place and words of each sentence, in English.
    excluded
        What the chapters left out: reason in English, and how many.
    within
        Whether a declared period leaves posts out: who used the hashtag is then not asked.
    """
    for chapter, place, words in said:
        for key, pattern, names in STATED:
            match = re.search(pattern, words) if key == chapter else None
            if match is None or (within and names == ("tagged",)):
                continue
            for told, name in zip(match.groups(), names, strict=True):
                value = 0.0 if told == "none" else float(told.replace(",", "").rstrip(".;"))
                right = DERIVED[name](one) if name in DERIVED else {float(getattr(one, name))}
                if value not in right:
                    yield f"{chapter} {place}: told {told}, counted again {right}: {words}"
        for key, pattern, is_so in UNSAID:
            if key == chapter and re.search(pattern, words) and is_so(one):
                yield f"{chapter} {place}: not to be said here: {words}"
    wanted = {
        "of one’s own posts": {one.own_reshared},
        # originals that their reshares alone show are posts too
        "posts without a time": {one.undated, sum(not known(row.posted_at) for row in one.rows)},
    }
    for reason, count in excluded:
        for words, right in wanted.items():
            if reason.endswith(words) and count not in right:
                yield f"left out: told {count}, counted again {right}: {reason}"


def unlike(key: str, pairs: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield the sentences whose French states other numbers than their English.

    One is left aside: each language writes it in words where it likes.
    """
    for place, french, english in pairs:
        both = [
            sorted(value for _, value, _, _ in printed(text, lang) if value != 1)
            for text, lang in ((french, "fr"), (english, "en"))
        ]
        if both[0] != both[1]:
            yield f"{key} {place}: {both[0]} in French, {both[1]} in English: {french} / {english}"
