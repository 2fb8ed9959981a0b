"""Tables of posts that smaller collectors, spreadsheets and people make, a post a row.

GetOldTweets 1 and 3, the columns of snscrape's tutorials, twitterscraper, tweet-harvest, IFTTT's
sheets, Netlytic, FiveThirtyEight's release, the layout of Kaggle's collections, rtweet 1 without
its users: each has other names for the same few things. So the names are declared once
(`SYNONYMS`: what a column is, in the order of trust), case, blanks, accents and underscores not
counting, and a tool is a set of names that tells it and what has to be known of it (`Tool`). A
table like them that no tool tells is read too if it has text, date, post and author, and is of
Twitter by its names. Anything else is read as its owner declares (`i4 read --columns`).

Where the clock of a table is local (GetOldTweets, IFTTT), or shows the moment inside the id in
another zone, the id's own second is taken. A list of hashtags may be short of the text's: both
count. Where nothing better is there, "RT @" tells a reshare.

No real file of any of them was at hand: the columns are the tools' own, from their documentation
and public issues, and the tests' files are invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from i4analysis.archive.rows import cells, ids, moments, values
from i4analysis.archive.rows.reader import CsvReader, Post, Profile, RecordError, Sink, folded

# What a column is → its names, folded; the first of a row that holds something is believed.
SYNONYMS: Mapping[str, str] = {
    "id": "idstr tweetidstr tweetid statusid statusidstr postid twitterid guid id idtweet"
    " identifiantdutweet",
    "url": "permalink tweeturl tweetlink linktotweet statusurl tweetpermalink articleurl posturl"
    " tweetaddress url link lien permalien",
    "author": "screenname userscreenname authorscreenname fromuser userusername authorusername"
    " username authorhandle userhandle handle twitterhandle author user from account nomdecompte"
    " nomdutilisateur pseudo auteur compte",
    "author_id": "useridstr userid authorid fromuseridstr fromuserid accountid altexternalid"
    " twitterauthorid externalauthorid",
    "name": "fullname displayname userdisplayname authorname userfullname realname name",
    "date": "createdat tweetcreatedat tweetcreatedts tweetcreated tweettime datetime timestamp"
    " date publishdate publisheddate pubdate datecreated postedat postdate tweetdate datetweet"
    " created time timestampepochs dateheure horodatage",
    "text": "fulltext text tweettext tweet content rawcontent tweetcontent body message texte"
    " contenu",
    "lang": "lang language tweetlang tweetlanguage langue",
    "reshares": "retweets retweetcount retweetscount numberofretweets nretweets twitterretweets"
    " nbretweets",
    "likes": "favorites favoritecount favoritescount favourites favouritecount likes likecount"
    " likescount numberoflikes nlikes nbfavoris favs",
    "hashtags": "hashtags hashtag tags",
    "mentions": "mentions mentionedauthors usermentions mentionedusers",
    "urls": "urls expandedurls outlinks links",
    "media": "media mediaurls photos images imgurls",
    "reshared_id": "retweetedstatusid retweetedstatusidstr retweetedtweetid retweetedid"
    " retweetstatusid retweetid reweetid rtid originaltweetid",
    "reshared_author": "retweetedscreenname retweetedusername retweeteduser retweetscreenname"
    " retweetusername originaltweetusername",
    "reshared_author_id": "retweeteduserid retweetuserid originaltweetuserid",
    "is_reshare": "isretweet isrt retweet",
    "post_type": "posttype tweettype",
    "quoted_id": "quotedstatusid quotedstatusidstr quotedtweetid quotedid quoteid",
    "is_quote": "isquotestatus isquote",
    "replied_id": "inreplytostatusid inreplytostatusidstr inreplytotweetid replytostatusid"
    " replytotweetid parenttweetid inreplytoid",
    "replied_author": "inreplytoscreenname inreplytousername replytoscreenname inreplyto replyto"
    " to",
    "replied_author_id": "inreplytouserid inreplytouseridstr replytouserid",
    "is_reply": "isreplyto isreply",
    "conversation": "conversationid conversationidstr",
    "source": "source client sourcelabel sourcename via",
    "views": "viewcount viewscount views impressions impressioncount",
    "place": "placefullname",
    "truncated": "truncated",
    "followers": "userfollowerscount followerscount userfollowers followers twitterfollowers"
    " numberoffollowers nbabonnes abonnes",
    "following": "userfriendscount friendscount userfollowingcount followingcount userfriends"
    " friends following twitterfollowing numberoffriends abonnements",
    "bio": "userdescription acctdesc description bio userbio authordescription biographie",
    "location": "userlocation location authorlocation",
    "verified": "userverified verified authorverified",
}
_ROLES = {
    word: (rank, role)
    for role, words in SYNONYMS.items()
    for rank, word in enumerate(words.split())
}
DECLARED = tuple(
    role for role in SYNONYMS if role not in ("conversation", "truncated", "post_type")
)
_ELSEWHERE = frozenset(
    [
        "subreddit",
        "selftext",
        "pagename",
        "facebookid",
        "instagram",
        "channelid",
        "videoid",
        "subtitle",
        "did",
        "uri",
        "cid",
        "originalposter",
        "boardid",
        "threadid",
    ]
)


class Tool(NamedTuple):
    """A tool told by its columns.

    Attributes
    ----------
    name, title
        In the files table, and for people.
    tells
        Names of columns, folded, that tell it.
    own
        Columns that are something else than their names say: name → what it is, "" for nothing.
    local
        The dates are of a clock that stands in no known zone: the id's are believed first.
    day_first
        How 03/04/2015 is meant; None where the file has to tell.
    """

    name: str
    title: str
    tells: str
    own: Mapping[str, str] = {}
    local: bool = False
    day_first: bool | None = None


TOOLS: tuple[Tool, ...] = (
    Tool(
        "getoldtweets",
        "GetOldTweets and GetOldTweets3",
        "username date retweets favorites text geo mentions hashtags id permalink",
        local=True,
    ),
    Tool(
        "twitterscraper",
        "twitterscraper",
        "screenname username tweetid tweeturl timestamp text isreplyto",
        {"username": "name", "links": "urls", "replytousers": ""},
    ),
    Tool("tweet-harvest", "tweet-harvest", "conversationidstr fulltext idstr tweeturl useridstr"),
    Tool(
        "netlytic",
        "Netlytic",
        "guid link pubdate author title",
        {"id": "", "title": "text", "to": "replied_author", "description": ""},
    ),
    Tool(
        "fivethirtyeight",
        "FiveThirtyEight's release of troll tweets",
        "author content publishdate posttype accountcategory",
        {"language": "", "region": ""},
        day_first=False,
    ),
    Tool(
        "ifttt",
        "IFTTT sheets",
        "username text linktotweet createdat",
        local=True,
    ),
    Tool(
        "kaggle",
        "collections of Kaggle (user_name, user_followers, date, text)",
        "username userlocation userdescription userfollowers userfriends date text",
        {"username": "name"},
    ),
    Tool(
        "rtweet-1",
        "rtweet 1 without its users",
        "createdat idstr fulltext isquotestatus favoritecount",
        {"text": ""},
    ),
    Tool(
        "scweet",
        "Scweet",
        "userscreenname username timestamp embeddedtext tweeturl",
        {"userscreenname": "name", "username": "author", "text": "", "embeddedtext": "text"},
    ),
    Tool(
        "scweet",
        "Scweet",
        "userscreenname username timestamp text emojis comments tweeturl",
        {"userscreenname": "name", "username": "author"},
    ),
    Tool(
        "vicinitas",
        "Vicinitas",
        "tweetid text screenname utc createdat favorites tweettype",
        {"hashtags": "", "mentions": "", "urls": "", "mediaurls": "", "language": ""},
    ),
    Tool(
        "nodexl",
        "NodeXL's edges, of which several may be of one post",
        "vertex1 vertex2 relationship tweet importedid twitterpagefortweet",
        {
            "vertex1": "author",
            "vertex2": "",
            "relationship": "post_type",
            "tweet": "text",
            "tweetdateutc": "date",
            "twitterpagefortweet": "url",
            "importedid": "id",
            "hashtagsintweet": "hashtags",
            "urlsintweet": "urls",
        },
        day_first=False,
    ),
    Tool(
        "snscrape-tutorial",
        "the columns of snscrape's tutorials (Datetime, Tweet Id, Text, Username)",
        "datetime tweetid text username",
    ),
)


class Layout(NamedTuple):
    """What the columns of a file are: role → columns, in the order of trust; and its tool."""

    columns: Mapping[str, tuple[str, ...]]
    tool: Tool | None
    fixed: Mapping[str, str] = {}


def mapping_of(header: Sequence[str]) -> Layout:
    """Return what the columns of a table are, as far as their names tell.

    Examples
    --------
    >>> mapping_of(["", "Datetime", "Tweet Id", "Text", "Username"]).columns["id"]
    ('Tweet Id',)
    """
    names = {folded(name): name for name in reversed(header) if name}
    tool = next((one for one in TOOLS if set(one.tells.split()) <= set(names)), None)
    own = tool.own if tool is not None else {}
    ranked: dict[str, list[tuple[int, str]]] = {}
    for fold, name in names.items():
        if fold in own:
            rank, role = -1, own[fold]
        else:
            rank, role = _ROLES.get(fold, (0, ""))
        if role:
            ranked.setdefault(role, []).append((rank, name))
    if "screenname" in names and "username" in names and "username" not in own:
        ranked["author"] = [one for one in ranked["author"] if folded(one[1]) != "username"]
        ranked.setdefault("name", []).append((9, names["username"]))
    if "author" in ranked and "name" in ranked and "fullname" in names:
        ranked["name"].sort()
    columns = {role: tuple(name for _, name in sorted(found)) for role, found in ranked.items()}
    return Layout(columns, tool)


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
    title = "other tables of tweets that say who wrote what, when"
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

    def matches(self, header: Sequence[str]) -> bool:
        """Return True for a tool's table, or one of Twitter's that says who posted what, when."""
        if self._mapping is not None:
            wanted = {name for names in self._mapping.columns.values() for name in names}
            return not wanted.isdisjoint(header)
        found = mapping_of(header)
        if found.tool is not None:
            return True
        roles = found.columns
        folds = {folded(name) for name in header}
        return (
            {"text", "date"} <= set(roles)
            and bool({"author", "author_id"} & set(roles))
            and bool({"id", "url"} & set(roles))
            and folds.isdisjoint(_ELSEWHERE)
            and any(
                "tweet" in fold.replace("retweet", "") or fold == "permalink" for fold in folds
            )
        )

    def begin(self, header: Sequence[str], first: Sequence[Mapping[str, str]]) -> FlatTable:
        """Return a reader that knows the file's columns and how it writes its dates."""
        if not header:  # objects, each with its own names
            return self
        if self._mapping is not None and not first:
            return self
        mapping = self._mapping or mapping_of(header)
        dates = [row.get(name, "") for row in first for name in mapping.columns.get("date", ())]
        order = self._day_first if mapping.tool is None else mapping.tool.day_first
        if order is None:
            order = moments.day_first(dates)
        reader = FlatTable(mapping, self._zone, True if order is None else order)
        reader._decided = order is not None
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
        author = _handle(cell("author"))
        post = Post(
            platform="twitter",
            post_id=self._id(cell, author, sink),
            author=author or cells.address_name(cell("url")),
            author_id=cell.id("author_id"),
            text=values.unescape(cell("text")),
            lang=_code(cell("lang")),
            reshare_count=values.count(cell("reshares")),
            like_count=values.count(cell("likes")),
            conversation_id=cell.id("conversation"),
            source=values.client(cell("source")),
            view_count=values.views(cell("views")),
            place=cell("place"),
        )
        post.posted_at = self._moment(cell, post.post_id, mapping, sink)
        if post.posted_at is None and post.text is None:
            raise RecordError("the row holds neither a date nor a text: the columns are shifted")
        if values.flag(cell("truncated")):
            sink.remark("text_cut")
        _refer(cell, post)
        _entities(cell, post)
        _reshare(cell, post)
        sink.post(post, (), _profiles(cell, post))

    @staticmethod
    def _id(cell: _Cells, author: str | None, sink: Sink) -> str:
        written = cell.id("id")
        addresses = cell.names("url")
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

    def _moment(self, cell: _Cells, post_id: str, mapping: Layout, sink: Sink) -> int | None:
        """Return when a post was made: what is written, or the second inside its id."""
        inside = cells.second_of(post_id)
        for name in cell.names("date"):
            text = cell.row.get(name, "")
            written = moments.read(text, self._day_first is not False) if text else None
            if written is None:
                continue
            if not self._decided and moments.ambiguous(text) and inside is None:
                sink.remark("day_or_month")
            if inside is not None and (
                (mapping.tool is not None and mapping.tool.local)
                or moments.same_clock(written, inside)
            ):
                return inside
            if not written.zoned and self._zone is None and written.whole < 86_400 * values.SECOND:
                sink.remark("zone_unsaid")
            return moments.in_utc(written, self._zone)
        return inside


