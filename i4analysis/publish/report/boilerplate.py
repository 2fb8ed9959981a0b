"""The words of a report that no data changes: labels, definitions, limits, rights.

They hold no number that could be false and no claim about a movement; everything else in a report
is computed by a chapter.
"""

from __future__ import annotations

from i4analysis.publish.words.wording import Text

# Sections in the order of the page; the archive's own chapter opens the method.
TOPICS: dict[str, Text] = {
    "supporters": Text(fr="La propagation", en="How it spread"),
    "followers": Text(fr="Les abonnés", en="The followers"),
    "relays": Text(fr="Qui l'a porté", en="Who carried it"),
    "push": Text(fr="Presse et coups de pouce", en="Press and push"),
    "appeals": Text(fr="Les recherches d'emploi", en="Job seekers"),
    "outcomes": Text(fr="Des relais aux issues", en="From relays to outcomes"),
    "trust": Text(fr="Peut-on s'y fier ?", en="Can this be trusted?"),
    "archive": Text(fr="Méthode : les données lues", en="Method: the data read"),
}
# Where page 1 takes its title, its key figures and its sentences from, best first.
TITLES = ("supporters", "relays", "followers", "archive", "outcomes", "push")
FIGURES = ("supporters", "supporters", "followers", "outcomes", "relays", "archive", "archive",
           "push", "appeals")  # fmt: skip
SENTENCES = ("supporters", "followers", "outcomes", "relays", "push", "appeals", "archive")

