from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import invented
import numpy as np
import pandas as pd
import pytest
import zoo

from i4analysis import tables
from i4analysis.ledgers import LEDGERS
from i4analysis.measure.members import members
from i4analysis.measure.relays import relays
from i4analysis.movement import Movement
from i4analysis.publish import chapters
from i4analysis.publish.words import sentence

T0 = pd.Timestamp("2015-10-01T08:00:00Z")


def post(name: str, who: str, hour: float, **more: object) -> dict[str, object]:
    at = T0 + pd.Timedelta(hours=hour)
    return invented.post(name, who, at, **({"author_id": f"id-{who}"} | more))


def reshare(name: str, who: str, of: str, author: str, hour: float) -> dict[str, object]:
    return invented.reshare(
        name, who, T0 + pd.Timedelta(hours=hour), of, author, author_id=f"id-{who}",
        reshared_author_id=f"id-{author}", reshare_count=4,
    )  # fmt: skip


def archive(evidence: bool) -> tables.Archive:
    """Thirty cascades of four accounts; the same four each time when there is evidence."""
    rows = []
    for number in range(30):
        tail = "" if evidence else f"{number}"
        people = [f"{name}{tail}" for name in ("public", "bob", "carla", "dan", "eve")]
        rows.append(post(f"o{number}", people[0], number))
        rows += [
            reshare(f"r{number}.{k}", people[k], f"o{number}", people[0], number + k / 5)
            for k in range(1, 5)
        ]
    profiles = [
        {"platform": "twitter", "account_id": "id-carla", "handle": "carla", "seen_at": T0,
         "bio": "#jobsearch"},
        {"platform": "twitter", "account_id": "id-bob", "handle": "bob", "seen_at": T0,
         "bio": "#thanks"},
    ]  # fmt: skip
    return invented.archive(rows, profiles)


@pytest.fixture
def movement() -> Movement:
    public = {"handle": "public", "name": "Public", "role": "medium"}
    return invented.movement(
        "thanks", seeker_marks=("jobsearch",), people=[public], audit=audited(0, through=16)
    )


def audited(elsewhere: int, through: int = 0) -> pd.DataFrame:
    """A check by hand of forty reshares, of which some follow neither author nor relay.

    Of the others, those up to `through` follow a relay alone.
    """
    rows = [
        {"post_id": f"r{k // 4}.{1 + k % 4}", "follows_author": int(k >= max(elsewhere, through)),
         "follows_relay": int(elsewhere <= k < through)}
        for k in range(40)
    ]  # fmt: skip
    return tables.build(LEDGERS["audit"], rows)


def chapter(data: tables.Archive, movement: Movement) -> chapters.relays.__class__:
    roles = members.roles(data, movement)
    parents = relays.parent_probabilities(data, movement)
    return chapters.relays(relays.picture(data, movement, parents, roles), movement)


def words_en(text: str) -> str:
    return text.replace("\u00a0", " ")


def words(made) -> str:
    return str(made.as_dict())


def test_every_number_printed_is_in_the_tables(movement) -> None:
    for evidence in (True, False):
        assert chapter(archive(evidence), movement).problems() == []
    assert chapter(tables.Archive(), movement).problems() == []


def test_a_closed_gate_names_no_relay(movement) -> None:
    made = chapter(archive(evidence=False), movement)
    assert "too little evidence on who reads whom to name a relay" in made.answer.en
    stems = [item.get("stem") for item in made.as_dict()["items"]]
    assert "relays-influence" not in stems
    assert any("no relay can be named" in text["en"] for text in made.as_dict()["cannot_write"])
    beyond = next(i for i in made.as_dict()["items"] if i.get("stem") == "relays-beyond-counts")
    assert "descendants" not in {row[0] for row in beyond["rows"]}


