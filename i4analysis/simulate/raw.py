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
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from i4analysis.simulate.bluesky import bluesky_lines
from i4analysis.simulate.hashing import hashes, uniforms
from i4analysis.simulate.records_later import PAGE, WriterSnscrape, WriterV2
from i4analysis.simulate.records_v1 import WriterV1
from i4analysis.simulate.seen import DAY, Sight
from i4analysis.simulate.story import RESHARE, TWITTER_EPOCH_MS, start_ms

Array = np.ndarray[Any, Any]
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
    noise = _planted(p.seed, p.noise_lines, p.days, day, 922)
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
        cut = _planted(p.seed, p.cut_lines, p.days, day, 923) if last else 0
        if cut:
            out.write(last[: len(last) * 2 // 3])  # the connection broke; no line end
            report.counts["cut line"] += 1
    report.counts = +report.counts
    return report


def _open(path: Path) -> IO[bytes]:
    # bz2 and not gzip: its bytes do not depend on the library's version or a clock
    return cast(IO[bytes], bz2.open(path, "wb")) if path.suffix == ".bz2" else path.open("wb")


def _planted(seed: int, total: int, days: int, day: int, salt: int) -> int:
    """Return how many of `total` defects fall on this day."""
    days_of = hashes(seed, np.arange(total), salt, 0) % np.uint64(days)
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
    if so_far and _planted(p.seed, p.limit_notices, p.days, day, 924):
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
