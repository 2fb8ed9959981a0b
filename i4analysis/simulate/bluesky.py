"""A small part of the movement on Bluesky, as its firehose (Jetstream) gives it.

Bluesky says through which repost a repost came (`via`), so here the archive itself holds the true
parents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from i4analysis.simulate.adoption import DAY
from i4analysis.simulate.hashing import hashes
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import start_ms
from i4analysis.simulate.words import HASHTAG, PLANT

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_TID = "234567abcdefghijklmnopqrstuvwxyz"  # sortable base32 of record keys
ACCOUNTS = 25


@dataclass(frozen=True)
class Skeet:
    """One post or repost: its address, author, moment (µs), the post and the repost above it."""

    uri: str
    did: str
    micro: int
    root: str
    via: str


def bluesky_story(sight: Sight) -> list[Skeet]:
    """Draw posts and reposts; two in three are reposts, half of them through another repost."""
    p = sight.story.parameters
    rng = np.random.default_rng([p.seed, 606])
    dids = [_did(p.seed, number) for number in range(ACCOUNTS)]
    seconds = np.sort(rng.integers(0, p.days * DAY, p.bluesky_posts))
    story: list[Skeet] = []
    for number, second in enumerate(seconds.tolist()):
        micro = (start_ms(p) + second * 1000) * 1000 + number
        did = dids[int(rng.integers(ACCOUNTS))]
        above = story[int(rng.integers(len(story)))] if story and number % 3 else None
        collection = "app.bsky.feed.post" if above is None else "app.bsky.feed.repost"
        uri = f"at://{did}/{collection}/{_key(micro)}"
        if above is None:
            story.append(Skeet(uri, did, micro, uri, ""))
        else:
            story.append(
                Skeet(uri, did, micro, above.root, "" if above.uri == above.root else above.uri)
            )
    return story


def bluesky_lines(sight: Sight) -> list[dict[str, Any]]:
    """Return the lines of the firehose, in time order."""
    lines = []
    for one in bluesky_story(sight):
        created = datetime.fromtimestamp(one.micro // 1_000_000, UTC)
        moment = f"{created:%Y-%m-%dT%H:%M:%S}.{one.micro % 10**6 // 1000:03d}Z"
        record: dict[str, Any] = {"createdAt": moment}
        if one.uri == one.root:
            words = f"L’usine {PLANT} a besoin de vous. #{HASHTAG}"
            start = len(words.encode()) - len(HASHTAG) - 1
            record = {
                "$type": "app.bsky.feed.post",
                **record,
                "langs": ["fr"],
                "text": words,
                "facets": [
                    {
                        "index": {"byteStart": start, "byteEnd": len(words.encode())},
                        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": HASHTAG}],
                    }
                ],
            }
        else:
            record = {
                "$type": "app.bsky.feed.repost",
                **record,
                "subject": {"cid": _cid(one.root), "uri": one.root},
            }
            if one.via:
                record["via"] = {"cid": _cid(one.via), "uri": one.via}
        collection, key = one.uri.split("/")[3:]
        lines.append(
            {
                "did": one.did,
                "time_us": one.micro + 250_000,
                "kind": "commit",
                "commit": {
                    "rev": _key(one.micro + 1),
                    "operation": "create",
                    "collection": collection,
                    "rkey": key,
                    "record": record,
                    "cid": _cid(one.uri),
                },
            }
        )
    return lines


def _did(seed: int, number: int) -> str:
    """Return an invented DID; the run of z says that it is none."""
    bits = int(hashes(seed, number, 607, 0))
    return "did:plc:zzzzzzzzzzzz" + "".join(_BASE32[bits >> (5 * i) & 31] for i in range(12))


def _key(micro: int) -> str:
    """Return the record key of a moment: 53 bits of microseconds, 10 bits of clock."""
    bits = micro << 10 | 23
    return "".join(_TID[bits >> (5 * i) & 31] for i in range(12, -1, -1))


def _cid(uri: str) -> str:
    bits = 0
    for sign in uri:
        bits = (bits * 131 + ord(sign)) % (1 << 61)
    return "bafyreizzzz" + "".join(_BASE32[bits >> (5 * (i % 12)) & 31] for i in range(48))
