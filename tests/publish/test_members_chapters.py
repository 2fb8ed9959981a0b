"""Chapters and charts on supporters and followers: what a reader is told, and is not told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import invented
import numpy as np
import pandas as pd
import pytest
import zoo
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from member_worlds import first_post, follower_world, make_archive, make_movement, sighting, world

from i4analysis import tables
from i4analysis.measure.members import members
from i4analysis.measure.reach import reach
from i4analysis.movement import Movement
from i4analysis.publish import chapters, charts
from i4analysis.publish.chapter.chapter import Chapter
from i4analysis.publish.charts import style
from i4analysis.tables import true

ROOT = tables.__file__.rsplit("/", 2)[0]


def both(archive: tables.Archive, movement: Movement) -> tuple[Chapter, Chapter]:
    adopted = members.adoption(archive, movement, draws=40)
    return (
        chapters.supporters(
            adopted,
            movement,
            growth=members.growth(adopted),
            exposure=members.exposure(archive, movement),
            contagion=members.contagion_test(archive, movement, draws=19),
        ),
        chapters.followers(
            reach.followers_summed(archive, movement, draws=10),
            reach.concentration(archive, movement),
            movement,
        ),
    )


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def printed(chapter: Chapter, lang: str) -> str:
    content = chapter.as_dict()
    parts = [content["title"][lang], content["answer"][lang]]
    parts += [item["text"][lang] for item in content["items"] if item["kind"] == "sentence"]
    parts += [gap["text"][lang] for gap in content["cannot_show"]]
    parts += [text[lang] for text in content["can_write"]]
    return plain(" ".join(parts))


def stems(chapter: Chapter) -> set[str]:
    return {item["stem"] for item in chapter.as_dict()["items"] if "stem" in item}


def figure(metric: str, value: float, day: str | None, **more: Any) -> dict[str, Any]:
    return {
        "figure_id": f"{metric}-{value}-{day}",
        "metric": metric,
        "value": value,
        "roughness": "at_least",
        "precision": "day" if day else "unknown",
        "date": pd.Timestamp(day).date() if day else None,
        "publisher": "A Paper",
        "measurement": True,
        "url": "https://example.org",
        **more,
    }


def test_the_real_movement_is_told_by_its_published_figures() -> None:
    movement = Movement.load(f"{ROOT}/data/i4emploi")
    supporters, followers = both(tables.Archive(), movement)
    text = printed(supporters, "fr")
    for words in (
        "Environ 10 à 33 fondateurs et au moins 400 bios avec le hashtag",
        "au moins 130, 300 et 400 bios",
        "au moins 800 membres",
        "aucun message ne montre leurs bios",
    ):
        assert words in text
    english = printed(followers, "en")
    for words in ("360,000", "600,000", "650,000", "700,000"):
        assert words in english
    rows = next(
        item
        for item in supporters.as_dict()["items"]
        if item.get("stem") == "supporters-published"
    )["rows"]
    assert all(row[-1].startswith("http") for row in rows)
    assert "supporters-curve" not in stems(supporters)
    # the lower bound of a plural ("hundreds of members") is in the ledger and never drawn
    assert 200 in set(movement.figures.query("metric == 'active_members'")["value"])
    assert "active_members" not in str(rows)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_number_printed_is_in_a_table(lang: str) -> None:
    made = world(1, accounts=150, rate=4)
    archives = [
        (made.archive, made.movement),
        (world(1, accounts=80, basis="after").archive, made.movement),
        (tables.Archive(), made.movement),
        follower_world(2, n_lists=20, accounts=60)[:2],
    ]
    for archive, movement in archives:
        for chapter in both(archive, movement):
            assert chapter.problems() == []
            assert chapter.title[lang]


def test_sentences_follow_the_data() -> None:
    one = both(*(lambda made: (made.archive, made.movement))(world(1, accounts=150, rate=4)))[0]
    other = both(*(lambda made: (made.archive, made.movement))(world(2, accounts=90, rate=4)))[0]
    assert printed(one, "en") != printed(other, "en")
    assert one.title["en"].split()[0] != other.title["en"].split()[0]


def test_bios_after_the_fact_are_refused_in_words() -> None:
    made = world(1, accounts=80, basis="after")
    chapter, _ = both(made.archive, made.movement)
    said = "show the hashtag in their bio, but too many bios were collected after the fact"
    assert said in printed(chapter, "en")
    assert "mais trop de bios ont été relevées après coup" in printed(chapter, "fr")
    assert "first-posts" in stems(chapter)
    assert not stems(chapter) & {"supporters-curve", "supporters-accounts"}
    never = replace(made.movement, started_on=date(2199, 1, 1))  # of a period without a post
    chapter, _ = both(made.archive, never)
    assert said in printed(chapter, "en")


def test_bios_without_the_mark_are_said_to_be_so() -> None:
    archive = make_archive(
        sighting("1", "2015-09-27", "nothing"), posts=[first_post("2015-09-27")]
    )
    chapter, _ = both(archive, make_movement())
    assert "No bio in the archive shows the hashtag" in printed(chapter, "en")
    assert "1 account used" in printed(chapter, "en")


def test_a_handful_of_people_looking_for_work_is_never_counted() -> None:
    rows = [sighting(f"{n}", "2015-09-27", "#i4emploi") for n in range(12)]
    rows += [sighting(f"s{n}", "2015-09-28", "#i4emploiR") for n in range(3)]
    chapter, _ = both(make_archive(*rows), make_movement())
    assert "looking for work" not in printed(chapter, "en")
    squares = next(
        item for item in chapter.as_dict()["items"] if item.get("stem") == "supporters-accounts"
    )
    seekers = [row[2] for row in squares["rows"] if row[1] == "seeker"]
    assert set(seekers) <= {0, None}


def test_one_day_no_followers_and_no_founders_are_told_without_failing() -> None:
    archive = make_archive(sighting("1", "2015-09-26 12:00", "#i4emploi", followers=0))
    supporters, followers = both(archive, make_movement())
    assert "1 account seen" in printed(supporters, "en")
    assert "this number is exact" in printed(supporters, "en")
    assert "1 account has no follower by the last count seen" in printed(followers, "en")
    unable = [one["text"]["en"] for one in followers.as_dict()["cannot_show"]]
    assert not any("none is known" in text for text in unable)  # it is known: 0
    assert followers.problems() == []


def test_complete_lists_give_one_number_and_some_lists_an_estimate() -> None:
    archive, movement, truth = follower_world(3, n_lists=60, accounts=60, mean=50)
    assert f"that is {truth:,} different accounts" in printed(both(archive, movement)[1], "en")
    archive, movement, _ = follower_world(3, n_lists=20, accounts=60, mean=50)
    assert "is estimated at" in printed(both(archive, movement)[1], "en")


def test_a_sum_is_never_called_people_reached() -> None:
    made = world(1, accounts=150, rate=4)
    for lang, words in (("fr", "personnes touchées"), ("en", "people reached")):
        chapter = both(made.archive, made.movement)[1]
        assert words not in printed(chapter, lang)
        assert any(words in text[lang] for text in chapter.as_dict()["cannot_write"])


def test_published_figures_stand_beside_the_curve_and_plurals_do_not() -> None:
    made = world(1, accounts=150, rate=4)
    movement = make_movement(
        figures=[
            figure("supporters_bio", 60, "2015-10-05"),
            figure("supporters_bio", 40, "2015-10-05", roughness="about"),
            figure("supporters_bio", 200, "2015-10-10", measurement=False),
            figure("supporters_bio", 900, None),
        ]
    )
    adopted = members.adoption(made.archive, movement, draws=20)
    ax = charts.plot_adoption(adopted.table, figures=adopted.figures, lang="en")
    labels = [text.get_text().strip() for text in ax.texts]
    assert "at least 60" in labels
    assert "about 40" in labels
    assert not any("200" in label or "900" in label for label in labels)


def test_a_figure_of_a_week_is_drawn_over_the_days_it_may_be_of() -> None:
    ax = style.axes(None, height=3.8)
    row = figure("supporters_bio", 300, "2015-10-10", precision="week")
    at = style.day_numbers([date(2015, 10, 10)])[0] + 0.5
    charts.members.claims(ax, pd.DataFrame([row]), "en", within=(at - 30, at + 30))
    assert [*ax.lines[0].get_xdata()] == [at - 7, at + 7]


@pytest.mark.parametrize("part", [0.1, 0.8])
def test_figures_published_close_together_are_named_apart(part: float) -> None:
    days = pd.date_range("2015-09-26", periods=60)
    told = {"precision": "day", "date": days[int(60 * part)]}
    rows = [told | {"value": 300 + 7 * k, "roughness": "about"} for k in range(4)]
    ax = style.axes(None, height=3.8)
    at = style.day_numbers(days.to_series())
    ax.plot(at, np.linspace(0, 300, 60))
    charts.members.claims(ax, pd.DataFrame(rows), "en", within=(at[0], at[-1]))
    ax.set_ylim(0, None)
    ax.figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert len(boxes) == 4
    assert all(low.y1 <= high.y0 + 4 for low, high in pairwise(boxes))


def test_a_chapter_saves_its_pictures_in_both_languages(tmp_path) -> None:
    made = world(1, accounts=60, rate=4)
    chapter, other = both(made.archive, made.movement)
    for one in (chapter, other):
        one.save(tmp_path)
        folder = tmp_path / one.key
        for stem in ("supporters-curve", "followers-concentration"):
            if stem in stems(one):
                for lang in ("fr", "en"):
                    svg = (folder / f"{stem}.{lang}.svg").read_text(encoding="utf-8")
                    assert "<svg" in svg
                    assert (folder / f"{stem}.{lang}.png").stat().st_size > 10_000


def test_charts_draw_on_the_axes_given_and_return_them() -> None:
    from matplotlib import pyplot as plt

    made = world(1, accounts=60, rate=4)
    adopted = members.adoption(made.archive, made.movement, draws=20)
    summed = reach.followers_summed(made.archive, made.movement).table
    spread = reach.concentration(made.archive, made.movement)
    _, panels = plt.subplots(5)
    drawn: list[Axes] = [
        charts.plot_adoption(adopted.table, ax=panels[0]),
        charts.plot_first_posts(adopted.table, ax=panels[1]),
        charts.plot_growth(members.growth(adopted).curves, ax=panels[2]),
        charts.plot_followers_summed(summed, ax=panels[3]),
        charts.plot_concentration(spread.table, n_half=spread.n_half, ax=panels[4]),
    ]
    assert drawn == list(panels)
    # the grey ribbon of the curve is the certain bounds, to the account
    ribbon = drawn[0].collections[0].get_paths()[0].vertices[:, 1]
    assert np.nanmax(ribbon) == adopted.table["n_hi"].max()


def test_a_published_figure_without_a_date_is_still_told() -> None:
    movement = make_movement(
        figures=[figure("members", 70, None), figure("followers_summed", 5_000, None)]
    )
    supporters, followers = both(tables.Archive(), movement)
    assert "at least 70 members" in printed(supporters, "en")
    assert "at least 5,000 followers" in printed(followers, "en")
    assert "neither" not in printed(supporters, "en") + printed(followers, "en")


def test_unknown_followers_are_not_zero_followers() -> None:
    """A record without a follower count says nothing of followers; one of 0 says so."""
    for followers, title, said in (
        (None, "not say how many followers the accounts", "number of followers of none of the"),
        (0, "No follower counted", "6 accounts have no follower"),
    ):
        rows = [sighting(f"{n}", "2015-09-27", "#i4emploi", followers=followers) for n in range(6)]
        chapter = both(make_archive(*rows), make_movement())[1]
        assert title in chapter.title["en"]
        assert said in printed(chapter, "en")
        assert "sum is zero" not in printed(chapter, "en")
        assert chapter.problems() == []


def test_a_curve_without_known_followers_has_one_panel_and_no_sum() -> None:
    made = world(1)
    followers = made.archive.profiles["followers"]
    unknown = pd.Series(pd.NA, index=followers.index, dtype=followers.dtype)
    archive = tables.Archive(
        posts=made.archive.posts, profiles=made.archive.profiles.assign(followers=unknown)
    )
    supporters, _ = both(archive, made.movement)
    assert supporters.problems() == []
    (curve,) = (
        item for item in supporters.as_dict()["items"] if item.get("stem") == "supporters-curve"
    )
    assert "followers" not in curve["alt"]["en"]


def test_a_curve_of_posts_alone_draws_no_estimate() -> None:
    archive = make_archive(
        sighting("1", "2015-09-27", "#i4emploi", seen_basis="after"),
        posts=[
            {"platform": "twitter", "post_id": "7", "kind": "post", "author_id": "1",
             "posted_at": pd.Timestamp("2015-09-27", tz="UTC"), "hashtags": ["i4emploi"]}
        ],
    )  # fmt: skip
    found = members.adoption(archive, make_movement())
    assert found.basis == "posts"
    assert charts.plot_adoption(found.table).get_xticklabels()


def test_one_account_is_told_as_one() -> None:
    rows = [sighting("1", f"2015-09-{day}", "#i4emploi", followers=100) for day in (26, 27)]
    for lang, words in (
        (
            "en",
            ("100 followers of the one account counted", "the one account counted has 100 follow"),
        ),
        ("fr", ("100 abonnés, du seul compte compté", "le seul compte compté a 100 abonnés")),
    ):
        supporters, followers = both(make_archive(*rows), make_movement())
        for part in (
            "1 supporter",
            "one supporter",
            "Supporters already",
            "outien vu",
            "outiens dé",
        ):
            assert part not in printed(supporters, lang) + printed(followers, lang)  # or a founder
        for part in words:
            assert part in printed(followers, lang)
        assert not re.search(r"different|différent", printed(followers, lang).split(".")[0])
        assert "followers-concentration" not in stems(followers)
        assert "Gini" not in printed(followers, lang)


def test_bios_that_show_the_mark_after_the_fact_are_not_said_to_be_silent() -> None:
    made = world(1, accounts=80, basis="after")
    chapter, _ = both(made.archive, made.movement)
    assert "bios do not date who joined" in chapter.title["en"]
    n = members.adoption(made.archive, made.movement).n_marked
    assert n % 5  # in fives, as the headline, which leaves out who looks for work
    assert f"At least {n - n % 5} accounts show the hashtag" in chapter.answer["en"]
    bare = make_archive(sighting("1", "2015-09-27", "nothing"), posts=[first_post("2015-09-27")])
    assert "no bio shows it" in both(bare, make_movement())[0].title["en"]


def grown(daily: list[float]) -> members.Growth:
    days = pd.date_range("2015-09-26", periods=len(daily)).date
    table = pd.DataFrame({"day": days, "n_first_post": np.cumsum(daily)})
    return members.growth(members.Adoption(table, basis="posts"))


def test_two_curves_that_fit_alike_have_no_winner() -> None:
    """A winner needs two units of AIC; one that many counts separate has them."""
    alike = grown([3, 4, 3, 3, 3, 4, 3, 3, 3, 3])
    gap = float(np.ptp(alike.table["aic"].to_numpy(dtype=float)))
    assert gap < 2 or alike.on_bound
    assert alike.best is None
    slowing = grown(list(np.diff(np.round(400 * (1 - np.exp(-0.15 * np.arange(41)))))))
    assert slowing.best == "bass"


@pytest.mark.parametrize("length", [10, 100, 1000, 3650])
def test_growth_is_fitted_at_every_length(length: int) -> None:
    """The same rise, in ten days or in ten years, ends at the same ceiling, on no limit."""
    rate = 1 / (1 + np.exp(-12 * (np.linspace(0, 1, length + 1) - 0.5)))
    made = grown(list(np.diff(500 * rate)))
    ceilings = made.table.set_index("model")["ceiling"].astype(float)
    assert not made.on_bound
    assert ceilings["logistic"] == pytest.approx(500, rel=0.03)


def test_each_sum_of_followers_names_the_accounts_it_is_of() -> None:
    made = world(1, accounts=150, rate=4)
    chapter = both(made.archive, make_movement())[1].as_dict()
    known = chapter["key_figures"][0]
    last = next(item for item in chapter["items"] if item.get("stem") == "followers-curve")
    names = [column["name"] for column in last["columns"]]
    accounts = last["rows"][-1][names.index("n_known")]
    assert f"of {accounts} accounts" in plain(known["definition"]["en"])
    assert f"of {accounts} accounts are" in plain(chapter["can_write"][0]["en"])
    assert "2015" in chapter["can_write"][0]["fr"]  # a sum is of a day


SPREADING = [book for book in zoo.BOOKS if book.stem[:2] in ("02", "03")]


def spreading(of: zoo.Animal, **period: Any) -> dict[str, Chapter]:
    """Return the chapters on supporters and followers of an animal."""
    movement = replace(zoo.movement_of(of), **period)
    page = zoo.page_about(zoo.archive_of(of), movement, whole=False, books=SPREADING)
    assert not page.falls
    return {one.key: one for one in page}


def spoken(chapter: Chapter, lang: str = "en") -> str:
    return plain(" ".join(text for _, text in zoo.texts(chapter.as_dict(), lang)))


@pytest.mark.parametrize("posts", [1, 3, 12, 30, 80])
def test_an_estimate_is_spoken_of_where_it_is_drawn(posts: int) -> None:
    made = spreading(zoo.Animal(posts=posts, bios="all", founders="none"))["supporters"]
    item = next(i for i in made.as_dict()["items"] if i.get("stem") == "supporters-curve")
    columns = [column["name"] for column in item["columns"]]
    drawn = {
        name: any(row[columns.index(name)] is not None for row in item["rows"])
        for name in ("n_est", "lo")
    }
    said = spoken(made)
    assert ("estimated line" in said) == drawn["n_est"]
    assert ("estimate and its band" in said) == drawn["lo"]
    assert not (drawn["lo"] and "does not date their joining" in said)
    with style.look():
        figure = style.drawn(made._draws["supporters-curve"], "en")
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert ("estimate" in words) == drawn["n_est"]
    plt.close(figure)


def test_on_one_day_no_half_joined_before_its_end() -> None:
    for span, said in (("hour", False), ("week", True)):
        of = zoo.Animal(posts=80, bios="all", founders="none", span=span)
        assert ("half had added it" in spoken(spreading(of)["supporters"])) == said


def test_no_half_came_on_the_first_day_drawn_that_was_seen_before_it() -> None:
    """A declared start may be late: who showed the hashtag before it did not join on its day."""
    of = zoo.Animal(posts=80, bios="all", founders="none", span="week")
    first = zoo.movement_of(of).started_on
    days = [first + timedelta(late) for late in range(7)]
    told = ["half had added it" in spoken(spreading(of, started_on=day)["supporters"])
            for day in days]  # fmt: skip
    assert told == sorted(told, reverse=True) and told[0] and not told[-1]


@pytest.mark.parametrize("ended", ["2015-09-01", "2015-09-30", "2016-09-30"])
@pytest.mark.parametrize("bios", ["some", "none", "absent"])
def test_a_period_without_a_post_counts_nobody_and_denies_nothing(bios: str, ended: str) -> None:
    of = zoo.Animal(bios=bios, founders="none")
    made = spreading(of, started_on=date(2015, 8, 1), ended_on=date.fromisoformat(ended))
    nobody = ended == "2015-09-01"  # the first post is of the 26th
    supporters, followers = (spoken(made[key]) for key in ("supporters", "followers"))
    assert ("no account is counted" in followers or "period studied" in followers) == nobody
    assert "followers the account" not in followers
    assert not re.search(r"\b0 accounts|at least 0|each by a reshare", supporters)
    for text in (supporters, followers):
        assert not re.search(r"bears the hashtag(?!.*period)", text)


@pytest.mark.parametrize("afterwards", range(4))
@pytest.mark.parametrize("followers", [0, 100])
def test_a_count_collected_nobody_knows_when_is_not_told_as_of_its_day(
    afterwards: int, followers: int
) -> None:
    rows = [
        sighting(str(k), "2015-09-26", None, followers=followers and followers + k,
                 seen_basis="after" if k < afterwards else "live")
        for k in range(3)
    ]  # fmt: skip
    posts = [first_post("2015-09-26") | {"post_id": str(k), "author_id": str(k)} for k in range(3)]
    _, made = both(make_archive(*rows, posts=posts), make_movement())
    answer = plain(made.answer["en"])
    some = ", for {n} of them" if afterwards < 3 else ","
    assert (some.format(n=afterwards) + " collected at an unknown moment" in answer.replace(
        ",  ", ", ")) == (afterwards > 0)  # fmt: skip
    quotes = " ".join(one["en"] for one in made.as_dict()["can_write"])
    assert not followers or ("unknown moment" in quotes) == (afterwards > 0)


def test_followers_seen_later_nobody_knows_when_have_no_day() -> None:
    for basis in ("live", "after"):
        row = sighting("1", "2015-10-26", None, followers=9, seen_basis=basis)
        of = replace(make_movement(), ended_on=date(2015, 9, 30))
        _, made = both(make_archive(row, posts=[first_post("2015-09-26")]), of)
        answer = plain(made.answer["en"])
        assert "only later" in answer
        assert ("26 October" in answer) == (basis == "live")


@pytest.mark.parametrize(
    ("started", "first"),
    [(date(2015, 9, 26), 28), (date(2015, 9, 20), 22), (date(2015, 10, 8), 22)],
)
@pytest.mark.parametrize("whose", ["1", "2"])  # who posts, or is known by the reshare alone
def test_the_days_of_the_posts_begin_with_one_that_a_reshare_alone_dates(
    started: date, first: int, whose: str
) -> None:
    """Not with one from before the declared start, unless those collected are older as well."""
    posts = [first_post("2015-10-05"), *(
        invented.reshare(
            str(k), "1", pd.Timestamp("2015-10-06", tz="UTC"), f"x{k}", whose, author_id="1",
            reshared_author_id=whose, hashtags=["i4emploi"],
            reshared_at=pd.Timestamp(f"2015-09-{k}", tz="UTC"))
        for k in (22, 28)
    )]  # fmt: skip
    of = replace(make_movement(), started_on=started)
    made, _ = both(make_archive(posts=posts), of)
    assert f"from {first} September to 6 October" in plain(made.answer["en"])


def test_the_curve_of_first_posts_ends_with_a_post_and_is_of_what_was_collected() -> None:
    posts = [first_post("2015-09-27"), first_post("2015-11-01") | {"post_id": "2"}]
    of = replace(make_movement(), ended_on=date(2015, 10, 10))
    made, followers = both(make_archive(posts=posts), of)
    curve = next(item for item in made.as_dict()["items"] if item.get("stem") == "first-posts")
    assert [str(row[0])[:10] for row in curve["rows"]] == ["2015-09-27"]
    assert "10 October" not in plain(made.answer["en"]) + plain(followers.answer["en"])
    assert f"{curve['columns']}".count("collected") == 2 and "collected" in f"{curve['subtitle']}"


@pytest.mark.parametrize("known", range(4))
def test_followers_name_whose_count_is_unknown_and_when_it_was_seen(known: int) -> None:
    rows = [
        sighting(str(k), "2015-09-26", "#i4emploi", followers=100 + k if k < known else None)
        for k in range(4)
    ]
    _, followers = both(make_archive(*rows), make_movement())
    answer = plain(followers.answer["en"])
    if known:
        assert "last count seen" in answer
        quotes = [one["en"] for one in followers.as_dict()["can_write"]]
        assert quotes and all("by the last count seen" in one for one in quotes)
        assert "collected after the fact is that of the day of collection" in spoken(followers)
        assert ("left out as unknown" in answer) == (known < 4)
    assert ("different people" in answer) == (known > 1)


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ([1], "1 follower of the one account counted"),
        ([0, 1], "1 follower, of one account out of 2"),
        ([0, 7, 0], "7 followers, all of one account out of 3"),
        ([5, 5], "2 accounts have 10 combined followers, 5 each"),
        ([7, 7, 7], "3 accounts have 21 combined followers, 7 each"),
        ([5, 1], "2 accounts have 6 combined followers, at least half of them with 1 account"),
    ],
)
def test_half_is_not_said_of_what_one_account_has_alone(counts: list[int], title: str) -> None:
    rows = [sighting(str(k), "2015-09-26", "#i4emploi", followers=n)
            for k, n in enumerate(counts)]  # fmt: skip
    _, followers = both(make_archive(*rows), make_movement())
    assert plain(followers.title["en"]) == title
    item = next((i for i in followers.as_dict()["items"]
                 if i.get("stem") == "followers-concentration"), None)  # fmt: skip
    assert (item is None) == ("half" not in title)
    assert followers.problems() == []


def test_among_equals_nobody_is_the_most_followed() -> None:
    for counts, said in (([100] * 30, False), ([200] * 2 + [100] * 28, False),
                         ([200] + [100] * 29, True)):  # fmt: skip
        rows = [sighting(str(k), "2015-09-26", "#i4emploi", followers=n)
                for k, n in enumerate(counts)]  # fmt: skip
        _, followers = both(make_archive(*rows), make_movement())
        assert ("The most followed of these accounts has" in printed(followers, "en")) == said


def test_a_cumulated_share_is_headed_as_one() -> None:
    made = spreading(zoo.Animal(bios="none", posts=80))["followers"]
    item = next(i for i in made.as_dict()["items"] if i.get("stem") == "followers-concentration")
    shares = [c for c in item["columns"] if c["name"].startswith("share")]
    assert len(shares) == 2
    assert all("up to this rank" in column["header"]["en"] for column in shares)


def test_one_published_figure_is_told_as_one() -> None:
    one = [figure("supporters_bio", 300, "2015-10-10"),
           figure("followers_summed", 600_000, "2015-10-10")]  # fmt: skip
    two = [*one, figure("supporters_bio", 900, "2015-10-20") | {"publisher": "B"},
           figure("followers_summed", 700_000, "2015-10-20") | {"publisher": "B"}]  # fmt: skip
    again = [figure(row["metric"], row["value"], "2015-10-30") for row in one]  # once more
    for rows, alone in ((one, True), (two, False), ([*one, *again], False)):
        made = both(tables.Archive(), make_movement(figures=rows))
        for chapter in made:
            assert ("One published" in plain(chapter.answer["en"])) == alone
            assert ("Published " in plain(chapter.answer["en"])) != alone
            one_by_date = rows is not two or chapter.key == "supporters"
            assert ("one source" in plain(chapter.title["en"])) == one_by_date


@pytest.mark.parametrize(
    ("days", "precision", "title"),
    [
        (["2015-10-10", "2015-10-20"], "day", "40 bios with the hashtag, according to one source"),
        (["2015-10-10", "2015-10-10"], "day", "40 to 120 bios with the hashtag, according to one"),
        (["2015-10-01", "2015-10-01"], "month", "40 to 120 bios with the hashtag, according"),
        (["2015-10-01", "2015-11-01"], "month", "40 bios with the hashtag, according to one"),
        ([None, None], "unknown", "40 to 120 bios with the hashtag, according to one source"),
    ],
)
def test_of_figures_that_no_date_orders_none_is_told_as_the_last(
    days: list[str | None], precision: str, title: str
) -> None:
    rows = [figure("supporters_bio", value, day, precision=precision, roughness="exact")
            for value, day in zip((120, 40), days, strict=True)]  # fmt: skip
    chapter = both(tables.Archive(), make_movement(figures=rows))[0]
    assert plain(chapter.title["en"]).startswith(title)
    assert "40 and 120 bios" in plain(chapter.answer["en"])  # falling or not, from the least
    alone = " to 120 " not in title  # the least of several is not the one to be quoted
    assert len(chapter.as_dict()["key_figures"]) == len(chapter.as_dict()["can_write"]) == alone


@pytest.mark.parametrize("by", ["Le Courrier", "Le Phare"])
def test_a_fall_is_told_by_a_source_that_knew_the_height(by: str) -> None:
    rows = [figure("supporters_bio", 120, "2015-10-10"),
            figure("supporters_bio", 40, "2015-10-20")]  # fmt: skip
    rows = [row | {"publisher": who, "roughness": "exact"}
            for row, who in zip(rows, ("Le Courrier", by), strict=True)]  # fmt: skip
    title = plain(both(tables.Archive(), make_movement(figures=rows))[0].title["en"])
    assert title.startswith("40 to 120 bios" if by == "Le Phare" else "40 bios")


def test_people_looking_for_work_may_be_supporters_too() -> None:
    of = zoo.Animal(bios="seekers", seeker_mark=True, founders="none", posts=80)
    said = spoken(spreading(of)["supporters"])
    assert "mark of people looking for work" in said
    assert "Apart from these" not in said


@pytest.mark.parametrize("followers", ["zero", "unknown", "known"])
def test_a_few_people_looking_for_work_are_not_counted_by_their_followers(followers: str) -> None:
    of = zoo.Animal(bios="seekers", seeker_mark=True, founders="none", accounts="few",
                    followers=followers)  # fmt: skip
    assert "looking for work" in spoken(spreading(of)["followers"])
    assert not re.search(r"\d (?:accounts?|followers?)", spoken(spreading(of)["followers"]))


@pytest.mark.parametrize("ledgers", ["none", "some"])
@pytest.mark.parametrize("posts", [1, 30])
def test_two_panels_fill_the_drawing_with_press_and_without(ledgers: str, posts: int) -> None:
    of = zoo.Animal(posts=posts, bios="all", founders="none", ledgers=ledgers, span="hour")
    made = spreading(of)["supporters"]
    with style.look():
        figure = style.drawn(made._draws["supporters-curve"], "fr")
        figure.canvas.draw()
    assert sum(ax.get_position().height for ax in figure.axes) > 0.7
    plt.close(figure)


@pytest.mark.parametrize(("accounts", "worth"), [(12, 1), (610, 2)])
def test_a_square_is_said_to_stand_for_as_many_as_it_does(accounts: int, worth: int) -> None:
    rows = [sighting(str(k), "2015-09-26", "#i4emploi") for k in range(accounts)]
    movement = make_movement()
    made = chapters.supporters(
        members.adoption(make_archive(*rows), movement, draws=2), movement
    ).as_dict()
    item = next(i for i in made["items"] if i.get("stem") == "supporters-accounts")
    title = plain(item["title"]["en"])
    whom = "account" if worth == 1 else f"{worth} accounts"
    assert title.startswith(f"One square, {'one ' if worth == 1 else ''}{whom}: ")
    assert f"on the last, {worth} a square" in plain(item["alt"]["en"])


@pytest.mark.parametrize("late", [0, 1, 30])
def test_of_days_before_the_archive_nothing_is_estimated(late: int) -> None:
    """An archive that begins midway gives neither a half, a growth nor a curve for days unseen."""
    of = zoo.Animal(posts=80, bios="all", founders="none")
    first = zoo.archive_of(of).profiles["seen_at"].min()
    first = first.tz_convert(zoo.movement_of(of).zone).date()
    declared = first - timedelta(days=late)
    made = spreading(of, started_on=declared)["supporters"].as_dict()
    curve = next(i for i in made["items"] if i.get("stem") == "supporters-curve")
    at = {column["name"]: k for k, column in enumerate(curve["columns"])}
    unseen = [row for row in curve["rows"] if str(row[at["day"]]) < str(first)]
    assert len(unseen) == late
    assert all(row[at["n_est"]] is None for row in unseen)
    stems = {item.get("stem") for item in made["items"]}
    assert "supporters-growth" not in stems or late < 30


def test_a_role_that_nothing_gives_is_no_row_and_no_nought() -> None:
    """Without a ledger of founders nobody knows that there is none."""
    made = world(1, accounts=150, rate=4)
    bare = replace(made.movement, ledgers={**made.movement.ledgers, "founders": None})
    bare = replace(bare, ledgers={k: v for k, v in bare.ledgers.items() if v is not None})
    for of in (made.movement, bare):
        adopted = members.adoption(made.archive, of)
        chapter = chapters.supporters(adopted, of)
        item = next(
            i for i in chapter.as_dict()["items"] if i.get("stem") == "supporters-accounts"
        )
        at = [column["name"] for column in item["columns"]].index("role")
        roles = {row[at] for row in item["rows"]}
        assert ("founder" in roles) == bool(adopted.n_founders)
        assert "supporter" in roles


def test_estimates_of_accounts_are_tabled_as_they_are_told() -> None:
    made = world(1, accounts=150, rate=4)
    chapter, _ = both(made.archive, made.movement)
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "supporters-curve")
    names = [column["name"] for column in item["columns"]]
    cells = [row[names.index(name)] for row in item["rows"] for name in ("n_est", "lo", "hi")]
    assert any(cell is not None for cell in cells)
    assert all(cell is None or float(cell).is_integer() for cell in cells)


@pytest.mark.parametrize("posts", [80, 160])
@pytest.mark.parametrize("late", [10, 40, 400])
def test_an_archive_that_begins_midway_gives_no_estimate_without_a_width(
    posts: int, late: int
) -> None:
    """Whoever shows the mark when first seen may have joined on any day before it."""
    of = zoo.Animal(posts=posts, bios="all")
    archive, began = zoo.archive_of(of), zoo.movement_of(of)
    start = began.started_on - timedelta(days=late) if began.started_on else None
    books = [book for book in zoo.BOOKS if book.name.startswith("02")]
    page = zoo.page_about(archive, replace(began, started_on=start), books=books)
    assert not page.falls
    table = page.measured["adopted"].table
    free = table[(table["n_lo"] < table["n_hi"]) & table["lo"].notna()]
    assert not len(free) or (free["lo"] < free["hi"]).any()
    for chapter in page:
        assert chapter.problems() == []
        said = " ".join(text for _, text in zoo.texts(chapter.as_dict(), "en"))
        assert not re.search(r"\((\d+) to \1\)", said)


def test_followers_counted_after_the_days_studied_are_not_denied() -> None:
    """A sum is as at the last day studied: what was fetched later is told apart, with its days."""
    rows = [sighting("1", "2015-10-09", "#i4emploi", followers=None),
            sighting("1", "2015-12-20", "#i4emploi", followers=7),
            sighting("1", "2015-12-24", "#i4emploi", followers=90)]  # fmt: skip
    movement = make_movement(ended_on=date(2015, 10, 10))

    def told(*more: dict[str, Any]) -> str:
        followers = both(make_archive(*rows, *more), movement)[1]
        assert followers.problems() == []
        return printed(followers, "en")

    alone = told()
    assert alone.startswith("By ")
    assert "It gives it only later, on 20 December 2015." in alone
    other = [sighting(n, day, "#i4emploi", followers=held) for n in "2345"
             for day, held in (("2015-10-08", None), ("2016-01-03", 4))]  # fmt: skip
    assert "them only later, from 20 December 2015 to 3 January 2016: 23 followers in all" in told(
        *other
    )
    assert "20 December 2015 to 3 January 2016." in told(*other[:6])  # of four: no sum
    known = told(sighting("3", "2015-10-08", "#i4emploi", followers=5))
    assert "For 1 account the number is known only later, on 20 December" in known
    assert "90" not in known


@pytest.mark.parametrize(
    ("values", "publishers", "title"),
    [
        ([500, 900], "AB", "according to sources: 500 to 900"),
        ([500, 900], "AA", "according to one source: 500 to 900"),
        ([7, 0, 40, 7], "ABAB", "according to sources: 0 to 40"),
    ],
)
def test_published_sums_are_told_by_their_ends_and_by_who_printed_them(
    values: list[int], publishers: str, title: str
) -> None:
    rows = [
        figure("followers_summed", value, f"2015-10-1{day}")
        | {"publisher": name, "roughness": "exact"}
        for day, (value, name) in enumerate(zip(values, publishers, strict=True))
    ]
    followers = both(tables.Archive(), make_movement(figures=rows))[1]
    assert plain(followers.title["en"]).endswith(title)


# -- Each sentence against the movement of which its guard is true and it is false.

DAY = pd.Timestamp("2015-09-26 10:00", tz="UTC")


def later(days: float) -> str:
    return f"{DAY + pd.Timedelta(days=days):%Y-%m-%d %H:%M:%S}"


def tagged(*days: float, first: int = 0) -> list[dict[str, Any]]:
    """Return a post with the hashtag a day, each by an account of its own."""
    return [first_post(later(day)) | {"post_id": f"p{first + k}", "author_id": f"{first + k}"}
            for k, day in enumerate(days)]  # fmt: skip


def early() -> tables.Archive:
    """Return an archive whose one supporter was seen before the movement began, never after."""
    return make_archive(sighting("9", later(-40), "#i4emploi"), posts=tagged(0, 1, 2))


def late_alone() -> tables.Archive:
    """Return dated bios of people looking for work; the supporters' were fetched long after."""
    rows = [sighting(f"{k}", later(k / 9), "#i4emploir", file="a") for k in range(9)]
    rows += [sighting(f"s{k}", later(90), "#i4emploi", seen_basis="after", file="b")
             for k in range(4)]  # fmt: skip
    return make_archive(*rows, posts=tagged(0, 1))


