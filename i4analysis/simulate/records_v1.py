"""Posts as Twitter's v1.1 API would have written them: in a stream, or in a page of a search.

A stream cuts texts at 140 signs and keeps the whole in `extended_tweet`; a reshare's own text is
"RT @name: …", cut too; profiles are as they were at the moment of delivery.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import Any

from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import QUOTE, REPLY, RESHARE, TWITTER_EPOCH_MS
from i4analysis.simulate.words import Wording

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905  # reads better
SOURCE = '<a href="https://app.example" rel="nofollow">Made-up App</a>'
Record = dict[str, Any]


def twitter_date(unix: int) -> str:
    """Return a moment as v1.1 writes it, whatever the machine's language.

    Examples
    --------
    >>> twitter_date(1610755200)
    'Sat Jan 16 00:00:00 +0000 2021'
    """
    at = datetime.fromtimestamp(unix, UTC)
    return (
        f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:02d}"
        f" {at.hour:02d}:{at.minute:02d}:{at.second:02d} +0000 {at.year}"
    )


def escaped(text: str) -> str:
    """Return a text with &, < and > escaped, as Twitter does."""
    return escape(text, quote=False)


class WriterV1:
    """Writes the records of one story; `live` for a stream, else a search after the end."""

    def __init__(self, sight: Sight, live: bool) -> None:
        self.sight, self.live = sight, live
        self.events = sight.story.events
        self.wording = lru_cache(maxsize=20_000)(sight.wording)
        self.fixed = lru_cache(maxsize=20_000)(self._fixed)

    def post(self, row: int) -> Record:
        """Return the record of one event."""
        second = int(self.events.second[row])
        seen = second if self.live else self.sight.collected_s
        record = self._post(row, seen, outer=True)
        if self.live:
            record["filter_level"] = "low"
            record["timestamp_ms"] = str((int(record["id"]) >> 22) + TWITTER_EPOCH_MS)
        return record

    def _post(self, row: int, seen: int, outer: bool) -> Record:
        events = self.events
        kind, second = events.kind[row], int(events.second[row])
        post_id = int(events.post_id[row])
        root = int(events.root[row])
        record: Record = {
            "created_at": twitter_date(int(self.sight.unix(second))),
            "id": post_id,
            "id_str": str(post_id),
        }
        inner = None
        if kind in (RESHARE, QUOTE):
            inner = self._post(root, seen, outer=False)
        if kind == RESHARE:
            self._reshared_text(record, inner or {}, root)
        else:
            self._own_text(record, self.wording(row), self.sight.pictures(row), post_id)
        record["source"] = SOURCE
        record |= self._reply(row, root, kind == REPLY)
        record["user"] = self.user(int(events.author[row]), seen)
        record |= {"geo": None, "coordinates": None, "place": None, "contributors": None}
        if kind == RESHARE:
            record["retweeted_status"] = inner
        record["is_quote_status"] = bool(kind == QUOTE)
        if kind == QUOTE:
            record["quoted_status_id"] = int(events.post_id[root])
            record["quoted_status_id_str"] = str(events.post_id[root])
            record["quoted_status"] = inner
        record |= self._counts(row, root, seen, outer)
        record |= {"favorited": False, "retweeted": False}
        record["lang"] = self.wording(root if kind == RESHARE else row).lang
        return record

    def _counts(self, row: int, root: int, seen: int, outer: bool) -> Record:
        """Return the counts at the moment of delivery; a reshare shows its original's."""
        kind = self.events.kind[row]
        if self.live and not outer:
            count = self._live_count
        elif kind == RESHARE:
            count = int(self.sight.reshares_before[row])
            if not self.live:
                count = int(self.sight.reshares_total[root])
        else:
            count = 0 if self.live else int(self.sight.reshares_total[row])
        likes = 0 if kind == RESHARE else count * 3 // 2
        return {
            "quote_count": 0,
            "reply_count": 0,
            "retweet_count": count,
            "favorite_count": likes,
        }

    _live_count = 0

    def record(self, row: int) -> Record:
        """Return the record of one event, with the count its original has at that moment."""
        kind, root = self.events.kind[row], int(self.events.root[row])
        if kind == RESHARE:
            self._live_count = int(self.sight.reshares_before[row])
        elif kind == QUOTE:
            moment = int(self.events.second[row])
            self._live_count = int(self.sight.count_at(root, moment))
        return self.post(row)

    def _reply(self, row: int, root: int, replies: bool) -> Record:
        target = int(self.events.author[root]) if replies else -1
        names = self.sight.names
        return {
            "in_reply_to_status_id": int(self.events.post_id[root]) if replies else None,
            "in_reply_to_status_id_str": str(self.events.post_id[root]) if replies else None,
            "in_reply_to_user_id": int(names.account_ids[target]) if replies else None,
            "in_reply_to_user_id_str": names.account_ids[target] if replies else None,
            "in_reply_to_screen_name": names.handles[target] if replies else None,
        }

    def _own_text(self, record: Record, words: Wording, pictures: int, post_id: int) -> None:
        found = entities(words, words.text, self.sight)
        media = photos(pictures, post_id)
        if not self.live:
            record |= {
                "full_text": escaped(words.text),
                "truncated": False,
                "display_text_range": [0, len(words.text)],
                "entities": found | media,
            }
        elif len(words.text) <= 140:
            record |= {"text": escaped(words.text), "truncated": False, "entities": found | media}
        else:
            link = f"https://t.example/{post_id % 0xFFFFFF:06x}"
            cut = words.text[:115].rsplit(" ", 1)[0]
            record["text"] = escaped(f"{cut}… {link}")
            record["truncated"] = True
            record["extended_tweet"] = {
                "full_text": escaped(words.text),
                "display_text_range": [0, len(words.text)],
                "entities": found | media,
            } | ({"extended_entities": media} if media else {})
            record["entities"] = entities(words, cut, self.sight)
            address = f"https://twitter.com/i/web/status/{post_id}"
            record["entities"]["urls"] = [
                {
                    "url": link,
                    "expanded_url": address,
                    "display_url": "twitter.com/i/web/status/1…",
                    "indices": [len(cut) + 2, len(cut) + 2 + len(link)],
                }
            ]
        if media and not record["truncated"]:
            record["extended_entities"] = media

    def _reshared_text(self, record: Record, inner: Record, root: int) -> None:
        words = self.wording(root)
        handle = self.sight.names.handles[int(self.events.author[root])]
        whole = f"RT @{handle}: {words.text}"
        text = whole if len(whole) <= 140 else whole[:139] + "…"
        found = entities(words, text, self.sight)
        who = int(self.events.author[root])
        found["user_mentions"].insert(0, mention(self.sight, who, 3, handle))
        record["text" if self.live else "full_text"] = escaped(text)
        record["truncated"] = False
        record["entities"] = found

    def _fixed(self, account: int) -> Record:
        """Parts of a profile that never change."""
        names = self.sight.names
        number = names.account_ids[account]
        return {
            "id": int(number),
            "id_str": number,
            "name": names.names[account],
            "screen_name": names.handles[account],
            "location": names.towns[account] or None,
            "url": None,
            "description": None,
            "protected": False,
            "verified": False,
            "followers_count": 0,
            "friends_count": int(self.sight.following[account]),
            "listed_count": account % 40,
            "favourites_count": account % 3000,
            "statuses_count": 100 + account % 9000,
            "created_at": "Mon Jan 05 09:00:00 +0000 2015",
            "utc_offset": None,
            "time_zone": None,
            "geo_enabled": False,
            "lang": None,
            "default_profile": True,
            "profile_image_url_https": "https://images.example/made-up.png",
        }

    def user(self, account: int, second: int) -> Record:
        """Return a profile as it is at a second since the start."""
        sight = self.sight
        adoption = sight.story.adoption
        marked = bool(adoption.marked[account] <= second < adoption.dropped[account])
        record = dict(self.fixed(account))
        record["description"] = sight.bio(account, marked)
        record["followers_count"] = sight.follower_count(account, second)
        return record


