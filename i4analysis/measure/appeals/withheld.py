"""Whether to count an archive's posts is to count people looking for work, and what is told then.

Where nearly all who post look for work, each number of the archive is a number of theirs: the
posts of a day are a handful of people, and one report taken from the next is one of them. No
rounding of a part helps where everything is such a part, so but for rounded totals nothing of that
archive is given: a refresh runs the notebooks without it, and an export of it is for the analyst's
screen alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from i4analysis import clock
from i4analysis.measure.accounts.identity import PROFILE, everybody
from i4analysis.measure.accounts.marks import holds_hashtag
from i4analysis.measure.accounts.roles import roles
from i4analysis.measure.appeals.appeals import classify
from i4analysis.measure.numbers.suppression import LIMIT, all_seek
from i4analysis.movement import Movement
from i4analysis.tables import Archive, own, reshares, true

#: Accounts asked before all others, in an archive of more posts than these: a smaller one is asked
#: whole, and what is found is kept for the chapter on requests.
_ASKED_FIRST, _FEW = 100, 1000
#: What is withheld however few they are who do it.
_ANY = ("post", "tag")


def everybody_seeks(archive: Archive, movement: Movement) -> str:
    """Tell whether to count posts of an archive is to count those of people looking for work.

    Returns what nearly all who do it look for work: post, tag (use a hashtag of the movement, on
    a known day), write, or reshare; else nothing.

    They are known by what their bio says or shows (`members.roles`), and by a post that asks for
    work (`appeals.classify`). It is asked of all who post and of those who use the hashtag, and,
    where five or more look for work, of those who reshare and of those who write: these are
    counted apart, day by day.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> everybody_seeks(archive, movement)
    ''
    """
    written, known = archive.posts, everybody(archive)
    author, shared = known.codes["author"], reshares(written)
    role = roles(archive, movement, known=known)["role"].to_numpy(dtype=object)
    counted = own(written) & (author >= 0)
    tagged = holds_hashtag(written["hashtags"], movement.hashtags)
    tagged &= true(written["posted_at"].notna())
    parts = {"post": shared | True, "tag": tagged, "write": ~shared, "reshare": shared}
    hiding = np.isin(role, ("supporter", "other"))
    of_part = {what: np.unique(author[counted & part]) for what, part in parts.items()}
    if not len(of_part["post"]):  # of posts that name nobody, whoever is seen may be the author
        of_part["post"] = np.unique(known.codes[PROFILE][known.codes[PROFILE] >= 0])

    def asking(posts: Any, profiles: Any) -> Any:
        """Tell which accounts ask for work in one of these posts of theirs."""
        found = classify(posts, profiles, movement)
        asks = written["post_id"].isin(found.loc[true(found["label"] == "request"), "post_id"])
        return np.isin(np.arange(len(role)), author[true(asks) & ~shared])

    def hidden() -> bool:
        """Tell whether enough of those asked first look for no work."""
        wrote = np.bincount(author[(author >= 0) & ~shared], minlength=len(role))
        some = np.zeros(len(role), dtype=bool)  # those of fewest posts, for they are read soon
        for part in of_part.values():
            these = part[hiding[part]]
            some[these[np.argsort(wrote[these], kind="stable")][:_ASKED_FIRST]] = True
        rows, seen = (np.isin(known.codes[of], np.flatnonzero(some)) for of in ("author", PROFILE))
        asked = asking(written[rows & ~shared], archive.profiles[seen])
        others = hiding & some & ~asked
        return bool(
            others[of_part["post"]].sum() >= LIMIT
            and all(
                others[these].sum() >= LIMIT or len(these) < (1 if what in _ANY else LIMIT)
                for what, these in of_part.items()
            )
        )

    if len(written) > _FEW and hidden():
        return ""  # whoever else posts only adds to those who hide them
    role[asking(written, archive.profiles) & hiding] = "seeker"
    for what in parts:
        these = role[of_part[what]]
        many = what in _ANY or (these == "seeker").sum() >= LIMIT
        if many and all_seek(these):
            return what
    return ""


def totals(archive: Archive, movement: Movement, what: str = "post") -> dict[str, Any]:
    """Return what is told of such an archive; of too few people only that it is withheld, `what`.

    `posts` and `accounts` go down to a multiple of five, from a hundred on to two digits: whatever
    is taken from whatever is nothing, or five at least. `months` (first and last, as text) and
    `platforms` are those in which five or more accounts posted; nothing else is counted.

    Examples
    --------
    >>> import i4analysis as i4
    >>> archive, movement = i4.simulate.example()
    >>> found = totals(archive, movement)
    >>> found["accounts"], found["months"]
    (260, ['2021-01'])
    """
    written = archive.posts
    counted = own(written)
    table = written.loc[counted, ["platform", "posted_at"]].astype(object)
    table["account"] = everybody(archive).codes["author"][counted]
    table["month"] = clock.days(written.loc[counted, "posted_at"], movement.zone).map(
        lambda day: f"{day:%Y-%m}", na_action="ignore"
    )
    table = table[table["account"] >= 0]
    of = {name: table.groupby(name)["account"].nunique() for name in ("month", "platform")}
    many = {name: sorted(map(str, n.index[n >= LIMIT])) for name, n in of.items()}
    ends = many["month"][:1] + many["month"][-1:]
    within = [name for name in of["month"].index if ends and ends[0] <= name <= ends[1]]
    for name, told in (("month", within), ("platform", many["platform"])):
        table = table[table[name].isin(told)] if told else table  # of no other time or network
    accounts = _down(table["account"].nunique())
    if not accounts:
        return {"what": what}
    return {
        "what": what,
        "posts": _down(len(table)),
        "accounts": accounts,
        "months": many["month"][:1] + many["month"][1:][-1:],
        "platforms": many["platform"],
    }


def _down(count: int) -> int:
    step = max(5, int(10 ** (len(str(count)) - 2)))
    return count // step * step
