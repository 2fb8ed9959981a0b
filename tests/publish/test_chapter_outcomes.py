"""The chapters on outcomes and the press: guarded sentences, rivals as visible as credit."""

from __future__ import annotations

import csv
import itertools
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import invented
import pandas as pd
import pytest

from i4analysis import simulate
from i4analysis.measure.coordination import coordination
from i4analysis.measure.members import members
from i4analysis.measure.outcomes import outcomes
from i4analysis.measure.push import push
from i4analysis.movement import Movement
from i4analysis.publish import chapters
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.chapters.outcomes import _who, archive_words, opening_answer, opening_title
from i4analysis.publish.charts import outcomes as charts
from i4analysis.publish.report.pages import PAGE_ROWS
from i4analysis.tables import Archive

FOLDER = Path(__file__).resolve().parents[2] / "data" / "i4emploi"
CLAIM_TABLES = ("outcome-claims", "outcome-claims-others", "outcome-claims-facts")
CAUSAL = re.compile(
    r"grâce|a sauvé|ont sauvé|thanks to|has saved|because|parce que|permis de", re.IGNORECASE
)


@pytest.fixture(scope="module")
def plant() -> Chapter:
    movement = Movement.load(FOLDER)
    return chapters.outcomes(outcomes.dossiers(movement, Archive()), movement)


@pytest.fixture(scope="module")
def world() -> simulate.World:
    return simulate.world(simulate.Parameters.small(seed=3))


def draw(chapter: Chapter) -> None:
    """Draw every figure once, as a notebook does."""
    for item in chapter.as_dict()["items"]:
        if item["kind"] == "figure":
            assert "data:image/svg" in chapter.html(item["stem"], "fr")


def words(chapter: Chapter, lang: str) -> list[str]:
    content = chapter.as_dict()
    parts = [content[name][lang] for name in ("title", "answer")]
    parts += [text[lang] for text in content["can_write"]]
    parts += [item["text"][lang] for item in content["items"] if item["kind"] == "sentence"]
    return parts


def table_of(chapter: Chapter, stem: str) -> dict[str, Any]:
    return next(item for item in chapter.as_dict()["items"] if item.get("stem") == stem)


def test_the_plant_chapter_explains_every_number_and_draws(plant: Chapter, tmp_path: Path) -> None:
    assert plant.problems() == []
    plant.save(tmp_path)
    folder = tmp_path / "outcomes"
    for lang in ("fr", "en"):
        assert (folder / f"outcome-chains.{lang}.png").stat().st_size > 10_000


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_causal_word_is_ours(plant: Chapter, lang: str) -> None:
    ours = [text for text in words(plant, lang) if not text.startswith(("Selon", "According"))]
    evidence = []
    for stem in CLAIM_TABLES:
        claims = table_of(plant, stem)["columns"]
        said = next(column for column in claims if column["name"] == "claim_id")["words"]
        evidence += [text[lang] for text in said.values()]
    for text in ours:
        for quoted in evidence:
            whole = quoted.rstrip(".")
            text = text.replace(whole, "").replace(whole[:1].lower() + whole[1:], "")
        assert not CAUSAL.search(text), text


def dossier_of(chapter: Chapter, start: str, lang: str = "en") -> str:
    verdict = {"en": "Verdict:", "fr": "Verdict"}[lang]
    return next(t for t in words(chapter, lang) if t.startswith(start) and verdict in t)


def test_each_source_says_on_what_word_and_a_doubt_says_when(plant: Chapter) -> None:
    takeover = dossier_of(plant, "The commercial court")
    assert "Be a boss, at second hand" in takeover
    assert "Info Social RH (four weeks before the ruling" in takeover
    assert "Alban Jarry (Emploi Store), an interested party" in takeover
    one = dossier_of(plant, "Un sursis de trente jours", "fr")
    assert "L’attribue au mouvement" in one
    assert "de seconde main" in one


def test_a_printable_sentence_quotes_nothing_and_names_real_ways(plant: Chapter) -> None:
    for said in plant.as_dict()["can_write"]:
        text = said["fr"] if "fr" in said else said["text"]["fr"]
        assert "«" not in text
        assert "autre chose" not in text


def test_what_precedes_the_hashtag_is_never_a_sentence_to_print(world: simulate.World) -> None:
    found = outcomes.dossiers(world.movement, world.archive)
    early = found.table[(found.table["timing"] == "not consistent").to_numpy(dtype=bool)]
    assert len(early)
    chapter = chapters.outcomes(found, world.movement)
    for title in early["title_en"]:
        assert not any(title in text["en"] for text in chapter.as_dict()["can_write"])


def test_chains_are_published_in_days(plant: Chapter) -> None:
    table = table_of(plant, "outcome-chains")
    names = [column["name"] for column in table["columns"]]
    assert "at" not in names
    for row in table["rows"]:
        assert len(str(row[names.index("first")])) == len("2015-09-22")
    first = next(row for row in table["rows"] if row[0] == "interest-22-sept")
    assert first[names.index("first")] == first[names.index("last")] == "2015-09-22"


