"""What a file that is no archive of posts looks like, and what to do about it, in one sentence.

The reader of this page is somebody who has a folder of files from years ago. A refusal that names
what the file is saves them an evening.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Look(NamedTuple):
    """What something looks like, and what to do next."""

    what: str
    next_step: str

    @property
    def may_hold_posts(self) -> bool:
        """True where the next step turns it into what is read, not leaves it out."""
        return self.next_step.startswith(_TURNS)


_TURNS = ("add", "export", "fetch", "load", "open R", "open it in LibreOffice", "put", "save",
          "say", "take", "turn", "unpack", "write")  # fmt: skip


_R = Look(
    "a data file of R (.rds or .RData)",
    'open R and write it as CSV: x <- readRDS("FILE.rds"); x[] <- lapply(x, function(c) if'
    ' (is.list(c)) sapply(c, paste, collapse = " ") else c); write.csv(x, "FILE.csv",'
    " row.names = FALSE); then read the CSV",
)
_NOT_POSTS = "leave it out"
_BESIDE = "end that program, which takes it into the database, and read the database"
_SHEET = Look(
    "a web page, XML or SYLK that holds a table",
    "open it in LibreOffice or Excel, with the columns of ids as text, save it as CSV UTF-8, and"
    " read that",
)
_YAML = Look(
    "YAML or TOML, which i4analysis does not read",
    "turn it into JSON (yq -o json FILE > FILE.json), and read that",
)
_TURNED = Look(
    "JSON whose quotes a word processor has turned",
    "save it once more from where it was copied, without that program",
)
_LETTER = Look("an e-mail, or a box of them", "save what is attached to it, and read that")
_GRAPH = Look(
    "a graph (GEXF, GraphML, GML, GDF, Pajek or UCINET), which holds no posts", "open it in Gephi"
)
_PROGRAM = Look(
    "a program, not data", "leave it out; a list of posts in it has to be saved as JSON by itself"
)
_XML = Look(
    "an XML document, which i4analysis does not read",
    "leave it out, or write its records as CSV or JSON lines and read those",
)
_WARC = Look(
    "a web archive (WARC), which holds pages",
    "take the answers of the service out of it (warcio extract) and read those as JSON",
)
_INDEX = Look(
    "the index of a web archive, which says where its pages are and holds no posts",
    "leave it out",
)
_SHOWN = Look(
    "a table as R or pandas shows it, with texts cut and columns left out",
    "write it with write.csv or to_csv and read that",
)
NAMELESS = Look(
    "rows without the names of their columns, as pandas' to_json(orient='values') writes",
    "write it again with orient='records', or with the names as its first line",
)
HEADLESS = Look(
    "a table whose first line is a row, without the names of its columns",
    "write them above it",
)
IDS = Look(
    "a list of post ids without their texts",
    "ask whoever collected them for the posts, for X gives none back",
)
TEXTS = Look(
    "texts without who wrote them and when, as they teach a classifier",
    "ask whoever made it for the posts themselves, with ids, authors and dates",
)
EMPTY = Look("a search that found nothing: a list or an object without a record", "leave it out")
NO_JSON = Look(
    "text that begins with a bracket and is no JSON",
    "say from where it was copied, or save it there once more as JSON",
)
ACCOUNTS = Look(
    "a table of accounts without posts",
    "leave it out: accounts are read with the posts of theirs",
)
ERROR = Look("an error that a service has answered, not its posts", "ask it again")
DECLARE = "say what its columns are with i4 read FILE --columns id=…,author=…,date=…,text=…"

MAGIC: tuple[tuple[bytes, Look], ...] = (
    (b"X\n\0\0\0", _R),
    (b"A\n2\n", _R),
    (b"A\n3\n", _R),
    (b"RDX2\n", _R),
    (b"RDX3\n", _R),
    (b"PARE", Look("an encrypted Parquet table", "write it as CSV or JSON lines and read that")),
    (b"SQLite format 3\0", Look("the beginning of a SQLite database", "fetch it again")),
    *[
        (magic, Look("what a program keeps beside a SQLite database while it writes", _BESIDE))
        for magic in (
            b"7\x7f\x06\x82",
            b"7\x7f\x06\x83",
            b"\xd9\xd5\x05\xf9 \xa1c\xd7",
            b"\x18\xe2-\0\0\0\0\0",
        )
    ],
    (b"%PDF", Look("a PDF", _NOT_POSTS)),
    (b"\x89PNG", Look("a picture", _NOT_POSTS)),
    (b"\xff\xd8\xff", Look("a picture", _NOT_POSTS)),
    (b"GIF8", Look("a picture", _NOT_POSTS)),
    (b"\x89HDF", Look("an HDF5 file", "write its table as CSV and read that")),
    *[
        (magic, Look("a Python pickle", "write its table as CSV; a pickle can run programs"))
        for magic in (
            b"\x80\2",
            b"\x80\3",
            b"\x80\4",
            b"\x80\5",
            b"(lp",
            b"(dp",
            b"]q\0",
            b"}q\0",
            b"ccopy_reg",
            b"cpandas",
            b"ccollections",
        )
    ],
    (b"$FL2", Look("a data file of SPSS", "save it as CSV and read that")),
    (b"$FL3", Look("a data file of SPSS", "save it as CSV and read that")),
    *[
        (magic, Look("a data file of Stata", "write it as CSV: export delimited"))
        for magic in (
            b"<stata_dta>",
            *(bytes((version, order, 1)) for version in range(0x69, 0x74) for order in (1, 2)),
        )
    ],
    (b"MATLAB 5.0 MAT", Look("a data file of MATLAB", "write its table as CSV: writetable")),
    (b"\0" * 8 + b"DUCK", Look("a DuckDB database", "write its table out: COPY t TO 't.parquet'")),
    (
        b"\0" * 12 + b"\xc2\xea\x81\x60",
        Look("a data file of SAS", "write it as CSV: PROC EXPORT"),
    ),
    (b"\0\1\0\0Standard", Look("an Access database", "export its table of posts as CSV")),
    (b"Obj\x01", Look("an Avro file", "write its records as JSON lines and read those")),
    (b"\x93NUMPY", Look("an array of NumPy", "write its table as CSV with names")),
    (
        b"version https://git-lfs",
        Look("a pointer of Git LFS, which stands for the file", "fetch the file: git lfs pull"),
    ),
    (
        b"total number:",
        Look("posts as SNAP's twitter7 lists them (T, U, W)", "write them as a table with names"),
    ),
    (b"ID;P", _SHEET),
    (b"{\\rtf", Look("a document of Word (RTF)", _NOT_POSTS)),
    (b"WARC/", _WARC),
    (b"---\n- ", _YAML),
    (b" CDX ", _INDEX),
    (b"!meta ", _INDEX),
    (b"# A tibble:", _SHOWN),
    (b"7z\xbc\xaf\x27\x1c", Look("a 7-Zip archive", "unpack it and read the folder")),
    (b"Rar!", Look("a RAR archive", "unpack it and read the folder")),
    (b"MSCF", Look("a cabinet of Windows", "unpack it and read the folder")),
    (b"\x04\x22\x4d\x18", Look("packed with LZ4", "unpack it with `lz4 -d` and read that")),
    (b"\x1f\x9d", Look("packed with compress (.Z)", "unpack it with `uncompress` and read that")),
    (b"LZIP", Look("packed with lzip", "unpack it with `lzip -d` and read that")),
    (b"]\0\0", Look("packed with LZMA, before .xz", "unpack it with `unlzma` and read that")),
)
_MARKUP = re.compile(
    rb"\s*<(?:!doctype html|html|\?xml|svg|!--|table|div|body|head|meta|style|script|p>|ul>)",
    re.IGNORECASE,
)
_BSON = re.compile(rb".{4}[\x01-\x12]_id\0", re.DOTALL)
_SQL = re.compile(rb"^\s*(?:CREATE TABLE|INSERT INTO|COPY \S+ \()", re.MULTILINE | re.IGNORECASE)
# names set to the right above rows that are counted from 0, or dots for what is left out
_SHOWN_BY_PANDAS = re.compile(
    rb" {2,}[^,;\t|\n]*?\S {2,}[^,;\t|\n]*\n0  +\S[^\n]*(?:\n1  +\S|\n\.\.  |\s*$)"
)
_BEGINNINGS = (
    (re.compile(rb"[\s\[{]*(?:\xe2\x80[\x9c-\x9e]|\xc2\xab)\w+"
                rb"(?:\xe2\x80[\x9c-\x9e]|\xc2\xbb)\s*:"), _TURNED),
    (re.compile(rb"\s*(?:---\s+)?- +[\w\"']+: .*\n +[\w\"']+: "), _YAML),
    (re.compile(rb"\s*\[\[[\w.]+\]\][ \t]*\r?\n\w+ *= *"), _YAML),
    (re.compile(rb"(?:From [^\n]*\n)?(?:[A-Z][\w-]+: [^\n]*\r?\n(?:[ \t][^\n]*\n)*)+"
                rb"(?:MIME-Version|Received|Message-ID): ", re.IGNORECASE), _LETTER),
    (re.compile(rb"\s*(?:\*(?:vertices|network|node data)\b|nodedef ?>|dl\s+n ?=|"
                rb"(?:(?:creator|version|comment) .*\n\s*)*graph\s*\[)", re.IGNORECASE), _GRAPH),
    (re.compile(rb"\s*(?:\"use strict\"|(?:var|let|const|function|import|from|def|class) \w+"
                rb"[ \w.,*]*(?:[=({;:]|$))", re.MULTILINE), _PROGRAM),
)  # fmt: skip
_MONGO = Look(
    "a dump of MongoDB (BSON)",
    "turn it into JSON with MongoDB's own bsondump FILE.bson > FILE.json, and read that",
)
_DATABASE = Look("a dump of an SQL database", "load it and export its table of posts as CSV")
_PRINTED = re.compile(rb"[0-9]{15,20} [-0-9]{10} [:0-9]{8} (?:[-+0-9A-Z]+ )?<\w{1,15}> ")
_TWINT = Look(
    "posts as twint prints them, without columns",
    "put tabs between their parts: sed -E"
    r" 's/^([0-9]+) ([^<]+) <([^>]+)> (.*)$/\1\t\2\t\3\t\4/' FILE > FILE.tsv, and read that",
)
_FEED = Look("a feed (RSS or Atom)", _NOT_POSTS)
_MARKED: tuple[tuple[bytes, Look], ...] = (
    (b"<gexf", _GRAPH),
    (b"<graphml", _GRAPH),
    (b"<rss", _FEED),
    (b"<feed", _FEED),
    (b"urn:schemas-microsoft-com:office:", _SHEET),
    (b"opendocument.spreadsheet", _SHEET),
    (b"<table", _SHEET),
)
_PAGE = Look(
    "a web page or XML, not data",
    "in an X archive the posts are in data/tweets.js: name the whole .zip or its folder",
)

# (names that must all be there, what it is, what to do)
NAMES: tuple[tuple[frozenset[str], Look], ...] = tuple(
    (frozenset(names.split("|")), Look(what, next_step))
    for names, what, next_step in (
        (
            "object_id|account_id|content_id|timestamp_share",
            "CooRTweet's table of shares, which holds no posts",
            "read the posts it was made from",
        ),
        ("original|reposts", "cascades of Weibo, which i4analysis does not read", _NOT_POSTS),
        ("child|parent|tree", "trees of cascades without posts", _NOT_POSTS),
        ("magnitude|time", "times and sizes of cascades without posts", _NOT_POSTS),
        ("Source|Target", "the edges of a graph, not posts", "open it in Gephi"),
        ("source|target", "the edges of a graph, not posts", "open it in Gephi"),
        ("cells|nbformat", "a Jupyter notebook", "run it with i4 refresh"),
        ("type|features", "a map (GeoJSON)", _NOT_POSTS),
        ("nav_index|source_platform", "a Zeeschuimer capture of another site than X", _NOT_POSTS),
        ("subreddit|selftext", "posts of Reddit, which i4analysis does not read", _NOT_POSTS),
        ("subreddit|body", "comments of Reddit, which i4analysis does not read", _NOT_POSTS),
        (
            "data.subreddit|data.author",
            "an answer of Reddit, which i4analysis does not read",
            _NOT_POSTS,
        ),
        *(
            (names, "posts of Lemmy, which i4analysis does not read", _NOT_POSTS)
            for names in (
                "creator_id|community_id",
                "creator_id|ap_id",
                "post.creator_id|post.community_id",
                "comment.creator_id|comment.ap_id",
            )
        ),
        ("url|mime|digest|offset", _INDEX.what, _INDEX.next_step),
        ("filename|offset|recordCount", _INDEX.what, _INDEX.next_step),
        ("format|hasText|title", "the list of pages of a web archive (WACZ)", _NOT_POSTS),
        ("resources|wacz_version", "what a web archive (WACZ) says of itself", _NOT_POSTS),
        (
            "startedDateTime|request|response",
            "what a browser has loaded (HAR), without an answer that holds posts",
            "save it again while the posts are on the screen, with the bodies of the answers",
        ),
        (
            "id|message|created_time",
            "an answer of Facebook, which i4analysis does not read",
            _NOT_POSTS,
        ),
        ("createTime|webVideoUrl", "posts of TikTok, which i4analysis does not read", _NOT_POSTS),
        ("createTime|desc", "posts of TikTok, which i4analysis does not read", _NOT_POSTS),
        ("id|bid|user_id", "posts of Weibo, which i4analysis does not read", _NOT_POSTS),
        ("Page Name|Post Created", "a CrowdTangle export of Facebook", _NOT_POSTS),
        ("Hit Sentence|Influencer", "an export of Meltwater", DECLARE),
        ("SenderScreenName|Message", "an export of Sprinklr", DECLARE),
        (
            "content_snippet|published|extra_author_attributes.name",
            "an export of Talkwalker",
            DECLARE,
        ),
        ("object_id|object_type|querystatus", "a table of Facepager", DECLARE),
        ("messages|name|type", "a chat exported from Telegram", _NOT_POSTS),
        (
            "Account address|Show boosts",
            "the accounts that one Mastodon account follows, without saying which",
            "collect its follows with i4 collect mastodon",
        ),
        ("name|promoted_content|tweet_volume", "trends, not posts", _NOT_POSTS),
        ("dmConversation", "private messages of an X archive", "leave them out"),
        ("sender_id|recipient_id|text", "private messages", "leave them out"),
        (
            "statusnet_html|user",
            "posts of GNU social or Friendica, which i4analysis does not read",
            _NOT_POSTS,
        ),
        ("pubkey|sig|kind", "events of Nostr, which i4analysis does not read", _NOT_POSTS),
        (
            "renoteId|cw",
            "notes of Misskey as an account exports them, without whose they are",
            "fetch them from its instance (api/users/notes) and read what it answers",
        ),
        (
            "record.$type|record.createdAt|record.text",
            "records of Bluesky without their addresses",
            "write their at:// address beside each as uri",
        ),
        (
            "$type|createdAt|text",
            "records of Bluesky without their addresses and authors",
            "read the repository that they were taken out of: repo.car",
        ),
        (
            "reblog_of_id|in_reply_to_account_id|account_id",
            "the table of statuses of a Mastodon server's database",
            "collect the hashtag over the server's own API: i4 collect mastodon",
        ),
    )
)


# whose addresses they are → what its posts are, and whether i4analysis reads them in another way
_SITES: tuple[tuple[re.Pattern[str], Look], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), Look(what, next_step))
    for pattern, what, next_step in (
        (
            r"at://|https?://bsky\.app/profile/",
            "a table of Bluesky's posts whose columns i4analysis does not know",
            "read the JSON it was made from, or name its columns uri, cid, author_did,"
            " author_handle, created_at and text",
        ),
        *(
            (rf"https?://(?:[\w-]+\.)*{domain}/", f"posts of {site}, which i4analysis does not"
             " read", "leave it out")
            for domain, site in (
                (r"facebook\.com", "Facebook"),
                (r"instagram\.com", "Instagram"),
                (r"threads\.(?:net|com)", "Threads"),
                (r"tiktok\.com", "TikTok"),
                (r"youtube\.com", "YouTube"),
                (r"youtu\.be", "YouTube"),
                (r"reddit\.com", "Reddit"),
                (r"linkedin\.com", "LinkedIn"),
                (r"t\.me", "Telegram"),
                (r"vk\.com", "VK"),
                (r"weibo\.(?:com|cn)", "Weibo"),
                (r"truthsocial\.com", "Truth Social"),
                (r"gab\.com", "Gab"),
            )
        ),
        (
            r"https?://[^/\s]+/(?:@[^/\s]+/\d|users/[^/\s]+/statuses/|notes?/|notice/|objects/)",
            "posts of the Fediverse in a shape that i4analysis does not know",
            "read what Mastodon's API answered, as JSON",
        ),
    )
)  # fmt: skip
_OWN_ADDRESS = re.compile(
    r"(?:post|status|tweet|note)?(?:url|uri|link|permalink|permalinkurl|apid)|lien|permalien"
)


def of_addresses(rows: Sequence[Mapping[str, object]]) -> Look | None:
    """Return whose posts rows are by the addresses that they give as their own, if not Twitter's.

    Examples
    --------
    >>> of_addresses([{"url": "https://www.facebook.com/1/posts/2", "text": "un mot"}]).what
    'posts of Facebook, which i4analysis does not read'
    >>> of_addresses([{"url": "https://twitter.com/a/status/647812345678901248"}])
    """
    for name in {name: 0 for row in rows for name in row}:
        if not _OWN_ADDRESS.fullmatch(re.sub(r"[\W_]", "", name).lower()):
            continue
        held = [str(row[name]) for row in rows if row.get(name)]
        for pattern, look in _SITES:
            if held and all(map(pattern.match, held)):
                return look
    return None


def of_bytes(head: bytes) -> Look | None:
    """Return what a file that is not data looks like from its first bytes.

    Examples
    --------
    >>> of_bytes(b"%PDF-1.7").what
    'a PDF'
    """
    if _MARKUP.match(head[:200]) or head.lstrip()[:8].startswith((b"<gexf", b"<rss")):
        begun = head[:2_000].lower()
        other = _XML if head.lstrip()[:5] == b"<?xml" and b"<html" not in begun else _PAGE
        return next((look for mark, look in _MARKED if mark in begun), other)
    for pattern, look in _BEGINNINGS:
        if pattern.match(head):
            return look
    if _SHOWN_BY_PANDAS.match(head):
        return _SHOWN
    if _BSON.match(head):
        return _MONGO
    if _PRINTED.match(head):
        return _TWINT
    if head.lstrip()[:2] in (b"--", b"/*", b"CR", b"IN", b"DR", b"BE", b"SE", b"PR"):
        return _DATABASE if _SQL.search(head) else None
    return next((look for magic, look in MAGIC if head.startswith(magic)), None)


def of_members(names: Sequence[str]) -> Look | None:
    """Return what document is a .zip with members of such names.

    Examples
    --------
    >>> of_members(["Index/Document.iwa", "preview.jpg"]).what
    'a document of Numbers or Pages'
    """
    return next((look for name, look in _MEMBERS if name in names), None)


_MEMBERS = (
    (
        "Index/Document.iwa",
        Look("a document of Numbers or Pages", "export its table as CSV and read that"),
    ),
    ("word/document.xml", Look("a document of Word", _NOT_POSTS)),
    ("ppt/presentation.xml", Look("a presentation", _NOT_POSTS)),
)


_SCRIPT = re.compile(
    r"(?:window\.)?(YTD|Grailbird)\.(?:data\.)?(\w+?)(?:\.part\d+)?\s*=", re.ASCII
)


def of_script(head: str) -> Look | None:
    """Return what a script of an account's archive holds, from how it begins.

    Examples
    --------
    >>> of_script("window.YTD.ad_engagements.part0 = [").what
    'the part "ad engagements" of an X archive, which holds no posts'
    """
    match = _SCRIPT.match(head.lstrip("\ufeff \n"))
    if match is None or "tweet" in match[2].casefold():  # posts, but not written like them
        return None
    whose = "an X archive" if match[1] == "YTD" else "a Twitter archive of 2012 to 2018"
    part = re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", match[2]).lower()
    return Look(
        f'the part "{part}" of {whose}, which holds no posts',
        "leave it out, or name the whole archive: its posts are found by themselves",
    )


def of_names(names: Sequence[str]) -> Look | None:
    """Return what a table or an object looks like from the names in it.

    Examples
    --------
    >>> of_names(["child", "parent", "tree", "generation"]).what
    'trees of cascades without posts'
    >>> of_names(["647812345678901248"]).what
    'a list of post ids alone'
    """
    known = set(names)
    if 0 < len(names) <= 2 and all(re.fullmatch(r"\d{8,20}|tweet_?id|id|", n) for n in names):
        return Look(
            "a list of post ids alone",
            "ask whoever collected them for the posts, for X gives none back",
        )
    if names and all(re.fullmatch(r"[-+.\deE]*\d", name) for name in names):
        return Look("a table of numbers without a header", "add a header, or leave it out")
    return next((look for wanted, look in NAMES if wanted <= known), None)
