"""Mastodon: statuses, boosts and accounts, as the API of an instance gives them.

Ids are an instance's own, so a post is known by its `uri` and an account by its `url`: copies of
one post that several instances hold are one post. `content` and `note` are HTML. A boost is a
status whose `reblog` is the original. The id of an answered status is the instance's own too: it
becomes an uri only when both accounts live there; else a reply is known as such, and by whom it
answers, but not its parent.

A note of Misskey's, as its API gives it, is read as the status that Mastodon makes of it: a renote
without words is a boost, one with words a quote. Which instance answered stands nowhere in it, so
a note of that instance goes by its id there.

The program mastodon-archive keeps in one object what the API says of its owner: statuses, and
lists of who follows whom; what the owner liked, kept or was told is passed over, and so is what
was not written to the public.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from i4analysis.archive.rows import cells, envelope, values
from i4analysis.archive.rows.fediverse import account_of, full_handle, links_in
from i4analysis.archive.rows.reader import Follow, JsonReader, Post, Profile, RecordError, Sink

Json = Mapping[str, Any]
LISTS = ("statuses", "ancestors", "descendants", "accounts")
# what the program mastodon-archive keeps of its owner beside the statuses
KEPT = {"favourites": "favourite", "bookmarks": "bookmark", "mentions": "mention"}
EDGES = ("followers", "following")
PRIVATE = ("private", "direct")


class Mastodon(JsonReader):
    """Reads Mastodon's statuses and accounts, and pages of them."""

    name = "mastodon"
    title = "Mastodon, Misskey: statuses (notes) and accounts of the API"
    seen = True

    def matches(self, value: Any) -> bool:
        """Return True for a status, an account, or an answer that holds some."""
        if not isinstance(value, dict):
            return False
        if envelope.is_of(value, "mastodon"):
            return True
        return any(one(value) for one in (_is_status, _is_account, _is_note, _listed))

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one value."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        if envelope.is_of(value, "mastodon"):
            sink.variant = "mastodon-collected"
            with envelope.opened(value, sink) as answer:
                items = answer if isinstance(answer, list) else [answer]
                _each(items, sink, _text(value, "status") or None)
        elif _is_note(value):
            sink.variant = sink.variant or "misskey"
            _give(_of_note(value), sink)
        elif _is_status(value) or _is_account(value):
            _give(value, sink)
        else:
            self._page(value, sink)

    @staticmethod
    def _page(value: Json, sink: Sink) -> None:
        if _is_kept(value):
            _kept(value, sink)
            return
        items = _listed(value)
        if not items and not any(isinstance(value.get(name), list) for name in LISTS):
            keys = ", ".join(list(value)[:6])
            raise RecordError(f"found the keys {keys[:120]}, expected a status or an account")
        _each(items, sink)


def _is_kept(value: Json) -> bool:
    account = value.get("account")
    return (
        isinstance(account, dict)
        and _is_account(account)
        and isinstance(value.get("statuses"), list)
        and bool(KEPT.keys() & value.keys())
    )


def _kept(value: Json, sink: Sink) -> None:
    """Read what mastodon-archive has kept of an account."""
    owner, statuses = value["account"], value["statuses"]
    edges = [(name, one) for name in EDGES for one in _objects(value, name) if _is_account(one)]
    passed = {kind: len(_objects(value, name)) for name, kind in KEPT.items()}
    sink.variant = "mastodon-archive"
    sink.contains(1 + len(statuses) + len(edges) + sum(passed.values()))
    sink.account([_profile(owner, None, None)])
    for kind, count in passed.items():
        if count:
            sink.notice(kind, count)
    for number, item in enumerate(statuses, 1):
        sink.position(number)
        before = sink.mark()
        try:
            if not isinstance(item, dict) or not _is_status(item):
                raise RecordError("found no status in the archive")
            if item.get("visibility") in PRIVATE:
                sink.notice("not public")
            else:
                _give(item, sink)
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.position(number)
            sink.reject(str(error), msgspec.json.encode(item))
        sink.batch()
    for name, other in edges:
        ends = [_account_id(other), _account_id(owner)]
        found = [one for one in ends if one is not None]
        follows = []
        if len(found) == 2:
            follower, followee = found if name == "followers" else found[::-1]
            follows.append(Follow("mastodon", follower, followee))
        sink.account([_profile(other, None, None)], follows)


