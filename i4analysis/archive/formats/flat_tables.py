"""Tables of posts that smaller collectors, spreadsheets and people make, a post a row.

GetOldTweets 1 and 3, the columns of snscrape's tutorials, twitterscraper, tweet-harvest, IFTTT's
sheets, Netlytic, FiveThirtyEight's release, the layout of Kaggle's collections, rtweet 1 without
its users: each has other names for the same few things. They are declared once, with the tools
that they tell (`rows.names`). A table like them that no tool tells is read too if it has text,
date, post and author, and is of Twitter by its names or by what it holds, or of Bluesky or the
Fediverse by its addresses. Anything else is read as its owner declares (`i4 read --columns`).

Where the clock of a table is local (GetOldTweets, IFTTT), or shows the moment inside the id in
another zone, the id's own second is taken. A list of hashtags may be short of the text's: both
count. Where nothing better is there, "RT @" tells a reshare.

No real file of any of them was at hand: the columns are the tools' own, from their documentation
and public issues, and the tests' files are invented.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from i4analysis.archive.bytes.csvrows import Repair, spill_repair
from i4analysis.archive.rows import cells, ids, moments, values
from i4analysis.archive.rows.names import (
    ELSEWHERE,
    KINDS,
    OURS,
    SITES,
    TWEET,
    TYPES,
    Layout,
    mapping_of,
)
from i4analysis.archive.rows.networks import Place, address_of, place_of
from i4analysis.archive.rows.reader import CsvReader, Post, Profile, RecordError, Sink, folded

Rows = Sequence[Mapping[str, str]]


class FlatTable(CsvReader):
    """A table of posts whose columns are known by their names, or as declared.

    Parameters
    ----------
    mapping
        What the columns are; None: their names tell.
    zone
        The zone of dates without one.
    """

    name = "table"
    title = "other tables of tweets, and of Bluesky's and the Fediverse's posts by their addresses"
    fallback = True

    def __init__(
        self,
        mapping: Layout | None = None,
        zone: ZoneInfo | None = None,
        day_first: bool | None = None,
    ) -> None:
        self._mapping = mapping
        self._zone = zone
        self._day_first = day_first
        self._decided = mapping is None or day_first is not None
        self._mixed = False
        self._silent = False

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a tool's table, or one of Twitter's that says who posted what, when."""
        if self._mapping is not None:
            wanted = {name for names in self._mapping.columns.values() for name in names}
            return not wanted.isdisjoint(header)
        found = mapping_of(header)
        if found.tool is not None:
            return True
        folds = {folded(name) for name in header}
        told = _is_told(found.columns) or _is_named(found.columns)
        return told and folds.isdisjoint(ELSEWHERE) and _says_tweet(folds)

    def knows(self, rows: Sequence[Mapping[str, str]]) -> bool:
        """Return True for rows of Twitter's by what they hold, their names telling the rest.

        The second in which a post was made stands inside its id, or its address is one of
        Twitter's, which may say who wrote it, too.
        """
        found = self._mapping or mapping_of(list(rows[0]) if rows else [])
        named = {*found.columns, *(["author"] if "url" in found.columns else [])}
        read = [cell for row in rows if (cell := _Cells(row, found)).is_post()]
        folds = set(map(folded, rows[0])) if rows else set()
        if not _is_told(named) and _is_told({*named, "date"}) and _says_tweet(folds):
            # the date stands inside each id
            return bool(read) and all(cells.second_of(cell.id("id")) for cell in read)
        if not read or not _is_told(named):
            return False
        told = not {"author", "author_id"}.isdisjoint(found.columns)
        places = [cell.place() for cell in read]
        others = folds & ELSEWHERE
        if (
            others <= _OF_BLUESKY
            and any(places)
            and all(one or cell.is_ours() for one, cell in zip(places, read, strict=True))
        ):
            return True
        ours = others <= _OF_BLUESKY and all(ids.in_address(cell("url")) for cell in read)
        if others and not ours:
            return False
        tweets = [self._is_tweet(cell, told) for cell in read]
        foreign = [cell.elsewhere() for cell in read]
        if "permalink" in map(folded, rows[0]) and not any(foreign) and _is_told(found.columns):
            return True  # as GetOldTweets and its kin call it
        return any(tweets) and all(map(operator.or_, tweets, foreign))

    def _is_tweet(self, cell: _Cells, told: bool) -> bool:
        address = ids.in_address(cell("url"))
        if address or not told:
            return address is not None and (told or address[0] not in ("i", "x"))
        inside, date = cells.second_of(cell.id("id")), cell("date")
        return bool(inside and date and _agreeing(date, inside))

    def repair(self, header: Sequence[str]) -> Repair | None:
        """Return what gives a text its delimiters back, as an id or an address behind it tells."""
        found = (self._mapping or mapping_of(header)).columns
        checks = {name: like for role, like in _LIKE.items() for name in found.get(role, ())}
        return spill_repair(header, found.get("text", ()), checks)

    def begin(self, header: Sequence[str], first: Sequence[Mapping[str, str]]) -> FlatTable:
        """Return a reader that knows the file's columns and how it writes its dates."""
        if not header:  # objects, each with its own names
            return self
        if self._mapping is not None and not first:
            return self
        mapping = self._mapping or mapping_of(header)
        if self._mapping is None:
            mapping = _held(mapping, first)
        dates = [row.get(name, "") for row in first for name in mapping.columns.get("date", ())]
        order = self._day_first if mapping.tool is None else mapping.tool.day_first
        if order is None:
            order = moments.day_first(dates)
        reader = FlatTable(mapping, self._zone, True if order is None else order)
        reader._decided = order is not None
        reader._silent = _is_silent(mapping, first)
        found = [_Cells(row, mapping) for row in first]
        reader._mixed = any(cell.is_ours() for cell in found)
        return reader

    def id_cells(self, row: Mapping[str, str]) -> list[str | None]:
        """Return the ids of posts that a row holds, as written."""
        mapping = self._mapping or mapping_of(list(row))
        return [
            values.text_id(row.get(name, ""))
            for role in ("id", "reshared_id", "quoted_id", "replied_id")
            for name in mapping.columns.get(role, ())
        ]

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Read one post, and its author's profile where there is one."""
        mapping = self._mapping or mapping_of(list(row))
        if sink.variant is None and mapping.tool is not None:
            sink.variant = mapping.tool.name
        cell = _Cells(row, mapping)
        place = cell.place()
        if place is not None and not self._is_tweet(cell, True):
            self._abroad(cell, place, sink)
            return
        if self._mixed and cell.elsewhere() and not self._is_tweet(cell, True):
            sink.notice("another site")
            return
        author = cell.writer()
        post = Post(
            platform="twitter",
            post_id=self._id(cell, author, sink),
            author=author,
            author_id=cell.account("author_id"),
            text=_words(cell("text")),
            lang=_code(cell("lang")),
            reshare_count=values.count(cell("reshares")),
            like_count=values.count(cell("likes")),
            conversation_id=cell.id("conversation"),
            source=values.client(cell("source")),
            view_count=values.views(cell("views")),
            place=cell("place"),
        )
        post.posted_at = self._moment(cell, post.post_id, sink)
        if post.posted_at is None and post.text is None:
            raise RecordError("the row holds neither a date nor a text: the columns are shifted")
        if post.text in _NO_TEXT:  # it began with = or @, and a spreadsheet took it for a formula
            post.text = None
            sink.remark("text_cut")
        if values.flag(cell("truncated")) or len(post.text or "") == EXCEL_HOLDS:
            sink.remark("text_cut")
        _refer(cell, post)
        _entities(cell, post)
        if self._silent:
            self._silent = not any(map(cell, _RESHARES))
        _reshare(cell, post, self._silent)
        sink.post(post, (), _profiles(cell, post))

    def _abroad(self, cell: _Cells, place: Place, sink: Sink) -> None:
        """Read a post that is Bluesky's or the Fediverse's by its address."""
        text = _words(cell("text")) or ""
        if place.platform == "mastodon":
            text = values.html_to_text(text) or ""
        tags = _named(cell.listed("hashtags", "name"))
        named = cell.listed("mentions", "acct", "handle", "username") or ()
        post = Post(
            platform=place.platform,
            post_id=place.post_id,
            author=place.author or cell.member(),
            author_id=place.author_id,
            text=text,
            lang=_code(cell("lang")),
            reshare_count=values.count(cell("reshares")),
            like_count=values.count(cell("likes") or cell("favourites")),
            hashtags=cells.also(values.hashtags_in(cells.uncut(text)), tags),
            mentions=values.mentions([*_DOMAIN.findall(text), *named]),
            urls=cells.own_urls(values.urls_in(text)),
        )
        if place.platform == "mastodon":
            post.author_id = post.author_id or address_of(post.author)
        elif (did := post.author_id or cell.did()) is not None:  # one post, one id
            post.author_id = did
            post.post_id = f"at://{did}/" + post.post_id.split("/", 3)[3]
        if post.author is None and post.author_id is None:
            raise RecordError(f"neither a column nor the address {place.post_id[:60]} says whose")
        sink.sound_id = post.post_id
        post.posted_at = self._moment(cell, "", sink)
        _refer_abroad(cell, post)
        sink.post(post, (), _profiles(cell, post))

    @staticmethod
    def _id(cell: _Cells, author: str | None, sink: Sink) -> str:
        written = cell.id("id")
        addresses = cell.names("url")
        if written is not None and not ids.is_ruined(written, sink.zeros) and author is not None:
            others = {author.casefold(), "i", None}  # whose address is the post's own
            addresses = tuple(
                name
                for name in addresses
                if (cells.address_name(cell.row.get(name)) or "i").casefold() in others
            )
        found = ids.of_row(written, cell.row, addresses, author, sink)
        if found is None:
            if written is not None or cell.names("id"):
                raise RecordError(
                    f"the column {cell.names('id')[0]} holds {(cell('id') or '')[:30]!r},"
                    " expected a post's id"
                )
            sink.remark("made_id")
            found = ids.made_of(cell.row, sink.line, "made-")
        sink.sound_id = found
        return found

    def _moment(self, cell: _Cells, post_id: str, sink: Sink) -> int | None:
        """Return when a post was made: what is written, or the second inside its id."""
        inside = cells.second_of(post_id)
        dates = [(name, cell.row.get(name, "")) for name in cell.names("date")]
        local = cell.tool is not None and cell.tool.local
        if inside is not None and any(
            moments.read(text) if local else _agreeing(text, inside) for _, text in dates
        ):
            return inside
        for name, text in dates:
            written = moments.read(text, self._day_first is not False) if text else None
            if written is None:
                continue
            if written.whole == 86_400 * values.SECOND and cell("clock"):
                text = f"{text.strip()} {cell('clock')}"
                written = moments.read(text, self._day_first is not False) or written
            if not self._decided and moments.ambiguous(text):
                sink.remark("day_or_month")
            if _IN_UTC.search(folded(name)):
                return written.at
            if not written.zoned and self._zone is None and written.whole < 86_400 * values.SECOND:
                sink.remark("zone_unsaid")
            return moments.in_utc(written, self._zone)
        return inside


