"""The sentences on groups, on the core and on who carries posts between groups."""

from __future__ import annotations

import pandas as pd

from i4analysis.publish.chapters.relay_facts import Said
from i4analysis.publish.words.wording import Text, number, percent, plural
from i4analysis.results import Result

_LEAST_CORE = 5


def stable(communities: Result) -> bool:
    """Tell whether the groups may be described: the runs agree to 0.8 or more."""
    return float(communities.parameters.get("agreement", 0.0)) >= 0.8


def groups(communities: Result) -> Said:
    """Return how many groups there are and how stable they are."""
    found = communities.parameters
    table = communities.table
    if not len(table):
        return Said(Text.same(""), {})
    large = int((table.drop_duplicates("community")["size"] >= 10).sum())
    agreement = float(found["agreement"])
    sure = stable(communities)
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Les comptes qui se republient forment"
                f" {plural(found['communities'], 'groupe', 'groupes', lang)}, dont"
                f" {number(large, lang)} d'au moins 10 comptes ; d'un calcul à l'autre, l'accord"
                f" est de {number(agreement, lang, 2)} sur 1"
                + (" : ils sont stables." if sure else " : ils ne sont pas assez stables pour être"
                   " décrits.")
            ),
            "en": (
                f"Accounts that reshare one another form"
                f" {plural(found['communities'], 'group', 'groups', lang)},"
                f" {number(large, lang)} of them of at least 10 accounts; from one run to the next"
                f" the agreement is {number(agreement, lang, 2)} out of 1"
                + (": they are stable." if sure else ": they are not stable enough to be"
                   " described.")
            ),
        }[lang]
    )  # fmt: skip
    return Said(
        text,
        {"groups": found["communities"], "large": large, "agreement": agreement, "least": 10,
         "most": 1},
    )  # fmt: skip


def brokers(found: Result) -> Said:
    """Return how many passages between groups there probably were."""
    total = float(found.table["passages"].sum())
    count = len(found.table[found.table["passages"] >= 1])
    one, many = "compte en a porté", "comptes en ont porté"
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Environ {number(round(total), lang)} republications sont probablement passées"
                " d'un groupe à un autre ;"
                f" {plural(count, one, many, lang)} au moins une."
            ),
            "en": (
                f"About {number(round(total), lang)} reshares probably passed from one group to"
                f" another; {plural(count, 'account carried', 'accounts carried', lang)} at least"
                " one."
            ),
        }[lang]
    )
    return Said(text, {"passages": round(total), "carriers": count})


def core(standing: pd.DataFrame, edges: pd.DataFrame) -> Said | None:
    """Return the size of the rich core, what it reshares, and what it adds beyond the count."""
    inside = set(standing.loc[standing["core"].to_numpy(dtype=bool), "account"])
    if not _LEAST_CORE <= len(inside) < len(standing):
        return None
    first = set(standing.sort_values("reshared", ascending=False, kind="stable")["account"]
                .head(len(inside)))  # fmt: skip
    shared = len(inside & first)
    both = edges["resharer"].isin(inside) & edges["author"].isin(inside)
    total = float(edges["weight"].sum())
    within = float(edges.loc[both.to_numpy(dtype=bool), "weight"].sum()) / total
    text = Text.both(
        lambda lang: {
            "fr": (
                f"Le cœur du réseau compte {plural(len(inside), 'compte', 'comptes', lang)} sur"
                f" {number(len(standing), lang)}, qui font entre eux {percent(within, lang)} des"
                f" republications ; {number(shared, lang)} sont déjà parmi les"
                f" {number(len(inside), lang)} auteurs les plus republiés."
            ),
            "en": (
                f"The core of the network is {plural(len(inside), 'account', 'accounts', lang)} of"
                f" {number(len(standing), lang)}, which make {percent(within, lang)} of the"
                f" reshares among themselves; {number(shared, lang)} are already among the"
                f" {number(len(inside), lang)} most reshared authors."
            ),
        }[lang]
    )
    return Said(
        text,
        {"core": len(inside), "accounts": len(standing), "core_within": within,
         "core_reshared": shared},
    )  # fmt: skip
