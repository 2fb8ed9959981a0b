"""academictwitteR: the table that `bind_tweets(output_format = "tidy")` makes, written as CSV.

R writes NA for what it does not have, and a column of row numbers first. `user_username` is the
handle and `user_name` the name. Whatever a post refers to stands in the `sourcetweet_` columns,
its kind in `sourcetweet_type`; a retweet's own text is cut, the source's is whole.

No real file was at hand: the columns are the package's own, and the tests' file is invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import known
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_id = known(values.text_id)
_count = known(values.count)
_text = known(values.unescape)


class AcademicTwitterCsv(PostTable):
    """academictwitteR, tidy."""

    blanks = frozenset({"NA"})
    name = "academictwitteR"
    title = "academictwitteR, tidy"
    required = frozenset({"tweet_id", "user_username", "text", "created_at", "author_id"})
    posts = cells.columns(
        post_id=cell("tweet_id", convert=_id),
        author_id=cell("author_id", convert=_id),
        author=cell("user_username", convert=known(values.handle)),
        posted_at=cell("created_at", convert=known(cells.moment)),
        text=cell("text", convert=_text),
        lang=cell("lang", convert=known()),
        conversation_id=cell("conversation_id", convert=_id),
        source=cell("source", convert=known(values.client)),
        replied_author_id=cell("in_reply_to_user_id", convert=_id),
        reshare_count=cell("retweet_count", convert=_count),
        like_count=cell("like_count", convert=_count),
    )
    profiles = cells.columns(
        account_id=cell("author_id", convert=_id),
        handle=cell("user_username", convert=known(values.handle)),
        name=cell("user_name", convert=known()),
        bio=cell("user_description", convert=_text),
        location=cell("user_location", convert=known()),
        followers=cell("user_followers_count", convert=_count),
        following=cell("user_following_count", convert=_count),
        verified=cell("user_verified", convert=known(values.flag)),
    )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Find what the post refers to: an original, a quoted or an answered post."""

        def source(name: str) -> str:
            text = row.get(f"sourcetweet_{name}", "")
            return "" if text == "NA" else text

        kind = source("type")
        typed = values.typed_reshare(post.text) if kind == "retweeted" else None
        whole = values.unescape(source("text")) or None
        words = (whole or (typed[1] if typed else post.text)) if kind == "retweeted" else post.text
        cells.read_entities(post, words or "")
        post_id, author_id = values.text_id(source("id")), values.text_id(source("author_id"))
        if kind == "retweeted":
            post.reshared_id, post.reshared_author_id = post_id, author_id
            post.reshared_author = typed[0] if typed else None
            post.reshared_at = cells.second_of(post_id)
            post.replied_author_id = None
            original = cells.original_of(post, whole) if whole and post_id else None
            cells.make_reshare(post)
            if original is not None:
                original.like_count = None
            return [original] if original else [], [profile] if profile else []
        if kind == "quoted":
            post.kind, post.quoted_id, post.quoted_author_id = "quote", post_id, author_id
        elif kind == "replied_to":
            post.kind, post.replied_id = "reply", post_id
            post.replied_author_id = author_id or post.replied_author_id
        elif post.replied_author_id is not None:
            post.kind = "reply"
        return [], [profile] if profile else []
