"""twitter-web-exporter: what a browser showed of X, as a table or as flat JSON.

The extension by prinsss writes the same columns to CSV and to JSON, under their keys or under the
headings of its window. `retweeted_status`, `quoted_status` and `in_reply_to` hold the id of
another post and nothing of it; a retweet's text is the one that is cut at 140 characters. Its
clock is the browser's, in a form that its user chooses: the second inside the id says the same
without a zone. The columns are those of the extension's source; the tests' files are invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import Post, PostTable, Profile, Sink, cell


def _known(text: str) -> str | None:
    return None if text in ("N/A", "null", "undefined") else text


def _id(text: str) -> str | None:
    return values.text_id(_known(text))


class TwitterWebExporter(PostTable):
    """twitter-web-exporter's posts."""

    name = "twitter-web-exporter"
    title: ClassVar[str] = "twitter-web-exporter's posts, CSV or JSON"
    posts = cells.columns(
        post_id=cell("id", "ID", convert=_id),
        author_id=cell("user_id", "User ID", convert=_id),
        author=cell("screen_name", "Screen Name", convert=values.handle),
        text=cell("full_text", "Content", convert=values.unescape),
        reshared_id=cell("retweeted_status", "RT Source", convert=_id),
        quoted_id=cell("quoted_status", "Quote Source", convert=_id),
        replied_id=cell("in_reply_to", "Replying To", convert=_id),
        reshare_count=cell("retweet_count", "Retweets", convert=values.count),
        like_count=cell("favorite_count", "Favorites", convert=values.count),
        view_count=cell("views_count", "Views", convert=values.views),
    )

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for the keys of the export, or the headings of its window."""
        keys = {"id", "full_text", "screen_name", "retweeted_status", "favorite_count"}
        shown = {"ID", "Content", "Screen Name", "RT Source", "Favorites"}
        return keys <= set(header) or shown <= set(header)

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the moment from the id, tags and names from the text."""
        written = row.get("created_at") or row.get("Date") or ""
        post.posted_at = cells.second_of(post.post_id) or cells.moment(written)
        media = next((name for name in ("media", "Media") if name in row), None)
        post.media_count = None if media is None else cells.size(row[media])
        typed = values.typed_reshare(post.text) if post.reshared_id is not None else None
        cells.read_entities(post, typed[1] if typed else post.text or "")
        if post.reshared_id is not None:
            post.reshared_author = typed[0] if typed else None
            post.reshared_at = cells.second_of(post.reshared_id)
            cells.make_reshare(post)
        if post.author is None:
            post.author = cells.address_name(row.get("url") or row.get("URL"))
        return [], []
