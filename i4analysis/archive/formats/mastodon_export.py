"""A member's own Mastodon export: `outbox.json` and `actor.json`, packed or not.

The outbox is ActivityPub: a `Create` holds a post, an `Announce` the uri of the post boosted and
nothing of it, so neither its text nor its tags are known. Posts and accounts go by the same uris
and addresses as from the API (`mastodon`). Posts that are not addressed to the public are private
and are not read, nor are likes and bookmarks, which say what somebody looked at. The layout is
that of Mastodon's source; no export was at hand, so the tests' are invented. Pleroma and others
that write an ActivityPub outbox are read alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.opening import Damaged
from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.fediverse import account_of, full_handle, links_in
from i4analysis.archive.rows.reader import (
    Bundle,
    BundleReader,
    JsonReader,
    Post,
    Profile,
    RecordError,
    Sink,
)

Json = Mapping[str, Any]
OUTBOX, ACTOR = "outbox.json", "actor.json"
LOOKED_AT = {"likes.json": "like", "bookmarks.json": "bookmark"}
PUBLIC = frozenset({"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"})
ACTORS = frozenset({"Person", "Service", "Group", "Organization", "Application"})
ACTIVITIES = frozenset({
    "Create", "Announce", "Update", "Delete", "Like", "Follow", "Undo", "Add", "Remove", "Move",
    "Accept", "Reject", "Flag", "Block", "EmojiReact",
})  # fmt: skip
NOTES = frozenset({"Note", "Article", "Question", "Page"})
COLLECTIONS = frozenset({"OrderedCollection", "OrderedCollectionPage", "Collection"})


class Owner(msgspec.Struct):
    """Whose outbox it is."""

    uri: str | None = None
    address: str | None = None
    handle: str | None = None
    last_at: int | None = None


class MastodonExport(JsonReader):
    """Reads an ActivityPub outbox, one activity, or an actor by itself."""

    name = "mastodon-export"
    title: ClassVar[str] = "Mastodon's account export (ActivityPub outbox)"

    def matches(self, value: Any) -> bool:
        """Return True for a collection of activities, an activity, or an actor."""
        return isinstance(value, dict) and (
            _items(value) is not None or _is_activity(value) or _is_actor(value) or _is_note(value)
        )

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one value."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        _value(value, Owner(), sink)


class MastodonExportBundle(BundleReader):
    """Reads a whole export: its owner, then the outbox."""

    name = "mastodon-export"
    title: ClassVar[str] = "Mastodon's account export (ActivityPub outbox)"

    def groups(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return the folders in which an outbox lies, and all that is theirs."""
        roots = [_folder(name) for name in names if _last(name) == OUTBOX]
        beside = {_folder(name) for name in names if _last(name) in (ACTOR, *LOOKED_AT)}
        return {
            root: [name for name in names if _belongs(name, root)]
            for root in sorted(roots)
            if root in beside
        }

    def wants(self, name: str) -> bool:
        """Return True for a file that is read."""
        return _last(name) in (OUTBOX, ACTOR, *LOOKED_AT)

    def hints(self, name: str) -> bool:
        """Return True for these too: an export begins with its media, which may be gigabytes."""
        return self.wants(name) or "media_attachments" in name.split("/")

    def read(self, bundle: Bundle, sink: Sink) -> None:
        """Read the owner's account, the outbox, and what else there is as notices."""
        files = {_last(name): name for name in sorted(bundle.names) if self.wants(name)}
        owner = Owner()
        actor = self._load(bundle, files.get(ACTOR))
        if isinstance(actor, dict) and _is_actor(actor):
            _learn(actor, owner)
        for last in (OUTBOX, ACTOR, *LOOKED_AT):
            if last in files:
                sink.enter(files[last])
                self._file(bundle, files[last], owner, sink)

    @staticmethod
    def _load(bundle: Bundle, name: str | None) -> Any:
        """Return the value of a file, None if it cannot be read (which is said elsewhere)."""
        try:
            raw = b"" if name is None else b"".join(bundle.source(name).chunks())
            return framing.value(raw)
        except (Damaged, ValueError):
            return None

    @staticmethod
    def _file(bundle: Bundle, name: str, owner: Owner, sink: Sink) -> None:
        sink.found()
        sink.whole = True
        before = sink.mark()
        raw = b""
        try:
            raw = b"".join(bundle.source(name).chunks())
            value = framing.value(raw)
            if not isinstance(value, dict):
                raise RecordError(f"found a {type(value).__name__}, expected an object")
            kind = LOOKED_AT.get(_last(name))
            if kind is not None:
                items = value.get("orderedItems")
                count = len(items) if isinstance(items, list) else 0
                sink.contains(max(1, count))
                sink.notice(kind if count else "empty page", max(1, count))
            else:
                _value(value, owner, sink)
        except (Damaged, ValueError) as error:
            sink.rollback(before)
            sink.line = 1
            sink.reject(f"the file cannot be read: {error}", raw)
        sink.batch(len(raw))


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _folder(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[0]


def _belongs(name: str, root: str) -> bool:
    plain = name.replace("\\", "/")
    if root and not plain.startswith(f"{root}/"):
        return False
    first, *inner = plain[len(root) + 1 if root else 0 :].split("/")
    if inner:
        return first == "media_attachments"
    return first in (OUTBOX, ACTOR, *LOOKED_AT) or first.startswith(("avatar.", "header."))


# ------------------------------------------------------------------------------------ one value


def _type(value: Json) -> str:
    return _text(value, "type") or ""


def _is_activity(value: Json) -> bool:
    return _type(value) in ACTIVITIES and "actor" in value and "object" in value


def _is_note(value: Json) -> bool:
    """Return True for a post as ActivityPub writes it, without the activity that created it."""
    return _type(value) in NOTES and {"id", "attributedTo", "published"} <= value.keys()


def _is_actor(value: Json) -> bool:
    return _type(value) in ACTORS and "preferredUsername" in value and "outbox" in value


def _items(value: Json) -> list[Any] | None:
    """Return the items of a collection of activities, None for anything else."""
    if _type(value) not in COLLECTIONS:
        return None
    if not {"orderedItems", "items"} & value.keys():
        return None
    items = value.get("orderedItems", value.get("items")) or []  # however nothing is written
    if isinstance(items, dict):  # a list of one
        items = [items]
    return items if isinstance(items, list) else None


def _value(value: Json, owner: Owner, sink: Sink) -> None:
    items = _items(value)
    if items is not None:
        _collection(items, value, owner, sink)
    elif _is_actor(value):
        _learn(value, owner)
        sink.account([_profile(value, owner)])
    elif _is_activity(value):
        _activity(value, owner, sink)
    elif _is_note(value):
        _activity(
            {**value, "type": "Create", "actor": value["attributedTo"], "object": value},
            owner,
            sink,
        )
    else:
        keys = ", ".join(list(value)[:6]) or "none"
        raise RecordError(f"found the keys {keys[:120]}, expected an activity or an actor")


def _collection(items: list[Any], value: Json, owner: Owner, sink: Sink) -> None:
    sink.contains(max(1, len(items)))
    if not items:
        sink.notice("empty page")
    kind = LOOKED_AT.get(_last(str(value.get("id", ""))), "uri alone")
    for number, item in enumerate(items, 1):
        sink.position(number)
        if isinstance(item, str):
            sink.notice(kind)
            continue
        before = sink.mark()
        try:
            if not isinstance(item, dict) or not _is_activity(item):
                raise RecordError("found no activity in the outbox")
            _activity(item, owner, sink)
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.position(number)
            sink.reject(str(error), msgspec.json.encode(item))
        sink.batch()


def _learn(actor: Json, owner: Owner) -> None:
    owner.uri = _text(actor, "id")
    owner.address = _text(actor, "url") or account_of(owner.uri)[0] or owner.uri
    owner.handle = full_handle(actor.get("preferredUsername"), owner.uri or owner.address)


def _text(value: Json, key: str) -> str | None:
    inner = value.get(key)
    return inner if isinstance(inner, str) else None


def _objects(value: Json, key: str) -> list[Json]:
    inner = value.get(key)
    inner = [inner] if isinstance(inner, dict) and inner else inner
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _uri(value: object) -> str | None:
    """Return the uri that a link or an object is."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def _author(uri: str | None, owner: Owner) -> tuple[str | None, str | None]:
    """Return address and handle of an author: the owner's as `actor.json` has them."""
    if uri is not None and uri == owner.uri:
        return owner.address, owner.handle
    address, handle = account_of(uri)
    return address or uri, handle


def _activity(activity: Json, owner: Owner, sink: Sink) -> None:
    kind, inner = activity["type"], activity["object"]
    if kind == "Announce":
        _announce(activity, owner, sink)
    elif kind == "Create" and isinstance(inner, dict):
        if not _is_public(inner if _addressed(inner) else activity):
            sink.notice("not public")
            return
        post = _note(inner, activity, owner)
        if not post.post_id or post.posted_at is None:
            raise RecordError(
                f"id and published hold {inner.get('id')!r:.60} and"
                f" {inner.get('published')!r:.40}, expected a post's uri and its time"
            )
        owner.last_at = max(owner.last_at or 0, post.posted_at)
        sink.post(post)
    else:
        sink.notice(str(kind).lower())


def _announce(activity: Json, owner: Owner, sink: Sink) -> None:
    inner = activity["object"]
    original, post_id = _uri(inner), _text(activity, "id")
    moment = values.iso_time(_text(activity, "published"))
    if original is None or post_id is None or moment is None:
        raise RecordError("a boost without its uri, its time, or that of what it boosts")
    if _addressed(activity) and not _is_public(activity) and not _followers(activity):
        sink.notice("not public")
        return
    address, handle = _author(_uri(activity.get("actor")), owner)
    post = Post(
        "mastodon",
        post_id,
        author_id=address,
        author=handle,
        posted_at=moment,
        reshared_id=original,
    )
    embedded = []
    if isinstance(inner, dict) and "content" in inner:
        note = _note(inner, inner, owner)
        post.hashtags, post.mentions, post.urls = note.hashtags, note.mentions, note.urls
        post.reshared_author_id, post.reshared_author = note.author_id, note.author
        post.reshared_at, post.media_count = note.posted_at, note.media_count
        post.media_kinds, post.media_urls = note.media_kinds, note.media_urls
        embedded.append(note)
    else:
        post.reshared_author_id, post.reshared_author = account_of(original)
    cells.make_reshare(post)
    owner.last_at = max(owner.last_at or 0, moment)
    sink.post(post, embedded)


def _addresses(value: Json) -> list[str]:
    found: list[str] = []
    for key in ("to", "cc"):
        inner = value.get(key)
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, str):
                found.append(one)
    return found


