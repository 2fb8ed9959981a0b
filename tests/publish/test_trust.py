"""The chapter on trust quotes the proof, says what fails and how old it is."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from i4analysis import simulate, tables
from i4analysis.archive.doctor.overview import Overview, overview
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.appeals import errors as appeal_errors
from i4analysis.measure.relays.real_trees import real_trees
from i4analysis.publish.chapter.abroad import marked
from i4analysis.publish.chapters import trust
from i4analysis.publish.charts import style
from i4analysis.publish.charts.trust import plot_promises
from i4analysis.publish.proof import last_foreign
from i4analysis.publish.words.wording import Text, percent
from i4analysis.simulate import Parameters
from proof import Check, Must, Proof, last_proof
from proof.relays import CHECKS as RELAYS
from proof.runs import Cell
from proof.summary import summarise, write_proof


def nothing(world: object) -> dict[str, float]:
    return {}


CHECKS = [
    Check(
        "relays.parents",
        nothing,
        must=(Must("accuracy", at_least=0.55, why="x"), Must("ece", at_most=0.06, why="x")),
        fr="qui a relayé qui",
        en="who relayed whom",
        values={"accuracy": ("bon parent", "right parent"), "ece": ("écart", "gap")},
    ),
    Check(
        "appeals.labels",
        nothing,
        must=(Must("precision", at_least=0.9, why="x"),),
        fr="étiquettes",
        en="labels",
    ),
]


def proof(accuracy: float = 0.6) -> Proof:
    cells = []
    for seed in range(1, 6):
        for loss in (0.0, 0.25, 0.5):
            numbers = {"accuracy": accuracy - loss / 4 + seed / 500, "ece": 0.03}
            cells.append(Cell("relays.parents", seed, loss, "c", numbers, 1.0))
            labels = {"precision": 0.95, "recall": 0.93}
            cells.append(Cell("appeals.labels", seed, loss, "c", labels, 1.0))
    return summarise(CHECKS, cells)


@pytest.fixture(scope="module")
def world() -> simulate.World:
    return simulate.world(Parameters.small(seed=2))


def text(chapter: object, lang: str) -> str:
    return json.dumps(chapter.as_dict(), ensure_ascii=False).replace("\u202f", " ")  # type: ignore[attr-defined]  # a Chapter


def test_the_chapter_counts_promises_and_names_what_fails(world: simulate.World) -> None:
    chapter = trust(proof(), overview(world.archive), world.movement)
    assert chapter.problems() == []
    assert chapter.title["en"] == "Our methods keep 7 of 9 promises in trials"
    assert "The others concern: who relayed whom" in chapter.answer["en"]
    assert "qui a relayé qui" in chapter.answer["fr"]
    assert "right parent" in text(chapter, "en")


def test_better_methods_change_the_sentences(world: simulate.World) -> None:
    chapter = trust(proof(0.9), overview(world.archive), world.movement)
    assert chapter.problems() == []
    assert chapter.title["en"] == "Our methods keep 9 of 9 promises in trials"
    assert "The others" not in chapter.answer["en"]
    assert "trust-missed" not in text(chapter, "en")


def test_an_old_proof_says_so(world: simulate.World) -> None:
    held = overview(world.archive)
    old = trust(proof(), held, world.movement, stale=["relays.parents"])
    assert old.problems() == []
    assert "The code behind 1 check has changed" in text(old, "en").replace("\u00a0", " ")
    new = trust(proof(), held, world.movement)
    assert "made with the code of this report" in text(new, "en")


TREES = next(check for check in RELAYS if check.name == "relays.real_trees")


def tried(**changed: float) -> Proof:
    numbers = dict(TREES.run(1)) | changed
    return summarise([TREES], [Cell("relays.real_trees", 1, 0.0, "c", numbers, 1.0)])


def plain(chapter: object, lang: str) -> str:
    return text(chapter, lang).replace("\u00a0", " ")


def test_real_cascades_are_quoted_with_what_is_unwelcome(world: simulate.World) -> None:
    chapter = trust(tried(), overview(world.archive), world.movement)
    assert chapter.problems() == []
    known = real_trees().set_index(["source", "method"])["accuracy"]
    for lang, words in (
        ("en", "our model loses to the rule “always the author”"),
        ("fr", "notre modèle perd contre la règle « toujours l’auteur »"),
    ):
        said = plain(chapter, lang)
        assert words in said
        for place in ("weibo", "marref"):
            for method in ("author", "lsr", "audited"):
                share = percent(float(known[place, method]), lang).replace("\u00a0", " ")
                assert share.replace("\u202f", " ") in said
    assert "no relay is named without evidence" in plain(chapter, "en")
    assert "holds it both times" in plain(chapter, "en")
    (item,) = [one for one in chapter.as_dict()["items"] if one.get("stem") == "trust-real-trees"]
    assert len(item["rows"]) == 8
    assert "top relay" in plain(chapter, "en")


def test_the_sentences_on_real_cascades_follow_the_proof(world: simulate.World) -> None:
    held = overview(world.archive)
    better = {
        f"{place}_{method}_accuracy": 0.9
        for place in ("weibo", "marref")
        for method in ("lsr", "audited")
    }
    won = trust(tried(**better, weibo_within=0.0, gates_closed=0.5), held, world.movement)
    assert won.problems() == []
    assert "our model beats the rule" in plain(won, "en")
    assert "misses it on one of the two" in plain(won, "en")
    assert "holds names back in only 50% of the trials" in plain(won, "en")
    mixed = trust(tried(weibo_lsr_accuracy=0.9), held, world.movement)
    assert "ne bat pas toujours la règle" in plain(mixed, "fr")


def test_a_proof_without_real_cascades_says_so(world: simulate.World) -> None:
    chapter = trust(proof(), overview(world.archive), world.movement)
    (gap,) = [g for g in chapter.as_dict()["cannot_show"] if g["stem"] == "trust-real-trees"]
    assert "this proof does not hold it" in gap["text"]["en"]


def test_without_a_proof_or_an_archive_it_says_that(world: simulate.World) -> None:
    empty = Proof(pd.DataFrame(columns=proof().table.columns))
    chapter = trust(empty, Overview(table=pd.DataFrame()), world.movement)
    assert chapter.problems() == []
    assert "No proof of the methods" in chapter.title["en"]
    assert "was read" not in text(chapter, "en").replace("no proof was read", "")  # perhaps erased


@pytest.mark.parametrize(
    "made, real", [(proof, False), (tried, True)], ids=["made up", "real cascades"]
)
def test_where_methods_were_tried_is_told_of_what_was_tried(
    world: simulate.World, made: Callable[[], Proof], real: bool
) -> None:
    chapter = trust(made(), overview(world.archive), world.movement)
    assert ("made-up movements" in chapter.answer["en"]) is not real
    assert ("real cascades" in chapter.answer["en"]) is real
    assert "made-up" not in str(chapter.as_dict()["cannot_write"])
    for item in chapter.as_dict()["items"]:
        if item.get("stem") in ("trust-promises", "trust-bounds", "trust-missed"):
            said = json.dumps([item.get(name) for name in ("title", "subtitle", "note", "source")])
            assert "made-up" not in said.replace("Made-up data", "")
    # of fewer than twenty promises no share is told
    assert chapter.as_dict()["key_figures"] == []


def test_what_could_not_be_measured_is_not_called_broken(world: simulate.World) -> None:
    fallen = proof(0.9)
    fallen.table.loc[fallen.table["value"] == "ece", "verdict"] = "not run"
    chapter = trust(fallen, overview(world.archive), world.movement)
    assert chapter.title["en"] == "Our methods keep 6 of 9 promises in trials"
    words = json.dumps([[one["text"], one.get("title"), one.get("alt")] if "text" in one
                        else [one["title"], one.get("alt")]
                        for one in chapter.as_dict()["items"]
                        if one["kind"] != "heading"] + [chapter.answer["en"]])  # fmt: skip
    for word in ("missed", "not kept", "does not hold", "broken"):
        assert word not in words


def test_equal_scores_are_neither_better_nor_worse(world: simulate.World) -> None:
    same = {f"{place}_{method}_accuracy": 0.3 for place in ("weibo", "marref")
            for method in ("lsr", "audited", "author")}  # fmt: skip
    said = plain(trust(tried(**same), overview(world.archive), world.movement), "en")
    assert "does not always beat the rule" in said
    assert "worse in part" not in said


def test_labels_that_stand_there_are_no_absence_of_trials(world: simulate.World) -> None:
    empty = Proof(pd.DataFrame(columns=proof().table.columns))
    found = appeal_errors.label_errors(world.archive, world.movement)
    few = dataclasses.replace(found, n_posts=12, n_guesses=6)
    chapter = trust(empty, overview(world.archive), world.movement, labels=few)
    said = plain(chapter, "en")
    assert "kept sealed and scored once" in said
    assert "No trial" not in said
    assert "left without a label" not in said  # six of twelve are no share


def test_how_much_is_missing_is_unknown_though_the_platform_counted(
    world: simulate.World,
) -> None:
    held = Overview(table=pd.DataFrame(), posts=30, counted=500, findings=pd.DataFrame())
    said = plain(trust(proof(), held, world.movement), "en")
    assert "How many posts this archive lacks is unknown." in said
    assert "show none missing" not in said


def test_completeness_comes_from_the_archive(world: simulate.World) -> None:
    findings = pd.DataFrame(
        {"finding": ["reshares_missing"], "detail": [json.dumps({"held": 0.72})]}
    )
    held = Overview(table=pd.DataFrame(), posts=3, findings=findings)
    chapter = trust(proof(), held, world.movement)
    assert chapter.problems() == []
    said = text(chapter, "en")
    assert "holds 72% of the reshares" in said
    assert "nearest to 28%" in said


def test_the_last_proof_is_found_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path
    write_proof(proof(), folder)
    monkeypatch.setenv("I4_PROOF", str(folder / "proof.json"))
    assert len(last_proof().table) == len(proof().table)
    monkeypatch.setenv("I4_PROOF", str(folder / "nothing.json"))
    assert last_proof().table.empty


def test_figures_are_drawn_in_both_languages(world: simulate.World, tmp_path: Path) -> None:
    chapter = trust(proof(), overview(world.archive), world.movement)
    chapter.save(tmp_path)
    names = {path.name for path in (tmp_path / "trust").iterdir()}
    assert {"trust-promises.fr.png", "trust-losses.en.svg", "trust-missed.csv"} <= names


def changed_counts(**given: str) -> pd.DataFrame:
    """Return the counts of errors with every post of some sets given one label."""
    table = appeal_errors.counts()
    for split, label in given.items():
        table.loc[table["split"] == split, "given"] = label
    return table


def test_label_errors_are_quoted_from_the_counts_and_follow_them(world: simulate.World) -> None:
    held = overview(world.archive)
    found = appeal_errors.label_errors(world.archive, world.movement)
    chapter = trust(proof(), held, world.movement, labels=found)
    assert chapter.problems() == []
    for lang in ("fr", "en"):
        said = plain(chapter, lang)
        for posts in ("sealed", "authors", "never_read", "odd", "ours"):
            for name in ("precision", "recall"):
                share = percent(float(found.row(posts)[name]), lang).replace("\u00a0", " ")
                assert share.replace("\u202f", " ") in said, (posts, name)
    assert "made up, by us" in plain(chapter, "en")
    assert "inventés, par nous" in plain(chapter, "fr")
    (item,) = [one for one in chapter.as_dict()["items"] if one.get("stem") == "trust-labels"]
    assert len(item["rows"]) == 3 * 6 + 3
    worse = appeal_errors.label_errors(found=changed_counts(sealed="other"))
    told = trust(proof(), held, world.movement, labels=worse)
    assert told.problems() == []
    assert "20% of the posts of each kind found" in plain(told, "en")
    assert "In the archive loaded" not in plain(told, "en")
    assert "In the archive loaded" in plain(chapter, "en")


def test_the_movements_own_hand_labels_are_quoted_without_small_cells(
    world: simulate.World,
) -> None:
    truth = world.truth.appeals.head(60)
    rows = [{"post_id": key, "label": "offer"} for key in truth["post_id"]]
    for n, quoted in ((60, True), (8, False)):
        ledger = tables.build(LEDGERS["labels"], rows[:n])
        move = dataclasses.replace(world.movement, ledgers={"labels": ledger})
        found = appeal_errors.label_errors(world.archive, move)
        assert found.audit.set_index("label").loc["offer", "n_true"] == n
        chapter = trust(proof(), overview(world.archive), move, labels=found)
        assert chapter.problems() == []
        assert ("posts of this archive labelled by hand" in plain(chapter, "en")) is quoted


PROMISED = {
    "press.false": ("rate", 0.031, 98, True, True),
    "press.found": ("rest", 0.8, 15, True, True),
    "coordination.organic": ("rest", 0.5, 12, True, False),
    "adoption.coverage": ("rest", 0.9, 55, False, True),
    "dossiers.coincidences": ("rate", 0.33, 60, True, None),
    "dossiers.press": ("rate", 0.4, 5, True, None),
    "dossiers.placebo": ("", 0.02, 60, True, True),
    "appeals.right": ("rest", 0.93, 111, True, True),
    "relays.checked": ("rest", 0.07, 9, False, False),
    "tags.largest": ("", 0.48, 30, True, False),
}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial in worlds of another hand, beside a proof."""
    rows = []
    for name, (how, value, n, counted, kept) in PROMISED.items():
        fails = {"rest": 1 - value, "rate": value}.get(how)
        rows.append(
            {
                "name": name, "fr": f"promesse {name}", "en": f"promise {name}", "stated": "x",
                "home": 0.97, "home_fails": None if fails is None else 0.03, "home_worlds": 20,
                "foreign": value, "fails": fails, "n": n,
                "of": "items" if counted else "archives", "counted": counted, "withheld": 0.25,
                "at_least": 0.8 if how == "rest" else None, "at_most": None, "kept": kept,
                "worlds": 40,
            }
        )  # fmt: skip
    content = {"format": 2, "promises": rows, "measured": {}, "mechanisms": {"waves": "x"}}
    (tmp_path / "foreign.json").write_text(json.dumps(content), encoding="utf-8")
    write_proof(proof(), tmp_path)
    monkeypatch.setenv("I4_PROOF", str(tmp_path / "proof.json"))
    return tmp_path