def test_evidence_that_nobody_checked_names_no_relay(movement) -> None:
    """Whoever reads a sorted feed leaves the same history of reshares."""
    unchecked = replace(movement, ledgers={"people": movement.people})
    few, enough = ({"people": movement.people, "audit": audited(30).head(n)} for n in (5, 40))
    elsewhere = replace(movement, ledgers=enough)
    for told, en, fr in (
        (unchecked, "nothing has checked, on 20 reshares or more", "rien n’a vérifié, sur 20"),
        (replace(movement, ledgers=few), "on 20 reshares or more, that", "au moins, que l’on lit"),
        (
            elsewhere,
            "accounts that follow neither the author nor a relay",
            "ne suivent ni l’auteur",
        ),
    ):
        made = chapter(archive(evidence=True), told)
        assert en in made.answer.en
        assert fr in made.answer.fr
        stems = [i.get("stem") for i in made.as_dict()["items"]]
        assert "relays-influence" not in stems
        # what followed neither came neither from the author nor through a relay
        assert ("relays-direct-share" in stems) == (told is not elsewhere)
        assert made.problems() == []


def test_no_more_came_through_a_relay_than_there_are_reshares() -> None:
    """Of two accounts that reshare one post again and again each counts the other's, each time."""
    rows = [post("o", "ann", 0)]
    rows += [reshare(f"r{n}", ("bob", "cid")[n % 2], "o", "ann", 1.15**n / 10) for n in range(40)]
    made = chapter(invented.archive(rows), invented.movement("thanks")).as_dict()
    table = next(i for i in made["items"] if i.get("stem") == "relays-direct-share")
    assert max(value for row in table["rows"] for value in row[1:]) <= 40


def test_whoever_has_no_role_is_nobodys_preference() -> None:
    """“Other accounts reshare other accounts more than any other role” says nothing."""
    bios = [{"platform": "twitter", "account_id": "id-fan", "handle": "fan", "seen_at": T0,
             "bio": "#thanks"}]  # fmt: skip
    rows = [post(f"o{n}", f"a{n}", n) for n in range(3)]
    rows += [reshare(f"r{n}", f"b{n % 8}", f"o{n % 3}", f"a{n % 3}", 5 + n) for n in range(40)]
    rows.append(reshare("r", "fan", "o0", "a0", 50))
    made = chapter(invented.archive(rows, bios), invented.movement("thanks")).as_dict()
    matrix = next(i for i in made["items"] if i.get("stem") == "relays-role-matrix")
    assert words_en(matrix["title"]["en"]) == "Who reshares whom, by role: 41 reshares"


def test_an_open_gate_gives_relays_with_their_range(movement) -> None:
    made = chapter(archive(evidence=True), movement)
    item = next(i for i in made.as_dict()["items"] if i.get("stem") == "relays-influence")
    names = [column["name"] for column in item["columns"]]
    assert {"lo", "hi", "range_lo", "range_hi"} <= set(names)
    # the first relay is no public account: its number is drawn, its name is not written
    assert item["title"]["en"].startswith("Through one probable relay")


def test_no_relay_is_first_where_nothing_came_through_any(movement) -> None:
    straight = replace(movement, ledgers={"people": movement.people, "audit": audited(0)})
    made = chapter(archive(evidence=True), straight)
    saved = made.as_dict()
    assert "relays-influence" not in [item.get("stem") for item in saved["items"]]
    assert any("hardly any reshare came" in gap["text"]["en"] for gap in saved["cannot_show"])
    assert "probable relay" not in words(made)
    assert "these numbers say" not in words(made)  # there are none


@pytest.mark.parametrize("evidence", [True, False])
def test_the_shape_of_cascades_is_told_only_where_the_gate_allows(movement, evidence) -> None:
    made = chapter(archive(evidence), movement).as_dict()
    item = next(i for i in made["items"] if i.get("stem") == "relays-shapes")
    names = [column["name"] for column in item["columns"]]
    assert names[:4] == ["begun_on", "n_seen", "n_reported", "duration_h"]
    assert ("depth_mean_lo" in names) == evidence
    assert [row[1] for row in item["rows"]] == [4] * 10
    assert ("Depth, breadth and virality are probable" in str(item)) == evidence


def test_only_public_accounts_are_named(movement) -> None:
    made = chapter(archive(evidence=True), movement)
    text = words(made)
    assert "@public" in text
    assert not re.search(r"\b(bob|carla|dan|eve)\b", text)