class _Cells:
    """The cells of a row by what they are."""

    def __init__(self, row: Mapping[str, str], mapping: Layout) -> None:
        self.row = row
        self._mapping = mapping

    def names(self, role: str) -> tuple[str, ...]:
        return self._mapping.columns.get(role, ())

    def __call__(self, role: str) -> str | None:
        for name in self.names(role):
            text = self.row.get(name, "").strip()
            if text and text not in values.ABSENT:
                return text
        return self._mapping.fixed.get(role)

    def id(self, role: str) -> str | None:
        """Return an id: the first that is sound, else the first that is ruined."""
        found = [values.text_id(self.row.get(name, "")) for name in self.names(role)]
        known = [text for text in found if text is not None]
        return next((text for text in known if not ids.is_ruined(text)), next(iter(known), None))

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


def _handle(text: str | None) -> str | None:
    name = values.handle(text)
    if name is None or " " in name:
        return name
    return name.rsplit("/", 1)[-1] if name.startswith("http") else name


def _code(text: str | None) -> str | None:
    """Return the code of a language; its name ("French") is none."""
    return text if text is not None and len(text) <= 3 else None


def _refer(cell: _Cells, post: Post) -> None:
    post.replied_id = cell.id("replied_id")
    post.replied_author = _handle(cell("replied_author"))
    post.replied_author_id = cell.id("replied_author_id")
    post.quoted_id = cell.id("quoted_id")
    said = (cell("post_type") or "").casefold()
    if post.quoted_id is not None or values.flag(cell("is_quote")) or said.startswith("quote"):
        post.kind = "quote"
    elif (
        post.replied_id is not None
        or post.replied_author is not None
        or values.flag(cell("is_reply"))
        or said == "reply"
        or (
            not cell.names("replied_id")
            and not cell.names("replied_author")
            and ids.same_post(cell.id("conversation"), post.post_id) is False
        )
    ):
        post.kind = "reply"


