"""snscrape's JSON lines of Twitter, old and new field names, and the libraries that kept them.

Until 0.6 a post has `content`, `outlinks` and a user `description`; after, `rawContent`, `links`
and `rawDescription`. Profiles and counts came from a search of unknown date (`after`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import JsonReader, Post, Profile, RecordError, Sink


class User(msgspec.Struct, gc=False):
    """An account; mentioned accounts come without counts."""

    id: int | str | None = None
    username: str | None = None
    displayname: str | None = None
    rawDescription: str | None = None
    description: str | None = None
    location: str | None = None
    followersCount: int | None = None
    friendsCount: int | None = None
    verified: bool | None = None


class Link(msgspec.Struct, gc=False):
    """One address."""

    url: str | None = None


class Medium(msgspec.Struct, gc=False):
    """A picture, a video or an animation, in three models."""

    kind: str | None = msgspec.field(default=None, name="_type")
    fullUrl: str | None = None
    url: str | None = None
    thumbnailUrl: str | None = None

    @property
    def address(self) -> str | None:
        return self.fullUrl or self.url or self.thumbnailUrl


class Place(msgspec.Struct, gc=False):
    """A place that an author gave a post."""

    fullName: str | None = None


class Tweet(msgspec.Struct, gc=False):
    """A post; only the fields that the tables need are decoded."""

    id: int | str | None = None
    date: str | None = None
    user: User | None = None
    lang: str | None = None
    rawContent: str | None = None
    content: str | None = None
    retweetCount: int | None = None
    likeCount: int | None = None
    hashtags: list[str] | None = None
    mentionedUsers: list[User] | None = None
    links: list[Link] | None = None
    outlinks: list[str] | None = None
    media: list[Medium] | dict[str, list[Medium]] | msgspec.UnsetType | None = msgspec.UNSET
    conversationId: int | str | None = None
    source: str | None = None
    sourceLabel: str | None = None
    viewCount: int | None = None
    place: Place | None = None
    retweetedTweet: Tweet | None = None
    quotedTweet: Tweet | None = None
    inReplyToTweetId: int | str | None = None
    inReplyToUser: User | None = None
    inReplyToScreenName: str | None = None

    @property
    def text(self) -> str | None:
        return self.rawContent if self.rawContent is not None else self.content


class Snscrape(JsonReader):
    """Reads posts (and accounts) that snscrape, or twscrape in its model, wrote as JSON lines."""

    name: ClassVar[str] = "snscrape"
    title = "snscrape and twscrape, JSON lines"
    seen = True
    one_record_a_line: ClassVar[bool] = True
    _decode = msgspec.json.Decoder(Tweet).decode

    def matches(self, value: Any) -> bool:
        """Return True for a post or an account in snscrape's model of Twitter."""
        if not isinstance(value, dict):
            return False
        if str(value.get("_type", "")).startswith("snscrape.modules.twitter."):
            return True
        if "date" in value and ("rawContent" in value or "content" in value):
            user = value.get("user")
            return isinstance(user, dict) and "username" in user
        return "followersCount" in value and "username" in value and "displayname" in value

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read a post with the posts inside it, or an account."""
        tweet = self._decode(raw)
        if tweet.date is None or tweet.text is None:
            _account(raw, sink)
            return
        posted_at = values.iso_time(tweet.date)
        if posted_at is None:
            raise RecordError(f"date holds {tweet.date!r:.40}, expected a moment")
        if sink.variant is None:
            sink.variant = "snscrape" if tweet.rawContent is not None else "snscrape-0.5"
        post = _post(tweet)
        profiles, embedded, inside = [], [], tweet
        if tweet.user is not None:
            profiles.append(_profile(tweet.user, posted_at, post.post_id))
        for _ in range(2):
            other = inside.retweetedTweet or inside.quotedTweet
            if other is None or other.date is None or other.text is None:
                break
            embedded.append(_post(other))
            if other.user is not None:
                profiles.append(_profile(other.user, posted_at, post.post_id))
            inside = other
        profiles.extend(
            _profile(user, posted_at, post.post_id)
            for user in (*(tweet.mentionedUsers or ()), tweet.inReplyToUser)
            if user is not None and user.followersCount is not None
        )
        sink.post(post, embedded, profiles)


_KINDS = {
    "photos": "photo", "videos": "video", "animated": "gif",
    "Photo": "photo", "Video": "video", "Gif": "gif",
}  # fmt: skip


def _account(raw: bytes, sink: Sink) -> None:
    value = msgspec.json.decode(raw)
    if not isinstance(value, dict):
        raise RecordError(f"found a {type(value).__name__}, expected a JSON object")
    kind = str(value.get("_type", "")).rpartition(".")[2]
    if "username" in value and "displayname" in value:
        user = msgspec.convert(value, User, strict=False)
        sink.account([_profile(user, None, None)])
    elif kind in ("Tombstone", "TweetRef", "UserRef", "Trend"):
        sink.notice(kind.lower())
    else:
        keys = ", ".join(list(value)[:6]) or "none"
        raise RecordError(
            f"found the keys {keys[:120]}, expected a post with id, date and content"
        )


def _post(tweet: Tweet) -> Post:
    post_id = values.text_id(tweet.id)
    if post_id is None:
        raise RecordError("the post has no id")
    original = tweet.retweetedTweet
    content = original if original is not None and original.text is not None else tweet
    user = tweet.user or User()
    post = Post(
        "twitter",
        post_id,
        author_id=values.text_id(user.id),
        author=user.username,
        posted_at=values.iso_time(tweet.date),
        lang=tweet.lang,
        reshare_count=content.retweetCount,
        conversation_id=values.text_id(tweet.conversationId),
        source=values.client(tweet.sourceLabel or tweet.source),
        place=None if tweet.place is None else tweet.place.fullName,
    )
    _entities(post, content)
    if original is not None:
        author = original.user or User()
        post.text = ""
        post.reshare_basis = "platform"
        post.reshared_id = values.text_id(original.id)
        post.reshared_author_id = values.text_id(author.id)
        post.reshared_author = author.username
        post.reshared_at = values.iso_time(original.date)
        return post
    post.text = values.unescape(tweet.text)
    post.like_count, post.view_count = tweet.likeCount, values.views(tweet.viewCount)
    post.replied_id = values.text_id(tweet.inReplyToTweetId)
    if tweet.inReplyToUser is not None:
        post.replied_author_id = values.text_id(tweet.inReplyToUser.id)
        post.replied_author = tweet.inReplyToUser.username
    else:
        post.replied_author = tweet.inReplyToScreenName
    if tweet.quotedTweet is not None:
        quoted = tweet.quotedTweet.user or User()
        post.quoted_id = values.text_id(tweet.quotedTweet.id)
        post.quoted_author_id = values.text_id(quoted.id)
        post.quoted_author = quoted.username
    return post


def _entities(post: Post, content: Tweet) -> None:
    text = content.text
    given = content.hashtags
    post.hashtags = values.hashtags_in(text) if given is None else values.hashtags(given)
    post.mentions = values.mentions([user.username or "" for user in content.mentionedUsers or ()])
    links = content.outlinks or [link.url or "" for link in content.links or ()]
    post.urls = values.urls(links)
    media = content.media
    if isinstance(media, dict):
        post.media_count = sum(len(items) for items in media.values())
        named = [(kind, one) for kind, items in media.items() for one in items]
        cells.keep_media(post, ((_KINDS.get(kind, kind), one.address) for kind, one in named))
    elif not isinstance(media, msgspec.UnsetType):
        post.media_count = len(media or ())
        cells.keep_media(
            post,
            (
                (_KINDS.get(one.kind.rpartition(".")[2]) if one.kind else None, one.address)
                for one in media or ()
            ),
        )


def _profile(user: User, seen_at: int | None, post_id: str | None) -> Profile:
    bio = user.rawDescription if user.rawDescription is not None else user.description
    return Profile(
        "twitter",
        values.text_id(user.id),
        user.username,
        user.displayname,
        values.unescape(bio),
        user.location,
        user.followersCount,
        user.friendsCount,
        user.verified,
        seen_at,
        "after",
        post_id,
    )