WORDS: dict[str, Text] = {
    "report": Text(fr="Rapport de données", en="Data report"),
    "as_of": Text(fr="données arrêtées au", en="data up to"),
    "no_date": Text(fr="date des données inconnue", en="date of the data unknown"),
    "skip": Text(fr="Aller au contenu", en="Skip to content"),
    "contents": Text(fr="Sommaire", en="Contents"),
    "key_figures": Text(fr="Les chiffres clés", en="Key figures"),
    "said": Text(
        fr="Ce que l'on peut dire, et ce que l'on ne peut pas dire",
        en="What can, and cannot, be said",
    ),
    "can": Text(fr="On peut écrire", en="You can write"),
    "cannot": Text(fr="On ne peut pas écrire", en="You cannot write"),
    "no_can": Text(
        fr="Rien de ce que contiennent ces données ne suffit à une phrase imprimable.",
        en="Nothing in these data is enough for a printable sentence.",
    ),
    "contact": Text(fr="Contact", en="Contact"),
    "no_contact": Text(
        fr="aucune adresse n'est donnée pour ce mouvement ; corrections et demandes d'oubli se"
        " font auprès de qui vous a remis ce rapport.",
        en="no address is given for this movement; send corrections and requests to be forgotten"
        " to whoever gave you this report.",
    ),
    "since": Text(fr="Depuis le dernier rapport", en="Since the last report"),
    "first": Text(
        fr="C'est le premier rapport publié ici : il n'y a rien à comparer.",
        en="This is the first report published here: there is nothing to compare.",
    ),
    "same": Text(
        fr="Aucun chiffre clé n'a changé.",
        en="No key figure has changed.",
    ),
    "rose": Text(fr="en hausse", en="rose"),
    "fell": Text(fr="en baisse", en="fell"),
    "new": Text(fr="nouveau", en="new"),
    "gone": Text(fr="n'est plus publié", en="no longer published"),
    "figure_name": Text(fr="Chiffre", en="Figure"),
    "before": Text(fr="Avant", en="Before"),
    "after": Text(fr="Maintenant", en="Now"),
    "change": Text(fr="Sens", en="Change"),
    "more_one": Text(
        fr="autre figure ou tableau sur la page HTML et dans tables.xlsx.",
        en="more figure or table on the HTML page and in tables.xlsx.",
    ),
    "more_many": Text(
        fr="autres figures et tableaux sur la page HTML et dans tables.xlsx.",
        en="more figures and tables on the HTML page and in tables.xlsx.",
    ),
    "missing": Text(fr="Ce qui ne peut pas être montré", en="What cannot be shown"),
    "excluded": Text(fr="Laissé de côté, et pourquoi", en="Left out, and why"),
    "show_data": Text(fr="Voir les données de la figure", en="Show the data behind the figure"),
    "show_table": Text(fr="Voir le tableau", en="Show the table"),
    "data": Text(fr="Données", en="Data"),
    "source": Text(fr="Source", en="Source"),
    "licence": Text(fr="Licence CC BY 4.0.", en="Licence CC BY 4.0."),
    "download": Text(fr="Télécharger", en="Download"),
    "files": Text(fr="Fichiers", en="Files"),
    "made_up": Text(fr="Données fictives", en="Made-up data"),
    "made_up_text": Text(
        fr="ce mouvement est simulé. Aucun chiffre n'est réel et personne n'y figure.",
        en="this movement is simulated. No figure is real and no person appears in it.",
    ),
    "preliminary": Text(fr="Rapport préliminaire", en="Preliminary report"),
    "preliminary_text": Text(
        fr="aucune archive de messages n'a été lue. Les chiffres sont ceux que des sources"
        " publiques ont imprimés ; ils n'ont pas pu être recomptés.",
        en="no archive of posts has been read. The figures are those that public sources printed;"
        " they could not be counted again.",
    ),
    "embargo": Text(fr="Sous embargo", en="Under embargo"),
    "embargo_text": Text(fr="ne pas publier avant le", en="not to be published before"),
    "absent": Text(
        fr="Ce chapitre manque : son carnet n'a rien rendu pour ce mouvement.",
        en="This chapter is missing: its notebook gave nothing for this movement.",
    ),
    "other_language": Text(
        fr="English version – index.en.html", en="Version française – index.html"
    ),
    "page": Text(fr="page", en="page"),
    "version": Text(fr="Version", en="Version"),
    "cite": Text(fr="Pour citer", en="How to cite"),
    "no_correction": Text(
        fr="Le registre des corrections est vide.", en="The ledger of corrections is empty."
    ),
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

DEFINITIONS: tuple[Text, ...] = (
    Text(
        fr="Un compte n'est pas une personne : quelqu'un peut en tenir plusieurs, et plusieurs"
        " peuvent en tenir un.",
        en="An account is not a person: one may hold several, and several may share one.",
    ),
    Text(
        fr="« Au moins » : les comptes privés, supprimés ou suspendus échappent au décompte."
        " « Environ » : la source elle-même arrondit.",
        en="“At least”: private, deleted and suspended accounts escape the count. “About”: the"
        " source itself rounds.",
    ),
    Text(
        fr="« Abonnés additionnés » : la somme des abonnés de chaque compte. Qui suit deux"
        " comptes y"
        " compte deux fois ; ce n'est ni une audience, ni un nombre de lecteurs.",
        en="“Followers added up”: the followers of each account, added up. Whoever follows two"
        " accounts counts twice; it is neither an audience nor a number of readers.",
    ),
    Text(
        fr="Une republication (retweet, partage) renvoie toujours au message d'origine : par qui"
        " il est passé ne se lit pas, cela s'estime, et l'estimation porte sa fourchette.",
        en="A reshare (retweet, boost) always points to the original post: through whom it came"
        " cannot be read, only estimated, and the estimate carries its band.",
    ),
    Text(
        fr="Les issues se jugent une à une, en mots fixes dont la règle est donnée avec les"
        " verdicts ; jamais en pourcentage.",
        en="Outcomes are judged one by one, in fixed words whose rule is given with the verdicts;"
        " never as a percentage.",
    ),
)

LIMITS: tuple[Text, ...] = (
    Text(
        fr="Une présentation de compte est celle du jour où elle a été relevée, pas toujours celle"
        " du jour du message.",
        en="A bio is that of the day it was seen, not always that of the day of the post.",
    ),
    Text(
        fr="Les messages privés, LinkedIn, le téléphone et les conversations ne laissent rien dans"
        " une archive : une absence de trace n'est pas une preuve d'absence.",
        en="Private messages, LinkedIn, the telephone and conversations leave nothing in an"
        " archive: no trace is no proof that nothing happened.",
    ),
    Text(
        fr="« Après » ne veut pas dire « à cause de ». Le rapport décrit un enchaînement ; chaque"
        " dossier donne aussi les explications rivales.",
        en="“After” does not mean “because of”. The report describes a sequence; each case also"
        " gives the rival explanations.",
    ),
)

RIGHTS: tuple[Text, ...] = (
    Text(
        fr="Texte, figures et tableaux : licence Creative Commons Attribution (CC BY 4.0). Les"
        " données de tiers restent sous leurs propres conditions.",
        en="Text, figures and tables: Creative Commons Attribution licence (CC BY 4.0). Third"
        " parties' data remain under their own terms.",
    ),
    Text(
        fr="Les personnes en recherche d'emploi ne sont ni nommées, ni citées, ni montrées, ni"
        " comptées en groupes de moins de cinq. Ne sont nommés que les institutions, les médias et"
        " les personnes publiques inscrites au registre. Aucun message n'est reproduit.",
        en="People looking for work are not named, quoted, shown or counted in groups of fewer"
        " than five. Only institutions, media and public people listed in the ledger are named."
        " No post is reproduced.",
    ),
    Text(
        fr="Traitement fondé sur l'intérêt légitime de la recherche et de l'information, limité"
        " à des messages publics. Toute personne peut demander l'oubli de son compte : il quitte"
        " alors chaque tableau dès le rapport suivant.",
        en="Processing rests on the legitimate interest of research and information and is limited"
        " to public posts. Anyone may ask for their account to be forgotten: it then leaves every"
        " table from the next report on.",
    ),
    Text(
        fr="Twitter s'appelle aujourd'hui X ; Pôle emploi est devenu France Travail en 2024.",
        en="Twitter is now called X; Pôle emploi became France Travail in 2024.",
    ),
)

CORRECTIONS: tuple[Text, ...] = (
    Text(
        fr="Une erreur ? Écrivez à l'adresse de contact ou, faute d'adresse, à qui vous a remis ce"
        " rapport. Une correction est datée et listée ici, et la version précédente est gardée.",
        en="Found an error? Write to the contact address or, for want of one, to whoever gave you"
        " this report. A correction is dated and listed here, and the earlier version is kept.",
    ),
)

AFTERWORD: tuple[tuple[str, Text, tuple[Text, ...]], ...] = (
    ("definitions", Text(fr="Définitions", en="Definitions"), DEFINITIONS),
    ("limits", Text(fr="Limites", en="Limits"), LIMITS),
    ("rights", Text(fr="Droits et vie privée", en="Rights and privacy"), RIGHTS),
    ("corrections", Text(fr="Corrections", en="Corrections"), CORRECTIONS),
)
