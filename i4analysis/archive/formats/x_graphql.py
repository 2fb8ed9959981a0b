"""X's own GraphQL answers, raw or as wrapped by Zeeschuimer and 4CAT, a line each.

A raw answer is a timeline of instructions and entries; Zeeschuimer wraps each post as `data` with
`timestamp_collected`, 4CAT puts `__import_meta` into it. X moves things about: an account's names
are in `core` or in `legacy`, its bio in `profile_bio` or `legacy`, its followers in
`relationship_counts` or `legacy`; a post may sit in a `TweetWithVisibilityResults`; long words are
in `note_tweet`. Empty lists of entities may be left out.

The raw answers are tested on real files; of Zeeschuimer's and 4CAT's wrappers none was at hand, so
theirs are invented after what the two tools write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import JsonReader, Post, Profile, RecordError, Sink
from i4analysis.archive.rows.tweets import keep_pictures

Json = Mapping[str, Any]
DEEPEST = 12
_GONE = ("TweetTombstone", "TweetUnavailable", "TweetPreviewDisplay")


class XGraphql(JsonReader):
    """Reads X GraphQL answers and the posts that scrapers cut out of them."""

    name = "x-graphql"
    title = "X's own answers (GraphQL): Zeeschuimer, 4CAT"
    seen = True
    one_record_a_line = False

    def matches(self, value: Any) -> bool:
        """Return True for an answer with instructions or a post's result, or a wrapped post."""
        if not isinstance(value, dict):
            return False
        if _wrapped(value) is not None:
            return True
        data = value.get("data")
        return isinstance(data, dict) and next(_items(data), None) is not None

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one answer or one wrapped post."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        post = _wrapped(value)
        if post is not None:
            sink.variant = "x-zeeschuimer" if "source_platform" in value else "x-4cat"
            _give(post, sink, _collected(value))
            return
        items = list(_items(_dict(value, "data")))
        sink.variant = sink.variant or "x-graphql"
        sink.contains(max(1, len(items)))
        if not items:
            sink.notice("empty answer")
        for number, item in enumerate(items, 1):
            sink.position(number)
            before = sink.mark()
            try:
                _item(item, sink)
            except (RecordError, ValueError) as error:
                sink.rollback(before)
                sink.position(number)
                sink.reject(str(error), msgspec.json.encode(item))


def _dict(value: Json, *path: str) -> Json:
    """Return the object at a path, {} where there is none."""
    for key in path:
        inner = value.get(key)
        value = inner if isinstance(inner, dict) else {}
    return value


def _list(value: Json, key: str) -> list[Json]:
    inner = value.get(key)
    return [part for part in inner if isinstance(part, dict)] if isinstance(inner, list) else []


def _text(value: Json, key: str) -> str | None:
    inner = value.get(key)
    return inner if isinstance(inner, str) else None


def _wrapped(value: Json) -> Json | None:
    """Return the post of a line of Zeeschuimer's or 4CAT's; None for anything else."""
    inner = value.get("data")
    if "source_platform" in value and isinstance(inner, dict):
        value = inner
    elif "rest_id" not in value and value.get("type") != "adaptive":
        return None
    found = "legacy" in value or "tweet" in value or "__typename" in value or "core" in value
    return value if found else None


def _collected(value: Json) -> int | None:
    meta = value.get("__import_meta", value)
    moment = meta.get("timestamp_collected") if isinstance(meta, dict) else None
    return values.epoch_time(moment) if isinstance(moment, int | float | str) else None


# ----------------------------------------------------------------------- what an answer holds


def _items(data: Json, depth: int = 0) -> Iterator[Json]:
    """Yield the contents (a post, an account) of every entry of an answer, in order."""
    instructions = data.get("instructions")
    if isinstance(instructions, list):
        for instruction in _list(data, "instructions"):
            for entry in _entries(instruction):
                yield from _contents(entry)
        return
    for key in ("tweetResult", "tweet_result", "tweet_results"):
        if isinstance(_dict(data, key).get("result"), dict):
            yield {"tweet_results": data[key]}
            return
    if depth < DEEPEST:
        for part in data.values():
            if isinstance(part, dict):
                yield from _items(part, depth + 1)
            elif isinstance(part, list):
                for one in part:
                    if isinstance(one, dict) and ("result" in one or "instructions" in one):
                        yield from _items(
                            {"tweetResult": one} if "result" in one else one, depth + 1
                        )


