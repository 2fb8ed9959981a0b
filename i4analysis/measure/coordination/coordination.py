"""Accounts that act together beyond what their habits and what they see explain.

A movement whose founders organise relays in a private group is coordinated by its own account:
the useful output is the share of relays outside any flagged pair, and how many flagged pairs have
declared themselves. Never "inauthentic", never "hidden". References: Giglietto et al. (2020);
CooRTweet, Righetti and Balluff (2023); Benjamini and Hochberg (1995); Yekutieli (2008). What is
fast, what prompted it and the nulls are in `measure.together`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.measure.accounts.identity import (
    accounts,
    chunked,
    columns_of,
    encoded,
    taken,
    text,
)
from i4analysis.measure.accounts.roles import role_of, roles
from i4analysis.measure.coordination import together
from i4analysis.measure.coordination.together import Reshares
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import COUNT, FLAG, NUMBER, TEXT, Archive, Column, Table

WINDOW_S = 60.0
MIN_FAST = 5
MIN_FAST_SHARE = 0.5
FALSE_DISCOVERY = 0.05
HABIT_P = 0.01
EXPOSED_P = 0.05
SLOWER_S = (600.0, 3600.0)
MIN_SLOW = 8
MIN_SLOW_SHARE = 0.6
MOST_MEMBERS = 12
LEAST_JOINING = 0.5
MOST_PAIRS = 5e6
SHUFFLES = 4999
PAIRS = Table(
    "coordination_pairs",
    "one row a pair of accounts with at least five fast posts in common, crowds apart",
    (
        Column("user_a", TEXT, "key of the one account"),
        Column("user_b", TEXT, "key of the other"),
        Column("handle_a", TEXT, "handle of the one"),
        Column("handle_b", TEXT, "handle of the other"),
        Column("n_shared", COUNT, "posts that both reshared", "posts"),
        Column("within_s", NUMBER, "pace: how close together counts as fast", "seconds"),
        Column("n_fast", COUNT, "posts that both reshared within that time", "posts"),
        Column(
            "n_unprompted",
            COUNT,
            "of these, what nothing else in the archive had just prompted; at a slower pace: all",
            "posts",
        ),
        Column("p_n1", NUMBER, "chance under exchangeable delays (N1)"),
        Column("p_n2", NUMBER, "chance under each account's own delays (N2)"),
        Column("p_n3", NUMBER, "chance under each account's own authors (N3)"),
        Column("flagged", FLAG, "whether they act together by all three"),
        Column("declared", FLAG, "whether both are founders or show the mark in their bio"),
    ),
)


@dataclass(frozen=True, eq=False)
class Coordination(Result):
    """Pairs of accounts that act together: they reshare the same posts close to each other.

    Attributes
    ----------
    table
        One row a pair (columns `PAIRS`). Pairs with fewer than `MIN_FAST` fast posts are counted
        in `excluded`, not listed, and so are the pairs of crowds.
    flagged, flagged_declared
        Flagged pairs; those of them that are declared on both sides.
    accounts_flagged, looked_at
        Accounts in at least one flagged pair; pairs that did enough together to be tested, pace by
        pace.
    reshares
        Reshares of the archive.
    outside_share
        Share of reshares made by accounts outside any flagged pair; null without reshares.
    expected_false
        Flagged pairs to expect by habit alone: `HABIT_P` × pairs that pass every other condition,
        at every pace.
    """

    flagged: int = 0
    flagged_declared: int = 0
    accounts_flagged: int = 0
    looked_at: int = 0
    reshares: int = 0
    outside_share: float | None = None
    expected_false: float | None = None


def pairs(
    archive: Archive,
    movement: Movement,
    *,
    window_s: float = WINDOW_S,
    shuffles: int = SHUFFLES,
    seed: int = 0,
) -> Coordination:
    """Flag pairs of accounts that act together, by a strict rule of three nulls.

    Definition
        Fast: two reshares of one post within `window_s`. A circle: accounts linked by pairs with 5
        fast posts that are half of those they share. Unprompted: no outsider of the circle, and
        not the author, posted in the `window_s` before the first of the circle's reshares that
        hold the pair; people who are always on react together because the same post woke them.
        N1 (exact): the delays of a post's resharers are exchangeable, so that the count of fast
        posts of a pair is Poisson-binomial over the posts it shares; a post's chance is taken
        from the pairs outside any circle, lest a group that fills a post hide itself. N2: each
        account keeps its own delays, shuffled over its posts. N3: each account keeps its rate of
        resharing each author and each post its pull, so that two who are told of the same
        authors' posts reshare the same ones (`together.exposed`). Passes: N1 under a false
        discovery rate of .05, N2 p ≤ .01, N3 p ≤ .05 over all pairs listed, at least 5 unprompted
        fast posts, and at least half of the shared posts. Beside a circle of pairs that pass, N3
        is held against the pairs that touch it, and 5 fast posts are enough, most of them
        unprompted: one post that an outsider happened to prompt clears no member. The same is
        asked at ten minutes and at an hour, of all fast posts, at least 8 and three fifths of the
        shared ones: slow groups show by repetition, not by speed. Flagged: passes at some pace,
        in a circle of at most 12 whose members join in half of its posts (at a slower pace: with a
        third who passes with both, and without one whom both may simply read, `together.led`); a
        larger one is a crowd, counted in `excluded`.
    Errors
        Made-up movements, whose proof gives today's figures; for worlds of another hand see
        `proof.foreign`.
    Limits
        A group that always follows the original, or an outsider, within the window looks like
        people who are always on; one of more than 12 looks like a crowd that one alert woke.
        Neither is flagged. Accounts told of the same single posts by the platform, and of few
        enough, act together by this rule: why they do, it cannot tell.

    Parameters
    ----------
    window_s
        Seconds.
    shuffles, seed
        Draws of N2, and their seed.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = i4.coordination.pairs(archive, movement, shuffles=199)
    >>> found.flagged <= len(found.table)
    True
    """
    seen, people = _reshares(archive)
    declared = _declared(archive, movement, people)
    table, few = _judged(seen, window_s, shuffles, seed, prompting=True)
    unusual, looked_at = int(table["unusual"].sum()), len(table)
    for slower in SLOWER_S:
        if slower > window_s:
            more, _ = _judged(_small_posts(seen), slower, shuffles, seed, prompting=False)
            unusual, looked_at = unusual + int(more["unusual"].sum()), looked_at + len(more)
            table = _joined(table, more[more["passes"]])
    group, crowd = _groups(table, seen)
    table["flagged"] = group
    result = _named(table, people, declared)
    in_flagged = np.unique(table.loc[table["flagged"], ["a", "b"]].to_numpy(dtype=np.int64))
    n = len(seen.who)
    return Coordination(
        table=result,
        parameters={"window_s": window_s, "shuffles": shuffles, "seed": seed},
        n_used=n,
        excluded={"few_fast_posts": few, "crowd_pairs": int(crowd.sum())},
        notes=("declared_campaign",) if len(movement.founders) else (),
        flagged=int(result["flagged"].sum()),
        flagged_declared=int((result["flagged"] & result["declared"]).sum()),
        accounts_flagged=len(in_flagged),
        looked_at=looked_at,
        reshares=n,
        outside_share=float((~np.isin(seen.who, in_flagged)).mean()) if n else None,
        expected_false=HABIT_P * unusual if n else None,
    )


def _judged(
    seen: Reshares, window_s: float, shuffles: int, seed: int, *, prompting: bool
) -> tuple[pd.DataFrame, int]:
    """Return the pairs with enough fast posts and what the three nulls say, at one pace.

    `unusual`: passes all but N2; `passes`: passes all. And how many pairs had too few posts.
    Within the minute (`prompting`) only unprompted posts count. At a slower pace something will
    always have prompted somebody: all fast posts count, and more of them are asked for.
    """
    least, share = (MIN_FAST, MIN_FAST_SHARE) if prompting else (MIN_SLOW, MIN_SLOW_SHARE)
    table = together.fast_pairs(seen, window_s)
    hypotheses = len(table)
    few = table["n_fast"] < least
    table = together.count_shared(table[~few].reset_index(drop=True), seen)
    suspect = (table["n_fast"] >= share * table["n_shared"]).to_numpy(dtype=bool)
    circle = together.circles(table[suspect], seen)
    if prompting:
        prompted = together.prompted(seen, circle, window_s)
        counts = together.count_unprompted(table, seen, prompted, window_s)
    else:
        table, suspect = table[suspect].reset_index(drop=True), suspect[suspect]
        counts = table["n_fast"].to_numpy(dtype=np.int64)
    table = table.assign(n_unprompted=counts, within_s=window_s)
    p_n1 = together.exchangeable(table, seen, circle, window_s)
    p_n2 = together.habit(table, seen, window_s, shuffles, seed)
    p_n3 = together.exposed(table, seen, circle)
    table = table.assign(p_n1=p_n1, p_n2=p_n2, p_n3=p_n3)
    mostly = counts >= share * table["n_shared"].to_numpy()
    # one family: the pairs listed at every pace
    family = max(len(table), 1) * (1 + len(SLOWER_S))
    likely = mostly & _discovered(p_n1, hypotheses)
    unusual = likely & (counts >= least) & (p_n3 <= EXPOSED_P / family)
    while True:
        size = _family_beside(table, seen, unusual & (p_n2 <= HABIT_P))
        beside = np.isfinite(size)
        more = likely & beside & (p_n3 <= EXPOSED_P / (size * (1 + len(SLOWER_S))))
        if not (more & ~unusual).any():
            break
        unusual |= more
    return table.assign(unusual=unusual, passes=unusual & (p_n2 <= HABIT_P)), int(few.sum())


def _family_beside(
    table: pd.DataFrame, seen: Reshares, passes: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return how many pairs listed touch the circle that a pair touches; infinite without one.

    Once the whole family has shown that some accounts act together, who else acts with these is
    a question of its own, with the family of pairs that touch them, however many others are
    listed (Yekutieli 2008). A crowd opens no such family.
    """
    circle = together.circles(table[passes], seen)
    sizes = np.bincount(circle[circle >= 0], minlength=len(circle))
    circle = np.where((circle >= 0) & (sizes[circle] <= MOST_MEMBERS), circle, -1)
    a, b = (circle[table[end].to_numpy(dtype=np.int64)] for end in ("a", "b"))
    touching = np.bincount(a[a >= 0], minlength=1 + len(circle)).astype(float)
    other = (b >= 0) & (a != b)
    touching += np.bincount(b[other], minlength=1 + len(circle))
    touching[-1] = np.inf
    return np.asarray(np.minimum(touching[a], touching[b]))


