"""What Mastodon's API and its accounts' exports have in common: handles, addresses, HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from i4analysis.archive.rows import values

_ACTOR = re.compile(r"(https?://[^/\s]+)/(?:users|u|@|profile|channel)/?@?([^/\s?#]+)")


def full_handle(acct: object, url: object) -> str | None:
    """Return name@instance: an account of the instance asked has no instance in its `acct`.

    Examples
    --------
    >>> full_handle("anne", "https://mastodon.example/@anne")
    'anne@mastodon.example'
    """
    handle = values.handle(acct)
    if handle is None or "@" in handle or not isinstance(url, str):
        return handle
    host = host_of(url)
    return f"{handle}@{host}" if host else handle


def host_of(url: str) -> str:
    """Return the instance in an address, "" where there is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def account_of(uri: object) -> tuple[str | None, str | None]:
    """Return (address, handle) of the account in the uri of an account or of its post.

    An account is known by its address, which its uri tells where Mastodon made both; other
    servers name posts without their author.

    Examples
    --------
    >>> account_of("https://autre.example/users/mairie/statuses/900")
    ('https://autre.example/@mairie', 'mairie@autre.example')
    >>> account_of("https://misskey.example/notes/9x")
    (None, None)
    """
    match = _ACTOR.match(uri) if isinstance(uri, str) else None
    if match is None:
        return None, None
    base, name = match.groups()
    return f"{base}/@{name}", f"{name}@{host_of(base)}"


def links_in(content: str | None) -> list[str]:
    """Return the addresses linked in the HTML of a post, mentions and hashtags left out."""
    if not content or "<a" not in content:
        return []
    found = _Links()
    found.feed(content[: values.LONGEST_HTML])
    found.close()
    return found.urls


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kinds = set((given.get("class") or "").split())
        href = given.get("href") or ""
        if tag == "a" and href.startswith("http") and not kinds & {"mention", "hashtag"}:
            self.urls.append(href)
