"""Chapter 4: who relayed whom. What the archive shows, and what the gate lets say of relays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from i4analysis import clock
from i4analysis.measure.accounts.roles import listed, role_of
from i4analysis.measure.numbers.suppression import LIMIT, all_seek
from i4analysis.measure.relays.probabilities import CLOSED_BELOW
from i4analysis.movement import Movement
from i4analysis.publish.chapter.abroad import mark
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapter.registry import begun, chapter
from i4analysis.publish.charts import limits
from i4analysis.publish.charts import relays as charts
from i4analysis.publish.words.sentence import (
    Band,
    Rough,
    Share,
    Told,
    terms,
)
from i4analysis.publish.words.wording import Text

if TYPE_CHECKING:
    from i4analysis.measure.relays.relays import RelayPicture

#: Authors listed, relays named, cascades listed.
TOP, NAMED, LARGEST = 5, 12, 10
#: No share is printed of fewer reshares than this.
FEWEST = 20
#: No preference of a role is told of fewer accounts that reshare, or of fewer authors; no
#: correlation of fewer accounts that are reshared.
FEW_ACCOUNTS, FEW_AUTHORS = 5, 2
#: Of the reshares, the share whose original is dated: below, who was there first is unknown.
LEAST_DATED = 0.5
#: Of the reshares, the share through relays not in the archive: what is less is none.
LEAST_UNSEEN = 0.005
#: Agreement between runs from which groups may be described, and accounts of a large group.
STABLE, LARGE_GROUP = 0.8, 10
#: The few of whom it is told that they made half of the posts: so many of the accounts at most.
MOST_ACTIVE = 0.25
#: Share of the trees drawn that the intervals hold.
LEVEL = 0.9
MODELLED = ("depth_mean", "breadth_max", "virality")
#: Reshares that the archive holds and the network does not.
NOT_OTHERS = ("self-reshares", "resharer unknown", "original author unknown")


@chapter("relays", order=4)
def relays(picture: RelayPicture, movement: Movement) -> Chapter:
    """Build the chapter from the measures of relays.

    Parameters
    ----------
    picture
        As `relays.picture` gives it.
    movement
        The movement; those of people.csv may be named.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> parents = i4.relays.parent_probabilities(archive, movement)
    >>> roles = i4.members.roles(archive, movement)
    >>> picture = i4.relays.picture(archive, movement, parents, roles)
    >>> i4.chapters.relays(picture, movement).problems()
    []
    """
    made = begun("relays", movement, as_of=clock.day_of(picture.as_of, movement.zone))
    n = picture.matrix.n_used
    # posts that nobody signed are posts
    has_archive = bool(len(picture.roles) or picture.generations.excluded)
    if n:
        names = _Names(made, picture)
        _answer(made, picture)
        _who(made, names, picture)
        _arrivals(made, picture)
        _through(made, names, picture)
        _groups(made, picture)
    else:
        left_out = sum(picture.excluded.get(reason, 0) for reason in NOT_OTHERS)
        if left_out:
            made.titled("title.no-others")
            made.answered("answer.no-others")
        else:
            made.titled("title.no-reshare" if has_archive else "title.no-archive")
            made.answered("answer.no-reshare" if has_archive else "answer.no-archive")
        if not left_out:
            made.cannot_show("no-reshare.archive" if has_archive else "no-reshare.nothing")
    _posting(made, picture, n + sum(picture.excluded.get(reason, 0) for reason in NOT_OTHERS))
    made.left_out(picture.excluded)
    return made


class _Names:
    """How accounts are written: by their handle where they are public, else by a number."""

    def __init__(self, made: Chapter, picture: RelayPicture) -> None:
        influence = picture.influence.table["account"].head(NAMED)
        shown = pd.concat([picture.standing["account"].head(TOP), influence]).drop_duplicates()
        known = listed(shown, picture.roles)
        self.names: dict[str, str] = {}
        self.cells: dict[str, Text] = {}
        counted: dict[str, int] = {}
        # a founder is named only when people.csv says that the person is public
        rows = list(zip(shown, *(known[name] for name in (
            "handle", "role", "account_id", "public_name")), strict=True))  # fmt: skip
        alike = Counter(str(handle).lower() for _, handle, *_ in rows)
        networks = terms("archive", "cells.platform")
        for account, handle, role, key, public in rows:
            if isinstance(handle, str) and isinstance(public, str) and role != "seeker":
                network = networks.get(str(key).partition(":")[0])
                # one name on several networks is several accounts
                beside = f" ({network['en']})" if alike[handle.lower()] > 1 and network else ""
                code = self.names[account] = f"@{handle}{beside}"
                self.cells[code] = Text.same(code)
                continue
            role = "other" if role == "seeker" else role
            counted[role] = counted.get(role, 0) + 1
            code = self.names[account] = f"{role} {counted[role]}"
            self.cells[code] = made.told(f"one.{role}", n=counted[role]).text

    def of(self, accounts: pd.Series) -> list[str]:
        """Return the code of each account, as tables hold it; `cells` has its words."""
        return [self.names[account] for account in accounts]


# ------------------------------------------------------------------------------- title, answer


def _answer(made: Chapter, picture: RelayPicture) -> None:
    """Say how many reshares there are, how few receive them, and what evidence there is."""
    n, received = picture.matrix.n_used, picture.received
    authors, share = received.authors, received.top_share
    unknown = _unknown(picture)
    rough = "at_least" if unknown else "exact"
    counted = Rough(n, rough)
    made.key_figure("reshares", n, roughness=rough, value=counted)
    # of a handful of authors, or of equals, any five are the first: no share to tell
    few = share is None or share * authors <= received.top + 1e-9
    if few or n < FEWEST or share is None or _moved(share, n, unknown):
        made.titled("title.few", reshares=counted, authors=Rough(authors, rough))
    else:
        made.titled("title.top", top=received.top, share=Share(share))
        made.key_figure("top_share", share, share=True, top=received.top)
        made.can_write("write.top", top=received.top, share=Share(share))
    made.answered("answer.reshares", reshares=counted, authors=Rough(authors, rough),
                  resharers=Rough(received.resharers, rough))  # fmt: skip
    others = {reason: count for reason in NOT_OTHERS if (count := picture.excluded.get(reason, 0))}
    if others:
        known = set(others) == {"self-reshares"}
        made.answered("answer.own" if known else "answer.unknown", n=sum(others.values()))
    made.answered(_gate(made, picture))
    made.cannot_write("not.road")


def _unknown(picture: RelayPicture) -> int:
    """Return how many reshares may be of somebody else's posts, for all that is known."""
    return sum(picture.excluded.get(reason, 0) for reason in NOT_OTHERS[1:])


