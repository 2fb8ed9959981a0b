"""What the cells of tables of posts hold: lists written in five ways, addresses, ids, "RT @".

Shared by the readers of CSV files; each function says which tools write so.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from i4analysis.archive.rows import ids, moments, values
from i4analysis.archive.rows.reader import Cell, Post

SECOND = values.SECOND
_ADDRESS_NAME = re.compile(r"(?:twitter|x)\.com/([A-Za-z0-9_]{1,20})/status", re.ASCII)
_PROFILE = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/@?([A-Za-z0-9_]{2,15})/?", re.ASCII
)
_BESIDE_NAME = re.compile(r".*[\s(]@([A-Za-z0-9_]{2,15})\)?", re.DOTALL)  # Lucie (@lucie_ex)
_OWN_MEDIA = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/"
    r"(?:\w+/status/\d+/(?:photo|video)/\d+|i/web/status/\d+)/?"
)
_CALL = re.compile(r"datetime\.datetime\((?:[^()']|\([^()]*\))*\)")


def columns(**found: Cell) -> Mapping[str, Cell]:
    """Return where each canonical column is found, for the declaration of a table."""
    return found


def patterns(**found: str) -> Mapping[str, re.Pattern[str]]:
    """Return what the cells of columns look like, for `CsvReader.checks`."""
    return {name: re.compile(pattern, re.ASCII) for name, pattern in found.items()}


def blank_words(rows: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the words that a table writes for nothing: those that stand in several columns.

    In one column alone such a word may be a name or somebody's answer.

    Examples
    --------
    >>> blank_words([["1", "NA", "NA"], ["2", "-", "none"]])
    frozenset({'NA'})
    """
    places: dict[str, set[int]] = {}
    for row in rows:
        for number, cell in enumerate(row):
            if cell in values.ABSENT:
                places.setdefault(cell, set()).add(number)
    return frozenset(word for word, columns_ in places.items() if len(columns_) > 1)


def known(convert: Callable[[str], Any] = str) -> Callable[[str], Any]:
    """Return `convert` for cells in which R writes NA for what it does not have.

    Examples
    --------
    >>> known()("NA"), known(values.count)("12")
    (None, 12)
    """

    def of(cell: str) -> Any:
        return None if cell == "NA" else convert(cell)

    return of


def moment(cell: str) -> int | None:
    """Return a moment written as seconds since 1970, in ISO 8601, in Twitter's own form.

    Or in any other that says which day it means.

    Examples
    --------
    >>> moment("1443261600.0") == moment("2015-09-26 10:00:00") == moment("26/09/2015 10:00")
    True
    >>> moment("05/10/2015 10:00")
    """
    found = values.iso_time(cell) or values.twitter_time(cell) or values.epoch_time(cell)
    if found is not None:
        return found
    written = None if moments.ambiguous(cell) else moments.read(cell)
    return None if written is None else written.at


def second_of(post_id: str | None) -> int | None:
    """Return the second inside a Twitter id: what `created_at` says, without asking it.

    Examples
    --------
    >>> second_of("456260600000000000") == values.iso_time("2014-04-16T02:39:38Z")
    True
    """
    inside = values.snowflake_time(post_id)
    return None if inside is None else inside // SECOND * SECOND


# --------------------------------------------------------------------------------------- lists


def joined(separator: str | None) -> Callable[[str], list[str]]:
    """Return a reader of lists joined with a separator (None: blanks), NA being nothing.

    Examples
    --------
    >>> joined("|")("un|deux"), joined(None)("NA"), joined(";")("a; b")
    (['un', 'deux'], [], ['a', 'b'])
    """

    def of(cell: str) -> list[str]:
        parts = [part.strip() for part in cell.split(separator)]
        return [part for part in parts if part and part not in values.ABSENT]

    return of


