"""The look: colours told apart by every eye, labels that fit, axes in words of the language."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import marks
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import dates as mdates
from matplotlib import pyplot as plt

from i4analysis import clock
from i4analysis.publish.charts import outcomes, push, relays, story, style
from i4analysis.publish.report import pdf
from i4analysis.publish.words import wording
from i4analysis.publish.words.wording import Text

# Machado, Oliveira & Fernandes (2009), severity 1, as in many vision simulators.
EYES = {
    "normal": np.eye(3),
    "deutan": [[.367322, .860646, -.227968], [.280085, .672501, .047413],
               [-.011820, .042940, .968881]],
    "protan": [[.152286, 1.052583, -.204868], [.114503, .786281, .099216],
               [-.003882, -.048116, 1.051998]],
    "tritan": [[1.255528, -.076749, -.178779], [-.078411, .930809, .147602],
               [.004733, .691367, .303900]],
}  # fmt: skip


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    to_xyz = [[.4124564, .3575761, .1804375], [.2126729, .7151522, .0721750],
              [.0193339, .1191920, .9503041]]  # fmt: skip
    xyz = np.array(to_xyz) @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", [*style.COLOURS, style.GREY])
def test_each_colour_is_seen_on_white(colour: str) -> None:
    light = float(linear(colour) @ [0.2126, 0.7152, 0.0722])
    assert 1.05 / (light + 0.05) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_roles_are_told_apart_by_every_eye(eye: str) -> None:
    hues = (style.BLUE, style.ORANGE, style.PLUM, style.GREEN)
    seen = [lab(np.array(EYES[eye]) @ linear(colour)) for colour in hues]
    # CIE76; the published CIEDE2000 gaps of this set are 12.4 to 38.4
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 10


def labels(first: date, days: int, lang: str) -> list[str]:
    ax = style.axes()
    ax.plot(style.day_numbers([first + timedelta(days=k) for k in range(days + 1)]),
            range(days + 1))  # fmt: skip
    style.date_axis(ax, lang)
    return [label.get_text().replace("\u00a0", " ") for label in ax.get_xticklabels()]


@pytest.mark.parametrize("days", [1, 2, 5, 23, 90, 400, 2000])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_date_axes_have_a_few_distinct_labels(days: int, lang: str) -> None:
    found = labels(date(2015, 9, 26), days, lang)
    assert 2 <= len(found) <= 9
    if 3 <= days < 330:  # hours and months come again: there the day and the year are said
        assert len(set(found)) == len(found)
    assert any(sign.isdigit() for sign in found[0])


def test_date_axes_speak_the_language() -> None:
    french = labels(date(2015, 9, 29), 8, "fr")
    assert "1er oct." in french and not any("Oct" in label for label in french)
    assert any("Oct" in label for label in labels(date(2015, 9, 29), 8, "en"))


def test_date_axes_count_days_in_the_zone_of_the_movement() -> None:
    ax = style.axes()
    ax.set_xlim(mdates.date2num(np.datetime64("2015-09-26T21:00")),
                mdates.date2num(np.datetime64("2015-10-03T21:00")))  # fmt: skip
    style.date_axis(ax, "en", zone="Europe/Paris")
    first = ax.get_xticks()[0]
    assert mdates.num2date(first).hour == 22  # midnight in Paris


def test_end_labels_do_not_meet() -> None:
    ax = style.axes(height=3)
    ax.set_ylim(0, 100)
    style.end_labels(ax, [(1, 50, "a", style.BLUE), (1, 51, "b", style.ORANGE),
                          (1, 52, "c", style.PLUM)])  # fmt: skip
    ax.figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


def test_wrapped_lines_fit_and_long_words_are_cut() -> None:
    lines = style.wrap("Un titre de plusieurs mots " + "x" * 10_000, 14, 480, "bold")
    assert len(lines) == 8 and lines[-1].endswith("…")
    assert all(style.text_width(line, 14, "bold") <= 500 for line in lines)
    assert style.wrap("", 14, 480) == [""]


def test_a_chart_leaves_the_caller_its_style() -> None:
    before = dict(plt.rcParams)
    style.label(style.axes(), 0, 0, "x")
    assert dict(plt.rcParams) == before


def test_a_dollar_sign_is_a_dollar_sign() -> None:
    ax = style.axes()
    style.label(ax, 0.5, 0.5, "$x^2$ et $ y")
    box = style.frame(ax.figure, title="$a_b$", subtitle="$", source="$", made_up=False, lang="en")
    assert style.picture(ax.figure, "svg", box[0]).startswith(b"<?xml")


def test_a_label_past_the_edge_is_brought_inside() -> None:
    ax = style.axes()
    ax.plot([0, 1], [0, 1])
    ax.annotate("une étiquette bien trop longue pour la marge", (1, 1), annotation_clip=False)
    style.frame(ax.figure, title="t", subtitle="s", source="x", made_up=False, lang="fr")
    spans = [text.get_window_extent() for text in ax.texts]
    assert all(box.x0 >= 0 and box.x1 <= ax.figure.bbox.width for box in spans)


def test_names_in_charts_get_the_apostrophe_of_the_language() -> None:
    ax = style.axes()
    ax.barh(["L'Usine"], [3])
    ax.text(1, 0, "l'an : 3 !")
    style.frame(ax.figure, title="t", subtitle="s", source="x", made_up=False, lang="fr")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["L’Usine"]
    assert ax.texts[0].get_text() == "l’an\u00a0: 3\u202f!"


@pytest.mark.parametrize(
    "zone", ["Australia/Sydney", "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"]
)
def test_a_bar_stands_on_its_own_day_in_every_zone(zone: str) -> None:
    days = pd.date_range("2015-10-14", periods=9)
    moments = pd.Series(
        [pd.Timestamp(day.date()).tz_localize("UTC") + pd.Timedelta(hours=12) for day in days]
    )
    local = clock.days(moments, zone)
    table = pd.DataFrame({"day": pd.to_datetime(local), "originals": 3, "reshares": 2})
    # an item known to the hour, and one known to the day: the measure holds its first instant
    begun = clock.start_of(local.iloc[1], ZoneInfo(zone))
    items = pd.DataFrame({"published_at": [moments.iloc[0], begun], "hour_known": [True, False],
                          "label": ["no sign"] * 2})  # fmt: skip
    drawn = push.plot_posts_and_press(table, items=items, zone=zone, lang="en")
    arrived = pd.DataFrame(
        {"account": list("abcdefghi"), "role": "other", "arrived_at": moments,
         "generation": 0, "through": None}
    )  # fmt: skip
    dots = relays.plot_generations(arrived, zone=zone)
    many = relays.plot_generations(
        pd.concat([arrived] * 300, ignore_index=True).assign(
            account=[str(k) for k in range(2700)]
        ),
        zone=zone,
    )
    bars = sorted({bar.get_x() + bar.get_width() / 2 for bar in drawn.patches})
    placed = {
        "bars": bars,
        "dots": sorted(x for part in dots.collections[1:] for x, _ in part.get_offsets()),
        "bubbles": sorted(x for x, _ in many.collections[0].get_offsets()),
    }
    for ax, name in ((drawn, "bars"), (dots, "dots"), (many, "bubbles")):
        ticks = {wording.date(mdates.num2date(x), "en", short=True): x for x in ax.get_xticks()}
        days = [text.get_text().partition("\n") for text in ax.get_xticklabels()]
        assert [day for day, _, _ in days] == list(ticks)
        assert [year for _, _, year in days if year] == ["2015"]  # once, where the axis begins
        for day, x in zip(local, placed[name], strict=True):
            tick = ticks.get(wording.date(day, "en", short=True))
            assert tick is None or 0 <= x - tick < 1, (name, zone, day)
        assert sum(wording.date(day, "en", short=True) in ticks for day in local) >= 3
    by_hour, by_day = (line.get_xdata()[0] for line in drawn.lines[-2:])
    assert bars[0] - 0.5 <= by_hour < bars[0] + 0.5
    assert by_day == pytest.approx(bars[1], abs=0.1)  # over its day, not on the eve's midnight


def test_a_notebook_goes_on_showing_charts_after_its_first() -> None:
    @style.chart
    def first() -> None:  # loads the backend of notebooks, which turns this on
        mpl.interactive(True)
        assert mpl.rcParams["lines.linewidth"] == style.RC["lines.linewidth"]

    before = mpl.rcParams["lines.linewidth"]
    try:
        with style.look():
            first()
        assert mpl.is_interactive()
        assert mpl.rcParams["lines.linewidth"] == before
    finally:
        mpl.interactive(False)


def events_on(days: list[date], words: str) -> pd.DataFrame:
    many = len(days)
    return pd.DataFrame(
        {"date": days, "last": days, "not_after": [None] * many, "precision": ["day"] * many,
         "words": [Text.same(words)] * many,
         "credited": [False] * many, "proven": [False] * many, "open": [False] * many}
    )  # fmt: skip


FOUNDED = pd.DataFrame({"date": [date(2015, 9, 26)], "what": ["founders"], "value": [30.0],
                        "roughness": ["exact"]})  # fmt: skip


@pytest.mark.parametrize("counts", [FOUNDED, FOUNDED.iloc[:0]])
def test_nothing_happens_meanwhile_where_no_account_is_drawn(counts: pd.DataFrame) -> None:
    start = date(2015, 9, 26)
    figure = story.plot_story(
        counts, pd.DataFrame(columns=["date", "value", "people_lo"]), events_on([start], "A"),
        window=(start, start + timedelta(days=9)), start=start, start_label="born",
    )  # fmt: skip
    said = [text.get_text() for ax in figure.axes for text in ax.texts]
    assert ("Meanwhile" in said) is bool(len(counts))
    assert ("What happened" in said) is not bool(len(counts))
    plt.close(figure)


def test_counts_written_together_say_how_roughly_the_least_is_known() -> None:
    start = date(2015, 9, 26)
    counts = pd.DataFrame({"date": [start + timedelta(days=2 * k) for k in range(3)],
                           "what": "supporters_bio", "value": [300.0, 307.0, 320.0],
                           "roughness": ["at_least", "exact", "exact"]})  # fmt: skip
    figure = story.plot_story(
        counts, pd.DataFrame(columns=["date", "value", "people_lo"]), events_on([], "A"),
        window=(start, start + timedelta(days=70)), start=start, start_label="born",
    )  # fmt: skip
    words = [text.get_text().replace(wording.HARD, " ") for text in figure.axes[0].texts]
    assert "at least 300–320" in words, words
    plt.close(figure)


@pytest.mark.parametrize("members", [140.0, 200.0, 240.0])
def test_no_number_of_accounts_stands_on_a_mark_of_members(members: float) -> None:
    start = date(2015, 9, 26)
    counts = pd.DataFrame(
        {"date": [start + timedelta(days=9), start + timedelta(days=12)],
         "what": ["supporters_bio", "members"], "value": [130.0, members],
         "roughness": ["at_least", "exact"]}
    )  # fmt: skip
    figure = story.plot_story(
        counts, pd.DataFrame(columns=["date", "value", "people_lo"]), events_on([], "A"),
        window=(start, start + timedelta(days=50)), start=start, start_label="start",
    )  # fmt: skip
    figure.canvas.draw()
    ax = figure.axes[0]
    (mark,) = (line.get_window_extent() for line in ax.lines if line.get_marker() == "D")
    (box,) = (text.get_window_extent() for text in ax.texts if "130" in text.get_text())
    apart = mark.x1 < box.x0 or mark.x0 > box.x1 or mark.y1 < box.y0 or mark.y0 > box.y1
    assert apart, (mark, box)
    plt.close(figure)


@pytest.mark.parametrize("before", range(0, 40, 5))
def test_no_words_of_the_calendar_stand_on_the_line_of_birth(before: int) -> None:
    start = date(2015, 9, 26)
    days = [start + timedelta(days=k) for k in (-before, 1 - before // 2, 2, 45)]
    events = events_on(days, "Buyers who want the plant visit it, says the town's mayor")
    figure = story.plot_story(
        FOUNDED, pd.DataFrame(columns=["date", "value", "people_lo"]), events,
        window=(days[0], days[-1]), start=start, start_label="born",
    )  # fmt: skip
    figure.canvas.draw()
    lines = [line.get_window_extent() for ax in figure.axes for line in ax.lines
             if line.get_color() == style.ORANGE]  # fmt: skip
    words = [text for text in figure.axes[-1].texts if "plant" in text.get_text()]
    assert lines and words
    for text in words:
        box = text.get_window_extent()
        assert not any(line.x0 < box.x1 and line.x1 > box.x0 and line.y0 < box.y1
                       and line.y1 > box.y0 for line in lines), text.get_text()  # fmt: skip
    plt.close(figure)


@pytest.mark.parametrize("born", range(0, 31, 3))
@pytest.mark.parametrize("apart", [0, 1, 3])
def test_the_birth_and_sums_are_written_whole_wherever_they_fall(born: int, apart: int) -> None:
    first = date(2015, 9, 1)
    start, last = first + timedelta(days=born), first + timedelta(days=30)
    events = events_on([first, last], "A plant")
    days = [last - timedelta(days=apart * k) for k in range(4)]
    sums = pd.DataFrame({"date": days, "value": [600_000.0, 600_007.0, 599_960.0, 599_920.0],
                         "people_lo": [None] * 4, "roughness": "exact"})  # fmt: skip
    none = pd.DataFrame(columns=["date", "what", "value", "roughness"])
    label = f"{start.day}{wording.HARD}septembre 2015{wording.HARD}: naissance du hashtag"
    figure = story.plot_story(
        none, sums, events, window=(first, last), start=start, start_label=label, lang="fr"
    )
    # a page gives room below for the days of the axis
    found = [one for one in marks.crowded(figure) if not one.endswith("\n2015")]
    assert found == []
    plt.close(figure)


@pytest.mark.parametrize("many", [40, 3_000])
@pytest.mark.parametrize("days", [1, 2, 3, 4])
def test_arrivals_of_a_few_days_are_counted_in_days(days: int, many: int) -> None:
    moments = pd.Timestamp("2015-09-26", tz="UTC") + pd.to_timedelta(
        np.linspace(0, 86_400 * days - 1, many), unit="s"
    )
    table = pd.DataFrame({"account": [f"a{k}" for k in range(many)], "role": "supporter",
                          "arrived_at": moments, "generation": 0, "through": None})  # fmt: skip
    ax = relays.plot_generations(table, lang="en")
    shown = [label.get_text().split("\n")[0] for label in ax.get_xticklabels()]
    assert shown == [f"{26 + k}{wording.HARD}Sep" for k in range(days + 1)]
    plt.close(ax.figure)


def test_the_key_of_chains_says_full_of_sources_only_where_a_source_is_full() -> None:
    rows = [("outcome", False), ("original", True)]
    moment = pd.Timestamp("2015-09-26", tz="UTC")
    table = pd.DataFrame(
        [{"outcome_id": "o", "kind": kind, "first": moment, "last": moment, "at": moment,
          "documented": full} for kind, full in rows]
    )  # fmt: skip
    ax = outcomes.plot_chains(table, lang="en")
    said = " ".join(text.get_text() for text in ax.texts)
    assert "always full" in said and "full: a witness" not in said and "hollow: " in said
    assert "none of these" not in said  # none of what? the key names nothing
    plt.close(ax.figure)


def test_a_title_too_long_for_its_line_is_cut_with_a_mark() -> None:
    moment = pd.Timestamp("2015-09-26", tz="UTC")
    table = pd.DataFrame([{"outcome_id": "o", "kind": "outcome", "first": moment, "last": moment,
                           "at": moment, "documented": False}])  # fmt: skip
    title = wording.Text.same("le pont rouvre " * 20)
    ax = outcomes.plot_chains(table, lang="en", titles={"o": title})
    (shown,) = (text.get_text() for text in ax.texts if text.get_text().startswith("le pont"))
    assert shown.count("\n") == 2 and shown.endswith("…")
    plt.close(ax.figure)


def test_the_span_of_jobs_is_as_high_as_its_bar() -> None:
    jobs = pd.DataFrame({"label_en": ["kept"], "value": [27.0], "lo": [26.0], "hi": [27.0],
                         "roughness": ["exact"], "stage": [1]})  # fmt: skip
    ax = story.plot_jobs(jobs, pd.DataFrame({"value": []}), lang="en")
    bar = ax.patches[0]
    ends = [path.vertices for lines in ax.collections for path in lines.get_paths()]
    upright = [end for end in ends if end[0, 0] == end[1, 0]]
    assert {end[0, 0] for end in upright} == {26.0, 27.0}
    assert all(np.ptp(end[:, 1]) >= bar.get_height() for end in upright)
    plt.close(ax.figure)


@pytest.mark.parametrize("height", [60, 200, 400, 700, 990])
def test_a_printed_figure_has_letters_that_are_read_and_fits_a_sheet(height: int) -> None:
    wide = 72 * style.WIDTH
    width = pdf._width(wide, height)
    assert width <= pdf.WIDEST and width * height / wide <= pdf.PAGE
    smallest = 10.5 * width / (25.4 * style.WIDTH)  # points, of an axis's labels
    assert smallest >= 5.9 or width * height / wide > pdf.PAGE - 1


@pytest.mark.parametrize("width", range(40, 400, 30))
def test_balanced_lines_say_all_that_wrapped_lines_say(width: int) -> None:
    text = "13 Nov: the commercial court of Brive approves the takeover by Martin Dow"
    for most in (2, 3, 8):
        plain, even = (do(text, 10, width, most=most) for do in (style.wrap, style.balanced))
        assert " ".join(even) == " ".join(plain) and len(even) == len(plain)
