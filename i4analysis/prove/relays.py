"""Proof of the relays: parents found, calibrated, the unseen relay, the gate, influence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.measure.relays.relays import parent_probabilities, real_trees, relay_influence
from i4analysis.prove.checks import Check, Must
from i4analysis.prove.relay_exact import exact
from i4analysis.prove.relay_scores import influence_correlation, score, true_descendants
from i4analysis.simulate import Parameters, World

_LOSS = (0.25, 0.5)


def _parents(world: World) -> dict[str, float]:
    """Score the method and its rivals, without follow lists."""
    found = parent_probabilities(world.archive)
    scores = score(found, world.truth.parents)
    rivals = {
        name: score(parent_probabilities(world.archive, method=name), world.truth.parents)
        for name in ("casin", "author")
    }
    return {
        "accuracy": scores["accuracy"],
        "chance": scores["chance"],
        "casin": rivals["casin"]["accuracy"],
        "author": rivals["author"]["accuracy"],
        "times_casin": scores["accuracy"] / max(rivals["casin"]["accuracy"], 1e-9),
        "ece": scores["ece"],
        "relay_accuracy": scores["relay_accuracy"],
        "unseen_true": scores["unseen_true"],
        "unseen_said": scores["unseen_said"],
        "unseen_gap": abs(scores["unseen_said"] - scores["unseen_true"]),
        "direct_true": scores["direct_true"],
        "direct_said": scores["direct_said"],
        "coverage": float(found.quality["coverage_any"].iloc[0]),
        "gate_lets_name": float(found.gate != "closed"),
    }


def _follows(world: World) -> pd.DataFrame:
    edges = world.truth.follows
    return tables.build(
        tables.FOLLOWS,
        {
            "platform": ["twitter"] * len(edges),
            "follower_id": edges["follower_id"].tolist(),
            "followee_id": edges["followee_id"].tolist(),
        },
    )


def _with_lists(world: World) -> dict[str, float]:
    """Score the method where every follow list is known."""
    found = parent_probabilities(world.archive, follows=_follows(world))
    scores = score(found, world.truth.parents)
    names = (
        "accuracy", "chance", "ece", "relay_accuracy", "unseen_true", "unseen_said",
        "direct_true", "direct_said",
    )  # fmt: skip
    gap = abs(scores["unseen_said"] - scores["unseen_true"])
    return {name: scores[name] for name in names} | {"unseen_gap": gap}


def _audited(world: World) -> dict[str, float]:
    """Calibrate by a hand audit of 100 reshares that knows whether each came straight."""
    posts = world.archive.posts
    truth = world.truth.parents[world.truth.parents["child_id"].isin(posts["post_id"])]
    sample = truth.sample(100, random_state=world.parameters.seed)
    audit = pd.DataFrame(
        {
            "post_id": sample["child_id"],
            "follows_author": (sample["parent_id"] == sample["cascade_id"]).astype("int64"),
        }
    )
    plain = parent_probabilities(world.archive)
    moved = parent_probabilities(world.archive, audit=audit)
    before, after = (score(one, world.truth.parents) for one in (plain, moved))
    quality = moved.quality.iloc[0]
    return {
        "ece_before": before["ece"],
        "ece_after": after["ece"],
        "direct_true": before["direct_true"],
        "within": float(quality["delta_lo"] <= before["direct_true"] <= quality["delta_hi"]),
    }


def _influence(world: World) -> dict[str, float]:
    """Compare what came through each account with the truth, and with the plain count."""
    found = parent_probabilities(world.archive)
    ranks = influence_correlation(found, world.truth.parents)
    table = relay_influence(found).table.set_index("account")
    true = true_descendants(found, world.truth.parents).reindex(table.index.astype(object))
    ends = {name: table[name].to_numpy(float) for name in ("lo", "hi", "range_lo", "range_hi")}
    lo = np.minimum(ends["lo"], ends["range_lo"])
    hi = np.maximum(ends["hi"], ends["range_hi"])
    values = true.to_numpy(float)
    large = table["relays"].to_numpy(float) >= 5
    return {
        "rank_correlation": ranks["descendants"],
        "rank_of_counts": ranks["relays"],
        "gain": ranks["descendants"] - ranks["relays"],
        "band_holds": float(((lo <= values) & (values <= hi))[large].mean()),
    }


def _gate(world: World) -> dict[str, float]:
    """Strip the evidence (every account seen once) and look whether the gate closes."""
    posts = world.archive.posts
    reshares = posts[(posts["kind"] == "reshare").to_numpy(dtype=bool)]
    alone = [f"once-{number}" for number in range(len(reshares))]
    stripped = reshares.assign(
        author_id=alone,
        author=alone,
        mentions=None,
    ).astype({name: tables.POSTS[name].dtype for name in ("author_id", "author", "mentions")})
    return {"closed": float(parent_probabilities(tables.Archive(posts=stripped)).gate == "closed")}


def _real(seed: int) -> dict[str, float]:
    """Give the scores on real trees, measured once and committed (benchmarks/real_trees.py)."""
    table = real_trees().astype({"source": object, "method": object})
    numbers: dict[str, float] = {}
    for row in table.to_dict("records"):
        source, method = row["source"], row["method"]
        for name in _TREE_SCORES:
            numbers[f"{source}_{method}_{name}"] = float(row[name])
        numbers[f"{source}_reshares"] = float(row["reshares"])
        if method == "audited":
            within = row["delta_lo"] <= row["direct_true"] <= row["delta_hi"]
            for name in _DIRECT:
                numbers[f"{source}_{name}"] = float(within if name == "within" else row[name])
    numbers["gates_closed"] = float((table["gate"] == "closed").mean())
    return numbers


_SOURCES = {"weibo": "Weibo", "marref": "#marref"}
_METHODS = {
    "author": ("« toujours l’auteur »", "“always the author”"),
    "casin": ("casIn", "casIn"),
    "lsr": ("notre modèle", "our model"),
    "audited": ("notre modèle, avec contrôle à la main", "our model, with the audit"),
}
_TREE_SCORES = {
    "accuracy": ("vrai parent en tête", "true parent first"),
    "ece": ("erreur de calibration", "calibration error"),
    "relay_accuracy": ("vrai relais en tête des relais", "true relay first of relays"),
    "top_relay": ("premier relais de la cascade trouvé", "top relay of the cascade found"),
}
_DIRECT = {
    "direct_true": ("part directe, vraie", "direct share, true"),
    "direct_said": ("part directe, après contrôle", "direct share, after the audit"),
    "delta_lo": ("part directe contrôlée, au moins", "audited direct share, from"),
    "delta_hi": ("part directe contrôlée, au plus", "audited direct share, to"),
    "within": ("vraie part dans l’intervalle", "true share in the interval"),
}


def _tree_words() -> dict[str, tuple[str, str]]:
    """Say what each number of the real trees is."""
    words = {
        f"{source}_{method}_{name}": (
            f"{place}, {who[0]} : {what[0]}",
            f"{place}, {who[1]}: {what[1]}",
        )
        for source, place in _SOURCES.items()
        for method, who in _METHODS.items()
        for name, what in _TREE_SCORES.items()
    }
    for source, place in _SOURCES.items():
        words[f"{source}_reshares"] = (f"{place} : republications", f"{place}: reshares")
        for name, what in _DIRECT.items():
            words[f"{source}_{name}"] = (f"{place} : {what[0]}", f"{place}: {what[1]}")
    return words | {"gates_closed": ("portes fermées (part)", "gates closed (share)")}


def _dense(seed: int) -> Parameters:
    """Regime D: long chains of relays."""
    return Parameters.dense(seed=seed)


_UNSEEN = "methods 2: unseen share"
_BOTH_REGIMES = (
    Must("times_casin", at_least=2.0, losses=(0.0,), why="methods 2: twice casIn"),
    Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
    Must("gate_lets_name", at_least=1.0, losses=(0.0,), each=True, why="methods 2.5: not closed"),
)
_PARENT_WORDS = {
    "accuracy": ("vrai parent en tête", "true parent first"),
    "chance": ("au hasard", "by chance"),
    "casin": ("casIn", "casIn"),
    "author": ("« toujours l’auteur »", "“always the author”"),
    "times_casin": ("fois mieux que casIn", "times as good as casIn"),
    "ece": ("erreur de calibration", "calibration error"),
    "relay_accuracy": ("vrai relais en tête des relais", "true relay first of relays"),
    "unseen_gap": ("écart sur la part des relais manquants", "gap on missing relays"),
    "unseen_true": ("part des relais manquants, vraie", "share of missing relays, true"),
    "unseen_said": ("part des relais manquants, annoncée", "share of missing relays, said"),
    "direct_true": ("part directe, vraie", "direct share, true"),
    "direct_said": ("part directe, annoncée", "direct share, said"),
    "coverage": ("part avec indice", "share with evidence"),
    "gate_lets_name": ("porte ouverte ou entrouverte", "gate open or ajar"),
}
_GATE_WORDS = {"closed": ("porte fermée", "gate closed")}

CHECKS = [
    Check(
        "relays.parents",
        _parents,
        must=(
            Must("accuracy", at_least=0.55, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            Must("ece", at_most=0.06, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            *_BOTH_REGIMES,
        ),
        fr="qui a relayé qui, sans liste d’abonnés",
        en="who relayed whom, without follow lists",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_dense",
        _parents,
        must=(
            Must("ece", at_most=0.06, losses=(0.0,), why="as in regime S, no graph"),
            *_BOTH_REGIMES,
        ),
        parameters=_dense,
        quick=False,
        fr="qui a relayé qui, sans liste d’abonnés, longues chaînes",
        en="who relayed whom, without follow lists, long chains",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_with_lists",
        _with_lists,
        must=(
            Must("accuracy", at_least=0.77, losses=(0.0,), why="methods 2.3, regime S, graph"),
            Must("ece", at_most=0.04, losses=(0.0,), why="methods 2.3, regime S, graph"),
            Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
        ),
        fr="qui a relayé qui, toutes les listes d’abonnés connues",
        en="who relayed whom, every follow list known",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.parents_dense_with_lists",
        _with_lists,
        must=(
            Must("ece", at_most=0.04, losses=(0.0,), why="as in regime S, graph"),
            Must("unseen_gap", at_most=0.08, losses=_LOSS, each=True, why=_UNSEEN),
        ),
        parameters=_dense,
        quick=False,
        fr="qui a relayé qui, toutes les listes d’abonnés connues, longues chaînes",
        en="who relayed whom, every follow list known, long chains",
        values=_PARENT_WORDS,
    ),
    Check(
        "relays.audit",
        _audited,
        must=(
            Must("ece_after", at_most=0.06, losses=(0.0,), why="methods 2.4"),
            Must("within", at_least=0.85, losses=(0.0,), why="a 95 % interval, 20 worlds"),
        ),
        losses=(0.0,),
        fr="la part directe, contrôlée à la main sur cent republications",
        en="the direct share, checked by hand on a hundred reshares",
        values={
            "ece_before": ("calibration avant", "calibration before"),
            "ece_after": ("calibration après", "calibration after"),
            "within": ("vraie part dans l’intervalle", "true share in the interval"),
        },
    ),
    Check(
        "relays.influence",
        _influence,
        must=(
            Must("rank_correlation", at_least=0.55, losses=(0.0,), why="methods 2.3: .69"),
            Must("gain", at_least=0.03, losses=(0.0,), why="better than counting reshares"),
        ),
        losses=(0.0, 0.25),
        fr="ce qui est venu par chaque compte",
        en="what came through each account",
        values={
            "rank_correlation": ("corrélation de rangs avec la vérité", "rank correlation"),
            "rank_of_counts": ("celle du simple compte", "that of the plain count"),
            "band_holds": ("la fourchette contient la vérité", "the band holds the truth"),
        },
    ),
    Check(
        "relays.gate",
        _gate,
        must=(Must("closed", at_least=1.0, each=True, why="methods 2.5: evidence stripped"),),
        losses=(0.0,),
        fr="sans indice, aucun relais n’est nommé",
        en="without evidence no relay is named",
        values=_GATE_WORDS,
    ),
    Check(
        "relays.gate_dense",
        _gate,
        must=(Must("closed", at_least=1.0, each=True, why="methods 2.5: evidence stripped"),),
        losses=(0.0,),
        parameters=_dense,
        quick=False,
        fr="sans indice, aucun relais n’est nommé, longues chaînes",
        en="without evidence no relay is named, long chains",
        values=_GATE_WORDS,
    ),
    Check(
        "relays.exact",
        exact,
        must=(
            Must("trees", at_most=1e-10, each=True, why="methods 2: exact identities"),
            Must("mixture", at_most=1e-10, each=True, why="methods 2: exact identities"),
            Must("dense", at_most=1e-9, each=True, why="the dense definition, O(n³)"),
            Must("dense_400_days", at_most=1e-9, each=True, why="finite and exact on long ones"),
        ),
        losses=(0.0,),
        on="seed",
        fr="les quantités exactes d’une cascade, contre leur définition",
        en="the exact quantities of a cascade, against their definition",
        values={
            "trees": ("écart avec la somme de tous les arbres", "gap with the sum of all trees"),
            "mixture": ("le même, loi de puissance", "the same, power law"),
            "dense": ("écart avec la matrice dense", "gap with the dense matrix"),
            "dense_400_days": ("le même, sur 400 jours", "the same, over 400 days"),
        },
    ),
    Check(
        "relays.real_trees",
        _real,
        must=(
            Must("gates_closed", at_least=1.0, why="no evidence on who reads whom in these sets"),
            Must("weibo_within", at_least=1.0, why="the audited direct share holds the true one"),
            Must("marref_within", at_least=1.0, why="the audited direct share holds the true one"),
        ),
        losses=(0.0,),
        seeds=1,
        on="seed",
        fr="sur de vraies cascades dont les chemins sont connus (Weibo, #marref)",
        en="on real cascades whose roads are known (Weibo, #marref)",
        values=_tree_words(),
    ),
]