def _entries(instruction: Json) -> Iterator[Json]:
    yield from _list(instruction, "entries")
    yield from _list(instruction, "moduleItems")
    if isinstance(instruction.get("entry"), dict):
        yield instruction["entry"]


def _contents(entry: Json) -> Iterator[Json]:
    content = _dict(entry, "content") or entry
    for holder in (content, _dict(content, "item"), *_list(content, "items")):
        inner = _dict(holder, "itemContent") or _dict(holder, "item", "itemContent")
        if "tweet_results" in inner or "user_results" in inner:
            yield inner


# ------------------------------------------------------------------------------- one content


def _item(item: Json, sink: Sink) -> None:
    if "promotedMetadata" in item:
        sink.notice("promoted")
    elif "tweet_results" in item:
        result = _dict(item, "tweet_results", "result")
        if result:
            _give(result, sink, None)
        else:
            sink.notice("unavailable")
    else:
        profile = _profile(_dict(item, "user_results", "result"))
        if profile is None:
            sink.notice("unavailable")
        else:
            sink.account([profile])


def _unwrap(result: Json) -> Json:
    """Return the post itself, out of a `TweetWithVisibilityResults` or the like."""
    inner = result.get("tweet")
    return inner if isinstance(inner, dict) else result


def _give(result: Json, sink: Sink, collected_at: int | None) -> None:
    """Close a record with its post, the posts inside it and their authors."""
    tweet = _unwrap(result)
    if result.get("__typename") in _GONE or "tombstone" in result:
        sink.notice("unavailable")
        return
    if "promotedMetadata" in result or "promoted_metadata" in result:
        sink.notice("promoted")
        return
    legacy = _dict(tweet, "legacy")
    if not legacy and values.text_id(tweet.get("rest_id")):
        sink.notice("no content")
        return
    post = _post(tweet, collected_at)
    if post is None:
        keys = ", ".join(list(result)[:6])
        raise RecordError(f"found the keys {keys[:120]}, expected a post with rest_id and legacy")
    if post.posted_at is None:
        raise RecordError(f"created_at holds {legacy.get('created_at')!r:.40}, expected a moment")
    embedded, profiles, inside = [], [_profile(_user(tweet))], tweet
    for _ in range(3):
        inside = _unwrap(_original(inside) or _dict(inside, "quoted_status_result", "result"))
        other = _post(inside, collected_at) if _dict(inside, "legacy") else None
        if other is None:
            break
        embedded.append(other)
        profiles.append(_profile(_user(inside)))
    sink.post(post, embedded, _seen(profiles, post, collected_at))


def _seen(profiles: list[Profile | None], post: Post, collected_at: int | None) -> list[Profile]:
    found = [profile for profile in profiles if profile is not None]
    for profile in found:
        profile.post_id = post.post_id
        profile.seen_at = post.posted_at if collected_at is None else collected_at
        profile.seen_basis = "after" if collected_at is None else "retrieved"
    return found


def _original(tweet: Json) -> Json:
    legacy = _dict(tweet, "legacy")
    return _dict(legacy, "retweeted_status_result", "result") or _dict(
        tweet, "retweeted_status_result", "result"
    )


def _user(tweet: Json) -> Json:
    return _dict(tweet, "core", "user_results", "result") or _dict(tweet, "user")


def _name(tweet: Json) -> tuple[str | None, str | None]:
    """Return (id, handle) of a post's author."""
    profile = _profile(_user(tweet))
    written = values.text_id(_dict(tweet, "legacy").get("user_id_str"))
    return (
        (profile.account_id if profile else None) or written,
        profile.handle if profile else None,
    )


