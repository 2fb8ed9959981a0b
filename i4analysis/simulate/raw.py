"""Raw files of a made-up movement, as its collectors would have kept them, defects included.

    raw/stream/2021-01-16.jsonl   one file a day, the first one compressed; live profiles
    raw/search.jsonl              pages of a later search: what the stream did not have
    raw/v2.jsonl                  v2 pages fetched by twarc, with the moment of the fetch
    raw/snscrape.jsonl            snscrape's lines
    raw/bluesky.jsonl             a small part on Bluesky, reposts with `via`

Everything is written in pieces, so memory does not grow with the number of posts.
"""

from __future__ import annotations

import bz2
import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from i4analysis.simulate.adoption import DAY
from i4analysis.simulate.bluesky import bluesky_lines
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.parameters import Parameters
from i4analysis.simulate.seen import Sight
from i4analysis.simulate.story import QUOTE, REPLY, RESHARE, TWITTER_EPOCH_MS, start_ms
from i4analysis.simulate.words import Wording

Array = np.ndarray[Any, Any]
Record = dict[str, Any]
NOISE = (
    b"<html><body>502 Bad Gateway</body></html>",
    b"{not json at all",
    b'{"created_at": "Sat Jan 16 10:00:00 +0000 2021", "id":',
    b"\x00\x01\x02\x03 disk full",
)


@dataclass
class Written:
    """One raw file and what was planted in it."""

    file: str
    posts: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """Records that a reader finds: posts with their repeats, notices, rejects."""
        return self.posts + sum(self.counts.values())


def dump(record: Any) -> bytes:
    """Return a record as ASCII JSON in one line, keys in the order given."""
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def write_raw(sight: Sight, folder: Path, tell: Callable[[str], None]) -> list[Written]:
    """Write every raw file of a story under `folder`; `tell` hears of each file."""
    (folder / "stream").mkdir(parents=True, exist_ok=True)
    written = []
    for day in range(sight.story.parameters.days):
        written.append(_stream_day(sight, folder, day))
        tell(written[-1].file)
    for write in (_search, _v2, _snscrape, _bluesky):
        one = write(sight, folder)
        if one is not None:
            written.append(one)
            tell(one.file)
    return written


# -------------------------------------------------------------------------------------- stream


