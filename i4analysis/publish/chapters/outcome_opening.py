"""The finding and the answer of the chapter on outcomes, from its counts.

Counts: `total` main outcomes; `claimed`, those credited to the movement; `firm`, of these those
with a dated, independent source; `contested`, of these those with a rival explanation; `rivals`,
those with a rival explanation in all; `before`, `unclear`, by their date.
"""

from __future__ import annotations

from collections.abc import Mapping

from i4analysis.publish.words.wording import HARD, number, plural


def title(lang: str, n: Mapping[str, int]) -> str:
    """Return the finding: credited on what word, and how often something else is named too."""
    claimed, firm = n["claimed"], n["firm"]
    if lang == "fr":
        every = plural(n["total"], "issue", "issues", lang)
        if not claimed:
            return f"Sur {every}, aucune que des sources créditent au mouvement"
        head = plural(claimed, "issue", "issues", lang) + f" sur {number(n['total'], lang)}"
        head += f" {'créditée' if claimed == 1 else 'créditées'} au mouvement"
        if firm:
            return head + f", dont {firm} par un document ou un témoin indépendant" + _too(lang, n)
        return head + ", sans document ni témoin indépendant" + _too(lang, n)
    every = plural(n["total"], "outcome", "outcomes", lang)
    if not claimed:
        return f"Of {every}, none that sources credit to the movement"
    head = f"{number(claimed, lang)} of {every} credited to the movement"
    if firm:
        return head + f", {firm} of them by a document or an independent witness" + _too(lang, n)
    return head + ", without a document or an independent witness" + _too(lang, n)


def _too(lang: str, n: Mapping[str, int]) -> str:
    """Say how many of the outcomes credited have a rival explanation as well."""
    some, every = n["contested"], n["claimed"]
    if not some:
        return ""
    if lang == "fr":
        who = f"les{HARD}{some}" if some == every else f"{some} d'entre elles"
        if some == 1:
            who = "elle" if every == 1 else "1 d'entre elles"
        return f" ; {who} {'a' if some == 1 else 'ont'} aussi une explication rivale"
    who = f"all{HARD}{some}" if some == every else f"{some} of them"
    who = "it" if some == every == 1 else who
    return f"; {who} also {'has' if some == 1 else 'have'} a rival explanation"


def answer(lang: str, n: Mapping[str, int]) -> str:
    """Return the answer: credits, rivals, what came before the hashtag."""
    claimed, before, unclear = n["claimed"], n["before"], n["unclear"]
    if lang == "fr":
        text = f"Sur {plural(n['total'], 'issue principale', 'issues principales', lang)}, "
        text += (
            f"au moins une source en attribue {claimed} au mouvement"
            if claimed
            else "aucune source n'en attribue au mouvement"
        )
        text += f" ; {_rivals(lang, n)}"
        if before:
            verb = "précède" if before == 1 else "précèdent"
            text += f" ; {plural(before, 'issue', 'issues', lang)} {verb} le mot-dièse"
        if unclear:
            rest = "a une date" if unclear == 1 else "ont une date"
            text += f" ; {unclear} {rest} trop vague pour le dire"
        return text + "."
    text = f"Of {plural(n['total'], 'main outcome', 'main outcomes', lang)}, "
    text += (
        f"at least one source credits {claimed} to the movement"
        if claimed
        else "no source credits the movement with any"
    )
    text += f"; {_rivals(lang, n)}"
    if before:
        text += f"; {plural(before, 'outcome', 'outcomes', lang)} came before the hashtag"
    if unclear:
        text += f"; {unclear} {'has' if unclear == 1 else 'have'} too vague a date to say"
    return text + "."


def _rivals(lang: str, n: Mapping[str, int]) -> str:
    some, every = n["contested"] if n["claimed"] else n["rivals"], n["claimed"]
    if lang == "fr":
        if not n["rivals"]:
            return "le registre ne donne aucune explication rivale"
        if not some:
            return "le registre ne donne d'explication rivale pour aucune de celles-là"
        if not every:
            return f"le registre donne une autre explication pour {some}"
        who = f"les{HARD}{some}" if some == every > 1 else f"{some} d'entre elles"
        who = "celle-ci" if every == 1 else who
        return f"pour {who}, le registre donne aussi une explication rivale"
    if not n["rivals"]:
        return "the ledger gives no rival explanation"
    if not some:
        return "for none of these does the ledger give a rival explanation"
    if not every:
        return f"the ledger gives another explanation for {some}"
    who = f"all{HARD}{some}" if some == every > 1 else f"{some} of them"
    who = "this one" if every == 1 else who
    return f"for {who} the ledger gives a rival explanation too"
