"""Two movements side by side: by hand, what sets archives apart, coverage on made-up pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.errors import MeasureError
from i4analysis.measure.compare.compare import APART, COMPARED, LEAST, TOUCHES, compare
from i4analysis.movement import Movement

START = pd.Timestamp("2015-09-26T06:00Z")


@dataclass(frozen=True)
class World:
    """A made-up law of a movement: authors, their appeal, how fast they are reshared."""

    authors: int = 150
    days: float = 20.0
    appeal: float = 0.6  # mean reshares of a post of a middling author
    uneven: float = 1.0  # spread of the logarithm of it between authors
    minutes: float = 60.0  # median delay of a reshare
    followers: int = 4000  # accounts that may reshare


def drawn(world: World, seed: int) -> dict[str, np.ndarray]:
    """Draw posts and reshares: author, hour, and for reshares the post and the delay."""
    rng = np.random.default_rng(seed)
    posts = 1 + rng.poisson(1.5, world.authors)
    author = np.repeat(np.arange(world.authors), posts)
    hour = rng.uniform(0, world.days * 24, len(author))
    appeal = world.appeal * np.exp(rng.normal(0, world.uneven, world.authors))
    count = rng.poisson(appeal[author])
    of = np.repeat(np.arange(len(author)), count)
    delay = world.minutes / 60 * np.exp(rng.normal(0, 1.2, len(of)))
    return {
        "author": author, "hour": hour, "of": of, "delay": delay,
        "resharer": world.authors + rng.integers(0, world.followers, len(of)),
    }  # fmt: skip


def archive_of(world: World, seed: int, *, start: pd.Timestamp = START, file: str = "a",
               **more: object) -> tables.Archive:  # fmt: skip
    d = drawn(world, seed)
    n, m = len(d["author"]), len(d["of"])
    at = start + pd.to_timedelta(d["hour"], unit="h")
    later = start + pd.to_timedelta(d["hour"][d["of"]] + d["delay"], unit="h")
    total = np.bincount(d["of"], minlength=n)
    ids = np.arange(n).astype(str).astype(object)
    columns = {
        "platform": ["twitter"] * (n + m),
        "post_id": [*ids, *(f"r{one}" for one in range(m))],
        "kind": ["post"] * n + ["reshare"] * m,
        "author_id": [*d["author"].astype(str), *d["resharer"].astype(str)],
        "posted_at": pd.Series([*at, *later]).dt.floor("us"),
        "reshared_id": [*[None] * n, *ids[d["of"]]],
        "reshared_author_id": [*[None] * n, *d["author"][d["of"]].astype(str)],
        "reshare_count": [*total, *total[d["of"]]],
        "embedded": [False] * (n + m),
        "file": [file] * (n + m),
    } | {name: [value] * (n + m) for name, value in more.items()}
    files = tables.build(tables.FILES, [{"file": file, "format": "twitter-v1-stream"}])
    return tables.Archive(posts=tables.build(tables.POSTS, columns), files=files)


def truth(world: World) -> dict[str, float]:
    """Return what the measures are of a movement of the same law with very many authors."""
    d = drawn(replace(world, authors=100_000), 7)
    soon = d["delay"] <= 24
    count = np.bincount(d["of"][soon], minlength=len(d["author"]))
    first = np.full(len(count), np.inf)
    np.minimum.at(first, d["of"][soon], d["delay"][soon])
    received = np.sort(np.bincount(d["author"], count))
    place = np.arange(1, len(received) + 1)
    return {
        "reshares_a_post": count.mean(),
        "share_relayed": (count > 0).mean(),
        "minutes_to_relay": 60 * float(np.median(first[np.isfinite(first)])),
        "top_tenth_share": received[-len(received) // 10 :].sum() / received.sum(),
        "gini": 2 * (place * received).sum() / (len(received) * received.sum()) - 1,
    }


def covered(pairs: int, a: World, b: World, draws: int) -> pd.DataFrame:
    """Return for each pair and measure whether its interval holds the true change."""
    true = [truth(one) for one in (a, b)]
    found = []
    for seed in range(pairs):
        one = compare(archive_of(a, 2 * seed), archive_of(b, 2 * seed + 1), draws=draws)
        for row in one.table.to_dict("records"):
            if row["measure"] not in true[0]:
                continue
            first, second = (side[row["measure"]] for side in true)
            change = second / first if row["scale"] == "ratio" else second - first
            found.append(
                {
                    "measure": row["measure"], "held": row["lo"] <= change <= row["hi"],
                    "verdict": row["verdict"],
                }
            )  # fmt: skip
    return pd.DataFrame(found)


def test_the_intervals_hold_a_known_truth() -> None:
    held = covered(40, World(), World(appeal=1.0, minutes=30.0), 120)
    share = held.groupby("measure")["held"].mean()
    # of 40 pairs at .95, fewer than 33 come once in some thousand; the mean of all five is firmer
    assert (share >= 33 / 40).all(), share
    assert share.mean() > 0.9
    assert (held.loc[held["measure"] == "minutes_to_relay", "verdict"] == "differs").mean() > 0.5


def test_before_and_after_a_day_on_which_nothing_happened() -> None:
    """The same authors are on both sides: the draws are shared, and nothing differs."""
    held = []
    for seed in range(25):
        found = compare(archive_of(World(), seed), before="2015-10-06", draws=120).table
        none = np.where(found["scale"] == "ratio", 1.0, 0.0)
        own = found["measure"].ne("new_accounts_a_day")  # authors run out: it does change
        held.append(((found["lo"] <= none) & (none <= found["hi"]))[own])
        assert (found["verdict"] == "differs").sum() <= 2
    assert pd.concat(held).mean() > 0.9


def newcomers(rate_a_day: float, ways: float, seed: int, days: float = 20.0) -> tables.Archive:
    """Draw posts as a Poisson stream, each with its own author and accounts that come by it."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(rate_a_day * days)
    hour = np.sort(rng.uniform(0, days * 24, count))
    joined = rng.geometric(1 / (1 + ways), count) - 1
    of = np.repeat(np.arange(count), joined)
    at = pd.Series(START + pd.to_timedelta([*hour, *(hour[of] + 0.1)], unit="h")).dt.floor("us")
    names = [str(one) for one in range(count + len(of))]
    return tables.Archive(
        posts=tables.build(
            tables.POSTS,
            {
                "platform": ["twitter"] * len(names),
                "post_id": names,
                "kind": ["post"] * count + ["reshare"] * len(of),
                "author_id": names,
                "posted_at": at,
                "reshared_id": [None] * count + [str(one) for one in of],
                "reshared_author_id": [None] * count + [str(one) for one in of],
            },
        )
    )


