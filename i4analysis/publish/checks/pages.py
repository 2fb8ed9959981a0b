"""Checks of one HTML page: structure, addresses, typography, tables and text alternatives."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

from i4analysis.publish.words.numbers import without_names

_BLOCKS = {"p", "h1", "h2", "h3", "h4", "li", "td", "th", "tr", "ul", "ol", "figure", "figcaption",
           "summary", "section", "main", "header", "footer", "div", "nav", "title", "span",
           "img"}  # fmt: skip
_FOREIGN = ("span", "q", "a")  # tags that may hold words in another language than the page
_DATE = r"\b(?:1[89]|20)\d{2}\b"


class Page(HTMLParser):
    """One page as its reader meets it: text by block, headings, addresses, pictures."""

    def __init__(self, html: str, lang: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.lang = html, lang
        self.headings: list[int] = []
        self.addresses: list[str] = []
        self.links: list[str] = []
        self.alts: list[str] = []
        self.tags: dict[str, int] = {}
        self.declared_lang = ""
        self.downloads = 0
        self._parts: list[str] = []
        self._hidden = 0
        self._foreign = 0
        self.feed(html)
        self.text = re.sub(r"[ \t]*\n\s*", "\n", "".join(self._parts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if tag == "html":
            self.declared_lang = given.get("lang", "")
        if tag in ("style", "script"):
            self._hidden += 1
        if tag in _FOREIGN and (self._foreign or given.get("lang", self.lang) != self.lang):
            self._foreign += 1
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.alts.append(given.get("alt", ""))
        self.downloads += "download" in given
        # a link is followed when its reader asks; any other address is asked for at once
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        asked = ("src", "srcset") if tag == "a" else ("src", "href", "srcset")
        self.addresses += [given[name] for name in asked if name in given]
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._hidden -= 1
        if tag in _FOREIGN and self._foreign:
            self._foreign -= 1
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._foreign:
            self._parts.append(data)


def check_page(
    page: Page,
    blocks: Iterable[Mapping[str, Any]],
    *,
    heaviest: int,
    files: Collection[str],
    typed: Iterable[str] = (),
) -> Iterator[str]:
    """Return the faults of a page that shows these figures and tables, one sentence each.

    `files` are those beside the page: a link may lead to one of them, or to a source. `typed` are
    the texts of the ledgers: their numbers stand as whoever keeps them types them, "15000".
    """
    yield from _contained(page, heaviest, files)
    yield from _structure(page, blocks)
    yield from _typography(page, frozenset(_TYPED.findall(" ".join(typed))))


def _contained(page: Page, heaviest: int, files: Collection[str]) -> Iterator[str]:
    where = f"The {page.lang} page"
    size = len(page.html.encode("utf-8"))
    if size >= heaviest:
        yield f"{where} has {size:,} bytes, expected under {heaviest:,}; draw fewer marks."
    if page.tags.get("script"):
        yield f"{where} holds a script, expected none."
    if "default-src 'none'" not in unescape(page.html):
        yield f"{where} lacks its content policy, expected default-src 'none'."
    for address in page.addresses:
        if not address.startswith(("data:", "#")):
            yield f"{where} asks for {address[:60]!r}, expected only data: and # addresses."
    for link in dict.fromkeys(page.links):
        if link.startswith(("https://", "http://")):
            continue
        if not link.startswith(("data:text/csv", "#")) and link not in files:
            yield f"{where} links to {link[:60]!r}, which is not there; build the report again."
    if re.search(r"url\(\s*[\"']?(?!data:|#)", page.html):
        yield f"{where} has a style that asks for a file, expected none."


def _structure(page: Page, blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    where = f"The {page.lang} page"
    if page.declared_lang != page.lang:
        yield f"{where} declares the language {page.declared_lang!r}, expected {page.lang!r}."
    if page.headings.count(1) != 1:
        yield f"{where} has {page.headings.count(1)} main headings, expected one."
    pairs = zip(page.headings, page.headings[1:], strict=False)
    if any(after - before > 1 for before, after in pairs):
        yield f"{where} skips a level of heading, expected none skipped."
    if page.tags.get("main") != 1:
        yield f"{where} has {page.tags.get('main', 0)} main landmarks, expected one."
    items = [block for block in blocks if "stem" in block]
    figures = sum(item["kind"] == "figure" for item in items)
    if page.tags.get("figure", 0) != figures or len(page.alts) != figures:
        yield f"{where} shows {len(page.alts)} figures, expected {figures}."
    if page.downloads != len(items) or page.tags.get("table", 0) < len(items):
        yield f"{where} gives {page.downloads} tables as CSV, expected {len(items)}, each shown."
    if len(set(page.alts)) != len(page.alts):
        yield f"{where} repeats a text alternative, expected all different."


_TYPED = re.compile(r"\d+(?:,\d+)*")


def _typography(page: Page, typed: Collection[str]) -> Iterator[str]:
    text = re.sub(
        r"https?://\S+|\b[0-9a-f]{12}\b|[\w./-]+\.(?:csv|svg|png|html|pdf)", "", page.text
    )
    text = _TYPED.sub(lambda number: "x" if number[0] in typed else number[0], text)
    for at, expected in _misprints(text, page.lang):
        yield (
            f"The {page.lang} page prints {at!r}, expected {expected}; write it with"
            " publish.wording."
        )


def misprint(text: str, lang: str) -> tuple[str, str] | None:
    """Return what of a text a page of a language may not print, and what is expected, if any."""
    return next(_misprints(text, lang), None)


def _misprints(text: str, lang: str) -> Iterator[tuple[str, str]]:
    text = without_names(text, "x")
    for pattern, expected in _FRENCH if lang == "fr" else _ENGLISH:
        found = re.search(pattern, text)
        if found:
            yield text[max(0, found.start() - 25) : found.end() + 10].replace("\n", " "), expected


_FRENCH = (
    (r"['\"]", "curly quotes and apostrophes"),
    (r"[^\u202f\s;!?][;!?](?=\s|$)| [;!?](?=\s|$)", "a narrow no-break space before ; ! ?"),
    (r"[^\u00a0\n]:(?=\s|$)", "a no-break space before :"),
    (r"«[^\u00a0]|[^\u00a0]»", "no-break spaces inside « »"),
    (r"\d ?%", "a narrow no-break space before %"),
    (rf"(?<![\d.,\u202f])(?!{_DATE})\d{{4,}}(?!\d)", "thousands parted by narrow spaces"),
    (r"(?<!\d)\d{1,3},\d{3}(?!\d)(?!\u202f%)", "a decimal comma only"),
)
_ENGLISH = (
    ("\u202f", "no narrow space"),
    ("[«»]", "English quotation marks"),
    (r"['\"]", "curly quotes and apostrophes"),
    (r"\s[;:!?](?=\s|$)", "no space before ; : ! ?"),
    (r"\d\s%", "no space before %"),
    (rf"(?<![\d.,])(?!{_DATE})\d{{4,}}(?!\d)", "commas between thousands"),
)