_LIKE = cells.patterns(id=r"\D?[0-9]{8,20}\D?", url=r"\s*\"?https?://\S+")
_OF_BLUESKY = frozenset({"did", "uri", "cid", "threadid"})
EXCEL_HOLDS = 32_767  # characters in a cell
_NO_TEXT = frozenset({"#NAME?", "#VALUE!", "#REF!", "#N/A", "#NOM?", "#VALEUR!", "#ERROR!"})
_IN_UTC = re.compile(r"(?:utc|gmt)$")


def _agreeing(text: str, inside: int) -> bool:
    """Return True if a date is the second inside an id, its day written first or its month."""
    found = [moments.read(text, day_first) for day_first in (True, False)]
    return any(one is not None and moments.same_clock(one, inside) for one in found)


def _is_told(roles: Collection[str]) -> bool:
    """Return True if columns tell who wrote what, when, and which post it is."""
    return {"text", "date"} <= set(roles) and not (
        {"author", "author_id"}.isdisjoint(roles) or {"id", "url"}.isdisjoint(roles)
    )


def _is_named(roles: Mapping[str, Collection[str]]) -> bool:
    """Return True if columns tell who wrote what and when, the words being called a tweet."""
    return _is_told({*roles, "id"}) and _says_tweet(map(folded, roles["text"]))


