"""Records as a program prints them, not as it should write them, turned into JSON.

Python's own printing of a dict (`{'id': 1, 'geo': None}`), of bytes (`b'{"id": 1}'`), and what the
shells of MongoDB show (`{ _id: ObjectId("…"), id: NumberLong("…") }`). Nothing is evaluated: a
text is cut into its words, and each word that JSON does not know is written as JSON does. Line
ends stay where they are, for no text printed in these ways holds one; `pprint` cuts a long text
into several, one a line, which become one again.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from i4analysis.archive.bytes import framing
from i4analysis.archive.bytes.framing import TooLong

_STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_INNER = r"\((?:[^()]|\([^()]*\))*\)"
_MARK = re.compile(
    rb"""^\s*[\[({]*\s*[uUbB]?['"]\{       # bytes or texts that hold JSON
    |[{,\[(]\s*[uUbB]?'[^'\n]{0,80}'\s*:   # a key between single quotes
    |[{,]\s*[A-Za-z_]\w{0,40}\s*:\s*(?=[\[{"'\w-])  # a key without quotes
    |:\s*(?:NumberLong|NumberInt|NumberDecimal|Long|Int32|ObjectId|ISODate|Timestamp)\s*\(
    """,
    re.VERBOSE,
)
_WORD = re.compile(
    rf"""(?P<prefix>\b[uUbBrR]{{1,2}})?(?P<text>{_STRING}(?:[ \t]*\r?\n[ \t]+[uUbB]?{_STRING})*)
    |(?P<model>\b(?!datetime\b|timedelta\b|timezone\b)[A-Za-z_][\w.]*\((?=[A-Za-z_]\w*=))
    |(?P<field>\b[A-Za-z_]\w*)=(?!=)
    |(?P<other><[\w.]+(?::[ ](?P<held>{_STRING}|-?\d+)|[ ]object[ ]at[ ]0x[0-9A-Fa-f]+)>)
    |(?P<call>(?:\b(?:new\s+)?[A-Za-z_][\w.]*)\((?P<inner>(?:[^()"']|{_STRING}|{_INNER})*)\))
    |(?P<key>[A-Za-z_$][\w$]*)(?=\s*:)
    |(?P<name>[A-Za-z_][\w.]*)
    |(?P<number>(?<![\w.])-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)[lL]?
    |(?P<bracket>[()])""",
    re.VERBOSE,
)
_NAMES = {
    "None": "null", "True": "true", "False": "false", "nan": "null", "NaN": "null",
    "inf": "null", "Infinity": "null", "undefined": "null", "NA": "null",
    "null": "null", "true": "true", "false": "false",
}  # fmt: skip
_NUMBERS = ("NumberLong", "NumberInt", "NumberDecimal", "Long", "Int32", "Decimal128", "Decimal")
_FIELDS = re.compile(r"\s*(\d{1,6})\s*(?:,|$)", re.ASCII)
_SHIFT = re.compile(r"(days|seconds)=(-?\d{1,6})", re.ASCII)
LOOKED_AT = 4_096
FEW_BYTES = 200
_MODEL = re.compile(r"\[?[A-Za-z][\w.]*\((?:_api=<|[a-z]\w*=)", re.ASCII)
_LOG = re.compile(rb"""\[[\w:., /+-]{4,60}\][^{}"\r\n]{0,150}\{[ \t]*\"""")
_BEHIND = re.compile(rb"""^[^"{}\r\n]{1,200}?(?=\{[ \t]*")""", re.MULTILINE)


def is_printed(head: bytes) -> bool:
    """Return True if the beginning of a file shows words that are printed, and no JSON.

    Examples
    --------
    >>> is_printed(b"{'id': 1, 'geo': None}"), is_printed(b'{"id": 1}'), is_printed(b"id,text")
    (True, False, False)
    """
    start = head.lstrip(b" \t\r\n\0")[:LOOKED_AT]
    if is_model(start[:FEW_BYTES].decode("utf-8", "replace")):
        return True
    if start[:1] not in (b"{", b"[", b"(") and start[:2] not in (b"b'", b"u'", b'b"', b'u"'):
        return False
    return _MARK.search(start) is not None


def is_model(text: str) -> bool:
    """Return True if a text begins as Python prints an object by the names of its fields.

    Examples
    --------
    >>> is_model("Status(_api=<tweepy.api.API object at 0x7f>, _json={})"), is_model("f(x) = 1")
    (True, False)
    """
    return _MODEL.match(text) is not None


def is_behind(body: bytes) -> bool:
    """Return True if a file may hold an object behind something else on its line.

    Examples
    --------
    >>> is_behind(b'[15:24:00] INFO {"id": 1}'), is_behind(b'[{"id": 1}]'), is_behind(b"[1, 2]")
    (True, False, False)
    """
    if body[:1] == b"[":
        return _LOG.match(body[:400]) is not None
    return body[:1] != b"{" and b"{" in body[:LOOKED_AT]


def behind(block: bytes) -> bytes:
    r"""Return whole lines without what a log or a server writes before an object on its line.

    Examples
    --------
    >>> behind(b'15:24 INFO got {"id": 1}\ndata: {"id": 2}\n{"id": 3}\n')
    b'{"id": 1}\n{"id": 2}\n{"id": 3}\n'
    """
    return _BEHIND.sub(b"", block)


def uncovered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a file without what stands before the object on each line."""
    for block in framing.blocks(chunks):
        yield block if isinstance(block, TooLong) else behind(block)


def translated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a file with every word as JSON writes it, whole lines at a time.

    A line that ends with a quote waits for those after it: they may go on with its text.
    """
    held = b""
    for block in framing.blocks(chunks):
        if isinstance(block, TooLong):
            yield to_json(held)
            yield block
            held = b""
            continue
        block = held + block
        end = _last_end(block)
        held = block[end:]
        yield to_json(block[:end])
    yield to_json(held)


def _last_end(block: bytes) -> int:
    """Return where the last line ends that no other goes on with."""
    end = len(block)
    while (end := block.rfind(b"\n", 0, end)) >= 0:
        if block[max(0, end - 40) : end].rstrip(b" \t\r")[-1:] not in (b"'", b'"'):
            return end + 1
    return 0 if len(block) < framing.MAX_RECORD else len(block)


def to_json(block: bytes) -> bytes:
    r"""Return whole lines as JSON.

    An object that Python prints by the names of its fields is an object of those names.

    Examples
    --------
    >>> to_json(b"{'a': u'\\xe9', 'b': (1L, None), c: NumberLong(7), 'd': datetime.date(9, 2, 3)}")
    b'{"a": "\xc3\xa9", "b": [1, null], "c": 7, "d": "0009-02-03T00:00:00"}'
    >>> to_json(b"Post(author=DID('did:plc:a'), record=Record(text='f(x=1)', langs=['fr']))")
    b'{"author":"did:plc:a", "record":{"text":"f(x=1)", "langs":["fr"]}}'
    """
    opened: list[str] = []  # what closes each bracket that is open
    text = block.decode("utf-8", "replace")
    return _WORD.sub(lambda word: _written(word, opened), text).encode("utf-8", "replace")


def _written(word: re.Match[str], opened: list[str]) -> str:
    kind = word.lastgroup
    if word["model"] is not None:
        opened.append("}")
        return "{"
    if kind == "field":
        return json.dumps(word["field"]) + ":" if opened[-1:] == ["}"] else word[0]
    if kind == "other":
        return json.dumps(_text("", word["held"]), ensure_ascii=False) if word["held"] else "null"
    if word["text"] is not None:
        return json.dumps(_text(word["prefix"] or "", word["text"]), ensure_ascii=False)
    if word["call"] is not None:
        return _call(word["call"].split("(", 1)[0].split()[-1], word["inner"])
    if kind == "key":
        return json.dumps(word["key"])
    if kind == "name":
        return _NAMES.get(word["name"], json.dumps(word["name"]))
    if kind == "number":
        return word["number"]
    if word["bracket"] == "(":
        opened.append("]")
        return "["
    return opened.pop() if opened else "]"


def _text(prefix: str, quoted: str) -> str:
    """Return the text that a quoted one stands for; as it is, if it cannot be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" is no escape, and meant as it stands
            text = str(ast.literal_eval(f"({quoted})" if "\n" in quoted else quoted))
    except (ValueError, SyntaxError, MemoryError):
        try:
            return str(json.loads(quoted, strict=False))
        except ValueError:
            return quoted[1:-1]
    if "\\x" in quoted and "u" not in prefix.lower():  # Python 2, or bytes: UTF-8 byte by byte
        try:
            return text.encode("latin-1").decode()
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return _whole(text)


def _whole(text: str) -> str:
    """Return a text with pairs of surrogates, which JSON escapes as two, joined."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _call(name: str, inner: str) -> str:
    last = name.rsplit(".", 1)[-1]
    if last in _NUMBERS:
        digits = inner.strip().strip("\"'")
        return digits if re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", digits, re.ASCII) else "null"
    if name in ("datetime.datetime", "datetime.date", "datetime"):
        moment = _moment(inner)
        return "null" if moment is None else json.dumps(moment)
    inside = re.match(rf"\s*({_STRING})", inner)
    if inside is not None:  # ObjectId("…"), ISODate("…"), Timestamp('…', tz='UTC')
        return json.dumps(_text("", inside[1]), ensure_ascii=False)
    return "null" if last != "OrderedDict" else to_json(inner.encode()).decode()


def _moment(inner: str) -> str | None:
    """Return what is inside `datetime.datetime(…)` as ISO 8601; without a zone it has none."""
    fields: list[int] = []
    at = 0
    while len(fields) < 7 and (field := _FIELDS.match(inner, at)):
        fields.append(int(field[1]))
        at = field.end()
    try:
        moment = datetime(*fields, tzinfo=UTC)  # type: ignore[misc, arg-type]  # as printed
    except (TypeError, ValueError):
        return None
    shift = timedelta(**{unit: int(size) for unit, size in _SHIFT.findall(inner[at:])})
    try:
        return (moment - shift).replace(tzinfo=None).isoformat()
    except OverflowError:
        return None