def _stream_day(sight: Sight, folder: Path, day: int) -> Written:
    """Write one day of the stream: posts, repeats, deletes, limits, noise, a cut line."""
    p, events = sight.story.parameters, sight.story.events
    kept = sight.kept
    low, high = np.searchsorted(events.second[kept], (day * DAY, (day + 1) * DAY))
    rows = kept[low:high]
    rows = rows[~sight.road("after")[rows]]
    name = f"{p.started_on + timedelta(days=day)}.jsonl" + (".bz2" if day == 0 else "")
    report = Written(f"stream/{name}")
    writer = WriterV1(sight, live=True)
    twice = uniforms(p.seed, events.key[rows], 921, 0) < p.repeated_lines
    noise = _planted(p, p.noise_lines, day, 922)
    keep_alive = max(1, len(rows) // 5)
    last = b""
    with closing(_open(folder / "stream" / name)) as out:
        for number, (row, again) in enumerate(zip(rows.tolist(), twice.tolist(), strict=True)):
            last = dump(writer.record(row))
            out.write((last + b"\r\n") * (1 + again))
            report.posts += 1
            report.counts["repeated line"] += int(again)
            if number % keep_alive == keep_alive - 1:
                out.write(b"\r\n")  # the stream's keep-alive; no record
        for k in range(noise):
            out.write(NOISE[(day + k) % len(NOISE)] + b"\r\n")
        report.counts["noise line"] += noise
        _notices(sight, rows, day, report, out)
        cut = _planted(p, p.cut_lines, day, 923) if last else 0
        if cut:
            out.write(last[: len(last) * 2 // 3])  # the connection broke; no line end
            report.counts["cut line"] += 1
    report.counts = +report.counts
    return report


def _open(path: Path) -> IO[bytes]:
    # bz2 and not gzip: its bytes do not depend on the library's version or a clock
    return cast(IO[bytes], bz2.open(path, "wb")) if path.suffix == ".bz2" else path.open("wb")


def _planted(p: Parameters, total: int, day: int, salt: int) -> int:
    """Return how many of `total` defects fall on this day."""
    days_of = hashes(p.seed, np.arange(total), salt, 0) % np.uint64(p.days)
    return int((days_of == day).sum())


def _notices(sight: Sight, rows: Array, day: int, report: Written, out: IO[bytes]) -> None:
    """Write the day's deletes, and a limit notice when posts were lost."""
    p, events = sight.story.parameters, sight.story.events
    for row in rows[sight.deleted[rows]].tolist():
        number = sight.names.account_ids[int(events.author[row])]
        status = {
            "id": int(events.post_id[row]),
            "id_str": str(events.post_id[row]),
            "user_id": int(number),
            "user_id_str": number,
        }
        moment = (int(events.post_id[row]) >> 22) + TWITTER_EPOCH_MS + 5_400_000
        out.write(dump({"delete": {"status": status, "timestamp_ms": str(moment)}}) + b"\r\n")
        report.counts["delete"] += 1
    lost = sight.reasons["lost at random"]
    so_far = int(lost[: np.searchsorted(events.second, (day + 1) * DAY)].sum())
    if so_far and _planted(p, p.limit_notices, day, 924):
        moment = start_ms(p) + (day + 1) * DAY * 1000 - 1000
        out.write(dump({"limit": {"track": so_far, "timestamp_ms": str(moment)}}) + b"\r\n")
        report.counts["limit"] += 1


# ----------------------------------------------------------------------------- fetched later


def _pages(rows: Array, size: int) -> Iterable[Array]:
    """Cut rows into pages, the newest first, as a search gives them."""
    newest = rows[::-1]
    return (newest[at : at + size] for at in range(0, len(newest), size))


def _search(sight: Sight, folder: Path) -> Written | None:
    rows = sight.kept[sight.road("after")[sight.kept]]
    if not len(rows):
        return None
    writer = WriterV1(sight, live=False)
    report = Written("search.jsonl", len(rows))
    with (folder / report.file).open("wb") as out:
        for page in _pages(rows, PAGE):
            statuses = [writer.record(row) for row in page.tolist()]
            meta = {
                "completed_in": 0.05,
                "max_id_str": statuses[0]["id_str"],
                "query": "%23velmora4emploi",
                "count": PAGE,
                "since_id_str": "0",
            }
            out.write(dump({"statuses": statuses, "search_metadata": meta}) + b"\n")
    return report


def _v2(sight: Sight, folder: Path) -> Written | None:
    rows = sight.kept[sight.road("v2")[sight.kept]]
    if not len(rows):
        return None
    writer = WriterV2(sight)
    report = Written("v2.jsonl", len(rows))
    count = -(-len(rows) // PAGE)
    with (folder / report.file).open("wb") as out:
        for number, page in enumerate(_pages(rows, PAGE), 1):
            out.write(dump(writer.page(page, number, last=number == count)) + b"\n")
    return report


def _snscrape(sight: Sight, folder: Path) -> Written | None:
    rows = sight.kept[sight.road("snscrape")[sight.kept]]
    rows = rows[sight.story.events.kind[rows] != RESHARE]
    if not len(rows):
        return None
    writer = WriterSnscrape(sight)
    report = Written("snscrape.jsonl", len(rows))
    with (folder / report.file).open("wb") as out:
        for row in rows[::-1].tolist():
            out.write(dump(writer.line(row)) + b"\n")
    return report


def _bluesky(sight: Sight, folder: Path) -> Written | None:
    if not sight.story.parameters.bluesky_posts:
        return None
    lines = bluesky_lines(sight)
    report = Written("bluesky.jsonl", len(lines))
    with (folder / report.file).open("wb") as out:
        for line in lines:
            out.write(dump(line) + b"\n")
    return report


PAGE = 100  # posts a page of the v2 API


def iso(unix: int) -> str:
    """Return a moment as ISO 8601 with Z."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class WriterV2:
    """Writes pages of the v2 API with everything that its posts refer to."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.events = sight, sight.story.events
        self.wording = lru_cache(maxsize=20_000)(sight.wording)
        self.profiles = WriterV1(sight, live=False)

    def page(self, rows: Array, number: int, last: bool) -> Record:
        """Return one page with the posts of `rows`."""
        events = self.events
        data = [self.post(int(row)) for row in rows]
        about = np.unique(events.root[rows][np.isin(events.kind[rows], (RESHARE, QUOTE, REPLY))])
        people = np.unique(np.concatenate([events.author[rows], events.author[about]]))
        ids = [one["id"] for one in data]
        meta: Record = {"newest_id": ids[0], "oldest_id": ids[-1], "result_count": len(ids)}
        if not last:
            meta["next_token"] = f"made-up-{number:04d}"
        includes: Record = {
            "users": [self.user(int(who)) for who in people],
            "tweets": [self.post(int(row)) for row in about],
        }
        pictured = [row for row in (*rows, *about) if self.sight.pictures(int(row))]
        keys = sorted({f"3_{events.post_id[row]}" for row in pictured})
        if keys:
            includes["media"] = [{"media_key": key, "type": "photo"} for key in keys]
        retrieved = iso(int(self.sight.unix(self.sight.retrieved_s)))
        return {
            "data": data,
            "includes": includes,
            "meta": meta,
            "__twarc": {
                "url": "https://api.example/2/tweets/search/all",
                "version": "2.9.5",
                "retrieved_at": retrieved[:-1] + "+00:00",
            },
        }

    def post(self, row: int) -> Record:
        """Return one post of `data` or `includes.tweets`."""
        events, names = self.events, self.sight.names
        kind, root = events.kind[row], int(events.root[row])
        content = root if kind == RESHARE else row
        words = self.wording(content)
        text = words.text
        if kind == RESHARE:
            whole = f"RT @{names.handles[int(events.author[root])]}: {text}"
            text = whole if len(whole) <= 140 else whole[:139] + "…"
        post_id = str(events.post_id[row])
        total = int(self.sight.reshares_total[content])
        record: Record = {
            "id": post_id,
            "text": escaped(text),
            "author_id": names.account_ids[int(events.author[row])],
            "created_at": iso(int(self.sight.unix(int(events.second[row])))).replace("Z", ".000Z"),
            "conversation_id": str(events.post_id[root if kind == REPLY else row]),
            "edit_history_tweet_ids": [post_id],
            "lang": words.lang,
            "source": "Made-up App",
            "reply_settings": "everyone",
            "possibly_sensitive": False,
            "public_metrics": {
                "retweet_count": total,
                "reply_count": 0,
                "like_count": 0 if kind == RESHARE else total * 3 // 2,
                "quote_count": 0,
            },
        }
        found = self._entities(words, text)
        if found:
            record["entities"] = found
        reference = {RESHARE: "retweeted", QUOTE: "quoted", REPLY: "replied_to"}.get(kind)
        if reference:
            record["referenced_tweets"] = [{"type": reference, "id": str(events.post_id[root])}]
        if kind == REPLY:
            record["in_reply_to_user_id"] = names.account_ids[int(events.author[root])]
        if kind != RESHARE and self.sight.pictures(row):
            record["attachments"] = {"media_keys": [f"3_{post_id}"]}
        return record

    def _entities(self, words: Wording, text: str) -> Record:
        found: Record = {
            "hashtags": [
                {"start": start, "end": start + len(tag) + 1, "tag": tag}
                for tag, start in words.tags_in(text)
            ],
            "mentions": [
                {
                    "start": start,
                    "end": start + len(handle) + 1,
                    "username": handle,
                    "id": self.sight.names.account_ids[self.sight.number_of(handle)],
                }
                for handle, start in words.mentions_in(text)
            ],
            "urls": [
                {
                    "start": start,
                    "end": start + len(short),
                    "url": short,
                    "expanded_url": address,
                    "display_url": address.removeprefix("https://"),
                }
                for short, address, start in words.links_in(text)
            ],
        }
        return {name: rows for name, rows in found.items() if rows}

    def user(self, account: int) -> Record:
        """Return one account of `includes.users`, as it was when the page was fetched."""
        old = self.profiles.user(account, self.sight.retrieved_s)
        record: Record = {
            "id": old["id_str"],
            "name": old["name"],
            "username": old["screen_name"],
            "description": old["description"] or "",
            "created_at": "2015-01-05T09:00:00.000Z",
            "verified": False,
            "protected": False,
            "public_metrics": {
                "followers_count": old["followers_count"],
                "following_count": old["friends_count"],
                "tweet_count": old["statuses_count"],
                "listed_count": old["listed_count"],
            },
        }
        if old["location"]:
            record["location"] = old["location"]
        return record


class WriterSnscrape:
    """Writes snscrape's lines: its searches hold no reshares."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.events = sight, sight.story.events
        self.profiles = WriterV1(sight, live=False)

    def line(self, row: int, inside: bool = False) -> Record:
        """Return the record of one post."""
        sight, events = self.sight, self.events
        words = sight.wording(row)
        kind, root = events.kind[row], int(events.root[row])
        who, post_id = int(events.author[row]), int(events.post_id[row])
        handle = sight.names.handles[who]
        total = int(sight.reshares_total[row])
        links = [
            {"text": address, "url": address, "tcourl": short, "indices": [start, start + 23]}
            for short, address, start in words.links_in(words.text)
        ]
        people = [self.person(sight.number_of(name)) for name, _ in words.mentions_in(words.text)]
        picture = {
            "_type": "snscrape.modules.twitter.Photo",
            "previewUrl": f"https://images.example/{post_id}.jpg?name=small",
            "fullUrl": f"https://images.example/{post_id}.jpg",
        }
        replies = kind == REPLY
        quoted = self.line(root, inside=True) if kind == QUOTE and not inside else None
        return {
            "_type": "snscrape.modules.twitter.Tweet",
            "url": f"https://twitter.com/{handle}/status/{post_id}",
            "date": iso(int(sight.unix(int(events.second[row])))).replace("Z", "+00:00"),
            "rawContent": words.text,
            "renderedContent": words.text,
            "id": post_id,
            "user": self.user(who),
            "replyCount": 0,
            "retweetCount": total,
            "likeCount": total * 3 // 2,
            "quoteCount": 0,
            "conversationId": int(events.post_id[root]) if replies else post_id,
            "lang": words.lang,
            "source": SOURCE,
            "sourceUrl": "https://app.example",
            "sourceLabel": "Made-up App",
            "links": links or None,
            "media": [picture] * sight.pictures(row) or None,
            "retweetedTweet": None,
            "quotedTweet": quoted,
            "inReplyToTweetId": int(events.post_id[root]) if replies else None,
            "inReplyToUser": self.person(int(events.author[root])) if replies else None,
            "mentionedUsers": people or None,
            "coordinates": None,
            "place": None,
            "hashtags": [tag for tag, _ in words.tags_in(words.text)] or None,
            "cashtags": None,
            "card": None,
        }

    def person(self, account: int) -> Record:
        """Return an account that is only named."""
        names = self.sight.names
        return {
            "_type": "snscrape.modules.twitter.User",
            "username": names.handles[account],
            "id": int(names.account_ids[account]),
            "displayname": names.names[account],
            "rawDescription": None,
            "followersCount": None,
        }

    def user(self, account: int) -> Record:
        """Return an author with the profile of the day of the search."""
        old = self.profiles.user(account, self.sight.collected_s)
        return self.person(account) | {
            "rawDescription": old["description"] or "",
            "renderedDescription": old["description"] or "",
            "verified": False,
            "created": "2015-01-05T09:00:00+00:00",
            "followersCount": old["followers_count"],
            "friendsCount": old["friends_count"],
            "statusesCount": old["statuses_count"],
            "favouritesCount": old["favourites_count"],
            "listedCount": old["listed_count"],
            "mediaCount": 0,
            "location": old["location"] or "",
            "protected": False,
        }


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905  # reads better
SOURCE = '<a href="https://app.example" rel="nofollow">Made-up App</a>'


def twitter_date(unix: int) -> str:
    """Return a moment as v1.1 writes it, whatever the machine's language.

    Examples
    --------
    >>> twitter_date(1610755200)
    'Sat Jan 16 00:00:00 +0000 2021'
    """
    at = datetime.fromtimestamp(unix, UTC)
    return (
        f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:02d}"
        f" {at.hour:02d}:{at.minute:02d}:{at.second:02d} +0000 {at.year}"
    )


def escaped(text: str) -> str:
    """Return a text with &, < and > escaped, as Twitter does."""
    return escape(text, quote=False)


class WriterV1:
    """Writes the records of one story; `live` for a stream, else a search after the end."""

    def __init__(self, sight: Sight, live: bool) -> None:
        self.sight, self.live = sight, live
        self.events = sight.story.events
        self.wording = lru_cache(maxsize=20_000)(sight.wording)
        self.fixed = lru_cache(maxsize=20_000)(self._fixed)

    def record(self, row: int) -> Record:
        """Return the record of one event."""
        record = self._post(row)
        if self.live:
            record["filter_level"] = "low"
            record["timestamp_ms"] = str((int(record["id"]) >> 22) + TWITTER_EPOCH_MS)
        return record

    def _post(self, row: int, carrier: int | None = None) -> Record:
        """Return a post by itself, or as it stands inside the post in row `carrier`."""
        events = self.events
        moment = int(events.second[row if carrier is None else carrier])
        seen = moment if self.live else self.sight.collected_s
        kind, second = events.kind[row], int(events.second[row])
        post_id = int(events.post_id[row])
        root = int(events.root[row])
        record: Record = {
            "created_at": twitter_date(int(self.sight.unix(second))),
            "id": post_id,
            "id_str": str(post_id),
        }
        inner = None
        if kind in (RESHARE, QUOTE):
            inner = self._post(root, row)
        if kind == RESHARE:
            self._reshared_text(record, inner or {}, root)
        else:
            self._own_text(record, self.wording(row), self.sight.pictures(row), post_id)
        record["source"] = SOURCE
        record |= self._reply(row, root, kind == REPLY)
        record["user"] = self.user(int(events.author[row]), seen)
        record |= {"geo": None, "coordinates": None, "place": None, "contributors": None}
        if kind == RESHARE:
            record["retweeted_status"] = inner
        record["is_quote_status"] = bool(kind == QUOTE)
        if kind == QUOTE:
            record["quoted_status_id"] = int(events.post_id[root])
            record["quoted_status_id_str"] = str(events.post_id[root])
            record["quoted_status"] = inner
        record |= self._counts(row, root, carrier)
        record |= {"favorited": False, "retweeted": False}
        record["lang"] = self.wording(root if kind == RESHARE else row).lang
        return record

    def _counts(self, row: int, root: int, carrier: int | None) -> Record:
        """Return the counts at the moment of delivery; a reshare shows its original's."""
        kind, sight = self.events.kind[row], self.sight
        if not self.live:
            count = int(sight.reshares_total[root if kind == RESHARE else row])
        elif carrier is None:
            count = int(sight.reshares_before[row])
        elif self.events.kind[carrier] == RESHARE:
            count = int(sight.reshares_before[carrier])
        else:
            count = int(sight.count_at(row, int(self.events.second[carrier])))
        likes = 0 if kind == RESHARE else count * 3 // 2
        return {
            "quote_count": 0,
            "reply_count": 0,
            "retweet_count": count,
            "favorite_count": likes,
        }

    def _reply(self, row: int, root: int, replies: bool) -> Record:
        target = int(self.events.author[root]) if replies else -1
        names = self.sight.names
        return {
            "in_reply_to_status_id": int(self.events.post_id[root]) if replies else None,
            "in_reply_to_status_id_str": str(self.events.post_id[root]) if replies else None,
            "in_reply_to_user_id": int(names.account_ids[target]) if replies else None,
            "in_reply_to_user_id_str": names.account_ids[target] if replies else None,
            "in_reply_to_screen_name": names.handles[target] if replies else None,
        }

    def _own_text(self, record: Record, words: Wording, pictures: int, post_id: int) -> None:
        found = entities(words, words.text, self.sight)
        media = photos(pictures, post_id)
        if not self.live:
            record |= {
                "full_text": escaped(words.text),
                "truncated": False,
                "display_text_range": [0, len(words.text)],
                "entities": found | media,
            }
        elif len(words.text) <= 140:
            record |= {"text": escaped(words.text), "truncated": False, "entities": found | media}
        else:
            link = f"https://t.example/{post_id % 0xFFFFFF:06x}"
            cut = words.text[:115].rsplit(" ", 1)[0]
            record["text"] = escaped(f"{cut}… {link}")
            record["truncated"] = True
            record["extended_tweet"] = {
                "full_text": escaped(words.text),
                "display_text_range": [0, len(words.text)],
                "entities": found | media,
            } | ({"extended_entities": media} if media else {})
            record["entities"] = entities(words, cut, self.sight)
            address = f"https://twitter.com/i/web/status/{post_id}"
            record["entities"]["urls"] = [
                {
                    "url": link,
                    "expanded_url": address,
                    "display_url": "twitter.com/i/web/status/1…",
                    "indices": [len(cut) + 2, len(cut) + 2 + len(link)],
                }
            ]
        if media and not record["truncated"]:
            record["extended_entities"] = media

    def _reshared_text(self, record: Record, inner: Record, root: int) -> None:
        words = self.wording(root)
        handle = self.sight.names.handles[int(self.events.author[root])]
        whole = f"RT @{handle}: {words.text}"
        text = whole if len(whole) <= 140 else whole[:139] + "…"
        found = entities(words, text, self.sight)
        who = int(self.events.author[root])
        found["user_mentions"].insert(0, mention(self.sight, who, 3, handle))
        record["text" if self.live else "full_text"] = escaped(text)
        record["truncated"] = False
        record["entities"] = found

    def _fixed(self, account: int) -> Record:
        """Parts of a profile that never change."""
        names = self.sight.names
        number = names.account_ids[account]
        return {
            "id": int(number),
            "id_str": number,
            "name": names.names[account],
            "screen_name": names.handles[account],
            "location": names.towns[account] or None,
            "url": None,
            "description": None,
            "protected": False,
            "verified": False,
            "followers_count": 0,
            "friends_count": int(self.sight.following[account]),
            "listed_count": account % 40,
            "favourites_count": account % 3000,
            "statuses_count": 100 + account % 9000,
            "created_at": "Mon Jan 05 09:00:00 +0000 2015",
            "utc_offset": None,
            "time_zone": None,
            "geo_enabled": False,
            "lang": None,
            "default_profile": True,
            "profile_image_url_https": "https://images.example/made-up.png",
        }

    def user(self, account: int, second: int) -> Record:
        """Return a profile as it is at a second since the start."""
        sight = self.sight
        marked = bool(sight.marked(account, second))
        record = dict(self.fixed(account))
        record["description"] = sight.bio(account, marked)
        record["followers_count"] = int(sight.followers(account, second))
        return record


def mention(sight: Sight, account: int, start: int, handle: str) -> Record:
    """Return one entry of `user_mentions`."""
    number = sight.names.account_ids[account]
    return {
        "screen_name": handle,
        "name": sight.names.names[account],
        "id": int(number),
        "id_str": number,
        "indices": [start, start + len(handle) + 1],
    }


def entities(words: Wording, text: str, sight: Sight) -> Record:
    """Return what of a wording's tags, mentions and addresses is whole in `text`."""
    return {
        "hashtags": [
            {"text": tag, "indices": [start, start + len(tag) + 1]}
            for tag, start in words.tags_in(text)
        ],
        "urls": [
            {
                "url": short,
                "expanded_url": address,
                "display_url": address.removeprefix("https://"),
                "indices": [start, start + len(short)],
            }
            for short, address, start in words.links_in(text)
        ],
        "user_mentions": [
            mention(sight, sight.number_of(handle), start, handle)
            for handle, start in words.mentions_in(text)
        ],
        "symbols": [],
    }


def photos(pictures: int, post_id: int) -> Record:
    """Return the `media` entry of a post with pictures, or nothing."""
    if not pictures:
        return {}
    address = f"https://images.example/{post_id}.jpg"
    return {
        "media": [
            {
                "id": post_id,
                "id_str": str(post_id),
                "indices": [0, 0],
                "media_url": address,
                "media_url_https": address,
                "type": "photo",
            }
        ]
        * pictures
    }
