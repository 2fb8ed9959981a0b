"""Every format tells the same invented story: its rows are the rows written in `story`."""

from __future__ import annotations

import pytest
from story import ACCOUNTS, ANNE, FIRST, GOLDEN, POSTS, QUOTE, SHARE, Rows, at

from i4analysis import tables
from i4analysis.archive.formats.registry import CSV_READERS, JSON_READERS

# file, format's name, columns of a post it does not hold, columns it holds in part or differently
TWITTER = [
    ("twitter-v1.jsonl", "twitter-v1", "", ""),
    ("twitter-v2.jsonl", "twitter-v2-page", "", ""),
    ("dynamodb.jsonl", "twitter-v1", "", ""),
    ("twitter-to-sqlite.db", "sqlite", "", "media_count"),
    ("twint.db", "sqlite", "quoted_author_id replied_id replied_author_id replied_author", ""),
    ("twarc-csv-0.7.csv", "twarc-csv", "", ""),
    (
        "twarc-csv-2021.csv",
        "twarc-csv",
        "reshared_author_id quoted_author_id quoted_author replied_author_id replied_author",
        "hashtags urls mentions media_count",
    ),
    ("rtweet-0.7.csv", "rtweet", "", ""),
    ("rtweet-old.csv", "rtweet", "reshared_author_id quoted_author_id quoted_author", ""),
    ("minet.csv", "minet", "", "media_count"),
    ("minet.jsonl", "minet-json", "", "media_count"),
    (
        "tags.csv",
        "tags",
        "lang reshared_id reshared_author_id reshared_at quoted_id quoted_author_id quoted_author"
        " reshare_count like_count",
        "kind reshare_basis media_count",
    ),
    (
        "dmi-tcat.csv",
        "dmi-tcat",
        "reshared_id reshared_author_id reshared_at quoted_id quoted_author_id quoted_author"
        " replied_author_id",
        "kind reshare_basis",
    ),
    (
        "4cat.csv",
        "4cat",
        "reshared_id reshared_author_id reshared_at quoted_id quoted_author_id replied_id"
        " replied_author_id",
        "",
    ),
    ("twint.csv", "twint", "quoted_author_id replied_id replied_author_id replied_author", ""),
    ("twint.tsv", "twint", "quoted_author_id replied_id replied_author_id replied_author", ""),
    (
        "moderation-tweets.csv",
        "moderation-tweets",
        "media_count quoted_author_id quoted_author replied_author",
        "",
    ),
    (
        "twitteR.csv",
        "twitteR",
        "author_id lang media_count reshared_id reshared_author_id reshared_at quoted_id"
        " quoted_author_id quoted_author",
        "kind reshare_basis",
    ),
    (
        "twitteR-unquoted.csv",
        "twitteR",
        "author_id lang media_count reshared_id reshared_author_id reshared_at quoted_id"
        " quoted_author_id quoted_author reshare_count like_count",
        "kind reshare_basis",
    ),
    ("usc-x.csv", "usc-x", "quoted_id quoted_author_id quoted_author replied_id", ""),
    (
        "x-archive.csv",
        "x-archive-csv",
        "author_id author lang media_count quoted_id quoted_author_id quoted_author reshare_count"
        " like_count",
        "kind",
    ),
    (
        "twitter-archive/data/js/tweets/2015_10.js",
        "twitter-archive",
        "lang reshare_count like_count quoted_author_id",
        "text urls",
    ),
    ("json2csv.csv", "hydrated-csv", "", ""),
    ("hydrator.csv", "hydrated-csv", "reshared_author_id quoted_author_id quoted_author", ""),
    (
        "hydrator-reweet.csv",
        "hydrated-csv",
        "reshared_author_id quoted_author_id quoted_author",
        "",
    ),
    ("academictwitteR.csv", "academictwitteR", "media_count quoted_author replied_author", ""),
    (
        "getoldtweets.csv",
        "getoldtweets",
        "author_id lang media_count replied_id replied_author_id replied_author quoted_id"
        " quoted_author_id quoted_author",
        "kind",
    ),
    (
        "getoldtweets3.csv",
        "getoldtweets",
        "author_id lang media_count replied_id replied_author_id quoted_id quoted_author_id"
        " quoted_author",
        "kind",
    ),
    (
        "twitterscraper.csv",
        "twitterscraper",
        "lang replied_author_id replied_author quoted_id quoted_author_id quoted_author",
        "kind",
    ),
    (
        "tweet-harvest.csv",
        "tweet-harvest",
        "media_count replied_id replied_author_id quoted_id quoted_author_id quoted_author",
        "kind",
    ),
    (
        "scweet.csv",
        "scweet",
        "author_id lang media_count replied_id replied_author_id replied_author quoted_id"
        " quoted_author_id quoted_author",
        "kind",
    ),
    (
        "vicinitas.csv",
        "vicinitas",
        "author_id lang media_count reshared_id reshared_author_id reshared_at replied_id"
        " replied_author_id replied_author quoted_id quoted_author_id quoted_author",
        "kind",
    ),
    (
        "nodexl.csv",
        "nodexl",
        "author_id lang media_count reshared_author_id replied_author_id replied_author quoted_id"
        " quoted_author_id quoted_author",
        "",
    ),
    (
        "netlytic.csv",
        "netlytic",
        "author_id media_count reshare_count like_count reshared_id reshared_author_id reshared_at"
        " replied_id replied_author_id quoted_id quoted_author_id quoted_author",
        "kind reshare_basis",
    ),
    (
        "fivethirtyeight.csv",
        "fivethirtyeight",
        "lang media_count reshare_count like_count reshared_id reshared_author_id reshared_author"
        " reshared_at quoted_id quoted_author_id quoted_author",
        "",
    ),
    (
        "ifttt.csv",
        "ifttt",
        "author_id lang media_count reshare_count like_count reshared_id reshared_author_id"
        " reshared_at quoted_id quoted_author_id quoted_author",
        "kind reshare_basis",
    ),
    (
        "rtweet-1.csv",
        "rtweet-1",
        "author author_id media_count reshared_id reshared_author_id reshared_at replied_author_id"
        " quoted_id quoted_author_id quoted_author",
        "reshare_basis",
    ),
    (
        "snscrape-tutorial.csv",
        "snscrape-tutorial",
        "author_id lang media_count reshare_count like_count quoted_id quoted_author_id"
        " quoted_author",
        "kind",
    ),
    (
        "twarc-csv-few.csv",
        "twarc-csv",
        "author author_id lang media_count reshare_count like_count reshared_id reshared_author_id"
        " reshared_at quoted_id quoted_author_id quoted_author",
        "kind reshare_basis",
    ),
    (
        "brandwatch.csv",
        "brandwatch",
        "lang media_count like_count reshared_author_id replied_author_id quoted_id"
        " quoted_author_id quoted_author",
        "kind",
    ),
    (
        "snscrape.csv",
        "snscrape-csv",
        "replied_id replied_author_id quoted_author_id",
        "media_count",
    ),
    ("x-graphql.json", "x-graphql", "", ""),
    ("gnip.jsonl", "gnip", "", "replied_author_id"),
    ("datasift.jsonl", "datasift", "like_count", "media_count reshare_count"),
    ("ntscraper.jsonl", "ntscraper", "lang replied_id replied_author_id quoted_author_id", ""),
    (
        "streamr.csv",
        "streamr",
        "media_count like_count reshared_id reshared_author_id reshared_at",
        "reshare_basis",
    ),
    ("twitterapi-io.json", "twitterapi-io", "", ""),
    (
        "twitter-web-exporter.json",
        "twitter-web-exporter",
        "lang reshared_author_id quoted_author_id quoted_author replied_author_id replied_author",
        "urls",
    ),
    (
        "twitter-web-exporter.csv",
        "twitter-web-exporter",
        "lang reshared_author_id quoted_author_id quoted_author replied_author_id replied_author",
        "urls",
    ),
    ("x-zeeschuimer.ndjson", "x-zeeschuimer", "", ""),
    ("x-4cat.ndjson", "x-4cat", "", ""),
]
IDS = [name for name, *_ in TWITTER]


