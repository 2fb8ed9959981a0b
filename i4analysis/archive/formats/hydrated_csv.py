"""twarc's json2csv, Social Feed Manager, TweetSets and Hydrator: v1.1 tweets as flat CSV.

No real file was at hand: the columns are those that DocNow's json2csv and Hydrator write, and the
tests' files are invented. json2csv gives one column to what is retweeted or quoted and says which
in `tweet_type`; Hydrator has one for each, of which it spells one `reweet_id`. Retweets' texts are
cut at 140 in older files (github.com/DocNow/hydrator issue 26, gwu-libraries/sfm-ui issue 942).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_words = cells.joined(None)


class HydratedCsv(PostTable):
    """json2csv and Hydrator: 34 to 36 columns."""

    name = "hydrated-csv"
    title = "Hydrator, json2csv, Social Feed Manager, TweetSets"
    addresses = ("tweet_url",)
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("user_id", convert=values.text_id),
        author=cell("user_screen_name", convert=values.handle),
        posted_at=cell("created_at", "parsed_created_at", convert=cells.moment),
        text=cell("text", convert=values.unescape),
        lang=cell("lang"),
        source=cell("source", convert=values.client),
        place=cell("place"),
        replied_id=cell("in_reply_to_status_id", convert=values.text_id),
        replied_author_id=cell("in_reply_to_user_id", convert=values.text_id),
        replied_author=cell("in_reply_to_screen_name", convert=values.handle),
        reshare_count=cell("retweet_count", convert=values.count),
        like_count=cell("favorite_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("user_id", convert=values.text_id),
        handle=cell("user_screen_name", convert=values.handle),
        name=cell("user_name"),
        bio=cell("user_description", convert=values.unescape),
        location=cell("user_location"),
        followers=cell("user_followers_count", convert=values.count),
        following=cell("user_friends_count", convert=values.count),
        verified=cell("user_verified", convert=values.flag),
    )

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for the header of either tool."""
        columns = set(header)
        return {"id", "tweet_url", "user_screen_name", "user_followers_count", "text"} <= columns

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the lists, and what is retweeted or quoted."""
        listed = _words(row.get("hashtags", ""))
        post.urls = cells.own_urls(_words(row.get("urls", "")))
        post.media_count = len(_words(row.get("media", "")))
        self._refers(row, post)
        typed = values.typed_reshare(post.text) if post.reshared_id is not None else None
        cells.read_entities(post, typed[1] if typed else post.text or "")
        post.hashtags = cells.also(post.hashtags or (), listed)
        if post.reshared_id is not None:
            post.reshared_author = post.reshared_author or (typed[0] if typed else None)
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        return [], [profile] if profile else []

    @staticmethod
    def _refers(row: Mapping[str, str], post: Post) -> None:
        def of(column: str) -> str | None:
            return values.text_id(_of(row, column))

        post.reshared_id, post.quoted_id = of("retweet_id"), of("quote_id")
        post.reshared_author = values.handle(_of(row, "retweet_screen_name"))
        if row.get("tweet_type") == "retweet":
            post.reshared_id = of("retweet_or_quote_id")
            post.reshared_author_id = of("retweet_or_quote_user_id")
            post.reshared_author = values.handle(_of(row, "retweet_or_quote_screen_name"))
        elif row.get("tweet_type") == "quote":
            post.quoted_id = of("retweet_or_quote_id")
            post.quoted_author_id = of("retweet_or_quote_user_id")
            post.quoted_author = values.handle(_of(row, "retweet_or_quote_screen_name"))


def _of(row: Mapping[str, str], column: str) -> str:
    """Return a cell of a column of retweets, which Hydrator's own header calls `reweet_id`.

    Examples
    --------
    >>> _of({"reweet_id": "12"}, "retweet_id")
    '12'
    """
    for spelt in (column, column.replace("retweet", "reweet"), column.replace("retweet", "rt")):
        if row.get(spelt):
            return row[spelt]
    return ""
