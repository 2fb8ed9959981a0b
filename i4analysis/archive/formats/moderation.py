"""The information-operations releases: Twitter's and the Moderation Research Consortium's files.

No real file was at hand: the columns are those of the published releases (31 of tweets, 10 of
users), and the tests' files are invented. Accounts with few followers are hashed: their id and
their names are the same hash. `hashtags` and `urls` are words between brackets without quotes;
`user_mentions` holds ids, so names are read from the text. Times are to the minute: the second
inside the id is taken where it falls into that minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, TableReader, cell

_ACCOUNT = cells.columns(
    account_id=cell("userid", convert=values.text_id),
    handle=cell("user_screen_name", convert=values.handle),
    name=cell("user_display_name"),
    bio=cell("user_profile_description", convert=values.unescape),
    location=cell("user_reported_location"),
    followers=cell("follower_count", convert=values.count),
    following=cell("following_count", convert=values.count),
)


class ModerationTweets(PostTable):
    """The tweets of a release."""

    name = "moderation-tweets"
    title = "releases of influence operations: tweets"
    required = frozenset({"tweetid", "userid", "tweet_text", "tweet_time", "retweet_tweetid"})
    posts = cells.columns(
        post_id=cell("tweetid", convert=values.text_id),
        author_id=cell("userid", convert=values.text_id),
        author=cell("user_screen_name", convert=values.handle),
        posted_at=cell("tweet_time", convert=values.iso_time),
        text=cell("tweet_text", convert=values.unescape),
        lang=cell("tweet_language"),
        source=cell("tweet_client_name", convert=values.client),
        reshared_id=cell("retweet_tweetid", convert=values.text_id),
        reshared_author_id=cell("retweet_userid", convert=values.text_id),
        quoted_id=cell("quoted_tweet_tweetid", convert=values.text_id),
        replied_id=cell("in_reply_to_tweetid", convert=values.text_id),
        replied_author_id=cell("in_reply_to_userid", convert=values.text_id),
        reshare_count=cell("retweet_count", convert=values.count),
        like_count=cell("like_count", convert=values.count),
    )
    profiles = _ACCOUNT

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the bracketed lists, the second inside the id, and retweets."""
        inside = cells.second_of(post.post_id)
        if inside and post.posted_at and 0 <= inside - post.posted_at < 60 * values.SECOND:
            post.posted_at = inside
        text = post.text or ""
        typed = values.typed_reshare(text)
        retweet = post.reshared_id is not None or values.flag(row.get("is_retweet")) is True
        words = typed[1] if typed and retweet else text
        post.hashtags = values.hashtags(cells.named()(row.get("hashtags", "")))
        post.urls = cells.own_urls(cells.named()(row.get("urls", "")))
        cells.read_entities(post, words)
        if retweet:
            post.reshared_author = typed[0] if typed else None
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        if profile is not None:
            profile.bio = profile.bio or ""
            profile.seen_at = post.posted_at
        return [], [profile] if profile else []


class ModerationUsers(TableReader):
    """The accounts of a release: profiles as they were when it suspended them."""

    name = "moderation-users"
    title = "releases of influence operations: accounts"
    profiles = _ACCOUNT

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for the header of a release's file of users."""
        columns = set(header)
        return {
            "userid",
            "user_screen_name",
            "user_profile_description",
            "account_creation_date",
        } <= columns and "tweetid" not in columns
