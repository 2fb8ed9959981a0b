"""The University of Southern California's X collection of 2024: CSV chunks of scraped posts.

`id` is a float and so is `id_str` in part: the post's address alone keeps the id. Rows of type
`ad_tweet` are advertisements, the same few many times over, their values shifted into other
columns. `user` is a Python object as printed, in which `username` is the display name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, RecordError, Sink, cell


class UscX(PostTable):
    """The USC chunks: 32 columns."""

    name = "usc-x"
    title = "USC's X collection of 2024"
    seen = True
    addresses = ("url",)
    required = frozenset({"type", "epoch", "rawContent", "conversationIdStr", "user", "url"})
    posts = cells.columns(
        post_id=cell("id_str", "id", convert=values.text_id),
        author=cell("username", convert=values.handle),
        posted_at=cell("epoch", convert=values.epoch_time),
        text=cell("rawContent", "text", convert=values.unescape),
        lang=cell("lang"),
        conversation_id=cell("conversationIdStr", "conversationId", convert=values.text_id),
        view_count=cell("viewCount", convert=cells.views),
        reshared_id=cell("retweetedTweetID", convert=values.text_id),
        reshared_author_id=cell("retweetedUserID", convert=values.text_id),
        replied_id=cell("in_reply_to_status_id_str", convert=values.text_id),
        replied_author_id=cell("in_reply_to_user_id_str", convert=values.text_id),
        replied_author=cell("in_reply_to_screen_name", convert=values.handle),
        reshare_count=cell("retweetCount", convert=values.count),
        like_count=cell("likeCount", convert=values.count),
    )

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Count an advertisement as a notice; read any other row."""
        if row["type"] == "ad_tweet":
            sink.notice("ad")
            return
        super().read(row, sink)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Take the id from the address, and the account from the printed object."""
        address = row["url"]
        if cells.address_id(address) is None or post.posted_at is None:
            raise RecordError(
                f"the columns url and epoch hold {address[:40]!r} and {row['epoch'][:20]!r},"
                " expected a post's address and its time: the columns are shifted"
            )
        user = cells.printed_object(row["user"])
        post.author_id = values.text_id(user.get("id_str") or user.get("id"))
        post.author = post.author or cells.address_name(address)
        post.hashtags = values.hashtags(cells.named("text")(row.get("hashtags", "")))
        post.mentions = values.mentions(cells.named("screen_name")(row.get("mentionedUsers", "")))
        post.urls = cells.own_urls(cells.named("expanded_url", "url")(row.get("links", "")))
        post.media_count = cells.size(row.get("media", ""))
        if post.reshared_id is not None or values.flag(row.get("retweetedTweet")):
            typed = values.typed_reshare(post.text)
            post.reshared_author = typed[0] if typed else None
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        elif values.flag(row.get("quotedTweet")):
            post.kind = "quote"
        elif post.replied_author is not None:
            post.kind = "reply"
        return [], [self._account(user, post)] if user else []

    def _account(self, user: Mapping[str, Any], post: Post) -> Profile:
        return Profile(
            platform=self.platform,
            account_id=post.author_id,
            handle=post.author,
            name=_text(user.get("username")),
            bio=values.unescape(_text(user.get("rawDescription"))),
            location=_text(user.get("location")),
            followers=values.count(user.get("followersCount")),
            following=values.count(user.get("friendsCount")),
            verified=values.flag(user.get("verified")),
            seen_at=post.posted_at,
            seen_basis="after",
            post_id=post.post_id,
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