def all_shown() -> tables.Archive:
    """Return an archive, from the first day on, in which all showed the mark when first seen."""
    rows = [sighting(f"{k}", later(k / 3), "#i4emploi", post_id=f"p{k}") for k in range(40)]
    return make_archive(*rows, posts=tagged(*(k / 3 for k in range(40))))


def partly_known() -> tables.Archive:
    """Return supporters of whom one alone has a known number of followers."""
    rows = [sighting(f"{k}", later(k), "#i4emploi", followers=None if k else 10) for k in range(9)]
    return make_archive(*rows, posts=tagged(*range(9)))


def undated_words() -> tables.Archive:
    """Return dated reshares by accounts whose own posts with the hashtag have no date."""
    own = tagged(0, 1, 2)
    shared = [row | {"kind": "reshare", "reshared_id": "p0"} for row in tagged(3, 4, first=1)]
    unsaid = [row | {"posted_at": None} for row in own[1:]]
    shared = [row | {"post_id": f"r{k}"} for k, row in enumerate(shared)]
    return make_archive(posts=[own[0], *unsaid, *shared])


def seekers_late() -> tables.Archive:
    """Return bios of people looking for work alone, seen after the fact, beside other posters."""
    rows = [sighting(f"{k}", later(90), "#i4emploir", seen_basis="after") for k in range(8)]
    return make_archive(*rows, posts=tagged(*range(30)))


