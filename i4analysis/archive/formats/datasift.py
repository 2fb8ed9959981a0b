"""DataSift's interactions of Twitter, which brands and universities bought until 2015.

An interaction holds the post under `twitter`; a retweet holds what was said under
`twitter.retweet`, with whoever repeated it, and the original's id and author under
`twitter.retweeted`. Pages give a list of `interactions`. Those of other services are notices. The
fields are those of DataSift's documentation; the tests' are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.rows import cells, moments, values
from i4analysis.archive.rows.reader import JsonReader, Post, Profile, RecordError, Sink
from i4analysis.archive.rows.tweets import words

Json = Mapping[str, Any]


class DataSift(JsonReader):
    """Reads interactions, one a line or in pages."""

    name = "datasift"
    title: ClassVar[str] = "DataSift's interactions"

    def matches(self, value: Any) -> bool:
        """Return True for an interaction."""
        inner = value.get("interaction") if isinstance(value, dict) else None
        return isinstance(inner, dict) and bool({"type", "content", "schema"} & inner.keys())

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one interaction, with the original that a retweet tells of."""
        value = msgspec.json.decode(raw)
        tweet = value.get("twitter") if isinstance(value, dict) else None
        if not isinstance(tweet, dict):
            if not self.matches(value):
                raise RecordError("found no interaction, expected one of DataSift's")
            sink.notice("of another service")
            return
        if value.get("deleted"):
            sink.notice("delete")
            return
        said, original = _object(tweet, "retweet"), _object(tweet, "retweeted")
        post = _post(said or tweet, value)
        if not post.post_id or post.posted_at is None:
            raise RecordError(
                f"twitter.id and twitter.created_at hold {post.post_id!r} and"
                f" {(said or tweet).get('created_at')!r:.40}, expected a post's id and its time"
            )
        embedded: list[Post] = []
        seen = [_profile(_object(said or tweet, "user"), post)]
        if said:
            inner = _post({**said, **original}, {})
            post.reshared_id = inner.post_id if original else None
            post.reshared_at = inner.posted_at if original else None
            post.reshared_author_id, post.reshared_author = inner.author_id, inner.author
            if original and inner.post_id:
                embedded.append(inner)
                seen.append(_profile(_object(original, "user"), post))
            cells.make_reshare(post)
        elif cells.typed_reshare(post) and original:
            post.reshared_id = values.text_id(original.get("id"))
            post.reshare_basis = "platform"
        sink.post(post, embedded, [one for one in seen if one is not None])


def _object(value: Json, key: str) -> Json:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _listed(tweet: Json, key: str) -> list[str] | None:
    found = tweet.get(key)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else None


def _post(tweet: Json, around: Json) -> Post:
    user, about = _object(tweet, "user"), _object(around, "interaction")
    signed = _object(about, "author")
    written = moments.read(words(tweet, "created_at") or words(about, "created_at") or "")
    tags, links = _listed(tweet, "hashtags"), _listed(tweet, "links")
    mentions = _listed(tweet, "mentions")
    media = tweet.get("media")
    post = Post(
        platform="twitter",
        post_id=values.text_id(tweet.get("id")) or cells.address_id(words(about, "link")) or "",
        author_id=values.text_id(user.get("id_str") or user.get("id") or signed.get("id")),
        author=values.handle(user.get("screen_name") or signed.get("username")),
        posted_at=written.at if written is not None and written.zoned else None,
        text=values.unescape(words(tweet, "text")),
        lang=words(tweet, "lang"),
        source=values.client(words(tweet, "source")),
        replied_id=values.text_id(tweet.get("in_reply_to_status_id")),
        replied_author_id=values.text_id(tweet.get("in_reply_to_user_id")),
        replied_author=values.handle(tweet.get("in_reply_to_screen_name")),
        reshare_count=values.count(tweet.get("count")),
        hashtags=None if tags is None else values.hashtags(tags),
        mentions=None if mentions is None else values.mentions(mentions),
        urls=None if links is None else cells.own_urls(links),
        media_count=len(media) if isinstance(media, list) else None,
    )
    cells.read_entities(post, post.text or "")
    return post


def _profile(user: Json, post: Post) -> Profile | None:
    account = values.text_id(user.get("id_str") or user.get("id")) or post.author_id
    handle = values.handle(user.get("screen_name")) or post.author
    if account is None and handle is None:
        return None
    return Profile(
        platform="twitter",
        account_id=account,
        handle=handle,
        name=words(user, "name"),
        bio=values.unescape(words(user, "description")),
        location=words(user, "location"),
        followers=values.count(user.get("followers_count")),
        following=values.count(user.get("friends_count")),
        verified=values.flag(user["verified"]) if "verified" in user else None,
        seen_at=post.posted_at,
        seen_basis="after",
        post_id=post.post_id,
    )
