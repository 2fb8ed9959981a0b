"""Accounts that reshare together faster than their own habits explain, and what is declared.

A movement whose founders organise relays in a private group is coordinated by its own account:
the useful output is the share of relays outside any flagged pair, and how many flagged pairs have
declared themselves. Never "inauthentic". References: Giglietto et al. (2020); CooRTweet, Righetti
and Balluff (2023); Benjamini and Hochberg (1995). What is fast, what prompted it and the two nulls
are in `measure.together`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis.measure.accounts.identity import accounts
from i4analysis.measure.accounts.roles import roles
from i4analysis.measure.coordination import together
from i4analysis.measure.coordination.together import Reshares
from i4analysis.measure.numbers.clock import to_seconds
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive

WINDOW_S = 60.0
MIN_FAST = 5
MIN_FAST_SHARE = 0.5
FALSE_DISCOVERY = 0.05
HABIT_P = 0.01
SHUFFLES = 4999
_COLUMNS = {
    "user_a": "string[pyarrow]",
    "user_b": "string[pyarrow]",
    "handle_a": "string[pyarrow]",
    "handle_b": "string[pyarrow]",
    "n_shared": "int64[pyarrow]",
    "n_fast": "int64[pyarrow]",
    "n_unprompted": "int64[pyarrow]",
    "p_n1": "double[pyarrow]",
    "p_n2": "double[pyarrow]",
    "flagged": "bool[pyarrow]",
    "declared": "bool[pyarrow]",
}


@dataclass(frozen=True, eq=False)
class Coordination(Result):
    """Pairs of accounts that reshare the same posts within a minute of each other.

    Attributes
    ----------
    table
        `coordination_pairs`: `user_a`, `user_b` (account keys), `handle_a`, `handle_b`,
        `n_shared` posts both reshared, `n_fast` of them within the window, `n_unprompted` of
        these that nothing else in the archive had just prompted, `p_n1`, `p_n2`, `flagged`,
        `declared` (both are founders or show the mark in their bio). Pairs with fewer than
        `MIN_FAST` fast posts are counted in `excluded`, not listed.
    flagged, flagged_declared
        Flagged pairs; those of them that are declared on both sides.
    accounts_flagged
        Accounts in at least one flagged pair.
    reshares
        Reshares of the archive.
    outside_share
        Share of reshares made by accounts outside any flagged pair; null without reshares.
    expected_false
        Flagged pairs to expect by habit alone: `HABIT_P` × pairs that pass every other condition.
    """

    flagged: int = 0
    flagged_declared: int = 0
    accounts_flagged: int = 0
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
    """Flag pairs of accounts by the strict rule of two nulls.

    Definition
        Fast: two reshares of one post within `window_s`. A circle: accounts linked by pairs with 5
        fast posts that are half of those they share. Unprompted: no outsider of the circle, and
        not the author, posted in the `window_s` before the first of the circle's reshares that
        hold the pair; people who are always on react together because the same post woke them.
        N1 (exact): the delays of a post's resharers are exchangeable, so that the count of fast
        posts of a pair is Poisson-binomial over the posts it shares; a post's chance is taken
        from the pairs outside any circle, lest a group that fills a post hide itself. N2: each
        account keeps its own delays, shuffled over its posts. Flagged: N1 under a false discovery
        rate of .05, N2 p ≤ .01, at least 5 unprompted fast posts, and at least half of the
        shared posts; both nulls are asked for the unprompted count.
    Errors
        Made-up movements, whose proof gives today's figures: every planted pair that met five
        times is found, no organic pair is flagged, and 0 to 2 when 40 friends are always on; of
        these, 17 to 80 when prompted posts count too, and 49 to 360 by the naive rule.
    Limits
        A group that always follows the original, or an outsider, within the window looks like
        people who are always on, and is not flagged. Where outsiders reshare a post more than
        once a window, nothing in it counts as unprompted.

    Parameters
    ----------
    window_s
        Seconds.
    shuffles, seed
        Draws of N2, and their seed.
    """
    seen, people = _reshares(archive)
    declared = _declared(archive, movement, people)
    table = together.fast_pairs(seen, window_s)
    hypotheses = len(table)
    few = table["n_fast"] < MIN_FAST
    excluded = {"few_fast_posts": int(few.sum())}
    table = together.count_shared(table[~few].reset_index(drop=True), seen)
    suspect = (table["n_fast"] >= MIN_FAST_SHARE * table["n_shared"]).to_numpy(dtype=bool)
    circle = together.circles(table[suspect], seen)
    prompted = together.prompted(seen, circle, window_s)
    table = table.assign(n_unprompted=together.count_unprompted(table, seen, prompted, window_s))
    p_n1 = together.exchangeable(table, seen, circle, window_s)
    p_n2 = together.habit(table, seen, window_s, shuffles, seed)
    table = table.assign(p_n1=p_n1, p_n2=p_n2)
    unusual = _unusual(table, hypotheses)
    table["flagged"] = unusual & (p_n2 <= HABIT_P)
    result = _named(table, people, declared)
    in_flagged = np.unique(table.loc[table["flagged"], ["a", "b"]].to_numpy(dtype=np.int64))
    n = len(seen.who)
    return Coordination(
        table=result,
        parameters={"window_s": window_s, "shuffles": shuffles, "seed": seed},
        n_used=n,
        excluded=excluded,
        notes=("declared_campaign",) if len(movement.founders) else (),
        flagged=int(result["flagged"].sum()),
        flagged_declared=int((result["flagged"] & result["declared"]).sum()),
        accounts_flagged=len(in_flagged),
        reshares=n,
        outside_share=float((~np.isin(seen.who, in_flagged)).mean()) if n else None,
        expected_false=HABIT_P * int(unusual.sum()) if n else None,
    )


def _reshares(archive: Archive) -> tuple[Reshares, pd.DataFrame]:
    """Return the first reshare of each account and post, and the accounts.

    Delays run from the original, or from the first reshare where the original has no date: only
    differences within a post matter.
    """
    posts = archive.posts
    use = (posts["kind"] == "reshare") & posts["reshared_id"].notna() & posts["posted_at"].notna()
    rows = posts[use.to_numpy(dtype=bool)]
    numbered = accounts(rows, ["author"])
    people = pd.DataFrame(
        {"key": numbered.keys.to_pylist(), "handle": numbered.handles.to_pylist()}, dtype=object
    )
    born = rows["reshared_at"].fillna(
        rows["reshared_id"].map(posts.drop_duplicates("post_id").set_index("post_id")["posted_at"])
    )
    table = pd.DataFrame(
        {
            "post": pd.factorize(rows["reshared_id"])[0].astype(np.int64),
            "who": numbered.codes["author"],
            "at": to_seconds(rows["posted_at"]),
            "born": to_seconds(born),
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
    return Reshares(post, delays, table["who"].to_numpy(dtype=np.int64), dated), people


def _declared(archive: Archive, movement: Movement, people: pd.DataFrame) -> npt.NDArray[np.bool_]:
    said = roles(archive, movement)
    said = said[said["role"].isin(["founder", "supporter", "seeker"])]
    known = set(said["account_id"].dropna()) | set(said["handle"].dropna().str.lower())
    handles = people["handle"].map(lambda h: h.lower() if isinstance(h, str) else h)
    return np.asarray(people["key"].isin(known) | handles.isin(known), dtype=bool)


def _unusual(table: pd.DataFrame, hypotheses: int) -> npt.NDArray[np.bool_]:
    """Return the pairs that pass every condition but N2.

    Benjamini and Hochberg's rule counts every pair that was fast once, also those not listed.
    """
    if table.empty:
        return np.zeros(0, dtype=bool)
    p = table["p_n1"].to_numpy(dtype=float)
    ranked = np.sort(p)
    below = ranked <= FALSE_DISCOVERY * np.arange(1, len(p) + 1) / hypotheses
    limit = ranked[below].max() if below.any() else -1.0
    count = table["n_unprompted"]
    enough = (count >= MIN_FAST) & (count >= MIN_FAST_SHARE * table["n_shared"])
    return np.asarray(enough, dtype=bool) & (p <= limit)


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
    return named[list(_COLUMNS)].reset_index(drop=True).astype(_COLUMNS)