def profiles_alone() -> tables.Archive:
    return make_archive(sighting("1", later(1), "nothing"))


#: What must not be said in English, and of what archive.
FALSE_OF = {
    "seen in days in which it was not": (r"[Ff]rom .* was seen|seen .* in \d+ days", early),
    "nobody seen ever": (r"[Nn]o account was seen with the hashtag in the bio", late_alone),
    "it began midway": ("begins midway|few accounts to estimate", all_shown),
    "followers of all": (r"combined followers, (?!where known)", partly_known),
    "only reshared": ("only reshared", undated_words),
    "a bio shows the hashtag": ("a bio shows it|show the hashtag", seekers_late),
    "bios lack a date": ("and dated bios", profiles_alone),
    "figures to stand beside": ("beside the published figures", tables.Archive),
    "no bio on record": ("neither a bio on record|no post shows their bios", profiles_alone),
}


@pytest.mark.parametrize("name", FALSE_OF)
def test_no_sentence_says_more_than_its_guard_asks(name: str) -> None:
    wrong, made = FALSE_OF[name]
    archive, movement = made(), make_movement()
    if name == "nobody seen ever":
        movement = replace(movement, ended_on=DAY.date() + timedelta(2))
    chapter, _ = both(archive, movement)
    assert chapter.problems() == []
    head = (chapter.as_dict().get("headed") or {"en": ""})["en"]
    assert not re.search(wrong, plain(f"{head} {spoken(chapter)}"))


