"""The guard of those who asked to be forgotten: every byte of a report is searched for them.

Also inside what wraps others: .zip and .xlsx, .gz, base64, the streams and texts of a PDF, what a
PNG says of itself; and what is written otherwise: entities, escapes of JSON, percent signs. What
cannot be searched is a name drawn in a picture's dots: its words stand in its SVG as well.
"""

from __future__ import annotations

import binascii
import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from i4analysis import forgetting
from i4analysis.archive.loading import join
from i4analysis.forgetting import Words
from i4analysis.ledgers import read_ledger

DEPTH = 4  # wrappers within wrappers
LARGEST = 512 << 20  # bytes of one wrapper, opened
_BASE64 = re.compile(rb"(?<![\w+/-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w+/=-])")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]*>")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def words(movement: Path) -> Words:
    """Return who is to be forgotten of a movement; its store is joined first, to know them all."""
    erase = read_ledger(movement / "erase.csv", "erase")
    if len(erase):
        join(movement)
    return forgetting.of(erase, movement)


def check_erased(folder: Path, forgotten: Words) -> Iterator[str]:
    """Return a fault for each file that holds somebody to be forgotten, in its bytes or name.

    Examples
    --------
    >>> list(check_erased(Path("nowhere"), Words(["Odette Zorbelane"])))
    []
    """
    if not forgotten:
        return
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        shown = forgotten.replaced(name, forgetting.LEFT_OUT)
        found = len(forgotten.found(name) | held(path.name, path.read_bytes(), forgotten))
        if found:
            yield (
                f"The file {shown} holds {found} names, handles or ids that erase.csv asks to"
                " forget, expected none; take them out of the ledger or the notebook that prints"
                " them."
            )


def held(name: str, content: bytes, forgotten: Words) -> set[str]:
    """Return the words that a file holds."""
    found: set[str] = set()
    for text in texts(name, content):
        found |= forgotten.found(text)
    return found


def texts(name: str, content: bytes, depth: int = DEPTH) -> Iterator[str]:
    """Yield every text in a file: itself, what it wraps, and what it says of itself."""
    if depth < 0:
        return
    if content.startswith(b"%PDF"):
        yield from _pdf(content)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield packed.comment.decode("utf-8", "replace")
            for entry in packed.infolist():
                yield entry.filename
                if entry.file_size <= LARGEST:
                    yield from texts(entry.filename, packed.read(entry), depth - 1)
    elif content.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(content)) as packed_:
            yield from texts(name, packed_.read(LARGEST), depth - 1)
    elif content.startswith(b"\x89PNG"):
        for kind, chunk in _png(content):
            if kind != b"IDAT":
                yield chunk.decode("utf-8", "replace")
                yield chunk.decode("latin-1")
    else:
        yield from _written(content)
        for match in _BASE64.finditer(content):
            inner = _unwrapped(match[0])
            if inner:
                yield from texts(name, inner, depth - 1)


def _written(content: bytes) -> Iterator[str]:
    """Yield a text as it stands and as a browser shows it, without marks and escapes."""
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = content.decode("utf-16" if wide else "utf-8", "replace")
    yield text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text
    plain = html.unescape(html.unescape(plain)) if "&" in plain else plain
    plain = unquote(plain) if "%" in plain else plain
    if plain != text:
        yield plain
    if "<" in plain:
        yield _TAG.sub("", plain)
        yield _TAG.sub(" ", plain)


def _unwrapped(wrapped: bytes) -> bytes:
    """Return what base64 wraps; nothing where it is no base64 of any text or file known here."""
    straight = wrapped.translate(bytes.maketrans(b"-_", b"+/"))
    try:
        inner = binascii.a2b_base64(straight + b"=" * (-len(straight.rstrip(b"=")) % 4))
    except binascii.Error:
        return b""
    if inner[:4] in (b"\x89PNG", b"PK\x03\x04", b"%PDF") or inner[:2] == b"\x1f\x8b":
        return inner
    printable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in inner[:200])
    return inner if printable > 0.7 * len(inner[:200]) else b""


def _png(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of a picture's chunks, unpacked."""
    at = 8
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        chunk = content[at + 8 : at + 8 + size]
        if kind in (b"zTXt", b"iTXt", b"iCCP") and (begun := chunk.find(b"x", 1)) > 0:
            for start in range(begun, min(len(chunk), begun + 200)):
                try:
                    chunk += b"\n" + zlib.decompress(chunk[start:])
                    break
                except zlib.error:
                    continue
        yield kind, chunk
        at += 12 + size
        if kind == b"IEND":
            break
    yield b"behind", content[at:]


def _pdf(content: bytes) -> Iterator[str]:
    """Yield the texts of a PDF: as its pages show them, in its streams, and in its metadata."""
    from pypdf import PdfReader

    yield content.decode("latin-1")
    for match in _STREAM.finditer(content):
        try:
            stream = zlib.decompressobj().decompress(match[1], LARGEST)
        except zlib.error:
            stream = match[1]
        yield from (stream.decode("latin-1"), stream.decode("utf-8", "replace"))
    reader = PdfReader(io.BytesIO(content))
    yield str(dict(reader.metadata or {}))
    yield str([entry.get("/Title") for entry in _flat(reader.outline)])
    pages = "\n".join(page.extract_text() for page in reader.pages)
    yield pages
    yield re.sub(r"(?:-|\u00ad|\u2010)\s*\n\s*", "", pages)  # words divided at the end of a line
    for number in range(1, int(str(reader.trailer["/Size"]))):
        value = reader.get_object(number)
        if isinstance(value, dict):
            yield str(dict(value))  # texts for the blind, notes, addresses of links


def _flat(outline: Iterable[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry
