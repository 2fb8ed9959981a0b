"""Learn the weights that tell an appeal, and how far they can be trusted with a new author.

Usage: python benchmarks/appeal_weights.py [--errors]

Reads the made-up posts of tests/measure/appeals_labelled.csv and writes two tables into
i4analysis/measure/data: appeal_weights.tsv (feature, one weight a label) and, with --errors,
appeal_errors.csv (author left out, true label, label given, posts): the posts of each author
labelled by weights that were learnt from all the others. The split `sealed`, of an author nothing
is learnt from, is labelled by the weights of the first table themselves.

Multinomial logistic regression, one penalty a kind of feature (L2), classes balanced in part;
same posts, same weights. Never learnt from: the splits `held_out`, `odd` and `sealed`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import minimize

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "i4analysis" / "measure" / "data"
sys.path.insert(0, str(HERE.parent / "tests" / "measure"))

from appeal_samples import labelled, movement, posts  # noqa: E402  # after the path is set

from i4analysis.measure.appeals import labels as appeal_labels  # noqa: E402  # as above
from i4analysis.measure.appeals import lexicon  # noqa: E402  # as above
from i4analysis.measure.appeals.rules import LABELS  # noqa: E402  # as above

LEARNT = ("tuning", "learning")
LEAST = 3  # posts a feature must be found in
KEPT = 7000  # features, the heaviest: the table stays under 300 kB
BALANCE = 0.5  # 0: every post counts alike; 1: every label does
PENALTY = {"word": 1.0, "start": 1.0, "end": 1.0, "first": 1.0, "family": 2.0,
           "pair": 0.7, "near": 0.7, "rule": 2.0}  # fmt: skip


def learnt_from(truth: pd.DataFrame, without: str | None = None) -> np.ndarray:
    """Return the rows to learn from: the splits of `LEARNT`, an author left out."""
    return np.flatnonzero(truth["split"].isin(LEARNT) & (truth["author"] != without))


def found_in(truth: pd.DataFrame) -> appeal_labels.Found:
    """Return all features of labelled posts."""
    given = posts(truth[["post_id", "text"]].to_dict("records"))
    named = lexicon.sectors_and_jobs(given["text"])[0].notna().to_numpy(bool)
    full = appeal_labels.full_text(given)
    return appeal_labels.find(given, full, movement(), None, named, least=LEAST)


def learn(
    found: appeal_labels.Found, truth: pd.DataFrame, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (weights: features by labels, intercepts), learnt from some rows, rounded."""
    features = found.features[rows]
    offset = found.offset()[rows]
    label = truth["label"].map({name: i for i, name in enumerate(LABELS)}).to_numpy()[rows]
    used = np.flatnonzero(np.asarray((features > 0).sum(axis=0)).ravel() >= LEAST)
    penalty = np.array([PENALTY[name.split(":")[0]] for name in found.names])[used]
    weights, start = fitted(features[:, used], label, offset, penalty)
    weights -= weights.mean(axis=1, keepdims=True)
    start -= start.mean()
    heaviest = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:KEPT])
    full = np.zeros((len(found.names), len(LABELS)))
    full[used[heaviest]] = weights[heaviest].round(2)
    return full, start.round(2)


def fitted(
    features: sparse.csr_matrix, label: np.ndarray, offset: np.ndarray, penalty: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and intercepts at the minimum of the penalised log loss (L-BFGS)."""
    n, f = features.shape
    k = len(LABELS)
    true = np.eye(k)[label]
    share = np.bincount(label, minlength=k) / n
    counts = (1 / (k * np.maximum(share, 1 / n)) ** BALANCE)[label]
    turned = features.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, start = flat[: f * k].reshape(f, k), flat[f * k :]
        scores = features @ weights + start + offset
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        error = (np.exp(logs) - true) * counts[:, None]
        value = -(counts * logs[np.arange(n), label]).sum()
        value += 0.5 * (penalty[:, None] * weights * weights).sum()
        slope = turned @ error + penalty[:, None] * weights
        return float(value), np.concatenate([slope.ravel(), error.sum(axis=0)])

    best = minimize(loss, np.zeros(f * k + k), jac=True, method="L-BFGS-B",
                    options={"maxiter": 300, "ftol": 1e-7, "gtol": 1e-3})  # fmt: skip
    return best.x[: f * k].reshape(f, k), best.x[f * k :]


def written(found: appeal_labels.Found, weights: np.ndarray, start: np.ndarray) -> str:
    """Return the table of weights as text, the intercepts first."""
    kept = np.flatnonzero(np.abs(weights).max(axis=1) > 0)
    lines = ["\t".join(["feature", *LABELS])]
    for name, values in [("intercept", start)] + [
        (found.names[i], weights[i]) for i in kept.tolist()
    ]:
        lines.append("\t".join([name, *(f"{value:g}" for value in values + 0.0)]))
    return "\n".join(lines) + "\n"


def left_out(found: appeal_labels.Found, truth: pd.DataFrame) -> pd.DataFrame:
    """Return how the posts of each author are labelled by weights learnt from the others."""
    authors = truth["author"].to_numpy()
    tables = []
    for author in sorted(set(authors)):
        weights, start = learn(found, truth, learnt_from(truth, without=author))
        # What an author learnt from wrote for learning is no test of the first author's style.
        tested = (authors == author) & (truth["split"] != "tuning").to_numpy()
        scores = found.features[tested] @ weights + start + found.offset()[tested]
        given = np.array(LABELS)[scores.argmax(axis=1)]
        told = truth[tested].assign(given=given)
        tables.append(told.groupby(["author", "split", "label", "given"]).size())
    table = pd.concat(tables).rename("posts").reset_index()
    return table.sort_values(["author", "split", "label", "given"], ignore_index=True)


def report(table: pd.DataFrame) -> str:
    """Return macro precision and recall by author, as text."""
    lines = []
    named = list(table.groupby(["author", "split"]))
    everyone = table[table["split"] == "learning"]
    for (author, split), rows in [*named, (("all", "learning"), everyone)]:
        cross = rows.pivot_table(index="label", columns="given", values="posts", aggfunc="sum")
        cross = cross.reindex(index=LABELS, columns=LABELS).fillna(0).to_numpy()
        precision = np.diag(cross) / np.maximum(cross.sum(axis=0), 1)
        recall = np.diag(cross) / np.maximum(cross.sum(axis=1), 1)
        each = " ".join(f"{p:.2f}/{r:.2f}" for p, r in zip(precision, recall, strict=True))
        lines.append(
            f"{author:6} {split:9} n={cross.sum():5.0f} precision {precision.mean():.3f}"
            f" recall {recall.mean():.3f} right {np.trace(cross) / cross.sum():.3f} | {each}"
        )
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Learn, write, and say how well it went."""
    began = time.process_time()
    truth = labelled()
    found = found_in(truth)
    text = written(found, *learn(found, truth, learnt_from(truth)))
    (DATA / "appeal_weights.tsv").write_text(text, "utf-8")
    print(
        f"{text.count(chr(10)) - 2} features from {len(learnt_from(truth))} posts,"
        f" {time.process_time() - began:.0f} s CPU"
    )
    if "--errors" in arguments:
        errors = left_out(found, truth)
        errors.to_csv(DATA / "appeal_errors.csv", index=False)
        print(report(errors))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