def printed(text: str) -> Any:
    """Return a value as Python or JSON print it; None if it is neither.

    Examples
    --------
    >>> printed("{'a': [1, None]}"), printed('{"a": null}'), printed("[a")
    ({'a': [1, None]}, {'a': None}, None)
    """
    try:
        return sound(json.loads(text))
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return sound(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def sound(value: Any) -> Any:
    """Return a printed value with halves of surrogate pairs, which no text may hold, as "?"."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {sound(key): sound(part) for key, part in value.items()}
    return [sound(part) for part in value] if isinstance(value, list | tuple) else value


def undated(text: str) -> str:
    """Return a printed Python value with None for every `datetime.datetime(…)`.

    And objects for what tweepy prints as `<ReferencedTweet id=… type=…` (without an end, in most
    of its versions).

    Examples
    --------
    >>> undated("[<ReferencedTweet id=650973732533174373 type=retweeted]")
    "[{'id': '650973732533174373', 'type': 'retweeted'}]"
    """
    text = _REFERENCE.sub(r"{'id': '\1', 'type': '\2'}", text) if "<Ref" in text else text
    return _CALL.sub("None", text)


_REFERENCE = re.compile(r"<ReferencedTweet id=(\d+) type=(\w+)>?", re.ASCII)


def printed_object(text: str) -> Mapping[str, Any]:
    """Return an object as Python prints a dict, its `datetime.datetime(…)` left out; else {}.

    Examples
    --------
    >>> printed_object("{'username': 'x', 'created': datetime.datetime(2011, 7, 25)}")['username']
    'x'
    """
    found = printed(undated(text)) if text[:1] == "{" else None
    return found if isinstance(found, dict) else {}


def printed_list(cell: str) -> list[Any]:
    """Return a list as Python or JSON print it, or bare words between brackets; else [].

    Examples
    --------
    >>> printed_list("['a', 'b']"), printed_list('["a"]'), printed_list("[a, b]"), printed_list("")
    (['a', 'b'], ['a'], ['a', 'b'], [])
    """
    text = cell.strip()
    if text[:1] != "[" or text[-1:] != "]":
        return []
    found = printed(text)
    if isinstance(found, list):
        return found
    words = (word.strip().strip("'\"") for word in text[1:-1].split(","))
    return [word for word in words if word]


def references(cell: str) -> list[Any]:
    """Return what a post refers to, as a list that Python, JSON or R prints.

    Examples
    --------
    >>> references('list(type = "retweeted", id = "650973732533174373")')
    [{'type': 'retweeted', 'id': '650973732533174373'}]
    """
    if not _OF_R.match(cell):
        return printed_list(cell)
    found = zip(_KIND.findall(cell), _LONG.findall(cell), strict=False)
    return [{"type": kind, "id": one} for kind, one in found]


_OF_R = re.compile(r"\s*(?:list|c|data\.frame|structure|tibble)\(")
_KIND = re.compile(r'"(retweeted|quoted|replied_to)"')
_LONG = re.compile(r'"([0-9]{5,20})"')


def named(*keys: str) -> Callable[[str], list[str]]:
    """Return a reader of printed lists of texts, or of objects of which one of `keys` is taken.

    Examples
    --------
    >>> named("tag", "text")('[{"start": 1, "tag": "a"}, {"text": "b"}, "c"]')
    ['a', 'b', 'c']
    """

    def of(cell: str) -> list[str]:
        found = []
        for item in printed_list(cell):
            if isinstance(item, dict):
                item = next((item[key] for key in keys if item.get(key)), None)
            if isinstance(item, str | int) and not isinstance(item, bool):
                found.append(str(item))
        return found

    return of


def size(cell: str) -> int:
    """Return the number of items of a printed list."""
    return len(printed_list(cell))


def views(cell: str) -> int | None:
    """Return a count of views, whether alone or in the object that X shows it in."""
    return values.views(cell if cell.strip().isdecimal() else printed_object(cell).get("count"))


def own_urls(addresses: Iterable[str | None]) -> list[str]:
    """Return addresses without the platform's own: a post's pictures, the rest of a cut text."""
    return [url for url in values.urls(addresses) if not _OWN_MEDIA.fullmatch(url)]


# ------------------------------------------------------------------------------- addresses, ids


def address_id(address: str | None) -> str | None:
    """Return the post id inside a post's address.

    Examples
    --------
    >>> address_id("https://twitter.com/name/status/647812345678901248?s=20")
    '647812345678901248'
    """
    match = ids.IN_ADDRESS.search(address) if address else None
    return match[1] if match else None


def address_name(address: str | None) -> str | None:
    """Return the handle inside a post's address."""
    match = _ADDRESS_NAME.search(address) if address else None
    return match[1] if match and match[1] != "i" else None


def profile_name(address: str | None) -> str | None:
    """Return the handle that the address of an account of Twitter's is; of another site none.

    Examples
    --------
    >>> profile_name("https://twitter.com/anne_ex"), profile_name("https://blog.example/anne")
    ('anne_ex', None)
    """
    match = _PROFILE.fullmatch(address or "")
    return match[1] if match else None


def handle_in(text: str | None) -> str | None:
    """Return an account's name, which may stand in an address or beside another name.

    Examples
    --------
    >>> handle_in("Lucie (@lucie_ex)"), handle_in("https://twitter.com/lucie_ex")
    ('lucie_ex', 'lucie_ex')
    """
    beside = _BESIDE_NAME.fullmatch(text or "")
    name = values.handle(beside[1] if beside else text)
    if name is None or " " in name:
        return name
    return name.rsplit("/", 1)[-1] if name.startswith("http") else name


def repost_uri(account_id: str, original: str) -> str:
    """Return an id for a Bluesky repost whose own address is not told.

    An account reposts a post once, so the two tell it; every road makes the same id.

    Examples
    --------
    >>> repost_uri("did:plc:a", "at://did:plc:b/app.bsky.feed.post/3k")
    'at://did:plc:a/app.bsky.feed.repost/of-66f410423d11992e'
    """
    mark = hashlib.blake2s(original.encode(), digest_size=8).hexdigest()
    return f"at://{account_id}/app.bsky.feed.repost/of-{mark}"


def did_of(uri: str | None) -> str | None:
    """Return the account inside an at-uri.

    Examples
    --------
    >>> did_of("at://did:plc:b/app.bsky.feed.post/3k")
    'did:plc:b'
    """
    parts = uri.split("/") if uri else []
    return parts[2] if len(parts) > 2 and parts[2].startswith("did:") else None


# ------------------------------------------------------------------------------------ reshares


def uncut(text: str) -> str:
    """Return a text without the word in which it was cut: "#i4Emp…" is no hashtag.

    Examples
    --------
    >>> uncut("Soutenons #i4Emp…")
    'Soutenons '
    """
    body = text.rstrip()
    return body[: -len(body.rsplit(None, 1)[-1])] if body.endswith("…") else text


def read_entities(post: Post, text: str) -> None:
    """Fill hashtags, mentions and addresses that the format does not list from a text."""
    whole = uncut(text)
    if post.hashtags is None:
        post.hashtags = values.hashtags_in(whole)
    if post.mentions is None:
        post.mentions = values.mentions_in(whole)
    if post.urls is None:
        post.urls = values.urls_in(whole)


def also(written: Iterable[str], listed: Iterable[str] | None) -> list[str]:
    """Return the hashtags written in a text, and those that a list has besides.

    A scraper's list may be short (ASCII only, cut with the text), a text may be cut.

    Examples
    --------
    >>> also(["usine", "solidarité"], ["#Usine", "emploi"])
    ['usine', 'solidarité', 'emploi']
    """
    return values.hashtags([*written, *(listed or ())])


def in_order(names: Iterable[str], mark: str, text: str) -> list[str]:
    """Return names in the order of a text, those that it does not hold last.

    Examples
    --------
    >>> in_order(["a", "b", "c"], "#", "#c et #b")
    ['c', 'b', 'a']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    places = {name: folded.find(mark + name) for name in names}
    return sorted(places, key=lambda name: (places[name] < 0, places[name]))


def make_reshare(post: Post, basis: str = "platform") -> None:
    """Make a post a pure reshare: no words, likes, quotes or answers of its own."""
    post.kind, post.reshare_basis, post.text, post.like_count = "reshare", basis, "", None
    post.quoted_id = post.quoted_author_id = post.quoted_author = None
    post.replied_id = post.replied_author_id = post.replied_author = None
    post.view_count = None


def keep_media(post: Post, found: Iterable[tuple[object, object]]) -> None:
    """Write down what a post's media are and where: (what each calls itself, its address) pairs.

    None for a kind or an address says that the format does not tell it; where one is not told,
    the list is unknown.
    """
    media = list(found)
    kinds = [values.media_kind(kind) for kind, _ in media if isinstance(kind, str)]
    post.media_kinds = kinds if len(kinds) == len(media) else None
    addresses = [one for _, one in media if isinstance(one, str)]
    post.media_urls = values.urls(addresses) if len(addresses) == len(media) else None


def typed_reshare(post: Post) -> bool:
    """Make a post whose text begins with "RT @name:" a reshare by text; True if it does.

    For formats that carry nothing better (TAGS, a member's own X archive, twitteR, DMI-TCAT). The
    mention of the name itself is not the original's and goes.
    """
    found = values.typed_reshare(post.text)
    if found is None:
        return False
    name, rest = found
    read_entities(post, rest)
    key = values.mention(name)
    if post.mentions and key in post.mentions and key not in values.mentions_in(rest):
        post.mentions = [other for other in post.mentions if other != key]
    if rest.rstrip().endswith("…"):
        post.media_count = None  # what was cut off may have held some
    post.reshared_author = name
    make_reshare(post, "text")
    return True


def original_of(post: Post, text: str | None) -> Post:
    """Return the original that a reshare's row tells of: its text, tags and counts.

    Its own references are in no column: an address of a post at the end is what it quotes, a name
    at the beginning is whom it answers.
    """
    last = post.urls[-1] if post.urls else None
    quoted = address_id(last)
    answered = values.mentions_in(text)[:1] if text and text.startswith("@") else []
    return Post(
        platform=post.platform,
        post_id=post.reshared_id or "",
        author_id=post.reshared_author_id,
        author=post.reshared_author,
        posted_at=post.reshared_at,
        text=text,
        lang=post.lang,
        hashtags=post.hashtags,
        mentions=post.mentions,
        urls=post.urls,
        media_count=post.media_count,
        media_kinds=post.media_kinds,
        media_urls=post.media_urls,
        reshare_count=post.reshare_count,
        like_count=post.like_count,
        collected_at=post.collected_at,
        quoted_id=quoted,
        replied_author=text[1 : 1 + len(answered[0])] if text and answered else None,
        kind="reply" if answered and not quoted else "",
    )
