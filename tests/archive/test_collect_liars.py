"""Servers that lie: a sentence, in bounded memory and time, and no secret to another host."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from i4analysis.archive.collect import bluesky, mastodon, patience
from i4analysis.errors import CollectError

SECRET = "hunter2-not-here"
Behaviour = Callable[[socket.socket], None]


class Liar:
    """A server that reads a request, keeps it, and then does as it pleases with the socket."""

    def __init__(self, behave: Behaviour) -> None:
        self.requests: list[bytes] = []
        self.sent = 0
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            self.requests.append(caller.recv(1 << 20))
            self._behave(caller)
            # what is closed with something unread is reset, and the answer may be lost with it
            caller.shutdown(socket.SHUT_WR)
            caller.settimeout(2)
            while caller.recv(1 << 16):
                pass

    def close(self) -> None:
        self._socket.close()


def answer(body: bytes, kind: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}"
    return f"{head}Connection: close\r\n\r\n".encode() + body


def says(data: bytes) -> Behaviour:
    return lambda caller: caller.sendall(data)


SENT: list[int] = []


def endless(caller: socket.socket) -> None:
    SENT.clear()
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    for _ in range(3_000):
        SENT.append(caller.send(b" " * (1 << 20)))


def drips_body(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n[")
    for _ in range(600):
        time.sleep(0.05)
        caller.sendall(b" ")


def drips_headers(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        time.sleep(0.05)
        caller.sendall(b"x")


BOMB = gzip.compress(b" " * (64 << 20), 9)
PAGE = b"<!DOCTYPE html>\n<html><title>Welcome</title></html>"
LIES: dict[str, tuple[Behaviour, str]] = {
    "gigabytes": (endless, "answers with more than 1 MB at once"),
    "a bomb": (says(answer(BOMB, more="Content-Encoding: gzip\r\n")), "more than 1 MB at once"),
    "a byte now and then": (drips_body, "no whole answer within 1 s"),
    "headers byte by byte": (drips_headers, "no whole answer within 1 s"),
    "a web page": (says(answer(PAGE, "text/html")), "answers with a web page"),
    "a web page called JSON": (says(answer(PAGE)), "answers with a web page"),
    "a nest": (says(answer(b"[" * 100_000)), "failed 8 times in a row"),
    "a number": (says(answer(b"7")), "something else|another kind|8 times"),
    "a list of numbers": (says(answer(b"[1, 2]")), "something else|another kind|8 times"),
    "an object": (says(answer(b'{"posts": 1, "id": []}')), "something else|another kind|8 times"),
    "nothing": (lambda caller: None, "failed 8 times in a row"),
    "no HTTP": (says(b"\0\xff" * 100), "failed 8 times in a row"),
    "itself": (says(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"),
               "sends the question on to"),
}  # fmt: skip


def ask(platform: str, folder: Path, address: str, answer: float = 10.0) -> None:
    patient = patience.Patience(sleep=lambda seconds: None, answer=answer)
    if platform == "mastodon":
        mastodon.collect(
            folder, hashtag="walnut", instance=address, token=SECRET, patience=patient
        )
    else:
        login = bluesky.Login("collector.example", SECRET)
        bluesky.collect(folder, hashtag="walnut", login=login, service=address, patience=patient)


@pytest.fixture
def opened() -> Iterator[list[Liar]]:
    made: list[Liar] = []
    yield made
    for liar in made:
        liar.close()


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_gives_one_sentence_in_time(
    lie: str, platform: str, tmp_path: Path, opened: list[Liar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LARGEST", 1 << 20)
    behave, words = LIES[lie]
    opened.append(Liar(behave))
    begun = time.monotonic()
    with pytest.raises(CollectError, match=words) as caught:
        # a second for those who are slow on purpose; the others need it on a busy machine
        ask(platform, tmp_path, opened[0].address, 1.0 if "within 1 s" in words else 10.0)
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert time.monotonic() - begun < 20
    if lie == "gigabytes":
        assert sum(SENT) < 100 << 20, "it read on"  # what the sockets hold back is sent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize("scheme", ["http", "ftp", "file"])
def test_no_question_and_no_secret_goes_to_another_host(
    scheme: str, platform: str, status: int, tmp_path: Path, opened: list[Liar]
) -> None:
    other = Liar(says(answer(json.dumps({"accessJwt": "x"}).encode())))
    target = other.address.replace("http", scheme) + "/elsewhere"
    hop = f"HTTP/1.1 {status} Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
    liar = Liar(says(hop.encode()))
    opened += [liar, other]
    with pytest.raises(CollectError, match=r"sends the question on to .*elsewhere"):
        ask(platform, tmp_path, liar.address)
    assert other.requests == []
    assert liar.requests
