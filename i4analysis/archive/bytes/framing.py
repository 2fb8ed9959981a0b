"""Cutting a stream of bytes into records: lines, elements of a JSON array; and mending records.

A damaged record is mended only when there is one way to do it; otherwise it is rejected with the
reason the decoder gave.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from i4analysis.archive.bytes.opening import Damaged

MAX_RECORD = 64 << 20
MAX_DEPTH = 200
SCRIPT = re.compile(
    rb"\s*(?:(?://[^\n]{0,120}\n|/\*[^*]{1,120}\*/)\s*){0,3}(?:export\s+default\s+|(?:export\s+)?(?:(?:var|let|const)\s+)?[\w.$\[\]\"']{1,80}\s*=\s*"
    rb"|(?:/\*\*/\s*)?[A-Za-z_$][\w.$]{0,80}\(\s*)"  # a call, as servers answer scripts
    rb"(?=[\[{])"
)


class TooLong(bytes):
    """The start of a record longer than `MAX_RECORD`; the rest of it was skipped."""


class Cut(Damaged):
    """As `Damaged`, with the piece of a record that stands before the damage."""

    def __init__(self, message: str, piece: bytes) -> None:
        super().__init__(message)
        self.piece = piece


class Ahead:
    """Iterates over records and lets one look at the bytes of the next few.

    Attributes
    ----------
    damage
        Why the records broke off, once they have; None if they did not.
    """

    def __init__(self, framed: Iterator[tuple[int, bytes]]) -> None:
        self._framed = framed
        self._held: deque[tuple[int, bytes]] = deque()
        self.damage: Cut | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while self._held or self.peek(1):
            yield self._held.popleft()

    def peek(self, count: int) -> list[bytes]:
        """Return the next `count` records, fewer at the end."""
        while len(self._held) < count and self.damage is None:
            try:
                self._held.append(next(self._framed))
            except StopIteration:
                break
            except Cut as damage:
                self.damage = damage
        return [raw for _, raw in list(self._held)[:count]]


class Lines:
    """The lines of a stream, a block at a time; one may look at the lines after the present one.

    Attributes
    ----------
    block
        The bytes at hand: whole lines, or one `TooLong`.
    at
        Where in the block the next line begins.
    number
        Lines passed so far.
    damage
        Why the stream broke off, once it has; None if it did not.
    """

    def __init__(self, chunks: Iterator[bytes], number: int = 0) -> None:
        self._blocks = blocks(chunks)
        self._next: bytes | None = None
        self.block = b""
        self.at = 0
        self.number = number
        self.damage: Cut | None = None

    def advance(self) -> bool:
        """Go to the next block; return False at the end."""
        found = self._take()
        self.block, self.at = found or b"", 0
        return found is not None

    def following(self, count: int) -> list[bytes]:
        """Return the next `count` lines, fewer at the end or before a `TooLong`."""
        while self.block.count(b"\n", self.at) < count and (found := self._take()) is not None:
            if isinstance(found, TooLong):
                self._next = found
                break
            self.block, self.at = self.block[self.at :] + found, 0
        lines = self.block[self.at :].split(b"\n", count)
        return lines[:count] if len(lines) > count else lines[: len(lines) - (not lines[-1])]

    def _take(self) -> bytes | None:
        if self._next is not None:
            found, self._next = self._next, None
            return found
        if self.damage is None:
            try:
                return next(self._blocks, None)
            except Cut as damage:
                self.damage = damage
        return None


def blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    r"""Yield the stream in blocks of whole lines; only \n ends a line.

    A line longer than `MAX_RECORD` is yielded alone, as `TooLong`.

    Raises
    ------
    Cut
        After the last whole line, when the stream breaks off.
    """
    rest: bytes | bytearray = b""
    try:
        for chunk in chunks:
            end = chunk.rfind(b"\n") + 1
            if end:
                if len(rest) > MAX_RECORD:
                    first = chunk.find(b"\n") + 1
                    yield TooLong(rest[:1000] + b"\n")
                    yield chunk[first:end]
                else:
                    yield b"".join((rest, memoryview(chunk)[:end]))
                rest = chunk[end:]
            elif len(rest) <= MAX_RECORD:
                rest = rest if isinstance(rest, bytearray) else bytearray(rest)
                rest += chunk  # in its place: bytes would be copied whole for each chunk
    except Damaged as error:
        raise Cut(str(error), bytes(rest)) from error
    if rest:
        yield TooLong(rest[:1000]) if len(rest) > MAX_RECORD else bytes(rest)


def objects(data: bytes) -> list[bytes] | None:
    """Return the objects of a JSON array in memory, as `elements` does; None to have it look.

    It looks where an item is no object, where anything stands behind the array, where the text is
    not UTF-8, or is JSON only for those who are lenient.
    """
    try:
        found = _decode_items(data)
        data.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    items = [bytes(one) for one in found]
    return items if all(one[:1] == b"{" for one in items) else None


_decode_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


def elements(
    chunks: Iterator[bytes], noted: Counter[str] | None = None, lists: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield (position, bytes) of each value of one JSON array, or of values one after the other.

    A script's assignment before the array (`window.YTD.tweets.part0 = [`) is passed over. A value
    that is not JSON is yielded as it stands, up to where the next one begins. Stretches in another
    encoding than UTF-8 are counted in `noted`. With `lists`, a list inside the array is a value
    itself, not what is in it.

    Raises
    ------
    Cut
        After the last whole value, when the stream breaks off.
    """
    between = _BETWEEN_LISTS if lists else _BETWEEN
    decoder = json.JSONDecoder(strict=False)
    text, ended, broken, number = "", False, "", 0
    boundary = _boundary("")
    plain, wanted = _texts(chunks, Counter() if noted is None else noted), 1
    while True:
        try:
            text += _at_least(plain, wanted)
        except EOFError as finish:
            ended, broken = True, str(finish.args[1])
            text += finish.args[0]
        if number == 0:
            text = _after_script(text)
            if lists:
                text = _OUTER.sub("", text, count=1)
        at, wanted = 0, 1
        while (at := _skip(text, at, between)) < len(text):
            end = _value_end(decoder, text, at)
            if end is None and not ended and len(text) - at < MAX_RECORD:
                wanted = len(text) - at  # twice as much before it is tried again
                break
            if end is None and broken:
                break
            if end == len(text) and not ended and text[at] not in "{[":
                break
            number += 1
            if end is None:
                found = boundary.search(text, at + 1)
                end = found.start() + 1 if found else len(text)
            elif number == 1:
                boundary = _boundary(text[at : at + 200])
            yield number, text[at:end].encode("utf-8", "replace")
            at = end
        text = text[at:]
        if ended:
            if broken:
                raise Cut(broken, text[:1000].encode("utf-8", "replace"))
            return


