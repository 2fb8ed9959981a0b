r"""A look at raw bytes that tells which lines cannot hold a hashtag, before anything is parsed.

The look lets too much through, never too little: a line that holds the hashtag's longest run of
plain letters, in capitals or not, or any escaped plain letter (`\u0069` for i is legal JSON), is
parsed. What it cannot see: compatibility letters that Unicode holds equal to plain ones
(full-width ｉ４, ligatures such as ﬁ) and, with strict=False, escaped plain letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

_RUN = re.compile(r"[0-9a-z_]+")
_LOWER = 0x20  # the bit in which a capital differs from its small letter; digits have it too
_HEX = np.full(256, 255, np.uint8)  # the value of a hexadecimal digit
for _value, _digits in enumerate(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", *"abcdef"]):
    for _digit in (_digits, _digits.upper()):
        _HEX[ord(_digit)] = _value
_OFTEN = "zqxjkw4567893210vybfgpmhudclsnrtioae"  # from the rarest on; digits are rare in texts
_PLAIN = np.zeros(256, bool)  # which characters make up plain runs
_PLAIN[[code for code in range(128) if _RUN.fullmatch(chr(code).lower())]] = True


_ENOUGH = 4  # letters
#: How İ, ı and the dot above are written, as they are and escaped.
_DOTS = (b"\xc4\xb0", b"\xc4\xb1", b"\xcc\x87", b"u0130", b"u0131", b"u0307")
_EIGHT = np.arange(8)


def places(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return where a mask is True, as `np.flatnonzero` does, faster where few places are.

    Eight places are looked at as one number; only the numbers that are not 0 are looked into.
    """
    whole = len(mask) & ~7
    words = (mask[:whole].view(np.uint64) != 0).nonzero()[0]
    at = ((words << 3)[:, np.newaxis] + _EIGHT).reshape(-1) if len(words) else words
    rest = mask[whole:].nonzero()[0]
    return np.concatenate((at[mask[at]], rest + whole)) if len(rest) else at[mask[at]]


class Scan:
    """Finds the lines that may hold one of some hashtags."""

    def __init__(self, needles: Iterable[bytes], strict: bool) -> None:
        folded = [bytes(byte | _LOWER for byte in needle) for needle in needles]
        self._needles = [(needle, _rarest(needle)) for needle in folded]
        self._strict = strict

    @classmethod
    def of(cls, hashtags: Iterable[str], strict: bool = True) -> Scan | None:
        r"""Return the scan for normalised hashtags, or None when everything must be parsed.

        Examples
        --------
        >>> list(Scan.of(["pôleemploi"]).lines(b'"non"\n"#P\\u00d4LEEMPLOI"\n'))
        [(6, 25)]
        >>> Scan.of(["日本"]) is None
        True
        """
        runs = [_run(tag) for tag in hashtags]
        if not runs or any(len(run) < 2 for run in runs):
            return None
        needles = [run.encode() for run in dict.fromkeys(runs)]
        dotted = any("i" in run for run in runs)
        return cls([*needles, *_DOTS] if dotted else needles, strict)

    def lines(self, block: bytes, start: int = 0) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of the lines, from `start` on, that may hold any of the hashtags."""
        end = start
        for hit in self._hits(np.frombuffer(block, np.uint8)[start:]):
            if start + hit >= end:
                first = block.rfind(b"\n", end, start + hit) + 1 or end
                end = block.find(b"\n", start + hit) + 1 or len(block)
                yield first, end

    def _hits(self, data: npt.NDArray[np.uint8]) -> list[int]:
        """Return in order where a run begins, in capitals or not, or a plain letter is escaped."""
        folded = data | np.uint8(_LOWER)
        found = [at for needle in self._needles for at in _runs(folded, *needle)]
        if self._strict:
            found += _escaped(data)
        return sorted(found)


def _run(tag: str) -> str:
    """Return the letters of a hashtag that its line holds as they are, in capitals or not.

    ß is ss once casefolded, and İ and ı are i: a run may not reach across them. Where that would
    leave too little to look for, the run reaches across i, and `_DOTS` are looked for beside it.
    """
    whole = tag.replace("ss", " ")
    run = max(_RUN.findall(whole.replace("i", " ")), key=len, default="")
    return run if len(run) >= _ENOUGH else max(_RUN.findall(whole), key=len, default="")


def _rarest(needle: bytes) -> int:
    """Return where the rarest two letters of a run are."""
    ranks = [_OFTEN.find(chr(letter)) for letter in needle]
    return min(range(len(needle) - 1), key=lambda at: ranks[at] + ranks[at + 1])


def _runs(folded: npt.NDArray[np.uint8], needle: bytes, rare: int) -> list[int]:
    """Return where a run begins: its rarest two letters are looked for everywhere at once."""
    size = len(folded) - len(needle) + 1
    if size <= 0:
        return []
    found = folded[rare : rare + size] == needle[rare]
    found &= folded[rare + 1 : rare + 1 + size] == needle[rare + 1]
    at = places(found)
    for place, byte in enumerate(needle):
        if not len(at):
            break
        at = at[folded[at + place] == byte]
    return list(at.tolist())


def _escaped(data: npt.NDArray[np.uint8]) -> list[int]:
    r"""Return where a plain letter is written as \\u00 and two hexadecimal digits."""
    found = data[4:-1] - np.uint8(ord("3")) < 5  # below "3" it is a small number turned large
    found &= data[:-5] == ord("\\")
    found &= data[2:-3] == ord("0")
    at = places(found)
    if not len(at):
        return []
    at = at[(data[at + 1] == ord("u")) & (data[at + 3] == ord("0"))]
    code = _HEX[data[at + 4]] << 4 | _HEX[data[at + 5]]
    return list(at[_PLAIN[code]].tolist())
