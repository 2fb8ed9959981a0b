"""The real archives: every file read with the counts of its README, or refused; roads agree.

The names and texts of real people are compared, never shown: a failure prints counts.
"""

from __future__ import annotations

import gzip
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import test_twitter
from story import Rows

import i4analysis as i4
from i4analysis.archive.rows import values
from i4analysis.errors import ArchiveError

pytestmark = pytest.mark.real

# file: (format, records, posts_in, accounts only, notices, rejects, reshares among its own posts)
FILES: dict[str, tuple[str, int, int, int, int, int, int]] = {
    "bluesky/bluesky-firehose-posts.json": ("bluesky-jetstream", 9, 9, 0, 0, 0, 0),
    "bluesky/bluesky-hydrated-firehose-posts.json": ("bluesky", 9, 9, 0, 0, 0, 0),
    "bluesky/bluesky-normalized-posts.json": ("minet-bluesky-json", 157, 157, 0, 0, 0, 2),
    "bluesky/bluesky-posts-export.csv": ("minet-bluesky", 157, 157, 0, 0, 0, 2),
    "bluesky/bluesky-posts.json": ("bluesky", 123, 123, 0, 0, 0, 2),
    "bluesky/bluesky-profiles.json": ("bluesky", 5, 0, 5, 0, 0, 0),
    "bluesky/bluesky-tap-posts.json": ("bluesky-tap", 14, 14, 0, 0, 0, 0),
    "damaged/broken_bareCR_rtweet_bosc17.csv.gz": ("rtweet", 3268, 3268, 0, 0, 0, 2012),
    # every physical record of this unquoted file; 3,150 is what a CSV parser makes of it
    "damaged/ismb_unquoted.csv": ("twitteR", 3162, 3162, 0, 0, 0, 907),
    "damaged/september_chunk_117.csv.gz": ("usc-x", 0, 0, 0, 0, 0, 0),
    "damaged/september_chunk_122.csv.gz": ("usc-x", 27576, 5151, 0, 22425, 0, 0),
    "mastodon/statuses_from_cassettes.jsonl": ("mastodon", 44, 44, 0, 0, 0, 0),
    "minet/minet_tweets_from_twut500.csv": ("minet", 500, 500, 0, 0, 0, 270),
    "minet/tweet-export.csv": ("minet", 4, 4, 0, 0, 0, 1),
    "minet/tweet-export.jsonl": ("minet-json", 4, 4, 0, 0, 0, 1),
    "rtweet/rtweet_bosc17.csv.gz": ("rtweet", 3268, 3268, 0, 0, 0, 2012),
    "rtweet/rtweet_user2018.csv.gz": ("rtweet", 5967, 5967, 0, 0, 0, 4294),
    "snscrape/snscrape_model_from_twscrape.jsonl": ("snscrape", 354, 354, 0, 0, 0, 85),
    "stream_grab/2021-01-01-0029.json.bz2": ("twitter-v1-stream", 3480, 3173, 0, 307, 0, 1709),
    "tags/tidytags_sample.csv": ("tags", 10, 10, 0, 0, 0, 8),
    "twarc_csv/small_sample.csv": ("twarc-csv", 4, 4, 0, 0, 0, 0),
    "twarc_csv/twarc_csv_brexit.csv": ("twarc-csv", 100, 100, 0, 0, 0, 67),
    "twarc_csv/twarc_csv_flat.csv": ("twarc-csv", 100, 100, 0, 0, 0, 47),
    "twitter_v1/500-sample.jsonl": ("twitter-v1-stream", 500, 500, 0, 0, 0, 270),
    "twitter_v1/aect19_lookup.jsonl": ("twitter-v1", 143, 143, 0, 0, 0, 112),
    "twitter_v1/evently_anonymized.jsonl": ("twitter-v1-stream", 359, 359, 0, 0, 0, 47),
    "twitter_v2/brexit.jsonl": ("twitter-v2-page", 100, 100, 0, 0, 0, 67),
    "twitter_v2/blacklivesmatter_example.jsonl": ("twitter-v2-page", 100, 100, 0, 0, 0, 70),
    "x_graphql/raw_search.json": ("x-graphql", 20, 20, 0, 0, 0, 0),
    "x_graphql/raw_user_tweets.json": ("x-graphql", 24, 21, 3, 0, 0, 16),
    "x_takeout/tweets.js": ("x-archive", 1758, 1758, 0, 0, 0, 128),
}
LISTS = ("hashtags", "mentions", "urls")


