"""Stand-in servers that speak the platforms' protocols, with our own content, and misbehave."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

BORN = datetime(2026, 3, 1, tzinfo=UTC)
Answer = tuple[int, dict[str, str], bytes]


class StandIn:
    """An HTTP server on this machine whose `faults` are used up one a request.

    A fault is a status (429, 503), `cut` (the connection ends in mid-answer), `garbage` (no JSON),
    `repeat` (the last page again) or `expired` (the session's token).
    """

    def __init__(self) -> None:
        self.faults: list[int | str] = []
        self.asked: list[str] = []
        self.skew = timedelta()
        self._last: dict[str, bytes] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *arguments: object) -> None:
                pass

            def date_time_string(self, timestamp: float | None = None) -> str:
                moment = datetime.now(UTC) + stand_in.skew
                return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                self.answer(self.rfile.read(length))

            def answer(self, body: bytes = b"") -> None:
                stand_in.asked.append(self.path)
                status, headers, content = stand_in.respond(self, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if headers.get("X-Cut"):
                    self.wfile.write(content[: len(content) // 2])
                    self.wfile.flush()
                    self.connection.close()
                    self.close_connection = True
                    return
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def respond(self, request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        url = urlparse(request.path)
        query = parse_qs(url.query)
        fault = self.faults.pop(0) if self.faults else None
        if fault == "garbage":
            return 200, {}, b'[{"id": "1", '
        if fault == 429:
            reset = datetime.now(UTC) + self.skew + timedelta(seconds=7)
            epoch = str(int(reset.timestamp()))
            limits = {"X-RateLimit-Reset": reset.isoformat(), "RateLimit-Reset": epoch}
            return 429, limits, b'{"error": "RateLimitExceeded"}'
        if isinstance(fault, int):
            return fault, {}, b'{"error": "Fault"}'
        if fault == "expired":
            return 400, {}, b'{"error": "ExpiredToken", "message": "Token has expired"}'
        status, content = self.content(url.path, query, request, body)
        text = json.dumps(content).encode()
        if fault == "repeat":
            text = self._last.get(url.path, text)
        self._last[url.path] = text
        return status, {"X-Cut": "1"} if fault == "cut" else {}, text

    def content(self, path: str, query: dict, request, body: bytes) -> tuple[int, object]:
        raise NotImplementedError


class MastodonStandIn(StandIn):
    """A Mastodon server with `count` statuses of one hashtag; every fifth is boosted twice."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.statuses = [self.status(number) for number in range(1, count + 1)]

    def account(self, name: str) -> dict:
        return {
            "id": name, "acct": name, "username": name, "display_name": name.title(),
            "note": f"<p>Made-up account {name} #walnut</p>", "followers_count": 10,
            "following_count": 5, "uri": f"https://walnut.example/users/{name}",
            "url": f"https://walnut.example/@{name}",
        }  # fmt: skip

    def status(self, number: int) -> dict:
        identifier = str(113_000_000_000_000_000 + number)
        uri = f"https://walnut.example/users/u{number % 7}/statuses/{identifier}"
        return {
            "id": identifier, "uri": uri, "url": uri, "reblog": None, "language": "en",
            "created_at": (BORN + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "content": f"<p>Made-up post {number} <a>#walnut</a></p>", "visibility": "public",
            "account": self.account(f"u{number % 7}"), "tags": [{"name": "walnut", "url": ""}],
            "mentions": [], "media_attachments": [], "reblogs_count": 2 if number % 5 == 0 else 0,
            "favourites_count": 0, "replies_count": 0, "in_reply_to_id": None,
        }  # fmt: skip

    def content(self, path: str, query: dict, request, body: bytes) -> tuple[int, object]:
        parts = path.strip("/").split("/")
        if parts[:4] == ["api", "v1", "timelines", "tag"]:
            floor = int(query.get("min_id", ["0"])[0])
            later = [s for s in self.statuses if int(s["id"]) > floor]
            return 200, later[: int(query.get("limit", ["20"])[0])][::-1]
        if parts[:3] == ["api", "v1", "statuses"]:
            found = [s for s in self.statuses if s["id"] == parts[3]]
            if not found:
                return 404, {"error": "Record not found"}
            if parts[4:] == ["reblogged_by"]:
                return 200, [self.account("b1"), self.account("b2")]
            return 200, found[0]
        return 404, {"error": "Record not found"}


def token(minutes: float) -> str:
    """A session token in the platform's shape, that expires in `minutes`."""
    claims = {"exp": int(time.time() + 60 * minutes), "iat": int(time.time()), "scope": "x"}
    parts = [{"alg": "none"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return b".".join([*encoded, b"c2ln"]).decode()


class BlueskyStandIn(StandIn):
    """A Bluesky service with `count` posts of one hashtag, found newest first."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.password = "correct-horse"
        self.posts = [self.post(number) for number in range(1, count + 1)]

    def post(self, number: int) -> dict:
        did = f"did:plc:walnut{number % 7}"
        moment = (BORN + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            "uri": f"at://{did}/app.bsky.feed.post/{number:013d}", "cid": f"cid{number}",
            "author": {"did": did, "handle": f"walnut{number % 7}.example"},
            "record": {"$type": "app.bsky.feed.post", "text": f"Made-up {number} #walnut",
                       "createdAt": moment, "langs": ["en"], "tags": ["walnut"]},
            "replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0,
            "indexedAt": moment,
        }  # fmt: skip

    def content(self, path: str, query: dict, request, body: bytes) -> tuple[int, object]:
        method = path.rsplit("/", 1)[-1]
        if method == "com.atproto.server.createSession":
            given = json.loads(body)
            if given["password"] != self.password:
                return 401, {"error": "AuthenticationRequired", "message": "Invalid password"}
            return 200, {
                "accessJwt": token(60), "refreshJwt": token(6000), "handle": given["identifier"],
                "did": "did:plc:collector", "active": True,
            }  # fmt: skip
        if method == "app.bsky.feed.searchPosts":
            since = query.get("since", [""])[0]
            found = [p for p in reversed(self.posts) if p["indexedAt"] >= since]
            start, limit = int(query.get("cursor", ["0"])[0]), int(query["limit"][0])
            page = found[start : start + limit]
            more = start + limit < len(found)
            return 200, {"posts": page} | ({"cursor": str(start + limit)} if more else {})
        if method == "app.bsky.feed.getPosts":
            return 200, {"posts": [p for p in self.posts if p["uri"] in query["uris"]]}
        if method == "app.bsky.actor.getProfiles":
            return 200, {"profiles": [self.profile(did) for did in query["actors"]]}
        if method == "app.bsky.graph.getFollowers":
            start = int(query.get("cursor", ["0"])[0])
            people = [self.profile(f"did:plc:f{n}") for n in range(start, min(start + 2, 5))]
            more = {"cursor": str(start + 2)} if start + 2 < 5 else {}
            return 200, {"subject": self.profile(query["actor"][0]), "followers": people} | more
        return 200, {}

    def profile(self, did: str) -> dict:
        name = did.rsplit(":", 1)[-1]
        return {
            "did": did, "handle": f"{name}.example", "displayName": name, "followersCount": 12,
            "followsCount": 3, "postsCount": 1, "description": "Made-up bio #walnut",
        }  # fmt: skip


class JetstreamStandIn:
    """A Jetstream that replays `events` after the cursor asked for, then waits or cuts."""

    def __init__(self, events: list[bytes], cut_after: int | None = None) -> None:
        from websockets.sync.server import serve

        self.cursors: list[int] = []
        self.closing = threading.Event()

        def handle(connection) -> None:
            query = parse_qs(urlparse(connection.request.path).query)
            cursor = int(query.get("cursor", ["0"])[0])
            self.cursors.append(cursor)
            sent = 0
            for raw in events:
                if b'"time_us"' in raw and json.loads(raw)["time_us"] < cursor:
                    continue  # the cursor's own event is replayed
                connection.send(raw.decode())
                sent += 1
                if cut_after is not None and sent >= cut_after:
                    connection.socket.close()
                    return
                self.between(sent)
            self.closing.wait(30)

        self.between: Callable[[int], None] = lambda sent: None
        self.server = serve(handle, "127.0.0.1", 0)
        self.address = f"ws://127.0.0.1:{self.server.socket.getsockname()[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