@pytest.mark.parametrize(("name", "kind", "lacking", "different"), TWITTER, ids=IDS)
def test_posts_are_the_same_by_every_road(name, kind, lacking, different):
    rows = Rows(GOLDEN / name)
    assert rows.format == kind
    own = {row["post_id"]: row for row in rows.posts if not row["embedded"]}
    known = [post_id for post_id in POSTS if post_id in own]
    assert len(known) >= 2
    for post_id in known:
        for column, expected in POSTS[post_id].items():
            found = own[post_id][column]
            if column in lacking.split():
                assert found is None, f"{column} of {post_id} is known after all: {found!r}"
            elif column not in different.split():
                assert found == expected, f"{column} of {post_id}"


@pytest.mark.parametrize(("name", "kind", "lacking", "different"), TWITTER, ids=IDS)
def test_originals_inside_are_the_same_by_every_road(name, kind, lacking, different):
    for row in Rows(GOLDEN / name).posts:
        if row["embedded"] and row["post_id"] == FIRST and not name.endswith("2021.csv"):
            for column, expected in POSTS[FIRST].items():
                if row[column] is not None:
                    assert row[column] == expected, column


@pytest.mark.parametrize(
    "name", [*IDS, "moderation-users.csv", "followerwonk.csv", "twitter-web-exporter-users.csv"]
)
def test_accounts_are_the_same_by_every_road(name):
    handles = {facts["handle"]: account for account, facts in ACCOUNTS.items()}
    for row in Rows(GOLDEN / name).profiles:
        account = row["account_id"] or handles[row["handle"]]
        for column, expected in ACCOUNTS[account].items():
            if row[column] is not None:
                assert row[column] == expected, f"{column} of {account}"
        assert row["platform"] == "twitter"
        assert row["seen_basis"] in tables.SEEN_BASES


