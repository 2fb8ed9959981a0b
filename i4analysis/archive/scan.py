r"""A look at raw bytes that tells which lines cannot hold a hashtag, before anything is parsed.

The look lets too much through, never too little: a line that holds the hashtag's longest run of
plain letters, in capitals or not, or any escaped plain letter (`\u0069` for i is legal JSON), is
parsed. What it cannot see: compatibility letters that Unicode holds equal to plain ones
(full-width ｉ４, ligatures such as ﬁ) and, with strict=False, escaped plain letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUN = re.compile(r"[0-9a-z_]+")
_ESCAPED = re.compile(rb"\\u00(?:3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])")


class Scan:
    """Tells whether bytes may hold one of some hashtags."""

    def __init__(self, needles: Iterable[bytes], strict: bool) -> None:
        self._needles = tuple(needles)
        self._strict = strict

    @classmethod
    def of(cls, hashtags: Iterable[str], strict: bool = True) -> Scan | None:
        r"""Return the scan for normalised hashtags, or None when everything must be parsed.

        Examples
        --------
        >>> Scan.of(["pôleemploi"]).may_hold(b'{"text":"#P\\u00d4LEEMPLOI"}')
        True
        >>> Scan.of(["日本"]) is None
        True
        """
        # ß is ss once casefolded: a run may not reach across it.
        runs = [max(_RUN.findall(tag.replace("ss", " ")), key=len, default="") for tag in hashtags]
        if not runs or any(len(run) < 2 for run in runs):
            return None
        return cls((run.encode() for run in runs), strict)

    def may_hold(self, data: bytes) -> bool:
        """Return False only if no line of `data` holds any of the hashtags."""
        lower = data.lower()
        for needle in self._needles:
            if needle in lower:
                return True
        return self._strict and _ESCAPED.search(data) is not None