def mention(sight: Sight, account: int, start: int, handle: str) -> Record:
    """Return one entry of `user_mentions`."""
    number = sight.names.account_ids[account]
    return {
        "screen_name": handle,
        "name": sight.names.names[account],
        "id": int(number),
        "id_str": number,
        "indices": [start, start + len(handle) + 1],
    }


def entities(words: Wording, text: str, sight: Sight) -> Record:
    """Return what of a wording's tags, mentions and addresses is whole in `text`."""
    tags, people, links = [], [], []
    for tag, start in words.tags_in(text):
        tags.append({"text": tag, "indices": [start, start + len(tag) + 1]})
    for handle, start in words.mentions_in(text):
        account = sight.number_of(handle)
        people.append(mention(sight, account, start, handle))
    for short, address, start in words.links_in(text):
        links.append(
            {
                "url": short,
                "expanded_url": address,
                "display_url": address.removeprefix("https://"),
                "indices": [start, start + len(short)],
            }
        )
    return {"hashtags": tags, "urls": links, "user_mentions": people, "symbols": []}


def photos(pictures: int, post_id: int) -> Record:
    """Return the `media` entry of a post with pictures, or nothing."""
    if not pictures:
        return {}
    address = f"https://images.example/{post_id}.jpg"
    return {
        "media": [
            {
                "id": post_id,
                "id_str": str(post_id),
                "indices": [0, 0],
                "media_url": address,
                "media_url_https": address,
                "type": "photo",
            }
        ]
        * pictures
    }