def test_public_accounts_keep_their_names_where_platforms_are_mixed(movement) -> None:
    data = archive(evidence=True)
    other = post("elsewhere", "someone", 50) | {"platform": "bluesky"}
    both = pd.concat([data.posts, tables.build(tables.POSTS, [other])], ignore_index=True)
    made = chapter(tables.Archive(posts=both, profiles=data.profiles), movement)
    assert "@public" in words(made)


def test_few_people_looking_for_work_are_not_counted_apart(movement) -> None:
    made = chapter(archive(evidence=True), movement)
    item = next(i for i in made.as_dict()["items"] if i.get("stem") == "relays-role-matrix")
    assert "seeker" not in {row[0] for row in item["rows"]} | {row[1] for row in item["rows"]}
    assert sum(row[2] for row in item["rows"]) == 120


def test_without_an_archive_the_chapter_says_what_it_cannot_show(movement) -> None:
    made = chapter(tables.Archive(), movement)
    assert "Without posts" in made.title.en
    assert "No post of this movement is available" in made.answer.en
    assert made.as_dict()["cannot_show"]
    assert made.as_dict()["key_figures"] == []


def test_an_archive_without_reshares_is_not_no_archive(movement) -> None:
    data = archive(evidence=True)
    alone = data.posts[(data.posts["kind"] == "post").to_numpy(dtype=bool)]
    made = chapter(tables.Archive(posts=alone.reset_index(drop=True)), movement)
    for lang, title, none in (
        ("en", "The archive holds no reshare", "Without posts"),
        ("fr", "L’archive ne contient aucune reprise", "Faute de messages"),
    ):
        assert made.title[lang] == title
        assert none not in words(made)


def test_a_count_of_zero_reshares_is_no_count(movement) -> None:
    """A platform that says 0 of a post it reshared does not count: no share, and no fall."""
    data = archive(evidence=True)
    zero = data.posts.assign(reshare_count=0)
    made = chapter(tables.Archive(posts=zero, profiles=data.profiles), movement)
    assert made.problems() == []
    for told, count in ((made, None), (chapter(data, movement), 4)):
        item = next(i for i in told.as_dict()["items"] if i.get("stem") == "relays-shapes")
        assert {row[2] for row in item["rows"]} == {count}


def test_no_share_is_told_of_a_handful(movement) -> None:
    data = archive(evidence=True)
    few = tables.Archive(posts=data.posts.head(6), profiles=data.profiles)
    made = chapter(few, movement)
    said = [made.title.en, made.answer.en]
    said += [text["en"] for text in made.as_dict()["can_write"]]
    said += [figure["text"]["en"] for figure in made.as_dict()["key_figures"]]
    assert not any("%" in text for text in said)


def test_one_role_makes_no_matrix(movement) -> None:
    data = archive(evidence=True)
    everybody = data.profiles.iloc[[1]].assign(bio="#thanks")
    names = ["public", "bob", "carla", "dan", "eve"]
    profiles = pd.concat(
        [everybody.assign(account_id=f"id-{name}", handle=name) for name in names]
    ).reset_index(drop=True)
    bare = Movement(**{**vars(movement), "ledgers": {}, "seeker_marks": ()})
    made = chapter(tables.Archive(posts=data.posts, profiles=profiles), bare)
    gap = next(g for g in made.as_dict()["cannot_show"] if g["stem"] == "relays-role-matrix")
    assert "too few roles" in gap["text"]["en"]


def test_reshares_of_unknown_originals_give_a_network_and_no_relay(movement) -> None:
    data = archive(evidence=True)
    bare = tables.Archive(posts=data.posts.assign(reshared_id=data.posts["lang"]))
    made = chapter(bare, movement)
    assert (
        "No reshare between two known accounts has both a time and a known original"
        in made.answer.en
    )
    assert made.problems() == []
    stems = {item.get("stem") for item in made.as_dict()["items"]}
    assert "relays-most-reshared" in stems
    assert not stems & {"relays-influence", "relays-generations"}
    gap = next(g for g in made.as_dict()["cannot_show"] if g["stem"] == "relays-generations")
    assert "too little is known" in gap["text"]["en"]
    headings = [i["text"]["en"] for i in made.as_dict()["items"] if i["kind"] == "heading"]
    assert "Through which relays" not in headings


