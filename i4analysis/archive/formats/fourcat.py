"""4CAT: the CSV that the Digital Methods Initiative's 4CAT makes of tweets, by either road.

No real file was at hand: the columns are those that 4CAT maps posts to (`map_item` of its
`twitterv2` and `twitter-import` data sources), and the tests' file is invented. A retweet is
marked, and its author named, but the original's id is not kept; the text is "RT @name: " and the
whole original.
"""

from __future__ import annotations

from collections.abc import Mapping

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_commas = cells.joined(",")


class FourCat(PostTable):
    """4CAT, tweets from the API (v2) or from Zeeschuimer."""

    name = "4cat"
    title = "4CAT"
    addresses = ("link",)
    required = frozenset({"id", "thread_id", "body", "author", "is_retweet", "retweeted_user"})
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("author_id", convert=values.text_id),
        author=cell("author", convert=values.handle),
        posted_at=cell("unix_timestamp", "timestamp", convert=cells.moment),
        text=cell("body", convert=values.unescape),
        lang=cell("language_guess"),
        source=cell("source", convert=values.client),
        view_count=cell("impression_count", convert=values.views),
        place=cell("place_name"),
        quoted_id=cell("quote_tweet_id", convert=values.text_id),
        quoted_author=cell("quoted_user", "quote_author", convert=values.handle),
        replied_id=cell("reply_to_tweet_id", convert=values.text_id),
        replied_author=cell("replied_user", convert=values.handle),
        reshare_count=cell("retweet_count", convert=values.count),
        like_count=cell("like_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("author_id", convert=values.text_id),
        handle=cell("author", convert=values.handle),
        name=cell("author_fullname"),
        bio=cell("author_bio", "author_description", convert=values.unescape),
        location=cell("author_location"),
        followers=cell("author_followers", convert=values.count),
        following=cell("author_following", convert=values.count),
        verified=cell("verified", "author_verified", convert=values.flag),
    )

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Count a tweet that the API no longer gave as a notice; read any other."""
        if row.get("author") == "UNKNOWN" and row.get("author_id") == "UNKNOWN":
            sink.notice("missing")
            return
        super().read(row, sink)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read lists and marks; a retweet names its author but not its original."""
        post.hashtags = values.hashtags(_commas(row.get("hashtags", "")))  # a set: in no order
        post.hashtags = cells.in_order(post.hashtags, "#", post.text or "")
        post.mentions = values.mentions(_commas(row.get("mentions", "")))
        post.mentions = cells.in_order(post.mentions, "@", post.text or "")
        post.urls = cells.own_urls(_commas(row.get("urls", "")))
        post.media_count = sum(len(_commas(row.get(name, ""))) for name in ("images", "videos"))
        if values.flag(row["is_retweet"]):
            typed = values.typed_reshare(post.text)
            post.reshared_author = values.handle(row.get("retweeted_user", ""))
            if typed is not None:
                self._of_the_original(post, typed)
            cells.make_reshare(post)
        elif values.flag(row.get("is_quote_tweet")):
            post.kind = "quote"
        elif values.flag(row.get("is_reply")):
            post.kind = "reply"
        return [], [profile] if profile else []

    @staticmethod
    def _of_the_original(post: Post, typed: tuple[str, str]) -> None:
        name, words = typed
        post.reshared_author = post.reshared_author or name
        written = values.hashtags_in(cells.uncut(words))
        post.hashtags = written + [tag for tag in post.hashtags or () if tag not in written]
        key, own = values.mention(name), values.mentions_in(words)
        post.mentions = [other for other in post.mentions or () if other != key or key in own]
