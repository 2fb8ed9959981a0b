"""The movements of public bug reports: each row is a test, and the inputs are told.

`ROWS` says which test holds each row of the page of trials: those that failed first, then those
that passed. The invented inputs lie beside the checkout, as the real archives do: they are read,
and every chapter is built and read by the rules of the zoo, and the report goes through the
checks of a refresh.
"""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pandas as pd
import pytest
import zoo

import i4analysis as i4
from i4analysis import movement
from i4analysis.archive import command
from i4analysis.movement import Movement
from i4analysis.publish.charts.reach import plot_concentration
from i4analysis.publish.checks import report as checks
from i4analysis.publish.report import build, pdf
from i4analysis.publish.report.model import Report

TESTS = Path(__file__).resolve().parents[1]

HANDLES = "publish/test_export.py::test_a_network_names_whoever_has_a_handle_as_it_shows_them"
CELLS = "publish/test_export.py::test_a_table_holds_every_handle_as_it_was_collected"

# Row → the tests that hold it.
ROWS: dict[int, tuple[str, ...]] = {
    1: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",),
    2: ("archive/test_doctor.py::test_posts_are_counted_on_days_whose_midnight_does_not_exist",
        "test_clock.py::test_days_and_their_beginnings_fit_in_every_zone_around_every_change_of_clocks"),
    3: ("publish/test_refresh.py::test_two_movements_never_share_a_report",
        "test_movement.py::test_a_name_keeps_letters_of_any_script"),
    4: ("test_hashtags.py::"
        "test_a_hashtag_is_found_in_every_script_and_not_inside_a_word_or_an_address",),
    5: ("test_hashtags.py::test_posts_bios_roles_and_appeals_agree_in_every_script",),
    6: ("test_hashtags.py::test_three_spellings_of_a_turkish_hashtag_are_one",
        "test_movement.py::test_a_hashtag_is_printed_as_the_file_writes_it"),
    7: ("publish/test_style.py::test_a_bar_stands_on_its_own_day_in_every_zone",),
    8: ("publish/test_report.py::"
        "test_a_page_gives_its_tables_as_a_spreadsheet_of_its_language_opens_them",
        "publish/test_report.py::test_a_csv_has_a_french_twin"),
    9: ("publish/test_zoo.py::test_a_figure_draws_what_its_table_holds",
        "publish/test_zoo.py::test_a_sound_figure_is_not_struck",
        "publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly"),
    10: ("publish/test_report.py::test_a_table_on_the_page_joins_bounds_and_drops_constants",
         "publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly"),
    11: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",
         "publish/test_given_movements.py::test_a_given_movement_is_told_truly"),
    12: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",),
    13: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",),
    14: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",),
    15: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",
         "publish/test_given_movements.py::test_a_given_movement_is_told_truly"),
    16: ("publish/test_members_chapters.py::test_two_curves_that_fit_alike_have_no_winner",
         "publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly"),
    17: ("publish/test_members_chapters.py::test_two_curves_that_fit_alike_have_no_winner",),
    18: ("publish/test_given_movements.py::test_each_kind_that_failed_is_told_truly",
         "publish/test_zoo.py::test_posts_lost_between_days_and_weeks_are_found",
         "publish/test_zoo.py::test_a_long_movement_is_drawn_by_weeks_or_months"),
    19: ("publish/test_given_movements.py::test_what_the_paper_cannot_print_is_said",
         "publish/test_fonts.py::test_a_chart_draws_a_hashtag_or_says_what_it_cannot"),
    20: ("publish/test_report.py::test_a_handle_is_one_word_in_the_workbook_and_in_the_csv",
         "publish/test_export.py::test_a_table_keeps_identifiers_as_text_and_runs_no_formula"),
    21: ("publish/test_export.py::test_a_workbook_stands_beside_the_csv_of_a_graph_with_dates",),
    22: ("publish/test_zoo.py::test_the_rules_see_what_they_are_for",
         "publish/test_words.py::test_noun_and_verb_agree_with_the_number_as_printed"),
    23: ("publish/test_members_chapters.py::test_one_account_is_told_as_one",),
    24: ("publish/test_given_movements.py::test_a_promise_kept_is_not_the_movement_s",),
    25: ("publish/test_given_movements.py::test_ranks_are_whole_and_words_lie_within_the_chart",),
    26: ("publish/test_checks.py::test_each_fault_is_found",),
    27: ("publish/test_zoo.py::test_words_that_name_what_is_not_drawn_are_struck",),
    28: ("publish/test_report.py::test_a_workbook_says_in_words_what_the_csv_holds",
         "publish/test_export.py::test_a_workbook_stands_beside_the_csv_of_a_graph_with_dates"),
    29: ("publish/test_export.py::test_gexf_has_a_timeline_and_the_same_bytes_twice",),
    30: ("measure/test_seekers.py::test_a_supporter_who_says_so_has_the_role_of_a_seeker",
         "publish/test_export.py::test_a_canonical_table_names_nobody_looking_for_work",
         "publish/test_export.py::test_the_command_warns_of_people_who_look_for_work",
         "test_movement.py::test_a_new_movement_without_a_mark_says_how_seekers_are_known"),
    31: ("test_movement.py::test_a_zone_that_does_not_exist_is_told_at_once",
         "test_movement.py::test_a_hashtag_that_cannot_be_one_is_refused",
         "test_hashtags.py::test_a_new_movement_takes_a_hashtag_and_keeps_how_it_was_written"),
    32: ("publish/test_export.py::test_keys_of_graphml_are_unique_and_typed",
         "publish/test_export.py::test_gexf_keeps_the_rules_of_the_format"),
    33: ("publish/test_export.py::test_a_graph_file_reads_back_as_it_was", HANDLES),
    34: ("publish/test_export.py::test_gexf_has_a_timeline_and_the_same_bytes_twice",
         "publish/test_export.py::test_gexf_keeps_the_rules_of_the_format",
         "publish/test_export.py::test_another_reader_of_gexf_reads_what_was_written"),
    35: (HANDLES,),
    36: (HANDLES, "publish/test_export.py::test_csv_has_the_headers_gephi_expects"),
    37: (HANDLES, CELLS),
    38: (HANDLES, CELLS),
    39: (HANDLES, CELLS, "publish/test_export.py::test_gexf_keeps_the_rules_of_the_format"),
    40: (HANDLES, CELLS, "publish/test_chapter.py::test_no_cell_of_a_csv_can_run",
         "publish/test_report.py::test_hostile_text_is_only_text"),
    41: (CELLS, "publish/test_report.py::test_no_text_of_a_workbook_is_lost_or_becomes_a_link"),
    42: (CELLS, "publish/test_report.py::test_no_text_of_a_workbook_is_lost_or_becomes_a_link",
         "publish/test_report.py::test_hostile_text_is_only_text"),
    43: ("publish/test_report.py::"
         "test_each_sheet_has_a_name_of_its_own_that_a_workbook_takes",),
    44: ("test_surroundings.py::test_who_has_no_home_is_given_one_for_the_run",
         "test_surroundings.py::test_an_environment_of_nonsense_changes_nothing"),
    45: ("publish/test_refresh.py::test_no_habit_of_who_runs_a_refresh_reaches_a_kernel",
         "publish/test_report.py::test_same_input_same_bytes_elsewhere"),
    46: ("publish/test_refresh.py::test_a_kernel_is_of_this_python_and_leaves_the_home_alone",),
    47: ("test_surroundings.py::test_folders_of_any_name_are_worked_in",),
    48: ("publish/test_browser.py::"
         "test_what_is_folded_is_printed_with_its_heads_on_each_sheet",),
    49: ("publish/test_browser.py::test_no_sideways_scroll_on_the_smallest_phone",
         "publish/test_browser.py::test_a_wide_table_scrolls_in_its_own_frame",
         "publish/test_browser.py::test_accessible_and_without_request"),
    50: ("test_clock.py::test_a_day_begins_where_its_clocks_say",
         "test_clock.py::"
         "test_days_and_their_beginnings_fit_in_every_zone_around_every_change_of_clocks"),
    51: ("publish/test_given_movements.py::test_a_given_movement_is_told_truly",
         "publish/test_given_movements.py::test_a_promise_kept_is_not_the_movement_s",
         "publish/test_zoo.py::test_the_corners_of_bug_reports_are_told_truly"),
    52: ("archive/test_twitter.py::test_real_movement_gives_its_collectors_figures",
         "measure/test_members_real.py::"
         "test_followers_of_those_who_posted_sum_to_what_the_collector_saw"),
}  # fmt: skip


