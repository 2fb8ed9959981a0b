"""The opening chapter and the first screen: rules on ledgers, whatever the movement."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import invented
import pandas as pd
import pypdf
import pytest
import zoo
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread
from test_outcome_story import START, URL, claim, figure, movement, outcome, told

import i4analysis as i4
from i4analysis import tables
from i4analysis.measure.outcomes import dossiers
from i4analysis.publish.chapter import front as days
from i4analysis.publish.chapters.outcomes import outcomes as verdicts
from i4analysis.publish.chapters.story import story
from i4analysis.publish.charts import story as of_story
from i4analysis.publish.charts import style
from i4analysis.publish.report import model, pages, pdf
from i4analysis.publish.words.ledgers import duration, split_asks
from i4analysis.publish.words.wording import HARD, LANGUAGES

GOAL = outcome("takeover", date(2015, 11, 13), "goal")
SIZE = figure("supporters_bio", 300, date(2015, 10, 17), roughness="at_least")


def made(**ledgers: list[dict[str, Any]]) -> Any:
    of = movement(**ledgers)
    return story(told(of), of)


@settings(max_examples=25, deadline=None)
@given(
    goal=st.lists(
        st.sampled_from(["sauver", "le", "moulin", "de", "Bas"]), min_size=1, max_size=16
    ),
    value=st.integers(1, 2_000_000),
    days=st.integers(0, 21),
    roughness=st.sampled_from(["exact", "at_least", "about"]),
    credits=st.integers(0, 2),
)
def test_a_headline_is_short_and_never_drops_what_is_known_of_the_effect(
    goal: list[str], value: int, days: int, roughness: str, credits: int
) -> None:
    of = movement(
        outcomes=[GOAL],
        claims=[claim(f"c{k}", "takeover", basis="witness", first_hand=True)
                for k in range(credits)],
        figures=[figure("supporters_bio", value, date.fromordinal(START.toordinal() + days),
                        roughness=roughness)],
    )  # fmt: skip
    object.__setattr__(of, "goal", {"fr": " ".join(goal), "en": " ".join(goal)})
    chapter = story(told(of), of)
    for lang in LANGUAGES:
        headline = chapter.as_dict()["leads"]["headline"]["text"][lang]
        assert len(headline.split(" ")) <= 18, headline
        known = {"fr": ("prouvé", "deux sources"), "en": ("unproven", "two sources")}[lang]
        assert any(words in headline for words in known), headline


@pytest.mark.parametrize(("result", "effect"), [
    ("obtained", "the goal was reached before its declared start"),
    ("lost", "the goal was reached before its declared start"),
    ("partly_obtained", "goal reached in part"),
    ("not_obtained", "goal not reached"),
])  # fmt: skip
def test_what_came_before_the_hashtag_is_no_effect_of_it(result: str, effect: str) -> None:
    early = START - timedelta(days=30)
    end = outcome("end", START + timedelta(days=400), "aftermath")
    undone = {"undone_by": "end"} if result == "lost" else {"result": result}
    goal = outcome("takeover", early, "goal") | undone
    chapter = made(outcomes=[goal, end], claims=[claim("Anne", "takeover")], figures=[SIZE])
    assert front(chapter, "headline").endswith(f"; {effect}")


@pytest.mark.parametrize(("known", "said"), [
    ({}, "effect unproven"),
    ({"result": "partly_obtained"}, "goal reached in part, effect unproven"),
    ({"date": START - timedelta(days=30)}, "the goal was reached before its declared start"),
    ({"result": "not_obtained"}, "goal not reached"),
])  # fmt: skip
def test_what_came_of_the_goal_is_in_a_headline_that_knows_no_size(
    known: dict[str, Any], said: str
) -> None:
    of = replace(movement(outcomes=[GOAL | known]), goal={"fr": "sauver", "en": "save it"})
    assert front(story(told(of), of), "headline").endswith(f"set out to save it; {said}")


@pytest.mark.parametrize("size", [[SIZE], []])
@pytest.mark.parametrize("basis", ["witness", "document"])
def test_what_sources_credit_is_not_said_to_be_what_the_headline_counts(
    size: list[dict[str, Any]], basis: str
) -> None:
    """Not "rallied at least 300 accounts to save the mill; two sources say so": one does."""
    claims = [claim(f"c{k}", "takeover", basis=basis, first_hand=True) for k in range(2)]
    for goal in ("save it", "find a buyer for the old paper mill of Bas"):
        of = movement(outcomes=[GOAL], claims=claims, figures=size)
        said = front(story(told(of), replace(of, goal={"fr": goal, "en": goal})), "headline")
        assert re.search(r"; .* credits? it(?: with the result)?$", said)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "1 day"), (14, "2 weeks"), (15, "15 days"), (728, "104 weeks"), (3_654, "10 years")],
)
def test_how_long_it_took_is_told_in_its_natural_unit(days: int, said: str) -> None:
    told_of = duration({"days": days, "metric": "seen"})["en"]
    assert told_of.replace("\xa0", " ") == said


@pytest.mark.parametrize("many", [7, 8, 12])
@pytest.mark.parametrize("day", [START - timedelta(9), START, None])
def test_who_passed_the_word_and_is_not_named_is_counted(many: int, day: date | None) -> None:
    rows = [everything()["relays"][0] | {"relay_id": str(k), "actor": f"Nom {k}", "date": day,
                                         "precision": "day" if day else "unknown"}
            for k in range(many)]  # fmt: skip
    line = front(made(relays=rows), "carried").replace("\xa0", " ")
    assert line.count("Nom") == 7
    assert line.endswith(f"; and {many - 7} more.") is (many > 7)


@pytest.mark.parametrize("metric", ["supporters_bio", "members"])
def test_members_are_not_called_accounts(metric: str) -> None:
    saved = made(figures=[figure(metric, 300, date(2015, 10, 17))]).as_dict()
    heads = [saved["title"]["en"], *(i["title"]["en"] for i in saved["items"] if i.get("stem"))]
    told_of = {"supporters_bio": "accounts", "members": "members"}[metric]
    found = re.findall(r"300\W(\w+)", " ".join(heads))
    assert set(found) == {told_of}


def test_a_goal_reached_after_the_hashtag_is_told_before_one_of_before_it() -> None:
    early = outcome("early", START - timedelta(days=30), "goal")
    chapter = made(outcomes=[early, GOAL], claims=[claim("a", "takeover")], figures=[SIZE])
    assert "before it" not in front(chapter, "headline")
    assert "takeover: the hashtag is credited by a" in front(chapter, "obtained")


def test_of_many_that_failed_the_goal_is_named_first() -> None:
    steps = [outcome(f"step{k}", START + timedelta(days=k), "step") for k in range(9)]
    goal = outcome("takeover", None, "goal") | {"precision": "unknown"}
    rows = [row | {"result": "not_obtained"} for row in (*steps, goal)]
    said = front(made(outcomes=rows), "obtained")
    assert said.index("takeover") < said.index("step0")
    assert "and 6 more" in said


@pytest.mark.parametrize("many", [1, 2, 4, 5, 25])
def test_a_headline_of_many_hashtags_is_short(many: int) -> None:
    one = zoo.movement_of(zoo.Animal(posts=30))
    tags, marks = (tuple(f"{word}{k}" for k in range(many)) for word in ("mot", "marque"))
    tagged = replace(one, hashtags=tags, supporter_marks=marks)
    for named in (days.any_hashtag(tagged), days.shown_mark(tagged)):
        for lang in LANGUAGES:
            assert len(named[lang].split()) <= 8
            others = {"fr": f"{many - 3}{HARD}autres", "en": f"{many - 3} others"}[lang]
            assert (others in named[lang]) == (many > 4)


@pytest.mark.parametrize("readers", [None, 1, 3])
def test_how_many_read_the_pages_is_told_where_it_is_known(readers: int | None) -> None:
    of = replace(movement(outcomes=[GOAL], claims=[claim("c1", "takeover")]), readers=readers)
    saved = story(told(of), of).as_dict()
    page = " ".join(item["text"]["en"] for item in saved["items"] if item["kind"] == "sentence")
    told_of = {None: ".", 1: ", read by one person."}.get(readers, ", read by 3 people.")
    assert f"The record cites 1 page{told_of}" in page


@pytest.mark.parametrize(("speaker", "said"), [("A", True), (None, False)])
def test_whose_the_figures_are_is_told_where_it_is_not_the_papers(
    speaker: str | None, said: bool
) -> None:
    rows = [figure("members", 200, START, said_by=speaker, publisher=name) for name in "xy"]
    assert ("The figures printed by" in str(saved_items(made(figures=rows)))) == said


def test_an_archive_without_the_hashtag_says_so_first() -> None:
    made = i4.simulate.example()
    of = replace(movement(), hashtags=("other",), goal={})
    for archive, said in ((made.archive, True), (tables.Archive(), False)):
        chapter = story(told(of, archive), of)
        front = chapter.as_dict()["leads"]
        assert ("headline" in front) == said
        assert not said or front["headline"]["text"]["en"].endswith("carries #other")


def test_a_claim_that_speaks_of_itself_never_prints_as_a_witness() -> None:
    chapter = made(
        outcomes=[GOAL],
        claims=[
            claim("self", "takeover", basis="witness", first_hand=True, speaks_of_itself=True),
            claim("own", "takeover", basis="document", claimant_party="state", relay_kind="state"),
        ],
        figures=[SIZE],
    )
    (card,) = [item for item in chapter.as_dict()["items"] if item["kind"] == "card"]
    assert {voice["standing"]["en"] for voice in card["voices"]} == {"interested"}
    sheet = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "who-says-what")
    place = [column["name"] for column in sheet["columns"]].index("standing_en")
    assert {row[place] for row in sheet["rows"]} == {"interested"}


def test_a_rival_later_than_its_outcome_is_counted_nowhere() -> None:
    late = {"relay_id": "r", "date": date(2015, 12, 24), "precision": "day", "kind": "institution",
            "actor": "X", "url": "https://example.org"}  # fmt: skip
    rows = {
        "outcomes": [GOAL],
        "claims": [claim("a", "takeover"),
                   claim("b", "takeover", relay_kind="state", relay_id="r",
                         url="https://example.org/b")],
        "relays": [late],
    }  # fmt: skip
    after, before = made(**rows), made(**(rows | {"relays": [late | {"date": START}]}))
    texts = [chapter.as_dict()["leads"]["obtained"]["text"]["en"] for chapter in (after, before)]
    assert "the hashtag is credited by a." in texts[0]
    assert "the hashtag is credited by a; 1 other source credits the State." in texts[1]
    card = next(item for item in after.as_dict()["items"] if item["kind"] == "card")
    assert "someone else" not in card["verdict"]["en"]


def test_who_credits_its_own_side_is_said_of_both_sides_alike() -> None:
    chapter = made(
        outcomes=[GOAL],
        claims=[
            claim("a", "takeover", speaks_of_itself=True),
            claim("b", "takeover", claimant_party="state", relay_kind="state",
                  url="https://example.org/b"),
            claim("c", "takeover", relay_kind="state", url="https://example.org/c"),
        ],
    )  # fmt: skip
    text = chapter.as_dict()["leads"]["obtained"]["text"]["en"]
    said = "credited by a (an interested party); 2 other sources, 1 of them an interested party,"
    assert f"{said} credit the State." in text


def test_claims_of_one_speaker_are_told_by_name() -> None:
    said = everything()["statements"][0]
    for speakers, told_by in (
        (("Ada Bron",), ", made by Ada Bron"),
        (("Ada Bron", "Tom Vel"), ""),
    ):
        rows = [said | {"statement_id": who, "said_by": who} for who in speakers]
        items = made(**(everything() | {"statements": rows})).as_dict()["items"]
        texts = [item["text"]["en"] for item in items if item["kind"] == "sentence"]
        noun = "statement" if len(rows) == 1 else "statements"
        assert any(text.startswith(f"Of {len(rows)} {noun}{told_by}, ") for text in texts), texts


@pytest.mark.parametrize("url", [URL, f"{URL}/other"])
@pytest.mark.parametrize("stance", ["credits", "reports"])
def test_who_is_credited_is_not_said_to_be_named_without_credit(url: str, stance: str) -> None:
    """Where one item credits the movement and somebody else, neither denies the other."""
    state = claim("b", "takeover", claimant="B", relay_kind="state", stance=stance, url=url)
    of = movement(outcomes=[GOAL], claims=[claim("a", "takeover", claimant="A"), state])
    read = dossiers(of, tables.Archive(), draws=1, power_draws=1)
    items = verdicts(read, of).as_dict()["items"]
    page = " ".join(item["text"]["en"] for item in items if item["kind"] == "sentence")
    assert ("without credit: B" in page) == (stance == "reports")
    assert ("counts as no rival explanation" in page) == (stance == "credits" and url == URL)


def test_the_first_stage_of_jobs_tells_over_what_sources_differ() -> None:
    rows = [figure(metric, value, day, publisher=who, url=f"{URL}/{who}")
            for metric, day in (("jobs_at_stake", START), ("jobs_actual", date(2017, 3, 16)))
            for value, who in ((12, "A"), (12, "B"), (9, "C"))]  # fmt: skip
    saved = made(figures=rows).as_dict()
    page = " ".join(item["text"]["en"] for item in saved["items"] if item["kind"] == "sentence")
    assert "Jobs at stake: 9 to 12, depending on the source; 2 publications say 12" in page
    assert "Employed" not in page  # the figure tells of the others, by its marks and its table
    later = figure("jobs_at_stake", 40, date(2016, 3, 16), publisher="A", url=f"{URL}/A")
    more = made(figures=[*rows, later]).as_dict()
    assert not any("9 to 12" in text for _, text in zoo.texts(more, "en"))  # A says 40 as well
    (drawn,) = (item for item in saved["items"] if item.get("stem") == "jobs")
    assert "C" in {source["name"] for source in drawn["sources"]}  # whose are the 9


@pytest.mark.parametrize(
    ("precision", "words", "said"),
    [("day", None, True), ("week", "three weeks in", True), ("week", None, False),
     ("month", None, False)],
)  # fmt: skip
def test_how_long_it_took_is_told_of_a_day_or_of_what_a_source_says(
    precision: str, words: str | None, said: bool
) -> None:
    size = SIZE | {"precision": precision, "date_words_en": words, "date_words_fr": words}
    told_ = front(made(figures=[size]), "headline").replace("\xa0", " ")
    assert "300" in told_ and ("in 3 weeks" in told_) is said


def test_a_range_of_jobs_whose_ends_are_of_two_months_is_of_neither(tmp_path: Path) -> None:
    told = ((7, date(2016, 1, 20), "A"), (120, date(2016, 2, 16), "B"))
    for metric, words in (("jobs_actual", "7 to 120 employed (2016, last figures)."),
                          ("jobs_at_stake", "7 to 120 at stake (first figures).")):  # fmt: skip
        rows = [figure(metric, value, day, publisher=who, url=URL + who)
                for value, day, who in told]  # fmt: skip
        chapter = made(figures=rows)
        assert front(chapter, "jobs") == words
        chapter.save(tmp_path)
        drawn = (tmp_path / "story" / "jobs.en.svg").read_text(encoding="utf-8")
        assert "120" in drawn and "January" not in drawn and "February" not in drawn
    alone = made(figures=[figure("jobs_actual", 7, date(2016, 1, 20))])
    assert "(January 2016)" in front(alone, "jobs")


def test_the_range_of_one_source_at_two_dates_is_not_said_to_be_of_one() -> None:
    rows = [figure("jobs_at_stake", value, date(2015, 10, day)) | {"precision": "week"}
            for value, day in ((113, 16), (73, 25))]  # fmt: skip
    (drawn,) = (item for item in saved_items(made(figures=rows)) if item.get("stem") == "jobs")
    heads = {column["name"]: column["header"]["en"] for column in drawn["columns"]}
    ends = [column["name"] for column in drawn["columns"]].index("lo")
    assert drawn["rows"][0][ends] == 73
    assert not heads["lo"].endswith("each source at one date")


def test_a_crisis_is_no_result() -> None:
    chapter = made(outcomes=[outcome("bankruptcy", date(2015, 9, 22), "crisis"), GOAL])
    cards = [item["id"] for item in chapter.as_dict()["items"] if item["kind"] == "card"]
    assert cards == ["takeover"]
    assert "bankruptcy" not in chapter.as_dict()["leads"]["obtained"]["text"]["en"]


@pytest.mark.parametrize("others", ["", "A", "AB", "ABC"])
def test_no_number_of_jobs_is_told_alone_that_no_two_sources_give(others: str) -> None:
    told = zip(("A", *others, "D"), (113, *range(120, 120 + len(others)), 153), strict=True)
    rows = [figure("jobs_at_stake", value, START, publisher=who, url=f"{URL}/{who}")
            for who, value in told]  # fmt: skip
    chapter = made(figures=rows)
    assert "113 to 153 at stake" in front(chapter, "jobs")
    assert not any("153 jobs" in text for _, text in zoo.texts(chapter.as_dict(), "en"))


def test_what_only_came_before_the_hashtag_is_not_said_to_be_contested() -> None:
    early = outcome("takeover", date(2015, 6, 1), "goal")
    chapter = made(outcomes=[early], claims=[claim("a", "takeover", basis="witness")])
    assert not any("contested" in text for _, text in zoo.texts(chapter.as_dict(), "en"))


def test_a_range_of_jobs_is_as_rough_as_its_ends() -> None:
    rows = [figure("jobs_at_stake", value, START, publisher=who, url=URL + who, roughness=how)
            for who, value, how in (("A", 113, "at_least"), ("B", 153, "about"))]  # fmt: skip
    assert "t least 113 to about 153 at stake" in front(made(figures=rows), "jobs")
    saved = made(figures=rows).as_dict()
    assert not any("depending on the source" in text for _, text in zoo.texts(saved, "en"))


@pytest.mark.parametrize("how", ["at_least", "exact"])  # as there may be more, who said how many
@pytest.mark.parametrize(("less", "told_of"), [(100, "at least 100"), (0, "")])
def test_of_several_counts_of_one_day_the_headline_gives_the_least(
    less: int, told_of: str, how: str
) -> None:
    other = {"roughness": how, "publisher": "B", "url": f"{URL}/b"}
    rows = [SIZE, figure("supporters_bio", less, SIZE["date"], **other)]
    title = made(figures=rows).as_dict()["title"]["en"]
    assert (f"rallied {told_of}" in title) if told_of else "rallied" not in title


@pytest.mark.parametrize(
    ("stance", "before", "said"),
    [("denies", 0, True), ("credits", 0, False), ("doubts", 28, False), ("doubts", -3, True)],
)
def test_who_doubts_or_denies_the_part_in_the_goal_is_told_beside_who_credits_it(
    stance: str, before: int, said: bool
) -> None:
    """Not who spoke before it came: nobody can have doubted then who would bring it about."""
    spoken = {"date": GOAL["date"] - timedelta(days=before), "precision": "day"}
    claims = [claim("a", "takeover"), claim("b", "takeover", stance=stance) | spoken]
    line = front(made(outcomes=[GOAL], claims=claims), "obtained").replace("\xa0", " ")
    assert (", but 1 source doubts or denies it." in line) is said
    step = GOAL | {"role": "step"}
    claims += [
        claim(
            "c", "takeover", relay_kind="state", relay="the town", url="https://example.org/town"
        )
    ]
    line = front(made(outcomes=[step], claims=claims), "obtained").replace("\xa0", " ")
    against = ", but 1 source doubts or denies it" if said else ""
    assert f"takeover{against}, while 1 source credits someone else." in line


@pytest.mark.parametrize(
    ("row", "early"),
    [
        ({}, ""),
        ({"date": START - timedelta(9)}, ", before"),
        ({"date": date(START.year, 1, 1), "precision": "year"}, ", perhaps before"),
        ({"date": None, "precision": "unknown"}, ", perhaps before"),
    ],
)
def test_a_goal_that_may_have_come_before_the_hashtag_is_said_to_where_it_is_credited(
    row: dict[str, Any], early: str
) -> None:
    chapter = made(outcomes=[GOAL | row], claims=[claim("a", "takeover")])
    line = front(chapter, "obtained").replace("\xa0", " ")
    assert ("before the declared start" in line) is bool(early)
    assert (
        f"{early} the declared start of the hashtag: the hashtag is credited by" in line
        or not early
    )
    card = next(item for item in chapter.as_dict()["items"] if item["kind"] == "card")
    assert ("May have come before" in str(card)) is early.startswith(", perhaps")


@pytest.mark.parametrize("kind", ["press", "post"])
@pytest.mark.parametrize("day", [-3, 0, 3])
def test_a_relay_of_before_the_hashtag_is_said_to_be_whoever_it_is(kind: str, day: int) -> None:
    row = everything()["relays"][0]
    sheet = sheet_of(
        made(relays=[row | {"kind": kind, "date": START + timedelta(day)}]),
        "carriers-press" if kind == "press" else "carriers",
    )
    assert all(("before the declared start" in when) == (day < 0) for when in sheet["when_en"])


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("ended", [0, 1])  # the picture's days do, before the number is told
def test_whose_the_number_of_the_headline_is_stands_on_the_first_screen(
    more: int, ended: int
) -> None:
    rows = [SIZE, figure("supporters_bio", 130, date(2015, 9, 28))]
    early = [outcome("visit", date(2015, 9, 20))]
    chapter = made(figures=rows[: 1 + more], outcomes=early[:ended])
    assert "300 accounts" in chapter.as_dict()["title"]["en"]
    assert re.search(rf"t least 300.*according to {SIZE['publisher']}", front(chapter, "size"))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return ledgers in which every table of the story has a row."""
    person = {"name": "Ada Bron", "role": "founder", "role_fr": "boulangère", "role_en": "baker",
              "handle": "adabron", "followers": 27_000, "url": "https://example.org"}  # fmt: skip
    relay = {"relay_id": "r", "date": START, "precision": "day", "kind": "post",
             "actor": "Ada Bron", "title_fr": "Un appel", "title_en": "An appeal",
             "url": "https://example.org"}  # fmt: skip
    said = {"statement_id": "s", "said_by": "Ada Bron", "publisher": "Le Courrier",
            "date": START, "precision": "day", "said_fr": "Nous sommes 300.",
            "said_en": "We are 300.", "quote": "nous sommes 300", "status": "needs_posts",
            "known_fr": "Rien.", "known_en": "Nothing.", "url": "https://example.org"}  # fmt: skip
    return {
        "outcomes": [GOAL, outcome("visit", date(2015, 10, 8), ask_fr="le maire : quel jour",
                                   ask_en="the mayor: which day"),
                     outcome("early", date(2015, 9, 20)),
                     outcome("bankruptcy", date(2015, 9, 22), "crisis")],
        "claims": [claim("a", "takeover", evidence_fr="Le dit.", evidence_en="Says so."),
                   claim("b", "takeover", relay_kind="state"), claim("c", "visit")],
        "figures": [SIZE, figure("founders", 30, START), figure("founders", 10, START),
                    figure("members", 800, date(2015, 10, 20)),
                    figure("initiator_followers", 27_000, date(2015, 9, 28)),
                    figure("followers_summed", 600_000, date(2015, 10, 17)),
                    figure("jobs_at_stake", 37, date(2015, 9, 22)),
                    figure("jobs_saved", 24, date(2015, 11, 13)),
                    figure("jobs_promised", 100, date(2015, 11, 13)),
                    figure("shares", 100, START), figure("shares", 200_000, START)],
        "relays": [relay, relay | {"relay_id": "p", "kind": "press", "actor": "Le Courrier"}],
        "press": [{"press_id": "p", "outlet": "Le Courrier", "date": START, "precision": "day",
                   "read_extent": "beginning", "url": "https://example.org"}],
        "people": [person],
        "statements": [said],
    }  # fmt: skip


