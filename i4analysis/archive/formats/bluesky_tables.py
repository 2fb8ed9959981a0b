"""minet and twitwi, Bluesky: posts as CSV, and as the flat JSON that twitwi makes of an answer.

A row of `collected_via` quote or thread was only seen inside another answer. The row of a repost
is the original's, with `repost_by_user_did` beside it (github.com/medialab/twitwi).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from i4analysis.archive.formats.bluesky_records import bounded
from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import known
from i4analysis.archive.rows.reader import (
    JsonReader,
    Post,
    PostTable,
    Profile,
    RecordError,
    Sink,
    cell,
)

_pipes = cells.joined("|")


class BlueskyCsv(PostTable):
    """minet's Bluesky CSV: 66 columns."""

    name = "minet-bluesky"
    title = "minet and twitwi, Bluesky"
    seen = True
    platform = "bluesky"
    required = frozenset({"uri", "cid", "user_did", "user_handle", "text", "indexed_at_utc"})
    posts = cells.columns(
        post_id=cell("uri"),
        author_id=cell("user_did"),
        author=cell("user_handle", convert=values.handle),
        text=cell("original_text", "text"),
        replied_id=cell("to_post_uri"),
        replied_author_id=cell("to_user_did"),
        quoted_id=cell("quoted_uri"),
        quoted_author_id=cell("quoted_user_did"),
        quoted_author=cell("quoted_user_handle", convert=values.handle),
        reshare_count=cell("repost_count", convert=values.count),
        like_count=cell("like_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("user_did"),
        handle=cell("user_handle", convert=values.handle),
        name=cell("user_display_name"),
    )
    seen_basis = "after"

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read times and lists; make a repost's row the repost, the original beside it."""
        post.posted_at = bounded(
            moment(row, "timestamp_utc", "local_time"),
            values.iso_time(row.get("indexed_at_utc")),
            post.post_id,
            sink,
        )
        post.text = post.text or ""
        langs = _pipes(row.get("user_langs", ""))
        post.lang = langs[0] if langs else None
        tags = values.hashtags(_pipes(row.get("hashtags", "")))
        post.hashtags = cells.in_order(tags, "#", post.text)
        post.mentions = values.mentions(_pipes(row.get("mentioned_user_handles", "")))
        post.urls = values.urls(_pipes(row.get("links", "")))
        media = _pipes(row.get("media_urls", ""))
        post.media_count = len(media)
        cells.keep_media(post, ((None, one) for one in media))
        post.embedded = bool(row.get("collected_via")) and row.get("match_query") == "0"
        if post.quoted_id and "/app.bsky.feed.post/" not in post.quoted_id:  # a list, a feed …
            post.quoted_id = post.quoted_author_id = post.quoted_author = None
        if profile is not None:
            profile.seen_at = post.posted_at
        profiles = [profile] if profile else []
        if not row.get("repost_by_user_did"):
            return [], profiles
        original = msgspec.structs.replace(post)
        self._repost(row, post)
        for seen in profiles:
            seen.post_id, seen.seen_at = post.post_id, post.posted_at
        return [original], [
            *profiles,
            Profile(
                platform=self.platform,
                account_id=post.author_id,
                handle=post.author,
                seen_at=post.posted_at,
                seen_basis=self.seen_basis,
                post_id=post.post_id,
            ),
        ]

    @staticmethod
    def _repost(row: Mapping[str, str], post: Post) -> None:
        post.reshared_id, post.reshared_at = post.post_id, post.posted_at
        post.reshared_author_id, post.reshared_author = post.author_id, post.author
        post.author_id = row["repost_by_user_did"]
        post.author = values.handle(row.get("repost_by_user_handle"))
        post.post_id = cells.repost_uri(post.author_id, post.reshared_id)
        post.posted_at = moment(row, "repost_timestamp_utc", "repost_created_at")
        cells.make_reshare(post)


def _did(text: str) -> str | None:
    return text if text.startswith("did:") else None


def _handle(text: str) -> str | None:
    return None if text.startswith(("did:", "{")) else values.handle(known()(text))


def _uri(text: str) -> str | None:
    return text if text.startswith("at://") else None


_count = known(values.count)
_AUTHORS = {"did": "author_did", "handle": "author_handle", "displayName": "author_name"}


class BlueskyDataset(PostTable):
    """What is published of the firehose, or written by R's atrrr and by people's own programs."""

    name = "bluesky-table"
    title = "other tables of Bluesky's posts: uri, text, and cid or author and created_at"
    platform = "bluesky"
    required = frozenset({"uri", "text"})
    posts = cells.columns(
        post_id=cell("uri"),
        author_id=cell("author_did", "user_did", "did", "author", convert=_did),
        author=cell("author_handle", "user_handle", "handle", "author", convert=_handle),
        text=cell("text"),
        replied_id=cell("reply_to", "in_reply_to", "reply_parent", "reply_to_uri", convert=_uri),
        quoted_id=cell("quoted_uri", "quote_uri", "quoted_post_uri", convert=_uri),
        posted_at=cell(
            "created_at", "createdAt", "indexed_at", "indexedAt", convert=known(cells.moment)
        ),
        reshare_count=cell("repost_count", "repostCount", "reposts", convert=_count),
        like_count=cell("like_count", "likeCount", "likes", convert=_count),
    )
    profiles = cells.columns(
        account_id=cell("author_did", "user_did", "did", "author", convert=_did),
        handle=cell("author_handle", "user_handle", "handle", "author", convert=_handle),
        name=cell("author_name", "author_display_name", "display_name", convert=known()),
        bio=cell("author_description", convert=known()),
        followers=cell("author_followers_count", "followers_count", convert=_count),
    )

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Read a row whose author may be an object, in its cell or in columns author.handle."""
        held = cells.printed_object(row.get("author") or "")
        for name in ("did", "handle", "displayName"):
            if told := held.get(name) or row.get(f"author.{name}"):
                row = {**row, _AUTHORS[name]: str(told)}
        super().read(row, sink)

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a table of addresses and texts that another name tells to be of it."""
        known = set(header)
        told = "cid" in known or {"author", "created_at"} <= known
        return told and super().matches(header) and not BlueskyCsv.required <= known

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read from the text what has no column."""
        if not post.post_id.startswith("at://"):
            raise RecordError(f"uri holds {post.post_id[:20]!r}, expected an address at://")
        if post.replied_id:
            post.replied_author_id = post.replied_id.removeprefix("at://").split("/")[0]
        if post.author_id is None:
            post.author_id = post.post_id.removeprefix("at://").split("/")[0]
        langs = cells.named("lang")(row.get("langs") or row.get("lang") or "") or []
        post.lang = langs[0] if langs else None
        post.posted_at = bounded(post.posted_at, None, post.post_id, sink)
        post.text = post.text or ""
        post.hashtags = values.hashtags_in(post.text)
        post.mentions = values.mentions(values.mentions_in(post.text))
        post.urls = values.urls(values.urls_in(post.text))
        if profile is not None:
            profile.account_id = post.author_id
            profile.seen_at = post.posted_at
        return [], [profile] if profile is not None and profile.handle else []


class FourCatBluesky(PostTable):
    """4CAT's CSV of Bluesky: the columns that `map_item` of its `bsky` data source gives.

    What a post answers or quotes is a link by the handle, from which its address cannot be made.
    """

    name = "4cat-bluesky"
    title = "4CAT, Bluesky"
    platform = "bluesky"
    required = frozenset(
        {"id", "thread_id", "created_at", "body", "author", "author_id", "repost_count"}
    )
    posts = cells.columns(
        post_id=cell("id"),
        author_id=cell("author_id", convert=_did),
        author=cell("author", convert=_handle),
        text=cell("body"),
        replied_author=cell("replied_to_user", convert=_handle),
        replied_author_id=cell("replied_to_user", convert=_did),
        quoted_author=cell("quoted_user", convert=_handle),
        reshare_count=cell("repost_count", convert=values.count),
        like_count=cell("like_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("author_id", convert=_did),
        handle=cell("author", convert=_handle),
        name=cell("author_display_name", convert=known()),
    )
    seen_basis = "after"

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the date, the lists and whether it answers or quotes."""
        if not post.post_id.startswith("at://"):
            raise RecordError(f"id holds {post.post_id[:20]!r}, expected an address at://")
        post.text = post.text or ""
        post.posted_at = bounded(cells.moment(row["created_at"]), None, post.post_id, sink)
        tags = values.hashtags(_commas(row.get("tags", "")))
        post.hashtags = cells.in_order(tags, "#", post.text)
        post.mentions = values.mentions(_commas(row.get("mentions", "")))
        post.urls = values.urls(_commas(row.get("links", "")))
        if row.get("quoted_post"):
            post.kind = "quote"
        elif row["thread_id"] != row["id"]:
            post.kind = "reply"
        if profile is not None:
            profile.seen_at = post.posted_at
        return [], [profile] if profile is not None else []


_commas = cells.joined(",")


def moment(row: Mapping[str, str], seconds: str, local: str) -> int | None:
    """Return a moment from its whole seconds in UTC and the decimals of its local time."""
    stamp, shown = values.epoch_time(row.get(seconds, "")), values.iso_time(row.get(local))
    return stamp if stamp is None or shown is None else stamp + shown % values.SECOND


class BlueskyJson(JsonReader):
    """The same as JSON: one object a post, or a list of objects an answer."""

    name = "minet-bluesky-json"
    title = "minet and twitwi, Bluesky, JSON"
    seen = True
    table = BlueskyCsv()

    def matches(self, value: Any) -> bool:
        """Return True for a flat post, or a list of them."""
        items = value if isinstance(value, list) else [value]
        return bool(items) and all(
            isinstance(item, dict) and {"uri", "user_did", "timestamp_utc"} <= set(item)
            for item in items
        )

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read the posts of one answer."""
        value = msgspec.json.decode(raw)
        if not self.matches(value):
            raise RecordError("found no flat post, expected uri, user_did and timestamp_utc")
        items = value if isinstance(value, list) else [value]
        sink.contains(len(items))
        for item in items:
            row = {key: _cell(part) for key, part in item.items()}
            self.table.read(row, sink)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(_cell(part).replace("|", " ") for part in value)
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None or value == {} else str(value)
