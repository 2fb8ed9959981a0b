"""A member's own X archive: the whole .zip, or a file of its `data` folder alone.

Each file is `window.YTD.<part>.part0 = [ … ]`. Posts carry no account: in a whole archive it is
taken from `account.js` and `profile.js`; followers and accounts followed give follow edges, whole
lists as of the archive's day. Counts and ids are texts. `retweeted` is false on every post: "RT @"
is all there is (github.com/micahflee/semiphemeral issue 23). From 2018 to 2020 posts lacked the
`tweet` around them. A long post is cut in `tweets.js`; its whole text stands in `note-tweet.js`,
under an id of its own: the second and the beginning of the text tell which belongs to which.
Messages, addresses and advertising data are not read at all. `tweets.js` is tested on a real
file; of the other files none was at hand, so the tests' are invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.opening import Damaged, Source
from i4analysis.archive.rows import cells, values
from i4analysis.archive.rows.reader import (
    Bundle,
    BundleReader,
    Follow,
    JsonReader,
    Post,
    Profile,
    RecordError,
    Sink,
)
from i4analysis.archive.rows.tweets import Json, Owner, quote_by_address, read_entities, words

KINDS = ("tweet", "follower", "following", "account", "profile", "noteTweet", "like")
FILES = (
    "account", "profile", "follower", "following", "tweet", "tweets", "deleted-tweets",
    "note-tweet", "community-tweet",
)  # fmt: skip
OWNER = ("account", "profile", "manifest")
_ASIDE = frozenset({"assets", "js", "lib"})  # folders of the page, or of the archive before
LONG = 240  # of 280: a text that ends with … before was not cut by X
BEGINNING = 20  # letters that two texts must share to be one
_BANNER = re.compile(r"/profile_banners/([0-9]{1,20})/", re.ASCII)  # the account's id
_LINK_AT_END = re.compile(r"\s*https://t\.co/\w+\s*$", re.ASCII)
_NAMES_BEFORE = re.compile(r"(?:@\w{1,20}\s+)+", re.ASCII)


class XArchive(JsonReader):
    """Reads a file of an X archive by itself."""

    name = "x-archive"
    title = "a file of a member's X archive"
    seen = True

    def matches(self, value: Any) -> bool:
        """Return True for an element of one of the files: an object with one known key."""
        return isinstance(value, dict) and _kind(value) is not None

    def read(self, raw: bytes, sink: Sink) -> None:
        """Read one element."""
        value = msgspec.json.decode(raw)
        if not isinstance(value, dict):
            raise RecordError(f"found a {type(value).__name__}, expected an object")
        _give(value, Owner(), sink, Notes())


class Notes:
    """The whole texts of long posts, by the second in which they were written."""

    def __init__(self) -> None:
        self._at: dict[int, list[Json]] = {}

    def add(self, value: Any) -> None:
        """Keep an element of note-tweet.js; anything else is passed over."""
        note = value.get("noteTweet") if isinstance(value, dict) else None
        if not isinstance(note, dict):
            return
        moment = values.iso_time(words(note, "createdAt"))
        if moment is not None and isinstance(note.get("core"), dict):
            self._at.setdefault(moment // values.SECOND, []).append(note["core"])

    def of(self, post: Post) -> Json | None:
        """Return the note whose beginning a post of the same second is."""
        if post.posted_at is None or post.text is None:
            return None
        shown = [_beginning(post.text), _beginning(_NAMES_BEFORE.sub("", post.text, count=1))]
        second = post.posted_at // values.SECOND
        for core in (
            one for at in (second, second + 1, second - 1) for one in self._at.get(at, ())
        ):
            whole = _beginning(values.unescape(words(core, "text")) or "")
            if any(
                len(begun) >= min(BEGINNING, len(whole)) > 0 and whole.startswith(begun)
                for begun in shown
            ):
                return core
        return None


def _beginning(text: str) -> str:
    """Return a text as far as X shows it, on one line."""
    return " ".join(_LINK_AT_END.sub("", text).rstrip().removesuffix("…").split())


class XArchiveBundle(BundleReader):
    """Reads a whole X archive: who, posts, followers, accounts followed."""

    name = "x-archive"
    title = "a member's X archive, whole"
    seen = True

    def groups(self, names: Sequence[str]) -> dict[str, list[str]]:
        """Return whole archives: a file of posts and one of the account, and all that is theirs.

        That is the folders `data` and `assets` and the page beside them; of a `data` folder by
        itself its scripts and the folders of media.
        """
        stems: dict[str, set[str]] = {}
        posts, owners = {"tweet", "tweets"}, {*OWNER, "note-tweet"}
        telling = posts | owners
        for name in names:
            if (stem := _stem(name)) in telling:
                stems.setdefault(_root(name), set()).add(stem)
        roots = [root for root, found in stems.items() if found & posts and found & owners]
        return {root: [name for name in names if _belongs(name, root)] for root in roots}

    def wants(self, name: str) -> bool:
        """Return True for a file that is read."""
        return _stem(name) in (*FILES, "manifest")

    def hints(self, name: str) -> bool:
        """Return True for any script in such an archive's folder, and for one of posts."""
        return _stem(name) != "" and ("data/" in name or _stem(name) in ("tweet", "tweets"))

    def holds(self, names: Sequence[str], source: Callable[[str], Source] | None) -> bool:
        """Return True if the posts are those of such an archive: other tools have such names."""
        posts = [name for name in names if _stem(name) in ("tweet", "tweets")]
        if any(name.endswith(".js") for name in posts):
            return True
        if source is None:
            return False
        try:
            first = (framing.value(raw) for _, raw in framing.elements(source(posts[0]).chunks()))
            return _kind(next(first, None)) is not None
        except (Damaged, ValueError):
            return False

    def beside(self, name: str, names: Sequence[str]) -> list[str]:
        """Return the files that say whose the file `name` is."""
        if _stem(name) not in FILES or _stem(name) in OWNER:
            return []
        return [other for other in names if _stem(other) in (*OWNER, "note-tweet")]

    def read(self, bundle: Bundle, sink: Sink) -> None:
        """Read the account first, then every file of posts and of follow edges."""
        owner, notes = Owner(), Notes()
        files = [(name, _stem(name)) for name in sorted(bundle.names)]
        for name, stem in files:
            if stem in ("account", "profile", "manifest", "note-tweet"):
                for value in _whole_values(bundle, name):
                    _learn(value, owner)
                    notes.add(value)
        for name, stem in files:
            if stem in FILES:
                sink.enter(name)
                self._file(bundle, name, owner, notes, sink)

    @staticmethod
    def _file(bundle: Bundle, name: str, owner: Owner, notes: Notes, sink: Sink) -> None:
        deleted = _stem(name) == "deleted-tweets"
        number = 0
        try:
            for number, size, value in _values(bundle, name):
                sink.line = number
                sink.found()
                before = sink.mark()
                try:
                    if deleted:
                        sink.notice("deleted by its author")
                    else:
                        _give(value, owner, sink, notes)
                except (RecordError, ValueError) as error:
                    sink.rollback(before)
                    sink.line = number
                    sink.reject(str(error), msgspec.json.encode(value))
                sink.batch(size)
        except Damaged as damage:
            sink.line = number + 1
            sink.found()
            sink.reject(f"the rest of the file is lost: {damage}")


