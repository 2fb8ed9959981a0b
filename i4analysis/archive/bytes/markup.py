"""Posts in XML and HTML turned into what is read: feeds, graphs, tables that a program displays.

A feed (RSS, Atom: Twitter's search of 2009 to 2012, Nitter, Mastodon, Bluesky) is a post an item.
A graph (GraphML of NodeXL, GEXF of Gephi's Twitter importer) may hold posts as edges or as nodes.
A spreadsheet or a monitor writes a table as HTML, or as the XML of Excel 2003, and calls it .xls.
Feeds and graphs become JSON lines of the names that tables of posts have, tables CSV. What holds
no address of a post, no long id and no text stays what it is, and is refused by that.
"""

from __future__ import annotations

import codecs
import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from xml.parsers import expat

from i4analysis.archive.bytes.framing import codec_of
from i4analysis.archive.bytes.opening import Damaged

Undo = Callable[[Iterator[bytes]], Iterator[bytes]]
LOOKED_AT = 1 << 16
MOST_CELL = 1 << 20
_POST = re.compile(
    rb"/status(?:es)?/\d{5,20}|bsky\.app/profile/|at://|/@[\w.-]+/\d{8,20}"
    rb"|search\.twitter\.com,2005:\d|/users/[\w.-]+/statuses/\d"
)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)\b")
_GRAPH = re.compile(rb"<(?:graphml|gexf)\b")
_WORDS = re.compile(
    rb"(?:attr\.name|title)=\"(?:raw_|full_|clear_)?(?:tweet|text|content|body|message)\"", re.I
)
_RECORD = re.compile(
    rb"<(tweet|status|post|row|record|item|message)\b[^>]*>(?:(?!</\1>).){0,4000}?"
    rb"<(?:\w*id(?:_str)?)>\s*\d{8,20}\s*<",
    re.IGNORECASE | re.DOTALL,
)
_SHEET = re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet")
_TABLE = re.compile(rb"<table\b", re.IGNORECASE)
_LONG = re.compile(rb"<t[dh]\b[^>]*>\s*(?:<[^>]+>\s*)*['\"]?\d{15,20}\b", re.IGNORECASE)
_NUMBER = re.compile(rb">\s*'?\d{15,20}\s*</")
_STATUS = re.compile(r"https?://[^/\s]+/(\w{1,20})/status(?:es)?/(\d{5,20})", re.ASCII)
_PROFILE = re.compile(r"https?://bsky\.app/profile/([^/\s]+)/post/")
_TAGGED = re.compile(r"tag:search\.twitter\.com,2005:(\d+)")
_MARK = re.compile(r"</?[A-Za-z][^<>]*>")
_SIGNED = re.compile(r"(\w{1,20})(?:@twitter\.com)?\s*\((.*)\)", re.ASCII | re.DOTALL)


def undo(head: bytes) -> Undo | None:
    r"""Return what turns a file that begins so into JSON lines or CSV, if it holds posts.

    Examples
    --------
    >>> page = b"<table><tr><th>id</th></tr><tr><td>647743716317124231</td></tr></table>"
    >>> b"".join(undo(page)(iter([page])))
    b'id\r\n647743716317124231\r\n'
    >>> undo(b"<table><tr><td>a</td></tr></table>")
    """
    begun = head[:LOOKED_AT]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begun)
        coding = "utf-8"
    except UnicodeDecodeError:
        coding = ""
    if _FEED.search(begun[:2_000]) and _POST.search(begun):
        return lambda chunks: _parsed(chunks, _Feed(), coding)
    if _GRAPH.search(begun[:2_000]) and _WORDS.search(begun):
        return lambda chunks: _parsed(chunks, _Graph(), coding)
    if begun.lstrip()[:5] == b"<?xml" and _RECORD.search(begun):
        return lambda chunks: _parsed(chunks, _Records(), coding)
    if _SHEET.search(begun[:4_000]) and (_POST.search(begun) or _NUMBER.search(begun)):
        return lambda chunks: _parsed(chunks, _Sheet(), coding)
    if _TABLE.search(begun) and (_POST.search(begun) or _LONG.search(begun)):
        return lambda chunks: _tables(chunks, coding or codec_of(begun))
    return None


# ------------------------------------------------------------------------------------------- XML


