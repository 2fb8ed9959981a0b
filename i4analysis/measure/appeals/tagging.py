"""Whom to tag: the members most likely to widen an appeal's audience, the load shared out.

If asking a set S of members brings the appeal to account v with probability
1 − Π_{m∈S}(1 − p_mv), the expected number of new accounts is monotone and submodular in S, so
taking the member of largest gain each time reaches at least 1 − 1/e (63 %) of the best set of that
size among the members who may be asked (Nemhauser, Wolsey & Fisher 1978). Gains only shrink, so
most need not be computed again (lazy evaluation, Minoux 1978).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from i4analysis import clock
from i4analysis.arguments import answer
from i4analysis.measure.accounts.identity import everybody, text
from i4analysis.measure.appeals.rows import WEEK_H, member_since, relays_of
from i4analysis.movement import Movement
from i4analysis.results import Result
from i4analysis.tables import Archive, declared

__all__ = [
    "GUARANTEE",
    "Tagging",
    "answer_rates",
    "asked_before",
    "audience",
    "expected_reach",
    "suggest",
    "tag_edges",
    "whom_to_tag",
]

#: Fewest answers to rank by, and least share of the spread in members' answer rates that is a
#: difference between members and not the luck of a few tags.
LEAST_ANSWERS, LEAST_RELIABLE = 20, 0.3
GUARANTEE = 1.0 - 1.0 / math.e
_NOBODY = pd.DataFrame({"member": [], "account": [], "p": []})
Array = npt.NDArray[np.float64]

(SUGGESTED,) = declared(__file__).values()


@dataclass(frozen=True, eq=False)
class Tagging(Result):
    """Members to tag; `table` has columns of `SUGGESTED`, handle and answers by `suggest` alone.

    `notes` says why nobody is suggested: no_members | nobody_hears | all_asked_lately |
    too_few_answers; largest_may_reach_more where whom a member reaches is modelled, not known.

    Attributes
    ----------
    expected
        Expected new accounts reached by asking all of them.
    at_least
        Share of the best possible set that is surely reached, for these data (never under
        1 − 1/e): expected / (expected + the k largest gains left).
    """

    expected: float = 0.0
    at_least: float = GUARANTEE


def whom_to_tag(
    edges: pd.DataFrame,
    *,
    k: int = 10,
    reached: Iterable[str] = (),
    load: pd.Series | None = None,
    most_asked: int | None = None,
) -> Tagging:
    """Choose the k members whose asking brings an appeal to the most new accounts.

    Parameters
    ----------
    edges
        `member`, `account`, `p`: probability that asking the member brings the appeal to the
        account; see `tag_edges`.
    k
        How many to tag; the founders advised up to ten.
    reached
        Accounts that see the appeal anyway (the author's followers, the author).
    load
        Member → times asked lately. Members asked `most_asked` times or more are left alone;
        between equal gains the least asked is taken.
    most_asked
        See `load`; None: nobody is left out.

    Returns
    -------
    Tagging
        At most k members; fewer when nobody else adds an account.

    References
    ----------
    Nemhauser, Wolsey & Fisher 1978; Minoux 1978; Leskovec et al. 2007 (bound from the data).

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> edges = pd.DataFrame(
    ...     {"member": ["ana", "ana", "bob"], "account": ["x", "y", "x"], "p": [0.5, 0.5, 0.4]}
    ... )
    >>> i4.tagging.whom_to_tag(edges, k=1).table["private_account"].tolist()
    ['ana']
    """
    asked = pd.Series(dtype=float) if load is None else load
    useful = edges[~edges["account"].isin(set(reached)) & (edges["p"] > 0)]
    tired = set(asked.index[asked >= most_asked]) if most_asked is not None else set()
    useful = useful[~useful["member"].isin(tired)]
    members, codes = np.unique(useful["member"].astype("object"), return_inverse=True)
    accounts, places = np.unique(useful["account"].astype("object"), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(members) + 1))
    p, places = useful["p"].to_numpy(float)[order], places[order]
    left = np.ones(len(accounts))  # probability that the account has not been reached yet

    def gain(member: int) -> float:
        rows = slice(bounds[member], bounds[member + 1])
        return float((left[places[rows]] * p[rows]).sum())

    waiting = [(-gain(i), float(asked.get(members[i], 0)), i) for i in range(len(members))]
    heapq.heapify(waiting)
    chosen: list[tuple[int, str, float, float]] = []
    while waiting and len(chosen) < k:
        _, times, i = heapq.heappop(waiting)
        fresh = gain(i)
        if waiting and (-fresh, times, i) > waiting[0]:
            heapq.heappush(waiting, (-fresh, times, i))
            continue
        rows = slice(bounds[i], bounds[i + 1])
        left[places[rows]] *= 1 - p[rows]
        chosen.append((len(chosen) + 1, members[i], fresh, times))
    expected = float(sum(row[2] for row in chosen))
    taken = {row[1] for row in chosen}
    rest = sorted((gain(i) for i in range(len(members)) if members[i] not in taken), reverse=True)
    best = expected + sum(rest[:k])
    return Tagging(
        table=pd.DataFrame(chosen, columns=["rank", "private_account", "gain", "load"]),
        parameters={"k": k, "most_asked": most_asked, "guarantee": GUARANTEE},
        n_used=len(members),
        excluded={"members asked too often lately": len(tired)} if tired else {},
        expected=expected,
        at_least=max(GUARANTEE, expected / best) if best else 1.0,
    )


def expected_reach(edges: pd.DataFrame, members: Iterable[str], reached: Iterable[str]) -> float:
    """Return the expected new accounts when these members are asked.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> edges = pd.DataFrame({"member": ["a", "b"], "account": ["x", "x"], "p": [0.5, 0.5]})
    >>> i4.tagging.expected_reach(edges, ["a", "b"], [])
    0.75
    """
    inside = edges[edges["member"].isin(set(members)) & ~edges["account"].isin(set(reached))]
    missed = np.log1p(-inside["p"].clip(upper=1 - 1e-12)).groupby(inside["account"]).sum()
    return float((1 - np.exp(missed)).sum())


def asked_before(archive: Archive, movement: Movement, classified: pd.DataFrame) -> pd.DataFrame:
    """Return who was tagged in requests and whether they relayed within a week.

    Columns: post_id, member (account key), sector, asked_at, answered. Tags in the archive's last
    week are left out: their week is not over.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> i4.tagging.asked_before(archive, movement, classified).columns.tolist()
    ['post_id', 'member', 'sector', 'asked_at', 'answered']
    """
    posts = archive.posts
    asking = classified[classified["label"] == "request"]
    own = posts[["platform", "post_id", "posted_at", "mentions"]]
    own = own[own["post_id"].isin(asking["post_id"]) & own["posted_at"].notna()]
    tags = own.explode("mentions").dropna()
    known = everybody(archive)
    tagged = known.of_handles(text(tags["mentions"]), text(tags["platform"]))
    frame = pd.DataFrame(
        {
            "post_id": tags["post_id"].astype("object"),
            "member": known.named(tagged).to_numpy(dtype=object),
            "asked_at": clock.instants(tags["posted_at"]),
        }
    ).dropna()
    sectors = asking.set_index("post_id")["sector"].astype("object")
    frame["sector"] = frame["post_id"].map(sectors)
    members = member_since(archive, movement, known=known).index
    frame = frame[frame["member"].isin(set(members))]
    end = clock.instants(posts["posted_at"]).max()
    week = pd.Timedelta(hours=WEEK_H)
    frame = frame[frame["asked_at"] <= end - week]
    relays = relays_of(archive, frame["post_id"], known=known).rename(
        columns={"private_account": "member"}
    )
    relays["member"] = relays["member"].astype("object")
    frame = frame.astype({"post_id": "object", "member": "object"})
    frame = frame.merge(relays, on=["post_id", "member"], how="left")
    answered = (frame["relayed_at"] - frame["asked_at"]).between(pd.Timedelta(0), week)
    columns = ["post_id", "member", "sector", "asked_at", "answered"]
    found: pd.DataFrame = frame.assign(answered=answered)[columns].reset_index(drop=True)
    return found


def answer_rates(
    asked: pd.DataFrame,
    members: Iterable[str],
    sector: str | None = None,
    *,
    strength: float = 4.0,
) -> pd.Series:
    """Return each member's probability of relaying when tagged, for an appeal of a sector.

    Two steps of shrinkage by `strength` imagined tags: towards everybody's rate, then, for the
    sector, towards the member's own rate: (answers + strength · rate) / (tags + strength).

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> members = i4.members.current_members(archive, movement)["account_id"]
    >>> asked = i4.tagging.asked_before(archive, movement, classified)
    >>> rates = i4.tagging.answer_rates(asked, members)
    >>> bool(rates.between(0, 1).all())
    True
    """
    everybody = float(asked["answered"].mean()) if len(asked) else 0.05
    index = pd.Index(sorted(set(members)), dtype="object")

    def shrunk(rows: pd.DataFrame, towards: pd.Series | float) -> pd.Series:
        by = rows.groupby("member")["answered"]
        tags = by.size().reindex(index).fillna(0)
        answers = by.sum().reindex(index).fillna(0)
        return (answers + strength * towards) / (tags + strength)

    rates = shrunk(asked, everybody)
    if sector is not None:
        rates = shrunk(asked[asked["sector"] == sector], rates)
    return rates.astype(float)


def reliability(asked: pd.DataFrame, members: int) -> float:
    """Return how far answers tell members apart: 0, no better than luck, to 1.

    Definition
        σ² / (σ² + p(1 − p)/n), with σ² the spread of true answer rates between members by the
        method of moments, p everybody's rate and n the tags a member on average (Kleinman 1973).
    """
    by = asked.groupby("member")["answered"]
    tags, answers = by.size().to_numpy(float), by.sum().to_numpy(float)
    if len(tags) < 2 or not members:
        return 0.0
    p = answers.sum() / tags.sum()
    luck = p * (1 - p)
    spread = (tags * (answers / tags - p) ** 2).sum() - (len(tags) - 1) * luck
    between = max(spread / (tags.sum() - (tags**2).sum() / tags.sum()), 0.0)
    noise = luck / (tags.sum() / members)
    return float(between / (between + noise)) if between else 0.0


def audience(
    archive: Archive, parents: pd.DataFrame | None = None, *, members: Iterable[str] | None = None
) -> pd.DataFrame:
    """Return who hears through whom: `member`, `account`, `p`.

    With follow lists in the archive an account hears what those it follows relay (p = 1). Without
    them, from the parent probabilities of `relays`: p = expected reshares by the account that
    came through the member, per post of the member's that could be relayed on; a lower bound, as
    most people who read a post do not reshare it.

    Parameters
    ----------
    parents
        Table of `relays.parent_probabilities`, or its sums by `relays.heard_through`.
    members
        Account keys of those whose audience is asked for; None: everybody's.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> heard = i4.tagging.audience(archive)
    >>> heard.columns.tolist()
    ['member', 'account', 'p']
    """
    follows = archive.follows
    everyone = everybody(archive)
    wanted = None if members is None else list(members)
    if len(follows):
        heard = pd.DataFrame(
            {
                "member": everyone.key_of(follows["followee_id"], follows["platform"]),
                "account": everyone.key_of(follows["follower_id"], follows["platform"]),
                "p": 1.0,
            }
        )
        asked = heard if wanted is None else heard[heard["member"].isin(wanted)]
        return asked.drop_duplicates(["member", "account"])
    if parents is None or parents.empty:
        return pd.DataFrame({"member": [], "account": [], "p": []})
    known = parents if "posts" in parents else _summed(parents)

    def named(column: str) -> tuple[npt.NDArray[np.int64], pd.Series]:
        """Return the place of each row's account among all, and who they are."""
        codes, keys = pd.factorize(known[column])
        own = pd.Series(keys, dtype=known[column].dtype)
        return codes, everyone.named(everyone.find(own)).fillna(own).astype("object")

    key, found = named("parent_account")
    if wanted is not None:  # pairs are many, members few
        rows = found.isin(wanted).to_numpy(bool)[key]
        known, key = known[rows], key[rows]
    # numbers in place of names, in the order of the names
    who: dict[str, pd.Index] = {}
    table = pd.DataFrame({"posts": known["posts"], "p": known["p"]}).astype(float)
    for name, (codes, keys) in (("member", (key, found)), ("account", named("child_account"))):
        again, who[name] = pd.factorize(keys, sort=True)
        table[name] = again[codes]
    table["key"] = key
    # an account under two keys: the posts of both
    posts = table.drop_duplicates("key").groupby("member")["posts"].sum()
    sums = table.groupby(["member", "account"])["p"].sum().rename("expected").reset_index()
    p = (sums["expected"] / sums["member"].map(posts)).clip(upper=1.0)
    names = {name: keys.to_numpy()[sums[name]] for name, keys in who.items()}
    return pd.DataFrame({**names, "p": p.astype(float)})


def _summed(parents: pd.DataFrame) -> pd.DataFrame:
    """Return a table of parent probabilities as `relays.heard_through` sums it."""
    known = parents[parents["parent_id"] != "UNSEEN"]
    pair = ["parent_account", "child_account"]
    sums: pd.DataFrame = known.groupby(pair)["p"].sum().reset_index()
    posts = known.groupby("parent_account")["parent_id"].nunique()
    return sums.assign(posts=sums["parent_account"].map(posts))


def tag_edges(rates: pd.Series, heard: pd.DataFrame) -> pd.DataFrame:
    """Return `member`, `account`, `p` = chance the member relays × chance the account hears.

    Examples
    --------
    >>> import i4analysis as i4
    >>> import pandas as pd
    >>> rates = pd.Series({"ana": 0.5})
    >>> heard = pd.DataFrame({"member": ["ana"], "account": ["bob"], "p": [0.4]})
    >>> i4.tagging.tag_edges(rates, heard)["p"].tolist()
    [0.2]
    """
    edges = heard[heard["member"].isin(rates.index)]
    p = edges["p"].to_numpy(float) * rates.reindex(edges["member"]).to_numpy(float)
    return edges.assign(p=p)[["member", "account", "p"]].reset_index(drop=True)


def suggest(
    archive: Archive,
    movement: Movement,
    classified: pd.DataFrame,
    *,
    sector: str | None = None,
    parents: pd.DataFrame | None = None,
    author: str | None = None,
    k: int = 10,
    most_asked: int | None = None,
    least_answers: int = LEAST_ANSWERS,
) -> Tagging:
    """Choose whom to tag for an appeal of a sector, from what the archive shows.

    Puts together `asked_before`, `answer_rates`, `audience`, `tag_edges` and `whom_to_tag`; a
    member's load is how often it was tagged in the last seven days that `asked_before` covers.

    Parameters
    ----------
    archive, movement, classified
        As for `asked_before`.
    sector
        ROME code of the appeal; None: an appeal of any sector, each member's rate over all.
    parents
        Table of `relays.parent_probabilities`, or its sums by `relays.heard_through`; used when
        the archive has no follow list.
    author
        Account key of who appeals: its followers, if known, are already reached.
    k, most_asked
        As for `whom_to_tag`.
    least_answers
        With fewer answers to tags, or answers that tell members apart no better than luck
        (`reliability` under 0.3), nobody is suggested; 0: rank by whatever there is.

    Notes
    -----
    On worlds by another hand, where people read a feed that the platform sorts, ten members
    chosen by few answers and without follow lists reached .3 to .5 of what the ten largest did.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    >>> found = i4.tagging.suggest(archive, movement, classified, k=3)
    >>> len(found.table) <= 3
    True
    """
    asked = asked_before(archive, movement, classified)
    members = member_since(archive, movement).index
    if least_answers and len(members):
        enough = asked["answered"].sum() >= least_answers
        if not enough or reliability(asked, len(members)) < LEAST_RELIABLE:
            nobody = whom_to_tag(tag_edges(pd.Series(dtype=float), _NOBODY), k=k)
            told = {**nobody.parameters, "sector": sector, "answers": int(asked["answered"].sum())}
            table = nobody.table.assign(answers=pd.Series(dtype=float))
            table.insert(2, "private_handle", pd.Series(dtype=object))
            return replace(nobody, table=table, parameters=told, notes=("too_few_answers",))
    heard = audience(archive, parents, members=[*members, str(author)])
    reached = set(heard.loc[heard["member"] == author, "account"]) | {str(author)}
    rates = answer_rates(asked, members, sector)
    recent = asked[asked["asked_at"] > asked["asked_at"].max() - pd.Timedelta(hours=WEEK_H)]
    load = recent.groupby("member").size()
    edges = tag_edges(rates, heard)
    found = whom_to_tag(edges, k=k, reached=reached, load=load, most_asked=most_asked)
    who = found.table["private_account"]
    table = found.table.assign(answers=rates.reindex(who).to_numpy(float))
    table.insert(2, "private_handle", who.map(_last_handles(archive)).astype("object"))
    notes = ("largest_may_reach_more",) if archive.follows.empty else ()
    if not len(table):
        notes = (_why_nobody(len(members), len(edges), found.excluded),)
    parameters = {**found.parameters, "sector": sector}
    return replace(found, table=table, notes=notes, parameters=parameters)


def _last_handles(archive: Archive) -> dict[str, str]:
    known = everybody(archive).table.dropna().astype("object")
    return dict(zip(known["account_id"], known["handle"], strict=True))


def _why_nobody(members: int, edges: int, excluded: Mapping[str, int]) -> str:
    if not members:
        return "no_members"
    return "all_asked_lately" if edges and excluded else "nobody_hears"


answer(__name__)
