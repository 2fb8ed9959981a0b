"""Bluesky: what the AppView answers, what Jetstream and Tap stream, what a repository lists.

Answers: posts (`getPosts`, `searchPosts`), feeds whose items carry a reason (a repost) or a reply,
threads, profiles, followers and follows. Streams: Jetstream's commits and Tap's records hold the
bare record of a post, a repost, a follow or a profile.

`createdAt` is set by the client: it is believed only between Bluesky's opening and the moment of
indexing (`indexedAt`, Jetstream's `time_us`, the clock inside Tap's `rev`). A repost record may
say through which other repost it came (`via`); records of reposts and follows were at hand in no
real file, so the tests' are invented.

The Python library atproto writes the same answers under its own names (`model_dump()`:
`created_at`, `py_type`); they are read under Bluesky's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from i4analysis.archive.formats import bluesky_records as records
from i4analysis.archive.formats.bluesky_records import Json, Made, text_of
from i4analysis.archive.rows import envelope, values
from i4analysis.archive.rows.cells import did_of
from i4analysis.archive.rows.reader import Follow, JsonReader, Post, Profile, RecordError, Sink

REMEMBERED = 200_000  # posts: some 50 MB
LISTS = ("posts", "feed", "profiles", "actors", "followers", "follows", "repostedBy", "records")
ACTIONS = ("create", "update")
# what atproto's models call what Bluesky calls by other names
SNAKE = frozenset({
    "py_type", "created_at", "indexed_at", "display_name", "repost_count", "reply_count",
    "like_count", "quote_count", "followers_count", "follows_count", "posts_count", "hits_total",
    "reposted_by",
})  # fmt: skip
_OF_BLUESKY = frozenset({"uri", "cid", "did", "post", "thread", "reposted_by", *LISTS})
_UNDERSCORE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])", re.ASCII)


class Bluesky(JsonReader):
    """Reads Bluesky in any of its shapes, one value after the other."""

    name = "bluesky"
    title = "Bluesky: posts, feeds, profiles, Jetstream, tap"
    seen = True

    def matches(self, value: Any) -> bool:
        """Return True for a post, a feed item, a profile, a commit, or a page of them."""
        if envelope.is_of(value, "bluesky"):
            return True
        if not isinstance(value, dict):
            return False
        value = _as_served(value)
        return _shape(value) is not None or _is_page(value)

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one value."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        if envelope.is_of(value, "bluesky"):
            sink.variant = "bluesky-collected"
            with envelope.opened(value, sink) as answer:
                if not isinstance(answer, dict):
                    raise RecordError(f"the answer is a {type(answer).__name__}, not an object")
                _value(answer, sink)
        else:
            _value(value, sink)


def _is_dumped(value: Any, depth: int = 3) -> bool:
    """Return True if atproto's names stand in a value, its own parts or the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict) or not depth:
        return False
    if not SNAKE.isdisjoint(value):
        return "time_us" not in value
    return any(
        _is_dumped(part, depth - 1) for part in value.values() if isinstance(part, dict | list)
    )


def _as_served(value: dict[str, Any]) -> dict[str, Any]:
    """Return a value under Bluesky's own names, whatever atproto's models call them."""
    if isinstance(value.get("record"), dict) and "uri" not in value and "time_us" not in value:
        value = _addressed(value)
    if _OF_BLUESKY.isdisjoint(value):
        return value
    return _renamed(value) if _is_dumped(value) else value


def _addressed(value: dict[str, Any]) -> dict[str, Any]:
    """Return a record of the firehose with its address, where that was kept in two parts."""
    kind = value["record"].get("$type")
    whose = next((value[key] for key in ("did", "repo") if _is_did(value.get(key))), None)
    path = value.get("path") or f"{kind}/{value.get('rkey') or ''}"
    if whose is None or not isinstance(kind, str) or not str(path).startswith(f"{kind}/"):
        return value
    rest = {key: part for key, part in value.items() if key not in ("did", "repo", "rkey", "path")}
    return {"uri": f"at://{whose}/{path}", **rest} if str(path)[-1] != "/" else value


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(part) for part in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, part in value.items():
        name = "$type" if key == "py_type" else _UNDERSCORE.sub(lambda at: at[1].upper(), key)
        found.setdefault(name, _renamed(part))
    return found


