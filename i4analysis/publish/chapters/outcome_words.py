"""The words of the chapter on outcomes: each code of the measures, in both languages."""

from __future__ import annotations

from i4analysis.publish.charts.outcomes import WAYS
from i4analysis.publish.words.wording import Text

VERDICTS = {
    "documented": Text(fr="attesté par un document", en="documented"),
    "corroborated": Text(fr="recoupé", en="corroborated"),
    "reported": Text(fr="rapporté", en="reported"),
    "contradicted": Text(fr="contredit", en="contradicted"),
    "not claimed": Text(fr="non revendiqué", en="not claimed"),
}
RULES = {
    "documented": Text(
        fr="un document daté dit que l'issue est passée par les relais du mouvement",
        en="a dated document says that the outcome came through the movement's relays",
    ),
    "corroborated": Text(
        fr="deux sources indépendantes au moins le disent, dont un témoin ou un document",
        en="two independent sources or more say so, one of them a witness or a document",
    ),
    "reported": Text(
        fr="une source au moins le dit, sans document ni second témoin indépendant",
        en="at least one source says so, without a document or a second independent witness",
    ),
    "contradicted": Text(
        fr="une source le dit, une autre le nie ou la date l'exclut",
        en="a source says so, another denies it or the date rules it out",
    ),
    "not claimed": Text(
        fr="aucune source du registre ne le dit", en="no source in the ledger says so"
    ),
}
TIMINGS = {
    "consistent": Text(fr="compatible", en="consistent"),
    "not consistent": Text(fr="incompatible", en="not consistent"),
    "cannot tell": Text(fr="indécidable", en="cannot tell"),
}
GRADES = {
    "A": Text(
        fr="A : une source indépendante et datée dit le chemin",
        en="A: a dated, independent source states the route",
    ),
    "B": Text(
        fr="B : un contact avec le mouvement se voit dans l'archive",
        en="B: a contact with the movement shows in the archive",
    ),
    "C": Text(
        fr="C : pas de contact, une exposition possible", en="C: no contact, possible exposure"
    ),
    "D": Text(fr="D : rien ne montre de chemin", en="D: nothing shows a route"),
}
STANCES = {
    "credits": Text(fr="attribue", en="credits"),
    "reports": Text(fr="rapporte", en="reports"),
    "doubts": Text(fr="doute", en="doubts"),
    "denies": Text(fr="nie", en="denies"),
}
BASES = {
    "document": Text(fr="document", en="document"),
    "witness": Text(fr="témoin", en="witness"),
    "party": Text(fr="partie prenante", en="interested party"),
    "hearsay": Text(fr="seconde main", en="second hand"),
}
ON_WORD = {
    "document": Text(fr="par un document", en="by a document"),
    "witness": Text(fr="comme témoin", en="as a witness"),
    "party": Text(fr="partie prenante", en="an interested party"),
    "hearsay": Text(fr="de seconde main", en="at second hand"),
}
ON_WORDS = ON_WORD | {
    "witness": Text(fr="comme témoins", en="as witnesses"),
    "party": Text(fr="parties prenantes", en="interested parties"),
}
CHANGES = {
    "archive": Text(fr="les messages de la période", en="the posts of the period"),
    "source": Text(
        fr="une source qui nomme les relais du mouvement",
        en="a source that names the movement's relays",
    ),
    "document": Text(
        fr="une lettre ou un dossier daté qui dit par où le contact est venu",
        en="a dated letter or file that says which way the contact came",
    ),
    "second_source": Text(fr="une seconde source indépendante", en="a second independent source"),
    "account": Text(
        fr="le compte ou l'adresse de ceux que l'issue concerne",
        en="the account or address of those whom the outcome concerns",
    ),
    "day": Text(fr="un jour plus précis", en="a more precise day"),
    "follow_lists": Text(
        fr="les listes d'abonnements des comptes", en="the lists of whom the accounts follow"
    ),
}
REASONS = {
    "named": Text(fr="chemin estimé", en="path estimated"),
    "no_archive": Text(fr="pas d'archive", en="no archive"),
    "silent": Text(fr="compte silencieux", en="silent account"),
    "no_interaction": Text(fr="aucun contact visible", en="no visible contact"),
    "address_only": Text(fr="adresse citée seulement", en="address posted only"),
    "gate_closed": Text(fr="indices trop rares sur les relais", en="too little relay evidence"),
}
ROLES = {
    "author": Text(fr="auteur", en="author"),
    "relay": Text(fr="relais", en="relay"),
    "unseen": Text(fr="non archivé", en="not archived"),
}
WHO = {
    "founder": Text(fr="un fondateur", en="a founder"),
    "supporter": Text(fr="un soutien", en="a supporter"),
    "account": Text(fr="un compte", en="an account"),
}
KINDS = {kind: words for kind, (words, _) in WAYS.items()} | {
    "none": Text(fr="aucune voie nommée", en="no way named")
}


