"""TwitterAPI.io and the scrapers of Apify that write in its words: items and pages of posts.

A post is `type: tweet` with `createdAt` in Twitter's own form, `author` (`userName`, `followers`),
counts in camel case, and the original under `retweeted_tweet` (TwitterAPI.io) or `retweet`
(Apify), the quoted post under `quoted_tweet` or `quote`. Where `isRetweet` is said and the
original is not there, its author is the one named by "RT @". Counts and profiles are those of an
unknown later moment. The fields are those of the services' documentation; the tests' are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import JsonReader, Post, Profile, RecordError, Sink
from i4analysis.archive.rows.tweets import keep_pictures, read_entities, words

Json = Mapping[str, Any]
ORIGINAL = ("retweeted_tweet", "retweet", "retweetedTweet", "retweeted_status")
QUOTED = ("quoted_tweet", "quote", "quotedTweet", "quoted_status")
COUNTS = frozenset({"retweetCount", "likeCount", "replyCount", "quoteCount", "favoriteCount"})


class TwitterApiIo(JsonReader):
    """Reads a post or an account in the words of TwitterAPI.io."""

    name = "twitterapi-io"
    title: ClassVar[str] = "TwitterAPI.io and Apify's scrapers of tweets"

    def matches(self, value: Any) -> bool:
        """Return True for a post with an author in camel case, or for such an author."""
        if not isinstance(value, dict):
            return False
        return _is_post(value) or _is_account(value)

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one post with the posts inside it, or one account."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        if not _is_post(value):
            if value.get("noResults") or value.get("demo"):
                sink.notice("no result")
                return
            if not _is_account(value):
                keys = ", ".join(list(value)[:6]) or "none"
                raise RecordError(f"found the keys {keys[:120]}, expected a post with its author")
            sink.account([_profile(value, None)])
            return
        post, inner = _post(value), _inside(value, ORIGINAL)
        quoted = _inside(inner if inner is not None else value, QUOTED)
        if not post.post_id or post.posted_at is None:
            raise RecordError(
                f"id and createdAt hold {post.post_id!r} and {value.get('createdAt')!r:.40},"
                " expected a post's id and its time"
            )
        embedded = [_post(one) for one in (inner, quoted) if one is not None]
        authors = [value.get("author")]
        authors += [one.get("author") for one in (inner, quoted) if one is not None]
        if inner is not None:
            _reshare(post, embedded[0])
        elif _is_reshare(value):
            _reshare_by_text(post, value)
        elif quoted is not None:
            _quote(post, embedded[-1])
        seen = [_profile(one, post) for one in authors if isinstance(one, dict)]
        profiles = [one for one in seen if one.account_id is not None or one.handle is not None]
        sink.post(post, [one for one in embedded if one.post_id], profiles)


def _is_post(value: Json) -> bool:
    author = value.get("author")
    return (
        bool({"id", "id_str", "tweetId"} & value.keys())
        and bool({"text", "fullText", "full_text"} & value.keys())
        and "createdAt" in value
        and isinstance(author, dict)
        and ("userName" in author or "username" in author)
        and (value.get("type") == "tweet" or bool(COUNTS & value.keys()))
    )


def _is_account(value: Json) -> bool:
    counts = bool({"followers", "followersCount"} & value.keys())
    return "userName" in value and "id" in value and counts and "text" not in value


def _inside(value: Json, names: tuple[str, ...]) -> Json | None:
    """Return the post under one of some names, if it is there as more than an id."""
    found = (value.get(name) for name in names)
    return next((one for one in found if isinstance(one, dict) and _is_post(one)), None)


def _is_reshare(value: Json) -> bool:
    told = values.flag(value.get("isRetweet"))
    if told is not None:
        return told
    return any(_says(value.get(name)) for name in ORIGINAL)


def _says(part: Any) -> bool:
    """Return True for an original or its id, not a word for nothing."""
    return bool(part) and not (isinstance(part, str) and values.text_id(part) is None)


def _first(value: Json, *keys: str) -> Any:
    return next((value[key] for key in keys if value.get(key) not in (None, "")), None)


def _post(value: Json) -> Post:
    author = value.get("author")
    author = author if isinstance(author, dict) else {}
    post_id = values.text_id(_first(value, "id", "id_str", "tweetId")) or ""
    text = _first(value, "fullText", "full_text", "text")
    created = words(value, "createdAt")
    post = Post(
        platform="twitter",
        post_id=post_id,
        author_id=values.text_id(author.get("id")),
        author=values.handle(_first(author, "userName", "username")),
        posted_at=values.twitter_time(created) or cells.moment(created or ""),
        text=values.unescape(text if isinstance(text, str) else None),
        lang=words(value, "lang"),
        conversation_id=values.text_id(value.get("conversationId")),
        source=values.client(words(value, "source")),
        view_count=values.views(value.get("viewCount")),
        reshare_count=values.count(value.get("retweetCount")),
        like_count=values.count(_first(value, "likeCount", "favoriteCount")),
    )
    if values.flag(value.get("isReply")) is not False:
        post.replied_id = values.text_id(value.get("inReplyToId"))
        post.replied_author_id = values.text_id(value.get("inReplyToUserId"))
        post.replied_author = values.handle(value.get("inReplyToUsername"))
    read_entities(value, post)
    media = _media(value)
    if media is not None:
        post.media_count = len(media)
        keep_pictures(post, media)
    cells.read_entities(post, post.text or "")
    post.quoted_id = values.text_id(_first(value, "quoteId", "quotedId"))
    return post


def _media(value: Json) -> list[Any] | None:
    """Return the media that a post lists in one of three places."""
    extended = value.get("extendedEntities")
    for listed in (
        extended.get("media") if isinstance(extended, dict) else None,
        value.get("media"),
    ):
        if isinstance(listed, list):
            return listed
    return None


def _reshare(post: Post, original: Post) -> None:
    post.reshared_id = original.post_id or None
    post.reshared_author_id, post.reshared_author = original.author_id, original.author
    post.reshared_at = original.posted_at
    post.hashtags, post.mentions, post.urls = original.hashtags, original.mentions, original.urls
    post.media_count, post.reshare_count = original.media_count, original.reshare_count
    post.media_kinds, post.media_urls = original.media_kinds, original.media_urls
    cells.make_reshare(post)


def _reshare_by_text(post: Post, value: Json) -> None:
    """Make a post a reshare that the service says it is, of whom the text names."""
    found = next((value[name] for name in ORIGINAL if _says(value.get(name))), None)
    if isinstance(found, dict):
        found = found.get("id")
    post.reshared_id = values.text_id(_first(value, "retweetId", "retweetedId") or found)
    typed = values.typed_reshare(post.text)
    if typed is not None:
        name, rest = typed
        post.reshared_author = name
        key = values.mention(name)
        if key not in values.mentions_in(rest):
            post.mentions = [other for other in post.mentions or [] if other != key]
    cells.make_reshare(post)


def _quote(post: Post, quoted: Post) -> None:
    post.quoted_id = quoted.post_id or post.quoted_id
    post.quoted_author_id, post.quoted_author = quoted.author_id, quoted.author


def _profile(account: Json, post: Post | None) -> Profile:
    return Profile(
        platform="twitter",
        account_id=values.text_id(account.get("id")),
        handle=values.handle(_first(account, "userName", "username")),
        name=words(account, "name"),
        bio=values.unescape(words(account, "description")),
        location=words(account, "location"),
        followers=values.count(_first(account, "followers", "followersCount")),
        following=values.count(_first(account, "following", "followingCount", "friendsCount")),
        verified=values.flag(account.get("isVerified")),
        seen_at=None if post is None else post.posted_at,
        seen_basis="after",
        post_id=None if post is None else post.post_id,
    )