def _value(value: dict[str, Any], sink: Sink) -> None:
    value = _as_served(value)
    if _shape(value) is None and _is_page(value):
        _page(value, sink)
    else:
        _give(value, sink)


def _is_did(value: object) -> bool:
    return isinstance(value, str) and value.startswith("did:")


def _shape(value: Json) -> str | None:
    """Return what a value is, told by its keys."""
    post = value.get("post")
    if isinstance(post, dict) and "record" in post and "author" in post:
        return "item"
    if "uri" in value and isinstance(value.get("author"), dict):
        inner = value.get("record", value.get("value"))
        if isinstance(inner, dict) and "reason" in value and "text" not in inner:
            return "notification"
        return "post" if isinstance(inner, dict) else None
    if _is_did(value.get("did")) and "time_us" in value and "kind" in value:
        return "jetstream"
    inner = value.get("record")
    if value.get("type") in ("record", "identity", "user") and (
        (isinstance(inner, dict) and _is_did(inner.get("did"))) or "identity" in value
    ):
        return "tap"
    if _is_did(value.get("did")) and "handle" in value:
        return "profile"
    inner = _held(value)
    if str(value.get("uri", "")).startswith("at://") and isinstance(inner, dict):
        view = inner.get("post")
        return "threaded" if isinstance(view, dict) and _shape(view) == "post" else "record"
    return None


def _held(value: Json) -> Any:
    """Return the record beside its address; those who follow the firehose call it its name."""
    return value.get("value", value.get("record"))


def _is_page(value: Json) -> bool:
    thread = value.get("thread")
    if isinstance(thread, dict) and isinstance(thread.get("post"), dict):
        return True
    for name in LISTS:
        found = value.get(name)
        if isinstance(found, list) and (
            any(isinstance(item, dict) and _shape(item) is not None for item in found)
            or (not found and ("cursor" in value or "hitsTotal" in value or "subject" in value))
        ):
            return True
    return False


# ---------------------------------------------------------------------------------------- pages


def _page(page: Json, sink: Sink) -> None:
    name, items = _listed(page)
    sink.contains(max(1, len(items)))
    if not items:
        sink.notice("empty page")
    for number, item in enumerate(items, 1):
        sink.position(number)
        before = sink.mark()
        try:
            if name in ("followers", "follows"):
                _edge(name, page, item, sink)
            elif name == "repostedBy":
                _reposter(page, item, sink)
            else:
                _give(item, sink)
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.position(number)
            sink.reject(str(error), msgspec.json.encode(item))


def _listed(page: Json) -> tuple[str, list[Any]]:
    thread = page.get("thread")
    if isinstance(thread, dict):
        return "thread", list(_thread(thread))
    name = next(name for name in LISTS if isinstance(page.get(name), list))
    return name, list(page[name])


def _thread(node: Json, depth: int = 0) -> Iterator[Json]:
    """Yield the posts of a thread, the answered ones first; deleted ones are left out."""
    if depth > 100:
        return
    parent, replies = node.get("parent"), node.get("replies")
    if isinstance(parent, dict):
        yield from _thread({key: parent[key] for key in parent if key != "replies"}, depth + 1)
    if isinstance(node.get("post"), dict):
        yield node["post"]
    for reply in replies if isinstance(replies, list) else []:
        if isinstance(reply, dict):
            yield from _thread({key: reply[key] for key in reply if key != "parent"}, depth + 1)


