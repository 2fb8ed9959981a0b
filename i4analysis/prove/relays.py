"""Proof of the relays: parents found, calibrated, the unseen relay, the gate, influence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from i4analysis import tables
from i4analysis.measure.relays import (
    parent_probabilities,
    real_trees,
    relay_influence,
)
from i4analysis.prove.checks import Check, Must
from i4analysis.prove.relay_scores import influence_correlation, score, true_descendants
from i4analysis.simulate import World

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
    names = ("accuracy", "ece", "relay_accuracy", "direct_true", "direct_said")
    return {name: scores[name] for name in names}


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
    for source, part in table.groupby("source"):
        for method, accuracy in zip(part["method"], part["accuracy"], strict=True):
            numbers[f"{source}_{method}"] = float(accuracy)
        row = part[part["method"] == "audited"].iloc[0].to_dict()
        for short, name in (
            ("relay", "relay_accuracy"), ("top_relay", "top_relay"), ("ece", "ece"),
            ("direct_true", "direct_true"), ("direct_said", "direct_said"),
        ):  # fmt: skip
            numbers[f"{source}_{short}"] = float(row[name])
        numbers[f"{source}_within"] = float(
            row["delta_lo"] <= row["direct_true"] <= row["delta_hi"]
        )
    numbers["gates_closed"] = float((table["gate"] == "closed").mean())
    return numbers


CHECKS = [
    Check(
        "relays.parents",
        _parents,
        must=(
            Must("accuracy", at_least=0.55, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            Must("ece", at_most=0.06, losses=(0.0,), why="methods 2.3, regime S, no graph"),
            Must("times_casin", at_least=2.0, losses=(0.0,), why="methods 2: twice casIn"),
            Must("unseen_gap", at_most=0.08, losses=_LOSS, why="methods 2: unseen share"),
            Must("gate_lets_name", at_least=0.8, losses=(0.0,), why="methods 2.5: not closed"),
        ),
        fr="qui a relayé qui, sans liste d’abonnés",
        en="who relayed whom, without follow lists",
        values={
            "accuracy": ("vrai parent en tête", "true parent first"),
            "chance": ("au hasard", "by chance"),
            "casin": ("casIn", "casIn"),
            "author": ("« toujours l’auteur »", "“always the author”"),
            "times_casin": ("fois mieux que casIn", "times as good as casIn"),
            "ece": ("erreur de calibration", "calibration error"),
            "relay_accuracy": ("vrai relais en tête des relais", "true relay first of relays"),
            "unseen_gap": ("écart sur la part des relais manquants", "gap on missing relays"),
            "direct_true": ("part directe, vraie", "direct share, true"),
            "direct_said": ("part directe, annoncée", "direct share, said"),
            "coverage": ("part avec indice", "share with evidence"),
        },
    ),
    Check(
        "relays.parents_with_lists",
        _with_lists,
        must=(
            Must("accuracy", at_least=0.77, losses=(0.0,), why="methods 2.3, regime S, graph"),
            Must("ece", at_most=0.04, losses=(0.0,), why="methods 2.3, regime S, graph"),
        ),
        fr="qui a relayé qui, toutes les listes d’abonnés connues",
        en="who relayed whom, every follow list known",
        values={
            "accuracy": ("vrai parent en tête", "true parent first"),
            "ece": ("erreur de calibration", "calibration error"),
        },
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
        values={"closed": ("porte fermée", "gate closed")},
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
        values={
            "weibo_author": ("Weibo, « toujours l’auteur »", "Weibo, “always the author”"),
            "weibo_casin": ("Weibo, casIn", "Weibo, casIn"),
            "weibo_lsr": ("Weibo, notre modèle", "Weibo, our model"),
            "weibo_audited": ("Weibo, avec contrôle à la main", "Weibo, with the audit"),
            "weibo_relay": ("Weibo, vrai relais en tête", "Weibo, true relay first"),
            "weibo_top_relay": ("Weibo, premier relais trouvé", "Weibo, top relay found"),
            "marref_author": ("#marref, « toujours l’auteur »", "#marref, “always the author”"),
            "marref_casin": ("#marref, casIn", "#marref, casIn"),
            "marref_lsr": ("#marref, notre modèle", "#marref, our model"),
            "marref_audited": ("#marref, avec contrôle à la main", "#marref, with the audit"),
            "marref_relay": ("#marref, vrai relais en tête", "#marref, true relay first"),
            "marref_top_relay": ("#marref, premier relais trouvé", "#marref, top relay found"),
        },
    ),
]
