"""Results that lie beside the joined rows: the same numbers, once, and never another archive's."""

import shutil

import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import kept, simulate
from i4analysis.archive import command
from i4analysis.archive.store import shelf
from i4analysis.measure.relays import relays


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("shelf") / "movement"
    simulate.write(simulate.world(simulate.Parameters.small(seed=3, name="shelf")), home)
    command.read([home / "raw"], home, say=lambda _: None)
    return home


def held(folder):
    return sorted((folder / "archive").glob(f".merged-*/{shelf.PREFIX}*"))


def never(*_):
    raise AssertionError("worked out again")


def same(one, other) -> None:
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.quality, other.quality)
    assert one.parameters == other.parameters
    assert (one.notes, one.excluded, one.n_used) == (other.notes, other.excluded, other.n_used)


def test_parents_are_worked_out_once_and_read_again(folder, monkeypatch) -> None:
    archive = i4.load(folder)
    movement = i4.Movement.load(folder)
    first = i4.relays.parent_probabilities(archive, movement)
    assert len(held(folder)) == 1
    alone = i4.Archive(posts=archive.posts, profiles=archive.profiles, follows=archive.follows)
    same(first, i4.relays.parent_probabilities(alone, movement))  # no store: no shelf
    monkeypatch.setattr(relays, "_worked_out", never)
    again = i4.relays.parent_probabilities(i4.load(folder), movement)
    same(first, again)
    influence = i4.relays.relay_influence(again).table
    pd.testing.assert_frame_equal(i4.relays.relay_influence(first).table, influence)
    with pytest.raises(AssertionError, match="again"):  # other parameters are another question
        i4.relays.parent_probabilities(i4.load(folder), movement, seed=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.posts.__setitem__("lang", a.posts["lang"].str.upper()),
        lambda a: a.posts.__setitem__("author", a.posts["author"].str.upper()),
        lambda a: a.profiles.__setitem__("followers", a.profiles["followers"] + 1),
        lambda a: a.posts.__setitem__("mine", 1),
    ],
)
def test_a_table_changed_in_place_is_another_archive(folder, monkeypatch, change) -> None:
    archive = i4.load(folder)
    i4.relays.parent_probabilities(archive)
    before = i4.members.roles(archive, i4.Movement.load(folder))
    change(archive)
    assert len(i4.members.roles(archive, i4.Movement.load(folder))) <= len(before)
    monkeypatch.setattr(relays, "_worked_out", never)
    with pytest.raises(AssertionError, match="again"):
        i4.relays.parent_probabilities(archive)
    for part in (archive.own, archive.where(languages=["fr"])):
        with pytest.raises(AssertionError, match="again"):
            i4.relays.parent_probabilities(part)


def test_a_damaged_result_is_worked_out_again(folder) -> None:
    first = i4.relays.parent_probabilities(i4.load(folder))
    for damaged in ("value.json", "0.npy", "0.arrow"):
        for path in (one / damaged for one in held(folder)):
            if path.exists():
                path.write_bytes(path.read_bytes()[:40])
        same(first, i4.relays.parent_probabilities(i4.load(folder)))


def test_who_asked_to_be_forgotten_is_on_no_shelf(folder) -> None:
    archive = i4.load(folder)
    i4.relays.parent_probabilities(archive)
    gone = str(archive.posts["author_id"].dropna().iloc[0]).encode()

    def found() -> bool:
        files = [file for one in held(folder) for file in one.iterdir()]
        return any(gone in file.read_bytes() for file in files)

    assert found()
    (folder / "erase.csv").write_text(
        f"platform,account_id,handle,post_id,asked_on,name\ntwitter,{gone.decode()},,,,\n"
    )
    i4.relays.parent_probabilities(i4.load(folder))
    assert held(folder)
    assert not found()
    (folder / "erase.csv").unlink()


def test_no_more_than_some_results_are_kept(folder, monkeypatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 2)
    archive = i4.load(folder)
    for number in range(4):
        kept.on_shelf(archive, "number", (number,), (), lambda n=number: {"n": n})
    assert len(held(folder)) == 2
    assert kept.on_shelf(archive, "number", (3,), (), never) == {"n": 3}


def test_a_result_over_nothing_is_kept_and_read_again(folder, tmp_path) -> None:
    """As of a movement whose every author asked to be forgotten."""
    home = tmp_path / "movement"
    shutil.copytree(folder, home)
    names = i4.load(home).posts[["platform", "author"]].drop_duplicates()
    names.rename(columns={"author": "handle"}).to_csv(home / "erase.csv", index=False)
    movement = i4.Movement.load(home)
    archive = i4.load(home)
    assert archive.own.posts.empty
    first = i4.relays.parent_probabilities(archive, movement)
    same(first, i4.relays.parent_probabilities(i4.load(home), movement))
