"""One small invented scene told in the words of each API: the rows must be the same.

A post with two pictures, its reshare, a quote of it that answers it as well, in October 2015.
"""

from __future__ import annotations

import json
from typing import Any

POSTED, RESHARED, QUOTED = (
    "2015-10-05T07:00:00.000Z",
    "2015-10-05T07:30:00.000Z",
    "2015-10-05T08:00:00.000Z",
)
V1_TIMES = {
    POSTED: "Mon Oct 05 07:00:00 +0000 2015",
    RESHARED: "Mon Oct 05 07:30:00 +0000 2015",
    QUOTED: "Mon Oct 05 08:00:00 +0000 2015",
}
IDS = {POSTED: "650928000000000001", RESHARED: "650935000000000002", QUOTED: "650943000000000003"}
TEXT = "Usine à reprendre &amp; 80 emplois #i4Emploi #Corrèze https://t.co/abc @Emploi19"
QUOTE = "@atelier_x Oui ! #I4EMPLOI https://t.co/def"
RESHARE = "RT @atelier_x: Usine à reprendre &amp; 80 emplois #i4Emploi #Corr…"
USERS: dict[str, dict[str, Any]] = {
    "11": {"name": "Atelier X", "handle": "atelier_x", "bio": "", "followers": 80},
    "22": {"name": "Relais", "handle": "Relais2", "bio": "soignante #i4Emploi", "followers": 1200},
    "33": {"name": "Emploi", "handle": "Emploi19", "bio": "offres", "followers": 9000},
}
LINK, QUOTE_LINK = (
    "https://exemple.test/usine",
    f"https://twitter.com/atelier_x/status/{IDS[POSTED]}",
)


def v1_user(account_id: str) -> dict[str, Any]:
    user = USERS[account_id]
    return {
        "id": int(account_id),
        "id_str": account_id,
        "name": user["name"],
        "screen_name": user["handle"],
        "description": user["bio"],
        "location": "Tulle",
        "followers_count": user["followers"],
        "friends_count": 10,
        "verified": False,
    }


def v1(moment: str) -> dict[str, Any]:
    tweet: dict[str, Any] = {
        "created_at": V1_TIMES[moment],
        "id": int(IDS[moment]),
        "id_str": IDS[moment],
        "lang": "fr",
        "retweet_count": 7,
        "favorite_count": 3,
        "truncated": False,
        "entities": {"hashtags": [], "urls": [], "user_mentions": []},
        "user": v1_user("11" if moment == POSTED else "22"),
    }
    entities = tweet["entities"]
    if moment == POSTED:
        tweet["full_text"] = TEXT
        entities["hashtags"] = [{"text": "i4Emploi"}, {"text": "Corrèze"}]
        entities["urls"] = [{"url": "https://t.co/abc", "expanded_url": LINK}]
        entities["user_mentions"] = [{"screen_name": "Emploi19", "id_str": "33"}]
        tweet["extended_entities"] = {"media": [{"id": 1}, {"id": 2}]}
    elif moment == RESHARED:
        tweet["full_text"] = RESHARE
        tweet["favorite_count"] = 0
        entities["hashtags"] = [{"text": "i4Emploi"}]
        entities["user_mentions"] = [{"screen_name": "atelier_x", "id_str": "11"}]
        tweet["retweeted_status"] = v1(POSTED)
    else:
        tweet |= {
            "full_text": QUOTE,
            "retweet_count": 0,
            "favorite_count": 1,
            "in_reply_to_status_id_str": IDS[POSTED],
            "in_reply_to_user_id_str": "11",
            "in_reply_to_screen_name": "atelier_x",
            "quoted_status_id_str": IDS[POSTED],
            "quoted_status": v1(POSTED),
        }
        entities["hashtags"] = [{"text": "I4EMPLOI"}]
        entities["urls"] = [{"url": "https://t.co/def", "expanded_url": QUOTE_LINK}]
        entities["user_mentions"] = [{"screen_name": "atelier_x", "id_str": "11"}]
    return tweet


def v2_user(account_id: str) -> dict[str, Any]:
    user = USERS[account_id]
    return {
        "id": account_id,
        "username": user["handle"],
        "name": user["name"],
        "description": user["bio"],
        "location": "Tulle",
        "verified": False,
        "public_metrics": {"followers_count": user["followers"], "following_count": 10},
    }


def v2(moment: str) -> dict[str, Any]:
    tweet: dict[str, Any] = {
        "id": IDS[moment],
        "created_at": moment,
        "lang": "fr",
        "author_id": "11" if moment == POSTED else "22",
        "public_metrics": {"retweet_count": 7, "like_count": 3},
    }
    if moment == POSTED:
        tweet["text"] = TEXT
        tweet["attachments"] = {"media_keys": ["3_1", "3_2"]}
        tweet["entities"] = {
            "hashtags": [{"tag": "i4Emploi"}, {"tag": "Corrèze"}],
            "urls": [
                {"url": "https://t.co/abc", "expanded_url": LINK},
                {"expanded_url": QUOTE_LINK + "/photo/1", "url": "https://t.co/pic"},
            ],
            "mentions": [{"start": 70, "end": 79, "username": "Emploi19", "id": "33"}],
        }
    elif moment == RESHARED:
        tweet["text"] = RESHARE
        tweet["public_metrics"]["like_count"] = 0
        tweet["referenced_tweets"] = [{"type": "retweeted", "id": IDS[POSTED]}]
        tweet["entities"] = {
            "hashtags": [{"tag": "i4Emploi"}],
            "mentions": [{"start": 3, "end": 13, "username": "atelier_x", "id": "11"}],
        }
    else:
        tweet["text"] = QUOTE
        tweet["public_metrics"] = {"retweet_count": 0, "like_count": 1}
        tweet["in_reply_to_user_id"] = "11"
        tweet["referenced_tweets"] = [
            {"type": "quoted", "id": IDS[POSTED]},
            {"type": "replied_to", "id": IDS[POSTED]},
        ]
        tweet["entities"] = {
            "hashtags": [{"tag": "I4EMPLOI"}],
            "urls": [{"url": "https://t.co/def", "expanded_url": QUOTE_LINK}],
            "mentions": [{"start": 0, "end": 10, "username": "atelier_x", "id": "11"}],
        }
    return tweet


