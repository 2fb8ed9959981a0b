"""Edge lists: one act of one account towards another a line, `who whom time kind`, no header.

The layout of SNAP's Higgs data set (De Domenico et al. 2013, `higgs-activity_time.txt`): two
numbers for the accounts, seconds since 1970, and RT (who reshares whom), RE (answers) or MT
(mentions). There is no post in it: neither identifier nor text, so reshares are of an author and
of no known original, and no cascade can be drawn.

A line is an act, not a post: a post that reshares or answers one account and mentions two is
three lines. The lines of one account in one second are therefore read as one post, which reshares
or answers and carries the mentions; two reshares in one second are two posts. In the Higgs data
every answer but one stands beside a mention of the same account, and 99.98 % of the seconds of an
account hold at most one reshare or answer. A post's identifier is made from its line (`who@time`,
kind, whom), the same wherever the line is found. Mentions hold the numbers that the file gives,
since it knows no name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from i4analysis.archive.rows import values
from i4analysis.archive.rows.reader import CsvReader, Post, RecordError, Sink

SAME_POST = "further line of a post"
_ACCOUNT = re.compile(r"[0-9]{1,20}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{9,10}", re.ASCII)
_ACTS = {"RT": "reshare", "RE": "reply"}
_MENTION = "MT"


class _Edge(NamedTuple):
    line: int
    whom: str
    kind: str


class EdgeList(CsvReader):
    """Edges of activity without a header, between accounts known by number."""

    name = "edge-list"
    title = "edge lists of activity without a header (SNAP's Higgs)"
    seen = True
    columns = ("who", "whom", "time", "kind")

    def __init__(self) -> None:
        self._second = ""
        self._held: dict[str, list[_Edge]] = {}

    def matches(self, header: Sequence[str]) -> bool:
        """Return True if the first line, which is no header, is an edge."""
        cells = header[0].split() if len(header) == 1 else header
        return len(cells) == len(self.columns) and not _fault(*cells)

    def begin(self, header: Sequence[str], first: Sequence[Mapping[str, str]]) -> EdgeList:
        """Return a reader of one file: it holds the lines of the second being read."""
        return EdgeList()

    def read(self, row: Mapping[str, str], sink: Sink) -> None:
        """Hold an edge; close the posts of the second before."""
        who, whom, time, kind = (row[name].strip() for name in self.columns)
        fault = _fault(who, whom, time, kind)
        if fault:
            raise RecordError(fault)
        if time != self._second:
            self.finish(sink)
            self._second = time
        self._held.setdefault(who, []).append(_Edge(sink.line, whom, kind))

    def finish(self, sink: Sink) -> None:
        """Close the posts of the second being read."""
        here = sink.line
        for who, edges in self._held.items():
            acts = [edge for edge in edges if edge.kind in _ACTS]
            mentions = [edge.whom for edge in edges if edge.kind == _MENTION]
            for number, edge in enumerate(acts or edges[:1]):
                sink.line = edge.line
                sink.post(_post(who, self._second, edge, [] if number else mentions))
            sink.notice(SAME_POST, len(edges) - max(len(acts), 1))
        self._held.clear()
        sink.line = here


def _fault(who: str, whom: str, time: str, kind: str) -> str:
    """Return what is wrong with an edge, "" if nothing is."""
    if not (_ACCOUNT.fullmatch(who) and _ACCOUNT.fullmatch(whom)):
        return f"the accounts are {who[:20]!r} and {whom[:20]!r}, expected two numbers"
    if not _SECONDS.fullmatch(time):
        return f"the time is {time[:20]!r}, expected seconds since 1970"
    if kind not in _ACTS and kind != _MENTION:
        return f"the kind is {kind[:20]!r}, expected RT, MT or RE"
    return ""


def _post(who: str, time: str, edge: _Edge, mentions: list[str]) -> Post:
    kind = _ACTS.get(edge.kind, "post")
    reshare = kind == "reshare"
    return Post(
        platform="twitter",
        post_id=f"{who}@{time}:{edge.kind}:{edge.whom}",
        kind=kind,
        author_id=who,
        posted_at=values.epoch_time(time),
        text="" if reshare else None,
        reshared_author_id=edge.whom if reshare else None,
        reshare_basis="platform" if reshare else None,
        replied_author_id=edge.whom if kind == "reply" else None,
        mentions=list(dict.fromkeys(mentions)),
    )
