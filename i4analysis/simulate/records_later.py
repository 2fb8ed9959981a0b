"""The same posts fetched later: v2 pages as twarc stores them, and snscrape's lines."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np

from i4analysis.simulate.records_v1 import SOURCE, WriterV1, escaped
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import QUOTE, REPLY, RESHARE
from i4analysis.simulate.words import Wording

Record = dict[str, Any]
Array = np.ndarray[Any, Any]
PAGE = 100  # posts a page of the v2 API


def iso(unix: int) -> str:
    """Return a moment as ISO 8601 with Z."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class WriterV2:
    """Writes pages of the v2 API with everything that its posts refer to."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.events = sight, sight.story.events
        self.wording = lru_cache(maxsize=20_000)(sight.wording)
        self.profiles = WriterV1(sight, live=False)

    def page(self, rows: Array, number: int, last: bool) -> Record:
        """Return one page with the posts of `rows`."""
        events = self.events
        data = [self.post(int(row)) for row in rows]
        about = np.unique(events.root[rows][np.isin(events.kind[rows], (RESHARE, QUOTE, REPLY))])
        people = np.unique(np.concatenate([events.author[rows], events.author[about]]))
        ids = [one["id"] for one in data]
        meta: Record = {"newest_id": ids[0], "oldest_id": ids[-1], "result_count": len(ids)}
        if not last:
            meta["next_token"] = f"made-up-{number:04d}"
        includes: Record = {
            "users": [self.user(int(who)) for who in people],
            "tweets": [self.post(int(row)) for row in about],
        }
        pictured = [row for row in (*rows, *about) if self.sight.pictures(int(row))]
        keys = sorted({f"3_{events.post_id[row]}" for row in pictured})
        if keys:
            includes["media"] = [{"media_key": key, "type": "photo"} for key in keys]
        retrieved = iso(int(self.sight.unix(self.sight.retrieved_s)))
        return {
            "data": data,
            "includes": includes,
            "meta": meta,
            "__twarc": {
                "url": "https://api.example/2/tweets/search/all",
                "version": "2.9.5",
                "retrieved_at": retrieved[:-1] + "+00:00",
            },
        }

    def post(self, row: int) -> Record:
        """Return one post of `data` or `includes.tweets`."""
        events, names = self.events, self.sight.names
        kind, root = events.kind[row], int(events.root[row])
        content = root if kind == RESHARE else row
        words = self.wording(content)
        text = words.text
        if kind == RESHARE:
            whole = f"RT @{names.handles[int(events.author[root])]}: {text}"
            text = whole if len(whole) <= 140 else whole[:139] + "…"
        post_id = str(events.post_id[row])
        total = int(self.sight.reshares_total[content])
        record: Record = {
            "id": post_id,
            "text": escaped(text),
            "author_id": names.account_ids[int(events.author[row])],
            "created_at": iso(int(self.sight.unix(int(events.second[row])))).replace("Z", ".000Z"),
            "conversation_id": str(events.post_id[root if kind == REPLY else row]),
            "edit_history_tweet_ids": [post_id],
            "lang": words.lang,
            "source": "Made-up App",
            "reply_settings": "everyone",
            "possibly_sensitive": False,
            "public_metrics": {
                "retweet_count": total,
                "reply_count": 0,
                "like_count": 0 if kind == RESHARE else total * 3 // 2,
                "quote_count": 0,
            },
        }
        found = self._entities(words, text)
        if found:
            record["entities"] = found
        reference = {RESHARE: "retweeted", QUOTE: "quoted", REPLY: "replied_to"}.get(kind)
        if reference:
            record["referenced_tweets"] = [{"type": reference, "id": str(events.post_id[root])}]
        if kind == REPLY:
            record["in_reply_to_user_id"] = names.account_ids[int(events.author[root])]
        if kind != RESHARE and self.sight.pictures(row):
            record["attachments"] = {"media_keys": [f"3_{post_id}"]}
        return record

    def _entities(self, words: Wording, text: str) -> Record:
        found: Record = {
            "hashtags": [
                {"start": start, "end": start + len(tag) + 1, "tag": tag}
                for tag, start in words.tags_in(text)
            ],
            "mentions": [
                {
                    "start": start,
                    "end": start + len(handle) + 1,
                    "username": handle,
                    "id": self.sight.names.account_ids[self.sight.number_of(handle)],
                }
                for handle, start in words.mentions_in(text)
            ],
            "urls": [
                {
                    "start": start,
                    "end": start + len(short),
                    "url": short,
                    "expanded_url": address,
                    "display_url": address.removeprefix("https://"),
                }
                for short, address, start in words.links_in(text)
            ],
        }
        return {name: rows for name, rows in found.items() if rows}

    def user(self, account: int) -> Record:
        """Return one account of `includes.users`, as it was when the page was fetched."""
        old = self.profiles.user(account, self.sight.retrieved_s)
        record: Record = {
            "id": old["id_str"],
            "name": old["name"],
            "username": old["screen_name"],
            "description": old["description"] or "",
            "created_at": "2015-01-05T09:00:00.000Z",
            "verified": False,
            "protected": False,
            "public_metrics": {
                "followers_count": old["followers_count"],
                "following_count": old["friends_count"],
                "tweet_count": old["statuses_count"],
                "listed_count": old["listed_count"],
            },
        }
        if old["location"]:
            record["location"] = old["location"]
        return record


class WriterSnscrape:
    """Writes snscrape's lines: its searches hold no reshares."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.events = sight, sight.story.events
        self.profiles = WriterV1(sight, live=False)

    def line(self, row: int, inside: bool = False) -> Record:
        """Return the record of one post."""
        sight, events = self.sight, self.events
        words = sight.wording(row)
        kind, root = events.kind[row], int(events.root[row])
        who, post_id = int(events.author[row]), int(events.post_id[row])
        handle = sight.names.handles[who]
        total = int(sight.reshares_total[row])
        links = [
            {"text": address, "url": address, "tcourl": short, "indices": [start, start + 23]}
            for short, address, start in words.links_in(words.text)
        ]
        people = [self.person(sight.number_of(name)) for name, _ in words.mentions_in(words.text)]
        picture = {
            "_type": "snscrape.modules.twitter.Photo",
            "previewUrl": f"https://images.example/{post_id}.jpg?name=small",
            "fullUrl": f"https://images.example/{post_id}.jpg",
        }
        replies = kind == REPLY
        quoted = self.line(root, inside=True) if kind == QUOTE and not inside else None
        return {
            "_type": "snscrape.modules.twitter.Tweet",
            "url": f"https://twitter.com/{handle}/status/{post_id}",
            "date": iso(int(sight.unix(int(events.second[row])))).replace("Z", "+00:00"),
            "rawContent": words.text,
            "renderedContent": words.text,
            "id": post_id,
            "user": self.user(who),
            "replyCount": 0,
            "retweetCount": total,
            "likeCount": total * 3 // 2,
            "quoteCount": 0,
            "conversationId": int(events.post_id[root]) if replies else post_id,
            "lang": words.lang,
            "source": SOURCE,
            "sourceUrl": "https://app.example",
            "sourceLabel": "Made-up App",
            "links": links or None,
            "media": [picture] * sight.pictures(row) or None,
            "retweetedTweet": None,
            "quotedTweet": quoted,
            "inReplyToTweetId": int(events.post_id[root]) if replies else None,
            "inReplyToUser": self.person(int(events.author[root])) if replies else None,
            "mentionedUsers": people or None,
            "coordinates": None,
            "place": None,
            "hashtags": [tag for tag, _ in words.tags_in(words.text)] or None,
            "cashtags": None,
            "card": None,
        }

    def person(self, account: int) -> Record:
        """Return an account that is only named."""
        names = self.sight.names
        return {
            "_type": "snscrape.modules.twitter.User",
            "username": names.handles[account],
            "id": int(names.account_ids[account]),
            "displayname": names.names[account],
            "rawDescription": None,
            "followersCount": None,
        }

    def user(self, account: int) -> Record:
        """Return an author with the profile of the day of the search."""
        old = self.profiles.user(account, self.sight.collected_s)
        return self.person(account) | {
            "rawDescription": old["description"] or "",
            "renderedDescription": old["description"] or "",
            "verified": False,
            "created": "2015-01-05T09:00:00+00:00",
            "followersCount": old["followers_count"],
            "friendsCount": old["friends_count"],
            "statusesCount": old["statuses_count"],
            "favouritesCount": old["favourites_count"],
            "listedCount": old["listed_count"],
            "mediaCount": 0,
            "location": old["location"] or "",
            "protected": False,
        }
