"""Direct traces of an outcome: posts that tie its account or address to the movement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from i4analysis import tables
from i4analysis.measure.accounts.identity import Accounts, accounts, exploded, taken, text
from i4analysis.measure.accounts.marks import first_use, holds_hashtag, holds_mark
from i4analysis.measure.members.published import published
from i4analysis.measure.numbers.statistics import wilson
from i4analysis.measure.outcomes.verdicts import span
from i4analysis.movement import Movement
from i4analysis.tables import Archive, declared

KINDS = ("reshared", "quoted", "replied", "tagged", "linked", "posted")
REACTIONS = {"reshared": "reshare", "quoted": "quote", "replied": "reply"}
TRACES, CHANCE = declared(__file__).values()


@dataclass(frozen=True)
class Trace:
    """What shows that a hashtag was there: by which moment, in what, and whether before its start.

    Attributes
    ----------
    at
        Moment by which the hashtag was there; of a dated publication the last possible one.
    kind
        post | bio (of the archive) | figure (a published number of bios that show it) | press (an
        article or broadcast that mentions it).
    older
        Whether that is before the declared start of the movement.
    """

    at: pd.Timestamp
    kind: str
    older: bool = False


def first_trace(archive: Archive | None, movement: Movement) -> Trace | None:
    """Return the first of what shows that the hashtag was there; None where nothing dated does."""
    found: list[tuple[pd.Timestamp, str]] = []
    if archive is not None:
        shown = holds_mark(archive.profiles["bio"], movement.hashtags)
        bios = archive.profiles["seen_at"][shown].dropna()
        found = [(bios.min(), "bio")] if len(bios) else []
        if (met := first_use(archive.posts, movement.hashtags)) is not None:
            found.insert(0, (met, "post"))
    counted = published(movement, "supporters_bio")
    counted = counted[counted["value"].to_numpy(dtype=float) > 0]
    told = movement.press[tables.true(movement.press["mentions"] == "yes")]
    for kind, table in (("figure", counted), ("press", told)):
        spans = (span(row["date"], row["precision"], movement.zone)
                 for row in table.to_dict("records"))  # fmt: skip
        ends = [one[1] - pd.Timedelta(microseconds=1) for one in spans if one is not None]
        ends += [] if kind == "figure" else [*told["published_at"].dropna()]
        found += [(min(ends), kind)] if ends else []
    if not found:
        return None
    at, kind = min(found, key=lambda one: one[0])
    start = movement.started_at
    return Trace(at, kind, older=start is not None and at < start)


def split(cell: object) -> list[str]:
    """Return the values of a ledger cell that holds several, separated by |."""
    if not isinstance(cell, str):
        return []
    return [part.strip() for part in cell.split("|") if part.strip()]


def find_traces(
    outcomes: pd.DataFrame,
    archive: Archive,
    movement: Movement,
    *,
    known: Accounts | None = None,
    window_h: float = 240.0,
) -> pd.DataFrame:
    """Return the posts that tie an outcome's accounts and addresses to the movement.

    Definition
        In the `window_h` hours that end with the outcome's last possible instant (longer by the
        range of its date), of posts with the hashtag: `reshared`, `quoted`, `replied` (the linked
        account did so; the other post is the one it reacted to, of another account; one of the
        two carries the hashtag), `tagged` (another account's own post names it), `linked` (a post
        holds one of its addresses), `posted` (a post of its own). Only the first five make a
        direct trace: writing the hashtag is no contact with a relay.

    Returns
    -------
    pandas.DataFrame
        Columns `TRACES`, in time order.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> traces = i4.outcomes.find_traces(movement.outcomes, archive, movement)
    >>> set(traces["outcome_id"]) <= set(movement.outcomes["outcome_id"])
    True
    """
    posts = archive.posts
    if posts.empty or outcomes.empty:
        return TRACES.of()
    known = accounts(posts) if known is None else known
    seconds = tables.seconds(posts["posted_at"])
    author = known.codes["author"]
    bearing = holds_hashtag(posts["hashtags"], movement.hashtags)
    parts = []
    for outcome in outcomes.to_dict("records"):
        window = _window(outcome, movement, window_h)
        if window is None:
            continue
        begin, last = window
        inside = (seconds >= begin) & (seconds < last)
        handles = split(outcome["linked_accounts"])
        codes = linked_codes(known, handles)
        urls = split(outcome["linked_urls"])
        rows = _kinds(posts, known, codes, handles, urls, inside, bearing)
        rows["outcome_id"] = outcome["outcome_id"]
        rows["hours_before"] = (last - seconds[rows["row"].to_numpy(dtype=int)]) / 3600
        parts.append(rows)
    if not parts:
        return TRACES.of()
    found = pd.concat(parts, ignore_index=True)
    at = found["row"].to_numpy(dtype=int)
    found = found.assign(
        post_id=posts["post_id"].iloc[at].to_numpy(dtype=object),
        posted_at=posts["posted_at"].iloc[at].to_numpy(dtype=object),
        account=known.named(author[at]).to_numpy(dtype=object),
    )
    found = found.sort_values(["outcome_id", "posted_at", "post_id"])
    return TRACES.of(found.reset_index(drop=True))


def _window(
    outcome: Mapping[Any, Any], movement: Movement, window_h: float
) -> tuple[float, float] | None:
    """Return when (seconds) the traces of an outcome can begin and end; None without a date."""
    possible = span(outcome["date"], outcome["precision"], movement.zone, outcome["not_after"])
    if possible is None:
        return None
    first, last = (moment.timestamp() for moment in possible)
    return first + 86400 - window_h * 3600, last


def uncovered(
    outcomes: pd.DataFrame, archive: Archive, movement: Movement, window_h: float
) -> list[str]:
    """Return the outcomes in whose window an archive shows nothing, or not the whole of it.

    It does where posts were collected in it, before it and on its last day or later.
    """
    times = tables.seconds(archive.posts["posted_at"])[tables.own(archive.posts)]
    found = []
    for outcome in outcomes.to_dict("records"):
        begin, last = _window(outcome, movement, window_h) or (np.nan, np.nan)
        inside = ((times >= begin) & (times < last)).any()
        if not (inside and (times <= begin).any() and (times >= last - 86400).any()):
            found.append(str(outcome["outcome_id"]))
    return found


# --------------------------------------------------------------------------------- the placebo

MOST_ALIKE, FEWEST_ALIKE = 60, 20
TELLING_CHANCE = 1 / 3  # above it, what chance gives is the news and the contact is not
_CALIPER = 0.4  # accounts alike have at most half as many contacts again, or one more


def chance_of_contact(
    outcomes: pd.DataFrame,
    archive: Archive,
    movement: Movement,
    *,
    known: Accounts | None = None,
    window_h: float = 240.0,
) -> pd.DataFrame:
    """Return how often accounts alike, linked to no outcome, touched the movement in the window.

    Definition
        A contact: a reshare, quote or reply of an account, or a post of another that tags it, as
        `find_traces` counts them. The
        accounts alike of an outcome: the `MOST_ALIKE` nearest to a linked account in contacts over
        the whole archive and in followers (|Δ log contacts| counted ten times, |Δ log followers|
        once; followers not known count as equal), none linked to an outcome, all with about as
        many contacts. `p_chance`: the share of them with a contact in the outcome's own window;
        95 % Wilson bounds. A grade B that most of them would have earned says little.
    Limits
        Chance contacts by the posts alone: an address of the outcome that was posted has no
        placebo. Null under `FEWEST_ALIKE` accounts alike, and for an account not in the archive.

    Returns
    -------
    pandas.DataFrame
        One row an outcome (columns `CHANCE`).
    """
    posts = archive.posts
    names = outcomes["outcome_id"].tolist()
    if posts.empty or outcomes.empty:
        return CHANCE.of({"outcome_id": names, "n_alike": [0] * len(names)})
    known = accounts(posts) if known is None else known
    bearing = holds_hashtag(posts["hashtags"], movement.hashtags)
    who, when = _contacts(posts, known, bearing)
    total = np.bincount(who, minlength=len(known)).astype(float)
    followers = _last_followers(archive.profiles, known)
    linked = [linked_codes(known, split(cell)) for cell in outcomes["linked_accounts"]]
    free = np.ones(len(total), dtype=bool)
    free[np.concatenate([*linked, np.zeros(0, dtype=np.int64)])] = False
    rows = []
    for outcome, codes in zip(outcomes.to_dict("records"), linked, strict=True):
        row: dict[str, object] = {"outcome_id": outcome["outcome_id"], "n_alike": 0}
        window = _window(outcome, movement, window_h)
        if window is not None and len(codes):
            inside = (when >= window[0]) & (when < window[1])
            touched = np.bincount(who[inside], minlength=len(total)) > 0
            # of several linked accounts, the busiest is the likeliest to be met by chance
            code = int(codes[np.argmax(total[codes])])
            alike = _alike(code, total, followers, free)
            row["n_alike"] = len(alike)
            if len(alike) >= FEWEST_ALIKE:
                met = int(touched[alike].sum())
                lo, hi = wilson(met, len(alike))
                row |= {"p_chance": met / len(alike), "p_chance_lo": lo, "p_chance_hi": hi}
        rows.append(row)
    return CHANCE.of(rows)


def _contacts(
    posts: pd.DataFrame, known: Accounts, bearing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return account and moment (seconds) of every reaction and of every time one was tagged."""
    seconds = tables.seconds(posts["posted_at"])
    author = known.codes["author"]
    reacts = np.zeros(len(posts), dtype=bool)
    for reaction in REACTIONS:
        reacts |= _reacting(posts, known, reaction, bearing)
    reacts &= author >= 0
    own = np.flatnonzero(bearing & ~tables.reshares(posts))
    rows, handles = exploded(posts["mentions"], own)
    target = known.of_handles(handles, taken(posts["platform"], rows))
    rows, target = rows[target >= 0], target[target >= 0]
    others = target != author[rows]
    who = np.concatenate([author[reacts], target[others]]).astype(np.int64)
    when = np.concatenate([seconds[reacts], seconds[rows[others]]])
    dated = np.isfinite(when)
    return who[dated], when[dated]


