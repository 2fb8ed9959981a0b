"""The page to explore: offline, limited, private, and never part of what is published."""

from __future__ import annotations

import json
import re
import sys

import pandas as pd
import pytest
from browser import FLAGS, chromium

import i4analysis as i4
from i4analysis import cli, tables
from i4analysis.errors import I4Error
from i4analysis.publish import explore

REAL_BUNDLE = "the extra `interactive` (vl-convert) is not installed"


@pytest.fixture
def bundle(monkeypatch) -> None:
    """Stand in for the library: making its bundle takes seconds, and these tests look at ours."""
    fake = type(sys)("vl_convert")
    fake.javascript_bundle = lambda: "window.vegaEmbed = null;"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "vl_convert", fake)


def specs(page: str) -> dict:
    return json.loads(re.search(r'id="specs">(.*?)</script>', page, re.S)[1])  # type: ignore[index]


def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    made = i4.simulate.example()
    with pytest.raises(I4Error, match=r"pip install .i4analysis\[interactive\]"):
        i4.explore(made.archive, made.movement, tmp_path / "x.html")


def test_a_folder_is_refused_before_the_archive_is_read(tmp_path, capsys) -> None:
    (tmp_path / "movement.toml").write_text('name = "essai"\nhashtags = ["essai"]\n')
    assert cli.main(["explore", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "is a folder, expected the name of a file" in capsys.readouterr().err


def test_a_page_says_that_it_is_not_to_be_published_and_what_it_leaves_out(
    bundle, tmp_path
) -> None:
    made = i4.simulate.example()
    page = i4.explore(made.archive, made.movement, tmp_path / "x.html", most=50).read_text("utf-8")
    graph = i4.graph.reshare_graph(made.archive.posts)
    assert "Not to be published" in page and "Made-up data" in page
    assert f"50 of {len(graph):,} accounts" in page
    drawn = specs(page)
    assert len(drawn["graph"]["layer"][1]["data"]["values"]) == 50
    shown = len(drawn["cascades"]["data"]["values"])
    assert f"{shown:,} of {int((made.archive.posts['kind'] == 'reshare').sum()):,}" in page
    assert "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="', page)


def test_what_is_shown_whole_is_not_called_a_part(bundle, tmp_path) -> None:
    """Three posts, each reshared once or twice: nothing is left out, and one is one."""
    at = pd.Timestamp("2020-01-01", tz="UTC")
    rows = [
        {"platform": "x", "post_id": f"{a}-{b}", "kind": "reshare", "author_id": b, "author": b,
         "posted_at": at + pd.Timedelta(hours=hour), "reshared_id": a, "reshared_author_id": a,
         "reshared_author": a, "reshared_at": at, "text": "", "hashtags": ["m"]}
        for hour, (a, b) in enumerate((("1", "2"), ("1", "3"), ("4", "5")), 1)
    ]  # fmt: skip
    archive = i4.Archive(posts=tables.build(tables.TABLES["posts"], rows))
    movement = i4.Movement("m", {"en": "m"}, ("m",), ("m",), timezone="UTC")
    page = i4.explore(archive, movement, tmp_path / "x.html").read_text("utf-8")
    told = re.search(r"<ul>(.*?)</ul>", page, re.S)[1]  # type: ignore[index]
    assert not re.search(r"\d+ of \d+", told)
    options = specs(page)["cascades"]["params"][0]["bind"]["options"]
    assert [one.rpartition(", ")[2] for one in options] == ["2 reshares", "1 reshare"]


def test_lines_and_cascades_have_limits_of_their_own(bundle, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(explore, "MOST_LINES", 7)
    monkeypatch.setattr(explore, "MOST_CASCADES", 3)
    monkeypatch.setattr(explore, "MOST_RESHARES", 30)
    made = i4.simulate.example()
    page = i4.explore(made.archive, made.movement, tmp_path / "x.html").read_text("utf-8")
    drawn = specs(page)
    assert len(drawn["graph"]["layer"][0]["data"]["values"]) == 7
    assert len(drawn["cascades"]["params"][0]["bind"]["options"]) <= 3
    assert len(drawn["cascades"]["data"]["values"]) <= 30


def test_people_looking_for_work_bear_a_number_and_no_text_is_kept(bundle, tmp_path) -> None:
    made = i4.simulate.example()
    roles = i4.members.roles(made.archive, made.movement)
    seekers = roles.loc[roles["role"] == "seeker", ["account_id", "handle"]].to_numpy().ravel()
    page = i4.explore(made.archive, made.movement, tmp_path / "x.html").read_text("utf-8")
    assert len(seekers) > 4
    for name in seekers:
        assert f'"{name}"' not in page and f" {name}," not in page
    assert "private 1" in page
    for text in made.archive.posts["text"].dropna().head(40):
        assert text[:30] not in page or len(text) < 30


def test_it_is_never_written_into_a_report(bundle, tmp_path) -> None:
    made = i4.simulate.example()
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(I4Error, match="never published"):
        i4.explore(made.archive, made.movement, tmp_path / "figures" / "x.html")
    assert not (tmp_path / "figures").exists()


def test_an_archive_without_reshares_says_so(bundle, tmp_path) -> None:
    with pytest.raises(I4Error, match="holds no reshare"):
        i4.explore(i4.Archive(), i4.simulate.example().movement, tmp_path / "x.html")


def test_a_hostile_handle_stays_a_text(bundle, tmp_path) -> None:
    wicked = "</script><script>alert(1)</script>"
    rows = [
        {"platform": "twitter", "post_id": str(n), "kind": "reshare", "author_id": f"u{n}",
         "author": wicked, "reshared_id": "o", "reshared_author_id": "ana"}
        for n in range(3)
    ]  # fmt: skip
    archive = tables.Archive(posts=tables.build(tables.POSTS, rows))
    movement = i4.simulate.example().movement
    page = i4.explore(archive, movement, tmp_path / "x.html").read_text("utf-8")
    assert "<script>alert" not in page


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_without_a_network_draws_it(tmp_path) -> None:
    pytest.importorskip("vl_convert", reason=REAL_BUNDLE)
    made = i4.simulate.example()
    page = i4.explore(made.archive, made.movement, tmp_path / "x.html")
    seen = chromium(
        *FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=9000",
        "--dump-dom", page.as_uri(),
    )  # fmt: skip
    assert 'data-drawn="yes"' in seen
    assert seen.count("<canvas") == 2


def test_the_command_names_a_file_of_its_own_without_who_asked_to_be_forgotten(
    bundle, tmp_path, monkeypatch, capsys
) -> None:
    made = i4.simulate.example()
    i4.simulate.write(made, tmp_path / "made-up")
    founders = set(made.movement.founders["handle"])
    top = next(
        one
        for one in made.archive.posts["reshared_author"].value_counts().index
        if one in founders
    )
    monkeypatch.chdir(tmp_path)
    assert cli.main(["read", "made-up/raw", "--movement", "made-up"]) == 0
    assert cli.main(["explore", "made-up"]) == 0
    page = tmp_path / "explore-demo.html"
    assert top in page.read_text("utf-8")
    (tmp_path / "made-up" / "erase.csv").write_text(f"platform,handle\ntwitter,{top}\n")
    assert cli.main(["explore", "made-up"]) == 0
    assert top not in page.read_text("utf-8")
    assert "not to publish" in capsys.readouterr().out
