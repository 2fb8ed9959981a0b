"""Folders of made-up movements: same bytes anywhere, and the readers find what was planted."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import simulate
from i4analysis.errors import MovementError
from i4analysis.ledgers import LEDGERS
from i4analysis.movement import Movement
from i4analysis.simulate import Parameters
from i4analysis.simulate.folder import read_recipe, recipe_text
from i4analysis.simulate.raw import Written

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = Parameters.small(
    seed=4, accounts=800, lost_share=0.05, bluesky_posts=30, v2_share=0.2, snscrape_share=0.2,
    after_share=0.1, cut_lines=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> simulate.World:
    return simulate.world(PARAMETERS)


@pytest.fixture(scope="module")
def folder(made: simulate.World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("made-up")
    made.__dict__["written"] = simulate.write(made, target)
    return target


@pytest.fixture(scope="module")
def written(made: simulate.World, folder: Path) -> list[Written]:
    return list(made.__dict__["written"])


@pytest.fixture(scope="module")
def read(folder: Path) -> i4.Archive:
    return i4.read_archive([folder / "raw"], errors="reject")


def fingerprint(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes_in_another_process(
    folder: Path, tmp_path: Path
) -> None:
    settings = (
        "seed=4, accounts=800, lost_share=0.05, bluesky_posts=30, v2_share=0.2,"
        " snscrape_share=0.2, after_share=0.1, cut_lines=2"
    )
    code = (
        "from i4analysis import simulate as s;"
        f"s.write(s.world(s.Parameters.small({settings})), {str(tmp_path / 'again')!r})"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Chatham", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert fingerprint(tmp_path / "again") == fingerprint(folder)


def test_the_folder_is_a_movement_that_says_it_is_made_up(
    made: simulate.World, folder: Path
) -> None:
    movement = Movement.load(folder)
    assert movement.made_up
    assert (movement.title, movement.hashtags) == (made.movement.title, made.movement.hashtags)
    assert movement.started_at == made.movement.started_at
    for name in LEDGERS:
        pd.testing.assert_frame_equal(movement.ledger(name), made.movement.ledger(name))


def test_the_readers_recover_every_post(made: simulate.World, read: i4.Archive) -> None:
    twitter = read.posts[read.posts["platform"] == "twitter"].set_index("post_id").sort_index()
    expected = made.archive.posts.set_index("post_id").sort_index()
    assert list(twitter.index) == list(expected.index)
    # what one interface or another adds to a post, which no world has
    added = {"conversation_id", "source", "view_count", "media_kinds", "media_urls", "place"}
    assert expected[sorted(added)].isna().all(axis=None)
    for name in expected.columns.difference(["file", "line", *added]):
        left, right = twitter[name], expected[name]
        if name in ("hashtags", "mentions", "urls"):
            left, right = left.map(list), right.map(list)
            assert left.tolist() == right.tolist(), name
        else:
            pd.testing.assert_series_equal(left, right, obj=name)


def test_the_readers_recover_every_sighting(made: simulate.World, read: i4.Archive) -> None:
    names = [
        name for name in made.archive.profiles.columns if name not in ("file", "line", "post_id")
    ]
    twitter = read.profiles[read.profiles["platform"] == "twitter"][names]
    expected = made.archive.profiles[names]
    order = ["seen_at", "account_id", "seen_basis", "bio", "location"]
    pd.testing.assert_frame_equal(
        twitter.sort_values(order, ignore_index=True),
        expected.sort_values(order, ignore_index=True),
    )


def test_each_planted_defect_is_found_and_counted(
    folder: Path, written: list[Written], read: i4.Archive
) -> None:
    found = read.files.set_index("file")
    rejected = read.rejects.groupby("file").size()
    kinds = {kind for one in written for kind in one.counts}
    assert kinds >= {"noise line", "repeated line", "delete", "limit", "cut line"}
    for one in written:
        name = str(folder / "raw" / one.file)
        row = found.loc[name]
        assert row["records"] == one.records, one.file
        assert row["posts_in"] == one.posts + one.counts["repeated line"]
        assert row["notices"] == one.counts["delete"] + one.counts["limit"]
        assert row["rejects"] == one.counts["noise line"] + one.counts["cut line"]
        assert rejected.get(name, 0) == row["rejects"]
        if row["notices"]:
            notices = json.loads(row["notice_kinds"])
            assert notices.get("delete", 0) == one.counts["delete"]
            assert notices.get("limit", 0) == one.counts["limit"]


def test_lost_posts_show_as_missing_reshares(made: simulate.World, read: i4.Archive) -> None:
    """The platform's own counts betray the reshares that the archive lacks."""
    twitter = read.posts[read.posts["platform"] == "twitter"]
    held = int((twitter["kind"] == "reshare").sum())
    losses = made.truth.losses.set_index("kind")["count"]
    parents = made.truth.parents
    lost = len(parents) - held
    assert 0 < lost <= losses["lost at random"]
    finding = read.findings.set_index("finding").loc["reshares_missing"]
    assert finding["count"] <= lost
    assert finding["count"] >= 0.5 * lost