def test_every_number_is_explained_and_every_question_answered(tmp_path: Path) -> None:
    rows = everything()
    of = movement(**rows)
    chapter = made(**rows)
    assert chapter.problems() == []
    chapter.save(tmp_path)
    report = model.read(tmp_path, of)
    for lang in LANGUAGES:
        page = pages.page(report, lang)
        assert len(page["answers"]) == 4 and page["lacking"]
        assert [section["id"] for section in page["sections"]] == [
            "story", "obtained", "carried", "size", "helped", "said", "settle", "known",
        ]  # fmt: skip
        cited = {source["url"] for source in page["sources"]}
        assert cited == {"https://example.org", "https://example.org/a"}
    stems = {item["stem"] for item in chapter.as_dict()["items"] if "stem" in item}
    assert {"story", "who-credits-whom", "jobs", "chronology", "who-says-what", "figures",
            "press-list", "people", "statements"} <= stems  # fmt: skip
    for name in ("fr", "fr.phone", "en", "en.phone"):
        drawn = (tmp_path / "story" / f"story.{name}.svg").read_text(encoding="utf-8")
        assert "<title>" in drawn and "<desc>" in drawn and "<text" in drawn
        width = float(drawn.partition('width="')[2].partition("pt")[0])
        assert width == pytest.approx(
            72 * (style.PHONE_WIDTH if "phone" in name else style.WIDTH), abs=0.5
        )
        smallest = min(float(part.partition("px")[0]) for part in drawn.split("font-size: ")[1:]
                       if "frame" not in part)  # fmt: skip
        assert smallest * 4 / 3 >= 11.3  # of the source line; labels are 12 and more