def test_when_a_profile_was_true_is_told():
    bases = {
        "twarc-csv-0.7.csv": ("retrieved", at("2015-10-20T09:00:00Z")),
        "x-zeeschuimer.ndjson": ("retrieved", at("2015-10-20T09:00:00Z")),
        "x-4cat.ndjson": ("retrieved", at("2015-10-20T09:00:00Z")),
        "minet.csv": ("retrieved", at("2015-10-20T09:00:00Z")),
        "followerwonk.csv": ("retrieved", at("2015-10-19")),
        "followerwonk-fr.csv": ("retrieved", at("2015-10-19")),
        "rtweet-0.7.csv": ("after", POSTS[FIRST]["posted_at"]),
        "tags.csv": ("after", POSTS[FIRST]["posted_at"]),
    }
    for name, (basis, moment) in bases.items():
        first = Rows(GOLDEN / name).profiles[0]
        assert (first["seen_basis"], first["seen_at"]) == (basis, moment), name


def test_only_text_tells_a_retweet_in_some_formats():
    for name in ("tags.csv", "dmi-tcat.csv", "twitteR.csv", "twitteR-unquoted.csv"):
        share = next(row for row in Rows(GOLDEN / name).posts if row["post_id"] == SHARE)
        assert (share["kind"], share["reshare_basis"]) == ("reshare", "text"), name
        assert (share["reshared_author"], share["reshared_id"]) == ("anne_exemple", None), name


def test_blank_bios_are_unknown_where_the_writer_hides_the_difference():
    bios = {}
    for name in ("rtweet-0.7.csv", "minet.csv", "twarc-csv-0.7.csv", "followerwonk.csv"):
        for row in Rows(GOLDEN / name).profiles:
            if row["handle"] == "BrunoInvente":
                bios[name] = row["bio"]
    assert bios == {
        "rtweet-0.7.csv": None,
        "minet.csv": None,
        "twarc-csv-0.7.csv": "",
        "followerwonk.csv": "",
    }


