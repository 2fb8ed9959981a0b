"""The doctor's sentences: what each finding says, and what it does to every later number.

Numbers are filled in when a finding is made: {count}, {of}, {share} and those of its detail. They
stand behind what they count, so that no noun or verb has to agree with them.
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
        "No reshare among the posts held ({of}): most scrapers leave reshares out.",
        "Aucune reprise parmi les messages tenus ({of}) : la plupart des outils de collecte de"
        " pages les omettent.",
        "No reshare graph can be drawn and relays cannot be traced; posts and authors stand.",
        "Aucun graphe de reprises ne peut être tracé, ni les relais suivis ; messages et"
        " auteurs restent valables.",
    ),
    "text_reshares": Words(
        "Reshares known only from a text that begins with RT @name: {count} of {of}.",
        "Reprises reconnues à leur seul texte « RT @nom » : {count} sur {of}.",
        "Their original is named but not identified; cascades are built for the others only.",
        "L’auteur d’origine est connu, pas le message ; seules les autres reprises sont"
        " rattachées.",
    ),
    "originals_unsaid": Words(
        "Reshares that name the author they come from, not the post (edges without posts):"
        " {count} of {of}.",
        "Reprises qui nomment l’auteur d’origine, pas le message (des liens sans messages) :"
        " {count} sur {of}.",
        "Who reshares whom stands; no cascade can be drawn of them, no relay looked for.",
        "Qui reprend qui reste valable ; aucune cascade ne peut en être tracée, aucun relais"
        " cherché.",
    ),
    "originals_absent": Words(
        "Posts reshared that are not in the archive as posts of their own: {count} of {of}.",
        "Messages repris qui ne sont pas eux-mêmes dans l’archive : {count} sur {of}.",
        "Their authors count as sources of reshares, not as authors of the period's posts.",
        "Leurs auteurs comptent comme sources de reprises, pas comme auteurs de la période.",
    ),
    "reshares_missing": Words(
        "The archive holds {held} of the reshares that the platform counted ({level}"
        " interval {lo} to {hi}, originals: {originals}).",
        "L’archive contient {held} des reprises comptées par la plateforme (intervalle à"
        " {level} : {lo} à {hi}, messages d’origine : {originals}).",
        "Counts of reshares and relays are lower bounds; shares hold if the loss is even.",
        "Les nombres de reprises et de relais sont des minimums ; les parts tiennent si la"
        " perte est uniforme.",
    ),
    "rounded_ids": Words(
        "Ids that end in 00, rounded by a spreadsheet or a program: {count} of {of}.",
        "Identifiants qui finissent par 00, arrondis par un tableur ou un programme :"
        " {count} sur {of}.",
        "Those posts cannot be joined with other files, and look alike that are not.",
        "Ces messages ne peuvent être rapprochés d’autres fichiers, et se confondent entre eux.",
    ),
    "zone_slip": Words(
        "Posts dated {hours} h from the moment inside their id: {count} of {of}; local time"
        " was written as UTC.",
        "Messages datés à {hours} h de l’instant inscrit dans leur identifiant : {count} sur"
        " {of} ; l’heure locale a été écrite comme UTC.",
        "Hours, days and delays shift by as much in this file.",
        "Heures, jours et délais sont décalés d’autant dans ce fichier.",
    ),
    "id_time_differs": Words(
        "Posts dated otherwise than their id says: {count} of {of}; ids or dates were changed.",
        "Messages qui portent une autre date que leur identifiant : {count} sur {of} ;"
        " identifiants ou dates ont été modifiés.",
        "Their order in cascades is uncertain.",
        "Leur ordre dans les cascades est incertain.",
    ),
    "cut_texts": Words(
        "Texts cut with …: {count} of {of}; in the middle of a hashtag: {tags}.",
        "Textes coupés par … : {count} sur {of} ; au milieu d’un hashtag : {tags}.",
        "Hashtags, mentions and links after the cut are lost: their counts are lower bounds.",
        "Hashtags, mentions et liens après la coupe sont perdus : leurs comptes sont des"
        " minimums.",
    ),
    "text_cut": Words(
        "Posts marked as truncated that come without their full text: {count}.",
        "Messages marqués comme tronqués, sans leur texte entier : {count}.",
        "Hashtags after the cut are lost: posts with the hashtag are a lower bound.",
        "Les hashtags après la coupe sont perdus : les messages comptés sont un minimum.",
    ),
    "texts_unknown": Words(
        "Posts whose text is not known: {count} of {of}.",
        "Messages dont le texte est inconnu : {count} sur {of}.",
        "They are not read as appeals, and their hashtags may be missing.",
        "Ils ne sont pas lus comme appels, et leurs hashtags peuvent manquer.",
    ),
    "undated": Words(
        "Posts without a date: {count} of {of}.",
        "Messages sans date : {count} sur {of}.",
        "They are left out of every curve.",
        "Ils n’entrent dans aucune courbe.",
    ),
    "impossible_dates": Words(
        "Posts dated before Twitter existed or after they were fetched: {count} of {of}.",
        "Messages datés d’avant Twitter ou d’après leur collecte : {count} sur {of}.",
        "Their place in time is wrong; curves may show points outside the period.",
        "Leur place dans le temps est fausse ; des points peuvent tomber hors de la période.",
    ),
    "collection_undated": Words(
        "Posts that come without the moment they were fetched: {count} of {of}.",
        "Messages sans le moment de leur collecte : {count} sur {of}.",
        "Their counts of reshares and likes are as at an unknown later moment.",
        "Leurs nombres de reprises et de mentions « j’aime » datent d’un moment ultérieur"
        " inconnu.",
    ),
    "silent_hours": Words(
        "Hours without a post in the midst of busy days: {count} (longest run: {longest} h).",
        "Heures vides au milieu de jours actifs : {count} (plus longue suite : {longest} h).",
        "A collection stopped there, or people slept: troughs in the curve are not evidence.",
        "La collecte s’y est arrêtée, ou l’on dormait : les creux ne prouvent rien.",
    ),
    "silent_days": Words(
        "Whole days without a post among busy ones: {count} (longest run: {longest}).",
        "Jours entiers vides parmi des jours actifs : {count} (plus longue suite : {longest}).",
        "The collection stopped: totals are lower bounds, delays across the gap are unknown.",
        "La collecte s’est arrêtée : totaux minimums, délais inconnus à travers le trou.",
    ),
    "authors_missing": Words(
        "Posts that do not name their author: {count} of {of}.",
        "Messages qui ne nomment pas leur auteur : {count} sur {of}.",
        "They count as posts, not towards authors, reach or relays.",
        "Ils comptent comme messages, pas pour les auteurs, l’audience ou les relais.",
    ),
    "no_profiles": Words(
        "No profile comes with the posts held ({of}).",
        "Aucun profil n’accompagne les messages tenus ({of}).",
        "Supporters, followers and relays cannot be measured.",
        "Soutiens, abonnés et relais ne peuvent être mesurés.",
    ),
    "several_names": Words(
        "Accounts that appear under several names: {count} of {of}.",
        "Comptes apparus sous plusieurs noms : {count} sur {of}.",
        "Accounts are joined by their id; the name shown is the last one seen.",
        "Les comptes sont réunis par identifiant ; le nom affiché est le dernier vu.",
    ),
    "shared_names": Words(
        "Names that belong to several accounts: {count} of {of}.",
        "Noms portés par plusieurs comptes : {count} sur {of}.",
        "Files that hold names only cannot tell these accounts apart.",
        "Les fichiers qui ne donnent que des noms ne distinguent pas ces comptes.",
    ),
    "followers_unknown": Words(
        "Sightings of a profile without a number of followers: {count} of {of}.",
        "Observations de profil sans nombre d’abonnés : {count} sur {of}.",
        "They are left out of the sum of followers, which is a lower bound for it.",
        "Elles n’entrent pas dans la somme des abonnés, qui en devient un minimum.",
    ),
    "bios_unknown": Words(
        "Sightings of a profile without a bio: {count} of {of}.",
        "Observations de profil sans biographie : {count} sur {of}.",
        "An unseen bio is not one without the hashtag: these say nothing of support.",
        "Une biographie non vue n’est pas une biographie sans hashtag : elles ne disent rien"
        " du soutien.",
    ),
    "profiles_after": Words(
        "Profiles fetched at an unknown time after the post: {count} of {of}.",
        "Profils collectés à un moment inconnu après le message : {count} sur {of}.",
        "A hashtag in such a bio was adopted before an unknown day: it cannot date the adoption.",
        "Un hashtag dans une telle biographie ne date pas son adoption.",
    ),
    "copies": Words(
        "Rows that are copies of a post kept from another record: {count} of {of}.",
        "Lignes qui sont des copies d’un message gardé d’un autre enregistrement : {count}"
        " sur {of}.",
        "Each post counts once; counts come from the copy fetched last.",
        "Chaque message compte une fois ; les comptes viennent de la dernière copie.",
    ),
    "copies_disagree": Words(
        "Posts whose copies disagree on the author or the moment: {count}.",
        "Messages dont les copies divergent sur l’auteur ou l’instant : {count}.",
        "The record that is a post of its own, or the one fetched last, was believed.",
        "L’enregistrement propre, ou le dernier collecté, a été retenu.",
    ),
    "rejects": Words(
        "Records that could not be read: {count} of {of}.",
        "Enregistrements qui n’ont pu être lus : {count} sur {of}.",
        "What they held is missing from every number.",
        "Leur contenu manque dans tous les nombres.",
    ),
    "deletes": Words(
        "Notices that a post was deleted: {count}.",
        "Annonces de la suppression d’un message : {count}.",
        "Deleted posts still held are counted; add their accounts to erase.csv if asked.",
        "Les messages supprimés encore présents comptent ; complétez erase.csv sur demande.",
    ),
    "other_hashtag": Words(
        "Records without the hashtag asked for, left out: {count} of {of}.",
        "Enregistrements sans le hashtag demandé, laissés : {count} sur {of}.",
        "Nothing can be said of the rest of the stream.",
        "On ne peut rien dire du reste du flux.",
    ),
    "unknown_hashtag": Words(
        "Records that do not say which hashtags they carry, as reposts of posts not kept"
        " before them in their file, left out: {count} of {of}.",
        "Enregistrements qui n’indiquent pas leurs hashtags, comme les reprises de messages"
        " non gardés avant elles dans leur fichier, laissés : {count} sur {of}.",
        "Reshares of posts that were kept may be missing; read without --hashtag to have them.",
        "Des reprises de messages gardés peuvent manquer ; lisez sans --hashtag pour les avoir.",
    ),
    "limit_track": Words(
        "Posts that the stream says it withheld beyond its rate, at least: {count}.",
        "Messages que le flux déclare avoir retenus au-delà de son débit, au moins : {count}.",
        "Counts are lower bounds at the busiest moments; peaks are flattened.",
        "Les comptes sont des minimums aux moments de pointe ; les pics sont aplatis.",
    ),
    "repaired": Words(
        "Damaged records repaired without doubt: {count}.",
        "Enregistrements abîmés, réparés sans ambiguïté : {count}.",
        "They count like the others.",
        "Ils comptent comme les autres.",
    ),
    "policy_notice": Words(
        "Texts in whose place the platform has put a notice: {count}.",
        "Textes remplacés par un avis de la plateforme : {count}.",
        "Their hashtags, mentions and words are unknown.",
        "Leurs hashtags, mentions et mots sont inconnus.",
    ),
    "ruined_id": Words(
        "Ids ruined by a spreadsheet that could not be rebuilt: {count}.",
        "Identifiants abîmés par un tableur, sans réparation possible : {count}.",
        "Those posts cannot be joined with other files.",
        "Ces messages ne peuvent être rapprochés d’autres fichiers.",
    ),
    "ruined_reference": Words(
        "References to other posts or accounts ruined by a spreadsheet and left out: {count}.",
        "Renvois à d’autres messages ou comptes abîmés par un tableur et laissés : {count}.",
        "What those posts reshare, quote or answer is unknown; that they do is kept.",
        "On ignore ce que ces messages reprennent, citent ou à quoi ils répondent ; qu’ils le font"
        " reste su.",
    ),
    "made_id": Words(
        "Posts without an id, each given one of our own: {count}.",
        "Messages sans identifiant, qui en ont reçu un de notre fait : {count}.",
        "Copies in other files cannot be told, and no reshare can be joined to its original.",
        "Les copies dans d’autres fichiers ne se reconnaissent pas ; aucune reprise ne rejoint son"
        " original.",
    ),
    "letters_lost": Words(
        "Texts that hold the mark of a letter lost by an encoding (�): {count} of {of}.",
        "Textes qui portent la marque d’une lettre perdue par un encodage (�) : {count} sur {of}.",
        "Hashtags and names that held it are not found: their counts are lower bounds.",
        "Hashtags et noms qui la contenaient ne sont pas trouvés : leurs comptes sont des"
        " minimums.",
    ),
    "garbled": Words(
        "Texts decoded with the wrong encoding (Ã© for é): {count} of {of}.",
        "Textes décodés avec un mauvais encodage (Ã© pour é) : {count} sur {of}.",
        "Hashtags with accents are not found in them; ask for the file before it was converted.",
        "Les hashtags accentués n’y sont pas trouvés ; demandez le fichier d’avant sa conversion.",
    ),
    "nul_bytes": Words(
        "NUL bytes in the file, left out: {count}.",
        "Octets nuls du fichier, ôtés : {count}.",
        "The rest was read; a letter may be missing where they stood.",
        "Le reste a été lu ; une lettre peut manquer à leur place.",
    ),
    "other_encoding": Words(
        "Records written in an older encoding than UTF-8 and read as such: {count}.",
        "Enregistrements écrits dans un encodage antérieur à l’UTF-8 et lus comme tels : {count}.",
        "Windows, Macintosh and MS-DOS are told apart by their letters; look at a few.",
        "Windows, Macintosh et MS-DOS se distinguent par leurs lettres ; à vérifier.",
    ),
    "zone_unsaid": Words(
        "Dates without a time zone, taken for UTC: {count}.",
        "Dates sans fuseau horaire, prises pour de l’UTC : {count}.",
        "They may be hours off; say the zone with `i4 read FILE --columns …,zone=Europe/Paris`.",
        "L’écart peut atteindre des heures ; dire le fuseau : `--columns zone=Europe/Paris,…`.",
    ),
    "day_or_month": Words(
        "Dates such as 03/04/2015 in a file that does not tell day from month: {count}.",
        "Dates telles que 03/04/2015, où rien ne distingue le jour du mois : {count}.",
        "The day is taken to stand first; where it does not, such dates are months off.",
        "Le jour est supposé venir en premier ; sinon, ces dates sont fausses de plusieurs mois.",
    ),
    "client_time": Words(
        "Dates set by a client that cannot be: {count}; the moment of indexing is taken.",
        "Dates impossibles posées par un client : {count} ; l’heure d’indexation y supplée.",
        "Those posts may be a little older than shown.",
        "Ces messages peuvent être un peu plus anciens qu’indiqué.",
    ),
    "rebuilt_id": Words(
        "Ids ruined by a spreadsheet, rebuilt from the post's address: {count}.",
        "Identifiants abîmés par un tableur, rétablis d’après l’adresse : {count}.",
        "They count like the others.",
        "Ils comptent comme les autres.",
    ),
}


def sentences(code: str, numbers: Mapping[str, Any]) -> dict[str, str]:
    """Return the four sentences of a finding with its numbers, as each language writes them.

    Examples
    --------
    >>> sentences("undated", {"count": 1200, "of": 5000})["says_en"]
    'Posts without a date: 1,200 of 5,000.'
    """
    words = FINDINGS.get(code, UNKNOWN)._asdict()
    shown = {}
    for name, text in words.items():
        lang = name[-2:]
        parts = {key: _shown(key, value, lang) for key, value in numbers.items()}
        shown[name] = text.format(code=code, **parts)
    return shown


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
