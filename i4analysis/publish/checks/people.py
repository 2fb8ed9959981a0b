"""Checks that nobody private is published: no name, no identifier, no address of a post."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from i4analysis.archive import load
from i4analysis.archive.store import parts
from i4analysis.measure.accounts.identity import PROFILE, everybody
from i4analysis.measure.accounts.roles import roles
from i4analysis.movement import Movement
from i4analysis.publish.words.wording import clean
from i4analysis.tables import Archive, true

MANIFEST = "manifest.json"
TEXTS = {".html", ".csv", ".svg", ".json"}
# Columns that would identify somebody; allowed only if every value is in people.csv.
IDENTIFYING = {
    *("handle", "author", "author_id", "account", "account_id", "screen_name", "username"),
    *("post_id", "child_id", "parent_id", "cascade_id", "bio", "text"),
}
# A handle, and what follows it where it holds its server: @ana.bsky.social, @ana@social.example.
_NAME = re.compile(r"(?<![\w.@/])@(([A-Za-z0-9_]{2,})(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)+)?)", re.ASCII)
_CSS = re.compile(r"@(?:media|page|font|keyframes|supports|import|charset|bottom|top|layer)\b")
# Links that hide where they lead, and who made them.
_SHORT = r"t\.co|bit\.ly|ow\.ly|buff\.ly|goo\.gl|tinyurl\.com|lnkd\.in|dlvr\.it|ift\.tt"
_TRACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\d.])\d{15,20}(?![\d.])"), "what looks like a post or account identifier"),
    (re.compile(r"status(?:es)?/\d"), "the address of a post"),
    (re.compile(rf"\b(?:{_SHORT})/\w"), "a short link"),
    (re.compile(r"\bat://|\bdid:plc:"), "a Bluesky identifier"),
    (
        re.compile(r"(?:/home/|/root/|/Users/|/tmp/)[\w./-]+"),
        "a path of this machine",
    ),
)

# An article's address may hold long numbers; a platform's address is a person's.
_ARTICLE = re.compile(
    rf"https?://(?!(?:[\w-]+\.)*(?:twitter\.com|x\.com|bsky\.app|facebook\.com|linkedin\.com"
    rf"|instagram\.com|{_SHORT})\b)[^\s\"'<>@]+"
)
_TOKEN = re.compile(r"\w+")


# Columns of ledgers that a report prints, beside those that stand in each language.
_PRINTED = {
    *("title", "quote", "url", "outlet", "publisher", "claimant", "actor", "author"),
    *("said_by", "through"),
}


def written_for(movement: Movement) -> Iterator[tuple[str, str]]:
    """Yield the texts that people wrote for the report, each with where it stands."""
    texts = [*movement.told().items(), ("contact", {"": movement.contact})]
    for name, words in texts:
        yield from ((f"movement.toml, in {name},", text) for text in words.values())
    for name in ("outcomes", "claims", "figures", "relays", "press", "statements"):
        ledger = movement.ledger(name)
        printed = [column for column in ledger.columns
                   if column in _PRINTED or column.endswith(("_fr", "_en"))]  # fmt: skip
        lines = movement.lines.get(name, range(2, len(ledger) + 2))
        for line, row in zip(lines, ledger[printed].to_dict("records"), strict=False):
            for text in row.values():
                if isinstance(text, str):
                    yield f"{name}.csv, line {line},", text


def public_names(movement: Movement) -> set[str]:
    """Return the names and handles of people.csv, as they are printed but casefolded."""
    people = movement.people
    named = (*people["handle"].dropna(), *people["name"].dropna())
    return {clean(name).lstrip("@").casefold() for name in named}


def check_columns(chapter: Mapping[str, Any], movement: Movement) -> Iterator[str]:
    """Return a fault for each column of names that holds one that is not public."""
    public = public_names(movement)
    for item in chapter["items"]:
        for place, column in enumerate(item.get("columns", ())):
            if column["name"] not in IDENTIFYING or column.get("words"):
                continue
            values = {row[place] for row in item["rows"] if isinstance(row[place], str)}
            private = [value for value in values if value.lstrip("@").casefold() not in public]
            if private:
                yield (
                    f"The table {item['stem']} publishes {len(private)} values of the column"
                    f" {column['name']} that are not in people.csv, expected public names only;"
                    " number the accounts instead."
                )


def check_files(folder: Path, movement: Movement) -> Iterator[str]:
    """Return a fault for each file with a name, an identifier, a short link or a path."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix in TEXTS):
        name = path.relative_to(folder).as_posix()
        if name == MANIFEST:  # hashes and names of files only
            continue
        text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8-sig"))
        text = re.sub(r"<style\b.*?</style>", "", text, flags=re.DOTALL)
        if path.suffix == ".svg":  # paths are digits; what is written is in its texts
            text = " ".join(re.findall(r"<(?:text|title|desc)\b[^>]*>([^<]*)", text))
        for what in traces(text, movement):
            yield f"The file {name} holds {what}, expected none; remove it or list public names."


