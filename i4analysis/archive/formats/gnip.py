"""Gnip and Historical PowerTrack: Twitter as an activity stream, the archives bought until 2018.

An activity's `verb` is `post` or `share`; a share's `object` is the original activity, whole. Ids
end in the number (`tag:search.twitter.com,2005:647…`, `id:twitter.com:1000`). `body` is the text,
cut like the API's where `long_object` holds it whole; tags are under `twitter_entities`. Lines of
`info` say that a job is done, `delete` and `scrub_geo` that something has to go. `followersCount`
is as at the moment of a stream and of unknown date from an archive; nothing tells which. The
fields are Twitter's own documentation's; the tests' are invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import JsonReader, Post, Profile, RecordError, Sink
from i4analysis.archive.rows.tweets import read_entities, words

Json = Mapping[str, Any]
NOTICES = ("info", "delete", "scrub_geo", "user_withheld", "status_withheld", "warning", "error")
_LAST = re.compile(r"(?:^|[:/])(\d{1,20})$", re.ASCII)
_STATUS = re.compile(r"twitter\.com/(\w{1,20})/status(?:es)?/(\d{1,20})", re.ASCII)


class Gnip(JsonReader):
    """Reads activities, one a line or in pages."""

    name = "gnip"
    title: ClassVar[str] = "Gnip and PowerTrack activity streams"

    def matches(self, value: Any) -> bool:
        """Return True for an activity of Twitter's, or a notice of the service."""
        return isinstance(value, dict) and (_is_activity(value) or _notice(value) is not None)

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one activity with the one inside it, or a notice."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        if not _is_activity(value):
            kind = _notice(value)
            if kind is None:
                keys = ", ".join(list(value)[:6]) or "none"
                raise RecordError(f"found the keys {keys[:120]}, expected an activity of Twitter")
            sink.notice(kind)
            return
        verb = words(value, "verb") or "post"
        if verb not in ("post", "share"):
            sink.notice(verb[:30])
            return
        post, original = _post(value), _object(value, "object")
        if not post.post_id or post.posted_at is None:
            raise RecordError(
                f"id and postedTime hold {words(value, 'id')!r:.60} and"
                f" {value.get('postedTime')!r:.40}, expected a tweet's id and its time"
            )
        embedded: list[Post] = []
        authors: list[Json] = [value]
        if verb == "share":
            inner = _post(original)
            if inner.post_id:
                embedded.append(inner)
                authors.append(original)
            _reshare(post, inner)
        quoted = _object(original if verb == "share" else value, "twitter_quoted_status")
        if quoted:
            other = _post(quoted)
            if other.post_id:
                embedded.append(other)
                authors.append(quoted)
            if verb == "post":
                post.quoted_id = other.post_id or post.quoted_id
                post.quoted_author_id, post.quoted_author = other.author_id, other.author
        seen = [_profile(_object(one, "actor"), post) for one in authors]
        sink.post(post, embedded, [one for one in seen if one is not None])


def _is_activity(value: Json) -> bool:
    actor = value.get("actor")
    return (
        isinstance(actor, dict)
        and ("preferredUsername" in actor or "followersCount" in actor)
        and "verb" in value
        and ("postedTime" in value or "body" in value)
    )


def _notice(value: Json) -> str | None:
    if len(value) > 2:
        return None
    kind = next((kind for kind in NOTICES if kind in value), None)
    if kind == "info":
        inner = value["info"]
        return kind if isinstance(inner, dict) and "message" in inner else None
    return None  # deletes and limits have the form of the API's stream, which reads them


def _object(value: Json, key: str) -> Json:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _number(text: object) -> str | None:
    """Return the number at the end of a name: tag:search.twitter.com,2005:647… is 647…."""
    match = _LAST.search(text) if isinstance(text, str) else None
    return match[1] if match else values.text_id(text) if isinstance(text, int) else None


def _post(activity: Json) -> Post:
    actor, whole = _object(activity, "actor"), _object(activity, "long_object")
    body = words(whole, "body") or words(activity, "body")
    post = Post(
        platform="twitter",
        post_id=_number(activity.get("id")) or "",
        author_id=_number(actor.get("id")),
        author=values.handle(actor.get("preferredUsername")),
        posted_at=values.iso_time(words(activity, "postedTime")),
        text=values.unescape(body),
        lang=words(activity, "twitter_lang"),
        source=values.client(words(_object(activity, "generator"), "displayName")),
        place=words(_object(activity, "location"), "displayName"),
        reshare_count=values.count(activity.get("retweetCount")),
        like_count=values.count(activity.get("favoritesCount")),
    )
    entities = whole.get("twitter_entities") or activity.get("twitter_entities")
    pictures = whole.get("twitter_extended_entities") or activity.get("twitter_extended_entities")
    read_entities({"entities": entities, "extended_entities": pictures}, post)
    cells.read_entities(post, post.text or "")
    answered = _STATUS.search(words(_object(activity, "inReplyTo"), "link") or "")
    if answered is not None:
        post.replied_author, post.replied_id = answered[1], answered[2]
    return post


def _reshare(post: Post, original: Post) -> None:
    post.reshared_id = original.post_id or None
    post.reshared_author_id, post.reshared_author = original.author_id, original.author
    post.reshared_at = original.posted_at
    typed = values.typed_reshare(post.text)
    if post.reshared_author is None and typed is not None:
        post.reshared_author = typed[0]
    if original.text is not None:
        post.hashtags, post.mentions = original.hashtags, original.mentions
        post.urls, post.media_count = original.urls, original.media_count
        post.media_kinds, post.media_urls = original.media_kinds, original.media_urls
        post.reshare_count = original.reshare_count
    cells.make_reshare(post)


def _profile(actor: Json, post: Post) -> Profile | None:
    account, handle = _number(actor.get("id")), values.handle(actor.get("preferredUsername"))
    if account is None and handle is None:
        return None
    place = actor.get("location")
    return Profile(
        platform="twitter",
        account_id=account,
        handle=handle,
        name=words(actor, "displayName"),
        bio=values.unescape(words(actor, "summary")),
        location=words(place, "displayName") if isinstance(place, dict) else None,
        followers=values.count(actor.get("followersCount")),
        following=values.count(actor.get("friendsCount")),
        verified=values.flag(actor["verified"]) if "verified" in actor else None,
        seen_at=post.posted_at,
        seen_basis="after",
        post_id=post.post_id,
    )
