"""Brandwatch: the CSV of a "Bulk Mentions Download", with a few lines above its header.

A mention is of any site: what is not of Twitter or X is counted as a notice. `Url` is the post's
address and holds its id; `Full Text` is the text, `Title` its beginning, and both may be missing,
since X forbade to export them. A retweet is a `share`; "Twitter Retweet of" and "Twitter Reply
to", in full exports, are addresses. Dates are in the zone of the account, which the file does not
say: where the id tells the second, that is taken.

No real file was at hand: the columns are the product's own, and the tests' file is invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from i4analysis.archive.rows import cells, ids, moments, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_TWITTER = re.compile(r"(?:^|//|\.)(?:twitter|x)\.com(?:/|$)", re.ASCII | re.IGNORECASE)
_commas = cells.joined(",")


def _id_of(address: str) -> str | None:
    return cells.address_id(address)


class Brandwatch(PostTable):
    """Brandwatch mentions."""

    name = "brandwatch"
    title = "Brandwatch mentions"
    required = frozenset({"Query Name", "Date", "Url", "Author", "Thread Entry Type"})
    addresses = ("Url", "Original Url")
    posts = cells.columns(
        post_id=cell("Url", convert=_id_of),
        author_id=cell("Twitter Author ID", "X Author ID", convert=values.text_id),
        author=cell("Author", convert=values.handle),
        text=cell("Full Text", "Snippet", "Title", convert=values.unescape),
        lang=cell("Language"),
        reshared_id=cell("Twitter Retweet of", "X Repost of", convert=_id_of),
        reshared_author=cell("Twitter Retweet of", "X Repost of", convert=cells.address_name),
        replied_id=cell("Twitter Reply to", "X Reply to", convert=_id_of),
        replied_author=cell("Twitter Reply to", "X Reply to", convert=cells.address_name),
        reshare_count=cell("Twitter Retweets", "X Reposts", convert=values.count),
        like_count=cell("Twitter Likes", "X Likes", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("Twitter Author ID", "X Author ID", convert=values.text_id),
        handle=cell("Author", convert=values.handle),
        name=cell("Full Name"),
        location=cell("Location Name"),
        followers=cell("Twitter Followers", "X Followers", convert=values.count),
        following=cell("Twitter Following", "X Following", convert=values.count),
        verified=cell("Twitter Verified", "X Verified", convert=values.flag),
    )

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Count a mention on another site as a notice; read any other."""
        if not _TWITTER.search(row.get("Domain") or row.get("Url", "")):
            sink.notice("another site")
            return
        super().read(row, sink)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the moment and the lists; make a share a reshare."""
        post.posted_at = _posted_at(row.get("Date", ""), post.post_id, sink)
        if post.lang is not None and len(post.lang) > 3:
            post.lang = None
        if not row.get("Full Text") and post.text is not None:
            sink.remark("text_cut")
        if profile is not None:
            profile.seen_at = post.posted_at
        typed = values.typed_reshare(post.text)
        share = row.get("Thread Entry Type") in ("share", "retweet", "repost")
        words = cells.uncut((typed[1] if typed and share else post.text) or "")
        post.hashtags = cells.also(values.hashtags_in(words), _commas(row.get("Hashtags", "")))
        names = [*values.mentions_in(words), *_commas(row.get("Mentioned Authors", ""))]
        post.mentions = values.mentions(names)
        post.urls = cells.own_urls(_commas(row.get("Expanded URLs", "")) or values.urls_in(words))
        if share or post.reshared_id is not None:
            post.reshared_author = post.reshared_author or (typed[0] if typed else None)
            key = values.mention(post.reshared_author or "")
            own = values.mentions_in(words)
            post.mentions = [name for name in post.mentions if name != key or key in own]
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        elif post.replied_id is not None or row.get("Thread Entry Type") == "reply":
            post.kind = "reply"
        return [], [profile] if profile else []


def _posted_at(text: str, post_id: str, sink: Sink) -> int | None:
    written, inside = moments.read(text), cells.second_of(post_id)
    if written is None:
        return inside
    if inside is not None and moments.same_clock(written, inside):
        return inside
    if not written.zoned and not ids.ID.fullmatch(post_id):
        sink.remark("zone_unsaid")
    return written.at