def _entities(cell: _Cells, post: Post) -> None:
    """Fill hashtags, mentions and addresses: those of the text, and those that are listed."""
    text = cells.uncut(post.text or "")
    listed_tags = _named(cell.listed("hashtags", "text", "tag"))  # a number is how many there are
    post.hashtags = cells.also(values.hashtags_in(text), listed_tags)
    names = _named(cell.listed("mentions", "screen_name", "username"))
    post.mentions = values.mentions([*values.mentions_in(text), *(names or ())])
    listed = cell.listed("urls", "expanded_url", "url")
    post.urls = cells.own_urls(
        one for one in (listed or values.urls_in(text)) if one.startswith("http")
    )
    media = cell.listed("media", "url")
    post.media_count = None if media is None else len(media)


def _named(listed: list[str] | None) -> list[str] | None:
    return None if listed is None else [one for one in listed if not one.isdecimal()]


def _reshare(cell: _Cells, post: Post) -> None:
    """Make a post a reshare: by a column that says so, or by its text where there is none."""
    reshared_id, said = cell.id("reshared_id"), cell("is_reshare")
    kind = (cell("post_type") or "").casefold()
    if reshared_id is None and not values.flag(said) and kind not in ("retweet", "repost"):
        if not cell.names("is_reshare") and not cell.names("reshared_id"):
            cells.typed_reshare(post)
        return
    typed = values.typed_reshare(post.text)
    post.reshared_id = reshared_id
    post.reshared_author = _handle(cell("reshared_author")) or (typed[0] if typed else None)
    post.reshared_author_id = cell.id("reshared_author_id")
    post.reshared_at = cells.second_of(reshared_id)
    if typed:
        key = values.mention(typed[0])
        own = values.mentions_in(typed[1])
        post.mentions = [name for name in post.mentions or () if name != key or key in own]
    cells.make_reshare(post)