def test_of_supporters_who_look_for_work_no_account_more_is_seen() -> None:
    """A report of seven and one of eight say the same: the eighth is somebody."""

    def told(seekers: int) -> str:
        rows = [sighting(f"{k}", later(k / 2), "#i4emploi #i4emploir", followers=100 + k or None)
                for k in range(seekers)]  # fmt: skip
        rows += [sighting(f"o{k}", later(k / 9), "RH") for k in range(40)]
        posts = [row | {"author_id": f"o{k}"} for k, row in enumerate(tagged(*(range(40))))]
        return "".join(map(spoken, both(make_archive(*rows, posts=posts), make_movement())))

    assert told(7) == told(8)
    assert "at least 5 accounts" in told(7)


def test_published_figures_are_told_as_their_sources_give_them() -> None:
    def told(*figures: dict[str, Any]) -> str:
        return spoken(both(tables.Archive(), make_movement(figures=list(figures)))[0])

    bios = figure("supporters_bio", 300, "2015-10-10")
    one = told(figure("founders", 10, "2016-10-10"), bios)
    assert not re.search("depending on|then", one)  # one source, and no order in time
    assert "t least 10 founders" in one
    assert "10 to at least 30 founders" in told(
        bios, *(figure("founders", n, "2015-10-10", roughness=how)
                for n, how in ((10, "exact"), (30, "at_least"))))  # fmt: skip
    agree = told(bios, bios | {"value": 307, "publisher": "B", "roughness": "exact"})
    assert "do not all agree" not in agree
    apart = told(bios | {"roughness": "exact"},
                 bios | {"value": 400, "publisher": "B"})  # fmt: skip
    assert "do not all agree" in apart
    rising = [bios | {"value": n, "roughness": "exact", "publisher": who, "precision": "week"}
              for n, who in ((300, "A"), (400, "B"))]  # fmt: skip  # of a week, not of one day
    assert "do not all agree" not in told(*rising)
    falling = [bios | {"value": n, "roughness": "exact", "date": date(2015, 10, 11 + k)}
               for k, n in enumerate((1, 8, 0))]  # fmt: skip
    made = both(tables.Archive(), make_movement(figures=falling))[0]
    assert "0, 1 et 8 bios" in plain(made.answer["fr"])
    for few, said in ((3, False), (7, True)):  # people looking for work
        assert (
            f"{few} bios of job seekers" in told(bios, figure("seekers_bio", few, None))
        ) == said