@pytest.mark.parametrize(
    "gone", ["outcomes", "figures", "relays", "press", "people", "statements"]
)
def test_a_ledger_that_is_absent_is_passed_over(tmp_path: Path, gone: str) -> None:
    rows = {name: table for name, table in everything().items() if name != gone}
    if gone == "outcomes":
        rows.pop("claims")
    chapter = made(**rows)
    assert chapter.problems() == []
    chapter.save(tmp_path)
    page = pages.page(model.read(tmp_path, movement(**rows)), "fr")
    assert page["title"] and "nan" not in str(page["answers"]) and "None" not in str(page)[:4000]


def test_asks_are_parted_by_who_is_asked() -> None:
    assert split_asks("le greffe : les dossiers ; le jugement ; le maire : quel jour") == [
        ("le greffe", "les dossiers ; le jugement"), ("le maire", "quel jour"),
    ]  # fmt: skip
    assert split_asks("") == [] and split_asks("le greffe") == [("le greffe", "")]


def page(of: Any, chapter: Any) -> Any:
    saved = chapter.as_dict()
    for item in saved["items"]:
        item.setdefault("crop", {})  # as if drawn
    return pages.page(model.Report(of, {"story": saved}, {}), "en")


def saved_items(chapter: Any) -> list[dict[str, Any]]:
    return chapter.as_dict()["items"]  # type: ignore[no-any-return]


def front(chapter: Any, name: str) -> str:
    return str(chapter.as_dict()["leads"][name]["text"]["en"])


@pytest.mark.parametrize(("precision", "said"), [
    ("day", "#m rallied 41 accounts in 20 days"),
    ("month", "#m had rallied 41 accounts in October 2015"),
])  # fmt: skip
def test_a_number_known_to_the_month_is_told_as_of_then(precision: str, said: str) -> None:
    rows = [figure("supporters_bio", 41, date(2015, 10, 16 if precision == "day" else 1),
                   precision=precision)]  # fmt: skip
    assert front(made(figures=rows), "headline").replace("\xa0", " ").startswith(said)


MAY_PRECEDE = "may have come before the declared start of the hashtag."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date(2015, 9, 28)], None),
        ([date(2015, 9, 1)], f"It {MAY_PRECEDE}"),
        ([date(2015, 9, 1), date(2015, 9, 1)], f"All of them {MAY_PRECEDE}"),
        ([date(2015, 9, 1), date(2015, 10, 8), date(2015, 9, 1)],
         f"2 of them {MAY_PRECEDE}"),
        ([date(2015, 9, 1), date(2015, 10, 8)], f"1 of them {MAY_PRECEDE}"),
    ],
)  # fmt: skip
def test_a_credited_step_that_may_precede_the_hashtag_says_so(
    days: list[date], said: str | None
) -> None:
    steps = [outcome(f"step-{k}", day, precision="month" if day.day == 1 else "day")
             for k, day in enumerate(days)]  # fmt: skip
    line = front(
        made(outcomes=steps, claims=[claim(f"c{k}", f"step-{k}") for k in range(len(days))]),
        "obtained",
    )
    assert line.endswith(said) if said else "may have come" not in line


def test_whose_followers_are_summed_is_said() -> None:
    total = figure("followers_summed", 600_000, date(2015, 10, 17))
    earlier = figure("supporters_bio", 130, date(2015, 10, 5))
    for size in ([earlier, SIZE], [SIZE]):
        assert "Their followers in sum" in front(made(figures=[*size, total]), "size")
    first = figure("followers_summed", 650_000, date(2015, 10, 5))  # nor are they those of then
    assert "Their" not in front(made(figures=[earlier, SIZE | {"url": None}, first]), "size")
    later = figure("followers_summed", 700_000, date(2015, 10, 24))  # of the same page
    said = front(made(figures=[SIZE, later]), "size")
    assert "Their" not in said and "700,000 on 24\xa0October 2015" in said
    elsewhere = {"url": "https://example.org/other"}
    unknown = {"url": None}
    for size in ([earlier | elsewhere, SIZE | elsewhere], []):
        line = front(made(figures=[*size, total]), "size")
        assert "Their" not in line
        assert "according to Le Courrier" in line
    assert "Their" not in front(
        made(figures=[earlier | unknown, SIZE | unknown, total | unknown]), "size"
    )