def _each(items: list[Any], sink: Sink, boosted: str | None = None) -> None:
    """Read the items of an answer; with `boosted`, accounts that boosted that status."""
    sink.contains(max(1, len(items)))
    if not items:
        sink.notice("empty page")
    for number, item in enumerate(items, 1):
        sink.position(number)
        before = sink.mark()
        try:
            if not isinstance(item, dict) or not (_is_status(item) or _is_account(item)):
                raise RecordError("found neither a status nor an account in the answer")
            if boosted is None:
                _give(item, sink)
            else:
                _booster(item, boosted, sink)
        except (RecordError, ValueError) as error:
            sink.rollback(before)
            sink.position(number)
            sink.reject(str(error), msgspec.json.encode(item))


def _booster(account: Json, status: str, sink: Sink) -> None:
    """Close a record that says that an account boosted a status, but not when."""
    if not _is_account(account):
        raise RecordError("found no account among those that boosted a status")
    handle = full_handle(account.get("acct"), account.get("url"))
    post = Post("mastodon", f"{status}#reblog-{handle}", author=handle, reshared_id=status)
    post.author_id = _account_id(account)
    cells.make_reshare(post)
    sink.post(post, [], [_profile(account, None, post.post_id)])


def _is_status(value: Json) -> bool:
    account = value.get("account")
    return (
        isinstance(account, dict)
        and isinstance(account.get("acct"), str)
        and isinstance(value.get("uri"), str)
        and value["uri"] != ""
        and "content" in value
    )


def _is_note(value: Json) -> bool:
    """Return True for a note of Misskey's."""
    user = value.get("user")
    return (
        isinstance(user, dict)
        and isinstance(user.get("username"), str)
        and {"createdAt", "renoteId", "text"} <= value.keys()
        and isinstance(value.get("id"), str)
    )


_LINK = re.compile(r"https?://[^\s<>]+")
_MENTION = re.compile(r"(?<![\w/@.])@(\w[\w.-]*\w(?:@[\w.-]+\w)?)", re.ASCII)


def _of_note(note: Json) -> Json:
    """Return a note of Misskey's as the status that Mastodon would make of it.

    Examples
    --------
    >>> user = {"id": "9u", "username": "anne", "host": "autre.example", "name": "Anne"}
    >>> note = {"id": "9k", "createdAt": "2023-09-26T12:05:11Z", "text": "a < b", "renoteId": None}
    >>> status = _of_note({**note, "user": user, "uri": "https://autre.example/notes/1"})
    >>> status["uri"], status["content"], status["account"]["acct"]
    ('https://autre.example/notes/1', 'a &lt; b', 'anne@autre.example')
    """
    user, text, warning = note["user"], _text(note, "text") or "", _text(note, "cw") or ""
    name, host, counts = user["username"], _text(user, "host"), note.get("reactions")
    counts = list(counts.values()) if isinstance(counts, dict) else []
    status = {
        "id": note["id"],
        "uri": _text(note, "uri") or _text(note, "url") or note["id"],
        "created_at": note["createdAt"],
        "account": {
            "id": user.get("id"),
            "acct": f"{name}@{host}" if host else name,
            "url": f"https://{host}/@{name}" if host else None,
            "display_name": user.get("name"),
            "note": user.get("description"),
            "followers_count": user.get("followersCount"),
            "following_count": user.get("followingCount"),
        },
        "content": _LINK.sub(r'<a href="\g<0>">\g<0></a>', html.escape(text)).replace(
            "\n", "<br>"
        ),
        "spoiler_text": html.escape(warning),
        "tags": note.get("tags"),
        "mentions": [{"acct": found} for found in _MENTION.findall(text)],
        "media_attachments": [
            {"type": str(one.get("type")).split("/")[0], "url": one.get("url")}
            for one in _objects(note, "files")
        ],
        "reblogs_count": note.get("renoteCount"),
        "favourites_count": sum(one for one in counts if isinstance(one, int)),
        "in_reply_to_id": note.get("replyId"),
    }
    held = {name: note.get(name) for name in ("renote", "reply")}
    inner = {
        name: _of_note(one)
        for name, one in held.items()
        if isinstance(one, dict) and _is_note(one)
    }
    renoted = inner.get("renote") or {"uri": _text(note, "renoteId")}
    if note.get("renoteId") and not any((text, warning, note.get("files"), note.get("poll"))):
        status["reblog"] = renoted
    elif note.get("renoteId"):
        status["quote"] = {"quoted_status": renoted}
    return {**status, "in_reply_to": inner.get("reply")}


