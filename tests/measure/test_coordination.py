"""A planted group is found, ordinary and always-on people are not accused."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import invented
import numpy as np
import pytest

from i4analysis import simulate
from i4analysis.measure.coordination import coordination, together
from i4analysis.movement import Movement
from i4analysis.tables import Archive

START = datetime(2015, 9, 26, tzinfo=UTC)
GROUP = 8


def movement_of(founders: tuple[str, ...] = ()) -> Movement:
    return invented.movement(founders=[{"handle": handle} for handle in founders])


def reshare(
    post: int, who: object, born: datetime, delay: float, by: str | None = None
) -> invented.Row:
    at = born + timedelta(seconds=float(min(delay, 2e6)))
    more = {"author": f"u{who}", "reshared_at": born}
    return invented.reshare(f"{post}-{who}", str(who), at, str(post), by, **more)


def world(seed: int, *, group: bool = False, always_on: int = 0, people: int = 400) -> Archive:
    """Posts reshared with heavy-tailed delays; a group of 8 moves together on a tenth of them."""
    rng = np.random.default_rng(seed)
    rows = []
    for post in range(500):
        born = START + timedelta(hours=float(rng.uniform(0, 600)))
        crowd = rng.choice(np.arange(100, people), rng.geometric(0.08), replace=False)
        delays = 900 * (rng.random(len(crowd)) ** -1.8 - 1) + 5
        reshares = list(zip(crowd, delays, strict=True))
        on = 40 + np.flatnonzero(rng.random(always_on) < 0.3)
        reshares += list(zip(on, rng.uniform(2, 90, len(on)), strict=True))
        if group and rng.random() < 0.1:
            together = float(rng.uniform(600, 20000))
            members = np.flatnonzero(rng.random(GROUP) < 0.9)
            reshares += [(who, together + rng.uniform(0, 40)) for who in members]
        elif group:
            alone = np.flatnonzero(rng.random(GROUP) < 0.02)
            reshares += [(who, 900 * (rng.random() ** -1.8 - 1) + 5) for who in alone]
        rows += [reshare(post, who, born, delay) for who, delay in reshares]
    return invented.archive(rows)


def flagged(result: coordination.Coordination) -> set[tuple[int, int]]:
    rows = result.table[result.table["flagged"]]
    return {
        (min(int(a), int(b)), max(int(a), int(b)))
        for a, b in zip(rows["user_a"], rows["user_b"], strict=True)
    }


def test_every_planted_pair_is_found_and_nobody_else() -> None:
    result = coordination.pairs(world(1, group=True), movement_of())
    assert flagged(result) == set(itertools.combinations(range(GROUP), 2))
    assert result.flagged == 28
    assert result.accounts_flagged == GROUP
    assert result.outside_share is not None
    assert 0.9 < result.outside_share < 1
    # .01 of the pairs that habit alone could explain, at each of the three paces
    assert result.expected_false == pytest.approx(0.84)


def test_ordinary_people_are_not_flagged() -> None:
    assert len(flagged(coordination.pairs(world(2), movement_of()))) <= 2


def test_people_who_are_always_on_are_not_flagged() -> None:
    result = coordination.pairs(world(3, always_on=40), movement_of())
    naive = int((result.table["n_fast"] >= 5).sum())
    assert naive > 100  # the naive rule accuses them
    assert len(flagged(result)) <= 15


@pytest.mark.parametrize("seed", [10, 12])
def test_a_group_of_few_posts_is_found_whole_among_people_who_are_always_on(seed: int) -> None:
    """However many others are listed, who acts with members already found is found too."""
    made = simulate.world(simulate.Parameters(seed=seed, always_on=40))
    table = coordination.pairs(made.archive, made.movement).table
    planted = made.truth.coordination
    hidden = set(planted.loc[planted["kind"] == "hidden", "account_id"])
    ends = table[["user_a", "user_b"]].isin(hidden).sum(axis=1)
    assert table.loc[ends == 2, "flagged"].all()
    assert not table.loc[ends < 2, "flagged"].any()


def test_declared_pairs_are_told_apart() -> None:
    result = coordination.pairs(world(1, group=True), movement_of(("u0", "u1", "U2")))
    assert result.flagged_declared == 3
    declared = result.table[result.table["declared"]]
    assert set(declared["handle_a"]) | set(declared["handle_b"]) == {"u0", "u1", "u2"}


def test_the_tail_is_the_exact_poisson_binomial() -> None:
    p = np.array([0.1, 0.4, 0.7])
    exact = sum(
        np.prod([c if hit else 1 - c for hit, c in zip(hits, p, strict=True)])
        for hits in itertools.product([0, 1], repeat=3)
        if sum(hits) >= 2
    )
    assert together.poisson_binomial_tail(p, 2) == pytest.approx(exact, abs=1e-12)


def bursts(prompt: str | None) -> Archive:
    """Return 20 posts on which two friends act 10 s apart, hours later, after `prompt` if any.

    Their author has sixty more, which others reshare: seeing them all does not explain the choice.
    """
    rng = np.random.default_rng(4)
    rows = []
    for post in range(80):
        born = START + timedelta(hours=30 * post)
        late = 0.0 if prompt == "original" else float(rng.uniform(3600, 40_000))
        acts = [("a", late + 20), ("b", late + 30)]
        acts = [] if post >= 20 else acts
        acts += [("outsider", late)] if prompt == "outsider" else [("outsider", late + 90_000)]
        names = {"outsider": f"outsider{post}"}
        rows += [reshare(post, names.get(who, who), born, delay) for who, delay in acts]
    return invented.archive(rows)


@pytest.mark.parametrize(("prompt", "unprompted"), [(None, 20), ("outsider", 0), ("original", 0)])
def test_what_the_same_post_woke_is_not_held_against_a_pair(
    prompt: str | None, unprompted: int
) -> None:
    result = coordination.pairs(bursts(prompt), movement_of())
    row = result.table.iloc[0]
    assert (row["n_fast"], row["n_unprompted"]) == (20, unprompted)
    assert bool(row["flagged"]) == (unprompted > 0)


def reactions(seed: int, kind: str) -> Archive:
    """Return 400 posts of 20 authors reshared by chance, and by accounts that something calls.

    kind: subscribers (25, alerted of four authors' posts), crowd (25, alerted of single posts),
    minutes (6, called to single posts, within ten minutes), chain (5, in turn, 20 minutes apart),
    readers (of account 0, who reshares by himself: 4 who each pass on half of it within the hour).
    """
    rng = np.random.default_rng(seed)
    size = {"minutes": 6, "chain": 5, "readers": 5}.get(kind, 25)
    keen = rng.uniform(*((0.5, 0.9) if size == 25 else (0.8, 0.95)), size)
    rows = []
    for post in range(400):
        born = START + timedelta(hours=float(rng.uniform(0, 600)))
        author = post % 20
        crowd = rng.choice(np.arange(100, 400), rng.geometric(0.08), replace=False)
        acts = [(int(who), float(900 * (rng.random() ** -1.8 - 1) + 5)) for who in crowd]
        called = author < 4 if kind == "subscribers" else rng.random() < 0.1
        wait = float(rng.uniform(60, 40_000))
        first = -1
        for who in np.flatnonzero(rng.random(size) < keen) if called else ():
            if kind == "readers" and who and (first != 0 or rng.random() < 0.5):
                continue
            first = who if kind == "readers" and not who else first
            late = {
                "minutes": rng.uniform(0, 600),
                "chain": 1200 * who,
                "readers": who and rng.uniform(60, 3400),
            }.get(kind, rng.exponential(40))
            acts.append((int(who), wait + float(late)))
        rows += [reshare(post, who, born, delay, f"author{author}") for who, delay in acts]
    return invented.archive(rows)


@pytest.mark.parametrize("kind", ["subscribers", "crowd"])
def test_who_is_alerted_of_the_same_posts_is_not_flagged(kind: str) -> None:
    for seed in (1, 2):
        result = coordination.pairs(reactions(seed, kind), movement_of())
        assert result.flagged <= 1
    # a crowd that one alert calls to single posts passes every null: it is told, not flagged
    assert (result.excluded["crowd_pairs"] > 100) == (kind == "crowd")


def test_a_slow_group_is_found_by_repetition() -> None:
    minutes = coordination.pairs(reactions(1, "minutes"), movement_of())
    assert flagged(minutes) == set(itertools.combinations(range(6), 2))
    chain = flagged(coordination.pairs(reactions(1, "chain"), movement_of()))
    assert {(k, k + 1) for k in range(4)} <= chain <= set(itertools.combinations(range(5), 2))


def test_readers_of_one_account_are_no_group() -> None:
    """Each is with him within the hour again and again; that he calls them does not follow."""
    for seed in (1, 2, 3):
        assert flagged(coordination.pairs(reactions(seed, "readers"), movement_of())) == set()


def test_the_count_of_shuffles_is_not_noise() -> None:
    archive = world(1, group=True)
    ways = [coordination.pairs(archive, movement_of(), seed=seed) for seed in (0, 1, 2)]
    assert flagged(ways[0]) == flagged(ways[1]) == flagged(ways[2])


def test_an_empty_archive_flags_nobody() -> None:
    result = coordination.pairs(Archive(), movement_of())
    assert result.table.empty
    assert result.flagged == 0
    assert result.outside_share is None


def test_order_of_rows_changes_nothing() -> None:
    archive = world(1, group=True)
    mixed = Archive(posts=archive.posts.sample(frac=1, random_state=5))
    one = coordination.pairs(archive, movement_of())
    two = coordination.pairs(mixed, movement_of())
    assert flagged(one) == flagged(two)