def test_arrivals_are_told_only_where_originals_are_dated(movement) -> None:
    data = archive(evidence=True)
    lost = data.posts["post_id"].isin([f"o{number}" for number in range(20)])
    mostly = tables.Archive(posts=data.posts[~lost.to_numpy(dtype=bool)], profiles=data.profiles)
    made = chapter(mostly, movement)
    gap = next(g for g in made.as_dict()["cannot_show"] if g["stem"] == "relays-generations")
    assert "too little is known to tell who was there first" in gap["text"]["en"]
    assert made.problems() == []


def test_reshares_alone_do_not_tell_who_was_there_first(movement) -> None:
    data = archive(evidence=True)
    alone = data.posts[(data.posts["kind"] == "reshare").to_numpy(dtype=bool)]
    made = chapter(tables.Archive(posts=alone.reset_index(drop=True)), movement)
    gaps = {gap["stem"] for gap in made.as_dict()["cannot_show"]}
    assert "relays-generations" in gaps
    assert made.problems() == []


def test_the_answer_follows_the_data(movement) -> None:
    data = archive(evidence=True)
    half = tables.Archive(posts=data.posts.iloc[: len(data.posts) // 2], profiles=data.profiles)
    assert chapter(data, movement).answer.en != chapter(half, movement).answer.en


def test_the_chapter_is_saved_in_both_languages(movement, tmp_path: Path) -> None:
    chapter(archive(evidence=True), movement).save(tmp_path)
    folder = tmp_path / "relays"
    for stem in ("relays-role-matrix", "relays-generations", "relays-influence"):
        for lang in ("fr", "en"):
            assert (folder / f"{stem}.{lang}.png").stat().st_size > 3000
    text = (folder / "relays-role-matrix.en.svg").read_text(encoding="utf-8")
    assert text.startswith("<?xml")


def test_the_direction_is_printed_where_the_matrix_is_drawn(movement) -> None:
    made = chapter(archive(evidence=True), movement)
    item = next(i for i in made.as_dict()["items"] if i.get("stem") == "relays-role-matrix")
    assert item["subtitle"]["en"] == "Reshares, from row to column: the row reshares the column"


def test_a_crowd_of_accounts_is_drawn_as_bubbles() -> None:
    from i4analysis.publish.charts import plot_generations

    count = 3000
    table = pd.DataFrame(
        {
            "account": [f"n{k}" for k in range(count)],
            "role": "other",
            "arrived_at": T0 + pd.to_timedelta(np.arange(count) % 240, unit="h"),
            "generation": np.arange(count) % 3,
            "through": None,
        }
    )
    axes = plot_generations(table)
    assert len(axes.collections[0].get_offsets()) < 40


def test_bubbles_count_the_days_of_the_movements_zone() -> None:
    from i4analysis.publish.charts import plot_generations

    late = pd.Timestamp("2015-10-01T22:30:00Z")
    table = pd.DataFrame(
        {
            "account": [f"n{k}" for k in range(3000)],
            "role": "other",
            "arrived_at": [late] * 1500 + [late + pd.Timedelta(hours=3)] * 1500,
            "generation": 0,
            "through": None,
        }
    )
    assert len(plot_generations(table, zone="UTC").collections[0].get_offsets()) == 2
    assert len(plot_generations(table, zone="Europe/Paris").collections[0].get_offsets()) == 1


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (zoo.Animal(posts=80, loud=True), True),
        (zoo.Animal(posts=80, loud=True, reshares="none"), True),
        (zoo.Animal(posts=80, loud=True, ids="some"), True),
        (zoo.Animal(posts=2, loud=True), False),  # too few for a share
        (zoo.Animal(posts=80, accounts="few"), False),  # two of three are not few
        (zoo.Animal(posts=80, loud=True, bios="seekers", seeker_mark=True), False),
    ],
)
def test_that_few_accounts_made_most_of_the_posts_is_said(of: zoo.Animal, told: bool) -> None:
    page = zoo.page_of(of, books=[book for book in zoo.BOOKS if book.name.startswith("04")])
    (chapter,) = [one for one in page if one.key == "relays"]
    assert chapter.problems() == []
    found = re.search(r"Of \S+ accounts that posted, 1 made (\d+)% of the", chapter.answer["en"])
    assert (found is not None) == told
    if found is not None:
        assert int(found[1]) > 80
        assert re.search(r"\b1 a fait \d+ % des", chapter.answer["fr"].replace("\u202f", " "))
        assert ("reshares included" in chapter.answer["en"]) == (of.reshares != "none")
        assert ("reprises comprises" in chapter.answer["fr"]) == (of.reshares != "none")
    assert told or not re.search(r"accounts? that posted, \S+ made", chapter.answer["en"])


