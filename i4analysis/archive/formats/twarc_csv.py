r"""twarc-csv: the CSV that twarc's plugin makes of Twitter API v2 answers.

Two layouts: 0.7 (84 columns) and that of 2021 (47 columns, `referenced_tweets` as JSON in a cell
and referenced posts as rows of their own, with `type`). Both write a line end inside a text as
the two characters \n. In 0.7 a retweet's row holds the original's whole text, its entities and
its counts: nothing begins with "RT @" (github.com/DocNow/twarc-csv).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell


def lines(text: str) -> str | None:
    r"""Return a text with its line ends, and Twitter's escapes undone.

    Examples
    --------
    >>> lines("un\\ndeux &amp; trois")
    'un\ndeux & trois'
    """
    return values.unescape(text.replace("\\r", "\r").replace("\\n", "\n"))


def _hashtags(text: str) -> list[str]:
    return values.hashtags(cells.named("tag", "text")(text))


def _mentions(text: str) -> list[str]:
    return values.mentions(cells.named("username", "screen_name")(text))


def _urls(text: str) -> list[str]:
    return cells.own_urls(cells.named("unwound_url", "expanded_url", "url")(text))


_PLAIN = frozenset(
    [
        "id",
        "conversation_id",
        "author_id",
        "in_reply_to_user_id",
        "in_reply_to_username",
        "retweeted_user_id",
        "retweeted_username",
        "quoted_user_id",
        "quoted_username",
        "created_at",
        "text",
        "lang",
        "source",
        "reply_settings",
        "possibly_sensitive",
        "type",
        "referenced_tweets",
        "edit_history_tweet_ids",
    ]
)
_DOTTED = (
    "referenced_tweets.", "author.", "public_metrics.", "entities.", "attachments.", "geo.",
    "withheld.", "context_annotations", "edit_controls.", "note_tweet.", "__twarc.", "matching_",
)  # fmt: skip


_INDEX = re.compile(r"|index|row|level_0|Unnamed: [\d.]+")  # what pandas and R number rows with


class TwarcCsv(PostTable):
    """twarc-csv, both layouts."""

    name = "twarc-csv"
    title = "twarc-csv, any choice of columns"
    seen = True
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("author_id", "author.id", convert=values.text_id),
        author=cell("author.username", convert=values.handle),
        posted_at=cell("created_at", convert=values.iso_time),
        text=cell("text", convert=lines),
        lang=cell("lang"),
        conversation_id=cell("conversation_id", convert=values.text_id),
        source=cell("source", convert=values.client),
        view_count=cell("public_metrics.impression_count", convert=values.views),
        place=cell("geo.full_name"),
        reshared_id=cell("referenced_tweets.retweeted.id", convert=values.text_id),
        reshared_author_id=cell("retweeted_user_id", convert=values.text_id),
        reshared_author=cell("retweeted_username", convert=values.handle),
        quoted_id=cell("referenced_tweets.quoted.id", convert=values.text_id),
        quoted_author_id=cell("quoted_user_id", convert=values.text_id),
        quoted_author=cell("quoted_username", convert=values.handle),
        replied_id=cell("referenced_tweets.replied_to.id", convert=values.text_id),
        replied_author_id=cell("in_reply_to_user_id", convert=values.text_id),
        replied_author=cell("in_reply_to_username", convert=values.handle),
        hashtags=cell("entities.hashtags", convert=_hashtags),
        mentions=cell("entities.mentions", convert=_mentions),
        urls=cell("entities.urls", convert=_urls),
        media_count=cell("attachments.media_keys", "attachments.media", convert=cells.size),
        reshare_count=cell("public_metrics.retweet_count", convert=values.count),
        like_count=cell("public_metrics.like_count", convert=values.count),
        collected_at=cell("__twarc.retrieved_at", convert=values.iso_time),
    )
    profiles = cells.columns(
        account_id=cell("author.id", "author_id", convert=values.text_id),
        handle=cell("author.username", convert=values.handle),
        name=cell("author.name"),
        bio=cell("author.description", convert=lines),
        location=cell("author.location"),
        followers=cell("author.public_metrics.followers_count", convert=values.count),
        following=cell("author.public_metrics.following_count", convert=values.count),
        verified=cell("author.verified", convert=values.flag),
        seen_at=cell("__twarc.retrieved_at", convert=values.iso_time),
    )

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a header of either layout, or for the columns that were asked for.

        `twarc2 csv --output-columns id,created_at,text` leaves all others out: what remains are
        names of twarc's alone, an id and a text among them.
        """
        columns = {name for name in header if not _INDEX.fullmatch(name)}
        if {"id", "author_id", "text"} <= columns and (
            "public_metrics.retweet_count" in columns or "author.username" in columns
        ):
            return True
        return {"id", "created_at", "text"} <= columns and all(
            name in _PLAIN or name.startswith(_DOTTED) for name in columns
        )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Find what the post refers to, and the original's row in a retweet's."""
        self._references_of_2021(row, post)
        asked = "entities.hashtags" in row
        if "referenced_tweets" not in row and "referenced_tweets.retweeted.id" not in row:
            cells.typed_reshare(post)
        if not asked:
            cells.read_entities(post, post.text or "")
        listed = post.hashtags or ()
        if post.text is not None and post.text.count("#") > len(listed) and not post.reshare_basis:
            post.hashtags = cells.also(values.hashtags_in(cells.uncut(post.text)), post.hashtags)
        post.hashtags = post.hashtags or []
        post.mentions = post.mentions or []
        post.urls = post.urls or []
        media = cells.printed_list(row.get("attachments.media", ""))
        if media and len(media) == post.media_count:
            cells.keep_media(
                post,
                (
                    (one.get("type"), one.get("url") or one.get("preview_image_url"))
                    for one in media
                    if isinstance(one, dict)
                ),
            )
        if post.media_count is None and "attachments.media_keys" in row:
            post.media_count = 0
        post.embedded = bool(row.get("type"))
        embedded = []
        if post.reshared_id is not None:
            typed = values.typed_reshare(post.text)
            post.reshared_at = cells.second_of(post.reshared_id)
            if typed is None:
                embedded.append(cells.original_of(post, post.text))
            elif post.reshared_author is None:
                post.reshared_author = typed[0]
            cells.make_reshare(post)
        if profile is not None:
            if profile.handle is not None and profile.bio is None and "author.description" in row:
                profile.bio = ""
            profile.seen_basis = (
                "after" if row.get("__twarc.retrieved_at", "") == "" else "retrieved"
            )
        return embedded, [profile] if profile else []

    @staticmethod
    def _references_of_2021(row: Mapping[str, str], post: Post) -> None:
        for reference in cells.references(row.get("referenced_tweets", "")):
            if isinstance(reference, dict):
                found = values.text_id(reference.get("id"))
                match reference.get("type"):
                    case "retweeted":
                        post.reshared_id = found
                    case "quoted":
                        post.quoted_id = found
                    case "replied_to":
                        post.replied_id = found
