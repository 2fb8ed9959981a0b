"""Twitter API v1.1: streams, searches, lookups, one record a line, in an array or in pages.

Also the wrapper of gazouilloire's exports (`_source`), deletes and the other notices of a stream,
and lone user objects. When a profile was true depends on the road, told record by record: only a
stream writes `timestamp_ms` or `filter_level`, and its profiles are as they were when the post
was made (`live`); a search or a lookup came at an unknown time `after`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.rows import cells, kinds, tweets, values
from i4analysis.archive.rows.columns import Row
from i4analysis.archive.rows.reader import JsonReader, Profile, RecordError, Sink
from i4analysis.archive.rows.rows import (
    EMBEDDED,
    LIVE,
    NO_POST,
    NO_PROFILE,
    RESHARE,
    SIGHTED,
    TYPED,
)
from i4analysis.archive.rows.values import twitter_time

NOTICES = (
    "delete", "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning",
    "friends", "friends_str", "event", "control", "for_user", "errors", "error",
)  # fmt: skip
_NO_ACCOUNT = frozenset({"text", "full_text", "full_name", "tweet", "conversation_id"})
NO_DELETE = msgspec.Raw()
TYPED_KEY = "__typed"  # ours, never Twitter's: see `TwitterV1.of_row`


class Hashtag(msgspec.Struct, gc=False):
    """One hashtag of a post."""

    text: str


# Fields stand in the order in which Twitter writes them: each key is then found at once.


class Url(msgspec.Struct, gc=False):
    """One address of a post."""

    url: str | None = None
    expanded_url: str | None = None


class Mention(msgspec.Struct, gc=False):
    """One account mentioned."""

    screen_name: str | None = None


class Media(msgspec.Struct, gc=False):
    """A picture, a video or an animation."""

    media_url: str | None = None
    media_url_https: str | None = None
    type: str | None = None


class Entities(msgspec.Struct, gc=False):
    """What Twitter recognised in a text."""

    hashtags: list[Hashtag] | None = None
    urls: list[Url] | None = None
    user_mentions: list[Mention] | None = None
    media: list[Media] | None = None


class User(msgspec.Struct, gc=False):
    """An account as it stood when the record was made."""

    id: int | str | None = None
    id_str: str | None = None
    name: str | None = None
    screen_name: str | None = None
    location: str | None = None
    description: str | None = None
    verified: bool | None = None
    followers_count: int | None = None
    friends_count: int | None = None


class Extended(msgspec.Struct, gc=False):
    """The full content of a post of more than 140 characters, in a stream."""

    full_text: str | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None


class Permalink(msgspec.Struct, gc=False):
    """Address of a quoted post."""

    expanded: str | None = None


class Place(msgspec.Struct, gc=False):
    """A place that an author gave a post."""

    full_name: str | None = None


class Tweet(msgspec.Struct, gc=False):
    """A post; only the fields that the tables need are decoded."""

    created_at: str | None = None
    id: int | str | None = None
    id_str: str | None = None
    text: str | None = None
    full_text: str | None = None
    truncated: bool | None = None
    source: str | dict[str, Any] | None = None  # an object is what a wrapper holds: `_unwrapped`
    in_reply_to_status_id: int | str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_user_id: int | str | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    user: User | None = None
    place: Place | None = None
    retweeted_status: Tweet | None = None
    quoted_status_id: int | str | None = None
    quoted_status_id_str: str | None = None
    quoted_status: Tweet | None = None
    quoted_status_permalink: Permalink | None = None
    extended_tweet: Extended | None = None
    retweet_count: int | None = None
    favorite_count: int | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    filter_level: str | None = None
    lang: str | None = None
    timestamp_ms: str | int | None = None
    delete: msgspec.Raw = NO_DELETE
    typed: bool | None = msgspec.field(default=None, name=TYPED_KEY)


Content = tuple[list[str] | None, list[str] | None, list[str] | None, int | None]
_NOBODY = User()
_NOTHING: tuple[str | None, str | None, str | None] = (None, None, None)
_MEDIA, _RESHARES = SIGHTED.index("media_count"), SIGHTED.index("reshare_count")
_CONTENT = slice(SIGHTED.index("hashtags"), SIGHTED.index("urls") + 1)
_NONE: list[str] = []  # shared: rows are never changed


class Page(msgspec.Struct):
    """One answer of the search."""

    statuses: list[msgspec.Raw]


class TwitterV1(JsonReader):
    """Reads what the v1.1 API gave, by any of its roads."""

    name: ClassVar[str] = "twitter-v1"
    title = "Twitter API v1.1: streams, searches, lookups (twarc, stream grabs)"
    seen = True
    one_record_a_line: ClassVar[bool] = True
    reads_together: ClassVar[bool] = True
    _decode = msgspec.json.Decoder(Tweet).decode
    _decode_lines = msgspec.json.Decoder(Tweet).decode_lines
    _decode_lax = msgspec.json.Decoder(Tweet, strict=False).decode
    _decode_user = msgspec.json.Decoder(User, strict=False).decode
    _decode_page = msgspec.json.Decoder(Page).decode

    def matches(self, value: Any) -> bool:
        """Return True for a v1.1 post, page, wrapper, user or notice."""
        if not isinstance(value, dict):
            return False
        value = _unwrapped(value) or value
        made = value.get("created_at")
        if isinstance(made, str | int | float) and ("id_str" in value or "id" in value):
            user = value.get("user")
            if isinstance(user, dict):  # of others is called username
                own = "screen_name" in user or "username" not in user
                # as an actor of Apify's writes what it scraped, or GNU social its own notices
                other = "is_quote_tweet" in value or "statusnet_html" in value
                return own and not other and not tweets.exported_time(made)
            # an account, not a post that some tool has flattened
            return "screen_name" in value and not _NO_ACCOUNT & value.keys()
        if _is_page(value) or _accounts(value) or _no_posts(value) is not None or _objects(value):
            return True
        if "payload" in value:  # an event of Mastodon's
            return False
        return len(value) <= 2 and any(kind in value for kind in NOTICES[:-2])

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read a post, a page of posts, a notice or an account."""
        tweet = self._decoded(raw)
        wordless = tweet.text is None and _is_wordless(tweet)
        if tweet.user is None or tweet.created_at is None or wordless:
            self._other(raw, tweet, sink)
        else:
            self.give(tweet, sink)

    def give(self, tweet: Tweet, sink: Sink, userless: bool = False) -> None:
        """Close a record with its post, the posts inside it and their authors; or a delete.

        With `userless`, a post without a user or without words is one all the same.
        """
        if tweet.user is None and not userless:
            if tweet.delete is NO_DELETE:
                raise RecordError("the post has no user")
            _noticed("delete", sink)
            return
        if tweet.text is None and not userless and _is_wordless(tweet):
            raise RecordError("the post has no text")  # a list has a date and a user as well
        post_id = tweet.id_str
        if not post_id or not post_id.isdecimal() or post_id == "0":
            post_id = _own_id(tweet)
            if post_id is None:
                raise RecordError("the post has no id")
        moment = twitter_time(tweet.created_at) or _moment(tweet)
        if moment is None:
            raise RecordError(f"created_at holds {tweet.created_at!r:.40}, expected a moment")
        live = tweet.timestamp_ms is not None or tweet.filter_level is not None
        if sink.variant is None:
            sink.variant = "twitter-v1-stream" if live else "twitter-v1"
        role, original = LIVE if live else 0, tweet.retweeted_status
        if original is None:
            rows = [_row(tweet, post_id, role, moment, sink)]
            inside = tweet.quoted_status
        else:
            if tweet.typed:
                role |= TYPED
            made = twitter_time(original.created_at) or _moment(original)
            inner_id = original.id_str
            if not inner_id or not inner_id.isdecimal() or inner_id == "0":
                inner_id = _own_id(original)
            inner = _row(original, inner_id, role | EMBEDDED, made, sink)
            rows = [_reshare_row(tweet, post_id, inner, role, moment, sink), inner]
            inside = original.quoted_status
        if inside is not None:
            made = twitter_time(inside.created_at) or _moment(inside)
            rows.append(_row(inside, _own_id(inside), role | EMBEDDED, made, sink))
        if sink.extra:
            rows = _with_extra(rows, tweet, original, inside)
        sink.sighted(rows)

    def of_row(self, record: dict[str, Any], columns: Collection[str]) -> dict[str, Any]:
        """Return a post of a table without `retweeted_status` as what its "RT @name" makes it."""
        text = record.get("full_text") or record.get("text")
        found = values.typed_reshare(text) if isinstance(text, str) else None
        told = record.get("retweeted_status")
        if found is None or ("retweeted_status" in columns and not isinstance(told, dict)):
            return record
        name, rest = found
        if isinstance(told, dict):  # of which a table may keep the id alone
            return record | {
                "retweeted_status": {"user": {"screen_name": name}, "text": rest, **told}
            }
        shared = ("entities", "extended_entities", "retweet_count")
        original = {key: record[key] for key in shared if key in record}
        original |= {"user": {"screen_name": name}, "text": rest}
        entities = original.get("entities")
        entities = entities if isinstance(entities, dict) else {}
        named = entities.get("user_mentions")
        if isinstance(named, list) and values.mention(name) not in values.mentions_in(rest):
            others = [one for one in named if not _is_named(one, name)]
            original["entities"] = {**entities, "user_mentions": others}
        return record | {"retweeted_status": original, TYPED_KEY: True}

    def decode_lines(self, lines: memoryview) -> list[Tweet]:
        """Decode lines of which each is a post or a notice."""
        return self._decode_lines(lines)

    def _decoded(self, raw: bytes) -> Tweet:
        try:
            return self._decode(raw)
        except msgspec.ValidationError:
            return kinds.decoded(self._decode_lax, raw)

    def _other(self, raw: bytes, tweet: Tweet, sink: Sink) -> None:
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected a JSON object")
        inner = _unwrapped(value)
        if inner is not None:
            self.read(msgspec.json.encode(inner), sink)
        elif isinstance(value.get("statuses"), list):
            self._page(raw, sink)
        elif objects := _objects(value):
            self._page(msgspec.json.encode({"statuses": _joined(*objects, value)}), sink)
        elif kind := _no_posts(value):
            sink.notice(kind)
        elif accounts := _accounts(value):
            sink.variant = sink.variant or "twitter-v1-accounts"
            sink.contains(len(accounts))
            for number, account in enumerate(accounts, 1):
                sink.position(number)
                raw = msgspec.json.encode(account)
                try:
                    sink.account([_account(kinds.decoded(self._decode_user, raw))])
                except (msgspec.DecodeError, ValueError) as error:
                    sink.reject(str(error), raw)
        elif "screen_name" in value and ("id_str" in value or "id" in value):
            user = msgspec.convert(value, User, strict=False)
            sink.account([_account(user)])
        elif tweet.created_at is not None and (tweet.user is not None or not _is_wordless(tweet)):
            self.give(tweet, sink, userless=True)
        else:
            _notice(value, sink)

    def _page(self, raw: bytes, sink: Sink) -> None:
        statuses = self._decode_page(raw).statuses
        sink.variant = "twitter-v1-search"
        sink.contains(max(len(statuses), 1))
        if not statuses:
            sink.notice("empty page")
        for number, status in enumerate(statuses, 1):
            sink.position(number)
            try:
                self.give(self._decoded(bytes(status)), sink, userless=True)
            except (msgspec.DecodeError, RecordError) as error:
                sink.reject(str(error), bytes(status))