def test_the_one_number_is_said_with_its_day() -> None:
    saved = made(figures=[SIZE]).as_dict()
    assert "17" in saved["key_figures"][0]["definition"]["en"]
    assert "at least 300" in saved["leads"]["size"]["text"]["en"].lower()
    earlier = figure("supporters_bio", 130, date(2015, 10, 5))
    assert "at least 300" in front(made(figures=[earlier, SIZE]), "size")


@pytest.mark.parametrize("metric", ["jobs_promised", "jobs_at_stake"])
@pytest.mark.parametrize(("value", "words"), [(1, "1 job aimed at"), (2, "2 jobs aimed at")])
def test_an_aim_agrees_with_its_number(metric: str, value: int, words: str) -> None:
    aim = figure("jobs_promised", value, START)
    stake = figure("jobs_at_stake", 5, START)
    assert words in front(made(figures=[aim, stake]), "jobs")


@pytest.mark.parametrize(("started", "banner"), [(START, False), (date(2026, 1, 1), True)])
def test_a_period_without_a_post_heads_the_page(started: date, banner: bool) -> None:
    noon = pd.Timestamp("2015-09-26T10:00:00Z")
    archive = tables.Archive(posts=tables.build(tables.POSTS, [
        {"platform": "twitter", "post_id": "1", "kind": "post", "author_id": "1",
         "posted_at": noon, "hashtags": ["m"]}]))  # fmt: skip
    of = movement(started)
    told_on = page(of, story(told(of, archive), of))
    assert any(one["kind"] == "doubt" for one in told_on["banners"]) == banner
    assert told_on["kicker"].endswith("2015")  # of the posts, never of a day that holds none
    assert "posts with the hashtag" not in told_on["lacking"]


def test_posts_older_than_what_the_ledgers_tell_are_not_all_of_its_years() -> None:
    """Whether two stray posts or a start with a wrong year: what happens after it decides."""
    posts = [invented.post("1", "u", datetime(2014, 5, 1, 12, tzinfo=UTC), hashtags=["m"])]
    archive = invented.archive(posts)
    for outcomes, years in (([], "2014"), ([GOAL], "2014 – 2015")):
        of = movement(START, outcomes=outcomes)
        assert page(of, story(told(of, archive), of))["kicker"].endswith(years)


def test_a_ledger_of_days_to_come_heads_the_page() -> None:
    for year, said in ((2015, False), (2199, True)):
        of = movement(outcomes=[outcome("o", date(year, 9, 28))])
        told_on = page(of, story(told(of), of))
        assert any(one["kind"] == "doubt" for one in told_on["banners"]) == said
        assert "2199" not in told_on["dateline"]


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [("2199-03-12", "day", "12 March 2199"), ("2199-07-01", "month", "July 2199"),
     ("2199-01-01", "year", "2199"), ("2015-10-01", "day", None), ("2199-01-01", "unknown", None)],
)  # fmt: skip
def test_a_day_to_come_is_told_with_its_ledger_and_line(
    day: str, precision: str, said: str | None, tmp_path: Path
) -> None:
    """Whatever the precision: of a coarse date, only where each of its days is to come."""
    i4.movement.create(tmp_path / "m", ["essai"])
    (tmp_path / "m" / "press.csv").write_text(
        "press_id,date,precision,outlet,medium,title,url\n"
        "# a remark,,,,,,\n"
        "a,2015-10-02,day,Le Journal,press,Un titre,https://example.org/a\n"
        f"b,{day},{precision},Le Journal,press,Un autre,https://example.org/b\n"
    )
    of = i4.Movement.load(tmp_path / "m")
    leads = story(told(of), of).as_dict()["leads"]
    assert ("to-come" in leads) == bool(said)
    if said:
        words = leads["to-come"]["text"]["en"].replace("\xa0", " ")
        assert words == f"the ledgers hold 1 date still to come: {said} (press.csv, line 4)."


def test_the_last_date_to_come_is_the_one_that_may_be_last() -> None:
    rows = [outcome("a", date(2199, 1, 1), precision="year"), outcome("b", date(2199, 3, 12))]
    assert "the last of them 2199." in front(made(outcomes=rows), "to-come")
    rows.append(outcome("c", None, not_after=date(2199, 2, 1)))
    assert "hold 3 dates" in front(made(outcomes=rows), "to-come").replace("\xa0", " ")


@pytest.mark.parametrize("day", ["2015-10-02", ""])
def test_a_day_that_is_not_known_is_none(day: str, tmp_path: Path) -> None:
    """What a ledger writes in its place puts nothing in order and tells no month."""
    i4.movement.create(tmp_path / "m", ["essai"])
    rows = [("A", "2015-10-01", "day"), ("U", day, "unknown"), ("B", "2015-10-05", "day")]
    (tmp_path / "m" / "relays.csv").write_text(
        "relay_id,date,precision,kind,actor,url\n"
        + "".join(f"{who},{at},{how},post,{who},https://example.org\n" for who, at, how in rows)
    )
    of = i4.Movement.load(tmp_path / "m")
    assert front(story(told(of), of), "carried") == "In order of date: A; B."


def test_a_ledger_without_a_main_outcome_is_not_called_absent() -> None:
    for rows, said in (([], "No outcome"), ([outcome("o", START, main=False)], "no main outcome")):
        of = movement(outcomes=rows)
        (line,) = (a["text"] for a in page(of, story(told(of), of))["answers"]
                   if a["asked"] == "What did it obtain?")  # fmt: skip
        assert said in line


@settings(max_examples=9, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(["movement", "post", "mayor"]),
            st.sampled_from([None, "movement", "town"]),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_the_matrix_tells_of_the_voices_what_it_draws(
    said: list[tuple[str, str, str | None]],
) -> None:
    """Whoever credits both sides credits either; whoever's the post was, it was the hashtag's."""
    claims = [claim(f"c{k}", "takeover", claimant=who, relay_kind=kind, relay_party=side,
                    url=f"{URL}{k}")
              for k, (who, kind, side) in enumerate(said)]  # fmt: skip
    items = saved_items(made(outcomes=[GOAL], claims=claims))
    for item in (i for i in items if i.get("stem") == "who-credits-whom"):
        title = item["title"]["en"].replace("\xa0", " ")
        names = [column["name"] for column in item["columns"]]
        rows = [dict(zip(names, cells, strict=True)) for cells in item["rows"]]
        sides = [{r["claimant"] for r in rows if (r["party"] == "movement") is own}
                 for own in (True, False)]  # fmt: skip
        ours, others = (len(side) for side in sides)
        assert re.match(f"{ours or 'No'} voices? credits? the movement; ", title), title
        assert f"; {others or 'none'} credit" in title
        (card,) = (i for i in items if i["kind"] == "card")
        assert ("No source on record credits" in card["verdict"]["en"]) <= (
            not {who for who, kind, _ in said if kind != "mayor"}
        )


def test_of_what_no_source_credits_a_card_knows_sources_alone() -> None:
    card = next(item for item in saved_items(made(outcomes=[GOAL])) if item["kind"] == "card")
    assert card["verdict"]["en"].startswith("No source on record credits")


@pytest.mark.parametrize("tag", ["m", "another"])
def test_reshares_carried_a_hashtag_only_if_a_post_bears_it(tag: str) -> None:
    noon = pd.Timestamp("2015-09-27T10:00:00Z")
    archive = tables.Archive(posts=tables.build(tables.POSTS, [
        {"platform": "twitter", "post_id": "1", "kind": "reshare", "author_id": "1",
         "posted_at": noon, "hashtags": [tag], "reshared_id": "0", "reshare_basis": "platform",
         "reshared_author_id": "2", "reshared_at": noon}]))  # fmt: skip
    of = movement()
    parents = i4.relays.parent_probabilities(archive, of)
    picture = i4.relays.picture(archive, of, parents, i4.members.roles(archive, of))
    saved = {"story": story(told(of, archive), of).as_dict(),
             "relays": i4.chapters.relays(picture, of).as_dict(),
             "archive": {"key_figures": [{"value": 1}]}}  # fmt: skip
    answers = pages._answers(model.Report(of, saved, {}), "en")
    said = " ".join(answer["text"] for answer in answers).replace("’", "'")
    assert ("No post in the archive carries #m." in said) is (tag != "m")
    assert ("1 reshare of another" in said) is (tag == "m")


@pytest.mark.parametrize("values", [(0, 0), (0, 3), (3, 0)])
def test_jobs_are_drawn_where_there_is_one(values: tuple[int, int]) -> None:
    stake, saved = values
    chapter = made(
        figures=[figure("jobs_at_stake", stake, START),
                 figure("jobs_saved", saved, date(2015, 11, 13))]
    )  # fmt: skip
    stems = {item.get("stem") for item in chapter.as_dict()["items"]}
    assert ("jobs" in stems) == any(values)
    assert "said to be saved" in front(chapter, "jobs")
    titles = [item["title"]["en"] for item in saved_items(chapter) if item.get("stem") == "jobs"]
    assert not any(title.startswith("0 ") for title in titles)


@pytest.mark.parametrize(
    ("roughness", "words"), [("about", "aim: about 100"), ("exact", "aim: 100")]
)
def test_an_aim_is_drawn_as_roughly_as_its_source_gives_it(roughness: str, words: str) -> None:
    aim = figure("jobs_promised", 100, START, roughness=roughness)
    chapter = made(figures=[figure("jobs_at_stake", 37, START), aim])
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "jobs")
    assert item["alt"]["en"].endswith(f"Dashed line, {words}.")


@pytest.mark.parametrize(
    ("few", "many", "members"), [(5, 1300, 40), (1, 900_000, 60), (5, 8, 2_000_000)]
)
def test_counts_of_any_size_are_drawn_in_one_picture(
    tmp_path: Path, few: int, many: int, members: int
) -> None:
    """No count is drawn as no square, none far outside of the picture: either lost the report."""
    figures = [figure("founders", few, START),
               figure("supporters_bio", many, START + timedelta(days=12)),
               figure("members", members, START + timedelta(days=14))]  # fmt: skip
    made(outcomes=[GOAL], figures=figures).save(tmp_path)
    (wide,) = tmp_path.glob("*/story.en.png")
    assert imread(wide).shape[0] < 2 * imread(wide).shape[1]