def _stem(name: str) -> str:
    """Return what a file of the archive is: data/tweets-part2.js is tweets; "" for no file of it.

    Who wants to read one with a program of theirs saves it without its first words, as .json.
    """
    *folders, last = name.replace("\\", "/").split("/")
    stem, _, ending = last.rpartition(".")
    if ending not in ("js", "json") or not _ASIDE.isdisjoint(folders):
        return ""
    return stem.split("-part")[0]


def _root(name: str) -> str:
    """Return the folder of the archive that one of its files of data is in."""
    folders = name.replace("\\", "/").split("/")[:-1]
    for inner in ("tweet", "data"):
        if folders[-1:] == [inner]:
            folders.pop()
    return "/".join(folders)


def _belongs(name: str, root: str) -> bool:
    plain = name.replace("\\", "/")
    if root and not plain.startswith(f"{root}/"):
        return False
    first, *inner = plain[len(root) + 1 if root else 0 :].split("/")
    if inner:
        if first == "data" and len(inner) > 1 and inner[0] == "js":
            return False  # the archive of the years before, unpacked over this one
        return first in ("data", "assets", "tweet") or first.endswith("_media")
    return first.endswith((".js", ".html", ".txt")) or _stem(first) in (*FILES, "manifest")


def _values(bundle: Bundle, name: str) -> Iterator[tuple[int, int, Any]]:
    for number, raw in framing.elements(bundle.source(name).chunks()):
        try:
            yield number, len(raw), framing.value(raw)
        except ValueError:
            yield number, len(raw), {"": raw[:200].decode("utf-8", "replace")}


