"""Twitter API v2: pages, flattened lines (twarc), streams; edits, withheld and missing parts.

A page names accounts and other posts once, in `includes`; a flattened line carries them inside.
Both are turned into the same lookups first, so both give the same rows. `__twarc.retrieved_at`,
where present, is when every profile and count was true (`retrieved`); a filtered stream
(`matching_rules`) is `live`; anything else was fetched some time `after`.

R's academictwitteR keeps an answer in two files: `data_ID.json` holds the posts, `users_ID.json`
what they refer to; both are read as the page they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.rows import cells, kinds, values
from i4analysis.archive.rows.reader import (
    Bundle,
    BundleReader,
    JsonReader,
    Post,
    Profile,
    RecordError,
    Sink,
)
from i4analysis.archive.rows.values import iso_time

POLICY = re.compile(r"account is temporarily unavailable because it violates the Twitter")
HALF = re.compile(
    r"(?P<folder>.*/)?(?P<kind>data|users)_(?P<number>[\w.-]{1,40}?)\.json(?:\.gz)?", re.ASCII
)
# any of these tells a post; with the fields given by default it has the last one
_ONLY_OF_V2 = frozenset({"author_id", "edit_history_tweet_ids"})
# what the API puts into objects and a table of its posts beside them
_BESIDE = frozenset({
    "author_username", "followers_count", "like_count", "referenced_id", "referenced_type",
    "reply_count", "retweet_count", "user_username", "username",
})  # fmt: skip
_INSIDE = frozenset({"entities", "public_metrics", "referenced_tweets"})
# names of a table's row that is written like a post and has its id elsewhere
_OF_OTHERS = frozenset(
    {"id_str", "screen_name", "status_id", "tweet_id", "uri", "user", "user_id"}
    # and of posts of Threads, Instagram and Facebook, as their own API answers
    | {"permalink", "media_type", "caption", "created_time"}
)
MEDIA_LINK = re.compile(r"/status/\d+/(photo|video)/\d+$")


class Metrics(msgspec.Struct, gc=False):
    """Counts of a post or an account."""

    retweet_count: int | None = None
    like_count: int | None = None
    impression_count: int | None = None
    followers_count: int | None = None
    following_count: int | None = None


class User(msgspec.Struct, gc=False):
    """An account; in a flattened record mentions are accounts too."""

    id: str | None = None
    username: str | None = None
    name: str | None = None
    description: str | None = None
    location: str | None = None
    verified: bool | None = None
    public_metrics: Metrics | None = None
    start: int | None = None


class Tag(msgspec.Struct, gc=False):
    """One hashtag."""

    tag: str


class Url(msgspec.Struct, gc=False):
    """One address."""

    expanded_url: str | None = None
    url: str | None = None


class Entities(msgspec.Struct, gc=False):
    """What Twitter recognised in a text."""

    hashtags: list[Tag] | None = None
    mentions: list[User] | None = None
    urls: list[Url] | None = None


class Note(msgspec.Struct, gc=False):
    """The full content of a long post."""

    text: str | None = None
    entities: Entities | None = None


class Medium(msgspec.Struct, gc=False):
    """A picture, a video or an animation: only a picture has an address of its own."""

    media_key: str | None = None
    type: str | None = None
    url: str | None = None
    preview_image_url: str | None = None


class Place(msgspec.Struct, gc=False):
    """A place that an author gave a post."""

    id: str | None = None
    full_name: str | None = None


class Geo(msgspec.Struct, gc=False):
    """Where a post was put; the place whole, or its name, in a flattened record alone."""

    place_id: str | None = None
    full_name: str | None = None


class Attachments(msgspec.Struct, gc=False):
    """Keys of the media attached; the media themselves in a flattened record."""

    media_keys: list[str] | None = None
    media: list[Medium] | None = None


class Twarc(msgspec.Struct, gc=False):
    """What twarc wrote down about its request."""

    retrieved_at: str | None = None


class Tweet(msgspec.Struct, gc=False):
    """A post; `author`, `in_reply_to_user` and whole references only in a flattened record.

    `data` is there to tell an answer of the API from a post in one pass.
    """

    id: str | None = None
    type: str | None = None
    text: str | None = None
    author_id: str | None = None
    created_at: str | None = None
    lang: str | None = None
    conversation_id: str | None = None
    source: str | None = None
    geo: Geo | None = None
    in_reply_to_user_id: str | None = None
    referenced_tweets: list[Tweet] | None = None
    public_metrics: Metrics | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None
    note_tweet: Note | None = None
    edit_history_tweet_ids: list[str] | None = None
    author: User | None = None
    username: str | None = None  # where somebody put the author's beside its id
    in_reply_to_user: User | None = None
    data: msgspec.Raw = msgspec.Raw()
    twarc: Twarc | None = msgspec.field(default=None, name="__twarc")


class Includes(msgspec.Struct, gc=False):
    """Accounts, posts, media and places that a page's posts refer to."""

    users: list[User] = []
    tweets: list[Tweet] = []
    media: list[Medium] = []
    places: list[Place] = []


