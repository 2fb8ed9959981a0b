"""Who asked to be forgotten stays so from one report to the next, and is told by no hash."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import faults
import pytest

from i4analysis import movement
from i4analysis.errors import RefreshRefused
from i4analysis.ledgers import LEDGERS, read_ledger
from i4analysis.publish.refresh import run as refresh
from i4analysis.publish.refresh.releases import Releases

NAME = "walnut"
NAMES = LEDGERS["erase"].names
ROWS = (
    {"handle": "@Quillotin7", "name": "Odette Zorbelane"},
    {"platform": "twitter", "account_id": "955000012", "asked_on": "2021-03-01"},
    {"platform": "bluesky", "account_id": "did:plc:x", "post_id": "at://did:plc:x/1"},
    {"name": "Éloïse Vrastelmure"},
)
WORDS = ("quillotin7", "zorbelane", "955000012", "vrastelmure", "did:plc:x")
Row = dict[str, str]


def write(folder: Path, rows: Sequence[Row], names: Sequence[str] = NAMES) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / "erase.csv").write_text(out.getvalue(), encoding="utf-8")
    return out.getvalue().encode()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    movement.create(tmp_path / NAME, [NAME])
    (tmp_path / NAME / "figures.csv").write_text(
        "figure_id,metric,value,roughness\nF1,supporters_bio,300,at_least\n"
    )
    (tmp_path / "books").mkdir()
    faults.write_notebook(tmp_path / "books" / "01-first.ipynb")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(refresh, "PACKAGE", tmp_path / "code")
    return tmp_path


def run(project: Path, *, accept: bool = False, force: bool = False) -> refresh.Refreshed:
    return refresh.refresh(
        [project / NAME], project / "out", notebooks=project / "books", runner=faults.runner,
        build=faults.build, options=refresh.Options(accept=accept, force=force),
    )[0]  # fmt: skip


CUTS: dict[str, tuple[Callable[[list[Row]], list[Row]], int]] = {
    "one row": (lambda rows: rows[1:], 1),
    "the last row": (lambda rows: rows[:-1], 1),
    "two rows": (lambda rows: rows[:2], 2),
    "all but one": (lambda rows: rows[3:], 3),
    "a name": (lambda rows: [{"handle": "@Quillotin7"}, *rows[1:]], 1),
    "another in place of one": (lambda rows: [{"handle": "somebody"}, *rows[1:]], 1),
    "an account for its post": (
        lambda rows: [rows[0], rows[1] | {"post_id": "1"}, *rows[2:]], 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("cut", CUTS)
def test_a_row_that_goes_waits_for_a_person(cut: str, project: Path) -> None:
    write(project / NAME, ROWS)
    good = run(project).release
    change, gone = CUTS[cut]
    write(project / NAME, change(list(ROWS)))
    for _ in range(2):  # asking twice is no consent
        with pytest.raises(RefreshRefused, match=f"lacks {gone} of the 4 rows") as caught:
            run(project, force=True)
        assert not any(word in str(caught.value).casefold() for word in WORDS)
    assert Releases(project / "out").live(NAME) == good
    assert run(project, accept=True).state == "ok"
    assert run(project, force=True).state == "ok"  # it was said once


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[::-1],
        lambda rows: [*rows, {"handle": "somebody"}],
        lambda rows: [{"handle": "quillotin7", "name": "ODETTE  zorbelane".replace("  ", " ")},
                      *rows[1:]],
        lambda rows: [rows[0] | {"account_id": "77", "platform": "twitter"}, *rows[1:]],
        lambda rows: [{key: cell for key, cell in row.items() if key != "asked_on"}
                      for row in rows],
        lambda rows: [{"handle": "quillotin7"}, {"name": "Odette Zorbelane"}, *rows[1:]],
    ],
    ids=["order", "more", "spelling", "filled in", "day", "split"],
)  # fmt: skip
def test_a_row_written_otherwise_is_not_gone(
    change: Callable[[list[Row]], list[Row]], project: Path
) -> None:
    write(project / NAME, ROWS)
    run(project)
    write(project / NAME, change(list(ROWS)))
    assert run(project, force=True).state == "ok"


def test_a_row_cut_from_the_movement_beside_waits_too(project: Path) -> None:
    movement.create(project / "elm", ["elm"])
    path = project / NAME / "movement.toml"
    path.write_text(f'compare = "../elm"\n{path.read_text()}')
    write(project / "elm", ROWS)
    run(project)
    write(project / "elm", ROWS[1:])
    with pytest.raises(RefreshRefused, match="lacks 1 of the 4 rows"):
        run(project)


def test_no_hash_of_a_ledger_lets_names_be_tried(project: Path) -> None:
    """Whoever knows every row but one name would need few tries for a plain hash of the file."""
    plain = {hashlib.sha256(write(project / NAME, ROWS)).hexdigest()}
    (project / NAME / "founders.csv").write_text("handle,name\nq7,Odette Zorbelane\n")
    for path in (project / NAME).iterdir():
        if path.is_file():
            plain.add(hashlib.sha256(path.read_bytes()).hexdigest())
    first = run(project)
    texts = [
        path.read_text(encoding="utf-8")
        for folder in (first.release, project / "out" / ".refresh" / "runs")
        for path in folder.rglob("*.json")
    ]
    assert any('"erase.csv"' in text for text in texts)
    assert not [one for one in plain for text in texts if one in text]
    assert not [word for word in WORDS for text in texts if word in text.casefold()]
    kept = project / "out" / ".refresh" / "asked"
    assert kept.stat().st_mode & 0o777 == 0o700
    for path in kept.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert not any(word in path.read_text().casefold() for word in WORDS)
    assert run(project).state == "skipped"  # the key is the same
    next(kept.iterdir()).write_text("")  # lost, as where a disk was full
    assert run(project).state == "ok"
    assert run(project).state == "skipped"


def test_where_nobody_asked_no_key_is_needed(project: Path) -> None:
    run(project)
    assert not (project / "out" / ".refresh" / "asked").exists()
    assert read_ledger(project / NAME / "erase.csv", "erase").empty
