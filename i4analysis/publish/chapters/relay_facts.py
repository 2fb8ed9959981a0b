"""What the chapter on relays rests on, and its title, answer and gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from i4analysis.measure.accounts.identity import bare
from i4analysis.movement import Movement
from i4analysis.publish.words.wording import Text, number, percent, plural
from i4analysis.results import Result

if TYPE_CHECKING:
    from i4analysis.measure.relays.relays import RelayPicture

_TOP = 5


@dataclass(frozen=True)
class Said:
    """A sentence with the numbers it prints, and the title it supports."""

    sentence: Text
    numbers: Mapping[str, Any]
    title: Text = field(default_factory=lambda: Text.same(""))


@dataclass(frozen=True, eq=False)
class Facts:
    """What the sentences rest on."""

    has_archive: bool
    reshares: int
    placed: int
    resharers: int
    authors: int
    top: int
    top_share: float
    gate: str
    coverage: float
    delta_source: str
    cells: dict[str, Text]
    names: dict[str, str]

    @classmethod
    def of(cls, picture: RelayPicture, movement: Movement) -> Facts:
        """Gather the facts from results; names only of those who may be named."""
        standing, roles = picture.standing, picture.roles
        received = standing["reshared"].astype("int64")
        top = min(_TOP, int((received > 0).sum()))
        quality = picture.parents.quality.iloc[0]
        listed = pd.concat(
            [standing["account"].head(_TOP), picture.influence.table["account"].head(12)]
        )
        names, cells = _names(movement, roles, list(dict.fromkeys(listed)))
        total = int(received.sum())
        return cls(
            has_archive=bool(len(roles)),
            reshares=picture.matrix.n_used,
            placed=picture.parents.n_used,
            resharers=int((standing["reshares"] > 0).sum()),
            authors=int((received > 0).sum()),
            top=top,
            top_share=float(received.head(top).sum() / total) if total else float("nan"),
            gate=picture.parents.gate,
            coverage=float(quality["coverage_any"]),
            delta_source=str(quality["delta_source"]),
            cells=cells,
            names=names,
        )

    def name(self, account: str) -> str:
        """Return how an account is written: its handle if public, else a code of `cells`."""
        return self.names[account]

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that sentences print."""
        return {
            "reshares": self.reshares,
            "resharers": self.resharers,
            "authors": self.authors,
            "top": self.top,
            "top_share": self.top_share,
            "coverage": self.coverage,
        }


def _names(
    movement: Movement, roles: pd.DataFrame, accounts: list[str]
) -> tuple[dict[str, str], dict[str, Text]]:
    # a founder is named only when people.csv says that the person is public
    handles = movement.people["handle"].dropna()
    public = {str(handle).lstrip("@").lower() for handle in handles}
    known = roles.drop_duplicates("account_id").set_index("account_id")[["handle", "role"]]
    names: dict[str, str] = {}
    cells: dict[str, Text] = {}
    counted: dict[str, int] = {}
    for account in accounts:
        handle: Any = account
        role = "other"
        key = bare(account)
        if key in known.index:
            handle, role = known.loc[key, "handle"], str(known.loc[key, "role"])
        if isinstance(handle, str) and handle.lower() in public and role != "seeker":
            names[account] = f"@{handle}"
            cells[names[account]] = Text.same(names[account])
            continue
        role = "other" if role == "seeker" else role
        counted[role] = counted.get(role, 0) + 1
        names[account] = f"{role} {counted[role]}"
        one = _ONE[role]
        cells[names[account]] = Text(
            fr=f"{one.fr} {counted[role]}", en=f"{one.en} {counted[role]}"
        )
    return names, cells


_ONE = {
    "founder": Text(fr="fondateur", en="founder"),
    "supporter": Text(fr="soutien", en="supporter"),
    "media": Text(fr="média", en="medium"),
    "institution": Text(fr="institution", en="institution"),
    "other": Text(fr="compte", en="account"),
}


def count_words(count: int, lang: str) -> str:
    """Return a number up to five in words, larger ones in digits."""
    small = {
        "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq"),
        "en": ("zero", "one", "two", "three", "four", "five"),
    }[lang]
    return small[count] if count < len(small) else number(count, lang)


def title(facts: Facts) -> Text:
    """Return the finding of the chapter."""
    if not facts.reshares:
        return Text(
            fr="Sans archive, on ne peut pas dire qui a relayé qui",
            en="Without an archive nobody can say who relayed whom",
        )
    if facts.top == 1:
        return Text(
            fr="Un seul auteur reçoit toutes les republications",
            en="One author received all the reshares",
        )
    return Text(
        fr=(
            f"{count_words(facts.top, 'fr').capitalize()} auteurs reçoivent"
            f" {percent(facts.top_share, 'fr')} des republications"
        ),
        en=(
            f"{count_words(facts.top, 'en').capitalize()} authors received"
            f" {percent(facts.top_share, 'en')} of the reshares"
        ),
    )