def _at_least(texts: Iterator[str], size: int) -> str:
    """Return the next characters, at least so many.

    Raises
    ------
    EOFError
        At the end, with what there was and with why it broke off ("" if it did not).
    """
    taken: list[str] = []
    have = 0
    try:
        while have < size:
            taken.append(next(texts))
            have += len(taken[-1])
    except (StopIteration, Damaged) as end:
        raise EOFError("".join(taken), str(end)) from end
    return "".join(taken)


_BETWEEN = re.compile(r"[\s,;\]\[)\ufeff]*")
_BETWEEN_LISTS = re.compile(r"[\s,;\])\ufeff]*")
_OUTER = re.compile(r"\A\s*\[(?=\s*\[)")


def _boundary(first: str) -> re.Pattern[str]:
    """Return what stands between two values: the next begins with the key the first began with."""
    key = re.match(r"\{\s*(\"[^\"\\]*\")", first)
    return re.compile(r"\}[\s,]*(?=\{\s*" + (re.escape(key[1]) if key else '"') + ")")


def _skip(text: str, at: int, between: re.Pattern[str] = _BETWEEN) -> int:
    match = between.match(text, at)
    return match.end() if match else at


def _value_end(decoder: json.JSONDecoder, text: str, at: int) -> int | None:
    try:
        return decoder.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


def _after_script(text: str) -> str:
    match = SCRIPT.match(text[:200].encode("utf-8", "replace"))
    return text[match.end() :] if match else text