def _addressed(value: Json) -> bool:
    return bool(_addresses(value))


def _is_public(value: Json) -> bool:
    """Return True for what is addressed to the public, or to nobody at all."""
    found = _addresses(value)
    return not found or any(one in PUBLIC for one in found)


def _followers(value: Json) -> bool:
    """Return True for a boost to one's followers: that of a public post is public."""
    return any(one.endswith("/followers") for one in _addresses(value))


def _note(note: Json, activity: Json, owner: Owner) -> Post:
    author = _uri(note.get("attributedTo")) or _uri(activity.get("actor"))
    address, handle = _author(author, owner)
    content, warning = _text(note, "content"), values.html_to_text(_text(note, "summary"))
    words = values.html_to_text(content)
    if content is None and _text(note, "name") is not None:
        words = _text(note, "name")
    post = Post(
        platform="mastodon",
        post_id=_text(note, "id") or "",
        author_id=address,
        author=handle,
        posted_at=values.iso_time(_text(note, "published") or _text(activity, "published")),
        text=f"{warning}\n\n{words or ''}" if warning else words,
        lang=_lang(note),
        reshare_count=_total(note, "shares"),
        like_count=_total(note, "likes"),
    )
    tags = _objects(note, "tag")
    post.hashtags = values.hashtags(
        name for tag in tags if tag.get("type") == "Hashtag" and (name := _text(tag, "name"))
    )
    post.mentions = values.mentions(
        name
        for tag in tags
        if tag.get("type") == "Mention" and (name := full_handle(tag.get("name"), tag.get("href")))
    )
    if "tag" not in note and words:
        post.hashtags = values.hashtags_in(words)
    post.urls = values.urls(links_in(content))
    media = _objects(note, "attachment")
    post.media_count = len(media)
    cells.keep_media(
        post,
        (
            ((_text(one, "mediaType") or "").partition("/")[0], _uri(one.get("url")))
            for one in media
        ),
    )
    answered = _uri(note.get("inReplyTo"))
    if answered is not None:
        post.replied_id = answered
        post.replied_author_id, post.replied_author = _author_of(answered, author, owner)
    quotes = (note.get(key) for key in ("quote", "quoteUri", "quoteUrl", "_misskey_quote"))
    post.quoted_id = next((uri for one in quotes if (uri := _uri(one))), None)
    if post.quoted_id is not None:
        post.quoted_author_id, post.quoted_author = _author_of(post.quoted_id, author, owner)
    return post


def _author_of(uri: str, own: str | None, owner: Owner) -> tuple[str | None, str | None]:
    """Return the author of the post with a uri, as far as the uri tells."""
    if own is not None and uri.startswith(f"{own}/"):
        return _author(own, owner)
    return account_of(uri)


def _lang(note: Json) -> str | None:
    found = note.get("contentMap")
    return next(iter(found), None) if isinstance(found, dict) else None


def _total(note: Json, key: str) -> int | None:
    inner = note.get(key)
    return values.count(inner.get("totalItems")) if isinstance(inner, dict) else None


def _profile(actor: Json, owner: Owner) -> Profile:
    return Profile(
        platform="mastodon",
        account_id=owner.address,
        handle=owner.handle,
        name=_text(actor, "name"),
        bio=values.html_to_text(_text(actor, "summary")),
        followers=_total(actor, "followers"),
        following=_total(actor, "following"),
        seen_at=owner.last_at,
        seen_basis="after",
    )