def test_rivals_stand_beside_the_credit_in_the_same_sentence(plant: Chapter) -> None:
    sentence = dossier_of(plant, "The commercial court")
    for name in ("Be a boss", "the State", "the President", "the mayor", "Info Social RH"):
        assert name in sentence
    assert "Verdict: reported; date: after the hashtag" in sentence
    visits = next(text for text in words(plant, "fr") if text.startswith("Deux industriels"))
    assert "n’avait pas eu connaissance" in visits
    assert "avant le 29 septembre 2015 au matin" in visits
    assert "du 22" not in visits  # no bound that no source gives
    assert "trop incertaine" in visits


def test_every_claim_printed_has_its_address(plant: Chapter) -> None:
    rows = 0
    for stem in CLAIM_TABLES:
        item = table_of(plant, stem)
        place = [column["name"] for column in item["columns"]].index("url")
        assert all(str(row[place]).startswith("http") for row in item["rows"])
        assert len(item["rows"]) <= PAGE_ROWS, "a page that cuts this table hides one side"
        rows += len(item["rows"])
    assert rows > 40


def test_what_cannot_be_written_says_why(plant: Chapter) -> None:
    cannot = " ".join(text["en"] for text in plant.as_dict()["cannot_write"])
    assert "no dated document" in cannot
    assert "no percentage" in cannot
    assert "came before" in cannot


def test_the_chain_fills_what_is_documented_only() -> None:
    movement = Movement.load(FOLDER)
    chain = charts.dated(outcomes.dossiers(movement, Archive()).chain)
    mine = chain[chain["outcome_id"].isin(["takeover", "reprieve"]).to_numpy(dtype=bool)]
    axes = charts.plot_chains(mine, titles=None, zone=movement.zone, start=movement.started_at)
    faces = {
        (round(float(line.get_ydata()[0])), line.get_markerfacecolor())  # type: ignore[index]
        for line in axes.lines
        if line.get_markersize() == 11
    }
    assert len(faces) == 2
    assert any(face == "#FFFFFF" for _, face in faces)


# -------------------------------------------------------------------------------- odd movements


def movement_of(**ledgers: list[dict[str, Any]]) -> Movement:
    return invented.movement(started_on=date(2015, 9, 26), **ledgers)


OUTCOME = {
    "outcome_id": "o", "kind": "visit", "title_fr": "Une visite", "title_en": "A visit",
    "main": True, "url": "https://example.org",
}  # fmt: skip
CLAIM = {
    "claim_id": "c", "outcome_id": "o", "claimant": "W", "publisher": "P", "stance": "credits",
    "relay_kind": "movement", "basis": "party", "evidence_fr": "dit", "evidence_en": "says",
    "url": "https://example.org",
}  # fmt: skip


@pytest.mark.parametrize(
    "ledgers",
    [
        {},
        {"outcomes": [OUTCOME]},
        {"outcomes": [OUTCOME], "claims": [CLAIM]},
        {"outcomes": [OUTCOME | {"date": date(2015, 10, 1), "precision": "day"}]},
        {"outcomes": [OUTCOME | {"date": date(2015, 9, 1), "precision": "day"}],
         "claims": [CLAIM]},
        {"outcomes": [OUTCOME | {"main": None}], "claims": [CLAIM]},
    ],
)  # fmt: skip
def test_few_or_no_facts_still_make_a_chapter(ledgers: dict[str, Any]) -> None:
    movement = movement_of(**ledgers)
    chapter = chapters.outcomes(outcomes.dossiers(movement, Archive()), movement)
    assert chapter.problems() == []
    draw(chapter)
    assert chapter.as_dict()["answer"]["fr"].endswith(".")


def test_the_made_up_chapters_name_public_accounts_only(world: simulate.World) -> None:
    movement, archive = world.movement, world.archive
    found = outcomes.dossiers(movement, archive, power_draws=5)
    chapter = chapters.outcomes(found, movement, roles=members.roles(archive, movement))
    assert chapter.problems() == []
    draw(chapter)
    public = set(movement.people["name"]) | {"founder", "supporter", "account"}
    if any(item.get("stem") == "outcome-relays" for item in chapter.as_dict()["items"]):
        item = table_of(chapter, "outcome-relays")
        place = [column["name"] for column in item["columns"]].index("who")
        assert {row[place] for row in item["rows"]} <= public


def test_the_press_chapter_with_and_without_posts(world: simulate.World) -> None:
    effects = push.media_effects(world.archive, world.movement, draws=99)
    together = coordination.pairs(world.archive, world.movement, shuffles=20)
    chapter = chapters.push(effects, world.movement, together=together)
    assert chapter.problems() == []
    draw(chapter)
    movement = Movement.load(FOLDER)
    bare = chapters.push(push.media_effects(Archive(), movement), movement)
    assert bare.problems() == []
    draw(bare)
    assert "50" in bare.as_dict()["answer"]["en"]
    nothing = movement_of()
    empty = chapters.push(push.media_effects(Archive(), nothing), nothing)
    assert "empty" in empty.as_dict()["answer"]["en"]
    assert empty.problems() == []


