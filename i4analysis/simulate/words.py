"""Invented words: handles, people, towns, firms, outlets, and the texts of made-up posts.

Every name is drawn from invented syllables; every handle ends in `_` and three signs, every
address lies under the reserved name `example` (RFC 2606). None is meant to exist; a test looks for
clashes with the real names this project knows. Real are only what has to be recognised: regions of
France and occupations of the ROME.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from i4analysis.simulate.hashing import hashes
from i4analysis.simulate.network import FIRM, OUTLET, SEEKER

Array = np.ndarray[Any, Any]

HASHTAG = "velmora4emploi"
SEEKER_TAG = "velmora4emploiR"
PLANT = "Verrane-Quolt"
TOWN = "Saint-Orvelin-sur-Tresme"

_START = ["br", "d", "f", "gl", "j", "k", "l", "m", "n", "p", "r", "s", "t", "tr", "v", "z"]
_VOWEL = ["a", "e", "i", "o", "ou", "u", "ai"]
_END = ["l", "n", "r", "s", "m", "", ""]  # of the last syllable only: to be said aloud
_SIGNS = "0123456789bcdfghjkmnpqrstvwxz"

# occupation, ROME code, English
OCCUPATIONS: tuple[tuple[str, str, str], ...] = (
    ("magasinier", "N1103", "warehouse worker"),
    ("comptable", "M1203", "accountant"),
    ("infirmière", "J1506", "nurse"),
    ("développeur", "M1805", "software developer"),
    ("agent de sécurité", "K2503", "security guard"),
    ("vendeuse", "D1106", "shop assistant"),
    ("cuisinier", "G1602", "cook"),
    ("maçon", "F1703", "bricklayer"),
    ("conducteur routier", "N4101", "lorry driver"),
    ("secrétaire", "M1607", "secretary"),
    ("chargée de communication", "E1103", "communications officer"),
    ("agent d'entretien", "K2204", "cleaner"),
    ("soudeur", "H2913", "welder"),
    ("mécanicien automobile", "I1604", "car mechanic"),
    ("maraîcher", "A1405", "market gardener"),
)
REGIONS: tuple[tuple[str, str], ...] = (
    ("Bretagne", "53"),
    ("Normandie", "28"),
    ("Occitanie", "76"),
    ("Nouvelle-Aquitaine", "75"),
    ("Île-de-France", "11"),
    ("Grand Est", "44"),
    ("Hauts-de-France", "32"),
    ("Corse", "94"),
)


_WIDE = ("C11", "C12", "C15", "K19", "K21", "M11", "M12", "M13", "M14", "M15", "M16", "M17", "M18")


def sector_of(code: str) -> str:
    """Return the sector of a ROME code: its letter, or letter and domain where that is too wide.

    Examples
    --------
    >>> sector_of("M1805"), sector_of("J1506")
    ('M18', 'J')
    """
    return code[:3] if code[:3] in _WIDE else code[0]


def _syllables(key: int) -> str:
    word = ""
    for _ in range(2):
        key, start = divmod(key, len(_START))
        key, vowel = divmod(key, len(_VOWEL))
        word += _START[start] + _VOWEL[vowel]
    return word + _END[key % len(_END)]


def handle(number: int, key: int) -> str:
    """Return the handle of an account: syllables, then three signs that hold its number."""
    signs, rest = "", number
    for _ in range(3):
        rest, sign = divmod(rest, len(_SIGNS))
        signs = _SIGNS[sign] + signs
    tail = "" if not rest else _SIGNS[rest % len(_SIGNS)]
    return f"{_syllables(key)[:9]}_{tail}{signs}"


def title(word: str) -> str:
    """Return a word with a capital first letter."""
    return word[:1].upper() + word[1:]


def town(key: int) -> str:
    """Return an invented town."""
    kind, key = key % 4, key // 4
    name = title(_syllables(key))
    return (f"Saint-{name}-lès-Quolt", f"{name}ville-sur-Tresme", f"{name}oz", f"Vau-{name}oz")[
        kind
    ]


@dataclass(frozen=True, eq=False)
class Names:
    """Words of every account, by its number."""

    account_ids: list[str]
    handles: list[str]
    names: list[str]
    towns: list[str]
    bios: list[str]
    occupations: Array
    regions: Array


def name_accounts(seed: int, part: Array) -> Names:
    """Name every account; the words depend on the seed and the account's number only."""
    n = len(part)
    numbers = np.arange(n)
    keys = [hashes(seed, numbers, 400 + i, 9) for i in range(4)]
    first = [int(k) >> 2 for k in keys[0]]
    second = [int(k) >> 2 for k in keys[1]]
    third = [int(k) >> 2 for k in keys[2]]
    occupation = (keys[3] % np.uint64(len(OCCUPATIONS))).astype(np.int64)
    region = (keys[3] // np.uint64(1000) % np.uint64(len(REGIONS))).astype(np.int64)
    names = [_name(int(part[i]), second[i]) for i in range(n)]
    towns = [town(third[i]) if third[i] % 10 < 7 else "" for i in range(n)]
    bios = [
        _bio(int(part[i]), first[i], OCCUPATIONS[occupation[i]][0], towns[i], names[i])
        for i in range(n)
    ]
    return Names(
        account_ids=[str(7_000_000_000_000_000_000 + i * 104_729) for i in range(n)],
        handles=[handle(i, first[i]) for i in range(n)],
        names=names,
        towns=towns,
        bios=bios,
        occupations=occupation,
        regions=region,
    )


def _name(part: int, key: int) -> str:
    one, two = title(_syllables(key)), title(_syllables(key >> 20))
    if part == FIRM:
        return ("Ateliers {}", "{} Frères", "Maison {}", "{} Industrie")[key % 4].format(
            one + "oz"
        )
    if part == OUTLET:
        return ("Le Courrier de {}", "Radio {}", "{} Matin")[key % 3].format(one + "oz")
    return f"{one} {two}oz"


def _bio(part: int, key: int, occupation: str, place: str, name: str) -> str:
    where = f" à {place}" if place else ""
    if part == FIRM:
        return f"{name}{where}. Page de l’entreprise (inventée)."
    if part == OUTLET:
        return f"{name}, l’information de proximité (média inventé)."
    if part == SEEKER:
        return ("En recherche active", "Disponible de suite", "Recherche un poste")[
            key % 3
        ] + f" : {occupation}{where}."
    if key % 10 == 0:
        return ""
    return (
        f"{title(occupation)}{where}. J’écris en mon nom.",
        f"{title(occupation)}, curieux de tout{where}.",
        f"Bénévole, {occupation}{where}.",
        f"Living{where.replace(' à', ' in')}, talking work & books.",
    )[key % 4]


# ---------------------------------------------------------------------------------------- posts


_TAG, _MENTION = re.compile(r"#(\w+)"), re.compile(r"@(\w+)")
_SHORT = re.compile(r"https://t\.example/\w+")


@dataclass(frozen=True)
class Wording:
    """Text of one post (with short addresses) and the addresses behind them, in order."""

    text: str
    lang: str
    urls: tuple[str, ...] = ()

    @property
    def hashtags(self) -> list[str]:
        return list(dict.fromkeys(tag.casefold() for tag, _ in self.tags_in(self.text)))

    @property
    def mentions(self) -> list[str]:
        return list(dict.fromkeys(name.casefold() for name, _ in self.mentions_in(self.text)))

    def tags_in(self, text: str) -> list[tuple[str, int]]:
        """Return (tag, position) of the hashtags of `text` that are whole."""
        whole = set(_TAG.findall(self.text))
        return [(m[1], m.start()) for m in _TAG.finditer(text) if m[1] in whole]

    def mentions_in(self, text: str) -> list[tuple[str, int]]:
        """Return (handle, position) of the mentions of this wording that are whole in `text`."""
        whole = set(_MENTION.findall(self.text))
        return [(m[1], m.start()) for m in _MENTION.finditer(text) if m[1] in whole]

    def links_in(self, text: str) -> list[tuple[str, str, int]]:
        """Return (short address, address, position) of the links that are whole in `text`."""
        whole = dict(zip(_SHORT.findall(self.text), self.urls, strict=True))
        return [(m[0], whole[m[0]], m.start()) for m in _SHORT.finditer(text) if m[0] in whole]


def write_post(
    label: str,
    key: int,
    on: dict[str, bool],
    occupation: int,
    region: int,
    tagged: tuple[str, ...],
) -> Wording:
    """Write the text of an original post.

    `on` holds the elements of the template: please, image, link, job, place, wording, english,
    aid.
    """
    tag = SEEKER_TAG if label == "request" else HASHTAG
    english = on["english"]
    words = _SENTENCES[label](key, on, occupation, region)
    parts = [words] if words else []
    urls: tuple[str, ...] = ()
    if on["link"]:
        urls = (_address(label, key),)
        lead = {"request": "CV : "}.get(label, "")
        short = f"https://t.example/{key % 2_176_782_336:08d}"
        parts.append(("CV: " if english and lead else lead) + short)
    if on["please"]:
        parts.append("Please RT #PleaseRT" if english else "Merci de RT #PleaseRT")
    parts.append("#" + tag)
    parts += ["@" + one for one in tagged]
    return Wording(" ".join(parts), "en" if english else "fr", urls)


def _address(label: str, key: int) -> str:
    if label == "request":
        # no profile bears such a name: the hosts are real, so that they can be recognised
        host = ("www.linkedin.com/in", "www.viadeo.com/fr/profile", "www.doyoubuzz.com")[key % 3]
        return f"https://{host}/made-up-profile-{key % 1_000_000:06d}"
    if label == "offer":
        return f"https://offres.example/{key % 1_000_000:06d}"
    return f"https://presse.example/article/{key % 1_000_000:06d}"


def _request(key: int, on: dict[str, bool], occupation: int, region: int) -> str:
    job, _, english_job = OCCUPATIONS[occupation]
    place = REGIONS[region][0]
    english = on["english"]
    if not (on["wording"] or on["job"] or on["place"]):
        return ""
    if english:
        lead = ("Looking for a job", "Open to work", "Seeking #job")[key % 3]
        words = lead if on["wording"] else ("For a friend" if on["aid"] else "Available")
        words += f" as {english_job}" if on["job"] else ""
        words += f" in {place}" if on["place"] else ""
        return words + "."
    lead = ("Recherche #emploi", "Je cherche un poste", "En recherche d’#emploi", "Cherche CDI")[
        key % 4
    ]
    words = lead if on["wording"] else "Disponible"
    if on["aid"]:
        words = ("Aidons-la : ", "On aide ? ", "Coup de pouce : ")[key % 3] + words
    words += f", {job}" if on["job"] else ""
    words += f", {place}" if on["place"] else ""
    return words + "."


def _offer(key: int, on: dict[str, bool], occupation: int, region: int) -> str:
    job, _, english_job = OCCUPATIONS[occupation]
    place = f" ({REGIONS[region][0]})" if on["place"] else ""
    if on["english"]:
        return f"We are hiring: {english_job}{place}. Apply now."
    return (
        f"Nous recrutons : {job}{place}.",
        f"Offre d’#emploi : {job} en CDI{place}. Postulez !",
        f"Poste à pourvoir : {job}{place}, on vous attend.",
    )[key % 3]


def _support(key: int, on: dict[str, bool], occupation: int, region: int) -> str:
    if on["english"]:
        return (
            f"Let us save the {PLANT} plant together.",
            "One relay can change everything: join us.",
        )[key % 2]
    return (
        f"Ensemble pour sauver l’usine {PLANT} de {TOWN} !",
        "Bravo à toutes celles et ceux qui relaient, on continue.",
        "Rejoignez-nous : ajoutez le hashtag à votre bio.",
        f"L’usine {PLANT} a besoin de vous, faites passer.",
        "Merci à la communauté pour cette belle solidarité.",
    )[key % 5]


def _media(key: int, on: dict[str, bool], occupation: int, region: int) -> str:
    return (
        f"Notre reportage : l’usine {PLANT} et les réseaux.",
        "À lire, l’enquête de la rédaction sur cette mobilisation.",
        "Invités ce matin à l’antenne : les fondateurs racontent.",
    )[key % 3]


def _other(key: int, on: dict[str, bool], occupation: int, region: int) -> str:
    if on["english"]:
        return ("Good morning everyone.", "Curious about this hashtag.")[key % 2]
    return (
        "Belle journée à tous.",
        "Quelqu’un m’explique ce hashtag ?",
        "Beau débat ce soir, merci.",
        "À vos agendas : rencontre jeudi soir.",
    )[key % 4]


_SENTENCES = {
    "request": _request,
    "offer": _offer,
    "support": _support,
    "media": _media,
    "other": _other,
}