@lru_cache(maxsize=32)
def rows_of(path: Path) -> Rows:
    return Rows(path)


@pytest.mark.parametrize("name", FILES)
def test_counts_are_those_of_the_readme(real: Path, name: str):
    kind, records, posts, accounts, notices, rejects, reshares = FILES[name]
    rows = rows_of(real / name)
    sink = rows.sink
    assert rows.format == kind
    found = (sink.records, sink.posts_in, sink.profiles_only, sink.notices.total(), sink.rejected)
    assert found == (records, posts, accounts, notices, rejects)
    own = [row for row in rows.posts if not row["embedded"]]
    embedded_rows = sum(row["embedded"] for row in rows.posts)
    assert sum(row["kind"] == "reshare" for row in rows.posts) == reshares
    assert len(own) + embedded_rows == len(rows.posts)


def test_every_file_is_read_or_refused_with_one_sentence(real: Path):
    refused = []
    for path in sorted(real.rglob("*")):
        folder = path.relative_to(real).parts[0]
        if not path.is_file() or folder in ("cascades", "coordination", "README.md"):
            continue
        if path.suffix == ".rds":
            continue  # it takes its time: see below
        try:
            sink = rows_of(path).sink
        except ArchiveError as error:
            refused.append(path.name)
            assert "\n" not in str(error)
            continue
        assert sink.closed == sink.records, path.name
    assert refused == ["empty.json"]


@pytest.mark.slow
def test_a_data_file_of_r_gives_the_rows_of_its_csv(real: Path):
    pytest.importorskip("rdata")
    packed = Rows(real / "rtweet" / "user2018.rds")
    table = rows_of(real / "rtweet" / "rtweet_user2018.csv.gz")
    assert packed.format == "r-data"
    assert packed.sink.rejected == 0
    for found, expected in ((packed.posts, table.posts), (packed.profiles, table.profiles)):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert all(one[key] == other[key] for key in one if key not in ("file", "line"))


def test_every_file_has_its_counts_checked(real: Path):
    """A file that is read stands in `FILES`, in test_twitter or in the figures of #csiro below."""
    names = {path.relative_to(real).as_posix() for path in real.rglob("*") if path.is_file()}
    wanted = {name for name in names if not name.startswith(("cascades/", "coordination/"))}
    wanted -= {"README.md", "damaged/empty.json", "rtweet/user2018.rds"}  # see above
    csiro = {name for name in wanted if name.startswith("twitter_v1/thankcsiro/")}
    assert wanted - csiro == set(FILES) | set(test_twitter.ACCOUNTS)


def test_what_is_not_an_archive_of_posts_is_named(real: Path):
    shares = real / "coordination" / "coortweet_russian_coord_tweets.csv.gz"
    with pytest.raises(ArchiveError, match="CooRTweet"):
        i4.read_archive(shares)
    with pytest.raises(ArchiveError, match="Weibo"):
        i4.read_archive(real / "cascades" / "weibo_ced_40cascades.jsonl.gz")
    with pytest.raises(ArchiveError, match="numbers without a header"):
        i4.read_archive(real / "cascades" / "marref_young.csv")
    with pytest.raises(ArchiveError, match="cascades"):
        i4.read_archive(real / "cascades" / "auspol_cascades.csv.gz")


# ----------------------------------------------------------------- the same posts by two roads

