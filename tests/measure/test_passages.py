from __future__ import annotations

import invented
import pandas as pd
import pytest

from i4analysis import tables
from i4analysis.measure.relays import passages, relays

T0 = pd.Timestamp("2015-10-01T08:00:00Z")


def row(name: str, who: str, hour: float, of: tuple[str, str] | None = None, **more: object):
    at = T0 + pd.Timedelta(hours=hour)
    return (
        invented.reshare(name, who, at, *of, **more)
        if of
        else invented.post(name, who, at, **more)
    )


def posts(*rows: dict[str, object]) -> pd.DataFrame:
    return tables.build(tables.POSTS, rows)


ROLES = pd.DataFrame(
    {
        "account_id": ["f", "s", None],
        "handle": ["founder", "supporter", "Seek"],
        "role": ["founder", "supporter", "seeker"],
    },
    dtype=pd.ArrowDtype(tables.TEXT),
)


def test_reshares_are_counted_by_the_roles_of_both_ends() -> None:
    found = passages.role_matrix(
        posts(
            row("1", "s", 1, ("o", "f")),
            row("2", "s", 2, ("p", "f")),
            row("3", "x", 3, ("o", "f")),
            row("4", "f", 4, ("q", "s")),
            row("5", "f", 5, ("o", "f")),
        ),
        ROLES,
    )
    table = found.table.set_index(["resharer_role", "author_role"])
    assert table.loc[("supporter", "founder"), "reshares"] == 2
    assert table.loc[("supporter", "founder"), "resharers"] == 1
    assert table.loc[("supporter", "founder"), "share"] == 1
    assert table.loc[("founder", "supporter"), "reshares"] == 1
    assert table["reshares"].sum() == found.n_used == 4
    assert table.loc[("supporter", "founder"), "expected"] == pytest.approx(2 * 3 / 4)
    assert dict(found.excluded) == {"self-reshares": 1}


def test_accounts_stand_one_step_below_the_first_they_reshared() -> None:
    found = passages.generations(
        posts(
            row("o", "f", 0),
            row("1", "s", 1, ("o", "f")),
            row("q", "s", 2),
            row("2", "x", 3, ("q", "s")),
            row("3", "x", 4, ("o", "f")),
            row("p", "y", 5),
            row("4", "y", 6, ("q", "s")),
        ),
        ROLES,
    )
    table = found.table.set_index("account")
    assert table["generation"].to_dict() == {"f": 0, "s": 1, "x": 2, "y": 0}
    assert table["start"].to_dict() == {"f": "founder", "s": "reshare", "x": "reshare", "y": "own"}
    assert table["through"].dropna().to_dict() == {"s": "f", "x": "s"}
    assert table.index.tolist() == ["f", "s", "x", "y"]


def test_a_founder_who_first_reshares_is_still_at_the_start() -> None:
    found = passages.generations(posts(row("1", "f", 1, ("o", "z"))), ROLES)
    assert found.table.set_index("account").loc["f", "generation"] == 0


def test_an_author_never_seen_posting_is_placed_by_its_reshares() -> None:
    found = passages.generations(
        posts(row("1", "s", 5, ("o", "z"), reshared_at=T0)), None
    ).table.set_index("account")
    assert found.loc["z", "generation"] == 0
    assert found.loc["z", "arrived_at"] == T0
    assert found.loc["s", "generation"] == 1


def test_a_broker_carries_a_post_from_one_group_into_another() -> None:
    archive = tables.Archive(
        posts=posts(
            row("o", "ana", 0),
            row("r1", "bob", 1, ("o", "ana"), via_id=None),
            row("r2", "carl", 2, ("o", "ana"), via_id="r1"),
            row("r3", "dora", 3, ("o", "ana"), via_id="r2"),
        )
    )
    group = pd.DataFrame({"account": ["ana", "bob", "carl", "dora"], "community": [0, 0, 1, 1]})
    found = passages.brokers(relays.parent_probabilities(archive), group)
    assert found.table[["account", "passages", "lo", "hi"]].values.tolist() == [
        ["bob", 1, 1, 1],
        ["carl", 1, 1, 1],
    ]


def test_the_exact_passages_agree_with_drawn_trees(rng) -> None:
    rows = [row("o", "a0", 0)]
    rows += [row(f"r{k}", f"a{k}", k, ("o", "a0")) for k in range(1, 30)]
    archive = tables.Archive(posts=posts(*rows))
    group = pd.DataFrame(
        {"account": [f"a{k}" for k in range(30)], "community": rng.integers(0, 3, 30)}
    )
    found = passages.brokers(
        relays.parent_probabilities(archive, method="casin"), group, draws=4000
    ).table
    assert ((found["lo"] <= found["passages"] + 1) & (found["passages"] <= found["hi"] + 1)).all()
    wide = found["hi"].sum() + found["lo"].sum()
    assert found["passages"].sum() < wide


@pytest.mark.parametrize("measure", [passages.role_matrix, passages.generations])
def test_no_post_gives_an_empty_table(measure) -> None:
    found = measure(tables.empty(tables.POSTS), None)
    assert found.table.empty
    assert found.n_used == 0


def test_no_cascade_has_no_broker() -> None:
    found = relays.parent_probabilities(tables.Archive())
    group = pd.DataFrame({"account": [], "community": []})
    assert passages.brokers(found, group).table.empty


def matrix(*cells: tuple[str, str, int, int, int]) -> pd.DataFrame:
    names = ["resharer_role", "author_role", "reshares", "resharers", "authors"]
    return pd.DataFrame(cells, columns=names)


def test_roles_shown_hide_few_people_looking_for_work() -> None:
    table = matrix(
        ("seeker", "seeker", 4, 4, 1), ("seeker", "other", 9, 9, 9),
        ("other", "seeker", 2, 2, 2), ("other", "other", 30, 9, 9),
    )  # fmt: skip
    shown = passages.shown_roles(table)
    assert set(shown["resharer_role"]) | set(shown["author_role"]) == {"other"}
    assert shown["reshares"].tolist() == [45]
    many = table.assign(resharers=9, authors=9)
    shown = passages.shown_roles(many).set_index(["resharer_role", "author_role"])
    # 4, 9, 2 and 30 go down to multiples of five, so that 45 less the others' is no one's cell
    assert shown["reshares"].tolist() == [0, 5, 0, 30]
    assert passages.shown_roles(matrix()).empty
