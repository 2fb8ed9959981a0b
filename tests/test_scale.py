"""The same numbers in memory, out of a store that lies in pieces, and by workers on Dask.

What a measure looks at piece by piece must not depend on where one ends: the store here lies in
batches of fifty rows, appeals are read forty at a time, relays weighed five hundred at a time.
"""

import pandas as pd
import pytest

import i4analysis as i4
from i4analysis import simulate, spread
from i4analysis.archive import command
from i4analysis.archive.store import merged
from i4analysis.measure.accounts import identity
from i4analysis.measure.accounts.marks import holds_mark
from i4analysis.measure.appeals import appeals
from i4analysis.measure.appeals.errors import label_errors
from i4analysis.measure.numbers import clustered
from i4analysis.measure.relays import parents


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    home = tmp_path_factory.mktemp("scale") / "movement"
    simulate.write(simulate.world(simulate.Parameters.small(seed=7, name="scale")), home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merged, "ROWS", 50)
        command.read([home / "raw"], home, say=lambda _: None)
        i4.load(home)
    return home


@pytest.fixture(scope="module")
def movement(store):
    return i4.Movement.load(store)


def in_memory(archive: i4.Archive) -> i4.Archive:
    """Copy an archive: each column in one piece, no store beside it."""
    whole = {
        name: i4.tables.from_arrow(
            i4.tables.to_arrow(i4.tables.TABLES[name], getattr(archive, name)).combine_chunks()
        )
        for name in ("posts", "profiles", "follows")
    }
    return i4.Archive(**whole, files=archive.files, findings=archive.findings)


def numbers(archive: i4.Archive, movement: i4.Movement) -> dict[str, pd.DataFrame]:
    """Return what the chapters are made of, table by table; `benchmarks/scale.py` asks, too."""
    classified = i4.appeals.classify(archive.posts, archive.profiles, movement)
    service = i4.appeals.service(archive, movement, classified, resamples=40)
    adopted = i4.members.adoption(archive, movement)
    errors = label_errors(archive, movement)
    return {
        "counts": i4.archive.overview(archive, movement.zone).days,
        "adoption": adopted.table,
        "first posts": adopted.table[["n_first_post", "n_first_own_post"]],
        "roles": i4.members.roles(archive, movement),
        "followers": i4.reach.followers_summed(archive, movement).table,
        "press": i4.push.media_effects(archive, movement).daily,
        "appeals": classified,
        "guesses": pd.DataFrame([[errors.n_posts, errors.n_guesses]]),
        "service": service.table,
        "groups": service.by_group,
        "edges": i4.graph.reshare_edges(archive.posts),
        "mentions": i4.graph.network_edges(archive.posts, "mentions"),
        "exposure": i4.members.exposure(archive, movement).table,
    }


def relayed(archive: i4.Archive, movement: i4.Movement) -> dict[str, pd.DataFrame]:
    """Return who may have relayed to whom."""
    found = i4.relays.parent_probabilities(archive, movement)
    return {"parents": found.table, "quality": found.quality}


@pytest.fixture(scope="module")
def whole(store, movement):
    archive = in_memory(i4.load(store))
    return numbers(archive, movement) | relayed(archive, movement)


@pytest.mark.parametrize("cluster", ["", "local"])
def test_numbers_are_those_of_the_archive_in_memory(
    store, movement, whole, cluster, monkeypatch
) -> None:
    if cluster:
        pytest.importorskip("distributed", reason="dask is not installed")
    archive = i4.load(store)
    lies_in = archive.posts["text"].array._pa_array.num_chunks
    assert lies_in > 5 and archive.profiles["bio"].array._pa_array.num_chunks > 5
    for module, name, value in (
        (appeals, "_CHUNK", 40), (parents, "PIECE", 500), (clustered, "_CHUNK", 900),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    monkeypatch.setenv(spread.CLUSTER, cluster)
    monkeypatch.setenv(spread.WORKERS, "2")
    if cluster:  # what lies on the shelf would answer for the workers
        found = relayed(i4.Archive(archive.posts, archive.profiles, archive.follows), movement)
    else:
        found = numbers(archive, movement) | relayed(archive, movement)
        again = i4.load(store)  # a second look reads them off the shelf
        for name, table in (numbers(again, movement) | relayed(again, movement)).items():
            pd.testing.assert_frame_equal(table, found[name], obj=name)
    for name, table in found.items():
        pd.testing.assert_frame_equal(table, whole[name], rtol=1e-9, atol=1e-12, obj=name)


def test_rows_taken_piece_by_piece_are_those_of_the_whole(store) -> None:
    posts = i4.load(store).posts
    column = posts["post_id"].to_list()
    for rows in ([], [3], [-1], [260, 3, -1, 3, 51, 50, 49, 0], list(range(len(posts)))):
        found = identity.taken(posts["post_id"], i4_rows(rows))
        assert found.to_pylist() == [None if row < 0 else column[row] for row in rows]
    place, items = identity.exploded(posts["hashtags"])
    told = [(row, tag) for row, tags in enumerate(posts["hashtags"]) for tag in tags]
    assert list(zip(place.tolist(), items.to_pylist(), strict=True)) == told
    one = pd.Series(posts["text"].to_list())
    tag = posts["hashtags"].explode().dropna().iloc[0]
    assert holds_mark(posts["text"], [tag]).tolist() == holds_mark(one, [tag]).tolist()


def i4_rows(rows):
    return pd.Series(rows, dtype="int64").to_numpy()
