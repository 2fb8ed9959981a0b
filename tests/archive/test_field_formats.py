"""Files with the quirks that public bug reports show: what is right of each is written beside it.

The files lie outside the repository (`../shared/field/archives`); its README has a row for each.
"""

from __future__ import annotations

import json
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from story import Rows

import i4analysis as i4
from i4analysis.archive.reading import declared
from i4analysis.errors import ArchiveError

FIELD = Path(__file__).resolve().parents[3] / "shared" / "field" / "archives"
FIRST, SHARE, LAST = "647743716317124231", "647744592925502209", "648013502337821761"
ORIGINAL = "647697113404145665"
TIMES = {FIRST: "2015-09-26 12:05:11", SHARE: "2015-09-26 12:08:40", LAST: "2015-09-27 05:57:13"}
AUTHORS = {
    FIRST: ("lucie_exemple", "1000"),
    SHARE: ("marc_exemple", "1001"),
    LAST: ("nadia_exemple", "1002"),
}

pytestmark = pytest.mark.skipif(not FIELD.is_dir(), reason="the files of the field are not here")


def field(number: int) -> Path:
    return next(FIELD.glob(f"{number:02}_*"))


def own(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
    """Return the posts of their own by id, the accounts, and the account of the records."""
    archive = i4.read_archive(path)
    files = archive.files[archive.files.records > 0]
    counted = files[["posts_in", "profiles_only", "notices", "rejects"]].sum()
    assert files.records.sum() == counted.sum()
    posts = archive.posts[~archive.posts.embedded].set_index("post_id")
    assert len(archive.rejects) == counted.rejects
    return posts, archive.profiles, counted.to_dict()


def check_usual(posts: pd.DataFrame, lacking: str = "", by_text: bool = False) -> None:
    """Check the three posts; `lacking` names columns that the file does not hold."""
    assert set(posts.index) == set(TIMES)
    for post_id, moment in TIMES.items():
        row = posts.loc[post_id]
        author, author_id = AUTHORS[post_id]
        expected = {
            "author": author,
            "author_id": author_id,
            "posted_at": pd.Timestamp(moment, tz="UTC"),
            "kind": "reshare" if post_id == SHARE else "post",
            "reshare_count": 3,
            "like_count": None if post_id == SHARE else 1,
        }
        for column, value in expected.items():
            found = row[column]
            if column in lacking.split() or value is None:
                assert pd.isna(found), (post_id, column, found)
            else:
                assert found == value, (post_id, column, found)
        assert "lampe2emploi" in row.hashtags
    assert "salariés 😀" in posts.text[LAST]
    share = posts.loc[SHARE]
    assert share.reshared_author == "mairie_exemple"
    assert share.text == ""
    assert share.reshare_basis == ("text" if by_text else "platform")
    assert pd.isna(share.reshared_id) if by_text else share.reshared_id == ORIGINAL


PLAIN = (2, 4, 14, 15, 16, 17, 20, 22)


@pytest.mark.parametrize("number", PLAIN)
def test_posts_of_the_api_by_other_hands(number: int):
    posts, profiles, counted = own(field(number))
    check_usual(posts)
    assert counted["rejects"] == 0
    followers = profiles.groupby("handle").followers.max()
    assert followers.loc[["lucie_exemple", "marc_exemple", "nadia_exemple"]].tolist() == [
        100,
        101,
        102,
    ]


@pytest.mark.parametrize(("number", "notices"), [(14, 3), (15, 3), (22, 1)])
def test_what_is_no_record_is_counted_apart(number: int, notices: int):
    _, _, counted = own(field(number))
    assert (counted["notices"], counted["rejects"]) == (notices, 0)


def test_pandas_columns_without_what_was_reshared():
    posts, _, _ = own(field(8))
    check_usual(posts, by_text=True)


def test_pandas_table_with_dicts_in_its_cells():
    posts, profiles, _ = own(field(10))
    posts["posted_at"] = pd.to_datetime(pd.Series(TIMES), utc=True)  # all alike in the file
    check_usual(posts, by_text=True)
    assert set(profiles.followers) == {100, 101, 102}


def test_academictwitter_folder():
    posts, profiles, counted = own(field(26))
    check_usual(posts)
    assert set(profiles.handle) == {
        "lucie_exemple",
        "marc_exemple",
        "nadia_exemple",
        "mairie_exemple",
    }
    assert counted["rejects"] == 0


def test_followers_of_v11():
    posts, profiles, counted = own(field(23))
    assert posts.empty
    assert dict(zip(profiles.handle, profiles.followers, strict=True)) == {
        "lucie_exemple": 100,
        "marc_exemple": 101,
    }
    assert counted["profiles_only"] == 2


def test_lists_of_v11_are_no_posts():
    posts, _, counted = own(field(97))
    assert posts.empty
    assert counted == {"posts_in": 0, "profiles_only": 0, "notices": 1, "rejects": 0}


def test_gnip_s_activities():
    posts, profiles, counted = own(field(25))
    # the share's object is, in this invented file, an activity of the first author's
    posts.loc[SHARE, "reshared_author"] = "mairie_exemple"
    check_usual(posts)
    assert (counted["notices"], counted["rejects"]) == (1, 0)
    assert set(profiles.followers) == {100, 101, 102}


def test_twitter_web_exporter():
    posts, _, _ = own(field(40))
    check_usual(posts)


def test_apify_and_twitterapi_io():
    posts, profiles, _ = own(field(42))
    posts.loc[SHARE, "reshared_id"] = ORIGINAL  # which the file does not hold
    check_usual(posts)
    assert set(profiles.followers) == {100, 101, 102}


def test_v2_without_entities():
    posts, _, _ = own(field(81))
    posts["author"] = pd.Series({key: name for key, (name, _) in AUTHORS.items()})  # nor authors
    check_usual(posts)
    assert list(posts.hashtags[LAST]) == ["lampe2emploi", "solidarité"]


@pytest.mark.parametrize("how", ["folder", "zip", "tar", "tar.gz"])
def test_mastodon_s_export(tmp_path: Path, how: str):
    (tmp_path / "a").mkdir()
    with tarfile.open(next(field(60).glob("*.tar.gz"))) as whole:
        whole.extractall(tmp_path / "a", filter="data")
    (tmp_path / "b").mkdir()
    for path in (field(60), packed(tmp_path / "a", tmp_path / "b", how)):
        posts, profiles, counted = own(path)
        assert posts.kind.tolist() == ["post", "reshare", "post"]
        assert set(posts.author) == {"lucie@mastodon.example"}
        assert posts.reshared_id.tolist()[1] == "https://autre.example/users/mairie/statuses/900"
        assert profiles.bio.tolist() == ["#lampe2emploi en bio"]
        assert counted == {"posts_in": 3, "profiles_only": 1, "notices": 1, "rejects": 0}


def test_atproto_s_own_names():
    posts, profiles, _ = own(field(64))
    assert posts.posted_at.tolist() == [
        pd.Timestamp("2024-09-26T12:05:11Z"),
        pd.Timestamp("2024-09-27T05:57:13Z"),
    ]
    assert posts.reshare_count.tolist() == [3, 3]
    assert posts.like_count.tolist() == [1, 1]
    assert set(profiles.name) == {"Lucie_Exemple", "Nadia_Exemple"}


# ------------------------------------------------------------------------- a member's own archive


def packed(folder: Path, target: Path, how: str, inside: str = "") -> Path:
    """Return an archive, which lies unpacked in a folder, packed again."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = {path: inside + path.relative_to(folder).as_posix() for path in files}
    if how == "folder":
        for path, name in names.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target / name)
        return target
    if how == "zip":
        with zipfile.ZipFile(target / "a.zip", "w") as whole:
            for path, name in names.items():
                whole.writestr(name, path.read_bytes())
        return target / "a.zip"
    with tarfile.open(target / f"a.{how}", "w:gz" if how == "tar.gz" else "w") as whole:
        for path, name in names.items():
            whole.add(path, name)
    return target / f"a.{how}"


@pytest.fixture
def drawer(tmp_path: Path) -> Path:
    """Return Twitter's archive of 2015, unpacked."""
    folder = tmp_path / "drawer"
    with zipfile.ZipFile(next(field(54).glob("*.zip"))) as whole:
        whole.extractall(folder)
    return folder


def check_owned(posts: pd.DataFrame) -> None:
    assert set(posts.index) == set(TIMES)
    assert set(posts.author) == {"lucie_exemple"}
    assert set(posts.author_id) == {"1000"}
    for post_id, moment in TIMES.items():
        assert posts.posted_at[post_id] == pd.Timestamp(moment, tz="UTC")
    share = posts.loc[SHARE]
    assert (share.kind, share.reshared_id, share.reshared_author) == (
        "reshare",
        ORIGINAL,
        "mairie_exemple",
    )
    assert share.reshared_author_id == "77"


def test_twitters_archive_of_2015():
    posts, profiles, counted = own(field(54))
    check_owned(posts)
    assert counted["rejects"] == 0
    owner = profiles[profiles.account_id == "1000"]
    assert owner.bio.tolist() == ["#Lampe2Emploi en bio"]
    archive = i4.read_archive(field(54))
    (original,) = archive.posts[archive.posts.embedded].itertuples()
    assert (original.post_id, original.text) == (
        ORIGINAL,
        "Sauvons l’usine, tous ensemble #Lampe2Emploi",
    )


@pytest.mark.parametrize("inside", ["", "twitter/", "vieux/tiroir/1000_abc/"])
@pytest.mark.parametrize("how", ["folder", "zip", "tar", "tar.gz"])
def test_twitters_archive_however_it_is_kept(drawer: Path, tmp_path: Path, how: str, inside: str):
    (tmp_path / "kept").mkdir()
    posts, profiles, counted = own(packed(drawer, tmp_path / "kept", how, inside))
    check_owned(posts)
    assert counted["rejects"] == 0
    assert "#Lampe2Emploi en bio" in set(profiles.bio.dropna())


def test_twitters_archive_with_less_and_less(drawer: Path):
    (drawer / "data/js/user_details.js").unlink()
    posts, profiles, _ = own(drawer)
    check_owned(posts)  # posts name their author themselves
    assert set(profiles.account_id) == {"1000", "77"}
    check_owned(own(drawer / "data/js/tweets")[0])
    check_owned(own(drawer / "data/js/tweets/2015_09.js")[0])
    (drawer / "tweets.csv").unlink()
    check_owned(own(drawer)[0])


def test_months_that_do_not_name_their_author(drawer: Path):
    month = drawer / "data/js/tweets/2015_09.js"
    name, _, posts = month.read_text().partition("=")
    bare = [{key: one[key] for key in one if key != "user"} for one in json.loads(posts)]
    month.write_text(f"{name}={json.dumps(bare)}")
    check_owned(own(drawer)[0])  # whose they are is in user_details.js
    alone, _, _ = own(month)
    assert set(alone.index) == set(TIMES)
    assert alone.author.isna().all()
    assert alone.reshared_id[SHARE] == ORIGINAL


def test_the_table_is_followed_where_months_are_missing(drawer: Path):
    shutil.rmtree(drawer / "data/js/tweets")
    posts, profiles, counted = own(drawer)
    check_owned(posts)
    assert "#Lampe2Emploi en bio" in set(profiles.bio.dropna())
    assert counted["rejects"] == 0


def test_x_archives_of_2018_to_2020():
    posts, _, _ = own(field(56))
    assert set(posts.author) == {"lucie_exemple"}
    assert posts.kind.to_dict() == {FIRST: "post", SHARE: "reshare", LAST: "post"}
    assert posts.reshare_basis[SHARE] == "text"
    assert posts.reshare_count.tolist() == [3, 3, 3]


def test_the_whole_text_of_long_posts(tmp_path: Path):
    posts, _, _ = own(field(58))
    assert posts.text[FIRST].endswith("fin du message #Lampe2Emploi")
    assert list(posts.hashtags[FIRST]) == ["lampe2emploi"]
    shutil.copytree(field(58) / "data", tmp_path / "data")
    (tmp_path / "data/note-tweet.js").unlink()
    posts, _, _ = own(tmp_path)
    assert posts.text[FIRST].endswith("…")
    sink = Rows(tmp_path / "data/tweets.js").sink
    assert sink.remarks["text_cut"] == 1  # which the doctor tells


# ------------------------------------------------------- tables, with what they lack of the usual

NAMELESS = "author author_id"
#: Folder → what its file does not hold, and whether reshares are known by "RT @" alone.
TABLES = {
    27: ("", False),
    50: (f"{NAMELESS} reshare_count like_count", True),
    53: ("", False),
    69: ("author_id reshare_count like_count", True),
    71: ("author_id reshare_count like_count", True),
    80: (NAMELESS, True),
    92: ("", False),
}


@pytest.mark.parametrize("number", TABLES)
def test_a_table_gives_what_it_holds(number: int):
    posts, _, counted = own(field(number))
    check_usual(posts, *TABLES[number])
    assert counted["rejects"] == 0
    unsaid = set(i4.read_archive(field(number)).findings.finding)
    assert ("authors_missing" in unsaid) == (NAMELESS in TABLES[number][0])
    assert ("nul_bytes" in unsaid) == (number == 92)


def test_a_monitor_s_shares_without_their_original():
    posts, profiles, _ = own(field(70))
    posts.loc[SHARE, "reshared_id"] = ORIGINAL  # which the file does not hold
    check_usual(posts, "author_id like_count")
    assert set(profiles.followers) == {100, 101, 102}


#: Folder of a scraper's table → what it does not hold of the first and the third post.
SCRAPED = {28: "author_id", 29: "author_id", 30: "", 32: "author_id reshare_count like_count",
           37: "", 39: ""}  # fmt: skip


@pytest.mark.parametrize("number", SCRAPED)
def test_a_scraper_s_table_gives_two_posts(number: int):
    posts, _, counted = own(field(number))
    assert posts.index.tolist() == [FIRST, LAST]
    assert posts.kind.tolist() == ["post", "post"]
    for key in (FIRST, LAST):
        row = posts.loc[key]
        assert (row.author, row.posted_at) == (AUTHORS[key][0], pd.Timestamp(TIMES[key], tz="UTC"))
        expected = {"author_id": AUTHORS[key][1], "reshare_count": 3, "like_count": 1}
        for column, value in expected.items():
            unsaid = column in SCRAPED[number].split()
            assert pd.isna(row[column]) if unsaid else row[column] == value, (key, column)
    assert list(posts.hashtags[LAST]) == ["lampe2emploi", "solidarité"]
    assert posts.text[LAST].startswith("Merci à @mairie_exemple & aux 30 salariés")
    assert counted["rejects"] == 0


def test_letters_of_windows_are_read_and_said():
    posts, _, _ = own(field(13))
    posts["text"] = posts.text.str.replace("salariés ", "salariés 😀")  # a sign Windows had not
    check_usual(posts)
    assert "other_encoding" in set(i4.read_archive(field(13)).findings.finding)


def test_rows_without_ids_or_handles_are_posts_of_nobody():
    posts, profiles, _ = own(field(34))
    assert posts.index.str.startswith("made-").all() and posts.index.is_unique
    assert posts.posted_at.tolist() == [pd.Timestamp(TIMES[k], tz="UTC") for k in (FIRST, LAST)]
    assert posts.author.isna().all() and profiles.empty
    said = set(i4.read_archive(field(34)).findings.finding)
    assert {"made_id", "authors_missing", "no_profiles", "zone_unsaid"} <= said


def test_the_columns_of_a_release_of_troll_tweets():
    posts, profiles, counted = own(field(35))
    assert set(posts.index) == set(TIMES)
    assert posts.author.str.lower().to_dict() == {k: name for k, (name, _) in AUTHORS.items()}
    assert posts.author_id.to_dict() == {k: number for k, (_, number) in AUTHORS.items()}
    assert posts.kind[SHARE] == "reshare" and pd.isna(posts.reshared_id[SHARE])
    assert posts.text[SHARE] == ""
    assert set(profiles.followers) == {100, 101, 102}
    assert counted["rejects"] == 0


@pytest.mark.parametrize("number", [85, 86])
def test_posts_whose_ids_a_spreadsheet_made_equal_stay_apart(number: int):
    archive = i4.read_archive(field(number))
    posts = archive.posts
    assert posts.post_id.str.startswith("ruined-").all() and posts.post_id.is_unique
    assert posts.text.tolist() == [f"Message {k} #Lampe2Emploi" for k in range(3)]
    assert posts.kind.tolist() == ["post"] * 3  # a ruined reference concludes nothing
    said = archive.findings.set_index("finding")["count"]
    assert said[["ruined_id", "ruined_reference"]].tolist() == [3, 3]


def test_posts_of_one_account_are_read_by_the_mapping_that_is_proposed():
    path = next(field(72).iterdir())
    with pytest.raises(ArchiveError) as said:
        i4.read_archive(path)
    proposed = re.search(r"--columns (\S+)", str(said.value))[1]
    posts = i4.read_archive(path, columns=declared.written([f"{proposed},author=@lucie"])).posts
    assert dict(zip(posts.post_id, posts.kind, strict=True)) == {
        FIRST: "post", SHARE: "reshare", LAST: "post"}  # fmt: skip
    assert set(posts.author) == {"lucie"}
    assert posts.reshare_count.tolist() == [3] * 3


def test_a_bluesky_repository_that_cannot_be_read_says_what_to_ask_for():
    with pytest.raises(ArchiveError, match=r"Bluesky repository \(CAR\).*getRepo"):
        i4.read_archive(field(68))


def test_every_folder_of_the_field_is_read_here():
    """A file that is added to the field without what is right of it fails, as an open question."""
    held = {*PLAIN, *TABLES, *SCRAPED, 85, 86}
    held |= {int(n) for n in re.findall(r"field\((\d+)\)", Path(__file__).read_text())}
    assert {int(path.name[:2]) for path in FIELD.iterdir() if path.is_dir()} == held
