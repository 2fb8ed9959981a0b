"""The envelope in which `i4 collect` keeps each answer of a platform, with the moment it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from i4analysis.archive.rows import values
from i4analysis.archive.rows.reader import RecordError, Sink

KEYS = frozenset({"collected_at", "platform", "answer"})


def is_of(value: Any, platform: str) -> bool:
    """Return True for an answer of a platform in its envelope.

    Examples
    --------
    >>> is_of({"collected_at": "2026-03-01", "platform": "mastodon", "answer": []}, "mastodon")
    True
    """
    return isinstance(value, dict) and set(value) >= KEYS and value["platform"] == platform


@contextmanager
def opened(value: dict[str, Any], sink: Sink) -> Iterator[Any]:
    """Give the answer, what is read meanwhile being true as of the moment it came."""
    moment = values.iso_time(str(value["collected_at"]))
    if moment is None:
        raise RecordError(f"collected_at holds {value['collected_at']!r:.40}, expected a moment")
    sink.retrieved_at = moment
    try:
        yield value["answer"]
    finally:
        sink.retrieved_at = None