# ------------------------------------------------------------------- what is not a plain post


def test_rows_of_referenced_posts_in_the_2021_layout_are_embedded():
    rows = Rows(GOLDEN / "twarc-csv-2021.csv")
    assert rows.sink.posts_in == 5
    assert [row["post_id"] for row in rows.posts if row["embedded"]][-1] == FIRST


def test_advertisements_and_shifted_columns_of_usc():
    rows = Rows(GOLDEN / "usc-x.csv")
    assert dict(rows.sink.notices) == {"ad": 2}
    assert [row["line"] for row in rows.rejects] == [9]
    assert "shifted" in rows.rejects[0]["reason"]
    assert rows.sink.remarks["rebuilt_id"] == 1
    assert Rows(GOLDEN / "usc-x-empty.csv").sink.records == 0


def test_a_spreadsheet_ruins_ids_and_the_address_repairs_them():
    rows = Rows(GOLDEN / "tags.csv")
    assert rows.sink.remarks["rebuilt_id"] == 1
    assert rows.posts[0]["post_id"] == FIRST


def test_ruined_ids_without_an_address_keep_posts_apart():
    data = (GOLDEN / "dmi-tcat.csv").read_bytes()
    for post_id in POSTS:
        data = data.replace(f'"{post_id}"'.encode(), b'"6.50974E+17"')
    rows = Rows(GOLDEN / "dmi-tcat.csv", data)
    found = [row["post_id"] for row in rows.posts]
    assert len(set(found)) == 4
    assert all(post_id.startswith("ruined-") for post_id in found)
    assert rows.sink.remarks["ruined_id"] == 4


def test_unquoted_texts_of_twitter_r():
    last = Rows(GOLDEN / "twitteR-unquoted.csv").posts[-1]
    assert last["text"] == '"Oui, dit-il", et après, rien'
    assert last["author"] == "claire_x"


def test_what_x_shows_that_is_no_post():
    rows = Rows(GOLDEN / "x-graphql.json")
    assert dict(rows.sink.notices) == {"promoted": 1, "unavailable": 2, "no content": 1}
    assert rows.sink.profiles_only == 1
    assert rows.sink.records == 9


def test_followerwonk_in_french_from_a_spreadsheet():
    rows = Rows(GOLDEN / "followerwonk-fr.csv")
    assert rows.format == "followerwonk"
    assert [row["handle"] for row in rows.profiles] == ["anne_exemple", "BrunoInvente", "claire_x"]
    assert rows.profiles[2]["followers"] == 90_001
    assert rows.profiles[0]["bio"].startswith("Infirmière")
    assert [row["line"] for row in rows.profiles] == [4, 5, 6]


def test_other_tables_of_accounts_are_read_as_such():
    data = (
        b"id,username,name,description,location,public_metrics.followers_count,created_at\n"
        b"3700000001,anne_exemple,Anne Exemple,,Meymac,1234,2015-01-01T00:00:00.000Z\n"
    )
    rows = Rows(GOLDEN / "users.csv", data)
    assert rows.format == "accounts-csv"
    (account,) = rows.profiles
    assert (account["account_id"], account["followers"], account["bio"]) == (ANNE, 1234, "")
    assert account["seen_basis"] == "after"


# ------------------------------------------------------------------------------- X archives


def test_a_whole_x_archive_knows_its_owner_and_gives_follow_edges():
    import i4analysis as i4

    archive = i4.read_archive(GOLDEN / "x-archive")
    assert set(archive.posts.author) == {"BrunoInvente"}
    assert archive.posts.set_index("post_id").kind.to_dict() == {SHARE: "reshare", QUOTE: "quote"}
    edges = set(zip(archive.follows.follower_id, archive.follows.followee_id, strict=True))
    bruno = "3700000002"
    assert edges == {(ANNE, bruno), ("3700000003", bruno), (bruno, "3700000003")}
    assert archive.follows.list_complete.all()
    assert set(archive.follows.seen_at.dt.strftime("%Y-%m-%d")) == {"2015-11-01"}
    assert "Rien à dire" in set(archive.profiles.bio.dropna())
    text = archive.posts.to_csv() + archive.rejects.to_csv() + archive.profiles.to_csv()
    assert "secret" not in text