def _moved(share: float, n: int, unknown: int) -> bool:
    """Tell whether reshares of which an account is unknown could move a share by a percent."""
    ends = [share * n / (n + unknown), (share * n + unknown) / (n + unknown)]
    return bool(max(ends) - min(ends) >= 0.01)


def _posting(made: Chapter, picture: RelayPicture, reshares: int) -> None:
    """Say where few accounts made half of the posts or more."""
    found = picture.posting
    if found is None or found.posts < FEWEST or found.half > MOST_ACTIVE * found.accounts:
        return
    made.answered("posting-signed" if found.unsigned else "posting", half=found.half,
                  accounts=found.accounts, posts=found.posts,
                  share=Share(found.half_share), reshares=reshares)  # fmt: skip


def _gate(made: Chapter, picture: RelayPicture) -> Told:
    """Return what the gate lets say, with the coverage it rests on."""
    parents = picture.parents
    if not parents.n_used:
        return made.told("gate.untimed")
    coverage = float(parents.quality["coverage_any"].iloc[0])
    reading = str(parents.quality["reading"].iloc[0])
    if parents.gate == "closed" and (reading == "elsewhere" or coverage >= CLOSED_BELOW):
        if reading == "elsewhere":
            return made.told("gate.elsewhere")
        return made.told("unchecked", least=FEWEST)
    few = "-few" if parents.n_used < FEWEST or not coverage > 0 else ""
    held = Share(_covered(picture))
    if parents.gate != "closed" and _withheld(picture):  # no relay is promised that is not given
        return made.told(f"evidence{few}", coverage=held)
    return made.told(f"gate.{parents.gate}{few}", coverage=held)