def _small_posts(seen: Reshares) -> Reshares:
    """Return the posts of fewest reshares, as many as leave `MOST_PAIRS` pairs to look at.

    That two accounts are among the thousands who reshared one post says nothing of the two.
    """
    sizes = np.diff(seen.starts)
    order = np.argsort(sizes, kind="stable")
    affordable = np.cumsum(sizes[order].astype(float) ** 2 / 2) <= MOST_PAIRS
    kept = np.zeros(len(sizes), dtype=bool)
    kept[order[affordable]] = True
    return seen if kept.all() else seen.only(kept)


def _joined(table: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with those of a slower pace that had not passed before."""
    passed = set(map(tuple, table.loc[table["passes"], ["a", "b"]].to_numpy().tolist()))
    new = np.array([pair not in passed for pair in more[["a", "b"]].itertuples(index=False)])
    more = more[new.astype(bool)]
    fresh = set(map(tuple, more[["a", "b"]].to_numpy().tolist()))
    old = np.array([pair not in fresh for pair in table[["a", "b"]].itertuples(index=False)])
    return pd.concat([table[old.astype(bool)], more], ignore_index=True)


def _groups(
    table: pd.DataFrame, seen: Reshares
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Split the pairs that passed into those of small groups and those of crowds.

    Dozens of accounts that answer the same posts at the same moments may have been called by one
    another or by one alert: the archive shows the call of neither. A circle is a group when it
    has at most `MOST_MEMBERS` and its members join in at least `LEAST_JOINING` of its posts. Slow
    pairs belong to it only where both members act with a third, and no third nearly always came
    first: two who are slow together and with nobody else, or several after one, read that
    one, unless they keep turns.
    """
    passes = table["passes"].to_numpy(dtype=bool)
    slow = table["within_s"].isin(SLOWER_S).to_numpy(dtype=bool)
    group, crowd = passes.copy(), np.zeros(len(table), dtype=bool)
    circle = together.circles(table[passes], seen)
    of = circle[table["a"].to_numpy(dtype=np.int64)]
    for label in np.unique(circle[circle >= 0]):
        members = np.flatnonzero(circle == label)
        counts = np.bincount(seen.posts[np.isin(seen.who, members)], minlength=1)
        joining = counts[counts >= 2].mean() / len(members)
        if len(members) > MOST_MEMBERS or (len(members) > 2 and joining < LEAST_JOINING):
            crowd |= passes & (of == label)
    group &= ~crowd
    group &= ~together.led(table, seen, group & slow)
    return group & (~slow | together.in_threes(table, group)), crowd


def _reshares(archive: Archive) -> tuple[Reshares, pd.DataFrame]:
    """Return the first reshare of each account and post, and the accounts.

    Delays run from the original, or from the first reshare where the original has no date: only
    differences within a post matter.
    """
    posts = archive.posts
    use = (posts["kind"] == "reshare") & posts["reshared_id"].notna() & posts["posted_at"].notna()
    used = use.to_numpy(dtype=bool)
    rows = posts[["reshared_id", *columns_of("author")]][used]
    numbered = accounts(rows, ["author"], whole=posts)
    authors, originals = _authors(posts)
    people = pd.DataFrame(
        {"key": numbered.keys.to_pylist(), "handle": numbered.handles.to_pylist()}, dtype=object
    )
    table = pd.DataFrame(
        {
            "post": pd.factorize(rows["reshared_id"])[0].astype(np.int64),
            "of": authors[used],
            "who": numbered.codes["author"],
            "at": tables.seconds(rows["posted_at"]),
            "born": _born(posts, np.flatnonzero(used)),
        }
    )
    table = table[table["who"] >= 0].sort_values(["post", "at", "who"])
    table = table.drop_duplicates(["post", "who"])
    # posts are numbered anew, so that those left hold the numbers 0, 1, 2 …
    post = pd.factorize(table["post"])[0].astype(np.int64)
    start = table.groupby("post")["born"].transform("min")
    dated = start.notna().to_numpy(dtype=bool)
    start = start.fillna(table.groupby("post")["at"].transform("min"))
    delays = (table["at"] - start).to_numpy(dtype=float)
    first = ~pd.Series(post).duplicated().to_numpy()
    return Reshares(
        post,
        delays,
        table["who"].to_numpy(dtype=np.int64),
        dated,
        table["of"].to_numpy(dtype=np.int64)[first],
        originals,
    ), people


def _born(posts: pd.DataFrame, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return when the original of each reshare was posted: as it says, else as its own row."""
    said = tables.seconds(posts["reshared_at"])[rows]
    unsaid = np.flatnonzero(np.isnan(said))
    if len(unsaid):
        originals = taken(posts["reshared_id"], rows[unsaid])
        place = pc.index_in(originals, value_set=text(posts["post_id"]))
        at = np.append(tables.seconds(posts["posted_at"]), np.nan)
        said[unsaid] = at[np.asarray(pc.fill_null(place, -1), np.int64)]
    return said


def _authors(posts: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the number of each row's original author, and the originals known of each."""
    people = accounts(posts, ["author", "reshared_author"])
    reshare = tables.reshares(posts)
    codes = np.where(reshare, people.codes["reshared_author"], people.codes["author"])
    post = posts["reshared_id"].where(reshare, posts["post_id"])
    once = pd.DataFrame({"post": encoded(chunked(post))[1], "code": codes, "made": ~reshare})
    once = once[codes >= 0].sort_values("made", ascending=False, kind="stable")
    once = once.drop_duplicates("post")
    originals = np.bincount(once["code"].to_numpy(dtype=np.int64), minlength=len(people))
    return codes, originals.astype(np.int64)


def _declared(archive: Archive, movement: Movement, people: pd.DataFrame) -> npt.NDArray[np.bool_]:
    said = role_of(people["key"], roles(archive, movement))
    return said.isin(["founder", "supporter", "seeker"]).to_numpy(dtype=bool)


def _discovered(p: npt.NDArray[np.float64], hypotheses: int) -> npt.NDArray[np.bool_]:
    """Return the pairs that N1 leaves unexplained under a false discovery rate of .05.

    Benjamini and Hochberg's rule counts every pair that was fast once, also those not listed.
    """
    ranked = np.sort(p)
    below = ranked <= FALSE_DISCOVERY * np.arange(1, len(p) + 1) / max(hypotheses, 1)
    limit = ranked[below].max() if below.any() else -1.0
    return np.asarray(p <= limit, dtype=bool)


def _named(
    table: pd.DataFrame, people: pd.DataFrame, declared: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    a, b = table["a"].to_numpy(dtype=np.int64), table["b"].to_numpy(dtype=np.int64)
    named = table.assign(
        user_a=people["key"].to_numpy()[a],
        user_b=people["key"].to_numpy()[b],
        handle_a=people["handle"].to_numpy()[a],
        handle_b=people["handle"].to_numpy()[b],
        declared=declared[a] & declared[b] if len(table) else np.zeros(0, dtype=bool),
    )
    named = named.sort_values(["flagged", "n_fast", "user_a", "user_b"], ascending=False)
    return PAIRS.of(named.reset_index(drop=True))