@pytest.mark.parametrize("day", [None, "2015-10-10"])
def test_of_numbers_of_one_date_none_is_quoted_and_the_ends_are_titled(
    day: str | None,
) -> None:
    rows = [figure(metric, value, day) | {"roughness": "exact", "publisher": who}
            for metric in ("supporters_bio", "followers_summed")
            for value, who in ((380, "A"), (300, "A"), (420, "A"), (307, "B"))]  # fmt: skip
    for chapter in both(tables.Archive(), make_movement(figures=rows)):
        assert "300 to 420" in plain(chapter.title["en"])
        assert "sources" in plain(chapter.title["en"])
        saved = chapter.as_dict()
        assert not saved["key_figures"] and not saved["can_write"]


@pytest.mark.parametrize("role", ["founder", "supporter"])
def test_only_rounded_numbers_are_said_to_be_rounded(role: str) -> None:
    founders = [{"account_id": f"{k}", "handle": f"a{k}"} for k in range(9 * (role == "founder"))]
    of = make_movement(founders=founders)
    rows = [sighting(f"{k}", later(k), "#i4emploi") for k in range(9)]
    made = chapters.supporters(members.adoption(make_archive(*rows), of, draws=2), of).as_dict()
    item = next(i for i in made["items"] if i.get("stem") == "supporters-accounts")
    assert ("rounded" in str(item.get("note"))) == (role == "supporter")