def _covered(picture: RelayPicture) -> float:
    """Return the share of all reshares with evidence: those without a place have none."""
    coverage = float(picture.parents.quality["coverage_any"].iloc[0])
    return coverage * picture.parents.n_used / picture.matrix.n_used


def _withheld(picture: RelayPicture) -> str | None:
    """Return why no relay is drawn though the gate is open; None where some are."""
    every = picture.influence.table
    if all_seek(role_of(every["account"], picture.roles)):
        return "seekers"
    most = every.head(NAMED)[["hi", "range_hi"]].astype(float).max().max()
    return "nobody" if round(most) == 0 else None


# ------------------------------------------------------------------------------- who, whom


def _who(made: Chapter, names: _Names, picture: RelayPicture) -> None:
    reshared = picture.standing[picture.standing["reshared"] > 0]
    if all_seek(role_of(reshared["account"], picture.roles)):
        made.cannot_show("relays-most-reshared.seekers", "relays-most-reshared")
        _matrix(made, picture)
        return
    made.heading("who")
    first = reshared.head(TOP)
    listed = pd.DataFrame(
        {
            "account": names.of(first["account"]),
            "reshared": first["reshared"].to_numpy(),
            "resharers": first["resharers"].to_numpy(),
            "reshares_made": first["reshares"].to_numpy(),
        }
    )
    unsure = _moved(picture.received.top_share or 0, picture.matrix.n_used, _unknown(picture))
    alike = unsure or len(reshared) <= TOP or listed["reshared"].nunique() < 2
    if _unknown(picture):  # which may be of any of these, or made by them
        listed = listed.rename(columns={name: f"{name}_lo" for name in listed.columns[1:]})
    note = made.told("relays-most-reshared.note")
    if tied := int((reshared["reshared"].iloc[TOP:] == first["reshared"].min()).sum()):
        note += made.told("reshared-tied", n=tied)
    made.table(
        "relays-most-reshared",
        listed,
        title="authors-alike.title" if alike else "relays-most-reshared.title",
        cells={"account": names.cells},
        note=note,
        n=len(listed),
        reshares=picture.matrix.n_used,
    )
    _matrix(made, picture)


def _matrix(made: Chapter, picture: RelayPicture) -> None:
    table = picture.shown_roles[["resharer_role", "author_role", "reshares"]]
    roles = terms(made.words, "cells.role")
    there = list(dict.fromkeys(table["resharer_role"]))
    # rounding for those looking for work may have left nothing
    if len(there) < 2 or picture.matrix.n_used < 2 or not table["reshares"].sum():
        made.cannot_show("relays-role-matrix.missing", "relays-role-matrix")
        return
    rounded = "seeker" in there
    favourite = _favourite(made, table, picture, rounded)
    if favourite is None:
        favourite = made.told("favourite.none", n=picture.matrix.n_used)
    else:
        made.sentence("stop", sentence=favourite)
    made.figure(
        "relays-role-matrix",
        table,
        lambda lang: charts.plot_role_matrix(table, lang=lang),
        note="roles-rounded.note" if rounded else None,
        cells={"resharer_role": roles, "author_role": roles},
        favourite=favourite,
        roles=len(there),
        reshares=picture.matrix.n_used,
    )