def test_the_number_of_new_accounts_holds_a_known_truth() -> None:
    held = []
    for seed in range(60):
        pair = [newcomers(4, 2.0, 2 * seed), newcomers(8, 4.0, 2 * seed + 1)]
        row = compare(*pair, draws=40).table.set_index("measure").loc["new_accounts_a_day"]
        held.append(row["lo"] <= 8 * 5 / (4 * 3) <= row["hi"])
    assert np.mean(held) > 52 / 60


def row_of(found: i4.results.Result, measure: str) -> pd.Series:
    return found.table.set_index("measure").loc[measure]


def by_hand(minutes: list[float], *, posts: int = 40) -> tables.Archive:
    """Forty authors, a post each at noon of one day after the other; the first few reshared."""
    day = pd.Timedelta(hours=6)
    rows = [
        {"platform": "twitter", "post_id": f"p{n}", "kind": "post", "author_id": f"a{n}",
         "posted_at": START + n * day}
        for n in range(posts)
    ] + [
        {"platform": "twitter", "post_id": f"r{n}", "kind": "reshare", "author_id": f"z{n}",
         "posted_at": START + n * day + pd.Timedelta(minutes=after),
         "reshared_id": f"p{n}", "reshared_author_id": f"a{n}"}
        for n, after in enumerate(minutes)
    ]  # fmt: skip
    return tables.Archive(posts=tables.build(tables.POSTS, rows))


def test_the_numbers_are_those_counted_by_hand() -> None:
    a, b = by_hand([10.0] * 20), by_hand([*[5.0] * 29, 25 * 60.0])
    found = compare(a, b)
    # posts less than 24 h old at the end (four a side) are not followed
    share = row_of(found, "share_relayed")
    assert share["n_a"] == 36
    assert share["a"] == pytest.approx(20 / 36)
    assert share["b"] == pytest.approx(29 / 36)  # a reshare a day later is none of these
    assert share["change"] == pytest.approx(9 / 36)
    assert row_of(found, "reshares_a_post")["change"] == pytest.approx(29 / 20)
    assert row_of(found, "minutes_to_relay")[["a", "b"]].tolist() == [10.0, 5.0]
    assert row_of(found, "new_accounts_a_day")["n_a"] == 60
    assert found.excluded == {"posts not followed for a day": 8}
    assert found.n_used == 80


def test_both_sides_are_looked_at_for_as_long() -> None:
    long, short = by_hand([10.0] * 40, posts=240), by_hand([10.0] * 40, posts=100)
    found = compare(long, short)
    assert found.days == pytest.approx(99 / 4)
    assert row_of(found, "new_accounts_a_day")["change"] == pytest.approx(1.0, rel=0.01)
    # the short one ends there; the long one's posts of these days are all followed
    assert row_of(found, "share_relayed")["n_a"] == 100
    with pytest.raises(MeasureError, match=r"at most 24\.8"):
        compare(long, short, days=30)
    assert compare(long, short, days=10).days == 10


