"""What `i4 check` finds in a movement's folder: nothing that matches nothing stays silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from i4analysis import cli
from i4analysis.archive import check
from i4analysis.errors import MovementError
from i4analysis.ledgers import LEDGERS, blank, read_ledger
from i4analysis.movement import Movement, create

POST = {
    "created_at": "Sat Sep 26 18:30:00 +0000 2015", "id": 7, "id_str": "7", "text": "#tag hello",
    "entities": {"hashtags": [{"text": "tag"}], "urls": [], "user_mentions": []}, "lang": "en",
    "user": {"id": 5, "id_str": "5", "screen_name": "MarieDupont", "name": "M", "description": "",
             "followers_count": 3, "friends_count": 1, "created_at": "Sat Sep 26 18:30:00 +0000 2009"},  # noqa: E501
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "with a space"
    create(home, ["tag"])
    raw = home / "raw" / "posts.jsonl"
    raw.write_text(json.dumps(POST) + "\n", encoding="utf-8")
    assert cli.main(["read", str(raw), "--movement", str(home)]) == 0
    return home


def add(folder: Path, name: str, /, **cells: str) -> None:
    row = {"url": "https://example.org/p", "platform": "twitter"} | cells
    line = ",".join(row.get(column, "") for column in LEDGERS[name].names)
    with (folder / f"{name}.csv").open("a", encoding="utf-8") as handle:
        handle.write(line + "\n")


def test_a_new_folder_has_nothing_amiss_and_says_what_is_missing(folder, capsys) -> None:
    assert cli.main(["check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "nothing amiss" in said
    assert "founders.csv is empty" in said


def seen(folder: Path, bio: str) -> None:
    """Read one more post, whose account shows a bio."""
    user = POST["user"] | {"id": 6, "id_str": "6", "screen_name": "six", "description": bio}
    raw = folder / "raw" / "more.jsonl"
    raw.write_text(json.dumps(POST | {"id": 8, "id_str": "8", "user": user}), encoding="utf-8")
    assert cli.main(["read", str(raw), "--movement", str(folder)]) == 0


@pytest.mark.parametrize("bio", ["En recherche d'emploi", "Open to work", "Boulangère"])
@pytest.mark.parametrize("mark", ["", "hireme", "tag4jobs", "opentowrk"])
def test_how_people_looking_for_work_are_known_is_said_as_pages_know_them(
    folder, capsys, bio, mark
) -> None:
    seen(folder, f"{bio} #tag4jobs #opentowrkk")
    source = folder / "movement.toml"
    written = source.read_text().replace("seeker_marks = []", f'seeker_marks = ["{mark}"]')
    source.write_text(written if mark else source.read_text(), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["check", str(folder)]) == 0
    said = next((s for s in capsys.readouterr().out.splitlines() if "seeker_marks" in s), "")
    if mark == "tag4jobs":
        assert said == ""
        return
    assert ("no bio that was read shows #" in said) is bool(mark)
    assert ("mean 'opentowrkk'" in said) is (mark == "opentowrk")
    seeks = bio != "Boulangère"
    assert ("1 account says in words of the bio to look for work" in said) is seeks
    assert ("nobody is known to look for work" in said) is not seeks


def test_a_folder_of_which_a_report_says_nothing_is_told_so(folder, capsys) -> None:
    def told() -> bool:
        capsys.readouterr()
        assert cli.main(["check", str(folder)]) == 0
        return "withheld: some who post look for work" in capsys.readouterr().out

    assert not told()
    seen(folder, "Open to work")
    add(folder, "founders", handle="MarieDupont")  # who is named hides nobody
    assert told()


@pytest.mark.parametrize(("name", "word"), [("founders", "names"), ("erase", "nobody was erased")])
@pytest.mark.parametrize("handle", ["MarieDupond", "@mariedupnt"])
def test_an_account_that_nobody_bears_is_said_with_the_nearest(folder, name, word, handle) -> None:
    add(folder, name, handle=handle)
    (said,) = check.amiss(Movement.load(folder))
    assert word in said
    lines = (folder / f"{name}.csv").read_text().splitlines()
    assert f"line {lines.index(next(one for one in lines if handle in one)) + 1}" in said
    assert "did you mean 'mariedupont'" in said


@pytest.mark.parametrize("cells", [{"handle": "@mariedupont"}, {"account_id": "5"},
                                   {"handle": "MARIEDUPONT", "account_id": "5"}])  # fmt: skip
def test_an_account_that_is_there_is_not_said_though_it_is_erased(folder, cells) -> None:
    add(folder, "erase", **cells)
    assert check.amiss(Movement.load(folder)) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"url": "voir le site"}, "the address of a page"),
        ({"url": "/home/x.pdf"}, "the address of a page"),
        ({"url": "javascript:alert(1)"}, "the address of a page"),
        ({"url": "www.example.org/a"}, ""),
        ({"published_at": "2015-10-09T08:00:00Z"}, "7 days from the date 2015-10-02"),
        ({"published_at": "2015-10-01T20:00:00Z"}, ""),
        ({"published_at": "2015-10-09T08:00:00Z", "date": ""}, ""),
    ],
)
def test_an_address_that_is_none_and_an_hour_of_another_day_are_said(folder, cells, said) -> None:
    row = {
        "press_id": "p",
        "date": "2015-10-02",
        "precision": "day",
        "outlet": "A",
        "medium": "web",
        "title": "T",
    }
    add(folder, "press", **(row | cells))
    told = check.amiss(Movement.load(folder))
    assert len(told) == bool(said) and all(said in one for one in told)


def test_a_claim_made_before_its_outcome_is_told_as_what_it_counts_for(folder, capsys) -> None:
    add(folder, "outcomes", outcome_id="o", date="2015-11-13", precision="day", kind="ruling",
        title_fr="x", title_en="x", main="yes")  # fmt: skip
    for key, day in (("a", "2015-10-16"), ("b", "2015-11-14")):
        add(folder, "claims", claim_id=key, outcome_id="o", claimant=key, publisher=key, date=day,
            precision="day", stance="credits", relay="#tag", relay_kind="movement",
            basis="witness")  # fmt: skip
    capsys.readouterr()
    assert cli.main(["check", str(folder)]) == 0
    assert "1 made before the outcome they are about (line 3)" in capsys.readouterr().out


def test_a_post_that_is_not_there_is_said(folder) -> None:
    add(folder, "erase", post_id="7")
    add(folder, "erase", post_id="8")
    (said,) = check.amiss(Movement.load(folder))
    assert "'8'" in said


def test_rows_that_name_what_no_ledger_holds_are_said_with_their_line(folder, capsys) -> None:
    add(folder, "outcomes", outcome_id="visit", kind="visit", title_fr="v", title_en="v")
    add(folder, "relays", relay_id="post", kind="post", actor="A", date="2015-09-01",
        precision="month")  # fmt: skip
    claim = {"claimant": "A", "stance": "credits", "relay_kind": "movement", "basis": "party"}
    add(folder, "claims", claim_id="a", outcome_id="visit", relay_id="post", **claim)
    add(folder, "claims", claim_id="b", outcome_id="visit", copied_from="a", **claim)
    assert check.amiss(Movement.load(folder)) == []
    add(folder, "claims", claim_id="c", outcome_id="visits", **claim)
    add(folder, "claims", claim_id="d", outcome_id="visit", relay_id="x", about="y", **claim)
    last = len((folder / "claims.csv").read_text().splitlines())
    said = check.amiss(Movement.load(folder))
    assert len(said) == 3
    assert f"claims.csv, line {last - 1}, column outcome_id, names 'visits'" in said[0]
    assert "(did you mean 'visit'?): the row counts nowhere" in said[0]
    for name, one in zip(("about", "relay_id"), said[1:], strict=True):
        assert f"line {last}, column {name}," in one
    source = folder / "movement.toml"
    for day, early in (("2015-09-30", False), ("2015-10-01", True)):  # known to the month
        source.write_text(
            f"started_on = {day}\n"
            + "".join(
                one for one in source.read_text().splitlines(True) if "started_on" not in one
            )
        )
        capsys.readouterr()
        assert cli.main(["check", str(folder)]) == 1
        assert ("relays.csv, line 3: before started_on" in capsys.readouterr().out) is early


def test_a_handle_that_two_networks_know_is_said_to_name_nobody(folder) -> None:
    add(folder, "people", handle="@MarieDupont", name="Marie", role="other", platform="", url="")
    assert check.amiss(Movement.load(folder)) == []
    other = {"uri": "at://did:plc:m/app.bsky.feed.post/1", "cid": "c", "indexedAt": "2015-09-27",
             "author": {"did": "did:plc:m", "handle": "mariedupont"},
             "record": {"$type": "app.bsky.feed.post", "text": "#tag",
                        "createdAt": "2015-09-27T10:00:00Z"}}  # fmt: skip
    raw = folder / "raw" / "other.jsonl"
    raw.write_text(json.dumps(other) + "\n", encoding="utf-8")
    assert cli.main(["read", str(raw), "--movement", str(folder)]) == 0
    (said,) = check.amiss(Movement.load(folder))
    assert "line 3, names 'mariedupont', whom accounts of bluesky and twitter are called" in said
    people = folder / "people.csv"
    people.write_text(people.read_text().replace("@MarieDupont,,,", "@MarieDupont,,twitter,"))
    assert check.amiss(Movement.load(folder)) == []


def test_a_file_that_is_no_ledger_is_said(folder, capsys) -> None:
    (folder / "foundrs.csv").write_text("handle\n", encoding="utf-8")
    assert cli.main(["check", str(folder)]) == 1
    assert "did you mean 'founders.csv'" in capsys.readouterr().out


def test_a_medium_outside_the_list_and_a_zone_without_its_continent_are_refused(folder) -> None:
    add(folder, "press", press_id="p", medium="radios")
    with pytest.raises(MovementError, match=r"press\.csv, line 3, column medium.*mean 'radio'"):
        Movement.load(folder)
    source = folder / "movement.toml"
    source.write_text(source.read_text().replace('"UTC"', '"Paris"'), encoding="utf-8")
    with pytest.raises(MovementError, match="did you mean 'Europe/Paris'"):
        Movement.load(folder)


@pytest.mark.parametrize("name", LEDGERS)
def test_the_example_of_a_ledger_is_a_remark_and_would_be_read(tmp_path, name) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(blank(name), encoding="utf-8")
    assert len(read_ledger(path, name)) == 0
    path.write_text(blank(name).replace("# an example, not read: ", ""), encoding="utf-8")
    assert len(read_ledger(path, name)) == 1


@pytest.mark.parametrize("name", ["founders.xlsx", "Founders.csv", "press.tsv", "erase.csv.txt"])
def test_a_ledger_that_is_no_csv_or_is_called_otherwise_is_said(folder, name) -> None:
    (folder / name).write_text("handle\n", encoding="utf-8")
    (said,) = check.amiss(Movement.load(folder))
    assert str(folder / name) in said
    assert "did you mean" in said


def test_notes_beside_the_ledgers_are_left_alone(folder) -> None:
    for name in ("notes.txt", "README.md", "map.xlsx"):
        (folder / name).write_text("x", encoding="utf-8")
    assert check.amiss(Movement.load(folder)) == []


def test_many_accounts_that_were_never_seen_are_one_line(folder) -> None:
    for number in range(5):
        add(folder, "founders", handle=f"nobody{number}")
    add(folder, "founders", handle="MarieDupond")
    (said,) = check.amiss(Movement.load(folder))
    assert "names 6 accounts that the archive never saw" in said
    # the one that may be a slip of the pen stands first, though its row is the last
    lines = (folder / "founders.csv").read_text().splitlines()
    last = f"'MarieDupond' (did you mean 'mariedupont'?) in line {len(lines)}"
    assert said.index(last) < said.index("'nobody0'")
    assert said.endswith("and 3 more.")


def test_a_pattern_of_columns_that_is_of_no_file_is_said(folder) -> None:
    path = folder / "movement.toml"
    said = path.read_text(encoding="utf-8") + '\n[columns]\n"post.jsonl" = {id = "a"}\n'
    path.write_text(said, encoding="utf-8")
    (fault,) = check.amiss(Movement.load(folder))
    assert "'post.jsonl'" in fault
    assert "did you mean 'posts.jsonl'" in fault
    path.write_text(said.replace('"post.jsonl"', '"posts.*"'), encoding="utf-8")
    assert check.amiss(Movement.load(folder)) == []


def test_a_key_of_movement_toml_that_is_misspelt_is_said_with_the_nearest(folder) -> None:
    path = folder / "movement.toml"
    path.write_text('founded_on = 1\nhashtag = ["tag"]\n' + path.read_text(encoding="utf-8"))
    with pytest.raises(MovementError, match="unknown key"):
        Movement.load(folder)


def test_a_day_of_writing_still_to_come_is_named(folder, capsys) -> None:
    text = (folder / "movement.toml").read_text(encoding="utf-8")
    for day, told in (("2030-01-01", 1), ("2016-01-01", 0)):
        (folder / "movement.toml").write_text(f"compiled_on = {day}\n{text}", encoding="utf-8")
        capsys.readouterr()
        cli.main(["check", str(folder)])
        assert capsys.readouterr().out.count(f"compiled_on = {day} is still to come") == told