def _several(picture: RelayPicture, who: str, whom: str) -> bool:
    """Tell whether enough accounts of a role reshare enough authors of another to prefer them."""
    pairs, counts = picture.matrix.table, {}
    shown = set(picture.shown_roles["resharer_role"])
    for side in ("resharer", "author"):  # a role that is not shown joined the others
        role = pairs[f"{side}_role"]
        pairs = pairs.assign(**{f"{side}_shown": role.where(role.isin(shown), "other")})
    pairs = pairs[(pairs["resharer_shown"] == who) & (pairs["author_shown"] == whom)]
    for side in ("resharer", "author"):  # at least so many: one may be in several pairs
        counts[side] = int(pairs.groupby(f"{side}_role")[f"{side}s"].max().sum())
    return counts["resharer"] >= FEW_ACCOUNTS and counts["author"] >= FEW_AUTHORS


def _favourite(
    made: Chapter, table: pd.DataFrame, picture: RelayPicture, rounded: bool
) -> Told | None:
    """Return whom the most active role reshares most; None where nothing can be preferred."""
    roles = terms(made.words, "cells.role")
    by_role = table.groupby("resharer_role", sort=False)["reshares"].sum()
    role, total = str(by_role.idxmax()), int(by_role.max())
    rows = table[table["resharer_role"] == role].set_index("author_role")["reshares"]
    first, (count, second) = str(rows.idxmax()), rows.nlargest(2).tolist()
    # what is rounded down was less than so much more; who is unknown may be of any role
    unknown = _unknown(picture)
    unsure = total < FEWEST or count - second < (LIMIT if rounded else 1) + unknown
    if unsure or "other" in (role, first) or not _several(picture, role, first):  # no role
        return None
    how = "alone" if count == total and not rounded else "most"  # of all roles, or of one
    said = {
        name: Rough(value, "about") if rounded else value
        for name, value in (("n", count), ("total", total))
    }
    return made.told(f"favourite.{how}", who=roles[role], whom=roles[first], **said)


# ------------------------------------------------------------------------------- arrivals


def _arrivals(made: Chapter, picture: RelayPicture) -> None:
    generations, reshares = picture.generations, picture.matrix.n_used
    table, gap = generations.table, "relays-generations"
    dated = float(generations.parameters["originals_dated"])
    if not dated >= LEAST_DATED or len(table) < 2:
        made.cannot_show(f"{gap}.undated", gap)
        return
    if all_seek(table["role"]):
        made.cannot_show(f"{gap}.seekers", gap)
        return
    made.heading("arrivals")
    level = table["generation"].astype("int64")
    by_reshare, founding, apart = int((level > 0).sum()), table["start"] == "founder", ""
    unknown = ("accounts whose arrival is not known", "posts without an author", *NOT_OTHERS[1:])
    some = "-known" if {*unknown} & {*generations.excluded, *picture.excluded} else ""
    arrived = made.told(f"arriving{some}", total=len(table))
    some_of = made.told(f"arrived.by{'-founders' if founding.any() else ''}", by=by_reshare)
    if deep := int((level > 1).sum()):
        made.sentence("arrived.some", arrived=arrived, by=by_reshare, deep=deep, some=some_of)
    if not by_reshare and founding.any():  # whose reshares are no arrival
        apart = "founders" if founding.all() else "apart"
    if by_reshare > 1 and founding.any():
        first = role_of(table["through"].dropna(), picture.roles)
        made.sentence("arrived.founder", n=int((first == "founder").sum()))
    zone = made.movement.zone
    days = clock.days(table["arrived_at"], zone)
    by_day = table.assign(day=days, generation=level).groupby(["day", "generation"])
    counted = by_day.size().reset_index(name="accounts")
    busiest = counted.groupby("day")["accounts"].sum()
    crowd = len(table) > limits.most("arrivals")
    tied = "-tied" if (busiest == busiest.max()).sum() > 1 else ""
    note = made.told("relays-generations.note")
    begun = clock.day_of(picture.begun_at, zone)
    older = 0 if begun is None else int((days < begun).sum())  # by day, as they are drawn
    if older:
        note += made.told("arrivals-older", n=older, day=begun)
    made.figure(
        "relays-generations",
        counted,
        lambda lang: charts.plot_generations(table, lang=lang, zone=zone),
        title=f"arrivals-{apart}.title" if apart else "relays-generations.title",
        total=len(table),
        subtitle="arrivals-crowd.subtitle" if crowd else "relays-generations.subtitle",
        note=note,
        alt=f"arrivals-crowd.alt{tied}" if crowd else f"relays-generations.alt{tied}",
        arrived=arrived,
        by=by_reshare,
        some=some_of,
        day=busiest.idxmax(),
        most=int(busiest.max()),
        reshares=reshares,
    )