def test_a_mark_that_is_not_the_hashtag_is_named() -> None:
    for mark, said in (("i4emploi", False), ("jesoutiens", True)):
        movement = replace(make_movement(), supporter_marks=(mark,))
        rows = [sighting(f"{k}", later(k), f"#{mark}") for k in range(3)]
        answer = both(make_archive(*rows), movement)[0].answer
        assert all((f"#{mark}" in answer[lang]) == said for lang in ("fr", "en"))
    of = replace(make_movement(), supporter_marks=("jesoutiens",))
    for bio in ("#i4emploi #i4emploir", "#i4emploi"):  # the hashtag of posts is denied of no bio
        rows = [sighting(f"{k}", later(k), bio) for k in range(12)]
        told = spoken(both(make_archive(*rows), of)[0])
        assert re.search(r"no dated bio|neither a dated bio", told)
        assert "here #jesoutiens" in told


def fetched_later() -> tables.Archive:
    """Return a supporter whose bio, fetched on an unknown later day, shows the mark no more."""
    return make_archive(sighting("1", later(0), "#i4emploi", file="a", followers=9),
                        sighting("1", later(5), "RH", file="b", seen_basis="after"),
                        sighting("2", later(0), "#i4emploi", file="a", followers=8),
                        posts=tagged(0, 1))  # fmt: skip