def test_bluesky_says_through_whom(folder: Path, read: i4.Archive) -> None:
    truth = pd.read_csv(folder / "truth" / "bluesky.csv").set_index("post_id")
    posts = read.posts[read.posts["platform"] == "bluesky"]
    own = posts[~posts["embedded"].fillna(False)].set_index("post_id")
    if own.empty:
        pytest.skip("no reader of Bluesky's firehose yet")
    assert set(own.index) == set(truth.index)
    reposts = own[own["kind"] == "reshare"]
    parent = reposts["via_id"].fillna(reposts["reshared_id"])
    assert truth.loc[reposts.index, "parent_id"].tolist() == parent.tolist()
    assert reposts["via_id"].notna().sum() > 3


def test_the_truth_is_written_whole(made: simulate.World, folder: Path) -> None:
    parents = pd.read_parquet(folder / "truth" / "parents.parquet")
    assert len(parents) == len(made.truth.parents)
    adoptions = pd.read_csv(folder / "truth" / "adoptions.csv", dtype={"account_id": str})
    assert adoptions["account_id"].tolist() == made.truth.adoptions["account_id"].tolist()


def test_the_demo_recipe_gives_its_committed_movement(tmp_path: Path) -> None:
    parameters = read_recipe(ROOT / "data" / "demo" / "simulate.toml")
    from i4analysis.simulate.folder import movement_toml

    committed = (ROOT / "data" / "demo" / "movement.toml").read_text(encoding="utf-8")
    assert movement_toml(simulate.world(parameters).movement) == committed
    assert (parameters.founders, parameters.days) == (30, 28)


def test_the_demo_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "simulate.toml").write_text(recipe_text(Parameters.small(seed=2)))
    assert simulate.ensure_demo(tmp_path)
    before = fingerprint(tmp_path)
    assert not simulate.ensure_demo(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "simulate.toml").write_text(recipe_text(Parameters.small(seed=3)))
    assert simulate.ensure_demo(tmp_path)
    assert fingerprint(tmp_path) != before


def test_a_real_movement_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "movement.toml").write_text('name = "real"\nhashtags = ["real"]\n')
    assert not simulate.ensure_demo(tmp_path)
    with pytest.raises(MovementError, match="holds a real movement"):
        simulate.command(tmp_path, settings={"accounts": 300, "founders": 10})


def test_the_command_takes_any_parameter_by_name(tmp_path: Path) -> None:
    settings = {"days": "7", "delay": "log_normal", "accounts": "300", "founders": "10"}
    simulate.command(tmp_path / "Made Up", seed=9, settings=settings)
    movement = Movement.load(tmp_path / "Made Up")
    assert movement.name == "made-up"
    again = read_recipe(tmp_path / "Made Up" / "simulate.toml")
    assert (again.seed, again.days, again.delay) == (9, 7, "log_normal")
    with pytest.raises(MovementError, match="unknown parameter 'dayz'"):
        simulate.command(tmp_path, settings=["dayz=3"])
    with pytest.raises(MovementError, match="has no value"):
        simulate.command(tmp_path, settings=["days"])
    with pytest.raises(MovementError, match="days = 'x'"):
        simulate.command(tmp_path, settings={"days": "x"})


def test_the_number_of_posts_can_be_asked_for(tmp_path: Path) -> None:
    written = simulate.command(tmp_path / "big", posts=15_000)
    assert 12_000 < sum(one.posts for one in written) < 18_000


def test_no_invented_name_is_a_name_this_project_knows(made: simulate.World) -> None:
    """Handles of the published record, and the shapes that real handles here never have."""
    names = made.sight.names
    assert len(set(names.handles)) == len(names.handles)
    for handle in names.handles:
        assert len(handle) <= 15
        assert handle[-4] == "_"
    known = {
        row.strip().lstrip("@").casefold()
        for ledger in ("people.csv", "founders.csv")
        for path in [ROOT / "data" / "i4emploi" / ledger]
        if path.is_file()
        for row in pd.read_csv(path)["handle"].dropna()
    }
    assert not known & {handle.casefold() for handle in names.handles}
    for text in made.archive.posts["urls"].explode().dropna():
        assert text.split("/")[2].endswith(".example") or "/made-up-profile-" in text