def _edge(name: str, page: Json, item: Any, sink: Sink) -> None:
    subject = page.get("subject")
    profile = records.profile(item if isinstance(item, dict) else {}, None)
    if profile is None or profile.account_id is None:
        raise RecordError("the account holds no did")
    follows = []
    if isinstance(subject, dict) and _is_did(subject.get("did")):
        ends = (profile.account_id, subject["did"])
        follows.append(Follow("bluesky", *(ends if name == "followers" else ends[::-1])))
    sink.account([profile], follows)


def _reposter(page: Json, item: Any, sink: Sink) -> None:
    profile = records.profile(item if isinstance(item, dict) else {}, None)
    original = page.get("uri")
    if profile is None or profile.account_id is None or not isinstance(original, str):
        raise RecordError("the account holds no did, or the page no uri")
    post = Post("bluesky", "", author_id=profile.account_id, author=profile.handle)
    records.make_repost(post, original)
    profile.post_id = post.post_id
    sink.post(post, [], [profile])


# -------------------------------------------------------------------------------- one value


def _give(value: Json, sink: Sink) -> None:
    shape = _shape(value) if isinstance(value, dict) else None
    match shape:
        case "item":
            _item(value, sink)
        case "post":
            _view(value, sink)
        case "notification":  # of what is no post: a repost, a like, a follow
            by = records.profile(value["author"], None)
            if by is None or by.account_id is None:
                raise RecordError("the account holds no did")
            made = Made(by.account_id, str(value["uri"]), None, None, "after")
            _record(value["record"], made, sink)
        case "profile":
            profile = records.profile(value, values.iso_time(text_of(value, "indexedAt")))
            sink.account([] if profile is None else [profile])
        case "jetstream":
            _jetstream(value, sink)
        case "tap":
            _tap(value, sink)
        case "threaded":
            _view(_held(value)["post"], sink)
        case "record":
            uri = str(value["uri"])
            made = Made(did_of(uri) or "", uri, None, None, "after")
            _record(_held(value), made, sink)
        case _:
            found = ", ".join(map(str, value)) if isinstance(value, dict) else str(type(value))
            if isinstance(value, dict) and ("notFound" in value or "blocked" in value):
                sink.notice("unavailable")
                return
            raise RecordError(
                f"found the keys {found[:120]}, expected a post, a profile or a commit"
            )


def _view(view: Json, sink: Sink) -> None:
    """Close a record that is a post as the AppView shows it."""
    post = records.view_to_post(view, sink)
    embedded = records.quoted_in(view, sink)
    sink.post(post, [one for one, _ in embedded], _sightings(post, [view, *_views(embedded)]))


def _views(embedded: list[tuple[Post, Json]]) -> list[Json]:
    return [view for _, view in embedded]


def _sightings(post: Post, views: list[Json]) -> list[Profile]:
    found = []
    for view in views:
        author = view.get("author")
        profile = records.profile(author if isinstance(author, dict) else {}, post.posted_at)
        if profile is not None:
            profile.post_id = post.post_id
            found.append(profile)
    return found


def _item(item: Json, sink: Sink) -> None:
    """Close a feed's item: a post, or a repost of it when the reason says so."""
    view, reason = item["post"], item.get("reason")
    original = records.view_to_post(view, sink)
    inside = records.quoted_in(view, sink) + _answered(item, sink)
    if isinstance(reason, dict) and isinstance(reason.get("by"), dict):
        by = reason["by"]
        post = Post(
            "bluesky",
            text_of(reason, "uri") or "",
            author_id=text_of(by, "did"),
            author=values.handle(by.get("handle")),
            posted_at=values.iso_time(text_of(reason, "indexedAt")),
        )
        records.make_repost(post, original.post_id, original)
        seen = _sightings(post, [{"author": by}, view, *_views(inside)])
        sink.post(post, [original, *(one for one, _ in inside)], seen)
    else:
        _named_reply(item, original)
        seen = _sightings(original, [view, *_views(inside)])
        sink.post(original, [one for one, _ in inside], seen)