# ------------------------------------------------------------------------------- relays


def _through(made: Chapter, names: _Names, picture: RelayPicture) -> None:
    parents = picture.parents
    if not parents.n_used:
        made.cannot_show("relays-influence.untimed", "relays-influence")
        return
    quality = parents.quality.iloc[0]
    closed, placed = parents.gate == "closed", parents.n_used
    made.heading("through")
    checked = str(quality["delta_source"]) == "audit"
    if placed < FEWEST:
        made.cannot_show("relays-direct-share.few", "relays-direct-share", least=FEWEST)
    else:
        made.key_figure("coverage", _covered(picture), share=True)
        trials = picture.trials
        trial = trials[(trials["source"] == "weibo") & (trials["method"] == "audited")].iloc[0]
        right = float(trial["relay_accuracy"])
        made.sentence("trial", n=int(trial["reshares"]), share=Share(right))
        # what came some other way than from the author or a relay has no share of either
        if str(quality["reading"]) != "elsewhere":
            shares = picture.sensitivity.table.drop(columns="top_descendants")
            made.table(
                "relays-direct-share",
                shares.drop_duplicates(ignore_index=True),
                note="direct-checked.note" if checked else "relays-direct-share.note",
                source="placed-source",
                placed=placed,
            )
    _sizes(made, picture)
    _shapes(made, picture.shapes.table, closed, placed)
    if closed:
        made.cannot_show("relays-influence.closed", "relays-influence")
        made.cannot_write("not.spread")
        return
    _influence(made, names, picture, checked)


def _sizes(made: Chapter, picture: RelayPicture) -> None:
    """Say the size of the cascades: counts, no model."""
    shapes, placed = picture.shapes.table, picture.parents.n_used
    cascades, largest = len(shapes), int(shapes["n_seen"].max())
    if min(cascades, largest) > 1:
        made.sentence("placed", placed=placed, cascades=cascades, largest=largest)


def _shapes(made: Chapter, shapes: pd.DataFrame, closed: bool, placed: int) -> None:
    """Show the largest cascades: sizes and times; what the model says of them if the gate lets."""
    first = shapes.head(LARGEST).reset_index(drop=True)
    columns = ["n_seen", "n_reported", "duration_h"]
    if not closed:
        columns += ["direct", *[f"{name}{end}" for name in MODELLED for end in ("", "_lo", "_hi")]]
    table = first[columns].astype("float64").round(2)
    if not closed:
        table["direct"] = table["direct"].where(table["n_seen"] >= FEWEST)
    table.insert(0, "begun_on", clock.days(first["begun_at"], made.movement.zone))
    tied = int((shapes["n_seen"].iloc[LARGEST:] == first["n_seen"].min()).sum())
    note = Told.nothing() if closed else made.told("shapes-open.note", level=Share(LEVEL))
    if tied:
        note += made.told("shapes-tied", n=tied)
    largest = len(shapes) > LARGEST and shapes["n_seen"].max() > shapes["n_seen"].min()
    made.table(
        "relays-shapes",
        table.rename(columns={"direct": "direct_share"}),
        title="relays-shapes.title" if largest else "shapes-all.title",
        note=note if note.text.en else None,
        source="placed-source",
        placed=placed,
    )