def _says_tweet(folds: Iterable[str]) -> bool:
    return any(map(TWEET.search, folds))


def _held(mapping: Layout, rows: Sequence[Mapping[str, str]]) -> Layout:
    """Return a layout as the first rows show it to be.

    Where all authors are numbers, they are called by their ids. Where all ids are short, they
    count the rows: the ids of posts were as short in 2006 alone.
    """
    columns = dict(mapping.columns)
    names = columns.get("author", ())
    if len(names) == 1 and "author_id" not in columns and _all(rows, names[0], _NUMBER.fullmatch):
        columns["author_id"] = columns.pop("author")
    ids_ = tuple(
        name
        for name in columns.get("id", ())
        if not _all(rows, name, _COUNT.fullmatch)
        and (not rows or any(row.get(name) for row in rows))
    )
    if ids_ != columns.get("id", ()):
        columns["id"] = ids_
    if mapping.tool is None:
        _count_or_flag(columns, rows)
        header = list(rows[0]) if rows else ()
        types = [name for name in header if folded(name) in TYPES]
        if "post_type" not in columns:
            columns["post_type"] = tuple(name for name in types if _all(rows, name, _is_kind))
    return mapping._replace(columns={role: found for role, found in columns.items() if found})


def _is_silent(mapping: Layout, rows: Rows) -> bool:
    """Return True if columns that would tell reshares are blank, and texts begin "RT @"."""
    names = [name for role in _RESHARES for name in mapping.columns.get(role, ())]
    texts = (row.get(name, "") for row in rows for name in mapping.columns.get("text", ()))
    return not any(_says(row, names) for row in rows) and any(
        values.typed_reshare(_words(text)) for text in texts
    )


