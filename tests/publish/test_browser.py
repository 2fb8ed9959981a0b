"""The page in a browser: accessible, no request, no sideways scroll on a small phone."""

from __future__ import annotations

import os
import re
from html import unescape
from pathlib import Path

import pypdf
import pytest
from browser import DARK, above, chromium, scrolled, visit
from sample import movement, save_all

from i4analysis import cli
from i4analysis.publish.refresh.releases import verify
from i4analysis.publish.report import build as report

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
NAMES = ("index.html", "index.en.html")
MOST_SHEETS = {"i4emploi": 4, "demo": 6}  # the demo fills every chapter
MOST_WORDS, MOST_SCREENS = 1300, 8  # outside tables; of a phone, before how we know


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browsed")
    report.build(save_all(folder / "c", movement()), movement(), folder / "out")
    return folder / "out"


def passes(page: Path, scratch: Path, *flags: str) -> None:
    seen = visit(page, scratch, *flags, width=1000)
    assert seen["asked"] == []
    assert seen["violations"] == [] and seen["incomplete"] == []
    assert seen["passes"] > 20


@pytest.mark.parametrize("flags", [(), (DARK,)], ids=["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_accessible_and_without_request(
    built: Path, tmp_path: Path, name: str, flags: tuple[str, ...]
) -> None:
    passes(built / name, tmp_path, *flags)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_folded_is_printed_with_its_heads_on_each_sheet(
    built: Path, tmp_path: Path, name: str
) -> None:
    html = (built / name).read_text(encoding="utf-8")
    table = re.search(r"<details>.*?<thead>(.*?)</thead>\s*<tbody>(.*?)</tbody>", html, re.DOTALL)
    assert table
    (tmp_path / name).write_text(html.replace(table[2], table[2] * 60, 1), encoding="utf-8")
    paper = tmp_path / "printed.pdf"
    chromium(f"--print-to-pdf={paper}", (tmp_path / name).as_uri())
    sheets = [" ".join(sheet.extract_text().split()) for sheet in pypdf.PdfReader(paper).pages]
    heads, cells = (re.sub(r"<[^>]+>", " ", unescape(part)).split() for part in table.groups())
    assert all(cell in " ".join(sheets) for cell in cells)
    assert sum(" ".join(heads) in sheet for sheet in sheets) > 1


@pytest.mark.parametrize("name", NAMES)
def test_no_sideways_scroll_on_the_smallest_phone(built: Path, tmp_path: Path, name: str) -> None:
    assert scrolled(built / name, tmp_path, width=320) == 320


@pytest.mark.parametrize("name", NAMES)
def test_a_wide_table_scrolls_in_its_own_frame(built: Path, tmp_path: Path, name: str) -> None:
    html = (built / name).read_text(encoding="utf-8").replace("<details>", "<details open>")
    wide = re.sub(r"<tr>(.*?)</tr>", lambda row: f"<tr>{row[1] * 12}</tr>", html, flags=re.DOTALL)
    (tmp_path / name).write_text(wide, encoding="utf-8")
    assert scrolled(tmp_path / name, tmp_path, width=320) == 320


# --------------------------------------------------------------------------- whole reports


@pytest.fixture(scope="module")
def reports() -> Path:
    """The reports of `make report`: CI makes them, then names their folder in I4_REPORTS."""
    folder = os.environ.get("I4_REPORTS")
    if not folder:
        pytest.skip("no finished reports: run `make report`, then set I4_REPORTS=reports")
    return Path(folder).resolve()


@pytest.mark.parametrize("of", ["i4emploi", "demo"])
@pytest.mark.parametrize("name", NAMES)
def test_a_whole_report_is_accessible(reports: Path, tmp_path: Path, of: str, name: str) -> None:
    page = reports / of / name
    assert verify(page.parent.resolve()) is not None
    passes(page, tmp_path)
    assert scrolled(page, tmp_path, width=320) == 320


@pytest.mark.parametrize("of", ["i4emploi", "demo"])
def test_the_page_of_the_method_is_accessible(reports: Path, tmp_path: Path, of: str) -> None:
    pages = sorted((reports / of).glob("*proof*.html"))
    assert len(pages) == 2
    for page in pages:
        passes(page, tmp_path)


@pytest.mark.parametrize("of", ["i4emploi", "demo"])
def test_a_whole_report_fits_a_few_sheets(reports: Path, of: str) -> None:
    papers = sorted((reports / of).glob("*report.*.pdf"))
    assert len(papers) == 2
    for paper in papers:
        assert len(pypdf.PdfReader(paper).pages) <= MOST_SHEETS[of], paper.name


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_movement_without_an_archive_is_short(
    reports: Path, tmp_path: Path, name: str
) -> None:
    page = reports / "i4emploi" / name
    html = page.read_text(encoding="utf-8").partition("<body>")[2]
    for tag in ("style", "script", "svg", "table"):
        html = re.sub(rf"<{tag}\b.*?</{tag}>", " ", html, flags=re.DOTALL)
    words = [w for w in unescape(re.sub(r"<[^>]+>", " ", html)).split() if re.search(r"\w", w)]
    assert 900 < len(words) <= MOST_WORDS
    assert above(page, tmp_path, "known", width=390) <= MOST_SCREENS * 844


@pytest.mark.slow
@pytest.mark.real
def test_the_report_of_a_real_movement_is_accessible(real: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "thankcsiro", tmp_path / "out"
    assert cli.main(["new", str(folder), "--hashtag", "thankcsiroforthat"]) == 0
    files = sorted(map(str, (real / "twitter_v1" / "thankcsiro").glob("*.json")))
    assert cli.main(["read", *files, "--movement", str(folder)]) == 0
    books = ["--notebooks", str(ROOT / "notebooks")]
    assert cli.main(["refresh", str(folder), "--out", str(out), *books]) == 0
    for name in NAMES:
        passes(out / "thankcsiro" / name, tmp_path)
        assert scrolled(out / "thankcsiro" / name, tmp_path, width=320) == 320
