"""Whose post an address is, and of which network, where it is not Twitter's."""

from __future__ import annotations

import re
from typing import NamedTuple

from i4analysis.archive.rows.fediverse import account_of

_RECORD = re.compile(r"at://([^/\s]+)/app\.bsky\.feed\.post/([\w.~-]+)", re.ASCII)
_PAGE = re.compile(
    r"https?://(?:www\.)?bsky\.app/profile/([^/\s]+)/post/([\w.~-]+)/?(?:[?#].*)?", re.ASCII
)
# Mastodon's two, those of one account shown on another's server, and other programs' posts
_STATUS = re.compile(
    r"https?://([^/\s@]+)/(?:@|users/)([\w.-]+)/(?:statuses/)?(\d{1,20})(?:[/?#].*)?"
)
_SHOWN = re.compile(r"https?://[^/\s@]+/@([\w.-]+)@([^/\s]+)/\d{1,20}(?:[/?#].*)?")
_OTHER = re.compile(
    r"https?://[^/\s@]+/(?:notes?|notice|objects|display|statuses)/[\w-]{6,40}"
    r"|https?://[^/\s@]+/@[\w.-]+/statuses/[0-9A-Z]{26}"
    r"|https?://[^/\s@]+/users/[\w.-]+/statuses/[0-9A-Z]{26}"
)
_NO_FEDIVERSE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:twitter|x|truthsocial|gab|tiktok|medium|youtube|threads)"
    r"\.(?:com|net)/",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """Where a post stands: its network, its own id, and its author as far as the address tells."""

    platform: str
    post_id: str
    author_id: str | None
    author: str | None


def place_of(address: str | None) -> Place | None:
    """Return where a post of Bluesky or the Fediverse stands, from its address; else None.

    Examples
    --------
    >>> place_of("https://masto.example/@anne/113203401234567890").post_id
    'https://masto.example/users/anne/statuses/113203401234567890'
    >>> place_of("https://masto.example/@anne/113203401234567890")[2:]
    ('https://masto.example/@anne', 'anne@masto.example')
    >>> place_of("https://bsky.app/profile/anne.example/post/3l4wd2aares2z")[1:]
    ('at://anne.example/app.bsky.feed.post/3l4wd2aares2z', None, 'anne.example')
    >>> place_of("https://twitter.com/anne/status/647743716317124231")
    """
    text = (address or "").strip()
    if text[:4] not in ("at:/", "http"):
        return None
    match = _RECORD.fullmatch(text) or _PAGE.fullmatch(text)
    if match is not None:
        whose, key = match.groups()
        did = whose if whose.startswith("did:") else None
        uri = f"at://{whose}/app.bsky.feed.post/{key}"
        return Place("bluesky", uri, did, None if did else whose)
    if _NO_FEDIVERSE.match(text):
        return None
    match = _STATUS.fullmatch(text)
    if match is not None:
        host, name, number = match.groups()
        uri = f"https://{host}/users/{name}/statuses/{number}"
        return Place("mastodon", uri, *account_of(uri))
    match = _SHOWN.fullmatch(text)
    if match is not None:  # its own uri is told nowhere
        name, host = match.groups()
        return Place("mastodon", text, f"https://{host}/@{name}", f"{name}@{host}")
    return Place("mastodon", text, *account_of(text)) if _OTHER.fullmatch(text) else None


def address_of(handle: str | None) -> str | None:
    """Return the address of the account name@server, by which accounts of the Fediverse go.

    Examples
    --------
    >>> address_of("anne@masto.example"), address_of("anne")
    ('https://masto.example/@anne', None)
    """
    name, mark, host = (handle or "").partition("@")
    return f"https://{host}/@{name}" if name and mark and "." in host else None
