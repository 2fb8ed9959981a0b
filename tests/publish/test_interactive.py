"""The interactive graph is optional: without its extra it says what to install."""

from __future__ import annotations

import sys

import invented
import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.errors import I4Error
from i4analysis.publish.interactive import ROLE_COLOURS, strongest

MOVEMENT = invented.movement("thanks", supporter_marks=(), seeker_marks=("jobsearch",))


def archive(reshares: int = 4) -> tables.Archive:
    return invented.archive(
        invented.reshare(f"{number}", f"u{number}", None, "o", "ana" if number else "bob")
        for number in range(reshares)
    )


def test_without_the_extra_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ipysigma", None)
    with pytest.raises(I4Error, match=r"pip install .i4analysis\[interactive\]"):
        i4.interactive(archive(), MOVEMENT)


def test_the_strongest_accounts_are_kept() -> None:
    from i4analysis.publish.export import exported_graph

    kept = strongest(exported_graph(archive(), MOVEMENT), 3)
    assert sorted(kept) == ["ana", "bob", "u0"]
    assert list(kept.edges) == [("u0", "bob")]


def test_with_the_extra_it_is_a_widget() -> None:
    pytest.importorskip("ipysigma", reason='the extra "interactive" is not installed')
    widget = i4.interactive(archive(), MOVEMENT, most=4)
    assert widget.graph.is_directed()
    assert len(widget.graph) == 4
    with pytest.raises(I4Error, match="holds no reshare"):
        i4.interactive(tables.Archive(), MOVEMENT)


def test_every_role_has_a_colour() -> None:
    from i4analysis.measure.accounts.roles import ROLES

    assert set(ROLES) == set(ROLE_COLOURS) - {"hashtag", "link"}