# -- What is not known of some reshares is not told of all.

HERE = {"author": "here", "author_id": "id-here"}


def told_of(*rows: dict[str, object], **more: object) -> dict[str, object]:
    data = invented.archive(list(rows))
    return chapter(data, invented.movement("thanks", **more)).as_dict()


def known(count: int, authors: int = 1) -> list[dict[str, object]]:
    """Return posts of some authors and reshares of them, each by another account."""
    made = [post(f"k{n}", f"author{n}", n / 100) for n in range(authors)]
    return made + [
        reshare(f"kr{n}", f"reader{n}", f"k{n % authors}", f"author{n % authors}", 2 + n / 100)
        for n in range(count)
    ]


NOBODY = {"reshared_author": None, "reshared_author_id": None}


def arrivals(saved: dict[str, object]) -> str:
    figure = next(i for i in saved["items"] if i.get("stem") == "relays-generations")  # type: ignore[attr-defined]
    return f"{figure['title']['en']} {figure['subtitle']['en']}"


@pytest.mark.parametrize("nobody", [0, 1, 20])
def test_a_share_of_reshares_is_told_where_all_accounts_are_known(nobody: int) -> None:
    lost = [reshare(f"n{k}", f"late{k}", "gone", "x", 3) | NOBODY for k in range(nobody)]
    saved = told_of(*known(201, authors=8), *lost)
    assert ("%" in saved["title"]["en"]) == (nobody < 2)  # type: ignore[index]
    said = saved["title"]["en"].startswith("At least")  # type: ignore[index]
    assert said == (nobody == 20)


@pytest.mark.parametrize(("reshares", "told"), [(36, False), (37, True)])
def test_no_five_are_first_of_authors_who_are_all_reshared_alike(
    reshares: int, told: bool
) -> None:
    saved = told_of(*known(reshares, authors=12))
    title = saved["title"]["en"]  # type: ignore[index]
    assert ("5 authors received" in title) == told
    assert told or "12 authors reshared" in title


def test_posts_that_nobody_signed_are_an_archive() -> None:
    unsigned = {"author": None, "author_id": None}
    saved = told_of(*(post(f"u{k}", "x", k) | unsigned for k in range(3)))
    assert "The archive holds no reshare" in saved["title"]["en"]  # type: ignore[index]


@pytest.mark.parametrize(
    "first",
    [
        [reshare("n", "here", "gone", "x", 1) | NOBODY],  # somebody unknown
        [reshare("n", "late", "gone", "here", 1) | {"reshared_at": None},
         reshare("m", "here", "k0", "author0", 5)],  # it had posted before, nobody knows when
        [post("u", "here", 1) | {"posted_at": None}, reshare("m", "here", "k0", "author0", 5)],
    ],
    ids=["of nobody", "undated original", "undated post"],
)  # fmt: skip
def test_how_an_account_arrived_is_told_only_where_it_is_known(first) -> None:
    whole, some = (arrivals(told_of(*known(9), *rows)) for rows in ([], first))
    assert whole.startswith(
        "Of 10 accounts that posted, reshared or were reshared, 9 first appear"
    )
    late = sum(row["author"] == "late" for row in first)  # who arrives by resharing that account
    assert some.startswith(
        f"Of {10 + late} accounts that posted, reshared or were reshared and whose first act"
        f" is known, {9 + late} first appear"
    )


def test_a_founder_who_reshares_is_set_aside_where_arrivals_are_counted() -> None:
    rows = [post("k", "ann", 1), reshare("r", "bob", "k", "ann", 2),
            reshare("s", "cid", "k", "ann", 3)]  # fmt: skip
    founder = {"handle": "cid", "platform": "twitter", "url": "https://example.org"}
    for founders, said in (({}, "2 first"), ({"founders": [founder]}, "1 (founders aside) first")):
        title = arrivals(told_of(*rows, **founders)).replace("\xa0", " ")
        assert title.startswith(f"Of 3 accounts that posted, reshared or were reshared, {said}")