def _profiles(cell: _Cells, post: Post) -> list[Profile]:
    if post.author is None and post.author_id is None:
        return []
    return [
        Profile(
            platform="twitter",
            account_id=post.author_id,
            handle=post.author,
            name=cell("name"),
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
    found = mapping_of(header).columns
    shown = {role: found[role][0] for role in _PROPOSED if role in found}
    for role, looks in _LOOKS.items():
        if role not in shown:
            others = _NEVER.get(role)
            free = [name for name in header if name not in shown.values()]
            free = [name for name in free if not (others and others.search(folded(name)))]
            fits = [name for name in free if looks(rows, name)]
            if fits:
                shown[role] = max(fits, key=lambda name: _length(rows, name))
    if "id" in shown:
        shown.pop("url", None)
    if "author" in shown:
        shown.pop("author_id", None)
    return {role: shown[role] for role in _PROPOSED if role in shown}


# names of columns that hold what looks like it and is something else
_NEVER: Mapping[str, re.Pattern[str]] = {
    "author": re.compile(
        r"source|client|device|lang|sentiment|label|class|emotion|category|country|type|location"
        r"|query|keyword|topic|^is|vertex2|reason|airline|place|city|state|media"
    ),
    "date": re.compile(r"user|acc(?:oun)?t|author|join|member|profile|extract|collect|scrap"),
    "id": re.compile(r"user|author|acc(?:oun)?t|conversation|reply|retweet|quote|parent|media"),
}
_PROPOSED = ("id", "url", "author", "author_id", "date", "text")
Rows = Sequence[Mapping[str, str]]


def _all(rows: Rows, name: str, test: Callable[[str], object]) -> bool:
    held = [row[name] for row in rows if row.get(name)]
    return bool(held) and all(map(test, held))


def _length(rows: Rows, name: str) -> float:
    return sum(len(row.get(name) or "") for row in rows)


_LOOKS: Mapping[str, Callable[[Rows, str], bool]] = {
    "id": lambda rows, name: _all(
        rows, name, lambda cell: len(cell) >= ids.LONG and ids.ID.fullmatch(cell)
    ),
    "url": lambda rows, name: _all(rows, name, ids.in_address),
    "date": lambda rows, name: _all(
        rows, name, lambda cell: not cell.isdecimal() and moments.read(cell)
    ),
    "author": lambda rows, name: _all(rows, name, re.compile(r"@?[A-Za-z_]\w{1,19}").fullmatch),
    "text": lambda rows, name: _length(rows, name) >= 30 * max(1, len(rows)),
}