def way(kind: str, lang: str) -> str:
    """Return a way as part of a sentence: `the mayor`, `la presse`."""
    name = KINDS[kind][lang]
    return name if kind == "linkedin" else name[0].lower() + name[1:]


HEADERS = {
    "outcome_id": Text(fr="Issue", en="Outcome"),
    "date": Text(fr="Date", en="Date"),
    "verdict": Text(fr="Verdict", en="Verdict"),
    "timing": Text(fr="Date et mouvement", en="Date and movement"),
    "grade": Text(fr="Niveau", en="Grade"),
    "reason_code": Text(fr="Chemin", en="Path"),
    "n_sources": Text(fr="Publications", en="Publications"),
    "n_credits": Text(fr="Créditent le mouvement", en="Credit the movement"),
    "n_doubts": Text(fr="En doutent", en="Doubt it"),
    "n_rivals": Text(fr="Nomment une autre voie", en="Name another way"),
    "n_evidence": Text(fr="Indices pesés", en="Evidence weighed"),
    "posterior_lo": Text(fr="Probabilité, bas", en="Probability, low"),
    "posterior_hi": Text(fr="Probabilité, haut", en="Probability, high"),
    "claimant": Text(fr="Qui le dit", en="Who says so"),
    "publisher": Text(fr="Publié par", en="Published by"),
    "stance": Text(fr="Position", en="Stance"),
    "relay_kind": Text(fr="Voie nommée", en="Way named"),
    "basis": Text(fr="Sur la foi de", en="On what basis"),
    "claim_id": Text(fr="Ce que la source avance", en="What the source puts forward"),
    "url": Text(fr="Adresse", en="Address"),
    "n_reviewed": Text(fr="Dont relus", en="Reviewed"),
    "sources": Text(fr="Sources", en="Sources"),
    "claims": Text(fr="Affirmations", en="Claims"),
    "kind": Text(fr="Nature", en="Kind"),
    "at": Text(fr="Date", en="Date"),
    "first": Text(fr="Au plus tôt", en="Earliest"),
    "last": Text(fr="Au plus tard", en="Latest"),
    "documented": Text(fr="Attesté", en="Documented"),
    "role": Text(fr="Place", en="Place"),
    "who": Text(fr="Compte", en="Account"),
    "p_on_path": Text(fr="Probabilité d'être sur le chemin", en="Probability of being on the way"),
    "p_lo": Text(fr="Bas", en="Low"),
    "p_hi": Text(fr="Haut", en="High"),
    "p_needed_at_most": Text(fr="Indispensable, au plus", en="Indispensable, at most"),
}
LINKS = {
    "fact": Text(fr="fait antérieur ou voisin", en="earlier or nearby fact"),
    "relay": Text(fr="relais nommé", en="relay named"),
    "original": Text(fr="message d'origine", en="original post"),
    "passed": Text(fr="reprise", en="reshare"),
    "reaction": Text(fr="réaction", en="reaction"),
    "outcome": Text(fr="issue", en="outcome"),
}
