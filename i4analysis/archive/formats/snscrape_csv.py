"""snscrape's (and twscrape's) posts as pandas or its own command wrote them to CSV.

No real file was at hand: the columns are the fields of snscrape's model, and the tests' file is
invented. Objects in cells are printed as Python prints them; ids turned into floats are rebuilt
from the post's address. A search never finds retweets: an archive of it holds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, RecordError, Sink, cell


class SnscrapeCsv(PostTable):
    """Posts in snscrape's model, one a row."""

    name = "snscrape-csv"
    title = "snscrape, written by pandas"
    addresses = ("url",)
    posts = cells.columns(
        post_id=cell("id", "id_str", convert=values.text_id),
        author=cell("username", "user.username", convert=values.handle),
        author_id=cell("user.id", convert=values.text_id),
        posted_at=cell("date", convert=cells.moment),
        text=cell("rawContent", "content", convert=values.unescape),
        lang=cell("lang"),
        conversation_id=cell("conversationId", convert=values.text_id),
        source=cell("sourceLabel", "source", convert=values.client),
        view_count=cell("viewCount", convert=values.views),
        replied_id=cell("inReplyToTweetId", convert=values.text_id),
        reshare_count=cell("retweetCount", convert=values.count),
        like_count=cell("likeCount", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("user.id", convert=values.text_id),
        handle=cell("username", "user.username", convert=values.handle),
        name=cell("user.displayname"),
        bio=cell("user.rawDescription", "user.description", convert=values.unescape),
        location=cell("user.location"),
        followers=cell("user.followersCount", convert=values.count),
        following=cell("user.friendsCount", convert=values.count),
        verified=cell("user.verified", convert=values.flag),
    )

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for the fields of a post of snscrape's."""
        columns = set(header)
        return (
            {"url", "date", "id"} <= columns
            and bool(columns & {"rawContent", "content"})
            and bool(columns & {"retweetCount", "likeCount", "replyCount"})
            and "epoch" not in columns
        )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the printed objects, and rebuild ids from addresses."""
        if post.posted_at is None:
            raise RecordError(f"the column date holds {row['date'][:30]!r}, expected a time")
        user = cells.printed_object(row.get("user", ""))
        post.author = post.author or values.handle(user.get("username"))
        post.author = post.author or cells.address_name(row["url"])
        post.author_id = post.author_id or values.text_id(user.get("id"))
        post.hashtags = values.hashtags(cells.named()(row.get("hashtags", "")))
        names = cells.named("username")(cells.undated(row.get("mentionedUsers", "")))
        post.mentions = values.mentions(names)
        links = row.get("links") or row.get("outlinks") or ""
        post.urls = cells.own_urls(cells.named("url")(links))
        answered = cells.printed_object(row.get("inReplyToUser", ""))
        post.replied_author = values.handle(answered.get("username"))
        self._refers(row, post)
        if user:
            profile = self._account(user)
        return [], self._seen(profile, post)

    @staticmethod
    def _refers(row: Mapping[str, str], post: Post) -> None:
        retweeted = cells.printed_object(row.get("retweetedTweet", ""))
        quoted = cells.printed_object(row.get("quotedTweet", ""))
        if retweeted:
            post.reshared_id = values.text_id(retweeted.get("id"))
            author = retweeted.get("user")
            author = author if isinstance(author, dict) else {}
            post.reshared_author = values.handle(author.get("username"))
            post.reshared_author_id = values.text_id(author.get("id"))
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        elif quoted:
            post.quoted_id = values.text_id(quoted.get("id"))
            author = quoted.get("user")
            post.quoted_author = (
                values.handle(author.get("username")) if isinstance(author, dict) else None
            )

    def _account(self, user: Mapping[str, Any]) -> Profile:
        def text(*keys: str) -> str | None:
            found = (user.get(key) for key in keys)
            return next((one for one in found if isinstance(one, str)), None)

        return Profile(
            platform=self.platform,
            account_id=values.text_id(user.get("id")),
            handle=values.handle(user.get("username")),
            name=text("displayname"),
            bio=values.unescape(text("rawDescription", "description")),
            location=text("location"),
            followers=values.count(user.get("followersCount")),
            following=values.count(user.get("friendsCount")),
            verified=values.flag(user.get("verified")) if "verified" in user else None,
        )

    def _seen(self, profile: Profile | None, post: Post) -> list[Profile]:
        if profile is None:
            return []
        profile.post_id, profile.seen_at = post.post_id, post.posted_at
        profile.seen_basis = self.seen_basis
        return [profile]