def _uri(status: Json) -> str:
    """Return the address by which a post is known: where the uri is none, as on Gab, the url."""
    uri: str = status["uri"]
    url = _text(status, "url")
    return url if url and uri[:1] == "/" else uri


def _is_account(value: Json) -> bool:
    return {"acct", "username", "note", "followers_count"} <= set(value)


def _listed(value: Json) -> list[Json]:
    found: list[Json] = []
    for name in LISTS:
        items = value.get(name)
        if isinstance(items, list):
            found += [
                item
                for item in items
                if isinstance(item, dict) and (_is_status(item) or _is_account(item))
            ]
    return found


# ------------------------------------------------------------------------------------- one value


def _give(value: Json, sink: Sink) -> None:
    if not _is_status(value):
        profile = _profile(value, None, None)
        sink.account([profile])
        return
    post = _post(value)
    if post.posted_at is None:
        raise RecordError(f"created_at holds {value.get('created_at')!r:.40}, expected a moment")
    profiles = [_profile(_whose(value), post.posted_at, post.post_id)]
    embedded = []
    for inside in (value.get("reblog") or _quoted(value), value.get("in_reply_to")):
        if not isinstance(inside, dict) or not _is_status(inside):
            continue
        deeper = _quoted(inside)
        for one in (inside, deeper) if deeper is not None else (inside,):
            embedded.append(_post(one))
            profiles.append(_profile(_whose(one), post.posted_at, post.post_id))
    sink.post(post, embedded, profiles)


def _quoted(status: Json) -> Json | None:
    quote = status.get("quote")
    found = quote.get("quoted_status") if isinstance(quote, dict) else None
    return found if isinstance(found, dict) and _is_status(found) else None


def _whose(status: Json) -> Json:
    """Return the account of a status; what a table has left out of it, the status's uri tells."""
    account: Json = status["account"]
    if account.get("url") or account.get("uri"):
        return account
    found = account_of(_uri(status))[0] or account_of(status.get("url"))[0]
    return account if found is None else {**account, "url": found}


def _text(value: Json, key: str) -> str | None:
    inner = value.get(key)
    return inner if isinstance(inner, str) else None


def _objects(value: Json, key: str) -> list[Json]:
    inner = value.get(key)
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _account_id(account: Json) -> str | None:
    return _text(account, "url") or _text(account, "uri") or values.text_id(account.get("id"))


def _profile(account: Json, seen_at: int | None, post_id: str | None) -> Profile:
    return Profile(
        platform="mastodon",
        account_id=_account_id(account),
        handle=full_handle(account.get("acct"), account.get("url")),
        name=_text(account, "display_name"),
        bio=values.html_to_text(_text(account, "note")),
        followers=_positive(account.get("followers_count")),
        following=_positive(account.get("following_count")),
        seen_at=seen_at,
        seen_basis="after",
        post_id=post_id,
    )


def _positive(value: object) -> int | None:
    found = values.count(value)  # an account that hides its counts shows -1
    return found if found is not None and found >= 0 else None


