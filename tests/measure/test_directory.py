from __future__ import annotations

import pandas as pd
import pytest
from appeal_samples import START, movement, posts, profiles, reshare

from i4analysis import tables
from i4analysis.errors import I4Error, MeasureError
from i4analysis.measure.appeals import appeals, directory
from i4analysis.measure.numbers import suppression
from i4analysis.publish.chapter.grid import pack
from i4analysis.tables import Archive

PEOPLE = [
    {"handle": "Alpha", "bio": "Infirmière #i4emploi", "location": "Limoges", "followers": 50},
    {"handle": "Beta", "bio": "Médecin #i4Emploi", "location": "Tulle, Corrèze", "followers": 900},
    {"handle": "Gamma", "bio": "Comptable #i4emploi à Lille", "followers": 70},
    {"handle": "Delta", "bio": "Infirmier, je cherche #i4emploiR", "location": "Limoges"},
    {"handle": "Left", "bio": "plus rien", "seen_at": START},
    {"handle": "Left", "bio": "#i4emploi", "seen_at": START - pd.Timedelta(days=9)},
]


@pytest.fixture
def archive() -> Archive:
    rows = [
        {"text": "Recherche #emploi comptable #i4emploi", "post_id": "ask"},
        reshare("ask", "a0", "Alpha", 3),
    ]
    return Archive(posts=posts(rows), profiles=profiles(PEOPLE))


def handles(archive: Archive, **asked: str) -> list[str]:
    return directory.members(archive, movement(), **asked)["private_handle"].tolist()


def test_members_are_those_whose_last_bio_shows_the_mark(archive: Archive) -> None:
    assert set(handles(archive)) == {"Alpha", "Beta", "Gamma"}


def test_sector_place_and_words(archive: Archive) -> None:
    assert handles(archive, sector="santé") == ["Beta", "Alpha"]
    # same town first, then the region: Tulle is in the same region as Limoges
    assert handles(archive, near="Limoges") == ["Alpha", "Beta"]
    assert handles(archive, search="infirmiers") == ["Alpha"]
    assert handles(archive, search="MEDECIN") == ["Beta"]
    assert handles(archive, sector="M12", near="Nord") == ["Gamma"]
    assert handles(archive, near="nowhere at all") == []


def test_activity_and_the_date_of_the_bio(archive: Archive) -> None:
    found = appeals.classify(archive.posts, archive.profiles, movement())
    table = directory.members(archive, movement(), found).set_index("private_handle")
    assert table.loc["Alpha", "requests_relayed"] == 1
    assert table.loc["Alpha", "bio_seen_at"] == START - pd.Timedelta(days=1)
    assert table.loc["Alpha", "sector_name"] == "Santé"


def test_an_unknown_sector_is_named_in_the_error(archive: Archive) -> None:
    with pytest.raises(MeasureError, match="zzz"):
        directory.members(archive, movement(), sector="zzz")


def test_the_directory_cannot_be_published(archive: Archive) -> None:
    table = directory.members(archive, movement())
    assert suppression.private_columns(table)
    with pytest.raises(I4Error, match="private_"):
        pack(table, {})


def test_an_empty_archive_has_no_members() -> None:
    table = directory.members(Archive(), movement(), sector="J", near="Limoges", search="a")
    assert list(table.columns) == list(directory.COLUMNS)
    assert table.empty
    assert tables.empty(tables.PROFILES).empty