def _says(row: Mapping[str, str], names: Sequence[str]) -> bool:
    return any(row.get(name, "").strip() not in _NOTHING for name in names)


_RESHARES = ("is_reshare", "reshared_id")
_NOTHING = frozenset({"", "-", "--"}) | values.ABSENT


def _count_or_flag(columns: dict[str, tuple[str, ...]], rows: Rows) -> None:
    """Tell a column called Retweet that counts from one that says whether, and RT likewise."""
    for role, other, test in (
        ("is_reshare", "reshares", lambda cell: cell.replace(".0", "").isdecimal()),
        ("reshares", "is_reshare", lambda cell: _is_word(cell)),
    ):
        for name in columns.get(role, ()):
            if folded(name) in ("retweet", "rt") and _all(rows, name, test):
                columns[role] = tuple(one for one in columns[role] if one != name)
                columns[other] = (*columns.get(other, ()), name)
                return


def _is_kind(cell: str) -> bool:
    return folded(cell) in KINDS


def _is_word(cell: str) -> bool:
    return not cell[:1].isdigit() and (values.flag(cell) is not None or _is_kind(cell))


_NUMBER = re.compile(r"[0-9]{5,20}(?:\.0)?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,7}(?:\.0)?", re.ASCII)


class _Cells:
    """The cells of a row by what they are."""

    def __init__(self, row: Mapping[str, str], mapping: Layout) -> None:
        self.row, self.tool = row, mapping.tool
        self._mapping = mapping

    def names(self, role: str) -> tuple[str, ...]:
        return self._mapping.columns.get(role, ())

    def place(self) -> Place | None:
        """Return where the post stands, by the row's own address, if not on Twitter."""
        for role in ("url", "id"):
            for name in self.names(role):
                if (place := place_of(self.row.get(name))) is not None:
                    return place
        return None

    def is_post(self) -> bool:
        """Return True for a row that says which post it is, or what and when: no total is."""
        return bool(self("id") or self("url") or (self("date") and self("text")))

    def did(self) -> str | None:
        """Return the id of an account of Bluesky."""
        held = (self.row.get(name, "") for name in self.names("author_id"))
        return next((text for text in held if text.startswith("did:")), None)

    def member(self) -> str | None:
        """Return name@server of the Fediverse, or the name of an account of Bluesky."""
        found = (values.handle(self.row.get(name)) for name in self.names("author"))
        return next((name for name in found if name and re.search(r"[@.]", name)), None)

    def __call__(self, role: str) -> str | None:
        for name in self.names(role):
            text = self.row.get(name, "").strip()
            if text and text not in values.ABSENT:
                return text
        return self._mapping.fixed.get(role)

    def is_ours(self) -> bool:
        """Return True for a row that says by an address or a site's name that it is Twitter's."""
        return ids.in_address(self("url")) is not None or any(
            folded(name) in SITES and folded(text) in OURS for name, text in self.row.items()
        )

    def elsewhere(self) -> bool:
        """Return True for a row that says of another site that it is its own.

        Where rows are of several, as media monitors write them.
        """
        address = self("url") or ""
        sites = [text for name, text in self.row.items() if text and folded(name) in SITES]
        return not self.is_ours() and (bool(sites) or address.startswith("http"))

    def handle(self, role: str) -> str | None:
        """Return an account's name, the first of a list."""
        text = self(role)
        if text and _OBJECT.match(text):  # printed by whatever program: its name is in it
            found = _NAMED.search(text)
            return found[1] if found else None
        listed = cells.named("screen_name", "username")(text) if text and text[0] == "[" else text
        return cells.handle_in(next(iter(listed), None) if isinstance(listed, list) else listed)

    def id(self, role: str) -> str | None:
        """Return an id, or the one in an address: the first that is sound, else a ruined one."""
        texts = [_inner(self.row.get(name, "")) for name in self.names(role)]
        found = [cells.address_id(text) or values.text_id(text) for text in texts]
        known = [text for text in found if text is not None]
        return next((text for text in known if not ids.is_ruined(text)), next(iter(known), None))

    def writer(self) -> str | None:
        """Return the author's account: an address has it where a cell shows another name."""
        shown = self.handle("author") or self.signed("author_id")
        if shown is not None and _NAME.fullmatch(shown):
            return shown
        address = cells.address_name(self("url")) or cells.profile_name(self("profile"))
        return shown if address in ("i", None) else address

    def kind(self, role: str) -> str | None:
        """Return what a post is, where a word says so that tools have for it."""
        parts = [self(role) or "", *re.split(r"[,;|+]", self(role) or "")]
        return next((kind for part in parts if (kind := KINDS.get(folded(part)))), None)

    def referred(self) -> dict[str, str | None]:
        """Return what a post does to others, and their ids: as the API lists it, or in columns."""
        kind = self.kind("referred_type")
        found = {} if kind is None else {kind: self.id("referred_id")}
        for one in cells.references(self("references") or ""):
            kind = KINDS.get(folded(str(one.get("type")))) if isinstance(one, dict) else None
            if kind is not None:
                found[kind] = values.text_id(str(one.get("id") or ""))
        return found

    def account(self, role: str) -> str | None:
        """Return an account's id: a number, or what is left of one."""
        text = self.id(role)
        return text if text is None or text.isdecimal() or ids.is_ruined(text) else None

    def signed(self, role: str) -> str | None:
        """Return the name that stands where an account's id is expected."""
        text = self(role) or ""
        return values.handle(text) if _NAME.fullmatch(text) and not text.isdecimal() else None

    def listed(self, role: str, *keys: str) -> list[str] | None:
        """Return a list however it is written; None where there is no such column."""
        if not self.names(role):
            return None
        text = self(role) or ""
        if text[:1] == "[":
            return cells.named(*keys)(text)
        for separator in ("|", ";", ","):
            if separator in text:
                return cells.joined(separator)(text)
        return cells.joined(None)(text)