def _texts(chunks: Iterator[bytes], noted: Counter[str]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        data = rest + chunk
        cut = len(data)
        while cut and len(data) - cut < 4 and data[cut - 1] & 0xC0 == 0x80:
            cut -= 1
        if cut and data[cut - 1] >= 0xC0:
            cut -= 1
        else:
            cut = len(data)
        rest = data[cut:]
        yield _decoded(data[:cut], noted)
    yield _decoded(rest, noted)


def _decoded(data: bytes, noted: Counter[str]) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        noted["other_encoding"] += 1
        return letters(data)


# ---------------------------------------------------------------------------------- mending


_AROUND = " \t\r\n\f\v\0\ufeff"
_BLANKS = _AROUND.encode()  # bytes of a mark too, which begin no value
_BEGINS = frozenset(bytes([one]) for one in b'{["-0123456789tfnNI') | {b""}


def mended(raw: bytes) -> list[bytes]:
    """Return the JSON values that a damaged record holds, in strict form; empty if not JSON.

    Accepts raw control characters, Windows-1252 for UTF-8, halves of surrogate pairs, NaN and
    Infinity (as null), several values glued together, and the byte-order mark of a file that was
    pasted behind another.
    """
    if raw.lstrip(_BLANKS)[:1] not in _BEGINS:
        return []
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _: None, parse_float=_finite)
    text, at, found = letters(raw).strip(_AROUND), 0, []
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        found.append(encoded(value))
        at = _skip(text, end)
    return found


def value(raw: bytes) -> Any:
    """Return the one JSON value that bytes are, mended where there is one way to do it.

    Raises
    ------
    ValueError
        If they are none, or several.
    """
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as fault:
        parts = mended(raw) if not depth_of(raw) else []
        if len(parts) != 1:
            raise ValueError(f"it is not JSON ({fault})") from fault
        return msgspec.json.decode(parts[0])