def v2_page() -> dict[str, Any]:
    return {
        "data": [v2(POSTED), v2(RESHARED), v2(QUOTED)],
        "includes": {"users": [v2_user(one) for one in USERS], "tweets": [v2(POSTED)]},
        "meta": {"result_count": 3},
    }


def v2_flat() -> list[dict[str, Any]]:
    def flat(moment: str) -> dict[str, Any]:
        tweet = v2(moment)
        tweet["author"] = v2_user(tweet["author_id"])
        if "in_reply_to_user_id" in tweet:
            tweet["in_reply_to_user"] = v2_user(tweet["in_reply_to_user_id"])
        for mention in tweet["entities"]["mentions"]:
            mention |= v2_user(mention["id"])
        tweet["referenced_tweets"] = [
            {"type": reference["type"], **flat(POSTED)}
            for reference in tweet.get("referenced_tweets", [])
        ]
        return tweet

    return [flat(POSTED), flat(RESHARED), flat(QUOTED)]


def snscrape_user(account_id: str, new: bool) -> dict[str, Any]:
    user = USERS[account_id]
    return {
        "_type": "snscrape.modules.twitter.User",
        "id": int(account_id),
        "username": user["handle"],
        "displayname": user["name"],
        "rawDescription" if new else "description": user["bio"],
        "location": "Tulle",
        "followersCount": user["followers"],
        "friendsCount": 10,
        "verified": False,
    }


def snscrape(moment: str, new: bool = True) -> dict[str, Any]:
    date = moment.replace(".000Z", "+00:00")
    tweet: dict[str, Any] = {
        "_type": "snscrape.modules.twitter.Tweet",
        "id": int(IDS[moment]),
        "date": date if new else date.replace("T", " "),
        "user": snscrape_user("11" if moment == POSTED else "22", new),
        "lang": "fr",
        "retweetCount": 7,
        "likeCount": 3,
        "media": None,
        "retweetedTweet": None,
        "quotedTweet": None,
        "mentionedUsers": None,
    }
    links: list[str] = []
    content = {POSTED: TEXT, RESHARED: RESHARE, QUOTED: QUOTE}[moment]
    if moment == POSTED:
        tweet["hashtags"] = ["i4Emploi", "Corrèze"]
        tweet["mentionedUsers"] = [{"username": "Emploi19", "id": 33, "displayname": "E"}]
        tweet["media"] = [{"fullUrl": "a"}, {"fullUrl": "b"}]
        links = [LINK]
    elif moment == RESHARED:
        tweet["hashtags"] = ["i4Emploi"]
        tweet["retweetedTweet"] = snscrape(POSTED, new)
    else:
        tweet |= {
            "hashtags": ["I4EMPLOI"],
            "retweetCount": 0,
            "likeCount": 1,
            "inReplyToTweetId": int(IDS[POSTED]),
            "inReplyToUser": {"username": "atelier_x", "id": 11, "displayname": "Atelier X"},
            "mentionedUsers": [{"username": "atelier_x", "id": 11, "displayname": "A"}],
            "quotedTweet": snscrape(POSTED, new),
        }
        links = [QUOTE_LINK]
    if new:
        return tweet | {"rawContent": content, "links": [{"url": link} for link in links]}
    del tweet["hashtags"]
    return tweet | {"content": content, "outlinks": links}


def lines(values: list[Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


ROADS: dict[str, str] = {
    "v1-lines": lines([v1(POSTED), v1(RESHARED), v1(QUOTED)]),
    "v1-array": json.dumps([v1(POSTED), v1(RESHARED), v1(QUOTED)], indent=1),
    "v1-page": json.dumps({"statuses": [v1(POSTED), v1(RESHARED), v1(QUOTED)]}),
    "v1-wrapped": lines([{"_id": "1", "_source": v1(one)} for one in (POSTED, RESHARED, QUOTED)]),
    "v2-page": json.dumps(v2_page()),
    "v2-flat": lines(v2_flat()),
    "v2-stream": lines(
        [
            {"data": item, "includes": v2_page()["includes"]}
            for item in (v2(POSTED), v2(RESHARED), v2(QUOTED))
        ]
    ),
    "snscrape-new": lines([snscrape(one) for one in (POSTED, RESHARED, QUOTED)]),
    "snscrape-old": lines([snscrape(one, new=False) for one in (POSTED, RESHARED, QUOTED)]),
}
