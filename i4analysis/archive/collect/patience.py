"""Trying again: as long as the platform says, else longer each time, never for ever."""

from __future__ import annotations

import errno
import os
import random
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

from i4analysis.errors import CollectError, refused, shown

Answer = TypeVar("Answer")
LARGEST = 32 << 20  # bytes: a page of a hundred posts takes half a MB
CONNECT_S, READ_S = 15.0, 60.0  # seconds until a server takes the call, and between two bytes
SAID_S = 5.0  # a wait as long as this is told


class TryAgain(Exception):
    """A call failed in a way that may pass: after `wait` seconds, if the platform said so.

    `progress` says that something was received before it failed, `unreached` that no server was
    found to ask.
    """

    def __init__(
        self,
        reason: str,
        wait: float | None = None,
        *,
        progress: bool = False,
        unreached: bool = False,
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.progress = progress
        self.unreached = unreached


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@dataclass
class Patience:
    """How often and how long to wait for an answer.

    Attributes
    ----------
    tries
        Calls before giving up; a wait that the platform asked for is not counted.
    first_tries
        The same until something answers for the first time: without a network, the user waits.
    longest
        Longest wait between two tries, in seconds, when the platform does not say.
    longest_asked
        Longest wait accepted when it does (Mastodon resets its counters every 5 minutes, Bluesky
        every 5 minutes or every day).
    answer
        Longest time, in seconds, for one answer to arrive whole, however slowly it drips.
    say
        Takes a line about a wait that is long enough to be taken for a fault.
    """

    tries: int = 8
    first_tries: int = 3
    longest: float = 60.0
    longest_asked: float = 3600.0
    answer: float = 180.0
    sleep: Callable[[float], None] = time.sleep
    chance: random.Random = field(default_factory=random.Random)
    say: Callable[[str], None] = _say
    answered: bool = False

    def call(self, ask: Callable[[], Answer], what: str, *, timed: bool = True) -> Answer:
        """Return what `ask` returns, trying again when it raises `TryAgain`.

        `timed` is False for a stream, which has no end to wait for.

        Raises
        ------
        CollectError
            When the platform asks for more than `longest_asked`, or the tries are used up.
        """
        failures = asked = 0
        while True:
            try:
                found = _within(self.answer, ask, what) if timed else ask()
                self.answered = True
                return found
            except TryAgain as error:
                self.answered |= error.progress or not error.unreached
                if error.wait is not None:
                    asked += 1
                    if error.wait > self.longest_asked or asked > 100:
                        raise CollectError(
                            f"{what} asks to wait {error.wait:.0f} s ({error}), expected at most"
                            f" {self.longest_asked:.0f} s; what was received is kept, run the same"
                            " command later to go on."
                        ) from error
                    # a little more than asked, and not all at once
                    self._wait(error.wait + self.chance.uniform(0.1, 1.0), what, error)
                    continue
                failures = 1 if error.progress else failures + 1
                if failures >= (self.tries if self.answered else self.first_tries):
                    raise CollectError(
                        f"{what} failed {failures} times in a row (last: {error}), expected an"
                        " answer; what was received is kept, run the same command again to go on."
                    ) from error
                # full jitter between half and the whole of a doubling wait
                wait = min(2.0**failures, self.longest) * self.chance.uniform(0.5, 1.0)
                self._wait(wait, what, error)

    def _wait(self, seconds: float, what: str, error: TryAgain) -> None:
        if seconds >= SAID_S:
            self.say(f"{what} is asked again in {seconds:.0f} s ({error})")
        self.sleep(seconds)


def _within(seconds: float, ask: Callable[[], Answer], what: str) -> Answer:
    """Return what `ask` returns, or raise `CollectError` when it takes longer than that.

    A time limit of a socket starts again with every byte: a server that sends one a second would
    hold us for years.
    """
    found: list[Answer] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(ask())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="one answer", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise CollectError(
            f"{what} gave no whole answer within {seconds:g} s, expected one in a few; what was"
            " received is kept, run the same command later to go on."
        )
    return found[0]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it: libraries put three of their own around the system's."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            left += [one.__context__, one.__cause__]


_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "WSS_PROXY", "WS_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_UNREACHED = {
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ETIMEDOUT,
    errno.EADDRNOTAVAIL,
}  # fmt: skip