def test_every_promise_is_printed_with_its_failures_at_home_and_abroad(
    world: simulate.World, elsewhere: Path
) -> None:
    held = overview(world.archive)
    chapter = trust(proof(), held, world.movement, foreign=last_foreign())
    assert chapter.problems() == []
    table = next(item for item in chapter.as_dict()["items"] if item.get("stem") == "trust-abroad")
    assert [row[0] for row in table["rows"]] == list(PROMISED)
    words = {
        column["name"]: {
            key: {lang: flat(text) for lang, text in both.items()}
            for key, both in column.get("words", {}).items()
        }
        for column in table["columns"]
    }
    assert words["abroad"]["press.false"] == {"fr": "3 % (98 essais)", "en": "3% (98 trials)"}
    # no share of fewer than twenty trials
    assert words["abroad"]["press.found"] == {"fr": "3 sur 15", "en": "3 of 15"}
    assert words["abroad"]["relays.checked"]["en"] == "too few trials (9)"
    assert words["abroad"]["tags.largest"]["fr"] == "valeur 0,48 (30 essais)"
    assert words["home"]["press.false"]["en"] == "3% (20 trials)"
    said = flat(text(chapter, "fr"))
    assert "5 promesses sur 8 y tiennent" in said
    assert "N’y tiennent pas : promesse coordination.organic" in said
    assert "93 % des étiquettes sont justes (de 86 % à 96 %)" in said
    assert "a changé" not in said