# ------------------------------------------ when the ledgers say something else, so does the page


def changed(
    tmp_path: Path,
    outcome: Callable[[dict[str, str]], dict[str, str] | None] = lambda row: row,
    claim: Callable[[dict[str, str]], dict[str, str] | None] = lambda row: row,
    more: Sequence[dict[str, str]] = (),
) -> Chapter:
    """Return the chapter of the plant with rows of outcomes.csv and claims.csv changed."""
    folder = tmp_path / "i4emploi"
    shutil.copytree(FOLDER, folder)
    for name, change in (("outcomes", outcome), ("claims", claim)):
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        kept = [row for row in map(change, rows) if row is not None]
        if name == "outcomes":
            kept += [dict.fromkeys(rows[0], "") | row for row in more]
        columns = list(dict.fromkeys(column for row in [*rows, *kept] for column in row))
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns)
            writer.writeheader()
            writer.writerows(kept)
    movement = Movement.load(folder)
    chapter = chapters.outcomes(outcomes.dossiers(movement, Archive()), movement)
    assert chapter.problems() == []
    return chapter


def only(**where: str) -> Callable[[dict[str, str]], bool]:
    return lambda row: all(row[key] == value for key, value in where.items())


def without(**where: str) -> Callable[[dict[str, str]], dict[str, str] | None]:
    return lambda row: None if only(**where)(row) else row


def where(rows: Callable[[dict[str, str]], bool], **values: str) -> Callable[..., dict[str, str]]:
    return lambda row: row | values if rows(row) else row


def page(chapter: Chapter, lang: str = "en") -> str:
    said = chapter.as_dict()
    return " ".join([*words(chapter, lang), *(text[lang] for text in said["cannot_write"])])


def numbers_of(chapter: Chapter) -> dict[str, Any]:
    return dict(chapter.as_dict()["numbers"])


def test_without_the_takeover_file_no_file_is_spoken_of(tmp_path: Path, plant: Chapter) -> None:
    chapter = changed(tmp_path, without(outcome_id="one-file"), without(outcome_id="one-file"))
    assert "takeover file" in page(plant)
    assert "takeover file" not in page(chapter)
    before, after = numbers_of(plant), numbers_of(chapter)
    assert (after["total"], after["claimed"]) == (before["total"] - 1, before["claimed"] - 1)
    assert f"with {after['claimed']} of {after['total']} outcomes" in page(chapter)


def test_two_takeover_files_are_two_dossiers(tmp_path: Path, plant: Chapter) -> None:
    second = {
        "outcome_id": "second-file", "date": "2015-10-20", "precision": "day",
        "kind": "takeover_file", "title_fr": "Un autre dossier arrive",
        "title_en": "Another file comes in", "main": "yes", "url": "https://example.org/second",
    }  # fmt: skip
    chapter = changed(tmp_path, more=[second])
    said = dossier_of(chapter, "Another file comes in")
    assert "source: example.org" in said
    assert "No source in the ledger credits the movement" in said
    assert numbers_of(chapter)["total"] == numbers_of(plant)["total"] + 1
    assert numbers_of(chapter)["claimed"] == numbers_of(plant)["claimed"]


def test_without_a_single_claim_nobody_credits_and_nothing_rivals(tmp_path: Path) -> None:
    chapter = changed(tmp_path, claim=lambda row: None if row["claim_id"] else row)
    for lang, none, rival in (
        ("en", "no source credits the movement with any", "gives no rival explanation"),
        ("fr", "aucune source n’en crédite le mouvement", "aucune explication rivale"),
    ):
        assert none in chapter.as_dict()["answer"][lang]
        assert rival in chapter.as_dict()["answer"][lang]
        assert "rapporté" not in page(chapter, lang)
    assert chapter.as_dict()["can_write"] == []
    assert "first judgement" not in page(chapter)


def test_an_only_credit_that_turns_into_a_denial_is_no_credit(tmp_path: Path) -> None:
    chapter = changed(
        tmp_path, claim=where(only(claim_id="reprieve-julia-lemarchand"), stance="denies")
    )
    said = dossier_of(chapter, "A thirty-day reprieve")
    assert "No source in the ledger credits the movement" in said
    assert "Denying it: Julia Lemarchand" in said
    assert "Verdict: not claimed" in said


def test_an_independent_denial_contradicts_the_credit(tmp_path: Path) -> None:
    chapter = changed(
        tmp_path,
        claim=where(only(claim_id="takeover-info-social-rh"), stance="denies", date="2015-11-14"),
    )
    assert "Verdict: contradicted" in dossier_of(chapter, "The commercial court")
    assert "contradicted: a source says so, another denies it" in page(chapter).lower()


