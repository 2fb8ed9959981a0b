"""The fixed words of the chapter on relays: cautions, headers, reasons, names of codes."""

from __future__ import annotations

from i4analysis.publish.words.wording import Text

QUESTION = Text(fr="Qui a relayé qui ?", en="Who relayed whom?")
NAMES = Text(
    fr="Seuls les comptes publics sont nommés ; les autres portent un numéro propre à ce rapport.",
    en="Only public accounts are named; the others bear a number of this report's own.",
)
NO_ROAD = Text(
    fr=(
        '"X a relayé Y, puis Z a relayé X" : une republication renvoie toujours au message'
        " d'origine, jamais à celui par lequel on l'a vu."
    ),
    en=(
        '"X relayed Y, then Z relayed X": a reshare always points to the original post, never to'
        " the one through which it was seen."
    ),
)
NOT_CAUSE = Text(
    fr=(
        '"Sans ce compte, le message ne serait pas passé" : ces nombres disent par où des'
        " messages sont probablement venus, pas ce qui serait arrivé sans le compte."
    ),
    en=(
        '"Without this account the post would not have got through": these numbers say where'
        " posts probably came through, not what would have happened without the account."
    ),
)
NO_RESHARE = {
    False: Text(
        fr="Sans archive de messages, ni le réseau des republications ni les relais.",
        en="Without an archive of posts, neither the network of reshares nor the relays.",
    ),
    True: Text(
        fr="L'archive ne contient aucune republication : ni réseau, ni relais.",
        en="The archive holds no reshare: no network, no relays.",
    ),
}
NOT_PLACED = Text(
    fr=(
        "Les relais et le chemin des messages : l'archive ne dit pas quel message chaque"
        " republication reprend."
    ),
    en=(
        "The relays and the way of the posts: the archive does not say which post each"
        " reshare passes on."
    ),
)
ONE_ROLE = Text(
    fr=(
        "Le tableau des rôles : aucun fondateur, média ou soutien n'est connu par un registre ou"
        " par une bio ; tous les comptes auraient le même rôle."
    ),
    en=(
        "The matrix of roles: no founder, medium or supporter is known from a ledger or a bio;"
        " every account would have the same role."
    ),
)
ONE_LANE = Text(
    fr="Les voies jour par jour : moins de deux voies ont des publications datées.",
    en="The channels day by day: fewer than two channels have dated publications.",
)
COVERAGE = Text(
    fr=(
        "Part des republications pour lesquelles un abonnement connu, une republication, une"
        " réponse ou une mention antérieure lie le compte à un auteur possible."
    ),
    en=(
        "Share of the reshares for which a known follow, an earlier reshare, reply or mention"
        " ties the account to one of its possible sources."
    ),
)
ARRIVAL_NOTE = Text(
    fr=(
        "Le premier compte republié est un fait de l'archive ; ce n'est pas forcément celui par"
        " lequel le message est arrivé. Les auteurs republiés comptent, même si l'archive n'a"
        " d'eux aucun message à part."
    ),
    en=(
        "The first account reshared is a fact of the archive; it need not be the one through"
        " which the post came. Reshared authors count, even if the archive has no post of"
        " theirs by itself."
    ),
)
CHECKED = Text(
    fr=(
        "La part directe vient d'un contrôle à la main d'un échantillon ; les autres lignes en"
        " sont"
        " les bornes."
    ),
    en=("The direct share comes from a check by hand of a sample; the other rows are its bounds."),
)
SENSITIVITY = Text(
    fr=(
        "Les horaires seuls ne disent pas quelle part des republications vient directement de"
        " l'auteur : sans contrôle à la main, chaque ligne est une hypothèse."
    ),
    en=(
        "Times alone do not tell what share of the reshares came straight from the author:"
        " without a check by hand, each row is an assumption."
    ),
)
SHAPES_CLOSED = Text(
    fr=(
        "Tailles et durées sont des comptes. Sans indices, profondeur et largeur dépendraient"
        " du modèle seul : elles ne sont pas données."
    ),
    en=(
        "Sizes and durations are counts. Without evidence depth and breadth would rest on the"
        " model alone: they are not given."
    ),
)
SHAPES = Text(
    fr=(
        "Tailles et durées sont des comptes ; le reste est probable, avec l'intervalle à 90 % des"
        " arbres tirés."
    ),
    en=(
        "Sizes and durations are counts; the rest is probable, with the 90% interval of the trees"
        " drawn."
    ),
)
BEYOND = Text(
    fr="Corrélation de rangs avec le nombre de republications reçues ; près de 1, rien de neuf.",
    en="Rank correlation with the number of reshares received; close to 1 means nothing new.",
)
GROUPS_EN = "Groups, and what other measures add"
LANES = Text(
    fr="Ce qui tombe le même jour n'est pas pour autant lié.",
    en="What falls on the same day is not thereby connected.",
)
BASES = {
    "model": Text(fr="modèle seul", en="model alone"),
    "given": Text(fr="part donnée", en="share given"),
    "audit": Text(fr="contrôle à la main", en="check by hand"),
    "range": Text(fr="hypothèse", en="assumption"),
    "interval": Text(fr="borne du contrôle", en="end of the check's interval"),
}
MEASURES = {
    "pagerank": Text.same("PageRank"),
    "resharers": Text(fr="comptes qui ont republié", en="accounts that reshared"),
    "reshares": Text(fr="republications faites", en="reshares made"),
    "shell": Text(fr="noyau (k-cœur)", en="core number"),
    "descendants": Text(fr="relais (venues par le compte)", en="relays (came through it)"),
    "passages": Text(fr="passages entre groupes", en="passages between groups"),
}
HEADERS = {
    "rank": Text(fr="rang", en="rank"),
    "account": Text(fr="compte", en="account"),
    "reshared": Text(fr="republications reçues", en="reshares received"),
    "resharers": Text(fr="comptes qui l'ont republié", en="accounts that reshared it"),
    "reshares_made": Text(fr="republications faites", en="reshares made"),
    "resharer_role": Text(fr="qui republie", en="who reshares"),
    "author_role": Text(fr="qui est republié", en="who is reshared"),
    "reshares": Text(fr="republications", en="reshares"),
    "day": Text(fr="jour", en="day"),
    "generation": Text(fr="génération", en="generation"),
    "accounts": Text(fr="comptes", en="accounts"),
    "basis": Text(fr="d'où vient l'hypothèse", en="where the assumption comes from"),
    "direct_share": Text(fr="directement de l'auteur", en="straight from the author"),
    "relay_share": Text(fr="par un relais de l'archive", en="through a relay in the archive"),
    "unseen_share": Text(fr="par un relais manquant", en="through a missing relay"),
    "depth_mean": Text(fr="étapes jusqu'à l'auteur", en="steps to the author"),
    "top_descendants": Text(fr="venues par le premier relais", en="through the first relay"),
    "top10_shared": Text(fr="communs aux dix premiers", en="shared by the top ten"),
    "begun_on": Text(fr="début", en="begun"),
    "n_seen": Text(fr="republications vues", en="reshares seen"),
    "n_reported": Text(fr="comptées par la plateforme", en="counted by the platform"),
    "duration_h": Text(fr="durée (h)", en="length (h)"),
    "depth_mean_lo": Text(fr="étapes, au moins", en="steps, from"),
    "depth_mean_hi": Text(fr="étapes, au plus", en="steps, to"),
    "breadth_max": Text(fr="largeur", en="breadth"),
    "breadth_max_lo": Text(fr="largeur, au moins", en="breadth, from"),
    "breadth_max_hi": Text(fr="largeur, au plus", en="breadth, to"),
    "virality": Text(fr="viralité structurelle", en="structural virality"),
    "virality_lo": Text(fr="viralité, au moins", en="virality, from"),
    "virality_hi": Text(fr="viralité, au plus", en="virality, to"),
    "relays": Text(fr="republications faites", en="reshares made"),
    "descendants": Text(fr="venues par lui", en="came through it"),
    "lo": Text(fr="au moins", en="from"),
    "hi": Text(fr="au plus", en="to"),
    "range_lo": Text(fr="hypothèse basse", en="lowest assumption"),
    "range_hi": Text(fr="hypothèse haute", en="highest assumption"),
    "evidence_share": Text(fr="part avec indice", en="share with evidence"),
    "measure": Text(fr="mesure", en="measure"),
    "correlation": Text(fr="corrélation", en="correlation"),
    "n_used": Text(fr="comptes", en="accounts"),
    "lane": Text(fr="voie", en="channel"),
    "mentions": Text(fr="publications", en="publications"),
}
REASONS = {
    "resharer unknown": Text(fr="republications d'auteur inconnu", en="reshares by nobody known"),
    "original author unknown": Text(
        fr="republications dont l'auteur d'origine est inconnu",
        en="reshares whose original author is unknown",
    ),
    "self-reshares": Text(
        fr="republications de ses propres messages", en="reshares of one's own posts"
    ),
    "reshares whose original is not identified": Text(
        fr="republications d'un original inconnu, où aucun relais n'est cherché",
        en="reshares of an unknown original, in which no relay is looked for",
    ),
    "reshares without a time": Text(fr="republications sans heure", en="reshares without a time"),
    "reshares whose author or original author is unknown": Text(
        fr="republications dont un des deux comptes est inconnu",
        en="reshares one of whose accounts is unknown",
    ),
    "posts without a time": Text(fr="messages sans heure", en="posts without a time"),
    "posts without an author": Text(fr="messages sans auteur", en="posts without an author"),
    "press items whose day is not known": Text(
        fr="articles dont le jour n'est pas connu", en="press items whose day is not known"
    ),
    "relays of the ledger whose day is not known": Text(
        fr="relais du registre dont le jour n'est pas connu",
        en="relays of the ledger whose day is not known",
    ),
    "outcomes whose day is not known": Text(
        fr="issues dont le jour n'est pas connu", en="outcomes whose day is not known"
    ),
}