def _reacting(
    posts: pd.DataFrame, known: Accounts, reaction: str, bearing: np.ndarray
) -> np.ndarray:
    """Tell which posts reshare, quote or answer another account: a thread is no contact.

    One of the two posts carries the hashtag: a reply seldom repeats it.
    """
    found: np.ndarray = known.codes[f"{reaction}_author"] != known.codes["author"]
    found &= np.asarray(pc.equal(text(posts["kind"]), REACTIONS[reaction]), dtype=bool)
    ids = taken(posts["post_id"], np.flatnonzero(bearing))
    to_one = pc.is_in(text(posts[f"{reaction}_id"]), value_set=ids, skip_nulls=True)
    found &= bearing | np.asarray(to_one, dtype=bool)
    return found


def _last_followers(profiles: pd.DataFrame, known: Accounts) -> np.ndarray:
    """Return each account's last known followers, NaN where there is none."""
    seen = profiles[profiles["followers"].notna() & profiles["handle"].notna()]
    seen = seen.sort_values("seen_at", kind="stable")
    codes = known.of_handles(text(seen["handle"]), text(seen["platform"]))
    found = np.full(len(known), np.nan)
    here = codes >= 0
    found[codes[here]] = seen["followers"].to_numpy(dtype=float)[here]
    return found