def traces(text: str, movement: Movement) -> Iterator[str]:
    """Yield what of a text no report may print: names, identifiers, short links, paths."""
    # People write the movement's own marks with @ as well as with #.
    marks = (*movement.hashtags, *movement.supporter_marks, *movement.seeker_marks)
    public = public_names(movement) | set(marks)
    names = {
        (whole.casefold(), short.casefold()) for whole, short in _NAME.findall(_CSS.sub("", text))
    }
    private = {short for whole, short in names if not {whole, short} & public}
    if private:
        some = "a name" if len(private) == 1 else f"{len(private)} names"
        yield f"{some} starting with @ and not in people.csv"
    bare = _ARTICLE.sub("", text)
    for pattern, what in _TRACES:
        found = pattern.search(bare)
        if found:
            shown = f" ({found.group()[:80]})" if "machine" in what else ""
            yield f"{what}{shown}"


def check_names(
    folder: Path, chapters: Iterable[Mapping[str, Any]], movement: Movement
) -> Iterator[str]:
    """Return a fault for each chapter or notebook that prints the handle of a private account.

    A handle that is also a plain word (`paris`) cannot be told from it in a sentence: it is looked
    for only where it fills a cell. One with a digit, an underscore or an inner capital is looked
    for everywhere, in whatever case. Errors: a plain word in prose is missed.
    """
    from i4analysis.publish.chapter.grid import strings  # a refresh that is skipped draws nothing

    private = private_handles(movement)
    odd = {handle.casefold() for handle in private if _is_odd(handle)}
    for chapter in chapters:
        found = {
            token
            for text in strings(chapter)
            for token in _TOKEN.findall(text.casefold())
            if token in odd
        }
        for item in chapter["items"]:
            for place, column in enumerate(item.get("columns", ())):
                cells = {row[place] for row in item["rows"] if isinstance(row[place], str)}
                named = cells & private
                if not column.get("words") and len(named) > len(cells) / 2:
                    found |= named
        if found:
            yield (
                f"The chapter {chapter['key']} prints {_handles(len(found))}, expected none;"
                " number the accounts instead."
            )
    for page in sorted(folder.glob("notebooks/*.html")):
        text = re.sub(r"<style\b.*?</style>|<[^>]*>", " ", page.read_text(encoding="utf-8"),
                      flags=re.DOTALL)  # fmt: skip
        printed = odd & set(_TOKEN.findall(text.casefold()))
        if printed:
            yield (
                f"The notebook {page.name} prints {_handles(len(printed))}, expected none; show"
                " counts instead."
            )


def _handles(count: int) -> str:
    if count == 1:
        return "1 handle of an account that is not in people.csv"
    return f"{count:,} handles of accounts that are not in people.csv"


def private_handles(movement: Movement) -> set[str]:
    """Return the handles of the archive's accounts, as written, that people.csv does not list."""
    if movement.archive_path is None or not parts.listed(movement.archive_path):
        return set()
    archive = load(movement)
    columns = (archive.posts["author"], archive.posts["reshared_author"],
               archive.profiles["handle"])  # fmt: skip
    handles = {str(handle) for column in columns for handle in column.dropna().unique()}
    marks = {*movement.hashtags, *movement.supporter_marks, *movement.seeker_marks}
    public = public_names(movement) | marks
    return {handle for handle in handles if handle.casefold() not in public}


def seekers_named(
    texts: Iterable[tuple[str, str]], archive: Archive, movement: Movement
) -> Iterator[str]:
    """Yield where texts name an account that looks for work: by its handle, or its name.

    A handle that may be a plain word is passed over, and so is a name of one word; so is whoever
    people.csv lists.

    Parameters
    ----------
    texts
        Each with where it stands.
    """
    everyone = roles(archive, movement)
    theirs = everyone[true(everyone["role"] == "seeker")]
    if theirs.empty:
        return
    known = everybody(archive)
    row = np.isin(known.codes[PROFILE], np.flatnonzero(true(everyone["role"] == "seeker")))
    seen, public = archive.profiles[row], public_names(movement)
    handles = {*seen["handle"].dropna(), *theirs["handle"].dropna()}
    names = {tuple(_TOKEN.findall(str(name).casefold())) for name in seen["name"].dropna()}
    words = {one for one in names if len(one) > 1}
    words |= {(handle.casefold(),) for handle in map(str, handles) if _is_odd(handle)}
    words -= {tuple(_TOKEN.findall(name)) for name in public}
    lengths = sorted({len(one) for one in words})
    for where, text in texts:
        said = _TOKEN.findall(text.casefold())
        if any(tuple(said[k : k + n]) in words for n in lengths for k in range(len(said))):
            yield where


def named_files(archive: Archive, handles: Collection[str]) -> dict[str, str]:
    """Return name → what a page calls it instead, of each file whose name holds a handle."""
    known = {handle.casefold() for handle in handles}
    return {
        told: f"file {place}"
        for place, name in enumerate(map(str, archive.files["file"]), 1)
        if known & {*_TOKEN.findall(name.casefold())}
        for told in (name, Path(name).name)  # the whole first, as a page may print it
    }


def _is_odd(handle: str) -> bool:
    inner = handle[1:]
    return len(handle) > 3 and (
        "_" in handle
        or any(sign.isdigit() for sign in handle)
        or (inner != inner.lower() and not handle.isupper())
    )
