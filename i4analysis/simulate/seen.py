"""What an archive holds of a movement: losses, roads of collection, profiles as they were then.

Everything here works on any slice of the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from i4analysis.simulate.adoption import DAY
from i4analysis.simulate.causes import Outcome, find_causes, hidden_events
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.network import FIRM, SEEKER
from i4analysis.simulate.originals import LABELS
from i4analysis.simulate.story import POST, QUOTE, RESHARE, Story, start_ms
from i4analysis.simulate.words import (
    HASHTAG,
    SEEKER_TAG,
    Names,
    Wording,
    name_accounts,
    write_post,
)

Array = np.ndarray[Any, Any]
_SPAN = 1 << 32  # more seconds than any movement lasts


@dataclass(frozen=True, eq=False)
class Sight:
    """A story seen by collectors: which posts the archive holds and by which road.

    Roads: the stream (live), a later search (`after`), v2 pages (`v2`) and snscrape lines
    (`snscrape`), the last two beside one of the others.
    """

    story: Story

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return find_causes(self.story)

    @cached_property
    def names(self) -> Names:
        part = self.story.network.part.copy()
        # whoever stands behind an outcome is a firm or a body, and bears such a name
        part[[one.account for one in self.outcomes]] = FIRM
        return name_accounts(self.story.parameters.seed, part)

    @cached_property
    def hidden(self) -> Array:
        return hidden_events(self.story, self.outcomes)

    @cached_property
    def reasons(self) -> dict[str, Array]:
        """Why posts are not in the archive: reason → flags, each post under one reason."""
        p, events = self.story.parameters, self.story.events
        open_ = ~self.hidden
        unseen = open_ & (uniforms(p.seed, events.author, 902, 0) < p.unseen_accounts)
        lost = open_ & ~unseen & (uniforms(p.seed, events.key, 901, 0) < p.lost_share)
        left = open_ & ~unseen & ~lost
        sampled = left & (uniforms(p.seed, events.key, 903, 0) >= p.sampled_share)
        return {"account never seen": unseen, "lost at random": lost, "not sampled": sampled}

    @cached_property
    def kept(self) -> Array:
        """Rows of the events whose post is in the archive."""
        gone = self.hidden.copy()
        for flags in self.reasons.values():
            gone |= flags
        return np.flatnonzero(~gone)

    def road(self, name: str) -> Array:
        """Flag the events whose post this road holds, if the archive does."""
        p, events = self.story.parameters, self.story.events
        share, salt = {
            "after": (p.after_share, 904),
            "v2": (p.v2_share, 905),
            "snscrape": (p.snscrape_share, 906),
        }[name]
        flags: Array = uniforms(p.seed, events.key, salt, 0) < share
        if name == "snscrape":
            flags &= events.kind != RESHARE  # its searches hold no reshares
        return flags

    @cached_property
    def deleted(self) -> Array:
        """Flag the posts deleted later, as the stream says."""
        p, events = self.story.parameters, self.story.events
        flags: Array = uniforms(p.seed, events.key, 907, 0) < p.deleted_notices
        flags &= self.reshares_total == 0
        return flags

    @cached_property
    def reshares_before(self) -> Array:
        """For each reshare: reshares of its original so far, itself included; 0 for others."""
        events = self.story.events
        rows = np.flatnonzero((events.kind == RESHARE) & ~self.hidden)
        order = rows[np.argsort(events.root[rows], kind="stable")]
        roots = events.root[order]
        first = np.searchsorted(roots, roots)
        counts = np.zeros(len(events), np.int64)
        counts[order] = np.arange(len(order)) - first + 1
        return counts

    @cached_property
    def reshares_total(self) -> Array:
        """For each event: reshares of it in the end (0 for anything but an original)."""
        events = self.story.events
        rows = (events.kind == RESHARE) & ~self.hidden
        return np.bincount(events.root[rows], minlength=len(events))

    @cached_property
    def _reshare_keys(self) -> Array:
        events = self.story.events
        rows = (events.kind == RESHARE) & ~self.hidden
        return np.sort(events.root[rows] * _SPAN + events.second[rows])

    def count_at(self, root: Array | int, second: Array | int) -> Any:
        """Return how often the post in row `root` was reshared up to `second`."""
        last = np.searchsorted(self._reshare_keys, root * _SPAN + second, side="right")
        return last - np.searchsorted(self._reshare_keys, root * _SPAN)

    @cached_property
    def collected_s(self) -> int:
        """Second of the later searches, since the start."""
        p = self.story.parameters
        return (p.days + p.collected_after_days) * DAY

    @cached_property
    def retrieved_s(self) -> int:
        """Second at which the v2 pages were fetched, since the start."""
        return self.collected_s + 3 * DAY

    def unix(self, second: Array | int) -> Any:
        """Return Unix seconds of seconds since the start."""
        return start_ms(self.story.parameters) // 1000 + second

    # ------------------------------------------------------------------------------ accounts

    def marked(self, account: Array | int, second: Array | int) -> Array:
        """Return whether the bio of each account shows its mark at each second."""
        adoption = self.story.adoption
        shown: Array = (adoption.marked[account] <= second) & (adoption.dropped[account] > second)
        return shown

    def bio(self, account: int, marked: bool) -> str | None:
        """Return the bio of an account with or without its mark; None where it never had one."""
        base = self.names.bios[account]
        if marked:
            tag = SEEKER_TAG if self.story.network.part[account] == SEEKER else HASHTAG
            return f"{base} #{tag}".strip()
        return base or (None if account % 3 == 0 else "")

    def followers(self, account: Array | int, second: Array | int) -> Array:
        """Return follower counts at each second (whole accounts)."""
        audience = self._audience[account]
        growth = self.story.parameters.audience_growth
        grown: Array = audience + np.floor(audience * (growth * (second / DAY))).astype(np.int64)
        return grown

    @cached_property
    def _audience(self) -> Array:
        return self.story.network.audience

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {handle: number for number, handle in enumerate(self.names.handles)}

    def number_of(self, handle: str) -> int:
        """Return the number of the account with this handle."""
        return self._numbers[handle]

    @cached_property
    def following(self) -> Array:
        """Accounts that each account follows (whole accounts, all its life)."""
        story = self.story
        _, reader = story.network.edges()
        inside = np.bincount(reader, minlength=story.network.size)
        outside = hashes(story.parameters.seed, np.arange(story.network.size), 908, 0)
        total: Array = inside + (outside % np.uint64(900)).astype(np.int64)
        return total

    # --------------------------------------------------------------------------------- texts

    def wording(self, row: int) -> Wording:
        """Return the text of one post that is not a reshare."""
        events, posts = self.story.events, self.story.originals
        if events.kind[row] != POST:
            return self._answer(row)
        i = int(events.original[row])
        on = {
            name: bool(getattr(posts, name)[i])
            for name in ("please", "image", "link", "job", "place", "wording", "english", "aid")
        }
        occupation, region = self.work_of(i)
        tagged = tuple(self.names.handles[v] for v in posts.tagged[i] if v >= 0)
        return write_post(
            LABELS[posts.label[i]], int(posts.key[i]), on, occupation, region, tagged
        )

    def work_of(self, original: int) -> tuple[int, int]:
        """Return occupation and region of an original: the author's, or for aid another's."""
        posts, names = self.story.originals, self.names
        who = int(posts.author[original])
        if posts.aid[original] or posts.label[original] == LABELS.index("offer"):
            who = int(posts.key[original] % self.story.network.size)
        return int(names.occupations[who]), int(names.regions[who])

    def _answer(self, row: int) -> Wording:
        events = self.story.events
        about = int(events.author[events.root[row]])
        handle = self.names.handles[about]
        key = int(events.key[row])
        said = ("Merci !", "Bien vu.", "Je relaie.", "Bon courage.", "Thanks!")[key % 5]
        if events.kind[row] == QUOTE:
            return Wording(f"{said} #{HASHTAG}", "fr")
        return Wording(f"@{handle} {said} #{HASHTAG}", "fr")

    def pictures(self, row: int) -> int:
        """Return the number of pictures of a post that is not a reshare."""
        original = int(self.story.events.original[row])
        return int(original >= 0 and self.story.originals.image[original])
