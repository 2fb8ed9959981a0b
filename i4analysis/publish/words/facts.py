"""What sentences state: the same fact told twice must be told alike on one page.

`FACTS` names each fact that more than one sentence states, and the holes that state it, as
`topic key hole`. A sentence told from the catalogue records what it states (`sentence.Told`), a
chapter keeps it (`chapter.json`, `facts`), and `contradictions` refuses two values of one fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache

#: Fact → the holes that state it: topic, key of the sentence (`*` is any), hole.
FACTS: Mapping[str, tuple[str, ...]] = {
    "posts of the archive": (
        "archive * posts",
        "archive archive-posts.label value",
        "story read-bearing held",
    ),
    "accounts that posted": (
        "archive * authors",
        "archive archive-authors.label value",
        "relays posting accounts",
    ),
    "reshares among the posts of the archive": ("archive holds* reshares",),
    "share held of the reshares counted by the platform": ("archive * held",),
    "records read": ("archive source records",),
    "files read": ("archive source files",),
    "sightings of profiles": ("archive * sightings",),
    "busiest day": ("archive archive-days.* day",),
    "posts of the busiest day": ("archive archive-days.* most", "push posts* total"),
    "accounts that used the hashtag": (
        "members posted n",
        "members first-posts.label value",
        "members first-posts.alt* n",
        "story headline-seen n",
        "story counted-posts n",
    ),
    "days of the hashtag": (
        "members answer.posts* days",
        "members write.posts days",
    ),
    "accounts seen with the hashtag in the bio": (
        "members title.bio seen",
        "members answer.bio* seen",
        "members supporters-seen.label value",
        "members supporters-curve.title n",
        "members supporters-curve.alt* n",
        "members write.bio n",
    ),
    "supporters with the founders": ("story counted-seen n",),
    "half of the supporters": ("members *.half half",),
    "combined followers": (
        "reach title.* total",
        "reach answer.* total",
        "reach write.* total",
        "reach followers-concentration.* total",
        "reach followers-summed.label value",
        "reach followers-curve.alt last",
    ),
    "accounts whose followers are known": (
        "reach title.half* n",
        "reach answer.several n",
        "reach write.* n",
        "reach followers-concentration.* n",
        "reach definition.* n",
    ),
    "accounts that hold half of the followers": (
        "reach title.half* half",
        "reach write.* half",
        "reach followers-concentration.* half",
    ),
    "least number of different people": ("reach people.* lo", "reach followers-curve.alt lo"),
    "reshares of others": (
        "relays title.* reshares",
        "relays answer.* reshares",
        "relays reshares.label value",
    ),
    "authors reshared": ("relays * authors",),
    "accounts that reshared": ("relays * resharers",),
    "the most reshared authors": ("relays title.top top", "relays top_share.* top",
                                  "relays write.top top"),
    "share of the most reshared authors": ("relays title.top share", "relays write.top share"),
    "reshares with evidence": ("relays * coverage",),
    "accounts that arrived": ("relays arriving* total",),
    "accounts that arrived by a reshare": ("relays arrived.* by",
                                           "relays relays-generations.title* by"),
    "reshares through the first relay": (
        "relays write.relay range",
        "relays relays-influence.title range",
        "relays influence-public.title range",
    ),
    "requests for work": (
        "appeals * n_requests",
        "appeals *.few seen",
        "appeals requests.label value",
    ),
    "requests relayed within a day": (
        "appeals title.day share",
        "appeals answer.* share",
        "appeals write.day share",
        "appeals waiting day",
    ),
    "items of the press": ("push * listed", "push press_items.label value"),
    "items tested": ("push * tested",),
    "items that pushed": ("push title.tested push", "push push_items.label value",
                          "push push-effects.alt pushed"),
    "reshares an original post": ("push reshares_per_original.label value",),
    "accounts rallied": ("story headline-* n", "story rallied* n"),
    "promises kept": ("trust title.* kept", "trust answer.* kept", "trust trust-promises.* kept"),
    "results claimed": ("outcomes * claimed", "outcomes outcomes_credited.label value"),
    "results in all": ("outcomes * total",),
}  # fmt: skip


@cache
def facts_of(topic: str, key: str) -> Mapping[str, str]:
    """Return what a sentence of the catalogue states: hole → fact."""
    found: dict[str, str] = {}
    for fact, places in FACTS.items():
        for place in places:
            where, pattern, hole = place.split(" ")
            if where == topic and fnmatchcase(key, pattern) and hole not in found:
                found[hole] = fact
    return found


def contradictions(chapters: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Return one sentence for each fact to which the chapters of a report give two values."""
    told: dict[str, dict[str, str]] = {}
    for chapter in chapters:
        stated = chapter.get("facts")
        if not isinstance(stated, Mapping):
            continue  # saved before chapters kept what they state
        for fact, values in stated.items():
            for value, place in values.items():
                told.setdefault(fact, {}).setdefault(value, f"{chapter['key']} [{place}]")
    for fact, values in told.items():
        if len(values) > 1:
            each = " and ".join(f"{value} in {place}" for value, place in values.items())
            yield (
                f"The report contradicts itself on the {fact}: found {each}, expected one value;"
                " mend the chapter, or say what the second one counts."
            )