def _alike(code: int, total: np.ndarray, followers: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Return the accounts nearest in contacts and followers, none linked to an outcome."""
    busy = np.abs(np.log1p(total) - np.log1p(total[code]))
    near = free & ((busy <= _CALIPER) | (np.abs(total - total[code]) <= 1))
    wide = np.nan_to_num(np.abs(np.log1p(followers) - np.log1p(followers[code])))
    chosen = np.flatnonzero(near)
    order = np.argsort(10 * busy[chosen] + wide[chosen], kind="stable")
    return chosen[order[:MOST_ALIKE]]


def linked_codes(known: Accounts, handles: list[str]) -> np.ndarray:
    """Return the account codes of an outcome's handles, those the archive knows."""
    return known.listed(pd.DataFrame({"handle": handles}, dtype=object))


def _kinds(
    posts: pd.DataFrame,
    known: Accounts,
    codes: np.ndarray,
    handles: list[str],
    urls: list[str],
    inside: np.ndarray,
    bearing: np.ndarray,
) -> pd.DataFrame:
    author = known.codes["author"]
    own = np.isin(author, codes) & inside
    rows: list[tuple[int, str, object]] = []
    for name in REACTIONS:
        these = np.flatnonzero(own & _reacting(posts, known, name, bearing))
        others = taken(posts[f"{name}_id"], these).to_pylist()
        rows += [(int(r), name, other) for r, other in zip(these, others, strict=True)]
    plain = np.asarray(pc.equal(text(posts["kind"]), "post"))
    rows += [(int(r), "posted", None) for r in np.flatnonzero(own & plain & bearing)]
    wrote = inside & bearing & ~tables.reshares(posts)
    names = {handle.lstrip("@").casefold() for handle in handles}
    theirs = wrote & ~np.isin(author, codes)
    rows += [(r, "tagged", None) for r in _holding(posts["mentions"], theirs, names)]
    wanted = {_plain_url(url) for url in urls}
    rows += [(r, "linked", None) for r in _holding(posts["urls"], wrote, wanted, _plain_url)]
    return pd.DataFrame(rows, columns=["row", "kind", "other_post_id"])


def _holding(
    lists: pd.Series,
    rows: np.ndarray,
    wanted: set[str],
    clean: Callable[[str], str] = str.casefold,
) -> list[int]:
    """Return the rows whose list holds one of the wanted values."""
    if not wanted or not rows.any():
        return []
    places, values = exploded(lists, np.flatnonzero(rows))
    coded = values.dictionary_encode()
    hits = np.array([clean(one) in wanted for one in coded.dictionary.to_pylist()], bool)
    held = places[hits[np.asarray(coded.indices, np.int64)]] if len(hits) else places
    return [int(row) for row in np.unique(held)]


def _plain_url(url: str) -> str:
    return url.strip().split("://")[-1].removeprefix("www.").rstrip("/").casefold()
