"""Bluesky's posts, reposts and profiles, from their records and from the AppView's views."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import did_of
from i4analysis.archive.rows.reader import Post, Profile, RecordError, Sink

Json = Mapping[str, Any]
OPENED = 1_668_643_200 * values.SECOND  # 2022-11-17: nothing was posted before
POST = "app.bsky.feed.post"
_TID = "234567abcdefghijklmnopqrstuvwxyz"
_LATE = 60 * values.SECOND
_HANDLE = re.compile(r"@?([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_ANIMATION = re.compile(r"https://media\.tenor\.com/.*\.gif")


class Made(NamedTuple):
    """How a bare record came: whose, where, when collected, not made after, on what basis."""

    did: str
    uri: str
    collected_at: int | None
    bound: int | None
    basis: str

    @property
    def collection(self) -> str:
        parts = self.uri.split("/")
        return parts[3] if len(parts) > 3 else ""


def _dict(value: Json, *path: str) -> Json:
    for key in path:
        inner = value.get(key)
        value = inner if isinstance(inner, Mapping) else {}
    return value


def text_of(value: Json, key: str) -> str | None:
    """Return the text under a key; None for anything else."""
    inner = value.get(key)
    return inner if isinstance(inner, str) else None


def _objects(value: Json, key: str) -> list[Json]:
    inner = value.get(key)
    return [one for one in inner if isinstance(one, Mapping)] if isinstance(inner, list) else []


# -------------------------------------------------------------------------------------- moments


def tid_time(tid: object) -> int | None:
    """Return the moment inside a timestamp identifier (`rev`, most record keys).

    References
    ----------
    atproto.com/specs/tid: 13 digits of base 32; microseconds, then 10 bits of clock id.

    Examples
    --------
    >>> tid_time("3jzfcijpj2z2a") == values.iso_time("2023-06-30T15:03:01.887007Z")
    True
    """
    if not isinstance(tid, str) or len(tid) != 13 or not set(tid) <= set(_TID):
        return None
    number = 0
    for letter in tid:
        number = number * 32 + _TID.index(letter)
    return values.plausible(number >> 10)


def bounded(moment: int | None, indexed: int | None, uri: str, sink: Sink) -> int | None:
    """Return when a record was made: as its client wrote, if that can be.

    A moment before Bluesky opened, or more than a minute after the record was indexed, gives way
    to the moment of indexing, and failing that to the clock inside the record's key; up to a
    minute after, the earlier of the two is taken.
    """
    if indexed is not None and indexed < OPENED:
        indexed = None
    if moment is not None and moment >= OPENED and (indexed is None or moment <= indexed + _LATE):
        return moment if indexed is None else min(moment, indexed)
    sink.remark("client_time")
    return indexed if indexed is not None else tid_time(uri.rsplit("/", 1)[-1])


def written(record: Json) -> int | None:
    """Return `createdAt` as written."""
    return values.iso_time(text_of(record, "createdAt"))


# ---------------------------------------------------------------------------------------- posts


def record_to_post(record: Json, made: Made, sink: Sink) -> Post:
    """Return the post that a bare record is."""
    if text_of(record, "text") is None and text_of(record, "createdAt") is None:
        raise RecordError("the record holds neither text nor createdAt")
    langs = record.get("langs")
    post = Post(
        platform="bluesky",
        post_id=made.uri,
        author_id=made.did,
        posted_at=bounded(written(record), made.bound, made.uri, sink),
        text=text_of(record, "text") or "",
        lang=next((one for one in langs if isinstance(one, str)), None)
        if isinstance(langs, list)
        else None,
        collected_at=made.collected_at,
    )
    _facets(record, post)
    _embed(_dict(record, "embed"), post)
    parent = text_of(_dict(record, "reply", "parent"), "uri")
    post.replied_id, post.replied_author_id = parent, did_of(parent)
    post.conversation_id = text_of(_dict(record, "reply", "root"), "uri") or made.uri
    return post


def _facets(record: Json, post: Post) -> None:
    """Read tags, mentions and links by what a feature holds: clients invent their own types."""
    text = (post.text or "").encode("utf-8", "replace")
    tags: list[str] = []
    names: list[str] = []
    links: list[str] = []
    for facet in _objects(record, "facets"):
        index = _dict(facet, "index")
        start, end = values.count(index.get("byteStart")), values.count(index.get("byteEnd"))
        for feature in _objects(facet, "features"):
            tag = text_of(feature, "tag") or text_of(feature, "hashtag")
            if tag is not None:
                tags.append(tag)
            elif (link := text_of(feature, "uri")) is not None:
                links.append(link)
            elif text_of(feature, "did") is not None and start is not None and end is not None:
                shown = _HANDLE.fullmatch(text[start:end].decode("utf-8", "ignore").strip())
                names += [shown[1]] if shown else []
    more = record.get("tags")
    tags += [tag for tag in more if isinstance(tag, str)] if isinstance(more, list) else []
    post.hashtags, post.mentions = values.hashtags(tags), values.mentions(names)
    post.urls = values.urls(links)


def _embed(embed: Json, post: Post) -> None:
    """Count media, and find a linked card and a quoted post, in a record's embed."""
    media = _dict(embed, "media") or embed
    kinds = ["photo"] * len(_objects(media, "images")) + ["video"] * ("video" in media)
    card = text_of(_dict(media, "external"), "uri")
    if card is not None and _ANIMATION.match(card):
        kinds.append("animation")
    elif card is not None:
        post.urls = values.urls([*(post.urls or ()), card])
    post.media_count, post.media_kinds = len(kinds), kinds
    uri = text_of(_dict(embed, "record", "record"), "uri") or text_of(
        _dict(embed, "record"), "uri"
    )
    if uri is not None and f"/{POST}/" in uri:
        post.quoted_id, post.quoted_author_id = uri, did_of(uri)