def test_a_dated_document_changes_verdict_title_and_what_may_not_be_written(
    tmp_path: Path, plant: Chapter
) -> None:
    told = {"basis": "document", "first_hand": "yes"}
    paper = where(only(claim_id="takeover-be-a-boss"), **told)
    chapter = changed(tmp_path, claim=paper)
    assert "Verdict: documented" in dossier_of(chapter, "The commercial court")
    assert "1 of them by a document" in chapter.as_dict()["title"]["en"]
    assert "no dated document says so" in page(plant)
    assert "no dated document says so" not in page(chapter)
    undated = changed(
        tmp_path / "undated",
        claim=where(only(claim_id="takeover-be-a-boss"), **told, date="", precision=""),
    )
    assert "Verdict: documented" not in page(undated)
    absent = changed(
        tmp_path / "absent", claim=where(only(claim_id="takeover-be-a-boss"), basis="document")
    )
    assert "Verdict: documented" not in page(absent)  # press that was not there is second hand


def test_an_outcome_before_the_hashtag_is_never_credited_to_it(tmp_path: Path) -> None:
    early = where(only(outcome_id="takeover"), date="2015-09-20")
    chapter = changed(tmp_path, early)
    assert "Verdict: contradicted; date: before the declared start" in dossier_of(
        chapter, "The commercial court"
    )
    said = chapter.as_dict()
    assert not any("commercial court" in text["en"] for text in said["can_write"])
    assert any("commercial court" in text["en"] for text in said["cannot_write"])


def test_a_copied_credit_is_no_second_source(tmp_path: Path) -> None:
    prefect = only(claim_id="one-file-sub-prefect")
    apart = changed(tmp_path, claim=where(prefect, through="", basis="witness"))
    assert "Verdict: corroborated" in dossier_of(apart, "A takeover file")
    copied = changed(
        tmp_path / "copied",
        claim=where(prefect, through="", basis="witness", copied_from="one-file-alban-jarry"),
    )
    assert "Verdict: reported" in dossier_of(copied, "A takeover file")


def test_a_founder_is_never_a_witness_whatever_the_ledger_says(tmp_path: Path) -> None:
    chapter = changed(
        tmp_path, claim=where(only(claim_id="one-file-alban-jarry"), basis="witness")
    )
    said = dossier_of(chapter, "A takeover file")
    assert "Alban Jarry (Le Meunier Qui Dort), an interested party" in said
    assert "Verdict: reported" in said


def test_what_stands_beside_an_outcome_is_told_and_never_counted(
    tmp_path: Path, plant: Chapter
) -> None:
    chapter = changed(tmp_path, claim=without(claim_id="reprieve-l-usine-nouvelle"))
    said = dossier_of(plant, "A thirty-day reprieve")
    assert "Beside it: L’Usine Nouvelle (public aid" in said
    assert "Rival" not in said
    assert "public aid" not in dossier_of(chapter, "A thirty-day reprieve")
    assert numbers_of(chapter)["rivals"] == numbers_of(plant)["rivals"] == 1


def test_without_those_who_credit_somebody_else_no_rival_is_told(tmp_path: Path) -> None:
    chapter = changed(
        tmp_path,
        claim=lambda row: (
            None if row["stance"] == "credits" and row["outcome_id"] == "takeover"
            and row["relay_kind"] not in ("movement", "press") else row
        ),
    )  # fmt: skip
    assert numbers_of(chapter)["rivals"] == 0
    assert "Rival" not in page(chapter)


@pytest.mark.parametrize(
    ("counts", "title", "answer"),
    [
        ((6, 6, 9), "all 6 also have a rival", "for all 6 the ledger gives a rival"),
        ((6, 2, 4), "2 of the 6 also have a rival", "for 2 of the 6 the ledger gives a rival"),
        ((6, 1, 4), "1 of the 6 also has a rival", "for 1 of the 6 the ledger gives a rival"),
        ((1, 1, 1), "it also has a rival", "for this one the ledger gives a rival"),
        ((6, 0, 3), "witness", "credited to the movement the ledger gives no rival"),
        ((0, 0, 3), "Of 11 outcomes, none is credited", "another explanation for 3"),
        ((0, 0, 0), "Of 11 outcomes, none is credited", "gives no rival explanation"),
    ],
)
def test_rivals_are_counted_among_what_is_credited(
    counts: tuple[int, int, int], title: str, answer: str
) -> None:
    n = dict(zip(("claimed", "contested", "rivals"), counts, strict=True))
    n |= {"total": 11, "firm": 0, "early": 0, "before": 2, "unclear": 1, "voices": 2}
    assert title in opening_title(n)["en"]
    assert answer in opening_answer(n)["en"]
    assert (
        "; 2 of the 11 came before the declared start of the hashtag; " in opening_answer(n)["en"]
    )
    assert (
        "; it came before the declared start of the hashtag."
        in opening_answer({"total": 1, "claimed": 1, "contested": 0, "rivals": 0, "before": 1})[
            "en"
        ]
    )
    for lang in ("fr", "en"):  # no rival is told of what nobody credits to the movement
        assert ("rival" in opening_title(n)[lang]) == (counts[1] > 0)