def letters(raw: bytes, codec: str = "") -> str:
    r"""Return bytes as text: UTF-8, or where they are not what `codec_of` finds.

    A file cut in the middle of a letter, or a byte gone wrong, stays UTF-8 with U+FFFD in its
    place: other letters beyond ASCII are sound then.

    Examples
    --------
    >>> letters(b"solidarit\xe9"), letters("é\xe9".encode()[:-1]), letters(b"salari\x8es")
    ('solidarité', 'é\ufffd', 'salariés')
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = raw.decode("utf-8", "replace")
    sound = sum(letter > "\x7f" and letter != "\ufffd" for letter in text)
    return text if sound >= text.count("\ufffd") else raw.decode(codec or codec_of(raw), "replace")


_CODECS = ("cp1252", "mac_roman", "cp850")  # Windows; Excel's "CSV (Macintosh)", "CSV (MS-DOS)"
_LETTERS = frozenset("éèêëàâäáãåæçîïíôöóòõøùûüúœñßÿìÉÈÊÀÂÄÇÎÔÖÙÛÜŒÑÓÁÅØ")
_SIGNS = frozenset("’‘“”«»–—…€°·•£§©®´¿¡º\u00a0")
_LOOKED_AT = 1 << 16


def codec_of(raw: bytes) -> str:
    r"""Return in which encoding letters stand where letters do: cp1252 in doubt.

    Excel saves "CSV (Macintosh)" and "CSV (MS-DOS)" in encodings of their own: read as Windows's,
    their é is a Ž or a comma inside a word, their ’ a capital inside it.

    Examples
    --------
    >>> [codec_of("l’été à côté".encode(name)) for name in ("cp1252", "mac_roman")]
    ['cp1252', 'mac_roman']
    >>> codec_of("工場をありがとう".encode("cp932")), codec_of("Не закрывать".encode("cp1251"))
    ('cp932', 'cp1251')
    """
    raw = raw[:_LOOKED_AT]
    if other := _other_script(raw):
        return other
    fits = {codec: _fit(raw.decode(codec, "replace")) for codec in _CODECS}
    odd, known = fits["cp1252"]
    if not odd or known > 4 * odd:
        return "cp1252"
    best = min(_CODECS, key=lambda codec: (fits[codec][0] - fits[codec][1], fits[codec][0]))
    return best if 4 * fits[best][0] < odd + known else "cp1252"


# codec → what most letters of its script are: kana, syllables, ideograms, or the likeliest letters
_SCRIPTS = {
    "cp932": (re.compile("[ぁ-ヿ]"), 0.3),
    "euc_jp": (re.compile("[ぁ-ヿ]"), 0.3),
    "euc_kr": (re.compile("[가-힣]"), 0.8),
    "gb18030": (re.compile("[一-鿿，。！？、：]"), 0.8),
    "cp1251": (re.compile("[оеаинтсрвл]"), 0.5),
    "koi8_r": (re.compile("[оеаинтсрвл]"), 0.5),
    "cp1253": (re.compile("[αοιετσνηυρ]"), 0.5),
    "cp1255": (re.compile("[יוהלאמרתבש]"), 0.5),
    "cp1256": (re.compile("[المينروتب]"), 0.5),
}
_HIGH = re.compile(rb"[\x80-\xff]")
_TOGETHER = re.compile(rb"[\x80-\xff](?=[\x80-\xff])")
_FEWEST = 8
_TURKISH = re.compile(rb"(?<=[A-Za-z\x80-\xff])[\xf0\xfd\xfe]|[\xdd\xde](?=[a-z])")
_ICELANDIC = re.compile(rb"[\xe1\xe6\xed\xf3\xfa]")


def _other_script(raw: bytes) -> str:
    """Return the encoding of a text in another script than Latin, or in Turkish; "" for none.

    Its letters stand together, where those of French and its kin stand alone, and most are those
    of which its words are made.
    """
    high = len(_HIGH.findall(raw))
    if len(_TURKISH.findall(raw)) > 2 and not _ICELANDIC.search(raw):
        return "cp1254"
    if high < _FEWEST or 2 * len(_TOGETHER.findall(raw)) < high:
        return ""
    for codec, (likely, share) in _SCRIPTS.items():
        text = raw.decode(codec, "replace")
        beyond = [letter for letter in text if letter > "\x7f"]
        lost = text.count("\ufffd")
        if 50 * lost <= len(beyond) and len(likely.findall(text)) >= share * len(beyond):
            return codec
    return ""


def _fit(text: str) -> tuple[int, int]:
    """Return how many characters beyond ASCII stand where none does in a word, and how many do."""
    odd = known = 0
    for match in _BEYOND.finditer(text):
        before, letter, after = match[1], match[2], match[3]
        if letter in _SIGNS:
            inside = before.isalpha() and after.isalpha()
            odd, known = (odd, known + 1) if not inside or letter == "’" else (odd + 1, known)
        elif (
            letter not in _LETTERS
            or (letter.isupper() and before.islower())
            or (letter.islower() and after.isupper())
        ):
            odd += 1
        else:
            known += 1
    return odd, known


_BEYOND = re.compile(r"(?=(.?)([^\x00-\x7f])(.?))", re.DOTALL)


def _finite(digits: str) -> float | None:
    """Return a number, or None for one beyond all measure (1e999), which JSON cannot write."""
    number = float(digits)
    return number if abs(number) < float("inf") else None


def encoded(value: Any) -> bytes:
    """Return a decoded value as strict JSON, halves of surrogate pairs as U+FFFD."""
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def rejoined(first: bytes, second: bytes) -> bytes:
    """Return two pieces of a record that a stray line end has cut inside a text.

    Between two characters that are not ASCII the line end stands for the joiner of an emoji
    (U+200D), which some tools take for one; elsewhere for a line end in the text.
    """
    first, second = first.rstrip(b"\r"), second.lstrip(b"\r")
    if first[-1:] >= b"\x80" and second[:1] >= b"\x80":
        return first + "\u200d".encode() + second
    return first + b"\\n" + second


def depth_of(raw: bytes, limit: int = MAX_DEPTH) -> bool:
    """Return True if brackets nest deeper than `limit`, whatever stands in strings."""
    depth = 0
    for at in range(0, len(raw), _STRIDE):
        step = _STEPS[np.frombuffer(raw, np.uint8, min(_STRIDE, len(raw) - at), at)]
        walk = depth + np.cumsum(step[step != 0], dtype=np.int64)
        if not len(walk):
            continue
        above = walk - np.minimum(np.minimum.accumulate(walk), 0)  # a bracket too many closes none
        if above.max() > limit:
            return True
        depth = int(above[-1])
    return False


_STRIDE = 1 << 20
_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
