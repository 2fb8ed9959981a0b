"""Twint: the CSV (or tab-separated) files of the scraper Twint, 2017 to 2021.

No real file was at hand: the columns are Twint's own (36), and the tests' file is invented. Its
times are local, with a zone's abbreviation or none, so the second inside the id is believed first.
In the row of a retweet `id` is the original, `retweet_id` and `user_rt` are the retweet: Twint's
search never found one, so an archive of it usually holds none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from i4analysis.archive.rows import cells, ids, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell

_ABBREVIATED = re.compile(r"(?<!\s)\s+(?:[A-Za-z]{2,5}|[+-]\d{4})$")


class Twint(PostTable):
    """Twint, tweets."""

    name = "twint"
    title = "Twint"
    addresses = ("link",)
    required = frozenset({"id", "conversation_id", "username", "tweet", "user_rt_id"})
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("user_id", convert=values.text_id),
        author=cell("username", convert=values.handle),
        text=cell("tweet", convert=values.unescape),
        lang=cell("language"),
        conversation_id=cell("conversation_id", convert=values.text_id),
        source=cell("source", convert=values.client),
        reshare_count=cell("retweets_count", convert=values.count),
        like_count=cell("likes_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("user_id", convert=values.text_id),
        handle=cell("username", convert=values.handle),
        name=cell("name"),
    )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read printed lists and times; turn a retweet's row the right way round."""
        post.posted_at = cells.second_of(post.post_id) or written_time(row)
        written = values.hashtags_in(cells.uncut(post.text or ""))
        post.hashtags = cells.also(written, cells.named()(row.get("hashtags", "")))
        post.mentions = values.mentions(
            cells.named("screen_name", "username")(row.get("mentions", ""))
        )
        post.urls = cells.own_urls(cells.named("url")(row.get("urls", "")))
        post.media_count = cells.size(row.get("photos", "")) + (row.get("video") == "1")
        if row.get("quote_url"):
            post.kind = "quote"
            post.quoted_id = cells.address_id(row["quote_url"])
            post.quoted_author = cells.address_name(row["quote_url"])
        conversation = values.text_id(row.get("conversation_id", ""))
        if not post.kind and ids.same_post(conversation, post.post_id) is False:
            post.kind = "reply"
        if profile is not None:
            profile.seen_at = post.posted_at
        if values.flag(row.get("retweet")) and values.text_id(row.get("retweet_id", "")):
            return self._retweet(row, post), []
        return [], [profile] if profile else []

    @staticmethod
    def _retweet(row: Mapping[str, str], post: Post) -> list[Post]:
        post.reshared_id, post.reshared_at = post.post_id, post.posted_at
        post.reshared_author_id, post.reshared_author = post.author_id, post.author
        original = cells.original_of(post, post.text)
        post.post_id = values.text_id(row["retweet_id"]) or ""
        post.author_id = values.text_id(row.get("user_rt_id", ""))
        post.author = values.handle(row.get("user_rt", ""))
        post.posted_at = cells.second_of(post.post_id) or cells.moment(row.get("retweet_date", ""))
        cells.make_reshare(post)
        return [original]


def written_time(row: Mapping[str, str]) -> int | None:
    """Return the moment a row writes, its zone read from `timezone` when that is an offset."""
    stamp = _ABBREVIATED.sub("", row.get("created_at", ""))
    if not stamp or stamp.isdecimal():
        return cells.moment(stamp)
    zone = row.get("timezone", "")
    return values.iso_time(stamp + (zone if re.fullmatch(r"[+-]\d{4}", zone) else ""))