class _Tree:
    """Elements as they come; what is whole is taken out of `ready`."""

    def __init__(self) -> None:
        self.ready: list[bytes] = []
        self.texts: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self.texts.clear()

    def end(self, name: str, text: str) -> None:
        """Take the end of an element, and the text since the last mark."""

    def close(self) -> None:
        """Take the end of the document."""

    def row(self, row: Mapping[str, object]) -> None:
        """Give a row as a JSON line."""
        self.ready.append(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _parsed(chunks: Iterator[bytes], tree: _Tree, coding: str) -> Iterator[bytes]:
    parser = expat.ParserCreate(coding or None)
    parser.buffer_text = True

    def local(name: str) -> str:
        return name.rpartition(":")[2]

    def end(name: str) -> None:
        tree.end(local(name), "".join(tree.texts).strip())
        tree.texts.clear()

    def declared(*_: object) -> None:
        raise Damaged("it declares entities of its own, which no archive of posts needs")

    parser.StartElementHandler = lambda name, attributes: tree.start(local(name), attributes)
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tree.texts.append
    parser.EntityDeclHandler = declared
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield b"".join(tree.ready)
            tree.ready.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield b"".join(tree.ready)
        raise Damaged(f"its XML breaks off ({error})") from error
    tree.close()
    yield b"".join(tree.ready)


class _Feed(_Tree):
    """RSS and Atom: an item a post."""

    def __init__(self) -> None:
        super().__init__()
        self._item: dict[str, str] | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an item, or take the address of an Atom link."""
        self.texts.clear()
        if name in ("item", "entry"):
            self._item = {}
        elif name == "link" and self._item is not None and "href" in attributes:
            mark = "link" if attributes.get("rel", "alternate") == "alternate" else ""
            self._item.setdefault(mark, attributes["href"])

    def end(self, name: str, text: str) -> None:
        """Keep what an item holds; at its end give it."""
        if self._item is None:
            return
        if name in ("item", "entry"):
            self.row(_of_item(self._item))
            self._item = None
        elif text:
            self._item.setdefault(name, text)


def _of_item(item: Mapping[str, str]) -> dict[str, str]:
    """Return an item of a feed by the names of a table."""
    address = item.get("link") or item.get("guid") or item.get("id") or ""
    page = _PROFILE.match(address)
    if item.get("guid", "").startswith("at://"):
        address = item["guid"]
    status = _STATUS.match(address)
    if status:
        address = f"https://twitter.com/{status[1]}/status/{status[2]}"
    tagged = _TAGGED.match(item.get("id", ""))
    by = item.get("creator") or item.get("name") or item.get("author") or ""
    signed = _SIGNED.fullmatch(by)
    text = item.get("description") or item.get("content") or item.get("summary") or ""
    text = _MARK.sub(_broken, text)
    text = html.unescape(text).strip() or item.get("title", "")
    author = signed[1] if signed else by.lstrip("@")
    if not author or " " in author:
        author = status[1] if status else page[1] if page else ""
    return {
        "id": tagged[1] if tagged else status[2] if status else "",
        "url": address,
        "author": author,
        "name": signed[2] if signed else "",
        "date": next((item[name] for name in _WHEN if item.get(name)), ""),
        "text": text.removeprefix(f"{author}: "),
        "lang": item.get("lang", ""),
    }


_WHEN = ("published", "pubDate", "date", "updated")


def _broken(mark: re.Match[str]) -> str:
    return "\n" if mark[0][:3] in ("<br", "</p") else ""


class _Graph(_Tree):
    """GraphML and GEXF whose edges or nodes hold texts."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[str, str] = {}
        self._nodes: dict[str, dict[str, str]] = {}
        self._authors: dict[str, str] = {}
        self._held: dict[str, str] = {}
        self._key = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Learn a name, begin a node or an edge, or take a value."""
        self.texts.clear()
        if name == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif name == "attribute":
            self._names[attributes.get("id", "")] = attributes.get("title", "")
        elif name == "node":
            self._held = {"id": attributes.get("id", ""), "Label": attributes.get("label", "")}
        elif name == "edge":
            ends = attributes.get("source", ""), attributes.get("target", "")
            self._held = {"Vertex 1": ends[0], "Vertex 2": ends[1]}
        elif name == "data":
            self._key = attributes.get("key", "")
        elif name == "attvalue":
            key = attributes.get("for") or attributes.get("id") or ""
            self._held[self._names.get(key, key)] = attributes.get("value", "")

    def end(self, name: str, text: str) -> None:
        """Keep a value, a node, or give an edge that is a post."""
        if name == "data" and text:
            self._held[self._names.get(self._key, self._key)] = text
        elif name == "node":
            self._nodes[self._held["id"]] = self._held
        elif name == "edge":
            one, other = self._held["Vertex 1"], self._held["Vertex 2"]
            if _is_post(self._held):
                self.row({**self._about(one), **self._held})
            elif one[:1] == "@" and _is_post(self._nodes.get(other, {})):
                self._authors.setdefault(other, one)

    def close(self) -> None:
        """Give the nodes that are posts, with whoever has an edge to each."""
        for key, node in self._nodes.items():
            if _is_post(node):
                author = self._authors.get(key, "")
                self.row({**self._about(author), "user": author, **node})

    def _about(self, node: str) -> dict[str, str]:
        """Return what is told of an account."""
        held = self._nodes.get(node, {}).items()
        return {name: part for name, part in held if name not in ("id", "Label")}


def _is_post(held: Mapping[str, str]) -> bool:
    return any(
        name.lower().endswith(("tweet", "text", "content", "body", "message")) and part
        for name, part in held.items()
        if name not in ("Twitter Page for Tweet", "Hashtags in Tweet", "URLs in Tweet")
    )


class _Records(_Tree):
    """Any other XML whose records are called as posts are: each an object, as in JSON."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, dict[str, object]]] = []
        self._called = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a record, or an object in it."""
        self.texts.clear()
        if self._open or name.lower() in _CALLED:
            if len(self._open) > MOST_DEPTH:
                raise Damaged("its elements stand more than 40 deep in one another")
            self._open.append((name, dict(attributes) if self._open else {}))

    def end(self, name: str, text: str) -> None:
        """Put a part where it belongs; give a record that is whole."""
        if not self._open:
            return
        _, held = self._open.pop()
        if self._open:
            part = held if held.keys() - _MARKS else text or None
            self._open[-1][1].setdefault(name, part)
        else:
            self.row(held)


_CALLED = frozenset({"tweet", "status", "post", "row", "record", "item", "message"})
_MARKS = frozenset({"type", "nil"})  # of a value alone
MOST_DEPTH = 40


class _Sheet(_Tree):
    """The XML of Excel 2003: rows as CSV."""

    def __init__(self) -> None:
        super().__init__()
        self._row: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a row, or go to the place of a cell."""
        self.texts.clear()
        if name == "Row":
            self._row = []
        elif name == "Cell":
            place = attributes.get("ss:Index", "")
            missing = (
                int(place) - 1 - len(self._row) if place.isdecimal() and len(place) < 5 else 0
            )
            self._row += [""] * max(missing, 0)
            self._row.append("")

    def end(self, name: str, text: str) -> None:
        """Keep a cell; at the end of a row give it."""
        if name == "Data" and self._row:
            self._row[-1] = text
        elif name == "Row" and any(self._row):
            self.ready.append(_line(self._row))


# ------------------------------------------------------------------------------------------ HTML


def _line(cells: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode("utf-8", "replace")


class _Rows(HTMLParser):
    """The rows of the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: list[bytes] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row or a cell, whose predecessors may not have been ended."""
        if tag == "tr":
            self._end_row()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._row = [] if self._row is None else self._row
            self._cell, self._link = [], ""
        elif tag in ("br", "p") and self._cell:
            self._cell.append("\n")
        elif tag == "a" and not self._link:
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """End a row or a cell."""
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        """Keep the words of a cell."""
        if self._cell is not None and sum(map(len, self._cell[-50:])) < MOST_CELL:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            text = "".join(self._cell).strip()
            shown = _STATUS.match(self._link) and len(text) < 12 and not text.isdecimal()
            self._row.append(self._link if shown else text)
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row and any(self._row):
            self.ready.append(_line(self._row))
        self._row = None


def _tables(chunks: Iterator[bytes], coding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(coding)("replace")
    rows = _Rows()
    for chunk in chunks:
        rows.feed(decoder.decode(chunk))
        yield b"".join(rows.ready)
        rows.ready.clear()
    rows.close()
    rows.handle_endtag("table")
    yield b"".join(rows.ready)
