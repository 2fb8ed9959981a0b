"""rtweet: the CSV files that R's rtweet package wrote.

Three layouts, told by their columns: 0.6 to 0.7 (88 to 90 columns, the accounts of author,
original and quoted post with them), its shorter form without accounts (42 columns), and the one
before it (35 columns, `in_reply_to_status_status_id`). R writes NA, TRUE and FALSE as words, dates
as seconds since 1970 or as UTC, and rtweet's own writer puts an x before ids. From 0.6 on a
retweet's text is the original's, whole, but its hashtags are those before the 140th character.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.cells import known
from i4analysis.archive.rows.reader import Cell, Post, PostTable, Profile, Sink, cell

_id = known(values.text_id)
_handle = known(values.handle)
_count = known(values.count)
_moment = known(cells.moment)
_text = known(values.unescape)
_words = cells.joined(None)


def _account(prefix: str, user_id: str, handle: str) -> dict[str, Cell]:
    return {
        "account_id": cell(prefix + user_id, convert=_id),
        "handle": cell(prefix + handle, convert=_handle),
        "name": cell(prefix + "name", convert=known()),
        "bio": cell(prefix + "description", convert=_text),
        "location": cell(prefix + "location", convert=known()),
        "followers": cell(prefix + "followers_count", convert=_count),
        "following": cell(prefix + "friends_count", convert=_count),
        "verified": cell(prefix + "verified", convert=known(values.flag)),
    }


def _other(prefix: str) -> dict[str, Cell]:
    return {
        "post_id": cell(prefix + "status_id", convert=_id),
        "author_id": cell(prefix + "user_id", convert=_id),
        "author": cell(prefix + "screen_name", convert=_handle),
        "posted_at": cell(prefix + "created_at", convert=_moment),
        "text": cell(prefix + "text", convert=_text),
        "like_count": cell(prefix + "favorite_count", convert=_count),
        "reshare_count": cell(prefix + "retweet_count", convert=_count),
    }


class Rtweet(PostTable):
    """rtweet, all three layouts."""

    blanks = frozenset({"NA"})
    name = "rtweet"
    joins = " "
    title = "rtweet (R), up to 0.7"
    seen = True
    posts = cells.columns(
        post_id=cell("status_id", convert=_id),
        author_id=cell("user_id", convert=_id),
        author=cell("screen_name", convert=_handle),
        posted_at=cell("created_at", convert=_moment),
        text=cell("text", convert=_text),
        lang=cell("lang", convert=known()),
        source=cell("source", convert=known(values.client)),
        place=cell("place_full_name", convert=known()),
        reshared_id=cell("retweet_status_id", convert=_id),
        reshared_author_id=cell("retweet_user_id", convert=_id),
        reshared_author=cell("retweet_screen_name", convert=_handle),
        reshared_at=cell("retweet_created_at", convert=_moment),
        quoted_id=cell("quoted_status_id", "quote_status_id", convert=_id),
        quoted_author_id=cell("quoted_user_id", convert=_id),
        quoted_author=cell("quoted_screen_name", convert=_handle),
        replied_id=cell("reply_to_status_id", "in_reply_to_status_status_id", convert=_id),
        replied_author_id=cell("reply_to_user_id", "in_reply_to_status_user_id", convert=_id),
        replied_author=cell(
            "reply_to_screen_name", "in_reply_to_status_screen_name", convert=_handle
        ),
        reshare_count=cell("retweet_count", convert=_count),
        like_count=cell("favorite_count", convert=_count),
    )
    profiles = _account("", "user_id", "screen_name")
    original = _other("retweet_")
    original_author = _account("retweet_", "user_id", "screen_name")
    quoted = _other("quoted_")
    quoted_author = _account("quoted_", "user_id", "screen_name")

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a header of any of the three layouts."""
        columns = set(header)
        return {"status_id", "user_id", "screen_name", "text"} <= columns and bool(
            columns & {"is_retweet", "retweet_status_id", "mentions_screen_name"}
        )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Read the lists, and the original and the quoted post that the row holds."""
        post.hashtags = values.hashtags(_words(row.get("hashtags", "")))
        post.mentions = values.mentions(_words(row.get("mentions_screen_name", "")))
        post.urls = cells.own_urls(
            _words(row.get("urls_expanded_url", "") or row.get("urls_expanded", ""))
        )
        media = row.get("ext_media_url") or row.get("media_url") or ""
        kinds = _words(row.get("ext_media_type") or row.get("media_type") or "")
        post.media_count = len(_words(media)) if "media_url" in row else None
        cells.keep_media(post, zip_longest(kinds, _words(media)))
        if "followers_count" not in row:
            profile = None
        if post.quoted_id is None and post.kind == "post" and values.flag(row.get("is_quote")):
            post.kind = "quote"
        embedded, profiles = [], [] if profile is None else [profile]
        if post.reshared_id is None and values.flag(row.get("is_retweet")):
            typed = values.typed_reshare(post.text)
            post.reshared_author = post.reshared_author or (typed[0] if typed else None)
            cells.make_reshare(post)
        elif post.reshared_id is not None:
            original = self._reshare(row, post)
            if original is not None:
                embedded.append(original)
            self._sighting(self.original_author, row, post, profiles)
        elif post.quoted_id is not None:
            quoted = self._embedded(self.quoted, row)
            if quoted is not None and quoted.text is not None:
                cells.read_entities(quoted, quoted.text)
                embedded.append(quoted)
            self._sighting(self.quoted_author, row, post, profiles)
        return embedded, profiles

    def _reshare(self, row: Mapping[str, str], post: Post) -> Post | None:
        typed = values.typed_reshare(post.text)
        if typed is not None and post.reshared_author is None:
            post.reshared_author = typed[0]
        if post.reshared_at is None:
            post.reshared_at = cells.second_of(post.reshared_id)
        original = self._embedded(self.original, row)
        if original is not None and original.text is not None:
            post.hashtags = values.hashtags_in(original.text)
            post.mentions = values.mentions_in(original.text)
            original.hashtags, original.mentions = post.hashtags, post.mentions
            original.urls, original.media_count = post.urls, post.media_count
            original.media_kinds, original.media_urls = post.media_kinds, post.media_urls
        else:
            original = None
            name = values.mention(post.reshared_author or "")
            post.mentions = [other for other in post.mentions or () if other != name]
        cells.make_reshare(post)
        return original

    def _embedded(self, columns: Mapping[str, Cell], row: Mapping[str, str]) -> Post | None:
        given = {column: found.of(row) for column, found in columns.items()}
        return None if given["post_id"] is None else Post(platform=self.platform, **given)

    def _sighting(
        self,
        columns: Mapping[str, Cell],
        row: Mapping[str, str],
        post: Post,
        profiles: list[Profile],
    ) -> None:
        given = {column: found.of(row) for column, found in columns.items()}
        if given["account_id"] is not None and given["followers"] is not None:
            profiles.append(
                Profile(
                    platform=self.platform,
                    seen_at=post.posted_at,
                    seen_basis=self.seen_basis,
                    post_id=post.post_id,
                    **given,
                )
            )