def late_bios(n: int = 3) -> list[dict[str, Any]]:
    """Return bios with the mark, of which fewer than half are of a known day."""
    rows = [sighting(f"{k}", later(k / 9), "#i4emploi", file="a") for k in range(n)]
    return rows + [sighting(f"l{k}", later(9), "#i4emploi", file="b", seen_basis="after")
                   for k in range(7)]  # fmt: skip


def unsigned_first() -> tables.Archive:
    """Return posts with the hashtag that nobody signed, and signed ones long after."""
    return make_archive(posts=[row | {"author_id": None} for row in tagged(0, 1)]
                        + tagged(40, 41, first=9))  # fmt: skip


def all_dropped() -> tables.Archive:
    """Return supporters of whom those with followers dropped the mark."""
    rows = [sighting("1", later(0), "#i4emploi", followers=500),
            sighting("2", later(0), "#i4emploi", followers=0),
            sighting("1", later(3), "RH", followers=500)]  # fmt: skip
    return make_archive(*rows)


def listed(held: int, *, whole: bool, twice: int = 0, counted: int = 100) -> tables.Archive:
    """Return three supporters with their lists of followers, of which some people are on two."""
    rows = [sighting(f"{k}", later(0), "#i4emploi", followers=counted) for k in range(3)]
    rows += [sighting(f"{k}", later(2), "#i4emploi", followers=counted) for k in range(3)]
    follows = [{"platform": "twitter", "followee_id": f"{k}", "list_complete": whole,
                "follower_id": f"p{n}" if n < twice else f"p{k}-{n}"}
               for k in range(3) for n in range(held)]  # fmt: skip
    archive = make_archive(*rows)
    return replace(archive, follows=tables.build(tables.FOLLOWS, follows))