def _objects(value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the posts and the accounts by their ids, as twitter.com gave them until 2023."""
    held = value.get("globalObjects")
    posts, users = (held.get("tweets"), held.get("users")) if isinstance(held, dict) else (0, 0)
    return (posts, users) if isinstance(posts, dict) and isinstance(users, dict) else None


def _joined(
    posts: dict[str, Any], users: dict[str, Any], answer: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the posts of an answer with their accounts and the posts that they refer to inside.

    A post that another refers to is one of its own where the timeline names it.
    """
    listed = set(_LISTED.findall(msgspec.json.encode(answer.get("timeline")).decode()))
    inside: set[str] = set()

    def whole(post_id: str, depth: int) -> dict[str, Any]:
        post = dict(posts[post_id])
        post["user"] = users.get(str(post.get("user_id_str")))
        for name in ("retweeted_status", "quoted_status"):
            other = post.get(f"{name}_id_str")
            if depth and isinstance(other, str) and isinstance(posts.get(other), dict):
                inside.add(other)
                post[name] = whole(other, depth - 1)
        return post

    found = {one: whole(one, 2) for one, post in posts.items() if isinstance(post, dict)}
    return [post for one, post in found.items() if one in listed or one not in inside]


_LISTED = re.compile(r'"tweet":\{"id":"(\d+)"', re.ASCII)


def _is_named(mention: Any, name: str) -> bool:
    written = mention.get("screen_name") if isinstance(mention, dict) else None
    return isinstance(written, str) and values.mention(written) == values.mention(name)


def _is_wordless(tweet: Tweet) -> bool:
    return tweet.text is None and tweet.full_text is None and tweet.extended_tweet is None


def _moment(tweet: Tweet) -> int | None:
    """Return when a post was made, in Twitter's own form or as another program wrote it down."""
    made = tweet.created_at
    moment = twitter_time(made)
    return cells.moment(made) if moment is None and made is not None else moment


def _is_page(value: dict[str, Any]) -> bool:
    """Return True for an answer of the search; others have the same name for their statuses."""
    statuses = value.get("statuses")
    if not isinstance(statuses, list):
        return False
    first = next((one for one in statuses if isinstance(one, dict)), None)
    return first is None or ("created_at" in first and ("id_str" in first or "user" in first))


def _no_posts(value: dict[str, Any]) -> str | None:
    """Return what an answer is that holds neither posts nor accounts; None for any other.

    A list of accounts is told by its own keys: it has a date and a user as well.
    """
    if {"member_count", "subscriber_count"} <= value.keys():
        return "list"
    inner = value.get("lists")
    if isinstance(inner, list) and "next_cursor" in value:
        return "page of lists"
    ids = value.get("ids")
    return "page of account ids" if isinstance(ids, list) and "next_cursor" in value else None


def _accounts(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the accounts of a page of followers, of members or of a search for people."""
    users = value.get("users")
    if not isinstance(users, list):
        return []
    found = [user for user in users if isinstance(user, dict)]
    known = all("screen_name" in user and {"id", "id_str"} & user.keys() for user in found)
    return found if known and len(found) == len(users) else []


def _unwrapped(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return the record inside a wrapper: gazouilloire's `_source`, or a lone `source` object."""
    for key in ("_source", "source", "tweet", "status"):
        inner = value.get(key)
        if (
            isinstance(inner, dict)
            and "created_at" in inner
            and isinstance(inner.get("user"), dict)
        ):
            return inner
    return None


def _notice(value: dict[str, Any], sink: Sink) -> None:
    kind = next((kind for kind in NOTICES if kind in value), None)
    if kind is None:
        keys = ", ".join(list(value)[:6]) or "none"
        raise RecordError(f"found the keys {keys[:120]}, expected a post with created_at and user")
    if kind == "limit" and isinstance(value["limit"], dict):
        track = value["limit"].get("track")
        if isinstance(track, int):
            sink.peak("limit_track", track)
    _noticed(kind, sink)


def _noticed(kind: str, sink: Sink) -> None:
    if sink.variant is None and kind in ("delete", "limit"):
        sink.variant = "twitter-v1-stream"
    sink.notice(kind)


# ------------------------------------------------------------------------------------ one post


def _row(tweet: Tweet, post_id: str | None, role: int, moment: int | None, sink: Sink) -> Row:
    """Return a post that is no reshare, and its author, in the order of `rows.SIGHTED`."""
    user, extended = tweet.user, tweet.extended_tweet
    if user is None:
        user, role = _NOBODY, role | NO_PROFILE
    if post_id is None:
        role |= NO_POST | NO_PROFILE if role & TYPED else NO_POST
    text = (extended.full_text if extended is not None else None) or tweet.full_text or tweet.text
    if tweet.truncated and extended is None and tweet.full_text is None:
        sink.remark("text_cut")
    tags, names, links, media = _content(tweet)
    quoted_id = quoted_author_id = quoted_author = None
    if (
        tweet.quoted_status_id_str is not None
        or tweet.quoted_status_id is not None
        or tweet.quoted_status is not None
    ):
        quoted_id, quoted_author_id, quoted_author = _quoted(tweet)
    replied_id, replied_author_id, replied_author = _replied(tweet)
    bio = user.description
    return (  # without a star, which would make it a list first
        post_id, values.unescape(text) if text and "&" in text else text, tweet.lang,
        quoted_id, quoted_author_id, quoted_author,
        replied_id, replied_author_id, replied_author,
        user.id_str or _id(user.id), user.screen_name, user.name,
        values.unescape(bio) if bio and "&" in bio else bio, user.location,
        role, sink.line, moment,
        media, tweet.retweet_count, tweet.favorite_count,
        user.followers_count, user.friends_count,
        tags, names, links, user.verified,
    )  # fmt: skip


def _reshare_row(
    tweet: Tweet, post_id: str, original: Row, role: int, moment: int, sink: Sink
) -> Row:
    """Return a reshare and its author in the order of `rows.SIGHTED`, after its original's."""
    user = tweet.user
    if user is None:
        user, role = _NOBODY, role | NO_PROFILE
    bio = user.description
    tags, names, links = original[_CONTENT]
    return (
        post_id, "", tweet.lang, None, None, None, None, None, None,
        user.id_str or _id(user.id), user.screen_name, user.name,
        values.unescape(bio) if bio and "&" in bio else bio, user.location,
        role | RESHARE, sink.line, moment,
        original[_MEDIA], original[_RESHARES], None, user.followers_count, user.friends_count,
        tags, names, links, user.verified,
    )  # fmt: skip


def _with_extra(
    rows: list[Row], tweet: Tweet, original: Tweet | None, inside: Tweet | None
) -> list[Row]:
    """Return the rows with `rows.SIGHTED_EXTRA`; a reshare has its original's media."""
    media = _media(original or tweet)
    more = [rows[0] + _put(tweet) + media]
    if original is not None:
        more.append(rows[1] + _put(original) + media)
    if inside is not None:
        more.append(rows[-1] + _put(inside) + _media(inside))
    return more


def _put(tweet: Tweet) -> tuple[str | None, str | None]:
    place = tweet.place
    client = tweet.source if isinstance(tweet.source, str) else None
    return values.client(client), place.full_name if place is not None else None


def _media(tweet: Tweet) -> tuple[list[str] | None, list[str] | None]:
    """Return the kinds and the addresses of the media that a post lists; None where it is cut."""
    extended = tweet.extended_tweet
    found, pictures = tweet.entities, tweet.extended_entities
    if extended is not None and extended.entities is not None:
        found, pictures = extended.entities, extended.extended_entities or pictures
    if found is None and pictures is None:
        return None, None
    media = (pictures.media if pictures is not None else None) or (found and found.media)
    if not media:
        return _NONE, _NONE
    return (
        [values.media_kind(one.type) for one in media],
        values.urls([one.media_url_https or one.media_url for one in media]),
    )


def _replied(tweet: Tweet) -> tuple[str | None, str | None, str | None]:
    """Return id, author's id and author's handle of the post answered."""
    name, user_id = tweet.in_reply_to_screen_name, tweet.in_reply_to_user_id_str
    replied, replied_id = tweet.in_reply_to_status_id_str, tweet.in_reply_to_status_id
    if name is user_id is replied is replied_id is tweet.in_reply_to_user_id is None:
        return _NOTHING
    if replied == "0":  # as some write it of a post that answers none
        return _NOTHING
    if not name or name in values.ABSENT:
        name = None
    return replied or _id(replied_id), user_id or _id(tweet.in_reply_to_user_id), name


def _quoted(tweet: Tweet) -> tuple[str | None, str | None, str | None]:
    """Return id, author's id and author's handle of the post quoted."""
    quoted_id = tweet.quoted_status_id_str or _id(tweet.quoted_status_id)
    if quoted_id == "0":
        quoted_id = None
    quoted, link = tweet.quoted_status, tweet.quoted_status_permalink
    if quoted is not None and quoted.user is not None:
        quoted_id = quoted_id or quoted.id_str or _id(quoted.id)
        return quoted_id, quoted.user.id_str or _id(quoted.user.id), quoted.user.screen_name
    parts = (link.expanded or "").split("/") if link is not None else []
    return quoted_id, None, parts[3] if len(parts) >= 6 and parts[4] == "status" else None


def _content(tweet: Tweet) -> Content:
    """Return hashtags, mentions, urls and the number of media, complete where the record is."""
    extended = tweet.extended_tweet
    found, pictures = tweet.entities, tweet.extended_entities
    if extended is not None and extended.entities is not None:
        found, pictures = extended.entities, extended.extended_entities or pictures
    if found is None:
        return _typed_content(tweet.full_text or tweet.text, pictures)
    tags, names, links = found.hashtags, found.user_mentions, found.urls
    if links and tweet.truncated:
        links = [link for link in links if "/i/web/status/" not in (link.expanded_url or "")]
    media = (pictures.media if pictures is not None else None) or found.media
    return (
        _tags(tags) if tags else _NONE,
        _names(names) if names else _NONE,
        _addresses(links) if links else _NONE,
        len(media) if media else 0,
    )


# Most lists hold one thing: it needs no loop.


def _tags(tags: list[Hashtag]) -> list[str]:
    if len(tags) == 1 and (tag := values.hashtag(tags[0].text)):
        return [tag]
    return values.hashtags([tag.text for tag in tags])


def _names(names: list[Mention]) -> list[str]:
    if len(names) == 1 and (one := names[0].screen_name) and (name := values.mention(one)):
        return [name]
    return values.mentions([name.screen_name for name in names if name.screen_name])


def _addresses(links: list[Url]) -> list[str]:
    if len(links) == 1 and (one := links[0].expanded_url or links[0].url):
        return [address] if (address := one.strip()) else _NONE
    return values.urls([link.expanded_url or link.url for link in links])


def _typed_content(text: str | None, pictures: Entities | None) -> Content:
    """Return what a text itself shows of its hashtags, mentions and urls."""
    if text is None:
        return None, None, None, None
    return (
        values.hashtags_in(text),
        values.mentions_in(text),
        values.urls_in(text),
        None if pictures is None else len(pictures.media or ()),
    )


def _account(user: User) -> Profile:
    return Profile(
        "twitter",
        user.id_str or _id(user.id),
        user.screen_name,
        user.name,
        values.unescape(user.description),
        user.location,
        user.followers_count,
        user.friends_count,
        user.verified,
        seen_basis="after",
    )


def _own_id(tweet: Tweet) -> str | None:
    """Return a post's id; where its text says that there is none ("-1", "NA"), its number."""
    text = tweet.id_str
    if text and text.isdecimal() and text != "0":
        return text
    return values.text_id(text) or values.text_id(tweet.id)


def _id(value: int | str | None) -> str | None:
    return str(value) if value else None