def test_an_x_archive_still_in_its_zip(tmp_path):
    import zipfile

    import i4analysis as i4

    folder = GOLDEN / "x-archive"
    with zipfile.ZipFile(tmp_path / "twitter-2015.zip", "w") as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder).as_posix())
    whole, inside = i4.read_archive(folder), i4.read_archive(tmp_path / "twitter-2015.zip")
    columns = [name for name in whole.posts.columns if name != "file"]
    assert inside.posts[columns].equals(whole.posts[columns])
    assert len(inside.follows) == 3
    assert inside.posts.file.str.contains("twitter-2015.zip!data/tweets.js").all()


def test_files_of_an_x_archive_by_themselves():
    rows = Rows(GOLDEN / "x-archive" / "data" / "tweets.js")
    share, quote = rows.posts
    assert share["reshare_basis"] == "text"
    assert share["hashtags"] == ["i4emploi", "corrèze"]
    assert share["mentions"] == ["mairie_x"]
    assert (quote["kind"], quote["quoted_id"]) == ("quote", FIRST)
    alone = Rows(GOLDEN / "x-archive" / "data" / "follower.js")
    assert alone.sink.profiles_only == 2
    assert alone.follows == []


def x_archive(tmp_path, posts, notes=()):
    """Write an X archive of some posts, and of the whole texts of long ones."""
    import json

    (tmp_path / "data").mkdir()
    account = {"account": {"username": "BrunoInvente", "accountId": "3700000002"}}
    for name, part, elements in (
        ("account", "account", [account]),
        ("tweets", "tweets", posts),
        ("note-tweet", "note_tweet", [{"noteTweet": note} for note in notes]),
    ):
        text = f"window.YTD.{part}.part0 = {json.dumps(elements)}"
        (tmp_path / "data" / f"{name}.js").write_text(text)
    return tmp_path


def test_posts_of_2018_to_2020_have_no_wrapper(tmp_path):
    import msgspec

    import i4analysis as i4
    from i4analysis.archive.bytes import framing

    data = (GOLDEN / "x-archive" / "data" / "tweets.js").read_bytes()
    posts = [msgspec.json.decode(raw)["tweet"] for _, raw in framing.elements(iter([data]))]
    bare = i4.read_archive(x_archive(tmp_path, posts)).posts
    whole = i4.read_archive(GOLDEN / "x-archive").posts
    columns = [name for name in bare.columns if name not in ("file", "collected_at")]
    assert bare[columns].equals(whole[columns])
    alone = Rows(tmp_path / "data" / "tweets.js")
    assert alone.format == "x-archive"
    assert {row["post_id"] for row in alone.posts} == {SHARE, QUOTE}


def long_post(post_id, text, second=7):
    return {
        "tweet": {
            "id_str": post_id,
            "created_at": f"Mon Oct 05 10:00:{second:02} +0000 2015",
            "full_text": text,
            "entities": {"hashtags": [], "urls": [], "user_mentions": []},
        }
    }


def long_text(text, second=7, tags=("i4Emploi",)):
    return {
        "noteTweetId": "1",
        "createdAt": f"2015-10-05T10:00:{second:02}.000Z",
        "core": {"text": text, "hashtags": [{"text": tag} for tag in tags], "mentions": []},
    }


