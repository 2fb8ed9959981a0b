"""A member's own Twitter archive of 2012 to 2018: `tweets.csv`, ten columns, no author column.

No real file was at hand: the columns are Twitter's own, and the tests' file is invented. Retweets
are marked with the original's id. The text is as shown, addresses are in `expanded_urls`.
"""

from __future__ import annotations

from collections.abc import Mapping

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell
from i4analysis.archive.rows.tweets import Owner

_commas = cells.joined(",")


class XArchiveCsv(PostTable):
    """`tweets.csv` of the archives that members could download until 2018."""

    name = "x-archive-csv"
    title = "`tweets.csv` of a member's archive of 2012 to 2018"
    required = frozenset({"tweet_id", "timestamp", "text", "retweeted_status_id", "expanded_urls"})
    posts = cells.columns(
        post_id=cell("tweet_id", convert=values.text_id),
        posted_at=cell("timestamp", convert=values.iso_time),
        text=cell("text", convert=values.unescape),
        source=cell("source", convert=values.client),
        reshared_id=cell("retweeted_status_id", convert=values.text_id),
        reshared_author_id=cell("retweeted_status_user_id", convert=values.text_id),
        reshared_at=cell("retweeted_status_timestamp", convert=values.iso_time),
        replied_id=cell("in_reply_to_status_id", convert=values.text_id),
        replied_author_id=cell("in_reply_to_user_id", convert=values.text_id),
    )

    def __init__(self, owner: Owner | None = None) -> None:
        self._owner = owner or Owner()  # whose archive the table lies in, where that is known

    def _own_id(
        self, written: str | None, row: Mapping[str, str], author: str | None, sink: Sink
    ) -> str:
        """Return the row's id: an address in it is that of a post which it quotes."""
        return super()._own_id(written, {**row, "expanded_urls": ""}, author, sink)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read tags and names from the text; a retweet's are the original's."""
        post.author_id, post.author = self._owner.account_id, self._owner.handle
        post.collected_at = self._owner.made_at
        post.urls = cells.own_urls(_commas(row["expanded_urls"]))
        typed = values.typed_reshare(post.text) if post.reshared_id is not None else None
        cells.read_entities(post, typed[1] if typed else post.text or "")
        if post.reshared_id is not None:
            post.reshared_author = typed[0] if typed else None
            cells.make_reshare(post)
        return [], []