@pytest.mark.parametrize("day", [START, date(2012, 1, 1), date(2017, 1, 1)])
def test_founders_who_are_counted_years_away_are_drawn_at_no_day(day: date) -> None:
    """Nor is their number in the title: it was counted later than the others."""
    rows = [SIZE, figure("founders", 30, day, url=f"{URL}b")]
    picture = next(i for i in saved_items(made(figures=rows)) if i.get("stem") == "story")
    names = [column["name"] for column in picture["columns"]]
    drawn = {row[names.index("date")] for row in picture["rows"]}
    assert (day.isoformat() in drawn) is (day == START)
    assert picture["title"]["en"].startswith("30, then ") is (day == START)


@pytest.mark.parametrize("reached", [3, 30])
def test_a_picture_s_title_tells_of_a_number_that_it_draws(reached: int) -> None:
    rows = [SIZE, figure("supporters_bio", 130, date(2015, 9, 28))]
    goal = GOAL | {"date": START + timedelta(days=reached)}
    picture = next(i for i in saved_items(made(outcomes=[goal], figures=rows))
                   if i.get("stem") == "story")  # fmt: skip
    assert ("300" in picture["title"]["en"]) is ("300" in picture["alt"]["en"]) is (reached == 30)


@pytest.mark.parametrize("after", [[900], [-900, None], [400, 500, None, 5]])
def test_a_picture_of_each_event_tells_how_many_it_leaves_out(after: list[int | None]) -> None:
    """Each event is drawn, or counted among those that are not."""
    days = [None if days is None else START + timedelta(days=days) for days in after]
    chapter = made(outcomes=[GOAL, *(outcome(f"step-{k}", day) for k, day in enumerate(days))])
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "story")
    assert item["subtitle"]["en"].startswith("Each event")
    note = (item["note"] or {"en": ""})["en"]
    assert len(item["rows"]) + sum(map(int, re.findall(r"\d+", note))) == 1 + len(days), note


def test_a_picture_s_words_tell_what_may_precede_and_how_sure_a_sum_is() -> None:
    chapter = made(
        outcomes=[GOAL, outcome("month", date(2015, 9, 1), precision="month"),
                  outcome("early", date(2015, 9, 24))],
        figures=[SIZE, figure("followers_summed", 600_000, date(2015, 10, 17),
                              roughness="at_least"),
                 figure("followers_summed", 600_120, date(2015, 10, 24))],
    )  # fmt: skip
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "story")
    alt = item["alt"]["en"].replace("\xa0", " ")
    assert "; 1 precedes the declared start of the hashtag; 1 may precede the declared" in alt
    assert "followers summed: at least 600,000 and 600,120." in alt
    assert "au moins 600" in item["alt"]["fr"]


def test_offices_are_named_in_the_language_of_the_page() -> None:
    of = movement(
        outcomes=[GOAL],
        claims=[claim("a", "takeover", claimant="Le maire", relay_kind="state"),
                claim("b", "takeover", claimant="Ada Bron", relay_kind="state")],
        figures=[figure("supporters_bio", 40, START, said_by="Le maire"),
                 figure("supporters_bio", 50, START, said_by="Ada Bron")],
    )  # fmt: skip
    items = [
        item
        for chapter in (story(told(of), of), verdicts(i4.outcomes.dossiers(of, i4.Archive()), of))
        for item in chapter.as_dict()["items"]
    ]
    tables = {item["stem"]: item for item in items if item.get("rows")}
    for stem in ("who-credits-whom", "figures", "outcome-claims-others"):
        for lang, office in (("fr", "Le maire"), ("en", "The mayor")):
            shown = pages.printed_table(tables[stem], lang, 30)
            told_of = {cell["text"].replace("\xa0", " ") for row in shown["rows"] for cell in row}
            assert {office, "Ada Bron"} <= told_of, (stem, lang)
    texts = [item["text"]["en"] for item in items if item["kind"] == "sentence"]
    assert any("the mayor" in text.lower() for text in texts)
    assert not any("Le maire" in text for text in texts)


def test_the_rule_on_who_is_interested_stands_where_somebody_speaks() -> None:
    for claims, said in (([], False), ([claim("a", "takeover")], True)):
        items = made(outcomes=[GOAL], claims=claims).as_dict()["items"]
        texts = " ".join(item["text"]["en"] for item in items if item["kind"] == "sentence")
        assert ("is called interested" in texts) == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "Les fondateurs (intéressé) : crédite"), ("en", "The founders (interested): credits")],
)
def test_on_paper_who_speaks_stands_apart_from_what_is_said(lang: str, said: str) -> None:
    """Several may speak as one: `The founders credits` is no sentence."""
    of = movement(
        None,
        outcomes=[GOAL],
        claims=[claim("a", "takeover", claimant="Les fondateurs", speaks_of_itself=True)],
    )
    chapter = story(told(of), of).as_dict()
    printed = pdf.render(model.Report(of, {"story": chapter}, {}), lang)
    text = "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(printed)).pages)
    assert said in " ".join(text.replace("\xa0", " ").split())


def test_a_sentence_begins_with_and_only_after_another() -> None:
    post, press = everything()["relays"]
    for rows, begins in (([press], "1 media outlet"), ([post, press], "And 1 media outlet")):
        of = movement(**(everything() | {"relays": rows}))
        carried = story(told(of), of).as_dict()["leads"]["carried"]["text"]["en"]
        assert ("And" in carried) == (len(rows) > 1) and begins in carried, carried
    early = post | {"date": date(2015, 8, 3), "precision": "day"}
    of = movement(**(everything() | {"relays": [early, press]}))
    carried = story(told(of), of).as_dict()["leads"]["carried"]["text"]["en"]
    assert (
        carried.startswith("Before the declared start of the hashtag") and "And" not in carried
    ), carried


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [(START, "month", "Perhaps before the declared start of the hashtag: "),
     (START, "day", "The word was passed on by: "),
     (date(2015, 8, 1), "month", "Before the declared start of the hashtag: ")],
)  # fmt: skip
def test_who_may_have_spoken_before_the_hashtag_may_not_have_passed_it_on(
    day: date, precision: str, said: str
) -> None:
    post, press = (row | {"date": day, "precision": precision} for row in everything()["relays"])
    line = front(made(relays=[post, press]), "carried")
    assert line.startswith(said)
    older = invented.post("p", "u", datetime(2015, 9, 20, 12, tzinfo=UTC), hashtags=["m"])
    of = movement(relays=[post, press])  # of an older hashtag the declared start is no bound
    line = front(story(told(of, invented.archive([older])), of), "carried")
    assert "declared" not in line
    assert line.startswith("Perhaps before the hashtag: ") == (precision == "month")
    assert ("media" in line) == (precision == "day")
    again = post | {"relay_id": "again", "date": START + timedelta(40), "precision": "day"}
    line = front(made(relays=[post, again]), "carried")
    assert line.startswith("Perhaps") is False  # who did it again passed it on then


@pytest.mark.parametrize(("stance", "said"), [("doubts", "doubts it"), ("denies", "denies it")])
def test_a_denial_is_not_told_as_a_doubt(stance: str, said: str) -> None:
    chapter = made(outcomes=[GOAL], claims=[claim("a", "takeover", stance=stance)])
    sheet = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "who-says-what")
    place = [column["name"] for column in sheet["columns"]].index("says_en")
    assert [row[place] for row in sheet["rows"]] == [said]


@pytest.mark.parametrize(("day", "said"), [(date(2015, 9, 25), False), (START, True)])
def test_what_was_printed_before_the_hashtag_did_not_pass_it_on(day: date, said: bool) -> None:
    _, press = everything()["relays"]
    of = movement(**(everything() | {"relays": [press | {"date": day, "precision": "day"}]}))
    leads = story(told(of), of).as_dict()["leads"]
    assert ("carried" in leads and "media" in leads["carried"]["text"]["en"]) == said


def test_contacts_of_the_movement_s_people_are_not_called_the_hashtag() -> None:
    kinds = {"movement": "credits the hashtag", "private": "credits the movement"}
    for kind, words in kinds.items():
        own = claim("a", "takeover", relay_kind=kind, relay="x", relay_party="movement")
        sheet = sheet_of(made(outcomes=[GOAL], claims=[own]), "who-says-what")
        assert sheet["says_en"].tolist() == [words]


def sheet_of(chapter: Any, stem: str) -> pd.DataFrame:
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == stem)
    return pd.DataFrame(item["rows"], columns=[column["name"] for column in item["columns"]])


def test_published_figures_begin_with_those_the_page_speaks_of_and_date_them_in_words() -> None:
    figures = [figure("accounts_invited", 9, START, published_on="2016-02-04"),
               figure("zeal", 5, START, published_on="2016 (inferred)"),
               figure("accounts_invited", 8, START),
               figure("jobs_at_stake", 37, START), SIZE]  # fmt: skip
    sheet = sheet_of(made(figures=figures), "figures")
    assert sheet["value"].tolist() == [300, 37, 9, 8, 5]  # each beside its own words
    assert sheet["what_en"].str.split().str[0].tolist() == [
        "Bios", "Jobs", "“accounts_invited”", "“accounts_invited”", "“zeal”"
    ]  # fmt: skip
    assert sheet["published_fr"].tolist()[2::2] == ["4\xa0février 2016", "2016 (inferred)"]
    assert sheet["published_en"].tolist()[2::2] == ["4\xa0February 2016", "2016 (inferred)"]