def test_no_row_is_left_out() -> None:
    assert [*ROWS] == [*range(1, 53)]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_a_test(row: int) -> None:
    for name in ROWS[row]:
        path, _, test = name.partition("::")
        tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
        there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert test in there, name


# file → its hashtags, the zone, and what is known of it: bios, and whether anybody reshares
GIVEN = {
    "all-bios-supporters": (("embauchezmoi",), "Europe/Paris", {"bios": "all"}),
    "bluesky-without-follower-counts": (("bleuciel",), "Europe/Paris", {}),
    "hindi-bios": (("किसान_आंदोलन",), "Asia/Kolkata", {"bios": "all"}),
    "mastodon-boosts-count-0": (("mammouth",), "Europe/Paris", {}),
    "missing-midnight-sao-paulo": (("vagasja",), "America/Sao_Paulo", {"posts": 1}),
    "one-author-constant-columns": (("monologue",), "Europe/Paris", {}),
    "one-day-no-reshare": (("unjour",), "Europe/Paris", {}),
    "one-post": (("unseul",), "Europe/Paris", {"posts": 1}),
    "ten-years": (("dixans",), "Europe/Paris", {}),
    "turkish-dotted-i": (("İşArıyorum",), "Europe/Istanbul", {"bios": "all"}),
    "zero-division-one-reshare-count-0": (("unjour",), "Europe/Paris", {}),
}


