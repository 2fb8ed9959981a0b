"""Made-up v1.1 stream records of 2015, as wide and as escaped as the real ones; for benchmarks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

SENTENCES = (
    "une usine cherche repreneur merci de relayer emploi formation Corrèze équipe région élus"
    " ensemble réseau mobilisation salariés préfet été déjà où ça bientôt dossier jeudi matin"
)
MIDNIGHT_MS, TWITTER_EPOCH_MS = 1_444_003_200_000, 1_288_834_974_657  # 5 October 2015
WORDS = SENTENCES.split()
PROFILE_KEYS = (
    "profile_background_color", "profile_link_color", "profile_sidebar_border_color",
    "profile_sidebar_fill_color", "profile_text_color",
)  # fmt: skip
PICTURES = (
    "profile_background_image_url", "profile_background_image_url_https", "profile_image_url",
    "profile_image_url_https", "profile_banner_url",
)  # fmt: skip


def user(chance: random.Random) -> dict[str, Any]:
    """Return an account."""
    number = chance.randrange(200_000)
    return {
        "id": number,
        "id_str": str(number),
        "name": f"Compte {number} é",
        "screen_name": f"compte{number}",
        "location": chance.choice(["Tulle", "Paris, France", None]),
        "url": None,
        "description": " ".join(chance.choices(WORDS, k=12)),
        "protected": False,
        "verified": False,
        "followers_count": int(chance.paretovariate(0.8) * 40),
        "friends_count": chance.randrange(2000),
        "listed_count": 3,
        "favourites_count": 200,
        "statuses_count": 5000,
        "created_at": "Tue Mar 24 09:12:44 +0000 2009",
        "utc_offset": 7200,
        "time_zone": "Paris",
        "geo_enabled": True,
        "lang": "fr",
        "contributors_enabled": False,
        "is_translator": False,
        "profile_background_tile": False,
        "profile_use_background_image": True,
        **dict.fromkeys(PROFILE_KEYS, "C0DEED"),
        **{key: f"https://pbs.twimg.com/{key}/{number}/a.jpg" for key in PICTURES},
        "default_profile": True,
        "default_profile_image": False,
        "following": None,
        "follow_request_sent": None,
        "notifications": None,
    }


def tweet(chance: random.Random, number: int, tag: str | None) -> dict[str, Any]:
    """Return a post."""
    second = number // 45
    text = " ".join(chance.choices(WORDS, k=14)) + " https://t.co/abc"
    tags = [{"text": "emploi", "indices": [1, 8]}]
    if tag:
        text, tags = f"{text} #{tag}", [*tags, {"text": tag, "indices": [90, 99]}]
    # the id tells the moment of "created_at", as Twitter's do
    post_id = (MIDNIGHT_MS + 1000 * (second % 86_400) + number % 45 - TWITTER_EPOCH_MS) << 22
    post_id += second // 86_400
    return {
        "created_at": f"Mon Oct 05 {second // 3600 % 24:02d}:{second // 60 % 60:02d}:"
        f"{second % 60:02d} +0000 2015",
        "id": post_id,
        "id_str": str(post_id),
        "text": text,
        "source": '<a href="http://twitter.com/download/android" rel="nofollow">Android</a>',
        "truncated": False,
        "in_reply_to_status_id": None,
        "in_reply_to_status_id_str": None,
        "in_reply_to_user_id": None,
        "in_reply_to_user_id_str": None,
        "in_reply_to_screen_name": None,
        "user": user(chance),
        "geo": None,
        "coordinates": None,
        "place": None,
        "contributors": None,
        "is_quote_status": False,
        "retweet_count": 0,
        "favorite_count": 0,
        "entities": {
            "hashtags": tags,
            "urls": [
                {
                    "url": "https://t.co/abc",
                    "expanded_url": "https://exemple.test/usine",
                    "display_url": "exemple.test/usine",
                    "indices": [80, 100],
                }
            ],
            "user_mentions": [],
            "symbols": [],
        },
        "favorited": False,
        "retweeted": False,
        "possibly_sensitive": False,
        "filter_level": "low",
        "lang": "fr",
        "timestamp_ms": str(1_444_000_000_000 + second * 1000),
    }


def flattened(made: dict[str, Any]) -> dict[str, Any]:
    """Return a post of v1.1 as twarc flattens one of API v2."""
    who, original = made["user"], made.get("retweeted_status")
    day, time, year = made["created_at"][8:10], made["created_at"][11:19], made["created_at"][-4:]
    tags = [{"tag": one["text"], "start": 1, "end": 8} for one in made["entities"]["hashtags"]]
    flat: dict[str, Any] = {
        "id": made["id_str"],
        "created_at": f"{year}-10-{day}T{time}.000Z",
        "text": made["text"],
        "lang": made["lang"],
        "conversation_id": made["id_str"],
        "author_id": who["id_str"],
        "author": {
            "id": who["id_str"],
            "username": who["screen_name"],
            "name": who["name"],
            "description": who["description"],
            "location": who["location"] or "",
            "verified": False,
            "protected": False,
            "created_at": "2009-03-24T09:12:44.000Z",
            "public_metrics": {
                "followers_count": who["followers_count"],
                "following_count": who["friends_count"],
                "tweet_count": who["statuses_count"],
                "listed_count": who["listed_count"],
            },
        },
        "public_metrics": {
            "retweet_count": 0,
            "reply_count": 0,
            "like_count": 0,
            "quote_count": 0,
        },
        "entities": {"hashtags": tags, "urls": made["entities"]["urls"]},
        "possibly_sensitive": False,
        "source": "Android",
    }
    if original is not None:
        inner = flattened(original)
        flat["referenced_tweets"] = [{"type": "retweeted", **inner}]
    return flat


def write(
    path: Path,
    megabytes: float,
    seed: int = 20150926,
    every: int = 1000,
    make: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    deletes: float = 0.12,
) -> None:
    """Write about so many MB; 55 % reshares, deletes, a hashtag every so many records."""
    chance = random.Random(seed)
    written = number = 0
    with path.open("wb") as handle:
        while written < megabytes * 1e6:
            number += 1
            if chance.random() < deletes:
                line = '{"delete":{"status":{"id":1,"id_str":"1","user_id":1}}}'
            else:
                made = tweet(chance, number, "i4Emploi" if number % every == 0 else None)
                if chance.random() < 0.55:
                    original = tweet(chance, max(number - 5000, 1), None)
                    made |= {"retweeted_status": original, "text": "RT @x: " + made["text"]}
                line = json.dumps(make(made), separators=(",", ":")).replace("/", "\\/")
            handle.write(line.encode() + b"\n")
            written += len(line) + 1