def view_to_post(view: Json, sink: Sink) -> Post:
    """Return the post that a view of the AppView shows (`record`, or `value` when quoted)."""
    record = _dict(view, "record") or _dict(view, "value")
    author = _dict(view, "author")
    uri = text_of(view, "uri")
    if not uri or not record:
        raise RecordError("the post holds no uri or no record")
    indexed = values.iso_time(text_of(view, "indexedAt"))
    made = Made(text_of(author, "did") or did_of(uri) or "", uri, None, indexed, "after")
    post = record_to_post(record, made, sink)
    post.author = values.handle(author.get("handle"))
    post.reshare_count = values.count(view.get("repostCount"))
    post.like_count = values.count(view.get("likeCount"))
    shown = _dict(view, "embed")
    shown = _dict(shown, "media") or shown
    addresses = [text_of(one, "fullsize") for one in _objects(shown, "images")]
    addresses += [text_of(shown, "playlist"), text_of(_dict(shown, "external"), "uri")]
    if shown and post.media_count:
        post.media_urls = values.urls(
            [one for one in addresses if one is None or one not in (post.urls or ())]
        )
    quoted = next(_quoted_views(view), None)
    if quoted is not None and text_of(quoted, "uri") == post.quoted_id:
        post.quoted_author = values.handle(_dict(quoted, "author").get("handle"))
    return post


def _quoted_views(view: Json) -> Iterator[Json]:
    """Yield what a view shows as quoted, where it is a post that can be seen."""
    embeds = [_dict(view, "embed"), *_objects(view, "embeds")]
    for embed in embeds:
        record = _dict(embed, "record")
        for shown in (record, _dict(record, "record")):
            if "value" in shown and "author" in shown and f"/{POST}/" in str(shown.get("uri")):
                yield shown


def quoted_in(view: Json, sink: Sink) -> list[tuple[Post, Json]]:
    """Return the quoted posts inside a view, two deep, each with its view."""
    found = []
    for quoted in _quoted_views(view):
        found.append((view_to_post(quoted, sink), quoted))
        found += [(view_to_post(inner, sink), inner) for inner in _quoted_views(quoted)]
    return found


# -------------------------------------------------------------------------------------- reposts


def make_repost(post: Post, original: str, known: Post | None = None) -> None:
    """Make a post the repost of an original, which it copies what it knows from."""
    post.reshared_id, post.reshared_author_id = original, did_of(original)
    if not post.post_id:
        post.post_id = cells.repost_uri(post.author_id or "", original)
    if known is not None:
        post.reshared_author, post.reshared_at = known.author, known.posted_at
        post.hashtags, post.mentions, post.urls = known.hashtags, known.mentions, known.urls
        post.media_count, post.reshare_count = known.media_count, known.reshare_count
        post.media_kinds, post.media_urls = known.media_kinds, known.media_urls
        post.lang = known.lang
    cells.make_reshare(post)


def repost(record: Json, made: Made, sink: Sink) -> Post:
    """Return the post that a bare repost record is, with the repost it came through."""
    original = text_of(_dict(record, "subject"), "uri")
    if original is None:
        raise RecordError("the repost names no post")
    post = Post(
        platform="bluesky",
        post_id=made.uri,
        author_id=made.did,
        posted_at=bounded(written(record), made.bound, made.uri, sink),
        via_id=text_of(_dict(record, "via"), "uri"),
        collected_at=made.collected_at,
    )
    make_repost(post, original)
    return post


# ------------------------------------------------------------------------------------- accounts


def profile(view: Json, seen_at: int | None) -> Profile | None:
    """Return the sighting in a view of an account; None where there is no did.

    Only the detailed view (it counts followers) shows whether there is a bio at all.
    """
    did = text_of(view, "did")
    if did is None:
        return None
    detailed = "followersCount" in view
    bio = text_of(view, "description")
    return Profile(
        platform="bluesky",
        account_id=did,
        handle=values.handle(view.get("handle")),
        name=text_of(view, "displayName"),
        bio="" if bio is None and detailed else bio,
        followers=values.count(view.get("followersCount")),
        following=values.count(view.get("followsCount")),
        verified=text_of(_dict(view, "verification"), "verifiedStatus") == "valid"
        if "verification" in view
        else None,
        seen_at=seen_at,
        seen_basis="after",
    )