def _whole_values(bundle: Bundle, name: str) -> Iterator[Any]:
    """Yield what can be read of a file that is looked at before its rows are made."""
    try:
        for _, _, value in _values(bundle, name):
            yield value
    except Damaged:
        return  # it is said when the file is read for its rows


def _kind(value: Any) -> str | None:
    """Return what an element is; a post of 2018 to 2020 has no `tweet` around it."""
    if not isinstance(value, dict):
        return None
    if _is_bare_post(value):
        return "tweet"
    found = [kind for kind in KINDS if isinstance(value.get(kind), dict)]
    if len(value) != 1 or not found:
        return None
    inner, kind = value[found[0]], found[0]
    if kind == "tweet":
        return kind if "full_text" in inner and "user" not in inner else None
    told = {
        "follower": "accountId",
        "following": "accountId",
        "account": "accountId",
        "profile": "description",
        "noteTweet": "noteTweetId",
        "like": "tweetId",
    }
    return kind if told[kind] in inner else None


def _is_bare_post(value: Json) -> bool:
    return (
        "full_text" in value
        and {"user", "user_id_str"}.isdisjoint(value)  # an archive is of one account
        and "created_at" in value
        and bool({"id_str", "id"} & set(value))
        and bool({"entities", "display_text_range", "favorited"} & set(value))
        and (isinstance(value.get("entities"), dict) or _is_moment(value))
        and "screen_name" not in value
    )


def _is_moment(value: Json) -> bool:
    """Return True for a moment as archives write it: a table of a scraper's has it otherwise."""
    return values.twitter_time(words(value, "created_at")) is not None


def _learn(value: Any, owner: Owner) -> None:
    """Take the owner's account from an element of account.js, profile.js or manifest.js."""
    if not isinstance(value, dict):
        return
    account, profile = value.get("account"), value.get("profile")
    info, user = value.get("archiveInfo"), value.get("userInfo")
    if isinstance(account, dict):
        owner.account_id = values.text_id(account.get("accountId"))
        owner.handle = values.handle(account.get("username"))
        owner.name = words(account, "accountDisplayName")
    if isinstance(profile, dict):
        banner = _BANNER.search(words(profile, "headerMediaUrl") or "")
        owner.account_id = owner.account_id or (banner[1] if banner else None)
        written = profile.get("description")
        written = written if isinstance(written, dict) else {}
        owner.bio = words(written, "bio")
        owner.location = words(written, "location")
    if isinstance(info, dict):
        owner.made_at = values.iso_time(str(info.get("generationDate")))
    if isinstance(user, dict):
        owner.account_id = owner.account_id or values.text_id(user.get("accountId"))
        owner.handle = owner.handle or values.handle(user.get("userName"))


# -------------------------------------------------------------------------------- one element