_OBJECT = re.compile(r"\w*[{(].*[=:]", re.DOTALL)
_NAMED = re.compile(
    r"\b(?:screen_?name|user_?name|handle|acct)['\"]?\s*[=:]\s*['\"]?@?(\w{1,15})\b",
    re.ASCII | re.IGNORECASE,
)
_BEFORE_ID = re.compile(r"(?:#|x|id[:_ ]?|tw:|t:|tweet[:_ ]?|status[:_ ]?)(?=[0-9]{8,20}$)", re.I)


def _inner(text: str) -> str:
    """Return the id of the post that a cell holds as an object, or behind a mark; else itself.

    Examples
    --------
    >>> _inner("tw:647743716317124231"), _inner("{'id': 7}"), _inner("647743716317124231")
    ('647743716317124231', '7', '647743716317124231')
    """
    text = _BEFORE_ID.sub("", text)
    held = cells.printed(text) if text[:1] == "{" else None
    if not isinstance(held, dict):
        return text
    return next((str(held[key]) for key in ("post_id", "id_str", "id") if held.get(key)), "")


# as Bluesky's accounts are called, and those of another server of the Fediverse
_DOMAIN = re.compile(r"(?<![\w@.])@((?:[\w.-]+@)?[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_NAME = re.compile(r"@?[A-Za-z_]\w{1,14}", re.ASCII)


def _code(text: str | None) -> str | None:
    """Return the code of a language; its name ("French") is none."""
    return text if text is not None and len(text) <= 3 else None


def _refer(cell: _Cells, post: Post) -> None:
    post.replied_id = cell.id("replied_id")
    post.replied_author = cell.handle("replied_author")
    post.replied_author_id = cell.id("replied_author_id")
    post.quoted_id = cell.id("quoted_id")
    post.quoted_author = cells.address_name(cell("quoted_id"))
    post.quoted_author = post.quoted_author or cell.handle("quoted_author")
    post.quoted_author_id = cell.account("quoted_author_id")
    said = cell.kind("post_type")
    referred = cell.referred()
    post.quoted_id = post.quoted_id or referred.get("quote")
    post.replied_id = post.replied_id or referred.get("reply")
    quotes = post.quoted_id is not None or "quote" in (said, *referred)
    if quotes or values.flag(cell("is_quote")):
        post.kind = "quote"
    elif (
        post.replied_id is not None
        or post.replied_author is not None
        or values.flag(cell("is_reply"))
        or "reply" in (said, *referred)
        or (
            not cell.names("replied_id")
            and not cell.names("replied_author")
            and ids.same_post(cell.id("conversation"), post.post_id) is False
        )
    ):
        post.kind = "reply"


def _refer_abroad(cell: _Cells, post: Post) -> None:
    """Say what a post of another network does to others, and to whose where an address tells."""
    said = {cell.kind("post_type"), cell.kind("is_reshare")}
    reshared, quoted, answered = (
        place_of(cell(role)) for role in ("reshared_id", "quoted_id", "replied_id")
    )
    if reshared or values.flag(cell("is_reshare")) or "reshare" in said:
        if reshared is not None:
            post.reshared_id, post.reshared_author_id, post.reshared_author = reshared[1:]
        post.reshared_author = post.reshared_author or cell.handle("reshared_author")
        cells.make_reshare(post)
    elif quoted or values.flag(cell("is_quote")) or "quote" in said:
        post.kind = "quote"
        if quoted is not None:
            post.quoted_id, post.quoted_author_id, post.quoted_author = quoted[1:]
    elif (
        any(map(cell, ("replied_id", "replied_author")))
        or values.flag(cell("is_reply"))
        or "reply" in said
    ):
        post.kind = "reply"
        if answered is not None:
            post.replied_id, post.replied_author_id, post.replied_author = answered[1:]


def _entities(cell: _Cells, post: Post) -> None:
    """Fill hashtags, mentions and addresses: those of the text, and those that are listed."""
    text = _LINE_END.sub("\n", cells.uncut(post.text or ""))
    original = cells.uncut(_words(cell("reshared_text")) or "")
    text = f"{text}\n{original}" if original not in text else text
    listed_tags = _named(cell.listed("hashtags", "text", "tag"))  # a number is how many there are
    post.hashtags = cells.also(values.hashtags_in(text), listed_tags)
    names = _named(cell.listed("mentions", "screen_name", "username", "profile_id"))
    post.mentions = values.mentions([*values.mentions_in(text), *(names or ())])
    listed = cell.listed("urls", "expanded_url", "url")
    post.urls = cells.own_urls(
        one for one in (listed or values.urls_in(text)) if one.startswith("http")
    )
    media = cell.listed("media", "url")
    post.media_count = None if media is None else len(media)


# as programs write an end of line in a cell; without it "\\n#tag" would be no hashtag
_LINE_END = re.compile(r"\\[nrt](?=[#@＃＠])")


def _words(text: str | None) -> str | None:
    r"""Return a text; of bytes that Python has printed, what they say.

    Examples
    --------
    >>> _words("b'\\xc3\\xa9t\\xc3\\xa9'"), _words("un mot")
    ('été', 'un mot')
    """
    if text is not None and text[:2] in ("b'", 'b"') and text[-1] == text[1]:
        held = cells.printed(text)
        text = held.decode("utf-8", "replace") if isinstance(held, bytes) else text
    return values.unescape_whole(text)


def _named(listed: list[str] | None) -> list[str] | None:
    return None if listed is None else [one for one in listed if not one.isdecimal()]


def _reshare(cell: _Cells, post: Post, silent: bool) -> None:
    """Make a post a reshare: by a column that says so, or by its text where none says anything."""
    reshared_id, said = cell.id("reshared_id"), cell("is_reshare")
    referred = cell.referred()
    kinds = {cell.kind("post_type"), cell.kind("is_reshare"), *referred}
    reshared_id = reshared_id or referred.get("reshare")
    if reshared_id is None and not values.flag(said) and "reshare" not in kinds:
        unknown = (
            said is not None and values.flag(said) is None and cell.kind("is_reshare") is None
        )
        if silent or unknown or not any(map(cell.names, _RESHARES)):
            cells.typed_reshare(post)
        return
    typed = values.typed_reshare(post.text)
    post.reshared_id = reshared_id
    post.reshared_author = cell.handle("reshared_author") or (typed[0] if typed else None)
    post.reshared_author_id = cell.id("reshared_author_id")
    post.reshared_at = cells.second_of(reshared_id)
    if typed:
        key = values.mention(typed[0])
        own = values.mentions_in(typed[1])
        post.mentions = [name for name in post.mentions or () if name != key or key in own]
    cells.make_reshare(post)


def _shown(cell: _Cells, author: str | None) -> str | None:
    """Return the name that stands where the account's is expected, if it is another."""
    text = cell("author")
    return text if text and " " in text and values.handle(text) != author else None


def _profiles(cell: _Cells, post: Post) -> list[Profile]:
    if post.author is None and post.author_id is None:
        return []
    return [
        Profile(
            platform=post.platform,
            account_id=post.author_id,
            handle=post.author,
            name=cell("name") or _shown(cell, post.author),
            bio=values.unescape(cell("bio")),
            location=cell("location"),
            followers=values.count(cell("followers")),
            following=values.count(cell("following")),
            verified=values.flag(cell("verified")) if cell.names("verified") else None,
            seen_at=post.posted_at,
            seen_basis="after",
            post_id=post.post_id,
        )
    ]


# ------------------------------------------------------------------------------- declarations


def declared(columns: Mapping[str, str], header: Sequence[str]) -> FlatTable:
    """Return the reader of a table whose owner says what its columns are.

    Parameters
    ----------
    columns
        What a column is (of `DECLARED`, and `zone`) → its name; a name that begins with @ is the
        author of every row.

    Raises
    ------
    ValueError
        If the table has no such column, in one sentence.
    """
    by_fold = {folded(name): name for name in header}
    found: dict[str, tuple[str, ...]] = {}
    fixed: dict[str, str] = {}
    for role, name in columns.items():
        if role == "zone":
            continue
        if role == "author" and name.startswith("@"):
            fixed["author"] = name
        elif name in header or folded(name) in by_fold:
            found[role] = (name if name in header else by_fold[folded(name)],)
        else:
            raise ValueError(f"{role}={name} names no column")
    zone = ZoneInfo(columns["zone"]) if "zone" in columns else None
    return FlatTable(Layout(found, None, fixed), zone)


def undoubted(header: Sequence[str], rows: Rows) -> FlatTable | None:
    """Return the reader of a table whose names leave something open that its cells tell.

    None unless it is all told: which post, whose, when, what, and the rows are Twitter's by what
    they hold.
    """
    rows = _full(rows)
    guess = dict(proposal(header, rows))
    if "url" not in guess:  # which says whose a post is, where a column shows another name
        addresses = [("url", name) for name in header if _LOOKS["url"](rows, name)]
        guess |= dict(addresses[:1])
    asked = list(_ASKED)
    if any(
        _is_anothers(row.get(guess.get("url", "")), row.get(guess.get("author", "")))
        for row in rows
    ):
        asked.remove("url")  # it is what the post shares
    told = {role for role in asked if role in guess}
    if not _is_told({*told, *(["author"] if "url" in told else [])}):
        return None
    layout = _held(mapping_of(header), rows)
    columns = {role: names for role, names in layout.columns.items() if role not in _ASKED}
    taken = set(guess.values())
    for role in asked:
        others = [name for name in layout.columns.get(role, ()) if name not in taken]
        if found := [*([guess[role]] if role in guess else []), *others]:
            columns[role] = tuple(found)
    reader = FlatTable(layout._replace(columns=columns))
    return reader if reader.knows(rows) else None


def _is_anothers(address: str | None, author: str | None) -> bool:
    """Return True if the address of a post of Twitter names another account than the author."""
    name, whose = cells.handle_in(author), cells.address_name(address)
    return bool(name and whose and _NAME.fullmatch(name) and name.casefold() != whose.casefold())


def _full(rows: Rows) -> Rows:
    """Return rows without those that are all but blank, as the totals below a table are."""
    held = [sum(map(bool, row.values())) for row in rows]
    return [row for row, count in zip(rows, held, strict=True) if 2 * count > max(held)]


_ASKED = ("id", "url", "author", "author_id", "date", "text")


def proposal(header: Sequence[str], rows: Sequence[Mapping[str, str]] = ()) -> Mapping[str, str]:
    """Return what the columns of a table probably are, to be declared: role → name.

    By their names first, then by what the first rows hold.

    Examples
    --------
    >>> proposal(["Tweet ID", "Texte", "Date", "fruit"])
    {'id': 'Tweet ID', 'date': 'Date', 'text': 'Texte'}
    >>> proposal(["a", "b"], [{"a": "647743716317124231", "b": "26/09/2015 14:05"}])
    {'id': 'a', 'date': 'b'}
    """
    found = _held(mapping_of(header), rows).columns
    shown = {role: found[role][0] for role in _PROPOSED if role in found}
    if folded(shown.get("bio", "")) == "description":  # it may be one of anything
        del shown["bio"]
    if "id" in shown and _all(rows, shown["id"], lambda cell: not _is_id(cell)):
        del shown["id"]
    for role, looks in _LOOKS.items():
        signed = role == "author" and _all(rows, shown.get("url", ""), _whose)
        if role not in shown and not signed:
            others = _NEVER.get(role)
            free = [name for name in header if name not in shown.values()]
            free = [name for name in free if not (others and others.search(folded(name)))]
            fits = [name for name in free if looks(rows, name)]
            if fits:
                shown[role] = max(fits, key=lambda name: _likely(role, rows, name))
    if "date" in shown and _unlike(rows, shown):
        dates = [name for name in header if _LOOKS["date"](rows, name)]
        fits = [name for name in dates if not _unlike(rows, shown | {"date": name})]
        shown["date"] = next(iter(fits), "")
        shown = {role: name for role, name in shown.items() if name}
    for role, looks in _NAMELESS.items():
        told = {"id": {"id", "url"}, "author_id": {"author", "author_id", "url"}}.get(role, {role})
        free = [name for name in header if name[:1] == "#" and name not in shown.values()]
        fits = [name for name in free if looks(rows, name)]
        if fits and told.isdisjoint(shown):
            shown[role] = fits[0]
    if "id" in shown and {"author", "author_id"} & set(shown):
        shown.pop("url", None)
    if "author" in shown:
        shown.pop("author_id", None)
    return {role: shown[role] for role in _PROPOSED if role in shown}


def _whose(address: str) -> str | None:
    """Return the account that the address of a post names."""
    place = place_of(address)
    return (place.author or place.author_id) if place else cells.address_name(address)


# names of columns that hold what looks like it and is something else
_NEVER: Mapping[str, re.Pattern[str]] = {
    "author": re.compile(
        r"source|client|device|lang|sentiment|label|class|emotion|category|country|type|location"
        r"|query|keyword|topic|^is|isrt|vertex2|reason|airline|place|city|state|media|^bio|gender"
        r"|province|domain|host|tone|network|mention"
    ),
    "date": re.compile(
        r"user|acc(?:oun)?t|author|join|member|profile|extract|collect|scrap|archiv|index"
    ),
    "id": re.compile(r"user|author|acc(?:oun)?t|conversation|reply|retweet|quote|parent|media"),
}
_PROPOSED = (
    "id", "url", "author", "author_id", "date", "text", "is_reshare", "reshared_id", "replied_id",
    "quoted_id", "reshares", "likes", "followers", "bio",
)  # fmt: skip
_TIME = re.compile(r"date|time|epoch|created|posted|publi", re.IGNORECASE)


def _all(rows: Rows, name: str, test: Callable[[str], object]) -> bool:
    held = [row[name] for row in rows if row.get(name)]
    return bool(held) and all(map(test, held))


def _length(rows: Rows, name: str) -> float:
    return sum(len(row.get(name) or "") for row in rows)


def _is_id(cell: str) -> bool:
    """Return True for what a post's id is, or is left of it."""
    text = values.text_id(_inner(cell)) or ""
    sound = text.isdecimal() and len(text) > 7
    return sound or ids.is_ruined(text) or cells.address_id(cell) is not None


def _likely(role: str, rows: Rows, name: str) -> tuple[bool, float]:
    """Return what makes a column likelier than others to be what it looks like."""
    return role == "author" and bool(_WHO.search(folded(name))), _length(rows, name)


def _unlike(rows: Rows, shown: Mapping[str, str]) -> bool:
    """Return True if a column of dates is of something else: the ids of the posts say so."""
    post = shown.get("id") or shown.get("url")
    found = [(row.get(post or "", ""), row.get(shown["date"], "")) for row in rows if post]
    seconds = [(cells.second_of(cells.address_id(one) or one), text) for one, text in found]
    known = [(inside, text) for inside, text in seconds if inside is not None and text]
    return bool(known) and not any(_agreeing(text, inside) for inside, text in known)


_WHO = re.compile(
    r"author|user|account|screen|handle|name|auteur|pseudo|sender|tweeter|influenc|writer|poster|#"
)
_ACCOUNT = re.compile(r"(?:https?://(?:www\.)?(?:twitter|x)\.com/)?@?[A-Za-z_]\w{1,19}")
_SIGNED = re.compile(r"[@_\d]")  # what names of accounts hold and a word of a class does not


def _is_author(rows: Rows, name: str) -> bool:
    """Return True for a column of names: it is called so, or they are not words alone."""
    called = _WHO.search(folded(name)) or any(_SIGNED.search(row.get(name) or "") for row in rows)
    return bool(called) and _all(rows, name, _ACCOUNT.fullmatch)


# what columns without a name look like, where nothing likelier is: numbers of the years of Twitter
# are moments, longer ones that all differ the ids of posts of before 2010
_NAMELESS: Mapping[str, Callable[[Rows, str], bool]] = {
    "date": lambda rows, name: _all(rows, name, re.compile(r"1[1-9]\d{8}(?:\d{3})?").fullmatch),
    "id": lambda rows, name: (
        len({row.get(name) for row in rows}) == len(rows) > 1
        and _all(rows, name, re.compile(r"[1-9]\d{7,14}").fullmatch)
    ),
    "author_id": lambda rows, name: _all(rows, name, re.compile(r"[1-9]\d{5,19}").fullmatch),
}
_LOOKS: Mapping[str, Callable[[Rows, str], bool]] = {
    "id": lambda rows, name: _all(
        rows, name, lambda cell: len(cell) >= ids.LONG and ids.ID.fullmatch(cell)
    ),
    "url": lambda rows, name: _all(
        rows, name, lambda cell: ids.in_address(cell) or place_of(cell)
    ),
    "date": lambda rows, name: _all(
        rows,
        name,
        lambda cell: moments.read(cell) and (_TIME.search(name) or not cell.isdecimal()),
    ),
    "author": _is_author,
    "text": lambda rows, name: (
        _length(rows, name) >= 20 * max(1, len(rows))
        and not _all(rows, name, lambda cell: " " not in cell or cell[:2] in ("[{", '{"'))
    ),
}
