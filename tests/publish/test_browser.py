"""The page in a browser: accessible, no request, no sideways scroll on a small phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import scrolled, visit
from sample import movement, save_all

from i4analysis.publish import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browsed")
    report.build(save_all(folder / "c", movement()), movement(), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_accessible_and_without_request(built: Path, tmp_path: Path, name: str) -> None:
    seen = visit(built / name, tmp_path, width=1000)
    assert seen["asked"] == []
    assert seen["violations"] == [] and seen["incomplete"] == []
    assert seen["passes"] > 20


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_no_sideways_scroll_on_the_smallest_phone(built: Path, tmp_path: Path, name: str) -> None:
    assert scrolled(built / name, tmp_path, width=320) == 320