@pytest.mark.parametrize("values", [(0, 0), (300, 300), (300, 260)])
def test_a_page_prints_the_published_numbers_even_where_they_are_the_same(
    values: tuple[int, int],
) -> None:
    rows = [figure("supporters_bio", n, date(2015, 10, 1 + 8 * k)) for k, n in enumerate(values)]
    item = next(i for i in saved_items(made(figures=rows)) if i.get("stem") == "figures")
    shown = pages.printed_table(item, "en", 30)
    place = [head["text"] for head in shown["headers"]].index("Number")
    assert [row[place]["text"] for row in shown["rows"]] == [str(n) for n in values]


def test_a_title_of_jobs_keeps_how_sure_its_numbers_are() -> None:
    stake = figure("jobs_at_stake", 120, START, roughness="about")
    last = figure("jobs_actual", 30, date(2016, 1, 1), roughness="at_least")
    chapter = made(figures=[stake, last])
    item = next(i for i in chapter.as_dict()["items"] if i.get("stem") == "jobs")
    assert item["title"]["en"] == "About 120 jobs at stake, at least 30 at the last count"
    assert item["title"]["fr"].startswith("Environ 120")


def test_who_passed_the_word_on_no_known_day_is_said_to_be_undated() -> None:
    sheet = sheet_of(made(**everything()), "carriers")
    rows = everything()["relays"]
    undated = [{**row, "date": None, "precision": "unknown"} for row in rows]
    sheet = sheet_of(made(**(everything() | {"relays": undated})), "carriers")
    assert set(sheet["when_fr"]) == {"sans date"} and set(sheet["when_en"]) == {"undated"}


@pytest.mark.parametrize("founders", [0, 1])
def test_founders_are_spoken_of_where_a_ledger_knows_some(founders: int) -> None:
    at = pd.Timestamp("2015-10-01T10:00Z")
    people = [
        {"platform": "twitter", "account_id": str(k), "handle": f"h{k}", "seen_at": at,
         "seen_basis": "live", "bio": "" if k == 0 else "#m"} for k in range(21)
    ]  # fmt: skip
    posts = [{"platform": "twitter", "post_id": str(k), "kind": "post", "author_id": str(k),
              "author": f"h{k}", "posted_at": at, "hashtags": ["m"], "embedded": False}
             for k in range(21)]  # fmt: skip
    archive = invented.archive(posts, people)
    of = replace(movement(founders=[{"handle": "h0", "platform": "twitter"}] * founders),
                 supporter_marks=("m",))  # fmt: skip
    read = i4.outcomes.dossiers(of, archive, draws=1, power_draws=1)
    found = i4.outcomes.story(read, of, archive, roles=i4.members.roles(archive, of))
    saved = story(found, of).as_dict()
    (figure,) = [one for one in saved["key_figures"] if one["id"] == "accounts"]
    assert figure["value"] == 20
    assert ("founders included" in figure["label"]["en"]) == bool(founders)


RESULTS = {
    "partly_obtained": ("Reached only in part", "Atteint en partie seulement"),
    "lost": ("Reached, then lost", "Atteint, puis perdu"),
    "not_obtained": ("1 outcome sought was not obtained", "1 résultat voulu n’a pas été obtenu"),
}
END = outcome("end", date(2016, 3, 12), "aftermath", main=False, title_fr="Le moulin ferme",
              title_en="The mill closes", url="https://example.org/end")  # fmt: skip


def goal_that(result: str) -> list[dict[str, Any]]:
    came = {"undone_by": "end"} if result == "lost" else {"result": result}
    words = {"title_fr": "Le juge statue", "title_en": "The judge rules"}
    return [GOAL | words | came, END]


@pytest.mark.parametrize("basis", ["witness", "hearsay"])
@pytest.mark.parametrize("archive", [False, True])
@pytest.mark.parametrize("result", RESULTS)
def test_a_goal_that_failed_or_was_lost_is_never_boasted_of(
    result: str, archive: bool, basis: str
) -> None:
    claims = [claim(f"c{k}", "takeover", basis=basis, first_hand=True) for k in range(2)]
    of = movement(outcomes=goal_that(result), claims=claims, figures=[SIZE])
    chapter = story(told(of, i4.simulate.example().archive if archive else None), of)
    assert chapter.problems() == []
    saved = chapter.as_dict()
    for lang, place in (("en", 0), ("fr", 1)):
        lead = saved["leads"]["headline"]["text"][lang].replace("\xa0", " ").replace("\u202f", " ")
        short = {"partly_obtained": ("reached in part", "atteint en partie"),
                 "lost": ("reached, then lost", "atteint, puis perdu"),
                 "not_obtained": ("goal not reached", "but non atteint")}[result]  # fmt: skip
        assert short[place] in lead
        assert "credit" not in lead and "crédit" not in lead
        unproven = result != "not_obtained" and basis == "hearsay"
        assert (("unproven", "non prouvé")[place] in lead) == unproven
        first = saved["leads"]["obtained"]["text"][lang].replace("\xa0", " ")
        first = first.replace("\u202f", " ")
        assert first.startswith(RESULTS[result][place])
        assert ("13 November 2015", "13 novembre 2015")[place] in first
        assert (("12 March 2016", "12 mars 2016")[place] in first) == (result == "lost")
        (card,) = [item for item in saved["items"] if item["kind"] == "card"]
        assert card["part"] == ("failed" if result == "not_obtained" else "obtained")
        if result == "not_obtained":
            assert not card["credited"]
            assert ("not obtained", "pas été obtenu")[place] in card["verdict"][lang]
            assert "credited" not in first and "attribu" not in first
    sheet = next(item for item in saved["items"] if item.get("stem") == "chronology")
    at = [column["name"] for column in sheet["columns"]].index("result")
    assert {row[at] for row in sheet["rows"]} - {None, ""} == {result}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_was_not_obtained_has_a_section_of_its_own(lang: str) -> None:
    of = movement(outcomes=goal_that("not_obtained"), claims=[claim("c", "takeover")])
    saved = story(told(of), of).as_dict()
    saved["items"] = [item for item in saved["items"] if item["kind"] == "card"]
    report = model.Report(of, {"story": saved}, {})
    sections = {section["id"]: section for section in pages.page(report, lang)["sections"]}
    assert "obtained" not in sections
    assert "failed" in sections
    cards = [block for block in sections["failed"]["blocks"] if block["kind"] == "card"]
    assert len(cards) == 1


@pytest.mark.parametrize(
    ("precision", "day", "fr", "en"),
    [("day", date(2016, 1, 21), "état au 21 janvier 2016", "as of 21 January 2016"),
     ("week", date(2016, 1, 21), "état vers le 21 janvier", "as of around 21 January"),
     ("month", date(2016, 1, 1), "état en janvier 2016", "as of January 2016"),
     ("year", date(2016, 1, 1), "état en 2016", "as of 2016"),
     ("unknown", date(2015, 11, 13), "au 13 novembre 2015", "as of 13 November 2015")],
)  # fmt: skip
def test_a_report_is_of_the_last_day_that_the_ledgers_tell_of(
    precision: str, day: date, fr: str, en: str
) -> None:
    """A day that nobody gave, the first of a month or of a year, is not printed as one.

    It may be later than the last post: beside the name of a network it is no day of its data.
    """
    late = outcome("late", date(2016, 1, 21), "aftermath", precision=precision)
    of = replace(movement(outcomes=[GOAL, late]), compiled_on=None)
    report = model.Report(of, {}, {})
    assert report.as_of == day
    for lang, words in (("fr", fr), ("en", en)):
        dateline = pages.page(report, lang)["dateline"]
        assert words in re.sub(r"\s", " ", dateline).replace("’", "'")


@pytest.mark.parametrize(("more", "said"), [(0, False), (1, True)])
def test_that_nobody_credits_anyone_is_said_once(more: int, said: bool) -> None:
    steps = [outcome(f"s{n}", date(2015, 11, 1), "step") for n in range(more)]
    of = movement(outcomes=[GOAL, *steps])
    line = story(told(of), of).as_dict()["leads"]["obtained"]["text"]["en"]
    assert "no source credits the hashtag" in line
    assert ("No source credits the hashtag with a result" in line) == said


@pytest.mark.parametrize("role", ["goal", "step"])
@pytest.mark.parametrize("failed", [False, True])
def test_nobody_is_counted_as_crediting_the_hashtag_with_what_failed(
    failed: bool, role: str
) -> None:
    rows = [outcome("asked", date(2015, 11, 13), role,
                    result="not_obtained" if failed else "obtained"),
            outcome("visit", date(2015, 10, 3))]  # fmt: skip
    claims = [claim("a", "asked"), claim("b", "asked", relay_kind="mayor")]
    saved = made(outcomes=rows, claims=claims, figures=[SIZE]).as_dict()
    stems = {item.get("stem") for item in saved["items"]}
    assert ("who-credits-whom" in stems) == (not failed)


def test_a_copied_line_names_who_speaks_and_not_the_paper_alone() -> None:
    """A paper that prints an interview is not who says so; of what it tells itself, it is."""
    names = ("Anne Exemple", "Le Courrier")
    speakers = [claim(n, "takeover", claimant=n, publisher="Le Courrier") for n in names]
    for claims, said in (
        (speakers[:1], "according to Anne Exemple (Le Courrier): http"),
        (speakers[1:], "according to Le Courrier: http"),
        (speakers, "according to Le Courrier: http"),
        # of a page that lends its words as well, the name is said once
        ([speakers[0] | {"through": "Le Courrier"}], "according to Anne Exemple (Le Courrier): h"),
        ([speakers[0] | {"through": "Paul"}], "Anne Exemple, quoted by Paul (Le Courrier): http"),
        ([], "according to"),
    ):
        of = movement(
            outcomes=[GOAL], claims=claims, press=[{"outlet": "Le Courrier", "url": URL}]
        )
        (card,) = [i for i in story(told(of), of).as_dict()["items"] if i["kind"] == "card"]
        assert said in card["copy"]["en"]


