"""Ways in which files get damaged, driven by hypothesis or by a seed."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

WORDS = (
    b'"', b"\n", b"\r", b"\r\n", b"\0", b"{", b"}", b"[", b"]", b",", b";", b"\\", b"\\u0000",
    b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf0\x9f", b"null", b"true", b"NaN", b"-1",
    b"99999999999999999999999", b"0000-00-00", b"RT @", b"did:", b"at://", b"1.8E+18", b"NA",
    b"''", b"1e999",
)  # fmt: skip


def mutate(data: bytes, other: bytes, random_: random.Random, times: int) -> bytes:
    """Cut, flip, splice, repeat, drop and insert, `times` times."""
    for _ in range(times):
        at = random_.randrange(len(data) + 1)
        end = min(len(data), at + random_.choice((1, 2, 7, 80, 900)))
        match random_.randrange(8):
            case 0:
                data = data[:at]
            case 1 if at < len(data):
                data = data[:at] + bytes([data[at] ^ 1 << random_.randrange(8)]) + data[at + 1 :]
            case 2:
                start = random_.randrange(len(other) + 1)
                data = data[:at] + other[start : start + random_.choice((3, 60, 700))] + data[at:]
            case 3:
                data = data[:end] + data[at:end] * random_.choice((1, 2, 30)) + data[end:]
            case 4:
                data = data[:at] + data[end:]
            case 5 | 6:
                data = data[:at] + random_.choice(WORDS) + data[at:]
            case _:
                data = data[:at] + random_.choice(WORDS) + data[end:]
    return data


mutation = st.tuples(st.randoms(use_true_random=False), st.integers(1, 4))

STRANGE = (
    None, True, 0, -1, 2**63, 10**30, 1.5, 1e300, "", "x", "\ud800", "NaN", "1e999", [], [None],
    [[]], {}, {"": None}, {"a": {"b": []}}, "0000-00-00T00:00:00Z", "did:", "at://", "RT @",
)  # fmt: skip


def confuse(value: Any, random_: random.Random, rate: float) -> Any:
    """Return a JSON value with parts of it replaced by others of the wrong kind, or left out."""
    if random_.random() < rate:
        return random_.choice(STRANGE)
    if isinstance(value, dict):
        return {
            key: confuse(part, random_, rate)
            for key, part in value.items()
            if random_.random() > rate / 2
        }
    if isinstance(value, list):
        kept = [confuse(part, random_, rate) for part in value]
        return kept + kept[:1] if random_.random() < rate else kept
    return value


def confused(data: bytes, random_: random.Random, rate: float) -> bytes:
    """Return JSON (lines, an array, a script) with wrong kinds in it, or a table's cells moved."""
    text = data.decode("utf-8", "replace")
    head, mark, body = text.partition("= ") if text.startswith("window.") else ("", "", text)
    whole = _confused(body, random_, rate)
    if whole is not None:
        return (head + mark + whole).encode("utf-8", "replace")
    lines = text.split("\n")
    if text[:1] == "{":
        found = [_confused(line, random_, rate) or line for line in lines]
        return "\n".join(found).encode("utf-8", "replace")
    cells = text.split(",")
    for _ in range(random_.randrange(1, 6)):
        one, two = random_.randrange(len(cells)), random_.randrange(len(cells))
        cells[one], cells[two] = cells[two], cells[one]
    return ",".join(cells).encode()


def _confused(text: str, random_: random.Random, rate: float) -> str | None:
    try:
        return json.dumps(confuse(json.loads(text), random_, rate))
    except (ValueError, RecursionError):
        return None
