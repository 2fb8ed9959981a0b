"""The rows a reader makes: one struct a table, fields in the order of the canonical columns.

Moments are whole microseconds since 1970 in UTC (`values.iso_time` and its friends make them);
`file` and `line` are filled in by the sink.
"""

from __future__ import annotations

import msgspec


class Post(msgspec.Struct, gc=False):
    """One row of the posts table; see `i4analysis.tables.POSTS` for the meaning of a field.

    `kind` may be left empty: the sink derives it (reshare, quote, reply, post, in this order).
    """

    platform: str
    post_id: str
    kind: str = ""
    author_id: str | None = None
    author: str | None = None
    posted_at: int | None = None
    text: str | None = None
    lang: str | None = None
    reshared_id: str | None = None
    reshared_author_id: str | None = None
    reshared_author: str | None = None
    reshared_at: int | None = None
    via_id: str | None = None
    reshare_basis: str | None = None
    quoted_id: str | None = None
    quoted_author_id: str | None = None
    quoted_author: str | None = None
    replied_id: str | None = None
    replied_author_id: str | None = None
    replied_author: str | None = None
    hashtags: list[str] | None = None
    mentions: list[str] | None = None
    urls: list[str] | None = None
    media_count: int | None = None
    reshare_count: int | None = None
    like_count: int | None = None
    collected_at: int | None = None
    embedded: bool = False
    conversation_id: str | None = None
    source: str | None = None
    view_count: int | None = None
    media_kinds: list[str] | None = None
    media_urls: list[str] | None = None
    place: str | None = None
    line: int = 0


class Profile(msgspec.Struct, gc=False):
    """One row of the profiles table: a sighting of an account."""

    platform: str
    account_id: str | None = None
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    location: str | None = None
    followers: int | None = None
    following: int | None = None
    verified: bool | None = None
    seen_at: int | None = None
    seen_basis: str | None = None
    post_id: str | None = None
    line: int = 0


class Follow(msgspec.Struct, gc=False):
    """One row of the follows table: follower_id follows followee_id."""

    platform: str
    follower_id: str
    followee_id: str
    seen_at: int | None = None
    list_complete: bool | None = None
    line: int = 0


class Reject(msgspec.Struct, gc=False):
    """One row of the rejects table."""

    line: int
    reason: str
    excerpt: str | None = None


# A post with the sighting of its author, as a plain tuple: what a fast reader makes, and what a
# record of one shares (the moment and the id of the sighting, what is reshared) is worked out for
# many at once. The rows of a record follow each other: its own post, a reshare's original next, a
# post quoted last. The kind is derived.
SIGHTED_TEXTS = (
    "post_id", "text", "lang", "quoted_id", "quoted_author_id", "quoted_author",
    "replied_id", "replied_author_id", "replied_author",
    "account_id", "handle", "name", "bio", "location",
)  # fmt: skip
SIGHTED_NUMBERS = (
    "role", "line", "posted_at", "media_count", "reshare_count", "like_count",
    "followers", "following",
)  # fmt: skip
SIGHTED_LISTS = ("hashtags", "mentions", "urls")
SIGHTED = (*SIGHTED_TEXTS, *SIGHTED_NUMBERS, *SIGHTED_LISTS, "verified")
# What stands at the end of such a row where it was asked for: it costs a tenth of the time.
SIGHTED_EXTRA = ("source", "place", "media_kinds", "media_urls")
# What the role of such a row adds up.
RESHARE = 1  # a reshare; the next row is its original
EMBEDDED = 2  # seen inside the record of the last row that is not embedded
NO_POST = 4  # only the account is known
NO_PROFILE = 8  # only the post is known
TYPED = 32  # a reshare by its text alone: "RT @name", in a table without anything better
LIVE = 16  # from a stream: the account is as it was when the post was made


def derived_kind(post: Post) -> str:
    """Return the kind of a post from what it refers to."""
    if post.reshared_id is not None or post.reshare_basis is not None:
        return "reshare"
    if post.quoted_id is not None:
        return "quote"
    return "post" if post.replied_id is None else "reply"