def _post(status: Json) -> Post:
    account, original = _whose(status), status.get("reblog")
    post = Post(
        platform="mastodon",
        post_id=_uri(status),
        author_id=_account_id(account),
        author=full_handle(account.get("acct"), account.get("url")),
        posted_at=values.iso_time(_text(status, "created_at")),
    )
    if isinstance(original, dict) and _is_status(original):
        _content(original, post)
        post.reshared_id, post.reshared_at = (
            _uri(original),
            values.iso_time(_text(original, "created_at")),
        )
        whom = _whose(original)
        post.reshared_author_id = _account_id(whom)
        post.reshared_author = full_handle(whom.get("acct"), whom.get("url"))
        cells.make_reshare(post)
        return post
    if isinstance(original, dict) and original:  # of which a table kept some columns
        post.reshared_id = _text(original, "uri") or _text(original, "url")
        whose = original.get("account")
        if isinstance(whose, dict):
            post.reshared_author = full_handle(whose.get("acct"), whose.get("url"))
        cells.make_reshare(post)
        return post
    _content(status, post)
    post.like_count = values.count(status.get("favourites_count"))
    program = status.get("application")
    post.source = values.client(_text(program, "name")) if isinstance(program, dict) else None
    _reply(status, post)
    quoted = _quoted(status)
    if quoted is not None:
        post.quoted_id = _uri(quoted)
        whom = _whose(quoted)
        post.quoted_author_id = _account_id(whom)
        post.quoted_author = full_handle(whom.get("acct"), whom.get("url"))
    return post


def _content(status: Json, post: Post) -> None:
    """Fill what a status says: text, language, tags, mentions, links, media, boosts."""
    warning = values.html_to_text(_text(status, "spoiler_text"))
    content = _text(status, "content")
    words = values.html_to_text(content)
    post.text = f"{warning}\n\n{words}" if warning else words
    post.lang = _text(status, "language")
    if isinstance(status.get("tags"), list):
        listed = (_text(tag, "name") if isinstance(tag, dict) else tag for tag in status["tags"])
        post.hashtags = values.hashtags(name for name in listed if isinstance(name, str))
    else:  # a table kept without them
        post.hashtags = values.hashtags_in(post.text)
    post.mentions = values.mentions(
        name
        for one in _objects(status, "mentions")
        if (name := full_handle(one.get("acct"), one.get("url")))
    )
    post.urls = values.urls(links_in(content))
    media = _objects(status, "media_attachments")
    post.media_count = len(media)
    cells.keep_media(post, ((one.get("type"), one.get("url")) for one in media))
    post.reshare_count = values.count(status.get("reblogs_count"))


def _reply(status: Json, post: Post) -> None:
    """Say what a status answers, as far as it can be known outside its instance."""
    answered = values.text_id(status.get("in_reply_to_id"))
    if answered is None:
        return
    post.kind = "quote" if _quoted(status) is not None else "reply"
    parent = status.get("in_reply_to")  # which Truth Social gives, and Misskey
    if isinstance(parent, dict) and _is_status(parent):
        post.replied_id, whose = _uri(parent), _whose(parent)
        post.replied_author_id = _account_id(whose)
        post.replied_author = full_handle(whose.get("acct"), whose.get("url"))
        return
    whom = values.text_id(status.get("in_reply_to_account_id"))
    own = values.text_id(status["account"].get("id"))
    account = _whose(status) if whom == own else None
    for mention in _objects(status, "mentions"):
        if values.text_id(mention.get("id")) == whom:
            account = mention
    if account is None:
        return
    post.replied_author_id = _account_id(account)
    post.replied_author = full_handle(account.get("acct"), account.get("url"))
    local = re.fullmatch(r"(https://[^/]+)/users/[^/]+/statuses/\d+", post.post_id, re.ASCII)
    if local and "@" not in str(account.get("acct", "@")) and "@" not in status["account"]["acct"]:
        name = account.get("username") or account.get("acct")
        post.replied_id = f"{local[1]}/users/{name}/statuses/{answered}"