def _answered(item: Json, sink: Sink) -> list[tuple[Post, Json]]:
    reply = item.get("reply")
    found: list[tuple[Post, Json]] = []
    for name in ("parent", "root"):
        view = reply.get(name) if isinstance(reply, dict) else None
        if isinstance(view, dict) and _shape(view) == "post":
            found.append((records.view_to_post(view, sink), view))
    if len(found) == 2 and found[0][0].post_id == found[1][0].post_id:
        found.pop()
    return found


def _named_reply(item: Json, post: Post) -> None:
    reply = item.get("reply")
    parent = reply.get("parent") if isinstance(reply, dict) else None
    if not isinstance(parent, dict) or post.replied_id != parent.get("uri"):
        return
    author = parent.get("author")
    if isinstance(author, dict):
        post.replied_author = values.handle(author.get("handle"))


# ------------------------------------------------------------------------------------- streams


def _jetstream(value: Json, sink: Sink) -> None:
    sink.variant = "bluesky-jetstream"
    did, moment = value["did"], values.epoch_time(value.get("time_us"))
    commit, identity = value.get("commit"), value.get("identity")
    if isinstance(commit, dict):
        uri = f"at://{did}/{commit.get('collection')}/{commit.get('rkey')}"
        if commit.get("operation") not in ACTIONS:
            sink.notice(str(commit.get("operation"))[:30])
        else:
            _record(commit.get("record"), Made(did, uri, moment, moment, "live"), sink)
    elif isinstance(identity, dict) and values.handle(identity.get("handle")):
        seen = Profile("bluesky", did, values.handle(identity["handle"]), seen_at=moment)
        seen.seen_basis = "live"
        sink.account([seen])
    else:
        sink.notice(str(value["kind"])[:30])


def _tap(value: Json, sink: Sink) -> None:
    sink.variant = "bluesky-tap"
    inner = value.get("record")
    if value["type"] != "record" or not isinstance(inner, dict):
        sink.notice(str(value["type"])[:30])
        return
    if inner.get("action") not in ACTIONS:
        sink.notice(str(inner.get("action"))[:30])
        return
    did = str(inner["did"])
    uri = f"at://{did}/{inner.get('collection')}/{inner.get('rkey')}"
    bound = records.tid_time(inner.get("rev"))
    live = inner.get("live") is True
    made = Made(did, uri, bound if live else None, bound, "live" if live else "after")
    _record(inner.get("record"), made, sink)


def _record(record: Any, made: Made, sink: Sink) -> None:
    """Close a record that is one bare record of a repository."""
    if not isinstance(record, Mapping):
        raise RecordError("the commit holds no record")
    match made.collection:
        case "app.bsky.feed.post":
            post = records.record_to_post(record, made, sink)
            _remember(post, sink)
            sink.post(post)
        case "app.bsky.feed.repost":
            post = records.repost(record, made, sink)
            if sink.hashtags:
                post.hashtags = sink.tagged.get(post.reshared_id or "")
            sink.post(post)
        case "app.bsky.graph.follow":
            subject = record.get("subject")
            if not _is_did(subject):
                raise RecordError("the follow names no did")
            moment = records.bounded(records.written(record), made.bound, made.uri, sink)
            sink.account([], [Follow("bluesky", made.did, str(subject), seen_at=moment)])
        case "app.bsky.actor.profile":
            bio = record.get("description")
            name = record.get("displayName")
            seen = Profile("bluesky", made.did, seen_at=made.bound, seen_basis=made.basis)
            seen.bio = bio if isinstance(bio, str) else ""
            seen.name = name if isinstance(name, str) else None
            sink.account([seen])
        case other:
            sink.notice(other.removeprefix("app.bsky.")[:60])


def _remember(post: Post, sink: Sink) -> None:
    """Note a post that is kept for its hashtags: a bare repost of it names none of its own."""
    if post.hashtags and not sink.hashtags.isdisjoint(post.hashtags):
        sink.tagged[post.post_id] = post.hashtags
        if len(sink.tagged) > REMEMBERED:
            del sink.tagged[next(iter(sink.tagged))]