def before_it_began() -> tables.Archive:
    return make_archive(sighting("1", later(-9), "#i4emploi"))


def undated_alone() -> tables.Archive:
    """Return a dated post, and the undated one of another account."""
    made = tagged(0, 1)
    rows = [sighting(f"{k}", later(0), None, followers=7) for k in range(2)]
    return make_archive(*rows, posts=[made[0], made[1] | {"posted_at": None}])


def reshared_alone() -> tables.Archive:
    """Return an unsigned reshare, which dates a post of a known account that was not collected."""
    row = first_post(later(1)) | {
        "kind": "reshare", "author_id": None, "reshared_id": "p0", "reshared_author_id": "1",
        "reshared_at": DAY, "reshare_basis": "platform"}  # fmt: skip
    return make_archive(posts=[row])


def shown_at_once() -> tables.Archive:
    rows = [sighting(f"{k}", later(day), "#i4emploi") for k in range(6) for day in (0, 9)]
    return make_archive(*rows)


PERIOD = {"ended_on": DAY.date() + timedelta(2)}
#: What must not be said in English of supporters or followers, of what archive and period.
FALSE_THERE: dict[str, tuple[str, tables.Archive, dict[str, Any]]] = {
    "a bio of no known day is none": (r"when last seen[.;]|still shows", fetched_later(), {}),
    "a dated bio shows it": (
        "no dated bio", make_archive(*late_bios(), posts=tagged(8, 9)), PERIOD),
    "a bio is dated besides": (
        "one can only", make_archive(*late_bios(), posts=tagged(0, 1)), {}),
    "a reshare dates a post": ("tells of no account", reshared_alone(), {}),
    "nobody signed it": (
        "No dated use|no account of the archive", unsigned_first(), PERIOD),
    "no bio was read": ("neither a bio on record|no post shows", before_it_began(), {}),
    "others used it on no known day": ("Any account that used", undated_alone(), {}),
    "there were followers": ("none to count", all_dropped(), {}),
    "lists of another day leave it open": (
        r"that is \d+ different accounts", listed(105, whole=True, twice=5), {}),
    "the lists are whole": ("without the whole lists", listed(105, whole=True, twice=5), {}),
    "more than the most followed": (
        "grey: the most followed account(?!,)", listed(80, whole=False), {}),
    "all were dated at once": ("oo few accounts|does not date", shown_at_once(), {}),
    "there is data": ("is no data for", shown_at_once(), {}),
    "nobody is pointed at": (
        "pointing at somebody", make_archive(*(sighting(f"{k}", later(40), "#i4emploi")
                                               for k in range(9)), posts=tagged(0, 1)), PERIOD),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_THERE)
def test_no_sentence_is_told_where_it_is_false(name: str) -> None:
    wrong, archive, period = FALSE_THERE[name]
    made = both(archive, replace(make_movement(), **period))
    assert all(chapter.problems() == [] for chapter in made)
    assert not re.search(wrong, " | ".join(map(spoken, made)))


def test_the_number_of_those_never_seen_bears_its_day() -> None:
    """Of a period that is over it may rest on more accounts than were seen by its end."""
    rows = [sighting(f"{k}", later(k), "#i4emploi") for k in range(40)]
    of = replace(make_movement(), ended_on=DAY.date() + timedelta(15))
    saved = both(make_archive(*rows), of)[0].as_dict()
    item = next(i for i in saved["items"] if i.get("stem") == "supporters-never-seen")
    names = [column["name"] for column in item["columns"]]
    row = item["rows"][0]
    assert row[names.index("n_used")] == 40
    assert str(row[names.index("day")]) == str(DAY.date() + timedelta(39))


def test_before_any_bio_was_seen_nothing_is_estimated() -> None:
    """Posts were collected from the first day on, bios from the tenth."""
    made = world(1, accounts=150, rate=4)
    bios = made.archive.profiles
    seen = true(bios["seen_at"] > DAY + pd.Timedelta(days=9))
    archive = replace(made.archive, profiles=bios[seen].reset_index(drop=True))
    chapter = both(archive, made.movement)[0]
    curve = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "supporters-curve")
    names = [column["name"] for column in curve["columns"]]
    days = [(str(row[names.index("day")]), row[names.index("n_est")]) for row in curve["rows"]]
    assert next(day for day, estimate in days if estimate is not None) == "2015-10-05"
    assert "half had added it" not in chapter.answer["en"]
    assert "supporters-growth" not in stems(chapter)


def test_of_supporters_whose_day_is_unknown_no_title_says_that_there_are_none() -> None:
    chapter = both(make_archive(*late_bios()), make_movement())[0]
    assert "At least 10 accounts show the hashtag" in chapter.answer["en"]
    assert not re.search(r"[Nn]o data|nothing can be said", spoken(chapter))


def test_a_curve_with_a_band_is_read_on_a_day_that_has_one() -> None:
    made = world(1, accounts=150, rate=4)
    of = replace(made.movement, started_on=date(2015, 7, 1))  # long before anybody was seen
    chapter = both(made.archive, of)[0]
    assert "its band" in spoken(chapter)
    assert re.search(r"the estimate is \d+, between|this number is exact", spoken(chapter))