def test_long_posts_take_their_text_from_the_note_of_the_same_second(tmp_path):
    import i4analysis as i4

    words = "Le site de Meymac reprend, un mot après l'autre & sans relâche, " * 6
    other = "Autre chose du tout, qui commence autrement, " * 8
    folder = x_archive(
        tmp_path,
        [
            long_post("1", words[:270].replace("&", "&amp;") + "… https://t.co/abc"),
            long_post("2", "@anne_exemple " + other[:250] + "…"),
            long_post("3", words[:260] + "…", second=30),  # as the first, at another second
            long_post("4", "Un message court qui pense…"),
        ],
        [long_text(other + "#Corrèze", tags=("Corrèze",)), long_text(words + "#i4Emploi")],
    )
    archive = i4.read_archive(folder)
    posts = archive.posts.set_index("post_id")
    assert posts.text["1"] == words + "#i4Emploi"
    assert list(posts.hashtags["1"]) == ["i4emploi"]
    assert posts.text["2"] == other + "#Corrèze"
    assert posts.text["3"].endswith("…")
    assert Rows(folder / "data" / "note-tweet.js").sink.notices == {"noteTweet": 2}
    alone = Rows(folder / "data" / "tweets.js").sink
    assert alone.remarks["text_cut"] == 3


def test_academictwitters_two_files_are_the_page_that_they_were():
    import i4analysis as i4

    halves = i4.read_archive(GOLDEN / "academictwitteR")
    page = i4.read_archive(GOLDEN / "twitter-v2.jsonl")
    columns = [name for name in page.posts.columns if name not in ("file", "line", "collected_at")]
    assert halves.posts[columns].equals(page.posts[columns])
    seen = [
        set(zip(one.profiles.handle, one.profiles.bio, one.profiles.followers, strict=True))
        for one in (halves, page)
    ]
    assert seen[0] == seen[1]
    assert halves.files.iloc[0].rejects == 0


def test_twitters_archive_gives_its_owner_once_and_what_only_the_table_holds():
    import i4analysis as i4

    archive = i4.read_archive(GOLDEN / "twitter-archive")
    posts = archive.posts[~archive.posts.embedded].set_index("post_id")
    assert set(posts.index) == {SHARE, QUOTE, "648023502337821762"}
    assert set(posts.author) == {"BrunoInvente"}
    assert set(posts.author_id) == {"3700000002"}
    assert posts.reshared_id[SHARE] == FIRST
    seen = archive.profiles.set_index("handle")
    assert sorted(seen.index) == ["BrunoInvente", "anne_exemple"]
    assert set(seen.seen_basis) == {"retrieved"}
    assert seen.bio["BrunoInvente"] == ""
    row = archive.files.iloc[0]
    assert row.records == row.posts_in + row.profiles_only + row.notices + row.rejects
    assert (row.posts_in, row.profiles_only, row.rejects) == (3, 1, 0)


def test_a_table_that_a_spreadsheet_ruined_adds_no_posts_to_its_archive(tmp_path):
    import shutil

    import i4analysis as i4

    folder = shutil.copytree(GOLDEN / "twitter-archive", tmp_path / "archive")
    table = (folder / "tweets.csv").read_text()
    for post_id in (SHARE, QUOTE, "648023502337821762"):
        table = table.replace(f'"{post_id}"', '"6.5E+17"')
    (folder / "tweets.csv").write_text(table)
    posts = i4.read_archive(folder).posts
    own = posts[~posts.embedded].post_id.tolist()
    assert {SHARE, QUOTE} < set(own)
    assert [one[:7] for one in own if one not in (SHARE, QUOTE)] == ["ruined-"]


# ---------------------------------------------------------------------- one reader a format


def test_no_two_readers_know_the_same_header():
    from i4analysis.archive.bytes.csvrows import CsvRows

    for path in GOLDEN.iterdir():
        if path.suffix in (".csv", ".tsv"):
            header = CsvRows([path.read_bytes()]).header
            known = [reader for reader in CSV_READERS if reader.matches(header)]
            told = [reader for reader in known if not reader.fallback]
            assert len(told or known) == 1, path.name


