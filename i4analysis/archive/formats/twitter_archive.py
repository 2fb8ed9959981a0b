"""The account archive that Twitter gave to its members from December 2012 to 2018.

`data/js/tweets/YYYY_MM.js` hold a month each (`Grailbird.data.tweets_2015_09 = [ … ]`), newest
first; `tweets.csv` holds all again in ten columns (`x_archive_csv`), and is followed where a month
is missing. `user_details.js` is the owner's profile as at `payload_details.js`, but posts name
their author themselves too. Unlike in later archives a retweet holds its original, so "RT @" in a
text counts for nothing. Moments are written as in `2015-09-26 12:05:11 +0000`, in the first
archives in the form of the API; before November 2010 the hour is not known and written 00:00:00.
The layout was checked on archives that their owners have published; the tests' are invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.csvrows import Broken, CsvRows, Header
from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.formats.x_archive_csv import XArchiveCsv
from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import (
    Bundle,
    BundleReader,
    JsonReader,
    Post,
    Profile,
    RecordError,
    Sink,
)
from i4analysis.archive.rows.tweets import (
    Json,
    Owner,
    exported_time,
    moment,
    quote_by_address,
    read_entities,
    words,
)

MONTH = re.compile(r"\d{4}_\d\d\.js", re.ASCII)
DETAILS = ("user_details.js", "payload_details.js", "tweet_index.js")
TABLE = "tweets.csv"
_INSIDE = (("data", "js", "tweets"), ("js", "tweets"), ("tweets",), ("data", "js"), ("js",), ())
_OWN = ("css", "data", "img", "js", "lib", "index.html", "README.txt", TABLE, *DETAILS)
_INDEX = frozenset({"file_name", "var_name", "tweet_count"})


class TwitterArchive(JsonReader):
    """Reads a file of such an archive by itself."""

    name = "twitter-archive"
    title: ClassVar[str] = "Twitter's account archives of 2012 to 2018"

    def matches(self, value: Any) -> bool:
        """Return True for a post of a month, the owner's details, or what lies beside them."""
        if not isinstance(value, dict):
            return False
        if exported_time(value.get("created_at")) and "text" in value:
            return bool({"id", "id_str"} & set(value))
        return _details(value) is not None

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one element."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        _give(value, Owner(), set(), sink)


