"""The words of a report that no data changes: labels, definitions, limits, rights.

They hold no number that could be false and no claim about a movement; everything else in a report
is computed by a chapter.
"""

from __future__ import annotations

from i4analysis.publish.words.wording import Text

# Chapters in the order of the workbook and of the files.
TOPICS: dict[str, Text] = {
    "story": Text(fr="L'histoire", en="The story"),
    "supporters": Text(fr="La propagation", en="How it spread"),
    "followers": Text(fr="Les abonnés", en="The followers"),
    "relays": Text(fr="Qui l'a porté", en="Who carried it"),
    "push": Text(fr="Le rôle de la presse", en="The part of the press"),
    "appeals": Text(fr="Les recherches d'emploi", en="Job seekers"),
    "outcomes": Text(fr="Les résultats", en="Outcomes"),
    "trust": Text(fr="La preuve des méthodes", en="The proof of the methods"),
    "archive": Text(fr="Les données lues", en="The data read"),
}
# Whose finding heads the page when the ledgers give neither goal nor size, best first.
TITLES = ("supporters", "relays", "followers", "archive", "push")
ASKED: dict[str, Text] = {
    "obtained": Text(fr="Qu'a-t-il obtenu ?", en="What did it obtain?"),
    "carried": Text(fr="Qui l'a porté ?", en="Who carried it?"),
    "size": Text(fr="Quelle ampleur ?", en="How big was it?"),
    "jobs": Text(fr="Et les emplois ?", en="And the jobs?"),
}
ASKED_SEEKERS = Text(
    fr="Et les personnes en recherche d'emploi ?", en="And the people looking for work?"
)

WORDS: dict[str, Text] = {
    "as_of": Text(fr="données arrêtées au", en="data up to"),
    "written": Text(fr="établi le", en="written on"),
    "by": Text(fr="par", en="by"),
    "no_date": Text(fr="date inconnue", en="date unknown"),
    "skip": Text(fr="Aller au contenu", en="Skip to content"),
    "answers": Text(fr="En bref", en="In short"),
    "no_outcome": Text(
        fr="Aucun registre de résultats n'est tenu : rien n'est dit ici de ce qu'il a changé.",
        en="No ledger of outcomes is kept: nothing is said here of what it changed.",
    ),
    "contact": Text(fr="Contact", en="Contact"),
    "partial": Text(fr="Rapport incomplet", en="Incomplete report"),
    "unsigned": Text(fr="Rapport non signé", en="Unsigned report"),
    "unsigned_text": Text(fr="il lui manque", en="it lacks"),
    "no_author": Text(fr="un auteur", en="an author"),
    "no_contact": Text(
        fr="une adresse où demander une correction ou un retrait",
        en="an address for corrections and requests to be removed",
    ),
    "since": Text(fr="Depuis le dernier rapport", en="Since the last report"),
    "rose": Text(fr="en hausse", en="rose"),
    "fell": Text(fr="en baisse", en="fell"),
    "new": Text(fr="nouveau", en="new"),
    "gone": Text(fr="n'est plus publié", en="no longer published"),
    "figure_name": Text(fr="Chiffre", en="Figure"),
    "before": Text(fr="Avant", en="Before"),
    "after": Text(fr="Maintenant", en="Now"),
    "change": Text(fr="Sens", en="Change"),
    "who_says": Text(fr="Qui le dit", en="Who says so"),
    "what_says": Text(fr="Ce qui est dit", en="What is said"),
    "to_copy": Text(fr="À copier", en="To copy"),
    "sources": Text(fr="Sources", en="Sources"),
    "pdf": Text(fr="PDF", en="PDF"),
    "workbook": Text(fr="Tableur", en="Spreadsheet"),
    "card": Text(fr="Image à partager", en="Picture to share"),
    "proof": Text(
        fr="La preuve des méthodes, chiffre par chiffre",
        en="The proof of the methods, figure by figure",
    ),
    "proof_title": Text(fr="Les méthodes mises à l'épreuve", en="The methods put to the test"),
    "back": Text(fr="Retour au rapport", en="Back to the report"),
    "notebooks": Text(fr="Carnets de calcul", en="Notebooks"),
    "show_data": Text(fr="Voir les données de la figure", en="Show the data behind the figure"),
    "show_rest": Text(fr="Voir la suite", en="Show the rest"),
    "show_table": Text(fr="Voir le tableau", en="Show the table"),
    "data": Text(fr="Données", en="Data"),
    "source": Text(fr="Source", en="Source"),
    "source_of": Text(fr="Sources :", en="Sources:"),
    "licence": Text(fr="Licence CC BY 4.0.", en="Licence CC BY 4.0."),
    "download": Text(fr="Télécharger", en="Download"),
    "files": Text(fr="Fichiers", en="Files"),
    "made_up": Text(fr="Données fictives", en="Made-up data"),
    "made_up_text": Text(
        fr="ce mouvement est simulé. Ses noms, ses comptes et ses chiffres sont inventés.",
        en="this movement is simulated. Its names, accounts and figures are invented.",
    ),
    "embargo": Text(fr="Sous embargo", en="Under embargo"),
    "embargo_text": Text(fr="ne pas publier avant le", en="not to be published before"),
    "other_language": Text(fr="English", en="Français"),
    "page": Text(fr="page", en="page"),
    "version": Text(fr="Version", en="Version"),
    "cite": Text(fr="Pour citer", en="How to cite"),
    "corrections": Text(fr="Corrections", en="Corrections"),
    "definitions": Text(fr="Pour lire ces chiffres", en="How to read these figures"),
    "rights": Text(fr="Droits", en="Rights"),
    "since_inputs": Text(fr="Entrées modifiées", en="Inputs changed"),
}

