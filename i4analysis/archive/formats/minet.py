"""minet, twitwi and gazouilloire: tweets as CSV and as JSON lines, one set of names for both.

twitwi writes addresses whole into the text, and after the words of a post that quotes another adds
« name: the quoted words — address »; its lists of hashtags, names and links then hold the quoted
post's too. All of that is taken off again, so that a row says what its author wrote. Bios are
left null when blank: twitwi writes "unknown" and "empty" alike (github.com/medialab/twitwi).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import msgspec

from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import (
    JsonReader,
    Post,
    PostTable,
    Profile,
    RecordError,
    Sink,
    cell,
)

_QUOTATION = re.compile(r"(?<!\s)\s*« (\w{1,20}): ")
_ITS_ADDRESS = re.compile(r"— (https?://\S+) »\s*\Z")
_pipes = cells.joined("|")


class Minet(PostTable):
    """minet and twitwi, Twitter: 57 to 59 columns."""

    name = "minet"
    title = "minet and twitwi"
    seen = True
    required = frozenset({"id", "timestamp_utc", "user_screen_name", "text", "retweeted_id"})
    seen_basis = "retrieved"
    posts = cells.columns(
        post_id=cell("id", convert=values.text_id),
        author_id=cell("user_id", convert=values.text_id),
        author=cell("user_screen_name", convert=values.handle),
        posted_at=cell("timestamp_utc", convert=values.epoch_time),
        text=cell("text", convert=values.unescape),
        lang=cell("lang"),
        source=cell("source_name", convert=values.client),
        view_count=cell("impression_count", convert=values.views),
        reshared_id=cell("retweeted_id", convert=values.text_id),
        reshared_author_id=cell("retweeted_user_id", convert=values.text_id),
        reshared_author=cell("retweeted_user", convert=values.handle),
        reshared_at=cell("retweeted_timestamp_utc", convert=values.epoch_time),
        quoted_id=cell("quoted_id", convert=values.text_id),
        quoted_author_id=cell("quoted_user_id", convert=values.text_id),
        quoted_author=cell("quoted_user", convert=values.handle),
        replied_id=cell("to_tweetid", convert=values.text_id),
        replied_author_id=cell("to_userid", convert=values.text_id),
        replied_author=cell("to_username", convert=values.handle),
        reshare_count=cell("retweet_count", convert=values.count),
        like_count=cell("like_count", convert=values.count),
    )
    profiles = cells.columns(
        account_id=cell("user_id", convert=values.text_id),
        handle=cell("user_screen_name", convert=values.handle),
        name=cell("user_name"),
        bio=cell("user_description", convert=values.unescape),
        location=cell("user_location"),
        followers=cell("user_followers", convert=values.count),
        following=cell("user_friends", convert=values.count),
        verified=cell("user_verified", convert=values.flag),
    )

    def refine(
        self, row: Mapping[str, str], post: Post, profile: Profile | None, sink: Sink
    ) -> tuple[list[Post], list[Profile]]:
        """Take the quoted post out of the row again, and the original out of a retweet's."""
        post.collected_at = collected_at(row)
        text = post.text or ""
        typed = values.typed_reshare(text) if post.reshared_id is not None else None
        words = _without_quotation(typed[1] if typed else text)[0]
        post.hashtags = values.hashtags(_pipes(row.get("hashtags", "")))
        post.mentions = values.mentions(_pipes(row.get("mentioned_names", "")))
        post.urls = cells.own_urls(_pipes(row.get("links", "")))
        media = _pipes(row.get("media_urls", ""))
        post.media_count = len(media)
        cells.keep_media(post, zip_longest(_pipes(row.get("media_types", "")), media))
        self._only_own(post, words, text)
        post.text = words
        embedded = []
        if post.reshared_id is not None:
            original = cells.original_of(post, words)
            original.like_count = None  # the row's is the retweet's own, always 0
            _quote_in(original, text)
            embedded.append(original)
            cells.make_reshare(post)
        if profile is not None:
            profile.seen_at = post.collected_at or post.posted_at
            profile.seen_basis = "retrieved" if post.collected_at else "after"
        return embedded, [profile] if profile else []

    @staticmethod
    def _only_own(post: Post, words: str, text: str) -> None:
        """Keep what the author's own words hold, in their order: the lists may hold more."""
        folded = unicodedata.normalize("NFKC", words).casefold()
        quotes = post.quoted_id is not None or "«" in text

        tags = [tag for tag in post.hashtags or () if not tag.isdecimal()]
        names = [name for name in post.mentions or () if "@" + name in folded]
        post.mentions = cells.in_order(names, "@", words)
        post.hashtags = cells.in_order(
            [tag for tag in tags if not quotes or "#" + tag in folded], "#", words
        )
        if quotes:
            post.urls = [url for url in post.urls or () if url in words]
            post.media_count = None


def _quote_in(post: Post, text: str) -> None:
    """Say what an original quotes, from the quotation that twitwi adds to its words."""
    _, author, address = _without_quotation(text)
    if address is not None:
        post.quoted_author, post.quoted_id = author, cells.address_id(address)
        post.replied_author = None


def _without_quotation(text: str) -> tuple[str, str | None, str | None]:
    """Return a text without the quotation at its end, whom it quotes, and its address."""
    address = _ITS_ADDRESS.search(text)
    begun = _QUOTATION.search(text, 0, address.start()) if address else None
    if address is None or begun is None:
        return text, None, None
    return text[: begun.start()], begun[1], address[1]


def collected_at(row: Mapping[str, str]) -> int | None:
    """Return `collection_time` in UTC, by the offset that local_time has from timestamp_utc."""
    local = values.iso_time(row.get("local_time"))
    utc = values.epoch_time(row.get("timestamp_utc", ""))
    collected = values.iso_time(row.get("collection_time"))
    if local is None or utc is None or collected is None:
        return None
    quarter = 900 * values.SECOND
    return collected - round((local - utc) / quarter) * quarter


def as_cells(item: Mapping[str, Any]) -> dict[str, str]:
    """Return a JSON object as the row that the CSV of the same tool holds.

    Examples
    --------
    >>> as_cells({"id": 12, "hashtags": ["a", "b"], "match_query": True, "lat": None})
    {'id': '12', 'hashtags': 'a|b', 'match_query': '1', 'lat': ''}
    """
    return {key: _as_cell(value) for key, value in item.items()}


def _as_cell(value: Any) -> str:
    if value is None or value == {}:  # R writes an empty list so
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return "|".join(_as_cell(part).replace("|", " ") for part in value)
    return str(value)


class MinetJson(JsonReader):
    """The same as JSON lines, plain (twitwi) or wrapped as `{_id, _source}` (gazouilloire)."""

    name = "minet-json"
    title = "minet, twitwi and gazouilloire, JSON lines"
    seen = True
    one_record_a_line = True
    table = Minet()

    def matches(self, value: Any) -> bool:
        """Return True for a tweet of twitwi's, wrapped or not."""
        if not isinstance(value, dict):
            return False
        item = value.get("_source", value)
        return isinstance(item, dict) and {"timestamp_utc", "user_screen_name", "text"} <= set(
            item
        )

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one tweet as the row it would be in the CSV."""
        value = msgspec.json.decode(raw)
        if not self.matches(value):
            raise RecordError("found no tweet, expected timestamp_utc, user_screen_name and text")
        item = dict(value.get("_source", value))
        item.setdefault("id", value.get("id") or value.get("_id"))
        self.table.read(as_cells(item), sink)
