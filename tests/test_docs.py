"""The docs are made from the repository: every ledger, chart and public name is in them."""

from __future__ import annotations

import os
import re
import sys
from html.parser import HTMLParser
from operator import attrgetter
from pathlib import Path
from urllib.parse import unquote

import pytest

import i4analysis as i4
from i4analysis import tables
from i4analysis.ledgers import LEDGERS

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "docs"))

import dictionary  # noqa: E402
import pages  # noqa: E402


class Links(HTMLParser):
    """What a page points to, and what can be pointed to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.to: list[tuple[str, str]] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.names |= {str(held[key]) for key in ("id", "name") if held.get(key)}
        self.to += [(tag, str(held[key])) for key in ("href", "src") if held.get(key)]


def read(path: Path) -> Links:
    links = Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def faults(site: Path) -> list[str]:
    """Return every link of a site that leads nowhere, and whatever a page would fetch."""
    found = {path: read(path) for path in sorted(site.rglob("*.html"))}
    wrong = []
    for path, links in found.items():
        for tag, link in links.to:
            if re.match(r"(https?:)?//", link):
                if tag != "a":
                    wrong.append(f"{path.name} fetches {link}")
                continue
            if link.startswith(("data:", "mailto:")):
                continue
            file, _, name = unquote(link).partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            if not target.exists():
                wrong.append(f"{path.name} leads to {link}, which is not there")
            elif name and target in found and name not in found[target].names:
                wrong.append(f"{path.name} leads to {link}, of which {name} is not there")
    return wrong


def test_links_that_lead_nowhere_are_found(tmp_path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html">x</a><a href="#no">x</a><img src="https://example.org/x.png"><p id="y">'
        '<a href="#y">x</a><a href="https://example.org">x</a>'
    )
    assert len(faults(tmp_path)) == 3


def test_every_ledger_is_told_column_by_column_with_what_a_wrong_cell_says() -> None:
    text = pages.ledgers(ROOT)
    for table in LEDGERS.values():
        part = text.partition(f"## {table.name}.csv\n")[2].partition("\n## ")[0]
        for column in table.columns:
            assert f"| `{column.name}` |" in part
            cell = pages.wrong_cell(column)
            if cell is not None:
                said = pages.refusal(table.name, column.name, cell)
                assert said.startswith(f"The ledger {table.name}.csv, line 2"), (column.name, said)
                assert column.name in said


def test_every_page_of_the_repository_is_there(tmp_path) -> None:
    archives, notebooks = pages.archives(tmp_path), pages.notebooks(tmp_path)
    for title in ("TAGS sheets", "rtweet (R), up to 0.7", "twarc-csv"):
        assert title in archives
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert path.name in notebooks
    pages.api(tmp_path)
    api = {path.stem for path in (tmp_path / "api").glob("*.rst")}
    assert api == {"door", *dict(pages.public_modules())}
    command = pages.command(tmp_path)
    for name in ("i4 read", "i4 check", "i4 explore"):
        assert f"## {name}\n" in command


def test_a_method_stands_beside_how_often_it_fails() -> None:
    text = pages.methods(ROOT)
    assert "### parent_probabilities" in text
    relays = text.partition("\n## relays\n")[2].partition("\n## ")[0]
    assert "| bound | verdict |" in relays


def test_a_start_is_what_a_new_user_sees(tmp_path) -> None:
    text = pages.start(tmp_path)
    assert "$ i4 new mine" in text
    assert "did you mean" in text
    assert "Traceback" not in text
    assert str(tmp_path) not in text


def test_every_chart_has_a_call_of_its_own() -> None:
    for name in i4.charts.__all__:
        assert f"i4.charts.{name}(" in pages.examples(getattr(i4.charts, name))[-1]


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_its_links_lead_somewhere(tmp_path) -> None:
    """With I4_DOCS, the folder of a site that `make docs` built is looked at instead."""
    site = Path(os.environ.get("I4_DOCS", tmp_path / "html"))
    if "I4_DOCS" not in os.environ:
        pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
        import build

        assert build.build(tmp_path) == 0
    assert faults(site) == []
    pictures = {path.stem for path in (site / "_images").glob("plot_*.png")}
    assert pictures == set(i4.charts.__all__)


def test_the_committed_dictionary_is_the_generated_one() -> None:
    path = ROOT / "data" / "README.md"
    assert path.read_text(encoding="utf-8") == dictionary.markdown()


@pytest.mark.parametrize("name", dictionary.MEASURES)
def test_the_dictionary_says_what_a_measure_of_the_front_door_returns(name: str) -> None:
    assert callable(attrgetter(name)(i4))
    for table in dictionary.MEASURES[name]:
        assert len(set(table.names)) == len(table.names)
        assert all(len(column.meaning) > 5 for column in table.columns)
        assert set(table.key) <= set(table.names)
        assert tables.empty(table).dtypes.astype(str).tolist() == [
            str(column.dtype) for column in table.columns
        ]
