"""Tweets as plain JSON objects, where Twitter's own exports hold them: shared by their readers.

The reader of the v1.1 API decodes into types for its speed; an export of one member is small, and
its writers changed kinds and names over the years, so here every value is looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.rows import Post, Profile

Json = Mapping[str, Any]
_EXPORTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}", re.ASCII)


class Owner(msgspec.Struct):
    """Whose archive it is, and when it was made."""

    account_id: str | None = None
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    location: str | None = None
    made_at: int | None = None

    def profile(self) -> Profile | None:
        """Return the sighting that the archive itself is."""
        if self.account_id is None and self.handle is None:
            return None
        return Profile(
            platform="twitter",
            account_id=self.account_id,
            handle=self.handle,
            name=self.name,
            bio=self.bio,
            location=self.location,
            seen_at=self.made_at,
            seen_basis="after" if self.made_at is None else "retrieved",
        )


def words(value: Json, key: str) -> str | None:
    """Return the text under a key; None for anything else."""
    inner = value.get(key)
    return inner if isinstance(inner, str) else None


def exported_time(text: object) -> bool:
    """Return True for a moment as the exports of 2012 to 2018 write it, and no API does.

    Examples
    --------
    >>> exported_time("2015-09-26 12:05:11 +0000"), exported_time("2015-09-26 12:05:11+00:00")
    (True, False)
    """
    return isinstance(text, str) and _EXPORTED.fullmatch(text) is not None


def moment(tweet: Json) -> int | None:
    """Return when a tweet was made, in Twitter's own form or in that of its exports."""
    text = words(tweet, "created_at")
    return values.twitter_time(text) or values.iso_time(text)


def read_entities(tweet: Json, post: Post) -> None:
    """Fill hashtags, mentions, addresses and the number of media where a tweet lists them."""
    entities = tweet.get("entities")
    if not isinstance(entities, dict):
        return

    def of(name: str, *keys: str) -> list[str]:
        items = entities.get(name)
        if not isinstance(items, list):
            return []
        objects = [item for item in items if isinstance(item, dict)]
        found = [next((item[key] for key in keys if item.get(key)), None) for item in objects]
        return [text for text in found if isinstance(text, str)]

    post.hashtags = values.hashtags(of("hashtags", "text"))
    post.mentions = values.mentions(of("user_mentions", "screen_name"))
    post.urls = cells.own_urls(of("urls", "expanded_url", "url"))
    pictures = tweet.get("extended_entities")
    pictures = pictures if isinstance(pictures, dict) else entities
    media = pictures.get("media")
    post.media_count = len(media) if isinstance(media, list) else 0
    keep_pictures(post, media)


def keep_pictures(post: Post, media: object) -> None:
    """Write down the media of a post as Twitter lists them, whole or in a reader's own list."""
    found = [one for one in media if isinstance(one, dict)] if isinstance(media, list) else []
    cells.keep_media(
        post,
        ((one.get("type"), one.get("media_url_https") or one.get("media_url")) for one in found),
    )


def quote_by_address(post: Post) -> None:
    """Take a post's address at the end of a post for the one it quotes: nothing else tells."""
    last = post.urls[-1] if post.urls else None
    quoted = cells.address_id(last)
    if quoted is not None:
        post.quoted_id, post.quoted_author = quoted, cells.address_name(last)