@pytest.mark.parametrize("stance", ["credits", "denies"])
def test_a_failure_is_not_put_in_the_mouth_of_who_credits_somebody(stance: str) -> None:
    press = [{"outlet": "Le Courrier", "url": URL}]
    said = claim("c", "takeover", claimant="Anne Exemple", publisher="Le Courrier", stance=stance)
    of = movement(outcomes=goal_that("not_obtained"), claims=[said], press=press)
    (card,) = [i for i in story(told(of), of).as_dict()["items"] if i["kind"] == "card"]
    assert "according to Le Courrier: http" in card["copy"]["en"]


@pytest.mark.parametrize("early", [0, 1, 2])
@pytest.mark.parametrize("others", [0, 2])
def test_what_precedes_the_hashtag_and_is_credited_to_it_is_not_called_uncredited(
    early: int, others: int
) -> None:
    rows = [outcome(f"e{k}", date(2015, 9, 24)) for k in range(2)]
    rows += [outcome(f"o{k}", date(2015, 10, 3)) for k in range(others)]
    claims = [claim(f"c{k}", f"e{k}") for k in range(early)]
    saved = made(outcomes=rows, claims=claims, figures=[SIZE]).as_dict()
    item = next(i for i in saved["items"] if i.get("stem") == "story")
    subtitle, alt = (item[name]["en"].replace("\xa0", " ") for name in ("subtitle", "alt"))
    assert "not credited" not in subtitle
    assert f"{2 + others} events drawn; 2 precede the declared start of the hashtag; " in alt
    assert "credited" not in alt  # those that precede it may be


@pytest.mark.parametrize("day", [date(2015, 9, 24), date(2015, 10, 3)])
def test_what_failed_and_is_credited_is_called_neither_credited_nor_uncredited(day: date) -> None:
    failed = outcome("e", day, result="not_obtained")
    saved = made(outcomes=[failed], claims=[claim("c", "e")], figures=[SIZE]).as_dict()
    (item,) = (one for one in saved["items"] if one.get("stem") == "story")
    assert "credit" not in item["alt"]["en"] + item["subtitle"]["en"], item["alt"]["en"]


@pytest.mark.parametrize("apart", [0, 1])
def test_sums_that_one_source_gives_for_one_date_are_told_from_least_to_most(apart: int) -> None:
    sums = [
        figure("followers_summed", n, date(2015, 10, 17 - apart * (n < 600_000)))
        for n in (400_000, 500_000, 600_000)
    ]
    line = front(made(figures=[SIZE, *sums]), "size")
    assert ("400,000 to 600,000" in line) == (apart == 0)


def test_a_sum_after_several_counts_says_of_when_it_is() -> None:
    counts = [figure("supporters_bio", n, date(2015, 10, day)) for n, day in ((130, 5), (300, 17))]
    sums = [figure("followers_summed", 600_000, date(2015, 10, 17))]
    for rows, dated in ((counts[1:], False), (counts, True)):
        of = movement(outcomes=[GOAL], figures=[*rows, *sums])
        line = story(told(of), of).as_dict()["leads"]["size"]["text"]["en"].replace("\xa0", " ")
        assert ("600,000 on 17 October 2015; that is not" in line) == dated, line


LATE = {"relay_id": "late", "date": date(2015, 12, 24), "precision": "day", "kind": "event",
        "actor": "X", "url": "https://example.org"}  # fmt: skip


@pytest.mark.parametrize("kind", ["press", "radio", "institution", "state"])
def test_nobody_is_not_said_to_be_credited_where_somebody_is(kind: str) -> None:
    chapter = made(
        outcomes=[GOAL], relays=[LATE],
        claims=[claim("a", "takeover", relay_kind=kind, relay_id="late")],
    )  # fmt: skip
    assert front(chapter, "obtained").endswith("no source credits the hashtag.")


def test_the_other_sources_credit_whom_they_credit_and_are_others() -> None:
    def line(*claims: dict[str, Any]) -> str:
        return front(made(outcomes=[GOAL], relays=[LATE], claims=list(claims)), "obtained")

    late = [
        claim(f"s{k}", "takeover", relay_kind="state", relay_id="late", url=f"{URL}{k}")
        for k in range(2)
    ]
    mayor = claim("m", "takeover", relay_kind="mayor", url=f"{URL}m")
    assert line(claim("o", "takeover"), *late, mayor).endswith("1 other source credits the town.")
    assert "other source" not in line(claim("o", "takeover"), mayor | {"claimant": "o"})


@pytest.mark.parametrize(
    ("precision", "days", "ordered"),
    [("day", (1, 5), True), ("day", (1, 1), False), ("month", (1, 5), False),
     ("week", (1, 5), False), ("week", (1, 9), True), ("year", (1, 5), False)],
)  # fmt: skip
def test_an_order_of_dates_is_told_where_dates_give_one(
    precision: str, days: tuple[int, int], ordered: bool
) -> None:
    """What is known to the month may have been before or after a day of it."""
    rows = [
        LATE | {"relay_id": who, "actor": who, "kind": "post", "date": date(2015, 11, day),
                "precision": how}
        for who, day, how in zip("ab", days, (precision, "day"), strict=True)
    ]  # fmt: skip
    chapter = made(relays=rows)
    titles = [item["title"]["en"] for item in saved_items(chapter)
              if item.get("stem") == "carriers"]  # fmt: skip
    assert front(chapter, "carried").startswith("In order of date") == ordered
    assert titles == ["Who passed the word"]  # whose rows begin with each who began it


@pytest.mark.parametrize("basis", ["live", "after"])
def test_the_mark_that_bios_show_is_called_by_its_name(basis: str) -> None:
    read = invented.archive(
        [invented.post(f"p{k}", f"u{k}", datetime(2015, 10, 1 + k, tzinfo=UTC), hashtags=["m"])
         for k in range(9)],
        [{"platform": "twitter", "account_id": f"u{k}", "handle": f"u{k}", "bio": "#team",
          "seen_at": datetime(2015, 10, 2, tzinfo=UTC), "seen_basis": basis} for k in range(8)],
    )  # fmt: skip
    of = replace(movement(), supporter_marks=("team",), goal={})
    found = i4.outcomes.story(
        dossiers(of, read, draws=1, power_draws=1), of, read, roles=i4.members.roles(read, of)
    )
    saved = story(found, of).as_dict()
    assert "seen with #team" in saved["key_figures"][0]["label"]["en"]
    assert (
        basis == "live" or "have shown #team" in saved["title"]["en"]
    )  # they may have dropped it
    assert "show #m" not in saved["title"]["en"]


@pytest.mark.parametrize("basis", ["live", "after"])
def test_a_number_of_days_is_not_of_supporters_whom_a_ledger_lists_without_one(
    basis: str,
) -> None:
    posts = [invented.post(f"p{k}", f"u{k}", datetime(2015, 10, 1 + k, tzinfo=UTC), hashtags=["m"])
             for k in range(15)]  # fmt: skip
    bios = [{"platform": "twitter", "account_id": f"u{k}", "handle": f"u{k}", "bio": "#m",
             "seen_at": datetime(2015, 10, 2, tzinfo=UTC), "seen_basis": basis}
            for k in range(10)]  # fmt: skip
    people = [{"handle": f"u{k}", "name": f"Nom {k}", "role": "supporter", "url": URL}
              for k in range(10, 15)]  # fmt: skip
    read, of = invented.archive(posts, bios), movement(None, people=people)
    found = i4.outcomes.story(
        dossiers(of, read, draws=1, power_draws=1), of, read, roles=i4.members.roles(read, of)
    )
    saved = story(found, replace(of, goal={})).as_dict()
    title = saved["title"]["en"].replace("\xa0", " ")
    assert title.startswith(
        {
            "live": "#m rallied at least 10 accounts in 15 days",
            "after": "At least 15 accounts have supported #m",
        }[basis]
    )
    label = saved["key_figures"][0]["label"]["en"]
    assert ("ledger" in label) is (basis == "after")


def test_accounts_of_unknown_authors_are_not_none() -> None:
    posts = [invented.post(f"p{k}", None, datetime(2015, 10, 1, tzinfo=UTC), hashtags=["m"])
             for k in range(3)]  # fmt: skip
    of = movement()
    saved = story(told(of, invented.archive(posts)), of).as_dict()
    assert not saved["key_figures"] and not saved["title"]["en"].startswith("0 ")


def test_a_row_without_a_source_is_told_without_a_blank_in_its_place() -> None:
    sums = figure("followers_summed", 600_000, date(2015, 10, 17))
    stakes = [figure("jobs_at_stake", n, START, figure_id=f"j{n}") for n in (100, 113)]
    pair = [figure("one day", n, START) for n in (12, 132)]
    rows = [SIZE, figure("supporters_bio", 130, date(2015, 10, 5)), sums, *stakes, *pair]
    none = {"url": None, "publisher": None}
    of = movement(
        outcomes=[GOAL | {"url": None}],
        figures=[row | none for row in rows],
        claims=[claim("a", "takeover", **none)],
        relays=[LATE | {"url": None}],
    )
    found = dossiers(of, tables.Archive(), draws=1, power_draws=1)
    for chapter in (story(told(of), of), verdicts(found, of)):
        for _, text in zoo.texts(chapter.as_dict(), "en"):
            assert not re.search(r"according to\W*(?:[;.:]|$)|\(\)|:\s*$|\b0 publications", text)


@pytest.mark.parametrize("least", ["exact", "about"])
def test_a_floor_is_that_of_all_who_give_a_number_of_its_date(least: str) -> None:
    day = date(2015, 10, 5)
    rows = [figure("supporters_bio", 70, day, publisher="Le Phare", roughness=least),
            figure("supporters_bio", 400, day)]  # fmt: skip
    numbers = made(outcomes=[GOAL], figures=rows).as_dict()["key_figures"]
    assert len(numbers) == (least == "exact")  # what is rounded is no floor
    for number in numbers:
        assert number["text"]["en"].replace("\xa0", " ") == "at least 70"
        assert "according to Le Phare and Le Courrier; not" in number["definition"]["en"]


