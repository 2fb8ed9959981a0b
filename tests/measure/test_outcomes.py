"""Dossiers: grades by rule, true relays where the gate allows, silence where it must be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import invented
import numpy as np
import pandas as pd
import pytest

from i4analysis import simulate, tables
from i4analysis.errors import MeasureError
from i4analysis.measure.outcomes import exposure, outcomes, traces
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.simulate.folder import read_recipe
from i4analysis.tables import Archive

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2015, 9, 26, tzinfo=UTC)


def post(key: str, hours: float, author: str, **more: Any) -> dict[str, Any]:
    usual = {"hashtags": ["m"], "mentions": [], "urls": [], "embedded": False}
    return invented.post(key, author, START + timedelta(hours=hours), **(usual | more))


def reshare(key: str, hours: float, author: str, of: str, by: str) -> dict[str, Any]:
    return post(
        key, hours, author, kind="reshare", reshared_id=of, reshared_author_id=by,
        reshared_author=by,
    )  # fmt: skip


def movement_of(outcome_rows: list[dict[str, Any]], **ledgers: Any) -> Movement:
    base = {
        "date": date(2015, 10, 3), "precision": "day", "kind": "visit", "title_fr": "x",
        "title_en": "x", "main": True, "url": "https://example.org",
    }  # fmt: skip
    rows = [base | row for row in outcome_rows]
    return invented.movement(started_on=START.date(), outcomes=rows, **ledgers)


@pytest.fixture
def archive() -> Archive:
    """A posts, B reshares A, the firm reshares A later; D tags the firm2; nobody touches firm3."""
    rows = [
        post("1", 100, "a"),
        reshare("2", 110, "b", "1", "a"),
        reshare("3", 120, "firm", "1", "a"),
        post("4", 130, "d", mentions=["firm2"]),
        post("5", 131, "d", urls=["https://www.firm4.example/page/"]),
        post("6", 132, "firm5"),
        post("7", -400, "e"),
        reshare("8", -390, "firm6", "7", "e"),
        post("9", 140, "e"),
    ]
    return Archive(posts=tables.build(tables.POSTS, rows))


LINKED = [
    {"outcome_id": "reshared", "linked_accounts": "Firm"},
    {"outcome_id": "tagged", "linked_accounts": "@firm2"},
    {"outcome_id": "untouched", "linked_accounts": "firm3"},
    {"outcome_id": "address", "linked_urls": "http://firm4.example/page"},
    {"outcome_id": "own-post", "linked_accounts": "firm5"},
    {"outcome_id": "reader", "linked_accounts": "firm6"},
    {"outcome_id": "silent", "linked_accounts": "firm", "silent": True},
    {"outcome_id": "too-late", "linked_accounts": "firm", "date": date(2015, 11, 30)},
    {"outcome_id": "undated", "linked_accounts": "firm", "date": None, "precision": "unknown"},
]


def test_grades_follow_the_published_rules(archive: Archive) -> None:
    found = outcomes.dossiers(movement_of(LINKED), archive)
    grade = found.table.set_index("outcome_id")["grade"]
    assert grade[["reshared", "tagged", "address"]].tolist() == ["B", "B", "B"]
    assert grade["reader"] == "C"  # it once reshared somebody who posted in the window
    assert grade[["untouched", "own-post", "too-late", "undated"]].tolist() == ["D"] * 4
    traces = found.traces.set_index("outcome_id")["kind"]
    assert traces[["reshared", "tagged", "address"]].tolist() == ["reshared", "tagged", "linked"]
    assert traces["own-post"] == "posted"


def test_no_path_for_a_silent_account_even_if_it_reacted(archive: Archive) -> None:
    found = outcomes.dossiers(movement_of(LINKED), archive)
    row = found["silent"].row
    assert (row["reason_code"], row["path_named"]) == ("silent", False)
    assert found["silent"].relays.empty
    assert found["silent"].paths.empty


def with_gate(archive: Archive, gate: str) -> relays.ParentProbabilities:
    parents = relays.parent_probabilities(archive)
    return replace(parents, quality=parents.quality.assign(gate=gate))


def test_a_closed_gate_names_the_author_and_no_relay(archive: Archive) -> None:
    found = outcomes.dossiers(movement_of(LINKED), archive, with_gate(archive, "closed"))
    mine = found["reshared"]
    assert mine.row["reason_code"] == "gate_closed"
    assert mine.relays["account"].tolist() == ["a"]
    assert mine.relays["role"].tolist() == ["author"]
    assert mine.paths.empty


def test_an_open_gate_walks_back_to_the_original(archive: Archive) -> None:
    found = outcomes.dossiers(movement_of(LINKED), archive, with_gate(archive, "open"))
    mine = found["reshared"].relays.set_index("account")
    assert mine.loc["a", "p_on_path"] == pytest.approx(1)
    table = with_gate(archive, "open").table
    own = table[(table["child_id"] == "3") & (table["parent_id"] == "2")]["p"].iloc[0]
    assert mine.loc["b", "p_on_path"] == pytest.approx(own)
    assert mine["shapley"].sum() == pytest.approx(1)
    assert (mine["lo"] <= mine["p_on_path"] + 1e-12).all()
    assert (mine["hi"] >= mine["p_on_path"] - 1e-12).all()
    tagged = found["tagged"].relays
    assert (tagged["account"].tolist(), tagged["role"].tolist()) == (["d"], ["author"])


def test_a_witness_who_states_the_route_gives_grade_a(archive: Archive) -> None:
    said = {
        "claim_id": "c", "outcome_id": "untouched", "claimant": "w", "publisher": "p",
        "date": date(2015, 10, 4), "precision": "day", "stance": "credits",
        "relay_kind": "movement", "basis": "witness", "url": "https://example.org",
    }  # fmt: skip
    found = outcomes.dossiers(movement_of(LINKED, claims=[said]), archive)
    assert found["untouched"].row["grade"] == "A"
    assert found["untouched"].row["verdict"] == "reported"
    party = outcomes.dossiers(movement_of(LINKED, claims=[said | {"basis": "party"}]), archive)
    assert party["untouched"].row["grade"] == "D"


def test_a_crisis_is_never_counted_among_the_results(archive: Archive) -> None:
    rows = [
        {"outcome_id": "crisis", "role": "crisis", "main": True},
        {"outcome_id": "goal", "role": "goal", "main": None},
        {"outcome_id": "step", "role": "step", "main": False},
        {"outcome_id": "old", "main": None},
    ]
    table = outcomes.dossiers(movement_of(rows), archive).table.set_index("outcome_id")
    assert table["main"].to_dict() == {"crisis": False, "goal": True, "step": False, "old": False}


def chance_archive(active: int, inside: int, *, followers: int = 100) -> Archive:
    """Return `active` accounts that reshared once each, `inside` of them in the window."""
    rows = [post("o", 1, "author")]
    rows += [reshare("r-linked", 300, "linked", "o", "author")]
    rows += [reshare("r-also", 300, "also_linked", "o", "author")]
    for k in range(active):
        rows.append(reshare(f"r{k}", 300 if k < inside else 10, f"a{k}", "o", "author"))
    # others are far busier, always inside the window: not alike
    for k in range(30):
        rows += [
            reshare(f"b{k}-{n}", 290 + n / 10, f"busy{k}", f"o{n}", "author") for n in range(40)
        ]
    return Archive(posts=tables.build(tables.POSTS, rows))


def linked_outcomes() -> Movement:
    day = START.date() + timedelta(days=13)
    return movement_of(
        [
            {"outcome_id": "one", "date": day, "precision": "day", "linked_accounts": "linked"},
            {
                "outcome_id": "two",
                "date": day,
                "precision": "day",
                "linked_accounts": "also_linked",
            },
            {"outcome_id": "busy", "date": day, "precision": "day", "linked_accounts": "busy1"},
            {"outcome_id": "nobody", "date": day, "precision": "day", "linked_accounts": "gone"},
        ]
    )


@pytest.mark.parametrize("inside", [0, 12, 40])
def test_beside_a_contact_stands_how_often_accounts_alike_had_one(inside: int) -> None:
    movement, archive = linked_outcomes(), chance_archive(40, inside)
    found = traces.chance_of_contact(movement.outcomes, archive, movement)
    row = found.set_index("outcome_id").loc["one"]
    # the author who reacted to nothing is alike; the other linked account and the busy are not
    assert row["n_alike"] == 41
    assert row["p_chance"] == pytest.approx(inside / 41)
    assert row["p_chance_lo"] <= row["p_chance"] <= row["p_chance_hi"]
    table = outcomes.dossiers(movement, archive, power_draws=1).table.set_index("outcome_id")
    assert table.loc["one", "p_chance"] == pytest.approx(inside / 41)
    assert table.loc["one", "grade"] == "B"


def test_a_chance_needs_twenty_accounts_alike() -> None:
    movement = linked_outcomes()
    few = traces.chance_of_contact(movement.outcomes, chance_archive(18, 18), movement)
    row = few.set_index("outcome_id")
    assert row.loc["one", "n_alike"] == 19
    assert pd.isna(row.loc["one", "p_chance"])
    assert row.loc["busy", "p_chance"] == 1.0
    assert row.loc["nobody", "n_alike"] == 0
    assert pd.isna(row.loc["nobody", "p_chance"])


def test_without_outcomes_or_archive_everything_is_empty_but_there(archive: Archive) -> None:
    for movement, posts in ((movement_of([]), archive), (movement_of([]), Archive())):
        found = outcomes.dossiers(movement, posts)
        assert len(found) == 0
        assert list(found) == []
        assert found.n_cases == 0
    only_ledger = outcomes.dossiers(movement_of(LINKED), Archive())
    assert set(only_ledger.table["reason_code"]) == {"no_archive"}
    assert only_ledger.gate == "none"
    with pytest.raises(MeasureError, match="no outcome 'nothing'"):
        only_ledger["nothing"]


@pytest.mark.parametrize("n", [1, 2, 9])
def test_posts_that_nobody_signed_are_no_traces(archive: Archive, n: int) -> None:
    names = ["author", "author_id", "reshared_author", "reshared_author_id"]
    posts = archive.posts.head(n).copy()
    posts.loc[:, names] = pd.NA
    unsigned = Archive(posts=tables.check(tables.POSTS, posts))
    found = outcomes.dossiers(movement_of(LINKED), unsigned)
    assert set(found.traces["kind"]) <= {"tagged", "linked"}
    assert found.table["grade"].isin(["D", "B"]).all()


def test_a_way_on_which_nobody_is_known_is_none(archive: Archive) -> None:
    posts = archive.posts.copy()
    posts.loc[posts["post_id"] == "4", ["author", "author_id"]] = pd.NA
    unsigned = Archive(posts=tables.check(tables.POSTS, posts))
    for read, why in ((archive, "named"), (unsigned, "gate_closed")):
        found = outcomes.dossiers(movement_of(LINKED), read)["tagged"]
        assert (found.row["reason_code"], len(found.relays)) == (why, why == "named")
        assert found.row["n_traces"] == 1


def test_no_contact_is_told_only_of_days_that_the_archive_shows() -> None:
    outcome = {"outcome_id": "one", "linked_accounts": "firm"}  # of 3 October, from the 24th on
    for hours, shown in (((-60, 100, 180), True), ((-40, 100, 180), False), ((-60, 100), False),
                         ((-60, 200), False), ((-60, 30, 500), True)):  # fmt: skip
        rows = [post(str(k), hour, "a") for k, hour in enumerate(hours)]
        rows.append(post("inside", 20, "b", embedded=True))
        archive = Archive(posts=tables.build(tables.POSTS, rows))
        found = outcomes.dossiers(movement_of([outcome]), archive, draws=9, power_draws=2)
        assert found.table["n_traces"].fillna(-1).tolist() == [0 if shown else -1], hours


def test_what_was_undone_before_the_hashtag_came_before_it() -> None:
    for day, timing in ((date(2015, 9, 20), "not consistent"), (date(2015, 9, 28), "cannot tell")):
        rows = [
            {"outcome_id": "won", "precision": "month", "date": date(2015, 9, 1),
             "undone_by": "lost"},
            {"outcome_id": "lost", "date": day, "main": False},
        ]  # fmt: skip
        found = outcomes.dossiers(movement_of(rows), Archive())
        assert found["won"].row["timing"] == timing


def test_input_is_left_alone_and_order_does_not_matter(archive: Archive) -> None:
    before = archive.posts.copy()
    first = outcomes.dossiers(movement_of(LINKED), archive, power_draws=5)
    pd.testing.assert_frame_equal(archive.posts, before)
    mixed = Archive(posts=archive.posts.sample(frac=1, random_state=2))
    second = outcomes.dossiers(movement_of(LINKED), mixed, power_draws=5)
    columns = ["outcome_id", "grade", "verdict", "reason_code", "n_traces"]
    pd.testing.assert_frame_equal(first.table[columns], second.table[columns])


# ---------------------------------------------------------------------------- the real record


def test_the_record_of_the_plant_is_told_with_its_rivals() -> None:
    movement = Movement.load(ROOT / "data" / "i4emploi")
    found = outcomes.dossiers(movement, Archive())
    verdict = found.table.set_index("outcome_id")
    assert verdict.loc["interest-22-sept", "timing"] == "not consistent"
    assert verdict.loc["visits", "timing"] == "cannot tell"
    assert verdict.loc["visits", "verdict"] == "not claimed"
    assert verdict.loc["takeover", "verdict"] == "reported"
    assert verdict.loc["takeover", "n_rival_credits"] > verdict.loc["takeover", "n_credits"]
    assert not (verdict["verdict"] == "documented").any()
    rivals = set(found["takeover"].rivals["relay_kind"])
    assert rivals == {"state", "president", "local", "court", "merit", "other"}
    assert not verdict.loc["liquidation", "main"]
    assert verdict.loc["reprieve", "n_rival_credits"] == 0  # what stands beside it is told so
    assert found["reprieve"].beside["about"].tolist() == ["plant-kept-ready"]
    assert {"mayor", "local"} <= set(found["takeover"].named["relay_kind"])
    voices = found.voices.set_index(["claimant", "relay_kind"])
    assert voices.loc[("Le gouvernement", "state"), "interested"]
    assert voices.loc[("France 3 Limousin", "mayor"), "stance"] == "reports"
    chain = found["three-buyers"].chain.set_index("ref")
    assert chain.loc["interest-22-sept", "last"] < chain.loc["three-buyers", "last"]
    assert not chain.loc["three-buyers", "documented"]


# ------------------------------------------------------------------------------- made-up worlds


@pytest.fixture(scope="module")
def world() -> simulate.World:
    return simulate.world(simulate.Parameters.small(seed=3))


def test_made_up_dossiers_keep_silent_and_spurious_outcomes_apart(world: simulate.World) -> None:
    found = outcomes.dossiers(world.movement, world.archive, power_draws=5)
    truth = world.truth.outcomes.set_index("outcome_id")
    table = found.table.set_index("outcome_id").join(truth[["cause", "interacts"]])
    spurious = table[(table["cause"] != "relay_path") & ~table["interacts"].astype(bool)]
    assert len(spurious)
    assert set(spurious["grade"]) <= {"C", "D"}
    silent = set(truth.index[truth["silent"].astype(bool)])
    assert not silent & set(found.relays["outcome_id"])
    before = table[table["cause"] == "before"]
    assert set(before["timing"]) == {"not consistent"}
    assert "few_cases" in found.notes


def test_the_dossiers_of_the_demo_name_true_relays_and_no_path_of_a_silent_account() -> None:
    recipe = Path(__file__).resolve().parents[2] / "data" / "demo" / "simulate.toml"
    demo = simulate.world(read_recipe(recipe))
    found = outcomes.dossiers(demo.movement, demo.archive, power_draws=5)
    truth = demo.truth.outcomes.set_index("outcome_id")
    table = found.table.set_index("outcome_id").join(truth[["cause", "interacts", "silent"]])
    assert found.gate != "closed"
    led = table[(table["cause"] == "relay_path") & table["interacts"] & ~table["silent"]]
    assert len(led) >= 3
    assert set(led["reason_code"]) == {"named"}
    steps = demo.truth.outcome_relays
    true = set(zip(steps["outcome_id"], steps["account_id"], strict=True))
    relays = found.relays[(found.relays["role"] == "relay") & (found.relays["p_on_path"] >= 0.5)]
    right = [pair in true for pair in zip(relays["outcome_id"], relays["account"], strict=True)]
    assert np.mean(right) >= 0.5
    spurious = table[(table["cause"] != "relay_path") & ~table["interacts"]]
    assert len(spurious) >= 3
    assert set(spurious["grade"]) <= {"C", "D"}
    assert not set(truth.index[truth["silent"]]) & set(found.relays["outcome_id"])


def test_the_block_placebo_is_seldom_fooled(world: simulate.World) -> None:
    readers = exposure.readers(simulate.world(simulate.Parameters(seed=4)).archive)
    power, false = exposure.date_power(readers, n=200)
    assert false <= 0.08
    assert power < 0.4  # dates cannot tell: this is what the report must say beforehand


def test_a_response_needs_somebody_to_read() -> None:
    readers = exposure.readers(Archive())
    assert np.isnan(exposure.date_test(readers, []).joint)
    assert np.isnan(exposure.masked_hit_rate(readers)[0])


def test_no_share_of_hardly_any_reaction_is_given() -> None:
    archive = simulate.world(simulate.Parameters(seed=4)).archive
    reshare = (archive.posts["kind"] == "reshare").to_numpy()
    few = ~reshare | (reshare.cumsum() <= exposure.LEAST_TRIED - 1)
    readers = exposure.readers(replace(archive, posts=archive.posts[few].reset_index(drop=True)))
    assert np.isnan(exposure.date_power(readers)).all()
    rate, chance, tried = exposure.masked_hit_rate(readers)
    assert np.isnan(rate) and np.isnan(chance) and tried < exposure.LEAST_TRIED


@pytest.mark.parametrize("kind", ["reshare", "quote", "reply"])
@pytest.mark.parametrize("of", ["mill", "other"])
def test_who_reacts_to_itself_has_touched_nobody(kind: str, of: str) -> None:
    stem = {"reshare": "reshared", "quote": "quoted", "reply": "replied"}[kind]
    at = datetime(2015, 10, 5, tzinfo=UTC)
    own = invented.post("a", of, at, hashtags=["m"])
    again = invented.post("b", "mill", at + timedelta(hours=1), kind=kind, hashtags=["m"])
    again |= {f"{stem}_id": "a", f"{stem}_author_id": of, f"{stem}_author": of}
    row = {"outcome_id": "o", "kind": "visit", "title_fr": "v", "title_en": "v", "main": True,
           "date": date(2015, 10, 8), "precision": "day", "linked_accounts": "mill"}  # fmt: skip
    movement = invented.movement(started_on=date(2015, 9, 26), outcomes=[row])
    found = traces.find_traces(movement.outcomes, invented.archive([own, again]), movement)
    assert (stem in set(found["kind"])) == (of == "other")


@pytest.mark.parametrize("kind", ["post", "reshare", "quote", "reply"])
@pytest.mark.parametrize(
    ("first", "then"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_a_contact_is_one_with_the_hashtag(kind: str, first: bool, then: bool) -> None:
    """Of a reaction either post may carry it; a post that names an account carries it itself."""
    at = datetime(2015, 10, 5, tzinfo=UTC)
    own = invented.post("a", "other", at, hashtags=["m"] if first else [])
    writer = "third" if kind == "post" else "mill"
    again = invented.post("b", writer, at + timedelta(hours=1), kind=kind,
                          hashtags=["m"] if then else [], mentions=["mill"])  # fmt: skip
    if kind != "post":
        stem = {"reshare": "reshared", "quote": "quoted", "reply": "replied"}[kind]
        again |= {f"{stem}_id": "a", f"{stem}_author_id": "other", f"{stem}_author": "other"}
    row = {"outcome_id": "o", "kind": "visit", "title_fr": "v", "title_en": "v", "main": True,
           "date": date(2015, 10, 8), "precision": "day", "linked_accounts": "mill"}  # fmt: skip
    movement = invented.movement(started_on=date(2015, 9, 26), outcomes=[row])
    found = traces.find_traces(movement.outcomes, invented.archive([own, again]), movement)
    carried = then or (first and kind != "post")
    assert (found["post_id"] == "b").any() == carried