def _influence(made: Chapter, names: _Names, picture: RelayPicture, checked: bool) -> None:
    """Draw what probably came through each account, and name the first only if it is public."""
    if why := _withheld(picture):
        gap = "relays-influence"
        made.cannot_show(f"{gap}.seekers" if why == "seekers" else f"{gap}.nobody", gap)
        made.cannot_write("not.spread")
        return
    first = picture.influence.table.head(NAMED)
    columns = ["relays", "descendants", "lo", "hi", "range_lo", "range_hi", "with_evidence"]
    table = first[[*columns, "reshared"]].astype("float64").reset_index(drop=True)
    table.insert(0, "account", names.of(first["account"]))
    table["with_evidence"] = table["with_evidence"].where(table["descendants"] >= FEWEST)
    table = table.rename(columns={"with_evidence": "evidence_share"})
    top = table.iloc[0]
    lo, hi = round(min(top["lo"], top["range_lo"])), round(max(top["hi"], top["range_hi"]))
    who = str(top["account"])
    public = who.startswith("@")
    found = made.told(
        "influence-public.title" if public else "relays-influence.title",
        who=who,
        range=Band(lo, hi),
        hi=hi,
    )
    direct = picture.sensitivity.table["direct_share"].astype(float)  # as near as cascades allow
    shares = Band(direct.min(), direct.max(), share=True)
    note = made.told("influence.checked" if checked else "influence.assumed", shares=shares)
    if float(picture.parents.quality["unseen_share"].iloc[0]) >= LEAST_UNSEEN:
        note += made.told("influence.missing")
    made.figure(
        "relays-influence",
        table,
        lambda lang: charts.plot_influence(
            table.assign(name=[names.cells[name][lang] for name in table["account"]]),
            lang=lang,
        ),
        title=found,
        note=note,
        cells={"account": names.cells},
        found=found,
        rows=len(table),
        source="placed-source",
        level=Share(LEVEL),
        placed=picture.parents.n_used,
    )
    if public:
        made.can_write("write.relay", range=Band(lo, hi), hi=hi, who=who)
    mark(made, "relays.checked")
    made.cannot_write("not.cause")


# ------------------------------------------------------------------------------- groups


def _groups(made: Chapter, picture: RelayPicture) -> None:
    found, closed = picture.communities, picture.parents.gate == "closed"
    agreement = float(found.parameters.get("agreement", 0.0))
    stable = agreement >= STABLE
    if picture.matrix.n_used < FEWEST or picture.received.authors < FEW_ACCOUNTS:
        made.cannot_show(
            "relays-beyond-counts.few",
            "relays-beyond-counts",
            least=FEWEST,
            fewest=FEW_ACCOUNTS,
        )
        return
    made.heading("groups")
    groups = int(found.parameters["communities"])
    sizes = found.table.drop_duplicates("community")["size"]
    if groups > 1:
        made.sentence(
            "grouped",
            stable=int(stable),
            groups=groups,
            large=int((sizes >= LARGE_GROUP).sum()),
            least=LARGE_GROUP,
            agreement=round(agreement, 2),
            whole=1,
        )
    core = picture.core
    if core is not None and not pd.isna(core.within):
        made.sentence("core", core=core.accounts, accounts=core.of, within=Share(core.within))
    hidden = ["descendants", "passages"] if closed else [] if stable else ["passages"]
    table = picture.beyond[picture.beyond["correlation"].notna()]
    table = table[~table["measure"].isin(hidden)].drop(columns=["method", "level"])
    enough = (table["n_used"] >= FEWEST).fillna(False).to_numpy(dtype=bool)
    table = table[enough].reset_index(drop=True)
    if len(table):
        made.table("relays-beyond-counts", table, reshares=picture.matrix.n_used)