def test_a_trial_of_other_code_is_said_to_be_old(world: simulate.World, elsewhere: Path) -> None:
    path = elsewhere / "foreign.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["measured"] = {"press": {"modules": ["i4analysis.tables"], "hash": "of old"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    chapter = trust(proof(), overview(world.archive), world.movement, foreign=last_foreign())
    assert "Since this trial the code has changed" in flat(text(chapter, "en"))
    # one of a form that is no longer read is none
    path.write_text(json.dumps(content | {"format": 1}), encoding="utf-8")
    assert last_foreign() is None


def test_without_a_trial_elsewhere_that_is_said(world: simulate.World) -> None:
    chapter = trust(proof(), overview(world.archive), world.movement)
    assert chapter.problems() == []
    missing = [flat(item["text"]["en"]) for item in chapter.as_dict()["cannot_show"]]
    assert any("worlds that we did not make" in one for one in missing)


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_a_promises_worth_stands_where_its_number_is_used(elsewhere: Path, name: str) -> None:
    """In both languages; a share of twenty trials or more, else so many of so many."""
    if name == "dossiers.placebo":  # printed beside every contact: no mark of its own
        return
    told = marked(name)
    assert told is not None
    _, _, n, _, _ = PROMISED[name]
    for lang in ("fr", "en"):
        said = flat(told[lang])
        assert said.endswith(".")
        assert str(n) in said
        assert ("%" in said) <= (n >= 20 or name == "appeals.right")


def test_without_a_trial_no_number_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("I4_PROOF", str(tmp_path / "proof.json"))
    assert all(marked(name) is None for name in PROMISED)


def flat(said: str) -> str:
    return said.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_promises_are_read_on_a_phone(lang: str) -> None:
    counts = {"met": 30, "met_narrowly": 2, "missed_narrowly": 1, "missed": 1, "bounds": 34}
    table = pd.DataFrame([{"measure": name, **counts} for name in ("a", "b")])
    with style.for_phone(), style.look():
        labels = dict.fromkeys("ab", Text.same("comptes qui reprennent ensemble"))
        figure = plot_promises(table, lang=lang, labels=labels).figure
        figure.draw_without_rendering()
    boxes = [
        text.get_window_extent()
        for text in [*figure.axes[0].texts, *figure.axes[0].get_yticklabels()]
        if text.get_text()
    ]
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    first, second = (figure.axes[0].lines[k] for k in (0, 1))
    gap = second.get_transform().transform(second.get_xydata())[0][0]
    gap -= first.get_transform().transform(first.get_xydata())[0][0]
    assert gap >= 0.9 * first.get_markersize() * figure.dpi / 72
    plt.close(figure)