INPUTS: dict[str, Text] = {
    "archive": Text(fr="l'archive des messages", en="the archive of posts"),
    "movement": Text(fr="les registres tenus à la main", en="the ledgers kept by hand"),
    "code": Text(fr="le code", en="the code"),
    "notebooks": Text(fr="les carnets", en="the notebooks"),
    "proof": Text(fr="le banc d'essai", en="the proving ground"),
    "environment": Text(fr="les versions des logiciels", en="software versions"),
    "parameters": Text(fr="les paramètres", en="the parameters"),
}

# Of counts that sources or an archive give, whatever the movement.
DEFINITIONS: tuple[Text, ...] = (
    Text(
        fr="Un compte n'est pas une personne. « Au moins » : le décompte en laisse échapper ;"
        " « environ » : la source arrondit.",
        en="An account is not a person. “At least”: some escape the count; “about”: the source"
        " rounds.",
    ),
    Text(
        fr="« Après » ne veut pas dire « à cause de » : chaque résultat se juge à part, jamais en"
        " pourcentage.",
        en="“After” does not mean “because of”: each outcome is judged apart, never as a"
        " percentage.",
    ),
)
# Of an archive of posts.
LIMITS: tuple[Text, ...] = (
    Text(
        fr="Une reprise renvoie toujours au message d'origine : par qui elle est passée ne se lit"
        " pas, cela s'estime.",
        en="A reshare always points to the original post: through whom it came cannot be read,"
        " only estimated.",
    ),
    Text(
        fr="Une bio est celle du jour où elle a été relevée. Messages privés, LinkedIn et"
        " téléphone ne laissent rien dans une archive.",
        en="A bio is that of the day it was seen. Private messages, LinkedIn and telephone leave"
        " nothing in an archive.",
    ),
)

RIGHTS: tuple[Text, ...] = (
    Text(
        fr="Texte, figures et tableaux : CC BY 4.0. Les personnes en recherche d'emploi ne sont ni"
        " nommées, ni citées, ni comptées à moins de cinq ; aucun message n'est reproduit. Qui le"
        " demande est oublié dès le rapport suivant.",
        en="Text, figures and tables: CC BY 4.0. People looking for work are not named, quoted or"
        " counted in groups under five; no post is reproduced. Whoever asks is forgotten from the"
        " next report on.",
    ),
)
# Of what a page names by the name it had then.
RENAMED: dict[str, Text] = {
    "Twitter": Text(fr="Twitter s'appelle aujourd'hui X.", en="Twitter is now called X."),
    "Pôle emploi": Text(
        fr="Pôle emploi s'appelle aujourd'hui France Travail.",
        en="Pôle emploi is now called France Travail.",
    ),
}
# Networks by what the name of a reader holds; every other reader is of Twitter, but for ANY.
NETWORKS = {"bluesky": "Bluesky", "mastodon": "Mastodon"}
ANY = ("4cat", "brandwatch", "edge-list", "r-data", "table")  # readers of posts of any network