@pytest.fixture(scope="session")
def field() -> Path:
    """The invented inputs beside the checkout; the test is skipped where they are absent."""
    beside = TESTS.parents[1] / "shared" / "field"
    folder = Path(os.environ.get("I4_FIELD", beside)) / "movements"
    if not (folder / "README.md").is_file():
        pytest.skip("the trials (../shared/field or $I4_FIELD) are not on this machine")
    return folder


def read(path: Path, home: Path, tags: tuple[str, ...], zone: str) -> Movement:
    movement.create(home, tags, timezone=zone)
    command.read([path], home, say=lambda line: None)
    return Movement.load(home)


@pytest.mark.slow
@pytest.mark.parametrize("name", GIVEN)
def test_a_given_movement_is_told_truly(field: Path, tmp_path: Path, name: str) -> None:
    tags, zone, known = GIVEN[name]
    found = read(field / f"{name}.jsonl", tmp_path / "m", tags, zone)
    archive = i4.load(found)
    assert len(archive.posts)
    of = zoo.Animal(**{"bios": "none", "ledgers": "none", "posts": len(archive.posts), **known})
    page = zoo.page_about(archive, found)
    faults = list(zoo.faults_of(page, of, [zoo.LANGS]))
    for chapter in page:
        chapter.save(tmp_path / "chapters")
    build.build(tmp_path / "chapters", found, tmp_path / "out")
    faults += checks.run(tmp_path / "out", found)  # a report that fails one is not published
    assert not faults, "\n".join(dict.fromkeys(faults))


# -- Rows whose fault was a sentence, a crash or a drawing: small movements of the kind, with the
# -- chapters that fell or told it wrongly (the zoo in `make test` builds one chapter of ten).

Kind = zoo.Animal
KINDS: dict[str, tuple[str, zoo.Animal]] = {
    "1, no count given": ("04", Kind(posts=2, reshares="one", accounts="few", counts="zero")),
    "1, Mastodon's counts": ("04", Kind(platform="mastodon", counts="zero")),
    "9 and 15, one post": ("01 02 03 04 05", Kind(posts=1, reshares="none", accounts="one")),
    "9, one day": ("02 03", Kind(span="day", reshares="none", accounts="few")),
    "10, one account": ("02 03", Kind(reshares="none", accounts="one", followers="equal")),
    "11, no follower count": ("03", Kind(platform="bluesky", followers="unknown")),
    "12 and 13, no reshare": ("04 05 07", Kind(reshares="none", counts="absent")),
    "14, all of one role": ("02 04 07", Kind(bios="all", founders="none")),
    "15, two posts": ("04", Kind(posts=2, reshares="one")),
    "16 and 18, ten years": ("01 02 05", Kind(span="ten years", reshares="none", posts=80)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_that_failed_is_told_truly(kind: str) -> None:
    numbers, of = KINDS[kind]
    books = [book for book in zoo.BOOKS if book.stem[:2] in numbers.split()]
    faults = list(zoo.faults_of(zoo.page_of(of, whole=False, books=books), of, [["en"]]))
    assert not faults, "\n".join(dict.fromkeys(faults))


# -- Rows that are about the look of a thing.


@pytest.mark.parametrize("n", [1, 2, 3, 26])
def test_ranks_are_whole_and_words_lie_within_the_chart(n: int) -> None:
    table = pd.DataFrame({"rank": range(1, n + 1), "followers": [100] * n})
    ax = plot_concentration(table, n_half=max(1, n // 2), lang="fr")
    ticks = ax.get_xticks()
    assert all(tick == int(tick) for tick in ticks)
    assert not any("1 autres" in text.get_text() for text in ax.texts)
    figure = ax.figure
    figure.canvas.draw()
    for text in ax.texts:
        box = text.get_window_extent()
        assert box.x0 >= -1 and box.x1 <= figure.bbox.width + 1, text.get_text()


def test_a_promise_kept_is_not_the_movement_s() -> None:
    """The share card and the first figure never show what our methods keep in their trials."""
    page = zoo.page_of(zoo.Animal(posts=0), whole=False)
    chapters = {one.key: one.as_dict() for one in page}
    report = Report(zoo.movement_of(zoo.Animal(posts=0)), chapters, {})
    assert report.number is None or "promise" not in str(report.number)


@pytest.mark.parametrize("title", ["#عمل", "朝日新聞 🏭", "#किसान_आंदोलन", "#สวัสดี", "\U000130a0"])
def test_what_the_paper_cannot_print_is_said(title: str) -> None:
    printed = pdf._Printed()
    shown = printed.of({"title": title})
    assert {sign for sign in title if sign not in shown["title"]} == printed.lost
    assert printed.lost <= {"\U000130a0", "🏭"}  # the scripts of people are all there
