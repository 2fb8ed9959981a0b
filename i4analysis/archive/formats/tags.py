"""TAGS: the Google Sheet that Martin Hawksey's Twitter Archiving Google Sheet fills.

Retweets are told by "RT @" only. Numbers inside `entities_str` were rounded by the sheet's
JavaScript, so only names and text are taken from it. `time` is the sheet's local time, an hour off
in summer: `created_at` is believed, and the second inside the id where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import known
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell


class Tags(PostTable):
    """TAGS 5 and 6: 18 columns, as downloaded or through R."""

    name = "tags"
    title = "TAGS sheets"
    seen = True
    addresses = ("status_url",)
    posts = cells.columns(
        post_id=cell("id_str", convert=values.text_id),
        author_id=cell("from_user_id_str", convert=known(values.text_id)),
        author=cell("from_user", convert=values.handle),
        posted_at=cell("created_at", convert=values.twitter_time),
        text=cell("text", convert=values.unescape),
        source=cell("source", convert=values.client),
        replied_id=cell("in_reply_to_status_id_str", convert=known(values.text_id)),
        replied_author_id=cell("in_reply_to_user_id_str", convert=known(values.text_id)),
        replied_author=cell("in_reply_to_screen_name", convert=known(values.handle)),
    )
    profiles = cells.columns(
        account_id=cell("from_user_id_str", convert=known(values.text_id)),
        handle=cell("from_user", convert=values.handle),
        location=cell("user_location", convert=known()),
        followers=cell("user_followers_count", convert=known(values.count)),
        following=cell("user_friends_count", convert=known(values.count)),
    )

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for the header of any version."""
        columns = set(header)
        return {"id_str", "from_user", "text"} <= columns and bool(
            columns & {"status_url", "entities_str", "from_user_id_str"}
        )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Mend the ids, read the entities, and make a typed "RT @" a reshare."""
        post.posted_at = post.posted_at or cells.second_of(post.post_id)
        if profile is not None:
            profile.seen_at = post.posted_at
        self._entities(row.get("entities_str", ""), post)
        if not cells.typed_reshare(post):
            cells.read_entities(post, post.text or "")
        return [], [profile] if profile else []

    @staticmethod
    def _entities(written: str, post: Post) -> None:
        try:
            found = msgspec.json.decode(written or "{}")
        except msgspec.DecodeError:
            return
        if not isinstance(found, dict):
            return

        def of(name: str, key: str) -> list[Any] | None:
            items = found.get(name)
            if not isinstance(items, list):
                return None
            return [item[key] for item in items if isinstance(item, dict) and item.get(key)]

        tags, names = of("hashtags", "text"), of("user_mentions", "screen_name")
        post.hashtags = None if tags is None else values.hashtags(map(str, tags))
        post.mentions = None if names is None else values.mentions(map(str, names))
        addresses = of("urls", "expanded_url")
        post.urls = None if addresses is None else cells.own_urls(map(str, addresses))
        if "urls" in found and "media" not in found:
            post.media_count = 0