def test_no_two_readers_know_the_same_value():
    import msgspec

    from i4analysis.archive.bytes import framing
    from i4analysis.archive.reading.roads import spread

    files = [path for path in GOLDEN.rglob("*") if path.suffix in (".json", ".jsonl", ".js")]
    for path in [*files, *GOLDEN.glob("*.ndjson")]:
        if path.name in ("manifest.js", "direct-messages.js", "dynamodb.jsonl"):
            continue
        data = path.read_bytes()
        lined = path.suffix in (".jsonl", ".ndjson")
        cut = data.splitlines() if lined else [raw for _, raw in framing.elements(iter([data]))]
        for raw in cut:
            value = msgspec.json.decode(raw)
            known = [type(one).__name__ for one in JSON_READERS if one.matches(value)]
            if not known and isinstance(value, dict):  # the row of a table
                tables = (one for one in CSV_READERS if not one.columns)
                row = list(spread(value))
                known = [type(one).__name__ for one in tables if one.matches(row)]
            assert len(known) == 1, (path.name, known, list(value)[:8])


# --------------------------------------------------------------- tables of smaller collectors


def test_what_is_of_another_site_in_brandwatch_is_counted():
    rows = Rows(GOLDEN / "brandwatch.csv")
    assert dict(rows.sink.notices) == {"another site": 1}
    assert rows.posts[0]["line"] == 8


def test_posts_without_ids_are_each_their_own_and_say_so():
    rows = Rows(GOLDEN / "kaggle.csv")
    assert [row["text"] for row in rows.posts] == [POSTS[FIRST]["text"], POSTS[QUOTE]["text"]]
    assert [row["posted_at"] for row in rows.posts] == [
        POSTS[FIRST]["posted_at"],
        POSTS[QUOTE]["posted_at"],
    ]
    assert all(row["post_id"].startswith("made-") and row["author"] is None for row in rows.posts)
    assert rows.sink.remarks["made_id"] == 2
    assert rows.profiles == []
    twice = GOLDEN.joinpath("kaggle.csv").read_bytes()
    twice += twice.split(b"\n", 1)[1]
    assert len({row["post_id"] for row in Rows(GOLDEN / "kaggle.csv", twice).posts}) == 4


@pytest.mark.parametrize(
    ("change", "delimiter"),
    [
        (str.upper, ","),
        (lambda name: name.replace("_", " ").title(), ";"),
        (lambda name: name.replace("_", ""), "\t"),
        (lambda name: name.replace("_", "-"), "|"),
    ],
    ids=["capitals", "words", "together", "dashes"],
)
@pytest.mark.parametrize("name", ["tags.csv", "hydrator.csv", "tweet-harvest.csv", "minet.csv"])
def test_a_header_spelt_otherwise_is_the_same_header(name, change, delimiter):
    import csv
    import io

    with (GOLDEN / name).open(encoding="utf-8", newline="") as source:
        header, *cells = csv.reader(source)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[change(one) for one in header], *cells])
    assert Rows(GOLDEN / name, out.getvalue().encode()).posts == Rows(GOLDEN / name).posts


SIBLINGS = {
    "tweets of a tutorial": "Date,Tweet ID,Tweet,User,Number of Likes",
    "with its address": "Datetime,Tweet URL,Username,Content",
    "in French": "Date,Identifiant du tweet,Texte,Auteur,Retweets",
}


@pytest.mark.parametrize("header", SIBLINGS.values(), ids=SIBLINGS)
def test_tables_like_those_are_read_too(header):
    held = {
        "date": "26/10/2015 10:00:07", "datetime": "2015-10-05 10:00:07+00:00",
        "tweet id": FIRST, "identifiant du tweet": FIRST, "tweet url":
        f"https://twitter.com/anne_exemple/status/{FIRST}", "tweet": "Avec #i4Emploi",
        "content": "Avec #i4Emploi", "texte": "Avec #i4Emploi", "user": "anne_exemple",
        "username": "anne_exemple", "auteur": "@anne_exemple", "retweets": "5",
        "number of likes": "7",
    }  # fmt: skip
    row = ",".join(held[name.lower()] for name in header.split(","))
    (post,) = Rows(GOLDEN / "x.csv", f"{header}\n{row}\n".encode()).posts
    assert (post["post_id"], post["author"], post["hashtags"]) == (
        FIRST,
        "anne_exemple",
        ["i4emploi"],
    )