@pytest.mark.parametrize(
    ("claimed", "doubted", "words"),
    [
        (1, 1, "; a source doubts or denies it"),
        (6, 2, "; for 2 outcomes a source doubts or denies it"),
        (6, 0, ""),
    ],
)
def test_what_is_credited_and_doubted_is_said_to_be(
    claimed: int, doubted: int, words: str
) -> None:
    n = {"total": 11, "claimed": claimed, "doubted": doubted, "contested": 0, "rivals": 0,
         "firm": 0, "early": 0, "before": 0, "voices": 2}  # fmt: skip
    for told in (opening_title(n)["en"], opening_answer(n)["en"]):
        assert words in told
        assert ("doubts" in told) == bool(doubted)


def test_both_sides_say_on_whose_word(plant: Chapter) -> None:
    for lang, party, parties in (
        ("en", "an interested party", "interested parties"),
        ("fr", "partie prenante", "parties prenantes"),
    ):
        said = next(text[lang] for text in plant.as_dict()["can_write"])
        ours, theirs = said.split({"en": "Others credit", "fr": "D’autres en créditent"}[lang])
        assert party in ours
        assert parties in theirs  # the State for the State
    takeover = dossier_of(plant, "The commercial court")
    for who in ("François Hollande", "the government"):  # one weight: the State for the State
        assert who in takeover.split("an interested party")[1]
    assert "The movement is named without credit: L’Usine Nouvelle" in takeover


def test_every_dossier_names_the_source_of_its_fact(plant: Chapter) -> None:
    verdicts = table_of(plant, "outcome-verdicts")
    place = [column["name"] for column in verdicts["columns"]].index("url")
    assert all(str(row[place]).startswith("http") for row in verdicts["rows"])
    said = [text for text in words(plant, "en") if "Verdict:" in text]
    assert len(said) == len(verdicts["rows"])
    assert all("; source: " in text for text in said)


def test_an_address_that_a_ledger_names_is_named_whatever_it_is_the_source_of() -> None:
    other = OUTCOME | {"outcome_id": "p", "title_en": "Another visit"}
    said = words(chapter_of(outcomes=[OUTCOME, other], claims=[CLAIM]), "en")
    assert sum("; source: P)" in text for text in said) == 2


@pytest.mark.parametrize("more", [0, 1])
def test_of_one_outcome_it_is_not_said_that_the_movement_caused_any(more: int) -> None:
    others = [OUTCOME | {"outcome_id": f"o{k}"} for k in range(more)]
    saved = chapter_of(outcomes=[OUTCOME, *others], claims=[CLAIM]).as_dict()
    cannot = " ".join(text["en"] for text in saved["cannot_write"])
    assert ("any of these outcomes" if more else "caused this outcome") in cannot


def test_the_crisis_is_no_result_and_has_no_dossier(plant: Chapter) -> None:
    assert "liquidation" not in [row[0] for row in table_of(plant, "outcome-verdicts")["rows"]]
    assert not any("is put into liquidation" in text for text in words(plant, "en"))
    cannot = " ".join(text["en"] for text in plant.as_dict()["cannot_write"])
    assert "put into liquidation" not in cannot


def test_no_probability_is_printed(plant: Chapter) -> None:
    stems = [item.get("stem") for item in plant.as_dict()["items"]]
    assert "outcome-evidence" not in stems
    for lang in ("fr", "en"):
        assert "%" not in page(plant, lang)


def test_the_page_is_dated_by_the_ledgers_never_by_a_placeholder(plant: Chapter) -> None:
    assert plant.as_of == Movement.load(FOLDER).compiled_on
    movement = movement_of(
        outcomes=[OUTCOME],
        claims=[
            CLAIM | {"date": date(2015, 10, 4), "precision": "day"},
            CLAIM | {"claim_id": "d", "date": date(2024, 2, 1), "precision": "month"},
            CLAIM | {"claim_id": "e", "date": date(2024, 2, 2), "precision": "day",
                     "date_inferred": True},
        ],
    )  # fmt: skip
    chapter = chapters.outcomes(outcomes.dossiers(movement, Archive()), movement)
    assert chapter.as_of == date(2015, 10, 4)


@pytest.mark.parametrize(
    ("chance", "first", "holds"),
    [
        (0.8, "Dans l'archive : 80 % des comptes", "ici, 2 contacts directs"),
        (0.2, "Dans l'archive : 2 contacts directs", "20 % des comptes semblables"),
        (None, "Dans l'archive : 2 contacts directs", "sans qu'on sache ce que le hasard"),
    ],
)
def test_what_chance_gives_stands_beside_a_contact_and_before_it_above_a_third(
    chance: float | None, first: str, holds: str
) -> None:
    row = {"n_traces": 2, "reason_code": "no_interaction", "p_chance": chance}
    said = archive_words(row)["fr"].replace("\u202f", " ").replace("\u00a0", " ")
    said = said.replace("’", "'")
    assert said.startswith(first)
    assert holds in said
    english = archive_words(row)["en"]
    assert ("80%" in english, "20%" in english) == (chance == 0.8, chance == 0.2)


NAMED = {
    "relay": "the relays that sources name",
    "fact": "the facts nearby",
    "original": "posts of the archive",
}


