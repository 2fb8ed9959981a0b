"""DMI-TCAT: the "export all tweets" files of the Digital Methods Initiative's capture tool.

No real file was at hand: the columns are those that TCAT's export script writes (35, and those
for urls, media, mentions and hashtags when asked for), and the tests' file is invented. TCAT keeps
no retweeted id in most exports: a retweet is told by "RT @", and its text is cut at 140
(digitalmethodsinitiative/dmi-tcat issues 74 and 311).
"""

from __future__ import annotations

from collections.abc import Mapping

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_semicolons = cells.joined(";")


class DmiTcat(PostTable):
    """DMI-TCAT's full export."""

    name = "dmi-tcat"
    title = "DMI-TCAT"
    required = frozenset({"id", "from_user_name", "text", "from_user_followercount"})
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("from_user_id", convert=values.text_id),
        author=cell("from_user_name", convert=values.handle),
        posted_at=cell("created_at", "time", convert=cells.moment),
        text=cell("text", convert=values.unescape),
        lang=cell("lang"),
        source=cell("source", convert=values.client),
        reshared_id=cell("retweet_id", convert=values.text_id),
        quoted_id=cell("quoted_status_id", convert=values.text_id),
        replied_id=cell("in_reply_to_status_id", convert=values.text_id),
        replied_author_id=cell("to_user_id", convert=values.text_id),
        replied_author=cell("to_user_name", convert=values.handle),
        reshare_count=cell("retweet_count", convert=values.count),
        like_count=cell("favorite_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("from_user_id", convert=values.text_id),
        handle=cell("from_user_name", convert=values.handle),
        name=cell("from_user_realname"),
        bio=cell("from_user_description", convert=values.unescape),
        location=cell("location"),
        followers=cell("from_user_followercount", convert=values.count),
        following=cell("from_user_friendcount", convert=values.count),
        verified=cell("from_user_verified", convert=values.flag),
    )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the lists that were asked for, and make a typed "RT @" a reshare."""
        self._lists(row, post)
        if post.reshared_id is not None:
            typed = values.typed_reshare(post.text)
            post.reshared_author = typed[0] if typed else None
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.read_entities(post, typed[1] if typed else post.text or "")
            cells.make_reshare(post)
        elif not cells.typed_reshare(post):
            cells.read_entities(post, post.text or "")
        return [], [profile] if profile else []

    @staticmethod
    def _lists(row: Mapping[str, str], post: Post) -> None:
        if "hashtags" in row:
            post.hashtags = values.hashtags(_semicolons(row["hashtags"]))
        if "mentions" in row:
            post.mentions = values.mentions(_semicolons(row["mentions"]))
        if "urls_expanded" in row:
            found = _semicolons(row.get("urls_followed", "")) or _semicolons(row["urls_expanded"])
            post.urls = cells.own_urls(found)
        if "media_id" in row:
            post.media_count = len(_semicolons(row["media_id"]))
            cells.keep_media(post, ((None, one) for one in _semicolons(row.get("media_urls", ""))))