def _profile(user: Json) -> Profile | None:
    legacy = _dict(user, "legacy") or user
    core, counts = _dict(user, "core"), _dict(user, "relationship_counts")
    account_id = values.text_id(user.get("rest_id") or legacy.get("id_str"))
    handle = values.handle(core.get("screen_name") or legacy.get("screen_name"))
    if account_id is None and handle is None:
        return None
    bio = _text(_dict(user, "profile_bio"), "description")
    place = _text(_dict(user, "location"), "location")
    verified = _dict(user, "verification").get("verified", legacy.get("verified"))
    return Profile(
        platform="twitter",
        account_id=account_id,
        handle=handle,
        name=_text(core, "name") or _text(legacy, "name"),
        bio=values.unescape(bio if bio is not None else _text(legacy, "description")),
        location=place if place is not None else _text(legacy, "location"),
        followers=values.count(counts.get("followers", legacy.get("followers_count"))),
        following=values.count(counts.get("following", legacy.get("friends_count"))),
        verified=values.flag(verified) if verified is not None else None,
        seen_basis="after",
    )


def _post(tweet: Json, collected_at: int | None) -> Post | None:
    legacy = _dict(tweet, "legacy")
    post_id = values.text_id(tweet.get("rest_id") or legacy.get("id_str"))
    if post_id is None or not legacy:
        return None
    original = _unwrap(_original(tweet))
    content = original if _dict(original, "legacy") else tweet
    author_id, author = _name(tweet)
    post = Post(
        platform="twitter",
        post_id=post_id,
        author_id=author_id,
        author=author,
        posted_at=values.twitter_time(_text(legacy, "created_at")),
        lang=_text(legacy, "lang"),
        reshare_count=values.count(_dict(content, "legacy").get("retweet_count")),
        collected_at=collected_at,
        conversation_id=values.text_id(legacy.get("conversation_id_str")),
        source=values.client(_text(tweet, "source") or _text(legacy, "source")),
        place=_text(_dict(legacy, "place"), "full_name"),
    )
    _content(content, post)
    if original:
        post.reshared_id = values.text_id(original.get("rest_id"))
        post.reshared_author_id, post.reshared_author = _name(original)
        post.reshared_at = values.twitter_time(_text(_dict(original, "legacy"), "created_at"))
        cells.make_reshare(post)
        return post
    post.like_count = values.count(legacy.get("favorite_count"))
    post.view_count = values.views(_dict(tweet, "views").get("count"))
    post.replied_id = values.text_id(legacy.get("in_reply_to_status_id_str"))
    post.replied_author_id = values.text_id(legacy.get("in_reply_to_user_id_str"))
    post.replied_author = values.handle(legacy.get("in_reply_to_screen_name"))
    _quote(tweet, post)
    return post


def _quote(tweet: Json, post: Post) -> None:
    legacy = _dict(tweet, "legacy")
    quoted = _unwrap(_dict(tweet, "quoted_status_result", "result"))
    post.quoted_id = values.text_id(legacy.get("quoted_status_id_str") or quoted.get("rest_id"))
    if post.quoted_id is None:
        return
    post.quoted_author_id, post.quoted_author = _name(quoted)
    if post.quoted_author is None:
        address = _text(_dict(legacy, "quoted_status_permalink"), "expanded")
        post.quoted_author = cells.address_name(address)


def _content(tweet: Json, post: Post) -> None:
    """Fill text, hashtags, mentions, addresses and media from a post's own words."""
    legacy = _dict(tweet, "legacy")
    note = _dict(tweet, "note_tweet", "note_tweet_results", "result")
    entities = _dict(note, "entity_set") or _dict(legacy, "entities")
    post.text = values.unescape(_text(note, "text") or _text(legacy, "full_text"))
    post.hashtags = values.hashtags(
        tag for part in _list(entities, "hashtags") if (tag := _text(part, "text"))
    )
    post.mentions = values.mentions(
        name for part in _list(entities, "user_mentions") if (name := _text(part, "screen_name"))
    )
    post.urls = cells.own_urls(
        _text(part, "expanded_url") or _text(part, "url") for part in _list(entities, "urls")
    )
    pictures = _dict(legacy, "extended_entities") or _dict(legacy, "entities")
    post.media_count = len(_list(pictures, "media"))
    keep_pictures(post, _list(pictures, "media"))
