"""The doctor's sentences: what each finding says, and what it does to every later number.

Numbers are filled in when a finding is made: {count}, {of}, {share} and those of its detail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

SHARES = ("share", "held", "lo", "hi", "level")


class Words(NamedTuple):
    """The sentences of a finding, English and French."""

    says_en: str
    says_fr: str
    effect_en: str
    effect_fr: str


UNKNOWN = Words(
    "The reader noted {code}: {count}.",
    "Le lecteur a noté {code} : {count}.",
    "The effect depends on the records concerned.",
    "L’effet dépend des enregistrements concernés.",
)

FINDINGS: dict[str, Words] = {
    "no_reshares": Words(
        "Not one of the {of} posts is a reshare: this is a scraper's archive.",
        "Aucun des {of} messages n’est une reprise : l’archive vient d’un outil qui les omet.",
        "No reshare graph can be drawn and relays cannot be traced; posts and authors stand.",
        "Aucun graphe de reprises ne peut être tracé, ni les relais suivis ; messages et"
        " auteurs restent valables.",
    ),
    "text_reshares": Words(
        "{count} of {of} reshares are known only from a text that begins with RT @name.",
        "{count} des {of} reprises ne se reconnaissent qu’au texte « RT @nom ».",
        "Their original is named but not identified; cascades are built for the others only.",
        "L’auteur d’origine est connu, pas le message ; seules les autres reprises sont"
        " rattachées.",
    ),
    "originals_unsaid": Words(
        "{count} of {of} reshares name the author they come from, not the post: edges without"
        " posts.",
        "{count} des {of} reprises nomment l’auteur d’origine, pas le message : des liens"
        " sans messages.",
        "Who reshares whom stands; no cascade can be drawn of them, no relay looked for.",
        "Qui reprend qui reste valable ; aucune cascade ne peut en être tracée, aucun relais"
        " cherché.",
    ),
    "originals_absent": Words(
        "{count} of the {of} posts reshared are not in the archive as posts of their own.",
        "{count} des {of} messages repris ne sont pas eux-mêmes dans l’archive.",
        "Their authors count as sources of reshares, not as authors of the period's posts.",
        "Leurs auteurs comptent comme sources de reprises, pas comme auteurs de la période.",
    ),
    "reshares_missing": Words(
        "The archive holds {held} of the reshares that the platform counted ({level} interval"
        " {lo} to {hi}, {originals} originals).",
        "L’archive contient {held} des reprises comptées par la plateforme (intervalle à"
        " {level} : {lo} à {hi}, {originals} messages d’origine).",
        "Counts of reshares and relays are lower bounds; shares hold if the loss is even.",
        "Les nombres de reprises et de relais sont des minimums ; les parts tiennent si la"
        " perte est uniforme.",
    ),
    "rounded_ids": Words(
        "{count} of {of} ids end in 00: a spreadsheet or a program has rounded them.",
        "{count} des {of} identifiants finissent par 00 : un tableur ou un programme les a"
        " arrondis.",
        "Those posts cannot be joined with other files, and look alike that are not.",
        "Ces messages ne peuvent être rapprochés d’autres fichiers, et se confondent entre eux.",
    ),
    "zone_slip": Words(
        "{count} of {of} posts are dated {hours} h from the moment inside their id: local"
        " time was written as UTC.",
        "{count} des {of} messages sont datés à {hours} h de l’instant inscrit dans leur"
        " identifiant : l’heure locale a été écrite comme UTC.",
        "Hours, days and delays shift by as much in this file.",
        "Heures, jours et délais sont décalés d’autant dans ce fichier.",
    ),
    "id_time_differs": Words(
        "{count} of {of} posts are dated otherwise than their id says: ids or dates were changed.",
        "{count} des {of} messages portent une autre date que leur identifiant : identifiants ou"
        " dates ont été modifiés.",
        "Their order in cascades is uncertain.",
        "Leur ordre dans les cascades est incertain.",
    ),
    "cut_texts": Words(
        "{count} of {of} texts are cut with …, {tags} in the middle of a hashtag.",
        "{count} des {of} textes sont coupés par …, dont {tags} au milieu d’un hashtag.",
        "Hashtags, mentions and links after the cut are lost: their counts are lower bounds.",
        "Mots-dièse, mentions et liens après la coupe sont perdus : leurs comptes sont des"
        " minimums.",
    ),
    "text_cut": Words(
        "{count} posts are marked as truncated and come without their full text.",
        "{count} messages sont marqués comme tronqués et arrivent sans leur texte entier.",
        "Hashtags after the cut are lost: posts with the hashtag are a lower bound.",
        "Les hashtags après la coupe sont perdus : les messages comptés sont un minimum.",
    ),
    "texts_unknown": Words(
        "The text of {count} of {of} posts is not known.",
        "Le texte de {count} des {of} messages est inconnu.",
        "They are not read as appeals, and their hashtags may be missing.",
        "Ils ne sont pas lus comme appels, et leurs mots-dièse peuvent manquer.",
    ),
    "undated": Words(
        "{count} of {of} posts have no date.",
        "{count} des {of} messages n’ont pas de date.",
        "They are left out of every curve.",
        "Ils n’entrent dans aucune courbe.",
    ),
    "impossible_dates": Words(
        "{count} of {of} posts are dated before Twitter existed or after they were fetched.",
        "{count} des {of} messages sont datés d’avant Twitter ou d’après leur collecte.",
        "Their place in time is wrong; curves may show points outside the period.",
        "Leur place dans le temps est fausse ; des points peuvent tomber hors de la période.",
    ),
    "collection_undated": Words(
        "{count} of {of} posts come without the moment they were fetched.",
        "{count} des {of} messages arrivent sans le moment de leur collecte.",
        "Their counts of reshares and likes are as at an unknown later moment.",
        "Leurs nombres de reprises et de mentions « j’aime » datent d’un moment ultérieur"
        " inconnu.",
    ),
    "silent_hours": Words(
        "{count} hours hold no post in the midst of busy days (longest run: {longest} h).",
        "{count} heures sont vides au milieu de jours actifs (plus longue : {longest} h).",
        "A collection stopped there, or people slept: troughs in the curve are not evidence.",
        "La collecte s’y est arrêtée, ou l’on dormait : les creux ne prouvent rien.",
    ),
    "silent_days": Words(
        "{count} whole days hold no post among busy ones (longest run: {longest}).",
        "{count} jours entiers sont vides parmi des jours actifs (plus longue suite : {longest}).",
        "The collection stopped: totals are lower bounds, delays across the gap are unknown.",
        "La collecte s’est arrêtée : totaux minimums, délais inconnus à travers le trou.",
    ),
    "authors_missing": Words(
        "{count} of {of} posts do not name their author.",
        "{count} des {of} messages ne nomment pas leur auteur.",
        "They count as posts, not towards authors, reach or relays.",
        "Ils comptent comme messages, pas pour les auteurs, l’audience ou les relais.",
    ),
    "no_profiles": Words(
        "No profile comes with the {of} posts.",
        "Aucun profil n’accompagne les {of} messages.",
        "Supporters, followers and relays cannot be measured.",
        "Soutiens, abonnés et relais ne peuvent être mesurés.",
    ),
    "several_names": Words(
        "{count} of {of} accounts appear under several names.",
        "{count} des {of} comptes apparaissent sous plusieurs noms.",
        "Accounts are joined by their id; the name shown is the last one seen.",
        "Les comptes sont réunis par identifiant ; le nom affiché est le dernier vu.",
    ),
    "shared_names": Words(
        "{count} of {of} names belong to several accounts.",
        "{count} des {of} noms appartiennent à plusieurs comptes.",
        "Files that hold names only cannot tell these accounts apart.",
        "Les fichiers qui ne donnent que des noms ne distinguent pas ces comptes.",
    ),
    "followers_unknown": Words(
        "{count} of {of} sightings of a profile do not say how many followers it has.",
        "{count} des {of} observations de profil n’indiquent pas le nombre d’abonnés.",
        "They are left out of the sum of followers, which is a lower bound for it.",
        "Elles n’entrent pas dans la somme des abonnés, qui en devient un minimum.",
    ),
    "bios_unknown": Words(
        "{count} of {of} sightings of a profile come without a bio.",
        "{count} des {of} observations de profil arrivent sans biographie.",
        "An unseen bio is not one without the hashtag: these say nothing of support.",
        "Une biographie non vue n’est pas une biographie sans hashtag : elles ne disent rien"
        " du soutien.",
    ),
    "profiles_after": Words(
        "{count} of {of} profiles were fetched at an unknown time after the post.",
        "{count} des {of} profils ont été collectés à un moment inconnu après le message.",
        "A hashtag in such a bio was adopted before an unknown day: it cannot date the adoption.",
        "Un hashtag dans une telle biographie ne date pas son adoption.",
    ),
    "copies": Words(
        "{count} of {of} rows are copies of a post kept from another record.",
        "{count} des {of} lignes sont des copies d’un message gardé d’un autre enregistrement.",
        "Each post counts once; counts come from the copy fetched last.",
        "Chaque message compte une fois ; les comptes viennent de la dernière copie.",
    ),
    "copies_disagree": Words(
        "The copies of {count} posts disagree on the author or the moment.",
        "Les copies de {count} messages divergent sur l’auteur ou l’instant.",
        "The record that is a post of its own, or the one fetched last, was believed.",
        "L’enregistrement propre, ou le dernier collecté, a été retenu.",
    ),
    "rejects": Words(
        "{count} of {of} records could not be read.",
        "Enregistrements qui n’ont pu être lus : {count} sur {of}.",
        "What they held is missing from every number.",
        "Leur contenu manque dans tous les nombres.",
    ),
    "deletes": Words(
        "{count} records are notices that a post was deleted.",
        "{count} enregistrements annoncent la suppression d’un message.",
        "Deleted posts still held are counted; add their accounts to erase.csv if asked.",
        "Les messages supprimés encore présents comptent ; complétez erase.csv sur demande.",
    ),
    "other_hashtag": Words(
        "{count} of {of} records do not carry the hashtag asked for and were left out.",
        "{count} des {of} enregistrements ne portent pas le hashtag demandé : laissés.",
        "Nothing can be said of the rest of the stream.",
        "On ne peut rien dire du reste du flux.",
    ),
    "unknown_hashtag": Words(
        "{count} of {of} records do not say which hashtags they carry, as reposts of posts that"
        " were not kept before them in their file, and were left out.",
        "{count} des {of} enregistrements n’indiquent pas leurs mots-dièse, comme les"
        " reprises de messages non gardés avant elles dans leur fichier : laissés.",
        "Reshares of posts that were kept may be missing; read without --hashtag to have them.",
        "Des reprises de messages gardés peuvent manquer ; lisez sans --hashtag pour les avoir.",
    ),
    "limit_track": Words(
        "The stream says that it withheld {count} posts or more beyond its rate.",
        "Le flux déclare avoir retenu au moins {count} messages au-delà de son débit.",
        "Counts are lower bounds at the busiest moments; peaks are flattened.",
        "Les comptes sont des minimums aux moments de pointe ; les pics sont aplatis.",
    ),
    "repaired": Words(
        "{count} damaged records could be repaired without doubt.",
        "{count} enregistrements abîmés ont pu être réparés sans ambiguïté.",
        "They count like the others.",
        "Ils comptent comme les autres.",
    ),
    "policy_notice": Words(
        "The platform has put a notice in place of {count} texts.",
        "La plateforme a mis un avis à la place de {count} textes.",
        "Their hashtags, mentions and words are unknown.",
        "Leurs mots-dièse, mentions et mots sont inconnus.",
    ),
    "ruined_id": Words(
        "{count} ids were ruined by a spreadsheet and could not be rebuilt.",
        "{count} identifiants ont été abîmés par un tableur, sans réparation possible.",
        "Those posts cannot be joined with other files.",
        "Ces messages ne peuvent être rapprochés d’autres fichiers.",
    ),
    "ruined_reference": Words(
        "{count} references to other posts or accounts were ruined by a spreadsheet and left out.",
        "{count} renvois à d’autres messages ou comptes ont été abîmés par un tableur et laissés.",
        "What those posts reshare, quote or answer is unknown; that they do is kept.",
        "On ignore ce que ces messages reprennent, citent ou à quoi ils répondent ; qu’ils le font"
        " reste su.",
    ),
    "made_id": Words(
        "{count} posts come without an id: each was given one of our own.",
        "{count} messages arrivent sans identifiant : chacun en a reçu un de notre fait.",
        "Copies in other files cannot be told, and no reshare can be joined to its original.",
        "Les copies dans d’autres fichiers ne se reconnaissent pas ; aucune reprise ne rejoint son"
        " original.",
    ),
    "letters_lost": Words(
        "{count} of {of} texts hold the mark of a letter that an encoding has lost (�).",
        "{count} des {of} textes portent la marque d’une lettre perdue par un encodage (�).",
        "Hashtags and names that held it are not found: their counts are lower bounds.",
        "Hashtags et noms qui la contenaient ne sont pas trouvés : leurs comptes sont des"
        " minimums.",
    ),
    "garbled": Words(
        "{count} of {of} texts were decoded with the wrong encoding (Ã© for é).",
        "{count} des {of} textes ont été décodés avec un mauvais encodage (Ã© pour é).",
        "Hashtags with accents are not found in them; ask for the file before it was converted.",
        "Les hashtags accentués n’y sont pas trouvés ; demandez le fichier d’avant sa conversion.",
    ),
    "nul_bytes": Words(
        "{count} NUL bytes stood in the file and were left out.",
        "{count} octets nuls se trouvaient dans le fichier et ont été ôtés.",
        "The rest was read; a letter may be missing where they stood.",
        "Le reste a été lu ; une lettre peut manquer à leur place.",
    ),
    "other_encoding": Words(
        "{count} records were written in Windows-1252 and read as such.",
        "{count} enregistrements étaient écrits en Windows-1252 et ont été lus comme tels.",
        "Their letters are right unless the file was written in yet another encoding.",
        "Leurs lettres sont justes, sauf si le fichier relève d’un autre encodage encore.",
    ),
    "client_time": Words(
        "{count} dates set by a client cannot be: the moment of indexing is taken.",
        "{count} dates posées par un client sont impossibles : l’heure d’indexation y supplée.",
        "Those posts may be a little older than shown.",
        "Ces messages peuvent être un peu plus anciens qu’indiqué.",
    ),
    "rebuilt_id": Words(
        "{count} ids ruined by a spreadsheet were rebuilt from the post's address.",
        "{count} identifiants abîmés par un tableur ont été rétablis d’après l’adresse.",
        "They count like the others.",
        "Ils comptent comme les autres.",
    ),
}


def sentences(code: str, numbers: Mapping[str, Any]) -> dict[str, str]:
    """Return the four sentences of a finding with its numbers, as each language writes them.

    Examples
    --------
    >>> sentences("undated", {"count": 1200, "of": 5000})["says_en"]
    '1,200 of 5,000 posts have no date.'
    """
    words = FINDINGS.get(code, UNKNOWN)._asdict()
    shown = {}
    for name, text in words.items():
        lang = name[-2:]
        parts = {key: _shown(key, value, lang) for key, value in numbers.items()}
        shown[name] = _all(text.format(code=code, **parts), parts.get("of", ""), lang)
    return shown


def _all(text: str, whole: str, lang: str) -> str:
    """Say "all 12 posts" where the numbers say "12 of 12 posts"."""
    several, every = ("des", "les") if lang == "fr" else ("of", "all")
    text = text.replace(f"{whole} {several} {whole} ", f"{every} {whole} ") if whole else text
    return text[:1].upper() + text[1:].replace(" de les ", " des ")


def _shown(name: str, value: Any, lang: str) -> str:
    if isinstance(value, str) or value is None:
        return value or ""
    if name in SHARES:
        few = {"fr": "moins de ", "en": "less than "}[lang] if 0 < value < 0.005 else ""
        return f"{few}{1 if few else 100 * value:.0f}" + ("\u202f%" if lang == "fr" else "%")
    if name == "hours":
        sign = "+" if value > 0 else "−"
        return sign + f"{abs(value):g}".replace(".", "," if lang == "fr" else ".")
    return f"{value:,}".replace(",", "\u202f" if lang == "fr" else ",")
