"""Tables whose names leave something open, of other networks, in XML, HTML, joined: one story.

Four posts of Twitter and three of each other network, as monitors, people and programs keep them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd
import pytest

import i4analysis as i4

Cells = Callable[[dict[str, Any]], list[Any]]
TWEETS = [
    {
        "id": "647743716317124231",
        "at": pd.Timestamp("2015-09-26 12:05:11", tz="UTC"),
        "who": "lucie_exemple",
        "name": "Lucie Exemple",
        "text": "Soutenons l'usine ! #lampe2emploi",
        "followers": 1250,
        "of": "",
    },
    {
        "id": "647744592925502209",
        "at": pd.Timestamp("2015-09-26 12:08:40", tz="UTC"),
        "who": "marc_exemple",
        "name": "Marc Exemple",
        "text": "RT @mairie_exemple: La mairie soutient #lampe2emploi",
        "followers": 87,
        "of": "mairie_exemple",
    },
    {
        "id": "648013502337821761",
        "at": pd.Timestamp("2015-09-27 05:57:13", tz="UTC"),
        "who": "nadia_exemple",
        "name": "Nadia Exemple",
        "text": "Toujours là, #lampe2emploi #solidarité",
        "followers": 12345,
        "of": "",
    },
]
for one in TWEETS:
    one["url"] = f"https://twitter.com/{one['who']}/status/{one['id']}"
PARIS = pd.Timedelta(hours=2)


def iso(post: dict[str, Any]) -> str:
    return post["at"].strftime("%Y-%m-%dT%H:%M:%SZ")


def table(header: str, cells: Cells, posts: list[dict[str, Any]], sep: str = ",") -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=sep)
    writer.writerow(header.split("|"))
    writer.writerows(cells(post) for post in posts)
    return written.getvalue().encode()


def read(folder: Path, name: str, data: bytes | str) -> i4.Archive:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return i4.read_archive([path], errors="reject")


def told(archive: i4.Archive) -> list[tuple[Any, ...]]:
    """Return of each post who wrote what, when, and whom it reshares."""
    posts = archive.posts.sort_values("posted_at")
    return [
        (row.platform, row.author, row.posted_at, row.kind, row.text, list(row.hashtags))
        for row in posts.itertuples()
    ]


def expected() -> list[tuple[Any, ...]]:
    tags = [["lampe2emploi"], ["lampe2emploi"], ["lampe2emploi", "solidarité"]]
    return [
        (
            "twitter",
            post["who"],
            post["at"],
            "reshare" if post["of"] else "post",
            "" if post["of"] else post["text"],
            of,
        )
        for post, of in zip(TWEETS, tags, strict=True)
    ]


# header and cells of tables of which no name says Tweet, or not enough: the cells tell
MONITORS: dict[str, tuple[str, Cells]] = {
    "meltwater": (
        "Date|Time|Document ID|URL|Source Name|Author Name|Author Handle|Opening Text"
        "|Hit Sentence",
        lambda p: [
            (p["at"] + PARIS).strftime("%d-%b-%Y"),
            (p["at"] + PARIS).strftime("%H:%M:%S"),
            "doc",
            p["url"],
            "Twitter",
            p["name"],
            "@" + p["who"],
            "",
            p["text"],
        ],
    ),
    "sprinklr": (
        "SN_MSG_ID|SocialNetwork|SenderScreenName|SenderFollowersCount|Message|CreatedTime",
        lambda p: [
            p["id"],
            "TWITTER",
            p["who"],
            p["followers"],
            p["text"],
            p["at"].strftime("%m/%d/%Y %H:%M:%S"),
        ],
    ),
    "awario": (
        "Source|Date|Author|Author URL|Post snippet|Post URL|Reach",
        lambda p: [
            "Twitter",
            p["at"].strftime("%d %b %Y %H:%M"),
            f"{p['name']} (@{p['who']})",
            "https://twitter.com/" + p["who"],
            p["text"],
            p["url"],
            "1,250",
        ],
    ),
    "people": (
        "Qui|Quand|Quoi|Où|Combien",
        lambda p: ["@" + p["who"], iso(p), p["text"], p["url"], 3],
    ),
    "letters": ("A|B|C|D", lambda p: [iso(p), "@" + p["who"], p["text"], p["url"]]),
    "ids": (
        "tweet_id|user|text|when",
        lambda p: [p["id"], p["who"], p["text"], "3 years ago"],
    ),
}


@pytest.mark.parametrize("name", MONITORS)
@pytest.mark.parametrize("total", [False, True])
def test_cells_tell_what_the_names_of_columns_leave_open(
    tmp_path: Path, name: str, total: bool
) -> None:
    header, cells = MONITORS[name]
    data = table(header, cells, TWEETS)
    if total:
        data += b"Total" + b"," * header.count("|") + b"\r\n"
    archive = read(tmp_path, "t.csv", data)
    assert told(archive) == expected()
    # the line of totals is no post, and is not lost
    assert len(archive.rejects) + archive.files.notices.item() == total
    assert archive.posts.post_id.tolist() == [post["id"] for post in TWEETS]
    objects = [dict(zip(header.split("|"), map(str, cells(post)), strict=True)) for post in TWEETS]
    assert told(read(tmp_path, "t.json", json.dumps(objects))) == expected()


def test_posts_called_tweets_need_no_id(tmp_path: Path) -> None:
    data = table("tweet|author|time", lambda p: [p["text"], p["who"], iso(p)], TWEETS)
    archive = read(tmp_path, "t.csv", data)
    assert told(archive) == expected()
    assert archive.posts.post_id.str.startswith("made-").all()


# ------------------------------------------------------------------------------ other networks

STATUSES = [
    {
        "id": f"11320340123456789{place}",
        "uri": f"https://{host}/users/{name}/statuses/11320340123456789{place}",
        "url": f"https://{host}/@{name}/11320340123456789{place}",
        "created_at": f"2024-09-26T12:0{place}:11.000Z",
        "content": f"<p>{text} <a href='https://{host}/tags/lampe2emploi'>#<span>lampe2emploi</span>"
        "</a></p>",
        "tags": [{"name": "lampe2emploi"}],
        "mentions": [],
        "reblogs_count": place,
        "favourites_count": 2,
        "account": {
            "id": "9",
            "username": name,
            "acct": f"{name}@{host}",
            "url": f"https://{host}/@{name}",
            "display_name": name.title(),
            "note": "",
            "followers_count": 40 + place,
            "following_count": 1,
        },
    }
    for place, (name, host, text) in enumerate(
        [
            ("lucie", "masto.example", "Soutenons l'usine"),
            ("marc", "autre.example", "Bravo &amp; merci"),
            ("nadia", "masto.example", "Toujours là"),
        ]
    )
]
SAME = ["platform", "post_id", "author_id", "author", "posted_at", "text", "kind"]
FEDIVERSE: dict[str, tuple[str, Cells]] = {
    "4cat": (
        "id|thread_id|created_at|body|url|reblogs_count|account_username|account_display_name"
        "|account_followers|timestamp",
        lambda s: [
            s["id"],
            s["id"],
            s["created_at"],
            s["content"],
            s["url"],
            s["reblogs_count"],
            s["account"]["username"],
            s["account"]["display_name"],
            s["account"]["followers_count"],
            s["created_at"][:19].replace("T", " "),
        ],
    ),
    "people": (
        "Date|Compte|Message|Lien|Partages",
        lambda s: [
            s["created_at"],
            "@" + s["account"]["acct"],
            s["content"],
            s["url"],
            s["reblogs_count"],
        ],
    ),
    "uris": (
        "when|toot|uri|boosts",
        lambda s: [s["created_at"], s["content"], s["uri"], s["reblogs_count"]],
    ),
}


@pytest.mark.parametrize("name", FEDIVERSE)
def test_a_table_of_the_fediverse_gives_the_posts_of_the_api(tmp_path: Path, name: str) -> None:
    api = read(tmp_path, "api.json", json.dumps(STATUSES)).posts.sort_values("posted_at")
    header, cells = FEDIVERSE[name]
    found = read(tmp_path, "t.csv", table(header, cells, STATUSES)).posts
    found = found.sort_values("posted_at")
    assert found[SAME].values.tolist() == api[SAME].values.tolist()
    assert found.hashtags.map(list).tolist() == api.hashtags.map(list).tolist()
    assert found.reshare_count.tolist() == [0, 1, 2]


def test_a_table_of_bluesky_goes_by_the_address_of_each_post(tmp_path: Path) -> None:
    posts = [
        {"did": f"did:plc:{name}", "who": f"{name}.example", "key": f"3l4wd2{name}", "at": minute}
        for minute, name in enumerate(["lucie", "marcc", "nadia"])
    ]

    def cells(post: dict[str, Any]) -> list[Any]:
        page = f"https://bsky.app/profile/{post['who']}/post/{post['key']}"
        return [f"2024-09-26T12:0{post['at']}:11Z", "@" + post["who"], "Merci #lampe2emploi", page]

    people = read(tmp_path, "t.csv", table("Date|Auteur|Texte|Lien", cells, posts)).posts
    assert people.post_id.tolist() == [
        f"at://{post['who']}/app.bsky.feed.post/{post['key']}" for post in posts
    ]
    assert people.author.tolist() == [post["who"] for post in posts]
    known = table(
        "Created At|DID|Handle|Post Text|Post URL",
        lambda p: [cells(p)[0], p["did"], *cells(p)[1:]],
        posts,
    )
    archive = read(tmp_path, "u.csv", known)
    assert archive.posts.author_id.tolist() == [post["did"] for post in posts]
    assert archive.posts.post_id.str.startswith("at://did:plc:").all()  # as by every other road
    assert archive.posts.hashtags.map(list).tolist() == [["lampe2emploi"]] * 3


def test_a_table_of_several_networks_keeps_all_of_them(tmp_path: Path) -> None:
    rows = [
        ["2015-09-26 12:05:11", "X", "@lucie_exemple", "#lampe2emploi", TWEETS[0]["url"]],
        ["2024-09-26", "Mastodon", "@marc@autre.example", "#lampe2emploi", STATUSES[1]["url"]],
        [
            "2024-09-27",
            "Bluesky",
            "@n.example",
            "oui",
            "https://bsky.app/profile/n.example/post/3l",
        ],
        ["2024-09-28", "Facebook", "Une page", "non", "https://www.facebook.com/1/posts/2"],
    ]
    archive = read(tmp_path, "t.csv", table("Date|Réseau|Auteur|Texte|Lien", list, rows, ";"))
    assert sorted(archive.posts.platform) == ["bluesky", "mastodon", "twitter"]
    assert archive.files.notices.item() == 1


def test_a_tweet_that_shares_a_toot_stays_a_tweet(tmp_path: Path) -> None:
    data = table(
        "tweet_id|created_at|username|text|url",
        lambda p: [p["id"], iso(p), p["who"], p["text"], STATUSES[0]["url"]],
        TWEETS,
    )
    assert told(read(tmp_path, "t.csv", data)) == expected()


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("https://truthsocial.com/@x/109123456789012345", "Truth Social"),
        ("https://www.youtube.com/watch?v=a", "YouTube"),
    ],
)
def test_what_is_of_no_network_that_is_read_is_named(
    tmp_path: Path, address: str, what: str
) -> None:
    data = table("id|author|created_at|body|url", list, [["1", "x", "2024-09-26", "oui", address]])
    archive = read(tmp_path, "t.csv", data)
    assert archive.posts.empty
    assert what in archive.rejects.reason.item()


# ---------------------------------------------------------------------------------- XML and HTML


def rss(post: dict[str, Any]) -> str:
    return (
        f"<item><title>{escape(post['text'])}</title><link>{post['url']}</link><pubDate>"
        f"{post['at'].strftime('%a, %d %b %Y %H:%M:%S +0000')}</pubDate></item>"
    )


def atom(post: dict[str, Any]) -> str:
    return (
        f"<entry><id>tag:search.twitter.com,2005:{post['id']}</id><published>{iso(post)}"
        f'</published><link rel="alternate" href="{post["url"]}"/><title>{escape(post["text"])}'
        f"</title><author><name>{post['who']} ({post['name']})</name></author></entry>"
    )


def edge(post: dict[str, Any]) -> str:
    return (
        f'<edge source="{post["who"]}" target="{post["of"] or post["who"]}">'
        f'<data key="d0">Tweet</data><data key="d1">{escape(post["text"])}</data>'
        f'<data key="d2">{iso(post)}</data><data key="d3">{post["url"]}</data>'
        f'<data key="d4">{post["id"]}</data></edge>'
    )


def node(post: dict[str, Any]) -> str:
    values = {"text": post["text"], "created_at": iso(post)}
    return (
        f'<node id="{post["id"]}"><attvalues>'
        + "".join(f'<attvalue for="{key}" value={quoteattr(one)}/>' for key, one in values.items())
        + "</attvalues></node>"
    )


KEYS = ["Relationship", "Tweet", "Tweet Date (UTC)", "Twitter Page for Tweet", "Imported ID"]


def documents() -> dict[str, str]:
    def each(write: Callable[[dict[str, Any]], str]) -> str:
        return "".join(map(write, TWEETS))

    def row(tag: str, cells: list[str]) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}" for cell in cells) + "</tr>"

    begin = '<?xml version="1.0" encoding="UTF-8"?>\n'
    keys = "".join(
        f'<key id="d{place}" for="edge" attr.name="{name}"/>' for place, name in enumerate(KEYS)
    )
    owned = "".join(
        f'<edge id="{post["id"]}" source="@{post["who"]}" target="{post["id"]}"/>'
        for post in TWEETS
    )
    return {
        "rss": f"{begin}<rss><channel>{each(rss)}</channel></rss>",
        "atom": f'{begin}<feed xmlns="http://www.w3.org/2005/Atom">{each(atom)}</feed>',
        "graphml": f"{begin}<graphml>{keys}<graph>{each(edge)}</graph></graphml>",
        "gexf": f'{begin}<gexf><graph><attributes><attribute id="text" title="text"/>'
        f'<attribute id="created_at" title="created_at"/></attributes><nodes>{each(node)}</nodes>'
        f"<edges>{owned}</edges></graph></gexf>",
        "rows": f"{begin}<tweets>"
        + each(
            lambda p: (
                f"<tweet><id>{p['id']}</id><user>{p['who']}</user><date>{iso(p)}</date><text>"
                f"{escape(p['text'])}</text><url>{p['url']}</url></tweet>"
            )
        )
        + "</tweets>",
        "html": "<html><body><table>"
        + row("th", ["Date", "Auteur", "Tweet", "Lien"])
        + each(
            lambda p: row(
                "td",
                [iso(p), "@" + p["who"], escape(p["text"]), f"<a href='{p['url']}'>voir</a>"],
            )
        )
        + "</table></body></html>",
        "excel 2003": f'{begin}<Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        "<Table>"
        + "".join(
            "<Row>" + "".join(f"<Cell><Data>{escape(str(one))}</Data></Cell>" for one in row)
            + "</Row>"
            for row in [
                ["Tweet ID", "Date", "User", "Tweet"],
                *([p["id"], iso(p), p["who"], p["text"]] for p in TWEETS),
            ]
        )
        + "</Table></Workbook>",
    }  # fmt: skip


@pytest.mark.parametrize("name", documents())
def test_posts_are_found_in_xml_and_html(tmp_path: Path, name: str) -> None:
    archive = read(tmp_path, "t.xml", documents()[name])
    assert told(archive) == expected()
    assert archive.posts.post_id.tolist() == [post["id"] for post in TWEETS]
    assert archive.rejects.empty


@pytest.mark.parametrize("name", ["rss", "atom", "graphml", "rows"])
def test_xml_that_breaks_off_keeps_what_stands_before(tmp_path: Path, name: str) -> None:
    whole = documents()[name]
    archive = read(tmp_path, "t.xml", whole[: whole.index("Toujours")])
    assert told(archive) == expected()[:2]
    assert "breaks off" in archive.rejects.reason.item()


def test_xml_that_declares_entities_is_not_expanded(tmp_path: Path) -> None:
    bomb = documents()["rss"].replace(
        "<rss>", '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss>'
    )
    archive = read(tmp_path, "t.xml", bomb)
    assert archive.posts.empty
    assert not archive.rejects.empty


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("<?xml version='1.0'?><rss><channel><item><link>https://blog.example/a</link></item>"
         "</channel></rss>", "a feed"),
        ("<?xml version='1.0'?><gexf><graph><nodes><node id='a'/></nodes></graph></gexf>",
         "a graph"),
        ("<?xml version='1.0'?><opml><body><outline text='x'/></body></opml>", "an XML document"),
        ("<html><body><table><tr><td>menu</td></tr></table></body></html>", "a table"),
    ],
)  # fmt: skip
def test_documents_without_posts_are_named_as_before(tmp_path: Path, data: str, what: str) -> None:
    archive = read(tmp_path, "t.xml", data)
    assert archive.posts.empty
    assert what in archive.rejects.reason.item()


# ------------------------------------------------------------------------------------- joined


def test_tables_that_were_joined_keep_their_own_columns(tmp_path: Path) -> None:
    one = table(
        "tweet_id|created_at|username|text",
        lambda p: [p["id"], iso(p), p["who"], p["text"]],
        TWEETS[:1],
    )
    other = table(
        "username|tweet_id|text|followers|created_at",
        lambda p: [p["who"], p["id"], p["text"], p["followers"], iso(p)],
        TWEETS[1:],
    )
    archive = read(tmp_path, "t.csv", one + other + one)
    assert told(archive) == expected()
    assert archive.rejects.empty
    assert archive.files.records.item() == 4  # the headers are no records
    assert set(archive.profiles.followers.dropna()) == {87, 12345}


@pytest.mark.parametrize("written", ["%d/%m/%Y %H:%M:%S CEST", "%G-W%V-%uT%H:%M:%S+02:00"])
def test_zones_of_one_meaning_and_weeks_are_understood(tmp_path: Path, written: str) -> None:
    data = table(
        "Date|Screen name|Tweet text",
        lambda p: [(p["at"] + PARIS).strftime(written), "@" + p["who"], p["text"]],
        TWEETS,
    )
    assert told(read(tmp_path, "t.csv", data)) == expected()