def unanswered(what: str, error: BaseException) -> CollectError | TryAgain:
    """Return what to raise when a call ended without an answer.

    What no waiting mends is said at once: a certificate that is refused, a setting of the network
    that no library takes. Values of such settings are not shown: a proxy's may hold a password.
    """
    errors = list(_chain(error))
    for one in errors:
        if isinstance(one, CollectError):
            return one
    for one in errors:
        if isinstance(one, ssl.SSLCertVerificationError):
            return _untrusted(what, one)
    system = [one for one in errors if isinstance(one, OSError) and one.errno]
    proxies = [name for name in _PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    kinds = {type(one).__name__ for one in errors}
    by = f" ({' and '.join(proxies)} names a proxy)" if proxies else ""
    for one in system:
        if isinstance(one, socket.gaierror):
            return TryAgain(f"no such name is found{by}", unreached=True)
        if one.errno in _UNREACHED:
            return TryAgain(os.strerror(one.errno or 0) + by, unreached=True)
    if kinds & {"ConnectTimeout", "ConnectTimeoutError"}:
        return TryAgain(f"no connection within {CONNECT_S:g} s{by}", unreached=True)
    if _missing_certificates():
        return _untrusted(what, None)
    if kinds & _NO_ADDRESS or type(error) in (ValueError, ImportError):
        told = f"what {' and '.join(proxies)} names" if proxies else "that address"
        return CollectError(
            f"{what} cannot be asked: {told} is nothing that can be used here, expected an address"
            f" such as {'http://proxy.example:8080' if proxies else 'mastodon.example'}; correct"
            f" it{' or unset it' if proxies else ''}."
        )
    if said := next(filter(None, map(refused, system)), ""):
        return CollectError(said)
    return TryAgain(type(error).__name__ + by, unreached="ProxyError" in kinds)


_NO_ADDRESS = {
    "InvalidProxyURL", "InvalidProxy", "InvalidSchema", "InvalidURL", "InvalidURI",
    "MissingSchema", "ProxySchemeUnknown", "ProxySchemeUnsupported", "LocationParseError",
    "LocationValueError", "UnsupportedProtocol",
}  # fmt: skip


def _missing_certificates() -> list[str]:
    return [
        name for name in _CERTIFICATES if (at := os.environ.get(name)) and not Path(at).exists()
    ]


def _untrusted(what: str, error: ssl.SSLCertVerificationError | None) -> CollectError:
    """Say why a certificate is not believed; a clock that is wrong has many look expired."""
    if missing := _missing_certificates():
        name = missing[0]
        return CollectError(
            f"{what} cannot be trusted without the certificates of {name}: found nothing at"
            f" {shown(os.environ[name])}, expected them there; correct or unset it."
        )
    why = (error.verify_message if error else "") or "not to be believed"
    return CollectError(
        f"{what} shows a certificate that this machine does not accept ({why}), expected one that"
        f" is valid at its clock, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; set the clock if it is"
        " wrong, check the server's name, and the certificates that SSL_CERT_FILE names if set."
    )


class Bounded:
    """Adds up the pieces of an answer, and stops at one that no honest server gives.

    Parameters
    ----------
    what
        The server, as a sentence begins.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._pieces: list[bytes] = []
        self._size = 0

    def take(self, piece: bytes) -> None:
        """Add a piece.

        Raises
        ------
        CollectError
            Beyond `LARGEST` bytes.
        """
        self._size += len(piece)
        if self._size > LARGEST:
            raise CollectError(
                f"{self._what} answers with more than {LARGEST >> 20} MB at once, expected a page"
                " of posts; what was received before is kept, check the server's name."
            )
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """Return the answer."""
        return b"".join(self._pieces)


def sent_on(what: str, asked: str, location: str) -> CollectError:
    """Return what to say of a server that sends a question elsewhere: it is not followed there."""
    return CollectError(
        f"{what} sends the question on to {urljoin(asked, location)[:200]!r}, expected an answer"
        " of its own; name that server instead if you trust it."
    )


def web_page(what: str, body: bytes) -> CollectError | None:
    """Return what to say when an answer is a web page instead of data, None when it is not."""
    if not re.match(rb"\s*<(?:!doctype|html|\?xml|head|body)", body[:200], re.IGNORECASE):
        return None
    return CollectError(
        f"{what} answers with a web page, expected data; check the server's name, and whether it"
        " wants a visitor to prove that he is no program."
    )


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