PAIRS = [
    # one road, another, columns that are allowed to differ and why
    ("twitter_v2/brexit.jsonl", "twarc_csv/twarc_csv_brexit.csv", ()),
    ("twitter_v2/flat.jsonl", "twarc_csv/twarc_csv_flat.csv", ()),
    ("twitter_v2/noflat.jsonl", "twarc_csv/twarc_csv_flat.csv", ()),
    ("twitter_v2/flat.jsonl", "twitter_v2/noflat.jsonl", ()),
    # minet writes addresses whole into texts, cleans links, and was run years later
    (
        "twitter_v1/500-sample.jsonl",
        "minet/minet_tweets_from_twut500.csv",
        ("text", "urls", "collected_at"),
    ),
    ("minet/tweet-export.jsonl", "minet/tweet-export.csv", ()),
    # twscrape orders media by kind, and gives another address of a film
    (
        "x_graphql/raw_search.json",
        "snscrape/snscrape_model_from_twscrape.jsonl",
        ("media_kinds", "media_urls"),
    ),
    ("x_graphql/raw_user_tweets.json", "snscrape/snscrape_model_from_twscrape.jsonl", ()),
    ("rtweet/rtweet_bosc17.csv.gz", "damaged/broken_bareCR_rtweet_bosc17.csv.gz", ()),
    # minet's tables drop carriage returns
    ("bluesky/bluesky-normalized-posts.json", "bluesky/bluesky-posts-export.csv", ("text",)),
    # and clean links, and believe some facets that no client knows
    (
        "bluesky/bluesky-posts.json",
        "bluesky/bluesky-posts-export.csv",
        ("text", "urls", "hashtags", "mentions", "media_count", "media_kinds", "media_urls"),
    ),
    ("bluesky/bluesky-firehose-posts.json", "bluesky/bluesky-hydrated-firehose-posts.json", ()),
    # TAGS holds the cut text of the search, and knows retweets by it only
    (
        "twitter_v1/aect19_lookup.jsonl",
        "tags/tidytags_sample.csv",
        ("text", "hashtags", "urls", "media_count", "reshare_basis"),
    ),
]


def own_rows(path: Path) -> dict[str, dict[str, Any]]:
    return {row["post_id"]: row for row in rows_of(path).posts if not row["embedded"]}


@pytest.mark.parametrize(("one", "other", "allowed"), PAIRS, ids=[f"{a}={b}" for a, b, _ in PAIRS])
def test_two_roads_give_equal_rows(real: Path, one: str, other: str, allowed: tuple[str, ...]):
    first, second = own_rows(real / one), own_rows(real / other)
    shared = first.keys() & second.keys()
    assert len(shared) >= 4
    differing = Counter(
        column
        for post_id in shared
        for column in first[post_id]
        if column not in (*allowed, "file", "line")
        and first[post_id][column] is not None
        and second[post_id][column] is not None
        and first[post_id][column] != second[post_id][column]
    )
    assert not differing