@pytest.mark.parametrize("spans", [True, False])
@pytest.mark.parametrize("count", range(4))
def test_a_subtitle_names_what_is_drawn_alone(
    world: simulate.World, count: int, spans: bool
) -> None:
    found = outcomes.dossiers(world.movement, world.archive)
    own = found.chain[(found.chain["kind"] == "outcome").to_numpy(dtype=bool)]
    day = pd.Timedelta(days=1)
    own = own.assign(last=own["first"] + (4 if spans else 1) * day)
    for kinds in itertools.combinations(NAMED, count):
        chain = pd.concat([own, *(own.assign(kind=kind) for kind in kinds)], ignore_index=True)
        chapter = chapters.outcomes(replace(found, chain=chain), world.movement).as_dict()
        (figure,) = [item for item in chapter["items"] if item.get("stem") == "outcome-chains"]
        said = figure["subtitle"]["en"]
        assert [kind for kind in NAMED if NAMED[kind] in said] == list(kinds)
        assert (", with " in said) == bool(kinds)
        assert ("a pale bar" in said) == spans


@pytest.mark.parametrize("left", [0, 1])
def test_what_was_not_obtained_is_told_apart_and_counted_among_no_results(
    tmp_path: Path, left: int
) -> None:
    def failing(row: dict[str, str]) -> dict[str, str]:
        sought = row["role"] in ("goal", "step")
        failed = row["outcome_id"] == "takeover" if left else sought
        return row | {"result": "not_obtained" if failed else "", "undone_by": "",
                      "main": row["main"] if sought else ""}  # fmt: skip

    chapter = changed(tmp_path, outcome=failing)
    assert chapter.problems() == []
    saved = chapter.as_dict()
    said = " ".join(item["text"]["en"] for item in saved["items"] if "text" in item)
    assert "What was not obtained" in said
    assert "not obtained" in saved["answer" if left else "title"]["en"]
    held = [item for item in saved["items"] if item.get("stem") == "outcome-verdicts"]
    assert len(held) == left
    assert not any("takeover" in row for item in held for row in item["rows"])


@pytest.mark.parametrize("failed", [0, 1])
@pytest.mark.parametrize("claims", [[], [CLAIM]])
def test_the_one_outcome_that_counts_is_not_the_one_that_there_is(
    failed: int, claims: list[dict[str, Any]]
) -> None:
    lost = [OUTCOME | {"outcome_id": "p", "main": None, "result": "not_obtained"}] * failed
    title = chapter_of(outcomes=[OUTCOME, *lost], claims=claims).as_dict()["title"]["en"]
    assert "one outcome" in title and ("outcome counted" in title) == bool(failed), title


DATED = OUTCOME | {"date": date(2015, 11, 13), "precision": "day"}
ANNE = CLAIM | {"claimant": "Anne", "basis": "hearsay", "date": date(2015, 12, 1),
                "precision": "day"}  # fmt: skip


def chapter_of(start: date | None = date(2015, 9, 26), **ledgers: list[dict[str, Any]]) -> Chapter:
    movement = replace(movement_of(**ledgers), started_on=start)
    return chapters.outcomes(outcomes.dossiers(movement, Archive()), movement)


def test_one_outcome_has_no_total_and_one_voice_at_second_hand_is_not_independent() -> None:
    made = chapter_of(outcomes=[DATED], claims=[ANNE])
    labels = [one["label"]["en"] for one in made.as_dict()["key_figures"]]
    assert not any(", of" in label or "only one" in label for label in labels)
    assert "another source that is independent" in page(made)


def test_who_credits_both_is_no_other_in_a_sentence_to_print() -> None:
    mayor = ANNE | {"claim_id": "d", "relay_kind": "mayor", "url": "https://example.org/b"}
    for claimant in ("Anne", "Paul"):
        made = chapter_of(outcomes=[DATED], claims=[ANNE, mayor | {"claimant": claimant}])
        assert bool(made.as_dict()["can_write"]) == (claimant == "Paul")


def test_the_firmest_claim_of_a_source_counts_whatever_its_row() -> None:
    rows = [ANNE, ANNE | {"claim_id": "d", "basis": "document", "url": "https://example.org/b"}]
    for claims in (rows, rows[::-1]):
        said = page(chapter_of(outcomes=[DATED], claims=claims))
        assert "without a document" not in said and "Verdict: documented" in said


MAYOR = ANNE | {"claim_id": "r", "claimant": "Cid Oak", "relay_kind": "mayor",
                "url": "https://example.org/r"}  # fmt: skip