@pytest.mark.parametrize("authors", [5, 6, 8, 12])
@pytest.mark.parametrize("stem", ["relays-most-reshared", "relays-shapes"])
def test_what_ties_with_the_last_row_listed_is_counted(stem: str, authors: int) -> None:
    saved = told_of(*known(3 * authors, authors=authors))  # a post an author, reshared 3 times
    table = next(i for i in saved["items"] if i.get("stem") == stem)  # type: ignore[attr-defined]
    said = re.search(r"(\d+) other (?:author|cascade)", words_en(f"{table['note']}"))
    assert (int(said[1]) if said else 0) == authors - len(table["rows"])
    assert not re.search("most|largest", table["title"]["en"])


@pytest.mark.parametrize("unsigned", [False, True])
def test_beside_reshares_of_unknown_accounts_those_told_of_an_account_are_floors(unsigned) -> None:
    last = reshare("s", "cid", "k", "ann", 3)
    rows = [post("k", "ann", 1), reshare("r", "bob", "k", "ann", 2)]
    rows += [last | {"author": None, "author_id": None}] if unsigned else [last]
    table = next(i for i in told_of(*rows)["items"] if i.get("stem") == "relays-most-reshared")
    _, *heads = [column["name"] for column in table["columns"]]
    assert all(name.endswith("_lo") == unsigned for name in heads)
    assert (
        ("au moins" in f"{table['columns']}") == ("at least" in f"{table['columns']}") == unsigned
    )


@pytest.mark.parametrize("later", [False, True])
def test_evidence_is_defined_as_it_is_counted(later: bool) -> None:
    """A reshare of another post ties two accounts, whichever of the two came first."""
    data = invented.archive([
        post("a", "ann", 0), post("b", "ann", 1), post("c", "cid", 2),
        reshare("ra", "bob", "a", "ann", 3), reshare("rb", "bob", "b", "ann", 5 if later else 2),
        reshare("rc", "dan", "c", "cid", 4),
    ])  # fmt: skip
    found = relays.parent_probabilities(data, invented.movement("thanks"))
    assert float(found.quality["coverage_any"].iloc[0]) == pytest.approx(2 / 3)
    assert not re.search("earlier|antérieur", f"{sentence.topic('relays')['coverage']}")


def test_lines_are_named_where_some_are_drawn() -> None:
    assert "lines" in arrivals(told_of(*known(3)))
    own = [post(f"o{n}", f"reader{n}", 0) for n in range(3)]
    assert "lines" not in arrivals(told_of(*known(3), *own))


def test_a_rounded_matrix_says_so_and_tells_no_exact_count() -> None:
    bios = [
        {"platform": "twitter", "account_id": f"id-reader{k}", "handle": f"reader{k}",
         "seen_at": T0, "bio": "#jobsearch"}
        for k in range(40)
    ]  # fmt: skip
    data = invented.archive(known(67, authors=2), bios)
    saved = chapter(data, invented.movement("thanks", seeker_marks=("jobsearch",))).as_dict()
    matrix = next(i for i in saved["items"] if i.get("stem") == "relays-role-matrix")
    assert "rounded down" in matrix["note"]["en"]
    # whom nothing is known of are no role that those who look for work could prefer
    assert matrix["title"]["en"].replace("\xa0", " ").endswith("by role: 67 reshares")


@pytest.mark.parametrize("each", [1, 2])
def test_originals_are_counted_where_one_of_several_was_reshared_twice(movement, each) -> None:
    """Of reshares each of another post it was said that each has its own, and no more."""
    rows = [post(f"p{n}", f"a{n}", 0) for n in range(4)]
    rows += [reshare(f"r{n}", f"b{n}", f"p{n // each}", f"a{n // each}", 1) for n in range(4)]
    said = words_en(str(chapter(invented.archive(rows), movement).as_dict()["items"]))
    assert ("have a known time and original: they are of 2 posts" in said) == (each == 2)
    assert ("between two known accounts" in said) == (each == 2)