@pytest.mark.parametrize(("one", "other", "allowed"), PAIRS, ids=[f"{a}={b}" for a, b, _ in PAIRS])
def test_two_roads_see_equal_accounts(real: Path, one: str, other: str, allowed: tuple[str, ...]):
    if "tags" in other:
        pytest.skip("TAGS and the lookup saw the accounts years apart")

    def seen(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
        return {(row["post_id"], row["account_id"]): row for row in rows_of(path).profiles}

    first, second = seen(real / one), seen(real / other)
    differing = Counter(
        column
        for key in first.keys() & second.keys()
        for column in ("handle", "name", "bio", "location", "followers", "following", "verified")
        if first[key][column] is not None
        and second[key][column] is not None
        and plain(first[key][column]) != plain(second[key][column])
    )
    assert not differing


def plain(value: Any) -> Any:
    """Return a text without its carriage returns, which CSV writers drop."""
    return value.replace("\r", "") if isinstance(value, str) else value


def test_minet_s_texts_are_the_api_s_but_for_addresses(real: Path):
    import re

    first = own_rows(real / "twitter_v1/500-sample.jsonl")
    second = own_rows(real / "minet/minet_tweets_from_twut500.csv")

    def words(text: str) -> str:
        return re.sub(r"\s+", "", re.sub(r"https?://\S+", "", text))

    texts = {post: (words(first[post]["text"]), words(second[post]["text"])) for post in second}
    assert sum(one != two for one, two in texts.values()) <= 2
    tags = [post for post in second if first[post]["hashtags"] != second[post]["hashtags"]]
    assert not tags


# ------------------------------------------------------------------------- figures of the README


def test_user2018_has_the_accounts_of_the_readme(real: Path):
    rows = rows_of(real / "rtweet" / "rtweet_user2018.csv.gz")
    authors = {row["author_id"] for row in rows.posts if not row["embedded"]}
    first: dict[str, dict[str, Any]] = {}
    for row in rows.profiles:
        if row["account_id"] in authors and row["bio"] is not None:
            first.setdefault(row["account_id"], row)
    assert len(authors) == 1_718
    assert len({account for account in authors if account in first}) >= 1_539
    own = {row["author_id"]: row["post_id"] for row in rows.posts if not row["embedded"]}
    by_post = {(row["account_id"], row["post_id"]): row["followers"] for row in rows.profiles}
    total = sum(by_post[account, post] for account, post in own.items())
    assert abs(total - 2_085_452) / 2_085_452 < 0.01


# users, reshares of one's own, users without a bio, originals reshared, how many of them are there
V1 = {
    "stream_grab/2021-01-01-0029.json.bz2": (3_146, 15, 336, 1_509, 0),
    "twitter_v1/500-sample.jsonl": (498, 1, 64, 263, 0),
    "twitter_v1/evently_anonymized.jsonl": (339, 0, 41, 17, 17),
}


@pytest.mark.parametrize("name", V1)
def test_v1_streams_have_the_users_and_originals_of_the_readme(real: Path, name: str):
    rows = rows_of(real / name)
    own = [row for row in rows.posts if not row["embedded"]]
    users = {row["author_id"] for row in own}
    oneself = [row for row in own if row["author_id"] == row["reshared_author_id"]]
    unseen = {row["account_id"] for row in rows.profiles if row["bio"] is None} & users
    originals = {row["reshared_id"] for row in own} - {None}
    there = originals & {row["post_id"] for row in own}
    assert (len(users), len(oneself), len(unseen), len(originals), len(there)) == V1[name]


def test_csiro_was_collected_twice(real: Path):
    found = [
        [
            row["post_id"]
            for path in sorted((real / "twitter_v1" / "thankcsiro").glob(f"*-{day}.json"))
            for row in rows_of(path).posts
            if not row["embedded"]
        ]
        for day in ("20140416", "20140423")
    ]
    first, second = map(set, found)
    assert [len(ids) for ids in found] == [799, 275]
    assert (len(first & second), len(first | second)) == (215, 859)


def test_aect19_has_the_bios_of_the_readme(real: Path):
    rows = rows_of(real / "twitter_v1" / "aect19_lookup.jsonl")
    bios = {(row["account_id"], row["post_id"]): row["bio"] for row in rows.profiles}
    own = [row for row in rows.posts if not row["embedded"]]
    assert sum(bool(bios[row["author_id"], row["post_id"]]) for row in own) == 140


def test_bosc17_has_distinct_posts_of_the_readme(real: Path):
    rows = rows_of(real / "rtweet" / "rtweet_bosc17.csv.gz")
    assert len({row["post_id"] for row in rows.posts}) == 3_235


# ------------------------------------------------------------------------------ quirks checklist


def test_quirk_1_ids_as_floats_come_from_the_address(real: Path):
    rows = rows_of(real / "damaged" / "september_chunk_122.csv.gz")
    assert all(row["post_id"].isdecimal() and len(row["post_id"]) == 19 for row in rows.posts)
    for row in rows.posts[:500]:
        inside = values.snowflake_time(row["post_id"])
        assert inside is not None
        assert abs(inside - row["posted_at"]) < 2 * values.SECOND


def test_quirk_2_advertisements_are_counted_and_nothing_else(real: Path):
    rows = rows_of(real / "damaged" / "september_chunk_122.csv.gz")
    assert dict(rows.sink.notices) == {"ad": 22_425}
    assert len({row["post_id"] for row in rows.posts}) == 5_136


def test_quirk_4_rounded_ids_inside_tags_entities_are_not_used(real: Path):
    rows = rows_of(real / "tags" / "tidytags_sample.csv")
    assert all(not name.isdecimal() for row in rows.posts for name in row["mentions"])


def test_quirk_5_and_14_retweets_that_are_only_text(real: Path):
    takeout = rows_of(real / "x_takeout" / "tweets.js").posts
    by_text = [row for row in takeout if row["reshare_basis"] == "text"]
    assert len(by_text) == 128
    assert all(row["reshared_author"] and row["reshared_id"] is None for row in by_text)
    assert all(isinstance(row["like_count"], int) for row in takeout if row["kind"] != "reshare")


def test_quirk_6_r_s_dates_lists_and_words(real: Path):
    posts = rows_of(real / "rtweet" / "rtweet_user2018.csv.gz").posts
    assert all(row["posted_at"] for row in posts)
    assert not any("na" in (row["hashtags"] or ()) for row in posts if not row["embedded"])
    for row in posts[:500]:
        inside = values.snowflake_time(row["post_id"])
        assert inside is not None
        assert 0 <= inside - row["posted_at"] < values.SECOND


def test_quirk_9_client_dates_are_bounded(real: Path):
    for name in (
        "bluesky-posts.json",
        "bluesky-posts-export.csv",
        "bluesky-normalized-posts.json",
    ):
        rows = rows_of(real / "bluesky" / name)
        assert min(row["posted_at"] for row in rows.posts) > values.iso_time("2022-11-17")
        assert all(row["posted_at"] is not None for row in rows.posts)
        assert rows.sink.remarks["client_time"] >= 1


def test_quirk_12_hashtags_past_the_cut_come_from_the_original(real: Path):
    posts = rows_of(real / "rtweet" / "rtweet_user2018.csv.gz").posts
    shares = [row for row in posts if row["kind"] == "reshare"]
    originals = {row["post_id"]: row for row in posts if row["embedded"]}
    known = [row for row in shares if row["reshared_id"] in originals]
    assert len(known) == len(shares)
    for row in known:
        assert set(row["hashtags"]) >= set(
            values.hashtags_in(originals[row["reshared_id"]]["text"])
        )


def test_quirk_13_no_rt_in_the_text_of_a_retweet(real: Path):
    for name in ("twarc_csv/twarc_csv_brexit.csv", "rtweet/rtweet_user2018.csv.gz"):
        rows = rows_of(real / name).posts
        assert all(row["text"] == "" for row in rows if row["kind"] == "reshare")


def test_quirk_17_escapes_are_undone(real: Path):
    for name in (
        "rtweet/rtweet_user2018.csv.gz",
        "x_takeout/tweets.js",
        "tags/tidytags_sample.csv",
        "x_graphql/raw_search.json",
        "twarc_csv/twarc_csv_brexit.csv",
    ):
        texts = [row["text"] or "" for row in rows_of(real / name).posts]
        assert not any("&amp;" in text and "&amp;amp;" not in text for text in texts), name
    toots = [row["text"] for row in rows_of(real / "mastodon/statuses_from_cassettes.jsonl").posts]
    assert not any("<p>" in text or "</" in text for text in toots)


def test_quirk_18_lone_carriage_returns_stay_in_the_text(real: Path):
    broken = rows_of(real / "damaged" / "broken_bareCR_rtweet_bosc17.csv.gz").posts
    assert sum("\r" in row["text"] for row in broken) == 5  # the other 16 are in retweets
    assert min(row["posted_at"] for row in broken) > values.iso_time("2017-01-01")


def test_quirk_19_unquoted_rows_are_put_right(real: Path):
    posts = rows_of(real / "damaged" / "ismb_unquoted.csv").posts
    assert all(values.snowflake_time(row["post_id"]) for row in posts)
    off = [abs(values.snowflake_time(row["post_id"]) - row["posted_at"]) for row in posts]
    assert sum(one > 2 * values.SECOND for one in off) == 0


def test_quirk_22_lines_are_physical_lines(real: Path):
    rows = rows_of(real / "damaged" / "september_chunk_122.csv.gz")
    lines = [row["line"] for row in rows.posts]
    assert lines == sorted(lines)
    with gzip.open(
        real / "damaged" / "september_chunk_122.csv.gz", "rt", encoding="utf-8"
    ) as text:
        physical = text.read().split("\n")
    starts = [physical[line - 1] for line in lines]
    assert all("tweet-" in start and start.split(",")[0].isdecimal() for start in starts)
    assert lines[-1] > len(lines) + 1


def test_quirk_32_x_moves_names_about(real: Path):
    for name in ("raw_search.json", "raw_user_tweets.json"):
        rows = rows_of(real / "x_graphql" / name)
        assert all(row["author"] and row["author_id"] for row in rows.posts)
        assert all(row["bio"] is not None for row in rows.profiles)
        assert all(row["followers"] is not None for row in rows.profiles)


def test_copies_on_mastodon_share_their_address(real: Path):
    rows = rows_of(real / "mastodon" / "statuses_from_cassettes.jsonl")
    assert len({row["post_id"] for row in rows.posts if not row["embedded"]}) == 43