class TwitterArchiveBundle(BundleReader):
    """Reads a whole archive: its owner, the months, and `tweets.csv` for what they lack."""

    name = "twitter-archive"
    title: ClassVar[str] = "Twitter's account archives of 2012 to 2018"

    def groups(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return whole archives, by the folder that `data` lies in: some months, or the table."""
        found: dict[str, set[str]] = {}
        for name in names:
            kind = _kind(name)
            for root in _roots(name) if kind else ():
                found.setdefault(root, set()).add(kind)
        whole = {
            root
            for root, kinds in found.items()
            if "month" in kinds or {"table", "user_details.js"} <= kinds
        }
        roots = {root for root in whole if not _is_inner(root, whole)}
        return {root: [name for name in names if _belongs(name, root)] for root in sorted(roots)}

    def wants(self, name: str) -> bool:
        """Return True for a month, the details, or the table."""
        return _kind(name) != ""

    def read(self, bundle: Bundle, sink: Sink) -> None:
        """Read the details, the months, then the rows of the table that no month holds."""
        owner, seen = Owner(), set[str]()
        files = [(name, _kind(name)) for name in sorted(bundle.names)]
        for name, kind in files:
            if kind in DETAILS:
                for _, _, value in _values(bundle, name, sink, told=False):
                    _learn(value, owner)
        known: set[str] = {owner.account_id} if owner.account_id else set()
        for name, kind in files:
            if kind in (*DETAILS, "month"):
                sink.enter(name)
                _file(bundle, name, owner, seen, known, sink)
        for name, kind in files:
            if kind == "table":
                sink.enter(name)
                _table(bundle, name, owner, seen, sink)


# ------------------------------------------------------------------------------------- its files


def _parts(name: str) -> list[str]:
    return name.replace("\\", "/").split("/")


def _kind(name: str) -> str:
    """Return month, table, or the name of a file of details; "" for anything else."""
    last = _parts(name)[-1]
    if MONTH.fullmatch(last):
        return "month"
    return "table" if last == TABLE else last if last in DETAILS else ""


def _roots(name: str) -> list[str]:
    """Return the folder that holds the archive one of whose files this is, nearest to it last."""
    folders = tuple(_parts(name)[:-1])
    return [
        "/".join(folders[: len(folders) - len(inner)])
        for inner in _INSIDE
        if folders[len(folders) - len(inner) :] == inner
    ][:1]


def _is_inner(root: str, roots: set[str]) -> bool:
    """Return True for a folder inside the `data` of another archive."""
    return any(
        root != other and root.startswith(f"{other}/data/" if other else "data/")
        for other in roots
    )


def _belongs(name: str, root: str) -> bool:
    plain = "/".join(_parts(name))
    if root and not plain.startswith(f"{root}/"):
        return False
    inner = plain[len(root) + 1 if root else 0 :].split("/")
    if len(inner) == 1:
        return inner[0] in _OWN or _kind(inner[0]) != ""
    if inner[0] == "data":  # the X archive of later years has a folder of that name too
        return inner[1] in ("js", "csv")
    return inner[0] in _OWN or (inner[0] == "tweets" and _kind(inner[-1]) == "month")


def _values(
    bundle: Bundle, name: str, sink: Sink, told: bool = True
) -> Iterator[tuple[int, int, Any]]:
    """Yield (number, bytes, value) of a file's elements; what is lost is a reject, if `told`."""
    number = 0
    try:
        for number, raw in framing.elements(bundle.source(name).chunks()):
            try:
                value = framing.value(raw)
            except ValueError:
                value = raw
            yield number, len(raw), value
    except Damaged as damage:
        if told:
            sink.line = number + 1
            sink.found()
            sink.reject(f"the rest of the file is lost: {damage}")


def _file(
    bundle: Bundle, name: str, owner: Owner, seen: set[str], known: set[str], sink: Sink
) -> None:
    """Read a month, or a file of details, and note its posts in `seen`."""
    for number, size, value in _values(bundle, name, sink):
        sink.line = number
        sink.found()
        before = sink.mark()
        try:
            if not isinstance(value, dict):
                raise RecordError("found no object, expected a post")
            seen |= set(_give(value, owner, known, sink))
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.line = number
            raw = value if isinstance(value, bytes) else msgspec.json.encode(value)
            sink.reject(str(error), raw)
        sink.batch(size)


def _table(bundle: Bundle, name: str, owner: Owner, seen: set[str], sink: Sink) -> None:
    """Read the rows of tweets.csv that no month holds."""
    reader = XArchiveCsv(owner)
    table = CsvRows(bundle.source(name).chunks())
    if not reader.matches(table.header):
        sink.found()
        sink.reject("the columns are not those of tweets.csv", ",".join(table.header))
        return
    for row in table.rows(reader.repair(table.header)):
        if isinstance(row, Header):
            continue  # another file's, joined to it
        sink.line = row.line
        sink.found()
        if isinstance(row, Broken):
            sink.reject(row.reason, row.excerpt)
            continue
        cells_of = dict(zip(table.header, row.cells, strict=True))
        if not reader.matches(table.header):
            sink.reject("the columns above it are not those of tweets.csv", ",".join(row.cells))
            continue
        written = values.text_id(cells_of["tweet_id"])
        if values.is_ruined_id(written):  # a spreadsheet was here: the second tells
            written = _second(values.iso_time(cells_of["timestamp"]))
        if written in seen:
            sink.notice("also in a month")
            continue
        before = sink.mark()
        try:
            reader.read(cells_of, sink)
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.line = row.line
            sink.reject(str(error), ",".join(row.cells))
        sink.batch(sum(map(len, row.cells)))
    if table.damage:
        sink.line += 1
        sink.found()
        sink.reject(f"the rest of the file is lost: {table.damage}")


# ----------------------------------------------------------------------------------- one element


def _details(value: Json) -> str | None:
    """Return what an object is that is no post: user, payload, index; None if none of them."""
    if "screen_name" in value and "full_name" in value and "text" not in value:
        return "user"
    if set(value) >= _INDEX:
        return "index"
    return "payload" if {"tweets", "created_at", "lang"} == set(value) else None


def _learn(value: Any, owner: Owner) -> None:
    if not isinstance(value, dict):
        return
    match _details(value):
        case "user":
            owner.account_id = values.text_id(value.get("id"))
            owner.handle = values.handle(value.get("screen_name"))
            owner.name = words(value, "full_name")
            owner.bio = values.unescape(words(value, "bio") or "")
            owner.location = words(value, "location")
        case "payload":
            owner.made_at = moment(value)


def _give(value: Json, owner: Owner, known: set[str], sink: Sink) -> tuple[str, ...]:
    """Close the record of an element; return what tells a post: its id, and its second."""
    match _details(value):
        case "user":
            alone = msgspec.structs.replace(owner)
            _learn(value, alone)
            profile = alone.profile()
            sink.account([] if profile is None else [profile])
        case "payload" | "index" as kind:
            sink.notice(f"{kind} of the archive")
        case _:
            post = _tweet(value, owner, known, sink)
            return post.post_id, _second(post.posted_at)
    return ()


def _second(posted_at: int | None) -> str:
    return "" if posted_at is None else f"@{posted_at // values.SECOND}"


def _tweet(value: Json, owner: Owner, known: set[str], sink: Sink) -> Post:
    post = _post(value, owner)
    original = value.get("retweeted_status")
    embedded = []
    authors: list[Any] = [value.get("user")]
    if isinstance(original, dict):
        inner = _post(original, Owner(made_at=owner.made_at))
        if inner.post_id:
            embedded.append(inner)
        _reshare(post, inner)
        authors.append(original.get("user"))
    if not post.post_id or post.posted_at is None:
        raise RecordError(
            f"id_str and created_at hold {post.post_id!r} and {value.get('created_at')!r:.40},"
            " expected a post's id and its time"
        )
    profiles = [_profile(user, post, owner, known) for user in authors]
    sink.post(post, embedded, [profile for profile in profiles if profile is not None])
    return post


def _post(tweet: Json, owner: Owner) -> Post:
    user = tweet.get("user")
    user = user if isinstance(user, dict) else {}
    post = Post(
        platform="twitter",
        post_id=values.text_id(tweet.get("id_str") or tweet.get("id")) or "",
        author_id=values.text_id(user.get("id_str") or user.get("id")) or owner.account_id,
        author=values.handle(user.get("screen_name")) or owner.handle,
        posted_at=moment(tweet),
        text=values.unescape(words(tweet, "text") or words(tweet, "full_text")),
        lang=words(tweet, "lang"),
        source=values.client(words(tweet, "source")),
        replied_id=_id(tweet, "in_reply_to_status_id"),
        replied_author_id=_id(tweet, "in_reply_to_user_id"),
        replied_author=values.handle(tweet.get("in_reply_to_screen_name")),
        reshare_count=values.count(tweet.get("retweet_count")),
        like_count=values.count(tweet.get("favorite_count")),
        collected_at=owner.made_at,
    )
    read_entities(tweet, post)
    cells.read_entities(post, post.text or "")
    quote_by_address(post)
    return post


def _id(tweet: Json, key: str) -> str | None:
    return values.text_id(tweet.get(f"{key}_str") or tweet.get(key))


def _reshare(post: Post, original: Post) -> None:
    """Make a post the reshare of another, whose tags, names and links it carries."""
    post.reshared_id = original.post_id or None
    post.reshared_author_id, post.reshared_author = original.author_id, original.author
    post.reshared_at = original.posted_at
    post.hashtags, post.mentions, post.urls = original.hashtags, original.mentions, original.urls
    post.media_count, post.reshare_count = original.media_count, original.reshare_count
    post.media_kinds, post.media_urls = original.media_kinds, original.media_urls
    cells.make_reshare(post)


def _profile(user: Any, post: Post, owner: Owner, known: set[str]) -> Profile | None:
    """Return the sighting of an account that was not seen before: none says more than its name."""
    if not isinstance(user, dict):
        return None
    account = values.text_id(user.get("id_str") or user.get("id"))
    handle = values.handle(user.get("screen_name"))
    key = account or handle
    if key is None or key in known:
        return None
    known.add(key)
    return Profile(
        platform="twitter",
        account_id=account,
        handle=handle,
        name=words(user, "name"),
        verified=values.flag(user["verified"]) if "verified" in user else None,
        seen_at=post.posted_at if owner.made_at is None else owner.made_at,
        seen_basis="after" if owner.made_at is None else "retrieved",
        post_id=post.post_id,
    )