@pytest.mark.parametrize("evidence", [True, False])
def test_coverage_is_of_all_reshares(movement, evidence) -> None:
    """Those whose original is not identified have no evidence: they are reshares too."""
    data = archive(evidence)
    lost = data.posts["reshared_id"].mask(data.posts["post_id"].str.endswith((".3", ".4")))
    half = tables.Archive(posts=data.posts.assign(reshared_id=lost), profiles=data.profiles)
    for whole, part in [[chapter(one, movement).as_dict() for one in (data, half)]]:
        (a, b) = [next(f["value"] for f in one["key_figures"] if f["id"] == "coverage")
                  for one in (whole, part)]  # fmt: skip
        assert b <= a / 2 + 0.01


UNSIGNED = {"author": None, "author_id": None}
ONE = [post("o", "ann", 0), reshare("r", "bob", "o", "ann", 1)]
LATER = [reshare(f"s{k}", "x", "o", "ann", 2 + k / 9) | UNSIGNED for k in range(30)]
OF_SOMEBODY = reshare("q", "bob", "gone", "x", 1) | NOBODY
UNHELD = [post(f"o{n}", "ann", n, reshare_count=10) for n in range(99)]
#: What must not be said in English, and of which posts.
FALSE_OF = {
    "unsigned reshares have a time": (
        "o reshare of others.* has both",
        [ONE[0], ONE[1] | {"posted_at": None}, *LATER],
    ),
    "thirty have a time": ("fewer than 20 reshares have", [*ONE, *LATER]),
    "of most posts none is held": (
        r"holds \S+ of them",
        UNHELD + [reshare(f"r{n}", f"b{n}", f"o{n}", "ann", n + 0.5) for n in range(5)],
    ),
    "there are thirty accounts": ("takes at least 20 accounts", known(15, authors=8)),
    "others may be first": ("^The (?:most reshared|author that)", [*known(9, authors=2), *LATER]),
    "an archive need not begin with its movement": ("arrive|arrival", known(9)),
    "who is unknown has a date": ("too little is dated", [ONE[0], OF_SOMEBODY, ONE[1]]),
}


@pytest.mark.parametrize("name", FALSE_OF)
def test_no_sentence_says_more_than_its_guard_asks(name: str) -> None:
    wrong, rows = FALSE_OF[name]
    for place, text in zoo.texts(told_of(*rows), "en"):
        assert not re.search(wrong, words_en(text)), place


def test_no_relay_is_told_as_the_first_of_all() -> None:
    """Its range reaches over that of the next."""
    public = [{"handle": "bob", "name": "Bob", "role": "medium"}]
    made = invented.movement("thanks", people=public, audit=audited(0, through=16))
    item = next(
        i for i in chapter(archive(evidence=True), made).as_dict()["items"]
        if i.get("stem") == "relays-influence"
    )  # fmt: skip
    column = [one["name"] for one in item["columns"]].index
    (first, second), (low, high) = item["rows"][:2], map(column, ("range_lo", "range_hi"))
    assert first[low] < second[high]
    assert "@bob" in item["title"]["en"]
    assert "first" not in item["title"]["en"]


def test_the_band_covers_the_direct_shares_that_its_table_holds() -> None:
    """Of two reshares one came from the author, whatever share is assumed."""
    rows = []
    for n in range(30):
        rows += [post(f"o{n}", "ann", n), reshare(f"a{n}", "bob", f"o{n}", "ann", n + 0.2),
                 reshare(f"b{n}", "cid", f"o{n}", "ann", n + 0.4)]  # fmt: skip
    follows = [(f"id-{who}", f"id-{whom}") for who, whom in (("bob", "ann"), ("cid", "bob"))]
    data = invented.archive(rows, (), follows)
    made = chapter(data, invented.movement("thanks")).as_dict()
    table, figure = (next(i for i in made["items"] if i.get("stem") == f"relays-{name}")
                     for name in ("direct-share", "influence"))  # fmt: skip
    shares = [round(100 * row[1]) for row in table["rows"]]
    said = re.search(r"covers: (\d+)% to (\d+)%", words_en(figure["note"]["en"]))
    assert said is not None
    assert [int(end) for end in said.groups()] == [min(shares), max(shares)]