class Page(msgspec.Struct, gc=False):
    """One answer of the API."""

    data: msgspec.Raw = msgspec.Raw(b"[]")
    includes: Includes | None = None
    errors: list[msgspec.Raw] = []
    matching_rules: msgspec.Raw = msgspec.Raw()
    twarc: Twarc | None = msgspec.field(default=None, name="__twarc")


class Context(msgspec.Struct):
    """What holds for every post of one answer."""

    users: dict[str, User]
    names: dict[str, User]
    tweets: dict[str, Tweet]
    retrieved_at: int | None = None
    live: bool = False
    media: dict[str, Medium] = {}
    places: dict[str, str | None] = {}

    def know(self, user: User | None) -> None:
        """Add an account to the lookups, unless it is only named."""
        if user is not None and user.id is not None and user.name is not None:
            self.users.setdefault(user.id, user)
            self.names.setdefault((user.username or "").casefold(), user)

    @property
    def basis(self) -> str:
        """Return the `seen_basis` of the answer's profiles."""
        if self.retrieved_at is not None:
            return "retrieved"
        return "live" if self.live else "after"


class TwitterV2(JsonReader):
    """Reads what the v2 API gave: pages, single answers, stream lines, flattened lines."""

    name: ClassVar[str] = "twitter-v2"
    title = "Twitter API v2: pages, flattened lines, streams (twarc2, academictwitteR's JSON)"
    seen = True
    _flat = msgspec.json.Decoder(Tweet).decode
    _page = msgspec.json.Decoder(Page).decode
    _items = msgspec.json.Decoder(list[msgspec.Raw]).decode

    def matches(self, value: Any) -> bool:
        """Return True for a v2 page, flattened post, or one of its answers without posts."""
        if not isinstance(value, dict):
            return False
        if "text" in value and "id" in value and _ONLY_OF_V2 & value.keys():
            ours = _BESIDE.isdisjoint(value) or not _INSIDE.isdisjoint(value)
            return ours and not isinstance(value.get("author"), str)
        data = value.get("data")
        if "data" in value and ({"includes", "meta", "matching_rules", "__twarc"} & set(value)):
            return not isinstance(data, dict) or "id" in data or not data
        item = data[0] if isinstance(data, list) and data else data
        if isinstance(item, dict) and "id" in item and _OF_OTHERS.isdisjoint(item):
            words = (item.get("text"), item.get("username"))
            if any(isinstance(word, str) for word in words):
                return all(name.islower() for name in item)  # others write likeCount, createdAt
        if _is_includes(value):
            return True
        if "errors" in value or ("title" in value and "detail" in value):
            return "__twarc" in value or "connection_issue" in value or "type" in value
        return _other_kind(value) in ("counts", "compliance") or (
            _other_kind(value) is not None and "__twarc" in value
        )

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read a flattened post, or an answer with all that its `data` holds."""
        tweet = self._flat(raw)
        if tweet.id is not None and tweet.text is not None:
            if sink.variant is None:
                sink.variant = "twitter-v2-flat"
            context = Context({}, {}, {}, _retrieved(tweet.twarc))
            _collect(tweet, context)
            _give(tweet, context, sink, ())
            return
        if bytes(tweet.data):
            self._answer(self._page(raw), sink)
            return
        value = msgspec.json.decode(raw)
        if _is_includes(value):
            self.read_halves(b"[]", raw, sink)
        elif "errors" in value or "meta" in value:
            self._answer(self._page(raw), sink)
        elif "title" in value and "detail" in value:
            sink.notice("error")
        else:
            _item(raw, value, sink, None)

    def read_halves(self, data: bytes, includes: bytes, sink: Sink) -> None:
        """Read a page whose posts and includes were kept in two files."""
        before = sink.mark()

        def read(raw: bytes) -> None:
            sink.rollback(before)
            self._answer(self._page(raw), sink)

        kinds.decoded(read, b'{"data":' + data + b',"includes":' + includes + b"}")

    def _answer(self, page: Page, sink: Sink) -> None:
        data = bytes(page.data).strip()
        items = self._items(data) if data[:1] == b"[" else [page.data] if data != b"null" else []
        live = bool(bytes(page.matching_rules))
        if sink.variant is None:
            sink.variant = "twitter-v2-stream" if live else "twitter-v2-page"
        context = Context({}, {}, {}, _retrieved(page.twarc), live)
        includes = page.includes or Includes()
        for user in includes.users:
            context.know(user)
        for included in includes.tweets:
            if included.id is not None:
                context.tweets[included.id] = included
        context.media |= {one.media_key: one for one in includes.media if one.media_key}
        context.places |= {one.id: one.full_name for one in includes.places if one.id}
        alone = [] if items else list(context.users.values())
        sink.contains(max(len(items) + len(page.errors) + len(alone), 1))
        if not items and not page.errors and not alone:
            sink.notice("empty page")
        for user in alone:  # the half of a page
            sink.account([_profile(user, context.retrieved_at, context.basis, None)])
        left = dict(context.users)
        for number, item in enumerate(items, 1):
            sink.position(number)
            self._one(bytes(item), context, left, sink, last=number == len(items))
        if page.errors:
            sink.notice("error: part missing", len(page.errors))

    def _one(
        self, raw: bytes, context: Context, left: dict[str, User], sink: Sink, last: bool
    ) -> None:
        """Close one item of an answer; the last one takes the accounts nobody referred to."""
        try:
            tweet = kinds.decoded(self._flat, raw)
            if not tweet.id or tweet.text is None:
                _item(raw, msgspec.json.decode(raw), sink, context.retrieved_at)
                return
            for user in _accounts(tweet, context):
                left.pop(user.id or "", None)
            _give(tweet, context, sink, left.values() if last else ())
        except (msgspec.DecodeError, RecordError) as error:
            sink.reject(str(error), raw)


def _is_includes(value: dict[str, Any]) -> bool:
    """Return True for the accounts that posts refer to, kept without those posts."""
    users = value.get("users")
    first = users[0] if isinstance(users, list) and users else None
    return "data" not in value and isinstance(first, dict) and {"id", "username"} <= first.keys()


class AcademicTwitter(BundleReader):
    """Reads a folder of academictwitteR's `data_ID.json` and `users_ID.json`."""

    name = "academictwitter"
    title: ClassVar[str] = "academictwitteR's folders of data_ and users_ files"
    _pages = TwitterV2()

    def groups(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return the folders in which posts have their includes beside them."""
        halves: dict[str, dict[str, set[str]]] = {}
        for name in names:
            if match := HALF.fullmatch(name.replace("\\", "/")):
                kinds_of = halves.setdefault((match["folder"] or "").rstrip("/"), {})
                kinds_of.setdefault(match["kind"], set()).add(match["number"])
        roots = {
            root
            for root, found in halves.items()
            if found.get("data", set()) & found.get("users", set())
        }
        return {root: [name for name in names if _is_of(name, root)] for root in sorted(roots)}

    def wants(self, name: str) -> bool:
        """Return True for one of the two files."""
        return HALF.fullmatch(name.replace("\\", "/")) is not None

    def read(self, bundle: Bundle, sink: Sink) -> None:
        """Read each page; accounts and posts without the posts that named them stand alone."""
        matched = [
            (name, HALF.fullmatch(name.replace("\\", "/"))) for name in sorted(bundle.names)
        ]
        files = {(match["kind"], match["number"]): name for name, match in matched if match}
        sink.variant = "academictwitter"
        for (kind, number), name in files.items():
            sink.enter(name)
            sink.found()
            sink.whole = True
            if kind == "users" and ("data", number) in files:
                sink.notice("includes")
                continue
            before = sink.mark()
            other = files.get(("users", number)) if kind == "data" else name
            try:
                data = _half(bundle, name) if kind == "data" else b"[]"
                includes = _half(bundle, other) if other else b"{}"
                self._pages.read_halves(data, includes, sink)
            except (Damaged, msgspec.DecodeError, ValueError, RecursionError) as error:
                sink.rollback(before)
                sink.line = 1
                sink.reject(f"the file cannot be read: {error}", None)
            sink.batch()


def _is_of(name: str, root: str) -> bool:
    plain = name.replace("\\", "/")
    folder, _, last = plain.rpartition("/")
    return folder == root and (HALF.fullmatch(plain) is not None or last == "query")


def _half(bundle: Bundle, name: str) -> bytes:
    """Return the JSON of one of the two files; a page kept whole gives its posts."""
    raw = b"".join(bundle.source(name).chunks()).strip()
    if not raw:
        raise RecordError("it is empty")
    value = framing.value(raw)
    if isinstance(value, dict) and "data" in value and "users" not in value:
        value = value["data"]
    return msgspec.json.encode(value)


def _retrieved(twarc: Twarc | None) -> int | None:
    return None if twarc is None else iso_time(twarc.retrieved_at)


def _collect(tweet: Tweet, context: Context) -> None:
    """Fill the lookups from what a flattened post carries inside."""
    for user in (tweet.author, tweet.in_reply_to_user):
        context.know(user)
    if tweet.author is None and tweet.username and tweet.author_id:
        whose = User(id=tweet.author_id, username=tweet.username)
        context.users.setdefault(tweet.author_id, whose)
    for user in (tweet.entities.mentions if tweet.entities else None) or ():
        context.know(user)
    for other in tweet.referenced_tweets or ():
        if other.id is not None and other.text is not None:
            context.tweets.setdefault(other.id, other)
            _collect(other, context)


def _other_kind(value: dict[str, Any]) -> str | None:
    """Return what an item without a post is, or None."""
    if "tweet_count" in value and "start" in value:
        return "counts"
    if "action" in value and ("redacted_at" in value or "reason" in value):
        return "compliance"
    if "username" in value:
        return "user"
    if {"owner_id", "member_count", "private"} & set(value) and "name" in value:
        return "list"
    return None


def _item(raw: bytes, value: Any, sink: Sink, retrieved_at: int | None) -> None:
    """Close an item that is no post: an account, or a notice of what it is."""
    kind = _other_kind(value) if isinstance(value, dict) else None
    if kind == "user":
        user = msgspec.json.decode(raw, type=User)
        basis = "after" if retrieved_at is None else "retrieved"
        sink.account([_profile(user, retrieved_at, basis, None)])
    elif kind is not None:
        sink.notice(kind)
    elif isinstance(value, dict) and set(value) <= {"id", "name", "edit_history_tweet_ids"}:
        sink.notice("list" if "name" in value else "post without text")
    else:
        keys = ", ".join(list(value)[:6]) if isinstance(value, dict) else type(value).__name__
        raise RecordError(f"found the keys {keys[:120]}, expected a post with id and text")


# ------------------------------------------------------------------------------------ one post


def _accounts(tweet: Tweet, context: Context) -> list[User]:
    """Return the accounts that a post and the posts it refers to name, once each."""
    found: dict[str, User] = {}
    others = [context.tweets.get(other.id or "") for other in tweet.referenced_tweets or ()]
    for one in (tweet, *others):
        if one is None:
            continue
        named = (one.entities.mentions if one.entities else None) or ()
        for user in (
            context.users.get(one.author_id or ""),
            context.users.get(one.in_reply_to_user_id or ""),
            *(context.names.get((mention.username or "").casefold()) for mention in named),
        ):
            if user is not None and user.id is not None:
                found.setdefault(user.id, user)
    return list(found.values())


def _give(tweet: Tweet, context: Context, sink: Sink, rest: Iterable[User]) -> None:
    post = _post(tweet, context, sink)
    if post.posted_at is None and tweet.created_at is not None:
        raise RecordError(f"created_at holds {tweet.created_at!r:.40}, expected a moment")
    seen_at = post.posted_at if context.retrieved_at is None else context.retrieved_at
    users = [*_accounts(tweet, context), *rest]
    profiles = [_profile(user, seen_at, context.basis, post.post_id) for user in users]
    embedded = [
        _post(context.tweets[other.id], context, sink)
        for other in tweet.referenced_tweets or ()
        if other.id in context.tweets
    ]
    sink.post(post, embedded, profiles)


def _post(tweet: Tweet, context: Context, sink: Sink) -> Post:
    history = tweet.edit_history_tweet_ids
    references = {other.type: other for other in tweet.referenced_tweets or () if other.type}
    reshared = references.get("retweeted")
    original = context.tweets.get(reshared.id or "") if reshared is not None else None
    # where the date was not asked for, the id tells the second
    made = tweet.created_at
    posted_at = cells.second_of(tweet.id) if made is None else iso_time(made)
    post = Post(
        "twitter",
        history[-1] if history else tweet.id or "",
        author_id=tweet.author_id,
        author=_handle(tweet.author_id, context),
        posted_at=posted_at,
        lang=tweet.lang,
        collected_at=posted_at if context.live else context.retrieved_at,
        conversation_id=tweet.conversation_id,
        source=values.client(tweet.source),
        place=_place(tweet.geo, context),
    )
    content = original or tweet
    _fill(post, content, sink)
    _media(post, content, context)
    if reshared is not None:
        post.reshared_id = reshared.id
        post.reshare_basis = "platform"
        _reshare(post, tweet, original, context)
        return post
    metrics = tweet.public_metrics
    if metrics is not None:
        post.like_count = metrics.like_count
        post.view_count = values.views(metrics.impression_count)
    for kind in ("quoted", "replied_to"):
        other = references.get(kind)
        if other is not None:
            _refer(post, kind, other, context)
    if tweet.in_reply_to_user_id is not None:
        post.replied_author_id = tweet.in_reply_to_user_id
        post.replied_author = _handle(tweet.in_reply_to_user_id, context) or next(
            (
                user.username
                for user in (tweet.entities.mentions if tweet.entities else None) or ()
                if user.id == tweet.in_reply_to_user_id
            ),
            None,
        )
    return post


def _place(geo: Geo | None, context: Context) -> str | None:
    if geo is None:
        return None
    return geo.full_name or context.places.get(geo.place_id or "")


def _media(post: Post, content: Tweet, context: Context) -> None:
    """Say what the media are, where the answer says it of each."""
    attached = content.attachments or Attachments()
    keys = attached.media_keys or ()
    found = attached.media or [context.media[key] for key in keys if key in context.media]
    if post.media_count is not None and len(found) == len(keys):
        cells.keep_media(post, ((one.type, one.url or one.preview_image_url) for one in found))


def _reshare(post: Post, tweet: Tweet, original: Tweet | None, context: Context) -> None:
    typed = values.typed_reshare(tweet.text)
    post.text = ""
    if original is not None:
        post.reshared_author_id = original.author_id
        post.reshared_author = _handle(original.author_id, context)
        post.reshared_at = iso_time(original.created_at)
        return
    mentioned = (tweet.entities.mentions if tweet.entities else None) or []
    first = next((user for user in mentioned if user.start == 3), None)
    post.media_count = post.media_kinds = post.media_urls = None
    if first is not None:
        post.reshared_author_id = first.id
        post.reshared_author = first.username
        names = [user.username for user in mentioned if user is not first and user.username]
        post.mentions = values.mentions(names)
    elif typed is not None:
        post.reshared_author = typed[0]


def _refer(post: Post, kind: str, reference: Tweet, context: Context) -> None:
    other = context.tweets.get(reference.id or "")
    author_id = None if other is None else other.author_id
    if kind == "quoted":
        post.quoted_id = reference.id
        post.quoted_author_id = author_id
        post.quoted_author = _handle(author_id, context)
    else:
        post.replied_id = reference.id
        post.replied_author_id = author_id
        post.replied_author = _handle(author_id, context)


def _fill(post: Post, content: Tweet, sink: Sink) -> None:
    """Give a post its text, hashtags, mentions, urls, media and reshares."""
    metrics, note = content.public_metrics, content.note_tweet
    post.reshare_count = None if metrics is None else metrics.retweet_count
    if content.text is not None and POLICY.search(content.text):
        sink.remark("policy_notice")
        return
    whole = note.text if note is not None else None
    post.text = values.unescape(whole or content.text)
    found = content.entities if whole is None or note is None else note.entities
    if found is None:  # not asked for, or there are none
        reshare = any(one.type == "retweeted" for one in content.referenced_tweets or ())
        typed = values.typed_reshare(post.text) if reshare else None
        cells.read_entities(post, (typed[1] if typed else post.text) or "")
    else:
        post.hashtags = values.hashtags([tag.tag for tag in found.hashtags or ()])
        post.mentions = values.mentions([user.username or "" for user in found.mentions or ()])
        links = [link.expanded_url or link.url for link in found.urls or ()]
        post.urls = values.urls([link for link in links if not MEDIA_LINK.search(link or "")])
    attached = content.attachments
    post.media_count = len(attached.media_keys or ()) if attached is not None else 0


def _handle(account_id: str | None, context: Context) -> str | None:
    user = context.users.get(account_id or "")
    return None if user is None else user.username


def _profile(user: User, seen_at: int | None, basis: str, post_id: str | None) -> Profile:
    metrics = user.public_metrics or Metrics()
    return Profile(
        "twitter",
        user.id,
        user.username,
        user.name,
        values.unescape(user.description),
        user.location,
        metrics.followers_count,
        metrics.following_count,
        user.verified,
        seen_at,
        basis,
        post_id,
    )