def top_label(facts: Facts) -> Text:
    """Return the label of the share of the first authors."""
    return Text(
        fr=f"des republications vont à {count_words(facts.top, 'fr')} auteurs",
        en=f"of the reshares went to {count_words(facts.top, 'en')} authors",
    )


def answer(facts: Facts, lanes: Result) -> Text:
    """Return the answer in two sentences."""
    if not facts.reshares:
        why = (
            ("L'archive ne contient aucune republication", "The archive holds no reshare")
            if facts.has_archive
            else (
                "Aucune archive de messages n'est disponible pour ce mouvement",
                "There is no archive of posts for this movement",
            )
        )
        mentions = int(lanes.table.loc[lanes.table["lane"] != "outcome", "mentions"].sum())
        roads = (
            Text(
                fr=(
                    f"Ses registres datent au jour"
                    f" {plural(mentions, 'publication', 'publications', 'fr')} : articles,"
                    " émissions ou messages, qu'ils citent ou non le mot-dièse."
                ),
                en=(
                    "Its ledgers date to the day"
                    f" {plural(mentions, 'publication', 'publications', 'en')}: articles,"
                    " broadcasts or posts, whether or not they name the hashtag."
                ),
            )
            if mentions
            else Text.same("")
        )
        return (
            Text(
                fr=f"{why[0]} : ni réseau, ni relais, ni chemin ne peuvent être établis.",
                en=f"{why[1]}: no network, no relay and no path can be established.",
            )
            + roads
        )
    first = Text.both(
        lambda lang: {
            "fr": (
                f"L'archive contient {number(facts.reshares, lang)} republications par"
                f" {plural(facts.resharers, 'compte', 'comptes', lang)} de messages de"
                f" {plural(facts.authors, 'auteur', 'auteurs', lang)}."
            ),
            "en": (
                f"The archive holds {number(facts.reshares, lang)} reshares by"
                f" {plural(facts.resharers, 'account', 'accounts', lang)} of posts by"
                f" {plural(facts.authors, 'author', 'authors', lang)}."
            ),
        }[lang]
    )
    return first + gate(facts, alone=False)


def gate(facts: Facts, alone: bool = True) -> Text:
    """Return what the gate lets say, with the coverage it rests on.

    `alone` is false after a sentence that already speaks of the reshares.
    """
    share = {lang: percent(facts.coverage, lang) for lang in ("fr", "en")}
    of = ("des republications", "of the reshares") if alone else ("d'entre elles", "of them")
    if not facts.placed:
        return Text(
            fr="Les originaux n'y sont pas identifiés : aucun relais ne peut être cherché.",
            en="It does not identify the original posts: no relay can be looked for.",
        )
    if facts.gate == "closed":
        return Text(
            fr=(
                f"Seules {share['fr']} {of[0]} ont un indice sur qui lit qui : trop peu pour"
                " nommer un relais."
            ),
            en=(
                f"Only {share['en']} {of[1]} have evidence on who reads whom: too few to name a"
                " relay."
            ),
        )
    if facts.gate == "range":
        return Text(
            fr=(
                f"{share['fr']} {of[0]} ont un indice sur qui lit qui : les relais sont donnés en"
                " probabilité, avec leur fourchette."
            ),
            en=(
                f"{share['en']} {of[1]} have evidence on who reads whom: relays are given as"
                " probabilities, with their range."
            ),
        )
    return Text(
        fr=(
            f"{share['fr']} {of[0]} ont un indice sur qui lit qui : les relais probables peuvent"
            " être donnés."
        ),
        en=(
            f"{share['en']} {of[1]} have evidence on who reads whom: probable relays can be given."
        ),
    )


def source(facts: Facts) -> Text:
    """Return where the numbers come from."""
    return Text.both(
        lambda lang: {
            "fr": f"archive, {plural(facts.reshares, 'republication', 'republications', lang)}",
            "en": f"archive, {plural(facts.reshares, 'reshare', 'reshares', lang)}",
        }[lang]
    )


def concentration(facts: Facts) -> Text:
    """Return the sentence a journalist can print."""
    if facts.top < 2:
        return Text(
            fr="Dans l'archive, toutes les republications vont au même auteur.",
            en="In the archive, all reshares go to one author.",
        )
    return Text.both(
        lambda lang: {
            "fr": (
                f"Dans l'archive, {count_words(facts.top, lang)} auteurs reçoivent"
                f" {percent(facts.top_share, lang)} des {number(facts.reshares, lang)}"
                " republications."
            ),
            "en": (
                f"In the archive, {count_words(facts.top, lang)} authors received"
                f" {percent(facts.top_share, lang)} of the {number(facts.reshares, lang)}"
                " reshares."
            ),
        }[lang]
    )
