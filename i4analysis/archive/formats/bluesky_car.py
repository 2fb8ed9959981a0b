"""Bluesky repositories (`repo.car`): all that an account has written, as its server keeps it.

A CAR file holds blocks named by their hash. The commit at its root names the account and the root
of a tree, whose keys are `collection/record key` in order; the records under them are those that
`com.atproto.repo.listRecords` gives, and are read as such (`bluesky`). Decoding is left to
libipld, which comes with atproto (extra `collect`).

References
----------
atproto.com/specs/repository; ipld.io/specs/transport/car/carv1. No real repository was at hand:
the tests' are made with libipld.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from i4analysis.archive.rows.reader import FramesReader
from i4analysis.errors import UnknownFormatError

ASK = (
    "fetch the account's repository again from its server"
    " (https://bsky.social/xrpc/com.atproto.sync.getRepo?did=…), or collect its posts with"
    " i4 collect bluesky"
)


class BlueskyCar(FramesReader):
    """Reads the repository of one account."""

    name = "bluesky-car"
    title: ClassVar[str] = "Bluesky repositories (CAR)"

    def matches(self, head: bytes) -> bool:
        """Return True for the beginning of a CAR file: a length, then a map of roots."""
        return (
            b"\x65roots" in head[1:10] and head[1:4].find(b"\xa1") + head[1:4].find(b"\xa2") > -2
        )

    def frames(self, data: bytes, name: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the records of the repository, in the order of its tree."""
        if importlib.util.find_spec("libipld") is None:
            raise UnknownFormatError(
                f"The file {name} is a Bluesky repository (CAR), which libipld reads and is not"
                " installed; install it with pip install 'i4analysis[collect]'.",
                True,
            )
        import libipld

        try:
            header, blocks = libipld.decode_car(data)
            roots = header["roots"]
            commit = next(blocks[root] for root in roots if root in blocks)
            did, root = commit["did"], commit["data"]
        except (ValueError, KeyError, TypeError, StopIteration, OverflowError) as error:
            raise UnknownFormatError(
                f"The file {name} is a Bluesky repository (CAR) that cannot be read"
                f" ({_why(error)}), expected a commit with the tree of an account's posts; {ASK}.",
                True,
            ) from error
        yield [
            {"uri": f"at://{did}/{key}", "cid": _plain(cid), "value": _plain(blocks.get(cid))}
            for key, cid in _entries(root, blocks)
        ]


def _why(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:120] if isinstance(error, ValueError) and text else "it holds no commit"


def _entries(root: Any, blocks: Mapping[bytes, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (key, name of the record) of a tree in order; missing parts are passed over."""
    seen: set[bytes] = set()
    stack: list[tuple[str, Any]] = [("node", root)]
    while stack:
        kind, what = stack.pop()
        if kind != "node":
            yield kind, what
            continue
        node = blocks.get(what) if isinstance(what, bytes) and what not in seen else None
        if not isinstance(node, dict):
            continue
        seen.add(what)
        inner: list[tuple[str, Any]] = [("node", node.get("l"))]
        key = b""
        entries = node.get("e")
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("k"), bytes):
                shared = entry.get("p")
                key = key[: shared if isinstance(shared, int) else 0] + entry["k"]
                inner.append((key.decode("utf-8", "replace"), entry.get("v")))
                inner.append(("node", entry.get("t")))
        stack.extend(reversed(inner))


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value with the names of blocks, which JSON cannot write, as text."""
    if isinstance(value, bytes):
        return value.hex()
    if depth > 100:
        return None
    if isinstance(value, dict):
        return {str(key): _plain(part, depth + 1) for key, part in value.items()}
    return [_plain(part, depth + 1) for part in value] if isinstance(value, list) else value
