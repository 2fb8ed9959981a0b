"""Trying again: as long as the platform says, else longer each time, never for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from i4analysis.errors import CollectError

Answer = TypeVar("Answer")


class TryAgain(Exception):
    """A call failed in a way that may pass: after `wait` seconds, if the platform said so.

    `progress` says that something was received before it failed.
    """

    def __init__(self, reason: str, wait: float | None = None, *, progress: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.progress = progress


@dataclass
class Patience:
    """How often and how long to wait for an answer.

    Attributes
    ----------
    tries
        Calls before giving up; a wait that the platform asked for is not counted.
    longest
        Longest wait between two tries, in seconds, when the platform does not say.
    longest_asked
        Longest wait accepted when it does (Mastodon resets its counters every 5 minutes, Bluesky
        every 5 minutes or every day).
    """

    tries: int = 8
    longest: float = 60.0
    longest_asked: float = 3600.0
    sleep: Callable[[float], None] = time.sleep
    chance: random.Random = field(default_factory=random.Random)

    def call(self, ask: Callable[[], Answer], what: str) -> Answer:
        """Return what `ask` returns, trying again when it raises `TryAgain`.

        Raises
        ------
        CollectError
            When the platform asks for more than `longest_asked`, or the tries are used up.
        """
        failures = asked = 0
        while True:
            try:
                return ask()
            except TryAgain as error:
                if error.wait is not None:
                    asked += 1
                    if error.wait > self.longest_asked or asked > 100:
                        raise CollectError(
                            f"{what} asks to wait {error.wait:.0f} s ({error}), expected at most"
                            f" {self.longest_asked:.0f} s; what was received is kept, run the same"
                            " command later to go on."
                        ) from error
                    # a little more than asked, and not all at once
                    self.sleep(error.wait + self.chance.uniform(0.1, 1.0))
                    continue
                failures = 1 if error.progress else failures + 1
                if failures >= self.tries:
                    raise CollectError(
                        f"{what} failed {failures} times in a row (last: {error}), expected an"
                        " answer; what was received is kept, run the same command again to go on."
                    ) from error
                # full jitter between half and the whole of a doubling wait
                self.sleep(min(2.0**failures, self.longest) * self.chance.uniform(0.5, 1.0))


def asked_wait(headers: Mapping[str, str], default: float | None = None) -> float | None:
    """Return the seconds an answer's headers ask to wait, by the server's clock, not ours.

    Reads Retry-After (seconds or a date), X-RateLimit-Reset (ISO, Mastodon) and RateLimit-Reset
    (seconds since 1970, Bluesky); both resets are compared with the answer's own Date header, so a
    wrong local clock does no harm.
    """
    low = {name.lower(): value for name, value in headers.items()}
    here = _moment(low.get("date", "")) or datetime.now(UTC)
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        text = low.get(name, "").strip()
        if not text:
            continue
        if text.isdigit() and (name == "retry-after" or int(text) < 10**8):
            return float(text)
        until = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else _moment(text)
        if until is not None:
            return max((until - here).total_seconds(), 0.0)
    return default


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