@pytest.mark.parametrize("start", [1, 20])
def test_where_no_post_falls_in_the_period_its_start_is_only_declared(
    monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    labels: list[str] = []
    draw = of_story.plot_story
    monkeypatch.setattr(of_story, "plot_story", lambda *tables, **named: (
        labels.append(named["start_label"]), draw(*tables, **named))[1])  # fmt: skip
    posts = [invented.post("p", "u", datetime(2015, 10, 9, 12, tzinfo=UTC), hashtags=["m"])]
    of = movement(date(2015, 10, start), outcomes=[GOAL], figures=[SIZE])
    of = replace(of, ended_on=date(2015, 10, 8 if start == 1 else 30))
    story(told(of, invented.archive(posts)), of)
    assert labels and all("début déclaré" in label for label in labels)


@pytest.mark.parametrize("first", [1, 5])
def test_a_declared_start_is_no_birth_of_a_hashtag_that_is_older(first: int) -> None:
    posts = [
        invented.post(f"p{k}", "u", datetime(2015, 10, k, 12, tzinfo=UTC), hashtags=["m"])
        for k in range(first, 9)
    ]
    row = everything()["relays"][0] | {"kind": "post", "date": date(2015, 10, 2)}
    of = movement(date(2015, 10, 5), outcomes=[GOAL], figures=[SIZE], relays=[row])
    saved = story(told(of, invented.archive(posts)), of).as_dict()
    assert ("beside" in saved["leads"]) == (first < 5)
    page = " ".join(text for _, text in zoo.texts(saved, "en"))
    early = re.search(r"Before the declared|\d, before the declared start(?!,)", page)
    assert bool(early) == (first == 5)  # nobody knows since when the older one is there
    if first < 5:  # of them the first alone is said to come before
        said = saved["leads"]["beside"]["text"]["en"]
        assert re.search(r"early as 1\sOctober 2015, before the [^(]*5\sOctober 2015\.$", said)


def test_a_sum_stands_for_no_more_people_than_it_counts() -> None:
    rows = [figure("president_followers", 1e6, date(2015, 10, 1)),
            figure("followers_summed", 6e5, date(2015, 10, 17))]  # fmt: skip
    assert "1,000,000" not in front(made(figures=rows), "size")


def test_how_roughly_founders_are_counted_is_told() -> None:
    rows = [SIZE, figure("founders", 30, START, roughness="about"),
            figure("founders", 40, date(2017, 1, 1), url=f"{URL}b")]  # fmt: skip
    picture = next(i for i in saved_items(made(figures=rows)) if i.get("stem") == "story")
    assert "About 30, then at least 300 accounts" in picture["title"]["en"]
    assert "who tells it" not in picture["note"]["en"]  # one source may tell of two days
    assert "day one" not in picture["note"]["en"]  # nobody said that of the 40
    assert "about 30 and at least 300 accounts" in picture["alt"]["en"]


def test_stages_of_jobs_are_in_no_order_of_dates_and_the_last_count_is_agreed() -> None:
    rows = [figure("jobs_at_stake", 113, date(2015, 9, 1)),
            figure("jobs_saved", 80, date(2016, 9, 1)),
            figure("jobs_rehired", 5, date(2015, 11, 1)),
            figure("jobs_actual", 24, date(2016, 3, 1)),
            figure("jobs_actual", 10, date(2016, 12, 1), publisher="Z")]  # fmt: skip

    def told_of(*some: dict[str, Any]) -> tuple[str, str]:
        item = next(i for i in saved_items(made(figures=some)) if i.get("stem") == "jobs")
        return item["title"]["en"], item["alt"]["en"]

    title, alt = told_of(*rows)
    assert title == "113 jobs at stake, by the first figures" and "order of date" not in alt
    assert told_of(*rows[:-1])[0] == "113 jobs at stake, 24 at the last count"
    assert "employed" not in told_of(rows[1])[0]
    year = [row | {"precision": "year"} for row in (rows[3], rows[0] | {"date": rows[3]["date"]})]
    assert told_of(*year)[0] == "113 jobs at stake, 24 employed"  # which came last is unknown


@pytest.mark.parametrize(
    ("metric", "day"), [("jobs_actual", "May 2016"), ("jobs_at_stake", "around 28 April 2016")]
)
def test_a_count_said_again_is_of_the_last_day_it_was_said_and_a_stake_of_the_first(
    metric: str, day: str
) -> None:
    days = (date(2016, 4, 28), date(2016, 5, 3), date(2016, 5, 8))
    rows = [figure(metric, 20, when, precision="week") for when in days]
    assert f"({day})" in front(made(figures=rows), "jobs").replace("\xa0", " ")


def test_counts_of_one_date_are_told_as_a_span_and_of_many_by_their_ends() -> None:
    year = {"precision": "year"}
    rows = [figure("supporters_bio", n, date(2015, 10, 1), **year) for n in (180, 307, 220, 260)]
    line = front(made(figures=rows), "size")
    assert line.startswith("180 to 307 bios with the hashtag in 2015, according to")
    rows = [figure("supporters_bio", 10 * k, date(2015, 10, k)) for k in range(1, 8)]
    line = front(made(figures=rows), "size").replace("\xa0", " ")
    assert line.startswith("10 bios with the hashtag on 1 October 2015 and 70 on 7 October 2015,")


def test_the_days_of_the_page_hold_what_it_tells() -> None:
    """A last possible day is a day of the ledgers; posts before the declared start have a year."""
    limit = {"date": None, "precision": "unknown", "not_after": date(2020, 3, 4)}
    assert max(days.ledger_days(movement(outcomes=[GOAL | limit])))[0] == date(2020, 3, 4)
    posts = [invented.post(f"p{k}", "u", datetime(2018, 12, 31, 12, tzinfo=UTC)
                           + timedelta(days=k), hashtags=["m"]) for k in range(4)]  # fmt: skip
    of = movement(date(2019, 1, 1))
    saved = story(told(of, invented.archive(posts)), of).as_dict()
    assert saved["leads"]["years"]["text"]["en"] == "2018 – 2019"


@pytest.mark.parametrize(
    ("day", "precision", "said"),
    [(date(2015, 12, 1), "year", "2015"), (date(2015, 11, 2), "month", "November 2015"),
     (date(2015, 10, 2), "month", "13 November 2015"), (date(2014, 2, 1), "year", "13 Nov")],
)  # fmt: skip
def test_a_figure_may_be_of_later_than_the_last_known_day(
    day: date, precision: str, said: str
) -> None:
    of = movement(outcomes=[GOAL], figures=[SIZE | {"date": day, "precision": precision}])
    line = page(of, story(told(of), of))["dateline"].replace("\xa0", " ")
    assert line.startswith(f"as of {said}"), line


def test_who_spoke_before_it_came_is_told_to_have() -> None:
    early = {"date": GOAL["date"] - timedelta(days=28), "stance": "doubts"}
    claims = [claim("Anne", "takeover", **early), claim("Bob", "takeover", about="b", **early)]
    (card, *_) = [i for i in saved_items(made(outcomes=[GOAL, outcome("b", None)], claims=claims))
                  if i["kind"] == "card"]  # fmt: skip
    says = {voice["who"]["en"]: voice["says"]["en"] for voice in card["voices"]}
    assert says == {"Anne": "said before it came", "Bob": "nearby fact"}


@pytest.mark.parametrize(("stance", "verb"), [("doubts", "doubts"), ("denies", "denies")])
@pytest.mark.parametrize(("kind", "whom"), [("none", "it"), ("mayor", "the part of the town")])
def test_who_is_against_a_fact_is_not_said_to_report_it(
    stance: str, verb: str, kind: str, whom: str
) -> None:
    against = claim("Anne", "takeover", stance=stance, relay_kind=kind, publisher="Le Courrier")
    (card,) = [i for i in saved_items(made(outcomes=[GOAL], claims=[against]))
               if i["kind"] == "card"]  # fmt: skip
    assert [voice["says"]["en"] for voice in card["voices"]] == [f"{verb} {whom}"]
    assert ("according to Anne (" in card["copy"]["en"]) == (kind == "mayor")


def test_a_way_without_a_name_is_somebody_else() -> None:
    nameless = claim("a", "takeover", relay_kind="other", relay=None)
    (card,) = [i for i in saved_items(made(outcomes=[GOAL], claims=[nameless]))
               if i["kind"] == "card"]  # fmt: skip
    assert [voice["says"]["en"] for voice in card["voices"]] == ["credits someone else"]


@pytest.mark.parametrize(("inferred", "said"), [(1, "1 of 2 dates is"), (2, "; 2 dates are")])
def test_of_dates_that_are_all_inferred_no_share_is_told(inferred: int, said: str) -> None:
    rows = [outcome(str(k), START, date_inferred=k < inferred) for k in range(2)]
    assert f"{said} inferred by us." in front(made(outcomes=rows), "lacking")


@pytest.mark.parametrize("written", [date(2015, 11, 1), date(2015, 11, 15), date(2015, 11, 30)])
def test_an_event_that_the_picture_leaves_out_may_be_of_its_days(written: date) -> None:
    """Whatever day a ledger writes for a month: it may be one of those drawn."""
    step = outcome("visit", written, "step") | {"precision": "month"}
    of = movement(outcomes=[outcome("takeover", date(2015, 11, 2), "goal"), step])
    items = story(told(of), of).as_dict()["items"]
    (picture,) = (item for item in items if item.get("stem") == "story")
    assert picture["note"]["en"] == "1 main event is not drawn."


@pytest.mark.parametrize(("day", "precision", "drawn"), [
    (date(2015, 12, 20), "month", date(2015, 12, 1)),
    (date(2015, 12, 20), "day", date(2015, 12, 20)),
    (date(2015, 11, 25), "month", date(2015, 11, 1)),
    (date(2015, 11, 25), "year", date(2015, 1, 1)),
])  # fmt: skip
def test_an_event_of_a_month_or_a_year_stands_at_its_first_day(
    day: date, precision: str, drawn: date
) -> None:
    step = outcome("visit", day, precision=precision)
    found = told(movement(date(2015, 11, 21), outcomes=[step]))
    assert of_story._day_of(found.events.iloc[0].to_dict()) == drawn