def _give(value: Any, owner: Owner, sink: Sink, notes: Notes) -> None:
    kind = _kind(value)
    if kind is None:
        keys = ", ".join(map(str, value)) if isinstance(value, dict) else type(value).__name__
        raise RecordError(f"found {keys[:80]!r}, expected a post or an account of an X archive")
    inner = value if _is_bare_post(value) else value[kind]
    match kind:
        case "tweet":
            sink.post(_post(inner, owner, sink, notes))
        case "follower" | "following":
            _edge(kind, inner, owner, sink)
        case "account" | "profile":
            _account(value, owner, sink)
        case _:
            sink.notice(kind)


def _edge(kind: str, inner: Json, owner: Owner, sink: Sink) -> None:
    other = values.text_id(inner.get("accountId"))
    if other is None:
        raise RecordError("the account holds no accountId")
    profile = Profile(
        platform="twitter",
        account_id=other,
        seen_at=owner.made_at,
        seen_basis="after" if owner.made_at is None else "retrieved",
    )
    follows = []
    if owner.account_id is not None:
        ends = (other, owner.account_id) if kind == "follower" else (owner.account_id, other)
        follows.append(Follow("twitter", *ends, seen_at=owner.made_at, list_complete=True))
    sink.account([profile], follows)


def _account(value: Json, owner: Owner, sink: Sink) -> None:
    alone = msgspec.structs.replace(owner)
    _learn(value, alone)
    profile = alone.profile()
    sink.account([] if profile is None else [profile])


def _post(tweet: Json, owner: Owner, sink: Sink, notes: Notes) -> Post:
    post_id = values.text_id(tweet.get("id_str") or tweet.get("id"))
    posted_at = values.twitter_time(words(tweet, "created_at"))
    if post_id is None or posted_at is None:
        raise RecordError(
            f"id_str and created_at hold {post_id!r} and {tweet.get('created_at')!r:.40}, expected"
            " a post's id and its time"
        )
    post = Post(
        platform="twitter",
        post_id=post_id,
        author_id=owner.account_id,
        author=owner.handle,
        posted_at=posted_at,
        text=values.unescape(words(tweet, "full_text")),
        lang=words(tweet, "lang"),
        source=values.client(words(tweet, "source")),
        replied_id=values.text_id(tweet.get("in_reply_to_status_id_str")),
        replied_author_id=values.text_id(tweet.get("in_reply_to_user_id_str")),
        replied_author=values.handle(tweet.get("in_reply_to_screen_name")),
        reshare_count=values.count(tweet.get("retweet_count")),
        like_count=values.count(tweet.get("favorite_count")),
        collected_at=owner.made_at,
    )
    read_entities(tweet, post)
    _lengthen(post, notes, sink)
    if not cells.typed_reshare(post):
        cells.read_entities(post, post.text or "")
        quote_by_address(post)
    return post


def _lengthen(post: Post, notes: Notes, sink: Sink) -> None:
    """Give a long post its whole text and tags, or say that they are lost."""
    note = notes.of(post)
    if note is not None:
        post.text = values.unescape(words(note, "text"))
        post.hashtags = values.hashtags(_told(note, "hashtags", "text"))
        post.mentions = values.mentions(_told(note, "mentions", "screenName", "screen_name"))
        links = _told(note, "urls", "expandedUrl", "expanded_url", "shortUrl")
        post.urls = cells.own_urls(links or post.urls or [])
        return
    text = _LINK_AT_END.sub("", post.text or "").rstrip()
    weight = sum(1 if letter < "\u1100" else 2 for letter in text)
    if text.endswith("…") and weight >= LONG and values.typed_reshare(text) is None:
        sink.remark("text_cut")


def _told(note: Json, name: str, *keys: str) -> list[str]:
    """Return what the objects of a list hold under the first of the keys that they have."""
    items = note.get(name)
    objects = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    found = [next((item[key] for key in keys if item.get(key)), None) for item in objects]
    return [text for text in found if isinstance(text, str)]