def test_too_little_has_no_number() -> None:
    found = compare(by_hand([1.0] * 3, posts=10), by_hand([1.0] * 30))
    assert set(found.table["verdict"]) == {"cannot_tell"}
    assert found.table[["change", "lo", "hi"]].isna().all().all()
    assert found.table["n_a"].max() < LEAST
    nothing = compare(tables.Archive(), tables.Archive())
    assert nothing.days == 0
    assert nothing.table["change"].isna().all()


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("platform", {"platform": "bluesky"}),
        ("road", {"file": "b"}),
        ("years", {"start": START + pd.Timedelta(days=1000)}),
        ("clock", {"clock": "min"}),
        ("loss", {"lost": 0.5}),
        ("no_reshares", {"lost": 1.0}),
        ("loss_unknown", {"told": False}),
    ],
)
def test_what_sets_two_archives_apart_is_found(reason, change) -> None:
    a = archive_of(World(), 1)
    kept = {name: value for name, value in change.items() if name in ("file", "start")}
    b = archive_of(World(), 2, **kept)
    posts = b.posts.copy()
    if "platform" in change:
        posts["platform"] = pd.array(["bluesky"] * len(posts), dtype=posts["platform"].dtype)
    if "clock" in change:
        posts["posted_at"] = posts["posted_at"].dt.floor("min")
    if not change.get("told", True):
        posts["reshare_count"] = pd.array([None] * len(posts), dtype="int64[pyarrow]")
    rng = np.random.default_rng(0)
    lost = (posts["kind"] == "reshare") & (rng.random(len(posts)) < change.get("lost", 0.0))
    files = b.files.assign(format=pd.array(["dmi-tcat"], dtype="string[pyarrow]"))
    b = replace(b, posts=posts[~lost].reset_index(drop=True),
                files=files if reason == "road" else b.files)  # fmt: skip
    found = compare(a, b, draws=40)
    assert found.apart["reason"].tolist() == [reason]
    told = found.table["change"].notna()
    assert set(found.table.loc[told, "verdict"]) <= {"apart", "no_sign", "differs"}
    assert set(found.table.loc[~told, "verdict"]) <= {"cannot_tell"}
    assert (found.table["apart"].ne("") == found.table["verdict"].eq("apart"))[told].all()
    touched = set(found.table.loc[found.table["apart"] == reason, "measure"])
    assert touched == set(TOUCHES[reason]) & set(found.table["measure"])
    assert compare(a, archive_of(World(), 2), draws=40).apart.empty


def test_every_reason_touches_a_measure() -> None:
    assert set(TOUCHES) == set(APART["reason"].values)


def test_a_movement_keeps_to_its_hashtags_and_its_beginning() -> None:
    archive = by_hand([10.0] * 30)
    posts = archive.posts.assign(
        hashtags=pd.array([["x"] if n % 2 else ["y"] for n in range(len(archive.posts))],
                          dtype=archive.posts["hashtags"].dtype)
    )  # fmt: skip
    about = Movement("one", {}, ("x",), ("x",), started_on=pd.Timestamp("2015-09-28").date())
    found = compare((replace(archive, posts=posts), about), archive)
    assert found.names == ("one", "b")
    # posts and reshares 7, 9, … of forty and of thirty: the 28th begins with post 7
    assert row_of(found, "new_accounts_a_day")["n_a"] == 17 + 12


@pytest.mark.parametrize("day", ["2015-09-26", "2011-01-01", "2030-01-01"])
def test_a_day_that_leaves_one_side_empty_is_no_error(day) -> None:
    """A day of movement.toml before the first post collected took the report with it."""
    found = compare(by_hand([10.0] * 30), before=day)
    assert found.days == 0
    assert set(found.table["verdict"]) == {"cannot_tell"}
    assert "loss_unknown" not in found.apart["reason"].tolist()  # of one archive, before and after


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "neither a second movement and a day"),
        ({"b": by_hand([]), "before": "2015-10-01"}, "both a second movement and a day"),
        ({"before": "soon"}, "'soon', expected a date"),
        ({"b": "data/demo"}, "'str', expected an archive or the pair"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_in_a_sentence(asked, said) -> None:
    with pytest.raises(MeasureError, match=said):
        compare(by_hand([10.0] * 30), **asked)


def test_the_same_seed_gives_the_same_table() -> None:
    pair = archive_of(World(), 1), archive_of(World(), 2)
    pd.testing.assert_frame_equal(compare(*pair).table, compare(*pair).table)
    tables.check(COMPARED, compare(*pair).table)


def test_the_middle_of_no_dated_post_is_no_day() -> None:
    found = compare(i4.Archive(), before="middle")
    assert found.before is None
    assert not found.days
