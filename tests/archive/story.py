"""One invented story, told in every format under `golden/`, and what the tables should say of it.

Anne posts, Bruno reshares it, Claire answers, Bruno quotes. The rows below are written by hand;
each format holds some of their columns, and whatever it holds must be equal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from i4analysis.archive.bytes.opening import Source
from i4analysis.archive.reading.recognise import read_source
from i4analysis.archive.rows import values
from i4analysis.archive.rows.sink import Sink

GOLDEN = Path(__file__).parent / "golden"
# small files of account archives that hold no posts: what damages the others damages them
STORY_LESS = (
    "payload_details.js", "tweet_index.js", "likes.json", "bookmarks.json", "actor.json",
)  # fmt: skip
FIRST, SHARE, ANSWER, QUOTE = (
    "650973732533174373",
    "650976848901046474",
    "650989054325686575",
    "651313689260982676",
)
ANNE, BRUNO, CLAIRE = "3700000001", "3700000002", "3700000003"
TEXT = "Sauvons l'usine & ses emplois !\n#i4Emploi #Corrèze @mairie_x https://example.org/usine 🏭"
_SAYS: dict[str, Any] = {
    "hashtags": ["i4emploi", "corrèze"],
    "mentions": ["mairie_x"],
    "urls": ["https://example.org/usine"],
    "media_count": 1,
    "reshare_count": 5,
    "lang": "fr",
    "platform": "twitter",
}
_PLAIN: dict[str, Any] = {"platform": "twitter", "lang": "fr", "urls": [], "media_count": 0}


def at(text: str) -> int:
    """Return a moment as the readers write it."""
    found = values.iso_time(text)
    assert found is not None
    return found


POSTS: dict[str, dict[str, Any]] = {
    FIRST: {
        **_SAYS,
        "kind": "post",
        "author_id": ANNE,
        "author": "anne_exemple",
        "posted_at": at("2015-10-05T10:00:07Z"),
        "text": TEXT,
        "like_count": 7,
    },
    SHARE: {
        **_SAYS,
        "kind": "reshare",
        "author_id": BRUNO,
        "author": "BrunoInvente",
        "posted_at": at("2015-10-05T10:12:30Z"),
        "text": "",
        "reshared_id": FIRST,
        "reshared_author_id": ANNE,
        "reshared_author": "anne_exemple",
        "reshared_at": at("2015-10-05T10:00:07Z"),
        "reshare_basis": "platform",
    },
    ANSWER: {
        **_PLAIN,
        "kind": "reply",
        "author_id": CLAIRE,
        "author": "claire_x",
        "posted_at": at("2015-10-05T11:01:00Z"),
        "text": "@anne_exemple Bravo, on relaie #i4Emploi",
        "hashtags": ["i4emploi"],
        "mentions": ["anne_exemple"],
        "replied_id": FIRST,
        "replied_author_id": ANNE,
        "replied_author": "anne_exemple",
        "reshare_count": 0,
        "like_count": 1,
    },
    QUOTE: {
        **_PLAIN,
        "kind": "quote",
        "author_id": BRUNO,
        "author": "BrunoInvente",
        "posted_at": at("2015-10-06T08:30:59Z"),
        "text": "À lire #i4Emploi",
        "hashtags": ["i4emploi"],
        "mentions": [],
        "quoted_id": FIRST,
        "quoted_author_id": ANNE,
        "quoted_author": "anne_exemple",
        "reshare_count": 2,
        "like_count": 3,
    },
}
ACCOUNTS: dict[str, dict[str, Any]] = {
    ANNE: {
        "handle": "anne_exemple",
        "name": "Anne Exemple",
        "bio": "Infirmière. #i4Emploi & café",
        "location": "Meymac",
        "followers": 1234,
        "following": 321,
        "verified": False,
    },
    BRUNO: {
        "handle": "BrunoInvente",
        "name": "Bruno « B »",
        "bio": "",
        "location": "",
        "followers": 56,
        "following": 78,
        "verified": False,
    },
    CLAIRE: {
        "handle": "claire_x",
        "name": "Claire",
        "bio": "Presse inventée\nOpinions miennes",
        "location": "Tulle, Corrèze",
        "followers": 90001,
        "following": 12,
        "verified": True,
    },
}


class Rows:
    """The rows that one file gives, before anything is merged."""

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            "posts": [],
            "profiles": [],
            "follows": [],
            "rejects": [],
        }
        import io

        source = Source(path.name, lambda: path.open("rb") if data is None else io.BytesIO(data))
        self.sink = Sink(path.name, self._take)
        self.format = read_source(source, self.sink)

    def _take(self, name: str, batch: Any) -> None:
        for column in ("posted_at", "reshared_at", "collected_at", "seen_at"):
            where = batch.schema.get_field_index(column)
            if where >= 0:
                batch = batch.set_column(where, column, batch.column(where).cast("int64"))
        self.tables[name] += batch.to_pylist()

    @property
    def posts(self) -> list[dict[str, Any]]:
        return self.tables["posts"]

    @property
    def profiles(self) -> list[dict[str, Any]]:
        return self.tables["profiles"]

    @property
    def follows(self) -> list[dict[str, Any]]:
        return self.tables["follows"]

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return self.tables["rejects"]
