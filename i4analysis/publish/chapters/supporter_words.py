"""Words of the chapters on supporters and followers: columns, codes, reasons."""

from __future__ import annotations

from i4analysis.publish.charts import style
from i4analysis.publish.words.wording import Text

METRICS = {
    "founders": Text(fr="Fondateurs", en="Founders"),
    "supporters_bio": Text(fr="Mot-dièse dans la bio", en="Hashtag in the bio"),
    "members": Text(fr="Membres du collectif", en="Members of the collective"),
    "seekers_bio": Text(fr="Bios en recherche d'emploi", en="Bios looking for work"),
    "followers_summed": Text(fr="Abonnés additionnés", en="Followers added up"),
}
COLOURS = {
    "founders": style.ORANGE,
    "supporters_bio": style.BLUE,
    "members": style.GREEN,
    "seekers_bio": style.PLUM,
    "followers_summed": style.ORANGE,
}
ROUGHNESS = {
    "exact": Text(fr="exact", en="exact"),
    "at_least": Text(fr="au moins", en="at least"),
    "about": Text(fr="environ", en="about"),
}
PRECISIONS = {
    "minute": Text(fr="à la minute", en="to the minute"),
    "hour": Text(fr="à l'heure", en="to the hour"),
    "day": Text(fr="au jour", en="to the day"),
    "week": Text(fr="à la semaine", en="to the week"),
    "month": Text(fr="au mois", en="to the month"),
    "year": Text(fr="à l'année", en="to the year"),
    "unknown": Text(fr="inconnue", en="unknown"),
}
ROLES = {
    "founder": Text(fr="fondateurs", en="founders"),
    "supporter": Text(fr="soutiens", en="supporters"),
    "seeker": Text(fr="en recherche d'emploi", en="looking for work"),
}
METHODS = {
    "chao1": Text(fr="vus une et deux fois (Chao1)", en="seen once and twice (Chao1)"),
    "two_lists": Text(fr="deux listes (Chapman)", en="two lists (Chapman)"),
}
EXCLUDED = {
    "bio not seen": Text(fr="profils vus sans leur bio", en="profiles seen without their bio"),
    "seen after the fact": Text(fr="bios relevées après coup", en="bios collected after the fact"),
    "account not named": Text(fr="comptes non nommés", en="accounts not named"),
    "followers unknown": Text(
        fr="comptes au nombre d'abonnés inconnu", en="accounts with unknown followers"
    ),
}
HEADERS = {
    "day": Text(fr="Jour", en="Day"),
    "n_lo": Text(fr="Vus avec : au moins", en="Seen with it: at least"),
    "n_hi": Text(fr="Au plus", en="At most"),
    "n_est": Text(fr="Estimation", en="Estimate"),
    "lo": Text(fr="Bande, bas", en="Band, low"),
    "hi": Text(fr="Bande, haut", en="Band, high"),
    "n_unseen_lo": Text(fr="Jamais vus, au moins", en="Never seen, at least"),
    "n_now": Text(fr="L'affichent encore", en="Still show it"),
    "followers_sum": Text(fr="Abonnés, somme", en="Followers, sum"),
    "n_first_post": Text(fr="Message ou reprise", en="Post or reshare"),
    "n_first_own_post": Text(fr="Message propre", en="Own post"),
    "metric": Text(fr="Ce qui est compté", en="What is counted"),
    "value": Text(fr="Valeur", en="Value"),
    "roughness": Text(fr="Précision", en="Roughness"),
    "date": Text(fr="Date", en="Date"),
    "precision": Text(fr="Date connue", en="Date known"),
    "publisher": Text(fr="Source", en="Source"),
    "url": Text(fr="Adresse", en="Address"),
    "role": Text(fr="Rôle", en="Role"),
    "n": Text(fr="Comptes", en="Accounts"),
    "observed": Text(fr="Comptes", en="Accounts"),
    "logistic": Text(fr="Logistique", en="Logistic"),
    "bass": Text(fr="Bass", en="Bass"),
    "k": Text(fr="Comptes suivis déjà soutiens", en="Followed accounts already supporters"),
    "n_reached": Text(fr="Comptes", en="Accounts"),
    "n_adopted": Text(fr="Dont ont rejoint", en="Of which joined"),
    "p": Text(fr="Part", en="Share"),
    "p_lo": Text(fr="Part, bas", en="Share, low"),
    "p_hi": Text(fr="Part, haut", en="Share, high"),
    "method": Text(fr="Méthode", en="Method"),
    "estimate": Text(fr="Estimation", en="Estimate"),
    "n_used": Text(fr="Comptes vus", en="Accounts seen"),
    "n_supporters": Text(fr="Comptes", en="Accounts"),
    "n_known": Text(fr="Dont abonnés connus", en="Of which followers known"),
    "reach_lo": Text(fr="Personnes, au moins", en="People, at least"),
    "reach_hi": Text(fr="Personnes, au plus", en="People, at most"),
    "reach_est": Text(fr="Personnes, estimation", en="People, estimate"),
    "n_lists": Text(fr="Listes d'abonnés", en="Follower lists"),
    "rank": Text(fr="Rang", en="Rank"),
    "followers": Text(fr="Abonnés", en="Followers"),
    "share_accounts": Text(fr="Part des comptes", en="Share of accounts"),
    "share_followers": Text(fr="Part des abonnés", en="Share of followers"),
    "followers_summed": Text(fr="Abonnés additionnés", en="Followers added up"),
    "members": Text(fr="Membres ou bios", en="Members or bios"),
    "mean": Text(fr="Moyenne", en="Mean"),
    "lists": Text(fr="Listes à demander", en="Lists to ask for"),
    "share_after": Text(fr="Part de la somme alors connue", en="Share of the sum then known"),
}
CELLS = {
    "metric": METRICS,
    "roughness": ROUGHNESS,
    "precision": PRECISIONS,
    "role": ROLES,
    "method": METHODS,
}
ARCHIVE = Text(fr="archive du mouvement", en="the movement's archive")
LEDGER = Text(fr="figures.csv, une adresse par ligne", en="figures.csv, one address a row")