def test_a_copy_is_no_source_of_a_sentence_to_print_and_a_denial_leaves_none() -> None:
    other = ANNE | {"claim_id": "d", "claimant": "Bob"}
    for more, said in (({"copied_from": "c"}, "One source credits"), ({}, "Some sources credit")):
        made = chapter_of(outcomes=[DATED], claims=[ANNE, other | more, MAYOR])
        (text,) = made.as_dict()["can_write"]
        assert f"{said} the movement: " in text["en"]
    made = chapter_of(outcomes=[DATED], claims=[ANNE, other | {"stance": "denies"}, MAYOR])
    assert made.as_dict()["can_write"] == []


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ({"role": "goal", "result": "partly_obtained"}, "Obtained only in part."),
        ({"undone_by": "end"}, "Lost again: The 30 leave (1\u00a0January 2016)."),
    ],
)
def test_a_sentence_to_print_says_what_became_of_it(came: dict[str, Any], words: str) -> None:
    end = DATED | {"outcome_id": "end", "main": False, "date": date(2016, 1, 1),
                   "title_fr": "Les 30 partent", "title_en": "The 30 leave"}  # fmt: skip
    made = chapter_of(outcomes=[DATED | came, end], claims=[ANNE, MAYOR])
    assert made.problems() == []
    (text,) = made.as_dict()["can_write"]
    assert text["en"].endswith(f"at second hand. {words}")


def test_words_on_a_claim_keep_the_capital_of_a_name() -> None:
    said = {"evidence_fr": "Manuel Exemple le dit.", "evidence_en": "Manuel Exemple says so."}
    other = {"evidence_fr": "La CGT l'a fait.", "evidence_en": "CGT did it in 2016."}
    made = chapter_of(outcomes=[DATED], claims=[MAYOR | said, ANNE | other | {"stance": "denies"}])
    for lang, who, what in (
        ("en", "(Manuel Exemple says so)", "(CGT did it in 2016)"),
        ("fr", "(Manuel Exemple le dit)", "(la CGT l’a fait)"),
    ):
        assert who in page(made, lang) and what in page(made, lang)


def test_a_title_speaks_of_no_line_that_an_outcome_may_lie_on_both_sides_of() -> None:
    early = DATED | {"date": date(2015, 9, 1)}
    for more, told in (([], True), ([early | {"outcome_id": "b", "precision": "month"}], False)):
        saved = chapter_of(outcomes=[early, DATED | {"outcome_id": "a"}, *more]).as_dict()
        (title,) = [i["title"]["en"] for i in saved["items"] if i.get("stem") == "outcome-chains"]
        assert ("of the line" in title) is told


def test_a_mark_lies_within_the_days_on_which_it_can_have_been() -> None:
    row = DATED | {"date": date(2015, 11, 20), "precision": "month",
                   "not_after": date(2015, 11, 9)}  # fmt: skip
    chain = outcomes.dossiers(movement_of(outcomes=[row]), Archive()).chain
    axes = charts.plot_chains(chain)
    bar, mark = (
        [line.get_xdata() for line in axes.lines if getattr(line, f"get_{of}")() == size]
        for of, size in (("linewidth", 7), ("markersize", 11))
    )
    assert bar[0][0] <= mark[0][0] <= bar[0][1]


def test_a_relay_is_as_firm_as_all_who_name_it_and_no_denial_makes_it_so() -> None:
    relay = {"relay_id": "r", "date": date(2015, 9, 28), "precision": "day", "kind": "post",
             "actor": "X", "title_fr": "Un fil", "title_en": "A thread",
             "url": "https://example.org/s"}  # fmt: skip
    named = ANNE | {"relay_id": "r"}
    seen = named | {"claim_id": "d", "claimant": "Bob", "basis": "witness"}
    for claims, firm in (
        ([named], False),
        ([named, seen], True),
        ([seen | {"stance": "denies"}], False),
    ):
        movement = movement_of(outcomes=[DATED], claims=claims, relays=[relay])
        chain = outcomes.dossiers(movement, Archive()).chain
        drawn = chain[(chain["kind"] == "relay").to_numpy(dtype=bool)]
        assert drawn["documented"].tolist() == [firm]


def test_what_was_not_reached_is_not_all_that_was_asked_for() -> None:
    rows = [
        DATED | {"role": "goal", "main": False},
        DATED | {"outcome_id": "p", "role": "step", "main": None, "result": "not_obtained"},
    ]
    assert "asked for" not in chapter_of(outcomes=rows).as_dict()["answer"]["en"]


POSTED = [
    invented.post("p", "ann", datetime(2015, 9, 20, 12, tzinfo=UTC), hashtags=["m"]),
    invented.reshare("r", "bob", datetime(2015, 11, 10, 12, tzinfo=UTC), "p", "ann"),
]


@pytest.mark.parametrize(
    ("linked", "said"),
    [
        ({}, None),
        ({"linked_accounts": "bob", "date": None, "precision": "unknown"}, None),
        ({"linked_accounts": "bob"}, "1 direct contact"),
        ({"linked_accounts": "bob", "date": date(2015, 12, 9)}, "no direct contact is seen"),
        ({"linked_accounts": "cid"}, "no direct contact is seen"),
    ],
)
def test_no_contact_is_told_only_where_one_was_looked_for(
    linked: dict[str, Any], said: str | None
) -> None:
    movement = movement_of(outcomes=[DATED | linked])
    days = (datetime(2015, 12, day, tzinfo=UTC) for day in (2, 9))  # the archive goes on
    rows = [*POSTED, *(invented.post(f"d{day.day}", "dee", day) for day in days)]
    found = outcomes.dossiers(movement, invented.archive(rows), draws=1, power_draws=1)
    text = page(chapters.outcomes(found, movement))
    assert ("direct contact" in text) is (said is not None)
    assert (said or "") in text


@pytest.mark.parametrize("tagged", [True, False])
def test_a_hashtag_older_than_its_declared_start_is_not_born_then(tagged: bool) -> None:
    rows = [POSTED[0] | {"hashtags": ["m"] if tagged else []}]
    between, later = (DATED | {"outcome_id": f"o{k}", "date": date(2015, 9, k)} for k in (10, 22))
    movement = movement_of(outcomes=[between, later], claims=[ANNE | {"outcome_id": "o22"}])
    found = outcomes.dossiers(movement, invented.archive(rows), draws=1, power_draws=1)
    timing = found.table.set_index("outcome_id")["timing"].to_dict()
    known = {"o10": "cannot tell", "o22": "consistent"}
    assert timing == (known if tagged else dict.fromkeys(known, "not consistent"))
    text = page(chapters.outcomes(found, movement))
    assert ("came before the declared start of the hashtag" in text) is not tagged
    assert ("since when the hashtag exists is unknown" in text) is tagged
    assert "and so what came before" not in text  # that is known of what follows it


UNDATED = DATED | {"date": None, "precision": "unknown"}


@pytest.mark.parametrize("precision", ["day", "week", "month", "year"])
@pytest.mark.parametrize("month", [1, 6])
def test_what_may_be_of_the_hashtag_s_own_day_is_not_said_to_come_after_it(
    precision: str, month: int
) -> None:
    began = date(2015, month, 1)
    row = DATED | {"date": began, "precision": precision}
    of = replace(movement_of(outcomes=[row]), started_on=began)
    said = page(chapters.outcomes(outcomes.dossiers(of, Archive(), draws=1, power_draws=1), of))
    assert "date: after the hashtag" not in said
    later = DATED | {"date": date(2016, 1, 1), "precision": "month"}
    of = replace(movement_of(outcomes=[later]), started_on=began)
    said = page(chapters.outcomes(outcomes.dossiers(of, Archive(), draws=1, power_draws=1), of))
    assert "date: after the hashtag" in said


@pytest.mark.parametrize("dated", [DATED, UNDATED, UNDATED | {"not_after": date(2015, 11, 14)}])
@pytest.mark.parametrize("start", [None, date(2015, 9, 26)])
def test_why_the_order_is_not_known_is_said_whole(start: date | None, dated: Any) -> None:
    said = page(chapter_of(start, outcomes=[dated], claims=[ANNE]))
    placed, bounded = dated["date"] is not None, "not_after" in dated
    known = placed or bounded
    since = "date: since when the hashtag exists is unknown."
    assert (since in said) is (start is None and known)
    assert ("date: unknown, as is the first day of" in said) is (start is None and not known)
    assert ("date: too uncertain" in said) is (start is not None and not placed)
    assert ("a more precise day" in said) is not (placed or (bounded and start is None))


@pytest.mark.parametrize("start", [None, date(2015, 9, 26), date(2015, 11, 14)])
def test_the_title_of_the_timeline_tells_what_precedes_a_known_start(start: date | None) -> None:
    (item,) = [i for i in chapter_of(start, outcomes=[DATED]).as_dict()["items"]
               if i.get("stem") == "outcome-chains"]  # fmt: skip
    late = start is not None and start > DATED["date"]
    assert ("before the declared start" in item["title"]["en"]) == late


@pytest.mark.parametrize("later", [False, True])
def test_a_title_speaks_of_a_line_only_where_the_picture_holds_one(later: bool) -> None:
    rows = [DATED | {"date": date(2014, 3, 1)}, DATED | {"outcome_id": "b"}]
    start = date(2031, 2, 10) if later else date(2015, 9, 26)
    saved = chapter_of(start, outcomes=rows).as_dict()
    (title,) = [i["title"]["en"] for i in saved["items"] if i.get("stem") == "outcome-chains"]
    assert ("of the line" in title) is not later


def test_an_address_that_was_posted_is_not_set_beside_contacts_of_others() -> None:
    row = {"n_traces": 2, "reason_code": "address_only", "p_chance": 0.8}
    assert "80" not in archive_words(row)["en"]


def test_a_way_names_whom_the_roles_call_public_and_nobody_without_them() -> None:
    way = pd.DataFrame({"account": ["a", "b", "c", "d", "e"]})
    roles = pd.DataFrame(
        {"account_id": way["account"], "handle": way["account"], "aliases": [[]] * 5,
         "role": ["seeker", "other", "supporter", "founder", "media"],
         "public_name": ["Ann", "Bob", None, None, None]}
    )  # fmt: skip
    assert list(_who(way, roles)) == ["account", "Bob", "supporter", "founder", "account"]
    assert list(_who(way, None)) == ["account"] * 5
